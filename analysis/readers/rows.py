"""Rows of a table to drafts: the same rules for CSV, XLSX, JSON and Parquet.

Floor: records come in, drafts and problems go out. A row is read or refused; no row is lost.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from analysis.readers.columns import as_text
from analysis.readers.parts import Draft, File, Found, Problem

#: A cell of a spreadsheet holds no more than this (characters); a longer text was cut when it was saved.
CELL_LIMIT = 32_767


def drafts(
    file: File, records: Iterable[tuple[int, Mapping[str, object]]], found: Mapping[str, str], extraction: str
) -> Found:
    """One draft for each record that has a text.

    Parameters
    ----------
    file : the table.
    records : (row number from 1, the row by the table's own column names).
    found : field → column, as `columns.find_columns` gives it.
    extraction : how the table was read.

    Yields
    ------
    Draft, with path `table.csv#3` for its third row, or a Problem for a row without text or with an identifier that
    stood in the table before with the same text. The same identifier with another text is kept, with a note, and
    numbered later.
    """
    seen: dict[str, set[str]] = {}
    for number, record in records:
        path = f"{file.path}#{number}"
        fields = {field: as_text(record.get(column)) for field, column in found.items()}
        text, key = fields.pop("text"), fields.pop("article_id", "").strip()
        if not text.strip():
            yield Problem(path, f"the row has no text in column {found['text']!r}; fill it in or take the row out")
            continue
        draft = Draft(path, text, key or f"{file.stem}-{number}", extraction, fields)
        if key:
            texts = seen.setdefault(key, set())
            if text in texts:
                yield Problem(path, f"the id {key[:60]!r} stood in the table before with the same text; kept once")
                continue
            if texts:
                draft.notes.append(f"the id {key[:60]!r} stands in the table with another text too; numbered")
            texts.add(text)
        if len(text) == CELL_LIMIT and file.extension.startswith("xls"):
            draft.notes.append(f"the text has {CELL_LIMIT} characters, a spreadsheet's limit: it was probably cut")
        yield draft
