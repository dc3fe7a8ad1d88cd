"""JSON: one article, a list of articles, or one a line.

Floor: a file and its decoded text come in, drafts go out. BASIL's articles are JSON too and go to `basil`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping

from analysis.readers import basil, rows
from analysis.readers.columns import find_columns, has_text_column
from analysis.readers.encodings import Decoded
from analysis.readers.parts import Draft, File, Found, Problem, Refused

_EXTENSIONS = frozenset({"json", "jsonl", "ndjson"})
#: Where lists of articles lie inside an object (News API, Media Cloud, Guardian-like answers).
_LISTS = ("articles", "stories", "results", "docs", "data", "items")


def is_json(file: File, text: str) -> bool:
    """Is the file JSON by its content? A text that merely begins with a bracket is not."""
    head = text.lstrip()[:1]
    if head not in ("{", "["):
        return file.extension in _EXTENSIONS
    return file.extension in _EXTENSIONS or _loads(text) is not None or _first_line(text) is not None


def read(file: File, decoded: Decoded, columns: Mapping[str, str]) -> Found:
    """The articles in the file.

    Raises
    ------
    Refused
        If it is not JSON, or holds nothing with a text field.
    """
    for note in decoded.notes:
        yield Problem(file.path, note, "note")
    whole = _loads(decoded.text)
    if whole is None:
        yield from _lines(file, decoded, columns)
    elif isinstance(whole, dict) and basil.is_article(whole):
        yield from basil.read(file, whole)
    elif isinstance(whole, dict) and basil.is_annotation(whole):
        yield Problem(file.path, "BASIL annotations are not articles: not read here", "note")
    else:
        yield from _records(file, _listed(whole, columns), f"json ({decoded.encoding}", columns)


def _lines(file: File, decoded: Decoded, columns: Mapping[str, str]) -> Found:
    """One object a line; a line that is none is refused."""
    records, problems = [], []
    lines = (line for line in re.split(r"\r\n|[\n\r]", decoded.text) if line.strip())
    for number, line in enumerate(lines, start=1):
        value = _loads(line)
        if isinstance(value, dict):
            records.append((number, value))
        else:
            problems.append(Problem(f"{file.path}#{number}", "the line is not a JSON object; mend or remove it"))
    if not records:
        raise Refused("is not JSON: neither one object or list, nor one object a line; check the file")
    yield from problems
    yield from _keyed(file, records, f"json lines ({decoded.encoding}", columns)


def _records(file: File, values: list[object], extraction: str, columns: Mapping[str, str]) -> Found:
    records = []
    for number, value in enumerate(values, start=1):
        if isinstance(value, dict):
            records.append((number, value))
        else:
            yield Problem(f"{file.path}#{number}", "the item is not a JSON object; mend or remove it")
    if not records:
        raise Refused("is JSON without articles: an object or a list of objects with a field 'text' is needed")
    yield from _keyed(file, records, extraction, columns)


def _keyed(file: File, records: list[tuple[int, dict]], extraction: str, columns: Mapping[str, str]) -> Found:
    header = list(dict.fromkeys(str(name) for _, record in records for name in record))
    found = find_columns(header, columns)
    single = len(records) == 1 and file.extension == "json"
    if single and "article_id" not in columns:  # one article a file: the file's name is its name, as for a text
        found.pop("article_id", None)
    for item in rows.drafts(file, records, found, f"{extraction}, field {found['text']})"):
        yield item if not single else _of_file(file, item)


def _of_file(file: File, item: Draft | Problem) -> Draft | Problem:
    """The only article of a file carries the file's path and, unless it has an identifier, its name."""
    if isinstance(item, Problem):
        return Problem(file.path, item.message, item.severity)
    key = file.stem if item.key == f"{file.stem}-1" else item.key
    return Draft(file.path, item.text, key, item.extraction, item.fields, item.notes)


def _listed(whole: object, columns: Mapping[str, str]) -> list[object]:
    """The items: a list's, the list inside an object, or the object itself."""
    if isinstance(whole, list):
        return whole
    if isinstance(whole, dict):
        if has_text_column(whole, columns):
            return [whole]
        for name in _LISTS:
            if isinstance(whole.get(name), list):
                return list(whole[name])
    return [whole]


def _loads(text: str) -> object | None:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def _first_line(text: str) -> object | None:
    return _loads(text.lstrip().partition("\n")[0])
