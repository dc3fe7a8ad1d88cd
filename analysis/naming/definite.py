"""“the president”, “the group”: definite labels without a name, resolved to an actor named before, or not at all.

Floor: what has been found in an article so far comes in with the next sentence; resolved phrases go out. In doubt it
abstains: a label is resolved when one actor alone had it in this article, or when one actor alone is at hand.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator, Sequence

from analysis.naming.nouns import ADDRESS, TITLES, is_plural, kind_of, lemma
from analysis.naming.phrases import DETERMINERS, STOPS

#: `the` or `this`, then up to five words; the head is looked for in them.
_DEFINITE = re.compile(r"\b([Tt]he|[Tt]his) ((?:[\w.'’-]+ ){0,4}[\w.'’-]+)")
_WORD = re.compile(r"[\w'’-]+(?:\.\w+)*")
#: Behind a definite phrase: the name of whom it means, so that it means nobody named before.
_NAMES_ANOTHER = re.compile(r",? [A-Z]")
#: Nouns that are mostly adjectives behind `the`.
_ADJECTIVES = frozenset(
    "republican democrat conservative liberal progressive independent libertarian centrist moderate radical native nationalist "
    "socialist communist fascist populist catholic christian muslim protestant evangelical individual".split()
)
#: “the next president”, “the first senator”: somebody else, or nobody yet.
_NOT_THIS_ONE = frozenset(
    "next first second third fourth last previous other only new future past every any fellow".split()
)
#: What belongs to an office and is not somebody else's: “the secretary of state”.
_OFFICE_BEHIND = re.compile(
    r"of (?:state|defen[cs]e|staff|war|the interior|education|labou?r|commerce|health)\b", re.IGNORECASE
)
_OF = frozenset("of that who which whose".split())
#: Names of bodies that are no company.
_NO_COMPANY = re.compile(
    r"(?i)\b(?:union|party|league|front|movement|council|ministry|committee|guild|congress|army|states?)\b"
)
#: Other names of the same office.
_SAME = {
    "representative": ("lawmaker", "congressman", "congresswoman"),
    "congressman": ("lawmaker", "representative"),
    "congresswoman": ("lawmaker", "representative"),
    "senator": ("lawmaker",),
    "speaker": ("lawmaker",),
    "nominee": ("candidate",),
    "candidate": ("nominee",),
    "organisation": ("group",), "organization": ("group",), "movement": ("group",), "militia": ("group",),
    "justice": ("judge",), "front-runner": ("frontrunner", "candidate"),
}  # fmt: skip
#: Bodies that are meant when one body alone was just named.
_BODY_NOUNS = frozenset(
    "group organization organisation movement militia gang network company chain bureau outfit".split()
)
#: Epithets that a reader fastens to the one person just named.
_EPITHETS = frozenset(
    "mogul billionaire millionaire tycoon magnate strongman strongwoman dictator tyrant autocrat firebrand front-runner frontrunner "
    "lawmaker congressman congresswoman senator governor mayor businessman businesswoman star nominee professor libertarian "
    "liberal conservative hardliner maverick populist demagogue chairman justice".split()
)


#: Names of one sentence that are remembered: a sentence with more is a list, and hostile text stays linear.
_MOST_NAMES = 64
#: First words of offices that are not the office itself: a vice president is no president.
_UNDER = ("vice ", "deputy ", "assistant ")
_OF_OFFICE = frozenset(
    "vice deputy assistant prime foreign interior defence defense justice labour labor finance health home press majority "
    "minority attorney state party police army".split()
)


def office_of(label: str) -> tuple[str, str]:
    """The head of a label as lemma, and head with the word before it when the two together are an office."""
    words = label.replace("-", " ").split() if label.startswith("vice-") else label.split()
    noun = lemma(words[-1])
    return noun, f"{words[-2]} {noun}" if len(words) > 1 and words[-2] in _OF_OFFICE else ""


class Memory:
    """What one article has called whom so far."""

    def __init__(self) -> None:
        self.called: dict[str, set[str]] = defaultdict(set)
        self.recent: list[list[tuple[int, str, str]]] = []

    def note_labels(self, pairs: Sequence[tuple[str, str]]) -> None:
        """Remember (label in lower case, referent)."""
        for label, referent in pairs:
            noun, office = office_of(label)
            if office:
                self.called[office].add(referent)
            if office.startswith(_UNDER):
                continue
            self.called[noun].add(referent)
            for other in _SAME.get(noun, ()):
                self.called[other].add(referent)

    def note_names(self, names: list[tuple[int, str, str]]) -> None:
        """Remember who is named in this sentence: (place in the text, referent, kind); the last two sentences are kept."""
        self.recent = [*self.recent[-1:], names[:_MOST_NAMES]]

    def at_hand(self, kind: str, place: int) -> set[str]:
        """Actors of the kind named in this sentence before `place` or in the sentence before."""
        return {
            referent for names in self.recent for start, referent, known in names if known == kind and start < place
        }


def find_definites(
    text: str, start: int, end: int, memory: Memory, *, taken: Sequence[tuple[int, int]] = ()
) -> Iterator[tuple[str, int, int]]:
    """Definite labels in one sentence that can be resolved: (referent, first character, one past the last).

    Parameters
    ----------
    memory : names up to this sentence, labels up to the one before.
    taken : stretches that are names or labels already, in order.
    """
    held = sorted(taken)
    for match in _DEFINITE.finditer(text, start, end):
        phrase = _phrase(text, match.start(2), match.end(2))
        if phrase is None:
            continue
        first, last = phrase
        place = bisect_left(held, (last, last))
        if place and held[place - 1][1] > first:
            continue
        referent = _resolve(text[first:last].lower(), first, memory)
        if referent:
            yield referent, first, last


def _phrase(text: str, start: int, end: int) -> tuple[int, int] | None:
    """(first character, one past the head) of the phrase behind `the`, when a listed noun heads it."""
    first, last = start, -1
    place = start
    for match in _WORD.finditer(text, start, end):
        if text[place : match.start()].strip():
            break
        form = match[0]
        bare = form.removesuffix("'s")
        low = bare.lower()
        if low in DETERMINERS or low in STOPS or low in _NOT_THIS_ONE:
            if last < 0 or (low in _OF and not _OFFICE_BEHIND.match(text, match.start())):
                return None
            break
        if kind_of(low) and low not in TITLES and low not in ADDRESS and low not in _ADJECTIVES:
            last = match.start() + len(bare)
        elif last >= 0 and form[:1].isupper():
            return None
        place = match.end()
        if bare != form:
            break
    if last < 0 or _NAMES_ANOTHER.match(text, last):
        return None
    return first, last


def _resolve(label: str, place: int, memory: Memory) -> str:
    """The one actor that a definite label can mean; empty when there is none or more than one."""
    noun, office = office_of(label)
    low = label.rpartition(" ")[2]
    if is_plural(low):
        return ""
    kind = kind_of(low)
    if kind not in ("person", "body"):
        return ""
    called = memory.called.get(office or noun, set())
    near = memory.at_hand(kind, place)
    if len(called) == 1:
        return next(iter(called))
    if len(called) > 1:
        both = called & near
        return next(iter(both)) if len(both) == 1 else ""
    if not office and noun in (_EPITHETS if kind == "person" else _BODY_NOUNS) and len(near) == 1:
        referent = next(iter(near))
        return "" if noun in ("company", "chain") and _NO_COMPANY.search(referent) else referent
    return ""
