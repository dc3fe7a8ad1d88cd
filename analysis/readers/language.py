"""The language of a text, identified from its letters.

Floor: a text comes in, an ISO 639-1 code and how sure it is go out. The model is py3langid's own file, loaded once.
"""

from __future__ import annotations

import re
from functools import lru_cache

from py3langid.langid import MODEL_FILE, LanguageIdentifier

#: Below this many words nothing can be said about a language.
MIN_WORDS = 20
#: So much of a text is looked at (characters).
_SAMPLE = 2_000
_WORD = re.compile(r"[^\W\d_]{1,40}+")


def identify(text: str) -> tuple[str, float]:
    """The language of `text` and its probability among the languages that the model knows.

    Returns
    -------
    (code, probability); the code is empty when the text has fewer than `MIN_WORDS` words. Capitals are read as small
    letters, since the model has hardly seen any.
    """
    sample = text[:_SAMPLE]
    if len(_WORD.findall(sample)) < MIN_WORDS:
        sample = text[: 10 * _SAMPLE]  # a page may begin with figures
        if len(_WORD.findall(sample)) < MIN_WORDS:
            return "", 0.0
    capitals = sum(map(str.isupper, sample))
    if capitals > 0.5 * sum(map(str.isalpha, sample)):
        sample = sample.lower()
    code, probability = _identifier().classify(sample)
    return code, float(probability)


def known() -> frozenset[str]:
    """The codes that can be identified."""
    return frozenset(_identifier().labels)


@lru_cache(maxsize=1)
def _identifier() -> LanguageIdentifier:
    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
