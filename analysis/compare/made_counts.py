"""Made counts whose truth is known, clustered and overdispersed as those of hand-coded news are.

Floor: a setting, a design and a generator come in; numerators and denominators, or pairs made of them, go out.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from analysis.compare.estimators import Difference, between_articles, within_events
from analysis.compare.pairs import Pair
from analysis.rates import Measure, find_measure

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


@dataclass(frozen=True)
class Design:
    """Who wrote how much: `articles` of each side in each event (repeated over events); `times` n are a side's units."""

    is_within: bool
    articles: tuple[Sequence[int], Sequence[int]] = ((1,), (1,))
    times: tuple[int, int] = (1, 1)

    def drawn(
        self, rng: np.random.Generator, setting: Setting, n: int, sims: int, ratio: float = 1.0
    ) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
        """`draw` for this design."""
        n_a, n_b = (times * n for times in self.times)
        return draw(
            rng, setting, n_a, sims=sims, ratio=ratio, is_within=self.is_within, articles=self.articles, n_b=n_b
        )

    def estimate(self, parts: tuple[np.ndarray, ...], *, is_count: bool) -> Difference:
        """The estimator that a study of this design would use."""
        return (within_events if self.is_within else between_articles)(*parts, is_count=is_count)


DESIGNS = {
    "one article each": Design(True),
    "1-4 articles each": Design(True, articles=((1, 1, 2, 1, 4), (1, 1, 1, 1, 3))),
    "no shared events": Design(False),
    "no shared events, 1 : 5": Design(False, times=(1, 5)),
    "no shared events, 5 : 1": Design(False, times=(5, 1)),
}


def null_pairs(rng: np.random.Generator, setting: Setting, n: int, *, is_within: bool) -> list[Pair]:
    """Pairs of a made family without difference: an article that runs hot does so in all measures."""
    spec = measured(setting)
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


def measured(setting: Setting) -> Measure:
    """A measure of that kind."""
    return replace(find_measure("loaded_terms"), is_count=setting.kind == "count")


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
