"""Which words of a text may be names, told by their capitals, so that no score of ours depends on who is meant.

Floor: a normalised text comes in, its words with a mark go out. What stands first in a sentence has a capital anyhow: it
is taken for a name only when the next word has one too ("Grace Miller said", but not "Grace said": a known limit).
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from analysis import words

#: What a name is replaced by for instruments that read text: in no word list, a capital first, as long as nothing.
STAND_IN = "Xx"
_NEVER_NAMES = frozenset(("I", "I'm", "I've", "I'd", "I'll", "A"))


class TextWord(NamedTuple):
    """A word: first character, one past the last, the form as seen, and whether it may be a name."""

    start: int
    end: int
    form: str
    is_name: bool


@lru_cache(maxsize=256)
def read_words(text: str) -> tuple[TextWord, ...]:
    """The words of a text in order. In a headline (capitals everywhere, no stop at the end) none is taken for a name."""
    spans = [(match.start(), match.end(), words.visible(match.group())) for match in words.WORD.finditer(text)]
    forms = [form for _, _, form in spans]
    has_capital = [form[:1].isupper() and form not in _NEVER_NAMES and not _is_shouted(form) for form in forms]
    if not any(has_capital) or _looks_like_headline(text, forms):
        return tuple(TextWord(*span, False) for span in spans)
    found = []
    for i, span in enumerate(spans):
        is_name = has_capital[i]
        if is_name and (i == 0 or _opens(text[spans[i - 1][1] : span[0]], forms[i - 1])):
            gap = text[span[1] : spans[i + 1][0]] if i + 1 < len(spans) else ""
            is_name = gap == " " and has_capital[i + 1]
        found.append(TextWord(*span, is_name))
    return tuple(found)


def without_names(text: str) -> str:
    """`text` with `STAND_IN` for every word that may be a name."""
    parts, done = [], 0
    for word in read_words(text):
        if word.is_name:
            parts += [text[done : word.start], STAND_IN]
            done = word.end
    return "".join((*parts, text[done:])) if parts else text


def _is_shouted(form: str) -> bool:
    return len(form) > 1 and form.isupper()


def _opens(gap: str, before: str) -> bool:
    """Does a sentence or a quotation open in the gap between two words? The point of "Mr." opens none."""
    return any(mark in gap for mark in '"!?:\n') or ("." in gap and before[:1].islower() and len(before) > 2)


def _looks_like_headline(text: str, forms: Sequence[str]) -> bool:
    long = [form for form in forms if len(form) > 3]
    return text.rstrip("\"') \n")[-1:] not in ".!?" and sum(form[0].isupper() for form in long) * 3 > len(long) * 2
