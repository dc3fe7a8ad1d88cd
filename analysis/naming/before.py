"""Labels before a name: titles and epithets, asides that the name closes; and the noun right behind it (“the Assad regime”).

Floor: the words of a sentence and one name come in; the places of a phrase go out, or None.
"""

from __future__ import annotations

from analysis.naming.mentions import Mention, Words
from analysis.naming.nouns import is_plural, kind_of, lemma
from analysis.naming.phrases import (
    DETERMINERS,
    Phrase,
    backwards,
    fits,
    is_head,
)

#: “secretary of STATE Hillary Clinton”: what an office is over.
OFFICES = frozenset(
    "state staff defense defence war justice education health treasury interior energy labor labour commerce agriculture "
    "transportation transport security intelligence police house commons senate representatives affairs".split()
)


_RULE = frozenset("regime administration government dictatorship junta".split())


#: People who speak or work for a body: no label of the body itself.
_OFFICE_HOLDERS = frozenset(
    "official leader executive chief director manager spokesman spokeswoman spokesperson reporter journalist correspondent "
    "anchor host employee worker analyst expert critic opponent candidate lawyer attorney agent member figure commentator "
    "victim founder owner editor adviser advisor contributor president head chairman officer commander".split()
)


_BODIES = frozenset(
    "movement group organization organisation militia army gang network cell cult sect regime forces force troops fighters "
    "militants terrorists rebels insurgents extremists gunmen guerrillas mob".split()
)


def title(words: Words, mention: Mention) -> Phrase | None:
    """“Syrian strongman Bashar Assad”, “the terrorist group Hezbollah”, “Secretary of State Hillary Clinton”."""
    head = mention.lead - 1
    if head < 0 or words.gap(head) not in ("", ".", '"', "'") or (not words.joins(head) and words.gap(head) == "."):
        return None
    if words.is_possessive(head):
        return None
    if words.lows[head] in OFFICES and head >= 2 and words.lows[head - 1] == "of":
        head = head - 2
        return (backwards(words, head), head) if is_head(words, head) and not words.gap(head) else None
    if not is_head(words, head) or not fits(mention.kind, words, head):
        return None
    if is_plural(words.lows[head]) and mention.kind == "person" and words.is_capital(head):
        return (backwards(words, head), head) if _and_follows(words, mention) else None
    if mention.kind == "state" or (is_plural(words.lows[head]) and mention.kind == "person"):
        return None
    return backwards(words, head), head


def _and_follows(words: Words, mention: Mention) -> bool:
    """Is the name the first of several (“Presidents Bush and Obama”, “Sens. Ted Cruz (R-Tex.) and …”)?"""
    return any(words.lows[place] == "and" for place in range(mention.last + 1, min(len(words), mention.last + 7)))


def listed_title(words: Words, mention: Mention) -> Phrase | None:
    """“Presidents Bush and Obama”, “two Republican senators, Jeff Flake and John McCain”: a plural before a pair."""
    place = mention.lead - 1
    if mention.kind != "person" or place < 2 or words.lows[place] != "and" or words.gap(place):
        return None
    place -= 1
    steps = 0
    while place > 0 and words.is_capital(place) and steps < 3 and not is_head(words, place):
        place, steps = place - 1, steps + 1
    if not steps or not is_head(words, place) or not is_plural(words.lows[place]) or not fits("person", words, place):
        return None
    return (backwards(words, place), place) if words.gap(place) in ("", ",", ".") else None


def before_comma(words: Words, mention: Mention) -> Phrase | None:
    """“the F.B.I. director, Christopher Wray, …”, “her own party, the Union of the Centre”."""
    head = mention.lead - 1
    while head > 0 and words.is_capital(head) and is_head(words, head) and words.joins(head):
        head -= 1
    if head < 1 or words.gap(head) != "," or words.is_possessive(head):
        return None
    if words.lows[head] in OFFICES and words.lows[head - 1] == "of" and head >= 2:
        head -= 2
    if not is_head(words, head) or not fits(mention.kind, words, head):
        return None
    first = backwards(words, head)
    if is_plural(words.lows[head]):
        return (first, head) if mention.kind == "person" and _and_follows(words, mention) else None
    opener = first - 1
    if opener < 0 or not (words.lows[opener] in DETERMINERS or words.is_possessive(opener)):
        return None
    if opener > 0 and words.lows[opener - 1] in ("as", "for") and opener == 1:
        return None
    return (first, head) if _ends_aside(words, mention) else None


def _ends_aside(words: Words, mention: Mention) -> bool:
    """Does the aside that is the name end right behind it (“, Harry Reid of Nevada,”)?"""
    last = mention.last
    if (
        last + 2 < len(words)
        and words.lows[last + 1] in ("of", "jr")
        and words.is_capital(last + 2)
        and not words.gap(last)
    ):
        last += 2
        while last + 1 < len(words) and words.is_capital(last + 1) and not words.gap(last):
            last += 1
    return words.after(last) in (
        ",",
        ".",
        ";",
        ":",
        "(",
        "-",
        "—",
        "–",
        "!",
        "?",
        "",
        '"',
        "'",
    ) and not words.is_possessive(last)


def head_noun(words: Words, mention: Mention) -> Phrase | None:
    """“the Assad regime”, “the Tea Party movement”, “Hezbollah fighters”: a noun right behind the name."""
    place = mention.last + 1
    if place >= len(words) or words.gap(mention.last) or (words.is_capital(place) and mention.kind == "person"):
        return None
    low = words.lows[place]
    noun = lemma(low)
    if words.is_possessive(mention.last):
        return (place, place) if noun == "regime" and mention.kind != "body" else None
    if mention.kind == "person":
        return (place, place) if noun in _RULE else None
    if mention.kind == "state":
        return (place, place) if noun == "regime" else None
    if mention.kind != "body" or not is_head(words, place) or words.is_capital(place):
        return None
    is_members = low.endswith("s") and kind_of(low[:-1]) == "person" and low[:-1] not in _OFFICE_HOLDERS
    return (place, place) if (kind_of(low) == "body" and noun in _BODIES) or is_members else None
