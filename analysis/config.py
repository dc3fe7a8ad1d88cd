"""A study's settings, and where things lie.

Floor: only `errors` lies beneath. Settings are one frozen dataclass, so a run can be written down and made again.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, fields
from pathlib import Path

import platformdirs

PACKAGE = Path(__file__).resolve().parent
RESOURCES = PACKAGE / "resources"
PROJECT = PACKAGE.parent

#: One article may not be longer than this (characters); longer ones are refused into `issues`.
MAX_ARTICLE_CHARS = 5_000_000
#: One file may not be larger than this (bytes) before it is opened at all.
MAX_FILE_BYTES = 200_000_000
#: A zip may not unpack to more than this (bytes, over all its members) nor hold more members.
MAX_ARCHIVE_BYTES = 1_000_000_000
MAX_ARCHIVE_MEMBERS = 100_000


@dataclass(frozen=True)
class Settings:
    """What a study was asked to do; every field is written into `run.json`.

    Attributes
    ----------
    instruments : names of the tone instruments (columns of `sentiment.score_texts`).
    level : confidence level of every interval.
    min_words : an article whose body has fewer words is measured but not compared.
    seed : for everything that draws at random.
    batch_size : articles per batch; changes memory, never results.
    """

    instruments: tuple[str, ...] = ("textblob", "vader", "news_tone")
    level: float = 0.95
    min_words: int = 100
    seed: int = 20160816
    batch_size: int = 64

    def as_dict(self) -> dict[str, object]:
        """The settings as plain values, in the order they are declared."""
        return {field.name: getattr(self, field.name) for field in fields(self)}


def gold_folder() -> Path | None:
    """Where hand-coded corpora lie: `ANALYSIS_GOLD`, else `../shared/gold` beside the project, else nowhere."""
    named = os.environ.get("ANALYSIS_GOLD")
    folder = Path(named) if named else PROJECT.parent / "shared" / "gold"
    return folder if folder.is_dir() else None


def cache_folder() -> Path:
    """The user's cache folder for fetched corpora (not created here)."""
    return Path(platformdirs.user_cache_dir("whose-words"))
