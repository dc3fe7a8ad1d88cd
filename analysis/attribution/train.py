"""Train the attribution tagger and linker on a hand-coded corpus in PolNeAR's layout.

Floor: a folder of texts and stand-off codes comes in, a model file goes out: the same bytes for the same seed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from analysis.attribution.coded import Corpus, Document, lay_out, owners, read_split, read_tag_counts
from analysis.attribution.crf import N_LABELS, Weights, best_path
from analysis.attribution.cues import read_frames
from analysis.attribution.features import columns
from analysis.attribution.fit import fit
from analysis.attribution.frames import FRAMES, count_frames
from analysis.attribution.guesses import guessed_articles, read_guesses
from analysis.attribution.linker import Linker, find_spans, neighbours, pair_columns
from analysis.attribution.model import MODEL, save
from analysis.attribution.regression import RAREST, Index, index_features, regress, weights_of
from analysis.attribution.stack import CONTENT, CUE, FORM_TEMPLATES, SOURCE, Stack, add_forms, form_sums, second_columns
from analysis.attribution.tagger import Tagger
from analysis.attribution.train_choice import read_unseen, train_chooser, train_sources
from analysis.errors import InputError


def _values(documents: Sequence[Document]) -> tuple[tuple[str, ...], list[np.ndarray]]:
    tables = [columns(document.around) for document in documents]
    return tuple(tables[0]), [np.stack(list(table.values())) for table in tables]


@dataclass(frozen=True, eq=False)
class Settings:
    """How the fields are trained; see `fit`.

    Attributes
    ----------
    draws : each field that is kept is the mean of so many, trained with features dropped and articles ordered otherwise.
    """

    passes: int = 8
    fold_passes: int = 6
    rate: float = 0.05
    decay: float = 1e-4
    dropout: float = 0.5
    second_dropout: float = 0.6
    folds: int = 3
    draws: int = 2


def train_stack(corpus: Corpus, *, seed: int = 0, settings: Settings = Settings()) -> tuple[Stack, list[np.ndarray]]:
    """Two fields: the second reads labels that the first gave to articles it was not trained on.

    Returns
    -------
    The stack, and for each article that people coded the scores (N, labels) of a second field not trained on it.
    """
    documents, folds = [*corpus.documents, *corpus.guessed], settings.folds
    names, values = _values(documents)
    number = np.concatenate([d.around.number for d in documents])
    labels = np.concatenate([d.labels for d in documents])
    edge = number == 0
    fold_of = {
        stem: place % folds
        for part in (corpus.documents, corpus.guessed)
        for place, stem in enumerate(sorted({d.stem for d in part}))
    }
    fold = np.repeat([fold_of[d.stem] for d in documents], [len(d.labels) for d in documents])

    def learn(
        index: Index, where: np.ndarray | slice, passes: int, dropout: float, seed: int, draws: int = 1
    ) -> Weights:
        fits = [
            fit(
                index.features[where], labels[where], edge[where], index.n_rows,
                passes=passes, rate=settings.rate, decay=settings.decay, dropout=dropout, seed=seed + 100 * draw,
            )
            for draw in range(draws)
        ]  # fmt: skip
        fitted = tuple(np.mean(part, axis=0) for part in zip(*fits, strict=True))
        return weights_of(index, *fitted)

    def read(weights: Weights, place: int, name: str) -> np.ndarray:
        number, lookup = documents[place].around.number, weights.lookup
        sums = lookup.zeros(len(number))
        add_forms(sums, form_sums(lookup, name, corpus.vocabulary, corpus.forms), number, compiled=True)
        lookup.add(sums, values[place], compiled=True)
        return lookup.scores(sums, len(FORM_TEMPLATES) + len(values[place]))[:, :N_LABELS]

    everywhere = slice(None)
    index = index_features(names, np.concatenate(values, axis=1), number, corpus.forms)
    first = learn(index, everywhere, settings.passes, settings.dropout, seed, settings.draws)
    added: dict[int, dict[str, np.ndarray]] = {}
    for held in range(folds):
        weights = learn(index, fold != held, settings.fold_passes, settings.dropout, seed + held)
        for place, document in enumerate(documents):
            if fold_of[document.stem] == held:
                scores = read(weights, place, f"fold {held}")
                path = best_path(scores, document.around.edge, weights.transitions, compiled=True)
                added[place] = second_columns(document.around, *path)
    names = (*names, *added[0])
    values = [np.concatenate([value, np.stack(list(added[place].values()))]) for place, value in enumerate(values)]
    index = index_features(names, np.concatenate(values, axis=1), number, corpus.forms)
    second = learn(index, everywhere, settings.passes, settings.second_dropout, seed + 10, settings.draws)
    unseen: list[np.ndarray] = [np.zeros(0)] * len(corpus.documents)
    for held in range(folds):
        weights = learn(index, fold != held, settings.fold_passes, settings.second_dropout, seed + 20 + held)
        for place, document in enumerate(corpus.documents):
            if fold_of[document.stem] == held:
                unseen[place] = read(weights, place, f"second {held}")
    return Stack(corpus.lexicon, first, second), unseen


def train_judge(corpus: Corpus, labels: Sequence[np.ndarray], role: int) -> Weights:
    """A judge of pairs (cue, span of `role`): logistic regression on what stands between them."""

    tables: list[np.ndarray] = []
    truths: list[bool] = []
    names: tuple[str, ...] = ()
    for document, given in zip(corpus.documents, labels, strict=True):
        spans = find_spans(given, document.around)
        cue, other = neighbours(spans, role)
        if not len(cue):
            continue
        table = pair_columns(document.around, corpus.forms, spans, cue, other)
        names = tuple(table)
        tables.append(np.stack(list(table.values())))
        owner = owners(document)
        first, last = spans.first.tolist(), spans.last.tolist()
        for c, x in zip(cue.tolist(), other.tolist(), strict=True):
            of_cue = set().union(*[owner[CUE].get(p, set()) for p in range(first[c], last[c] + 1)])
            of_other = set().union(*[owner[role].get(p, set()) for p in range(first[x], last[x] + 1)])
            truths.append(not of_cue.isdisjoint(of_other))
    columns_ = {name: np.concatenate([table[row] for table in tables]) for row, name in enumerate(names)}
    return regress(columns_, np.array(truths)[:, None], rarest=RAREST, strength=0.5)


def train_linker(corpus: Corpus) -> Linker:
    """The two judges of pairs, from hand-coded spans."""
    labels = [document.labels for document in corpus.documents]
    return Linker(train_judge(corpus, labels, CONTENT), train_judge(corpus, labels, SOURCE))


def train_attribution(polnear: Path, out: Path = MODEL, *, seed: int = 0, soft: Path | None = None) -> Tagger:
    """Train the tagger on PolNeAR's `train` and write it; nothing else of the corpus is read.

    How often the frames of cues introduce a claim is counted first and written as `cue_frames.csv` (over the package's
    own when the package's model is trained, else beside `out`): the choice learns from what the rules find by them.

    Parameters
    ----------
    polnear : the corpus' folder, in its original layout.
    out : the model file to write.
    seed : the same seed gives the same model.
    soft : a larger model's guesses for news that nobody coded, from which the fields learn as well; its texts (BASIL,
        NewsMTSC) stand beside `polnear`. Without it people's codes are all there is.

    Raises
    ------
    InputError
        If there are no coded articles below `polnear`, or texts of `soft` are missing.
    """
    rows = read_split(polnear, "train")
    if not any(codes for _, _, codes in rows):
        raise InputError(f"No coded articles in {polnear}: expected data/train/text and data/train/attributions.")
    counted = FRAMES if out == MODEL else out.with_name(FRAMES.name)
    counted.parent.mkdir(parents=True, exist_ok=True)
    count_frames(polnear, counted)
    frames = read_frames(counted)
    guessed = [] if soft is None else guessed_articles(polnear, read_guesses(soft))
    corpus = lay_out(rows, read_tag_counts(), guessed=guessed)
    stack, unseen = train_stack(corpus, seed=seed)
    linker = train_linker(corpus)
    bare, ruled = (read_unseen(corpus, unseen, stack, linker, known) for known in (None, frames))
    joined = train_chooser(ruled)
    tagger = Tagger(stack, linker, train_chooser(bare), joined, train_sources(corpus, ruled, joined))
    save(tagger, out)
    return tagger
