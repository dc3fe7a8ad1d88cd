"""Charts that question a result: other definitions, other times, and whether stated chances come true.

Floor: finished tables come in, figures go out.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from analysis.charts import findings
from analysis.charts.layout import spread
from analysis.charts.theme import (
    GREY,
    INK,
    PALE,
    SMALL,
    Sheet,
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
)

_AXIS = 0.46  # inches
_MAX_SPECIFICATIONS = 400
_MAX_OUTLETS = 12


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
    note += f" Source: {source}." if source else ""
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


def time_series(
    table: pd.DataFrame,
    *,
    outlets: Sequence[str] | None = None,
    measure: str = "",
    unit: str = "",
    title: str = "",
    source: str = "",
    level: float = 0.95,
) -> StudyFigure:
    """A measure over time, one line with its interval for each outlet, named at its end.

    Parameters
    ----------
    table : DataFrame, one row an outlet and period: `period` (ISO date or month), `outlet`, `value` (or `rate`), and
        `low`, `high` where there are limits. Periods are in order of their text and equally spaced.
    outlets, measure, unit, title, source, level : as in `interval_dots`.
    """
    value = "value" if "value" in table.columns else "rate"
    require(table, "time_series", "period", "outlet", value)
    rows = table.assign(period=table["period"].astype(str), outlet=table["outlet"].astype(str))
    rows = rows.sort_values(["outlet", "period"], kind="stable").reset_index(drop=True)
    periods = sorted(set(rows["period"]))
    names = [n for n in order(rows, outlets, "outlet") if n in set(rows["outlet"])][:_MAX_OUTLETS]
    measure = measure or (
        findings.measure_title(str(table["measure"].iloc[0])) if "measure" in table and len(table) else "value"
    )
    unit = unit or (str(table["unit"].iloc[0]) if "unit" in table and len(table) else "")
    has_limits = {"low", "high"} <= set(rows.columns)
    heading = title or _series_title(rows, value, names, measure, periods)
    note = (
        f"Band: {100 * level:g} % interval. " if has_limits else ""
    ) + f"{len(periods)} periods, {findings.counted(len(names), 'outlet')}."
    note += f" Source: {source}." if source else ""
    alt = f"{heading}. " + "; ".join(
        f"{short(name)} from {findings.number(part[value].iloc[0], unit)} to {findings.number(part[value].iloc[-1], unit)}"
        for name in names
        if len(part := rows[rows["outlet"] == name])
    )
    with style():
        page = sheet(rows, heading, note, alt + ".", height=3.4)
        labels = [fit(name, 1.7) for name in names]
        right = widest(labels, 8.5, bold=True) + 0.27
        left, height = 0.55, 3.4 - _AXIS - 0.25
        axes = page.axes(left, _AXIS, page.width - left - right, height)
        look = looks(order(table, outlets, "outlet"))
        ends = []
        for name in names:
            part = rows[rows["outlet"] == name]
            x = [periods.index(period) for period in part["period"]]
            mine = look[name]
            if has_limits:
                axes.fill_between(x, part["low"], part["high"], color=mine.hue, alpha=0.13, linewidth=0)
            axes.plot(x, part[value], color=mine.hue, marker=mine.marker, markersize=4.5)
            ends.append(float(part[value].iloc[-1]))
        axes.grid(axis="y")
        step = max(1, -(-len(periods) // 7))
        axes.set_xticks(range(0, len(periods), step), [short(period, 12) for period in periods[::step]])
        axes.set_xlim(-0.3, len(periods) - 0.7)
        if (rows[value] >= 0).all() and (not has_limits or (rows["low"] >= 0).all()):
            axes.set_ylim(bottom=0)
        low, high = axes.get_ylim()
        inches = [(end - low) / (high - low) * height for end in ends]
        for name, label, wanted, y in zip(
            names, labels, inches, spread(inches, [0.17] * len(names), 0, height), strict=True
        ):
            page.text(
                page.width - right + 0.2,
                _AXIS + float(y),
                label,
                size=8.5,
                color=look[name].hue,
                va="center",
                weight="bold",
            )
            if abs(y - wanted) > 0.05:
                axes.annotate(
                    "",
                    (1.0, wanted / height),
                    (1.03, float(y) / height),
                    xycoords="axes fraction",
                    textcoords="axes fraction",
                    arrowprops={"arrowstyle": "-", "color": PALE},
                )
        words = findings.unit_words(unit) or unit
        page.text(
            0,
            3.4 - 0.08,
            ", ".join(part for part in (measure[:1].upper() + measure[1:], words) if part),
            size=8.5,
            color="#404040",
            va="center",
        )
    return page.figure


def reliability_curve(table: pd.DataFrame, *, title: str = "", source: str = "") -> StudyFigure:
    """Do stated chances come true? Observed share against stated chance; on the diagonal they do.

    Parameters
    ----------
    table : DataFrame, one row a bin of one class: `predicted` (mean stated chance), `observed` (share that came true),
        `n` (cases) and, where they are there, `low`, `high` (limits of `observed`) and `label` (class or instrument).
    title, source : as in `interval_dots`.
    """
    require(table, "reliability_curve", "predicted", "observed", "n")
    rows = table.assign(label=table["label"].astype(str) if "label" in table else "")
    labels = list(dict.fromkeys(rows["label"]))[:9]
    total = float(rows["n"].sum())
    miss = float((rows["n"] * (rows["observed"] - rows["predicted"]).abs()).sum() / total) if total else float("nan")
    heading = title or f"Stated chances are off by {findings.number(100 * miss)} points on average"
    note = f"Dot: one bin of cases, larger with more; diagonal: stated chances come true; line: 95 % interval. {total:,.0f} cases."
    note += f" Source: {source}." if source else ""
    alt = f"{heading}. " + "; ".join(
        f"{short(r.label)} stated {findings.number(r.predicted, 'share')}, observed {findings.number(r.observed, 'share')}"
        for r in each(rows.head(14))
    )
    side = 3.5
    with style():
        page = sheet(rows, heading, note, alt + ".", height=side + _AXIS + 0.1)
        axes = page.axes(0.6, _AXIS, side, side)
        axes.plot([0, 1], [0, 1], color=GREY, linewidth=1, linestyle=(0, (4, 3)))
        look = looks(labels)
        for label in labels:
            part = rows[rows["label"] == label].sort_values("predicted", kind="stable")
            if {"low", "high"} <= set(part.columns):
                axes.vlines(part["predicted"], part["low"], part["high"], color=look[label].hue, linewidth=1.2)
            sizes = 14 + 60 * np.sqrt(part["n"] / max(1.0, float(rows["n"].max())))
            axes.plot(part["predicted"], part["observed"], color=look[label].hue, linewidth=1, alpha=0.6)
            axes.scatter(
                part["predicted"], part["observed"], s=sizes, marker=look[label].marker, color=look[label].hue, zorder=3
            )
        axes.set_xlim(0, 1)
        axes.set_ylim(0, 1)
        axes.grid(axis="both")
        for axis in (axes.xaxis, axes.yaxis):
            axis.set_major_formatter(lambda value, _: f"{100 * value:.0f} %")
        axes.set_xlabel("Stated chance", loc="left")
        axes.set_ylabel("Observed share", loc="bottom")
        for number, label in enumerate(name for name in labels if name):
            y = _AXIS + side - 0.12 - number * 0.2
            key = page.axes(side + 0.85, y - 0.05, 0.1, 0.1)
            key.set_axis_off()
            key.plot([0], [0], look[label].marker, color=look[label].hue, markersize=6)
            page.text(side + 1.05, y, fit(label, 2.6, 8.5), size=8.5, va="center")
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


def _series_title(rows: pd.DataFrame, value: str, names: list[str], measure: str, periods: list[str]) -> str:
    about = measure[:1].upper() + measure[1:]
    moved = []
    if {"low", "high"} <= set(rows.columns):
        for name in names:
            part = rows[rows["outlet"] == name]
            first, last = part.iloc[0], part.iloc[-1]
            if first["high"] < last["low"]:
                moved.append(f"{short(name)} rose")
            elif first["low"] > last["high"]:
                moved.append(f"{short(name)} fell")
    span = f"between {short(periods[0], 12)} and {short(periods[-1], 12)}" if periods else ""
    if moved:
        return f"{about}: {', '.join(moved[:3])} {span}"
    return f"{about} {span}: no change that this many articles could show"
