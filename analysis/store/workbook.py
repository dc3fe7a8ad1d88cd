"""Workbooks in which no cell is a formula: a study's tables, or a sheet with its codebook and recipe.

Floor: tables come in; one XLSX goes out, the same bytes for the same tables.
"""

from __future__ import annotations

import contextlib
import json
import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path

import pandas as pd
import xlsxwriter

from analysis import recipe, safety, schema

#: What a spreadsheet cell can hold (Excel's own limit).
_CELL = 32_767
_SHEET_ROWS = 1_048_575
#: Files must not differ between runs: no clock anywhere.
_NO_TIME = datetime(2000, 1, 1)


@contextlib.contextmanager
def new_workbook(
    path: Path, made_by: Mapping[str, object]
) -> Iterator[tuple[xlsxwriter.Workbook, xlsxwriter.format.Format]]:
    """An empty workbook and the format of its heads; the recipe goes into its properties and is its last sheet."""
    options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    rows = [
        (key, value if isinstance(value, str) else json.dumps(value, sort_keys=True))
        for key, value in sorted(made_by.items())
    ]
    with xlsxwriter.Workbook(str(path), options) as book:
        book.set_properties({"created": _NO_TIME, "comments": recipe.as_json(made_by)[:_CELL]})
        head = book.add_format({"bold": True, "bottom": 1})
        yield book, head
        write_sheet(book.add_worksheet("recipe"), pd.DataFrame(rows, columns=["what", "value"]), head)


def write_workbook(
    tables: Mapping[str, pd.DataFrame],
    path: Path,
    *,
    made_by: Mapping[str, object],
    extra: Mapping[str, pd.DataFrame] | None = None,
) -> None:
    """One XLSX workbook: a sheet a table, a codebook sheet, a recipe sheet.

    Texts longer than a cell can hold are cut and end in `… [cut]`; the Parquet tables hold them whole.
    """
    sheets = {**tables, **(extra or {}), "codebook": codebook()}
    with new_workbook(path, made_by) as (book, head):
        for name, frame in sheets.items():
            write_sheet(book.add_worksheet(_sheet_name(name)), frame, head)


def write_sheet(sheet: xlsxwriter.worksheet.Worksheet, frame: pd.DataFrame, head: object) -> None:
    """One table on one sheet: heads that stay in sight, a filter, no cell a formula."""
    sheet.freeze_panes(1, 0)
    for column, name in enumerate(frame.columns):
        sheet.write_string(0, column, safety.sheet_text(name), head)
        for row, value in enumerate(frame[name].tolist()[:_SHEET_ROWS], start=1):
            _write_cell(sheet, row, column, value)
    if len(frame):
        sheet.autofilter(0, 0, min(len(frame), _SHEET_ROWS), len(frame.columns) - 1)


def _write_cell(sheet: xlsxwriter.worksheet.Worksheet, row: int, column: int, value: object) -> None:
    if value is None or value is pd.NA or value != value or value == "":
        return
    if isinstance(value, bool):
        sheet.write_boolean(row, column, value)
    elif isinstance(value, (int, float)) and abs(value) != float("inf"):
        sheet.write_number(row, column, value)
    else:
        text = safety.sheet_text(value)
        sheet.write_string(row, column, text if len(text) <= _CELL else text[: _CELL - 8] + " … [cut]")


def _sheet_name(name: str) -> str:
    return re.sub(r"[\[\]:*?/\\']", "_", name)[:31]


def codebook() -> pd.DataFrame:
    """Every column of every table with its meaning, as a table of its own."""
    rows = [
        (spec.name, column.name, column.type, column.meaning, ", ".join(column.levels))
        for spec in schema.TABLES.values()
        for column in spec.columns
    ]
    return pd.DataFrame(rows, columns=["table", "column", "type", "meaning", "levels"])
