"""What made a file: version, commit, hashes of inputs, lexicon and model, settings, seed, n, and the call.

Floor: `config` and `errors` lie beneath. A recipe is a flat mapping of strings that every export can carry; nothing in
it depends on the time, the host or a path.
"""

from __future__ import annotations

import hashlib
import json
import subprocess
from collections.abc import Mapping
from functools import lru_cache
from importlib import metadata
from pathlib import Path
from typing import Any

from analysis.config import PACKAGE, PROJECT
from analysis.errors import InputError

#: Libraries whose version can change a number or a drawing.
PACKAGES = (
    "numpy",
    "pandas",
    "scipy",
    "numba",
    "matplotlib",
    "pillow",
    "xlsxwriter",
    "pyarrow",
    "textblob",
    "nltk",
    "vaderSentiment",
    "trafilatura",
    "py3langid",
)


def sha256_of(*parts: str | bytes) -> str:
    """SHA-256 over `parts`, each preceded by its length, so that no two lists of parts collide."""
    digest = hashlib.sha256()
    for part in parts:
        data = part.encode("utf-8", "surrogatepass") if isinstance(part, str) else part
        digest.update(f"{len(data)}:".encode())
        digest.update(data)
    return digest.hexdigest()


def sha256_of_text(text: str) -> str:
    """SHA-256 of a text in UTF-8, nothing added: what `sha256sum` says of a file that holds just this text."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


@lru_cache(maxsize=64)
def sha256_of_file(path: Path) -> str:
    """SHA-256 of a resource file's bytes (read once per process)."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


@lru_cache(maxsize=1)
def code_sha256() -> str:
    """Hash over the package's own modules: the version of the code even where git is not at hand."""
    return sha256_of(
        *(
            part
            for path in sorted(PACKAGE.rglob("*.py"))
            for part in (path.relative_to(PACKAGE).as_posix(), path.read_bytes())
        )
    )


@lru_cache(maxsize=1)
def commit() -> str:
    """The commit of the code when it runs from its repository, with `+changes` when files differ; else empty."""
    if not (PROJECT / ".git").exists():
        return ""
    try:
        head = _git("rev-parse", "HEAD")
        changed = _git("status", "--porcelain", "--untracked-files=no", "--", "analysis")
    except (OSError, subprocess.SubprocessError):
        return ""
    return head + ("+changes" if changed else "")


def _git(*words: str) -> str:
    command = ["git", "-C", str(PROJECT), *words]
    return subprocess.run(command, capture_output=True, text=True, check=True, timeout=20).stdout.strip()  # noqa: S603


@lru_cache(maxsize=1)
def packages() -> dict[str, str]:
    """Versions of the libraries in `PACKAGES`."""
    return {name: metadata.version(name) for name in PACKAGES}


@lru_cache(maxsize=1)
def version() -> str:
    """Version of this package."""
    return metadata.version("whose-words")


def as_json(recipe: Mapping[str, object]) -> str:
    """A recipe as one line of JSON with sorted keys: the form in which it is written into files."""
    return json.dumps(recipe, sort_keys=True, ensure_ascii=False)


def as_ascii(recipe: Mapping[str, object]) -> str:
    """The same in pure ASCII, so that PNG, XML and PDF keep it as it is."""
    return json.dumps(json.loads(as_json(recipe)), sort_keys=True)


def from_json(line: str, name: str) -> dict[str, Any]:
    """The recipe in a line that the file called `name` carries.

    Raises
    ------
    InputError
        If the line is no recipe.
    """
    try:
        found = json.loads(line)
    except ValueError as error:
        raise unreadable(name, error) from None
    if not isinstance(found, dict):
        raise InputError(f"{name}: its recipe is not a mapping; was it exported here?")
    return found


def unreadable(name: str, error: Exception) -> InputError:
    """What to raise when no recipe can be taken out of the file called `name`."""
    return InputError(f"{name}: holds no recipe of ours ({type(error).__name__}); was it exported here?")
