"""Claims before their tag: `“…,” she said`, `“…,” said Smith`, `…, Reuters reports`.

Floor: a cue in its sentence comes in, a candidate goes out where a claim ends before it.
"""

from __future__ import annotations

from analysis.attribution.cues import Cue
from analysis.attribution.phrases import Phrase, clause_end, noun_phrase_after, noun_phrase_before
from analysis.attribution.reading import AUXILIARY, DAYS, Reading
from analysis.attribution.rules.base import Candidate
from analysis.attribution.rules.complements import scan

_FINAL_WITHOUT_MARKS = frozenset(
    [
        "say",
        "report",
        "note",
        "add",
        "write",
        "tell",
        "argue",
        "explain",
        "suggest",
        "believe",
        "think",
        "warn",
        "show",
        "predict",
        "insist",
        "claim",
        "acknowledge",
        "recall",
        "tweet",
        "seem",
        "concede",
        "joke",
        "estimate",
        "continue",
        "conclude",
    ]
)
_AFTER_TAG = frozenset("in on at during after to of about when while as before via from with by for".split())


def _closes(reading: Reading, unit: int, floor: int) -> bool:
    return unit >= floor and unit in reading.closes and reading.tag[unit] == "Q"


def inverted(
    reading: Reading, unit: int, cue: Cue, group: int, auxiliaries: set[str], floor: int, ceiling: int
) -> Candidate | None:
    """`“…,” said X` and `…, said X`."""
    tag, low = reading.tag, reading.low
    left = group - 1
    if left < floor or unit >= ceiling or auxiliaries & {"modal", "do"}:
        return None
    after_mark = _closes(reading, left, floor) or _closes(reading, left - 1, floor)
    if not (tag[left] == "," or _closes(reading, left, floor)) or tag[unit + 1] not in "NPDJO":
        return None
    source = noun_phrase_after(reading, unit + 1, ceiling)
    content = content_before(reading, left, floor)
    if source is None or content is None:
        return None
    following = source[1] + 1
    ends = following > ceiling or tag[following] in ".,:?!Q" or low[following] in _AFTER_TAG
    if not (ends or after_mark):
        return None
    frame = "quote, inverted" if after_mark else "inverted"
    return resumed(reading, Candidate(cue, cue.lemma, frame, (group, unit), source, (content,)), ceiling, source[1])


def final(reading: Reading, unit: int, cue: Cue, group: int, left: int, floor: int, ceiling: int) -> Candidate | None:
    """`“…,” X said` and `…, Reuters reports.`"""
    tag, low = reading.tag, reading.low
    source = noun_phrase_before(reading, left, floor)
    if source is None:
        return None
    left = source[0] - 1
    if left < floor or not (tag[left] == "," or _closes(reading, left, floor)):
        return None
    following = unit + 1
    ends = (
        following > ceiling
        or tag[following] in ".,?!:RG"
        or low[following] in _AFTER_TAG
        or low[following] in DAYS
        or cue.lemma == "tell"
    )
    content = content_before(reading, left, floor)
    if content is None or not ends:
        return None
    if following < ceiling and tag[following] == "," and content[1] < unit and cue.takes_clause:
        inserted = _parenthetical(reading, unit, cue, group, source, content, ceiling)
        if inserted is not None:
            return inserted
    after_mark = _closes(reading, left, floor) or _closes(reading, left - 1, floor)
    if not after_mark:
        later = scan(reading, following, ceiling)
        if later >= 0 and low[later] == "that":
            return None
        is_clause = reading.words(*content) >= 4 and "V" in tag[content[0] : content[1] + 1]
        if cue.lemma not in _FINAL_WITHOUT_MARKS or not is_clause:
            return None
    frame = "quote, then tag" if after_mark else "tag at the end"
    return resumed(reading, Candidate(cue, cue.lemma, frame, (group, unit), source, (content,)), ceiling, unit)


def _parenthetical(
    reading: Reading, unit: int, cue: Cue, group: int, source: Phrase, content: Phrase, ceiling: int
) -> Candidate | None:
    """`Two wards, the clinic warns, will close`: the claim goes on after the comma, without marks."""
    first = unit + 2
    if first > ceiling or first in reading.opens or reading.closes.get(content[1]) is not None:
        return None
    is_split = "V" not in reading.tag[content[0] : content[1] + 1] and reading.tag[first] in "VREB"
    if not is_split:
        return None
    parts = (content, (first, clause_end(reading, first, ceiling)))
    return Candidate(cue, cue.lemma, "parenthetical", (group, unit), source, parts)


def unlisted(reading: Reading, unit: int, floor: int, ceiling: int) -> Candidate | None:
    """A verb that no lexicon lists, where only a reporting verb can stand: `“…,” he |chuckled|.`, `“…,” |beamed| X.`"""
    tag = reading.tag
    if reading.low[unit] in AUXILIARY or unit == floor:
        return None
    before = [place for place in range(max(floor, unit - 9), unit) if place in reading.closes]
    if not before or tag[before[-1]] != "Q" or tag[before[-1] - 1] not in ",?!.":
        return None
    mark = before[-1]
    content = content_before(reading, mark, floor)
    following = unit + 1
    if mark == unit - 1:
        source = noun_phrase_after(reading, following, ceiling)
        tail = source[1] if source else unit
    else:
        source, tail = noun_phrase_before(reading, unit - 1, mark + 1), unit
        if source is None or source[0] != mark + 1:
            return None
    ends = tail >= ceiling or tag[tail + 1] in ".,?!:" or reading.low[tail + 1] in _AFTER_TAG
    if source is None or content is None or not ends:
        return None
    found = Candidate(None, reading.low[unit], "quote, unlisted verb", (unit, unit), source, (content,))
    return resumed(reading, found, ceiling, tail)


def content_before(reading: Reading, last: int, floor: int) -> Phrase | None:
    """The claim that ends at a comma or a closing mark: the quotation, with the words before it in its sentence."""
    if reading.tag[last] == ",":
        last -= 1
    if last < floor:
        return None
    quote = reading.quote_ending(last)
    if quote is not None:
        start = quote.first
        head = reading.first[start]
        mixed = start > head and reading.words(head, start - 1) >= 1
        if mixed and not any(cue and cue.is_core for cue in reading.verb[head:start]):
            start = head
        return (start, last)
    first = quotation_start(reading, floor)
    if reading.low[first] in ("but", "and") and first < last:
        first += 1
    return (first, last)


def quotation_start(reading: Reading, floor: int) -> int:
    """`floor`, or the first unit of the quotation in whose middle the sentence begins."""
    number = reading.inside[floor]
    return min(floor, reading.quotes[number].first) if number >= 0 else floor


def resumed(reading: Reading, candidate: Candidate, ceiling: int, tail: int) -> Candidate:
    """A quotation that goes on after its tag, in the same sentence or in the next ones of the paragraph."""
    if not candidate.frame.startswith("quote"):
        return candidate
    content = list(candidate.content)
    for unit in range(tail + 1, min(ceiling, tail + 25) + 1):
        quote = reading.quote_at(unit)
        if quote is not None:
            if reading.tag[unit - 1] in ",:":
                content.append((quote.first, quote.last))
            break
    unit = max(ceiling, content[-1][1]) + 1
    tag = reading.tag
    while unit < len(reading) and unit not in reading.starts:
        quote = reading.quote_at(unit)
        if quote is None or tag[unit] != "Q" or reading.words(quote.first, quote.last) < 3:
            break
        after = quote.last + 1
        in_paragraph = after < len(reading) and after not in reading.starts
        if in_paragraph and tag[after] != "Q" and not {tag[after - 1], tag[after - 2]} & {".", "?", "!"}:
            break
        if in_paragraph and reading.first[after] < after <= reading.last[quote.last]:
            break
        content.append((quote.first, quote.last))
        unit = after
    return Candidate(candidate.cue, candidate.lemma, candidate.frame, candidate.words, candidate.source, tuple(content))
