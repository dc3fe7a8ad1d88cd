"""Every article is measured or refused with its reason; batches and engines change nothing."""

from __future__ import annotations

import pickle
from dataclasses import FrozenInstanceError, replace

import pandas as pd
import pytest

from analysis import (
    attribution,
    loaded_terms,
    measure,
    measure_text,
    naming,
    recipe,
    schema,
    sentences,
    sentiment,
    voice,
    zones,
)
from analysis.config import Settings
from analysis.errors import InputError, ResourceError
from analysis.measuring import article_table
from analysis.plan import Plan, frame_sha256
from analysis.schema import Corpus, Study

TEXT = (
    "The ministry insisted the “strategic” deal was safe. Reuters reports the talks failed.\n\n"
    "“We saw the thugs ourselves,” a witness said. The regime collapsed."
)


def some(corpus: Corpus, n: int) -> Corpus:
    return replace(corpus, articles=corpus.articles.head(n))


def test_one_string_gives_the_rows_that_a_corpus_of_it_gives() -> None:
    one = measure_text(TEXT, zoned=False)
    corpus = Corpus(article_table("text", TEXT))
    many = measure(corpus, plan=Plan(zoned=False))
    for name, table in one.tables().items():
        pd.testing.assert_frame_equal(table, many.tables()[name])
    assert len(one.attributions) >= 3
    assert schema.surfaces_hold(one.articles, one.hits)


def test_rows_of_an_article_are_what_the_measures_give_as_tables(corpus: Corpus, study: Study) -> None:
    """The slower route: each measure asked by itself, table by table."""
    plan = Plan()
    articles = corpus.articles
    zone = zones.find_zones(articles)
    sentence = sentences.find_sentences(articles, zone)
    found = attribution.find_attributions(articles, sentence)
    voices = voice.find_voices(articles, zone, found.attributions, found.spans)
    hits = loaded_terms.find_loaded_terms(articles, sentence, lexicon=plan.lexicon)
    names = naming.find_names(articles, sentence, actors=plan.actors)
    pieces = voice.cut_pieces(articles, sentence, voices)
    slow = {
        "zones": zone,
        "sentences": sentence,
        "attributions": found.attributions,
        "spans": found.spans,
        "voices": voices,
        "hits": loaded_terms.mark_scare(voice.label_voice(hits, voices), articles, voices),
        "scores": sentiment.score_pieces(pieces, instruments=plan.settings.instruments),
        "names": schema.table("names", voice.label_voice(names, voices)),
    }
    for name, table in slow.items():
        pd.testing.assert_frame_equal(study.tables()[name], table)


def test_tables_of_one_string_are_made_when_they_are_looked_at() -> None:
    one = measure_text(TEXT, zoned=False)
    held = vars(one)
    assert not any(isinstance(table, pd.DataFrame) for table in held.values())
    assert one.voices is one.voices, "made once"
    assert [name for name, table in held.items() if isinstance(table, pd.DataFrame)] == ["voices"]
    again = pickle.loads(pickle.dumps(one))
    for name, table in one.tables().items():
        pd.testing.assert_frame_equal(table, again.tables()[name])
    with pytest.raises(FrozenInstanceError):
        one.voices = again.voices  # type: ignore[misc]
    assert len(replace(one, hits=again.hits.iloc[:1]).hits) == 1


def test_voices_tile_the_body(study: Study) -> None:
    """Every character of the body has exactly one voice; no word is counted twice or lost."""
    body = study.zones[study.zones["zone"] == "body"]
    for article, segments in study.voices.groupby("article_id"):
        covered = [
            place for start, end in zip(segments["start"], segments["end"], strict=True) for place in range(start, end)
        ]
        part = body[body["article_id"] == article]
        there = [place for start, end in zip(part["start"], part["end"], strict=True) for place in range(start, end)]
        assert covered == there
    words = study.sentences[study.sentences["zone"] == "body"]["n_words"].sum()
    assert study.voices["n_words"].sum() == words


def test_every_hit_and_label_has_the_voice_of_the_place_it_stands_in(study: Study) -> None:
    """The slow route: look the place up in the segments."""
    where = dict(list(study.voices.groupby("article_id")))
    for row in pd.concat([study.hits, study.names]).itertuples():
        part = where[row.article_id]
        inside = part[(part["start"] <= row.start) & (row.start < part["end"])]
        assert str(row.voice) == (str(inside["voice"].iloc[0]) if len(inside) else "headline")


def test_keys_are_unique_in_every_table(study: Study) -> None:
    for name, table in study.tables().items():
        if name != "issues":
            schema.check(name, table)


@pytest.mark.parametrize("size", [1, 3])
def test_the_size_of_batches_changes_nothing(corpus: Corpus, size: int) -> None:
    few = some(corpus, 5)
    one, other = measure(few), measure(few, plan=Plan(settings=Settings(batch_size=size)))
    for name in ("attributions", "spans", "voices", "hits", "scores", "names"):
        pd.testing.assert_frame_equal(one.tables()[name], other.tables()[name])


def test_a_cluster_gives_the_same_tables(corpus: Corpus) -> None:
    pytest.importorskip("distributed")
    few = some(corpus, 4)
    plan = Plan(settings=Settings(batch_size=2))
    one, other = measure(few, plan=plan), measure(few, plan=plan, engine="dask")
    for name, table in one.tables().items():
        pd.testing.assert_frame_equal(table, other.tables()[name])


def test_one_article_that_fails_is_refused_and_the_others_go_on(
    corpus: Corpus, monkeypatch: pytest.MonkeyPatch
) -> None:
    few = some(corpus, 3)
    bad = few.articles["article_id"].iloc[1]
    bad_text = few.articles["text"].iloc[1]
    find = zones.zone_rows

    def fails(text: str, headline: str = "", *, zoned: bool = True) -> list[zones.ZoneRow]:
        if text == bad_text:
            raise IndexError("a bug")
        return find(text, headline, zoned=zoned)

    monkeypatch.setattr(zones, "zone_rows", fails)
    study = measure(few)
    assert len(study.articles) + (study.issues["severity"] == "refused").sum() == 3
    assert study.issues["article_id"].tolist() == [bad]
    assert "IndexError: a bug" in study.issues["message"].iloc[0]
    assert bad not in set(study.voices["article_id"])


def test_a_broken_resource_is_an_error_not_a_row_an_article(corpus: Corpus, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_: object, **__: object) -> pd.DataFrame:
        raise ResourceError("the lexicon is broken")

    monkeypatch.setattr(loaded_terms, "hit_rows", fails)
    with pytest.raises(ResourceError, match="lexicon is broken"):
        measure(some(corpus, 2))


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (lambda corpus: measure(Corpus(schema.table("articles"))), "no article to measure"),
        (lambda corpus: measure(replace(corpus, articles=pd.concat([corpus.articles.head(1)] * 2))), "occurs twice"),
        (lambda corpus: measure(some(corpus, 1), engine="spark"), "'spark' is not known"),
        (lambda corpus: measure_text(" … "), "has no word"),
    ],
)
def test_what_cannot_be_measured_says_why(corpus: Corpus, call: object, says: str) -> None:
    with pytest.raises(InputError, match=says):
        call(corpus)  # type: ignore[operator]


def test_a_table_is_hashed_as_pandas_writes_it() -> None:
    plain = pd.DataFrame({"text": ["a", 'said "b", c', "", "d\ne", "\r", "f"], "n": [1, -2, 3, 4, 5, 6]})
    levels = plain.assign(text=plain["text"].astype("category"))
    for frame in (plain, plain[:0], levels, plain.assign(n=plain["n"] / 3), plain.replace("", None), Plan().actors):
        assert frame_sha256(frame) == recipe.sha256_of(frame.to_csv(index=False, lineterminator="\n"))
