"""Whose each chosen attribution is: the sources on offer for it, and what speaks for each.

Floor: candidates, the chosen ones among them and the margins of labels come in; a source for each goes out, or none.
The linker joins spans before anything is chosen; here the choice is known, and what rules and every reading say of the
source is weighed together.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from analysis.attribution import wordforms as wf
from analysis.attribution.candidates import (
    CUE_FIRST,
    CUE_LAST,
    NONE,
    SOURCE_FIRST,
    SOURCE_LAST,
    SOURCE_SCORE,
    Candidates,
)
from analysis.attribution.compiled import kernels
from analysis.attribution.crf import SCALE, Weights, judge
from analysis.attribution.evidence import STEPS, step_of
from analysis.attribution.features import BUCKETS, Context, distance_bucket
from analysis.attribution.linker import PAIR_TEMPLATES, Spans, pair_columns, write_pairs
from analysis.attribution.stack import CONTENT, CUE, SOURCE
from analysis.attribution.tokens import Span, Tokens

#: So many sources of any reading are looked at before and after an attribution's cue, within its paragraph.
BEFORE, AFTER = 12, 6
_SUBJECTS = frozenset("he she they i we who you".split())
_NOMINAL = frozenset({"NN", "JJ", "DT", "PR", "PO", "CD"})
_VERBAL = frozenset({"VB", "MD", "RB", "TO"})
_NEGATIONS = frozenset({"n't", "not"})
#: The subject of a cue is looked for over at most this many auxiliaries and adverbs.
_SUBJECT_REACH = 6
_K = 4096
_N_OWN = 23  # columns of `source_columns` that are not of pairs
# How a source on offer stands to another opinion: there is none, it stands elsewhere, they overlap, they are the same.
_ABSENT, _ELSEWHERE, _TOUCHES, _SAME = range(4)


@dataclass(frozen=True, eq=False)
class Offered:
    """Sources on offer, P of them, in places of the context.

    Attributes
    ----------
    table : int64 (7, P), in rows: the chosen attribution that the source is offered to, from 0, in order; its first and
        last place; bits of the readings that have it; how it stands to what a rule, the linker and the subject of the
        cue say (`_ABSENT` …).
    anchors : int64 (2, chosen), first and last place of each attribution's cue, or of its first fragment without one.
    """

    table: np.ndarray
    anchors: np.ndarray

    def __len__(self) -> int:
        return self.table.shape[1]


@dataclass(frozen=True, eq=False)
class SourceJudge:
    """A judge of sources, and how sure it must be.

    Attributes
    ----------
    weights : `source_values` → log-odds in 1/`SCALE` that half of its words are a coded source's.
    least : the best source of an attribution must reach this; else it has none.
    """

    weights: Weights
    least: int = round(-1.5 * SCALE)

    def choose(self, offered: Offered, values: np.ndarray, n: int, *, compiled: bool) -> list[Span | None]:
        """The best source of each of `n` attributions, None where none is sure enough; of equals the first in the text."""
        chosen: list[Span | None] = [None] * n
        if not len(offered):
            return chosen
        odds = judge(self.weights, values, compiled=compiled)[:, 0]
        order = np.lexsort((-odds, offered.table[0]))
        number = offered.table[0, order]
        best = order[np.concatenate([[True], number[1:] != number[:-1]])]
        best = best[odds[best] >= self.least]
        for one, first, last in offered.table[:3, best].T.tolist():
            chosen[one] = (first, last)
        return chosen


def _anchors(found: Candidates, chosen: np.ndarray) -> np.ndarray:
    """`Offered.anchors`."""
    part = found.contents.parts[found.contents.starts[chosen]].T
    return np.where(found.table[CUE_FIRST, chosen] >= 0, found.table[: CUE_LAST + 1, chosen], part)


def plain_subjects(
    tokens: Tokens, lexicon: wf.Lexicon, context: Context, found: Candidates, chosen: Sequence[int]
) -> list[Span | None]:
    """The subject of each chosen cue to which the linker gave no source, in places, where it is plain to see."""
    subjects: list[Span | None] = []
    for index in chosen:
        cue, units = int(found.table[CUE_FIRST, index]), None
        if cue >= 0 and found.table[SOURCE_FIRST, index] < 0:
            units = subject_of(tokens, lexicon, int(context.unit[cue]))
        if units is None:
            subjects.append(None)
        else:
            back = cue - int(context.unit[cue])  # both stand in the cue's paragraph
            subjects.append((units[0] + back, units[1] + back))
    return subjects


def subject_of(tokens: Tokens, lexicon: wf.Lexicon, cue: int) -> Span | None:
    """The units of the noun phrase right before `cue`, over auxiliaries and adverbs; None when there is none."""
    first = int(tokens.first[np.searchsorted(tokens.first, cue, side="right") - 1])
    number, forms, lower = tokens.number, tokens.vocabulary.forms, tokens.vocabulary.lower
    unit = cue - 1
    for _ in range(_SUBJECT_REACH):
        if unit < first:
            return None
        form, kind = lower[number[unit]], lexicon.tag(forms[number[unit]])[:2]
        if form in _SUBJECTS:
            return (unit, unit)
        if kind == "NN":
            last = unit
            while unit >= first and lexicon.tag(forms[number[unit]])[:2] in _NOMINAL:
                unit -= 1
            return (unit + 1, last)
        if kind not in _VERBAL and form not in _NEGATIONS:
            return None
        unit -= 1
    return None


def offer_sources(
    context: Context,
    found: Candidates,
    chosen: Sequence[int],
    subjects: Sequence[Span | None],
    *,
    compiled: bool = False,
) -> Offered:
    """The sources that could be each chosen attribution's: of any reading, of the linker, of rules, the cue's subject.

    Parameters
    ----------
    context : the text.
    found, chosen : the candidates, and which of them were chosen.
    subjects : the subject of each chosen one's cue in places, None where it is not looked for or not plain to see.
    compiled : read with compiled code; the result is the same.
    """
    picked = np.array(chosen, dtype=np.int64)
    subject = np.array([span or (-1, -1) for span in subjects], dtype=np.int64).reshape(-1, 2)
    if compiled:
        contents = found.contents.starts, found.contents.parts
        return Offered(*kernels().offered_sources(
            found.table, *contents, picked, context.edge, found.ruled.table, found.sources, subject, BEFORE, AFTER
        ))  # fmt: skip
    numbers = np.arange(len(picked))
    anchors = _anchors(found, picked)
    first = anchors[0]
    paragraph = np.cumsum(context.edge)
    spans = found.sources
    near = np.searchsorted(spans[:, 0], first)[:, None] + np.arange(-BEFORE, AFTER)[None]
    index = np.clip(near, 0, max(len(spans) - 1, 0))
    if len(spans):
        fits = (near >= 0) & (near < len(spans)) & (paragraph[spans[index, 0]] == paragraph[first][:, None])
    else:
        fits = np.zeros(near.shape, dtype=bool)
    rows = [np.column_stack([np.broadcast_to(numbers[:, None], near.shape)[fits], spans[index[fits]]])]
    linked = found.table[SOURCE_FIRST : SOURCE_LAST + 1, picked].T
    ruled = _ruled_sources(found, picked)
    for opinion in (linked, ruled, subject):
        has = opinion[:, 0] >= 0
        rows.append(np.column_stack([numbers[has], opinion[has], np.zeros(int(has.sum()), dtype=np.int64)]))
    number, x0, x1, readings = _without_repeated(np.concatenate(rows)).T
    owner = np.full(len(context.unit), -1, dtype=np.int64)
    for place, one in enumerate(picked.tolist()):
        for a, b in found.contents[one]:
            owner[a : b + 1] = place
    by_link = _relation(linked[number], x0, x1)
    free = ((owner[x0] != number) & (owner[x1] != number)) | (by_link == _SAME)
    number, x0, x1, readings, by_link = (column[free] for column in (number, x0, x1, readings, by_link))
    by_rule, by_subject = (_relation(opinion[number], x0, x1) for opinion in (ruled, subject))
    return Offered(np.array([number, x0, x1, readings, by_rule, by_link, by_subject]), anchors)


def _ruled_sources(found: Candidates, picked: np.ndarray) -> np.ndarray:
    """The source that a rule gives to a cue in which its own cue ends, (-1, -1) for none; int64 (attributions, 2)."""
    rules = found.ruled.table[:, (found.ruled.table[SOURCE_FIRST] >= 0) & (found.ruled.table[CUE_FIRST] >= 0)]
    cues = sorted(rules[CUE_LAST : SOURCE_LAST + 1].T.tolist())
    if not cues:
        return np.full((len(picked), 2), -1, dtype=np.int64)
    table = np.array(cues, dtype=np.int64)
    cue_first, cue_last = found.table[: CUE_LAST + 1, picked]
    place = np.searchsorted(table[:, 0], cue_first)
    at = np.minimum(place, len(table) - 1)
    met = (place < len(table)) & (table[at, 0] <= cue_last) & (cue_first >= 0)
    return np.where(met[:, None], table[at, 1:], -1)


def _without_repeated(rows: np.ndarray) -> np.ndarray:
    """Rows (attribution, first, last, readings) in order, each span of an attribution once, with the bits of all."""
    rows = rows[np.lexsort((rows[:, 2], rows[:, 1], rows[:, 0]))]
    if len(rows) < 2:
        return rows
    new = np.concatenate([[True], (rows[1:, :3] != rows[:-1, :3]).any(axis=1)])
    bits = np.bitwise_or.reduceat(rows[:, 3], np.flatnonzero(new))
    return np.column_stack([rows[new, :3], bits])


def _relation(opinion: np.ndarray, first: np.ndarray, last: np.ndarray) -> np.ndarray:
    """How spans stand to another opinion on each: `_ABSENT`, `_ELSEWHERE`, `_TOUCHES`, `_SAME`."""
    a, b = opinion[:, 0], opinion[:, 1]
    same = (a == first) & (b == last)
    touches = (a <= last) & (first <= b)
    return np.where(a < 0, _ABSENT, np.where(same, _SAME, np.where(touches, _TOUCHES, _ELSEWHERE))).astype(np.int64)


def source_values(
    context: Context, forms: wf.FormTable, margins: np.ndarray, found: Candidates, chosen: Sequence[int],
    offered: Offered, *, compiled: bool,
) -> np.ndarray:  # fmt: skip
    """`source_columns` as the judge reads them, int64 (templates, P); `compiled` changes the time only."""
    if not compiled:
        return np.array(list(source_columns(context, forms, margins, found, chosen, offered).values()))
    loops, picked, word = kernels(), np.array(chosen, dtype=np.int64), forms.hashes[context.number, 0]
    claims = found.contents.starts, found.contents.parts, picked, offered.anchors, offered.table
    values = np.empty((len(PAIR_TEMPLATES) + _N_OWN, len(offered)), dtype=np.int64)
    spans, pairs = loops.offered_pairs(*claims, context.edge)
    write_pairs(context, word, spans, pairs, values[: len(PAIR_TEMPLATES)])
    loops.source_values(
        found.table, *claims, word, context.facts, context.state, context.sentence, margins, BUCKETS, STEPS,
        values[len(PAIR_TEMPLATES) :],
    )  # fmt: skip
    return values


def source_columns(
    context: Context,
    forms: wf.FormTable,
    margins: np.ndarray,
    found: Candidates,
    chosen: Sequence[int],
    offered: Offered,
) -> dict[str, np.ndarray]:
    """What speaks for and against each source on offer, int64 columns of shape (P,)."""
    picked = np.array(chosen, dtype=np.int64)
    n, x0, x1, readings, by_rule, by_link, by_subject = offered.table
    pairs = _pair_columns(context, forms, found, picked, offered)
    word, facts, state, m = forms.hashes[context.number, 0], context.facts, context.state, margins.astype(np.int64)
    group = facts[:, wf.CLASS]
    has_cue = (found.table[CUE_FIRST, picked] >= 0).astype(np.int64)[n]
    k0, k1 = found.contents.first[picked[n]], found.contents.last[picked[n]]
    c0, c1 = offered.anchors[:, n]
    side = _side(x0, x1, k0, k1)
    order = ((side * 4 + _side(x0, x1, c0, c1)) * 4 + _side(c0, c1, k0, k1)) * 2 + has_cue
    gap = np.where(x1 < c0, c0 - x1, np.where(x0 > c1, x0 - c1, 0))
    to_content = np.minimum(np.where(side == 1, k0 - x1 - 1, np.where(side == 2, x0 - k1 - 1, 0)), 7)
    sentences = np.clip(context.sentence[c0] - context.sentence[x0], -2, 3) + 2
    inside = np.concatenate([[0], np.cumsum(np.maximum(m[:, 1], m[:, 2]))])
    verbs = np.concatenate([[0], np.cumsum(facts[:, wf.FINITE] > 0)])
    n_verbs = np.minimum(verbs[x1 + 1] - verbs[x0], 2)
    certain = step_of((inside[x1 + 1] - inside[x0]) // (x1 - x0 + 1))
    begin = step_of(m[x0, 1] - m[x0][:, [0, 3, 4, 5, 6]].max(axis=1))
    end = step_of(m[x1 + 1][:, [0, 1, 3, 5]].max(axis=1) - m[x1 + 1, 2])
    linked = step_of(np.where(by_link > _ABSENT, found.table[SOURCE_SCORE, picked[n]], NONE))
    two = by_rule * 4 + by_link
    opinions = two * 4 + by_subject
    return {
        **pairs,
        "opinions": opinions,
        "opinions,order": opinions * 128 + order,
        "opinions,linked": opinions * 20 + linked,
        "order,far": order * 16 + distance_bucket(gap),
        "order,sentences": order * 8 + sentences,
        "readings": readings,
        "readings,opinions": readings * 64 + opinions,
        "certain,opinions": certain * 64 + opinions,
        "begin,opinions": begin * 16 + two,
        "end,opinions": end * 16 + two,
        "begin,end": begin * 20 + end,
        "state": (state[x0] * 6 + state[k0]) * 4 + side,
        "verbs": n_verbs * 16 + two,
        "beside content": (to_content * 128 + order) * 8 + sentences,
        "last,order": word[x1] * 128 + order,
        "cue,opinions": word[c1] * 64 + opinions,
        "cue,order": word[c1] * 128 + order,
        "next": word[x1 + 1],
        "before": word[x0 - 1],
        "end.class": group[x1] * _K + group[x1 + 1],
        "begin.class": group[x0 - 1] * _K + group[x0],
        "order": order,
        "bias": np.zeros(len(n), dtype=np.int64),
    }  # fmt: skip


def _side(first: np.ndarray, last: np.ndarray, start: np.ndarray, stop: np.ndarray) -> np.ndarray:
    """1 where spans stand before others, 2 where behind, 3 where they overlap."""
    return np.where(last < start, 1, np.where(first > stop, 2, 3))


def _pair_columns(
    context: Context, forms: wf.FormTable, found: Candidates, picked: np.ndarray, offered: Offered
) -> dict[str, np.ndarray]:
    """The linker's columns over the chosen cues and contents and the sources on offer."""
    sources, which_source = _distinct(*offered.table[1:3])
    cues, which_cue = _distinct(*offered.anchors)
    parts = found.contents.parts[np.isin(found.contents.owner, picked)]
    contents, _ = _distinct(parts[:, 0], parts[:, 1])
    role = np.repeat([SOURCE, CUE, CONTENT], [len(sources), len(cues), len(contents)])
    places = np.concatenate([sources, cues, contents])
    spans = Spans(role, places[:, 0], places[:, 1], np.cumsum(context.edge)[places[:, 0]])
    table = pair_columns(context, forms, spans, len(sources) + which_cue[offered.table[0]], which_source)
    return {f"pair.{name}": column for name, column in table.items()}


def _distinct(first: np.ndarray, last: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Each span once, in order, and which of them each is."""
    order = np.lexsort((last, first))
    rows = np.column_stack([first, last])[order]
    new = np.ones(len(rows), dtype=bool)
    new[1:] = (rows[1:] != rows[:-1]).any(axis=1)
    which = np.empty(len(rows), dtype=np.int64)
    which[order] = np.cumsum(new) - 1
    return rows[new], which
