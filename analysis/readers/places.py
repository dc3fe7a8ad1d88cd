"""Where files lie: a file, a folder, a zip, folders and zips inside a folder.

Floor: a path comes in, `File`s come out in a fixed order, with a problem for whatever is not followed or not read.
Nothing is unpacked to disk, no link is followed out of the folder, no name inside an archive is trusted.
"""

from __future__ import annotations

import os
import re
import stat
import zipfile
from collections.abc import Iterator
from contextlib import ExitStack
from functools import partial
from pathlib import Path, PurePosixPath

from analysis import config
from analysis.readers.parts import File, Problem, Refused

_ZIP = (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")
#: Files that belong to a folder, not to a corpus; found by name, whatever the extension.
_ABOUT = re.compile(r"(?:readme|licen[cs]e|copying|changelog|citation|datasheet)(?:\.[a-z]{1,5})?", re.I)
_LOCK = re.compile(r"~\$.*|\.~lock.*|.*\.(?:lock|swp|tmp|part|crdownload)|.*~", re.I)
_SYSTEM = frozenset({"__MACOSX", "Thumbs.db", "desktop.ini"})
#: Folders of stand-off annotations: BASIL's beside `articles`, PolNeAR's beside `text`.
_ANNOTATIONS = {"annotations": "articles", "attributions": "text"}


def find_files(root: Path, stack: ExitStack) -> tuple[list[File], list[Problem]]:
    """Every file under `root`, sorted by path, with archives opened.

    Parameters
    ----------
    root : a file, a folder or a zip.
    stack : keeps archives open until the files have been loaded.

    Returns
    -------
    (files, problems). Ignored are lock files, hidden files, system files and files about a folder (README, LICENSE …),
    each with a note; links out of the folder, pipes and devices are refused.
    """
    files: list[File] = []
    problems: list[Problem] = []
    for item in _walk(root) if root.is_dir() else iter([_on_disk(root, _clean(root.name))]):
        if isinstance(item, Problem):
            problems.append(item)
        elif isinstance(item, Path):
            label = _clean(item.relative_to(root).as_posix()) if root.is_dir() else _clean(item.name)
            for inner in _unpacked(item, label, stack):
                (problems if isinstance(inner, Problem) else files).append(inner)  # type: ignore[arg-type]
        else:
            files.append(item)
    return sorted(files, key=lambda file: file.path), problems


def about_folder(name: str) -> str:
    """Why a file with this name is not read as an article; empty when it is."""
    if name in _SYSTEM:
        return "a file of the operating system: not read"
    if _LOCK.fullmatch(name):
        return "a lock or temporary file: not read"
    if name.startswith("."):
        return "a hidden file: not read; take the point off its name to read it"
    if _ABOUT.fullmatch(name):
        return "a file about the folder: not read as an article; rename it to read it"
    return ""


def _walk(root: Path) -> Iterator[File | Path | Problem]:
    """Files, archives (as paths) and problems below a folder."""
    real = root.resolve()
    closed: list[OSError] = []
    for where, folders, names in os.walk(root, onerror=closed.append):
        folder = Path(where)
        label = folder.relative_to(root)
        for name in sorted(folders):
            path = folder / name
            note = about_folder(name) if name.startswith(".") or name in _SYSTEM else ""
            beside = _ANNOTATIONS.get(name)
            if path.is_symlink():
                severity = "note" if _target_inside(path, real) else "refused"
                message = "a link to a folder: not followed; copy the folder itself"
                yield Problem(_clean((label / name).as_posix()), message, severity)
            elif note or (beside is not None and beside in folders):
                text = note or f"annotations of the texts in {beside!r}, not articles: not read here"
                yield Problem(_clean((label / name).as_posix()), text.replace("file:", "folder:"), "note")
            else:
                continue
            folders.remove(name)
        for name in sorted(names):
            yield _checked(folder / name, _clean((label / name).as_posix()), real)
    for error in closed:
        label = Path(error.filename).relative_to(root)
        yield Problem(
            _clean(label.as_posix()), f"a folder that cannot be opened ({error.strerror}); check its permissions"
        )


def _checked(path: Path, label: str, real: Path) -> File | Path | Problem:
    if note := about_folder(path.name):
        return Problem(label, note, "note")
    if path.is_symlink():
        if not _target_inside(path, real):
            return Problem(label, "a link that leaves the folder or leads nowhere: not followed; copy the file itself")
        return Problem(label, "a link to a file in the same folder: read there, once", "note")
    return _on_disk(path, label)


def _target_inside(link: Path, real: Path) -> bool:
    """Does a link lead to something that exists inside the folder?"""
    try:
        target = link.resolve(strict=True)
    except (OSError, RuntimeError):
        return False
    return target == real or real in target.parents


def _on_disk(path: Path, label: str) -> File | Path | Problem:
    """A file to read, or the path of an archive to open."""
    try:
        status = path.stat()
        if not stat.S_ISREG(status.st_mode):
            return Problem(label, "not a regular file (a pipe, socket or device): not read")
        with path.open("rb") as stream:
            start = stream.read(4)
    except OSError as error:
        return Problem(label, f"cannot be opened ({error.strerror or type(error).__name__}); check its permissions")
    if start in _ZIP and not is_workbook(path):
        return path
    if status.st_size > config.MAX_FILE_BYTES:
        return Problem(label, f"is larger than {config.MAX_FILE_BYTES:,} bytes; split it")
    return File(label, status.st_size, path.read_bytes)


def is_workbook(path: Path) -> bool:
    """Is this archive an XLSX workbook (or another office document) rather than a zip of articles?"""
    try:
        with zipfile.ZipFile(path) as archive:
            return "[Content_Types].xml" in archive.namelist() or "mimetype" in archive.namelist()[:1]
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        return False


def _unpacked(path: Path, label: str, stack: ExitStack) -> Iterator[File | Problem]:
    """The members of an archive, none of them read yet."""
    try:
        archive = stack.enter_context(zipfile.ZipFile(path))
        members = [member for member in archive.infolist() if not member.is_dir()]
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        yield Problem(label, "cannot be opened as a zip: it is cut or damaged; make it again")
        return
    total = sum(member.file_size for member in members)
    if len(members) > config.MAX_ARCHIVE_MEMBERS or total > config.MAX_ARCHIVE_BYTES:
        yield Problem(
            label,
            f"unpacks to {total:,} bytes in {len(members):,} files; allowed are {config.MAX_ARCHIVE_BYTES:,} bytes and "
            f"{config.MAX_ARCHIVE_MEMBERS:,} files: split the zip",
        )
        return
    if not members:
        yield Problem(label, "is a zip without files")
    for member in members:
        yield _member(archive, member, f"{label}!{_clean(member.filename)}")


def _member(archive: zipfile.ZipFile, member: zipfile.ZipInfo, label: str) -> File | Problem:
    name = member.filename.replace("\\", "/")
    parts = PurePosixPath(name).parts
    if name.startswith("/") or ".." in parts or re.match(r"[A-Za-z]:", name):
        return Problem(label, "a name that leaves the archive (`..` or absolute): not read; make the zip again")
    if any(part in _SYSTEM or part.startswith(".") for part in parts[:-1]):
        return Problem(label, "in a hidden or system folder: not read", "note")
    if note := about_folder(parts[-1]):
        return Problem(label, note, "note")
    if stat.S_ISLNK(member.external_attr >> 16):
        return Problem(label, "a link inside an archive: not followed; put the file itself into the zip")
    if member.flag_bits & 0x1:
        return Problem(label, "is encrypted; unpack it with its password and read the folder")
    if member.file_size > config.MAX_FILE_BYTES:
        return Problem(label, f"unpacks to more than {config.MAX_FILE_BYTES:,} bytes; split it")
    return File(label, member.file_size, partial(_load, archive, member))


def _load(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> bytes:
    """The bytes of a member, never more than the limit whatever the archive says of its size."""
    try:
        with archive.open(member) as stream:
            data = stream.read(config.MAX_FILE_BYTES + 1)
    except Exception as error:  # zipfile's own, and zlib, bz2's and lzma's
        raise Refused(f"cannot be unpacked ({type(error).__name__}): damaged; make the zip again") from None
    if len(data) > config.MAX_FILE_BYTES:
        raise Refused(f"unpacks to more than {config.MAX_FILE_BYTES:,} bytes; split it")
    if data[:4] in _ZIP and b"[Content_Types].xml" not in data:
        raise Refused("is a zip inside a zip; unpack it once and read the folder")
    return data


def _clean(name: str) -> str:
    """A file name as text that every table can hold (names on disk may be no valid text)."""
    return os.fsencode(name).decode("utf-8", "replace").replace("\\", "/")
