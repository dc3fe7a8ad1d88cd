"""What is said of an attribution beside its spans: kind, cue lemma, stance, hedge, nesting.

Floor: a `Reading` and spans of the text come in; plain values go out. The classes of cues are those of `cues.csv`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from analysis.attribution.cues import Cue, cue_lexicon
from analysis.attribution.reading import BE, Reading
from analysis.attribution.tokens import Found, Span

#: Words that leave a claim uncertain when they stand in its first clause (Hyland 2005: hedges).
_HEDGES = frozenset(
    [
        "may",
        "might",
        "possibly",
        "perhaps",
        "probably",
        "likely",
        "maybe",
        "apparently",
        "reportedly",
        "allegedly",
        "seemingly",
    ]
)
#: How many units of a claim are searched for a hedge: its main clause.
_HEDGE_REACH = 12
#: Reporting verbs that, in the passive and with an infinitive, mark a claim as hearsay: `is said to`, `is believed to`.
_HEARSAY = frozenset(
    [
        "say",
        "believe",
        "think",
        "expect",
        "report",
        "understand",
        "suppose",
        "rumour",
        "allege",
        "suspect",
        "assume",
        "presume",
    ]
)
_SO_CALLED = re.compile(r"\bso-called\b", re.IGNORECASE)


def kind_of(reading: Reading, content: Sequence[Span]) -> str:
    """`direct` when every word of the content stands inside quotation marks, `indirect` when none does, else `mixed`."""
    inside = outside = 0
    for start, end in content:
        for unit in range(*units_of(reading, start, end)):
            if reading.low[unit][0].isalnum():
                if reading.inside[unit] >= 0:
                    inside += 1
                else:
                    outside += 1
    return "indirect" if not inside else "mixed" if outside else "direct"


def units_of(reading: Reading, start: int, end: int) -> tuple[int, int]:
    """The units that characters `start` to `end` cover: the first, and one past the last."""
    first = reading.tokens.at(start)
    return first, max(first, reading.tokens.at(end - 1) + 1) if end > start else first


def cue_of(reading: Reading, found: Found) -> tuple[str, Cue | None, bool]:
    """The cue's lemma, its entry in `cues.csv` if it has one, and whether it is a passive.

    The last verb of the cue that the lexicon lists gives the lemma; else its last listed noun or adjective; else the
    words as they stand.
    """
    units = [unit for start, end in found.cue for unit in range(*units_of(reading, start, end))]
    low = reading.low
    words = [low[unit] for unit in units]
    if "according" in words:
        return "according to", cue_lexicon().by_lemma.get("according to"), False
    best: Cue | None = None
    place = -1
    for unit in units:
        cue = reading.verb[unit]
        if cue is not None and (reading.tag[unit] != "N" or best is None) and low[unit] not in BE:
            best, place = cue, unit
    other = next((reading.other[unit] for unit in reversed(units) if reading.other[unit] is not None), None)
    if other is not None and (best is None or other.pos == "adverb" or reading.tag[place] == "N"):
        best, place = other, -1
    if best is None:
        return " ".join(words), None, False
    passive = (
        place > 0
        and low[place].endswith(("ed", "en", "id", "ught", "own"))
        and any(low[unit] in BE for unit in range(max(place - 3, reading.first[place]), place))
    )
    return best.lemma, best, passive


def is_hedged(reading: Reading, found: Found, cue: Cue | None, passive: bool) -> bool:
    """Whether the claim is marked as uncertain: by its cue (`reportedly`, `is said to`) or by its main clause (`may`)."""
    if cue is not None and (cue.is_hedged or (passive and cue.lemma in _HEARSAY)):
        return True
    left = _HEDGE_REACH
    low = reading.low
    for start, end in found.content:
        for unit in range(*units_of(reading, start, end)):
            if left <= 0:
                return False
            if low[unit] in _HEDGES and not (
                low[unit] == "may" and reading.tag[unit] == "P" and unit != reading.first[unit]
            ):
                return True
            left -= 1
    return False


def stance_of(reading: Reading, found: Found, cue: Cue | None) -> str:
    """What the cue does to the claim: `neutral`, `endorsing`, `distancing`."""
    text = reading.tokens.text
    if any(_SO_CALLED.search(text, start, end) for start, end in found.cue):
        return "distancing"
    return cue.stance if cue is not None else "neutral"


def outer_numbers(contents: Sequence[Sequence[Span]]) -> list[int | None]:
    """For each attribution the number of the one whose content it is nested in, the nearest; None outside.

    Contents come in order of their first character; an inner one starts inside one fragment of the outer one.
    """
    out: list[int | None] = []
    open_fragments: list[tuple[int, int, int]] = []  # end, start, number; a stack in order of the text
    pending = sorted((start, -end, number) for number, parts in enumerate(contents) for start, end in parts)
    holder: dict[int, int] = {}
    for start, minus_end, number in pending:
        while open_fragments and open_fragments[-1][0] <= start:
            open_fragments.pop()
        if number not in holder:
            inside = [other for end, _, other in reversed(open_fragments) if end >= -minus_end and other != number]
            holder[number] = inside[0] if inside else -1
        open_fragments.append((-minus_end, start, number))
    for number in range(len(contents)):
        outer = holder.get(number, -1)
        out.append(outer if outer >= 0 else None)
    return out
