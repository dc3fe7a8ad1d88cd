"""How well the tone instruments agree with people: correlation, macro-F1, calibration, order of outlets; with intervals.

Floor: scores and human codes come in as arrays or tables, small tables go out; no corpus is read here.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from scipy import stats

N_RESAMPLES = 2_000
CLASS_COLUMNS = ("p_negative", "p_neutral", "p_positive")


def correlations(
    scores: pd.DataFrame, ratings: Sequence[float], groups: Sequence[str], *, level: float = 0.95, seed: int = 20160816
) -> pd.DataFrame:
    """Pearson's r of each instrument with mean human ratings; the interval resamples whole groups (editorials).

    Parameters
    ----------
    scores : DataFrame, shape (T, instruments), one column an instrument.
    ratings, groups : T mean ratings, and the text that each sentence was taken from.

    Returns
    -------
    DataFrame, shape (instruments, 7): `instrument`, `r`, `low`, `high`, `share_zero` (scored exactly 0), `n`, `n_groups`.
    """
    rated = np.asarray(ratings, dtype=np.float64)
    codes, names = pd.factorize(np.asarray(groups, dtype=object), sort=True)
    counts = _resampled_counts(len(names), seed)
    rows = []
    for instrument in scores.columns:
        score = scores[instrument].to_numpy(dtype=np.float64)
        moments = np.stack([np.ones_like(score), score, rated, score * score, rated * rated, score * rated], axis=1)
        per_group = np.zeros((len(names), moments.shape[1]))
        np.add.at(per_group, codes, moments)
        drawn = _r_of(counts @ per_group)
        drawn = drawn[~np.isnan(drawn)]
        low, high = np.quantile(drawn, [(1 - level) / 2, (1 + level) / 2]) if len(drawn) else (np.nan, np.nan)
        whole = _r_of(per_group.sum(axis=0, keepdims=True))[0]
        rows.append((instrument, whole, low, high, (score == 0).mean(), len(score), len(names)))
    return pd.DataFrame(rows, columns=["instrument", "r", "low", "high", "share_zero", "n", "n_groups"])


def target_accuracy(
    scores: pd.DataFrame, classes: Sequence[int], groups: Sequence[str], *, level: float = 0.95, seed: int = 20160816
) -> pd.DataFrame:
    """Agreement of `score_toward` with people, for all targets and for those that got a label.

    Parameters
    ----------
    scores : the table of `score_toward`, T rows.
    classes : T human classes: 0 negative, 1 neutral, 2 positive.
    groups : T sentences or articles; the interval resamples whole ones.

    Returns
    -------
    DataFrame, shape (2, 8): `labels` (`all`, `sure`), `f1` (macro), `low`, `high`, `accuracy`, `brier` (0 best, 2 worst),
        `share` (of all targets), `n`.
    """
    true = np.asarray(classes, dtype=np.int64)
    probabilities = scores[list(CLASS_COLUMNS)].to_numpy()
    guessed = probabilities.argmax(axis=1)
    is_sure = (scores["label"] != "unsure").to_numpy()
    rows = []
    for name, kept in (("all", np.ones(len(true), dtype=bool)), ("sure", is_sure)):
        codes, names = pd.factorize(np.asarray(groups, dtype=object)[kept], sort=True)
        table = np.zeros((len(names), 9))
        np.add.at(table, (codes, 3 * true[kept] + guessed[kept]), 1)
        drawn = _macro_f1(_resampled_counts(len(names), seed) @ table)
        low, high = np.quantile(drawn, [(1 - level) / 2, (1 + level) / 2])
        brier = ((probabilities[kept] - np.eye(3)[true[kept]]) ** 2).sum(axis=1).mean()
        f1 = _macro_f1(table.sum(axis=0, keepdims=True))[0]
        rows.append((name, f1, low, high, (true == guessed)[kept].mean(), brier, kept.mean(), int(kept.sum())))
    return pd.DataFrame(rows, columns=["labels", "f1", "low", "high", "accuracy", "brier", "share", "n"])


def reliability(scores: pd.DataFrame, classes: Sequence[int], *, n_bins: int = 8) -> pd.DataFrame:
    """The reliability curve: how often what was given this probability is true (all three classes pooled).

    Returns
    -------
    DataFrame, shape (up to n_bins, 4): `predicted` (mean probability in the bin), `observed` (share true), `low`, `high`
        (Wilson, 95 %), `n`.
    """
    probability = scores[list(CLASS_COLUMNS)].to_numpy().ravel()
    is_true = np.eye(3, dtype=bool)[np.asarray(classes, dtype=np.int64)].ravel()
    bins = np.minimum((probability * n_bins).astype(int), n_bins - 1)
    rows = []
    for number in np.unique(bins):
        inside = bins == number
        low, high = share_limits(int(is_true[inside].sum()), int(inside.sum()))
        rows.append((probability[inside].mean(), is_true[inside].mean(), low, high, int(inside.sum())))
    return pd.DataFrame(rows, columns=["predicted", "observed", "low", "high", "n"])


def outlet_order(tones: pd.DataFrame, stances: pd.DataFrame) -> pd.DataFrame:
    """Does an instrument put two outlets on one event in the order in which people put them?

    Parameters
    ----------
    tones : DataFrame, one row an article and instrument: `article_id`, `instrument`, `tone`.
    stances : DataFrame, one row a pair on one event: `article_a`, `article_b`, `is_a_kinder` (people's judgement).

    Returns
    -------
    DataFrame, one row an instrument: `instrument`, `share` (in people's order; ties count half; .50 is chance), `low`,
        `high` (Wilson, 95 %), `n_pairs`.
    """
    rows = []
    for instrument, one in tones.groupby("instrument", sort=False, observed=True):
        tone = one.set_index("article_id")["tone"]
        gap = tone.reindex(stances["article_a"]).to_numpy() - tone.reindex(stances["article_b"]).to_numpy()
        is_known = ~np.isnan(gap)
        kinder = np.where(stances["is_a_kinder"].to_numpy(dtype=bool), 1.0, -1.0)
        right = float(((np.sign(gap[is_known]) * kinder[is_known] + 1) / 2).sum())
        n = int(is_known.sum())
        low, high = share_limits(right, n)
        rows.append((str(instrument), right / n if n else np.nan, low, high, n))
    return pd.DataFrame(rows, columns=["instrument", "share", "low", "high", "n_pairs"])


def share_limits(count: float, n: int, *, level: float = 0.95) -> tuple[float, float]:
    """Wilson limits of a share; (0, 1) when there is nothing to count."""
    if n == 0:
        return 0.0, 1.0
    z = float(stats.norm.ppf((1 + level) / 2))
    centre = (count + z * z / 2) / (n + z * z)
    half = z / (n + z * z) * np.sqrt(count * (n - count) / n + z * z / 4)
    return float(max(centre - half, 0.0)), float(min(centre + half, 1.0))


def _resampled_counts(n_groups: int, seed: int) -> np.ndarray:
    """How often each group is drawn in each resample, shape (N_RESAMPLES, n_groups)."""
    return np.random.default_rng(seed).multinomial(n_groups, np.full(n_groups, 1 / n_groups), size=N_RESAMPLES)


def _r_of(moments: np.ndarray) -> np.ndarray:
    """r from rows of (n, Σx, Σy, Σx², Σy², Σxy); not a number where one side does not vary."""
    n, x, y, xx, yy, xy = moments.T
    with np.errstate(invalid="ignore", divide="ignore"):
        return (n * xy - x * y) / np.sqrt((n * xx - x * x) * (n * yy - y * y))


def _macro_f1(tables: np.ndarray) -> np.ndarray:
    """Macro-F1 of rows of 3 x 3 counts (true by guessed)."""
    square = tables.reshape(-1, 3, 3)
    hit = square[:, [0, 1, 2], [0, 1, 2]]
    total = square.sum(axis=1) + square.sum(axis=2)
    return (2 * hit / np.maximum(total, 1)).mean(axis=1)
