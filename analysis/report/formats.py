"""The report's forms: one self-contained HTML page, Markdown, Word.

Floor: the sections of `content.build` come in; text or bytes go out. All words of articles pass through `safety` here.
"""

from __future__ import annotations

import base64
import io
import json
import math
import re
import zipfile
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from lxml import etree

from analysis import config, safety
from analysis import recipe as recipes
from analysis.article_view import page
from analysis.charts import StudyFigure, alt_text
from analysis.charts.theme import style
from analysis.errors import InputError, MissingExtra
from analysis.report.content import build
from analysis.report.parts import Block, Link, ReportInput

_MAX_SVG = 160_000  # bytes; a drawing larger than this is embedded as pixels
_MAX_RECIPE = 1_000_000  # bytes
#: Opens the block of a Markdown report that holds its recipe.
_FENCE = "```json recipe"
_DUBLIN_CORE = "http://purl.org/dc/elements/1.1/"
_READ_SAFELY = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
_MARKDOWN = re.compile(r"([\\`*_{}\[\]()#+!|~>-])")


def report_html(given: ReportInput) -> str:
    """The report as one page that loads nothing: figures inside, tables that sort and filter, evidence to unfold.

    The only script is ours (sorting and filtering), allowed by its hash; without it everything can still be read.
    """
    content = (
        _environment()
        .get_template("report.html.j2")
        .render(
            title=given.title,
            sections=build(given),
            image=_image,
            cell=_cell,
            sort_key=_sort_key,
            is_link=_is_link,
            is_numeric=_is_numeric,
        )
    )
    css = (config.RESOURCES / "report.css").read_text(encoding="utf-8")
    script = (config.RESOURCES / "report.js").read_text(encoding="utf-8")
    return page(safety.html_text(given.title), content, css, script=script, made_by=given.recipe)


def report_markdown(given: ReportInput, *, figures: str = "figures") -> str:
    """The report as Markdown; pictures are links into the folder `figures`, where `charts.save` put them."""
    out = [f"# {_md(given.title)}", ""]
    for section in build(given):
        out += [f"## {_md(section.title)}", ""]
        for block in section.blocks:
            out += [*_md_block(block, figures), ""]
    if given.recipe:
        # A fence holds whatever is in it; one line of JSON cannot end it.
        out += [_FENCE, recipes.as_ascii(given.recipe), "```"]
    return "\n".join(out).rstrip() + "\n"


def report_docx(given: ReportInput) -> bytes:
    """The report as a Word file, the same bytes on every run.

    Raises
    ------
    MissingExtra
        If python-docx is not installed.
    """
    try:
        import docx
        from docx.shared import Cm
    except ImportError:
        raise MissingExtra("a Word report needs python-docx: python -m pip install 'whose-words[docx]'") from None
    document = docx.Document()
    document.add_heading(safety.visible_text(given.title), 0)
    for section in build(given):
        document.add_heading(safety.visible_text(section.title), 1)
        for block in section.blocks:
            if block.figure is not None:
                document.add_picture(io.BytesIO(_png(block.figure)), width=Cm(16))
                document.inline_shapes[-1]._inline.docPr.set("descr", safety.visible_text(alt_text(block.figure)))
            elif block.columns:
                _docx_table(document, block.columns, block.rows[:60])
            elif block.kwic:
                document.add_paragraph(safety.visible_text(block.text), style="Intense Quote")
                for line in block.kwic:
                    document.add_paragraph(safety.visible_text(_kwic_line(line)), style="List Bullet")
            else:
                for item in block.items:
                    document.add_paragraph(safety.visible_text(item), style="List Bullet")
                if block.heading:
                    document.add_heading(safety.visible_text(block.heading), 2)
                if block.lead or block.text or block.code:
                    paragraph = document.add_paragraph()
                    paragraph.add_run(safety.visible_text(block.lead) + " " * bool(block.lead)).bold = True
                    paragraph.add_run(safety.visible_text(block.text or block.code))
    core = document.core_properties
    core.author, core.title, core.comments = "Whose Words", safety.visible_text(given.title)[:255], ""
    # The library holds comments to 255 letters; the format does not.
    core._element.find(f"{{{_DUBLIN_CORE}}}description").text = recipes.as_ascii(given.recipe) if given.recipe else ""
    buffer = io.BytesIO()
    document.save(buffer)
    return _timeless(buffer.getvalue())


def read_recipe(path: Path) -> dict[str, object]:
    """The recipe that a report in Markdown or Word carries.

    Raises
    ------
    InputError
        If it cannot be opened or carries none.
    """
    try:
        if path.suffix == ".docx":
            with zipfile.ZipFile(path) as book, book.open("docProps/core.xml") as member:
                core = etree.fromstring(member.read(_MAX_RECIPE), _READ_SAFELY)
            line = core.findtext(f"{{{_DUBLIN_CORE}}}description") or ""
        else:
            _, _, line = path.read_text(encoding="utf-8").rpartition(f"\n{_FENCE}\n")
            line = line.removesuffix("\n```\n")
        found = json.loads(line)
    except (OSError, ValueError, KeyError, zipfile.BadZipFile, etree.XMLSyntaxError) as error:
        raise InputError(
            f"{path.name}: holds no recipe of ours ({type(error).__name__}); was it exported here?"
        ) from None
    if not isinstance(found, dict):
        raise InputError(f"{path.name}: its recipe is not a mapping; was it exported here?")
    return found


@lru_cache(maxsize=1)
def _environment() -> Environment:
    return Environment(
        loader=FileSystemLoader(config.RESOURCES / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_visible,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def _visible(value: Any) -> Any:
    """What a template prints: text with nothing unseen in it (the template engine escapes it afterwards)."""
    return value if hasattr(value, "__html__") else safety.visible_text("" if value is None else value)


def _is_link(value: object) -> bool:
    return isinstance(value, Link)


def _cell(value: Any) -> str:
    """A table's cell as it is read."""
    if isinstance(value, Link):
        return value.text
    if value is None or value is pd.NA or (isinstance(value, float) and math.isnan(value)):
        return "–"
    if isinstance(value, (float, np.floating)):
        number = float(value)
        digits = 3 if abs(number) < 1 else 2 if abs(number) < 1000 else 0
        return f"{number:,.{digits}f}".replace("-", "−")
    if isinstance(value, (bool, np.bool_)):
        return "yes" if value else "no"
    if isinstance(value, (int, np.integer)):
        return f"{value:,}".replace("-", "−")
    return str(value)


def _is_numeric(block: Block, column: int) -> bool:
    """Does the column hold numbers?"""
    return any(_sort_key(row[column]) for row in block.rows[:5])


def _sort_key(value: Any) -> str:
    """What a column of numbers is sorted by; empty for words."""
    if isinstance(value, (bool, np.bool_)) or value is pd.NA:
        return ""
    if isinstance(value, (int, float, np.integer, np.floating)):
        return "" if math.isnan(float(value)) else repr(float(value))
    match = re.fullmatch(r"(-?\d+(?:\.\d+)?) %", str(value))
    return match[1] if match else ""


def _image(figure: StudyFigure) -> str:
    """A figure as a data address: vector where it is small, else pixels."""
    buffer = io.BytesIO()
    with style():
        figure.savefig(buffer, format="svg", metadata={"Date": None, "Creator": None})
    if len(buffer.getvalue()) <= _MAX_SVG:
        return "data:image/svg+xml;base64," + base64.b64encode(buffer.getvalue()).decode("ascii")
    return "data:image/png;base64," + base64.b64encode(_png(figure)).decode("ascii")


def _png(figure: StudyFigure) -> bytes:
    buffer = io.BytesIO()
    with style():
        figure.savefig(buffer, format="png", dpi=150, metadata={"Software": None})
    return buffer.getvalue()


def _md(text: object) -> str:
    """`text` for Markdown: one line in which no character has a meaning of its own and no HTML is read."""
    return _MARKDOWN.sub(r"\\\1", safety.terminal_text(text)).replace("&", "&amp;").replace("<", "&lt;")


def _md_block(block: Block, figures: str) -> list[str]:
    if block.figure is not None:
        return [f"![{_md(alt_text(block.figure))}]({figures}/{_slug(block.text)}.png)", "", _md(block.figure.note)]
    if block.columns:
        rows = [block.columns, ("---",) * len(block.columns), *block.rows]
        return ["| " + " | ".join("---" if c == "---" else _md(_cell(c)) for c in row) + " |" for row in rows]
    if block.kwic:
        return [f"{_md(block.text)}:", "", *(f"- {_md(_kwic_line(line))}" for line in block.kwic)]
    if block.items:
        return [f"- {_md(item)}" for item in block.items]
    if block.code:
        return [f"> {_md(block.code)}"]
    if block.heading:
        return [f"### {_md(block.heading)}"]
    return [" ".join(part for part in (f"**{_md(block.lead)}**" if block.lead else "", _md(block.text)) if part)]


def _slug(name: str) -> str:
    return re.sub(r"[^A-Za-z0-9._-]+", "-", name).strip("-") or "figure"


def _kwic_line(line: tuple[Any, ...]) -> str:
    article, outlet, voice, pre, keyword, post, pattern = line
    about = ", ".join(part for part in (_cell(article), str(outlet), voice, pattern) if part)
    return f"… {pre}[{keyword}]{post} … ({about})"


def _docx_table(document: Any, columns: tuple[str, ...], rows: tuple[tuple[Any, ...], ...]) -> None:
    table = document.add_table(rows=1, cols=len(columns))
    table.style = "Light List"
    for cell, name in zip(table.rows[0].cells, columns, strict=True):
        cell.text = safety.visible_text(name)
    for row in rows:
        for cell, value in zip(table.add_row().cells, row, strict=True):
            cell.text = safety.visible_text(_cell(value))


def _timeless(data: bytes) -> bytes:
    """The same zip with every member dated 1980, in the same order."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for member in old.infolist():
            fixed = zipfile.ZipInfo(member.filename, date_time=(1980, 1, 1, 0, 0, 0))
            fixed.compress_type = zipfile.ZIP_DEFLATED
            new.writestr(fixed, old.read(member))
    return out.getvalue()
