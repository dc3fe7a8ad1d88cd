"""What is known about single word forms beyond the lists: tone spread by nearness in meaning, a vector, a cluster, verb or not.

Floor: a lower-case form comes in, its row goes out. The table (`resources/tone/words.npz`) holds common words only, no
names; `training.build_words` makes it from MiniLM's word vectors, and nothing of that model is needed to read it.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

import numpy as np

from analysis.config import RESOURCES

WORDS_FILE = RESOURCES / "tone" / "words.npz"
#: Tone is stored in hundredths, vectors in fortieths (int8).
TONE_STEP, VECTOR_STEP = 0.02, 0.05
#: Tone nearer to 0 than this is noise of the spreading and is read as 0.
FAINT = 0.25
OTHER, VERB, PAST = 0, 1, 2
_ENDINGS = (
    "ations", "ation", "ingly", "edly", "ness", "ments", "ment", "ings", "ing", "ies", "ied", "ed", "es", "ly", "s",
    "ful", "ity", "al", "ive",
)  # fmt: skip
_FUNCTION_WORDS = frozenset(re.findall(r"\S+", """
    the a an of to in on at for and or is are was were be been it its this with as from he she they we i you his her
    their our has have had do does did will would can could may might there what when 's that but not no by who which
    said against
"""))  # fmt: skip


class WordTable(NamedTuple):
    """The table: row of each form, and one array per property, N rows each; `vectors` has shape (N, D)."""

    row: dict[str, int]
    tone: np.ndarray
    kind: np.ndarray
    cluster: np.ndarray
    vectors: np.ndarray


@lru_cache(maxsize=1)
def word_table() -> WordTable:
    """The shipped table, read once per process (a plain array file; nothing in it can run)."""
    with np.load(WORDS_FILE, allow_pickle=False) as file:
        forms = file["words"].tobytes().decode("utf-8").split("\n")
        return WordTable(
            {form: number for number, form in enumerate(forms)},
            file["tone"].astype(np.float64) * TONE_STEP,
            file["kind"],
            file["cluster"],
            file["vectors"].astype(np.float64) * VECTOR_STEP,
        )


def is_function_word(lower: str) -> bool:
    """Does the form only hold the sentence together (articles, pronouns, auxiliaries)?"""
    return lower in _FUNCTION_WORDS


@lru_cache(maxsize=65_536)
def wide_tone(lower: str) -> float:
    """Tone of a form, about -2 to 2; 0 for function words, names and words not in the table."""
    row = None if lower in _FUNCTION_WORDS else word_table().row.get(lower)
    if row is None:
        return 0.0
    tone = float(word_table().tone[row])
    return tone if abs(tone) > FAINT else 0.0


@lru_cache(maxsize=65_536)
def verb_kind(lower: str) -> int:
    """`VERB`, `PAST` (past tense or participle) or `OTHER`, as the form is most often used."""
    row = word_table().row.get(lower)
    if row is not None:
        return int(word_table().kind[row])
    return VERB if lower.endswith("ing") else PAST if lower.endswith("ed") else OTHER


@lru_cache(maxsize=65_536)
def stem(lower: str) -> str:
    """A crude stem that puts the forms of a word together; it is a key, not a word.

    >>> stem("accusations") == stem("accused") == stem("accuses")
    True
    """
    bare = lower.removesuffix("'s")
    for ending in _ENDINGS:
        if bare.endswith(ending) and len(bare) - len(ending) >= 4:
            return bare[: -len(ending)].rstrip("ei")
    return bare.rstrip("e") if len(bare) > 4 else bare
