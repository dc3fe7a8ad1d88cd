"""Which words set outlets apart, and which words move an average.

Floor: a study's words (or counts by article) come in; one row a word of one group goes out. Every word is measured
against the same prior, so that rare words do not win by luck.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
import pandas as pd
from scipy import sparse, stats

from analysis.config import Settings
from analysis.errors import CannotCompare, SchemaError
from analysis.rates import voices_of
from analysis.schema import Study
from analysis.voice import cut_pieces
from analysis.words import WORD, normalise, visible

#: Words that the prior is worth. Monroe et al. scale theirs to the length of a typical speech; this is a long article.
STRENGTH = 1_000.0
#: Below this many articles a side no interval and no p are given.
LEAST_ARTICLES = 5
_COLUMNS = ["target", "reference", "feature", "n_target", "n_reference", "docs_target", "docs_reference", "log_odds",
            "z", "ci_low", "ci_high", "p", "p_adj"]  # fmt: skip


def count_features(study: Study, *, voice: str | None = "own", ngrams: int | Sequence[int] = 1) -> pd.DataFrame:
    """How often each article uses each word (or run of `ngrams` words) in a voice.

    Returns
    -------
    DataFrame, shape (F, 3)
        `article_id`, `feature` (lower case, straight marks; runs never cross a sentence or a change of voice), `n`.
        Features without a letter are left out.
    """
    sizes = [ngrams] if isinstance(ngrams, int) else list(ngrams)
    pieces = cut_pieces(study.articles, study.sentences, study.voices)
    pieces = pieces[pieces["voice"].isin(voices_of(voice))]
    counts: dict[tuple[str, str], int] = {}
    for article, text in zip(pieces["article_id"].tolist(), pieces["text"].tolist(), strict=True):
        words = [visible(word) for word in WORD.findall(normalise(text).lower())]
        for size in sizes:
            for feature in words if size == 1 else map(" ".join, zip(*(words[k:] for k in range(size)), strict=False)):
                key = (article, feature)
                counts[key] = counts.get(key, 0) + 1
    rows = [(article, feature, n) for (article, feature), n in counts.items() if any(map(str.isalpha, feature))]
    return pd.DataFrame(rows, columns=["article_id", "feature", "n"]).astype(
        {"article_id": "str", "feature": "str", "n": "int64"}
    )


def keyness(
    source: Study | pd.DataFrame,
    *,
    by: str = "outlet",
    voice: str | None = "own",
    ngrams: int | Sequence[int] = 1,
    against: str = "rest",
    prior: pd.DataFrame | None = None,
    strength: float = STRENGTH,
    min_count: int = 3,
    level: float = Settings().level,
) -> pd.DataFrame:
    """Log-odds ratio of every word with an informative Dirichlet prior, with an interval that respects articles.

    Parameters
    ----------
    source : a study; or counts, one row an article and feature: `article_id`, `group`, `feature`, `n`.
    by, voice, ngrams : column that names the groups, voice counted, words in a feature (of a study).
    against : `rest` sets each group against all others together, `pairs` every two groups.
    prior : `feature`, `n` of a reference corpus; None takes all groups together. `strength` : words it is worth.
    min_count : features used less often over all groups are left out of the rows, not of the totals.
    level : of the interval.

    Returns
    -------
    DataFrame, one row for each target and feature, strongest (largest z) first
        `target`, `reference`, `feature`, `n_target`, `n_reference` (uses), `docs_target`, `docs_reference` (articles),
        `log_odds` (above 0: more at the target), `z` (Monroe's, uses as independent), `ci_low`, `ci_high`, `p`
        (articles as the unit), `p_adj` (Benjamini-Hochberg over the features of one target and reference).
        With fewer than 5 articles on a side interval and p are missing. Ties: alphabetical.

    Raises
    ------
    CannotCompare
        With fewer than two groups that have words.
    SchemaError
        If a column is missing.

    Notes
    -----
    A word that one article uses thirty times has a large z and a wide interval: z counts uses, the interval counts
    articles (infinitesimal jackknife of the log-odds, t with the smaller side's articles - 1 degrees of freedom, never
    narrower than the uses allow). Read the interval for claims about outlets.

    References
    ----------
    Monroe, Colaresi & Quinn (2008), Fightin' Words, equations 15-22.
    """
    counts = _grouped(source, by, voice, ngrams)
    table = _Table.of(counts, prior, strength)
    if len(table.groups) < 2:
        raise CannotCompare(f"keyness needs two groups with words; found {table.groups}. Look at column {by!r}.")
    kept = np.flatnonzero(np.asarray(table.counts.sum(axis=0)).ravel() >= min_count)
    parts = [
        _contrast(table, target, reference, kept, level) for target, reference in _sides(len(table.groups), against)
    ]
    return pd.concat(parts, ignore_index=True)


def _grouped(source: Study | pd.DataFrame, by: str, voice: str | None, ngrams: int | Sequence[int]) -> pd.DataFrame:
    """Counts with their group; articles whose group is unknown are left out."""
    if isinstance(source, Study):
        if by not in source.articles.columns:
            raise SchemaError(f"articles have no column {by!r}; there are: {', '.join(source.articles.columns)}")
        counts = count_features(source, voice=voice, ngrams=ngrams)
        side = dict(zip(source.articles["article_id"], source.articles[by].astype("str"), strict=True))
        counts["group"] = [side[article] for article in counts["article_id"]]
    else:
        missing = {"article_id", "group", "feature", "n"} - set(source.columns)
        if missing:
            raise SchemaError(f"keyness: counts lack the columns {sorted(missing)}; they have {list(source.columns)}")
        counts = source
    return counts[(counts["group"] != "") & (counts["n"] > 0)]


def _sides(n_groups: int, against: str) -> list[tuple[tuple[int, ...], tuple[int, ...]]]:
    """Target and reference groups of each contrast."""
    every = range(n_groups)
    if against == "pairs":
        return [((a,), (b,)) for a, b in combinations(every, 2)]
    if against != "rest":
        raise SchemaError(f"keyness: against={against!r} is unknown; there are 'rest' and 'pairs'")
    return [((a,), tuple(b for b in every if b != a)) for a in every]


@dataclass(frozen=True)
class _Table:
    """Counts as a sparse matrix (articles x features), the group of each article, and the prior."""

    groups: list[str]
    features: np.ndarray
    of_article: np.ndarray
    counts: sparse.csr_array
    prior: np.ndarray

    @classmethod
    def of(cls, counts: pd.DataFrame, prior: pd.DataFrame | None, strength: float) -> _Table:
        article, articles = pd.factorize(counts["article_id"].to_numpy(str), sort=True)
        feature, features = pd.factorize(counts["feature"].to_numpy(str), sort=True)
        group, groups = pd.factorize(counts["group"].to_numpy(str), sort=True)
        of_article = np.zeros(len(articles), dtype=np.int64)
        of_article[article] = group
        shape = (len(articles), len(features))
        matrix = sparse.csr_array((counts["n"].to_numpy(float), (article, feature)), shape=shape)
        weight = np.asarray(matrix.sum(axis=0)).ravel()
        if prior is not None:
            known = prior.groupby("feature")["n"].sum()
            weight = known.reindex(features).fillna(0.0).to_numpy(float) + 0.5  # a word the reference lacks
        return cls(list(groups), features, of_article, matrix, weight / max(weight.sum(), 1.0) * strength)


def _contrast(
    table: _Table, target: Iterable[int], reference: Iterable[int], kept: np.ndarray, level: float
) -> pd.DataFrame:
    one, two = (_Side.of(table, groups) for groups in (target, reference))
    log_odds = one.logit - two.logit
    uses = 1 / (one.uses + table.prior) + 1 / (two.uses + table.prior)
    z = log_odds / np.sqrt(uses)
    out = pd.DataFrame({
        "target": one.name, "reference": two.name, "feature": pd.array(table.features, dtype="str"),
        "n_target": one.uses.astype(np.int64), "n_reference": two.uses.astype(np.int64),
        "docs_target": one.docs, "docs_reference": two.docs, "log_odds": log_odds, "z": z,
    })  # fmt: skip
    few = min(one.n_articles, two.n_articles)
    if few < LEAST_ARTICLES:
        out = out.assign(ci_low=np.nan, ci_high=np.nan, p=np.nan)
    else:
        error = np.sqrt(np.maximum(one.variance + two.variance, uses))
        half = stats.t.ppf((1 + level) / 2, few - 1) * error
        p = 2 * stats.t.sf(np.abs(log_odds) / error, few - 1)
        out = out.assign(ci_low=log_odds - half, ci_high=log_odds + half, p=p)
    out = out.iloc[kept]
    out = out.assign(p_adj=stats.false_discovery_control(out["p"]) if few >= LEAST_ARTICLES and len(out) else np.nan)
    return out.sort_values(["z", "feature"], ascending=[False, True], kind="stable")[_COLUMNS]


@dataclass(frozen=True)
class _Side:
    """One side's uses of every feature, their log-odds under the prior, and its variance over articles."""

    name: str
    n_articles: int
    uses: np.ndarray
    docs: np.ndarray
    logit: np.ndarray
    variance: np.ndarray

    @classmethod
    def of(cls, table: _Table, groups: Iterable[int]) -> _Side:
        chosen = list(groups)
        rows = table.counts[np.flatnonzero(np.isin(table.of_article, chosen))]
        n = rows.shape[0]
        words = np.asarray(rows.sum(axis=1)).ravel()
        uses = np.asarray(rows.sum(axis=0)).ravel()
        inside = uses + table.prior
        outside = words.sum() + table.prior.sum() - inside
        # What an article with c uses in m words adds: c / inside - (m - c) / outside = c x gain - m / outside.
        gain = 1 / inside + 1 / outside
        squares = np.asarray(rows.multiply(rows).sum(axis=0)).ravel()
        crossed = rows.T @ words
        moved = gain**2 * squares - 2 * gain / outside * crossed + (words**2).sum() / outside**2
        mean = (gain * uses - words.sum() / outside) / max(n, 1)
        variance = n / max(n - 1, 1) * np.maximum(moved - n * mean**2, 0.0)
        docs = np.asarray((rows > 0).sum(axis=0)).ravel().astype(np.int64)
        name = ", ".join(table.groups[group] for group in chosen)
        return cls(name, n, uses, docs, np.log(inside / outside), variance)


def word_shift(
    counts: pd.DataFrame, weights: pd.DataFrame, *, target: str, reference: str, centre: float | None = None
) -> pd.DataFrame:
    """Which words make the average score of one group higher than that of another.

    Parameters
    ----------
    counts : one row an article and feature: `group`, `feature`, `n` (as for `keyness`).
    weights : the instrument's scores: `feature` (each once), `weight`. Words without a score take no part.
    target, reference : groups; contributions are of target minus reference.
    centre : what counts as neutral when a word is called positive; None takes the reference's average.

    Returns
    -------
    DataFrame, shape (W, 7), largest contribution first
        `feature`, `weight`, `n_target`, `n_reference`, `share_target`, `share_reference` (of all scored words),
        `contribution` = (share_target - share_reference) x (weight - centre). Contributions add up to the difference
        of the two averages, whatever the centre: shares add up to 1 on both sides.

    Raises
    ------
    CannotCompare
        If one of the groups has no scored word.

    References
    ----------
    Gallagher et al. (2021), Generalized word shift graphs.
    """
    if weights["feature"].duplicated().any():
        raise SchemaError("word_shift: a feature has two weights: " + str(weights["feature"].duplicated().idxmax()))
    scored = counts[counts["group"].isin([target, reference])].merge(weights, on="feature")
    totals = scored.groupby("group")["n"].sum()
    lacking = [group for group in (target, reference) if totals.get(group, 0) <= 0]
    if lacking:
        raise CannotCompare(f"word_shift: no scored word in {lacking}; groups are {sorted(set(counts['group']))}")
    uses = scored.pivot_table(index="feature", columns="group", values="n", aggfunc="sum", fill_value=0, sort=True)
    weight = weights.set_index("feature")["weight"].reindex(uses.index).to_numpy(float)
    shares = {group: uses[group].to_numpy(float) / float(totals[group]) for group in (target, reference)}
    middle = float(shares[reference] @ weight) if centre is None else centre
    out = pd.DataFrame({
        "feature": uses.index.to_numpy(str), "weight": weight,
        "n_target": uses[target].to_numpy(np.int64), "n_reference": uses[reference].to_numpy(np.int64),
        "share_target": shares[target], "share_reference": shares[reference],
        "contribution": (shares[target] - shares[reference]) * (weight - middle),
    }).astype({"feature": "str"})  # fmt: skip
    order = np.lexsort((out["feature"].to_numpy(str), -out["contribution"].abs().to_numpy()))
    return out.iloc[order].reset_index(drop=True)
