"""Trains the re-ranker on a user's own copy of BABE, and says how good it is on outlets that it never saw.

Floor: sentences with marked words come in, a `Reranker` and figures go out. Neither BABE nor weights trained on it are
part of this project (BABE is AGPL-3).
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
from scipy import sparse

from analysis.config import PACKAGE
from analysis.errors import InputError, MissingExtra, OutputError
from analysis.gold import read_babe
from analysis.loaded_terms.accuracy import WordFigures, content_tokens, word_figures
from analysis.loaded_terms.features import feature_matrix, word_features
from analysis.loaded_terms.lexicon import lexicon_sha256
from analysis.loaded_terms.matcher import Matcher, matcher
from analysis.loaded_terms.reranker import Reranker, save_reranker, sigmoid

#: Inverse strength of the ridge penalty (of 0.1, 0.2, 0.35 and 1, the best with outlets left out on the tune part).
PENALTY = 0.2
#: In how many lots whole outlets are left out when the threshold is set.
FOLDS = 4


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
        is_hit[inside] = sigmoid(matrix[inside] @ weights + intercept) >= _best_threshold(inner, labels[~inside])
    counts = [
        np.bincount(owner, flags, len(sentences)) for flags in (is_hit & labels, is_hit, labels, np.ones(len(labels)))
    ]
    return word_figures(np.stack(counts, axis=1).astype(np.int64), seed=seed)


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
        _, found = word_features(text, ready)
        rows += found
        labels += content_tokens(text, marks.get(sentence, ())).is_marked
        owner += [number] * len(found)
    if not any(labels):
        raise InputError("no word of these sentences is marked: there is nothing to learn from")
    outlets = sentences["outlet"].astype(str).to_numpy(dtype=object)
    return feature_matrix(rows), np.array(labels, dtype=bool), np.array(owner, dtype=np.int64), outlets


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
            values[inside] = sigmoid(matrix[inside] @ weights + intercept)
    return values


def _best_threshold(values: np.ndarray, labels: np.ndarray) -> float:
    """The probability from which F1 is highest."""
    order = np.argsort(-values, kind="stable")
    both = np.cumsum(labels[order])
    scores = 2 * both / (np.arange(1, len(order) + 1) + labels.sum())
    return float(values[order][int(np.argmax(scores))])
