"""A study folder is there whole or not at all, never over what is not ours, and comes back exactly as it was measured."""

from __future__ import annotations

import json
import os
from pathlib import Path

import openpyxl
import pandas as pd
import pytest

from analysis import recipe, store
from analysis.errors import InputError, OutputError
from analysis.schema import Study

RUN = {"articles": {"a": "1", "b": "2"}, "run_id": "1"}


def made(folder: Path, run: dict = RUN, **options: bool) -> Path:
    with store.new_folder(folder, run=run, **options) as place:
        (place / "x.txt").write_text("x")
    return folder


def test_a_folder_stands_only_when_its_block_ended_well(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError), store.new_folder(tmp_path / "study", run=RUN) as place:
        (place / "half.txt").write_text("half")
        raise RuntimeError
    assert list(tmp_path.iterdir()) == []


def test_the_same_study_is_replaced_whole(tmp_path: Path) -> None:
    folder = made(tmp_path / "study")
    (folder / "old.txt").write_text("old")
    made(folder)
    assert sorted(path.name for path in folder.iterdir()) == ["files.sha256", "run.json", "x.txt"]
    assert [path.name for path in tmp_path.iterdir()] == ["study"]


def test_a_study_of_other_articles_is_kept_unless_told(tmp_path: Path) -> None:
    folder = made(tmp_path / "study")
    other = {"articles": {"a": "the same name, another text"}}
    with pytest.raises(OutputError, match=r"another study .2 articles.*--out.*--replace"):
        made(folder, other)
    assert store.read_run(folder)["articles"] == RUN["articles"]
    assert store.read_run(made(folder, other, replace=True))["articles"] == other["articles"]


def test_what_is_not_a_study_is_never_overwritten(tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "thesis.txt").write_text("years of work")
    for replace in (False, True):
        with pytest.raises(OutputError, match="not a study"):
            made(tmp_path / "mine", replace=replace)
    (tmp_path / "file").write_text("x")
    with pytest.raises(OutputError, match="is a file"):
        made(tmp_path / "file")
    assert (tmp_path / "mine" / "thesis.txt").read_text() == "years of work"


def test_an_empty_folder_may_be_used(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    assert (made(tmp_path / "empty") / "run.json").exists()


def test_a_place_that_cannot_be_written_is_an_error_before_any_work(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(OutputError, match="cannot be written"):
        store.check_writable(tmp_path / "file" / "study", run=RUN, replace=False)
    with pytest.raises(OutputError, match="cannot be written"):
        made(tmp_path / "file" / "study")
    store.check_writable(tmp_path / "a" / "b" / "study", run=RUN, replace=False)


def test_a_failed_swap_leaves_the_old_study(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = made(tmp_path / "study")
    rename = Path.rename

    def fails(self: Path, target: Path) -> Path:
        if self.suffix == ".new":
            raise OSError(28, "No space left on device")
        return rename(self, target)

    monkeypatch.setattr(Path, "rename", fails)
    with pytest.raises(OutputError, match="No space left"):
        made(folder)
    assert (folder / "x.txt").exists()


@pytest.mark.parametrize("text", ["", "{", "[]", '{"what": "something else"}'])
def test_a_folder_with_another_run_file_is_no_study(tmp_path: Path, text: str) -> None:
    (tmp_path / "run.json").write_text(text)
    with pytest.raises(InputError):
        store.read_run(tmp_path)


def test_a_study_comes_back_exactly(study_folder: Path, study: Study) -> None:
    back = store.read_study(study_folder)
    for name, table in study.tables().items():
        pd.testing.assert_frame_equal(back.tables()[name], table)


def test_a_damaged_table_is_named(tmp_path: Path, study_folder: Path) -> None:
    for path in study_folder.rglob("*"):
        target = tmp_path / path.relative_to(study_folder)
        if path.is_file() and path.suffix in (".parquet", ".json"):
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(path.read_bytes())
    (tmp_path / "tables" / "hits.parquet").write_bytes(b"not parquet")
    with pytest.raises(InputError, match=r"hits\.parquet: missing or damaged"):
        store.read_study(tmp_path)


def test_no_cell_of_a_workbook_or_csv_is_a_formula(tmp_path: Path) -> None:
    frame = pd.DataFrame(
        {"text": ["=1+1", "@x", "http://x.example", "long" * 10_000], "n": [1.5, None, float("inf"), -3]}
    )
    store.write_workbook({"a:b/c": frame}, tmp_path / "x.xlsx", made_by={"n": 4})
    store.write_csv(frame, tmp_path / "x.csv")
    book = openpyxl.load_workbook(tmp_path / "x.xlsx")
    assert book.sheetnames == ["a_b_c", "codebook", "recipe"]
    cells = [cell for row in book["a_b_c"].iter_rows() for cell in row]
    assert not [cell for cell in cells if cell.data_type == "f" or cell.hyperlink]
    assert book["a_b_c"]["A2"].value == "'=1+1"
    assert book["a_b_c"]["A5"].value.endswith("… [cut]")
    assert not [
        line for line in (tmp_path / "x.csv").read_text().splitlines() if line.startswith(("=", "@", '"=', '"@'))
    ]


def test_the_same_tables_give_the_same_bytes(tmp_path: Path, study: Study) -> None:
    for name in ("one", "two"):
        store.write_tables(study.tables(), tmp_path / name)
        store.write_workbook(study.tables(), tmp_path / name / "x.xlsx", made_by={"n": 1})
    files = sorted(path.name for path in (tmp_path / "one").iterdir())
    assert len(files) == 2 * len(study.tables()) + 1
    assert [n for n in files if (tmp_path / "one" / n).read_bytes() != (tmp_path / "two" / n).read_bytes()] == []


def test_a_batch_is_kept_whole_or_not_at_all(tmp_path: Path, study: Study) -> None:
    batches = store.Batches(tmp_path / "partial")
    assert batches.get("key") is None
    batches.put("key", {"hits": study.hits, "zones": study.zones})
    kept = batches.get("key")
    assert kept is not None
    pd.testing.assert_frame_equal(kept["hits"], study.hits)
    (tmp_path / "partial" / "key" / "hits.parquet").write_bytes(b"")
    assert batches.get("key") is None, "a damaged batch is measured again"
    batches.clear()
    assert not (tmp_path / "partial").exists()


def test_pages_are_numbered_never_named_by_texts(tmp_path: Path) -> None:
    files = store.write_each(tmp_path / "pages", ["../../etc/passwd", "b"], lambda name: f"<p>{len(name)}</p>")
    assert files == {"../../etc/passwd": "1.html", "b": "2.html"}
    assert sorted(os.listdir(tmp_path / "pages")) == ["1.html", "2.html"]


def test_run_json_has_no_time_host_or_path(study_folder: Path) -> None:
    text = (study_folder / "run.json").read_text()
    assert str(study_folder.parent) not in text
    assert {"version", "inputs_sha256", "lexicon_sha256", "model_sha256", "settings", "seed"} <= set(json.loads(text))


@pytest.mark.parametrize(
    ("line", "says"), [("{", "JSONDecodeError"), ("[1]", "not a mapping"), ("", "no recipe of ours")]
)
def test_a_line_that_is_no_recipe_is_told_with_its_file(line: str, says: str) -> None:
    with pytest.raises(InputError, match=f"chart.png: .*{says}"):
        recipe.from_json(line, "chart.png")
    assert recipe.from_json('{"seed": 3}', "chart.png") == {"seed": 3}
