"""What a finished table shows, as a sentence: titles of charts, lines of the report.

Floor: tables with estimates and limits come in, plain sentences go out. A sentence claims a difference only where the
interval leaves out zero and the gate let the comparison through; refusals are sentences too.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import pandas as pd

from analysis.charts.theme import records, short
from analysis.errors import SchemaError
from analysis.rates import find_measure

VOICE_TITLES = {
    "narrator": "narrator's words",
    "scare": "words in scare quotes",
    "reported": "reported words",
    "quoted": "quoted words",
    "headline": "headlines",
    "own": "own voice",
    "attributed": "attributed voice",
    "unquoted": "words outside quotation marks",
    "all": "all words of the body",
    "whole": "body and headline",
    "": "all words of the body",
}
NO_DIFFERENCE = "no difference that this many articles could show"


def number(value: float, unit: str = "") -> str:
    """A number as it is read, with the digits that matter and a true minus sign; `%` where the unit is a percentage."""
    if value is None or not math.isfinite(value):
        return "–"
    if is_share(unit):
        value = 100 * value
    if float(value).is_integer() and abs(value) >= 10:
        text = f"{value:,.0f}"
    else:
        size = abs(round(value, 1))
        text = f"{value:,.{0 if size >= 100 or (is_percent(unit) and size >= 10) else 1 if size >= 1 else 2}f}"
    text = "0" if not text.strip("-0.") else text
    return text.replace("-", "−") + (" %" if is_percent(unit) else "")


def gap(value: float, unit: str = "") -> str:
    """A difference as it is read: the difference of two percentages is in points."""
    text = number(value, unit)
    return f"{text[:-2]} points" if text.endswith(" %") else text


def is_share(unit: str) -> bool:
    """Is the unit a share (0 to 1), which is read in per cent?"""
    return unit.lower().startswith(("share", "proportion"))


def is_percent(unit: str) -> bool:
    """Is the value read in per cent?"""
    return is_share(unit) or unit.startswith("%")


def unit_words(unit: str) -> str:
    """The unit after a number that already carries its `%`."""
    if unit.startswith("tone"):
        return "on a scale from −1 to 1"
    return unit.removeprefix("%").strip() if unit.startswith("%") else "" if is_share(unit) else unit


def count(value: float) -> str:
    """A raw count: whole numbers without decimals."""
    return f"{value:,.0f}" if float(value).is_integer() else number(value)


def sourced(note: str, source: str) -> str:
    """The small print with where the articles come from."""
    return f"{note} Source: {source}." if source else note


def counted(count: float, noun: str, plural: str = "") -> str:
    """`1 event`, `6 events`, `1,204 words`."""
    return f"{count:,.0f} {noun if count == 1 else plural or noun + 's'}"


def measure_title(measure: str) -> str:
    """The measure's name as read; a measure that is not ours is shown as it is."""
    try:
        return short(find_measure(measure).title, 70)
    except SchemaError:
        return short(measure, 60).replace("_", " ").replace(":", ", ")


def voice_title(voice: str) -> str:
    """The voice's name as read; an unknown voice is shown as it is."""
    return VOICE_TITLES.get(voice, short(voice))


def is_shown(row: Mapping[str, Any]) -> bool:
    """Does the contrast show a difference: let through by the gate, and zero outside its interval?"""
    return row["verdict"] != "refuse" and (row["low"] > 0 or row["high"] < 0)


def is_sure(row: Mapping[str, Any]) -> bool:
    """Does the difference show with all comparisons that were asked taken together (simultaneous limits)?

    Of many comparisons some leave out zero by chance: about one in twenty at 95 %, each taken alone. Rows without
    simultaneous limits are never sure.
    """
    return is_shown(row) and (row["low_simultaneous"] > 0 or row["high_simultaneous"] < 0)


def subject(row: Mapping[str, Any]) -> str:
    """What a contrast is about: measure, voice, and the event when it is about one."""
    event = f" on {short(row['event'])}" if row["event"] else ""
    return f"{measure_title(row['measure'])}, {voice_title(row['voice'])}{event}"


def contrast_claim(row: Mapping[str, Any]) -> str:
    """One contrast as a claim without its numbers: who is above whom, that nothing shows, or that nothing was compared.

    `taken alone` is said where the difference does not show with all comparisons taken together.
    """
    first, second = short(row["outlet_a"]), short(row["outlet_b"])
    about = subject(row)
    about = about[:1].upper() + about[1:]
    if row["verdict"] == "refuse":
        return f"{about}: {first} and {second} are not compared."
    if not is_shown(row):
        return f"{about}: {first} and {second}, {NO_DIFFERENCE}."
    side, size = ("above", row["estimate"]) if row["estimate"] > 0 else ("below", -row["estimate"])
    unit = str(row["unit"])
    by = gap(size, unit) if is_percent(unit) else f"{gap(size)} {unit_words(unit)}".strip()
    alone = "" if is_sure(row) else ", taken alone"
    return f"{about}: {first} is {side} {second} by {by}{alone}."


def contrast_numbers(row: Mapping[str, Any], *, level: float = 0.95) -> str:
    """The numbers behind a contrast: both values, the difference with its interval, n and raw counts; why it was refused.

    Parameters
    ----------
    row : one row of the table `contrasts` (mapping or Series).
    level : the confidence level its limits were made with.
    """
    if row["verdict"] == "refuse":
        return sentence(row["reason"])
    unit = str(row["unit"])
    values = f"{number(row['value_a'], unit)} against {number(row['value_b'], unit)} {unit_words(unit)}".strip()
    limits = f"{100 * level:g} % interval {gap(row['low'], unit)} to {gap(row['high'], unit)}"
    if row["low_simultaneous"] == row["low_simultaneous"]:
        together = f"{gap(row['low_simultaneous'], unit)} to {gap(row['high_simultaneous'], unit)}"
        limits += f", with all comparisons taken together {together}"
    events = f"{counted(row['n_events'], 'event')}, " if row["n_events"] else ""
    n = f"{events}{row['n_articles_a']} and {row['n_articles_b']} articles"
    if is_count(row):
        raw = " and ".join(f"{count(row[f'n_hits_{side}'])} of {count(row[f'base_{side}'])}" for side in "ab")
        n += f"; counted {raw}"
    if not is_shown(row) and row["smallest_seen"] == row["smallest_seen"]:
        n += f"; a difference of {gap(row['smallest_seen'], unit)} would have been seen with a chance of 80 %"
    warned = f" Caution: {row['reason']}" if row["verdict"] == "warn" and row["reason"] else ""
    return sentence(f"{values}; difference {gap(row['estimate'], unit)}, {limits}; {n}.{warned}")


def contrast_sentence(row: Mapping[str, Any], *, level: float = 0.95) -> str:
    """One contrast as claim and numbers, or as a refusal with its reason; arguments as `contrast_numbers`."""
    return f"{contrast_claim(row)} {contrast_numbers(row, level=level)}".strip()


def is_count(row: Mapping[str, Any]) -> bool:
    """Are the contrast's numerators counts (tone has sums of scores, which tell a reader nothing)?"""
    return not str(row["measure"]).startswith("tone")


def sentence(text: str) -> str:
    """`text` as a sentence: a capital first, a full stop last."""
    words = str(text).strip()
    return words[:1].upper() + words[1:] + ("" if words.endswith((".", "!", "?", "…")) or not words else ".")


def contrasts_title(table: pd.DataFrame) -> str:
    """The title of a chart of contrasts: what was found and no more."""
    if table.empty:
        return "Nothing was compared"
    rows = records(table)
    asked = [row for row in rows if row["verdict"] != "refuse"]
    about = _shared_subject(table)
    if not asked:
        return f"{about}: not compared, the articles are too few or too short"
    shown = [row for row in asked if is_shown(row)]
    if not shown:
        return f"{about}: {NO_DIFFERENCE}"
    if len(shown) == 1:
        row = shown[0]
        high, low = ("outlet_a", "outlet_b") if row["estimate"] > 0 else ("outlet_b", "outlet_a")
        what = about if len(asked) == 1 else subject(row)[:1].upper() + subject(row)[1:]
        rest = "" if len(asked) == 1 else f"; the other {len(asked) - 1} show no difference"
        return f"{what}: {short(row[high])} is above {short(row[low])}{rest}"
    sure = sum(is_sure(row) for row in shown)
    together = "" if sure == len(shown) else f", {sure or 'none'} of them with all comparisons taken together"
    return f"{about}: {len(shown)} of {len(asked)} comparisons show a difference{together}"


def rates_title(table: pd.DataFrame, value: str, *, measure: str, unit: str) -> str:
    """The title of a chart of levels: a difference only where two intervals stand apart, else the range.

    Intervals of levels may overlap where the difference is sure (outlets share events), so overlap is no finding: with
    contrasts at hand, their title is the better one.
    """
    kept = table.dropna(subset=[value])
    about = measure[:1].upper() + measure[1:]
    if kept["outlet"].nunique() < 2:
        return f"{about}: one outlet alone, nothing to set beside it"
    voices = kept["voice"].astype(str) if "voice" in kept else pd.Series("", index=kept.index)
    ends = []
    for voice, rows in kept.groupby(voices, sort=False):
        if len(rows) > 1:
            ranked = rows.sort_values([value, "outlet"], kind="stable")
            ends.append((str(voice), ranked.iloc[-1], ranked.iloc[0]))
    if not ends:
        return f"{about}: no voice in which two outlets can be set side by side"
    apart = [end for end in ends if end[1]["low"] > end[2]["high"]]
    voice, top, bottom = (apart or ends)[0]
    where = f" in {voice_title(voice)}" if voice else ""
    values = f"{number(top[value], unit)} against {number(bottom[value], unit)}"
    if apart:
        return f"{about}: {short(top['outlet'])} stands above {short(bottom['outlet'])}{where} ({values})"
    return f"{about}: {NO_DIFFERENCE}; the intervals overlap"


def _shared_subject(table: pd.DataFrame) -> str:
    """Measure and voice, as far as all rows share them."""
    parts = []
    for column, title, several in (
        ("measure", measure_title, "measures"),
        ("voice", voice_title, "voices"),
    ):
        values = list(dict.fromkeys(table[column].astype(str)))
        parts.append(title(values[0]) if len(values) == 1 else f"{len(values)} {several}")
    joined = ", ".join(parts)
    return joined[:1].upper() + joined[1:]
