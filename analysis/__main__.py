"""The command line: the same things as in the notebooks, without code.

Top floor. Every verb prints a table (or, with `--json`, the same as JSON), says where to look, and on a mistake ends
with one line that names the way out. Exit codes: 0 done, 1 the input or the study was refused, 2 the words of the
command are off, 3 `verify` found a difference, 130 interrupted.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

try:
    from analysis.commands import parser
    from analysis.errors import StudyError
    from analysis.safety import terminal_text
except ModuleNotFoundError as missing:
    sys.exit(
        f"error: this Python has no {missing.name}: it is not the study's own. Say `. .venv/bin/activate` first, "
        "where `make env` has made the environment."
    )


def main(words: Sequence[str] | None = None) -> int:
    """Run one command; `words` are the arguments (default: those of the process). Returns the exit code."""
    arguments = parser().parse_args(words)
    try:
        return int(arguments.verb(arguments))
    except StudyError as error:
        return _fail(str(error))
    except KeyboardInterrupt:
        print("stopped; the same command goes on where it stopped", file=sys.stderr)
        return 130
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except OSError as error:
        return _fail(
            f"{error.filename or 'a file'}: {error.strerror or error}. Is the place there, and may it be written?"
        )


def _fail(message: str) -> int:
    print(f"error: {terminal_text(' '.join(message.split()))}", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
