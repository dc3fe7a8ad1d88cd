"""What moves an instrument that should not move it, on real news: BASIL's articles read in other ways.

Floor: a `Context` comes in, figures go out.
"""

from __future__ import annotations

from collections.abc import Iterator

from analysis import audit
from analysis.validation.context import Context, Figure, each


def read_again(context: Context) -> Iterator[Figure]:
    """How many pairs of outlets on one event change places, for each way of reading and each instrument."""
    articles = context.basil.articles[["article_id", "outlet", "event", "text"]]
    data = f"BASIL, {len(articles)} articles"
    for row in each(audit.robustness(articles, score=audit.raw_scores_and_terms)):
        figure = f"outlets on one event that change places: {row.variant}"
        name = "loaded terms" if row.instrument == audit.TERMS else f"tone: {row.instrument}"
        yield Figure(name, figure, row.share, row.low, row.high, row.n_pairs, data)
