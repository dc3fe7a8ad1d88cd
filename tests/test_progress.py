"""Short work says nothing; long work says how far it is, as plain lines where there is no terminal."""

from __future__ import annotations

import io

import pytest

from analysis import progress
from analysis.progress import Steps


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_short_work_says_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = iter([0.0, 0.5, 1.9])
    monkeypatch.setattr(progress.time, "monotonic", lambda: next(clock))
    out = io.StringIO()
    with Steps(out) as steps:
        steps.begin("read", 3)
        steps(3, 3)
    assert out.getvalue() == ""


def test_long_work_says_plain_lines(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = iter([0.0, 0.0, 3.0, 3.5, 6.0, 9.0])
    monkeypatch.setattr(progress.time, "monotonic", lambda: next(clock))
    out = io.StringIO()
    steps = Steps(out)
    steps.begin("measure", 9)
    for done in (3, 4, 9):
        steps(done, 9)
    steps.begin("report")
    assert out.getvalue() == "measure: 3 of 9\nmeasure: 9 of 9\nreport\n"


def test_a_terminal_gets_a_bar(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(progress, "PATIENCE", -1.0)
    out = Terminal()
    with Steps(out) as steps:
        steps.begin("measure", 2)
        steps(1, 2)
    assert "measure" in out.getvalue()
