"""A package joined to a copy of the texts that someone holds lawfully.

Floor: `packing` and everything beneath. The zip and a folder of texts come in, a study goes out.
"""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from analysis import measuring, questions, recipe, safety, schema, sentences, store, study_files, zones
from analysis.errors import InputError, StudyError
from analysis.plan import Plan, settings_of
from analysis.readers import read_corpus
from analysis.replication.packing import STANDOFF
from analysis.replication.places import WORDY, Copy, ink_sha256
from analysis.schema import Study

SAME, MOVED, CHANGED, MISSING = "same", "moved by white space", "changed", "missing"
#: A package larger than this (bytes, unpacked) is not opened.
_MOST_BYTES = 2_000_000_000


def attach(given: Path, texts: Path, out: Path, *, replace: bool = False) -> pd.DataFrame:
    """Join a package to texts that are at hand, into a study folder.

    Parameters
    ----------
    given : what `package` wrote. texts : a file, folder or zip of articles, in any format that is read here.
    out : the study folder. replace : overwrite a study of other articles.

    Returns
    -------
    DataFrame, one row an article of the package: `article_id`, `status` (`same`: to the byte; `moved by white space`:
    places were found again; `changed`: a text of that name, but other words; `missing`), `found` (the id of the text
    that was used), `n_sentences`, `n_sentences_found` (in a changed text: how many still stand there).
    Only the first two are in the study.

    Raises
    ------
    InputError
        If `given` is not a package, or none of its articles is among the texts.
    """
    tables, run = read_package(given)
    corpus = read_corpus(texts, languages=())
    try:
        report, copies = match(tables, corpus.articles)
        if not copies:
            raise InputError(f"{texts}: none of the {len(report)} articles of the package is among these texts")
        study = join(tables, copies, corpus.articles, dict(zip(report["article_id"], report["found"], strict=True)))
        plan = _plan(tables, run)
    except (KeyError, IndexError, ValueError) as error:
        if isinstance(error, StudyError):
            raise
        raise InputError(f"{given}: its tables do not fit each other ({error}); ask for the package again") from None
    answers = questions.answer(study, settings=plan.settings)
    made_by = {key: value for key, value in run.items() if key != "articles"}
    made_by |= {"n": len(study.articles), "call": "python -m analysis attach PACKAGE TEXTS"}
    told = {**made_by, "articles": study_files.article_hashes(study.articles)}
    with store.new_folder(out, run=told, replace=replace) as folder:
        study_files.write_study(study, answers, folder, plan=plan, made_by=made_by)
        store.write_csv(report, folder / "attached.csv")
    return report


def read_package(path: Path) -> tuple[dict[str, pd.DataFrame], dict[str, object]]:
    """The tables and the recipe of a package; nothing is unpacked onto the disk, and nothing else in the zip is read.

    Raises
    ------
    InputError
        If it is not a package, was changed, or unpacks to more than a stated bound.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            wanted = {
                f"tables/{name}.csv": name for name in ("articles", *STANDOFF, "issues", "runs", "lexicon", "actors")
            }
            sizes = {info.filename: info.file_size for info in archive.infolist()}
            if sum(sizes.get(name, 0) for name in (*wanted, "recipe.json", store.HASHES)) > _MOST_BYTES:
                raise InputError(f"{path}: unpacks to more than {_MOST_BYTES:,} bytes; is it a package?")
            lines = archive.read(store.HASHES).decode().splitlines()
            listed = {name: digest for digest, _, name in (line.partition("  ") for line in lines)}
            data = {name: archive.read(name) for name in [*wanted, "recipe.json"]}
            for name, content in data.items():
                if hashlib.sha256(content).hexdigest() != listed.get(name):
                    raise InputError(f"{path}: {name} is not as it was packed; ask for the package again")
            run = json.loads(data["recipe.json"])
            tables = {name: _read_csv(data[member]) for member, name in wanted.items()}
    except (OSError, KeyError, ValueError, zipfile.BadZipFile, RuntimeError) as error:
        if isinstance(error, InputError):
            raise
        raise InputError(
            f"{path}: is not a package ({type(error).__name__}). Make one: python -m analysis package STUDY"
        ) from None
    return tables, run


def _read_csv(data: bytes) -> pd.DataFrame:
    frame = pd.read_csv(io.BytesIO(data), dtype=str, keep_default_na=False)
    for name in frame.columns:
        frame[name] = [safety.read_sheet_text(value) for value in frame[name]]
    return frame.astype("str")


def _plan(tables: Mapping[str, pd.DataFrame], run: Mapping[str, object]) -> Plan:
    lexicon = tables["lexicon"]
    return Plan(
        settings=settings_of(run),
        lexicon=lexicon.assign(strength=lexicon["strength"].astype("int64")),
        actors=tables["actors"],
        zoned=bool(run.get("zoned", True)),
    )


def match(tables: Mapping[str, pd.DataFrame], found: pd.DataFrame) -> tuple[pd.DataFrame, dict[str, Copy]]:
    """Which text at hand is which article of the package: by hash, else by hash without white space, else by its id.

    Returns
    -------
    The table that `attach` returns, and the usable copies by the package's article ids.
    """
    by_hash = {recipe.sha256_of_text(text): row for row, text in enumerate(found["text"])}
    by_ink = {ink_sha256(text): row for row, text in enumerate(found["text"])}
    by_id = {article: row for row, article in enumerate(found["article_id"])}
    sentences = dict(list(tables["sentences"].groupby("article_id")["sha256_ink"]))
    rows, copies = [], {}
    columns = ["article_id", "sha256", "sha256_ink", "n_chars"]
    for article, digest, ink, n_chars in tables["articles"][columns].itertuples(index=False):
        row = by_hash.get(digest, by_ink.get(ink))
        hashes = sentences.get(article, pd.Series(dtype=str))
        if row is not None:
            text = str(found["text"].iloc[row])
            is_same = digest in by_hash
            places = np.array([place for place, letter in enumerate(text) if not letter.isspace()], dtype=np.int64)
            copies[article] = Copy(text, places, int(n_chars), is_same)
            status, n = SAME if is_same else MOVED, len(hashes)
        elif article in by_id:
            row = by_id[article]
            status, n = CHANGED, _still_there(hashes, str(found["text"].iloc[row]))
        else:
            status, n = MISSING, 0
        rows.append((article, status, "" if row is None else found["article_id"].iloc[row], len(hashes), n))
    names = ["article_id", "status", "found", "n_sentences", "n_sentences_found"]
    return pd.DataFrame(rows, columns=names), copies


def _still_there(hashes: Iterable[str], text: str) -> int:
    """How many of these sentences a changed text still has, by our own splitting of it."""
    articles = measuring.article_table("text", text)
    now = sentences.find_sentences(articles, zones.find_zones(articles))
    there = {ink_sha256(text[start:end]) for start, end in zip(now["start"], now["end"], strict=True)}
    return sum(digest in there for digest in hashes)


def join(
    tables: Mapping[str, pd.DataFrame], copies: Mapping[str, Copy], found: pd.DataFrame, used: Mapping[str, str]
) -> Study:
    """The study of the articles that are at hand, every place found again in the texts as they are here."""
    out = {}
    for name in STANDOFF:
        frame = tables[name]
        frame = frame[frame["article_id"].isin(set(copies))].reset_index(drop=True)
        out[name] = _typed(name, _with_words(_placed(name, frame, copies), copies))
    _check_sentences(tables["sentences"], out["sentences"], copies)
    articles = _articles(tables["articles"], copies, found, used)
    issues = tables["issues"].assign(path="", message="said in the study that was packed")
    return Study(articles=articles, **out, issues=_typed("issues", issues), runs=_typed("runs", tables["runs"]))


def _check_sentences(packed: pd.DataFrame, placed: pd.DataFrame, copies: Mapping[str, Copy]) -> None:
    """Every sentence must stand where the package says, by its hash."""
    wanted = packed.loc[packed["article_id"].isin(set(copies)), "sha256_ink"]
    rows = zip(placed["article_id"], placed["sentence_no"], placed["start"], placed["end"], wanted, strict=True)
    for article, number, start, end, digest in rows:
        if ink_sha256(copies[article].text[start:end]) != digest:
            raise InputError(f"{article}: sentence {number} is not where the package says; ask for the package again")


def _placed(name: str, frame: pd.DataFrame, copies: Mapping[str, Copy]) -> pd.DataFrame:
    """The table with `start` and `end` in the texts at hand; zones and voices still tile."""
    if "start" not in frame:
        return frame
    tiles = name in ("zones", "voices")
    move = {"start": Copy.edge if tiles else Copy.start, "end": Copy.edge if tiles else Copy.end}
    places = {
        edge: [
            to(copies[article], int(place), int(ink))
            for article, place, ink in zip(frame["article_id"], frame[edge], frame[f"{edge}_ink"], strict=True)
        ]
        for edge, to in move.items()
    }
    return frame.assign(**places)


def _with_words(frame: pd.DataFrame, copies: Mapping[str, Copy]) -> pd.DataFrame:
    """The table with the words that its places and its cells point to."""
    out = frame.copy()
    if "start" in out:
        rows = zip(out["article_id"], out["start"], out["end"], strict=True)
        out["surface"] = [copies[article].text[start:end] for article, start, end in rows]
    for name in [name for name in WORDY if name in out]:
        out[name] = [copies[a].words(cell) for a, cell in zip(out["article_id"], out[name], strict=True)]
    return out


def _articles(
    packed: pd.DataFrame, copies: Mapping[str, Copy], found: pd.DataFrame, used: Mapping[str, str]
) -> pd.DataFrame:
    """The articles that are at hand: what the package says of them, and what the copy says of itself."""
    at_hand = found.set_index("article_id")
    rows = packed[packed["article_id"].isin(set(copies))].reset_index(drop=True)
    from_copy = at_hand.loc[[used[article] for article in rows["article_id"]]].reset_index(drop=True)
    columns = ["headline", "byline", "section", "path", "extraction"]
    texts = [copies[article].text for article in rows["article_id"]]
    rows = rows.drop(columns=["n_chars", "sha256"]).join(from_copy[columns])
    rows = rows.assign(
        text=texts, n_chars=[len(text) for text in texts], sha256=[recipe.sha256_of_text(text) for text in texts]
    )
    return schema.table("articles", rows)


_READ: dict[str, Callable[[Any], Any]] = {
    "int": int,
    "int?": lambda cell: int(cell) if cell else None,
    "float": lambda cell: float(cell) if cell else float("nan"),
    "bool": lambda cell: cell == "True",
}


def _typed(name: str, frame: pd.DataFrame) -> pd.DataFrame:
    """A table of the schema from cells that are texts."""
    types = {column.name: column.type for column in schema.TABLES[name].columns}
    read = {column: [_READ[kind](cell) for cell in frame[column]] for column, kind in types.items() if kind in _READ}
    return schema.table(name, {column: read.get(column, frame[column]) for column in types})
