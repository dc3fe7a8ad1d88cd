"""The re-ranker learns from marked words, forgets nothing when saved, and keeps whole outlets apart."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from analysis import config
from analysis.errors import InputError, OutputError, ResourceError
from analysis.loaded_terms import read_lexicon
from analysis.loaded_terms.features import N_BUCKETS
from analysis.loaded_terms.matcher import matcher
from analysis.loaded_terms.reranker import UNLISTED, Reranker, find_marked_words, load_reranker, save_reranker
from analysis.loaded_terms.training import fit_reranker, outlets_left_out, train_reranker

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
def trained() -> Reranker:
    return fit_reranker(*made())


def found_in(text: str, reranker: Reranker) -> pd.DataFrame:
    """What it marks in a text of one sentence that begins after two characters."""
    articles = pd.DataFrame({"article_id": ["a"], "text": [f"– {text}"]})
    sentences = pd.DataFrame({"article_id": ["a"], "sentence_no": [4], "start": [2], "end": [2 + len(text)]})
    return find_marked_words(articles, sentences, reranker)


def test_it_finds_what_was_marked_and_a_word_like_it(trained: Reranker) -> None:
    found = found_in("The council of Town 99 met in the vile hall on Monday.", trained)
    row = found.iloc[0]
    assert len(found) == 1
    assert (row["term_id"], row["category"], row["layer"]) == ("vile", "evaluative_negative", "loaded")
    assert (row["surface"], row["start"], row["end"], row["sentence_no"]) == ("vile", 36, 40, 4)
    assert trained.threshold <= row["probability"] < 1
    values = dict(
        zip(("abhorrent", "wooden"), _probabilities(trained, "The council met in the {} hall.", "abhorrent", "wooden"))
    )
    assert values["abhorrent"] > values["wooden"]


def test_a_word_that_no_list_holds_is_named_by_its_form_and_a_denial_is_marked(trained: Reranker) -> None:
    eager = replace(trained, threshold=0.0)
    found = found_in("It is not a Northern, far-right hall.", eager).set_index("surface")
    assert found.loc["Northern", ["term_id", "category", "is_negated"]].tolist() == ["northern", UNLISTED, True]
    assert found.loc["far-right", ["term_id", "category"]].tolist() == ["far-right", "ideology"]
    assert not found.loc["hall", "is_negated"]
    assert found["start"].is_monotonic_increasing


def test_another_lexicon_is_refused(trained: Reranker) -> None:
    other = read_lexicon().iloc[1:]
    articles = pd.DataFrame({"article_id": ["a"], "text": ["Text."]})
    sentences = pd.DataFrame({"article_id": ["a"], "sentence_no": [0], "start": [0], "end": [5]})
    with pytest.raises(ResourceError, match="trained over another lexicon"):
        find_marked_words(articles, sentences, trained, lexicon=other)


def test_its_hash_tells_it_from_another(trained: Reranker, tmp_path: Path) -> None:
    save_reranker(trained, tmp_path)
    assert load_reranker(tmp_path).sha256 == trained.sha256
    assert replace(trained, threshold=0.5).sha256 != trained.sha256


def _probabilities(trained: Reranker, frame: str, *words: str) -> list[float]:
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


def test_saved_and_loaded_it_is_the_same(trained: Reranker, tmp_path: Path) -> None:
    save_reranker(trained, tmp_path / "out")
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == ["reranker.json", "weights.npz"]
    again = load_reranker(tmp_path / "out")
    assert again.threshold == trained.threshold
    np.testing.assert_allclose(again.weights, trained.weights, atol=1e-6)
    text = "A vile and brutal day."
    np.testing.assert_allclose(
        again.probabilities(text, matcher())[1], trained.probabilities(text, matcher())[1], atol=1e-5
    )


def test_training_twice_gives_the_same_bytes(trained: Reranker, tmp_path: Path) -> None:
    save_reranker(trained, tmp_path / "one")
    save_reranker(fit_reranker(*made()), tmp_path / "two")
    for name in ("reranker.json", "weights.npz"):
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes()


def test_a_broken_or_foreign_file_is_refused(trained: Reranker, tmp_path: Path) -> None:
    with pytest.raises(ResourceError, match="python -m analysis train loaded_terms"):
        load_reranker(tmp_path)
    save_reranker(trained, tmp_path)
    about = json.loads((tmp_path / "reranker.json").read_text(encoding="utf-8"))
    (tmp_path / "reranker.json").write_text(json.dumps(about | {"n_buckets": 2 * N_BUCKETS}), encoding="utf-8")
    with pytest.raises(ResourceError, match="train it again"):
        load_reranker(tmp_path)


def test_one_outlet_or_no_marks_are_refused() -> None:
    sentences, words = made()
    with pytest.raises(InputError, match="two outlets"):
        fit_reranker(sentences.assign(outlet="east"), words)
    with pytest.raises(InputError, match="nothing to learn"):
        fit_reranker(sentences, words.iloc[:0])


def test_no_words_give_no_probabilities(trained: Reranker) -> None:
    assert found_in("1999!", trained).empty
    assert found_in("", trained).dtypes.to_dict() == found_in("A vile day.", trained).dtypes.to_dict()


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
