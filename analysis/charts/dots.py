"""Dots with their intervals on rows: the axes, the mark, the unit, and the words around them that several charts share.

Floor: finished tables with estimates and limits come in; marks are drawn on axes, and words go out.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from analysis.charts import findings
from analysis.charts.theme import GREY, MAX_ROWS, SMALL, Look, Sheet, records, short, widest
from analysis.errors import SchemaError

ROW = 0.235  # inches a row
HEAD = 0.27  # inches for the name of a group of rows
AXIS = 0.46  # inches for ticks and the unit
_VALUES = ("rate", "value", "share", "estimate")


def value_column(table: pd.DataFrame, *needed: str) -> str:
    """The column that holds the value; `SchemaError` when it, or one of `needed`, is missing."""
    missing = [name for name in needed if name not in table.columns]
    found = [name for name in _VALUES if name in table.columns]
    if missing or not found:
        lacks = missing or [f"one of {', '.join(_VALUES)}"]
        raise SchemaError(f"chart: the table lacks {lacks}; it has {list(table.columns)}")
    return found[0]


def rows_axes(
    page: Sheet, groups: list[tuple[str, int]], labels: list[str], counts: list[str]
) -> tuple[Axes, list[float]]:
    """Axes with a labelled row for each dot and its counts at the right; y of each row in inches from the top."""
    left = widest(labels) + 0.18
    right = widest(counts, SMALL) + 0.12 if any(counts) else 0.1
    body = page.height - AXIS
    axes = page.axes(left, AXIS, page.width - left - right, body)
    axes.set_ylim(body, 0)
    ys, y = [], 0.0
    for name, size in groups:
        if name:
            page.text(
                0, AXIS + body - y - HEAD * 0.62, name[:1].upper() + name[1:], size=8.5, weight="bold", va="center"
            )
            y += HEAD
        ys += [y + (number + 0.5) * ROW for number in range(size)]
        y += size * ROW
    axes.set_yticks(ys, labels)
    axes.tick_params(axis="y", pad=7)
    for place, words in zip(ys, counts, strict=True):
        page.text(page.width, AXIS + body - place, words, size=SMALL, color=GREY, ha="right", va="center")
    return axes, ys


def edge_of(numbers: np.ndarray) -> float:
    """Where the scale ends when one interval is so wide that it would press all others together; else infinity."""
    high = numbers[np.isfinite(numbers).all(axis=1)]
    if len(high) < 3 or np.median(high[:, 1]) <= 0:
        return float("inf")
    usual = float(np.median(high[:, 1]))
    return 4 * usual if high[:, 1].max() > 6 * usual else float("inf")


def dot(
    axes: Axes,
    y: float,
    value: float,
    low: float,
    high: float,
    look: Look,
    *,
    filled: bool = True,
    thin: bool = False,
    edge: float = float("inf"),
) -> None:
    """One dot with its line; what lies beyond `edge` is an arrow with its numbers."""
    if value != value:
        return
    if high > edge:
        beyond = (
            f"{findings.number(value)}, to {findings.number(high)}" if value > edge else f"to {findings.number(high)}"
        )
        axes.annotate(
            beyond, (edge, y), xytext=(-6, 4), textcoords="offset points", size=7, color=GREY, ha="right", va="bottom"
        )
        axes.plot([edge], [y], marker=5, color=look.hue, markersize=6, linestyle="none", zorder=3)
        low, high = min(low, edge), edge
        if value > edge:
            axes.plot([low, edge], [y, y], color=look.hue, linewidth=1.8, linestyle=(0, (2, 2)), zorder=2)
            return
    if low == low and high == high:
        axes.plot(
            [low, high], [y, y], color=look.hue, linewidth=1.0 if thin else 1.8, alpha=1 if filled else 0.75, zorder=2
        )
    axes.plot(
        [value], [y], marker=look.marker, color=look.hue, markerfacecolor=look.hue if filled else "white",
        markeredgewidth=1.4, linestyle="none", zorder=3, clip_on=False,
    )  # fmt: skip


def unit_axis(axes: Axes, measure: str, unit: str, *, zero: bool) -> None:
    """The x axis with its unit; from zero where the value is a count or a share."""
    low, high = axes.get_xlim()
    pad = 0.03 * (high - low)
    axes.set_xlim(0 if zero else low - pad, high + pad)
    if zero:
        axes.spines["left"].set_visible(True)
    axes.set_xlabel(axis_words(measure, unit), loc="left")
    percent_axis(axes, unit)


def axis_words(measure: str, unit: str) -> str:
    """What the axis carries, and its unit."""
    return ", ".join(
        part for part in (measure[:1].upper() + measure[1:], unit.replace("(-1 to 1)", "(−1 to 1)")) if part
    )


def percent_axis(axes: Axes, unit: str) -> None:
    """Ticks in per cent where the unit is a share or a percentage."""
    if findings.is_percent(unit):
        factor = 100 if findings.is_share(unit) else 1
        axes.xaxis.set_major_formatter(lambda value, _: f"{factor * value:.0f} %".replace("-", "−"))


def first_rows(table: pd.DataFrame) -> tuple[pd.DataFrame, int]:
    """The rows that a chart can hold, and how many more there are."""
    return table.head(MAX_ROWS).reset_index(drop=True), max(0, len(table) - MAX_ROWS)


def named(table: pd.DataFrame, measure: str, unit: str) -> tuple[str, str]:
    """How to name the value and its unit: as asked for, else as the table says where all its rows say the same."""
    return measure or findings.measure_title(only(table, "measure", "value")), unit or only(table, "unit", "")


def only(rows: pd.DataFrame, column: str, default: str) -> str:
    """The value that all rows share, else `default`."""
    values = list(dict.fromkeys(rows[column].astype(str))) if column in rows else []
    return values[0] if len(values) == 1 else default


def note_of(rows: pd.DataFrame, meaning: str, source: str, left_out: int) -> str:
    """The small print: meaning of the line, n, source, what was left out."""
    parts = [meaning]
    if "n_articles" in rows:
        voices = rows["voice"].astype(str) if "voice" in rows else pd.Series("", index=rows.index)
        most = rows.groupby(voices)["n_articles"].sum().max() if len(rows) else 0
        parts.append(f"{findings.counted(most, 'article')}.")
    if "n_events" in rows and len(rows) and rows["n_events"].max():
        parts.append(f"{findings.counted(rows['n_events'].max(), 'event')}.")
    if "n_articles_a" in rows and len(rows):
        refused = [str(r) for r, v in zip(rows["reason"], rows["verdict"], strict=True) if v == "refuse"]
        parts += [f"Not compared: {reason}" for reason in dict.fromkeys(refused)][:2]
    if left_out > 0:
        parts.append(f"{left_out} more rows are in the table behind the chart.")
    if source:
        parts.append(f"Source: {source}.")
    return " ".join(parts)


def alt_rates(rows: pd.DataFrame, value: str, heading: str, measure: str, unit: str) -> str:
    """The chart in words: its title, its kind, and up to twelve rows."""
    said = []
    for row in records(rows.head(12)):
        voice = f", {findings.voice_title(str(row['voice']))}" if row.get("voice") else ""
        event = f", {short(row['event'])}" if row.get("event") else ""
        limits = (
            f" ({findings.number(row['low'], unit)} to {findings.number(row['high'], unit)})" if "low" in row else ""
        )
        said.append(f"{short(row['outlet'])}{voice}{event}: {findings.number(row[value], unit)}{limits}")
    more = f"; and {len(rows) - 12} more" if len(rows) > 12 else ""
    return f"{heading}. Dots of {axis_words(measure, unit)} with intervals. " + "; ".join(said) + more + "."
