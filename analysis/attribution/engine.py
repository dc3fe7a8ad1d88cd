"""One text to its attributions: rules and tagger joined, then kind, stance, names and types.

Floor: a text and its paragraphs come in, rows of the tables `attributions` and `spans` go out (without the article's
id). Nothing is remembered from one text to the next.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from analysis.attribution.cues import cue_frames
from analysis.attribution.describe import is_hedged, kind_of, outer_numbers, read_cue
from analysis.attribution.mending import mend
from analysis.attribution.model import load
from analysis.attribution.quotes import Quote, find_quotes
from analysis.attribution.reading import Reading, read
from analysis.attribution.rules import as_found, choose, find_candidates
from analysis.attribution.sources import name_sources
from analysis.attribution.tokens import Found, Span, Tokens, tokenise
from analysis.errors import StudyError

#: What may find attributions: the trained tagger joined with the rules, or one of them alone.
ENGINES = ("joined", "rules", "tagger")


class TextRows(NamedTuple):
    """The attributions of one text.

    Attributes
    ----------
    attributions : rows of the table of that name without `article_id`.
    spans : rows of the table of that name without `article_id`.
    """

    attributions: list[tuple[object, ...]]
    spans: list[tuple[int, str, int, int, int, str]]


def attribute_text(text: str, paragraphs: Sequence[Span], *, engine: str = "joined") -> TextRows:
    """Who said what in one text, as rows.

    Parameters
    ----------
    text : the article as received.
    paragraphs : stretches of it to read (start, end in characters), in its order; nothing else is looked at.
    engine : one of `ENGINES`.

    Returns
    -------
    TextRows, numbered from 0 in order of the content's first character.

    Raises
    ------
    StudyError
        If `engine` is unknown.
    """
    return attribute(*read_text(text, paragraphs), engine=engine)


def read_text(text: str, paragraphs: Sequence[Span]) -> tuple[Tokens, list[Quote]]:
    """The units and the quotations of one text: what `attribute` reads, and whoever else asks for quotations."""
    tokens = tokenise(text, paragraphs)
    return tokens, find_quotes(tokens)


def attribute(tokens: Tokens, quotes: list[Quote], *, engine: str = "joined") -> TextRows:
    """As `attribute_text`, of a text that `read_text` has read."""
    if engine not in ENGINES:
        raise StudyError(f"unknown attribution engine {engine!r}; allowed: {', '.join(ENGINES)}")
    if not len(tokens):
        return TextRows([], [])
    reading = read(tokens, quotes)
    return _rows(reading, find_in(tokens, quotes, reading, engine=engine))


def find_in(tokens: Tokens, quotes: list[Quote], reading: Reading, *, engine: str) -> list[Found]:
    """The attributions of a text that has been read, in order of the content's first character."""
    ruled = (
        []
        if engine == "tagger"
        else [
            as_found(reading, candidate, share) for candidate, share in choose(find_candidates(reading), cue_frames())
        ]
    )
    # The tagger chooses between its own candidates and what the rules found; alone it is not shown the rules.
    both = ruled if engine == "rules" else load().find(tokens, quotes, None if engine == "tagger" else ruled)
    return mend(reading, both)


def _rows(reading: Reading, found: Sequence[Found]) -> TextRows:
    text = reading.tokens.text
    named = name_sources(reading, found)
    outer = outer_numbers([one.content for one in found])
    attributions: list[tuple[object, ...]] = []
    spans: list[tuple[int, str, int, int, int, str]] = []
    for number, (one, who) in enumerate(zip(found, named, strict=True)):
        cue = read_cue(reading, one.cue)
        source_text = " ".join([text[start:end] for start, end in one.source])
        attributions.append((
            number, kind_of(reading, one.content), cue.lemma, cue.stance, source_text, who.name, who.type,
            who.is_named, cue.is_hedged or is_hedged(reading, one.content), outer[number], one.found_by,
        ))  # fmt: skip
        for role, parts in (("source", one.source), ("cue", one.cue), ("content", one.content)):
            spans += [(number, role, place, a, b, text[a:b]) for place, (a, b) in enumerate(parts)]
    return TextRows(attributions, spans)
