"""Tables as text: CSV, TSV and their relatives with `;` or `|`.

Floor: a file and its decoded text come in, one draft a row goes out. Line ends inside cells are kept.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping

from analysis import config
from analysis.readers import rows
from analysis.readers.columns import find_columns, has_text_column
from analysis.readers.encodings import Decoded
from analysis.readers.parts import File, Found, Problem, Refused

_DELIMITERS = ",\t;|"
#: No header of a table of articles is longer than this (characters).
_HEADER = 20_000


def is_table(file: File, text: str, columns: Mapping[str, str]) -> bool:
    """Does the text begin with a header that names a text column, or does the file's name say table?"""
    if file.extension in {"csv", "tsv", "tab"}:
        return True
    header = _cells(text[:_HEADER])
    return len(header) > 1 and has_text_column(header, columns) and all(len(name) < 60 for name in header)


def read(file: File, decoded: Decoded, columns: Mapping[str, str]) -> Found:
    """One draft a row.

    Raises
    ------
    Refused
        If there is no header with a text column, or no row.
    """
    delimiter = _delimiter(decoded.text[:_HEADER])
    header, *_ = [*_parsed(decoded.text[:_HEADER], delimiter), []]
    found = find_columns(header, columns)
    name = {"\t": "tsv"}.get(delimiter, "csv")
    extraction = f"{name} ({decoded.encoding}, column {found['text']})"
    records: list[tuple[int, Mapping[str, object]]] = []
    problems = [Problem(file.path, note, "note") for note in decoded.notes]
    if decoded.text.count('"') % 2:
        problems.append(
            Problem(file.path, "a quotation mark is never closed: rows may have run together; check the table", "note")
        )
    for number, cells in enumerate(list(_parsed(decoded.text, delimiter))[1:], start=1):
        if len(cells) != len(header):
            message = f"the row has {len(cells)} cells and the header {len(header)}; mend the row"
            problems.append(Problem(f"{file.path}#{number}", message))
        else:
            records.append((number, dict(zip(header, cells, strict=True))))
    if not records and not any(problem.severity == "refused" for problem in problems):
        raise Refused("is a table with a header but no rows")
    yield from problems
    yield from rows.drafts(file, records, found, extraction)


def records(text: str) -> list[dict[str, str]]:
    """The rows of a small table by column name (manifests); short rows are filled with nothing.

    Raises
    ------
    Refused
        If the text is no table.
    """
    try:
        header, *body = _parsed(text, _delimiter(text[:_HEADER]))
    except ValueError:
        raise Refused("is empty") from None
    return [dict(zip(header, [*cells, *[""] * len(header)], strict=False)) for cells in body]


def _delimiter(head: str) -> str:
    """The delimiter that cuts the first line into most cells; a comma when none does."""
    return max(_DELIMITERS, key=lambda mark: len(next(_parsed(head, mark), [])))


def _cells(head: str) -> list[str]:
    try:
        return next(_parsed(head, _delimiter(head)), [])
    except Refused:
        return []


def _parsed(text: str, delimiter: str) -> Iterator[list[str]]:
    """The rows that are not empty; blank lines between rows are no rows."""
    before = csv.field_size_limit(max(config.MAX_FILE_BYTES, 1))
    try:
        yield from (row for row in list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)) if any(row))
    except csv.Error as error:
        raise Refused(f"cannot be read as a table ({error}); save it again as CSV") from None
    finally:
        csv.field_size_limit(before)
