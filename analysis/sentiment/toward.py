"""Tone toward a target: is what a sentence says about somebody negative, neutral or positive, or can it not be told?

Floor: texts and one place in each come in, probabilities go out. A linear model and a network, both taught by
`toward_training` without proper names, so that who is meant moves nothing; inference is numpy and scipy only.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from analysis import sentences, words
from analysis.config import RESOURCES
from analysis.errors import InputError
from analysis.sentiment import clauses, network, wordforms
from analysis.sentiment.phrases import feature_matrix, target_features

TOWARD_FILE = RESOURCES / "tone" / "toward.npz"
#: The last label is the abstain zone: no class is likely enough.
TARGET_LABELS = ("negative", "neutral", "positive", "unsure")
#: Probabilities are rounded, so that the order of sums in a library for matrices moves none of them.
DECIMALS = 6
#: Where a word says how grave an event is, "negative" needs this probability: a war is not yet somebody's fault.
SURE_IN_WAR = 0.8
#: Weight of the linear model's logits beside the network's (.3 to .7 do about the same).
LINEAR_SHARE = 0.5
_STEP = 0.002
_BATCH = 64


class Model(NamedTuple):
    """The network: row of each form it knows, arrays, and what it hears in each word of the word table (W + 1, D), the last
    row for all others. The linear model: column of each feature, weights (F, 3), intercepts (3,). Calibration (scale and
    shifts) of their sum, and the probability below which no label is given."""

    row: dict[str, int]
    arrays: network.Arrays
    words: np.ndarray
    column: dict[str, int]
    weights: np.ndarray
    intercepts: np.ndarray
    scale: float
    shifts: np.ndarray
    threshold: float


#: Tokens, the place of the target among them, and how the text writes it.
Read = tuple[Sequence[clauses.Token], int, str]


def score_toward(texts: Sequence[str], spans: Sequence[tuple[int, int]]) -> pd.DataFrame:
    """Probabilities that a sentence is negative, neutral or positive toward the target standing in it.

    Parameters
    ----------
    texts : T sentences.
    spans : T pairs (start, end), characters of the target in its sentence.

    Returns
    -------
    DataFrame, shape (T, 4): `p_negative`, `p_neutral`, `p_positive` (calibrated, summing to 1) and `label`
        (categorical: `negative`, `neutral`, `positive`, or `unsure` where no class is likely enough, or where the sentence
        is about war or crime and `negative` is less likely than `SURE_IN_WAR`).

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
    read = [_read(text, *span) for text, span in zip(texts, spans, strict=True)]
    found = _logits(read, model)
    probabilities = np.round(network.softmax(found * model.scale + model.shifts), DECIMALS)
    is_grave = np.array([any(map(clauses.is_grave, tokens)) for tokens, _, _ in read], dtype=bool)
    return pd.DataFrame(
        {
            "p_negative": probabilities[:, 0],
            "p_neutral": probabilities[:, 1],
            "p_positive": probabilities[:, 2],
            "label": pd.Categorical.from_codes(
                _label_codes(probabilities, is_grave, model.threshold), dtype=pd.CategoricalDtype(list(TARGET_LABELS))
            ),
        }
    )


def explain_toward(text: str, start: int, end: int) -> pd.DataFrame:
    """What moved the label of one target: each word around it, and what the odds lose when that word is not known.

    Returns
    -------
    DataFrame, one row a word: `word`, `start`, `end` (characters), `weight` (change of the logarithm of the odds of
        positive against negative; up = the word pulls toward positive), largest first.
    """
    model = _model()
    tokens, at, surface = _read(text, start, end)
    places = [i for i, token in enumerate(tokens) if token.kind == clauses.WORD]
    found = (
        _logits([(one, at, surface) for one in (tokens, *(_without(tokens, i) for i in places))], model) * model.scale
    )
    odds = found[:, 2] - found[:, 0]
    rows = [
        (
            text[tokens[i].start : tokens[i].end],
            tokens[i].start,
            tokens[i].end,
            float(np.round(odds[0] - one, DECIMALS)),
        )
        for i, one in zip(places, odds[1:], strict=True)
    ]
    table = pd.DataFrame(rows, columns=["word", "start", "end", "weight"]).astype({"word": "str", "weight": "float64"})
    order = table["weight"].abs().sort_values(ascending=False, kind="stable").index
    return table.loc[order].reset_index(drop=True)


def explain_mentions(text: str, name: str) -> pd.DataFrame:
    """`explain_toward` at every place where a name stands in a text, with the label that the place got.

    Returns
    -------
    DataFrame, one row a place and word: `place` (characters into the text), `label`, `word`, `weight`.

    Raises
    ------
    InputError
        If the name does not stand in the text.
    """
    found = []
    for begin, stop in sentences.split_text(text):
        sentence = text[begin:stop]
        for match in re.finditer(rf"(?<!\w){re.escape(name)}(?!\w)", sentence):
            label = score_toward([sentence], [match.span()])["label"].astype("str").iloc[0]
            words_around = explain_toward(sentence, *match.span())[["word", "weight"]]
            words_around.insert(0, "label", label)
            words_around.insert(0, "place", begin + match.start())
            found.append(words_around)
    if not found:
        raise InputError(f"explain: {name!r} does not stand in the text; give a name as the text writes it")
    return pd.concat(found, ignore_index=True)


def read_target(tokens: Sequence[clauses.Token], at: int, row: dict[str, int]) -> network.Reading:
    """Tokens as the network reads them; `row` has the forms that it knows (`clauses.UNKNOWN` is row 0)."""
    forms = [clauses.known_form(token) for token in tokens]
    known = wordforms.word_table().row
    return network.Reading(
        np.array([row.get(form, 0) for form in forms], dtype=np.int64),
        np.array([known.get(form, -1) for form in forms], dtype=np.int64),
        clauses.token_places(tokens, at),
        at,
    )


def write_model(out: Path, model: Model) -> None:
    """Write a model as an array file without pickle: vectors of forms and words and weights in whole steps, the rest in half
    precision."""
    forms_step, words_step = (float(np.abs(array).max() / 127) for array in (model.arrays["forms"], model.words))
    others: dict[str, Any] = {name: array.astype(np.float16) for name, array in model.arrays.items() if name != "forms"}
    np.savez_compressed(
        out,
        names=np.frombuffer("\n".join(model.row).encode("utf-8"), dtype=np.uint8),
        forms=np.rint(model.arrays["forms"] / forms_step).astype(np.int8),
        words=np.rint(model.words[:-1] / words_step).astype(np.int8),
        features=np.frombuffer("\n".join(model.column).encode("utf-8"), dtype=np.uint8),
        weights=np.rint(model.weights / _STEP).astype(np.int16),
        intercepts=np.round(model.intercepts, 4),
        calibration=np.array([model.scale, *model.shifts, model.threshold, forms_step, words_step]),
        **others,
    )


def _label_codes(probabilities: np.ndarray, is_grave: np.ndarray, threshold: float) -> np.ndarray:
    """Places in `TARGET_LABELS`."""
    codes = np.where(probabilities.max(axis=1, initial=0) >= threshold, probabilities.argmax(axis=1), 3)
    return np.where((codes == 0) & is_grave & (probabilities[:, 0] < SURE_IN_WAR), 3, codes)


def _read(text: str, start: int, end: int) -> Read:
    tokens, at = clauses.read_tokens(words.normalise(text), start, end)
    return tokens, at, text[start:end]


def _without(tokens: Sequence[clauses.Token], place: int) -> list[clauses.Token]:
    """The tokens with one word not known."""
    return [*tokens[:place], tokens[place]._replace(form=clauses.UNKNOWN), *tokens[place + 1 :]]


def _logits(read: Sequence[Read], model: Model) -> np.ndarray:
    """What the network and the linear model say together, shape (T, 3)."""
    by_network = find_logits(model.arrays, (read_target(tokens, at, model.row) for tokens, at, _ in read), model.words)
    features = feature_matrix([target_features(*one) for one in read], model.column)
    return by_network + LINEAR_SHARE * (features @ model.weights + model.intercepts)


def find_logits(arrays: network.Arrays, readings: Iterable[network.Reading], table: np.ndarray) -> np.ndarray:
    """Logits of each reading, shape (T, 3); `table` says what is known of each word (`network.pack`)."""
    rows = list(readings)
    parts = [
        network.logits(arrays, network.pack(rows[first : first + _BATCH], table))
        for first in range(0, len(rows), _BATCH)
    ]
    return np.concatenate(parts) if parts else np.zeros((0, 3))


@lru_cache(maxsize=1)
def _model() -> Model:
    with np.load(TOWARD_FILE, allow_pickle=False) as file:
        forms, features = (file[name].tobytes().decode("utf-8").split("\n") for name in ("names", "features"))
        scale, negative, neutral, positive, threshold, *steps = file["calibration"].tolist()
        arrays = {name: file[name].astype(np.float64) for name in network.SETTLED_NAMES}
        arrays["forms"] *= steps[0]
        heard = file["words"] * steps[1]
        return Model(
            {name: i for i, name in enumerate(forms)},
            arrays,
            np.vstack((heard, np.zeros((1, heard.shape[1])))),
            {name: i for i, name in enumerate(features)},
            file["weights"].astype(np.float64) * _STEP,
            file["intercepts"],
            scale,
            np.array([negative, neutral, positive]),
            threshold,
        )
