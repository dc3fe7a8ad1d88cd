"""What a folder says about its files: MANIFEST.csv, and PolNeAR's metadata.tsv.

Floor: the files of a place come in; fields for each file come out, with the manifest itself taken away.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from pathlib import Path

from analysis import config
from analysis.readers import delimited
from analysis.readers.encodings import decode
from analysis.readers.parts import File, Problem, Refused

_FIELDS = ("outlet", "event", "headline", "byline", "published", "url", "section", "genre", "licence", "article_id")
#: PolNeAR's column → ours. Newell, Margolin & Ruths (2018), An Attribution Relations Corpus for Political News. LREC.
_POLNEAR = {"outlet": "publisher", "headline": "title", "byline": "author", "published": "publication_date"}


@dataclass
class Known:
    """What is known about the files of one place, by path; `about` takes a file's bytes to check its hash."""

    entries: dict[str, dict[str, str]] = field(default_factory=dict)
    polnear: dict[str, dict[str, str]] = field(default_factory=dict)
    hashes: dict[str, str] = field(default_factory=dict)

    def fields(self, file: File) -> dict[str, str]:
        """The fields that a manifest gives for a file; empty when none does."""
        if file.path in self.entries:
            return self.entries[file.path]
        in_text = file.folder.rstrip("/!").rsplit("/", 1)[-1] in ("text", "")
        return self.polnear.get(file.stem, {}) if in_text and file.extension == "txt" else {}

    def hash_note(self, file: File, data: bytes) -> str:
        """What to say when a file is not the one that the manifest describes; empty when it is."""
        expected = self.hashes.get(file.path, "").lower()
        actual = hashlib.sha256(data).hexdigest() if expected else ""
        if expected == actual:
            return ""
        return f"the file's SHA-256 begins {actual[:12]}, MANIFEST.csv says {expected[:12]}: one of them was changed"


def is_manifest(file: File) -> bool:
    """Is this the list of a folder's files?"""
    return file.name.lower() in ("manifest.csv", "manifest.tsv")


def take_manifests(root: Path, files: list[File]) -> tuple[list[File], Known, list[Problem]]:
    """Read the manifests among `files`.

    Parameters
    ----------
    root : what is read; PolNeAR's metadata are looked for up to two folders above it.
    files : as `places.find_files` gives them.

    Returns
    -------
    (the files without manifests, what is known, problems). A manifest holds for the files that it names, relative to
    its own folder; a file that it names and that is not there gets a note.
    """
    known = Known()
    problems: list[Problem] = []
    paths = {file.path for file in files}
    rest = []
    for file in files:
        try:
            if is_manifest(file):
                problems += _read_manifest(file, known, paths)
            elif file.name == "metadata.tsv" and _read_polnear(file.load(), known):
                continue
            else:
                rest.append(file)
        except (Refused, OSError) as error:
            problems.append(Problem(file.path, f"the manifest {error}; its articles are read without it", "note"))
    if not known.polnear and root.is_dir():
        for folder in [root.resolve(), *root.resolve().parents][1:3]:
            above = folder / "metadata.tsv"
            if above.is_file() and above.stat().st_size < config.MAX_FILE_BYTES:
                _read_polnear(above.read_bytes(), known)
    return rest, known, problems


def _read_manifest(file: File, known: Known, paths: set[str]) -> list[Problem]:
    problems = []
    rows = delimited.records(decode(file.load()).text)
    if rows and "file" not in rows[0]:
        raise Refused("has no column 'file'")
    for row in rows:
        path = file.folder + row["file"].strip().replace("\\", "/").removeprefix("./")
        if path not in paths:
            problems.append(Problem(f"{file.path}#{row['file'][:80]}", "named in the manifest but not there", "note"))
            continue
        known.entries[path] = {name: row[name].strip() for name in _FIELDS if row.get(name, "").strip()}
        known.hashes[path] = row.get("sha256", "").strip()
    return problems


def _read_polnear(data: bytes, known: Known) -> bool:
    """Take PolNeAR's metadata in; False when the file is another table of that name."""
    text = decode(data).text
    if not text.startswith("compartment\tfilename\t"):
        return False
    header, *lines = text.splitlines()
    names = header.split("\t")
    for line in lines:
        row = dict(zip(names, line.split("\t"), strict=False))
        fields = {ours: row.get(theirs, "") for ours, theirs in _POLNEAR.items()}
        known.polnear[row.get("filename", "")] = {
            name: value for name, value in fields.items() if value not in ("", "None")
        }
    return True
