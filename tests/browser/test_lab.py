"""Every notebook in JupyterLab, Run All: no error, no warning box, every figure visible, every widget alive."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from typing import Any

import nbformat
import pytest

from analysis import notebooks
from tests.browser.conftest import PATIENCE

RUN = """async (patience) => {
  const late = new Promise((done) => setTimeout(() => done(`not done within ${patience} ms`), patience));
  const run = window.jupyterapp.commands.execute('notebook:run-all-cells').then(() => 'done');
  return await Promise.race([run, late]);
}"""
#: The kernel of the notebook in front is there and waits.
READY = """() => {
  const panel = window.jupyterapp && window.jupyterapp.shell.currentWidget;
  const kernel = panel && panel.sessionContext && panel.sessionContext.session && panel.sessionContext.session.kernel;
  return Boolean(kernel && kernel.status === 'idle');
}"""
STOP = "async () => { await window.jupyterapp.serviceManager.sessions.shutdownAll(); }"
#: Cells in an error, boxes on standard error, pictures without a picture in them or without words for it.
SEEN = """() => {
  const all = (what) => [...document.querySelectorAll('.jp-NotebookPanel:not(.lm-mod-hidden) ' + what)];
  return {
    errors: all('.jp-OutputArea-output[data-mime-type*="error"]').map(e => e.innerText.slice(0, 300)),
    warnings: all('.jp-OutputArea-output[data-mime-type*="stderr"]').map(e => e.innerText.slice(0, 300)),
    pictures: all('.jp-OutputArea-output img').map(i => [i.naturalWidth, i.getBoundingClientRect().width, i.alt.length]),
    prompts: all('.jp-CodeCell > .jp-Cell-inputWrapper .jp-InputPrompt').map(p => p.innerText),
    wide: all('.jp-OutputArea-child').filter(o => o.scrollWidth > o.clientWidth + 1).length,
  };
}"""


@pytest.fixture(scope="module")
def tab(browser: Any) -> Iterator[Any]:
    page = browser.new_page(viewport={"width": 1280, "height": 1000})
    page.set_default_timeout(PATIENCE)
    page.outside = []
    page.on("request", lambda request: page.outside.append(request.url))
    yield page
    page.close()


def opened(tab: Any, lab: str, name: str) -> None:
    tab.goto(f"{lab}/lab/workspaces/{name[:2]}/tree/notebooks/{name}.ipynb?reset")
    tab.wait_for_selector(".jp-NotebookPanel .jp-CodeCell")
    assert tab.locator(".jp-Dialog").count() == 0, tab.locator(".jp-Dialog").first.inner_text()
    tab.wait_for_function(READY)


@pytest.mark.parametrize("script", notebooks.scripts(), ids=lambda path: path.stem)
def test_run_all(script: Path, tab: Any, lab: str, pictures: Path) -> None:
    opened(tab, lab, script.stem)
    assert tab.evaluate(RUN, PATIENCE) == "done"
    tab.wait_for_timeout(500)
    seen = tab.evaluate(SEEN)
    assert seen["errors"] == [] and seen["warnings"] == []
    assert seen["prompts"] and [re.sub(r"\D", "", text) for text in seen["prompts"]] == [
        str(number) for number in range(1, len(seen["prompts"]) + 1)
    ]
    assert seen["pictures"] or notebooks.missing(script)
    for width, shown, _ in seen["pictures"]:
        assert width > 300 and shown > 200
    assert all(words for _, _, words in seen["pictures"]), "a figure has no alt text"
    _photograph(tab, pictures, script.stem)
    if script.stem.startswith("02"):
        saved = nbformat.read(script.with_suffix(".ipynb"), as_version=4)["cells"]
        html = next(cell for cell in saved if cell["source"].startswith("explore("))["outputs"][0]["data"]["text/html"]
        _choose(tab, unescape(html.partition('alt="')[2].partition('"')[0]))
    if script.stem.startswith("04"):
        _correct(tab)
    tab.evaluate(STOP)
    assert [url for url in tab.outside if not url.startswith((lab, "data:", "blob:", "about:"))] == []


def _choose(tab: Any, static: str) -> None:
    """Another voice: the figure is another one, the lines below are in that voice only."""
    panel = tab.locator(".jupyter-widgets.widget-vbox").last
    before, words = (panel.locator("img").get_attribute(name) for name in ("src", "alt"))
    assert words == static, "the figure that is saved with the notebook says something else"
    panel.locator("select").nth(1).select_option(label="quoted")
    tab.wait_for_function(
        "([old]) => [...document.querySelectorAll('.widget-vbox img')].pop().src !== old", arg=[before]
    )
    voices = panel.locator("table tr td:nth-child(6)").all_inner_texts()
    assert voices and set(voices) == {"quoted"}
    outlet = panel.locator("table tr td:nth-child(1)").first.inner_text()
    panel.locator("select").nth(2).select_option(label=outlet)
    tab.wait_for_function(
        "([outlet]) => [...document.querySelectorAll('.widget-vbox table tr td:first-child')].every(c => c.innerText === outlet)",
        arg=[outlet],
    )
    assert panel.locator("table tr td:nth-child(1)").count() > 0


def _correct(tab: Any) -> None:
    """A correction without a name is refused; with one it is written and listed."""
    panel = tab.locator(".jupyter-widgets.widget-vbox").last
    panel.locator("button", has_text="Write it down").click()
    panel.get_by_text("needs a place, a coder and a day").wait_for()
    boxes = panel.locator("input[type=text]")
    boxes.nth(0).fill("reported")
    boxes.nth(1).fill("<img src=x onerror=window.wwx=1>")
    panel.locator("input[type=date]").fill("2026-01-02")
    panel.locator("input[type=date]").press("Tab")
    panel.locator("button", has_text="Write it down").click()
    panel.get_by_text("Written to corrections.csv").wait_for()
    assert "narrator" in panel.locator("table").inner_text() and "<img src=x" in panel.locator("table").inner_text()
    assert tab.evaluate("window.wwx") is None


def _photograph(tab: Any, pictures: Path, name: str) -> None:
    """The whole notebook as one picture: the window grows to it, and shrinks back."""
    height = tab.evaluate(
        "() => [...document.querySelectorAll('.jp-NotebookPanel:not(.lm-mod-hidden) .jp-Notebook .jp-Cell')]"
        ".reduce((sum, cell) => sum + cell.getBoundingClientRect().height, 0)"
    )
    tab.set_viewport_size({"width": 1280, "height": int(min(height + 200, 12_000))})
    tab.wait_for_timeout(300)
    tab.screenshot(path=pictures / f"{name}.png")
    tab.set_viewport_size({"width": 1280, "height": 1000})
