"""Four ways to see one gap: as the instrument counts, as people count, and corrected by one with the other.

Floor: arrays of machine and hand counts come in; estimates with limits go out.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from scipy import stats

#: Limits take whole events as units from so many events on; simulated, they hold there (docs/correction.md).
LEAST_EVENTS = 20


@dataclass(frozen=True)
class Side:
    """One outlet's articles: machine numerators and denominators of all, hand numerators of those coded.

    `event` says what each article reports on; empty when nobody knows.
    """

    machine: np.ndarray
    base: np.ndarray
    coded: np.ndarray
    hand: np.ndarray
    chance: np.ndarray
    event: np.ndarray = field(default_factory=lambda: np.empty(0, dtype=str))

    @classmethod
    def of(cls, table: pd.DataFrame, scale: float) -> Side:
        """The rows of one outlet: `numerator`, `denominator`, `event`, and `count`, `probability` where a person coded."""
        coded = np.flatnonzero(table["count"].notna().to_numpy())
        return cls(
            machine=table["numerator"].to_numpy(float) * scale,
            base=table["denominator"].to_numpy(float),
            coded=coded,
            hand=table["count"].to_numpy(float)[coded] * scale,
            chance=table["probability"].to_numpy(float)[coded],
            event=table["event"].to_numpy(str),
        )

    @property
    def n(self) -> int:
        """Articles of the side."""
        return len(self.machine)


@dataclass(frozen=True)
class _Value:
    """A side's value, what each of its articles adds to its error, and degrees of freedom."""

    value: float
    influence: np.ndarray
    df: float

    @property
    def variance(self) -> float:
        return float((self.influence**2).sum())


def gap_rows(a: Side, b: Side, level: float) -> list[tuple[str, float, float, float, float]]:
    """(method, estimate, low, high, weight) of the four ways to see one gap.

    Where the sides share enough events, errors of one event are added up before they are squared: what is hot about an
    event is hot on both sides, and leaves the gap.
    """
    weight = _weight((a, b))
    ways = {
        "naive": (1.0, [_ratio(side, side.machine, np.arange(side.n)) for side in (a, b)]),
        "hand codes alone": (0.0, [_ratio(side, side.hand, side.coded) for side in (a, b)]),
        "prediction-powered": (weight, [_powered(side, weight) for side in (a, b)]),
        "design-based": (weight, [_designed(side, weight) for side in (a, b)]),
    }
    events = shared_events(a, b)
    rows = []
    for method, (believed, (of_a, of_b)) in ways.items():
        variance = of_a.variance + of_b.variance
        df = variance**2 / (of_a.variance**2 / of_a.df + of_b.variance**2 / of_b.df) if variance > 0 else of_a.df
        if events is not None and variance > 0:
            sums = np.bincount(events, np.concatenate([of_a.influence, -of_b.influence]))
            n = int(np.count_nonzero(sums))
            variance, df = n / (n - 1) * float((sums**2).sum()), min(df, n - 1.0)
        half = float(stats.t.ppf((1 + level) / 2, df)) * variance**0.5
        gap = of_a.value - of_b.value
        rows.append((method, gap, gap - half, gap + half, believed))
    return rows


def shared_events(a: Side, b: Side) -> np.ndarray | None:
    """The event of each article (a's, then b's) as a number; None where too few are shared or one is unknown."""
    both = np.concatenate([a.event, b.event])
    if len(both) < a.n + b.n or (both == "").any() or len(np.intersect1d(a.event, b.event)) < LEAST_EVENTS:
        return None
    return np.unique(both, return_inverse=True)[1]


def _ratio(side: Side, top: np.ndarray, at: np.ndarray) -> _Value:
    """Sum over sum of the articles `at`; influence is that of the jackknife."""
    base = side.base[at]
    n, value, share = len(at), float(top.sum() / base.sum()), base / base.sum()
    influence = np.zeros(side.n)
    influence[at] = ((n - 1) / n) ** 0.5 * (top - value * base) / base.sum() / (1 - share)
    return _Value(value, influence, n - 1.0)


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
            spread += _ratio(side, side.machine[others], others).variance
    return float(np.clip(shared / spread, 0.0, 1.0)) if spread > 0 else 0.0


def _powered(side: Side, weight: float) -> _Value:
    """weight x instrument on articles nobody coded, plus the error on those coded."""
    error = _ratio(side, side.hand - weight * side.machine[side.coded], side.coded)
    others = np.setdiff1d(np.arange(side.n), side.coded)
    if len(others) < 2:  # everything was coded: nothing is left for the instrument
        return _ratio(side, side.hand, side.coded)
    seen = _ratio(side, side.machine[others], others)
    parts = (error.variance, weight**2 * seen.variance)
    total = sum(parts)
    df = total**2 / (parts[0] ** 2 / error.df + parts[1] ** 2 / seen.df) if total > 0 else error.df
    return _Value(weight * seen.value + error.value, error.influence + weight * seen.influence, df)


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
    return _Value(value, (n / (n - 1)) ** 0.5 * influence, n - 1.0)
