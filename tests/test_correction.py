"""Corrected gaps hold the truth where the naive gap cannot, and coding sheets come back as they went out."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from analysis import schema
from analysis.compare.simulation import SETTINGS, article_words, made_study, numerators
from analysis.correction import TO_FILL, check_codings, codebook, corrected_gap, draw_sample, prove
from analysis.correction.estimates import Side, gap_rows
from analysis.errors import CannotCompare, InputError, SchemaError


def side(rng, n: int, coded: int, ratio: float, precision: float, unequal: bool = False) -> Side:
    """Articles whose terms are found with recall .3, among false hits that leave this precision."""
    words = article_words(rng, (1, n))
    hand = numerators(rng, SETTINGS[1], words, np.ones((1, n)), ratio)[0]
    found = rng.binomial(hand.astype(int), 0.3)
    false = rng.poisson(SETTINGS[1].rate / 1_000 * 0.3 * (1 - precision) / precision * words[0])
    machine = (found + false).astype(float)
    chance = np.full(n, coded / n)
    if unequal:  # articles with many hits are drawn more often
        chance = np.clip(coded * (1 + machine) / (1 + machine).sum(), 0, 1)
        picked = np.flatnonzero(rng.random(n) < chance)
    else:
        picked = rng.choice(n, coded, replace=False)
    return Side(machine * 1_000, words[0], picked, hand[picked] * 1_000, chance[picked])


def held(coded: int, *, sims: int = 500, unequal: bool = False) -> tuple[dict[str, float], dict[str, float]]:
    """Method → share of simulations that hold the truth, and mean width."""
    rng = np.random.default_rng(coded)
    truth = SETTINGS[1].rate * 0.5
    inside: dict[str, list[bool]] = {}
    width: dict[str, list[float]] = {}
    for _ in range(sims):
        sides = [side(rng, 200, coded, 1.5, 0.37, unequal), side(rng, 200, coded, 1.0, 0.13, unequal)]
        for method, _, low, high, _ in gap_rows(sides[0], sides[1], 0.95):
            inside.setdefault(method, []).append(low <= truth <= high)
            width.setdefault(method, []).append(high - low)
    return {k: float(np.mean(v)) for k, v in inside.items()}, {k: float(np.mean(v)) for k, v in width.items()}


@pytest.mark.parametrize("coded", [15, 50])
def test_the_corrected_gap_holds_the_truth_that_the_naive_one_misses(coded):
    shares, widths = held(coded)
    assert shares["naive"] < 0.05
    assert 0.92 <= shares["prediction-powered"] <= 0.98
    assert 0.92 <= shares["design-based"] <= 0.98
    assert widths["prediction-powered"] < widths["hand codes alone"]


def test_chances_of_being_drawn_mend_a_sample_that_was_not_drawn_equally():
    shares, _ = held(60, unequal=True)
    assert shares["hand codes alone"] < 0.9
    assert shares["design-based"] >= 0.92


def test_a_perfect_instrument_is_believed_and_a_random_one_is_not():
    rng = np.random.default_rng(3)
    good = []
    for ratio in (1.5, 1.0):
        one = side(rng, 200, 40, ratio, 0.3)
        good.append(replace(one, hand=one.machine[one.coded]))
    weight = gap_rows(good[0], good[1], 0.95)[2][4]
    assert weight > 0.75
    bad = [replace(one, hand=rng.permutation(one.hand)) for one in good]
    assert gap_rows(bad[0], bad[1], 0.95)[2][4] < 0.35


def test_when_everything_is_coded_the_hand_codes_speak():
    rng = np.random.default_rng(3)
    sides = [side(rng, 40, 40, ratio, 0.3) for ratio in (2.0, 1.0)]
    rows = {row[0]: row for row in gap_rows(sides[0], sides[1], 0.95)}
    assert rows["prediction-powered"][1] == pytest.approx(rows["hand codes alone"][1])
    assert rows["design-based"][1] == pytest.approx(rows["hand codes alone"][1])


def made():
    rng = np.random.default_rng(1)
    words = article_words(rng, (2, 40))
    study = made_study(rng.poisson(0.02 * words), words)
    text = "The dam held."
    articles = study.articles.assign(text=text)
    return replace(study, articles=articles,
                   zones=schema.table("zones", [(a, 0, "body", 0, 12) for a in articles["article_id"]]))  # fmt: skip


def test_a_sheet_is_a_random_sample_of_each_outlet_without_the_machines_count():
    sheet = draw_sample(made(), 30)
    assert sheet["outlet"].value_counts().to_dict() == {"outlet 0": 15, "outlet 1": 15}
    assert (sheet["probability"] == 15 / 40).all()
    assert set(sheet["body"]) == {"The dam held"}
    assert (sheet[list(TO_FILL)] == "").all().all()
    assert "numerator" not in sheet
    assert sheet.equals(draw_sample(made(), 30)) and not sheet.equals(draw_sample(made(), 30, seed=2))
    assert len(draw_sample(made(), 1_000)) == 80
    assert set(codebook("loaded_terms", "own")["column"]) == set(TO_FILL)


def test_sheets_need_columns_and_articles():
    with pytest.raises(SchemaError, match="colour"):
        draw_sample(made(), 10, strata=["colour"])
    with pytest.raises(CannotCompare, match="nothing to draw"):
        draw_sample(made(), 10, min_words=10**6)


def test_codes_come_back_checked_with_coders_side_by_side():
    sheet = draw_sample(made(), 30)
    ids = sheet["article_id"].tolist()
    rows = [(ids[0], "3", "ann"), (ids[0], "5", "ben"), (ids[1], 2, "ann"), (ids[1], 2, "ben"), (ids[2], "", "ann"),
            (ids[3], "many", "ann"), (ids[4], "-1", "ann"), ("stranger", 1, "ann"), (ids[0], 9, "ann")]  # fmt: skip
    found = check_codings(pd.DataFrame(rows, columns=["article_id", "count", "coder"]), sheet)
    assert found.units.set_index("article_id")["count"].to_dict() == {ids[0]: 4.0, ids[1]: 2.0}
    assert found.units["n_coders"].tolist() == [2, 2]
    assert found.doubles.iloc[0].tolist() == [ids[0], "ann", "ben", 3.0, 5.0]
    assert len(found.doubles) == 2
    assert sorted(found.refused["reason"].str[:5]) == ["artic", "count", "count", "this "]


def test_an_empty_or_foreign_sheet_is_met_with_the_way_out():
    sheet = draw_sample(made(), 10)
    with pytest.raises(InputError, match="fill in"):
        check_codings(sheet, sheet)
    with pytest.raises(InputError, match="coder"):
        check_codings(pd.DataFrame({"article_id": ["a"], "count": [1]}), sheet)


def test_the_gap_of_a_study_stands_in_four_rows():
    study = made()
    sheet = draw_sample(study, 40)
    truth = study.hits["article_id"].value_counts()
    codes = sheet.assign(count=[2 * int(truth.get(a, 0)) for a in sheet["article_id"]], coder="ann")
    units = check_codings(codes, sheet).units
    table = corrected_gap(study, units, "loaded_terms", "outlet 0", "outlet 1", voice="own")
    assert table["method"].tolist() == ["naive", "hand codes alone", "prediction-powered", "design-based"]
    assert (table["n_coded_a"] == 20).all() and (table["unit"] == "per 1,000 words").all()
    assert table["reason"].str.contains("Only 20 coded").all()
    with pytest.raises(CannotCompare, match="10 a side"):
        corrected_gap(study, units.head(12), "loaded_terms", "outlet 0", "outlet 1", voice="own")


def test_the_proof_on_a_coded_corpus_shows_what_the_naive_gap_misses():
    rng = np.random.default_rng(2)
    parts = []
    for outlet, precision in (("left", 0.6), ("right", 0.15)):
        one = side(rng, 120, 120, 1.0, precision)
        order = np.argsort(one.coded)
        parts.append(
            pd.DataFrame({"outlet": outlet, "machine": one.machine, "hand": one.hand[order], "base": one.base})
        )
    table = prove(pd.concat(parts), "left", "right", n_coded=(20,), sims=300).set_index("method")
    assert table.loc["naive", "held"] < 0.1
    assert 0.91 <= table.loc["prediction-powered", "held"] <= 0.99
    assert len(set(table["truth"])) == 1
