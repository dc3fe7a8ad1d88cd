"""How often intervals, tests and the gate are right on made counts.

Floor: settings, designs and a seed come in; tables of shares go out. The code that is proved is the code that a study
runs, not a copy of it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import numpy as np
import pandas as pd

from analysis.compare.estimators import RATIO_HITS, Difference
from analysis.compare.gate import verdict_of
from analysis.compare.made_counts import DESIGNS, SETTINGS, Setting, made_pair, measured, null_pairs, truth_of
from analysis.compare.resampling import p_values

SIZES = (5, 10, 30, 100)
RATIOS = (1.0, 1.5, 3.0)
VERDICTS = ("go", "warn", "refuse")


def coverage(
    *,
    settings: Iterable[Setting] = SETTINGS,
    designs: Iterable[str] = tuple(DESIGNS),
    sizes: Iterable[int] = SIZES,
    ratios: Iterable[float] = RATIOS,
    sims: int = 4_000,
    level: float = 0.95,
    seed: int = 1,
) -> pd.DataFrame:
    """How often the intervals of `compare` hold the truth, by setting, design, size and what was put in.

    Returns
    -------
    DataFrame: `setting`, `design`, `n` (events, or articles of the smaller side), `ratio`, `difference` and
    `ratio_limits` (shares of simulations whose interval holds the truth; ratios among those in which
    10 hits are to be expected on the smaller side, where that is at least half),
    `power` (share whose interval leaves out 0).
    """
    rows = []
    for number, setting in enumerate(settings):
        for ratio in ratios:
            difference, true_ratio = truth_of(setting, ratio)
            for design in designs:
                for n in sizes:
                    rng = np.random.default_rng([seed, number, int(ratio * 10), list(DESIGNS).index(design), n])
                    parts = DESIGNS[design].drawn(rng, setting, n, sims, ratio)
                    found = DESIGNS[design].estimate(parts, is_count=setting.kind == "count")
                    hits_a, base_a, hits_b, base_b = (part.sum(-1) for part in parts)
                    rate = (hits_a + hits_b) / (base_a + base_b)
                    enough = rate * np.minimum(base_a, base_b) >= RATIO_HITS
                    rows.append((setting.name, design, n, ratio, *_held(found, difference, true_ratio, enough, level)))
    columns = ["setting", "design", "n", "ratio", "difference", "ratio_limits", "power"]
    return pd.DataFrame(rows, columns=columns)


def _held(
    found: Difference, difference: float, ratio: float, enough: np.ndarray, level: float
) -> tuple[float, float, float]:
    shown = found.se > 0
    low, high = (limit[shown] for limit in found.limits(level))
    ratio_held = float("nan")
    if np.isfinite(ratio) and enough.mean() >= 0.5:
        below, above = (limit[shown & enough] for limit in found.limits(level, ratio=ratio))
        ratio_held = float(np.mean((below <= 0) & (above >= 0)))
    return (
        float(np.mean((low <= difference) & (difference <= high))),
        ratio_held,
        float(np.mean((low > 0) | (high < 0))),
    )


def verdicts(
    *,
    settings: Iterable[Setting] = SETTINGS,
    designs: Iterable[str] = tuple(DESIGNS),
    sizes: Iterable[int] = (3, *SIZES),
    sims: int = 200,
    seed: int = 3,
) -> pd.DataFrame:
    """What the gate says of the designs of `coverage`, from counts alone (made articles have no dates, genres or texts).

    Returns
    -------
    DataFrame: `setting`, `design`, `n`, and the shares of data sets (nothing put in) with each verdict: `go`, `warn`,
    `refuse`.
    """
    rows = []
    for number, setting in enumerate(settings):
        spec = measured(setting)
        for design in designs:
            for n in sizes:
                rng = np.random.default_rng([seed, number, list(DESIGNS).index(design), n])
                made = DESIGNS[design]
                n_articles = [
                    int(np.resize(many, k * n).sum()) for many, k in zip(made.articles, made.times, strict=True)
                ]
                said = []
                for top_a, base_a, top_b, base_b in zip(*made.drawn(rng, setting, n, sims), strict=True):
                    pair = made_pair(spec, "A", "B", made.is_within, (top_a, base_a, 0), (top_b, base_b, len(top_a)))
                    said.append(verdict_of(replace(pair, n_articles=(n_articles[0], n_articles[1])), None)[0])
                rows.append((setting.name, design, n, *(np.mean([x == y for x in said]) for y in VERDICTS)))
    return pd.DataFrame(rows, columns=["setting", "design", "n", *VERDICTS])


def families(
    *,
    settings: Iterable[Setting] = SETTINGS[:3],
    sizes: Iterable[int] = SIZES,
    sims: int = 1_000,
    level: float = 0.95,
    is_within: bool = True,
    seed: int = 2,
    resamples: int = 1_999,
) -> pd.DataFrame:
    """Ten measures of three outlets without any difference: what one looks for is any claim at all.

    Returns
    -------
    DataFrame: `setting`, `n`, `simultaneous` (share of families whose simultaneous limits all hold 0), `false_family`
    (share with any `p_adjusted` <= 1 - level), `false_single` (share of rows with p <= 1 - level), `false_go` (share of
    rows that the gate calls go or warn and whose pointwise limits leave out 0).
    """
    rows = []
    for number, setting in enumerate(settings):
        for n in sizes:
            rng = np.random.default_rng([seed, number, n, int(is_within)])
            seen = [_family(rng, setting, n, level, is_within, resamples) for _ in range(sims)]
            rows.append((setting.name, n, *np.mean(seen, axis=0)))
    return pd.DataFrame(rows, columns=["setting", "n", "simultaneous", "false_family", "false_single", "false_go"])


def _family(
    rng: np.random.Generator, setting: Setting, n: int, level: float, is_within: bool, resamples: int
) -> tuple[float, float, float, float]:
    pairs = null_pairs(rng, setting, n, is_within=is_within)
    judged = [verdict_of(pair, None) for pair in pairs]
    shown = [(pair, found) for pair, (_, _, found) in zip(pairs, judged, strict=True) if found is not None]
    if not shown:
        return 1.0, 0.0, 0.0, 0.0
    p, adjusted = p_values([pair for pair, _ in shown], resamples=resamples, seed=int(rng.integers(2**31)))
    held, false_go = True, 0
    for _, found in shown:
        low, high = found.limits(level, n_rows=len(shown))
        held = held and bool(low[0] <= 0 <= high[0])
        low, high = found.limits(level)
        false_go += not low[0] <= 0 <= high[0]
    alpha = 1 - level + 1e-12
    return float(held), float((adjusted <= alpha).any()), float(np.mean(p <= alpha)), false_go / len(pairs)
