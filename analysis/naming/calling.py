"""Labels that somebody gives: relative clauses, verbs of calling, making and serving, and `as`.

Floor: the words of a sentence and one name come in; the places of a phrase go out, or None.
"""

from __future__ import annotations

from analysis.naming.behind import ARTICLES, COPULAS, predicate
from analysis.naming.mentions import Mention, Words
from analysis.naming.phrases import (
    DETERMINERS,
    Phrase,
    any_noun,
    forwards,
    is_closed,
)

_CALLING = frozenset(
    "call calls called calling label labels labelled labeled labelling labeling brand brands branded branding describe describes "
    "described describing define defines defined defining designate designates designated designating portray portrays portrayed "
    "portraying denounce denounces denounced denouncing regard regards regarded regarding consider considers considered considering "
    "dub dubs dubbed dubbing condemn condemned condemns cast casts hail hails hailed praise praised praises deem deems deemed "
    "view views viewed see sees seen declare declares declared declaring".split()
)


#: Passive verbs that need `as` or an office behind them.
_MADE = frozenset(
    "appointed elected named nominated chosen picked installed sworn confirmed hired made re-elected".split()
)


_SERVING = frozenset(
    "serve serves served serving work works worked working act acts acted resigned retired running ran run".split()
)


def relative(words: Words, mention: Mention, after: int) -> Phrase | None:
    """“Sanders, who was the runner-up”, “X, which calls itself …”, “Labrador, who worked as an attorney”."""
    place = after + 1
    if place + 1 >= len(words) or words.lows[place] not in ("who", "which") or "," not in words.gap(after):
        return None
    place += 1
    while place + 1 < len(words) and (
        words.lows[place] in ("has", "had", "once", "also") or words.lows[place].endswith("ly")
    ):
        place += 1
    if words.lows[place] in COPULAS or words.lows[place] in ("been", "become"):
        return predicate(words, place + 1, mention.kind)
    for spot in range(place, min(place + 6, len(words) - 1)):
        if spot > place and words.gap(spot - 1):
            return None
        if words.lows[spot] == "as" and words.lows[place] in _SERVING:
            phrase = forwards(words, spot + 1, kind=mention.kind, open_heads=True)
            return phrase if phrase and is_closed(words, phrase[1]) else None
        if words.lows[spot] in _CALLING and spot > place:
            return _name_given(words, spot + 1, mention.kind)
    return None


def called(words: Words, mention: Mention, behind: int) -> Phrase | None:
    """“called Trump an ‘idiot’”, “defines Hezbollah as ‘terrorist’”, “Hezbollah was labelled a terrorist group”."""
    verb = mention.lead - 1
    after = mention.last + 1
    if verb >= 0 and words.lows[verb] in _CALLING and not words.gap(verb) and not words.is_possessive(mention.last):
        return _name_given(words, after, mention.kind) if after < len(words) else None
    after = behind + 1
    if after + 2 < len(words) and words.lows[after] in ("is", "was", "are", "were", "been") and not words.gap(behind):
        place = after + 1
        while place + 1 < len(words) and words.lows[place].endswith("ly"):
            place += 1
        if words.lows[place] in _CALLING:
            return _name_given(words, place + 1, mention.kind)
        if words.lows[place] in _MADE:
            return _office_given(words, place + 1, mention.kind)
    return None


def _name_given(words: Words, place: int, kind: str) -> Phrase | None:
    """The name that a calling verb gives: behind `as`, or a noun phrase with an article, or words in marks."""
    if place >= len(words):
        return None
    has_as = words.lows[place] == "as"
    if has_as:
        place += 1
    while place < len(words) and words.lows[place] in ("both", "to", "be", "being"):
        place += 1
    if place >= len(words):
        return None
    marks = words.gap(place - 1)
    if marks not in ("", '"', "'") or not (
        has_as or marks or words.lows[place] in ("a", "an", "the", "his", "its", "their")
    ):
        return None
    phrase = forwards(words, place, kind=kind)
    if phrase is None and place + 3 < len(words) and "and" in words.lows[place : place + 4]:
        rest = forwards(words, words.lows.index("and", place) + 1, kind=kind)
        phrase = (place + (words.lows[place] in DETERMINERS), rest[1]) if rest else None
    if phrase is None and (words.lows[place] in ("a", "an") or marks):
        phrase = any_noun(words, place)
    return phrase


def _office_given(words: Words, place: int, kind: str) -> Phrase | None:
    """“was appointed (to an eighth term as) House minority leader”, “was elected president of Iran”."""
    stop = min(len(words), place + 6)
    for spot in range(place, stop - 1):
        if words.gap(spot - 1):
            break
        if words.lows[spot] == "as":
            return forwards(words, spot + 1, kind=kind)
    phrase = forwards(words, place, kind=kind)
    return phrase if phrase and phrase[0] <= place + 1 and is_closed(words, phrase[1]) else None


def as_behind(words: Words, mention: Mention) -> Phrase | None:
    """“choice of Ryan as his nominee”, “Akin, running as the Republican nominee”, “Biden has served as the liaison”."""
    place = mention.last + 1
    if words.is_possessive(mention.last):
        return None
    for spot in range(place, min(place + 5, len(words) - 1)):
        gap = words.gap(spot - 1)
        if gap and (gap != "," or spot > place):
            return None
        if words.lows[spot] == "as":
            is_near = spot == place or words.lows[spot - 1] in _SERVING
            if not is_near or words.gap(spot) not in ("", '"', "'"):
                return None
            phrase = forwards(words, spot + 1, kind=mention.kind, open_heads=spot > place)
            has_article = words.lows[spot + 1] in ARTICLES or words.is_possessive(spot + 1)
            return phrase if phrase and (has_article or words.lows[spot - 1] in _SERVING) else None
    return None


def as_before(words: Words, mention: Mention) -> Phrase | None:
    """“As the ranking Republican on the committee, Mr. Grassley could …”."""
    comma = mention.lead - 1
    if comma < 2 or words.gap(comma) != "," or words.is_possessive(mention.last):
        return None
    for spot in range(comma - 1, max(-1, comma - 12), -1):
        if words.gap(spot):
            return None
        if words.lows[spot] == "as":
            if words.lows[spot + 1] not in ("a", "an", "the", "one"):
                return None
            phrase = forwards(words, spot + 1, kind=mention.kind)
            return (
                phrase
                if phrase and phrase[1] <= comma and (phrase[1] == comma or is_closed(words, phrase[1]))
                else None
            )
    return None
