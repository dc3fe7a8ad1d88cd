"""Train the attribution tagger and linker on a hand-coded corpus in PolNeAR's layout.

Floor: a folder of texts and stand-off codes comes in, a model file goes out: the same bytes for the same seed.
"""

from __future__ import annotations

import gzip
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from analysis.attribution import wordforms as wf
from analysis.attribution.candidates import find_candidates, place_rules
from analysis.attribution.chooser import Chooser, candidate_columns
from analysis.attribution.crf import N_LABELS, SCALE, Weights, best_path, keys_of
from analysis.attribution.features import Context, columns, context, shift
from analysis.attribution.fit import fit
from analysis.attribution.linker import Linker, find_spans, neighbours, pair_columns
from analysis.attribution.model import MODEL, save
from analysis.attribution.quotes import Quote, find_quotes
from analysis.attribution.stack import (
    CONTENT,
    CUE,
    FORM_SALT,
    FORM_TEMPLATES,
    SOURCE,
    Stack,
    add_forms,
    form_sums,
    second_columns,
)
from analysis.attribution.tagger import Tagger
from analysis.attribution.tokens import Found, Span, Tokens, Vocabulary, tokenise
from analysis.config import RESOURCES
from analysis.errors import InputError
from analysis.gold import read_polnear

ROLES = ("source", "cue", "content")
#: A feature that occurs less often than this on train has no weight.
RAREST = 3
#: Log-odds from which a candidate is kept, chosen on PolNeAR dev (the F1 of contents is flat from -0.7 to -0.2).
BELIEVED = -0.3
_N_COMMON = 2500
#: Word form → counts of Penn Treebank tags (spaCy's small English model on PolNeAR train): single words, no text.
TAG_COUNTS = RESOURCES / "attribution" / "tag_counts.tsv.gz"


@dataclass(frozen=True)
class Coded:
    """One attribution as a person coded it: spans per role."""

    source: tuple[Span, ...]
    cue: tuple[Span, ...]
    content: tuple[Span, ...]


def read_split(polnear: Path, split: str) -> list[tuple[str, str, list[Coded]]]:
    """(name, text, attributions) of each article of a split, coded by the first coder in the alphabet."""
    corpus = read_polnear(polnear, split)
    spans: dict[tuple[str, int], dict[str, list[Span]]] = defaultdict(lambda: {role: [] for role in ROLES})
    coded = corpus.first_coder()
    columns_ = [coded[name].tolist() for name in ("article_id", "attribution_no", "role", "start", "end")]
    for article, number, role, start, end in zip(*columns_, strict=True):
        spans[article, number][role].append((start, end))
    codes: dict[str, list[Coded]] = defaultdict(list)
    for (article, _), roles in spans.items():
        codes[article].append(Coded(*(tuple(sorted(roles[role])) for role in ROLES)))
    articles = zip(corpus.articles["article_id"].tolist(), corpus.articles["text"].tolist(), strict=True)
    return [(article, text, codes[article]) for article, text in articles]


@dataclass(frozen=True, eq=False)
class Document:
    """One training article: its units, context, columns, labels."""

    stem: str
    tokens: Tokens
    quotes: list[Quote]
    codes: list[Coded]
    around: Context
    labels: np.ndarray


def gold_labels(tokens: Tokens, around: Context, codes: Iterable[Coded]) -> np.ndarray:
    """Labels of the units under hand-coded spans; where spans overlap the earlier one in the file keeps its units."""
    labels = np.zeros(len(tokens), dtype=np.int8)
    starts, ends = tokens.start, tokens.end
    for code in codes:
        for number, role in enumerate(ROLES):
            for start, end in getattr(code, role):
                first = int(np.searchsorted(ends, start, side="right"))
                last = int(np.searchsorted(starts, end, side="left"))
                begin = True
                for unit in range(first, last):
                    if labels[unit] == 0:
                        labels[unit] = 1 + 2 * number + (not begin)
                        begin = False
    padded = np.zeros(len(around.unit), dtype=np.int8)
    inside = around.unit >= 0
    padded[inside] = labels[around.unit[inside]]
    return padded


def learn_lexicon(texts: Sequence[tuple[Tokens, list[Coded]]], tag_counts: dict[str, dict[str, int]]) -> wf.Lexicon:
    """Parts of speech, endings, cues and common words from training articles."""
    tags, endings = _tags(tag_counts)
    uses: Counter[str] = Counter()
    as_cue: Counter[str] = Counter()
    forms: set[str] = set()
    for tokens, codes in texts:
        small = [form.lower() for form in tokens.forms]
        forms.update(tokens.forms)
        uses.update(small)
        spans = sorted({span for code in codes for span in code.cue})
        cued = {
            unit
            for start, end in spans
            for unit in range(
                int(np.searchsorted(tokens.end, start, "right")), int(np.searchsorted(tokens.start, end, "left"))
            )
        }
        as_cue.update(small[unit] for unit in cued)
    shares = {form: n / (uses[form] + 2) for form, n in as_cue.items() if uses[form] >= 2}
    cues = {form: bucket for form, share in sorted(shares.items()) if (bucket := wf.cue_bucket(share))}
    common = tuple(form for form, _ in sorted(uses.items(), key=lambda item: (-item[1], item[0]))[:_N_COMMON])
    bare = wf.Lexicon(tags, endings, cues, common)
    return wf.Lexicon(tags, endings, cues, common, wf.count_classes(forms, bare))


def _tags(tag_counts: dict[str, dict[str, int]]) -> tuple[dict[str, str], dict[str, str]]:
    """The tag dictionary and the tags of endings, from counts of tags per form."""

    def name(counts: dict[str, int]) -> str:
        ranked = sorted(counts.items(), key=lambda item: -item[1])
        total = sum(counts.values())
        return ranked[0][0] + ("/" + ranked[1][0] if len(ranked) > 1 and ranked[1][1] >= 0.2 * total else "")

    tags: dict[str, str] = {}
    small: dict[str, Counter[str]] = defaultdict(Counter)
    ends: dict[str, Counter[str]] = defaultdict(Counter)
    for form, counts in tag_counts.items():
        total = sum(counts.values())
        if total >= 2:
            tags[form] = name(counts)
        small[form.lower()].update(counts)
        if form[0].isalpha() and total <= 10:
            lower, case = form.lower(), "C" if form[0].isupper() else "c"
            for n in (4, 3, 2, 1):
                if len(lower) > n:
                    ends[case + lower[-n:]].update(counts)
    for form, counter in small.items():
        if form not in tags and sum(counter.values()) >= 2:
            tags[form] = name(counter)
    return tags, {end: name(counter) for end, counter in ends.items() if sum(counter.values()) >= 5}


@dataclass(frozen=True, eq=False)
class Index:
    """Feature values as rows of a weight table."""

    features: np.ndarray
    n_rows: int
    keys: np.ndarray
    templates: tuple[str, ...]


def index_features(names: Sequence[str], values: np.ndarray, number: np.ndarray, forms: wf.FormTable) -> Index:
    """Rows of every feature that occurs at least `RAREST` times.

    Parameters
    ----------
    names : the columns; values : int64 (columns, N); number : word form numbers (N,); forms : their rows.
    """
    n_columns = len(names) + len(FORM_TEMPLATES)
    features = np.zeros((len(number), n_columns), dtype=np.int32)
    keys = [np.zeros(1, dtype=np.uint32)]
    n_rows = 1

    def add(column: int, value: np.ndarray, salt: int) -> None:
        nonlocal n_rows
        unique, inverse, counts = np.unique(value, return_inverse=True, return_counts=True)
        kept = counts >= RAREST
        rows = np.where(kept, np.cumsum(kept) - 1 + n_rows, 0).astype(np.int32)
        features[:, column] = rows[inverse]
        keys.append(keys_of(unique[kept], salt))
        n_rows += int(kept.sum())

    for column in range(len(names)):
        add(column, values[column], column)
    hashes = forms.hashes[number]
    for column, (attribute, offset) in enumerate(FORM_TEMPLATES):
        add(len(names) + column, shift(hashes[:, attribute], offset), FORM_SALT + column)
    return Index(features, n_rows, np.concatenate(keys), tuple(names))


def weights_of(index: Index, weights: np.ndarray, transitions: np.ndarray, *, least: float = 0.02) -> Weights:
    """Trained weights in whole numbers, sorted by key; rows whose largest weight is below `least` are left out."""
    kept = np.abs(weights[1:]).max(axis=1) >= least
    keys, rows = index.keys[1:][kept], weights[1:][kept]
    order = np.argsort(keys, kind="stable")
    keys, rows = keys[order], rows[order]
    single = np.ones(len(keys), dtype=bool)
    single[1:] = keys[1:] != keys[:-1]
    whole = np.rint(np.clip(rows[single] * SCALE, -32000, 32000)).astype(np.int16)
    table = np.concatenate([whole, np.zeros((1, whole.shape[1]), dtype=np.int16)])
    return Weights(index.templates, keys[single], table, np.rint(transitions * SCALE).astype(np.int32))


def read_tag_counts(path: Path = TAG_COUNTS) -> dict[str, dict[str, int]]:
    """How often each word form had which part of speech in training news, by a parser that is not needed here."""
    counts: dict[str, dict[str, int]] = {}
    for line in gzip.decompress(path.read_bytes()).decode("utf-8").rstrip("\n").split("\n"):
        form, _, rest = line.partition("\t")
        counts[form] = {tag: int(n) for tag, _, n in (pair.rpartition(":") for pair in rest.split(" "))}
    return counts


@dataclass(frozen=True, eq=False)
class Corpus:
    """Training articles laid out one after the other, over one vocabulary."""

    documents: list[Document]
    lexicon: wf.Lexicon
    vocabulary: Vocabulary
    forms: wf.FormTable


def lay_out(
    rows: Sequence[tuple[str, str, list[Coded]]],
    tag_counts: dict[str, dict[str, int]],
    lexicon: wf.Lexicon | None = None,
) -> Corpus:
    """Read articles into units, contexts and labels."""
    vocabulary = Vocabulary()
    read = [(stem, tokenise(text, vocabulary=vocabulary), codes) for stem, text, codes in rows]
    lexicon = lexicon or learn_lexicon([(tokens, codes) for _, tokens, codes in read], tag_counts)
    forms = wf.FormTable.of(vocabulary, lexicon)
    documents = []
    for stem, tokens, codes in read:
        quotes = find_quotes(tokens)
        around = context(tokens, quotes, forms)
        documents.append(Document(stem, tokens, quotes, codes, around, gold_labels(tokens, around, codes)))
    return Corpus(documents, lexicon, vocabulary, forms)


def _values(corpus: Corpus) -> tuple[tuple[str, ...], list[np.ndarray]]:
    tables = [columns(document.around) for document in corpus.documents]
    return tuple(tables[0]), [np.stack(list(table.values())) for table in tables]


@dataclass(frozen=True, eq=False)
class Settings:
    """How the fields are trained; see `fit`."""

    passes: int = 8
    fold_passes: int = 6
    rate: float = 0.05
    decay: float = 1e-4
    dropout: float = 0.5
    second_dropout: float = 0.6
    folds: int = 3


def train_stack(corpus: Corpus, *, seed: int = 0, settings: Settings = Settings()) -> tuple[Stack, list[np.ndarray]]:
    """Two fields: the second reads labels that the first gave to articles it was not trained on.

    Returns
    -------
    The stack, and for each article of the corpus the scores (N, labels) of a second field not trained on it.
    """
    documents, folds = corpus.documents, settings.folds
    names, values = _values(corpus)
    number = np.concatenate([d.around.number for d in documents])
    labels = np.concatenate([d.labels for d in documents])
    edge = number == 0
    fold_of = {stem: place % folds for place, stem in enumerate(sorted({d.stem for d in documents}))}
    fold = np.repeat([fold_of[d.stem] for d in documents], [len(d.labels) for d in documents])

    def learn(index: Index, where: np.ndarray | slice, passes: int, dropout: float, seed: int) -> Weights:
        fitted = fit(
            index.features[where], labels[where], edge[where], index.n_rows,
            passes=passes, rate=settings.rate, decay=settings.decay, dropout=dropout, seed=seed,
        )  # fmt: skip
        return weights_of(index, *fitted)

    def read(weights: Weights, place: int, name: str) -> np.ndarray:
        number, lookup = documents[place].around.number, weights.lookup
        sums = lookup.zeros(len(number))
        add_forms(sums, form_sums(lookup, name, corpus.vocabulary, corpus.forms), number, compiled=True)
        lookup.add(sums, values[place], compiled=True)
        return lookup.scores(sums, len(FORM_TEMPLATES) + len(values[place]))[:, :N_LABELS]

    everywhere = slice(None)
    index = index_features(names, np.concatenate(values, axis=1), number, corpus.forms)
    first = learn(index, everywhere, settings.passes, settings.dropout, seed)
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
    second = learn(index, everywhere, settings.passes, settings.second_dropout, seed + 10)
    unseen: list[np.ndarray] = [np.zeros(0)] * len(documents)
    for held in range(folds):
        weights = learn(index, fold != held, settings.fold_passes, settings.second_dropout, seed + 20 + held)
        for place, document in enumerate(documents):
            if fold_of[document.stem] == held:
                unseen[place] = read(weights, place, f"second {held}")
    return Stack(corpus.lexicon, first, second), unseen


def owners(document: Document) -> dict[int, dict[int, set[int]]]:
    """For each role, the attributions (numbers in the file) whose span covers a place of the context."""
    place_of = np.flatnonzero(document.around.unit >= 0)
    tokens = document.tokens
    found: dict[int, dict[int, set[int]]] = {role: defaultdict(set) for role in (SOURCE, CUE, CONTENT)}
    for number, code in enumerate(document.codes):
        for role, name in zip((SOURCE, CUE, CONTENT), ROLES, strict=True):
            for start, end in getattr(code, name):
                first = int(np.searchsorted(tokens.end, start, side="right"))
                last = int(np.searchsorted(tokens.start, end, side="left"))
                for unit in range(first, last):
                    found[role][int(place_of[unit])].add(number)
    return found


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
    return _regress(columns_, np.array(truths)[:, None], rarest=RAREST, strength=0.5)


def _regress(table: dict[str, np.ndarray], truths: np.ndarray, *, rarest: int, strength: float) -> Weights:
    """Logistic regression of each column of `truths` on the values of a table, as weights of features.

    Parameters
    ----------
    table : int64 columns of shape (n,); truths : bool (n, judges).
    rarest : a value that occurs less often has no weight; strength : up follows the data more closely.
    """
    from scipy.sparse import csr_matrix
    from sklearn.linear_model import LogisticRegression

    columns_, keys, n_rows = [], [np.zeros(1, dtype=np.uint32)], 0
    for column, value in enumerate(table.values()):
        unique, inverse, counts = np.unique(value, return_inverse=True, return_counts=True)
        kept = counts >= rarest
        columns_.append(np.where(kept, np.cumsum(kept) - 1 + n_rows, -1)[inverse])
        keys.append(keys_of(unique[kept], column))
        n_rows += int(kept.sum())
    rows = np.stack(columns_, axis=1)
    present = rows >= 0
    edges = np.concatenate([[0], np.cumsum(present.sum(axis=1))])
    matrix = csr_matrix((np.ones(int(edges[-1]), dtype=np.float32), rows[present], edges), shape=(len(rows), n_rows))
    fitted = []
    for truth in truths.T:
        if truth.all() or not truth.any():  # a corpus without an example of one side teaches a constant
            fitted.append((np.zeros(n_rows), 4.0 if truth.all() else -4.0))
            continue
        judge = LogisticRegression(C=strength, max_iter=300, solver="liblinear", random_state=0).fit(matrix, truth)
        fitted.append((judge.coef_[0], float(judge.intercept_[0])))
    weights = np.concatenate([np.zeros((1, len(fitted))), np.stack([slopes for slopes, _ in fitted], axis=1)])
    index = Index(np.zeros((0, 0), dtype=np.int32), n_rows + 1, np.concatenate(keys), tuple(table))
    return weights_of(index, weights, np.array([[constant for _, constant in fitted]]), least=1e-3)


def train_linker(corpus: Corpus) -> Linker:
    """The two judges of pairs, from hand-coded spans."""
    labels = [document.labels for document in corpus.documents]
    return Linker(train_judge(corpus, labels, CONTENT), train_judge(corpus, labels, SOURCE))


@dataclass(frozen=True, eq=False)
class Offers:
    """Candidates of training articles, with what is true of each; arrays of length C.

    Attributes
    ----------
    columns : as `candidates.candidate_columns`.
    shared : share of words (Jaccard) with the hand-coded content that it meets best.
    """

    columns: dict[str, np.ndarray]
    shared: np.ndarray


def _units(document: Document, spans: Sequence[Span]) -> frozenset[int]:
    """The units that are words and stand under some spans of characters."""
    tokens, forms = document.tokens, document.tokens.forms
    return frozenset(
        unit
        for start, end in spans
        for unit in range(
            int(np.searchsorted(tokens.end, start, side="right")), int(np.searchsorted(tokens.start, end, side="left"))
        )
        if forms[unit][0].isalnum()
    )


def _jaccard(left: frozenset[int], right: frozenset[int]) -> float:
    return len(left & right) / len(left | right) if left or right else 0.0


def offers_of(
    corpus: Corpus, unseen: Sequence[np.ndarray], stack: Stack, linker: Linker, *, with_rules: bool
) -> Offers:
    """The candidates that a stack which has not seen an article (and, if asked for, the rules) offer for it."""
    tables, shared = [], []
    for document, scores in zip(corpus.documents, unseen, strict=True):
        around, transitions = document.around, stack.second.transitions
        ruled = (
            place_rules(document.tokens, around, find_by_rule(document.tokens, document.quotes)) if with_rules else []
        )
        found = find_candidates(scores, transitions, around, corpus.forms, linker, ruled, compiled=True)
        if not len(found):
            continue
        _, margins = best_path(scores, around.edge, transitions, compiled=True)
        tables.append(candidate_columns(around, corpus.forms, margins, found))
        gold = [_units(document, code.content) for code in document.codes]
        holder: dict[int, set[int]] = defaultdict(set)
        for number, content in enumerate(gold):
            for unit in content:
                holder[unit].add(number)
        words = [form[0].isalnum() for form in document.tokens.forms]
        for parts in found.contents:
            content = _words(words, around, parts)
            met = {number for unit in content for number in holder.get(unit, ())}
            shared.append(max((_jaccard(content, gold[number]) for number in met), default=0.0))
    columns_ = {name: np.concatenate([table[name] for table in tables]) for name in tables[0]}
    return Offers(columns_, np.array(shared))


def _words(is_word: Sequence[bool], around: Context, parts: Sequence[Span]) -> frozenset[int]:
    """The units that are words in stretches of places."""
    units = [unit for first, last in parts for unit in around.unit[first : last + 1].tolist()]
    return frozenset(unit for unit in units if is_word[unit])


def find_by_rule(tokens: Tokens, quotes: list[Quote]) -> list[Found]:
    """What the rules alone find, as the engine offers it to the tagger."""
    from analysis.attribution.cues import cue_frames
    from analysis.attribution.reading import read
    from analysis.attribution.rules import as_found, choose
    from analysis.attribution.rules import find_candidates as find_ruled

    reading = read(tokens, quotes)
    return [as_found(reading, one, share) for one, share in choose(find_ruled(reading), cue_frames())]


def train_chooser(offers: Offers, *, least: float = BELIEVED) -> Chooser:
    """The two judges of candidates; `least` is the log-odds from which one is kept."""
    truths = np.stack([offers.shared >= 0.5, offers.shared >= 0.8], axis=1)
    weights = _regress(offers.columns, truths, rarest=4, strength=0.1)
    return Chooser(weights, round(least * SCALE))


def train_attribution(polnear: Path, out: Path = MODEL, *, seed: int = 0) -> Tagger:
    """Train the tagger on PolNeAR's `train` and write it; nothing else of the corpus is read.

    Parameters
    ----------
    polnear : the corpus' folder, in its original layout.
    out : the model file to write.
    seed : the same seed gives the same model.

    Raises
    ------
    InputError
        If there are no coded articles below `polnear`.
    """
    rows = read_split(polnear, "train")
    if not any(codes for _, _, codes in rows):
        raise InputError(f"No coded articles in {polnear}: expected data/train/text and data/train/attributions.")
    corpus = lay_out(rows, read_tag_counts())
    stack, unseen = train_stack(corpus, seed=seed)
    linker = train_linker(corpus)
    alone, joined = (
        train_chooser(offers_of(corpus, unseen, stack, linker, with_rules=with_rules)) for with_rules in (False, True)
    )
    tagger = Tagger(stack, linker, alone, joined)
    save(tagger, out)
    return tagger
