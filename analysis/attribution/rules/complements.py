"""Claims after their cue: what a verb introduces, under which frame.

Floor: a cue verb comes in; the name of the frame and the units of the claim go out.
"""

from __future__ import annotations

from analysis.attribution.cues import Cue
from analysis.attribution.phrases import Phrase, bare_phrase_end, clause_end, phrase_end, starts_clause
from analysis.attribution.reading import DAYS, WH, Reading

#: How many units a rule looks ahead for a complement or an agent.
_AHEAD = 22
_LISTENERS = frozenset(
    [
        "tell",
        "ask",
        "inform",
        "assure",
        "remind",
        "warn",
        "urge",
        "advise",
        "persuade",
        "convince",
        "notify",
        "promise",
        "show",
        "teach",
        "encourage",
        "press",
        "pressure",
        "beg",
        "invite",
        "order",
        "instruct",
        "thank",
    ]
)
_PREPOSITIONS = frozenset(
    [
        "of",
        "about",
        "for",
        "against",
        "on",
        "at",
        "with",
        "from",
        "to",
        "in",
        "over",
        "by",
        "into",
        "as",
        "like",
        "toward",
    ]
)
_PREDICATIVE = frozenset(["object, as", "object, noun", "object, quote", "object, of"])
_NAMING = frozenset("call dub label brand term deem describe declare pronounce name".split())
NOT_SPOKEN = frozenset(["make", "pass", "sign", "file", "name", "call"])


def scan(reading: Reading, first: int, ceiling: int) -> int:
    """Over adverbials after a cue (`on Tuesday`, `in an interview with X`): where `that`, a mark or a colon stands; -1."""
    tag, low = reading.tag, reading.low
    for unit in range(first, min(ceiling, first + _AHEAD) + 1):
        if (low[unit] == "that" and unit < ceiling) or tag[unit] == ":" or (tag[unit] == "Q" and unit in reading.opens):
            return unit
        if (tag[unit] not in "NPJDSRIO,TG" and low[unit] != "and") or low[unit] == "as":
            return -1
    return -1


def complement_of(reading: Reading, unit: int, cue: Cue, ceiling: int, is_passive: bool) -> tuple[str, Phrase] | None:
    """What the cue introduces on its right: the frame, and the claim."""
    tag, low = reading.tag, reading.low
    first = _over_adverbs(reading, unit + 1, ceiling)
    prefix = ""
    if cue.lemma in _LISTENERS and not is_passive and first <= ceiling and tag[first] != "Q" and low[first] != "that":
        after = _after_listener(reading, first, ceiling)
        if after > 0:
            first, prefix = after, "told "
    if first > ceiling:
        return None
    found = (
        _said(reading, first, ceiling)
        or _preposition(reading, first, cue, ceiling)
        or _bare_clause(reading, first, cue, ceiling)
        or _object(reading, first, cue, ceiling)
    )
    return (prefix + found[0], found[1]) if found else None


def _over_adverbs(reading: Reading, first: int, ceiling: int) -> int:
    """Past adverbs, also between commas: `confirmed|, however,| that`."""
    tag = reading.tag
    while (
        first <= ceiling
        and tag[first] == "R"
        and (reading.low[first] != "only" or first == ceiling or tag[first + 1] == "W")
    ):
        first += 1
    if first + 2 <= ceiling and tag[first] == tag[first + 2] == "," and tag[first + 1] == "R":
        return first + 3 if first + 3 <= ceiling else first
    return first


def _after_listener(reading: Reading, first: int, ceiling: int) -> int:
    """`told reporters |that …`: where the claim begins after a listener; 0 when there is no listener."""
    tag, low = reading.tag, reading.low
    end = bare_phrase_end(reading, first, ceiling)
    if end < 0:
        return 0
    unit = end + 1
    while unit <= ceiling and tag[unit] == "R":
        unit += 1
    if unit > ceiling:
        return 0
    opens = unit in reading.opens or (tag[unit] in ",:" and unit + 1 in reading.opens)
    if opens or low[unit] in ("that", "to", "about", "of") or low[unit] in WH or starts_clause(reading, unit, ceiling):
        return unit
    return 0


def _said(reading: Reading, first: int, ceiling: int) -> tuple[str, Phrase] | None:
    """`that …`, `“…”`, `: …`, `whether …`, `to …`, `as …`."""
    tag, low = reading.tag, reading.low
    if low[first] == "that" and first < ceiling:
        return "that", (first, clause_end(reading, first + 1, ceiling))
    opening = (
        first if first in reading.opens else first + 1 if tag[first] in ",:" and first + 1 in reading.opens else -1
    )
    if opening >= 0 and tag[opening] == "Q":
        quote = reading.quotes[reading.opens[opening]]
        if opening > first:
            whole = quote.last >= ceiling or tag[quote.last - 1] in ",.?!"
            return "quote", (opening, quote.last if whole else clause_end(reading, opening, ceiling))
        if quote.last >= ceiling:
            return "quote, joined", (opening, quote.last)
        return "quote, joined", (opening, max(quote.last, clause_end(reading, opening, ceiling)))
    if tag[first] == ":" and first < ceiling:
        return "colon", (first + 1, clause_end(reading, first + 1, ceiling))
    if low[first] in WH and first < ceiling:
        return "wh", (first, clause_end(reading, first + 1, ceiling))
    if tag[first] == "T" and first < ceiling:
        return "infinitive", (first, clause_end(reading, first + 1, ceiling))
    return None


def _preposition(reading: Reading, first: int, cue: Cue, ceiling: int) -> tuple[str, Phrase] | None:
    """`called for …`, `said on Tuesday that …`, `said in a statement: “…”`."""
    low = reading.low
    word = low[first]
    if word not in _PREPOSITIONS or first >= ceiling:
        return None
    if word not in ("of", "about", "for", "as") and cue.lemma not in NOT_SPOKEN:
        later = scan(reading, first, ceiling)
        if later >= 0:
            return _later(reading, later, ceiling)
    if word in ("in", "on", "at", "during", "to", "with", "from") and cue.takes_clause:
        end = bare_phrase_end(reading, first + 1, ceiling)
        if 0 <= end < ceiling and starts_clause(reading, end + 1, ceiling):
            return "later clause", (end + 1, clause_end(reading, end + 1, ceiling))
    end = clause_end(reading, first + 1, ceiling) if word == "as" else phrase_end(reading, first + 1, ceiling)
    return f"with {word}", (first + 1, end)


def _later(reading: Reading, unit: int, ceiling: int) -> tuple[str, Phrase]:
    if reading.low[unit] == "that":
        return "later that", (unit, clause_end(reading, unit + 1, ceiling))
    if reading.tag[unit] == ":":
        first = min(unit + 1, ceiling)
        return "later colon", (first, clause_end(reading, first, ceiling))
    quote = reading.quotes[reading.opens[unit]]
    if reading.tag[unit - 1] in ",:" or quote.last >= ceiling:
        return "later quote", (unit, quote.last)
    return "later quote", (unit, clause_end(reading, unit, ceiling))


def _bare_clause(reading: Reading, first: int, cue: Cue, ceiling: int) -> tuple[str, Phrase] | None:
    """`said the talks had failed`."""
    if not cue.takes_clause or not starts_clause(reading, first, ceiling):
        return None
    if reading.low[first] in DAYS and starts_clause(reading, first + 1, ceiling):
        first += 1
    return "clause", (first, clause_end(reading, first + 1, ceiling))


def _object(reading: Reading, first: int, cue: Cue, ceiling: int) -> tuple[str, Phrase] | None:
    """`criticised X`, `urged X to …`, `described X as …`, `accused X of …`, `called X “…”`."""
    tag, low = reading.tag, reading.low
    if tag[first] not in "NPDJOGSQ":
        return None
    if low[first] in DAYS:
        later = scan(reading, first, ceiling)
        if later >= 0 and tag[later] != ":":
            return _later(reading, later, ceiling)
    end = bare_phrase_end(reading, first, ceiling)
    frame = "object"
    if cue.word_class == "evaluative" and end >= 0 and _as_follows(reading, end + 1, ceiling):
        frame = "object, as"
    elif cue.lemma in _NAMING and end >= 0 and _mark_follows(reading, end + 1, ceiling):
        frame = "object, quote"
    elif 0 <= end < ceiling:
        following = end + 1
        if tag[following] == "T":
            frame = "object, infinitive"
        elif low[following] in ("as", "of", "for"):
            frame = f"object, {low[following]}"
        elif following in reading.opens:
            frame = "object, quote"
        elif tag[following] == "D":
            frame = "object, noun"
    if frame != "object":
        return frame, (first, clause_end(reading, first, ceiling, is_object=frame in _PREDICATIVE))
    last = phrase_end(reading, first, ceiling)
    if "that" in low[first : last + 1]:
        frame = "object, that"
    return frame, (first, last)


def _mark_follows(reading: Reading, first: int, ceiling: int) -> bool:
    """Whether a quotation opens later in the object: `called the plan to move the plant |“a disgrace”|`."""
    for unit in range(first, min(ceiling, first + _AHEAD) + 1):
        if reading.tag[unit] in ",;:.W":
            return False
        if unit in reading.opens:
            return True
    return False


def _as_follows(reading: Reading, first: int, ceiling: int) -> bool:
    """Whether the object is followed by `as …`: `describe the walkout |as| …`."""
    for unit in range(first, min(ceiling, first + 14)):
        if reading.tag[unit] in ",;:.Q":
            return False
        if reading.low[unit] == "as" and reading.low[unit + 1] not in ("soon", "long", "well", "much"):
            return True
    return False
