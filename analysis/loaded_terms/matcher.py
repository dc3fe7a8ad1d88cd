"""A lexicon made ready for looking up: every written form of every entry, and the sequences they open.

Floor: a lexicon table comes in; out comes a `Matcher` that answers, for a word form, which entries could begin there.
A form is looked up once; the answers are kept in a cache that cannot grow without bound.
"""

from __future__ import annotations

import csv
import fnmatch
import re
from collections.abc import Container, Iterable
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import chain

import pandas as pd

from analysis.config import RESOURCES
from analysis.errors import ResourceError
from analysis.loaded_terms.inflection import adverb, forms, spellings
from analysis.loaded_terms.lexicon import read_lexicon
from analysis.words import Remembered, visible

#: A `*` alone in a pattern stands for no more than this many words.
MAX_GAP = 3
#: Word forms remembered; beyond it the cache starts anew. Longer forms than this many characters are no entry.
MAX_CACHE = 200_000
MAX_FORM_CHARS = 64
#: Entry number of a stretch that is masked: a name or a fixed phrase that no entry may hit.
MASK = -1

_SPLIT = re.compile(r"[\s\-]+")
#: An entry in lower case that asks for one of these is a common word, which a capital inside a sentence makes a name.
_COMMON = frozenset(["noun", "verb", "adj", "adv", "phrase"])


class _Endings(Container[str]):
    """The forms that a word with `*` or `?` stands for (LIWC, quanteda)."""

    def __init__(self, glob: str) -> None:
        glob = re.sub(r"\*+", "*", glob.lower())
        stem = glob.removesuffix("*")
        #: The letters it begins with, when that is all it asks for (nearly every glob of LIWC).
        self.prefix = stem if stem and glob != stem and not {"*", "?", "["} & set(stem) else None
        self._match = re.compile(fnmatch.translate(glob)).fullmatch

    def __contains__(self, form: object) -> bool:
        return isinstance(form, str) and self._match(form) is not None


#: One step of a sequence: the forms allowed, or None for a gap of up to `MAX_GAP` words.
Step = Container[str] | None


@dataclass(frozen=True)
class Sequence:
    """One way to write an entry: the steps after the first word, and which entry it is (`MASK` for a mask)."""

    entry: int
    rest: tuple[Step, ...] = ()
    cased: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Form:
    """What the lexicon knows of one word form.

    `bare` is the form as it is looked up. `by_next` holds what can begin with it by the word that must follow, `others`
    what needs no such word: first before a gap or a glob, then alone. `is_second` tells whether it may be that word.
    """

    bare: str
    by_next: dict[str, tuple[Sequence, ...]]
    others: tuple[Sequence, ...]
    is_second: bool


#: What stands behind the last word of a sentence; its empty `by_next` is that of every form that opens nothing.
NO_FORM = Form("", {}, (), False)


@dataclass
class Matcher:
    """Entries by the word forms that can open them; the columns of the lexicon as plain lists, by entry number."""

    lexicon: pd.DataFrame
    openings: dict[str, list[Sequence]]
    prefixes: dict[str, list[Sequence]]
    globs: list[tuple[_Endings, Sequence]]
    entries: list[str] = field(default_factory=list)
    pos: list[frozenset[str]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.entries = self.lexicon["entry"].tolist()
        self.categories = self.lexicon["category"].tolist()
        self.layers = self.lexicon["layer"].tolist()
        self.strengths = self.lexicon["strength"].tolist()
        self.pos = [frozenset(value.split(",")) for value in self.lexicon["pos"]]
        self.is_common = [pos <= _COMMON and entry == entry.lower() for pos, entry in zip(self.pos, self.entries)]
        sequences = [*chain.from_iterable([*self.openings.values(), *self.prefixes.values()])]
        sequences += [sequence for _, sequence in self.globs]
        self.seconds = frozenset(chain.from_iterable(map(_next_words, sequences)))
        self.known: dict[str, Form] = Remembered(self.form, MAX_CACHE)

    def form(self, form: str) -> Form:
        """What the lexicon knows of the word form `form` (any case)."""
        lower = bare(form)
        found: list[Sequence] = []
        if len(lower) <= MAX_FORM_CHARS:
            found += self.openings.get(lower, ())
            if self.prefixes:
                found += [item for size in range(1, len(lower) + 1) for item in self.prefixes.get(lower[:size], ())]
            found += [sequence for endings, sequence in self.globs if lower in endings]
        by_next: dict[str, list[Sequence]] = {}
        others: list[Sequence] = []
        for sequence in sorted(found, key=lambda sequence: (-len(sequence.rest), sequence.entry)):
            for word in _next_words(sequence):
                by_next.setdefault(word, []).append(sequence)
            if not _next_words(sequence):
                others.append(sequence)
        following = {word: tuple(group) for word, group in by_next.items()} if by_next else NO_FORM.by_next
        return Form(lower, following, tuple(others), lower in self.seconds)


def bare(form: str) -> str:
    """A word form as it is looked up: lower case, without what is not seen and without the possessive."""
    return visible(form).lower().replace("’", "'").removesuffix("'s").removesuffix("'")


def _next_words(sequence: Sequence) -> frozenset[str]:
    """The words of which one must follow the first; none where the sequence ends there or goes on with a gap or a glob."""
    step = sequence.rest[0] if sequence.rest else None
    return step if isinstance(step, frozenset) else frozenset()


#: What a compiled lexicon depends on.
_KEYS = ("entry", "pattern", "pos", "category", "layer", "strength", "exceptions")
_recent: list[tuple[list[object], Matcher]] = []


def matcher(lexicon: pd.DataFrame | None = None) -> Matcher:
    """The lexicon (ours by default) made ready for looking up; the last few are kept.

    Raises
    ------
    ResourceError
        If a pattern cannot be read; the message names the entry.
    """
    if lexicon is None:
        return _our_matcher()
    cells = [_cells(lexicon[name]) for name in _KEYS]
    for known, ready in _recent:
        if all(_same(have, want) for have, want in zip(cells, known, strict=True)):
            return ready
    ready = _compile(lexicon)
    _recent.insert(0, (cells, ready))
    del _recent[8:]
    return ready


def _cells(column: pd.Series) -> object:
    """A column as something that cannot change under our hands: Arrow's own array, or a tuple."""
    arrow = getattr(column.array, "__arrow_array__", None)
    return tuple(column.tolist()) if arrow is None else arrow()


def _same(have: object, want: object) -> bool:
    return have is want or (isinstance(have, tuple) and have == want)


@lru_cache(maxsize=1)
def _our_matcher() -> Matcher:
    return _compile(read_lexicon())


def _compile(lexicon: pd.DataFrame) -> Matcher:
    openings: dict[str, list[Sequence]] = {}
    prefixes: dict[str, list[Sequence]] = {}
    globs: list[tuple[_Endings, Sequence]] = []

    def add(steps: list[Step], entry: int, cased: tuple[str, ...] = ()) -> None:
        sequence = Sequence(entry, tuple(steps[1:]), cased)
        if isinstance(steps[0], _Endings):
            if steps[0].prefix is None:
                globs.append((steps[0], sequence))
            else:
                prefixes.setdefault(steps[0].prefix, []).append(sequence)
        else:
            for form in steps[0]:  # type: ignore[union-attr]
                openings.setdefault(form, []).append(sequence)

    columns = (lexicon[name].astype(str).tolist() for name in ("entry", "pattern", "pos"))
    for number, (entry, pattern, pos) in enumerate(zip(*columns, strict=True)):
        for steps, cased in _ways(entry, pattern, pos):
            add(steps, number, cased)
    for phrase in {part.strip() for cell in lexicon["exceptions"] for part in cell.split("|")} - {""}:
        add(_words(phrase), MASK)
    for phrase, is_name in _fixed_phrases():
        add(_words(phrase), MASK, tuple(_split(phrase)) if is_name else ())
    return Matcher(lexicon, openings, prefixes, globs)


@lru_cache(maxsize=1)
def _fixed_phrases() -> tuple[tuple[str, bool], ...]:
    """`resources/fixed_phrases.csv`: official names (matched with their capitals) and set expressions."""
    with (RESOURCES / "fixed_phrases.csv").open(encoding="utf-8", newline="") as file:
        return tuple((row["phrase"], row["kind"] == "name") for row in csv.DictReader(file))


def _split(phrase: str) -> list[str]:
    """The words of a phrase as the finder sees them: parted at spaces and hyphens, without the possessive."""
    words = _SPLIT.split(phrase.strip().replace("’", "'"))
    return [word.removesuffix("'s").removesuffix("'") for word in words if word.strip("'")]


def _words(phrase: str) -> list[Step]:
    return [frozenset({word.lower()}) for word in _split(phrase)]


def _ways(entry: str, pattern: str, pos: str) -> Iterable[tuple[list[Step], tuple[str, ...]]]:
    """Every way to write an entry, as steps; with the capitals it must have when it is a name."""
    for way in (pattern or re.sub(r"\s*\(.*?\)$", "", entry)).split("|"):
        words = _split(way)
        if not words or words[0] == "*" or words[-1] == "*":
            raise ResourceError(f"lexicon entry {entry!r}: the pattern {way.strip()!r} must begin and end with a word")
        if pos == "exact":
            steps: list[Step] = [_exact(word) for word in words]
        elif pattern:
            steps = [_step(word) for word in words]
        else:
            steps = _inflected(words, pos)
        yield steps, tuple(words) if pos == "name" else ()


def _exact(word: str) -> Step:
    return _Endings(word) if {"*", "?"} & set(word) else frozenset({word.lower()})


def _step(word: str) -> Step:
    """One word of a pattern: `*` a gap, `a/b` either, `word+` in all its forms, `word` as it stands."""
    if word == "*":
        return None
    allowed: set[str] = set()
    for part in word.split("/"):
        stem = part.removesuffix("+").lower()
        allowed |= forms(stem, "noun,verb") if part.endswith("+") else spellings(stem)
    return frozenset(allowed - {""})


def _inflected(words: list[str], pos: str) -> list[Step]:
    """An entry without a pattern: a phrase of the verb bends its first word, any other phrase its last."""
    steps = [_exact_or_gap(word) for word in words]
    parts = pos.split(",")
    if pos in ("phrase", "name"):
        return steps
    bent = 0 if "verb" in parts else len(words) - 1
    if len(words) > 1 and "adj" in parts:  # `far-left` has no comparative, `self-righteous` has an adverb
        endings = {words[-1].lower(), *([adverb(words[-1].lower())] if "adv" in parts else [])}
        steps[-1] = frozenset(form for ending in endings for form in spellings(ending))
    else:
        steps[bent] = forms(words[bent].lower(), pos)
    return steps


def _exact_or_gap(word: str) -> Step:
    return None if word == "*" else frozenset(spellings(word.lower()))
