"""Counts to figures with intervals: F1, B³, accuracy of kinds, any figure at all.

Floor: counts or rows, each with the unit that it belongs to, come in; figures with limits from resampling whole units
go out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

import numpy as np
import pandas as pd

_COUNTS = ["article_id", "figure", "n_match_found", "n_match_gold", "n_found", "n_gold"]


def f1_table(counts: pd.DataFrame, *, level: float = 0.95, n_resamples: int = 2_000, seed: int = 0) -> pd.DataFrame:
    """Precision, recall and F1 over all articles, with an interval from resampling whole articles.

    Parameters
    ----------
    counts : what `attribution_counts` (or `span_counts`) gave.

    Returns
    -------
    DataFrame, one row a figure: `figure, precision, recall, f1, low, high, n_found, n_gold` (shares in [0, 1]).
    """
    rows = []
    for figure in counts["figure"].unique():
        part = counts.loc[counts["figure"] == figure, ["n_match_found", "n_match_gold", "n_found", "n_gold"]].to_numpy(
            float
        )
        precision, recall, f1 = _f1(part.sum(axis=0))
        draws = np.random.default_rng(seed).integers(len(part), size=(n_resamples, len(part)))
        sums = np.stack([part[draw].sum(axis=0) for draw in draws])
        low, high = np.quantile(_f1(sums.T)[2], [(1 - level) / 2, (1 + level) / 2])
        shown = (float(value) for value in (precision, recall, f1, low, high))
        rows.append((figure, *shown, int(part[:, 2].sum()), int(part[:, 3].sum())))
    return pd.DataFrame(rows, columns=["figure", "precision", "recall", "f1", "low", "high", "n_found", "n_gold"])


def _f1(sums: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    match_found, match_gold, found, gold = sums
    precision = np.divide(match_found, found, out=np.zeros_like(match_found), where=found > 0)
    recall = np.divide(match_gold, gold, out=np.zeros_like(match_gold), where=gold > 0)
    total = precision + recall
    return precision, recall, np.divide(2 * precision * recall, total, out=np.zeros_like(total), where=total > 0)


def paired_difference(
    left: pd.DataFrame,
    right: pd.DataFrame,
    figure: str,
    *,
    level: float = 0.95,
    n_resamples: int = 2_000,
    seed: int = 0,
) -> tuple[float, float, float]:
    """F1 of one system less F1 of another on the same articles: (difference, low, high), whole articles resampled.

    Parameters
    ----------
    left, right : what `attribution_counts` gave for the two systems over the same articles.
    """
    columns = ["n_match_found", "n_match_gold", "n_found", "n_gold"]
    a = left[left["figure"] == figure].set_index("article_id")[columns]
    b = right[right["figure"] == figure].set_index("article_id")[columns].reindex(a.index)
    x, y = a.to_numpy(float), b.to_numpy(float)
    draws = np.random.default_rng(seed).integers(len(x), size=(n_resamples, len(x)))
    deltas = [float(_f1(x[draw].sum(axis=0))[2] - _f1(y[draw].sum(axis=0))[2]) for draw in draws]
    low, high = np.quantile(deltas, [(1 - level) / 2, (1 + level) / 2])
    return float(_f1(x.sum(axis=0))[2] - _f1(y.sum(axis=0))[2]), float(low), float(high)


def span_counts(
    found: Mapping[str, Iterable[object]], gold: Mapping[str, Iterable[object]], figure: str
) -> pd.DataFrame:
    """Counts for things that match exactly or not at all (sentence boundaries, terms), per article.

    Parameters
    ----------
    found, gold : article → what was found and what is there, as hashable values (`(start, end)`, a word's number …).

    Returns
    -------
    DataFrame as `attribution_counts` gives, for `f1_table`.
    """
    rows = []
    for article in gold:
        left, right = set(found.get(article, ())), set(gold[article])
        match = len(left & right)
        rows.append((article, figure, match, match, len(left), len(right)))
    return pd.DataFrame(rows, columns=_COUNTS)


def resampled(
    frame: pd.DataFrame,
    figure: Callable[[pd.DataFrame], float],
    *,
    unit: str,
    level: float = 0.95,
    n_resamples: int = 1_000,
    seed: int = 0,
) -> tuple[float, float, float]:
    """Any figure over a table with an interval from resampling whole units: (value, low, high).

    Parameters
    ----------
    unit : the column that names the unit (article, editorial, outlet).
    figure : table → number; resamples where it is not defined (nan) are left out.
    """
    places = [np.asarray(rows) for rows in frame.groupby(unit, sort=True).indices.values()]
    rng = np.random.default_rng(seed)
    values = []
    for _ in range(n_resamples):
        draw = rng.integers(len(places), size=len(places))
        values.append(figure(frame.iloc[np.concatenate([places[number] for number in draw])]))
    low, high = np.nanquantile(values, [(1 - level) / 2, (1 + level) / 2])
    return float(figure(frame)), float(low), float(high)


def accuracies(
    rows: pd.DataFrame, *, unit: str, level: float = 0.95, n_resamples: int = 1_000, seed: int = 0
) -> dict[str, tuple[float, float, float]]:
    """Share of rows found right, and the same with each kind given the same say, with limits from resampling whole units.

    Parameters
    ----------
    rows : one row a thing that was coded: `truth`, `found`, and the column named by `unit`.

    Returns
    -------
    dict : `accuracy` and `balanced accuracy` → (value, low, high).
    """
    right = (rows["truth"] == rows["found"]).astype(float)
    keys = [rows[unit], rows["truth"]]
    n_right, n = (column.groupby(keys).sum().unstack(fill_value=0) for column in (right, right * 0 + 1))  # noqa: PD010
    both = np.stack([n_right.to_numpy(float), n.to_numpy(float)], axis=1)
    rng = np.random.default_rng(seed)
    drawn = rng.multinomial(len(both), np.full(len(both), 1 / len(both)), size=n_resamples)
    sums = np.einsum("ru,usk->srk", np.vstack([np.ones(len(both)), drawn]), both)
    per_kind = np.divide(sums[0], sums[1], out=np.full_like(sums[0], np.nan), where=sums[1] > 0)
    figures = {"accuracy": sums[0].sum(axis=1) / sums[1].sum(axis=1), "balanced accuracy": np.nanmean(per_kind, axis=1)}
    limits = {name: np.quantile(drawn[1:], [(1 - level) / 2, (1 + level) / 2]) for name, drawn in figures.items()}
    return {name: (float(figures[name][0]), float(low), float(high)) for name, (low, high) in limits.items()}


def b_cubed_counts(rows: pd.DataFrame, figure: str = "B³") -> pd.DataFrame:
    """How well mentions are grouped: B³ precision and recall (Bagga & Baldwin 1998), per article, for `f1_table`.

    For each mention: of those found with it, which share belongs with it; of those that belong with it, which share was
    found with it. A mention without a name (`""`) stands alone, on either side: abstaining costs recall, never precision.

    Parameters
    ----------
    rows : one row a mention: `article_id`, `found` (the group it was put in), `gold` (the group it belongs to).
    """
    alone = pd.Series([f"\0{place}" for place in range(len(rows))], index=rows.index)
    table = rows.assign(**{side: rows[side].where(rows[side] != "", alone) for side in ("found", "gold")})
    n_both = table.groupby(["article_id", "found", "gold"])["found"].transform("size")
    table["precision"] = n_both / table.groupby(["article_id", "found"])["found"].transform("size")
    table["recall"] = n_both / table.groupby(["article_id", "gold"])["gold"].transform("size")
    sums = table.groupby("article_id", sort=True).agg(p=("precision", "sum"), r=("recall", "sum"), n=("gold", "size"))
    counts = [(article, figure, row.p, row.r, row.n, row.n) for article, row in zip(sums.index, sums.itertuples())]
    return pd.DataFrame(counts, columns=_COUNTS)
