"""Can this be compared at all: enough events, articles, words and hits, and sides that are alike but for the outlet.

Floor: pairs and a study's articles come in; go, warn or refuse comes out, with the sentence that belongs under the chart.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from analysis.compare.estimators import RATIO_HITS, Difference, between_articles, within_events
from analysis.compare.pairs import REST, Asked, Pair, pairs_of
from analysis.config import Settings
from analysis.schema import Study

#: Below these nothing is shown; with five events the simulated intervals still cover 93-97 %.
LEAST_EVENTS = LEAST_ARTICLES = 5
#: Below these the sentence under the chart says how little there is.
FEW = 10
#: Sides of more unequal sizes are warned about (simulated: 5 against 25 articles cover 91-96 %). A judgement.
WIDEST_SIZES = 5
#: Effective degrees of freedom below which a few long articles carry the comparison. A judgement.
LEAST_DF = 3.0
DEFAULT = Settings()
_UNVARIED = "Every unit has the same difference, so nothing can be said about chance; more articles are needed."


def difference_of(pair: Pair) -> Difference:
    """The estimate of one pair (arrays of shape (1,)), in the measure's unit."""
    parts = (pair.top_a[None], pair.base_a[None], pair.top_b[None], pair.base_b[None])
    estimate = within_events if pair.is_within else between_articles
    return _in_unit(estimate(*parts, is_count=pair.measure.is_count), pair.measure.scale)


def _in_unit(difference: Difference, scale: float) -> Difference:
    once = ("value_a", "value_b", "hit_a", "hit_b", "influence")
    twice = ("variance_a", "variance_b", "covariance")
    changes = {name: getattr(difference, name) * scale for name in once}
    return replace(difference, **changes, **{name: getattr(difference, name) * scale**2 for name in twice})


def refusal(pair: Pair) -> str:
    """Why nothing can be shown, and what would be needed; empty when something can."""
    short = f" ({pair.n_excluded} articles were set aside: too short, or outlet or event unknown)"
    note = short if pair.n_excluded else ""
    if pair.is_within and pair.n_events < LEAST_EVENTS:
        return (
            f"{pair.side_a} and {pair.side_b} share {pair.n_events} events that can be measured; "
            f"{LEAST_EVENTS} are needed{note}."
        )
    if not pair.is_within and min(pair.n_articles) < LEAST_ARTICLES:
        return (
            f"{pair.n_articles[0]} articles of {pair.side_a} and {pair.n_articles[1]} of {pair.side_b} can be "
            f"measured; {LEAST_ARTICLES} a side are needed{note}."
        )
    if not np.any(pair.top_a) and not np.any(pair.top_b):
        return "Nothing was found on either side, so there is nothing to compare."
    return ""


def warnings(pair: Pair, difference: Difference) -> list[str]:
    """What a reader must know beside the number, from counts alone."""
    notes = []
    if pair.is_within and pair.n_events < FEW:
        least = f"; with {pair.n_events} events no test can reach p < .05" if pair.n_events == LEAST_EVENTS else ""
        notes.append(f"Only {pair.n_events} shared events{least}.")
    if not pair.is_within and min(pair.n_articles) < FEW:
        notes.append(f"Only {min(pair.n_articles)} articles on one side.")
    if max(pair.n_articles) > WIDEST_SIZES * min(pair.n_articles):
        notes.append(f"The sides are of very different size ({pair.n_articles[0]} and {pair.n_articles[1]} articles).")
    if pair.measure.is_count and pair.expected_hits < RATIO_HITS:
        notes.append(f"Fewer than {RATIO_HITS} hits to be expected on one side, so no ratio is given.")
    if float(difference.df[0]) < LEAST_DF:
        notes.append("A few long articles carry most of the weight.")
    return notes


#: Balance of the two sides, as `can_compare` gives it: column, what it says.
BALANCE = {
    "genre_overlap": "share of articles that could be matched by genre (1: same mixture)",
    "length_ratio": "median words of the longer side over the shorter",
    "days_apart": "median days between the sides' dates (within events: of the same event)",
    "topic_p": "chance that one subject would give names as different as these (articles without events only)",
    "n_copies": "articles of one side that repeat one of the other, or of their own side",
}
LEAST_GENRE_OVERLAP, MOST_LENGTH_RATIO, MOST_DAYS, LEAST_TOPIC_P = 0.75, 3.0, 30.0, 0.05


def balance_notes(row: pd.Series) -> list[str]:
    """The sentences that one row of balance calls for; figures that are missing call for none."""
    notes = []
    if row["genre_overlap"] < LEAST_GENRE_OVERLAP:
        notes.append(f"Genres differ: only {row['genre_overlap']:.0%} of the articles could be matched by genre.")
    if row["length_ratio"] > MOST_LENGTH_RATIO:
        notes.append(f"Lengths differ: a typical article is {row['length_ratio']:.1f} times as long on one side.")
    if row["days_apart"] > MOST_DAYS:
        notes.append(f"Dates differ: typically {row['days_apart']:.0f} days apart.")
    if row["topic_p"] <= LEAST_TOPIC_P:
        notes.append("The sides write about different names, so subject and outlet cannot be told apart.")
    if row["n_copies"] > 0:
        noun = "article repeats" if row["n_copies"] == 1 else "articles repeat"
        notes.append(f"{row['n_copies']:.0f} {noun} another (wire copy or near-duplicate); compare without them too.")
    return notes


def verdict_of(pair: Pair, balance: pd.Series | None) -> tuple[str, str, Difference | None]:
    """Verdict, sentence, and the estimate unless it is refused."""
    reason = refusal(pair)
    if reason:
        return "refuse", reason, None
    difference = difference_of(pair)
    if not float(difference.se[0]) > 0:
        return "refuse", _UNVARIED, None
    notes = warnings(pair, difference) + (balance_notes(balance) if balance is not None else [])
    return ("warn" if notes else "go"), " ".join(notes), difference


def gate_table(
    study: Study,
    questions: Sequence[Asked],
    balance: pd.DataFrame,
    *,
    by: str,
    within: str | None,
    against: str | None,
    level: float,
    per: int,
    min_words: int,
) -> pd.DataFrame:
    """One row for each measure, voice and pair of sides: sizes, what could be seen, balance, verdict, sentence."""
    rows = []
    sides = by_sides(balance)
    for pair in pairs_of(study, questions, by=by, within=within, against=against, per=per, min_words=min_words):
        alike = balance_row(sides, pair)
        verdict, reason, difference = verdict_of(pair, alike)
        seen = float("nan") if difference is None else _seen(difference, level)
        figures = [float("nan")] * len(BALANCE) if alike is None else [float(alike[name]) for name in BALANCE]
        rows.append((
            pair.measure.name, pair.measure.unit, pair.voice, pair.side_a, pair.side_b, pair.n_events,
            *pair.n_articles, *pair.n_words, seen, *figures, verdict, reason,
        ))  # fmt: skip
    return pd.DataFrame(rows, columns=_columns())


def _columns() -> list[str]:
    return [
        "measure", "unit", "voice", "outlet_a", "outlet_b", "n_events", "n_articles_a", "n_articles_b",
        "n_words_a", "n_words_b", "smallest_seen", *BALANCE, "verdict", "reason",
    ]  # fmt: skip


def _seen(difference: Difference, level: float) -> float:
    return float(difference.smallest_seen(level)[0])


def by_sides(balance: pd.DataFrame) -> dict[tuple[str, str], pd.Series]:
    """The rows of a balance table by their two sides, either way round."""
    rows = [row for _, row in balance.iterrows()]
    turned = {(str(row["side_b"]), str(row["side_a"])): row for row in rows}
    return turned | {(str(row["side_a"]), str(row["side_b"])): row for row in rows}


def balance_row(balance: Mapping[tuple[str, str], pd.Series], pair: Pair) -> pd.Series | None:
    """The balance of this pair's sides (None against the others, whose mixture is that of the events)."""
    return None if pair.side_b == REST else balance.get((pair.side_a, pair.side_b))
