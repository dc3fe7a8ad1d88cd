"""Own voice against attributed voice, two dots joined by a bar.

Floor: a finished table with estimates and limits comes in, a figure goes out.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd

from analysis.charts import findings
from analysis.charts.dots import AXIS, alt_rates, dot, named, note_of, unit_axis, value_column
from analysis.charts.theme import (
    MAX_ROWS,
    PALE,
    StudyFigure,
    fit,
    looks,
    order,
    records,
    sheet,
    short,
    style,
    widest,
)


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
    measure, unit = named(kept, measure, unit)
    pairs = {(str(r["outlet"]), str(r["voice"])): r for r in records(kept)}
    note = note_of(
        kept, f"Filled: own voice; hollow: attributed voice. Thin line: {100 * level:g} % interval.", source,
        max(0, kept["outlet"].nunique() - len(names)),
    )  # fmt: skip
    heading = title or _dumbbell_title(pairs, names, value, measure)
    with style():
        page = sheet(
            kept, heading, note, alt_rates(kept, value, heading, measure, unit), height=len(names) * 0.42 + AXIS + 0.05
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
                dot(axes, y - lift, end[value], end["low"], end["high"], look[name], filled=_is_own(end), thin=True)
        axes.set_yticks(range(len(names)), labels)
        axes.tick_params(axis="y", pad=7)
        axes.set_ylim(len(names) - 0.5, -0.5)
        unit_axis(axes, measure, unit, zero=bool((kept[value].dropna() >= 0).all()))
    return page.figure


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
