"""Loaded terms against what people marked: BABE's words and sentences, BASIL's sentences by voice.

Floor: a `Context` comes in, figures go out. Which part of BASIL was looked at, and how, stands in docs/loaded_terms.md.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import NamedTuple

import pandas as pd

from analysis import gold, schema, voice
from analysis.errors import MissingExtra
from analysis.loaded_terms import accuracy, set_off_stretches
from analysis.loaded_terms.reranker import find_marked_words
from analysis.loaded_terms.training import fit_reranker
from analysis.schema import OWN_VOICES, Study
from analysis.validation.context import Context, Figure, each

#: Years of BASIL whose marked words were looked at while the list was written; no other year was.
READ_YEARS = ("2010", "2014", "2018")
_KEY = ["article_id", "sentence_no"]
_RERANKER = "loaded terms: re-ranker trained on BABE"


def loaded_terms(context: Context) -> Iterator[Figure]:
    """BABE: words and sentences that experts marked; BASIL: sentences with lexical bias, per word in own voice."""
    babe = gold.read_babe(context.at("babe"))
    data = f"BABE, {len(babe.sentences)} sentences (three fifths were in view while the list was written)"
    words = accuracy.word_accuracy(babe.sentences, babe.words)
    for name, (value, low, high, n) in words._asdict().items():
        yield Figure("loaded terms", f"words: {name} over content tokens", value, low, high, n, data)
    yield Figure("loaded terms", "sentences: AUC", *accuracy.sentence_auc(babe.sentences), data)
    for row in each(accuracy.category_accuracy(babe.sentences, babe.words)):
        if row.layer == "loaded" and row.n_hits >= 10:
            yield Figure(
                f"loaded terms, {row.category}", "precision of hits", row.precision, row.low, row.high, row.n_hits, data
            )
    yield from _by_voice(context)
    yield from _reranked(context, babe)


class Read(NamedTuple):
    """BASIL in one reading of its voices: what counts in each sentence and voice, and the words there."""

    points: pd.DataFrame
    pieces: pd.DataFrame


ANY = "sentences with lexical bias: AUC per word"
OWN = "sentences with lexical bias outside quotations: AUC per word"
HAVING = "sentences with lexical bias among those with a word in own voice: AUC per word"


class Reading(NamedTuple):
    """What counts in one figure about BASIL's sentences.

    Attributes
    ----------
    voices : whose words count. spans : sentences with a span that people marked: any (`any`), by BASIL's own flag one outside
    quotations (`own`), or none outside them (`theirs`). with_quotes : quotations of three words or fewer are read as the outlet's choice. each_part : the
    years that were looked at and the others are shown too. with_words_only : sentences with no word in these voices,
    which have no rate there, are left out.
    """

    voices: tuple[str, ...]
    spans: str
    with_quotes: bool = False
    each_part: bool = True
    with_words_only: bool = False


_WITH_REPORTED = (*OWN_VOICES, "reported")
_READINGS = {
    f"{ANY}, narrator + scare": Reading(OWN_VOICES, "any"),
    "… narrator + scare, quotations of three words or fewer with them": Reading(OWN_VOICES, "any", with_quotes=True),
    "… narrator + scare + reported, short quotations with them": Reading(
        _WITH_REPORTED, "any", with_quotes=True, each_part=False
    ),
    f"{HAVING}, narrator + scare": Reading(OWN_VOICES, "any", with_words_only=True),
    "… with a word in own voice, narrator + scare, short quotations with them": Reading(
        OWN_VOICES, "any", with_quotes=True, with_words_only=True
    ),
    f"{ANY}, all voices": Reading(schema.VOICES, "any"),
    f"{OWN}, narrator + scare": Reading(OWN_VOICES, "own"),
    "… outside quotations, narrator + scare, short quotations with them": Reading(OWN_VOICES, "own", with_quotes=True),
    "… outside quotations, narrator + scare + reported": Reading(_WITH_REPORTED, "own", each_part=False),
    "sentences with lexical bias in quotations alone: AUC per word, narrator + scare": Reading(OWN_VOICES, "theirs"),
}


def _by_voice(context: Context) -> Iterator[Figure]:
    study = context.basil_study
    readings = {with_quotes: _read(study, with_quotes=with_quotes) for with_quotes in (False, True)}
    marked = _marked(context)
    parts = _parts(study)
    for name, reading in _READINGS.items():
        read = readings[reading.with_quotes]
        for data, articles in parts.items() if reading.each_part else list(parts.items())[:1]:
            yield _figure("loaded terms", name, read, marked[reading.spans], articles, data, reading)


def _reranked(context: Context, babe: gold.Babe) -> Iterator[Figure]:
    """The re-ranker trained on the BABE at hand, on BASIL, which it never saw: every content word by its probability."""
    study = context.basil_study
    try:
        reranker = fit_reranker(babe.sentences, babe.words)
    except MissingExtra:
        return
    words = find_marked_words(study.articles, study.sentences, replace(reranker, threshold=0.0))
    marked, parts = _marked(context), _parts(study)
    plain = _pieces_of(study, study.voices, words.assign(points=words["probability"]))
    for name in (ANY, HAVING, OWN):
        figure = f"{name}, narrator + scare"
        reading = _READINGS[figure]
        for data, articles in parts.items():
            yield _figure(_RERANKER, figure, plain, marked[reading.spans], articles, data, reading)


def _read(study: Study, *, with_quotes: bool) -> Read:
    """The lexicon's hits as points. `with_quotes`: stretches set off in marks are scare quotes, each a hit of strength 1."""
    hits = study.hits.assign(points=accuracy.hit_points(study.hits))
    if not with_quotes:
        return _pieces_of(study, study.voices, hits)
    stretches = set_off_stretches(study.articles, study.voices)
    quotes = pd.DataFrame(
        [(article, *stretch) for article, held in stretches.items() for stretch in held],
        columns=["article_id", "start", "end"],
    )
    places = pd.MultiIndex.from_frame(study.voices[["article_id", "start"]])
    is_set_off = places.isin(pd.MultiIndex.from_frame(quotes[["article_id", "start"]]))
    voices = study.voices.assign(voice=study.voices["voice"].mask(is_set_off, "scare"))
    numbered = _sentence_of(quotes, study.sentences).assign(points=accuracy.LAYER_WEIGHTS["loaded"])
    return _pieces_of(study, voices, pd.concat([hits, numbered], ignore_index=True))


def _pieces_of(study: Study, voices: pd.DataFrame, points: pd.DataFrame) -> Read:
    placed = voice.label_voice(points[[*_KEY, "start", "end", "points"]], voices)
    return Read(placed, voice.cut_pieces(study.articles, study.sentences, voices))


def _marked(context: Context) -> dict[str, pd.DataFrame]:
    """Sentences in which a span of lexical bias begins: any span, one outside quotations, and none outside them."""
    lexical = context.basil.spans[context.basil.spans["bias"] == "lexical"]
    spans = {"any": lexical, "own": lexical[~lexical["is_quote"]]}
    marked = {name: _sentence_of(rows, context.basil_study.sentences) for name, rows in spans.items()}
    is_own = pd.MultiIndex.from_frame(marked["any"][_KEY]).isin(pd.MultiIndex.from_frame(marked["own"][_KEY]))
    return marked | {"theirs": marked["any"][~is_own]}


def _sentence_of(rows: pd.DataFrame, table: pd.DataFrame) -> pd.DataFrame:
    """The rows with `sentence_no`: the sentence in which each starts."""
    left = rows[["article_id", "start", "end"]].sort_values("start", kind="stable")
    right = table[["article_id", "sentence_no", "start"]].sort_values("start", kind="stable")
    return pd.merge_asof(left, right, on="start", by="article_id")


def _parts(study: Study) -> dict[str, set[str]]:
    """All of BASIL at hand; the years that were looked at; the years that were not."""
    years = study.articles["published"].str[:4]
    is_read = years.isin(READ_YEARS)
    parts = {
        "BASIL, {} articles": is_read | ~is_read,
        "BASIL, {} articles of years whose marked words were looked at": is_read,
        "BASIL, {} articles of years never looked at": ~is_read,
    }
    return {
        name.format(int(chosen.sum())): set(study.articles.loc[chosen, "article_id"])
        for name, chosen in parts.items()
        if chosen.any()
    }


def _figure(
    instrument: str, name: str, read: Read, marked: pd.DataFrame, articles: set[str], data: str, reading: Reading
) -> Figure:
    points, pieces, those = (frame[frame["article_id"].isin(articles)] for frame in (*read, marked))
    value = accuracy.voice_auc(points, pieces, those, voices=reading.voices, with_words_only=reading.with_words_only)
    return Figure(instrument, name, *value, data)
