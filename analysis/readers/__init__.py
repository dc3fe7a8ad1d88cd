"""Readers: files of any of the known formats in, `Corpus(articles, issues)` out.

Floor: `schema` lies beneath. One file per format; the reader is picked by what a file holds, not by its name. Texts are
never altered, and read + refused = found: every file or row that is no article of the study has a row in `issues`.
"""

from __future__ import annotations

import hashlib
import os
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path

import pandas as pd

from analysis import config, schema
from analysis.errors import InputError
from analysis.readers import delimited, html_pages, json_lines, language, manifests, parquet, places, plain, sheets
from analysis.readers.columns import as_published, check_columns
from analysis.readers.encodings import decode
from analysis.readers.parts import Draft, File, Found, Problem, Refused
from analysis.schema import Corpus

__all__ = ["read_corpus"]

_UNSAFE = re.compile(r"[^A-Za-z0-9._-]+")
_SURROGATE = re.compile("[\ud800-\udfff]")
#: Files that are recognised only to say what to do with them: first bytes → what they are.
_KNOWN_BINARY = (
    (b"%PDF", "a PDF; save its text as .txt (PDF loses the order of columns)"),
    (b"\xd0\xcf\x11\xe0", "an old Office file; save it as XLSX or as text"),
    (b"{\\rtf", "an RTF file; save it as plain text"),
    (b"\x1f\x8b", "a gzip file; unpack it first"),
    (b"\x89PNG", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
    (b"GIF8", "a picture"),
    (b"SQLite format 3", "a database; export the articles as CSV"),
    (b"WARC/", "a web archive (WARC); export its pages as HTML files"),
)


def read_corpus(
    path: str | os.PathLike[str], *, columns: Mapping[str, str] | None = None, languages: Sequence[str] = ("en",)
) -> Corpus:
    """Every article in a file, a folder or a zip.

    Parameters
    ----------
    path : text, HTML, CSV, TSV, XLSX, JSON, JSON Lines or Parquet; a folder or zip of these; BASIL's or PolNeAR's own
        layout. `docs/reading.md` lists the names of columns that are understood.
    columns : field → column of the user's tables where the names are others: `{"text": "body_text"}`.
    languages : ISO 639-1 codes that are kept; an article in another language is refused. Empty keeps all.

    Returns
    -------
    Corpus : `articles`, in the order of paths and rows, and `issues` with every refusal and every note.

    Raises
    ------
    InputError
        If `path` does not exist, holds no article at all, or `columns` or `languages` name something unknown; the
        message is one line and says what to do.
    """
    root = Path(path)
    given = check_columns(columns)
    unknown = sorted(set(languages) - language.known())
    if unknown:
        raise InputError(f"languages: {unknown[0]!r} is not an ISO 639-1 code known here; English is 'en'")
    if not root.exists():
        raise InputError(f"{root}: there is no such file or folder; check the path")
    drafts: list[Draft] = []
    with ExitStack() as stack:
        files, problems = places.find_files(root, stack)
        files, known, more = manifests.take_manifests(root, files)
        problems += more
        for file in files:
            for item in _read_file(file, known, given):
                refused = _judged(item, languages) if isinstance(item, Draft) else item
                if refused is None:
                    drafts.append(item)  # type: ignore[arg-type]
                else:
                    problems.append(refused)
    if not drafts:
        raise InputError(_nothing_read(root, problems))
    return Corpus(*_tables(drafts, problems))


def _read_file(file: File, known: manifests.Known, columns: Mapping[str, str]) -> list[Draft | Problem]:
    """The drafts and problems of one file, with what a manifest knows laid over them."""
    try:
        data = file.load()
        fields, note = known.fields(file), known.hash_note(file, data)
        items = list(_read_bytes(file, data, columns))
    except Refused as refusal:
        return [Problem(file.path, str(refusal))]
    except OSError as error:
        return [Problem(file.path, f"cannot be read ({error.strerror or type(error).__name__}); check the file")]
    drafts = [item for item in items if isinstance(item, Draft)]
    for draft in drafts:
        draft.fields = {**draft.fields, **fields}
        if len(drafts) == 1:
            draft.key = fields.get("article_id", draft.key)
        if note:
            draft.notes.append(note)
    return items


def _read_bytes(file: File, data: bytes, columns: Mapping[str, str]) -> Found:
    """Pick the reader by what the bytes are."""
    if not data.strip(b"\x00 \t\r\n\xef\xbb\xbf\xff\xfe"):
        raise Refused("is empty; take it out or save it again")
    for start, what in _KNOWN_BINARY:
        if data.startswith(start):
            raise Refused(f"is {what}")
    if data.startswith(b"PAR1"):
        return parquet.read(file, data, columns)
    if data.startswith(b"PK\x03\x04"):
        if b"xl/workbook.xml" in data:
            return sheets.read(file, data, columns)
        raise Refused("is an office document or another packed format; save it as plain text or XLSX")
    decoded = decode(data)
    if html_pages.is_page(file, decoded.text):
        return html_pages.read(file, decoded)
    if json_lines.is_json(file, decoded.text):
        return json_lines.read(file, decoded, columns)
    if delimited.is_table(file, decoded.text, columns):
        return delimited.read(file, decoded, columns)
    return plain.read(file, decoded)


def _judged(draft: Draft, languages: Sequence[str]) -> Problem | None:
    """Limits and language; the refusal, or None with the draft's fields completed."""
    text = draft.text
    if not text.strip():
        return Problem(draft.path, "holds no text; take it out or save it again")
    if len(text) > config.MAX_ARTICLE_CHARS:
        message = f"has {len(text):,} characters; one article may have {config.MAX_ARTICLE_CHARS:,}: split it"
        return Problem(draft.path, message)
    if _SURROGATE.search(text):
        return Problem(draft.path, "holds half a character (a lone surrogate); save it again as UTF-8")
    code, sure = language.identify(text)
    if not code:
        draft.notes.append(f"fewer than {language.MIN_WORDS} words: its language was not identified")
    elif languages and code not in languages:
        wanted = ", ".join(languages)
        if sure >= 0.5:
            return Problem(draft.path, f"its language is {code!r}, not {wanted}; take it out, or ask for that language")
        draft.notes.append(f"its language may be {code!r} (probability {sure:.2f}); look whether it is {wanted}")
    published, note = as_published(draft.fields.get("published", ""))
    if note:
        draft.notes.append(note)
    draft.fields = {**draft.fields, "published": published, "language": code}
    return None


def _tables(drafts: Sequence[Draft], problems: Iterable[Problem]) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The two tables of a corpus."""
    names = _identifiers(drafts)
    given = ("outlet", "event", "headline", "byline", "published", "url", "section", "genre", "language", "licence")
    articles = schema.table(
        "articles",
        (
            (
                name,
                *(_SURROGATE.sub("\ufffd", draft.fields.get(field, "")) for field in given),
                draft.path,
                draft.extraction,
                len(draft.text),
                hashlib.sha256(draft.text.encode("utf-8")).hexdigest(),
                draft.text,
            )
            for name, draft in zip(names, drafts, strict=True)
        ),
    )
    notes: dict[tuple[str, str, str], list[str]] = {}
    for problem in problems:
        notes.setdefault((problem.path, "", problem.severity), []).append(problem.message)
    for name, draft in zip(names, drafts, strict=True):
        for message in draft.notes:
            notes.setdefault((draft.path, name, "note"), []).append(message)
    rows = [
        (path, name, "read", severity, None, "; ".join(dict.fromkeys(messages)))
        for (path, name, severity), messages in sorted(notes.items())
    ]
    return articles, schema.table("issues", rows)


def _identifiers(drafts: Sequence[Draft]) -> list[str]:
    """Safe and unique identifiers that do not depend on the order in which files are listed.

    A key that several files share takes the folders (or the table) in front: `fox-001`, `nyt-001`. What is still the
    same after that is numbered in the order of paths: `x`, `x-2`. Case does not tell two identifiers apart, since they
    become names of files.
    """
    keys = [_safe(draft.key) for draft in drafts]
    shared = Counter(key.lower() for key in keys)
    places_of: dict[str, set[str]] = {}
    for key, draft in zip(keys, drafts, strict=True):
        places_of.setdefault(key.lower(), set()).add(draft.path.split("#")[0])
    names = []
    taken: set[str] = set()
    counts: Counter[str] = Counter()
    for key, draft in zip(keys, drafts, strict=True):
        if shared[key.lower()] > 1 and len(places_of[key.lower()]) > 1:
            folder = draft.path.split("#")[0].rpartition("." if "#" in draft.path else "/")[0]
            key = _safe(f"{folder.replace('/', '-').replace('!', '-')}-{key}")
        name = key
        while name.lower() in taken:
            counts[key.lower()] += 1
            name = f"{key}-{counts[key.lower()] + 1}"
        taken.add(name.lower())
        names.append(name)
    return names


def _safe(key: str) -> str:
    return _UNSAFE.sub("-", key).strip("-.")[:120].strip("-.") or "article"


def _nothing_read(root: Path, problems: Sequence[Problem]) -> str:
    refused = [problem for problem in problems if problem.severity == "refused"]
    if not refused:
        return f"{root}: holds no articles (text, HTML, CSV, TSV, XLSX, JSON, Parquet or a zip of these)"
    first = refused[0]
    where = f"{first.path} " if first.path != root.name else ""
    rest = f" (and {len(refused) - 1} more refused)" if len(refused) > 1 else ""
    return f"{root}: no article could be read: {where}{first.message}{rest}"
