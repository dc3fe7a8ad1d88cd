"""Spans are joined to the cue that a judge prefers, and candidates that share a unit cannot both stand."""

from __future__ import annotations

import numpy as np

from analysis.attribution import wordforms as wf
from analysis.attribution.candidates import NONE, SHARE, Candidates, Contents, place_rules
from analysis.attribution.chooser import Chooser
from analysis.attribution.crf import SCALE, Weights, keys_of
from analysis.attribution.evidence import MEASURED, NAMED, evidence_columns, find_evidence
from analysis.attribution.features import Context, context
from analysis.attribution.linker import Linker, find_spans, link, neighbours, pair_columns, partners_of
from analysis.attribution.quotes import find_quotes
from analysis.attribution.stack import CONTENT, CUE, SOURCE
from analysis.attribution.tokens import Found, Tokens, Vocabulary, tokenise
from analysis.attribution.trees import N_LEAVES, N_NODES, Trees

LEXICON = wf.Lexicon({"said": "VBD"}, {}, {"said": 5}, ("said",), ("edge", "NN0", "VBD2"))
#: "Ann said rain . Bob added snow" as labels: source, cue, content, outside.
LABELS = {"Ann": 1, "Bob": 1, "said": 3, "added": 3, "rain": 5, "snow": 5}


def read(text: str) -> tuple[Tokens, Context, wf.FormTable, np.ndarray]:
    vocabulary = Vocabulary()
    tokens = tokenise(text, vocabulary=vocabulary)
    forms = wf.FormTable.of(vocabulary, LEXICON)
    around = context(tokens, find_quotes(tokens), forms)
    labels = np.zeros(len(around.unit), dtype=np.int8)
    for place, unit in enumerate(around.unit.tolist()):
        if unit >= 0:
            labels[place] = LABELS.get(tokens.forms[unit], 0)
    return tokens, around, forms, labels


def judge_of(names: tuple[str, ...], column: str, points: dict[int, float], base: float, judges: int = 1) -> Weights:
    """A judge that knows one column: points for its values, `base` for all pairs."""
    keys = np.array([keys_of(np.array([value]), names.index(column))[0] for value in points], dtype=np.uint32)
    order = np.argsort(keys)
    rows = np.zeros((len(points) + 1, judges), dtype=np.int16)
    rows[:-1] = (np.array(list(points.values()))[order] * SCALE).astype(np.int16)[:, None]
    return Weights(names, keys[order], rows, np.full((1, judges), round(base * SCALE), dtype=np.int32))


def test_pairs_stay_in_their_paragraph() -> None:
    _, around, _, labels = read("Ann said rain\nBob added snow")
    spans = find_spans(labels, around)
    assert spans.role.tolist() == [SOURCE, CUE, CONTENT] * 2
    cue, content = neighbours(spans, CONTENT)
    assert list(zip(cue.tolist(), content.tolist(), strict=True)) == [(1, 2), (4, 5)]


def test_each_content_takes_its_best_cue_and_each_cue_its_best_source() -> None:
    _, around, forms, labels = read("Ann said rain . Bob added snow")
    spans = find_spans(labels, around)
    names = tuple(pair_columns(around, forms, spans, *neighbours(spans, CONTENT)))
    # `far` is (side * 16 + distance bucket) * 2 + same sentence: right beside, to the right (1) or to the left (2).
    to_content = judge_of(names, "far", {(1 * 16 + 0) * 2 + 1: 3.0}, -2.0)
    to_source = judge_of(names, "far", {(2 * 16 + 0) * 2 + 1: 3.0}, -2.0)
    found, partners = partners_of(Linker(to_content, to_source), around, forms, labels, compiled=False)
    links = link(Linker(to_content, to_source), found, partners)
    assert [(one.cue, one.contents, one.source) for one in links] == [(1, (2,), 0), (4, (5,), 3)]
    doubtful = link(Linker(to_content, to_source, least_content=2 * SCALE), found, partners)
    assert all(one.cue == -1 and one.source == -1 for one in doubtful)


def test_surest_candidates_stand_and_none_shares_a_unit_with_another() -> None:
    tokens, around, forms, _ = read("Ann said rain . Bob added snow")
    place = {form: int(np.flatnonzero(around.unit == unit)[0]) for unit, form in enumerate(tokens.forms)}
    cue, other = place["said"], place["added"]
    rain, snow = (place["rain"], place["rain"]), (place["snow"], place["snow"])
    wide = (place["rain"], place["snow"])
    rows = [
        [cue, cue, -1, -1, 1, 1, NONE, NONE],
        [cue, cue, -1, -1, 1, 1, NONE, NONE],
        [other, other, -1, -1, 1, 1, NONE, NONE],
    ]
    found = Candidates(np.ascontiguousarray(np.array(rows).T), Contents.of([(rain,), (wide,), (snow,)]))
    no_trees = Trees(*[np.zeros((2, 0, n), dtype=np.int32) for n in (N_NODES, N_NODES, N_LEAVES)])
    chooser = Chooser(judge_of(("bias",), "bias", {0: 0.0}, 0.0, 2), no_trees, 0)
    odds = np.array([[300, 200, 100], [300, 200, 100]], dtype=np.int32)
    for compiled in (True, False):
        assert chooser.choose(around, found, odds, compiled=compiled) == [0, 2]
        assert chooser.choose(around, found, np.ascontiguousarray(odds[:, [1, 0, 2]]), compiled=compiled) == [1]
        assert chooser.choose(around, found, odds - 250, compiled=compiled) == [0]
    margins = np.zeros((len(around.unit), 7), dtype=np.int32)
    named, measured = evidence_columns(around, forms, margins, found)
    assert (tuple(named), tuple(measured)) == (NAMED, MEASURED)
    assert {len(values) for part in (named, measured) for values in part.values()} == {3}
    assert measured["units"].tolist() == [1, place["snow"] - place["rain"] + 1, 1]
    assert measured["gap"].tolist() == [1, 1, 1]


def test_rules_are_placed_and_compared_with_candidates() -> None:
    tokens, around, forms, _ = read("Ann said rain . Bob added snow")
    rule = Found(((0, 3),), ((4, 8),), ((9, 13),), 0.8, "rule: that")
    placed = place_rules(tokens, around, [rule, Found((), (), ((13, 14),), 0.5, "rule: of a space")])
    assert placed.names == ["rule: that"]
    c0, c1, s0, s1 = placed.table[:4, 0].tolist()
    assert [around.unit[place] for place in (s0, c0, placed.contents[0][0][0])] == [0, 1, 2]
    assert placed.table[SHARE].tolist() == [80]
    far = (int(np.flatnonzero(around.unit == 6)[0]),) * 2
    table = np.array([[c0, c0], [c1, c1], [s0, -1], [s1, -1], [1, 1], [1, 1], [NONE, NONE], [NONE, NONE]])
    found = Candidates(table, Contents.of([placed.contents[0], (far,)]), placed)
    margins = np.zeros((len(around.unit), 7), dtype=np.int32)
    for compiled in (True, False):
        evidence = find_evidence(around, forms, margins, found, compiled=compiled)
        # identical contents and cue; nothing in common
        assert evidence.named[NAMED.index("rule.share")].tolist() == [(5 * 3 + 2) * 16 + 80 // 8, 0]
        assert evidence.measured[MEASURED.index("rule.share")].tolist() == [80 // 8, 0]
