"""Cue verbs: is it a verb here, where is its claim, whose is it.

Floor: a unit that a cue verb's form stands at comes in; a candidate goes out.
"""

from __future__ import annotations

from collections.abc import Sequence

from analysis.attribution.cues import Cue
from analysis.attribution.phrases import verb_group
from analysis.attribution.reading import Reading
from analysis.attribution.rules.base import Candidate
from analysis.attribution.rules.complements import NOT_SPOKEN, complement_of
from analysis.attribution.rules.subjects import subject_of
from analysis.attribution.rules.tags import final, inverted

_INDICATING = frozenset("signal mean suggest indicate imply show prove reveal reflect explain make demonstrate".split())


def verb_claim(
    reading: Reading, unit: int, cue: Cue, floor: int, ceiling: int, before: Sequence[Candidate]
) -> Candidate | None:
    """The claim that a cue verb at `unit` introduces or closes; None where the form is no verb or has no claim."""
    low = reading.low
    form = low[unit]
    is_ing = form.endswith("ing") and form != cue.lemma
    is_base = form == cue.lemma
    is_past = not is_ing and not is_base and not (form.endswith("s") and not form.endswith("ss"))
    group, left, auxiliaries = verb_group(reading, unit, floor)
    if _reads_as_noun(reading, unit, cue, left, floor, is_ing, is_past, bool(auxiliaries)):
        return None
    if "modal" in auxiliaries and is_conjecture(reading, unit):
        return None
    is_passive = "be" in auxiliaries and is_past
    if cue.lemma not in NOT_SPOKEN and not is_passive and not is_ing and "to" not in auxiliaries:
        tagged = inverted(reading, unit, cue, group, auxiliaries, floor, ceiling) or final(
            reading, unit, cue, group, left, floor, ceiling
        )
        if tagged is not None:
            return tagged
    complement = complement_of(reading, unit, cue, ceiling, is_passive)
    if complement is None:
        return None
    frame, content = complement
    if content[1] < content[0]:
        return None
    source = subject_of(reading, unit, cue, left, auxiliaries, floor, ceiling, is_ing, is_passive, before)
    frame = ("passive " if is_passive else "") + frame
    if source is None and not is_passive:
        frame += ", no source"
    return Candidate(cue, cue.lemma, frame, (group, unit), source, (content,))


def _reads_as_noun(
    reading: Reading, unit: int, cue: Cue, left: int, floor: int, is_ing: bool, is_past: bool, has_auxiliary: bool
) -> bool:
    """Whether the form is a noun or an adjective here: `the claim`, `his plans`, `a called meeting`."""
    tag, low = reading.tag, reading.low
    if has_auxiliary:
        return False
    lefttag = tag[left] if left >= floor else "^"
    if is_ing:
        return lefttag in "DJ"
    if is_past:
        return lefttag == "D" and low[left] not in ("all", "both", "some", "many", "this", "that", "those", "these")
    if tag[unit] == "J":
        return True
    if tag[unit] == "N":
        if lefttag in "DJSI,^V":
            return True
        if lefttag == "N":
            plural = low[left].endswith("s")
            return low[unit].endswith("s") == plural and cue.lemma != "say"
    return lefttag == "D" and low[left] not in ("all", "both", "some", "many", "this", "that", "those", "these")


def is_conjecture(reading: Reading, unit: int) -> bool:
    """Whether the outlet itself guesses: `may reflect its desire to …` is nobody's claim but the outlet's.

    So read are nouns a few units after `may`, `might`, `could`, and verbs of indicating right after them.
    """
    verb, other = reading.verb[unit], reading.other[unit]
    cue = other if other is not None and (verb is None or reading.tag[unit] not in "VEBG") else verb
    if cue is None or (cue.pos == "verb" and cue.lemma not in _INDICATING) or cue.pos == "adverb":
        return False
    floor = max(reading.first[unit], unit - (3 if cue.pos == "verb" else 6))
    for place in range(unit - 1, floor - 1, -1):
        if reading.tag[place] in ",;:":
            return False
        if reading.low[place] in ("may", "might", "could"):
            return True
    return False
