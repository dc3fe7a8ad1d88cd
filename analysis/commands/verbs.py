"""How a verb is declared: its help with examples, the options that many share, and lists of NAME=VALUE."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from analysis.errors import InputError

Arguments = argparse.Namespace
Verb = Callable[[Arguments], int]


def verb(verbs: Any, name: str, act: Verb, about: str, *examples: str) -> argparse.ArgumentParser:
    """A verb with its help, which ends with examples that run as they stand (a test runs them)."""
    made: argparse.ArgumentParser = verbs.add_parser(
        name,
        help=about,
        description=about[0].upper() + about[1:] + ".",
        epilog="\n".join(["example:", *(f"  python -m analysis {example}" for example in examples)]),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    made.add_argument("--json", action="store_true", help="print JSON for machines")
    made.set_defaults(verb=act)
    return made


def add_study(made: argparse.ArgumentParser) -> None:
    """The option that names the study folder."""
    made.add_argument("--study", type=Path, default=Path("study"), help="the study folder (default: study)")


def pairs(option: str, form: str, given: Sequence[str]) -> dict[str, str]:
    """`NAME=VALUE` as often as it was given."""
    parts = [text.partition("=") for text in given]
    wrong = [text for text, (left, sign, right) in zip(given, parts, strict=True) if not (left and sign and right)]
    if wrong:
        raise InputError(f"{option} {wrong[0]!r}: write {form}")
    return {left: right for left, _, right in parts}
