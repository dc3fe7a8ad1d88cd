"""The command line: the same things as in the notebooks, without code.

Top floor. Every verb prints a table (or, with `--json`, the same as JSON), says where to look, and on a mistake ends
with one line that names the way out. Exit codes: 0 done, 1 the input or the study was refused, 2 the words of the
command are off, 3 `verify` found a difference, 130 interrupted.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pandas as pd
from rich.console import Console
from rich.table import Table as RichTable
from rich.text import Text

from analysis import recipe, schema
from analysis.errors import InputError, StudyError
from analysis.safety import sheet_frame, terminal_text

Arguments = argparse.Namespace
Verb = Callable[[Arguments], int]


def main(words: Sequence[str] | None = None) -> int:
    """Run one command; `words` are the arguments (default: those of the process). Returns the exit code."""
    arguments = parser().parse_args(words)
    try:
        return int(arguments.verb(arguments))
    except StudyError as error:
        return _fail(str(error))
    except KeyboardInterrupt:
        print("stopped; the same command goes on where it stopped", file=sys.stderr)
        return 130
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0


def _fail(message: str) -> int:
    print(f"error: {terminal_text(message)}", file=sys.stderr)
    return 1


def parser() -> argparse.ArgumentParser:
    """The verbs with their options, each with an example in its help."""
    top = argparse.ArgumentParser(
        prog="python -m analysis",
        description="Whose Words: how do outlets frame the same event?",
        epilog="Each verb has its own help with an example: python -m analysis run --help",
    )
    top.add_argument("--version", action="version", version=f"whose-words {recipe.version()}")
    verbs = top.add_subparsers(title="verbs", metavar="VERB", required=True)
    for declare in (
        _declare_run,
        _declare_explain,
        _declare_show,
        _declare_quotes,
        _declare_compare,
        _declare_actors,
        _declare_sample,
        _declare_agree,
        _declare_report,
        _declare_verify,
        _declare_package,
        _declare_attach,
        _declare_fetch,
        _declare_validate,
        _declare_train,
        _declare_dictionary,
    ):
        declare(verbs)
    return top


def _verb(verbs: Any, name: str, verb: Verb, about: str, example: str) -> argparse.ArgumentParser:
    made: argparse.ArgumentParser = verbs.add_parser(
        name,
        help=about,
        description=about[0].upper() + about[1:] + ".",
        epilog=f"example:\n  python -m analysis {example}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    made.add_argument("--json", action="store_true", help="print JSON for machines")
    made.set_defaults(verb=verb)
    return made


def _print_table(frame: pd.DataFrame, *, as_json: bool, title: str = "", decimals: int = 2) -> None:
    if as_json:
        print(frame.to_json(orient="records", force_ascii=False, indent=1))
        return
    console = Console(highlight=False)
    if not console.is_terminal:  # a file or a pipe has no width of its own
        console.width = 120
    table = RichTable(title=title or None, title_justify="left", header_style="bold")
    for name in frame.columns:
        table.add_column(str(name), justify="right" if pd.api.types.is_numeric_dtype(frame[name]) else "left")
    for row in frame.itertuples(index=False):
        table.add_row(*(Text(_cell(value, decimals)) for value in row))
    console.print(table)


def _cell(value: Any, decimals: int) -> str:
    if value is None or value is pd.NA or value != value:
        return "–"
    if isinstance(value, float):
        return f"{value:.{decimals}f}"
    return terminal_text(value)


# --- run -------------------------------------------------------------------------------------------------------------


def _declare_run(verbs: Any) -> None:
    made = _verb(
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
        columns=_pairs("--column", "OURS=THEIRS, for example text=body_text", arguments.column),
        plan=_plan(arguments),
        engine=arguments.engine,
        scheduler=arguments.scheduler,
        replace=arguments.replace,
    )
    _print_table(
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


def _pairs(option: str, form: str, given: Sequence[str]) -> dict[str, str]:
    """`NAME=VALUE` as often as it was given."""
    pairs = [text.partition("=") for text in given]
    wrong = [text for text, (left, sign, right) in zip(given, pairs, strict=True) if not (left and sign and right)]
    if wrong:
        raise InputError(f"{option} {wrong[0]!r}: write {form}")
    return {left: right for left, _, right in pairs}


def _plan(arguments: Arguments) -> Any:
    from analysis import loaded_terms, naming, pipeline
    from analysis.config import Settings

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
    return pipeline.Plan(**parts)


# --- one text, one article ----------------------------------------------------------------------------------------------


def _declare_explain(verbs: Any) -> None:
    made = _verb(
        verbs, "explain", _explain,
        "what made a score and which terms hit, for a sentence or paragraph",
        'explain "The regime slammed the deal, a witness said."',
    )  # fmt: skip
    made.add_argument("text", help="a sentence or paragraph, or - for standard input")
    made.add_argument("--reranker", type=Path, help="folder of a trained re-ranker: which words experts would mark")


def _explain(arguments: Arguments) -> int:
    from analysis import loaded_terms, measure_text, sentiment

    text = sys.stdin.read() if arguments.text == "-" else arguments.text
    study = measure_text(text, zoned=False)
    parts = {
        "attributions": study.attributions[
            ["source_text", "cue_lemma", "cue_stance", "kind", "source_type", "is_hedged"]
        ],
        "loaded terms": loaded_terms.with_reasons(study.hits)[
            ["surface", "category", "layer", "voice", "is_negated", "why", "neutral_alternative"]
        ],
        "words that made a score": sentiment.explain(text),
        "tone": study.scores[["sentence_no", "voice", "instrument", "score", "weight"]],
    }
    if arguments.reranker:
        parts["words that experts would mark"] = _marked_words(study, arguments.reranker)
    _print_parts(parts, as_json=arguments.json)
    return 0


def _marked_words(study: schema.Study, folder: Path) -> pd.DataFrame:
    """The words that a trained re-ranker marks, each with its voice and its probability."""
    from analysis.loaded_terms.reranker import find_marked_words, load_reranker
    from analysis.voice import label_voice

    found = label_voice(find_marked_words(study.articles, study.sentences, load_reranker(folder)), study.voices)
    return found[["surface", "term_id", "category", "voice", "is_negated", "probability"]]


def _print_parts(parts: dict[str, pd.DataFrame], *, as_json: bool) -> None:
    if as_json:
        print(
            json.dumps(
                {name: json.loads(frame.to_json(orient="records")) for name, frame in parts.items()},
                ensure_ascii=False,
                indent=1,
            )
        )
        return
    for name, frame in parts.items():
        if frame.empty:
            print(f"{name}: none")
        else:
            _print_table(frame, as_json=False, title=name)


def _declare_show(verbs: Any) -> None:
    made = _verb(
        verbs,
        "show",
        _show,
        "one article in the terminal: whose words, which loaded terms",
        "show harbour-brassbell --study study",
    )
    made.add_argument("article", help="the article's id (see tables/articles.csv), or a text file")
    made.add_argument("--study", type=Path, default=Path("study"), help="the study folder (default: study)")


def _show(arguments: Arguments) -> int:
    study, article = _study_of(arguments.article, arguments.study)
    if arguments.json:
        rows = study.voices[study.voices["article_id"] == article]
        _print_table(rows, as_json=True)
        return 0
    console = Console(highlight=False)
    row = study.articles.set_index("article_id").loc[article]
    console.print(Text(terminal_text(row["headline"] or article), style="bold"))
    legend = Text("  ".join(["narrator", "reported", "quoted", "scare", "loaded term"]))
    for word, style in (*_STYLES.items(), ("loaded term", _HIT)):
        legend.highlight_words([word], style)
    console.print(legend, end="\n\n")
    console.print(_styled(str(row["text"]), study, article))
    return 0


_STYLES = {"narrator": "", "reported": "cyan", "quoted": "green", "scare": "magenta"}
_HIT = "bold underline"


def _study_of(article: str, folder: Path) -> tuple[schema.Study, str]:
    from analysis import measure, read_corpus, read_study

    if Path(article).is_file():
        study = measure(read_corpus(Path(article)))
        return study, str(study.articles["article_id"].iloc[0])
    study = read_study(folder)
    if article not in set(study.articles["article_id"]):
        some = ", ".join(study.articles["article_id"].head(5))
        raise InputError(f"{article!r} is not in {folder}; there are for example: {some}")
    return study, article


def _styled(text: str, study: schema.Study, article: str) -> Text:
    """The body with voices as colours and loaded terms underlined; every character is made safe one for one."""
    safe = "".join(
        letter if letter == "\n" or (terminal_text(letter) == letter and letter != "\ufffd") else " " for letter in text
    )
    out = Text(safe)
    for voice, start, end in _rows(study.voices, article, "voice"):
        out.stylize(_STYLES.get(voice, ""), start, end)
    hits = study.hits[study.hits["layer"] == "loaded"]
    for _, start, end in _rows(hits, article, "term_id"):
        out.stylize(_HIT, start, end)
    for zone, start, end in _rows(study.zones, article, "zone"):
        if zone not in ("body", "headline"):
            out.stylize("dim", start, end)
    return out


def _rows(frame: pd.DataFrame, article: str, name: str) -> list[tuple[str, int, int]]:
    part = frame[frame["article_id"] == article]
    return list(zip(part[name].astype(str), part["start"], part["end"], strict=True))


# --- a whole study ------------------------------------------------------------------------------------------------------


def _declare_quotes(verbs: Any) -> None:
    made = _verb(
        verbs,
        "quotes",
        _quotes,
        "who said what, with the column names of ATAP and GenderGapTracker",
        "quotes --study study",
    )
    made.add_argument("--study", type=Path, default=Path("study"), help="the study folder (default: study)")


def _quotes(arguments: Arguments) -> int:
    from analysis import attribution, read_study

    study = read_study(arguments.study)
    _print_table(
        attribution.as_quotation_table(study.articles, study.attributions, study.spans), as_json=arguments.json
    )
    return 0


def _declare_compare(verbs: Any) -> None:
    made = _verb(
        verbs, "compare", _compare,
        "one measure between outlets, within events, through the gate",
        "compare loaded_terms --voice own --study study",
    )  # fmt: skip
    made.add_argument("measure", nargs="+", help="loaded_terms, tone:vader, attributed_share, source_share:official …")
    made.add_argument("--study", type=Path, default=Path("study"), help="the study folder (default: study)")
    made.add_argument("--voice", help="narrator, reported, quoted, scare, own, attributed, all, headline")
    made.add_argument("--unblocked", action="store_true", help="the outlets do not report the same events")
    made.add_argument("--corrections", type=Path, help="readers' corrections to lay over the study (CSV or XLSX)")
    made.add_argument("--reranker", type=Path, help="folder of a trained re-ranker: its words as the loaded terms")


def _compare(arguments: Arguments) -> int:
    from analysis import compare, read_study

    study = read_study(arguments.study)
    if arguments.corrections:
        study = _corrected(study, arguments.corrections)
    if arguments.reranker:
        study = _reranked(study, arguments.reranker)
    within = None if arguments.unblocked else "event"
    table = compare(study, arguments.measure, within=within, voice=arguments.voice)
    if arguments.json:
        _print_table(table, as_json=True)
        return 0
    for (measure, voice), rows in table.groupby(["measure", "voice"], sort=False):
        _print_table(
            _contrast_rows(rows), as_json=False, title=f"{measure}, {voice or 'every word'} ({rows['unit'].iloc[0]})"
        )
        for reason in rows["reason"].unique():
            print(f"  {terminal_text(reason)}")
    return 0


def _contrast_rows(rows: pd.DataFrame) -> pd.DataFrame:
    """Contrasts in the width of a terminal."""
    limits = zip(rows["low"], rows["high"], strict=True)
    return pd.DataFrame(
        {
            "outlets": rows["outlet_a"] + " − " + rows["outlet_b"],
            "values": [f"{a:.2f} − {b:.2f}" for a, b in zip(rows["value_a"], rows["value_b"], strict=True)],
            "difference": rows["estimate"],
            "95 % interval": ["–" if low != low else f"{low:.2f} to {high:.2f}" for low, high in limits],
            "p, all rows": rows["p_adjusted"],
            "gate": rows["verdict"],
        }
    )


def _reranked(study: schema.Study, folder: Path) -> schema.Study:
    """The study with the words of a trained re-ranker as its loaded terms; its hash is named on standard error."""
    from analysis.loaded_terms.reranker import load_reranker
    from analysis.reranking import rerank

    reranker = load_reranker(folder)
    print(f"loaded terms by the re-ranker {reranker.sha256[:16]}", file=sys.stderr)
    return rerank(study, reranker)


def _corrected(study: schema.Study, file: Path) -> schema.Study:
    """The study under the corrections of a file; those that no longer hold are named on standard error."""
    from analysis.correction import apply_corrections
    from analysis.store import read_corrections

    corrections = read_corrections(file)
    view, left = apply_corrections(study, corrections)
    print(f"{len(corrections) - len(left)} of {len(corrections)} corrections applied", file=sys.stderr)
    for article, start, end, reason in zip(
        *(left[name] for name in ("article_id", "start", "end", "reason")), strict=True
    ):
        print(f"  not applied: {terminal_text(article)} {start}-{end}: {terminal_text(reason)}", file=sys.stderr)
    return view


def _declare_sample(verbs: Any) -> None:
    from analysis.config import Settings

    made = _verb(
        verbs, "sample", _sample,
        "draw units at random into a sheet for people to code, blind to outlet and instrument",
        "sample study --n 40 --out sheet.xlsx",
    )  # fmt: skip
    made.add_argument("study", type=Path, help="the study folder")
    made.add_argument("--n", type=int, default=40, help="units in all, equally many from each outlet (default: 40)")
    made.add_argument(
        "--what", choices=("article", "source", "voice", "term"), default="article",
        help="count in whole articles, or code sources of claims, voices of terms, terms (default: article)",
    )  # fmt: skip
    made.add_argument("--measure", default="loaded_terms", help="what is counted in articles (default: loaded_terms)")
    made.add_argument("--voice", default="own", help="the voice it is counted in (default: own)")
    made.add_argument("--stratum", action="append", default=[], help="a column of the articles (default: outlet)")
    made.add_argument("--seed", type=int, default=Settings().seed, help="seed of the draw")
    made.add_argument("--out", type=Path, default=Path("sheet.xlsx"), help="the sheet to write (.xlsx or .csv)")


def _sample(arguments: Arguments) -> int:
    from analysis import correction, pipeline, read_study, store

    study = read_study(arguments.study)
    what, measure, voice = arguments.what, arguments.measure, arguments.voice
    strata = arguments.stratum or ["outlet"]
    sheet = correction.draw_sample(
        study, arguments.n, what=what, strata=strata, measure=measure, voice=voice, seed=arguments.seed
    )
    meanings = correction.codebook(what, measure=measure, voice=voice)
    made_by = {
        **pipeline.run_facts(study),
        "call": f"sample --n {arguments.n} --what {what} --measure {measure} --voice {voice} --seed {arguments.seed} "
        + " ".join(f"--stratum {column}" for column in strata),
        "n": len(sheet),
    }
    store.write_coding_sheet(sheet, meanings, arguments.out, made_by=made_by)
    said = {"written": arguments.out.name, "n_units": len(sheet), "what": what}
    if arguments.json:
        print(json.dumps(said))
    else:
        print(f"{len(sheet)} units to code: {arguments.out}. Give each coder a copy; take them back with `agree`.")
    return 0


def _declare_agree(verbs: Any) -> None:
    made = _verb(
        verbs, "agree", _agree,
        "take coded sheets back: agreement of coders and instrument, disagreements, corrected gaps",
        "agree sheet-ann.xlsx sheet-ben.xlsx --study study",
    )  # fmt: skip
    made.add_argument("sheets", type=Path, nargs="+", help="the coders' sheets (XLSX or CSV)")
    made.add_argument("--study", type=Path, default=Path("study"), help="the study folder (default: study)")
    made.add_argument("--corrections", type=Path, help="write what coders hold against the instrument to this CSV")
    made.add_argument("--dated", default="", metavar="YYYY-MM-DD", help="date of corrections whose sheet has none")


def _agree(arguments: Arguments) -> int:
    from analysis import correction, read_study, store

    study = read_study(arguments.study)
    codings = store.read_codings(arguments.sheets, study)
    parts = {
        "refused rows": codings.issues[["path", "article_id", "message"]],
        "agreement": correction.coder_agreement(codings),
        "disagreements": correction.disagreements(codings),
    }
    if codings.what == "article":
        parts["corrected gaps"] = correction.corrected_gaps(study, codings)
    if arguments.corrections:
        found = correction.corrections_from(codings, study, dated=arguments.dated)
        store.write_corrections(found, arguments.corrections)
        print(f"{len(found)} corrections: {arguments.corrections}", file=sys.stderr)
    _print_parts(parts, as_json=arguments.json)
    return 0


def _declare_actors(verbs: Any) -> None:
    made = _verb(
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
        _print_table(table, as_json=True)
    else:
        print(sheet_frame(table).to_csv(index=False, lineterminator="\n"), end="")
    return 0


def _declare_report(verbs: Any) -> None:
    made = _verb(
        verbs, "report", _report,
        "the report of a study again, as a page, as Markdown or as a Word file",
        "report study --format docx --out report.docx",
    )  # fmt: skip
    made.add_argument("study", type=Path, help="the study folder")
    made.add_argument("--format", choices=("html", "md", "docx"), default="html", help="default: html")
    made.add_argument("--out", type=Path, help="the file to write (default: report.html, .md or .docx here)")


def _report(arguments: Arguments) -> int:
    from analysis import pipeline

    out = arguments.out or Path(f"report.{arguments.format}")
    pipeline.write_report(arguments.study, out, form=arguments.format)
    print(json.dumps({"written": str(out)}) if arguments.json else f"Look at {terminal_text(out)}.")
    return 0


def _declare_verify(verbs: Any) -> None:
    made = _verb(
        verbs, "verify", _verify,
        "make a study again and say whether exported files are what comes out",
        "verify study/figures/01-loaded-terms-own-voice.png",
    )  # fmt: skip
    made.add_argument("file", type=Path, nargs="+", help="exported files, or the study folder for all of them")
    made.add_argument("--study", type=Path, help="the study folder, when the file was moved out of it")
    made.add_argument("--raw", type=Path, help="the raw articles, to prove the reading too")


def _verify(arguments: Arguments) -> int:
    from analysis import verification

    findings = verification.verify(arguments.file, study=arguments.study, raw=arguments.raw)
    table = pd.DataFrame(
        [(f.file, f.verdict, "; ".join(f.reasons)) for f in findings], columns=["file", "verdict", "why"]
    )
    if arguments.json:
        _print_table(table, as_json=True)
    else:
        if len(table) > 1:
            counts = table["verdict"].value_counts(sort=False)
            print("; ".join(f"{n} {verdict}" for verdict, n in counts.items()))
        shown = table if len(table) == 1 else table[table["verdict"] != verification.SAME]
        for file, verdict, why in zip(shown["file"], shown["verdict"], shown["why"], strict=True):
            print(terminal_text(f"{file}: {verdict}" + (f" ({why})" if why else "")))
    return 3 if (table["verdict"] == verification.DIFFERENT).any() else 0


def _declare_package(verbs: Any) -> None:
    made = _verb(
        verbs, "package", _package,
        "a study without its texts, to be given away: offsets, hashes, addresses, lexicon, codebook",
        "package study --out replication.zip",
    )  # fmt: skip
    made.add_argument("study", type=Path, help="the study folder")
    made.add_argument("--out", type=Path, default=Path("replication.zip"), help="the zip to write")


def _package(arguments: Arguments) -> int:
    from analysis import replication

    names = replication.package(arguments.study, arguments.out)
    if arguments.json:
        print(json.dumps({"written": str(arguments.out), "members": names}))
    else:
        print(f"{terminal_text(arguments.out)}: {len(names)} files, no text of an article among them")
    return 0


def _declare_attach(verbs: Any) -> None:
    made = _verb(
        verbs, "attach", _attach,
        "a package joined to your own copy of the texts: a study again",
        "attach replication.zip my-texts --out study",
    )  # fmt: skip
    made.add_argument("package", type=Path, help="what `package` wrote")
    made.add_argument("texts", type=Path, help="a file, folder or zip of the articles")
    made.add_argument("--out", type=Path, default=Path("study"), help="the study folder to write (default: study)")
    made.add_argument("--replace", action="store_true", help="overwrite a study of other articles")


def _attach(arguments: Arguments) -> int:
    from analysis import replication

    found = replication.attach(arguments.package, arguments.texts, arguments.out, replace=arguments.replace)
    if arguments.json:
        _print_table(found, as_json=True)
    else:
        print("; ".join(f"{n} {status}" for status, n in found["status"].value_counts(sort=False).items()))
        other = found[found["status"] != replication.SAME]
        if len(other):
            _print_table(other, as_json=False)
        print(f"Look at {terminal_text(arguments.out / 'report.html')}.")
    return 0


def _declare_fetch(verbs: Any) -> None:
    made = _verb(verbs, "fetch", _fetch, "bring a public hand-coded corpus to this machine, checked", "fetch basil")
    made.add_argument("corpus", help="basil, polnear, babe, newsmtsc or vader")
    made.add_argument("--yes", action="store_true", help="the licence and the citation have been read")


def _fetch(arguments: Arguments) -> int:
    from analysis import gold
    from analysis.progress import Steps

    with Steps() as steps:
        steps.begin(arguments.corpus)
        place = gold.fetch(arguments.corpus, agree=lambda corpus: arguments.yes or _ask(corpus), progress=steps)
    print(
        json.dumps({"corpus": arguments.corpus, "folder": str(place)})
        if arguments.json
        else f"{arguments.corpus}: {place}"
    )
    return 0


def _ask(corpus: Any) -> bool:
    print(f"{corpus.name}: {corpus.licence}\nCite: {corpus.citation}", file=sys.stderr)
    if not sys.stdin.isatty():
        raise InputError(f"{corpus.name}: say that you agree with --yes")
    return input("Fetch it? [y/N] ").strip().lower() in ("y", "yes")


def _declare_validate(verbs: Any) -> None:
    made = _verb(
        verbs, "validate", _validate,
        "every instrument against hand-coded news, into docs/validation.md and every later report",
        "validate --gold ../shared/gold",
    )  # fmt: skip
    made.add_argument(
        "--gold", type=Path, help="the folder of hand-coded corpora (default: ANALYSIS_GOLD, else ../shared/gold)"
    )
    made.add_argument(
        "--split", choices=("dev", "test"), default="dev", help="which part of PolNeAR and NewsMTSC (default: dev)"
    )
    made.add_argument("--part", action="append", default=[], help="only this part (may be repeated)")
    made.add_argument(
        "--peer",
        action="append",
        default=[],
        metavar="NAME=FILE",
        help="what another program found on PolNeAR, compared article by article (CSV; docs/attribution.md)",
    )
    made.add_argument(
        "--simulations",
        action="store_true",
        help="prove the intervals by simulation too, into docs/simulations.md (minutes)",
    )
    made.add_argument("--dry", action="store_true", help="print the figures and write nothing")


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


def _validate(arguments: Arguments) -> int:
    from analysis import validation
    from analysis.config import gold_folder

    unknown = [part for part in arguments.part if part not in validation.PARTS]
    if unknown:
        raise InputError(f"--part {unknown[0]!r} is not known; there are: {', '.join(validation.PARTS)}")
    peers = tuple((name, Path(file)) for name, file in _pairs("--peer", "NAME=FILE", arguments.peer).items())
    context = validation.Context(arguments.gold or gold_folder(), arguments.split, peers)
    figures, skipped = validation.validate(context, parts=arguments.part, say=_say)
    _print_table(figures, as_json=arguments.json, decimals=3)
    for part, reason in skipped.items():
        print(f"skipped: {part}: {terminal_text(reason)}", file=sys.stderr)
    if not arguments.dry and not arguments.part and arguments.split == "dev":
        validation.write(context, figures, skipped)
    if arguments.simulations:
        validation.write_simulations()
    return 0


def _declare_train(verbs: Any) -> None:
    made = _verb(
        verbs, "train", _train,
        "learn an instrument anew from a corpus on this machine",
        "train attribution --polnear ../shared/gold/polnear --out model.npz",
    )  # fmt: skip
    made.add_argument("what", choices=("attribution", "loaded_terms", "news_tone", "toward"), help="which instrument")
    made.add_argument("--polnear", type=Path, help="folder of PolNeAR (attribution)")
    made.add_argument("--babe", type=Path, help="folder of BABE (loaded_terms)")
    made.add_argument("--vader", type=Path, help="folder of the New York Times ratings (news_tone)")
    made.add_argument("--newsmtsc", type=Path, help="folder of NewsMTSC (toward)")
    made.add_argument("--out", type=Path, required=True, help="the file to write")
    made.add_argument("--seed", type=int, default=0, help="seed (default: 0)")


def _train(arguments: Arguments) -> int:
    from analysis.attribution.train import train_attribution
    from analysis.sentiment.training import train_news_tone, train_toward

    trainers: dict[str, tuple[str, Callable[[Path, Path], Any]]] = {
        "attribution": ("polnear", lambda folder, out: train_attribution(folder, out, seed=arguments.seed)),
        "loaded_terms": ("babe", _train_terms),
        "news_tone": ("vader", train_news_tone),
        "toward": ("newsmtsc", train_toward),
    }
    corpus, train = trainers[arguments.what]
    folder = getattr(arguments, corpus)
    if folder is None:
        raise InputError(
            f"train {arguments.what}: say where the corpus is with --{corpus} FOLDER (python -m analysis fetch {corpus})"
        )
    train(folder, arguments.out)
    print(json.dumps({"written": str(arguments.out)}) if arguments.json else f"{arguments.what}: {arguments.out}")
    return 0


def _train_terms(folder: Path, out: Path) -> None:
    from analysis.loaded_terms.training import train_reranker

    figures = train_reranker(folder, out)._asdict()
    said = ", ".join(f"{name} {figure.value:.3f}" for name, figure in figures.items())
    print(f"marked words of outlets that were left out: {said}", file=sys.stderr)


def _declare_dictionary(verbs: Any) -> None:
    _verb(
        verbs,
        "dictionary",
        _dictionary,
        "the data dictionary: every table and column",
        "dictionary > docs/data_dictionary.md",
    )


def _dictionary(arguments: Arguments) -> int:
    if arguments.json:
        print(
            json.dumps(
                {name: [vars(column) for column in spec.columns] for name, spec in schema.TABLES.items()}, indent=1
            )
        )
    else:
        print(schema.data_dictionary(), end="")
    return 0


if __name__ == "__main__":
    sys.exit(main())
