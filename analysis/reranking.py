"""A study under the second instrument of loaded terms: the words that a trained re-ranker marks stand where hits stood.

Floor: a measured study and a re-ranker come in; the same study with other hits goes out, for `compare`, `multiverse`
(`studies={"re-ranker": …}`) and every chart.
"""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from analysis.loaded_terms import mark_scare
from analysis.loaded_terms.reranker import Reranker, find_marked_words
from analysis.recipe import sha256_of
from analysis.schema import Study, table
from analysis.voice import label_voice

#: Layers that the re-ranker takes the place of; cue verbs, hedges and severity words stay as the lexicon finds them.
REPLACED = ("loaded", "watch")


def rerank(study: Study, reranker: Reranker, *, lexicon: pd.DataFrame | None = None) -> Study:
    """The study with the re-ranker's words in the layer `loaded`, instead of the lexicon's hits there.

    The measure of loaded terms then counts words that BABE's experts would probably mark, listed or not. It is a second
    opinion for the user who trained it; `study` is not changed.

    Parameters
    ----------
    lexicon : the lexicon that the re-ranker was trained over; ours by default.

    Returns
    -------
    Study; in `runs`, `model_sha256` covers the re-ranker too, and `run_id` follows from it.

    Raises
    ------
    ResourceError
        If the re-ranker was trained over another lexicon.
    """
    words = find_marked_words(study.articles, study.sentences, reranker, lexicon=lexicon)
    marked = mark_scare(label_voice(words, study.voices), study.articles, study.voices)
    kept = study.hits[~study.hits["layer"].isin(REPLACED)]
    order = {article: number for number, article in enumerate(study.articles["article_id"].tolist())}
    hits = pd.concat([kept, marked], ignore_index=True)
    hits = hits.assign(place=hits["article_id"].map(order)).sort_values(["place", "start", "end"], kind="stable")
    hits["hit_no"] = hits.groupby("place").cumcount()
    return replace(study, hits=table("hits", hits), runs=_runs(study.runs, reranker))


def _runs(runs: pd.DataFrame, reranker: Reranker) -> pd.DataFrame:
    both = [sha256_of(model, reranker.sha256) for model in runs["model_sha256"].tolist()]
    names = [sha256_of(name, reranker.sha256)[:16] for name in runs["run_id"].tolist()]
    return table("runs", runs.assign(model_sha256=both, run_id=names))
