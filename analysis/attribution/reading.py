"""What the rules see of a text: each unit with its word class, its sentence, its quotation and its cue.

Floor: units (`tokens`) and quotations (`quotes`) come in; plain lists with one entry a unit go out, so that a rule reads
like the sentence that it is about. What a word form tells by itself is worked out once per form.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import pairwise

import numpy as np

from analysis.attribution.cues import Cue, CueLexicon, cue_lexicon
from analysis.attribution.quotes import Quote, find_quotes
from analysis.attribution.tokens import Span, Tokens, Vocabulary
from analysis.config import RESOURCES

# Word classes, one letter each:
# N noun or number, P name, J adjective, D determiner or possessive, S genitive 's, O pronoun,
# V finite verb, B base form, E participle in -ed, G form in -ing, R adverb, I preposition or subordinator, T `to`,
# C conjunction, W that or wh-word; marks stand for themselves; Q quotation mark; L (long) dash; U any other mark.
NOMINAL = frozenset("NPJDS")
_MARKS = {
    **{mark: mark for mark in ",.?!:;()"},
    "...": ".", "…": ".", "—": "L", "–": "L", "--": "L", "-": "H", "/": "H", "[": "(", "]": ")",
    "'s": "S", "’s": "S", "’": "S", "'": "S", "'S": "S", "’S": "S", "&": "C", "n't": "R", "n’t": "R",
    "'re": "V", "’re": "V", "'ve": "V", "’ve": "V", "'ll": "V", "’ll": "V", "'d": "V", "’d": "V", "'m": "V", "’m": "V",
    "$": "D", "#": "D", "@": "D", "%": "N", "£": "D", "€": "D",
}  # fmt: skip
_CLOSED = frozenset("DIOWCTR")
_JOINS = frozenset(["and", "but"])
#: Words that a claim may hang on although they are in no list of cues: `in her view`, `according to`.
OTHER_CUES = frozenset("view views opinion eyes estimation telling judgment judgement according".split())

#: A sentence of more units than this is read in pieces: no rule looks further, and time stays linear.
LONGEST_SENTENCE = 250

BE = frozenset(["is", "are", "was", "were", "be", "been", "being", "am", "'s", "'re", "'m"])
HAVE = frozenset(["has", "have", "had", "having", "'ve", "'d"])
DO = frozenset(["do", "does", "did"])
MODAL = frozenset(["will", "would", "can", "could", "may", "might", "shall", "should", "must", "'ll", "'d", "ca", "wo"])
AUXILIARY = BE | HAVE | DO | MODAL
WH = frozenset(["how", "whether", "why", "what", "where", "who", "when", "which", "if"])
DAYS = frozenset(
    [
        "monday",
        "tuesday",
        "wednesday",
        "thursday",
        "friday",
        "saturday",
        "sunday",
        "yesterday",
        "today",
        "tonight",
        "tomorrow",
        "recently",
        "earlier",
        "later",
    ]
)


@lru_cache(maxsize=1)
def _word_classes() -> dict[str, str]:
    with (RESOURCES / "word_classes.csv").open(encoding="utf-8", newline="") as file:
        return {row["form"]: row["class"] for row in csv.DictReader(file)}


def word_class(form: str) -> str:
    """The class of a word form by itself (letters above); unknown capitalised forms are names, unknown small ones nouns.

    >>> [word_class(form) for form in ("said", "Hezbollah", "the", "confirming")]
    ['V', 'P', 'D', 'G']
    """
    mark = _MARKS.get(form)
    if mark:
        return mark
    first = form[0]
    if first.isdigit():
        return "N"
    if not first.isalnum():
        return "U"
    known = _word_classes()
    if form in known:
        return known[form]
    small = form.lower()
    if first.isupper():
        listed = known.get(small, "")
        return listed if listed in _CLOSED and listed else "P"
    for ending, guess in (("ly", "R"), ("ing", "G"), ("ed", "E")):
        if small.endswith(ending):
            return guess
    return "N"


# Sets of word forms that are looked for in a whole text at once.
_STOPS, _HYPHENS, _GENITIVES, _TURNS, _CUES = 1, 2, 4, 8, 16


class _Forms:
    """What the forms of one vocabulary tell by themselves; grows with it and is kept beside it.

    `sets` has one uint8 a form: which of the sets above it is in.
    """

    def __init__(self) -> None:
        self.low: list[str] = []
        self.tag: list[str] = []
        self.verb: list[Cue | None] = []
        self.other: list[Cue | None] = []
        self.sets = np.zeros(1024, dtype=np.uint8)

    @classmethod
    def of(cls, vocabulary: Vocabulary) -> _Forms:
        table = vocabulary.notes.get("reading")
        if not isinstance(table, cls):
            table = cls()
            vocabulary.notes["reading"] = table
        if len(table.low) < len(vocabulary.forms):
            table._grow(vocabulary.forms, cue_lexicon())
        return table

    def _grow(self, forms: list[str], lexicon: CueLexicon) -> None:
        while len(self.sets) < len(forms):
            self.sets = np.concatenate([self.sets, np.zeros_like(self.sets)])
        for number, form in enumerate(forms[len(self.low) :], len(self.low)):
            small = form.lower().replace("’", "'")
            tag = word_class(form) if form else ""
            verb, other = lexicon.verbs.get(small), lexicon.others.get(small)
            self.sets[number] = (
                _STOPS * (tag in (".", "?", "!")) + _HYPHENS * (tag == "H") + _GENITIVES * (tag == "S")
                + _TURNS * (tag == "," or small in _JOINS)
                + _CUES * (verb is not None or other is not None or tag in ("V", "S") or small in OTHER_CUES)
            )  # fmt: skip
            self.tag.append(tag)
            self.verb.append(verb)
            self.other.append(other)
            self.low.append(small)


@dataclass(slots=True)
class Reading:
    """One text, unit by unit; every list has one entry a unit.

    Attributes
    ----------
    tokens : where the units stand.
    low : the word form in small letters, apostrophes straight.
    tag : its word class (one letter).
    verb, other : the cue verb, and the cue of another kind, that the form can be; None else.
    first, last : the first and last unit of its sentence.
    inside : the number of the quotation that it stands in (marks included); -1 outside.
    quotes : the quotations.
    opens, closes : unit → number of the quotation that begins (ends) there.
    sentences : first and last unit of every sentence.
    starts : the first units of paragraphs.
    turns : the units, in order, at which a clause may end: commas, `and`, `but`, and where quotations begin.
    cues : the units, in order, whose form may be a cue; most of them are none.
    """

    tokens: Tokens
    low: list[str]
    tag: list[str]
    verb: list[Cue | None]
    other: list[Cue | None]
    first: list[int]
    last: list[int]
    inside: list[int]
    quotes: list[Quote]
    opens: dict[int, int]
    closes: dict[int, int]
    sentences: list[tuple[int, int]]
    starts: set[int] = field(default_factory=set)
    turns: list[int] = field(default_factory=list)
    cues: list[int] = field(default_factory=list)

    def __len__(self) -> int:
        return len(self.low)

    def words(self, first: int, last: int) -> int:
        """How many of the units from `first` to `last` are words (marks are not)."""
        return sum(1 for low in self.low[first : last + 1] if low[0].isalnum())

    def quote_at(self, unit: int) -> Quote | None:
        """The quotation that opens at `unit`."""
        number = self.opens.get(unit)
        return None if number is None else self.quotes[number]

    def quote_ending(self, unit: int) -> Quote | None:
        """The quotation that ends at `unit`."""
        number = self.closes.get(unit)
        return None if number is None else self.quotes[number]

    def paragraph_end(self, unit: int) -> int:
        """The last unit of the paragraph of `unit`."""
        edges = self.tokens.first
        return int(edges[edges.searchsorted(unit, side="right")]) - 1

    def span(self, first: int, last: int) -> Span:
        """Characters of the text from unit `first` to unit `last`."""
        return self.tokens.span(first, last)


def read(tokens: Tokens, quotes: list[Quote] | None = None) -> Reading:
    """What the rules see of `tokens`; `quotes` as `find_quotes` gives them (found here when they are not at hand)."""
    forms = _Forms.of(tokens.vocabulary)
    numbers = tokens.number.tolist()
    low, tags = forms.low, forms.tag
    tag = list(map(tags.__getitem__, numbers))
    quotes = find_quotes(tokens) if quotes is None else quotes
    quotes = [quote for quote in quotes if quote.kind != "dangling"]
    inside = [-1] * len(tag)
    for number, quote in enumerate(quotes):
        inside[quote.first : quote.last + 1] = [number] * (quote.last + 1 - quote.first)
        if quote.is_open:
            tag[quote.first] = "Q"
        if quote.is_closed:
            tag[quote.last] = "Q"
    verb = list(map(forms.verb.__getitem__, numbers))
    sets = forms.sets[tokens.number]

    def units_in(wanted: int) -> list[int]:
        units: list[int] = np.flatnonzero(sets & wanted).tolist()
        return units

    for unit in units_in(_GENITIVES):
        if tag[unit] == "S" and unit and tag[unit - 1] in "OW":
            tag[unit] = "V"  # he's, who's: no genitive
    for unit in [unit for unit in units_in(_HYPHENS) if tag[unit] == "H"]:
        _read_hyphen(unit, tag, verb, tokens.after_space)
    starts = set(tokens.first[:-1].tolist())
    stops = [unit for unit in units_in(_STOPS) if tag[unit] in (".", "?", "!")]
    sentences, first, last = _sentences(tag, stops, tokens, quotes, starts)
    small = list(map(low.__getitem__, numbers))
    opens = {quote.first: number for number, quote in enumerate(quotes)}
    commas = [unit for unit in units_in(_TURNS) if tag[unit] == "," or small[unit] in _JOINS]
    return Reading(
        tokens=tokens,
        low=small,
        tag=tag,
        verb=verb,
        other=list(map(forms.other.__getitem__, numbers)),
        first=first,
        last=last,
        inside=inside,
        quotes=quotes,
        opens=opens,
        closes={quote.last: number for number, quote in enumerate(quotes)},
        sentences=sentences,
        starts=starts,
        turns=sorted(opens.keys() | commas),
        cues=units_in(_CUES),
    )


def _read_hyphen(unit: int, tag: list[str], verb: list[Cue | None], spaced: np.ndarray) -> None:
    """A hyphen (or a stroke) inside a word joins its parts to a modifier; a free one is a dash."""
    following = unit + 1
    if spaced[unit] or following >= len(tag) or spaced[following] or unit == 0:
        tag[unit] = "L"
        return
    tag[unit] = "J"
    verb[unit - 1] = verb[following] = None
    if tag[unit - 1] not in "NP":
        tag[unit - 1] = "J"
    if tag[following] not in "NP":
        tag[following] = "J"


def _sentences(
    tag: list[str], stops: list[int], tokens: Tokens, quotes: list[Quote], starts: set[int]
) -> tuple[list[tuple[int, int]], list[int], list[int]]:
    """Sentences as the rules need them: an end mark, closing marks, then a capital, a digit, a mark or the edge."""
    spaced, forms, number = tokens.after_space, tokens.vocabulary.forms, tokens.number
    closing = {quote.last for quote in quotes if quote.is_closed}
    n = len(tag)
    cuts = []
    for unit in stops:
        end = unit
        while end + 1 < n and not spaced[end + 1] and (end + 1 in closing or tag[end + 1] == ")"):
            end += 1
        following = end + 1
        if following >= n or following in starts:
            continue
        begins = forms[number[following]][0]
        if spaced[following] and (begins.isupper() or begins.isdigit() or tag[following] in "Q(L"):
            cuts.append(following)
    edges = [*sorted(starts.union(cuts)), n]
    spans = [
        (piece, min(piece + LONGEST_SENTENCE, b) - 1)
        for a, b in pairwise(edges)
        for piece in range(a, b, LONGEST_SENTENCE)
    ]
    first: list[int] = []
    last: list[int] = []
    for a, b in spans:
        first += [a] * (b + 1 - a)
        last += [b] * (b + 1 - a)
    return spans, first, last
