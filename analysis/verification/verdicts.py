"""The verdict on exported files: the same, the same data drawn otherwise, or different.

Floor: `remaking` and `differences` lie beneath. Files and their study folder come in, findings go out.
"""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from analysis import store, study_files
from analysis.errors import InputError
from analysis.notebook_page import PAGES
from analysis.verification.differences import PICTURES, REPORTS, own_recipe, recipe_or_empty, same_pixels, what_differs
from analysis.verification.remaking import Remade, remake

SAME, REDRAWN, DIFFERENT = "same", "same data, other drawing", "different"


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
    chosen = [part for file in files for part in (files_of(folder) if _same_place(file, folder) else [file])]
    with tempfile.TemporaryDirectory(prefix="verify.") as place:
        remade = remake(folder, Path(place) / "study", raw=raw)
        return [examine(file, remade) for file in chosen]


def study_of(file: Path) -> Path:
    """The study folder that a file lies in, found upwards; of a report that lies elsewhere, where its links lead.

    Raises
    ------
    InputError
        If there is none.
    """
    place = file.resolve()
    for folder in (place, *place.parents):
        if (folder / store.RUN_FILE).is_file():
            return folder
    linked = file.parent / str(recipe_or_empty(file).get("study", ""))
    if file.is_file() and (linked / store.RUN_FILE).is_file():
        return linked
    raise InputError(f"{file}: lies in no study folder; name the study with --study FOLDER")


def _same_place(one: Path, other: Path) -> bool:
    return one.is_dir() and one.resolve() == other.resolve()


def files_of(folder: Path) -> list[Path]:
    """Every file that the run wrote, and every other file that lies there now."""
    there = {path for path in folder.rglob("*") if path.is_file()}
    listed = {folder / name for name in store.read_hashes(folder)}
    return sorted((there | listed) - {folder / store.HASHES})


def examine(file: Path, remade: Remade) -> Finding:
    """The verdict on one file, against a study that was made again."""
    name = _report_again(file, remade) or _name_in_study(file, remade)
    if name is None:
        if file.parent.name == PAGES:
            return Finding(file.name, DIFFERENT, ("its notebook, or the extra `notebooks`, is not here",))
        return Finding(file.name, DIFFERENT, ("the study makes no such file",))
    fresh = remade.fresh / name
    if not file.exists():
        return Finding(name, DIFFERENT, ("the file was made by the run and is gone",))
    if file.read_bytes() == fresh.read_bytes():
        return Finding(name, DIFFERENT if remade.inside else SAME, remade.inside or remade.around)
    told = own_recipe(file, fresh)
    reasons = [*remade.inside, *told, *what_differs(file, fresh)]
    as_written = hashlib.sha256(file.read_bytes()).hexdigest() == store.read_hashes(remade.study).get(name)
    if as_written and not remade.inside:
        as_it_was = "the file is as the run wrote it: another kind of machine draws or counts otherwise"
        reasons += remade.around or ([] if told else [as_it_was])
        drawn = file.suffix in PICTURES and _same_data(name, remade)
        return Finding(name, REDRAWN if drawn else DIFFERENT, tuple(reasons))
    if not as_written:
        reasons.append("the file was changed after it was made: its hash is not the one that the run wrote down")
    if file.suffix == ".png" and _same_data(name, remade) and not remade.inside and same_pixels(file, fresh):
        return Finding(name, REDRAWN, tuple(reasons))
    return Finding(name, DIFFERENT, tuple(reasons))


def _name_in_study(file: Path, remade: Remade) -> str | None:
    """Where the study makes this file: by its place, else by the recipe that it carries, else by its name."""
    if file.resolve().is_relative_to(remade.study.resolve()):
        names = [file.resolve().relative_to(remade.study.resolve()).as_posix()]
    else:
        made = {path.relative_to(remade.fresh).as_posix() for path in remade.fresh.rglob("*") if path.is_file()}
        told = str(recipe_or_empty(file).get("file", ""))
        names = [name for name in (told, told + file.suffix) if told and name in made and name.endswith(file.suffix)]
        names = names or [name for name in sorted(made) if name.rpartition("/")[2] == file.name]
    return names[0] if names and (remade.fresh / names[0]).is_file() else None


def _report_again(file: Path, remade: Remade) -> str | None:
    """A report that was made after the run, made again in the fresh study with links as it has them: its name there."""
    if file.suffix not in (*REPORTS, ".html") or not file.is_file():
        return None
    told = recipe_or_empty(file)
    form, seen = file.suffix[1:], str(told.get("study", "."))
    if told.get("file") != f"report.{form}" or (form == "html" and seen == "."):
        return None
    name = f"reports/{file.name}"
    study_files.write_report(remade.fresh, remade.fresh / name, form=form, seen=seen)
    return name


def _same_data(name: str, remade: Remade) -> bool:
    """Is the table behind a picture the one that is made again?"""
    one, other = ((folder / name).with_suffix(".csv") for folder in (remade.study, remade.fresh))
    return one.is_file() and other.is_file() and one.read_bytes() == other.read_bytes()
