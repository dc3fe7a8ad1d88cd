"""How far people who coded the same things agree: alpha for units, F1 and alpha for spans, and where they differ.

Floor: codes of several coders come in as rows; figures with limits, and lists of what they differ on, go out.
"""

from __future__ import annotations

from itertools import combinations
from typing import NamedTuple

import numpy as np
import pandas as pd

from analysis.agreement.figures import f1_table
from analysis.errors import CannotCompare, SchemaError
from analysis.words import word_offsets

LEVELS = ("nominal", "ordinal", "interval")


class Alpha(NamedTuple):
    """Krippendorff's alpha with its interval.

    Attributes
    ----------
    value : 1 all agree, 0 as chance would have it, below 0 they disagree by rule; nan when all codes are the same.
    n_units : units with two codes or more. n_codes : codes in them. n_coders : who gave them.
    """

    value: float
    low: float
    high: float
    n_units: int
    n_codes: int
    n_coders: int


def krippendorff_alpha(
    codes: pd.DataFrame,
    *,
    level: str = "nominal",
    unit: str = "unit_id",
    coder: str = "coder",
    code: str = "code",
    group: str | None = None,
    confidence: float = 0.95,
    n_resamples: int = 1_000,
    seed: int = 0,
) -> Alpha:
    """Agreement among any number of coders beyond what chance would give, also where some left units out.

    Parameters
    ----------
    codes : DataFrame, one row a code
        Uses the columns named by `unit`, `coder`, `code`. A missing or empty code is no code.
    level : `nominal` (same or not), `ordinal` (numbers or an ordered categorical; ranks apart) or `interval` (numbers;
        squared distance).
    group : column of what is drawn again for the interval, for example `article_id`; the unit itself by default.
        Sentences of one article are not independent: name the article.

    Returns
    -------
    Alpha, limits from resampling whole units or groups. With fewer than about 20 of them the limits are too narrow.

    Raises
    ------
    SchemaError
        If `level` is unknown, the codes do not suit it, or a coder coded a unit twice.
    CannotCompare
        If no unit has codes of two coders.

    References
    ----------
    Hayes & Krippendorff (2007), Answering the call for a standard reliability measure; Krippendorff (2011), Computing
    Krippendorff's alpha-reliability.
    """
    rows = _pairable(codes, unit, coder, code)
    values = _values(rows[code], level)
    names, numbers = np.unique(values, return_inverse=True)
    units, where = np.unique(rows[unit].to_numpy(str), return_inverse=True)
    counts = np.zeros((len(units), len(names)))
    np.add.at(counts, (where, numbers), 1.0)
    of_unit = rows.groupby(unit)[group].first().reindex(units) if group else pd.Series(units)
    _, place = np.unique(of_unit.to_numpy(str), return_inverse=True)
    scale = None if level == "nominal" else names.astype(float)
    rng = np.random.default_rng(seed)
    n_groups = int(place.max()) + 1
    drawn = [
        _alpha(counts, scale, np.bincount(rng.integers(n_groups, size=n_groups), minlength=n_groups)[place], level)
        for _ in range(n_resamples)
    ]
    known = np.array([value for value in drawn if value == value])
    limits = np.quantile(known, [(1 - confidence) / 2, (1 + confidence) / 2]) if len(known) else [np.nan, np.nan]
    value = _alpha(counts, scale, np.ones(len(units)), level)
    return Alpha(value, float(limits[0]), float(limits[1]), len(units), len(rows), int(rows[coder].nunique()))


def _pairable(codes: pd.DataFrame, unit: str, coder: str, code: str) -> pd.DataFrame:
    """The codes that are there, in units that have two or more."""
    missing = {unit, coder, code} - set(codes.columns)
    if missing:
        raise SchemaError(f"codes lack the columns {sorted(missing)}; they have {list(codes.columns)}")
    given = codes[codes[code].notna() & (codes[code].astype("str") != "")]
    twice = given.duplicated([unit, coder])
    if twice.any():
        first = given.loc[twice, [unit, coder]].iloc[0].tolist()
        raise SchemaError(f"coder {first[1]!r} coded unit {first[0]!r} twice; keep one code")
    rows = given[given.groupby(unit)[unit].transform("size") > 1]
    if rows.empty:
        raise CannotCompare("agreement: no unit has codes of two coders; have some units coded twice")
    return rows


def _values(codes: pd.Series, level: str) -> np.ndarray:
    if level not in LEVELS:
        raise SchemaError(f"level {level!r} is not known; there are: {', '.join(LEVELS)}")
    if level == "nominal":
        return codes.to_numpy(str)
    if level == "ordinal" and isinstance(codes.dtype, pd.CategoricalDtype) and codes.dtype.ordered:
        return codes.cat.codes.to_numpy(float)
    numbers = pd.to_numeric(codes.astype("str"), errors="coerce").to_numpy(float)
    if not np.isfinite(numbers).all():
        bad = codes[~np.isfinite(numbers)].iloc[0]
        raise SchemaError(f"{level} codes must be numbers or, when ordinal, an ordered categorical; met {bad!r}")
    return numbers


def _alpha(counts: np.ndarray, scale: np.ndarray | None, weight: np.ndarray, level: str) -> float:
    """Alpha with unit u counted `weight[u]` times: 1 less observed over expected disagreement.

    Both are sums over pairs of codes. For squared distances such a sum is 2 (n Σ x² − (Σ x)²), so that no table of all
    values against all values is needed; ordinal distance is the same between mid-ranks.
    """
    total = weight @ counts
    n = total.sum()
    if level == "ordinal":
        scale = np.cumsum(total) - total / 2
    size = counts.sum(axis=1)
    if scale is None:
        within, among = size**2 - (counts**2).sum(axis=1), n**2 - (total**2).sum()
    else:
        scale = scale - (total @ scale) / n
        within = 2 * (size * (counts @ scale**2) - (counts @ scale) ** 2)
        among = 2 * (n * (total @ scale**2) - (total @ scale) ** 2)
    expected = among / (n - 1)
    observed = float((weight * within / (size - 1)).sum())
    return 1 - observed / float(expected) if expected > 0 else float("nan")


def disagreements(
    codes: pd.DataFrame, *, unit: str = "unit_id", coder: str = "coder", code: str = "code"
) -> pd.DataFrame:
    """The units on which coders differ, those with most codes against the commonest one first.

    Returns
    -------
    DataFrame, one row a unit: `unit`, `n_codes`, `n_against` (codes that are not the commonest), then a column a coder
    with what they said (empty where they said nothing).
    """
    try:
        rows = _pairable(codes, unit, coder, code)
    except CannotCompare:
        return pd.DataFrame(columns=[unit, "n_codes", "n_against"])
    said = rows.astype({coder: "str"}).assign(**{code: rows[code].astype("str")})
    wide = said.pivot_table(index=unit, columns=coder, values=code, aggfunc="first", fill_value="")
    n_codes = said.groupby(unit)[code].size()
    n_against = n_codes - said.groupby(unit)[code].agg(lambda given: given.value_counts().iloc[0])
    wide.insert(0, "n_codes", n_codes)
    wide.insert(1, "n_against", n_against)
    wide = wide[wide["n_against"] > 0].reset_index()
    wide.columns.name = None
    return wide.sort_values(["n_against", unit], ascending=[False, True], kind="stable").reset_index(drop=True)


def span_agreement(articles: pd.DataFrame, spans: pd.DataFrame, *, label: str | None = None) -> pd.DataFrame:
    """How far coders marked the same stretches, two coders at a time.

    Three figures, since no one of them says all: `exact` (F1, same first and last character), `overlapping` (F1, words
    shared at least half of words in either, one to one), and `words` (Krippendorff's alpha over single words, each in a
    span or not: chance is taken off, and length counts). Not `alpha_u`: it takes characters for independent units.

    Parameters
    ----------
    articles : `article_id`, `text`; articles that both coders read, also where one marked nothing.
    spans : `article_id`, `coder`, `start`, `end`; with `label`, that column must be equal too.

    Returns
    -------
    DataFrame, one row a pair of coders and figure: `coder_a, coder_b, figure, value, low, high, n_a, n_b` (spans of each;
    limits from resampling whole articles).
    """
    rows: list[tuple[object, ...]] = []
    texts = dict(zip(articles["article_id"], articles["text"], strict=True))
    marked = _marked(spans, label)
    for one, other in combinations(sorted(set(spans["coder"])), 2):
        sides = [{article: marked.get((coder, article), []) for article in texts} for coder in (one, other)]
        n_each = [sum(map(len, side.values())) for side in sides]
        for figure, count in (("exact", _exact), ("overlapping", _overlapping)):
            counts = [
                (article, figure, *count(sides[0][article], sides[1][article], texts[article])) for article in texts
            ]
            columns = ["article_id", "figure", "n_match_found", "n_match_gold", "n_found", "n_gold"]
            row = f1_table(pd.DataFrame(counts, columns=columns)).iloc[0]
            rows.append((one, other, figure, row["f1"], row["low"], row["high"], *n_each))
        words = krippendorff_alpha(_word_codes(sides, texts), group="article_id")
        rows.append((one, other, "words", words.value, words.low, words.high, *n_each))
    return pd.DataFrame(rows, columns=["coder_a", "coder_b", "figure", "value", "low", "high", "n_a", "n_b"])


_Mark = tuple[int, int, str]


def _marked(spans: pd.DataFrame, label: str | None) -> dict[tuple[str, str], list[_Mark]]:
    out: dict[tuple[str, str], list[_Mark]] = {}
    labels = spans[label].astype("str") if label else [""] * len(spans)
    for coder, article, start, end, name in zip(
        spans["coder"], spans["article_id"], spans["start"], spans["end"], labels, strict=True
    ):
        out.setdefault((coder, article), []).append((int(start), int(end), name))
    return {key: sorted(set(marks)) for key, marks in out.items()}


def _exact(left: list[_Mark], right: list[_Mark], text: str) -> tuple[int, int, int, int]:
    n_same = len(set(left) & set(right))
    return n_same, n_same, len(left), len(right)


def _overlapping(left: list[_Mark], right: list[_Mark], text: str) -> tuple[int, int, int, int]:
    found = []
    for i, (words, name) in enumerate(_words_of(left, text)):
        for j, (others, other_name) in enumerate(_words_of(right, text)):
            shared = max(0, min(words[1], others[1]) - max(words[0], others[0]))
            union = max(words[1], others[1]) - min(words[0], others[0])
            if name == other_name and shared and 2 * shared >= union:
                found.append((-shared / union, i, j))
    used_left: set[int] = set()
    used_right: set[int] = set()
    for _, i, j in sorted(found):
        if i not in used_left and j not in used_right:
            used_left.add(i)
            used_right.add(j)
    return len(used_left), len(used_left), len(left), len(right)


def _words_of(marks: list[_Mark], text: str) -> list[tuple[tuple[int, int], str]]:
    """Numbers of the first word and one past the last that each mark touches."""
    starts, ends = word_offsets(text)
    return [
        ((int(np.searchsorted(ends, start, "right")), int(np.searchsorted(starts, end, "left"))), name)
        for start, end, name in marks
    ]


def _word_codes(sides: list[dict[str, list[_Mark]]], texts: dict[str, str]) -> pd.DataFrame:
    rows = []
    for coder, side in zip("ab", sides, strict=True):
        for article, text in texts.items():
            said = ["outside"] * len(word_offsets(text)[0])
            for (first, last), name in _words_of(side[article], text):
                said[first:last] = [f"in {name}"] * (last - first)
            rows += [(f"{article}\t{place}", article, coder, word) for place, word in enumerate(said)]
    return pd.DataFrame(rows, columns=["unit_id", "article_id", "coder", "code"])
