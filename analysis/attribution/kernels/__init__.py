"""The engine's loops, compiled: imported when there is much to read, never at start.

Floor: arrays come in, arrays go out; each loop has its twin in NumPy, which says what it computes, and a test that holds
the two equal. The machine code is kept beside these files, or in the user's cache folder where that cannot be written.
No loop calls one of another file: numba looks at the file of a loop alone when it asks whether kept code is still good.
"""

from analysis.attribution.kernels.around import columns, sentences
from analysis.attribution.kernels.claims import evidence, keep
from analysis.attribution.kernels.fields import add_forms, add_rows, best_path, other_paths
from analysis.attribution.kernels.offers import offers, sources
from analysis.attribution.kernels.pairs import best_partners, counts_before, neighbours, spans, values
from analysis.attribution.kernels.said import second_columns
from analysis.attribution.kernels.trees import add_trees
from analysis.attribution.kernels.whose import offered_pairs, offered_sources, source_values

__all__ = [
    "add_forms", "add_rows", "add_trees", "best_partners", "best_path", "columns", "counts_before", "evidence", "keep",
    "neighbours", "offered_pairs", "offered_sources", "offers", "other_paths", "second_columns", "sentences",
    "source_values", "sources", "spans", "values",
]  # fmt: skip
