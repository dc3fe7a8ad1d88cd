"""Through the real command line: bad input gets one line or a row in `issues`, the rest goes on, nothing half-written stays."""

from __future__ import annotations

import csv
import io
import json
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import time
import zipfile
from pathlib import Path

import openpyxl
import pandas as pd
import pytest

from analysis import config
from analysis.__main__ import main
from analysis.config import PROJECT

GOOD = (
    "The old bridge over the river fell on Tuesday after three days of rain, and nobody was hurt. "
    "“I heard a crack, and then it was gone,” the ferryman said. "
)
ESCAPE = "\x1b[31mred\x1b[0m\x1b]0;title\x07"
FORMULA = '=HYPERLINK("http://a.invalid","x")'
SCRIPT = "<script>window.wwx=1</script><img src=x onerror=window.wwx=1>"


def zipped(**members: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return buffer.getvalue()


def table(*rows: tuple[str, ...]) -> bytes:
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows(rows)
    return out.getvalue().encode()


#: File → (its bytes, a word of the reason): refused as a whole, while the others go on.
REFUSED: dict[str, tuple[bytes, str]] = {
    "empty.txt": (b"", "is empty"),
    "zero.zip": (b"", "is empty"),
    "random.txt": (random.Random(5).randbytes(4_000), "text"),
    "large.txt": (b"word " * 4_000_000, "20,000,000 characters"),
    "encoding.txt": (("橋が落ちた。" * 30).encode("shift-jis"), "Windows-1252"),
    "utf16-cut.txt": (b"\xff\xfe" + GOOD.encode("utf-16-le")[:-1], "cut or damaged"),
    "nul.txt": (b"a\x00b\x00\x00\x01" * 50, "text"),
    "no-text.csv": (table(("id", "words"), ("1", "hello")), "no column with the text"),
    "german.txt": (("Die alte Brücke über den Fluss ist nach drei Tagen Regen eingestürzt, sagte er. " * 3).encode(), "'de'"),
    "scripts.html": (b"<!doctype html><html><head><script>a()</script></head><body><script>b()</script></body></html>", "scripts"),
    "bomb.zip": (zipped(**{"a.txt": b"0" * 20_100_000}), "allowed are 20,000,000 bytes"),
    "cut.zip": (zipped(**{"a.txt": GOOD.encode()})[:60], "cut or damaged"),
}  # fmt: skip
#: File → its bytes: odd, but articles all the same.
ODD: dict[str, bytes] = {
    "good.txt": GOOD.encode() * 2,
    "one-word.txt": b"Bridge.",
    "capitals.txt": GOOD.upper().encode() * 2,
    "unbalanced.txt": ("He is 6'3\" tall, the coach said. \"She said “we 'never' left, and “so on. " + GOOD).encode(),
    "nul-inside.txt": (GOOD[:50] + "\x00" + GOOD[50:] + GOOD).encode(),
    "windows.txt": (GOOD * 2).encode("cp1252"),
    f"{ESCAPE.replace('/', '')}.txt": (GOOD * 2).encode(),
    f"{FORMULA.replace('/', ':')}.txt": (SCRIPT + "\n\n" + FORMULA + "\n\n" + GOOD * 2).encode(),
    "rows.csv": table(
        ("id", "outlet", "event", "headline", "byline", "url", "text"),
        ("a", SCRIPT, FORMULA, FORMULA, "@SUM(1)", "javascript:x", GOOD * 2),
        ("b", "Daily", "+1+1", "-1+1", SCRIPT, "", GOOD * 2),
        ("b", "Daily", "e", "Twice the same id", "", "", GOOD * 3),
    ),
    "escapes.jsonl": json.dumps({"headline": ESCAPE, "outlet": ESCAPE, "author": ESCAPE, "url": ESCAPE, "text": ESCAPE + GOOD * 2}).encode(),
    "outside.zip": zipped(**{"../evil.txt": GOOD.encode() * 2, "/abs.txt": GOOD.encode() * 2, "in.txt": GOOD.encode() * 2}),
}  # fmt: skip


@pytest.fixture(scope="module")
def bad(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path, str, str]:
    """(place, study, output, errors): one run of everything that is bad or odd, in one folder."""
    place = tmp_path_factory.mktemp("bad")
    raw = place / "raw"
    raw.mkdir()
    for name, data in {**{name: data for name, (data, _) in REFUSED.items()}, **ODD}.items():
        (raw / name).write_bytes(data)
    (place / "secret.txt").write_text(GOOD * 2)
    (raw / "link.txt").symlink_to(place / "secret.txt")
    (raw / "empty-folder").mkdir()
    out, err = io.StringIO(), io.StringIO()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(config, "MAX_ARCHIVE_BYTES", 20_000_000)
        patch.setattr(sys, "stdout", out)
        patch.setattr(sys, "stderr", err)
        assert main(["run", str(raw), "--out", str(place / "study"), "--instrument", "vader"]) == 0
    return place, place / "study", out.getvalue(), err.getvalue()


def issues(study: Path) -> pd.DataFrame:
    return pd.read_csv(study / "issues.csv", dtype=str, keep_default_na=False)


@pytest.mark.parametrize("name", [*REFUSED, "link.txt"])
def test_what_is_refused_has_a_row_with_its_reason_and_the_others_go_on(bad, name: str) -> None:
    _, study, _, _ = bad
    rows = issues(study)
    rows = rows[rows["path"].str.startswith(name) & (rows["severity"] == "refused")]
    reason = "leaves the folder" if name == "link.txt" else REFUSED[name][1]
    assert len(rows) == 1 and reason in rows["message"].iloc[0]
    assert "\n" not in rows["message"].iloc[0]


def test_read_and_refused_make_found(bad) -> None:
    """By hand: 9 files of one article, 3 rows of a table, 3 members of a zip; 12 refused files and the link."""
    _, study, out, _ = bad
    run = json.loads((study / "run.json").read_text())
    n_rows, n_members = 3, 3
    found = len(REFUSED) + 1 + (len(ODD) - 2) + n_rows + n_members
    assert run["n_articles"] + run["n_refused"] == found
    assert run["n_articles"] == 9 + 3 + 1, "an id that comes twice is made unique; what would leave the zip is refused"
    assert f"{run['n_articles']} articles, {run['n_refused']} refused" in out


def test_nothing_is_written_but_the_study(bad) -> None:
    place, _, _, _ = bad
    assert sorted(path.name for path in place.iterdir()) == ["raw", "secret.txt", "study"]
    assert not list(place.parent.glob("evil*"))


def test_odd_articles_are_measured(bad) -> None:
    _, study, _, _ = bad
    articles = pd.read_parquet(study / "tables" / "articles.parquet")
    measured = set(pd.read_parquet(study / "tables" / "sentences.parquet")["article_id"])
    for name in ("one-word", "capitals", "unbalanced", "nul-inside", "windows"):
        assert name in set(articles["article_id"]) and name in measured
    assert "\x00" in articles.set_index("article_id").loc["nul-inside", "text"], "texts are not altered"


def test_no_escape_reaches_the_terminal(bad, capsys: pytest.CaptureFixture[str]) -> None:
    _, study, out, err = bad
    capsys.readouterr()
    ids = pd.read_parquet(study / "tables" / "articles.parquet")["article_id"]
    main(["quotes", "--study", str(study)])
    main(["compare", "loaded_terms", "--unblocked", "--study", str(study)])
    for article in ids[ids.str.contains("b|red")].head(4):
        main(["show", article, "--study", str(study)])
    main(["run", str(study.parent / "raw" / f"{ESCAPE}no.txt"), "--out", str(study.parent / "no")])
    shown = out + err + "".join(capsys.readouterr())
    assert "red" in shown
    assert not re.search("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]", shown)


def test_pages_run_nothing_and_load_nothing(bad) -> None:
    _, study, _, _ = bad
    pages = [study / "report.html", *(study / "articles").glob("*.html")]
    assert len(pages) > 10
    for page in pages:
        text = page.read_text()
        assert (
            "<img src=x" not in text
            and "<script>window" not in text
            and "javascript:x" not in re.sub(r">[^<]*<", "><", text)
        )
        assert text.count("<script") == (page.name == "report.html")
        assert "default-src 'none'" in text


def test_no_cell_of_a_sheet_is_a_formula(bad) -> None:
    _, study, _, _ = bad
    formula = re.compile(r"\s*[=+@\t\r＝＋＠]")
    n = 0
    for path in study.rglob("*.csv"):
        with path.open(newline="", encoding="utf-8") as file:
            for cell in (cell for row in csv.reader(file) for cell in row):
                assert not formula.match(cell), (path.name, cell[:40])
                n += cell.startswith("'=")
    assert n, "the formulas are there, as text"
    book = openpyxl.load_workbook(study / "study.xlsx")
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    assert len(cells) > 1_000 and not [cell for cell in cells if cell.data_type == "f" or cell.hyperlink]


@pytest.mark.parametrize("name", sorted(REFUSED))
def test_alone_it_is_one_line_and_exit_code_1(tmp_path: Path, name: str, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / name).write_bytes(REFUSED[name][0])
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(config, "MAX_ARCHIVE_BYTES", 20_000_000)
        assert main(["run", str(tmp_path / name), "--out", str(tmp_path / "study"), "--json"]) == 1
    out, error = capsys.readouterr()
    assert out == "" and error.startswith("error: ") and REFUSED[name][1] in error
    assert error.count("\n") == 1
    assert [path.name for path in tmp_path.iterdir()] == [name]


@pytest.mark.parametrize("words", [["missing"], ["empty"], ["raw", "--column", "text"], ["raw", "--column", "words=x"],
                                   ["raw", "--instrument", "crystal"], ["raw", "--lexicon", "none.csv"]])  # fmt: skip
def test_a_wrong_call_leaves_nothing(tmp_path: Path, words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "raw").mkdir()
    (tmp_path / "raw" / "a.txt").write_text(GOOD)
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(tmp_path)
        assert main(["run", *words, "--out", "study"]) == 1
    error = capsys.readouterr().err.splitlines()
    assert error[-1].startswith("error: ") and len(error[-1]) > 30
    assert sorted(path.name for path in tmp_path.iterdir()) == ["empty", "raw"]


def listing(folder: Path) -> dict[str, bytes]:
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


@pytest.mark.parametrize(
    ("there", "says"),
    [
        ("file", "is a file"),
        ("thesis", "not a study"),
        ("other study", "another study"),
        ("under a file", "cannot be written"),
    ],
)
def test_an_output_that_cannot_be_used_is_said_before_the_work_and_kept(
    tmp_path: Path, there: str, says: str, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "raw.txt").write_text(GOOD)
    out = tmp_path / "out"
    if there == "file":
        out.write_text("mine")
    elif there == "under a file":
        (tmp_path / "blocked").write_text("mine")
        out = tmp_path / "blocked" / "out"
    else:
        out.mkdir()
        (out / "chapter.txt").write_text("mine")
    if there == "other study":
        (out / "run.json").write_text('{"what": "whose-words study", "articles": {"z": "1"}}')
    before = listing(tmp_path)
    assert main(["run", str(tmp_path / "raw.txt"), "--out", str(out)]) == 1
    error = capsys.readouterr().err
    assert says in error and "--out" in error and error.count("\n") == 1
    assert listing(tmp_path) == before


def without_override(*words: str) -> list[str]:
    """The command, run so that root too is bound by the permissions of files."""
    if os.geteuid() != 0:
        return list(words)
    if not shutil.which("setpriv"):
        pytest.skip("root may write everywhere, and setpriv is not here to change that")
    return ["setpriv", "--bounding-set", "-dac_override,-dac_read_search", *words]


def test_a_folder_without_permission_is_an_error_of_one_line(tmp_path: Path) -> None:
    (tmp_path / "raw.txt").write_text(GOOD)
    (tmp_path / "locked").mkdir(mode=0o555)
    words = [
        sys.executable,
        "-m",
        "analysis",
        "run",
        str(tmp_path / "raw.txt"),
        "--out",
        str(tmp_path / "locked" / "s"),
    ]
    done = subprocess.run(without_override(*words), cwd=PROJECT, capture_output=True, text=True, check=False)
    assert done.returncode == 1 and "not a writable folder" in done.stderr and "Traceback" not in done.stderr
    assert list((tmp_path / "locked").iterdir()) == []


def test_a_package_that_cannot_be_written_to_still_works(tmp_path: Path) -> None:
    """Nothing is cached beside the code when it lies in a folder of somebody else, nor is a home needed."""
    shutil.copytree(PROJECT / "analysis", tmp_path / "analysis", ignore=shutil.ignore_patterns("__pycache__"))
    for path in (tmp_path, *tmp_path.rglob("*")):
        path.chmod(0o555 if path.is_dir() else 0o444)
    environment = {**os.environ, "HOME": str(tmp_path), "TMPDIR": "/tmp", "PYTHONDONTWRITEBYTECODE": ""}
    words = [sys.executable, "-m", "analysis", "explain", "“We saw it,” a witness said.", "--json"]
    try:
        done = subprocess.run(
            without_override(*words), cwd=tmp_path, env=environment, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
        assert json.loads(done.stdout)["attributions"][0]["source_text"] == "a witness"
        assert not list(tmp_path.rglob("__pycache__"))
    finally:
        for path in (tmp_path, *tmp_path.rglob("*")):
            if path.is_dir():
                path.chmod(0o755)


def command(raw: Path, out: Path) -> list[str]:
    return [sys.executable, "-m", "analysis", "run", str(raw), "--out", str(out), "--instrument", "vader", "--json"]


def test_a_run_that_is_killed_goes_on_and_two_runs_give_the_same_bytes(tmp_path: Path) -> None:
    """Killed with -9 when its first batch is kept; the second start ends with every byte of a run left alone."""
    rows = [("id", "outlet", "event", "text")]
    rows += [(f"a{n}", "Daily", "", f"Report {n}. {GOOD * 3}") for n in range(80)]
    raw = tmp_path / "raw.csv"
    raw.write_bytes(table(*rows))
    environment = {**os.environ, "OMP_NUM_THREADS": "1"}
    options = {"cwd": PROJECT, "env": environment, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    with subprocess.Popen(command(raw, tmp_path / "killed"), **options) as process:
        kept = tmp_path / ".killed.partial"
        until = time.monotonic() + 300
        while not (kept.is_dir() and any(not p.name.startswith(".") for p in kept.iterdir())):
            assert process.poll() is None and time.monotonic() < until
            time.sleep(0.02)
        process.send_signal(signal.SIGKILL)
    assert process.returncode == -signal.SIGKILL
    assert not (tmp_path / "killed").exists(), "nothing half-written stands in its place"
    batch = next(p for p in kept.iterdir() if not p.name.startswith("."))
    assert (batch / "hits.parquet").is_file()
    for name in ("killed", "whole"):
        done = subprocess.run(command(raw, tmp_path / name), check=True, **options)
        assert sum(row["articles"] for row in json.loads(done.stdout)) == 80
    whole, again = listing(tmp_path / "whole"), listing(tmp_path / "killed")
    assert len(whole) > 120
    assert [name for name in {**whole, **again} if whole.get(name) != again.get(name)] == []
    assert sorted(path.name for path in tmp_path.iterdir()) == ["killed", "raw.csv", "whole"]
