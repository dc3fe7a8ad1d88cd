"""Articles as countable units, and counts as rates with limits.

Floor: a study's tables come in; one row an article (numerator, denominator) or one row an outlet goes out. Nothing here
compares: a rate stands alone, with the range that chance leaves it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from scipy import stats

from analysis.config import Settings
from analysis.errors import SchemaError
from analysis.schema import ATTRIBUTED_VOICES, OWN_VOICES, SOURCE_TYPES, VOICES, Study

#: Voices that can be asked for by one name. `all` is every word of the body, `whole` adds the headline, `unquoted`
#: cuts only what stands between quotation marks (the simple method that the voice split is held against).
VOICE_SETS: dict[str, tuple[str, ...]] = {
    "all": ("narrator", "reported", "quoted", "scare"),
    "own": OWN_VOICES,
    "attributed": ATTRIBUTED_VOICES,
    "unquoted": ("narrator", "reported", "scare"),
    "whole": VOICES,
    **{voice: (voice,) for voice in VOICES},
}
DEFAULT = Settings()


@dataclass(frozen=True)
class Measure:
    """One thing that can be counted in an article.

    Attributes
    ----------
    name : what is asked for, argument included (`loaded_terms:migration`).
    title : as a chart says it.
    unit : of `value` (numerator / denominator x `scale`).
    meaning : numerator and denominator in one sentence.
    is_count : hits that may be clustered but are never negative; only these have a ratio.
    follows_voice : False where voice is what is measured, so that asking for one makes no sense.
    """

    name: str
    title: str
    unit: str
    meaning: str
    scale: float = 1.0
    is_count: bool = False
    follows_voice: bool = True

    @property
    def family(self) -> str:
        """The name before its argument."""
        return self.name.partition(":")[0]

    @property
    def argument(self) -> str:
        """What follows the colon; empty when nothing does."""
        return self.name.partition(":")[2]


_PER = "per 1,000 words"
#: Families of measures; those with `:` need an argument in place of the capitals.
MEASURES: dict[str, Measure] = {
    measure.name: measure
    for measure in (
        Measure("loaded_terms", "Loaded terms", _PER, "hits of the layer `loaded` / words in the voice", 1_000, True),
        Measure(
            "loaded_terms:CATEGORY", "Loaded terms", _PER, "hits of one category / words in the voice", 1_000, True
        ),
        Measure("layer:NAME", "Terms of a layer", _PER, "hits of one layer / words in the voice", 1_000, True),
        Measure("tone:INSTRUMENT", "Tone", "tone (-1 to 1)", "mean of sentence scores, weighted by words scored"),
        Measure(
            "attributed_share", "Attributed words", "% of words",
            "words in reported or quoted voice / words of the body", 100, False, False,
        ),
        Measure(
            "source_share:TYPE", "Words given to a type of source", "% of attributed words",
            "words attributed to sources of one type / attributed words", 100, False, False,
        ),
        Measure(
            "source_words:NAME", "Words given to one source", "% of words",
            "words attributed to one source / words of the body", 100, False, False,
        ),
        Measure(
            "distancing_share", "Attributions put in doubt", "% of attributions",
            "attributions whose cue distances / attributions with a cue", 100, False, False,
        ),
        Measure(
            "scare_quotes", "Scare quotes", "per 1,000 words",
            "stretches in scare voice / words in own voice", 1_000, True, False,
        ),
        Measure(
            "naming:REFERENT:LABEL", "Labels of one referent", "% of labelled mentions",
            "mentions under one label / labelled mentions of the referent", 100,
        ),
    )
}  # fmt: skip


def find_measure(name: str, *, per: int = 1_000) -> Measure:
    """The measure of this name, with the argument filled in and rates per `per` words.

    Raises
    ------
    SchemaError
        If no family has this name, or its argument is missing; the message lists what can be asked.
    """
    family, _, argument = name.partition(":")
    known = [key for key in MEASURES if key.partition(":")[0] == family and (":" in key) == bool(argument)]
    if not known or (family == "naming" and ":" not in argument):
        raise SchemaError(f"no measure is called {name!r}; there are: {', '.join(MEASURES)}")
    spec = MEASURES[known[0]]
    title = f"{spec.title}: {argument.replace(':', ', ')}" if argument else spec.title
    spec = replace(spec, name=name, title=title)
    return replace(spec, scale=float(per), unit=f"per {per:,} words") if spec.unit == _PER else spec


def voices_of(voice: str | None) -> tuple[str, ...]:
    """The voices behind one name (`None` is `all`, the whole body); SchemaError lists the names."""
    try:
        return VOICE_SETS[voice or "all"]
    except KeyError:
        raise SchemaError(f"no voice is called {voice!r}; there are: {', '.join(VOICE_SETS)}") from None


class _Tally:
    """Sums rows of a table over articles; keeps where each article stands."""

    def __init__(self, study: Study, voices: tuple[str, ...]) -> None:
        self.study, self.voices = study, voices
        self.index = pd.Index(study.articles["article_id"])

    def sum(self, frame: pd.DataFrame, weights: np.ndarray | None = None) -> np.ndarray:
        """Rows (or their weights) of `frame` for each article, shape (A,)."""
        at = self.index.get_indexer(frame["article_id"])
        if (at < 0).any():
            raise SchemaError(f"rows of an unknown article: {frame['article_id'].iloc[int(np.argmin(at))]!r}")
        return np.bincount(at, weights=weights, minlength=len(self.index)).astype(float)

    def heard(self, frame: pd.DataFrame) -> pd.DataFrame:
        """The rows of `frame` that stand in the voices asked for."""
        return frame[frame["voice"].isin(self.voices)]

    def words(self, voices: tuple[str, ...]) -> np.ndarray:
        """Words of each article in these voices, shape (A,)."""
        rows = self.study.voices[self.study.voices["voice"].isin(voices)]
        n_words = self.sum(rows, rows["n_words"].to_numpy())
        if "headline" in voices:
            rows = self.study.sentences[self.study.sentences["zone"] == "headline"]
            n_words = n_words + self.sum(rows, rows["n_words"].to_numpy())
        return n_words


def _hits(tally: _Tally, measure: Measure) -> tuple[np.ndarray, np.ndarray]:
    hits = tally.heard(tally.study.hits)
    if measure.family == "layer":
        hits = hits[hits["layer"] == measure.argument]
    elif measure.argument:
        hits = hits[hits["category"] == measure.argument]
    else:
        hits = hits[hits["layer"] == "loaded"]
    return tally.sum(hits), tally.words(tally.voices)


def _tone(tally: _Tally, measure: Measure) -> tuple[np.ndarray, np.ndarray]:
    scores = tally.study.scores
    rows = scores[scores["instrument"] == measure.argument]
    if rows.empty and not scores.empty:
        known = ", ".join(sorted(scores["instrument"].unique()))
        raise SchemaError(f"no score comes from {measure.argument!r}; this study has the instruments {known}")
    rows = tally.heard(rows)
    weight = rows["weight"].to_numpy(float)
    return tally.sum(rows, rows["score"].to_numpy() * weight), tally.sum(rows, weight)


def _attributed(tally: _Tally, measure: Measure) -> tuple[np.ndarray, np.ndarray]:
    return tally.words(ATTRIBUTED_VOICES), tally.words(VOICE_SETS["all"])


def _source(tally: _Tally, measure: Measure) -> tuple[np.ndarray, np.ndarray]:
    by_type = measure.family == "source_share"
    if by_type and measure.argument not in SOURCE_TYPES:
        raise SchemaError(f"no source type is called {measure.argument!r}; there are: {', '.join(SOURCE_TYPES)}")
    who = tally.study.attributions
    who = who[who["source_type" if by_type else "source_name"] == measure.argument]
    spoken = tally.study.voices[tally.study.voices["voice"].isin(ATTRIBUTED_VOICES)]
    rows = spoken.merge(who[["article_id", "attribution_no"]].astype({"attribution_no": "Int64"}))
    base = tally.words(ATTRIBUTED_VOICES if by_type else VOICE_SETS["all"])
    return tally.sum(rows, rows["n_words"].to_numpy()), base


def _distancing(tally: _Tally, measure: Measure) -> tuple[np.ndarray, np.ndarray]:
    cued = tally.study.attributions[tally.study.attributions["cue_lemma"] != ""]
    return tally.sum(cued[cued["cue_stance"] == "distancing"]), tally.sum(cued)


def _scare(tally: _Tally, measure: Measure) -> tuple[np.ndarray, np.ndarray]:
    return tally.sum(tally.study.voices[tally.study.voices["voice"] == "scare"]), tally.words(OWN_VOICES)


def _naming(tally: _Tally, measure: Measure) -> tuple[np.ndarray, np.ndarray]:
    referent, _, label = measure.argument.rpartition(":")
    names = tally.heard(tally.study.names)
    names = names[names["referent"] == referent]
    return tally.sum(names[names["label"] == label]), tally.sum(names)


_COUNTERS: dict[str, Callable[[_Tally, Measure], tuple[np.ndarray, np.ndarray]]] = {
    "loaded_terms": _hits,
    "layer": _hits,
    "tone": _tone,
    "attributed_share": _attributed,
    "source_share": _source,
    "source_words": _source,
    "distancing_share": _distancing,
    "scare_quotes": _scare,
    "naming": _naming,
}


def units(
    study: Study,
    measure: str,
    *,
    voice: str | None = None,
    per: int = 1_000,
    min_words: int = DEFAULT.min_words,
) -> pd.DataFrame:
    """One row an article: what was counted, what it was counted in, and whether the article takes part.

    Whole articles are what outlets are compared by: hits inside one article resemble each other, so neither hits nor
    sentences may be treated as independent.

    Parameters
    ----------
    measure : a name of `MEASURES`, with its argument (`tone:vader`).
    voice : one voice, or a name of `VOICE_SETS`; None is every word of the body. Measures that are about voice itself
        (`follows_voice` False) are the same whatever is asked.
    per : words that a rate is given for.
    min_words : an article whose body has fewer words is excluded (its row stays, with the reason).

    Returns
    -------
    DataFrame, shape (A, 9)
        `article_id`, `outlet`, `event`, `numerator`, `denominator`, `value` (numerator / denominator x scale; missing
        where the denominator is 0), `n_words` (words in the voice), `n_body` (words of the body), `excluded` (why the
        article does not take part; empty when it does). In the order of `study.articles`.

    Raises
    ------
    SchemaError
        If the measure, the voice, an instrument or a source type is unknown.
    """
    spec = find_measure(measure, per=per)
    tally = _Tally(study, voices_of(voice if spec.follows_voice else None))
    numerator, denominator = _COUNTERS[spec.family](tally, spec)
    body = tally.words(VOICE_SETS["all"]).astype(np.int64)
    with np.errstate(invalid="ignore", divide="ignore"):
        value = np.where(denominator > 0, numerator / denominator * spec.scale, np.nan)
    outlet = study.articles["outlet"]
    excluded = np.select(
        [outlet.eq("").to_numpy(), body < min_words, denominator <= 0],
        ["outlet unknown", f"body shorter than {min_words} words", "nothing to count in"],
        default="",
    )
    return pd.DataFrame(
        {
            "article_id": study.articles["article_id"].array,
            "outlet": outlet.array,
            "event": study.articles["event"].array,
            "numerator": numerator,
            "denominator": denominator,
            "value": value,
            "n_words": tally.words(tally.voices).astype(np.int64),
            "n_body": body,
            "excluded": pd.array(excluded, dtype="str"),
        }
    )


def poisson_limits(n_hits: np.ndarray, *, level: float = 0.95) -> tuple[np.ndarray, np.ndarray]:
    """Exact limits of an expected count, given the count (Garwood 1936); shapes as `n_hits`.

    Fractions of hits are allowed: they come from counts divided by how much articles vary beyond chance.
    """
    n_hits = np.asarray(n_hits, dtype=float)
    tail = (1 - level) / 2
    low = np.where(n_hits > 0, stats.gamma.ppf(tail, np.maximum(n_hits, 1e-300)), 0.0)
    return low, stats.gamma.ppf(1 - tail, n_hits + 1)


def term_rates(
    hits: pd.DataFrame,
    sentences: pd.DataFrame,
    *,
    categories: Sequence[str] | None = None,
    per: int = 1_000,
    level: float = 0.95,
) -> pd.DataFrame:
    """Hits per `per` words, for each article and category, with an interval.

    The rate lets a 300-word brief stand beside a 3,000-word feature; the interval says how much of their difference
    could be chance.

    Parameters
    ----------
    hits : DataFrame, shape (H, ...); uses `article_id` and `category`.
    sentences : DataFrame, shape (S, ...); uses `article_id` and `n_words` (words; punctuation is not counted). Hand in
        only the sentences that the hits were looked for in.
    categories : a category that never occurs still gets its row; None takes those that occur.

    Returns
    -------
    DataFrame, shape (A x C, 7)
        `article_id`, `category`, `n_hits`, `n_words`, `rate`, `low`, `high` (hits per `per` words). No hits gives a
        rate of 0 and a `high` above 0.

    Raises
    ------
    SchemaError
        If an article has hits but no words, or a category is not among `categories`; the message names them.

    Notes
    -----
    Exact Poisson limits (Garwood 1936). They treat hits as independent, and writers repeat themselves: between outlets
    whole articles are compared instead (`analysis.compare`).
    """
    names = list(categories) if categories is not None else sorted(hits["category"].unique())
    unknown = sorted(set(hits["category"]) - set(names))
    if unknown:
        raise SchemaError(f"term_rates: hits of categories that were not asked for: {unknown}; asked: {names}")
    words = sentences.groupby("article_id", sort=False)["n_words"].sum()
    words = words[words > 0]
    homeless = sorted(set(hits["article_id"]) - set(words.index))
    if homeless:
        raise SchemaError(
            f"term_rates: {len(homeless)} articles have hits but no words: {homeless[:5]}. "
            "Were `hits` and `sentences` cut from the same zone?"
        )
    grid = pd.MultiIndex.from_product([words.index, names], names=["article_id", "category"])
    counts = hits.groupby(["article_id", "category"], observed=True).size().reindex(grid, fill_value=0)
    out = counts.rename("n_hits").reset_index()
    out["n_words"] = words.reindex(out["article_id"]).to_numpy()
    low, high = poisson_limits(out["n_hits"].to_numpy(), level=level)
    scale = per / out["n_words"]
    return out.assign(rate=out["n_hits"] * scale, low=low * scale, high=high * scale)


def outlet_rates(
    study: Study,
    measures: str | Iterable[str],
    *,
    voices: Iterable[str | None] = (None,),
    by: str = "outlet",
    per: int = 1_000,
    level: float = 0.95,
    min_words: int = DEFAULT.min_words,
) -> pd.DataFrame:
    """Each outlet's own value, for each measure and voice, with limits that take whole articles as the unit.

    What a chart of levels shows. Two such intervals may overlap where the difference is sure (outlets share events),
    so a difference is read from `compare`, never from these.

    Returns
    -------
    DataFrame, shape (measures x voices x outlets, 13)
        `measure`, `title`, `unit`, `voice`, `outlet`, `value`, `low`, `high`, `n_articles`, `numerator`,
        `denominator`, `n_words`, `method`. Limits are missing for tone and shares of fewer than 2 articles.

    Notes
    -----
    Means and shares: jackknife over articles, t with articles - 1 degrees of freedom. Counts: Garwood's limits with the
    count divided by how much more the articles vary than chance would have them (jackknife variance over Poisson
    variance, at least 1, times the square of t over the normal quantile), so that 0 hits still have an upper limit.
    """
    rows = []
    asked = [measures] if isinstance(measures, str) else list(measures)
    for name in asked:
        spec = find_measure(name, per=per)
        for voice in voices if spec.follows_voice else (None,):
            table = units(study, name, voice=voice, per=per, min_words=min_words)
            table["outlet"] = study.articles[by].array
            for outlet, part in table[table["excluded"] == ""].groupby("outlet", sort=True):
                rows.append((name, spec.title, spec.unit, voice or "all", outlet, *_level_row(part, spec, level)))
    columns = ["measure", "title", "unit", "voice", "outlet", "value", "low", "high", "n_articles", "numerator",
               "denominator", "n_words", "method"]  # fmt: skip
    return pd.DataFrame(rows, columns=columns)


def _level_row(part: pd.DataFrame, spec: Measure, level: float) -> tuple[object, ...]:
    """Value, limits and counts of one outlet's articles."""
    top, base = part["numerator"].to_numpy(), part["denominator"].to_numpy()
    limits = count_limits if spec.is_count else mean_limits
    value, low, high = (float(x) * spec.scale for x in limits(top, base, level=level))
    if spec.unit.startswith("%"):
        low, high = max(low, 0.0), min(high, 100.0)
    method = "Poisson, widened by the spread of articles" if spec.is_count else "jackknife over articles, t"
    return (value, low, high, len(part), top.sum(), base.sum(), int(part["n_words"].sum()), method)


def ratio_variance(numerator: np.ndarray, denominator: np.ndarray) -> np.ndarray:
    """Jackknife variance of sum(numerator) / sum(denominator) over the last axis; missing below 2 units."""
    n = numerator.shape[-1]
    if n < 2:
        return np.full(numerator.shape[:-1], np.nan)
    top, base = numerator.sum(-1, keepdims=True), denominator.sum(-1, keepdims=True)
    without = (top - numerator) / (base - denominator)
    return (n - 1) / n * ((without - top / base) ** 2).sum(-1)


def mean_limits(
    numerator: np.ndarray, denominator: np.ndarray, *, level: float = 0.95
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Weighted mean over the last axis (units) with jackknife t limits."""
    value = numerator.sum(-1) / denominator.sum(-1)
    n = numerator.shape[-1]
    half = stats.t.ppf((1 + level) / 2, max(n - 1, 1)) * np.sqrt(ratio_variance(numerator, denominator))
    return value, value - half, value + half


def count_limits(
    numerator: np.ndarray, denominator: np.ndarray, *, level: float = 0.95
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Rate over the last axis (units) with Poisson limits widened by how much units vary beyond chance."""
    top, base = numerator.sum(-1), denominator.sum(-1)
    n = numerator.shape[-1]
    with np.errstate(invalid="ignore", divide="ignore"):
        spread = ratio_variance(numerator, denominator) * base**2 / top
    spread = np.where(np.isfinite(spread), np.maximum(spread, 1.0), 1.0)
    if n > 1:
        spread = spread * (stats.t.ppf((1 + level) / 2, n - 1) / stats.norm.ppf((1 + level) / 2)) ** 2
    low, high = poisson_limits(top / spread, level=level)
    return top / base, low * spread / base, high * spread / base
