"""The zones of an article: headline, section, credit, byline, dateline, body, footer.

Floor: articles come in, stretches that tile each text go out. Measures read `body` (and, by name, `headline`), so that
no share button, licence paragraph or photo credit is ever counted as an outlet's words.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import pandas as pd

from analysis import schema
from analysis.zones import patterns
from analysis.zones.paragraphs import paragraph_spans

__all__ = ["ZoneRow", "find_zones", "paragraph_spans", "zone_rows"]

#: One row of `zone_rows`: zone, start, end.
ZoneRow = tuple[str, int, int]

#: Above the body stand at most this many lines of headline, byline, credit, date.
_HEAD = 12
#: A line under the headline that is not longer than this may be a deck; bylines and dates may still follow it.
_DECK = 160
_CLOSERS = "\"'”’»)] \u00a0"

_LETTERS = re.compile(r"[\W_]+")


def zone_rows(text: str, headline: str = "", *, zoned: bool = True) -> list[ZoneRow]:
    """The zones of one article as row tuples, without building a table.

    Parameters
    ----------
    text : the article.
    headline : the headline as a manifest or table gives it. When it is given, only what equals it (letters and
        digits compared; up to three lines together; or a first line that is most of it) is the zone `headline`; when it
        is empty, a first line that looks like a headline is.
    zoned : False makes the whole text one body.

    Returns
    -------
    list of (zone, start, end) that tile `text` in order; empty for an empty text. Neighbouring paragraphs of one zone
    are one stretch. White space between two stretches belongs to the one that is not measured (never to a body beside
    another zone). When nothing would be left as body, the whole text is body.
    """
    if not text:
        return []
    paragraphs = paragraph_spans(text) if zoned else []
    if not paragraphs:
        return [("body", 0, len(text))]
    labels = _labels([text[start:end] for start, end in paragraphs], headline)
    if "body" not in labels:
        return [("body", 0, len(text))]
    pieces = list(zip(labels, *zip(*paragraphs, strict=True), strict=True))
    first = labels.index("body")
    dateline = _dateline_end(text, *paragraphs[first])
    if dateline:
        start, end = paragraphs[first]
        pieces[first : first + 1] = [("dateline", start, dateline), ("body", dateline, end)]
    last = max(number for number, piece in enumerate(pieces) if piece[0] == "body")
    _, start, end = pieces[last]
    credits = patterns.CREDITS.search(text[max(start, end - 500) : end])
    if credits and end - (length := len(credits[0])) > start:
        pieces[last : last + 1] = [("body", start, end - length), ("footer", end - length + 1, end)]
    return _tile(pieces, len(text))


def find_zones(articles: pd.DataFrame, *, zoned: bool = True) -> pd.DataFrame:
    """The zones of every article.

    Parameters
    ----------
    articles : DataFrame, shape (A, ...)
        Uses `article_id`, `headline` (may be empty) and `text`.
    zoned : False makes every text one body: for texts that are already nothing but body.

    Returns
    -------
    DataFrame, shape (Z, 5), the table `zones`; the zones of an article tile its text.
    """
    rows = zip(articles["article_id"], articles["headline"], articles["text"], strict=True)
    return schema.table(
        "zones",
        (
            (article, number, *row)
            for article, headline, text in rows
            for number, row in enumerate(zone_rows(text, headline, zoned=zoned))
        ),
    )


def _labels(lines: Sequence[str], headline: str) -> list[str]:
    """The zone of each paragraph."""
    labels = ["body"] * len(lines)
    given = _headline_lines(lines, _bare(headline))
    is_open = True  # no prose yet, or no more than a deck
    for number, line in enumerate(lines):
        is_open = is_open and number < _HEAD
        if number in given:
            labels[number] = "headline"
        elif len(line) > 420:
            is_open = False
        elif is_open and (label := _head_label(line, under="headline" in labels[:number])):
            labels[number] = label
        elif patterns.FURNITURE.fullmatch(line):
            labels[number] = "footer"
        elif _is_credit(line):
            labels[number] = "credit"
        elif (
            is_open
            and not headline
            and "headline" not in labels
            and _looks_like_headline(line, lines[number + 1 : number + _HEAD])
        ):
            labels[number] = "headline"
        elif len(line) > _DECK or "body" in labels[:number]:
            is_open = False
    _close(lines, labels)
    return labels


def _headline_lines(lines: Sequence[str], wanted: str) -> range:
    """Which of the first lines are the headline that was given: one, or up to three that make it together.

    A first line that is the better part of the headline, or the other way round (`Bridge falls | The Daily`), counts.
    """
    for first in range(min(len(lines), _HEAD) if wanted else 0):
        joined = ""
        for last in range(first, min(first + 3, len(lines))):
            joined += _bare(lines[last][:1000])
            if joined == wanted:
                return range(first, last + 1)
    for first, line in enumerate(lines[:3] if wanted else ()):
        bare = _bare(line[:1000])
        short, long = sorted((bare, wanted), key=len)
        if len(short) >= 15 and 2 * len(short) >= len(long) and (long.startswith(short) or long.endswith(short)):
            return range(first, first + 1)
    return range(0)


def _head_label(line: str, *, under: bool) -> str:
    """What a line is by its form alone when it stands above or beside the first paragraphs; empty for prose."""
    if len(line) > 160:
        return ""
    if patterns.SECTION.fullmatch(line):
        return "section"
    if patterns.FURNITURE.fullmatch(line):
        return "footer"
    if _is_credit(line):
        return "credit"
    if line[-1] not in ".?!:" and patterns.BYLINE.fullmatch(line):
        return "byline"
    if len(line) < 100 and (patterns.WHEN.fullmatch(line) or (under and patterns.PLACE.fullmatch(line))):
        return "dateline"
    if under and len(line) <= 50 and patterns.NAME.fullmatch(line):
        return "byline"
    return ""


def _close(lines: Sequence[str], labels: list[str]) -> None:
    """Label the furniture at the end of a text, from the last line upwards; the first line is never reached."""
    for number in range(len(lines) - 1, 0, -1):
        line = lines[number]
        if labels[number] == "body":
            if len(line) > 1200 or not (patterns.CLOSING.match(line) or patterns.NOTE.match(line)):
                return
            labels[number] = "footer"


def _is_credit(line: str) -> bool:
    if len(line) > 240:
        return False
    if patterns.CREDIT.fullmatch(line):
        return True
    small = line.lower()
    return any(word in small for word in patterns.CREDIT_WORDS) and patterns.CREDIT_BEHIND.fullmatch(line) is not None


def _looks_like_headline(line: str, rest: Sequence[str]) -> bool:
    """Short, not closed by a full stop, and prose follows."""
    n_words = line.count(" ") + line.count("\u00a0") + 1
    if not 2 <= n_words <= 25 or len(line) > 200 or line.rstrip(_CLOSERS)[-1:] in ".,;:":
        return False
    return any(len(other) > 60 and other.rstrip(_CLOSERS)[-1:] in ".?!…" for other in rest)


def _dateline_end(text: str, start: int, end: int) -> int:
    """Where the dateline of the first paragraph ends (`MOSCOW, Aug. 16 (Reuters) — `); 0 when there is none."""
    match = patterns.DATELINE.match(text, start, end)
    if match is None:
        return 0
    city = (match["city"] or "").strip()
    if city in patterns.ACRONYMS and not match["agency"] and not match["more"]:
        return 0
    return match.end()


def _tile(pieces: Sequence[ZoneRow], length: int) -> list[ZoneRow]:
    """Stretches that tile [0, length): neighbours of one zone joined, the white space between given away."""
    rows: list[ZoneRow] = []
    for zone, start, end in pieces:
        if rows and rows[-1][0] == zone:
            rows[-1] = (zone, rows[-1][1], end)
            continue
        edge = 0
        if rows:
            earlier, low, high = rows[-1]
            edge = start if _rank(earlier) <= _rank(zone) else high
            rows[-1] = (earlier, low, edge)
        rows.append((zone, edge, end))
    zone, start, _ = rows[-1]
    rows[-1] = (zone, start, length)
    return rows


def _rank(zone: str) -> int:
    """How much a zone is measured: white space goes to the lower rank."""
    return {"body": 2, "headline": 1}.get(zone, 0)


def _bare(text: str) -> str:
    """Letters and digits only, caseless: `Trump’s “win.”` equals `TRUMP'S "WIN"`."""
    return _LETTERS.sub("", text).casefold()
