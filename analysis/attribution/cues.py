"""Cue words: lemma, forms, what they do to a claim, and how often each of their frames introduced one.

Floor: two tables of the package are read once (`resources/cues.csv`, `resources/cue_frames.csv`); look-ups by word form
come out. A scholar can read, edit and cite both.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from analysis.config import RESOURCES
from analysis.errors import ResourceError
from analysis.schema import STANCES

#: A frame that training news has not shown with this lemma borrows the frame's average, worth this many uses.
PRIOR_USES = 8.0
#: How far that average is moved towards the lemma's own share over all its frames (chosen on PolNeAR train).
LEMMA_WEIGHT = 0.5
_COLUMNS = ["lemma", "pos", "forms", "stance", "class", "is_hedged", "takes_clause", "is_core", "source"]
_VOWELS = "aeiou"


@dataclass(frozen=True, slots=True)
class Cue:
    """One lemma that can introduce a claim.

    Attributes
    ----------
    lemma, pos : as in `cues.csv` (verb, noun, adjective, adverb, phrase).
    stance : what the cue does to the claim: leaves it open, backs it, casts doubt on it.
    word_class : assertive, factive … (the column `source` of the file says whose class it is).
    is_hedged : the cue itself marks the claim as uncertain.
    takes_clause : a bare clause may follow (`said the talks failed`).
    is_core : a common reporting verb; after `and` or `but` it opens a claim of its own.
    """

    lemma: str
    pos: str
    stance: str
    word_class: str
    is_hedged: bool
    takes_clause: bool
    is_core: bool


@dataclass(frozen=True)
class CueLexicon:
    """All cues by word form.

    Attributes
    ----------
    verbs, others : small word form → `Cue`; nouns, adjectives and adverbs are in `others`.
    by_lemma : lemma → `Cue` (the verb where there is one).
    """

    verbs: dict[str, Cue]
    others: dict[str, Cue]
    by_lemma: dict[str, Cue]


def verb_forms(lemma: str) -> list[str]:
    """The regular forms of an English verb: base, -s, -ed, -ing.

    >>> verb_forms("deny")
    ['deny', 'denies', 'denied', 'denying']
    """
    if lemma.endswith("e"):
        ing = lemma + "ing" if lemma.endswith(("ee", "oe", "ye")) else lemma[:-1] + "ing"
        return [lemma, lemma + "s", lemma + "d", ing]
    if lemma.endswith("y") and lemma[-2:-1] not in _VOWELS:
        return [lemma, lemma[:-1] + "ies", lemma[:-1] + "ied", lemma + "ing"]
    return [lemma, lemma + ("es" if lemma.endswith(("s", "x", "z", "ch", "sh")) else "s"), lemma + "ed", lemma + "ing"]


def _forms(row: dict[str, str]) -> list[str]:
    listed = row["forms"].split()
    if row["pos"] == "verb":
        return [row["lemma"], *listed] if listed else verb_forms(row["lemma"])
    if row["pos"] == "noun":
        return [row["lemma"], *(listed or verb_forms(row["lemma"])[1:2])]
    return [row["lemma"]]


def read_cues(path: Path) -> CueLexicon:
    """The cue lexicon of a CSV with the columns of `resources/cues.csv`.

    Raises
    ------
    ResourceError
        If a column is missing or a stance is unknown; the message names the line.
    """
    verbs: dict[str, Cue] = {}
    others: dict[str, Cue] = {}
    lemmas: dict[str, Cue] = {}
    with path.open(encoding="utf-8", newline="") as file:
        rows = csv.DictReader(file)
        if rows.fieldnames != _COLUMNS:
            raise ResourceError(f"{path.name}: columns {rows.fieldnames}; needed are {_COLUMNS}")
        for line, row in enumerate(rows, 2):
            if row["stance"] not in STANCES:
                raise ResourceError(
                    f"{path.name}, line {line}: stance {row['stance']!r}; allowed: {', '.join(STANCES)}"
                )
            truths = [row[name] == "1" for name in ("is_hedged", "takes_clause", "is_core")]
            cue = Cue(row["lemma"], row["pos"], row["stance"], row["class"], *truths)
            lemmas.setdefault(cue.lemma, cue)
            for form in _forms(row):
                (verbs if cue.pos == "verb" else others).setdefault(form, cue)
    return CueLexicon(verbs, others, lemmas)


@lru_cache(maxsize=1)
def cue_lexicon() -> CueLexicon:
    """The cues of the package, read once."""
    return read_cues(RESOURCES / "cues.csv")


@dataclass(frozen=True)
class Frames:
    """How often each frame of each cue introduced a claim in training news.

    A *frame* is what stands around the cue: `that` (said that …), `clause`, `object` (criticised X), `quote` …

    Attributes
    ----------
    uses : (lemma, frame) → uses, claims among them; `by_frame` and `by_lemma` are their sums.
    """

    uses: dict[tuple[str, str], tuple[int, int]]
    by_frame: dict[str, tuple[int, int]]
    by_lemma: dict[str, tuple[int, int]]

    def share(self, lemma: str, frame: str) -> float:
        """The share of uses that were claims, 0 to 1; where uses are few it leans on the frame's and the lemma's own."""
        n_frame, hits_frame = self.by_frame.get(frame, (0, 0))
        n_lemma, hits_lemma = self.by_lemma.get(lemma, (0, 0))
        average = (hits_frame + 1) / (n_frame + 3)
        prior = average + LEMMA_WEIGHT * ((hits_lemma + PRIOR_USES * average) / (n_lemma + PRIOR_USES) - average)
        n, hits = self.uses.get((lemma, frame), (0, 0))
        return (hits + PRIOR_USES * prior) / (n + PRIOR_USES)


def read_frames(path: Path) -> Frames:
    """The frame counts of a CSV with the columns `frame, lemma, n_uses, n_claims`."""
    with path.open(encoding="utf-8", newline="") as file:
        rows = [(row["frame"], row["lemma"], int(row["n_uses"]), int(row["n_claims"])) for row in csv.DictReader(file)]
    return make_frames(rows)


def make_frames(rows: list[tuple[str, str, int, int]]) -> Frames:
    """Frame counts from rows `(frame, lemma, n_uses, n_claims)`."""
    by_frame: dict[str, tuple[int, int]] = {}
    by_lemma: dict[str, tuple[int, int]] = {}
    for frame, lemma, n, hits in rows:
        for sums, key in ((by_frame, frame), (by_lemma, lemma)):
            known = sums.get(key, (0, 0))
            sums[key] = (known[0] + n, known[1] + hits)
    return Frames({(lemma, frame): (n, hits) for frame, lemma, n, hits in rows}, by_frame, by_lemma)


@lru_cache(maxsize=1)
def cue_frames() -> Frames:
    """The frame counts of the package, read once."""
    return read_frames(RESOURCES / "cue_frames.csv")
