"""The order of work: read → zone → split → attribute → lay over voices → measure; on this machine or on a Dask cluster.

Floor: every measure lies beneath; `study` folders are made from what comes out here. A corpus is a stream of batches:
each batch is measured by itself, so memory does not grow with the corpus while it is measured and any number of
workers gives the same tables.
"""

from __future__ import annotations

import dataclasses
import json
import os
import shlex
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache, partial
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import quote

import pandas as pd

from analysis import (
    attribution,
    charts,
    loaded_terms,
    naming,
    questions,
    recipe,
    report,
    schema,
    sentences,
    sentiment,
    store,
    voice,
    zones,
)
from analysis.article_view import article_html
from analysis.config import RESOURCES, Settings
from analysis.errors import InputError, MissingExtra, SchemaError, StudyError
from analysis.progress import Steps
from analysis.readers import read_corpus
from analysis.schema import Corpus, Study
from analysis.store import Batches

#: Called with (articles measured so far, articles in all).
Progress = Callable[[int, int], None]
#: The accuracy figures that every report shows; they say nothing about how a result is made.
ACCURACY = "accuracy.csv"
_MEASURED = ("zones", "sentences", "attributions", "spans", "voices", "hits", "scores", "names", "issues")


@dataclass(frozen=True)
class Plan:
    """What is measured and with what: the settings, the lexicon and the actors, as tables.

    Attributes
    ----------
    lexicon : the loaded terms (`loaded_terms.read_lexicon`).
    actors : referents and their aliases (`naming.read_actors`).
    zoned : False takes each text as one body, furniture included.
    """

    settings: Settings = field(default_factory=Settings)
    lexicon: pd.DataFrame = field(default_factory=loaded_terms.read_lexicon)
    actors: pd.DataFrame = field(default_factory=naming.read_actors)
    zoned: bool = True

    @cached_property
    def lexicon_sha256(self) -> str:
        """Hash of the lexicon's table."""
        return frame_sha256(self.lexicon)

    @cached_property
    def sha256(self) -> str:
        """Hash of everything that decides a result: the plan, the trained weights and resources, the code."""
        return recipe.sha256_of(
            json.dumps({**self.settings.as_dict(), "batch_size": 0}, sort_keys=True),
            self.lexicon_sha256,
            frame_sha256(self.actors),
            str(self.zoned),
            resources_sha256(),
            recipe.code_sha256(),
        )


def frame_sha256(frame: pd.DataFrame) -> str:
    """Hash of a table: its columns and every cell, as CSV."""
    return recipe.sha256_of(frame.to_csv(index=False, lineterminator="\n"))


@lru_cache(maxsize=1)
def resources_sha256() -> str:
    """Hash over every trained weight, lexicon and table that the package ships (not the look of its charts)."""
    return _sha256_of_resources(_decides)


@lru_cache(maxsize=1)
def look_sha256() -> str:
    """Hash over what only decides how a result is shown: style sheets, templates, the accuracy figures in reports."""
    return _sha256_of_resources(lambda path: not _decides(path))


def _decides(path: Path) -> bool:
    return path.suffix not in {".css", ".j2", ".js", ".mplstyle"} and path.name != ACCURACY


def _sha256_of_resources(chosen: Callable[[Path], bool]) -> str:
    files = [
        path
        for path in sorted(RESOURCES.rglob("*"))
        if path.is_file() and path.suffix not in {".py", ".pyc"} and chosen(path)
    ]
    return recipe.sha256_of(
        *(part for path in files for part in (path.relative_to(RESOURCES).as_posix(), recipe.sha256_of_file(path)))
    )


def measure(
    corpus: Corpus,
    *,
    plan: Plan | None = None,
    engine: str = "local",
    scheduler: str | None = None,
    progress: Progress | None = None,
    batches: Batches | None = None,
) -> Study:
    """Everything that the study measures, for every article of a corpus.

    Parameters
    ----------
    corpus : what `read_corpus` gave; `corpus.articles` has one row a document.
    plan : settings, lexicon and actors; by default those that the package ships.
    engine : `"local"` (this process) or `"dask"` (the extra `cluster`); the tables are the same, bit for bit.
    scheduler : address of a Dask scheduler, `"tcp://…"`; without one a cluster on this machine is used.
    progress : called after each batch with (articles measured, articles in all).
    batches : where measured batches are kept, so that a run that was killed goes on; None keeps nothing.

    Returns
    -------
    Study : the tables of `schema.TABLES`, rows in the order of `corpus.articles`. An article that could not be measured
        is a row in `issues` and in no other table: articles + refused = found.

    Raises
    ------
    InputError
        If the corpus has no article, or the same `article_id` twice.
    """
    plan = plan or _default_plan()
    articles = schema.table("articles", corpus.articles)
    if articles.empty:
        raise InputError("there is no article to measure; corpus.issues says what was refused and why")
    try:
        schema.check("articles", articles)
    except SchemaError as error:
        raise InputError(str(error)) from None
    parts = list(_cut(articles, plan.settings.batch_size))
    measured = []
    done = 0
    for part, tables in zip(parts, _measure_parts(parts, plan, engine, scheduler, batches), strict=True):
        measured.append(tables)
        done += len(part)
        if progress:
            progress(done, len(articles))
    return _study(articles, corpus.issues, measured, plan)


def measure_text(text: str, *, zoned: bool = True, headline: str = "", plan: Plan | None = None) -> Study:
    """The same tables for one string; every offset points into that string.

    Parameters
    ----------
    text : an article, as received.
    zoned : False measures the whole string as body: for a paragraph or a sentence that is not a whole article.
    headline : the headline, when it is known and may stand in the text.
    plan : settings, lexicon and actors; by default those that the package ships.

    Raises
    ------
    InputError
        If the text has no word.
    """
    if not any(letter.isalnum() for letter in text):
        raise InputError("measure_text: the text has no word")
    plan = plan or _default_plan()
    plan = plan if plan.zoned == zoned else dataclasses.replace(plan, zoned=zoned)
    rows = article_rows("text", text, _tools(plan), headline=headline)
    study = Study(
        articles=partial(article_table, "text", text, headline=headline),
        **{name: partial(schema.table, name, rows[name]) for name in _MEASURED},
        runs=lambda: _run_table(study.articles, study.issues, plan),
    )
    return study


@lru_cache(maxsize=1)
def _default_plan() -> Plan:
    """The shipped plan, read once."""
    return Plan()


def article_table(article_id: str, text: str, **known: str) -> pd.DataFrame:
    """An `articles` table of one row for a string that no reader read."""
    row: dict[str, object] = dict.fromkeys(schema.TABLES["articles"].names, "")
    row |= {
        "article_id": article_id,
        "text": text,
        "n_chars": len(text),
        "language": "en",
        "extraction": "string",
        **known,
    }
    row["sha256"] = recipe.sha256_of_text(text)
    return schema.table("articles", [tuple(row.values())])


@dataclass(frozen=True)
class Result:
    """What a run has to say when it ends.

    Attributes
    ----------
    folder : the study folder. summary : one row an outlet. n_articles, n_refused : read + refused = found.
    """

    folder: Path
    summary: pd.DataFrame
    n_articles: int
    n_refused: int


def run(
    raw: Path,
    out: Path,
    *,
    columns: Mapping[str, str] | None = None,
    plan: Plan | None = None,
    engine: str = "local",
    scheduler: str | None = None,
    replace: bool = False,
) -> Result:
    """Articles in, a study folder out; a run that was killed goes on where it stopped and ends with the same bytes.

    Parameters
    ----------
    raw : a file, folder or zip of articles. out : the study folder.
    columns : our column → theirs, for tables. plan : settings, lexicon, actors.
    replace : overwrite a study of other articles.

    Raises
    ------
    InputError
        If nothing could be read; the message names the first reason.
    OutputError
        If the folder cannot be written or holds something that is not this study (found out before any work is done).
    """
    with Steps() as steps:
        steps.begin("read")
        corpus = read_corpus(raw, columns=columns)
        if corpus.articles.empty:
            raise InputError(_nothing_read(raw, corpus))
        plan = plan or _default_plan()
        told = {"articles": article_hashes(corpus.articles)}
        store.check_writable(out, run=told, replace=replace)
        batches = store.batches_beside(out)
        steps.begin("measure", len(corpus.articles))
        plan = _with_actors(plan, corpus)
        study = measure(corpus, plan=plan, engine=engine, scheduler=scheduler, progress=steps, batches=batches)
        steps.begin("compare")
        answers = questions.answer(study, settings=plan.settings)
        made_by = made_by_run(study, plan, call=_call(raw, columns or {}, plan))
        with store.new_folder(out, run={**told, **made_by}, replace=replace) as folder:
            write_study(study, answers, folder, plan=plan, made_by=made_by, steps=steps)
        batches.clear()
    return Result(out, summary(study, answers), len(study.articles), int((study.issues["severity"] == "refused").sum()))


def article_hashes(articles: pd.DataFrame) -> dict[str, str]:
    """Article → SHA-256 of its text: what `run.json` says a study is made of."""
    return dict(zip(articles["article_id"], articles["sha256"], strict=True))


def _nothing_read(raw: Path, corpus: Corpus) -> str:
    reasons = [
        f"{path}: {message}" for path, message in zip(corpus.issues["path"], corpus.issues["message"], strict=True)
    ]
    more = f" (and {len(reasons) - 1} more)" if len(reasons) > 1 else ""
    return f"{raw}: no article could be read. {reasons[0] if reasons else 'It is empty.'}{more}"


def _with_actors(plan: Plan, corpus: Corpus) -> Plan:
    """The plan, with actors proposed from the corpus where none of its own is named there."""
    texts = corpus.articles["text"]
    if any(texts.str.contains(alias, regex=False).any() for alias in plan.actors["alias"]):
        return plan
    zone = zones.find_zones(corpus.articles, zoned=plan.zoned)
    proposed = naming.propose_actors(corpus.articles, sentences.find_sentences(corpus.articles, zone))
    return dataclasses.replace(plan, actors=proposed[list(naming.ACTOR_COLUMNS)])


def run_facts(study: Study) -> dict[str, object]:
    """What `run.json` says of the build: the one row of `runs`."""
    row = study.runs.iloc[0].to_dict()
    facts = {name: value.item() if hasattr(value, "item") else value for name, value in row.items()}
    return {
        str(name): json.loads(value) if name in ("packages", "settings") else value for name, value in facts.items()
    }


def made_by_run(study: Study, plan: Plan, *, call: str) -> dict[str, object]:
    """The recipe of a study: everything that decided it, as `run.json` and every exported file say it."""
    return {
        **run_facts(study),
        "code_sha256": recipe.code_sha256(),
        "look_sha256": look_sha256(),
        "actors_sha256": frame_sha256(plan.actors),
        "zoned": plan.zoned,
        "call": call,
        "n": len(study.articles),
    }


def _call(raw: Path, columns: Mapping[str, str], plan: Plan) -> str:
    """The command that makes the study where the articles lie in a folder of that name; no path of this machine."""
    usual = _default_plan()
    words = ["run", raw.resolve().name, *(f"--column={ours}={theirs}" for ours, theirs in columns.items())]
    if plan.settings.instruments != usual.settings.instruments:
        words += [f"--instrument={name}" for name in plan.settings.instruments]
    if plan.settings.seed != usual.settings.seed:
        words.append(f"--seed={plan.settings.seed}")
    if plan.lexicon_sha256 != usual.lexicon_sha256:
        words.append("--lexicon=tables/lexicon.csv")
    if not plan.actors.equals(usual.actors):
        words.append("--actors=tables/actors.csv")
    return f"python -m analysis {shlex.join(words)}"


def write_study(
    study: Study,
    answers: questions.Answers,
    folder: Path,
    *,
    plan: Plan,
    made_by: Mapping[str, object],
    steps: Steps | None = None,
) -> None:
    """Every file of a study but `run.json`, into a folder that is there; each carries `made_by` and its own name."""
    steps = steps or Steps()
    tables = {**study.tables(), **answers.tables(), "lexicon": plan.lexicon, "actors": plan.actors}
    store.write_tables(tables, folder / "tables", made_by=made_by)
    store.write_csv(study.issues, folder / "issues.csv")
    store.write_text(folder / "issues.csv.recipe.json", recipe.as_json({**made_by, "file": "issues.csv"}) + "\n")
    exhibits = _exhibits(study, answers, plan)
    steps.begin("draw", len(exhibits))
    (folder / "figures").mkdir()
    for number, exhibit in enumerate(exhibits, start=1):
        name = f"figures/{number:02d}-{exhibit.name}"
        charts.save(exhibit.figure, folder / name, recipe={**made_by, "figure": exhibit.name, "file": name})
        steps(number, len(exhibits))
    ids = study.articles["article_id"].tolist()
    steps.begin("mark up", len(ids))
    pages = store.write_each(
        folder / "articles",
        ids,
        lambda name: article_html(study, name, lexicon=plan.lexicon, made_by={**made_by, "article": name}),
    )
    steps.begin("report")
    given = report_input(
        study,
        answers,
        exhibits,
        plan=plan,
        made_by={**made_by, "file": "report.html"},
        pages={name: f"articles/{file}" for name, file in pages.items()},
    )
    store.write_text(folder / "report.html", report.report_html(given))
    quotes = attribution.as_quotation_table(study.articles, study.attributions, study.spans)
    store.write_workbook(
        {**study.tables(), **answers.tables()},
        folder / "study.xlsx",
        made_by={**made_by, "file": "study.xlsx"},
        extra={"quotes (ATAP names)": quotes},
    )


def _exhibits(study: Study, answers: questions.Answers, plan: Plan) -> list[report.Exhibit]:
    """The pictures of a study; the note under each names the build it comes from."""
    source = f"study {study.runs['run_id'].iloc[0][:8]}"
    return questions.exhibits(study, answers, source=source, settings=plan.settings)


def report_input(
    study: Study,
    answers: questions.Answers,
    exhibits: Sequence[report.Exhibit],
    *,
    plan: Plan,
    made_by: Mapping[str, object],
    pages: Mapping[str, str],
) -> report.ReportInput:
    """What the report is made from; `pages` are the addresses of the marked-up articles."""
    return report.ReportInput(
        study=study,
        contrasts=answers.contrasts,
        figures=exhibits,
        gate=answers.gate,
        accuracy=read_accuracy(),
        recipe=made_by,
        article_pages=pages,
        level=plan.settings.level,
        seed=plan.settings.seed,
    )


def write_report(folder: Path, out: Path, *, form: str = "html", seen: str | None = None) -> None:
    """The report of the study in `folder` again, from its tables, as `out`.

    Parameters
    ----------
    folder : the study. out : the file to write; its links lead into the study from where it lies.
    form : `"html"` (one page), `"md"` (pictures are links into the study) or `"docx"`.
    seen : where its links shall find the study, when not from where it lies; the recipe says it as `study`.

    Raises
    ------
    InputError
        If the folder is not a study. OutputError if the file cannot be written.
    """
    study, plan, answers = store.read_study(folder), read_plan(folder), read_answers(folder)
    made_by = {key: value for key, value in store.read_run(folder).items() if key not in ("what", "articles")}
    exhibits = _exhibits(study, answers, plan)
    # No path of the machine: where the study lies as seen from the report.
    there = seen or Path(os.path.relpath(folder.resolve(), out.resolve().parent)).as_posix()
    beside = "" if there == "." else quote(there) + "/"
    pages = store.page_names(study.articles["article_id"].tolist())
    given = report_input(
        study,
        answers,
        exhibits,
        plan=plan,
        made_by={**made_by, "file": f"report.{form}", **({} if there == "." else {"study": there})},
        pages={name: f"{beside}articles/{file}" for name, file in pages.items()},
    )
    if form == "docx":
        data = report.report_docx(given)
    elif form == "md":
        data = report.report_markdown(given, figures=f"{beside}figures").encode("utf-8")
    else:
        data = report.report_html(given).encode("utf-8")
    store.write_whole(out, data)


def read_plan(folder: Path) -> Plan:
    """The plan of the study in a folder: its settings, its lexicon, its actors.

    Raises
    ------
    InputError
        If the folder is not a study, or its settings are of another version.
    """
    run = store.read_run(folder)
    return Plan(
        settings=settings_of(run),
        lexicon=store.read_table(folder, "lexicon"),
        actors=store.read_table(folder, "actors"),
        zoned=bool(run.get("zoned", True)),
    )


def settings_of(run: Mapping[str, object]) -> Settings:
    """The settings that a recipe names.

    Raises
    ------
    InputError
        If they are not those of this version.
    """
    given = run.get("settings")
    known = {field.name for field in dataclasses.fields(Settings)}
    if not isinstance(given, dict) or not set(given) <= known:
        raise InputError("the settings of this study are not those of this version. Make the study again.")
    values: dict[str, Any] = {name: tuple(v) if isinstance(v, list) else v for name, v in given.items()}
    return Settings(**values)


def read_answers(folder: Path) -> questions.Answers:
    """The answers to the standard questions, as they lie in a study folder."""
    return questions.Answers(
        contrasts=store.read_table(folder, "contrasts"),
        levels=store.read_table(folder, "levels"),
        gate=store.read_table(folder, "gate"),
        speakers=store.read_table(folder, "speakers"),
        named=store.read_table(folder, "labels"),
    )


def read_accuracy() -> pd.DataFrame:
    """How accurate each instrument is on hand-coded news, as `validate` last measured it; shown in every report."""
    path = RESOURCES / ACCURACY
    return pd.read_csv(path) if path.exists() else pd.DataFrame()


def summary(study: Study, answers: questions.Answers) -> pd.DataFrame:
    """One row an outlet: articles, words, loaded terms per 1,000 words of its own voice with limits, share of attributed words."""
    study = questions.with_outlets(study)
    levels = answers.levels
    own = levels[(levels["measure"] == "loaded_terms") & (levels["voice"] == "own")].set_index("outlet")
    given = levels[levels["measure"] == "attributed_share"].set_index("outlet")
    out = pd.DataFrame({"outlet": sorted(study.articles["outlet"].unique())}).set_index("outlet")
    out["articles"] = study.articles.groupby("outlet").size()
    out["words"] = study.voices.merge(study.articles[["article_id", "outlet"]]).groupby("outlet")["n_words"].sum()
    out["loaded terms per 1,000 own words"] = own["value"].round(1)
    out["95 % limits"] = [
        f"{low:.1f} to {high:.1f}" if low == low else ""
        for low, high in own.reindex(out.index)[["low", "high"]].to_numpy()
    ]
    out["% attributed words"] = given["value"].round(1)
    return out.reset_index()


def _cut(articles: pd.DataFrame, size: int) -> Iterator[pd.DataFrame]:
    for start in range(0, len(articles), size):
        yield articles.iloc[start : start + size].reset_index(drop=True)


def _measure_parts(
    parts: Sequence[pd.DataFrame], plan: Plan, engine: str, scheduler: str | None, batches: Batches | None
) -> Iterator[dict[str, pd.DataFrame]]:
    if engine == "dask":
        return _on_cluster(parts, plan, scheduler)
    if engine != "local":
        raise InputError(f"measure: engine {engine!r} is not known; use 'local' or 'dask'")
    return (_measure_kept(part, plan, batches) for part in parts)


def _measure_kept(articles: pd.DataFrame, plan: Plan, batches: Batches | None) -> dict[str, pd.DataFrame]:
    if batches is None:
        return _measure_part(articles, plan)
    key = recipe.sha256_of(plan.sha256, frame_sha256(articles))
    tables = batches.get(key)
    if tables is None:
        tables = _measure_part(articles, plan)
        batches.put(key, tables)
    return tables


def _on_cluster(parts: Sequence[pd.DataFrame], plan: Plan, scheduler: str | None) -> Iterator[dict[str, pd.DataFrame]]:
    try:
        from distributed import Client
    except ImportError:
        raise MissingExtra("engine='dask' needs the extra `cluster`: pip install 'whose-words[cluster]'") from None
    with Client(scheduler) if scheduler else Client(processes=False, dashboard_address=None) as client:
        futures = client.map(_measure_part, parts, [plan] * len(parts), retries=2, pure=False)
        for place in range(len(futures)):
            yield futures[place].result()
            futures[place].release()


#: Rows of tables by the name of the table, `article_id` first.
Rows = dict[str, list[tuple[object, ...]]]


class Tools(NamedTuple):
    """What a plan looks things up with, made ready once for many articles."""

    terms: loaded_terms.Matcher
    actors: naming.Index
    instruments: tuple[str, ...]
    zoned: bool


def _tools(plan: Plan) -> Tools:
    terms, actors = loaded_terms.matcher(plan.lexicon), naming.index_of(plan.actors)
    return Tools(terms, actors, plan.settings.instruments, plan.zoned)


def _measure_part(articles: pd.DataFrame, plan: Plan) -> dict[str, pd.DataFrame]:
    """The tables of a batch; an article that fails is a row in `issues`, and the others go on."""
    tools = _tools(plan)
    rows: Rows = {name: [] for name in _MEASURED}
    names = ("article_id", "path", "headline", "text")
    for article, path, headline, text in zip(*[articles[name].tolist() for name in names], strict=True):
        try:
            found = article_rows(article, text, tools, headline=headline, path=path)
        except StudyError:  # a lexicon, a model, a setting: it concerns every article
            raise
        except Exception as error:  # what concerns one article must not stop the rest
            found = {"issues": [_refused(article, path, error)]}
        for name, more in found.items():
            rows[name] += more
    return {name: schema.table(name, rows[name]) for name in _MEASURED}


def _refused(article: str, path: str, error: Exception) -> tuple[object, ...]:
    message = f"could not be measured ({type(error).__name__}: {error}); the other articles went on"
    return path, article, "measure", "refused", None, message


def article_rows(article: str, text: str, tools: Tools, *, headline: str = "", path: str = "") -> Rows:
    """Everything that is measured in one article, as rows of the tables; no table is built on the way.

    Each measure is asked for rows here and for tables by whoever has tables (`zones.zone_rows`, `zones.find_zones`);
    both give the same.
    """
    zone = zones.zone_rows(text, headline, zoned=tools.zoned)
    sentence = list(enumerate(sentences.sentence_rows(text, zone)))
    found = attribution.attribute_text(text, sentences.body_paragraphs([row for _, row in sentence]))
    bodies = [(start, end) for name, start, end in zone if name == "body"]
    contents = [(start, end, number) for number, role, _, start, end, _ in found.spans if role == "content"]
    segments = voice.voice_segments(text, bodies, contents)
    laid, spoken = voice.laid(segments), voice.segment_rows(text, segments)
    set_off = loaded_terms.set_off(text, [(name, start, end, n_words) for _, name, _, start, end, n_words in spoken])
    places = [(start, end, number) for number, (_, _, start, end, _) in sentence]
    hits = [(hit, voice.voice_at(laid, hit[4])) for hit in loaded_terms.hit_rows(text, places, tools.terms)]
    names = naming.name_rows(text, places, tools.actors)
    pieces = voice.piece_rows(text, [(number, name, start, end) for number, (_, name, start, end, _) in sentence], laid)
    tones = sentiment.tones([piece for _, _, piece, _ in pieces], tools.instruments)
    scored = zip(*[tone.tolist() for tone in tones], strict=True)
    return {
        "zones": [(article, number, *row) for number, row in enumerate(zone)],
        "sentences": [(article, number, *row) for number, row in sentence],
        "attributions": [(article, *row) for row in found.attributions],
        "spans": [(article, *row) for row in found.spans],
        "voices": [(article, *row) for row in spoken],
        "hits": [
            (article, *hit[:-1], *where, hit[-1], loaded_terms.stands_in(set_off, hit[4])) for hit, where in hits
        ],
        "scores": [
            (article, number, name, instrument, score, weight)
            for (number, name, _, weight), scores in zip(pieces, scored, strict=True)
            for instrument, score in zip(tools.instruments, scores, strict=True)
        ],
        "names": [(article, *name, *voice.voice_at(laid, name[4])) for name in names],
        "issues": [] if bodies else [(path, article, "zones", "note", None, _NO_BODY)],
    }


_NO_BODY = "no body text was found: every zone is headline or furniture"


def _join(name: str, frames: Sequence[pd.DataFrame]) -> pd.DataFrame:
    full = [frame for frame in frames if len(frame)]
    return pd.concat(full, ignore_index=True) if full else schema.table(name)


def _study(
    articles: pd.DataFrame, read_issues: pd.DataFrame, measured: Sequence[dict[str, pd.DataFrame]], plan: Plan
) -> Study:
    tables = {
        name: measured[0][name] if len(measured) == 1 else _join(name, [part[name] for part in measured])
        for name in _MEASURED
    }
    refused = set(tables["issues"].loc[tables["issues"]["severity"] == "refused", "article_id"])
    if refused:
        articles = articles[~articles["article_id"].isin(refused)].reset_index(drop=True)
    tables["issues"] = tables["issues"].sort_values("step", kind="stable", ignore_index=True)
    if len(read_issues):
        tables["issues"] = _join("issues", [schema.table("issues", read_issues), tables["issues"]])
    return Study(articles=articles, **tables, runs=_run_table(articles, tables["issues"], plan))


def _run_table(articles: pd.DataFrame, issues: pd.DataFrame, plan: Plan) -> pd.DataFrame:
    what = {
        "version": recipe.version(),
        "commit": recipe.commit(),
        "inputs_sha256": frame_sha256(articles.drop(columns=["text", "path"])),
        "lexicon_sha256": plan.lexicon_sha256,
        "model_sha256": resources_sha256(),
        "packages": json.dumps(recipe.packages(), sort_keys=True),
        "settings": json.dumps(plan.settings.as_dict(), sort_keys=True),
        "seed": plan.settings.seed,
        "n_articles": len(articles),
        "n_refused": int((issues["severity"] == "refused").sum()),
    }
    run_id = recipe.sha256_of(json.dumps(what, sort_keys=True))[:16]
    return schema.table("runs", [(run_id, *what.values())])
