"""Who gets to speak: the share of words by kind of source, and how early in the article it comes.

Floor: a finished table by outlet and kind of source comes in, a figure goes out.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd
from matplotlib.axes import Axes

from analysis.charts import findings
from analysis.charts.theme import (
    GREY,
    MARGIN,
    PALE,
    SMALL,
    WIDTH,
    Look,
    StudyFigure,
    fit,
    looks,
    order,
    records,
    require,
    sheet,
    short,
    style,
    text_width,
    widest,
)

_BAR, _GAP, _AXIS = 0.17, 0.16, 0.46  # inches


def who_speaks(
    table: pd.DataFrame,
    *,
    outlets: Sequence[str] | None = None,
    by: str = "source_type",
    most: int = 10,
    title: str = "",
    source: str = "",
) -> StudyFigure:
    """Bars: of the words that each outlet gives to others, the share that each kind of source gets; dots: how early.

    Parameters
    ----------
    table : DataFrame, one row an outlet and kind of source
        `outlet`, the column `by`, `n_words` (words of its contents); `share` (of the outlet's attributed words) is
        made from `n_words` where it is missing; `low` and `high` (limits of the share) and `position` (mean place of
        the words, 0 = first word of the body, 1 = last) are drawn where they are there.
    outlets, title, source : as in `interval_dots`.
    by : what groups the sources (`source_type`, `source_name`, `cue_stance` …).
    most : groups shown, by words; the rest are in the table.
    """
    require(table, "who_speaks", "outlet", by, "n_words")
    rows = table.assign(outlet=table["outlet"].astype(str), **{by: table[by].astype(str)})
    if "share" not in rows:
        rows["share"] = rows["n_words"] / rows.groupby("outlet")["n_words"].transform("sum").clip(lower=1)
    names = [name for name in order(rows, outlets, "outlet") if name in set(rows["outlet"])]
    totals = rows.groupby(by)["n_words"].sum().reset_index().sort_values(["n_words", by], ascending=[False, True])
    groups = totals[by].head(most).tolist()
    rows = rows[rows[by].isin(groups)].reset_index(drop=True)
    has_place = "position" in rows and rows["position"].notna().any()
    heading = title or _title(rows, by, names)
    block = len(names) * _BAR + _GAP
    body = len(groups) * block
    meaning = "Bar: share of the outlet's attributed words" + ("; line: 95 % interval" if "low" in rows else "") + "."
    place = " Right: where in the article the words stand on average." if has_place else ""
    rest = (
        f" In the table behind the chart: {findings.counted(len(totals) - len(groups), 'more group')}."
        if len(totals) > most
        else ""
    )
    note = f"{meaning}{place} {findings.counted(table['n_words'].sum(), 'attributed word')}.{rest}"
    note = findings.sourced(note, source)
    alt = f"{heading}. " + "; ".join(
        f"{short(row['outlet'])}, {short(row[by])}: {findings.number(row['share'], 'share')}"
        for row in records(rows.sort_values(["share", "outlet", by], ascending=[False, True, True]).head(14))
    )
    with style():
        labels = [fit(group, 2.2) for group in groups]
        left = widest(labels) + 0.12
        keys = _keys(names, left, WIDTH - 2 * MARGIN)
        page = sheet(rows, heading, note, alt + ".", height=body + _AXIS + keys[-1][1] + 0.18)
        look = looks(order(table, outlets, "outlet"))
        right = 1.6 if has_place else 0.0
        axes = page.axes(left, _AXIS, page.width - left - right - (0.3 if right else 0.1), body)
        for number, group in enumerate(groups):
            for place_no, name in enumerate(names):
                y = number * block + _GAP / 2 + (place_no + 0.5) * _BAR
                for row in records(rows[(rows[by] == group) & (rows["outlet"] == name)]):
                    axes.barh(
                        y, row["share"], height=_BAR * 0.82, color=look[name].hue, hatch=look[name].hatch,
                        edgecolor="white", linewidth=0,
                    )  # fmt: skip
                    if "low" in row and row["low"] == row["low"]:
                        axes.plot([row["low"], row["high"]], [y, y], color="#1a1a1a", linewidth=1)
        centres = [number * block + block / 2 for number in range(len(groups))]
        axes.set_yticks(centres, labels)
        axes.set_ylim(body, 0)
        axes.set_xlim(left=0)
        axes.spines["left"].set_visible(True)
        axes.xaxis.set_major_formatter(lambda value, _: f"{100 * value:.0f} %")
        axes.set_xlabel("Share of attributed words", loc="left")
        if has_place:
            _positions(
                page.axes(page.width - right + 0.05, _AXIS, right - 0.15, body), rows, by, groups, names, look, block
            )
        for x, y, label, name in keys if names else []:
            key = page.axes(x, page.height - y - 0.06, 0.2, 0.12)
            key.set_axis_off()
            key.barh(0.5, 1, height=1, color=look[name].hue, hatch=look[name].hatch, edgecolor="white", linewidth=0)
            key.set_xlim(0, 1)
            key.set_ylim(0, 1)
            page.text(x + 0.25, page.height - y, label, size=SMALL, va="center")
    return page.figure


def _keys(names: Sequence[str], left: float, right: float) -> list[tuple[float, float, str, str]]:
    """Where the key of each outlet stands (inches from the left, from the top), in as many lines as it takes."""
    keys, x, y = [], left, 0.11
    for name in names:
        label = fit(name, 2.2, SMALL)
        size = 0.25 + text_width(label, SMALL)
        if x + size > right and x > left:
            x, y = left, y + 0.2
        keys.append((x, y, label, name))
        x += size + 0.22
    return keys or [(left, y, "", "")]


def _positions(
    axes: Axes, rows: pd.DataFrame, by: str, groups: list[str], names: list[str], look: Mapping[str, Look], block: float
) -> None:
    """Where in the article each group's words stand, on the rows of the bars."""
    for number, group in enumerate(groups):
        axes.axhline(number * block + block / 2, color=PALE, linewidth=0.6, zorder=1)
        for place_no, name in enumerate(names):
            y = number * block + _GAP / 2 + (place_no + 0.5) * _BAR
            for row in records(rows[(rows[by] == group) & (rows["outlet"] == name)]):
                if row["position"] == row["position"]:
                    axes.plot(
                        [row["position"]], [y], look[name].marker, color=look[name].hue, markersize=5, clip_on=False
                    )
    axes.set_ylim(len(groups) * block, 0)
    axes.set_xlim(0, 1)
    axes.set_yticks([])
    axes.set_xticks([0, 0.5, 1], ["first\nword", "middle", "last\nword"], color=GREY)


def _title(rows: pd.DataFrame, by: str, names: list[str]) -> str:
    """Who speaks most, outlet by outlet, as far as they agree."""
    tops = {}
    for name in names:
        own = rows[rows["outlet"] == name]
        if len(own) and own["share"].max() > 0:
            best = own.sort_values(["share", by], ascending=[False, True], kind="stable").iloc[0]
            tops[name] = (str(best[by]), float(best["share"]))
    if not tops:
        return "No outlet gives words to a source"
    kinds = list(dict.fromkeys(kind for kind, _ in tops.values()))
    called = {kind: f"sources of type {short(kind)}" if by == "source_type" else short(kind) for kind in kinds}
    if len(kinds) == 1:
        ends = sorted(share for _, share in tops.values())
        shares = list(dict.fromkeys(findings.number(share, "share") for share in (ends[0], ends[-1])))
        return f"Of the words given to others, most go to {called[kinds[0]]} in every outlet ({' to '.join(shares)})"
    said = [
        f"{called[kind]} in {short(name)} ({findings.number(share, 'share')})" for name, (kind, share) in tops.items()
    ]
    if len(said) > 3:
        counts = {kind: sum(1 for k, _ in tops.values() if k == kind) for kind in kinds}
        said = [f"{called[kind]} in {findings.counted(n, 'outlet')}" for kind, n in counts.items()]
    return "Most attributed words go to " + ", to ".join(said)
