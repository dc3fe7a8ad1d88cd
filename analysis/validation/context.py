"""What every part of the validation shares: a figure with its limits, and the corpora, each read and measured once.

Floor: a folder of hand-coded corpora comes in; texts, codes and measured studies go out.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd

from analysis import agreement, attribution, gold, schema, sentences, sentiment, zones
from analysis.config import PROJECT, Settings
from analysis.errors import InputError
from analysis.measuring import measure
from analysis.plan import Plan
from analysis.readers import read_corpus
from analysis.schema import Study

FIGURE_NAMES = {
    "attr": "attribution F1 (content Jaccard ≥ .5)",
    "attr_at_80": "attribution F1 (content Jaccard ≥ .8)",
    "with_source": "attribution F1, with its source",
    "marks": "attribution F1, content with quotation marks",
}


class Figure(NamedTuple):
    """One figure with its interval.

    Attributes
    ----------
    instrument : what was measured. figure : which figure. n : units it rests on. data : which corpus and split.
    """

    instrument: str
    figure: str
    value: float
    low: float
    high: float
    n: int
    data: str


@dataclass(frozen=True)
class Context:
    """Where the corpora lie, and which split is measured.

    Attributes
    ----------
    folder : holds `polnear`, `basil`, `babe`, `vader`, `newsmtsc`; None skips what needs them.
    split : `dev`, or `test` for those who have it.
    peers : other programs by name, each with the file of what it found on PolNeAR (`peers.read_peer`).
    """

    folder: Path | None
    split: str = "dev"
    peers: tuple[tuple[str, Path], ...] = ()

    def at(self, name: str) -> Path:
        """The folder of a corpus: below `folder`, or where `fetch` put it."""
        for place in (self.folder / name if self.folder else None, gold.fetched(name)):
            if place is not None and place.is_dir():
                return place
        raise InputError(f"{name} is not at hand (python -m analysis fetch {name}, or --gold FOLDER)")

    @cached_property
    def basil(self) -> gold.Basil:
        """BASIL, read once."""
        return gold.read_basil(self.at("basil"))

    @cached_property
    def basil_study(self) -> Study:
        """BASIL, measured once with every instrument of tone; the body is given, so no zones are looked for."""
        return measured(self.basil.articles)

    @cached_property
    def calibration(self) -> Study:
        """The bundled articles, measured."""
        return measure(read_corpus(PROJECT / "data" / "raw"))

    def codes(self, name: str) -> pd.DataFrame:
        """A table of our own hand-coding."""
        return pd.read_csv(PROJECT / "data" / "gold" / name, keep_default_na=False, na_values=[""])


def each(table: pd.DataFrame) -> Iterator[Any]:
    """The rows of a table, one after the other, their columns as attributes."""
    return iter(table.itertuples(index=False))


def articles_of(rows: pd.DataFrame) -> pd.DataFrame:
    """An `articles` table for texts that a gold reader read."""
    names = [name for name in ("outlet", "event", "headline", "published", "url") if name in rows]
    known: dict[str, Any] = dict.fromkeys(schema.TABLES["articles"].names, "") | {"language": "en", "n_chars": 0}
    known |= {name: rows[name].array for name in (*names, "article_id", "text")}
    return schema.table("articles", pd.DataFrame(known, index=rows.index))


def measured(rows: pd.DataFrame) -> Study:
    """Texts that a gold reader read, measured with every instrument of tone; all of each text is its body."""
    settings = Settings(instruments=tuple(sentiment.INSTRUMENTS))
    return measure(schema.Corpus(articles_of(rows)), plan=Plan(settings=settings, zoned=False))


def attributed(articles: pd.DataFrame, engine: str = "joined") -> attribution.Attributed:
    """The attributions in texts all of which are body."""
    places = zones.find_zones(articles, zoned=False)
    return attribution.find_attributions(articles, sentences.find_sentences(articles, places), engine=engine)


def f1_figures(instrument: str, counts: pd.DataFrame, data: str) -> Iterator[Figure]:
    """Counts per article as figures: F1 with its limits, one a figure that was counted."""
    for row in each(agreement.f1_table(counts)):
        yield Figure(
            instrument, FIGURE_NAMES.get(str(row.figure), str(row.figure)), row.f1, row.low, row.high, row.n_gold, data
        )
