"""Two sides set against each other: their counts by shared event, or by article where they share none.

Floor: rows of `rates.units` come in; one `Pair` for each two groups goes out, still without any estimate.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
import pandas as pd

from analysis.compare.estimators import expected_hits
from analysis.errors import SchemaError
from analysis.rates import Measure, find_measure, units
from analysis.schema import Study

#: The second side of a row that sets one outlet against all others within its events.
REST = "(the others)"
#: A measure in a voice; or a measure alone, to be asked in every voice named beside it.
Asked = tuple[str, str | None]
Question = str | Asked


@dataclass(frozen=True)
class Pair:
    """One row to be: a measure in a voice, two sides, and what was counted in each unit.

    Attributes
    ----------
    measure, voice, side_a, side_b : what is compared.
    blocks : shape (U,) codes of events (within events), or of articles, a's first (between articles).
    top_a, base_a, top_b, base_b : numerator and denominator; shape (U,) within events, else one per article.
    n_articles, n_words : of a and of b, over the units that take part.
    """

    measure: Measure
    voice: str
    side_a: str
    side_b: str
    is_within: bool
    blocks: np.ndarray
    top_a: np.ndarray
    base_a: np.ndarray
    top_b: np.ndarray
    base_b: np.ndarray
    n_articles: tuple[int, int]
    n_words: tuple[int, int]
    n_excluded: int

    @property
    def n_events(self) -> int:
        """Events that both sides reported on (0 when articles are compared without events)."""
        return len(self.top_a) if self.is_within else 0

    @property
    def hits(self) -> tuple[float, float]:
        """Raw numerators."""
        return float(self.top_a.sum()), float(self.top_b.sum())

    @property
    def expected_hits(self) -> float:
        """Hits of the side with fewer words if both had the same rate."""
        return expected_hits(self.hits, (float(self.base_a.sum()), float(self.base_b.sum())))


def labelled_units(
    study: Study, measure: str, voice: str | None, by: str, within: str | None, per: int, min_words: int
) -> pd.DataFrame:
    """Units with `side` (from column `by` of the articles) and `block` (from `within`)."""
    table = units(study, measure, voice=voice, per=per, min_words=min_words)
    table["side"] = study.articles[by].astype("str").array
    table["block"] = study.articles[within].astype("str").array if within else ""
    lost = (table["side"] == "") & (table["excluded"] == "")
    table.loc[lost, "excluded"] = f"{by} unknown"
    if within:
        lost = (table["block"] == "") & (table["excluded"] == "")
        table.loc[lost, "excluded"] = f"{within} unknown"
    return table


def questions_of(measure: str | Iterable[Question], voice: str | Iterable[str | None] | None) -> list[Asked]:
    """Every (measure, voice) that was asked, once, in the order asked; what is about voice itself has voice None."""
    measures = [measure] if isinstance(measure, str) else list(measure)
    voices: list[str | None] = [voice] if voice is None or isinstance(voice, str) else list(voice)
    every = [
        pair for asked in measures for pair in ([(asked, v) for v in voices] if isinstance(asked, str) else [asked])
    ]
    return list(dict.fromkeys((name, v if find_measure(name).follows_voice else None) for name, v in every))


def pairs_of(
    study: Study,
    questions: Sequence[Asked],
    *,
    by: str,
    within: str | None,
    against: str | None,
    per: int,
    min_words: int,
) -> Iterator[Pair]:
    """Every pair that was asked, in the order of the questions, then first side, second side.

    `against` None sets every two sides against each other, `rest` each side against all others within its events, and
    any other name each side against that one.
    """
    for column in filter(None, (by, within)):
        if column not in study.articles.columns:
            raise SchemaError(f"articles have no column {column!r}; there are: {', '.join(study.articles.columns)}")
    sides = sorted({side for side in study.articles[by].astype("str") if side})
    if against == "rest" and within is None:
        raise SchemaError("against='rest' needs events: say within='event', or compare two outlets at a time")
    if against not in (None, "rest", *sides):
        raise SchemaError(f"nothing is called {against!r} in {by}; there are: {', '.join(sides)}")
    blocks = pd.Index(sorted(set(study.articles[within].astype("str")))) if within else pd.Index([])
    for name, voice in questions:
        table = labelled_units(study, name, voice, by, within, per, min_words)
        cut = _Cut(find_measure(name, per=per), voice or "all", table, blocks, bool(within))
        for a, b in _asked(sides, against):
            yield cut.pair(a, b)


def _asked(sides: Sequence[str], against: str | None) -> list[tuple[str, str]]:
    if against is None:
        return list(combinations(sides, 2))
    return [(side, REST if against == "rest" else against) for side in sides if side != against]


class _Cut:
    """The units of one measure and voice, ready to be set against each other."""

    def __init__(self, spec: Measure, voice: str, table: pd.DataFrame, blocks: pd.Index, is_within: bool) -> None:
        self.spec, self.voice, self.is_within = spec, voice, is_within
        self.n_blocks = len(blocks)
        sides = table["side"].to_numpy(str)
        self.excluded = pd.Series(sides[(table["excluded"] != "").to_numpy()]).value_counts()
        self.at = np.flatnonzero((table["excluded"] == "").to_numpy())
        kept = table.iloc[self.at]
        self.side = sides[self.at]
        self.block = blocks.get_indexer(pd.Index(kept["block"])) if is_within else np.zeros(len(kept), dtype=np.int64)
        self.columns = kept[["numerator", "denominator", "n_words"]].to_numpy(float)

    def pair(self, a: str, b: str) -> Pair:
        """The two sides' counts."""
        in_a = self.side == a
        in_b = ~in_a if b == REST else self.side == b
        n_excluded = sum(int(self.excluded.get(side, 0)) for side in (a, b))
        if not self.is_within:
            rows = [np.flatnonzero(chosen) for chosen in (in_a, in_b)]
            return self._made(a, b, np.concatenate([self.at[r] for r in rows]), rows, [self.columns[r] for r in rows],
                              n_excluded)  # fmt: skip
        sums = [self._by_event(chosen) for chosen in (in_a, in_b)]
        shared = (sums[0][:, 1] > 0) & (sums[1][:, 1] > 0)
        rows = [np.flatnonzero(chosen & shared[self.block]) for chosen in (in_a, in_b)]
        return self._made(a, b, np.flatnonzero(shared), rows, [part[shared] for part in sums], n_excluded)

    def _by_event(self, chosen: np.ndarray) -> np.ndarray:
        block = self.block[chosen]
        return np.stack(
            [np.bincount(block, self.columns[chosen, k], minlength=self.n_blocks) for k in range(2)], axis=1
        )

    def _made(
        self, a: str, b: str, blocks: np.ndarray, rows: list[np.ndarray], parts: list[np.ndarray], n_excluded: int
    ) -> Pair:
        words = [int(self.columns[r, 2].sum()) for r in rows]
        return Pair(
            measure=self.spec,
            voice=self.voice,
            side_a=a,
            side_b=b,
            is_within=self.is_within,
            blocks=blocks,
            top_a=parts[0][:, 0],
            base_a=parts[0][:, 1],
            top_b=parts[1][:, 0],
            base_b=parts[1][:, 1],
            n_articles=(len(rows[0]), len(rows[1])),
            n_words=(words[0], words[1]),
            n_excluded=n_excluded,
        )
