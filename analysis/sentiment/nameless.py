"""What the word lists find in a text when names are left out: read once for all instruments that are made of it.

Floor: a normalised text comes in; what TextBlob, VADER and our lists find in it goes out, as plain lists.
"""

from __future__ import annotations

from typing import NamedTuple

from analysis.sentiment import capitals, lexica, textblob_tone, vader_tone


class Nameless(NamedTuple):
    """One text without its names.

    Attributes
    ----------
    text : with stand-ins for names (`capitals`). common : its words, likewise.
    polarities : of each stretch that TextBlob scores. polarity : their mean.
    tokens : as VADER reads them. valences : what each word that it lists adds. compound : what it makes of them.
    layers : what each word of our lists weighs, layer by layer (`lexica.LAYERS`). sums : the sum of each layer.
    """

    text: str
    common: list[str]
    polarities: list[float]
    polarity: float
    tokens: list[vader_tone.Token]
    valences: list[float]
    compound: float
    layers: list[list[float]]
    sums: list[float]


def read_nameless(text: str) -> Nameless:
    """What the word lists find in a text when names are left out."""
    read = capitals.read_words(text)
    polarities = textblob_tone.polarities(read.nameless)
    vader = vader_tone.read(read.nameless)
    valences = [value for value in vader_tone.word_values(vader) if value]
    layers = lexica.layer_weights(read)
    return Nameless(
        read.nameless,
        read.common,
        polarities,
        textblob_tone.mean(polarities),
        vader.tokens,
        valences,
        vader_tone.squash(vader, valences),
        layers,
        lexica.layer_sums(layers),
    )
