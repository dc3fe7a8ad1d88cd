"""Where phrases begin and end: the noun phrase beside a verb, the verb group, the clause that is a claim.

Floor: a `Reading` and a unit come in, a pair of units (first, last) goes out, or None where no such phrase stands there.
No parser: word classes, marks and a few function words decide, each look bounded, so that time stays linear.
"""

from __future__ import annotations

from bisect import bisect_left

from analysis.attribution.reading import AUXILIARY, BE, DAYS, DO, HAVE, MODAL, NOMINAL, Reading

#: First and last unit of a phrase.
Phrase = tuple[int, int]

#: No phrase, apposition or clause is followed further than this many units.
REACH = 60
_EMPTY_SUBJECTS = frozenset(["there", "what", "this"])
_RELATIVE = frozenset(["who", "which", "whose", "where", "when", "speaking", "citing", "referring"])
_HOLDS_BOTH_SIDES = frozenset(["for", "in", "at", "from", "with", "on", "to", "near", "inside", "against", "behind"])


def is_empty_subject(reading: Reading, phrase: Phrase) -> bool:
    """Whether the phrase is a lone `there`, `what` …, which is nobody."""
    return phrase[0] == phrase[1] and reading.low[phrase[0]] in _EMPTY_SUBJECTS


def noun_phrase_before(reading: Reading, last: int, floor: int) -> Phrase | None:
    """The noun phrase that ends at unit `last` and begins at `floor` or later.

    A closing comma or bracket is stepped over: `Smith, a lawyer, |said|` gives `Smith, a lawyer`; a relative clause
    or an age is left out: `Smith, who is 40, |said|` gives `Smith`.
    """
    if last < floor:
        return None
    tag, low = reading.tag, reading.low
    if tag[last] == "O" or low[last] in ("who", "which", "that"):
        return (last, last)
    if tag[last] == ",":
        return _before_apposition(reading, last, floor)
    if tag[last] == ")":
        opening = _opening_bracket(reading, last, floor)
        head = noun_phrase_before(reading, opening - 1, floor) if opening > floor and tag[opening - 1] != ")" else None
        return (head[0], last) if head else None
    if tag[last] not in NOMINAL:
        return _before_clause(reading, last, floor)
    first = last
    while first > floor and last - first < REACH:
        step = _step_left(reading, first, floor)
        if step < 0:
            step = _step_over_modifier(reading, first, floor)
        if step < 0:
            break
        first = step
    while first < last and tag[first] in "ISR":
        first += 1
    if first < last and low[first] in DAYS and first > floor and tag[first - 1] == "I":
        first += 1
    return None if tag[first] in "SI" else (first, last)


def _step_left(reading: Reading, first: int, floor: int) -> int:
    """Where a noun phrase that begins at `first` begins if it reaches further left; -1 if it does not."""
    tag, low = reading.tag, reading.low
    p = first - 1
    if tag[p] in NOMINAL:
        return p
    before = tag[p - 1] if p > floor else ""
    if tag[p] in "GER" and before and before in "DJ" and (tag[p] != "R" or (before == "D" and tag[first] in "JNE")):
        return p
    if before and low[p] == "of" and before in "NPJS)":
        return p
    if (
        before
        and before in "NP"
        and low[p] in _HOLDS_BOTH_SIDES
        and tag[first] in "DPNJS"
        and (before == "N" or p - 1 == floor)
    ):
        return p
    if low[p] in ("and", "or", "&") and before and before in "NPS)" and tag[first] in "DPNJ":
        q = p - 1
        while q >= floor and tag[q] in "NPSJDI" and p - q < REACH:
            q -= 1
        if low[p] == "&" or q < floor or tag[q] in ",;:.Q" or low[q] in ("that", "as", "but"):
            return p
        return -1
    if tag[p] == "Q":
        quote = reading.quote_ending(p)
        return quote.first if quote and p - quote.first <= 5 and quote.first > floor else -1
    if tag[p] == ")":
        opening = _opening_bracket(reading, p, floor)
        return opening if opening > floor else -1
    return -1


def _step_over_modifier(reading: Reading, first: int, floor: int) -> int:
    """Over a modifier without commas: `two people |briefed on the inquiry|`, `anyone |who knows him|`; -1 if none."""
    tag, low = reading.tag, reading.low
    p = first - 1
    if tag[p] == "I" and p - 2 >= floor and tag[p - 1] in "EG" and tag[p - 2] in "NP" and low[p] != "as":
        return p - 2
    for unit in range(p, max(floor, p - 11) - 1, -1):
        if tag[unit] in ",;:.QL":
            break
        if low[unit] == "who":
            return unit - 1 if unit > floor and tag[unit - 1] in "NPO" else -1
    return -1


def _before_clause(reading: Reading, last: int, floor: int) -> Phrase | None:
    """A noun phrase with the clause that ends at `last`: `|an officer who asked not to be named| said`."""
    if reading.tag[last] not in "EVBR":
        return None
    for unit in range(last - 1, max(floor, last - 12), -1):
        if reading.tag[unit] in ",;:.QL":
            return None
        if reading.low[unit] == "who":
            head = noun_phrase_before(reading, unit - 1, floor) if reading.tag[unit - 1] in NOMINAL else None
            return (head[0], last) if head else None
    return None


def _opening_bracket(reading: Reading, closing: int, floor: int) -> int:
    unit = closing
    while unit >= floor and reading.tag[unit] != "(" and closing - unit < 12:
        unit -= 1
    return unit if unit >= floor and reading.tag[unit] == "(" else -1


def _before_apposition(reading: Reading, comma: int, floor: int) -> Phrase | None:
    """The noun phrase before the closing comma of an apposition, an age, a place or a relative clause."""
    tag, low = reading.tag, reading.low
    last_kept = comma - 1
    for _ in range(4):
        opening = comma - 1
        while opening >= floor and tag[opening] not in ",.;:?!" and comma - opening < 30:
            opening -= 1
        if opening <= floor or tag[opening] != ",":
            return None
        inner = opening + 1
        drops = (
            low[inner] in _RELATIVE
            or (tag[inner] in "GVEIRWT" and low[inner] not in ("of", "from", "formerly", "now"))
            or (comma - inner <= 1 and tag[inner] == "N" and low[inner][0].isdigit())
        )
        if drops:
            last_kept = opening - 1
        if tag[opening - 1] not in NOMINAL and tag[opening - 1] not in ")O":
            return None
        head = noun_phrase_before(reading, opening - 1, floor) if tag[opening - 1] != "," else None
        if head is None:
            return None
        short = comma - inner <= 2 or low[head[0]] == "of" or low[inner][0].isdigit()
        further = head[0] - 1
        if further > floor and low[further] == "of":
            further -= 1  # Smith, 22, of Flint, Mich., said
        elif not (short or low[head[0]][0].isdigit()):
            further = -1
        if further > floor and tag[further] == ",":
            outer = noun_phrase_before(reading, further - 1, floor) if tag[further - 1] in NOMINAL else None
            if outer and (outer[0] == floor or tag[outer[0] - 1] != ","):
                return outer
            comma = further
            continue
        return (head[0], max(last_kept, head[1]) if last_kept >= head[0] else head[1])
    return None


def noun_phrase_after(reading: Reading, first: int, ceiling: int, *, appositions: bool = True) -> Phrase | None:
    """The noun phrase that begins at unit `first` and ends at `ceiling` or earlier, with what identifies its head."""
    if first > ceiling:
        return None
    tag, low = reading.tag, reading.low
    if tag[first] == "O":
        return None if low[first] in _EMPTY_SUBJECTS or low[first] == "it" else (first, first)
    if tag[first] not in "DNPJQ":
        return None
    last = first
    while last < ceiling and last - first < REACH:
        step = _step_right(reading, last, ceiling)
        if step < 0:
            break
        last = step
    if appositions:
        last = _after_appositions(reading, last, ceiling)
    return (first, last)


def _step_right(reading: Reading, last: int, ceiling: int) -> int:
    tag, low = reading.tag, reading.low
    p = last + 1
    if tag[p] in NOMINAL or (tag[p] == "R" and tag[last] == "D" and p < ceiling and tag[p + 1] in "JNE"):
        return p
    following = tag[p + 1] if p < ceiling else ""
    if low[p] in ("of", "for", "in", "at", "from", "with", "&", "to") and following and following in NOMINAL:
        return -1 if low[p + 1] in DAYS else p
    if low[p] == "and" and following and following in "NPD":
        return p
    if tag[p] == "(":
        unit = p
        while unit <= ceiling and tag[unit] != ")" and unit - p < 8:
            unit += 1
        return unit if unit <= ceiling and tag[unit] == ")" else -1
    if tag[p] == "Q":
        quote = reading.quote_at(p)
        if quote and quote.last - p <= 4 and quote.last < ceiling and tag[quote.last + 1] in "NP":
            return quote.last
    return -1


def _after_appositions(reading: Reading, last: int, ceiling: int) -> int:
    """The end of the appositions that follow a noun phrase: `, the company's lawyer, who was there`."""
    tag, low = reading.tag, reading.low
    for _ in range(4):
        if last + 2 > ceiling or tag[last + 1] != ",":
            break
        inner = last + 2
        if tag[inner] not in "DNPJE" and low[inner] not in ("of", "who", "formerly"):
            break
        end = inner
        while end <= ceiling and tag[end] not in ",.;:?!Q" and end - inner < 25:
            end += 1
        if low[inner] == "who":
            return end - 1
        if "V" in tag[inner:end] and low[inner] not in ("a", "an", "the"):
            break
        if low[inner].endswith("ing") and reading.verb[inner]:
            break
        last = end - 1
    return last


def bare_phrase_end(reading: Reading, first: int, ceiling: int) -> int:
    """The last unit of the listener or object that begins at `first`; -1 when none begins there."""
    if first > ceiling:
        return -1
    tag, low = reading.tag, reading.low
    if tag[first] == "O":
        return first
    if tag[first] not in "DNPJ":
        return -1
    last = first
    while last < ceiling and last - first < REACH:
        p = last + 1
        following = tag[p + 1] if p < ceiling else ""
        joins = following and following in "DNPJ"
        if (
            tag[p] in "NPJS"
            or (tag[p] == "D" and tag[last] in "SI")
            or (low[p] in ("of", "&", "at", "for", "from", "with", "in", "on") and joins)
            or (low[p] == "and" and following and following in "NP")
        ):
            last = p
        else:
            break
    return last


def verb_group(reading: Reading, verb: int, floor: int) -> tuple[int, int, set[str]]:
    """The verb group that ends at `verb`.

    Returns
    -------
    (first, left, kinds) : its first unit; the unit before it and before the adverbs that lead it (its subject's last
        one, if it has a subject); which auxiliaries stand in it: `be`, `have`, `do`, `modal`, `to`.
    """
    tag, low = reading.tag, reading.low
    kinds: set[str] = set()
    unit = verb - 1
    while unit >= floor and verb - unit < 12:
        word = low[unit]
        if tag[unit] == "R" or word in ("never", "not", "long", "all"):
            pass
        elif (word in BE and tag[unit] == "V") or word in ("be", "been", "being"):
            kinds.add("be")
        elif word in HAVE:
            kinds.add("have")
        elif word in DO:
            kinds.add("do")
        elif word in MODAL:
            kinds.add("modal")
        elif tag[unit] == "T" and not kinds & {"modal", "do"}:
            kinds.add("to")
            unit -= 1
            break
        else:
            break
        unit -= 1
    first = unit + 1
    while first < verb and tag[first] == "R" and low[first] not in ("n't", "not"):
        first += 1
    return first, unit, kinds


def starts_clause(reading: Reading, first: int, ceiling: int) -> bool:
    """Whether a clause with a finite verb of its own begins at `first`."""
    if first > ceiling:
        return False
    tag, low = reading.tag, reading.low
    if tag[first] == "O" and first < ceiling and (tag[first + 1] in "VR" or low[first + 1] in AUXILIARY):
        return True
    if tag[first] not in "DNPJOQGS(" and low[first] not in ("if", "when", "after", "in", "while", "because", "as"):
        return False
    for unit in range(first, min(ceiling, first + 17) + 1):
        letter = tag[unit]
        if letter == "V":
            return unit > first
        if letter == "E" and unit > first and tag[unit - 1] in "NPO":
            return True
        if letter in ".;:?!" or (letter == "W" and low[unit] not in ("who", "which", "that")):
            return False
        if letter == "," and unit == first:
            return False
    return False


def clause_end(reading: Reading, first: int, ceiling: int, *, is_object: bool = False) -> int:
    """The last unit of a claim that begins at `first`: the sentence's end, or where another claim takes over.

    An object with its complement (`portray X as Y`) also ends where `, and` or `, but` goes on with another predicate.
    """
    tag, low, verb, turns = reading.tag, reading.low, reading.verb, reading.turns
    free = first
    for place in range(bisect_left(turns, first), len(turns)):
        unit = turns[place]
        if unit > ceiling:
            break
        if unit < free:
            continue  # inside a quotation
        quote = reading.quote_at(unit)
        if quote is not None and quote.last <= ceiling:
            free = quote.last + 1
            continue
        if tag[unit] == "," and unit < ceiling:
            if _takes_over(reading, unit + 1, ceiling) or (is_object and low[unit + 1] in ("and", "but", "while")):
                return unit - 1
        elif low[unit] in ("and", "but") and unit < ceiling and unit > first:
            following = unit + 1
            while following < ceiling and tag[following] == "R":
                following += 1
            cue = verb[following]
            if cue and cue.is_core and tag[following] in "VE" and tag[unit - 1] != "T":
                return unit - 1
    end = ceiling
    while end > first and tag[end] in ".?!":
        end -= 1
    return end


def _takes_over(reading: Reading, first: int, ceiling: int) -> bool:
    """After a comma: does another claim begin (`, adding …`, `, according to …`, `, and warned …`, `, but Smith said`)?"""
    tag, low, verb = reading.tag, reading.low, reading.verb
    cue = verb[first]
    if cue and cue.is_core and low[first].endswith("ing"):
        return True
    if low[first] == "according":
        return True
    if low[first] not in ("and", "but", "while", "though", "although"):
        return False
    unit = first + 1
    while unit <= ceiling and (tag[unit] == "R" or low[unit] in AUXILIARY):
        unit += 1
    if unit > ceiling:
        return False
    if verb[unit] and tag[unit] in "VE":
        return True
    subject = noun_phrase_after(reading, unit, ceiling, appositions=False)
    if not subject:
        return False
    for inner in range(subject[0] + 1, subject[1] + 1):
        cue = verb[inner]  # a noun by its form, a verb by what follows: the union |claims| it was
        if cue and cue.is_core and inner < ceiling and starts_clause(reading, inner + 1, ceiling):
            return True
    unit = subject[1] + 1
    while unit <= ceiling and (tag[unit] == "R" or low[unit] in AUXILIARY) and unit - subject[1] < 6:
        unit += 1
    if unit > ceiling:
        return False
    cue = verb[unit]
    return cue is not None and (cue.is_core or low[first] == "but")


_PHRASE_STOPS = frozenset(
    [
        "while",
        "after",
        "before",
        "when",
        "but",
        "because",
        "saying",
        "during",
        "since",
        "although",
        "though",
        "where",
        "adding",
        "arguing",
        "amid",
        "despite",
    ]
)


def phrase_end(reading: Reading, first: int, ceiling: int) -> int:
    """The last unit of an object that begins at `first`: up to a comma, a subordinator or a second verb."""
    tag, low = reading.tag, reading.low
    unit = first
    while unit <= ceiling and unit - first < 2 * REACH:
        quote = reading.quote_at(unit)
        if quote is not None and quote.last <= ceiling:
            unit = quote.last + 1
            continue
        if tag[unit] in ",;:()L" or (low[unit] in _PHRASE_STOPS and unit > first):
            break
        if low[unit] == "and" and unit < ceiling and tag[unit + 1] in "VE":
            break
        unit += 1
    end = unit - 1
    while end > first and tag[end] in ".?!":
        end -= 1
    return end
