"""Words as what differs: names for the same referent, words that set two sides apart, words that move an average.

Floor: finished tables come in, figures go out; no cloud of words, every mark has a scale.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from analysis.charts import findings
from analysis.charts.theme import (
    GREY,
    SMALL,
    Look,
    StudyFigure,
    each,
    fit,
    looks,
    order,
    require,
    sheet,
    short,
    style,
    widest,
    wrapped,
)

_ROW, _AXIS = 0.215, 0.46  # inches
_MOST_OFTEN = 3  # mentions below which no label is called an outlet's most frequent one


def naming_heatmap(
    table: pd.DataFrame,
    *,
    outlets: Sequence[str] | None = None,
    most: int = 8,
    referents: int = 6,
    title: str = "",
    source: str = "",
) -> StudyFigure:
    """Which label each outlet gives to the same referent: a cell is the share of the outlet's labels, its number the count.

    Parameters
    ----------
    table : DataFrame, one row a label of a referent at an outlet (or one row a mention, as `names` with `outlet`)
        `outlet`, `referent`, `label` and, where rows are not single mentions, `n`.
    outlets, title, source : as in `interval_dots`.
    most : labels shown for each referent, by mentions; the others are added up in one row.
    referents : referents shown, by mentions.
    """
    require(table, "naming_heatmap", "outlet", "referent", "label")
    counts = table.assign(n=table.get("n", 1))
    counts = counts.groupby(["referent", "label", "outlet"], observed=True)["n"].sum().reset_index()
    by_referent = _largest(counts, "referent", referents)
    names = [name for name in order(counts, outlets, "outlet") if name in set(counts["outlet"].astype(str))]
    blocks: list[tuple[str, pd.DataFrame]] = []
    for referent in by_referent:
        grid = counts[counts["referent"] == referent].pivot_table(
            index="label", columns="outlet", values="n", aggfunc="sum", fill_value=0, observed=True
        )
        grid = grid.reindex(columns=names, fill_value=0)
        grid = grid.loc[sorted(grid.index, key=lambda label: (-grid.loc[label].sum(), label))]
        if len(grid) > most + 1:
            rest = grid.iloc[most:].sum().rename(f"{len(grid) - most} other labels")
            grid = pd.concat([grid.iloc[:most], rest.to_frame().T])
        blocks.append((referent, grid))
    drawn = pd.DataFrame(
        [
            (referent, str(label), name, int(grid.loc[label, name]), _share(grid, label, name))
            for referent, grid in blocks
            for label in grid.index
            for name in names
        ],
        columns=["referent", "label", "outlet", "n", "share"],
    )
    heading = title or _naming_title(blocks, names)
    left_out = counts["referent"].nunique() - len(blocks)
    note = "Shade: share of the outlet's labels for this referent; number: mentions." + (
        f" {left_out} more referents are in the table." if left_out else ""
    )
    note += f" Source: {source}." if source else ""
    said = [
        f"{short(r)}: {short(label)} {', '.join(f'{short(n)} {int(grid.loc[label, n])}' for n in names)}"
        for r, grid in blocks
        for label in grid.index[:3]
    ]
    cell, row, head = 0.34, 0.27, 0.34
    body = sum(len(grid) * row + head for _, grid in blocks)
    with style():
        left = widest(fit(label, 2.3) for _, grid in blocks for label in grid.index) + 0.12
        page = sheet(drawn, heading, note, f"{heading}. " + "; ".join(said[:14]) + ".", height=body + cell + 0.1)
        width = min(1.35, (page.width - left) / max(1, len(names)))
        y = page.height
        for number, name in enumerate(names):
            label = "\n".join(wrapped(short(name), SMALL, width - 0.08)[:2])
            page.text(left + (number + 0.5) * width, y - 0.17, label, size=SMALL, ha="center", va="center", color=GREY)
        y -= cell
        for referent, grid in blocks:
            page.text(0, y - head * 0.62, short(referent, 60), size=8.5, weight="bold", va="center")
            y -= head + len(grid) * row
            _naming_block(page.axes(left, y, width * len(names), len(grid) * row), grid)
    return page.figure


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
    note += f" Source: {source}." if source else ""
    alt = f"{heading}. " + "; ".join(
        f"{short(r.feature)} {findings.number(r.log_odds)} ({r.n_target} against {r.n_reference})"
        for r in each(rows.head(14))
    )
    with style():
        page = sheet(rows, heading, note, alt + ".", height=len(rows) * _ROW + _AXIS + 0.25)
        labels = [fit(word, 2.2) for word in rows["feature"]]
        left = widest(labels) + 0.12
        counts = [f"{row.n_target:,} : {row.n_reference:,}" for row in each(rows)]
        right = widest(counts, SMALL) + 0.15
        body = len(rows) * _ROW
        axes = page.axes(left, _AXIS, page.width - left - right, body)
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
                page.width, _AXIS + body - (y + 0.5) * _ROW, counts[y], size=SMALL, color=GREY, ha="right", va="center"
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
    note += f" Source: {source}." if source else ""
    alt = f"{heading}. " + "; ".join(
        f"{short(str(r.feature))} {findings.number(r.contribution, unit)}" for r in each(rows.head(14))
    )
    with style():
        page = sheet(rows, heading, note, alt + ".", height=len(rows) * _ROW + _AXIS)
        labels = [fit(word, 2.2) for word in rows["feature"]]
        left = widest(labels) + 0.12
        axes = page.axes(left, _AXIS, page.width - left - 0.1, len(rows) * _ROW)
        hues = _sides(target, reference, outlets)
        for y, value in enumerate(rows["contribution"]):
            mine = hues[0] if value > 0 else hues[1]
            axes.barh(y, value, height=0.72, color=mine.hue, hatch=mine.hatch, edgecolor="white", linewidth=0)
        axes.axvline(0, color=GREY, linewidth=1)
        axes.set_ylim(len(rows) - 0.4, -0.6)
        axes.set_yticks(range(len(rows)), labels)
        axes.set_xlabel(", ".join(part for part in ("Part of the difference", unit) if part), loc="left")
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


def _largest(counts: pd.DataFrame, column: str, most: int) -> list[str]:
    totals = counts.groupby(column, observed=True)["n"].sum()
    return [str(name) for name in sorted(totals.index, key=lambda name: (-totals[name], name))[:most]]


def _share(grid: pd.DataFrame, label: Any, name: str) -> float:
    column = grid[name].to_dict()
    total = float(sum(column.values()))
    return float(column[label]) / total if total else float("nan")


def _naming_block(axes: Axes, grid: pd.DataFrame) -> None:
    values = grid.to_numpy(dtype=np.float64)
    totals = values.sum(axis=0)
    shares = np.divide(values, totals, out=np.zeros_like(values), where=totals > 0)
    axes.imshow(shares, aspect="auto", cmap="Greys", vmin=0, vmax=1.25, interpolation="nearest")
    for y, x in np.ndindex(*values.shape):
        ink = "white" if shares[y, x] > 0.6 else GREY if values[y, x] == 0 else "#1a1a1a"
        axes.text(x, y, f"{values[y, x]:,.0f}" if totals[x] else "–", ha="center", va="center", size=SMALL, color=ink)
    axes.set_yticks(range(len(grid)), [fit(label, 2.3) for label in grid.index])
    axes.set_xticks([])
    axes.grid(visible=False)
    axes.set_xticks(np.arange(len(grid.columns) + 1) - 0.5, minor=True)
    axes.grid(visible=True, which="minor", axis="x", color="white", linewidth=2)
    axes.tick_params(which="minor", length=0)
    axes.spines["bottom"].set_visible(False)


def _naming_title(blocks: list[tuple[str, pd.DataFrame]], names: list[str]) -> str:
    """The referent for whom most outlets differ in their first label."""
    best = ("", "")
    for referent, grid in blocks:
        ranked = {name: grid[name].sort_values(ascending=False, kind="stable") for name in names}
        tops = {
            name: str(column.index[0])
            for name, column in ranked.items()
            if column.iloc[0] >= _MOST_OFTEN and (len(column) == 1 or column.iloc[0] > column.iloc[1])
        }
        if len(set(tops.values())) > 1 and not best[0]:
            pairs = list(dict.fromkeys(tops.values()))[:2]
            said = [
                f"{short(label, 24)} at {short(next(n for n in names if tops.get(n) == label), 24)}" for label in pairs
            ]
            best = (referent, ", ".join(said))
    if not blocks:
        return "No label was found for any referent"
    if not best[0]:
        return "Labels by outlet: too few mentions, or no difference in the label used most"
    return f"{short(best[0])} is most often {best[1]}"
