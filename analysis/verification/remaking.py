"""A study made again from what its folder holds, with what does not fit and what is other here.

Floor: `measuring`, `study_files` and everything beneath. A study folder comes in, a fresh one goes out, in a place that is given.
"""

from __future__ import annotations

import contextlib
import json
import shlex
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import pandas as pd

from analysis import questions, recipe, schema, store
from analysis.config import PROJECT
from analysis.errors import MissingExtra
from analysis.measuring import measure
from analysis.notebook_page import PAGES, page_of
from analysis.readers import read_corpus
from analysis.schema import Corpus
from analysis.study_files import made_by_run, read_plan, write_study

#: What decides a result and lies in the study folder itself: where these do not fit, the folder was changed.
_INSIDE = ("inputs_sha256", "lexicon_sha256", "actors_sha256", "n_articles", "n")
#: What decides a result and lies in this environment: where these do not fit, another result is to be expected.
_AROUND = {
    "version": "version of this program",
    "code_sha256": "code",
    "model_sha256": "trained weights or shipped lists",
    "look_sha256": "look of charts and pages, or the accuracy figures in the report",
    "packages": "library",
}


@dataclass(frozen=True)
class Remade:
    """A study that was made again.

    Attributes
    ----------
    study : the folder that is examined. fresh : the folder made again, with the recipe that `study` names.
    inside : sentences on what in the study folder does not fit its own recipe.
    around : sentences on what is other in this environment.
    """

    study: Path
    fresh: Path
    inside: tuple[str, ...]
    around: tuple[str, ...]


def remake(folder: Path, out: Path, *, raw: Path | None = None) -> Remade:
    """Make the study in `folder` again in `out`, with its own settings, lexicon and actors.

    Every file made carries the recipe that `folder` names, so that equal results are equal bytes; what is other in this
    environment is said beside it.
    """
    run = store.read_run(folder)
    plan = read_plan(folder)
    articles = schema.table("articles", store.read_table(folder, "articles"))
    call = str(run.get("call", ""))
    found = read_corpus(raw, columns=_columns(call)) if raw else Corpus(articles, _issues_of_reading(folder))
    inside = [] if raw else _texts_that_changed(articles)
    if raw:
        inside += other_articles(articles, found.articles)
    measured = measure(found, plan=plan)
    now = made_by_run(measured, plan, call=call)
    inside += [f"{_name(key)}: the recipe says {short(run.get(key))}, found {short(now[key])}" for key in _INSIDE
               if run.get(key) != now[key]]  # fmt: skip
    recorded = {key: run[key] for key in now if key in run}
    study = _with_recorded_run(measured, recorded)
    answers = questions.answer(study, settings=plan.settings)
    told = {key: value for key, value in run.items() if key != "what"}
    with store.new_folder(out, run=told) as fresh:
        write_study(study, answers, fresh, plan=plan, made_by=recorded)
    with contextlib.suppress(MissingExtra):
        store.add_pages(out, dict(page_of(notebook) for notebook in _notebooks_shown(folder)))
    return Remade(folder, out, tuple(inside), tuple(_around(recorded, now)))


def _notebooks_shown(folder: Path) -> list[Path]:
    """The executed notebooks of this project whose pages lie in a study; `analysis.notebooks --check` proves them."""
    beside = [PROJECT / "notebooks" / f"{page.stem}.ipynb" for page in sorted((folder / PAGES).glob("*.html"))]
    return [path for path in beside if path.is_file()]


def _columns(call: str) -> dict[str, str]:
    """The names of columns that the call gave: our column → theirs."""
    given = [word.removeprefix("--column=") for word in shlex.split(call) if word.startswith("--column=")]
    return {ours: theirs for ours, _, theirs in (text.partition("=") for text in given)}


def _issues_of_reading(folder: Path) -> pd.DataFrame:
    """The issues that measuring does not find again: files that were refused, articles that could not be measured."""
    issues = schema.table("issues", store.read_table(folder, "issues"))
    return issues[issues["step"] != "zones"].reset_index(drop=True)


def _texts_that_changed(articles: pd.DataFrame) -> list[str]:
    pairs = zip(articles["article_id"], articles["text"], articles["sha256"], strict=True)
    return [
        f"inputs: the text of {article!r} is not the one whose hash the table names"
        for article, text, digest in pairs
        if recipe.sha256_of_text(text) != digest
    ]


def other_articles(told: pd.DataFrame, found: pd.DataFrame) -> list[str]:
    """How the raw articles differ from those of the study."""
    old = dict(zip(told["article_id"], told["sha256"], strict=True))
    new = dict(zip(found["article_id"], found["sha256"], strict=True))
    return [
        *(f"inputs: {article!r} is not among the raw articles" for article in old if article not in new),
        *(f"inputs: {article!r} is not in the study" for article in new if article not in old),
        *(f"inputs: the text of {article!r} differs" for article in old if old[article] != new.get(article, old[article])),
    ]  # fmt: skip


def _with_recorded_run(measured: schema.Study, recorded: Mapping[str, object]) -> schema.Study:
    """The study with the row of `runs` that its folder names (hashes of the code and commit are said apart)."""
    row = {name: recorded.get(name, measured.runs[name].iloc[0]) for name in schema.TABLES["runs"].names}
    as_text = {
        name: json.dumps(row[name], sort_keys=True)
        for name in ("packages", "settings")
        if not isinstance(row[name], str)
    }
    return replace(measured, runs=schema.table("runs", [tuple({**row, **as_text}.values())]))


def _around(recorded: Mapping[str, object], now: Mapping[str, object]) -> list[str]:
    """What is other in this environment than when the study was made."""
    said = []
    for key, name in _AROUND.items():
        old, new = recorded.get(key), now[key]
        if isinstance(old, dict) and isinstance(new, dict):
            said += [
                f"{name}: {part} was {old.get(part, 'absent')}, is {new.get(part, 'absent')}"
                for part in sorted({*old, *new})
                if old.get(part) != new.get(part)
            ]
        elif old != new:
            said.append(f"{name}: was {short(old)}, is {short(new)}")
    return said


def _name(key: str) -> str:
    return {"inputs_sha256": "inputs", "lexicon_sha256": "lexicon", "actors_sha256": "actors"}.get(key, key)


def short(value: object) -> str:
    """A value for a sentence: of a hash the first twelve digits."""
    text = str(value)
    return text[:12] if len(text) == 64 else text
