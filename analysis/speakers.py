"""Who gets to speak: words, attributions and place in the article by kind of source, and whose claims are put in doubt.

Floor: the tables of a study come in, one row an outlet and group of sources goes out, with limits that take whole
articles as the unit.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from scipy import stats

from analysis import naming, rates
from analysis.errors import SchemaError
from analysis.schema import ATTRIBUTED_VOICES, Study

GROUPS = ("source_type", "source_name", "cue_stance", "kind", "side")
#: Sides as `doubt` takes them: a table of actors with the column `side`, or source name → side.
Sides = pd.DataFrame | Mapping[str, str]
#: What is put beside the outlets: all articles together.
ALL = "all outlets"
_WORD_COLUMNS = (
    "n_words", "n_articles", "share", "low", "high", "position", "first_third", "quoted_share", "n_attributions",
    "n_headlines",
)  # fmt: skip


def who_speaks(
    study: Study, *, by: str = "source_type", sides: Sides | None = None, level: float = 0.95
) -> pd.DataFrame:
    """Of the words that an outlet gives to others, how many each group of sources gets, and how early.

    Parameters
    ----------
    by : `source_type`, `source_name`, `cue_stance`, `kind` of the attribution (direct, indirect, mixed) or `side`.
    sides : needed for `by="side"`: a table of actors with the column `side` (domestic, foreign; ours, theirs), or a
        mapping from source name to side. Sources without a side are left out.
    level : confidence level of the limits.

    Returns
    -------
    DataFrame, one row an outlet and group that occurs, outlets and groups in order:
        `outlet`, the column `by`, `n_words` (attributed words of the body), `n_articles` (in which the group speaks),
        `share` (of the outlet's attributed words), `low`, `high` (jackknife over articles, t; missing with one article),
        `position` (mean place of its words: 0 first word of the body, 1 last), `first_third` (share of its words in the
        first third of the body), `quoted_share` (share of its words inside quotation marks), `n_attributions`,
        `n_headlines` (articles whose headline names one of the sources).

    Raises
    ------
    SchemaError
        If `by` is unknown, or `sides` is missing for `by="side"`.

    Notes
    -----
    Words of a quotation that names no source anywhere belong to no attribution and are left out here; they are in
    `voices` without `attribution_no`.
    """
    if by not in GROUPS:
        raise SchemaError(f"who_speaks: by={by!r} is not known; allowed: {', '.join(GROUPS)}")
    claims = _claims(study, sides) if by == "side" else study.attributions
    words = _attributed_words(study, claims, by)
    counts = _attribution_counts(study, claims, by)
    headlines = _headlines_that_name(study, claims, by)
    rows = []
    for outlet, part in words.groupby("outlet", sort=True):
        articles = sorted(part["article_id"].unique())
        base = part.groupby("article_id")["n_words"].sum().reindex(articles).to_numpy(float)
        for group, own in part[part[by] != ""].groupby(by, sort=True):
            top = own.groupby("article_id")["n_words"].sum().reindex(articles, fill_value=0).to_numpy(float)
            key = (str(outlet), str(group))
            rows.append((outlet, group, *_row(own, top, base, level), counts[key], headlines[key]))
    return pd.DataFrame(rows, columns=["outlet", by, *_WORD_COLUMNS])


def doubt(study: Study, *, sides: Sides, within: str | None = None, level: float = 0.95) -> pd.DataFrame:
    """How often an outlet puts the claims of each side in doubt: by the cue, and by scare quotes.

    “Tehran claims”, “Washington says”: a cue that casts doubt on one side's claims only is a difference that no count
    of words shows.

    Parameters
    ----------
    study : a measured study.
    sides : a table of actors with the column `side`, or a mapping from source name to side.
    within : an event; None takes them all.
    level : confidence level of the limits.

    Returns
    -------
    DataFrame, one row an outlet and side, then both sides over all outlets:
        `outlet`, `side`, `n_articles`, `n_claims` (attributions of the side that have a cue), `n_distancing` (of them,
        with a cue that casts doubt), `share` with `low`, `high`; `n_sentences` (of the body that name actors of this
        side and of no other), `n_scare` (stretches set off by scare quotes in them), `scare_rate` (per sentence) with
        `scare_low`, `scare_high`. Limits: the wider of the jackknife over articles (t) and the exact limits of counts that
        stand alone, so that no hit still has an upper limit; missing with one article.

    Raises
    ------
    SchemaError
        If `sides` has no side, or the event is unknown.

    Notes
    -----
    A source belongs to the side of the first actor named in its resolved name, else in its text; a source that names
    two sides (“Russia and the United States”) belongs to none. A scare quote has no source: it is counted under the side
    that its sentence names, which says near whom the doubt stands, not who is doubted.
    """
    counts = _doubt_counts(study, sides, within)
    rows = []
    for outlet, part in _by_outlet(counts):
        for side, own in part.groupby("side", sort=True):
            claims = _limits(own["n_distancing"], own["n_claims"], level, is_share=True)
            scare = _limits(own["n_scare"], own["n_sentences"], level, is_share=False)
            rows.append(
                (
                    outlet, side, len(own), int(own["n_claims"].sum()), int(own["n_distancing"].sum()), *claims,
                    int(own["n_sentences"].sum()), int(own["n_scare"].sum()), *scare,
                )
            )  # fmt: skip
    columns = ["outlet", "side", "n_articles", "n_claims", "n_distancing", "share", "low", "high",
               "n_sentences", "n_scare", "scare_rate", "scare_low", "scare_high"]  # fmt: skip
    return pd.DataFrame(rows, columns=columns)


def doubt_gap(
    study: Study, *, sides: Sides, between: Sequence[str], within: str | None = None, level: float = 0.95
) -> pd.DataFrame:
    """Asymmetric doubt: the share of one side's claims that are put in doubt minus the other side's.

    Parameters
    ----------
    study, sides, within, level : as in `doubt`.
    between : the two sides, (a, b); the gap is a minus b.

    Returns
    -------
    DataFrame, one row an outlet, then all outlets together: `outlet`, `side_a`, `side_b`, `measure` (`distancing cues`,
        `scare quotes`), `n_articles`, `n_hits_a`, `base_a`, `n_hits_b`, `base_b`, `value_a`, `value_b`, `estimate`, `low`,
        `high`. Limits: the wider of the jackknife (both sides of an article are left out together; t) and the difference
        of two exact limits (Newcombe 1998, method 10); missing below two articles, or where a side has nothing to count
        in when one article is left out.

    Raises
    ------
    SchemaError
        If a side does not occur in `sides`.
    """
    left, right = between
    counts = _doubt_counts(study, sides, within)
    unknown = [side for side in (left, right) if side not in _known_sides(sides)]
    if unknown:
        raise SchemaError(f"doubt_gap: no source has the side {unknown}; there are: {', '.join(_known_sides(sides))}")
    rows = []
    for outlet, part in _by_outlet(counts):
        wide = part.pivot_table(
            index="article_id", columns="side", values=["n_distancing", "n_claims", "n_scare", "n_sentences"],
            aggfunc="sum", fill_value=0,
        )  # fmt: skip
        for measure, hits, base in (
            ("distancing cues", "n_distancing", "n_claims"),
            ("scare quotes", "n_scare", "n_sentences"),
        ):
            arrays = [_column(wide, name, side) for side in (left, right) for name in (hits, base)]
            rows.append((outlet, left, right, measure, len(wide), *_gap(arrays, level, is_share=base == "n_claims")))
    columns = ["outlet", "side_a", "side_b", "measure", "n_articles", "n_hits_a", "base_a", "n_hits_b", "base_b",
               "value_a", "value_b", "estimate", "low", "high"]  # fmt: skip
    return pd.DataFrame(rows, columns=columns)


# --- words -----------------------------------------------------------------------------------------------------------


def _attributed_words(study: Study, claims: pd.DataFrame, by: str) -> pd.DataFrame:
    """One row a segment in an attributed voice: outlet, group, words, place in the body."""
    body = study.voices.groupby("article_id").agg(first=("start", "min"), last=("end", "max"))
    segments = study.voices[study.voices["voice"].isin(ATTRIBUTED_VOICES) & study.voices["attribution_no"].notna()]
    rows = segments.merge(claims[["article_id", "attribution_no", by]], on=["article_id", "attribution_no"])
    rows = rows.merge(study.articles[["article_id", "outlet"]], on="article_id").join(body, on="article_id")
    length = (rows["last"] - rows["first"]).clip(lower=1)
    rows["place"] = ((rows["start"] + rows["end"]) / 2 - rows["first"]) / length
    rows["is_quoted"] = rows["voice"] == "quoted"
    rows[by] = rows[by].astype("str")
    return rows[rows["n_words"] > 0]


def _attribution_counts(study: Study, claims: pd.DataFrame, by: str) -> Counter[tuple[str, str]]:
    rows = claims.merge(study.articles[["article_id", "outlet"]], on="article_id")
    return Counter(zip(rows["outlet"], rows[by].astype("str"), strict=True))


def _headlines_that_name(study: Study, claims: pd.DataFrame, by: str) -> Counter[tuple[str, str]]:
    """(outlet, group) → articles whose headline names a source of the group by its name or last name."""
    texts = _headlines(study)
    outlets = dict(zip(study.articles["article_id"], study.articles["outlet"], strict=True))
    named: set[tuple[str, str]] = set()
    columns = (claims[name].astype("str").tolist() for name in ("article_id", "source_name", by))
    for article, name, group in zip(*columns, strict=True):
        headline = texts.get(article, "")
        last = name.rpartition(" ")[2]
        if headline and name and (f" {name} " in headline or (last[:1].isupper() and f" {last} " in headline)):
            named.add((article, group))
    return Counter((outlets[article], group) for article, group in named)


def _headlines(study: Study) -> dict[str, str]:
    """Article → the words of its headline between single spaces."""
    texts = dict(zip(study.articles["article_id"], study.articles["text"], strict=True))
    found = dict(zip(study.articles["article_id"], study.articles["headline"], strict=True))
    rows = study.sentences[study.sentences["zone"] == "headline"]
    for article, start, end in zip(rows["article_id"], rows["start"], rows["end"], strict=True):
        found[article] = texts[article][start:end]
    words = {article: naming.words_of(text) for article, text in found.items()}
    return {article: f" {' '.join(forms)} " for article, forms in words.items() if forms}


def _row(own: pd.DataFrame, top: np.ndarray, base: np.ndarray, level: float) -> tuple[float, ...]:
    share, low, high = _share(top, base, level)
    weight = own["n_words"].to_numpy(float)
    total = weight.sum()
    return (
        int(total),
        int((top > 0).sum()),
        share,
        low,
        high,
        float((own["place"] * weight).sum() / total),
        float((weight * (own["place"] < 1 / 3)).sum() / total),
        float((weight * own["is_quoted"]).sum() / total),
    )


def _share(top: np.ndarray, base: np.ndarray, level: float) -> tuple[float, float, float]:
    """A share with jackknife limits inside 0 and 1; missing limits stay missing."""
    share, low, high = (float(value) for value in rates.mean_limits(top, base, level=level))
    return share, max(low, 0.0) if low == low else low, min(high, 1.0) if high == high else high


# --- doubt -----------------------------------------------------------------------------------------------------------


def _known_sides(sides: Sides) -> list[str]:
    values = sides["side"] if isinstance(sides, pd.DataFrame) else list(sides.values())
    return sorted({str(side) for side in values if side})


def _actors_with_sides(sides: Sides | None) -> tuple[pd.DataFrame, dict[str, str]]:
    """The actors whose names are looked for, and referent → side."""
    if sides is None or (isinstance(sides, pd.DataFrame) and "side" not in sides):
        raise SchemaError("sides: give a table of actors with the column `side`, or a mapping from source name to side")
    if isinstance(sides, pd.DataFrame):
        actors = sides
        side_of = {name: side for name, side in zip(sides["referent"], sides["side"], strict=True) if side}
    else:
        actors = pd.DataFrame([(name, name, "body") for name in sides], columns=["referent", "alias", "kind"])
        side_of = {str(name): str(side) for name, side in sides.items() if side}
    if not side_of:
        raise SchemaError("sides: no actor has a side; fill in the column `side` of the table of actors")
    return actors, side_of


def _claims(study: Study, sides: Sides | None) -> pd.DataFrame:
    """The attributions with the column `side`: of the first actor in the source; empty when none or two are named."""
    actors, side_of = _actors_with_sides(sides)
    names = [study.attributions[column].astype("str").tolist() for column in ("source_name", "source_text")]
    known: dict[str, str] = {}
    out = []
    for name, text in zip(*names, strict=True):
        side = ""
        for form in (name, text):
            if form not in known:
                known[form] = _side_of_text(form, actors, side_of)
            side = side or known[form]
        out.append(side)
    return study.attributions.assign(side=pd.array(out, dtype="str"))


def _side_of_text(text: str, actors: pd.DataFrame, side_of: Mapping[str, str]) -> str:
    cut = text.partition(",")[0]
    found = [side_of.get(referent, "") for referent in naming.referents_in(cut, actors)]
    named = {side for side in found if side}
    return named.pop() if len(named) == 1 else ""


def _doubt_counts(study: Study, sides: Sides, within: str | None) -> pd.DataFrame:
    """One row an article and side: claims, distancing, sentences that name the side alone, scare quotes in them."""
    actors, side_of = _actors_with_sides(sides)
    if within is not None and within not in set(study.articles["event"]):
        known = ", ".join(sorted(set(study.articles["event"])))
        raise SchemaError(f"doubt: no article reports the event {within!r}; there are: {known}")
    chosen = study.articles if within is None else study.articles[study.articles["event"] == within]
    counts: dict[tuple[str, str], list[int]] = defaultdict(lambda: [0, 0, 0, 0])
    claims = _claims(study, sides)
    cued = claims[(claims["cue_lemma"] != "") & (claims["side"] != "")]
    for article, side, stance in zip(cued["article_id"], cued["side"], cued["cue_stance"].astype("str"), strict=True):
        counts[article, side][0] += 1
        counts[article, side][1] += stance == "distancing"
    for (article, side), (n_sentences, n_scare) in _scare_counts(study, chosen, actors, side_of).items():
        counts[article, side][2] += n_sentences
        counts[article, side][3] += n_scare
    outlets = dict(zip(chosen["article_id"], chosen["outlet"], strict=True))
    rows = [
        (article, outlets[article], side, *row) for (article, side), row in sorted(counts.items()) if article in outlets
    ]
    columns = ["article_id", "outlet", "side", "n_claims", "n_distancing", "n_sentences", "n_scare"]
    return pd.DataFrame(rows, columns=columns)


def _scare_counts(
    study: Study, articles: pd.DataFrame, actors: pd.DataFrame, side_of: Mapping[str, str]
) -> dict[tuple[str, str], list[int]]:
    """(article, side) → body sentences that name this side alone, and scare quotes in them."""
    body = study.sentences[
        study.sentences["zone"].eq("body") & study.sentences["article_id"].isin(articles["article_id"])
    ]
    mentions = naming.find_mentions(articles, body, actors=actors)
    named: dict[tuple[str, int], set[str]] = defaultdict(set)
    for article, sentence, referent in zip(
        mentions["article_id"], mentions["sentence_no"], mentions["referent"], strict=True
    ):
        if referent in side_of:
            named[article, sentence].add(side_of[referent])
    scare = study.voices[study.voices["voice"] == "scare"]
    starts: dict[str, list[int]] = defaultdict(list)
    for article, start in zip(scare["article_id"], scare["start"], strict=True):
        starts[article].append(start)
    counts: dict[tuple[str, str], list[int]] = defaultdict(lambda: [0, 0])
    for article, sentence, start, end in zip(
        *(body[name].tolist() for name in ("article_id", "sentence_no", "start", "end")), strict=True
    ):
        there = named.get((article, sentence), set())
        if len(there) == 1:
            side = next(iter(there))
            counts[article, side][0] += 1
            places = starts.get(article, [])
            counts[article, side][1] += bisect_left(places, end) - bisect_left(places, start)
    return counts


def _by_outlet(counts: pd.DataFrame) -> list[tuple[str, pd.DataFrame]]:
    outlets = [(str(outlet), part) for outlet, part in counts.groupby("outlet", sort=True)]
    return [*outlets, (ALL, counts)] if len(outlets) > 1 else outlets


def _limits(hits: pd.Series, base: pd.Series, level: float, *, is_share: bool) -> tuple[float, float, float]:
    """Hits per base with limits over the articles that have something to count in; missing when none has."""
    top, under = hits.to_numpy(float), base.to_numpy(float)
    some = under > 0
    if not some.any():
        return np.nan, np.nan, np.nan
    value, low, high = (float(part) for part in rates.mean_limits(top[some], under[some], level=level))
    if low != low:
        return value, low, high
    exact_low, exact_high = _exact(top.sum(), under.sum(), level, is_share=is_share)
    return value, max(0.0, min(low, exact_low)), min(1.0 if is_share else np.inf, max(high, exact_high))


def _exact(hits: float, base: float, level: float, *, is_share: bool) -> tuple[float, float]:
    """Exact limits as if every claim stood alone (Clopper & Pearson 1934; Garwood 1936 for counts)."""
    if not is_share:
        count_low, count_high = rates.poisson_limits(np.array([hits]), level=level)
        return float(count_low[0] / base), float(count_high[0] / base)
    tail = (1 - level) / 2
    low = stats.beta.ppf(tail, hits, base - hits + 1) if hits > 0 else 0.0
    high = stats.beta.ppf(1 - tail, hits + 1, base - hits) if hits < base else 1.0
    return float(low), float(high)


def _column(wide: pd.DataFrame, name: str, side: str) -> np.ndarray:
    key = (name, side)
    return wide[key].to_numpy(float) if key in wide.columns else np.zeros(len(wide))


def _gap(arrays: Sequence[np.ndarray], level: float, *, is_share: bool) -> tuple[float, ...]:
    """Counts, shares, and the difference of two shares with limits over articles."""
    hits_a, base_a, hits_b, base_b = arrays
    totals = [float(array.sum()) for array in arrays]
    n = len(hits_a)
    with np.errstate(invalid="ignore", divide="ignore"):
        value_a, value_b = np.float64(totals[0]) / totals[1], np.float64(totals[2]) / totals[3]
        without = (totals[0] - hits_a) / (totals[1] - base_a) - (totals[2] - hits_b) / (totals[3] - base_b)
    estimate = value_a - value_b
    low = high = np.nan
    if n > 1 and np.isfinite(without).all() and np.isfinite(estimate):
        reach = np.sqrt((n - 1) / n * ((without - estimate) ** 2).sum()) * stats.t.ppf((1 + level) / 2, n - 1)
        (low_a, high_a), (low_b, high_b) = (
            _exact(totals[at], totals[at + 1], level, is_share=is_share) for at in (0, 2)
        )
        down = np.hypot(value_a - low_a, high_b - value_b)
        up = np.hypot(high_a - value_a, value_b - low_b)
        most = 1.0 if is_share else np.inf
        low, high = max(-most, estimate - max(reach, down)), min(most, estimate + max(reach, up))
    counts = (int(totals[0]), int(totals[1]), int(totals[2]), int(totals[3]))
    return (*counts, float(value_a), float(value_b), float(estimate), float(low), float(high))
