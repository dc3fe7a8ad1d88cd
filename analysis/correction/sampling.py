"""Coding sheets: drawn at random, filled in by people, taken back and checked.

Floor: a study comes in, a sheet goes out; a filled sheet comes in, codes and refusals go out.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from analysis.config import Settings
from analysis.errors import CannotCompare, InputError, SchemaError
from analysis.rates import find_measure, units
from analysis.schema import Study

DEFAULT = Settings()
#: Columns of the sheet that a coder fills in.
TO_FILL = ("count", "coder", "coded_on", "note")


def draw_sample(
    study: Study,
    n: int,
    *,
    strata: Sequence[str] = ("outlet",),
    measure: str = "loaded_terms",
    voice: str | None = "own",
    min_words: int = DEFAULT.min_words,
    seed: int = DEFAULT.seed,
) -> pd.DataFrame:
    """A coding sheet: `n` articles drawn at random, equally many from each stratum, with empty columns to fill in.

    Parameters
    ----------
    n : articles in all; a stratum with fewer articles gives all it has.
    strata : columns of the articles.
    measure, voice : what is to be counted; decides which articles can be drawn (`rates.units`), never shown to a coder.

    Returns
    -------
    DataFrame, one row an article, in random order
        `article_id`, the strata, `measure`, `voice`, `probability` (chance of having been drawn), `body` (what is to be
        read), and empty `count`, `coder`, `coded_on`, `note`. The instrument's own count is left out on purpose.

    Raises
    ------
    SchemaError
        If a stratum is not a column of the articles. CannotCompare when nothing can be drawn.
    """
    missing = [column for column in strata if column not in study.articles.columns]
    if missing:
        raise SchemaError(f"draw_sample: articles have no column {missing}; there are: {list(study.articles.columns)}")
    table = units(study, measure, voice=voice, min_words=min_words)
    frame = study.articles.loc[(table["excluded"] == "").to_numpy(), ["article_id", *strata]]
    if frame.empty:
        raise CannotCompare("draw_sample: no article can be measured, so there is nothing to draw from")
    rng = np.random.default_rng(seed)
    groups = [part for _, part in frame.groupby(list(strata), sort=True)]
    drawn = []
    for number, part in enumerate(groups):
        share = n // len(groups) + (number < n % len(groups))
        taken = part.iloc[np.sort(rng.choice(len(part), min(share, len(part)), replace=False))]
        drawn.append(taken.assign(probability=len(taken) / len(part)))
    sheet = pd.concat(drawn, ignore_index=True)
    sheet = sheet.iloc[rng.permutation(len(sheet))].reset_index(drop=True)
    sheet.insert(1 + len(strata), "measure", measure)
    sheet.insert(2 + len(strata), "voice", voice or "all")
    sheet["body"] = [_body(study, article) for article in sheet["article_id"]]
    return sheet.assign(**dict.fromkeys(TO_FILL, ""))


def _body(study: Study, article: str) -> str:
    text = str(study.articles.loc[study.articles["article_id"] == article, "text"].iloc[0])
    rows = study.zones[(study.zones["article_id"] == article) & (study.zones["zone"] == "body")]
    return "\n".join(text[start:end] for start, end in zip(rows["start"], rows["end"], strict=True))


def codebook(measure: str, voice: str | None = None) -> pd.DataFrame:
    """The second sheet: what each column means and what may stand in it."""
    spec = find_measure(measure)
    rows = [
        ("count", f"{spec.title}: {spec.meaning.partition(' / ')[0]}, in {voice or 'any'} voice, counted by reading",
         "a number, 0 or more; empty when the article was not coded"),
        ("coder", "who coded the row", "a name or initials; the same article may be coded by several people, one row each"),
        ("coded_on", "date of coding", "YYYY-MM-DD"),
        ("note", "anything a second coder should know", "text"),
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=["column", "meaning", "allowed"])


@dataclass(frozen=True)
class Codings:
    """Hand codes that were taken back.

    Attributes
    ----------
    units : one row an article: `article_id`, `count` (mean over coders), `probability`, `n_coders`.
    doubles : one row for two coders of one article: `article_id`, `coder_a`, `coder_b`, `count_a`, `count_b`, largest
        disagreement first.
    refused : rows that could not be taken, with `reason`.
    """

    units: pd.DataFrame
    doubles: pd.DataFrame
    refused: pd.DataFrame


def check_codings(filled: pd.DataFrame, sheet: pd.DataFrame) -> Codings:
    """Take a filled sheet back: counts checked, coders of one article set side by side, nothing dropped in silence.

    Parameters
    ----------
    filled : the sheet with its columns filled in; rows without a count are not coded and no error.
    sheet : the sheet as `draw_sample` made it (who was drawn, and with which chance).

    Raises
    ------
    InputError
        If a column is missing, or no row holds a count.
    """
    missing = {"article_id", "count", "coder"} - set(filled.columns)
    if missing:
        raise InputError(f"codings lack the columns {sorted(missing)}; they have {list(filled.columns)}")
    given = filled.astype({"article_id": "str", "coder": "str"}).copy()
    written = given["count"].map(lambda value: "" if value is None or value != value else str(value).strip())
    given = given[written != ""].assign(count=pd.to_numeric(written[written != ""], errors="coerce"))
    reason = np.select(
        [
            given["count"].isna() | (given["count"] < 0) | np.isinf(given["count"]),
            ~given["article_id"].isin(sheet["article_id"]),
            given.duplicated(["article_id", "coder"], keep="first"),
        ],
        ["count is not a number of 0 or more", "article was not drawn", "this coder has coded this article before"],
        default="",
    )
    refused = given[reason != ""].assign(reason=reason[reason != ""]).reset_index(drop=True)
    kept = given[reason == ""]
    if kept.empty:
        raise InputError("codings: no row holds a count that can be used; fill in the column 'count'")
    means = kept.groupby("article_id", sort=True)["count"].agg(["mean", "size"]).reset_index()
    means.columns = pd.Index(["article_id", "count", "n_coders"])
    chance = dict(zip(sheet["article_id"], sheet["probability"], strict=True))
    means.insert(2, "probability", [chance[article] for article in means["article_id"]])
    pairs = kept.merge(kept, on="article_id", suffixes=("_a", "_b"))
    pairs = pairs[pairs["coder_a"] < pairs["coder_b"]]
    pairs = pairs[["article_id", "coder_a", "coder_b", "count_a", "count_b"]]
    apart = (pairs["count_a"] - pairs["count_b"]).abs()
    pairs = pairs.iloc[np.argsort(-apart.to_numpy(), kind="stable")].reset_index(drop=True)
    return Codings(means, pairs, refused)
