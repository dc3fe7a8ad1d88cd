"""One question under many definitions, as a specification curve.

Floor: a finished table, one row a definition, comes in, a figure goes out.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from analysis.charts import findings
from analysis.charts.theme import GREY, INK, SMALL, Sheet, StudyFigure, fit, require, sheet, style, widest

_MAX_SPECIFICATIONS = 400


def specification_curve(
    table: pd.DataFrame,
    *,
    choices: Sequence[str] = (),
    unit: str = "",
    title: str = "",
    source: str = "",
    level: float = 0.95,
) -> StudyFigure:
    """One question under many definitions: the estimates in order, and below each the choices that made it.

    Parameters
    ----------
    table : DataFrame, one row a specification: `estimate`, `low`, `high` and one column for each of `choices`; a row
        without an estimate was refused and is counted in the note.
    choices : columns that say what was chosen; by default every column of text that takes more than one value.
    unit : unit of the estimate; by default the table's `unit`.
    title, source, level : as in `interval_dots`.
    """
    require(table, "specification_curve", "estimate", "low", "high")
    kept = table.dropna(subset=["estimate", "low", "high"]).sort_values("estimate", kind="stable")
    step = max(1, -(-len(kept) // _MAX_SPECIFICATIONS))
    rows = kept.iloc[::step].reset_index(drop=True)
    named = list(choices) or _choice_columns(rows)
    levels = [(c, value) for c in named for value in sorted({str(v) for v in rows[c]})]
    unit = unit or (str(table["unit"].iloc[0]) if "unit" in table and len(set(table["unit"])) == 1 else "")
    heading = title or _specification_title(kept)
    refused = len(table) - len(kept)
    note = f"{len(kept):,} definitions, in order of their estimate; line: {100 * level:g} % interval; dark: it leaves out zero."
    note += f" {findings.counted(refused, 'more definition')} could not be compared." if refused else ""
    note += f" Every {step}th is drawn." if step > 1 else ""
    note = findings.sourced(note, source)
    alt = (
        f"{heading}. Estimates from {findings.number(kept['estimate'].min(), unit)} to {findings.number(kept['estimate'].max(), unit)}."
        if len(kept)
        else heading
    )
    row, top = 0.17, 1.7
    matrix = len(levels) * row + len(named) * 0.12
    with style():
        left = max(widest((fit(_plain(f"{c}: {v}"), 2.6, SMALL) for c, v in levels), SMALL) + 0.12, 0.6)
        page = sheet(rows, heading, note, alt, height=top + matrix + 0.25)
        axes = page.axes(left, matrix + 0.2, page.width - left - 0.1, top - 0.05)
        x = np.arange(len(rows))
        clear = ((rows["low"] > 0) | (rows["high"] < 0)).to_numpy()

        for mask, colour in ((clear, INK), (~clear, "#a3a3a3")):
            axes.vlines(x[mask], rows["low"][mask], rows["high"][mask], color=colour, linewidth=_thick(len(rows)))
            axes.plot(
                x[mask],
                rows["estimate"][mask],
                "o" if colour == INK else "D",
                color=colour,
                markersize=2.2 + 26 / (8 + len(rows)),
            )
        axes.axhline(0, color=GREY, linewidth=1)
        axes.set_xlim(-0.8, len(rows) - 0.2)
        axes.set_xticks([])
        axes.grid(axis="y")
        axes.set_ylabel(", ".join(part for part in ("Difference", unit) if part), size=8.5)
        below = page.axes(left, 0.12, page.width - left - 0.1, matrix)
        _choices(page, below, rows, levels, row, left)
    return page.figure


def _choice_columns(rows: pd.DataFrame) -> list[str]:
    """Columns of text that take a few values and are not about the result."""
    results = {"verdict", "reason", "unit", "method", "outlet_a", "outlet_b"}
    texts = [str(name) for name in rows.columns if not pd.api.types.is_numeric_dtype(rows[name])]
    return [name for name in texts if name not in results and 1 < rows[name].nunique() <= 12]


def _choices(
    page: Sheet, axes: Axes, rows: pd.DataFrame, levels: list[tuple[str, str]], row: float, left: float
) -> None:
    """Under each estimate a stroke in the row of every choice that made it."""
    total_height = page.figure.get_size_inches()[1]
    matrix = axes.get_position().height * total_height
    axes.set_xlim(-0.8, len(rows) - 0.2)
    axes.set_ylim(matrix, 0)
    axes.set_axis_off()
    y, before = 0.0, None
    for column, value in levels:
        if column != before:
            y += 0.12
            before = column
        chosen = np.flatnonzero(rows[column].astype(str) == value)
        axes.axhline(y + row / 2, color="#ededed", linewidth=0.7)
        axes.plot(
            chosen, [y + row / 2] * len(chosen), "|", color="#333333", markersize=7, markeredgewidth=_thick(len(rows))
        )
        page.text(
            left - 0.1,
            0.12 + matrix - y - row / 2,
            fit(_plain(f"{column}: {value}"), 2.6, SMALL),
            size=SMALL,
            ha="right",
            va="center",
        )
        y += row


def _thick(count: int) -> float:
    return float(np.clip(160 / max(1, count), 0.6, 2.2))


def _plain(value: str) -> str:
    return value.replace("_", " ")


def _specification_title(kept: pd.DataFrame) -> str:
    if kept.empty:
        return "No definition could be compared"
    above, below = int((kept["low"] > 0).sum()), int((kept["high"] < 0).sum())
    if not above and not below:
        return f"None of {len(kept):,} definitions shows a difference"
    if above and below:
        return f"It depends on the definition: {above:,} of {len(kept):,} show a positive difference, {below:,} a negative one"
    side, count = ("positive", above) if above else ("negative", below)
    return f"{count:,} of {len(kept):,} definitions show a {side} difference, none the opposite"
