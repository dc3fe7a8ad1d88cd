"""Tone toward a target: no name moves it, war words alone make nobody bad, and its probabilities mean what they say."""

import re

import numpy as np
import pandas as pd
import pytest

from analysis import config, sentiment
from analysis.errors import InputError
from analysis.sentiment import accuracy, clauses, toward, training

P = ["p_negative", "p_neutral", "p_positive"]
NAMES = "Trump Obama Clinton Putin Russia Iran Israel Republican Democrat Fox MSNBC Assad Biden McConnell Pelosi China"


def place(text: str, mention: str) -> tuple[int, int]:
    start = text.index(mention)
    return start, start + len(mention)


def score(text: str, mention: str) -> pd.Series:
    return sentiment.score_toward([text], [place(text, mention)]).iloc[0]


def test_clear_sentences_get_the_label_that_anybody_would_give():
    assert score("Critics accused Miller of corruption, lies and fraud.", "Miller")["label"] == "negative"
    assert score("The award honours Miller for her courage and brilliant work.", "Miller")["label"] == "positive"
    assert score("Miller said on Tuesday that the talks will go on.", "Miller")["label"] == "neutral"


def test_probabilities_sum_to_one_and_an_empty_list_gives_an_empty_table():
    table = sentiment.score_toward(["Miller lied.", "X"], [(0, 6), (0, 1)])
    assert table[P].sum(axis=1).tolist() == pytest.approx([1, 1])
    empty = sentiment.score_toward([], [])
    assert list(empty) == [*P, "label"]
    assert empty.empty


def test_label_is_the_likeliest_class_or_unsure_below_the_threshold():
    texts = [f"By all accounts Miller {verb} the plan." for verb in ("praised", "hated", "saw", "blocked", "ruined")]
    table = sentiment.score_toward(texts, [place(text, "Miller") for text in texts])
    for row in table.itertuples():
        p = np.array([row.p_negative, row.p_neutral, row.p_positive])
        expected = sentiment.TARGET_LABELS[p.argmax()] if p.max() >= toward._model().threshold else "unsure"
        assert row.label == expected


@pytest.mark.parametrize("span", [(0, 4), (2, 2), (-1, 2)])
def test_a_span_outside_its_text_is_refused(span):
    with pytest.raises(InputError, match="span 0"):
        sentiment.score_toward(["abc"], [span])


def test_one_span_a_text():
    with pytest.raises(InputError, match="2 texts but 1 spans"):
        sentiment.score_toward(["a", "b"], [(0, 1)])


def test_no_name_moves_the_score_and_no_weight_belongs_to_one():
    text = "Yesterday Smith accused {} of ignoring the report, and voters in Ohio agreed."
    at = text.index("{}")
    one, two = (
        sentiment.score_toward([text.format(name)], [(at, at + len(name))]) for name in ("Trump", "Hillary Clinton")
    )
    pd.testing.assert_frame_equal(one, two)
    stems = {name.split(":")[-1].lstrip("!") for name in toward._model().column}
    assert stems.isdisjoint(name.lower() for name in NAMES.split())


def test_curly_marks_move_nothing():
    straight = 'He called the "plan" of Miller "reckless" and didn\'t vote.'
    curly = "He called the “plan” of Miller “reckless” and didn’t vote."
    assert score(straight, "Miller")[P].tolist() == score(curly, "Miller")[P].tolist()


def test_features_say_who_does_what_to_whom():
    text = "Voters did not believe Miller."
    found = clauses.target_features(text, *place(text, "Miller"))
    assert {"O:!believ", "Lc:believ", "target:name"} <= found.keys()
    passive = clauses.target_features("She was attacked by rivals.", 0, 3)
    assert "Sp" in passive
    assert passive["target:he"] == 1
    assert "S" not in clauses.target_features("Miller; others lied.", 0, 6)


def test_grave_words_have_no_tone_toward_anybody():
    found = clauses.target_features("Rebels killed ten in the war.", 22, 25)
    assert not any(value for name, value in found.items() if name.startswith(("#own", "#vader", "#wide")))


def test_explain_toward_adds_up_to_the_odds_of_two_classes():
    text = "Critics accused Miller of corruption."
    made = sentiment.explain_toward(text, *place(text, "Miller"))
    model, row = toward._model(), score(text, "Miller")
    logit = (made["weight"].sum() + model.intercepts[2] - model.intercepts[0]) * model.scale
    expected = np.log(row["p_positive"] / row["p_negative"]) - (model.shifts[2] - model.shifts[0])
    assert logit == pytest.approx(expected)
    assert made["weight"].abs().is_monotonic_decreasing


def test_hostile_text_is_read_in_linear_time():
    for hostile in ("a, " * 20_000, '"' * 50_000, "not " * 20_000 + "good", "Xx " * 30_000):
        assert sentiment.score_toward([hostile], [(0, 1)])[P].notna().all(axis=None)


@pytest.mark.gold
def test_in_the_story_that_the_study_began_from_war_words_alone_make_nobody_bad():
    folder = config.gold_folder()
    stories = sorted((folder.parent / "seed").glob("*.txt")) if folder else []
    if not stories:
        pytest.skip("the seed story is not at hand")
    story = stories[0].read_text(encoding="utf-8")
    cases = {1111: "Assad", 1310: "Assad", 1385: "Assad", 1956: "U.S.", 1966: "Saudi Arabia"}
    stops = [0, *(match.end() for match in re.finditer(r"(?<=[a-z])\.\s+|\n+", story))]
    for at, actor in cases.items():
        assert story.startswith(actor, at)
        start = max(stop for stop in stops if stop <= at)
        end = min(stop for stop in stops if stop > at)
        span = (at - start, at - start + len(actor))
        label = sentiment.score_toward([story[start:end]], [span])["label"].iloc[0]
        assert label in ("neutral", "unsure"), at


@pytest.mark.gold
@pytest.mark.parametrize(("part", "floor"), [("rw", 0.70), ("mt", 0.655)])
def test_macro_f1_on_newsmtsc_dev_stands_above_its_floor(part, floor):
    folder = config.gold_folder()
    if folder is None:
        pytest.skip("hand-coded corpora are not at hand (ANALYSIS_GOLD)")
    targets = training.news_targets(folder / "newsmtsc", part, "dev")
    spans = list(zip(targets["start"], targets["end"], strict=True))
    scores = sentiment.score_toward(targets["text"].tolist(), spans)
    table = accuracy.target_accuracy(scores, targets["class_no"], targets["article"]).set_index("labels")
    assert table.loc["all", "f1"] > floor
    assert table.loc["sure", "accuracy"] > 0.72
    assert table.loc["all", "brier"] < 0.48
