"""How far the finder's hits agree with words and sentences that people marked.

Floor: tables of gold sentences, marked words and hits come in; figures with intervals go out. No file is read here:
`analysis.gold` reads the corpora, `analysis.validation` joins both.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from typing import NamedTuple

import numpy as np
import pandas as pd

from analysis.loaded_terms.finder import Hit, find_hits
from analysis.loaded_terms.matcher import Matcher, matcher
from analysis.words import normalise

#: Function words; what is left of a text's alphabetic tokens of two letters or more are its content tokens.
STOP_WORDS = frozenset(
    """a about above after again against all also am an and any are as at be because been before being below between
    both but by can could did do does doing down during each few for from further had has have having he her here hers
    herself him himself his how i if in into is it its itself just may me might more most must my myself no nor not now
    of off on once only or other our ours ourselves out over own same shall she should so some such than that the their
    theirs them themselves then there these they this those through to too under until up upon very was we were what
    when where which while who whom why will with would you your yours yourself yourselves ain't aren't can't couldn't
    didn't doesn't don't hadn't hasn't haven't isn't shouldn't wasn't weren't won't wouldn't""".split()
)
#: What a hit adds to a sentence's score, by layer; times the entry's strength. Chosen on BASIL's years 2010, 2014, 2018.
LAYER_WEIGHTS = {"loaded": 1.0, "watch": 0.5, "hedge": 0.1, "cue": 0.1}
#: Cue verbs that add nothing: those that take no stance (`said`) and those that take a claim for true (`showed`), which
#: stand in sentences that people marked no more often than others do (BABE and BASIL, the parts for choosing).
PLAIN_CUES = frozenset({"cue_neutral", "cue_factive"})
#: Words added to a sentence's length, so that a hit in three words is not ten times a hit in thirty.
EXTRA_WORDS = 10

_TOKEN = re.compile(r"[^\W\d_]+(?:'[^\W\d_]+)?")


class Figure(NamedTuple):
    """One figure with its interval, and the number of units it rests on."""

    value: float
    low: float
    high: float
    n: int


class WordFigures(NamedTuple):
    """Precision, recall and F1 over content tokens."""

    precision: Figure
    recall: Figure
    f1: Figure


class Marked(NamedTuple):
    """Content tokens of one sentence: their spans, their forms, and which of them people marked."""

    spans: list[tuple[int, int]]
    forms: list[str]
    is_marked: list[bool]


def content_tokens(text: str, marked: Iterable[str] = ()) -> Marked:
    """The content tokens of `text`, and whether each stands in an occurrence of a marked word or phrase.

    Content tokens are alphabetic tokens of two letters or more that are not in `STOP_WORDS`; a possessive `'s` is not
    part of them.
    """
    spans, forms = _tokens(text)
    inside = [False] * len(forms)
    for phrase in marked:
        wanted = _tokens(phrase)[1]
        size = len(wanted)
        for place in range(len(forms) - size + 1 if size else 0):
            if forms[place : place + size] == wanted:
                inside[place : place + size] = [True] * size
    keep = [place for place, form in enumerate(forms) if len(form) > 1 and form not in STOP_WORDS]
    return Marked([spans[place] for place in keep], [forms[place] for place in keep], [inside[place] for place in keep])


def _tokens(text: str) -> tuple[list[tuple[int, int]], list[str]]:
    matches = list(_TOKEN.finditer(normalise(text)))
    return [match.span() for match in matches], [match.group().lower().removesuffix("'s") for match in matches]


def word_accuracy(
    sentences: pd.DataFrame,
    words: pd.DataFrame,
    *,
    lexicon: pd.DataFrame | None = None,
    layers: Collection[str] = ("loaded",),
    resamples: int = 1_000,
    seed: int = 1,
) -> WordFigures:
    """Do hits fall on the content tokens that people marked (BABE's biased words)?

    Parameters
    ----------
    sentences : DataFrame, shape (S, ...): `sentence_id`, `text`.
    words : DataFrame: `sentence_id`, `word` (a marked word or phrase).
    lexicon : a table of `read_lexicon`; ours by default.
    layers : layers whose hits count.
    resamples, seed : for the intervals, percentiles over resampled sentences.

    Returns
    -------
    WordFigures; `n` is the number of content tokens hit (precision), marked (recall), or all (F1).
    """
    ready = matcher(lexicon)
    counts = np.array(
        [_counts(text, marks, ready, layers) for text, marks in _with_marks(sentences, words)], dtype=np.int64
    ).reshape(-1, 4)
    return word_figures(counts, resamples=resamples, seed=seed)


def word_figures(counts: np.ndarray, *, resamples: int = 1_000, seed: int = 1) -> WordFigures:
    """Precision, recall, F1 from counts a sentence, shape (S, 4): hit and marked, hit, marked, all content tokens."""
    values = _prf(counts.sum(axis=0, keepdims=True))[0]
    generator = np.random.default_rng(seed)
    draws = np.array(
        [
            _prf(counts[generator.integers(0, len(counts), len(counts))].sum(axis=0, keepdims=True))[0]
            for _ in range(resamples)
        ]
    )
    low, high = np.nanpercentile(draws, [2.5, 97.5], axis=0)
    sizes = counts.sum(axis=0)[[1, 2, 3]]
    figures = [
        Figure(float(value), float(lowest), float(highest), int(size))
        for value, lowest, highest, size in zip(values, low, high, sizes, strict=True)
    ]
    return WordFigures(*figures)


def _prf(totals: np.ndarray) -> np.ndarray:
    both, hit, marked = totals[:, 0], totals[:, 1], totals[:, 2]
    with np.errstate(divide="ignore", invalid="ignore"):
        precision, recall = both / hit, both / marked
        return np.stack([precision, recall, 2 * both / (hit + marked)], axis=1)


def _with_marks(sentences: pd.DataFrame, words: pd.DataFrame) -> Iterable[tuple[str, list[str]]]:
    marks: dict[object, list[str]] = {}
    for sentence, word in zip(words["sentence_id"].tolist(), words["word"].tolist(), strict=True):
        marks.setdefault(sentence, []).append(word)
    for sentence, text in zip(sentences["sentence_id"].tolist(), sentences["text"].tolist(), strict=True):
        yield text, marks.get(sentence, [])


def _counts(text: str, marks: list[str], ready: Matcher, layers: Collection[str]) -> tuple[int, int, int, int]:
    tokens = content_tokens(text, marks)
    hits = [hit for hit in find_hits(text, [(0, len(text))], ready) if ready.layers[hit.entry] in layers]
    is_hit = [any(start < hit.end and end > hit.start for hit in hits) for start, end in tokens.spans]
    both = sum(a and b for a, b in zip(is_hit, tokens.is_marked))
    return both, sum(is_hit), sum(tokens.is_marked), len(is_hit)


def category_accuracy(
    sentences: pd.DataFrame, words: pd.DataFrame, *, lexicon: pd.DataFrame | None = None
) -> pd.DataFrame:
    """Of the hits of each category, how many fall on a marked word: precision with a 95 % Wilson interval.

    Returns
    -------
    DataFrame, one row per layer and category that was hit: `layer`, `category`, `n_hits`, `n_marked`, `precision`,
    `low`, `high`.
    """
    ready = matcher(lexicon)
    rows = [
        (ready.layers[hit.entry], ready.categories[hit.entry], is_marked)
        for text, marks in _with_marks(sentences, words)
        for hit, is_marked in _judged(text, marks, ready)
    ]
    found = pd.DataFrame(rows, columns=["layer", "category", "is_marked"])
    table = found.groupby(["layer", "category"])["is_marked"].agg(n_hits="size", n_marked="sum").reset_index()
    table["precision"] = table["n_marked"] / table["n_hits"]
    table["low"], table["high"] = _wilson(table["n_marked"].to_numpy(), table["n_hits"].to_numpy())
    return table


def _judged(text: str, marks: list[str], ready: Matcher) -> Iterable[tuple[Hit, bool]]:
    tokens = content_tokens(text, marks)
    for hit in find_hits(text, [(0, len(text))], ready):
        touched = (
            mark for (start, end), mark in zip(tokens.spans, tokens.is_marked) if start < hit.end and end > hit.start
        )
        yield hit, any(touched)


def _wilson(k: np.ndarray, n: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """95 % limits of a share (Wilson 1927)."""
    z = 1.959963984540054
    centre = (k + z * z / 2) / (n + z * z)
    half = z / (n + z * z) * np.sqrt(k * (n - k) / n + z * z / 4)
    return centre - half, centre + half


def text_score(text: str, ready: Matcher, n_words: int) -> float:
    """A sentence's score: weighted strengths of its hits over its length (`LAYER_WEIGHTS`, `EXTRA_WORDS`)."""
    return sum(hit_weight(ready, hit.entry) for hit in find_hits(text, [(0, len(text))], ready)) / (
        n_words + EXTRA_WORDS
    )


def hit_weight(ready: Matcher, entry: int) -> float:
    """What one hit of this entry adds to a sentence's score."""
    if ready.categories[entry] in PLAIN_CUES:
        return 0.0
    return LAYER_WEIGHTS.get(ready.layers[entry], 0.0) * float(ready.strengths[entry])


def sentence_auc(
    sentences: pd.DataFrame, *, lexicon: pd.DataFrame | None = None, resamples: int = 1_000, seed: int = 1
) -> Figure:
    """Do sentences that people called biased score higher than the others (BABE)? Area under the ROC curve.

    Parameters
    ----------
    sentences : DataFrame, shape (S, ...): `text`, `is_biased`.
    """
    ready = matcher(lexicon)
    scores = np.array([text_score(text, ready, len(_tokens(text)[1])) for text in sentences["text"].tolist()])
    return auc_figure(sentences["is_biased"].to_numpy(dtype=bool), scores, resamples=resamples, seed=seed)


def hit_points(hits: pd.DataFrame, *, lexicon: pd.DataFrame | None = None) -> pd.Series:
    """What each row of the table `hits` adds to its sentence's score (`LAYER_WEIGHTS` times the entry's strength)."""
    ready = matcher(lexicon)
    weight = {entry: hit_weight(ready, number) for number, entry in enumerate(ready.entries)}
    return hits["term_id"].map(weight).astype(float)


def voice_auc(
    points: pd.DataFrame,
    pieces: pd.DataFrame,
    marked: pd.DataFrame,
    *,
    voices: Collection[str] = ("narrator", "scare"),
    with_words_only: bool = False,
    resamples: int = 1_000,
    seed: int = 1,
) -> Figure:
    """Do sentences that people marked score higher in these voices, per word in these voices (BASIL)?

    Parameters
    ----------
    points : DataFrame, one row a hit or a word: `article_id`, `sentence_no`, `voice`, `points` (`hit_points`, or the
        re-ranker's probability).
    pieces : DataFrame of `voice.cut_pieces`: `article_id`, `sentence_no`, `voice`, `n_words`; every sentence of the
        corpus must be there in at least one voice.
    marked : DataFrame: `article_id`, `sentence_no` of the sentences that people marked.
    voices : whose words count; a sentence with no word in them scores 0.
    with_words_only : leave sentences with no word in these voices out, since without words there is no rate.

    Returns
    -------
    Figure; the interval resamples whole articles, `n` counts sentences.
    """
    key = ["article_id", "sentence_no"]
    chosen = points[points["voice"].isin(voices)]
    own = pieces[pieces["voice"].isin(voices)].groupby(key)["n_words"].sum()
    table = pieces[key].drop_duplicates(ignore_index=True)
    index = pd.MultiIndex.from_frame(table)
    length = own.reindex(index, fill_value=0).to_numpy(dtype=float)
    score = chosen.groupby(key)["points"].sum().reindex(index, fill_value=0.0).to_numpy() / (length + EXTRA_WORDS)
    is_marked = index.isin(pd.MultiIndex.from_frame(marked[key]))
    score = np.where(length > 0, score, 0.0)
    asked = length > 0 if with_words_only else np.ones(len(length), dtype=bool)
    return auc_figure(is_marked[asked], score[asked], groups=table["article_id"][asked], resamples=resamples, seed=seed)


def auc_figure(
    is_marked: np.ndarray,
    scores: np.ndarray,
    *,
    groups: pd.Series | None = None,
    resamples: int = 1_000,
    seed: int = 1,
) -> Figure:
    """Area under the ROC curve with a percentile interval over resampled rows, or over whole groups of rows."""
    _, place = np.unique(scores, return_inverse=True)
    codes = np.arange(len(scores)) if groups is None else pd.factorize(groups)[0]
    n_groups = int(codes.max()) + 1
    generator = np.random.default_rng(seed)
    draws = [
        _auc(place, is_marked, np.bincount(generator.integers(0, n_groups, n_groups), minlength=n_groups)[codes])
        for _ in range(resamples)
    ]
    low, high = np.nanpercentile(draws, [2.5, 97.5])
    return Figure(_auc(place, is_marked, np.ones(len(scores))), float(low), float(high), len(scores))


def _auc(place: np.ndarray, is_marked: np.ndarray, weight: np.ndarray) -> float:
    """Mann and Whitney's share of pairs in the right order, ties half, each row counted `weight` times."""
    size = int(place.max()) + 1
    ups = np.bincount(place, weight * is_marked, size)
    downs = np.bincount(place, weight * ~is_marked, size)
    pairs = ups.sum() * downs.sum()
    below = np.cumsum(downs) - downs
    return float((ups * (below + downs / 2)).sum() / pairs) if pairs else float("nan")
