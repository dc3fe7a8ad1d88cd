"""Four ways to see one gap: as the instrument counts, as people count, and corrected by one with the other.

Floor: arrays of machine and hand counts come in; estimates with limits go out.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import stats

from analysis.rates import ratio_variance


@dataclass(frozen=True)
class Side:
    """One outlet's articles: machine numerators and denominators of all, hand numerators of those coded."""

    machine: np.ndarray
    base: np.ndarray
    coded: np.ndarray
    hand: np.ndarray
    chance: np.ndarray

    @classmethod
    def of(cls, table: pd.DataFrame, scale: float) -> Side:
        """The rows of one outlet: `numerator`, `denominator`, and `count`, `probability` where a person coded."""
        coded = np.flatnonzero(table["count"].notna().to_numpy())
        return cls(
            machine=table["numerator"].to_numpy(float) * scale,
            base=table["denominator"].to_numpy(float),
            coded=coded,
            hand=table["count"].to_numpy(float)[coded] * scale,
            chance=table["probability"].to_numpy(float)[coded],
        )

    @property
    def n(self) -> int:
        """Articles of the side."""
        return len(self.machine)


def gap_rows(a: Side, b: Side, level: float) -> list[tuple[str, float, float, float, float]]:
    """(method, estimate, low, high, weight) of the four ways to see one gap."""
    weight = _weight((a, b))
    ways = {
        "naive": (1.0, [_ratio(side.machine, side.base) for side in (a, b)]),
        "hand codes alone": (0.0, [_ratio(side.hand, side.base[side.coded]) for side in (a, b)]),
        "prediction-powered": (weight, [_powered(side, weight) for side in (a, b)]),
        "design-based": (weight, [_designed(side, weight) for side in (a, b)]),
    }
    rows = []
    for method, (believed, ((value_a, var_a, df_a), (value_b, var_b, df_b))) in ways.items():
        variance = var_a + var_b
        df = variance**2 / (var_a**2 / df_a + var_b**2 / df_b) if variance > 0 else min(df_a, df_b)
        half = float(stats.t.ppf((1 + level) / 2, df)) * variance**0.5
        gap = value_a - value_b
        rows.append((method, gap, gap - half, gap + half, believed))
    return rows


_Value = tuple[float, float, float]


def _ratio(top: np.ndarray, base: np.ndarray) -> _Value:
    """Value, variance, degrees of freedom."""
    return float(top.sum() / base.sum()), float(ratio_variance(top, base)), len(top) - 1.0


def _weight(sides: Sequence[Side]) -> float:
    """How far to believe the instrument: covariance of hand and machine over the machine's variance, both sides."""
    shared = spread = 0.0
    for side in sides:
        base = side.base[side.coded]
        hand, machine = (
            (top - top.sum() / base.sum() * base) / base.sum() for top in (side.hand, side.machine[side.coded])
        )
        n = len(base)
        others = np.setdiff1d(np.arange(side.n), side.coded)
        shared += n / (n - 1) * float(hand @ machine)
        spread += n / (n - 1) * float(machine @ machine)
        if len(others) > 1:
            spread += float(ratio_variance(side.machine[others], side.base[others]))
    return float(np.clip(shared / spread, 0.0, 1.0)) if spread > 0 else 0.0


def _powered(side: Side, weight: float) -> _Value:
    """weight x instrument on articles nobody coded, plus the error on those coded."""
    error, error_variance, df = _ratio(side.hand - weight * side.machine[side.coded], side.base[side.coded])
    others = np.setdiff1d(np.arange(side.n), side.coded)
    if len(others) < 2:  # everything was coded: nothing is left for the instrument
        return _ratio(side.hand, side.base[side.coded])
    value, variance, df_others = _ratio(side.machine[others], side.base[others])
    parts = (error_variance, weight**2 * variance)
    total = sum(parts)
    df = total**2 / (parts[0] ** 2 / df + parts[1] ** 2 / df_others) if total > 0 else df
    return weight * value + error, total, df


def _designed(side: Side, weight: float) -> _Value:
    """Pseudo-numerators: weight x instrument everywhere, plus the error of those coded over their chance."""
    made = weight * side.machine
    made[side.coded] += (side.hand - weight * side.machine[side.coded]) / side.chance
    # The denominators of those coded stand for those of all: a ratio of two weighted sums.
    error_base = np.zeros(side.n)
    error_base[side.coded] = side.base[side.coded] / side.chance
    error = float((made - weight * side.machine).sum() / error_base.sum())
    value = weight * float(side.machine.sum() / side.base.sum()) + error
    influence = (made - weight * side.machine - error * error_base) / error_base.sum()
    influence = influence + weight * (side.machine - side.machine.sum() / side.base.sum() * side.base) / side.base.sum()
    n = len(side.coded)
    return value, n / (n - 1) * float((influence**2).sum()), n - 1.0
