"""One question asked under many definitions: does the answer hang on the instrument, the voice, the list, the filter?

Floor: studies come in; one row a specification goes out, and a summary of what they agree on and which choice matters.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import product

import numpy as np
import pandas as pd

from analysis.compare import compare, find_copies, side_balance, without_copies
from analysis.config import Settings
from analysis.errors import CannotCompare, SchemaError
from analysis.schema import Study

DEFAULT = Settings()
#: What can be chosen, and what is taken when a choice is not asked for.
CHOICES = {
    "measure": "names of `rates.MEASURES`; a leading `-` turns the sign (lower tone beside more loaded terms)",
    "voice": "names of `rates.VOICE_SETS`: `all` with quotations, `unquoted` and `own` without, `whole` with headline",
    "study": "names of `studies`: the same articles under other lexica, attributions, selections",
    "copies": "`kept` or `left out`: wire copy and near-duplicates",
    "min_words": "shortest body that takes part",
    "within": "`event`, or `none` for articles without events",
}
_DEFAULTS: dict[str, Sequence[object]] = {
    "voice": ("all", "own", "narrator", "unquoted", "whole"),
    "copies": ("kept", "left out"),
    "min_words": (0, DEFAULT.min_words, 200),
    "within": ("event",),
}


@dataclass(frozen=True)
class Question:
    """Is `outlet_a` higher than `outlet_b` on these measures? Measures in one question must point the same way."""

    measures: tuple[str, ...]
    outlet_a: str
    outlet_b: str


def multiverse(
    study: Study,
    question: Question,
    over: Mapping[str, Iterable[object]] | None = None,
    *,
    studies: Mapping[str, Study] | None = None,
    level: float = DEFAULT.level,
    resamples: int = 999,
    seed: int = DEFAULT.seed,
) -> pd.DataFrame:
    """One row for every combination of choices, with the estimate of `compare` under it.

    Parameters
    ----------
    question : measures and the two outlets.
    over : choice → options (`CHOICES` says what can be chosen); what is missing takes its defaults. Measures are those
        of the question unless `over` names others.
    studies : further measurements of the same articles by name (another lexicon, say); `study` itself is `as measured`.

    Returns
    -------
    DataFrame, one row a specification
        A column for each choice, then `estimate`, `low`, `high`, `unit` (standard deviations between events when the
        measures have different units, else the measure's unit), `effect_size`, `p`, `n_events`, `n_articles_a`,
        `n_articles_b`, `verdict`, `reason`. Refused specifications stay, without an estimate. No p is corrected: what
        is shown is the whole of what was asked.

    Raises
    ------
    SchemaError
        If a choice, option or outlet is unknown.
    """
    chosen = _choices(question, over or {}, studies or {})
    variants = {"as measured": study, **(studies or {})}
    rows: list[pd.DataFrame] = []
    for name, copies in product(chosen["study"], chosen["copies"]):
        given = _of_two(variants[str(name)], question)
        if copies == "left out":
            given = without_copies(given, find_copies(given))
        for within in chosen["within"]:
            column = None if within == "none" else str(within)
            balance = side_balance(given, within=column, min_words=0)
            for min_words in chosen["min_words"]:
                asked = [(str(m).removeprefix("-"), str(v)) for m in chosen["measure"] for v in chosen["voice"]]
                table = compare(
                    given, asked, within=column, min_words=int(str(min_words)), level=level, resamples=resamples,
                    seed=seed, balance=balance,
                )  # fmt: skip
                part = _specified(table, question, chosen["measure"])
                part["study"], part["copies"], part["within"] = str(name), str(copies), str(within)
                part["min_words"] = int(str(min_words))
                rows.append(part)
    found = pd.concat(rows, ignore_index=True)
    return _in_one_unit(found)[[*CHOICES, *_RESULT]]


_RESULT = ["estimate", "low", "high", "unit", "effect_size", "p", "n_events", "n_articles_a", "n_articles_b", "verdict",
           "reason"]  # fmt: skip


def _choices(
    question: Question, over: Mapping[str, Iterable[object]], studies: Mapping[str, Study]
) -> dict[str, list[object]]:
    unknown = sorted(set(over) - set(CHOICES))
    if unknown:
        raise SchemaError(f"multiverse: no choice is called {unknown}; there are: {', '.join(CHOICES)}")
    names = ["as measured", *studies]
    every = {"measure": question.measures, "study": names, **_DEFAULTS, **over}
    options = {name: list(dict.fromkeys(every[name])) for name in CHOICES}
    for choice, known in (("study", names), ("copies", ["kept", "left out"])):
        strange = [option for option in options[choice] if option not in known]
        if strange:
            raise SchemaError(f"multiverse: {choice} cannot be {strange}; there are: {', '.join(known)}")
    return options


def _of_two(study: Study, question: Question) -> Study:
    """The study of the two outlets alone."""
    known = sorted(set(study.articles["outlet"]))
    missing = [outlet for outlet in (question.outlet_a, question.outlet_b) if outlet not in known]
    if missing:
        raise SchemaError(f"multiverse: no article is from {missing}; outlets are: {', '.join(known)}")
    kept = study.articles["outlet"].isin([question.outlet_a, question.outlet_b])
    ids = set(study.articles.loc[kept, "article_id"])
    return replace(study, **{
        name: frame[frame["article_id"].isin(ids)].reset_index(drop=True)
        for name, frame in study.tables().items()
        if "article_id" in frame.columns and name != "issues"
    })  # fmt: skip


def _specified(table: pd.DataFrame, question: Question, measures: Sequence[object]) -> pd.DataFrame:
    """Rows of `contrasts` as outlet_a minus outlet_b, and turned where the measure was asked with a `-`."""
    signed = {str(name).removeprefix("-"): str(name) for name in measures}
    turn = np.where(table["outlet_a"] == question.outlet_a, 1.0, -1.0)
    turn = turn * [-1.0 if signed[name].startswith("-") else 1.0 for name in table["measure"]]
    out = table.assign(measure=[signed[name] for name in table["measure"]])
    for low, middle, high in (("low", "estimate", "high"), ("effect_low", "effect_size", "effect_high")):
        ends = np.sort(np.stack([out[low] * turn, out[high] * turn]), axis=0)
        out = out.assign(**{low: ends[0], middle: out[middle] * turn, high: ends[1]})
    return out


def _in_one_unit(found: pd.DataFrame) -> pd.DataFrame:
    """Estimates in their own unit when there is one, else in standard deviations."""
    if len(set(found["unit"])) <= 1:
        return found
    return found.assign(
        estimate=found["effect_size"], low=found["effect_low"], high=found["effect_high"], unit="standard deviations"
    )


@dataclass(frozen=True)
class Summary:
    """What the specifications say together.

    Attributes
    ----------
    n, n_refused : specifications asked; of these, refused.
    sign : +1 or -1, the sign of most; `share_agreeing` : share of those shown that have it.
    share_clear : share whose interval leaves out 0; `share_clear_against` : leaves out 0 on the other side.
    low, median, high : smallest, middle and largest estimate.
    choices : one row a choice that was varied, the one that matters most first: `choice`, `options`, `variance_share`
        (of the variance of estimates, how much goes with this choice alone; what is left is in combinations),
        `flips` (does its option decide the sign of the mean estimate).
    """

    n: int
    n_refused: int
    sign: int
    share_agreeing: float
    share_clear: float
    share_clear_against: float
    low: float
    median: float
    high: float
    choices: pd.DataFrame


def summarise(specifications: pd.DataFrame) -> Summary:
    """Share of specifications that agree in sign, share that leave out 0, and which choice matters most.

    Raises
    ------
    CannotCompare
        If every specification was refused; the message is the commonest reason.
    """
    shown = specifications[specifications["estimate"].notna()]
    if shown.empty:
        reason = specifications["reason"].mode()
        raise CannotCompare(f"no specification can be compared: {reason.iloc[0] if len(reason) else 'none was asked'}")
    estimate = shown["estimate"].to_numpy()
    sign = 1 if (estimate > 0).sum() >= (estimate < 0).sum() else -1
    clear = {1: (shown["low"] > 0).mean(), -1: (shown["high"] < 0).mean()}
    varied = [name for name in CHOICES if name in shown and len(set(shown[name])) > 1]
    rows = [_weight_of(shown, name) for name in varied]
    choices = pd.DataFrame(rows, columns=["choice", "options", "variance_share", "flips"])
    return Summary(
        n=len(specifications),
        n_refused=len(specifications) - len(shown),
        sign=sign,
        share_agreeing=float((np.sign(estimate) == sign).mean()),
        share_clear=float(clear[1] + clear[-1]),
        share_clear_against=float(clear[-sign]),
        low=float(estimate.min()),
        median=float(np.median(estimate)),
        high=float(estimate.max()),
        choices=choices.sort_values(["variance_share", "choice"], ascending=[False, True], ignore_index=True),
    )


def _weight_of(shown: pd.DataFrame, choice: str) -> tuple[str, int, float, bool]:
    """Between-option sum of squares over the total, and whether the options' means differ in sign."""
    estimate = shown["estimate"]
    means = estimate.groupby(shown[choice].astype(str)).mean()
    sizes = shown[choice].astype(str).value_counts().reindex(means.index)
    total = float(((estimate - estimate.mean()) ** 2).sum())
    between = float((sizes * (means - estimate.mean()) ** 2).sum())
    return choice, len(means), between / total if total > 0 else 0.0, bool((means > 0).any() and (means < 0).any())
