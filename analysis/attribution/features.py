"""What stands around each unit of a text, as columns of whole numbers.

Floor: units, quotations and the rows of word forms come in; a context and one column per template go out. Everything is
array arithmetic over whole numbers, so that every machine and every path computes the same.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from analysis.attribution import wordforms as wf
from analysis.attribution.quotes import Quote
from analysis.attribution.tokens import Tokens

#: Edge units around each paragraph, so that a look three units away never meets another paragraph.
PAD = 3
_KINDS = {
    "closed": 0, "single": 0, "resumed": 1, "unmatched": 2, "ended": 2, "unclosed": 3, "carried": 3, "dangling": 4,
}  # fmt: skip
# State of a unit: outside, in a short or long closed quotation, in an open one, in one taken up again, in one that
# nothing opened.
OUTSIDE, SHORT, LONG, OPEN, TAKEN_UP, UNOPENED = range(6)
_DISTANCES = np.array([1, 2, 3, 5, 8, 13, 21, 40])
BUCKETS = np.searchsorted(_DISTANCES, np.arange(64), side="right").astype(np.int64)
_FAR = 15  # the bucket for "there is none in the sentence"
_K = 4096  # more than there are classes, and than there are common words and classes together


def shift(column: np.ndarray, distance: int, fill: int = 0) -> np.ndarray:
    """The column as seen from `distance` units away: result[i] = column[i + distance]."""
    if distance == 0:
        return column
    moved = np.full_like(column, fill)
    if distance > 0:
        moved[:-distance] = column[distance:]
    else:
        moved[-distance:] = column[:distance]
    return moved


def distance_bucket(distance: np.ndarray) -> np.ndarray:
    """Distances in units as buckets 0–8."""
    return BUCKETS[np.minimum(distance, 63)]


@dataclass(frozen=True, eq=False)
class Context:
    """The units of a text with `PAD` edge units around each paragraph; all arrays have the padded length N.

    Attributes
    ----------
    unit : int64 (N,), the unit of `Tokens` at this place, -1 at edges.
    number : int64 (N,), word form numbers; 0 at edges.
    facts : int64 (N, 8), rows of the word forms (columns of `wordforms`).
    state : int64 (N,), `OUTSIDE` … `UNOPENED`.
    quotes : first place, last place and kind number of each quotation.
    """

    unit: np.ndarray
    number: np.ndarray
    facts: np.ndarray
    state: np.ndarray
    is_mark: np.ndarray
    quotes: np.ndarray

    @cached_property
    def edge(self) -> np.ndarray:
        """True at edges."""
        return self.unit < 0

    @cached_property
    def places(self) -> np.ndarray:
        """0 … N - 1."""
        return np.arange(len(self.unit))

    def settle(self, sentence: np.ndarray, first: np.ndarray, last: np.ndarray) -> None:
        """Keep the sentences that compiled code has found, so that they are not sought again."""
        self.__dict__.update(sentence=sentence, sentence_first=first, sentence_last=last)

    @cached_property
    def begins(self) -> np.ndarray:
        """True where a sentence begins (edges are sentences of their own)."""
        facts, edge, mark = self.facts, self.edge, self.is_mark
        ends = (facts[:, wf.ENDER] > 0) & ~edge
        opens = (facts[:, wf.CAPITAL] > 0) | mark
        closing = shift(mark & (self.state > 0), 1, False)  # the mark after the stop belongs to the sentence
        ends_here = ends & ~closing & (shift(opens, 1, False) | shift(edge, 1, True))
        ends_next = ends & closing & (shift(opens, 2, False) | shift(edge, 2, True))
        begins = edge | shift(edge, -1, True)
        begins[1:] |= ends_here[:-1]
        begins[2:] |= ends_next[:-2]
        return begins

    @cached_property
    def sentence(self) -> np.ndarray:
        """The number of the sentence, from 0."""
        return np.cumsum(self.begins) - 1

    @cached_property
    def sentence_first(self) -> np.ndarray:
        """The first place of the sentence."""
        return np.flatnonzero(self.begins)[self.sentence]

    @cached_property
    def sentence_last(self) -> np.ndarray:
        """The last place of the sentence."""
        return np.append(np.flatnonzero(self.begins)[1:], len(self.unit))[self.sentence] - 1


def context(tokens: Tokens, quotes: list[Quote], forms: wf.FormTable) -> Context:
    """Lay out the units of a text with edges between paragraphs, and mark what is quoted."""
    n_paragraphs = len(tokens.first) - 1
    place = np.arange(len(tokens)) + PAD * (tokens.paragraph + 1)
    length = len(tokens) + PAD * (n_paragraphs + 1)
    unit = np.full(length, -1, dtype=np.int64)
    unit[place] = np.arange(len(tokens))
    number = np.zeros(length, dtype=np.int64)
    number[place] = tokens.number
    state = np.zeros(length, dtype=np.int64)
    is_mark = np.zeros(length, dtype=bool)
    rows = np.zeros((len(quotes), 3), dtype=np.int64)
    at = place.tolist()
    for row, quote in enumerate(quotes):
        first, last = at[quote.first], at[quote.last]
        if quote.kind in ("unclosed", "carried", "dangling"):
            state[first : last + 1] = OPEN
        elif quote.kind in ("unmatched", "ended"):
            state[first : last + 1] = UNOPENED
        else:
            state[first : last + 1] = SHORT if last - first <= 5 else LONG
        is_mark[first] |= quote.is_open
        is_mark[last] |= quote.is_closed
        rows[row] = first, last, _KINDS[quote.kind]
    for before, row in enumerate(range(1, len(quotes))):
        if (
            quotes[row].kind == "unclosed"
            and quotes[before].kind == "unclosed"
            and rows[row, 0] - rows[before, 1] == PAD + 1
        ):
            state[rows[row, 0] : rows[row, 1] + 1] = TAKEN_UP
    return Context(unit, number, forms.facts[number], state, is_mark, rows)


@dataclass(frozen=True, eq=False)
class _Nearest:
    """The nearest strong cue outside quotations on one side of each place, within the sentence."""

    found: np.ndarray
    place: np.ndarray
    distance: np.ndarray
    bucket: np.ndarray
    form: np.ndarray


def nearest(context: Context, wanted: np.ndarray, side: int) -> tuple[np.ndarray, np.ndarray]:
    """The nearest wanted place before (`side` -1) or after (1) each place in its sentence; found or not, and where."""
    places, length = context.places, len(context.unit)
    if side < 0:
        where = np.maximum.accumulate(np.where(shift(wanted, -1, False), places - 1, -1))
        found = where >= context.sentence_first
    else:
        where = np.minimum.accumulate(np.where(shift(wanted, 1, False), places + 1, length + 5)[::-1])[::-1]
        found = where <= context.sentence_last
    return found, np.where(found, where, 0)


def _nearest_cue(context: Context, strong: np.ndarray, side: int) -> _Nearest:
    found, place = nearest(context, strong, side)
    distance = np.where(found, distance_bucket(np.abs(context.places - place)), _FAR)
    bucket = np.where(found, context.facts[place, wf.CUE], 0)
    form = np.where(found, context.facts[place, wf.WORD] + 1, 0)
    return _Nearest(found, place, distance, bucket, form)


def _quotation_columns(context: Context) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Facts of the quotation a unit stands in, of what surrounds that quotation, and 1/2 at its two ends."""
    length = len(context.unit)
    about, around, ends = (np.zeros(length, dtype=np.int64) for _ in range(3))
    if not len(context.quotes):
        return about, around, ends
    facts, edge, last_place = context.facts, context.edge, length - 1
    first, last, kind = context.quotes.T
    n_units = last - first
    size = np.searchsorted([3, 6, 12], n_units, side="left")
    capital = facts[np.minimum(first + 1, last_place), wf.CAPITAL]
    final = np.where(kind <= 2, last - 1, last)
    stop = np.where(facts[final, wf.COMMA] == 1, 1, np.where(facts[final, wf.ENDER] > 0, 2, 0))
    cue = facts[:, wf.CUE]
    after = np.maximum.reduce([cue[np.minimum(last + d, last_place)] for d in (1, 2, 3)])
    before = np.maximum.reduce([cue[np.maximum(first - d, 0)] for d in (1, 2, 3, 4)])
    comma = facts[first - 1, wf.COMMA]
    lead = np.where(edge[first - 1], 1, np.where((comma == 1) | (comma == 2), 2, 0))
    trail = edge[np.minimum(last + 1, last_place)].astype(np.int64)
    inner = ((size * 2 + capital) * 3 + stop) * 6 + kind + 1
    outer = (((after * 6 + before) * 3 + lead) * 2 + trail) * 3 + stop + 1
    lengths = n_units + 1
    inside = np.repeat(first - np.concatenate([[0], np.cumsum(lengths)[:-1]]), lengths) + np.arange(lengths.sum())
    about[inside], around[inside] = np.repeat(inner, lengths), np.repeat(outer, lengths)
    ends[first] = 1
    ends[last] = 2
    return about, around, ends


def columns(context: Context) -> dict[str, np.ndarray]:
    """One int64 column per template: n-grams of classes and words, quotations, nearest cues, sentences, paragraphs."""
    facts, state, mark = context.facts, context.state, context.is_mark
    group, cue, word = facts[:, wf.CLASS], facts[:, wf.CUE], facts[:, wf.WORD]
    places, sentence = context.places, context.sentence
    strong = (cue >= wf.STRONG) & (state == 0)
    commas = np.cumsum(facts[:, wf.COMMA] == 1)
    verbs = np.cumsum((facts[:, wf.FINITE] > 0) & (state == 0))
    left, right = _nearest_cue(context, strong, -1), _nearest_cue(context, strong, 1)
    after_left = np.minimum(left.place + 1, len(places) - 1)
    before_right = np.maximum(right.place - 1, 0)
    left_class = np.where(left.found, group[after_left] + 1, 0)
    left_word = np.where(left.found, word[after_left] + 1, 0)
    right_class = np.where(right.found, group[before_right] + 1, 0)
    left_commas = np.where(left.found, np.minimum(commas - commas[left.place], 3), 0)
    left_verbs = np.where(left.found, np.minimum(verbs - verbs[left.place], 3), 0)
    right_commas = np.where(right.found, np.minimum(commas[before_right] - commas, 3), 0)
    right_verbs = np.where(right.found, np.minimum(verbs[before_right] - verbs, 3), 0)
    about, around, ends = _quotation_columns(context)
    sentence_facts, previous, following, nth = _sentence_columns(context, strong)
    paragraph = _paragraph_column(context)
    in_sentence = sentence_facts[sentence]
    from_start = distance_bucket(places - context.sentence_first)
    to_end = distance_bucket(context.sentence_last - places)

    g1, g2, h1, h2 = shift(group, -1), shift(group, -2), shift(group, 1), shift(group, 2)
    s1, t1, s2, t2 = shift(state, -1), shift(state, 1), shift(state, -2), shift(state, 2)
    beside = np.where(shift(about, -1) > 0, shift(about, -1) + 1000, 0)
    beside = np.where((beside == 0) & (shift(about, 1) > 0), shift(about, 1) + 2000, beside)
    beside = np.where((beside == 0) & (shift(about, -2) > 0), shift(about, -2) + 3000, beside)
    near_right = np.where(right.found, np.minimum(right.place - places, 7), 8)
    near_left = np.where(left.found, np.minimum(places - left.place, 7), 8)
    return {
        "class-1,0": g1 * _K + group,
        "class0,1": group * _K + h1,
        "class-1,1": g1 * _K + h1,
        "class-2,-1,0": (g2 * _K + g1) * _K + group,
        "class0,1,2": (group * _K + h1) * _K + h2,
        "class-1,0,1": (g1 * _K + group) * _K + h1,
        "word-1,0": shift(word, -1) * _K + word,
        "word0,1": word * _K + shift(word, 1),
        "quoted3": ((s1 * 6 + state) * 6 + t1) * 9 + shift(ends, -1) * 3 + ends,
        "quoted5": (s2 * 6 + state) * 6 + t2,
        "quotation": about * 3 + ends,
        "around": around,
        "quoted,class": state * _K + group,
        "beside": np.where(state == 0, beside, 0),
        "left": left.bucket * 16 + left.distance,
        "right": right.bucket * 16 + right.distance,
        "left,right": (left.bucket * 6 + right.bucket) * 6 + state,
        "left,right,far": (left.distance * 16 + right.distance) * 6 + state,
        "left.form": left.form * 4 + np.minimum(left.distance // 2, 3),
        "right.form": right.form * 4 + np.minimum(right.distance // 2, 3),
        "left.next": ((left_class * 4 + left_commas) * 4 + left_verbs) * 4 + np.minimum(left.distance // 3, 3),
        "left.frame": left.form * _K + left_word,
        "left.next,far": (left_class * 16 + left.distance) * 6 + state,
        "right.last": ((right_class * 4 + right_commas) * 4 + right_verbs) * 4 + np.minimum(right.distance // 3, 3),
        "class,right": (group * 16 + near_right) * 6 + right.bucket,
        "class,left": (group * 16 + near_left) * 6 + left.bucket,
        "class2,left": ((g1 * _K + group) * 4 + left_commas) * 4 + left_verbs,
        "class,left,far": ((group * 4 + left_commas) * 4 + left_verbs) * 16 + left.distance,
        "sentence,start": in_sentence * 10 + from_start,
        "sentence,end": in_sentence * 10 + to_end,
        "sentence,before": (in_sentence + 1) * 1000 + (previous[places] + 1) * 20 + nth,
        "sentence,after": in_sentence * 20 + following[places],
        "paragraph": paragraph * 6 + state,
        "bias": np.zeros(len(places), dtype=np.int64),
        "first.class": (from_start == 0) * _K + group,
        "left,quoted": ((left.bucket * 16 + left.distance) * 6 + state) * 8 + right.bucket,
        "mark": mark * 8 + ends * 2 + (state > 0),
    }


def _sentence_columns(context: Context, strong: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Facts per sentence (cues, quotation), those of the sentence before and after per place, and the nth in it."""
    sentence, edge, state = context.sentence, context.edge, context.state
    n = int(sentence[-1]) + 1 if len(sentence) else 0
    cues = np.bincount(sentence, weights=strong, minlength=n).astype(np.int64)
    quoted = np.bincount(sentence, weights=state > 0, minlength=n) > 0
    unquoted = np.bincount(sentence, weights=(state == 0) & ~edge & ~context.is_mark, minlength=n)
    facts = np.minimum(cues, 2) * 4 + quoted * 2 + (unquoted == 0)
    paragraph_first = np.maximum.accumulate(np.where(edge, context.places, 0)) + 1
    first_sentence = sentence[np.minimum(paragraph_first, len(sentence) - 1)]
    nth = np.clip(sentence - first_sentence, 0, 3)
    previous = np.where(nth > 0, facts[np.maximum(sentence - 1, 0)], -1)
    following = np.where(sentence < n - 1, facts[np.minimum(sentence + 1, n - 1)], 0)
    return facts, previous, following, nth


def _paragraph_column(context: Context) -> np.ndarray:
    """Whether the paragraph has a quotation, is one, and which of the text it is (0, 1, 2, later)."""
    edge = context.edge
    paragraph = np.cumsum(edge & ~shift(edge, 1, True))
    quoted = np.bincount(paragraph, weights=context.state > 0) > 0
    unquoted = np.bincount(paragraph, weights=(context.state == 0) & ~edge & ~context.is_mark)
    column: np.ndarray = quoted[paragraph] + 2 * (unquoted == 0)[paragraph] + 4 * np.minimum(paragraph, 3)
    return column
