"""A study given away without its texts, and joined again to a copy of the texts that someone holds lawfully.

Floor: `measuring`, `study_files` and everything beneath. A study folder becomes one zip, and a zip with a folder of texts a study.
"""

from analysis.replication.attaching import CHANGED, MISSING, MOVED, SAME, attach, join, match, read_package
from analysis.replication.packing import package, standoff

__all__ = ["CHANGED", "MISSING", "MOVED", "SAME", "attach", "join", "match", "package", "read_package", "standoff"]
