"""Charts: one function for each kind, finished table → figure; and `save`, which writes it with its data and recipe.

Floor: tables of a study and of `contrasts` come in; figures that keep their table, their words and their look go out.
"""

from analysis.charts.article import voice_strip
from analysis.charts.checks import reliability_curve, specification_curve, time_series
from analysis.charts.files import read_recipe, save
from analysis.charts.intervals import dumbbells, interval_dots, small_multiples
from analysis.charts.speakers import who_speaks
from analysis.charts.theme import StudyFigure, alt_text
from analysis.charts.words import keyness_sides, naming_heatmap, word_shift

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
