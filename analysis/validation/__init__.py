"""Every instrument against hand-coded news: one table of figures with intervals, shown beside every result.

Floor: `pipeline` and everything beneath. `validate` measures, `write` puts the figures into `docs/validation.md` and into
`resources/accuracy.csv`, from where each report takes them.
"""

from analysis.validation.parts import PARTS, Context
from analysis.validation.record import as_markdown, validate, write

__all__ = ["PARTS", "Context", "as_markdown", "validate", "write"]
