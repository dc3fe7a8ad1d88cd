"""Tone as readers of New York Times editorials rated it: one linear model over the other instruments and over word stems.

Floor: strings come in, numbers in [-1, 1] go out. The weights (`resources/tone/news_tone.json`, made by
`training.train_news_tone`) hold no proper name; a text with nothing in it scores 0.
"""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Sequence
from functools import lru_cache
from itertools import compress
from operator import not_

import numpy as np

from analysis.config import RESOURCES
from analysis.sentiment import capitals, lexica, textblob_tone, vader_tone, wordforms

NEWS_TONE_FILE = RESOURCES / "tone" / "news_tone.json"
#: Ratings run from -4 to 4.
RATING_RANGE = 4.0
#: Some names bring an article with them ("the United States"), so articles have no weight.
_ARTICLES = frozenset(("the", "a", "an"))


def score_news_tone(texts: Sequence[str]) -> np.ndarray:
    """Expected rating of each (normalised) text over its range, shape (T,), in [-1, 1]; up = positive."""
    return np.array([max(-1.0, min(sum([value for _, value in parts(text)]), 1.0)) for text in texts], dtype=np.float64)


def parts(text: str) -> list[tuple[str, float]]:
    """What makes the score of a text: instrument readings (`vader_negative` …) and stems, each with what it adds."""
    of_feature, of_stem = _model()
    found = [(name, value * of_feature[name]) for name, value in features(text).items() if value and name in of_feature]
    return found + [(stem, of_stem[stem]) for stem in sorted([stem for stem in stems(text) if stem in of_stem])]


def features(text: str) -> dict[str, float]:
    """Readings of the word-list instruments on one text, all 0 where no listed word stands."""
    return dict.fromkeys(_FEATURES, 0.0) | _present(text)


def _present(text: str) -> dict[str, float]:
    """The readings of `features` that are not 0 (a few may be), in the order of `_FEATURES`."""
    nameless = capitals.without_names(text)
    stretches = textblob_tone.assessments(nameless)
    spelled = vader_tone.spelled(nameless)
    values = [value for value in vader_tone.word_values(spelled)[1] if value]
    found: dict[str, float] = {}
    if stretches:
        found["textblob"] = sum([one.polarity for one in stretches]) / len(stretches)
    if values:
        found["vader"] = vader_tone.squash(spelled, values)
    if "?" in text:
        found["question_marks"] = float(text.count("?"))
    if stretches:
        found |= _sums("textblob", [one.polarity for one in stretches])
    if values:
        found |= _sums("vader", values)
    hits = lexica.find_words(text)
    if not hits:
        return found
    ours: list[float] = []
    weights: list[float] = []
    for layer in lexica.LAYERS:
        weights = [hit.weight for hit in hits if hit.layer == layer]
        if weights:
            total = sum(weights)
            found[layer], found[f"{layer}_sum"] = _squash(total), total
        if layer in lexica.LEXICA:
            ours += weights
    if ours:
        found |= _sums("ours", ours)
        found["ours"] = _squash(sum(ours))
    return found | _shape("wide", weights, len(_common_stems(text))) if weights else found  # the last layer is the wide


def stems(text: str) -> set[str]:
    """Stems of the common words of a text (what may be a name is none)."""
    return set(_common_stems(text))


@lru_cache(maxsize=256)
def _common_stems(text: str) -> tuple[str, ...]:
    """The stem of each word that is no article, no possible name, and that the table knows."""
    read = capitals.read_words(text)
    forms = compress(read.forms, map(not_, read.is_name))
    return tuple([stem for stem in map(_common_stem, forms) if stem is not None])


@lru_cache(maxsize=65_536)
def _common_stem(form: str) -> str | None:
    lower = form.lower()
    return wordforms.stem(lower) if lower in wordforms.word_table().row and lower not in _ARTICLES else None


def _squash(total: float) -> float:
    return total / math.sqrt(total * total + lexica.ALPHA)


def _sums(name: str, values: Sequence[float]) -> dict[str, float]:
    up = sum([value for value in values if value > 0])
    down = sum([value for value in values if value < 0])
    return dict(zip(_named(name, _SUMS), (up, down, math.sqrt(up), -math.sqrt(-down)), strict=True))


def _shape(name: str, values: Sequence[float], n_words: int) -> dict[str, float]:
    """Sums, mean over all words and extremes of the tones of a text."""
    total = sum(values)
    shape = (
        total / (n_words or 1),
        total / math.sqrt(n_words or 1),
        max([0.0, *values]),
        min([0.0, *values]),
        sum([value**3 for value in values]),
    )
    return _sums(name, values) | dict(zip(_named(name, _SHAPE), shape, strict=True))


_SUMS = ("positive", "negative", "positive_root", "negative_root")
_SHAPE = ("mean", "density", "most", "least", "cubes")


@lru_cache(maxsize=8)
def _named(name: str, parts: tuple[str, ...]) -> tuple[str, ...]:
    return tuple([f"{name}_{part}" for part in parts])


#: The readings, in the order in which they are added up.
_FEATURES = (
    *("textblob", "vader", "question_marks", *_named("textblob", _SUMS), *_named("vader", _SUMS)),
    *[name for layer in lexica.LAYERS for name in (layer, f"{layer}_sum")],
    *(*_named("ours", _SUMS), "ours", *_named("wide", _SUMS), *_named("wide", _SHAPE)),
)


def was_trained_on(texts: Sequence[str]) -> np.ndarray:
    """Which texts the shipped weights were trained on, shape (T,) of truth values: no accuracy holds on those."""
    return np.array([text_hash(text) in _trained_on() for text in texts], dtype=bool)


def text_hash(text: str) -> str:
    """Eight hexadecimal digits that stand for a sentence in the list of those that were trained on."""
    return hashlib.sha256(text.encode("utf-8")).hexdigest()[:8]


@lru_cache(maxsize=1)
def _model() -> tuple[dict[str, float], dict[str, float]]:
    model = json.loads(NEWS_TONE_FILE.read_text(encoding="utf-8"))
    return model["features"], model["stems"]


@lru_cache(maxsize=1)
def _trained_on() -> frozenset[str]:
    return frozenset(json.loads(NEWS_TONE_FILE.read_text(encoding="utf-8"))["trained_on"])
