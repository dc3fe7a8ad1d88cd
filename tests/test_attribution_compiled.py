"""Little is read without a compiler; where there is none, or machine code can be kept nowhere, nobody notices."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from analysis.attribution import compiled, model
from analysis.attribution.compiled import COMPILE_FROM, LOAD_FROM, _Reading, compiled_for, kernels
from analysis.attribution.tokens import tokenise
from analysis.config import PROJECT

TEXT = (
    "The mayor said the bridge would close.\n“We have no choice,” said Ann Pell. According to the ministry, it failed."
)
READ = f"""
from analysis.attribution.compiled import _Reading, compiled_for
from analysis.attribution.engine import attribute_text
text = {TEXT!r}
_Reading.n_places = 10**9
print(attribute_text(text, [(0, len(text))]).spans)
print("compiled" if _Reading.is_ready else "NumPy")
"""


@pytest.fixture(autouse=True)
def as_in_a_fresh_process(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in (("n_places", 0), ("is_ready", False), ("is_missing", False), ("is_hopeless", False)):
        monkeypatch.setattr(_Reading, name, value)


def calls(result: Exception | None = None) -> tuple[list[str], object]:
    made: list[str] = []

    def rehearse() -> None:
        made.append("rehearsed")
        if result is not None:
            raise result

    return made, rehearse


def test_little_is_read_without_loading_anything(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compiled, "_is_kept", lambda: pytest.fail("looked for machine code"))
    made, rehearse = calls()
    assert not any(compiled_for(500, rehearse) for _ in range(LOAD_FROM // 500 - 1))
    assert made == []


def test_kept_machine_code_is_loaded_once_after_a_few_articles(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compiled, "_is_kept", lambda: True)
    made, rehearse = calls()
    assert [compiled_for(LOAD_FROM // 2, rehearse) for _ in range(4)] == [False, True, True, True]
    assert made == ["rehearsed"]


def test_on_a_fresh_install_machine_code_is_made_when_there_is_much_to_read(monkeypatch: pytest.MonkeyPatch) -> None:
    looked: list[int] = []
    monkeypatch.setattr(compiled, "_is_kept", lambda: bool(looked.append(1)))
    made, rehearse = calls()
    step = COMPILE_FROM // 4
    assert [compiled_for(step, rehearse) for _ in range(5)] == [False, False, False, True, True]
    assert (made, looked) == (["rehearsed"], [1])


@pytest.mark.parametrize("wrong", [ImportError("no numba"), RuntimeError("no locator"), OSError(28, "disk full")])
def test_whatever_goes_wrong_with_compiling_numpy_reads_on(wrong: Exception) -> None:
    made, rehearse = calls(wrong)
    assert [compiled_for(COMPILE_FROM, rehearse) for _ in range(3)] == [False, False, False]
    assert made == ["rehearsed"]


def test_every_loop_is_compiled_for_one_kind_of_arrays_only() -> None:
    """Another kind met later would mean a pause for compiling in the middle of a corpus."""
    tagger = model.load()
    tagger.rehearse()
    loops = {name: loop for name, loop in vars(kernels()).items() if hasattr(loop, "py_func")}
    before = {name: list(loop.signatures) for name, loop in loops.items()}
    for text in (TEXT, "said " * 500, "", "x", '" ' * 50, "He said that " * 200, "No claim. At all."):
        tagger.find(tokenise(text), compiled=True)
        tagger.find(tokenise(text), ruled=[], compiled=True)
    assert {name: list(loop.signatures) for name, loop in loops.items()} == before
    assert len(loops) >= 10


def run(code: str, where: Path = PROJECT, **changes: str) -> list[str]:
    """Lines that `code` prints in a process of its own in which every warning is an error; it may not complain."""
    env = {**os.environ, "OMP_NUM_THREADS": "1", **changes}
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", code], cwd=where, env=env, capture_output=True, text=True, timeout=120
    )
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout.splitlines()


@pytest.fixture
def read_only(tmp_path: Path) -> Path:
    """A copy of the package in which nothing can be written beside the loops, whoever runs the test."""
    away = shutil.ignore_patterns("__pycache__", "resources")
    shutil.copytree(PROJECT / "analysis", tmp_path / "analysis", ignore=away)
    (tmp_path / "analysis" / "resources").symlink_to(PROJECT / "analysis" / "resources")
    (tmp_path / "analysis" / "attribution" / "kernels" / "__pycache__").write_text("a file where a folder would be")
    return tmp_path


def test_without_numba_the_result_is_the_same() -> None:
    without = run(f"import sys\nsys.modules['numba'] = None\n{READ}")
    assert without[-1] == "NumPy"
    spans = (
        f"[(0, 'source', 0, 0, 9, 'The mayor'), (0, 'cue', 0, 10, 14, 'said'), (0, 'content', 0, 15, {len(TEXT[:37])}"
    )
    assert without[0].startswith(spans)
    assert "'Ann Pell'" in without[0]


def test_machine_code_goes_to_the_users_folder_where_the_package_cannot_be_written(read_only: Path) -> None:
    code = """
import numpy as np
from analysis.attribution.compiled import kernels
n = 4
print(*[array.tolist() for array in kernels().sentences(
    np.array([True, False, False, True]), np.zeros((n, 8), np.int64), np.zeros(n, np.int64), np.zeros(n, bool))])
"""
    cache = read_only / "cache"
    out = run(code, read_only, XDG_CACHE_HOME=str(cache))
    assert out == ["[0, 1, 1, 2] [0, 1, 1, 3] [0, 2, 2, 3]"]
    assert len(list(cache.rglob("*sentences*.nbi"))) == 1


def test_where_nothing_can_be_written_numpy_reads(read_only: Path) -> None:
    blocked = read_only / "blocked"
    blocked.write_text("a file where a folder would be")
    out = run(READ, read_only, XDG_CACHE_HOME=str(blocked), HOME=str(blocked))
    assert out[-1] == "NumPy"
    assert "'Ann Pell'" in out[0]


def test_machine_code_that_was_kept_is_known(monkeypatch: pytest.MonkeyPatch) -> None:
    model.load().rehearse()
    assert compiled._is_kept()
    monkeypatch.setattr(kernels().sentences._cache._cache_file, "_load_index", dict)
    assert not compiled._is_kept()
