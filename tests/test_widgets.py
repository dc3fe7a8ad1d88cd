"""What a reader chooses is what is counted; what she corrects is written beside the study; nothing she sees is active."""

from __future__ import annotations

import datetime
import re
from pathlib import Path

import pandas as pd
import pytest

pytest.importorskip("ipywidgets", reason="the extra `notebooks` is not installed")

from analysis import store, widgets
from analysis.charts.theme import alt_text
from analysis.correction import apply_corrections
from analysis.errors import SchemaError
from analysis.schema import Study
from tests.hostile import STRINGS
from tests.presented import study as presented


def boxes(panel: widgets.Panel) -> tuple[object, object, object, object]:
    bar, page = panel.children
    return (*bar.children, page)


def test_lines_are_the_hits_of_the_outlet_the_voice_and_the_category(study: Study) -> None:
    """Counted again from the tables, one row after the other."""
    outlet = dict(zip(study.articles["article_id"], study.articles["outlet"], strict=True))
    chosen = sorted(set(outlet.values()))[0]
    rows = study.hits[study.hits["layer"] == "loaded"]
    category = rows["category"].mode().iloc[0]
    by_hand = sum(
        outlet[row.article_id] == chosen and row.voice in ("reported", "quoted") and row.category == category
        for row in rows.itertuples()
    )
    lines = widgets.explored_lines(study, outlet=chosen, voice="attributed", category=category)
    assert len(lines) == by_hand > 0
    assert set(lines["category"]) == {category}


def test_the_figure_follows_the_boxes_and_the_saved_page_shows_the_same(study: Study) -> None:
    panel = widgets.explore(study, source="here")
    category, voice, _, page = boxes(panel)
    assert alt_text(widgets.explored(study, source="here")) in panel._repr_mimebundle_()["text/html"]
    before = page.value  # type: ignore[attr-defined]
    voice.value = "attributed"  # type: ignore[attr-defined]
    assert page.value != before  # type: ignore[attr-defined]
    category.value = category.options[1][1]  # type: ignore[attr-defined]
    assert page.value == panel._repr_mimebundle_()["text/html"]  # type: ignore[attr-defined]


def test_an_unknown_outlet_is_answered_with_those_there_are(study: Study) -> None:
    with pytest.raises(SchemaError, match="no outlet is called 'x'; there are: Brassbell"):
        widgets.explore(study, outlet="x")


def test_a_correction_is_written_and_holds(study: Study, tmp_path: Path) -> None:
    path = tmp_path / "corrections.csv"
    form = widgets._Form(study, path, "", "ab")
    form.kind.value, form.column.value = "source", "source_type"
    article, start, _ = form.place.value
    assert "Measured: " in form.said.value and "expert" in form.said.value
    form.new.value = "expert"
    form.write()
    assert not path.exists() and "a day" in form.said.value
    form.day.value = datetime.date(2026, 1, 2)
    form.write()
    assert "Written to corrections.csv" in form.said.value
    view, left = apply_corrections(study, store.read_corrections(path))
    assert left.empty
    spans = study.spans[(study.spans["article_id"] == article) & (study.spans["start"] == start)]
    number = spans.loc[spans["role"] == "content", "attribution_no"].iloc[0]
    row = view.attributions[
        (view.attributions["article_id"] == article) & (view.attributions["attribution_no"] == number)
    ]
    assert row["source_type"].astype(str).tolist() == ["expert"]
    form.new.value = "media"
    form.write()
    assert store.read_corrections(path)["new"].tolist() == ["media"], (
        "a second correction of a value replaces the first"
    )


def test_a_value_that_is_not_allowed_is_refused_with_those_that_are(study: Study, tmp_path: Path) -> None:
    form = widgets._Form(study, tmp_path / "c.csv", "", "ab")
    form.day.value, form.new.value = datetime.date(2026, 1, 2), "somebody"
    form.write()
    assert not (tmp_path / "c.csv").exists()
    assert "narrator" in form.said.value and "not allowed" in form.said.value


def test_every_kind_can_be_chosen_also_where_there_is_nothing(tmp_path: Path) -> None:
    empty = presented("Head\n\nNothing is said here", article_id="a1", outlet="o")
    form = widgets._Form(empty, tmp_path / "c.csv", "", "")
    for kind in widgets._KINDS.values():
        form.kind.value = kind
        assert form.column.value in form.column.options
    assert form.said.value.startswith("Nothing of this kind")


def test_nothing_from_an_article_is_active(tmp_path: Path) -> None:
    """Hostile words as hit, outlet and context: between the tags that we write stand no others."""
    for number, hostile in enumerate(STRINGS[::5]):
        inside = re.sub(r"[*\[\]\n]", " ", hostile).strip() or "x"
        made = presented(
            f"H\n\nBefore {inside} *{inside}* after {inside}", article_id=f"a{number}", outlet=hostile or "o"
        )
        pages = [
            widgets._lines_html(widgets.explored_lines(made, voice="all")),
            widgets._table_html(pd.DataFrame({hostile: [hostile], "keyword": [hostile]})),
            widgets._Form(made, tmp_path / "none.csv", "", "").said.value,
        ]
        for page in pages:
            assert set(re.findall(r"</?([a-zA-Z!?][\w-]*)", page)) <= {
                "table",
                "tr",
                "th",
                "td",
                "b",
                "p",
                "code",
                "div",
            }
            assert not re.search(r"<[^>]*\bon\w+\s*=", re.sub(r'"[^"]*"', '""', page))
