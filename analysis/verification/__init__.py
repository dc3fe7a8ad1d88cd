"""Whether an exported file is still what its study makes: the study is made again and the bytes are compared.

Floor: `measuring`, `study_files` and everything beneath. A file and its study folder come in, a verdict with its reasons goes out;
nothing is written but into a temporary folder.
"""

from analysis.verification.differences import read_recipe
from analysis.verification.remaking import Remade, remake
from analysis.verification.verdicts import DIFFERENT, REDRAWN, SAME, Finding, examine, files_of, study_of, verify

__all__ = [
    "DIFFERENT",
    "REDRAWN",
    "SAME",
    "Finding",
    "Remade",
    "examine",
    "files_of",
    "read_recipe",
    "remake",
    "study_of",
    "verify",
]
