"""Who is cited: one name for the same source throughout an article, and what kind of source it is.

Floor: attributions of one reading come in, one `Who` each goes out. Names are resolved by stated rules, in this order:
a name is the fullest name that the article gives; a role (`the mayor`) is the last person or body that the article calls
so; a pronoun is the last source or subject that fits, not more than two paragraphs back. What no rule settles stays
unresolved.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from analysis.attribution.cues import cue_lexicon
from analysis.attribution.describe import outer_numbers, read_cue, units_of
from analysis.attribution.mentions import (
    BODY_TYPES,
    Cast,
    countries,
    find_cast,
    institution,
    known_sources,
    role_of,
    state_of,
    type_in,
)
from analysis.attribution.phrases import noun_phrase_before
from analysis.attribution.reading import Reading
from analysis.attribution.tokens import Found

_SINGULAR = {
    "he": "m", "him": "m", "his": "m", "himself": "m", "she": "f", "her": "f", "hers": "f", "herself": "f",
}  # fmt: skip
_THINGS = frozenset("it its itself".split())
_PLURAL = frozenset("they them their themselves both".split())
_SPEAKER = frozenset("i we me us my our you your".split())
_OWN_BODIES = frozenset("campaign campaigns administration camp team".split())
_OTHERS = frozenset("the a an some many other several most".split())
_COMPANY = frozenset("others his her their its".split())
_NUMBERS = frozenset("three four five six seven eight nine ten".split())
_SHARES = frozenset(
    "percentage proportion percent % half third thirds quarter quarters fourths fifth fifths majority majorities".split()
)
_FIRST_PERSONS = frozenset("i we".split())
_RELATIVE = frozenset("who which that whom whose".split())
_DEFINITE = frozenset("the this that these those his her its their our my".split())
_ARTICLES = frozenset("the a an".split())
_CUTS = frozenset(
    "of for at in from with on to near by about against among behind inside who which that whose speaking".split()
)
_WITHHELD = frozenset("anonymity unnamed anonymous".split())
_PARTS = frozenset("one two three some many most several few none all both half each any others dozens".split())
_OF_A_BODY = frozenset("officials executives representatives team camp aides staff allies trust".split())
_HARM = frozenset("victim victims killed slain murdered affected injured wounded missing fallen deceased died".split())
_AMOUNTS = frozenset("pair couple handful number series string hundreds thousands millions scores".split())
_CLOSE_TO = frozenset("familiar briefed close knowledge privy".split())
#: A noun that an unsettled pronoun may stand for is looked for over this many units.
_NOUNS_BACK = 40
#: People at large, of whom an attribution says how they feel more often than what they said.
_CROWDS = frozenset(
    "people public americans voters supporters fans backers electorate base whites blacks latinos hispanics women men "
    "millennials conservatives liberals independents citizens youth ones folks christians "
    "evangelicals muslims jews catholics everyone everybody anyone someone nobody immigrants workers "
    "students consumers users".split()
)
#: Common words for the one named last → the kind that it must be.
_KINDS = {
    **dict.fromkeys(
        "candidate nominee front-runner frontrunner senator governor congressman mogul".split(), "politician"
    ),
    **dict.fromkeys("company firm corporation retailer automaker".split(), "company"),
    **dict.fromkeys("network newspaper paper".split(), "media"),
    **dict.fromkeys("party group organization organisation union".split(), "organisation"),
}
_OF_ASKERS = frozenset(["ask", "report"])
_OF_WRITERS = frozenset(["report", "write"])
_QUANTITIES = frozenset(["many", "some", "most", "others"])
_CROWD_TYPES = frozenset(["witness", "organisation", "anonymous", "other", "politician"])
_OF_SPEECH = frozenset(["assertive", "performative", "inquiry", "evaluative"])
#: Cues of these classes that need not be said aloud.
_ATTITUDES = frozenset(
    "support oppose favor favour back like dislike hate love admire welcome resent mock prefer reject approve blame "
    "endorse trust distrust".split()
)
#: A pronoun is looked for over at most this many paragraphs.
_PARAGRAPHS_BACK = 2


class Who(NamedTuple):
    """A source as one name.

    Attributes
    ----------
    name : the same for every mention of the source in the article; empty when it is not resolved.
    type : one of `schema.SOURCE_TYPES`.
    is_named : the name is a proper name.
    """

    name: str
    type: str
    is_named: bool


NOBODY = Who("", "other", False)


@dataclass(frozen=True, slots=True)
class _Earlier:
    """A source that was resolved: who, the unit where it stood, the words of its description."""

    who: Who
    unit: int
    words: frozenset[str]
    is_person: bool
    gender: str


def name_sources(reading: Reading, found: Sequence[Found]) -> list[Who]:
    """The name and the type of every attribution's source, in the order given."""
    if not found:
        return []
    resolver = _Resolver(reading, find_cast(reading))
    order = sorted(range(len(found)), key=lambda number: (found[number].source or found[number].content)[0])
    out = [NOBODY] * len(found)
    known: dict[tuple[int, int], Who] = {}
    for number in order:
        if not found[number].source:
            continue
        first, stop = units_of(reading, found[number].source[0][0], found[number].source[-1][1])
        if (first, stop) not in known:
            known[first, stop] = resolver.resolve(first, stop - 1)
        who = known[first, stop]
        if (
            who.type in _CROWD_TYPES
            and not who.is_named
            and is_crowd(who.name)
            and not _is_speech(reading, found[number])
        ):
            who = Who(who.name, "other", False)
        elif first + 1 == stop and reading.low[first] in _FIRST_PERSONS and reading.inside[first] < 0:
            if read_cue(reading, found[number].cue).lemma in _OF_ASKERS:
                who = Who("", "media", False)  # we asked the campaigns
        elif who.type == "other" and who.is_named and read_cue(reading, found[number].cue).lemma in _OF_WRITERS:
            who = Who(who.name, "media", True)
        out[number] = who
    return _first_persons(reading, found, out)


def is_crowd(name: str) -> bool:
    """Whether a description is of people at large (`Trump fans`), who are not asked here but spoken of."""
    words = name.lower().partition(",")[0].split()
    if words[:1] and words[0] in _QUANTITIES:
        return len(words) == 1 or words[1] in _CUTS or not _CROWDS.isdisjoint(words[1:])
    return not _CROWDS.isdisjoint(words) and _SHARES.isdisjoint(words) and not any(word[0].isdigit() for word in words)


def _is_speech(reading: Reading, one: Found) -> bool:
    """Whether a cue says that something was said, not only felt or wished (`complained`, not `supported`)."""
    cue = cue_lexicon().by_lemma.get(read_cue(reading, one.cue).lemma)
    return cue is not None and cue.word_class in _OF_SPEECH and cue.lemma not in _ATTITUDES


def _first_persons(reading: Reading, found: Sequence[Found], named: list[Who]) -> list[Who]:
    """`I` and `we` inside somebody's claim, or in the same quotation as one, are who makes it."""
    out = list(named)
    outer = outer_numbers([one.content for one in found])
    sources = [units_of(reading, one.source[0][0], one.source[-1][1]) if one.source else (0, 0) for one in found]
    said: dict[int, int] = {}  # quotation → the attribution that gives it to somebody outside of it
    for number, one in enumerate(found):
        for start, end in one.content:
            first, stop = units_of(reading, start, end)
            for unit in (first, stop - 1):
                quote = reading.inside[unit] if first < stop else -1
                if quote >= 0 and named[number].name and reading.inside[sources[number][0]] != quote:
                    said.setdefault(quote, number)
    for number, (first, stop) in enumerate(sources):
        if stop == first + 1 and reading.low[first] in _FIRST_PERSONS:
            holder = outer[number]
            if holder is None:
                holder = said.get(reading.inside[first])
            if holder is not None:
                out[number] = out[holder]
    return out


class _Resolver:
    """The sources of one text, resolved in its order."""

    def __init__(self, reading: Reading, cast: Cast) -> None:
        self.reading, self.cast = reading, cast
        self.earlier: list[_Earlier] = []
        self.paragraph = reading.tokens.paragraph

    def resolve(self, first: int, last: int) -> Who:
        """Who the units `first` to `last` are."""
        low, tag = self.reading.low, self.reading.tag
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
            while before > self.reading.first[first] and tag[before] == ",":
                before -= 1
            phrase = noun_phrase_before(self.reading, before, self.reading.first[first])
            return self.resolve(*phrase) if phrase and low[phrase[0]] not in _RELATIVE else NOBODY
        if first == last and (tag[first] in "OD" or low[first] == "both"):
            pronoun = self._pronoun(first)
            if pronoun is not None:
                return pronoun if pronoun.type != "other" else self._typed_before(first, pronoun)
        if low[first] == "that" and first < last and tag[first + 1] in "NJP":
            return self._phrase(first + 1, last)  # that report
        if low[first] in _RELATIVE and first < last:
            return NOBODY
        if low[first : last + 1] == ["the", "two"]:
            return self._several(first)
        return self._phrase(first, last)

    # ----- names and descriptions -----

    def _phrase(self, first: int, last: int) -> Who:
        low, tag = self.reading.low, self.reading.tag
        while last > first and tag[last] == "S":
            last -= 1
        head_end = self._head(first, last)
        if (
            (low[head_end] in _PARTS or low[head_end] in _AMOUNTS)
            and head_end + 2 <= last
            and low[head_end + 1] == "of"
        ):
            head_end = self._head(head_end + 2, last)  # one of the officers
        words = low[self._after_genitive(first, head_end) : head_end + 1]
        named = self._named(first, last, head_end)
        if named >= 0:
            one = self.cast.named[named]
            state = state_of(one.name)
            name = state or self._owned(first, named, one.name)
            ends = max(self.cast.at[unit][0] for unit in self._mentions(first, last, named))
            kind = "official" if state else self._type_of_named(first, last, max(head_end, ends), named)
            one.type = one.type or kind
            is_named = bool(state) or not (self._is_common(head_end) and ends <= head_end)
            return self._keep(Who(name, kind, is_named), first, {*words, *one.roles}, one.is_person, one.gender)
        if first == last and self.reading.tokens.forms[first][0].isupper():
            number = self.cast.surnames.get(low[first], -1)
            if number >= 0:
                one = self.cast.named[number]  # a surname that is another word as well: Cuban, Will
                return self._keep(Who(one.name, one.type or "other", True), first, {*one.roles}, True, one.gender)
        state = countries().get(" ".join(low[first + (low[first] in _ARTICLES) : last + 1]), "")
        if state:
            return self._keep(Who(state, "official", True), first, set(words), False, "")
        if low[first] in _DEFINITE:
            same = self._same_role(first, head_end)
            if same is not None:
                return same
        if low[first] == "the":
            same = self._last_of_kind(first, head_end)
            if same is not None:
                return same
        name = self._description(first, last)
        kind = self._type(first, last, head_end, "", name)
        is_person = kind in ("witness", "victim") or bool({"man", "woman", "boy", "girl"} & set(words))
        is_named = tag[head_end] == "P" and self.reading.first[head_end] != head_end and not self._is_common(head_end)
        if low[head_end] in _OWN_BODIES:
            is_named = any(unit in self.cast.at for unit in range(first, head_end))  # the Sanders campaign
        return self._keep(
            Who(name, kind, is_named),
            first,
            set(words),
            is_person,
            "",
        )

    def _is_common(self, unit: int) -> bool:
        """Whether a word with a capital is a common noun for a document or for several people: `Poll`, `Moderators`."""
        word = self.reading.low[unit]
        kind = role_of(word)
        return kind == "document" or (word.endswith("s") and kind not in ("", "politician", "media", "company"))

    def _head(self, first: int, last: int) -> int:
        """The last unit of the noun phrase before what qualifies it (`people |close to him|`, `Smith|, a lawyer|`)."""
        low, tag = self.reading.low, self.reading.tag
        end = first
        while end < last and tag[end + 1] not in ",(EGVL" and low[end + 1] not in _CUTS:
            end += 1
        while end > first and tag[end] in "JRI":
            end -= 1
        return end

    def _after_genitive(self, first: int, head_end: int) -> int:
        """Where the words of the head begin: `the mayor's |people|`."""
        for unit in range(head_end, first - 1, -1):
            if self.reading.tag[unit] == "S":
                return unit + 1
        return first

    def _description(self, first: int, last: int) -> str:
        """The words of the phrase as they stand; those of an earlier one that says the same."""
        start, end = self.reading.span(first, last)
        name = " ".join(self.reading.tokens.text[start:end].split())
        if self.reading.first[first] == first and first not in self.cast.at:
            name = name[0].lower() + name[1:]
        for one in self.earlier:
            if one.who.name.lower() == name.lower():
                return one.who.name
        return name

    def _named(self, first: int, last: int, head_end: int) -> int:
        """Who is named by the head of the phrase, or by the apposition that follows it; -1 when nobody is."""
        tag, low = self.reading.tag, self.reading.low
        inside = [(unit, *self.cast.at[unit]) for unit in range(first, last + 1) if unit in self.cast.at]
        for _, end, number in inside:
            if end == head_end or (end >= head_end and _ <= head_end):
                return number
        if inside and tag[head_end] == "P" and low[inside[-1][0] - 1] not in ("of", "for"):
            unit, end, number = inside[-1]
            if end == last and all(tag[at] in "NJP" or low[at] in ("of", "for") for at in range(head_end, unit)):
                return number  # Supervisor of Elections Ivo Marl
        for unit, end, number in inside:
            if state_of(self.cast.named[number].name):
                continue  # a school in Merrillville, Indiana
            starts = unit - 1
            while starts > head_end and tag[starts] in "PDNJ":
                starts -= 1
            if starts > head_end and tag[starts] == "," and end >= last - 1:
                return number
        return -1

    def _owned(self, first: int, number: int, name: str) -> str:
        """A body's name with the state or person that owns it: `Brazil's Supreme Court`."""
        low, tag, forms = self.reading.low, self.reading.tag, self.reading.tokens.forms
        place = next(
            unit for unit in range(first, first + 40) if unit in self.cast.at and self.cast.at[unit][1] == number
        )
        if self.cast.named[number].is_person or place - 2 < first or tag[place - 1] != "S":
            return name
        owner = " ".join(form for form in forms[first : place - 1] if form.lower() not in _ARTICLES)
        return f"{owner}'s {name}" if low[place - 1] == "'s" and owner else name

    def _same_role(self, first: int, head_end: int) -> Who | None:
        """The last source, or the only person or body named, that the head noun fits (`the mayor`, `the ministry`)."""
        low = self.reading.low
        head = low[head_end]
        forms = {head, head.removesuffix("s")}
        modifiers = {low[unit] for unit in range(first + 1, head_end) if self.reading.tag[unit] in "NJP"}
        for one in reversed(self.earlier):
            if forms & one.words and modifiers <= one.words:
                return self._keep(one.who, first, one.words, one.is_person, one.gender)
        fitting = [
            named for named in self.cast.named
            if named.places[0] < first and forms & {*named.roles, *named.name.lower().split(" ")}
        ]  # fmt: skip
        if fitting and not modifiers:
            best = max(fitting, key=lambda each: max(place for place in each.places if place < first))
            kind = best.type or role_of(head) or "other"
            return self._keep(Who(best.name, kind, True), first, {head, *best.roles}, best.is_person, best.gender)
        return None

    def _last_of_kind(self, first: int, head_end: int) -> Who | None:
        """The last one named whom a common word for such as they fits: `the candidate`, `the company`."""
        kind = _KINDS.get(self.reading.low[head_end])
        if kind is None:
            return None
        is_person = kind == "politician"
        fitting = [
            one for one in self.cast.named if one.type == kind and one.is_person == is_person and one.places[0] < first
        ]
        if not fitting:
            return None
        best = max(fitting, key=lambda one: max(place for place in one.places if place < first))
        return self._keep(Who(best.name, kind, True), first, {*best.roles}, is_person, best.gender)

    def _keep(self, who: Who, unit: int, words: set[str] | frozenset[str], is_person: bool, gender: str) -> Who:
        self.earlier.append(_Earlier(who, unit, frozenset(words), is_person, gender))
        return who

    # ----- pronouns -----

    def _pronoun(self, unit: int) -> Who | None:
        """Who a pronoun is; `NOBODY` when that is not settled, None when the unit is no pronoun."""
        word = self.reading.low[unit]
        if word in _SPEAKER:
            return NOBODY
        gender = _SINGULAR.get(word)
        if gender:
            return self._person(unit, gender)
        if word in _THINGS:
            return self._body_before(unit)
        if word in _PLURAL:
            return self._several(unit)
        return None

    def _several(self, unit: int) -> Who:
        """`they`, `both`: the last source that is several, or the two persons whom one sentence has named since."""
        source = next((one for one in reversed(self.earlier) if self._near(unit, one.unit) and _is_plural(one)), None)
        two = self._two_before(unit)
        if two and (source is None or source.unit < two[0]):
            people = [self.cast.named[self.cast.at[place][1]] for place in two]
            kinds = {one.type for one in people}
            kind = kinds.pop() if len(kinds) == 1 else ""
            if not kind and source is not None:
                kind = source.who.type
            who = Who(" and ".join(one.name for one in people), kind or "other", True)
            return self._keep(who, unit, frozenset(), False, "")
        return self._keep(source.who, unit, source.words, source.is_person, "") if source is not None else NOBODY

    def _two_before(self, unit: int) -> list[int]:
        """Where the two persons stand whom the last sentence with a person names; empty when it names not just two."""
        reading = self.reading
        stop, floor = unit, reading.first[unit]
        for _ in range(3):
            places: dict[int, int] = {}
            for place in range(floor, min(stop, floor + 80)):
                held = self.cast.at.get(place)
                if (
                    held is not None
                    and self.cast.named[held[1]].is_person
                    and reading.tag[held[0] + 1 : held[0] + 2] != ["S"]
                ):
                    places.setdefault(held[1], place)
            if places or floor == 0:
                return sorted(places.values()) if len(places) == 2 else []
            stop, floor = floor, reading.first[floor - 1]
            if int(self.paragraph[unit] - self.paragraph[floor]) > _PARAGRAPHS_BACK:
                break
        return []

    def _typed_before(self, unit: int, who: Who) -> Who:
        """A pronoun that no name settles, with the type of the last noun before it that could be meant."""
        low, tag = self.reading.low, self.reading.tag
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

    def _near(self, unit: int, other: int) -> bool:
        return other < unit and int(self.paragraph[unit] - self.paragraph[other]) <= _PARAGRAPHS_BACK

    def _last(self, unit: int, fits: object) -> Who:
        for one in reversed(self.earlier):
            if self._near(unit, one.unit) and fits(one):  # type: ignore[operator]
                return self._keep(one.who, unit, one.words, one.is_person, one.gender)
        return NOBODY

    def _body_before(self, unit: int) -> Who:
        """`it`: the body named last in this sentence or the one before, else the last source that is a body."""
        floor = self.reading.first[max(0, self.reading.first[unit] - 1)]
        source = next((one for one in reversed(self.earlier) if self._near(unit, one.unit) and not one.is_person), None)
        for place in range(unit - 1, floor - 1, -1):
            held = self.cast.at.get(place)
            if held is None or (source is not None and source.unit >= place):
                continue
            one = self.cast.named[held[1]]
            if not one.is_person and place == self._first_name(place):
                state = state_of(one.name)
                who = Who(state or one.name, "official" if state else one.type or "other", True)
                return self._keep(who, unit, set(one.roles), False, "")
        return self._keep(source.who, unit, source.words, False, "") if source is not None else NOBODY

    def _first_name(self, unit: int) -> int:
        """The first unit of its sentence at which somebody is named."""
        return next((place for place in range(self.reading.first[unit], unit + 1) if place in self.cast.at), -1)

    def _person(self, unit: int, gender: str) -> Who:
        """`he`, `she`: the person named first in this sentence or the last one, else the last source, else the last name."""
        subject = self._subject_before(unit, gender, sure=True)
        if subject < 0:
            subject = self._subject_before(unit, gender, sure=False)
        source = next(
            (one for one in reversed(self.earlier)
             if self._near(unit, one.unit) and one.is_person and one.gender in ("", gender)), None,
        )  # fmt: skip
        if source is not None and (subject < 0 or source.unit >= subject):
            return self._keep(source.who, unit, source.words, True, gender)
        if subject >= 0:
            number = self.cast.at[subject][1]
            one = self.cast.named[number]
            one.gender = one.gender or gender
            return self._keep(Who(one.name, one.type or "other", True), unit, {*one.roles}, True, gender)
        return NOBODY

    def _subject_before(self, unit: int, gender: str, *, sure: bool) -> int:
        """Where the last person is named as a sentence's first name, at most two paragraphs back; -1.

        sure : only who is a person by title, description or given name; else whoever is not known to be none.
        """
        reading = self.reading
        floor = reading.first[unit]
        place = unit - 1
        while place >= floor:
            if self._fits(place, gender, sure=sure):
                return place
            place -= 1
        for _ in range(6):
            if floor == 0:
                return -1
            last = floor - 1
            floor = reading.first[last]
            if int(self.paragraph[unit] - self.paragraph[floor]) > _PARAGRAPHS_BACK:
                return -1
            for place in range(floor, min(last, floor + 25)):
                if self._fits(place, gender, sure=sure):
                    return place
        return -1

    def _fits(self, unit: int, gender: str, *, sure: bool) -> bool:
        held = self.cast.at.get(unit)
        if held is None or self.reading.tag[held[0] + 1 : held[0] + 2] == ["S"]:
            return False
        one = self.cast.named[held[1]]
        return one.is_person and one.gender in ("", gender) and (not sure or bool(one.gender or one.type or one.roles))

    # ----- types -----

    def _type(self, first: int, last: int, head_end: int, known: str, name: str) -> str:
        """The kind of source: what the phrase says of it here, else what the article says of it elsewhere."""
        low = self.reading.low
        words = low[first : last + 1]
        if _WITHHELD & set(words) or ("named" in words and "not" in words):
            return "anonymous"
        if head_end < last and _CLOSE_TO & set(low[head_end + 1 : head_end + 3]):
            return "anonymous"
        if name.lower().removeprefix("the ") in countries():
            return "official"
        if name.lower() in known_sources():
            return known_sources()[name.lower()]
        if low[first + 1 : first + 3] in (["%", "of"], ["percent", "of"]):
            return "witness"  # 85 % of Democrats
        kind, is_firm = type_in(low[first : head_end + 1])
        if low[head_end] in _OF_A_BODY and first < head_end:
            kind = self._type_of_owner(first, head_end) or kind
        if kind == "witness" and not _HARM.isdisjoint(words):
            return "victim"  # families of those killed
        if kind and not is_firm and not (low[head_end] == "people" and "S" not in self.reading.tag[first:head_end]):
            kind = self._body(first, last, head_end) or kind
        if not kind and head_end < last:
            kind, _ = type_in(self._qualified(head_end + 1, last))
            kind = "" if kind == "document" else kind  # defenders of the plan
        if not kind and not known and self._is_share(first, last):
            return "witness"  # those polled: 59 percent, about one in five
        return kind or known or "other"

    def _mentions(self, first: int, last: int, number: int) -> Iterator[int]:
        """Where in a phrase somebody of the cast is named."""
        return (unit for unit in range(first, last + 1) if self.cast.at.get(unit, (0, -1))[1] == number)

    def _type_of_named(self, first: int, last: int, end: int, number: int) -> str:
        """The kind of source that somebody with a name is: a person by title and by all the article says of them."""
        one = self.cast.named[number]
        if not one.is_person:
            return self._type(first, last, end, one.type, one.name)
        low = self.reading.low
        if _WITHHELD.isdisjoint(low[first : last + 1]):
            place = next(self._mentions(first, last, number), first)
            kind, is_firm = type_in(low[first:place])
            if is_firm and kind != "document":
                return known_sources().get(one.name.lower(), kind)
            if one.type:
                return one.type
        return self._type(first, last, end, one.type, one.name)

    def _type_of_owner(self, first: int, head_end: int) -> str:
        """The type of the body or person before `officials`, `team`: `|Facebook| officials`, `|his| team`."""
        if first + 1 >= head_end - 1 and self.reading.low[first] in _SINGULAR:
            return self._person(first, _SINGULAR[self.reading.low[first]]).type.replace("other", "")
        for unit in range(head_end - 1, first - 1, -1):
            if unit in self.cast.at:
                one = self.cast.named[self.cast.at[unit][1]]
                return one.type if one.is_person == (one.type == "politician") else ""
        return ""

    def _is_share(self, first: int, last: int) -> bool:
        """Whether the phrase is a share of people: `about four in 10`, `three-fourths of them`."""
        low = self.reading.low
        if _SHARES & set(low[first : last + 1]):
            return True
        return any(
            low[unit] == "in" and (low[unit + 1].isdigit() or low[unit + 1] in _NUMBERS)
            for unit in range(first + 1, last)
        )

    def _qualified(self, first: int, last: int) -> list[str]:
        """The words of an apposition or of `for the union`, up to the next preposition."""
        low, tag = self.reading.low, self.reading.tag
        words: list[str] = []
        for unit in range(first, last + 1):
            if tag[unit] in "VW" or (words and low[unit] in ("at", "in", "from", "who", "with")):
                return institution(self.reading, unit) + words if low[unit] == "at" else words
            if tag[unit] in "NJP":
                words.append(low[unit])
        return words

    def _body(self, first: int, last: int, head_end: int) -> str:
        """The type of the body that somebody speaks for: named in the phrase, else the last body that was a source."""
        kind, is_firm = type_in(self._qualified(head_end + 1, last))
        if is_firm:
            return kind
        named = [self.cast.at[unit][1] for unit in range(first, last + 1) if unit in self.cast.at]
        kinds = [self.cast.named[number].type for number in named]
        if "politician" in kinds:
            return "politician"
        if kinds and kinds[0] in BODY_TYPES and not self.cast.named[named[0]].is_person:
            return kinds[0]  # the SEIU chief
        for one in reversed(self.earlier):
            if self._near(first, one.unit) and not one.is_person and one.who.type != "other":
                return one.who.type
        return ""


def _is_plural(one: _Earlier) -> bool:
    return not one.gender and (not one.is_person or any(word.endswith("s") or word in _SHARES for word in one.words))
