"""Everything that is measured in articles: read → zone → split → attribute → lay over voices → measure.

Floor: the plan and every measure lie beneath. A corpus is a stream of batches, on this machine or on a Dask cluster:
each batch is measured by itself, so memory does not grow with the corpus while it is measured and any number of
workers gives the same tables.
"""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import TYPE_CHECKING

import pandas as pd

from analysis import attribution, loaded_terms, naming, recipe, schema, sentences, sentiment, voice, zones
from analysis.errors import InputError, MissingExtra, SchemaError, StudyError
from analysis.plan import Plan, default_plan, frame_sha256, resources_sha256
from analysis.schema import Corpus, Study

if TYPE_CHECKING:
    from analysis.store import Batches

#: Called with (articles measured so far, articles in all).
Progress = Callable[[int, int], None]
#: Rows of tables by the name of the table, `article_id` first.
Rows = dict[str, list[tuple[object, ...]]]
_MEASURED = ("zones", "sentences", "attributions", "spans", "voices", "hits", "scores", "names", "issues")
_NO_BODY = "no body text was found: every zone is headline or furniture"


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
    plan = plan or default_plan()
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

    Everything is measured at once; each table is made of what was measured when it is first looked at.

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
    plan = plan or default_plan(zoned=zoned)
    plan = plan if plan.zoned == zoned else dataclasses.replace(plan, zoned=zoned)
    rows = article_rows("text", text, plan, headline=headline)
    study = Study(
        articles=partial(article_table, "text", text, headline=headline),
        **{name: partial(schema.table, name, rows[name]) for name in _MEASURED},
        runs=lambda: _run_table(study.articles, study.issues, plan),
    )
    return study


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


def _measure_part(articles: pd.DataFrame, plan: Plan) -> dict[str, pd.DataFrame]:
    """The tables of a batch; an article that fails is a row in `issues`, and the others go on."""
    rows: Rows = {name: [] for name in _MEASURED}
    names = ("article_id", "path", "headline", "text")
    for article, path, headline, text in zip(*[articles[name].tolist() for name in names], strict=True):
        try:
            found = article_rows(article, text, plan, headline=headline, path=path)
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


def article_rows(article: str, text: str, plan: Plan, *, headline: str = "", path: str = "") -> Rows:
    """Everything that is measured in one article, as rows of the tables; no table is built on the way.

    Each measure is asked for rows here and for tables by whoever has tables (`zones.zone_rows`, `zones.find_zones`);
    both give the same.
    """
    zone = zones.zone_rows(text, headline, zoned=plan.zoned)
    sentence = list(enumerate(sentences.sentence_rows(text, zone)))
    read = attribution.read_text(text, sentences.body_paragraphs([row for _, row in sentence]))
    found = attribution.attribute(*read)
    bodies = [(start, end) for name, start, end in zone if name == "body"]
    contents = [(start, end, number) for number, role, _, start, end, _ in found.spans if role == "content"]
    segments = voice.voice_segments(text, bodies, contents, read)
    laid, spoken = voice.laid(segments), voice.segment_rows(text, segments)
    set_off = loaded_terms.set_off(text, [(name, start, end, n_words) for _, name, _, start, end, n_words in spoken])
    places = [(start, end, number) for number, (_, _, start, end, _) in sentence]
    hits = [(hit, voice.voice_at(laid, hit[4])) for hit in loaded_terms.hit_rows(text, places, plan.terms)]
    names = naming.name_rows(text, places, plan.names)
    pieces = voice.piece_rows(text, [(number, name, start, end) for number, (_, name, start, end, _) in sentence], laid)
    instruments = plan.settings.instruments
    tones = sentiment.tones([piece for _, _, piece, _ in pieces], instruments)
    scored = zip(*[tone.tolist() for tone in tones], strict=True)
    return {
        "zones": [(article, number, *row) for number, row in enumerate(zone)],
        "sentences": [(article, number, *row) for number, row in sentence],
        "attributions": [(article, *row) for row in found.attributions],
        "spans": [(article, *row) for row in found.spans],
        "voices": [(article, *row) for row in spoken],
        "hits": [(article, *hit[:-1], *where, hit[-1], loaded_terms.stands_in(set_off, hit[4])) for hit, where in hits],
        "scores": [
            (article, number, name, instrument, score, weight)
            for (number, name, _, weight), scores in zip(pieces, scored, strict=True)
            for instrument, score in zip(instruments, scores, strict=True)
        ],
        "names": [(article, *name, *voice.voice_at(laid, name[4])) for name in names],
        "issues": [] if bodies else [(path, article, "zones", "note", None, _NO_BODY)],
    }


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
