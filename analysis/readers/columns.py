"""Which column of somebody's table is our which: the names that news tools use, and dates made ISO 8601.

Floor: a header or a record comes in, fields by the names of `articles` go out. `docs/reading.md` lists the names.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date, datetime

from analysis.errors import InputError
from analysis.readers.parts import Refused

#: Our column → the names it has elsewhere, the surest first (small letters, `_` between words).
#: news-please, Media Cloud, trafilatura, ATAP, and what people write by hand.
NAMES: dict[str, tuple[str, ...]] = {
    "text": (
        "maintext", "main_text", "article_text", "body_text", "full_text", "fulltext", "article_body", "articlebody",
        "story_text", "text", "content", "body", "raw_text", "plain_text", "document", "article",
    ),
    "article_id": (
        "article_id", "text_id", "doc_id", "document_id", "stories_id", "story_id", "uuid", "guid", "id", "text_name",
        "docname", "filename", "file",
    ),
    "outlet": (
        "outlet", "media_name", "publisher", "publication", "newspaper", "source_domain", "sitename", "site_name",
        "hostname", "source_name", "domain", "media_url", "site", "source",
    ),
    "event": ("event", "event_id", "event_name", "cluster", "story", "topic"),
    "headline": ("headline", "title", "heading", "title_page", "title_rss"),
    "byline": ("byline", "author", "authors", "creator", "by"),
    "published": (
        "published", "date_publish", "publish_date", "publication_date", "published_date", "pub_date", "pubdate",
        "published_at", "publishedat", "date_published", "datepublished", "datetime", "date",
    ),
    "url": ("url", "link", "source_url", "web_url", "article_url", "href"),
    "section": ("section", "section_name", "category", "categories", "desk", "news_desk"),
    "genre": ("genre", "article_type", "type_of_material", "type"),
    "licence": ("licence", "license", "rights"),
}  # fmt: skip

_NOT_LETTER = re.compile(r"[\W_]+")
_MEDIA_CLOUD = frozenset({"media_name", "media_url", "publish_date", "url"})
_ISO = re.compile(r"\d{4}(?:-\d{2}(?:-\d{2}(?:[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?\s?(?:Z|[+-]\d{2}:?\d{2})?)?)?)?")
_FORMS = (
    "%B %d, %Y", "%b %d, %Y", "%b. %d, %Y", "%d %B %Y", "%d %b %Y", "%B %d %Y", "%A, %B %d, %Y", "%A %d %B %Y",
    "%Y/%m/%d", "%Y%m%d", "%Y.%m.%d", "%a, %d %b %Y %H:%M:%S %z", "%a, %d %b %Y %H:%M:%S GMT",
)  # fmt: skip


def check_columns(columns: Mapping[str, str] | None) -> dict[str, str]:
    """The user's own mapping (`{"text": "body_text"}`), checked.

    Raises
    ------
    InputError
        If a key is not a column of `articles` that can be given; the message lists those that can.
    """
    given = dict(columns or {})
    unknown = sorted(set(given) - set(NAMES))
    if unknown:
        raise InputError(f"columns: {unknown[0]!r} is not a field; allowed: {', '.join(NAMES)} (text=body_text)")
    return given


def find_columns(header: Iterable[object], columns: Mapping[str, str]) -> dict[str, str]:
    """Which column holds which field.

    Parameters
    ----------
    header : the names in the table, as received.
    columns : the user's own mapping, field → column; it goes before the known names.

    Returns
    -------
    field → column name as it stands in the header; fields without a column are left out.

    Raises
    ------
    Refused
        If there is no column with the text, or a column that the user named is not there.
    """
    names = [str(name) for name in header]
    by_plain: dict[str, str] = {}
    for name in names:
        by_plain.setdefault(_plain(name), name)
    found = {}
    for field, known in NAMES.items():
        if field in columns:
            own = columns[field]
            match = own if own in names else by_plain.get(_plain(own))
            if match is None:
                raise Refused(f"has no column {own!r} for {field}; it has {_listed(names)}")
        else:
            match = next((by_plain[name] for name in known if name in by_plain), None)
        if match is not None:
            found[field] = match
    if "text" not in found:
        if set(by_plain) >= _MEDIA_CLOUD:
            raise Refused(
                "is a Media Cloud list: it names stories but holds no texts; fetch the pages of its column 'url', "
                "and read the folder of pages, or add a column 'text'"
            )
        raise Refused(f"has no column with the text; it has {_listed(names)}; name it with --column text=NAME")
    return found


def has_text_column(header: Iterable[object], columns: Mapping[str, str]) -> bool:
    """Is one of these columns the text?"""
    try:
        return "text" in find_columns(header, columns)
    except Refused:
        return False


def as_text(value: object) -> str:
    """A cell as text: nothing as the empty text, lists joined by `, `, dates as ISO 8601."""
    if value is None or value != value:
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, (datetime, date)):
        return value.isoformat()
    if isinstance(value, (list, tuple)):
        return ", ".join(as_text(item) for item in value if not isinstance(item, (dict, list)))
    if isinstance(value, Mapping):
        return as_text(value.get("name") or value.get("title") or "")
    return str(value)


def as_published(value: str) -> tuple[str, str]:
    """A date as ISO 8601, as precise as it was given.

    Returns
    -------
    (date, note): the date is empty, and the note says so, when the form is not known; `03/04/2016` is one of those,
    since nobody can tell its day from its month.
    """
    received = value.strip()
    if not received or received.lower() in {"none", "nan", "nat", "null"}:
        return "", ""
    if _ISO.fullmatch(received):
        try:
            if len(received) >= 10:
                datetime.fromisoformat(received.replace("Z", "+00:00"))
        except ValueError:
            return "", f"the date {received!r} does not exist"
        return received.replace(" ", "T", 1), ""
    for form in _FORMS:
        try:
            moment = datetime.strptime(received, form)
        except ValueError:
            continue
        return (moment.isoformat() if "%H" in form else moment.date().isoformat()), ""
    return "", f"the date {received[:40]!r} is not in a form known here; write it as 2016-08-16"


def _plain(name: str) -> str:
    return _NOT_LETTER.sub("_", name.strip()).strip("_").lower()


def _listed(names: list[str]) -> str:
    shown = ", ".join(repr(name[:40]) for name in names[:12])
    return shown + (f" and {len(names) - 12} more" if len(names) > 12 else "") if names else "no columns"
