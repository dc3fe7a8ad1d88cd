"""A study as one zip without its texts.

Floor: `study_files` and `places` lie beneath. A study folder comes in, a zip goes out: places, hashes and addresses instead
of words.
"""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path

import numpy as np
import pandas as pd

from analysis import recipe, safety, store, study_files
from analysis.config import PROJECT
from analysis.replication.places import WORDY, ink_before, ink_sha256, is_short, short_cell
from analysis.schema import Study

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
STANDOFF = ("zones", "sentences", "attributions", "spans", "voices", "hits", "scores", "names")
_BESIDE = ("docs/codebook.md", "docs/data_dictionary.md", "requirements.lock", "CITATION.cff", "LICENSE")
_README = """A study of how outlets frame the same events, without the texts of the articles.

tables/      where everything stands (characters from 0, half open; `ink` counts characters that are no white space),
             hashes of each article and sentence, addresses, and the answers to the standard questions
codebook.csv every column with its meaning; docs/ has how people coded and what every table is
recipe.json  what made it: version, hashes, settings, seed, the call
notebooks/   the analysis as scripts (python -m jupytext --to ipynb notebooks/*.py)

A cell `@12:40` stands for the words of its article from the 12th up to the 40th character that is no white space (from 0;
`,begun` with a small first letter, `,straight` with straight marks, `,uncapped` with both, `,lowered` in small letters with straight marks); a cell `#…` is the hash of words that are not in the article as they stand.
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
    study, answers, plan = store.read_study(folder), study_files.read_answers(folder), study_files.read_plan(folder)
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
    for name in STANDOFF:
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


def _without_long_words(frame: pd.DataFrame, texts: Mapping[str, str], inks: Mapping[str, np.ndarray]) -> pd.DataFrame:
    """Cells of more than four words as `@start:end` of their article, or as `#hash` where they stand nowhere."""
    out = frame.copy()
    for name in [name for name in WORDY if name in out]:
        pairs = zip(out["article_id"], out[name], strict=True)
        out[name] = [short_cell(value, texts[article], inks[article]) for article, value in pairs]
    return out


def _hashed_labels(frame: pd.DataFrame) -> pd.DataFrame:
    if "label" not in frame:
        return frame
    return frame.assign(label=[v if is_short(v) else "#" + recipe.sha256_of_text(v) for v in frame["label"]])
