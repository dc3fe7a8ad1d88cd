"""The report: figures, tables and sentences of one study as one page, one Markdown file or one Word file.

Floor: what the pipeline made comes in as a `ReportInput`; text or bytes go out. Every number opens onto the stretches of
text behind it, and what could not be compared is said as plainly as what was found.
"""

from analysis.report.content import build
from analysis.report.evidence import evidence
from analysis.report.formats import read_recipe, report_docx, report_html, report_markdown
from analysis.report.parts import Exhibit, ReportInput

__all__ = [
    "Exhibit",
    "ReportInput",
    "build",
    "evidence",
    "read_recipe",
    "report_docx",
    "report_html",
    "report_markdown",
]
