"""Who is cited: one name for the same source throughout an article, and what kind of source it is.

Floor: attributions of one reading come in, one `Who` each goes out. Names are resolved by stated rules, in this order:
a name is the fullest name that the article gives; a role (`the mayor`) is the last person or body that the article calls
so; a pronoun is the last source or subject that fits, not more than two paragraphs back. What no rule settles stays
unresolved.
"""

from __future__ import annotations

from collections.abc import Sequence

from analysis.attribution.cast import find_cast
from analysis.attribution.cues import cue_lexicon
from analysis.attribution.describe import outer_numbers, read_cue, units_of
from analysis.attribution.memory import NOBODY, Memory, Who
from analysis.attribution.phrase_types import is_close_to
from analysis.attribution.reading import Reading
from analysis.attribution.source_phrases import CUTS, resolve
from analysis.attribution.source_types import SHARES
from analysis.attribution.tokens import Found

_FIRST_PERSONS = frozenset("i we".split())
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
        elif who.type == "other" and who.is_named and read_cue(reading, found[number].cue).lemma in _OF_WRITERS:
            who = Who(who.name, "media", True)
        out[number] = who
    return _first_persons(reading, found, out)


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
