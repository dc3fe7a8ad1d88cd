"""What people fill in: coding sheets and corrections, written for them and read back as they saved them.

Floor: a sheet or corrections come in as a table and go out as XLSX or CSV; files of any usual kind come back, checked.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import pandas as pd

from analysis import recipe, safety, schema
from analysis.config import MAX_FILE_BYTES
from analysis.correction import KINDS, Codings, check_codings
from analysis.errors import InputError, OutputError, SchemaError
from analysis.readers import delimited
from analysis.readers import sheets as sheet_reader
from analysis.readers.encodings import decode
from analysis.readers.parts import Refused
from analysis.schema import Study
from analysis.store.tables import csv_text, write_csv
from analysis.store.texts import write_text, write_whole
from analysis.store.workbook import new_workbook, write_sheet

#: The first sheet of a workbook that people code in.
_CODING = "coding"


def write_coding_sheet(
    sheet: pd.DataFrame, meanings: pd.DataFrame, path: Path, *, made_by: Mapping[str, object]
) -> None:
    """A coding sheet with its codebook: an XLSX workbook, or a CSV with `NAME.codebook.csv` beside it.

    Parameters
    ----------
    sheet, meanings : what `correction.draw_sample` and `correction.codebook` gave.
    made_by : the recipe; in the workbook's last sheet and properties, or beside the CSV.

    Raises
    ------
    OutputError
        If the file is there already (a coder's work may be in it), cannot be written, or is neither XLSX nor CSV.
    """
    if path.exists():
        raise OutputError(f"{path}: is there already, and a coder's work may be in it. Give another name with --out.")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.suffix.lower() == ".csv":
            write_csv(sheet, path)
            write_csv(meanings, path.with_name(f"{path.stem}.codebook.csv"))
            write_text(path.with_name(f"{path.name}.recipe.json"), recipe.as_json(made_by) + "\n")
        elif path.suffix.lower() == ".xlsx":
            _write_coding_book(sheet, meanings, path, made_by)
        else:
            raise OutputError(f"{path.name}: a coding sheet is a .xlsx or a .csv file")
    except OSError as error:
        raise OutputError(str(error) if isinstance(error, OutputError) else f"{path}: {error.strerror}") from None


def _write_coding_book(sheet: pd.DataFrame, meanings: pd.DataFrame, path: Path, made_by: Mapping[str, object]) -> None:
    with new_workbook(path, made_by) as (book, head):
        wrapped = book.add_format({"text_wrap": True, "valign": "top"})
        coding = book.add_worksheet(_CODING)
        for column, name in enumerate(sheet.columns):  # before the cells, which take the format of their column
            is_read = name in ("before", "after", "note") or name.startswith("text")
            coding.set_column(column, column, 60 if is_read else 12, wrapped)
        write_sheet(coding, sheet, head)
        kind = KINDS.get(str(sheet["what"].iloc[0])) if len(sheet) else None
        if kind and kind.codes:
            place = list(sheet.columns).index("code")
            coding.data_validation(1, place, len(sheet), place, {"validate": "list", "source": list(kind.codes)})
        write_sheet(book.add_worksheet("codebook"), meanings, head)


def read_codings(paths: Sequence[Path], study: Study) -> Codings:
    """The sheets of several coders (XLSX, or CSV in any usual encoding and delimiter), checked against the study.

    Raises
    ------
    InputError
        If a file cannot be read, is no coding sheet, or no row holds a code. What concerns one row is in `issues`.
    """
    names = [path.name for path in paths]
    files = [path.name if names.count(path.name) == 1 else path.as_posix() for path in paths]
    return check_codings({file: _read_rows(path, _CODING) for file, path in zip(files, paths, strict=True)}, study)


def _read_rows(path: Path, title: str) -> pd.DataFrame:
    """The rows of a CSV, or of the sheet `title` (else the first) of a workbook, with values as they come."""
    try:
        if path.stat().st_size > MAX_FILE_BYTES:
            raise InputError(f"{path.name}: is larger than {MAX_FILE_BYTES:,} bytes")
        data = path.read_bytes()
        if data.startswith(b"PK"):
            sheets = sheet_reader.read_sheets(data)
            rows = sheets.get(title) or next(iter(sheets.values()), [])
            header, *body = [cells for _, cells in rows] or [[]]
            columns = ["" if name is None else str(name).strip() for name in header]
            return pd.DataFrame([[*cells, *[None] * len(columns)][: len(columns)] for cells in body], columns=columns)
        return pd.DataFrame(delimited.records(decode(data).text))
    except OSError as error:
        raise InputError(f"{path}: cannot be read ({error.strerror})") from None
    except Refused as refusal:
        raise InputError(f"{path.name}: {refusal}") from None


def write_corrections(corrections: pd.DataFrame, path: Path) -> None:
    """The table `corrections` as CSV, safe for a spreadsheet; a file that stands there is replaced whole or not at all."""
    write_whole(path, csv_text(schema.table("corrections", corrections)).encode())


def read_corrections(path: Path) -> pd.DataFrame:
    """The table `corrections` from a CSV or XLSX, as written or as edited by hand.

    Raises
    ------
    InputError
        If the file cannot be read, a column is missing, an offset is no whole number or `what` is unknown.
    """
    rows = _read_rows(path, "corrections")
    if rows.empty:
        return schema.table("corrections")
    out: dict[str, list[Any]] = {}
    for column in schema.TABLES["corrections"].columns:
        if column.name not in rows.columns:
            raise InputError(f"{path.name}: lacks the column {column.name!r}; it has {list(rows.columns)}")
        texts = [_cell_text(value) for value in rows[column.name]]
        out[column.name] = [int(text) if text.isdecimal() else -1 for text in texts] if column.type == "int" else texts
    wrong = [number for number, row in enumerate(zip(out["start"], out["end"], strict=True), start=2) if min(row) < 0]
    if wrong:
        raise InputError(f"{path.name}: row {wrong[0]}: start and end must be whole numbers")
    try:
        return schema.table("corrections", out)
    except SchemaError as error:
        raise InputError(f"{path.name}: {error}") from None


def _cell_text(value: object) -> str:
    """A cell of a sheet as the text that was put there."""
    if value is None or value != value:
        return ""
    if isinstance(value, datetime):
        return value.date().isoformat()
    return safety.read_sheet_text(str(int(value)) if isinstance(value, float) and value.is_integer() else str(value))
