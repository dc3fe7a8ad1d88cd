"""What moves an instrument that should not move it: names, quotation marks, splitting, page furniture; and where it is blind.

Floor: texts and tables come in, tables of shares and changes go out. The sentences and the furniture were written here.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from itertools import combinations

import numpy as np
import pandas as pd

from analysis import loaded_terms, sentences, sentiment, words
from analysis.sentiment import textblob_tone, vader_tone
from analysis.sentiment.accuracy import share_limits

Scorer = Callable[[Sequence[str]], pd.DataFrame]

#: Two names that may stand in each other's place, and what kind of pair they are.
PAIRS: tuple[tuple[str, str, str], ...] = (
    ("country", "Russia", "the United States"),
    ("country", "Israel", "Iran"),
    ("person", "Assad", "Obama"),
    ("outlet", "Fox", "MSNBC"),
    ("party", "Democrats", "Republicans"),
    ("sex", "John", "Mary"),
    ("sex", "Robert", "Patricia"),
    ("sex", "Brad", "Grace"),
    ("group", "Emily", "Lakisha"),
    ("group", "Greg", "Jamal"),
    ("group", "Brad", "Hakim"),
    ("group", "Anne", "Fatima"),
)
#: Fixed news sentences with one place for a name; neutral, negative and positive ones.
SENTENCES: tuple[str, ...] = (
    "{} will answer questions on Tuesday.",
    "On Tuesday {} answered questions about the budget.",
    "The report mentions {} in its second chapter.",
    "Talks with {} will go on next week, the ministry said.",
    "A spokesman for the council said that {} had been informed.",
    "Critics accused {} of misleading the public.",
    "The inquiry found that {} ignored clear warnings.",
    "Protesters blamed {} for the failed evacuation.",
    "The reckless plan put forward by {} collapsed within a month.",
    "Observers praised {} for a calm and honest answer.",
    "The agreement is a clear success for {}.",
    "Neighbours thanked {} for helping the victims of the flood.",
    "Experts welcomed the careful proposal made by {}.",
)
#: What a page leaves around an article: written here, after what real pages leave.
FURNITURE: tuple[str, ...] = (
    "Follow our reporters for more great stories, free newsletters and exclusive offers.",
    "Editors elsewhere may run our stories for nothing, as long as they say where they found them.",
    "Sign up today to support award-winning independent journalism you can trust.",
    "Do you wonder how we work, or would you like to join us? Write to the editors.",
)
VARIANTS = (
    "quotes taken out",
    "curly marks",
    "straight marks",
    "split at every stop",
    "whole text",
    "furniture left in",
)
_QUOTED = re.compile(r'"[^"\n]{1,2000}"')
_CURLY = str.maketrans({"'": "’"})


def name_swap(
    texts: Sequence[str] = SENTENCES, *, pairs: Sequence[tuple[str, str, str]] = PAIRS, score: Scorer | None = None
) -> pd.DataFrame:
    """How far each instrument's score moves when one name takes another's place and nothing else changes.

    Parameters
    ----------
    texts : sentences with `{}` where the name stands, or real sentences, in which the first name of a pair is found and
        replaced (those without it are left out).
    pairs : (kind, name, other name).
    score : instruments to look at (texts → one column each); `sentiment.score_texts` by default.

    Returns
    -------
    DataFrame, one row a pair and instrument: `kind`, `name`, `other`, `instrument`, `n` (sentences), `mean_change`
        (other minus name; up = the other name is read as more positive), `largest_change` (absolute),
        `share_changed`. An instrument that does not look at names has 0 in the last three.

    Notes
    -----
    `toward` is the difference of p_positive and p_negative toward the name itself.
    """
    rows = []
    for kind, name, other in pairs:
        before, after = _swapped(texts, name, other)
        if not before:
            continue
        scores = [
            _with_target([text for text, _ in side], [span for _, span in side], score) for side in (before, after)
        ]
        change = scores[1] - scores[0]
        for instrument in change.columns:
            one = change[instrument].to_numpy()
            rows.append(
                (kind, name, other, instrument, len(one), one.mean(), np.abs(one).max(), (np.abs(one) > 1e-12).mean())
            )
    columns = ["kind", "name", "other", "instrument", "n", "mean_change", "largest_change", "share_changed"]
    return pd.DataFrame(rows, columns=columns)


def robustness(articles: pd.DataFrame, *, score: Scorer | None = None) -> pd.DataFrame:
    """How often two outlets on one event change places when something that is no tone changes.

    Each article's tone is the mean of its sentences, weighted by words; then the text is read in another way
    (`VARIANTS`) and the order of every pair of outlets on an event is compared.

    Parameters
    ----------
    articles : DataFrame, one row an article: `article_id`, `outlet`, `event`, `text` (the body).
    score : instruments to look at; by default `raw_scores`, the libraries as they come and ours, without the
        normalisation that the study does.

    Returns
    -------
    DataFrame, one row a variant and instrument: `variant`, `instrument`, `n_pairs`, `n_reversed`, `share`, `low`, `high`
        (Wilson, 95 %), `mean_shift` (of an article's tone).
    """
    scorer = raw_scores if score is None else score
    base = article_tone(articles, score=scorer)
    pairs = [
        pair
        for _, event in articles.groupby("event", sort=True)
        for pair in combinations(event["article_id"].tolist(), 2)
    ]
    rows = []
    for variant in VARIANTS:
        other = article_tone(articles, variant=variant, score=scorer)
        for instrument in base.columns:
            one, two = base[instrument], other[instrument]
            products = [(one[a] - one[b]) * (two[a] - two[b]) for a, b in pairs]
            n = sum(product < 0 for product in products)
            low, high = share_limits(n, len(pairs))
            share = n / len(pairs) if pairs else np.nan
            rows.append((variant, instrument, len(pairs), n, share, low, high, float((two - one).mean())))
    columns = ["variant", "instrument", "n_pairs", "n_reversed", "share", "low", "high", "mean_shift"]
    return pd.DataFrame(rows, columns=columns)


def coverage(texts: Sequence[str], *, score: Scorer | None = None) -> pd.DataFrame:
    """Share of sentences that each instrument scores exactly 0: what it does not see.

    Returns
    -------
    DataFrame, one row an instrument: `instrument`, `share_zero`, `low`, `high` (Wilson, 95 %), `n`.
    """
    scores = (sentiment.score_texts if score is None else score)(texts)
    rows = []
    for instrument in scores.columns:
        n = int((scores[instrument] == 0).sum())
        rows.append(
            (instrument, n / len(scores) if len(scores) else np.nan, *share_limits(n, len(scores)), len(scores))
        )
    return pd.DataFrame(rows, columns=["instrument", "share_zero", "low", "high", "n"])


def article_tone(articles: pd.DataFrame, *, variant: str = "", score: Scorer | None = None) -> pd.DataFrame:
    """Tone of each article under each instrument, read in one of the ways of `VARIANTS` (empty: as the study reads it).

    Returns
    -------
    DataFrame, index `article_id`, one column an instrument: mean over sentences, weighted by words.
    """
    owners: list[str] = []
    texts: list[str] = []
    for article, text in zip(articles["article_id"].tolist(), articles["text"].tolist(), strict=True):
        cut = _cut(text, variant)
        owners += [article] * len(cut)
        texts += cut
    scores = (sentiment.score_texts if score is None else score)(texts)
    weight = np.array([len(words.word_offsets(text)[0]) for text in texts], dtype=np.float64)
    sums = scores.mul(weight, axis=0).groupby(owners).sum()
    total = pd.Series(weight).groupby(owners).sum()
    return sums.div(total.where(total > 0), axis=0).reindex(articles["article_id"].tolist()).fillna(0.0)


def raw_scores(texts: Sequence[str]) -> pd.DataFrame:
    """The instruments as a notebook would call them, TextBlob and VADER without any normalisation of the text."""
    return sentiment.score_texts(texts).assign(
        textblob=[textblob_tone.sentiment(text)[0] for text in texts],
        vader=[vader_tone.compound(text) for text in texts],
    )


#: Column of the rate of loaded terms beside the instruments of tone.
TERMS = "loaded_terms"


def raw_scores_and_terms(texts: Sequence[str]) -> pd.DataFrame:
    """`raw_scores`, and beside them the hits of the layer `loaded` per word."""
    ready = loaded_terms.matcher()
    hits = [
        sum(ready.layers[hit.entry] == "loaded" for hit in loaded_terms.find_hits(text, [(0, len(text))], ready))
        for text in texts
    ]
    lengths = [max(1, len(words.word_offsets(text)[0])) for text in texts]
    return raw_scores(texts).assign(**{TERMS: np.divide(hits, lengths)})


def _cut(text: str, variant: str) -> list[str]:
    """The pieces of a text that are scored, read in the way of `variant`."""
    if variant == "whole text":
        return [text]
    if variant == "split at every stop":
        return [piece for piece in re.split(r"(?<=[.!?])\s+|\n+", text) if piece.strip()]
    if variant == "quotes taken out":
        text = _without_quotes(text)
    elif variant == "curly marks":
        text = words.normalise(text).translate(_CURLY)
    elif variant == "straight marks":
        text = words.normalise(text)
    paragraphs = [(start, end) for start, end in _paragraphs(text)]
    cut = [text[a:b] for start, end in paragraphs for a, b in sentences.split_text(text, start, end)]
    return [*cut, *FURNITURE] if variant == "furniture left in" else cut


def _without_quotes(text: str) -> str:
    straight = words.normalise(text)
    spans = [match.span() for match in _QUOTED.finditer(straight)]
    ends = [0, *(end for _, end in spans)]
    starts = [*(start for start, _ in spans), len(text)]
    return " ".join(text[a:b] for a, b in zip(ends, starts, strict=True))


def _paragraphs(text: str) -> list[tuple[int, int]]:
    return [match.span() for match in re.finditer(r"[^\n]+", text)]


_Placed = tuple[str, tuple[int, int]]


def _swapped(texts: Sequence[str], name: str, other: str) -> tuple[list[_Placed], list[_Placed]]:
    """Each sentence with the one name and with the other, and where the name stands in it."""
    before: list[_Placed] = []
    after: list[_Placed] = []
    whole = re.compile(rf"\b{re.escape(name)}\b")
    for text in texts:
        found = text.find("{}") if "{}" in text else getattr(whole.search(text), "start", lambda: -1)()
        if found < 0:
            continue
        for side, form in ((before, name), (after, other)):
            new = text.replace("{}", form) if "{}" in text else whole.sub(form, text)
            side.append((new, (found, found + len(form))))
    return before, after


def _with_target(texts: Sequence[str], spans: Sequence[tuple[int, int]], score: Scorer | None) -> pd.DataFrame:
    """Scores of the instruments, and by default tone toward the name as one more column."""
    if score is not None:
        return score(texts)
    toward = sentiment.score_toward(texts, spans)
    return sentiment.score_texts(texts).assign(toward=toward["p_positive"] - toward["p_negative"])
