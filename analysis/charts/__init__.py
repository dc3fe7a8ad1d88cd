"""Charts: one function for each kind, finished table → figure; and `save`, which writes it with its data and recipe.

Floor: tables of a study and of `contrasts` come in; figures that keep their table, their words and their look go out.
"""

from analysis.charts.article import voice_strip
from analysis.charts.definitions import specification_curve
from analysis.charts.events import small_multiples
from analysis.charts.files import read_recipe, save
from analysis.charts.intervals import interval_dots
from analysis.charts.labels import naming_heatmap
from analysis.charts.periods import time_series
from analysis.charts.reliability import reliability_curve
from analysis.charts.speakers import who_speaks
from analysis.charts.theme import StudyFigure, alt_text
from analysis.charts.two_voices import dumbbells
from analysis.charts.words import keyness_sides, word_shift

__all__ = [
    "StudyFigure",
    "alt_text",
    "dumbbells",
    "interval_dots",
    "keyness_sides",
    "naming_heatmap",
    "read_recipe",
    "reliability_curve",
    "save",
    "small_multiples",
    "specification_curve",
    "time_series",
    "voice_strip",
    "who_speaks",
    "word_shift",
]
