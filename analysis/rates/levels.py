"""Counts as rates with limits: by article and category, by outlet and voice.

Floor: hits and sentences, or a study, come in; finished tables of levels go out. Nothing here compares.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import pandas as pd

from analysis.errors import SchemaError
from analysis.rates.counting import DEFAULT, units
from analysis.rates.limits import count_limits, mean_limits, poisson_limits
from analysis.rates.measures import Measure, find_measure
from analysis.schema import Study


def term_rates(
    hits: pd.DataFrame,
    sentences: pd.DataFrame,
    *,
    categories: Sequence[str] | None = None,
    per: int = 1_000,
    level: float = 0.95,
) -> pd.DataFrame:
    """Hits per `per` words, for each article and category, with an interval.

    The rate lets a 300-word brief stand beside a 3,000-word feature; the interval says how much of their difference
    could be chance.

    Parameters
    ----------
    hits : DataFrame, shape (H, ...); uses `article_id` and `category`.
    sentences : DataFrame, shape (S, ...); uses `article_id` and `n_words` (words; punctuation is not counted). Hand in
        only the sentences that the hits were looked for in.
    categories : a category that never occurs still gets its row; None takes those that occur.

    Returns
    -------
    DataFrame, shape (A x C, 7)
        `article_id`, `category`, `n_hits`, `n_words`, `rate`, `low`, `high` (hits per `per` words). No hits gives a
        rate of 0 and a `high` above 0.

    Raises
    ------
    SchemaError
        If an article has hits but no words, or a category is not among `categories`; the message names them.

    Notes
    -----
    Exact Poisson limits (Garwood 1936). They treat hits as independent, and writers repeat themselves: between outlets
    whole articles are compared instead (`analysis.compare`).
    """
    names = list(categories) if categories is not None else sorted(hits["category"].unique())
    unknown = sorted(set(hits["category"]) - set(names))
    if unknown:
        raise SchemaError(f"term_rates: hits of categories that were not asked for: {unknown}; asked: {names}")
    words = sentences.groupby("article_id", sort=False)["n_words"].sum()
    words = words[words > 0]
    homeless = sorted(set(hits["article_id"]) - set(words.index))
    if homeless:
        raise SchemaError(
            f"term_rates: {len(homeless)} articles have hits but no words: {homeless[:5]}. "
            "Were `hits` and `sentences` cut from the same zone?"
        )
    grid = pd.MultiIndex.from_product([words.index, names], names=["article_id", "category"])
    counts = hits.groupby(["article_id", "category"], observed=True).size().reindex(grid, fill_value=0)
    out = counts.rename("n_hits").reset_index()
    out["n_words"] = words.reindex(out["article_id"]).to_numpy()
    low, high = poisson_limits(out["n_hits"].to_numpy(), level=level)
    scale = per / out["n_words"]
    return out.assign(rate=out["n_hits"] * scale, low=low * scale, high=high * scale)


def outlet_rates(
    study: Study,
    measures: str | Iterable[str],
    *,
    voices: Iterable[str | None] = (None,),
    by: str = "outlet",
    per: int = 1_000,
    level: float = 0.95,
    min_words: int = DEFAULT.min_words,
) -> pd.DataFrame:
    """Each outlet's own value, for each measure and voice, with limits that take whole articles as the unit.

    What a chart of levels shows. Two such intervals may overlap where the difference is sure (outlets share events),
    so a difference is read from `compare`, never from these.

    Returns
    -------
    DataFrame, shape (measures x voices x outlets, 13)
        `measure`, `title`, `unit`, `voice`, `outlet`, `value`, `low`, `high`, `n_articles`, `numerator`,
        `denominator`, `n_words`, `method`. Limits are missing for tone and shares of fewer than 2 articles.

    Notes
    -----
    Means and shares: jackknife over articles, t with articles - 1 degrees of freedom. Counts: Garwood's limits with the
    count divided by how much more the articles vary than chance would have them (jackknife variance over Poisson
    variance, at least 1, times the square of t over the normal quantile), so that 0 hits still have an upper limit.
    """
    rows = []
    asked = [measures] if isinstance(measures, str) else list(measures)
    for name in asked:
        spec = find_measure(name, per=per)
        for voice in voices if spec.follows_voice else (None,):
            table = units(study, name, voice=voice, per=per, min_words=min_words)
            table["outlet"] = study.articles[by].array
            for outlet, part in table[table["excluded"] == ""].groupby("outlet", sort=True):
                rows.append((name, spec.title, spec.unit, voice or "all", outlet, *_level_row(part, spec, level)))
    columns = ["measure", "title", "unit", "voice", "outlet", "value", "low", "high", "n_articles", "numerator",
               "denominator", "n_words", "method"]  # fmt: skip
    return pd.DataFrame(rows, columns=columns)


def _level_row(part: pd.DataFrame, spec: Measure, level: float) -> tuple[object, ...]:
    """Value, limits and counts of one outlet's articles."""
    top, base = part["numerator"].to_numpy(), part["denominator"].to_numpy()
    limits = count_limits if spec.is_count else mean_limits
    value, low, high = (float(x) * spec.scale for x in limits(top, base, level=level))
    if spec.unit.startswith("%"):
        low, high = max(low, 0.0), min(high, 100.0)
    method = "Poisson, widened by the spread of articles" if spec.is_count else "jackknife over articles, t"
    return (value, low, high, len(part), top.sum(), base.sum(), int(part["n_words"].sum()), method)
