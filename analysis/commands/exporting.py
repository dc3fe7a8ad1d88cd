"""A study given away: its report, its package, and the proof that a file is what comes out."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd

from analysis.commands.printing import print_table, say
from analysis.commands.verbs import Arguments, verb
from analysis.safety import terminal_text


def declare_report(verbs: Any) -> None:
    """The options of `report`."""
    made = verb(
        verbs, "report", _report,
        "the report of a study again, as a page, as Markdown or as a Word file",
        "report study --format docx --out report.docx",
    )  # fmt: skip
    made.add_argument("study", type=Path, help="the study folder")
    made.add_argument("--format", choices=("html", "md", "docx"), default="html", help="default: html")
    made.add_argument("--out", type=Path, help="the file to write (default: report.html, .md or .docx here)")


def _report(arguments: Arguments) -> int:
    from analysis import study_files

    out = arguments.out or Path(f"report.{arguments.format}")
    study_files.write_report(arguments.study, out, form=arguments.format)
    say(f"Look at {out}.", {"written": str(out)}, as_json=arguments.json)
    return 0


def declare_verify(verbs: Any) -> None:
    """The options of `verify`."""
    made = verb(
        verbs, "verify", _verify,
        "make a study again and say whether exported files are what comes out",
        "verify study/figures/01-loaded-terms-own-voice.png",
        "verify study --raw data/raw",
    )  # fmt: skip
    made.add_argument("file", type=Path, nargs="+", help="exported files, or the study folder for all of them")
    made.add_argument("--study", type=Path, help="the study folder, when the file was moved out of it")
    made.add_argument("--raw", type=Path, help="the raw articles, to prove the reading too")


def _verify(arguments: Arguments) -> int:
    from analysis import verification

    findings = verification.verify(arguments.file, study=arguments.study, raw=arguments.raw)
    table = pd.DataFrame(
        [(f.file, f.verdict, "; ".join(f.reasons)) for f in findings], columns=["file", "verdict", "why"]
    )
    if arguments.json:
        print_table(table, as_json=True)
    else:
        if len(table) > 1:
            counts = table["verdict"].value_counts(sort=False)
            print("; ".join(f"{n} {verdict}" for verdict, n in counts.items()))
        shown = table if len(table) == 1 else table[table["verdict"] != verification.SAME]
        for file, verdict, why in zip(shown["file"], shown["verdict"], shown["why"], strict=True):
            print(terminal_text(f"{file}: {verdict}" + (f" ({why})" if why else "")))
    return 3 if (table["verdict"] == verification.DIFFERENT).any() else 0


def declare_package(verbs: Any) -> None:
    """The options of `package`."""
    made = verb(
        verbs, "package", _package,
        "a study without its texts, to be given away: offsets, hashes, addresses, lexicon, codebook",
        "package study --out replication.zip",
    )  # fmt: skip
    made.add_argument("study", type=Path, help="the study folder")
    made.add_argument("--out", type=Path, default=Path("replication.zip"), help="the zip to write")


def _package(arguments: Arguments) -> int:
    from analysis import replication

    names = replication.package(arguments.study, arguments.out)
    line = f"{arguments.out}: {len(names)} files, no text of an article among them"
    say(line, {"written": str(arguments.out), "members": names}, as_json=arguments.json)
    return 0


def declare_attach(verbs: Any) -> None:
    """The options of `attach`."""
    made = verb(
        verbs, "attach", _attach,
        "a package joined to your own copy of the texts: a study again",
        "attach replication.zip data/raw --out study-again",
    )  # fmt: skip
    made.add_argument("package", type=Path, help="what `package` wrote")
    made.add_argument("texts", type=Path, help="a file, folder or zip of the articles")
    made.add_argument("--out", type=Path, default=Path("study"), help="the study folder to write (default: study)")
    made.add_argument("--replace", action="store_true", help="overwrite a study of other articles")


def _attach(arguments: Arguments) -> int:
    from analysis import replication

    found = replication.attach(arguments.package, arguments.texts, arguments.out, replace=arguments.replace)
    if arguments.json:
        print_table(found, as_json=True)
    else:
        print("; ".join(f"{n} {status}" for status, n in found["status"].value_counts(sort=False).items()))
        other = found[found["status"] != replication.SAME]
        if len(other):
            print_table(other, as_json=False)
        print(f"Look at {terminal_text(arguments.out / 'report.html')}.")
    return 0
