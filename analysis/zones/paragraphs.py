"""The paragraphs of a text: lines, or what blank lines set apart where a text was wrapped by hand.

Floor: a text comes in, offsets into it go out.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise

_LINE = re.compile(r"[^\n\r\u2028\u2029\x85]+")
_BLANK = re.compile(r"(?:\r\n|[\n\r\u2028\u2029\x85])[^\S\n\r\u2028\u2029\x85]*+(?:\r\n|[\n\r\u2028\u2029\x85])")
#: Lines of a text wrapped by hand are not longer than this (characters).
_WRAP_WIDTH = 100


def paragraph_spans(text: str) -> list[tuple[int, int]]:
    """Where the paragraphs of `text` begin and end, without the white space around them.

    A line is a paragraph. Only where a text was wrapped by hand (no line longer than 100 characters, and most lines
    inside blocks stop in mid-sentence) are paragraphs what blank lines set apart.

    Returns
    -------
    list of (start, end), characters, in order; no paragraph is empty.
    """
    return list(_spans(text))


@lru_cache(maxsize=4)
def _spans(text: str) -> tuple[tuple[int, int], ...]:
    """As `paragraph_spans`; zones and sentences ask for the same text, one after the other."""
    lines = [span for match in _LINE.finditer(text) if (span := _strip(text, *match.span()))]
    if len(lines) < 4 or max(end - start for start, end in lines) > _WRAP_WIDTH or not _is_wrapped(text, lines):
        return tuple(lines)
    blocks = [lines[0]]
    for start, end in lines[1:]:
        if _BLANK.search(text, blocks[-1][1], start):
            blocks.append((start, end))
        else:
            blocks[-1] = (blocks[-1][0], end)
    return tuple(blocks)


def _strip(text: str, start: int, end: int) -> tuple[int, int] | None:
    line = text[start:end]
    kept = line.strip()
    if not kept:
        return None
    start += len(line) - len(line.lstrip())
    return start, start + len(kept)


def _is_wrapped(text: str, lines: Sequence[tuple[int, int]]) -> bool:
    """Do most lines that are followed by another line of their block stop in mid-sentence?"""
    inner = [
        text[end - 1] not in ".?!:\"”’'"
        for (_, end), (start, _) in pairwise(lines)
        if not _BLANK.search(text, end, start)
    ]
    return len(inner) >= 3 and sum(inner) > 0.6 * len(inner)
