"""Counts by article and voice are what a reader counts by hand, and limits are those that are printed in tables."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from analysis import rates, schema
from analysis.errors import SchemaError
from analysis.schema import Study


def study() -> Study:
    """Two articles of two outlets and one of nobody, counted by hand.

    a (Left): narrator 60 words, quoted 30 (a police official), reported 20 (Mira Holt, a witness), scare 10; headline 8.
    b (Right): narrator 200 words. c (unknown outlet): narrator 150 words.
    """
    blank = [""] * 3
    articles = dict.fromkeys(schema.TABLES["articles"].names, blank) | {
        "article_id": ["a", "b", "c"],
        "outlet": ["Left", "Right", ""],
        "event": ["flood", "flood", "flood"],
        "n_chars": [0, 0, 0],
    }
    voices = [
        ("a", 0, "narrator", None, 0, 9, 60),
        ("a", 1, "quoted", 0, 9, 19, 30),
        ("a", 2, "reported", 1, 19, 29, 20),
        ("a", 3, "scare", None, 29, 39, 10),
        ("b", 0, "narrator", None, 0, 9, 200),
        ("c", 0, "narrator", None, 0, 9, 150),
    ]
    sentences = [("a", 0, 0, "headline", 0, 5, 8), ("a", 1, 1, "body", 5, 9, 120), ("b", 0, 0, "body", 0, 9, 200)]
    attributions = [
        ("a", 0, "direct", "say", "neutral", "police", "police", "official", False, False, None, "rule"),
        ("a", 1, "indirect", "claim", "distancing", "Holt", "Mira Holt", "witness", True, False, None, "rule"),
        ("a", 2, "direct", "", "neutral", "", "", "other", False, False, None, "rule"),
    ]

    def hit(article: str, n: int, category: str, layer: str, voice: str) -> tuple[object, ...]:
        return (article, n, category, category, layer, 0, 0, "", 0, voice, None, False, False)

    hits = [
        hit("a", 0, "regime", "loaded", "narrator"),
        hit("a", 1, "regime", "loaded", "quoted"),
        hit("a", 2, "migration", "loaded", "scare"),
        hit("a", 3, "migration", "loaded", "headline"),
        hit("a", 4, "war", "severity", "narrator"),
        hit("b", 0, "migration", "loaded", "narrator"),
    ]
    scores = [
        ("a", 1, "narrator", "vader", 0.5, 40),
        ("a", 2, "narrator", "vader", -0.25, 20),
        ("a", 1, "quoted", "vader", -1.0, 30),
        ("b", 0, "narrator", "vader", 0.1, 200),
    ]
    names = [
        ("a", 0, "Assad", "strongman", "premodifier", 0, 0, "", 0, "narrator", None),
        ("a", 1, "Assad", "president", "premodifier", 0, 0, "", 0, "narrator", None),
        ("a", 2, "Assad", "strongman", "premodifier", 0, 0, "", 0, "quoted", None),
    ]
    made = {"voices": voices, "sentences": sentences, "attributions": attributions, "hits": hits, "scores": scores,
            "names": names, "articles": articles}  # fmt: skip
    return Study(**{name: schema.table(name, made.get(name, ())) for name in Study.__dataclass_fields__})


def counted(measure: str, voice: str | None = None) -> tuple[float, float]:
    row = rates.units(study(), measure, voice=voice).iloc[0]
    return row["numerator"], row["denominator"]


@pytest.mark.parametrize(
    ("measure", "voice", "numerator", "denominator"),
    [
        ("loaded_terms", None, 3, 120),
        ("loaded_terms", "own", 2, 70),
        ("loaded_terms", "attributed", 1, 50),
        ("loaded_terms", "headline", 1, 8),
        ("loaded_terms", "whole", 4, 128),
        ("loaded_terms", "unquoted", 2, 90),
        ("loaded_terms:regime", None, 2, 120),
        ("loaded_terms:nowhere", None, 0, 120),
        ("layer:severity", "narrator", 1, 60),
        ("tone:vader", "own", 0.5 * 40 - 0.25 * 20, 60),
        ("tone:vader", None, 0.5 * 40 - 0.25 * 20 - 30, 90),
        ("attributed_share", None, 50, 120),
        ("attributed_share", "own", 50, 120),
        ("source_share:official", None, 30, 50),
        ("source_share:expert", None, 0, 50),
        ("source_words:Mira Holt", None, 20, 120),
        ("distancing_share", None, 1, 2),
        ("scare_quotes", None, 1, 70),
        ("naming:Assad:strongman", None, 2, 3),
        ("naming:Assad:strongman", "own", 1, 2),
    ],
)
def test_counts_are_those_counted_by_hand(measure, voice, numerator, denominator):
    assert counted(measure, voice) == pytest.approx((numerator, denominator))


def test_value_is_numerator_over_denominator_in_the_measure_unit():
    row = rates.units(study(), "loaded_terms", voice="own", per=100).iloc[0]
    assert row["value"] == pytest.approx(2 / 70 * 100)
    assert rates.find_measure("loaded_terms", per=100).unit == "per 100 words"


def test_every_article_keeps_its_row_with_the_reason_why_it_is_set_aside():
    table = rates.units(study(), "source_share:official", min_words=130)
    assert table["article_id"].tolist() == ["a", "b", "c"]
    assert table["excluded"].tolist() == ["body shorter than 130 words", "nothing to count in", "outlet unknown"]
    assert np.isnan(table["value"].iloc[1])
    assert table["n_body"].tolist() == [120, 200, 150]


@pytest.mark.parametrize(
    ("measure", "voice", "word"),
    [
        ("bias", None, "no measure"),
        ("tone", None, "no measure"),
        ("naming:Assad", None, "no measure"),
        ("loaded_terms", "editor", "no voice"),
        ("source_share:pope", None, "no source type"),
        ("tone:oracle", None, "vader"),
    ],
)
def test_unknown_names_are_met_with_the_known_ones(measure, voice, word):
    with pytest.raises(SchemaError, match=word):
        rates.units(study(), measure, voice=voice)


def test_rows_of_an_unknown_article_are_refused():
    made = study()
    stray = replace(made, voices=made.voices.assign(article_id="z"))
    with pytest.raises(SchemaError, match="unknown article"):
        rates.units(stray, "loaded_terms")


def test_every_family_in_the_registry_can_be_counted():
    for name in rates.MEASURES:
        asked = name.replace("TYPE", "official").replace("INSTRUMENT", "vader")
        assert len(rates.units(study(), asked)) == 3


def test_poisson_limits_are_those_printed_by_garwood():
    low, high = rates.poisson_limits(np.array([0, 1, 5, 20]))
    assert low == pytest.approx([0, 0.0253, 1.6235, 12.2165], abs=1e-4)
    assert high == pytest.approx([3.6889, 5.5716, 11.6683, 30.8884], abs=1e-4)


def test_term_rates_give_every_article_and_category_a_row():
    made = study()
    table = rates.term_rates(
        made.hits[made.hits["voice"] != "headline"], made.sentences[made.sentences["zone"] == "body"],
        categories=["migration", "regime", "unused", "war"],
    )  # fmt: skip
    assert len(table) == 2 * 4
    row = table.set_index(["article_id", "category"]).loc[("a", "regime")]
    assert (row["n_hits"], row["n_words"]) == (2, 120)
    assert row["rate"] == pytest.approx(2 / 120 * 1000)
    assert row["low"] == pytest.approx(0.2422 / 120 * 1000, rel=1e-3)
    none = table.set_index(["article_id", "category"]).loc[("b", "unused")]
    assert none["rate"] == none["low"] == 0 < none["high"]


def test_term_rates_refuse_hits_without_words_and_categories_nobody_asked_for():
    made = study()
    with pytest.raises(SchemaError, match="hits but no words: \\['b'\\]"):
        rates.term_rates(made.hits, made.sentences[made.sentences["article_id"] == "a"])
    with pytest.raises(SchemaError, match="war"):
        rates.term_rates(made.hits, made.sentences, categories=["regime", "migration"])


def test_outlet_rates_keep_counts_beside_values():
    table = rates.outlet_rates(study(), ["loaded_terms", "attributed_share"], voices=("own", None))
    assert table[["measure", "voice", "outlet"]].apply(tuple, axis=1).tolist() == [
        ("loaded_terms", "own", "Left"), ("loaded_terms", "own", "Right"),
        ("loaded_terms", "all", "Left"), ("loaded_terms", "all", "Right"),
        ("attributed_share", "all", "Left"), ("attributed_share", "all", "Right"),
    ]  # fmt: skip
    first = table.iloc[0]
    assert (first["numerator"], first["denominator"], first["n_articles"]) == (2, 70, 1)
    assert first["low"] < first["value"] < first["high"]


def test_jackknife_of_a_mean_is_the_variance_of_the_mean():
    values = np.array([1.0, 4.0, 2.0, 7.0])
    assert rates.ratio_variance(values, np.ones(4)) == pytest.approx(values.var(ddof=1) / 4)
    value, low, high = rates.mean_limits(values, np.ones(4))
    assert (value, high - low) == pytest.approx((3.5, 2 * 3.182446 * np.sqrt(7.0 / 4)), rel=1e-6)


def test_an_outlet_without_hits_still_has_an_upper_limit():
    value, low, high = rates.count_limits(np.zeros(6), np.full(6, 500.0))
    assert (value, low) == (0, 0)
    assert high >= 3.6889 / 3000


@pytest.mark.parametrize("n", [5, 30])
def test_limits_of_a_rate_hold_the_truth_where_articles_vary(n):
    rng = np.random.default_rng(5)
    words = np.round(415 * np.exp(rng.normal(-0.125, 0.5, (2_000, n))))
    hits = rng.poisson(0.0145 * words * rng.gamma(4, 0.25, words.shape)).astype(float)
    _, low, high = rates.count_limits(hits, words)
    held = np.mean((low <= 0.0145) & (high >= 0.0145))
    assert 0.925 <= held <= 0.985
