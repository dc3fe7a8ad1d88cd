"""Differences and ratios between two sides, with limits that keep what they promise on few articles.

Floor: arrays of numerators and denominators come in, estimates go out. The last axis is the unit (an event with both
sides, or one article); leading axes are data sets, so that a simulation runs the very code that a study runs.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import special, stats

from analysis.compare.counts import arms, dispersion, lasting_share, steadied
from analysis.compare.freedom import effective_df, quantile, shortfall, welch_df

#: A ratio needs this many expected hits on the smaller side (simulated: coverage .53-.72 with 3, .93-.97 with 10).
RATIO_HITS = 10
#: So often is the angle halved in which a limit of a ratio lies.
_HALVINGS = 36
_NODE, _WEIGHT = np.polynomial.legendre.leggauss(200)

#: How far the values of a and of b reach down and up.
_Arms = tuple[tuple[np.ndarray, np.ndarray], tuple[np.ndarray, np.ndarray]]


@dataclass(frozen=True)
class Difference:
    """Two sides' values and what the limits of their difference are made from; arrays over data sets, shape (D,).

    Attributes
    ----------
    value_a, value_b : the two values.
    variance_a, variance_b, covariance : of the values, from how units differ.
    df : degrees of freedom of the variance of the difference; fewer than units - 1 where units differ in size.
    df_a, df_b : of each side's own variance; only where the sides share no events are they others than `df`.
    hit_a, hit_b : what one hit more would add to a value, 0 where values are not counts.
    influence : shape (D, units); what each unit adds to the error of the estimate.
    share, more : weights of the events, shape (D, events), and what CR2's variances were multiplied by; without shared
        events shape (D, 0), and 1.
    is_apart : the sides share no events.
    """

    value_a: np.ndarray
    value_b: np.ndarray
    variance_a: np.ndarray
    variance_b: np.ndarray
    covariance: np.ndarray
    df: np.ndarray
    df_a: np.ndarray
    df_b: np.ndarray
    hit_a: np.ndarray
    hit_b: np.ndarray
    influence: np.ndarray
    share: np.ndarray
    more: np.ndarray
    is_apart: bool = False

    @property
    def estimate(self) -> np.ndarray:
        """a minus b."""
        return self.value_a - self.value_b

    @property
    def se(self) -> np.ndarray:
        """Standard error of the estimate."""
        return np.sqrt(np.maximum(self.variance_a + self.variance_b - 2 * self.covariance, 0.0))

    def limits(
        self, level: float = 0.95, *, n_rows: int | None = None, ratio: float = 1.0
    ) -> tuple[np.ndarray, np.ndarray]:
        """Limits of `a - ratio b`: of this row alone, or such that those of `n_rows` rows hold at once."""
        first = self._arms(quantile(self.df, level, n_rows), level)
        low, high = (self._limit(first, np.asarray(ratio), level, n_rows, is_upper=side) for side in (False, True))
        return low, high

    def ratio(self, level: float = 0.95) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """a over b with its limits: every R for which `limits(ratio=R)` hold 0, found by halving the angle of R.

        1 lies inside exactly when 0 lies inside the limits of the difference. Missing where b is 0; `high` is infinite
        where b is not told from 0.
        """
        first = self._arms(quantile(self.df, level), level)
        middle, right = np.arctan2(self.value_a, self.value_b), np.full(self.value_a.shape, np.pi / 2)
        inside, outside = [middle, middle], [np.zeros(middle.shape), right]
        for k, is_upper in enumerate((False, True)):
            for _ in range(_HALVINGS):
                angle = (inside[k] + outside[k]) / 2
                limit = self._limit(first, np.tan(angle), level, None, is_upper=is_upper)
                holds = limit >= 0 if is_upper else limit <= 0
                inside[k], outside[k] = np.where(holds, angle, inside[k]), np.where(holds, outside[k], angle)
        high = np.where(right - inside[1] < 1e-9, np.inf, np.tan(inside[1]))
        found = (np.tan(middle), np.tan(inside[0]), high)
        return tuple(np.where(self.value_b > 0, x, np.nan) for x in found)  # type: ignore[return-value]

    def smallest_seen(self, level: float = 0.95, *, power: float = 0.8) -> np.ndarray:
        """The smallest true difference that would be told from 0 with this chance, given how units vary here."""
        return (quantile(self.df, level) + special.stdtrit(self.df, power)) * self.se

    def _correlation(self) -> np.ndarray:
        with np.errstate(invalid="ignore", divide="ignore"):
            rho = self.covariance / np.sqrt(self.variance_a * self.variance_b)
        return np.clip(np.where(np.isfinite(rho), rho, 0.0), -1.0, 1.0)

    def _limit(
        self, first: _Arms, ratio: np.ndarray, level: float, n_rows: int | None, *, is_upper: bool
    ) -> np.ndarray:
        """One limit of `a - ratio b`; `first` are the arms at the degrees of freedom of the difference.

        Without shared events Welch's degrees of freedom are made anew from the arms of the limit itself: a small side
        that happens to be low has a small variance, and those of the variances would call the difference well known.
        With them the working model is that of `a - ratio b`, in which what events share may cancel.
        """
        arm_a, arm_b = _facing(first, is_upper)
        if self.is_apart:
            df, more = welch_df(arm_a**2, self.df_a, (ratio * arm_b) ** 2, self.df_b), np.ones_like(self.df)
        else:
            chance = self.value_a * self.hit_a + ratio**2 * self.value_b * self.hit_b
            variance = self.variance_a + ratio**2 * self.variance_b - 2 * ratio * self.covariance
            df, more = _working_model(self.share, chance, variance / self.more)
            more = more / self.more
        arm_a, arm_b = _facing(self._arms(quantile(df, level, n_rows), level, more), is_upper)
        arm_b = ratio * arm_b
        reach = np.sqrt(np.maximum(arm_a**2 + arm_b**2 - 2 * self._correlation() * arm_a * arm_b, 0.0))
        return self.value_a - ratio * self.value_b + (reach if is_upper else -reach)

    def _arms(self, critical: np.ndarray, level: float, more: np.ndarray | float = 1.0) -> _Arms:
        """How far each value's own limits reach down and up, its variance being `more` times what it is."""
        variance_a, variance_b = more * self.variance_a, more * self.variance_b
        if not (self.hit_a.any() or self.hit_b.any()):
            half_a, half_b = (critical * np.sqrt(variance) for variance in (variance_a, variance_b))
            return (half_a, half_a), (half_b, half_b)
        spread_a = dispersion(self.value_a, variance_a, self.hit_a)
        spread_b = dispersion(self.value_b, variance_b, self.hit_b)
        # A side without hits varies as the other does; no side varies much less than chance alone would have it.
        known_a = np.where(self.value_a > 0, spread_a, np.maximum(spread_b, 1.0))
        known_b = np.where(self.value_b > 0, spread_b, np.maximum(spread_a, 1.0))
        return (
            arms(self.value_a, known_a, self.hit_a, critical, level, is_apart=self.is_apart),
            arms(self.value_b, known_b, self.hit_b, critical, level, is_apart=self.is_apart),
        )


def _facing(arms_of: _Arms, is_upper: bool) -> tuple[np.ndarray, np.ndarray]:
    """The arms of a and of b that make the upper, or the lower, limit of a difference."""
    (below_a, above_a), (below_b, above_b) = arms_of
    return (above_a, below_b) if is_upper else (below_a, above_b)


def overlap_weights(base_a: np.ndarray, base_b: np.ndarray) -> np.ndarray:
    """Mantel-Haenszel weights ab / (a + b): an event counts by what both sides wrote about it."""
    return base_a * base_b / (base_a + base_b)


def within_events(
    top_a: np.ndarray, base_a: np.ndarray, top_b: np.ndarray, base_b: np.ndarray, *, is_count: bool = True
) -> Difference:
    """Difference within events, pooled with Mantel-Haenszel weights; variance from how events differ (CR2).

    Both values are taken over the same mixture of events, so that a side that writes more about a heated event does
    not look more heated. Of counts, what chance does not explain is taken to vary alike in all events, however much was
    written about them (the working model of `freedom.effective_df`); the rest goes with 1 / weight. Shapes (D, E):
    numerator and denominator of each side, summed over its articles of an event.
    """
    weight = overlap_weights(base_a, base_b)
    share = weight / weight.sum(-1, keepdims=True)
    rate_a, rate_b = top_a / base_a, top_b / base_b
    value_a, value_b = ((share * rate).sum(-1, keepdims=True) for rate in (rate_a, rate_b))
    gap_a, gap_b = share * (rate_a - value_a), share * (rate_b - value_b)
    # CR2; the jackknife's 1 / (1 - share)^2 was .98 too wide.
    without_a, without_b = (gap / np.sqrt(1 - share) for gap in (gap_a, gap_b))
    variance_a, variance_b = (without_a**2).sum(-1), (without_b**2).sum(-1)
    covariance = (without_a * without_b).sum(-1)
    hit_a, hit_b = ((share / base).mean(-1) * is_count for base in (base_a, base_b))
    chance = value_a[..., 0] * hit_a + value_b[..., 0] * hit_b
    df, more = _working_model(share, chance, variance_a + variance_b - 2 * covariance)
    return Difference(
        value_a=value_a[..., 0],
        value_b=value_b[..., 0],
        variance_a=more * variance_a,
        variance_b=more * variance_b,
        covariance=more * covariance,
        df=df,
        df_a=df,
        df_b=df,
        hit_a=hit_a,
        hit_b=hit_b,
        influence=gap_a - gap_b,
        share=share,
        more=more,
    )


def _working_model(share: np.ndarray, chance: np.ndarray, variance: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Degrees of freedom of CR2's variance, and what to multiply it by, given the variance that chance alone has."""
    even = lasting_share(dispersion(chance, variance, np.ones_like(chance)))
    return effective_df(share, even=even, leverage=1), shortfall(share, even)


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
    return Difference(
        value_a=value_a,
        value_b=value_b,
        variance_a=variance_a,
        variance_b=variance_b,
        covariance=np.zeros_like(variance_a),
        df=welch_df(variance_a, df_a, variance_b, df_b),
        df_a=df_a,
        df_b=df_b,
        hit_a=is_count / base_a.sum(-1),
        hit_b=is_count / base_b.sum(-1),
        influence=np.concatenate([gap_a, -gap_b], axis=-1),
        share=np.empty((*value_a.shape, 0)),
        more=np.ones_like(value_a),
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
