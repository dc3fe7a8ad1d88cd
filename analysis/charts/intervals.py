"""Dots with their intervals: rates by outlet and voice, and differences between outlets around zero.

Floor: finished tables with estimates and limits come in, figures go out.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from analysis.charts import findings
from analysis.charts.dots import (
    AXIS,
    HEAD,
    ROW,
    alt_rates,
    dot,
    edge_of,
    first_rows,
    named,
    note_of,
    only,
    rows_axes,
    unit_axis,
    value_column,
)
from analysis.charts.theme import GREY, SMALL, StudyFigure, fit, looks, order, records, sheet, style
from analysis.schema import VOICES

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
    rows, left_out = first_rows(_in_order(table, outlets))
    measure, unit = named(rows, measure, unit)
    groups = _groups(rows)
    labels = [fit(outlet, 2.4) for outlet in rows["outlet"]]
    counts = [_counts(row) for row in records(rows)]
    note = note_of(rows, f"Line: {100 * level:g} % interval.", source, left_out)
    heading = title or (
        findings.rates_title(rows, value, measure=measure, unit=unit)
        if contrasts is None
        else findings.contrasts_title(contrasts)
    )
    height = len(rows) * ROW + (len(groups) if len(groups) > 1 or groups[0][0] else 0) * HEAD + AXIS + 0.05
    with style():
        page = sheet(rows, heading, note, alt_rates(rows, value, heading, measure, unit), height=height)
        axes, ys = rows_axes(page, groups, labels, counts)
        look = looks(order(table, outlets, "outlet"))
        edge = edge_of(rows[[value, "high"]].to_numpy(dtype=np.float64))
        for y, row in zip(ys, records(rows), strict=True):
            dot(axes, y, row[value], row["low"], row["high"], look[str(row["outlet"])], edge=edge)
        unit_axis(axes, measure, unit, zero=bool((rows[value].dropna() >= 0).all()))
    return page.figure


def _contrast_dots(
    table: pd.DataFrame, *, outlets: Sequence[str] | None, title: str, source: str, level: float
) -> StudyFigure:
    rows, left_out = first_rows(table)
    pairs = records(rows)
    unit, several = only(rows, "unit", ""), rows[["measure", "voice", "event"]].drop_duplicates().shape[0] > 1
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
    note = note_of(
        rows, f"Dot: first outlet minus second; line: {100 * level:g} % interval; hollow: the interval holds zero.",
        source, left_out,
    )  # fmt: skip
    height = len(rows) * ROW + (len(groups) if several else 0) * HEAD + AXIS + 0.05
    alt = " ".join([heading + ".", *(findings.contrast_sentence(row, level=level) for row in pairs[:12])])
    with style():
        page = sheet(rows, heading, note, alt, height=height)
        axes, ys = rows_axes(page, groups, labels, counts)
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
            dot(axes, y, row["estimate"], row["low"], row["high"], look[ahead], filled=shown)
        unit_axis(axes, "difference", unit, zero=False)
        edge = max(abs(limit) for limit in axes.get_xlim())
        axes.set_xlim(-edge, edge)
    return page.figure


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


def _groups(rows: pd.DataFrame) -> list[tuple[str, int]]:
    if "voice" not in rows or rows["voice"].astype(str).nunique() < 2:
        return [("", len(rows))]
    sizes = rows.groupby(rows["voice"].astype(str), sort=False).size()
    return [(findings.voice_title(str(voice)), int(size)) for voice, size in sizes.items()]


def _counts(row: dict[str, Any]) -> str:
    if "numerator" in row and not str(row.get("measure", "")).startswith("tone"):
        return f"{findings.count(row['numerator'])} of {findings.count(row['denominator'])}"
    return f"{row['n_words']:,.0f} words" if "n_words" in row else ""


def _sides(row: dict[str, Any]) -> str:
    if row["verdict"] == "refuse":
        return ""
    return f"{row['n_articles_a']} and {row['n_articles_b']} articles"
