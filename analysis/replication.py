"""A study given away without its texts, and joined again to a copy of the texts that someone holds lawfully.

Floor: `pipeline` and everything beneath. A study folder comes in, one zip goes out: places, hashes and addresses instead
of words. The zip and a folder of texts come in, a study goes out.
"""

from __future__ import annotations

import hashlib
import io
import json
import re
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from analysis import pipeline, questions, recipe, safety, schema, sentences, store, zones
from analysis.config import PROJECT
from analysis.errors import InputError
from analysis.readers import read_corpus
from analysis.schema import Study
from analysis.words import normalise

SAME, MOVED, CHANGED, MISSING = "same", "moved by white space", "changed", "missing"
#: What of the articles goes into a package: who, when, where, and hashes; never a headline, a byline or a text.
_ARTICLE_COLUMNS = (
    "article_id",
    "outlet",
    "event",
    "published",
    "url",
    "genre",
    "language",
    "licence",
    "n_chars",
    "sha256",
)
#: The tables that say where something stands, in the order of the house.
_STANDOFF = ("zones", "sentences", "attributions", "spans", "voices", "hits", "scores", "names")
#: A cell of more words than this is told by its place in the article, or by its hash.
_MOST_WORDS = 4
_PLACE = re.compile(r"@(\d+):(\d+)(,[a-z]+)?\Z")
#: How a cell's words may differ from the words in the text: curly marks straight, and the first letter or all lowered.
_FORMS: dict[str, Callable[[str], str]] = {
    "": str,
    ",straight": normalise,
    ",uncapped": lambda text: normalise(text[:1].lower() + text[1:]),
    ",lowered": lambda text: normalise(text.lower()),
}
#: A package larger than this (bytes, unpacked) is not opened.
_MOST_BYTES = 2_000_000_000
#: The columns that hold words of the articles.
_WORDY = ("cue_lemma", "source_text", "source_name", "label")
_BESIDE = ("docs/codebook.md", "docs/data_dictionary.md", "requirements.lock", "CITATION.cff", "LICENSE")
_README = """A study of how outlets frame the same events, without the texts of the articles.

tables/      where everything stands (characters from 0, half open; `ink` counts characters that are no white space),
             hashes of each article and sentence, addresses, and the answers to the standard questions
codebook.csv every column with its meaning; docs/ has how people coded and what every table is
recipe.json  what made it: version, hashes, settings, seed, the call
notebooks/   the analysis as scripts (python -m jupytext --to ipynb notebooks/*.py)

A cell `@12:40` stands for the words of its article from the 12th up to the 40th character that is no white space (from 0;
`,straight` with straight marks, `,uncapped` with a small first letter, `,lowered` in small letters); a cell `#…` is the hash of words that are not in the article as they stand.
With your own copy of the texts:  python -m analysis attach THIS.zip TEXTS --out study
Whether a file was changed:       sha256sum -c files.sha256
"""


def package(study: Path, out: Path) -> list[str]:
    """Write the study in a folder as one zip without its texts.

    Parameters
    ----------
    study : the study folder. out : the zip to write; the same study gives the same bytes.

    Returns
    -------
    The names of the zip's members. No cell holds more than four words of an article in a row: longer ones are told by
    their place. (Short sentences can be guessed from their hash; keep that in mind where texts are secret.)

    Raises
    ------
    InputError
        If the folder is not a study. OutputError if the zip cannot be written.
    """
    members = dict(sorted(_members(study)))
    members[store.HASHES] = "".join(
        f"{hashlib.sha256(data).hexdigest()}  {name}\n" for name, data in members.items()
    ).encode()
    store.write_whole(out, _zip(members))
    return list(members)


def _zip(members: Mapping[str, bytes]) -> bytes:
    """A zip that depends on nothing but its members: fixed dates, order and permissions."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            info = zipfile.ZipInfo(name, date_time=(1980, 1, 1, 0, 0, 0))
            info.compress_type, info.external_attr, info.create_system = zipfile.ZIP_DEFLATED, 0o644 << 16, 3
            archive.writestr(info, data)
    return out.getvalue()


def _members(folder: Path) -> Iterator[tuple[str, bytes]]:
    study, answers, plan = store.read_study(folder), pipeline.read_answers(folder), pipeline.read_plan(folder)
    run = {key: value for key, value in store.read_run(folder).items() if key != "what"}
    yield "README.txt", _README.encode()
    yield "recipe.json", (json.dumps(run, indent=1, sort_keys=True, ensure_ascii=False) + "\n").encode()
    shown = {name: _hashed_labels(frame) for name, frame in answers.tables().items()}
    tables = {**standoff(study), **shown, "lexicon": plan.lexicon, "actors": plan.actors}
    for name, frame in tables.items():
        yield f"tables/{name}.csv", _csv(frame)
    yield "codebook.csv", _csv(store.codebook())
    for path in [PROJECT / name for name in _BESIDE] + sorted((PROJECT / "notebooks").glob("[0-9]*.py")):
        if path.is_file():
            yield path.relative_to(PROJECT).as_posix(), path.read_bytes()


def _csv(frame: pd.DataFrame) -> bytes:
    """A table as CSV without formulas; numbers are written so that the same number is read again."""
    return safety.sheet_frame(frame).to_csv(index=False, lineterminator="\n", quoting=2).encode()


def standoff(study: Study) -> dict[str, pd.DataFrame]:
    """The tables of a study without the words of its articles.

    Returns
    -------
    By name: `articles` with hashes (`sha256` of the text, `sha256_ink` of the text without white space); the tables of
    places with `start_ink` and `end_ink` beside `start` and `end`, `sentences` with `sha256_ink`; `issues` and `runs`.
    """
    texts = dict(zip(study.articles["article_id"], study.articles["text"], strict=True))
    articles = study.articles[list(_ARTICLE_COLUMNS)].copy()
    articles["sha256_ink"] = [ink_sha256(text) for text in study.articles["text"]]
    out = {"articles": articles}
    inks = {article: ink_before(text) for article, text in texts.items()}
    for name in _STANDOFF:
        frame = getattr(study, name).drop(columns="surface", errors="ignore")
        if "start" in frame:
            for edge in ("start", "end"):
                pairs = zip(frame["article_id"], frame[edge], strict=True)
                frame[f"{edge}_ink"] = np.array([inks[article][place] for article, place in pairs], dtype=np.int64)
        if name == "sentences":
            rows = zip(frame["article_id"], frame["start"], frame["end"], strict=True)
            frame["sha256_ink"] = [ink_sha256(texts[article][start:end]) for article, start, end in rows]
        out[name] = _without_long_words(frame, texts, inks)
    issues = study.issues.drop(columns=["message", "path"])
    return {**out, "issues": issues, "runs": study.runs}


def ink_before(text: str) -> np.ndarray:
    """How many characters that are no white space stand before each place of `text`; shape (len + 1,)."""
    is_ink = np.fromiter((not letter.isspace() for letter in text), dtype=np.int64, count=len(text))
    return np.concatenate([[0], np.cumsum(is_ink)])


def ink_sha256(text: str) -> str:
    """SHA-256 of a text without its white space: equal where two copies differ by white space only."""
    return recipe.sha256_of_text("".join(text.split()))


def _without_long_words(frame: pd.DataFrame, texts: Mapping[str, str], inks: Mapping[str, np.ndarray]) -> pd.DataFrame:
    """Cells of more than four words as `@start:end` of their article, or as `#hash` where they stand nowhere."""
    out = frame.copy()
    for name in [name for name in _WORDY if name in out]:
        pairs = zip(out["article_id"], out[name], strict=True)
        out[name] = [_short(value, texts[article], inks[article]) for article, value in pairs]
    return out


def _is_short(value: str) -> bool:
    return len(re.findall(r"\w+", value)) <= _MOST_WORDS and not value.startswith(("@", "#"))


def _short(value: str, text: str, ink: np.ndarray) -> str:
    if _is_short(value):
        return value
    start = _fold(text).find(_fold(value)) if value == value.strip() else -1
    end = start + len(value)
    for form, write in _FORMS.items():
        if start >= 0 and write(text[start:end]) == value:
            return f"@{ink[start]}:{ink[end]}{form}"
    return "#" + recipe.sha256_of_text(value)


def _fold(text: str) -> str:
    """`text` normalised and in small letters, one character for one character."""
    small = text.lower()
    return normalise(
        small if len(small) == len(text) else "".join(c.lower() if len(c.lower()) == 1 else c for c in text)
    )


def _hashed_labels(frame: pd.DataFrame) -> pd.DataFrame:
    if "label" not in frame:
        return frame
    return frame.assign(label=[v if _is_short(v) else "#" + recipe.sha256_of_text(v) for v in frame["label"]])


# --- joining again ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Copy:
    """One article as somebody else holds it, and where each of its characters that is no white space stands.

    `n_chars` is the length of the text that was packed; `is_same` says that the two are the same to the byte.
    """

    text: str
    ink: np.ndarray
    n_chars: int
    is_same: bool

    def start(self, place: int, ink: int) -> int:
        """Where a stretch begins that began at `place`, after `ink` characters."""
        return place if self.is_same else int(self.ink[ink]) if ink < len(self.ink) else len(self.text)

    def end(self, place: int, ink: int) -> int:
        """Where a stretch ends that ended at `place`, after `ink` characters."""
        return place if self.is_same else int(self.ink[ink - 1]) + 1 if ink else 0

    def edge(self, place: int, ink: int) -> int:
        """Where two stretches meet that tile the text."""
        if self.is_same or place == 0:
            return place
        return len(self.text) if place == self.n_chars else self.start(place, ink)

    def words(self, cell: str) -> str:
        """What a cell of the package says: itself, or the stretch of the text that it points to."""
        found = _PLACE.match(cell)
        if not found:
            return cell
        start, end = int(found[1]), int(found[2])
        if not start < end <= len(self.ink) or (found[3] or "") not in _FORMS:
            return cell
        return _FORMS[found[3] or ""](self.text[self.ink[start] : self.ink[end - 1] + 1])


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
    report, copies = match(tables, corpus.articles)
    if not copies:
        raise InputError(f"{texts}: none of the {len(report)} articles of the package is among these texts")
    study = join(tables, copies, corpus.articles, dict(zip(report["article_id"], report["found"], strict=True)))
    plan = _plan(tables, run)
    answers = questions.answer(study, settings=plan.settings)
    made_by = {key: value for key, value in run.items() if key != "article_ids"}
    made_by |= {"n": len(study.articles), "call": "python -m analysis attach PACKAGE TEXTS"}
    told = {**made_by, "article_ids": sorted(study.articles["article_id"])}
    with store.new_folder(out, run=told, replace=replace) as folder:
        pipeline.write_study(study, answers, folder, plan=plan, made_by=made_by)
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
                f"tables/{name}.csv": name for name in ("articles", *_STANDOFF, "issues", "runs", "lexicon", "actors")
            }
            sizes = {info.filename: info.file_size for info in archive.infolist()}
            if sum(sizes.get(name, 0) for name in wanted) > _MOST_BYTES:
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


def _plan(tables: Mapping[str, pd.DataFrame], run: Mapping[str, object]) -> pipeline.Plan:
    lexicon = tables["lexicon"]
    return pipeline.Plan(
        settings=pipeline.settings_of(run),
        lexicon=lexicon.assign(strength=lexicon["strength"].astype("int64")),
        actors=tables["actors"],
        zoned=bool(run.get("zoned", True)),
    )


def match(tables: Mapping[str, pd.DataFrame], found: pd.DataFrame) -> tuple[pd.DataFrame, dict[str, _Copy]]:
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
            copies[article] = _Copy(text, places, int(n_chars), is_same)
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
    articles = pipeline.article_table("text", text)
    now = sentences.find_sentences(articles, zones.find_zones(articles))
    there = {ink_sha256(text[start:end]) for start, end in zip(now["start"], now["end"], strict=True)}
    return sum(digest in there for digest in hashes)


def join(
    tables: Mapping[str, pd.DataFrame], copies: Mapping[str, _Copy], found: pd.DataFrame, used: Mapping[str, str]
) -> Study:
    """The study of the articles that are at hand, every place found again in the texts as they are here."""
    out = {}
    for name in _STANDOFF:
        frame = tables[name]
        frame = frame[frame["article_id"].isin(set(copies))].reset_index(drop=True)
        out[name] = _typed(name, _with_words(_placed(name, frame, copies), copies))
    articles = _articles(tables["articles"], copies, found, used)
    issues = tables["issues"].assign(path="", message="said in the study that was packed")
    return Study(articles=articles, **out, issues=_typed("issues", issues), runs=_typed("runs", tables["runs"]))


def _placed(name: str, frame: pd.DataFrame, copies: Mapping[str, _Copy]) -> pd.DataFrame:
    """The table with `start` and `end` in the texts at hand; zones and voices still tile."""
    if "start" not in frame:
        return frame
    tiles = name in ("zones", "voices")
    move = {"start": _Copy.edge if tiles else _Copy.start, "end": _Copy.edge if tiles else _Copy.end}
    places = {
        edge: [
            to(copies[article], int(place), int(ink))
            for article, place, ink in zip(frame["article_id"], frame[edge], frame[f"{edge}_ink"], strict=True)
        ]
        for edge, to in move.items()
    }
    return frame.assign(**places)


def _with_words(frame: pd.DataFrame, copies: Mapping[str, _Copy]) -> pd.DataFrame:
    """The table with the words that its places and its cells point to."""
    out = frame.copy()
    if "start" in out:
        rows = zip(out["article_id"], out["start"], out["end"], strict=True)
        out["surface"] = [copies[article].text[start:end] for article, start, end in rows]
    for name in [name for name in _WORDY if name in out]:
        out[name] = [copies[a].words(cell) for a, cell in zip(out["article_id"], out[name], strict=True)]
    return out


def _articles(
    packed: pd.DataFrame, copies: Mapping[str, _Copy], found: pd.DataFrame, used: Mapping[str, str]
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
