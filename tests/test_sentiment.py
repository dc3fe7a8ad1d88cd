"""Tone instruments: the libraries' own numbers, our word lists, the tables that leave the room."""

import random
import re
import subprocess
import sys

import numpy as np
import pandas as pd
import pytest
from textblob import TextBlob
from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

from analysis import config, schema, sentiment, words
from analysis.errors import SchemaError
from analysis.sentiment import capitals, lexica, textblob_tone, vader_tone, wordforms

RULES = """
not very good bad ! (!) :) :( 8) 8 ( ) never really n't o. O : ... U.S. Mr. don't ' “ ” xD X -D isn't terribly terrible ?
no a >:( <3 e.g. Great!! "so-so" horrible hardly BAD GOOD but BUT least at kind of sort without doubt so this the bomb nor
or 💘 😁 extremely VERY kiss death beating heart lol to die for END ’s can't
"""
FRAGMENTS = [*RULES.split(), "\n\n", "\r\n\r\n", "\u00a0", "; )"]


def made_sentences(n: int) -> list[str]:
    """Sentences that put every rule of both libraries side by side: spaced, and run together."""
    rng = random.Random(20160816)
    spaced = [" ".join(rng.choices(FRAGMENTS, k=rng.randint(1, 12))) for _ in range(n)]
    glued = ["".join(rng.choices([*FRAGMENTS, *[" "] * 40], k=rng.randint(1, 16))) for _ in range(n)]
    return spaced + glued


def test_textblob_column_is_textblob_to_the_last_digit():
    for text in made_sentences(2_000):
        expected = TextBlob(text).sentiment
        assert textblob_tone.sentiment(text) == pytest.approx((expected.polarity, expected.subjectivity), abs=1e-12)


def test_textblob_is_read_without_what_it_imports_and_is_whole_for_whoever_imports_it_later():
    code = f"""
import sys
from analysis.sentiment import textblob_tone
ours = [textblob_tone.sentiment(text) for text in {made_sentences(20)!r}]
assert not {{"nltk", "sklearn", "textblob"}} & set(sys.modules)
from textblob import TextBlob
assert textblob_tone.sentiment("not bad") == tuple(TextBlob("not bad").sentiment)
print(ours)
"""
    done = subprocess.run([sys.executable, "-c", code], cwd=config.PROJECT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == str([textblob_tone.sentiment(text) for text in made_sentences(20)])


def test_every_text_with_an_emoticon_is_read_for_emoticons(monkeypatch):
    faces = [face for faces in textblob_tone.pattern.EMOTICONS.values() for face in faces]
    dressed = [form.format(face) for face in [*faces, "(!)"] for form in ("so {}", "{}, no", "{}n't", "a {}b", "({})")]
    texts = [*dressed, *map(" ".join, dressed), *made_sentences(1_000)]
    quick = [textblob_tone.sentiment(text) for text in texts]
    monkeypatch.setattr(textblob_tone, "_FACE_PERHAPS", re.compile(""))  # every text is read for emoticons
    assert quick == [textblob_tone.sentiment(text) for text in texts]


def test_vader_column_is_vader_to_the_last_digit():
    library = SentimentIntensityAnalyzer()
    for text in made_sentences(2_000):
        assert vader_tone.compound(text) == library.polarity_scores(text)["compound"], text


@pytest.mark.gold
def test_both_agree_with_their_libraries_on_real_news():
    folder = config.gold_folder()
    if folder is None:
        pytest.skip("hand-coded corpora are not at hand (ANALYSIS_GOLD)")
    library = SentimentIntensityAnalyzer()
    lines = [
        line
        for path in sorted((folder / "basil/articles").rglob("*_1.json"))[:40]
        for line in path.read_text().split(". ")
    ]
    scores = sentiment.score_texts(lines, instruments=["vader", "textblob"])
    read = [words.visible(words.normalise(line)) for line in lines]
    assert len(lines) > 300
    np.testing.assert_allclose(scores["textblob"], [TextBlob(line).sentiment.polarity for line in read], atol=1e-12)
    assert scores["vader"].tolist() == [library.polarity_scores(line)["compound"] for line in read]


def test_all_instruments_together_give_what_each_gives_alone():
    texts = [*made_sentences(500), "We met Hope Grace, who was very kind.", "Not one word of Corrupt John!", ""]
    together = sentiment.score_texts(texts)
    for name in sentiment.INSTRUMENTS:
        assert together[name].tolist() == sentiment.score_texts(texts, instruments=[name])[name].tolist(), name


def test_what_stands_for_a_name_is_in_no_list():
    form = capitals.STAND_IN.lower()
    assert textblob_tone.assessments(capitals.STAND_IN) == [] and vader_tone.valence(form) == 0
    assert form not in wordforms.word_table().row and not any(lexica.form_weights(form))
    assert capitals.read_words('"We met Hope Grace," she said.').nameless == '"We met Xx Xx," she said.'


def test_curly_marks_and_hidden_characters_move_no_score():
    plain = 'It isn\'t a good deal, he said, and the "reckless" plan failed.'
    dressed = (
        plain.replace("'", "’").replace('"', "”").replace("reckless", "reck\u00adless").replace(" plan", "\u00a0plan")
    )
    pd.testing.assert_frame_equal(sentiment.score_texts([plain]), sentiment.score_texts([dressed]))


def test_every_instrument_is_in_its_range_and_up_is_positive():
    good, bad = (
        "A brave, honest and happy victory; a wonderful success.",
        "A corrupt, cruel, miserable failure; a disaster.",
    )
    scores = sentiment.score_texts([good, bad, ""])
    assert list(scores) == list(sentiment.INSTRUMENTS)
    assert (scores.loc[0] > 0).all() and (scores.loc[1] < 0).all() and (scores.loc[2] == 0).all()
    assert scores.abs().to_numpy().max() <= 1


def test_pieces_become_the_table_scores_weighted_by_words():
    pieces = pd.DataFrame(
        {
            "article_id": ["a", "a"],
            "sentence_no": [0, 0],
            "voice": ["narrator", "quoted"],
            "text": ["The mayor said", "a cruel disaster"],
            "n_words": [3, 3],
        }
    )
    scores = sentiment.score_pieces(pieces, instruments=["vader", "outcome"])
    schema.check("scores", scores)
    assert scores[["voice", "instrument", "weight"]].values.tolist() == [
        ["narrator", "vader", 3],
        ["narrator", "outcome", 3],
        ["quoted", "vader", 3],
        ["quoted", "outcome", 3],
    ]
    assert scores["score"].tolist()[:2] == [0, 0] and max(scores["score"].tolist()[2:]) < 0
    assert sentiment.score_pieces(pieces.iloc[:0]).empty


def test_an_unknown_instrument_is_named_with_those_that_exist():
    with pytest.raises(SchemaError, match=r"liwc.*vader"):
        sentiment.score_texts(["x"], instruments=["liwc"])


def test_negation_intensifier_and_inflection_in_our_lists():
    weight = {hit.layer: hit.weight for hit in lexica.find_words("They were not very corrupt.")}
    assert weight["judgement"] == pytest.approx(-2 * 1.3 * -0.5)
    assert [hit.weight for hit in lexica.find_words("bungling blunders") if hit.layer == "judgement"] == [-2, -2]


def test_negations_and_boosters_reach_as_far_as_a_look_back_from_every_word_tells():
    boosters, negations = {"deeply": 1.3, "almost": 0.7}, {"not", "never", "didn't"}
    rng = random.Random(20160816)
    for _ in range(200):
        forms = rng.choices(["corrupt", "plan", *boosters, *negations], k=9)
        expected = []
        for place, form in enumerate(forms):
            if form == "corrupt":
                factor = boosters.get(forms[place - 1], 1.0) if place else 1.0
                expected.append(-2 * factor * (-0.5 if negations & set(forms[max(place - 3, 0) : place]) else 1.0))
        found = lexica.find_words(" ".join(forms))
        assert [hit.weight for hit in found if hit.layer == "judgement"] == expected, forms


def test_a_capital_inside_a_sentence_is_a_name_unless_the_text_is_a_headline():
    assert lexica.find_words("We met Hope Grace and Justice Bright.") == []
    layers = [hit.layer for hit in lexica.find_words("Senate Hails Brave Rescue") if hit.layer != lexica.WIDE]
    assert layers == ["judgement", "outcome"]


def test_severity_is_apart_from_tone():
    apart = sentiment.score_apart(["Rebels killed ten in the bombing.", "They met."])
    assert apart["severity"].tolist()[0] > 0.5 and apart["severity"].tolist()[1] == 0
    tone = sentiment.score_texts(["Rebels killed ten in the bombing."], instruments=lexica.LEXICA)
    assert (tone == 0).all(axis=None)


def test_explain_names_the_words_that_made_each_score():
    made = sentiment.explain("A not very good, corrupt war")
    found = {(row.instrument, row.word) for row in made.itertuples()}
    assert {("textblob", "not very good"), ("vader", "war"), ("judgement", "corrupt"), ("severity", "war")} <= found
    textblob = made[made["instrument"] == "textblob"]["weight"].mean()
    assert textblob == pytest.approx(TextBlob("A not very good, corrupt war").sentiment.polarity)


def test_hostile_runs_are_read_in_linear_time():
    for hostile in ("!" * 300_000, "a.b." * 100_000, "not but good " * 30_000, ":( " * 50_000, "“’" * 100_000):
        assert sentiment.score_texts([hostile]).notna().all(axis=None)
