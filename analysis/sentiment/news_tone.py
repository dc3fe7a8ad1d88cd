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
from operator import mul

import numpy as np

from analysis import words
from analysis.config import RESOURCES
from analysis.sentiment import lexica, wordforms
from analysis.sentiment.nameless import Nameless, read_nameless

NEWS_TONE_FILE = RESOURCES / "tone" / "news_tone.json"
#: Ratings run from -4 to 4.
RATING_RANGE = 4.0
#: Some names bring an article with them ("the United States"), so articles have no weight.
_ARTICLES = frozenset(("the", "a", "an"))


def score_news_tone(texts: Sequence[str]) -> np.ndarray:
    """Expected rating of each (normalised) text over its range, shape (T,), in [-1, 1]; up = positive."""
    return score_nameless(list(map(read_nameless, texts)))


def score_nameless(read: Sequence[Nameless]) -> np.ndarray:
    """The same for texts that were read already."""
    return np.array([max(-1.0, min(_total(one), 1.0)) for one in read], dtype=np.float64)


def _total(read: Nameless) -> float:
    """What the `parts` of a text add up to."""
    of_feature, of_stem = _weights()
    numbers = [number for number in map(_STEM_NUMBERS.__getitem__, read.common) if number is not None]
    in_order = sorted(set(numbers))
    return sum([*map(mul, _readings(read, len(numbers)), of_feature), *map(of_stem.__getitem__, in_order)])


def parts(text: str) -> list[tuple[str, float]]:
    """What makes the score of a text: instrument readings (`vader_negative` …) and stems, each with what it adds."""
    of_feature, of_stem = _model()
    found = [(name, value * of_feature[name]) for name, value in features(text).items() if value and name in of_feature]
    return found + [(stem, of_stem[stem]) for stem in sorted([stem for stem in stems(text) if stem in of_stem])]


def features(text: str) -> dict[str, float]:
    """Readings of the word-list instruments on one text, all 0 where no listed word stands."""
    read = read_nameless(text)
    return dict(zip(_FEATURES, _readings(read, len(_common_stems(read))), strict=True))


def _readings(read: Nameless, n_stems: int) -> list[float]:
    """The values of `features`."""
    emotion, judgement, outcome, _, wide = read.layers
    ours = [*emotion, *judgement, *outcome]
    return [
        read.polarity, read.compound, float(read.text.count("?")), *_sums(read.polarities), *_sums(read.valences),
        *[number for total in read.sums for number in (_squash(total), total)],
        *_sums(ours), _squash(sum(ours)), *_sums(wide), *_shape(wide, n_stems),
    ]  # fmt: skip


def stems(text: str) -> set[str]:
    """Stems of the common words of a text (what may be a name is none)."""
    return set(_common_stems(read_nameless(text)))


def _common_stems(read: Nameless) -> list[str]:
    """The stem of each word that is no article, no possible name, and that the table knows."""
    return list(filter(None, map(_common_stem, read.common)))


def _common_stem(form: str) -> str:
    lower = form.lower()
    return wordforms.stem(lower) if lower in wordforms.word_table().row and lower not in _ARTICLES else ""


def _stem_number(form: str) -> int | None:
    """The place of a common word's stem among those of the model, in order of the alphabet; -1 of any other stem."""
    stem = _common_stem(form)
    return _places().get(stem, -1) if stem else None


_STEM_NUMBERS = words.Remembered(_stem_number)


def _squash(total: float) -> float:
    return total / math.sqrt(total * total + lexica.ALPHA) if total else 0.0


def _sums(values: Sequence[float]) -> tuple[float, float, float, float]:
    """What is above 0, what is below, and the roots of both."""
    if not values:
        return 0.0, 0.0, 0.0, 0.0
    up = sum([value for value in values if value > 0])
    down = sum([value for value in values if value < 0])
    return up, down, math.sqrt(up), -math.sqrt(-down)


def _shape(values: Sequence[float], n_words: int) -> tuple[float, float, float, float, float]:
    """Mean over all words, the same over their root, extremes, and cubes of the tones of a text."""
    if not values:
        return 0.0, 0.0, 0.0, 0.0, 0.0
    total, n = sum(values), n_words or 1
    cubes = sum([value**3 for value in values])
    return total / n, total / math.sqrt(n), max(0.0, *values), min(0.0, *values), cubes


_SUMS = ("positive", "negative", "positive_root", "negative_root")
_FEATURES = (
    "textblob", "vader", "question_marks",
    *[f"{name}_{part}" for name in ("textblob", "vader") for part in _SUMS],
    *[name for layer in lexica.LAYERS for name in (layer, f"{layer}_sum")],
    *[f"ours_{part}" for part in _SUMS], "ours",
    *[f"wide_{part}" for part in (*_SUMS, "mean", "density", "most", "least", "cubes")],
)  # fmt: skip


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
def _weights() -> tuple[list[float], list[float]]:
    """The weights of `_FEATURES`, 0 for those that have none; those of stems by number (`_stem_number`), 0 for -1."""
    of_feature, of_stem = _model()
    return [of_feature.get(name, 0.0) for name in _FEATURES], [*map(of_stem.__getitem__, _places()), 0.0]


@lru_cache(maxsize=1)
def _places() -> dict[str, int]:
    """The stems of the model in order of the alphabet, each with its place."""
    return {stem: place for place, stem in enumerate(sorted(_model()[1]))}


@lru_cache(maxsize=1)
def _trained_on() -> frozenset[str]:
    return frozenset(json.loads(NEWS_TONE_FILE.read_text(encoding="utf-8"))["trained_on"])
