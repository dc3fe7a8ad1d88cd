"""What many tests share: the bundled corpus, measured once a worker."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import settings

from analysis.config import PROJECT
from analysis.schema import Corpus, Study

RAW = PROJECT / "data" / "raw"

# The same examples on every run, and no clock; pytest --hypothesis-profile=search looks at others.
settings.register_profile("same", deadline=None, derandomize=True)
settings.register_profile("search", deadline=None)
settings.load_profile("same")


@pytest.fixture(scope="session")
def corpus() -> Corpus:
    """The 24 bundled articles."""
    from analysis import read_corpus

    return read_corpus(RAW)


@pytest.fixture(scope="session")
def study(corpus: Corpus) -> Study:
    """The bundled articles, measured."""
    from analysis import measure

    return measure(corpus)


@pytest.fixture(scope="session")
def study_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The study folder that `run` writes for the bundled articles."""
    from analysis import pipeline

    folder = tmp_path_factory.mktemp("run") / "study"
    pipeline.run(RAW, folder)
    return folder
