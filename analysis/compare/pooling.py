"""Partial pooling over many small outlets: each estimate drawn toward what outlets have in common.

Floor: `contrasts` come in and go out; only estimate and pointwise limits change.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy import optimize, stats

#: With fewer rows than this the spread between outlets is not known well enough to pool over.
LEAST_ROWS = 5


def shrunken(table: pd.DataFrame, *, level: float = 0.95) -> pd.DataFrame:
    """Empirical Bayes: estimates pooled over the rows of one measure and voice, toward their mean.

    With many small outlets the most extreme estimate is mostly the luckiest one; pooling takes the luck out. Meant for
    `against="rest"`, where the mean is near 0. Families of fewer than 5 rows are left as they are, and `method` says so.

    Returns
    -------
    DataFrame (schema `contrasts`)
        `estimate`, `low`, `high` replaced; values, tests and simultaneous limits stay those of the outlet alone.

    Notes
    -----
    Between-outlet variance by Paule & Mandel (1982); limits by Morris (1983), which add the uncertainty of the amount of
    pooling. The error variance of a row is taken from the width of its own interval.
    """
    out = table.copy()
    for _, part in table[table["estimate"].notna()].groupby(["measure", "voice"], sort=False):
        if len(part) < LEAST_ROWS:
            out.loc[part.index, "method"] = part["method"] + f"; not pooled (fewer than {LEAST_ROWS} rows)"
            continue
        error = ((part["high"] - part["low"]) / 2 / stats.norm.ppf((1 + level) / 2)).to_numpy() ** 2
        middle, spread = pool(part["estimate"].to_numpy(), error)
        half = stats.norm.ppf((1 + level) / 2) * np.sqrt(spread)
        out.loc[part.index, "estimate"] = middle
        out.loc[part.index, "low"], out.loc[part.index, "high"] = middle - half, middle + half
        out.loc[part.index, "method"] = part["method"] + "; partially pooled (empirical Bayes)"
    return out


def pool(estimate: np.ndarray, error: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Pooled estimates and their variances, shape (R,) each, from estimates and error variances."""
    n = len(estimate)
    between = paule_mandel(estimate, error)
    weight = 1 / (error + between)
    mean = (weight * estimate).sum() / weight.sum()
    drawn = (n - 3) / (n - 1) * error / (error + between)  # Morris' factor against pooling too much
    middle = estimate + drawn * (mean - estimate)
    typical = (weight * error).sum() / weight.sum()
    unsure = 2 / (n - 3) * drawn**2 * (typical + between) / (error + between) * (estimate - mean) ** 2
    return middle, error * (1 - (1 - 1 / n) * drawn) + unsure


def paule_mandel(estimate: np.ndarray, error: np.ndarray) -> float:
    """Variance between rows at which their weighted spread is what chance alone would leave; 0 if it is less."""

    def excess(between: float) -> float:
        weight = 1 / (error + between)
        mean = (weight * estimate).sum() / weight.sum()
        return float((weight * (estimate - mean) ** 2).sum()) - (len(estimate) - 1)

    if excess(0.0) <= 0:
        return 0.0
    return float(optimize.brentq(excess, 0.0, float(np.sum((estimate - estimate.mean()) ** 2)) + 1e-12))
