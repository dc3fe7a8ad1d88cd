"""Which stretches of a text stand inside quotation marks.

Floor: units of a text come in, quotations come out. Each paragraph is read for itself, so that a mark that is wrong in
one paragraph is right again in the next; what is not sure is said to be so by the quotation's `kind`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from analysis.attribution.tokens import Tokens, Vocabulary

#: What is known about a quotation:
#: `closed`     opened and closed in the paragraph;
#: `resumed`    closed, and it opens a paragraph whose predecessor was left open (the later part of a long quotation);
#: `unclosed`   opens its paragraph, begins a sentence or is taken up by the next one, and runs to the paragraph's end;
#: `dangling`   opens inside a paragraph and is neither closed nor taken up: most often a mark too many;
#: `unmatched`  from the paragraph's first unit to a closing mark that nothing opened: a mark was lost;
#: `carried`    a paragraph without marks of its own between one that was left open and one that `ended` closes;
#: `ended`      from the paragraph's first unit to the closing mark of a quotation that an earlier paragraph left open;
#: `single`     closed single marks outside double ones (‘…’, '…').
KINDS = ("closed", "resumed", "unclosed", "dangling", "unmatched", "carried", "ended", "single")

# Families of marks: what a mark may be. Straight marks and the marks that languages use in both directions are read by
# the space around them.
_OPENS, _CLOSES, _EITHER, _SINGLE_OPENS, _SINGLE_CLOSES, _SINGLE_EITHER = 1, 2, 3, 4, 5, 6
_MARKS = {
    "“": _OPENS, "„": _OPENS, "‟": _OPENS, "``": _OPENS, "«": _OPENS, "〝": _OPENS,
    "”": _CLOSES, "»": _CLOSES, "〞": _CLOSES, '"': _EITHER, "''": _EITHER, "″": _EITHER, "＂": _EITHER,
    "‘": _SINGLE_OPENS, "‚": _SINGLE_OPENS, "‹": _SINGLE_OPENS, "’": _SINGLE_CLOSES, "›": _SINGLE_CLOSES,
    "'": _SINGLE_EITHER,
}  # fmt: skip
# A mark that closes what this mark opened, beside the marks that always close.
_ALSO_CLOSES = {"„": "“”", "»": "«", "”": "”", "‚": "‘’"}
# What closes a mark that has a direction.
_CLOSED_BY = {"“": "”", "‟": "”", "„": "“”", "«": "»", "〝": "〞", "``": "''"}
_BEFORE_OPENING = frozenset("([{—–-/:")
_ELISIONS = frozenset(["tis", "twas", "em", "n", "til", "till", "cause", "cos", "round", "bout", "cuz", "nother"])
_ENDS = frozenset(".?!")
_STOPS = frozenset(",.?!…;") | {"..."}
#: Up to this many units between its marks a quotation is short.
SHORT = 4
#: A quotation that is closed nowhere before is carried over at most this many paragraphs to its closing mark.
_CARRIED = 4
#: A single-mark quotation is looked for over at most this many units.
_SINGLE_REACH = 400


@dataclass(frozen=True, slots=True)
class Quote:
    """One outermost quotation; nested marks belong to it.

    Attributes
    ----------
    first, last : the first and the last unit, marks included where there are any.
    start, end : the same in characters of the text.
    kind : one of `KINDS`.
    """

    first: int
    last: int
    start: int
    end: int
    kind: str

    @property
    def is_open(self) -> bool:
        """Whether the first unit is an opening mark."""
        return self.kind not in ("unmatched", "carried", "ended")

    @property
    def is_closed(self) -> bool:
        """Whether the last unit is a closing mark."""
        return self.kind in ("closed", "resumed", "single", "unmatched", "ended")

    @property
    def inside(self) -> tuple[int, int]:
        """The first and one past the last unit between the marks."""
        return self.first + self.is_open, self.last + 1 - self.is_closed


def _mark_kinds(vocabulary: Vocabulary) -> np.ndarray:
    """The family of mark of every word form (0: no mark), int8, shape (forms,); kept with the vocabulary."""
    known = vocabulary.notes.get("marks")
    array = known if isinstance(known, np.ndarray) else np.zeros(0, dtype=np.int8)
    forms = vocabulary.forms
    if len(array) < len(forms):
        array = np.concatenate([array, np.array([_MARKS.get(form, 0) for form in forms[len(array) :]], dtype=np.int8)])
        vocabulary.notes["marks"] = array
    return array


class _Paragraph:
    """The reading state of one paragraph: what is open, what was found."""

    def __init__(self, tokens: Tokens, forms: list[str], spaced: np.ndarray, first: int, stop: int) -> None:
        self.tokens, self.forms, self.spaced, self.first, self.stop = tokens, forms, spaced, first, stop
        self.found: list[tuple[int, int, str]] = []
        self.opened: int | None = None
        self.depth = 0

    def form(self, unit: int) -> str:
        return self.forms[self.tokens.number[unit]]

    def looks_opening(self, unit: int) -> bool:
        """Space, an edge or an opening bracket before the mark."""
        return unit == self.first or bool(self.spaced[unit]) or self.form(unit - 1) in _BEFORE_OPENING

    def stands_free_after(self, unit: int) -> bool:
        """Space or the paragraph's edge after the mark."""
        return unit + 1 >= self.stop or bool(self.spaced[unit + 1])

    def is_inches(self, unit: int) -> bool:
        """Right after a digit, as in 6'3" or a 12" gun."""
        return unit > self.first and not self.spaced[unit] and self.form(unit - 1)[-1:].isdigit()

    def is_height(self, unit: int) -> bool:
        """Feet and inches, 6'3": never a quotation mark, whatever is open."""
        return self.is_inches(unit) and unit - 3 >= self.first and self.form(unit - 2) in ("'", "’", "′")

    def begins_sentence(self, unit: int) -> bool:
        """An opening mark (no straight one) with which a sentence begins: “…,” she said. “We are …"""
        return self.form(unit) in "“„«" and self.form(unit - 1) in _ENDS

    def close(self, unit: int) -> None:
        if self.opened is not None:
            self.found.append((self.opened, unit, "closed"))
            self.opened, self.depth = None, 0

    def begin(self, unit: int) -> None:
        if self.opened is not None:
            self.found.append((self.opened, unit - 1, "dangling"))
        self.opened, self.depth = unit, 0

    def unmatched(self, unit: int) -> None:
        """A closing mark that nothing opened: from the edge, if no other quotation stands between."""
        if not self.found:
            self.found.append((self.first, unit, "unmatched"))


def _read_double(state: _Paragraph, events: list[tuple[int, int]]) -> None:
    """Find the quotations in double marks of one paragraph, from its marks in order."""
    for place, (unit, family) in enumerate(events):
        opened = state.opened
        if opened is not None and family != _EITHER:
            also = _ALSO_CLOSES.get(state.form(opened), "")
            if family == _CLOSES or state.form(unit) in also:
                if state.depth:
                    state.depth -= 1
                else:
                    state.close(unit)
            elif [f for _, f in events[place + 1 : place + 3]] == [_CLOSES, _CLOSES] or (
                family == _OPENS and opened == state.first and state.form(opened) == '"'
            ):
                state.depth += 1  # “ … “ … ” … ” and " … “ … ” … ": the inner pair belongs to the outer one
            else:
                state.begin(unit)
            continue
        if family == _OPENS:
            if state.form(unit) == "«" and not state.stands_free_after(unit) and not state.looks_opening(unit):
                state.unmatched(unit)
            else:
                state.begin(unit)
        elif family == _CLOSES:
            turned = state.looks_opening(unit) and not state.stands_free_after(unit)  # »…« and ”…”
            if turned:
                state.begin(unit)
            else:
                state.unmatched(unit)
        else:
            _read_straight(state, unit)


def _read_straight(state: _Paragraph, unit: int) -> None:
    """Decide what a mark without direction does, by the space around it."""
    if state.is_height(unit) or (
        state.opened is not None and state.form(state.opened) in "“„«" and state.is_inches(unit)
    ):
        return
    opening, free = state.looks_opening(unit), state.stands_free_after(unit)
    if state.opened is None:
        if not opening and (state.is_inches(unit) or (free and state.found)):
            return
        if opening or not free:
            state.begin(unit)
        else:
            state.unmatched(unit)
    elif opening and not free and unit != state.first and state.spaced[unit]:
        state.begin(unit)
    else:
        state.close(unit)


def _read_single(state: _Paragraph, events: list[tuple[int, int]], taken: list[tuple[int, int, str]]) -> None:
    """Find the quotations in single marks outside the double ones; an apostrophe closes nothing."""
    covered = np.zeros(state.stop - state.first + 1, dtype=np.int8)
    for first, last, _ in taken:
        covered[first - state.first] += 1
        covered[last - state.first + 1] -= 1
    inside = np.cumsum(covered) > 0
    free = [(unit, family) for unit, family in events if not inside[unit - state.first]]
    place = 0
    while place < len(free):
        unit, family = free[place]
        place += 1
        if family == _SINGLE_CLOSES or not state.looks_opening(unit) or state.stands_free_after(unit):
            continue
        following = state.form(unit + 1)
        if following[:1].isdigit() or following.lower() in _ELISIONS:
            continue
        closing = _closing_single(state, free, place, unit)
        if closing >= 0:
            state.found.append((unit, free[closing][0], "single"))
            place = closing + 1


def _closing_single(state: _Paragraph, free: list[tuple[int, int]], place: int, opened: int) -> int:
    """Which of `free` closes the single mark at `opened`: the first after a stop, else the first that is no possessive.

    -1 when none does. A mark after a final s, `workers’`, closes only where nothing better follows in the paragraph.
    """
    possessive = -1
    straight = free[place - 1][1] == _SINGLE_EITHER
    for index in range(place, min(len(free), place + 24)):
        unit, family = free[index]
        if unit - opened > _SINGLE_REACH or family == _SINGLE_OPENS:
            break
        if state.spaced[unit] or unit == opened + 1 or (family == _SINGLE_EITHER) != straight:
            continue
        after_free = state.stands_free_after(unit) or not state.form(unit + 1)[:1].isalnum()
        if not after_free:
            continue
        before = state.form(unit - 1)
        if before in _STOPS:
            return index
        if not before.endswith(("s", "S", "in")):
            return index
        if possessive < 0:
            possessive = index
    return possessive


def _outermost(state: _Paragraph) -> list[tuple[int, int, str]]:
    """The quotations that stand in no other: ‘…’ holds the double marks in it, '…' around them is taken for chance."""
    kept: list[tuple[int, int, str]] = []
    for one in sorted(state.found):
        if kept and one[0] <= kept[-1][1]:
            if state.form(kept[-1][0]) == "'":
                kept[-1] = one
            continue
        kept.append(one)
    return kept


def find_quotes(tokens: Tokens) -> list[Quote]:
    """The outermost quotations of a text, in its order; they do not overlap and none crosses a paragraph's edge.

    Curly, straight, typewriter (``…''), French and German marks are read; of marks without direction the space around
    them decides. A straight mark right after a digit is inches unless something is open. A quotation that is left open
    ends with its paragraph (`unclosed`, `dangling`), and the next paragraph starts outside quotation marks.

    Parameters
    ----------
    tokens : the units of one text.

    Returns
    -------
    list of Quote, each with its `kind`.
    """
    families = _mark_kinds(tokens.vocabulary)[tokens.number]
    places = np.flatnonzero(families)
    if not len(places):
        return []
    spaced, forms = tokens.after_space, tokens.vocabulary.forms
    events = list(zip(places.tolist(), families[places].tolist(), strict=True))
    bounds = np.searchsorted(places, tokens.first).tolist()
    paragraphs: list[_Found] = []
    left_open = False
    for number, (first, stop) in enumerate(tokens.paragraphs()):
        here = events[bounds[number] : bounds[number + 1]]
        if not here:
            left_open = False
            paragraphs.append((first, stop, []))
            continue
        state = _Paragraph(tokens, forms, spaced, first, stop)
        _read_double(state, [event for event in here if event[1] <= _EITHER])
        if left_open and here[0][0] == first and here[0][1] in (_OPENS, _EITHER):
            before = paragraphs[-1][2]
            before[-1] = (*before[-1][:2], "unclosed")
        if left_open and state.found and state.found[0][0] == first and state.found[0][2] == "closed":
            state.found[0] = (first, state.found[0][1], "resumed")
        left_open = state.opened is not None
        if state.opened is not None:
            kind = "unclosed" if state.opened == first or state.begins_sentence(state.opened) else "dangling"
            state.found.append((state.opened, stop - 1, kind))
        singles = [event for event in here if event[1] > _EITHER]
        if len(singles) > 1:
            _read_single(state, singles, list(state.found))
            state.found = _outermost(state)
        paragraphs.append((first, stop, state.found))
        if state.found and state.found[0][2] == "unmatched":
            _carry(paragraphs, tokens)
    return [Quote(a, b, *tokens.span(a, b), kind) for _, _, found in paragraphs for a, b, kind in found]


#: A paragraph: its first unit, one past its last, and the quotations in it (first, last, kind).
_Found = tuple[int, int, list[tuple[int, int, str]]]


def _carry(paragraphs: list[_Found], tokens: Tokens) -> None:
    """Join the last paragraph, which closes what it did not open, to one shortly before that was left open.

    People who quote at length forget the opening mark of the paragraphs after the first. Two marks that miss each other
    say so together; one alone is taken for wrong and reaches no other paragraph.
    """
    for back in range(2, min(_CARRIED + 2, len(paragraphs)) + 1):
        first, stop, found = paragraphs[-back]
        opened = _left_open(first, stop, found)
        if opened >= 0:
            closing = paragraphs[-1][2]
            if not _is_pair(*(tokens.vocabulary.forms[tokens.number[unit]] for unit in (opened, closing[0][1]))):
                return
            found[:] = [*(one for one in found if one[1] < opened), (opened, stop - 1, "unclosed")]
            for middle, end, inner in paragraphs[1 - back : -1]:
                inner[:] = [(middle, end - 1, "carried")]
            closing[0] = (*closing[0][:2], "ended")
            return
        if any(one[0] == first or one[2] == "unmatched" for one in found):
            return


def _is_pair(opening: str, closing: str) -> bool:
    """Whether the second mark may close the first: of one kind, curly or straight."""
    return closing in _CLOSED_BY.get(opening, opening)


def _left_open(first: int, stop: int, found: list[tuple[int, int, str]]) -> int:
    """The unit of the mark that a paragraph opens and does not close; -1 when there is none."""
    if found and found[0][0] == first and found[0][2] == "dangling":
        return first  # “ … “ … ”: the inner pair is closed
    return found[-1][0] if found and found[-1][1] == stop - 1 and found[-1][2] in ("unclosed", "dangling") else -1
