"""Executes the study's notebooks from empty kernels, and checks that they still say what is committed.

Floor: `pipeline` and everything beneath, through the notebooks. Run as `python -m analysis.notebooks [--check] [NAME …]`:
without `--check` the `.ipynb` beside each `.py` is made again, and with `--study FOLDER` also its page in that study; with
it, a fresh execution is compared with what is there. A notebook whose first cell has the tag `needs-CORPUS` is skipped, and
said to be, where that corpus is not at hand.
"""

from __future__ import annotations

import argparse
import base64
import io
import os
import re
import sys
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import jupytext
import nbformat
import numpy as np
from nbclient import NotebookClient
from nbformat import NotebookNode
from PIL import Image

from analysis import gold, store
from analysis.config import PROJECT
from analysis.errors import StudyError
from analysis.notebook_page import page_of

FOLDER = PROJECT / "notebooks"
_KERNEL = {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}
#: Mean difference of grey levels (0–255) below which two drawings are the same picture.
_SAME_PICTURE = 1.0
_NEEDS = "needs-"
_WIDGET = "application/vnd.jupyter.widget-view+json"
_ADDRESS = re.compile(r"0x[0-9a-f]{6,}")


def scripts(names: Sequence[str] = ()) -> list[Path]:
    """The notebooks' `.py` halves in order, or those whose name begins with one of `names`."""
    found = sorted(FOLDER.glob("[0-9]*.py"))
    chosen = [path for path in found if not names or any(path.stem.startswith(name) for name in names)]
    if not chosen:
        raise StudyError(
            f"no notebook begins with {', '.join(names)}; there are: {', '.join(path.stem for path in found)}"
        )
    return chosen


def fresh(script: Path) -> NotebookNode:
    """The notebook of a script with stable cell ids, no outputs yet."""
    notebook = jupytext.read(script)
    # Not paired for jupytext's own server extension: it refuses to open a notebook that is younger than its script.
    notebook["metadata"] = {"kernelspec": _KERNEL, "language_info": {"name": "python"}}
    for number, cell in enumerate(notebook["cells"]):
        cell["id"] = f"{script.stem[:2]}-{number:03d}"
        cell["metadata"] = {key: value for key, value in cell["metadata"].items() if key == "tags"}
    notebook["nbformat"], notebook["nbformat_minor"] = 4, 5
    return notebook


def missing(script: Path) -> str:
    """The hand-coded corpus that a notebook needs and that is not at hand; empty when it can be executed."""
    tags = jupytext.read(script)["cells"][0]["metadata"].get("tags", ())
    needed = [tag.removeprefix(_NEEDS) for tag in tags if tag.startswith(_NEEDS)]
    return next((name for name in needed if gold.find(name) is None), "")


def needs(corpus: str) -> Path:
    """The folder of a hand-coded corpus, in a notebook; where it is not at hand the cells that follow do nothing.

    So a reader without the corpus meets one sentence with the way out, the outputs that were committed stay readable
    on the page, and no cell ends in an error. The last statement of its cell.
    """
    place = gold.find(corpus)
    if place is not None:
        return place
    from IPython import get_ipython

    print(
        f"This chapter needs {corpus}, which is not on this machine, so the cells below do nothing. "
        f"To get it: python -m analysis fetch {corpus} (it shows the licence and asks), then restart the kernel."
    )
    shell = get_ipython()
    if shell is not None:
        shell.input_transformers_cleanup.append(_nothing)
    return Path()


def _nothing(lines: list[str]) -> list[str]:
    """What is left of a cell that shall not run."""
    return ["pass\n"] if lines else lines


def execute(script: Path, *, folder: Path = FOLDER) -> NotebookNode:
    """The notebook executed from an empty kernel in `folder`; the first error ends it."""
    notebook = fresh(script)
    environment = {**os.environ, "PYTHONHASHSEED": "0", "OMP_NUM_THREADS": "1", "PYTHONWARNINGS": "default"}
    client = NotebookClient(
        notebook,
        timeout=300,
        kernel_name="python3",
        record_timing=False,
        extra_arguments=["--log-level=ERROR"],
        resources={"metadata": {"path": str(folder)}},
    )
    client.execute(env=environment)
    notebook["metadata"].pop("widgets", None)
    for cell in notebook["cells"]:
        for output in cell.get("outputs", ()):
            output.get("metadata", {}).pop("execution", None)
            output.get("data", {}).pop(
                _WIDGET, None
            )  # its id is drawn anew by every kernel; what it shows stays as HTML
    return notebook


def differences(old: NotebookNode, new: NotebookNode) -> Iterator[str]:
    """Where a fresh execution says something else than the committed notebook."""
    if [cell["source"] for cell in old["cells"]] != [cell["source"] for cell in new["cells"]]:
        yield "the cells are not those of the .py; run: make notebooks"
        return
    for number, (before, after) in enumerate(zip(old["cells"], new["cells"], strict=True)):
        if before["cell_type"] != "code":
            continue
        if before.get("execution_count") != after.get("execution_count"):
            yield f"cell {number}: executed as {before.get('execution_count')}, now {after.get('execution_count')}"
        if not _same_outputs(before["outputs"], after["outputs"]):
            yield f"cell {number}: other outputs: {before['source'].splitlines()[:1]}"


def _same_outputs(before: list[NotebookNode], after: list[NotebookNode]) -> bool:
    left, right = [list(_contents(outputs)) for outputs in (before, after)]
    return len(left) == len(right) and all(
        kind == other and (_same_picture(a, b) if kind == "image/png" else _plain(a) == _plain(b))
        for (kind, a), (other, b) in zip(left, right, strict=True)
    )


def _contents(outputs: list[NotebookNode]) -> Iterator[tuple[str, str]]:
    for output in outputs:
        if output["output_type"] == "stream":
            yield output["name"], str(output["text"])
        for kind, value in sorted(output.get("data", {}).items()):
            if kind != _WIDGET:
                yield kind, value if isinstance(value, str) else "".join(value)


def _plain(text: str) -> str:
    return _ADDRESS.sub("0x", text)


def _same_picture(before: str, after: str) -> bool:
    left, right = (
        np.asarray(Image.open(io.BytesIO(base64.b64decode(data))).convert("L"), float) for data in (before, after)
    )
    return left.shape == right.shape and float(np.abs(left - right).mean()) < _SAME_PICTURE


def warnings_in(notebook: NotebookNode) -> list[str]:
    """What a notebook wrote to standard error: nothing, in one that is done."""
    cells = notebook["cells"]
    return [
        str(output["text"]).strip().splitlines()[0]
        for cell in cells
        for output in cell.get("outputs", ())
        if output["output_type"] == "stream" and output["name"] == "stderr"
    ]


def main(words: Sequence[str] | None = None) -> int:
    """Make or check the notebooks; returns how many are not as they should be."""
    top = argparse.ArgumentParser(prog="python -m analysis.notebooks", description=(__doc__ or "").splitlines()[0])
    top.add_argument("name", nargs="*", help="only notebooks whose name begins with this (00, 03 …)")
    top.add_argument(
        "--check", action="store_true", help="compare a fresh execution with what is committed; change nothing"
    )
    top.add_argument("--study", type=Path, help="also write each executed notebook as a page into this study folder")
    arguments = top.parse_args(words)
    try:
        return _make(arguments)
    except StudyError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1


def _make(arguments: argparse.Namespace) -> int:
    if arguments.study:
        store.read_run(arguments.study)  # found out before any work is done
    chosen = scripts(arguments.name)
    failed = 0
    for script in chosen:
        if corpus := missing(script):
            print(f"{script.stem}: skipped; it needs {corpus} (python -m analysis fetch {corpus})", flush=True)
    chosen = [script for script in chosen if not missing(script)]
    with ThreadPoolExecutor(max_workers=2) as pool:
        for script, notebook in zip(chosen, pool.map(execute, chosen), strict=True):
            wrong = warnings_in(notebook)
            paired = script.with_suffix(".ipynb")
            if arguments.check:
                old = nbformat.read(paired, as_version=4) if paired.exists() else fresh(script)
                wrong += differences(old, notebook)
            else:
                nbformat.write(notebook, paired)
                if arguments.study:
                    name, text = page_of(paired)
                    store.add_pages(arguments.study, {name: text})
            print(f"{script.stem}: {'; '.join(wrong) or 'as it should be'}", flush=True)
            failed += bool(wrong)
    return failed


if __name__ == "__main__":
    sys.exit(main())
