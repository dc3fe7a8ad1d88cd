"""How fast outlets are compared: 3,000 articles, 10 measures, 10,000 exchanges, beside a plain pandas loop.

`python -m tests.bench_compare` prints seconds and ratios, all measured in one run; `python -m tests.bench` calls `rows`.
"""

from __future__ import annotations

import time
from dataclasses import replace

import numpy as np
import pandas as pd

from analysis import schema
from analysis.compare import compare, find_copies
from analysis.compare.made_counts import article_words
from analysis.compare.pairs import pairs_of, questions_of
from analysis.compare.resampling import p_values
from analysis.schema import Study
from tests.made_studies import made_study

RESAMPLES, CATEGORIES, LOOPS = 10_000, 10, 20


def study(n_events: int = 1_000, outlets: int = 3) -> Study:
    """Frequent terms in ten categories."""
    rng = np.random.default_rng(1)
    words = article_words(rng, (outlets, n_events))
    made = made_study(rng.poisson(0.03 * words * rng.gamma(5, 0.2, n_events)), words)
    kinds = [f"category {k}" for k in rng.integers(0, CATEGORIES, len(made.hits))]
    return replace(made, hits=schema.table("hits", made.hits.assign(category=kinds)))


def plain_loop(units: pd.DataFrame, n: int) -> float:
    """Seconds for `n` exchanges of two outlets within events, as one would write it with pandas."""
    rng = np.random.default_rng(1)
    wide = units.pivot_table(index="event", columns="outlet", values=["hits", "words"], aggfunc="sum")
    one, two = (wide.xs(name, axis=1, level="outlet") for name in ("outlet 0", "outlet 1"))
    start = time.perf_counter()
    for _ in range(n):
        flip = pd.Series(rng.random(len(wide)) < 0.5, index=wide.index)
        a, b = one.mask(flip, two, axis=0), two.mask(flip, one, axis=0)
        weight = a["words"] * b["words"] / (a["words"] + b["words"])
        gap = a["hits"] / a["words"] - b["hits"] / b["words"]
        mean = (weight * gap).sum() / weight.sum()
        _ = mean / np.sqrt(((weight * (gap - mean)) ** 2).sum())
    return time.perf_counter() - start


def rows() -> list[tuple[str, float, str]]:
    """(what, figure, unit) of everything that is measured here."""
    made = study()
    asked = [f"loaded_terms:category {k}" for k in range(CATEGORIES)]
    common = {"by": "outlet", "within": "event", "against": None, "per": 1_000, "min_words": 0}
    pairs = list(pairs_of(made, questions_of(asked, "own"), **common))
    start = time.perf_counter()
    p_values(pairs, resamples=RESAMPLES, seed=1, processes=2)
    exchanged = time.perf_counter() - start
    dealt_pairs = list(pairs_of(made, questions_of(asked, "own"), **{**common, "within": None}))
    start = time.perf_counter()
    p_values(dealt_pairs, resamples=RESAMPLES, seed=1, processes=2)
    dealt = time.perf_counter() - start
    start = time.perf_counter()
    compare(made, asked, voice="own", resamples=RESAMPLES, processes=2)
    whole = time.perf_counter() - start
    first = pairs[0]
    about = pd.DataFrame({
        "event": np.tile(first.blocks, 2), "outlet": np.repeat(["outlet 0", "outlet 1"], first.n_events),
        "hits": np.concatenate([first.top_a, first.top_b]), "words": np.concatenate([first.base_a, first.base_b]),
    })  # fmt: skip
    looped = plain_loop(about, LOOPS) / LOOPS * RESAMPLES * len(pairs)
    vocabulary = np.array([f"w{k}" for k in range(5_000)])
    rng = np.random.default_rng(2)
    texts = [" ".join(rng.choice(vocabulary, 400)) for _ in range(len(made.articles))]
    zones = [(a, 0, "body", 0, len(text)) for a, text in zip(made.articles["article_id"], texts, strict=True)]
    told = replace(made, articles=made.articles.assign(text=texts), zones=schema.table("zones", zones))
    start = time.perf_counter()
    find_copies(told)
    copies = time.perf_counter() - start
    n = RESAMPLES * len(pairs)
    return [
        ("sides exchanged within events, 3,000 articles x 10 measures x 3 pairs", n / exchanged, "resamples/s"),
        ("the same, all 10,000", exchanged, "s"),
        ("articles dealt anew, all 10,000", dealt, "s"),
        ("compare as a whole (units, gate, limits, tests)", whole, "s"),
        ("a plain pandas loop for the same exchanges (extrapolated)", looped, "s"),
        ("faster than the loop", looped / exchanged, "x"),
        ("copies looked for in 3,000 articles of 400 words", copies, "s"),
    ]


def main() -> None:
    """Print what was measured."""
    for what, figure, unit in rows():
        print(f"{what:75} {figure:12,.1f} {unit}")


if __name__ == "__main__":
    main()
