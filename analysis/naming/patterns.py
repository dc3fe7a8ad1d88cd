"""How a label is joined to a name: premodifier, head noun, apposition, copula, relative clause, as-construction.

Floor: the words and the names of one sentence come in, labels as places go out. Each pattern looks at no more than a
dozen words around a name.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from analysis.naming.before import before_comma, head_noun, listed_title, title
from analysis.naming.behind import apposition, behind, copula, inverted
from analysis.naming.calling import as_before, as_behind, called, relative
from analysis.naming.mentions import Mention, Words, named_places
from analysis.naming.nouns import is_plural
from analysis.naming.phrases import Phrase

#: How label and name are joined; the order in which they are tried.
PATTERNS = ("premodifier", "headnoun", "apposition", "copula", "relative", "as", "definite")


@dataclass(frozen=True, slots=True)
class Found:
    """One label of one actor: the places of its first word and head."""

    referent: str
    pattern: str
    first: int
    last: int


def find_labels(words: Words, mentions: Sequence[Mention]) -> list[Found]:
    """The labels that stand with the names of one sentence, each phrase once for an actor, in order of the text."""
    named = named_places(mentions)
    found: dict[tuple[int, str], Found] = {}
    for mention in mentions:
        for phrase, pattern in _around(words, mention, named):
            first, last = phrase
            if last in named:
                continue
            while first < last and named & set(range(first, last)):
                first += 1
            found.setdefault((last, mention.referent), Found(mention.referent, pattern, first, last))
    for shared, other in _coordinated(words, mentions, found):
        found.setdefault(
            (shared.last, other.referent), Found(other.referent, shared.pattern, shared.first, shared.last)
        )
    return sorted(found.values(), key=lambda label: (label.first, label.last, label.referent))


def _around(words: Words, mention: Mention, named: set[int]) -> Iterator[tuple[Phrase, str]]:
    for phrase in (title(words, mention), listed_title(words, mention)):
        if phrase:
            yield phrase, "premodifier"
    phrase = before_comma(words, mention)
    if phrase:
        yield phrase, "apposition"
    phrase = head_noun(words, mention)
    if phrase:
        yield phrase, "headnoun"
    after = behind(words, mention)
    for phrase in apposition(words, mention, after):
        yield phrase, "apposition"
    phrase = copula(words, mention, after) or inverted(words, mention)
    if phrase:
        yield phrase, "copula"
    phrase = relative(words, mention, after)
    if phrase:
        yield phrase, "relative"
    phrase = called(words, mention, after) or as_behind(words, mention) or as_before(words, mention)
    if phrase:
        yield phrase, "as"


def _coordinated(
    words: Words, mentions: Sequence[Mention], found: dict[tuple[int, str], Found]
) -> list[tuple[Found, Mention]]:
    """“Reid and Pelosi are leaders of …”: a plural predicate belongs to both names."""
    shared = []
    by_referent = {(label.referent, label.pattern): label for label in found.values()}
    for left, right in pairwise(mentions):
        label = by_referent.get((right.referent, "copula"))
        if label is None or label.first <= right.last or not is_plural(words.lows[label.last]):
            continue
        if left.last + 2 == right.lead and words.lows[left.last + 1] == "and" and left.kind == right.kind:
            shared.append((label, left))
    return shared
