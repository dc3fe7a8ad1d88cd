"""Our own word lists for tone in news: emotion, judgement of conduct, outcome for somebody, and severity apart from them.

Floor: strings come in, an array with one row a text goes out. The lists (`resources/tone/lexicon.csv`) were written for
this study after the three kinds of attitude of appraisal theory, before any of them was scored against rated news.

References
----------
Martin & White (2005), The Language of Evaluation: affect, judgement, appreciation.
"""

from __future__ import annotations

import csv
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

import numpy as np

from analysis.config import RESOURCES
from analysis.errors import ResourceError
from analysis.sentiment import capitals, wordforms

LEXICA = ("emotion", "judgement", "outcome")
SEVERITY = "severity"
#: Tone of common words spread from VADER's list and ours by nearness in meaning (`wordforms`).
WIDE = "wide"
LAYERS = (*LEXICA, SEVERITY, WIDE)
LEXICON_FILE = RESOURCES / "tone" / "lexicon.csv"
#: A sum of weights s becomes s / sqrt(s² + ALPHA), so that one clear word (2) moves a score about half of the way.
ALPHA = 12.0
#: A negated word counts half, the other way (as in TextBlob: "not bad" is not praise).
NEGATED = -0.5
#: How many words back a negation or an intensifier is looked for.
REACH = 3
#: Rows of the file that say what a word does to the words after it: the factor for a booster, `NEGATED` for a negation.
NEGATION, BOOSTER = "negation", "booster"


class Hit(NamedTuple):
    """One listed word in a text: which (from 0), in which layer, with which weight after negation and intensifiers."""

    word: int
    layer: str
    weight: float


def lexicon_sums(texts: Sequence[str]) -> np.ndarray:
    """Sums of weights per text and layer, shape (T, len(LAYERS)); up = positive (for severity: up = more severe).

    Words that may be names (`capitals`) are skipped, so that no score depends on who is meant.
    """
    sums = np.zeros((len(texts), len(LAYERS)))
    column = {layer: number for number, layer in enumerate(LAYERS)}
    for row, text in enumerate(texts):
        for hit in find_words(text):
            sums[row, column[hit.layer]] += hit.weight
    return sums


def squash(sums: np.ndarray, *, alpha: float = ALPHA) -> np.ndarray:
    """Sums of any size in (-1, 1), as VADER does it: s / sqrt(s² + alpha)."""
    return sums / np.sqrt(sums * sums + alpha)


def find_words(text: str) -> list[Hit]:
    """Every listed word of a text with the weight that it has there."""
    _, _, forms, is_name = capitals.read_words(text)
    negations: tuple[bool, ...] | None = None
    hits: list[Hit] = []
    for i, weights in enumerate(map(_weights, forms)):
        if weights and not is_name[i]:
            if negations is None:
                negations = tuple(map(_is_negation, forms))
            factor = _boost(forms[i - 1]) if i else 1.0
            if True in negations[max(i - REACH, 0) : i]:
                factor *= NEGATED
            for layer, weight in weights:
                hits.append(Hit(i, layer, weight if layer == SEVERITY else weight * factor))
    return hits


def lexicon_words() -> dict[str, tuple[float, ...]]:
    """Every listed word with its weights, in the order of `LAYERS` (the wide tone is not a list)."""
    return dict(_lexicon())


@lru_cache(maxsize=1)
def _rows() -> tuple[tuple[str, str, float], ...]:
    """The file as (word, list, weight); an unknown list is named with its line."""
    rows = []
    with LEXICON_FILE.open(encoding="utf-8", newline="") as file:
        for number, row in enumerate(csv.DictReader(file), start=2):
            if row["instrument"] not in (*LAYERS, NEGATION, BOOSTER):
                raise ResourceError(f"{LEXICON_FILE.name}, line {number}: unknown list {row['instrument']!r}")
            rows.append((row["word"], row["instrument"], float(row["weight"])))
    return tuple(rows)


@lru_cache(maxsize=8)
def _listed(name: str) -> dict[str, float]:
    return {word: weight for word, instrument, weight in _rows() if instrument == name}


@lru_cache(maxsize=1)
def _lexicon() -> dict[str, tuple[float, ...]]:
    lists = [_listed(layer) for layer in LAYERS if layer != WIDE]
    return {word: tuple(one.get(word, 0.0) for one in lists) for one in lists for word in one}


@lru_cache(maxsize=65_536)
def _weights(form: str) -> tuple[tuple[str, float], ...]:
    """The weight of a form in each layer that lists it."""
    lower = form.lower()
    weights = (*form_weights(lower), wordforms.wide_tone(lower))
    return tuple((layer, weight) for layer, weight in zip(LAYERS, weights, strict=True) if weight)


@lru_cache(maxsize=65_536)
def _boost(form: str) -> float:
    """The factor that a form is for the word after it."""
    return _listed(BOOSTER).get(form.lower(), 1.0)


@lru_cache(maxsize=65_536)
def _is_negation(form: str) -> bool:
    lower = form.lower()
    return lower in _listed(NEGATION) or lower.endswith("n't")


def form_weights(lower: str) -> tuple[float, ...]:
    """The listed weights of a form or of the first listed base form that it can be an inflection of."""
    lexicon = _lexicon()
    for base in base_forms(lower):
        if base in lexicon:
            return lexicon[base]
    return (0.0,) * (len(LAYERS) - 1)


def base_forms(lower: str) -> list[str]:
    """Forms that `lower` may be inflected from, itself first: `denies` → `deny`, `shrinking` → `shrink`.

    >>> base_forms("denies")[:3]
    ['denies', 'deny', 'denie']
    """
    bare = lower[:-2] if lower.endswith("'s") else lower
    forms = [bare]
    for ending, swaps in _ENDINGS:
        if bare.endswith(ending) and len(bare) - len(ending) >= 3:
            stem = bare[: -len(ending)]
            forms += [stem + swap for swap in swaps]
            if len(stem) > 3 and stem[-1] == stem[-2] and ending in ("ed", "ing"):
                forms.append(stem[:-1])
    return forms


_ENDINGS = (
    ("ies", ("y",)), ("ied", ("y",)), ("es", ("e", "")), ("s", ("",)), ("ed", ("", "e")), ("ing", ("", "e")),
    ("ily", ("y",)), ("ly", ("",)), ("iness", ("y",)), ("ness", ("",)),
)  # fmt: skip
