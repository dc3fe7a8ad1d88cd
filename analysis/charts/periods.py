"""A measure over time.

Floor: a finished table by outlet and period comes in, a figure goes out.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from analysis.charts import findings
from analysis.charts.dots import AXIS, named, value_column
from analysis.charts.layout import spread, that_stand_free
from analysis.charts.theme import (
    GREY,
    PALE,
    Look,
    Sheet,
    StudyFigure,
    fit,
    looks,
    order,
    sheet,
    short,
    style,
    text_width,
    widest,
)

_MAX_OUTLETS = 12
_HEIGHT, _LEFT = 3.4, 0.55  # inches
#: Up to this many periods an interval is a stroke at each; beyond, a band.
_MOST_STROKES = 12
#: A stretch more than twice this many times as long as the usual one is drawn this many times as long.
_CUT = 2.0
_DATE = re.compile(r"\d{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?)?\Z")


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
    table : DataFrame, one row an outlet and period: `period` (ISO date, month or year), `outlet`, `value` (or `rate`,
        `share`, `estimate`), and `low`, `high` where there are limits. Periods stand where they are in time; a stretch
        without any that is much longer than the others is cut short and the lines are broken there. Periods that are
        no dates are in the order of their text and equally spaced.
    outlets, measure, unit, title, source, level : as in `interval_dots`.
    """
    value = value_column(table, "period", "outlet")
    rows = table.assign(period=table["period"].astype(str), outlet=table["outlet"].astype(str))
    rows = rows.dropna(subset=[value]).sort_values(["outlet", "period"], kind="stable").reset_index(drop=True)
    periods = sorted(set(rows["period"]))
    places, breaks = _places(periods)
    names = [n for n in order(rows, outlets, "outlet") if n in set(rows["outlet"])][:_MAX_OUTLETS]
    measure, unit = named(table, measure, unit)
    has_limits = {"low", "high"} <= set(rows.columns)
    heading = title or _series_title(rows, value, names, measure, periods)
    is_band = len(periods) > _MOST_STROKES
    note = f"{'Band' if is_band else 'Stroke'}: {100 * level:g} % interval. " if has_limits else ""
    note += f"{findings.counted(len(periods), 'period')}, {findings.counted(len(names), 'outlet')}."
    note += " Lines are broken over stretches without articles, which are cut short." if breaks else ""
    note = findings.sourced(note, source)
    alt = f"{heading}. " + "; ".join(
        f"{short(name)} from {findings.number(part[value].iloc[0], unit)} to {findings.number(part[value].iloc[-1], unit)}"
        for name in names
        if len(part := rows[rows["outlet"] == name])
    )
    with style():
        page = sheet(rows, heading, note, alt + ".", height=_HEIGHT)
        labels = [fit(name, 1.7) for name in names]
        right = widest(labels, 8.5, bold=True) + 0.27
        height = _HEIGHT - AXIS - 0.25
        width = page.width - _LEFT - right
        axes = page.axes(_LEFT, AXIS, width, height)
        look = looks(order(table, outlets, "outlet"))
        span = max(1.0, places[-1] if places else 1.0)
        dodge = 0 if is_band else 0.09 * span / width  # inches between the outlets of one period
        ends = []
        for number, name in enumerate(names):
            part = rows[rows["outlet"] == name]
            at = [periods.index(period) for period in part["period"]]
            part = part.assign(x=[places[n] + dodge * (number - (len(names) - 1) / 2) for n in at])
            for _, piece in part.groupby([sum(n > edge for edge in breaks) for n in at]):
                _line(axes, piece, value, look[name], has_limits=has_limits, is_band=is_band)
            ends.append(float(part[value].iloc[-1]))
        _time_axis(axes, periods, places, breaks, span, width)
        if (rows[value] >= 0).all() and (not has_limits or (rows["low"] >= 0).all()):
            axes.set_ylim(bottom=0)
        _names_at_the_end(page, axes, names, labels, ends, look, right, height)
        words = findings.unit_words(unit) or unit
        title_of_axis = ", ".join(part for part in (measure[:1].upper() + measure[1:], words) if part)
        page.text(0, _HEIGHT - 0.08, title_of_axis, size=8.5, color="#404040", va="center")
    return page.figure


def _places(periods: list[str]) -> tuple[list[float], list[int]]:
    """Where each period stands from the first on, and after which ones the line is broken (their numbers)."""
    if not all(_DATE.match(period) for period in periods):
        return [float(n) for n in range(len(periods))], []
    days = [f"{period}-01-01" if len(period) == 4 else f"{period}-01"[:10] for period in periods]
    try:
        gaps = np.diff(np.array(days, dtype="datetime64[D]").astype(np.int64)).astype(float)
    except ValueError:  # a day that no month has
        return [float(n) for n in range(len(periods))], []
    if not len(gaps):
        return [0.0] * len(periods), []
    most = _CUT * float(np.median(gaps))
    shown = np.where(gaps > 2 * most, most, gaps)
    return [0.0, *np.cumsum(shown).tolist()], np.flatnonzero(gaps > 2 * most).tolist()


def _line(axes: Axes, piece: pd.DataFrame, value: str, look: Look, *, has_limits: bool, is_band: bool) -> None:
    """One outlet over a stretch of time without a break."""
    if has_limits and is_band and len(piece) > 1:
        axes.fill_between(piece["x"], piece["low"], piece["high"], color=look.hue, alpha=0.13, linewidth=0)
    elif has_limits:
        axes.vlines(piece["x"], piece["low"], piece["high"], color=look.hue, linewidth=1.1, alpha=0.55)
    axes.plot(piece["x"], piece[value], color=look.hue, marker=look.marker, markersize=5 if not is_band else 4.5)


def _time_axis(
    axes: Axes, periods: list[str], places: list[float], breaks: list[int], span: float, width: float
) -> None:
    """Ticks at the periods, as many named as have room; a gap in the axis where time is cut short."""
    axes.grid(visible=False)
    axes.grid(axis="y")
    axes.set_xlim(-0.05 * span, 1.05 * span)
    words = [short(period, 12) for period in periods]
    sizes = [text_width(word, 8.5) for word in words]
    inches = [(place / span + 0.05) / 1.1 * width - size / 2 for place, size in zip(places, sizes, strict=True)]
    shown = set(that_stand_free(inches, sizes, [1.0] * len(words), gap=0.12))
    axes.set_xticks(places, [word if n in shown else "" for n, word in enumerate(words)])
    for number in breaks:
        middle = (places[number] + places[number + 1]) / 2
        axes.plot([middle], [0], marker=[(-1, -2), (1, 2)], markersize=9, color=GREY, clip_on=False,
                  transform=axes.get_xaxis_transform(), linestyle="none")  # fmt: skip
        axes.axvline(middle, color=PALE, linewidth=0.8, linestyle=(0, (1, 3)))


def _names_at_the_end(
    page: Sheet,
    axes: Axes,
    names: list[str],
    labels: list[str],
    ends: list[float],
    look: Mapping[str, Look],
    right: float,
    height: float,
) -> None:
    """Each outlet's name beside the last value of its line, moved apart where two would meet."""
    low, high = axes.get_ylim()
    wanted = [(end - low) / (high - low) * height for end in ends]
    for name, label, want, y in zip(names, labels, wanted, spread(wanted, [0.17] * len(names), 0, height), strict=True):
        x = page.width - right + 0.2
        page.text(x, AXIS + float(y), label, size=8.5, color=look[name].hue, va="center", weight="bold")
        if abs(y - want) > 0.05:
            axes.annotate(
                "", (1.0, want / height), (1.03, float(y) / height), xycoords="axes fraction",
                textcoords="axes fraction", arrowprops={"arrowstyle": "-", "color": PALE},
            )  # fmt: skip


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
