"""Hand-coded articles as training reads them: units, labels, and the words that people code alike.

Floor: a folder in PolNeAR's layout comes in, a `Corpus` laid out over one vocabulary goes out.
"""

from __future__ import annotations

import gzip
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from analysis.attribution import wordforms as wf
from analysis.attribution.features import Context, context
from analysis.attribution.quotes import Quote, find_quotes
from analysis.attribution.stack import CONTENT, CUE, SOURCE
from analysis.attribution.tokens import Span, Tokens, Vocabulary, tokenise
from analysis.config import RESOURCES
from analysis.gold import read_polnear

ROLES = ("source", "cue", "content")
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
    return _padded(labels, around)


def _padded(labels: np.ndarray, around: Context) -> np.ndarray:
    """Labels of units as labels of places, 0 at edges."""
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


def read_tag_counts(path: Path = TAG_COUNTS) -> dict[str, dict[str, int]]:
    """How often each word form had which part of speech in training news, by a parser that is not needed here."""
    counts: dict[str, dict[str, int]] = {}
    for line in gzip.decompress(path.read_bytes()).decode("utf-8").rstrip("\n").split("\n"):
        form, _, rest = line.partition("\t")
        counts[form] = {tag: int(n) for tag, _, n in (pair.rpartition(":") for pair in rest.split(" "))}
    return counts


@dataclass(frozen=True, eq=False)
class Corpus:
    """Training articles laid out one after the other, over one vocabulary.

    Attributes
    ----------
    documents : what people coded.
    guessed : what nobody coded, with the labels that a larger model guessed; they have no codes.
    """

    documents: list[Document]
    guessed: list[Document]
    lexicon: wf.Lexicon
    vocabulary: Vocabulary
    forms: wf.FormTable


def lay_out(
    rows: Sequence[tuple[str, str, list[Coded]]],
    tag_counts: dict[str, dict[str, int]],
    lexicon: wf.Lexicon | None = None,
    guessed: Sequence[tuple[str, str, np.ndarray]] = (),
) -> Corpus:
    """Read articles into units, contexts and labels; `guessed` ones come with the label of each unit."""
    vocabulary = Vocabulary()
    read = [(stem, tokenise(text, vocabulary=vocabulary), codes) for stem, text, codes in rows]
    lexicon = lexicon or learn_lexicon([(tokens, codes) for _, tokens, codes in read], tag_counts)
    further = [(stem, tokenise(text, vocabulary=vocabulary), labels) for stem, text, labels in guessed]
    forms = wf.FormTable.of(vocabulary, lexicon)
    documents, uncoded = [], []
    for stem, tokens, codes in read:
        quotes = find_quotes(tokens)
        around = context(tokens, quotes, forms)
        documents.append(Document(stem, tokens, quotes, codes, around, gold_labels(tokens, around, codes)))
    for stem, tokens, labels in further:
        quotes = find_quotes(tokens)
        around = context(tokens, quotes, forms)
        uncoded.append(Document(stem, tokens, quotes, [], around, _padded(labels, around)))
    return Corpus(documents, uncoded, lexicon, vocabulary, forms)


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


def units_under(tokens: Tokens, spans: Sequence[Span]) -> frozenset[int]:
    """The units that are words and stand under some spans of characters."""
    forms = tokens.forms
    return frozenset(
        unit
        for start, end in spans
        for unit in range(
            int(np.searchsorted(tokens.end, start, side="right")), int(np.searchsorted(tokens.start, end, side="left"))
        )
        if forms[unit][0].isalnum()
    )


def units_in(tokens: Tokens, around: Context, parts: Sequence[Span]) -> frozenset[int]:
    """The units that are words and stand in stretches of places."""
    forms = tokens.forms
    units = [unit for first, last in parts for unit in around.unit[first : last + 1].tolist()]
    return frozenset(unit for unit in units if forms[unit][0].isalnum())


def jaccard(left: frozenset[int], right: frozenset[int]) -> float:
    """Share of what either holds that both hold; 0 for two that hold nothing."""
    return len(left & right) / len(left | right) if left or right else 0.0
