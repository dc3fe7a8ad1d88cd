"""Small decision trees that are added up, in whole numbers.

Floor: measures of candidates come in, points for each come out. A tree asks `DEPTH` times whether a measure is above a
threshold and ends in points; all numbers are whole, so the compiled path and the NumPy path give the same.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from analysis.attribution.compiled import kernels

#: Questions from the root of a tree to its points.
DEPTH = 4
N_NODES, N_LEAVES = (1 << DEPTH) - 1, 1 << DEPTH
_BLOCK = 1_024  # so many candidates at a time, so that memory stays bounded


@dataclass(frozen=True, eq=False)
class Trees:
    """Several judges, each the sum of T trees over the same M measures.

    Attributes
    ----------
    measures : int16 (judges, T, nodes), the measure that each node asks about; node n leads to 2 n + 1 (at most the
        threshold) or 2 n + 2 (above it).
    thresholds : int32 (judges, T, nodes).
    points : int32 (judges, T, leaves), in 1/`SCALE` of a log-odd.
    """

    measures: np.ndarray
    thresholds: np.ndarray
    points: np.ndarray

    def add(self, odds: np.ndarray, table: np.ndarray, *, compiled: bool) -> np.ndarray:
        """`odds`, int32 (judges, C), with the points of each candidate added; `table` is int32 (M, C).

        Compiled code gives the same.
        """
        if compiled:
            mended: np.ndarray = kernels().add_trees(odds, table, self.measures, self.thresholds, self.points)
            return mended
        n_judges, n_trees, _ = self.measures.shape
        root = np.arange(n_judges * n_trees)[:, None]
        measures, thresholds, points = self.measures.ravel(), self.thresholds.ravel(), self.points.ravel()
        mended = odds.copy()
        for first in range(0, odds.shape[1], _BLOCK):
            part = table[:, first : first + _BLOCK]
            node = np.zeros((n_judges * n_trees, part.shape[1]), dtype=np.int64)
            column = np.arange(part.shape[1])
            for _ in range(DEPTH):
                at = root * N_NODES + node
                node = 2 * node + 1 + (part[measures[at], column] > thresholds[at])
            reached = points[root * N_LEAVES + node - N_NODES].reshape(n_judges, n_trees, part.shape[1])
            mended[:, first : first + _BLOCK] += reached.sum(axis=1, dtype=np.int32)
        return mended
