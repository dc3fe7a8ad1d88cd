"""The names that news takes for known: states, places, given names, and who is cited without a title.

Floor: files of `analysis/resources` come in, tables with small names as keys go out, each read once.
"""

from __future__ import annotations

import csv
from functools import lru_cache

from analysis.config import RESOURCES

PARTICLES = frozenset("de del della di da van von der den la le al bin ibn abu el ter ten dos du".split())
#: Whom news calls by the given name alone.
_CALLED_BY_FIRST_NAME = frozenset(["hillary", "bernie", "ivanka", "melania", "barack", "oprah"])
#: Surnames by which news means one politician, whoever else bears them.
BARE = frozenset(["sanders", "trump", "clinton", "obama", "bush", "biden"])


@lru_cache(maxsize=1)
def known_sources() -> dict[str, str]:
    """Small name → source type, from `resources/known_sources.csv`: who news of 2008 to 2024 cites without a title.

    A name with a hyphen is there without it as well, as a run of capitals has it.
    """
    listed = {row["name"].lower(): row["type"] for row in _known_rows()}
    return {name.replace("-", " "): kind for name, kind in listed.items()} | listed


def _known_rows() -> list[dict[str, str]]:
    with (RESOURCES / "known_sources.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@lru_cache(maxsize=1)
def known_by_one_word() -> dict[str, str]:
    """Small surname (of a few, given name) of whom news calls so → type, where all of them share it."""
    kinds: dict[str, set[str]] = {}
    for row in _known_rows():
        name = row["name"].lower() if row["by_surname"] else ""
        for words in (form.split(" ") for form in {name, name.replace("-", " ")} if form):
            last = words[-2] if words[-1] in ("jr.", "iii") else words[-1]
            if len(words) > 2 and words[-2] in PARTICLES:
                last = f"{words[-2]} {last}"
            for word in {last, *_CALLED_BY_FIRST_NAME.intersection(words[:1])}:
                kinds.setdefault(word, set()).add(row["type"])
    return {word: kind.pop() for word, kind in kinds.items() if len(kind) == 1} | dict.fromkeys(BARE, "politician")


@lru_cache(maxsize=1)
def given_names() -> dict[str, str]:
    """Small given name → `m`, `f`, or empty where both bear it, from `resources/given_names.csv`."""
    with (RESOURCES / "given_names.csv").open(encoding="utf-8", newline="") as file:
        return {row["name"].lower(): row["gender"] for row in csv.DictReader(file)}


@lru_cache(maxsize=1)
def places() -> frozenset[str]:
    """Small names of states and cities that are no person, from `resources/places.csv`."""
    with (RESOURCES / "places.csv").open(encoding="utf-8", newline="") as file:
        return frozenset(row["place"].lower() for row in csv.DictReader(file))


@lru_cache(maxsize=1)
def countries() -> dict[str, str]:
    """Small name or capital → the state that speaks under it, from `resources/countries.csv`."""
    out: dict[str, str] = {}
    with (RESOURCES / "countries.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            for name in [row["country"], *row["also"].split(";")]:
                if name:
                    out.setdefault(name.lower(), row["country"])
    return out


def state_of(name: str) -> str:
    """The state, city or country that speaks under a name; empty when it is none."""
    small = name.lower().removeprefix("the ")
    return countries().get(small) or (name if small in places() else "")


def plain(name: str) -> str:
    """A name as the lists have it: small, with straight apostrophes."""
    small = name.lower()
    return small.replace("’", "'") if "’" in small else small
