"""Whether a text is read with compiled code or with NumPy: both give the same.

Floor: how much there is to read comes in. Compiled code is loaded when it pays, never at start.
"""

from __future__ import annotations

from functools import lru_cache
from types import ModuleType

#: The first so many places of a process are read by the NumPy path; from then on compiled code pays.
COMPILE_FROM = 40_000


@lru_cache(maxsize=1)
def kernels() -> ModuleType:
    """The compiled kernels; loaded (and on a fresh install compiled) when first asked for."""
    from analysis.attribution import kernels as module

    return module


class _Reading:
    """How much this process has read, and whether compiled code can be had."""

    n_places = 0
    is_hopeless = False


def compiled_for(n_places: int) -> bool:
    """Whether a text of this many places is read with compiled code: from `COMPILE_FROM` places in a process on.

    The first articles are read with NumPy at once, without a pause for compiling. Where machine code can be kept
    nowhere (package and cache folders read-only), NumPy reads everything.
    """
    _Reading.n_places += n_places
    if _Reading.n_places < COMPILE_FROM or _Reading.is_hopeless:
        return False
    try:
        kernels()
    except (ImportError, RuntimeError, OSError):
        _Reading.is_hopeless = True
    return not _Reading.is_hopeless
