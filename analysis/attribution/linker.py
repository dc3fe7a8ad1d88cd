"""Which content belongs to which cue, and which source: labelled spans joined to attributions.

Floor: a tagged text comes in, attributions with their score go out. A pair of spans is judged by what stands between
them; a content takes its best cue, a cue its best source, so that coordinated cues can share one source.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from analysis.attribution import wordforms as wf
from analysis.attribution.compiled import kernels
from analysis.attribution.crf import SCALE, Weights, judge
from analysis.attribution.features import BUCKETS, Context, distance_bucket
from analysis.attribution.stack import CONTENT, CUE, SOURCE, label_runs

#: A span is paired with at most this many cues on each side, so that a paragraph of cues stays linear.
NEIGHBOURS = 6
_K = 1 << 16
_W = np.int64(1) << 32
_NEVER = -(1 << 20)
_BLOCK = 1 << 16  # so many pairs at a time: a paragraph of nothing but cues has millions


@dataclass(frozen=True, eq=False)
class Spans:
    """The labelled spans of a text, or of several readings of it; arrays of shape (n,) in their order.

    `first` and `last` are places of the context; those of reading r have r times its length added.
    """

    role: np.ndarray
    first: np.ndarray
    last: np.ndarray
    paragraph: np.ndarray

    def of(self, role: int) -> np.ndarray:
        """Indices of the spans of one role."""
        return np.flatnonzero(self.role == role)


def find_spans(labels: np.ndarray, context: Context) -> Spans:
    """The labelled spans and the paragraph of each, from the labels of one reading or of several."""
    role, first, last = label_runs(labels)
    length = len(context.unit)
    paragraph = np.cumsum(context.edge)
    home = paragraph[first % length] + (first // length) * (int(paragraph[-1]) + 1)
    return Spans(role, first, last, home)


def neighbours(spans: Spans, role: int) -> tuple[np.ndarray, np.ndarray]:
    """Pairs (cue, span of `role`) of one paragraph, each span with the nearest cues on both sides."""
    cues, others = spans.of(CUE), spans.of(role)
    if not len(cues) or not len(others):
        return np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64)
    middle = np.searchsorted(spans.first[cues], spans.first[others])
    around = middle[:, None] + np.arange(-NEIGHBOURS, NEIGHBOURS)[None]
    cue = cues[np.clip(around, 0, len(cues) - 1)]
    fits = (around >= 0) & (around < len(cues)) & (spans.paragraph[cue] == spans.paragraph[others][:, None])
    return cue[fits], np.broadcast_to(others[:, None], cue.shape)[fits]


def pair_values(context: Context, forms: wf.FormTable, spans: Spans, cue: np.ndarray, other: np.ndarray) -> np.ndarray:
    """`pair_columns` as the judge reads them, int64 (templates, pairs)."""
    return np.array(list(pair_columns(context, forms, spans, cue, other).values()))


def pair_columns(
    context: Context, forms: wf.FormTable, spans: Spans, cue: np.ndarray, other: np.ndarray
) -> dict[str, np.ndarray]:
    """What speaks for and against each pair, int64 columns of shape (pairs,)."""
    word = forms.hashes[context.number, 0]
    facts = context.facts
    group = facts[:, wf.CLASS]
    length = len(context.unit)
    reading = spans.first[cue] // length * length
    c0, c1 = spans.first[cue] - reading, spans.last[cue] - reading
    x0, x1 = spans.first[other] - reading, spans.last[other] - reading
    right, left = x0 > c1, x1 < c0
    low, high = np.where(right, c1, x1), np.where(right, x0, c0)
    gap = np.where(right | left, high - low - 1, 0)
    side = np.where(right, 1, np.where(left, 2, 0))
    far = distance_bucket(gap)

    def between(role: int) -> np.ndarray:
        firsts = spans.first[spans.of(role)]
        n = np.searchsorted(firsts, high + reading, side="left") - np.searchsorted(firsts, low + reading, side="right")
        return np.clip(np.where(side > 0, n, 0), 0, 2)

    crowd = (between(CUE) * 3 + between(CONTENT)) * 3 + between(SOURCE)
    apart = context.sentence[c0] - context.sentence[x0]
    apart = np.where(apart == 0, 0, np.where(apart == 1, 1, np.where(apart > 1, 2, np.where(apart == -1, 3, 4))))
    commas = np.cumsum(facts[:, wf.COMMA] == 1)
    verbs = np.cumsum(facts[:, wf.FINITE] > 0)
    inner = np.maximum(high - 1, low)
    n_commas = np.where(side > 0, np.clip(commas[inner] - commas[low], 0, 2), 0)
    n_verbs = np.where(side > 0, np.clip(verbs[inner] - verbs[low], 0, 2), 0)
    quoted = context.state[x0] * 6 + context.state[c0]
    same = (apart == 0).astype(np.int64)
    starts = (x0 == context.sentence_first[x0]).astype(np.int64)
    total = {
        role: np.bincount(spans.paragraph[spans.of(role)], minlength=int(spans.paragraph.max()) + 1)
        for role in (SOURCE, CUE, CONTENT)
    }
    home = spans.paragraph[cue]
    many = np.minimum(total[CUE][home], 3) * 4 + np.minimum(total[SOURCE][home] + 0 * home, 3)
    many = many * 4 + np.minimum(total[CONTENT][home], 3)
    near = np.minimum(far, 3)
    size = distance_bucket(x1 - x0)
    return {
        "far": (side * 16 + far) * 2 + same,
        "apart": side * 8 + apart,
        "crowd": side * 32 + crowd,
        "crowd,apart": (side * 32 + crowd) * 8 + apart,
        "between": ((side * 4 + n_commas) * 4 + n_verbs) * 4 + near,
        "quoted": (side * 64 + quoted) * 8 + apart,
        "cue": side * _W + word[c1],
        "cue,near": (side * 4 + near) * _W + word[c1],
        "cue.first": side * _W + word[c0],
        "first": side * _W + word[x0],
        "last": side * _W + word[x1],
        "after": side * _W + word[c1 + 1],
        "before": side * _K + group[c0 - 1],
        "size": side * 16 + size,
        "starts": (side * 2 + starts) * 32 + crowd,
        "class": side * _K + group[c1],
        "many": (side * 64 + many) * 2 + same,
        "beside": (side * _K + group[x1 + 1]) * 4 + near,
        "first.class": (side * _K + group[x0]) * 4 + near,
        "crowd,quoted": (side * 32 + crowd) * 64 + quoted,
    }


#: The columns of `pair_columns`, in order.
PAIR_TEMPLATES = (
    "far", "apart", "crowd", "crowd,apart", "between", "quoted", "cue", "cue,near", "cue.first", "first", "last", "after",
    "before", "size", "starts", "class", "many", "beside", "first.class", "crowd,quoted",
)  # fmt: skip


def write_pairs(context: Context, word: np.ndarray, spans: np.ndarray, pairs: np.ndarray, out: np.ndarray) -> None:
    """Write `pair_values` into `out` with compiled code; `spans`, int64 (4, n), are the arrays of `Spans`."""
    loops = kernels()
    before = loops.counts_before(spans, context.facts, len(context.unit), int(spans[3].max(initial=0)) + 1)
    loops.values(
        pairs,
        spans,
        *before,
        word,
        context.facts,
        context.state,
        context.sentence,
        context.sentence_first,
        BUCKETS,
        out,
    )


@dataclass(frozen=True, eq=False)
class Linker:
    """Two judges of pairs, and how sure each must be (in 1/`SCALE`)."""

    to_content: Weights
    to_source: Weights
    least_content: int = round(-1.4 * SCALE)
    least_source: int = round(-0.85 * SCALE)


@dataclass(frozen=True)
class Link:
    """One attribution over places of the context; indices of spans in `Spans`, -1 for none."""

    cue: int
    contents: tuple[int, ...]
    source: int
    cue_score: int
    source_score: int


@dataclass(frozen=True, eq=False)
class Partners:
    """Partners of the spans of a text, by span: the best cue of each content, the best source of each cue (-1: no pair).

    Attributes
    ----------
    cue, cue_score : of contents; source, source_score : of cues; scores in 1/`SCALE`.
    """

    cue: np.ndarray
    cue_score: np.ndarray
    source: np.ndarray
    source_score: np.ndarray


def partners_of(
    linker: Linker, context: Context, forms: wf.FormTable, labels: np.ndarray, *, compiled: bool
) -> tuple[Spans, Partners]:
    """The spans of a text, and for each content its best cue, for each cue its best source.

    Parameters
    ----------
    linker : judges pairs of spans.
    context, forms : the text.
    labels : of one reading or of several, int8 (readings x N,).
    compiled : read with compiled code; the result is the same.
    """
    return (_compiled_partners if compiled else _partners)(linker, context, forms, labels)


def link(linker: Linker, spans: Spans, partners: Partners) -> list[Link]:
    """The spans joined: contents without a cue that is sure enough, then each cue with its contents and its source."""
    cues, cue_scores = partners.cue.tolist(), partners.cue_score.tolist()
    of_cue: dict[int, list[int]] = {}
    links: list[Link] = []
    for one in spans.of(CONTENT).tolist():
        if cues[one] >= 0 and cue_scores[one] >= linker.least_content:
            of_cue.setdefault(cues[one], []).append(one)
        else:
            links.append(Link(-1, (one,), -1, cue_scores[one] if cues[one] >= 0 else _NEVER, _NEVER))
    sources, source_scores = partners.source.tolist(), partners.source_score.tolist()
    for one, contents in of_cue.items():
        who, score = (sources[one], source_scores[one]) if sources[one] >= 0 else (-1, _NEVER)
        sure = max([cue_scores[content] for content in contents])
        links.append(Link(one, tuple(contents), who if score >= linker.least_source else -1, sure, score))
    return links


def _partners(linker: Linker, context: Context, forms: wf.FormTable, labels: np.ndarray) -> tuple[Spans, Partners]:
    spans = find_spans(labels, context)
    cue, content = neighbours(spans, CONTENT)
    cues = _best(linker.to_content, context, forms, spans, cue, content, of=content)
    cue, source = neighbours(spans, SOURCE)
    return spans, Partners(*cues, *_best(linker.to_source, context, forms, spans, cue, source, of=cue))


def _best(
    weights: Weights, context: Context, forms: wf.FormTable, spans: Spans, cue: np.ndarray, other: np.ndarray, *,
    of: np.ndarray,
) -> tuple[np.ndarray, np.ndarray]:  # fmt: skip
    """The best partner in the pairs (`cue`, `other`) of each span in `of` (one of the two), and its score.

    Arrays by span, -1 for a span without a pair; ties go to the first pair.
    """
    best, sure = np.full(len(spans.role), -1, dtype=np.int64), np.zeros(len(spans.role), dtype=np.int64)
    if len(cue):
        score = np.concatenate([
            judge(weights, pair_values(context, forms, spans, cue[block], other[block]), compiled=False)[:, 0]
            for block in _blocks(len(cue))
        ])  # fmt: skip
        order = np.lexsort((-score, of))
        owner = of[order]
        first = order[np.concatenate([[True], owner[1:] != owner[:-1]])]
        best[of[first]] = (other if of is cue else cue)[first]
        sure[of[first]] = score[first]
    return best, sure


def _blocks(n_pairs: int) -> list[slice]:
    return [slice(first, first + _BLOCK) for first in range(0, n_pairs, _BLOCK)]


def _compiled_partners(
    linker: Linker, context: Context, forms: wf.FormTable, labels: np.ndarray
) -> tuple[Spans, Partners]:
    """As `_partners`, with compiled code."""
    loops = kernels()
    rows = loops.spans(labels, context.edge)
    n_homes = len(labels) // len(context.edge) * (int(np.count_nonzero(context.edge)) + 1)
    before = loops.counts_before(rows, context.facts, len(labels), n_homes)
    word = forms.hashes[context.number, 0]
    best = []
    for role, by, weights in ((CONTENT, 1, linker.to_content), (SOURCE, 0, linker.to_source)):
        pairs = loops.neighbours(rows, role, NEIGHBOURS)
        score = np.empty(pairs.shape[1], dtype=np.int32)
        for block in _blocks(len(score)):
            part = np.ascontiguousarray(pairs[:, block])
            values = np.empty((len(weights.templates), part.shape[1]), dtype=np.int64)
            loops.values(
                part, rows, *before, word, context.facts, context.state, context.sentence, context.sentence_first,
                BUCKETS, values,
            )  # fmt: skip
            score[block] = judge(weights, values, compiled=True)[:, 0]
        best += loops.best_partners(pairs, score, by, rows.shape[1])
    return Spans(*rows), Partners(*best)
