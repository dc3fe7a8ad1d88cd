"""Loaded terms by voice and articles read again: the figures rest on what they say, on made texts and on BASIL at hand."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pandas as pd
import pytest

from analysis import config, schema
from analysis.loaded_terms import accuracy, find_loaded_terms
from analysis.sentences import find_sentences
from analysis.validation import audits, terms
from analysis.validation.context import Context
from analysis.voice import label_voice
from analysis.zones import find_zones

GOLD = config.gold_folder()
TEXT = 'The thug called it "toxic" on Monday. Nobody came. He said: "This toxic plan must go at once."'
#: The text's segments by hand: voice, the words, how many.
SEGMENTS = (
    ("narrator", "The thug called it ", 4),
    ("quoted", '"toxic"', 1),
    ("narrator", " on Monday. Nobody came. He said: ", 6),
    ("quoted", '"This toxic plan must go at once."', 7),
)


def a_study() -> Any:
    """One article with voices by hand, and one in which nothing is said."""
    voices, start = [], 0
    for name, words, n_words in SEGMENTS:
        voices.append(("one-day", name, None, start, start + len(words), n_words))
        start += len(words)
    assert "".join(words for _, words, _ in SEGMENTS) == TEXT
    voices.append(("one-post", "narrator", None, 0, 10, 2))
    columns = ["article_id", "voice", "attribution_no", "start", "end", "n_words"]
    table = pd.DataFrame(voices, columns=columns).assign(segment_no=range(len(voices)))
    articles = pd.DataFrame(
        {
            "article_id": ["one-day", "one-post"],
            "text": [TEXT, "It rained."],
            "event": "one",
            "outlet": ["day", "post"],
            "published": "2012-05-01",
        }
    )
    sentences = find_sentences(articles, find_zones(articles.assign(headline=""), zoned=False))
    hits = label_voice(find_loaded_terms(articles, sentences), schema.table("voices", table))
    return SimpleNamespace(articles=articles, sentences=sentences, hits=hits, voices=schema.table("voices", table))


def scores(read: terms.Read, voices: tuple[str, ...]) -> dict[int, float]:
    """Points and words of the sentences of the first article, in these voices."""
    points, pieces = (frame[(frame["article_id"] == "one-day") & frame["voice"].isin(voices)] for frame in read)
    return (points.groupby("sentence_no")["points"].sum() / pieces.groupby("sentence_no")["n_words"].sum()).to_dict()


def test_a_short_quotation_is_the_outlets_choice_only_where_the_reading_says_so() -> None:
    """Strengths by hand: `thug` 3, `toxic` 2; six words outside marks, one inside; the marks themselves count 1."""
    made = a_study()
    strengths = dict(zip(made.hits["term_id"], accuracy.hit_points(made.hits)))
    assert (strengths["thug"], strengths["toxic"]) == (3.0, 2.0)
    plain = scores(terms._read(made, with_quotes=False), ("narrator", "scare"))
    with_quotes = scores(terms._read(made, with_quotes=True), ("narrator", "scare"))
    everything = scores(terms._read(made, with_quotes=True), ("narrator", "scare", "quoted", "reported"))
    assert plain[0] == pytest.approx(3 / 6)
    assert with_quotes[0] == pytest.approx((3 + 2 + 1) / 7)
    assert {number for number, score in with_quotes.items() if score > 0} == {0}
    assert everything[2] > 0


def test_a_sentence_is_theirs_where_no_span_stands_outside_quotations() -> None:
    """By hand: sentence 0 has a span of each kind, sentence 2 one inside a quotation, and an informational one elsewhere."""
    made = a_study()
    places = [TEXT.index(word) for word in ("thug", "toxic", "Nobody", "plan")]
    spans = pd.DataFrame(
        {
            "article_id": "one-day",
            "start": places,
            "end": [place + 1 for place in places],
            "bias": ["lexical", "lexical", "informational", "lexical"],
            "is_quote": [False, True, False, True],
        }
    )
    context: Any = SimpleNamespace(basil=SimpleNamespace(spans=spans), basil_study=made)
    marked = {name: sorted(set(rows["sentence_no"])) for name, rows in terms._marked(context).items()}
    assert marked == {"any": [0, 2], "own": [0], "theirs": [2]}


def test_parts_say_which_years_were_looked_at() -> None:
    made = a_study()
    parts = terms._parts(made)
    assert list(parts) == ["BASIL, 2 articles", "BASIL, 2 articles of years never looked at"]
    read = made.articles.assign(published=["2010-05-01", "2012-05-01"])
    again: Any = SimpleNamespace(articles=read)
    assert [len(articles) for articles in terms._parts(again).values()] == [2, 1, 1]


def test_articles_are_read_again_with_every_instrument() -> None:
    context = Context(None)
    context.__dict__["basil"] = SimpleNamespace(articles=a_study().articles)
    figures = pd.DataFrame(audits.read_again(context))
    assert (figures["n"] == 1).all()
    assert {"loaded terms", "tone: textblob", "tone: news_tone"} <= set(figures["instrument"])
    taken = figures[figures["figure"].str.endswith("quotes taken out")].set_index("instrument")["value"]
    marks = figures[figures["figure"].str.endswith("curly marks")].set_index("instrument")["value"]
    assert taken["loaded terms"] == 0  # `thug` is left: the first outlet stays the higher one
    assert marks["loaded terms"] == 0


@pytest.mark.gold
@pytest.mark.skipif(
    GOLD is None or not (GOLD / "basil").is_dir() or not (GOLD / "babe").is_dir(),
    reason="BASIL or BABE is not at hand (ANALYSIS_GOLD)",
)
def test_sentences_with_lexical_bias_by_voice() -> None:
    """Floor .68: not reached over every mark. Floor and aim: with short quotations as scare quotes, among own words, outside."""
    pytest.importorskip("sklearn", reason="the re-ranker needs scikit-learn (the extra `train`)")
    assert GOLD is not None
    figures = pd.DataFrame(terms.loaded_terms(Context(Path(GOLD))))
    at_hand = figures[figures["data"].str.fullmatch(r"BASIL, \d+ articles")].set_index(["instrument", "figure"])[
        "value"
    ]
    any_span, own_span = terms.ANY, terms.OWN
    assert at_hand["loaded terms", f"{any_span}, narrator + scare"] >= 0.66
    assert at_hand["loaded terms", "… narrator + scare, quotations of three words or fewer with them"] >= 0.69
    assert at_hand["loaded terms", f"{terms.HAVING}, narrator + scare"] >= 0.68
    with_words = "… with a word in own voice, narrator + scare, short quotations with them"
    assert at_hand["loaded terms", with_words] >= 0.72
    assert at_hand["loaded terms", f"{any_span}, all voices"] >= 0.72
    assert at_hand["loaded terms", f"{own_span}, narrator + scare"] >= 0.72
    assert at_hand["loaded terms: re-ranker trained on BABE", f"{own_span}, narrator + scare"] >= 0.76
    unseen = figures[figures["data"].str.contains("never looked at") & (figures["instrument"] == "loaded terms")]
    assert unseen.set_index("figure")["value"][f"{own_span}, narrator + scare"] >= 0.72
