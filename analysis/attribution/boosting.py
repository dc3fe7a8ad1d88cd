"""Learn small trees, each of which mends what all before it got wrong.

Floor: measures, truths and first odds come in, `Trees` go out. Second-order gradient boosting of the logistic loss over
binned measures (Chen & Guestrin 2016), without chance: the same examples give the same trees.
"""

from __future__ import annotations

import numpy as np

from analysis.attribution.crf import SCALE
from analysis.attribution.trees import DEPTH, N_LEAVES, N_NODES, Trees

_MOST_BINS = 64


def boost(
    table: np.ndarray,
    truths: np.ndarray,
    odds: np.ndarray,
    *,
    n_trees: int = 100,
    rate: float = 0.1,
    least: float = 60.0,
    shrinkage: float = 5.0,
) -> Trees:
    """Trees that mend first odds.

    Parameters
    ----------
    table : int (M, C), the measures of C examples.
    truths : bool (judges, C).
    odds : int (judges, C), in 1/`SCALE`: what is believed before, by judges that have not seen the example.
    rate : the part of each tree's points that is kept.
    least : so many examples stand on either side of a question, at least.
    shrinkage : up draws the points of leaves with few examples towards 0.
    """
    cuts = [_cuts(measure) for measure in table]
    bins = np.stack([np.searchsorted(cut, measure, side="left") for cut, measure in zip(cuts, table, strict=True)])
    judges = [
        _boost_one(bins, truth, believed / SCALE, n_trees, rate, least, shrinkage)
        for truth, believed in zip(truths, odds, strict=True)
    ]
    limit = np.iinfo(np.int32).max
    padded = np.full((len(cuts), _MOST_BINS + 1), limit, dtype=np.int64)
    for row, cut in enumerate(cuts):
        padded[row, : len(cut)] = cut
    measures = np.stack([asked for asked, _, _ in judges])
    at = np.stack([bin_ for _, bin_, _ in judges])
    points = np.stack([leaf for _, _, leaf in judges])
    thresholds = padded[measures, at].astype(np.int32)
    return Trees(measures.astype(np.int16), thresholds, np.rint(points * SCALE).astype(np.int32))


def _cuts(measure: np.ndarray) -> np.ndarray:
    """Thresholds of a measure: its values, or quantiles of them where there are many; never the greatest value."""
    values = np.unique(measure)
    if len(values) > _MOST_BINS:
        values = np.unique(np.quantile(measure, np.arange(1, _MOST_BINS) / _MOST_BINS, method="lower"))
    return values[:-1] if values[-1] == measure.max() else values


def _boost_one(
    bins: np.ndarray, truth: np.ndarray, believed: np.ndarray, n_trees: int, rate: float, least: float, shrinkage: float
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The trees of one judge: measure and bin of each node (T, nodes), points of each leaf (T, leaves)."""
    asked = np.zeros((n_trees, N_NODES), dtype=np.int64)
    above = np.full((n_trees, N_NODES), _MOST_BINS, dtype=np.int64)
    points = np.zeros((n_trees, N_LEAVES))
    odds = believed.astype(np.float64)
    for tree in range(n_trees):
        share = 1 / (1 + np.exp(-odds))
        slope, bend = truth - share, share * (1 - share)
        node = np.zeros(len(odds), dtype=np.int64)
        for depth in range(DEPTH):
            first, n = (1 << depth) - 1, 1 << depth
            measure, bin_ = _best_questions(bins, node, n, slope, bend, least, shrinkage)
            asked[tree, first : first + n], above[tree, first : first + n] = measure, bin_
            node = 2 * node + (bins[measure[node], np.arange(len(node))] > bin_[node])
        total, weight = (np.bincount(node, weights=part, minlength=N_LEAVES) for part in (slope, bend))
        points[tree] = rate * total / (weight + shrinkage)
        odds += points[tree][node]
    return asked, above, points


def _best_questions(
    bins: np.ndarray, node: np.ndarray, n: int, slope: np.ndarray, bend: np.ndarray, least: float, shrinkage: float
) -> tuple[np.ndarray, np.ndarray]:
    """For each of n nodes the measure and the bin that part its examples best; the last bin where nothing does."""
    width = _MOST_BINS + 1
    best = np.zeros(n)
    measure, bin_ = np.zeros(n, dtype=np.int64), np.full(n, _MOST_BINS, dtype=np.int64)
    for number, values in enumerate(bins):
        at = node * width + values
        below = [
            np.bincount(at, weights=part, minlength=n * width).reshape(n, width).cumsum(axis=1)
            for part in (slope, bend, None)
        ]
        (left, left_bend, left_n), (total, total_bend, total_n) = below, [part[:, -1:] for part in below]
        gain = (
            left**2 / (left_bend + shrinkage)
            + (total - left) ** 2 / (total_bend - left_bend + shrinkage)
            - total**2 / (total_bend + shrinkage)
        )
        gain[(left_n < least) | (total_n - left_n < least)] = 0.0
        top = gain.argmax(axis=1)
        better = gain[np.arange(n), top] > best + 1e-9
        best = np.where(better, gain[np.arange(n), top], best)
        measure, bin_ = np.where(better, number, measure), np.where(better, top, bin_)
    return measure, bin_
