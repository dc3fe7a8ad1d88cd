"""Filled sheets taken back: checked against the study, coders set side by side, people set beside the instrument.

Floor: sheets as tables and the study they were drawn from come in; codes, refusals and agreement go out.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import pandas as pd

from analysis import schema
from analysis.correction.sampling import ASKED, KINDS, coding_units, read_units
from analysis.errors import InputError
from analysis.safety import read_sheet_text, visible_text
from analysis.schema import Study

#: How a workbook writes what XML cannot hold.
_ESCAPED = re.compile("_x([0-9A-Fa-f]{4})_")
_NEEDED = ("unit_id", *ASKED, "probability", "text", "code")


@dataclass(frozen=True)
class Codings:
    """Hand codes that were taken back.

    Attributes
    ----------
    what, measure, voice : what was asked.
    rows : one row a code: `unit_id`, `article_id`, `start`, `end`, `coder`, `code` (a number for whole articles, else a
        text), `probability`, `coded_on`, `note`, `machine` (the instrument's code), `text` (what was read, shortened).
    issues : table `issues`: every row that could not be taken, with the reason and the row of the sheet.
    """

    what: str
    measure: str
    voice: str
    rows: pd.DataFrame
    issues: pd.DataFrame

    @property
    def units(self) -> pd.DataFrame:
        """One row a coded article, for `corrected_gap`: `article_id`, `count` (mean over coders), `probability`, `n_coders`."""
        if self.what != "article":
            raise InputError(f"these sheets code {self.what!r}; gaps are corrected with counts in whole articles")
        found = self.rows.groupby("article_id", sort=True).agg(
            count=("code", "mean"), probability=("probability", "first"), n_coders=("coder", "size")
        )
        return found.reset_index()


def check_codings(sheets: Mapping[str, pd.DataFrame], study: Study) -> Codings:
    """Take filled sheets back; nothing is dropped in silence.

    Parameters
    ----------
    sheets : file name → the sheet with its columns filled in; rows without a code are not coded and no error. A coder
        who gives no name is called by the file's name.
    study : what the sheets were drawn from, measured again or not.

    Raises
    ------
    InputError
        If a column is missing, the sheets ask for different things, or no row holds a code.
    """
    asked = _what_is_asked(sheets)
    what, measure, voice = asked
    known = coding_units(study, what, measure=measure or "loaded_terms", voice=voice or "own", min_words=0)
    known = known.set_index("unit_id")
    passages = _passages(study, known, what, {unit for sheet in sheets.values() for unit in sheet["unit_id"]})
    places = {name: known[name].to_dict() for name in ("article_id", "start", "end", "machine")}
    rows, issues = [], []
    seen: set[tuple[str, str]] = set()
    for name, sheet in sheets.items():
        for number, cells in enumerate(_cells(sheet), start=2):  # row 1 holds the names of the columns
            if cells["code"] == "":
                continue
            unit, coder = cells["unit_id"], cells.get("coder", "") or name.rpartition(".")[0] or name
            code, reason = _code(cells["code"], what)
            reason = reason or _refusal(cells, asked, passages)
            if not reason and (unit, coder) in seen:
                reason = f"{coder} has coded this unit before; the first code is kept"
            if reason:
                article = places["article_id"].get(unit, "")
                issues.append((name, article, "codings", "refused", None, f"row {number}: {reason}"))
                continue
            seen.add((unit, coder))
            where = [places[column][unit] for column in ("article_id", "start", "end")]
            machine = places["machine"][unit]
            rows.append((
                unit, *where, coder, code, float(cells["probability"]), cells.get("coded_on", ""), cells.get("note", ""),
                float(machine) if what == "article" else machine, passages[unit][:160],
            ))  # fmt: skip
    if not rows:
        first = f" ({issues[0][0]}, {issues[0][-1]})" if issues else ""
        raise InputError(f"codings: no row holds a code that can be used{first}; fill in the column 'code'")
    columns = ["unit_id", "article_id", "start", "end", "coder", "code", "probability", "coded_on", "note", "machine"]
    table = pd.DataFrame(rows, columns=[*columns, "text"])
    return Codings(what, measure, voice, table, schema.table("issues", issues))


def _what_is_asked(sheets: Mapping[str, pd.DataFrame]) -> tuple[str, str, str]:
    asked: dict[tuple[str, str, str], str] = {}
    for name, sheet in sheets.items():
        missing = [column for column in _NEEDED if column not in sheet.columns]
        if missing:
            raise InputError(f"{name}: lacks the columns {missing}; is it a coding sheet (python -m analysis sample)?")
        if sheet.empty:
            raise InputError(f"{name}: has no rows")
        what, measure, voice = (_text(sheet[column].iloc[0]) for column in ASKED)
        asked.setdefault((what, measure, voice), name)
    if not asked:
        raise InputError("codings: no sheet was given")
    if len(asked) > 1:
        said = "; ".join(f"{name} asks for {' '.join(filter(None, parts))}" for parts, name in asked.items())
        raise InputError(f"the sheets ask for different things ({said}); take them back apart")
    found = next(iter(asked))
    if found[0] not in KINDS:
        raise InputError(f"{asked[found]}: asks for {found[0]!r}; there are: {', '.join(KINDS)}")
    return found


def _passages(study: Study, known: pd.DataFrame, what: str, wanted: set[object]) -> dict[str, str]:
    """Unit → the text that its coder must have read, white space made one."""
    rows = known[known.index.isin([_text(unit) for unit in wanted])].reset_index()
    return {
        unit: _plain("".join(pieces))
        for unit, (_, pieces, _) in zip(rows["unit_id"], read_units(study, rows, what), strict=True)
    }


def _plain(text: str) -> str:
    """`text` as far as a spreadsheet can hand it back: unseen and control marks, white space and escapes may differ."""
    escaped = _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text)
    return " ".join(visible_text(escaped).split())


def _text(value: object) -> str:
    """A cell as text: nothing for an empty one, no `.0` at whole numbers that a spreadsheet made."""
    if value is None or value is pd.NA or value != value:
        return ""
    if isinstance(value, datetime):  # a spreadsheet makes a date of what looks like one
        return value.date().isoformat()
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return read_sheet_text(str(value)).strip()


def _cells(sheet: pd.DataFrame) -> list[dict[str, str]]:
    """The rows of a sheet as texts; the pieces of a long body are put together as `text`."""
    names = [str(name) for name in sheet.columns]
    pieces = [name for name in names if name == "text" or name.startswith("text_")]
    rows = []
    for values in zip(*[sheet[name].tolist() for name in sheet.columns], strict=True):
        raw = dict(zip(names, values, strict=True))
        cells = {name: _text(value) for name, value in raw.items()}
        cells["text"] = " ".join(cells[name] for name in pieces if cells[name])
        rows.append(cells)
    return rows


def _code(given: str, what: str) -> tuple[float | str, str]:
    """The code as it is kept, and why it cannot be (empty when it can)."""
    allowed = KINDS[what].codes
    if allowed:
        code = " ".join(given.lower().split())
        return code, "" if code in allowed else f"the code {given[:40]!r} is unknown; allowed: {', '.join(allowed)}"
    try:
        count = float(given.replace(",", "."))
    except ValueError:
        count = -1.0
    if not 0 <= count < float("inf"):
        return 0.0, f"the code {given[:40]!r} is not a number of 0 or more"
    return count, ""


def _refusal(cells: Mapping[str, str], asked: tuple[str, str, str], passages: Mapping[str, str]) -> str:
    """Why the row cannot be taken, whatever its code; empty when it can."""
    if tuple(cells[column] for column in ASKED) != asked:
        return f"the row asks for something else than the sheet ({' '.join(filter(None, asked))}); restore it"
    unit = cells["unit_id"]
    if unit not in passages:
        return f"the unit {unit[:60]!r} is not in this study, or its text has changed; draw the unit anew"
    if "".join(_plain(cells["text"]).split()) != "".join(passages[unit].split()):
        return "the text in the sheet is not the study's; the code was given to other words. Draw the unit anew"
    try:
        chance = float(cells["probability"].replace(",", "."))
    except ValueError:
        chance = 0.0
    return "" if 0 < chance <= 1 else f"the probability {cells['probability'][:20]!r} is not above 0 and at most 1"
