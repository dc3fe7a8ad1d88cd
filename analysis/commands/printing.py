"""Tables and lines as the terminal shows them, or as JSON for machines."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pandas as pd
from rich.console import Console
from rich.table import Table
from rich.text import Text

from analysis.safety import terminal_text


def print_table(frame: pd.DataFrame, *, as_json: bool, title: str = "", decimals: int = 2) -> None:
    """A table in the width of the terminal, or its rows as JSON."""
    if as_json:
        print(frame.to_json(orient="records", force_ascii=False, indent=1))
        return
    console = Console(highlight=False)
    if not console.is_terminal:  # a file or a pipe has no width of its own
        console.width = 120
    table = Table(title=title or None, title_justify="left", header_style="bold")
    for name in frame.columns:
        table.add_column(str(name), justify="right" if pd.api.types.is_numeric_dtype(frame[name]) else "left")
    for row in frame.itertuples(index=False):
        table.add_row(*(Text(_cell(value, decimals)) for value in row))
    console.print(table)


def _cell(value: Any, decimals: int) -> str:
    if value is None or value is pd.NA or value != value:
        return "–"
    if isinstance(value, float):
        return f"{value:.{decimals}f}"
    return terminal_text(value)


def print_parts(parts: dict[str, pd.DataFrame], *, as_json: bool) -> None:
    """Several named tables, or one JSON object of them."""
    if as_json:
        print(
            json.dumps(
                {name: json.loads(frame.to_json(orient="records")) for name, frame in parts.items()},
                ensure_ascii=False,
                indent=1,
            )
        )
        return
    for name, frame in parts.items():
        if frame.empty:
            print(f"{name}: none")
        else:
            print_table(frame, as_json=False, title=name)


def say(line: str, facts: Mapping[str, object], *, as_json: bool) -> None:
    """What was done, as a line for people or as an object for machines."""
    print(json.dumps(facts, ensure_ascii=False) if as_json else terminal_text(line))
