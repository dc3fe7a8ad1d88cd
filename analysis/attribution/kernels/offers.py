"""Joined spans gathered to candidates, compiled: each claim that any reading makes, once.

Floor: spans and their best partners come in; cues, facts and fragments of the candidates go out, in the order in which
they are first met. `candidates` has the same with a dictionary; a test holds the two equal.
"""

from __future__ import annotations

import numba
import numpy as np

_CUE, _CONTENT = 2, 3
_NONE = -(1 << 20)
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
def _same(cues, starts, parts, one, first_cue, last_cue, wanted, low, high):  # type: ignore[no-untyped-def]
    """Whether candidate `one` has this cue and these fragments."""
    if cues[one, 0] != first_cue or cues[one, 1] != last_cue or starts[one + 1] - starts[one] != high - low:
        return False
    for i in range(high - low):
        at = starts[one] + i
        if parts[at, 0] != wanted[low + i, 0] or parts[at, 1] != wanted[low + i, 1]:
            return False
    return True


@numba.njit(cache=True)
def offers(spans, cue, cue_score, source, source_score, least_content, least_source, length, same):  # type: ignore[no-untyped-def]
    """The candidates: cues (C, 2), facts (C, 6), where fragments begin (C + 1,), fragments (F, 2), places of the context.

    Facts are first and last place of the source, bits of the readings that have the candidate and that have it whole,
    scores of cue and source. Of a cue with several contents all are offered, each alone, and all but the last or first.
    """
    order, start, of = links(spans, cue, cue_score, least_content)
    n_most = 4 * len(order)
    cues, facts = np.empty((n_most, 2), np.int64), np.empty((n_most, 6), np.int64)
    starts, parts = np.zeros(n_most + 1, np.int64), np.empty((n_most, 2), np.int64)
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
            key = (np.uint64(cue_0 + 1) * _MIX) ^ np.uint64(high - low)
            for i in range(low, high):
                key = (key ^ np.uint64(wanted[i, 0])) * _MIX
                key ^= key >> _S29
                key = (key ^ np.uint64(wanted[i, 1])) * _MIX
                key ^= key >> _S29
            slot = np.int64(key & np.uint64(size - 1))
            while slots[slot] >= 0 and not _same(cues, starts, parts, slots[slot], cue_0, cue_1, wanted, low, high):
                slot = (slot + 1) & (size - 1)
            here = slots[slot]
            if here < 0:
                here = slots[slot] = n_found
                cues[here, 0], cues[here, 1] = cue_0, cue_1
                facts[here, 0] = facts[here, 1] = -1
                facts[here, 2] = facts[here, 3] = 0
                facts[here, 4] = facts[here, 5] = _NONE
                for i in range(low, high):
                    parts[starts[here] + i - low, 0], parts[starts[here] + i - low, 1] = wanted[i, 0], wanted[i, 1]
                starts[here + 1] = starts[here] + high - low
                n_found += 1
            facts[here, 2] |= bits
            if offer == 0:
                facts[here, 3] |= bits
            facts[here, 4] = max(facts[here, 4], sure_cue)
            if sure_source > facts[here, 5]:
                facts[here, 0], facts[here, 1], facts[here, 5] = source_0, source_1, sure_source
    n_parts = starts[n_found]
    return cues[:n_found].copy(), facts[:n_found].copy(), starts[: n_found + 1].copy(), parts[:n_parts].copy()
