"""Limits of one rate or mean from whole articles, and of a count alone.

Floor: arrays come in, arrays go out; the last axis is the unit (an article).
"""

from __future__ import annotations

import numpy as np
from scipy import stats


def poisson_limits(n_hits: np.ndarray, *, level: float = 0.95) -> tuple[np.ndarray, np.ndarray]:
    """Exact limits of an expected count, given the count (Garwood 1936); shapes as `n_hits`.

    Fractions of hits are allowed: they come from counts divided by how much articles vary beyond chance.
    """
    n_hits = np.asarray(n_hits, dtype=float)
    tail = (1 - level) / 2
    low = np.where(n_hits > 0, stats.gamma.ppf(tail, np.maximum(n_hits, 1e-300)), 0.0)
    return low, stats.gamma.ppf(1 - tail, n_hits + 1)


def ratio_variance(numerator: np.ndarray, denominator: np.ndarray) -> np.ndarray:
    """Jackknife variance of sum(numerator) / sum(denominator) over the last axis; missing below 2 units."""
    n = numerator.shape[-1]
    if n < 2:
        return np.full(numerator.shape[:-1], np.nan)
    top, base = numerator.sum(-1, keepdims=True), denominator.sum(-1, keepdims=True)
    without = (top - numerator) / (base - denominator)
    return (n - 1) / n * ((without - top / base) ** 2).sum(-1)


def mean_limits(
    numerator: np.ndarray, denominator: np.ndarray, *, level: float = 0.95
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Weighted mean over the last axis (units) with jackknife t limits."""
    value = numerator.sum(-1) / denominator.sum(-1)
    n = numerator.shape[-1]
    half = stats.t.ppf((1 + level) / 2, max(n - 1, 1)) * np.sqrt(ratio_variance(numerator, denominator))
    return value, value - half, value + half


def count_limits(
    numerator: np.ndarray, denominator: np.ndarray, *, level: float = 0.95
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Rate over the last axis (units) with Poisson limits widened by how much units vary beyond chance."""
    top, base = numerator.sum(-1), denominator.sum(-1)
    n = numerator.shape[-1]
    with np.errstate(invalid="ignore", divide="ignore"):
        spread = ratio_variance(numerator, denominator) * base**2 / top
    spread = np.where(np.isfinite(spread), np.maximum(spread, 1.0), 1.0)
    if n > 1:
        spread = spread * (stats.t.ppf((1 + level) / 2, n - 1) / stats.norm.ppf((1 + level) / 2)) ** 2
    low, high = poisson_limits(top / spread, level=level)
    return top / base, low * spread / base, high * spread / base
