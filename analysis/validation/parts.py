"""What is measured: one function a room, each giving rows of figures.

Every function takes a `Context`, reads the hand-coded corpus it needs and yields `Figure`s; a corpus that is not at hand
raises `InputError`, which the record turns into a line that says what was skipped.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from analysis import agreement, attribution, gold, naming, schema, sentences, sentiment, voice, zones
from analysis.compare import compare
from analysis.config import PROJECT
from analysis.errors import InputError
from analysis.loaded_terms import accuracy as term_accuracy
from analysis.naming.accuracy import accuracy as label_accuracy
from analysis.pipeline import measure
from analysis.readers import read_corpus
from analysis.schema import Study
from analysis.sentiment import accuracy as tone_accuracy
from analysis.sentiment import training

_FIGURE_NAMES = {
    "attr": "attribution F1 (content Jaccard ≥ .5)",
    "attr_at_80": "attribution F1 (content Jaccard ≥ .8)",
    "with_source": "attribution F1, with its source",
    "marks": "attribution F1, content with quotation marks",
}


class Figure(NamedTuple):
    """One figure with its interval.

    Attributes
    ----------
    instrument : what was measured. figure : which figure. n : units it rests on. data : which corpus and split.
    """

    instrument: str
    figure: str
    value: float
    low: float
    high: float
    n: int
    data: str


@dataclass(frozen=True)
class Context:
    """Where the corpora lie, and which split is measured.

    Attributes
    ----------
    folder : holds `polnear`, `basil`, `babe`, `vader`, `newsmtsc`; None skips what needs them.
    split : `dev`, or `test` for those who have it.
    """

    folder: Path | None
    split: str = "dev"

    def at(self, name: str) -> Path:
        """The folder of a corpus: below `folder`, or where `fetch` put it."""
        for place in (self.folder / name if self.folder else None, gold.fetched(name)):
            if place is not None and place.is_dir():
                return place
        raise InputError(f"{name} is not at hand (python -m analysis fetch {name}, or --gold FOLDER)")

    @cached_property
    def basil(self) -> gold.Basil:
        """BASIL, read once."""
        return gold.read_basil(self.at("basil"))

    @cached_property
    def basil_study(self) -> Study:
        """BASIL, measured once with every instrument of tone; the body is given, so no zones are looked for."""
        return _measured(self.basil.articles)

    @cached_property
    def calibration(self) -> Study:
        """The bundled articles, measured."""
        return measure(read_corpus(PROJECT / "data" / "raw"))

    def codes(self, name: str) -> pd.DataFrame:
        """A table of our own hand-coding."""
        return pd.read_csv(PROJECT / "data" / "gold" / name, keep_default_na=False, na_values=[""])


def _each(table: pd.DataFrame) -> Iterator[Any]:
    return iter(table.itertuples(index=False))


def _articles(rows: pd.DataFrame) -> pd.DataFrame:
    """An `articles` table for texts that a gold reader read."""
    names = [name for name in ("outlet", "event", "headline", "published", "url") if name in rows]
    known: dict[str, Any] = dict.fromkeys(schema.TABLES["articles"].names, "") | {"language": "en", "n_chars": 0}
    known |= {name: rows[name].array for name in (*names, "article_id", "text")}
    return schema.table("articles", pd.DataFrame(known, index=rows.index))


def _measured(rows: pd.DataFrame) -> Study:
    from analysis.config import Settings
    from analysis.pipeline import Plan

    settings = Settings(instruments=tuple(sentiment.INSTRUMENTS))
    return measure(schema.Corpus(_articles(rows)), plan=Plan(settings=settings, zoned=False))


def _attributed(articles: pd.DataFrame, engine: str) -> attribution.Attributed:
    zone = zones.find_zones(articles, zoned=False)
    return attribution.find_attributions(articles, sentences.find_sentences(articles, zone), engine=engine)


# --- attribution and voice ------------------------------------------------------------------------------------------------


def attributions(context: Context) -> Iterator[Figure]:
    """PolNeAR: rules alone, tagger alone, both; per outlet; and how much the joining gains (paired)."""
    corpus = gold.read_polnear(context.at("polnear"), context.split)
    articles, coded = _articles(corpus.articles), corpus.first_coder()
    data = f"PolNeAR {context.split}, {len(articles)} articles"
    counts = {
        engine: agreement.attribution_counts(articles, _attributed(articles, engine).spans, coded)
        for engine in attribution.ENGINES
    }
    for engine, table in counts.items():
        yield from _f1_figures(f"attribution ({engine})", table, data)
    for other in [engine for engine in counts if engine != "joined"]:
        for figure in _FIGURE_NAMES:
            gain, low, high = agreement.paired_difference(counts["joined"], counts[other], figure)
            yield Figure(f"attribution: joined − {other}", _FIGURE_NAMES[figure], gain, low, high, len(articles), data)
    outlet = dict(zip(articles["article_id"], articles["outlet"], strict=True))
    joined = counts["joined"].assign(outlet=counts["joined"]["article_id"].map(outlet))
    for name, part in joined[joined["figure"] == "attr"].groupby("outlet"):
        yield from _f1_figures(f"attribution (joined), {name}", part, data)


def _f1_figures(instrument: str, counts: pd.DataFrame, data: str) -> Iterator[Figure]:
    for row in _each(agreement.f1_table(counts)):
        yield Figure(
            instrument, _FIGURE_NAMES.get(str(row.figure), str(row.figure)), row.f1, row.low, row.high, row.n_gold, data
        )


def voices(context: Context) -> Iterator[Figure]:
    """PolNeAR: the share of attributed words per article; BASIL: inside or outside a quotation."""
    corpus = gold.read_polnear(context.at("polnear"), context.split)
    articles, coded = _articles(corpus.articles), corpus.first_coder()
    zone = zones.find_zones(articles, zoned=False)
    found = _attributed(articles, "joined")
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
    from analysis.words import word_offsets

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
    spans = context.basil.spans
    labelled = voice.label_voice(spans[["article_id", "start", "end", "is_quote"]], context.basil_study.voices)
    rows = labelled.assign(inside=labelled["voice"].isin(["quoted", "scare"]))

    def balanced(table: pd.DataFrame) -> float:
        hit = table["inside"] == table["is_quote"]
        return float(hit.groupby(table["is_quote"]).mean().mean())

    data = f"BASIL, {len(rows)} annotated spans"
    yield Figure(
        "voice",
        "balanced accuracy of inside/outside quotation",
        *agreement.resampled(rows, balanced, unit="article_id"),
        len(rows),
        data,
    )


# --- sentences ---------------------------------------------------------------------------------------------------------------


def sentence_boundaries(context: Context) -> Iterator[Figure]:
    """BASIL: ends of sentences, body paragraphs joined by a space, so that a paragraph's end gives nothing away."""
    found, there = {}, {}
    coded = context.basil.sentences
    for article, text in zip(context.basil.articles["article_id"], context.basil.articles["text"], strict=True):
        joined = text.replace("\n\n", "  ")
        found[article] = [end for _, end in sentences.split_text(joined)]
        there[article] = coded.loc[coded["article_id"] == article, "end"].tolist()
    counts = agreement.span_counts(found, there, "sentence boundaries F1")
    yield from _f1_figures("sentences", counts, f"BASIL, {len(found)} articles")


# --- loaded terms --------------------------------------------------------------------------------------------------------------


def terms(context: Context) -> Iterator[Figure]:
    """BABE: words and sentences that experts marked; BASIL: sentences with lexical bias, per word in own voice."""
    babe = gold.read_babe(context.at("babe"))
    data = f"BABE, {len(babe.sentences)} sentences"
    words = term_accuracy.word_accuracy(babe.sentences, babe.words)
    for name, (value, low, high, n) in words._asdict().items():
        yield Figure("loaded terms", f"words: {name} over content tokens", value, low, high, n, data)
    yield Figure("loaded terms", "sentences: AUC", *term_accuracy.sentence_auc(babe.sentences), data)
    for row in _each(term_accuracy.category_accuracy(babe.sentences, babe.words)):
        if row.layer == "loaded" and row.n_hits >= 10:
            yield Figure(
                f"loaded terms, {row.category}", "precision of hits", row.precision, row.low, row.high, row.n_hits, data
            )
    yield from _basil_terms(context)


def _basil_terms(context: Context) -> Iterator[Figure]:
    study = context.basil_study
    pieces = voice.cut_pieces(study.articles, study.sentences, study.voices)
    lexical = context.basil.spans[context.basil.spans["bias"] == "lexical"]
    marked = _sentence_of(lexical, study.sentences)
    data = f"BASIL, {len(study.articles)} articles"
    for name, chosen in (("narrator + scare", ("narrator", "scare")), ("all voices", schema.VOICES)):
        figure = term_accuracy.voice_auc(study.hits, pieces, marked, voices=chosen)
        yield Figure("loaded terms", f"sentences with lexical bias: AUC per word, {name}", *figure, data)


def _sentence_of(rows: pd.DataFrame, table: pd.DataFrame) -> pd.DataFrame:
    """The sentence in which each row starts: `article_id, sentence_no`."""
    left = rows[["article_id", "start"]].sort_values("start", kind="stable")
    right = table[["article_id", "sentence_no", "start"]].sort_values("start", kind="stable")
    return pd.merge_asof(left, right, on="start", by="article_id")[["article_id", "sentence_no"]].drop_duplicates()


# --- tone ------------------------------------------------------------------------------------------------------------------------


def tone(context: Context) -> Iterator[Figure]:
    """New York Times ratings: r of each instrument; BASIL: is the order of two outlets on one event people's order?"""
    ratings = gold.read_nyt_ratings(context.at("vader"))
    scores = sentiment.score_texts(ratings["text"].tolist())
    scores["news_tone"] = training.unseen_news_tone(ratings, context.at("newsmtsc"))
    data = f"New York Times editorials, {ratings['editorial'].nunique()} of them"
    for row in _each(tone_accuracy.correlations(scores, ratings["rating"].tolist(), ratings["editorial"].tolist())):
        yield Figure(f"tone: {row.instrument}", "Pearson r with 20 raters", row.r, row.low, row.high, row.n, data)
    yield from _outlet_order(context)


def _outlet_order(context: Context) -> Iterator[Figure]:
    scores = context.basil_study.scores
    stances = _stance_pairs(context.basil)
    for name, chosen in (("every word", schema.VOICES), ("own voice", schema.OWN_VOICES)):
        part = scores[scores["voice"].isin(chosen)]
        mass = (part["score"] * part["weight"]).groupby([part["article_id"], part["instrument"]]).sum()
        weight = part.groupby(["article_id", "instrument"])["weight"].sum()
        tones = (mass / weight).rename("tone").reset_index()
        for row in _each(tone_accuracy.outlet_order(tones, stances)):
            figure = f"outlets on one event in people's order, {name} (chance .50)"
            yield Figure(f"tone: {row.instrument}", figure, row.share, row.low, row.high, row.n_pairs, "BASIL")


def _stance_pairs(basil: gold.Basil) -> pd.DataFrame:
    """Pairs of articles on one event whose authors feel differently about the same entity: `article_a, article_b, is_a_kinder`."""
    rows = basil.feelings.merge(basil.articles[["article_id", "event"]])
    both = rows.merge(rows, on=["event", "entity"], suffixes=("_a", "_b"))
    both = both[(both["article_id_a"] < both["article_id_b"]) & (both["feeling_a"] != both["feeling_b"])]
    both = both[~both["entity"].str.contains("main_event")]
    named = both.rename(columns={"article_id_a": "article_a", "article_id_b": "article_b"})
    return named.assign(is_a_kinder=named["feeling_a"] > named["feeling_b"])[["article_a", "article_b", "is_a_kinder"]]


def toward_target(context: Context) -> Iterator[Figure]:
    """NewsMTSC: macro-F1 toward a target."""
    for part in ("rw", "mt"):
        rows = gold.read_newsmtsc(context.at("newsmtsc"), part, context.split)
        spans = list(zip(rows["start"], rows["end"], strict=True))
        scores = sentiment.score_toward(rows["text"].tolist(), spans)
        data = f"NewsMTSC {part} {context.split}, {len(rows)} targets"
        for row in _each(
            tone_accuracy.target_accuracy(scores, (rows["polarity"] + 1).tolist(), rows["sentence_id"].tolist())
        ):
            yield Figure(
                "tone toward a target", f"macro-F1, {row.labels} labels", row.f1, row.low, row.high, row.n, data
            )


# --- our own coded articles ------------------------------------------------------------------------------------------------------


def calibration(context: Context) -> Iterator[Figure]:
    """The bundled articles: attributions, planted terms with their voice, labels, against our own codes."""
    study = context.calibration
    data = f"calibration set, {len(study.articles)} articles"
    yield from _f1_figures(
        "attribution (joined)",
        agreement.attribution_counts(study.articles, study.spans, context.codes("spans.csv")),
        data,
    )
    planted = context.codes("loaded_terms.csv")
    loaded = study.hits[study.hits["layer"] == "loaded"]
    counts = agreement.span_counts(_places(loaded), {**_places(planted)}, "planted terms F1")
    yield from _f1_figures("loaded terms", counts, data)
    both = planted.merge(
        study.hits[["article_id", "start", "end", "voice"]], on=["article_id", "start", "end"], suffixes=("_hand", "")
    )
    right = both.assign(same=both["voice"].astype(str) == both["voice_hand"])
    yield Figure(
        "voice",
        "accuracy for planted terms",
        *agreement.resampled(right, lambda t: float(t["same"].mean()), unit="article_id"),
        len(right),
        data,
    )
    names = naming.find_names(study.articles, study.sentences, actors=naming.read_actors())
    yield from _label_figures(
        label_accuracy(names, context.codes("labels.csv"), patterns=("premodifier", "apposition", "copula")), data
    )


def _places(rows: pd.DataFrame) -> dict[str, list[object]]:
    return {str(name): list(zip(part["start"], part["end"], strict=True)) for name, part in rows.groupby("article_id")}


def _label_figures(table: pd.DataFrame, data: str) -> Iterator[Figure]:
    row = table[table["pattern"] == "all"].iloc[0]
    for name in ("precision", "recall"):
        yield Figure("labels", name, row[name], row[f"{name}_low"], row[f"{name}_high"], int(row["n_pairs"]), data)


def design(context: Context) -> Iterator[Figure]:
    """Of the differences put into the bundled articles: how many are found with the right sign; how many claimed of none."""
    table = designed_contrasts(context)
    data = f"calibration set, {len(table)} designed contrasts"
    there, absent = table[table["put_in"] != "none"], table[table["put_in"] == "none"]
    groups = (
        ("differences put in that are found with the right sign", there, there["put_in"] == there["found"]),
        (
            "differences put in that are found with the wrong sign",
            there,
            (there["found"] != "none") & (there["put_in"] != there["found"]),
        ),
        ("differences claimed where none was put in", absent, absent["found"] != "none"),
    )
    for name, rows, hits in groups:
        low, high = tone_accuracy.share_limits(float(hits.sum()), len(rows))
        yield Figure("comparison", name, float(hits.mean()), low, high, len(rows), data)


def designed_contrasts(context: Context) -> pd.DataFrame:
    """Each designed contrast with what was found: `measure, voice, outlet_a, outlet_b, put_in, found, estimate, low, high`.

    `found` is the sign of the estimate where the interval leaves out zero, else `none`; tone is asked of VADER.
    """
    wanted = context.codes("contrasts_expected.csv").rename(columns={"sign": "put_in"})
    wanted["measure"] = wanted["measure"].replace({"tone": "tone:vader"})
    asked = list(dict.fromkeys(zip(wanted["measure"], wanted["voice"], strict=True)))
    questions = [(measure, None if voice == "all" else voice) for measure, voice in asked]
    table = compare(context.calibration, questions)
    table["voice"] = table["voice"].replace({"": "all"})
    signs = np.where(table["low"] > 0, "+", np.where(table["high"] < 0, "-", "none"))
    table = table.assign(found=signs)
    keys = ["measure", "voice", "outlet_a", "outlet_b"]
    return wanted.merge(
        table[[*keys, "found", "estimate", "low", "high", "p_adjusted", "verdict"]], on=keys, how="left"
    )


#: The parts in their order: heading → what measures it.
PARTS: dict[str, Callable[[Context], Iterator[Figure]]] = {
    "Attribution": attributions,
    "Voice": voices,
    "Sentences": sentence_boundaries,
    "Loaded terms": terms,
    "Tone": tone,
    "Tone toward a target": toward_target,
    "The bundled articles against our own codes": calibration,
    "Recovery of the design": design,
}
