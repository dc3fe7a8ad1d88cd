"""The table of actors: which names mean the same referent.

Floor: a CSV comes in, is checked, and one row an alias goes out.
"""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from analysis.config import PROJECT
from analysis.errors import ResourceError

COLUMNS = ("referent", "alias", "kind")
KINDS = ("person", "body", "state", "thing")
#: Columns that a table of actors may have and that other questions use (`speakers.doubt` reads `side`).
OPTIONAL = ("side",)


def read_actors(path: Path | None = None) -> pd.DataFrame:
    """The table of actors: which names mean the same referent.

    Parameters
    ----------
    path : a CSV with the columns `referent, alias, kind` and, if wanted, `side`; by default `data/actors.csv` of the
        project.

    Returns
    -------
    DataFrame, one row an alias: `referent, alias, kind` (person, body, state, thing) and `side` (empty where unknown)
    when the file has it. Without any file it is empty.

    Raises
    ------
    ResourceError
        If a column is missing, a cell is empty, an alias stands for two referents or a referent has two kinds or sides;
        the message names the row.
    """
    place = path or PROJECT / "data" / "actors.csv"
    if path is None and not place.exists():
        return pd.DataFrame(columns=list(COLUMNS), dtype="str")
    try:
        actors = pd.read_csv(place, dtype=str, keep_default_na=False, encoding="utf-8-sig")
    except (OSError, ValueError) as error:
        raise ResourceError(f"{place}: cannot be read as CSV ({type(error).__name__})") from None
    missing = [name for name in COLUMNS if name not in actors]
    if missing:
        raise ResourceError(f"{place}: lacks the columns {missing}; it needs {', '.join(COLUMNS)}")
    return _checked(actors[[*COLUMNS, *(name for name in OPTIONAL if name in actors)]], str(place))


def _checked(actors: pd.DataFrame, place: str) -> pd.DataFrame:
    owner: dict[str, str] = {}
    known: dict[tuple[str, str], str] = {}
    for row, cells in enumerate(actors.to_dict("records"), start=2):
        referent, alias, kind = (str(cells[name]) for name in COLUMNS)
        if not referent.strip() or not alias.strip():
            raise ResourceError(f"{place}, row {row}: referent and alias must not be empty")
        if kind not in KINDS:
            raise ResourceError(f"{place}, row {row}: kind {kind!r} is not known; allowed: {', '.join(KINDS)}")
        if owner.setdefault(alias, referent) != referent:
            raise ResourceError(f"{place}, row {row}: alias {alias!r} stands for {owner[alias]!r} and for {referent!r}")
        for name in ("kind", *(name for name in OPTIONAL if name in cells)):
            first = known.setdefault((name, referent), str(cells[name]))
            if first != cells[name]:
                raise ResourceError(f"{place}, row {row}: {referent!r} has the {name} {first!r} and {cells[name]!r}")
    return actors.reset_index(drop=True)
