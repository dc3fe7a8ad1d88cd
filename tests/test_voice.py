"""Voices tile every body, and each word has the voice that a reader would give it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis import config, gold, schema, sentences, voice, zones
from analysis.attribution import find_attributions, read_text
from analysis.words import n_words


def lay(text: str, contents: list[str] = (), bodies: list[tuple[int, int]] | None = None) -> list[tuple[str, str, int]]:  # type: ignore[assignment]
    """(voice, words, attribution) of each segment; contents are given as pieces of the text, one attribution each."""
    spans = [(text.index(piece), text.index(piece) + len(piece), number) for number, piece in enumerate(contents)]
    segments = voice.voice_segments(text, bodies or [(0, len(text))], spans)
    return [(schema.VOICES[code], text[start:end].strip(), number) for start, end, code, number in segments]


def test_reported_and_quoted_words_of_one_claim() -> None:
    assert lay("Iran called the pact “strategic.” Talks go on.", ["the pact “strategic.”"]) == [
        ("narrator", "Iran called", -1), ("reported", "the pact", 0), ("quoted", "“strategic.”", 0),
        ("narrator", "Talks go on.", -1),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "voices"),
    [
        ("The “peace” plan failed.", ["narrator", "scare", "narrator"]),
        ("She played in “The Long Road” twice.", ["narrator"]),
        ("Robert “Bob” Tolley left.", ["narrator"]),
        ("“Peace” was a word nobody used.", ["scare", "narrator"]),
        ("The sign read “come in and wait here” all year.", ["narrator", "quoted", "narrator"]),
        ("He is 6'3\" tall and 200 pounds.", ["narrator"]),
        ("No marks at all.", ["narrator"]),
    ],
)
def test_marks_that_no_claim_holds(text: str, voices: list[str]) -> None:
    assert [name for name, _, _ in lay(text)] == voices


def test_unclaimed_quotation_has_no_attribution() -> None:
    assert lay("The sign read “come in and wait here” all year.")[1] == ("quoted", "“come in and wait here”", -1)


def test_the_inner_claim_has_the_words() -> None:
    text = "She said Marl had told her that radicals ran it. It rained."
    outer, inner = "Marl had told her that radicals ran it", "that radicals ran it"
    assert lay(text, [outer, inner]) == [
        ("narrator", "She said", -1), ("reported", "Marl had told her", 0), ("reported", "that radicals ran it", 1),
        ("narrator", ". It rained.", -1),
    ]  # fmt: skip


def test_only_bodies_are_tiled() -> None:
    text = "Headline\nBody one.\nCredit\nBody two."
    segments = voice.voice_segments(text, [(9, 18), (26, 35)], [])
    assert [(start, end) for start, end, _, _ in segments] == [(9, 18), (26, 35)]


ALPHABET = st.text(alphabet="ab .\n\"“”'‘’«»\u00a0\u200b😀", max_size=80)


@given(ALPHABET, st.lists(st.tuples(st.integers(0, 80), st.integers(0, 80)), max_size=5))
@settings(max_examples=200)
def test_segments_tile_whatever_the_text(text: str, cuts: list[tuple[int, int]]) -> None:
    contents = [
        (min(a, b), max(a, b), number) for number, (a, b) in enumerate(cuts) if min(a, b) < max(a, b) <= len(text)
    ]
    segments = voice.voice_segments(text, [(0, len(text))] if text else [], contents)
    edges = [0, *[end for _, end, _, _ in segments]]
    assert [start for start, _, _, _ in segments] == edges[:-1]
    assert edges[-1] == len(text)


def made() -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """Two articles, their zones, sentences and voices."""
    texts = {"a": "Title\nIran called the pact “strategic.” Talks go on.", "b": "The “peace” plan failed."}
    articles = pd.DataFrame({"article_id": list(texts), "text": list(texts.values())})
    zones = schema.table(
        "zones", [("a", 0, "headline", 0, 6), ("a", 1, "body", 6, len(texts["a"])), ("b", 0, "body", 0, 24)]
    )
    rows = [
        ("a", 0, 0, "headline", 0, 5, 1),
        ("a", 1, 1, "body", 6, 39, 5),
        ("a", 2, 1, "body", 40, 52, 3),
        ("b", 0, 0, "body", 0, 24, 4),
    ]
    sentence = schema.table("sentences", rows)
    found = find_attributions(articles, sentence, engine="rules")
    return articles, sentence, zones, voice.find_voices(articles, zones, found.attributions, found.spans)


def test_find_voices_counts_words_and_numbers_segments() -> None:
    articles, _, _, voices = made()
    schema.check("voices", voices)
    rows = voices[["article_id", "segment_no", "voice", "n_words"]].values.tolist()
    assert rows == [
        ["a", 0, "narrator", 2], ["a", 1, "reported", 2], ["a", 2, "quoted", 1], ["a", 3, "narrator", 3],
        ["b", 0, "narrator", 1], ["b", 1, "scare", 1], ["b", 2, "narrator", 2],
    ]  # fmt: skip
    assert voices["attribution_no"].isna().tolist() == [True, False, False, True, True, True, True]
    text = dict(zip(articles["article_id"], articles["text"], strict=True))
    joined = {
        article: "".join(text[article][a:b] for a, b in zip(part["start"], part["end"], strict=True))
        for article, part in voices.groupby("article_id")
    }
    assert joined == {"a": text["a"][6:], "b": text["b"]}


def test_find_voices_without_articles() -> None:
    articles = pd.DataFrame({"article_id": [], "text": []})
    assert (
        len(voice.find_voices(articles, schema.table("zones"), schema.table("attributions"), schema.table("spans")))
        == 0
    )


def test_label_voice_takes_the_voice_of_the_first_character() -> None:
    _, sentence, _, voices = made()
    rows = pd.DataFrame(
        {"article_id": ["a", "a", "a", "b", "a"], "start": [31, 0, 23, 5, 40], "end": [40, 5, 38, 10, 45]},
        index=[9, 8, 7, 6, 5],
    )
    out = voice.label_voice(rows, voices, sentence)
    assert out["voice"].tolist() == ["quoted", "headline", "reported", "scare", "narrator"]
    assert out["attribution_no"].isna().tolist() == [False, True, False, True, True]
    assert out.index.tolist() == [9, 8, 7, 6, 5]
    assert "voice" not in rows


def test_label_voice_of_no_rows_and_of_no_voices() -> None:
    _, _, _, voices = made()
    empty = pd.DataFrame(
        {"article_id": pd.array([], dtype="str"), "start": np.array([], int), "end": np.array([], int)}
    )
    assert voice.label_voice(empty, voices).columns.tolist()[-2:] == ["voice", "attribution_no"]
    one = pd.DataFrame({"article_id": ["a"], "start": [0], "end": [3]})
    assert voice.label_voice(one, schema.table("voices"))["voice"].tolist() == ["headline"]


def test_pieces_never_mix_voices() -> None:
    articles, sentence, _, voices = made()
    pieces = voice.cut_pieces(articles, sentence, voices)
    assert pieces[["article_id", "sentence_no", "voice", "text", "n_words"]].values.tolist() == [
        ["a", 0, "headline", "Title", 1],
        ["a", 1, "narrator", "Iran called", 2], ["a", 1, "reported", "the pact", 2], ["a", 1, "quoted", "“strategic.”", 1],
        ["a", 2, "narrator", "Talks go on.", 3],
        ["b", 0, "narrator", "The plan failed.", 3], ["b", 0, "scare", "“peace”", 1],
    ]  # fmt: skip


def test_pieces_hold_every_word_once() -> None:
    articles, sentence, _, voices = made()
    pieces = voice.cut_pieces(articles, sentence, voices)
    assert pieces["n_words"].sum() == sentence["n_words"].sum()


@pytest.mark.gold
@pytest.mark.parametrize("engine", ["rules", "joined"])
def test_attributed_share_of_words_on_polnear_dev(engine: str) -> None:
    """Share of words in attributed voice per article against the hand-coded one."""
    folder = config.gold_folder()
    if folder is None or not (folder / "polnear").is_dir():
        pytest.skip("PolNeAR is not at hand: set ANALYSIS_GOLD to the folder that holds polnear/")
    corpus = gold.read_polnear(Path(folder) / "polnear", "dev")
    pairs = zip(corpus.articles["article_id"], corpus.articles["text"], strict=True)
    zones = schema.table("zones", [(article, 0, "body", 0, len(text)) for article, text in pairs])
    found = find_attributions(corpus.articles, sentences.find_sentences(corpus.articles, zones), engine=engine)
    ours = _attributed(voice.find_voices(corpus.articles, zones, found.attributions, found.spans))
    theirs = _attributed(voice.find_voices(corpus.articles, zones, found.attributions, corpus.first_coder()))
    assert (ours - theirs).abs().mean() < 0.06
    assert np.corrcoef(ours, theirs)[0, 1] > 0.9


def _attributed(voices: pd.DataFrame) -> pd.Series:
    held = voices["n_words"].where(voices["voice"].isin(schema.ATTRIBUTED_VOICES), 0)
    return held.groupby(voices["article_id"]).sum() / voices.groupby("article_id")["n_words"].sum()


@settings(max_examples=80)
@given(
    st.lists(
        st.sampled_from([*"“”\"'« »\n.", "\n\n", "\u200b", "\u2028", "\x85", "He said ", "It is “so”", "’Tis"]),
        max_size=40,
    )
)
def test_quotations_read_for_attributions_lay_the_voices_that_each_body_read_alone_lays(pieces: list[str]) -> None:
    text = "Ann “Bo” Pell left. " + "".join(pieces)
    for zone in (zones.zone_rows(text), zones.zone_rows(text, zoned=False)):
        read = read_text(text, sentences.body_paragraphs(sentences.sentence_rows(text, zone)))
        bodies = [(start, end) for name, start, end in zone if name == "body"]
        assert voice.voice_segments(text, bodies, [], read) == voice.voice_segments(text, bodies, [])


def test_words_of_a_piece_are_those_that_it_has_by_itself() -> None:
    text = "Pell’s co-op didn't say “so” in the U.S. on 3.5 days."
    for cut in range(1, len(text)):
        segments = voice.laid([(0, cut, 0, -1), (cut, len(text), 1, 0)])
        rows = voice.piece_rows(text, [(0, "body", 0, len(text))], segments)
        expected = [(0, name, part.strip()) for name, part in (("narrator", text[:cut]), ("reported", text[cut:]))]
        assert [row[:3] for row in rows] == [row for row in expected if n_words(row[2])]
        assert [row[3] for row in rows] == [n_words(row[2]) for row in rows]
