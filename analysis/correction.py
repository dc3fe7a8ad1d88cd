"""Gaps between outlets corrected for the instrument's own errors, from a random sample that people coded.

Floor: units of `rates` and hand codes come in; the naive gap beside two corrected ones goes out. Codes never change a
measured table: they are an overlay, joined by article.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import stats

from analysis.config import Settings
from analysis.errors import CannotCompare, InputError, SchemaError
from analysis.rates import find_measure, ratio_variance, units
from analysis.schema import Study

DEFAULT = Settings()
#: Coded articles a side: below the first nothing is shown, below the second the sentence says so. From simulation:
#: with 10 a side the corrected interval still covers 93 %.
LEAST_CODED, FEW_CODED = 10, 25
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


def corrected_gap(
    study: Study,
    codings: pd.DataFrame,
    measure: str,
    outlet_a: str,
    outlet_b: str,
    *,
    voice: str | None = None,
    level: float = DEFAULT.level,
    per: int = 1_000,
    min_words: int = DEFAULT.min_words,
) -> pd.DataFrame:
    """The gap between two outlets as the instrument sees it, as people see it, and corrected with both.

    Parameters
    ----------
    codings : `article_id`, `count` (numerator by hand, same measure and voice), `probability` (chance of being drawn);
        `Codings.units`.

    Returns
    -------
    DataFrame, four rows
        `method` (`naive`, `hand codes alone`, `prediction-powered`, `design-based`), `unit`, `estimate` (a minus b),
        `low`, `high`, `weight` (how far the instrument is believed, 0 to 1; 1 for naive), `n_coded_a`, `n_coded_b`,
        `n_articles_a`, `n_articles_b`, `reason`.

    Raises
    ------
    CannotCompare
        With fewer than 10 coded articles on a side.

    Notes
    -----
    All rows take articles as separate units (no pairing by event). Prediction-powered: instrument's value on articles
    nobody coded, times `weight`, plus the mean error on those coded; `weight` makes the variance least (1 would be
    wider than hand codes alone for a poor instrument). Design-based: the same with chances of being drawn, for samples
    that were not drawn equally. Both are right however wrong the instrument is; a better one only makes them narrower.

    References
    ----------
    Angelopoulos et al. (2023), Prediction-powered inference; Angelopoulos, Duchi & Zrnic (2023), PPI++; Egami et al.
    (2023), Using imperfect surrogates.
    """
    spec = find_measure(measure, per=per)
    table = units(study, measure, voice=voice, per=per, min_words=min_words)
    table = table[table["excluded"] == ""].merge(codings, on="article_id", how="left")
    sides = [_Side.of(table[table["outlet"] == outlet], spec.scale) for outlet in (outlet_a, outlet_b)]
    n_coded = [len(side.coded) for side in sides]
    if min(n_coded) < LEAST_CODED:
        raise CannotCompare(
            f"{n_coded[0]} coded articles of {outlet_a} and {n_coded[1]} of {outlet_b}; {LEAST_CODED} a side are needed "
            f"(from {FEW_CODED} on without a warning)."
        )
    rows = gap_rows(sides[0], sides[1], level)
    reason = "" if min(n_coded) >= FEW_CODED else f"Only {min(n_coded)} coded articles on one side."
    out = pd.DataFrame(rows, columns=["method", "estimate", "low", "high", "weight"])
    out.insert(1, "unit", spec.unit)
    sizes = {"n_coded_a": n_coded[0], "n_coded_b": n_coded[1], "n_articles_a": sides[0].n, "n_articles_b": sides[1].n}
    return out.assign(**sizes, reason=reason)


def prove(
    coded: pd.DataFrame,
    outlet_a: str,
    outlet_b: str,
    *,
    n_articles: int = 200,
    n_coded: Sequence[int] = (10, 25, 50, 100),
    sims: int = 1_000,
    level: float = DEFAULT.level,
    seed: int = DEFAULT.seed,
) -> pd.DataFrame:
    """How often each gap's interval holds the truth, when articles are drawn from a fully hand-coded corpus.

    Parameters
    ----------
    coded : one row an article: `outlet`, `machine`, `hand` (numerators), `base` (denominator).
    n_articles : drawn (with replacement) a side in each simulation; `n_coded` of them have hand codes.

    Returns
    -------
    DataFrame: `n_coded` (a side), `method`, `truth`, `held` (share of simulations), `width` (mean, same unit as the
    values), `n_articles`.
    """
    rng = np.random.default_rng(seed)
    pots = [
        coded[coded["outlet"] == outlet][["machine", "hand", "base"]].to_numpy(float) for outlet in (outlet_a, outlet_b)
    ]
    sums = [pot.sum(0) for pot in pots]
    truth = sums[0][1] / sums[0][2] - sums[1][1] / sums[1][2]
    rows = []
    for size in n_coded:
        inside: dict[str, list[tuple[bool, float]]] = {}
        for _ in range(sims):
            sides = []
            for pot in pots:
                machine, hand, base = pot[rng.integers(0, len(pot), n_articles)].T
                picked = np.arange(size)
                sides.append(_Side(machine, base, picked, hand[picked], np.full(size, size / n_articles)))
            for method, _, low, high, _ in gap_rows(sides[0], sides[1], level):
                inside.setdefault(method, []).append((low <= truth <= high, high - low))
        rows += [(size, method, truth, *np.mean(seen, axis=0), n_articles) for method, seen in inside.items()]
    return pd.DataFrame(rows, columns=["n_coded", "method", "truth", "held", "width", "n_articles"])


@dataclass(frozen=True)
class _Side:
    """One outlet's articles: machine numerators and denominators of all, hand numerators of those coded."""

    machine: np.ndarray
    base: np.ndarray
    coded: np.ndarray
    hand: np.ndarray
    chance: np.ndarray

    @classmethod
    def of(cls, table: pd.DataFrame, scale: float) -> _Side:
        coded = np.flatnonzero(table["count"].notna().to_numpy())
        return cls(
            machine=table["numerator"].to_numpy(float) * scale,
            base=table["denominator"].to_numpy(float),
            coded=coded,
            hand=table["count"].to_numpy(float)[coded] * scale,
            chance=table["probability"].to_numpy(float)[coded],
        )

    @property
    def n(self) -> int:
        """Articles of the side."""
        return len(self.machine)


def gap_rows(a: _Side, b: _Side, level: float) -> list[tuple[str, float, float, float, float]]:
    """(method, estimate, low, high, weight) of the four ways to see one gap."""
    weight = _weight((a, b))
    ways = {
        "naive": (1.0, [_ratio(side.machine, side.base) for side in (a, b)]),
        "hand codes alone": (0.0, [_ratio(side.hand, side.base[side.coded]) for side in (a, b)]),
        "prediction-powered": (weight, [_powered(side, weight) for side in (a, b)]),
        "design-based": (weight, [_designed(side, weight) for side in (a, b)]),
    }
    rows = []
    for method, (believed, ((value_a, var_a, df_a), (value_b, var_b, df_b))) in ways.items():
        variance = var_a + var_b
        df = variance**2 / (var_a**2 / df_a + var_b**2 / df_b) if variance > 0 else min(df_a, df_b)
        half = float(stats.t.ppf((1 + level) / 2, df)) * variance**0.5
        gap = value_a - value_b
        rows.append((method, gap, gap - half, gap + half, believed))
    return rows


_Value = tuple[float, float, float]


def _ratio(top: np.ndarray, base: np.ndarray) -> _Value:
    """Value, variance, degrees of freedom."""
    return float(top.sum() / base.sum()), float(ratio_variance(top, base)), len(top) - 1.0


def _weight(sides: Sequence[_Side]) -> float:
    """How far to believe the instrument: covariance of hand and machine over the machine's variance, both sides."""
    shared = spread = 0.0
    for side in sides:
        base = side.base[side.coded]
        hand, machine = (
            (top - top.sum() / base.sum() * base) / base.sum() for top in (side.hand, side.machine[side.coded])
        )
        n = len(base)
        others = np.setdiff1d(np.arange(side.n), side.coded)
        shared += n / (n - 1) * float(hand @ machine)
        spread += n / (n - 1) * float(machine @ machine)
        if len(others) > 1:
            spread += float(ratio_variance(side.machine[others], side.base[others]))
    return float(np.clip(shared / spread, 0.0, 1.0)) if spread > 0 else 0.0


def _powered(side: _Side, weight: float) -> _Value:
    """weight x instrument on articles nobody coded, plus the error on those coded."""
    error, error_variance, df = _ratio(side.hand - weight * side.machine[side.coded], side.base[side.coded])
    others = np.setdiff1d(np.arange(side.n), side.coded)
    if len(others) < 2:  # everything was coded: nothing is left for the instrument
        return _ratio(side.hand, side.base[side.coded])
    value, variance, df_others = _ratio(side.machine[others], side.base[others])
    parts = (error_variance, weight**2 * variance)
    total = sum(parts)
    df = total**2 / (parts[0] ** 2 / df + parts[1] ** 2 / df_others) if total > 0 else df
    return weight * value + error, total, df


def _designed(side: _Side, weight: float) -> _Value:
    """Pseudo-numerators: weight x instrument everywhere, plus the error of those coded over their chance."""
    made = weight * side.machine
    made[side.coded] += (side.hand - weight * side.machine[side.coded]) / side.chance
    # The denominators of those coded stand for those of all: a ratio of two weighted sums.
    error_base = np.zeros(side.n)
    error_base[side.coded] = side.base[side.coded] / side.chance
    error = float((made - weight * side.machine).sum() / error_base.sum())
    value = weight * float(side.machine.sum() / side.base.sum()) + error
    influence = (made - weight * side.machine - error * error_base) / error_base.sum()
    influence = influence + weight * (side.machine - side.machine.sum() / side.base.sum() * side.base) / side.base.sum()
    n = len(side.coded)
    return value, n / (n - 1) * float((influence**2).sum()), n - 1.0
