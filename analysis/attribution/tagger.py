"""The trained finder of attributions: labels, several readings of them, and the choice between these.

Floor: a text's units come in, attributions over its characters go out. `tag` is what the engine calls.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import exp

import numpy as np

from analysis.attribution.candidates import Candidates, find_candidates, place_rules
from analysis.attribution.chooser import Chooser
from analysis.attribution.compiled import compiled_for
from analysis.attribution.crf import SCALE, best_path
from analysis.attribution.evidence import find_evidence
from analysis.attribution.features import Context, context
from analysis.attribution.linker import Linker
from analysis.attribution.quotes import Quote, find_quotes
from analysis.attribution.sourcing import SourceJudge, offer_sources, plain_subjects, source_columns
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
        odds = chooser.judge(find_evidence(around, forms, margins, offered), compiled=compiled)
        chosen = chooser.choose(around, offered, odds)
        names = {(rule.cue, rule.contents): rule.name for rule in offered.ruled}
        sources = self._sources(tokens, around, margins, offered, chosen, compiled=compiled)
        found = [
            _found(tokens, around, offered, names, index, source, int(odds[0, index]))
            for index, source in zip(chosen, sources, strict=True)
        ]
        return sorted(found, key=lambda one: one.content)

    def _sources(
        self, tokens: Tokens, around: Context, margins: np.ndarray, offered: Candidates, chosen: list[int], *, compiled: bool
    ) -> list[Span | None]:  # fmt: skip
        """The source of each chosen candidate, in places; None for none."""
        if not chosen:
            return []
        forms = self.stack.forms(tokens.vocabulary)
        subjects = plain_subjects(tokens, self.stack.lexicon, around, offered, chosen)
        on_offer = offer_sources(around, offered, chosen, subjects)
        table = source_columns(around, forms, margins, offered, chosen, on_offer, compiled=compiled)
        return self.sources.choose(on_offer, table, len(chosen), compiled=compiled)


def _found(
    tokens: Tokens,
    around: Context,
    offered: Candidates,
    names: dict[tuple[Span, tuple[Span, ...]], str],
    index: int,
    source: Span | None,
    odds: int,
) -> Found:
    """A candidate and its source over characters."""

    def characters(first: int, last: int) -> Span:
        return tokens.span(int(around.unit[first]), int(around.unit[last]))

    content = tuple(characters(*part) for part in offered.contents[index])
    cue = int(offered.cue_first[index])
    who = (characters(*source),) if source is not None else ()
    through = (characters(cue, int(offered.cue_last[index])),) if cue >= 0 else ()
    by = ["tagger"] if offered.readings[index] else []
    here = (cue, int(offered.cue_last[index])), offered.contents[index]
    by += [names[here]] if here in names else []
    return Found(who, through, content, round(1 / (1 + exp(-odds / SCALE)), 3), ", ".join(by))


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
