"""Which attributions of two codings are the same: by words of the content, one to one, the best pairs first.

Floor: two codings of the same texts come in as rows of spans; counts per article go out, for `figures.f1_table`.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

#: Words as the metric counts them: punctuation is ignored, so conventions on marks and commas do not matter.
_WORD = re.compile(r"\w+(?:['’.\-]\w+)*")
_MARK = re.compile('["“”«»]')


@dataclass(frozen=True)
class _Claim:
    number: int
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


def matched_attributions(
    articles: pd.DataFrame, found: pd.DataFrame, gold: pd.DataFrame, *, threshold: float = 0.5
) -> pd.DataFrame:
    """Which attribution of one coding is which of the other, so that kind, stance, name and type can be compared.

    Parameters
    ----------
    articles, found, gold : as in `attribution_counts`.
    threshold : least word Jaccard of the contents.

    Returns
    -------
    DataFrame, one row a pair: `article_id, found_no, gold_no`.
    """
    rows = []
    by_found, by_gold = _by_article(found), _by_article(gold)
    for article, text in zip(articles["article_id"], articles["text"], strict=True):
        words = [match.span() for match in _WORD.finditer(text)]
        left, right = (_claims(side.get(article, ()), text, words, margin=0) for side in (by_found, by_gold))
        rows += [(article, left[i].number, right[j].number) for i, j in sorted(_pairs(left, right, threshold))]
    return pd.DataFrame(rows, columns=["article_id", "found_no", "gold_no"])


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
    for number, roles in parts.items():
        content = _word_set(roles["content"], starts, ends)
        if content:
            has_marks = any(
                _MARK.search(text[max(0, start - margin) : end + margin]) for start, end in roles["content"]
            )
            claims.append(_Claim(number, content, _word_set(roles["source"], starts, ends), has_marks))
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
