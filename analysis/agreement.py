"""How far machine and people, or people among themselves, agree: attributions, boundaries, units, scores.

Floor: two codings of the same texts come in as tables; counts per article come out, and figures over them with
intervals from resampling whole articles.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

#: Words as the metric counts them: punctuation is ignored, so conventions on marks and commas do not matter.
_WORD = re.compile(r"\w+(?:['’.\-]\w+)*")
_MARK = re.compile('["“”«»]')
_FIGURES = ("attr", "attr_at_80", "with_source", "marks")


@dataclass(frozen=True)
class _Claim:
    content: frozenset[int]
    source: frozenset[int]
    has_marks: bool


def attribution_counts(articles: pd.DataFrame, found: pd.DataFrame, gold: pd.DataFrame) -> pd.DataFrame:
    """How many attributions were found, were there, and match, per article.

    An attribution counts as found when the word Jaccard of its content with a gold content is at least .5 (`attr`) or
    .8 (`attr_at_80`), one to one, best pairs first; `with_source` when the source's Jaccard is at least .5 as well (or
    neither names one); `marks` is the subset with a quotation mark in the content.

    Parameters
    ----------
    articles : one row an article: `article_id`, `text`.
    found, gold : one row a fragment: `article_id, attribution_no, role, start, end`.

    Returns
    -------
    DataFrame, one row an article and figure: `article_id, figure, n_match_found, n_match_gold, n_found, n_gold`. The two
        match counts differ only for `marks`, where the subset of each side is judged apart.
    """
    rows = []
    by_found, by_gold = _by_article(found), _by_article(gold)
    for article, text in zip(articles["article_id"], articles["text"], strict=True):
        words = [match.span() for match in _WORD.finditer(text)]
        left = _claims(by_found.get(article, ()), text, words, margin=1)
        right = _claims(by_gold.get(article, ()), text, words, margin=0)
        rows += [(article, figure, *counts) for figure, counts in _match_counts(left, right).items()]
    return pd.DataFrame(rows, columns=["article_id", "figure", "n_match_found", "n_match_gold", "n_found", "n_gold"])


_Fragment = tuple[int, str, int, int]


def _by_article(spans: pd.DataFrame) -> dict[str, list[_Fragment]]:
    out: dict[str, list[_Fragment]] = defaultdict(list)
    columns = [spans[name].tolist() for name in ("article_id", "attribution_no", "role", "start", "end")]
    for article, number, role, start, end in zip(*columns, strict=True):
        out[article].append((number, role, start, end))
    return out


def _claims(fragments: Iterable[_Fragment], text: str, words: list[tuple[int, int]], margin: int) -> list[_Claim]:
    starts = [start for start, _ in words]
    ends = [end for _, end in words]
    parts: dict[int, dict[str, list[tuple[int, int]]]] = defaultdict(lambda: defaultdict(list))
    for number, role, start, end in fragments:
        parts[number][role].append((start, end))
    claims = []
    for roles in parts.values():
        content = _word_set(roles["content"], starts, ends)
        if content:
            has_marks = any(
                _MARK.search(text[max(0, start - margin) : end + margin]) for start, end in roles["content"]
            )
            claims.append(_Claim(content, _word_set(roles["source"], starts, ends), has_marks))
    return claims


def _word_set(spans: Iterable[tuple[int, int]], starts: list[int], ends: list[int]) -> frozenset[int]:
    """Numbers of the words that a span touches."""
    inside: set[int] = set()
    for start, end in spans:
        first, last = np.searchsorted(ends, start, side="right"), np.searchsorted(starts, end, side="left")
        inside.update(range(int(first), int(last)))
    return frozenset(inside)


def _jaccard(left: frozenset[int], right: frozenset[int]) -> float:
    union = len(left | right)
    return len(left & right) / union if union else 0.0


def _pairs(left: Sequence[_Claim], right: Sequence[_Claim], threshold: float) -> list[tuple[int, int]]:
    """One-to-one pairs whose contents overlap enough, the best first; ties in order of the text."""
    where: dict[int, list[int]] = defaultdict(list)
    for number, claim in enumerate(right):
        for word in claim.content:
            where[word].append(number)
    candidates = []
    for number, claim in enumerate(left):
        for other in sorted({other for word in claim.content for other in where.get(word, ())}):
            overlap = _jaccard(claim.content, right[other].content)
            if overlap >= threshold:
                candidates.append((-overlap, number, other))
    used_left: set[int] = set()
    used_right: set[int] = set()
    pairs = []
    for _, number, other in sorted(candidates):
        if number not in used_left and other not in used_right:
            used_left.add(number)
            used_right.add(other)
            pairs.append((number, other))
    return pairs


def _match_counts(left: Sequence[_Claim], right: Sequence[_Claim]) -> dict[str, tuple[int, int, int, int]]:
    pairs = _pairs(left, right, 0.5)
    strict = len(_pairs(left, right, 0.8))
    sourced = sum(_same_source(left[i], right[j]) for i, j in pairs)
    all_found, all_gold = len(left), len(right)
    marks = (
        sum(left[i].has_marks for i, _ in pairs),
        sum(right[j].has_marks for _, j in pairs),
        sum(claim.has_marks for claim in left),
        sum(claim.has_marks for claim in right),
    )
    return {
        "attr": (len(pairs), len(pairs), all_found, all_gold),
        "attr_at_80": (strict, strict, all_found, all_gold),
        "with_source": (sourced, sourced, all_found, all_gold),
        "marks": marks,
    }


def _same_source(left: _Claim, right: _Claim) -> bool:
    if not right.source:
        return not left.source
    return _jaccard(left.source, right.source) >= 0.5


def f1_table(counts: pd.DataFrame, *, level: float = 0.95, n_resamples: int = 2_000, seed: int = 0) -> pd.DataFrame:
    """Precision, recall and F1 over all articles, with an interval from resampling whole articles.

    Parameters
    ----------
    counts : what `attribution_counts` (or `span_counts`) gave.

    Returns
    -------
    DataFrame, one row a figure: `figure, precision, recall, f1, low, high, n_found, n_gold` (shares in [0, 1]).
    """
    rows = []
    for figure in counts["figure"].unique():
        part = counts.loc[counts["figure"] == figure, ["n_match_found", "n_match_gold", "n_found", "n_gold"]].to_numpy(
            float
        )
        precision, recall, f1 = _f1(part.sum(axis=0))
        draws = np.random.default_rng(seed).integers(len(part), size=(n_resamples, len(part)))
        sums = np.stack([part[draw].sum(axis=0) for draw in draws])
        low, high = np.quantile(_f1(sums.T)[2], [(1 - level) / 2, (1 + level) / 2])
        shown = (float(value) for value in (precision, recall, f1, low, high))
        rows.append((figure, *shown, int(part[:, 2].sum()), int(part[:, 3].sum())))
    return pd.DataFrame(rows, columns=["figure", "precision", "recall", "f1", "low", "high", "n_found", "n_gold"])


def _f1(sums: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    match_found, match_gold, found, gold = sums
    precision = np.divide(match_found, found, out=np.zeros_like(match_found), where=found > 0)
    recall = np.divide(match_gold, gold, out=np.zeros_like(match_gold), where=gold > 0)
    total = precision + recall
    return precision, recall, np.divide(2 * precision * recall, total, out=np.zeros_like(total), where=total > 0)


def paired_difference(
    left: pd.DataFrame,
    right: pd.DataFrame,
    figure: str,
    *,
    level: float = 0.95,
    n_resamples: int = 2_000,
    seed: int = 0,
) -> tuple[float, float, float]:
    """F1 of one system less F1 of another on the same articles: (difference, low, high), whole articles resampled.

    Parameters
    ----------
    left, right : what `attribution_counts` gave for the two systems over the same articles.
    """
    columns = ["n_match_found", "n_match_gold", "n_found", "n_gold"]
    a = left[left["figure"] == figure].set_index("article_id")[columns]
    b = right[right["figure"] == figure].set_index("article_id")[columns].reindex(a.index)
    x, y = a.to_numpy(float), b.to_numpy(float)
    draws = np.random.default_rng(seed).integers(len(x), size=(n_resamples, len(x)))
    deltas = [float(_f1(x[draw].sum(axis=0))[2] - _f1(y[draw].sum(axis=0))[2]) for draw in draws]
    low, high = np.quantile(deltas, [(1 - level) / 2, (1 + level) / 2])
    return float(_f1(x.sum(axis=0))[2] - _f1(y.sum(axis=0))[2]), float(low), float(high)


def span_counts(
    found: Mapping[str, Iterable[object]], gold: Mapping[str, Iterable[object]], figure: str
) -> pd.DataFrame:
    """Counts for things that match exactly or not at all (sentence boundaries, terms), per article.

    Parameters
    ----------
    found, gold : article → what was found and what is there, as hashable values (`(start, end)`, a word's number …).

    Returns
    -------
    DataFrame as `attribution_counts` gives, for `f1_table`.
    """
    rows = []
    for article in gold:
        left, right = set(found.get(article, ())), set(gold[article])
        match = len(left & right)
        rows.append((article, figure, match, match, len(left), len(right)))
    return pd.DataFrame(rows, columns=["article_id", "figure", "n_match_found", "n_match_gold", "n_found", "n_gold"])


def resampled(
    frame: pd.DataFrame,
    figure: Callable[[pd.DataFrame], float],
    *,
    unit: str,
    level: float = 0.95,
    n_resamples: int = 1_000,
    seed: int = 0,
) -> tuple[float, float, float]:
    """Any figure over a table with an interval from resampling whole units: (value, low, high).

    Parameters
    ----------
    unit : the column that names the unit (article, editorial, outlet).
    figure : table → number; resamples where it is not defined (nan) are left out.
    """
    places = [np.asarray(rows) for rows in frame.groupby(unit, sort=True).indices.values()]
    rng = np.random.default_rng(seed)
    values = []
    for _ in range(n_resamples):
        draw = rng.integers(len(places), size=len(places))
        values.append(figure(frame.iloc[np.concatenate([places[number] for number in draw])]))
    low, high = np.nanquantile(values, [(1 - level) / 2, (1 + level) / 2])
    return float(figure(frame)), float(low), float(high)


def auc(is_positive: np.ndarray, score: np.ndarray) -> float:
    """Chance that a positive unit scores above a negative one (ties count half); nan without both kinds."""
    truth = np.asarray(is_positive, bool)
    n_positive, n_negative = int(truth.sum()), int((~truth).sum())
    if not n_positive or not n_negative:
        return float("nan")
    ranks = pd.Series(np.asarray(score, float)).rank().to_numpy()
    return float((ranks[truth].sum() - n_positive * (n_positive + 1) / 2) / (n_positive * n_negative))
