"""Each notebook and its script say the same, executed in order from 1 to n, without an error or a warning box."""

from __future__ import annotations

import re
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_output

from analysis import notebooks

SCRIPTS = notebooks.scripts()


def paired(script: Path) -> nbformat.NotebookNode:
    return nbformat.read(script.with_suffix(".ipynb"), as_version=4)


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.stem)
def test_a_notebook_has_the_cells_of_its_script(script: Path) -> None:
    left, right = notebooks.fresh(script), paired(script)
    assert [(cell["cell_type"], cell["source"]) for cell in left["cells"]] == [
        (cell["cell_type"], cell["source"]) for cell in right["cells"]
    ]


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.stem)
def test_a_notebook_was_executed_in_order_without_error_or_warning(script: Path) -> None:
    notebook = paired(script)
    code = [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]
    assert [cell["execution_count"] for cell in code] == list(range(1, len(code) + 1))
    assert not [output for cell in code for output in cell["outputs"] if output["output_type"] == "error"]
    assert not notebooks.warnings_in(notebook)


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.stem)
def test_a_notebook_is_an_argument(script: Path) -> None:
    """Title: a question; the answer in one sentence; a chart exported at the end; no functions grown in cells."""
    cells = notebooks.fresh(script)["cells"]
    first = cells[0]["source"]
    assert re.match(r"# .+\?$", first.splitlines()[0])
    assert "**In one sentence:**" in first
    assert any("charts.save(" in cell["source"] for cell in cells)
    assert sum(cell["source"].count("\ndef ") for cell in cells) <= 1


def test_a_fresh_execution_is_held_against_what_is_committed() -> None:
    """The check sees another number, another order and another cell, and is quiet about the same."""
    script = SCRIPTS[0]
    old, new = paired(script), paired(script)
    assert not list(notebooks.differences(old, new))
    place = next(number for number, cell in enumerate(new["cells"]) if cell.get("outputs"))
    new["cells"][place]["outputs"] = [new_output("stream", name="stdout", text="another number")]
    assert list(notebooks.differences(old, new))
    other = paired(script)
    other["cells"][place]["source"] += "\n1"
    assert list(notebooks.differences(old, other))
