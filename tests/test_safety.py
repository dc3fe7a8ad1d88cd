"""Text from an article stays inert in HTML, in a spreadsheet and in a terminal."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis import safety

FORMULAS = [
    "=1+1",
    "+cmd|' /C calc'!A0",
    "-2+3",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "\n=1",
    " =1",
    "＝1",
    "'=1",
    '=HYPERLINK("x")',
]


@pytest.mark.parametrize("text", FORMULAS)
def test_a_formula_becomes_text_and_can_be_taken_back(text: str) -> None:
    cell = safety.sheet_text(text)
    assert cell.startswith("'")
    assert safety.read_sheet_text(cell) == text


@pytest.mark.parametrize("text", ["-3.5", "+2", "12 %", "plain", "", "a=b", "5-4"])
def test_numbers_and_plain_text_stay_as_they_are(text: str) -> None:
    assert safety.sheet_text(text) == text
    assert safety.read_sheet_text(text) == text


@given(st.text())
def test_a_cell_never_begins_like_a_formula(text: str) -> None:
    cell = safety.sheet_text(text)
    assert not cell.lstrip(" \u00a0").startswith(("=", "@", "＝", "＠")) or cell.startswith("'")


@given(st.text())
def test_no_tag_or_quote_survives_in_html(text: str) -> None:
    shown = safety.html_text(text)
    assert not set("<>\"'") & set(shown)


@given(st.text())
def test_no_control_or_direction_mark_survives_in_a_terminal(text: str) -> None:
    shown = safety.terminal_text(text)
    assert not [
        letter
        for letter in shown
        if ord(letter) < 32 or 0x7F <= ord(letter) < 0xA0 or letter in "\u202e\u200b\ufeff\u2066"
    ]


def test_a_terminal_escape_is_shown_not_run() -> None:
    assert safety.terminal_text("\x1b[31mred\x1b]0;title\x07\r\nnext") == "\ufffd[31mred\ufffd]0;title\ufffd next"


def test_a_frame_is_made_safe_without_touching_numbers_or_the_original() -> None:
    frame = pd.DataFrame({"=x": ["=1", None], "n": [1, 2], "flag": [True, False]})
    safe = safety.sheet_frame(frame)
    assert safe.columns.tolist() == ["'=x", "n", "flag"]
    assert safe["'=x"].tolist()[0] == "'=1"
    assert safe["n"].tolist() == [1, 2]
    assert frame["=x"].tolist()[0] == "=1"
