"""`make bench`: how fast every room is, beside what it replaces, measured in one run; ratios, never a test.

`python -m tests.bench [NAME …]` runs the benches whose name begins with one of the names. Peers that are not installed
(spaCy, textacy: the extra `compare`; GenderGapTracker: a copy named in ANALYSIS_GGT) are said to be absent.
"""

from __future__ import annotations

import resource
import sys
import time
from collections.abc import Callable
from functools import partial
from statistics import median
from typing import TypeVar

from analysis import Corpus, config, measure, measure_text, read_corpus
from analysis.config import PROJECT
from tests import bench_attribution, bench_compare, bench_loaded_terms, bench_peers, bench_sentiment

Made = TypeVar("Made")


def whole_way() -> None:
    """Reading and measuring the bundled articles, everything included; BASIL; texts of 400 words one by one."""
    corpus, spent = _timed(lambda: read_corpus(PROJECT / "data" / "raw"))
    n_words = _measured("the bundled articles", corpus)
    print(f"reading the bundled articles: {n_words / spent:,.0f} words/CPU-s")
    gold = config.gold_folder()
    if gold and (gold / "basil").is_dir():
        _measured("BASIL", read_corpus(gold / "basil"))
    else:
        print("BASIL is not at hand (ANALYSIS_GOLD)")
    measured, looked_at = [], []
    for text in _texts_of_400_words(corpus):  # each is new: what is remembered of a text helps nobody
        study, spent = _timed(partial(measure_text, text))
        measured.append(spent)
        looked_at.append(spent + _timed(study.tables)[1])
    print(
        f"measure_text, 400 words, warm, median of {len(measured)} texts: {1000 * median(measured):.1f} ms CPU; "
        f"{1000 * median(looked_at):.1f} ms with every table looked at"
    )
    print(f"peak memory of this process: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:,.0f} MB")


def _timed(work: Callable[[], Made]) -> tuple[Made, float]:
    began = time.process_time()
    made = work()
    return made, time.process_time() - began


def _measured(name: str, corpus: Corpus) -> int:
    """Print how fast a corpus is measured once everything is loaded; how many words it has."""
    measure(corpus)
    study, spent = _timed(lambda: measure(corpus))
    n_words = int(study.sentences["n_words"].sum())
    print(f"every measure on {name}: {n_words / spent:,.0f} words/CPU-s warm ({n_words:,} words)")
    return n_words


def _texts_of_400_words(corpus: Corpus) -> list[str]:
    words = "\n\n".join(corpus.articles["text"]).split(" ")
    return [" ".join(words[first : first + 400]) for first in range(0, len(words) - 400, 400)]


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
