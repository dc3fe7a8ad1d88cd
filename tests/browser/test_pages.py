"""A study of hostile articles, read and run as anybody's would be: its pages run nothing, fetch nothing and keep their layout."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import pytest

from analysis import pipeline
from tests.hostile import MARK, STRINGS

#: Words around each string, so that the reader takes the article for English news.
AROUND = "The ministry said on Monday that the council would meet again, and the regime denied that it had been told. "

#: Two outlets, so that their articles meet in events; a name for each article would be a comparison for each pair.
OUTLETS = tuple(text for text in STRINGS if text.startswith(("<img src", '"><script')))[:2]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The study folder of one table whose every field is hostile; two outlets, many events."""
    place = tmp_path_factory.mktemp("hostile")
    with (place / "articles.csv").open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["outlet", "event", "headline", "published", "url", "text"])
        for number, hostile in enumerate(text.replace("\x00", "") for text in STRINGS[::3]):
            try:
                hostile.encode()
            except UnicodeEncodeError:
                continue
            body = f"{AROUND * 3}\n\n“{hostile},” {hostile} said. {AROUND}\n\n{hostile}\n\n{AROUND * 2}"
            rows.writerow([OUTLETS[number % 2], f"event {number // 2}", hostile, hostile, hostile, body])
    pipeline.run(place, place.parent / "study")
    return place.parent / "study"


def test_nothing_runs_nothing_is_fetched_and_nothing_stands_out(browser: Any, folder: Path, pictures: Path) -> None:
    pages = [folder / "report.html", *sorted((folder / "articles").glob("*.html"))[::3]]
    assert len(pages) > 15
    asked: list[str] = []
    said: list[str] = []
    tab = browser.new_page(viewport={"width": 1000, "height": 900})
    tab.on("request", lambda request: asked.append(request.url))
    tab.on("dialog", lambda dialog: (said.append(dialog.message), dialog.dismiss()))
    tab.on("pageerror", lambda error: said.append(str(error)))
    for page in pages:
        tab.goto(page.as_uri())
        assert tab.evaluate(f"window.{MARK}") is None, page.name
        assert tab.evaluate("document.documentElement.scrollWidth <= window.innerWidth + 1"), page.name
    tab.screenshot(path=pictures / "hostile-article.png")
    tab.goto(pages[0].as_uri())
    tab.screenshot(path=pictures / "hostile-report.png")
    tab.close()
    assert [url for url in asked if not url.startswith(("file:", "data:"))] == []
    assert said == []
