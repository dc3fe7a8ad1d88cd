"""The nouns that say what somebody or something is: the heads of labels, their kind and their lemma.

Floor: `resources/label_nouns.txt` is read once; a word form comes in, a kind or a lemma goes out.
"""

from __future__ import annotations

from functools import lru_cache

from analysis.config import RESOURCES

#: Irregular plurals among the nouns of the list, and endings of regular ones with what stands in their place.
_IRREGULAR = {"wives": "wife", "children": "child", "people": "person", "thieves": "thief", "allies": "ally"}
_PLURALS = (("ies", "y"), ("men", "man"), ("es", ""), ("s", ""))
#: Short forms of titles as they stand before names → the noun.
TITLES = {
    "sen": "senator", "sens": "senator", "rep": "representative", "reps": "representative", "gov": "governor",
    "govs": "governor", "gen": "general", "col": "colonel", "lt": "lieutenant", "sgt": "sergeant", "capt": "captain",
    "maj": "major", "cmdr": "commander", "adm": "admiral", "prof": "professor", "rev": "reverend", "det": "detective",
    "supt": "superintendent", "insp": "inspector", "fr": "father", "cllr": "councillor", "pres": "president",
    "ret": "", "atty": "attorney", "amb": "ambassador", "pvt": "private", "cpl": "corporal",
}  # fmt: skip
_PLURAL_TITLES = frozenset(["sens", "reps", "govs"])
#: Forms of address: they stand before names and say nothing about who somebody is.
ADDRESS = frozenset("mr mrs ms miss dr sir dame mx messrs st ste".split())


def kind_of(form: str) -> str:
    """The kind of actor that a noun in lower case can name (person, body, state, thing); empty when it is no label."""
    kinds = _kinds()
    noun = lemma(form)
    return kinds.get(noun) or ("-" in noun and kinds.get(noun.rpartition("-")[2])) or ""


@lru_cache(maxsize=8192)
def lemma(form: str) -> str:
    """The singular of a label noun in lower case, with titles written out; any other form as it is."""
    if form in TITLES:
        return TITLES[form] or form
    nouns = _kinds()
    if form in nouns:
        return form
    if form in _IRREGULAR:
        return _IRREGULAR[form]
    for ending, instead in _PLURALS:
        if form.endswith(ending) and form[: -len(ending)] + instead in nouns:
            return form[: -len(ending)] + instead
    if "-" in form:
        last = lemma(form.rpartition("-")[2])
        return form.rpartition("-")[0] + "-" + last if last in nouns else form
    return form


def is_plural(form: str) -> bool:
    """Is this form of a label noun a plural (`allies`, `people`)?"""
    return form in _PLURAL_TITLES or (lemma(form) != form and form not in TITLES)


def says_little(noun: str) -> bool:
    """Does this head need the word before it (`group`, `leader`)?"""
    return noun in _generic_heads()


@lru_cache(maxsize=1)
def _kinds() -> dict[str, str]:
    return {noun: kind for noun, (kind, _) in _read().items()} | {noun: "person" for noun in TITLES.values() if noun}


@lru_cache(maxsize=1)
def _generic_heads() -> frozenset[str]:
    return frozenset(noun for noun, (_, generic) in _read().items() if generic)


@lru_cache(maxsize=1)
def _read() -> dict[str, tuple[str, bool]]:
    nouns: dict[str, tuple[str, bool]] = {}
    kind = ""
    for line in (RESOURCES / "label_nouns.txt").read_text(encoding="utf-8").splitlines():
        if line.startswith("["):
            kind = line.strip("[]")
        elif not line.startswith("#"):
            for word in line.split():
                nouns.setdefault(word.rstrip("*"), (kind, word.endswith("*")))
    return nouns
