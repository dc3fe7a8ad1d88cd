"""Words are counted as people count them, and normalisation never moves an offset."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import partial
from itertools import count

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.words import (
    _ONE_TO_ONE,
    INVISIBLE,
    Remembered,
    count_words,
    has_invisible,
    normalise,
    visible,
    word_offsets,
)
from tests.growth import LIMIT, growth


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("They don’t know.", ["They", "don’t", "know"]),
        ("a far-right, U.S.-led plan", ["a", "far-right", "U.S", "led", "plan"]),
        ("6'3\" — 1,500 people", ["6'3", "1", "500", "people"]),
        ("kil\u00adled", ["kil\u00adled"]),
        ("…!? “ ”", []),
    ],
)
def test_words_are_those_that_a_reader_counts(text: str, words: list[str]) -> None:
    starts, ends = word_offsets(text)
    assert [text[a:b] for a, b in zip(starts, ends, strict=True)] == words


@given(st.text())
def test_normalisation_keeps_the_length_and_is_done_once(text: str) -> None:
    assert len(normalise(text)) == len(text)
    assert normalise(normalise(text)) == normalise(text)


def test_normalisation_straightens_marks_and_spaces() -> None:
    assert normalise("“don’t”\u00a0«x»\x00‐") == '"don\'t" "x" -'


def test_unseen_characters_do_not_hide_a_word() -> None:
    assert visible("kil\u00adled\u200b") == "killed"


@given(st.lists(st.sampled_from(["word", " ", ".", "“", "it's", "\n"])).map("".join))
def test_words_of_stretches_add_up(text: str) -> None:
    cut = len(text) // 2
    starts, ends = np.array([0, cut]), np.array([cut, len(text)])
    assert count_words(text, starts, ends).sum() == len(word_offsets(text)[0])


def test_offsets_cannot_be_changed_by_who_gets_them() -> None:
    starts, _ = word_offsets("one two")
    with pytest.raises(ValueError, match="read-only"):
        starts[0] = 5


@pytest.mark.parametrize("piece", ["a-", "a\u200b", "''", "x.", "said "])
def test_time_is_linear_on_hostile_text(piece: str) -> None:
    goes = count()  # a text is remembered: each go reads another

    def prepare(size: int) -> Callable[[], object]:
        return partial(word_offsets, piece * (size // len(piece)) + str(next(goes)))

    assert growth(prepare, 800_000, 6_400_000) < LIMIT


@given(st.text(st.characters() | st.sampled_from("“’\u00a0\t\x00`\u200b\u2028\ufeff―\ud800"), max_size=40))
def test_rare_characters_are_found_and_replaced_as_a_look_at_every_character_finds_them(text: str) -> None:
    assert normalise(text) == text.translate(str.maketrans(_ONE_TO_ONE))
    assert has_invisible(text) == bool(re.search(f"[{INVISIBLE}]", text))


def test_what_is_remembered_of_word_forms_is_asked_for_once_and_never_more_than_allowed():
    asked: list[str] = []
    lengths = Remembered(lambda form: asked.append(form) or len(form), most=2)
    assert [lengths[form] for form in ("a", "bb", "a", "ccc", "a")] == [1, 2, 1, 3, 1]
    assert asked == ["a", "bb", "ccc", "a"] and len(lengths) <= 2
