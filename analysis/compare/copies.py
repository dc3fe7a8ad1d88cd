"""Texts that repeat each other, found without setting every text against every other.

Floor: texts come in, pairs of places go out. Runs of five words are hashed; a fixed sixteenth of all hashes is looked
up, and only texts that share enough of those are set against each other in full.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from functools import lru_cache
from hashlib import blake2b
from itertools import pairwise

import numpy as np

from analysis.words import WORD, normalise

#: Words in a run; share of the shorter text's runs from which a pair is a copy. A judgement: two outlets' own reports of
#: one event that quote the same speech share up to a fifth.
RUN, LEAST_SHARED = 5, 0.4
#: One run in this many is looked up; a run that stands in more texts than this joins only neighbours.
_SAMPLED, _CROWD = 16, 20
_MIX = np.array([0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F, 0x165667B19E3779F9, 0xD6E8FEB86659FD93, 0xA0761D6478BD642F],
                dtype=np.uint64)  # fmt: skip


@lru_cache(maxsize=200_000)
def _hash(form: str) -> int:
    return int.from_bytes(blake2b(form.encode("utf-8", "surrogatepass"), digest_size=8).digest(), "little")


def runs_of(text: str) -> np.ndarray:
    """Sorted distinct 64-bit hashes of the runs of five words; shape (R,), empty below five words."""
    words = np.array([_hash(form) for form in WORD.findall(normalise(text).lower())], dtype=np.uint64)
    if len(words) < RUN:
        return np.empty(0, dtype=np.uint64)
    n = len(words) - RUN + 1
    mixed = np.zeros(n, dtype=np.uint64)
    for k in range(RUN):
        mixed = (mixed ^ (words[k : k + n] * _MIX[k])) * _MIX[(k + 1) % RUN]
        mixed ^= mixed >> np.uint64(29)
    return np.unique(mixed)


def near_copies(texts: list[str]) -> list[tuple[int, int, float]]:
    """Pairs (first, second, share of the shorter one's runs that stand in the other), at least `LEAST_SHARED`.

    Equal texts are one group and joined in a chain, so that a thousand reprints of one text give 999 pairs.
    """
    runs = [runs_of(text) for text in texts]
    groups: dict[bytes, list[int]] = defaultdict(list)
    for place, run in enumerate(runs):
        if len(run):
            groups[run.tobytes()].append(place)
    found = {(a, b): 1.0 for same in groups.values() for a, b in pairwise(same)}
    firsts = [same[0] for same in groups.values()]
    for a, b in _candidates(firsts, runs):
        shorter, longer = sorted((runs[a], runs[b]), key=len)
        at = np.searchsorted(longer, shorter)
        at[at == len(longer)] = 0
        shared = float((longer[at] == shorter).mean())
        if shared >= LEAST_SHARED:
            found[a, b] = shared
    return [(a, b, shared) for (a, b), shared in sorted(found.items())]


def _candidates(places: list[int], runs: list[np.ndarray]) -> list[tuple[int, int]]:
    """Pairs that share a good part of their sampled runs."""
    posting: dict[int, list[int]] = defaultdict(list)
    n_sampled: dict[int, int] = {}
    for place in places:
        sampled = runs[place][runs[place] % np.uint64(_SAMPLED) == 0]
        n_sampled[place] = len(sampled)
        for run in sampled.tolist():
            posting[run].append(place)
    together: Counter[tuple[int, int]] = Counter()
    for there in posting.values():
        reach = len(there) if len(there) <= _CROWD else 2
        for at, a in enumerate(there):
            together.update((a, b) for b in there[at + 1 : at + reach])
    least = {place: max(1.0, 0.5 * LEAST_SHARED * n) for place, n in n_sampled.items()}
    return sorted(pair for pair, n in together.items() if n >= min(least[pair[0]], least[pair[1]]))
