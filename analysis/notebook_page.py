"""An executed notebook as a page of its own: its words, its code and what came out, and nothing that loads or runs.

Floor: an executed notebook comes in, one self-contained HTML page goes out. Whatever a cell has put out is taken for
hostile: of its HTML only what is listed here is kept, and every text in it is made visible.
"""

from __future__ import annotations

import importlib
import re
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from lxml import etree, html

from analysis import config, recipe, safety
from analysis.article_view import article_style, page
from analysis.errors import MissingExtra

_KEPT = frozenset(
    "a b blockquote br code div em figure h1 h2 h3 h4 h5 h6 hr i iframe img li main ol p pre s small span strong sub sup "
    "table tbody td tfoot th thead tr ul".split()
)
#: Elements that go with all that is in them; of any other that is not kept the words stay.
_GONE = frozenset("applet audio base embed form link math meta object script style svg template title video".split())
_ATTRIBUTES = frozenset("alt class colspan id lang rowspan scope srcdoc title".split())
#: Which of the forms of an output is shown: never one that needs a kernel, a script or a drawing with markup in it.
_FORMS = ("text/html", "image/png", "image/jpeg", "text/plain")
_PICTURE = re.compile(r"data:image/(?:png|jpeg);base64,[A-Za-z0-9+/=\s]*\Z")
_NUMBER = re.compile(r"[-−+]?[\d,]*\.?\d+(?:e[-+]?\d+)?%?\Z|NaN\Z|–\Z")
_OUTSIDE = re.compile(r"<a href=\"https?://[^\"]*\"[^>]*>")
_NO_CHARACTER = re.compile("[\ud800-\udfff\ufffe\uffff]")
_TO_THE_RIGHT = re.compile(r"text-align:\s*right")


#: Where the pages of notebooks stand in a study folder.
PAGES = "pages"


def page_of(path: Path) -> tuple[str, str]:
    """Where in a study folder the page of an executed notebook stands, and the page; it says which notebook it is made from.

    Raises
    ------
    MissingExtra
        If nbconvert (the extra `notebooks`) is not installed.
    """
    nbformat = _needed("nbformat")
    name = f"{PAGES}/{path.stem}.html"
    made_by = {
        "version": recipe.version(),
        "notebook": path.stem,
        "notebook_sha256": recipe.sha256_of(path.read_bytes()),
        "file": name,
        "call": f"python -m analysis.notebooks --study STUDY {path.stem}",
    }
    return name, notebook_html(nbformat.read(path, as_version=4), made_by=made_by)


def notebook_html(notebook: Any, *, made_by: Mapping[str, object] | None = None) -> str:
    """An executed notebook as HTML with a strict policy: no script, no frame that can run, nothing from elsewhere.

    Figures keep their alt texts; a widget is shown by the HTML that it left for readers without a kernel; a link to
    another host becomes words with the address behind them.

    Parameters
    ----------
    notebook : a notebook of format 4 (`nbformat.read`), executed.
    made_by : the recipe, kept in the page.

    Raises
    ------
    MissingExtra
        If nbconvert (the extra `notebooks`) is not installed.
    """
    main = html.fragment_fromstring(_converted(notebook), create_parent="main")
    _clean(main)
    heads = main.xpath("//h1")
    title = heads[0].text_content() if heads else "Notebook"
    content = etree.tostring(main, encoding="unicode", method="html")
    style = (config.RESOURCES / "notebook.css").read_text(encoding="utf-8")
    return page(safety.html_text(title), content, style, frame_style=article_style(), made_by=made_by)


def _converted(notebook: Any) -> str:
    """What nbconvert makes of the cells, without a page around them."""
    body, _ = _exporter().from_notebook_node(notebook)
    return str(body)


@lru_cache(maxsize=1)
def _exporter() -> Any:
    try:
        from nbconvert import HTMLExporter
    except ImportError:
        raise MissingExtra(
            "a notebook's page needs the extra `notebooks`: pip install 'whose-words[notebooks]'"
        ) from None
    return HTMLExporter(
        template_name="basic", exclude_anchor_links=True, exclude_input_prompt=True, exclude_output_prompt=True
    )


def _needed(library: str) -> Any:
    try:
        return importlib.import_module(library)
    except ImportError:
        raise MissingExtra(
            "a notebook's page needs the extra `notebooks`: pip install 'whose-words[notebooks]'"
        ) from None


def _clean(root: Any) -> None:
    """Leave in the tree only what may be shown; the tree is changed."""
    for node in root.iter():
        node.text, node.tail = _seen(node.text or ""), _seen(node.tail or "")
    for node in list(root.iter()):
        if node.getparent() is None and node is not root:
            continue  # went with what it stood in
        tag = node.tag if isinstance(node.tag, str) else ""
        if tag in _GONE or not tag:
            node.drop_tree()
        elif tag not in _KEPT:
            node.drop_tag()
        else:
            _clean_element(node, tag)
    for table in root.xpath("//table"):
        wide = html.Element("div", {"class": "wide", "tabindex": "0"})
        table.addprevious(wide)
        wide.append(table)
        wide.tail, table.tail = table.tail, None


def _clean_element(node: Any, tag: str) -> None:
    given = dict(node.attrib)
    node.attrib.clear()
    for name, value in given.items():
        if name in _ATTRIBUTES and (name != "srcdoc" or tag == "iframe"):
            node.set(name, _seen(_OUTSIDE.sub("<a>", value) if name == "srcdoc" else value))
    if tag == "iframe":
        node.set("sandbox", "")
        node.text = None
        for child in list(node):
            node.remove(child)
    elif tag == "img":
        source = given.get("src", "")
        if _PICTURE.match(source):
            node.set("src", source)
        else:
            node.set("class", "missing")
    elif tag == "a":
        _link(node, given.get("href", ""))
    elif tag in ("td", "th", "tr"):
        number = tag == "td" and len(node) == 0 and _NUMBER.match((node.text or "").strip())
        if number or _TO_THE_RIGHT.search(given.get("style", "")):
            node.set("class", "r")


def _link(node: Any, address: str) -> None:
    """A link inside the page stays one; any other says in words where it leads."""
    if address.startswith("#"):
        node.set("href", address)
    elif address and safety.web_address(address) != (node.text_content() or "").strip():
        last = html.Element("span")
        last.text = f" ({_seen(address)})"
        node.append(last)


def _seen(text: str) -> str:
    """`text` with nothing unseen in it, nor what a document cannot hold."""
    return _NO_CHARACTER.sub("\ufffd", safety.visible_text(text))
