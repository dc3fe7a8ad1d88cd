"""The words around each hit: any number opens onto the sentences behind it.

Floor: articles and any table with `article_id`, `start`, `end` come in; keyword-in-context rows go out.
"""

from __future__ import annotations

import pandas as pd

from analysis.errors import SchemaError

#: quanteda's names for the columns of a concordance (with our `article_id`, `start` and `end` beside them).
COLUMNS = ("docname", "from", "to", "pre", "keyword", "post", "pattern")
#: Columns that say what a row was found as, the most telling first.
_PATTERNS = ("pattern", "term_id", "label", "cue_lemma", "instrument", "role")
_CARRIED = ("outlet", "voice", "category")


def concordance(articles: pd.DataFrame, rows: pd.DataFrame, *, width: int = 60) -> pd.DataFrame:
    """Each row's stretch of text with what stands before and after it.

    Reading the lines is how a number is checked: are these the uses that it claims to count?

    Parameters
    ----------
    articles : DataFrame, one row an article
        Uses `article_id`, `text` and, where it is there, `outlet`.
    rows : DataFrame, one row a stretch of text
        Uses `article_id`, `start`, `end`; keeps their order. `voice` and `category` are carried along, and `pattern` is
        the first of `pattern`, `term_id`, `label`, `cue_lemma`, `instrument`, `role` that the table has, else empty.
    width : most characters of context on each side.

    Returns
    -------
    DataFrame, shape (N, …)
        `docname` (the article), `from`, `to` (characters, half-open, into the text as received), `pre`, `keyword`,
        `post` (runs of white space shown as one space), `pattern`, then the columns carried along.

    Raises
    ------
    SchemaError
        If a row lies outside its article, or its article is not there; the message names the row.
    """
    texts = dict(zip(articles["article_id"], articles["text"], strict=True))
    outlets = dict(zip(articles["article_id"], articles["outlet"], strict=True)) if "outlet" in articles else {}
    named = next((name for name in _PATTERNS if name in rows.columns), None)
    lines = []
    for number, (article, start, end) in enumerate(zip(rows["article_id"], rows["start"], rows["end"], strict=True)):
        text = texts.get(article)
        if text is None or not 0 <= start <= end <= len(text):
            raise SchemaError(
                f"concordance: row {number} points to {article!r} [{start}, {end}), which the articles do not have. "
                "Were both tables cut from the same study?"
            )
        lines.append((
            article, int(start), int(end), _before(text, start, width), _one_line(text[start:end]),
            _after(text, end, width),
        ))  # fmt: skip
    out = pd.DataFrame(lines, columns=list(COLUMNS[:-1]))
    for column in ("docname", "pre", "keyword", "post"):
        out[column] = out[column].astype("str")
    for column in ("from", "to"):
        out[column] = out[column].astype("int64")
    out["pattern"] = pd.array([str(value) for value in rows[named]] if named else [""] * len(rows), dtype="str")
    for name in _CARRIED:
        if name in rows.columns:
            out[name] = rows[name].array
        elif name == "outlet" and outlets:
            out[name] = pd.array([outlets[article] for article in rows["article_id"]], dtype="str")
    return out


def sample(rows: pd.DataFrame, most: int, seed: int) -> pd.DataFrame:
    """At most `most` rows, drawn without replacement with `seed` and kept in their order."""
    return rows if len(rows) <= most else rows.sample(most, random_state=seed).sort_index(kind="stable")


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _before(text: str, start: int, width: int) -> str:
    """Up to `width` characters before `start`, beginning with a whole word where a cut would fall inside one."""
    first = max(0, start - width)
    piece = text[first:start]
    if first and not text[first - 1].isspace() and not piece[:1].isspace():
        piece = piece.partition(" ")[2] or piece
    lead = " " if piece[-1:].isspace() else ""
    return _one_line(piece) + lead


def _after(text: str, end: int, width: int) -> str:
    """Up to `width` characters after `end`, ending with a whole word."""
    last = min(len(text), end + width)
    piece = text[end:last]
    if last < len(text) and not text[last].isspace() and not piece[-1:].isspace():
        piece = piece.rpartition(" ")[0] or piece
    lead = " " if piece[:1].isspace() else ""
    return lead + _one_line(piece)
