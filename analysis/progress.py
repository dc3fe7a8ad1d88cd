"""Says how far a long piece of work has come: a bar in a terminal, plain lines anywhere else, nothing under two seconds.

Floor: names and counts come in; lines on standard error go out.
"""

from __future__ import annotations

import sys
import time
from types import TracebackType
from typing import TextIO

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

#: Work that is done sooner says nothing; a plain log says something at most this often (seconds).
PATIENCE = 2.0


class Steps:
    """The steps of one run, used as a context: `steps.begin("measure", 24)`, then `steps(done, total)`.

    Parameters
    ----------
    stream : where to; standard error by default, so that what a command prints stays clean.
    """

    def __init__(self, stream: TextIO | None = None) -> None:
        self._stream = stream or sys.stderr
        self._began = self._said = time.monotonic()
        self._name = ""
        self._bar: Progress | None = None
        if self._stream.isatty():
            columns = (TextColumn("{task.description:<10}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
            self._bar = Progress(*columns, console=Console(file=self._stream), transient=True)
            self._task = self._bar.add_task("", total=1, start=True)

    def begin(self, name: str, total: int = 1) -> None:
        """A new step with `total` units."""
        self._name = name
        self(0, total)

    def __call__(self, done: int, total: int) -> None:
        """`done` of `total` units of this step are done."""
        now = time.monotonic()
        if self._bar is not None:
            if now - self._began > PATIENCE and not self._bar.live.is_started:
                self._bar.start()
            self._bar.update(self._task, description=self._name, completed=done, total=total)
        elif now - self._began > PATIENCE and now - self._said > PATIENCE:
            self._said = now
            how_far = f": {done} of {total}" if total > 1 else ""
            print(f"{self._name}{how_far}", file=self._stream, flush=True)

    def __enter__(self) -> Steps:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._bar is not None and self._bar.live.is_started:
            self._bar.stop()
