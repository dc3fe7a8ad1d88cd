"""What is measured and with what: the settings, the lexicon and the actors; and the hashes that say so.

Floor: the lexicon and the actors lie beneath. A plan is made before any article is looked at and is written into the
study.
"""

from __future__ import annotations

import csv
import dataclasses
import io
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from itertools import chain
from pathlib import Path
from typing import Any

import pandas as pd

from analysis import loaded_terms, naming, recipe
from analysis.config import RESOURCES, Settings
from analysis.errors import InputError

#: The accuracy figures that every report shows; they say nothing about how a result is made.
ACCURACY = "accuracy.csv"


@dataclass(frozen=True)
class Plan:
    """What is measured and with what: the settings, the lexicon and the actors, as tables.

    Attributes
    ----------
    lexicon : the loaded terms (`loaded_terms.read_lexicon`).
    actors : referents and their aliases (`naming.read_actors`).
    zoned : False takes each text as one body, furniture included.
    """

    settings: Settings = field(default_factory=Settings)
    lexicon: pd.DataFrame = field(default_factory=loaded_terms.read_lexicon)
    actors: pd.DataFrame = field(default_factory=naming.read_actors)
    zoned: bool = True

    @cached_property
    def terms(self) -> loaded_terms.Matcher:
        """The lexicon made ready for looking up."""
        return loaded_terms.matcher(self.lexicon)

    @cached_property
    def names(self) -> naming.Index:
        """The actors made ready for looking up."""
        return naming.index_of(self.actors)

    @cached_property
    def lexicon_sha256(self) -> str:
        """Hash of the lexicon's table."""
        return frame_sha256(self.lexicon)

    @cached_property
    def sha256(self) -> str:
        """Hash of everything that decides a result: the plan, the trained weights and resources, the code."""
        return recipe.sha256_of(
            json.dumps({**self.settings.as_dict(), "batch_size": 0}, sort_keys=True),
            self.lexicon_sha256,
            frame_sha256(self.actors),
            str(self.zoned),
            resources_sha256(),
            recipe.code_sha256(),
        )

    def __getstate__(self) -> dict[str, object]:
        """What another process is sent: the fields; it makes the rest itself."""
        return {part.name: getattr(self, part.name) for part in dataclasses.fields(self)}


@lru_cache(maxsize=2)
def default_plan(*, zoned: bool = True) -> Plan:
    """The shipped plan, read once."""
    return Plan() if zoned else dataclasses.replace(default_plan(), zoned=False)


def frame_sha256(frame: pd.DataFrame) -> str:
    """Hash of a table: its columns and every cell, as CSV."""
    columns = [frame[name].tolist() for name in frame.columns]
    if not set(map(type, chain.from_iterable(columns))) <= {str, int}:
        return recipe.sha256_of(frame.to_csv(index=False, lineterminator="\n"))
    written = io.StringIO(newline="")  # pandas writes texts and whole numbers so, in ten times the time
    csv.writer(written, lineterminator="\n").writerows([frame.columns, *zip(*columns, strict=True)])
    return recipe.sha256_of(written.getvalue())


@lru_cache(maxsize=1)
def resources_sha256() -> str:
    """Hash over every trained weight, lexicon and table that the package ships (not the look of its charts)."""
    return _sha256_of_resources(_decides)


@lru_cache(maxsize=1)
def look_sha256() -> str:
    """Hash over what only decides how a result is shown: style sheets, templates, the accuracy figures in reports."""
    return _sha256_of_resources(lambda path: not _decides(path))


def _decides(path: Path) -> bool:
    return path.suffix not in {".css", ".j2", ".js", ".mplstyle"} and path.name != ACCURACY


def _sha256_of_resources(chosen: Callable[[Path], bool]) -> str:
    files = [
        path
        for path in sorted(RESOURCES.rglob("*"))
        if path.is_file() and path.suffix not in {".py", ".pyc"} and chosen(path)
    ]
    return recipe.sha256_of(
        *(part for path in files for part in (path.relative_to(RESOURCES).as_posix(), recipe.sha256_of_file(path)))
    )


def settings_of(run: Mapping[str, object]) -> Settings:
    """The settings that a recipe names.

    Raises
    ------
    InputError
        If they are not those of this version.
    """
    given = run.get("settings")
    known = {field.name for field in dataclasses.fields(Settings)}
    if not isinstance(given, dict) or not set(given) <= known:
        raise InputError("the settings of this study are not those of this version. Make the study again.")
    values: dict[str, Any] = {name: tuple(v) if isinstance(v, list) else v for name, v in given.items()}
    return Settings(**values)
