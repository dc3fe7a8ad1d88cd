"""“the president”, “the group”: definite labels without a name, resolved to an actor named before, or not at all.

Floor: what has been found in an article so far comes in with the next sentence; resolved phrases go out. In doubt it
abstains: a label is resolved when one actor alone had it in this article, or when one actor alone is at hand.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence

from analysis.naming.mentions import Mention
from analysis.naming.nouns import ADDRESS, TITLES, is_plural, kind_of, lemma

#: `the` or `this`, then up to five words; the head is looked for in them.
_DEFINITE = re.compile(r"\b([Tt]he|[Tt]his|[Tt]hat) ((?:[\w.'’-]+ ){0,4}[\w.'’-]+)")
_WORD = re.compile(r"[\w'’-]+(?:\.\w+)*")
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
    "liberal conservative hardliner maverick populist demagogue president chairman justice".split()
)


class Memory:
    """What one article has called whom so far."""

    def __init__(self) -> None:
        self.called: dict[str, set[str]] = defaultdict(set)
        self.recent: list[set[tuple[str, str]]] = []

    def note_labels(self, pairs: Sequence[tuple[str, str]]) -> None:
        """Remember (head noun as lemma, referent)."""
        for noun, referent in pairs:
            self.called[noun].add(referent)
            for other in _SAME.get(noun, ()):
                self.called[other].add(referent)

    def note_names(self, mentions: Sequence[Mention]) -> None:
        """Remember who is named in this sentence; the last two sentences are kept."""
        self.recent = [*self.recent[-1:], {(mention.referent, mention.kind) for mention in mentions}]

    def at_hand(self, kind: str) -> set[str]:
        """Actors of the kind in the last two sentences."""
        return {referent for named in self.recent for referent, known in named if known == kind}


def find_definites(
    text: str, start: int, end: int, memory: Memory, *, taken: Sequence[tuple[int, int]] = ()
) -> Iterator[tuple[str, int, int]]:
    """Definite labels in one sentence that can be resolved: (referent, first character, one past the last).

    Parameters
    ----------
    memory : names up to this sentence, labels up to the one before.
    taken : stretches that are names or labels already, in order.
    """
    for match in _DEFINITE.finditer(text, start, end):
        phrase = _phrase(text, match.start(2), match.end(2))
        if phrase is None:
            continue
        first, last_start, last = phrase
        low = text[last_start:last].lower()
        if any(first < high and low_ < last for low_, high in taken):
            continue
        referent = _resolve(lemma(low), low, memory)
        if referent:
            yield referent, first, last


def _phrase(text: str, start: int, end: int) -> tuple[int, int, int] | None:
    """(first character, head's first, one past the head) of the phrase behind `the`, when a listed noun heads it."""
    first, head = -1, (-1, -1)
    place = start
    for match in _WORD.finditer(text, start, end):
        if text[place : match.start()].strip():
            break
        form = match[0]
        is_genitive = form.endswith("'s")
        low = (form[:-2] if is_genitive else form).lower()
        first = match.start() if first < 0 else first
        if kind_of(low) and low not in TITLES and low not in ADDRESS:
            head = (match.start(), match.end() - 2 * is_genitive)
        elif head[0] >= 0:
            return None if form[:1].isupper() or _is_noun_behind(low) else (first, *head)
        place = match.end()
        if is_genitive:
            break
    if head[0] < 0 or head[1] < place - 2:
        return None
    if text[head[0]].isupper() and text[end : end + 2].strip()[:1].isupper():
        return None
    return first, *head


_FOLLOWS = re.compile(r"^(?:of|that|who|which|whose)$")


def _is_noun_behind(low: str) -> bool:
    """Does the phrase go on behind the head, so that it is another's or has its own description?"""
    return bool(_FOLLOWS.match(low))


def _resolve(noun: str, low: str, memory: Memory) -> str:
    if is_plural(low):
        return ""
    kind = kind_of(low)
    if kind not in ("person", "body"):
        return ""
    called = memory.called.get(noun, set())
    near = memory.at_hand(kind)
    if len(called) == 1:
        return next(iter(called))
    if len(called) > 1:
        both = called & near
        return next(iter(both)) if len(both) == 1 else ""
    if noun in (_EPITHETS if kind == "person" else _BODY_NOUNS) and len(near) == 1:
        return next(iter(near))
    return ""
