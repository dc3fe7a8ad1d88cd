"""The cast of an article: who is called what, by which title, and what kind of source that makes them.

Floor: a `Reading` comes in; a `Cast` goes out, the persons and bodies whose names the text gives, in its order.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from analysis.attribution.descriptions import by_company, descriptions_of, firm_or_of_body, spoken_for
from analysis.attribution.gazetteer import BARE, countries, given_names, known_by_one_word, known_sources, places, plain
from analysis.attribution.name_runs import BODIES, CAUSES, LONGEST_KNOWN, SUFFIXES, Run, find_runs
from analysis.attribution.reading import Reading
from analysis.attribution.source_types import role_of, type_in

#: A person is introduced within this many mentions.
_INTRODUCED_WITHIN = 3
#: How far after a surname that several bear a pronoun may tell whose it is (units).
_PRONOUN_REACH = 60
_PRONOUNS = {"he": "m", "she": "f"}
#: Words before a name that is no person's.
_OF_PLACES = frozenset(["in", "at", "near", "outside", "across", "throughout"])


@dataclass(slots=True)
class Named:
    """One person or body with a name.

    Attributes
    ----------
    name : the fullest name that the text gives.
    is_person : a person, as far as the name tells.
    gender : `m`, `f` or empty.
    roles : small words that the text calls them by, in its order (`mayor`, `economist`).
    type : the source type of the first description that names one; empty when none does.
    places : the units where the name stands: first unit of each mention, in order.
    """

    name: str
    is_person: bool
    gender: str = ""
    roles: list[str] = field(default_factory=list)
    type: str = ""
    places: list[int] = field(default_factory=list)


@dataclass(slots=True)
class Cast:
    """Everybody whom the text names.

    Attributes
    ----------
    named : in order of first mention.
    at : first unit of a mention → (last unit, number in `named`).
    surnames : small last word of a person's name → the only one who bears it; -1 where several do.
    """

    named: list[Named]
    at: dict[int, tuple[int, int]]
    surnames: dict[str, int]


def find_cast(reading: Reading) -> Cast:
    """Who is named in a text: full names first, then each short name given to the one that it is short for."""
    runs = find_runs(reading)
    named: list[Named] = []
    by_words: dict[tuple[str, ...], int] = {}
    for run in runs:
        key = run.key
        if len(key) > 1 and key not in by_words:
            by_words[key] = len(named)
            named.append(Named(_spelt(run.words), _is_person(run)))
    _give_short_names(by_words, named)
    for key, number in by_words.items():
        if named[number].is_person:
            named[number].gender = given_names().get(key[0], "")
    by_last: dict[str, list[int]] = {}
    for key, number in by_words.items():
        last = key[-2] if key[-1] in SUFFIXES and len(key) > 2 else key[-1]
        for word in {last} if named[number].is_person else {last, key[0]}:
            by_last.setdefault(word, []).append(number)
    by_middle = {
        key[1]: number for key, number in by_words.items()
        if len(key) == 3 and named[number].is_person and len(key[1]) > 2 and key[1] not in by_last
    }  # fmt: skip
    by_initials = {
        "".join([word[0] for word in key if word not in ("of", "and", "for", "the", "&")]): number
        for key, number in by_words.items() if len(key) > 2
    }  # fmt: skip
    at: dict[int, tuple[int, int]] = {}
    set_in_place: set[int] = set()
    for run in runs:
        key = run.key
        number = by_words.get(key, -1)
        if number < 0:
            number = _fullest(reading, run, key, by_last, named)
        if number < 0 and len(key) == 1:
            initials = by_initials.get(key[0].replace(".", ""), -1) if run.words[0].isupper() else -1
            number = initials if initials >= 0 else by_middle.get(key[0], -1)  # Ms. |Marl| of Ada Marl Lund
        if number < 0:
            number = by_words[key] = len(named)
            named.append(Named(_spelt(run.words), _is_person(run) and bool(run.gender or run.titles)))
            by_last.setdefault(key[-1], []).append(number)
        one = named[number]
        one.places.append(run.first)
        one.gender = one.gender or run.gender
        described = descriptions_of(reading, run)
        one.roles += [words[-1] for words in described if words and words[-1] not in one.roles]
        if not (one.type or one.is_person or run.titles):
            one.type = _type_of_body(one.name.lower().split(" "))
        if not one.type:
            politicians = {
                word for words in described for word in words
                if any(_known_as(_plain_name(named[other]), is_person=True) == "politician" for other in by_last.get(word, ()))
            }  # fmt: skip
            one.type = _described_as(reading, run, described, politicians, is_person=one.is_person)
        if run.titles or run.gender:
            one.is_person = True
        elif one.is_person and _is_set_in_place(reading, run):
            set_in_place.add(number)
        at[run.first] = (run.last, number)
    for number in set_in_place:
        one = named[number]
        if not (
            one.gender or any(role_of(word) for word in one.roles) or one.name.lower().split(" ")[0] in given_names()
        ):
            one.is_person = False
    named, at = _mentioned(named, at)
    for one in named:
        _settle_type(reading, one, at)
    return Cast(named, at, _surnames(named))


def _described_as(
    reading: Reading, run: Run, described: Sequence[Sequence[str]], politicians: set[str], *, is_person: bool
) -> str:
    """The kind of source that the words beside a name make of it, else whom it stands with; empty if neither says."""
    kinds = [spoken_for(words, politicians) or firm_or_of_body(reading, run, words) for words in described]
    fitting = [kind for kind in kinds if kind and (kind != "document" or not is_person)]
    return fitting[0] if fitting else by_company(reading, run)


def _settle_type(reading: Reading, one: Named, at: dict[int, tuple[int, int]]) -> None:
    """Give somebody the type that the lists know, else the one that the text gave, else what a bare name tells (in place)."""
    small = _plain_name(one)
    one.type = _known_as(small, is_person=one.is_person) or one.type
    if small in known_by_one_word() and (not one.type or small in BARE):
        one.type, one.is_person = known_by_one_word()[small], True
    if not one.type and one.is_person and _is_introduced(reading, one, at):
        one.type = "witness"
    elif not one.type and not one.is_person:
        one.type = _type_of_body(one.name.lower().split(" "))


def _plain_name(one: Named) -> str:
    return plain(one.name).removeprefix("the ")


def _mentioned(named: list[Named], at: dict[int, tuple[int, int]]) -> tuple[list[Named], dict[int, tuple[int, int]]]:
    """Without those of whom no mention is left, now that it is another's."""
    left = [number for number, one in enumerate(named) if one.places]
    numbers = {number: new for new, number in enumerate(left)}
    return [named[number] for number in left], {unit: (last, numbers[number]) for unit, (last, number) in at.items()}


def _known_as(small: str, *, is_person: bool) -> str:
    """The type under which a name is known, a person's also without what stands between given name and surname."""
    known = known_sources().get(small, "")
    if known or not is_person:
        return known
    words = small.split(" ")
    last = len(words) - 1 - (words[-1] in SUFFIXES)
    return known_sources().get(f"{words[0]} {words[last]}", "") if last > 1 and words[0] in given_names() else ""


def _give_short_names(by_words: dict[tuple[str, ...], int], named: list[Named]) -> None:
    """Let a name of several words that ends the name of exactly one person be that person's: `Wasserman Schultz`."""
    longer: dict[tuple[str, ...], set[int]] = {}
    for key, number in by_words.items():
        for start in range(1, min(len(key) - 1, LONGEST_KNOWN)):
            if named[number].is_person:
                longer.setdefault(key[start:], set()).add(number)
    for key in by_words:
        if len(longer.get(key, ())) == 1 and key[0] not in given_names():
            by_words[key] = min(longer[key])


def _surnames(named: Sequence[Named]) -> dict[str, int]:
    """Small last word of a person's name of several words → the number of the only one who bears it, else -1."""
    out: dict[str, int] = {}
    for number, one in enumerate(named):
        before, _, last = one.name.rpartition(" ")
        if one.is_person and before:
            last = last.lower()
            out[last] = -1 if last in out else number
    return out


def _type_of_body(words: Sequence[str]) -> str:
    """The type that a body's name says: `Students for Life` is an organisation, whatever students are."""
    if "for" in words[1:] and words[words.index("for", 1) - 1] in CAUSES:
        return "organisation"
    return type_in(words)[0]


def _spelt(words: tuple[str, ...]) -> str:
    """The name in one line; a name of several words in capitals (transcripts) as names are written."""
    name = " ".join(words).replace(" ’ ", "’ ").replace(" ' ", "' ")
    return name.title() if len(words) > 1 and name.isupper() else name


def _fullest(
    reading: Reading, run: Run, key: tuple[str, ...], by_last: dict[str, list[int]], named: list[Named]
) -> int:
    """Which full name a short one stands for: the only one that title and pronoun leave, or the last one mentioned."""
    if len(run.words) > 1:
        return -1
    options = [number for number in by_last.get(key[0], ()) if not _rules_out(run.gender, named[number])]
    if key[0] in BARE:
        options = [number for number in options if named[number].is_person]  # Trump is not Trump University
    if len({named[number].gender for number in options}) > 1:
        called = _pronoun_after(reading, run.last, by_last)
        options = [number for number in options if not _rules_out(called, named[number])]
    if len(options) == 1:
        return options[0]
    met = [number for number in options if named[number].places]
    return max(met, key=lambda number: named[number].places[-1]) if met else -1


def _pronoun_after(reading: Reading, last: int, by_last: dict[str, list[int]]) -> str:
    """`m` or `f` where `he` or `she` follows after `last`, before anybody else's name; else empty."""
    for unit in range(last + 1, min(last + _PRONOUN_REACH, len(reading.low))):
        if reading.low[unit] in _PRONOUNS:
            return _PRONOUNS[reading.low[unit]]
        if reading.tag[unit] == "P" and reading.low[unit] in by_last:
            break
    return ""


def _rules_out(gender: str, one: Named) -> bool:
    return bool(gender and one.gender and gender != one.gender)


def _is_person(run: Run) -> bool:
    """Whether a name is a person's, as far as its words tell."""
    small = [word.lower().rstrip(".") for word in run.words]
    name = " ".join(small)
    return (
        "for" not in small
        and not any(word in BODIES for word in small)
        and name not in countries()
        and name not in places()
    )


def _is_set_in_place(reading: Reading, run: Run) -> bool:
    """Whether the word before says that a name is no person's: `the |Palm Beach Post|`, `in |Palm Beach|`."""
    before = reading.low[run.first - 1] if reading.first[run.first] < run.first else ""
    return before in _OF_PLACES or (before == "the" and len(run.words) > 1)


def _is_introduced(reading: Reading, one: Named, at: dict[int, tuple[int, int]]) -> bool:
    """Whether a person is introduced as somebody not known: by an age, a place, or what they do."""
    return any(
        reading.low[place - 1 : place] == ["old"] or _is_told_of(reading, at[place][0] + 1)
        for place in one.places[:_INTRODUCED_WITHIN]
    )


def _is_told_of(reading: Reading, after: int) -> bool:
    if after + 1 >= len(reading.low):
        return False
    if reading.low[after] in ("of", "from"):
        return reading.tag[after + 1] == "P"
    if reading.tag[after] != ",":
        return False
    word = reading.low[after + 1]
    return word in ("who", "of", "from", "whose") or word.isdigit() or word in ("a", "an")
