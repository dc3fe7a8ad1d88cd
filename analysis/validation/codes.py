"""What is said of each attribution (kind, stance, hedge, type, name), and attributions style by style, against our own codes.

Floor: a `Context` comes in, figures go out. The codes are those of `data/gold`: 24 calibration articles and four made
texts in the styles of wire copy, broadcast, opinion and feature. They were at hand while the rules were written: figures
on them say that nothing broke, not how the rules do on other news.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

import pandas as pd

from analysis import agreement, schema
from analysis.attribution.describe import is_hedged, kind_of, outer_numbers, read_cue
from analysis.attribution.reading import read
from analysis.attribution.sources import name_sources
from analysis.attribution.tokens import Found, tokenise
from analysis.config import PROJECT
from analysis.validation.context import Context, Figure, articles_of, f1_figures, measured

STYLES = ("wire", "broadcast", "opinion", "feature")
#: Of every attribution; of those that have a source.
FIELDS = ("kind", "cue_stance", "is_hedged", "outer_no")
SOURCE_FIELDS = ("source_type", "is_named")
#: Fields of which one kind is by far the commonest: there the kinds also get the same say.
_FEW_KINDS = ("kind", "cue_stance", "is_hedged")
#: Said beside every figure on texts that were at hand while the rules were written.
SEEN = "(seen while the rules were written)"
_STYLES_FOLDER = PROJECT / "data" / "gold" / "styles"
_KEYS = ["article_id", "attribution_no"]
_COUNTS = ["article_id", "figure", "n_match_found", "n_match_gold", "n_found", "n_gold"]


class Coded(NamedTuple):
    """Texts with hand-coded attributions: `articles`, and `attributions` and `spans` as the tables of those names."""

    articles: pd.DataFrame
    attributions: pd.DataFrame
    spans: pd.DataFrame


def styles_coded() -> Coded:
    """The four made texts and their codes."""
    rows = pd.read_csv(_STYLES_FOLDER / "styles.csv", keep_default_na=False).rename(columns={"style": "article_id"})
    texts = [(style, (_STYLES_FOLDER / f"{style}.txt").read_bytes().decode("utf-8")) for style in STYLES]
    articles = articles_of(pd.DataFrame(texts, columns=["article_id", "text"]))
    attributions = rows.drop_duplicates(_KEYS)
    return Coded(articles, _typed(attributions), rows[[*_KEYS, "role", "fragment_no", "start", "end"]])


def calibration_coded(context: Context) -> Coded:
    """The bundled articles and their codes."""
    return Coded(context.calibration.articles, _typed(context.codes("attributions.csv")), context.codes("spans.csv"))


def _typed(rows: pd.DataFrame) -> pd.DataFrame:
    """Codes as plain texts, so that both sides are compared as they are written."""
    texts = [*FIELDS, *SOURCE_FIELDS, "source_name"]
    table = rows[[*_KEYS, *texts]].copy()
    for name in texts:
        table[name] = [_plain(value) for value in table[name]]
    return table.reset_index(drop=True)


def _plain(value: object) -> str:
    if value is None or value is pd.NA or value != value:
        return ""
    return str(value).removesuffix(".0")


def styles(context: Context) -> Iterator[Figure]:
    """Attributions in each style. One text a style: limits from resampling its sentences, so they say little of others."""
    coded = styles_coded()
    study = measured(coded.articles)
    counts = style_counts(coded, study)
    style = counts["article_id"].str.partition(" ")[0]
    for name in STYLES:
        n_sentences = int((study.sentences["article_id"] == name).sum())
        yield from f1_figures(
            f"attribution (joined), {name}", counts[style == name], f"made text, {n_sentences} sentences {SEEN}"
        )
    yield from f1_figures(
        "attribution (joined), four styles", counts, f"made texts, {len(study.sentences)} sentences {SEEN}"
    )


def style_counts(coded: Coded, study: schema.Study) -> pd.DataFrame:
    """Counts for `attr` and `attr_at_80` with a sentence in the place of an article: where a content begins."""
    sides = [_begins(spans, study.sentences) for spans in (study.spans, coded.spans)]
    tables = []
    for figure, threshold in (("attr", 0.5), ("attr_at_80", 0.8)):
        pairs = agreement.matched_attributions(coded.articles, study.spans, coded.spans, threshold=threshold)
        tables.append(_counts(figure, pairs, *sides))
    return pd.concat(tables, ignore_index=True)


def _begins(spans: pd.DataFrame, sentences: pd.DataFrame) -> pd.DataFrame:
    """The sentence in which each content begins: `article_id`, `attribution_no`, `unit`."""
    contents = spans[spans["role"] == "content"].groupby(_KEYS)["start"].min().reset_index()
    right = sentences[["article_id", "sentence_no", "start"]].sort_values("start", kind="stable")
    placed = pd.merge_asof(contents.sort_values("start", kind="stable"), right, on="start", by="article_id")
    return placed.assign(unit=placed["article_id"] + " " + placed["sentence_no"].astype("str"))[[*_KEYS, "unit"]]


def _counts(figure: str, pairs: pd.DataFrame, found: pd.DataFrame, gold: pd.DataFrame) -> pd.DataFrame:
    """Counts as `attribution_counts` gives, per `unit` of the attributions of either side that are asked for."""
    columns = {}
    for side, those in (("found", found), ("gold", gold)):
        matched = pairs.merge(those.rename(columns={"attribution_no": f"{side}_no"}), on=["article_id", f"{side}_no"])
        columns[f"n_match_{side}"] = matched.groupby("unit").size()
        columns[f"n_{side}"] = those.groupby("unit").size()
    table = pd.DataFrame(columns).fillna(0).astype(int).sort_index().rename_axis("article_id").reset_index()
    return table.assign(figure=figure)[_COUNTS]


def described(context: Context) -> Iterator[Figure]:
    """Kind, stance, hedge, nesting, type and name: on the coders' own spans, and on what the engine found and matched."""
    both = [calibration_coded(context), styles_coded()]
    coded = Coded(*(pd.concat(parts, ignore_index=True) for parts in zip(*both, strict=True)))
    data = f"own codes, {len(coded.articles)} texts {SEEN}"
    given = _typed(describe_spans(coded))
    yield from _field_figures("coders' spans", given.merge(coded.attributions, on=_KEYS, suffixes=("", "_hand")), data)
    studies = [context.calibration, measured(both[1].articles)]
    found = _typed(pd.concat([study.attributions for study in studies], ignore_index=True))
    spans = pd.concat([study.spans for study in studies], ignore_index=True)
    pairs = agreement.matched_attributions(coded.articles, spans, coded.spans)
    pairs = pairs.merge(found.rename(columns={"attribution_no": "found_no"}), on=["article_id", "found_no"])
    hand = coded.attributions.rename(columns={"attribution_no": "gold_no"})
    rows = pairs.drop(columns="outer_no").merge(
        hand.drop(columns="outer_no"), on=["article_id", "gold_no"], suffixes=("", "_hand")
    )
    yield from _field_figures("found and matched", rows, data)


def _field_figures(how: str, rows: pd.DataFrame, data: str) -> Iterator[Figure]:
    """`rows` hold each field twice: as found, and with `_hand` as coded."""
    sourced = rows[rows["source_name_hand"] != ""]
    for field in (*FIELDS, *SOURCE_FIELDS):
        if field not in rows:
            continue
        table = sourced if field in SOURCE_FIELDS else rows
        pairs = pd.DataFrame(
            {"article_id": table["article_id"], "found": table[field], "truth": table[f"{field}_hand"]}
        )
        limits = agreement.accuracies(pairs, unit="article_id")
        yield Figure(f"attribution: {field}", f"accuracy, {how}", *limits["accuracy"], len(pairs), data)
        if field in _FEW_KINDS:
            balanced = limits["balanced accuracy"]
            yield Figure(f"attribution: {field}", f"balanced accuracy, {how}", *balanced, len(pairs), data)
    names = pd.DataFrame(
        {"article_id": sourced["article_id"], "found": sourced["source_name"], "gold": sourced["source_name_hand"]}
    )
    yield from f1_figures("attribution: source_name", agreement.b_cubed_counts(names, f"B³ F1, {how}"), data)


def describe_spans(coded: Coded) -> pd.DataFrame:
    """What the engine says of attributions whose spans people gave: the columns of `attributions` that it decides."""
    texts = dict(zip(coded.articles["article_id"], coded.articles["text"], strict=True))
    rows: list[tuple[object, ...]] = []
    for article, part in coded.spans.groupby("article_id", sort=True):
        reading = read(tokenise(texts[str(article)]))
        numbers = sorted(set(part["attribution_no"]))
        found = [_found(part[part["attribution_no"] == number]) for number in numbers]
        named = name_sources(reading, found)
        outer = outer_numbers([one.content for one in found])
        for number, one, who, nested in zip(numbers, found, named, outer, strict=True):
            cue = read_cue(reading, one.cue)
            hedged = cue.is_hedged or is_hedged(reading, one.content)
            kind = kind_of(reading, one.content)
            rows.append((article, number, kind, cue.stance, hedged, nested, who.type, who.is_named, who.name))
    return pd.DataFrame(rows, columns=[*_KEYS, *FIELDS, *SOURCE_FIELDS, "source_name"])


def _found(spans: pd.DataFrame) -> Found:
    roles = {role: tuple(sorted(_places(spans[spans["role"] == role]))) for role in schema.ROLES}
    return Found(roles["source"], roles["cue"], roles["content"], 1.0, "coders")


def _places(spans: pd.DataFrame) -> Iterable[tuple[int, int]]:
    return zip(spans["start"].astype(int), spans["end"].astype(int), strict=True)


def kinds_of(articles: pd.DataFrame, spans: pd.DataFrame) -> pd.DataFrame:
    """The kind of each attribution by where its content stands to quotation marks: `article_id`, `attribution_no`, `kind`."""
    texts = dict(zip(articles["article_id"], articles["text"], strict=True))
    rows = []
    for article, part in spans[spans["role"] == "content"].groupby("article_id", sort=True):
        reading = read(tokenise(texts[str(article)]))
        for number, places in part.groupby("attribution_no", sort=True):
            rows.append((article, number, kind_of(reading, tuple(sorted(_places(places))))))
    return pd.DataFrame(rows, columns=[*_KEYS, "kind"])


def kind_counts(articles: pd.DataFrame, found: pd.DataFrame, gold: pd.DataFrame) -> pd.DataFrame:
    """Counts as `attribution_counts` gives, for attributions of each kind apart: `figure` is the kind.

    The kind of either side is judged by the same rule from its own content, so a found mixed one that matches a direct
    one is right in both subsets.
    """
    pairs = agreement.matched_attributions(articles, found, gold)
    sides = [kinds_of(articles, spans).assign(unit=lambda table: table["article_id"]) for spans in (found, gold)]
    tables = [
        _counts(kind, pairs, *(kinds[kinds["kind"] == kind][[*_KEYS, "unit"]] for kinds in sides))
        for kind in schema.KINDS
    ]
    return pd.concat(tables, ignore_index=True)
