"""What is said of an attribution beside its spans: kind, cue lemma, stance, hedge, nesting.

Floor: a `Reading` and spans of the text come in; plain values go out. The classes of cues are those of `cues.csv`.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

from analysis.attribution.cues import Cue, cue_lexicon
from analysis.attribution.phrases import verb_group
from analysis.attribution.reading import BE, Reading
from analysis.attribution.tokens import Span

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


def kind_of(reading: Reading, content: Sequence[Span]) -> str:
    """`direct` when every word of the content stands inside quotation marks, `indirect` when none does, else `mixed`."""
    low, inside = reading.low, reading.inside
    quoted = outside = False
    for start, end in content:
        for unit in range(*units_of(reading, start, end)):
            if low[unit][0].isalnum():
                if inside[unit] >= 0:
                    quoted = True
                else:
                    outside = True
                if quoted and outside:
                    return "mixed"
    return "direct" if quoted else "indirect"


def units_of(reading: Reading, start: int, end: int) -> tuple[int, int]:
    """The units that characters `start` to `end` cover: the first, and one past the last."""
    ends = reading.tokens.ends
    first = bisect_right(ends, start)
    return first, max(first, bisect_left(reading.tokens.starts, end, first)) if end > start else first


@dataclass(frozen=True, slots=True)
class CueRead:
    """A cue as it was read.

    Attributes
    ----------
    lemma : of its last listed verb; else of its last listed noun or adjective; else the words as they stand.
    stance : what it does to the claim.
    is_hedged : one of its words marks the claim as uncertain, or it is a hearsay passive (`is said to`).
    """

    lemma: str
    stance: str
    is_hedged: bool


def read_cue(reading: Reading, cue_spans: Sequence[Span]) -> CueRead:
    """The lemma, the stance and the hedge of a cue."""
    units = [unit for start, end in cue_spans for unit in range(*units_of(reading, start, end))]
    if not units:
        return CueRead("", "neutral", False)
    low, tag = reading.low, reading.tag
    words = [low[unit] for unit in units]
    lexicon = cue_lexicon()
    if "according" in words:
        return CueRead("according to", "neutral", False)
    verbs = [unit for unit in units if reading.verb[unit] is not None and low[unit] not in BE]
    others = [unit for unit in units if reading.other[unit] is not None]
    best: Cue | None = None
    if verbs and (not others or any(tag[unit] in "VEGB" for unit in verbs)):
        firm = [unit for unit in verbs if tag[unit] != "N"] or verbs
        best = reading.verb[firm[-1]]
        following = firm[-1] + 1
        if best is not None and following < len(low):
            best = lexicon.by_lemma.get(f"{best.lemma} {low[following]}", best)
    elif others:
        best = reading.other[others[-1]]
    hearsay = any(_is_hearsay(reading, unit) for unit in verbs)
    hedged = hearsay or any(
        cue.is_hedged for unit in units for cue in (reading.verb[unit], reading.other[unit]) if cue is not None
    )
    if best is None:
        return CueRead(" ".join(words), "distancing" if "called" in words and "so" in words else "neutral", hedged)
    return CueRead(best.lemma, best.stance, hedged)


def _is_hearsay(reading: Reading, unit: int) -> bool:
    """`is said`, `are believed`: a reporting verb in the passive."""
    cue = reading.verb[unit]
    if cue is None or cue.lemma not in _HEARSAY or reading.low[unit].endswith("ing") or reading.low[unit] == cue.lemma:
        return False
    return "be" in verb_group(reading, unit, reading.first[unit])[2]


def is_hedged(reading: Reading, content: Sequence[Span]) -> bool:
    """Whether the main clause of a claim leaves it uncertain (`may`, `likely`, `perhaps`)."""
    left = _HEDGE_REACH
    low, tag = reading.low, reading.tag
    for start, end in content:
        for unit in range(*units_of(reading, start, end)):
            if left <= 0:
                return False
            if low[unit] in _HEDGES and tag[unit] != "P":
                return True
            left -= 1
    return False


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
