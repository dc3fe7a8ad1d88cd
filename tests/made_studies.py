"""Studies of made counts whose truth is known: tables as `measure` gives them, without a text worth reading."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from analysis import schema
from analysis.schema import Study


def made_study(
    hits: np.ndarray, words: np.ndarray, *, events: Sequence[str] | None = None, outlets: Sequence[str] | None = None
) -> Study:
    """A study with these loaded terms in own voice, one article for each outlet and event; no text worth reading.

    Parameters
    ----------
    hits, words : shape (outlets, events), whole numbers.
    """
    names = list(outlets) if outlets is not None else [f"outlet {k}" for k in range(len(hits))]
    about = list(events) if events is not None else [f"event {k:04d}" for k in range(hits.shape[1])]
    places = [(o, e) for o in range(len(names)) for e in range(len(about))]
    ids = [f"a{o}-{e}" for o, e in places]
    size = words.astype(np.int64).ravel()
    blank = [""] * len(ids)
    fields = dict.fromkeys(schema.TABLES["articles"].names, blank)
    articles = fields | {
        "article_id": ids, "outlet": [names[o] for o, _ in places], "event": [about[e] for _, e in places],
        "n_chars": [0] * len(ids),
    }  # fmt: skip
    voices = [(article, 0, "narrator", None, 0, 0, int(n)) for article, n in zip(ids, size, strict=True)]
    found = [
        (article, k, "made", "made", "loaded", 0, 0, "", 0, "narrator", None, False, False)
        for article, n in zip(ids, hits.ravel().astype(np.int64), strict=True)
        for k in range(n)
    ]
    empty = {name: schema.table(name) for name in schema.TABLES if name in Study.__dataclass_fields__}
    return Study(**(empty | {
        "articles": schema.table("articles", articles), "voices": schema.table("voices", voices),
        "hits": schema.table("hits", found),
    }))  # fmt: skip
