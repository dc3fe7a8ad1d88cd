"""The sentences of an article: where each begins and ends, its zone, its paragraph, its words.

Floor: articles and their zones come in, one row a sentence goes out. Rules of our own: end marks, what stands before
them (abbreviations, initials) and what follows (capital, opening mark, speaker); no data are learnt or downloaded.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

import numpy as np
import pandas as pd

from analysis import schema
from analysis.words import INVISIBLE, count_words
from analysis.zones import ZoneRow, paragraph_spans

#: Zones that are split; the rest (bylines, footers …) is not prose.
SPLIT_ZONES = ("headline", "body")

#: One row of `sentence_rows`: paragraph_no, zone, start, end, n_words.
SentenceRow = tuple[int, str, int, int, int]

# Possessive throughout: each match consumes what it saw, so a megabyte of dots or of quotation marks is read once.
_STOP = re.compile(
    rf"(?P<marks>[.!?…]++)(?P<close>[\"'”’»)\]}}{INVISIBLE}]*+)(?P<gap>[\s{INVISIBLE}]++)?(?P<open>[\"'“‘«„(\[]*+)"
)
_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
_SPEAKS = re.compile(
    r"(?:(?:[Tt]he|an?|his|her|then|also|later|[A-Z][\w.'’-]*|[a-z]+)\s+){0,3}?"
    r"(?:said|says|asked|asks|tweeted|wrote|writes|told|added|replied|responded|continued|shouted|yelled|exclaimed|"
    r"declared|wondered|demanded|joked|quipped|remarked|chanted|cried|read|reads)\b"
)

# An abbreviation of the first set is never the last word of a sentence; one of the second is when a word that opens
# sentences follows; one of the third only joins a number that follows.
_TITLES = frozenset(
    "mr mrs ms mx dr drs prof rev fr sen sens rep reps gov govs gen lt col capt sgt cpl pvt maj adm cmdr brig "
    "pres supt det insp hon atty amb asst messrs mme mlle st mt ft vs v e.g i.e cf viz approx spc pfc "
    "ste".split()
)
_MAYBE = frozenset(
    "jr sr inc corp co ltd llc bros assn dept univ est etc al a.m p.m am pm ave blvd rd bldg hwy "
    "ala ariz ark calif colo conn del fla ga ill ind kan kans ky la md mass mich minn miss mo mont neb nebr nev okla "
    "ore pa penn tenn tex va vt wash wis wisc wyo n.h n.j n.m n.y n.c n.d s.c s.d r.i w.va d.c u.s u.k u.n e.u u.s.a "
    "u.s.s.r ph.d m.d b.a m.a j.d esq d r".split()
)
_NUMBERED = frozenset("jan feb mar apr jun jul aug sep sept oct nov dec no nos art sec fig vol ch pp p para".split())
_MONTHS = frozenset("jan feb mar apr jun jul aug sep sept oct nov dec".split())
_OPENERS = frozenset(
    "The This That These Those There Then They Their He She It Its His Her We Our You Your But And Or So Yet Nor In On "
    "At By For From To With As If When While After Before Although Though Because Since Until Once During Despite Under "
    "Over Among Between Both Some Many Most Several Such What Who Why How Where Which Whether Not No Now Still Even "
    "Also Another Other Others However Meanwhile Instead Yes Just Only Every Each All Any One Two Three Asked Here "
    "Last Later Earlier Critics Officials Republicans Democrats".split()
)


def split_text(text: str, start: int = 0, end: int | None = None) -> list[tuple[int, int]]:
    """Where the sentences of one paragraph begin and end.

    A sentence runs from its first character that is not a space to its last, closing quotation marks included; a line
    break inside the stretch is a space. `“Why?” she asked.` is one sentence.

    Parameters
    ----------
    text : the article.
    start, end : the stretch of it to split (characters); all of it by default.

    Returns
    -------
    list of (start, end), characters into `text`, in order, without overlap; white space between sentences is in none.

    Notes
    -----
    Time is linear in the length of the stretch whatever it holds. `docs/validation.md` has the figures on BASIL.
    """
    stop = len(text) if end is None else end
    spans = []
    begin = start
    for match in _STOP.finditer(text, start, stop):
        if match["gap"] is not None and match.end() < stop and _ends(text, match, begin):
            spans.append((begin, match.end("close")))
            begin = match.end("gap")
    spans.append((begin, stop))
    return [trimmed for span in spans if (trimmed := _trim(text, *span))]


def sentence_rows(text: str, zones: Sequence[ZoneRow]) -> list[SentenceRow]:
    """The sentences of one article as row tuples, without building a table.

    Parameters
    ----------
    text : the article.
    zones : what `zones.zone_rows(text, …)` gave: (zone, start, end) that tile `text`.

    Returns
    -------
    list of (paragraph_no, zone, start, end, n_words) in order of the text; `paragraph_no` counts all paragraphs of the
    text, whatever their zone.
    """
    found: list[tuple[int, str, int, int]] = []
    split = [zone for zone in zones if zone[0] in SPLIT_ZONES]
    at = 0
    for number, (first, last) in enumerate(paragraph_spans(text)):
        while at < len(split) and split[at][2] <= first:
            at += 1
        inside = at
        while inside < len(split) and split[inside][1] < last:
            zone, low, high = split[inside]
            found += [(number, zone, *span) for span in split_text(text, max(first, low), min(last, high))]
            inside += 1
    if not found:
        return []
    edges = np.array([row[2:] for row in found], dtype=np.int64)
    words = count_words(text, edges[:, 0], edges[:, 1]).tolist()
    return [(*row, n) for row, n in zip(found, words, strict=True)]


def body_paragraphs(rows: Iterable[SentenceRow]) -> list[tuple[int, int]]:
    """The paragraphs of a body, each from its first to its last sentence, from the rows of `sentence_rows`."""
    spans: dict[int, tuple[int, int]] = {}
    for paragraph, zone, start, end, _ in rows:
        if zone == "body":
            spans[paragraph] = (spans.get(paragraph, (start, end))[0], end)
    return list(spans.values())


def find_sentences(articles: pd.DataFrame, zones: pd.DataFrame) -> pd.DataFrame:
    """The sentences of headlines and bodies, each whole inside one zone and one paragraph.

    Parameters
    ----------
    articles : DataFrame, shape (A, ...)
        Uses `article_id` and `text`.
    zones : DataFrame, shape (Z, ...), as `zones.find_zones` gives it
        Uses `article_id`, `zone`, `start`, `end`.

    Returns
    -------
    DataFrame, shape (S, 7), the table `sentences`. An article without a body or headline has no row.
    """
    by_article: dict[str, list[ZoneRow]] = {}
    names = ("article_id", "zone", "start", "end")
    for article, zone, start, end in zip(*[zones[name].tolist() for name in names], strict=True):
        by_article.setdefault(article, []).append((zone, start, end))
    return schema.table(
        "sentences",
        (
            (article, number, *row)
            for article, text in zip(articles["article_id"], articles["text"], strict=True)
            for number, row in enumerate(sentence_rows(text, by_article.get(article, [])))
        ),
    )


def _ends(text: str, match: re.Match[str], begin: int) -> bool:
    """Does a sentence that began at `begin` end with these marks?"""
    after = text[match.end() : match.end() + 1]
    marks, close, opened = match["marks"], match["close"], match["open"]
    if not (after.isalnum() or after in "$£€#@"):
        return False
    if after.islower():
        return False
    if marks != ".":
        return not (close and not opened and marks[-1] in "?!" and _SPEAKS.match(text, match.end()))
    before = text[max(begin, match.start() - 24) : match.start()].rsplit(None, 1)
    word = before[-1].rpartition("—")[2].lstrip("\"'“‘«([–-$").lower() if before else ""
    if close and close[0] in '"”»':
        return True
    if not word:
        return match.start() == begin
    if word in _TITLES:
        return False
    if after.isdigit():
        return word not in _NUMBERED
    initial = len(word) == 1 and word.isalpha()
    if not (initial or word in _MAYBE or word in _MONTHS or ("." in word and len(word) < 8 and _dotted(word))):
        return True
    if opened:
        return True
    following = _WORD.match(text, match.end())
    return following is not None and following[0] in _OPENERS


def _dotted(word: str) -> bool:
    """Letters with points between them, as in `j.d` or `l.a`."""
    return all(len(part) == 1 for part in word.split("."))


def _trim(text: str, start: int, end: int) -> tuple[int, int] | None:
    """The stretch without white space at its ends; nothing when nothing else is there."""
    while start < end and (text[start].isspace() or text[start] in "\u200b\ufeff"):
        start += 1
    while end > start and (text[end - 1].isspace() or text[end - 1] in "\u200b\ufeff"):
        end -= 1
    return (start, end) if start < end else None
