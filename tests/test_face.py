"""The face is what the design says, costs nothing to import, and means functions however modules were imported."""

from __future__ import annotations

import subprocess
import sys

import pytest

import analysis


def run_python(code: str) -> str:
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip()


@pytest.mark.parametrize("name", analysis.__all__)
def test_every_name_of_the_face_is_there(name: str) -> None:
    assert getattr(analysis, name) is not None
    assert name in dir(analysis)


def test_an_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="has no attribute 'bias_score'"):
        analysis.bias_score  # noqa: B018


def test_importing_the_face_loads_no_library() -> None:
    assert run_python("import sys, analysis; print('pandas' in sys.modules or 'matplotlib' in sys.modules)") == "False"


def test_a_function_keeps_its_name_after_its_module_was_imported() -> None:
    code = "import analysis.compare, analysis.multiverse; from analysis import compare, multiverse; print(callable(compare), callable(multiverse))"
    assert run_python(code) == "True True"
