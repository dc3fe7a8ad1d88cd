"""One row an article: what was counted, what it was counted in, and whether the article takes part.

Floor: a study and the name of a measure come in; its units go out.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd

from analysis.config import Settings
from analysis.errors import SchemaError
from analysis.rates.measures import VOICE_SETS, Measure, find_measure, voices_of
from analysis.schema import ATTRIBUTED_VOICES, OWN_VOICES, SOURCE_TYPES, Study

DEFAULT = Settings()


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
