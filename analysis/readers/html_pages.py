"""Saved web pages: the article is taken out of the page by trafilatura, block quotations kept.

Floor: a file and its decoded text come in, one draft goes out. The text of the draft is what was extracted; which
version of which extractor did it is written into `articles.extraction`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from importlib import metadata

import trafilatura

from analysis.readers.columns import as_text
from analysis.readers.encodings import Decoded
from analysis.readers.parts import Draft, File, Found, Refused

_PAGE = re.compile(r"(?:<\?xml[^>]{0,200}>|<!--.{0,2000}?-->|\s)*+<(?:!doctype\s+html|html|head|body)\b", re.I | re.S)
_TAGGED = re.compile(r"<(?:p|div|article|section|main|body|html|span|br|h[1-6])\b[^>]{0,500}>", re.I)
#: A page that is larger than this (characters) is not the page of one article.
_MAX_PAGE = 20_000_000


def is_page(file: File, text: str) -> bool:
    """Does the text begin as a page does, or is it named one and holds tags? An article that quotes a tag is none."""
    if _PAGE.match(text):
        return True
    return file.extension in {"html", "htm", "xhtml"} and _TAGGED.search(text) is not None


def read(file: File, decoded: Decoded) -> Found:
    """The article on the page, with what the page says of its headline, author, date, outlet and address.

    Raises
    ------
    Refused
        If no article is found on the page (scripts only, a front page, a login), or the page is too large.
    """
    if len(decoded.text) > _MAX_PAGE:
        raise Refused(f"is a page of {len(decoded.text):,} characters; save the one article instead")
    found = _extracted(decoded.text)
    text = as_text(found.get("text"))
    if not text.strip():
        raise Refused("is a web page without an article's text (scripts, links or a login only); save its text as .txt")
    fields = {
        "headline": as_text(found.get("title")),
        "byline": as_text(found.get("author")),
        "published": as_text(found.get("date")),
        "outlet": as_text(found.get("sitename")) or as_text(found.get("hostname")),
        "url": as_text(found.get("url")),
        "section": as_text(found.get("categories")),
        "licence": as_text(found.get("license")),
    }
    extraction = f"html (trafilatura {metadata.version('trafilatura')}, {decoded.encoding})"
    yield Draft(file.path, text, file.stem, extraction, fields, list(decoded.notes))


def _extracted(page: str) -> Mapping[str, object]:
    try:
        document = trafilatura.bare_extraction(
            page,
            with_metadata=True,
            include_comments=False,
            include_tables=True,
            favor_recall=True,
            date_extraction_params={"extensive_search": False, "original_date": True},
        )
    except Exception as error:  # lxml and trafilatura raise whatever a broken page makes them raise
        raise Refused(f"cannot be read as a web page ({type(error).__name__}); save its text as .txt") from None
    if document is None:
        return {}
    return document if isinstance(document, dict) else document.as_dict()
