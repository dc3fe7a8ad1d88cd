"""What speaks for and against each candidate attribution.

Floor: candidates and the margins of labels come in, columns of whole numbers go out.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from analysis.attribution import wordforms as wf
from analysis.attribution.candidates import (
    BITS,
    CUE_FIRST,
    CUE_LAST,
    CUE_SCORE,
    FRAME,
    NONE,
    READINGS,
    SHARE,
    SOURCE_FIRST,
    SOURCE_LAST,
    SOURCE_SCORE,
    WHOLE,
    Candidates,
)
from analysis.attribution.compiled import kernels
from analysis.attribution.crf import SCALE
from analysis.attribution.features import BUCKETS, Context, distance_bucket

_W = np.int64(1) << 32
_N_BITS = np.array([number.bit_count() for number in range(1 << len(READINGS))], dtype=np.int64)

#: Values that stand for themselves (words, classes, buckets), for the regressions.
NAMED = (
    "mask", "whole", "mask,cue", "shape", "shape,class", "cue", "cue.first", "cue.size", "cue,start", "cue,start.class",
    "cue,size", "cue,source", "cue,quoted", "start", "start.class", "start.before", "end", "end.class", "end.next",
    "end.next2", "end.certain", "begin.certain", "certain", "certain,stop", "cue.certain", "cue.certain,word", "linked",
    "quoted", "quoted,size", "sentence", "inside", "source", "source.class", "source.start", "source.size",
    "source,size", "bias", "rule", "rule.close", "rule,mask", "rule.share", "rule.source", "rule,size",
)  # fmt: skip
#: Values of which more or less means something, for the trees.
MEASURED = (
    "begin", "inside", "stop", "cue", "cue.last", "source", "linked.cue", "linked.source", "units", "length", "parts",
    "gap", "source.gap", "source.length", "readings", "whole", "quoted", "from.start", "to.end", "cue.share", "verb",
    "rule", "rule.share", "rule.source",
)  # fmt: skip


class Evidence(NamedTuple):
    """What speaks for and against each of C candidates.

    Attributes
    ----------
    named : int64 (`NAMED`, C).
    measured : int32 (`MEASURED`, C).
    """

    named: np.ndarray
    measured: np.ndarray


STEPS = (
    np.array([-12.0, -8.0, -6.0, -4.0, -3.0, -2.2, -1.5, -0.9, -0.4, -0.01, 0.4, 0.9, 1.5, 2.2, 3.0, 4.0, 6.0]) * SCALE
).astype(np.int64)
_SIZES = np.array([1, 2, 3, 4, 6, 9, 13, 18, 25, 35, 50, 80])


def step_of(values: np.ndarray) -> np.ndarray:
    """Log-odds in 1/`SCALE` as buckets 0–17."""
    return np.searchsorted(STEPS, values, side="right").astype(np.int64)


def find_evidence(
    context: Context, forms: wf.FormTable, margins: np.ndarray, found: Candidates, *, compiled: bool
) -> Evidence:
    """What speaks for and against each candidate; `compiled` changes the time only."""
    if not compiled:
        values = [np.array(list(part.values())) for part in evidence_columns(context, forms, margins, found)]
        return Evidence(values[0], values[1].astype(np.int32))
    named = np.empty((len(NAMED), len(found)), dtype=np.int64)
    measured = np.empty((len(MEASURED), len(found)), dtype=np.int32)
    rules, contents, ruled = found.ruled, found.contents, found.ruled.contents
    order = np.argsort(ruled.parts[:, 0], kind="stable")
    kernels().evidence(
        found.table, contents.starts, contents.parts, rules.table, ruled.starts, ruled.parts, order, context.number,
        forms.hashes, context.facts, context.state, context.is_mark, context.sentence,
        context.sentence_first, context.sentence_last, margins, BUCKETS, STEPS, _SIZES, named, measured,
    )  # fmt: skip
    return Evidence(named, measured)


def _rule_columns(found: Candidates, side: np.ndarray, size: np.ndarray, mask: np.ndarray) -> dict[str, np.ndarray]:
    """How each candidate stands to what rules found: which rule meets it, how closely, with which cue and source."""
    n = len(found)
    close, frame, share, cue, source = (np.zeros(n, dtype=np.int64) for _ in range(5))
    if len(found.ruled):
        rule, shared = _best_rule(found)
        met = rule >= 0
        at = np.maximum(rule, 0)
        union = found.contents.n_units + found.ruled.contents.n_units[at] - shared
        close = np.where(
            met, np.searchsorted([25, 50, 80, 100], shared * 100 // np.maximum(union, 1), side="right") + 1, 0
        )
        frame = np.where(met, found.ruled.table[FRAME, at], 0)
        share = np.where(met, found.ruled.table[SHARE, at] // 8, 0)
        c0, c1, s0, s1 = found.ruled.table[: SOURCE_LAST + 1, at]
        cue_first, cue_last, source_first, source_last = found.table[: SOURCE_LAST + 1]
        cue = np.where((c0 == cue_first) & (c1 == cue_last), 2, (c0 <= cue_last) & (cue_first <= c1)) * met
        exact = (s0 == source_first) & (s1 == source_last)
        touch = (s0 <= source_last) & (source_first <= s1)
        source = np.where(exact, 1, np.where(s0 < 0, 2, np.where(source_first < 0, 3, np.where(touch, 4, 5)))) * met
    relation = (close * 3 + cue) * 6 + source
    return {
        "rule": relation * _W + frame,
        "rule.close": (close * 3 + cue) * _W + frame,
        "rule,mask": (close * 3 + cue) * 256 + mask,
        "rule.share": (close * 3 + cue) * 16 + share,
        "rule.source": relation * 8 + side,
        "rule,size": (close * 3 + cue) * 16 + size,
    }


def _best_rule(found: Candidates) -> tuple[np.ndarray, np.ndarray]:
    """The rule's attribution that shares most units with each candidate (-1: none does), and how many."""
    order = np.argsort(found.ruled.contents.parts[:, 0], kind="stable")
    pieces, of_piece = found.ruled.contents.parts[order], found.ruled.contents.owner[order]
    parts, n_rules = found.contents.parts, len(found.ruled)
    low = np.searchsorted(pieces[:, 1], parts[:, 0], side="left")  # the rules' contents do not overlap
    high = np.searchsorted(pieces[:, 0], parts[:, 1], side="right")
    n = np.maximum(high - low, 0)
    part = np.repeat(np.arange(len(parts)), n)
    piece = np.repeat(low - np.concatenate([[0], np.cumsum(n)[:-1]]), n) + np.arange(int(n.sum()))
    shared = np.minimum(parts[part, 1], pieces[piece, 1]) - np.maximum(parts[part, 0], pieces[piece, 0]) + 1
    pairs, inverse = np.unique(found.contents.owner[part] * n_rules + of_piece[piece], return_inverse=True)
    totals = np.bincount(inverse, weights=shared, minlength=len(pairs)).astype(np.int64)
    rule, best = np.full(len(found), -1, dtype=np.int64), np.zeros(len(found), dtype=np.int64)
    order = np.lexsort((-pairs, totals))  # the last to be written wins: the most units, then the earlier rule
    rule[pairs[order] // n_rules] = pairs[order] % n_rules
    best[pairs[order] // n_rules] = totals[order]
    return rule, best


def evidence_columns(
    context: Context, forms: wf.FormTable, margins: np.ndarray, found: Candidates
) -> tuple[dict[str, np.ndarray], dict[str, np.ndarray]]:
    """What speaks for and against each candidate, int64 columns of shape (C,): those of `NAMED`, those of `MEASURED`."""
    word, facts, state = forms.hashes[context.number, 0], context.facts, context.state
    group = facts[:, wf.CLASS]
    has_cue, has_source = found.table[CUE_FIRST] >= 0, found.table[SOURCE_FIRST] >= 0
    c0, c1 = np.maximum(found.table[CUE_FIRST], 0), np.maximum(found.table[CUE_LAST], 0)
    s0, s1 = np.maximum(found.table[SOURCE_FIRST], 0), np.maximum(found.table[SOURCE_LAST], 0)
    k0, k1, n_units = found.contents.first, found.contents.last, found.contents.n_units
    m = margins.astype(np.int64)
    in_content = np.maximum(m[:, 5], m[:, 6])
    in_cue = np.maximum(m[:, 3], m[:, 4])
    in_source = np.maximum(m[:, 1], m[:, 2])
    total = np.concatenate([[0], np.cumsum(in_content)])
    total_cue = np.concatenate([[0], np.cumsum(in_cue)])
    total_source = np.concatenate([[0], np.cumsum(in_source)])
    strong = np.concatenate([[0], np.cumsum((facts[:, wf.CUE] >= wf.STRONG) & (state == 0))])
    verbs = np.concatenate([[0], np.cumsum(facts[:, wf.FINITE] > 0)])
    stops = np.concatenate([[0], np.cumsum(facts[:, wf.ENDER] > 0)])
    quoted = np.concatenate([[0], np.cumsum(state > 0)])
    marks = np.concatenate([[0], np.cumsum(context.is_mark)])
    begin = m[k0, 5] - m[k0][:, :5].max(axis=1)
    inside = total[k1 + 1] - total[k0]
    length = k1 - k0 + 1
    stop_after = np.max(m[k1 + 1][:, [0, 1, 3, 5]], axis=1) - m[k1 + 1, 6]
    mean_in = inside // length
    cue_mean = np.where(has_cue, (total_cue[c1 + 1] - total_cue[c0]) // (c1 - c0 + 1), NONE)
    side = np.where(has_cue, np.where(k0 > c1, 1, np.where(k1 < c0, 2, 3)), 0)
    gap = np.where(side == 1, k0 - c1 - 1, np.where(side == 2, c0 - k1 - 1, 0))
    n_parts = np.minimum(np.diff(found.contents.starts), 3)
    quoted_share = (quoted[k1 + 1] - quoted[k0]) * 4 // length
    odd = (marks[k1 + 1] - marks[k0]) % 2
    same = (context.sentence[c0] == context.sentence[k0]).astype(np.int64)
    to_end = distance_bucket(context.sentence_last[k1] - k1)
    at_start = (context.sentence_first[k0] == k0).astype(np.int64)
    mask, whole = found.table[BITS], found.table[WHOLE]
    cue_word = np.where(has_cue, word[c1], 1)
    cue_head = np.where(has_cue, word[c0], 1)
    cue_class = np.where(has_cue, group[c1], 0)
    source_word = np.where(has_source, word[s1], 2)
    source_class = np.where(has_source, group[s1] + 1, 0)
    size = np.searchsorted(_SIZES, n_units, side="left").astype(np.int64)
    cue_size = np.where(has_cue, np.minimum(c1 - c0, 5) + 1, 0)
    certain = step_of(mean_in)
    shape = (side * 4 + n_parts) * 8 + np.minimum(gap, 7)
    edges = group[k1] * 4096 + group[k1 + 1]
    ruled = _rule_columns(found, side, size, mask)
    named = {
        "mask": mask * 8 + n_parts,
        "whole": whole,
        "mask,cue": mask * _W + cue_word,
        "shape": shape * 2 + same,
        "shape,class": shape * 4096 + cue_class,
        "cue": cue_word * 4 + side,
        "cue.first": cue_head * 4 + side,
        "cue.size": cue_size * 4096 + cue_class,
        "cue,start": (cue_word ^ (word[k0] << 20)) * 4 + side,
        "cue,start.class": cue_word * 4096 + group[k0],
        "cue,size": (cue_word * 16 + size) * 4 + side,
        "cue,source": cue_word * 4096 + source_class,
        "cue,quoted": (cue_word * 8 + quoted_share) * 4 + side,
        "start": word[k0] * 4 + side,
        "start.class": (group[k0 - 1] * 4096 + group[k0]) * 4 + side,
        "start.before": word[k0 - 1],
        "end": word[k1],
        "end.class": edges,
        "end.next": word[k1 + 1] * 16 + to_end,
        "end.next2": (group[k1 + 1] * 4096 + group[np.minimum(k1 + 2, len(group) - 1)]) * 2 + (to_end > 1),
        "end.certain": step_of(stop_after) * 4096 + group[k1 + 1],
        "begin.certain": step_of(begin) * 4096 + group[k0],
        "certain": certain * 16 + size,
        "certain,stop": (certain * 20 + step_of(stop_after)) * 20 + step_of(begin),
        "cue.certain": step_of(cue_mean) * 20 + certain,
        "cue.certain,word": step_of(cue_mean) * _W + cue_word,
        "linked": step_of(found.table[CUE_SCORE]) * 20 + step_of(found.table[SOURCE_SCORE]),
        "quoted": (quoted_share * 2 + odd) * 64 + state[k0] * 8 + state[k1],
        "quoted,size": (quoted_share * 2 + odd) * 16 + size,
        "sentence": ((at_start * 10 + to_end) * 4 + side) * 4 + np.minimum(stops[k1 + 1] - stops[k0], 3),
        "inside": (np.minimum(strong[k1 + 1] - strong[k0], 3) * 4 + np.minimum(verbs[k1 + 1] - verbs[k0], 3)) * 16
        + size,
        "source": source_word,
        "source.class": source_class * 4 + side,
        "source.start": np.where(has_source, word[s0], 2),
        "source.size": np.where(has_source, np.minimum(s1 - s0, 20) + 1, 0),
        "source,size": source_class * 16 + size,
        "bias": np.zeros(len(k0), dtype=np.int64),
        **ruled,
    }
    rule, agreed = np.divmod(ruled["rule.share"], 16)
    measured = {
        "begin": begin,
        "inside": mean_in,
        "stop": stop_after,
        "cue": cue_mean,
        "cue.last": np.where(has_cue, in_cue[c1], NONE),
        "source": np.where(has_source, (total_source[s1 + 1] - total_source[s0]) // (s1 - s0 + 1), NONE),
        "linked.cue": found.table[CUE_SCORE],
        "linked.source": found.table[SOURCE_SCORE],
        "units": n_units,
        "length": length,
        "parts": n_parts,
        "gap": np.where(side == 2, -gap - 1, gap + (side == 1)),
        "source.gap": np.where(has_source, s0 - c0, NONE),
        "source.length": np.where(has_source, s1 - s0 + 1, 0),
        "readings": _N_BITS[mask],
        "whole": _N_BITS[whole],
        "quoted": (quoted[k1 + 1] - quoted[k0]) * 100 // length,
        "from.start": k0 - context.sentence_first[k0],
        "to.end": context.sentence_last[k1] - k1,
        "cue.share": np.where(has_cue, facts[c1, wf.CUE], 0),
        "verb": facts[k0, wf.FINITE],
        "rule": rule,
        "rule.share": agreed,
        "rule.source": ruled["rule.source"] // 8,
    }
    return named, measured
