"""The choice of a source weighs what readings, linker, rules and the cue's subject say; the best stands if it is sure enough."""

from __future__ import annotations

import numpy as np
import pytest

from analysis.attribution import model
from analysis.attribution import wordforms as wf
from analysis.attribution.candidates import NONE, Candidates, Contents, Ruled
from analysis.attribution.crf import SCALE, Weights, keys_of
from analysis.attribution.features import Context, context
from analysis.attribution.quotes import find_quotes
from analysis.attribution.sourcing import (
    Offered,
    SourceJudge,
    offer_sources,
    plain_subjects,
    source_columns,
    source_values,
    subject_of,
)
from analysis.attribution.tokens import Span, Tokens, tokenise

TEXT = "Ann Pell said rain was near.\nBob agreed, and Cy Orr feared snow."
#: Words of the text, by the place in which they stand among its units.
ANN, SAID, RAIN, BOB, AGREED, CY, FEARED, SNOW = (0, 1), 2, (3, 5), 7, 8, (11, 12), 13, (14, 14)


def laid() -> tuple[Tokens, Context, wf.FormTable]:
    tokens = tokenise(TEXT, [(0, 28), (29, len(TEXT))])
    forms = model.load().stack.forms(tokens.vocabulary)
    return tokens, context(tokens, find_quotes(tokens), forms), forms


def places(around: Context, *units: int) -> Span:
    at = {int(unit): place for place, unit in enumerate(around.unit.tolist())}
    return at[units[0]], at[units[-1]]


def candidates(around: Context, *, first: Span = RAIN) -> Candidates:
    """Two claims: `said`, linked to nobody, and `feared`, linked to `Bob`; a rule says that `Cy Orr feared`."""
    said, feared, bob, ann, cy = (places(around, *units) for units in ((SAID,), (FEARED,), (BOB,), ANN, CY))
    claim, snow = places(around, *first), places(around, *SNOW)
    rows = [(*said, -1, -1, 1, 1, 0, NONE), (*feared, *bob, 1, 1, 0, 40)]
    rule = Ruled(np.array([(*feared, *cy, 7, 60)]).T.copy(), Contents.of([(snow,)]), ["rule: object"])
    sources = np.array([(*ann, 5), (*bob, 1)], dtype=np.int64)
    return Candidates(np.array(rows).T.copy(), Contents.of([(claim,), (snow,)]), rule, sources)


def test_units_are_where_the_text_has_them() -> None:
    forms = laid()[0].forms
    assert [forms[unit] for unit in (*ANN, SAID, BOB, AGREED, *CY, FEARED, SNOW[0])] == [
        "Ann", "Pell", "said", "Bob", "agreed", "Cy", "Orr", "feared", "snow",
    ]  # fmt: skip


@pytest.mark.parametrize("compiled", [True, False])
def test_sources_of_the_paragraph_are_offered_each_once(compiled: bool) -> None:
    _, around, _ = laid()
    found = candidates(around)
    offered = offer_sources(around, found, [0, 1], [places(around, *ANN), None], compiled=compiled)
    ann, bob, cy = places(around, *ANN), places(around, BOB), places(around, *CY)
    number, first, last, readings, by_rule, by_link, by_subject = offered.table.tolist()
    assert list(zip(number, first, last, strict=True)) == [(0, *ann), (1, *bob), (1, *cy)]
    assert readings == [5, 1, 0]
    assert by_subject == [3, 0, 0]  # the same as the subject; there is none
    assert by_rule == [0, 1, 3]  # no rule; it says another; it says this one
    assert by_link == [0, 3, 1]


@pytest.mark.parametrize("compiled", [True, False])
def test_a_source_does_not_stand_in_its_own_claim(compiled: bool) -> None:
    _, around, _ = laid()
    found = candidates(around, first=ANN)
    assert 0 not in offer_sources(around, found, [0, 1], [None, None], compiled=compiled).table[0].tolist()


def test_the_surest_source_is_taken_if_it_is_sure_enough() -> None:
    table = np.array([[0, 0, 2], [4, 9, 4], [5, 9, 5], *[[0, 0, 0]] * 4])
    offered = Offered(table, np.zeros((2, 3), dtype=np.int64))
    keys = keys_of(np.array([1, 2, 3]), 0)
    order = np.argsort(keys)
    rows = np.concatenate([np.array([[2], [3], [-5]])[order] * SCALE, [[0]]]).astype(np.int16)
    weights = Weights(("word",), keys[order], rows, np.zeros((1, 1), dtype=np.int32))
    judge = SourceJudge(weights, least=-2 * SCALE)
    for compiled in (True, False):
        assert judge.choose(offered, np.array([[1, 2, 3]]), 3, compiled=compiled) == [(9, 9), None, None]


def test_columns_have_one_value_a_source_and_tell_places_apart() -> None:
    _, around, forms = laid()
    found = candidates(around)
    margins = np.zeros((len(around.unit), 7), dtype=np.int32)
    offered = offer_sources(around, found, [0, 1], [places(around, *ANN), None])
    given = around, forms, margins, found, [0, 1], offered
    table = source_columns(*given)
    assert (source_values(*given, compiled=True) == np.array(list(table.values()))).all()
    assert {len(column) for column in table.values()} == {3}
    assert {column.dtype for column in table.values()} == {np.dtype(np.int64)}
    assert table["opinions"].tolist() == [3, (1 * 4 + 3) * 4, (3 * 4 + 1) * 4]


def test_the_subject_is_looked_for_where_nothing_is_linked() -> None:
    tokens, around, _ = laid()
    lexicon = model.load().stack.lexicon
    assert subject_of(tokens, lexicon, SAID) == ANN
    assert subject_of(tokens, lexicon, CY[0]) is None  # `and` is no subject
    assert plain_subjects(tokens, lexicon, around, candidates(around), [0, 1]) == [places(around, *ANN), None]
