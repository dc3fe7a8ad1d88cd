"""Many definitions give one row each, equal to what `compare` says under that definition; the summary counts them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from analysis import schema
from analysis.compare import compare
from analysis.compare.made_counts import article_words
from analysis.errors import CannotCompare, SchemaError
from analysis.multiverse import CHOICES, Question, multiverse, summarise
from tests.made_studies import made_study

QUESTION = Question(("loaded_terms",), "outlet 1", "outlet 0")


def made(seed: int = 1, n: int = 8, more: float = 2.0):
    """Outlet 1 has `more` times the terms of outlets 0 and 2, and a lower tone."""
    rng = np.random.default_rng(seed)
    words = article_words(rng, (3, n))
    study = made_study(rng.poisson(words * np.array([[0.01], [0.01 * more], [0.01]])), words)
    low = (study.articles["outlet"] == "outlet 1").to_numpy()
    tone = rng.normal(0, 0.1, len(low)) - 0.2 * low
    scores = [(a, 0, "narrator", "vader", t, 200) for a, t in zip(study.articles["article_id"], tone, strict=True)]
    return replace(study, scores=schema.table("scores", scores))


def test_every_row_is_what_compare_says_under_its_choices():
    study = made()
    table = multiverse(study, QUESTION, {"voice": ["own", "all"], "min_words": [0, 300], "copies": ["kept"]})
    assert len(table) == 4
    for row in table.itertuples():
        kept = study.articles["outlet"] != "outlet 2"
        two = replace(study, articles=study.articles[kept].reset_index(drop=True))
        ids = set(two.articles["article_id"])
        two = replace(two, voices=study.voices[study.voices["article_id"].isin(ids)],
                      hits=study.hits[study.hits["article_id"].isin(ids)],
                      scores=study.scores[study.scores["article_id"].isin(ids)])  # fmt: skip
        alone = compare(two, "loaded_terms", voice=row.voice, min_words=row.min_words, resamples=999).iloc[0]
        if row.verdict != "refuse":
            assert (row.estimate, row.low, row.high) == pytest.approx(
                (-alone["estimate"], -alone["high"], -alone["low"])
            )
            assert row.p == alone["p"]


def test_a_measure_with_a_minus_points_the_other_way():
    over = {"voice": ["own"], "min_words": [0], "copies": ["kept"]}
    up = multiverse(made(), Question(("tone:vader",), "outlet 1", "outlet 0"), over).iloc[0]
    down = multiverse(made(), Question(("-tone:vader",), "outlet 1", "outlet 0"), over).iloc[0]
    assert up["estimate"] < 0 < down["estimate"]
    assert (down["low"], down["high"]) == (-up["high"], -up["low"])
    assert down["measure"] == "-tone:vader"


def test_measures_of_different_units_stand_in_standard_deviations():
    table = multiverse(made(), Question(("loaded_terms", "-tone:vader"), "outlet 1", "outlet 0"), {"copies": ["kept"]})
    assert set(table["unit"]) == {"standard deviations"}
    assert (table["estimate"].dropna() == table["effect_size"].dropna()).all()
    one = multiverse(made(), QUESTION, {"copies": ["kept"]})
    assert set(one["unit"]) == {"per 1,000 words"}


def test_other_studies_are_options_of_a_choice():
    none = replace(made(), hits=schema.table("hits"))
    table = multiverse(
        made(), QUESTION, {"voice": ["own"], "min_words": [0], "copies": ["kept"]}, studies={"empty list": none}
    )
    assert table["study"].tolist() == ["as measured", "empty list"]
    assert table["verdict"].iloc[1] == "refuse" and np.isnan(table["estimate"].iloc[1])


def test_copies_can_be_left_out_and_articles_taken_without_events():
    over = {"voice": ["own"], "min_words": [0], "within": ["event", "none"]}
    table = multiverse(made(), QUESTION, over)
    assert len(table) == 4
    assert table.groupby("within")["n_events"].max().to_dict() == {"event": 8, "none": 0}


@pytest.mark.parametrize(
    ("over", "word"),
    [({"mood": [1]}, "mood"), ({"study": ["other"]}, "as measured"), ({"copies": ["burnt"]}, "left out")],
)
def test_unknown_choices_are_met_with_the_known_ones(over, word):
    with pytest.raises(SchemaError, match=word):
        multiverse(made(), QUESTION, over)


def test_an_unknown_outlet_is_met_with_the_known_ones():
    with pytest.raises(SchemaError, match="outlet 0"):
        multiverse(made(), Question(("loaded_terms",), "outlet 1", "The Nobody"))


def specifications(rows: list[tuple[str, str, float, float, float]]) -> pd.DataFrame:
    table = pd.DataFrame(rows, columns=["measure", "voice", "estimate", "low", "high"])
    return table.assign(**{name: "same" for name in CHOICES if name not in table}, reason="too few")


def test_the_summary_counts_what_a_reader_would_count():
    table = specifications([
        ("m1", "own", 4.0, 1.0, 7.0), ("m1", "all", 2.0, -1.0, 5.0),
        ("m2", "own", 3.0, 0.5, 5.5), ("m2", "all", -1.0, -1.5, -0.5), ("m3", "own", np.nan, np.nan, np.nan),
    ])  # fmt: skip
    found = summarise(table)
    assert (found.n, found.n_refused, found.sign) == (5, 1, 1)
    assert (found.share_agreeing, found.share_clear, found.share_clear_against) == (0.75, 0.75, 0.25)
    assert (found.low, found.median, found.high) == (-1.0, 2.5, 4.0)
    total = sum((x - 2.0) ** 2 for x in (4, 2, 3, -1))
    voice = 2 * (3.5 - 2) ** 2 + 2 * (0.5 - 2) ** 2
    measure = 2 * (3 - 2) ** 2 + 2 * (1 - 2) ** 2
    assert found.choices["choice"].tolist() == ["voice", "measure"]
    assert found.choices["variance_share"].tolist() == pytest.approx([voice / total, measure / total])
    assert not found.choices["flips"].any()


def test_a_choice_that_turns_the_answer_round_is_marked():
    table = specifications([("m1", "own", 2.0, 1, 3), ("m1", "all", -2.0, -3, -1)])
    assert summarise(table).choices.set_index("choice").loc["voice", "flips"]


def test_the_summary_refuses_when_nothing_could_be_compared():
    with pytest.raises(CannotCompare, match="too few"):
        summarise(specifications([("m1", "own", np.nan, np.nan, np.nan)]))
