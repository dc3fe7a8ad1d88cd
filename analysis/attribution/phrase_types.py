"""What kind of source a noun phrase is: by its own words, else by what the article says of the same one elsewhere.

Floor: a `Memory` and the units of a phrase come in, one of `schema.SOURCE_TYPES` goes out.
"""

from __future__ import annotations

from collections.abc import Sequence

from analysis.attribution.descriptions import institution
from analysis.attribution.gazetteer import countries, known_sources
from analysis.attribution.memory import Memory
from analysis.attribution.pronouns import SINGULAR, person_before
from analysis.attribution.source_types import BODY_TYPES, SHARES, type_in

_NUMBERS = frozenset("three four five six seven eight nine ten".split())
_WITHHELD = frozenset("anonymity unnamed anonymous".split())
_OF_A_BODY = frozenset("officials executives representatives team camp aides staff allies trust".split())
_HARM = frozenset("victim victims killed slain murdered affected injured wounded missing fallen deceased died".split())
_CLOSE_TO = frozenset("familiar briefed close knowledge privy".split())


def type_of_phrase(memory: Memory, first: int, last: int, head_end: int, known: str, name: str) -> str:
    """The kind of source: what the phrase says of it here, else what the article says of it elsewhere."""
    low = memory.reading.low
    words = low[first : last + 1]
    if _WITHHELD & set(words) or ("named" in words and "not" in words):
        return "anonymous"
    if head_end < last and is_close_to(low[head_end + 1 : head_end + 3]):
        return "anonymous"
    if name.lower().removeprefix("the ") in countries():
        return "official"
    if name.lower() in known_sources():
        return known_sources()[name.lower()]
    if low[head_end] in SHARES or low[first + 1 : first + 3] in (["%", "of"], ["percent", "of"]):
        return "witness"  # 85 % of Democrats
    kind, is_firm = type_in(low[first : head_end + 1])
    if low[head_end] in _OF_A_BODY and first < head_end:
        kind = _type_of_owner(memory, first, head_end) or kind
    if kind == "witness" and not _HARM.isdisjoint(words):
        return "victim"  # families of those killed
    if kind and not is_firm and not (low[head_end] == "people" and "S" not in memory.reading.tag[first:head_end]):
        kind = _body(memory, first, last, head_end) or kind
    if not kind and head_end < last:
        kind, _ = type_in(_qualified(memory, head_end + 1, last))
        kind = "" if kind == "document" else kind  # defenders of the plan
    if not kind and not known and _is_share(memory, first, last):
        return "witness"  # those polled: 59 percent, about one in five
    return kind or known or "other"


def is_close_to(words: Sequence[str]) -> bool:
    """Whether words say that somebody knows and not who it is: `people |close to| the mayor`, `|briefed on| it`."""
    return not _CLOSE_TO.isdisjoint(words)


def type_of_named(memory: Memory, first: int, last: int, end: int, number: int) -> str:
    """The kind of source that somebody with a name is: a person by title and by all the article says of them."""
    one = memory.cast.named[number]
    if not one.is_person:
        return type_of_phrase(memory, first, last, end, one.type, one.name)
    low = memory.reading.low
    if _WITHHELD.isdisjoint(low[first : last + 1]):
        place = next(memory.mentions(first, last, number), first)
        kind, is_firm = type_in(low[first:place])
        if is_firm and kind != "document":
            return known_sources().get(one.name.lower(), kind)
        if one.type:
            return one.type
    return type_of_phrase(memory, first, last, end, one.type, one.name)


def _type_of_owner(memory: Memory, first: int, head_end: int) -> str:
    """The type of the body or person before `officials`, `team`: `|Facebook| officials`, `|his| team`."""
    if first + 1 >= head_end - 1 and memory.reading.low[first] in SINGULAR:
        return person_before(memory, first, SINGULAR[memory.reading.low[first]]).type.replace("other", "")
    for unit in range(head_end - 1, first - 1, -1):
        if unit in memory.cast.at:
            one = memory.cast.named[memory.cast.at[unit][1]]
            return one.type if one.is_person == (one.type == "politician") else ""
    return ""


def _is_share(memory: Memory, first: int, last: int) -> bool:
    """Whether the phrase is a share of people: `about four in 10`, `three-fourths of them`."""
    low = memory.reading.low
    if SHARES & set(low[first : last + 1]):
        return True
    return any(
        low[unit] == "in" and (low[unit + 1].isdigit() or low[unit + 1] in _NUMBERS) for unit in range(first + 1, last)
    )


def _qualified(memory: Memory, first: int, last: int) -> list[str]:
    """The words of an apposition or of `for the union`, up to the next preposition."""
    low, tag = memory.reading.low, memory.reading.tag
    words: list[str] = []
    for unit in range(first, last + 1):
        if tag[unit] in "VW" or (words and low[unit] in ("at", "in", "from", "who", "with")):
            return institution(memory.reading, unit) + words if low[unit] == "at" else words
        if tag[unit] in "NJP":
            words.append(low[unit])
    return words


def _body(memory: Memory, first: int, last: int, head_end: int) -> str:
    """The type of the body that somebody speaks for: named in the phrase, else the last body that was a source."""
    kind, is_firm = type_in(_qualified(memory, head_end + 1, last))
    if is_firm:
        return kind
    named = [memory.cast.at[unit][1] for unit in range(first, last + 1) if unit in memory.cast.at]
    kinds = [memory.cast.named[number].type for number in named]
    if "politician" in kinds:
        return "politician"
    if kinds and kinds[0] in BODY_TYPES and not memory.cast.named[named[0]].is_person:
        return kinds[0]  # the SEIU chief
    for one in reversed(memory.earlier):
        if memory.near(first, one.unit) and not one.is_person and one.who.type != "other":
            return one.who.type
    return ""
