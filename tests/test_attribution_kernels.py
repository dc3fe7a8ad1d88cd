"""Every compiled loop gives what its twin in NumPy gives, on news, on made-up order and on hostile repetition."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.attribution import model
from analysis.attribution.candidates import (
    READINGS,
    Candidates,
    Contents,
    Ruled,
    _compiled_offers,
    _offers_of,
    find_candidates,
    place_rules,
)
from analysis.attribution.compiled import kernels
from analysis.attribution.crf import Weights, best_path, emissions, keys_of, other_paths
from analysis.attribution.cues import cue_frames
from analysis.attribution.evidence import MEASURED, NAMED, find_evidence
from analysis.attribution.features import BUCKETS, Context, columns, context
from analysis.attribution.linker import NEIGHBOURS, _compiled_partners, _partners, find_spans, neighbours, pair_columns
from analysis.attribution.lookup import Lookup
from analysis.attribution.quotes import find_quotes
from analysis.attribution.sourcing import offer_sources, plain_subjects, source_columns, source_values
from analysis.attribution.stack import CONTENT, SOURCE, second_columns
from analysis.attribution.tagger import Tagger
from analysis.attribution.tokens import tokenise
from analysis.attribution.train_choice import find_by_rule
from analysis.attribution.wordforms import FormTable

PIECES = [
    "He said", "“", "”", '"', "'", "said", "that", "according to", "the mayor", ",", ".", "? ", ":", "\n", "\n\n", "and",
    "claimed", "Ada Brome", "it is so", "to leave", "(", ")", "—", "U.S.", "told", "he",
]  # fmt: skip
TEXTS = [
    "The mayor said the bridge would close.\n“We have no choice,” said Ann Pell, the mayor. “It is unsafe.”\n“No,” he said.",
    "said " * 60, "He said that " * 40, '" said ' * 30, "“He said\n“It is\n“so” he claimed.\n", "A.", "?\n!\n",
]  # fmt: skip
MADE = st.lists(st.sampled_from(PIECES), min_size=1, max_size=90).map(" ".join)


@cache
def tagger() -> Tagger:
    return model.load()


def read(text: str) -> tuple[Context, FormTable]:
    tokens = tokenise(text)
    forms = tagger().stack.forms(tokens.vocabulary)
    return context(tokens, find_quotes(tokens), forms), forms


def labels_for(around: Context, seed: int) -> np.ndarray:
    """Labels by chance, in runs as a field gives them; edges have none."""
    random = np.random.default_rng(seed)
    labels = np.repeat(random.integers(0, 7, len(around.unit)), random.integers(1, 5, len(around.unit)))
    labels = labels[: len(around.unit)].astype(np.int8)
    labels[around.edge] = 0
    return labels


def check_columns(text: str) -> None:
    """Sentences, and both fields' columns, are the same at every unit."""
    around, _ = read(text)
    if not len(around.unit) or around.edge.all():
        return
    loops, inside = kernels(), ~around.edge
    found = loops.sentences(around.edge, around.facts, around.state, around.is_mark)
    for ours, theirs in zip(found, (around.sentence, around.sentence_first, around.sentence_last), strict=True):
        assert (ours == theirs).all()
    expected = columns(around)
    values = np.empty((len(expected), len(around.unit)), dtype=np.int64)
    loops.columns(around.edge, around.facts, around.state, around.is_mark, around.quotes, *found, BUCKETS, values)
    for row, (name, column) in enumerate(expected.items()):
        assert (values[row] == column)[inside].all(), name
    labels = labels_for(around, len(text))
    margins = -np.random.default_rng(1).integers(0, 2_000, (len(labels), 7)).astype(np.int32)
    margins[around.edge] = 0
    expected = second_columns(around, labels, margins)
    values = tagger().stack.second_columns(around, labels, margins, compiled=True)
    for row, (name, column) in enumerate(expected.items()):
        assert (values[row] == column)[inside].all(), name


def check_partners(text: str) -> None:
    """Spans, pairs, their columns, the best of them and the candidates gathered from them are the same."""
    around, forms = read(text)
    if not len(around.unit) or around.edge.all():
        return
    several = np.concatenate([labels_for(around, seed) for seed in (1, 2, 3)])
    spans, linker = find_spans(several, around), tagger().linker
    ours, theirs = _compiled_partners(linker, around, forms, several), _partners(linker, around, forms, several)
    for part in ("role", "first", "last", "paragraph"):
        assert (getattr(ours[0], part) == getattr(theirs[0], part)).all(), part
    for part in ("cue", "cue_score", "source", "source_score"):
        assert (getattr(ours[1], part) == getattr(theirs[1], part)).all(), part
    loops, rows = kernels(), np.stack([spans.role, spans.first, spans.last, spans.paragraph])
    homes = 3 * (int(around.edge.sum()) + 1)
    before = loops.counts_before(rows, around.facts, len(several), homes)
    word = forms.hashes[around.number, 0]
    for role in (CONTENT, SOURCE):
        pairs = loops.neighbours(rows, role, NEIGHBOURS)
        cue, other = neighbours(spans, role)
        assert (pairs == np.stack([cue, other])).all()
        if not len(cue):
            continue
        expected = pair_columns(around, forms, spans, cue, other)
        values = np.empty((len(expected), len(cue)), dtype=np.int64)
        sentences = around.sentence, around.sentence_first
        loops.values(pairs, rows, *before, word, around.facts, around.state, *sentences, BUCKETS, values)
        for row, (name, column) in enumerate(expected.items()):
            assert (values[row] == column).all(), name
    same = np.arange(homes) % 128
    for least in (-(1 << 19), 0, 1 << 19):  # every content has a cue, some have, none has
        judge = replace(linker, least_content=least, least_source=least)
        given = judge, *ours, len(around.unit), same, Ruled()
        for gathered, expected_ones in zip(_laid(_compiled_offers(*given)), _laid(_offers_of(*given)), strict=True):
            assert (gathered == expected_ones).all()


def _laid(gathered: tuple[np.ndarray, Contents, np.ndarray]) -> tuple[np.ndarray, ...]:
    table, contents, sources = gathered
    return table, contents.starts, contents.parts, sources


def check_choice(text: str, *, ruled: bool) -> None:
    """Candidates, what speaks for each, the choice between them and the sources on offer are the same."""
    around, forms = read(text)
    tokens = tokenise(text)
    if not len(around.unit) or around.edge.all():
        return
    model_, random = tagger(), np.random.default_rng(len(text))
    scores = model_.stack.scores(around, tokens.vocabulary, compiled=False)
    transitions = model_.stack.second.transitions
    labels, margins = best_path(scores, around.edge, transitions, compiled=False)
    rules = place_rules(tokens, around, find_by_rule(tokens, find_quotes(tokens), cue_frames()) if ruled else ())
    given = scores, transitions, around, forms, model_.linker, rules, labels
    found, again = (find_candidates(*given, compiled=compiled) for compiled in (False, True))
    for ours, theirs in zip(_candidates(found), _candidates(again), strict=True):
        assert (ours == theirs).all()
    if not len(found):
        return
    plain, evidence = (find_evidence(around, forms, margins, found, compiled=compiled) for compiled in (False, True))
    for names, columns_, values in zip((NAMED, MEASURED), plain, evidence, strict=True):
        assert columns_.dtype == values.dtype
        assert [name for name, a, b in zip(names, columns_, values, strict=True) if (a != b).any()] == []
    odds = random.integers(-500, 500, (2, len(found))).astype(np.int32)
    chosen = model_.joined.choose(around, found, odds)
    assert model_.joined.choose(around, found, odds, compiled=True) == chosen
    if not chosen:
        return
    subjects = plain_subjects(tokens, model_.stack.lexicon, around, found, chosen)
    on_offer, ours = (offer_sources(around, found, chosen, subjects, compiled=compiled) for compiled in (False, True))
    assert (on_offer.table == ours.table).all()
    assert (on_offer.anchors == ours.anchors).all()
    expected = source_columns(around, forms, margins, found, chosen, on_offer)
    values = source_values(around, forms, margins, found, chosen, on_offer, compiled=True)
    assert [name for (name, column), row in zip(expected.items(), values, strict=True) if (column != row).any()] == []


def _candidates(found: Candidates) -> tuple[np.ndarray, ...]:
    return _laid((found.table, found.contents, found.sources))


@pytest.mark.parametrize("text", TEXTS)
def test_columns_and_partners_agree_on_plain_and_hostile_texts(text: str) -> None:
    check_columns(text)
    check_partners(text)


@pytest.mark.parametrize("ruled", [True, False])
@pytest.mark.parametrize("text", TEXTS)
def test_candidates_their_choice_and_their_sources_agree(text: str, ruled: bool) -> None:
    check_choice(text, ruled=ruled)


@settings(max_examples=80)
@given(MADE)
def test_columns_and_partners_agree_in_any_order_of_newspaper_words(text: str) -> None:
    check_columns(text)
    check_partners(text)
    check_choice(text, ruled=True)


@settings(max_examples=30)
@given(st.integers(0, 10_000), st.integers(2, 60))
def test_paths_agree_and_repeated_readings_are_dropped(seed: int, n: int) -> None:
    random = np.random.default_rng(seed)
    scores = random.integers(-600, 600, (n, 7)).astype(np.int32)
    edge = random.random(n) < 0.2
    edge[0] = edge[-1] = True
    transitions = random.integers(-900, 300, (7, 7)).astype(np.int32)
    plain = best_path(scores, edge, transitions, compiled=False)
    assert all((a == b).all() for a, b in zip(best_path(scores, edge, transitions, compiled=True), plain, strict=True))
    paths, same = other_paths(scores, edge, transitions, READINGS, plain[0], compiled=False)
    ours = other_paths(scores, edge, transitions, READINGS, plain[0], compiled=True)
    assert (ours[0] == paths).all()
    assert (ours[1] == same).all()
    run = np.cumsum(edge)
    for reading, (begin, inside) in enumerate(READINGS):
        other = scores.copy()
        other[:, 1::2] += begin
        other[:, 6] += inside
        alone, _ = best_path(other, edge, transitions, compiled=False)
        part = paths[reading * n : (reading + 1) * n]
        for home in np.unique(run[~edge]):
            here = ~edge & (run == home)
            repeats = bool((alone[here] == plain[0][here]).all())
            assert bool(same[home] >> reading & 1) == repeats
            assert (part[here] == (0 if repeats and reading else alone[here])).all()


def looked_up(weights: Weights, values: np.ndarray) -> np.ndarray:
    """The slow route: each key sought in the list of keys, rows added one by one."""
    rows = {int(key): weights.rows[row].astype(int) for row, key in enumerate(weights.keys)}
    none = np.zeros(weights.rows.shape[1], dtype=int)
    keys = keys_of(values, np.arange(len(values))[:, None])
    return np.array([sum((rows.get(int(key), none) for key in keys[:, place]), none) for place in range(keys.shape[1])])


@pytest.mark.parametrize("compiled", [True, False])
def test_two_fields_side_by_side_score_as_each_alone(compiled: bool) -> None:
    stack = tagger().stack
    around, _ = read(TEXTS[0])
    values = np.stack(list(columns(around).values()))
    both = Lookup([(one.keys, one.rows) for one in (stack.first, stack.second)], 90)
    sums = both.zeros(values.shape[1])
    both.add(sums, values, compiled=compiled)
    for field, weights in enumerate((stack.first, stack.second)):
        expected = looked_up(weights, values)
        assert (both.scores(sums, len(values), field)[:, :7] == expected).all()
        assert (emissions(weights, values, np.zeros((1, 7), dtype=np.int32), compiled=compiled) == expected).all()


@pytest.mark.parametrize("compiled", [True, False])
@pytest.mark.parametrize("largest", [3, 900, 32_000])
@pytest.mark.parametrize("labels", [1, 2, 5])
def test_weights_of_any_size_and_width_are_summed_exactly(largest: int, labels: int, compiled: bool) -> None:
    random = np.random.default_rng(largest + labels)
    values = random.integers(-50, 50, (40, 30))
    keys = np.unique(keys_of(values, np.arange(40)[:, None]))[::2]
    rows = random.integers(-largest, largest + 1, (len(keys) + 1, labels)).astype(np.int16)
    rows[-1] = 0
    weights = Weights(tuple(map(str, range(40))), keys, rows, np.zeros((1, labels), dtype=np.int32))
    start = np.zeros((1, labels), dtype=np.int32)
    assert (emissions(weights, values, start, compiled=compiled) == looked_up(weights, values)).all()


@pytest.mark.parametrize("text", TEXTS)
def test_scores_of_the_stack_agree_at_units(text: str) -> None:
    tokens = tokenise(text)
    around, _ = read(text)
    again, _ = read(text)
    compiled = tagger().stack.scores(around, tokens.vocabulary, compiled=True)
    plain = tagger().stack.scores(again, tokens.vocabulary, compiled=False)
    assert (compiled == plain)[~around.edge].all()
