"""Log-odds are those of the printed formula, intervals count articles and not uses, and word shifts add up."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from analysis import schema
from analysis.errors import CannotCompare, SchemaError
from analysis.keyness import count_features, keyness, word_shift
from analysis.schema import Study


def counts(rows: list[tuple[str, str, str, int]]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["article_id", "group", "feature", "n"])


def of_articles(per_article: dict[str, list[dict[str, int]]]) -> pd.DataFrame:
    """Group → its articles, each feature → n."""
    rows = [
        (f"{group}{k}", group, feature, n)
        for group, articles in per_article.items()
        for k, article in enumerate(articles)
        for feature, n in article.items()
    ]
    return counts(rows)


TWO = of_articles({
    "left": [{"regime": 4, "the": 20, "said": 3}, {"regime": 2, "the": 30}, {"the": 9, "tax": 3}] * 2,
    "right": [{"government": 5, "the": 25, "said": 6}, {"the": 28, "regime": 1}, {"tax": 4, "the": 8}] * 2,
})  # fmt: skip


def row_of(table: pd.DataFrame, feature: str, target: str = "left") -> pd.Series:
    return table[(table["feature"] == feature) & (table["target"] == target)].iloc[0]


def test_log_odds_and_z_are_those_of_the_printed_formula():
    """Monroe et al. (2008), equations 16, 19, 22, written out for one word."""
    found = row_of(keyness(TWO, strength=100, min_count=1), "regime")
    y_left, y_right = 12, 2
    n_left, n_right = 2 * (4 + 20 + 3 + 2 + 30 + 9 + 3), 2 * (5 + 25 + 6 + 28 + 1 + 4 + 8)
    prior = 100 * (y_left + y_right) / (n_left + n_right)
    delta = np.log((y_left + prior) / (n_left + 100 - y_left - prior)) - np.log(
        (y_right + prior) / (n_right + 100 - y_right - prior)
    )
    assert found["log_odds"] == pytest.approx(delta)
    assert found["z"] == pytest.approx(delta / np.sqrt(1 / (y_left + prior) + 1 / (y_right + prior)))
    assert (found["n_target"], found["n_reference"], found["docs_target"], found["docs_reference"]) == (12, 2, 4, 2)


def test_a_given_reference_takes_the_place_of_the_pooled_prior():
    prior = pd.DataFrame({"feature": ["regime", "the", "elsewhere"], "n": [50, 900, 50]})
    given = row_of(keyness(TWO, prior=prior, strength=100, min_count=1), "regime")
    assert abs(given["log_odds"]) < abs(row_of(keyness(TWO, strength=0.1, min_count=1), "regime")["log_odds"])
    assert not keyness(TWO, prior=prior)[["log_odds", "z"]].isna().any().any()


def test_two_groups_mirror_each_other():
    table = keyness(TWO, min_count=1)
    one, two = row_of(table, "regime"), row_of(table, "regime", "right")
    assert (one["log_odds"], one["ci_low"]) == pytest.approx((-two["log_odds"], -two["ci_high"]))


def test_interval_is_near_that_of_resampled_articles():
    rng = np.random.default_rng(2)
    articles = {
        group: [{"word": int(rng.poisson(rate * rng.gamma(2, 0.5))), "other": int(rng.integers(150, 400))}
                for _ in range(60)]
        for group, rate in (("left", 6), ("right", 4))
    }  # fmt: skip
    table = of_articles(articles)
    found = row_of(keyness(table, strength=1), "word")
    half = (found["ci_high"] - found["ci_low"]) / 2 / stats.t.ppf(0.975, 59)
    sides = [np.array([[a["word"], a["other"]] for a in articles[g]]) for g in ("left", "right")]
    boots = []
    for _ in range(2_000):
        sums = [side[rng.integers(0, 60, 60)].sum(0) for side in sides]
        boots.append(np.log(sums[0][0] / sums[0][1]) - np.log(sums[1][0] / sums[1][1]))
    assert half == pytest.approx(np.std(boots), rel=0.1)
    assert half > 1.3 / found["z"] * found["log_odds"]  # uses alone would have it much narrower


def test_thirty_uses_in_one_article_are_one_article():
    plain = [{"the": 100} for _ in range(10)]
    table = of_articles({"left": [{"the": 100, "soup": 30}, *plain], "right": plain})
    found = row_of(keyness(table), "soup")
    assert found["z"] > 3
    assert found["ci_low"] < 0 and found["p"] > 0.05


def test_intervals_need_five_articles_a_side():
    few = TWO[~TWO["article_id"].isin(["left4", "left5"])]
    table = keyness(few, min_count=1)
    assert table[["ci_low", "ci_high", "p", "p_adj"]].isna().all().all()
    assert not table["z"].isna().any()


def test_intervals_hold_nothing_where_groups_are_dealt_at_random():
    rng = np.random.default_rng(4)
    vocabulary = [f"w{k}" for k in range(60)]
    held = []
    for _ in range(30):
        rate = rng.gamma(1, 3, 60)
        articles = [dict(zip(vocabulary, (rng.poisson(rate * rng.gamma(2, 0.5, 60)) + 0).tolist(), strict=True))
                    for _ in range(24)]  # fmt: skip
        table = keyness(of_articles({"left": articles[:12], "right": articles[12:]}))
        left = table[table["target"] == "left"]
        held.append(((left["ci_low"] <= 0) & (left["ci_high"] >= 0)).mean())
    assert np.mean(held) >= 0.94


def test_many_groups_stand_against_the_rest_or_in_pairs():
    three = pd.concat([TWO, TWO.assign(group="third", article_id="third" + TWO["article_id"])])
    rest = keyness(three, min_count=1)
    assert sorted(rest["target"].unique()) == ["left", "right", "third"]
    assert row_of(rest, "regime")["n_reference"] == 2 + 14
    pairs = keyness(three, against="pairs", min_count=1)
    assert sorted(set(zip(pairs["target"], pairs["reference"], strict=True))) == [
        ("left", "right"), ("left", "third"), ("right", "third"),
    ]  # fmt: skip


def test_rows_have_a_fixed_order_and_rare_features_are_left_out():
    table = keyness(TWO, min_count=8)
    assert "government" in set(table["feature"]) and "tax" in set(table["feature"])
    assert not (table["n_target"] + table["n_reference"] < 8).any()
    left = table[table["target"] == "left"]
    assert left["z"].is_monotonic_decreasing
    assert table.equals(keyness(TWO.sample(frac=1, random_state=3), min_count=8))


def test_p_adj_is_scipys_false_discovery_rate():
    table = keyness(TWO, min_count=1)
    left = table[table["target"] == "left"]
    assert left["p_adj"].to_numpy() == pytest.approx(stats.false_discovery_control(left["p"]))


def test_what_cannot_be_compared_is_said():
    with pytest.raises(CannotCompare, match="two groups"):
        keyness(TWO[TWO["group"] == "left"])
    with pytest.raises(SchemaError, match="group"):
        keyness(TWO.drop(columns="group"))
    with pytest.raises(SchemaError, match="pairs"):
        keyness(TWO, against="everyone")


def test_convokit_agrees():
    """ConvoKit's FightingWords gives the same z for the same counts and a uniform prior (optional extra)."""
    words = pytest.importorskip(
        "convokit.fighting_words.fightingWords",
        reason="ConvoKit is an optional extra: pip install whose-words[compare]",
    )
    vectoriser = pytest.importorskip("sklearn.feature_extraction.text").CountVectorizer()
    texts = {
        group: [" ".join(" ".join([f] * n) for f, n in zip(part["feature"], part["n"], strict=True))
                for _, part in TWO[TWO["group"] == group].groupby("article_id")]
        for group in ("left", "right")
    }  # fmt: skip
    fighting = words.FightingWords(text_func=str, cv=vectoriser, prior=0.5)
    theirs = fighting._bayes_compare_language(texts["left"], texts["right"])
    uniform = pd.DataFrame({"feature": list(theirs), "n": 1})
    ours = keyness(TWO, prior=uniform, strength=0.5 * len(theirs), min_count=1)
    for feature, z in theirs.items():
        assert row_of(ours, feature)["z"] == pytest.approx(z, rel=1e-5)


TEXT = "The regime won’t fall. “We will rise 40 times,” Holt said."


def study() -> Study:
    article = {name: [""] for name in schema.TABLES["articles"].names} | {
        "article_id": ["a"], "outlet": ["left"], "n_chars": [len(TEXT)], "text": [TEXT],
    }  # fmt: skip
    split = TEXT.index("“")
    stop = TEXT.index("”") + 1
    made = {
        "articles": article,
        "sentences": [("a", 0, 0, "body", 0, split - 1, 4), ("a", 1, 0, "body", split, len(TEXT), 7)],
        "voices": [("a", 0, "narrator", None, 0, split, 4), ("a", 1, "quoted", 0, split, stop, 5),
                   ("a", 2, "narrator", None, stop, len(TEXT), 2)],
    }  # fmt: skip
    return Study(**{name: schema.table(name, made.get(name, ())) for name in Study.__dataclass_fields__})


def test_features_are_the_words_of_one_voice():
    own = count_features(study(), voice="own")
    assert dict(zip(own["feature"], own["n"], strict=True)) == {
        "the": 1, "regime": 1, "won't": 1, "fall": 1, "holt": 1, "said": 1,
    }  # fmt: skip
    quoted = count_features(study(), voice="quoted", ngrams=[1, 2])
    assert set(quoted["feature"]) == {"we", "will", "rise", "times", "we will", "will rise", "rise 40", "40 times"}


def test_runs_of_words_do_not_cross_sentences():
    assert "fall holt" not in set(count_features(study(), voice="own", ngrams=2)["feature"])


def test_a_study_names_its_groups_by_a_column():
    with pytest.raises(CannotCompare, match="'outlet'"):
        keyness(study())
    with pytest.raises(SchemaError, match="colour"):
        keyness(study(), by="colour")


WEIGHTS = pd.DataFrame({"feature": ["regime", "government", "tax", "unused"], "weight": [-2.0, 0.5, -0.5, 3.0]})


def test_contributions_add_up_to_the_difference_of_the_averages():
    table = word_shift(TWO, WEIGHTS, target="left", reference="right")
    left = (12 * -2.0 + 6 * -0.5) / 18
    right = (2 * -2.0 + 10 * 0.5 + 8 * -0.5) / 20
    assert table["contribution"].sum() == pytest.approx(left - right, abs=1e-12)
    moved = word_shift(TWO, WEIGHTS, target="left", reference="right", centre=5.0)
    assert moved["contribution"].sum() == pytest.approx(left - right, abs=1e-12)
    assert table["feature"].iloc[0] == "regime" and table["contribution"].iloc[0] < 0


def test_contributions_add_up_whatever_the_words():
    rng = np.random.default_rng(7)
    features = [f"w{k}" for k in range(500)]
    rows = [
        (f"{g}{a}", g, f, int(rng.integers(1, 9)))
        for g in "lr"
        for a in range(5)
        for f in rng.permutation(features)[:200]
    ]
    weights = pd.DataFrame({"feature": features, "weight": rng.normal(size=500)})
    table = word_shift(counts(rows), weights, target="l", reference="r")
    score = dict(zip(features, weights["weight"], strict=True))
    means = {
        g: np.average([score[f] for _, h, f, _ in rows if h == g], weights=[n for _, h, _, n in rows if h == g])
        for g in "lr"
    }
    assert table["contribution"].sum() == pytest.approx(means["l"] - means["r"], abs=1e-12)


def test_word_shift_refuses_a_side_without_scored_words_and_two_weights_for_one_word():
    with pytest.raises(CannotCompare, match="nobody"):
        word_shift(TWO, WEIGHTS, target="left", reference="nobody")
    with pytest.raises(SchemaError, match="two weights"):
        word_shift(TWO, pd.concat([WEIGHTS, WEIGHTS]), target="left", reference="right")
