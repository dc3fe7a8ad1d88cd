"""Labels that never overlap: where to put them on one line.

Floor: numbers come in, numbers go out; nothing is drawn.
"""

from __future__ import annotations

import bisect
from collections.abc import Sequence

import numpy as np


def spread(wanted: Sequence[float], sizes: Sequence[float], low: float, high: float) -> np.ndarray:
    """Centres for labels along a line, as near to where they are wanted as fits without overlap.

    The least-squares answer under the order of the labels (isotonic regression by pooling adjacent groups), then kept
    between `low` and `high` as long as they all fit there.

    Parameters
    ----------
    wanted : where each label would like its centre, shape (L,), any order.
    sizes : the length of each label along the line, shape (L,), same unit.
    low, high : the ends of the line.

    Returns
    -------
    ndarray, shape (L,), in the order of `wanted`; consecutive centres are at least half the sum of two sizes apart.
    """
    places = np.asarray(wanted, dtype=np.float64)
    lengths = np.asarray(sizes, dtype=np.float64)
    if not places.size:
        return places
    rank = np.argsort(places, kind="stable")
    gaps = (lengths[rank][1:] + lengths[rank][:-1]) / 2
    offsets = np.concatenate([[0.0], np.cumsum(gaps)])
    groups: list[list[float]] = []  # [mean, size] of each pooled group
    for value in places[rank] - offsets:
        groups.append([value, 1])
        while len(groups) > 1 and groups[-2][0] > groups[-1][0]:
            mean, count = groups.pop()
            before, number = groups[-1]
            groups[-1] = [(before * number + mean * count) / (number + count), number + count]
    fitted = np.repeat([mean for mean, _ in groups], [int(count) for _, count in groups])
    first, last = low + lengths[rank][0] / 2, high - lengths[rank][-1] / 2 - offsets[-1]
    fitted = np.clip(fitted, first, max(first, last))
    out = np.empty_like(places)
    out[rank] = fitted + offsets
    return out


def first_that_fit(starts: Sequence[float], sizes: Sequence[float], rows: int, gap: float) -> list[int]:
    """The row (0 … rows − 1) in which each label fits behind those before it; −1 where no row has room.

    Labels are taken in order of `starts`, so that the same labels are shown on every run.
    """
    ends = [-np.inf] * rows
    out = [-1] * len(starts)
    for number in sorted(range(len(starts)), key=lambda n: (starts[n], n)):
        for row in range(rows):
            if starts[number] >= ends[row] + gap:
                ends[row] = starts[number] + sizes[number]
                out[number] = row
                break
    return out


def that_stand_free(starts: Sequence[float], sizes: Sequence[float], weights: Sequence[float], gap: float) -> list[int]:
    """The labels that can stay exactly where they are without touching another: the heaviest are placed first."""
    placed: list[tuple[float, float]] = []  # kept sorted, so that only the neighbours need a look
    chosen = []
    for number in sorted(range(len(starts)), key=lambda n: (-weights[n], n)):
        start, end = starts[number], starts[number] + sizes[number]
        at = bisect.bisect(placed, (start, end))
        if (at and placed[at - 1][1] + gap > start) or (at < len(placed) and placed[at][0] < end + gap):
            continue
        placed.insert(at, (start, end))
        chosen.append(number)
    return sorted(chosen)
