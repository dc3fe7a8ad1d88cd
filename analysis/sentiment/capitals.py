"""Which words of a text may be names, told by their capitals, so that no score of ours depends on who is meant.

Floor: a normalised text comes in, its words go out, with and without names. What stands first in a sentence has a capital
anyhow: it is taken for a name only when the next word has one too ("Grace Miller said", but not "Grace said": a known
limit).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from analysis import words

#: What a name is replaced by: in no word list, a capital first, as long as nothing.
STAND_IN = "Xx"
_OPENING = frozenset('"!?:\n')
_NEVER_NAMES = frozenset(("I", "I'm", "I've", "I'd", "I'll", "A"))


class Reading(NamedTuple):
    """The `W` words of a text.

    Attributes
    ----------
    words : the words as they stand. common : the same with `STAND_IN` for every word that may be a name.
    nameless : the text with `STAND_IN` for every word that may be a name.
    """

    words: list[str]
    common: list[str]
    nameless: str


def read_words(text: str) -> Reading:
    """The words of a text in order. In a headline (capitals everywhere, no stop at the end) none is taken for a name."""
    parts = words.gaps_and_words(text)
    gaps, found = parts[::2], parts[1::2]
    names = _name_places(text, gaps, found)
    if not names:
        return Reading(found, found, text)
    for place in names:
        parts[2 * place + 1] = STAND_IN
    return Reading(found, parts[1::2], "".join(parts))


def _name_places(text: str, gaps: Sequence[str], found: Sequence[str]) -> list[int]:
    """The places of the words that may be names."""
    places = [place for place, form in enumerate(found) if form[0].isupper() and _may_be_name(form)]
    if places in ([], [0]) or _looks_like_headline(text, found):
        return []
    capital = set(places)
    return [
        place
        for place in places
        if (place and not _opens(gaps[place], found[place - 1])) or (gaps[place + 1] == " " and place + 1 in capital)
    ]


def _may_be_name(form: str) -> bool:
    """Is the capital that the form opens with neither always there (`I`) nor one of a shouted word?"""
    return form not in _NEVER_NAMES and not (len(form) > 1 and form.isupper())


def _opens(gap: str, before: str) -> bool:
    """Does a sentence or a quotation open in the gap between two words? The point of "Mr." opens none."""
    if gap == " ":
        return False
    return not _OPENING.isdisjoint(gap) or ("." in gap and before[:1].islower() and len(before) > 2)


def _looks_like_headline(text: str, forms: Sequence[str]) -> bool:
    if text.rstrip("\"') \n")[-1:] in ".!?":
        return False
    are_high = [form[0].isupper() for form in forms if len(form) > 3]
    return are_high.count(True) > 2 * are_high.count(False)
