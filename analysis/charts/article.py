"""The voices along one article: who holds the pen, word by word, and where the loaded terms stand.

Floor: the tables of a study come in, a figure of one article goes out.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.patches import Rectangle

from analysis import schema, words
from analysis.charts import findings
from analysis.charts.layout import first_that_fit, that_stand_free
from analysis.charts.theme import (
    GREY,
    INK,
    SMALL,
    VOICE_SHADES,
    Sheet,
    StudyFigure,
    each,
    records,
    sheet,
    short,
    style,
    text_width,
)
from analysis.schema import VOICES, Study

_STRIP, _ABOVE, _BELOW = 0.3, 0.42, 0.2  # inches: the strip, two rows of terms above it, one row of sources below
_LINE_WORDS = 260  # words on one line of the strip; longer articles take several lines
_MAX_LINES = 12


def voice_strip(study: Study, article_id: str, *, title: str = "", source: str = "") -> StudyFigure:
    """One article from its first to its last word, each stretch in the shade of its voice.

    Loaded terms stand above the strip where they occur, sources below the stretch that is theirs; a label that has no
    room is left to the table (the tick stays).

    Parameters
    ----------
    study : uses `articles`, `voices`, `hits` and `attributions`.
    article_id : the article.
    title, source : a title of your own; where the articles come from, for the note.

    Raises
    ------
    SchemaError
        If the study has no such article.
    """
    article = schema.article_row(study.articles, article_id)
    segments = _segments(study, article_id)
    terms = _terms(study, article_id, article["text"], segments)
    total = int(segments["last"].max()) if len(segments) else 0
    lines = min(_MAX_LINES, max(1, -(-total // _LINE_WORDS)))
    per_line = max(1, -(-total // lines))
    shares = segments.groupby("voice", observed=True)["n_words"].sum()
    heading = title or _strip_title(shares, total, str(article["outlet"] or article_id))
    shown = [voice for voice in VOICES if shares.get(voice, 0)]
    note = (
        f"{short(article['headline'] or article_id, 90)}. {findings.counted(total, 'word')} of body text, left to right; ticks "
        f"and words above: loaded terms; names below: who is cited." + (f" Source: {source}." if source else "")
    )
    alt = f"{heading}. " + "; ".join(
        f"{findings.voice_title(voice)} {findings.number(shares[voice] / total, 'share')}" for voice in shown
    )
    alt += f". {findings.counted(len(terms), 'loaded term')}" + (": " if len(terms) else "")
    alt += ", ".join(f"{short(row.surface, 24)} ({row.voice})" for row in each(terms.head(12))) + "."
    one = _ABOVE + _STRIP + _BELOW
    with style():
        page = sheet(segments.drop(columns="first_word"), heading, note, alt, height=lines * one + 0.42)
        for line in range(lines):
            bottom = 0.38 + (lines - 1 - line) * one
            _draw_line(page, bottom, segments, terms, line * per_line, min(total, (line + 1) * per_line), per_line)
        _voice_key(page, shown, shares, total)
    return page.figure


def _segments(study: Study, article_id: str) -> pd.DataFrame:
    """The article's voices with the words they span and the source they quote."""
    rows = study.voices[study.voices["article_id"] == article_id].sort_values("start", kind="stable")
    cited = study.attributions[study.attributions["article_id"] == article_id].set_index("attribution_no")
    names = cited["source_name"].where(cited["source_name"] != "", cited["source_text"]).to_dict()
    out = rows[["article_id", "segment_no", "voice", "start", "end", "n_words"]].reset_index(drop=True)
    numbers = rows["attribution_no"].reset_index(drop=True)
    out["source"] = ["" if number is pd.NA else str(names.get(int(number), "")) for number in numbers]
    out["last"] = out["n_words"].cumsum()
    out["first_word"] = out["last"] - out["n_words"]
    return out


def _terms(study: Study, article_id: str, text: str, segments: pd.DataFrame) -> pd.DataFrame:
    """The loaded terms of the body with the number of the word at which each stands."""
    hits = study.hits
    rows = hits[(hits["article_id"] == article_id) & (hits["layer"] == "loaded") & (hits["voice"] != "headline")]
    out = rows[["surface", "category", "voice", "start"]].reset_index(drop=True)
    starts, _ = words.word_offsets(text)
    place = np.searchsorted(segments["start"].to_numpy(), out["start"].to_numpy(), side="right") - 1
    keep = place >= 0
    out, place = out[keep].reset_index(drop=True), place[keep]
    begins = segments["start"].to_numpy()[place]
    inside = np.searchsorted(starts, out["start"].to_numpy()) - np.searchsorted(starts, begins)
    out["word"] = segments["first_word"].to_numpy()[place] + inside
    return out


def _draw_line(
    page: Sheet, bottom: float, segments: pd.DataFrame, terms: pd.DataFrame, first: int, last: int, per_line: int
) -> None:
    scale = page.width / per_line  # inches a word
    axes = page.axes(0, bottom + _BELOW, page.width, _STRIP)
    axes.set_xlim(0, page.width)
    axes.set_ylim(0, 1)
    axes.set_axis_off()
    named: list[tuple[float, float, str]] = []
    for row in records(segments):
        start, end = max(row["first_word"], first), min(row["last"], last)
        if end <= start:
            continue
        shade, hatch = VOICE_SHADES[str(row["voice"])]
        left, width = (start - first) * scale, (end - start) * scale
        axes.add_patch(Rectangle((left, 0), width, 1, facecolor=shade, hatch=hatch, edgecolor="#9a9a9a", linewidth=0.5))
        _join(named, left, width, row["source"])
    _sources_below(page, bottom, named)
    here = terms[(terms["word"] >= first) & (terms["word"] < last)]
    places = [(word - first) * scale for word in here["word"]]
    for place in places:
        axes.plot([place, place], [1, 1.28], color=INK, linewidth=1, clip_on=False)
    labels = [short(surface, 20) for surface in here["surface"]]
    sizes = [text_width(label, SMALL) for label in labels]
    starts = [min(place - 0.02, page.width - size) for place, size in zip(places, sizes, strict=True)]
    for start, label, level in zip(starts, labels, first_that_fit(starts, sizes, 2, 0.09), strict=True):
        if level >= 0:
            page.text(start, bottom + _BELOW + _STRIP + 0.14 + 0.135 * level, label, size=SMALL, va="center")


def _join(named: list[tuple[float, float, str]], left: float, width: float, source: str) -> None:
    """One label for neighbouring stretches of the same source."""
    if not source:
        return
    if named and named[-1][2] == source and left - (named[-1][0] + named[-1][1]) < 0.6:
        named[-1] = (named[-1][0], left + width - named[-1][0], source)
    else:
        named.append((left, width, source))


def _sources_below(page: Sheet, bottom: float, named: list[tuple[float, float, str]]) -> None:
    """Names of sources under the middle of their stretches; where two would meet, the longer stretch has its name."""
    labels = [short(source, 26) for _, _, source in named]
    sizes = [text_width(label, 7.2) for label in labels]
    starts = [
        min(max(0.0, left + width / 2 - size / 2), page.width - size)
        for (left, width, _), size in zip(named, sizes, strict=True)
    ]
    for number in that_stand_free(starts, sizes, [width for _, width, _ in named], gap=0.1):
        page.text(starts[number], bottom + 0.13, labels[number], size=7.2, color=GREY, va="center")


def _voice_key(page: Sheet, shown: list[str], shares: Any, total: int) -> None:
    x = 0.0
    for voice in shown:
        shade, hatch = VOICE_SHADES[voice]
        axes = page.axes(x, 0.1, 0.2, 0.13)
        axes.set_axis_off()
        axes.add_patch(Rectangle((0, 0), 1, 1, facecolor=shade, hatch=hatch, edgecolor="#9a9a9a", linewidth=0.5))
        label = f"{findings.voice_title(voice)}, {findings.number(shares[voice] / total, 'share')}"
        page.text(x + 0.26, 0.165, label, size=SMALL, va="center")
        x += 0.26 + text_width(label, SMALL) + 0.26


def _strip_title(shares: Any, total: int, outlet: str) -> str:
    if not total:
        return f"{short(outlet)}: no body text to show"
    own = (shares.get("narrator", 0) + shares.get("scare", 0)) / total
    cited = 1 - own
    return (
        f"{short(outlet)} speaks {findings.number(own, 'share')} of this article itself and gives "
        f"{findings.number(cited, 'share')} to those it cites"
    )
