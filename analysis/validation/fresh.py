"""What is said of attributions in real news that was coded blind: as it was at first sight, and as it is now.

Floor: a `Context` comes in, figures go out. The codes (`data/gold/polnear_*_codes.csv`) are offsets and labels, one row an
attribution; each lot was coded before anything was scored on it, and its errors were looked at afterwards. First sight
cannot be measured twice: it was counted at the commit that `data/gold/first_sight.csv` names.
"""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from analysis import agreement, gold
from analysis.attribution.describe import is_hedged, kind_of, read_cue
from analysis.attribution.reading import read
from analysis.attribution.sources import name_sources
from analysis.attribution.tokens import Found, Span, tokenise
from analysis.sentiment.accuracy import share_limits
from analysis.validation.context import Context, Figure, each

#: Split of PolNeAR → the table of its codes.
TABLES = {"train": "polnear_train_codes.csv", "dev": "polnear_dev_codes.csv"}
FIELDS = ("source_type", "is_named", "kind", "cue_stance", "is_hedged")
_SOURCE_FIELDS = ("source_type", "is_named")
_ROLES = ("source", "cue", "content")


def described(context: Context) -> Iterator[Figure]:
    """Type, name, kind, stance and hedge against blind codes of PolNeAR: first sight, then now, spans given."""
    for row in each(context.codes("first_sight.csv")):
        low, high = share_limits(float(row.n_right), int(row.n))
        data = f"PolNeAR {row.split}, {row.lot} lot, scored once at {row.commit}"
        yield Figure(
            f"attribution: {row.figure}", "accuracy at first sight", row.n_right / row.n, low, high, row.n, data
        )
    for split in TABLES:
        answers = answered(context, split)
        for field in FIELDS:
            both = answers[answers[f"{field}_hand"] != ""]
            if field in _SOURCE_FIELDS:
                both = both[both["source"] != ""]
            if len(both):
                pairs = pd.DataFrame(
                    {"article_id": both["document"], "found": both[field], "truth": both[f"{field}_hand"]}
                )
                limits = agreement.accuracies(pairs, unit="article_id")["accuracy"]
                data = f"PolNeAR {split}, {len(pairs)} blind codes (errors looked at since)"
                yield Figure(f"attribution: {field}", "accuracy now", *limits, len(pairs), data)


def answered(context: Context, split: str) -> pd.DataFrame:
    """Each coded attribution with what the engine says of it, all the attributions of its article given by their coder.

    Returns
    -------
    DataFrame, one row a code : `document, source, lot`, and each of `FIELDS` as found and, with `_hand`, as coded (texts;
        empty where it was not coded).
    """
    corpus = gold.read_polnear(context.at("polnear"), split)
    texts = dict(zip(corpus.articles["article_id"], corpus.articles["text"], strict=True))
    coded = dict(list(corpus.first_coder().groupby("article_id")))
    codes = context.codes(TABLES[split]).astype("str").fillna("")
    rows: list[tuple[str, ...]] = []
    for article, part in codes.groupby("document", sort=True):
        asked = [_found(*(getattr(row, role) for role in _ROLES)) for row in each(part)]
        reading = read(tokenise(texts[str(article)]))
        others = [one for one in _all_of(coded.get(article)) if one not in asked]
        named = name_sources(reading, [*asked, *others])
        for row, one, who in zip(each(part), asked, named, strict=False):
            cue = read_cue(reading, one.cue)
            hedged = cue.is_hedged or is_hedged(reading, one.content)
            found = (who.type, str(who.is_named), kind_of(reading, one.content), cue.stance, str(hedged))
            hand = tuple(str(getattr(row, field, "")) for field in FIELDS)
            rows.append((str(article), row.source, row.lot, *found, *hand))
    return pd.DataFrame(rows, columns=["document", "source", "lot", *FIELDS, *(f"{field}_hand" for field in FIELDS)])


def _all_of(spans: pd.DataFrame | None) -> list[Found]:
    """Every attribution of one article as its coder marked it."""
    if spans is None:
        return []
    out = []
    for _, part in spans.groupby("attribution_no", sort=True):
        source, cue, content = (_sorted(part[part["role"] == role]) for role in _ROLES)
        out.append(Found(source, cue, content, 1.0, "coders"))
    return out


def _sorted(rows: pd.DataFrame) -> tuple[Span, ...]:
    return tuple(sorted(zip(rows["start"].astype(int), rows["end"].astype(int), strict=True)))


def _found(source: str, cue: str, content: str) -> Found:
    return Found(_spans(source), _spans(cue), _spans(content), 1.0, "coders")


def _spans(cell: str) -> tuple[Span, ...]:
    """`12 17;30 44` as spans."""
    pairs = [part.split() for part in cell.split(";") if part]
    return tuple((int(start), int(end)) for start, end in pairs)
