"""The stretches of text behind a number: which rows of the study a measure counts.

Floor: a study and the name of a measure come in; rows with `article_id`, `start`, `end`, `voice`, `pattern` go out, ready
for `concordance`.
"""

from __future__ import annotations

import pandas as pd

from analysis.concordance import concordance, sample
from analysis.rates import voices_of
from analysis.schema import Study
from analysis.voice import label_voice

_COLUMNS = ["article_id", "start", "end", "voice", "pattern"]


def evidence(study: Study, measure: str, voice: str | None = None) -> pd.DataFrame:
    """The rows that `measure` counts in `voice`, one a stretch of text.

    Parameters
    ----------
    measure : a name of `rates.MEASURES`, with its argument.
    voice : as in `rates.units`; measures that are about voice itself ignore it.

    Returns
    -------
    DataFrame with `article_id`, `start`, `end`, `voice`, `pattern` (the term, the score, the cue or the label). A
    measure that is not known has no rows.
    """
    family, _, argument = measure.partition(":")
    voices = voices_of(voice or "all")
    if family in ("loaded_terms", "layer"):
        hits = study.hits[study.hits["voice"].isin(voices)]
        column, value = ("layer", argument) if family == "layer" else ("category", argument)
        hits = hits[hits[column] == value] if argument else hits[hits["layer"] == "loaded"]
        return hits.rename(columns={"term_id": "pattern"})[_COLUMNS]
    if family == "tone":
        scores = study.scores[(study.scores["instrument"] == argument) & study.scores["voice"].isin(voices)]
        rows = scores.merge(study.sentences[["article_id", "sentence_no", "start", "end"]])
        rows["pattern"] = [f"{score:+.2f}".replace("-", "−") for score in rows["score"]]
        return rows[_COLUMNS]
    if family == "scare_quotes":
        return study.voices[study.voices["voice"] == "scare"].assign(pattern="scare quotes")[_COLUMNS]
    if family == "naming":
        referent, _, label = argument.rpartition(":")
        names = study.names[study.names["voice"].isin(voices)]
        names = names[(names["referent"] == referent) & (names["label"] == label)]
        return names.drop(columns="pattern").rename(columns={"label": "pattern"})[_COLUMNS]
    return _attributed(study, family, argument)


def _attributed(study: Study, family: str, argument: str) -> pd.DataFrame:
    cited = study.attributions
    if family == "source_share":
        cited = cited[cited["source_type"] == argument]
    elif family == "source_words":
        cited = cited[cited["source_name"] == argument]
    elif family == "distancing_share":
        cited = cited[cited["cue_stance"] == "distancing"]
    elif family != "attributed_share":
        return pd.DataFrame(columns=_COLUMNS)
    contents = label_voice(study.spans[study.spans["role"] == "content"], study.voices)
    contents = contents.assign(attribution_no=study.spans.loc[study.spans["role"] == "content", "attribution_no"].array)
    rows = contents.merge(cited[["article_id", "attribution_no", "source_name", "source_text", "cue_lemma"]])
    source = rows["source_name"].where(rows["source_name"] != "", rows["source_text"])
    rows["pattern"] = [
        " · ".join(part for part in pair if part) for pair in zip(source, rows["cue_lemma"], strict=True)
    ]
    return rows[_COLUMNS]


def lines(
    study: Study, rows: pd.DataFrame, *, outlets: tuple[str, ...] = (), most: int, seed: int, width: int = 60
) -> tuple[pd.DataFrame, int]:
    """Concordance lines of at most `most` rows, drawn with `seed`, and how many rows there were.

    With `outlets`, only their articles are read and each outlet has its share of the lines.
    """
    by_article = dict(zip(study.articles["article_id"], study.articles["outlet"], strict=True))
    owner = rows["article_id"].map(by_article)
    if outlets:
        each = max(1, most // len(outlets))
        kept = rows[owner.isin(outlets)]
        drawn = pd.concat([sample(rows[owner == outlet], each, seed) for outlet in outlets])
    else:
        kept, drawn = rows, sample(rows, most, seed)
    return concordance(study.articles, drawn, width=width), len(kept)
