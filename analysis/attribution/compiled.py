"""Whether a text is read with compiled code or with NumPy: both give the same.

Floor: how much there is to read comes in, yes or no goes out. Little is read with NumPy, so that nobody waits for a
compiler. Machine code that an earlier run has kept is loaded after a few articles; on a fresh install it is made when
there is so much to read that making it no longer matters, or by `keep`, which `make env` calls.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import lru_cache
from types import ModuleType

#: From so many places (units and edges) read in a process on, machine code that was kept is loaded (about 0.5 s).
LOAD_FROM = 8_000
#: From so many on it is made where none was kept (about 15 s, once an install); NumPy reads so many in 4 s.
COMPILE_FROM = 200_000


@lru_cache(maxsize=1)
def kernels() -> ModuleType:
    """The compiled loops; loaded (and on a fresh install compiled) when first asked for."""
    from analysis.attribution import kernels as module

    return module


class _Reading:
    """How much this process has read; whether compiled code is ready, was not found kept, or cannot be had."""

    n_places = 0
    is_ready = False
    is_missing = False
    is_hopeless = False


def compiled_for(n_places: int, rehearse: Callable[[], object] = kernels) -> bool:
    """Whether a text of so many places is read with compiled code.

    Where numba is not installed, or machine code can be kept nowhere (package and cache folders read-only), NumPy reads
    everything, without a word.

    Parameters
    ----------
    n_places : units and edges of the text; they are counted.
    rehearse : reads something with all compiled loops: what can go wrong with a compiler goes wrong there.
    """
    _Reading.n_places += n_places
    if _Reading.is_ready or _Reading.is_hopeless or _Reading.n_places < LOAD_FROM:
        return _Reading.is_ready
    if _Reading.n_places < COMPILE_FROM and (_Reading.is_missing or not _is_kept()):
        _Reading.is_missing = True
        return False
    try:
        rehearse()
        _Reading.is_ready = True
    except Exception:  # whatever a compiler, a cache folder or a full disk may say, NumPy reads on
        _Reading.is_hopeless = True
    return _Reading.is_ready


@contextmanager
def reading(*, compiled: bool) -> Iterator[None]:
    """Within it every text is read with compiled code, or every text with NumPy: to measure and to compare the two."""
    before = _Reading.is_ready, _Reading.is_hopeless
    _Reading.is_ready, _Reading.is_hopeless = compiled, not compiled
    try:
        yield
    finally:
        _Reading.is_ready, _Reading.is_hopeless = before


def _is_kept() -> bool:
    """Whether machine code of all loops, for this numba and these files, was kept by an earlier run."""
    try:
        loops = [loop for loop in vars(kernels()).values() if hasattr(loop, "py_func")]
        return all(bool(loop._cache._cache_file._load_index()) for loop in loops)
    except Exception:  # no numba, no folder, or a numba that keeps its index otherwise: then as if nothing was kept
        return False


def keep() -> bool:
    """Make the machine code of all loops now (about 15 s, once an install); gives whether it could be kept."""
    from analysis.attribution.model import load

    load().rehearse()
    return _is_kept()
