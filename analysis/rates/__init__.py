"""Articles as countable units, and counts as rates with limits.

Floor: a study's tables come in; one row an article (numerator, denominator) or one row an outlet goes out. Nothing here
compares: a rate stands alone, with the range that chance leaves it.
"""

from analysis.rates.counting import units
from analysis.rates.levels import outlet_rates, term_rates
from analysis.rates.limits import count_limits, mean_limits, poisson_limits, ratio_variance
from analysis.rates.measures import MEASURES, VOICE_SETS, Measure, find_measure, voices_of

__all__ = [
    "MEASURES",
    "VOICE_SETS",
    "Measure",
    "count_limits",
    "find_measure",
    "mean_limits",
    "outlet_rates",
    "poisson_limits",
    "ratio_variance",
    "term_rates",
    "units",
    "voices_of",
]
