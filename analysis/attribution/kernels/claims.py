"""What speaks for and against each candidate, and which of them stand, compiled.

Floor: candidates, margins and the arrays of a `Context` come in; the columns of `evidence` and the candidates to keep go
out. The NumPy code says what each value means; a test holds the two equal.
"""

from __future__ import annotations

import numba
import numpy as np

from analysis.attribution import wordforms as wf

_CLASS, _CUE, _FINITE, _ENDER, _STRONG = wf.CLASS, wf.CUE, wf.FINITE, wf.ENDER, wf.STRONG
_W = 1 << 32
_NONE = -(1 << 20)
# Running counts up to a place: how sure content, cue and source are; strong cues, verbs, stops, quoted units, marks.
_SURE_CONTENT, _SURE_CUE, _SURE_SOURCE, _STRONG_CUES, _VERBS, _STOPS, _QUOTED, _MARKS = range(8)


@numba.njit(cache=True)
def _running(facts, state, is_mark, margins):  # type: ignore[no-untyped-def]
    """Sums of what stands before each place, int64 (8, N + 1)."""
    n = len(facts)
    sums = np.zeros((8, n + 1), np.int64)
    for i in range(n):
        sums[_SURE_CONTENT, i + 1] = sums[_SURE_CONTENT, i] + max(margins[i, 5], margins[i, 6])
        sums[_SURE_CUE, i + 1] = sums[_SURE_CUE, i] + max(margins[i, 3], margins[i, 4])
        sums[_SURE_SOURCE, i + 1] = sums[_SURE_SOURCE, i] + max(margins[i, 1], margins[i, 2])
        sums[_STRONG_CUES, i + 1] = sums[_STRONG_CUES, i] + (facts[i, _CUE] >= _STRONG and state[i] == 0)
        sums[_VERBS, i + 1] = sums[_VERBS, i] + (facts[i, _FINITE] > 0)
        sums[_STOPS, i + 1] = sums[_STOPS, i] + (facts[i, _ENDER] > 0)
        sums[_QUOTED, i + 1] = sums[_QUOTED, i] + (state[i] > 0)
        sums[_MARKS, i + 1] = sums[_MARKS, i] + is_mark[i]
    return sums


@numba.njit(cache=True)
def _step(value, steps):  # type: ignore[no-untyped-def]
    """`evidence.step_of` of one value."""
    step = 0
    while step < len(steps) and value >= steps[step]:
        step += 1
    return step


@numba.njit(cache=True)
def _best_rules(starts, parts, rule_starts, rule_parts, order):  # type: ignore[no-untyped-def]
    """Of each candidate the rule's attribution that shares most units with it (-1: none), how many, and its own units.

    `order` has the fragments of the rules in order of the text.
    """
    n, n_rules, n_pieces = len(starts) - 1, len(rule_starts) - 1, len(rule_parts)
    best, most, units = np.full(n, -1, np.int64), np.zeros(n, np.int64), np.zeros(n_rules, np.int64)
    owner, first, last = np.empty(n_pieces, np.int64), np.empty(n_pieces, np.int64), np.empty(n_pieces, np.int64)
    for rule in range(n_rules):
        for piece in range(rule_starts[rule], rule_starts[rule + 1]):
            owner[piece] = rule
            units[rule] += rule_parts[piece, 1] - rule_parts[piece, 0] + 1
    owner = owner[order]
    for place in range(n_pieces):
        first[place], last[place] = rule_parts[order[place], 0], rule_parts[order[place], 1]
    shared, met = np.zeros(n_rules, np.int64), np.empty(n_rules, np.int64)
    for candidate in range(n):
        n_met = 0
        for part in range(starts[candidate], starts[candidate + 1]):
            start, stop = parts[part, 0], parts[part, 1]
            piece, high = 0, n_pieces
            while piece < high:
                half = (piece + high) // 2
                if last[half] < start:
                    piece = half + 1
                else:
                    high = half
            while piece < n_pieces and first[piece] <= stop:
                rule = owner[piece]
                if shared[rule] == 0:
                    met[n_met] = rule
                    n_met += 1
                shared[rule] += min(stop, last[piece]) - max(start, first[piece]) + 1
                piece += 1
        for i in range(n_met):
            rule = met[i]
            if shared[rule] > most[candidate] or (shared[rule] == most[candidate] and rule < best[candidate]):
                best[candidate], most[candidate] = rule, shared[rule]
        for i in range(n_met):
            shared[met[i]] = 0
    return best, most, units


@numba.njit(cache=True)
def _met(table, rules, one, rule, n_units, shared, of_rule):  # type: ignore[no-untyped-def]
    """How a candidate stands to the rule that it meets: how closely, with which cue, with which source."""
    share = shared * 100 // max(n_units + of_rule - shared, 1)
    close = 1 + (share >= 25) + (share >= 50) + (share >= 80) + (share >= 100)
    c0, c1, s0, s1 = rules[0, rule], rules[1, rule], rules[2, rule], rules[3, rule]
    cue_first, cue_last, source_first, source_last = table[0, one], table[1, one], table[2, one], table[3, one]
    cue = 2 if c0 == cue_first and c1 == cue_last else 1 if c0 <= cue_last and cue_first <= c1 else 0
    if s0 == source_first and s1 == source_last:
        source = 1
    elif s0 < 0:
        source = 2
    elif source_first < 0:
        source = 3
    else:
        source = 4 if s0 <= source_last and source_first <= s1 else 5
    return close * 3 + cue, source


@numba.njit(cache=True)
def evidence(  # type: ignore[no-untyped-def]
    table, starts, parts, rules, rule_starts, rule_parts, rule_order, number, hashes, facts, state, is_mark, sentence, sentence_first,
    sentence_last, margins, buckets, steps, sizes, named, measured,
):  # fmt: skip
    """Write `Evidence.named`, int64 (43, C), and `Evidence.measured`, int32 (24, C)."""
    sums = _running(facts, state, is_mark, margins)
    best, most, of_rules = _best_rules(starts, parts, rule_starts, rule_parts, rule_order)
    last_place = len(facts) - 1
    for one in range(table.shape[1]):
        cue, source = table[0, one] >= 0, table[2, one] >= 0
        c0, c1, s0, s1 = table[0, one], table[1, one], table[2, one], table[3, one]
        k0, k1, n_fragments = parts[starts[one], 0], parts[starts[one + 1] - 1, 1], starts[one + 1] - starts[one]
        mask, whole, n_parts, length, n_units = table[4, one], table[5, one], min(n_fragments, 3), k1 - k0 + 1, 0
        for part in range(starts[one], starts[one + 1]):
            n_units += parts[part, 1] - parts[part, 0] + 1
        begin = np.int64(margins[k0, 5]) - max(
            margins[k0, 0], margins[k0, 1], margins[k0, 2], margins[k0, 3], margins[k0, 4]
        )
        after = max(margins[k1 + 1, 0], margins[k1 + 1, 1], margins[k1 + 1, 3], margins[k1 + 1, 5])
        stop_after = np.int64(after) - margins[k1 + 1, 6]
        mean_in = (sums[_SURE_CONTENT, k1 + 1] - sums[_SURE_CONTENT, k0]) // length
        side = gap = same = cue_class = source_class = cue_size = source_size = 0
        cue_mean = last_sure = source_mean = source_gap = _NONE
        cue_word = cue_head = 1
        source_word = source_head = 2
        cue_share = source_length = 0
        same = 1 if sentence[max(c0, 0)] == sentence[k0] else 0
        if cue:
            side = 1 if k0 > c1 else 2 if k1 < c0 else 3
            gap = k0 - c1 - 1 if side == 1 else c0 - k1 - 1 if side == 2 else 0
            cue_mean = (sums[_SURE_CUE, c1 + 1] - sums[_SURE_CUE, c0]) // (c1 - c0 + 1)
            cue_word, cue_head, cue_class = hashes[number[c1], 0], hashes[number[c0], 0], facts[c1, _CLASS]
            cue_size, cue_share = min(c1 - c0, 5) + 1, facts[c1, _CUE]
            last_sure = sums[_SURE_CUE, c1 + 1] - sums[_SURE_CUE, c1]
        if source:
            source_word, source_head, source_class = hashes[number[s1], 0], hashes[number[s0], 0], facts[s1, _CLASS] + 1
            source_size, source_length = min(s1 - s0, 20) + 1, s1 - s0 + 1
            source_mean = (sums[_SURE_SOURCE, s1 + 1] - sums[_SURE_SOURCE, s0]) // (s1 - s0 + 1)
            source_gap = s0 - max(c0, 0)
        quoted = sums[_QUOTED, k1 + 1] - sums[_QUOTED, k0]
        quoted_share, odd = quoted * 4 // length, (sums[_MARKS, k1 + 1] - sums[_MARKS, k0]) % 2
        from_start, before_end = k0 - sentence_first[k0], sentence_last[k1] - k1
        to_end, at_start = buckets[min(before_end, 63)], 1 if from_start == 0 else 0
        size = 0
        while size < len(sizes) and n_units > sizes[size]:
            size += 1
        certain, step_after, step_begin = _step(mean_in, steps), _step(stop_after, steps), _step(begin, steps)
        word, word_before = hashes[number[k0], 0], hashes[number[k0 - 1], 0]
        group, group_before = facts[k0, _CLASS], facts[k0 - 1, _CLASS]
        group_end, group_next, group_next2 = (
            facts[k1, _CLASS],
            facts[k1 + 1, _CLASS],
            facts[min(k1 + 2, last_place), _CLASS],
        )
        shape = (side * 4 + n_parts) * 8 + min(gap, 7)
        named[0, one] = mask * 8 + n_parts
        named[1, one] = whole
        named[2, one] = mask * _W + cue_word
        named[3, one] = shape * 2 + same
        named[4, one] = shape * 4096 + cue_class
        named[5, one] = cue_word * 4 + side
        named[6, one] = cue_head * 4 + side
        named[7, one] = cue_size * 4096 + cue_class
        named[8, one] = (cue_word ^ (word << 20)) * 4 + side
        named[9, one] = cue_word * 4096 + group
        named[10, one] = (cue_word * 16 + size) * 4 + side
        named[11, one] = cue_word * 4096 + source_class
        named[12, one] = (cue_word * 8 + quoted_share) * 4 + side
        named[13, one] = word * 4 + side
        named[14, one] = (group_before * 4096 + group) * 4 + side
        named[15, one] = word_before
        named[16, one] = hashes[number[k1], 0]
        named[17, one] = group_end * 4096 + group_next
        named[18, one] = hashes[number[k1 + 1], 0] * 16 + to_end
        named[19, one] = (group_next * 4096 + group_next2) * 2 + (1 if to_end > 1 else 0)
        named[20, one] = step_after * 4096 + group_next
        named[21, one] = step_begin * 4096 + group
        named[22, one] = certain * 16 + size
        named[23, one] = (certain * 20 + step_after) * 20 + step_begin
        step_cue = _step(cue_mean, steps)
        named[24, one] = step_cue * 20 + certain
        named[25, one] = step_cue * _W + cue_word
        named[26, one] = _step(table[6, one], steps) * 20 + _step(table[7, one], steps)
        named[27, one] = (quoted_share * 2 + odd) * 64 + state[k0] * 8 + state[k1]
        named[28, one] = (quoted_share * 2 + odd) * 16 + size
        n_stops = min(sums[_STOPS, k1 + 1] - sums[_STOPS, k0], 3)
        named[29, one] = ((at_start * 10 + to_end) * 4 + side) * 4 + n_stops
        n_strong = min(sums[_STRONG_CUES, k1 + 1] - sums[_STRONG_CUES, k0], 3)
        named[30, one] = (n_strong * 4 + min(sums[_VERBS, k1 + 1] - sums[_VERBS, k0], 3)) * 16 + size
        named[31, one] = source_word
        named[32, one] = source_class * 4 + side
        named[33, one] = source_head
        named[34, one] = source_size
        named[35, one] = source_class * 16 + size
        named[36, one] = 0
        close = by_source = frame = share = 0
        rule = best[one]
        if rule >= 0:
            close, by_source = _met(table, rules, one, rule, n_units, most[one], of_rules[rule])
            frame, share = rules[4, rule], rules[5, rule] // 8
        named[37, one] = (close * 6 + by_source) * _W + frame
        named[38, one] = close * _W + frame
        named[39, one] = close * 256 + mask
        named[40, one] = close * 16 + share
        named[41, one] = (close * 6 + by_source) * 8 + side
        named[42, one] = close * 16 + size
        measured[0, one] = begin
        measured[1, one] = mean_in
        measured[2, one] = stop_after
        measured[3, one] = cue_mean
        measured[4, one] = last_sure
        measured[5, one] = source_mean
        measured[6, one] = table[6, one]
        measured[7, one] = table[7, one]
        measured[8, one] = n_units
        measured[9, one] = length
        measured[10, one] = n_parts
        measured[11, one] = -gap - 1 if side == 2 else gap + (1 if side == 1 else 0)
        measured[12, one] = source_gap
        measured[13, one] = source_length
        n_readings = n_whole = 0
        for reading in range(7):
            n_readings += (mask >> reading) & 1
            n_whole += (whole >> reading) & 1
        measured[14, one] = n_readings
        measured[15, one] = n_whole
        measured[16, one] = quoted * 100 // length
        measured[17, one] = from_start
        measured[18, one] = before_end
        measured[19, one] = cue_share
        measured[20, one] = facts[k0, _FINITE]
        measured[21, one] = close
        measured[22, one] = share
        measured[23, one] = close * 6 + by_source


@numba.njit(cache=True)
def keep(order, odds, least, table, starts, parts, n_places):  # type: ignore[no-untyped-def]
    """The candidates of `order` whose odds reach `least` and that share no unit of contents or cue with an earlier one."""
    taken = np.zeros(n_places, np.bool_)
    kept, n_kept = np.empty(len(order), np.int64), 0
    for one in order:
        if odds[one] < least:
            continue
        cue_first, cue_stop = max(table[0, one], 0), table[1, one] + 1
        is_free = not taken[cue_first:cue_stop].any()
        for part in range(starts[one], starts[one + 1]):
            is_free = is_free and not taken[parts[part, 0] : parts[part, 1] + 1].any()
        if is_free:
            taken[cue_first:cue_stop] = True
            for part in range(starts[one], starts[one + 1]):
                taken[parts[part, 0] : parts[part, 1] + 1] = True
            kept[n_kept] = one
            n_kept += 1
    return kept[:n_kept].copy()
