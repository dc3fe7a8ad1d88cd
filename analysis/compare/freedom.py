"""How well a variance is known: its degrees of freedom, and the t quantiles that follow from them.

Floor: weights and variances come in, arrays of any leading shape; degrees of freedom and quantiles go out.
"""

from __future__ import annotations

import numpy as np
from scipy import special


def quantile(df: np.ndarray, level: float, n_rows: int | None = None) -> np.ndarray:
    """The t quantile of two-sided limits: of one row, or such that the limits of `n_rows` rows hold at once.

    For many rows Sidak's, a fifth of the error kept in reserve and one degree of freedom less: so far out the t
    approximation to skewed counts is too short (plain Sidak held in .90-.99 of simulated families).
    """
    alone = special.stdtrit(df, (1 + level) / 2)
    if n_rows is None:
        return alone
    share = (1 - 0.8 * (1 - level)) ** (1 / max(n_rows, 1))
    return np.maximum(special.stdtrit(np.maximum(df - 1, 1.0), (1 + share) / 2), alone)


def welch_df(variance_a: np.ndarray, df_a: np.ndarray, variance_b: np.ndarray, df_b: np.ndarray) -> np.ndarray:
    """Satterthwaite degrees of freedom of the sum of two variances; the smaller of the two where both are 0."""
    with np.errstate(invalid="ignore", divide="ignore"):
        df = (variance_a + variance_b) ** 2 / (variance_a**2 / df_a + variance_b**2 / df_b)
    return np.where(np.isfinite(df), df, np.minimum(df_a, df_b))


def effective_df(share: np.ndarray, *, even: np.ndarray | float = 0.0, leverage: int = 2) -> np.ndarray:
    """Satterthwaite degrees of freedom of the variance of a mean with these weights (Bell & McCaffrey 2002).

    Equal weights give units - 1, one article of ten times the length gives fewer.

    Parameters
    ----------
    share : weights, which sum to 1 over the last axis.
    even : how much of a unit's variance is the same for all units (the working model); the rest goes with 1 / weight.
    leverage : 2 for the jackknife's variance (CR3), 1 for CR2.
    """
    noise, lever, pull, total = _model(share, even, leverage)
    # The matrix L (I - 1 w') V (I - w 1'): diagonal v - 2 pull + total, off the diagonal total - pull_i - pull_j.
    trace = (lever * (noise - 2 * pull + total)).sum(-1)
    whole, first, second = ((lever * pull**k).sum(-1) for k in range(3))
    total_ = total[..., 0]
    off = total_**2 * whole**2 + 2 * whole * second + 2 * first**2 - 4 * total_ * whole * first
    on = (lever**2 * ((noise - 2 * pull + total) ** 2 - (total - 2 * pull) ** 2)).sum(-1)
    return trace**2 / (off + on)


def shortfall(share: np.ndarray, even: np.ndarray | float) -> np.ndarray:
    """What CR2's variance has to be multiplied by to be right on average under the working model of `effective_df`.

    1 where all units weigh the same, or where the variance of a unit goes with 1 / weight; above 1 between.
    """
    noise, lever, pull, total = _model(share, even, 1)
    return total[..., 0] / (lever * (noise - 2 * pull + total)).sum(-1)


def _model(
    share: np.ndarray, even: np.ndarray | float, leverage: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """The working model: variance of each unit, what its square is multiplied by, its pull on the mean, the mean's."""
    even = np.asarray(even, dtype=float)[..., None]
    noise = (1 - even) / (share.shape[-1] * share) + even / (share.shape[-1] * (share**2).sum(-1, keepdims=True))
    pull = share * noise
    return noise, share**2 / (1 - share) ** leverage, pull, (share * pull).sum(-1, keepdims=True)
