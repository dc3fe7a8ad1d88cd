"""Measured batches of a run that has not ended, so that a run that was killed goes on where it stopped.

Floor: the tables of a batch come in under the hash of everything that decides them, and go out again.
"""

from __future__ import annotations

import contextlib
import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path

import pandas as pd
import pyarrow as pa

from analysis import schema
from analysis.store.tables import write_parquet


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
