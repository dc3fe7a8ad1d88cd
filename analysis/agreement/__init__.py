"""How far machine and people, or people among themselves, agree: attributions, boundaries, units, spans, scores.

Floor: two or more codings of the same texts come in as tables; counts per article come out, and figures over them with
intervals from resampling whole articles.
"""

from analysis.agreement.attributions import attribution_counts, matched_attributions
from analysis.agreement.coders import Alpha, disagreements, krippendorff_alpha, span_agreement
from analysis.agreement.figures import (
    accuracies,
    b_cubed_counts,
    f1_table,
    paired_difference,
    resampled,
    span_counts,
)

__all__ = [
    "Alpha",
    "accuracies",
    "attribution_counts",
    "b_cubed_counts",
    "disagreements",
    "f1_table",
    "krippendorff_alpha",
    "matched_attributions",
    "paired_difference",
    "resampled",
    "span_agreement",
    "span_counts",
]
