"""Training learns what a tiny hand-coded corpus teaches, and gives the same bytes for the same seed."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from analysis.attribution import coded, model, regression, train
from analysis.attribution.crf import LABELS
from analysis.attribution.tokens import tokenise
from analysis.errors import InputError
from tests.made_corpora import SOURCES, attributions


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("polnear")
    attributions(folder)
    return folder


def test_codes_become_labels_of_the_units_below_them(corpus: Path) -> None:
    laid = coded.lay_out(coded.read_split(corpus, "train"), {"said": {"VBD": 5}})
    document = laid.documents[0]
    units = document.around.unit[document.labels > 0]
    forms = [document.tokens.forms[unit] for unit in units]
    labels = [LABELS[label] for label in document.labels[document.labels > 0]]
    assert forms[:6] == ["Pell", "said", "the", "bridge", "would", "close"]
    assert labels[:6] == ["B-source", "B-cue", "B-content", "I-content", "I-content", "I-content"]
    assert laid.lexicon.cues["said"] >= 4


def test_training_learns_and_repeats_itself(corpus: Path, tmp_path: Path) -> None:
    first = train.train_attribution(corpus, tmp_path / "one.npz", seed=3)
    train.train_attribution(corpus, tmp_path / "two.npz", seed=3)
    assert (tmp_path / "one.npz").read_bytes() == (tmp_path / "two.npz").read_bytes()
    frames = (tmp_path / "cue_frames.csv").read_text(encoding="utf-8").splitlines()
    assert f"clause,say,{12 * len(SOURCES)},{12 * len(SOURCES)}" in frames
    text = "Orr said talks had failed. The day was long."
    found = first.find(tokenise(text), compiled=True)
    assert [text[a:b] for one in found for a, b in (*one.source, *one.cue, *one.content)] == [
        "Orr",
        "said",
        "talks had failed",
    ]
    again = model.load(tmp_path / "one.npz")
    assert again.find(tokenise(text), compiled=False) == found


def test_folder_without_codes_is_refused(tmp_path: Path) -> None:
    (tmp_path / "data" / "train" / "text").mkdir(parents=True)
    with pytest.raises(InputError):
        train.train_attribution(tmp_path, tmp_path / "out.npz")


def test_rare_features_have_no_row_and_small_weights_are_left_out(corpus: Path) -> None:
    laid = coded.lay_out(coded.read_split(corpus, "train"), {})
    number = np.concatenate([document.around.number for document in laid.documents])
    values = np.zeros((1, len(number)), dtype=np.int64)
    values[0, :2] = 77
    index = regression.index_features(("a",), values, number, laid.forms)
    assert index.features[:2, 0].tolist() == [0, 0]
    assert (index.features[2:, 0] > 0).all()
    weights = np.zeros((index.n_rows, 7))
    weights[2, 0] = 1.0
    assert len(regression.weights_of(index, weights, np.zeros((7, 7))).keys) == 1
