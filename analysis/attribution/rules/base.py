"""What every rule shares: the candidate.

Floor: phrases of a reading come in as pairs of units; nothing is decided here.
"""

from __future__ import annotations

from typing import NamedTuple

from analysis.attribution.cues import Cue
from analysis.attribution.phrases import Phrase

POSSESSIVES = frozenset("his her their its my our your".split())


class Candidate(NamedTuple):
    """One possible attribution, in units of the reading.

    Attributes
    ----------
    cue : the entry of `cues.csv`, or None (a colon, a dash).
    lemma, frame : what the training counts are kept under.
    words : first and last unit of the cue.
    source : first and last unit of the source; None when none is named.
    content : fragments of the claim, in order.
    """

    cue: Cue | None
    lemma: str
    frame: str
    words: Phrase
    source: Phrase | None
    content: tuple[Phrase, ...]
