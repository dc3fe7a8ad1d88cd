"""Who is cited: one name for the same source throughout an article, and what kind of source it is.

Floor: attributions of one reading come in, one `Who` each goes out. Names are resolved by stated rules, in this order:
a name is the fullest name that the article gives; a role (`the mayor`) is the last person or body that the article calls
so; a pronoun is the last source or subject that fits, not more than two paragraphs back. What no rule settles stays
unresolved.
"""

from __future__ import annotations

from collections.abc import Sequence

from analysis.attribution.cast import Cast, Named, find_cast
from analysis.attribution.cues import cue_lexicon
from analysis.attribution.describe import outer_numbers, read_cue, units_of
from analysis.attribution.gazetteer import given_names
from analysis.attribution.memory import NOBODY, Memory, Who
from analysis.attribution.phrase_types import is_close_to
from analysis.attribution.reading import Reading
from analysis.attribution.source_phrases import CUTS, resolve
from analysis.attribution.source_types import SHARES, role_of
from analysis.attribution.tokens import Found

_FIRST_PERSONS = frozenset("i we".split())
_PERSONS = frozenset("he she they".split())
#: People at large, of whom an attribution says how they feel more often than what they said.
_CROWDS = frozenset(
    "people public americans voters supporters fans backers electorate base whites blacks latinos hispanics women men "
    "millennials conservatives liberals independents citizens youth ones folks christians "
    "evangelicals muslims jews catholics everyone everybody anyone someone nobody immigrants workers "
    "students consumers users".split()
)
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


def name_sources(reading: Reading, found: Sequence[Found]) -> list[Who]:
    """The name and the type of every attribution's source, in the order given."""
    if not found:
        return []
    memory = Memory(reading, find_cast(reading))
    strangers = {one.name for one in memory.cast.named if _is_stranger(one)}
    order = sorted(range(len(found)), key=lambda number: (found[number].source or found[number].content)[0])
    out = [NOBODY] * len(found)
    known: dict[tuple[int, int], Who] = {}
    for number in order:
        if not found[number].source:
            continue
        first, stop = units_of(reading, found[number].source[0][0], found[number].source[-1][1])
        if (first, stop) not in known:
            known[first, stop] = resolve(memory, first, stop - 1)
        who = known[first, stop]
        if (
            who.type in _CROWD_TYPES
            and not who.is_named
            and not (who.type == "anonymous" and is_close_to(who.name.lower().split()))
            and is_crowd(who.name)
            and not _is_speech(reading, found[number])
        ):
            who = Who(who.name, "other", False)
        elif first + 1 == stop and reading.low[first] in _FIRST_PERSONS and reading.inside[first] < 0:
            if read_cue(reading, found[number].cue).lemma in _OF_ASKERS:
                who = Who("", "media", False)  # we asked the campaigns
            elif not who.name and reading.low[first] == "i":
                who = Who("", "media", False)  # the writer
        elif who.type == "other" and who.is_named and read_cue(reading, found[number].cue).lemma in _OF_WRITERS:
            who = Who(who.name, "media", True)
        elif who == NOBODY and first + 1 == stop and reading.low[first] in _PERSONS and _is_on_politicians(memory.cast):
            who = Who("", "politician", False)
        elif who.type == "other" and who.name in strangers:
            who = Who(who.name, "witness", True)
        out[number] = who
    return _first_persons(reading, found, out)


def _is_on_politicians(cast: Cast) -> bool:
    """Whether most of the persons whom a text names are politicians: one whom no rule finds is likely another."""
    people = [one.type for one in cast.named if one.is_person]
    return 2 * people.count("politician") > len(people)


def _is_stranger(one: Named) -> bool:
    """Whether a name is a person's of whom the text says nothing that tells what they are: a citizen, most often."""
    given, _, rest = one.name.lower().partition(" ")
    is_person = one.is_person and bool(rest) and (bool(one.gender) or given in given_names())
    return is_person and not one.type and not any(role_of(role) for role in one.roles)


def is_crowd(name: str) -> bool:
    """Whether a description is of people at large (`Trump fans`), who are not asked here but spoken of."""
    words = name.lower().partition(",")[0].split()
    if words[:1] and words[0] in _QUANTITIES:
        return len(words) == 1 or words[1] in CUTS or not _CROWDS.isdisjoint(words[1:])
    return not _CROWDS.isdisjoint(words) and SHARES.isdisjoint(words) and not any(word[0].isdigit() for word in words)


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
