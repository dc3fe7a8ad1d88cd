"""Tables as text: CSV, TSV and their relatives with `;` or `|`.

Floor: a file and its decoded text come in, one draft a row goes out. Line ends inside cells are kept.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping

from analysis import config
from analysis.readers import rows
from analysis.readers.columns import find_columns, has_text_column
from analysis.readers.encodings import Decoded
from analysis.readers.parts import File, Found, Problem, Refused

_DELIMITERS = ",\t;|"
#: No header of a table of articles is longer than this (characters).
_HEADER = 20_000


def is_table(file: File, text: str, columns: Mapping[str, str]) -> bool:
    """Does the first line name a text column among others, or does the file's name say table?"""
    if file.extension in {"csv", "tsv", "tab"}:
        return True
    header = _header(text)
    return len(header) > 1 and has_text_column(header, columns) and all(len(name) < 60 for name in header)


def read(file: File, decoded: Decoded, columns: Mapping[str, str]) -> Found:
    """One draft a row; rows without any content are no rows.

    Raises
    ------
    Refused
        If there is no header with a text column, or no row.
    """
    delimiter = _delimiter(decoded.text)
    header, *body = _parsed(decoded.text, delimiter) or [[]]
    found = find_columns(header, columns)
    if not body:
        raise Refused("is a table with a header but no rows")
    for note in decoded.notes:
        yield Problem(file.path, note, "note")
    if decoded.text.count('"') % 2:
        message = "a quotation mark is never closed: rows may have run together; check the table"
        yield Problem(file.path, message, "note")
    records: list[tuple[int, Mapping[str, object]]] = []
    for number, cells in enumerate(body, start=1):
        if len(cells) < len(header) or any(cells[len(header) :]):
            message = f"the row has {len(cells)} cells and the header {len(header)}; mend the row"
            yield Problem(f"{file.path}#{number}", message)
        else:
            records.append((number, dict(zip(header, cells, strict=False))))
    name = "tsv" if delimiter == "\t" else "csv"
    yield from rows.drafts(file, records, found, f"{name} ({decoded.encoding}, column {found['text']})")


def records(text: str) -> list[dict[str, str]]:
    """The rows of a small table (a manifest) by column name in small letters; what a row lacks is empty.

    Raises
    ------
    Refused
        If the text is no table.
    """
    header, *body = _parsed(text, _delimiter(text)) or [[]]
    names = [name.strip().lower() for name in header]
    return [dict(zip(names, [*cells, *[""] * len(names)], strict=False)) for cells in body]


def _delimiter(text: str) -> str:
    """The delimiter that cuts the first line into most cells; a comma when none does."""
    line = _first_line(text)
    return max(_DELIMITERS, key=lambda mark: len((_parsed(line, mark) or [[]])[0]))


def _header(text: str) -> list[str]:
    try:
        return (_parsed(_first_line(text), _delimiter(text)) or [[]])[0]
    except Refused:
        return []


def _first_line(text: str) -> str:
    return next(iter(text[:_HEADER].lstrip().splitlines()), "")


def _parsed(text: str, delimiter: str) -> list[list[str]]:
    """The rows that hold anything. The module's limit of 131,072 characters a cell is lifted while it reads."""
    before = csv.field_size_limit(config.MAX_FILE_BYTES)
    try:
        return [row for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter) if any(row)]
    except csv.Error as error:
        raise Refused(f"cannot be read as a table ({error}); save it again as CSV") from None
    finally:
        csv.field_size_limit(before)
