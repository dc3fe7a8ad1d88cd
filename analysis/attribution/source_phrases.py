"""Who the words of a source are: a name, a description or a pronoun.

Floor: a `Memory` and the units of a source come in, a `Who` goes out.
"""

from __future__ import annotations

from analysis.attribution.gazetteer import countries, state_of
from analysis.attribution.memory import NOBODY, Memory, Who
from analysis.attribution.phrase_types import type_of_named, type_of_phrase
from analysis.attribution.phrases import noun_phrase_before
from analysis.attribution.pronouns import resolve_pronoun, several, typed_before
from analysis.attribution.source_types import role_of

_OWN_BODIES = frozenset("campaign campaigns administration camp team".split())
_OTHERS = frozenset("the a an some many other several most".split())
_COMPANY = frozenset("others his her their its".split())
_RELATIVE = frozenset("who which that whom whose".split())
_DEFINITE = frozenset("the this that these those his her its their our my".split())
_ARTICLES = frozenset("the a an".split())
CUTS = frozenset(
    "of for at in from with on to near by about against among behind inside who which that whose speaking".split()
)
_REFLEXIVES = frozenset("himself herself itself themselves".split())
_PARTS = frozenset("one two three some many most several few none all both half each any others dozens".split())
_AMOUNTS = frozenset("pair couple handful number series string hundreds thousands millions scores".split())
#: Common words for the one named last → the kind that it must be.
_KINDS = {
    **dict.fromkeys(
        "candidate nominee front-runner frontrunner senator governor congressman mogul".split(), "politician"
    ),
    **dict.fromkeys("company firm corporation retailer automaker".split(), "company"),
    **dict.fromkeys("network newspaper paper".split(), "media"),
    **dict.fromkeys("party group organization organisation union".split(), "organisation"),
}


def resolve(memory: Memory, first: int, last: int) -> Who:
    """Who the units `first` to `last` are."""
    low, tag = memory.reading.low, memory.reading.tag
    while first < last and tag[last] in ",.":
        last -= 1
    if first > last:
        return NOBODY
    for unit in range(first + 1, min(last, first + 12)):
        if low[unit] == "and" and (low[unit + 1] in _COMPANY or low[unit + 1] in _OTHERS):
            last = unit - 1  # Hawkins and others, she and her aides
            break
    if first == last and low[first] in _RELATIVE:
        before = first - 1
        while before > memory.reading.first[first] and tag[before] == ",":
            before -= 1
        phrase = noun_phrase_before(memory.reading, before, memory.reading.first[first])
        return resolve(memory, *phrase) if phrase and low[phrase[0]] not in _RELATIVE else NOBODY
    if first == last and (tag[first] in "OD" or low[first] == "both"):
        pronoun = resolve_pronoun(memory, first)
        if pronoun is not None:
            return pronoun if pronoun.type != "other" else typed_before(memory, first, pronoun)
    if low[first] == "that" and first < last and tag[first + 1] in "NJP":
        return _phrase(memory, first + 1, last)  # that report
    if low[first] in _RELATIVE and first < last:
        return NOBODY
    if low[first : last + 1] == ["the", "two"]:
        return several(memory, first)
    return _phrase(memory, first, last)


def _phrase(memory: Memory, first: int, last: int) -> Who:
    low, tag = memory.reading.low, memory.reading.tag
    while last > first and (tag[last] == "S" or low[last] in _REFLEXIVES):
        last -= 1
    head_end = _head(memory, first, last)
    if (low[head_end] in _PARTS or low[head_end] in _AMOUNTS) and head_end + 2 <= last and low[head_end + 1] == "of":
        head_end = _head(memory, head_end + 2, last)  # one of the officers
    words = low[_after_genitive(memory, first, head_end) : head_end + 1]
    named = _named(memory, first, last, head_end)
    if named >= 0:
        one = memory.cast.named[named]
        state = state_of(one.name)
        name = state or _owned(memory, first, named, one.name)
        ends = max(memory.cast.at[unit][0] for unit in memory.mentions(first, last, named))
        kind = "official" if state else type_of_named(memory, first, last, max(head_end, ends), named)
        one.type = one.type or kind
        is_named = bool(state) or not (_is_common(memory, head_end) and ends <= head_end)
        return memory.keep(Who(name, kind, is_named), first, {*words, *one.roles}, one.is_person, one.gender)
    if first == last and memory.reading.tokens.forms[first][0].isupper():
        number = memory.cast.surnames.get(low[first], -1)
        if number >= 0:
            one = memory.cast.named[number]  # a surname that is another word as well: Cuban, Will
            return memory.keep(Who(one.name, one.type or "other", True), first, {*one.roles}, True, one.gender)
    state = countries().get(" ".join(low[first + (low[first] in _ARTICLES) : last + 1]), "")
    if state:
        return memory.keep(Who(state, "official", True), first, set(words), False, "")
    if low[first] in _DEFINITE:
        same = _same_role(memory, first, head_end)
        if same is not None:
            return same
    if low[first] == "the":
        same = _last_of_kind(memory, first, head_end)
        if same is not None:
            return same
    name = _description(memory, first, last)
    kind = type_of_phrase(memory, first, last, head_end, "", name)
    is_person = kind in ("witness", "victim") or bool({"man", "woman", "boy", "girl"} & set(words))
    is_named = tag[head_end] == "P" and memory.reading.first[head_end] != head_end and not _is_common(memory, head_end)
    if low[head_end] in _OWN_BODIES:
        is_named = any(unit in memory.cast.at for unit in range(first, head_end))  # the Sanders campaign
    return memory.keep(
        Who(name, kind, is_named),
        first,
        set(words),
        is_person,
        "",
    )


def _is_common(memory: Memory, unit: int) -> bool:
    """Whether a word with a capital is a common noun for a document or for several people: `Poll`, `Moderators`."""
    word = memory.reading.low[unit]
    kind = role_of(word)
    return kind == "document" or (word.endswith("s") and kind not in ("", "politician", "media", "company"))


def _head(memory: Memory, first: int, last: int) -> int:
    """The last unit of the noun phrase before what qualifies it (`people |close to him|`, `Smith|, a lawyer|`)."""
    low, tag = memory.reading.low, memory.reading.tag
    end = first
    while end < last and tag[end + 1] not in ",(EGVL" and low[end + 1] not in CUTS:
        end += 1
    while end > first and tag[end] in "JRI":
        end -= 1
    return end


def _after_genitive(memory: Memory, first: int, head_end: int) -> int:
    """Where the words of the head begin: `the mayor's |people|`."""
    for unit in range(head_end, first - 1, -1):
        if memory.reading.tag[unit] == "S":
            return unit + 1
    return first


def _description(memory: Memory, first: int, last: int) -> str:
    """The words of the phrase as they stand; those of an earlier one that says the same."""
    start, end = memory.reading.span(first, last)
    name = " ".join(memory.reading.tokens.text[start:end].split())
    if memory.reading.first[first] == first and first not in memory.cast.at:
        name = name[0].lower() + name[1:]
    for one in memory.earlier:
        if one.who.name.lower() == name.lower():
            return one.who.name
    return name


def _named(memory: Memory, first: int, last: int, head_end: int) -> int:
    """Who is named by the head of the phrase, or by the apposition that follows it; -1 when nobody is."""
    tag, low = memory.reading.tag, memory.reading.low
    inside = [(unit, *memory.cast.at[unit]) for unit in range(first, last + 1) if unit in memory.cast.at]
    for _, end, number in inside:
        if end == head_end or (end >= head_end and _ <= head_end):
            return number
    if inside and tag[head_end] == "P" and low[inside[-1][0] - 1] not in ("of", "for"):
        unit, end, number = inside[-1]
        if end == last and all(tag[at] in "NJP" or low[at] in ("of", "for") for at in range(head_end, unit)):
            return number  # Supervisor of Elections Ivo Marl
    for unit, end, number in inside:
        if state_of(memory.cast.named[number].name):
            continue  # a school in Merrillville, Indiana
        starts = unit - 1
        while starts > head_end and tag[starts] in "PDNJ":
            starts -= 1
        if starts > head_end and tag[starts] == "," and end >= last - 1:
            return number
    return -1


def _owned(memory: Memory, first: int, number: int, name: str) -> str:
    """A body's name with the state or person that owns it: `Brazil's Supreme Court`."""
    low, tag, forms = memory.reading.low, memory.reading.tag, memory.reading.tokens.forms
    place = next(
        unit for unit in range(first, first + 40) if unit in memory.cast.at and memory.cast.at[unit][1] == number
    )
    if memory.cast.named[number].is_person or place - 2 < first or tag[place - 1] != "S":
        return name
    owner = " ".join(form for form in forms[first : place - 1] if form.lower() not in _ARTICLES)
    return f"{owner}'s {name}" if low[place - 1] == "'s" and owner else name


def _same_role(memory: Memory, first: int, head_end: int) -> Who | None:
    """The last source, or the only person or body named, that the head noun fits (`the mayor`, `the ministry`)."""
    low = memory.reading.low
    head = low[head_end]
    forms = {head, head.removesuffix("s")}
    modifiers = {low[unit] for unit in range(first + 1, head_end) if memory.reading.tag[unit] in "NJP"}
    for one in reversed(memory.earlier):
        if forms & one.words and modifiers <= one.words:
            return memory.keep(one.who, first, one.words, one.is_person, one.gender)
    fitting = [
        named for named in memory.cast.named
        if named.places[0] < first and forms & {*named.roles, *named.name.lower().split(" ")}
    ]  # fmt: skip
    if fitting and not modifiers:
        best = max(fitting, key=lambda each: max(place for place in each.places if place < first))
        kind = best.type or role_of(head) or "other"
        return memory.keep(Who(best.name, kind, True), first, {head, *best.roles}, best.is_person, best.gender)
    return None


def _last_of_kind(memory: Memory, first: int, head_end: int) -> Who | None:
    """The last one named whom a common word for such as they fits: `the candidate`, `the company`."""
    kind = _KINDS.get(memory.reading.low[head_end])
    if kind is None:
        return None
    is_person = kind == "politician"
    fitting = [
        one for one in memory.cast.named if one.type == kind and one.is_person == is_person and one.places[0] < first
    ]
    if not fitting:
        return None
    best = max(fitting, key=lambda one: max(place for place in one.places if place < first))
    return memory.keep(Who(best.name, kind, True), first, {*best.roles}, is_person, best.gender)
