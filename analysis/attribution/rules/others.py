"""Cues that are no verbs: `according to`, `reportedly`, `in her view`, `NAME:`, a colon before a paragraph, nouns.

Floor: a unit in its sentence comes in; a candidate goes out.
"""

from __future__ import annotations

from collections.abc import Sequence

from analysis.attribution.cues import Cue
from analysis.attribution.phrases import (
    Phrase,
    clause_end,
    is_empty_subject,
    noun_phrase_after,
    noun_phrase_before,
    phrase_end,
    verb_group,
)
from analysis.attribution.reading import OTHER_CUES, Reading
from analysis.attribution.rules.base import POSSESSIVES, Candidate
from analysis.attribution.rules.subjects import main_subject, shared_subject, subject_of
from analysis.attribution.rules.tags import quotation_start
from analysis.attribution.rules.verbs import is_conjecture

VIEWS = OTHER_CUES - {"according"}


def according_to(reading: Reading, unit: int, floor: int, ceiling: int) -> Candidate | None:
    """`According to X, …` and `…, according to X`."""
    if unit + 2 > ceiling or reading.low[unit + 1] != "to":
        return None
    leads = unit == floor or (reading.tag[unit - 1] in ",QC" and reading.words(floor, unit - 1) < 3)
    source = noun_phrase_after(reading, unit + 2, ceiling, appositions=not leads)
    if source is None:
        return None
    words = (unit, unit + 1)
    if leads:
        first = source[1] + 1
        if first <= ceiling and reading.tag[first] == ",":
            first += 1
        if first >= ceiling:
            return None
        content = (first, clause_end(reading, first, ceiling))
    else:
        last = unit - 1
        if reading.tag[last] == ",":
            last -= 1
        first = quotation_start(reading, floor)
        if last < first:
            return None
        content = (first, last)
    return Candidate(None, "according to", "according to", words, source, (content,))


def in_view(reading: Reading, unit: int, floor: int, ceiling: int) -> Candidate | None:
    """`…, in her view, …` and `in the view of X, …`: the rest of the sentence is the claim."""
    tag, low = reading.tag, reading.low
    before = unit - 1
    if (
        low[unit - 1 : unit] == ["the"]
        and low[unit + 1 : unit + 2] == ["of"]
        and unit - 2 >= floor
        and low[unit - 2] == "in"
    ):
        start, source = unit - 2, noun_phrase_after(reading, unit + 2, ceiling, appositions=False)
        end = source[1] if source else unit
        words = (start, unit + 1)
    elif before > floor and (tag[before] == "S" or low[before] in POSSESSIVES):
        last = before - 1 if tag[before] == "S" else before
        source = noun_phrase_before(reading, last, floor) if last != before else (before, before)
        if source is None or source[0] <= floor - 1 or source[0] == floor or low[source[0] - 1] != "in":
            return None
        start, end = source[0] - 1, unit
        words = (unit, unit)
    else:
        return None
    if source is None:
        return None
    left = start - 1
    while left >= floor and tag[left] == ",":
        left -= 1
    right = end + 1
    while right <= ceiling and tag[right] == ",":
        right += 1
    last = clause_end(reading, right, ceiling) if right <= ceiling else ceiling
    parts = [part for part in ((floor, left), (right, last)) if part[0] <= part[1] and reading.words(*part)]
    return Candidate(None, "in the view of", "view", words, source, tuple(parts)) if parts else None


def evidential(reading: Reading, unit: int, cue: Cue, floor: int, ceiling: int) -> Candidate | None:
    """`is reportedly close to …`: the clause around the adverb is the claim, and nobody is named."""
    tag, low = reading.tag, reading.low
    first = unit
    while first > floor and not (
        tag[first - 1] in ";:" or (tag[first - 1] == "," and low[first] in ("but", "and", "who", "which"))
    ):
        first -= 1
    if low[first] in ("but", "and") and first < unit:
        first += 1
    last = clause_end(reading, unit + 1, ceiling) if unit < ceiling else ceiling
    parts = [part for part in ((first, unit - 1), (unit + 1, last)) if part[0] <= part[1] and reading.words(*part)]
    return Candidate(cue, cue.lemma, "adverb", (unit, unit), None, tuple(parts)) if parts else None


def speaker(reading: Reading, floor: int, ceiling: int) -> Candidate | None:
    """`NAME: …` at the head of a paragraph (headlines, transcripts): the rest of the paragraph is the claim."""
    tag = reading.tag
    if floor not in reading.starts or tag[floor] not in "PND":
        return None
    for unit in range(floor + 1, min(ceiling, floor + 12)):
        if tag[unit] == ":":
            break
        if tag[unit] not in "NPJDSI,()":
            return None
    else:
        return None
    if unit >= ceiling or reading.inside[unit] >= 0 or tag[unit - 1] not in "NP)":
        return None
    name = reading.tokens.forms[floor]
    frame = "speaker, capitals" if name.isupper() and len(name) > 1 else "speaker"
    if frame == "speaker" and tag[floor] != "P":
        return None
    content = (unit + 1, reading.paragraph_end(unit))
    return Candidate(None, ":", frame, (unit, unit), (floor, unit - 1), (content,))


def block(reading: Reading, floor: int, ceiling: int, before: Sequence[Candidate]) -> Candidate | None:
    """`The statement read:` and then a paragraph of its own: a block quotation, with marks or without."""
    tag = reading.tag
    following = ceiling + 1
    if tag[ceiling] != ":" or following not in reading.starts or following >= len(reading):
        return None
    quote = reading.quote_at(following)
    content = (quote.first, quote.last) if quote else (following, reading.paragraph_end(following))
    for unit in range(ceiling - 1, max(floor, ceiling - 30) - 1, -1):
        cue = reading.verb[unit]
        is_cue = cue is not None and tag[unit] in "VEGB"
        if reading.inside[unit] >= 0 or not (is_cue or (quote is not None and tag[unit] == "V")):
            continue
        group, left, auxiliaries = verb_group(reading, unit, floor)
        if tag[unit] == "G":
            source = shared_subject(reading, unit, floor, before)
        else:
            source = subject_of(reading, unit, cue, left, auxiliaries, floor, ceiling, False, False, before)
        lemma = cue.lemma if cue is not None else reading.low[unit]
        return Candidate(cue, lemma, "block, quoted" if quote else "block", (group, unit), source, (content,))
    return None


def noun_claim(reading: Reading, unit: int, cue: Cue, floor: int, ceiling: int) -> Candidate | None:
    """`his claim that …`, `expressed concern that …`, `support for …`, `is confident that …`."""
    tag, low = reading.tag, reading.low
    first = unit + 1
    if first >= ceiling or (cue.pos == "noun" and tag[unit] in "VE" and low[unit] != "support"):
        return None
    word = low[first]
    if word == "that" and first + 1 <= ceiling and tag[first + 1] not in "VEB":
        frame, content = "that", (first, clause_end(reading, first + 1, ceiling))
    elif tag[first] == "T":
        frame, content = "infinitive", (first, clause_end(reading, first + 1, ceiling))
    elif word in ("of", "for", "about", "over", "to", "against", "on") and first < ceiling:
        frame, content = f"with {word}", (first + 1, phrase_end(reading, first + 1, ceiling))
    elif word in ("is", "was") and first + 2 <= ceiling and (low[first + 1] == "that" or tag[first + 1] in "TQ"):
        frame, content = "is that", (first + 1, clause_end(reading, first + 2, ceiling))
    elif tag[first] == ":" and first < ceiling:
        frame, content = "colon", (first + 1, clause_end(reading, first + 1, ceiling))
    else:
        return None
    if content[1] < content[0] or is_conjecture(reading, unit):
        return None
    words, source = _holder(reading, unit, cue, floor)
    kind = "noun " if cue.pos == "noun" else "adjective "
    return Candidate(cue, cue.lemma, kind + frame, words, source, (content,))


def _holder(reading: Reading, unit: int, cue: Cue, floor: int) -> tuple[Phrase, Phrase | None]:
    """Who holds what the noun names: its possessor, or the subject of the verb before it; with the cue's extent."""
    tag, low = reading.tag, reading.low
    left = unit - 1
    while left >= floor and unit - left < 6 and tag[left] in "JN" and cue.pos == "noun":
        left -= 1
    if left >= floor and tag[left] == "S":
        return (left + 1, unit), noun_phrase_before(reading, left - 1, floor)
    if left >= floor and low[left] in POSSESSIVES:
        return (left + 1, unit), (left, left)
    while left >= floor and unit - left < 8 and tag[left] in "DR":
        left -= 1
    if left >= floor and tag[left] in "VEB":
        group, outer, kinds = verb_group(reading, left, floor)
        if "be" not in kinds or cue.pos == "adjective":
            subject = noun_phrase_before(reading, outer, floor)
            if subject is None and outer >= floor and tag[outer] in "C,":
                subject = main_subject(reading, group, floor)
            if subject is not None and is_empty_subject(reading, subject):
                subject = None
            return (group, unit), subject
    return (unit, unit), None
