"""Other programs on the same articles: what they found, scored as ours is, and the difference, article by article.

Floor: files with another program's spans come in, figures go out. Nothing of a program is needed here, only what it said.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path

import pandas as pd

from analysis import agreement, gold
from analysis.errors import InputError
from analysis.validation.context import FIGURE_NAMES, Context, Figure, articles_of, attributed, f1_figures

#: What a file must have: the article, and of each role its fragments as `start end`, joined by `;`.
COLUMNS = ("document", "source", "cue", "content")
_ROLES = COLUMNS[1:]
_SPAN_COLUMNS = ["article_id", "attribution_no", "role", "start", "end"]


def compared(context: Context) -> Iterator[Figure]:
    """Each program of `context.peers` on PolNeAR, and how far our joined engine is ahead (paired over articles).

    Raises
    ------
    InputError
        If no file is given, or one cannot be read as `read_peer` says.
    """
    if not context.peers:
        raise InputError("no output of another program is at hand (--peer NAME=FILE; docs/attribution.md says how)")
    corpus = gold.read_polnear(context.at("polnear"), context.split)
    articles, coded = articles_of(corpus.articles), corpus.first_coder()
    data = f"PolNeAR {context.split}, {len(articles)} articles"
    ours = agreement.attribution_counts(articles, attributed(articles).spans, coded)
    for name, path in context.peers:
        theirs = agreement.attribution_counts(articles, read_peer(path, articles), coded)
        yield from f1_figures(f"attribution ({name})", theirs, data)
        for figure, title in FIGURE_NAMES.items():
            gain = agreement.paired_difference(ours, theirs, figure)
            yield Figure(f"attribution: joined − {name}", title, *gain, len(articles), data)


def read_peer(path: Path, articles: pd.DataFrame) -> pd.DataFrame:
    """What another program found, one row a fragment.

    Parameters
    ----------
    path : a CSV with one row an attribution: `document` (the article's id), `source`, `cue`, `content`. Each of the three
        is empty or holds character offsets into the article as published: `12 17`, or `12 17;30 44` where it is in parts.
    articles : those that were read; uses `article_id`, `text`.

    Returns
    -------
    DataFrame : `article_id, attribution_no, role, start, end`, as `agreement.attribution_counts` takes it. An article
        that the file does not name is one in which the program found nothing.

    Raises
    ------
    InputError
        If the file is not there, lacks a column, names an article that was not read, or has a span that is none.
    """
    lengths = dict(zip(articles["article_id"], articles["text"].str.len(), strict=True))
    rows: list[tuple[str, int, str, int, int]] = []
    for number, line in enumerate(_lines(path)):
        article = line["document"]
        if article not in lengths:
            raise InputError(f"{path}, row {number + 2}: {article[:80]!r} is none of the {len(lengths)} articles")
        for role in _ROLES:
            for start, end in _places(line[role] or ""):
                if not 0 <= start < end <= lengths[article]:
                    raise InputError(
                        f"{path}, row {number + 2}: {role} {(line[role] or '')[:40]!r} is no span of a text of "
                        f"{lengths[article]} characters; write `start end`, parts joined by `;`"
                    )
                rows.append((article, number, role, start, end))
    return pd.DataFrame(rows, columns=_SPAN_COLUMNS)


def _lines(path: Path) -> Iterator[dict[str, str]]:
    if not path.is_file():
        raise InputError(f"{path} is not there (--peer NAME=FILE)")
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = csv.DictReader(file)
            missing = [name for name in COLUMNS if name not in (rows.fieldnames or ())]
            if missing:
                raise InputError(f"{path} has no column {missing[0]!r}; it needs {', '.join(COLUMNS)}")
            yield from rows
    except (UnicodeDecodeError, csv.Error) as error:
        raise InputError(f"{path} is no CSV in UTF-8 ({type(error).__name__})") from None


def _places(cell: str) -> Iterator[tuple[int, int]]:
    """The spans of a cell; what is no pair of whole numbers is (0, 0), which no text has."""
    for part in cell.split(";"):
        numbers = part.split()
        if len(numbers) == 2 and all(number.isascii() and number.isdigit() and len(number) < 10 for number in numbers):
            yield int(numbers[0]), int(numbers[1])
        elif part.strip():
            yield 0, 0
