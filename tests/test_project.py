"""What a clone must show: locks without hosts, the same names for conda and pip, no path of a machine, data whole."""

from __future__ import annotations

import re
import subprocess
import tomllib

import pytest
import yaml

from analysis import schema
from analysis.config import PROJECT

#: The same library under its name on conda-forge.
CONDA_NAMES = {"matplotlib": "matplotlib-base", "vaderSentiment": "vadersentiment"}
#: Extras that are not in environment.yml: they drive a browser or are only compared with.
NOT_IN_CONDA = {"browser", "compare"}


def pyproject() -> dict:
    return tomllib.loads((PROJECT / "pyproject.toml").read_text(encoding="utf-8"))["project"]


def tracked(*endings: str) -> list:
    names = subprocess.run(
        ["git", "ls-files", "-z"], cwd=PROJECT, capture_output=True, text=True, check=False
    ).stdout.split("\0")
    if names == [""]:
        pytest.skip("not a git checkout")
    return [PROJECT / name for name in names if name and name.endswith(endings) and (PROJECT / name).is_file()]


def test_conda_environment_names_what_pyproject_names_in_the_same_ranges() -> None:
    project = pyproject()
    wanted = [*project["dependencies"]]
    for extra, names in project["optional-dependencies"].items():
        wanted += [] if extra in NOT_IN_CONDA else names
    split = [re.match(r"([A-Za-z0-9._-]+)(.*)", text).groups() for text in wanted]
    expected = {CONDA_NAMES.get(name, name) + version for name, version in split}
    environment = yaml.safe_load((PROJECT / "environment.yml").read_text(encoding="utf-8"))
    given = {text for text in environment["dependencies"] if isinstance(text, str)} - {"pip"}
    assert given == expected | {"python" + project["requires-python"]}
    assert environment["channels"] == ["conda-forge", "nodefaults"]


@pytest.mark.parametrize("name", ["requirements.lock", "requirements-uv.lock"])
def test_a_lock_holds_hashes_and_no_host(name: str) -> None:
    text = (PROJECT / name).read_text(encoding="utf-8")
    assert "://" not in text
    pins = re.findall(r"^[A-Za-z0-9._-]+==\S+", text, re.M)
    assert pins and text.count("--hash=sha256:") >= len(pins)


def test_the_lock_holds_every_dependency() -> None:
    locked = {
        name.lower().replace("_", "-")
        for name in re.findall(r"^([A-Za-z0-9._-]+)==", (PROJECT / "requirements.lock").read_text(), re.M)
    }
    project = pyproject()
    wanted = [
        *project["dependencies"],
        *(text for extra, names in project["optional-dependencies"].items() if extra != "compare" for text in names),
    ]
    missing = {re.match(r"[A-Za-z0-9._-]+", text)[0].lower() for text in wanted} - locked
    assert not missing


def test_no_file_names_a_path_of_a_machine_or_an_index() -> None:
    machine = re.compile(r"(?<![\w.<])/(?:work|root|farm|home/\w+|tmp)/")
    index = re.compile(r"--(?:extra-)?index-url\s+http|files\.pythonhosted|pypi\.org/simple")
    wrong = []
    for path in tracked(
        ".py", ".md", ".toml", ".yml", ".csv", ".txt", ".lock", ".json", ".ipynb", ".cff", "Makefile", "run"
    ):
        text = path.read_text(encoding="utf-8", errors="replace")
        wrong += [
            f"{path.name}: {found[0]}"
            for found in [machine.search(text), index.search(text)]
            if found and path.name != "test_project.py"
        ]
    assert not wrong


def test_the_data_dictionary_is_the_schema() -> None:
    written = (PROJECT / "docs" / "data_dictionary.md").read_text(encoding="utf-8")
    assert written == schema.data_dictionary(), "run: python -m analysis dictionary > docs/data_dictionary.md"


def test_every_document_that_is_linked_is_there() -> None:
    wrong = []
    for path in tracked(".md"):
        for target in re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", path.read_text(encoding="utf-8")):
            if "://" not in target and not target.startswith("mailto:") and not (path.parent / target).exists():
                wrong.append(f"{path.relative_to(PROJECT)} → {target}")
    assert not wrong
