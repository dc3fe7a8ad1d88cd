"""How far coders agree with one another and with the instrument, and where they do not.

Floor: codings that were taken back come in; figures with limits and lists of disagreements go out.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import combinations
from typing import Any

import pandas as pd

from analysis import agreement
from analysis.config import Settings
from analysis.correction.codings import Codings

DEFAULT = Settings()
#: The name under which the instrument stands beside the coders.
MACHINE = "instrument"
_COLUMNS = ["between", "figure", "value", "low", "high", "n_units", "n_articles"]


def coder_agreement(
    codings: Codings, *, level: float = DEFAULT.level, n_resamples: int = 1_000, seed: int = DEFAULT.seed
) -> pd.DataFrame:
    """Agreement between coders, and of each coder with the instrument, with limits from resampling whole articles.

    Parameters
    ----------
    codings : what `check_codings` gave.

    Returns
    -------
    DataFrame, one row a figure
        `between` (`coders`, or `ann, instrument`), `figure`, `value`, `low`, `high`, `n_units` (units that both coded),
        `n_articles`. Figures: `alpha` (Krippendorff's, nominal, for counts interval; 1 is full agreement, 0 what chance
        gives, missing where all codes are the same), `same code` (share of pairs of codes) and, for counts, `difference`
        (mean of the instrument less the coder: what it counts too much).

    Notes
    -----
    Alpha of a coder and the instrument treats both as coders; it does not say who is right. A hit of the lexicon has no
    other code from the instrument than `loaded`: there `same code` is its precision, and no alpha is given.
    """
    common: dict[str, Any] = {"level": level, "n_resamples": n_resamples, "seed": seed}
    rows = _figures("coders", codings.rows, codings.what, **common)
    for coder, part in codings.rows.groupby("coder", sort=True):
        rows += _figures(f"{coder}, {MACHINE}", _with_machine(part), codings.what, **common)
    return pd.DataFrame(rows, columns=_COLUMNS)


def _with_machine(rows: pd.DataFrame) -> pd.DataFrame:
    """The codes, and the instrument's own as those of one more coder."""
    own = rows.drop_duplicates("unit_id").assign(code=lambda table: table["machine"], coder=MACHINE)
    return pd.concat([rows, own], ignore_index=True)


def _figures(
    between: str, rows: pd.DataFrame, what: str, *, level: float, n_resamples: int, seed: int
) -> list[tuple[object, ...]]:
    several = rows[rows.groupby("unit_id")["unit_id"].transform("size") > 1]
    if several.empty:
        return []
    sizes = (several["unit_id"].nunique(), several["article_id"].nunique())
    out: list[tuple[object, ...]] = []
    if what != "term" or between == "coders":
        alpha = agreement.krippendorff_alpha(
            several, level="interval" if what == "article" else "nominal", group="article_id",
            confidence=level, n_resamples=n_resamples, seed=seed,
        )  # fmt: skip
        out.append((between, "alpha", alpha.value, alpha.low, alpha.high, *sizes))
    pairs = _pairs(several)
    figures: dict[str, Callable[[pd.DataFrame], float]] = {"same code": lambda part: float(part["is_same"].mean())}
    if what == "article" and between != "coders":
        figures["difference"] = lambda part: float((part["code_b"] - part["code_a"]).mean())
    for figure, of in figures.items():
        limits = agreement.resampled(
            pairs, of, unit="article_id", level=level, n_resamples=n_resamples, seed=seed
        )  # fmt: skip
        out.append((between, figure, *limits, *sizes))
    return out


def _pairs(rows: pd.DataFrame) -> pd.DataFrame:
    """One row for two codes of one unit, the instrument's second: `article_id`, `code_a`, `code_b`, `is_same`."""
    found = [
        (article, left, right, left == right)
        for (article, _), codes in rows.groupby(["article_id", "unit_id"], sort=True)["code"]
        for left, right in combinations(codes.tolist(), 2)
    ]
    return pd.DataFrame(found, columns=["article_id", "code_a", "code_b", "is_same"])


def disagreements(codings: Codings) -> pd.DataFrame:
    """The units on which coders differ with one another or with the instrument, most codes against the commonest first.

    Returns
    -------
    DataFrame, one row a unit: `article_id`, `start`, `end`, `n_codes`, `n_against`, a column a coder and one for the
    `instrument` (empty where a coder said nothing), `text` (what was read, shortened).
    """
    table = agreement.disagreements(_with_machine(codings.rows))
    about = codings.rows.drop_duplicates("unit_id")[["unit_id", "article_id", "start", "end", "text"]]
    joined = about.merge(table, on="unit_id", how="right")
    order = [name for name in joined.columns if name not in ("unit_id", "text")]
    return joined[[*order, "text"]]
