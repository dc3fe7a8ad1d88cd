"""The command line: every verb prints what it says, as a table or as JSON, and a mistake ends with one line and the way out."""

from __future__ import annotations

import io
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from analysis import correction, read_study, store
from analysis.__main__ import main
from analysis.commands import parser
from analysis.config import PROJECT

VERBS = list(parser()._subparsers._group_actions[0].choices)  # type: ignore[union-attr]


def test_help_lists_every_verb_and_each_has_an_example(capsys: pytest.CaptureFixture[str]) -> None:
    for words in ([], *([verb] for verb in VERBS)):
        with pytest.raises(SystemExit) as ended:
            main([*words, "--help"])
        assert ended.value.code == 0
        shown = capsys.readouterr().out
        assert "example:" in shown if words else all(verb in shown for verb in VERBS)


def examples() -> list[str]:
    """Every example of every help text, without what a shell would do with its output."""
    chosen = parser()._subparsers._group_actions[0].choices.values()  # type: ignore[union-attr]
    return [
        line.strip().removeprefix("python -m analysis ").partition(" > ")[0]
        for made in chosen
        for line in made.epilog.splitlines()[1:]
    ]


#: What an example needs that a machine under test may not have.
NEEDS = {"fetch": "a network", "validate": "hand-coded corpora", "train": "hand-coded corpora"}


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder as the examples suppose it: articles (two events), their study, two coders' sheets, a package."""
    folder = tmp_path_factory.mktemp("examples")
    raw = folder / "data" / "raw"
    raw.mkdir(parents=True)
    for event in ("harbour", "dam"):
        for file in (PROJECT / "data" / "raw").glob(f"{event}-*.txt"):
            shutil.copy(file, raw)
    manifest = (PROJECT / "data" / "raw" / "MANIFEST.csv").read_text().splitlines()
    kept = [line for line in manifest[1:] if line.startswith(("harbour-", "dam-"))]
    (raw / "MANIFEST.csv").write_text("\n".join([manifest[0], *kept]))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("analysis.charts.files.FORMATS", ("png",))
        assert main(["run", str(raw), "--out", str(folder / "study")]) == 0
    sheet = correction.draw_sample(read_study(folder / "study"), 8)
    for coder in ("ann", "ben"):
        meanings = correction.codebook("article")
        store.write_coding_sheet(sheet.assign(code="1"), meanings, folder / f"sheet-{coder}.xlsx", made_by={"n": 8})
    assert main(["package", str(folder / "study"), "--out", str(folder / "replication.zip")]) == 0
    return folder


@pytest.mark.usefixtures("only_png")
@pytest.mark.parametrize("example", [line for line in examples() if line.split()[0] not in NEEDS])
def test_every_example_of_the_help_runs_as_it_stands(
    example: str, place: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(place)
    assert main(shlex.split(example)) == 0
    assert capsys.readouterr().out.strip()


@pytest.mark.parametrize("example", [line for line in examples() if line.split()[0] in NEEDS])
def test_examples_that_need_more_than_a_study_are_well_formed(example: str) -> None:
    assert parser().parse_args(shlex.split(example)).verb


def test_wrong_words_end_with_2(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["rank-outlets"])
    assert ended.value.code == 2


@pytest.mark.usefixtures("only_png")
def test_run_prints_a_short_table_and_where_to_look(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "raw").mkdir()
    for name in ("dam-quillmark.txt", "dam-brassbell.txt"):
        (tmp_path / "raw" / name).write_bytes((PROJECT / "data" / "raw" / name).read_bytes())
    (tmp_path / "raw" / "empty.txt").write_text("")
    assert (
        main(["run", str(tmp_path / "raw"), "--out", str(tmp_path / "out"), "--seed", "3", "--instrument", "vader"])
        == 0
    )
    shown = capsys.readouterr().out
    assert "2 articles, 1 refused" in shown
    assert "report.html" in shown
    run = json.loads((tmp_path / "out" / "run.json").read_text())
    assert run["seed"] == 3 and run["settings"]["instruments"] == ["vader"]
    assert "empty.txt" in (tmp_path / "out" / "issues.csv").read_text()


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["run", "no-such-folder"], "no-such-folder"),
        (["run", ".", "--column", "text"], "OURS=THEIRS"),
        (["quotes", "--study", "no-such-study"], "not a study folder"),
        (["compare", "bias", "--study", "STUDY"], "bias"),
        (["show", "nobody", "--study", "STUDY"], "is not in"),
        (["compare", "loaded_terms", "--events", "--unblocked", "--study", "STUDY"], "leave --unblocked out"),
        (["fetch", "nothing"], "'nothing' is not known"),
        (["fetch", "basil"], "--yes"),
        (["validate", "--part", "Nothing"], "'Nothing' is not known"),
        (["train", "attribution", "--out", "x"], "--polnear"),
        (["run", "data/raw", "--lexicon", "no-such.csv"], "no-such.csv"),
        (["run", "data/raw", "--actors", "no-such.csv"], "no-such.csv"),
    ],
)
def test_a_mistake_is_one_line_with_the_way_out(
    words: list[str],
    says: str,
    study_folder: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(PROJECT)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setattr(sys, "stdin", io.StringIO(""))
    given = [str(study_folder) if word == "STUDY" else word for word in words]
    assert main(given) == 1
    out, error = capsys.readouterr()
    last = error.strip().splitlines()[-1]
    assert last.startswith("error: ") and says in last
    assert out == ""


def test_quotes_have_the_names_that_people_know(study_folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["quotes", "--study", str(study_folder), "--json"]) == 0
    rows = json.loads(capsys.readouterr().out)
    assert {"speaker", "quote", "verb", "quote_type", "is_floating_quote"} <= set(rows[0])
    assert main(["quotes", "--study", str(study_folder)]) == 0
    heads = capsys.readouterr().out.splitlines()[1]
    assert "speaker" in heads and "…" not in heads, "as many columns as a terminal can show"


def test_compare_prints_contrasts(study_folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["compare", "loaded_terms", "--voice", "own", "--study", str(study_folder), "--json"]) == 0
    rows = json.loads(capsys.readouterr().out)
    assert len(rows) == 6 and {row["n_events"] for row in rows} == {6}
    assert main(["compare", "attributed_share", "--unblocked", "--study", str(study_folder)]) == 0
    shown = capsys.readouterr().out
    assert "attributed_share" in shown and "Brassbell Daily − Foxglove Courier" in shown


def test_compare_opens_a_contrast_into_its_events(study_folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = ["compare", "loaded_terms", "--voice", "own", "--events", "--study", str(study_folder)]
    assert main([*words, "--json"]) == 0
    rows = json.loads(capsys.readouterr().out)
    assert [row["event"] for row in rows[:6]] == [""] * 6 and len(rows) == 6 + 6 * 6
    assert all(row["low"] is None for row in rows[6:])
    assert main(words) == 0
    assert "event by event, counted" in capsys.readouterr().out


@pytest.mark.usefixtures("only_png")
def test_outlets_that_share_no_event_are_told_about_unblocked(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    raw = tmp_path / "raw"
    raw.mkdir()
    for number in range(6):
        (raw / f"{number}.txt").write_text("The mayor slammed the deal, a witness said on Monday in the town. " * 12)
    rows = [f"{number}.txt,{'one' if number < 3 else 'two'},event {number}" for number in range(6)]
    (raw / "MANIFEST.csv").write_text("\n".join(["file,outlet,event", *rows]))
    assert main(["run", str(raw), "--out", str(tmp_path / "study")]) == 0
    capsys.readouterr()
    assert main(["compare", "loaded_terms", "--study", str(tmp_path / "study")]) == 1
    out, error = capsys.readouterr()
    assert out == "" and "--unblocked" in error and error.count("\n") == 1


def test_a_sheet_with_fewer_units_than_asked_says_why(
    study_folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["sample", str(study_folder), "--n", "40", "--out", str(tmp_path / "a.xlsx")]) == 0
    shown = " ".join(capsys.readouterr().out.split())
    assert "24 units to code" in shown and "40 were asked for; the study has no more than 24" in shown
    assert main(["sample", str(study_folder), "--n", "24", "--out", str(tmp_path / "b.csv"), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["reason"] == ""


def test_a_place_that_cannot_be_written_is_one_line(
    study_folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").write_text("")
    for words in (["package", str(study_folder)], ["sample", str(study_folder)], ["report", str(study_folder)]):
        out = tmp_path / "file" / {"package": "a.zip", "sample": "a.csv", "report": "a.html"}[words[0]]
        assert main([*words, "--out", str(out)]) == 1
        error = capsys.readouterr().err
        assert error.startswith("error: ") and error.count("\n") == 1


def test_explain_says_what_made_a_score(capsys: pytest.CaptureFixture[str]) -> None:
    text = "The regime slammed the deal, a witness said."
    assert main(["explain", text, "--json"]) == 0
    parts = json.loads(capsys.readouterr().out)
    assert [row["source_text"] for row in parts["attributions"]] == ["a witness"]
    assert {"regime", "slammed"} <= {row["surface"] for row in parts["loaded terms"]}
    assert main(["explain", text]) == 0
    assert "a witness" in capsys.readouterr().out


def test_show_prints_an_article_whose_escapes_are_dead(
    tmp_path: Path, study_folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["show", "dam-quillmark", "--study", str(study_folder)]) == 0
    assert "Tarnow" in capsys.readouterr().out
    assert main(["show", "dam-quillmark", "--study", str(study_folder), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)[0]["article_id"] == "dam-quillmark"
    hostile = "The mayor said on Monday that the bridge was safe for everybody in the town\u202e. " * 3
    (tmp_path / "hostile.txt").write_text(hostile)
    assert main(["show", str(tmp_path / "hostile.txt")]) == 0
    shown = capsys.readouterr().out
    assert "\u202e" not in shown and "\x1b" not in shown and "bridge" in shown


def test_the_dictionary_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["dictionary"]) == 0
    assert capsys.readouterr().out == (PROJECT / "docs" / "data_dictionary.md").read_text()
    assert main(["dictionary", "--json"]) == 0
    assert "hits" in json.loads(capsys.readouterr().out)


def test_the_module_runs_as_a_program_and_a_closed_pipe_is_no_error() -> None:
    command = f"{sys.executable} -m analysis dictionary | head -1"
    done = subprocess.run(
        ["bash", "-c", f"set -o pipefail; {command}"], cwd=PROJECT, capture_output=True, text=True, check=False
    )
    assert done.stdout == "# Data dictionary\n"
    assert "Traceback" not in done.stderr


def test_a_python_without_the_libraries_says_where_they_are() -> None:
    words = [sys.executable, "-E", "-S", "-m", "analysis", "--help"]
    done = subprocess.run(words, cwd=PROJECT, capture_output=True, text=True, check=False)
    assert done.returncode == 1 and done.stdout == ""
    assert done.stderr.startswith("error: this Python has no ") and done.stderr.count("\n") == 1


def test_the_report_is_written_again_in_each_form(
    tmp_path: Path, study_folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """As a page it is the run's own, but for its links and its recipe, which say where the study lies."""
    assert main(["report", str(study_folder), "--out", str(tmp_path / "a" / "r.html")]) == 0
    assert str(tmp_path / "a" / "r.html") in capsys.readouterr().out.replace("\n", "")
    way = Path(os.path.relpath(study_folder, tmp_path / "a")).as_posix() + "/"
    page = (tmp_path / "a" / "r.html").read_text()
    for said in (f"&quot;study&quot;: &quot;{way[:-1]}&quot;, ", f"<tr><td>study</td><td>{way[:-1]}</td></tr>\n", way):
        page = page.replace(said, "")
    assert page == (study_folder / "report.html").read_text()
    assert main(["report", str(study_folder), "--format", "md", "--out", str(tmp_path / "r.md"), "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == {"written": str(tmp_path / "r.md")}
    pictures = re.findall(r"\]\((\S+\.png)\)", (tmp_path / "r.md").read_text())
    assert len(pictures) > 5 and all((tmp_path / picture).is_file() for picture in pictures)
    for name in ("one.docx", "two.docx"):
        assert main(["report", str(study_folder), "--format", "docx", "--out", str(tmp_path / name)]) == 0
    assert (tmp_path / "one.docx").read_bytes() == (tmp_path / "two.docx").read_bytes()


def test_a_report_that_cannot_be_written_leaves_nothing(
    tmp_path: Path, study_folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").write_text("x")
    assert main(["report", str(study_folder), "--format", "md", "--out", str(tmp_path / "file" / "r.md")]) == 1
    assert "cannot be written" in capsys.readouterr().err
    assert main(["report", str(tmp_path), "--format", "md", "--out", str(tmp_path / "r.md")]) == 1
    assert "is not a study folder" in capsys.readouterr().err
    assert [path.name for path in tmp_path.iterdir()] == ["file"]
