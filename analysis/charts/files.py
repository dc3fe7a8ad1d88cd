"""Figures as files: PNG, SVG, PDF and the CSV behind them, the same bytes on every run, each with its recipe.

Floor: a figure and a path come in; the written paths go out. `read_recipe` takes a recipe back out of any of them.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

from lxml import etree
from matplotlib.figure import Figure
from PIL import Image, UnidentifiedImageError

from analysis import recipe as recipes
from analysis import safety
from analysis.charts.theme import StudyFigure, alt_text, style
from analysis.errors import InputError

FORMATS = ("png", "svg", "pdf")
_SOFTWARE = "whose-words"
_PDF_KEYWORDS = re.compile(rb"/Keywords \(((?:[^()\\]|\\.)*)\)", re.DOTALL)
_PDF_ESCAPE = re.compile(rb"\\(n|r|t|b|f|[0-7]{1,3}|.)", re.DOTALL)
_PDF_NAMED = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f"}


def save(figure: Figure, path: Path | str, *, recipe: Mapping[str, object] | None = None) -> list[Path]:
    """Write `figure` as PNG (two pixels a point), SVG (text as text), PDF (fonts embedded) and its table as CSV.

    Parameters
    ----------
    figure : a figure of this package (it keeps its table) or any other matplotlib figure (then there is no CSV).
    path : where to; the suffix is replaced by each format's own. The folder must exist.
    recipe : what made it (`analysis.recipe`); goes into every file, and beside the CSV as `NAME.csv.recipe.json`.

    Returns
    -------
    The files written, in a fixed order. Two calls with the same figure give the same bytes.
    """
    base = Path(path)
    base = base.with_suffix("") if base.suffix[1:] in (*FORMATS, "csv") else base
    line = recipes.as_ascii(recipe or {})
    title, alt = getattr(figure, "heading", ""), alt_text(figure)
    metadata: dict[str, dict[str, Any]] = {
        "png": {"Software": _SOFTWARE, "Title": title, "Description": alt, "Recipe": line},
        "svg": {"Date": None, "Creator": _SOFTWARE, "Title": title, "Description": alt, "Source": line},
        "pdf": {"CreationDate": None, "Creator": _SOFTWARE, "Title": title, "Subject": alt, "Keywords": line},
    }
    written = []
    with style():
        for form in FORMATS:
            target = base.parent / f"{base.name}.{form}"
            figure.savefig(target, format=form, metadata=metadata[form])
            written.append(target)
    if isinstance(figure, StudyFigure):
        target = base.parent / f"{base.name}.csv"
        # Every text is quoted: before Python 3.13 a lone carriage return is not, and would begin a row with a formula.
        rows = safety.sheet_frame(figure.study_table)
        rows.to_csv(target, index=False, lineterminator="\n", encoding="utf-8", quoting=csv.QUOTE_NONNUMERIC)
        sidecar = base.parent / f"{base.name}.csv.recipe.json"
        sidecar.write_text(line + "\n", encoding="utf-8", newline="\n")
        written += [target, sidecar]
    return written


def read_recipe(path: Path | str) -> dict[str, Any]:
    """The recipe that a PNG, SVG, PDF, HTML page or CSV of ours carries.

    Raises
    ------
    InputError
        If the file is of another kind, or holds no recipe.
    """
    file = Path(path)
    readers = {".png": _from_png, ".svg": _from_svg, ".pdf": _from_pdf, ".html": _from_html, ".csv": _from_csv}
    if file.suffix.lower() not in readers:
        raise InputError(f"{file.name}: no recipe can be read from this kind of file; allowed: {', '.join(readers)}")
    try:
        line = readers[file.suffix.lower()](file)
    except (ValueError, KeyError, UnidentifiedImageError, etree.XMLSyntaxError) as error:
        raise recipes.unreadable(file.name, error) from None
    return recipes.from_json(line, file.name)


def _from_png(path: Path) -> str:
    with Image.open(path) as image:
        return str(image.text["Recipe"])  # type: ignore[attr-defined]


def _from_svg(path: Path) -> str:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    found = etree.parse(str(path), parser).find(".//{http://purl.org/dc/elements/1.1/}source")
    return "" if found is None else "".join(found.itertext())


def _from_pdf(path: Path) -> str:
    match = _PDF_KEYWORDS.search(path.read_bytes())
    return _PDF_ESCAPE.sub(_pdf_character, match[1]).decode("ascii") if match else ""


def _pdf_character(match: re.Match[bytes]) -> bytes:
    code = match[1]
    return bytes([int(code, 8) & 255]) if code.isdigit() else _PDF_NAMED.get(code, code)


def _from_html(path: Path) -> str:
    finder = _MetaRecipe()
    finder.feed(path.read_text(encoding="utf-8"))
    return finder.found


def _from_csv(path: Path) -> str:
    sidecar = path.parent / f"{path.name}.recipe.json"
    return sidecar.read_text(encoding="utf-8") if sidecar.is_file() else ""


class _MetaRecipe(HTMLParser):
    found = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Keep the content of `<meta name="recipe">`."""
        given = dict(attrs)
        if tag == "meta" and given.get("name") == "recipe" and not self.found:
            self.found = given.get("content") or ""
