"""Tone: interchangeable instruments for sentences, and tone toward a target.

Floor: `words` and `schema` lie beneath; texts or pieces come in, tables go out. `textblob_tone` and `vader_tone` give the
libraries' own numbers, `lexica` our lists, `wordforms` the word table, `capitals` tells names, `nameless` is what all of
them find in a text without its names; `news_tone` and `toward` are the trained parts (`clauses`, `phrases` and `network`
serve the latter), `training` and `toward_training` make those, `accuracy` measures all of them against people.
"""

from analysis.sentiment.instruments import (
    APART,
    INSTRUMENTS,
    Instrument,
    explain,
    score_apart,
    score_pieces,
    score_texts,
    tones,
)
from analysis.sentiment.toward import TARGET_LABELS, explain_mentions, explain_toward, score_toward

__all__ = [
    "APART",
    "INSTRUMENTS",
    "TARGET_LABELS",
    "Instrument",
    "explain",
    "explain_mentions",
    "explain_toward",
    "score_apart",
    "score_pieces",
    "score_texts",
    "score_toward",
    "tones",
]
