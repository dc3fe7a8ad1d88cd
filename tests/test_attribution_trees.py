"""Trees add what a walk by hand adds, on both paths, and boosting learns what no single measure tells."""

from __future__ import annotations

import numpy as np
import pytest

from analysis.attribution.boosting import boost
from analysis.attribution.crf import SCALE
from analysis.attribution.trees import DEPTH, N_LEAVES, N_NODES, Trees


def walked(trees: Trees, odds: np.ndarray, table: np.ndarray) -> list[list[int]]:
    """The odds as one reads them off the trees, question by question."""
    out = []
    for judge, its in enumerate(odds.tolist()):
        row = []
        for candidate, total in enumerate(its):
            for tree in range(trees.measures.shape[1]):
                node = 0
                for _ in range(DEPTH):
                    measure = trees.measures[judge, tree, node]
                    node = 2 * node + (2 if table[measure, candidate] > trees.thresholds[judge, tree, node] else 1)
                total += int(trees.points[judge, tree, node - N_NODES])
            row.append(total)
        out.append(row)
    return out


@pytest.mark.parametrize("compiled", [True, False])
@pytest.mark.parametrize(("n", "n_trees"), [(0, 3), (1, 0), (50, 7), (2_100, 2)])
def test_points_are_those_at_the_end_of_each_walk(n: int, n_trees: int, compiled: bool) -> None:
    random = np.random.default_rng(n + n_trees)
    trees = Trees(
        random.integers(0, 5, (2, n_trees, N_NODES)).astype(np.int16),
        random.integers(-9, 9, (2, n_trees, N_NODES)).astype(np.int32),
        random.integers(-400, 400, (2, n_trees, N_LEAVES)).astype(np.int32),
    )
    odds = random.integers(-900, 900, (2, n)).astype(np.int32)
    table = random.integers(-12, 12, (5, n)).astype(np.int32)
    before = odds.copy()
    assert trees.add(odds, table, compiled=compiled).tolist() == walked(trees, odds, table)
    assert (odds == before).all()


def made(n: int = 2_000) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Measures of which the first two tell together what neither tells alone, a constant one, and first odds of nothing."""
    random = np.random.default_rng(1)
    table = np.stack([*random.integers(0, 300, (2, n)), np.full(n, 7)])
    truth = (table[0] > 150) != (table[1] > 150)
    return table, np.stack([truth, table[0] > 40]), np.zeros((2, n), dtype=np.int32)


def test_boosting_learns_what_two_measures_tell_together() -> None:
    table, truths, odds = made()
    trees = boost(table, truths, odds, n_trees=30, rate=0.3)
    mended = trees.add(odds, table.astype(np.int32), compiled=False)
    right = ((mended > 0) == truths).mean(axis=1)
    assert right[0] > 0.95
    assert right[1] > 0.99
    assert not (trees.measures == 2).any() or (trees.thresholds[trees.measures == 2] >= 7).all()


def test_same_examples_give_the_same_trees() -> None:
    first, second = boost(*made(), n_trees=3), boost(*made(), n_trees=3)
    for part in ("measures", "thresholds", "points"):
        assert (getattr(first, part) == getattr(second, part)).all()


def test_nothing_is_mended_where_the_first_odds_are_right() -> None:
    table, truths, _ = made()
    sure = np.where(truths, 12 * SCALE, -12 * SCALE)
    trees = boost(table, truths, sure, n_trees=5)
    assert np.abs(trees.points).max() <= 1


def test_few_examples_ask_no_question() -> None:
    trees = boost(*made(80), n_trees=2)
    assert (trees.thresholds == np.iinfo(np.int32).max).all()
