"""Hostile articles, read and run as anybody's would be: no page runs anything, fetches anything or loses its layout.

Every string of the collection goes through every field, into every kind of page: report, marked-up article, executed
notebook.
"""

from __future__ import annotations

import csv
import subprocess
import sys
from pathlib import Path
from typing import Any

import nbformat
import pytest

from analysis import pipeline, report
from analysis.article_view import ArticleView, article_html
from analysis.notebook_page import notebook_html
from tests.browser.conftest import PATIENCE
from tests.hostile import MARK, STRINGS
from tests.test_hostile_output import given, lexicon, studies  # noqa: F401  (fixtures: every string in every field)

#: Words around each string, so that the reader takes the article for English news.
AROUND = "The ministry said on Monday that the council would meet again, and the regime denied that it had been told. "
#: Two outlets, so that their articles meet in events; a name for each article would be a comparison for each pair.
OUTLETS = tuple(text for text in STRINGS if text.startswith(("<img src", '"><script')))[:2]
#: A notebook that shows the study in every way in which a notebook can show one.
NOTEBOOK = """# %% [markdown]
# # What is shown of hostile articles?

# %%
import pandas as pd

from analysis import ArticleView, charts, concordance, loaded_terms, measure, rates, read_corpus
from analysis.widgets import correct, explore

pd.set_option("display.max_rows", None, "display.max_colwidth", 120)
study = measure(read_corpus("articles.csv"))
study.articles.drop(columns=["text", "sha256"])

# %%
study.attributions.merge(study.articles[["article_id", "text"]]).head(300)

# %%
print("\\n".join(study.articles["headline"]))
"\\n".join(study.articles["url"])

# %%
concordance(study.articles, study.hits.head(400), width=60)[["docname", "pre", "keyword", "post"]]

# %%
charts.interval_dots(rates.outlet_rates(study, "loaded_terms", voices=("own", "attributed")))

# %%
explore(study)

# %%
correct(study, "corrections.csv")

# %%
ArticleView(study, study.articles["article_id"].iloc[40], lexicon=loaded_terms.read_lexicon())
"""
EXECUTE = (
    "import sys; from pathlib import Path; import nbformat; from analysis import notebooks; "
    "nbformat.write(notebooks.execute(Path(sys.argv[1]), folder=Path(sys.argv[1]).parent), sys.argv[2])"
)


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with one table whose every field is hostile; two outlets, many events."""
    folder = tmp_path_factory.mktemp("hostile")
    with (folder / "articles.csv").open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(
            ["outlet", "event", "headline", "byline", "published", "url", "section", "genre", "licence", "text"]
        )
        for number, hostile in enumerate(text.replace("\x00", "") for text in STRINGS):
            try:
                hostile.encode()
            except UnicodeEncodeError:
                continue
            body = f"{AROUND * 3}\n\n“{hostile},” {hostile} said. {AROUND}\n\n{hostile}\n\n{AROUND * 2}"
            rows.writerow([OUTLETS[number % 2], f"event {number // 2}", *[hostile] * 7, body])
    return folder


@pytest.fixture(scope="module")
def run(place: Path) -> list[Path]:
    """The pages of a study that was run on the table."""
    pipeline.run(place / "articles.csv", place / "study")
    # `made` opens an article's page for every string; of these, which the same code made, a quarter is enough.
    return [place / "study" / "report.html", *sorted((place / "study" / "articles").glob("*.html"))[::4]]


@pytest.fixture(scope="module")
def made(place: Path, studies: Any, given: Any) -> list[Path]:  # noqa: F811
    """Pages of tables that are hostile in every column, which no reader would hand on: report, articles, some in a frame."""
    (place / "made").mkdir()
    pages = [place / "made" / "report.html"]
    pages[0].write_text(report.report_html(given), encoding="utf-8")
    for number, (study, hostile) in enumerate(zip(studies, STRINGS, strict=True)):
        text = article_html(
            study, study.articles["article_id"].iloc[0], lexicon=lexicon(hostile), made_by={hostile: hostile}
        )
        pages.append(place / "made" / f"{number:03}.html")
        pages[-1].write_text(text, encoding="utf-8", errors="replace")
        if number % 7 == 0:
            frame = ArticleView(study, study.articles["article_id"].iloc[0])._repr_html_()
            pages.append(place / "made" / f"{number:03}-frame.html")
            pages[-1].write_text(f"<!DOCTYPE html><body>{frame}</body>", encoding="utf-8", errors="replace")
    return pages


@pytest.fixture(scope="module")
def notebook(place: Path) -> list[Path]:
    """The page of a notebook that was executed on the table."""
    script, page = place / "00_hostile.py", place / "00_hostile.html"
    script.write_text(NOTEBOOK, encoding="utf-8")
    subprocess.run([sys.executable, "-c", EXECUTE, script, script.with_suffix(".ipynb")], check=True, timeout=600)
    executed = nbformat.read(script.with_suffix(".ipynb"), as_version=4)
    page.write_text(notebook_html(executed), encoding="utf-8")
    return [page]


@pytest.mark.parametrize("pages", ["run", "made", "notebook"])
def test_nothing_runs_nothing_is_fetched_and_nothing_stands_out(
    pages: str, browser: Any, request: pytest.FixtureRequest, pictures: Path
) -> None:
    files = request.getfixturevalue(pages)
    assert len(files) >= {"run": 50, "made": len(STRINGS) + 1, "notebook": 1}[pages]
    asked: list[str] = []
    said: list[str] = []
    tab = browser.new_page(viewport={"width": 1000, "height": 900})
    tab.set_default_timeout(PATIENCE)
    tab.on("request", lambda request: asked.append(request.url))
    tab.on("dialog", lambda dialog: (said.append(dialog.message), dialog.dismiss()))
    tab.on("pageerror", lambda error: said.append(str(error)))
    for page in files:
        tab.goto(page.as_uri())
        assert [frame.evaluate(f"window.{MARK}") for frame in tab.frames if not frame.parent_frame] == [None], page.name
        assert tab.evaluate("document.documentElement.scrollWidth <= window.innerWidth + 1"), page.name
    tab.screenshot(path=pictures / f"hostile-{pages}-last.png")
    tab.goto(files[0].as_uri())
    tab.screenshot(path=pictures / f"hostile-{pages}-first.png")
    if pages == "made":  # of the report our own script does run: its hash is the one that the policy allows
        heads = tab.locator("table.data th button")
        assert heads.count() > 5
        heads.first.click()
    tab.close()
    assert [url for url in asked if not url.startswith(("file:", "data:", "about:srcdoc"))] == []
    assert said == []
