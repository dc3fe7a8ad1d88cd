"""Teaching tone toward a target: it learns labels and guesses, keeps no text, and writes the same bytes each time."""

import importlib.util
import sys

import numpy as np
import pytest

from analysis import config
from analysis.errors import InputError, MissingExtra
from analysis.sentiment import toward, toward_training, wordforms
from tests.made_corpora import newsmtsc

N_WORDS = len(wordforms.word_table().row)


def made_newsmtsc(folder):
    """A corpus in NewsMTSC's layout in which the word beside the target decides, with empty corpora beside it."""
    corpus = newsmtsc(folder / "newsmtsc", 180, ending=" in which Ada Byron sat.")
    for name in ("polnear/data/train/text", "polnear/data/train/attributions", "basil/articles"):
        (folder / name).mkdir(parents=True)
    (folder / "polnear" / "data" / "metadata.tsv").write_text("filename\n", encoding="utf-8")
    (folder / "polnear" / "data" / "train" / "text" / "one.txt").write_text(
        "On Monday, Miller and Ada Byron met, and she left early.", encoding="utf-8"
    )
    return corpus


def test_it_learns_what_was_put_in_and_writes_the_same_bytes_twice(tmp_path):
    corpus = made_newsmtsc(tmp_path)
    figures = [toward_training.train_toward(corpus, tmp_path / f"{name}.npz", n_rounds=25) for name in "ab"]
    assert figures[0]["f1"] > 0.9
    assert figures[0] == figures[1]
    assert (tmp_path / "a.npz").read_bytes() == (tmp_path / "b.npz").read_bytes()


def test_mentions_are_names_and_pronouns_but_no_days(tmp_path):
    found = list(toward_training.news_mentions(made_newsmtsc(tmp_path)))
    first = [one for one in found if one.article == "one"]
    assert [one.text[one.start : one.end] for one in first] == ["Miller", "Ada Byron", "she"]
    assert {one.text[one.start : one.end] for one in found if one not in first} == {"Miller", "Ada Byron"}
    assert list(toward_training.sentence_mentions("a", "Miller left.")) == []


def test_guesses_come_back_by_their_mentions_and_no_text_is_kept(tmp_path):
    mentions = list(toward_training.sentence_mentions("a", "On Monday, Miller and Ada Byron met in the park."))
    guesses = np.array([[0.7, 0.2, 0.1], [0.1, 0.0, 0.9]])
    vectors = np.linspace(-1.9, 1.9, 2 * N_WORDS).reshape(N_WORDS, 2)
    toward_training.write_guesses(tmp_path / "soft.npz", mentions, guesses, vectors)
    found = toward_training.read_guesses(tmp_path / "soft.npz")
    for mention, guess in zip(mentions, guesses, strict=True):
        assert found.by_key[toward_training.mention_key(mention)] == pytest.approx(guess, abs=1 / 250)
    assert found.vectors == pytest.approx(vectors, abs=1 / 128)
    with np.load(tmp_path / "soft.npz") as file:
        assert {name: file[name].dtype.kind for name in file.files} == {"keys": "u", "guesses": "u", "vectors": "i"}


def test_vectors_of_another_table_of_words_are_refused(tmp_path):
    toward_training.write_guesses(tmp_path / "soft.npz", [], np.zeros((0, 3)), np.zeros((3, 2)))
    with pytest.raises(InputError, match="vectors of 3 words"):
        toward_training.read_guesses(tmp_path / "soft.npz")


def test_a_guess_counts_like_a_label_and_mentions_without_one_are_left_out(tmp_path):
    corpus = made_newsmtsc(tmp_path)
    mentions = list(toward_training.news_mentions(corpus))
    key, vectors = toward_training.mention_key(mentions[1]), np.ones((N_WORDS, 2))
    guesses = toward_training.Guesses({key: np.array([0.6, 0.3, 0.1])}, vectors)
    lessons = toward_training.prepare(toward_training.news_targets(corpus), mentions, guesses)
    assert len(lessons.readings) == 181
    assert lessons.wanted[-1].tolist() == pytest.approx([0.6, 0.3, 0.1])
    assert lessons.articles[-1] == "one"
    assert lessons.is_label.sum() == 180
    assert lessons.table[:-1, -2:].all()
    assert not lessons.table[-1].any()
    assert {"brave", "corrupt", "<target>"} <= set(lessons.forms)
    assert {"miller", "ada", "byron"}.isdisjoint(lessons.forms)


def test_a_file_that_holds_no_guesses_is_refused(tmp_path):
    np.savez(tmp_path / "other.npz", weights=np.zeros(3))
    (tmp_path / "text.npz").write_text("no array", encoding="utf-8")
    for name in ("other.npz", "text.npz", "absent.npz"):
        with pytest.raises(InputError, match=f"{name}: is no file of guesses"):
            toward_training.read_guesses(tmp_path / name)


def test_the_shipped_model_is_small_and_calibrated():
    assert toward.TOWARD_FILE.stat().st_size < 4_000_000
    model = toward._model()
    assert len(model.arrays["forms"]) == len(model.row)
    assert 0.34 < model.threshold < 0.9
    assert model.scale > 0


def script(name):
    """A script of `docs/` as a module."""
    spec = importlib.util.spec_from_file_location(name, config.PROJECT / "docs" / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_larger_model_reads_no_name_and_says_what_it_needs(monkeypatch, tmp_path):
    maker = script("make_soft_labels")
    text = "On Friday Ada Byron told Miller that 30 votes were lost."
    lines = {
        maker.written(toward_training.Mention("a", text.replace("Miller", name), 25, 25 + len(name)))
        for name in ("Miller", "Trump", "Hillary Clinton")
    }
    assert lines == {"on someone told <mask> that 10 votes were lost ."}
    monkeypatch.setitem(sys.modules, "torch", None)
    with pytest.raises(MissingExtra, match="pip install torch"):
        maker.Teacher(tmp_path, 0)


def test_a_new_run_can_guess_about_the_mentions_of_an_earlier_one(tmp_path):
    maker, corpus = script("make_soft_labels"), made_newsmtsc(tmp_path)
    mentions = list(toward_training.news_mentions(corpus))[1::2]
    toward_training.write_guesses(
        tmp_path / "soft.npz", mentions, np.full((len(mentions), 3), 1 / 3), np.zeros((N_WORDS, 1))
    )
    assert maker.choose_again(corpus, tmp_path / "soft.npz", 1_000) == mentions
    assert maker.choose_again(corpus, tmp_path / "soft.npz", 2) == mentions[:2]
