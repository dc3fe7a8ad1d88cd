"""What the words around a name call its bearer, and what kind of source that makes them.

Floor: a `Reading` and a `Run` come in, lists of small words or a source type go out.
"""

from __future__ import annotations

from collections.abc import Container, Sequence

from analysis.attribution.gazetteer import given_names, known_by_one_word, known_sources, state_of
from analysis.attribution.name_runs import Run, is_title
from analysis.attribution.reading import Reading
from analysis.attribution.source_types import BODY_TYPES, SHORT_TITLES, role_of, type_in

#: Words that join a name to the body for which a person speaks: `Marsha Catron of Homeland Security`.
_BELONGS = frozenset(["of", "at", "from", "with"])
#: Words before the body to which an apposition says that somebody belongs, and how far it is read (units).
_BODY_FOLLOWS = frozenset(["of", "at", "for", "with", "from"])
_APPOSITION_REACH = 16
_TELLS = {
    **dict.fromkeys("teaches taught studies studied researches lectures specialises specializes".split(), "researcher"),
    **dict.fromkeys("covers covered reports writes anchors hosts edits".split(), "reporter"),
    **dict.fromkeys(["survived"], "survivor"),
}
_IS = frozenset(["is", "was"])
_LEADS = frozenset("runs heads leads chairs represents ran headed led chaired represented".split())
_OF_STATE = frozenset(
    "minister president parliament government army ministry foreign defense defence prime ambassador embassy".split()
)


def descriptions_of(reading: Reading, run: Run) -> list[list[str]]:
    """What the text calls a name, as lists of small words.

    `economist |Dov Kestrel|`, `|Dov Kestrel|, chief economist at …`, `|Ines Corrow|, who teaches …`.
    """
    tag, low = reading.tag, reading.low
    found = []
    before = list(run.titles)
    unit = run.first - 1
    floor = reading.first[run.first]
    while (
        unit >= floor
        and run.first - unit < 8
        and (
            tag[unit] in "NJP"
            or (unit > floor and low[unit] in ("of", "for") and tag[unit - 1] == "P" and is_title(low[unit - 1]))
        )
    ):
        before.insert(0, SHORT_TITLES.get(low[unit], low[unit]))
        unit -= 1
    if any(role_of(word) for word in before):
        found.append(before)
    if run.last + 1 < len(tag) and tag[run.last + 1] == "," == tag[run.first - 1] and not before:
        start = run.first - 1
        while (
            start > floor
            and run.first - start < _APPOSITION_REACH
            and (tag[start - 1] in "NJPSD" or low[start - 1] in _BODY_FOLLOWS)
        ):
            start -= 1
        start += start < run.first and tag[start] == "D"
        words = _apposition(reading, start)
        if words and role_of(words[-1]):
            found.append(words)  # the company's founder, |Ivo Marl|,
    if run.last + 2 < len(tag) and tag[run.last + 1] == ",":
        found.append(_apposition(reading, run.last + 2))
    return found


def _apposition(reading: Reading, first: int) -> list[str]:
    """The words that describe after a comma, the head last: `spokeswoman` of `a spokeswoman for the league`.

    A relative clause describes where it says that somebody teaches or leads.
    """
    tag, low = reading.tag, reading.low
    if low[first] == "who":
        verb, following = (*low[first + 1 : first + 3], "", "")[:2]
        if verb in _TELLS:
            return [_TELLS[verb]]
        if verb in _IS and following == "running":
            return ["candidate"]
        if verb not in _LEADS and verb not in _IS and following != "as":
            return []
        first += 2 + (following == "as")
        first += first < len(low) and tag[first] == "D"
    head: list[str] = []
    rest: list[str] = []
    words = head
    for unit in range(first, min(len(tag), first + 10)):
        if tag[unit] == "V" and low[first - 1] == ",":
            return []  # no apposition but a clause: Monday, the mayor said
        if tag[unit] in ",.;:?!QVW" or unit in reading.starts or (low[unit] in ("at", "in", "from") and head):
            if low[unit] == "at":
                rest = institution(reading, unit) + rest
            break
        if low[unit] in ("of", "for") and head:
            words = rest
        elif tag[unit] in "NJP":
            words.append(low[unit])
    return rest + head


def by_company(reading: Reading, run: Run) -> str:
    """What a name is by the words after it: `X's campaign` (politician), `X's foreign minister` (a state)."""
    tag, low = reading.tag, reading.low
    after = run.last + 1
    kind = _body_type(reading, *_owner(reading, run.first))
    if kind or after + 1 >= len(tag):
        return kind
    if tag[after] == "S" and low[after + 1] in _OF_STATE and len(run.words) < 3 and not run.titles:
        return "official"
    following = low[after + 1] if tag[after] == "S" else low[after]
    if following in ("campaign", "administration", "campaigned"):
        return "politician"
    return _body_type(reading, after + 1, _capitals_end(reading, after + 1)) if low[after] in _BELONGS else ""


def _owner(reading: Reading, first: int) -> tuple[int, int]:
    """The capitalised words that own the name at `first`: `|Commentary|'s Noah Rothman`; empty when none do."""
    last = first - 2
    if last < reading.first[first] or reading.tag[first - 1] != "S":
        return first, first - 1
    start = last
    while start > reading.first[first] and reading.tag[start] == "P" and reading.tag[start - 1] == "P":
        start -= 1
    return start, last


def firm_or_of_body(reading: Reading, run: Run, words: Sequence[str]) -> str:
    """The type that a description names by itself, else that of the body that it names, else what the role suggests."""
    kind, is_firm = type_in(words)
    if not kind or (is_firm and words[-1] != "president"):  # the president of the Log Cabin Republicans
        return kind
    return _body_beside(reading, run) or kind


def _body_beside(reading: Reading, run: Run) -> str:
    """The type of the body named beside a name: `|Politico| editor Ivo Marl`, `Ivo Marl, director of |the Guild|`."""
    tag, low = reading.tag, reading.low
    floor = reading.first[run.first]
    unit = run.first - 1 - (tag[run.first - 1] == ",")
    while unit >= floor and run.first - unit < 8 and (tag[unit] in "NJPSD" or low[unit] in _BODY_FOLLOWS):
        if tag[unit] == "P":
            start = unit
            while start - 1 >= floor and tag[start - 1] == "P":
                start -= 1
            kind = _body_type(reading, start, unit)
            if kind:
                return kind
            unit = start
        unit -= 1
    stop = (
        min(reading.last[run.first], run.last + _APPOSITION_REACH) if tag[run.last + 1 : run.last + 2] == [","] else 0
    )
    some = ""
    for unit in range(run.last + 2, stop):
        if tag[unit] in "VQ;" or (tag[unit] == "," and some):
            break
        if tag[unit] != "P" or tag[unit - 1] == "P":
            continue
        last = _capitals_end(reading, unit)
        kind = _body_type(reading, unit, last)
        if kind:
            return kind
        if low[unit - 1 - (low[unit - 1] == "the")] in _BODY_FOLLOWS and low[unit] not in given_names():
            known = known_by_one_word().get(low[last], "")
            some = some or ("" if known or state_of(" ".join(low[unit : last + 1])) else "organisation")
    return some


def spoken_for(words: Sequence[str], politicians: Container[str]) -> str:
    """`politician` where a description says that somebody speaks for a known politician (`Clinton spokesman`)."""
    kind, is_firm = type_in(words)
    known = known_by_one_word()
    if not kind or is_firm:
        return ""
    return "politician" if any(known.get(word) == "politician" or word in politicians for word in words) else ""


def institution(reading: Reading, at: int) -> list[str]:
    """The small words of the institution after `at`: `a fellow |at| the University of Lisk`."""
    last = _capitals_end(reading, at + 1)
    return [word for word in reading.low[at + 1 : last + 1] if word != "the"]


def _body_type(reading: Reading, first: int, last: int) -> str:
    """The type of a body by its name, known or said by its words; empty for persons and places."""
    words = [word for word in reading.low[first : last + 1] if word != "the"]
    if not words:
        return ""
    kind = known_sources().get(" ".join(words)) or (type_in(words)[0] if reading.tag[last] == "P" else "")
    return kind if kind in BODY_TYPES else ""


def _capitals_end(reading: Reading, first: int) -> int:
    """The last of the capitalised words from `first` on, an article skipped; `first - 1` when there are none."""
    unit = first + (reading.low[first : first + 1] == ["the"])
    if not _is_capital(reading, unit):
        return first - 1
    while unit + 1 not in reading.starts and _is_capital(reading, unit + 1):
        unit += 1
    return unit


def _is_capital(reading: Reading, unit: int) -> bool:
    """Whether a unit is a name or an adjective with a capital: `|American| Enterprise Institute`."""
    return unit < len(reading.tag) and (
        reading.tag[unit] == "P" or (reading.tag[unit] == "J" and reading.tokens.forms[unit][0].isupper())
    )
