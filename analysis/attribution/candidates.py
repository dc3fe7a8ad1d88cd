"""Readings of a text between which to choose: candidate attributions.

Floor: scores of labels, and what rules found, come in; candidates go out. The best path is one reading; others come
from making the start of a span or a longer content a little cheaper or dearer, so that a content is offered with several
bounds and a doubtful attribution is offered at all. What rules found is offered beside them.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from itertools import accumulate, pairwise
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


@dataclass(frozen=True, eq=False)
class Contents:
    """What several attributions claim: the fragments of one after those of the other, in places of the context.

    Attributes
    ----------
    starts : int64 (C + 1,), where the fragments of each begin in `parts`, then how many there are.
    parts : int64 (F, 2), first and last place of each fragment.
    """

    starts: np.ndarray
    parts: np.ndarray

    @classmethod
    def of(cls, contents: Sequence[Sequence[Span]]) -> Contents:
        """The fragments of each attribution, laid out."""
        starts = np.array([*accumulate(map(len, contents), initial=0)], dtype=np.int64)
        parts = np.array([part for parts in contents for part in parts], dtype=np.int64).reshape(-1, 2)
        return cls(starts, parts)

    def __len__(self) -> int:
        return len(self.starts) - 1

    def __getitem__(self, index: int) -> tuple[Span, ...]:
        """The fragments of one attribution."""
        return tuple(
            [(first, last) for first, last in self.parts[self.starts[index] : self.starts[index + 1]].tolist()]
        )

    def tuples(self) -> list[tuple[Span, ...]]:
        """The fragments of every attribution."""
        places = [(first, last) for first, last in self.parts.tolist()]
        return [tuple(places[start:stop]) for start, stop in pairwise(self.starts.tolist())]

    @cached_property
    def first(self) -> np.ndarray:
        """The first place of each."""
        return self.parts[self.starts[:-1], 0]

    @cached_property
    def last(self) -> np.ndarray:
        """The last place of each."""
        return self.parts[self.starts[1:] - 1, 1]

    @cached_property
    def owner(self) -> np.ndarray:
        """Whose each fragment is."""
        return np.repeat(np.arange(len(self)), np.diff(self.starts))

    @cached_property
    def n_units(self) -> np.ndarray:
        """How many units each has."""
        return (
            np.add.reduceat(self.parts[:, 1] - self.parts[:, 0] + 1, self.starts[:-1]) if len(self) else self.starts[1:]
        )


@dataclass(frozen=True, eq=False)
class Ruled:
    """What rules found in a text, in places of the context; R findings.

    Attributes
    ----------
    table : int64 (6, R), rows `CUE_FIRST` … `SOURCE_LAST` (-1 for none), then a number for the rule's name and how often
        the rule was right on train, in hundredths.
    contents : their fragments.
    names : of the rules.
    """

    table: np.ndarray = field(default_factory=lambda: np.zeros((6, 0), dtype=np.int64))
    contents: Contents = field(default_factory=lambda: Contents.of([]))
    names: Sequence[str] = ()

    def __len__(self) -> int:
        return len(self.names)


# The rows of `Candidates.table` (the first four of `Ruled.table` as well).
CUE_FIRST, CUE_LAST, SOURCE_FIRST, SOURCE_LAST, BITS, WHOLE, CUE_SCORE, SOURCE_SCORE = range(8)
#: The last two rows of `Ruled.table`.
FRAME, SHARE = 4, 5


@dataclass(frozen=True, eq=False)
class Candidates:
    """Candidate attributions of a text, C of them, in places of the context.

    Attributes
    ----------
    table : int64 (8, C), in rows: first and last place of the cue (-1 when there is none), first and last place of the
        source that the cue takes (-1 when there is none), bits of the readings that have the candidate, bits of those
        that have it so and not as a part, how sure the linker is of the cue, and of the source.
    contents : the fragments of each candidate.
    ruled : what the rules found in the text.
    sources : every source of any reading, int64 (S, 3): first and last place, bits of the readings; in order.
    """

    table: np.ndarray
    contents: Contents
    ruled: Ruled = field(default_factory=Ruled)
    sources: np.ndarray = field(default_factory=lambda: np.zeros((0, 3), dtype=np.int64))

    def __len__(self) -> int:
        return len(self.contents)


def place_rules(tokens: Tokens, context: Context, ruled: Sequence[Found]) -> Ruled:
    """What rules found, as places of the context; fragments without a unit are left out."""
    if not ruled:
        return Ruled()
    place: list[int] = np.flatnonzero(context.unit >= 0).tolist()
    ends, starts = tokens.ends, tokens.starts

    def places(spans: Sequence[Span]) -> list[Span]:
        out = []
        for start, end in spans:
            first = bisect_right(ends, start)
            last = bisect_left(starts, end, first) - 1
            if first <= last:
                out.append((place[first], place[last]))
        return out

    rows, contents, names = [], [], []
    for one in ruled:
        content = places(one.content)
        if content:
            cue, source = _ends(places(one.cue)), _ends(places(one.source))
            rows.append((*cue, *source, _number_of(one.found_by), round(100 * one.score)))
            contents.append(content)
            names.append(one.found_by)
    table = np.ascontiguousarray(np.array(rows, dtype=np.int64).reshape(-1, 6).T)
    return Ruled(table, Contents.of(contents), names)


@lru_cache(maxsize=1024)
def _number_of(name: str) -> int:
    """A number for the name of a rule."""
    return crc32(name.encode())


def _ends(spans: Sequence[Span]) -> Span:
    """The first and the last place of spans, (-1, -1) where there are none."""
    return (spans[0][0], spans[-1][1]) if spans else _NOWHERE


def find_candidates(
    scores: np.ndarray,
    transitions: np.ndarray,
    context: Context,
    forms: wf.FormTable,
    linker: Linker,
    ruled: Ruled | None = None,
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
    ruled = Ruled() if ruled is None else ruled
    paths, same = other_paths(scores, context.edge, transitions, READINGS, labels, compiled=compiled)
    spans, partners = partners_of(linker, context, forms, paths, compiled=compiled)
    gather = _compiled_offers if compiled else _offers_of
    table, contents, sources = gather(linker, spans, partners, len(context.unit), same, ruled)
    return Candidates(table, contents, ruled, sources)


#: `Candidates.table`, their contents, and the sources of all readings.
_Gathered = tuple[np.ndarray, Contents, np.ndarray]


def _offers_of(
    linker: Linker, spans: Spans, partners: Partners, length: int, same: np.ndarray, ruled: Ruled
) -> _Gathered:
    """The candidates in the order in which they are first met, those of the readings before those of the rules."""
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
    _offer_rules(known, ruled)
    rows = np.array([(*cue, *entry) for (cue, _), entry in known.items()], dtype=np.int64).reshape(-1, 8)
    return np.ascontiguousarray(rows.T), Contents.of([parts for _, parts in known]), _sources(spans, length, same)


def _offer_rules(known: dict[tuple[Span, tuple[Span, ...]], list[int]], ruled: Ruled) -> None:
    """Add what rules found to the candidates, and their sources to those that have their cue and no source (in place)."""
    by_cue: dict[Span, Span] = {}
    for (c0, c1, s0, s1, *_), contents in zip(ruled.table.T.tolist(), ruled.contents.tuples(), strict=True):
        entry = known.setdefault(((c0, c1), contents), [-1, -1, 0, 0, NONE, NONE])
        if entry[0] < 0:
            entry[0], entry[1] = s0, s1
        if s0 >= 0:
            by_cue[c0, c1] = (s0, s1)
    for (cue, parts), entry in known.items():
        source = by_cue.get(cue, _NOWHERE)
        if entry[0] < 0 <= source[0] and all(b < source[0] or a > source[1] for a, b in parts):
            entry[0], entry[1] = source


def _compiled_offers(
    linker: Linker, spans: Spans, partners: Partners, length: int, same: np.ndarray, ruled: Ruled
) -> _Gathered:
    """As `_offers_of`, with compiled code."""
    loops, rows = kernels(), np.array([spans.role, spans.first, spans.last, spans.paragraph])
    best = partners.cue, partners.cue_score, partners.source, partners.source_score
    least = linker.least_content, linker.least_source
    rules = ruled.table, ruled.contents.starts, ruled.contents.parts
    table, starts, parts = loops.offers(rows, *best, *least, length, same, *rules)
    return table, Contents(starts, parts), loops.sources(rows, length, same)


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
