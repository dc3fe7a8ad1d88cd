"""From columns of training examples to weights by key: which values get a row, and logistic regression over them.

Floor: tables of whole numbers come in, `Weights` go out.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from analysis.attribution import wordforms as wf
from analysis.attribution.crf import SCALE, Weights, keys_of
from analysis.attribution.features import shift
from analysis.attribution.stack import FORM_SALT, FORM_TEMPLATES

#: A feature that occurs less often than this on train has no weight.
RAREST = 3


@dataclass(frozen=True, eq=False)
class Index:
    """Feature values as rows of a weight table."""

    features: np.ndarray
    n_rows: int
    keys: np.ndarray
    templates: tuple[str, ...]


def index_features(names: Sequence[str], values: np.ndarray, number: np.ndarray, forms: wf.FormTable) -> Index:
    """Rows of every feature that occurs at least `RAREST` times.

    Parameters
    ----------
    names : the columns; values : int64 (columns, N); number : word form numbers (N,); forms : their rows.
    """
    n_columns = len(names) + len(FORM_TEMPLATES)
    features = np.zeros((len(number), n_columns), dtype=np.int32)
    keys = [np.zeros(1, dtype=np.uint32)]
    n_rows = 1

    def add(column: int, value: np.ndarray, salt: int) -> None:
        nonlocal n_rows
        unique, inverse, counts = np.unique(value, return_inverse=True, return_counts=True)
        kept = counts >= RAREST
        rows = np.where(kept, np.cumsum(kept) - 1 + n_rows, 0).astype(np.int32)
        features[:, column] = rows[inverse]
        keys.append(keys_of(unique[kept], salt))
        n_rows += int(kept.sum())

    for column in range(len(names)):
        add(column, values[column], column)
    hashes = forms.hashes[number]
    for column, (attribute, offset) in enumerate(FORM_TEMPLATES):
        add(len(names) + column, shift(hashes[:, attribute], offset), FORM_SALT + column)
    return Index(features, n_rows, np.concatenate(keys), tuple(names))


def weights_of(index: Index, weights: np.ndarray, transitions: np.ndarray, *, least: float = 0.02) -> Weights:
    """Trained weights in whole numbers, sorted by key; rows whose largest weight is below `least` are left out."""
    kept = np.abs(weights[1:]).max(axis=1) >= least
    keys, rows = index.keys[1:][kept], weights[1:][kept]
    order = np.argsort(keys, kind="stable")
    keys, rows = keys[order], rows[order]
    single = np.ones(len(keys), dtype=bool)
    single[1:] = keys[1:] != keys[:-1]
    whole = np.rint(np.clip(rows[single] * SCALE, -32000, 32000)).astype(np.int16)
    table = np.concatenate([whole, np.zeros((1, whole.shape[1]), dtype=np.int16)])
    return Weights(index.templates, keys[single], table, np.rint(transitions * SCALE).astype(np.int32))


def regress(table: dict[str, np.ndarray], truths: np.ndarray, *, rarest: int, strength: float) -> Weights:
    """Logistic regression of each column of `truths` on the values of a table, as weights of features.

    Parameters
    ----------
    table : int64 columns of shape (n,); truths : bool (n, judges).
    rarest : a value that occurs less often has no weight; strength : up follows the data more closely.
    """
    from scipy.sparse import csr_matrix
    from sklearn.linear_model import LogisticRegression

    columns_, keys, n_rows = [], [np.zeros(1, dtype=np.uint32)], 0
    for column, value in enumerate(table.values()):
        unique, inverse, counts = np.unique(value, return_inverse=True, return_counts=True)
        kept = counts >= rarest
        columns_.append(np.where(kept, np.cumsum(kept) - 1 + n_rows, -1)[inverse])
        keys.append(keys_of(unique[kept], column))
        n_rows += int(kept.sum())
    rows = np.stack(columns_, axis=1)
    present = rows >= 0
    edges = np.concatenate([[0], np.cumsum(present.sum(axis=1))])
    matrix = csr_matrix((np.ones(int(edges[-1]), dtype=np.float32), rows[present], edges), shape=(len(rows), n_rows))
    fitted = []
    for truth in truths.T:
        if truth.all() or not truth.any():  # a corpus without an example of one side teaches a constant
            fitted.append((np.zeros(n_rows), 4.0 if truth.all() else -4.0))
            continue
        judge = LogisticRegression(C=strength, max_iter=300, solver="liblinear", random_state=0).fit(matrix, truth)
        fitted.append((judge.coef_[0], float(judge.intercept_[0])))
    weights = np.concatenate([np.zeros((1, len(fitted))), np.stack([slopes for slopes, _ in fitted], axis=1)])
    index = Index(np.zeros((0, 0), dtype=np.int32), n_rows + 1, np.concatenate(keys), tuple(table))
    return weights_of(index, weights, np.array([[constant for _, constant in fitted]]), least=1e-3)
