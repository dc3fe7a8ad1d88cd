"""What a text has told of its sources so far: whom it names, and who was resolved.

Floor: a `Reading` and its `Cast` come in; a `Memory` goes out, to which each source resolved is added.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from analysis.attribution.cast import Cast
from analysis.attribution.reading import Reading

#: A pronoun is looked for over at most this many paragraphs.
PARAGRAPHS_BACK = 2


class Who(NamedTuple):
    """A source as one name.

    Attributes
    ----------
    name : the same for every mention of the source in the article; empty when it is not resolved.
    type : one of `schema.SOURCE_TYPES`.
    is_named : the name is a proper name.
    """

    name: str
    type: str
    is_named: bool


NOBODY = Who("", "other", False)


@dataclass(frozen=True, slots=True)
class Earlier:
    """A source that was resolved: who, the unit where it stood, the words of its description."""

    who: Who
    unit: int
    words: frozenset[str]
    is_person: bool
    gender: str


class Memory:
    """What one text has told so far, asked and added to in its order: its names, and the sources resolved.

    Attributes
    ----------
    reading, cast : the text, and whom it names.
    earlier : the sources resolved so far.
    paragraph : the paragraph of each unit.
    """

    def __init__(self, reading: Reading, cast: Cast) -> None:
        self.reading, self.cast = reading, cast
        self.earlier: list[Earlier] = []
        self.paragraph = reading.tokens.paragraph

    def keep(self, who: Who, unit: int, words: set[str] | frozenset[str], is_person: bool, gender: str) -> Who:
        """Note a source that was resolved, where it stood; gives it back."""
        self.earlier.append(Earlier(who, unit, frozenset(words), is_person, gender))
        return who

    def near(self, unit: int, other: int) -> bool:
        """Whether another unit stands before one, and not too many paragraphs before."""
        return other < unit and int(self.paragraph[unit] - self.paragraph[other]) <= PARAGRAPHS_BACK

    def mentions(self, first: int, last: int, number: int) -> Iterator[int]:
        """Where in a phrase somebody of the cast is named."""
        return (unit for unit in range(first, last + 1) if self.cast.at.get(unit, (0, -1))[1] == number)
