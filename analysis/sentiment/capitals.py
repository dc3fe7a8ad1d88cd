"""Which words of a text may be names, told by their capitals, so that no score of ours depends on who is meant.

Floor: a normalised text comes in, its words with a mark go out. What stands first in a sentence has a capital anyhow: it
is taken for a name only when the next word has one too ("Grace Miller said", but not "Grace said": a known limit).
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from itertools import chain, compress
from typing import NamedTuple

from analysis import words

#: What a name is replaced by for instruments that read text: in no word list, a capital first, as long as nothing.
STAND_IN = "Xx"
_OPENING = frozenset('"!?:\n')
_NEVER_NAMES = frozenset(("I", "I'm", "I've", "I'd", "I'll", "A"))


class Reading(NamedTuple):
    """The `W` words of a text.

    Attributes
    ----------
    gaps : what stands before each word and behind the last, shape (W + 1).
    words : the words as they stand. forms : the same without characters that are not seen.
    is_name : whether each may be a name.
    """

    gaps: tuple[str, ...]
    words: tuple[str, ...]
    forms: tuple[str, ...]
    is_name: tuple[bool, ...]


@lru_cache(maxsize=256)
def read_words(text: str) -> Reading:
    """The words of a text in order. In a headline (capitals everywhere, no stop at the end) none is taken for a name."""
    parts = words.gaps_and_words(text)
    gaps, found = tuple(parts[::2]), tuple(parts[1::2])
    forms = found if text.isascii() else tuple(map(words.visible, found))
    return Reading(gaps, found, forms, _are_names(text, gaps, forms))


def _are_names(text: str, gaps: Sequence[str], forms: Sequence[str]) -> tuple[bool, ...]:
    capital = tuple(map(_has_capital, forms))
    if True not in capital or _looks_like_headline(text, forms):
        return (False,) * len(forms)
    is_name = list(capital)
    for i in compress(range(len(forms)), capital):
        if i == 0 or _opens(gaps[i], forms[i - 1]):
            is_name[i] = i + 1 < len(forms) and gaps[i + 1] == " " and capital[i + 1]
    return tuple(is_name)


def without_names(text: str) -> str:
    """`text` with `STAND_IN` for every word that may be a name."""
    read = read_words(text)
    if True not in read.is_name:
        return text
    shown = [STAND_IN if is_name else word for word, is_name in zip(read.words, read.is_name, strict=True)]
    return "".join(chain.from_iterable(zip(read.gaps, (*shown, ""), strict=True)))


@lru_cache(maxsize=65_536)
def _has_capital(form: str) -> bool:
    return form[:1].isupper() and form not in _NEVER_NAMES and not _is_shouted(form)


def _is_shouted(form: str) -> bool:
    return len(form) > 1 and form.isupper()


def _opens(gap: str, before: str) -> bool:
    """Does a sentence or a quotation open in the gap between two words? The point of "Mr." opens none."""
    if gap == " ":
        return False
    return not _OPENING.isdisjoint(gap) or ("." in gap and before[:1].islower() and len(before) > 2)


def _looks_like_headline(text: str, forms: Sequence[str]) -> bool:
    long = [form for form in forms if len(form) > 3]
    return text.rstrip("\"') \n")[-1:] not in ".!?" and sum([form[0].isupper() for form in long]) * 3 > len(long) * 2
