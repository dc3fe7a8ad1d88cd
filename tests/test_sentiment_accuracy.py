"""Agreement of tone with people: figures by the slow route, counts by hand, known answers where the truth is built in."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats
from sklearn.metrics import f1_score

from analysis import config, gold, sentiment
from analysis.sentiment import accuracy


def targets(probabilities, labels) -> pd.DataFrame:
    return pd.DataFrame(probabilities, columns=["p_negative", "p_neutral", "p_positive"]).assign(label=labels)


def test_r_is_pearsons_and_copies_of_sentences_make_no_interval_narrower():
    rng = np.random.default_rng(1)
    ratings = rng.normal(size=200)
    scores = pd.DataFrame({"a": ratings + rng.normal(size=200), "b": np.zeros(200)})
    alone = accuracy.correlations(scores, ratings, [str(i) for i in range(200)]).set_index("instrument")
    assert alone.loc["a", "r"] == pytest.approx(stats.pearsonr(scores["a"], ratings).statistic)
    assert np.isnan(alone.loc["b", "r"])
    assert alone.loc["b", "share_zero"] == 1
    fisher = np.tanh(np.arctanh(alone.loc["a", "r"]) + np.array([-1.96, 1.96]) / np.sqrt(197))
    assert alone.loc["a", ["low", "high"]].tolist() == pytest.approx(fisher.tolist(), abs=0.03)
    four = pd.concat([scores[["a"]]] * 4, ignore_index=True)
    copied = accuracy.correlations(four, np.tile(ratings, 4), [str(i % 200) for i in range(800)]).iloc[0]
    assert copied["high"] - copied["low"] == pytest.approx(alone.loc["a", "high"] - alone.loc["a", "low"], rel=0.1)


def test_macro_f1_is_scikit_learns_and_brier_is_counted_by_hand():
    rng = np.random.default_rng(2)
    p = rng.dirichlet([1, 1, 1], size=300)
    true = rng.integers(0, 3, size=300)
    table = accuracy.target_accuracy(targets(p, "neutral"), true, [str(i) for i in range(300)]).set_index("labels")
    assert table.loc["all", "f1"] == pytest.approx(f1_score(true, p.argmax(axis=1), average="macro"))
    assert table.loc["all", "low"] < table.loc["all", "f1"] < table.loc["all", "high"]
    one = accuracy.target_accuracy(targets([[0.2, 0.5, 0.3]], ["neutral"]), [2], ["x"]).set_index("labels")
    assert one.loc["all", "brier"] == pytest.approx(0.2**2 + 0.5**2 + 0.7**2)


def test_unsure_targets_are_out_of_the_second_row():
    scores = targets([[0.8, 0.1, 0.1], [0.34, 0.33, 0.33], [0.1, 0.1, 0.8]], ["negative", "unsure", "positive"])
    table = accuracy.target_accuracy(scores, [0, 2, 2], ["a", "b", "c"]).set_index("labels")
    assert table.loc["sure", ["accuracy", "share", "n"]].tolist() == pytest.approx([1, 2 / 3, 2])
    assert table.loc["all", "accuracy"] == pytest.approx(2 / 3)


def test_reliability_of_honest_probabilities_lies_on_the_diagonal():
    rng = np.random.default_rng(3)
    p = rng.dirichlet([1, 1, 1], size=6_000)
    curve = accuracy.reliability(targets(p, "neutral"), [rng.choice(3, p=row) for row in p])
    assert (curve["predicted"] - curve["observed"]).abs().max() < 0.04
    assert curve["n"].sum() == 18_000


def test_order_of_outlets_counts_ties_as_half():
    tones = pd.DataFrame(
        {"article_id": list("abcabc"), "instrument": list("xxxyyy"), "tone": [0.3, 0.1, 0.1, 0.0, 0.0, 0.0]}
    )
    stances = pd.DataFrame({"article_a": ["a", "b"], "article_b": ["b", "c"], "is_a_kinder": [True, False]})
    table = accuracy.outlet_order(tones, stances).set_index("instrument")
    assert table["share"].to_dict() == {"x": 0.75, "y": 0.5}
    assert table["n_pairs"].tolist() == [2, 2]


def test_wilson_limits_as_published():
    # Newcombe 1998, Statistics in Medicine 17, table I, method 3: 81 of 263.
    assert accuracy.share_limits(81, 263) == pytest.approx((0.2553, 0.3662), abs=1e-4)
    assert accuracy.share_limits(0, 0) == (0, 1)


@pytest.mark.gold
def test_instruments_reach_their_figures_on_rated_editorials():
    folder = config.gold_folder()
    if folder is None:
        pytest.skip("hand-coded corpora are not at hand (ANALYSIS_GOLD)")
    rated = gold.read_nyt_ratings(folder / "vader")
    names = ["textblob", "vader", "wide", "mean_lexica"]
    scores = sentiment.score_texts(rated["text"].tolist(), instruments=names)
    r = accuracy.correlations(scores, rated["rating"], rated["editorial"]).set_index("instrument")["r"]
    assert r["textblob"] == pytest.approx(0.28, abs=0.03)
    assert r["vader"] == pytest.approx(0.51, abs=0.03)
    assert r["wide"] > 0.50
    assert r["mean_lexica"] > 0.56
