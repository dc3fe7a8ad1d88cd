"""Readings of a text between which to choose: candidate attributions.

Floor: scores of labels, and what rules found, come in; candidates go out. The best path is one reading; others come
from making the start of a span or a longer content a little cheaper or dearer, so that a content is offered with several
bounds and a doubtful attribution is offered at all. What rules found is offered beside them.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from zlib import crc32

import numpy as np

from analysis.attribution import wordforms as wf
from analysis.attribution.compiled import kernels
from analysis.attribution.crf import best_path, other_paths
from analysis.attribution.features import Context
from analysis.attribution.linker import Linker, Partners, Spans, link, partners_of
from analysis.attribution.stack import SOURCE
from analysis.attribution.tokens import Found, Span, Tokens

#: What each reading adds to the score of labels that begin a span, and to `I-content`, in 1/`SCALE`.
READINGS = ((0, 0), (150, 0), (300, 15), (0, -40), (0, 40), (300, -40), (500, 10))
NONE = -(1 << 20)
_NOWHERE = (-1, -1)


@dataclass(frozen=True)
class Ruled:
    """What a rule found, in places of the context.

    Attributes
    ----------
    cue, source : first and last place, (-1, -1) for none.
    contents : the fragments, first and last place of each.
    name, frame : of the rule, and a number for that name.
    share : how often the rule was right on train, in hundredths.
    """

    cue: Span
    source: Span
    contents: tuple[Span, ...]
    name: str
    frame: int
    share: int


@dataclass(frozen=True, eq=False)
class Candidates:
    """Candidate attributions of a text; arrays of shape (C,) unless said otherwise, places of the context.

    Attributes
    ----------
    cue_first, cue_last : the cue; -1 when there is none.
    source_first, source_last : the source that the cue takes; -1 when there is none.
    readings : bits of the readings that have the candidate.
    whole : bits of those that have it so and not as a part.
    cue_score, source_score : how sure the linker is.
    contents : the fragments (first, last) of each candidate.
    ruled : what the rules found in the text.
    sources : every source of any reading, int64 (S, 3): first and last place, bits of the readings; in order.
    """

    cue_first: np.ndarray
    cue_last: np.ndarray
    source_first: np.ndarray
    source_last: np.ndarray
    readings: np.ndarray
    whole: np.ndarray
    cue_score: np.ndarray
    source_score: np.ndarray
    contents: list[tuple[Span, ...]]
    ruled: list[Ruled] = field(default_factory=list)
    sources: np.ndarray = field(default_factory=lambda: np.zeros((0, 3), dtype=np.int64))

    def __len__(self) -> int:
        return len(self.contents)


def place_rules(tokens: Tokens, context: Context, ruled: Sequence[Found]) -> list[Ruled]:
    """What rules found, as places of the context; fragments without a unit are left out."""
    if not ruled:
        return []
    place: list[int] = np.flatnonzero(context.unit >= 0).tolist()
    ends, starts = tokens.ends, tokens.starts

    def places(spans: Sequence[Span]) -> tuple[Span, ...]:
        out = []
        for start, end in spans:
            first, last = bisect_right(ends, start), bisect_left(starts, end) - 1
            if first <= last:
                out.append((place[first], place[last]))
        return tuple(out)

    rows = []
    for one in ruled:
        contents, cue, source = places(one.content), places(one.cue), places(one.source)
        if contents:
            frame = crc32(one.found_by.encode())
            rows.append(
                Ruled(
                    (cue[0][0], cue[-1][1]) if cue else _NOWHERE,
                    (source[0][0], source[-1][1]) if source else _NOWHERE,
                    contents,
                    one.found_by,
                    frame,
                    round(100 * one.score),
                )
            )
    return rows


def find_candidates(
    scores: np.ndarray,
    transitions: np.ndarray,
    context: Context,
    forms: wf.FormTable,
    linker: Linker,
    ruled: Sequence[Ruled] = (),
    labels: np.ndarray | None = None,
    *,
    compiled: bool,
) -> Candidates:
    """Every attribution of any reading, the parts of those that have several contents, and what rules found.

    Parameters
    ----------
    scores, transitions : of the labels, as the stack gives them.
    context, forms : the text they belong to.
    linker : joins the spans of each reading.
    ruled : what rules found in the text.
    labels : of the best path; None finds it.
    compiled : read with compiled code; the result is the same.
    """
    if labels is None:
        labels, _ = best_path(scores, context.edge, transitions, compiled=compiled)
    paths, same = other_paths(scores, context.edge, transitions, READINGS, labels, compiled=compiled)
    spans, partners = partners_of(linker, context, forms, paths, compiled=compiled)
    known = (_compiled_offers if compiled else _offers_of)(linker, spans, partners, len(context.unit), same)
    for rule in ruled:
        entry = known.setdefault((rule.cue, rule.contents), [-1, -1, 0, 0, NONE, NONE])
        if entry[0] < 0:
            entry[0], entry[1] = rule.source
    by_cue = {rule.cue: rule.source for rule in ruled if rule.source != _NOWHERE}
    for (cue, parts), entry in known.items():
        source = by_cue.get(cue, _NOWHERE)
        if entry[0] < 0 <= source[0] and all(b < source[0] or a > source[1] for a, b in parts):
            entry[0], entry[1] = source
    rows = np.array(list(known.values()), dtype=np.int64).reshape(-1, 6)
    cues = np.array([cue for cue, _ in known], dtype=np.int64).reshape(-1, 2)
    contents = [parts for _, parts in known]
    s0, s1, readings, whole, cue_score, source_score = rows.T
    sources = _sources(spans, len(context.unit), same)
    return Candidates(
        cues[:, 0], cues[:, 1], s0, s1, readings, whole, cue_score, source_score, contents, list(ruled), sources
    )


def _offers_of(
    linker: Linker, spans: Spans, partners: Partners, length: int, same: np.ndarray
) -> dict[tuple[Span, tuple[Span, ...]], list[int]]:
    """By cue and contents: first and last place of the source, bits of readings, scores (columns of `Candidates`)."""
    known: dict[tuple[Span, tuple[Span, ...]], list[int]] = {}
    first, last, home = spans.first.tolist(), spans.last.tolist(), spans.paragraph.tolist()
    for one in link(linker, spans, partners):
        reading = first[one.contents[0]] // length
        back = reading * length
        parts = tuple([(first[c] - back, last[c] - back) for c in one.contents])
        bits = 1 << reading if reading else int(same[home[one.contents[0]]])
        cue = (first[one.cue] - back, last[one.cue] - back) if one.cue >= 0 else _NOWHERE
        source, sure = _NOWHERE, NONE
        if one.source >= 0:
            source, sure = (first[one.source] - back, last[one.source] - back), one.source_score
        for offer in _offers(parts):
            entry = known.setdefault((cue, offer), [-1, -1, 0, 0, NONE, NONE])
            entry[2] |= bits
            if offer is parts:
                entry[3] |= bits
            entry[4] = max(entry[4], one.cue_score)
            if sure > entry[5]:
                entry[0], entry[1], entry[5] = *source, sure
    return known


def _compiled_offers(
    linker: Linker, spans: Spans, partners: Partners, length: int, same: np.ndarray
) -> dict[tuple[Span, tuple[Span, ...]], list[int]]:
    """As `_offers_of`, with compiled code."""
    rows = np.array([spans.role, spans.first, spans.last, spans.paragraph])
    best = partners.cue, partners.cue_score, partners.source, partners.source_score
    cues, facts, starts, parts = kernels().offers(rows, *best, linker.least_content, linker.least_source, length, same)
    places = list(map(tuple, parts.tolist()))
    contents = [tuple(places[low:high]) for low, high in pairwise(starts.tolist())]
    return dict(zip(zip(map(tuple, cues.tolist()), contents, strict=True), facts.tolist(), strict=True))


def _sources(spans: Spans, length: int, same: np.ndarray) -> np.ndarray:
    """Each source of the readings once, with their bits, in order of the text."""
    index = spans.of(SOURCE)
    if not len(index):
        return np.zeros((0, 3), dtype=np.int64)
    reading, first = np.divmod(spans.first[index].astype(np.int64), length)
    last = spans.last[index].astype(np.int64) - reading * length
    bits = np.where(reading > 0, np.int64(1) << reading, same[np.minimum(spans.paragraph[index], len(same) - 1)])
    order = np.lexsort((last, first))
    first, last, bits = first[order], last[order], bits[order]
    new = np.concatenate([[True], (first[1:] != first[:-1]) | (last[1:] != last[:-1])])
    return np.column_stack([first[new], last[new], np.bitwise_or.reduceat(bits, np.flatnonzero(new))])


def _offers(parts: tuple[Span, ...]) -> list[tuple[Span, ...]]:
    """The contents of a cue, and parts of them."""
    if len(parts) == 1:
        return [parts]
    offers = [parts, *[(part,) for part in parts]]
    return [*offers, parts[:-1], parts[1:]] if len(parts) > 2 else offers
