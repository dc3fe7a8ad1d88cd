"""Loaded terms: which words and phrases that our lexicon lists stand where, each with the reason why it is listed.

Floor: articles and sentences come in, hits go out; the voice is laid over them by `analysis.voice`.
"""

from analysis.loaded_terms.finder import (
    HIT_COLUMNS,
    Hit,
    find_hits,
    find_loaded_terms,
    hit_rows,
)
from analysis.loaded_terms.lexicon import (
    COLUMNS,
    LAYERS,
    balance,
    join_lexica,
    lexicon_sha256,
    read_lexicon,
    with_reasons,
)
from analysis.loaded_terms.matcher import Matcher, matcher
from analysis.loaded_terms.scare import mark_scare, set_off, set_off_stretches, stands_in

__all__ = [
    "COLUMNS",
    "HIT_COLUMNS",
    "LAYERS",
    "Hit",
    "Matcher",
    "balance",
    "find_hits",
    "find_loaded_terms",
    "hit_rows",
    "join_lexica",
    "lexicon_sha256",
    "mark_scare",
    "matcher",
    "read_lexicon",
    "set_off",
    "set_off_stretches",
    "stands_in",
    "with_reasons",
]
