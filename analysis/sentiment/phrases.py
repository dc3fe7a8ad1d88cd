"""What stands around a target as named numbers: words by side and clause, verbs that govern it, tone on either side.

Floor: tokens of `clauses` come in, named numbers go out. No parser, and no number depends on a name.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

import numpy as np
from scipy import sparse

from analysis.sentiment import lexica, vader_tone, wordforms
from analysis.sentiment.clauses import MARK, NAME, WORD, Token, negates

#: Dimensions of the word vectors that are averaged left and right of the target.
N_DIMENSIONS = 32
#: Words further away are read in context of the sentence only.
VERB_REACH_RIGHT, VERB_REACH_LEFT = 12, 6
NEAR, CLUSTER_REACH = 3, 8


def _set(text: str) -> frozenset[str]:
    return frozenset(text.split())


_AUXILIARIES = _set(
    "be is are was were been being am 's 're has have had having do does did will would can could may might must shall "
    "should to get gets got"
)
_BE = _set("be is are was were been being am get got gets")
_SAYING = _set(
    "said say says told tell tells added according asked wrote tweeted argued noted explained called stated announced "
    "replied"
)
_PRONOUNS = {"he": "he", "she": "he", "his": "his", "her": "he", "him": "he", "they": "he", "them": "he"} | {
    "their": "his", "it": "he", "i": "i", "we": "i", "my": "i"
}  # fmt: skip
_DETERMINERS = _set("the a an his her their")
_STOPS = _set("; : . ! ?")


class Meaning(NamedTuple):
    """What a word form carries: `tones` by scale (`SCALES`), stem, row in the word table or -1, function word or not."""

    tones: tuple[float, ...]
    stem: str
    row: int
    is_function: bool


#: Stands for every word that says how grave an event is: who is near it is not made better or worse by it.
GRAVE = "<grave>"
SCALES = ("own", "vader", "wide", "judgement")


def target_features(tokens: Sequence[Token], at: int, surface: str) -> dict[str, float]:
    """Named numbers for the target that is token `at` and reads `surface`.

    Names of features say side (`L`, `R`), distance or clause, and stem; `#` are sums of tone, `~` mean word vectors,
    `S:` the verb that the target is subject of, `O:` the verb that it is object of.
    """
    found: defaultdict[str, float] = defaultdict(float)
    _describe_target(found, tokens, at, surface.lower())
    for side, places in (("L", range(at - 1, -1, -1)), ("R", range(at + 1, len(tokens)))):
        _describe_side(found, tokens, at, side, places)
    _describe_verb_after(found, tokens, at)
    _describe_verb_before(found, tokens, at)
    return dict(found)


def feature_matrix(rows: Sequence[Mapping[str, float]], column: Mapping[str, int]) -> sparse.csr_array:
    """Rows of named numbers as a sparse matrix (T, F); names that have no column are left out."""
    data: list[float] = []
    indices: list[int] = []
    ends = [0]
    for row in rows:
        for name, value in row.items():
            place = column.get(name)
            if place is not None:
                indices.append(place)
                data.append(value)
        ends.append(len(indices))
    return sparse.csr_array((np.array(data, dtype=np.float64), indices, ends), shape=(len(rows), len(column)))


def _describe_target(found: dict[str, float], tokens: Sequence[Token], at: int, surface: str) -> None:
    found["target:" + _PRONOUNS.get(surface, "name")] = 1.0
    found["at"] = at / max(len(tokens), 1)
    found["length"] = len(tokens) / 40
    found["is_first"] = float(at == 0)
    found["is_quoted"] = float(bool(tokens) and tokens[at].is_quoted)
    found["is_possessive"] = float(surface.endswith(("'s", "’s", "s'")))


def _describe_side(found: dict[str, float], tokens: Sequence[Token], at: int, side: str, places: Sequence[int]) -> None:
    total, weight = np.zeros(N_DIMENSIONS), 0.0
    table = wordforms.word_table()
    for i in places:
        token, distance = tokens[i], abs(i - at)
        meaning = _meaning(token.form)
        if distance <= NEAR and meaning.stem != GRAVE:
            found[f"{side}{distance}:{meaning.stem}"] += 1.0
        if token.kind != WORD:
            continue
        is_same_clause = token.clause == tokens[at].clause
        if not meaning.is_function:
            found[f"{side}:{'!' if token.is_negated else ''}{meaning.stem}"] += 0.7
            found[f":{meaning.stem}"] += 0.7
            if is_same_clause:
                found[f"{side}c:{meaning.stem}"] += 1.0
            if meaning.row >= 0:
                near = math.exp(-distance / 6)
                total += table.vectors[meaning.row] * near
                weight += near
                if distance <= CLUSTER_REACH:
                    found[f"{side}k:{table.cluster[meaning.row]}"] += 0.6
        _add_tone(found, token, meaning, side, distance, is_same_clause)
    if weight:
        for number, value in enumerate(0.25 * total / math.sqrt(weight)):
            found[f"~{side}{number}"] = float(value)


def _add_tone(
    found: dict[str, float], token: Token, meaning: Meaning, side: str, distance: int, is_same_clause: bool
) -> None:
    """Sums of tone: by side and clause, fading with distance, over the sentence, inside and outside quotation marks."""
    for scale, tone in zip(SCALES, meaning.tones, strict=True):
        if not tone:
            continue
        tone *= lexica.NEGATED if token.is_negated else 1.0
        way = "+" if tone > 0 else "-"
        found[f"#{scale}{side}{'c' if is_same_clause else 'o'}{way}"] += tone
        found[f"#{scale}{side}near{way}"] += tone * math.exp(-distance / 4)
        found[f"#{scale}{side}far"] += tone * math.exp(-distance / 8)
        found[f"#{scale}{way}"] += tone
        found[f"#{scale}{'quoted' if token.is_quoted else 'plain'}{way}"] += tone


def _describe_verb_after(found: dict[str, float], tokens: Sequence[Token], at: int) -> None:
    """The first full verb to the right: the target is likely its subject (or, after a form of "be", its object)."""
    helpers: list[str] = []
    for i in range(at + 1, min(len(tokens), at + VERB_REACH_RIGHT)):
        token = tokens[i]
        if token.kind == MARK and token.form in _STOPS:
            return
        if token.kind != WORD:
            continue
        if token.form in _AUXILIARIES or negates(token.form):
            helpers.append(token.form)
        elif wordforms.verb_kind(token.form) and not (i > at + 1 and tokens[i - 1].form in _DETERMINERS):
            is_passive = wordforms.verb_kind(token.form) == wordforms.PAST and not _BE.isdisjoint(helpers[-2:])
            role = "Sp" if is_passive else "S"
            _add_verb(found, role, token.form, any(negates(one) for one in helpers))
            found[role] = 1.0
            if token.form in _SAYING:
                found["speaks"] = 1.0
            _describe_object(found, tokens[i + 1 : i + 8])
            return


def _describe_object(found: dict[str, float], after: Sequence[Token]) -> None:
    """The next three full words after the verb of which the target is the subject."""
    n = 0
    for token in after:
        if token.kind == NAME:
            found["SO:" + NAME] += 1.0
        if token.kind != WORD or _meaning(token.form).is_function:
            continue
        found["SO:" + _meaning(token.form).stem] += 1.0
        found["#SO"] += _meaning(token.form).tones[2]
        n += 1
        if n == 3:
            return


def _describe_verb_before(found: dict[str, float], tokens: Sequence[Token], at: int) -> None:
    """The nearest full verb to the left, with the preposition between: the target is likely its object."""
    for i in range(at - 1, max(-1, at - 1 - VERB_REACH_LEFT), -1):
        token = tokens[i]
        if token.kind == MARK and token.form in _STOPS:
            return
        if token.kind == WORD and token.form not in _AUXILIARIES and wordforms.verb_kind(token.form):
            _add_verb(found, "O", token.form, token.is_negated)
            if _meaning(token.form).row >= 0:
                found[f"Ok:{wordforms.word_table().cluster[_meaning(token.form).row]}"] += 1.0
            if token.form in _SAYING:
                found["is_told"] = 1.0
            return


def _add_verb(found: dict[str, float], role: str, form: str, is_negated: bool) -> None:
    meaning = _meaning(form)
    if meaning.stem == GRAVE:
        return
    found[f"{role}:{'!' if is_negated else ''}{meaning.stem}"] += 1.5
    for scale, tone in zip(SCALES[:3], meaning.tones, strict=False):
        if tone:
            found[f"#{role}{scale}"] += tone * (lexica.NEGATED if is_negated else 1.0)


@lru_cache(maxsize=65_536)
def _meaning(form: str) -> Meaning:
    """Tone on each scale, stem and row of a form; a word for how grave an event is has none of them."""
    weights = lexica.form_weights(form)
    if weights[lexica.LAYERS.index(lexica.SEVERITY)]:
        return Meaning((0.0,) * len(SCALES), GRAVE, -1, True)
    own = sum(weights[: len(lexica.LEXICA)]) / 2
    judged = weights[lexica.LEXICA.index("judgement")] / 2
    tones = (own, vader_tone.valence(form), wordforms.wide_tone(form), judged)
    row = wordforms.word_table().row.get(form, -1)
    return Meaning(tones, wordforms.stem(form), row, wordforms.is_function_word(form))
