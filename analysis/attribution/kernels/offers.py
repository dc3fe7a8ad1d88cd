"""Joined spans gathered to candidates, compiled: each claim that any reading makes, once.

Floor: spans and their best partners come in; cues, facts and fragments of the candidates go out, in the order in which
they are first met. `candidates` has the same with a dictionary; a test holds the two equal.
"""

from __future__ import annotations

import numba
import numpy as np

_SOURCE, _CUE, _CONTENT = 1, 2, 3
_NONE = -(1 << 20)
_N_BITS = 7  # as many as there are readings
_MIX = np.uint64(0x9E3779B97F4A7C15)
_S29 = np.uint64(29)


@numba.njit(cache=True)
def links(spans, cue, cue_score, least):  # type: ignore[no-untyped-def]
    """The contents of each link and where they begin: contents without a cue first, then those of each cue.

    Gives `order`, the spans of contents link by link; `start` (links + 1,), and `of`, the cue of each link or -1.
    """
    n = spans.shape[1]
    count, place = np.zeros(n, np.int64), np.full(n, -1, np.int64)
    n_contents = n_alone = 0
    for one in range(n):
        if spans[0, one] == _CONTENT:
            n_contents += 1
            if cue[one] >= 0 and cue_score[one] >= least:
                count[cue[one]] += 1
            else:
                n_alone += 1
    order, start, of = (
        np.empty(n_contents, np.int64),
        np.empty(n_contents + 1, np.int64),
        np.empty(n_contents, np.int64),
    )
    n_links, alone, at = n_alone, 0, n_alone
    for one in range(n):
        if spans[0, one] != _CONTENT:
            continue
        if cue[one] >= 0 and cue_score[one] >= least:
            if place[cue[one]] < 0:
                place[cue[one]] = start[n_links] = at
                of[n_links] = cue[one]
                at += count[cue[one]]
                n_links += 1
            order[place[cue[one]]] = one
            place[cue[one]] += 1
        else:
            order[alone] = one
            start[alone], of[alone] = alone, -1
            alone += 1
    start[n_links] = n_contents
    return order, start[: n_links + 1].copy(), of[:n_links].copy()


@numba.njit(cache=True)
def _slot_of(slots, table, starts, parts, first_cue, last_cue, wanted, low, high):  # type: ignore[no-untyped-def]
    """The slot of the candidate with this cue and the fragments `low` to `high` of `wanted`: its own, or a free one."""
    n_parts, last_slot = high - low, np.uint64(len(slots) - 1)
    key = (np.uint64(first_cue + 1) * _MIX) ^ np.uint64(n_parts)
    for i in range(low, high):
        key = (key ^ np.uint64(wanted[i, 0])) * _MIX
        key ^= key >> _S29
        key = (key ^ np.uint64(wanted[i, 1])) * _MIX
        key ^= key >> _S29
    slot = np.int64(key & last_slot)
    while slots[slot] >= 0:
        here = slots[slot]
        if table[0, here] == first_cue and table[1, here] == last_cue and starts[here + 1] - starts[here] == n_parts:
            i = 0
            at = starts[here]
            while i < n_parts and parts[at + i, 0] == wanted[low + i, 0] and parts[at + i, 1] == wanted[low + i, 1]:
                i += 1
            if i == n_parts:
                break
        slot = np.int64(np.uint64(slot + 1) & last_slot)
    return slot


@numba.njit(cache=True)
def _place(slots, table, starts, parts, n_found, first_cue, last_cue, wanted, low, high):  # type: ignore[no-untyped-def]
    """The number of the candidate with this cue and these fragments, and how many there are then (in place).

    Where there is none it is laid down, and nothing but its cue and its fragments is known of it.
    """
    slot = _slot_of(slots, table, starts, parts, first_cue, last_cue, wanted, low, high)
    here = slots[slot]
    if here >= 0:
        return here, n_found
    here = slots[slot] = n_found
    table[0, here], table[1, here] = first_cue, last_cue
    table[2, here] = table[3, here] = -1
    table[4, here] = table[5, here] = 0
    table[6, here] = table[7, here] = _NONE
    for i in range(low, high):
        parts[starts[here] + i - low, 0], parts[starts[here] + i - low, 1] = wanted[i, 0], wanted[i, 1]
    starts[here + 1] = starts[here] + high - low
    return here, n_found + 1


@numba.njit(cache=True)
def _add_rules(slots, table, starts, parts, n_found, length, rules, rule_starts, rule_parts):  # type: ignore[no-untyped-def]
    """Add what rules found, and their sources to candidates that have their cue and no source (in place)."""
    n_rules = rules.shape[1]
    for rule in range(n_rules):
        c0, c1, low, high = rules[0, rule], rules[1, rule], rule_starts[rule], rule_starts[rule + 1]
        here, n_found = _place(slots, table, starts, parts, n_found, c0, c1, rule_parts, low, high)
        if table[2, here] < 0:
            table[2, here], table[3, here] = rules[2, rule], rules[3, rule]
    # The rules with a source by the first place of their cue, the last one first.
    newest, older = np.full(length + 1, -1, np.int64), np.empty(n_rules, np.int64)
    for rule in range(n_rules):
        if rules[2, rule] >= 0:
            older[rule] = newest[rules[0, rule] + 1]
            newest[rules[0, rule] + 1] = rule
    for here in range(n_found):
        if table[2, here] >= 0:
            continue
        rule = newest[table[0, here] + 1]
        while rule >= 0 and rules[1, rule] != table[1, here]:
            rule = older[rule]
        if rule >= 0:
            s0, s1, apart = rules[2, rule], rules[3, rule], True
            for part in range(starts[here], starts[here + 1]):
                apart = apart and (parts[part, 1] < s0 or parts[part, 0] > s1)
            if apart:
                table[2, here], table[3, here] = s0, s1
    return n_found


@numba.njit(cache=True)
def offers(  # type: ignore[no-untyped-def]
    spans,
    cue,
    cue_score,
    source,
    source_score,
    least_content,
    least_source,
    length,
    same,
    rules,
    rule_starts,
    rule_parts,
):
    """The table of `Candidates`, where the fragments of each begin (C + 1,), and the fragments (F, 2).

    Of a cue with several contents all are offered, each alone, and all but the last or first.
    """
    order, start, of = links(spans, cue, cue_score, least_content)
    n_most = 4 * len(order) + rules.shape[1]
    table = np.empty((8, n_most), np.int64)
    starts, parts = np.zeros(n_most + 1, np.int64), np.empty((4 * len(order) + len(rule_parts), 2), np.int64)
    size = 64
    while size < 2 * n_most:
        size *= 2
    slots = np.full(size, -1, np.int64)
    n_found = 0
    wanted = np.empty((len(order), 2), np.int64)
    for link in range(len(of)):
        n_parts = start[link + 1] - start[link]
        reading = spans[1, order[start[link]]] // length
        back = reading * length
        bits = (1 << reading) if reading > 0 else same[spans[3, order[start[link]]]]
        cue_0 = cue_1 = source_0 = source_1 = -1
        sure_cue = sure_source = _NONE
        for i in range(n_parts):
            one = order[start[link] + i]
            wanted[i, 0], wanted[i, 1] = spans[1, one] - back, spans[2, one] - back
            if cue[one] >= 0:
                sure_cue = max(sure_cue, cue_score[one])
        if of[link] >= 0:
            cue_0, cue_1 = spans[1, of[link]] - back, spans[2, of[link]] - back
            who = source[of[link]]
            if who >= 0 and source_score[of[link]] >= least_source:
                source_0, source_1 = spans[1, who] - back, spans[2, who] - back
                sure_source = source_score[of[link]]
        n_offers = 1 if n_parts == 1 else n_parts + 1 if n_parts == 2 else n_parts + 3
        for offer in range(n_offers):
            low, high = 0, n_parts
            if offer == n_parts + 1:
                high = n_parts - 1
            elif offer == n_parts + 2:
                low = 1
            elif offer > 0:
                low, high = offer - 1, offer
            here, n_found = _place(slots, table, starts, parts, n_found, cue_0, cue_1, wanted, low, high)
            table[4, here] |= bits
            if offer == 0:
                table[5, here] |= bits
            table[6, here] = max(table[6, here], sure_cue)
            if sure_source > table[7, here]:
                table[2, here], table[3, here], table[7, here] = source_0, source_1, sure_source
    n_found = _add_rules(slots, table, starts, parts, n_found, length, rules, rule_starts, rule_parts)
    return table[:, :n_found].copy(), starts[: n_found + 1].copy(), parts[: starts[n_found]].copy()


@numba.njit(cache=True)
def sources(spans, length, same):  # type: ignore[no-untyped-def]
    """Each source of the readings once, int64 (S, 3), as `candidates._sources` gives them."""
    keys, n_keys = np.empty(spans.shape[1], np.int64), 0
    for one in range(spans.shape[1]):
        if spans[0, one] == _SOURCE:
            reading = spans[1, one] // length
            back = reading * length
            bits = (1 << reading) if reading > 0 else same[spans[3, one]]
            keys[n_keys] = (((spans[1, one] - back) * length + spans[2, one] - back) << _N_BITS) | bits
            n_keys += 1
    keys = np.sort(keys[:n_keys])
    found, n_found = np.empty((n_keys, 3), np.int64), 0
    for i in range(n_keys):
        place, bits = keys[i] >> _N_BITS, keys[i] & ((1 << _N_BITS) - 1)
        first, last = place // length, place % length
        if n_found and found[n_found - 1, 0] == first and found[n_found - 1, 1] == last:
            found[n_found - 1, 2] |= bits
        else:
            found[n_found, 0], found[n_found, 1], found[n_found, 2] = first, last, bits
            n_found += 1
    return found[:n_found].copy()
