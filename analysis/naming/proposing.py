"""A table of actors proposed from the texts: capitalised names, their short forms, and what kind of actor they seem.

Floor: the articles and sentences of a study come in; one row an alias goes out, to be looked over by a person.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache

import pandas as pd

from analysis.config import RESOURCES
from analysis.naming.nouns import ADDRESS, TITLES, kind_of
from analysis.words import normalise

#: A capitalised word, an initial (`J.`) or letters with points (`U.S.`); a run joins them with single spaces, and with
#: particles inside it.
_UNIT = r"(?:(?:[A-Z]\.){2,}|[A-Z](?=\.\s[A-Z])\.|[A-Z][\w'’-]*[\w]|[A-Z]\b)"
_RUN = re.compile(rf"{_UNIT}(?: (?:(?:of|de|van|von|der|bin|al|du|la|the|and) ){{0,2}}{_UNIT}){{0,7}}")
#: Where a run of capitals holds two names; `of` only behind a person (“Reid of Nevada”).
_AND = re.compile(r" and | of the | the | of ")
_OPENERS = frozenset(
    "But And Or So Yet As If While When Where What Why How Though Although Since Because After Before Then Now Still Even The A "
    "In On At By For From With Under Over To Of It He She They We You I His Her Their Our My Its This That These Those There "
    "Here Not No Both Such Like Former Ex Also Mr Mrs Ms Dr".split()
)
_DAYS = frozenset("Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split())
_MONTHS = frozenset(
    "January February March April May June July August September October November December "
    "Jan Feb Mar Apr Jun Jul Aug Sept Sep Oct Nov Dec".split()
)
#: Adjectives of place, belief and party, and the people named by them: “Russian”, “Iraqis”, “Democratic”.
_ADJECTIVE = re.compile(
    r"^(?:\w+(?:[a-z]ian|[a-z]ean|[a-z]ese|[a-z]ish|rican|xican|uban|gan|ghan|aqi|aeli|tani|uwaiti|eni|audi|ali|tsrat)s?|"
    r"French|Dutch|Greeks?|Swiss|Welsh|Irish|Arabs?|Czech|German|Norman|Germans|Jewish|Jews|Muslims?|Christians?|Hispanics?|"
    r"Latinos?|Whites?|Blacks?|Asians?|Democratic|Republican|Congressional|Presidential|Federal|Islamic|Catholics?|"
    r"Democrats?|Republicans?|Conservatives?|Liberals?|Western|Eastern|Northern|Southern|American|Thai|Turks|Danes|Poles)$"
)
#: States of the United States: in its news they stand where actors stand, and nobody labels them.
_US_STATES = frozenset(
    "Alabama Alaska Arizona Arkansas California Colorado Connecticut Delaware Florida Hawaii Idaho Illinois Indiana Iowa Kansas "
    "Kentucky Louisiana Maine Maryland Massachusetts Michigan Minnesota Mississippi Missouri Montana Nebraska Nevada Ohio "
    "Oklahoma Oregon Pennsylvania Tennessee Texas Utah Vermont Virginia Wisconsin Wyoming".split()
) | {"New York", "New Jersey", "New Mexico", "New Hampshire", "North Carolina", "South Carolina", "North Dakota",
     "South Dakota", "West Virginia", "Rhode Island", "New York City"}  # fmt: skip
_PARTY_TAG = re.compile(r"^[A-Z]{1,3}-[A-Z]")
#: Words that stand before places, not before actors.
_BEFORE_PLACES = re.compile(r"(?:\b(?:in|at|near|across|throughout|around|outside|into|downtown),? |[A-Z]\w+, )$")
_ACTS = re.compile(
    r"^(?:'s|,? who\b|,? (?:has|had|was|is|will|would|did|does|says?|said|told|also|announced|called|accused|denied|"
    r"warned|argued|claimed|wrote|insisted|refused|added|wants?|took|made|went|came|may|must|can|could)\b)"
)
_TITLE_BEFORE = re.compile(r"([A-Za-z]+)\.? $")
_BODY_WORDS = re.compile(
    r"(?i)\b(?:party|ministry|department|council|committee|commission|company|corp|inc|group|union|army|agency|police|courts?|"
    r"bank|university|house|senate|congress|news|times|post|press|institute|center|centre|association|foundation|bureau|"
    r"state|front|league|force|service|office|network|church|college|fund|journal|administration|parenthood|cross|navy)\b"
)
#: Of the mentions of a name, the share that may stand behind a word of place before it is taken for a place.
_MOST_IN_PLACE = 0.5


@dataclass
class _Candidate:
    """What the texts say of one capitalised name."""

    n_mentions: int = 0
    n_opening: int = 0
    n_in_place: int = 0
    n_acting: int = 0
    n_titled: int = 0
    n_after_the: int = 0
    articles: set[str] = field(default_factory=set)


def is_adjective(form: str) -> bool:
    """Does this capitalised word say where somebody is from or what they believe (“Syrian”, “Democratic”)?"""
    return bool(_ADJECTIVE.match(form))


def propose_actors(
    articles: pd.DataFrame, sentences: pd.DataFrame, *, most: int = 40, min_articles: int = 2
) -> pd.DataFrame:
    """Candidates for the table of actors: capitalised names that several articles share.

    Parameters
    ----------
    articles, sentences : tables of a study; headlines are not read (every word may be a capital there).
    most : how many referents at the most, the most frequent first.
    min_articles : a name must stand in that many articles (one is enough when there is only one article).

    Returns
    -------
    DataFrame : `referent, alias, kind, n_mentions, n_articles`, the most frequent referent first. A last name is an alias
        of the longer name that ends in it when that name has nine tenths of the longer names' mentions; where two share
        it (a couple, brothers), it is left out. Initials are ignored (“Paul D. Ryan” is Paul Ryan).

    Notes
    -----
    Left out: weekdays, months, adjectives of nation, belief and party, titles, words that stand in lower case elsewhere,
    single words that only ever open a sentence, and names that mostly stand behind a word of place (“in Ohio”).
    `kind` is a guess (a listed country; a word for a body; a title before it): look the table over before use.
    """
    found, common = _candidates(articles, sentences)
    few = min(min_articles, len(articles))
    kept = {name: seen for name, seen in found.items() if len(seen.articles) >= few and _is_actor(name, seen, common)}
    owner = _owners(kept)
    rows = [
        (referent, alias, kept[alias].n_mentions, len(kept[alias].articles))
        for alias, referent in owner.items()
        if referent in kept
    ]
    table = pd.DataFrame(rows, columns=["referent", "alias", "n_mentions", "n_articles"])
    total = table.groupby("referent")["n_mentions"].sum()
    ranked = sorted(total.index, key=lambda name: (-total[name], name))[:most]
    kinds = {
        name: _kind(name, [kept[alias] for alias in table.loc[table["referent"] == name, "alias"]]) for name in ranked
    }
    table = table[table["referent"].isin(ranked)]
    table.insert(2, "kind", [kinds[name] for name in table["referent"]])
    rank = {name: place for place, name in enumerate(ranked)}
    order = sorted(
        range(len(table)),
        key=lambda row: (rank[table["referent"].iloc[row]], -table["n_mentions"].iloc[row], table["alias"].iloc[row]),
    )
    return table.iloc[order].reset_index(drop=True)


def _candidates(articles: pd.DataFrame, sentences: pd.DataFrame) -> tuple[dict[str, _Candidate], Counter[str]]:
    """Names with what was seen of them, and how often each word stands in lower case."""
    found: dict[str, _Candidate] = defaultdict(_Candidate)
    common: Counter[str] = Counter()
    texts = dict(zip(articles["article_id"], articles["text"], strict=True))
    body = sentences[sentences["zone"] == "body"]
    for article, rows in body.groupby("article_id", sort=False, observed=True):
        text = normalise(texts[article])
        common.update(re.findall(r"\b[a-z][a-z'-]+\b", text))
        for start, end in zip(rows["start"].tolist(), rows["end"].tolist(), strict=True):
            _note_sentence(text[start:end], str(article), found)
    return dict(found), common


def _note_sentence(sentence: str, article: str, found: dict[str, _Candidate]) -> None:
    opening = re.match(r"\W*", sentence)
    begins = opening.end() if opening else 0
    for match in _RUN.finditer(sentence):
        for name, start, end, titled in _names(sentence, match.start(), match.end()):
            seen = found[name]
            before, after = sentence[max(0, start - 24) : start], sentence[end : end + 24]
            seen.n_mentions += 1
            seen.n_opening += start <= begins
            seen.n_in_place += bool(_BEFORE_PLACES.search(before))
            seen.n_acting += bool(_ACTS.match(after))
            seen.n_titled += titled
            seen.n_after_the += before.lower().endswith("the ")
            seen.articles.add(article)


def _names(sentence: str, start: int, end: int) -> Iterator[tuple[str, int, int, bool]]:
    """The names in one run of capitals: cut at `and`, without the title before them and the possessive behind them."""
    pieces, place = [], start
    for cut in _AND.finditer(sentence, start, end):
        is_body = (
            bool(_BODY_WORDS.search(sentence[place : cut.start()])) or " " not in sentence[place : cut.start()].strip()
        )
        if cut[0] == " and " or not is_body:
            pieces.append((place, cut.start()))
            place = cut.end()
    pieces.append((place, end))
    for first, last in pieces:
        words = [(first + match.start(), first + match.end()) for match in re.finditer(r"\S+", sentence[first:last])]
        titled = False
        for spot, (low, high) in reversed(list(enumerate(words))):
            form = sentence[low:high].rstrip(".").lower()
            if spot + 1 < len(words) and (form in ADDRESS - {"st"} or form in TITLES or kind_of(form) == "person"):
                if not _BODY_WORDS.search(sentence[words[spot + 1][0] : words[-1][1]]):
                    words, titled = words[spot + 1 :], True
                break
        while words and sentence[words[0][0] : words[0][1]].rstrip(".") in _OPENERS | {"the", "a", "of", "and"}:
            words = words[1:]
        if words:
            low, high = words[0][0], words[-1][1]
            name = re.sub(r"'s?$", "", sentence[low:high])
            yield name, low, low + len(name), titled


def _is_actor(name: str, seen: _Candidate, common: Mapping[str, int]) -> bool:
    plain = name.rstrip(".")
    if (
        len(plain) < 2
        or name in _DAYS | _MONTHS | _US_STATES
        or _PARTY_TAG.match(name)
        or _ADJECTIVE.match(name)
        or "'" in name[:3]
    ):
        return False
    lower = plain.lower()
    if " " not in name and (lower in TITLES or lower in ADDRESS or kind_of(lower)):
        return False
    if (
        " " not in name
        and not plain.isupper()
        and (common[lower] > seen.n_mentions / 2 or seen.n_opening == seen.n_mentions)
    ):
        return False
    if " " in name and any(_ADJECTIVE.match(word) or word in _DAYS | _MONTHS for word in name.split()[-1:]):
        return False
    in_place = seen.n_in_place / seen.n_mentions
    return bool(_country(name)) or (
        in_place < _MOST_IN_PLACE and (seen.n_acting > 0 or seen.n_titled > 0 or " " in name)
    )


def _owners(kept: Mapping[str, _Candidate]) -> dict[str, str]:
    """Alias → referent: countries by their list, initials dropped, last names to the longer name that has most of them."""
    owner: dict[str, str] = {}
    by_plain: dict[str, list[str]] = defaultdict(list)
    for name in kept:
        by_plain[_plain(name)].append(name)
    for names in by_plain.values():
        main = min(names, key=lambda name: (-kept[name].n_mentions, name))
        owner |= dict.fromkeys(names, main)
    by_last: dict[str, Counter[str]] = defaultdict(Counter)
    for name in kept:
        words = _plain(name).split()
        if len(words) > 1 and not _BODY_WORDS.search(name):
            by_last[words[-1]][owner[name]] += kept[name].n_mentions
    for name in kept:
        longer = by_last.get(name)
        if " " in name or not longer:
            continue
        full, n_mentions = min(longer.items(), key=lambda item: (-item[1], item[0]))
        owner[name] = full if n_mentions >= 0.9 * longer.total() else ""
    for name in kept:
        if _country(name):
            known = [other for other in kept if _country(other) == _country(name)]
            owner[name] = min(known, key=lambda other: (other != _country(name), -kept[other].n_mentions, other))
    return owner


def _plain(name: str) -> str:
    """The name without initials, points and the ends of generations: what two spellings share."""
    if re.fullmatch(r"(?:[A-Z]\.)+", name):
        return name.replace(".", "")
    words = [
        word for word in name.split() if not re.fullmatch(r"[A-Z]\.", word) and word not in ("Jr", "Sr", "II", "III")
    ]
    return " ".join(words) or name


def _kind(name: str, seen: list[_Candidate]) -> str:
    if _country(name):
        return "state"
    titled, the = (sum(getattr(part, what) for part in seen) for what in ("n_titled", "n_after_the"))
    total = sum(part.n_mentions for part in seen)
    if name.replace(".", "").isupper() or _BODY_WORDS.search(name) or the > total / 2:
        return "body"
    acting = sum(part.n_acting for part in seen)
    return "person" if titled or len(name.split()) in (2, 3) or acting > total / 4 else "body"


def _country(name: str) -> str:
    return _countries().get(name, "")


@lru_cache(maxsize=1)
def _countries() -> dict[str, str]:
    """Name of a country, its capital or its government → the country."""
    table = pd.read_csv(RESOURCES / "countries.csv", dtype=str, keep_default_na=False)
    names: dict[str, str] = {}
    for country, also in zip(table["country"], table["also"], strict=True):
        names |= dict.fromkeys([country, *also.split(";")], country)
    names.pop("", None)
    return names
