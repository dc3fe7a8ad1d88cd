"""The tone instruments: what each is called, what it measures, whose it is, and its scores.

Floor: strings come in, one column an instrument goes out; every score is in [-1, 1] and up is positive. Texts are
normalised first, so that a curly apostrophe or a hidden mark moves no score.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import zip_longest

import numpy as np
import pandas as pd

from analysis import schema, words
from analysis.errors import SchemaError
from analysis.sentiment import lexica, news_tone, textblob_tone, vader_tone
from analysis.sentiment.nameless import Nameless, read_nameless


@dataclass(frozen=True)
class Instrument:
    """One way to put a number on tone."""

    name: str
    measures: str
    licence: str
    citation: str


_APPRAISAL = "Martin & White 2005, The Language of Evaluation; words chosen for this study"
INSTRUMENTS: dict[str, Instrument] = {
    one.name: one
    for one in (
        Instrument(
            "textblob",
            "polarity of adjectives and adverbs, negation and intensifiers read; the baseline everybody knows",
            "MIT (TextBlob), BSD (Pattern's word list)",
            "De Smedt & Daelemans 2012, Pattern for Python, JMLR 13",
        ),
        Instrument(
            "vader",
            "valence of 7,500 words with rules for negation, boosters, capitals and 'but'; made for social media",
            "MIT",
            "Hutto & Gilbert 2014, VADER, ICWSM",
        ),
        Instrument("emotion", "words for what people feel", "MIT (ours)", _APPRAISAL),
        Instrument("judgement", "words that judge people's conduct and character", "MIT (ours)", _APPRAISAL),
        Instrument("outcome", "words for what turned out well or badly for somebody", "MIT (ours)", _APPRAISAL),
        Instrument(
            lexica.WIDE,
            "tone of 47,000 common words, spread from VADER's list and ours to words near in meaning",
            "MIT (ours); word vectors Apache-2.0 (all-MiniLM-L6-v2)",
            "Reimers & Gurevych 2019, Sentence-BERT, EMNLP (the vectors)",
        ),
        Instrument(
            "mean_lexica",
            "untrained mean of textblob and vader (names left out), our three lists taken together, and wide",
            "MIT (ours)",
            "this study",
        ),
        Instrument(
            "news_tone",
            "the tone that readers of New York Times editorials saw: a linear model over the others and word stems",
            "MIT (ours; ratings MIT, NewsMTSC MIT)",
            "ratings: Hutto & Gilbert 2014; NewsMTSC: Hamborg & Donnay 2021, EACL",
        ),
    )
}

#: So many texts are scored at a time: what is found in each is kept until all instruments have seen it.
_AT_ONCE = 256

#: TextBlob's subjectivity and our severity words: apart from tone, never added to it.
APART = ("subjectivity", "severity")


def score_texts(texts: Sequence[str], *, instruments: Sequence[str] | None = None) -> pd.DataFrame:
    """Tone of each text under each instrument.

    A study scores sentences (or the part of a sentence that stands in one voice) and averages; whole texts are not
    offered, because VADER's compound runs to its ends on them and the order of outlets changes.

    Parameters
    ----------
    texts : T sentences or pieces of sentences.
    instruments : names out of `INSTRUMENTS`, in the order wanted; all of them by default.

    Returns
    -------
    DataFrame, shape (T, number of instruments), scores in [-1, 1], up = positive; 0 where no listed word stands.

    Raises
    ------
    SchemaError
        If an instrument is not known; the message lists those that are.
    """
    names = _known(instruments)
    return pd.DataFrame(dict(zip(names, tones(texts, names), strict=True)), columns=names)


def tones(texts: Sequence[str], instruments: Sequence[str]) -> list[np.ndarray]:
    """What `score_texts` gives, without building a table: one array of shape (T,) for each instrument asked."""
    names = _known(instruments)
    read = [words.visible(words.normalise(text)) for text in texts]
    parts = [_columns(read[start : start + _AT_ONCE], names) for start in range(0, max(len(read), 1), _AT_ONCE)]
    return [np.concatenate([part[name] for part in parts]) for name in names]


def score_pieces(pieces: pd.DataFrame, *, instruments: Sequence[str] | None = None) -> pd.DataFrame:
    """Table `scores`: tone of the words of each voice in each sentence, under each instrument.

    Parameters
    ----------
    pieces : DataFrame, shape (P, ...), one row per voice in a sentence
        Uses `article_id`, `sentence_no`, `voice`, `text` and `n_words` (words; the weight of the score).
    instruments : as in `score_texts`.

    Returns
    -------
    DataFrame, shape (P x number of instruments, 6), a table `scores`: rows by piece, instruments in the order asked.
    """
    names = _known(instruments)
    scores = score_texts(pieces["text"].tolist(), instruments=names)
    repeated = pieces.loc[pieces.index.repeat(len(names)), ["article_id", "sentence_no", "voice", "n_words"]]
    return schema.table(
        "scores",
        repeated.rename(columns={"n_words": "weight"}).assign(
            instrument=names * len(pieces), score=scores.to_numpy().ravel()
        ),
    )


def score_apart(texts: Sequence[str]) -> pd.DataFrame:
    """What is kept apart from tone: TextBlob's subjectivity in [0, 1] and severity in [0, 1).

    Severity words (war, killed, massacre) say how grave an event is, not what the writer thinks of it.

    Returns
    -------
    DataFrame, shape (T, 2): `subjectivity`, up = more subjective; `severity`, up = more grave.
    """
    read = [words.visible(words.normalise(text)) for text in texts]
    sums = lexica.lexicon_sums(read)[:, lexica.LAYERS.index(lexica.SEVERITY)]
    return pd.DataFrame(
        {"subjectivity": [textblob_tone.sentiment(text)[1] for text in read], "severity": lexica.squash(sums)},
        dtype="float64",
    )


def _known(instruments: Sequence[str] | None) -> list[str]:
    names = list(INSTRUMENTS if instruments is None else instruments)
    unknown = [name for name in names if name not in INSTRUMENTS]
    if unknown:
        raise SchemaError(f"unknown tone instruments {unknown}; known: {', '.join(INSTRUMENTS)}")
    return names


def _columns(read: Sequence[str], names: Sequence[str]) -> dict[str, np.ndarray]:
    """The scores of normalised texts; what several instruments are made of is computed once."""
    columns: dict[str, np.ndarray] = {}
    nameless = [] if {"mean_lexica", "news_tone"}.isdisjoint(names) else list(map(read_nameless, read))
    if "textblob" in names:
        columns["textblob"] = _textblob(read, nameless)
    if "vader" in names:
        columns["vader"] = _vader(read, nameless)
    if not {*lexica.LEXICA, lexica.WIDE, "mean_lexica"}.isdisjoint(names):
        sums = np.array([one.sums for one in nameless]) if nameless else lexica.lexicon_sums(read)
        columns |= {layer: lexica.squash(sums[:, number]) for number, layer in enumerate(lexica.LAYERS)}
        if "mean_lexica" in names:
            theirs = _array([one.polarity for one in nameless]) + _array([one.compound for one in nameless])
            ours = lexica.squash(sums[:, : len(lexica.LEXICA)].sum(axis=1))
            columns["mean_lexica"] = (theirs + ours + columns[lexica.WIDE]) / 4
    if "news_tone" in names:
        columns["news_tone"] = news_tone.score_nameless(nameless)
    return columns


def _textblob(read: Sequence[str], nameless: Sequence[Nameless]) -> np.ndarray:
    """TextBlob's column; a text without names has been read already where `nameless` is at hand."""
    return _array(
        [
            one.polarity if one and one.text == text else textblob_tone.polarity(text)
            for text, one in zip_longest(read, nameless)
        ]
    )


def _vader(read: Sequence[str], nameless: Sequence[Nameless]) -> np.ndarray:
    """VADER's column; most names are nothing to VADER, and where `nameless` is at hand its number is that of the text."""
    found = map(vader_tone.read, read)
    return _array(
        [
            one.compound if one and one.tokens == vader.tokens else vader_tone.compound_of(vader)
            for vader, one in zip_longest(found, nameless)
        ]
    )


def _array(scores: list[float]) -> np.ndarray:
    return np.array(scores, dtype=np.float64)


def explain(text: str) -> pd.DataFrame:
    """Which words made the score of a text, instrument by instrument.

    Returns
    -------
    DataFrame, shape (W, 3): `word`, `weight` (on the instrument's own scale, after negation and intensifiers; up =
    positive), `instrument`; in order of the text within an instrument. Under `news_tone` the words are its own parts:
    readings of the other instruments and word stems.
    """
    read = words.visible(words.normalise(text))
    rows = [(" ".join(one.words), one.polarity, "textblob") for one in textblob_tone.assessments(read) if one.polarity]
    vader = vader_tone.read(read)
    values = zip(vader.tokens, vader_tone.word_values(vader), strict=True)
    rows += [(token.form, value, "vader") for token, value in values if value]
    hits = lexica.find_words(read)
    rows += [(hit.word, hit.weight, layer) for layer in lexica.LAYERS for hit in hits if hit.layer == layer]
    rows += [(part, value, "news_tone") for part, value in news_tone.parts(read)]
    return pd.DataFrame(rows, columns=["word", "weight", "instrument"]).astype({"weight": "float64"})
