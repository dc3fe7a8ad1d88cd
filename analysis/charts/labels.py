"""Names for the same referent, outlet by outlet.

Floor: a finished table of labels comes in, a figure goes out.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from analysis.charts import findings
from analysis.charts.theme import (
    GREY,
    INK,
    PALE,
    SMALL,
    Look,
    StudyFigure,
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

    Where most outlets name most referents once or twice, a share says nothing: then each cell with a mention holds the
    outlet's mark and the count, and the title says who is called what.

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
    is_few = _is_few(blocks)
    heading = title or _naming_title(blocks, names)
    left_out = counts["referent"].nunique() - len(blocks)
    meaning = "Mark: the outlet uses the label" if is_few else "Shade: share of the outlet's labels for this referent"
    note = f"{meaning}; number: mentions{', too few for shares' if is_few else ''}." + (
        f" {left_out} more referents are in the table." if left_out else ""
    )
    note = findings.sourced(note, source)
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
        look = looks(order(table, outlets, "outlet"))
        for number, name in enumerate(names):
            label = "\n".join(wrapped(short(name), SMALL, width - 0.08)[:2])
            page.text(left + (number + 0.5) * width, y - 0.17, label, size=SMALL, ha="center", va="center", color=GREY)
        y -= cell
        for referent, grid in blocks:
            page.text(0, y - head * 0.62, short(referent, 60), size=8.5, weight="bold", va="center")
            y -= head + len(grid) * row
            block = page.axes(left, y, width * len(names), len(grid) * row)
            if is_few:
                _marks(block, grid, look)
            else:
                _shades(block, grid)
    return page.figure


def _largest(counts: pd.DataFrame, column: str, most: int) -> list[str]:
    totals = counts.groupby(column, observed=True)["n"].sum()
    return [str(name) for name in sorted(totals.index, key=lambda name: (-totals[name], name))[:most]]


def _share(grid: pd.DataFrame, label: Any, name: str) -> float:
    column = grid[name].to_dict()
    total = float(sum(column.values()))
    return float(column[label]) / total if total else float("nan")


def _is_few(blocks: list[tuple[str, pd.DataFrame]]) -> bool:
    """Do most outlets name most referents too seldom for a share?"""
    totals = [int(total) for _, grid in blocks for total in grid.sum() if total]
    return sum(total < _MOST_OFTEN for total in totals) > len(totals) / 2


def _shades(axes: Axes, grid: pd.DataFrame) -> None:
    values = grid.to_numpy(dtype=np.float64)
    totals = values.sum(axis=0)
    shares = np.divide(values, totals, out=np.zeros_like(values), where=totals > 0)
    axes.imshow(shares, aspect="auto", cmap="Greys", vmin=0, vmax=1.25, interpolation="nearest")
    for y, x in np.ndindex(*values.shape):
        ink = "white" if shares[y, x] > 0.6 else GREY if values[y, x] == 0 else "#1a1a1a"
        axes.text(x, y, f"{values[y, x]:,.0f}" if totals[x] else "–", ha="center", va="center", size=SMALL, color=ink)
    _grid(axes, grid)
    axes.grid(visible=True, which="minor", axis="x", color="white", linewidth=2)


def _marks(axes: Axes, grid: pd.DataFrame, look: Mapping[str, Look]) -> None:
    for x, name in enumerate(grid.columns):
        mine = look[str(name)]
        is_named = bool(grid[name].sum())
        for y, count in enumerate(grid[name]):
            if count:
                axes.plot([x - 0.07], [y], marker=mine.marker, color=mine.hue, markersize=6, linestyle="none")
                axes.text(x + 0.07, y, f"{count:,}", size=SMALL, ha="left", va="center", color=INK)
            elif not is_named:
                axes.text(x, y, "–", size=SMALL, ha="center", va="center", color=PALE)
    axes.set_xlim(-0.5, len(grid.columns) - 0.5)
    axes.set_ylim(len(grid) - 0.5, -0.5)
    _grid(axes, grid)
    axes.set_yticks(np.arange(len(grid)) + 0.5, minor=True)
    axes.grid(visible=True, which="minor", axis="y", color="#ededed", linewidth=0.7)


def _grid(axes: Axes, grid: pd.DataFrame) -> None:
    """The labels at the rows; no ticks."""
    axes.set_yticks(range(len(grid)), [fit(label, 2.3) for label in grid.index])
    axes.set_xticks([])
    axes.grid(visible=False)
    axes.set_xticks(np.arange(len(grid.columns) + 1) - 0.5, minor=True)
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
        return _who_is_called_what(blocks, names)
    return f"{short(best[0])} is most often {best[1]}"


def _who_is_called_what(blocks: list[tuple[str, pd.DataFrame]], names: list[str]) -> str:
    """Where counts are too few to call a label the usual one: the referent with most first labels, and who uses which."""
    found: dict[str, dict[str, list[str]]] = {}
    for referent, grid in blocks:
        for name in names:
            if grid[name].sum():
                label = str(grid[name].sort_values(ascending=False, kind="stable").index[0])
                found.setdefault(referent, {}).setdefault(label, []).append(name)
    # Labels that end in the same noun (union, main union) differ less than those that do not.
    referent = max(found, key=lambda name: (len({label.split()[-1] for label in found[name]}), len(found[name])))
    labels = found[referent]
    if len(labels) < 2:
        return "Labels by outlet: no difference in the label used most"
    said = [f"{short(label, 20)} {_where(at)}" for label, at in list(labels.items())[:3]]
    return f"{short(referent, 30)} is {', '.join(said)}; too few mentions to tell a usual label"


def _where(names: list[str]) -> str:
    return f"at {short(names[0], 24)}" if len(names) == 1 else f"at {len(names)} outlets"
