"""What differs between two files that should be one: the recipe, cells, pixels, lines.

Floor: `charts` and `store` lie beneath. A file and the same file made again come in, sentences go out.
"""

from __future__ import annotations

import zipfile
from pathlib import Path

import numpy as np
import pandas as pd
from PIL import Image

from analysis import charts, report, store
from analysis.errors import StudyError
from analysis.verification.remaking import short

PICTURES = (".png", ".svg", ".pdf")
#: Forms of the report that a run does not write by itself.
REPORTS = (".md", ".docx")


def read_recipe(file: Path) -> dict[str, object]:
    """The recipe that any exported file carries.

    Raises
    ------
    InputError
        If it carries none.
    """
    if file.suffix in (*PICTURES, ".html"):
        return charts.read_recipe(file)
    if file.suffix in REPORTS:
        return report.read_recipe(file)
    return store.read_recipe(file)


def recipe_or_empty(file: Path) -> dict[str, object]:
    """The recipe that a file carries, empty where it carries none."""
    try:
        return read_recipe(file)
    except (StudyError, OSError):
        return {}


def own_recipe(file: Path, fresh: Path) -> list[str]:
    """How the recipe inside the file differs from the one that its study names."""
    if file.suffix not in (*PICTURES, *REPORTS, ".html", ".parquet", ".xlsx"):
        return []
    mine, theirs = recipe_or_empty(file), recipe_or_empty(fresh)
    if not mine:
        return ["the recipe is gone from the file"]
    return [
        f"the recipe in the file says {key} {short(mine.get(key, 'nothing'))}, the study {short(theirs.get(key))}"
        for key in sorted({*mine, *theirs})
        if mine.get(key) != theirs.get(key)
    ]


def what_differs(file: Path, fresh: Path) -> list[str]:
    """One sentence on what is other in the file's content."""
    if file.suffix == ".png":
        return _pixels_that_differ(file, fresh)
    if file.suffix in (".csv", ".parquet"):
        return _cells_that_differ(file, fresh)
    one, other = file.read_bytes(), fresh.read_bytes()
    if file.suffix == ".docx":
        return _members_that_differ(file, fresh)
    if file.suffix not in (".html", ".md", ".svg", ".json", ".sha256"):
        return [f"{len(one):,} bytes here, {len(other):,} made again"]
    lines = zip(one.splitlines(), other.splitlines(), strict=False)
    first = next((number for number, (a, b) in enumerate(lines, start=1) if a != b), min(len(one), len(other)))
    return [f"line {first} differs"]


def _members_that_differ(file: Path, fresh: Path) -> list[str]:
    """Which parts of a zipped document are other (of those that `fresh` has; a part of its own is named too)."""
    try:
        with zipfile.ZipFile(file) as one, zipfile.ZipFile(fresh) as other:
            mine, theirs = (
                {part.filename: (part.CRC, part.file_size) for part in book.infolist()} for book in (one, other)
            )
    except (OSError, zipfile.BadZipFile):
        return ["the document cannot be read"]
    parts = [name for name in sorted({*mine, *theirs}) if mine.get(name) != theirs.get(name)]
    return [f"other inside: {', '.join(parts)}" if parts else "every part is the same, packed otherwise"]


def _pixels(file: Path) -> np.ndarray | None:
    try:
        with Image.open(file) as image:
            return np.asarray(image.convert("RGBA"))
    except (OSError, ValueError, Image.DecompressionBombError):
        return None


def same_pixels(file: Path, fresh: Path) -> bool:
    """Do two pictures show the same, however they are packed?"""
    one, other = _pixels(file), _pixels(fresh)
    return one is not None and other is not None and np.array_equal(one, other)


def _pixels_that_differ(file: Path, fresh: Path) -> list[str]:
    one, other = _pixels(file), _pixels(fresh)
    if one is None or other is None:
        return ["the picture cannot be read"]
    if one.shape != other.shape:
        return [f"{one.shape[1]} × {one.shape[0]} pixels here, {other.shape[1]} × {other.shape[0]} made again"]
    n = int((one != other).any(axis=-1).sum())
    return [f"{n:,} of {one.shape[0] * one.shape[1]:,} pixels differ" if n else "every pixel is the same"]


def _cells(file: Path) -> pd.DataFrame:
    if file.suffix == ".parquet":
        return pd.read_parquet(file)
    return pd.read_csv(file, dtype=str, keep_default_na=False)


def _cells_that_differ(file: Path, fresh: Path) -> list[str]:
    try:
        one, other = _cells(file), _cells(fresh)
    except (OSError, ValueError) as error:
        return [f"the table cannot be read ({type(error).__name__})"]
    if list(one.columns) != list(other.columns) or len(one) != len(other):
        return [f"{len(one)} rows and {one.shape[1]} columns here, {len(other)} and {other.shape[1]} made again"]
    n = int(sum((one[name].astype(str) != other[name].astype(str)).sum() for name in one.columns))
    where = next((f"; first in column {name!r}" for name in one.columns
                  if (one[name].astype(str) != other[name].astype(str)).any()), "")  # fmt: skip
    return [f"{n} of {one.size} cells differ{where}" if n else "every cell is the same"]
