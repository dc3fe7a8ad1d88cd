"""A study's folder: written under a temporary name, renamed when it is whole, and never over what is not ours.

Floor: files come in under a temporary folder; a study folder with its hashes goes out, and what `run.json` says of it.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path, PurePosixPath

from analysis.errors import InputError, OutputError
from analysis.store.texts import write_text, write_whole

RUN_FILE = "run.json"
#: The hash of every file of a study, in the form that `sha256sum -c` reads.
HASHES = "files.sha256"
_MARK = "whose-words study"


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
