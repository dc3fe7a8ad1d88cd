"""VADER's compound score, with the same numbers at a multiple of the speed and in linear time.

Floor: a string comes in, a number goes out. The word list, boosters, negations and constants are read from the installed
vaderSentiment (MIT); what a word form contributes is looked up once, not once per token.
"""

from __future__ import annotations

import heapq
import re
import string
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import chain
from typing import NamedTuple

from vaderSentiment import vaderSentiment as vader

from analysis import words

_NEGATE = frozenset(vader.NEGATE)
#: Damping of a booster one, two and three words before.
_DAMPING = (1.0, 0.95, 0.9)


#: Phrases of several words that the library knows: the words that may end one, and those that may begin one.
_PHRASES = [phrase.split() for phrase in (*vader.SPECIAL_CASES, *vader.BOOSTER_DICT) if " " in phrase]
_IN_PHRASES = frozenset(chain.from_iterable(_PHRASES))
_ENDS, _BEGINS = frozenset([phrase[-1] for phrase in _PHRASES]), frozenset([phrase[0] for phrase in _PHRASES])
#: Single words that change what a word after them adds, beside boosters and negations.
_TURNS = frozenset(("no", "or", "nor", "never", "so", "this", "without", "doubt", "least", "at", "very"))


@dataclass(frozen=True, slots=True)
class Token:
    """What one token does: its listed valence (None: not listed), and what it does to the words after it.

    `is_quiet` tells of most words that they do nothing to a listed word after them. Those that do nothing at all, to no
    word, are one and the same token without a form (`_IDLE`).
    """

    form: str
    valence: float | None
    boost: float
    is_upper: bool
    is_negation: bool
    is_quiet: bool


_IDLE = Token("", None, 0.0, False, False, True)


class Read(NamedTuple):
    """A text as VADER reads it: emoji spelled out, blanks at the ends gone; and its tokens."""

    text: str
    tokens: list[Token]


def compound(text: str) -> float:
    """VADER's `compound` of a text, in [-1, 1], up = positive; no listed word gives 0.

    The same number as `SentimentIntensityAnalyzer().polarity_scores(text)["compound"]`, emoji, capitals, "but", special
    phrases and punctuation included.
    """
    return compound_of(read(text))


def compound_of(found: Read) -> float:
    """The `compound` of a text that was read already."""
    return squash(found, word_values(found))


def read(text: str) -> Read:
    """The text as VADER reads it; where two texts have the same tokens and marks, all numbers are the same."""
    spelled = _spell_emoji(text).strip()
    return Read(spelled, list(map(_TOKENS.__getitem__, spelled.split())))


def squash(found: Read, values: Sequence[float]) -> float:
    """The `compound` of a text from what its tokens add (`word_values`)."""
    total = float(sum(values))
    if total:
        total += _stress(found.text) if total > 0 else -_stress(found.text)
    return round(vader.normalize(total), 4)


def word_values(found: Read) -> list[float]:
    """What each token of a text adds to the sum that `compound` squashes."""
    tokens = found.tokens
    values = [0.0] * len(tokens)
    listed = [i for i, token in enumerate(tokens) if token.valence is not None]
    if not listed:
        return values
    is_upper = [token.is_upper for token in tokens]
    is_mixed = True in is_upper and False in is_upper
    for i in listed:
        token = tokens[i]
        if token.form in vader.BOOSTER_DICT or (
            token.form == "kind" and i + 1 < len(tokens) and tokens[i + 1].form == "of"
        ):
            continue
        values[i] = _value(tokens, i, is_mixed)
    if "but" in found.text.lower():
        _weigh_around_but(tokens, values)
    return values


def _value(tokens: Sequence[Token], i: int, is_mixed: bool) -> float:
    """What the listed word at `i` adds, after negation, boosters, capitals and phrases around it."""
    token = tokens[i]
    listed = token.valence or 0.0
    value = listed
    if token.form not in _BEGINS and False not in [one.is_quiet for one in tokens[max(i - 3, 0) : i + 1]]:
        return value + (vader.C_INCR if value > 0 else -vader.C_INCR) if token.is_upper and is_mixed else value
    forms = [one.form for one in tokens[max(i - 3, 0) : i]]  # up to three words before, nearest last
    if token.form == "no" and i + 1 < len(tokens) and tokens[i + 1].valence is not None:
        value = 0.0
    if "no" in forms[-2:] or (len(forms) == 3 and forms[0] == "no" and forms[-1] in ("or", "nor")):
        value = listed * vader.N_SCALAR
    if token.is_upper and is_mixed:
        value += vader.C_INCR if value > 0 else -vader.C_INCR
    for distance in range(min(i, 3)):
        before = tokens[i - distance - 1]
        if before.valence is not None:
            continue
        value += _boost(before, value, is_mixed) * _DAMPING[distance]
        value = _negate(value, before, forms, distance)
        if distance == 2:
            value = _phrase(value, tokens, i, forms)
    if forms and forms[-1] == "least" and tokens[i - 1].valence is None and (i == 1 or forms[-2] not in ("at", "very")):
        value *= vader.N_SCALAR
    return value


def _boost(before: Token, value: float, is_mixed: bool) -> float:
    """What a booster before a listed word adds; it makes the word more of what it is."""
    boost = before.boost
    if not boost:
        return 0.0
    if value < 0:
        boost *= -1
    if before.is_upper and is_mixed:
        boost += vader.C_INCR if value > 0 else -vader.C_INCR
    return boost


def _negate(value: float, before: Token, forms: Sequence[str], distance: int) -> float:
    """The value after a look for a negation `distance + 1` words before; "never so good" is praise."""
    if distance == 1:
        if forms[-2] == "never" and forms[-1] in ("so", "this"):
            return value * 1.25
        if forms[-2] == "without" and forms[-1] == "doubt":
            return value
    if distance == 2:
        if (forms[-3] == "never" and forms[-2] in ("so", "this")) or forms[-1] in ("so", "this"):
            return value * 1.25
        if forms[-3] == "without" and "doubt" in forms[-2:]:
            return value
    return value * vader.N_SCALAR if before.is_negation else value


def _phrase(value: float, tokens: Sequence[Token], i: int, forms: Sequence[str]) -> float:
    """The value after a look for fixed phrases around the word and for boosters of two words before it."""
    three, two, one, word = *forms, tokens[i].form
    before = (f"{one} {word}", f"{two} {one} {word}", f"{two} {one}", f"{three} {two} {one}", f"{three} {two}")
    for phrase in before:
        if phrase in vader.SPECIAL_CASES:
            value = vader.SPECIAL_CASES[phrase]
            break
    after = [token.form for token in tokens[i + 1 : i + 3]]
    for n in range(1, len(after) + 1):
        value = vader.SPECIAL_CASES.get(" ".join((word, *after[:n])), value)
    for phrase in (before[3], before[4], before[2]):
        value += vader.BOOSTER_DICT.get(phrase, 0.0)
    return value


def _weigh_around_but(tokens: Sequence[Token], values: list[float]) -> None:
    """Halve what stands before the first "but", and raise what follows by half, in place.

    The library looks each value up by its size, so of two equal values the first is weighed twice and the second not at
    all; the same happens here, with a heap of positions per value instead of a search (linear, not quadratic).
    """
    but = next((i for i, token in enumerate(tokens) if token.form == "but"), None)
    if but is None:
        return
    places: dict[float, list[int]] = {}
    for i, value in enumerate(values):
        if value:
            places.setdefault(value, []).append(i)
    for value in [value for value in values if value]:
        first = places[value][0]
        if first == but:
            continue
        heapq.heappop(places[value])
        values[first] = value * (0.5 if first < but else 1.5)
        heapq.heappush(places.setdefault(values[first], []), first)


def _stress(text: str) -> float:
    """What exclamation and question marks add to the size of the sum."""
    n_asked = text.count("?")
    asked = 0.0 if n_asked < 2 else n_asked * 0.18 if n_asked <= 3 else 0.96
    return min(text.count("!"), 4) * 0.292 + asked


@lru_cache(maxsize=1)
def _analyzer() -> vader.SentimentIntensityAnalyzer:
    return vader.SentimentIntensityAnalyzer()


@lru_cache(maxsize=1)
def _emoji() -> re.Pattern[str]:
    return re.compile("[" + re.escape("".join(sign for sign in _analyzer().emojis if len(sign) == 1)) + "]")


def _spell_emoji(text: str) -> str:
    """`text` with each emoji as its description, set off by a space where none stands before it."""
    if text.isascii() or not _emoji().search(text):
        return text
    out: list[str] = []
    is_space = True
    for sign in text:
        description = _analyzer().emojis.get(sign)
        if description is None:
            out.append(sign)
            is_space = sign == " "
        else:
            out.append(description if is_space else " " + description)
            is_space = False
    return "".join(out)


def _token(run: str) -> Token:
    """One run of characters without a space, punctuation off unless the rest would be an emoticon's size."""
    bare = run.strip(string.punctuation)
    word = bare if len(bare) > 2 else run
    form = word.lower()
    boost = vader.BOOSTER_DICT.get(form, 0.0)
    is_negation = form in _NEGATE or "n't" in form
    token = Token(
        form=form,
        valence=_analyzer().lexicon.get(form),
        boost=boost,
        is_upper=word.isupper(),
        is_negation=is_negation,
        is_quiet=not (boost or is_negation or form in _TURNS or form in _ENDS),
    )
    return _IDLE if token == replace(_IDLE, form=form) and form not in _IN_PHRASES and form != "but" else token


_TOKENS = words.Remembered(_token)


def valence(form: str) -> float:
    """VADER's listed valence of a lower-case form, about -4 to 4; 0 when it is not listed."""
    return _analyzer().lexicon.get(form, 0.0)
