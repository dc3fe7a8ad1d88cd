"""Whether stated chances come true.

Floor: a finished table, one row a bin, comes in, a figure goes out.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from analysis.charts import findings
from analysis.charts.dots import AXIS
from analysis.charts.theme import GREY, StudyFigure, each, fit, looks, require, sheet, short, style


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
    note = findings.sourced(note, source)
    alt = f"{heading}. " + "; ".join(
        f"{short(r.label)} stated {findings.number(r.predicted, 'share')}, observed {findings.number(r.observed, 'share')}"
        for r in each(rows.head(14))
    )
    side = 3.5
    with style():
        page = sheet(rows, heading, note, alt + ".", height=side + AXIS + 0.1)
        axes = page.axes(0.6, AXIS, side, side)
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
            y = AXIS + side - 0.12 - number * 0.2
            key = page.axes(side + 0.85, y - 0.05, 0.1, 0.1)
            key.set_axis_off()
            key.plot([0], [0], look[label].marker, color=look[label].hue, markersize=6)
            page.text(side + 1.05, y, fit(label, 2.6, 8.5), size=8.5, va="center")
    return page.figure
