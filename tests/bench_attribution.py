"""How many words a CPU-second the attribution tagger reads, raw text to linked attributions: `make bench` prints it.

Texts: PolNeAR dev below ANALYSIS_GOLD. The compiled path warm, its first pass in this process, and the NumPy path.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable

from analysis import config
from analysis.attribution import model, tokens
from analysis.attribution.crf import kernels
from analysis.attribution.tokens import Vocabulary, tokenise


def seconds(act: Callable[[], object]) -> float:
    begin = time.process_time()
    act()
    return time.process_time() - begin


def main() -> None:
    gold = config.gold_folder()
    if gold is None:
        print("attribution: no hand-coded corpora at hand (ANALYSIS_GOLD); nothing measured")
        return
    paths = sorted((gold / "polnear" / "data" / "dev" / "text").glob("*.txt"))
    texts = [path.read_text(encoding="utf-8") for path in paths]
    n_words = sum(len(text.split()) for text in texts)
    loading = seconds(model.load)
    tagger = model.load()
    kernels()
    tagger.find(tokenise(texts[0]), compiled=True)  # compiled code from the cache, or compiled now
    tokens._shared = Vocabulary()
    for name, compiled in (("compiled", True), ("NumPy", False)):
        passes = [
            seconds(lambda compiled=compiled: [tagger.find(tokenise(text), compiled=compiled) for text in texts])
            for _ in range(4)
        ]
        print(
            f"attribution, {name}: first pass {n_words / passes[0]:,.0f} words/CPU-s, "
            f"warm {n_words / statistics.median(passes[1:]):,.0f}"
        )
    article = " ".join(texts[0].split(" ")[:400])
    one = statistics.median([seconds(lambda: tagger.find(tokenise(article))) for _ in range(50)])
    print(
        f"attribution: load {loading:.2f} s; 400 words {1000 * one:.1f} ms warm; {n_words:,} words in {len(texts)} texts"
    )


if __name__ == "__main__":
    main()
