"""Every instrument against hand-coded news: one table of figures with intervals, shown beside every result.

Floor: `measuring` and everything beneath. `validate` measures, `write` puts the figures into `docs/validation.md` and into
`resources/accuracy.csv`, from where each report takes them.
"""

from analysis.validation.context import Context, Figure
from analysis.validation.parts import PARTS
from analysis.validation.record import as_markdown, validate, write, write_simulations

__all__ = ["PARTS", "Context", "Figure", "as_markdown", "validate", "write", "write_simulations"]
