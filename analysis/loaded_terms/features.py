"""What tells whether people would mark a word: its entry, its shape, its neighbours, its place, the marks around it.

Floor: a sentence and a lexicon come in; the content words go out, each with the numbers of its features.
"""

from __future__ import annotations

import re
import zlib
from bisect import bisect_right
from collections.abc import Iterator
from functools import lru_cache

import numpy as np
from scipy import sparse

from analysis.loaded_terms.accuracy import content_tokens
from analysis.loaded_terms.finder import find_hits
from analysis.loaded_terms.matcher import Matcher
from analysis.words import normalise

#: Features are hashed into so many numbers.
N_BUCKETS = 1 << 17
_QUOTED = re.compile(r'"([^"\n]{1,400})"')
_WORDS = re.compile(r"[^\W\d_]+(?:'[^\W\d_]+)?")


def word_features(text: str, ready: Matcher) -> tuple[list[tuple[int, int]], list[list[int]]]:
    """Spans of the content tokens, and for each the buckets of its features: entry, lexica, neighbours, place, voice."""
    plain = normalise(text)
    tokens = content_tokens(text)
    everything = [(match.start(), match.group().lower().removesuffix("'s")) for match in _WORDS.finditer(plain)]
    at = {start: number for number, (start, _) in enumerate(everything)}
    entries = _entries(text, ready)
    quoted = [(match.start(), match.end(), "short" if len(match.group().split()) <= 3 else "long")
              for match in _QUOTED.finditer(plain)]  # fmt: skip
    points = sum(entry[2] for entry in {(e[0], e[1], e[2]) for e in entries.values()})
    density = round(8 * points / (len(everything) + 5))
    rows = []
    for (start, end), form in zip(tokens.spans, tokens.forms):
        place = at[start]
        rows.append(
            [
                _bucket(feature)
                for feature in _token_features(
                    form, place, everything, entries, _quotation(start, quoted), density, plain[start:end]
                )
            ]
        )
    return tokens.spans, rows


def feature_matrix(rows: list[list[int]]) -> sparse.csr_matrix:
    """Rows of feature numbers as a sparse matrix, shape (words, `N_BUCKETS`)."""
    starts = np.concatenate([[0], np.cumsum([len(row) for row in rows])])
    places = np.fromiter((place for row in rows for place in row), dtype=np.int32, count=int(starts[-1]))
    matrix = sparse.csr_matrix((np.ones(len(places)), places, starts), shape=(len(rows), N_BUCKETS))
    matrix.sum_duplicates()
    return matrix


@lru_cache(maxsize=300_000)
def _bucket(feature: str) -> int:
    return zlib.crc32(feature.encode()) % N_BUCKETS


@lru_cache(maxsize=1)
def _valences() -> dict[str, float]:
    """VADER's word ratings, -4 to 4 (Hutto & Gilbert 2014)."""
    from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

    return dict(SentimentIntensityAnalyzer().lexicon)


@lru_cache(maxsize=200_000)
def _form_features(form: str) -> tuple[str, ...]:
    """What the word's own shape and the tone lexicon say, once per form."""
    valence = _valences().get(form, 0.0)
    found = [f"w={form}", f"len={min(len(form), 12)}"]
    found += [f"s{size}={form[-size:]}" for size in (2, 3, 4) if len(form) > size]
    found += [f"p{size}={form[:size]}" for size in (3, 5) if len(form) > size]
    if valence:
        found += ["v", f"v={round(valence)}", f"v{'-' if valence < 0 else '+'}"]
    return tuple(found)


def _entries(text: str, ready: Matcher) -> dict[int, tuple[int, str, float, int]]:
    """Character to (hit, category, points, strength) for the first character of every word inside a hit."""
    found: dict[int, tuple[int, str, float, int]] = {}
    for number, hit in enumerate(find_hits(text, [(0, len(text))], ready)):
        layer, strength = ready.layers[hit.entry], ready.strengths[hit.entry]
        points = float(strength) if layer == "loaded" else 0.4 * strength if layer == "watch" else 0.0
        for match in _WORDS.finditer(text, hit.start, hit.end):
            found[match.start()] = (number, f"{layer}:{ready.categories[hit.entry]}", points, strength)
    return found


def _quotation(start: int, quoted: list[tuple[int, int, str]]) -> str:
    """In which kind of quotation the word stands: `short` (three words or fewer), `long` or `none`."""
    before = bisect_right(quoted, start, key=lambda quotation: quotation[0]) - 1
    return quoted[before][2] if before >= 0 and quoted[before][0] < start < quoted[before][1] else "none"


def _token_features(
    form: str,
    place: int,
    everything: list[tuple[int, str]],
    entries: dict[int, tuple[int, str, float, int]],
    quotation: str,
    density: int,
    shown: str,
) -> Iterator[str]:
    yield from _form_features(form)
    here = entries.get(everything[place][0])
    if here is not None:
        layer = here[1].partition(":")[0]
        yield f"e={here[1]}"
        yield f"e={here[1]}:{here[3]}"
        yield f"l={layer}:{here[3]}"
        yield f"l={layer}:{here[3]}:d={min(density, 6)}"
    else:
        yield "no entry"
        yield f"no entry:d={min(density, 6)}"
    yield f"d={min(density, 6)}"
    yield f"q={quotation}"
    yield f"case={'upper' if shown.isupper() else 'title' if shown[0].isupper() and place else 'lower'}"
    yield f"place={min(4, 5 * place // max(1, len(everything)))}"
    for offset in (-2, -1, 1, 2):
        other = place + offset
        if 0 <= other < len(everything):
            start, word = everything[other]
            beside = entries.get(start)
            yield f"{offset}:w={word}"
            if abs(offset) == 1:
                yield f"{offset}:s={word[-3:]}"
            if beside is not None:
                yield f"{offset}:l={beside[1].partition(':')[0]}"
            if word in _valences():
                yield f"{offset}:v"
        else:
            yield f"{offset}:edge"
