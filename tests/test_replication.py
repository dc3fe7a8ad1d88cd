"""A package holds no words of the articles beyond names and terms, and a copy of the texts makes the same study of it again."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import re
import zipfile
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from analysis import replication, schema, store, study_files
from analysis.__main__ import main
from analysis.config import PROJECT
from analysis.errors import InputError, StudyError
from analysis.replication import CHANGED, MISSING, MOVED, SAME, attaching, places
from analysis.schema import Study
from tests.conftest import RAW


@pytest.fixture(scope="module")
def package(study_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("package") / "replication.zip"
    replication.package(study_folder, out)
    return out


def grams(text: str, n: int = 5) -> set[tuple[str, ...]]:
    words = re.findall(r"\w+", text.lower())
    return set(zip(*(words[start:] for start in range(n)), strict=False))


def cells(name: str, data: bytes) -> list[str]:
    """A table's cells; of any other member the whole text."""
    text = data.decode("utf-8")
    return [cell for row in csv.reader(io.StringIO(text)) for cell in row] if name.endswith(".csv") else [text]


def test_no_five_words_of_an_article_are_in_a_package(package: Path, study: Study) -> None:
    """Every member is searched, in the spelling of words; only names may be that long.

    What lies in the repository and goes in as it is (`docs/codebook.md` has examples from the bundled articles, which
    were written for the project) is not made from the articles of a study.
    """
    told = {gram for text in study.articles["text"] for gram in grams(text)}
    assert len(told) > 5_000
    with zipfile.ZipFile(package) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    actors = pd.read_csv(io.BytesIO(members["tables/actors.csv"]), keep_default_na=False)
    told -= {gram for alias in actors["alias"] for gram in grams(alias)}
    made = {
        name: cells(name, data)
        for name, data in members.items()
        if not ((PROJECT / name).is_file() and (PROJECT / name).read_bytes() == data)
    }
    assert len(made) > 20
    shared = {name: {gram for cell in texts for gram in grams(cell)} & told for name, texts in made.items()}
    assert {name: found for name, found in shared.items() if found} == {}
    for column in ("text", "headline", "byline"):
        words = [value for value in study.articles[column] if len(value) > 12]
        assert words and not [value for value in words for text in made.values() if value in "\n".join(text)]


def test_the_same_study_gives_the_same_bytes(package: Path, study_folder: Path, tmp_path: Path) -> None:
    names = replication.package(study_folder, tmp_path / "again.zip")
    assert (tmp_path / "again.zip").read_bytes() == package.read_bytes()
    assert {
        "README.txt",
        "recipe.json",
        "codebook.csv",
        "tables/lexicon.csv",
        "requirements.lock",
        "files.sha256",
    } <= set(names)
    assert "notebooks/01_one_article.py" in names


@pytest.mark.usefixtures("only_png")
def test_a_copy_to_the_byte_gives_the_same_study(
    package: Path, study_folder: Path, study: Study, tmp_path: Path
) -> None:
    report = replication.attach(package, RAW, tmp_path / "study")
    assert report["status"].tolist() == [SAME] * 24
    assert (report["n_sentences"] == report["n_sentences_found"]).all() and report["n_sentences"].sum() > 300
    again = store.read_study(tmp_path / "study")
    for name, table in study.tables().items():
        pd.testing.assert_frame_equal(again.tables()[name], table)
    for name, table in study_files.read_answers(study_folder).tables().items():
        pd.testing.assert_frame_equal(study_files.read_answers(tmp_path / "study").tables()[name], table)
    for name in ("01-loaded-terms-own-voice.csv", "03-tone-textblob.csv"):
        assert (tmp_path / "study/figures" / name).read_bytes() == (study_folder / "figures" / name).read_bytes()


def respaced(text: str) -> str:
    """Other white space everywhere, and nothing else: what a copy from another archive looks like."""
    return "\n \n" + re.sub(r"\n\n", "\r\n\r\n\r\n", text).replace(" ", "\u00a0  ") + " \n"


def one_table(tmp_path: Path, articles: pd.DataFrame) -> Path:
    path = tmp_path / "mine.jsonl"
    lines = [
        json.dumps({"id": row.article_id, "headline": row.headline, "text": row.text}) for row in articles.itertuples()
    ]
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


def test_white_space_moves_every_place_with_its_words(package: Path, study: Study, tmp_path: Path) -> None:
    """The slow route: the words at each new place are the words at the old one, white space aside."""
    articles = study.articles.copy()
    articles["text"] = [respaced(text) for text in articles["text"]]
    articles["article_id"] = [f"mine-{n}" for n in range(len(articles))]
    tables, _ = replication.read_package(package)
    report, copies = replication.match(tables, articles)
    assert report["status"].tolist() == [MOVED] * 24
    moved = replication.join(tables, copies, articles, dict(zip(report["article_id"], report["found"], strict=True)))
    old, new = (dict(zip(s.articles["article_id"], s.articles["text"], strict=True)) for s in (study, moved))
    n = 0
    for name in ("zones", "sentences", "spans", "voices", "hits", "names"):
        before, after = study.tables()[name], moved.tables()[name]
        rows = zip(before["article_id"], before["start"], before["end"], after["start"], after["end"], strict=True)
        for article, start, end, now, until in rows:
            assert "".join(old[article][start:end].split()) == "".join(new[article][now:until].split())
            n += now != start
    assert n > 1_000
    assert schema.surfaces_hold(moved.articles, moved.hits) and schema.surfaces_hold(moved.articles, moved.spans)
    body = moved.zones[moved.zones["zone"] == "body"]
    for article, zones in moved.zones.groupby("article_id"):
        assert zones["start"].tolist() == [0, *zones["end"].tolist()[:-1]] and zones["end"].iloc[-1] == len(
            new[article]
        )
        part, segments = body[body["article_id"] == article], moved.voices[moved.voices["article_id"] == article]
        tiled = [(s, e) for s, e in zip(segments["start"], segments["end"], strict=True)]
        covered = sum(e - s for s, e in tiled)
        assert covered == (part["end"] - part["start"]).sum()
    same = [" ".join(name.split()) for name in moved.attributions["source_name"]]
    assert same == [" ".join(name.split()) for name in study.attributions["source_name"]]


@pytest.mark.usefixtures("only_png")
def test_what_changed_and_what_is_missing_is_told(
    package: Path, study: Study, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    mine = study.articles.head(3).copy()
    first = study.sentences[
        (study.sentences["article_id"] == mine["article_id"].iloc[2]) & (study.sentences["zone"] == "body")
    ]
    at = int(first["start"].iloc[0])
    mine.loc[1, "text"] = respaced(str(mine["text"].iloc[1]))
    mine.loc[2, "text"] = mine["text"].iloc[2][:at] + "Xyzzy " + mine["text"].iloc[2][at:]
    texts = one_table(tmp_path, mine)
    assert main(["attach", str(package), str(texts), "--out", str(tmp_path / "study")]) == 0
    assert "1 same; 1 moved by white space; 1 changed; 21 missing" in capsys.readouterr().out
    written = pd.read_csv(tmp_path / "study" / "attached.csv")
    rows = {row["article_id"]: row for row in written.to_dict(orient="records")}
    ids = study.articles["article_id"].tolist()
    assert [rows[name]["status"] for name in ids] == [SAME, MOVED, CHANGED] + [MISSING] * 21
    changed = rows[ids[2]]
    assert changed["n_sentences_found"] == changed["n_sentences"] - 1, "one sentence got another word"
    assert store.read_study(tmp_path / "study").articles["article_id"].tolist() == ids[:2]


def test_none_at_hand_is_an_error(package: Path, tmp_path: Path) -> None:
    (tmp_path / "other.txt").write_text("Quite another report about quite another thing, from quite another place.")
    with pytest.raises(InputError, match="none of the 24 articles"):
        replication.attach(package, tmp_path / "other.txt", tmp_path / "study")
    assert not (tmp_path / "study").exists()


def rewritten(package: Path, path: Path, change: dict[str, bytes | None]) -> Path:
    with zipfile.ZipFile(package) as old, zipfile.ZipFile(path, "w") as new:
        for name in old.namelist():
            data = change.get(name, old.read(name))
            if data is not None:
                new.writestr(name, data)
        for name in set(change) - set(old.namelist()):
            new.writestr(name, change[name] or b"")
    return path


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"tables/hits.csv": b"article_id\n"}, "tables/hits.csv is not as it was packed"),
        ({"tables/hits.csv": None}, "is not a package"),
        ({"files.sha256": b"x"}, "not as it was packed"),
        ({"recipe.json": b"[]"}, "not as it was packed"),
    ],
)
def test_a_package_that_was_changed_is_refused(package: Path, tmp_path: Path, change: dict, says: str) -> None:
    with pytest.raises(InputError, match=says):
        replication.read_package(rewritten(package, tmp_path / "changed.zip", change))


def test_no_member_is_ever_unpacked_onto_the_disk(
    package: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    hostile = rewritten(package, tmp_path / "hostile.zip", {"../../evil.txt": b"x", "/abs.txt": b"x"})
    tables, _ = replication.read_package(hostile)
    assert len(tables["articles"]) == 24
    assert [path.name for path in tmp_path.iterdir()] == ["hostile.zip"]
    monkeypatch.setattr(attaching, "_MOST_BYTES", 1_000)
    with pytest.raises(InputError, match="unpacks to more than 1,000 bytes"):
        replication.read_package(hostile)


@pytest.mark.parametrize(
    ("table", "column", "value", "says"),
    [
        ("sentences", "start", "1", "sentence 0 is not where the package says"),
        ("hits", "start", "many", "do not fit each other"),
        ("voices", "voice", "nobody", "unknown level"),
        ("articles", "n_chars", "", "do not fit each other"),
    ],
)
def test_a_package_whose_places_are_wrong_is_refused(
    package: Path, tmp_path: Path, table: str, column: str, value: str, says: str
) -> None:
    """Its list of hashes is made anew, so that only the words can tell."""
    with zipfile.ZipFile(package) as archive:
        frame = pd.read_csv(io.BytesIO(archive.read(f"tables/{table}.csv")), dtype=str, keep_default_na=False)
        old = archive.read(f"tables/{table}.csv")
        listed = archive.read("files.sha256").decode()
    frame.loc[0, column] = value
    data = frame.to_csv(index=False).encode()
    listed = listed.replace(hashlib.sha256(old).hexdigest(), hashlib.sha256(data).hexdigest())
    changed = rewritten(package, tmp_path / "c.zip", {f"tables/{table}.csv": data, "files.sha256": listed.encode()})
    with pytest.raises(StudyError, match=says):
        replication.attach(changed, RAW, tmp_path / "study")
    assert [path.name for path in tmp_path.iterdir()] == ["c.zip"]


def test_what_is_no_zip_is_no_package(tmp_path: Path) -> None:
    (tmp_path / "x.zip").write_bytes(b"PK\x03\x04 nothing")
    with pytest.raises(InputError, match="is not a package"):
        replication.read_package(tmp_path / "x.zip")
    with pytest.raises(InputError, match="is not a package"):
        replication.read_package(tmp_path / "nowhere.zip")


def test_long_cells_are_told_by_their_place() -> None:
    text = "“A man\u00a0from the far-off İzmir’s old town spoke.”"
    ink = places.ink_before(text)
    copy = places.Copy(text, np.flatnonzero([not c.isspace() for c in text]), len(text), True)
    for value in (
        "A man\u00a0from the far-off İzmir’s",
        "A man from the far-off İzmir's",
        "a man from the far-off İzmir's",
    ):
        cell = places.short_cell(value, text, ink)
        assert cell.startswith("@") and copy.words(cell) == value
    assert places.short_cell("the far-off town", text, ink) == "the far-off town"
    assert places.short_cell("nobody said any of this here", text, ink).startswith("#")
    assert places.short_cell("@1:2", text, ink).startswith("#"), "a cell that looks like a place is not one"
    assert copy.words("@3:999") == "@3:999" and copy.words("@9:2") == "@9:2"


def test_ink_is_counted_by_hand() -> None:
    assert places.ink_before("a b\n c").tolist() == [0, 1, 1, 2, 2, 2, 3]
    assert places.ink_sha256("a b\n c") == places.ink_sha256("abc")


def test_the_verb_packs(study_folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["package", str(study_folder), "--out", str(tmp_path / "p.zip")]) == 0
    assert "no text of an article" in capsys.readouterr().out
    assert main(["package", str(study_folder), "--out", str(tmp_path / "p.zip"), "--json"]) == 0
    assert "recipe.json" in json.loads(capsys.readouterr().out)["members"]
    assert main(["package", str(tmp_path), "--out", str(tmp_path / "q.zip")]) == 1
    assert not (tmp_path / "q.zip").exists() and zipfile.is_zipfile(io.BytesIO((tmp_path / "p.zip").read_bytes()))
