"""Corrected gaps hold the truth where the naive gap cannot."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from analysis import schema
from analysis.compare.made_counts import SETTINGS, article_words, numerators
from analysis.correction import check_codings, coding_units, corrected_gap, corrected_gaps, draw_sample, prove
from analysis.correction.estimates import Side, gap_rows, shared_events
from analysis.errors import CannotCompare
from tests.made_studies import made_study


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
    articles = study.articles.assign(text=text, n_chars=len(text))
    return replace(study, articles=articles,
                   zones=schema.table("zones", [(a, 0, "body", 0, 12) for a in articles["article_id"]]))  # fmt: skip


def coded(study, n: int = 40, times: int = 1) -> pd.DataFrame:
    """Units for `corrected_gap` in which people count `times` what the instrument counts."""
    sheet = draw_sample(study, n)
    machine = coding_units(study).set_index("unit_id")["machine"].astype(float)
    codes = sheet.assign(code=[times * machine[unit] for unit in sheet["unit_id"]], coder="ann")
    return check_codings({"ann.xlsx": codes}, study)


def test_the_gap_of_a_study_stands_in_four_rows():
    study = made()
    found = coded(study, times=2).units
    table = corrected_gap(study, found, "loaded_terms", "outlet 0", "outlet 1", voice="own")
    assert table["method"].tolist() == ["naive", "hand codes alone", "prediction-powered", "design-based"]
    assert (table["n_coded_a"] == 20).all() and (table["unit"] == "per 1,000 words").all()
    assert table["reason"].str.contains("Only 20 coded").all()
    assert (table["limits_over"] == "events").all()
    with pytest.raises(CannotCompare, match="10 a side"):
        corrected_gap(study, found.head(12), "loaded_terms", "outlet 0", "outlet 1", voice="own")


def same_events(rng, n: int, coded: int) -> list[Side]:
    """Two outlets on the same events, one article each, half of the hits found; ratio 1.5."""
    heat, picked = rng.gamma(1 / 0.21, 0.21, (1, n)), rng.choice(n, coded, replace=False)
    sides = []
    for ratio in (1.5, 1.0):
        words = article_words(rng, (1, n))
        hand = numerators(rng, SETTINGS[1], words, heat, ratio)[0]
        machine = rng.binomial(hand.astype(int), 0.5) * 1_000.0
        names = np.array([f"e{k}" for k in range(n)])
        sides.append(Side(machine, words[0], picked, hand[picked] * 1_000, np.full(coded, coded / n), names))
    return sides


def test_outlets_on_the_same_events_have_narrower_limits_that_still_hold():
    rng, truth = np.random.default_rng(4), SETTINGS[1].rate * 0.5
    held, width = {"events": [], "articles": []}, {"events": [], "articles": []}
    for _ in range(500):
        sides = same_events(rng, 60, 30)
        unknown = [replace(one, event=np.full(60, "")) for one in sides]
        for name, (one, two) in (("events", sides), ("articles", unknown)):
            row = gap_rows(one, two, 0.95)[2]
            held[name].append(row[2] <= truth <= row[3])
            width[name].append(row[3] - row[2])
    assert np.mean(held["articles"]) > 0.96
    assert 0.92 <= np.mean(held["events"]) <= 0.98
    assert np.mean(width["events"]) < 0.9 * np.mean(width["articles"])


def test_few_shared_events_or_an_unknown_one_leave_articles_as_units():
    rng = np.random.default_rng(4)
    one, two = same_events(rng, 25, 12)
    assert shared_events(one, two).tolist() == shared_events(two, one).tolist()
    assert len(set(shared_events(one, two))) == 25
    elsewhere = np.array([f"x{k}" if k < 10 else name for k, name in enumerate(two.event)])
    assert shared_events(one, replace(two, event=elsewhere)) is None
    assert shared_events(one, replace(two, event=np.array(["", *two.event[1:]]))) is None


def test_every_pair_of_outlets_has_its_gap_or_the_reason_why_not():
    study = made()
    table = corrected_gaps(study, coded(study))
    assert len(table) == 4 and (table["outlet_a"] == "outlet 0").all()
    refused = corrected_gaps(study, coded(study, n=12))
    assert refused["method"].tolist() == ["refused"] and "10 a side" in refused["reason"].iloc[0]
    alone = replace(study, articles=study.articles.assign(outlet="one"))
    with pytest.raises(CannotCompare, match="fewer than two outlets"):
        corrected_gaps(alone, coded(alone))


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
