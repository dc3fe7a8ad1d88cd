"""The choice between candidate attributions: how sure one can be of each, and which of them can stand together.

Floor: candidates and what speaks for each come in, the candidates to keep go out.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from analysis.attribution.candidates import CUE_LAST, Candidates
from analysis.attribution.compiled import kernels
from analysis.attribution.crf import Weights, judge
from analysis.attribution.evidence import Evidence
from analysis.attribution.features import Context
from analysis.attribution.trees import Trees


@dataclass(frozen=True, eq=False)
class Chooser:
    """Judges of candidates, and how sure one must be that is to be kept.

    Attributes
    ----------
    weights : `Evidence.named` → two log-odds in 1/`SCALE`: that the contents share half, and that they share four
        fifths, of their words with what a person coded.
    trees : these odds and `Evidence.measured` → what is added to them.
    least : the first of them must reach this.
    """

    weights: Weights
    trees: Trees
    least: int

    def judge(self, evidence: Evidence, *, compiled: bool = False) -> np.ndarray:
        """The two log-odds of each candidate, int32 (2, C)."""
        odds = first_odds(self.weights, evidence, compiled=compiled)
        return self.trees.add(odds, measures(odds, evidence), compiled=compiled)

    def choose(self, context: Context, found: Candidates, odds: np.ndarray, *, compiled: bool = False) -> list[int]:
        """The candidates to keep, best first: none shares a unit of its contents or its cue with another."""
        order = np.argsort(-odds.sum(axis=0), kind="stable")
        if compiled:
            contents = found.contents.starts, found.contents.parts
            kept = kernels().keep(order, odds[0], self.least, found.table, *contents, len(context.unit))
            chosen: list[int] = kept.tolist()
            return chosen
        taken = bytearray(len(context.unit))
        chosen = []
        for index in order[odds[0, order] >= self.least].tolist():
            parts = found.contents[index]
            cue, cue_end = found.table[: CUE_LAST + 1, index].tolist()
            wanted = [*parts, (cue, cue_end)] if cue >= 0 else parts
            if not any(any(taken[first : last + 1]) for first, last in wanted):
                for first, last in wanted:
                    taken[first : last + 1] = b"\1" * (last + 1 - first)
                chosen.append(index)
        return chosen


def first_odds(weights: Weights, evidence: Evidence, *, compiled: bool) -> np.ndarray:
    """What the regressions say, int32 (2, C)."""
    return np.ascontiguousarray(judge(weights, evidence.named, compiled=compiled).T)


def measures(odds: np.ndarray, evidence: Evidence) -> np.ndarray:
    """What the trees ask about, int32 (M, C): what the regressions say, and all that is measured."""
    return np.concatenate([odds, evidence.measured])
