"""`make bench`: how fast every room is, beside what it replaces, measured in one run; ratios, never a test.

`python -m tests.bench [NAME …]` runs the benches whose name begins with one of the names. Peers that are not installed
(spaCy, textacy: the extra `compare`; GenderGapTracker: a copy named in ANALYSIS_GGT) are said to be absent.
"""

from __future__ import annotations

import resource
import sys
import time
from collections.abc import Callable

from analysis import measure, measure_text, read_corpus
from analysis.config import PROJECT
from tests import bench_attribution, bench_compare, bench_loaded_terms, bench_peers, bench_sentiment


def whole_way() -> None:
    """Reading and measuring the bundled articles, everything included; one article alone."""
    began = time.process_time()
    corpus = read_corpus(PROJECT / "data" / "raw")
    read = time.process_time() - began
    measure(corpus)
    began = time.process_time()
    study = measure(corpus)
    spent = time.process_time() - began
    words = int(study.sentences["n_words"].sum())
    print(
        f"reading: {words / read:,.0f} words/CPU-s; every measure: {words / spent:,.0f} words/CPU-s warm ({words:,} words)"
    )
    text = " ".join(corpus.articles["text"].iloc[0].split(" ")[:400])
    times = []
    for _ in range(30):
        began = time.process_time()
        measure_text(text)
        times.append(time.process_time() - began)
    print(f"measure_text, 400 words: {1000 * sorted(times)[15]:.1f} ms CPU, median of 30")
    print(f"peak memory of this process: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:,.0f} MB")


BENCHES: dict[str, Callable[[], None]] = {
    "whole": whole_way,
    "attribution": bench_attribution.main,
    "loaded_terms": bench_loaded_terms.main,
    "sentiment": bench_sentiment.main,
    "compare": bench_compare.main,
    "peers": bench_peers.main,
}


def main(names: list[str]) -> None:
    """Run the benches named, or all."""
    for name, bench in BENCHES.items():
        if not names or any(name.startswith(wanted) for wanted in names):
            print(f"== {name}", flush=True)
            bench()


if __name__ == "__main__":
    main(sys.argv[1:])
