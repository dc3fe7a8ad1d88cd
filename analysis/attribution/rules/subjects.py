"""Whose claim it is: the subject of a verb, its agent, or the subject that verbs share.

Floor: a verb group comes in, the units of a noun phrase go out, or None.
"""

from __future__ import annotations

from collections.abc import Sequence

from analysis.attribution.cues import Cue
from analysis.attribution.phrases import Phrase, is_empty_subject, noun_phrase_after, noun_phrase_before, verb_group
from analysis.attribution.reading import Reading
from analysis.attribution.rules.base import Candidate

#: How many units a rule looks back for the subject of a verb that shares it.
_BACK = 45
#: Over how many candidates without a source a subject is shared.
_SHARED_OVER = 8
_EXPLETIVE = frozenset("seem appear look sound mean make".split())


def subject_of(
    reading: Reading, unit: int, cue: Cue | None, left: int, auxiliaries: set[str], floor: int, ceiling: int, is_ing: bool,
    is_passive: bool, before: Sequence[Candidate],
) -> Phrase | None:  # fmt: skip
    """Whose claim it is: the subject, the agent after `by`, or the subject that coordinated verbs share."""
    tag, low = reading.tag, reading.low
    if is_passive:
        for by in range(unit + 1, min(ceiling, unit + 12)):
            if low[by] == "by":
                return noun_phrase_after(reading, by + 1, ceiling)
        return None
    if "to" in auxiliaries:
        if left > floor and tag[left] in "IR" and tag[left - 1] in "VE":
            left -= 1  # went on to say
        if left < floor or tag[left] not in "VBEGJ":
            return None
        _, outer, _ = verb_group(reading, left, floor)
        return noun_phrase_before(reading, outer, floor)
    if is_ing and not auxiliaries:
        return shared_subject(reading, unit, floor, before)
    source = noun_phrase_before(reading, left, floor)
    if source is None and left >= floor and tag[left] in "C,EGQ)L":
        source = shared_subject(reading, unit, floor, before)
    if source is not None and source[0] == source[1]:
        nobody = is_empty_subject(reading, source) or (
            low[source[0]] == "it" and cue is not None and cue.lemma in _EXPLETIVE
        )
        return None if nobody else source
    return source


def shared_subject(reading: Reading, unit: int, floor: int, before: Sequence[Candidate]) -> Phrase | None:
    """The subject that this verb shares: the last source of the sentence, else the subject of the verb before it."""
    for candidate in before[: -1 - _SHARED_OVER : -1]:
        if candidate.words[1] < floor:
            break
        if candidate.source and candidate.words[1] < unit and candidate.source[1] < unit:
            return candidate.source
    return main_subject(reading, unit, floor)


def main_subject(reading: Reading, unit: int, floor: int) -> Phrase | None:
    """The subject of the nearest finite verb on the left that has one of its own, relative clauses apart."""
    tag, low = reading.tag, reading.low
    for place in range(unit - 1, max(floor, unit - _BACK) - 1, -1):
        if tag[place] not in "VE" or reading.inside[place] >= 0:
            continue
        _, left, kinds = verb_group(reading, place, floor)
        if "to" in kinds or left < floor or tag[left] in "CG":
            continue
        subject = noun_phrase_before(reading, left, floor)
        if subject and low[subject[0]] not in ("which", "that", "there", "what"):
            return subject
    return None
