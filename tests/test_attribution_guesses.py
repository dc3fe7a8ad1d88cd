"""Guesses of a larger model come back by their paragraphs, keep no text, and teach a cue that nobody coded."""

from __future__ import annotations

import sys
from itertools import product
from pathlib import Path

import numpy as np
import pytest

from analysis.attribution import guesses, train
from analysis.attribution.tokens import tokenise
from analysis.errors import InputError, MissingExtra
from tests.made_corpora import attributions, uncoded
from tests.test_sentiment_toward_training import script

NAMES = ("Pell", "Orr", "Vance", "Dunn", "Lisle")
SENTENCES = [
    f"{name} averred {what} would {do}." for name in NAMES for what in ("taxes", "rain") for do in ("fall", "end")
]
SAID = np.array([1, 3, 5, 6, 6, 0], dtype=np.int8)  # the name, `averred`, three units of the claim, the full stop


@pytest.fixture
def polnear(tmp_path: Path) -> Path:
    """PolNeAR's layout with articles in which people `said`, beside it news in which they `averred`."""
    uncoded(tmp_path, SENTENCES)
    attributions(tmp_path / "polnear")
    return tmp_path / "polnear"


def soft_file(folder: Path, sentences: list[str]) -> Path:
    guesses.write_guesses(folder / "soft.npz", {guesses.text_key(sentence): SAID for sentence in sentences})
    return folder / "soft.npz"


def test_guesses_come_back_by_their_paragraphs_and_no_text_is_kept(tmp_path: Path) -> None:
    first, second = np.array([1, 3, 5, 0], dtype=np.int8), np.array([0], dtype=np.int8)
    guesses.write_guesses(
        tmp_path / "soft.npz", {guesses.text_key("Pell said so."): first, guesses.text_key("No"): second}
    )
    found = guesses.read_guesses(tmp_path / "soft.npz")
    assert found[guesses.text_key("Pell said so.")].tolist() == first.tolist()
    assert found[guesses.text_key("No")].tolist() == second.tolist()
    with np.load(tmp_path / "soft.npz") as file:
        assert {name: file[name].dtype.kind for name in file.files} == {"keys": "u", "lengths": "u", "labels": "u"}


@pytest.mark.parametrize(
    "arrays",
    [
        {"keys": [1]},
        {"keys": [1], "lengths": [2], "labels": [0]},
        {"keys": [1], "lengths": [1], "labels": [7]},
        {"keys": [], "lengths": [], "labels": []},
    ],
)
def test_a_file_of_something_else_is_refused(tmp_path: Path, arrays: dict[str, list[int]]) -> None:
    np.savez(tmp_path / "other.npz", **{name: np.array(array, dtype=np.uint64) for name, array in arrays.items()})
    with pytest.raises(InputError, match="no file of guesses"):
        guesses.read_guesses(tmp_path / "other.npz")


def test_articles_are_the_paragraphs_that_were_guessed_with_a_label_on_each_unit(polnear: Path) -> None:
    wanted = [SENTENCES[3], SENTENCES[7]]
    (name, text, labels), *others = guesses.guessed_articles(polnear, guesses.read_guesses(soft_file(polnear, wanted)))
    assert not others
    assert (name, text) == ("guessed 0", "\n".join(wanted))
    assert labels.tolist() == [*SAID, *SAID]
    assert len(tokenise(text)) == len(labels)


def test_a_guess_without_its_text_is_refused(polnear: Path) -> None:
    with pytest.raises(InputError, match="1 of 2 guesses"):
        guesses.guessed_articles(polnear, {guesses.text_key(SENTENCES[0]): SAID, 7: SAID})


def test_guesses_teach_a_cue_that_nobody_coded_and_the_bytes_are_the_same_twice(polnear: Path) -> None:
    text = "Roe averred talks would fail. The day was long."
    soft = soft_file(polnear, SENTENCES)
    taught = [train.train_attribution(polnear, polnear / f"{name}.npz", soft=soft) for name in ("one", "two")]
    bare = train.train_attribution(polnear, polnear / "bare.npz")
    claims = [
        [text[a:b] for one in tagger.find(tokenise(text), compiled=True) for a, b in (*one.cue, *one.content)]
        for tagger in (taught[0], bare)
    ]
    assert claims[0] == ["averred", "talks would fail"]
    assert claims[1] != claims[0]
    assert (polnear / "one.npz").read_bytes() == (polnear / "two.npz").read_bytes()


def test_labels_never_go_on_without_a_beginning_and_the_maker_says_what_it_needs(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    maker = script("make_attribution_guesses")
    logs = np.full((3, 7), -9.0)
    logs[0, 6] = logs[1, 6] = logs[2, 4] = -0.1
    logs[0, 5], logs[2, 0] = -0.2, -1.0
    assert maker.best_labels(logs).tolist() == [5, 6, 0]
    monkeypatch.setitem(sys.modules, "torch", None)
    with pytest.raises(MissingExtra, match="pip install torch"):
        maker.Teacher(tmp_path)


def test_log_probabilities_of_labels_are_sums_over_every_path() -> None:
    maker = script("make_attribution_guesses")
    random = np.random.default_rng(3)
    scores, transitions = random.normal(size=(4, 3)), random.normal(size=(3, 3))
    weight = np.zeros((4, 3))
    for path in product(range(3), repeat=4):
        total = sum(scores[place, label] for place, label in enumerate(path)) + transitions[path[:-1], path[1:]].sum()
        weight[range(4), path] += np.exp(total)
    assert np.exp(maker.log_marginals(scores, transitions)) == pytest.approx(weight / weight.sum(axis=1, keepdims=True))
