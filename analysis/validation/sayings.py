"""Who said what, and in whose voice: attributions and voices against PolNeAR, BASIL and our own codes.

Floor: a `Context` comes in, figures go out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import numpy as np
import pandas as pd

from analysis import agreement, attribution, gold, schema, voice, zones
from analysis.validation.codes import kind_counts
from analysis.validation.context import FIGURE_NAMES, Context, Figure, articles_of, attributed, each, f1_figures
from analysis.words import word_offsets

#: From a mark to the next one, or to the paragraph's end: the least that anyone would do.
_IN_MARKS = re.compile('["“][^"“”\\n]*(?:["”]|$)', re.MULTILINE)


def attributions(context: Context) -> Iterator[Figure]:
    """PolNeAR: rules alone, tagger alone, both; per outlet; and how much the joining gains (paired)."""
    corpus = gold.read_polnear(context.at("polnear"), context.split)
    articles, coded = articles_of(corpus.articles), corpus.first_coder()
    data = f"PolNeAR {context.split}, {len(articles)} articles"
    spans = {engine: attributed(articles, engine).spans for engine in attribution.ENGINES}
    counts = {engine: agreement.attribution_counts(articles, found, coded) for engine, found in spans.items()}
    for engine, table in counts.items():
        yield from f1_figures(f"attribution ({engine})", table, data)
    for other in [engine for engine in counts if engine != "joined"]:
        for figure in FIGURE_NAMES:
            gain, low, high = agreement.paired_difference(counts["joined"], counts[other], figure)
            yield Figure(f"attribution: joined − {other}", FIGURE_NAMES[figure], gain, low, high, len(articles), data)
    for row in each(agreement.f1_table(kind_counts(articles, spans["joined"], coded))):
        yield Figure(
            f"attribution (joined), {row.figure}", "attribution F1", row.f1, row.low, row.high, row.n_gold, data
        )
    outlet = dict(zip(articles["article_id"], articles["outlet"], strict=True))
    joined = counts["joined"].assign(outlet=counts["joined"]["article_id"].map(outlet))
    for name, part in joined[joined["figure"] == "attr"].groupby("outlet"):
        yield from f1_figures(f"attribution (joined), {name}", part, data)


def voices(context: Context) -> Iterator[Figure]:
    """PolNeAR: the share of attributed words per article; BASIL: inside or outside a quotation."""
    corpus = gold.read_polnear(context.at("polnear"), context.split)
    articles, coded = articles_of(corpus.articles), corpus.first_coder()
    zone = zones.find_zones(articles, zoned=False)
    found = attributed(articles)
    shares = pd.DataFrame(
        {
            "article_id": articles["article_id"],
            "found": _attributed_share(voice.find_voices(articles, zone, found.attributions, found.spans), articles),
            "gold": _gold_share(articles, coded),
        }
    )
    data = f"PolNeAR {context.split}, {len(articles)} articles"
    for name, figure in (
        ("Pearson r of attributed share per article", lambda t: float(t["found"].corr(t["gold"]))),
        ("mean absolute error of attributed share", lambda t: float((t["found"] - t["gold"]).abs().mean())),
    ):
        yield Figure("voice", name, *agreement.resampled(shares, figure, unit="article_id"), len(shares), data)
    yield from _basil_voices(context)


def _attributed_share(voices: pd.DataFrame, articles: pd.DataFrame) -> list[float]:
    """Words with content of an attribution, over all words; quotations that nobody is credited with do not count."""
    given = voices["voice"].isin(schema.ATTRIBUTED_VOICES) & voices["attribution_no"].notna()
    top = voices["n_words"].where(given, 0).groupby(voices["article_id"]).sum()
    share = top / voices.groupby("article_id")["n_words"].sum()
    return share.reindex(articles["article_id"]).fillna(0.0).tolist()


def _gold_share(articles: pd.DataFrame, coded: pd.DataFrame) -> list[float]:
    contents = coded[coded["role"] == "content"].groupby("article_id")
    out = []
    for article, text in zip(articles["article_id"], articles["text"], strict=True):
        starts, ends = word_offsets(text)
        inside = np.zeros(len(starts), bool)
        if article in contents.groups:
            part = contents.get_group(article)
            for start, end in zip(part["start"], part["end"], strict=True):
                inside |= (starts < end) & (ends > start)
        out.append(float(inside.mean()) if len(inside) else 0.0)
    return out


def _basil_voices(context: Context) -> Iterator[Figure]:
    """BASIL: is a marked span a quotation? Beside it what quotation marks alone say, judged in the same way.

    Single words in marks (spans of lexical bias) are often flagged as the outlet's; spans of informational bias are apart.
    """
    spans = context.basil.spans
    ours = voice.label_voice(spans[["article_id", "start", "end"]], context.basil_study.voices)["voice"]
    texts = dict(zip(context.basil.articles["article_id"], context.basil.articles["text"], strict=True))
    marks = {article: [match.span() for match in _IN_MARKS.finditer(text)] for article, text in texts.items()}
    bare = [
        any(start <= place < end for start, end in marks[article])
        for article, place in zip(spans["article_id"], spans["start"], strict=True)
    ]
    figure = "balanced accuracy of inside/outside quotation, by a span's first character"
    rows = pd.DataFrame({"article_id": spans["article_id"], "truth": spans["is_quote"]})
    for name, inside in (("voice", ours.isin(["quoted", "scare"])), ("bare quotation marks", bare)):
        every = rows.assign(found=list(inside))
        informing = every[spans["bias"] == "informational"]
        for part, kind in ((every, "annotated spans"), (informing, "spans of informational bias")):
            limits = agreement.accuracies(part, unit="article_id")["balanced accuracy"]
            yield Figure(name, figure, *limits, len(part), f"BASIL, {len(part)} {kind}")
