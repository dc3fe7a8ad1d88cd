"""Which label each outlet gives to the same referent: “strongman”, “president”, “terrorist organization”.

Floor: sentences and a table of actors come in, one row a label goes out. A label is a noun phrase whose head is one of
the nouns in `resources/label_nouns.txt`, joined to a name by one of seven patterns; nothing else is called a label.
"""

from __future__ import annotations

from analysis.naming.actors import COLUMNS as ACTOR_COLUMNS
from analysis.naming.actors import KINDS as ACTOR_KINDS
from analysis.naming.actors import propose_actors, read_actors
from analysis.naming.finder import PATTERNS, find_names

__all__ = ["ACTOR_COLUMNS", "ACTOR_KINDS", "PATTERNS", "find_names", "propose_actors", "read_actors"]
