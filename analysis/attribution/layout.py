"""Claims that the page itself gives to somebody: turns of a transcript, and a paragraph set off after `she wrote:`.

Floor: a reading comes in, attributions go out. What stands in such a stretch is somebody's whatever its words are, so
these come before what rules and tagger found inside it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from analysis.attribution.phrases import Phrase, noun_phrase_after, verb_group
from analysis.attribution.reading import Reading
from analysis.attribution.rules.subjects import subject_of
from analysis.attribution.tokens import Found

#: A label before a colon has at most this many units.
LONGEST_LABEL = 10
#: A transcript has at least two speakers with at least this many turns each.
LEAST_TURNS = 2
#: A turn goes on over at most this many paragraphs without a label of their own.
LONGEST_TURN = 4
#: What is set off has at least this many words.
LEAST_WORDS = 6
_HEADS = ("…", "...", "[")
_IN_LABELS = frozenset("NPJDSI,()HC.")
#: Labels of furniture, which repeat as names of speakers do.
_NO_SPEAKERS = frozenset(
    "MORE RELATED READ WATCH LISTEN PHOTO VIDEO IMAGE NOTE UPDATE UPDATED CORRECTION SOURCE".split()
)


@dataclass(frozen=True, slots=True)
class _Turn:
    """A paragraph that begins with a label: its number, the label's units, and whose it is."""

    paragraph: int
    label: Phrase
    speaker: str


def find_laid_out(reading: Reading) -> list[Found]:
    """The attributions that the layout makes, in order of the text; none overlaps another."""
    edges = reading.tokens.first.tolist()
    colons = [number for number, first in enumerate(edges[:-1]) if _has_colon(reading, first, edges[number + 1])]
    if not colons:
        return []
    turns = _transcript([turn for turn in (_turn(reading, edges, number) for number in colons) if turn is not None])
    found = _spoken(reading, edges, turns)
    spoken = range(turns[0].paragraph, turns[-1].paragraph + 1) if turns else range(0)
    found += [
        one for number in colons if number not in spoken and (one := _set_off(reading, edges, number)) is not None
    ]
    return sorted(found, key=lambda one: one.content)


def _has_colon(reading: Reading, first: int, stop: int) -> bool:
    return reading.tag[stop - 1] == ":" or ":" in reading.tag[first : min(stop, first + LONGEST_LABEL + 2)]


def _turn(reading: Reading, edges: Sequence[int], number: int) -> _Turn | None:
    """`NAME:`, `Name:`, `Q:` or `SEN. NAME (STATE):` at the head of a paragraph, after an opening mark or none."""
    tag, forms = reading.tag, reading.tokens.forms
    first, stop = edges[number], edges[number + 1]
    if forms[first] in ('"', "“"):
        first += 1
    unit, name, is_open = first, "", False
    while unit < min(stop - 1, first + LONGEST_LABEL) and tag[unit] != ":":
        is_open = tag[unit] == "(" or (is_open and tag[unit] != ")")
        if not is_open and forms[unit][0].isalnum():
            if not forms[unit][0].isupper():
                return None
            name = forms[unit]
        elif tag[unit] not in _IN_LABELS:
            return None
        unit += 1
    if tag[unit] != ":" or not name or name.upper() in _NO_SPEAKERS:
        return None
    says = any(form[0].isalpha() for form in forms[unit + 1 : stop])
    return _Turn(number, (first, unit - 1), name) if says and reading.tokens.after_space[unit + 1] else None


def _transcript(turns: Sequence[_Turn]) -> list[_Turn]:
    """The turns, if two speakers or more take turns; labels that stand once count between them."""
    shouted = sum(turn.speaker.isupper() for turn in turns) * 2 > len(turns)
    turns = [turn for turn in turns if turn.speaker.isupper() == shouted]  # a headline's `Name:` is no turn of theirs
    often = {speaker for speaker, n in Counter(turn.speaker for turn in turns).items() if n >= LEAST_TURNS}
    if len(often) < 2:
        return []
    sure = [place for place, turn in enumerate(turns) if turn.speaker in often]
    return list(turns[sure[0] : sure[-1] + 1])


def _spoken(reading: Reading, edges: Sequence[int], turns: Sequence[_Turn]) -> list[Found]:
    """Each turn with the paragraphs that it goes on over."""
    found = []
    stops = [following.paragraph for _, following in pairwise(turns)] + [turns[-1].paragraph + 1] if turns else []
    for turn, stop in zip(turns, stops, strict=True):
        colon = turn.label[1] + 1
        content = [reading.span(colon + 1, edges[turn.paragraph + 1] - 1)]
        if turn.paragraph > 0 and stop - turn.paragraph <= LONGEST_TURN + 1:
            content += [
                reading.span(edges[number], edges[number + 1] - 1)
                for number in range(turn.paragraph + 1, stop)
                if reading.tag[edges[number] + (reading.tokens.forms[edges[number]] in ('"', "“"))] != "("
                and reading.words(edges[number], edges[number + 1] - 1)
            ]
        cue = (reading.span(colon, colon),)
        found.append(Found((reading.span(*turn.label),), cue, tuple(content), 1.0, "layout: turn"))
    return found


def _set_off(reading: Reading, edges: Sequence[int], number: int) -> Found | None:
    """The paragraph after one that ends in `she wrote:`, `he argued that:` or `according to X:`, if it has no marks."""
    tag, forms = reading.tag, reading.tokens.forms
    colon, following = edges[number + 1] - 1, number + 1
    if tag[colon] != ":" or following + 1 >= len(edges):
        return None
    first, last = edges[following], edges[following + 1] - 1
    if not (forms[first][0].isalnum() or forms[first] in _HEADS) or reading.words(first, last) < LEAST_WORDS:
        return None
    floor = reading.first[colon]
    words, source = _teller(reading, floor, colon) or _according(reading, floor, colon) or (None, None)
    if words is None or source is None:
        return None
    spans = (reading.span(*source),), (reading.span(*words),), (reading.span(first, last),)
    return Found(*spans, 1.0, "layout: set off")


def _teller(reading: Reading, floor: int, colon: int) -> tuple[Phrase, Phrase] | None:
    """Verb and subject of `she wrote:`, `he argued that:`, `Bell, writing in a post:` at the end of a sentence."""
    tag = reading.tag
    unit = colon - 1 - (reading.low[colon - 1] == "that")
    while unit > max(floor, colon - 7) and tag[unit] in "IDNPJ" and reading.verb[unit] is None:
        unit -= 1
    verb = reading.verb[unit] if unit > floor else None
    if verb is None or verb.word_class != "assertive" or tag[unit] not in "VG":
        return None
    group, left, auxiliaries = verb_group(reading, unit, floor)
    if "be" in auxiliaries:
        return None
    source = subject_of(reading, unit, verb, left, auxiliaries, floor, colon, tag[unit] == "G", False, ())
    return ((group, unit), source) if source is not None else None


def _according(reading: Reading, floor: int, colon: int) -> tuple[Phrase, Phrase] | None:
    """Cue and source of `according to X:`."""
    low = reading.low
    for unit in range(colon - 3, max(floor, colon - 20) - 1, -1):
        if low[unit] == "according" and low[unit + 1] == "to":
            source = noun_phrase_after(reading, unit + 2, colon - 1, appositions=False)
            return ((unit, unit + 1), source) if source is not None else None
    return None
