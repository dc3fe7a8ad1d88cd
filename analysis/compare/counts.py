"""How far the limits of a rate of hits reach, and how much hits vary from article to article.

Floor: a rate, its variance and what one hit is worth come in, arrays of any shape; arms and steadied variances go out.
Every constant was chosen on made counts other than those that `docs/simulations.md` reports.
"""

from __future__ import annotations

import numpy as np
from scipy import special

#: Counts are never taken to vary less than this share of Poisson variance, however alike a few articles happen to be.
LEAST_SPREAD = 0.5
#: What is added to a count below and above before its gamma quantile is taken: Garwood's limits add 0 and 1 and are
#: too wide. Pooled within events 0 and .5 held; between articles, whose arms also know of lasting differences, .25 each.
WITHIN_EVENTS, BETWEEN_ARTICLES = (0.0, 0.5), (0.25, 0.25)
#: Before any is seen: the variance of articles' own rates, in shares of the squared rate. (News is at .2 to .5.)
USUAL_VARIANCE = 0.3
#: That is worth so many degrees of freedom while articles have few hits, and quickly less once they have more.
USUAL_DF, FEW_HITS = 3.0, 2.0
#: Arms on the log scale end here (a factor of 20).
_LONGEST = 3.0


def dispersion(value: np.ndarray, variance: np.ndarray, hit: np.ndarray) -> np.ndarray:
    """Variance of a rate over what chance alone would give it; 0 where there is no hit."""
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(value > 0, variance / (value * hit), 0.0)


def lasting_share(spread: np.ndarray) -> np.ndarray:
    """Share of a variance that chance does not explain, and that longer texts would not take away."""
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(spread > 1, 1 - 1 / spread, 0.0)


def steadied(
    spread: np.ndarray, df: np.ndarray, value: np.ndarray, usual_value: np.ndarray, words: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """The dispersion of one side, drawn towards what is usual as far as few hits leave it unknown (Smyth 2004).

    Five articles with one hit each hardly tell how much articles differ. `words` is the length of a typical article,
    `usual_value` the rate where the side itself has no hit.

    Returns
    -------
    (dispersion, degrees of freedom), the second larger by what the usual value is worth.
    """
    hits = np.where(value > 0, value, usual_value) * words
    usual = 1 + USUAL_VARIANCE * hits
    worth = USUAL_DF / np.maximum(hits / FEW_HITS, 1.0) ** 2
    return (df * np.where(value > 0, spread, usual) + worth * usual) / (df + worth), df + worth


def arms(
    value: np.ndarray, spread: np.ndarray, hit: np.ndarray, critical: np.ndarray, level: float, *, is_apart: bool
) -> tuple[np.ndarray, np.ndarray]:
    """How far the limits of one rate reach down and up.

    Gamma limits of the number of hits, each worth `spread` of them, widened by the t quantile. Where sides share no
    events (`is_apart`), the lasting part of the variance has limits on the log scale instead: differences between
    articles are factors, and with five articles against 25 gamma limits alone held in .92.
    """
    tail = (1 - level) / 2
    below, above = BETWEEN_ARTICLES if is_apart else WITHIN_EVENTS
    step = hit * np.maximum(spread * (critical / special.ndtri(1 - tail)) ** 2, LEAST_SPREAD)
    count = value / step
    low = np.where(count > 0, special.gammaincinv(np.maximum(count + below, 1e-300), tail), 0.0) * step
    low, high = np.minimum(low, value), special.gammaincinv(count + above, 1 - tail) * step
    if is_apart:
        with np.errstate(invalid="ignore", divide="ignore"):
            relative = critical * np.sqrt(np.maximum(spread, LEAST_SPREAD) * hit / value)
        factor = np.exp(np.where(value > 0, np.minimum(relative, _LONGEST), 0.0))
        lasting = lasting_share(spread)
        low = (1 - lasting) * low + lasting * value / factor
        high = (1 - lasting) * high + lasting * value * factor
    return value - low, high - value
