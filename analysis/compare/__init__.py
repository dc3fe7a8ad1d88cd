"""Contrasts between outlets, within events, whole articles as the unit; and the gate that each one passes.

Floor: a study comes in, `contrasts` go out. `docs/statistics.md` says which interval was chosen and what it was held
against.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pandas as pd

from analysis import schema
from analysis.compare.balance import find_copies, side_balance, without_copies
from analysis.compare.estimators import RATIO_HITS, Difference, effect_size
from analysis.compare.events import event_contrasts
from analysis.compare.gate import DEFAULT, balance_row, by_sides, gate_table, verdict_of
from analysis.compare.pairs import REST, Pair, Question, pairs_of, questions_of
from analysis.compare.pooling import shrunken
from analysis.compare.resampling import benjamini_hochberg, p_values
from analysis.errors import CannotCompare
from analysis.schema import Study

__all__ = [
    "REST",
    "can_compare",
    "compare",
    "event_contrasts",
    "find_copies",
    "shrunken",
    "side_balance",
    "without_copies",
]

Measures = str | Iterable[Question]
Voices = str | None | Iterable[str | None]


def compare(
    study: Study,
    measure: Measures,
    *,
    by: str = "outlet",
    within: str | None = "event",
    voice: Voices = None,
    against: str | None = None,
    level: float = DEFAULT.level,
    per: int = 1_000,
    min_words: int = DEFAULT.min_words,
    resamples: int = 9_999,
    seed: int = DEFAULT.seed,
    processes: int = 1,
    shrink: bool = False,
    balance: pd.DataFrame | None = None,
    strict: bool = False,
) -> pd.DataFrame:
    """How two outlets differ on the same events, how sure that is, and whether it may be said at all.

    Parameters
    ----------
    measure : one or several names of `rates.MEASURES`, or (name, voice) pairs. Corrections are over all rows of this call: ask once for all
        that you will look at.
    by : column of the articles that names the sides; `within` the column whose values are compared inside (None:
        articles share nothing, and whole articles are dealt instead).
    voice : one or several of `rates.VOICE_SETS`; None is every word of the body.
    against : None for every two sides; `rest` for each side against all others in its events; or one side's name.
    level : of the intervals. `per` : words that rates are given for. `min_words` : shorter bodies are set aside.
    resamples, seed, processes : of the p-values; `processes` changes the time, never the numbers.
    shrink : estimates and pointwise limits are partially pooled (see `shrunken`); for many small outlets, with
        `against="rest"`.
    balance : what `side_balance` gave for this study, when it is asked many times; an empty table leaves it out.
    strict : raise instead of returning a row that is refused.

    Returns
    -------
    DataFrame (schema `contrasts`), one row for each measure, voice and pair of sides
        `estimate` is a minus b, both over the same events. In rows with verdict `refuse` every estimate is missing and
        `reason` says what would be needed. `event_contrasts` opens a row into its events.

    Raises
    ------
    CannotCompare
        With `strict`, when a row is refused; the message is its reason.
    SchemaError
        If a measure, voice, column or side is unknown.

    Notes
    -----
    It shows how the *instrument* sees the texts. Where the instrument errs more on one outlet than on the other the
    gap is wrong however many articles there are (`analysis.correction`).

    Differences are pooled over events with Mantel-Haenszel weights; their variance comes from how events differ
    (CR2; between articles the jackknife, CR3), with Satterthwaite degrees of freedom. Counts have limits from each side's own gamma limits, joined as MOVER does
    (Zou & Donner 2008), so that ratio and difference agree. p: sides exchanged within events; between articles, dealt
    anew. `p_adjusted`: the same, for the largest statistic of all rows (Westfall & Young 1993). Simultaneous limits:
    Sidak's with a reserve (`freedom.quantile`); max-t quantiles as multipliers covered 79-96 % in simulation.
    """
    questions = questions_of(measure, voice)
    pairs = list(pairs_of(study, questions, by=by, within=within, against=against, per=per, min_words=min_words))
    alike = side_balance(study, by=by, within=within, min_words=min_words) if balance is None else balance
    sides = by_sides(alike)
    judged = [verdict_of(pair, balance_row(sides, pair)) for pair in pairs]
    if strict:
        for pair, (verdict, reason, _) in zip(pairs, judged, strict=True):
            if verdict == "refuse":
                raise CannotCompare(f"{pair.measure.title}: {reason}")
    shown = [k for k, (_, _, difference) in enumerate(judged) if difference is not None]
    p, p_adjusted = p_values([pairs[k] for k in shown], resamples=resamples, seed=seed, processes=processes)
    numbers = {
        k: _numbers(pairs[k], difference, level, len(shown))
        for k, (_, _, difference) in enumerate(judged)
        if difference is not None
    }
    tests = dict(zip(shown, zip(p, p_adjusted, benjamini_hochberg(p), strict=True), strict=True))
    rows = [
        _row(pair, verdict, reason, numbers.get(k), tests.get(k))
        for k, (pair, (verdict, reason, _)) in enumerate(zip(pairs, judged, strict=True))
    ]
    table = schema.table("contrasts", rows)
    return shrunken(table, level=level) if shrink else table


def can_compare(
    study: Study,
    measure: Measures = "loaded_terms",
    *,
    by: str = "outlet",
    within: str | None = "event",
    voice: Voices = None,
    against: str | None = None,
    level: float = DEFAULT.level,
    per: int = 1_000,
    min_words: int = DEFAULT.min_words,
    balance: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """The gate: what could be compared, what could be seen, what would mislead. No estimate is in it.

    Arguments are those of `compare`, so that it can be asked before anyone has looked at a difference.

    Returns
    -------
    DataFrame, one row for each measure, voice and pair of sides
        Sizes of both sides, `smallest_seen` (difference told from 0 with 80 % chance, in `unit`), balance
        (`gate.BALANCE` says what each column means; missing where it cannot be known), `verdict` (go, warn, refuse)
        and `reason`, the sentence for under the chart.
    """
    alike = side_balance(study, by=by, within=within, min_words=min_words) if balance is None else balance
    questions = questions_of(measure, voice)
    return gate_table(
        study, questions, alike, by=by, within=within, against=against, level=level, per=per, min_words=min_words
    )


def _numbers(pair: Pair, difference: Difference, level: float, n_rows: int) -> dict[str, float]:
    """Everything that is estimated about one pair."""
    low, high = difference.limits(level)
    low_all, high_all = difference.limits(level, n_rows=n_rows)
    step = pair.n_events**-0.5 if pair.is_within else float(np.sqrt(sum(1 / n for n in pair.n_articles)))
    effect, effect_low, effect_high = effect_size(difference, step, level=level)
    ratio = (np.full(1, np.nan),) * 3
    if pair.measure.is_count and pair.expected_hits >= RATIO_HITS:
        ratio = difference.ratio(level)
    found = {
        "value_a": difference.value_a, "value_b": difference.value_b, "estimate": difference.estimate,
        "low": low, "high": high, "low_simultaneous": low_all, "high_simultaneous": high_all,
        "ratio": ratio[0], "ratio_low": ratio[1], "ratio_high": ratio[2],
        "effect_size": effect, "effect_low": effect_low, "effect_high": effect_high,
        "smallest_seen": difference.smallest_seen(level),
    }  # fmt: skip
    return {name: float(np.asarray(value).ravel()[0]) for name, value in found.items()}


_ESTIMATED = (
    "value_a", "value_b", "estimate", "low", "high", "low_simultaneous", "high_simultaneous", "ratio", "ratio_low",
    "ratio_high", "effect_size", "effect_low", "effect_high", "smallest_seen",
)  # fmt: skip


def _row(
    pair: Pair,
    verdict: str,
    reason: str,
    numbers: dict[str, float] | None,
    tests: tuple[float, float, float] | None,
) -> tuple[object, ...]:
    """One row of `contrasts`, in the order of its columns."""
    missing = float("nan")
    cells: dict[str, object] = dict.fromkeys(_ESTIMATED, missing)
    cells |= {"p": missing, "p_adjusted": missing, "q": missing, "method": ""}
    if numbers is not None and tests is not None:
        cells |= numbers
        cells |= {"p": tests[0], "p_adjusted": tests[1], "q": tests[2], "method": _method(pair)}
    cells |= {
        "measure": pair.measure.name, "unit": pair.measure.unit, "event": "", "voice": pair.voice,
        "outlet_a": pair.side_a, "outlet_b": pair.side_b, "n_events": pair.n_events,
        "n_articles_a": pair.n_articles[0], "n_articles_b": pair.n_articles[1],
        "n_hits_a": pair.hits[0], "n_hits_b": pair.hits[1],
        "base_a": float(pair.base_a.sum()), "base_b": float(pair.base_b.sum()),
        "n_words_a": pair.n_words[0], "n_words_b": pair.n_words[1], "verdict": verdict, "reason": reason,
    }  # fmt: skip
    return tuple(cells[column] for column in schema.TABLES["contrasts"].names)


def _method(pair: Pair) -> str:
    variance = "variance over events (CR2)" if pair.is_within else "jackknife over articles (CR3)"
    limits = "gamma limits joined by MOVER" if pair.measure.is_count else "t limits"
    test = "sides exchanged within events" if pair.is_within else "articles dealt anew, studentised"
    return f"{variance}, {limits}; p: {test}"
