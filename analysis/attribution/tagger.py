"""The trained finder of attributions: labels, several readings of them, and the choice between these.

Floor: a text's units come in, attributions over its characters go out. `tag` is what the engine calls.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import exp

import numpy as np

from analysis.attribution.candidates import BITS, CUE_FIRST, CUE_LAST, Candidates, find_candidates, place_rules
from analysis.attribution.chooser import Chooser
from analysis.attribution.compiled import compiled_for
from analysis.attribution.crf import SCALE, best_path
from analysis.attribution.evidence import find_evidence
from analysis.attribution.features import Context, context
from analysis.attribution.linker import Linker
from analysis.attribution.quotes import Quote, find_quotes
from analysis.attribution.sourcing import SourceJudge, offer_sources, plain_subjects, source_values
from analysis.attribution.stack import Stack
from analysis.attribution.tokens import Found, Span, Tokens, Vocabulary, tokenise

_REHEARSAL = "The mayor said the bridge would close.\n“We have no choice,” said Ann Pell."


@dataclass(frozen=True, eq=False)
class Tagger:
    """Stack, linker, choosers and the judge of sources; `find` gives a text's attributions.

    `alone` chooses among the tagger's own candidates, `joined` among these and what rules found; `sources` says whose
    the chosen ones are.
    """

    stack: Stack
    linker: Linker
    alone: Chooser
    joined: Chooser
    sources: SourceJudge

    def rehearse(self) -> None:
        """Read a few words with every compiled loop, so that machine code is loaded, or made and kept, now."""
        tokens = tokenise(_REHEARSAL, vocabulary=Vocabulary())
        self.find(tokens, ruled=[], compiled=True)

    def find(
        self,
        tokens: Tokens,
        quotes: list[Quote] | None = None,
        ruled: Sequence[Found] | None = None,
        *,
        compiled: bool | None = None,
    ) -> list[Found]:
        """The attributions of a text, in order of their contents.

        Parameters
        ----------
        tokens : the text's units; no span crosses a paragraph of them.
        quotes : its quotations; None finds them.
        ruled : what rules found in it, with contents that do not overlap: offered beside the tagger's own, and a reason
            for or against these. None when the tagger is to find alone.
        compiled : True reads with compiled code, False with NumPy, None as it pays. The result is the same.
        """
        if not len(tokens):
            return []
        if quotes is None:
            quotes = find_quotes(tokens)
        forms = self.stack.forms(tokens.vocabulary)
        around = context(tokens, quotes, forms)
        if compiled is None:
            compiled = compiled_for(len(around.unit), self.rehearse)
        scores = self.stack.scores(around, tokens.vocabulary, compiled=compiled)
        transitions = self.stack.second.transitions
        labels, margins = best_path(scores, around.edge, transitions, compiled=compiled)
        offered = find_candidates(
            scores, transitions, around, forms, self.linker, place_rules(tokens, around, ruled or ()), labels,
            compiled=compiled,
        )  # fmt: skip
        if not len(offered):
            return []
        chooser = self.alone if ruled is None else self.joined
        evidence = find_evidence(around, forms, margins, offered, compiled=compiled)
        odds = chooser.judge(evidence, compiled=compiled)
        chosen = chooser.choose(around, offered, odds, compiled=compiled)
        sources = self._sources(tokens, around, margins, offered, chosen, compiled=compiled)
        return sorted(_found(tokens, around, offered, odds, chosen, sources), key=lambda one: one.content)

    def _sources(
        self, tokens: Tokens, around: Context, margins: np.ndarray, offered: Candidates, chosen: list[int], *, compiled: bool
    ) -> list[Span | None]:  # fmt: skip
        """The source of each chosen candidate, in places; None for none."""
        if not chosen:
            return []
        forms = self.stack.forms(tokens.vocabulary)
        subjects = plain_subjects(tokens, self.stack.lexicon, around, offered, chosen)
        on_offer = offer_sources(around, offered, chosen, subjects, compiled=compiled)
        values = source_values(around, forms, margins, offered, chosen, on_offer, compiled=compiled)
        return self.sources.choose(on_offer, values, len(chosen), compiled=compiled)


def _found(
    tokens: Tokens,
    around: Context,
    offered: Candidates,
    odds: np.ndarray,
    chosen: list[int],
    sources: list[Span | None],
) -> list[Found]:
    """The chosen candidates and their sources over characters."""
    unit: list[int] = around.unit.tolist()
    rules = offered.ruled
    cues = zip(*rules.table[: CUE_LAST + 1].tolist(), strict=True)
    names = dict(zip(zip(cues, rules.contents.tuples(), strict=True), rules.names, strict=True))
    cue_first, cue_last, read = offered.table[[CUE_FIRST, CUE_LAST, BITS]][:, chosen].tolist()
    found = []
    for index, first, last, bits, sure, source in zip(
        chosen, cue_first, cue_last, read, odds[0, chosen].tolist(), sources, strict=True
    ):
        parts = offered.contents[index]
        content = tuple([tokens.span(unit[a], unit[b]) for a, b in parts])
        cue = (tokens.span(unit[first], unit[last]),) if first >= 0 else ()
        who = (tokens.span(unit[source[0]], unit[source[1]]),) if source is not None else ()
        by = ["tagger"] if bits else []
        if ((first, last), parts) in names:
            by.append(names[(first, last), parts])
        found.append(Found(who, cue, content, round(1 / (1 + exp(-sure / SCALE)), 3), ", ".join(by)))
    return found


def tag(tokens: Tokens, quotes: list[Quote] | None = None) -> list[Found]:
    """The attributions of a text by the model that comes with the package, in order of their contents.

    Examples
    --------
    >>> from analysis.attribution.tokens import tokenise
    >>> text = "The mayor said the bridge would close."
    >>> found = tag(tokenise(text))[0]
    >>> [text[start:end] for start, end in (*found.source, *found.cue, *found.content)]
    ['The mayor', 'said', 'the bridge would close']
    """
    from analysis.attribution.model import load

    return load().find(tokens, quotes)
