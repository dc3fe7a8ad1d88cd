"""Attributions by rule: what stands around a cue says whether a claim begins, where it ends and whose it is.

Floor: a `Reading` comes in, candidates go out, each with its *frame* (`said that …`, `“…,” she said`, `criticised X`).
How often a frame of a lemma introduced a claim in training news (`cues.Frames`) decides which candidates stand.
"""

from __future__ import annotations

from collections.abc import Sequence

from analysis.attribution.cues import Frames
from analysis.attribution.reading import OTHER_CUES, Reading
from analysis.attribution.rules.base import Candidate
from analysis.attribution.rules.others import VIEWS, according_to, block, evidential, in_view, noun_claim, speaker
from analysis.attribution.rules.tags import unlisted
from analysis.attribution.rules.verbs import is_conjecture, verb_claim
from analysis.attribution.tokens import Found

__all__ = ["THRESHOLD", "Candidate", "as_found", "choose", "evidential", "find_candidates", "is_conjecture"]

#: A candidate stands when its frame introduced a claim in at least this share of its uses in training news.
#: Chosen on PolNeAR train (attr F1 is flat between .35 and .50).
THRESHOLD = 0.39
_EVIDENTIALS = frozenset("reportedly allegedly supposedly purportedly".split())


def find_candidates(reading: Reading) -> list[Candidate]:
    """Every place where a rule sees a claim, sure or not, in order of the text."""
    out: list[Candidate] = []
    verb, other, tag, low, inside = reading.verb, reading.other, reading.tag, reading.low, reading.inside
    cues = [
        unit
        for unit in reading.cues
        if inside[unit] < 0
        and (verb[unit] is not None or other[unit] is not None or tag[unit] == "V" or low[unit] in OTHER_CUES)
    ]
    place = 0
    for floor, ceiling in reading.sentences:
        while place < len(cues) and cues[place] <= ceiling:
            found = _at(reading, cues[place], floor, ceiling, out)
            if found is not None:
                out.append(found)
            place += 1
        out += [
            one for one in (speaker(reading, floor, ceiling), block(reading, floor, ceiling, out)) if one is not None
        ]
    return out


def _at(reading: Reading, unit: int, floor: int, ceiling: int, before: Sequence[Candidate]) -> Candidate | None:
    """The claim whose cue stands at `unit`, if one does."""
    verb, other, word = reading.verb[unit], reading.other[unit], reading.low[unit]
    found = None
    if word == "according":
        found = according_to(reading, unit, floor, ceiling)
    elif other is not None and other.pos == "adverb":
        found = evidential(reading, unit, other, floor, ceiling)
    elif verb is None and other is None and reading.tag[unit] == "V":
        found = unlisted(reading, unit, floor, ceiling)
    if found is None and verb is not None:
        found = verb_claim(reading, unit, verb, floor, ceiling, before)
    if found is None and word in VIEWS:
        found = in_view(reading, unit, floor, ceiling)
    if found is None and other is not None and other.pos in ("noun", "adjective"):
        found = noun_claim(reading, unit, other, floor, ceiling)
    return found


def choose(
    candidates: Sequence[Candidate], frames: Frames, threshold: float = THRESHOLD
) -> list[tuple[Candidate, float]]:
    """The candidates that stand, surest first, none overlapping a surer one; with the share that speaks for them."""
    scored = [(_share(frames, candidate, threshold), candidate) for candidate in candidates]
    scored = [pair for pair in scored if pair[0] >= threshold]
    scored.sort(key=lambda pair: (-pair[0], pair[1].words))
    taken: set[int] = set()
    out = []
    for share, candidate in scored:
        units = {unit for first, last in candidate.content for unit in range(first, last + 1)}
        cue_units = range(candidate.words[0], candidate.words[1] + 1)
        if taken.isdisjoint(units) and taken.isdisjoint(cue_units):
            taken |= units
            out.append((candidate, share))
    return out


def _share(frames: Frames, candidate: Candidate, threshold: float) -> float:
    """The share of the frame; an evidential adverb always marks a claim, although coders often let it pass."""
    share = frames.share(candidate.lemma, candidate.frame)
    return max(share, threshold) if candidate.lemma in _EVIDENTIALS else share


def as_found(reading: Reading, candidate: Candidate, share: float) -> Found:
    """A candidate in characters of the text."""
    return Found(
        source=(reading.span(*candidate.source),) if candidate.source else (),
        cue=(reading.span(*candidate.words),),
        content=tuple([reading.span(*part) for part in candidate.content]),
        score=share,
        found_by=f"rule: {candidate.frame}",
    )
