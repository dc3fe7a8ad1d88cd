"""Whom a pronoun stands for, by stated rules: the last source or subject that fits, at most two paragraphs back.

Floor: a `Memory` and a unit come in, a `Who` goes out, `NOBODY` where no rule settles it.
"""

from __future__ import annotations

from analysis.attribution.gazetteer import state_of
from analysis.attribution.memory import NOBODY, PARAGRAPHS_BACK, Earlier, Memory, Who
from analysis.attribution.source_types import SHARES, role_of

SINGULAR = {
    "he": "m", "him": "m", "his": "m", "himself": "m", "she": "f", "her": "f", "hers": "f", "herself": "f",
}  # fmt: skip
_THINGS = frozenset("it its itself".split())
_PLURAL = frozenset("they them their themselves both".split())
_SPEAKER = frozenset("i we me us my our you your".split())
#: A noun that an unsettled pronoun may stand for is looked for over this many units.
_NOUNS_BACK = 40


def resolve_pronoun(memory: Memory, unit: int) -> Who | None:
    """Who a pronoun is; `NOBODY` when that is not settled, None when the unit is no pronoun."""
    word = memory.reading.low[unit]
    if word in _SPEAKER:
        return NOBODY
    gender = SINGULAR.get(word)
    if gender:
        return person_before(memory, unit, gender)
    if word in _THINGS:
        return _body_before(memory, unit)
    if word in _PLURAL:
        return several(memory, unit)
    return None


def several(memory: Memory, unit: int) -> Who:
    """`they`, `both`: the last source that is several, or the two persons whom one sentence has named since."""
    source = next((one for one in reversed(memory.earlier) if memory.near(unit, one.unit) and _is_plural(one)), None)
    two = _two_before(memory, unit)
    if two and (source is None or source.unit < two[0]):
        people = [memory.cast.named[memory.cast.at[place][1]] for place in two]
        kinds = {one.type for one in people}
        kind = kinds.pop() if len(kinds) == 1 else ""
        if not kind and source is not None:
            kind = source.who.type
        who = Who(" and ".join(one.name for one in people), kind or "other", True)
        return memory.keep(who, unit, frozenset(), False, "")
    return memory.keep(source.who, unit, source.words, source.is_person, "") if source is not None else NOBODY


def _two_before(memory: Memory, unit: int) -> list[int]:
    """Where the two persons stand whom the last sentence with a person names; empty when it names not just two."""
    reading = memory.reading
    stop, floor = unit, reading.first[unit]
    for _ in range(3):
        places: dict[int, int] = {}
        for place in range(floor, min(stop, floor + 80)):
            held = memory.cast.at.get(place)
            if (
                held is not None
                and memory.cast.named[held[1]].is_person
                and reading.tag[held[0] + 1 : held[0] + 2] != ["S"]
            ):
                places.setdefault(held[1], place)
        if places or floor == 0:
            return sorted(places.values()) if len(places) == 2 else []
        stop, floor = floor, reading.first[floor - 1]
        if int(memory.paragraph[unit] - memory.paragraph[floor]) > PARAGRAPHS_BACK:
            break
    return []


def typed_before(memory: Memory, unit: int, who: Who) -> Who:
    """A pronoun that no name settles, with the type of the last noun before it that could be meant."""
    low, tag = memory.reading.low, memory.reading.tag
    is_thing, are_several = low[unit] in _THINGS, low[unit] in _PLURAL
    if who.is_named or not (is_thing or are_several):
        return who
    for place in range(unit - 1, max(-1, unit - _NOUNS_BACK), -1):
        kind = role_of(low[place]) if tag[place] in "NP" else ""
        if are_several and not (low[place].endswith("s") or low[place] == "people"):
            continue
        if kind and (kind == "document") == is_thing:
            return Who(who.name, kind, False)
    return who


def _body_before(memory: Memory, unit: int) -> Who:
    """`it`: the body named last in this sentence or the one before, else the last source that is a body."""
    floor = memory.reading.first[max(0, memory.reading.first[unit] - 1)]
    source = next((one for one in reversed(memory.earlier) if memory.near(unit, one.unit) and not one.is_person), None)
    for place in range(unit - 1, floor - 1, -1):
        held = memory.cast.at.get(place)
        if held is None or (source is not None and source.unit >= place):
            continue
        one = memory.cast.named[held[1]]
        if not one.is_person and place == _first_name(memory, place):
            state = state_of(one.name)
            who = Who(state or one.name, "official" if state else one.type or "other", True)
            return memory.keep(who, unit, set(one.roles), False, "")
    return memory.keep(source.who, unit, source.words, False, "") if source is not None else NOBODY


def _first_name(memory: Memory, unit: int) -> int:
    """The first unit of its sentence at which somebody is named."""
    return next((place for place in range(memory.reading.first[unit], unit + 1) if place in memory.cast.at), -1)


def person_before(memory: Memory, unit: int, gender: str) -> Who:
    """`he`, `she`: who is named first in this sentence or the last one, else the last source, else the last name."""
    source = next(
        (one for one in reversed(memory.earlier)
         if memory.near(unit, one.unit) and one.is_person and one.gender in ("", gender)), None,
    )  # fmt: skip
    subject = _subject_before(memory, unit, gender, sure=True)
    if subject < 0 and source is None:
        subject = _subject_before(memory, unit, gender, sure=False)
    if source is not None and (subject < 0 or source.unit >= subject):
        return memory.keep(source.who, unit, source.words, True, gender)
    if subject >= 0:
        number = memory.cast.at[subject][1]
        one = memory.cast.named[number]
        one.gender = one.gender or gender
        return memory.keep(Who(one.name, one.type or "other", True), unit, {*one.roles}, True, gender)
    return NOBODY


def _subject_before(memory: Memory, unit: int, gender: str, *, sure: bool) -> int:
    """Where the last person is named as a sentence's first name, at most two paragraphs back; -1.

    sure : only who is a person by title, description or given name; else whoever is not known to be none.
    """
    reading = memory.reading
    floor = reading.first[unit]
    place = unit - 1
    while place >= floor:
        if _fits(memory, place, gender, sure=sure):
            return place
        place -= 1
    for _ in range(6):
        if floor == 0:
            return -1
        last = floor - 1
        floor = reading.first[last]
        if int(memory.paragraph[unit] - memory.paragraph[floor]) > PARAGRAPHS_BACK:
            return -1
        for place in range(floor, min(last, floor + 25)):
            if _fits(memory, place, gender, sure=sure):
                return place
    return -1


def _fits(memory: Memory, unit: int, gender: str, *, sure: bool) -> bool:
    held = memory.cast.at.get(unit)
    if held is None or memory.reading.tag[held[0] + 1 : held[0] + 2] == ["S"]:
        return False
    one = memory.cast.named[held[1]]
    return one.is_person and one.gender in ("", gender) and (not sure or bool(one.gender or one.type or one.roles))


def _is_plural(one: Earlier) -> bool:
    return not one.gender and (not one.is_person or any(word.endswith("s") or word in SHARES for word in one.words))
