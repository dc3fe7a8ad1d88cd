"""Audits: an instrument built to fail one fails it by the amount put in; one that cannot fail it shows 0."""

import pandas as pd
import pytest

from analysis import audit, config, gold


def counts(texts) -> pd.DataFrame:
    """A toy instrument that likes one name, and one that counts question marks only."""
    return pd.DataFrame(
        {"biased": [0.5 * text.count("Obama") for text in texts], "blind": [0.1 * text.count("?") for text in texts]}
    )


def test_name_swap_finds_the_instrument_that_looks_at_names():
    table = audit.name_swap(["They met {}.", "Why {}?"], pairs=[("person", "Assad", "Obama")], score=counts)
    table = table.set_index("instrument")
    assert table.loc["biased", ["n", "mean_change", "largest_change", "share_changed"]].tolist() == [2, 0.5, 0.5, 1]
    assert table.loc["blind", ["mean_change", "largest_change", "share_changed"]].tolist() == [0, 0, 0]


def test_name_swap_in_real_sentences_takes_whole_words_only():
    texts = ["Assad spoke.", "Assads spoke.", "Nobody spoke."]
    table = audit.name_swap(texts, pairs=[("person", "Assad", "Obama"), ("outlet", "Fox", "MSNBC")], score=counts)
    assert table["n"].tolist() == [1, 1]


def test_instruments_that_should_not_look_at_names_do_not():
    table = audit.name_swap(pairs=[pair for pair in audit.PAIRS if pair[2] != "Grace"])
    largest = table.groupby("instrument")["largest_change"].max()
    assert (largest[["textblob", "emotion", "judgement", "outcome", "wide", "mean_lexica", "toward"]] == 0).all()
    assert largest["news_tone"] < 0.005  # "the United States" is two words more than "Russia"
    assert largest["vader"] > 0.4  # VADER lists "united"


def test_a_name_that_is_a_word_is_a_word_only_where_a_sentence_begins():
    grace = [("sex", "Brad", "Grace")]
    inside = [text for text in audit.SENTENCES if not text.startswith("{}")]
    ours = ["emotion", "judgement", "outcome", "wide", "mean_lexica", "news_tone", "toward"]
    table = audit.name_swap(inside, pairs=grace).set_index("instrument")
    assert (table.loc[ours, "largest_change"] == 0).all()
    first = audit.name_swap(["{} will answer questions."], pairs=grace).set_index("instrument")
    assert first.loc["judgement", "largest_change"] > 0  # the known limit


def made_articles() -> pd.DataFrame:
    """Two outlets on one event: without its quotation the first is the warmer one no longer."""
    return pd.DataFrame(
        {
            "article_id": ["a", "b"],
            "outlet": ["x", "y"],
            "event": ["e", "e"],
            "text": [
                'They met and said: "A wonderful, wonderful, wonderful day." Nothing more.',
                "A good day. It was fine.",
            ],
        }
    )


def test_robustness_sees_the_order_turn_when_quotations_go():
    table = audit.robustness(made_articles()).set_index(["variant", "instrument"])
    assert table.loc[("quotes taken out", "vader"), ["n_pairs", "n_reversed"]].tolist() == [1, 1]
    assert table.loc[("straight marks", "vader"), "n_reversed"] == 0
    assert set(table.index.get_level_values("variant")) == set(audit.VARIANTS)


def test_furniture_moves_an_articles_tone_up():
    tone = audit.article_tone(made_articles())
    furnished = audit.article_tone(made_articles(), variant="furniture left in")
    assert list(tone.index) == ["a", "b"]
    short = made_articles().assign(text="They met.")
    assert (audit.article_tone(short, variant="furniture left in")["vader"] > audit.article_tone(short)["vader"]).all()
    assert not furnished.equals(tone)


def test_an_article_without_words_has_tone_zero():
    empty = made_articles().assign(text=["", "... \n\n ?"])
    assert (audit.article_tone(empty) == 0).all(axis=None)


def test_coverage_counts_exact_zeros():
    table = audit.coverage(["Obama?", "x", "y", "z"], score=counts).set_index("instrument")
    assert table["share_zero"].tolist() == [0.75, 0.75]
    assert table.loc["blind", "low"] < 0.75 < table.loc["blind", "high"]
    assert audit.coverage([], score=counts)["n"].tolist() == [0, 0]


@pytest.mark.gold
def test_on_real_news_normalised_marks_turn_no_pair_and_quotations_turn_many():
    folder = config.gold_folder()
    if folder is None:
        pytest.skip("hand-coded corpora are not at hand (ANALYSIS_GOLD)")
    articles = gold.read_basil(folder / "basil").articles
    some = articles[articles["event"].isin(sorted(articles["event"].unique())[:12])]
    raw = audit.robustness(some).set_index(["variant", "instrument"])["share"]
    ours = audit.robustness(some, score=audit.sentiment.score_texts).set_index(["variant", "instrument"])["share"]
    assert ours.loc["curly marks"].max() == ours.loc["straight marks"].max() == 0
    assert raw.loc[("quotes taken out", "vader")] > 0.05


def test_the_rate_of_loaded_terms_stands_beside_the_tones():
    texts = ["The regime fell on Monday.", "They met.", ""]
    table = audit.raw_scores_and_terms(texts)
    assert table[audit.TERMS].tolist() == [1 / 5, 0, 0]
    pd.testing.assert_frame_equal(table.drop(columns=audit.TERMS), audit.raw_scores(texts))
