"""Dots with their intervals: rates by outlet and voice, contrasts, own voice against attributed, events side by side.

Floor: finished tables with estimates and limits come in, figures go out.
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
    MAX_ROWS,
    PALE,
    SMALL,
    Look,
    Sheet,
    StudyFigure,
    fit,
    looks,
    order,
    records,
    sheet,
    short,
    style,
    widest,
)  # fmt: skip
from analysis.errors import SchemaError
from analysis.schema import VOICES

ROW = 0.235  # inches a row
HEAD = 0.27  # inches for the name of a group of rows
AXIS = 0.46  # inches for ticks and the unit
_VALUES = ("rate", "value", "share", "estimate")
#: How voices follow each other in a chart.
VOICE_ORDER = ("own", *VOICES[:1], "scare", "attributed", "reported", "quoted", "headline", "all", "")


def interval_dots(
    table: pd.DataFrame,
    *,
    outlets: Sequence[str] | None = None,
    measure: str = "",
    unit: str = "",
    contrasts: pd.DataFrame | None = None,
    title: str = "",
    source: str = "",
    level: float = 0.95,
) -> StudyFigure:
    """A dot with its interval for each row: a rate for each outlet and voice, or a contrast for each pair of outlets.

    Dots carry position only, so the eye compares numbers, not areas; the line says what this many articles can show.

    Parameters
    ----------
    table : DataFrame, one row a dot
        Either `contrasts` (drawn around zero; refused rows say why), or `outlet`, a value (`rate`, `value` or `share`),
        `low`, `high` and, where there are any, `voice`, `measure`, `title`, `unit`, `numerator`, `denominator`,
        `n_articles` (what `rates.outlet_rates` gives).
    outlets : all outlets of the study in their order, so that an outlet keeps its hue and mark in every chart.
    measure, unit : how to name the value and its unit, where the table does not say.
    contrasts : the comparisons of these rates; the title then says what they show.
    title : a title of your own; by default the table's finding.
    source : where the articles come from, for the note.
    level : the confidence level the limits were made with, for the note.

    Raises
    ------
    SchemaError
        If the table lacks a value or its limits.
    """
    if {"outlet_a", "outlet_b", "estimate", "low", "high"} <= set(table.columns):
        return _contrast_dots(table, outlets=outlets, title=title, source=source, level=level)
    value = value_column(table, "outlet", "low", "high")
    rows, left_out = _first_rows(_in_order(table, outlets))
    measure = measure or findings.measure_title(_only(rows, "measure", "value"))
    unit = unit or _only(rows, "unit", "")
    groups = _groups(rows)
    labels = [fit(outlet, 2.4) for outlet in rows["outlet"]]
    counts = [_counts(row) for row in records(rows)]
    note = _note(rows, f"Line: {100 * level:g} % interval.", source, left_out)
    heading = title or (
        findings.rates_title(rows, value, measure=measure, unit=unit)
        if contrasts is None
        else findings.contrasts_title(contrasts)
    )
    height = len(rows) * ROW + (len(groups) if len(groups) > 1 or groups[0][0] else 0) * HEAD + AXIS + 0.05
    with style():
        page = sheet(rows, heading, note, _alt_rates(rows, value, heading, measure, unit), height=height)
        axes, ys = _rows_axes(page, groups, labels, counts)
        look = looks(order(table, outlets, "outlet"))
        edge = _edge(rows[[value, "high"]].to_numpy(dtype=np.float64))
        for y, row in zip(ys, records(rows), strict=True):
            _dot(axes, y, row[value], row["low"], row["high"], look[str(row["outlet"])], edge=edge)
        _unit_axis(axes, measure, unit, zero=bool((rows[value].dropna() >= 0).all()))
    return page.figure


def dumbbells(
    table: pd.DataFrame,
    *,
    outlets: Sequence[str] | None = None,
    measure: str = "",
    unit: str = "",
    title: str = "",
    source: str = "",
    level: float = 0.95,
) -> StudyFigure:
    """Own voice (filled) against attributed voice (hollow) for each outlet, joined by a bar.

    The length of the bar is what laying a measure over voices adds: how far the outlet's words are from those it cites.

    Parameters
    ----------
    table : as `interval_dots` takes for rates, with exactly the voices `own` and `attributed` in `voice`.
    outlets, measure, unit, title, source, level : as in `interval_dots`.
    """
    value = value_column(table, "outlet", "voice", "low", "high")
    kept = table[table["voice"].astype(str).isin(["own", "attributed"])]
    names = [outlet for outlet in order(kept, outlets, "outlet") if outlet in set(kept["outlet"].astype(str))][
        :MAX_ROWS
    ]
    measure = measure or findings.measure_title(_only(kept, "measure", "value"))
    unit = unit or _only(kept, "unit", "")
    pairs = {(str(r["outlet"]), str(r["voice"])): r for r in records(kept)}
    note = _note(
        kept, f"Filled: own voice; hollow: attributed voice. Thin line: {100 * level:g} % interval.", source,
        max(0, kept["outlet"].nunique() - len(names)),
    )  # fmt: skip
    heading = title or _dumbbell_title(pairs, names, value, measure)
    with style():
        page = sheet(
            kept, heading, note, _alt_rates(kept, value, heading, measure, unit), height=len(names) * 0.42 + AXIS + 0.05
        )
        labels = [fit(name, 2.4) for name in names]
        left = widest(labels) + 0.18
        axes = page.axes(left, AXIS, page.width - left - 0.1, len(names) * 0.42)
        look = looks(order(table, outlets, "outlet"))
        for y, name in enumerate(names):
            ends = [pairs[name, voice] for voice in ("own", "attributed") if (name, voice) in pairs]
            if len(ends) == 2:
                axes.plot([end[value] for end in ends], [y, y], color=PALE, linewidth=5, zorder=1)
            for end, lift in zip(ends, (0.1, -0.1), strict=False):
                _dot(axes, y - lift, end[value], end["low"], end["high"], look[name], filled=_is_own(end), thin=True)
        axes.set_yticks(range(len(names)), labels)
        axes.tick_params(axis="y", pad=7)
        axes.set_ylim(len(names) - 0.5, -0.5)
        _unit_axis(axes, measure, unit, zero=bool((kept[value].dropna() >= 0).all()))
    return page.figure


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
    measure = measure or findings.measure_title(_only(kept, "measure", "value"))
    unit = unit or _only(kept, "unit", "")
    heading = title or _multiples_title(kept, value, measure)
    note = _note(kept, "Each panel is one event; all share the scale.", source, table["event"].nunique() - len(events))
    lines = -(-len(events) // columns)
    present = [name for name in names if name in set(kept["outlet"].astype(str))]
    panel = len(present) * 0.2
    height = lines * (panel + 0.42) + AXIS - 0.1
    limits = _limits(kept, value)
    with style():
        page = sheet(kept, heading, note, _alt_rates(kept, value, heading, measure, unit), height=height)
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
                _dot(axes, y, row[value], row.get("low", np.nan), row.get("high", np.nan), look[str(row["outlet"])])
            axes.set_ylim(len(present) - 0.5, -0.5)
            axes.set_yticks(range(len(present)), labels if column == 0 else [""] * len(present))
            axes.tick_params(axis="y", labelsize=8, pad=7)
            axes.set_xlim(*limits)
            axes.tick_params(axis="x", labelbottom=number + columns >= len(events))
            _percent(axes, unit)
        page.text(left, 0.02, _axis_words(measure, unit), size=8.5, color="#404040", va="bottom")
    return page.figure


def value_column(table: pd.DataFrame, *needed: str) -> str:
    """The column that holds the value; `SchemaError` when it, or one of `needed`, is missing."""
    missing = [name for name in needed if name not in table.columns]
    found = [name for name in _VALUES if name in table.columns]
    if missing or not found:
        lacks = missing or [f"one of {', '.join(_VALUES)}"]
        raise SchemaError(f"chart: the table lacks {lacks}; it has {list(table.columns)}")
    return found[0]


def _contrast_dots(
    table: pd.DataFrame, *, outlets: Sequence[str] | None, title: str, source: str, level: float
) -> StudyFigure:
    rows, left_out = _first_rows(table)
    pairs = records(rows)
    unit, several = _only(rows, "unit", ""), rows[["measure", "voice", "event"]].drop_duplicates().shape[0] > 1
    heading = title or findings.contrasts_title(rows)
    labels = [f"{fit(row['outlet_a'], 1.6)} − {fit(row['outlet_b'], 1.6)}" for row in pairs]
    groups: list[tuple[str, int]] = []
    for row in pairs:
        name = findings.subject(row) if several else ""
        if groups and groups[-1][0] == name:
            groups[-1] = (name, groups[-1][1] + 1)
        else:
            groups.append((name, 1))
    counts = [_sides(row) for row in pairs]
    note = _note(
        rows, f"Dot: first outlet minus second; line: {100 * level:g} % interval; hollow: the interval holds zero.",
        source, left_out,
    )  # fmt: skip
    height = len(rows) * ROW + (len(groups) if several else 0) * HEAD + AXIS + 0.05
    alt = " ".join([heading + ".", *(findings.contrast_sentence(row, level=level) for row in pairs[:12])])
    with style():
        page = sheet(rows, heading, note, alt, height=height)
        axes, ys = _rows_axes(page, groups, labels, counts)
        look = looks(order(table, outlets, "outlet_a", "outlet_b"))
        axes.axvline(0, color=GREY, linewidth=1, zorder=1)
        for y, row in zip(ys, pairs, strict=True):
            if row["verdict"] == "refuse":
                axes.annotate(
                    "not compared",
                    (0, y),
                    xytext=(5, 0),
                    textcoords="offset points",
                    size=SMALL,
                    color=GREY,
                    va="center",
                )
                continue
            ahead = str(row["outlet_a"] if row["estimate"] >= 0 else row["outlet_b"])
            shown = findings.is_shown(row)
            _dot(axes, y, row["estimate"], row["low"], row["high"], look[ahead], filled=shown)
        _unit_axis(axes, "difference", unit, zero=False)
        edge = max(abs(limit) for limit in axes.get_xlim())
        axes.set_xlim(-edge, edge)
    return page.figure


def _rows_axes(
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


def _edge(numbers: np.ndarray) -> float:
    """Where the scale ends when one interval is so wide that it would press all others together; else infinity."""
    high = numbers[np.isfinite(numbers).all(axis=1)]
    if len(high) < 3 or np.median(high[:, 1]) <= 0:
        return float("inf")
    usual = float(np.median(high[:, 1]))
    return 4 * usual if high[:, 1].max() > 6 * usual else float("inf")


def _dot(
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


def _unit_axis(axes: Axes, measure: str, unit: str, *, zero: bool) -> None:
    """The x axis with its unit; from zero where the value is a count or a share."""
    low, high = axes.get_xlim()
    pad = 0.03 * (high - low)
    axes.set_xlim(0 if zero else low - pad, high + pad)
    if zero:
        axes.spines["left"].set_visible(True)
    axes.set_xlabel(_axis_words(measure, unit), loc="left")
    _percent(axes, unit)


def _axis_words(measure: str, unit: str) -> str:
    return ", ".join(
        part for part in (measure[:1].upper() + measure[1:], unit.replace("(-1 to 1)", "(−1 to 1)")) if part
    )


def _percent(axes: Axes, unit: str) -> None:
    if findings.is_percent(unit):
        factor = 100 if findings.is_share(unit) else 1
        axes.xaxis.set_major_formatter(lambda value, _: f"{factor * value:.0f} %".replace("-", "−"))


def _limits(table: pd.DataFrame, value: str) -> tuple[float, float]:
    columns = [column for column in (value, "low", "high") if column in table]
    numbers = table[columns].to_numpy(dtype=np.float64)
    numbers = numbers[np.isfinite(numbers)]
    low, high = (float(numbers.min()), float(numbers.max())) if numbers.size else (0.0, 1.0)
    low = 0.0 if low >= 0 else low
    pad = 0.06 * (high - low) or 1.0
    return (low if low == 0 else low - pad), high + pad


def _in_order(table: pd.DataFrame, outlets: Sequence[str] | None) -> pd.DataFrame:
    """Rows by voice, then outlet, both in the order of the house; other groups follow in the order they come."""
    place = {name: number for number, name in enumerate(order(table, outlets, "outlet"))}
    given = [str(v) for v in table["voice"]] if "voice" in table else []
    voice = {name: number for number, name in enumerate(dict.fromkeys([*VOICE_ORDER, *given]))}
    keys = pd.DataFrame({
        "voice": [voice[v] for v in given] if given else 0,
        "outlet": [place[str(o)] for o in table["outlet"]],
    }, index=table.index)  # fmt: skip
    return table.loc[keys.sort_values(["voice", "outlet"], kind="stable").index].reset_index(drop=True)


def _first_rows(table: pd.DataFrame) -> tuple[pd.DataFrame, int]:
    return table.head(MAX_ROWS).reset_index(drop=True), max(0, len(table) - MAX_ROWS)


def _groups(rows: pd.DataFrame) -> list[tuple[str, int]]:
    if "voice" not in rows or rows["voice"].astype(str).nunique() < 2:
        return [("", len(rows))]
    sizes = rows.groupby(rows["voice"].astype(str), sort=False).size()
    return [(findings.voice_title(str(voice)), int(size)) for voice, size in sizes.items()]


def _only(rows: pd.DataFrame, column: str, default: str) -> str:
    values = list(dict.fromkeys(rows[column].astype(str))) if column in rows else []
    return values[0] if len(values) == 1 else default


def _counts(row: dict[str, Any]) -> str:
    if "numerator" in row and not str(row.get("measure", "")).startswith("tone"):
        return f"{findings.count(row['numerator'])} of {findings.count(row['denominator'])}"
    return f"{row['n_words']:,.0f} words" if "n_words" in row else ""


def _sides(row: dict[str, Any]) -> str:
    if row["verdict"] == "refuse":
        return ""
    return f"{row['n_articles_a']} and {row['n_articles_b']} articles"


def _note(rows: pd.DataFrame, meaning: str, source: str, left_out: int) -> str:
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


def _alt_rates(rows: pd.DataFrame, value: str, heading: str, measure: str, unit: str) -> str:
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
    return f"{heading}. Dots of {_axis_words(measure, unit)} with intervals. " + "; ".join(said) + more + "."


def _is_own(row: dict[str, Any]) -> bool:
    return str(row["voice"]) == "own"


def _dumbbell_title(pairs: dict[tuple[str, str], dict[str, Any]], names: list[str], value: str, measure: str) -> str:
    both = [n for n in names if (n, "own") in pairs and (n, "attributed") in pairs]
    higher = [n for n in both if pairs[n, "attributed"]["low"] > pairs[n, "own"]["high"]]
    lower = [n for n in both if pairs[n, "attributed"]["high"] < pairs[n, "own"]["low"]]
    about = measure[:1].upper() + measure[1:]
    if not higher and not lower:
        return f"{about}, own against attributed voice: {findings.NO_DIFFERENCE}"
    said = []
    if higher:
        said.append(f"higher than in its own voice at {_some(higher, both)}")
    if lower:
        said.append(f"lower than in its own voice at {_some(lower, both)}")
    return f"{about} in the words an outlet cites: " + ", ".join(said)


def _some(some: list[str], every: list[str]) -> str:
    return short(some[0]) if len(some) == 1 else f"{len(some)} of {len(every)} outlets"


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
