"""Words told by their place: characters that are no white space are counted, so that another copy can be read too.

Floor: `words` and `recipe` lie beneath. A cell and its article come in, a place comes out, and back.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from analysis import recipe
from analysis.words import normalise

#: The columns that hold words of the articles.
WORDY = ("cue_lemma", "source_text", "source_name", "label")
#: A cell of more words than this is told by its place in the article, or by its hash.
_MOST_WORDS = 4
PLACE = re.compile(r"@(\d+):(\d+)(,[a-z]+)?\Z")
#: How a cell's words may differ from the words in the text: the first letter lowered, or curly marks straight and none,
#: the first or all letters lowered.
FORMS: dict[str, Callable[[str], str]] = {
    "": str,
    ",begun": lambda text: text[:1].lower() + text[1:],
    ",straight": normalise,
    ",uncapped": lambda text: normalise(text[:1].lower() + text[1:]),
    ",lowered": lambda text: normalise(text.lower()),
}


def ink_before(text: str) -> np.ndarray:
    """How many characters that are no white space stand before each place of `text`; shape (len + 1,)."""
    is_ink = np.fromiter((not letter.isspace() for letter in text), dtype=np.int64, count=len(text))
    return np.concatenate([[0], np.cumsum(is_ink)])


def ink_sha256(text: str) -> str:
    """SHA-256 of a text without its white space: equal where two copies differ by white space only."""
    return recipe.sha256_of_text("".join(text.split()))


def is_short(value: str) -> bool:
    """Has a cell few enough words to be given away as it is?"""
    return len(re.findall(r"\w+", value)) <= _MOST_WORDS and not value.startswith(("@", "#"))


def short_cell(value: str, text: str, ink: np.ndarray) -> str:
    """A cell as it is where it is short, else as `@start:end` of its article, else as the `#hash` of its words."""
    if is_short(value):
        return value
    start = _fold(text).find(_fold(value)) if value == value.strip() else -1
    end = start + len(value)
    for form, write in FORMS.items():
        if start >= 0 and write(text[start:end]) == value:
            return f"@{ink[start]}:{ink[end]}{form}"
    return "#" + recipe.sha256_of_text(value)


def _fold(text: str) -> str:
    """`text` normalised and in small letters, one character for one character."""
    small = text.lower()
    return normalise(
        small if len(small) == len(text) else "".join(c.lower() if len(c.lower()) == 1 else c for c in text)
    )


@dataclass(frozen=True)
class Copy:
    """One article as somebody else holds it, and where each of its characters that is no white space stands.

    `n_chars` is the length of the text that was packed; `is_same` says that the two are the same to the byte.
    """

    text: str
    ink: np.ndarray
    n_chars: int
    is_same: bool

    def start(self, place: int, ink: int) -> int:
        """Where a stretch begins that began at `place`, after `ink` characters."""
        return place if self.is_same else int(self.ink[ink]) if ink < len(self.ink) else len(self.text)

    def end(self, place: int, ink: int) -> int:
        """Where a stretch ends that ended at `place`, after `ink` characters."""
        return place if self.is_same else int(self.ink[ink - 1]) + 1 if ink else 0

    def edge(self, place: int, ink: int) -> int:
        """Where two stretches meet that tile the text."""
        if self.is_same or place == 0:
            return place
        return len(self.text) if place == self.n_chars else self.start(place, ink)

    def words(self, cell: str) -> str:
        """What a cell of the package says: itself, or the stretch of the text that it points to."""
        found = PLACE.match(cell)
        if not found:
            return cell
        start, end = int(found[1]), int(found[2])
        if not start < end <= len(self.ink) or (found[3] or "") not in FORMS:
            return cell
        return FORMS[found[3] or ""](self.text[self.ink[start] : self.ink[end - 1] + 1])
