"""The names in an article: who is called what, by which title, and what kind of source that makes them.

Floor: a `Reading` comes in; a `Cast` goes out, the persons and bodies whose names the text gives, in its order.
"""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from analysis.attribution.reading import Reading, word_class
from analysis.config import RESOURCES

_HONORIFICS = {
    "mr": "m", "mr.": "m", "mrs": "f", "mrs.": "f", "ms": "f", "ms.": "f", "miss": "f", "mx": "", "sir": "m",
    "lady": "f", "lord": "m", "dr": "", "dr.": "", "hon": "", "hon.": "", "rev": "", "rev.": "", "st.": "",
}  # fmt: skip
#: Abbreviated titles as the role that they stand for.
_SHORT_TITLES = {
    "sen.": "senator", "sens.": "senators", "rep.": "representative", "reps.": "representatives", "gov.": "governor",
    "gen.": "general", "lt.": "lieutenant", "col.": "colonel", "sgt.": "sergeant", "capt.": "captain",
    "prof.": "professor", "maj.": "major", "adm.": "admiral", "cmdr.": "commander", "dr.": "doctor", "rev.": "reverend",
}  # fmt: skip
_CALENDAR = frozenset(
    "monday tuesday wednesday thursday friday saturday sunday january february march april may june july august "
    "september october november december".split()
)
#: Titles that stand between a body's name and a person's.
_TITLES_INSIDE = frozenset(
    "ceo chairman chairwoman president spokesman spokeswoman spokesperson secretary minister director senator governor "
    "mayor leader chief columnist editor correspondent reporter professor manager strategist adviser advisor aide analyst "
    "host anchor pollster activist commissioner congressman congresswoman candidate nominee delegate "
    "executive founder historian economist pastor sheriff".split()
)
_PARTICLES = frozenset("de del della di da van von der den la le al bin ibn abu el ter ten dos du".split())
#: Words in a name that say that it is a body, not a person.
_BODIES = frozenset(
    "ministry council party university department agency committee bank union association federation institute board "
    "commission court group company corp corporation inc ltd front league guild guard force forces navy army police "
    "house senate congress parliament times post news tribune gazette courier journal foundation center centre society "
    "office bureau administration authority campaign church service services radio television network media securities "
    "ores mutual holdings airlines airways motors industries alliance movement coalition hospital school college city "
    "state states kingdom republic republicans democrats nations security defence defense organisation organization "
    "wire agence press reserve fund trust trade international national federal rights news war revolution day park beach county street avenue square "
    "island river valley airport stadium hotel arena show breakfast conference act amendment project program plan award "
    "prize club theater theatre museum library bridge tower".split()
)
#: A known name that another run of capitals goes before has at most one word more than this.
_LONGEST_KNOWN = 4
#: A person is introduced within this many mentions.
_INTRODUCED_WITHIN = 3
#: How far after a surname that several bear a pronoun may tell whose it is (units).
_PRONOUN_REACH = 60
_PRONOUNS = {"he": "m", "she": "f"}
#: Whom news calls by the given name alone.
_CALLED_BY_FIRST_NAME = frozenset(["hillary", "bernie", "ivanka", "melania", "barack", "oprah"])
#: Words that open a sentence, or a line that runs into it, before a name.
_OPENERS = frozenset(
    "though overall recently yesterday tomorrow rarely fellow late longtime ousted embattled photo update watch read "
    "opinion exclusive video".split()
)
_SUFFIXES = frozenset("jr jr. sr sr. ii iii iv".split())
#: Surnames by which news means one politician, whoever else bears them.
_BARE = frozenset(["sanders", "trump", "clinton", "obama", "bush", "biden"])
#: Words before `for` in the name of a body: `Students for Life`.
_CAUSES = frozenset(
    "action alliance americans campaign center centre citizens coalition committee council democracy democrats doctors "
    "families foundation fund institute lawyers moms mothers parents partnership people physicians republicans society "
    "students teachers veterans voters women workers".split()
)
#: Words that join a name to the body for which a person speaks: `Marsha Catron of Homeland Security`.
_BELONGS = frozenset(["of", "at", "from", "with"])
#: Endings of who knows a science: `virologist`, `demographer`.
_OF_SCIENCES = ("ologist", "ologists", "ographer", "ographers")
#: Words before the body to which an apposition says that somebody belongs, and how far it is read (units).
_BODY_FOLLOWS = frozenset(["of", "at", "for", "with", "from"])
_APPOSITION_REACH = 16
#: No headline has more units.
_LONGEST_HEADLINE = 40
#: Words before a name that is no person's.
_OF_PLACES = frozenset(["in", "at", "near", "outside", "across", "throughout"])
#: Types of bodies whose people speak for them.
BODY_TYPES = frozenset(["media", "organisation", "company", "expert", "official", "military"])
_PERSONAL_TYPES = frozenset(["politician", "military", "expert", "witness", "victim"])


@lru_cache(maxsize=1)
def roles() -> dict[str, str]:
    """Small word → source type, from `resources/source_roles.csv`."""
    with (RESOURCES / "source_roles.csv").open(encoding="utf-8", newline="") as file:
        return {row["word"]: row["type"] for row in csv.DictReader(file)}


@lru_cache(maxsize=1)
def known_sources() -> dict[str, str]:
    """Small name → source type, from `resources/known_sources.csv`: who news of 2008 to 2024 cites without a title.

    A name with a hyphen is there without it as well, as a run of capitals has it.
    """
    with (RESOURCES / "known_sources.csv").open(encoding="utf-8", newline="") as file:
        listed = {row["name"].lower(): row["type"] for row in csv.DictReader(file)}
    return {name.replace("-", " "): kind for name, kind in listed.items()} | listed


@lru_cache(maxsize=1)
def known_by_one_word() -> dict[str, str]:
    """Small last (or, where no other has it, first) name of a person of `known_sources` → type, where all who bear it share it."""
    kinds: dict[str, set[str]] = {}
    for name, kind in known_sources().items():
        words = name.split(" ")
        if len(words) > 1 and (words[0] in given_names() or kind == "politician"):
            last = words[-2] if words[-1] in ("jr.", "iii") else words[-1]
            if words[-2] in _PARTICLES and len(words) > 2:
                last = f"{words[-2]} {last}"
            for word in {last, words[0]} if words[0] in _CALLED_BY_FIRST_NAME else {last}:
                kinds.setdefault(word, set()).add(kind)
    return {word: kind.pop() for word, kind in kinds.items() if len(kind) == 1} | dict.fromkeys(_BARE, "politician")


@lru_cache(maxsize=1)
def given_names() -> dict[str, str]:
    """Small given name → `m`, `f`, or empty where both bear it, from `resources/given_names.csv`."""
    with (RESOURCES / "given_names.csv").open(encoding="utf-8", newline="") as file:
        return {row["name"].lower(): row["gender"] for row in csv.DictReader(file)}


@lru_cache(maxsize=1)
def places() -> frozenset[str]:
    """Small names of states and cities that are no person, from `resources/places.csv`."""
    with (RESOURCES / "places.csv").open(encoding="utf-8", newline="") as file:
        return frozenset(row["place"].lower() for row in csv.DictReader(file))


@lru_cache(maxsize=1)
def countries() -> dict[str, str]:
    """Small name or capital → the state that speaks under it, from `resources/countries.csv`."""
    out: dict[str, str] = {}
    with (RESOURCES / "countries.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            for name in [row["country"], *row["also"].split(";")]:
                if name:
                    out.setdefault(name.lower(), row["country"])
    return out


def state_of(name: str) -> str:
    """The state, city or country that speaks under a name; empty when it is none."""
    small = name.lower().removeprefix("the ")
    return countries().get(small) or (name if small in places() else "")


#: Roles that say nothing of what kind of body they belong to.
RELATIONAL = frozenset(
    "spokesman spokeswoman spokesperson spokesmen spokespeople secretary president chief chiefs head heads chair chairman "
    "chairwoman chairmen director directors leader leaders member members manager deputy aide aides adviser advisers people "
    "executive executives founder founders co-founder treasurer partner".split()
)
_STATE_OFFICES = frozenset(
    "of interior defense defence foreign treasury labor labour home finance energy health state transport education "
    "justice commerce agriculture trade environment housing".split()
)

#: Types that two words name together: one of the first set and one of the second.
_PAIRS = (
    ("military", frozenset(["defence", "defense"]), frozenset(["ministry", "department", "forces"])),
    ("official", frozenset(["press"]), frozenset(["secretary"])),
    (
        "official",
        frozenset(
            [
                "attorney",
                "attorneys",
                "surgeon",
                "solicitor",
                "inspector",
                "inspectors",
                "postmaster",
                "comptroller",
                "director",
                "secretary",
            ]
        ),
        frozenset(["general"]),
    ),
    (
        "official",
        frozenset(["district", "u.s.", "federal", "state", "state's", "commonwealth", "county", "city"]),
        frozenset(["attorney", "attorneys"]),
    ),
    ("official", frozenset(["law"]), frozenset(["enforcement"])),
    ("official", frozenset(["bureau", "office"]), frozenset(["statistics"])),
    ("organisation", frozenset(["executive", "national"]), frozenset(["director"])),
    (
        "expert",
        frozenset(["university", "college", "institute", "school", "polling"]),
        frozenset(["director", "dean", "head", "chair", "president", "chairman", "author"]),
    ),
    ("politician", frozenset(["first"]), frozenset(["lady"])),
    ("politician", frozenset(["front"]), frozenset(["runner", "runners"])),
    (
        "politician",
        frozenset(["campaign"]),
        frozenset(
            ["manager", "chairman", "chairwoman", "chair", "director", "team", "staff", "officials", "operation"]
        ),
    ),
    (
        "official",
        frozenset(["city", "county", "town", "village"]),
        frozenset(["manager", "clerk", "administrator", "director"]),
    ),
    (
        "media",
        frozenset(["news", "fox", "cnn", "msnbc", "nbc", "abc", "cbs"]),
        frozenset(["analyst", "analysts", "contributor", "contributors"]),
    ),
    ("media", frozenset(["editorial"]), frozenset(["board", "page"])),
    ("official", frozenset(["fire", "police"]), frozenset(["chief", "department", "officials"])),
    ("official", frozenset(["chief"]), frozenset(["justice"])),
    ("company", frozenset(["chief"]), frozenset(["executive"])),
    ("media", frozenset(["news", "press"]), frozenset(["agency", "wire", "service"])),
    ("politician", frozenset(["house"]), frozenset(["upper", "lower"])),
    ("politician", frozenset(["house", "senate", "congressional"]), frozenset(["panel", "committee", "subcommittee"])),
    (
        "politician",
        frozenset(["party", "gop", "rnc", "dnc"]),
        frozenset(["chairman", "chairwoman", "chair", "leader", "leaders"]),
    ),
    ("official", frozenset(["bank"]), frozenset(["central"])),
    ("official", frozenset(["council"]), frozenset(["security", "state"])),
    (
        "official",
        frozenset(["board", "inspectorate"]),
        frozenset(["school", "health", "food", "elections", "education"]),
    ),
    ("politician", frozenset(["secretary", "minister", "ministers"]), _STATE_OFFICES),
)

#: Words that say of whom only how many.
_QUANTIFIERS = frozenset("many some several other others another most few".split())
#: The words of which one at least is in every pair.
_PAIRED = frozenset().union(*[one for _, one, _ in _PAIRS])


def type_in(words: Sequence[str]) -> tuple[str, bool]:
    """The source type that a description names, and whether it does so by itself.

    Words are small, in the order of the text; the last one weighs most. A role that belongs to any body (`spokesman`,
    `president`) gives way to the body (`union president`), and alone it is not firm; a ministry of defence is military,
    a news agency is media. No type is an empty text.
    """
    return _type_in(tuple(words))


@lru_cache(maxsize=8192)
def _type_in(words: tuple[str, ...]) -> tuple[str, bool]:
    present = set(words)
    if not _PAIRED.isdisjoint(present):
        for kind, one, other in _PAIRS:
            if not one.isdisjoint(present) and not other.isdisjoint(present):
                return kind, True
    found = [(word, role_of(word)) for word in reversed(words) if len(words) == 1 or word not in _QUANTIFIERS]
    firm = [kind for word, kind in found if kind and word not in RELATIONAL]
    firm.sort(key=lambda kind: kind == "other")  # an activist and lawyer
    loose = [kind for word, kind in found if kind]
    return (firm or loose or [""])[0], bool(firm)


@lru_cache(maxsize=8192)
def role_of(word: str) -> str:
    """The source type that a word names by itself (`senator` → politician), one of several as one; empty for none."""
    listed = roles()
    kind = listed.get(_SHORT_TITLES.get(word, word), "")
    if not kind and word.endswith("s") and len(word) > 4:
        kind = listed.get(word[:-1], "") or (listed.get(word[:-3] + "y", "") if word.endswith("ies") else "")
    return kind or ("expert" if word.endswith(_OF_SCIENCES) else "")


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


@dataclass(frozen=True, slots=True)
class Run:
    """A run of capitalised words, titles taken off: units `first` to `last`, with what stood before it.

    `key` has its words in small letters.
    """

    first: int
    last: int
    words: tuple[str, ...]
    key: tuple[str, ...]
    gender: str
    titles: tuple[str, ...]


def find_cast(reading: Reading) -> Cast:
    """Who is named in a text: full names first, then each short name given to the one that it is short for."""
    runs = _runs(reading)
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
        last = key[-2] if key[-1] in _SUFFIXES and len(key) > 2 else key[-1]
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
        described = _described(reading, run)
        one.roles += [words[-1] for words in described if words and words[-1] not in one.roles]
        if not (one.type or one.is_person or run.titles):
            one.type = _type_of_body(one.name.lower().split(" "))
        if not one.type:
            kinds = [_spoken_for(words) or _firm_or_of_body(reading, run, words) for words in described]
            fitting = [kind for kind in kinds if kind and (kind != "document" or not one.is_person)]
            one.type = fitting[0] if fitting else _by_company(reading, run)
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
        small = _plain(one.name).removeprefix("the ")
        one.type = _known_as(small, is_person=one.is_person) or one.type
        if small in known_by_one_word() and (not one.type or small in _BARE):
            one.type, one.is_person = known_by_one_word()[small], True
        if not one.type and one.is_person and _is_introduced(reading, one, at):
            one.type = "witness"
        elif not one.type and not one.is_person:
            one.type = _type_of_body(one.name.lower().split(" "))
    return Cast(named, at, _surnames(named))


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
    last = len(words) - 1 - (words[-1] in _SUFFIXES)
    return known_sources().get(f"{words[0]} {words[last]}", "") if last > 1 and words[0] in given_names() else ""


def _give_short_names(by_words: dict[tuple[str, ...], int], named: list[Named]) -> None:
    """Let a name of several words that ends the name of exactly one person be that person's: `Wasserman Schultz`."""
    longer: dict[tuple[str, ...], set[int]] = {}
    for key, number in by_words.items():
        for start in range(1, min(len(key) - 1, _LONGEST_KNOWN)):
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
    if "for" in words[1:] and words[words.index("for", 1) - 1] in _CAUSES:
        return "organisation"
    return type_in(words)[0]


def _firm_or_of_body(reading: Reading, run: Run, words: Sequence[str]) -> str:
    """The type that a description names by itself, else that of the body that it names, else what the role suggests."""
    kind, is_firm = type_in(words)
    if not kind or (is_firm and words[-1] != "president"):  # the president of the Log Cabin Republicans
        return kind
    return _body_beside(reading, run) or kind


def _body_beside(reading: Reading, run: Run) -> str:
    """The type of the body named beside a name: `|Politico| editor Ivo Marl`, `Ivo Marl, director of |the Cato Institute|`."""
    tag, low = reading.tag, reading.low
    floor = reading.first[run.first]
    unit = run.first - 1 - (tag[run.first - 1] == ",")
    while unit >= floor and run.first - unit < 8 and (tag[unit] in "NJPSD" or low[unit] in _BODY_FOLLOWS):
        if tag[unit] == "P":
            start = unit
            while start - 1 >= floor and tag[start - 1] == "P":
                start -= 1
            kind = _body_type(reading, start, unit)
            if kind:
                return kind
            unit = start
        unit -= 1
    stop = (
        min(reading.last[run.first], run.last + _APPOSITION_REACH) if tag[run.last + 1 : run.last + 2] == [","] else 0
    )
    some = ""
    for unit in range(run.last + 2, stop):
        if tag[unit] in "VQ;" or (tag[unit] == "," and some):
            break
        if tag[unit] != "P" or tag[unit - 1] == "P":
            continue
        last = _capitals_end(reading, unit)
        kind = _body_type(reading, unit, last)
        if kind:
            return kind
        if low[unit - 1 - (low[unit - 1] == "the")] in _BODY_FOLLOWS and low[unit] not in given_names():
            known = known_by_one_word().get(low[last], "")
            some = some or ("" if known or state_of(" ".join(low[unit : last + 1])) else "organisation")
    return some


def _spoken_for(words: Sequence[str]) -> str:
    """`politician` where a description names whom somebody speaks for, and that is a known politician (`Clinton spokesman`)."""
    kind, is_firm = type_in(words)
    known = known_by_one_word()
    return "politician" if kind and not is_firm and any(known.get(word) == "politician" for word in words) else ""


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
    if key[0] in _BARE:
        options = [number for number in options if named[number].is_person]  # Trump is not Trump University
    if len({named[number].gender for number in options}) > 1:
        called = _pronoun_after(reading, run.last, by_last)
        options = [number for number in options if not _rules_out(called, named[number])]
    if len(options) == 1:
        return options[0]
    met = [number for number in options if named[number].places]
    return max(met, key=lambda number: named[number].places[-1]) if met else -1


def _pronoun_after(reading: Reading, last: int, by_last: dict[str, list[int]]) -> str:
    """`m` or `f` where the next person spoken of after `last` is `he` or `she`, before anybody else's name; else empty."""
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
        and not any(word in _BODIES for word in small)
        and name not in countries()
        and name not in places()
    )


def _is_set_in_place(reading: Reading, run: Run) -> bool:
    """Whether the word before says that a name is no person's: `the |Palm Beach Post|`, `in |Palm Beach|`."""
    before = reading.low[run.first - 1] if reading.first[run.first] < run.first else ""
    return before in _OF_PLACES or (before == "the" and len(run.words) > 1)


def _runs(reading: Reading) -> list[Run]:
    """The runs of capitalised words of a text."""
    tag, forms, low = reading.tag, reading.tokens.forms, reading.low
    out: list[Run] = []
    in_titles: list[tuple[int, int]] = []
    n, last = len(tag), -1
    for unit in [unit for unit, letter in enumerate(tag) if letter == "P"]:
        if unit <= last:
            continue
        last = unit
        while last + 1 < n and last + 1 not in reading.starts:
            following = last + 1
            if tag[following] == "P" or (tag[following] == "J" and forms[following][:1].isupper()):
                last = following
            elif following + 1 < n and tag[following + 1] == "P" and (
                low[following] in _PARTICLES
                or low[following] in ("&", "-")
                or (low[following] == "'" and tag[following] == "S" and len(forms[last]) < 3)
                or (low[following] == "of" and low[last] in _BODIES)
                or (low[following] == "for" and low[last] in _CAUSES)
            ):  # fmt: skip
                last = following + 1
            else:
                break
        if _is_title(low[last]) and low[last + 1 : last + 2] in (["of"], ["for"]):
            continue
        if unit and tag[unit - 1] == "J" and " ".join(low[unit - 1 : last + 1]) in known_sources():
            unit -= 1  # American Enterprise Institute
        first = unit + (unit < last and reading.first[unit] == unit and _only_opens(low[unit : last + 1]))
        if first < last and _is_in_capitals(reading, unit):
            in_titles.append((first, last))
            continue
        run = _run(first, last, forms, low)
        if run is not None:
            out.append(run)
    if in_titles:
        told = {word for run in out for word in run.key}
        parts = [part for first, last in in_titles for part in _parts(reading, first, last, told)]
        out += [run for run in (_run(*part, forms, low) for part in parts) if run is not None]
        out.sort(key=lambda run: run.first)
    known = known_by_one_word()
    firm = [len(run.key) > 1 or reading.first[run.first] != run.first or run.key[0] in known for run in out]
    inner = {word for run, is_firm in zip(out, firm, strict=True) if is_firm for word in run.key}
    return [run for run, is_firm in zip(out, firm, strict=True) if is_firm or run.key[0] in inner]


def _is_in_capitals(reading: Reading, unit: int) -> bool:
    """Whether the sentence of `unit` is a headline in which every word has a capital, so that capitals tell no name."""
    first, last = reading.first[unit], reading.last[unit]
    if last - first > _LONGEST_HEADLINE:
        return False
    words = small = 0
    for form in reading.tokens.forms[first : last + 1]:
        if len(form) > 3 and form[0].isalpha():
            words += 1
            small += form[0].islower()
            if small * 8 > _LONGEST_HEADLINE:
                return False
    return words > 2 and small * 8 < words


def _parts(reading: Reading, first: int, last: int, told: set[str]) -> list[tuple[int, int]]:
    """The parts of a run of capitals in a headline that the text elsewhere has as names; cut at its verbs when none."""
    low = reading.low
    for is_part in (
        lambda unit: low[unit] in told or low[unit] in given_names() or low[unit] in known_by_one_word(),
        lambda unit: word_class(low[unit]) not in "VEG",
    ):
        parts: list[tuple[int, int]] = []
        for unit in range(first, last + 1):
            if is_part(unit) and (reading.tag[unit] == "P" or parts):
                if parts and parts[-1][1] == unit - 1:
                    parts[-1] = (parts[-1][0], unit)
                else:
                    parts.append((unit, unit))
        if parts:
            return parts
    return []


def _runs_on(words: Sequence[str]) -> bool:
    """Whether what follows a known name of two words is neither part of it nor a body that bears it."""
    return " ".join(words) not in known_sources() and not any(
        word in _SUFFIXES or word in _BODIES or word in roles() for word in words[2:]
    )


def _only_opens(words: Sequence[str]) -> bool:
    """Whether the first word, with a capital because it opens a sentence, is no part of the name: `Though |Grassley|`."""
    word = words[0]
    if word in _OPENERS or (word.endswith("ing") and word not in given_names()):
        return True
    return word_class(word) in "JE" and len(words) == 2 and words[1] in known_by_one_word()  # Absent |Trump|


def _run(first: int, last: int, forms: list[str], low: list[str]) -> Run | None:
    """A run without its titles; None when nothing is left."""
    gender, titles = "", []
    is_known = low[first] in roles() and " ".join(low[first : last + 1]) in known_sources()
    while first < last and not is_known and low[first + 1] != "for":  # no title but a body: Students for Life
        word = low[first]
        if word in _HONORIFICS:
            gender = gender or _HONORIFICS[word]
            if word in _SHORT_TITLES:
                titles.append(_SHORT_TITLES[word])
        elif word in _SHORT_TITLES:
            titles.append(_SHORT_TITLES[word])
        elif roles().get(word, "document") != "document" and _BODIES.isdisjoint(low[first : last + 1]):
            titles.append(word)
        elif word in ("vice", "prime", "former", "acting", "chief", "deputy", "foreign", "defence", "defense", "labour",
                      "interior", "finance", "first", "u.s.", "house", "senate") and any(
            low[unit] in roles() or low[unit] in _SHORT_TITLES for unit in range(first + 1, last)
        ):  # fmt: skip
            pass
        else:
            break
        first += 1
    if first > 1 and low[first - 1] in ("of", "for") and _is_title(low[first - 2]):
        first = next((unit for unit in range(first + 1, last) if low[unit] in given_names()), first)
    for inner in range(last - 1, first, -1):
        if low[inner] in _TITLES_INSIDE or low[inner] in _SHORT_TITLES:
            titles += low[first : inner + 1]  # Wells Fargo CEO |John Stumpf|
            first = inner + 1
            break
    for inner in range(max(first + 1, last - _LONGEST_KNOWN), last):
        if " ".join(low[inner : last + 1]) in known_sources() and low[first] not in given_names():
            first = inner  # a dateline or a headline that runs into a name: CLEVELAND |Donald Trump|
            break
    if last > first + 1 and " ".join(low[first : first + 2]) in known_sources() and _runs_on(low[first : last + 1]):
        last = first + 1  # a headline in capitals: |Tim Kaine| Fully Embraced …
    words = tuple(form for form in forms[first : last + 1] if form != "-")
    if not words or (
        len(words) == 1
        and (low[first] in _HONORIFICS or len(words[0]) == 1 or low[first] in _CALENDAR or low[first] in _TITLES_INSIDE)
    ):
        return None
    return Run(first, last, words, tuple([_plain(word) for word in words]), gender, tuple(titles))


def _is_title(word: str) -> bool:
    """Whether an office begins with the word: `Secretary of State`, `Supervisor of Elections`."""
    return word in _TITLES_INSIDE or word in (
        "undersecretary",
        "supervisor",
        "commissioner",
        "superintendent",
        "speaker",
    )


def _plain(name: str) -> str:
    """A name as the lists have it: small, with straight apostrophes."""
    small = name.lower()
    return small.replace("’", "'") if "’" in small else small


_TELLS = {
    **dict.fromkeys("teaches taught studies studied researches lectures specialises specializes".split(), "researcher"),
    **dict.fromkeys("covers covered reports writes anchors hosts edits".split(), "reporter"),
    **dict.fromkeys(["survived"], "survivor"),
}
_IS = frozenset(["is", "was"])
_LEADS = frozenset("runs heads leads chairs represents ran headed led chaired represented".split())
_OF_STATE = frozenset(
    "minister president parliament government army ministry foreign defense defence prime ambassador embassy".split()
)


def _described(reading: Reading, run: Run) -> list[list[str]]:
    """What the text calls a name, as lists of small words.

    `economist |Dov Kestrel|`, `|Dov Kestrel|, chief economist at …`, `|Ines Corrow|, who teaches …`.
    """
    tag, low = reading.tag, reading.low
    found = []
    before = list(run.titles)
    unit = run.first - 1
    floor = reading.first[run.first]
    while (
        unit >= floor
        and run.first - unit < 8
        and (
            tag[unit] in "NJP"
            or (unit > floor and low[unit] in ("of", "for") and tag[unit - 1] == "P" and _is_title(low[unit - 1]))
        )
    ):
        before.insert(0, _SHORT_TITLES.get(low[unit], low[unit]))
        unit -= 1
    if any(role_of(word) for word in before):
        found.append(before)
    if run.last + 1 < len(tag) and tag[run.last + 1] == "," == tag[run.first - 1] and not before:
        start = run.first - 1
        while (
            start > floor
            and run.first - start < _APPOSITION_REACH
            and (tag[start - 1] in "NJPSD" or low[start - 1] in _BODY_FOLLOWS)
        ):
            start -= 1
        start += start < run.first and tag[start] == "D"
        words = _apposition(reading, start)
        if words and role_of(words[-1]):
            found.append(words)  # the company's founder, |Ivo Marl|,
    if run.last + 2 < len(tag) and tag[run.last + 1] == ",":
        found.append(_apposition(reading, run.last + 2))
    return found


def _apposition(reading: Reading, first: int) -> list[str]:
    """The words that describe after a comma, the head last: `spokeswoman` of `a spokeswoman for the league`.

    A relative clause describes where it says that somebody teaches or leads.
    """
    tag, low = reading.tag, reading.low
    if low[first] == "who":
        verb, following = (*low[first + 1 : first + 3], "", "")[:2]
        if verb in _TELLS:
            return [_TELLS[verb]]
        if verb in _IS and following == "running":
            return ["candidate"]
        if verb not in _LEADS and verb not in _IS and following != "as":
            return []
        first += 2 + (following == "as")
        first += first < len(low) and tag[first] == "D"
    head: list[str] = []
    rest: list[str] = []
    words = head
    for unit in range(first, min(len(tag), first + 10)):
        if tag[unit] == "V" and low[first - 1] == ",":
            return []  # no apposition but a clause: Monday, the mayor said
        if tag[unit] in ",.;:?!QVW" or unit in reading.starts or (low[unit] in ("at", "in", "from") and head):
            if low[unit] == "at":
                rest = institution(reading, unit) + rest
            break
        if low[unit] in ("of", "for") and head:
            words = rest
        elif tag[unit] in "NJP":
            words.append(low[unit])
    return rest + head


def _by_company(reading: Reading, run: Run) -> str:
    """What a name is by the words after it: `X's campaign` (politician), `X's foreign minister` (a state)."""
    tag, low = reading.tag, reading.low
    after = run.last + 1
    kind = _body_type(reading, *_owner(reading, run.first))
    if kind or after + 1 >= len(tag):
        return kind
    if tag[after] == "S" and low[after + 1] in _OF_STATE and len(run.words) < 3 and not run.titles:
        return "official"
    following = low[after + 1] if tag[after] == "S" else low[after]
    if following in ("campaign", "administration", "campaigned"):
        return "politician"
    return _body_type(reading, after + 1, _capitals_end(reading, after + 1)) if low[after] in _BELONGS else ""


def _owner(reading: Reading, first: int) -> tuple[int, int]:
    """The capitalised words that own the name at `first`: `|Commentary|'s Noah Rothman`; an empty stretch when none do."""
    last = first - 2
    if last < reading.first[first] or reading.tag[first - 1] != "S":
        return first, first - 1
    start = last
    while start > reading.first[first] and reading.tag[start] == "P" and reading.tag[start - 1] == "P":
        start -= 1
    return start, last


def _capitals_end(reading: Reading, first: int) -> int:
    """The last of the capitalised words from `first` on, an article skipped; `first - 1` when there are none."""
    unit = first + (reading.low[first : first + 1] == ["the"])
    if not _is_capital(reading, unit):
        return first - 1
    while unit + 1 not in reading.starts and _is_capital(reading, unit + 1):
        unit += 1
    return unit


def _is_capital(reading: Reading, unit: int) -> bool:
    """Whether a unit is a name or an adjective with a capital: `|American| Enterprise Institute`."""
    return unit < len(reading.tag) and (
        reading.tag[unit] == "P" or (reading.tag[unit] == "J" and reading.tokens.forms[unit][0].isupper())
    )


def institution(reading: Reading, at: int) -> list[str]:
    """The small words of the institution after `at`: `a fellow |at| the University of Lisk`."""
    last = _capitals_end(reading, at + 1)
    return [word for word in reading.low[at + 1 : last + 1] if word != "the"]


def _body_type(reading: Reading, first: int, last: int) -> str:
    """The type of a body by its name, known or said by its words; empty for persons and places."""
    words = [word for word in reading.low[first : last + 1] if word != "the"]
    if not words:
        return ""
    kind = known_sources().get(" ".join(words)) or (type_in(words)[0] if reading.tag[last] == "P" else "")
    return kind if kind in BODY_TYPES else ""


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
