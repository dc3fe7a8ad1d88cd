"""The sources on offer for each chosen attribution, and what speaks for each, compiled.

Floor: candidates, the chosen ones among them and the arrays of a `Context` come in; sources, spans and the columns of
`sourcing` go out. The NumPy code says what each value means; a test holds the two equal.
"""

from __future__ import annotations

import numba
import numpy as np

from analysis.attribution import wordforms as wf

_CLASS, _FINITE = wf.CLASS, wf.FINITE
_SOURCE, _CUE, _CONTENT = 1, 2, 3
_ABSENT, _ELSEWHERE, _TOUCHES, _SAME = range(4)
_K = 4096
_NONE = -(1 << 20)


@numba.njit(cache=True)
def _ruled_sources(rules, table, chosen, n_places):  # type: ignore[no-untyped-def]
    """The source that a rule gives to a cue in which its own cue ends, (-1, -1) for none; int64 (attributions, 2)."""
    ending = np.full(n_places, -1, np.int64)  # of the rules whose cue ends here, the one with the first source
    for rule in range(rules.shape[1]):
        if rules[2, rule] >= 0 and rules[0, rule] >= 0:
            other = ending[rules[1, rule]]
            if other < 0 or (rules[2, rule], rules[3, rule]) < (rules[2, other], rules[3, other]):
                ending[rules[1, rule]] = rule
    found = np.full((len(chosen), 2), -1, np.int64)
    for number in range(len(chosen)):
        cue_first, cue_last = table[0, chosen[number]], table[1, chosen[number]]
        if cue_first >= 0:
            for place in range(cue_first, cue_last + 1):
                if ending[place] >= 0:
                    found[number, 0], found[number, 1] = rules[2, ending[place]], rules[3, ending[place]]
                    break
    return found


@numba.njit(cache=True)
def _paragraphs(edge):  # type: ignore[no-untyped-def]
    """The paragraph of each place, as `linker.find_spans` counts them."""
    paragraph, n_edges = np.empty(len(edge), np.int64), 0
    for place in range(len(edge)):
        n_edges += edge[place]
        paragraph[place] = n_edges
    return paragraph


@numba.njit(cache=True)
def _put(offered, begin, n_offered, number, first, last, bits):  # type: ignore[no-untyped-def]
    """Put a source into the ordered sources of one attribution, from column `begin` on, once (in place)."""
    place = n_offered
    while place > begin and (offered[1, place - 1], offered[2, place - 1]) >= (first, last):
        place -= 1
    if place < n_offered and offered[1, place] == first and offered[2, place] == last:
        offered[3, place] |= bits
        return n_offered
    for later in range(n_offered, place, -1):
        for row in range(1, 4):
            offered[row, later] = offered[row, later - 1]
    offered[0, n_offered] = number
    offered[1, place], offered[2, place], offered[3, place] = first, last, bits
    return n_offered + 1


@numba.njit(cache=True)
def _relation(opinion, number, first, last):  # type: ignore[no-untyped-def]
    """How a source stands to another opinion on it."""
    a, b = opinion[number, 0], opinion[number, 1]
    if a < 0:
        return _ABSENT
    if a == first and b == last:
        return _SAME
    return _TOUCHES if a <= last and first <= b else _ELSEWHERE


@numba.njit(cache=True)
def offered_sources(table, starts, parts, chosen, edge, rules, sources, subjects, before, after):  # type: ignore[no-untyped-def]
    """The arrays of `Offered`, int64 (7, P), and first and last place of each attribution's anchor, int64 (2, chosen)."""
    n, n_places, n_sources = len(chosen), len(edge), len(sources)
    paragraph, owner = _paragraphs(edge), np.full(n_places, -1, np.int64)
    linked, anchors = np.empty((n, 2), np.int64), np.empty((2, n), np.int64)
    for number in range(n):
        one = chosen[number]
        linked[number, 0], linked[number, 1] = table[2, one], table[3, one]
        anchors[0, number], anchors[1, number] = table[0, one], table[1, one]
        if table[0, one] < 0:
            anchors[0, number], anchors[1, number] = parts[starts[one], 0], parts[starts[one], 1]
        for part in range(starts[one], starts[one + 1]):
            owner[parts[part, 0] : parts[part, 1] + 1] = number
    ruled = _ruled_sources(rules, table, chosen, n_places)
    offered, n_offered = np.empty((7, n * (before + after + 3)), np.int64), 0
    for number in range(n):
        begin, home = n_offered, paragraph[anchors[0, number]]
        middle = 0
        high = n_sources
        while middle < high:
            half = (middle + high) // 2
            if sources[half, 0] < anchors[0, number]:
                middle = half + 1
            else:
                high = half
        for at in range(max(middle - before, 0), min(middle + after, n_sources)):
            if paragraph[sources[at, 0]] == home:
                n_offered = _put(offered, begin, n_offered, number, sources[at, 0], sources[at, 1], sources[at, 2])
        for opinion in (linked, ruled, subjects):
            if opinion[number, 0] >= 0:
                n_offered = _put(offered, begin, n_offered, number, opinion[number, 0], opinion[number, 1], 0)
    n_kept = 0
    for i in range(n_offered):
        number, first, last, bits = offered[0, i], offered[1, i], offered[2, i], offered[3, i]
        by_link = _relation(linked, number, first, last)
        if by_link == _SAME or (owner[first] != number and owner[last] != number):
            offered[0, n_kept], offered[1, n_kept], offered[2, n_kept], offered[3, n_kept] = number, first, last, bits
            offered[4, n_kept] = _relation(ruled, number, first, last)
            offered[5, n_kept] = by_link
            offered[6, n_kept] = _relation(subjects, number, first, last)
            n_kept += 1
    return offered[:, :n_kept].copy(), anchors


@numba.njit(cache=True)
def _lay(spans, n_spans, role, keys, length):  # type: ignore[no-untyped-def]
    """Lay down the spans of one role, each once, in order; `keys` are first place times `length` plus last place."""
    keys = np.sort(keys)
    for i in range(len(keys)):
        if i == 0 or keys[i] != keys[i - 1]:
            spans[0, n_spans], spans[1, n_spans], spans[2, n_spans] = role, keys[i] // length, keys[i] % length
            n_spans += 1
    return n_spans


@numba.njit(cache=True)
def _index_of(spans, low, high, first, last):  # type: ignore[no-untyped-def]
    """Which of the ordered spans `low` to `high` has these places."""
    while low < high:
        half = (low + high) // 2
        if spans[1, half] < first or (spans[1, half] == first and spans[2, half] < last):
            low = half + 1
        else:
            high = half
    return low


@numba.njit(cache=True)
def offered_pairs(starts, parts, chosen, anchors, offered, edge):  # type: ignore[no-untyped-def]
    """The sources on offer, the anchors and the contents as spans, int64 (4, n), and the pairs of the first two (2, P)."""
    length, n, n_offered, n_parts = len(edge), len(chosen), offered.shape[1], 0
    for one in chosen:
        n_parts += starts[one + 1] - starts[one]
    keys, n_parts = np.empty(n_parts, np.int64), 0
    for one in chosen:
        for part in range(starts[one], starts[one + 1]):
            keys[n_parts] = parts[part, 0] * length + parts[part, 1]
            n_parts += 1
    spans = np.empty((4, n_offered + n + n_parts), np.int64)
    n_sources = _lay(spans, 0, _SOURCE, offered[1] * length + offered[2], length)
    n_cues = _lay(spans, n_sources, _CUE, anchors[0] * length + anchors[1], length)
    n_spans = _lay(spans, n_cues, _CONTENT, keys, length)
    paragraph = _paragraphs(edge)
    for i in range(n_spans):
        spans[3, i] = paragraph[spans[1, i]]
    pairs = np.empty((2, n_offered), np.int64)
    for i in range(n_offered):
        number = offered[0, i]
        pairs[0, i] = _index_of(spans, n_sources, n_cues, anchors[0, number], anchors[1, number])
        pairs[1, i] = _index_of(spans, 0, n_sources, offered[1, i], offered[2, i])
    return spans[:, :n_spans].copy(), pairs


@numba.njit(cache=True)
def _step(value, steps):  # type: ignore[no-untyped-def]
    """`evidence.step_of` of one value."""
    step = 0
    while step < len(steps) and value >= steps[step]:
        step += 1
    return step


@numba.njit(cache=True)
def _side(first, last, start, stop):  # type: ignore[no-untyped-def]
    """1 where a span stands before another, 2 where behind, 3 where they overlap."""
    return 1 if last < start else 2 if first > stop else 3


@numba.njit(cache=True)
def source_values(  # type: ignore[no-untyped-def]
    table, starts, parts, chosen, anchors, offered, word, facts, state, sentence, margins, buckets, steps, out
):
    """Write the columns of `sourcing.source_columns` that are not of pairs into `out`, int64 (23, P)."""
    n_places = len(facts)
    verbs, inside = np.zeros(n_places + 1, np.int64), np.zeros(n_places + 1, np.int64)
    for i in range(n_places):
        verbs[i + 1] = verbs[i] + (facts[i, _FINITE] > 0)
        inside[i + 1] = inside[i] + max(margins[i, 1], margins[i, 2])
    for i in range(offered.shape[1]):
        number, x0, x1, readings = offered[0, i], offered[1, i], offered[2, i], offered[3, i]
        one, c0, c1 = chosen[number], anchors[0, number], anchors[1, number]
        k0, k1 = parts[starts[one], 0], parts[starts[one + 1] - 1, 1]
        side = _side(x0, x1, k0, k1)
        order = ((side * 4 + _side(x0, x1, c0, c1)) * 4 + _side(c0, c1, k0, k1)) * 2 + (1 if table[0, one] >= 0 else 0)
        gap = c0 - x1 if x1 < c0 else x0 - c1 if x0 > c1 else 0
        to_content = min(k0 - x1 - 1 if side == 1 else x0 - k1 - 1 if side == 2 else 0, 7)
        sentences = min(max(sentence[c0] - sentence[x0], -2), 3) + 2
        n_verbs = min(verbs[x1 + 1] - verbs[x0], 2)
        certain = _step((inside[x1 + 1] - inside[x0]) // (x1 - x0 + 1), steps)
        other = max(margins[x0, 0], margins[x0, 3], margins[x0, 4], margins[x0, 5], margins[x0, 6])
        begin = _step(np.int64(margins[x0, 1]) - other, steps)
        other = max(margins[x1 + 1, 0], margins[x1 + 1, 1], margins[x1 + 1, 3], margins[x1 + 1, 5])
        end = _step(np.int64(other) - margins[x1 + 1, 2], steps)
        linked = _step(table[7, one] if offered[5, i] > _ABSENT else _NONE, steps)
        two = offered[4, i] * 4 + offered[5, i]
        opinions = two * 4 + offered[6, i]
        out[0, i] = opinions
        out[1, i] = opinions * 128 + order
        out[2, i] = opinions * 20 + linked
        out[3, i] = order * 16 + buckets[min(gap, 63)]
        out[4, i] = order * 8 + sentences
        out[5, i] = readings
        out[6, i] = readings * 64 + opinions
        out[7, i] = certain * 64 + opinions
        out[8, i] = begin * 16 + two
        out[9, i] = end * 16 + two
        out[10, i] = begin * 20 + end
        out[11, i] = (state[x0] * 6 + state[k0]) * 4 + side
        out[12, i] = n_verbs * 16 + two
        out[13, i] = (to_content * 128 + order) * 8 + sentences
        out[14, i] = word[x1] * 128 + order
        out[15, i] = word[c1] * 64 + opinions
        out[16, i] = word[c1] * 128 + order
        out[17, i] = word[x1 + 1]
        out[18, i] = word[x0 - 1]
        out[19, i] = facts[x1, _CLASS] * _K + facts[x1 + 1, _CLASS]
        out[20, i] = facts[x0 - 1, _CLASS] * _K + facts[x0, _CLASS]
        out[21, i] = order
        out[22, i] = 0
