"""The trained finder of attributions: labels, several readings of them, and the choice between these.

Floor: a text's units come in, attributions over its characters go out. `tag` is what the engine calls.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import exp

import numpy as np

from analysis.attribution import wordforms as wf
from analysis.attribution.candidates import Candidates, find_candidates, place_rules
from analysis.attribution.chooser import Chooser, candidate_columns
from analysis.attribution.compiled import compiled_for
from analysis.attribution.crf import SCALE, best_path
from analysis.attribution.features import Context, context
from analysis.attribution.linker import Linker
from analysis.attribution.quotes import Quote, find_quotes
from analysis.attribution.stack import Stack
from analysis.attribution.tokens import Found, Span, Tokens

_SUBJECTS = frozenset("he she they i we who you".split())
_NOMINAL = frozenset({"NN", "JJ", "DT", "PR", "PO", "CD"})
_VERBAL = frozenset({"VB", "MD", "RB", "TO"})
_NEGATIONS = frozenset({"n't", "not"})
#: The subject of a cue is looked for over at most this many auxiliaries and adverbs.
_SUBJECT_REACH = 6


@dataclass(frozen=True, eq=False)
class Tagger:
    """Stack, linker and choosers; `find` gives a text's attributions.

    `alone` chooses among the tagger's own candidates, `joined` among these and what rules found.
    """

    stack: Stack
    linker: Linker
    alone: Chooser
    joined: Chooser

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
            compiled = compiled_for(len(around.unit))
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
        odds = chooser.judge(candidate_columns(around, forms, margins, offered), compiled=compiled)
        chosen = chooser.choose(around, offered, odds)
        names = {(rule.cue, rule.contents): rule.name for rule in offered.ruled}
        found = [self._found(tokens, around, offered, names, index, int(odds[0, index])) for index in chosen]
        return sorted(found, key=lambda one: one.content)

    def _found(
        self,
        tokens: Tokens,
        around: Context,
        offered: Candidates,
        names: dict[tuple[Span, tuple[Span, ...]], str],
        index: int,
        odds: int,
    ) -> Found:
        """A candidate over characters; a cue without a source takes its subject, if that is plain to see."""

        def characters(first: int, last: int) -> Span:
            return tokens.span(int(around.unit[first]), int(around.unit[last]))

        content = tuple(characters(*part) for part in offered.contents[index])
        cue, source = int(offered.cue_first[index]), int(offered.source_first[index])
        who: tuple[Span, ...] = ()
        if source >= 0:
            who = (characters(source, int(offered.source_last[index])),)
        elif cue >= 0:
            subject = subject_of(tokens, self.stack.lexicon, int(around.unit[cue]))
            if subject and not any(start < subject[1] and end > subject[0] for start, end in content):
                who = (subject,)
        through = (characters(cue, int(offered.cue_last[index])),) if cue >= 0 else ()
        by = ["tagger"] if offered.readings[index] else []
        here = (cue, int(offered.cue_last[index])), offered.contents[index]
        by += [names[here]] if here in names else []
        return Found(who, through, content, round(1 / (1 + exp(-odds / SCALE)), 3), ", ".join(by))


def subject_of(tokens: Tokens, lexicon: wf.Lexicon, cue: int) -> Span | None:
    """The noun phrase right before the unit `cue`, over auxiliaries and adverbs; None when something else is there."""
    first = int(tokens.first[np.searchsorted(tokens.first, cue, side="right") - 1])
    unit = cue - 1
    for _ in range(_SUBJECT_REACH):
        if unit < first:
            return None
        form, kind = tokens.lower[unit], lexicon.tag(tokens.forms[unit])[:2]
        if form in _SUBJECTS:
            return tokens.span(unit, unit)
        if kind == "NN":
            last = unit
            while unit >= first and lexicon.tag(tokens.forms[unit])[:2] in _NOMINAL:
                unit -= 1
            return tokens.span(unit + 1, last)
        if kind not in _VERBAL and form not in _NEGATIONS:
            return None
        unit -= 1
    return None


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
