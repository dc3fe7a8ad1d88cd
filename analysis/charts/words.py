"""Words as what differs: words that set two sides apart, words that move an average.

Floor: finished tables come in, figures go out; no cloud of words, every mark has a scale.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from analysis.charts import findings
from analysis.charts.dots import AXIS, axis_words
from analysis.charts.theme import GREY, SMALL, Look, StudyFigure, each, fit, looks, require, sheet, short, style, widest

_ROW = 0.215  # inches


def keyness_sides(
    table: pd.DataFrame,
    *,
    target: str = "",
    reference: str = "the others",
    outlets: Sequence[str] | None = None,
    most: int = 12,
    title: str = "",
    source: str = "",
    level: float = 0.95,
) -> StudyFigure:
    """Words that set the target apart to the right, those of the reference to the left, each with interval and counts.

    Parameters
    ----------
    table : DataFrame, one row a word (what `keyness` gives)
        `feature`, `log_odds`, `ci_low`, `ci_high`, `n_target`, `n_reference`; sorted here by `z` where it is there. Of
        several targets in a column `target` the one asked for is drawn, by default the first.
    target, reference : what to call the two sides; a side that is an outlet has its hue, any other is grey.
    most : words shown on each side.
    outlets, title, source, level : as in `interval_dots`.
    """
    require(table, "keyness_sides", "feature", "log_odds", "ci_low", "ci_high", "n_target", "n_reference")
    if "target" in table and len(table):
        target = target or str(table["target"].iloc[0])
        table = table[table["target"] == target] if target in set(table["target"]) else table
    strength = table["z"] if "z" in table else table["log_odds"]
    ranked = table.assign(_strength=strength).sort_values(["_strength", "feature"], ascending=[False, True])
    ranked = ranked.drop(columns="_strength")
    up, down = ranked[ranked["log_odds"] > 0].head(most), ranked[ranked["log_odds"] < 0].tail(most)
    rows = pd.concat([up, down]).reset_index(drop=True)
    target = target or "target"
    heading = title or _keyness_title(rows, short(target))
    note = (
        f"Log-odds with a Dirichlet prior; line: {100 * level:g} % interval; hollow: it holds zero. Numbers: uses at {short(target)} "
        f"and at {short(reference)}. The {most} strongest words of each side out of {len(table):,}."
    )
    note = findings.sourced(note, source)
    alt = f"{heading}. " + "; ".join(
        f"{short(r.feature)} {findings.number(r.log_odds)} ({r.n_target} against {r.n_reference})"
        for r in each(rows.head(14))
    )
    with style():
        page = sheet(rows, heading, note, alt + ".", height=len(rows) * _ROW + AXIS + 0.25)
        labels = [fit(word, 2.2) for word in rows["feature"]]
        left = widest(labels) + 0.12
        counts = [f"{row.n_target:,} : {row.n_reference:,}" for row in each(rows)]
        right = widest(counts, SMALL) + 0.15
        body = len(rows) * _ROW
        axes = page.axes(left, AXIS, page.width - left - right, body)
        axes.axvline(0, color=GREY, linewidth=1)
        hues = _sides(target, reference, outlets)
        for y, row in enumerate(each(rows)):
            look = hues[0] if row.log_odds > 0 else hues[1]
            filled = row.ci_low > 0 or row.ci_high < 0
            axes.plot([row.ci_low, row.ci_high], [y, y], color=look.hue, linewidth=1.6, alpha=1 if filled else 0.6)
            axes.plot(
                [row.log_odds],
                [y],
                look.marker,
                color=look.hue,
                markersize=5.5,
                markerfacecolor=look.hue if filled else "white",
            )
            page.text(
                page.width, AXIS + body - (y + 0.5) * _ROW, counts[y], size=SMALL, color=GREY, ha="right", va="center"
            )
        axes.set_ylim(len(rows) - 0.5, -0.5)
        axes.set_yticks(range(len(rows)), labels)
        axes.set_xlabel(
            f"Log-odds ratio; right: more at {fit(target, 1.4)}; left: more at {fit(reference, 1.4)}", loc="left"
        )
    return page.figure


def word_shift(
    table: pd.DataFrame,
    *,
    target: str = "",
    reference: str = "the others",
    outlets: Sequence[str] | None = None,
    unit: str = "",
    most: int = 20,
    title: str = "",
    source: str = "",
) -> StudyFigure:
    """Which words move the average from the reference to the target; the bars of all words add up to the difference.

    Parameters
    ----------
    table : DataFrame, one row a word: `feature`, `contribution` (its part of the difference, in the unit of the measure).
    target, reference, outlets, title, source : as in `keyness_sides`.
    unit : unit of the contributions.
    most : words shown, by size; the rest stand in one bar.
    """
    require(table, "word_shift", "feature", "contribution")
    ranked = table.iloc[np.argsort(-table["contribution"].abs().to_numpy(), kind="stable")]
    rows = ranked.head(most)[["feature", "contribution"]].reset_index(drop=True)
    rest = float(ranked["contribution"].iloc[most:].sum())
    if len(ranked) > most:
        last = pd.DataFrame({"feature": [f"all {len(ranked) - most:,} other words"], "contribution": [rest]})
        rows = pd.concat([rows, last], ignore_index=True)
    total = float(ranked["contribution"].sum())
    target = target or "target"
    side = "above" if total > 0 else "below"
    heading = title or (
        f"In these texts {short(target)} scores {findings.number(abs(total), unit)} {side} {short(reference)}; "
        f"{short(str(rows['feature'].iloc[0]), 24) if len(rows) else 'no word'} moves it most"
    )
    note = f"Bars of all {len(ranked):,} words add up to the difference, {findings.number(total, unit)}. No interval: a bar is a sum, not an estimate."
    note = findings.sourced(note, source)
    alt = f"{heading}. " + "; ".join(
        f"{short(str(r.feature))} {findings.number(r.contribution, unit)}" for r in each(rows.head(14))
    )
    with style():
        page = sheet(rows, heading, note, alt + ".", height=len(rows) * _ROW + AXIS)
        labels = [fit(word, 2.2) for word in rows["feature"]]
        left = widest(labels) + 0.12
        axes = page.axes(left, AXIS, page.width - left - 0.1, len(rows) * _ROW)
        hues = _sides(target, reference, outlets)
        for y, value in enumerate(rows["contribution"]):
            mine = hues[0] if value > 0 else hues[1]
            axes.barh(y, value, height=0.72, color=mine.hue, hatch=mine.hatch, edgecolor="white", linewidth=0)
        axes.axvline(0, color=GREY, linewidth=1)
        axes.set_ylim(len(rows) - 0.4, -0.6)
        axes.set_yticks(range(len(rows)), labels)
        axes.set_xlabel(f"{axis_words('Part of the difference', unit)}; right: raises {fit(target, 1.4)}", loc="left")
    return page.figure


def _keyness_title(rows: pd.DataFrame, target: str) -> str:
    """The words whose difference holds with all words taken together (`p_adj`), else by their interval."""
    clear = rows[(rows["p_adj"] < 0.05) if "p_adj" in rows else (rows["ci_low"] > 0) | (rows["ci_high"] < 0)]
    more = [short(word, 20) for word in clear.loc[clear["log_odds"] > 0, "feature"].head(3)]
    fewer = [short(word, 20) for word in clear.loc[clear["log_odds"] < 0, "feature"].iloc[::-1].head(3)]
    if not more and not fewer:
        return f"Words that set {target} apart: {findings.NO_DIFFERENCE}"
    said = [f"more {', '.join(more)}"] * bool(more) + [f"less {', '.join(fewer)}"] * bool(fewer)
    return f"Words that set {target} apart: {'; '.join(said)}"


def _sides(target: str, reference: str, outlets: Sequence[str] | None) -> tuple[Look, Look]:
    """The looks of the two sides: an outlet's own, else grey; hatched on the reference's side."""
    known = looks(outlets or [target])
    return known.get(target, Look("#3d3d3d", "o", "")), known.get(reference, Look("#8c8c8c", "s", "////"))
