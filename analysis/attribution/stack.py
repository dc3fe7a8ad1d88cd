"""How well each unit of a text fits each label: two fields, the second of which reads what the first one said.

Floor: units and their quotations come in; scores of source, cue and content per unit go out.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from analysis.attribution import wordforms as wf
from analysis.attribution.compiled import kernels
from analysis.attribution.crf import MOST_FORM_ROWS, N_LABELS, SCALE, Weights, best_path
from analysis.attribution.features import BUCKETS, Context, columns, distance_bucket, nearest, shift
from analysis.attribution.lookup import Lookup, keys_of
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

        Rows are 8 wide: what is right of the labels is 0. Edges have a score that means nothing.
        """
        forms, both, n_first = self.forms(vocabulary), self._both, len(self.first.templates)
        sums = both.zeros(len(around.unit))
        add_forms(sums, form_sums(both, "both", vocabulary, forms), around.number, compiled=compiled)
        values = self.columns(around, compiled=compiled)
        both.add(sums, values, compiled=compiled)
        n_rows = len(FORM_TEMPLATES) + n_first
        scores = both.scores(sums, n_rows)
        path = best_path(scores, around.edge, self.first.transitions, compiled=compiled)
        values = self.second_columns(around, *path, compiled=compiled)
        both.add(sums, values, n_first, compiled=compiled)
        return both.scores(sums, n_rows + len(values), 1)

    def columns(self, around: Context, *, compiled: bool) -> np.ndarray:
        """The values of both fields' first templates, int64 (templates, N); compiled code leaves 0 at edges."""
        if not compiled:
            return np.array(list(columns(around).values()))
        loops, around_marks = kernels(), (around.edge, around.facts, around.state, around.is_mark)
        sentences = loops.sentences(*around_marks)
        around.settle(*sentences)
        values = np.empty((len(self.first.templates), len(around.unit)), dtype=np.int64)
        loops.columns(*around_marks, around.quotes, *sentences, BUCKETS, values)
        return values

    def second_columns(self, around: Context, labels: np.ndarray, margins: np.ndarray, *, compiled: bool) -> np.ndarray:
        """The values of the second field's own templates, int64 (templates, N); compiled code leaves 0 at edges."""
        if not compiled:
            return np.array(list(second_columns(around, labels, margins).values()))
        values = np.empty((len(self.second.templates) - len(self.first.templates), len(labels)), dtype=np.int64)
        sentences = around.sentence, around.sentence_first, around.sentence_last
        kernels().second_columns(labels, margins, around.facts, around.edge, *sentences, BUCKETS, _EDGES, SCALE, values)
        return values

    @cached_property
    def _both(self) -> Lookup:
        """Both fields side by side: a template that they share is looked up once."""
        fields = [(self.first.keys, self.first.rows), (self.second.keys, self.second.rows)]
        return Lookup(fields, len(self.second.templates) + MOST_FORM_ROWS)


def form_sums(lookup: Lookup, name: str, vocabulary: Vocabulary, forms: wf.FormTable) -> np.ndarray:
    """The summed rows of each word form seen from each distance, uint64 (forms, offsets, words); grows, is kept."""
    kept = vocabulary.notes.get(name)
    if not isinstance(kept, _Sums) or kept.lookup is not lookup:
        kept = vocabulary.notes[name] = _Sums(lookup)
    return kept.grown(forms)


class _Sums:
    """The growing table behind `form_sums`."""

    def __init__(self, lookup: Lookup) -> None:
        self.lookup = lookup
        self.n_forms = 0
        self.table = np.zeros((1024, len(wf.OFFSETS), lookup.rows.shape[1]), dtype=np.uint64)

    def grown(self, forms: wf.FormTable) -> np.ndarray:
        known, wanted = self.n_forms, forms.n_forms
        if known < wanted:
            self.table = wf.room_for(self.table, wanted)
            hashes = forms.hashes[known:wanted, _FORM_ATTRIBUTES].T
            rows = self.lookup.rows[self.lookup.find(keys_of(hashes, _FORM_SALTS))]
            for number, (_, offset) in enumerate(FORM_TEMPLATES):
                self.table[known:wanted, offset + 3] += rows[number]
            self.n_forms = wanted
        return self.table


def add_forms(sums: np.ndarray, table: np.ndarray, number: np.ndarray, *, compiled: bool) -> None:
    """Add to `sums`, uint64 (N, words), what the word forms up to three units away contribute: `FORM_TEMPLATES` rows.

    The three places at either end of a text, which are edges, get fewer.
    """
    if compiled:
        kernels().add_forms(sums, table, number)
        return
    for place, offset in enumerate(wf.OFFSETS):
        part = table[number, place]
        if offset < 0:
            sums[-offset:] += part[:offset]
        elif offset > 0:
            sums[:-offset] += part[offset:]
        else:
            sums += part


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
