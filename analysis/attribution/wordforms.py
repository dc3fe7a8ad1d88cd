"""What is known about a word form by itself: its class, how often it was a cue, its shape.

Floor: word forms come in, rows of whole numbers go out, worked out once per form. Which forms were cues and which part
of speech a form mostly has was counted on training news; nothing here looks at the words around it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from zlib import crc32

import numpy as np

from analysis.attribution.tokens import Vocabulary

#: Shares of a form's uses in which it was (part of) a cue; the bucket of a form is how many of these it reaches.
CUE_SHARES = (0.01, 0.1, 0.3, 0.6, 0.85)
#: From this bucket on a form is a strong cue.
STRONG = 3
_FINITE = frozenset({"VBD", "VBZ", "VBP", "MD"})
_ENDERS = frozenset({".", "?", "!", "..."})
_SUFFIXES = (4, 3, 2, 1)

# The columns of the small table, in order.
CLASS, CUE, WORD, FINITE, ENDER, CAPITAL, COMMA, PRONOUN = range(8)
# The attributes whose weights are summed per form, and the distances (in units) at which each is looked at.
ATTRIBUTES = ("word", "shape", "end3", "end2", "start3", "cue", "class", "tag")
OFFSETS = (-3, -2, -1, 0, 1, 2, 3)
REACH: dict[str, tuple[int, ...]] = {
    "word": (-2, -1, 0, 1, 2),
    "shape": (-1, 0, 1),
    "end3": (0,),
    "end2": (0,),
    "start3": (0,),
    "cue": OFFSETS,
    "class": (-1, 0, 1),
    "tag": OFFSETS,
}
_PERSONAL = frozenset(["he", "she", "they", "i", "we", "who", "it", "you", "him", "her", "them", "me", "us"])


def shape(form: str) -> str:
    """The outline of a form: `d` digits, `X` capitals, `Xx` capitalised, `x` small, a mark as itself."""
    if form[0].isdigit():
        return "d"
    if not form[0].isalnum():
        return form[:2]
    if form.isupper():
        return "X" if len(form) > 1 else "X1"
    if form[0].isupper():
        return "Xx" if form[1:].islower() else "XxX"
    return "x"


@dataclass(frozen=True)
class Lexicon:
    """Counts from training news, by word form.

    Attributes
    ----------
    tags : form → its most frequent part of speech, with a second one where that has a fifth of the uses (`VBD/VBN`).
    endings : `c` or `C` (capital) and a word's last letters → part of speech, for forms that were not seen.
    cues : small form → bucket of its share of uses as a cue (1 to 5); forms that are not here have 0.
    common : the commonest small forms, most frequent first.
    classes : every class (part of speech and level of cue) that a form can have, in the order of their numbers.
    """

    tags: dict[str, str]
    endings: dict[str, str]
    cues: dict[str, int]
    common: tuple[str, ...]
    classes: tuple[str, ...] = ()
    _common_number: dict[str, int] = field(init=False, repr=False)
    _class_number: dict[str, int] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        numbers = {name: number for number, name in enumerate(self.classes)}
        object.__setattr__(self, "_class_number", numbers)
        object.__setattr__(self, "_common_number", {form: number for number, form in enumerate(self.common)})

    def tag(self, form: str) -> str:
        """The part of speech of a form, by itself; Penn Treebank names, `SYM` for marks."""
        small = form.lower()
        known = self.tags.get(form) or self.tags.get(small)
        if known:
            return known
        if not form[0].isalnum():
            return "SYM"
        if form[0].isdigit():
            return "CD"
        case = "C" if form[0].isupper() else "c"
        for n in _SUFFIXES:
            if len(small) > n and (guess := self.endings.get(case + small[-n:])):
                return guess
        return "NNP" if case == "C" else "NN"

    def class_of(self, form: str) -> str:
        """Part of speech and level of cue (0 never, 1 at times, 2 strong): the context's alphabet."""
        bucket = self.cues.get(form.lower(), 0)
        return self.tag(form) + ("0" if bucket < 2 else "1" if bucket < 4 else "2")

    def row(self, form: str) -> tuple[tuple[int, ...], tuple[int, ...]]:
        """The small row of a form (columns above) and the hashes of its attributes."""
        if not form:
            return (0, 0, 0, 0, 0, 0, 0, 0), _EDGE
        small = form.lower().replace("’", "'")
        tag, bucket = self.tag(form), self.cues.get(form.lower(), 0)
        group = self._class_number.get(tag + ("0" if bucket < 2 else "1" if bucket < 4 else "2"), 0)
        common = self._common_number.get(small)
        word = group if common is None else len(self.classes) + common
        facts = (
            group,
            bucket,
            word,
            int(not _FINITE.isdisjoint(tag.split("/"))),
            int(form in _ENDERS),
            int(form[0].isupper() or form[0].isdigit()),
            1 if form == "," else 2 if form == ":" else 3 if form in ("—", "–", "--", "-") else 0,
            int(small in _PERSONAL),
        )
        texts = (small, shape(form), small[-3:], small[-2:], small[:3], str(bucket), str(group), tag)
        return facts, tuple([crc32(text.encode("utf-8", "surrogatepass")) for text in texts])


_EDGE = tuple([crc32(b"\n")] * len(ATTRIBUTES))


class FormTable:
    """Rows of a vocabulary's forms under one lexicon; grows with the vocabulary and is kept beside it.

    Attributes
    ----------
    facts : int32 (forms, 8), columns `CLASS` … `PRONOUN`.
    hashes : int64 (forms, attributes).
    """

    def __init__(self, lexicon: Lexicon) -> None:
        self.lexicon = lexicon
        self.n_forms = 0
        self.facts = np.zeros((1024, 8), dtype=np.int64)
        self.hashes = np.zeros((1024, len(ATTRIBUTES)), dtype=np.int64)

    @classmethod
    def of(cls, vocabulary: Vocabulary, lexicon: Lexicon) -> FormTable:
        """The table of this vocabulary, grown to all its forms."""
        table = vocabulary.notes.get("forms")
        if not isinstance(table, cls) or table.lexicon is not lexicon:
            table = cls(lexicon)
            vocabulary.notes["forms"] = table
        table.grow(vocabulary.forms)
        return table

    def grow(self, forms: list[str]) -> None:
        """Add the rows of the forms that are new."""
        known, wanted = self.n_forms, len(forms)
        if known == wanted:
            return
        self.facts, self.hashes = room_for(self.facts, wanted), room_for(self.hashes, wanted)
        rows = [self.lexicon.row(form) for form in forms[known:wanted]]
        self.facts[known:wanted] = [facts for facts, _ in rows]
        self.hashes[known:wanted] = [hashes for _, hashes in rows]
        self.n_forms = wanted


def room_for(array: np.ndarray, n_rows: int) -> np.ndarray:
    """`array` itself, or a copy with twice the rows (or more) when it has fewer than `n_rows`; new rows are 0."""
    if len(array) >= n_rows:
        return array
    larger = np.zeros((max(n_rows, 2 * len(array)), *array.shape[1:]), dtype=array.dtype)
    larger[: len(array)] = array
    return larger


def cue_bucket(share: float) -> int:
    """How many of `CUE_SHARES` a share reaches."""
    return sum(share >= edge for edge in CUE_SHARES)


def count_classes(forms: Iterable[str], lexicon: Lexicon) -> tuple[str, ...]:
    """Every class that occurs among the forms, in alphabetical order, after the class of edges."""
    return ("edge", *sorted({lexicon.class_of(form) for form in forms if form}))
