"""Tone: interchangeable instruments for sentences, and tone toward a target.

Floor: `words` and `schema` lie beneath; texts or pieces come in, tables go out.
"""

from analysis.sentiment.instruments import INSTRUMENTS, Instrument, explain, score_apart, score_pieces, score_texts

__all__ = ["INSTRUMENTS", "Instrument", "explain", "score_apart", "score_pieces", "score_texts"]
