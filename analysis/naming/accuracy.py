"""How well labels are found: precision and recall against pairs of name and label that people coded.

Floor: the table `names` and coded pairs come in; one row a pattern goes out, with limits by bootstrap over articles.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from typing import Any

import numpy as np
import pandas as pd

#: What follows the head inside a label: “president of Syria”, “man at the helm”.
_AFTER_HEAD = re.compile(r"\s(?:of|at|for|in|on|to|from|with)\s", re.IGNORECASE)
_Span = tuple[int, int, str]


def accuracy(
    names: pd.DataFrame,
    pairs: pd.DataFrame,
    *,
    windows: pd.DataFrame | None = None,
    patterns: Iterable[str] | None = None,
    n_resamples: int = 2_000,
    level: float = 0.95,
    seed: int = 20160816,
) -> pd.DataFrame:
    """Precision and recall of the labels in `names`, judged by coded `pairs`.

    Parameters
    ----------
    names : what `find_names` gave for whole articles: `article_id, referent, pattern, start, end, surface`.
    pairs : what people coded: the same columns.
    windows : the stretches that people read: `article_id, start, end`. Labels outside are not judged. Without it every
        article that has a pair was read as a whole.
    patterns : judge only these patterns, on both sides (when the coders left the others out).
    n_resamples : resamples of whole articles, with replacement, for the limits.
    level : confidence level of the limits.
    seed : of the resampling.

    Returns
    -------
    DataFrame, one row `all` and one a pattern: `pattern`, `n_articles`, `n_pairs` (coded), `n_found`, `n_matched`, then
        `precision`, `recall`, `f1`, each with `_low` and `_high` (percentile bootstrap over articles). In the row of a
        pattern, precision is of what was found by it, recall of what was coded under it; there is no f1.

    Notes
    -----
    A found label matches a coded one when article and referent are the same and their heads overlap. The head is the
    last word of a label before `of`, `at`, `for` … (“president of Syria”: president). Each pair is matched once. The
    pattern is not judged, nor are the modifiers.
    """
    wanted = None if patterns is None else set(patterns)
    coded, found = (_judged(frame, windows, pairs, wanted) for frame in (pairs, names))
    articles = sorted(set(pairs["article_id"] if windows is None else windows["article_id"]))
    row_of = {article: row for row, article in enumerate(articles)}
    kinds = sorted({pattern for spans in (*coded.values(), *found.values()) for *_, pattern in spans})
    column = {pattern: place + 1 for place, pattern in enumerate(kinds)}
    # Rows: articles; columns: all, then patterns; last axis: coded, found, matched coded, matched found.
    counts = np.zeros((len(articles), len(kinds) + 1, 4))
    for key in {*coded, *found}:
        pairs_here, found_here = coded.get(key, []), found.get(key, [])
        matched = _match(pairs_here, found_here)
        for which, spans, hit in (
            (0, pairs_here, {pair for pair, _ in matched}),
            (1, found_here, {name for _, name in matched}),
        ):
            for place, (*_, pattern) in enumerate(spans):
                for spot in (0, column[pattern]):
                    counts[row_of[key[0]], spot, which] += 1
                    counts[row_of[key[0]], spot, which + 2] += place in hit
    return _table(["all", *kinds], counts, n_resamples, level, seed)


def _judged(
    frame: pd.DataFrame, windows: pd.DataFrame | None, pairs: pd.DataFrame, wanted: set[str] | None
) -> dict[tuple[str, str], list[_Span]]:
    """(article, referent) → the heads that are judged: (start, end, pattern)."""
    read: dict[str, list[tuple[float, float]]] = defaultdict(list)
    if windows is None:
        read |= {article: [(-np.inf, np.inf)] for article in pairs["article_id"].unique()}
    else:
        for article, start, end in zip(windows["article_id"], windows["start"], windows["end"], strict=True):
            read[article].append((start, end))
    spans: dict[tuple[str, str], list[_Span]] = defaultdict(list)
    columns = (frame[name].tolist() for name in ("article_id", "referent", "start", "end", "pattern", "surface"))
    for article, referent, start, end, pattern, surface in zip(*columns, strict=True):
        inside = any(low <= start and end <= high for low, high in read.get(article, ()))
        if inside and (wanted is None or pattern in wanted):
            spans[article, referent].append((*_head(start, surface), str(pattern)))
    return spans


def _head(start: int, surface: str) -> tuple[int, int]:
    cut = _AFTER_HEAD.search(surface)
    phrase = surface[: cut.start()] if cut else surface
    return start + phrase.rstrip().rfind(" ") + 1, start + len(phrase)


def _match(coded: list[_Span], found: list[_Span]) -> list[tuple[int, int]]:
    """Pairs of places whose heads overlap, each used once, in order of the text."""
    matched, used = [], set()
    for name, (start, end, _) in enumerate(found):
        for pair, (low, high, _) in enumerate(coded):
            if pair not in used and start < high and low < end:
                used.add(pair)
                matched.append((pair, name))
                break
    return matched


def _table(rows: list[str], counts: np.ndarray, n_resamples: int, level: float, seed: int) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    n_articles = len(counts)
    drawn: Any = (
        rng.multinomial(n_articles, np.full(n_articles, 1 / max(n_articles, 1)), size=n_resamples) if n_articles else []
    )
    resampled = np.tensordot(drawn, counts, axes=1) if n_articles else np.zeros((1, *counts.shape[1:]))
    tails = [(1 - level) / 2, (1 + level) / 2]
    out: list[dict[str, Any]] = []
    for place, pattern in enumerate(rows):
        total = counts[:, place].sum(axis=0)
        row: dict[str, Any] = {
            "pattern": pattern, "n_articles": n_articles,
            "n_pairs": int(total[0]), "n_found": int(total[1]), "n_matched": int(total[3 if total[1] else 2]),
        }  # fmt: skip
        shares, drawn_shares = _shares(total), _shares(resampled[:, place])
        for name, share, sample in zip(("precision", "recall", "f1"), shares, drawn_shares, strict=True):
            defined = sample[~np.isnan(sample)] if pattern == "all" or name != "f1" else sample[:0]
            row[name] = float(share) if len(defined) else np.nan
            row[f"{name}_low"], row[f"{name}_high"] = np.quantile(defined, tails) if len(defined) else (np.nan, np.nan)
        out.append(row)
    return pd.DataFrame(out)


def _shares(counts: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Precision, recall and F1 from counts (coded, found, matched coded, matched found) on the last axis."""
    coded, found, hit_coded, hit_found = np.moveaxis(np.asarray(counts, float), -1, 0)
    with np.errstate(invalid="ignore", divide="ignore"):
        return hit_found / found, hit_coded / coded, 2 * hit_found / (found + coded)
