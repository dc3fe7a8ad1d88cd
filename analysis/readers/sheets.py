"""Excel workbooks (XLSX): the first sheet with a text column, one article a row.

Floor: a file and its bytes come in, one draft a row goes out. The archive inside is bounded and may hold no XML entity.
"""

from __future__ import annotations

import io
import warnings
import zipfile
from collections.abc import Iterator, Mapping

import openpyxl
from openpyxl.cell.text import Text
from openpyxl.utils.escape import unescape
from openpyxl.workbook import Workbook
from openpyxl.xml.constants import SHEET_MAIN_NS
from openpyxl.xml.functions import iterparse

from analysis import config
from analysis.readers import rows
from analysis.readers.columns import find_columns, has_text_column
from analysis.readers.parts import File, Found, Problem, Refused

#: Our name for the reader, as `articles.extraction` carries it.
_NAME = f"xlsx (openpyxl {openpyxl.__version__})"


def read(file: File, data: bytes, columns: Mapping[str, str]) -> Found:
    """One draft a row of the first sheet that has a text column; other sheets with rows get a note.

    Raises
    ------
    Refused
        If the workbook is damaged, too large when unpacked, holds XML entities, or has no sheet with a text column.
    """
    filled = {title: table for title, table in read_sheets(data).items() if table}
    if not filled:
        raise Refused("is a workbook without rows")
    titles = [title for title, table in filled.items() if has_text_column(table[0][1], columns)]
    title = titles[0] if titles else next(iter(filled))
    (first, header), *body = filled[title]
    names = ["" if name is None else str(name) for name in header]
    found = find_columns(names, columns)
    if not body:
        raise Refused("is a table with a header but no rows")
    for other in filled:
        if other != title:
            yield Problem(f"{file.path}!{other}", f"only the sheet {title!r} is read; move the articles there", "note")
    records = ((number - first, dict(zip(names, cells, strict=False))) for number, cells in body)
    yield from rows.drafts(file, records, found, f"{_NAME}, column {found['text']}")


def read_sheets(data: bytes) -> dict[str, list[tuple[int, list[object]]]]:
    """Every sheet of a workbook: its title, and (row number from 1, cells) of the rows that hold anything.

    Raises
    ------
    Refused
        If the workbook is damaged, too large when unpacked, or holds XML entities.
    """
    _check_archive(data)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # openpyxl warns of styles and extensions, which hold no text
        try:
            book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True, keep_links=False)
            _put_strings_as_written(book, data)
            sheets = {sheet.title: list(_rows(sheet)) for sheet in book.worksheets}
            book.close()
        except Exception as error:  # openpyxl raises whatever its parsers raise
            raise Refused(f"cannot be read as a workbook ({type(error).__name__}); save it again as XLSX") from None
    return sheets


def _put_strings_as_written(book: Workbook, data: bytes) -> None:
    """Put the strings that sheets share back as the file has them, escapes and all; `_rows` undoes escapes once.

    The library takes every `x005F_` away and leaves other escapes: a carriage return (`_x000D_`) and the seven letters
    `_x000D_` (`_x005F_x000D_`) would be the same.
    """
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        names = [name for name in archive.namelist() if name.lower().endswith("/sharedstrings.xml")]
        raw = archive.read(names[0]) if len(names) == 1 else b""
    if b"x005F_" not in raw:
        return
    written = [
        Text.from_tree(node).content for _, node in iterparse(io.BytesIO(raw)) if node.tag == f"{{{SHEET_MAIN_NS}}}si"
    ]
    for sheet in book.worksheets:
        held = sheet._shared_strings
        if len(held) == len(written):
            held[:] = written


def _rows(sheet: object) -> Iterator[tuple[int, list[object]]]:
    """(row number from 1, cells) of the rows that hold anything, without the empty cells at their ends."""
    sheet.reset_dimensions()  # type: ignore[attr-defined]  # what a file says about its size is not to be trusted
    for number, cells in enumerate(sheet.iter_rows(values_only=True), start=1):  # type: ignore[attr-defined]
        values = [unescape(cell) if isinstance(cell, str) and "_x" in cell else cell for cell in cells]
        while values and values[-1] in (None, ""):
            values.pop()
        if values:
            yield number, values


def _check_archive(data: bytes) -> None:
    """Refuse a workbook that unpacks to too much, or whose XML declares entities."""
    unpacked = 0
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            for member in archive.infolist():
                with archive.open(member) as stream:
                    head = b""
                    while chunk := stream.read(1 << 20):
                        unpacked += len(chunk)
                        head = head or chunk[:4096]
                        if unpacked > config.MAX_FILE_BYTES:
                            raise Refused(f"unpacks to more than {config.MAX_FILE_BYTES:,} bytes; split the workbook")
                if b"<!DOCTYPE" in head or b"<!ENTITY" in head or b"\x00<\x00!" in head:
                    raise Refused("holds XML entities, which no spreadsheet writes; save it again as XLSX")
    except (zipfile.BadZipFile, RuntimeError, NotImplementedError, EOFError, OSError, ValueError):
        raise Refused("is a damaged or protected workbook; save it again as XLSX") from None
