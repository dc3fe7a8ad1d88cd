"""Parquet tables: one article a row.

Floor: a file and its bytes come in, one draft a row goes out.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping

import pyarrow as pa
import pyarrow.parquet as pq

from analysis import config
from analysis.readers import rows
from analysis.readers.columns import find_columns
from analysis.readers.parts import File, Found, Refused


def read(file: File, data: bytes, columns: Mapping[str, str]) -> Found:
    """One draft a row; only the columns that are needed are read.

    Raises
    ------
    Refused
        If the file is damaged, too large when unpacked, empty, or has no text column.
    """
    try:
        table = pq.ParquetFile(io.BytesIO(data))
    except (pa.ArrowException, OSError, ValueError):
        raise Refused("cannot be read as Parquet: the file is cut or damaged; write it again") from None
    found = find_columns(table.schema_arrow.names, columns)
    if not table.metadata.num_rows:
        raise Refused("is a table without rows")
    yield from rows.drafts(
        file, _records(table, sorted(set(found.values()))), found, f"parquet, column {found['text']}"
    )


def _records(table: pq.ParquetFile, names: list[str]) -> Iterator[tuple[int, Mapping[str, object]]]:
    number = unpacked = 0
    try:
        for batch in table.iter_batches(batch_size=256, columns=names):
            unpacked += batch.nbytes
            if unpacked > config.MAX_ARCHIVE_BYTES:
                raise Refused(f"unpacks to more than {config.MAX_ARCHIVE_BYTES:,} bytes; split the table")
            for record in batch.to_pylist():
                number += 1
                yield number, record
    except (pa.ArrowException, OSError, ValueError):
        raise Refused("cannot be read as Parquet: the file is cut or damaged; write it again") from None
