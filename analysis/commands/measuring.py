"""Articles in, a study out; and the table of actors that a study can be told about."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from analysis.commands.printing import print_table
from analysis.commands.verbs import Arguments, pairs, verb
from analysis.errors import InputError
from analysis.safety import sheet_frame, terminal_text


def declare_run(verbs: Any) -> None:
    """The options of `run`."""
    made = verb(
        verbs, "run", _run,
        "articles in, a study out: tables, figures, report",
        "run data/raw --out study",
    )  # fmt: skip
    made.add_argument(
        "raw", type=Path, help="a file, folder or zip of articles (txt, html, csv, tsv, xlsx, jsonl, parquet)"
    )
    made.add_argument("--out", type=Path, default=Path("study"), help="the study folder to write (default: study)")
    made.add_argument("--replace", action="store_true", help="overwrite a study of other articles")
    made.add_argument(
        "--column",
        action="append",
        default=[],
        metavar="OURS=THEIRS",
        help="read our column from theirs: text=body_text",
    )
    made.add_argument("--lexicon", type=Path, help="your own list of loaded terms (CSV, LIWC .dic, quanteda YAML)")
    made.add_argument("--actors", type=Path, help="your own table of actors and their aliases (CSV)")
    made.add_argument("--instrument", action="append", default=[], help="a tone instrument (may be repeated)")
    made.add_argument("--seed", type=int, help="seed for everything that draws at random")
    made.add_argument("--engine", choices=("local", "dask"), default="local", help="this process, or a Dask cluster")
    made.add_argument("--scheduler", help="address of a Dask scheduler: tcp://…")


def _run(arguments: Arguments) -> int:
    from analysis import pipeline

    result = pipeline.run(
        arguments.raw,
        arguments.out,
        columns=pairs("--column", "OURS=THEIRS, for example text=body_text", arguments.column),
        plan=_plan(arguments),
        engine=arguments.engine,
        scheduler=arguments.scheduler,
        replace=arguments.replace,
    )
    print_table(
        result.summary,
        as_json=arguments.json,
        decimals=1,
        title=f"{result.n_articles} articles, {result.n_refused} refused",
    )
    if not arguments.json:
        print(f"Look at {terminal_text(arguments.out / 'report.html')}; tables, figures and issues.csv lie beside it.")
        if len(result.summary) < 2:
            print("To compare outlets, put a MANIFEST.csv beside the files: file,outlet,event (docs/reading.md).")
    return 0


def _plan(arguments: Arguments) -> Any:
    from analysis import loaded_terms, naming
    from analysis.config import Settings
    from analysis.plan import Plan

    changes: dict[str, Any] = {}
    if arguments.instrument:
        changes["instruments"] = tuple(arguments.instrument)
    if arguments.seed is not None:
        changes["seed"] = arguments.seed
    parts: dict[str, Any] = {"settings": Settings(**changes)}
    if arguments.lexicon:
        parts["lexicon"] = loaded_terms.read_lexicon(arguments.lexicon)
    if arguments.actors:
        parts["actors"] = naming.read_actors(arguments.actors)
    return Plan(**parts)


def declare_actors(verbs: Any) -> None:
    """The options of `actors`."""
    made = verb(
        verbs, "actors", _actors,
        "propose a table of actors and their aliases, to be looked over and handed to `run --actors`",
        "actors data/raw > actors.csv",
    )  # fmt: skip
    made.add_argument("raw", type=Path, help="a file, folder or zip of articles")
    made.add_argument("--most", type=int, default=40, help="referents at the most (default: 40)")
    made.add_argument("--min-articles", type=int, default=2, help="articles that must name it (default: 2)")


def _actors(arguments: Arguments) -> int:
    from analysis import naming, read_corpus, sentences, zones

    articles = read_corpus(arguments.raw).articles
    if articles.empty:
        raise InputError(f"{arguments.raw}: no article could be read; `run` lists the reasons")
    found = sentences.find_sentences(articles, zones.find_zones(articles))
    table = naming.propose_actors(articles, found, most=arguments.most, min_articles=arguments.min_articles)
    if arguments.json:
        print_table(table, as_json=True)
    else:
        print(sheet_frame(table).to_csv(index=False, lineterminator="\n"), end="")
    return 0
