"""Whose words they are: narrator, reported, quoted, scare, laid over every body; and the headline, kept apart.

Floor: articles, zones and attributions come in; segments that tile each body go out, and everything that has offsets
gets its voice from them.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import pairwise

import numpy as np
import pandas as pd

from analysis import schema
from analysis.attribution.quotes import Quote, find_quotes
from analysis.attribution.tokens import Span, Tokens, tokenise
from analysis.words import count_words, word_offsets

#: A quotation of at most this many words that no claim holds is set off, not quoted: a scare quote, a title or a name.
SCARE_WORDS = 3
#: Small words that stay small inside a title.
_SMALL = frozenset(["a", "an", "and", "at", "by", "for", "from", "in", "of", "on", "or", "the", "to", "vs", "with"])
#: A voice segment of one text: start, end, number of the voice in `schema.VOICES`, attribution (-1 for none).
Segment = tuple[int, int, int, int]

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
    contents = _contents(spans)
    bodies: dict[str, list[Span]] = {}
    names = ("article_id", "zone", "start", "end")
    for article, zone, start, end in zip(*[zones[name].tolist() for name in names], strict=True):
        if zone == "body":
            bodies.setdefault(article, []).append((start, end))
    owners: list[str] = []
    numbers: list[int] = []
    words: list[np.ndarray] = []
    segments: list[Segment] = []
    for article, text in zip(articles["article_id"].tolist(), articles["text"].tolist(), strict=True):
        here = voice_segments(text, bodies.get(article, ()), contents.get(article, ()))
        if here:
            edges = np.array(here, dtype=np.int64)
            words.append(count_words(text, edges[:, 0], edges[:, 1]))
            owners += [article] * len(here)
            numbers += range(len(here))
            segments += here
    if not segments:
        return schema.table("voices")
    start, end, voice, attribution = np.array(segments, dtype=np.int64).T
    return schema.table("voices", {
        "article_id": owners, "segment_no": numbers, "voice": _voices(voice), "attribution_no": _with_missing(attribution),
        "start": start, "end": end, "n_words": np.concatenate(words),
    })  # fmt: skip


def _voices(codes: np.ndarray, index: pd.Index | None = None) -> pd.Series:
    """Numbers of voices as the column of that type."""
    levels = pd.CategoricalDtype(list(schema.VOICES), ordered=True)
    return pd.Series(pd.Categorical.from_codes(codes, dtype=levels), index=index)


def _with_missing(numbers: np.ndarray) -> pd.Series:
    """Whole numbers in which -1 is missing."""
    return pd.Series(pd.arrays.IntegerArray(np.maximum(numbers, 0), numbers < 0))


def _contents(spans: pd.DataFrame) -> dict[str, list[tuple[int, int, int]]]:
    """The content fragments of every article: start, end, attribution."""
    out: dict[str, list[tuple[int, int, int]]] = {}
    content = spans[spans["role"] == "content"]
    names = ("article_id", "start", "end", "attribution_no")
    for article, start, end, number in zip(*[content[name].tolist() for name in names], strict=True):
        out.setdefault(article, []).append((start, end, number))
    return out


def voice_segments(text: str, bodies: Sequence[Span], contents: Iterable[tuple[int, int, int]]) -> list[Segment]:
    """The segments of one text: `bodies` tiled by voice.

    Parameters
    ----------
    text : the article.
    bodies : its stretches of the zone `body`, in order.
    contents : (start, end, attribution) of every content fragment.

    Returns
    -------
    list of (start, end, voice, attribution); voices are numbered as in `schema.VOICES`, attribution -1 for none.
    """
    held = _innermost(sorted(contents, key=lambda part: (part[0], -part[1])))
    out: list[Segment] = []
    for start, end in bodies:
        marks = [(a + start, b + start, words, plain) for a, b, words, plain in _marked(text[start:end])]
        out += _close_gaps(text, _tile(start, end, held, marks))
    return out


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
def _marked(body: str) -> tuple[tuple[int, int, int, bool], ...]:
    """The quotations of a stretch: start, end, words inside, and whether they are a title or a name."""
    tokens = tokenise(body)
    return tuple([
        (quote.start, quote.end, _n_words(body, quote), is_title_or_name(tokens, quote))
        for quote in find_quotes(tokens)
        if quote.kind not in ("dangling", "unmatched")
    ])  # fmt: skip


def _n_words(text: str, quote: Quote) -> int:
    starts, _ = word_offsets(text)
    return int(np.searchsorted(starts, quote.end) - np.searchsorted(starts, quote.start))


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


def _tile(
    start: int, end: int, held: Sequence[tuple[int, int, int]], marks: Sequence[tuple[int, int, int, bool]]
) -> list[Segment]:
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
    codes = np.full(len(rows), _HEADLINE, dtype=np.int8)
    numbers = np.full(len(rows), -1, dtype=np.int64)
    if len(rows) and len(voices):
        place, inside = _segment_of(rows, voices)
        found = voices["voice"].cat.codes.to_numpy()[place]
        codes = np.where(inside, found, codes)
        attribution = voices["attribution_no"].to_numpy(dtype=np.int64, na_value=-1)[place]
        numbers = np.where(inside, attribution, -1)
    out = rows.copy()
    out["voice"] = _voices(codes, out.index)
    out["attribution_no"] = _with_missing(numbers).set_axis(out.index)
    return out


def _segment_of(rows: pd.DataFrame, voices: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
    """The segment in which each row's first character stands, and whether there is one."""
    owners = voices["article_id"].tolist()
    number = {name: place for place, name in enumerate(dict.fromkeys(owners))}
    owner = np.fromiter(map(number.__getitem__, owners), np.int64, len(owners))
    article = np.array([number.get(name, -1) for name in rows["article_id"].tolist()], dtype=np.int64)
    first, stop = (voices[name].to_numpy(dtype=np.int64) for name in ("start", "end"))
    start = rows["start"].to_numpy(dtype=np.int64)
    width = max(int(stop.max()), int(start.max())) + 2
    key = owner * width + first
    order = np.argsort(key, kind="stable")
    place = order[np.maximum(np.searchsorted(key[order], article * width + start, side="right") - 1, 0)]
    return place, (owner[place] == article) & (first[place] <= start) & (start < stop[place])


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
    tiles: dict[str, tuple[list[int], list[int], list[int]]] = {}
    codes = voices["voice"].cat.codes.tolist() if len(voices) else []
    for article, start, end, code in zip(
        voices["article_id"].tolist(), voices["start"].tolist(), voices["end"].tolist(), codes, strict=True
    ):
        held = tiles.setdefault(article, ([], [], []))
        held[0].append(start)
        held[1].append(end)
        held[2].append(code)
    rows: list[tuple[str, int, int, str]] = []
    names = ("article_id", "sentence_no", "zone", "start", "end")
    for article, sentence, zone, start, end in zip(*[sentences[name].tolist() for name in names], strict=True):
        body = text[article]
        if zone == "headline":
            rows.append((article, sentence, _HEADLINE, body[start:end]))
            continue
        rows += [(article, sentence, code, piece) for code, piece in _pieces(body, start, end, tiles.get(article))]
    n_words = [_count(piece) for _, _, _, piece in rows]
    kept = [(row, n) for row, n in zip(rows, n_words, strict=True) if n]
    return pd.DataFrame({
        "article_id": pd.array([row[0] for row, _ in kept], dtype="str"),
        "sentence_no": np.array([row[1] for row, _ in kept], dtype=np.int64),
        "voice": _voices(np.array([row[2] for row, _ in kept], dtype=np.int8)),
        "text": pd.array([row[3] for row, _ in kept], dtype="str"),
        "n_words": np.array([n for _, n in kept], dtype=np.int64),
    })  # fmt: skip


def _count(piece: str) -> int:
    return len(word_offsets(piece)[0])


def _pieces(
    text: str, start: int, end: int, tiles: tuple[list[int], list[int], list[int]] | None
) -> list[tuple[int, str]]:
    """One sentence cut by voice, in the order of `schema.VOICES`."""
    if tiles is None:
        return [(_NARRATOR, text[start:end])]
    starts, ends, codes = tiles
    first = bisect_right(starts, start) - 1
    parts: dict[int, list[str]] = {}
    for place in range(max(first, 0), len(starts)):
        if starts[place] >= end:
            break
        left, right = max(starts[place], start), min(ends[place], end)
        if left < right:
            parts.setdefault(codes[place], []).append(text[left:right].strip())
    return [(code, " ".join(parts[code])) for code in sorted(parts)]
