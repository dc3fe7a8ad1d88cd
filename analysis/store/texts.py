"""Single files of text or bytes, and the pages of a study.

Floor: texts and bytes come in; files go out.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

from analysis.errors import OutputError


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
