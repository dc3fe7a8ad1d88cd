"""Public hand-coded corpora: read in their original layouts, fetched and checked for a user who has a network.

Floor: files come in, tables go out, offsets into the texts as published. None of their text is part of this project.
"""

from analysis.gold.corpora import CORPORA, PublicCorpus
from analysis.gold.fetching import fetch, fetched, find
from analysis.gold.reading import (
    Babe,
    Basil,
    PolNeAR,
    read_babe,
    read_basil,
    read_newsmtsc,
    read_nyt_ratings,
    read_polnear,
)

__all__ = [
    "CORPORA",
    "Babe",
    "Basil",
    "PolNeAR",
    "PublicCorpus",
    "fetch",
    "fetched",
    "find",
    "read_babe",
    "read_basil",
    "read_newsmtsc",
    "read_nyt_ratings",
    "read_polnear",
]
