"""The loops of a field, compiled: the rows of features added up, the best path through the labels, its margins.

Floor: values of templates and scores of labels come in; scores, labels and margins go out. `crf` has the same in NumPy.
"""

from __future__ import annotations

import numba
import numpy as np

_MIX_1, _MIX_2, _MIX_3 = np.uint64(0x9E3779B97F4A7C15), np.uint64(0xC2B2AE3D27D4EB4F), np.uint64(0xD6E8FEB86659FD93)
_S29, _S32 = np.uint64(29), np.uint64(32)
_ONE, _LOW = np.uint64(1), np.uint64(0xFFFFFFFF)
_NEVER = -(1 << 30)


@numba.njit(cache=True)
def add_rows(sums, values, first_template, starts, keys, shift, rows):  # type: ignore[no-untyped-def]
    """Add to `sums`, uint64 (N, words), the row of each template's value, as `Lookup.add` does.

    First all rows are found, with few branches that could be guessed wrong, then they are added up.
    """
    n_templates, n = values.shape
    found = np.empty((n_templates, n), np.int32)
    mixed = np.empty(n, np.uint32)
    none = len(keys) - 1
    for template in range(n_templates):
        salt = (np.uint64(template + first_template) + _ONE) * _MIX_2
        for place in range(n):
            key = np.uint64(values[template, place]) * _MIX_1 + salt
            key ^= key >> _S29
            key *= _MIX_3
            mixed[place] = np.uint32((key ^ (key >> _S32)) & _LOW)
        for place in range(n):
            found[template, place] = starts[mixed[place] >> shift]
        for place in range(n):
            wanted, row = mixed[place], found[template, place]
            while keys[row] < wanted:
                row += 1
            found[template, place] = row if keys[row] == wanted else none
    if rows.shape[1] == 4:  # two fields side by side: a row is read at once
        for template in range(n_templates):
            for place in range(n):
                row = found[template, place]
                sums[place, 0] += rows[row, 0]
                sums[place, 1] += rows[row, 1]
                sums[place, 2] += rows[row, 2]
                sums[place, 3] += rows[row, 3]
        return
    for template in range(n_templates):
        for word in range(rows.shape[1]):
            for place in range(n):
                sums[place, word] += rows[found[template, place], word]


@numba.njit(cache=True)
def add_forms(sums, table, number):  # type: ignore[no-untyped-def]
    """Add what the word forms around each place contribute: `table` is (forms, offsets, words), offsets from -3 to 3."""
    n, n_offsets, n_words = len(number), table.shape[1], table.shape[2]
    for place in range(n):
        for offset in range(n_offsets):
            beside = place + offset - n_offsets // 2
            if 0 <= beside < n:
                form = number[beside]
                for word in range(n_words):
                    sums[place, word] += table[form, offset, word]


@numba.njit(cache=True)
def _forward(scores, bonus, wide, start, stop, forward):  # type: ignore[no-untyped-def]
    """The score of the best path that ends in each label, for places `start` to `stop`; rows 8 wide."""
    for label in range(8):
        forward[start, label] = scores[start, label] + bonus[label]
    for place in range(start + 1, stop):
        for label in range(8):
            forward[place, label] = forward[place - 1, 0] + wide[0, label]
        for origin in range(1, 7):
            so_far = forward[place - 1, origin]
            for label in range(8):
                forward[place, label] = max(forward[place, label], so_far + wide[origin, label])
        for label in range(8):
            forward[place, label] += scores[place, label] + bonus[label]


@numba.njit(cache=True)
def _walk_back(forward, wide, start, stop, labels, shift):  # type: ignore[no-untyped-def]
    """Write the labels of the best path; ties go to the lower label. Gives its score."""
    current = 0
    for label in range(1, 7):
        if forward[stop - 1, label] > forward[stop - 1, current]:
            current = label
    total = forward[stop - 1, current]
    for place in range(stop - 1, start - 1, -1):
        labels[shift + place] = current
        if place > start:
            best, origin = forward[place - 1, 0] + wide[0, current], 0
            for label in range(1, 7):
                value = forward[place - 1, label] + wide[label, current]
                if value > best:
                    best, origin = value, label
            current = origin
    return total


@numba.njit(cache=True)
def _widened(transitions):  # type: ignore[no-untyped-def]
    wide = np.full((7, 8), _NEVER, np.int32)
    for origin in range(7):  # to set a slice takes 3 s to compile
        for label in range(7):
            wide[origin, label] = transitions[origin, label]
    return wide


@numba.njit(cache=True)
def best_path(scores, edge, transitions):  # type: ignore[no-untyped-def]
    """The best labels of each run between edges and the margins; the scores of labels are the first columns of `scores`."""
    n = len(edge)
    wide, across = _widened(transitions), _widened(transitions.T)
    labels, margins = np.zeros(n, np.int8), np.zeros((n, 7), np.int32)
    forward, backward = np.zeros((n, 8), np.int32), np.zeros((n, 8), np.int32)
    bonus = np.zeros(8, np.int32)
    ahead = np.zeros(8, np.int32)
    stop = 0
    while stop < n:
        if edge[stop]:
            stop += 1
            continue
        start = stop
        while stop < n and not edge[stop]:
            stop += 1
        _forward(scores, bonus, wide, start, stop, forward)
        total = _walk_back(forward, wide, start, stop, labels, 0)
        for place in range(stop - 2, start - 1, -1):
            for label in range(7):
                ahead[label] = scores[place + 1, label] + backward[place + 1, label]
            for label in range(8):
                backward[place, label] = ahead[0] + across[0, label]
            for target in range(1, 7):
                for label in range(8):
                    backward[place, label] = max(backward[place, label], ahead[target] + across[target, label])
        for place in range(start, stop):
            for label in range(7):
                margins[place, label] = forward[place, label] + backward[place, label] - total
    return labels, margins


@numba.njit(cache=True)
def other_paths(scores, edge, transitions, readings, labels):  # type: ignore[no-untyped-def]
    """The best labels under each reading, int8 (readings x N,); a run that repeats the first reading is left empty.

    `readings` is (readings, 2): what is added to labels that begin a span, and to the inside of contents; the first of
    them is the plain one, whose path `labels` holds. Also gives, per edge that comes before a run, the bits of the
    readings that have the plain path there.
    """
    n = len(edge)
    wide = _widened(transitions)
    paths = np.zeros(len(readings) * n, np.int8)
    paths[:n] = labels
    n_edges = 0
    for i in range(n):
        n_edges += edge[i]
    same = np.full(n_edges + 1, (1 << len(readings)) - 1, np.int64)
    forward = np.zeros((n, 8), np.int32)
    bonus = np.zeros(8, np.int32)
    for reading in range(1, len(readings)):
        bonus[1] = bonus[3] = bonus[5] = readings[reading, 0]
        bonus[6] = readings[reading, 1]
        shift = reading * n
        stop = n_before = 0
        while stop < n:
            if edge[stop]:
                n_before += 1
                stop += 1
                continue
            start = stop
            while stop < n and not edge[stop]:
                stop += 1
            _forward(scores, bonus, wide, start, stop, forward)
            _walk_back(forward, wide, start, stop, paths, shift)
            differs = False
            for place in range(start, stop):
                if paths[shift + place] != labels[place]:
                    differs = True
                    break
            if differs:
                same[n_before] &= ~(1 << reading)
            else:
                for place in range(start, stop):
                    paths[shift + place] = 0
    return paths, same
