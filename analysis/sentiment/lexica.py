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
from dataclasses import dataclass
from functools import lru_cache, reduce
from operator import add
from typing import NamedTuple

import numpy as np

from analysis import words
from analysis.config import RESOURCES
from analysis.errors import ResourceError
from analysis.sentiment import capitals, wordforms

LEXICA = ("emotion", "judgement", "outcome")
SEVERITY = "severity"
#: Tone of common words spread from VADER's list and ours by nearness in meaning (`wordforms`).
WIDE = "wide"
LAYERS = (*LEXICA, SEVERITY, WIDE)
_SEVERITY = LAYERS.index(SEVERITY)
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
    """One listed word in a text, its layer, and its weight after negation and intensifiers."""

    word: str
    layer: str
    weight: float


@dataclass(frozen=True, slots=True)
class Form:
    """What the lists know of a word form.

    `weights` is its weight in each layer that lists it, layers by number; `boost` the factor that it is for the word after
    it; `denies` tells whether it is a negation, and `turns` whether it is that or a booster.
    """

    weights: tuple[tuple[int, float], ...]
    boost: float
    denies: bool
    turns: bool


def layer_weights(read: capitals.Reading) -> list[list[float]]:
    """What the listed words of a text weigh, layer by layer, each in order of the text; up = positive (severity: graver).

    Words that may be names (`capitals`) are skipped, so that no score depends on who is meant.
    """
    layers: list[list[float]] = [[] for _ in LAYERS]
    for _, layer, weight in _hits(read):
        layers[layer].append(weight)
    return layers


def lexicon_sums(texts: Sequence[str]) -> np.ndarray:
    """`layer_sums` of (normalised) texts, shape (T, len(LAYERS))."""
    return np.array([layer_sums(layer_weights(capitals.read_words(text))) for text in texts]).reshape(-1, len(LAYERS))


def layer_sums(layers: Sequence[Sequence[float]]) -> list[float]:
    """The sum of each layer of `layer_weights`, added one by one (`sum` compensates from Python 3.12 on)."""
    return [reduce(add, weights) if weights else 0.0 for weights in layers]


def squash(sums: np.ndarray, *, alpha: float = ALPHA) -> np.ndarray:
    """Sums of any size in (-1, 1), as VADER does it: s / sqrt(s² + alpha)."""
    return sums / np.sqrt(sums * sums + alpha)


def find_words(text: str) -> list[Hit]:
    """Every listed word of a (normalised) text with the weight that it has there."""
    read = capitals.read_words(text)
    return [Hit(read.words[place], LAYERS[layer], weight) for place, layer, weight in _hits(read)]


def _hits(read: capitals.Reading) -> list[tuple[int, int, float]]:
    """(place of the word, number of the layer, weight after negation and intensifiers) of every listed word."""
    forms = list(map(_FORMS.__getitem__, read.words))
    factors = _factors(forms)
    return [
        (place, layer, weight if layer == _SEVERITY else weight * factors.get(place, 1.0))
        for place, form in enumerate(forms)
        if form.weights and read.common[place] != capitals.STAND_IN
        for layer, weight in form.weights
    ]


def _factors(forms: Sequence[Form]) -> dict[int, float]:
    """By place of a word, what a booster right before it and a negation within `REACH` make of its weight."""
    turns = [place for place, form in enumerate(forms) if form.turns]
    if not turns:
        return {}
    factors = {place + 1: forms[place].boost for place in turns}
    denied = {place + step for place in turns if forms[place].denies for step in range(1, REACH + 1)}
    return factors | {place: factors.get(place, 1.0) * NEGATED for place in denied}


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


def _form(form: str) -> Form:
    lower = form.lower()
    weights = (*form_weights(lower), wordforms.wide_tone(lower))
    boost = _listed(BOOSTER).get(lower, 1.0)
    denies = lower in _listed(NEGATION) or lower.endswith("n't")
    in_layers = tuple((layer, weight) for layer, weight in enumerate(weights) if weight)
    return Form(in_layers, boost, denies, denies or boost != 1.0)


_FORMS = words.Remembered(_form)


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
