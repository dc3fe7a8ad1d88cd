"""Bytes to text: the encoding is detected, and nothing but a byte-order mark is taken away.

Floor: bytes come in, text and the encoding's name go out. UTF-8, UTF-16 and UTF-32 with a mark, UTF-8 and UTF-16
without, Windows-1252; English news comes in no other.
"""

from __future__ import annotations

import codecs
import re
from typing import NamedTuple

from analysis.readers.parts import Refused

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f\x7f]")
_HIGH = re.compile(r"[^\x00-\x7f]")
#: UTF-8 that was read as Windows-1252 once too often: `â€œ` for an opening quotation mark.
_MOJIBAKE = re.compile('â€[œ\u009d™˜"”“]|Ã[©¨¡±¼]')
#: More control characters than this share, and it is not a text.
_MOST_CONTROLS = 0.002
#: More letters beyond ASCII than this share, and it is not Windows-1252 English.
_MOST_HIGH = 0.2
_WAY_OUT = "open it in an editor and save it as UTF-8"


class Decoded(NamedTuple):
    """A text, the encoding it was in, and what to look at."""

    text: str
    encoding: str
    notes: list[str]


def decode(data: bytes) -> Decoded:
    """The text that `data` holds.

    Parameters
    ----------
    data : the bytes of a file.

    Returns
    -------
    Decoded: the text (line ends kept, byte-order mark taken away), the encoding's name, notes for `issues`.

    Raises
    ------
    Refused
        If `data` is no text in one of the encodings above: binary, cut inside a character, or in another encoding.
    """
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return _checked(_strictly(data[len(mark) :], encoding), encoding)
    silent = _utf16_without_mark(data)
    if silent:
        return _checked(_strictly(data, silent), silent)
    try:
        return _checked(data.decode("utf-8"), "utf-8")
    except UnicodeDecodeError:
        return _checked(_windows(data), "windows-1252")


def _strictly(data: bytes, encoding: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        message = f"begins as {encoding} but byte {error.start} does not fit: the file is cut or damaged; {_WAY_OUT}"
        raise Refused(message) from None


def _utf16_without_mark(data: bytes) -> str:
    """English in UTF-16 has a zero in almost every second byte; the name of the byte order, or nothing."""
    sample = data[:4096]
    half = len(sample) // 2
    if half < 8 or len(data) % 2:
        return ""
    even, odd = sample[::2].count(0), sample[1::2].count(0)
    if odd > 0.7 * half and even < 0.05 * half:
        return "utf-16-le"
    if even > 0.7 * half and odd < 0.05 * half:
        return "utf-16-be"
    return ""


def _windows(data: bytes) -> str:
    try:
        text = data.decode("windows-1252")
    except UnicodeDecodeError:
        raise Refused(f"is neither UTF-8, UTF-16 nor Windows-1252 text; {_WAY_OUT}") from None
    if _CONTROL.search(text) or len(_HIGH.findall(text)) > _MOST_HIGH * len(text):
        raise Refused(f"is not text in an encoding known here (UTF-8, UTF-16, Windows-1252); {_WAY_OUT}")
    return text


def _checked(text: str, encoding: str) -> Decoded:
    notes = []
    controls = len(_CONTROL.findall(text))
    if controls > _MOST_CONTROLS * len(text) and controls > 1:
        raise Refused(f"is binary, not text ({controls} control characters); {_WAY_OUT}")
    if controls:
        kind = "NUL" if "\x00" in text else "control"
        notes.append(f"{controls} {kind} character(s) in the text, kept as received")
    if _MOJIBAKE.search(text):
        notes.append("the text looks as if UTF-8 had been read as Windows-1252 (â€œ); save the original again as UTF-8")
    return Decoded(text, encoding, notes)
