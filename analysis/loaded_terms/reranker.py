"""A second instrument for those who fetch BABE themselves: how likely is it that experts would mark this word?

Floor: sentences and trained weights come in; the words that would be marked go out as hits with a probability. No weights
are part of this project (`training`, BABE is AGPL-3).
"""

from __future__ import annotations

import json
import re
from bisect import bisect_right
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
import pandas as pd

from analysis.errors import ResourceError
from analysis.loaded_terms.context import is_negated
from analysis.loaded_terms.features import N_BUCKETS, feature_matrix, word_features
from analysis.loaded_terms.finder import HIT_COLUMNS, Hit, find_hits
from analysis.loaded_terms.lexicon import lexicon_sha256
from analysis.loaded_terms.matcher import Matcher, matcher
from analysis.recipe import sha256_of

#: Category of a word that the re-ranker marks and the lexicon does not list.
UNLISTED = "unlisted"


@dataclass(frozen=True)
class Reranker:
    """Weights over hashed features, the intercept, and the probability from which a word counts as loaded.

    Attributes
    ----------
    lexicon : hash of the lexicon that it was trained over; no other lexicon goes with it.
    """

    weights: np.ndarray
    intercept: float
    threshold: float
    lexicon: str

    @cached_property
    def sha256(self) -> str:
        """What tells one trained re-ranker from another; written where its results are."""
        weights = self.weights.astype("<f4").tobytes().hex()
        return sha256_of(weights, repr(self.intercept), repr(self.threshold), self.lexicon)

    def probabilities(self, text: str, ready: Matcher) -> tuple[list[tuple[int, int]], np.ndarray]:
        """The content words of a sentence as spans, and for each the probability that experts would mark it."""
        spans, rows = word_features(text, ready)
        return spans, self.judge(rows)

    def judge(self, rows: list[list[int]]) -> np.ndarray:
        """The probability of each word, from the features of `features.word_features`."""
        return sigmoid(feature_matrix(rows) @ self.weights + self.intercept) if rows else np.zeros(0)


def sigmoid(values: np.ndarray) -> np.ndarray:
    """Log odds as probabilities."""
    return 1.0 / (1.0 + np.exp(-np.clip(values, -30, 30)))


def find_marked_words(
    articles: pd.DataFrame, sentences: pd.DataFrame, reranker: Reranker, *, lexicon: pd.DataFrame | None = None
) -> pd.DataFrame:
    """The words that experts would probably mark, as hits: what the re-ranker calls loaded.

    Parameters
    ----------
    articles : DataFrame, shape (A, ...): `article_id`, `text`.
    sentences : DataFrame, shape (S, ...): `article_id`, `sentence_no`, `start`, `end` (headline and body).
    reranker : what `load_reranker` or `training.fit_reranker` gives.
    lexicon : the lexicon that it was trained over; ours by default.

    Returns
    -------
    DataFrame, shape (W, 11)
        The columns of `find_loaded_terms` and `probability` (of the likeliest word of an entry of several words); one
        row a word at or above the trained threshold, in order. `layer` is always `loaded`. A word of the lexicon, in
        whatever layer, keeps its entry and category; any other has its own form as `term_id` and `UNLISTED`.

    Raises
    ------
    ResourceError
        If it was trained over another lexicon.
    """
    if reranker.lexicon != lexicon_sha256(lexicon):
        raise ResourceError("the re-ranker was trained over another lexicon; train it again over this one")
    ready = matcher(lexicon)
    parts: dict[str, list[tuple[int, int, int]]] = {}
    columns = (sentences[name].tolist() for name in ("article_id", "start", "end", "sentence_no"))
    for article, *part in zip(*columns, strict=True):
        parts.setdefault(article, []).append(tuple(part))
    texts = zip(articles["article_id"].tolist(), articles["text"].tolist(), strict=True)
    rows = [
        (article, number, *word)
        for article, text in texts
        for number, word in enumerate(_marked_words(text, sorted(parts.get(article, ())), reranker, ready))
    ]
    found = dict(zip(_COLUMNS, zip(*rows))) if rows else dict.fromkeys(_COLUMNS, ())
    return pd.DataFrame({name: pd.Series(found[name], dtype=_TYPES.get(name, "str")) for name in found})


_COLUMNS = (*HIT_COLUMNS, "probability")
_TYPES = {
    "hit_no": "int64", "start": "int64", "end": "int64", "sentence_no": "int64", "is_negated": "bool",
    "probability": "float64",
}  # fmt: skip
#: The words right before a word, nothing but space between them.
_BEFORE = re.compile(r"(?:[\w']+\s+)*$")
_BEFORE_CHARS = 60


def _marked_words(
    text: str, parts: list[tuple[int, int, int]], reranker: Reranker, ready: Matcher
) -> list[tuple[object, ...]]:
    """Rows of one article, from `term_id` on: an entry that a marked word stands in, or the word itself."""
    stretches = [(start, end) for start, end, _ in parts]
    words, values = _judged_words(text, stretches, reranker, ready)
    hits = find_hits(text, stretches, ready)
    starts = [hit.start for hit in hits]
    found: dict[tuple[int, int], tuple[Hit, float]] = {}
    for (start, end, stretch), value in zip(words, values):
        if value >= reranker.threshold:
            before = bisect_right(starts, start) - 1
            listed = before >= 0 and start < hits[before].end
            hit = hits[before] if listed else Hit(start, end, -1, stretch, _denied(text, stretches[stretch][0], start))
            best = found.get((hit.start, hit.end), (hit, 0.0))[1]
            found[hit.start, hit.end] = hit, max(best, value)
    return [(*_what(text, hit, ready), parts[hit.stretch][2], hit.is_negated, value) for hit, value in found.values()]


def _judged_words(
    text: str, stretches: list[tuple[int, int]], reranker: Reranker, ready: Matcher
) -> tuple[list[tuple[int, int, int]], list[float]]:
    """The content words of an article as (start, end, stretch), and their probabilities, worked out at once."""
    words: list[tuple[int, int, int]] = []
    rows: list[list[int]] = []
    for number, (first, last) in enumerate(stretches):
        spans, features = word_features(text[first:last], ready)
        words += [(first + start, first + end, number) for start, end in spans]
        rows += features
    return words, reranker.judge(rows).tolist()


def _denied(text: str, first: int, start: int) -> bool:
    found = _BEFORE.search(text, max(first, start - _BEFORE_CHARS), start)
    before = found.group().lower().split() if found else []
    return is_negated([*before, ""], len(before))


def _what(text: str, hit: Hit, ready: Matcher) -> tuple[object, ...]:
    """`term_id`, `category`, `layer`, `start`, `end`, `surface`."""
    surface = text[hit.start : hit.end]
    entry = surface.lower() if hit.entry < 0 else ready.entries[hit.entry]
    return entry, UNLISTED if hit.entry < 0 else ready.categories[hit.entry], "loaded", hit.start, hit.end, surface


def save_reranker(reranker: Reranker, folder: Path) -> None:
    """Write `weights.npz` (plain arrays) and `reranker.json` into `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    places = np.flatnonzero(reranker.weights).astype(np.int32)
    np.savez_compressed(folder / "weights.npz", places=places, values=reranker.weights[places].astype(np.float32))
    about = {
        "intercept": reranker.intercept,
        "threshold": reranker.threshold,
        "n_buckets": N_BUCKETS,
        "lexicon_sha256": reranker.lexicon,
    }
    (folder / "reranker.json").write_text(json.dumps(about, indent=1, sort_keys=True) + "\n", encoding="utf-8")


def load_reranker(folder: Path) -> Reranker:
    """Read what `save_reranker` wrote.

    Raises
    ------
    ResourceError
        If a file is missing or has another shape.
    """
    try:
        about = json.loads((folder / "reranker.json").read_text(encoding="utf-8"))
        with np.load(folder / "weights.npz", allow_pickle=False) as arrays:
            places, values = arrays["places"], arrays["values"]
        weights = np.zeros(int(about["n_buckets"]), dtype=np.float64)
        weights[places] = values
        found = Reranker(weights, float(about["intercept"]), float(about["threshold"]), str(about["lexicon_sha256"]))
    except (OSError, ValueError, KeyError, IndexError, TypeError) as problem:
        raise ResourceError(
            f"{folder.name}: not a trained re-ranker ({type(problem).__name__}); train one with: "
            "python -m analysis train loaded_terms --babe PATH"
        ) from None
    if len(weights) != N_BUCKETS:
        raise ResourceError(f"{folder.name}: trained by another version ({len(weights)} buckets); train it again")
    return found
