"""What many tests share: the bundled corpus, measured once a worker, and its study folder, written once in all."""

from __future__ import annotations

import fcntl
import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings

from analysis.config import PROJECT

if TYPE_CHECKING:
    from analysis.schema import Corpus, Study

RAW = PROJECT / "data" / "raw"

# One thread a worker, said before NumPy is loaded: two workers whose threads wait for each other's take eight times as
# long where a re-ranker is trained (19 → 145 CPU-seconds).
os.environ.setdefault("OMP_NUM_THREADS", "1")

# The same examples on every run, and no clock; pytest --hypothesis-profile=search looks at others.
settings.register_profile("same", deadline=None, derandomize=True)
settings.register_profile("search", deadline=None)
settings.load_profile("same")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Hand-coded corpora are read without counting lines: it takes half as long again, and other tests reach the same."""
    for item in items:
        if item.get_closest_marker("gold"):
            item.add_marker("no_cover")


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
    """The study folder that `run` writes for the bundled articles, by the worker that asks first; to be read only."""
    from analysis import pipeline

    own = tmp_path_factory.getbasetemp()
    folder = (own.parent if "PYTEST_XDIST_WORKER" in os.environ else own) / "run" / "study"
    folder.parent.mkdir(exist_ok=True)
    with (folder.parent / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not folder.exists():
            pipeline.run(RAW, folder)
    return folder


@pytest.fixture
def only_png(monkeypatch: pytest.MonkeyPatch) -> None:
    """Runs draw each figure once: for tests of something else than files of figures, which take half the time of a run."""
    monkeypatch.setattr("analysis.charts.files.FORMATS", ("png",))
