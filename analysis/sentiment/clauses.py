"""The words around a target in its sentence, in their order: side and distance, clause, quotation marks, negation.

Floor: a text and the target's place come in, tokens and rows of numbers go out. No parser: clauses are cut at punctuation
and linking words. Nothing depends on a name: a run of capitalised words is the one token `<name>`, whoever is meant.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

import numpy as np

from analysis import words
from analysis.sentiment import lexica, wordforms

TARGET, NAME, WORD, NUMBER, MARK = "<target>", "<name>", "word", "<number>", "mark"
#: Stands for a word of which nothing is known, and for every word that says how grave an event is: who is near a war is
#: not made better or worse by it.
UNKNOWN = "<unknown>"
#: Tokens that are read on either side of the target, and the distance from which on all are "far".
REACH, FAR = 60, 16
#: Rows of numbers for where a token stands: distance, clause (two before to two after), in marks and negated or not.
N_PLACES = (2 * FAR + 1) + 5 + 4
NEGATION_REACH = 4
_TOKEN = re.compile(r"\w+(?:['.\-]\w+)*|--|[^\w\s]")


def _set(text: str) -> frozenset[str]:
    return frozenset(text.split())


_LINKS = _set(
    "but while although because when if who which that as after before since though whereas whose where until unless "
    "and or"
)
_NEGATIONS = _set(
    "not no never nor neither none nobody nothing without cannot n't hardly fail failed fails refuse refused refuses "
    "deny denied denies"
)
_CLAUSE_MARKS = _set(', ; : ( ) - " --')


class Token(NamedTuple):
    """One token: kind, lower-case form (or the kind again), place in the text, clause number, in marks, negated."""

    kind: str
    form: str
    start: int
    end: int
    clause: int
    is_quoted: bool
    is_negated: bool


def read_tokens(text: str, start: int, end: int) -> tuple[list[Token], int]:
    """The tokens of a normalised text with the target as one of them, `REACH` on either side, and the target's place."""
    found: list[tuple[str, str, int, int]] = []
    at = 0
    is_first = True
    for match in _TOKEN.finditer(text):
        if match.start() < end and match.end() > start:
            if not found or found[at][0] != TARGET:
                at = len(found)
                found.append((TARGET, TARGET, start, end))
            is_first = False
            continue
        kind, form = _kind(words.visible(match.group()), is_first)
        is_first = form in ('"', ".", ":")
        if kind == NAME and found and found[-1][0] == NAME:
            continue
        found.append((kind, form, match.start(), match.end()))
    first = max(0, at - REACH)
    return list(_placed(found))[first : at + REACH], at - first


def known_form(token: Token) -> str:
    """The form by which a token is known to whoever reads it."""
    return UNKNOWN if is_grave(token) else token.form


def is_grave(token: Token) -> bool:
    """Does the token say how grave an event is (war, killed, threatens)?"""
    return token.kind == WORD and _is_severe(token.form)


def token_places(tokens: Sequence[Token], at: int) -> np.ndarray:
    """Rows of numbers for where each token stands as seen from the target, shape (n, 3), each below `N_PLACES`."""
    clause = tokens[at].clause
    return np.array(
        [
            (
                min(max(i - at, -FAR), FAR) + FAR,
                2 * FAR + 3 + min(max(token.clause - clause, -2), 2),
                2 * FAR + 6 + 2 * token.is_quoted + token.is_negated,
            )
            for i, token in enumerate(tokens)
        ],
        dtype=np.int64,
    )


def name_spans(text: str) -> list[tuple[int, int]]:
    """Where the names of a normalised text stand: runs of words that `read_tokens` reads as one `<name>`."""
    spans: list[tuple[int, int]] = []
    is_first, is_open = True, False
    for match in _TOKEN.finditer(text):
        kind, form = _kind(words.visible(match.group()), is_first)
        is_first = form in ('"', ".", ":")
        if kind == NAME:
            spans.append((spans.pop()[0] if is_open else match.start(), match.end()))
        is_open = kind == NAME
    return spans


def _kind(form: str, is_first: bool) -> tuple[str, str]:
    if form[:1].isdigit():
        return NUMBER, NUMBER
    if not form[:1].isalpha():
        return MARK, form
    lower = form.lower()
    if form[0].isupper() and form not in ("I", "I'm", "I've") and not (is_first and _is_common(form, lower)):
        return NAME, NAME
    return WORD, lower


def _is_common(form: str, lower: str) -> bool:
    return not (form.isupper() and len(form) > 1) and lower in wordforms.word_table().row


def _placed(found: Sequence[tuple[str, str, int, int]]) -> Iterator[Token]:
    """Tokens with clause, quotation and negation."""
    clause, is_quoted, last_negation = 0, False, -NEGATION_REACH - 1
    for i, (kind, form, start, end) in enumerate(found):
        if kind == MARK and form == '"':
            is_quoted = not is_quoted
        if (kind == MARK and form in _CLAUSE_MARKS) or (kind == WORD and form in _LINKS):
            clause += 1
        yield Token(kind, form, start, end, clause, is_quoted, i - last_negation <= NEGATION_REACH)
        if kind == WORD and negates(form):
            last_negation = i


def negates(form: str) -> bool:
    """Does a word deny what follows it?"""
    return form in _NEGATIONS or form.endswith("n't")


@lru_cache(maxsize=65_536)
def _is_severe(form: str) -> bool:
    return bool(lexica.form_weights(form)[lexica.LAYERS.index(lexica.SEVERITY)])
