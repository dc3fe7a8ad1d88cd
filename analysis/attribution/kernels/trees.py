"""The loop over trees, compiled.

Floor: measures of candidates come in, odds go out. `trees` has the same in NumPy.
"""

from __future__ import annotations

import numba
import numpy as np


@numba.njit(cache=True)
def add_trees(odds, table, measures, thresholds, points):  # type: ignore[no-untyped-def]
    """As `Trees.add`: `odds` with the points of every tree added."""
    n_judges, n_trees, n_nodes = measures.shape
    n_measures, n = table.shape
    mended = odds.copy()
    mine = np.empty(n_measures, np.int32)
    for candidate in range(n):
        for measure in range(n_measures):
            mine[measure] = table[measure, candidate]
        for judge in range(n_judges):
            total = 0
            for tree in range(n_trees):
                node = 0
                while node < n_nodes:
                    is_above = mine[measures[judge, tree, node]] > thresholds[judge, tree, node]
                    node = 2 * node + 1 + is_above
                total += points[judge, tree, node - n_nodes]
            mended[judge, candidate] += total
    return mended
