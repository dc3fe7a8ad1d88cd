"""p-values by exchanging the sides: within events (sign flips) or between articles (permutation), for one row or many.

Floor: pairs come in, p-values go out. Every statistic is studentised, and every resample of a family of rows moves the
same events in all rows, so that the largest statistic of the family is judged against its own distribution (max-t).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor

import numpy as np

from analysis.compare.estimators import overlap_weights
from analysis.compare.pairs import Pair

#: With this many events or fewer every pattern of flips is looked at once, and p is exact.
EXACT_EVENTS = 13
#: Resamples that are drawn together. Fixed: the seed of each chunk comes from its number, so that any number of
#: processes draws the same.
CHUNK = 500
#: Two statistics closer than this are the same (sums in another order differ by less).
_TIE = 1e-9


def p_values(
    pairs: Sequence[Pair], *, resamples: int = 9_999, seed: int = 0, processes: int = 1
) -> tuple[np.ndarray, np.ndarray]:
    """Two-sided p-values of rows, alone and adjusted for all of them at once.

    Parameters
    ----------
    pairs : all within events, or all between articles; every one with at least 2 units a side.
    resamples : how many are drawn; up to `EXACT_EVENTS` events all patterns are taken instead.
    processes : threads; the result does not depend on it.

    Returns
    -------
    (p, p_adjusted) : shape (R,). The smallest p that few events allow is 2 / 2^events (.0625 with 5).

    Notes
    -----
    Within events the null is that the sides could be exchanged in each event; between articles, that the articles
    could be dealt anew. Flips of an event are shared by all rows; articles are dealt for each pair of sides by itself,
    which leaves the maximum over pairs a little too large, never too small.
    """
    if not pairs:
        return np.empty(0), np.empty(0)
    chunks, n_total, observed, exact = (_flips if pairs[0].is_within else _deals)(pairs, resamples, seed)
    threshold = np.abs(observed) - _TIE

    def count(chunk: Callable[[], np.ndarray]) -> tuple[np.ndarray, np.ndarray]:
        statistic = np.abs(chunk())
        largest = np.sort(statistic.max(axis=1))
        above = (statistic >= threshold).sum(axis=0)
        return above, len(largest) - np.searchsorted(largest, threshold, side="left")

    with ThreadPoolExecutor(max_workers=processes) as pool:
        counted = list(pool.map(count, chunks))
    single, family = (np.sum([part[k] for part in counted], axis=0) for k in (0, 1))
    if exact:
        return single / n_total, family / n_total
    return (1 + single) / (1 + n_total), (1 + family) / (1 + n_total)


_Chunks = tuple[list[Callable[[], np.ndarray]], int, np.ndarray, bool]


def _studentised(top: np.ndarray, square: np.ndarray) -> np.ndarray:
    """top / sqrt(square), 0 where nothing varies."""
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(square > 1e-14 * np.maximum(top**2, 1e-300), top / np.sqrt(np.maximum(square, 0)), 0.0)


def _flips(pairs: Sequence[Pair], resamples: int, seed: int) -> _Chunks:
    """Sides exchanged within events. u: weighted differences; w: weights, both as shares, 0 where not shared."""
    events = np.unique(np.concatenate([pair.blocks for pair in pairs]))
    u = np.zeros((len(events), len(pairs)))
    w = np.zeros_like(u)
    for row, pair in enumerate(pairs):
        at = np.searchsorted(events, pair.blocks)
        weight = overlap_weights(pair.base_a, pair.base_b)
        w[at, row] = weight / weight.sum()
        u[at, row] = w[at, row] * (pair.top_a / pair.base_a - pair.top_b / pair.base_b) * pair.measure.scale
    squares, products, weights = (u**2).sum(0), u * w, (w**2).sum(0)

    def statistic(signs: np.ndarray) -> np.ndarray:
        mean = signs @ u
        return _studentised(mean, squares - 2 * mean * (signs @ products) + mean**2 * weights)

    observed = statistic(np.ones((1, len(events))))[0]
    n = len(events)
    if n <= EXACT_EVENTS:
        codes = np.arange(2 ** (n - 1))  # the mirrored half has the same |t|
        signs = 1.0 - 2.0 * ((codes[:, None] >> np.arange(n)) & 1)
        return [lambda: statistic(signs)], len(codes), observed, True

    def chunk(number: int, size: int) -> Callable[[], np.ndarray]:
        def drawn() -> np.ndarray:
            rng = np.random.default_rng([seed, number])
            return statistic(1.0 - 2.0 * rng.integers(0, 2, size=(size, n), dtype=np.int8))

        return drawn

    return [chunk(*part) for part in _parts(resamples)], resamples, observed, False


def _parts(resamples: int) -> list[tuple[int, int]]:
    """(number, size) of the chunks."""
    starts = range(0, resamples, CHUNK)
    return [(number, min(CHUNK, resamples - start)) for number, start in enumerate(starts)]


def _deals(pairs: Sequence[Pair], resamples: int, seed: int) -> _Chunks:
    """Articles dealt anew to the two sides of each pair, in the same way for every measure of the pair."""
    groups: dict[tuple[str, str], list[int]] = {}
    for row, pair in enumerate(pairs):
        groups.setdefault((pair.side_a, pair.side_b), []).append(row)
    tables = [_Deal([pairs[row] for row in rows]) for rows in groups.values()]
    order = np.argsort(np.concatenate(list(groups.values())))
    observed = np.concatenate([table.statistic(table.as_it_was)[0] for table in tables])[order]

    def chunk(number: int, size: int) -> Callable[[], np.ndarray]:
        def drawn() -> np.ndarray:
            parts = [
                table.statistic(table.dealt(np.random.default_rng([seed, which, number]), size))
                for which, table in enumerate(tables)
            ]
            return np.concatenate(parts, axis=1)[:, order]

        return drawn

    return [chunk(*part) for part in _parts(resamples)], resamples, observed, False


class _Deal:
    """The articles of one pair of sides, with the sums that a studentised difference needs."""

    def __init__(self, pairs: Sequence[Pair]) -> None:
        articles = np.unique(np.concatenate([pair.blocks for pair in pairs]))
        first = set().union(*(pair.blocks[: len(pair.top_a)].tolist() for pair in pairs))
        is_a = np.array([article in first for article in articles.tolist()])
        self.as_it_was = is_a[None].astype(float)
        self.n_a, self.n = int(is_a.sum()), len(articles)
        sums = np.zeros((self.n, 6, len(pairs)))
        for row, pair in enumerate(pairs):
            at = np.searchsorted(articles, pair.blocks)
            top = np.concatenate([pair.top_a, pair.top_b]) * pair.measure.scale
            base = np.concatenate([pair.base_a, pair.base_b])
            base = base / base.mean()
            sums[at, :, row] = np.stack([top, base, top**2, top * base, base**2, np.ones_like(top)], axis=1)
        self.sums, self.total = sums.reshape(self.n, -1), sums.sum(0)

    def dealt(self, rng: np.random.Generator, size: int) -> np.ndarray:
        """Which articles fall to a, shape (size, articles): the first n_a of a random order."""
        ranks = rng.random((size, self.n), dtype=np.float32)
        chosen = np.argpartition(ranks, self.n_a - 1, axis=1)[:, : self.n_a]
        out = np.zeros((size, self.n))
        np.put_along_axis(out, chosen, 1.0, axis=1)
        return out

    def statistic(self, is_a: np.ndarray) -> np.ndarray:
        """Studentised differences, shape (size, rows)."""
        of_a = (is_a @ self.sums).reshape(len(is_a), 6, -1)
        rates, variances = zip(*(_rate_and_variance(part) for part in (of_a, self.total - of_a)), strict=True)
        return _studentised(rates[0] - rates[1], variances[0] + variances[1])


def _rate_and_variance(sums: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    top, base, top2, cross, base2, n = (sums[:, k] for k in range(6))
    with np.errstate(invalid="ignore", divide="ignore"):
        rate = np.where(base > 0, top / base, 0.0)
        spread = np.maximum(top2 - 2 * rate * cross + rate**2 * base2, 0.0)
        return rate, np.where(n > 1, n / (n - 1) * spread / base**2, 0.0)


def benjamini_hochberg(p: np.ndarray) -> np.ndarray:
    """False discovery rate at which each p would be called, over all of them; missing p stay missing.

    References
    ----------
    Benjamini & Hochberg (1995).
    """
    out = np.full(p.shape, np.nan)
    at = np.flatnonzero(np.isfinite(p))
    order = at[np.argsort(p[at], kind="stable")]
    if len(order):
        scaled = p[order] * len(order) / np.arange(1, len(order) + 1)
        out[order] = np.minimum.accumulate(scaled[::-1])[::-1].clip(max=1)
    return out
