"""The only reader and writer of a study's files.

Floor: tables, figures and pages come in, a folder goes out, and back. A folder is written under a temporary name and
renamed when it is whole; what is not ours is never overwritten.
"""

from __future__ import annotations

import contextlib
import csv
import hashlib
import json
import os
import re
import shutil
import tempfile
import zipfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path, PurePosixPath
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import xlsxwriter

from analysis import recipe, safety, schema
from analysis.config import MAX_FILE_BYTES
from analysis.correction import KINDS, Codings, check_codings
from analysis.errors import InputError, OutputError, SchemaError
from analysis.readers import delimited
from analysis.readers import sheets as sheet_reader
from analysis.readers.encodings import decode
from analysis.readers.parts import Refused
from analysis.schema import Study

RUN_FILE = "run.json"
#: The hash of every file of a study, in the form that `sha256sum -c` reads.
HASHES = "files.sha256"
#: What made the tables of a folder; a CSV elsewhere has it beside itself as `NAME.csv.recipe.json`.
RECIPE_FILE = "recipe.json"
_PARQUET_RECIPE = b"recipe"
_MARK = "whose-words study"
#: What a spreadsheet cell can hold (Excel's own limit).
_CELL = 32_767
#: The first sheet of a workbook that people code in.
_CODING = "coding"
_SHEET_ROWS = 1_048_575
#: Files must not differ between runs: no clock anywhere.
_NO_TIME = datetime(2000, 1, 1)


@contextlib.contextmanager
def new_folder(folder: Path, *, run: Mapping[str, object], replace: bool = False) -> Iterator[Path]:
    """A temporary folder that takes the place of `folder` when the block ends well.

    Parameters
    ----------
    folder : where the study shall stand.
    run : what `run.json` will say; `articles` (id → hash of its text) decides whether a study that stands there is
        this one: it shares at least one article.
    replace : overwrite another study (never anything that is not a study).

    Raises
    ------
    OutputError
        If the place is not writable, holds files that are not a study, or holds a study of other articles.
    """
    folder = folder.absolute()
    _may_replace(folder, run, replace)
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        made = Path(tempfile.mkdtemp(prefix=f".{folder.name}.", suffix=".new", dir=folder.parent))
        made.chmod(0o755)
    except OSError as error:
        raise OutputError(f"{folder}: cannot be written ({error.strerror}). Give another folder with --out.") from None
    try:
        yield made
        text = json.dumps({"what": _MARK, **run}, indent=1, sort_keys=True, ensure_ascii=False)
        (made / RUN_FILE).write_text(text + "\n", encoding="utf-8", newline="\n")
        _write_hashes(made)
        _swap(made, folder)
    except OSError as error:
        raise OutputError(
            f"{folder}: cannot be written ({error.strerror or error}). Nothing was left there."
        ) from error
    finally:
        shutil.rmtree(made, ignore_errors=True)


def _may_replace(folder: Path, run: Mapping[str, object], replace: bool) -> None:
    if not folder.exists() and not folder.is_symlink():
        return
    if not folder.is_dir():
        raise OutputError(f"{folder}: is a file. Give a folder with --out.")
    if not any(folder.iterdir()):
        return
    try:
        there = read_run(folder)
    except InputError:
        raise OutputError(f"{folder}: holds files that are not a study. Give another folder with --out.") from None
    held, new = _articles(there), _articles(run)
    shared = [name for name, digest in held.items() if new.get(name) == digest]
    if not shared and not replace:
        raise OutputError(
            f"{folder}: holds another study ({len(held)} articles, none of them in this one). "
            "Give another folder with --out, or --replace."
        )


def _write_hashes(folder: Path) -> None:
    names = sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())
    lines = [f"{hashlib.sha256((folder / name).read_bytes()).hexdigest()}  {name}\n" for name in names]
    write_text(folder / HASHES, "".join(lines))


def add_pages(folder: Path, pages: Mapping[str, str]) -> None:
    """Put pages into a study that stands there (name below `folder` → text), and their hashes into its list.

    Raises
    ------
    InputError
        If the folder is not a study. OutputError if it cannot be written.
    """
    read_run(folder)
    hashes = read_hashes(folder)
    for name, text in pages.items():
        data = text.encode("utf-8")
        write_whole(folder / name, data)
        hashes[name] = hashlib.sha256(data).hexdigest()
    write_whole(folder / HASHES, "".join(f"{digest}  {name}\n" for name, digest in sorted(hashes.items())).encode())


def read_hashes(folder: Path) -> dict[str, str]:
    """File → its SHA-256 when the study was written; empty where the list is missing or is not ours."""
    try:
        lines = (folder / HASHES).read_text(encoding="utf-8").splitlines()
    except (OSError, ValueError):
        return {}
    parts = (line.partition("  ") for line in lines)
    return {name: digest for digest, sign, name in parts if sign and not _leaves(name)}


def _leaves(name: str) -> bool:
    """Does a name in somebody's list lead out of the folder?"""
    path = PurePosixPath(name.replace("\\", "/"))
    return path.is_absolute() or ".." in path.parts or ":" in name


def _articles(run: Mapping[str, object]) -> dict[str, str]:
    given = run.get("articles", {})
    return {str(name): str(digest) for name, digest in given.items()} if isinstance(given, dict) else {}


def _swap(made: Path, folder: Path) -> None:
    """Put `made` in the place of `folder`; a study that stood there is gone only when the new one is in place."""
    if not folder.exists():
        made.rename(folder)
        return
    old = made.with_suffix(".old")
    folder.rename(old)
    try:
        made.rename(folder)
    except OSError:
        old.rename(folder)
        raise
    shutil.rmtree(old, ignore_errors=True)


def read_run(folder: Path) -> dict[str, object]:
    """What `run.json` of a study folder says.

    Raises
    ------
    InputError
        If the folder is not a study.
    """
    path = folder / RUN_FILE
    try:
        run = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        raise InputError(
            f"{folder}: is not a study folder (no {RUN_FILE}). Make one: python -m analysis run RAW --out {folder}"
        ) from None
    if not isinstance(run, dict) or run.get("what") != _MARK:
        raise InputError(f"{path}: was not written by this program.")
    return run


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


def read_recipe(path: Path) -> dict[str, object]:
    """The recipe of a table that was written here: a Parquet file, a workbook, or a CSV (beside it).

    Raises
    ------
    InputError
        If the file cannot be opened or carries no recipe.
    """
    try:
        if path.suffix == ".parquet":
            found = json.loads((pq.read_schema(path).metadata or {})[_PARQUET_RECIPE])
        elif path.suffix == ".xlsx":
            found = _workbook_recipe(path)
        else:
            beside = path.with_name(f"{path.name}.recipe.json")
            found = json.loads((beside if beside.is_file() else path.with_name(RECIPE_FILE)).read_text("utf-8"))
    except (OSError, ValueError, KeyError, pa.ArrowInvalid, zipfile.BadZipFile) as error:
        raise InputError(
            f"{path.name}: holds no recipe of ours ({type(error).__name__}); was it exported here?"
        ) from None
    if not isinstance(found, dict):
        raise InputError(f"{path.name}: its recipe is not a mapping; was it exported here?")
    return found


def _workbook_recipe(path: Path) -> dict[str, object]:
    import openpyxl

    book = openpyxl.load_workbook(path, read_only=True)
    try:
        return json.loads(str(book.properties.description))
    finally:
        book.close()


def csv_text(frame: pd.DataFrame) -> str:
    """`frame` as CSV in which no cell is a formula (see `safety.sheet_text`) and every text is quoted."""
    return str(safety.sheet_frame(frame).to_csv(index=False, lineterminator="\n", quoting=csv.QUOTE_NONNUMERIC))


def write_csv(frame: pd.DataFrame, path: Path) -> None:
    """`frame` as a CSV file in UTF-8, safe for a spreadsheet (see `csv_text`)."""
    path.write_text(csv_text(frame), encoding="utf-8", newline="")


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


def write_workbook(
    tables: Mapping[str, pd.DataFrame],
    path: Path,
    *,
    made_by: Mapping[str, object],
    extra: Mapping[str, pd.DataFrame] | None = None,
) -> None:
    """One XLSX workbook: a sheet a table, a codebook sheet, a recipe sheet.

    Texts longer than a cell can hold are cut and end in `… [cut]`; the Parquet tables hold them whole.
    """
    options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    recipe_rows = [
        (key, value if isinstance(value, str) else json.dumps(value, sort_keys=True))
        for key, value in sorted(made_by.items())
    ]
    sheets = {
        **tables,
        **(extra or {}),
        "codebook": codebook(),
        "recipe": pd.DataFrame(recipe_rows, columns=["what", "value"]),
    }
    with xlsxwriter.Workbook(str(path), options) as book:
        book.set_properties({"created": _NO_TIME, "comments": recipe.as_json(made_by)[:_CELL]})
        head = book.add_format({"bold": True, "bottom": 1})
        for name, frame in sheets.items():
            _write_sheet(book.add_worksheet(_sheet_name(name)), frame, head)


def _write_sheet(sheet: xlsxwriter.worksheet.Worksheet, frame: pd.DataFrame, head: object) -> None:
    sheet.freeze_panes(1, 0)
    for column, name in enumerate(frame.columns):
        sheet.write_string(0, column, safety.sheet_text(name), head)
        for row, value in enumerate(frame[name].tolist()[:_SHEET_ROWS], start=1):
            _write_cell(sheet, row, column, value)
    if len(frame):
        sheet.autofilter(0, 0, min(len(frame), _SHEET_ROWS), len(frame.columns) - 1)


def _write_cell(sheet: xlsxwriter.worksheet.Worksheet, row: int, column: int, value: object) -> None:
    if value is None or value is pd.NA or value != value or value == "":
        return
    if isinstance(value, bool):
        sheet.write_boolean(row, column, value)
    elif isinstance(value, (int, float)) and abs(value) != float("inf"):
        sheet.write_number(row, column, value)
    else:
        text = safety.sheet_text(value)
        sheet.write_string(row, column, text if len(text) <= _CELL else text[: _CELL - 8] + " … [cut]")


def _sheet_name(name: str) -> str:
    return re.sub(r"[\[\]:*?/\\']", "_", name)[:31]


def codebook() -> pd.DataFrame:
    """Every column of every table with its meaning, as a table of its own."""
    rows = [
        (spec.name, column.name, column.type, column.meaning, ", ".join(column.levels))
        for spec in schema.TABLES.values()
        for column in spec.columns
    ]
    return pd.DataFrame(rows, columns=["table", "column", "type", "meaning", "levels"])


class Batches:
    """Measured batches of a run that has not ended, so that a run that was killed goes on where it stopped.

    Each batch lies in a folder named by the hash of everything that decides its result; a folder is there whole or not.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def get(self, key: str) -> dict[str, pd.DataFrame] | None:
        """The tables of the batch, or None when it was not measured yet."""
        place = self.folder / key
        try:
            return {
                path.stem: schema.table(path.stem, pd.read_parquet(path)) for path in sorted(place.glob("*.parquet"))
            } or None
        except (OSError, pa.ArrowInvalid):
            return None

    def put(self, key: str, tables: Mapping[str, pd.DataFrame]) -> None:
        """Keep the tables of one batch."""
        self.folder.mkdir(parents=True, exist_ok=True)
        made = Path(tempfile.mkdtemp(prefix=".batch.", dir=self.folder))
        try:
            for name, frame in tables.items():
                write_parquet(frame, made / f"{name}.parquet")
            with contextlib.suppress(OSError):
                made.rename(self.folder / key)
        finally:
            shutil.rmtree(made, ignore_errors=True)

    def clear(self) -> None:
        """Forget all batches (the study is whole)."""
        shutil.rmtree(self.folder, ignore_errors=True)


def batches_beside(folder: Path) -> Batches:
    """Where the batches of the study that will stand in `folder` are kept meanwhile."""
    folder = folder.absolute()
    return Batches(folder.parent / f".{folder.name}.partial")


def check_writable(folder: Path, *, run: Mapping[str, object], replace: bool) -> None:
    """Raise `OutputError` before any work is done if the study could not be written to `folder`."""
    folder = folder.absolute()
    _may_replace(folder, run, replace)
    place = folder.parent
    while not place.exists():
        place = place.parent
    if not place.is_dir() or not os.access(place, os.W_OK):
        raise OutputError(
            f"{folder}: cannot be written ({place} is not a writable folder). Give another folder with --out."
        )


def write_text(path: Path, text: str) -> None:
    """`text` as a UTF-8 file with the line ends that it has."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8", newline="")


def write_whole(path: Path, data: bytes) -> None:
    """`data` as one file that is there whole or not at all.

    Raises
    ------
    OutputError
        If it cannot be written.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        number, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
        made = Path(name)
        try:
            with os.fdopen(number, "wb") as file:
                file.write(data)
            made.chmod(0o644)
            made.replace(path)
        finally:
            made.unlink(missing_ok=True)
    except OSError as error:
        raise OutputError(
            f"{path}: cannot be written ({error.strerror or error}). Name another file with --out."
        ) from None


def page_names(names: Sequence[str]) -> dict[str, str]:
    """Article → the name of its page: numbers in order, never made from texts."""
    width = len(str(len(names)))
    return {name: f"{number:0{width}d}.html" for number, name in enumerate(names, start=1)}


def write_each(folder: Path, names: list[str], make: Callable[[str], str]) -> dict[str, str]:
    """One page a name, `make(name)` each; returns name → file name. File names are numbers, never made from texts."""
    folder.mkdir(parents=True, exist_ok=True)
    files = page_names(names)
    for name, file in files.items():
        write_text(folder / file, make(name))
    return files


# --- what people fill in --------------------------------------------------------------------------------------------------


def write_coding_sheet(
    sheet: pd.DataFrame, meanings: pd.DataFrame, path: Path, *, made_by: Mapping[str, object]
) -> None:
    """A coding sheet with its codebook: an XLSX workbook, or a CSV with `NAME.codebook.csv` beside it.

    Parameters
    ----------
    sheet, meanings : what `correction.draw_sample` and `correction.codebook` gave.
    made_by : the recipe; in the workbook's last sheet and properties, or beside the CSV.

    Raises
    ------
    OutputError
        If the file is there already (a coder's work may be in it), cannot be written, or is neither XLSX nor CSV.
    """
    if path.exists():
        raise OutputError(f"{path}: is there already, and a coder's work may be in it. Give another name with --out.")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.suffix.lower() == ".csv":
            write_csv(sheet, path)
            write_csv(meanings, path.with_name(f"{path.stem}.codebook.csv"))
            write_text(path.with_name(f"{path.name}.recipe.json"), recipe.as_json(made_by) + "\n")
        elif path.suffix.lower() == ".xlsx":
            _write_coding_book(sheet, meanings, path, made_by)
        else:
            raise OutputError(f"{path.name}: a coding sheet is a .xlsx or a .csv file")
    except OSError as error:
        raise OutputError(str(error) if isinstance(error, OutputError) else f"{path}: {error.strerror}") from None


def _write_coding_book(sheet: pd.DataFrame, meanings: pd.DataFrame, path: Path, made_by: Mapping[str, object]) -> None:
    options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(str(path), options) as book:
        book.set_properties({"created": _NO_TIME, "comments": recipe.as_json(made_by)[:_CELL]})
        head, wrapped = (
            book.add_format({"bold": True, "bottom": 1}),
            book.add_format({"text_wrap": True, "valign": "top"}),
        )
        coding = book.add_worksheet(_CODING)
        for column, name in enumerate(sheet.columns):  # before the cells, which take the format of their column
            is_read = name in ("before", "after", "note") or name.startswith("text")
            coding.set_column(column, column, 60 if is_read else 12, wrapped)
        _write_sheet(coding, sheet, head)
        kind = KINDS.get(str(sheet["what"].iloc[0])) if len(sheet) else None
        if kind and kind.codes:
            place = list(sheet.columns).index("code")
            coding.data_validation(1, place, len(sheet), place, {"validate": "list", "source": list(kind.codes)})
        _write_sheet(book.add_worksheet("codebook"), meanings, head)
        rows = [(key, value if isinstance(value, str) else json.dumps(value)) for key, value in sorted(made_by.items())]
        _write_sheet(book.add_worksheet("recipe"), pd.DataFrame(rows, columns=["what", "value"]), head)


def read_codings(paths: Sequence[Path], study: Study) -> Codings:
    """The sheets of several coders (XLSX, or CSV in any usual encoding and delimiter), checked against the study.

    Raises
    ------
    InputError
        If a file cannot be read, is no coding sheet, or no row holds a code. What concerns one row is in `issues`.
    """
    names = [path.name for path in paths]
    files = [path.name if names.count(path.name) == 1 else path.as_posix() for path in paths]
    return check_codings({file: _read_rows(path, _CODING) for file, path in zip(files, paths, strict=True)}, study)


def _read_rows(path: Path, title: str) -> pd.DataFrame:
    """The rows of a CSV, or of the sheet `title` (else the first) of a workbook, with values as they come."""
    try:
        if path.stat().st_size > MAX_FILE_BYTES:
            raise InputError(f"{path.name}: is larger than {MAX_FILE_BYTES:,} bytes")
        data = path.read_bytes()
        if data.startswith(b"PK"):
            sheets = sheet_reader.read_sheets(data)
            rows = sheets.get(title) or next(iter(sheets.values()), [])
            header, *body = [cells for _, cells in rows] or [[]]
            columns = ["" if name is None else str(name).strip() for name in header]
            return pd.DataFrame([[*cells, *[None] * len(columns)][: len(columns)] for cells in body], columns=columns)
        return pd.DataFrame(delimited.records(decode(data).text))
    except OSError as error:
        raise InputError(f"{path}: cannot be read ({error.strerror})") from None
    except Refused as refusal:
        raise InputError(f"{path.name}: {refusal}") from None


def write_corrections(corrections: pd.DataFrame, path: Path) -> None:
    """The table `corrections` as CSV, safe for a spreadsheet; a file that stands there is replaced whole or not at all."""
    write_whole(path, csv_text(schema.table("corrections", corrections)).encode())


def read_corrections(path: Path) -> pd.DataFrame:
    """The table `corrections` from a CSV or XLSX, as written or as edited by hand.

    Raises
    ------
    InputError
        If the file cannot be read, a column is missing, an offset is no whole number or `what` is unknown.
    """
    rows = _read_rows(path, "corrections")
    if rows.empty:
        return schema.table("corrections")
    out: dict[str, list[Any]] = {}
    for column in schema.TABLES["corrections"].columns:
        if column.name not in rows.columns:
            raise InputError(f"{path.name}: lacks the column {column.name!r}; it has {list(rows.columns)}")
        texts = [_cell_text(value) for value in rows[column.name]]
        out[column.name] = [int(text) if text.isdecimal() else -1 for text in texts] if column.type == "int" else texts
    wrong = [number for number, row in enumerate(zip(out["start"], out["end"], strict=True), start=2) if min(row) < 0]
    if wrong:
        raise InputError(f"{path.name}: row {wrong[0]}: start and end must be whole numbers")
    try:
        return schema.table("corrections", out)
    except SchemaError as error:
        raise InputError(f"{path.name}: {error}") from None


def _cell_text(value: object) -> str:
    """A cell of a sheet as the text that was put there."""
    if value is None or value != value:
        return ""
    if isinstance(value, datetime):
        return value.date().isoformat()
    return safety.read_sheet_text(str(int(value)) if isinstance(value, float) and value.is_integer() else str(value))
