"""Which label each outlet gives to the same referent: “strongman”, “president”, “terrorist organization”.

Floor: sentences and a table of actors come in, one row a label goes out. A label is a noun phrase joined to an actor's
name by one of seven patterns; its head is listed in `resources/label_nouns.txt` or stands behind a verb of calling.
"""

from __future__ import annotations

from analysis.naming.accuracy import accuracy
from analysis.naming.actors import COLUMNS as ACTOR_COLUMNS
from analysis.naming.actors import KINDS as ACTOR_KINDS
from analysis.naming.actors import read_actors
from analysis.naming.finder import find_mentions, find_names, name_rows, referents_in, words_of
from analysis.naming.mentions import Index, index_of
from analysis.naming.patterns import PATTERNS
from analysis.naming.proposing import propose_actors

__all__ = [
    "ACTOR_COLUMNS",
    "ACTOR_KINDS",
    "PATTERNS",
    "Index",
    "accuracy",
    "find_mentions",
    "find_names",
    "index_of",
    "name_rows",
    "propose_actors",
    "read_actors",
    "referents_in",
    "words_of",
]
