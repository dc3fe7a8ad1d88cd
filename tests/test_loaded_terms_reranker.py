"""The re-ranker learns from marked words, forgets nothing when saved, and keeps whole outlets apart."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from analysis import config
from analysis.errors import InputError, OutputError, ResourceError
from analysis.loaded_terms import reranker as module
from analysis.loaded_terms.matcher import matcher
from analysis.loaded_terms.reranker import (
    fit_reranker,
    load_reranker,
    outlets_left_out,
    rerank_terms,
    save_reranker,
    train_reranker,
)

pytest.importorskip("sklearn", reason="training needs scikit-learn (the extra `train`)")

GOLD = config.gold_folder()
MARKED = ["brutal", "vile", "shameful", "disgusting"]
PLAIN = ["green", "wooden", "northern", "weekly"]


def made() -> tuple[pd.DataFrame, pd.DataFrame]:
    """Sentences of three made outlets in which four adjectives are always marked and four never."""
    texts, outlets, words = [], [], []
    for number in range(80):
        word = (MARKED + PLAIN)[number % 8]
        texts.append(f"The council of Town {number} met in the {word} hall on Monday.")
        outlets.append(("east", "west", "south")[number % 3])
        if word in MARKED:
            words.append((number, word))
    sentences = pd.DataFrame({"sentence_id": range(80), "text": texts, "outlet": outlets})
    return sentences, pd.DataFrame(words, columns=["sentence_id", "word"])


@pytest.fixture(scope="module")
def trained() -> module.Reranker:
    return fit_reranker(*made())


def test_it_finds_what_was_marked_and_a_word_like_it(trained: module.Reranker) -> None:
    found = rerank_terms("The council of Town 99 met in the vile hall on Monday.", trained)
    assert found["surface"].tolist() == ["vile"]
    values = dict(
        zip(("abhorrent", "wooden"), _probabilities(trained, "The council met in the {} hall.", "abhorrent", "wooden"))
    )
    assert values["abhorrent"] > values["wooden"]


def _probabilities(trained: module.Reranker, frame: str, *words: str) -> list[float]:
    ready = matcher()
    result = []
    for word in words:
        text = frame.format(word)
        spans, values = trained.probabilities(text, ready)
        result.append(float(values[[text[start:end] for start, end in spans].index(word)]))
    return result


def test_outlets_left_out_are_judged_unseen() -> None:
    figures = outlets_left_out(*made())
    assert figures.f1.value > 0.9
    assert figures.recall.n == 40
    sentences, words = made()
    with pytest.raises(InputError, match="three outlets"):
        outlets_left_out(sentences[sentences["outlet"] != "south"], words)


def test_saved_and_loaded_it_is_the_same(trained: module.Reranker, tmp_path: Path) -> None:
    save_reranker(trained, tmp_path / "out")
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == ["reranker.json", "weights.npz"]
    again = load_reranker(tmp_path / "out")
    assert again.threshold == trained.threshold
    np.testing.assert_allclose(again.weights, trained.weights, atol=1e-6)
    text = "A vile and brutal day."
    np.testing.assert_allclose(
        again.probabilities(text, matcher())[1], trained.probabilities(text, matcher())[1], atol=1e-5
    )


def test_training_twice_gives_the_same_bytes(trained: module.Reranker, tmp_path: Path) -> None:
    save_reranker(trained, tmp_path / "one")
    save_reranker(fit_reranker(*made()), tmp_path / "two")
    for name in ("reranker.json", "weights.npz"):
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes()


def test_a_broken_or_foreign_file_is_refused(trained: module.Reranker, tmp_path: Path) -> None:
    with pytest.raises(ResourceError, match="python -m analysis train loaded_terms"):
        load_reranker(tmp_path)
    save_reranker(trained, tmp_path)
    about = json.loads((tmp_path / "reranker.json").read_text(encoding="utf-8"))
    (tmp_path / "reranker.json").write_text(json.dumps(about | {"n_buckets": 2 * module.N_BUCKETS}), encoding="utf-8")
    with pytest.raises(ResourceError, match="train it again"):
        load_reranker(tmp_path)


def test_one_outlet_or_no_marks_are_refused() -> None:
    sentences, words = made()
    with pytest.raises(InputError, match="two outlets"):
        fit_reranker(sentences.assign(outlet="east"), words)
    with pytest.raises(InputError, match="nothing to learn"):
        fit_reranker(sentences, words.iloc[:0])


def test_no_words_give_no_probabilities(trained: module.Reranker) -> None:
    assert rerank_terms("1999!", trained).empty
    assert rerank_terms("", trained).empty


def test_weights_never_land_in_the_package() -> None:
    with pytest.raises(OutputError, match="must not lie inside the package"):
        train_reranker(Path("nowhere"), config.RESOURCES / "loaded_terms")


@pytest.mark.gold
@pytest.mark.skipif(GOLD is None or not (GOLD / "babe").is_dir(), reason="BABE is not at hand (ANALYSIS_GOLD)")
def test_babe_with_whole_outlets_left_out(tmp_path: Path) -> None:
    assert GOLD is not None
    figures = train_reranker(GOLD / "babe", tmp_path)
    assert figures.f1.value >= 0.48
    assert 0 < load_reranker(tmp_path).threshold < 1
