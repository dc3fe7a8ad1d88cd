"""Training: it learns what was put in, the same bytes each time, and the shipped weights are what it gives, without names."""

import json

import numpy as np
import pandas as pd
import pytest

from analysis import config, gold
from analysis.sentiment import lexica, news_tone, toward, training, wordforms
from tests.made_corpora import BAD, GOOD, newsmtsc

CACHES = (wordforms.word_table, wordforms.wide_tone, wordforms.verb_kind)


def test_news_tone_learns_what_was_put_in(tmp_path):
    rng = np.random.default_rng(6)
    lines = []
    for number in range(200):
        rating, choice = ((1.5, GOOD), (-1.5, BAD))[number % 2]
        lines.append(f"{number // 10}_{number}\t{rating}\tIt was a {rng.choice(choice)} move.")
    (tmp_path / "vader").mkdir()
    (tmp_path / "vader" / "nytEditorialSnippets_GroundTruth.txt").write_text("\n".join(lines), encoding="utf-8")
    figures = training.train_news_tone(
        tmp_path / "vader", tmp_path / "n.json", newsmtsc=newsmtsc(tmp_path / "made", 240)
    )
    assert figures["r"] > 0.95
    assert set(json.loads((tmp_path / "n.json").read_text())) == {"features", "stems", "trained_on"}


def test_words_mostly_written_with_a_capital_are_not_common():
    texts = ["We met Trump and Trump said they trump us.", "They met Ada; ada is a language."]
    found = training.common_words(texts, ["loved", "trump", "Paris"])
    assert found == ["ada", "and", "is", "language", "loved", "met", "said", "they", "us"]


def test_the_word_table_spreads_tone_to_neighbours_and_reads_back(tmp_path, monkeypatch):
    sign = {word: np.sign(sum(weights[:3])) for word, weights in lexica.lexicon_words().items() if any(weights[:3])}
    sign |= {"zzgood": 1.0, "zzbad": -1.0}
    forms = sorted([*list(sign)[:600], "zzgood", "zzbad", "zzran"])
    rng = np.random.default_rng(7)

    def encode(asked):
        return np.array([[3 * sign.get(word, 0.0), *rng.normal(size=40)] for word in asked])

    training.build_words(forms, encode, {"zzran": "VBD", "zzgood": "JJ", "zzbad": "VB"}, tmp_path / "w.npz")
    monkeypatch.setattr(wordforms, "WORDS_FILE", tmp_path / "w.npz")
    for cached in CACHES:
        cached.cache_clear()
    try:
        assert wordforms.wide_tone("zzgood") > 0.5
        assert wordforms.wide_tone("zzbad") < -0.5
        assert wordforms.wide_tone("unlisted") == wordforms.wide_tone("the") == 0
        kinds = [wordforms.verb_kind(form) for form in ("zzran", "zzbad", "zzgood", "unseening", "unseened")]
        assert kinds == [wordforms.PAST, wordforms.VERB, wordforms.OTHER, wordforms.VERB, wordforms.PAST]
        assert wordforms.word_table().vectors.shape == (len(forms), training.N_DIMENSIONS)
    finally:
        for cached in CACHES:
            cached.cache_clear()


def test_shipped_files_are_small_and_hold_no_names():
    files = [wordforms.WORDS_FILE, toward.TOWARD_FILE, news_tone.NEWS_TONE_FILE, lexica.LEXICON_FILE]
    assert sum(path.stat().st_size for path in files) < 5_000_000
    names = {"trump", "obama", "clinton", "putin", "iran", "israel", "russia", "republican", "democrat", "fox", "assad"}
    assert names.isdisjoint(wordforms.word_table().row)
    assert names.isdisjoint(json.loads(news_tone.NEWS_TONE_FILE.read_text())["stems"])


def test_the_lexicon_file_is_whole_and_no_word_is_praise_in_one_list_and_blame_in_another():
    table = pd.read_csv(lexica.LEXICON_FILE, keep_default_na=False)
    assert not table.duplicated(["word", "instrument"]).any()
    assert set(table["instrument"]) == {*lexica.LEXICA, lexica.SEVERITY, lexica.NEGATION, lexica.BOOSTER}
    tone = table[table["instrument"].isin(lexica.LEXICA)]
    assert len(tone) > 2_000
    assert tone["weight"].abs().isin([1, 2, 3]).all()
    assert 0.6 < (tone["weight"] > 0).sum() / (tone["weight"] < 0).sum() < 1.2
    ends = tone.groupby("word")["weight"].agg(["min", "max"])
    assert (ends["min"] * ends["max"] > 0).all()


@pytest.mark.gold
def test_shipped_weights_are_what_training_gives():
    folder = config.gold_folder()
    if folder is None:
        pytest.skip("hand-coded corpora are not at hand (ANALYSIS_GOLD)")
    rated = gold.read_nyt_ratings(folder / "vader")
    assert news_tone.was_trained_on([*rated["text"][:3], "Nobody rated this."]).tolist() == [True, True, True, False]
    scores = training.unseen_news_tone(rated, folder / "newsmtsc")
    assert 0.60 < np.corrcoef(scores, rated["rating"])[0, 1] < 0.66  # on what it was trained on it would be .74
    trainer = training.NewsToneTrainer(rated["text"].tolist(), rated["rating"].to_numpy(), folder / "newsmtsc")
    features, _ = trainer.fit(np.arange(len(rated)))
    shipped = json.loads(news_tone.NEWS_TONE_FILE.read_text())["features"]
    again = training._rounded(features)
    assert max(abs(shipped.get(name, 0) - again.get(name, 0)) for name in {*shipped, *again}) < 2e-3


def test_sentences_that_were_not_trained_on_get_the_shipped_score(tmp_path):
    rated = pd.DataFrame({"editorial": ["a"], "rating": [1.0], "text": ["A brave and honest answer, all said."]})
    assert training.unseen_news_tone(rated, tmp_path)[0] == news_tone.score_news_tone(rated["text"].tolist())[0] > 0
