"""Agreement with people is counted right, and on hand-coded news the finder reaches what the documents claim."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from analysis import config, gold, measure_text
from analysis.loaded_terms import find_loaded_terms, matcher, read_lexicon
from analysis.loaded_terms.accuracy import (
    auc_figure,
    category_accuracy,
    content_tokens,
    hit_points,
    sentence_auc,
    text_score,
    voice_auc,
    word_accuracy,
)

GOLD = config.gold_folder()
needs_babe = pytest.mark.skipif(
    GOLD is None or not (GOLD / "babe").is_dir(), reason="BABE is not at hand (ANALYSIS_GOLD)"
)
SEED = config.PROJECT.parent / "shared" / "seed" / "dcnf-2016-08-16-russia-iran.txt"

LEXICON = read_lexicon().query("entry in ['thug', 'brutal', 'regime']").reset_index(drop=True)
SENTENCES = pd.DataFrame(
    {
        "sentence_id": [1, 2, 3],
        "text": ["Thugs ruled the brutal city.", "The regime fell today.", "A vile and bad day."],
        "is_biased": [True, False, True],
    }
)
WORDS = pd.DataFrame({"sentence_id": [1, 3, 3], "word": ["thugs", "vile", "bad day"]})


def test_content_tokens_leave_function_words_out_and_mark_phrases() -> None:
    tokens = content_tokens("It wasn't the state’s bad, bad day: a day 1999.", ["bad day"])
    assert tokens.forms == ["state", "bad", "bad", "day", "day"]
    assert tokens.is_marked == [False, False, True, True, False]


def test_words_are_counted_as_by_hand() -> None:
    # Content tokens hit: Thugs, brutal, regime. Marked: Thugs, vile, bad, day. Both: Thugs.
    figures = word_accuracy(SENTENCES, WORDS, lexicon=LEXICON, resamples=50)
    assert figures.precision.value == pytest.approx(1 / 3)
    assert figures.recall.value == pytest.approx(1 / 4)
    assert figures.f1.value == pytest.approx(2 / 7)
    assert (figures.precision.n, figures.recall.n, figures.f1.n) == (3, 4, 10)
    assert figures.recall.low <= 1 / 4 <= figures.recall.high


def test_categories_are_counted_as_by_hand() -> None:
    table = category_accuracy(SENTENCES, WORDS, lexicon=LEXICON).set_index("category")
    assert table.loc["violence_labels", ["n_hits", "n_marked"]].tolist() == [1, 1]
    assert table.loc["evaluative_negative", ["n_hits", "n_marked"]].tolist() == [1, 0]
    # Wilson's limits for 1 of 1: 0.2065 to 1 (Newcombe 1998).
    assert table.loc["violence_labels", "low"] == pytest.approx(0.2065, abs=1e-4)


def test_the_area_is_the_share_of_pairs_in_order() -> None:
    rng = np.random.default_rng(3)
    marks, scores = rng.random(60) < 0.4, rng.integers(0, 6, 60).astype(float)
    pairs = [(a > b) + (a == b) / 2 for a in scores[marks] for b in scores[~marks]]
    figure = auc_figure(marks, scores, resamples=100)
    assert figure.value == pytest.approx(np.mean(pairs))
    assert figure.low < figure.value < figure.high


@pytest.mark.parametrize(
    ("text", "points"),
    [
        ("A thug came.", 3.0),
        ("She claimed it.", 0.2),
        ("She said it.", 0.0),
        ("She discovered it.", 0.0),
        ("Thugs, she claimed.", 3.2),
    ],
)
def test_a_score_is_strengths_by_layer_over_the_words_and_ten(text: str, points: float) -> None:
    """By hand: `thug` is loaded with strength 3, `claim` a cue verb of strength 2 that takes a stance; `say` takes none,
    and `discover` takes the claim for true."""
    assert text_score(text, matcher(), 3) == pytest.approx(points / (3 + 10))


def test_sentences_with_hits_score_higher() -> None:
    assert sentence_auc(SENTENCES, lexicon=LEXICON, resamples=20).value == pytest.approx(0.5)  # one of two pairs


def test_only_the_asked_voices_count() -> None:
    articles = pd.DataFrame({"article_id": ["a"], "text": ["Thugs ruled. A day. Thugs."]})
    sentences = pd.DataFrame({"article_id": "a", "sentence_no": [0, 1, 2], "start": [0, 13, 20], "end": [12, 19, 26]})
    hits = find_loaded_terms(articles, sentences, lexicon=LEXICON).assign(voice=["narrator", "quoted"])
    pieces = sentences.assign(voice=["narrator", "narrator", "quoted"], n_words=[2, 2, 1])
    marked = pd.DataFrame({"article_id": ["a"], "sentence_no": [0]})
    points = hits.assign(points=hit_points(hits, lexicon=LEXICON))
    own = voice_auc(points, pieces, marked, resamples=5)
    everybody = voice_auc(points, pieces, marked, resamples=5, voices=("narrator", "quoted"))
    assert own.value == 1.0 and own.n == 3
    assert everybody.value == 0.5  # the quoted thugs stand in the shorter sentence


def test_a_sentence_without_own_words_has_no_rate_and_can_be_left_out() -> None:
    """Three sentences with 4, 4 and no own words; the marked ones are the second, with a hit, and the last."""
    key = {"article_id": "a", "sentence_no": [0, 1, 2]}
    pieces = pd.DataFrame({**key, "voice": ["narrator", "narrator", "quoted"], "n_words": [4, 4, 9]})
    points = pd.DataFrame({"article_id": ["a"], "sentence_no": [1], "voice": ["narrator"], "points": [2.0]})
    marked = pd.DataFrame({"article_id": "a", "sentence_no": [1, 2]})
    everywhere = voice_auc(points, pieces, marked, resamples=5)
    where_it_speaks = voice_auc(points, pieces, marked, with_words_only=True, resamples=5)
    assert (everywhere.value, everywhere.n) == (0.75, 3)  # pairs: the second over the first, the last ties with it
    assert (where_it_speaks.value, where_it_speaks.n) == (1.0, 2)


@pytest.fixture(scope="module")
def babe() -> gold.Babe:
    assert GOLD is not None
    return gold.read_babe(GOLD / "babe")


@pytest.mark.gold
@needs_babe
def test_babe_words(babe: gold.Babe) -> None:
    figures = word_accuracy(babe.sentences, babe.words, resamples=50)
    assert figures.precision.value >= 0.48
    assert figures.recall.value >= 0.33


@pytest.mark.gold
@needs_babe
def test_babe_sentences(babe: gold.Babe) -> None:
    assert sentence_auc(babe.sentences, resamples=20).value >= 0.74


@pytest.mark.gold
@pytest.mark.skipif(not SEED.is_file(), reason="the seed story is not at hand (../shared/seed)")
def test_the_seed_story() -> None:
    """Seven core terms, each in the voice that people read, and at most two other hits of the headline layer."""
    hits = measure_text(Path(SEED).read_text(encoding="utf-8")).hits
    loaded = hits[hits["layer"] == "loaded"]
    core = [
        ("strategic", "quoted"),
        ("counter-terrorism", "quoted"),
        ("terrorist", "narrator"),
        ("terrorist", "reported"),
        ("terrorist", "quoted"),
        ("strategic", "reported"),
        ("enemy", "reported"),
    ]
    found = list(zip(loaded["surface"], loaded["voice"].astype(str)))
    assert [hit for hit in found if hit in core] == core
    assert len(found) - len(core) <= 2
