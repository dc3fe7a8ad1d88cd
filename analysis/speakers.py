"""Who gets to speak: words, attributions and place in the article by kind of source, and whose claims are put in doubt.

Floor: the tables of a study come in, one row an outlet and group of sources goes out, with limits that take whole
articles as the unit.
"""

from __future__ import annotations

from collections import Counter

import numpy as np
import pandas as pd

from analysis import rates
from analysis.errors import SchemaError
from analysis.schema import ATTRIBUTED_VOICES, Study

GROUPS = ("source_type", "source_name", "cue_stance", "kind")


def who_speaks(study: Study, *, by: str = "source_type", level: float = 0.95) -> pd.DataFrame:
    """Of the words that an outlet gives to others, how many each group of sources gets, and how early.

    Parameters
    ----------
    by : `source_type`, `source_name`, `cue_stance` or `kind` of the attribution.
    level : confidence level of the limits.

    Returns
    -------
    DataFrame, one row an outlet and group that occurs, outlets and groups in order:
        `outlet`, the column `by`, `n_words` (attributed words of the body), `n_attributions`, `n_articles` (in which the
        group speaks), `share` (of the outlet's attributed words), `low`, `high` (jackknife over articles, t; missing
        with one article), `position` (mean place of its words: 0 first word of the body, 1 last), `first_third` (share of
        its words in the first third of the body), `quoted_share` (share of its words inside quotation marks).

    Notes
    -----
    Words of a quotation that names no source anywhere belong to no attribution and are left out here; they are in
    `voices` without `attribution_no`.
    """
    if by not in GROUPS:
        raise SchemaError(f"who_speaks: by={by!r} is not known; allowed: {', '.join(GROUPS)}")
    words = _attributed_words(study, by)
    counts = _attribution_counts(study, by)
    rows = []
    for outlet, part in words.groupby("outlet", sort=True):
        articles = sorted(part["article_id"].unique())
        base = part.groupby("article_id")["n_words"].sum().reindex(articles).to_numpy(float)
        for group, own in part.groupby(by, sort=True):
            top = own.groupby("article_id")["n_words"].sum().reindex(articles, fill_value=0).to_numpy(float)
            rows.append((outlet, group, *_row(own, top, base, level), counts[str(outlet), str(group)]))
    columns = [
        "outlet",
        by,
        "n_words",
        "n_articles",
        "share",
        "low",
        "high",
        "position",
        "first_third",
        "quoted_share",
        "n_attributions",
    ]
    return pd.DataFrame(rows, columns=columns)


def _attributed_words(study: Study, by: str) -> pd.DataFrame:
    """One row a segment in an attributed voice: outlet, group, words, place in the body."""
    body = study.voices.groupby("article_id").agg(first=("start", "min"), last=("end", "max"))
    segments = study.voices[study.voices["voice"].isin(ATTRIBUTED_VOICES) & study.voices["attribution_no"].notna()]
    rows = segments.merge(study.attributions[["article_id", "attribution_no", by]], on=["article_id", "attribution_no"])
    rows = rows.merge(study.articles[["article_id", "outlet"]], on="article_id").join(body, on="article_id")
    length = (rows["last"] - rows["first"]).clip(lower=1)
    rows["place"] = ((rows["start"] + rows["end"]) / 2 - rows["first"]) / length
    rows["is_quoted"] = rows["voice"] == "quoted"
    rows[by] = rows[by].astype("str")
    return rows[rows["n_words"] > 0]


def _attribution_counts(study: Study, by: str) -> Counter[tuple[str, str]]:
    rows = study.attributions.merge(study.articles[["article_id", "outlet"]], on="article_id")
    return Counter(zip(rows["outlet"], rows[by].astype("str"), strict=True))


def _row(own: pd.DataFrame, top: np.ndarray, base: np.ndarray, level: float) -> tuple[float, ...]:
    share, low, high = (float(value) for value in rates.mean_limits(top, base, level=level))
    weight = own["n_words"].to_numpy(float)
    total = weight.sum()
    return (
        int(total),
        int((top > 0).sum()),
        share,
        max(low, 0.0) if low == low else low,
        min(high, 1.0) if high == high else high,
        float((own["place"] * weight).sum() / total),
        float((weight * (own["place"] < 1 / 3)).sum() / total),
        float((weight * own["is_quoted"]).sum() / total),
    )
