"""The simulated proofs as tables, and as the pages that the documentation shows.

Floor: nothing but a number of simulations comes in; tables and Markdown go out. `python -m analysis validate
--simulations` calls it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import pandas as pd

from analysis.compare.made_counts import DESIGNS, SETTINGS
from analysis.compare.simulation import SIZES, VERDICTS, coverage, families, verdicts

#: What is put in for the power curves.
POWER_RATIOS = (1.25, 1.5, 2.0, 3.0)
#: Shown with the others, so that it is seen where the gate refuses.
REFUSED = 3


def prove(
    *, sims: int = 10_000, family_sims: int = 2_000, sizes: Iterable[int] = SIZES, seed: int = 1
) -> dict[str, pd.DataFrame]:
    """Every simulated table: `coverage` (with the power curves), `verdicts`, `families within`, `families between`.

    About 20 minutes of one core with the defaults; the standard error of a coverage is .002, of a family's .005.
    """
    several = tuple(sizes)
    found = coverage(ratios=(1.0, *POWER_RATIOS), sizes=several, sims=sims, seed=seed)
    return {
        "coverage": found,
        "verdicts": verdicts(sizes=(REFUSED, *several), seed=seed),
        "families within": families(sizes=several, sims=family_sims, seed=seed + 76, resamples=999),
        "families between": families(sizes=several, sims=family_sims, seed=seed + 77, resamples=999, is_within=False),
    }


def as_markdown(tables: Mapping[str, pd.DataFrame]) -> str:
    """The tables as the documentation shows them."""
    found = tables["coverage"]
    counts = found[found["setting"].isin([setting.name for setting in SETTINGS if setting.kind == "count"])]
    parts = [
        "### What the gate says of these designs",
        "",
        "From counts alone, nothing put in. Under 5 events or articles a side nothing is shown; from 10 on a row is green",
        "unless sides are too unequal, no ratio can be given, or a few long articles carry it: then the sentence says so.",
        "",
        _grid(tables["verdicts"].assign(ratio=1.0, said=_said(tables["verdicts"])), "said"),
        "### Coverage of 95 % intervals of a difference",
        "",
        "Three numbers a cell: nothing put in, ratio 1.5, ratio 3 (for shares and tone: the matching shift).",
        "",
        _grid(found[found["ratio"].isin([1.0, 1.5, 3.0])], "difference"),
        "### Coverage of 95 % intervals of a ratio",
        "",
        "Among simulations with 10 hits to be expected on the smaller side, where those are at least half of all.",
        "",
        _grid(counts[counts["ratio"].isin([1.0, 1.5, 3.0])], "ratio_limits"),
        "### Chance that the interval of a true difference leaves out 0",
        "",
        f"Ratios put in: {', '.join(f'{ratio:g}' for ratio in POWER_RATIOS)}.",
        "",
        _grid(counts[counts["ratio"].isin(POWER_RATIOS) & (counts["design"] != "1-4 articles each")], "power"),
        "### Ten measures of three outlets, nothing put in",
        "",
        _families(tables),
    ]
    return "\n".join(parts)


def _grid(found: pd.DataFrame, value: str) -> str:
    """Rows: setting and design; columns: n; cells: one number for each ratio."""
    sizes = sorted(set(found["n"]))
    lines = ["| counts | design | " + " | ".join(f"{n}" for n in sizes) + " |", "|---" * (len(sizes) + 2) + "|"]
    for setting in dict.fromkeys(found["setting"]):
        for design in [name for name in DESIGNS if name in set(found["design"])]:
            rows = found[(found["setting"] == setting) & (found["design"] == design)].sort_values("ratio")
            cells = [" / ".join(_printed(x) for x in rows.loc[rows["n"] == n, value]) for n in sizes]
            lines.append(f"| {setting} | {design} | " + " | ".join(cells) + " |")
    return "\n".join([*lines, ""])


def _said(found: pd.DataFrame) -> list[str]:
    """Each row's verdicts in words: the only one, or the share of each where there are several."""
    shares = [{name: row[name] for name in VERDICTS if float(str(row[name])) > 0} for row in _records(found)]
    return [
        next(iter(said)) if len(said) == 1 else ", ".join(f"{name} {_share(float(str(x)))}" for name, x in said.items())
        for said in shares
    ]


def _printed(value: object) -> str:
    return value if isinstance(value, str) else _share(float(str(value)))


def _families(tables: Mapping[str, pd.DataFrame]) -> str:
    columns = ("simultaneous", "false_family", "false_single", "false_go")
    lines = [
        "| design | counts | n | simultaneous limits all hold | any adjusted p ≤ .05 | one p ≤ .05 "
        "| shown by the gate and pointwise limits leave out 0 |",
        "|---|---|---|---|---|---|---|",
    ]
    for name, design in (("families within", "shared events"), ("families between", "no shared events")):
        for row in _records(tables[name]):
            cells = " | ".join(_share(float(str(row[column]))) for column in columns)
            lines.append(f"| {design} | {row['setting']} | {row['n']} | {cells} |")
    return "\n".join([*lines, ""])


def _records(table: pd.DataFrame) -> Iterable[dict[str, object]]:
    return [dict(zip(table.columns, row, strict=True)) for row in table.itertuples(index=False)]


def _share(value: float) -> str:
    """A share as the house prints it (.953); a dash where there is none."""
    return "–" if value != value else f"{value:.3f}".replace("0.", ".", 1) if value < 1 else "1.000"
