"""Tables as files: Parquet (exact) and CSV (safe for a spreadsheet), each with the recipe of what made it.

Floor: tables and a recipe come in; files go out, and back.
"""

from __future__ import annotations

import csv
import zipfile
from collections.abc import Mapping
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from analysis import recipe, safety, schema
from analysis.errors import InputError
from analysis.schema import Study
from analysis.store.folders import read_run
from analysis.store.texts import write_text

#: What made the tables of a folder; a CSV elsewhere has it beside itself as `NAME.csv.recipe.json`.
RECIPE_FILE = "recipe.json"
_PARQUET_RECIPE = b"recipe"


def read_study(folder: Path | str) -> Study:
    """The study in a folder that `run` wrote; its tables are exactly those that were measured.

    Raises
    ------
    InputError
        If the folder is not a study or a table is missing or damaged.
    """
    folder = Path(folder)
    read_run(folder)
    return Study(**{name: schema.table(name, read_table(folder, name)) for name in Study.__dataclass_fields__})


def read_table(folder: Path, name: str) -> pd.DataFrame:
    """One table of a study folder, exactly as it was written.

    Raises
    ------
    InputError
        If the table is missing or damaged.
    """
    path = folder / "tables" / f"{name}.parquet"
    try:
        return pd.read_parquet(path)
    except (OSError, pa.ArrowInvalid) as error:
        raise InputError(f"{path}: missing or damaged ({type(error).__name__}). Make the study again.") from None


def write_tables(
    tables: Mapping[str, pd.DataFrame], folder: Path, *, made_by: Mapping[str, object] | None = None
) -> None:
    """Each table as `NAME.parquet` (exact) and `NAME.csv` (safe for a spreadsheet).

    The recipe `made_by` goes into every Parquet file and, for the CSV files together, into `recipe.json`.
    """
    folder.mkdir(parents=True, exist_ok=True)
    for name, frame in tables.items():
        write_parquet(frame, folder / f"{name}.parquet", made_by=made_by)
        write_csv(frame, folder / f"{name}.csv")
    if made_by:
        write_text(folder / RECIPE_FILE, recipe.as_json(made_by) + "\n")


def write_parquet(frame: pd.DataFrame, path: Path, *, made_by: Mapping[str, object] | None = None) -> None:
    """`frame` exactly, types included; the same frame gives the same bytes. `made_by` is kept beside the schema."""
    rows = pa.Table.from_pandas(frame, preserve_index=False)
    if made_by:
        rows = rows.replace_schema_metadata(
            {**(rows.schema.metadata or {}), _PARQUET_RECIPE: recipe.as_json(made_by).encode()}
        )
    pq.write_table(rows, path, compression="zstd")


def csv_text(frame: pd.DataFrame) -> str:
    """`frame` as CSV in which no cell is a formula (see `safety.sheet_text`) and every text is quoted."""
    return str(safety.sheet_frame(frame).to_csv(index=False, lineterminator="\n", quoting=csv.QUOTE_NONNUMERIC))


def write_csv(frame: pd.DataFrame, path: Path) -> None:
    """`frame` as a CSV file in UTF-8, safe for a spreadsheet (see `csv_text`)."""
    path.write_text(csv_text(frame), encoding="utf-8", newline="")


def read_recipe(path: Path) -> dict[str, object]:
    """The recipe of a table that was written here: a Parquet file, a workbook, or a CSV (beside it).

    Raises
    ------
    InputError
        If the file cannot be opened or carries no recipe.
    """
    try:
        return recipe.from_json(_recipe_line(path), path.name)
    except (OSError, ValueError, KeyError, pa.ArrowInvalid, zipfile.BadZipFile) as error:
        raise error if isinstance(error, InputError) else recipe.unreadable(path.name, error) from None


def _recipe_line(path: Path) -> str:
    if path.suffix == ".parquet":
        return (pq.read_schema(path).metadata or {})[_PARQUET_RECIPE].decode()
    if path.suffix == ".xlsx":
        return _workbook_recipe(path)
    beside = path.with_name(f"{path.name}.recipe.json")
    return (beside if beside.is_file() else path.with_name(RECIPE_FILE)).read_text("utf-8")


def _workbook_recipe(path: Path) -> str:
    import openpyxl

    book = openpyxl.load_workbook(path, read_only=True)
    try:
        return str(book.properties.description)
    finally:
        book.close()
