"""The order of work: read, measure, compare, write; articles in, a study folder out.

Floor: `measuring` and `study_files` lie beneath.
"""

from __future__ import annotations

import dataclasses
import shlex
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from analysis import naming, questions, sentences, store, zones
from analysis.errors import InputError
from analysis.measuring import measure
from analysis.plan import Plan, default_plan
from analysis.progress import Steps
from analysis.readers import read_corpus
from analysis.schema import Corpus, Study
from analysis.study_files import article_hashes, made_by_run, write_study


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
        plan = plan or default_plan()
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


def _call(raw: Path, columns: Mapping[str, str], plan: Plan) -> str:
    """The command that makes the study where the articles lie in a folder of that name; no path of this machine."""
    usual = default_plan()
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
