"""Attributions made whole by what holds for every text, whichever finder they come from.

Floor: a reading and its attributions come in; the same attributions go out, mended, some with more fragments or fewer.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence

from analysis.attribution.continuing import continue_quotations
from analysis.attribution.describe import units_of
from analysis.attribution.layout import find_laid_out
from analysis.attribution.reading import AUXILIARY, DAYS, Reading
from analysis.attribution.rules import evidential, is_conjecture
from analysis.attribution.tokens import Found, Span

#: What a fragment does not begin with.
_EDGES = " ,\t\r\n\x0b\x0c\xa0"
_EVIDENTIALS = frozenset("reportedly allegedly supposedly purportedly".split())
_BESIDE_EVIDENTIALS = AUXILIARY | {"about", "to"}  # `is reportedly about to quit`


def mend(reading: Reading, found: Sequence[Found]) -> list[Found]:
    """The attributions, mended, in order of the content's first character.

    The outlet's own guesses (`may signal …`) are left out; evidential adverbs have no source; a claim in the outlet's words ends with
    its sentence; quotations go on over paragraphs; the spans of one attribution do not overlap.
    """
    kept = []
    for one in found:
        units = [unit for start, end in one.cue for unit in range(*units_of(reading, start, end))]
        if not any(is_conjecture(reading, unit) for unit in units):
            kept.append(_within_sentence(reading, _source_trimmed(reading, _without_source(reading, one, units))))
    mended = continue_quotations(reading, _under_layout(kept, find_laid_out(reading)))
    mended = [_apart(reading.tokens.text, one) for one in mended]
    return sorted([one for one in mended if one.content], key=lambda one: (one.content[0], one.cue, one.source))


def _under_layout(found: Sequence[Found], laid_out: Sequence[Found]) -> list[Found]:
    """What the layout gives to somebody, and of the rest what does not stand in it."""
    edges = sorted([part for one in laid_out for part in one.content])
    starts = [start for start, _ in edges]

    def is_free(part: Span) -> bool:
        place = bisect_left(starts, part[1]) - 1
        return place < 0 or edges[place][1] <= part[0]

    return [*laid_out, *[one for one in found if all(is_free(part) for part in (*one.content, *one.cue))]]


def _without_source(reading: Reading, found: Found, units: Sequence[int]) -> Found:
    """`Sanders is reportedly ready to …`: somebody says so, nobody says who; the whole clause is the claim.

    `units` are those of the cue.
    """
    adverbs = [unit for unit in units if reading.low[unit] in _EVIDENTIALS]
    if len(adverbs) != 1 or any(unit not in adverbs and reading.low[unit] not in _BESIDE_EVIDENTIALS for unit in units):
        return found
    unit = adverbs[0]
    cue = reading.other[unit]
    clause = evidential(reading, unit, cue, reading.first[unit], reading.last[unit]) if cue is not None else None
    if clause is None:
        return found
    content = tuple(reading.span(*part) for part in clause.content)
    return found._replace(source=(), cue=(reading.span(unit, unit),), content=content)


def _source_trimmed(reading: Reading, found: Found) -> Found:
    """The source without a time (`Sanders |on Tuesday|`); of `Obama, who` the relative pronoun, as coders take it."""
    if len(found.source) != 1:
        return found
    low = reading.low
    first, stop = units_of(reading, *found.source[0])
    last = stop - 1
    if last > first and low[last] in ("who", "which"):
        first = last
    elif last - 1 > first and low[last] in DAYS:
        last -= 2 if low[last - 1] in ("on", "late", "early", "last") else 1
    while last > first and reading.tag[last] in "C,L":
        last -= 1
    source = (reading.span(first, last),)
    return found if source == found.source else found._replace(source=source)


def _within_sentence(reading: Reading, found: Found) -> Found:
    """The claim without what follows its sentence outside quotation marks (transcripts and blocks apart)."""
    if len(found.cue) != 1 or reading.tokens.text[found.cue[0][0] : found.cue[0][1]].strip().endswith(":"):
        return found
    parts = [_clipped(reading, part) for part in found.content]
    return found if list(found.content) == parts else found._replace(content=tuple(parts))


def _clipped(reading: Reading, part: Span) -> Span:
    first, stop = units_of(reading, *part)
    if first >= stop or stop - 1 <= reading.last[first]:
        return part
    unit = first
    while unit < stop:
        last = reading.last[unit]
        following = last + 1
        if following >= stop:
            return part
        if reading.inside[following] < 0 and not (
            reading.inside[unit] >= 0 and reading.inside[last] == reading.inside[unit]
        ):
            return (part[0], reading.span(last, last)[1])
        unit = following
    return part


def _apart(text: str, found: Found) -> Found:
    """The attribution with its spans disjoint and trimmed: what is source or cue is cut out of the content."""
    cuts = sorted([*found.source, *found.cue])
    source = _shorn(text, _without(found.source, found.cue))
    content = _shorn(text, _without(found.content, cuts))
    return Found(source, _shorn(text, found.cue), content, found.score, found.found_by)


def _without(parts: Sequence[Span], cuts: Sequence[Span]) -> list[Span]:
    """`parts` less `cuts`."""
    kept = sorted(parts)
    if not kept or all(cut[1] <= kept[0][0] or cut[0] >= kept[-1][1] for cut in cuts):
        return kept
    for cut_start, cut_end in cuts:
        kept = [
            piece
            for start, end in kept
            for piece in (
                [(start, end)] if cut_end <= start or cut_start >= end else [(start, cut_start), (cut_end, end)]
            )
            if piece[0] < piece[1]
        ]
    return kept


def _shorn(text: str, parts: Sequence[Span]) -> tuple[Span, ...]:
    """Fragments without white space at their edges or commas at their head; of several those that hold a word."""
    out = []
    for start, end in parts:
        left, right = start, end
        if text[start] in _EDGES or text[end - 1].isspace():
            piece = text[start:end]
            left += len(piece) - len(piece.lstrip(_EDGES))
            right -= len(piece) - len(piece.rstrip())
        if left < right and (len(parts) == 1 or any(map(str.isalnum, text[left:right]))):
            out.append((left, right))
    return tuple(out)
