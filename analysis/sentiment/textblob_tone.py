"""TextBlob's polarity and subjectivity, with the same numbers at a multiple of the speed.

Floor: a string comes in, two numbers go out. The word list and the tokenizer's tables are read from the installed
TextBlob (Pattern's, BSD); what a word form contributes is looked up once, not once per token.
"""

from __future__ import annotations

import importlib
import importlib.util
import re
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache, reduce
from itertools import chain, dropwhile
from operator import add, attrgetter
from types import ModuleType
from typing import NamedTuple

from analysis import words


def _word_list_and_reader() -> tuple[ModuleType, ModuleType]:
    """TextBlob's modules `_text` and `en`, which need nothing else.

    The package itself imports NLTK, and with it SciPy and scikit-learn: two thirds of the time that ours takes to
    start. It is left out where nobody has imported it yet; whoever does so later gets the whole of it.
    """
    names = ("textblob._text", "textblob.en")
    spec = importlib.util.find_spec("textblob")
    if "textblob" in sys.modules or spec is None:
        return importlib.import_module(names[0]), importlib.import_module(names[1])
    sys.modules["textblob"] = importlib.util.module_from_spec(spec)
    try:
        return importlib.import_module(names[0]), importlib.import_module(names[1])
    finally:
        for name in ("textblob", *names):
            sys.modules.pop(name, None)


pattern, _english = _word_list_and_reader()
_engine = _english.sentiment

#: A run of more characters without a space is one unknown word: the library's tokenizer is quadratic in its length.
MAX_RUN = 1_000
_PUNCTUATION = frozenset(pattern.PUNCTUATION.replace(".", ""))
_APART = re.compile("([“”‘’'\"])")
_PARAGRAPH = re.compile(r"\n{2,}")
#: Stands for a paragraph break among tokens; no token holds a space.
_BREAK = "\n"
_STOPS = frozenset(("...", ".", "!", "?", _BREAK))
_AFTER_STOP = _STOPS | frozenset(("”", "’", ")"))
#: Polarity of each emoticon in lower case; the library takes the first mood that knows it.
_FACES = {face.lower(): mood[1] for mood, faces in reversed(pattern.EMOTICONS.items()) for face in faces}


def _face_perhaps() -> re.Pattern[str]:
    """What stands in every text that holds an emoticon or the sarcasm mark, its characters side by side or apart.

    Each alternative opens with one plain character: so the search runs from one of these to the next.
    """
    rests: dict[str, list[str]] = {}
    for face in sorted({"(!)", *chain.from_iterable(pattern.EMOTICONS.values())}):
        rest = "".join([rf"\s*{re.escape(sign)}" for sign in face[1:]])
        rests.setdefault(face[0], []).append(rest + (_NO_LETTER if face[-1].isalnum() else ""))
    return re.compile("|".join([f"{re.escape(first)}(?:{'|'.join(rest)})" for first, rest in rests.items()]))


#: An emoticon that ends in a letter ends its token: `n't` is parted from what stands before, no other letter is.
_NO_LETTER = r"(?!(?!n't)[^\W_])"


# Joining the tokens to look for an emoticon costs more than all the rest: most texts cannot hold one.
_FACE_PERHAPS = _face_perhaps()


@dataclass(frozen=True, slots=True)
class Word:
    """What one lower-case token does to the reading of a sentence.

    `polarity`, `subjectivity` and `intensity` (a factor for the next word) are those of a listed word; `face` is the
    polarity of an emoticon. `is_short` and `is_tiny` decide how far a negation and a modifier reach.
    """

    form: str
    is_listed: bool
    polarity: float
    subjectivity: float
    intensity: float
    is_modifier: bool
    is_negation: bool
    is_adverb: bool
    is_short: bool
    is_tiny: bool
    face: float | None
    is_plain: bool


_is_plain = attrgetter("is_plain")


class Assessment(NamedTuple):
    """A stretch that was scored: its words, polarity and subjectivity (a row of TextBlob's `assessments`)."""

    words: tuple[str, ...]
    polarity: float
    subjectivity: float


def sentiment(text: str) -> tuple[float, float]:
    """TextBlob's `(polarity, subjectivity)` of a text, polarity in [-1, 1] and subjectivity in [0, 1].

    The same numbers as `TextBlob(text).sentiment`, negation, intensifiers and emoticons included; no listed word gives
    (0, 0). Texts with runs of more than `MAX_RUN` characters without a space may differ.
    """
    found = _stretches(text)
    return mean([one.polarity for one in found]), mean([one.subjectivity for one in found])


def polarity(text: str) -> float:
    """The first of the two numbers of `sentiment`."""
    return mean(polarities(text))


def polarities(text: str) -> list[float]:
    """The polarity of each stretch that TextBlob scores, in order."""
    return [one.polarity for one in _stretches(text)]


def mean(values: Sequence[float]) -> float:
    """The mean of `values`, 0 of none, added one by one as the library does (`sum` compensates from Python 3.12 on)."""
    return reduce(add, values, 0.0) / (len(values) or 1)


def assessments(text: str) -> list[Assessment]:
    """The stretches of a text that TextBlob scores, in order, as its own reading of negation and modifiers finds them."""
    return [Assessment(tuple(one.words), one.polarity, one.subjectivity) for one in _stretches(text)]


def _stretches(text: str) -> list[_Stretch]:
    found: list[_Stretch] = []
    modifier: Word | None = None
    negation: Word | None = None
    for word in dropwhile(_is_plain, _words(text)):
        if word.is_plain and modifier is None and negation is None:
            continue
        if word.is_listed:
            if modifier is None:
                found.append(_Stretch(word))
            else:
                found[-1].take(word)
            if negation is not None:
                found[-1].negate(negation.form)
            modifier = word if word.is_modifier else None
            negation = word if word.is_negation else None
            continue
        if word.is_negation:
            negation = word
        elif negation is not None and not word.is_short:
            negation = None
        if negation is not None and modifier is not None and modifier.is_adverb:
            found[-1].words.append(negation.form)
            found[-1].is_negated = True
            negation = None
        elif modifier is not None and not word.is_tiny:
            modifier = None
        if word.form == "!" and found:
            found[-1].stress()
        if word.form == "(!)":
            found.append(_Stretch(word, subjectivity=1.0))
        if word.face is not None:
            found.append(_Stretch(word, polarity=word.face, subjectivity=1.0))
    for one in found:
        one.finish()
    return found


class _Stretch:
    """A scored stretch while it is being read."""

    __slots__ = ("intensity", "is_negated", "polarity", "subjectivity", "words")

    def __init__(self, word: Word, *, polarity: float | None = None, subjectivity: float | None = None) -> None:
        self.words = [word.form]
        self.polarity = word.polarity if polarity is None else polarity
        self.subjectivity = word.subjectivity if subjectivity is None else subjectivity
        self.intensity = word.intensity
        self.is_negated = False

    def take(self, word: Word) -> None:
        """A listed word after a modifier: its numbers times the modifier's intensity replace the modifier's own."""
        self.words.append(word.form)
        self.polarity = max(-1.0, min(word.polarity * self.intensity, 1.0))
        self.subjectivity = max(-1.0, min(word.subjectivity * self.intensity, 1.0))
        self.intensity = word.intensity

    def negate(self, form: str) -> None:
        """A negation stood before."""
        self.words.insert(0, form)
        self.intensity = 1.0 / self.intensity
        self.is_negated = True

    def stress(self) -> None:
        """An exclamation mark follows."""
        self.words.append("!")
        self.polarity = max(-1.0, min(self.polarity * 1.25, 1.0))

    def finish(self) -> None:
        """A negated stretch counts half, the other way."""
        if self.is_negated:
            self.polarity *= -0.5


def _words(text: str) -> list[Word]:
    if not _FACE_PERHAPS.search(text):
        return list(chain.from_iterable(map(_WORDS.__getitem__, text.split())))
    return [_word(token.lower()) for line in _lines(text) for token in _join_faces(line).split()]


def _join_faces(line: str) -> str:
    """Emoticons and the sarcasm mark, which splitting off punctuation has torn apart, in one piece again."""
    line = pattern.RE_SARCASM.sub("(!)", line)
    return pattern.RE_EMOTICONS.sub(lambda match: match.group(1).replace(" ", "") + match.group(2), line)


def _lines(text: str) -> list[str]:
    """The sentences of the library's own splitter, tokens with single spaces: an emoticon never spans two of them."""
    paragraphs = _PARAGRAPH.split(text.replace("\r\n", "\n"))
    tokens = [token for one in paragraphs for token in (*_tokens(one), _BREAK)]
    lines = []
    start = i = 0
    while i < len(tokens):
        if tokens[i] in _STOPS:
            while i < len(tokens) and tokens[i] in _AFTER_STOP:
                i += 1
            lines.append(" ".join([token for token in tokens[start:i] if token != _BREAK]))
            start = i
        i += 1
    return [*lines, " ".join(tokens[start:])]


def _tokens(text: str) -> list[str]:
    return [token for run in text.split() for token in _tokens_of_run(run)]


def _words_of_run(run: str) -> tuple[Word, ...]:
    return tuple(_word(form) for token in _tokens_of_run(run) for form in token.lower().split())


_WORDS = words.Remembered(_words_of_run)


def _tokens_of_run(run: str) -> list[str]:
    """The tokens of one run of characters without a space, as the library splits it."""
    if len(run) > MAX_RUN:
        return [run[:MAX_RUN]]
    for contraction, apart in pattern.replacements.items():
        run = run.replace(contraction, apart)
    return [token for part in _APART.sub(r" \1 ", run).split() for token in _strip(part)]


def _strip(part: str) -> list[str]:
    """`part` with the punctuation at both ends as tokens of their own; the point of an abbreviation stays."""
    start, end = 0, len(part)
    while start < end and part[start] in _PUNCTUATION:
        start += 1
    tail: list[str] = []
    while end > start and (part[end - 1] == "." or part[end - 1] in _PUNCTUATION):
        if part[end - 1] in _PUNCTUATION:
            tail.append(part[end - 1])
            end -= 1
        if part[start:end].endswith("..."):
            tail.append("...")
            end = start + len(part[start : end - 3].rstrip("."))
        if end > start and part[end - 1] == ".":
            if _is_abbreviation(part[start:end]):
                break
            tail.append(".")
            end -= 1
    return [*part[:start], *([part[start:end]] if end > start else []), *reversed(tail)]


def _is_abbreviation(token: str) -> bool:
    return token in pattern.ABBREVIATIONS or any(
        shape.match(token) for shape in (pattern.RE_ABBR1, pattern.RE_ABBR2, pattern.RE_ABBR3)
    )


@lru_cache(maxsize=1)
def _lexicon() -> dict[str, dict[str | None, tuple[float, float, float]]]:
    _engine.load()
    return dict(_engine.items())


@lru_cache(maxsize=65_536)
def _word(form: str) -> Word:
    """What is known about one lower-case token."""
    entry = _lexicon().get(form)
    polarity, subjectivity, intensity = entry[None] if entry is not None else (0.0, 0.0, 1.0)
    is_face = not form.isalpha() and len(form) <= 5 and form not in pattern.PUNCTUATION
    face = _FACES.get(form) if is_face else None
    is_negation = form in _engine.negations
    return Word(
        form=form,
        is_listed=entry is not None,
        polarity=polarity,
        subjectivity=subjectivity,
        intensity=intensity,
        is_modifier=entry is not None and any(tag in entry for tag in _engine.modifiers),
        is_negation=is_negation,
        is_adverb=form.endswith("ly"),
        is_short=len(form.strip("'")) <= 1,
        is_tiny=len(form) <= 2,
        face=face,
        is_plain=entry is None and not is_negation and face is None and form not in ("!", "(!)"),
    )
