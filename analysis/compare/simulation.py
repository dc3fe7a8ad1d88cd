"""Made counts and made studies whose truth is known: what the intervals, tests and the gate are proved on.

Floor: settings and a seed come in; arrays, a `Study`, or a table of coverage go out. The code that is proved is the code
that a study runs, not a copy of it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from analysis import schema
from analysis.compare.estimators import RATIO_HITS, Difference, between_articles, within_events
from analysis.compare.gate import verdict_of
from analysis.compare.pairs import Pair
from analysis.compare.resampling import p_values
from analysis.rates import Measure, find_measure
from analysis.schema import Study

#: Outlets of one family, and its measures: ten charts of three pairs.
_OUTLETS, _MEASURES = ("A", "B", "C"), 10


@dataclass(frozen=True)
class Setting:
    """How counts are made: hits per 1,000 words, and how much events and articles vary (gamma variances).

    `kind` is `count` (hits), `share` (words in clumps, as attributed words are) or `tone` (means of sentence scores).
    """

    name: str
    rate: float
    event: float
    article: float
    kind: str = "count"


#: As in BASIL's hand-coded articles (about 415 words, log-sd .5): rare terms; a frequent lexicon; one that varies more.
SETTINGS = (
    Setting("rare terms", 2.6, 0.21, 0.13),
    Setting("frequent terms", 14.5, 0.21, 0.06),
    Setting("frequent, varied", 14.5, 0.21, 0.30),
    Setting("share of words", 0.45, 0.05, 0.10, "share"),
    Setting("tone", 0.35, 0.06, 0.06, "tone"),
)
WORDS, LOG_SD = 415, 0.5
SIZES = (5, 10, 30, 100)
RATIOS = (1.0, 1.5, 3.0)


def article_words(rng: np.random.Generator, shape: tuple[int, ...]) -> np.ndarray:
    """Lengths of articles in words, at least 100."""
    return np.round(WORDS * np.exp(rng.normal(-(LOG_SD**2) / 2, LOG_SD, shape))).clip(100)


def _gamma(rng: np.random.Generator, variance: float, shape: tuple[int, ...]) -> np.ndarray:
    return rng.gamma(1 / variance, variance, shape)


def numerators(
    rng: np.random.Generator, setting: Setting, words: np.ndarray, events: np.ndarray, ratio: float
) -> np.ndarray:
    """Numerators of articles of these lengths; `events` are the gamma effects (mean 1) that sides share."""
    own = _gamma(rng, setting.article, words.shape)
    if setting.kind == "tone":  # about 20 words a sentence; shift of tone in place of a ratio
        mean = 0.1 * (ratio - 1) + np.sqrt(setting.event) * (events - 1) + np.sqrt(setting.article) * (own - 1)
        return words * (mean * setting.rate + rng.normal(size=words.shape) * setting.rate / np.sqrt(words / 20))
    if setting.kind == "share":  # a quotation or reported sentence has about 20 words
        expected = np.minimum(setting.rate * (1 + (ratio - 1) / 5) * events * own * words, words * 3)
        return np.minimum(rng.poisson(expected / 20) * 20.0, words)
    return rng.poisson(setting.rate / 1_000 * ratio * events * own * words).astype(float)


def draw(
    rng: np.random.Generator,
    setting: Setting,
    n: int,
    *,
    sims: int,
    ratio: float = 1.0,
    is_within: bool = True,
    articles: tuple[Sequence[int], Sequence[int]] | None = None,
    n_b: int | None = None,
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """(top_a, base_a, top_b, base_b), shapes (sims, units).

    `articles` gives the numbers of articles of each side in each event (repeated over the events); `n_b` the units of
    the second side where nothing is shared.
    """
    shared = _gamma(rng, setting.event, (sims, n, 1))
    out: list[np.ndarray] = []
    for side in (0, 1):
        m = n if side == 0 or n_b is None else n_b
        many = np.resize(articles[side], m) if articles else np.ones(m, dtype=np.int64)
        words = article_words(rng, (sims, m, int(many.max())))
        words = np.where(np.arange(words.shape[-1]) < many[:, None], words, 0.0)
        events = shared if is_within else _gamma(rng, setting.event, (sims, m, 1))
        top = np.where(words > 0, numerators(rng, setting, np.maximum(words, 1), events, 1.0 if side else ratio), 0.0)
        out += [top.sum(-1), words.sum(-1)]
    return out[0], out[1], out[2], out[3]


def truth_of(setting: Setting, ratio: float, *, sims: int = 400, seed: int = 99) -> tuple[float, float]:
    """(difference, ratio) that was put in; by a large draw where clipping moves it."""
    if setting.kind == "count":
        return setting.rate / 1_000 * (ratio - 1), ratio
    if setting.kind == "tone":
        return 0.1 * (ratio - 1) * setting.rate, float("nan")
    top_a, base_a, top_b, base_b = draw(np.random.default_rng(seed), setting, 2_000, sims=sims, ratio=ratio)
    found = within_events(top_a, base_a, top_b, base_b, is_count=False)
    return float(found.estimate.mean()), float("nan")


#: name → (articles a side in each event, second side's units as a function of the first's).
DESIGNS: dict[str, tuple[bool, tuple[Sequence[int], Sequence[int]] | None, Callable[[int], int] | None]] = {
    "one article each": (True, None, None),
    "1-4 articles each": (True, ((1, 1, 2, 1, 4), (1, 1, 1, 1, 3)), None),
    "no shared events": (False, None, None),
    "no shared events, 1 : 5": (False, None, lambda n: 5 * n),
}


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
                is_within, articles, more = DESIGNS[design]
                for n in sizes:
                    rng = np.random.default_rng([seed, number, int(ratio * 10), list(DESIGNS).index(design), n])
                    parts = draw(
                        rng, setting, n, sims=sims, ratio=ratio, is_within=is_within, articles=articles,
                        n_b=more(n) if more else None,
                    )  # fmt: skip
                    estimate = within_events if is_within else between_articles
                    found = estimate(*parts, is_count=setting.kind == "count")
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


def null_pairs(rng: np.random.Generator, setting: Setting, n: int, *, is_within: bool) -> list[Pair]:
    """Pairs of a made family without difference: an article that runs hot does so in all measures."""
    spec = replace(find_measure("loaded_terms"), is_count=setting.kind == "count")
    words = article_words(rng, (len(_OUTLETS), n))
    hot = _gamma(rng, 0.05, words.shape)
    tops = []
    for _ in range(_MEASURES):
        events = _gamma(rng, setting.event, (1, n) if is_within else words.shape)
        tops.append(numerators(rng, setting, words, events * hot, 1.0))
    return [
        made_pair(replace(spec, name=f"{spec.name}:{k}"), _OUTLETS[a], _OUTLETS[b], is_within,
                  (top[a], words[a], a * n), (top[b], words[b], b * n))
        for k, top in enumerate(tops)
        for a, b in ((0, 1), (0, 2), (1, 2))
    ]  # fmt: skip


def made_pair(
    spec: Measure,
    side_a: str,
    side_b: str,
    is_within: bool,
    a: tuple[np.ndarray, np.ndarray, int],
    b: tuple[np.ndarray, np.ndarray, int],
) -> Pair:
    """A `Pair` from numerators, denominators and the place of each side's first article."""
    places = [first + np.arange(len(top)) for top, _, first in (a, b)]
    return Pair(
        measure=spec, voice="all", side_a=side_a, side_b=side_b, is_within=is_within,
        blocks=np.arange(len(a[0])) if is_within else np.concatenate(places),
        top_a=a[0], base_a=a[1], top_b=b[0], base_b=b[1],
        n_articles=(len(a[0]), len(b[0])), n_words=(int(a[1].sum()), int(b[1].sum())), n_excluded=0,
    )  # fmt: skip


def made_study(
    hits: np.ndarray, words: np.ndarray, *, events: Sequence[str] | None = None, outlets: Sequence[str] | None = None
) -> Study:
    """A study with these loaded terms in own voice, one article for each outlet and event; no text worth reading.

    Parameters
    ----------
    hits, words : shape (outlets, events), whole numbers.
    """
    names = list(outlets) if outlets is not None else [f"outlet {k}" for k in range(len(hits))]
    about = list(events) if events is not None else [f"event {k:04d}" for k in range(hits.shape[1])]
    places = [(o, e) for o in range(len(names)) for e in range(len(about))]
    ids = [f"a{o}-{e}" for o, e in places]
    size = words.astype(np.int64).ravel()
    blank = [""] * len(ids)
    fields = dict.fromkeys(schema.TABLES["articles"].names, blank)
    articles = fields | {
        "article_id": ids, "outlet": [names[o] for o, _ in places], "event": [about[e] for _, e in places],
        "n_chars": [0] * len(ids),
    }  # fmt: skip
    voices = [(article, 0, "narrator", None, 0, 0, int(n)) for article, n in zip(ids, size, strict=True)]
    found = [
        (article, k, "made", "made", "loaded", 0, 0, "", 0, "narrator", None, False, False)
        for article, n in zip(ids, hits.ravel().astype(np.int64), strict=True)
        for k in range(n)
    ]
    empty = {name: schema.table(name) for name in schema.TABLES if name in Study.__dataclass_fields__}
    return Study(**(empty | {
        "articles": schema.table("articles", articles), "voices": schema.table("voices", voices),
        "hits": schema.table("hits", found),
    }))  # fmt: skip
