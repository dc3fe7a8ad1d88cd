"""The words of a text, and the one-to-one normalisation under which they are measured.

Floor: a string comes in, offsets into that same string go out. Words are what rates are counted in: a run of letters
or digits, with inner apostrophes, hyphens and points (`don't`, `far-right`, `U.S`); punctuation is not a word.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache
from typing import TypeVar

import numpy as np

# One character for one character, so that the offset map is the identity: an offset into the normalised text is an
# offset into the text as received. Invisible characters stay and are skipped when a word form is looked up.
_ONE_TO_ONE = {
    **dict.fromkeys(
        "\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000\t\x0b\x0c\x00",
        " ",
    ),
    **dict.fromkeys("‘’‚‛′´`ʼ＇", "'"),
    **dict.fromkeys("“”„‟″«»〝〞＂", '"'),
    **dict.fromkeys("‐‑﹣－", "-"),
    **dict.fromkeys("\x85\u2028\u2029", "\n"),
}
#: Characters that are there but not seen: soft hyphen, zero-width and bidirectional marks, byte-order mark.
INVISIBLE = "\u00ad\u200b\u200c\u200d\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff"
_INVISIBLE = re.compile(f"[{INVISIBLE}]+")
_UNSEEN = frozenset(re.findall(f"[{INVISIBLE}]", "".join(map(chr, range(0x10000)))))
_PLAIN = bytes(sorted(set(range(0x80)) - set(map(ord, _ONE_TO_ONE))))
WORD = re.compile(rf"\w[\w{INVISIBLE}]*+(?:['’.\-‐‑][{INVISIBLE}]*+\w[\w{INVISIBLE}]*+)*+")
# Splits a text into gap, word, gap, …, word, gap.
_PARTS = re.compile(f"({WORD.pattern})")

Kept = TypeVar("Kept")


class Remembered(dict[str, Kept]):
    """What is known about word forms: worked out when a form is first asked for, all forgotten when there are too many.

    Meant for `map(known.__getitem__, forms)`, which takes half of the time that as many calls of an `lru_cache` take.
    """

    def __init__(self, answer: Callable[[str], Kept], most: int = 65_536) -> None:
        super().__init__()
        self._answer, self._most = answer, most

    def __missing__(self, form: str) -> Kept:
        if len(self) >= self._most:
            self.clear()
        found = self[form] = self._answer(form)
        return found


def normalise(text: str) -> str:
    """`text` with curly marks straight, odd spaces as spaces and line separators as newlines; the length is the same.

    Every offset into the result is the same offset into `text`.
    """
    for character in odd_characters(text) & _ONE_TO_ONE.keys():
        text = text.replace(character, _ONE_TO_ONE[character])
    return text


def odd_characters(text: str) -> set[str]:
    """The characters of `text` beyond those of plain ASCII that `normalise` leaves as they are.

    Whoever looks for a rare character asks here first: this takes a tenth of the time that a search takes.

    >>> sorted(odd_characters("“Well,” said Zoë to me"))
    ['ë', '“', '”']
    """
    return set(text.encode("utf-8", "surrogatepass").translate(None, _PLAIN).decode("utf-8", "surrogatepass"))


def has_invisible(text: str) -> bool:
    """Whether a character stands in `text` that is there but not seen."""
    return not text.isascii() and not _UNSEEN.isdisjoint(odd_characters(text))


def visible(form: str) -> str:
    """A word form without the characters that are not seen (a soft hyphen inside a word does not hide the word)."""
    return form if form.isascii() else _INVISIBLE.sub("", form)


def gaps_and_words(text: str) -> list[str]:
    """`text` in pieces: what stands before the first word, the first word, … and what stands behind the last word.

    >>> gaps_and_words("Well: don't.")
    ['', 'Well', ': ', "don't", '.']
    """
    return _PARTS.split(text)


def n_words(text: str) -> int:
    """How many words `text` has."""
    return len(WORD.findall(text))


@lru_cache(maxsize=256)
def word_offsets(text: str) -> tuple[np.ndarray, np.ndarray]:
    """Where the words of `text` start and end.

    Returns
    -------
    (starts, ends) : two int64 arrays of shape (W,), read-only, in order of the text.
    """
    parts = gaps_and_words(text)
    edges = np.cumsum(np.fromiter(map(len, parts), np.int64, len(parts)))
    starts, ends = edges[:-1:2].copy(), edges[1::2].copy()
    starts.flags.writeable = ends.flags.writeable = False
    return starts, ends


def count_words(text: str, starts: np.ndarray, ends: np.ndarray) -> np.ndarray:
    """How many words of `text` begin in each stretch [start, end); shape of `starts`."""
    first, _ = word_offsets(text)
    return np.searchsorted(first, ends, side="left") - np.searchsorted(first, starts, side="left")
