"""Git's hashes of files and folders, and listings of folders that are believed only when their hash is right.

Floor: bytes and names come in; hashes and checked entries go out. Since a listing is checked by the hash that its
corpus is pinned to, everything that it names can be checked in turn, wherever it comes from.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import NamedTuple

from analysis.errors import InputError

_HASH = re.compile(r"[0-9a-f]{40}\Z")
_FOLDER = "040000"
_FILES = ("100644", "100755")


class Entry(NamedTuple):
    """One file or folder in a listing: its name, git mode, git hash, and for a file its size in bytes as told."""

    name: str
    mode: str
    sha: str
    size: int

    @property
    def is_folder(self) -> bool:
        """A folder; all else is a plain file."""
        return self.mode == _FOLDER


def blob_hash(data: bytes) -> str:
    """Git's hash of a file's bytes."""
    return _sha1(b"blob %d\0" % len(data) + data)


def tree_hash(folder: Path, *, modes: Mapping[str, str] | None = None) -> str:
    """Git's hash of a folder of plain files and folders.

    Parameters
    ----------
    modes : path below the folder → git mode, for files that are not `100644`.
    """
    return _folder_hash(folder, "", modes or {})


def _folder_hash(folder: Path, below: str, modes: Mapping[str, str]) -> str:
    entries = []
    for path in folder.iterdir():
        name = below + path.name
        if path.is_dir():
            entries.append((path.name, _FOLDER, _folder_hash(path, name + "/", modes)))
        else:
            entries.append((path.name, modes.get(name, _FILES[0]), blob_hash(path.read_bytes())))
    return listing_hash(entries)


def listing_hash(entries: Iterable[tuple[str, str, str]]) -> str:
    """Git's hash of a folder from the (name, mode, hash) of what lies in it; git sorts a folder as if it ended in `/`."""
    lines = sorted(
        (name.encode() + (b"/" if mode == _FOLDER else b""), mode.lstrip("0").encode(), name.encode(), sha)
        for name, mode, sha in entries
    )
    data = b"".join(mode + b" " + name + b"\0" + bytes.fromhex(sha) for _, mode, name, sha in lines)
    return _sha1(b"tree %d\0" % len(data) + data)


def read_listing(data: bytes, expected: str) -> list[Entry]:
    """The entries of one folder, from what `/repos/…/git/trees/HASH` answers.

    Raises
    ------
    InputError
        If it is no listing, names something that is neither plain file nor folder, has a name that leads out of the
        folder, or its git hash is not `expected`.
    """
    try:
        told = json.loads(data)
        rows = [(row["path"], row["mode"], row["sha"], row.get("size", 0)) for row in told["tree"]]
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise InputError(f"the listing of tree {expected[:12]} cannot be read") from None
    entries = [_entry(*row) for row in rows]
    if listing_hash(entry[:3] for entry in entries) != expected:
        raise InputError(f"the listing of tree {expected[:12]} has another hash")
    return entries


def _entry(name: object, mode: object, sha: object, size: object) -> Entry:
    if mode not in (*_FILES, _FOLDER):
        raise InputError(f"{name!r} is neither a plain file nor a folder (git mode {mode!r})")
    if not isinstance(sha, str) or not _HASH.match(sha) or not isinstance(size, int) or size < 0:
        raise InputError(f"{name!r} is listed without a hash or size")
    return Entry(plain_name(name), str(mode), sha, size)


def plain_name(name: object) -> str:
    """`name` when it names something inside its folder, on every system.

    Raises
    ------
    InputError
        If it could lead out of the folder, or cannot be a file's name everywhere.
    """
    if (
        not isinstance(name, str)
        or not name.isprintable()
        or name.strip(". ") == ""
        or name.lower() == ".git"
        or any(letter in name for letter in '/\\:*?"<>|')
    ):
        raise InputError(f"a name that leads out of its folder or is no plain name: {name!r}")
    return name


def _sha1(data: bytes) -> str:
    return hashlib.sha1(data, usedforsecurity=False).hexdigest()
