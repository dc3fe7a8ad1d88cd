"""What the neighbours of a word tell: its part of speech, whether it is denied, whether it belongs to a name.

Floor: word forms in order come in, yes or no goes out. No parser: the few closed-class words before and after decide,
and where they are silent the reading that the lexicon asks for stands.
"""

from __future__ import annotations

from collections.abc import Sequence

_NOUN_AFTER = frozenset(
    """a an the this these those that his her its their our my your another any each every no some such much many
    few several both of whose""".split()
)
_VERB_AFTER = frozenset(
    """to will would can could may might must shall should won't wouldn't can't couldn't don't doesn't didn't
    shouldn't not never also i you we they who let let's please""".split()
)
_SUBJECTS = frozenset("he she it who which".split())
#: Words that deny what follows within the clause (Quirk et al. 1985, §10.54–59, and the near-negatives).
NEGATIONS = frozenset(
    """no not never none nobody nothing nor neither without hardly scarcely barely cannot isn't aren't wasn't
    weren't don't doesn't didn't won't wouldn't can't couldn't shouldn't hasn't haven't hadn't ain't""".split()
)
#: How many words back a negation reaches; "not only" and "no doubt" deny nothing.
NEGATION_REACH = 3
_NOT_DENYING = frozenset({("not", "only"), ("not", "just"), ("not", "merely"), ("no", "doubt"), ("no", "longer")})


def fits(pos: frozenset[str], form: str, before: str, after: str) -> bool:
    """Can the form be this part of speech between these two neighbours (lower case, empty at a sentence's edge)?

    Parameters
    ----------
    pos : parts of speech that the entry allows.
    form, before, after : word forms in lower case.

    Examples
    --------
    >>> fits(frozenset({"verb"}), "hack", "a", "job"), fits(frozenset({"noun"}), "hack", "to", "the")
    (False, False)
    """
    if "verb" in pos and len(pos) == 1:
        if form.endswith(("ed", "ing")):
            return True
        return before not in _NOUN_AFTER and not before.endswith("'s")
    if pos <= {"noun", "adj"}:
        if form.endswith(("ed", "ing", "ism", "ist")):
            return True
        if before in _VERB_AFTER:
            return form.endswith("s") and not form.endswith("ss")  # a plural: `let terrorists run`
        if "noun" in pos and before in _SUBJECTS and form.endswith("s"):
            return False
    return True


def is_negated(forms: Sequence[str], position: int) -> bool:
    """Does a negation within `NEGATION_REACH` words before `position` govern it? `forms` is the clause, lower case."""
    low = max(0, position - NEGATION_REACH)
    for place in range(low, position):
        if forms[place] in NEGATIONS:
            following = forms[place + 1] if place + 1 < len(forms) else ""
            if (forms[place], following) not in _NOT_DENYING:
                return True
    return False
