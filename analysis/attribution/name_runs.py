"""Runs of words with a capital that are names, their titles taken off.

Floor: a `Reading` comes in, one `Run` a name goes out, in the order of the text.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from analysis.attribution.gazetteer import PARTICLES, given_names, known_by_one_word, known_sources, plain
from analysis.attribution.reading import Reading, word_class
from analysis.attribution.source_types import SHORT_TITLES, roles

_HONORIFICS = {
    "mr": "m", "mr.": "m", "mrs": "f", "mrs.": "f", "ms": "f", "ms.": "f", "miss": "f", "mx": "", "sir": "m",
    "lady": "f", "lord": "m", "dr": "", "dr.": "", "hon": "", "hon.": "", "rev": "", "rev.": "", "st.": "",
}  # fmt: skip
_CALENDAR = frozenset(
    "monday tuesday wednesday thursday friday saturday sunday january february march april may june july august "
    "september october november december".split()
)
#: Titles that stand between a body's name and a person's.
_TITLES_INSIDE = frozenset(
    "ceo chairman chairwoman president spokesman spokeswoman spokesperson secretary minister director senator "
    "governor mayor leader chief columnist editor correspondent reporter professor manager strategist adviser "
    "advisor aide analyst host anchor pollster activist commissioner congressman congresswoman candidate nominee "
    "delegate executive founder historian economist pastor sheriff".split()
)
_OFFICES = frozenset("undersecretary supervisor commissioner superintendent speaker".split())
#: Words that belong to the title that follows them.
_BEFORE_TITLES = frozenset(
    "vice prime former acting chief deputy foreign defence defense labour interior finance first u.s. house "
    "senate".split()
)
#: Words in a name that say that it is a body, not a person.
BODIES = frozenset(
    "ministry council party university department agency committee bank union association federation institute "
    "board commission court group company corp corporation inc ltd front league guild guard force forces navy army "
    "police house senate congress parliament times post news tribune gazette courier journal foundation center "
    "centre society office bureau administration authority campaign church service services radio television "
    "network media securities ores mutual holdings airlines airways motors industries alliance movement coalition "
    "hospital school college city state states kingdom republic republicans democrats nations security defence "
    "defense organisation organization wire agence press reserve fund trust trade international national federal "
    "rights news war revolution day park beach county street avenue square island river valley airport stadium "
    "hotel arena show breakfast conference act amendment project program plan award prize club theater theatre "
    "museum library bridge tower".split()
)
#: A known name that another run of capitals goes before has at most one word more than this.
LONGEST_KNOWN = 4
#: Words that open a sentence, or a line that runs into it, before a name.
_OPENERS = frozenset(
    "though overall recently yesterday tomorrow rarely fellow late longtime ousted embattled photo update watch read "
    "opinion exclusive video".split()
)
SUFFIXES = frozenset("jr jr. sr sr. ii iii iv".split())
#: Words before `for` in the name of a body: `Students for Life`.
CAUSES = frozenset(
    "action alliance americans campaign center centre citizens coalition committee council democracy democrats doctors "
    "families foundation fund institute lawyers moms mothers parents partnership people physicians republicans society "
    "students teachers veterans voters women workers".split()
)
#: What longer runs of capitals are is not kept.
_LONGEST_KEPT = 12
#: No headline has more units.
_LONGEST_HEADLINE = 40


class Run(NamedTuple):
    """A run of capitalised words, titles taken off: units `first` to `last`, with what stood before it.

    `key` has its words in small letters.
    """

    first: int
    last: int
    words: tuple[str, ...]
    key: tuple[str, ...]
    gender: str
    titles: tuple[str, ...]


def find_runs(reading: Reading) -> list[Run]:
    """The runs of capitalised words of a text."""
    tag, forms, low, starts = reading.tag, reading.tokens.forms, reading.low, reading.starts
    out: list[Run] = []
    in_titles: list[tuple[int, int]] = []
    n, last = len(tag), -1
    for unit in [unit for unit, letter in enumerate(tag) if letter == "P"]:
        if unit <= last:
            continue
        last = unit
        while last + 1 < n and last + 1 not in starts:
            following = last + 1
            if tag[following] == "P" or (tag[following] == "J" and forms[following][:1].isupper()):
                last = following
            elif following + 1 < n and tag[following + 1] == "P" and (
                low[following] in PARTICLES
                or low[following] in ("&", "-")
                or (low[following] == "'" and tag[following] == "S" and len(forms[last]) < 3)
                or (low[following] == "of" and low[last] in BODIES)
                or (low[following] == "for" and low[last] in CAUSES)
            ):  # fmt: skip
                last = following + 1
            else:
                break
        if is_title(low[last]) and low[last + 1 : last + 2] in (["of"], ["for"]):
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
        word in SUFFIXES or word in BODIES or word in roles() for word in words[2:]
    )


def _only_opens(words: Sequence[str]) -> bool:
    """Whether the first word has its capital from opening a sentence and is no part of the name: `Though |Grassley|`."""
    word = words[0]
    if word in _OPENERS or (word.endswith("ing") and word not in given_names()):
        return True
    return word_class(word) in "JE" and len(words) == 2 and words[1] in known_by_one_word()  # Absent |Trump|


def _run(first: int, last: int, forms: list[str], low: list[str]) -> Run | None:
    """A run without its titles; None when nothing is left."""
    of_office = first > 1 and low[first - 1] in ("of", "for") and is_title(low[first - 2])
    untitled = _untitled if last - first < _LONGEST_KEPT else _untitled.__wrapped__
    run = untitled(tuple(forms[first : last + 1]), tuple(low[first : last + 1]), of_office)
    return run and Run(run.first + first, run.last + first, *run[2:])


@lru_cache(maxsize=8192)
def _untitled(forms: tuple[str, ...], low: tuple[str, ...], of_office: bool) -> Run | None:
    """The run that words with a capital are, counted from the first of them; `of_office`: `Secretary of |…`."""
    first, last, gender, titles = 0, len(low) - 1, "", []
    is_known = low[first] in roles() and " ".join(low[first : last + 1]) in known_sources()
    while first < last and not is_known and low[first + 1] != "for":  # no title but a body: Students for Life
        word = low[first]
        if word in _HONORIFICS:
            gender = gender or _HONORIFICS[word]
            if word in SHORT_TITLES:
                titles.append(SHORT_TITLES[word])
        elif word in SHORT_TITLES:
            titles.append(SHORT_TITLES[word])
        elif roles().get(word, "document") != "document" and BODIES.isdisjoint(low[first : last + 1]):
            titles.append(word)
        elif word in _BEFORE_TITLES and any(
            low[unit] in roles() or low[unit] in SHORT_TITLES for unit in range(first + 1, last)
        ):
            pass
        else:
            break
        first += 1
    if of_office and not first:
        first = next((unit for unit in range(first + 1, last) if low[unit] in given_names()), first)
    for inner in range(last - 1, first, -1):
        if low[inner] in _TITLES_INSIDE or low[inner] in SHORT_TITLES:
            titles += low[first : inner + 1]  # Wells Fargo CEO |John Stumpf|
            first = inner + 1
            break
    for inner in range(max(first + 1, last - LONGEST_KNOWN), last):
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
    return Run(first, last, words, tuple([plain(word) for word in words]), gender, tuple(titles))


def is_title(word: str) -> bool:
    """Whether an office begins with the word: `Secretary of State`, `Supervisor of Elections`."""
    return word in _TITLES_INSIDE or word in _OFFICES
