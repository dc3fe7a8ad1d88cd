"""The trained tagger finds who said what in plain news sentences, the same on both paths, and survives any text."""

from __future__ import annotations

from functools import cache, partial
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis import config
from analysis.attribution import model
from analysis.attribution.candidates import READINGS
from analysis.attribution.crf import Weights, best_path, emissions, keys_of, other_paths
from analysis.attribution.quotes import find_quotes
from analysis.attribution.tagger import Tagger, tag
from analysis.attribution.tokens import Found, tokenise
from analysis.errors import ResourceError
from tests.growth import LIMIT, growth

TEXTS = (
    "The mayor said the bridge would close.\n“We have no choice,” said Ann Pell, the mayor. “It is unsafe.”",
    "According to the ministry, the talks failed.\nThe senator claimed that the vote was rigged and denied any part in it.",
    "Critics called the plan “a joke.”\nThe weather was fine. The bridge opened in 1932.",
)


@cache
def tagger() -> Tagger:
    return model.load()


def surfaces(text: str, found: Found) -> tuple[list[str], list[str], list[str]]:
    return tuple([text[a:b] for a, b in spans] for spans in (found.source, found.cue, found.content))  # type: ignore[return-value]


def test_plain_sentences_are_found_with_source_cue_and_content() -> None:
    found = [surfaces(TEXTS[0], one) for one in tag(tokenise(TEXTS[0]))]
    assert (["The mayor"], ["said"], ["the bridge would close"]) in found
    assert any("Ann Pell" in source[0] and "no choice" in content[0] for source, _, content in found if source)


def test_sentences_without_a_claim_have_none() -> None:
    assert tag(tokenise("The weather was fine. The bridge opened in 1932.")) == []


@pytest.mark.parametrize("text", TEXTS)
def test_compiled_and_numpy_paths_agree(text: str) -> None:
    tokens = tokenise(text)
    assert tagger().find(tokens, compiled=True) == tagger().find(tokens, compiled=False)


@pytest.mark.gold
def test_paths_agree_on_hand_coded_news() -> None:
    gold = config.gold_folder()
    if gold is None:
        pytest.skip("no hand-coded corpora: set ANALYSIS_GOLD")
    for path in sorted((gold / "polnear" / "data" / "dev" / "text").glob("*.txt"))[:12]:
        tokens = tokenise(path.read_text(encoding="utf-8"))
        assert tagger().find(tokens, compiled=True) == tagger().find(tokens, compiled=False)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_best_path_and_margins_agree_with_every_path_tried(seed: int) -> None:
    random = np.random.default_rng(seed)
    n = 4
    scores = random.integers(-500, 500, (n + 2, 7)).astype(np.int32)
    edge = np.array([True, *[False] * n, True])
    transitions = random.integers(-300, 300, (7, 7)).astype(np.int32)
    totals = np.full((n, 7), -(10**9))
    best, best_total = (), -(10**9)
    for path in np.ndindex(*[7] * n):
        total = sum(scores[i + 1, label] for i, label in enumerate(path))
        total += sum(transitions[a, b] for a, b in pairwise(path))
        if total > best_total:
            best, best_total = path, total
        for i, label in enumerate(path):
            totals[i, label] = max(totals[i, label], total)
    for compiled in (True, False):
        labels, margins = best_path(scores, edge, transitions, compiled=compiled)
        assert tuple(labels[1:-1]) == best
        assert (margins[1:-1] == totals - best_total).all()
        several, _ = other_paths(scores, edge, transitions, [(0, 0), (400, -50)], labels, compiled=compiled)
        assert (several[: n + 2] == labels).all()


def test_weights_are_found_by_key_and_nothing_else() -> None:
    values = np.arange(5_000)
    keys = np.unique(keys_of(values, 3))
    rows = np.concatenate([np.arange(len(keys) * 7).reshape(-1, 7) % 100, np.zeros((1, 7))]).astype(np.int16)
    weights = Weights(("a",), keys, rows, np.zeros((7, 7), dtype=np.int32))
    wanted = keys_of(np.array([0, 17, 4_999, 5_000, 10**12]), 3)
    expected = [int(np.flatnonzero(keys == key)[0]) if key in keys else len(keys) for key in wanted]
    assert weights.lookup.find(wanted).tolist() == expected
    columns = np.array([[0, 17, 5_000]])
    start = np.ones((3, 7), dtype=np.int32)
    salted = Weights(("a",), np.unique(keys_of(values, 0)), rows, weights.transitions)
    assert (emissions(salted, columns, start, compiled=True) == emissions(salted, columns, start, compiled=False)).all()


@settings(max_examples=60)
@given(st.lists(st.sampled_from([*"\"'“”‘’«»,.:—\n aA", "said ", "He ", " that "]), max_size=80).map("".join))
def test_any_text_gives_spans_inside_it_that_stand_apart(text: str) -> None:
    tokens = tokenise(text)
    for found in tagger().find(tokens, find_quotes(tokens), compiled=False):
        assert found.content
        assert 0 <= found.score <= 1
        spans = sorted([*found.cue, *found.content])
        assert all(0 <= start < end <= len(text) for start, end in (*spans, *found.source))
        assert all(one[1] <= other[0] for one, other in pairwise(spans))


def test_result_does_not_depend_on_what_was_read_before() -> None:
    first = [tag(tokenise(text)) for text in TEXTS]
    tag(tokenise("Completely different words, zebras and quarks, said nobody named Xylophil."))
    assert [tag(tokenise(text)) for text in reversed(TEXTS)] == first[::-1]


def test_what_rules_found_is_offered() -> None:
    text = "Zorp blicked: frum the snark."
    rule = Found(((0, 4),), ((5, 13),), ((14, 28),), 0.99, "rule: that")
    for one in tagger().find(tokenise(text), None, [rule]):
        assert all(0 <= a < b <= len(text) for a, b in one.content)
    assert tagger().find(tokenise(text), None, []) is not None


@pytest.mark.parametrize("piece", ["said ", '" ', "said “ ", "He said that he said, "])
def test_hostile_repetition_stays_linear(piece: str) -> None:
    tagger().find(tokenise(piece * 200), compiled=True)  # compiled by now
    assert growth(lambda n: partial(tagger().find, tokenise(piece * n), compiled=True), 2_000, 16_000) < LIMIT


def test_model_file_round_trips_to_the_same_bytes(tmp_path) -> None:  # type: ignore[no-untyped-def]
    model.save(tagger(), tmp_path / "again.npz")
    assert (tmp_path / "again.npz").read_bytes() == model.MODEL.read_bytes()
    assert model.MODEL.stat().st_size < 10_000_000
    assert len(READINGS) <= 8


def test_files_that_are_no_model_are_refused(tmp_path) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(ResourceError, match="train one"):
        model.load(tmp_path / "none.npz")
    wrong = tmp_path / "wrong.npz"
    wrong.write_bytes(b"not a model")
    with pytest.raises(ResourceError, match=r"wrong\.npz"):
        model.load(wrong)
