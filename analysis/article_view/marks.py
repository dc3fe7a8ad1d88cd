"""The text of an article with its marks: cut at every edge of every table, each piece given all that holds there.

Floor: the text and the tables of one article come in, HTML goes out; its text content is the text.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

import pandas as pd

from analysis import safety
from analysis.article_view.look import CITED_VOICES, LIT, line_of, names_of, plain, rows_of


@dataclass
class _Piece:
    """What holds at one stretch of the text."""

    classes: list[str] = field(default_factory=list)
    tips: list[str] = field(default_factory=list)
    spoken: list[str] = field(default_factory=list)
    numbers: list[int] = field(default_factory=list)
    is_stop: bool = False


def marked_text(
    text: str, parts: Mapping[str, pd.DataFrame], categories: Mapping[str, int], entries: Mapping[str, dict[str, str]]
) -> str:
    """The whole text as HTML, paragraph by paragraph; its text content is the text (but for words for the ear)."""
    marks, anchors = _marks(parts, categories, entries, len(text))
    shown = text.replace("\r\n", " \n").replace("\r", "\n")  # as long as the text; a page knows one kind of line end
    edges = {0, len(text)} | anchors
    opens, closes = defaultdict(list), defaultdict(list)
    for start, end, give in marks:
        edges |= {start, end}
        opens[start].append(give)
        closes[end].append(give)
    lines = [0]
    for at, character in enumerate(shown):
        if character == "\n":
            lines.append(at + 1)
    edges |= set(lines)
    cuts = sorted(edge for edge in edges if 0 <= edge <= len(text))
    starts_line = set(lines)
    out: list[str] = []
    active: dict[int, tuple[int, _Piece]] = {}
    for first, last in pairwise(cuts):
        for give in closes[first]:
            active.pop(id(give), None)
        for give in opens[first]:
            active[id(give)] = (first, give)
        if first in starts_line:
            out.append(f'{"</div>" if out else ""}<div class="par" id="p{bisect_right(lines, first) - 1}">')
        out.append(_span(shown[first:last], first, active, first in anchors))
    return "".join(out) + ("</div>" if out else "")


def _span(words: str, first: int, active: Mapping[int, tuple[int, _Piece]], is_anchor: bool) -> str:
    """One piece of the text with everything that holds there."""
    content = safety.html_text(words)
    if not active and not is_anchor:
        return content
    classes: list[str] = []
    tips: list[str] = []
    before: list[str] = []
    stop = False
    number = ""
    for start, give in active.values():
        classes += give.classes
        tips += give.tips
        if start == first:
            before += give.spoken
            stop = stop or give.is_stop
            number = number or ",".join(str(n) for n in give.numbers)
    attributes = f' id="c{first}"' if is_anchor else ""
    names = " ".join(dict.fromkeys(classes + (["no"] if number else [])))
    attributes += f' class="{names}"' if names else ""
    attributes += f' data-no="{number}"' if number else ""
    attributes += f' data-tip="{safety.html_text(chr(10).join(dict.fromkeys(tips)))}"' if tips else ""
    attributes += ' tabindex="0"' if stop else ""
    spoken = f'<span class="sr">{safety.html_text(" ".join(before))} </span>' if before else ""
    return f"{spoken}<span{attributes}>{content}</span>" if attributes else spoken + content


def _marks(
    parts: Mapping[str, pd.DataFrame], categories: Mapping[str, int], entries: Mapping[str, dict[str, str]], length: int
) -> tuple[list[tuple[int, int, _Piece]], set[int]]:
    """Every stretch with what it gives to the text under it, and the characters that can be linked to."""
    marks: list[tuple[int, int, _Piece]] = []
    for row in rows_of(parts["zones"]):
        if row.zone != "body":
            name = f"z z-{row.zone}" if row.zone != "headline" else "z-headline"
            marks.append((row.start, row.end, _Piece(classes=[name], spoken=[f"({row.zone})"])))
    names = names_of(parts["attributions"])
    for row in rows_of(parts["voices"]):
        if row.voice in CITED_VOICES:
            owner = "" if pd.isna(row.attribution_no) else names.get(int(row.attribution_no), "")
            says = f"({row.voice}{', ' + owner if owner else ''}:)"
            marks.append((row.start, row.end, _Piece(classes=[f"v-{row.voice}"], spoken=[says])))
    details = {int(row.attribution_no): row for row in rows_of(parts["attributions"])}
    for row in rows_of(parts["spans"]):
        number = int(row.attribution_no)
        give = _Piece(classes=[f"a{number % LIT}"], tips=[_attribution_tip(number, details.get(number), names)])
        if row.role != "content":
            give.classes.append("src" if row.role == "source" else "cue")
        if row.role == "source" or (row.role == "content" and row.fragment_no == 0):
            give.numbers, give.is_stop = [number + 1], True
        marks.append((row.start, row.end, give))
    for row in rows_of(parts["hits"]):
        tip = _term_tip(row, entries.get(str(row.term_id), {}))
        give = _Piece(classes=[line_of(categories[row.category])], tips=[tip])
        if row.layer == "loaded":
            give.is_stop, give.spoken = True, ["(loaded term)"]
        marks.append((row.start, row.end, give))
    anchors = {
        int(start)
        for name in ("sentences", "spans", "hits", "names", "voices")
        for start in parts[name]["start"]
        if 0 <= start < length
    }
    return [(int(start), int(end), give) for start, end, give in marks if 0 <= start < end <= length], anchors


def _attribution_tip(number: int, row: Any, names: Mapping[int, str]) -> str:
    if row is None:
        return f"Attribution {number + 1}"
    hedge = ", hedged" if row.is_hedged else ""
    outer = row.outer_no
    nested = "" if pd.isna(outer) else f", inside attribution {int(outer) + 1}"
    cue = row.cue_lemma or "no cue"
    return (
        f"Attribution {number + 1}: {names.get(number, '')} ({row.source_type}) · {cue} "
        f"({row.cue_stance}) · {row.kind}{hedge}{nested}"
    )


def _term_tip(row: Any, entry: Mapping[str, str]) -> str:
    voice = f"in {row.voice} voice" if row.voice != "headline" else "in the headline"
    negated = ", negated" if row.is_negated else ""
    layer = "" if row.layer == "loaded" else f"layer {row.layer}, "
    lines = [f"{row.term_id}: {layer}{plain(row.category)}, {voice}{negated}"]
    for name, title in (("why", "Why listed"), ("source", "Reference"), ("neutral_alternative", "Neutral alternative")):
        if entry.get(name):
            lines.append(f"{title}: {entry[name]}")
    return "\n".join(lines)
