"""The only reader and writer of a study's files.

Floor: tables, figures and pages come in, a folder goes out, and back. A folder is written under a temporary name and
renamed when it is whole; what is not ours is never overwritten.
"""

from __future__ import annotations

from analysis.store.batches import Batches, batches_beside
from analysis.store.folders import HASHES, RUN_FILE, add_pages, check_writable, new_folder, read_hashes, read_run
from analysis.store.handwork import read_codings, read_corrections, write_coding_sheet, write_corrections
from analysis.store.tables import (
    RECIPE_FILE,
    csv_text,
    read_recipe,
    read_study,
    read_table,
    write_csv,
    write_parquet,
    write_tables,
)
from analysis.store.texts import page_names, write_each, write_text, write_whole
from analysis.store.workbook import codebook, write_workbook

__all__ = [
    "HASHES",
    "RECIPE_FILE",
    "RUN_FILE",
    "Batches",
    "add_pages",
    "batches_beside",
    "check_writable",
    "codebook",
    "csv_text",
    "new_folder",
    "page_names",
    "read_codings",
    "read_corrections",
    "read_hashes",
    "read_recipe",
    "read_run",
    "read_study",
    "read_table",
    "write_coding_sheet",
    "write_corrections",
    "write_csv",
    "write_each",
    "write_parquet",
    "write_tables",
    "write_text",
    "write_whole",
    "write_workbook",
]
