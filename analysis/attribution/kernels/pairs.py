"""The linker's loops, compiled: the labelled spans of all readings, which pairs of them are judged, what speaks for each.

Floor: labels and the arrays of a `Context` come in; spans, pairs and their values go out. `linker` has the same in NumPy;
a test holds the two equal.
"""

from __future__ import annotations

import numba
import numpy as np

from analysis.attribution import wordforms as wf

_CLASS, _COMMA, _FINITE = wf.CLASS, wf.COMMA, wf.FINITE
_SOURCE, _CUE, _CONTENT = 1, 2, 3
_K, _W = 1 << 16, 1 << 32


@numba.njit(cache=True)
def spans(labels, edge):  # type: ignore[no-untyped-def]
    """Role, first and last place and paragraph of every labelled span, as `linker.find_spans` has them, int64 (4, n)."""
    n_labels, n = len(labels), len(edge)
    n_edges = 0
    for i in range(n):
        n_edges += edge[i]
    found = np.empty((4, n_labels), np.int64)
    count, at, home, previous = 0, 0, 0, 0
    for place in range(n_labels):
        if at == n:
            at = 0
            home = (place // n) * (n_edges + 1)
        home += edge[at]
        at += 1
        label = labels[place]
        role = (label + 1) // 2
        if role > 0:
            if role != previous or label % 2 == 1:
                found[0, count], found[1, count], found[2, count], found[3, count] = role, place, place, home
                count += 1
            else:
                found[2, count - 1] = place
        previous = role
    return found[:, :count].copy()


@numba.njit(cache=True)
def neighbours(spans, role, reach):  # type: ignore[no-untyped-def]
    """Pairs (cue, span of `role`) as `linker.neighbours` gives them, int64 (2, pairs)."""
    n = spans.shape[1]
    cues, n_cues, n_others = np.empty(n, np.int64), 0, 0
    for i in range(n):
        if spans[0, i] == _CUE:
            cues[n_cues] = i
            n_cues += 1
        elif spans[0, i] == role:
            n_others += 1
    pairs = np.empty((2, min(2 * reach, n_cues) * n_others), np.int64)
    count, middle = 0, 0
    for i in range(n):
        if spans[0, i] == _CUE:
            middle += 1
        elif spans[0, i] == role:
            for at in range(max(middle - reach, 0), min(middle + reach, n_cues)):
                if spans[3, cues[at]] == spans[3, i]:
                    pairs[0, count], pairs[1, count] = cues[at], i
                    count += 1
    return pairs[:, :count].copy()


@numba.njit(cache=True)
def counts_before(spans, facts, n_labels, homes):  # type: ignore[no-untyped-def]
    """Running counts: spans of each role that begin up to a place of the readings; commas and verbs of the text; spans of
    each role in a paragraph (up to 3)."""
    n = len(facts)
    begun = np.zeros((3, n_labels), np.int32)
    many = np.zeros((3, homes), np.int64)
    for i in range(spans.shape[1]):
        role = spans[0, i] - 1
        begun[role, spans[1, i]] += 1
        many[role, spans[3, i]] = min(many[role, spans[3, i]] + 1, 3)
    for role in range(3):
        for place in range(1, n_labels):
            begun[role, place] += begun[role, place - 1]
    commas, verbs = np.zeros(n, np.int64), np.zeros(n, np.int64)
    n_commas = n_verbs = 0
    for i in range(n):
        n_commas += facts[i, _COMMA] == 1
        n_verbs += facts[i, _FINITE] > 0
        commas[i], verbs[i] = n_commas, n_verbs
    return begun, many, commas, verbs


@numba.njit(cache=True)
def values(  # type: ignore[no-untyped-def]
    pairs, spans, begun, many, commas, verbs, word, facts, state, sentence, sentence_first, buckets, out
):
    """Write `linker.pair_values` into `out`, int64 (20, pairs)."""
    n = len(facts)
    for pair in range(pairs.shape[1]):
        cue, other = pairs[0, pair], pairs[1, pair]
        reading = spans[1, cue] // n * n
        c0, c1 = spans[1, cue] - reading, spans[2, cue] - reading
        x0, x1 = spans[1, other] - reading, spans[2, other] - reading
        side, gap, low, high = 0, 0, x1, c0
        if x0 > c1:
            side, low, high = 1, c1, x0
        elif x1 < c0:
            side = 2
        crowd = n_commas = n_verbs = 0
        if side > 0:
            gap = high - low - 1
            before, up_to = reading + low, reading + high - 1
            crowd = min(begun[_CUE - 1, up_to] - begun[_CUE - 1, before], 2) * 3
            crowd = (crowd + min(begun[_CONTENT - 1, up_to] - begun[_CONTENT - 1, before], 2)) * 3
            crowd += min(begun[_SOURCE - 1, up_to] - begun[_SOURCE - 1, before], 2)
            inner = max(high - 1, low)
            n_commas, n_verbs = min(commas[inner] - commas[low], 2), min(verbs[inner] - verbs[low], 2)
        far = buckets[min(gap, 63)]
        between = sentence[c0] - sentence[x0]
        apart = 0 if between == 0 else 1 if between == 1 else 2 if between > 1 else 3 if between == -1 else 4
        quoted = state[x0] * 6 + state[c0]
        same = 1 if apart == 0 else 0
        starts = 1 if x0 == sentence_first[x0] else 0
        home = spans[3, cue]
        n_near = (many[_CUE - 1, home] * 4 + many[_SOURCE - 1, home]) * 4 + many[_CONTENT - 1, home]
        near = min(far, 3)
        out[0, pair] = (side * 16 + far) * 2 + same
        out[1, pair] = side * 8 + apart
        out[2, pair] = side * 32 + crowd
        out[3, pair] = (side * 32 + crowd) * 8 + apart
        out[4, pair] = ((side * 4 + n_commas) * 4 + n_verbs) * 4 + near
        out[5, pair] = (side * 64 + quoted) * 8 + apart
        out[6, pair] = side * _W + word[c1]
        out[7, pair] = (side * 4 + near) * _W + word[c1]
        out[8, pair] = side * _W + word[c0]
        out[9, pair] = side * _W + word[x0]
        out[10, pair] = side * _W + word[x1]
        out[11, pair] = side * _W + word[c1 + 1]
        out[12, pair] = side * _K + facts[c0 - 1, _CLASS]
        out[13, pair] = side * 16 + buckets[min(x1 - x0, 63)]
        out[14, pair] = (side * 2 + starts) * 32 + crowd
        out[15, pair] = side * _K + facts[c1, _CLASS]
        out[16, pair] = (side * 64 + n_near) * 2 + same
        out[17, pair] = (side * _K + facts[x1 + 1, _CLASS]) * 4 + near
        out[18, pair] = (side * _K + facts[x0, _CLASS]) * 4 + near
        out[19, pair] = (side * 32 + crowd) * 64 + quoted


@numba.njit(cache=True)
def best_partners(pairs, scores, by, n_spans):  # type: ignore[no-untyped-def]
    """For each span the best partner in its pairs and that pair's score; -1 without a pair. `by` 0 asks for each cue.

    Ties go to the first pair.
    """
    partner, best = np.full(n_spans, -1, np.int64), np.zeros(n_spans, np.int64)
    for pair in range(pairs.shape[1]):
        one = pairs[by, pair]
        if partner[one] < 0 or scores[pair] > best[one]:
            partner[one], best[one] = pairs[1 - by, pair], scores[pair]
    return partner, best
