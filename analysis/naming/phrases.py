"""Noun phrases that can be labels: where one begins, where its head stands, and whether its head fits the actor.

Floor: the words of a sentence and a place come in; (first, head) places go out, or None.
"""

from __future__ import annotations

import re

from analysis.naming.mentions import Words
from analysis.naming.nouns import is_plural, kind_of, lemma

#: First word and head of a label, as places in the sentence.
Phrase = tuple[int, int]

DETERMINERS = frozenset("a an the its his her their our my your this that these those another one some".split())
#: Words that end a noun phrase: what follows is no part of the label.
STOPS = frozenset(
    "of in on at by for from to with without against under over after before during since until between among across into near "
    "that which who whom whose where when while as and or but nor than then if because so not no like about behind "
    "is was are were be been being has have had do does did will would can could may might shall should must "
    "he she it they we you i him them us me what there here said says say told tells just only even still ever "
    "never backed led accused known run based called described supplied founded funded killed armed appointed elected".split()
)
#: Adverbs and numbers that may stand before a noun phrase or inside it and are no part of the label.
_SOFT = frozenset("now once long also widely largely perhaps then currently formerly both".split())
_MARKS = frozenset(["", "'", '"', "\"'", "'\""])
_AGENT = re.compile(r"[a-z]{2,}(?:er|or|ist|ian|eer|man|woman|ee|ant)$")
#: Nouns that look like somebody who does something, and are not.
_NO_AGENTS = frozenset(
    "number matter order letter answer winter summer murder power water paper offer chapter disaster dinner computer corner "
    "danger error factor favor favour honor honour color colour labor labour humor humour mirror terror horror motor sector "
    "vector tumor rumor former other another over under after ever never rather further whether either neither better larger "
    "smaller higher lower greater longer shorter bigger older younger stronger weaker wider earlier later newer poorer safer "
    "richer easier harder closer fewer minor major senior junior prior superior inferior interior exterior anterior senator's "
    "center centre theater theatre quarter barrier carrier border shoulder weather river cover filter tower register semester "
    "cluster monster user's master-plan poster chamber december november october september per super paper newspaper layer "
    "trailer charter banner counter encounter render gender tender wonder thunder slander surrender reminder remainder cancer "
    "list twist assist exist resist consist insist mist fist wrist egalitarian utilitarian authoritarian humanitarian "
    "civilian-style important significant relevant distant instant constant brilliant elegant giant-sized grant plant want "
    "restaurant quant warrant covenant fee coffee degree committee agree three free tree guarantee knee employee-owned "
    "human german roman woman's man's can than plan".split()
)
_TIMES = frozenset(
    "day days week weeks month months year years hour hours minute minutes moment time times night morning".split()
)
#: Verbs that often stand right before a title; other forms are known by their endings.
_VERBS = frozenset(
    "met meet meets saw sent gave took made told left won beat hit put let wrote spoke chose led met backs back supports support "
    "blames urges calls asks wants names sues quotes cites brought fought sought held kept heard knew two three four five six".split()
)
_STATE_LIKE = frozenset(
    "ally enemy foe rival opponent adversary neighbour neighbor partner sponsor supporter backer friend aggressor victim "
    "threat broker mediator supplier patron client puppet occupier leader producer exporter importer".split()
)
_BODY_LIKE = frozenset(
    "ally enemy foe rival opponent proxy owner founder sponsor partner leader critic backer supporter threat".split()
)


def is_head(words: Words, place: int) -> bool:
    """Is the word a noun of the list?"""
    return bool(kind_of(words.lows[place]))


def fits(kind: str, words: Words, head: int) -> bool:
    """Can a label with this head name an actor of this kind?"""
    low = words.lows[head]
    noun = lemma(low)
    of = kind_of(low)
    if kind == "person":
        return of in ("person", "") and noun not in ("right", "left")
    if kind == "state":
        return of == "state" or noun in _STATE_LIKE
    if kind == "body":
        return of == "body" or noun in _BODY_LIKE or (of == "person" and is_plural(low))
    return of in ("thing", "")


def is_agent(low: str) -> bool:
    """Does a noun that is not listed look like somebody who does something (`trafficker`, `demographer`)?"""
    return low not in _NO_AGENTS and bool(_AGENT.search(low))


def backwards(words: Words, head: int, *, most: int = 4) -> int:
    """The first word of the noun phrase that ends at `head`."""
    first = head
    while first > 0 and head - first < most and _may_modify(words, first - 1):
        first -= 1
    return first


def _may_modify(words: Words, place: int) -> bool:
    low = words.lows[place]
    if (
        not (words.gap(place) in _MARKS or words.joins(place))
        or low in STOPS
        or low in DETERMINERS
        or low in _SOFT
        or low.endswith("ly")
        or words.is_possessive(place)
    ):
        return False
    is_verb = (low in _VERBS or low.endswith(("ed", "ing"))) and "-" not in low and not words.is_capital(place)
    return words.forms[place][:1].isalpha() and not is_verb


def forwards(words: Words, place: int, *, kind: str, open_heads: bool = False, most: int = 9) -> Phrase | None:
    """The noun phrase that begins at `place`; None when it has no head that fits the kind.

    Parameters
    ----------
    open_heads : nouns that are not listed may be the head when they look like somebody who does something, or, when
        nothing better stands there, when the phrase ends in them right before a mark.
    """
    stop = min(len(words), place + most)
    while place < stop and (words.lows[place] in DETERMINERS or words.lows[place] in _SOFT):
        place += 1
    first, last, spot = place, -1, place
    while spot < stop:
        low = words.lows[spot]
        if (low in STOPS and not (spot == first and low.endswith("ed"))) or low in DETERMINERS:
            break
        if spot > first and not (words.gap(spot - 1) in _MARKS or words.joins(spot - 1)):
            break
        if last >= 0 and low in _SOFT:
            break
        if words.forms[spot][0].isdigit() and spot > first and last >= 0:
            break
        if last >= 0 and not is_head(words, spot) and low.endswith(("ed", "ing", "ly")):
            break
        if is_head(words, spot) or (open_heads and is_agent(low) and not words.is_capital(spot)):
            last = spot
        spot += 1
        if words.is_possessive(spot - 1):
            first, last = spot, -1
    if last < 0 or not fits(kind, words, last):
        return None
    # A listed noun that only modifies an unlisted one is no head: “a party official's” is, “a minister post” is not.
    if last + 1 < spot and not words.is_capital(last + 1) and words.joins(last) and words.lows[last + 1] not in _TIMES:
        return None
    return first, last


def any_noun(words: Words, place: int) -> Phrase | None:
    """What somebody is called with a calling verb: a short phrase of any nouns that ends at a mark or a preposition."""
    first = place
    while first < len(words) and words.lows[first] in DETERMINERS:
        first += 1
    last = first
    while (
        last < len(words) and last - first < 4 and words.lows[last] not in STOPS and words.lows[last] not in DETERMINERS
    ):
        if words.is_possessive(last):
            return None
        last += 1
        if last < len(words) and words.gap(last - 1) not in _MARKS:
            break
    last -= 1
    if (
        last < first
        or not _TIMES.isdisjoint(words.lows[first : last + 1])
        or words.lows[last].endswith(("ly", "ed", "ing"))
    ):
        return None
    return first, last


def is_closed(words: Words, head: int) -> bool:
    """Does an aside end behind this head: with a mark, the end, or a clause or preposition that belongs to the noun?"""
    if head + 1 >= len(words):
        return True
    gap = words.gap(head)
    if gap and gap[0] in ",.;:)(-–—\"'?!":
        return True
    if gap:
        return False
    follows = words.lows[head + 1]
    return follows in _CLOSERS


_CLOSERS = frozenset(
    "of for in at from who whom whose that which and with on to by since where as under during against until near between "
    "running turned living working leading based when before after if because again".split()
)
