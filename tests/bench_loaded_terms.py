"""Words per CPU-second of the finder alone, on the bundled articles: `python tests/bench_loaded_terms.py`."""

from __future__ import annotations

import time
from pathlib import Path

from analysis.loaded_terms import find_hits, matcher
from analysis.words import word_offsets

RAW = Path(__file__).resolve().parent.parent / "data" / "raw"
#: Words of a run; the articles are repeated until there are as many.
N_WORDS = 400_000


def words_per_second(texts: list[str], *, n_words: int = N_WORDS) -> float:
    """Words looked up per CPU-second, sentences given, the lexicon compiled, the best of three runs."""
    ready = matcher()
    sizes = [len(word_offsets(text)[0]) for text in texts]
    repeats = max(1, n_words // max(1, sum(sizes)))
    best = 0.0
    for _ in range(3):
        start = time.process_time()
        for _ in range(repeats):
            for text in texts:
                find_hits(text, [(0, len(text))], ready)
        best = max(best, repeats * sum(sizes) / (time.process_time() - start))
    return best


def bundled_sentences() -> list[str]:
    """Lines of the bundled articles, cut at full stops: about the size of sentences."""
    lines = [line for path in sorted(RAW.rglob("*.txt")) for line in path.read_text(encoding="utf-8").splitlines()]
    return [part for line in lines for part in line.split(". ") if part.strip()]


def main() -> None:
    print(f"finder: {words_per_second(bundled_sentences()):,.0f} words per CPU-second")


if __name__ == "__main__":
    main()
