"""A linear-chain conditional random field in whole numbers: weights of features, the best path, its margins.

Floor: columns of whole numbers come in, labels and margins go out. All sums are sums of integers, so the compiled path
and the NumPy path give the same labels on every machine. Compiled code is loaded only when there is much to read.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

import numpy as np

from analysis.attribution.compiled import kernels
from analysis.attribution.lookup import Lookup, keys_of

__all__ = ["LABELS", "N_LABELS", "SCALE", "Weights", "best_path", "emissions", "judge", "keys_of", "other_paths"]

#: Outside, then begin and inside of each role.
LABELS = ("O", "B-source", "I-source", "B-cue", "I-cue", "B-content", "I-content")
N_LABELS = len(LABELS)
#: One unit of log-weight in whole numbers.
SCALE = 256
#: At most so many rows of what word forms contribute are added up for a place.
MOST_FORM_ROWS = 32
_WIDE = 8  # scores are so wide in compiled code


@dataclass(frozen=True, eq=False)
class Weights:
    """The weights of one field.

    Attributes
    ----------
    templates : names of the columns, in the order of their salt.
    keys : uint32 (R,), sorted; which features have a weight.
    rows : int16 (R + 1, labels), in 1/`SCALE`; the last row is 0.
    transitions : int32 (labels, labels), from → to, in 1/`SCALE`.
    """

    templates: tuple[str, ...]
    keys: np.ndarray
    rows: np.ndarray
    transitions: np.ndarray

    @cached_property
    def lookup(self) -> Lookup:
        """The rows laid out for reading."""
        return Lookup([(self.keys, self.rows)], len(self.templates) + MOST_FORM_ROWS)


def emissions(weights: Weights, values: np.ndarray, start: np.ndarray, *, compiled: bool) -> np.ndarray:
    """Scores of the labels at each place: `start` plus the rows of its features.

    Parameters
    ----------
    weights : the field's weights.
    values : int64 (templates, N), one row a template, in the order of `weights.templates`.
    start : int32 (N, labels) or (1, labels), to which they are added.
    compiled : read with compiled code; the result is the same.

    Returns
    -------
    int32 (N, labels).
    """
    sums = weights.lookup.zeros(values.shape[1])
    weights.lookup.add(sums, values, compiled=compiled)
    scores: np.ndarray = start + weights.lookup.scores(sums, len(values))[:, : start.shape[1]]
    return scores


def widened(scores: np.ndarray) -> np.ndarray:
    """`scores` with rows of `_WIDE`, as compiled code reads them; added columns are 0."""
    if scores.shape[1] == _WIDE:
        return scores
    wide = np.zeros((len(scores), _WIDE), dtype=np.int32)
    wide[:, : scores.shape[1]] = scores
    return wide


def judge(weights: Weights, values: np.ndarray, *, compiled: bool) -> np.ndarray:
    """The odds of each of N candidates, int32 (N, labels): the rows of its features and the first row of `transitions`.

    Parameters
    ----------
    weights : of one judge; every column is an odd of its own.
    values : int64 (templates, N).
    compiled : read with compiled code; the result is the same.
    """
    bias = weights.transitions[:1, : weights.rows.shape[1]].astype(np.int32)
    return emissions(weights, values, bias, compiled=compiled)


def best_path(
    scores: np.ndarray, edge: np.ndarray, transitions: np.ndarray, *, compiled: bool
) -> tuple[np.ndarray, np.ndarray]:
    """The best labels of each run between edges, and how much worse the best path through every other label is.

    Returns
    -------
    labels : int8 (N,), 0 at edges.
    margins : int32 (N, labels), 0 for labels on a best path, else below 0, in 1/`SCALE`.
    """
    if compiled:
        labels, margins = kernels().best_path(widened(scores), edge, transitions)
        return labels, margins
    return _best_path(scores[:, :N_LABELS], edge, transitions, with_margins=True)


def other_paths(
    scores: np.ndarray,
    edge: np.ndarray,
    transitions: np.ndarray,
    readings: Sequence[tuple[int, int]],
    labels: np.ndarray,
    *,
    compiled: bool,
) -> tuple[np.ndarray, np.ndarray]:
    """The best labels under several readings, one reading after the other; a run that repeats the first is left empty.

    A reading adds its first number to the labels that begin a span, its second to the inside of contents.

    Parameters
    ----------
    scores, edge, transitions : as for `best_path`.
    readings : the first of them is the plain one, (0, 0).
    labels : its path.

    Returns
    -------
    paths : int8 (readings x N,).
    same : int64, by the number of edges before a run: bits of the readings that have the plain path there.
    """
    if compiled:
        paths, same = kernels().other_paths(
            widened(scores), edge, transitions, np.array(readings, dtype=np.int32), labels
        )
        return paths, same
    n = len(edge)
    several = np.concatenate([scores[:, :N_LABELS]] * (len(readings) - 1))
    for number, (begin, inside) in enumerate(readings[1:]):
        part = several[number * n : (number + 1) * n]
        part[:, 1::2] += begin
        part[:, -1] += inside
    others, _ = _best_path(several, np.tile(edge, len(readings) - 1), transitions, with_margins=False)
    return _without_repeated(np.concatenate([labels, others]), edge)


def _without_repeated(paths: np.ndarray, edge: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Empty the runs of later readings that repeat the first one (in place); bits of those that do, as `other_paths`."""
    run = np.cumsum(edge)
    n, length = int(run[-1]) + 1, len(edge)
    same = np.ones(n, dtype=np.int64)
    for reading in range(1, len(paths) // length):
        part = paths[reading * length : (reading + 1) * length]
        differs = np.zeros(n, dtype=bool)
        differs[run[part != paths[:length]]] = True
        same |= np.where(differs, 0, 1 << reading)
        part[~differs[run]] = 0
    return paths, same


def _best_path(
    scores: np.ndarray, edge: np.ndarray, transitions: np.ndarray, *, with_margins: bool
) -> tuple[np.ndarray, np.ndarray]:
    """As the compiled loops: all runs side by side, the longest first, one step of all at a time.

    Arrays are (labels, places), the places of one step beside each other. A path's score is kept eight times too large,
    so that the label it comes from fits below it: the greatest number is then the best path, and of equals the one
    from the lowest label.
    """
    labels = np.zeros(len(edge), dtype=np.int8)
    margins = np.zeros((len(edge) if with_margins else 0, N_LABELS), dtype=np.int32)
    change = np.flatnonzero(np.diff(np.concatenate([[1], edge.astype(np.int8), [1]])))
    begin, length = change[::2], change[1::2] - change[::2]
    if not len(begin):
        return labels, margins
    order = np.argsort(-length, kind="stable")
    begin, length = begin[order], length[order]
    active = np.searchsorted(-length, -np.arange(int(length[0])), side="left")
    offset = np.cumsum(active) - active
    place = begin[np.arange(int(active.sum())) - np.repeat(offset, active)] + np.repeat(np.arange(len(active)), active)
    steps = list(zip(offset.tolist(), active.tolist(), strict=True))
    emitted = np.ascontiguousarray(scores[place].T.astype(np.int64)) * 8
    into = (transitions.astype(np.int64) * 8 + (N_LABELS - np.arange(N_LABELS))[:, None])[:, :, None]
    buffer = np.empty((N_LABELS, N_LABELS, len(begin)), dtype=np.int64)
    best = np.empty_like(emitted)
    forward = emitted.copy()
    for (at, _), (to, n) in pairwise(steps):
        paths, top = buffer[:, :, :n], best[:, to : to + n]
        np.add(forward[:, None, at : at + n], into, out=paths)
        np.maximum.reduce(paths, axis=0, out=top)
        forward[:, to : to + n] += top & ~7
    if with_margins:
        margins[place] = _margins(forward, emitted, transitions, steps, buffer)
    back = N_LABELS - (best & 7)
    runs = np.arange(len(begin))
    last = offset[length - 1] + runs
    current = forward[:, last].argmax(axis=0)
    laid = np.empty(len(place), dtype=np.int8)
    for at, n in reversed(steps):
        laid[at : at + n] = current[:n]
        if at:
            current[:n] = back[current[:n], at + runs[:n]]
    labels[place] = laid
    return labels, margins


def _margins(
    forward: np.ndarray, emitted: np.ndarray, transitions: np.ndarray, steps: list[tuple[int, int]], buffer: np.ndarray
) -> np.ndarray:
    """How much worse the best path through each label is than the best one, int32 (places, labels)."""
    out = np.ascontiguousarray(transitions.T.astype(np.int64) * 8)[:, :, None]
    backward = np.zeros_like(emitted)
    for (to, n), (at, _) in pairwise(reversed(steps)):
        paths = buffer[:, :, :n]
        ahead = emitted[:, to : to + n] + backward[:, to : to + n]
        np.add(ahead[:, None], out, out=paths)
        np.maximum.reduce(paths, axis=0, out=backward[:, at : at + n])
    through = (forward + backward) >> 3
    return (through - through.max(axis=0)).T.astype(np.int32)
