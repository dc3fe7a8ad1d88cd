"""BASIL's articles: one JSON a file, paragraphs as lists of sentences.

Floor: a decoded object comes in, one draft goes out. The annotations are for `gold`, not for here.

References
----------
Fan et al. (2019), In Plain Sight: Media Bias Through the Lens of Factual Reporting. EMNLP.
"""

from __future__ import annotations

from collections.abc import Mapping

from analysis.readers.columns import as_text
from analysis.readers.parts import Draft, File, Found, Refused


def is_article(value: Mapping[str, object]) -> bool:
    """Is this one of BASIL's articles?"""
    return isinstance(value.get("body-paragraphs"), list)


def is_annotation(value: Mapping[str, object]) -> bool:
    """Is this the annotation of one of BASIL's articles?"""
    return "phrase-level-annotations" in value


def read(file: File, value: Mapping[str, object]) -> Found:
    """The article: its sentences joined by spaces, its paragraphs by blank lines.

    Sentences lose the white space at their ends and empty ones are left out, so that the offset of a sentence can be
    found again by adding up lengths. The headline is in its own column, not in the text.
    """
    paragraphs = value["body-paragraphs"]
    assert isinstance(paragraphs, list)
    if not all(isinstance(part, list) and all(isinstance(line, str) for line in part) for part in paragraphs):
        raise Refused("looks like a BASIL article, but its 'body-paragraphs' are not lists of sentences")
    joined = (" ".join(line.strip() for line in part if line.strip()) for part in paragraphs)
    fields = {
        "outlet": as_text(value.get("source")).strip().lower(),
        "event": as_text(value.get("triplet-uuid")).strip(),
        "headline": as_text(value.get("title")).strip(),
        "published": as_text(value.get("date")),
        "url": as_text(value.get("url")),
    }
    yield Draft(file.path, "\n\n".join(part for part in joined if part), file.stem, "basil", fields)
