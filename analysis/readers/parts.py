"""What passes between the readers: a file to read, a draft of an article, a problem met.

Floor: nothing is read here. A reader takes a `File` and yields `Draft`s and `Problem`s; it raises `Refused` when the
file as a whole cannot be read.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class File:
    """One file, wherever it lies: on disk or inside a zip.

    Attributes
    ----------
    path : where it was found, relative to what was read, with `/`; members of archives as `a.zip!b.txt`.
    size : bytes, unpacked.
    load : gives the bytes; called once, when the file's turn comes.
    """

    path: str
    size: int
    load: Callable[[], bytes] = field(compare=False)

    @property
    def folder(self) -> str:
        """The path up to the name, with the `/` or `!` that ends it; empty at the root."""
        return self.path[: len(self.path) - len(self.name)]

    @property
    def name(self) -> str:
        """The last part of the path."""
        return self.path.rsplit("!", 1)[-1].rsplit("/", 1)[-1]

    @property
    def stem(self) -> str:
        """The name without its last extension."""
        head, point, _ = self.name.rpartition(".")
        return head if point and head else self.name

    @property
    def extension(self) -> str:
        """The extension in small letters without its point; empty when there is none."""
        head, point, tail = self.name.rpartition(".")
        return tail.lower() if point and head else ""


@dataclass
class Draft:
    """One article before it has its place in the table.

    Attributes
    ----------
    path : the file, with `#row` for a row of a table.
    text : the article as received.
    key : the identifier wished for, as received; made safe and unique later.
    fields : what is known about it, by the names of the columns of `articles`.
    extraction : how the text was taken from the file.
    notes : what the reader of `issues` should know about it.
    """

    path: str
    text: str
    key: str
    extraction: str
    fields: Mapping[str, str] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Problem:
    """A row of `issues` that belongs to no article: something refused, or a note about a file."""

    path: str
    message: str
    severity: str = "refused"


class Refused(Exception):
    """This file cannot be read; the message says what was met and the way out. Never leaves the package."""


#: What a format's reader gives.
Found = Iterator[Draft | Problem]
