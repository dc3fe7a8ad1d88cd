"""A re-ranker laid over a study takes the place of the lexicon's hits there, says so in `runs`, and nothing else moves."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from analysis import Study, compare, measure, read_corpus, schema, store
from analysis.__main__ import main
from analysis.config import PROJECT
from analysis.loaded_terms import lexicon_sha256
from analysis.loaded_terms.features import N_BUCKETS, word_features
from analysis.loaded_terms.matcher import matcher
from analysis.loaded_terms.reranker import Reranker, save_reranker
from analysis.reranking import rerank


@pytest.fixture(scope="module")
def study() -> Study:
    return measure(read_corpus(PROJECT / "data" / "raw"))


@pytest.fixture(scope="module")
def reranker() -> Reranker:
    """Made by hand: it marks every occurrence of one word, whatever stands around it, and no other word."""
    weights = np.zeros(N_BUCKETS)
    both = [set(word_features(text, matcher())[1][0]) for text in ("council", "Council and harbour")]
    other = set(word_features("harbour", matcher())[1][0])
    weights[sorted((both[0] & both[1]) - other)] = 10.0
    return Reranker(weights, -15.0, 0.9, lexicon_sha256())


def test_its_words_stand_where_hits_of_the_lexicon_stood(study: Study, reranker: Reranker) -> None:
    again = rerank(study, reranker)
    schema.check("hits", again.hits)
    loaded = again.hits[again.hits["layer"] == "loaded"]
    n_words = sum(text.lower().split().count("council") for text in study.articles["text"])
    assert n_words > 0
    assert (loaded["surface"].str.lower() == "council").sum() >= n_words
    apart = ~study.hits["layer"].isin(["loaded", "watch"])
    kept = again.hits[~again.hits["layer"].isin(["loaded", "watch"])]
    columns = [name for name in study.hits if name != "hit_no"]
    pd.testing.assert_frame_equal(
        kept[columns].reset_index(drop=True), study.hits.loc[apart, columns].reset_index(drop=True)
    )
    for _, rows in again.hits.groupby("article_id"):
        assert rows["hit_no"].tolist() == list(range(len(rows)))
        assert rows["start"].is_monotonic_increasing
    assert schema.surfaces_hold(study.articles, again.hits)


def test_the_run_says_that_another_instrument_was_used(study: Study, reranker: Reranker) -> None:
    again = rerank(study, reranker)
    assert again.runs.loc[0, "model_sha256"] != study.runs.loc[0, "model_sha256"]
    assert again.runs.loc[0, "run_id"] != study.runs.loc[0, "run_id"]
    for name, table in study.tables().items():
        if name not in ("hits", "runs"):
            assert again.tables()[name] is table
    mine, theirs = (compare(one, "loaded_terms", voice="own") for one in (study, again))
    assert mine["n_words_a"].tolist() == theirs["n_words_a"].tolist()
    assert mine["n_hits_a"].tolist() != theirs["n_hits_a"].tolist()


def test_explain_shows_its_words_with_their_probability(
    reranker: Reranker, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    save_reranker(reranker, tmp_path)
    assert main(["explain", "--json", "--reranker", str(tmp_path), "The council and the regime met."]) == 0
    shown = json.loads(capsys.readouterr().out)
    words = shown["words that experts would mark"]
    assert [word["surface"] for word in words] == ["council"]
    assert words[0]["probability"] > 0.9
    listed = [hit for hit in shown["loaded terms"] if hit["layer"] == "loaded"]
    assert [(hit["surface"], hit["neutral_alternative"]) for hit in listed] == [("regime", "government")]
    assert listed[0]["why"]


def test_compare_counts_its_words(
    study: Study, reranker: Reranker, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    save_reranker(reranker, tmp_path / "weights")
    with store.new_folder(tmp_path / "study", run={"articles": {}}) as folder:
        store.write_tables(study.tables(), folder / "tables")
    words = ["compare", "loaded_terms", "--voice", "own", "--study", str(tmp_path / "study"), "--json"]
    assert main([*words, "--reranker", str(tmp_path / "weights")]) == 0
    said = capsys.readouterr()
    assert reranker.sha256[:16] in said.err
    expected = compare(rerank(study, reranker), "loaded_terms", voice="own")
    assert [row["n_hits_a"] for row in json.loads(said.out)] == expected["n_hits_a"].tolist()
