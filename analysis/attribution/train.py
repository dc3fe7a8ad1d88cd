"""Train the attribution tagger and linker on a hand-coded corpus in PolNeAR's layout.

Floor: a folder of texts and stand-off codes comes in, a model file goes out: the same bytes for the same seed.
"""

from __future__ import annotations

import gzip
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from analysis.attribution import wordforms as wf
from analysis.attribution.crf import SCALE, Weights, best_path, emissions, keys_of
from analysis.attribution.features import Context, columns, context, shift
from analysis.attribution.fit import fit
from analysis.attribution.linker import Linker, find_spans, neighbours, pair_columns
from analysis.attribution.model import MODEL, Finder, save
from analysis.attribution.quotes import Quote, find_quotes
from analysis.attribution.tagger import (
    CONTENT,
    CUE,
    FORM_SALT,
    FORM_TEMPLATES,
    SOURCE,
    Tagger,
    form_scores,
    form_sums,
    second_columns,
)
from analysis.attribution.tokens import Span, Tokens, Vocabulary, tokenise
from analysis.config import RESOURCES
from analysis.errors import InputError

ROLES = ("source", "cue", "content")
#: A feature that occurs less often than this on train has no weight.
RAREST = 3
_N_COMMON = 2500
#: Word form → counts of Penn Treebank tags (spaCy's small English model on PolNeAR train): single words, no text.
TAG_COUNTS = RESOURCES / "attribution" / "tag_counts.tsv.gz"


@dataclass(frozen=True)
class Coded:
    """One attribution as a person coded it: spans per role."""

    source: tuple[Span, ...]
    cue: tuple[Span, ...]
    content: tuple[Span, ...]


def read_codes(path: Path) -> list[Coded]:
    """The attributions of one `.ann` file, those with a content, in its order."""
    spans: dict[str, list[Span]] = {}
    events: list[list[str]] = []
    for line in path.read_text(encoding="utf-8").split("\n"):
        number, tab, rest = line.partition("\t")
        if not tab:
            continue
        if number.startswith("T"):
            places = rest.split("\t")[0].partition(" ")[2]
            if re.fullmatch(r"\d+ \d+(?:;\d+ \d+)*", places):
                spans[number] = [(int(a), int(b)) for a, b in (pair.split(" ") for pair in places.split(";"))]
        elif number.startswith("E"):
            events.append(rest.split())
    coded = []
    for event in events:
        roles: dict[str, list[Span]] = {role: [] for role in ROLES}
        for part in event:
            name, _, target = part.partition(":")
            role = name.rstrip("0123456789").lower()
            if role in roles:
                roles[role] += spans.get(target, [])
        if roles["content"]:
            coded.append(Coded(*(tuple(sorted(roles[role])) for role in ROLES)))
    return coded


def read_split(polnear: Path, split: str, *, everyone: bool = False) -> list[tuple[str, str, list[Coded]]]:
    """(stem, text, codes) of each article of a split; the first annotator by name, or every annotator's."""
    folder = polnear / "data" / split if (polnear / "data").is_dir() else polnear / split
    by_stem: dict[str, list[Path]] = defaultdict(list)
    for path in sorted((folder / "attributions").glob("*.ann")):
        by_stem[path.stem.rsplit("_", 1)[0]].append(path)
    rows = []
    for stem, paths in sorted(by_stem.items()):
        with (folder / "text" / f"{stem}.txt").open(encoding="utf-8", newline="") as handle:
            text = handle.read()
        rows += [(stem, text, read_codes(path)) for path in (paths if everyone else paths[:1])]
    return rows


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
    single = np.concatenate([[True], keys[1:] != keys[:-1]])
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


def train_stack(corpus: Corpus, *, seed: int = 0, folds: int = 3, log: bool = False) -> Tagger:
    """Two fields: the second reads labels that the first gave to articles it was not trained on."""
    names, values = _values(corpus)
    number = np.concatenate([d.around.number for d in corpus.documents])
    labels = np.concatenate([d.labels for d in corpus.documents])
    edge = number == 0
    lengths = [len(d.labels) for d in corpus.documents]
    stems = sorted({d.stem for d in corpus.documents})
    fold_of = {stem: place % folds for place, stem in enumerate(stems)}
    fold = np.repeat([fold_of[d.stem] for d in corpus.documents], lengths)
    every = np.concatenate(values, axis=1)
    index = index_features(names, every, number, corpus.forms)
    if log:
        print("indexed", index.features.shape, index.n_rows, flush=True)
    first = weights_of(index, *fit(index.features, labels, edge, index.n_rows, seed=seed))
    more: list[np.ndarray | None] = [None] * len(corpus.documents)
    more_names: tuple[str, ...] = ()
    for held in range(folds):
        kept = fold != held
        part = fit(index.features[kept], labels[kept], edge[kept], index.n_rows, passes=6, seed=seed + held)
        weights = weights_of(index, *part)
        sums = form_sums(weights, f"fold {held}", corpus.vocabulary, corpus.forms)
        for place, document in enumerate(corpus.documents):
            if fold_of[document.stem] == held:
                start = form_scores(sums, document.around.number)
                scores = emissions(weights, values[place], start, compiled=True)
                path = best_path(scores, document.around.edge, weights.transitions, compiled=True)
                table = second_columns(document.around, *path)
                more_names = tuple(table)
                more[place] = np.stack(list(table.values()))
    if log:
        print("folds done", flush=True)
    every = np.concatenate([every, np.concatenate(more, axis=1)])  # type: ignore[arg-type]
    index = index_features((*names, *more_names), every, number, corpus.forms)
    if log:
        print("indexed", index.features.shape, index.n_rows, flush=True)
    second = weights_of(index, *fit(index.features, labels, edge, index.n_rows, seed=seed + 10))
    return Tagger(corpus.lexicon, first, second)


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
    from scipy.sparse import csr_matrix
    from sklearn.linear_model import LogisticRegression

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
    values = np.concatenate(tables, axis=1)
    columns_, keys, n_rows = [], [], 0
    for column, value in enumerate(values):
        unique, inverse, counts = np.unique(value, return_inverse=True, return_counts=True)
        kept = counts >= RAREST
        columns_.append(np.where(kept, np.cumsum(kept) - 1 + n_rows, -1)[inverse])
        keys.append(keys_of(unique[kept], column))
        n_rows += int(kept.sum())
    rows = np.stack(columns_, axis=1)
    present = rows >= 0
    matrix = csr_matrix(
        (
            np.ones(int(present.sum()), dtype=np.float32),
            rows[present],
            np.concatenate([[0], np.cumsum(present.sum(axis=1))]),
        ),
        shape=(len(rows), n_rows),
    )
    fitted = LogisticRegression(C=0.5, max_iter=300, solver="liblinear", random_state=0).fit(matrix, truths)
    weights = np.concatenate([np.zeros((1, 1)), fitted.coef_[0][:, None]])
    index = Index(np.zeros((0, 0), dtype=np.int32), n_rows + 1, np.concatenate([np.zeros(1, np.uint32), *keys]), names)
    return weights_of(index, weights, np.full((1, 1), float(fitted.intercept_[0])), least=1e-3)


def train_linker(corpus: Corpus, labels: Sequence[np.ndarray]) -> Linker:
    """The two judges, from labelled spans (hand-coded ones, or a tagger's on articles it was not trained on)."""
    return Linker(train_judge(corpus, labels, CONTENT), train_judge(corpus, labels, SOURCE))


def train_attribution(polnear: Path, out: Path = MODEL, *, seed: int = 0) -> Finder:
    """Train tagger and linker on PolNeAR's `train` and write the model; nothing else of the corpus is read.

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
    if not rows:
        raise InputError(f"No PolNeAR articles in {polnear}: expected data/train/text and data/train/attributions.")
    corpus = lay_out(rows, read_tag_counts())
    finder = Finder(train_stack(corpus, seed=seed), train_linker(corpus, [d.labels for d in corpus.documents]))
    save(finder, out)
    return finder
