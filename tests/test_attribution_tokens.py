"""Units point into the text as received, whatever characters it holds, and the cache of word forms stays bounded."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.attribution import tokens as module
from analysis.attribution.tokens import Vocabulary, tokenise

HOSTILE = st.text(
    alphabet=st.one_of(
        st.sampled_from(list("\"'“”‘’«»„‟`().,!?:;-—– \n\r\t\0\u00a0\u200b\u00ad\u2028\u202e\ufeffaAsSdtTn0129é😀")),
        st.characters(),
    ),
    max_size=200,
)


@pytest.mark.parametrize(
    ("text", "forms"),
    [
        ("He didn’t say Clinton's aide's", ["He", "did", "n’t", "say", "Clinton", "'s", "aide", "'s"]),
        ("Mr. Obama of the U.S. left.", ["Mr.", "Obama", "of", "the", "U.S.", "left", "."]),
        ("a far-right 3,000.50 40th", ["a", "far", "-", "right", "3,000.50", "40th"]),
        ("say\u200bs so\u00adft", ["says", "soft"]),
        ("``so'' -- and...", ["``", "so", "''", "--", "and", "..."]),
        ('""""""', ['""""""']),
        ("O'Brien’s", ["O'Brien", "’s"]),
        ("", []),
        (" \n\t ", []),
    ],
)
def test_units_are_those_a_reader_counts(text: str, forms: list[str]) -> None:
    assert tokenise(text).forms == forms


@given(HOSTILE)
def test_units_are_the_text_they_point_to(text: str) -> None:
    tokens = tokenise(text)
    last = 0
    for start, end, form in zip(tokens.start.tolist(), tokens.end.tolist(), tokens.forms, strict=True):
        assert last <= start < end <= len(text)
        plain, _ = module._visible(text[start:end])
        assert plain == form
        last = end
    assert tokens.first[-1] == len(tokens)
    assert (np.diff(tokens.first) > 0).all()


@given(HOSTILE, HOSTILE)
def test_paragraphs_given_or_found_are_read_alike(one: str, other: str) -> None:
    one, other = one.replace("\n", " "), other.replace("\n", " ")
    text = f"{one}\n{other}"
    if any(mark in text for mark in "\x85\u2028\u2029"):
        return
    whole = tokenise(text)
    parts = tokenise(text, [(0, len(one)), (len(one) + 1, len(text))])
    assert parts.start.tolist() == whole.start.tolist()
    assert parts.first.tolist() == whole.first.tolist()


def test_newline_inside_a_given_paragraph_is_a_space() -> None:
    text = "skip me\nThe mayor\nspoke.\nskip too"
    tokens = tokenise(text, [(8, 24)])
    assert tokens.forms == ["The", "mayor", "spoke", "."]
    assert [text[a:b] for a, b in zip(tokens.start, tokens.end, strict=True)] == tokens.forms
    assert tokens.paragraphs() == [(0, 4)]


def test_unit_at_an_offset_is_found() -> None:
    tokens = tokenise("The mayor spoke")
    assert [tokens.at(0), tokens.at(5), tokens.at(9), tokens.at(99)] == [0, 1, 2, 3]
    assert tokens.span(0, 1) == (0, 9)
    assert tokens.paragraph.tolist() == [0, 0, 0]


def test_cache_of_word_forms_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MAX_FORMS", 500)
    monkeypatch.setattr(module, "_shared", Vocabulary())
    for batch in range(40):
        text = " ".join(f"w{batch}x{number}" for number in range(100))
        assert tokenise(text).forms == text.split()
        assert len(module._shared) <= 500
    giant = " ".join(f"g{number}" for number in range(1000))
    assert len(tokenise(giant)) == 1000
    assert len(module._shared) <= 500


def test_a_text_is_read_alike_whatever_stood_before(monkeypatch: pytest.MonkeyPatch) -> None:
    text = "Officials said “no” to the U.S. plan."
    monkeypatch.setattr(module, "_shared", Vocabulary())
    fresh = tokenise(text)
    tokenise("Other words came first, and some of the same: said, no.")
    again = tokenise(text)
    assert fresh.forms == again.forms
    assert fresh.start.tolist() == again.start.tolist()
