"""Are the two sides alike but for the outlet: genre, length, dates, subjects, and texts that both printed.

Floor: a study's articles and zones come in; one row for each two sides goes out.
"""

from __future__ import annotations

import datetime
import re
from dataclasses import replace
from itertools import combinations

import numpy as np
import pandas as pd
from scipy import sparse

from analysis.compare.copies import near_copies
from analysis.config import Settings
from analysis.schema import Study
from analysis.words import WORD, normalise

DEFAULT = Settings()
#: Shuffles for the test of subjects, and the most names it looks at.
_SHUFFLES, _MOST_NAMES = 199, 2_000
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_COLUMNS = ["side_a", "side_b", "genre_overlap", "length_ratio", "days_apart", "topic_p", "n_copies"]


def bodies(study: Study) -> dict[str, str]:
    """The text of each article's body (its zones of that name, joined by line breaks); empty where there is none."""
    text = dict(zip(study.articles["article_id"], study.articles["text"], strict=True))
    parts: dict[str, list[str]] = {article: [] for article in text}
    rows = study.zones[study.zones["zone"] == "body"]
    for article, start, end in zip(rows["article_id"], rows["start"], rows["end"], strict=True):
        parts[article].append(text[article][start:end])
    return {article: "\n".join(found) for article, found in parts.items()}


def find_copies(study: Study) -> pd.DataFrame:
    """Pairs of articles of which one repeats the other: wire copy, reprints, corrected versions.

    Returns
    -------
    DataFrame, shape (P, 3)
        `article_a`, `article_b` (in the order of the articles), `shared` (share of the shorter one's runs of five words
        that stand in the other, at least `copies.LEAST_SHARED`).
    """
    texts = bodies(study)
    found = near_copies(list(texts.values()))
    ids = list(texts)
    rows = [(ids[a], ids[b], shared) for a, b, shared in found]
    return pd.DataFrame(rows, columns=["article_a", "article_b", "shared"])


def without_copies(study: Study, copies: pd.DataFrame) -> Study:
    """The study without articles that repeat another one of any outlet: both are left out, neither is anyone's own."""
    lost = set(copies["article_a"]) | set(copies["article_b"])
    return replace(study, **{
        name: frame[~frame["article_id"].isin(lost)].reset_index(drop=True)
        for name, frame in study.tables().items()
        if "article_id" in frame.columns and name != "issues"
    })  # fmt: skip


def side_balance(
    study: Study, *, by: str = "outlet", within: str | None = "event", min_words: int = DEFAULT.min_words
) -> pd.DataFrame:
    """Balance of every two sides; `gate.BALANCE` says what the columns mean. Unknown is missing, never 0."""
    texts = bodies(study)
    about = pd.DataFrame({
        "article_id": study.articles["article_id"],
        "side": study.articles[by].astype("str"),
        "event": study.articles[within].astype("str") if within else "",
        "genre": study.articles["genre"].astype("str"),
        "day": _days(study.articles["published"]),
        "n_words": [len(WORD.findall(texts[article])) for article in study.articles["article_id"]],
    })  # fmt: skip
    kept = about[(about["side"] != "") & (about["n_words"] >= min_words)]
    if within:
        kept = kept[kept["event"] != ""]
    copies = find_copies(study)
    side_of = dict(zip(about["article_id"], about["side"], strict=True))
    twins = [(a, side_of[a], b, side_of[b]) for a, b in zip(copies["article_a"], copies["article_b"], strict=True)]
    subjects = None if within else _Subjects([texts[article] for article in kept["article_id"]])
    rows = []
    for a, b in combinations(sorted(set(kept["side"])), 2):
        one, two = kept[kept["side"] == a], kept[kept["side"] == b]
        if within:
            shared = set(one["event"]) & set(two["event"])
            one, two = one[one["event"].isin(shared)], two[two["event"].isin(shared)]
        topic_p = float("nan")
        if subjects is not None:
            sides = kept["side"].to_numpy(str)
            topic_p = subjects.chance(np.flatnonzero(sides == a), np.flatnonzero(sides == b))
        names = {a, b}
        repeats = {x for left, i, right, j in twins if {i, j} <= names for x in (left, right)}
        known = set(one["article_id"]) | set(two["article_id"])
        rows.append((a, b, _genres(one, two), _lengths(one, two), _dates(one, two, bool(within)), topic_p,
                     len(repeats & known)))  # fmt: skip
    return pd.DataFrame(rows, columns=_COLUMNS)


def _days(published: pd.Series) -> list[float]:
    """Dates as days; missing where there is no full date."""
    return [_day(str(date)) for date in published]


def _day(date: str) -> float:
    match = _DATE.match(date)
    try:
        return float(datetime.date.fromisoformat(match.group()).toordinal()) if match else float("nan")
    except ValueError:
        return float("nan")


def _genres(one: pd.DataFrame, two: pd.DataFrame) -> float:
    mixtures = [side.loc[side["genre"] != "", "genre"].value_counts(normalize=True) for side in (one, two)]
    if mixtures[0].empty or mixtures[1].empty:
        return float("nan")
    both = pd.concat(mixtures, axis=1).fillna(0.0)
    return float(both.min(axis=1).sum())


def _lengths(one: pd.DataFrame, two: pd.DataFrame) -> float:
    if one.empty or two.empty:
        return float("nan")
    first, second = float(one["n_words"].median()), float(two["n_words"].median())
    return max(first, second) / max(min(first, second), 1.0)


def _dates(one: pd.DataFrame, two: pd.DataFrame, is_within: bool) -> float:
    """Median distance of the dates: of the same event, or of the sides' middles."""
    if is_within:
        gaps = (one.groupby("event")["day"].median() - two.groupby("event")["day"].median()).abs().dropna()
        return float(gaps.median()) if len(gaps) else float("nan")
    return abs(float(one["day"].median()) - float(two["day"].median()))


class _Subjects:
    """Which names each article mentions: capitalised words that also stand inside a sentence, in two articles or more."""

    def __init__(self, texts: list[str]) -> None:
        counts: dict[str, int] = {}
        named = [_names(text) for text in texts]
        for names in named:
            for name in names:
                counts[name] = counts.get(name, 0) + 1
        common = sorted((name for name, n in counts.items() if n > 1), key=lambda name: (-counts[name], name))
        column = {name: k for k, name in enumerate(common[:_MOST_NAMES])}
        places = [(row, column[name]) for row, names in enumerate(named) for name in names if name in column]
        at = np.array(places, dtype=np.int64).reshape(-1, 2).T
        ones = np.ones(len(places), dtype=np.float32)
        self.table = sparse.csr_array((ones, (at[0], at[1])), shape=(len(texts), len(column)))

    def chance(self, a: np.ndarray, b: np.ndarray, seed: int = 0) -> float:
        """p of the hypothesis that both sides draw their subjects from one pot; missing where no name recurs.

        Distance: squared difference of the shares of articles that mention each name; articles are dealt anew.
        """
        rows = self.table[np.concatenate([a, b])]
        if not rows.nnz or min(len(a), len(b)) < 2:
            return float("nan")
        rng = np.random.default_rng(seed)
        total = np.asarray(rows.sum(axis=0)).ravel()
        dealt = np.zeros((_SHUFFLES + 1, len(a) + len(b)), dtype=np.float32)
        dealt[0, : len(a)] = 1
        for draw in dealt[1:]:
            draw[rng.permutation(len(a) + len(b))[: len(a)]] = 1
        of_a = (rows.T @ dealt.T).T
        distance = ((of_a / len(a) - (total - of_a) / len(b)) ** 2).sum(1)
        return float((distance >= distance[0] * (1 - 1e-6)).mean())


_NAME = re.compile(r"(?<=[a-z,;] )[A-Z][a-z]+")


def _names(text: str) -> set[str]:
    return set(_NAME.findall(normalise(text)))
