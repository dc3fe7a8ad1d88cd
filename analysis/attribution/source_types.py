"""What kind of source a description names: `senator` a politician, `union president` an organisation.

Floor: small words come in, one of `schema.SOURCE_TYPES` goes out, or an empty text.
"""

from __future__ import annotations

import csv
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from analysis.config import RESOURCES

#: Abbreviated titles as the role that they stand for.
SHORT_TITLES = {
    "sen.": "senator", "sens.": "senators", "rep.": "representative", "reps.": "representatives", "gov.": "governor",
    "gen.": "general", "lt.": "lieutenant", "col.": "colonel", "sgt.": "sergeant", "capt.": "captain",
    "prof.": "professor", "maj.": "major", "adm.": "admiral", "cmdr.": "commander", "dr.": "doctor", "rev.": "reverend",
}  # fmt: skip
#: Endings of who knows a science: `virologist`, `demographer`.
_OF_SCIENCES = ("ologist", "ologists", "ographer", "ographers")
#: Types of bodies whose people speak for them.
BODY_TYPES = frozenset(["media", "organisation", "company", "expert", "official", "military"])
#: Words for a share of people: those polled.
SHARES = frozenset(
    "percentage proportion percent % half third thirds quarter quarters fourths fifth fifths majority majorities".split()
)
#: Roles that say nothing of what kind of body they belong to.
RELATIONAL = frozenset(
    "spokesman spokeswoman spokesperson spokesmen spokespeople secretary president chief chiefs head heads chair "
    "chairman chairwoman chairmen director directors leader leaders member members manager deputy aide aides "
    "adviser advisers people executive executives founder founders co-founder treasurer partner".split()
)
#: Words that say of whom only how many.
_QUANTIFIERS = frozenset("many some several other others another most few".split())


class _Pairs(NamedTuple):
    """Types that two words name together: rows of type, one of these, and one of those; `any_of` is all of these."""

    rows: tuple[tuple[str, frozenset[str], frozenset[str]], ...]
    any_of: frozenset[str]


@lru_cache(maxsize=1)
def _pairs() -> _Pairs:
    """The rows of `resources/source_role_pairs.csv`, the first that fits deciding."""
    with (RESOURCES / "source_role_pairs.csv").open(encoding="utf-8", newline="") as file:
        rows = tuple(
            (row["type"], frozenset(row["one_of"].split()), frozenset(row["and_one_of"].split()))
            for row in csv.DictReader(file)
        )
    return _Pairs(rows, frozenset[str]().union(*[these for _, these, _ in rows]))


@lru_cache(maxsize=1)
def roles() -> dict[str, str]:
    """Small word → source type, from `resources/source_roles.csv`."""
    with (RESOURCES / "source_roles.csv").open(encoding="utf-8", newline="") as file:
        return {row["word"]: row["type"] for row in csv.DictReader(file)}


def type_in(words: Sequence[str]) -> tuple[str, bool]:
    """The source type that a description names, and whether it does so by itself.

    Words are small, in the order of the text; the last one weighs most. A role that belongs to any body (`spokesman`,
    `president`) gives way to the body (`union president`), and alone it is not firm; a ministry of defence is military,
    a news agency is media. No type is an empty text.
    """
    return _type_in(tuple(words))


@lru_cache(maxsize=8192)
def _type_in(words: tuple[str, ...]) -> tuple[str, bool]:
    present = set(words)
    pairs = _pairs()
    if not pairs.any_of.isdisjoint(present):
        for kind, these, those in pairs.rows:
            if not these.isdisjoint(present) and not those.isdisjoint(present):
                return kind, True
    found = [(word, role_of(word)) for word in reversed(words) if len(words) == 1 or word not in _QUANTIFIERS]
    firm = [kind for word, kind in found if kind and word not in RELATIONAL]
    firm.sort(key=lambda kind: kind == "other")  # an activist and lawyer
    loose = [kind for word, kind in found if kind]
    return (firm or loose or [""])[0], bool(firm)


@lru_cache(maxsize=8192)
def role_of(word: str) -> str:
    """The source type that a word names by itself (`senator` → politician), one of several as one; empty for none."""
    listed = roles()
    kind = listed.get(SHORT_TITLES.get(word, word), "")
    if not kind and word.endswith("s") and len(word) > 4:
        kind = listed.get(word[:-1], "") or (listed.get(word[:-3] + "y", "") if word.endswith("ies") else "")
    return kind or ("expert" if word.endswith(_OF_SCIENCES) else "")
