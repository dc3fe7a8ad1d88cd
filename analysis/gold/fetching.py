"""Brings a public corpus from its authors' repository at a pinned commit, and checks what came.

What is checked is git's own hash of each file or tree, so it does not matter how the bytes travelled. A mirror can be
named in `ANALYSIS_MIRROR`; without a network the error says what to do.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tempfile
import urllib.parse
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

import pooch

from analysis.config import MAX_ARCHIVE_BYTES, MAX_ARCHIVE_MEMBERS, cache_folder
from analysis.errors import InputError, NoNetwork, StudyError

#: Environment variable with the address that takes the place of the public host (`https://…`, `http://127.0.0.1:…`).
MIRROR = "ANALYSIS_MIRROR"
_HOST = "https://codeload.github.com"
_DONE = ".complete.json"


@dataclass(frozen=True)
class PublicCorpus:
    """Where a corpus lies, what must come, and on which terms.

    Attributes
    ----------
    trees, blobs : path in the repository → git hash that its tree or file must have; nothing else is kept.
    """

    name: str
    repository: str
    commit: str
    licence: str
    citation: str
    trees: Mapping[str, str] = field(default_factory=dict)
    blobs: Mapping[str, str] = field(default_factory=dict)


CORPORA: dict[str, PublicCorpus] = {
    corpus.name: corpus
    for corpus in (
        PublicCorpus(
            "basil", "launchnlp/BASIL", "4fdbc4f68d5ddae648990063cb6dd11424d96222",
            "no licence stated by its authors",
            "Fan, White, Sharma, Su, Choubey, Huang & Wang (2019): In Plain Sight. EMNLP.",
            trees={
                "articles": "80382309156b59d76de94b2e156556100f1795bc",
                "annotations": "96ea3469cc0ceb0da12c26534c6984a1bd72dfc2",
            },
        ),
        PublicCorpus(
            "polnear", "networkdynamics/PolNeAR", "c3eee833c035bf7b8c84f55b58c0bf7346cfae76",
            "no licence stated by its authors",
            "Newell, Margolin & Ruths (2018): An Attribution Relations Corpus for Political News. LREC.",
            trees={
                "data/train/text": "1f7200c559e5ea068fc15d89a059b3d3e8ca4510",
                "data/dev/text": "2e8e8a41110f3ef40f4a69cdd04e9ec6d614a6f4",
                "data/test/text": "d91d18f3bf2d5a54f89e909f23fabea8c9393146",
                "data/train/attributions": "eb59a89beb02dca6272f94a1e919cf78571f9665",
                "data/dev/attributions": "7cf47d6ae327291ec4b0fed8adbf8d059df51b1a",
                "data/test/attributions": "4e5625b8cfb9d571a936a46199b73abec7655c67",
            },
        ),
        PublicCorpus(
            "babe", "Media-Bias-Group/Neural-Media-Bias-Detection-Using-Distant-Supervision-With-BABE",
            "fb79f646dcabf1746f5ebedc06ed8dd61ba78188",
            "repository AGPL-3.0",
            "Spinde, Plank, Krieger, Ruas, Gipp & Aizawa (2021): Neural Media Bias Detection. Findings of EMNLP.",
            blobs={"data/final_labels_SG2.csv": "8c7d1cc974d349245ba1cd17210f132a76206b10"},
        ),
        PublicCorpus(
            "newsmtsc", "fhamborg/NewsMTSC", "b9d9b79704ed1b35cecaf1d7c2343dc1bd734fb7",
            "repository MIT",
            "Hamborg & Donnay (2021): NewsMTSC. EACL.",
            blobs={
                f"NewsSentiment/experiments/default/datasets/newsmtsc-{part}/{split}.jsonl": blob
                for part, split, blob in (
                    ("rw", "train", "d9298b899843c6723895839b9c93db6b0b528400"),
                    ("rw", "dev", "45886809570dd24f72f5ca4c33bdccad3c84d69b"),
                    ("rw", "test", "d37324e77f4f6cd237ad8ba7ac9078309f9f527a"),
                    ("mt", "train", "d9298b899843c6723895839b9c93db6b0b528400"),
                    ("mt", "dev", "dbb8aac8d8cb6c20bb5bd5d4c75a9c0ea3949e72"),
                    ("mt", "test", "bead364390e4c51456249f8d5f566a8d12f22c5e"),
                )
            },
        ),
        PublicCorpus(
            "vader", "cjhutto/vaderSentiment", "44fc044cd877310ee8278a0eadf34bcd50d41d06",
            "package MIT; the archive asks for citation",
            "Hutto & Gilbert (2014): VADER. ICWSM.",
            blobs={"additional_resources/hutto_ICWSM_2014.tar.gz": "17f4f9665a479c8b4ce5591341273fa22ac52592"},
        ),
    )
}  # fmt: skip


def fetch(
    name: str,
    *,
    corpora: Mapping[str, PublicCorpus] = CORPORA,
    to: Path | None = None,
    agree: Callable[[PublicCorpus], bool] = lambda corpus: True,
) -> Path:
    """Bring a corpus to this machine, or find it where it was brought before.

    Parameters
    ----------
    name : a key of `corpora`.
    to : the folder that holds corpora; by default the user's cache.
    agree : is shown the corpus (licence, citation) before anything is fetched; False ends it.

    Returns
    -------
    Path : the folder of the corpus, in its original layout, every file checked.

    Raises
    ------
    InputError
        If the name is not known or what came is not what was pinned (nothing of it is kept).
    NoNetwork
        If the address cannot be reached; the message says how to do without it.
    """
    corpus = _corpus(name, corpora)
    base = (to or cache_folder() / "corpora").absolute()
    place = base / corpus.name
    if _is_complete(place, corpus):
        return place
    if not agree(corpus):
        raise StudyError(f"{name}: not fetched, since its terms were not agreed to")
    base.mkdir(parents=True, exist_ok=True)
    archive = _download(corpus, base)
    with tempfile.TemporaryDirectory(prefix=f".{corpus.name}.", dir=base) as folder:
        made = Path(folder) / "corpus"
        try:
            _unpack(archive, made, corpus)
            _check(made, corpus)
        except (InputError, zipfile.BadZipFile) as error:
            archive.unlink(missing_ok=True)
            raise InputError(
                f"{name}: what came is not the corpus that was pinned ({error}). Nothing was kept; try again."
            ) from None
        (made / _DONE).write_text(
            json.dumps({"commit": corpus.commit, **corpus.trees, **corpus.blobs}), encoding="utf-8"
        )
        shutil.rmtree(place, ignore_errors=True)
        made.rename(place)
    archive.unlink(missing_ok=True)
    return place


def _corpus(name: str, corpora: Mapping[str, PublicCorpus]) -> PublicCorpus:
    if name not in corpora:
        raise InputError(f"corpus {name!r} is not known; there are: {', '.join(sorted(corpora))}")
    return corpora[name]


def _is_complete(place: Path, corpus: PublicCorpus) -> bool:
    try:
        told = json.loads((place / _DONE).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    return told == {"commit": corpus.commit, **corpus.trees, **corpus.blobs}


def _download(corpus: PublicCorpus, base: Path) -> Path:
    host = os.environ.get(MIRROR, _HOST).rstrip("/")
    if urllib.parse.urlsplit(host).scheme not in ("http", "https"):
        raise InputError(f"{MIRROR}={host!r}: must begin with https:// or http://")
    address = f"{host}/{corpus.repository}/zip/{corpus.commit}"
    try:
        # Hashes of the archive's bytes are not stable on the host; what is inside is checked file by file instead.
        found = pooch.retrieve(address, known_hash=None, path=base, fname=f"{corpus.name}-{corpus.commit}.zip")
    except (OSError, ValueError) as error:
        raise NoNetwork(
            f"{corpus.name}: {host} cannot be reached ({type(error).__name__}). With a network elsewhere: download commit "
            f"{corpus.commit} of {corpus.repository} as a folder there, copy it here and give its path; or name a mirror in {MIRROR}."
        ) from None
    return Path(found)


def _unpack(archive: Path, to: Path, corpus: PublicCorpus) -> None:
    """Only the pinned files, only inside `to`, never more than the stated bound."""
    wanted = [*corpus.trees, *corpus.blobs]
    left = MAX_ARCHIVE_BYTES
    with zipfile.ZipFile(archive) as packed:
        members = packed.infolist()
        if len(members) > MAX_ARCHIVE_MEMBERS:
            raise InputError(f"{len(members)} members; at most {MAX_ARCHIVE_MEMBERS} are unpacked")
        for member in members:
            inside = _inside(member.filename)
            if member.is_dir() or not any(inside == path or inside.startswith(path + "/") for path in wanted):
                continue
            target = to / inside
            target.parent.mkdir(parents=True, exist_ok=True)
            with packed.open(member) as source, target.open("wb") as sink:
                while block := source.read(1 << 20):
                    left -= len(block)
                    if left < 0:
                        raise InputError(f"unpacks to more than {MAX_ARCHIVE_BYTES} bytes")
                    sink.write(block)


def _inside(name: str) -> str:
    """The path below the archive's top folder; a path that climbs out is refused."""
    parts = PurePosixPath(name.replace("\\", "/")).parts
    if name.startswith(("/", "\\")) or ".." in parts or any(":" in part for part in parts):
        raise InputError(f"a path that leaves the folder: {name!r}")
    return "/".join(parts[1:])


def _check(folder: Path, corpus: PublicCorpus) -> None:
    for path, expected in corpus.trees.items():
        if not (folder / path).is_dir() or tree_hash(folder / path) != expected:
            raise InputError(f"{path}: is missing or its git tree is not {expected[:12]}")
    for path, expected in corpus.blobs.items():
        if not (folder / path).is_file() or blob_hash((folder / path).read_bytes()) != expected:
            raise InputError(f"{path}: is missing or its git hash is not {expected[:12]}")


def blob_hash(data: bytes) -> str:
    """Git's hash of a file's bytes."""
    return hashlib.sha1(b"blob %d\0" % len(data) + data, usedforsecurity=False).hexdigest()


def tree_hash(folder: Path) -> str:
    """Git's hash of a folder of plain files and folders."""
    entries = sorted(folder.iterdir(), key=lambda path: path.name.encode() + (b"/" if path.is_dir() else b""))
    lines = [
        (b"40000 " if path.is_dir() else b"100644 ")
        + path.name.encode()
        + b"\0"
        + bytes.fromhex(tree_hash(path) if path.is_dir() else blob_hash(path.read_bytes()))
        for path in entries
    ]
    data = b"".join(lines)
    return hashlib.sha1(b"tree %d\0" % len(data) + data, usedforsecurity=False).hexdigest()


def fetched(name: str) -> Path | None:
    """Where `fetch` put a corpus on this machine, or None."""
    place = cache_folder() / "corpora" / name
    return place if name in CORPORA and _is_complete(place, CORPORA[name]) else None
