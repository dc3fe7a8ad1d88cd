"""The page of an executed notebook shows what the notebook shows, and loads, runs and hides nothing, whatever a cell put out."""

from __future__ import annotations

import html as escapes
import re
from pathlib import Path

import nbformat
import pytest
from lxml import html
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from analysis import notebooks, store
from analysis.charts import read_recipe
from analysis.errors import InputError
from analysis.notebook_page import notebook_html, page_of
from analysis.safety import visible_text
from tests.hostile import STRINGS

PAIRED = [script.with_suffix(".ipynb") for script in notebooks.scripts()]
#: What a browser would run, load or be led away by.
ACTIVE = "script object embed link base form input video audio svg math template"


def parsed(page: str) -> html.HtmlElement:
    return html.document_fromstring(page.encode("utf-8"), parser=html.HTMLParser(encoding="utf-8"))


def leads_out(page: str) -> list[str]:
    """Every address of the page, and of the pages in its frames, that is not inside it; and styles that would load."""
    tree = parsed(page)
    found = [
        value
        for node in tree.iter("a", "img", "iframe")
        for name, value in node.attrib.items()
        if name in ("src", "href") and not value.startswith(("#", "data:image/"))
    ]
    found += [
        style.text for style in tree.iter("style") if re.search(r"@import|url\(\s*['\"]?(?!data:)", style.text or "")
    ]
    return found + [part for frame in tree.iter("iframe") for part in leads_out(frame.get("srcdoc"))]


def shown(outputs: list[nbformat.NotebookNode], markdown: str = "# Which?") -> str:
    return notebook_html(new_notebook(cells=[new_markdown_cell(markdown), new_code_cell("x", outputs=outputs)]))


def put_out(**data: str) -> nbformat.NotebookNode:
    return new_output("execute_result", {name.replace("_", "/"): value for name, value in data.items()})


@pytest.mark.parametrize("path", PAIRED, ids=lambda path: path.stem)
def test_a_page_has_every_figure_with_its_words_and_leads_nowhere(path: Path) -> None:
    name, page = page_of(path)
    assert name == f"pages/{path.stem}.html" and page_of(path)[1] == page
    cells = nbformat.read(path, as_version=4)["cells"]
    made = [
        output["data"].get("text/html", "") for cell in cells if cell["cell_type"] == "code" for output in cell["outputs"]
        if "data" in output
    ]  # fmt: skip
    pictures = [escapes.unescape(alt) for text in made for alt in re.findall(r'<img alt="([^"]*)"', text)]
    tree = parsed(page)
    assert [image.get("alt") for image in tree.iter("img")] == pictures and all(pictures)
    assert all(image.get("src").startswith("data:image/png;base64,") for image in tree.iter("img"))
    assert leads_out(page) == []
    assert sum(text.count("<iframe") for text in made) == len(tree.xpath("//iframe[@sandbox='']"))
    assert tree.xpath(" | ".join(f"//{tag}" for tag in ACTIVE.split())) == []
    assert [node for node in tree.iter() if any(name.startswith("on") or name == "style" for name in node.attrib)] == []
    policy = tree.xpath("//meta[@http-equiv='Content-Security-Policy']/@content")[0]
    assert (
        policy.startswith("default-src 'none'; style-src 'sha256-")
        and "unsafe" not in policy
        and "script" not in policy
    )


def test_a_page_holds_its_recipe(tmp_path: Path) -> None:
    name, page = page_of(PAIRED[0])
    (tmp_path / "page.html").write_text(page, encoding="utf-8")
    told = read_recipe(tmp_path / "page.html")
    assert told["file"] == name and told["notebook"] == PAIRED[0].stem and len(str(told["notebook_sha256"])) == 64


@pytest.mark.parametrize("kind", ["text_html", "text_plain", "stdout", "markdown"])
def test_nothing_that_a_cell_puts_out_becomes_active(kind: str) -> None:
    texts = [text for text in STRINGS if not re.search("[\ud800-\udfff]", text)]
    if kind == "markdown":
        page = shown([], "# Which?\n\n" + "\n\n".join(texts))
    elif kind == "stdout":
        page = shown([new_output("stream", name="stdout", text="\n".join(texts))])
    else:
        page = shown([put_out(**{kind: text}) for text in texts])
    tree = parsed(page)
    assert tree.xpath(" | ".join(f"//body//{tag}" for tag in [*ACTIVE.split(), "meta", "title", "style"])) == []
    assert [node.attrib for node in tree.xpath("//body//*") if any(name.startswith("on") for name in node.attrib)] == []
    assert leads_out(page) == []
    assert all(frame.get("sandbox") == "" for frame in tree.iter("iframe"))
    assert visible_text(page) == page
    if kind in ("text_plain", "stdout"):  # what is no HTML is all there, in letters
        assert "<script>window.wwx=1</script>" in tree.text_content() and "<plaintext>" in tree.text_content()


def test_html_of_ours_keeps_its_form_and_a_link_out_becomes_words() -> None:
    page = shown([
        put_out(text_html='<p style="color: red">One <b>two</b> <a href="https://a.example/x">three</a> <a href="#c1">four</a></p>'
                '<table><tr><td>1,204</td><td>word</td></tr></table><img alt="x" src="https://a.example/x.png">'),
    ])  # fmt: skip
    tree = parsed(page)
    assert tree.xpath("string(//p[b])") == "One two three (https://a.example/x) four"
    assert tree.xpath("//a/@href") == ["#c1"]
    assert tree.xpath("//td[@class='r']/text()") == ["1,204"]
    assert tree.xpath("//div[@class='wide']/table") and not tree.xpath("//img/@src")
    assert "color: red" not in page


def test_a_widget_is_shown_by_what_it_left_for_readers_without_a_kernel() -> None:
    widget = {
        "application/vnd.jupyter.widget-view+json": {"model_id": "abc"},
        "text/html": "<p>the figure</p>",
        "text/plain": "x",
    }
    page = shown([new_output("execute_result", widget)])
    assert "the figure" in page and "abc" not in page


def test_pages_are_written_into_a_study_with_their_hashes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys
) -> None:  # type: ignore[no-untyped-def]
    monkeypatch.setattr(notebooks, "FOLDER", tmp_path)
    monkeypatch.setattr(notebooks, "execute", notebooks.fresh)  # every notebook is executed by `make test`
    (tmp_path / "00_tiny.py").write_text("# %% [markdown]\n# # Is it?\n\n# %%\n1 + 1\n", encoding="utf-8")
    assert notebooks.main(["--study", str(tmp_path / "none")]) == 1
    assert "is not a study folder" in capsys.readouterr().err and not (tmp_path / "00_tiny.ipynb").exists()
    with store.new_folder(tmp_path / "study", run={}) as folder:
        store.write_text(folder / "report.html", "report")
    before = store.read_hashes(tmp_path / "study")
    assert notebooks.main(["--study", str(tmp_path / "study")]) == 0
    page = tmp_path / "study" / "pages" / "00_tiny.html"
    assert "<h1>Is it?</h1>" in page.read_text(encoding="utf-8")
    after = store.read_hashes(tmp_path / "study")
    assert after == {**before, "pages/00_tiny.html": after["pages/00_tiny.html"]}
    with pytest.raises(InputError, match="not a study folder"):
        store.add_pages(tmp_path, {"pages/x.html": ""})
