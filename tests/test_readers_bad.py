"""Bad input gets one clear line, the other articles go on, and read + refused = found."""

import io
import json
import os
import random
import stat
import zipfile
from pathlib import Path

import pandas as pd
import pytest

from analysis import config
from analysis.errors import InputError
from analysis.readers import read_corpus
from analysis.sentences import find_sentences
from analysis.zones import find_zones

GOOD = (
    "The old bridge over the river fell on Tuesday after three days of rain, and nobody was hurt in the event. "
    "The ferryman heard a crack, and then it was gone, he said."
)
RANDOM = random.Random(7)


def beside(tmp_path, name: str, data: bytes):
    """A folder with one good article and one other file."""
    (tmp_path / "good.txt").write_text(GOOD, encoding="utf-8")
    (tmp_path / name).write_bytes(data)
    return tmp_path


def only_issue(tmp_path) -> tuple[str, str, str]:
    """The one issue of a folder in which the good article alone is read."""
    corpus = read_corpus(tmp_path)
    assert corpus.articles["article_id"].tolist() == ["good"]
    assert len(corpus.issues) == 1
    row = corpus.issues.iloc[0]
    assert "\n" not in row["message"]
    return row["path"], str(row["severity"]), row["message"]


def zipped(*members: tuple[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members:
            archive.writestr(name, data)
    return buffer.getvalue()


REFUSED = {
    "empty.txt": (b"", "is empty"),
    "blank.txt": (b" \n\t\n", "is empty"),
    "mark.txt": (b"\xef\xbb\xbf", "is empty"),
    "zip.zip": (b"", "is empty"),
    "nothing.zip": (zipped(), "without files"),
    "cut.zip": (zipped(("a.txt", GOOD.encode()))[:60], "cut or damaged"),
    "random.txt": (RANDOM.randbytes(5_000), "text"),
    "random": (RANDOM.randbytes(200), "text"),
    "nul.txt": (b"a\x00b\x00\x00\x01" * 50, "text"),
    "cut16.txt": (b"\xff\xfe" + GOOD.encode("utf-16-le")[:-1], "cut or damaged"),
    "kanji.txt": (("橋が落ちた。" * 30).encode("shift-jis"), "Windows-1252"),
    "big.txt": (b"word " * 1_000_001, "5,000,005 characters"),
    "german.txt": (
        "Die alte Brücke über den Fluss ist am Dienstag nach drei Tagen Regen eingestürzt, und niemand wurde verletzt, "
        "sagte der Fährmann, der seit dreißig Jahren dort arbeitet.".encode(),
        "language is 'de'",
    ),
    "scripts.html": (
        b"<!doctype html><html><head><script>var a = 1</script></head><body><script>b()</script></body></html>",
        "scripts",
    ),
    "paper.pdf": (b"%PDF-1.7 \x00\x01", "PDF"),
    "old.doc": (b"\xd0\xcf\x11\xe0\xa1\xb1", "old Office"),
    "rich.rtf": (b"{\\rtf1 hello}", "RTF"),
    "picture.png": (b"\x89PNG\r\n", "picture"),
    "word.docx": (zipped(("[Content_Types].xml", b"<x/>"), ("word/document.xml", b"<x/>")), "office document"),
    "broken.xlsx": (zipped(("[Content_Types].xml", b"<x/>"), ("xl/workbook.xml", b"<x")), "workbook"),
    "entities.xlsx": (
        zipped(("[Content_Types].xml", b"<x/>"), ("xl/workbook.xml", b'<!DOCTYPE a [<!ENTITY b "c">]><x/>')),
        "XML entities",
    ),
    "broken.parquet": (b"PAR1 and no more PAR1", "Parquet"),
    "broken.json": (b'{"text": ', "not JSON"),
    "deep.json": (b"[" * 100_000, "not JSON"),
    "empty.json": (b"[]", "without articles"),
    "number.json": (b"[1, 2]", "without articles"),
    "surrogate.json": (json.dumps({"text": GOOD + " \ud800"}).encode(), "surrogate"),
    "header.csv": (b"id,text\n", "no rows"),
    "other.csv": (b"id,words\n1,hello\n", "no column with the text"),
    "cloud.csv": (
        b"id,publish_date,title,url,language,media_name,media_url\n1,2016-08-16,Bridge,http://d.example,en,Daily,d.example\n",
        "Media Cloud",
    ),
    "manifest.parquet.gz": (b"\x1f\x8b\x08\x00", "gzip"),
}


@pytest.mark.parametrize("name", sorted(REFUSED))
def test_a_bad_file_is_refused_and_the_others_go_on(tmp_path, name):
    data, reason = REFUSED[name]
    folder = beside(tmp_path, name, data)
    path, severity, message = only_issue(folder)
    assert (path, severity) == (name, "refused")
    assert reason in message


@pytest.mark.parametrize("name", sorted(REFUSED))
def test_a_bad_file_alone_is_an_error_of_one_line(tmp_path, name):
    data, reason = REFUSED[name]
    (tmp_path / name).write_bytes(data)
    with pytest.raises(InputError) as caught:
        read_corpus(tmp_path / name)
    assert reason in str(caught.value) and "\n" not in str(caught.value)


def test_a_path_that_is_not_there_and_a_folder_without_articles(tmp_path):
    with pytest.raises(InputError, match="no such file or folder"):
        read_corpus(tmp_path / "nowhere")
    with pytest.raises(InputError, match="holds no articles"):
        read_corpus(tmp_path)
    (tmp_path / "README.md").write_text("About.")
    with pytest.raises(InputError, match="holds no articles"):
        read_corpus(tmp_path)


def test_read_and_refused_make_found(tmp_path):
    """Files of all kinds and one table of five rows: nothing is lost."""
    for name, (data, _) in REFUSED.items():
        (tmp_path / name).write_bytes(data)
    (tmp_path / "good.txt").write_text(GOOD)
    rows = [f'{number},"{text}"' for number, text in enumerate([GOOD, "", GOOD + " Again.", " "])]
    (tmp_path / "rows.csv").write_text("\n".join(["id,text", *rows, "9,too,many"]) + "\n")
    corpus = read_corpus(tmp_path)
    refused = (corpus.issues["severity"] == "refused").sum()
    assert len(corpus.articles) == 3
    assert len(corpus.articles) + refused == len(REFUSED) + 1 + 5
    assert corpus.issues.loc[corpus.issues["path"].str.startswith("rows.csv"), "path"].tolist() == [
        "rows.csv#2",
        "rows.csv#4",
        "rows.csv#5",
    ]


@pytest.mark.parametrize(
    ("text", "note"),
    [
        ("Word", "fewer than 20 words"), (GOOD + "\x00", "1 NUL character(s)"), (GOOD.replace("he said", "â€œhe saidâ€\u009d"), "UTF-8"),
    ],
)  # fmt: skip
def test_what_is_odd_is_read_with_a_note(tmp_path, text, note):
    (tmp_path / "a.txt").write_bytes(text.encode())
    corpus = read_corpus(tmp_path)
    assert corpus.articles["text"].tolist() == [text]
    assert corpus.issues["severity"].astype(str).tolist() == ["note"]
    assert corpus.issues["article_id"].tolist() == ["a"] and note in corpus.issues["message"].iloc[0]


@pytest.mark.parametrize(
    "text",
    [
        GOOD.upper(),
        "The 6'3\" guard said \"the so-called 'plan' was 'good\" and left. " + GOOD,
        "“" * 50 + GOOD + "”’\"'" * 20,
        "<script>alert(1)</script><img src=x onerror=alert(1)> " + GOOD,
        '=HYPERLINK("http://x.example","y") ' + GOOD,
    ],
)
def test_odd_texts_go_through_reading_zones_and_sentences(tmp_path, text):
    (tmp_path / "=x<b>.txt").write_text(text, encoding="utf-8")
    articles = read_corpus(tmp_path).articles
    assert articles["text"].tolist() == [text]
    assert articles["article_id"].tolist() == ["x-b"]
    assert find_sentences(articles, find_zones(articles))["n_words"].sum() >= 30


@pytest.mark.parametrize("name", ["../evil.txt", "/abs.txt", "..\\evil.txt", "C:\\evil.txt", "a/../../evil.txt"])
def test_names_that_leave_a_zip_are_refused_and_nothing_is_written(tmp_path, name):
    (tmp_path / "in").mkdir()
    folder = beside(tmp_path / "in", "a.zip", zipped((name, GOOD.encode())))
    _, severity, message = only_issue(folder)
    assert severity == "refused" and "leaves the archive" in message
    assert sorted(path.name for path in tmp_path.rglob("*")) == ["a.zip", "good.txt", "in"]


def test_a_zip_inside_a_zip_and_a_link_inside_a_zip_are_refused(tmp_path):
    link = zipfile.ZipInfo("link.txt")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("inner.zip", zipped(("a.txt", GOOD.encode())))
        archive.writestr(link, "/etc/passwd")
        archive.writestr("good.txt", GOOD)
        archive.writestr("__MACOSX/._good.txt", b"\x00\x05")
    corpus = read_corpus(tmp_path)
    assert corpus.articles["path"].tolist() == ["a.zip!good.txt"]
    assert corpus.issues[["path", "severity"]].astype(str).values.tolist() == [
        ["a.zip!__MACOSX/._good.txt", "note"], ["a.zip!inner.zip", "refused"], ["a.zip!link.txt", "refused"],
    ]  # fmt: skip


def test_an_encrypted_member_is_refused(tmp_path):
    data = bytearray(zipped(("a.txt", GOOD.encode())))
    for mark, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.index(mark) + at] |= 1
    assert "encrypted" in only_issue(beside(tmp_path, "a.zip", bytes(data)))[2]


def test_a_damaged_member_is_refused(tmp_path):
    data = bytearray(zipped(("a.txt", GOOD.encode())))
    data[45] ^= 0xFF
    assert "damaged" in only_issue(beside(tmp_path, "a.zip", bytes(data)))[2]


def test_a_zip_may_not_unpack_to_more_than_its_bound(tmp_path, monkeypatch):
    folder = beside(tmp_path, "bomb.zip", zipped(("a.txt", b"a" * 100_000), ("b.txt", b"b" * 100_000)))
    monkeypatch.setattr(config, "MAX_ARCHIVE_BYTES", 150_000)
    assert "unpacks to 200,000 bytes in 2 files" in only_issue(folder)[2]
    monkeypatch.setattr(config, "MAX_ARCHIVE_BYTES", 10**9)
    monkeypatch.setattr(config, "MAX_ARCHIVE_MEMBERS", 1)
    assert "allowed are" in only_issue(folder)[2]


def test_a_member_that_lies_about_its_size_is_still_bounded(tmp_path, monkeypatch):
    data = bytearray(zipped(("a.txt", b"a" * 300_000)))
    for mark, at in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        start = data.index(mark) + at
        data[start : start + 4] = (10).to_bytes(4, "little")
    monkeypatch.setattr(config, "MAX_FILE_BYTES", 100_000)
    assert only_issue(beside(tmp_path, "a.zip", bytes(data)))[1] == "refused"


def test_files_and_workbooks_beyond_their_bound_are_refused(tmp_path, monkeypatch):
    pd.DataFrame({"text": [GOOD * 100] * 20}).to_excel(tmp_path / "t.xlsx", index=False)
    (tmp_path / "large.txt").write_text("word " * 10_000)
    (tmp_path / "good.txt").write_text(GOOD)
    (tmp_path / "z.zip").write_bytes(zipped(("large.txt", b"word " * 10_000)))
    monkeypatch.setattr(config, "MAX_FILE_BYTES", 20_000)
    corpus = read_corpus(tmp_path)
    assert corpus.articles["article_id"].tolist() == ["good"]
    assert corpus.issues["path"].tolist() == ["large.txt", "t.xlsx", "z.zip!large.txt"]


def test_links_that_leave_the_folder_are_refused(tmp_path):
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "secret.txt").write_text(GOOD)
    folder = tmp_path / "raw"
    folder.mkdir()
    (folder / "good.txt").write_text(GOOD)
    (folder / "out.txt").symlink_to(outside / "secret.txt")
    (folder / "gone.txt").symlink_to(folder / "nowhere.txt")
    (folder / "loop.txt").symlink_to(folder / "loop.txt")
    (folder / "dir").symlink_to(outside)
    (folder / "same.txt").symlink_to(folder / "good.txt")
    (folder / "self").symlink_to(folder)
    corpus = read_corpus(folder)
    assert corpus.articles["path"].tolist() == ["good.txt"]
    assert dict(zip(corpus.issues["path"], corpus.issues["severity"].astype(str), strict=True)) == {
        "dir": "refused", "gone.txt": "refused", "loop.txt": "refused", "out.txt": "refused", "same.txt": "note", "self": "note",
    }  # fmt: skip


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no pipes")
def test_a_pipe_does_not_hold_the_program(tmp_path):
    (tmp_path / "good.txt").write_text(GOOD)
    os.mkfifo(tmp_path / "pipe.txt")
    assert "not a regular file" in only_issue(tmp_path)[2]


def test_a_folder_that_cannot_be_opened_is_said(tmp_path, monkeypatch):
    (tmp_path / "good.txt").write_text(GOOD)
    (tmp_path / "closed").mkdir()
    real = os.scandir

    def scandir(path="."):
        if str(path).endswith("closed"):
            raise PermissionError(13, "Permission denied", str(path))
        return real(path)

    monkeypatch.setattr(os, "scandir", scandir)
    assert only_issue(tmp_path) == (
        "closed",
        "refused",
        "a folder that cannot be opened (Permission denied); check its permissions",
    )


def test_lock_hidden_and_system_files_are_left_with_a_note(tmp_path):
    names = ["~$t.xlsx", ".hidden.txt", "Thumbs.db", "README.md", "LICENSE", "a.txt~", ".~lock.t.xlsx#"]
    for name in names:
        (tmp_path / name).write_text(GOOD)
    (tmp_path / ".git").mkdir()
    (tmp_path / ".git" / "x.txt").write_text(GOOD)
    (tmp_path / "good.txt").write_text(GOOD)
    corpus = read_corpus(tmp_path)
    assert corpus.articles["path"].tolist() == ["good.txt"]
    assert corpus.issues["path"].tolist() == sorted([*names, ".git"])
    assert (corpus.issues["severity"] == "note").all()


def test_a_file_name_that_is_no_text_is_kept_readable(tmp_path):
    try:
        (tmp_path / os.fsdecode(b"caf\xe9.txt")).write_text(GOOD)
    except OSError:
        pytest.skip("this file system takes UTF-8 names only")
    articles = read_corpus(tmp_path).articles
    assert articles["path"].tolist() == ["caf\ufffd.txt"]
    assert articles["path"].iloc[0].encode("utf-8")


def test_broken_lines_and_open_quotation_marks_in_tables_are_said(tmp_path):
    (tmp_path / "a.jsonl").write_text(
        json.dumps({"text": GOOD}) + "\nnot json\n[1]\n\n" + json.dumps({"text": ""}) + "\n"
    )
    (tmp_path / "b.csv").write_text(f'id,text\n1,"{GOOD}\n2,{GOOD}\n')
    corpus = read_corpus(tmp_path)
    assert corpus.articles["path"].tolist() == ["a.jsonl#1", "b.csv#1"]
    assert corpus.issues["path"].tolist() == ["a.jsonl#2", "a.jsonl#3", "a.jsonl#4", "b.csv"]
    assert "never closed" in corpus.issues["message"].iloc[3]


def test_a_cell_may_be_longer_than_the_csv_module_allows(tmp_path):
    (tmp_path / "a.csv").write_text(f'id,text\n1,"{GOOD * 2_000}"\n')
    assert read_corpus(tmp_path).articles["n_chars"].tolist() == [len(GOOD) * 2_000]


def test_a_file_that_vanishes_or_fails_while_it_is_read_is_refused(tmp_path, monkeypatch):
    beside(tmp_path, "b.txt", b"x")
    real = Path.read_bytes

    def read_bytes(self):
        if self.name == "b.txt":
            raise OSError(5, "Input/output error")
        return real(self)

    monkeypatch.setattr(Path, "read_bytes", read_bytes)
    assert only_issue(tmp_path) == ("b.txt", "refused", "cannot be read (Input/output error); check the file")
