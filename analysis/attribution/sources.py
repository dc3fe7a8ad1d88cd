"""Who is cited: one name for the same source throughout an article, and what kind of source it is.

Floor: attributions of one reading come in, one `Who` each goes out.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from analysis.attribution.reading import Reading
from analysis.attribution.tokens import Found


class Who(NamedTuple):
    """A source as one name.

    Attributes
    ----------
    name : the same for every mention of the source in the article; empty when it is not resolved.
    type : one of `schema.SOURCE_TYPES`.
    is_named : the source is given by name.
    """

    name: str
    type: str
    is_named: bool


def name_sources(reading: Reading, found: Sequence[Found]) -> list[Who]:
    """The name and the type of every attribution's source."""
    text = reading.tokens.text
    return [Who(" ".join(text[a:b] for a, b in one.source), "other", bool(one.source)) for one in found]
