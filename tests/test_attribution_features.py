"""Columns say what stands around a unit, and stay within their sentence and paragraph."""

from __future__ import annotations

import numpy as np

from analysis.attribution import wordforms as wf
from analysis.attribution.features import Context, columns, context, distance_bucket, nearest, shift
from analysis.attribution.quotes import find_quotes
from analysis.attribution.tokens import Vocabulary, tokenise

LEXICON = wf.Lexicon(
    tags={"said": "VBD", "the": "DT", "mayor": "NN", "he": "PRP"},
    endings={"cing": "VBG", "Cer": "NNP"},
    cues={"said": 5},
    common=("the", "said", ","),
    classes=("edge", "DT0", "NN0", "NNP0", "PRP0", "SYM0", "VBD2"),
)


def read(text: str) -> Context:
    vocabulary = Vocabulary()
    tokens = tokenise(text, vocabulary=vocabulary)
    return context(tokens, find_quotes(tokens), wf.FormTable.of(vocabulary, LEXICON))


def test_form_rows_hold_what_the_lexicon_knows() -> None:
    facts, hashes = LEXICON.row("said")
    assert facts[wf.CLASS] == LEXICON.classes.index("VBD2")
    assert facts[wf.CUE] == 5
    assert facts[wf.FINITE] == 1
    assert facts[wf.WORD] == len(LEXICON.classes) + 1
    assert len(hashes) == len(wf.ATTRIBUTES)
    assert [LEXICON.tag(form) for form in ("walking", "Becker", "Zo", "zo", "7", "!")] == [
        "VBG", "NNP", "NNP", "NN", "CD", "SYM",
    ]  # fmt: skip
    assert [wf.shape(form) for form in ("USA", "A", "Ann", "McX", "it", "9", "--")] == [
        "X", "X1", "Xx", "XxX", "x", "d", "--",
    ]  # fmt: skip
    assert [wf.cue_bucket(share) for share in (0.0, 0.01, 0.3, 0.9)] == [0, 1, 3, 5]


def test_sentences_begin_after_stops_and_closing_marks() -> None:
    around = read("He left. “It is so.” The mayor said no, e.g. today.\nHe came")
    begins = around.unit[around.begins & (around.unit >= 0)]
    # An opening mark right after a stop is counted to the sentence before it (the model was trained so; see its card).
    assert begins.tolist() == [0, 4, 9, 20]


def test_edges_separate_paragraphs() -> None:
    around = read("He left\nHe came")
    assert around.unit.tolist() == [-1, -1, -1, 0, 1, -1, -1, -1, 2, 3, -1, -1, -1]
    assert around.edge.sum() == 9


def test_nearest_cue_stays_in_its_sentence() -> None:
    around = read("The mayor said it. He left.")
    wanted = around.facts[:, wf.CUE] >= wf.STRONG
    found, place = nearest(around, wanted, -1)
    units = around.unit
    assert units[place[found]].tolist() == [2, 2]
    found, place = nearest(around, wanted, 1)
    assert units[found].tolist() == [0, 1]


def test_quotations_are_marked_short_long_and_open() -> None:
    around = read("He said “no” and “one two three four five six”\nHe said “it")
    states = around.state[around.unit >= 0]
    assert states.tolist() == [0, 0, 1, 1, 1, 0, 2, 2, 2, 2, 2, 2, 2, 2, 0, 0, 3, 3]


def test_columns_of_a_paragraph_do_not_depend_on_a_later_one() -> None:
    one = "He said “the mayor left,” the mayor said."
    alone, longer = read(one), read(one + "\nLater words.")
    n = len(alone.unit) - 3
    for name, column in columns(alone).items():
        if name not in ("sentence,after",):
            assert (column[3:n] == columns(longer)[name][3:n]).all(), name


def test_little_helpers() -> None:
    assert shift(np.array([1, 2, 3]), 1).tolist() == [2, 3, 0]
    assert shift(np.array([1, 2, 3]), -2, 9).tolist() == [9, 9, 1]
    assert distance_bucket(np.array([0, 1, 2, 4, 60, 900])).tolist() == [0, 1, 2, 3, 8, 8]
