"""Plain text files: the whole file is one article.

Floor: a file and its decoded text come in, one draft goes out.
"""

from __future__ import annotations

from analysis.readers.encodings import Decoded
from analysis.readers.parts import Draft, File, Found


def read(file: File, decoded: Decoded) -> Found:
    """The file as one article."""
    yield Draft(file.path, decoded.text, file.stem, f"text ({decoded.encoding})", notes=list(decoded.notes))
