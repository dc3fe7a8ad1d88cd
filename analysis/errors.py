"""What can go wrong for a user, each with the way out.

Lowest floor: nothing comes in. Every error that the command line shows in one line derives from `StudyError`.
"""


class StudyError(Exception):
    """Something the user can mend; the message says what was met, what is allowed and the way out."""


class InputError(StudyError, ValueError):
    """The input as a whole cannot be read (one bad article is a row in `issues` instead)."""


class ResourceError(StudyError, ValueError):
    """A lexicon, model, actor list or codebook does not have the shape it must have."""


class OutputError(StudyError, OSError):
    """The study folder cannot be written, or holds something that is not ours."""


class SchemaError(StudyError, ValueError):
    """A table lacks a column, or holds a level that the schema does not know."""


class CannotCompare(StudyError, ValueError):
    """A comparison was asked for that this many articles cannot show; the message says what would be needed."""


class MissingExtra(StudyError, ImportError):
    """A feature needs an optional package; the message names the command that installs it."""


class NoNetwork(StudyError, OSError):
    """A download was asked for and could not be made; the message says what to do without it."""
