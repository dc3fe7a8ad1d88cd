"""Tone toward a target: is what a sentence says about somebody negative, neutral or positive, or can it not be told?

Floor: texts and one place in each come in, probabilities go out. Weights were trained on NewsMTSC without proper names
(`training.train_toward`), so that who is meant moves nothing; inference is numpy and scipy only.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy import sparse

from analysis.config import RESOURCES
from analysis.errors import InputError
from analysis.sentiment.clauses import target_features

TOWARD_FILE = RESOURCES / "tone" / "toward.npz"
#: The last label is the abstain zone: no class is likely enough.
TARGET_LABELS = ("negative", "neutral", "positive", "unsure")
_STEP = 0.002


class Model(NamedTuple):
    """Weights (F, 3), intercepts (3,), calibration (scale and shifts) and the probability below which no label is given."""

    column: dict[str, int]
    weights: np.ndarray
    intercepts: np.ndarray
    scale: float
    shifts: np.ndarray
    threshold: float


def score_toward(texts: Sequence[str], spans: Sequence[tuple[int, int]]) -> pd.DataFrame:
    """Probabilities that a sentence is negative, neutral or positive toward the target standing in it.

    Parameters
    ----------
    texts : T sentences.
    spans : T pairs (start, end), characters of the target in its sentence.

    Returns
    -------
    DataFrame, shape (T, 4): `p_negative`, `p_neutral`, `p_positive` (calibrated, summing to 1) and `label`
        (categorical: `negative`, `neutral`, `positive`, or `unsure` where no class is likely enough).

    Raises
    ------
    InputError
        If a span is empty or leaves its text, or there is not one span a text.

    Notes
    -----
    Of the labels given, about three in four are right on held-out news; macro-F1 stands in `docs/tone.md`.
    """
    if len(texts) != len(spans):
        raise InputError(f"score_toward: {len(texts)} texts but {len(spans)} spans; give one (start, end) a text")
    for number, (text, (start, end)) in enumerate(zip(texts, spans, strict=True)):
        if not 0 <= start < end <= len(text):
            raise InputError(f"score_toward: span {number} is ({start}, {end}) in a text of {len(text)} characters")
    model = _model()
    rows = [target_features(text, *span) for text, span in zip(texts, spans, strict=True)]
    logits = feature_matrix(rows, model.column) @ model.weights + model.intercepts
    probabilities = softmax(logits * model.scale + model.shifts)
    codes = np.where(probabilities.max(axis=1, initial=0) >= model.threshold, probabilities.argmax(axis=1), 3)
    return pd.DataFrame(
        {
            "p_negative": probabilities[:, 0],
            "p_neutral": probabilities[:, 1],
            "p_positive": probabilities[:, 2],
            "label": pd.Categorical.from_codes(codes, dtype=pd.CategoricalDtype(list(TARGET_LABELS))),
        }
    )


def explain_toward(text: str, start: int, end: int) -> pd.DataFrame:
    """What moved the label of one target: `feature`, `value`, `weight` (toward positive minus toward negative, times value).

    Rows in order of size; positive weights pull toward positive.
    """
    model = _model()
    rows = [
        (name, value, value * (model.weights[column, 2] - model.weights[column, 0]))
        for name, value in target_features(text, start, end).items()
        if (column := model.column.get(name)) is not None
    ]
    table = pd.DataFrame(rows, columns=["feature", "value", "weight"]).astype({"value": "float64", "weight": "float64"})
    order = table["weight"].abs().sort_values(ascending=False, kind="stable").index
    return table.loc[order].reset_index(drop=True)


def feature_matrix(rows: Sequence[Mapping[str, float]], column: Mapping[str, int]) -> sparse.csr_array:
    """Rows of named numbers as a sparse matrix (T, F); names that have no column are left out."""
    data: list[float] = []
    indices: list[int] = []
    ends = [0]
    for row in rows:
        for name, value in row.items():
            place = column.get(name)
            if place is not None:
                indices.append(place)
                data.append(value)
        ends.append(len(indices))
    return sparse.csr_array((np.array(data, dtype=np.float64), indices, ends), shape=(len(rows), len(column)))


def softmax(logits: np.ndarray) -> np.ndarray:
    """Rows of logits as rows of probabilities."""
    powers = np.exp(logits - logits.max(axis=1, keepdims=True, initial=-np.inf))
    return powers / powers.sum(axis=1, keepdims=True)


def write_model(
    out: Path,
    names: Sequence[str],
    weights: np.ndarray,
    intercepts: np.ndarray,
    scale: float,
    shifts: np.ndarray,
    threshold: float,
) -> None:
    """Write the model as an array file without pickle; weights (3, F) are rounded to `_STEP`."""
    np.savez_compressed(
        out,
        names=np.frombuffer("\n".join(names).encode("utf-8"), dtype=np.uint8),
        weights=np.rint(weights.T / _STEP).astype(np.int16),
        intercepts=np.round(intercepts, 4),
        calibration=np.array([scale, *shifts, threshold]),
    )


@lru_cache(maxsize=1)
def _model() -> Model:
    with np.load(TOWARD_FILE, allow_pickle=False) as file:
        names = file["names"].tobytes().decode("utf-8").split("\n")
        scale, negative, neutral, positive, threshold = file["calibration"].tolist()
        return Model(
            {name: i for i, name in enumerate(names)},
            file["weights"].astype(np.float64) * _STEP,
            file["intercepts"],
            scale,
            np.array([negative, neutral, positive]),
            threshold,
        )
