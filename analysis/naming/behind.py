"""Labels behind a name: appositions and copulas.

Floor: the words of a sentence, one name and the last word that belongs to it come in; the places of phrases go out.
"""

from __future__ import annotations

from collections.abc import Iterator

from analysis.naming.before import OFFICES
from analysis.naming.mentions import Mention, Words
from analysis.naming.nouns import is_plural, lemma
from analysis.naming.phrases import (
    DETERMINERS,
    STOPS,
    Phrase,
    forwards,
    is_closed,
)

COPULAS = frozenset("is was are were isn't wasn't remains remained became becomes".split())


_BETWEEN = frozenset("not also now still once really just clearly simply truly only both always never no".split())


ARTICLES = frozenset("a an the one his her its their our".split())


def behind(words: Words, mention: Mention) -> int:
    """The last word of what belongs to the name: “Ryan (R-Wis.)”, “Reid of Nevada”, “Grimm, 44”, “Pelosi on Monday”."""
    last = mention.last
    if words.is_possessive(last):
        return last
    for step in (_generation, _home, _party, _age, _weekday):
        last = step(words, last)
    return last


def _generation(words: Words, last: int) -> int:
    return last + 1 if last + 1 < len(words) and words.lows[last + 1] in ("jr", "sr", "ii", "iii") else last


def _home(words: Words, last: int) -> int:
    """“Reid of Nevada”, when a comma ends it."""
    end = last + 2
    if end >= len(words) or words.lows[last + 1] != "of" or words.gap(last) or not words.is_capital(end):
        return last
    while end + 1 < len(words) and words.is_capital(end + 1) and not words.gap(end):
        end += 1
    return end if words.gap(end)[:1] == "," else last


def _party(words: Words, last: int) -> int:
    """“Ryan (R-Wis.)”, “Ryan, R-Wis.,”."""
    if last + 1 >= len(words):
        return last
    if words.gap(last) == "," and _is_party_tag(words.forms[last + 1]):
        return last + 1
    close = words.text.find(")", words.ends[last], words.ends[last] + 16)
    if words.gap(last) == "(" and close >= 0:
        while last + 1 < len(words) and words.starts[last + 1] < close:
            last += 1
    return last


def _age(words: Words, last: int) -> int:
    if last + 1 >= len(words) or words.gap(last) != ",":
        return last
    form = words.forms[last + 1]
    return last + 1 if form.isdigit() and len(form) < 3 else last


def _weekday(words: Words, last: int) -> int:
    if last + 2 >= len(words) or words.gap(last) or words.lows[last + 1] != "on":
        return last
    return last + 2 if words.lows[last + 2].endswith("day") else last


def _is_party_tag(form: str) -> bool:
    return len(form) > 2 and form[0] in "DRI" and form[1] == "-"


def apposition(words: Words, mention: Mention, after: int) -> Iterator[Phrase]:
    """“Assad, the Syrian president, …”, “Karim Voss, mayor of Ardenne, …”, “Ryan, a Catholic and chairman of …”."""
    place = after + 1
    if place >= len(words) or words.is_possessive(mention.last):
        return
    gap = words.gap(after).replace(".", "").replace(")", "").strip()
    if gap not in (",", "(", "-", "–", "—", "--"):
        return
    place = _past_one_of(words, place)
    has_article = words.lows[place] in DETERMINERS or place > after + 1
    soft = place
    while soft < len(words) - 1 and words.lows[soft] in ("once", "long", "formerly", "now", "then", "perhaps"):
        soft += 1
    has_article = has_article or words.lows[soft] in DETERMINERS
    phrase = forwards(words, place, kind=mention.kind, open_heads=has_article and words.lows[soft] in ("a", "an"))
    if phrase is None or not is_closed(words, phrase[1]):
        return
    if not has_article and (
        (words.gap(phrase[1])[:1] == "," and _is_list(words, phrase[1])) or is_plural(words.lows[phrase[1]])
    ):
        return
    if (
        not has_article
        and phrase[1] + 1 < len(words)
        and words.lows[phrase[1] + 1] == "and"
        and not words.gap(phrase[1])
    ):
        return
    if not has_article and _goes_on_to_name(words, phrase[1]):
        return
    if words.lows[place] == "one" and not is_plural(words.lows[phrase[1]]):
        return
    yield phrase
    yield from _and_more(words, phrase[1], mention.kind)


def _past_one_of(words: Words, place: int) -> int:
    """The place behind “one of”, so that “one of the bill's leading proponents” is read as its noun."""
    return place + 2 if place + 2 < len(words) and words.lows[place : place + 2] == ["one", "of"] else place


def _goes_on_to_name(words: Words, head: int) -> bool:
    """Is the phrase the title of another name (“Obama, former Secretary of State Hillary Clinton”)?"""
    place = head
    if (
        place + 2 < len(words)
        and words.lows[place + 1] == "of"
        and words.lows[place + 2] in OFFICES
        and not words.gap(place)
    ):
        place += 2
    return place + 1 < len(words) and words.is_capital(place + 1) and words.joins(place)


def _is_list(words: Words, head: int) -> bool:
    """Does a comma and `and` follow soon: a list rather than an aside?"""
    return any(
        words.lows[place] in ("and", "or") and words.gap(place - 1) == ","
        for place in range(head + 2, min(len(words), head + 5))
    )


def _and_more(words: Words, head: int, kind: str) -> Iterator[Phrase]:
    """The second noun of “a former agent and Marine who …”, “a Republican of Idaho and once a negotiator”."""
    place = head + 1
    if words.gap(head):
        return
    while place < min(len(words), head + 4) and words.lows[place] != "and":
        if words.lows[place] not in ("of", "from") and not words.is_capital(place):
            return
        if words.gap(place - 1):
            return
        place += 1
    if place + 1 < len(words) and words.lows[place] == "and" and not words.gap(place):
        phrase = forwards(words, place + 1, kind=kind, open_heads=words.lows[place + 1] in ("a", "an", "once"))
        if phrase and is_closed(words, phrase[1]):
            yield phrase


def copula(words: Words, mention: Mention, after: int) -> Phrase | None:
    """“Hezbollah is a terrorist organisation”, “Putin is not America's friend”, “Iran and Russia are allies”."""
    place = after + 1
    if place >= len(words) or words.gap(after) not in ("", ",") or words.is_possessive(mention.last):
        return None
    if words.gap(after) == "," and after == mention.last:
        return None
    if (
        words.lows[place] in ("has", "had", "have")
        and place + 1 < len(words)
        and words.lows[place + 1] in ("been", "become")
    ):
        place += 1
    elif words.lows[place] not in COPULAS:
        return None
    return predicate(words, place + 1, mention.kind)


def _has_contact_clause(words: Words, head: int) -> bool:
    """“a terrorist organisation Iran supplies”: a clause that belongs to the noun without saying “that”."""
    place = head + 1
    while place < len(words) and words.is_capital(place) and not words.gap(place - 1):
        place += 1
    is_verb = place < len(words) and not words.gap(place - 1) and words.lows[place].endswith(("s", "ed"))
    return place > head + 1 and is_verb


def predicate(words: Words, place: int, kind: str) -> Phrase | None:
    """What stands behind a copula, when it is a noun phrase."""
    while (
        place < len(words)
        and (words.lows[place] in _BETWEEN or words.lows[place].endswith("ly"))
        and not words.gap(place - 1)
    ):
        place += 1
    if place >= len(words) or words.gap(place - 1) not in ("", '"', "'"):
        return None
    is_noun = words.lows[place] in ARTICLES or words.is_possessive(place)
    place = _past_one_of(words, place)
    phrase = forwards(words, place, kind=kind, open_heads=is_noun)
    if phrase is None or not (is_closed(words, phrase[1]) or _has_contact_clause(words, phrase[1])):
        return None
    if not is_noun and not (is_plural(words.lows[phrase[1]]) or _is_office(words, phrase)):
        return None
    return phrase


def _is_office(words: Words, phrase: Phrase) -> bool:
    return phrase[0] == phrase[1] and lemma(words.lows[phrase[1]]) in (
        "president",
        "chairman",
        "governor",
        "mayor",
        "senator",
    )


def inverted(words: Words, mention: Mention) -> Phrase | None:
    """“The man at the helm was Idris Vaal”: the head is the noun behind the opening `the`."""
    verb = mention.lead - 1
    if verb < 2 or words.lows[verb] not in ("is", "was") or words.gap(verb) or mention.kind != "person":
        return None
    for place in range(verb - 1, max(-1, verb - 9), -1):
        if words.lows[place] in ("the", "a", "an", "their", "his", "its") and (
            place == 0 or words.lows[place - 1] not in STOPS
        ):
            phrase = forwards(words, place, kind=mention.kind)
            return phrase if phrase and phrase[1] < verb and (place == 0 or words.gap(place - 1)) else None
    return None
