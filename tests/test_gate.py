"""The gate lets through what can be compared, says what would mislead, and refuses what nobody could see."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from analysis import schema
from analysis.compare import can_compare, compare, estimators, find_copies, made_counts, side_balance, without_copies
from analysis.compare.copies import near_copies, runs_of
from analysis.compare.gate import difference_of, verdict_of
from analysis.compare.made_counts import SETTINGS, null_pairs
from tests.made_studies import made_study


def made(n: int = 12, outlets: int = 2, seed: int = 1):
    rng = np.random.default_rng(seed)
    words = made_counts.article_words(rng, (outlets, n))
    return made_study(rng.poisson(0.02 * words), words)


def told(study, texts):
    """The study with these texts as whole bodies."""
    n_chars = [len(text) for text in texts]
    articles = study.articles.assign(text=texts, n_chars=n_chars)
    zones = [(a, 0, "body", 0, n) for a, n in zip(articles["article_id"], n_chars, strict=True)]
    return replace(study, articles=articles, zones=schema.table("zones", zones))


def sentences_of(rng, n: int, words) -> str:
    return " ".join(rng.choice(words, n)) + "."


VOCABULARY = np.array([f"w{k}" for k in range(3_000)])


def texts_for(study, seed=3, n=300):
    rng = np.random.default_rng(seed)
    return [sentences_of(rng, n, VOCABULARY) for _ in range(len(study.articles))]


def test_enough_and_alike_goes_through_without_a_word():
    row = can_compare(told(made(), texts_for(made()))).iloc[0]
    assert (row["verdict"], row["reason"], row["n_copies"]) == ("go", "", 0)
    assert row["n_events"] == 12


@pytest.mark.parametrize(("n", "verdict"), [(4, "refuse"), (5, "warn"), (9, "warn"), (10, "go")])
def test_five_events_are_needed_and_below_ten_the_reader_is_told(n, verdict):
    assert can_compare(made(n)).iloc[0]["verdict"] == verdict


@pytest.mark.parametrize(("n", "verdict"), [(4, "refuse"), (5, "warn"), (10, "go")])
def test_five_articles_a_side_are_needed_where_there_are_no_events(n, verdict):
    assert can_compare(made(n), within=None).iloc[0]["verdict"] == verdict


def test_five_events_say_that_no_test_can_reach_significance():
    assert "no test can reach" in can_compare(made(5)).iloc[0]["reason"]


def test_nothing_found_on_either_side_is_refused():
    words = np.full((2, 8), 400.0)
    row = can_compare(made_study(np.zeros((2, 8)), words)).iloc[0]
    assert row["verdict"] == "refuse" and "Nothing was found" in row["reason"]
    assert np.isnan(row["smallest_seen"])


def test_counts_that_never_vary_are_refused_instead_of_having_no_width():
    hits, words = np.array([[2] * 8, [1] * 8]), np.full((2, 8), 400.0)
    assert "chance" in compare(made_study(hits, words), "loaded_terms").iloc[0]["reason"]


def test_sides_of_very_different_size_are_warned_about():
    study = made(40)
    first = (study.articles["outlet"] == "outlet 0").to_numpy()
    kept = ~first | (np.cumsum(first) <= 7)
    ids = set(study.articles["article_id"][kept])
    small = replace(study, **{
        name: frame[frame["article_id"].isin(ids)].reset_index(drop=True)
        for name, frame in study.tables().items() if "article_id" in frame and len(frame)
    })  # fmt: skip
    assert "very different size (7 and 40" in can_compare(small, within=None).iloc[0]["reason"]


def test_one_long_article_that_carries_the_comparison_is_named():
    words = np.full((2, 10), 200.0)
    words[:, 0] = 20_000
    hits = np.random.default_rng(2).poisson(words * 0.02)
    assert "long articles carry" in can_compare(made_study(hits, words)).iloc[0]["reason"]


def test_the_smallest_difference_seen_is_seen_in_four_of_five_made_studies():
    rng = np.random.default_rng(9)
    setting = replace(SETTINGS[1], event=0.05)
    plain = made_counts.draw(rng, setting, 30, sims=400)
    found = estimators.within_events(*plain)
    seen = float(np.median(found.smallest_seen()))
    ratio = 1 + seen / (setting.rate / 1_000)
    moved = estimators.within_events(*made_counts.draw(rng, setting, 30, sims=2_000, ratio=ratio))
    low, _ = moved.limits()
    assert 0.66 <= np.mean(low > 0) <= 0.86  # a larger rate varies more, so it is a little less than .80


def test_genre_length_and_date_are_compared():
    study = made(12)
    first = (study.articles["outlet"] == "outlet 0").to_numpy()
    articles = study.articles.assign(
        genre=np.where(first, "opinion", "news"), published=np.where(first, "2020-01-01", "2020-03-01T10:00")
    )
    texts = texts_for(study)
    texts = [text if k % 24 < 12 else text[: len(text) // 5] for k, text in enumerate(texts)]
    reason = can_compare(told(replace(study, articles=articles), texts), min_words=20).iloc[0]["reason"]
    assert "Genres differ: only 0%" in reason
    assert "5.0 times as long" in reason
    assert "60 days apart" in reason


def test_unknown_dates_and_genres_are_missing_not_zero():
    study = made(6)
    study = replace(study, articles=study.articles.assign(published="sometime in 2020-99-99"))
    balance = side_balance(told(study, texts_for(study)))
    assert balance[["genre_overlap", "days_apart"]].isna().all().all()
    assert not balance["length_ratio"].isna().any()


def test_sides_that_write_about_other_names_are_warned_about_where_there_are_no_events():
    study = made(12)
    rng = np.random.default_rng(4)
    towns = np.array([[f"Town{chr(97 + k)}" for k in range(6)], [f"Lake{chr(97 + k)}" for k in range(6)]])
    apart = [f"they met in {' and in '.join(rng.choice(towns[k // 12], 3))} today " * 20 for k in range(24)]
    alike = [f"they met in {' and in '.join(rng.choice(towns.ravel(), 3))} today " * 20 for _ in range(24)]
    assert "different names" in can_compare(told(study, apart), within=None).iloc[0]["reason"]
    assert side_balance(told(study, alike), within=None).iloc[0]["topic_p"] > 0.05


def test_copies_are_found_counted_and_can_be_left_out():
    study = made(12)
    texts = texts_for(study)
    texts[15] = texts[3]  # the same wire story
    texts[20] = texts[5][: len(texts[5]) * 2 // 3] + " " + texts_for(study, seed=8)[0][:200]  # an edited reprint
    study = told(study, texts)
    copies = find_copies(study)
    ids = study.articles["article_id"]
    assert list(zip(copies["article_a"], copies["article_b"], strict=True)) == [(ids[3], ids[15]), (ids[5], ids[20])]
    assert copies["shared"].iloc[0] == 1.0
    row = can_compare(study).iloc[0]
    assert row["n_copies"] == 4 and "4 articles repeat another" in row["reason"]
    left = without_copies(study, copies)
    assert len(left.articles) == 20
    assert can_compare(left).iloc[0]["n_copies"] == 0


def test_shared_runs_are_those_counted_by_a_set():
    a = "one two three four five six seven"
    b = "zero one two three four five six"
    assert len(runs_of(a)) == 3
    assert len(np.intersect1d(runs_of(a), runs_of(b))) == 2
    assert len(runs_of("too short a")) == 0


def test_copies_agree_with_the_comparison_of_every_text_with_every_other():
    rng = np.random.default_rng(5)
    base = [rng.choice(VOCABULARY, 400) for _ in range(20)]
    texts = [" ".join(words) for words in base]
    for share in (0.2, 0.5, 0.7, 0.9):
        for words in base[:5]:
            cut = int(400 * share)
            texts.append(" ".join([*words[:cut], *rng.choice(VOCABULARY, 400 - cut)]))

    def shingles(text):
        words = text.split()
        return {tuple(words[k : k + 5]) for k in range(len(words) - 4)}

    sets = [shingles(text) for text in texts]
    slow = {
        (a, b)
        for a in range(len(sets))
        for b in range(a + 1, len(sets))
        if len(sets[a] & sets[b]) / min(len(sets[a]), len(sets[b])) >= 0.4
    }
    assert {(a, b) for a, b, _ in near_copies(texts)} == slow


def test_reprints_make_a_chain_not_every_pair():
    rng = np.random.default_rng(6)
    story = " ".join(rng.choice(VOCABULARY, 200))
    texts = [story] * 500 + [f"{story} reprint {k}" for k in range(500)]
    found = near_copies(texts)
    assert 999 <= len(found) <= 5_000
    assert len({place for a, b, _ in found for place in (a, b)}) == 1_000


def test_null_corpora_are_rarely_let_through_with_a_claim():
    """False go: the gate lets a difference be claimed where none was put in; it may happen in one row of twenty."""
    rng = np.random.default_rng(11)
    claimed = rows = 0
    for n in (10, 15):
        for _ in range(60):
            for pair in null_pairs(rng, SETTINGS[1], n, is_within=True)[::3]:
                verdict, _, found = verdict_of(pair, None)
                rows += 1
                if verdict == "go" and found is not None:
                    low, high = found.limits()
                    claimed += not low[0] <= 0 <= high[0]
    assert rows == 1_200
    assert claimed / rows <= 0.065


def test_a_pair_is_measured_in_the_unit_of_its_measure():
    rng = np.random.default_rng(1)
    pair = null_pairs(rng, SETTINGS[0], 12, is_within=True)[0]
    per_100 = replace(pair, measure=replace(pair.measure, scale=100.0))
    ten = [difference_of(p) for p in (pair, per_100)]
    for one, other in zip(ten[0].limits(), ten[1].limits(), strict=True):
        assert one == pytest.approx(10 * other)
