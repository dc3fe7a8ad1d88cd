"""Source, cue and content: who said what, through which words.

Floor: articles and their sentences come in; the tables `attributions` and `spans` go out. `docs/attribution.md` follows
one sentence through the engine.
"""

from __future__ import annotations

from typing import NamedTuple

import pandas as pd

from analysis import schema
from analysis.attribution.engine import ENGINES, TextRows, attribute, attribute_text, read_text
from analysis.attribution.tokens import Span

__all__ = [
    "ENGINES", "Attributed", "TextRows", "as_quotation_table", "attribute", "attribute_text", "find_attributions",
    "read_text",
]  # fmt: skip


class Attributed(NamedTuple):
    """What `find_attributions` found: tables `attributions` and `spans` of the schema."""

    attributions: pd.DataFrame
    spans: pd.DataFrame


def find_attributions(articles: pd.DataFrame, sentences: pd.DataFrame, *, engine: str = "joined") -> Attributed:
    """Who said what in the body of each article.

    An attribution is a claim that the article gives to somebody: source (who), cue (through which words), content
    (what). It is what `voice`, `speakers` and every count by voice are laid over.

    Parameters
    ----------
    articles : DataFrame, shape (A, ...), one row an article
        Uses `article_id` and `text`.
    sentences : DataFrame, shape (S, ...), one row a sentence
        Uses `article_id`, `paragraph_no`, `zone`, `start`, `end`. Only sentences of the zone `body` are read; those of
        one paragraph are read together, so that a quotation may run over several.
    engine : `joined` (the trained tagger, and rules where rules win), `rules` or `tagger`.

    Returns
    -------
    Attributed, the tables `attributions` (N rows) and `spans`; offsets into the texts as received.

    Raises
    ------
    StudyError
        If `engine` is unknown.

    Notes
    -----
    Measured on PolNeAR dev: `docs/validation.md`. The engine misses most where a noun phrase is the claim
    (`criticised the plan`) and where no source is named.

    >>> articles = pd.DataFrame({"article_id": ["a"], "text": ["The mayor said the bridge was safe."]})
    >>> sentences = pd.DataFrame({"article_id": ["a"], "paragraph_no": [0], "zone": ["body"], "start": [0], "end": [35]})
    >>> find_attributions(articles, sentences, engine="rules").spans["surface"].tolist()
    ['The mayor', 'said', 'the bridge was safe']
    """
    stretches = _paragraphs(sentences)
    attributions: list[tuple[object, ...]] = []
    spans: list[tuple[object, ...]] = []
    for article, text in zip(articles["article_id"].tolist(), articles["text"].tolist(), strict=True):
        rows = attribute_text(text, stretches.get(article, []), engine=engine)
        attributions += [(article, *row) for row in rows.attributions]
        spans += [(article, *row) for row in rows.spans]
    return Attributed(schema.table("attributions", attributions), schema.table("spans", spans))


def _paragraphs(sentences: pd.DataFrame) -> dict[str, list[Span]]:
    """The paragraphs of each article's body, from its first to its last sentence."""
    names = ("article_id", "paragraph_no", "zone", "start", "end")
    out: dict[str, list[Span]] = {}
    last: tuple[object, object] = (None, None)
    for article, paragraph, zone, start, end in zip(*[sentences[name].tolist() for name in names], strict=True):
        if zone != "body":
            continue
        spans = out.setdefault(article, [])
        if (article, paragraph) == last:
            spans[-1] = (spans[-1][0], end)
        else:
            spans.append((start, end))
            last = (article, paragraph)
    return out


def as_quotation_table(articles: pd.DataFrame, attributions: pd.DataFrame, spans: pd.DataFrame) -> pd.DataFrame:
    """The attributions with the column names of GenderGapTracker and the ATAP Quotation Tool.

    For people who come from there: one row an attribution, the same words as theirs.

    Parameters
    ----------
    articles : uses `article_id`, `text`.
    attributions, spans : the tables of `find_attributions` (or of a study).

    Returns
    -------
    DataFrame, shape (N, 13)
        `text_id`, `quote_id`, `quote`, `quote_index` (start and end of its first and last character), `quote_type`
        (`Q` quotation mark, `C` content, `S` speaker, `V` verb in the order in which they stand), `quote_token_count`
        (words), `is_floating_quote` (marks, and neither source nor cue), `speaker`, `speaker_index`, `speaker_entities`
        (the source's one name), `verb`, `verb_index`, `kind` (ours).
    """
    text = dict(zip(articles["article_id"], articles["text"], strict=True))
    parts: dict[tuple[str, int], dict[str, list[Span]]] = {}
    names = ("article_id", "attribution_no", "role", "start", "end")
    for article, number, role, start, end in zip(*[spans[name].tolist() for name in names], strict=True):
        parts.setdefault((article, number), {}).setdefault(role, []).append((start, end))
    rows = []
    whole = [attributions[name].tolist() for name in ("article_id", "attribution_no", "source_name", "kind")]
    for article, number, name, kind in zip(*whole, strict=True):
        roles = parts.get((article, number), {})
        body = text[article]
        quote, speaker, verb = (_joined(body, roles.get(role, [])) for role in ("content", "source", "cue"))
        rows.append((
            article, f"{article}-{number}", quote[0], quote[1], _order(body, roles), len(quote[0].split()),
            kind == "direct" and not roles.get("source") and not roles.get("cue"),
            speaker[0], speaker[1], name, verb[0], verb[1], kind,
        ))  # fmt: skip
    return pd.DataFrame(rows, columns=[
        "text_id", "quote_id", "quote", "quote_index", "quote_type", "quote_token_count", "is_floating_quote",
        "speaker", "speaker_index", "speaker_entities", "verb", "verb_index", "kind",
    ])  # fmt: skip


def _joined(text: str, parts: list[Span]) -> tuple[str, tuple[int, int] | None]:
    if not parts:
        return "", None
    return " ".join([text[start:end] for start, end in parts]), (parts[0][0], parts[-1][1])


def _order(text: str, roles: dict[str, list[Span]]) -> str:
    """The pattern as ATAP writes it: `QCQSV` for `“…,” she said`."""
    letters = []
    for role, letter in (("content", "C"), ("source", "S"), ("cue", "V")):
        for start, end in roles.get(role, []):
            marked = role == "content" and text[start] in "\"“«'‘" and text[end - 1] in "\"”»'’"
            letters.append((start, "QCQ" if marked else letter))
    return "".join([letter for _, letter in sorted(letters)])
