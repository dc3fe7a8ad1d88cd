"""Coding sheets come back as they went out: drawn blind, checked cell by cell, coders beside each other and the instrument."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pandas as pd
import pytest

from analysis import measure, measure_text, store
from analysis.correction import (
    KINDS,
    TO_FILL,
    check_codings,
    codebook,
    coder_agreement,
    coding_units,
    disagreements,
    draw_sample,
)
from analysis.correction.sampling import PIECE
from analysis.errors import CannotCompare, InputError, OutputError, SchemaError
from analysis.measuring import article_table
from analysis.schema import Corpus, Study

QUIET = "The council met on Monday and a crew mended the road by the old mill. "
ARTICLES = [
    ("n1", "North", "The brutal regime slammed the deal. " + QUIET * 10),
    ("n2", "North", "A witness said the thugs fled. " + QUIET * 10),
    ("s1", "South", "“This is a shameful betrayal of us all,” the minister said. " + QUIET * 10),
    ("s2", "South", '=HYPERLINK("http://evil.example") was painted on the wall. ' + QUIET * 10),
]


@pytest.fixture(scope="module")
def study() -> Study:
    rows = [article_table(name, text, outlet=outlet) for name, outlet, text in ARTICLES]
    return measure(Corpus(pd.concat(rows, ignore_index=True)))


def unit_of(study: Study, article: str, what: str = "article") -> str:
    table = coding_units(study, what)
    return str(table.loc[table["article_id"] == article, "unit_id"].iloc[0])


def filled(study: Study, codes: dict[str, object], coder: str = "ann", what: str = "article") -> pd.DataFrame:
    """The sheet of every unit with codes given by article."""
    sheet = draw_sample(study, 100, what=what)
    article = coding_units(study, what).set_index("unit_id")["article_id"]
    return sheet.assign(code=[codes.get(article[unit], "") for unit in sheet["unit_id"]], coder=coder)


def test_a_sheet_shows_the_text_but_neither_outlet_nor_instrument(study: Study) -> None:
    sheet = draw_sample(study, 2)
    assert len(sheet) == 2 and (sheet["probability"] == 0.5).all()
    shown = sheet.drop(columns=["text"]).to_csv()
    assert not any(word in shown for word in ("North", "South", "n1", "s1", "n2", "s2"))
    assert (sheet[list(TO_FILL)] == "").all(axis=None)
    outlet = study.articles.set_index("article_id")["outlet"]
    article = coding_units(study).set_index("unit_id")["article_id"]
    assert sorted(outlet[article[unit]] for unit in sheet["unit_id"]) == ["North", "South"]


def test_a_draw_is_made_again_by_its_seed(study: Study) -> None:
    assert draw_sample(study, 3).equals(draw_sample(study, 3))
    draws = {tuple(draw_sample(study, 2, seed=seed)["unit_id"]) for seed in range(20)}
    assert len(draws) > 4
    assert len(draw_sample(study, 1_000, strata=[])) == len(ARTICLES)


def test_every_kind_of_unit_stands_in_its_context(study: Study) -> None:
    text = study.articles.set_index("article_id")["text"]
    for what in KINDS:
        sheet = draw_sample(study, 10, what=what)
        units = coding_units(study, what).set_index("unit_id").loc[sheet["unit_id"]]
        assert set(codebook(what)["column"]) >= set(TO_FILL)
        if what != "article":
            for row, unit in zip(sheet.itertuples(), units.itertuples(), strict=True):
                whole = text[unit.article_id]
                assert row.text == whole[unit.start : unit.end]
                assert row.before + row.text + row.after in whole
    assert coding_units(study, "source")["machine"].tolist().count("witness") == 1


def test_a_body_longer_than_a_cell_runs_on_and_comes_back(tmp_path: Path) -> None:
    long = measure(Corpus(article_table("a", QUIET * 1_000, outlet="North")))
    sheet = draw_sample(long, 1)
    assert [name for name in sheet.columns if name.startswith("text")] == ["text", "text_2", "text_3"]
    assert max(len(sheet[name].iloc[0]) for name in ("text", "text_2", "text_3")) <= PIECE
    sheet = sheet.assign(code=3, coder="ann")
    for name in ("sheet.xlsx", "sheet.csv"):
        store.write_coding_sheet(sheet, codebook(), tmp_path / name, made_by={"n": 1})
        assert store.read_codings([tmp_path / name], long).units["count"].tolist() == [3.0]


def test_sheets_need_columns_units_and_something_to_count(study: Study) -> None:
    with pytest.raises(SchemaError, match="colour"):
        draw_sample(study, 10, strata=["colour"])
    with pytest.raises(SchemaError, match="mood"):
        draw_sample(study, 10, what="mood")
    with pytest.raises(SchemaError, match="nobody counts"):
        draw_sample(study, 10, measure="tone:vader")
    with pytest.raises(CannotCompare, match="that can be coded"):
        draw_sample(study, 10, min_words=10**6)
    with pytest.raises(CannotCompare, match="1 or more"):
        draw_sample(study, 0)


@pytest.mark.parametrize("name", ["sheet.xlsx", "sheet.csv"])
def test_a_written_sheet_is_inert_the_same_each_time_and_comes_back(study: Study, tmp_path: Path, name: str) -> None:
    sheet = filled(study, {"n1": 3, "s2": 0})
    for folder in ("one", "two"):
        store.write_coding_sheet(sheet, codebook(), tmp_path / folder / name, made_by={"call": "sample"})
    assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes()
    assert store.read_recipe(tmp_path / "one" / name) == {"call": "sample"}
    found = store.read_codings([tmp_path / "one" / name], study)
    assert found.issues.empty
    assert found.units.set_index("article_id")["count"].to_dict() == {"n1": 3.0, "s2": 0.0}
    if name.endswith("xlsx"):
        book = openpyxl.load_workbook(tmp_path / "one" / name)
        assert book.sheetnames == ["coding", "codebook", "recipe"]
        assert not any(cell.data_type == "f" for page in book for line in page.iter_rows() for cell in line)
    else:
        assert "\"'=HYPERLINK" in (tmp_path / "one" / name).read_text()


@pytest.mark.parametrize("name", ["sheet.xlsx", "sheet.csv"])
def test_hostile_texts_come_back_in_either_format(tmp_path: Path, name: str) -> None:
    """Nothing that a spreadsheet alters without being asked (controls, line ends, escapes) costs a coder the code."""
    heads = ("=cmd|' /C calc'!A0 ", "'=1+1 ", "-3.5 +2 @SUM(A1) ", "\t\r\n=2 ", "＝1 ")
    odd = 'It was \u202eright\u200b. _x000D_ and _x0041_.\r\nA\tb\x0bc\x00d; "so" |p\u2028s \ufeff\xa0end. '
    rows = [article_table(f"a{n}", head + odd * 20, outlet="o") for n, head in enumerate(heads)]
    hostile = measure(Corpus(pd.concat(rows, ignore_index=True)))
    sheet = draw_sample(hostile, 9, min_words=0).assign(code=1, coder="=ann", note='=HYPERLINK("x")')
    store.write_coding_sheet(sheet, codebook(), tmp_path / name, made_by={})
    found = store.read_codings([tmp_path / name], hostile)
    assert found.issues.empty and len(found.rows) == len(heads)
    assert set(found.rows["coder"]) == {"=ann"} and set(found.rows["note"]) == {'=HYPERLINK("x")'}


def test_a_workbook_offers_the_codes_to_choose_from(study: Study, tmp_path: Path) -> None:
    store.write_coding_sheet(draw_sample(study, 5, what="term"), codebook("term"), tmp_path / "s.xlsx", made_by={})
    rule = openpyxl.load_workbook(tmp_path / "s.xlsx")["coding"].data_validations.dataValidation[0]
    assert rule.formula1 == '"loaded,not loaded"'


def test_a_coders_work_is_never_overwritten(study: Study, tmp_path: Path) -> None:
    sheet = filled(study, {"n1": 3})
    store.write_coding_sheet(sheet, codebook(), tmp_path / "sheet.xlsx", made_by={})
    with pytest.raises(OutputError, match="coder's work"):
        store.write_coding_sheet(sheet, codebook(), tmp_path / "sheet.xlsx", made_by={})
    with pytest.raises(OutputError, match=r"\.xlsx or a \.csv"):
        store.write_coding_sheet(sheet, codebook(), tmp_path / "sheet.doc", made_by={})
    (tmp_path / "file").write_text("x")
    with pytest.raises(OutputError, match="file"):
        store.write_coding_sheet(sheet, codebook(), tmp_path / "file" / "sheet.csv", made_by={})


def test_sheets_as_other_programs_save_them_are_read(study: Study, tmp_path: Path) -> None:
    sheet = filled(study, {"n1": 3, "n2": 1}).assign(coder="")
    sheet.to_csv(tmp_path / "ann.csv", sep=";", index=False, encoding="utf-16", lineterminator="\r\n")
    with pd.ExcelWriter(tmp_path / "ben.xlsx") as book:  # another title of the sheet, numbers and dates as such
        sheet.assign(code=[4.0 if code != "" else None for code in sheet["code"]],
                     coded_on=pd.Timestamp("2026-03-01")).to_excel(book, sheet_name="Sheet1", index=False)  # fmt: skip
    found = store.read_codings([tmp_path / "ann.csv", tmp_path / "ben.xlsx"], study)
    assert found.issues.empty
    assert sorted(set(found.rows["coder"])) == ["ann", "ben"]
    assert set(found.rows.loc[found.rows["coder"] == "ben", "coded_on"]) == {"2026-03-01"}
    assert found.units.set_index("article_id")["count"].to_dict() == {"n1": 3.5, "n2": 2.5}


def test_rows_that_cannot_be_taken_are_listed_with_their_reason(study: Study) -> None:
    sheet = filled(study, {"n1": 3, "n2": "many", "s1": "-1", "s2": 2})
    changed = filled(study, {"n1": 5, "n2": 5, "s1": 5}, coder="ben").set_index("unit_id")
    changed.loc[unit_of(study, "n1"), "text"] += " And more."
    changed.loc[unit_of(study, "n2"), "probability"] = 0
    changed.loc[unit_of(study, "s1"), "voice"] = "all"
    stranger = sheet.head(1).assign(unit_id="0-0-0-9", code=1, coder="cid")
    again = filled(study, {"n1": 9})
    found = check_codings({"a.csv": sheet, "b.csv": changed.reset_index(), "c.csv": stranger, "d.csv": again}, study)
    assert found.rows[["article_id", "coder", "code"]].values.tolist() in (
        [["n1", "ann", 3.0], ["s2", "ann", 2.0]], [["s2", "ann", 2.0], ["n1", "ann", 3.0]])  # fmt: skip
    reasons = dict(zip(found.issues["path"] + " " + found.issues["article_id"], found.issues["message"], strict=True))
    assert "not a number" in reasons["a.csv n2"] and "not a number" in reasons["a.csv s1"]
    assert "not the study's" in reasons["b.csv n1"]
    assert "probability" in reasons["b.csv n2"]
    assert "something else" in reasons["b.csv s1"]
    assert "not in this study" in reasons["c.csv "]
    assert "before" in reasons["d.csv n1"]
    assert all(message.startswith("row ") for message in found.issues["message"])


def test_a_code_follows_its_text_and_no_other(study: Study) -> None:
    """The same article with another text is another unit: its codes are refused, not moved."""
    sheet = filled(study, {"n1": 3, "n2": 1})
    rows = [article_table(n, t + (" New." if n == "n1" else ""), outlet=o) for n, o, t in ARTICLES]
    later = measure(Corpus(pd.concat(rows, ignore_index=True)))
    found = check_codings({"ann.csv": sheet}, later)
    assert found.rows["article_id"].tolist() == ["n2"]
    assert "its text has changed" in found.issues["message"].iloc[0]


def test_foreign_and_empty_sheets_are_met_with_the_way_out(study: Study, tmp_path: Path) -> None:
    sheet = filled(study, {})
    with pytest.raises(InputError, match="fill in"):
        check_codings({"a.csv": sheet}, study)
    with pytest.raises(InputError, match="many"):
        check_codings({"a.csv": filled(study, {"n1": "many"})}, study)
    with pytest.raises(InputError, match="unit_id"):
        check_codings({"a.csv": pd.DataFrame({"article_id": ["a"], "code": [1]})}, study)
    with pytest.raises(InputError, match="different things"):
        check_codings({"a.csv": sheet, "b.csv": draw_sample(study, 4, what="source")}, study)
    with pytest.raises(InputError, match="mood"):
        check_codings({"a.csv": sheet.assign(what="mood")}, study)
    with pytest.raises(InputError, match="no rows"):
        check_codings({"a.csv": sheet.head(0)}, study)
    with pytest.raises(InputError, match="no sheet"):
        check_codings({}, study)
    with pytest.raises(InputError, match="cannot be read"):
        store.read_codings([tmp_path / "none.csv"], study)
    (tmp_path / "bad.xlsx").write_bytes(b"PK\x03\x04 not a workbook")
    with pytest.raises(InputError, match="damaged"):
        store.read_codings([tmp_path / "bad.xlsx"], study)
    sources = check_codings({"a.csv": filled(study, {"n2": "witness"}, what="source")}, study)
    with pytest.raises(InputError, match="whole articles"):
        _ = sources.units


def test_coders_stand_beside_each_other_and_beside_the_instrument(study: Study) -> None:
    """Two coders and the instrument, counted by hand."""
    machine = coding_units(study).set_index("article_id")["machine"].astype(float)
    ann = {"n1": machine["n1"], "n2": 4, "s1": 2, "s2": 1}
    ben = {"n1": machine["n1"], "n2": 1, "s1": 2}
    found = check_codings({"a.csv": filled(study, ann), "b.csv": filled(study, ben, "ben")}, study)
    table = coder_agreement(found, n_resamples=50).set_index(["between", "figure"])["value"]
    assert table["coders", "same code"] == pytest.approx(2 / 3)
    expected = sum(machine[name] - count for name, count in ann.items()) / 4
    assert table["ann, instrument", "difference"] == pytest.approx(expected)
    assert -1 < table["coders", "alpha"] < 1
    listed = disagreements(found).set_index("article_id")
    assert listed.loc["n2", ["ann", "ben"]].tolist() == ["4.0", "1.0"]
    assert "n1" not in listed.index


def test_full_agreement_is_one_and_a_lone_coder_has_no_coders_row(study: Study) -> None:
    codes = {"n1": 3, "n2": 1, "s1": 0, "s2": 2}
    found = check_codings({"a.csv": filled(study, codes), "b.csv": filled(study, codes, "ben")}, study)
    table = coder_agreement(found, n_resamples=50).set_index(["between", "figure"])
    assert table.loc[("coders", "alpha"), "value"] == 1
    assert table.loc[("coders", "same code"), ["value", "low", "high"]].tolist() == [1, 1, 1]
    alone = check_codings({"a.csv": filled(study, codes)}, study)
    assert set(coder_agreement(alone, n_resamples=20)["between"]) == {"ann, instrument"}


def test_sources_and_terms_are_coded_by_name(study: Study) -> None:
    found = check_codings({"a.csv": filled(study, {"n2": " Witness ", "s1": "king"}, what="source")}, study)
    assert found.rows["code"].tolist() == ["witness"]
    assert "'king' is unknown; allowed: official" in found.issues["message"].iloc[0]
    terms = check_codings({"a.csv": filled(study, {"n1": "loaded", "n2": "not loaded"}, what="term")}, study)
    table = coder_agreement(terms, n_resamples=20)
    share = (terms.rows["code"] == "loaded").mean()
    assert table["figure"].tolist() == ["same code"]  # of hits, which is their precision
    assert table["value"].iloc[0] == pytest.approx(share)


def test_one_text_has_units_without_an_outlet() -> None:
    one = measure_text("The brutal regime fell. " + QUIET * 10, zoned=False)
    with pytest.raises(CannotCompare):
        draw_sample(one, 1)
    assert len(draw_sample(one, 1, what="term", strata=[])) == 1
