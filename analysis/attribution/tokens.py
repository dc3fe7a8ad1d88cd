"""The reading units of a text: words with their clitics apart, marks, numbers, in paragraphs.

Floor: a string comes in; units come out as arrays of offsets into that same string and of numbers of word forms. What
is known about a word form is worked out once per form and kept beside its number, in a cache that has an upper bound.
"""

from __future__ import annotations

import re
import threading
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from analysis.words import INVISIBLE, has_invisible, odd_characters

#: A stretch of the text: first character, one past the last.
Span = tuple[int, int]

#: The vocabulary starts anew before it would grow past this many word forms (a form after a space and the same form
#: without one count twice). With the rows that the tagger keeps per form this is about 60 MB at most.
MAX_FORMS = 65_536

_ABBREVIATIONS = (
    "Mr|Mrs|Ms|Dr|Sens?|Reps?|Govs?|Gen|Lt|Col|Sgt|Capt|St|Jr|Sr|Prof|Rev|Hon|Inc|Corp|Co|Ltd|vs|No|Jan|Feb|Mar|Apr|"
    "Jun|Jul|Aug|Sept?|Oct|Nov|Dec|Ave|Maj|Adm|Cmdr|[DR]"
)
# Most words match the first or the second branch at once; each later branch consumes what it saw, so hostile runs stay
# linear. Three marks of a kind in a row are one unit: they are no quotation, and a megabyte of them is one unit and not
# a million.
_UNIT = re.compile(
    r" ?(?:[a-zA-Z]++(?=[ ,])|[^\W\d_]++(?![\w.'’])"
    rf"|(?:{_ABBREVIATIONS})\."
    r"|(?:[A-Z]\.){2,}|[A-Z]\.(?= [A-Z])"
    r"|[A-Za-z]+(?=n['’]t\b)|n['’]t\b"
    r"|['’](?:s|re|ve|ll|d|m|S)\b"
    r"|[A-Za-z]['’][A-Z]\w+"
    r"|\d[\d,.:]*\d(?:s|th|st|nd|rd)?\b"
    r"|\w+|--+|\.\.\.+|''|``|\"{3,}|“{3,}|”{3,}|[^\w\s])|\n+|\s"
)
_ODD = {
    **dict.fromkeys("\x85\u2028\u2029", "\n"),
    **dict.fromkeys(
        "\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000\t\0", " "
    ),
}
_UNSEEN = re.compile(f"[{INVISIBLE}]")


class Vocabulary:
    """Numbers for word forms; number 0 is the edge of a paragraph, number 1 the white space that is skipped.

    Attributes
    ----------
    forms : the word form of each number, without the space before it.
    lower : the same in small letters, curly apostrophes straight.
    notes : whatever a later step keeps per form (arrays that grow with `forms`), by the name of that step.
    """

    def __init__(self) -> None:
        self.forms: list[str] = []
        self.lower: list[str] = []
        self.notes: dict[str, object] = {}
        self._numbers: dict[str, int] = {}
        self._facts = np.zeros((1024, 3), dtype=np.int32)  # length with its space, length of that space, kind
        self._lock = threading.Lock()
        self._add("\n")
        self._add(" ")

    def __len__(self) -> int:
        return len(self.forms)

    def numbers(self, pieces: list[str]) -> np.ndarray:
        """The number of each piece (a form with the space before it), int32, shape (P,); unknown forms are added."""
        known = self._numbers
        try:
            return np.fromiter(map(known.__getitem__, pieces), np.int32, len(pieces))
        except KeyError:
            with self._lock:
                return np.array([known[piece] if piece in known else self._add(piece) for piece in pieces], np.int32)

    def unknown(self, pieces: list[str]) -> set[str]:
        """The pieces that have no number yet."""
        return set(pieces).difference(self._numbers)

    def facts(self, numbers: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Length in characters, length of the space before, and kind (0 unit, 1 edge, 2 white space)."""
        rows = self._facts[numbers]
        return rows[:, 0], rows[:, 1], rows[:, 2]

    def _add(self, piece: str) -> int:
        number = len(self.forms)
        if number >= len(self._facts):
            self._facts = np.concatenate([self._facts, np.zeros_like(self._facts)])
        form = piece.strip()
        kind = 0 if form else 1 if "\n" in piece else 2
        self._facts[number] = (len(piece), int(kind == 0 and piece[0] == " "), kind)
        self.lower.append(form.lower().replace("’", "'"))
        self.forms.append(form)
        self._numbers[piece] = number
        return number


@dataclass(frozen=True, eq=False)
class Tokens:
    """The units of one text, in its order; `T` units in `P` paragraphs.

    Attributes
    ----------
    text : the text as received.
    number : int32 (T,), the word form's number in `vocabulary`.
    start, end : int64 (T,), offsets into `text`; `text[start[i]:end[i]]` is the unit.
    after_space : bool (T,), white space (or a paragraph's edge) stands before the unit.
    first : int64 (P + 1,), the first unit of each paragraph that has one, then T.
    vocabulary : what `number` points into.
    """

    text: str
    number: np.ndarray
    start: np.ndarray
    end: np.ndarray
    after_space: np.ndarray
    first: np.ndarray
    vocabulary: Vocabulary = field(repr=False)

    def __len__(self) -> int:
        return len(self.number)

    @cached_property
    def forms(self) -> list[str]:
        """The word form of every unit, without invisible characters."""
        return list(map(self.vocabulary.forms.__getitem__, self.number.tolist()))

    @cached_property
    def lower(self) -> list[str]:
        """The word form of every unit in small letters, curly apostrophes straight."""
        return list(map(self.vocabulary.lower.__getitem__, self.number.tolist()))

    @cached_property
    def paragraph(self) -> np.ndarray:
        """int64 (T,), the paragraph of every unit, from 0, counting paragraphs that have a unit."""
        return np.repeat(np.arange(len(self.first) - 1), np.diff(self.first))

    def paragraphs(self) -> list[Span]:
        """First unit and one past the last unit of every paragraph."""
        edges: list[int] = self.first.tolist()
        return list(pairwise(edges))

    def is_by_line(self) -> bool:
        """Whether no paragraph has a line break in it: then a reading of the whole text finds the same paragraphs."""
        text, starts, ends = self.text, self.starts, self.ends
        lines = [text[starts[first] : ends[stop - 1]] for first, stop in self.paragraphs()]
        return all(_flat(line) == line for line in lines)

    def span(self, first: int, last: int) -> Span:
        """The characters from unit `first` up to and with unit `last`."""
        return self.starts[first], self.ends[last]

    def at(self, offset: int) -> int:
        """The unit that covers character `offset`, or the next one; T when there is none."""
        return bisect_right(self.ends, offset)

    @cached_property
    def starts(self) -> list[int]:
        """`start` as a list, for what looks at one unit at a time."""
        starts: list[int] = self.start.tolist()
        return starts

    @cached_property
    def ends(self) -> list[int]:
        """`end` as a list."""
        ends: list[int] = self.end.tolist()
        return ends


class Found(NamedTuple):
    """One attribution found: who (may be empty), through which words, and what; characters of the text.

    Attributes
    ----------
    source, cue, content : spans in order of the text; content is never empty, source and cue may be.
    score : how sure the finder is, 0 to 1; up is surer.
    found_by : which part of the engine found it (`tagger`, or the name of a rule).
    """

    source: tuple[Span, ...]
    cue: tuple[Span, ...]
    content: tuple[Span, ...]
    score: float
    found_by: str


_shared = Vocabulary()


def _vocabulary(pieces: list[str]) -> Vocabulary:
    """The shared vocabulary, begun anew where this text would take it past its bound; a giant text gets its own."""
    global _shared
    if len(_shared) + len(pieces) > MAX_FORMS:
        n_new = len(_shared.unknown(pieces))
        if n_new > MAX_FORMS // 2:
            return Vocabulary()
        if len(_shared) + n_new > MAX_FORMS:
            _shared = Vocabulary()
    return _shared


def _flat(text: str) -> str:
    """`text` in one line; a paragraph seldom has a break in it, and to look for four characters is quick."""
    return text.replace("\n", " ").replace("\x85", " ").replace("\u2028", " ").replace("\u2029", " ")


def _visible(text: str) -> tuple[str, np.ndarray | None]:
    """`text` without unseen characters and with plain spaces, and where each of its characters stood (None: as is)."""
    places = None
    if has_invisible(text):
        gone = np.array([match.start() for match in _UNSEEN.finditer(text)], dtype=np.int64)
        places = np.delete(np.arange(len(text) + 1, dtype=np.int64), gone)
        text = _UNSEEN.sub("", text)
    for character in odd_characters(text) & _ODD.keys():
        text = text.replace(character, _ODD[character])
    return text, places


def tokenise(text: str, paragraphs: Sequence[Span] | None = None, *, vocabulary: Vocabulary | None = None) -> Tokens:
    """The reading units of `text`.

    A clitic is a unit of its own (`did` `n't`, `Clinton` `'s`), an abbreviation keeps its point, a hyphenated word is
    its parts and the hyphen. Unseen characters (soft hyphens, zero-width marks) neither split nor change a word.

    Parameters
    ----------
    text : any string.
    paragraphs : stretches to read, in order of the text and without overlap; a newline inside one is a space. None
        reads everything, and every newline ends a paragraph.
    vocabulary : where word forms get their numbers; None takes the shared one, which is bounded by `MAX_FORMS`.

    Returns
    -------
    Tokens, offsets into `text` as received.
    """
    shift = None
    if paragraphs is None:
        plain, places = _visible(text)
    else:
        kept = [(start, end) for start, end in paragraphs if end > start]
        joined = "\n".join([_flat(text[start:end]) for start, end in kept])
        begin = np.cumsum([0] + [end - start + 1 for start, end in kept])
        shift = (begin, np.array([start for start, _ in kept] + [0], dtype=np.int64) - begin)
        plain, places = _visible(joined)
    pieces = _UNIT.findall(plain)
    vocabulary = _vocabulary(pieces) if vocabulary is None else vocabulary
    numbers = vocabulary.numbers(pieces)
    length, space, kind = vocabulary.facts(numbers)
    end = np.cumsum(length, dtype=np.int64)
    start = end - length + space
    unit = kind == 0
    before = np.cumsum(kind == 1)[unit]  # edges seen so far: a new value begins a paragraph
    spaced = np.concatenate([[True], kind[:-1] > 0]) | (space > 0) if len(kind) else unit
    start, end, n_units = start[unit], end[unit], int(np.count_nonzero(unit))
    if places is not None:
        start, end = places[start], places[end - 1] + 1
    if shift is not None:
        begin, offset = shift
        moved = offset[np.searchsorted(begin, start, side="right") - 1]
        start, end = start + moved, end + moved
    edges = np.flatnonzero(np.diff(before, prepend=-1)) if n_units else np.zeros(0, dtype=np.int64)
    return Tokens(text, numbers[unit], start, end, spaced[unit], np.append(edges, n_units), vocabulary)
