"""On paper a page shows what the screen shows under a fold, its addresses, and no control that paper cannot use."""

from __future__ import annotations

import io
import re
from pathlib import Path
from typing import Any

import pypdf
import pytest


def printed(browser: Any, page: Path, scheme: str) -> tuple[str, int]:
    """The words of a page printed on A4, white space folded, and how many sheets it takes."""
    tab = browser.new_page(color_scheme=scheme)
    tab.goto(page.as_uri())
    book = pypdf.PdfReader(io.BytesIO(tab.pdf(format="A4")))
    tab.close()
    return re.sub(r"\s+", " ", " ".join(sheet.extract_text() for sheet in book.pages)), len(book.pages)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_report_on_paper(browser: Any, study_folder: Path, scheme: str) -> None:
    words, sheets = printed(browser, study_folder / "report.html", scheme)
    assert "Keep rows with" not in words and "To the answer" not in words
    folds = (study_folder / "report.html").read_text(encoding="utf-8").count("<details")
    assert words.count("counted as") >= folds > 20  # the head of each table of evidence
    assert re.sub(r"\s", "", words).count("https://brassbell.example/") == 6
    assert "too many for a sheet of paper" in words
    assert sheets < 60


def test_the_marked_up_article_on_paper(browser: Any, study_folder: Path) -> None:
    page = study_folder / "articles" / "01.html"
    words, sheets = printed(browser, page, "light")
    assert "☑" not in words and "☐" not in words and "Tab key" not in words
    legend = words[: words.index("Russia has taken its")]
    assert "regime legitimacy" in legend and "cue factive" not in legend  # a layer that is off is not on paper
    assert "Who is cited" in words and "https://brassbell.example/" in re.sub(r"\s", "", words)
    assert sheets <= 5
