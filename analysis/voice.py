"""Whose words they are: narrator, reported, quoted, scare, laid over every body; and the headline, kept apart.

Floor: articles, zones and attributions come in; segments that tile each body go out, and everything that has offsets
gets its voice from them.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd

from analysis import schema
from analysis.attribution.quotes import Quote, find_quotes
from analysis.attribution.tokens import Span, Tokens, tokenise
from analysis.words import count_words, n_words, word_offsets

#: A quotation of at most this many words that no claim holds is set off, not quoted: a scare quote, a title or a name.
SCARE_WORDS = 3
#: Small words that stay small inside a title.
_SMALL = frozenset(["a", "an", "and", "at", "by", "for", "from", "in", "of", "on", "or", "the", "to", "vs", "with"])
#: A voice segment of one text: start, end, number of the voice in `schema.VOICES`, attribution (-1 for none).
Segment = tuple[int, int, int, int]
#: A quotation: start, end, words inside, and whether they are a title or a name.
Mark = tuple[int, int, int, bool]
#: The segments of one text in order, and where each begins: what is looked up in.
Segments = tuple[list[int], list[Segment]]

_NARRATOR, _REPORTED, _QUOTED, _SCARE, _HEADLINE = range(5)


def find_voices(
    articles: pd.DataFrame, zones: pd.DataFrame, attributions: pd.DataFrame, spans: pd.DataFrame
) -> pd.DataFrame:
    """Whose words each stretch of the body is.

    Content of an attribution is `quoted` inside quotation marks and `reported` outside. Marks that no attribution
    holds are `quoted` without an attribution when they hold more than three words (a quotation whose speaker was not
    found), `scare` when they hold one to three words that are neither a title nor a name, and the narrator's else.
    Everything else, cues and sources included, is the `narrator`.

    Parameters
    ----------
    articles : DataFrame, shape (A, ...), one row an article; uses `article_id`, `text`.
    zones : one row a stretch; uses `article_id`, `zone`, `start`, `end`.
    attributions : one row an attribution; not used but for its order (kept so that every measure has the same call).
    spans : one row a fragment; uses `article_id`, `attribution_no`, `role`, `start`, `end`.

    Returns
    -------
    DataFrame, table `voices`: segments that tile every body stretch, no gap, no overlap. Where contents are nested the
    innermost attribution has the words.

    Notes
    -----
    White space between two segments belongs to the one before it.
    """
    bodies = _by_article(zones[zones["zone"] == "body"], "start", "end")
    contents = _by_article(spans[spans["role"] == "content"], "start", "end", "attribution_no")
    rows: list[tuple[object, ...]] = []
    for article, text in zip(articles["article_id"].tolist(), articles["text"].tolist(), strict=True):
        segments = voice_segments(text, bodies.get(article, ()), contents.get(article, ()))
        rows += [(article, *row) for row in segment_rows(text, segments)]
    return schema.table("voices", rows)


def _by_article(frame: pd.DataFrame, *names: str) -> dict[str, list[Any]]:
    """The rows of each article as tuples of these columns, in order."""
    out: dict[str, list[Any]] = {}
    columns = zip(*[frame[name].tolist() for name in names], strict=True)
    for article, row in zip(frame["article_id"].tolist(), columns, strict=True):
        out.setdefault(article, []).append(row)
    return out


def segment_rows(text: str, segments: Sequence[Segment]) -> list[tuple[int, str, int | None, int, int, int]]:
    """Segments as rows of the table `voices`, without `article_id`."""
    if not segments:
        return []
    edges = np.array([segment[:2] for segment in segments], dtype=np.int64)
    words = count_words(text, edges[:, 0], edges[:, 1]).tolist()
    return [
        (number, schema.VOICES[code], _or_none(attribution), start, end, n_words)
        for number, ((start, end, code, attribution), n_words) in enumerate(zip(segments, words, strict=True))
    ]


def _or_none(number: int) -> int | None:
    return None if number < 0 else number


def voice_segments(
    text: str,
    bodies: Sequence[Span],
    contents: Iterable[tuple[int, int, int]],
    read: tuple[Tokens, Sequence[Quote]] | None = None,
) -> list[Segment]:
    """The segments of one text: `bodies` tiled by voice.

    Parameters
    ----------
    text : the article.
    bodies : its stretches of the zone `body`, in order.
    contents : (start, end, attribution) of every content fragment.
    read : the units and quotations of the bodies where they are at hand (`attribution.read_text`); the result is the same.

    Returns
    -------
    list of (start, end, voice, attribution); voices are numbered as in `schema.VOICES`, attribution -1 for none.
    """
    held = _innermost(sorted(contents, key=lambda part: (part[0], -part[1])))
    out: list[Segment] = []
    if read is not None and not _is_read(text, bodies, read[0]):
        read = None
    for start, end in bodies:
        if read is not None:
            marks: Sequence[Mark] = _marks(text, *read)
        else:
            marks = [(a + start, b + start, words, plain) for a, b, words, plain in _marked(text[start:end])]
        out += _close_gaps(text, _tile(start, end, held, marks))
    return out


def _is_read(text: str, bodies: Sequence[Span], tokens: Tokens) -> bool:
    """Whether reading the bodies one by one, line by line, would give just these units."""
    if len(bodies) != 1:
        return False
    start = bodies[0][0]
    return (not start or text[start - 1].isspace()) and tokens.is_by_line()


def _innermost(contents: Sequence[tuple[int, int, int]]) -> list[tuple[int, int, int]]:
    """Fragments without overlap, in order: where one lies in another, the inner one has the words."""
    out: list[tuple[int, int, int]] = []
    stack: list[tuple[int, int]] = []  # end, attribution
    place = -1

    def fill(until: int) -> None:
        nonlocal place
        while stack and place < until:
            end, number = stack[-1]
            if end <= place:
                stack.pop()
                continue
            stop = min(end, until)
            out.append((place, stop, number))
            place = stop

    for start, end, number in contents:
        fill(start)
        place = max(place, start)
        stack.append((end, number))
    fill(max((end for end, _ in stack), default=0))
    return out


@lru_cache(maxsize=256)
def _marked(body: str) -> tuple[Mark, ...]:
    """The quotations of a stretch."""
    tokens = tokenise(body)
    return tuple(_marks(body, tokens, find_quotes(tokens)))


def _marks(text: str, tokens: Tokens, quotes: Sequence[Quote]) -> list[Mark]:
    """The quotations of a text whose both ends are sure, with how many words begin in each."""
    sure = [quote for quote in quotes if quote.kind not in ("dangling", "unmatched")]
    words = count_words(text, *np.array([(quote.start, quote.end) for quote in sure], dtype=np.int64).reshape(-1, 2).T)
    return [
        (quote.start, quote.end, n, is_title_or_name(tokens, quote))
        for quote, n in zip(sure, words.tolist(), strict=True)
    ]


def is_title_or_name(tokens: Tokens, quote: Quote) -> bool:
    """Whether the marks hold a title (“The Apprentice”), a name or a nickname (Robert “Bob” Dole).

    Every word but small ones is capitalised, and the first is so although no sentence begins there; one word that only
    stands at the head of its sentence is not enough.
    """
    first, stop = quote.inside
    words = [form for form in tokens.forms[first:stop] if form[0].isalnum()]
    if not words:
        return True
    capitals = [word for word in words if word.lower() not in _SMALL or word is words[0]]
    if not all(word[0].isupper() or word[0].isdigit() for word in capitals):
        return False
    if tokens.forms[stop - 1] in ".?!" and len(words) > 1:
        return False
    return len(words) > 1 or not _heads_sentence(tokens, quote.first)


def _heads_sentence(tokens: Tokens, unit: int) -> bool:
    return unit == 0 or bool(tokens.paragraph[unit] != tokens.paragraph[unit - 1]) or tokens.forms[unit - 1] in ".?!:"


def _tile(start: int, end: int, held: Sequence[tuple[int, int, int]], marks: Sequence[Mark]) -> list[Segment]:
    """The stretch cut at every edge of a content or of a quotation, each piece with its voice."""
    edges = {start, end}
    inner = [(max(a, start), min(b, end), number) for a, b, number in held if a < end and b > start]
    for a, b, _ in inner:
        edges.update((a, b))
    for a, b, _, _ in marks:
        edges.update((a, b))
    cuts = sorted(edges)
    out: list[Segment] = []
    content = mark = 0
    for left, right in pairwise(cuts):
        while content < len(inner) and inner[content][1] <= left:
            content += 1
        while mark < len(marks) and marks[mark][1] <= left:
            mark += 1
        number = inner[content][2] if content < len(inner) and inner[content][0] <= left else -1
        quoted = mark < len(marks) and marks[mark][0] <= left
        if number >= 0:
            voice = _QUOTED if quoted else _REPORTED
        elif not quoted:
            voice = _NARRATOR
        else:
            _, _, n_words, plain = marks[mark]
            if n_words > SCARE_WORDS:
                voice = _NARRATOR if plain else _QUOTED
            else:
                voice = _NARRATOR if plain or not n_words else _SCARE
        out.append((left, right, voice, number))
    return out


def _close_gaps(text: str, segments: Sequence[Segment]) -> list[Segment]:
    """White space alone is no segment, and neighbours of one voice and one attribution are one."""
    out: list[Segment] = []
    for start, end, voice, number in segments:
        blank = not text[start:end].strip()
        if out and (blank or out[-1][2:] == (voice, number)):
            out[-1] = (out[-1][0], end, *out[-1][2:])
        else:
            out.append((start, end, voice, number))
    return out


def label_voice(rows: pd.DataFrame, voices: pd.DataFrame, sentences: pd.DataFrame | None = None) -> pd.DataFrame:
    """`rows` with the voice they stand in.

    A row takes the voice of the segment in which its first character stands, also where it runs into the next one: a
    term that begins outside quotation marks is the outlet's choice. What lies outside every body (measures read
    headline and body only) has the voice `headline`.

    Parameters
    ----------
    rows : DataFrame, shape (H, ...), one row a stretch
        Uses `article_id`, `start`, `end` (characters).
    voices : the table of `find_voices`.
    sentences : taken so that every measure has the same call; not needed, since bodies are tiled by `voices`.

    Returns
    -------
    DataFrame, shape (H, ... + 2): a copy with `voice` and `attribution_no` (missing in own voice), same order and index.
    """
    segments = _segments(voices)
    columns = zip(rows["article_id"].tolist(), rows["start"].tolist(), strict=True)
    found = [voice_at(segments.get(article, _NO_SEGMENTS), start) for article, start in columns]
    out = rows.copy()
    out["voice"] = schema.column("hits", "voice", [voice for voice, _ in found])
    out["attribution_no"] = schema.column("hits", "attribution_no", [number for _, number in found])
    return out


_NO_SEGMENTS: Segments = ([], [])


def _segments(voices: pd.DataFrame) -> dict[str, Segments]:
    """The segments of each article, as a table has them."""
    code = {voice: number for number, voice in enumerate(schema.VOICES)}
    return {
        article: laid(
            [(start, end, code[voice], -1 if number is pd.NA else number) for start, end, voice, number in rows]
        )
        for article, rows in _by_article(voices, "start", "end", "voice", "attribution_no").items()
    }


def laid(segments: Sequence[Segment]) -> Segments:
    """Segments ready for looking up: their first characters, and they themselves, in order of the text."""
    inorder = sorted(segments)
    return [segment[0] for segment in inorder], inorder


def voice_at(segments: Segments, place: int) -> tuple[str, int | None]:
    """The voice of the character at `place`, and the attribution it stands in; `headline` outside every body."""
    starts, held = segments
    number = bisect_right(starts, place) - 1
    if number < 0 or place >= held[number][1]:
        return "headline", None
    _, _, code, attribution = held[number]
    return schema.VOICES[code], _or_none(attribution)


def cut_pieces(articles: pd.DataFrame, sentences: pd.DataFrame, voices: pd.DataFrame) -> pd.DataFrame:
    """The text of each sentence in each voice, so that no instrument reads the outlet's and a source's words at once.

    Parameters
    ----------
    articles : uses `article_id`, `text`.
    sentences : one row a sentence; uses `article_id`, `sentence_no`, `zone`, `start`, `end`.
    voices : the table of `find_voices`.

    Returns
    -------
    DataFrame, shape (P, 5), one row a sentence and voice
        `article_id`, `sentence_no`, `voice`, `text` (fragments of one voice joined by a space, in order) and `n_words`.
        Sentences of the headline have the voice `headline`; a piece without a word is left out.
    """
    text = dict(zip(articles["article_id"].tolist(), articles["text"].tolist(), strict=True))
    segments = _segments(voices)
    rows = [
        (article, *piece)
        for article, parts in _by_article(sentences, "sentence_no", "zone", "start", "end").items()
        for piece in piece_rows(text[article], parts, segments.get(article, _NO_SEGMENTS))
    ]
    columns = list(zip(*rows, strict=True)) or [()] * 5
    return pd.DataFrame({
        "article_id": pd.array(columns[0], dtype="str"),
        "sentence_no": np.array(columns[1], dtype=np.int64),
        "voice": schema.column("hits", "voice", columns[2]),
        "text": pd.array(columns[3], dtype="str"),
        "n_words": np.array(columns[4], dtype=np.int64),
    })  # fmt: skip


def piece_rows(
    text: str, sentences: Iterable[tuple[int, str, int, int]], segments: Segments
) -> list[tuple[int, str, str, int]]:
    """The pieces of one article as rows of `cut_pieces`, without `article_id`.

    Parameters
    ----------
    text : the article.
    sentences : (sentence_no, zone, start, end) of each.
    segments : the voices of its body (`laid`).
    """
    found = [
        (sentence, *piece)
        for sentence, zone, start, end in sentences
        for piece in ([(_HEADLINE, [(start, end)])] if zone == "headline" else _pieces(start, end, segments))
    ]
    fragments = [fragment for _, _, parts in found for fragment in parts]
    words = _words_in(text, fragments)
    rows, at = [], 0
    for sentence, code, parts in found:
        n = sum(words[at : at + len(parts)])
        at += len(parts)
        if n:
            is_whole = code == _HEADLINE or not segments[1]
            piece = text[slice(*parts[0])] if is_whole else " ".join([text[a:b].strip() for a, b in parts])
            rows.append((sentence, schema.VOICES[code], piece, n))
    return rows


def _words_in(text: str, fragments: Sequence[Span]) -> list[int]:
    """How many words each fragment has, read by itself: one that begins inside a word of the text has the rest of it."""
    starts, ends = np.array(fragments, dtype=np.int64).reshape(-1, 2).T
    words, stops = word_offsets(text)
    first = np.searchsorted(words, starts)
    n = np.searchsorted(words, ends) - first
    is_cut = (first > 0) & (stops[first - 1] > starts) if len(stops) else first > 0
    for number in np.flatnonzero(is_cut).tolist():
        n[number] = n_words(text[slice(*fragments[number])])
    counted: list[int] = n.tolist()
    return counted


def _pieces(start: int, end: int, segments: Segments) -> list[tuple[int, list[Span]]]:
    """One sentence cut by voice, in the order of `schema.VOICES`; the narrator's where no voices were laid."""
    starts, held = segments
    if not held:
        return [(_NARRATOR, [(start, end)])]
    parts: dict[int, list[Span]] = {}
    for place in range(max(bisect_right(starts, start) - 1, 0), bisect_left(starts, end)):
        first, last, code, _ = held[place]
        left, right = max(first, start), min(last, end)
        if left < right:
            parts.setdefault(code, []).append((left, right))
    return [(code, parts[code]) for code in sorted(parts)]
