"""What a larger model guesses of news that nobody coded: labels of units, kept without the text.

Floor: folders of texts and a file of guesses come in, articles with a label on each unit go out. How the guesses were made
stands in `docs/make_attribution_guesses.py`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path

import numpy as np

from analysis import gold
from analysis.attribution.crf import N_LABELS
from analysis.attribution.tokens import Tokens, tokenise
from analysis.errors import InputError

#: Sentences that came without their article are read so many at a time, each as a paragraph.
_TOGETHER = 20


def uncoded_texts(polnear: Path) -> tuple[list[str], list[str]]:
    """What stands beside PolNeAR: BASIL's articles and the sentences of NewsMTSC's train part. No code is used."""
    beside = polnear.parent
    sentences = gold.read_newsmtsc(beside / "newsmtsc", "rw", "train")["text"].drop_duplicates()
    return gold.read_basil(beside / "basil").articles["text"].tolist(), sentences.tolist()


def paragraphs_of(tokens: Tokens) -> list[str]:
    """The paragraphs that have units, each from its first unit to its last."""
    return [tokens.text[slice(*tokens.span(first, stop - 1))] for first, stop in tokens.paragraphs()]


def text_key(text: str) -> int:
    """A number that stands for a paragraph."""
    return int.from_bytes(hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()[:8], "big")


def write_guesses(out: Path, guesses: Mapping[int, np.ndarray]) -> None:
    """Write the labels of each paragraph's units under its `text_key`; no text is kept."""
    keys = sorted(guesses)
    np.savez_compressed(
        out,
        keys=np.array(keys, dtype=np.uint64),
        lengths=np.array([len(guesses[key]) for key in keys], dtype=np.uint16),
        labels=np.concatenate([guesses[key] for key in keys]).astype(np.uint8),
    )


def read_guesses(path: Path) -> dict[int, np.ndarray]:
    """Labels, int8, by `text_key`, from the file that `write_guesses` wrote.

    Raises
    ------
    InputError
        If the file is not there or is no such file.
    """
    try:
        with np.load(path, allow_pickle=False) as file:
            keys, ends = file["keys"].tolist(), np.cumsum(file["lengths"], dtype=np.int64)
            labels = file["labels"].astype(np.int8)
        if len(keys) != len(ends) or ends[-1] != len(labels) or not 0 <= labels.min() <= labels.max() < N_LABELS:
            raise ValueError("labels without their paragraphs")
    except (OSError, KeyError, ValueError, IndexError) as error:
        raise InputError(f"{path}: is no file of guesses ({type(error).__name__}: {error})") from None
    return dict(zip(keys, np.split(labels, ends[:-1]), strict=True))


def guessed_articles(polnear: Path, guesses: Mapping[int, np.ndarray]) -> list[tuple[str, str, np.ndarray]]:
    """(name, text, label of each unit) of what was guessed; paragraphs of which nothing was are left out.

    Raises
    ------
    InputError
        If a guess has no text beside PolNeAR: another model would come out.
    """

    def known(text: str) -> list[str]:
        return [paragraph for paragraph in paragraphs_of(tokenise(text)) if text_key(paragraph) in guesses]

    articles, sentences = uncoded_texts(polnear)
    lines = [paragraph for text in sentences for paragraph in known(text)]
    together = [lines[first : first + _TOGETHER] for first in range(0, len(lines), _TOGETHER)]
    whole = [paragraphs for paragraphs in (*map(known, articles), *together) if paragraphs]
    missing = len(guesses) - len({text_key(paragraph) for paragraphs in whole for paragraph in paragraphs})
    if missing:
        raise InputError(f"{missing} of {len(guesses)} guesses have no text beside {polnear}")
    return [
        (f"guessed {number}", "\n".join(paragraphs), np.concatenate([guesses[text_key(one)] for one in paragraphs]))
        for number, paragraphs in enumerate(whole)
    ]
