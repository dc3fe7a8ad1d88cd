"""What a report is made from, and the pieces that it is made of.

Floor: tables and figures stand in a `ReportInput`; a `Section` holds `Block`s, which have no form yet.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from analysis.charts import StudyFigure
from analysis.config import Settings
from analysis.schema import Study


@dataclass(frozen=True)
class Exhibit:
    """One figure of the report with the stretches of text that it counts.

    Attributes
    ----------
    name : short name; its file is `figures/NN-name.png`, numbered from 01.
    figure : a figure of `charts` (its title and note say what it shows).
    evidence : rows with `article_id`, `start`, `end` (and `voice`, `pattern` …), e.g. from `report.evidence`.
    says : a sentence or two under the figure.
    """

    name: str
    figure: StudyFigure
    evidence: pd.DataFrame | None = None
    says: str = ""


@dataclass(frozen=True)
class ReportInput:
    """All that a report is made from; the pipeline hands it over, and nothing else is read.

    Attributes
    ----------
    study : the measured study; the articles' texts are quoted as evidence, in lines of about 130 characters.
    contrasts : the comparisons (table `contrasts`); they become the findings.
    figures : the exhibits, in order.
    gate : one row an outlet pair (what `can_compare` gives); shown as it is.
    accuracy : one row an instrument and hand-coded corpus; shown as it is (`instrument`, `figure`, `value`, `low`,
        `high`, `n`, `data` are the columns we use).
    recipe : what made the study (`analysis.recipe`); kept in the page and printed at its end.
    title, question : the heading and what was asked.
    article_pages : article → address of its marked-up page relative to the report; evidence links there.
    level, seed, most_evidence : confidence level of the intervals; seed and size of the samples of evidence.
    """

    study: Study
    contrasts: pd.DataFrame
    figures: Sequence[Exhibit] = ()
    gate: pd.DataFrame = field(default_factory=pd.DataFrame)
    accuracy: pd.DataFrame = field(default_factory=pd.DataFrame)
    recipe: Mapping[str, object] = field(default_factory=dict)
    title: str = "Whose words"
    question: str = "How do the outlets frame the same events: in which words, with which tone, in whose voice?"
    article_pages: Mapping[str, str] = field(default_factory=dict)
    level: float = Settings().level
    seed: int = Settings().seed
    most_evidence: int = 12


@dataclass(frozen=True)
class Link:
    """A cell or word that leads somewhere; `address` is relative to the report, an anchor, or a checked web address."""

    text: str
    address: str


@dataclass(frozen=True)
class Block:
    """One piece of a section; which fields are set says what it is.

    `heading` a heading inside the section; `text` a paragraph that `lead` opens in bold; `items` a list; `columns` and `rows` a table (cells are values or `Link`); `figure` a picture;
    `kwic` lines of evidence under the fold `text`; `code` text to be copied.
    """

    heading: str = ""
    lead: str = ""
    text: str = ""
    items: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()
    rows: tuple[tuple[Any, ...], ...] = ()
    figure: StudyFigure | None = None
    kwic: tuple[tuple[Any, ...], ...] = ()
    code: str = ""


@dataclass(frozen=True)
class Section:
    """One chapter of the report."""

    anchor: str
    title: str
    blocks: tuple[Block, ...]
