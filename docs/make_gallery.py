"""Draws `docs/gallery.md` and its pictures from the bundled articles: `python docs/make_gallery.py`.

Charts come out as the same bytes on every run. The pictures of pages need Chromium and the reliability curve needs
NewsMTSC (`python -m analysis fetch newsmtsc`); without them they are left out of the page.
"""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path
from typing import Any

import pandas as pd

from analysis import charts, gold, measure, questions, rates, read_corpus, recipe, report, sentiment
from analysis.article_view import article_html
from analysis.charts.theme import style
from analysis.config import PROJECT, Settings
from analysis.keyness import count_features, keyness, word_shift
from analysis.loaded_terms import read_lexicon
from analysis.multiverse import Question, multiverse
from analysis.schema import Study
from analysis.sentiment.accuracy import reliability

FOLDER = PROJECT / "docs" / "gallery"
ARTICLE = "airbase-brassbell"
SOURCE = "calibration set, 24 articles"
Drawn = tuple[str, str, charts.StudyFigure]


def drawings(study: Study) -> list[Drawn]:
    """Every kind of chart: name, what it is for, figure."""
    outlets = sorted(study.articles["outlet"].unique())
    common = {"outlets": outlets, "source": SOURCE}
    settings = Settings()
    answers = questions.answer(study, settings=settings)
    levels = rates.outlet_rates(study, "loaded_terms", voices=["narrator", "reported", "quoted"])
    both = rates.outlet_rates(study, "loaded_terms", voices=["own", "attributed"])
    by_event = rates.units(study, "loaded_terms", voice="own").assign(measure="loaded_terms", unit="per 1,000 words")
    asked = answers.contrasts[(answers.contrasts["measure"] == "loaded_terms") & (answers.contrasts["voice"] == "own")]
    words = keyness(study, voice="own")
    specified = multiverse(study, Question(("loaded_terms", "-tone:vader", "-tone:textblob"), outlets[0], outlets[2]))
    return [
        ("rates", "Rates by outlet and voice, with intervals.", charts.interval_dots(levels, **common)),
        ("contrasts", "Differences between outlets; refused ones say so.", charts.interval_dots(asked, **common)),
        ("own-attributed", "Own voice against attributed voice.", charts.dumbbells(both, **common)),
        (
            "voices",
            "One article, word by word: whose words they are.",
            charts.voice_strip(study, ARTICLE, source=SOURCE),
        ),
        ("who-speaks", "Who gets to speak, and how early.", charts.who_speaks(answers.speakers, **common)),
        (
            "labels",
            "Which label each outlet gives to the same referent.",
            charts.naming_heatmap(answers.named, **common),
        ),
        ("events", "Event by event on one scale.", charts.small_multiples(by_event, **common)),
        ("keyness", "Words that set one outlet apart.", charts.keyness_sides(words, target=outlets[0], **common)),
        ("word-shift", "Words that move the average tone.", _shift(study, outlets, common)),
        ("definitions", "One question under many definitions.", charts.specification_curve(specified, source=SOURCE)),
        ("time", "A measure over time: six events in the order of their dates.", _time(study, common)),
        *_reliability(),
    ]


def _shift(study: Study, outlets: list[str], common: dict[str, Any]) -> charts.StudyFigure:
    counts = count_features(study, voice="own").merge(study.articles[["article_id", "outlet"]])
    forms = sorted(set(counts["feature"]))
    weights = pd.DataFrame({"feature": forms, "weight": sentiment.score_texts(forms, instruments=("vader",))["vader"]})
    counts = counts.rename(columns={"outlet": "group"})
    shift = word_shift(counts, weights[weights["weight"] != 0], target=outlets[0], reference=outlets[2])
    return charts.word_shift(shift, target=outlets[0], reference=outlets[2], unit="tone (-1 to 1)", most=16, **common)


def _time(study: Study, common: dict[str, Any]) -> charts.StudyFigure:
    """Loaded terms of each outlet's own voice by the month of its articles."""
    rows = rates.units(study, "loaded_terms", voice="own").merge(study.articles[["article_id", "published"]])
    months = rows.assign(period=rows["published"].str[:7]).groupby(["outlet", "period"], as_index=False)
    table = months[["numerator", "denominator"]].sum()
    low, high = rates.poisson_limits(table["numerator"].to_numpy())
    scale = 1_000 / table["denominator"]
    table = table.assign(value=table["numerator"] * scale, low=low * scale, high=high * scale)
    return charts.time_series(table, measure="loaded terms in own voice", unit="per 1,000 words", **common)


def _reliability() -> list[Drawn]:
    """The instrument of tone toward a target on the development part of NewsMTSC; nothing where that is not at hand."""
    place = gold.find("newsmtsc")
    if place is None:
        return []
    tables = []
    for part, label in (("rw", "news as it comes"), ("mt", "several targets in a sentence")):
        rows = gold.read_newsmtsc(place, part, "dev")
        scores = sentiment.score_toward(rows["text"].tolist(), list(zip(rows["start"], rows["end"], strict=True)))
        tables.append(reliability(scores, (rows["polarity"] + 1).tolist()).assign(label=label))
    figure = charts.reliability_curve(pd.concat(tables, ignore_index=True), source="NewsMTSC, development part")
    return [("reliability", "Do the stated chances of tone toward a target come true?", figure)]


def pages(study: Study, drawn: list[Drawn]) -> dict[str, str]:
    """The marked-up article and the report as HTML."""
    answers = questions.answer(study, settings=Settings())
    exhibits = [report.Exhibit(name, figure) for name, _, figure in drawn[:3]]
    given = report.ReportInput(study=study, contrasts=answers.contrasts, gate=answers.gate, figures=exhibits)
    return {"article": article_html(study, ARTICLE, lexicon=read_lexicon()), "report": report.report_html(given)}


def photograph(made: dict[str, str], folder: Path) -> list[str]:
    """Pictures of pages in light and dark, when Chromium and Playwright are there."""
    browser_path = shutil.which("chromium") or shutil.which("chromium-browser")
    if browser_path is None:
        return []
    from playwright.sync_api import sync_playwright

    names = []
    with sync_playwright() as driver, tempfile.TemporaryDirectory() as place:
        browser = driver.chromium.launch(executable_path=browser_path, args=["--no-sandbox", "--disable-gpu"])
        for name, html in made.items():
            file = Path(place) / f"{name}.html"
            file.write_text(html, encoding="utf-8")
            for scheme in ("light", "dark"):
                tab = browser.new_page(viewport={"width": 1120, "height": 860}, color_scheme=scheme)
                tab.goto(file.as_uri())
                if name == "article":
                    tab.locator("#text .t0").first.hover()
                names.append(f"page-{name}-{scheme}")
                tab.screenshot(path=str(folder / f"{names[-1]}.png"))
        browser.close()
    return names


def main() -> None:
    """Measure the bundled articles, draw everything, write the page."""
    study = measure(read_corpus(PROJECT / "data" / "raw"))
    FOLDER.mkdir(exist_ok=True)
    drawn = drawings(study)
    lines = [
        "# Gallery", "",
        f"Made by `python docs/make_gallery.py` (version {recipe.version()}) from the bundled calibration set, whose outlets",
        "are invented. Titles are written by the code from the table that is drawn.", "",
    ]  # fmt: skip
    photographs = photograph(pages(study, drawn), FOLDER)
    if photographs:
        lines += ["## Pages", ""]
        said = {"article": "The marked-up article, a loaded term under the pointer", "report": "The report"}
        for name in photographs:
            _, page, scheme = name.split("-")
            lines += [f"![{said[page]}, {scheme}](gallery/{name}.png)", ""]
    lines += ["## Charts", ""]
    for name, purpose, figure in drawn:
        with style():
            figure.savefig(FOLDER / f"{name}.png", dpi=110, metadata={"Software": "whose-words"})
        alt = charts.alt_text(figure).replace("[", "(").replace("]", ")")
        lines += [f"**{purpose}** `charts`: {figure.heading}.", "", f"![{alt}](gallery/{name}.png)", ""]
    (PROJECT / "docs" / "gallery.md").write_text("\n".join(lines), encoding="utf-8")


if __name__ == "__main__":
    main()
