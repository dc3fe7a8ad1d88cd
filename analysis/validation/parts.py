"""What is measured: one function a room, each giving rows of figures.

Every function takes a `Context`, reads the hand-coded corpus it needs and yields `Figure`s; a corpus that is not at hand
raises `InputError`, which the record turns into a line that says what was skipped.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
import pandas as pd

from analysis import agreement, gold, naming, schema, sentences, sentiment, zones
from analysis.compare import compare
from analysis.config import PROJECT
from analysis.errors import InputError
from analysis.naming.accuracy import accuracy as label_accuracy
from analysis.readers import read_corpus
from analysis.sentiment import accuracy as tone_accuracy
from analysis.sentiment import training
from analysis.validation import audits, codes, fresh, peers, sayings, terms
from analysis.validation.context import Context, Figure, each, f1_figures

# --- sentences ---------------------------------------------------------------------------------------------------------------


def sentence_boundaries(context: Context) -> Iterator[Figure]:
    """BASIL: ends of sentences, body paragraphs joined by spaces, so that a paragraph's end gives nothing away.

    An end is a sentence's last character that is not a space; sentences of nothing but spaces are none.
    """
    found, there = {}, {}
    coded = dict(list(context.basil.sentences.groupby("article_id")))
    for article, text in zip(context.basil.articles["article_id"], context.basil.articles["text"], strict=True):
        found[article] = [end for _, end in sentences.split_text(text.replace("\n\n", "  "))]
        places = zip(coded[article]["start"], coded[article]["end"], strict=True)
        there[article] = [start + len(text[start:end].rstrip()) for start, end in places if text[start:end].strip()]
    counts = agreement.span_counts(found, there, "sentence boundaries F1")
    yield from f1_figures("sentences", counts, f"BASIL, {len(found)} articles")


# --- tone ------------------------------------------------------------------------------------------------------------------------


def tone(context: Context) -> Iterator[Figure]:
    """New York Times ratings: r of each instrument; BASIL: is the order of two outlets on one event people's order?"""
    ratings = gold.read_nyt_ratings(context.at("vader"))
    scores = sentiment.score_texts(ratings["text"].tolist())
    scores["news_tone"] = training.unseen_news_tone(ratings, context.at("newsmtsc"))
    data = f"New York Times editorials, {ratings['editorial'].nunique()} of them"
    for row in each(tone_accuracy.correlations(scores, ratings["rating"].tolist(), ratings["editorial"].tolist())):
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
        for row in each(tone_accuracy.outlet_order(tones, stances)):
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
        for row in each(
            tone_accuracy.target_accuracy(scores, (rows["polarity"] + 1).tolist(), rows["sentence_id"].tolist())
        ):
            yield Figure(
                "tone toward a target", f"macro-F1, {row.labels} labels", row.f1, row.low, row.high, row.n, data
            )


# --- our own coded articles ------------------------------------------------------------------------------------------------------


def calibration(context: Context) -> Iterator[Figure]:
    """The bundled articles: attributions, planted terms with their voice, labels, against our own codes."""
    study = context.calibration
    data = f"calibration set, {len(study.articles)} articles {codes.SEEN}"
    yield from f1_figures(
        "attribution (joined)",
        agreement.attribution_counts(study.articles, study.spans, context.codes("spans.csv")),
        data,
    )
    planted = context.codes("loaded_terms.csv")
    loaded = study.hits[study.hits["layer"] == "loaded"]
    counts = agreement.span_counts(_places(loaded), {**_places(planted)}, "planted terms F1")
    yield from f1_figures("loaded terms", counts, data)
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


def labels(context: Context) -> Iterator[Figure]:
    """BASIL: labels of a referent in windows that people coded, one half of them after the finder was frozen."""
    place = PROJECT / "data" / "gold"
    pairs, windows = context.codes("label_pairs_basil.csv"), context.codes("label_pairs_basil_windows.csv")
    articles = read_corpus(context.at("basil") / "articles").articles
    articles = articles[articles["article_id"].isin(windows["article_id"])].reset_index(drop=True)
    if articles.empty:
        raise InputError("basil: none of the coded articles is at hand")
    found = sentences.find_sentences(articles, zones.find_zones(articles))
    actors = naming.read_actors(place / "label_pairs_basil_actors.csv")
    names = naming.find_names(articles, found, actors=actors)
    for half, note in _HALVES.items():
        read = windows[(windows["half"] == half) & windows["article_id"].isin(articles["article_id"])]
        those = pairs[(pairs["half"] == half) & pairs["article_id"].isin(articles["article_id"])]
        yield from _label_figures(label_accuracy(names, those, windows=read), f"BASIL, {len(read)} windows, {note}")


def _label_figures(table: pd.DataFrame, data: str) -> Iterator[Figure]:
    row = table[table["pattern"] == "all"].iloc[0]
    for name in ("precision", "recall"):
        yield Figure("labels", name, row[name], row[f"{name}_low"], row[f"{name}_high"], int(row["n_pairs"]), data)


def design(context: Context) -> Iterator[Figure]:
    """Of the differences put into the bundled articles: how many are seen, surely seen, seen wrongly; how many of none."""
    table = designed_contrasts(context)
    data = f"calibration set, {len(table)} designed contrasts"
    there, absent = table[table["put_in"] != "none"], table[table["put_in"] == "none"]
    signs = np.where(there["estimate"] > 0, "+", np.where(there["estimate"] < 0, "-", "none"))
    is_wrong = (there["found"] != "none") & (there["put_in"] != there["found"])
    groups = (
        ("differences put in whose estimate has the right sign", there, there["put_in"] == signs),
        ("… and whose interval leaves out zero", there, there["put_in"] == there["found"]),
        ("differences put in that are claimed with the wrong sign", there, is_wrong),
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


#: Halves of the coded windows of BASIL (`docs/naming.md`).
_HALVES = {
    "fresh": "coded after the finder was frozen",
    "test": "seen once, mistakes mended since",
    "tune": "rules tuned on it",
}

#: The parts in their order: heading → what measures it.
PARTS: dict[str, Callable[[Context], Iterator[Figure]]] = {
    "Attribution": sayings.attributions,
    "Attribution beside other programs": peers.compared,
    "What is said of an attribution": codes.described,
    "What is said of an attribution in real news": fresh.described,
    "Styles of news": codes.styles,
    "Voice": sayings.voices,
    "Sentences": sentence_boundaries,
    "Loaded terms": terms.loaded_terms,
    "Labels": labels,
    "Tone": tone,
    "Tone toward a target": toward_target,
    "Audits: articles read in another way": audits.read_again,
    "The bundled articles against our own codes": calibration,
    "Recovery of the design": design,
}
