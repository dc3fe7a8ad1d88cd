"""The written forms of an English word, from a small table of what is irregular and the rules for the rest.

Floor: a lemma comes in, its forms go out. Forms are made from the lexicon's few thousand lemmas once; no word of an
article is ever stemmed, so that `routine` does not answer to `routinely`, nor `secure` to `security`.
"""

from __future__ import annotations

import csv
import re
from functools import lru_cache

from analysis.config import RESOURCES

#: What an entry may ask for; `any` takes the forms of noun, verb and adjective, `exact` only the word itself.
PARTS_OF_SPEECH = ("noun", "verb", "adj", "adv", "phrase", "name", "any", "exact")

_VOWELS = "aeiou"
#: A short last syllable doubles its consonant (plan, planned); listed words of two syllables do so too.
_SHORT = re.compile(r"[^aeiou]*[aeiou][bdfgklmnprtvz]|[^aeiou]*qu[aeiou][bdfgklmnprtvz]")
#: American -ize, -yze and their kin against British -ise, -yse; every form is made in both.
_IZE = re.compile(r"(.{3,})(i|y)([sz])(e|es|ed|ing|er|ers|ation|ations|ational|able)")


@lru_cache(maxsize=1)
def _irregular() -> dict[tuple[str, str], tuple[str, ...]]:
    """`resources/inflections.csv`: (lemma, kind) to forms; kind `spelling` maps American to British stems and back."""
    table: dict[tuple[str, str], tuple[str, ...]] = {}
    with (RESOURCES / "inflections.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            forms = tuple(row["forms"].split())
            table[row["lemma"], row["kind"]] = forms
            if row["kind"] == "spelling":
                for form in forms:
                    table[form, "spelling"] = (row["lemma"],)
    return table


def spellings(word: str) -> set[str]:
    """`word` in American and British spelling.

    Examples
    --------
    >>> sorted(spellings("demonize")), sorted(spellings("rumor"))
    (['demonise', 'demonize'], ['rumor', 'rumour'])
    """
    found = {word, *_irregular().get((word, "spelling"), ())}
    match = _IZE.fullmatch(word)
    if match:
        stem, vowel, letter, ending = match.groups()
        found.add(f"{stem}{vowel}{'z' if letter == 's' else 's'}{ending}")
    return found


def _plural(word: str) -> str:
    if re.search(r"(s|x|z|ch|sh)$", word):
        return word + "es"
    if re.search(r"[^aeiou]y$", word):
        return word[:-1] + "ies"
    return word + "s"


def _noun(word: str) -> set[str]:
    return {word, *(_irregular().get((word, "noun")) or (_plural(word),))}


def _regular_verb(word: str) -> set[str]:
    if word.endswith(("ee", "oe", "ye")):
        return {word + "d", word + "ing"}
    if word.endswith("ie"):
        return {word + "d", word[:-2] + "ying"}
    if word.endswith("e"):
        return {word + "d", word[:-1] + "ing"}
    if re.search(r"[^aeiou]y$", word):
        return {word[:-1] + "ied", word + "ing"}
    if word.endswith("c"):
        return {word + "ked", word + "king"}
    if _SHORT.fullmatch(word):
        return {word + word[-1] + "ed", word + word[-1] + "ing"}
    if re.search(r"[^aeiou][aeiou]l$", word):  # travelled and traveled
        return {word + "ed", word + "ing", word + "led", word + "ling"}
    return {word + "ed", word + "ing"}


def _verb(word: str) -> set[str]:
    listed = _irregular().get((word, "verb"))
    if listed is None:
        return {word, _plural(word), *_regular_verb(word)}
    forms = {word, *listed}
    if not any(form.endswith("ing") for form in listed):
        forms.add(word[:-1] + "ing" if word.endswith("e") and not word.endswith("ee") else word + "ing")
    if not any(form.endswith("s") and form not in ("was",) for form in listed):
        forms.add(_plural(word))
    return forms


def _adjective(word: str) -> set[str]:
    forms = {word, *_irregular().get((word, "adj"), ())}
    if len(forms) > 1 or "-" in word:
        return forms
    if word.endswith("y") and len(word) <= 7 and word[-2] not in _VOWELS:
        forms |= {word[:-1] + "ier", word[:-1] + "iest"}
    elif len(word) <= 6 and len(re.findall("[aeiouy]+", word.removesuffix("e"))) == 1:
        stem = word.removesuffix("e")
        stem += stem[-1] if _SHORT.fullmatch(word) else ""
        forms |= {stem + "er", stem + "est"}
    return forms


def adverb(word: str) -> str:
    """The adverb in -ly of an adjective (`absurd`, `absurdly`; `shameful`, `shamefully`; `horrific`, `horrifically`)."""
    if word.endswith("ic"):
        return word + "ally"
    if word.endswith("ll"):
        return word + "y"
    if word.endswith("le") and word[-3] not in _VOWELS:
        return word[:-1] + "y"
    if word.endswith("y") and word[-2] not in _VOWELS:
        return word[:-1] + "ily"
    return word + "ly"


@lru_cache(maxsize=20_000)
def forms(word: str, pos: str) -> frozenset[str]:
    """Every written form of `word` as the part of speech `pos`, in both spellings, lower case.

    Parameters
    ----------
    word : a lemma.
    pos : one of `PARTS_OF_SPEECH`, or several joined by commas (`adj,adv` adds the adverb in -ly).

    Examples
    --------
    >>> sorted(forms("slam", "verb"))
    ['slam', 'slammed', 'slamming', 'slams']
    >>> sorted(forms("bogeyman", "noun"))
    ['bogeyman', 'bogeymen']
    """
    word = word.lower()
    found = {word}
    parts = {"noun", "verb", "adj"} if pos == "any" else set(pos.split(","))
    for stem in spellings(word):
        found.add(stem)
        if "noun" in parts:
            found |= _noun(stem)
        if "verb" in parts:
            found |= _verb(stem)
        if "adj" in parts:
            found |= _adjective(stem)
        if {"adj", "adv"} <= parts:
            found.add(adverb(stem))
    return frozenset(found | {variant for form in found for variant in spellings(form)})
