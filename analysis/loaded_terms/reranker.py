"""A second instrument for those who fetch BABE themselves: how likely is it that experts would mark this word?

Floor: sentences with marked words come in, weights as plain arrays go out; with weights, a text gives one probability
a content token. Neither BABE nor weights trained on it are part of this project (BABE is AGPL-3).
"""

from __future__ import annotations

import json
import re
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
import pandas as pd
from scipy import sparse

from analysis.config import PACKAGE
from analysis.errors import InputError, MissingExtra, OutputError, ResourceError
from analysis.gold import read_babe
from analysis.loaded_terms.accuracy import WordFigures, content_tokens, word_figures
from analysis.loaded_terms.finder import find_hits
from analysis.loaded_terms.lexicon import lexicon_sha256
from analysis.loaded_terms.matcher import Matcher, matcher
from analysis.words import normalise

N_BUCKETS = 1 << 17
#: Inverse strength of the ridge penalty (of 0.1, 0.2, 0.35 and 1, the best with outlets left out on the tune part).
PENALTY = 0.2
#: In how many lots whole outlets are left out when the threshold is set.
FOLDS = 4
_QUOTED = re.compile(r'"([^"\n]{1,400})"')
_WORDS = re.compile(r"[^\W\d_]+(?:'[^\W\d_]+)?")


@dataclass(frozen=True)
class Reranker:
    """Weights over hashed features, the intercept, and the probability from which a word counts as loaded."""

    weights: np.ndarray
    intercept: float
    threshold: float
    lexicon: str

    def probabilities(self, text: str, ready: Matcher) -> tuple[list[tuple[int, int]], np.ndarray]:
        """The content tokens of `text` as spans, and for each the probability that experts would mark it."""
        spans, rows = _features(text, ready)
        if not spans:
            return spans, np.zeros(0)
        return spans, _sigmoid(_matrix(rows) @ self.weights + self.intercept)


def rerank_terms(text: str, reranker: Reranker, *, lexicon: pd.DataFrame | None = None) -> pd.DataFrame:
    """The words of `text` that experts would probably mark.

    Returns
    -------
    DataFrame: `start`, `end`, `surface`, `probability`; those at or above the trained threshold, in order.
    """
    spans, values = reranker.probabilities(text, matcher(lexicon))
    rows = [
        (start, end, text[start:end], float(value))
        for (start, end), value in zip(spans, values)
        if value >= reranker.threshold
    ]
    return pd.DataFrame(rows, columns=["start", "end", "surface", "probability"])


def fit_reranker(sentences: pd.DataFrame, words: pd.DataFrame, *, lexicon: pd.DataFrame | None = None) -> Reranker:
    """Fit the weights on sentences with marked words; the threshold is the best one with whole outlets left out.

    Parameters
    ----------
    sentences : DataFrame, shape (S, ...): `sentence_id`, `text`, `outlet` (two outlets at least).
    words : DataFrame: `sentence_id`, `word`.

    Raises
    ------
    InputError
        If there are fewer than two outlets, or no word is marked.
    MissingExtra
        If scikit-learn is not installed.
    """
    matrix, labels, owner, outlets = _training_table(sentences, words, matcher(lexicon))
    held_out = _held_out(matrix, labels, outlets[owner])
    weights, intercept = _fit(matrix, labels)
    return Reranker(weights, intercept, _best_threshold(held_out, labels), lexicon_sha256(lexicon))


def train_reranker(babe: Path, out: Path) -> WordFigures:
    """Train on the copy of BABE in the folder `babe`, write the weights to `out`, and say how good they are.

    Returns
    -------
    WordFigures of `outlets_left_out`: what to expect on an outlet that was not trained on.

    Raises
    ------
    InputError
        If the folder is not BABE's.
    OutputError
        If `out` lies inside this package: weights trained on BABE must not become part of it.
    """
    if out.resolve().is_relative_to(PACKAGE):
        raise OutputError(
            f"{out.name}: weights trained on BABE (AGPL-3) must not lie inside the package; choose another folder"
        )
    corpus = read_babe(babe)
    save_reranker(fit_reranker(corpus.sentences, corpus.words), out)
    return outlets_left_out(corpus.sentences, corpus.words)


def outlets_left_out(
    sentences: pd.DataFrame, words: pd.DataFrame, *, lexicon: pd.DataFrame | None = None, seed: int = 1
) -> WordFigures:
    """Word F1 when each outlet is judged by weights and a threshold that never saw it.

    Returns
    -------
    WordFigures over content tokens; intervals resample sentences.

    Raises
    ------
    InputError
        If there are fewer than three outlets: one is judged, and the threshold needs two others.
    """
    if sentences["outlet"].nunique() < 3:
        raise InputError("outlets_left_out needs sentences of three outlets or more")
    matrix, labels, owner, outlets = _training_table(sentences, words, matcher(lexicon))
    group = outlets[owner]
    is_hit = np.zeros(len(labels), dtype=bool)
    for outlet in np.unique(outlets):
        inside = group == outlet
        inner = _held_out(matrix[~inside], labels[~inside], group[~inside])
        weights, intercept = _fit(matrix[~inside], labels[~inside])
        is_hit[inside] = _sigmoid(matrix[inside] @ weights + intercept) >= _best_threshold(inner, labels[~inside])
    counts = [
        np.bincount(owner, flags, len(sentences)) for flags in (is_hit & labels, is_hit, labels, np.ones(len(labels)))
    ]
    return word_figures(np.stack(counts, axis=1).astype(np.int64), seed=seed)


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


def _training_table(
    sentences: pd.DataFrame, words: pd.DataFrame, ready: Matcher
) -> tuple[sparse.csr_matrix, np.ndarray, np.ndarray, np.ndarray]:
    """Features and labels of every content token, the row of its sentence, and the outlet of every sentence."""
    if sentences["outlet"].nunique() < 2:
        raise InputError(
            "the re-ranker needs sentences of two outlets or more: its threshold is set with outlets left out"
        )
    marks: dict[object, list[str]] = {}
    for sentence, word in zip(words["sentence_id"].tolist(), words["word"].tolist(), strict=True):
        marks.setdefault(sentence, []).append(word)
    rows: list[list[int]] = []
    labels: list[bool] = []
    owner: list[int] = []
    for number, (sentence, text) in enumerate(
        zip(sentences["sentence_id"].tolist(), sentences["text"].tolist(), strict=True)
    ):
        _, found = _features(text, ready)
        rows += found
        labels += content_tokens(text, marks.get(sentence, ())).is_marked
        owner += [number] * len(found)
    if not any(labels):
        raise InputError("no word of these sentences is marked: there is nothing to learn from")
    outlets = sentences["outlet"].astype(str).to_numpy(dtype=object)
    return _matrix(rows), np.array(labels, dtype=bool), np.array(owner, dtype=np.int64), outlets


def _fit(matrix: sparse.csr_matrix, labels: np.ndarray) -> tuple[np.ndarray, float]:
    try:
        from sklearn.linear_model import LogisticRegression
    except ImportError:
        raise MissingExtra('training needs scikit-learn: pip install "whose-words[train]"') from None
    model = LogisticRegression(C=PENALTY, solver="liblinear", tol=1e-3, random_state=0)
    model.fit(matrix, labels)
    return model.coef_[0].astype(np.float64), float(model.intercept_[0])


def _held_out(matrix: sparse.csr_matrix, labels: np.ndarray, group: np.ndarray) -> np.ndarray:
    """The probability of each token under weights that never saw its outlet; outlets are left out in `FOLDS` lots."""
    outlets, code, sizes = np.unique(group, return_inverse=True, return_counts=True)
    lot = np.empty(len(outlets), dtype=np.int64)
    lot[np.argsort(-sizes, kind="stable")] = np.arange(len(outlets)) % min(FOLDS, len(outlets))
    values = np.zeros(len(labels))
    for number in np.unique(lot):
        inside = lot[code] == number
        if labels[~inside].any():
            weights, intercept = _fit(matrix[~inside], labels[~inside])
            values[inside] = _sigmoid(matrix[inside] @ weights + intercept)
    return values


def _best_threshold(values: np.ndarray, labels: np.ndarray) -> float:
    """The probability from which F1 is highest."""
    order = np.argsort(-values, kind="stable")
    both = np.cumsum(labels[order])
    scores = 2 * both / (np.arange(1, len(order) + 1) + labels.sum())
    return float(values[order][int(np.argmax(scores))])


def _sigmoid(values: np.ndarray) -> np.ndarray:
    return 1.0 / (1.0 + np.exp(-np.clip(values, -30, 30)))


def _matrix(rows: list[list[int]]) -> sparse.csr_matrix:
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


def _features(text: str, ready: Matcher) -> tuple[list[tuple[int, int]], list[list[int]]]:
    """Spans of the content tokens, and for each the buckets of its features: entry, lexica, neighbours, place, voice."""
    plain = normalise(text)
    tokens = content_tokens(text)
    everything = [(match.start(), match.group().lower().removesuffix("'s")) for match in _WORDS.finditer(plain)]
    at = {start: number for number, (start, _) in enumerate(everything)}
    entries = _entries(text, ready)
    quoted = [(match.start(), match.end(), len(match.group().split())) for match in _QUOTED.finditer(plain)]
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


def _entries(text: str, ready: Matcher) -> dict[int, tuple[int, str, float, int]]:
    """Character to (hit, category, points, strength) for the first character of every word inside a hit."""
    found: dict[int, tuple[int, str, float, int]] = {}
    for number, hit in enumerate(find_hits(text, [(0, len(text))], ready)):
        layer, strength = ready.layers[hit.entry], ready.strengths[hit.entry]
        points = float(strength) if layer == "loaded" else 0.4 * strength if layer == "watch" else 0.0
        for match in _WORDS.finditer(text, hit.start, hit.end):
            found[match.start()] = (number, f"{layer}:{ready.categories[hit.entry]}", points, strength)
    return found


def _quotation(start: int, quoted: Iterable[tuple[int, int, int]]) -> str:
    for first, last, n_words in quoted:
        if first < start < last:
            return "short" if n_words <= 3 else "long"
    return "none"


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
