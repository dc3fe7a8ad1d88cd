"""Train what chooses: which candidates stand, and whose they are.

Floor: articles as a stack that has not seen them reads them come in, judges go out.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from analysis.attribution.boosting import boost
from analysis.attribution.candidates import Candidates, find_candidates, place_rules
from analysis.attribution.chooser import Chooser, first_odds, measures
from analysis.attribution.coded import Corpus, Document, jaccard, units_in, units_under
from analysis.attribution.crf import SCALE, Weights, best_path
from analysis.attribution.cues import Frames
from analysis.attribution.evidence import NAMED, Evidence, find_evidence
from analysis.attribution.linker import Linker
from analysis.attribution.quotes import Quote
from analysis.attribution.reading import read
from analysis.attribution.regression import RAREST, regress
from analysis.attribution.rules import as_found, choose
from analysis.attribution.rules import find_candidates as find_ruled
from analysis.attribution.sourcing import SourceJudge, offer_sources, plain_subjects, source_columns
from analysis.attribution.stack import Stack
from analysis.attribution.tokens import Found, Tokens

#: Log-odds from which a candidate is kept (on a fold of PolNeAR train the F1 of contents is flat from -0.5 to -0.3, and as
#: many words are given to sources as people give at -0.4).
BELIEVED = -0.4
#: The trees of a chooser learn from regressions that have seen all but one of so many parts of the articles.
FOLDS = 3
#: Contents, and sources, that share this part of their words are the same.
LEAST_SHARED = 0.5


@dataclass(frozen=True, eq=False)
class Unseen:
    """What a stack that has not seen an article (and, if asked for, the rules) offers for it.

    Attributes
    ----------
    document, found, margins : the article, its candidates, and the margins of its labels.
    evidence : what speaks for and against each.
    coded : for each candidate, the hand-coded attribution whose content it meets best; -1 for none.
    shared : share of words (Jaccard) of the two contents.
    """

    document: Document
    found: Candidates
    margins: np.ndarray
    evidence: Evidence
    coded: np.ndarray
    shared: np.ndarray


def read_unseen(
    corpus: Corpus, unseen: Sequence[np.ndarray], stack: Stack, linker: Linker, frames: Frames | None
) -> list[Unseen]:
    """The candidates of each article, and what is true of them; articles without any are left out.

    Parameters
    ----------
    unseen : for each article the scores of a stack that has not seen it.
    frames : by which the rules choose what they offer; None for a tagger that is shown no rules.
    """
    read_articles = []
    for document, scores in zip(corpus.documents, unseen, strict=True):
        around, transitions, tokens = document.around, stack.second.transitions, document.tokens
        ruled = place_rules(tokens, around, find_by_rule(tokens, document.quotes, frames)) if frames else None
        found = find_candidates(scores, transitions, around, corpus.forms, linker, ruled, compiled=True)
        if not len(found):
            continue
        _, margins = best_path(scores, around.edge, transitions, compiled=True)
        evidence = find_evidence(around, corpus.forms, margins, found, compiled=True)
        read_articles.append(Unseen(document, found, margins, evidence, *_met(document, found)))
    return read_articles


def _met(document: Document, found: Candidates) -> tuple[np.ndarray, np.ndarray]:
    """The coded attribution that each candidate meets best (-1: none), and the share of words that they have in common."""
    gold = [units_under(document.tokens, code.content) for code in document.codes]
    holder: dict[int, set[int]] = defaultdict(set)
    for number, content in enumerate(gold):
        for unit in content:
            holder[unit].add(number)
    best = []
    for parts in found.contents.tuples():
        content = units_in(document.tokens, document.around, parts)
        met = sorted({number for unit in content for number in holder.get(unit, ())})
        best.append(max([(jaccard(content, gold[number]), number) for number in met], default=(0.0, -1)))
    return np.array([number for _, number in best], dtype=np.int64), np.array([share for share, _ in best])


def find_by_rule(tokens: Tokens, quotes: list[Quote], frames: Frames) -> list[Found]:
    """What the rules alone find, as the engine offers it to the tagger."""
    reading = read(tokens, quotes)
    return [as_found(reading, one, share) for one, share in choose(find_ruled(reading), frames)]


def train_chooser(articles: Sequence[Unseen], *, least: float = BELIEVED) -> Chooser:
    """The two judges of candidates; `least` is the log-odds from which one is kept.

    The trees learn from what regressions say of articles that they have not seen.
    """
    fold = np.arange(len(articles)) % FOLDS
    odds: list[np.ndarray] = [np.zeros(0)] * len(articles)
    for held in range(FOLDS):
        weights = _regressions([article for article, its in zip(articles, fold, strict=True) if its != held])
        for place in np.flatnonzero(fold == held).tolist():
            odds[place] = first_odds(weights, articles[place].evidence, compiled=True)
    tables = [measures(its, article.evidence) for its, article in zip(odds, articles, strict=True)]
    trees = boost(np.concatenate(tables, axis=1), _truths(articles), np.concatenate(odds, axis=1))
    return Chooser(_regressions(articles), trees, round(least * SCALE))


def _truths(articles: Sequence[Unseen]) -> np.ndarray:
    """Whether each candidate shares half, and four fifths, of its words with what a person coded; bool (2, C)."""
    shared = np.concatenate([article.shared for article in articles])
    return np.stack([shared >= LEAST_SHARED, shared >= 0.8])


def _regressions(articles: Sequence[Unseen]) -> Weights:
    table = dict(zip(NAMED, np.concatenate([article.evidence.named for article in articles], axis=1), strict=True))
    return regress(table, _truths(articles).T, rarest=4, strength=0.1)


def train_sources(corpus: Corpus, articles: Sequence[Unseen], chooser: Chooser) -> SourceJudge:
    """The judge of sources, from the chosen candidates that people coded as well."""
    tables, truths = [], []
    for article in articles:
        document, found = article.document, article.found
        around, tokens = document.around, document.tokens
        chosen = chooser.choose(around, found, chooser.judge(article.evidence, compiled=True))
        if not chosen:
            continue
        subjects = plain_subjects(tokens, corpus.lexicon, around, found, chosen)
        offered = offer_sources(around, found, chosen, subjects)
        table = source_columns(around, corpus.forms, article.margins, found, chosen, offered)
        coded = np.where(article.shared[chosen] >= LEAST_SHARED, article.coded[chosen], -1)[offered.table[0]]
        sources = [units_under(tokens, code.source) for code in document.codes]
        spans = zip(coded.tolist(), *offered.table[1:3].tolist(), strict=True)
        truths += [
            jaccard(units_in(tokens, around, [(first, last)]), sources[number]) >= LEAST_SHARED
            for number, first, last in spans
            if number >= 0
        ]
        tables.append({name: column[coded >= 0] for name, column in table.items()})
    return SourceJudge(regress(_joined(tables), np.array(truths)[:, None], rarest=RAREST, strength=0.3))


def _joined(tables: Sequence[dict[str, np.ndarray]]) -> dict[str, np.ndarray]:
    return {name: np.concatenate([table[name] for table in tables]) for name in tables[0]}
