"""Text from articles made inert for the place where it is shown: HTML, spreadsheets, terminals.

Floor: a string comes in, a string goes out. Everything that an article, a file name or a manifest says is hostile until
it has passed through here.
"""

from __future__ import annotations

import html
import re
from urllib.parse import urlsplit

import pandas as pd

#: Bidirectional overrides and isolates, zero-width marks: they can make a text look like another one.
_UNSEEN = re.compile("[\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\u00ad]")
#: C0 and C1 control characters but tab and line ends: NUL, escape sequences, backspace.
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
_NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?%?\Z")


def html_text(text: object) -> str:
    """`text` for HTML, between tags and inside quoted attributes alike; controls and unseen marks are made visible."""
    return html.escape(visible_text(text), quote=True)


def visible_text(text: object) -> str:
    """`text` with control characters and direction marks replaced by U+FFFD, so that what is read is what is there."""
    return _UNSEEN.sub("\ufffd", _CONTROL.sub("\ufffd", str(text)))


def web_address(text: object) -> str:
    """`text` when it is an address that a page may link to (http or https, a host, nothing unseen), else the empty text."""
    value = str(text)
    if not value.isascii() or _CONTROL.search(value) or any(character in value for character in " \t\n<>\"'`\\"):
        return ""
    try:
        parts = urlsplit(value)
        return value if parts.scheme in ("http", "https") and parts.hostname else ""
    except ValueError:
        return ""


def sheet_text(text: object) -> str:
    """`text` for a cell of CSV or XLSX: a leading `'` where a spreadsheet would read a formula.

    Numbers (`-3.5`, `+2`) stay numbers. `read_sheet_text` takes the mark off again.
    """
    value = _CONTROL.sub("\ufffd", str(text))
    start = value.lstrip(" \u00a0'")[:1]
    if start in _FORMULA and start and not _NUMBER.match(value):
        return "'" + value
    return value


def read_sheet_text(text: str) -> str:
    """The text that `sheet_text` was given, as far as a cell can hold it."""
    if text.startswith("'") and text[1:].lstrip(" \u00a0'")[:1] in _FORMULA:
        return text[1:]
    return text


def sheet_frame(frame: pd.DataFrame) -> pd.DataFrame:
    """A copy of `frame` in which every text cell and every column name is safe for a spreadsheet."""
    out = frame.copy()
    for name in out.columns:
        if not pd.api.types.is_numeric_dtype(out[name]) and not pd.api.types.is_bool_dtype(out[name]):
            out[name] = [
                None if value is None or value is pd.NA or value != value else sheet_text(value) for value in out[name]
            ]
    out.columns = [sheet_text(name) for name in out.columns]
    return out


def terminal_text(text: object) -> str:
    """`text` for a terminal: no escape sequence, control character or direction mark survives; newlines become spaces."""
    return " ".join(visible_text(text).split())
