"""A JupyterLab of its own and Debian's Chromium; collected only when asked for (`make test-browser`)."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from analysis.config import PROJECT

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
collect_ignore_glob = [] if os.environ.get("ANALYSIS_BROWSER") else ["test_*.py"]
#: How long anything may take in a browser (milliseconds) before it counts as hanging: a busy machine is no failure.
PATIENCE = 300_000
#: JupyterLab as delivered asks its makers for news; cells outside the window are not drawn.
SETTINGS = {
    "@jupyterlab/notebook-extension/tracker": {"windowingMode": "none"},
    "@jupyterlab/apputils-extension/notification": {"checkForUpdates": False, "fetchNews": "false"},
}


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """Chromium, or a skip that says what is missing."""
    if CHROMIUM is None:
        pytest.skip("no Chromium on this machine: apt-get install chromium")
    playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed (extra `browser`)")
    with playwright.sync_playwright() as driver:
        made = driver.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        yield made
        made.close()


@pytest.fixture(scope="session")
def pictures() -> Path:
    """Where screenshots are left to be looked at."""
    folder = PROJECT / "build" / "screenshots"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


@pytest.fixture(scope="session")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a JupyterLab on copies of the notebooks, with settings and folders of its own."""
    home = tmp_path_factory.mktemp("lab")
    shutil.copytree(PROJECT / "data", home / "work" / "data")
    shutil.copytree(PROJECT / "notebooks", home / "work" / "notebooks", ignore=shutil.ignore_patterns("exports", ".*"))
    for name, value in SETTINGS.items():
        path = home / "settings" / f"{name}.jupyterlab-settings"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(value))
    own = {
        "JUPYTERLAB_SETTINGS_DIR": "settings", "JUPYTERLAB_WORKSPACES_DIR": "workspaces", "JUPYTER_CONFIG_DIR": "config",
        "JUPYTER_DATA_DIR": "data", "JUPYTER_RUNTIME_DIR": "runtime", "IPYTHONDIR": "ipython",
    }  # fmt: skip
    gold = os.environ.get("ANALYSIS_GOLD", str(PROJECT.parent / "shared" / "gold"))
    server = subprocess.Popen(
        [
            sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root", "--port=0", "--ip=127.0.0.1",
            "--IdentityProvider.token=", "--LabApp.expose_app_in_browser=True", "--log-level=ERROR",
            f"--ServerApp.root_dir={home / 'work'}",
        ],
        env={**os.environ, **{key: str(home / name) for key, name in own.items()}, "ANALYSIS_GOLD": gold},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        yield _address(home / own["JUPYTER_RUNTIME_DIR"], server)
    finally:
        server.terminate()
        server.wait(60)


def _address(runtime: Path, server: subprocess.Popen[bytes]) -> str:
    """Where the server says it listens, once it answers there; it took a port that was free."""
    until = time.monotonic() + PATIENCE / 1000
    while time.monotonic() < until:
        assert server.poll() is None, "JupyterLab ended before it could be asked"
        with contextlib.suppress(OSError, ValueError):  # not there yet, or only half written
            port = json.loads((runtime / f"jpserver-{server.pid}.json").read_text())["port"]
            address = f"http://127.0.0.1:{port}"
            with urllib.request.urlopen(f"{address}/api/status", timeout=10):
                return address
        time.sleep(0.25)
    raise AssertionError("JupyterLab did not answer")
