"""Brings a public corpus from its authors' repository at a pinned commit, file by file, and checks what came.

Floor: the name of a corpus comes in, a folder in its original layout goes out. Every listing and every file is checked
by git's own hash before it is kept, so a fetch that broke off goes on where it stopped.
"""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor, as_completed
from pathlib import Path
from typing import NamedTuple

from analysis.config import MAX_ARCHIVE_BYTES, MAX_ARCHIVE_MEMBERS, cache_folder, gold_folder
from analysis.errors import InputError, NoNetwork, OutputError, StudyError
from analysis.gold.corpora import CORPORA, PublicCorpus
from analysis.gold.download import MAX_BYTES, MIRROR, Hosts, bring, hosts
from analysis.gold.hashes import blob_hash, plain_name, read_listing, tree_hash

_DONE = ".complete.json"
#: Files asked for at the same time.
_THREADS = 8
#: Folders in folders; the pinned corpora have one.
_MAX_DEPTH = 8


class _File(NamedTuple):
    path: str
    mode: str
    sha: str
    limit: int


def fetch(
    name: str,
    *,
    corpora: Mapping[str, PublicCorpus] = CORPORA,
    to: Path | None = None,
    agree: Callable[[PublicCorpus], bool] = lambda corpus: True,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> Path:
    """Bring a corpus to this machine, or find it where it was brought before.

    Parameters
    ----------
    name : a key of `corpora`.
    to : the folder that holds corpora; by default the user's cache.
    agree : is shown the corpus (licence, citation) once, before anything is asked for; False ends it.
    progress : called with (files that are here, files in all).

    Returns
    -------
    Path : the folder of the corpus, in its original layout, every file checked.

    Raises
    ------
    InputError
        If the name is not known or what came is not what was pinned (nothing of it is kept).
    NoNetwork
        If the address cannot be reached or breaks off; what came is kept, and the message says how to go on.
    OutputError
        If the folder cannot be written, or holds something of that name that `fetch` did not make.
    """
    corpus = _corpus(name, corpora)
    base = (to or cache_folder() / "corpora").absolute()
    place = base / plain_name(corpus.name)
    if _is_complete(place, corpus):
        return place
    if place.exists() and not (place / _DONE).is_file():
        raise OutputError(f"{place}: is there and was not made by fetch; move it away, or fetch into another folder")
    staging = base / f".{corpus.name}-{corpus.commit[:12]}"
    if not staging.is_dir() and not agree(corpus):
        raise StudyError(f"{name}: not fetched, since its terms were not agreed to")
    host = hosts()
    try:
        staging.mkdir(parents=True, exist_ok=True)
        wanted = _list_files(corpus, host, staging / "listings")
        _bring_all(corpus, host, wanted, staging, progress)
        _finish(corpus, wanted, staging, place)
    except InputError as error:
        raise InputError(
            f"{name}: what came is not the corpus that was pinned ({error}). Nothing of it was kept; try again, or "
            f"another address in {MIRROR}."
        ) from None
    except NoNetwork as error:
        raise NoNetwork(
            f"{name}: {error}. What came is kept: the same command goes on from there. Without a network here: on a "
            f"machine that has one, take {_paths(corpus)} of github.com/{corpus.repository} at commit {corpus.commit}, "
            f"put them into a folder {corpus.name}, and name the folder around it in ANALYSIS_GOLD; or name a mirror "
            f"in {MIRROR}."
        ) from None
    except StudyError:
        raise
    except OSError as error:
        raise OutputError(f"{base}: cannot be written ({error.strerror or error}); name another folder") from None
    return place


def _paths(corpus: PublicCorpus) -> str:
    return ", ".join([*(f"{path}/" for path in corpus.trees), *corpus.blobs])


def _corpus(name: str, corpora: Mapping[str, PublicCorpus]) -> PublicCorpus:
    if name not in corpora:
        raise InputError(f"corpus {name!r} is not known; there are: {', '.join(sorted(corpora))}")
    return corpora[name]


def _pinned(corpus: PublicCorpus) -> dict[str, str]:
    return {"commit": corpus.commit, **corpus.trees, **corpus.blobs}


def _is_complete(place: Path, corpus: PublicCorpus) -> bool:
    try:
        return bool(json.loads((place / _DONE).read_text(encoding="utf-8")) == _pinned(corpus))
    except (OSError, ValueError):
        return False


def _bring_all(
    corpus: PublicCorpus, host: Hosts, wanted: list[_File], staging: Path, progress: Callable[[int, int], None]
) -> None:
    """Every file into `staging/files`, several at once; those that are there and right are left alone."""
    missing = [file for file in wanted if not _is_right(staging / "files" / file.path, file.sha)]
    done = len(wanted) - len(missing)
    progress(done, len(wanted))

    def one(file: _File) -> None:
        data = bring(host.file(corpus.repository, corpus.commit, file.path), limit=file.limit)
        if blob_hash(data) != file.sha:
            raise InputError(f"{file.path}: its git hash is not {file.sha[:12]}")
        _keep(staging / "files" / file.path, data, staging)

    with ThreadPoolExecutor(_THREADS) as pool:
        for future in as_completed(futures := [pool.submit(one, file) for file in missing]):
            if future.exception() is not None:
                for other in futures:
                    other.cancel()
            future.result()
            done += 1
            progress(done, len(wanted))


def _list_files(corpus: PublicCorpus, host: Hosts, kept: Path) -> list[_File]:
    """Every file of the corpus with the hash that it must have; listings are kept, since hosts count questions."""
    files = [_File(path, "100644", sha, MAX_BYTES) for path, sha in corpus.blobs.items()]
    folders = [(path, sha, 0) for path, sha in corpus.trees.items()]
    told = 0
    while folders:
        path, sha, depth = folders.pop()
        if depth > _MAX_DEPTH or len(files) + len(folders) > MAX_ARCHIVE_MEMBERS or told > MAX_ARCHIVE_BYTES:
            raise InputError(f"more than {MAX_ARCHIVE_MEMBERS} files, {MAX_ARCHIVE_BYTES} bytes or {_MAX_DEPTH} floors")
        for entry in read_listing(_listing(corpus, host, sha, kept), sha):
            below = f"{path}/{entry.name}"
            if entry.is_folder:
                folders.append((below, entry.sha, depth + 1))
            else:
                # A told size is not checked by the hash; it bounds what is taken, never more than a file may have.
                files.append(_File(below, entry.mode, entry.sha, min(entry.size or MAX_BYTES, MAX_BYTES)))
                told += entry.size
    for file in files:
        for part in file.path.split("/"):
            plain_name(part)
    return sorted(files)


def _listing(corpus: PublicCorpus, host: Hosts, sha: str, kept: Path) -> bytes:
    path = kept / f"{sha}.json"
    if path.is_file():
        data = path.read_bytes()
        try:
            read_listing(data, sha)
            return data
        except InputError:
            path.unlink()
    data = bring(host.listing(corpus.repository, sha))
    read_listing(data, sha)
    _keep(path, data, kept.parent)
    return data


def _is_right(path: Path, sha: str) -> bool:
    return path.is_file() and blob_hash(path.read_bytes()) == sha


def _keep(path: Path, data: bytes, scratch: Path) -> None:
    """Written in `scratch` and renamed: a file that is there is whole."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(prefix="part-", dir=scratch)
    with os.fdopen(handle, "wb") as file:
        file.write(data)
    Path(name).replace(path)


def _finish(corpus: PublicCorpus, wanted: list[_File], staging: Path, place: Path) -> None:
    """The whole is checked once more as it lies on the disk, then renamed."""
    made = staging / "files"
    for path, expected in corpus.trees.items():
        modes = {file.path.removeprefix(path + "/"): file.mode for file in wanted if file.path.startswith(path + "/")}
        if tree_hash(made / path, modes=modes) != expected:
            shutil.rmtree(made / path)
            raise InputError(f"{path}: its git tree is not {expected[:12]}")
    (made / _DONE).write_text(json.dumps(_pinned(corpus), indent=1), encoding="utf-8")
    if place.exists():
        shutil.rmtree(place)
    made.rename(place)
    shutil.rmtree(staging)


def fetched(name: str) -> Path | None:
    """Where `fetch` put a corpus on this machine, or None."""
    place = cache_folder() / "corpora" / name
    return place if name in CORPORA and _is_complete(place, CORPORA[name]) else None


def find(name: str, *, folder: Path | None = None) -> Path | None:
    """The folder of a corpus on this machine: in `folder` (by default `config.gold_folder()`), else where `fetch` put it.

    Returns None when it is in neither; the readers say how to get it.
    """
    base = folder or gold_folder()
    if base is not None and (base / name).is_dir():
        return base / name
    return fetched(name)
