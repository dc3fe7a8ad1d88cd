"""Differences and ratios between two sides, with limits that keep what they promise on few articles.

Floor: arrays of numerators and denominators come in, estimates go out. The last axis is the unit (an event with both
sides, or one article); leading axes are data sets, so that a simulation runs the very code that a study runs.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import special, stats

from analysis.compare.counts import arms, dispersion, lasting_share, steadied

#: A ratio needs this many expected hits on the smaller side (simulated: coverage .53-.72 with 3, .93-.97 with 10).
RATIO_HITS = 10
_NODE, _WEIGHT = np.polynomial.legendre.leggauss(200)


@dataclass(frozen=True)
class Difference:
    """Two sides' values and what the limits of their difference are made from; arrays over data sets, shape (D,).

    Attributes
    ----------
    value_a, value_b : the two values.
    variance_a, variance_b, covariance : of the values, from how units differ.
    df : degrees of freedom of those variances; fewer than units - 1 where units differ in size.
    hit_a, hit_b : what one hit more would add to a value, 0 where values are not counts.
    influence : shape (D, units); what each unit adds to the error of the estimate.
    is_apart : the sides share no events.
    """

    value_a: np.ndarray
    value_b: np.ndarray
    variance_a: np.ndarray
    variance_b: np.ndarray
    covariance: np.ndarray
    df: np.ndarray
    hit_a: np.ndarray
    hit_b: np.ndarray
    influence: np.ndarray
    is_apart: bool = False

    @property
    def estimate(self) -> np.ndarray:
        """a minus b."""
        return self.value_a - self.value_b

    @property
    def se(self) -> np.ndarray:
        """Standard error of the estimate."""
        return np.sqrt(np.maximum(self.variance_a + self.variance_b - 2 * self.covariance, 0.0))

    def critical(self, level: float = 0.95) -> np.ndarray:
        """The t quantile of pointwise limits."""
        return special.stdtrit(self.df, (1 + level) / 2)

    def critical_together(self, n_rows: int, level: float = 0.95) -> np.ndarray:
        """The t quantile of limits that hold for this many rows at once.

        Sidak's, a fifth of the error kept in reserve and one degree of freedom less: so far out the t approximation to
        skewed counts is too short (plain Sidak held in .90-.99 of simulated families, this in .94-.999).
        """
        share = (1 - 0.8 * (1 - level)) ** (1 / max(n_rows, 1))
        return np.maximum(special.stdtrit(np.maximum(self.df - 1, 1.0), (1 + share) / 2), self.critical(level))

    def limits(self, critical: np.ndarray, *, level: float = 0.95) -> tuple[np.ndarray, np.ndarray]:
        """Limits of the difference at this critical value (`critical()`, or a larger one for many rows at once)."""
        (below_a, above_a), (below_b, above_b) = self._arms(critical, level)
        rho = self._correlation()
        down = below_a**2 + above_b**2 - 2 * rho * below_a * above_b
        up = above_a**2 + below_b**2 - 2 * rho * above_a * below_b
        return self.estimate - np.sqrt(np.maximum(down, 0.0)), self.estimate + np.sqrt(np.maximum(up, 0.0))

    def ratio(self, critical: np.ndarray, *, level: float = 0.95) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """a over b with its limits: every R for which `a - R b` is not told from 0.

        1 lies inside exactly when 0 lies inside the limits of the difference. Missing where b is 0; `high` is infinite
        where b is not told from 0.
        """
        (below_a, above_a), (below_b, above_b) = self._arms(critical, level)
        rho, a, b = self._correlation(), self.value_a, self.value_b
        low = _root(a, b, below_a, above_b, rho, upper=False)
        high = _root(a, b, above_a, below_b, rho, upper=True)
        with np.errstate(invalid="ignore", divide="ignore"):
            return tuple(np.where(b > 0, x, np.nan) for x in (a / b, low, high))  # type: ignore[return-value]

    def smallest_seen(self, critical: np.ndarray, *, power: float = 0.8) -> np.ndarray:
        """The smallest true difference that would be told from 0 with this chance, given how units vary here."""
        return (critical + special.stdtrit(self.df, power)) * self.se

    def _correlation(self) -> np.ndarray:
        with np.errstate(invalid="ignore", divide="ignore"):
            rho = self.covariance / np.sqrt(self.variance_a * self.variance_b)
        return np.clip(np.where(np.isfinite(rho), rho, 0.0), -1.0, 1.0)

    def _arms(
        self, critical: np.ndarray, level: float
    ) -> tuple[tuple[np.ndarray, np.ndarray], tuple[np.ndarray, np.ndarray]]:
        """How far each value's own limits reach down and up."""
        if not (self.hit_a.any() or self.hit_b.any()):
            half_a, half_b = (critical * np.sqrt(variance) for variance in (self.variance_a, self.variance_b))
            return (half_a, half_a), (half_b, half_b)
        spread_a = dispersion(self.value_a, self.variance_a, self.hit_a)
        spread_b = dispersion(self.value_b, self.variance_b, self.hit_b)
        # A side without hits varies as the other does; no side varies much less than chance alone would have it.
        known_a = np.where(self.value_a > 0, spread_a, np.maximum(spread_b, 1.0))
        known_b = np.where(self.value_b > 0, spread_b, np.maximum(spread_a, 1.0))
        return (
            arms(self.value_a, known_a, self.hit_a, critical, level, is_apart=self.is_apart),
            arms(self.value_b, known_b, self.hit_b, critical, level, is_apart=self.is_apart),
        )


def _root(
    a: np.ndarray, b: np.ndarray, arm_a: np.ndarray, arm_b: np.ndarray, rho: np.ndarray, *, upper: bool
) -> np.ndarray:
    """The R at which `a - R b` equals its own limit: a root of lead R^2 - 2 middle R + last."""
    lead, middle, last = b**2 - arm_b**2, a * b - rho * arm_a * arm_b, a**2 - arm_a**2
    with np.errstate(invalid="ignore", divide="ignore"):
        root = np.sqrt(np.maximum(middle**2 - lead * last, 0.0))
        if upper:
            return np.where(lead > 0, (middle + root) / lead, np.inf)
        return np.maximum(np.where(middle + root > 0, last / (middle + root), 0.0), 0.0)


def overlap_weights(base_a: np.ndarray, base_b: np.ndarray) -> np.ndarray:
    """Mantel-Haenszel weights ab / (a + b): an event counts by what both sides wrote about it."""
    return base_a * base_b / (base_a + base_b)


def within_events(
    top_a: np.ndarray, base_a: np.ndarray, top_b: np.ndarray, base_b: np.ndarray, *, is_count: bool = True
) -> Difference:
    """Difference within events, pooled with Mantel-Haenszel weights; variance from how events differ (CR2).

    Both values are taken over the same mixture of events, so that a side that writes more about a heated event does
    not look more heated. Shapes (D, E): numerator and denominator of each side, summed over its articles of an event.
    """
    weight = overlap_weights(base_a, base_b)
    share = weight / weight.sum(-1, keepdims=True)
    rate_a, rate_b = top_a / base_a, top_b / base_b
    value_a, value_b = ((share * rate).sum(-1, keepdims=True) for rate in (rate_a, rate_b))
    gap_a, gap_b = share * (rate_a - value_a), share * (rate_b - value_b)
    # CR2: unbiased when an event's variance goes with 1 / weight; the jackknife's 1 / (1 - share)^2 was .98 too wide.
    without_a, without_b = (gap / np.sqrt(1 - share) for gap in (gap_a, gap_b))
    variance_a, variance_b = (without_a**2).sum(-1), (without_b**2).sum(-1)
    covariance = (without_a * without_b).sum(-1)
    hit_a, hit_b = ((share / base).mean(-1) * is_count for base in (base_a, base_b))
    chance = value_a[..., 0] * hit_a + value_b[..., 0] * hit_b
    lasting = lasting_share(dispersion(chance, variance_a + variance_b - 2 * covariance, np.ones_like(chance)))
    return Difference(
        value_a=value_a[..., 0],
        value_b=value_b[..., 0],
        variance_a=variance_a,
        variance_b=variance_b,
        covariance=covariance,
        df=effective_df(share, even=lasting / 2 * is_count, leverage=1),
        hit_a=hit_a,
        hit_b=hit_b,
        influence=gap_a - gap_b,
    )


def between_articles(
    top_a: np.ndarray, base_a: np.ndarray, top_b: np.ndarray, base_b: np.ndarray, *, is_count: bool = True
) -> Difference:
    """Difference of two separate sets of articles; jackknife over articles (CR3), Welch's degrees of freedom.

    Shapes (D, A) and (D, B): the sides may have different numbers of articles. The dispersion of counts is steadied
    (`counts.steadied`), because five articles of a rare term hardly show it.
    """
    usual = (top_a.sum(-1) + top_b.sum(-1)) / (base_a.sum(-1) + base_b.sum(-1))
    value_a, variance_a, df_a, gap_a = _one_side(top_a, base_a, usual, is_count)
    value_b, variance_b, df_b, gap_b = _one_side(top_b, base_b, usual, is_count)
    with np.errstate(invalid="ignore", divide="ignore"):
        df = (variance_a + variance_b) ** 2 / (variance_a**2 / df_a + variance_b**2 / df_b)
    return Difference(
        value_a=value_a,
        value_b=value_b,
        variance_a=variance_a,
        variance_b=variance_b,
        covariance=np.zeros_like(variance_a),
        df=np.where(np.isfinite(df), df, np.minimum(df_a, df_b)),
        hit_a=is_count / base_a.sum(-1),
        hit_b=is_count / base_b.sum(-1),
        influence=np.concatenate([gap_a, -gap_b], axis=-1),
        is_apart=True,
    )


def _one_side(
    top: np.ndarray, base: np.ndarray, usual: np.ndarray, is_count: bool
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Value of one side, its variance and degrees of freedom, and each article's influence."""
    n, total = top.shape[-1], base.sum(-1)
    share = base / total[..., None]
    value = top.sum(-1) / total
    gap = share * (top / base - value[..., None])
    variance = (n - 1) / n * ((gap / (1 - share)) ** 2).sum(-1)
    if not is_count:
        return value, variance, effective_df(share), gap
    spread = dispersion(value, variance, 1 / total)
    df = effective_df(share, even=lasting_share(spread))
    spread, df = steadied(spread, df, value, usual, (base**2).sum(-1) / total)
    return value, spread * value / total, df, gap


def effective_df(share: np.ndarray, *, even: np.ndarray | float = 0.0, leverage: int = 2) -> np.ndarray:
    """Satterthwaite degrees of freedom of the variance of a mean with these weights (Bell & McCaffrey 2002).

    Equal weights give units - 1, one article of ten times the length gives fewer.

    Parameters
    ----------
    share : weights, which sum to 1 over the last axis.
    even : how much of a unit's variance is the same for all units (the working model); the rest goes with 1 / weight.
    leverage : 2 for the jackknife's variance (CR3), 1 for CR2.
    """
    even = np.asarray(even, dtype=float)[..., None]
    n = share.shape[-1]
    noise = (1 - even) / (n * share) + even / (n * (share**2).sum(-1, keepdims=True))
    lever = share**2 / (1 - share) ** leverage
    pull = share * noise
    total = (share * pull).sum(-1, keepdims=True)
    # The matrix L (I - 1 w') V (I - w 1'): diagonal v - 2 pull + total, off the diagonal total - pull_i - pull_j.
    trace = (lever * (noise - 2 * pull + total)).sum(-1)
    whole, first, second = ((lever * pull**k).sum(-1) for k in range(3))
    total_ = total[..., 0]
    off = total_**2 * whole**2 + 2 * whole * second + 2 * first**2 - 4 * total_ * whole * first
    on = (lever**2 * ((noise - 2 * pull + total) ** 2 - (total - 2 * pull) ** 2)).sum(-1)
    return trace**2 / (off + on)


def expected_hits(hits: tuple[float, float], bases: tuple[float, float]) -> float:
    """Hits of the smaller side if both had the same rate: what a ratio is made from, whichever way it turns out.

    Asking for hits that were found instead would choose the lucky samples (ratios were then held in .97-.99).
    """
    total = bases[0] + bases[1]
    return (hits[0] + hits[1]) * min(bases) / total if total > 0 else 0.0


def effect_size(
    difference: Difference, step: float, *, level: float = 0.95
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The difference in standard deviations between units, with Hedges' correction, and noncentral-t limits.

    `step` turns t into an effect: 1 / sqrt(events), or sqrt(1 / articles of a + 1 / articles of b).
    """
    with np.errstate(invalid="ignore", divide="ignore"):
        t = np.atleast_1d(difference.estimate / difference.se)
    df = np.atleast_1d(difference.df)
    scale = step * (1 - 3 / (4 * df - 1))
    low, high = (noncentrality(t, df, quantile) for quantile in ((1 + level) / 2, (1 - level) / 2))
    return t * scale, low * scale, high * scale


def noncentrality(t: np.ndarray, df: np.ndarray, quantile: float) -> np.ndarray:
    """The noncentrality under which `t` is this quantile of the noncentral t, shape of `t`; missing where t is.

    P(T <= t) is the mean of Phi(t s - noncentrality) over s = sqrt(chi2 / df), here over 200 Gauss-Legendre nodes
    (`scipy.stats.nct.cdf` returns wrong values for the large noncentralities that few events give); solved by bisection.
    """
    s = np.sqrt(stats.chi2.ppf((_NODE + 1) / 2, df[:, None]) / df[:, None])
    reach = 10 + 4 * np.abs(t)
    low, high = t - reach, t + reach
    for _ in range(50):
        middle = (low + high) / 2
        is_above = (special.ndtr(t[:, None] * s - middle[:, None]) * _WEIGHT / 2).sum(1) > quantile
        low, high = np.where(is_above, middle, low), np.where(is_above, high, middle)
    return (low + high) / 2
