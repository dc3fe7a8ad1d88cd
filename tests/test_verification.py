"""A tampered table and a retouched picture are caught; a file that is what its study makes is said to be the same."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import re
import shutil
from collections.abc import Mapping
from pathlib import Path

import docx
import numpy as np
import openpyxl
import pandas as pd
import pyarrow.parquet as pq
import pytest
from PIL import Image, PngImagePlugin

from analysis import store, study_files, verification
from analysis.__main__ import main
from analysis.config import PROJECT
from analysis.errors import InputError
from analysis.notebook_page import page_of
from analysis.verification import DIFFERENT, REDRAWN, SAME, Finding, Remade, remaking, verdicts
from tests.conftest import RAW

FIGURE = "figures/01-loaded-terms-own-voice"
FACTS = {"version", "commit", "code_sha256", "inputs_sha256", "lexicon_sha256", "actors_sha256", "model_sha256",
         "packages", "settings", "seed", "n", "call", "run_id"}  # fmt: skip


@pytest.fixture(scope="module")
def remade(study_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Remade:
    """The study made again once, from its own table of articles."""
    return verification.remake(study_folder, tmp_path_factory.mktemp("again") / "study")


@pytest.fixture
def copy(study_folder: Path, tmp_path: Path, remade: Remade) -> Remade:
    """The same, looking at a copy that a test may spoil."""
    shutil.copytree(study_folder, tmp_path / "study")
    return dataclasses.replace(remade, study=tmp_path / "study")


def look(copy: Remade, name: str) -> Finding:
    return verification.examine(copy.study / name, copy)


def save_pixels(path: Path, pixels: np.ndarray, text: Mapping[str, str]) -> None:
    info = PngImagePlugin.PngInfo()
    for key, value in text.items():
        info.add_itxt(key, value)
    Image.fromarray(pixels).save(path, pnginfo=info)


def test_every_exported_file_carries_the_whole_recipe(study_folder: Path) -> None:
    run = json.loads((study_folder / "run.json").read_text())
    n = 0
    for path in sorted(study_folder.rglob("*")):
        if path.suffix in (".png", ".svg", ".pdf", ".html", ".csv", ".xlsx", ".parquet"):
            found = verification.read_recipe(path)
            assert {key: found[key] for key in FACTS} == {key: run[key] for key in FACTS}, path.name
            assert str(study_folder.parent) not in json.dumps(found)
            n += 1
    assert n > 90
    assert run["call"] == "python -m analysis run raw" and run["n"] == 24


def test_the_list_of_hashes_is_that_of_sha256sum(study_folder: Path) -> None:
    listed = store.read_hashes(study_folder)
    files = {p.relative_to(study_folder).as_posix() for p in study_folder.rglob("*") if p.is_file()}
    assert set(listed) == files - {"files.sha256"}
    assert all(hashlib.sha256((study_folder / name).read_bytes()).hexdigest() == listed[name] for name in listed)


def test_names_in_the_list_that_leave_the_folder_are_not_looked_at(tmp_path: Path) -> None:
    (tmp_path / "files.sha256").write_text("0  ../x\n0  /etc/hostname\n0  a/../../x\n0  C:x\n1  tables/a.csv\nno\n")
    assert store.read_hashes(tmp_path) == {"tables/a.csv": "1"}
    assert store.read_hashes(tmp_path / "nowhere") == {}


def test_a_study_that_was_left_alone_is_the_same_to_the_byte(study_folder: Path, remade: Remade) -> None:
    files = verification.files_of(study_folder)
    findings = [verification.examine(file, remade) for file in files]
    assert len(findings) > 100
    assert [finding for finding in findings if finding.verdict != SAME] == []
    assert remade.inside == ()


def test_a_tampered_csv_is_caught(copy: Remade) -> None:
    for name in (FIGURE + ".csv", "tables/contrasts.csv"):
        path = copy.study / name
        path.write_text(re.sub(r",\d+\.\d+,", ",7.25,", path.read_text(), count=1))
        finding = look(copy, name)
        assert finding.verdict == DIFFERENT
        assert "1 of " in finding.reasons[0] and "cells differ" in finding.reasons[0]
        assert "changed after it was made" in finding.reasons[-1]
    shorter = copy.study / "tables" / "hits.csv"
    shorter.write_text("".join(shorter.read_text().splitlines(keepends=True)[:-1]))
    assert "rows" in look(copy, "tables/hits.csv").reasons[0]


def test_a_tampered_parquet_table_is_caught_though_its_recipe_was_kept(copy: Remade) -> None:
    path = copy.study / "tables" / "levels.parquet"
    table = pq.read_table(path)
    column = table.column_names.index("value")
    changed = table.set_column(column, "value", [[value + 1 for value in table["value"].to_pylist()]])
    pq.write_table(changed.replace_schema_metadata(table.schema.metadata), path)
    finding = look(copy, "tables/levels.parquet")
    assert finding.verdict == DIFFERENT and f"{table.num_rows} of" in finding.reasons[0]


def test_a_retouched_picture_is_caught_though_its_recipe_was_kept(copy: Remade) -> None:
    path = copy.study / (FIGURE + ".png")
    with Image.open(path) as image:
        pixels, text = np.asarray(image.convert("RGBA")).copy(), dict(image.text)
    pixels[100:110, 200:220] ^= 64
    save_pixels(path, pixels, text)
    assert verification.read_recipe(path)["figure"] == "loaded-terms-own-voice"
    finding = look(copy, FIGURE + ".png")
    assert finding.verdict == DIFFERENT
    assert finding.reasons[0].startswith("200 of ") and "changed after it was made" in finding.reasons[-1]


def test_a_picture_that_was_only_packed_anew_is_the_same_data(copy: Remade) -> None:
    path = copy.study / (FIGURE + ".png")
    with Image.open(path) as image:
        pixels, text = np.asarray(image.convert("RGBA")).copy(), dict(image.text)
    save_pixels(path, pixels, text)
    finding = look(copy, FIGURE + ".png")
    assert finding.verdict == REDRAWN and "every pixel is the same" in finding.reasons


def test_another_recipe_inside_a_picture_is_told(copy: Remade) -> None:
    path = copy.study / (FIGURE + ".png")
    with Image.open(path) as image:
        pixels, text = np.asarray(image.convert("RGBA")).copy(), dict(image.text)
    claimed = {**json.loads(text["Recipe"]), "seed": 1}
    save_pixels(path, pixels, {**text, "Recipe": json.dumps(claimed)})
    assert "the recipe in the file says seed 1, the study 20160816" in look(copy, FIGURE + ".png").reasons
    save_pixels(path, pixels[:-1], {})
    finding = look(copy, FIGURE + ".png")
    assert finding.verdict == DIFFERENT and finding.reasons[0] == "the recipe is gone from the file"
    assert "made again" in finding.reasons[1]
    path.write_bytes(b"no picture")
    assert "the picture cannot be read" in look(copy, FIGURE + ".png").reasons


@pytest.mark.parametrize(("name", "old", "new"), [("report.html", b"loaded", b"lauded"), (FIGURE + ".svg", b"#", b"##"),
                                                  ("articles/01.html", b"<p", b"<p "), ("run.json", b"24", b"25"),
                                                  (FIGURE + ".pdf", b"%%EOF", b"%%EOF\n")])  # fmt: skip
def test_one_changed_word_anywhere_is_caught(copy: Remade, name: str, old: bytes, new: bytes) -> None:
    path = copy.study / name
    data = path.read_bytes()
    assert old in data
    path.write_bytes(data.replace(old, new, 1))
    assert look(copy, name).verdict == DIFFERENT


def test_a_changed_workbook_a_lost_and_a_foreign_file_are_told(copy: Remade) -> None:
    book = openpyxl.load_workbook(copy.study / "study.xlsx")
    book["levels"]["E2"] = 99
    book.save(copy.study / "study.xlsx")
    assert look(copy, "study.xlsx").verdict == DIFFERENT
    (copy.study / "tables" / "hits.csv").unlink()
    assert look(copy, "tables/hits.csv").reasons == ("the file was made by the run and is gone",)
    (copy.study / "tables" / "more.csv").write_text("a\n1\n")
    assert look(copy, "tables/more.csv").reasons == ("the study makes no such file",)
    assert (copy.study / "tables" / "more.csv") in verification.files_of(copy.study)
    (copy.study / "tables" / "gate.parquet").write_bytes(b"no table")
    assert "cannot be read" in look(copy, "tables/gate.parquet").reasons[-2]


def test_a_file_that_was_moved_is_found_by_its_recipe_or_its_name(copy: Remade, tmp_path: Path) -> None:
    moved = tmp_path / "mail.png"
    shutil.copy(copy.study / (FIGURE + ".png"), moved)
    assert verification.examine(moved, copy) == dataclasses.replace(look(copy, FIGURE + ".png"))
    table = tmp_path / "contrasts.csv"
    shutil.copy(copy.study / "tables" / "contrasts.csv", table)
    assert verification.examine(table, copy).file == "tables/contrasts.csv"
    other = tmp_path / "other.csv"
    other.write_text("a\n1\n")
    assert verification.examine(other, copy).verdict == DIFFERENT


def test_another_library_explains_another_drawing_of_the_same_data(copy: Remade, tmp_path: Path) -> None:
    """The file is as the run wrote it; a newer library draws otherwise; the table behind it is the same."""
    fresh = tmp_path / "fresh"
    shutil.copytree(copy.fresh, fresh)
    with Image.open(fresh / (FIGURE + ".png")) as image:
        pixels, text = np.asarray(image.convert("RGBA")).copy(), dict(image.text)
    pixels[0, 0] ^= 1
    save_pixels(fresh / (FIGURE + ".png"), pixels, text)
    newer = dataclasses.replace(copy, fresh=fresh, around=("library: matplotlib was 3.10, is 3.11",))
    finding = look(newer, FIGURE + ".png")
    assert finding.verdict == REDRAWN and finding.reasons[-1].startswith("library: matplotlib")
    assert look(newer, FIGURE + ".csv") == Finding(FIGURE + ".csv", SAME, newer.around)
    elsewhere = dataclasses.replace(newer, around=())
    assert "another kind of machine" in look(elsewhere, FIGURE + ".png").reasons[-1]


def test_what_changed_in_the_folder_is_told_by_name(copy: Remade, tmp_path: Path) -> None:
    """A text, the number of articles and the lexicon are changed in one study folder: each is named, and no file of it is the same."""
    path = copy.study / "tables" / "articles.parquet"
    articles = pd.read_parquet(path).head(2)
    articles.loc[0, "text"] = articles["text"].iloc[0].replace("e", "a", 1)
    store.write_parquet(articles, path)
    lexicon = store.read_table(copy.study, "lexicon")
    store.write_parquet(lexicon.head(50), copy.study / "tables" / "lexicon.parquet")
    found = verification.verify([copy.study / "issues.csv"], study=copy.study)
    reasons = " ".join(found[0].reasons)
    assert found[0].verdict == DIFFERENT
    assert f"the text of {articles['article_id'].iloc[0]!r} is not the one" in reasons
    assert "lexicon: the recipe says" in reasons and "n_articles: the recipe says 24, found 2" in reasons


def test_raw_articles_are_held_against_those_of_the_study(study: object) -> None:
    articles = pd.DataFrame({"article_id": ["a", "b", "c"], "sha256": ["1", "2", "3"]})
    raw = pd.DataFrame({"article_id": ["a", "b", "d"], "sha256": ["1", "9", "4"]})
    assert remaking.other_articles(articles, raw) == [
        "inputs: 'c' is not among the raw articles",
        "inputs: 'd' is not in the study",
        "inputs: the text of 'b' differs",
    ]


def test_what_is_other_around_is_said() -> None:
    old = {
        "version": "0.1.0",
        "code_sha256": "a" * 64,
        "model_sha256": "c",
        "look_sha256": "d",
        "packages": {"numpy": "1", "scipy": "1"},
    }
    now = {
        "version": "0.1.0",
        "code_sha256": "b" * 64,
        "model_sha256": "c",
        "look_sha256": "d",
        "packages": {"numpy": "2", "scipy": "1"},
    }
    assert remaking._around(old, now) == ["code: was aaaaaaaaaaaa, is bbbbbbbbbbbb", "library: numpy was 1, is 2"]
    assert remaking._columns("python -m analysis run raw.csv --column=text=body --seed=3") == {"text": "body"}


def test_what_lies_in_no_study_is_an_error(tmp_path: Path, study_folder: Path) -> None:
    (tmp_path / "x.csv").write_text("a\n")
    with pytest.raises(InputError, match="--study"):
        verification.verify([tmp_path / "x.csv"])
    with pytest.raises(InputError, match="no such file"):
        verification.verify([tmp_path / "y.csv"])
    assert verification.study_of(study_folder / "tables" / "hits.csv") == study_folder.resolve()


def test_the_verb_ends_with_0_or_3(
    study_folder: Path,
    remade: Remade,
    copy: Remade,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """The study is made again once for all tests, so the verb is handed that one."""
    monkeypatch.setattr(verdicts, "remake", lambda folder, out, raw=None: dataclasses.replace(remade, study=folder))
    figure = study_folder / (FIGURE + ".pdf")
    assert main(["verify", str(figure)]) == 0
    assert capsys.readouterr().out.startswith(FIGURE + ".pdf: same")
    (copy.study / (FIGURE + ".csv")).write_text("a\n1\n")
    assert main(["verify", str(copy.study), "--raw", str(RAW)]) == 3
    out = capsys.readouterr().out
    assert "1 different" in out and FIGURE + ".csv: different" in out
    assert main(["verify", str(copy.study / (FIGURE + ".csv")), "--json"]) == 3
    assert json.loads(capsys.readouterr().out)[0]["verdict"] == DIFFERENT


@pytest.mark.parametrize("form", ["md", "docx", "html"])
def test_a_report_made_after_the_run_is_verified_where_it_lies(form: str, copy: Remade, tmp_path: Path) -> None:
    """It is found by its own recipe, is the same, and is caught when a number or a word of it is changed."""
    path = tmp_path / f"about.{form}"
    study_files.write_report(copy.study, path, form=form)
    told = verification.read_recipe(path)
    assert told["file"] == f"report.{form}" and told["study"] == "study" and told["inputs_sha256"]
    assert verification.study_of(path).resolve() == copy.study.resolve()
    assert verification.examine(path, copy) == Finding(f"reports/{path.name}", SAME, ())
    if form == "docx":
        document = docx.Document(path)
        document.paragraphs[2].add_run(" A word more.")
        document.save(path)
        assert "word/document.xml" in verification.examine(path, copy).reasons[0]
        document.core_properties.comments = ""
        document.save(path)
        assert "the recipe is gone from the file" in verification.examine(path, copy).reasons[0]
    else:
        text = path.read_text(encoding="utf-8")
        path.write_text(text.replace("24 articles of 4 outlets", "25 articles of 4 outlets"), encoding="utf-8")
        assert any(re.fullmatch(r"line \d+ differs", reason) for reason in verification.examine(path, copy).reasons)
        path.write_text(text.replace(str(told["run_id"]), "0" * 16), encoding="utf-8")
        assert any("says run_id 0000" in reason for reason in verification.examine(path, copy).reasons)
    assert verification.examine(path, copy).verdict == DIFFERENT


def test_a_page_of_a_notebook_is_held_against_the_notebook(copy: Remade) -> None:
    notebook = PROJECT / "notebooks" / "03_tone.ipynb"
    name, text = page_of(notebook)
    store.add_pages(copy.study, {name: text, "pages/99_gone.html": text})
    assert remaking._notebooks_shown(copy.study) == [notebook]
    store.add_pages(copy.fresh, {name: text})
    assert look(copy, name).verdict == SAME
    assert "its notebook" in look(copy, "pages/99_gone.html").reasons[0]
    page = copy.study / name
    page.write_text(text.replace("tone", "noise"), encoding="utf-8")
    assert look(copy, name).verdict == DIFFERENT and "changed after it was made" in look(copy, name).reasons[-1]
    shutil.rmtree(copy.fresh / "pages")
