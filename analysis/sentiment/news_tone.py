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
    nameless = capitals.without_names(text)
    polarities = [one.polarity for one in textblob_tone.assessments(nameless)]
    spelled = vader_tone.spelled(nameless)
    values = vader_tone.word_values(spelled)[1]
    found = {
        "textblob": sum(polarities) / (len(polarities) or 1),
        "vader": vader_tone.squash(spelled, values),
        "question_marks": float(text.count("?")),
    }
    found |= _sums("textblob", polarities) | _sums("vader", values)
    weights: dict[str, list[float]] = {layer: [] for layer in lexica.LAYERS}
    for hit in lexica.find_words(text):
        weights[hit.layer].append(hit.weight)
    for layer in lexica.LAYERS:
        found[layer] = _squash(sum(weights[layer]))
        found[f"{layer}_sum"] = sum(weights[layer])
    ours = [weight for layer in lexica.LEXICA for weight in weights[layer]]
    found |= _sums("ours", ours)
    found["ours"] = _squash(sum(ours))
    return found | _shape("wide", weights[lexica.WIDE], len(_common_stems(text)))


def stems(text: str) -> set[str]:
    """Stems of the common words of a text (what may be a name is none)."""
    return set(_common_stems(text))


@lru_cache(maxsize=256)
def _common_stems(text: str) -> tuple[str, ...]:
    """The stem of each word that is no article, no possible name, and that the table knows."""
    read = capitals.read_words(text)
    found = zip(map(_common_stem, read.forms), read.is_name, strict=True)
    return tuple([stem for stem, is_name in found if stem is not None and not is_name])


@lru_cache(maxsize=65_536)
def _common_stem(form: str) -> str | None:
    lower = form.lower()
    return wordforms.stem(lower) if lower in wordforms.word_table().row and lower not in _ARTICLES else None


def _squash(total: float) -> float:
    return total / math.sqrt(total * total + lexica.ALPHA)


def _sums(name: str, values: Sequence[float]) -> dict[str, float]:
    up = sum([value for value in values if value > 0])
    down = sum([value for value in values if value < 0])
    return {
        f"{name}_positive": up,
        f"{name}_negative": down,
        f"{name}_positive_root": math.sqrt(up),
        f"{name}_negative_root": -math.sqrt(-down),
    }


def _shape(name: str, values: Sequence[float], n_words: int) -> dict[str, float]:
    """Sums, mean over all words and extremes of the tones of a text."""
    return _sums(name, values) | {
        f"{name}_mean": sum(values) / (n_words or 1),
        f"{name}_density": sum(values) / math.sqrt(n_words or 1),
        f"{name}_most": max([0.0, *values]),
        f"{name}_least": min([0.0, *values]),
        f"{name}_cubes": sum([value**3 for value in values]),
    }


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
