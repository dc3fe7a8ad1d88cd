"""How time grows with the size of a text: the exponent, from the quickest of several goes."""

from __future__ import annotations

import math
import time
from collections.abc import Callable

QUADRATIC, LINEAR = 2.0, 1.0
LIMIT = (QUADRATIC + LINEAR) / 2
GOES = 6


def growth(prepare: Callable[[int], Callable[[], object]], small: int, large: int) -> float:
    """The exponent b of ``time ~ size ** b`` between two sizes: 1 is linear, 2 quadratic; to be under `LIMIT`.

    Time is the processor's, so what else runs counts for little, and of each size the quickest go counts. While the
    exponent is over the limit both sizes are taken again, up to `GOES` times: a busy machine slows a go, never all.

    Parameters
    ----------
    prepare
        Makes ready what is to be timed for a size, and gives the call; called anew for each go, so that nothing is
        remembered.
    small, large
        The two sizes; eight times apart or more, so that 1 and 2 lie far from each other.

    """
    spent = {small: math.inf, large: math.inf}
    exponent = math.inf
    for _ in range(GOES):
        for size in spent:
            spent[size] = min(spent[size], _seconds(prepare(size)))
        exponent = math.log(spent[large] / spent[small]) / math.log(large / small)
        if exponent < LIMIT:
            break
    return exponent


def _seconds(call: Callable[[], object]) -> float:
    begin = time.process_time()
    call()
    return max(time.process_time() - begin, 1e-3)
