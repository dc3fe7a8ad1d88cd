"""Events side by side on one scale.

Floor: a finished table by event and outlet comes in, a figure goes out.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from analysis.charts.dots import AXIS, alt_rates, axis_words, dot, named, note_of, percent_axis, value_column
from analysis.charts.theme import StudyFigure, fit, looks, order, records, sheet, short, style, widest


def small_multiples(
    table: pd.DataFrame,
    *,
    outlets: Sequence[str] | None = None,
    measure: str = "",
    unit: str = "",
    title: str = "",
    source: str = "",
    columns: int = 3,
) -> StudyFigure:
    """One small chart for each event on one common scale: does the order of the outlets hold from event to event?

    Parameters
    ----------
    table : DataFrame, one row an outlet and event: `event`, `outlet`, a value, and `low`, `high` where there are limits.
    outlets, measure, unit, title, source : as in `interval_dots`.
    columns : charts side by side.
    """
    value = value_column(table, "event", "outlet")
    names = order(table, outlets, "outlet")
    events = sorted({str(event) for event in table["event"]})[:24]
    kept = table[table["event"].astype(str).isin(events)]
    measure, unit = named(kept, measure, unit)
    heading = title or _multiples_title(kept, value, measure)
    note = note_of(
        kept, "Each panel is one event; all share the scale.", source, table["event"].nunique() - len(events)
    )
    lines = -(-len(events) // columns)
    present = [name for name in names if name in set(kept["outlet"].astype(str))]
    panel = len(present) * 0.2
    height = lines * (panel + 0.42) + AXIS - 0.1
    limits = _limits(kept, value)
    with style():
        page = sheet(kept, heading, note, alt_rates(kept, value, heading, measure, unit), height=height)
        labels = [fit(name, 1.6, 8) for name in present]
        left = widest(labels, 8) + 0.16
        gap = 0.22
        width = (page.width - left - gap * (columns - 1) - 0.05) / columns
        look = looks(names)
        for number, event in enumerate(events):
            line, column = divmod(number, columns)
            axes = page.axes(left + column * (width + gap), height - (line + 1) * (panel + 0.42) + 0.14, width, panel)
            axes.set_title(fit(event, width * 0.9, 8.5), pad=3, size=8.5)
            for row in records(kept[kept["event"].astype(str) == event]):
                y = present.index(str(row["outlet"]))
                dot(axes, y, row[value], row.get("low", np.nan), row.get("high", np.nan), look[str(row["outlet"])])
            axes.set_ylim(len(present) - 0.5, -0.5)
            axes.set_yticks(range(len(present)), labels if column == 0 else [""] * len(present))
            axes.tick_params(axis="y", labelsize=8, pad=7)
            axes.set_xlim(*limits)
            axes.tick_params(axis="x", labelbottom=number + columns >= len(events))
            percent_axis(axes, unit)
        page.text(left, 0.02, axis_words(measure, unit), size=8.5, color="#404040", va="bottom")
    return page.figure


def _limits(table: pd.DataFrame, value: str) -> tuple[float, float]:
    columns = [column for column in (value, "low", "high") if column in table]
    numbers = table[columns].to_numpy(dtype=np.float64)
    numbers = numbers[np.isfinite(numbers)]
    low, high = (float(numbers.min()), float(numbers.max())) if numbers.size else (0.0, 1.0)
    low = 0.0 if low >= 0 else low
    pad = 0.06 * (high - low) or 1.0
    return (low if low == 0 else low - pad), high + pad


def _multiples_title(table: pd.DataFrame, value: str, measure: str) -> str:
    kept = table.dropna(subset=[value])
    tops = [
        str(rows.sort_values([value, "outlet"], kind="stable")["outlet"].iloc[-1])
        for _, rows in kept.groupby("event", sort=True)
        if len(rows) > 1
    ]
    about = measure[:1].upper() + measure[1:]
    if not tops:
        return f"{about}: no event was reported by two outlets"
    most = max(sorted(set(tops)), key=tops.count)
    return f"{about}: {short(most)} is highest in {tops.count(most)} of {len(tops)} events"
