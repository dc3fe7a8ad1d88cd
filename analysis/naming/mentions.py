"""Names of actors in a sentence: the words of a sentence as parallel lists, and which of them are an actor's name.

Floor: a table of actors becomes an index once; a sentence that holds none of its first words costs one look per capital.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import pandas as pd

from analysis.naming.actors import COLUMNS
from analysis.naming.nouns import ADDRESS, TITLES, kind_of
from analysis.naming.proposing import is_adjective
from analysis.words import WORD, normalise, visible

_CAPITAL = re.compile(r"(?<!\w)[A-Z\u00c0-\u00de]\w*")
_NOT_FIRST_NAMES = frozenset(
    "Monday Tuesday Wednesday Thursday Friday Saturday Sunday January February March April May June July August September "
    "October November December The But And When While If As In On At After Before Then Former Like Unlike Even Did Does Is "
    "Was Has Had Will Would Can Could Should Why How What That This With For Since Though Although Because Until Once Ex "
    "Crooked Lyin New Incoming Outgoing Late Now So Yet Or Nor By From To Of Not Only Perhaps Maybe Nobody Today Asked Both "
    "Either Neither Where Which Who Whom Whose Here There Meanwhile Still Later Earlier Also Again Under Over Against About "
    "House Senate White Sir Dame Lord Lady Supporting Beating Defeating Calling Electing Meet Vote Stop Dear Team Big".split()
)


class Words:
    """The words of one stretch of a normalised text: `starts`, `ends`, `forms`, `lows` (lower case), as parallel lists."""

    __slots__ = ("bares", "ends", "forms", "lows", "starts", "text")

    def __init__(self, text: str, start: int, end: int) -> None:
        self.text = text
        self.starts: list[int] = []
        self.ends: list[int] = []
        self.forms: list[str] = []
        for match in WORD.finditer(text, start, end):
            form = match[0]
            self.starts.append(match.start())
            self.ends.append(match.end())
            self.forms.append(form if form.isascii() else visible(form))
        #: Without a possessive ending, in the case of the text and in lower case.
        self.bares = [form[:-2] if form.endswith("'s") else form for form in self.forms]
        self.lows = [form.lower() for form in self.bares]

    def __len__(self) -> int:
        return len(self.forms)

    def gap(self, place: int) -> str:
        """What stands between the word at `place` and the next one, without spaces; behind the last word a point."""
        if place + 1 == len(self.starts):
            return "."
        return self.text[self.ends[place] : self.starts[place + 1]].strip()

    def after(self, place: int) -> str:
        """The character right behind the word at `place`, spaces skipped; empty at the end of the text."""
        return self.text[self.ends[place] : self.ends[place] + 2].strip()[:1]

    def joins(self, place: int) -> bool:
        """Do the word at `place` and the next one stand side by side (a point after a title does not part them)?"""
        gap = self.gap(place)
        if gap != ".":
            return not gap
        low = self.lows[place]
        is_short = low in TITLES or low in ADDRESS or "." in low or len(low) == 1
        return is_short and place + 1 < len(self.starts)

    def is_initial(self, place: int) -> bool:
        """Is the word one capital letter with a point (`J.`)?"""
        return len(self.forms[place]) == 1 and self.forms[place].isupper()

    def is_possessive(self, place: int) -> bool:
        """Does the word end in `'s`, or in `s'`?"""
        return self.bares[place] is not self.forms[place] or (
            self.lows[place].endswith("s") and self.text[self.ends[place] : self.ends[place] + 1] == "'"
        )

    def is_capital(self, place: int) -> bool:
        """Does the word begin with a capital?"""
        return self.forms[place][:1].isupper()

    def end(self, place: int) -> int:
        """Where the word ends without its possessive ending."""
        return self.ends[place] - (2 if self.bares[place] is not self.forms[place] else 0)


@dataclass(frozen=True, slots=True)
class Mention:
    """A name of an actor: words `first` to `last`; `lead` is the first word with a form of address (`Mr`) counted in."""

    first: int
    last: int
    lead: int
    referent: str
    kind: str


@dataclass(frozen=True)
class Alias:
    """One alias as the words that must stand one after another."""

    parts: tuple[str, ...]
    referent: str
    kind: str
    first_names: frozenset[str]
    has_the: bool


@dataclass(frozen=True)
class Index:
    """Aliases by their first word, and what finds the first words in a text."""

    by_first: dict[str, tuple[Alias, ...]]
    small: re.Pattern[str] | None

    def is_named(self, text: str, start: int, end: int) -> bool:
        """May an actor be named in this stretch? Never wrongly no."""
        firsts = self.by_first
        for match in _CAPITAL.finditer(text, start, end):
            if match[0] in firsts:
                return True
        return bool(self.small and self.small.search(text, start, end))


def index_of(actors: pd.DataFrame) -> Index:
    """The index of a table of actors; the last few tables are kept."""
    return _index(tuple(zip(*(actors[name].tolist() for name in COLUMNS), strict=True)))


@lru_cache(maxsize=4)
def _index(rows: tuple[tuple[str, str, str], ...]) -> Index:
    names: dict[str, set[str]] = defaultdict(set)
    split = []
    for referent, alias, kind in rows:
        text = normalise(alias)
        parts = Words(text, 0, len(text)).bares
        has_the = len(parts) > 1 and parts[0].lower() == "the"
        if parts:
            split.append((tuple(parts[has_the:]), referent, kind, has_the))
            if kind == "person":
                names[referent] |= {run[0] for run in (parts, referent.split()) if len(run) > 1}
    by_first: dict[str, list[Alias]] = defaultdict(list)
    for parts_, referent, kind, has_the in split:
        first_names = frozenset(names[referent]) if len(parts_) == 1 else frozenset()
        by_first[parts_[0]].append(Alias(parts_, referent, kind, first_names, has_the))
    # What the capitals of the text cannot find: small letters, digits, and capitals with points or hyphens inside.
    small = sorted({first for first in by_first if not _CAPITAL.fullmatch(first)})
    pattern = re.compile("|".join(re.escape(word) for word in small)) if small else None
    return Index(
        {
            first: tuple(sorted(found, key=lambda alias: (-len(alias.parts), alias.parts)))
            for first, found in by_first.items()
        },
        pattern,
    )


def find_mentions(words: Words, index: Index) -> list[Mention]:
    """The names of actors in one sentence, in order, the longest alias first."""
    found: list[Mention] = []
    place, stop = 0, len(words)
    bares, by_first = words.bares, index.by_first
    while place < stop:
        aliases = by_first.get(bares[place])
        if aliases:
            alias = next((alias for alias in aliases if _fits(words, place, alias)), None)
            if alias is not None:
                last = place + len(alias.parts) - 1
                if not _is_somebody_else(words, place, last, alias):
                    found.append(Mention(place, last, _lead(words, place, alias), alias.referent, alias.kind))
                place = last
        place += 1
    return found


def _fits(words: Words, place: int, alias: Alias) -> bool:
    last = place + len(alias.parts) - 1
    if last >= len(words) or (alias.has_the and (place == 0 or words.lows[place - 1] != "the")):
        return False
    if len(alias.parts) == 1:
        return True
    run = (*words.forms[place:last], words.bares[last])
    return run == alias.parts and "\n\n" not in words.text[words.starts[place] : words.ends[last]]


def _is_somebody_else(words: Words, first: int, last: int, alias: Alias) -> bool:
    """Does a last name belong to another first name (“Heidi Cruz”, when the actor is Ted Cruz), or to a longer name?"""
    if len(alias.parts) > 1 or alias.kind != "person":
        return False
    if last + 1 < len(words) and words.forms[last + 1] in _BODY_ENDS and not words.gap(last):
        return True
    before = first - 1
    while before >= 0 and words.is_initial(before) and words.joins(before):
        before -= 1
    if before < 0 or not words.is_capital(before) or not words.joins(before):
        return False
    form = words.bares[before]
    if form in alias.first_names or form in _NOT_FIRST_NAMES or words.is_possessive(before) or form.isupper():
        return False
    if words.lows[before] in ADDRESS:
        return False
    if before == 0 or words.lows[before] in TITLES or kind_of(words.lows[before]) or is_adjective(form) or "-" in form:
        return False
    return not any(form[:3] == name[:3] for name in alias.first_names) and bool(alias.first_names)


_BODY_ENDS = frozenset("Foundation Tower University Organization Institute Center Centre County Street Avenue".split())


def _lead(words: Words, first: int, alias: Alias) -> int:
    """The first word of the name with forms of address, first names and initials that the alias does not hold."""
    lead = first
    if alias.kind == "person":
        while lead > 0 and words.is_initial(lead - 1) and words.joins(lead - 1):
            lead -= 1
        if (
            lead > 0
            and len(alias.parts) == 1
            and words.is_capital(lead - 1)
            and not words.gap(lead - 1)
            and any(words.forms[lead - 1][:3] == name[:3] for name in alias.first_names)
        ):
            lead -= 1
    while lead > 0 and words.lows[lead - 1] in ADDRESS and words.joins(lead - 1):
        lead -= 1
    if alias.kind != "person" and lead > 0 and words.lows[lead - 1] == "the":
        lead -= 1
    return lead


def named_places(mentions: Sequence[Mention]) -> set[int]:
    """The places of all words that are part of a name."""
    return {place for mention in mentions for place in range(mention.first, mention.last + 1)}
