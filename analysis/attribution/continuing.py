"""Quotations that go on: from paragraph to paragraph, or after their tag.

Floor: a reading and its attributions come in; the same attributions go out, some with more fragments. A quotation that
nobody's tag stands beside belongs to the last speaker when the one before it was left open, or when it follows in the
same paragraph.
"""

from __future__ import annotations

from collections.abc import Sequence

from analysis.attribution.quotes import Quote
from analysis.attribution.reading import Reading
from analysis.attribution.tokens import Found

#: A quotation of fewer words is set off, not spoken on.
LEAST_WORDS = 4


def continue_quotations(reading: Reading, found: Sequence[Found]) -> list[Found]:
    """The attributions with quotations added that go on without a tag of their own."""
    out: list[Found | None] = list(found)
    holder = _holders(reading.quotes, found)
    for number, quote in enumerate(reading.quotes):
        if not number:
            continue
        own = holder[number]
        before = holder[number - 1]
        if before < 0 or own == before or not _goes_on(reading, reading.quotes[number - 1], quote):
            continue
        if own >= 0:
            bare = out[own]
            if bare is None or bare.source or bare.cue:
                continue
            out[own] = None
        speaker = out[before]
        if speaker is None:
            continue
        content = tuple(sorted({*speaker.content, (quote.start, quote.end)}))
        out[before] = speaker._replace(content=content)
        holder[number] = before
    return [one for one in out if one is not None]


def _goes_on(reading: Reading, before: Quote, quote: Quote) -> bool:
    """Whether the second quotation is the first one's speaker going on."""
    if before.kind in ("unclosed", "carried") and quote.first in reading.starts:
        return quote.first == before.last + 1
    if reading.words(quote.first, quote.last) < LEAST_WORDS:
        return False
    same_paragraph = reading.paragraph_end(before.first) >= quote.last
    alone = reading.first[quote.first] == quote.first and quote.last >= reading.last[quote.last]
    return same_paragraph and alone


def _holders(quotes: Sequence[Quote], found: Sequence[Found]) -> list[int]:
    """For each quotation the attribution whose content covers most of it, at least half; -1 for none."""
    spans = sorted((start, end, number) for number, one in enumerate(found) for start, end in one.content)
    out = []
    place = 0
    for quote in quotes:
        while place < len(spans) and spans[place][1] <= quote.start:
            place += 1
        best, share = -1, (quote.end - quote.start) / 2
        index = place
        while index < len(spans) and spans[index][0] < quote.end:
            start, end, number = spans[index]
            shared = min(end, quote.end) - max(start, quote.start)
            if shared >= share:
                best, share = number, shared
            index += 1
        out.append(best)
    return out
