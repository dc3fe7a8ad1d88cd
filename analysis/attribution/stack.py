"""How well each unit of a text fits each label: two fields, the second of which reads what the first one said.

Floor: units and their quotations come in; scores of source, cue and content per unit go out.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from analysis.attribution import wordforms as wf
from analysis.attribution.crf import N_LABELS, SCALE, Weights, best_path, emissions, kernels, keys_of, side_by_side
from analysis.attribution.features import BUCKETS, Context, columns, distance_bucket, nearest, shift
from analysis.attribution.tokens import Vocabulary

#: Salt of the first attribute template; columns have lower salts.
FORM_SALT = 256
FORM_TEMPLATES = tuple((wf.ATTRIBUTES.index(name), offset) for name in wf.ATTRIBUTES for offset in wf.REACH[name])
_FORM_ATTRIBUTES = np.array([attribute for attribute, _ in FORM_TEMPLATES])
_FORM_SALTS = FORM_SALT + np.arange(len(FORM_TEMPLATES))[:, None]
ROLE_OF = np.array([0, 1, 1, 2, 2, 3, 3], dtype=np.int64)
OUTSIDE, SOURCE, CUE, CONTENT = range(4)
_EDGES = (np.array([-4.0, -2.2, -0.85, 0.0, 0.85, 2.2, 4.0]) * SCALE).astype(np.int64)
_K = 4096


@dataclass(frozen=True, eq=False)
class Stack:
    """Two fields over one lexicon."""

    lexicon: wf.Lexicon
    first: Weights
    second: Weights

    def forms(self, vocabulary: Vocabulary) -> wf.FormTable:
        """The rows of a vocabulary's forms under this lexicon."""
        return wf.FormTable.of(vocabulary, self.lexicon)

    def scores(self, around: Context, vocabulary: Vocabulary, *, compiled: bool) -> np.ndarray:
        """The second field's scores of the labels at each place, int32 (N, labels), in 1/`SCALE`.

        With compiled code rows are 8 wide (what is right of the labels means nothing), and edges have no score.
        """
        forms = self.forms(vocabulary)
        sums = [form_sums(self.first, "first", vocabulary, forms), form_sums(self.second, "second", vocabulary, forms)]
        if compiled:
            return self._compiled_scores(around, sums)
        values = np.stack(list(columns(around).values()))
        start = form_scores(sums[0], around.number)
        scores = emissions(self.first, values, start, compiled=False)
        path = best_path(scores, around.edge, self.first.transitions, compiled=False)
        values = np.concatenate([values, np.stack(list(second_columns(around, *path).values()))])
        start = form_scores(sums[1], around.number)
        return emissions(self.second, values, start, compiled=False)

    def _compiled_scores(self, around: Context, sums: list[np.ndarray]) -> np.ndarray:
        loops, both, n_first = kernels(), self._both, len(self.first.templates)
        edge, facts, state, mark = around.edge, around.facts, around.state, around.is_mark
        sentences = loops.sentences(edge, facts, state, mark)
        around.settle(*sentences)
        values = np.empty((n_first, len(edge)), dtype=np.int64)
        loops.columns(edge, facts, state, mark, around.quotes, *sentences, BUCKETS, values)
        scores = np.zeros((len(edge), both.rows.shape[1]), dtype=np.int32)
        for column, part in zip((0, both.rows.shape[1] // 2), sums, strict=True):
            loops.form_scores(part, around.number, scores, column)
        loops.add_rows(scores, values, 0, both.starts, both.keys, both.rows)
        path = loops.best_path(scores, edge, self.first.transitions)
        values = self.compiled_second_columns(around, *path)
        second = np.ascontiguousarray(scores[:, scores.shape[1] // 2 :])
        loops.add_rows(second, values, n_first, self.second.starts, self.second.keys, self.second.wide)
        return second

    def compiled_second_columns(self, around: Context, labels: np.ndarray, margins: np.ndarray) -> np.ndarray:
        """The values of `second_columns`, int64 (templates, N), with compiled code; 0 at edges."""
        values = np.empty((len(self.second.templates) - len(self.first.templates), len(labels)), dtype=np.int64)
        sentences = around.sentence, around.sentence_first, around.sentence_last
        kernels().second_columns(labels, margins, around.facts, around.edge, *sentences, BUCKETS, _EDGES, SCALE, values)
        return values

    @cached_property
    def _both(self) -> Weights:
        return side_by_side(self.first, self.second)


def form_sums(weights: Weights, name: str, vocabulary: Vocabulary, forms: wf.FormTable) -> np.ndarray:
    """The summed weights of each word form seen from each distance, int32 (forms, offsets, labels); grows, is kept."""
    kept = vocabulary.notes.get(name)
    if not isinstance(kept, _Sums) or kept.weights is not weights:
        kept = vocabulary.notes[name] = _Sums(weights)
    return kept.grown(forms)


class _Sums:
    """The growing table behind `form_sums`."""

    def __init__(self, weights: Weights) -> None:
        self.weights = weights
        self.n_forms = 0
        self.table = np.zeros((1024, len(wf.OFFSETS), N_LABELS), dtype=np.int32)

    def grown(self, forms: wf.FormTable) -> np.ndarray:
        known, wanted = self.n_forms, forms.n_forms
        if known < wanted:
            self.table = wf.room_for(self.table, wanted)
            hashes = forms.hashes[known:wanted, _FORM_ATTRIBUTES].T
            rows = self.weights.rows[self.weights.find(keys_of(hashes, _FORM_SALTS))]
            for number, (_, offset) in enumerate(FORM_TEMPLATES):
                self.table[known:wanted, offset + 3] += rows[number]
            self.n_forms = wanted
        return self.table


def form_scores(sums: np.ndarray, number: np.ndarray) -> np.ndarray:
    """What the word forms up to three units away contribute at each place, int32 (N, labels)."""
    scores = np.zeros((len(number), N_LABELS), dtype=np.int32)
    for place, offset in enumerate(wf.OFFSETS):
        part = sums[number, place]
        if offset < 0:
            scores[-offset:] += part[:offset]
        elif offset > 0:
            scores[:-offset] += part[offset:]
        else:
            scores += part
    return scores


def _certainty(margins: np.ndarray, role: int) -> np.ndarray:
    """Bucket 0–7 of how much better (or worse) the best path through a role is than the best path without it."""
    inside = np.maximum(margins[:, 2 * role - 1], margins[:, 2 * role])
    others = [label for label in range(N_LABELS) if ROLE_OF[label] != role]
    outside = margins[:, others].max(axis=1)
    return np.searchsorted(_EDGES, inside.astype(np.int64) - outside, side="right").astype(np.int64)


def second_columns(context: Context, labels: np.ndarray, margins: np.ndarray) -> dict[str, np.ndarray]:
    """What the first field said around each unit: labels, certainties, cues, spans, sentences; int64 columns."""
    places, sentence, facts = context.places, context.sentence, context.facts
    group, word = facts[:, wf.CLASS], facts[:, wf.WORD]
    y, last_place = labels.astype(np.int64), len(places) - 1
    role = ROLE_OF[y]
    source, cue, content = (_certainty(margins, r) for r in (SOURCE, CUE, CONTENT))
    begin = np.searchsorted(_EDGES, margins[:, 5].astype(np.int64) + SCALE, side="right").astype(np.int64)
    y1, y2, z1, z2 = shift(y, -1), shift(y, -2), shift(y, 1), shift(y, 2)
    n = int(sentence[-1]) + 1
    counts = [np.minimum(np.bincount(sentence, weights=y == b, minlength=n).astype(np.int64), 2) for b in (1, 3, 5)]
    summary = (counts[0] * 3 + counts[1]) * 3 + counts[2]
    left_found, left = nearest(context, role == CUE, -1)
    right_found, right = nearest(context, role == CUE, 1)
    left_far = np.where(left_found, distance_bucket(places - left), 15)
    right_far = np.where(right_found, distance_bucket(np.abs(right - places)), 15)
    left_word = np.where(left_found, word[left] + 1, 0)
    right_word = np.where(right_found, word[right] + 1, 0)
    contents, sources = np.cumsum(role == CONTENT), np.cumsum(role == SOURCE)
    left_has = np.where(
        left_found,
        np.minimum(contents - contents[left], 1) * 2 + np.minimum(np.maximum(sources - sources[left], 0), 1),
        0,
    )
    right_has = np.where(right_found, (contents[right] > contents) * 2 + (sources[right] > sources).astype(np.int64), 0)
    left_next = np.where(left_found, group[np.minimum(left + 1, last_place)] + 1, 0)
    changes = np.concatenate([[True], (role[1:] != role[:-1]) | ((y[1:] % 2 == 1) & (role[1:] > 0))])
    run_first = np.maximum.accumulate(np.where(changes, places, 0))
    run_next = np.append(np.flatnonzero(changes)[1:], len(places))[np.cumsum(changes) - 1]
    next_place = np.minimum(run_next, last_place)
    before, after = role[np.maximum(run_first - 1, 0)], role[next_place]
    return {
        "labels3": (y1 * 7 + y) * 7 + z1,
        "labels4": ((y2 * 7 + y1) * 7 + y) * 7 + z1,
        "labels4b": ((y1 * 7 + y) * 7 + z1) * 7 + z2,
        "sure": (source * 8 + cue) * 8 + content,
        "sure.content": (shift(content, -1) * 8 + content) * 8 + shift(content, 1),
        "sure.source": (shift(source, -1) * 8 + source) * 8 + shift(source, 1),
        "sure.cue": (shift(cue, -1) * 8 + cue) * 8 + shift(cue, 1),
        "sure.begin": begin * 8 + content,
        "label,class": y * _K + group,
        "summary": summary[sentence] * 7 + y,
        "summary.before": summary[np.maximum(sentence - 1, 0)] * 4 + role,
        "summary.after": summary[np.minimum(sentence + 1, n - 1)] * 4 + role,
        "cue.left": (left_word * 8 + left_far // 2) * 4 + role,
        "cue.right": (right_word * 8 + right_far // 2) * 4 + role,
        "cue.both": (((left_found * 2 + right_found) * 4 + left_has) * 4 + right_has) * 4 + role,
        "cue.frame": (left_next * 4 + left_has) * 16 + np.minimum(left_far, 3) * 4 + role,
        "run": (distance_bucket(places - run_first) * 9 + distance_bucket(run_next - 1 - places)) * 4 + role,
        "run.first": word[run_first] * 4 + role,
        "run.next": word[next_place] * 4 + role,
        "run.next,class": (after * 4 + role) * _K + group,
        "run.beside": (before * 4 + role) * 4 + after,
    }


def label_runs(labels: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The labelled spans: role number, first and last place, in order; edges (label 0) end a span."""
    role = ROLE_OF[labels]
    changed = np.concatenate([[True], (role[1:] != role[:-1]) | (labels[1:] % 2 == 1)]) if len(role) else role > 0
    first = np.flatnonzero((role > 0) & changed)
    last = np.flatnonzero((role > 0) & np.concatenate([changed[1:], [True]]))
    return role[first], first, last
