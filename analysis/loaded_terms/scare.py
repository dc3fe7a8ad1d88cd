"""Which stretches a writer sets off in marks: three words or fewer that are no title, no name and no whole sentence.

Floor: a text and its voices come in, stretches go out. Such marks are the writer's choice also where the words inside are
credited to somebody (`he called it "toxic"`): the voice says whose words they are, this says how they stand.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable

import pandas as pd

from analysis import schema

#: More words than this in one pair of marks are a quotation.
MAX_WORDS = 3
_MARKS = "\"'“”‘’„«»‹›‟‚"


def set_off(text: str, segments: Iterable[tuple[str, int, int, int]]) -> list[tuple[int, int]]:
    """The stretches of `text` that are set off: scare voice, or one to three quoted words inside somebody's sentence.

    A quotation that begins with a capital letter or a figure is a title, a name or a sentence of its own, and is not set
    off.

    Parameters
    ----------
    segments : (voice, start, end, n_words) of the text's segments of voice, in order.

    Examples
    --------
    >>> set_off('He called it "toxic".', [("narrator", 0, 13, 3), ("quoted", 13, 20, 1), ("narrator", 20, 21, 0)])
    [(13, 20)]
    """
    return [
        (start, end)
        for voice, start, end, n_words in segments
        if voice == "scare" or (voice == "quoted" and 0 < n_words <= MAX_WORDS and _inside_a_sentence(text[start:end]))
    ]


def _inside_a_sentence(quotation: str) -> bool:
    """Does the stretch open with a mark, and with a small letter after it?"""
    inside = quotation.lstrip(_MARKS)
    return len(inside) < len(quotation) and inside[:1].islower()


def stands_in(stretches: list[tuple[int, int]], place: int) -> bool:
    """Is the character at `place` inside one of the stretches (in order, without overlap)?"""
    before = bisect_right(stretches, place, key=lambda stretch: stretch[0]) - 1
    return before >= 0 and place < stretches[before][1]


def set_off_stretches(articles: pd.DataFrame, voices: pd.DataFrame) -> dict[str, list[tuple[int, int]]]:
    """`set_off` for every article that has such stretches.

    Parameters
    ----------
    articles : uses `article_id`, `text`.
    voices : the table of `voice.find_voices`.
    """
    segments: dict[str, list[tuple[str, int, int, int]]] = {}
    names = ("article_id", "voice", "start", "end", "n_words")
    short = voices[voices["n_words"] <= MAX_WORDS]
    for article, *segment in zip(*(short[name].tolist() for name in names), strict=True):
        segments.setdefault(article, []).append(tuple(segment))
    texts = zip(articles["article_id"].tolist(), articles["text"].tolist(), strict=True)
    found = {article: set_off(text, segments.get(article, ())) for article, text in texts}
    return {article: stretches for article, stretches in found.items() if stretches}


def mark_scare(hits: pd.DataFrame, articles: pd.DataFrame, voices: pd.DataFrame) -> pd.DataFrame:
    """`hits` (with `voice`) as the schema's table: `is_scare_quoted` is true where the hit begins in a stretch set off.

    Parameters
    ----------
    hits : DataFrame, shape (H, ...): what `find_loaded_terms` gives, through `voice.label_voice`.
    articles, voices : as in `set_off_stretches`.
    """
    stretches = set_off_stretches(articles, voices)
    places = zip(hits["article_id"].tolist(), hits["start"].tolist(), strict=True)
    is_scare = [article in stretches and stands_in(stretches[article], place) for article, place in places]
    return schema.table("hits", hits.assign(is_scare_quoted=pd.array(is_scare, dtype="bool")))
