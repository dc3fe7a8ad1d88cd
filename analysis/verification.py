"""Whether an exported file is still what its study makes: the study is made again and the bytes are compared.

Floor: `pipeline` and everything beneath. A file and its study folder come in, a verdict with its reasons goes out;
nothing is written but into a temporary folder.
"""

from __future__ import annotations

import hashlib
import json
import shlex
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pandas as pd
from PIL import Image

from analysis import charts, pipeline, questions, recipe, schema, store
from analysis.errors import InputError, StudyError
from analysis.readers import read_corpus
from analysis.schema import Corpus

SAME, REDRAWN, DIFFERENT = "same", "same data, other drawing", "different"
_PICTURES = (".png", ".svg", ".pdf")
#: What decides a result and lies in the study folder itself: where these do not fit, the folder was changed.
_INSIDE = ("inputs_sha256", "lexicon_sha256", "actors_sha256", "n_articles", "n")
#: What decides a result and lies in this environment: where these do not fit, another result is to be expected.
_AROUND = {
    "version": "version of this program",
    "code_sha256": "code",
    "model_sha256": "trained weights or shipped lists",
    "look_sha256": "look of charts and pages, or the accuracy figures in the report",
    "packages": "library",
}


@dataclass(frozen=True)
class Finding:
    """What was found of one file.

    Attributes
    ----------
    file : the file, relative to its study where it lies there. verdict : `SAME`, `REDRAWN` or `DIFFERENT`.
    reasons : what differs, one sentence each; for `SAME`, what has changed around it without effect.
    """

    file: str
    verdict: str
    reasons: tuple[str, ...]


@dataclass(frozen=True)
class Remade:
    """A study that was made again.

    Attributes
    ----------
    study : the folder that is examined. fresh : the folder made again, with the recipe that `study` names.
    inside : sentences on what in the study folder does not fit its own recipe.
    around : sentences on what is other in this environment.
    """

    study: Path
    fresh: Path
    inside: tuple[str, ...]
    around: tuple[str, ...]


def verify(files: Sequence[Path], *, study: Path | None = None, raw: Path | None = None) -> list[Finding]:
    """Make the study of `files` again and say of each file whether it is what comes out.

    Parameters
    ----------
    files : exported files of one study, or the study folder itself for all its files.
    study : the study folder; by default the one that the first file lies in.
    raw : the raw articles. Without them the study is made again from its own table of articles, which proves
        everything after reading.

    Returns
    -------
    One `Finding` a file, in the order given.

    Raises
    ------
    InputError
        If a file does not exist or belongs to no study that can be found.
    """
    for file in files:
        if not file.exists():
            raise InputError(f"{file}: there is no such file; check the path")
    folder = study or study_of(files[0])
    chosen = [part for file in files for part in (_files_of(folder) if _same_place(file, folder) else [file])]
    with tempfile.TemporaryDirectory(prefix="verify.") as place:
        remade = remake(folder, Path(place) / "study", raw=raw)
        return [examine(file, remade) for file in chosen]


def study_of(file: Path) -> Path:
    """The study folder that a file lies in, found upwards.

    Raises
    ------
    InputError
        If there is none.
    """
    place = file.resolve()
    for folder in (place, *place.parents):
        if (folder / store.RUN_FILE).is_file():
            return folder
    raise InputError(f"{file}: lies in no study folder; name the study with --study FOLDER")


def _same_place(one: Path, other: Path) -> bool:
    return one.is_dir() and one.resolve() == other.resolve()


def _files_of(folder: Path) -> list[Path]:
    """Every file that the run wrote, and every other file that lies there now."""
    there = {path for path in folder.rglob("*") if path.is_file()}
    listed = {folder / name for name in store.read_hashes(folder)}
    return sorted((there | listed) - {folder / store.HASHES})


def remake(folder: Path, out: Path, *, raw: Path | None = None) -> Remade:
    """Make the study in `folder` again in `out`, with its own settings, lexicon and actors.

    Every file made carries the recipe that `folder` names, so that equal results are equal bytes; what is other in this
    environment is said beside it.
    """
    run = store.read_run(folder)
    plan = pipeline.read_plan(folder)
    articles = schema.table("articles", store.read_table(folder, "articles"))
    call = str(run.get("call", ""))
    found = read_corpus(raw, columns=_columns(call)) if raw else Corpus(articles, _issues_of_reading(folder))
    inside = [] if raw else _texts_that_changed(articles)
    if raw:
        inside += _other_articles(articles, found.articles)
    measured = pipeline.measure(found, plan=plan)
    now = pipeline.made_by_run(measured, plan, call=call)
    inside += [f"{_name(key)}: the recipe says {_short(run.get(key))}, found {_short(now[key])}" for key in _INSIDE
               if run.get(key) != now[key]]  # fmt: skip
    recorded = {key: run[key] for key in now if key in run}
    study = _with_recorded_run(measured, recorded)
    answers = questions.answer(study, settings=plan.settings)
    told = {key: value for key, value in run.items() if key != "what"}
    with store.new_folder(out, run=told) as fresh:
        pipeline.write_study(study, answers, fresh, plan=plan, made_by=recorded)
    return Remade(folder, out, tuple(inside), tuple(_around(recorded, now)))


def _columns(call: str) -> dict[str, str]:
    """The names of columns that the call gave: our column → theirs."""
    given = [word.removeprefix("--column=") for word in shlex.split(call) if word.startswith("--column=")]
    return {ours: theirs for ours, _, theirs in (text.partition("=") for text in given)}


def _issues_of_reading(folder: Path) -> pd.DataFrame:
    """The issues that measuring does not find again: files that were refused, articles that could not be measured."""
    issues = schema.table("issues", store.read_table(folder, "issues"))
    return issues[issues["step"] != "zones"].reset_index(drop=True)


def _texts_that_changed(articles: pd.DataFrame) -> list[str]:
    pairs = zip(articles["article_id"], articles["text"], articles["sha256"], strict=True)
    return [
        f"inputs: the text of {article!r} is not the one whose hash the table names"
        for article, text, digest in pairs
        if recipe.sha256_of_text(text) != digest
    ]


def _other_articles(told: pd.DataFrame, found: pd.DataFrame) -> list[str]:
    """How the raw articles differ from those of the study."""
    old = dict(zip(told["article_id"], told["sha256"], strict=True))
    new = dict(zip(found["article_id"], found["sha256"], strict=True))
    return [
        *(f"inputs: {article!r} is not among the raw articles" for article in old if article not in new),
        *(f"inputs: {article!r} is not in the study" for article in new if article not in old),
        *(f"inputs: the text of {article!r} differs" for article in old if old[article] != new.get(article, old[article])),
    ]  # fmt: skip


def _with_recorded_run(measured: schema.Study, recorded: Mapping[str, object]) -> schema.Study:
    """The study with the row of `runs` that its folder names (hashes of the code and commit are said apart)."""
    row = {name: recorded.get(name, measured.runs[name].iloc[0]) for name in schema.TABLES["runs"].names}
    as_text = {
        name: json.dumps(row[name], sort_keys=True)
        for name in ("packages", "settings")
        if not isinstance(row[name], str)
    }
    return replace(measured, runs=schema.table("runs", [tuple({**row, **as_text}.values())]))


def _around(recorded: Mapping[str, object], now: Mapping[str, object]) -> list[str]:
    """What is other in this environment than when the study was made."""
    said = []
    for key, name in _AROUND.items():
        old, new = recorded.get(key), now[key]
        if isinstance(old, dict) and isinstance(new, dict):
            said += [
                f"{name}: {part} was {old.get(part, 'absent')}, is {new.get(part, 'absent')}"
                for part in sorted({*old, *new})
                if old.get(part) != new.get(part)
            ]
        elif old != new:
            said.append(f"{name}: was {_short(old)}, is {_short(new)}")
    return said


def _name(key: str) -> str:
    return {"inputs_sha256": "inputs", "lexicon_sha256": "lexicon", "actors_sha256": "actors"}.get(key, key)


def _short(value: object) -> str:
    text = str(value)
    return text[:12] if len(text) == 64 else text


def examine(file: Path, remade: Remade) -> Finding:
    """The verdict on one file, against a study that was made again."""
    name = _name_in_study(file, remade)
    if name is None:
        return Finding(file.name, DIFFERENT, ("the study makes no such file",))
    fresh = remade.fresh / name
    if not file.exists():
        return Finding(name, DIFFERENT, ("the file was made by the run and is gone",))
    if file.read_bytes() == fresh.read_bytes():
        return Finding(name, DIFFERENT if remade.inside else SAME, remade.inside or remade.around)
    reasons = [*remade.inside, *_own_recipe(file, fresh), *_what_differs(file, fresh)]
    as_written = hashlib.sha256(file.read_bytes()).hexdigest() == store.read_hashes(remade.study).get(name)
    if as_written and not remade.inside:
        reasons += remade.around or (
            "the file is as the run wrote it: another kind of machine draws or counts otherwise",
        )
        drawn = file.suffix in _PICTURES and _same_data(name, remade)
        return Finding(name, REDRAWN if drawn else DIFFERENT, tuple(reasons))
    if not as_written:
        reasons.append("the file was changed after it was made: its hash is not the one that the run wrote down")
    if file.suffix == ".png" and _same_data(name, remade) and not remade.inside and _same_pixels(file, fresh):
        return Finding(name, REDRAWN, tuple(reasons))
    return Finding(name, DIFFERENT, tuple(reasons))


def _name_in_study(file: Path, remade: Remade) -> str | None:
    """Where the study makes this file: by its place, else by the recipe that it carries, else by its name."""
    if file.resolve().is_relative_to(remade.study.resolve()):
        names = [file.resolve().relative_to(remade.study.resolve()).as_posix()]
    else:
        made = {path.relative_to(remade.fresh).as_posix() for path in remade.fresh.rglob("*") if path.is_file()}
        told = str(_recipe_or_none(file).get("file", ""))
        names = [name for name in (told, told + file.suffix) if told and name in made and name.endswith(file.suffix)]
        names = names or [name for name in sorted(made) if name.rpartition("/")[2] == file.name]
    return names[0] if names and (remade.fresh / names[0]).is_file() else None


def read_recipe(file: Path) -> dict[str, object]:
    """The recipe that any exported file carries.

    Raises
    ------
    InputError
        If it carries none.
    """
    if file.suffix in (*_PICTURES, ".html"):
        return charts.read_recipe(file)
    return store.read_recipe(file)


def _recipe_or_none(file: Path) -> dict[str, object]:
    try:
        return read_recipe(file)
    except (StudyError, OSError):
        return {}


def _own_recipe(file: Path, fresh: Path) -> list[str]:
    """How the recipe inside the file differs from the one that its study names."""
    if file.suffix not in (*_PICTURES, ".html", ".parquet", ".xlsx"):
        return []
    mine, theirs = _recipe_or_none(file), _recipe_or_none(fresh)
    if not mine:
        return ["the recipe is gone from the file"]
    return [
        f"the recipe in the file says {key} {_short(mine.get(key, 'nothing'))}, the study {_short(theirs.get(key))}"
        for key in sorted({*mine, *theirs})
        if mine.get(key) != theirs.get(key)
    ]


def _what_differs(file: Path, fresh: Path) -> list[str]:
    """One sentence on what is other in the file's content."""
    if file.suffix == ".png":
        return _pixels_that_differ(file, fresh)
    if file.suffix in (".csv", ".parquet"):
        return _cells_that_differ(file, fresh)
    one, other = file.read_bytes(), fresh.read_bytes()
    if file.suffix not in (".html", ".svg", ".json", ".sha256"):
        return [f"{len(one):,} bytes here, {len(other):,} made again"]
    lines = zip(one.splitlines(), other.splitlines(), strict=False)
    first = next((number for number, (a, b) in enumerate(lines, start=1) if a != b), min(len(one), len(other)))
    return [f"line {first} differs"]


def _pixels(file: Path) -> np.ndarray | None:
    try:
        with Image.open(file) as image:
            return np.asarray(image.convert("RGBA"))
    except (OSError, ValueError, Image.DecompressionBombError):
        return None


def _same_pixels(file: Path, fresh: Path) -> bool:
    one, other = _pixels(file), _pixels(fresh)
    return one is not None and other is not None and np.array_equal(one, other)


def _pixels_that_differ(file: Path, fresh: Path) -> list[str]:
    one, other = _pixels(file), _pixels(fresh)
    if one is None or other is None:
        return ["the picture cannot be read"]
    if one.shape != other.shape:
        return [f"{one.shape[1]} × {one.shape[0]} pixels here, {other.shape[1]} × {other.shape[0]} made again"]
    n = int((one != other).any(axis=-1).sum())
    return [f"{n:,} of {one.shape[0] * one.shape[1]:,} pixels differ" if n else "every pixel is the same"]


def _cells(file: Path) -> pd.DataFrame:
    if file.suffix == ".parquet":
        return pd.read_parquet(file)
    return pd.read_csv(file, dtype=str, keep_default_na=False)


def _cells_that_differ(file: Path, fresh: Path) -> list[str]:
    try:
        one, other = _cells(file), _cells(fresh)
    except (OSError, ValueError) as error:
        return [f"the table cannot be read ({type(error).__name__})"]
    if list(one.columns) != list(other.columns) or len(one) != len(other):
        return [f"{len(one)} rows and {one.shape[1]} columns here, {len(other)} and {other.shape[1]} made again"]
    n = int(sum((one[name].astype(str) != other[name].astype(str)).sum() for name in one.columns))
    where = next((f"; first in column {name!r}" for name in one.columns
                  if (one[name].astype(str) != other[name].astype(str)).any()), "")  # fmt: skip
    return [f"{n} of {one.size} cells differ{where}" if n else "every cell is the same"]


def _same_data(name: str, remade: Remade) -> bool:
    """Is the table behind a picture the one that is made again?"""
    one, other = ((folder / name).with_suffix(".csv") for folder in (remade.study, remade.fresh))
    return one.is_file() and other.is_file() and one.read_bytes() == other.read_bytes()
