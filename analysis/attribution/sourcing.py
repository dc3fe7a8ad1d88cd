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
from analysis.attribution.candidates import NONE, Candidates
from analysis.attribution.crf import SCALE, Weights, judge
from analysis.attribution.evidence import step_of
from analysis.attribution.features import Context, distance_bucket
from analysis.attribution.linker import Spans, pair_table
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
# How a source on offer stands to another opinion: there is none, it stands elsewhere, they overlap, they are the same.
_ABSENT, _ELSEWHERE, _TOUCHES, _SAME = range(4)


@dataclass(frozen=True, eq=False)
class Offered:
    """Sources on offer; arrays of shape (P,), places of the context.

    Attributes
    ----------
    number : the chosen attribution that the source is offered to, from 0, in order.
    first, last : the source.
    readings : bits of the readings that have it.
    by_rule, by_link, by_subject : how it stands to what a rule, the linker and the cue's subject say (`_ABSENT` …).
    """

    number: np.ndarray
    first: np.ndarray
    last: np.ndarray
    readings: np.ndarray
    by_rule: np.ndarray
    by_link: np.ndarray
    by_subject: np.ndarray


@dataclass(frozen=True, eq=False)
class SourceJudge:
    """A judge of sources, and how sure it must be.

    Attributes
    ----------
    weights : columns of `source_columns` → log-odds in 1/`SCALE` that half of its words are a coded source's.
    least : the best source of an attribution must reach this; else it has none.
    """

    weights: Weights
    least: int = round(-1.5 * SCALE)

    def choose(self, offered: Offered, table: dict[str, np.ndarray], n: int, *, compiled: bool) -> list[Span | None]:
        """The best source of each of `n` attributions, None where none is sure enough; of equals the first in the text."""
        chosen: list[Span | None] = [None] * n
        if not len(offered.number):
            return chosen
        odds = judge(self.weights, np.array(list(table.values())), compiled=compiled)[:, 0]
        order = np.lexsort((-odds, offered.number))
        number = offered.number[order]
        best = order[np.concatenate([[True], number[1:] != number[:-1]])]
        best = best[odds[best] >= self.least]
        places = zip(offered.first[best].tolist(), offered.last[best].tolist(), strict=True)
        for one, place in zip(offered.number[best].tolist(), places, strict=True):
            chosen[one] = place
        return chosen


def _anchors(found: Candidates, chosen: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The cue of each chosen attribution, or the first part of its content where it has none."""
    parts = np.array([found.contents[index][0] for index in chosen.tolist()], dtype=np.int64).reshape(-1, 2)
    has_cue = found.cue_first[chosen] >= 0
    return (
        np.where(has_cue, found.cue_first[chosen], parts[:, 0]),
        np.where(has_cue, found.cue_last[chosen], parts[:, 1]),
    )


def plain_subjects(
    tokens: Tokens, lexicon: wf.Lexicon, context: Context, found: Candidates, chosen: Sequence[int]
) -> list[Span | None]:
    """The subject of each chosen cue to which the linker gave no source, in places, where it is plain to see."""
    subjects: list[Span | None] = []
    for index in chosen:
        cue, units = int(found.cue_first[index]), None
        if cue >= 0 and found.source_first[index] < 0:
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
    context: Context, found: Candidates, chosen: Sequence[int], subjects: Sequence[Span | None]
) -> Offered:
    """The sources that could be each chosen attribution's: of any reading, of the linker, of rules, the cue's subject.

    Parameters
    ----------
    context : the text.
    found, chosen : the candidates, and which of them were chosen.
    subjects : the subject of each chosen one's cue in places, None where it is not looked for or not plain to see.
    """
    picked = np.array(chosen, dtype=np.int64)
    numbers = np.arange(len(picked))
    first, _ = _anchors(found, picked)
    paragraph = np.cumsum(context.edge)
    spans = found.sources
    near = np.searchsorted(spans[:, 0], first)[:, None] + np.arange(-BEFORE, AFTER)[None]
    index = np.clip(near, 0, max(len(spans) - 1, 0))
    if len(spans):
        fits = (near >= 0) & (near < len(spans)) & (paragraph[spans[index, 0]] == paragraph[first][:, None])
    else:
        fits = np.zeros(near.shape, dtype=bool)
    rows = [np.column_stack([np.broadcast_to(numbers[:, None], near.shape)[fits], spans[index[fits]]])]
    linked = np.column_stack([found.source_first[picked], found.source_last[picked]])
    ruled = _ruled_sources(found, picked)
    subject = np.array([span or (-1, -1) for span in subjects], dtype=np.int64).reshape(-1, 2)
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
    return Offered(number, x0, x1, readings, by_rule, by_link, by_subject)


def _ruled_sources(found: Candidates, picked: np.ndarray) -> np.ndarray:
    """The source that a rule gives to a cue in which its own cue ends, (-1, -1) for none; int64 (attributions, 2)."""
    cues = sorted([(one.cue[1], *one.source) for one in found.ruled if one.source[0] >= 0 and one.cue[0] >= 0])
    if not cues:
        return np.full((len(picked), 2), -1, dtype=np.int64)
    table = np.array(cues, dtype=np.int64)
    place = np.searchsorted(table[:, 0], found.cue_first[picked])
    at = np.minimum(place, len(table) - 1)
    met = (place < len(table)) & (table[at, 0] <= found.cue_last[picked]) & (found.cue_first[picked] >= 0)
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


def source_columns(
    context: Context, forms: wf.FormTable, margins: np.ndarray, found: Candidates, chosen: Sequence[int],
    offered: Offered, *, compiled: bool = False,
) -> dict[str, np.ndarray]:  # fmt: skip
    """What speaks for and against each source on offer, int64 columns of shape (P,); `compiled` changes only the time."""
    picked = np.array(chosen, dtype=np.int64)
    n, x0, x1 = offered.number, offered.first, offered.last
    first, last = _anchors(found, picked)
    pairs = _pair_columns(context, forms, found, picked, offered, first, last, compiled=compiled)
    word, facts, state, m = forms.hashes[context.number, 0], context.facts, context.state, margins.astype(np.int64)
    group = facts[:, wf.CLASS]
    has_cue = (found.cue_first[picked] >= 0).astype(np.int64)[n]
    k0 = np.array([found.contents[one][0][0] for one in picked.tolist()], dtype=np.int64)[n]
    k1 = np.array([found.contents[one][-1][1] for one in picked.tolist()], dtype=np.int64)[n]
    c0, c1 = first[n], last[n]
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
    linked = step_of(np.where(offered.by_link > _ABSENT, found.source_score[picked][n], NONE))
    two = offered.by_rule * 4 + offered.by_link
    opinions = two * 4 + offered.by_subject
    return {
        **pairs,
        "opinions": opinions,
        "opinions,order": opinions * 128 + order,
        "opinions,linked": opinions * 20 + linked,
        "order,far": order * 16 + distance_bucket(gap),
        "order,sentences": order * 8 + sentences,
        "readings": offered.readings,
        "readings,opinions": offered.readings * 64 + opinions,
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
    context: Context, forms: wf.FormTable, found: Candidates, picked: np.ndarray, offered: Offered, first: np.ndarray,
    last: np.ndarray, *, compiled: bool,
) -> dict[str, np.ndarray]:  # fmt: skip
    """The linker's columns over the chosen cues and contents and the sources on offer."""
    sources, which_source = _distinct(offered.first, offered.last)
    cues, which_cue = _distinct(first, last)
    parts = np.array([part for one in picked.tolist() for part in found.contents[one]], dtype=np.int64).reshape(-1, 2)
    contents, _ = _distinct(parts[:, 0], parts[:, 1])
    role = np.repeat([SOURCE, CUE, CONTENT], [len(sources), len(cues), len(contents)])
    places = np.concatenate([sources, cues, contents])
    spans = Spans(role, places[:, 0], places[:, 1], np.cumsum(context.edge)[places[:, 0]])
    table = pair_table(context, forms, spans, len(sources) + which_cue[offered.number], which_source, compiled=compiled)
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
