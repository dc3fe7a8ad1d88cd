"""How tone toward a target is learned: from people's labels, and from a larger model's guesses where there are none.

Floor: NewsMTSC and a file of guesses come in, an array file goes out; it needs the extra `train`. No proper name is read,
and no text is kept. How the guesses were made stands in `docs/make_soft_labels.py`.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy import sparse
from scipy.optimize import minimize

from analysis import gold, sentences, words
from analysis.errors import InputError
from analysis.sentiment import clauses, network, phrases, toward, wordforms
from analysis.sentiment.training import scikit_learn

SEED = 20160816
N_CHANNELS, N_ROUNDS = 64, 8
#: Forms seen less often than this have no row of their own: only the word table knows them.
MIN_SEEN = 8
#: Share of words that are hidden while it learns, so that no label hangs on one of them.
HIDDEN_SHARE = 0.05
#: How sure a person's label is taken to be.
LABEL_SHARE = 0.96
#: Of the linear model, chosen by macro-F1 over folds of NewsMTSC's train part with whole articles left out; features that
#: stand at fewer targets have no weight.
LINEAR_C, MIN_EXAMPLES = 0.02, 3
#: Of so many parts of NewsMTSC's articles the first is left out for the calibration, and by whoever guessed.
N_PARTS = 3
MARKS = (*",.\";:()-?!$%'—", "--", "a", "i")
_PRONOUNS = re.compile(r"\b(?:he|she|him|her|his|they|He|She|His|Her|They)\b")
_DATES = frozenset(
    "Monday Tuesday Wednesday Thursday Friday Saturday Sunday January February March April May June July August September "
    "October November December American Americans".split()
)
_SHORTEST, _LONGEST = 6, 70
_TONE_SHARE = 2.0
#: A larger model's vectors of words are kept in such steps.
VECTOR_STEP = 1 / 64


class Mention(NamedTuple):
    """One place in a sentence that could be asked about, and the article that it stands in."""

    article: str
    text: str
    start: int
    end: int


class Guesses(NamedTuple):
    """What a larger model said: probabilities (3,) by `mention_key`, and vectors of the words of the word table (W, V)."""

    by_key: dict[int, np.ndarray]
    vectors: np.ndarray


class Lessons(NamedTuple):
    """What there is to learn from: readings, wanted probabilities (T, 3), article of each, is it a person's label; the forms
    that the network knows, and what is known of each word (W + 1, S), nothing in the last row; for labelled targets only,
    the linear model's features (L, F) with their names."""

    readings: list[network.Reading]
    wanted: np.ndarray
    articles: np.ndarray
    is_label: np.ndarray
    forms: list[str]
    table: np.ndarray
    features: sparse.csr_array
    names: list[str]


def news_targets(newsmtsc: Path, part: str = "rw", split: str = "train") -> pd.DataFrame:
    """NewsMTSC's targets with `class_no` (0 negative, 1 neutral, 2 positive) and `article` (to leave whole ones out)."""
    targets = gold.read_newsmtsc(newsmtsc, part, split)
    articles = ["_".join(sentence.split("_")[:3]) for sentence in targets["sentence_id"]]
    return targets.assign(class_no=targets["polarity"].to_numpy() + 1, article=articles)


def news_mentions(newsmtsc: Path) -> Iterator[Mention]:
    """Names and pronouns that nobody labelled, in NewsMTSC's train part and in PolNeAR's and BASIL's articles beside it."""
    polnear = gold.read_polnear(newsmtsc.parent / "polnear", "train").articles
    basil = gold.read_basil(newsmtsc.parent / "basil").articles
    articles = pd.concat([polnear, basil])[["article_id", "text"]]
    for article, whole in zip(articles["article_id"].astype(str), articles["text"].astype(str), strict=True):
        for paragraph in whole.split("\n"):
            for start, end in sentences.split_text(paragraph):
                yield from sentence_mentions(article, paragraph[start:end])
    once = news_targets(newsmtsc).drop_duplicates("text")
    for article, text in zip(once["article"].astype(str), once["text"].astype(str), strict=True):
        yield from sentence_mentions(article, text)


def sentence_mentions(article: str, text: str) -> Iterator[Mention]:
    """The names of a sentence, days and months left out, and its pronouns; none in a very short or long one."""
    if not _SHORTEST <= len(text.split()) <= _LONGEST:
        return
    for start, end in clauses.name_spans(words.normalise(text)):
        if text[start:end] not in _DATES:
            yield Mention(article, text, start, end)
    for match in _PRONOUNS.finditer(text):
        yield Mention(article, text, match.start(), match.end())


def write_guesses(out: Path, mentions: Sequence[Mention], probabilities: np.ndarray, vectors: np.ndarray) -> None:
    """Write guesses (T, 3) under keys that stand for their mentions, and vectors of words; no text is kept."""
    keys = np.array([mention_key(one) for one in mentions], dtype=np.uint64)
    np.savez_compressed(
        out,
        keys=keys,
        guesses=np.rint(probabilities[:, [0, 2]] * 255).astype(np.uint8),
        vectors=np.clip(np.rint(vectors / VECTOR_STEP), -127, 127).astype(np.int8),
    )


def read_guesses(path: Path) -> Guesses:
    """What `write_guesses` wrote."""
    try:
        with np.load(path, allow_pickle=False) as file:
            ends = file["guesses"].astype(np.float64) / 255
            keys, vectors = file["keys"].tolist(), file["vectors"] * VECTOR_STEP
    except (OSError, KeyError, ValueError) as error:
        raise InputError(f"{path}: is no file of guesses ({type(error).__name__}: {error})") from None
    if len(vectors) != len(wordforms.word_table().row):
        raise InputError(f"{path}: has vectors of {len(vectors)} words, the word table holds others; guess anew")
    probabilities = np.column_stack((ends[:, 0], np.clip(1 - ends.sum(axis=1), 0, 1), ends[:, 1]))
    return Guesses(dict(zip(keys, probabilities, strict=True)), vectors)


def no_guesses() -> Guesses:
    """What is known when no larger model was asked."""
    return Guesses({}, np.zeros((len(wordforms.word_table().row), 0)))


def mention_key(mention: Mention) -> int:
    """A number that stands for a mention."""
    whole = f"{mention.text}\0{mention.start}\0{mention.end}".encode()
    return int.from_bytes(hashlib.sha256(whole).digest()[:8], "big")


def train_toward(
    newsmtsc: Path, out: Path, *, soft: Path | None = None, n_rounds: int = N_ROUNDS, seed: int = SEED
) -> dict[str, float]:
    """Teach tone toward a target and write the weights (`.npz`, no pickle).

    Temperature, class shifts and abstain threshold are set on a third of NewsMTSC's articles (`left_out_articles`), by
    a network that saw none of them; the one that is written was taught on all.

    Parameters
    ----------
    newsmtsc : its folder; with `soft`, PolNeAR and BASIL stand beside it.
    out : the file to write.
    n_rounds : how many times each lesson is seen.
    soft : guesses for mentions that nobody labelled, and vectors of words (`write_guesses`); without it people's labels are all there is.

    Returns
    -------
    dict with `f1` (macro, over the third left out), `brier` and `share_sure` (share not abstained).

    Notes
    -----
    The figures hold only if whoever guessed saw no label of the third (`docs/make_soft_labels.py` shows none).
    """
    targets = news_targets(newsmtsc)
    guesses = no_guesses() if soft is None else read_guesses(soft)
    lessons = prepare(targets, [] if soft is None else news_mentions(newsmtsc), guesses)
    left_out = left_out_articles(targets)
    is_out = np.array([article in left_out for article in lessons.articles])
    test = np.flatnonzero(is_out & lessons.is_label)
    strict = learn(lessons, np.flatnonzero(~is_out), n_rounds=n_rounds, seed=seed)
    classes = lessons.wanted[test].argmax(axis=1)
    model = calibrated(strict, lessons, test)
    probabilities = network.softmax(_found(strict, lessons, test) * model.scale + model.shifts)
    final = learn(lessons, np.arange(len(is_out)), n_rounds=n_rounds, seed=seed)
    toward.write_model(out, final._replace(scale=model.scale, shifts=model.shifts, threshold=model.threshold))
    guessed = probabilities.argmax(axis=1)
    return {
        "f1": float(np.mean([_f1(guessed == k, classes == k) for k in range(3)])),
        "brier": float(((probabilities - np.eye(3)[classes]) ** 2).sum(axis=1).mean()),
        "share_sure": float((probabilities.max(axis=1) >= model.threshold).mean()),
    }


def left_out_articles(targets: pd.DataFrame) -> set[str]:
    """The articles of the first of `N_PARTS` parts with about as many targets each."""
    classes = targets["class_no"].to_numpy()
    parts = scikit_learn().model_selection.GroupKFold(N_PARTS).split(classes, classes, targets["article"])
    return set(targets["article"].iloc[next(iter(parts))[1]])


def prepare(targets: pd.DataFrame, mentions: Iterable[Mention], guesses: Guesses) -> Lessons:
    """Labelled targets and guessed mentions as lessons; mentions without a guess are left out."""
    labelled = [Mention(*row) for row in zip(*(targets[one] for one in Mention._fields), strict=True)]
    guessed = {mention_key(one): one for one in mentions if mention_key(one) in guesses.by_key}
    read = [
        clauses.read_tokens(words.normalise(one.text), one.start, one.end) for one in [*labelled, *guessed.values()]
    ]
    seen = Counter(clauses.known_form(token) for tokens, _ in read for token in tokens)
    words_known = wordforms.word_table()
    common = words_known.row
    forms = [clauses.UNKNOWN, clauses.TARGET, clauses.NAME, clauses.NUMBER, *MARKS]
    forms += sorted(form for form, n in seen.items() if n >= MIN_SEEN and form in common and form not in forms)
    row = {form: number for number, form in enumerate(forms)}
    rows = [
        phrases.target_features(*one, mention.text[mention.start : mention.end])
        for one, mention in zip(read, labelled, strict=False)
    ]
    counts = Counter(name for features in rows for name in features)
    names = sorted(name for name, n in counts.items() if n >= MIN_EXAMPLES)
    table = np.column_stack((words_known.vectors, words_known.tone * _TONE_SHARE, guesses.vectors))
    labels = np.eye(3)[targets["class_no"]] * (LABEL_SHARE - (1 - LABEL_SHARE) / 2) + (1 - LABEL_SHARE) / 2
    return Lessons(
        [toward.read_target(tokens, at, row) for tokens, at in read],
        np.vstack([labels, *(guesses.by_key[key] for key in guessed)]).astype(np.float32),
        np.array([one.article for one in [*labelled, *guessed.values()]]),
        np.arange(len(read)) < len(labelled),
        forms,
        np.vstack((table, np.zeros(table.shape[1]))).astype(np.float32),
        phrases.feature_matrix(rows, {name: number for number, name in enumerate(names)}),
        names,
    )


def learn(lessons: Lessons, rows: np.ndarray, *, n_rounds: int = N_ROUNDS, seed: int = SEED) -> toward.Model:
    """A model, not yet calibrated, taught on these rows of the lessons: the linear part on people's labels among them."""
    from threadpoolctl import threadpool_limits

    labelled = rows[lessons.is_label[rows]]
    with threadpool_limits(1):  # matrices this small are slower in two threads than in one
        arrays = teach_network(lessons, rows, n_rounds, seed)
        linear = scikit_learn().linear_model.LogisticRegression(C=LINEAR_C, max_iter=1_000, class_weight="balanced")
        linear.fit(lessons.features[labelled], lessons.wanted[labelled].argmax(axis=1))
    return toward.Model(
        {form: number for number, form in enumerate(lessons.forms)},
        *network.settle(arrays, lessons.table),
        {name: number for number, name in enumerate(lessons.names)},
        linear.coef_.T,
        linear.intercept_,
        1.0,
        np.zeros(3),
        0.0,
    )


def teach_network(lessons: Lessons, rows: np.ndarray, n_rounds: int, seed: int) -> network.Arrays:
    """The arrays of a network taught on these rows of the lessons."""
    rng = np.random.default_rng(seed)
    table = lessons.table
    arrays = network.new_arrays(len(lessons.forms), table.shape[1], clauses.N_PLACES, N_CHANNELS, rng)

    def draw(chosen: np.ndarray) -> network.Batch:
        return network.pack([_hide(lessons.readings[i], rng) for i in rows[chosen]], table)

    network.teach(arrays, draw, lessons.wanted[rows], n_rounds=n_rounds, rng=rng)
    return arrays


def calibrated(model: toward.Model, lessons: Lessons, rows: np.ndarray) -> toward.Model:
    """The model with temperature, shifts and abstain threshold set on labelled rows that it did not see."""
    found, classes = _found(model, lessons, rows), lessons.wanted[rows].argmax(axis=1)
    scale, shifts = calibrate(found, classes)
    threshold = abstain_threshold(network.softmax(found * scale + shifts), classes)
    return model._replace(scale=scale, shifts=shifts, threshold=threshold)


def _found(model: toward.Model, lessons: Lessons, rows: np.ndarray) -> np.ndarray:
    """Logits of labelled rows, shape (T, 3)."""
    by_network = toward.find_logits(model.arrays, [lessons.readings[i] for i in rows], model.words)
    return by_network + toward.LINEAR_SHARE * (lessons.features[rows] @ model.weights + model.intercepts)


def _hide(reading: network.Reading, rng: np.random.Generator) -> network.Reading:
    """The reading with some words, chosen at random, not known; never the target."""
    is_hidden = rng.random(len(reading.forms), dtype=np.float32) < HIDDEN_SHARE
    is_hidden[reading.at] = False
    return reading._replace(forms=np.where(is_hidden, 0, reading.forms), words=np.where(is_hidden, -1, reading.words))


def calibrate(logits: np.ndarray, classes: np.ndarray) -> tuple[float, np.ndarray]:
    """One temperature and a shift a class that make the held-out probabilities likeliest (Platt scaling for three)."""

    def loss(parameters: np.ndarray) -> float:
        shifted = logits * parameters[0] + np.array([parameters[1], 0.0, parameters[2]])
        return float(-np.log(network.softmax(shifted)[np.arange(len(classes)), classes] + 1e-12).mean())

    best = minimize(loss, np.array([1.0, 0.0, 0.0]), method="Nelder-Mead", options={"xatol": 1e-4, "fatol": 1e-7}).x
    return float(round(best[0], 3)), np.array([round(best[1], 3), 0.0, round(best[2], 3)])


def abstain_threshold(probabilities: np.ndarray, classes: np.ndarray) -> float:
    """The lowest threshold (in hundredths) above which three of four labels are right."""
    top, is_right = probabilities.max(axis=1), probabilities.argmax(axis=1) == classes
    for threshold in np.arange(0.34, 0.9, 0.01):
        if is_right[top >= threshold].mean() >= 0.75:
            return float(round(threshold, 2))
    return 0.9


def _f1(guessed: np.ndarray, true: np.ndarray) -> float:
    return 2 * (guessed & true).sum() / max(guessed.sum() + true.sum(), 1)
