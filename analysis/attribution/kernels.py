"""The loops of the field, compiled: adding the rows of features, finding the best path.

Floor: imported by `crf` when there is much to read, never at start. The machine code is cached beside this file, or in
the user's cache folder where this one cannot be written.
"""

from __future__ import annotations

import numba
import numpy as np

_MIX_1, _MIX_2, _MIX_3 = np.uint64(0x9E3779B97F4A7C15), np.uint64(0xC2B2AE3D27D4EB4F), np.uint64(0xD6E8FEB86659FD93)
_S29, _S32, _S14 = np.uint64(29), np.uint64(32), np.uint32(14)
_ONE, _LOW = np.uint64(1), np.uint64(0xFFFFFFFF)


@numba.njit(cache=True)
def add_rows(scores, values, starts, keys, rows):  # type: ignore[no-untyped-def]
    """Add to `scores` (N, 8) the row (8 wide) of every feature that has one; `values` is (templates, N).

    The width is fixed so that a row is one addition of the processor; columns past the last label stay 0.
    """
    n = values.shape[1]
    mixed = np.empty(n, np.uint32)
    for template in range(values.shape[0]):
        salt = (np.uint64(template) + _ONE) * _MIX_2
        for place in range(n):
            key = np.uint64(values[template, place]) * _MIX_1 + salt
            key ^= key >> _S29
            key *= _MIX_3
            mixed[place] = np.uint32((key ^ (key >> _S32)) & _LOW)
        previous, found = np.int64(-1), np.int64(-1)
        for place in range(n):
            wanted = mixed[place]
            if np.int64(wanted) != previous:  # neighbours often have the same value: a fact of their sentence, say
                previous, found = np.int64(wanted), np.int64(-1)
                bucket = np.int64(wanted >> _S14)
                for row in range(starts[bucket], starts[bucket + 1]):
                    if keys[row] == wanted:
                        found = np.int64(row)
                        break
            if found >= 0:
                for label in range(8):
                    scores[place, label] += rows[found, label]


@numba.njit(cache=True)
def form_scores(sums, number):  # type: ignore[no-untyped-def]
    """What the word forms around each place contribute: `sums` is (forms, offsets, labels), offsets from -3 to 3."""
    n, n_offsets, n_labels = len(number), sums.shape[1], sums.shape[2]
    scores = np.zeros((n, n_labels), np.int32)
    for offset in range(n_offsets):
        shift = offset - n_offsets // 2
        for place in range(max(0, -shift), min(n, n - shift)):
            form = number[place + shift]
            for label in range(n_labels):
                scores[place, label] += sums[form, offset, label]
    return scores


@numba.njit(cache=True)
def best_path(scores, edge, transitions, with_margins):  # type: ignore[no-untyped-def]
    """The best labels of each run between edges and, if asked for, the margins; ties go to the lower label."""
    n, n_labels = scores.shape
    labels = np.zeros(n, np.int8)
    forward = np.zeros((n, n_labels), np.int32)
    n_margins = n if with_margins else 0
    margins = np.zeros((n_margins, n_labels), np.int32)
    backward = np.zeros((n_margins, n_labels), np.int32)
    back = np.zeros((n, n_labels), np.int8)
    stop = 0
    while stop < n:
        if edge[stop]:
            stop += 1
            continue
        start = stop
        for label in range(n_labels):
            forward[start, label] = scores[start, label]
        stop += 1
        while stop < n and not edge[stop]:
            for label in range(n_labels):
                best, choice = forward[stop - 1, 0] + transitions[0, label], 0
                for origin in range(1, n_labels):
                    value = forward[stop - 1, origin] + transitions[origin, label]
                    if value > best:
                        best, choice = value, origin
                forward[stop, label] = best + scores[stop, label]
                back[stop, label] = choice
            stop += 1
        for place in range(stop - 2 if with_margins else -1, start - 1, -1):
            for label in range(n_labels):
                best = transitions[label, 0] + scores[place + 1, 0] + backward[place + 1, 0]
                for target in range(1, n_labels):
                    value = transitions[label, target] + scores[place + 1, target] + backward[place + 1, target]
                    if value > best:
                        best = value
                backward[place, label] = best
        current = 0
        for label in range(1, n_labels):
            if forward[stop - 1, label] > forward[stop - 1, current]:
                current = label
        total = forward[stop - 1, current]
        for place in range(stop - 1, start - 1, -1):
            labels[place] = current
            if with_margins:
                for label in range(n_labels):
                    margins[place, label] = forward[place, label] + backward[place, label] - total
            current = back[place, current]
    return labels, margins
