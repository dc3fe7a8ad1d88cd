"""The zones of an article: headline, section, credit, byline, dateline, body, footer.

Floor: articles come in, stretches that tile each text go out. Measures read `body` (and, by name, `headline`), so that
no share button, licence paragraph or photo credit is ever counted as an outlet's words.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

import pandas as pd

from analysis import schema

#: One row of `zone_rows`: zone, start, end.
ZoneRow = tuple[str, int, int]

_LINE = re.compile(r"[^\n\r\u2028\u2029\x85]+")
_BLANK = re.compile(r"(?:\r\n|[\n\r\u2028\u2029\x85])[^\S\n\r\u2028\u2029\x85]*+(?:\r\n|[\n\r\u2028\u2029\x85])")
#: Lines of a text wrapped by hand are not longer than this (characters).
_WRAP_WIDTH = 100
#: Above the body stand at most this many lines of headline, byline, credit, date.
_HEAD = 12
#: A line under the headline that is not longer than this may be a deck; bylines and dates may still follow it.
_DECK = 160
_CLOSERS = "\"'”’»)] \u00a0"

_MONTH = r"(?:Jan|Feb|Mar|Apr|May|June?|July?|Aug|Sept?|Oct|Nov|Dec)[a-z]{0,7}\.?"
_DAY = r"(?:(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day|(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)\.?)"
_DATE = rf"(?:{_MONTH}\s\d{{1,2}}(?:st|nd|rd|th)?(?:,?\s\d{{4}})?|\d{{1,2}}\s{_MONTH}(?:,?\s\d{{4}})?|\d{{4}}-\d\d-\d\d|\d{{1,2}}[/.]\d{{1,2}}[/.]\d{{2,4}})"
_AGENCY = r"\((?:AP|Reuters|REUTERS|UPI|AFP|CNN|CNN Business|Bloomberg|BBC|PTI|ANI|Xinhua|TASS|[A-Z][\w.'’ -]{1,30})\)"

# What a line is when it stands among the first lines of a text.
_SECTION = re.compile(
    r"(?:(?:home|news|world|u\.?s\.?|uk|us news|world news|politics|business|opinion|opinions|national|nation|local|"
    r"international|middle east|europe|asia|africa|americas|economy|markets|technology|tech|science|health|sports?|"
    r"culture|arts|entertainment|lifestyle|travel|education|environment|climate|defen[cs]e|security|analysis|"
    r"editorials?|letters|commentary|breaking news|exclusive|top stories|latest news|"
    r"(?:section|category|filed under)\s?:[^\n]{1,40})\s*(?:[/>|»›·•]\s*)?){1,4}",
    re.I,
)
_BYLINE = re.compile(
    r"(?:(?:[Bb]y|BY|[Ww]ritten by|[Aa]uthor:|[Ww]ords by|[Ss]tory by|[Rr]eported by)\s+[A-Z][^\n]{1,110}"
    r"|[A-Z][\w.'’-]*(?:\s[A-Z][\w.'’-]*){0,3}(?:,?\s|\s*[|/·•–—-]\s*)(?:(?:[A-Z][\w.'’&-]*|and|of|at|for|the|in)[,\s]+){0,6}?"
    r"(?:Correspondent|Reporter|Editor|Writer|Columnist|Contributor|Staff|Producer|Bureau Chief|Analyst|Journalist)s?"
    r"(?:[,\s][^\n]{0,40})?)",
)
# Only under a headline that was found: a name alone, a place alone. Elsewhere such lines are subheads.
_NAME = re.compile(r"[A-Z][\w'’-]*(?:\s(?:[A-Z][\w'’-]*|[A-Z]\.|de|van|von|bin|al|del|da)){1,4}")
_PLACE = re.compile(
    r"[A-Z]{2}[A-Z.'’-]*(?:\s[A-Z][A-Z.'’-]*){0,2}(?:,\s?[A-Z][\w.'’-]{1,20}(?:\s[A-Z][\w.'’-]{1,20}){0,2}){1,2}"
)
_CREDIT = re.compile(
    r"(?:(?:photo(?:graph)?s?|image|picture|illustration|graphic|video|credit)(?:\s(?:by|credit|courtesy))?\s?[:/][^\n]{0,200}"
    r"|\(?(?:photo(?:graph)?|image|picture|file photo|photo illustration)\s(?:by|courtesy|credit|provided by)\s[^\n]{0,200}"
    r"|(?:reuters|afp|ap|epa|getty images|ap photo|associated press|shutterstock|istock|screenshot|handout|pool)\s?/[^\n]{0,200}"
    r"|file\s(?:photo|picture|image)\b[^\n]{0,200}|credit\.{3}[^\n]{0,100}"
    r"|[^\n.]{1,80}\blogo|[^\n]{0,200}(?:/\s?(?:getty images|reuters|afp|ap photo|epa|shutterstock|handout)|\(ap photo[^\n)]{0,60}\)"
    r"|\(?getty images\)?|via getty images|via ap|\(file photo\))\)?\.?)",
    re.I,
)
_WHEN = re.compile(
    rf"(?:(?:published|updated|posted|last updated|last modified|first published|created|date)\b[^\n]{{0,80}}"
    rf"|(?:{_DAY},?\s)?{_DATE}(?:[,\s|–—·•-]+[^\n]{{0,40}})?"
    r"|\d{1,2}(?::\d\d)?\s?[ap]\.?m\.?(?:\s[A-Z]{2,4})?|\d{1,2}\s(?:minutes?|hours?|days?)\sago)",
    re.I,
)
_DATELINE = re.compile(
    rf"(?:(?P<city>[A-Z][A-Z.'’ /-]{{2,40}}+)(?P<more>(?:,\s?(?:[A-Z][\w.'’-]{{1,20}}(?:\s[A-Z][\w.'’-]{{1,20}}){{0,2}}|{_DATE})){{0,3}})"
    rf"(?P<agency>\s?{_AGENCY})?\s?(?:—|–|--|-|―)\s*(?=\S)|{_AGENCY}\s?(?:—|–|--|-|―)\s*(?=\S))"
)
_ACRONYMS = frozenset("NATO GOP FBI CIA ISIS ISIL NSA NASA EPA IRS UN EU US USA UK DNC RNC NRA DEA DOJ CNN BBC".split())

# Furniture wherever it stands: the whole line is matched from its start.
_BUTTONS = (
    r"(?=[^\n]*[a-z]{3})(?:(?:share|tweet|retweet|like|pin|e-?mail|print|save|comments?|facebook|twitter|whatsapp|linkedin|pinterest|"
    r"reddit|flipboard|telegram|copy link|bookmark|listen|font size|text size|a[-+]|reprints?|permissions|"
    r"subscribe|follow us|sign up|log in|sign in|advertisement|sponsored|toggle caption|enlarge|close|menu|"
    r"(?:share|tweet|e-?mail|print|save)\sthis(?:\s(?:article|story|page|post))?|(?:share\s)?on|via|this|\d{1,6}|shares?)"
    r"[\s:|/·•,&+-]*){1,14}"
)
_FURNITURE = re.compile(
    rf"(?:{_BUTTONS}"
    r"|(?:follow|like|find|connect with|join)\s[^\n,;]{1,70}\son\s(?:twitter|facebook|instagram|x|youtube|linkedin|telegram|google\+|threads|whatsapp)\b[^\n]{0,80}"
    r"|(?:read|see|watch|view|listen|find out|learn)\s(?:more|also|next|the full (?:story|article)|the rest|the original)\b\s?(?:[:>»|]|here|at|on|about|from|of)[^\n]{0,200}"
    r"|(?:read|see)\sthe\srest\shere\.?|read more[.…]*|(?:also read|related|see also|recommended|more from|read next|"
    r"don[’']t miss|most (?:read|popular|viewed)|trending|up next|you may also like|more (?:on|coverage|stories))\s?[:>»|][^\n]{0,200}"
    r"|(?:RELATED|WATCH|MORE|READ|SEE ALSO|ALSO READ|READ MORE|LISTEN|VIDEO)\b\s?:[^\n]{0,200}"
    r"|(?:story|article)\scontinues\s(?:below|after)[^\n]{0,60}|continue reading[^\n]{0,80}|advertisement[^\n]{0,60}"
    r"|(?:sign up|subscribe|register)\s(?:for|to|here|now|today|at)\b[^\n]{0,300}|get\s(?:the|our|more)\s[^\n]{0,80}(?:newsletter|inbox|delivered|app)\b[^\n]{0,200}"
    r"|(?:click|tap)\shere\b[^\n]{0,200}|download\s(?:the|our)\s[^\n]{0,60}\bapp\b[^\n]{0,100}"
    r"|send\s(?:us\s)?(?:your\s)?(?:news\s)?tips?\b[^\n]{0,160}|(?:got|have)\sa\s(?:news\s)?tip\b[^\n]{0,200}|tips?\s?:[^\n]{0,160}"
    r"|(?:©|\(c\)|copyright\s(?:©|\(c\)|\d{4}|by\b))[^\n]{0,300}|all rights reserved\b[^\n]{0,200}"
    r"|this material may not be published[^\n]{0,200}"
    r"|(?:tags?|topics?|filed under|keywords|categories)\s?:[^\n]{0,200}"
    r"|(?:contact|e-?mail|write to|reach)\s[^\n]{1,100}(?:\bat|:)\s\S{1,60}@\S{1,60}"
    r"|(?:#{2,}|-\s?30\s?-|\*(?:\s?\*){2,}|_{3,}|-{3,}|={3,}|end(?:s|it)?))",
    re.I,
)
# Furniture only at the end of a text, where a sentence like it in the body would be news.
_CLOSING = re.compile(
    r"\W{0,3}(?:additional )?(?:reporting|editing|writing|compiled) (?:by|from)\b|"
    r"[^\n]{0,400}(?:all rights reserved|may not be (?:published|reproduced|republished|redistributed)|"
    r"(?:available|free) without charge|republish(?:ed)?\b[^\n]{0,80}(?:licen[cs]e|byline|logo|free|credit)|"
    r"creative commons|licensing@|©|for licensing|terms of (?:use|service)|privacy policy|"
    r"contributed (?:to this|reporting|to the|additional)|(?:contributed|assisted)\.?$|"
    r"newsletter|in your inbox|subscribe (?:to|now)|sign up (?:for|to)|support our journalism|"
    r"(?:tips?|story ideas?|corrections?|questions)\b[^\n]{0,120}\S@\S|follow (?:him|her|them|us|the author)\b|"
    r"(?:this|the) (?:article|story|post|piece|report) (?:has been|was|is|originally|first|appeared)\b[^\n]{0,30}"
    r"(?:updated|corrected|originally|first|published|appeared|produced|part of|republished|syndicated|edited)|"
    r"is an? [^\n]{0,60}\b(?:reporter|correspondent|columnist|staff writer|contributor|editor|fellow|freelance\w*)\b"
    r"[^\n]{0,20}\b(?:for|at|with|of|based|who|covering)\b)",
    re.I,
)
_NOTE = re.compile(r"\W{0,3}(?:editor[’']?s[’']? note|correction|clarification|note to readers|disclaimer)\s?:", re.I)
# An agency's credits at the end of the last paragraph: `… the region. (Reporting by A; Editing by B)`.
_CREDITS = re.compile(r"\s\((?:additional )?(?:reporting|writing|editing|compiled) by [^()]{1,400}\)\W{0,3}\Z", re.I)
_LETTERS = re.compile(r"[\W_]+")


def paragraph_spans(text: str) -> list[tuple[int, int]]:
    """Where the paragraphs of `text` begin and end, without the white space around them.

    A line is a paragraph. Only where a text was wrapped by hand (no line longer than 100 characters, and most lines
    inside blocks stop in mid-sentence) are paragraphs what blank lines set apart.

    Returns
    -------
    list of (start, end), characters, in order; no paragraph is empty.
    """
    lines = [span for match in _LINE.finditer(text) if (span := _strip(text, *match.span()))]
    if len(lines) < 4 or max(end - start for start, end in lines) > _WRAP_WIDTH or not _is_wrapped(text, lines):
        return lines
    blocks = [lines[0]]
    for start, end in lines[1:]:
        if _BLANK.search(text, blocks[-1][1], start):
            blocks.append((start, end))
        else:
            blocks[-1] = (blocks[-1][0], end)
    return blocks


def zone_rows(text: str, headline: str = "", *, zoned: bool = True) -> list[ZoneRow]:
    """The zones of one article as row tuples, without building a table.

    Parameters
    ----------
    text : the article.
    headline : the headline as a manifest or table gives it. When it is given, only a line that equals it (letters and
        digits compared) is the zone `headline`; when it is empty, a first line that looks like a headline is.
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
    credits = _CREDITS.search(text[max(start, end - 500) : end])
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
        elif _FURNITURE.fullmatch(line):
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
    if _SECTION.fullmatch(line):
        return "section"
    if _FURNITURE.fullmatch(line):
        return "footer"
    if _is_credit(line):
        return "credit"
    if line[-1] not in ".?!:" and _BYLINE.fullmatch(line):
        return "byline"
    if len(line) < 100 and (_WHEN.fullmatch(line) or (under and _PLACE.fullmatch(line))):
        return "dateline"
    if under and len(line) <= 50 and _NAME.fullmatch(line):
        return "byline"
    return ""


def _close(lines: Sequence[str], labels: list[str]) -> None:
    """Label the furniture at the end of a text, from the last line upwards; the first line is never reached."""
    for number in range(len(lines) - 1, 0, -1):
        line = lines[number]
        if labels[number] == "body":
            if len(line) > 1200 or not (_CLOSING.match(line) or _NOTE.match(line)):
                return
            labels[number] = "footer"


def _is_credit(line: str) -> bool:
    return len(line) <= 240 and _CREDIT.fullmatch(line) is not None


def _looks_like_headline(line: str, rest: Sequence[str]) -> bool:
    """Short, not closed by a full stop, and prose follows."""
    n_words = line.count(" ") + line.count("\u00a0") + 1
    if not 2 <= n_words <= 25 or len(line) > 200 or line.rstrip(_CLOSERS)[-1:] in ".,;:":
        return False
    return any(len(other) > 60 and other.rstrip(_CLOSERS)[-1:] in ".?!…" for other in rest)


def _dateline_end(text: str, start: int, end: int) -> int:
    """Where the dateline of the first paragraph ends (`MOSCOW, Aug. 16 (Reuters) — `); 0 when there is none."""
    match = _DATELINE.match(text, start, end)
    if match is None:
        return 0
    city = (match["city"] or "").strip()
    if city in _ACRONYMS and not match["agency"] and not match["more"]:
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
