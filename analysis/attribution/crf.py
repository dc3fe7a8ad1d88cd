"""A linear-chain conditional random field in whole numbers: weights of features, the best path, its margins.

Floor: columns of whole numbers come in, labels and margins go out. All sums are sums of integers, so the compiled path
and the NumPy path give the same labels on every machine. Compiled code is loaded only when there is much to read.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from types import ModuleType

import numpy as np

#: Outside, then begin and inside of each role.
LABELS = ("O", "B-source", "I-source", "B-cue", "I-cue", "B-content", "I-content")
N_LABELS = len(LABELS)
#: One unit of log-weight in whole numbers.
SCALE = 256
#: The first so many places of a process are read by the NumPy path; from then on compiled code pays.
COMPILE_FROM = 40_000
_BUCKET_BITS = 18
_MIX_1, _MIX_2, _MIX_3 = np.uint64(0x9E3779B97F4A7C15), np.uint64(0xC2B2AE3D27D4EB4F), np.uint64(0xD6E8FEB86659FD93)
_SHIFT_1, _SHIFT_2 = np.uint64(29), np.uint64(32)
_BLOCK = 16_384
_WIDE = 8  # rows are this wide, or twice, in compiled code


def keys_of(values: np.ndarray, template: int | np.ndarray) -> np.ndarray:
    """The key of a template's value, uint32 of the shape of `values`: a fixed mixing of both."""
    salt = (np.atleast_1d(np.asarray(template, dtype=np.uint64)) + np.uint64(1)) * _MIX_2
    mixed = values.astype(np.uint64) * _MIX_1 + salt
    mixed ^= mixed >> _SHIFT_1
    mixed *= _MIX_3
    mixed ^= mixed >> _SHIFT_2
    return (mixed & np.uint64(0xFFFFFFFF)).astype(np.uint32)


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
    def starts(self) -> np.ndarray:
        """int32 (2^18 + 1,), the first key of each bucket of leading bits."""
        counts = np.bincount(self.keys >> np.uint32(32 - _BUCKET_BITS), minlength=1 << _BUCKET_BITS)
        return np.concatenate([[0], np.cumsum(counts)]).astype(np.int32)

    @cached_property
    def wide(self) -> np.ndarray:
        """`rows` 8 wide, as compiled code reads them."""
        wide = np.zeros((len(self.rows), _WIDE), dtype=np.int16)
        wide[:, : self.rows.shape[1]] = self.rows
        return wide

    @cached_property
    def longest(self) -> int:
        """The most keys in one bucket."""
        return int(np.diff(self.starts).max(initial=0))

    def find(self, keys: np.ndarray) -> np.ndarray:
        """The row of each key, int32 of the same shape; the last row where a key has no weight."""
        flat = keys.ravel()
        bucket = flat >> np.uint32(32 - _BUCKET_BITS)
        at, stop = self.starts[bucket], self.starts[bucket + 1]
        row = np.full(flat.shape, len(self.keys), dtype=np.int32)
        live = np.flatnonzero(at < stop)
        for _ in range(self.longest):
            if not len(live):
                break
            here = at[live]
            hit = self.keys[here] == flat[live]
            row[live[hit]] = here[hit]
            at[live] += 1
            live = live[~hit & (here + 1 < stop[live])]
        return row.reshape(keys.shape)


def side_by_side(first: Weights, second: Weights) -> Weights:
    """Two fields whose first templates are the same, as one: rows are `_WIDE` of the first, then `_WIDE` of the second.

    A template that both have is then looked up once. Transitions are those of the first.
    """
    keys = np.union1d(first.keys, second.keys)
    rows = np.zeros((len(keys) + 1, 2 * _WIDE), dtype=np.int16)
    rows[np.searchsorted(keys, first.keys), :_WIDE] = first.wide[:-1]
    rows[np.searchsorted(keys, second.keys), _WIDE:] = second.wide[:-1]
    return Weights(second.templates, keys, rows, first.transitions)


def emissions(weights: Weights, values: np.ndarray, start: np.ndarray, *, compiled: bool) -> np.ndarray:
    """Scores of the labels at each place: `start` plus the rows of its features.

    Parameters
    ----------
    weights : the field's weights.
    values : int64 (templates, N), one row a template, in the order of `weights.templates`.
    start : int32 (N, labels), what word forms contribute.
    compiled : read with compiled code; the result is the same.

    Returns
    -------
    int32 (N, labels).
    """
    if compiled:
        scores = widened(start)
        kernels().add_rows(scores, values, 0, weights.starts, weights.keys, weights.wide)
        return np.ascontiguousarray(scores[:, : start.shape[1]])
    salts = np.arange(len(values))[:, None]
    out = np.empty_like(start)
    for first in range(0, len(start), _BLOCK):
        block = slice(first, first + _BLOCK)
        rows = weights.find(keys_of(values[:, block], salts))
        out[block] = start[block] + weights.rows[rows].sum(axis=0, dtype=np.int32)
    return out


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
    bias = weights.transitions[0, : weights.rows.shape[1]]
    return emissions(weights, values, np.tile(bias.astype(np.int32), (values.shape[1], 1)), compiled=compiled)


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
    return _best_path(scores, edge, transitions, with_margins=True)


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
    several = np.concatenate([scores] * (len(readings) - 1))
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
    """As the compiled kernel: all runs side by side, the longest first, one step of all at a time."""
    labels = np.zeros(len(edge), dtype=np.int8)
    margins = np.zeros((len(edge) if with_margins else 0, N_LABELS), dtype=np.int32)
    change = np.flatnonzero(np.diff(np.concatenate([[1], edge.astype(np.int8), [1]])))
    begin, length = change[::2], change[1::2] - change[::2]
    if not len(begin):
        return labels, margins
    order = np.argsort(-length, kind="stable")
    begin, length = begin[order], length[order]
    longest = int(length[0])
    active = np.searchsorted(-length, -np.arange(longest), side="left").tolist()
    forward = scores.copy()
    back: list[np.ndarray] = [np.zeros(0, dtype=np.int64)]
    into = np.ascontiguousarray(transitions.T)[None]
    for step in range(1, longest):
        at = begin[: active[step]] + step
        paths = forward[at - 1][:, None, :] + into
        back.append(paths.argmax(axis=2))
        forward[at] += paths.max(axis=2)
    if with_margins:
        backward = np.zeros_like(scores)
        out = transitions[None]
        for step in range(longest - 2, -1, -1):
            at = begin[: active[step + 1]] + step
            backward[at] = (out + (scores[at + 1] + backward[at + 1])[:, None, :]).max(axis=2)
        through = forward + backward
        margins[~edge] = (through - through.max(axis=1, keepdims=True))[~edge]
    current = forward[begin + length - 1].argmax(axis=1)
    runs = np.arange(len(begin))
    for step in range(longest - 1, -1, -1):
        n = active[step]
        labels[begin[:n] + step] = current[:n]
        if step:
            current[:n] = back[step][runs[:n], current[:n]]
    return labels, margins


@lru_cache(maxsize=1)
def kernels() -> ModuleType:
    """The compiled kernels; loaded (and on a fresh install compiled) when first asked for."""
    from analysis.attribution import kernels as module

    return module


class _Reading:
    """How much this process has read, and whether compiled code can be had."""

    n_places = 0
    is_hopeless = False


def compiled_for(n_places: int) -> bool:
    """Whether a text of this many places is read with compiled code: from `COMPILE_FROM` places in a process on.

    The first articles are read with NumPy at once, without a pause for compiling. Where machine code can be kept
    nowhere (package and cache folders read-only), NumPy reads everything.
    """
    _Reading.n_places += n_places
    if _Reading.n_places < COMPILE_FROM or _Reading.is_hopeless:
        return False
    try:
        kernels()
    except (ImportError, RuntimeError, OSError):
        _Reading.is_hopeless = True
    return not _Reading.is_hopeless
