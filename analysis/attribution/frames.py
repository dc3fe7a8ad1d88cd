"""Count on hand-coded news how often each frame of each cue introduces a claim.

Floor: a folder in PolNeAR's layout comes in, `cue_frames.csv` goes out: lemmas and counts, no text. The rules read
nothing else that was learnt; `train attribution` counts anew before it trains.
"""

from __future__ import annotations

import csv
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from pathlib import Path

from analysis.attribution.coded import read_split
from analysis.attribution.reading import Reading, read
from analysis.attribution.rules import find_candidates
from analysis.attribution.tokens import Span, tokenise
from analysis.config import RESOURCES
from analysis.errors import InputError

#: A candidate is a claim when its words and those of a hand-coded content have at least this Jaccard.
LEAST_OVERLAP = 0.5
#: The counts that come with the package.
FRAMES = RESOURCES / "cue_frames.csv"


def count_frames(polnear: Path, out: Path = FRAMES) -> int:
    """Count frames on PolNeAR's `train` and write them; gives the number of candidates seen.

    Raises
    ------
    InputError
        If there are no coded articles below `polnear`.
    """
    articles = read_split(polnear, "train")
    if not articles:
        raise InputError(f"No PolNeAR articles in {polnear}: expected data/train/text and data/train/attributions.")
    counts: dict[tuple[str, str], list[int]] = {}
    for _, text, codes in articles:
        add_counts(counts, read(tokenise(text)), [code.content for code in codes])
    with out.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["frame", "lemma", "n_uses", "n_claims"])
        writer.writerows([(*key, *counts[key]) for key in sorted(counts)])
    return sum(n for n, _ in counts.values())


def add_counts(counts: dict[tuple[str, str], list[int]], reading: Reading, contents: Iterable[Sequence[Span]]) -> None:
    """Add one article's candidates to `counts`: (frame, lemma) → [uses, claims]."""
    starts = reading.tokens.start.tolist()
    words = [_words(reading, starts, content) for content in contents]
    holders: dict[int, list[int]] = {}
    for number, units in enumerate(words):
        for unit in units:
            holders.setdefault(unit, []).append(number)
    for candidate in find_candidates(reading):
        mine = {
            unit for first, last in candidate.content for unit in range(first, last + 1)
            if reading.low[unit][0].isalnum()
        }  # fmt: skip
        met = {number for unit in mine for number in holders.get(unit, ())}
        overlap = max((len(mine & words[number]) / len(mine | words[number]) for number in met), default=0.0)
        entry = counts.setdefault((candidate.frame, candidate.lemma), [0, 0])
        entry[0] += 1
        entry[1] += overlap >= LEAST_OVERLAP


def _words(reading: Reading, starts: list[int], spans: Sequence[Span]) -> set[int]:
    units: set[int] = set()
    for start, end in spans:
        first = max(0, bisect_right(starts, start) - 1)
        for unit in range(first, len(starts)):
            if starts[unit] >= end:
                break
            if reading.tokens.end[unit] > start and reading.low[unit][0].isalnum():
                units.add(unit)
    return units
