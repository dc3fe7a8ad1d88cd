"""Do outlets on one event stand in the order in which people put them?

Floor: a number for each article and people's judgement of it come in; agreement within events goes out, with limits that
take whole events as the unit.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from scipy import stats

from analysis.gold import Basil

#: Places of BASIL's `relative_stance` on the line from left to right.
STANCES = {"left": -2.0, "liberal": -1.0, "center": 0.0, "conservative": 1.0, "right": 2.0}


class Agreement(NamedTuple):
    """How well an order within events agrees with people's, with 95 % limits (jackknife over events, t).

    Attributes
    ----------
    rank : mean over events of Spearman's correlation (-1 … 1, up is agreement); 0 for an event in which the measure
        gives every article the same number. pairs : share of pairs in people's order (.50 is chance; ties of the measure
        count half). n_events : events in which people see a difference. n_pairs : pairs in which they do.
    """

    rank: float
    rank_low: float
    rank_high: float
    pairs: float
    pairs_low: float
    pairs_high: float
    n_events: int
    n_pairs: int


def article_gold(basil: Basil, n_words: pd.Series) -> pd.DataFrame:
    """What BASIL's coders saw in each article.

    Parameters
    ----------
    n_words : words of each article's body, indexed by `article_id`.

    Returns
    -------
    DataFrame, index `article_id`, one row an article: `event`, `outlet`; `lexical`, `lexical_unquoted` (spans that are not
        inside a quotation) and `informational` (marked spans per 1,000 words), `n_lexical`, `n_informational` (spans);
        `stance` (`STANCES`, -2 left … 2 right, missing where none is given), `slant` (its distance from the centre).
    """
    table = basil.articles.set_index("article_id")[["event", "outlet", "relative_stance"]]
    words = n_words.reindex(table.index).to_numpy(dtype=float)
    is_lexical = basil.spans["bias"] == "lexical"
    kinds = {
        "lexical": is_lexical,
        "lexical_unquoted": is_lexical & ~basil.spans["is_quote"],
        "informational": ~is_lexical,
    }
    for name, kept in kinds.items():
        n_spans = basil.spans.loc[kept].groupby("article_id").size().reindex(table.index, fill_value=0)
        table[name] = 1_000 * n_spans / words
        if name in ("lexical", "informational"):
            table[f"n_{name}"] = n_spans
    table["stance"] = table.pop("relative_stance").map(STANCES).astype(float)
    table["slant"] = table["stance"].abs()
    return table


def order_within_events(table: pd.DataFrame, *, value: str, truth: str, level: float = 0.95) -> Agreement:
    """Agreement of a measure with people's judgement, event by event.

    Parameters
    ----------
    table : DataFrame, one row an article: `event`, the columns named by `value` and `truth`, and, where articles of one event
        are judged several times (toward several entities), `entity`. Rows without a value or a judgement are left out.
    """
    sums = _event_sums(table, value, truth)
    return Agreement(*_ratio(sums[:, :2], level), *_ratio(sums[:, 2:], level), *_counts(sums))


def order_gain(table: pd.DataFrame, *, value: str, other: str, truth: str, level: float = 0.95) -> Agreement:
    """How much better `value` agrees with people than `other` does, on the same articles: differences, with their limits."""
    kept = table.dropna(subset=[value, other, truth])
    sums, others = (_event_sums(kept, name, truth) for name in (value, other))
    rank, pairs = (_ratio(sums[:, part], level, others[:, part]) for part in (slice(0, 2), slice(2, 4)))
    return Agreement(*rank, *pairs, *_counts(sums))


def _event_sums(table: pd.DataFrame, value: str, truth: str) -> np.ndarray:
    """(sum of correlations, how many; pairs in people's order, pairs) of each event, shape (E, 4)."""
    kept = table.dropna(subset=[value, truth])
    keys = ["event", *(["entity"] if "entity" in kept else [])]
    rows: dict[Any, np.ndarray] = {}
    for key, part in kept.groupby(keys, sort=True):
        sums = _agreement(part[value].to_numpy(dtype=float), part[truth].to_numpy(dtype=float))
        rows[key[0]] = rows.get(key[0], np.zeros(4)) + sums
    return np.array([row for row in rows.values() if row[1]]).reshape(-1, 4)


def _agreement(values: np.ndarray, truths: np.ndarray) -> np.ndarray:
    if len(truths) < 2 or np.ptp(truths) == 0:
        return np.zeros(4)
    rank = np.corrcoef(stats.rankdata(values), stats.rankdata(truths))[0, 1] if np.ptp(values) else 0.0
    first, second = np.triu_indices(len(values), 1)
    people, machine = (np.sign(x[first] - x[second]) for x in (truths, values))
    told = people != 0
    return np.array([rank, 1.0, ((people * machine)[told] + 1).sum() / 2, told.sum()])


def _ratio(sums: np.ndarray, level: float, other: np.ndarray | None = None) -> tuple[float, float, float]:
    """Sum over sum (less that of `other`) with its limits: each event left out once."""
    if len(sums) < 2:
        return float("nan"), float("nan"), float("nan")
    value, without = _shares(sums)
    if other is not None:
        base, base_without = _shares(other)
        value, without = value - base, without - base_without
    n = len(sums)
    error = float(np.sqrt((n - 1) / n * ((without - without.mean()) ** 2).sum()))
    half = float(stats.t.ppf((1 + level) / 2, n - 1)) * error
    return value, value - half, value + half


def _shares(sums: np.ndarray) -> tuple[float, np.ndarray]:
    total = sums.sum(axis=0)
    without = total - sums
    return float(total[0] / total[1]), without[:, 0] / without[:, 1]


def _counts(sums: np.ndarray) -> tuple[int, int]:
    return len(sums), int(sums[:, 3].sum())
