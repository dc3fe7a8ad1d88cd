"""Tone toward a target: no name moves it, war words alone make nobody bad, and its probabilities mean what they say."""

import re

import numpy as np
import pandas as pd
import pytest

from analysis import config, sentiment
from analysis.errors import InputError
from analysis.sentiment import accuracy, clauses, toward, toward_training

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
    assert table[P].sum(axis=1).tolist() == pytest.approx([1, 1], abs=2e-6)  # six decimals each
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


def test_where_a_word_is_grave_negative_needs_to_be_likelier():
    p = np.array([[0.79, 0.11, 0.1], [0.79, 0.11, 0.1], [0.81, 0.1, 0.09], [0.1, 0.7, 0.2]])
    assert toward._label_codes(p, np.array([True, False, True, True]), 0.5).tolist() == [3, 0, 0, 1]


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
    assert toward._model().row.keys().isdisjoint(name.lower() for name in NAMES.split())


def test_curly_marks_move_nothing():
    straight = 'He called the "plan" of Miller "reckless" and didn\'t vote.'
    curly = "He called the “plan” of Miller “reckless” and didn’t vote."
    assert score(straight, "Miller")[P].tolist() == score(curly, "Miller")[P].tolist()


def test_tokens_say_side_clause_marks_and_negation():
    text = 'Voters did not believe Miller, but "we all know Ada Byron better".'
    tokens, at = clauses.read_tokens(text, *place(text, "Miller"))
    assert [token.form for token in tokens[: at + 1]] == ["voters", "did", "not", "believe", "<target>"]
    assert [token.form for token in tokens if token.is_negated] == ["believe", "<target>", ",", "but"]
    assert [token.form for token in tokens if token.is_quoted] == ['"', "we", "all", "know", "<name>", "better"]
    assert tokens[at].clause == tokens[0].clause < tokens[-1].clause
    assert text[tokens[3].start : tokens[3].end] == "believe"
    places = clauses.token_places(tokens, at)
    assert places[:, 0].tolist() == [clauses.FAR + i - at for i in range(len(tokens))]
    assert places.max() < clauses.N_PLACES


def test_names_are_found_as_the_reader_reads_them():
    text = "Yesterday Hillary Clinton met voters in Ohio; NATO agreed."
    assert [text[start:end] for start, end in clauses.name_spans(text)] == ["Hillary Clinton", "Ohio", "NATO"]


def test_a_word_for_how_grave_an_event_is_counts_as_a_word_of_which_nothing_is_known():
    text = "Rebels {} ten near Miller."
    tables = [score(text.format(word), "Miller")[P].tolist() for word in ("killed", "massacred", "zzvorked")]
    assert tables[0] == tables[1] == tables[2]


@pytest.mark.parametrize(
    ("text", "mention"),
    [
        ("The move threatens Assad.", "Assad"),
        ("Rebels who fight with Assad have taken the town.", "Assad"),
        ("The war threatens Miller and his army.", "Miller"),
        ("Jordan, a U.S. ally, closed the border.", "U.S."),
        ("Saudi Arabia is anxious about the war.", "Saudi Arabia"),
        ("The U.S. carried out airstrikes on terrorist targets.", "U.S."),
        ("U.S. airstrikes hit terrorist targets in the north on Sunday.", "U.S."),
        ("Troops backed by Iran bombed the rebels' last stronghold.", "Iran"),
    ],
)
def test_war_words_alone_make_nobody_bad(text, mention):
    assert score(text, mention)["label"] != "negative"


def test_explain_toward_says_what_the_odds_lose_when_a_word_is_not_known():
    text = "Critics accused Miller of corruption."
    made = sentiment.explain_toward(text, *place(text, "Miller"))
    assert sorted(made["word"]) == sorted(["Critics", "accused", "of", "corruption"])
    assert made["weight"].abs().is_monotonic_decreasing
    assert made.loc[made["word"] == "corruption", "weight"].item() < 0
    masked = score(text.replace("corruption", "zzvork"), "Miller")
    odds = [np.log(row["p_positive"] / row["p_negative"]) for row in (score(text, "Miller"), masked)]
    assert made.loc[made["word"] == "corruption", "weight"].item() == pytest.approx(odds[0] - odds[1], abs=2e-3)


def test_explain_mentions_looks_at_every_place_of_a_name():
    text = "Critics accused Ann of corruption. The Annals praised Ann."
    made = sentiment.explain_mentions(text, "Ann")
    assert made["place"].unique().tolist() == [16, 54]
    assert "corruption" in made.loc[made["place"] == 16, "word"].tolist()
    assert set(made["label"]) <= set(sentiment.TARGET_LABELS)
    with pytest.raises(InputError, match="'Bob' does not stand in the text"):
        sentiment.explain_mentions(text, "Bob")


def test_a_score_is_the_same_alone_and_among_others():
    texts = [f"By all accounts Miller {verb} the plan." for verb in ("praised", "hated", "saw", "blocked")] * 50
    spans = [place(text, "Miller") for text in texts]
    table = sentiment.score_toward(texts, spans)
    for row in (0, 1, 150, 199):
        alone = sentiment.score_toward([texts[row]], [spans[row]])
        assert alone[P].iloc[0].tolist() == table[P].iloc[row].tolist()


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
    targets = toward_training.news_targets(folder / "newsmtsc", part, "dev")
    spans = list(zip(targets["start"], targets["end"], strict=True))
    scores = sentiment.score_toward(targets["text"].tolist(), spans)
    table = accuracy.target_accuracy(scores, targets["class_no"], targets["article"]).set_index("labels")
    assert table.loc["all", "f1"] > floor
    assert table.loc["sure", "accuracy"] > 0.72
    assert table.loc["all", "brier"] < 0.46
