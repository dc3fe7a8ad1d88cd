"""How a label is joined to a name: premodifier, head noun, apposition, copula, relative clause, as-construction.

Floor: the words and the names of one sentence come in, labels as places go out. Each pattern looks at no more than a
dozen words around a name.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from analysis.naming.mentions import Mention, Words, named_places
from analysis.naming.nouns import is_plural, kind_of, lemma
from analysis.naming.phrases import (
    DETERMINERS,
    STOPS,
    Phrase,
    any_noun,
    backwards,
    fits,
    forwards,
    is_agent,
    is_closed,
    is_head,
)

#: How label and name are joined; the order in which they are tried.
PATTERNS = ("premodifier", "headnoun", "apposition", "copula", "relative", "as", "definite")

_COPULAS = frozenset("is was are were isn't wasn't remains remained became becomes".split())
_BETWEEN = frozenset("not also now still once really just clearly simply truly only both always never no".split())
_ARTICLES = frozenset("a an the one his her its their our".split())
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
#: “secretary of STATE Hillary Clinton”: what an office is over.
_OFFICES = frozenset(
    "state staff defense defence war justice education health treasury interior energy labor labour commerce agriculture "
    "transportation transport security intelligence police house commons senate representatives affairs".split()
)
_RULE = frozenset("regime administration government dictatorship junta".split())


@dataclass(frozen=True, slots=True)
class Found:
    """One label of one actor: the places of its first word and head."""

    referent: str
    pattern: str
    first: int
    last: int


def find_labels(words: Words, mentions: Sequence[Mention]) -> list[Found]:
    """The labels that stand with the names of one sentence, each phrase once for an actor, in order of the text."""
    named = named_places(mentions)
    found: dict[tuple[int, str], Found] = {}
    for mention in mentions:
        for phrase, pattern in _around(words, mention, named):
            first, last = phrase
            if last in named:
                continue
            while first < last and named & set(range(first, last)):
                first += 1
            found.setdefault((last, mention.referent), Found(mention.referent, pattern, first, last))
    for shared, other in _coordinated(words, mentions, found):
        found.setdefault(
            (shared.last, other.referent), Found(other.referent, shared.pattern, shared.first, shared.last)
        )
    return sorted(found.values(), key=lambda label: (label.first, label.last, label.referent))


def _around(words: Words, mention: Mention, named: set[int]) -> Iterator[tuple[Phrase, str]]:
    for phrase in (_title(words, mention), _listed_title(words, mention)):
        if phrase:
            yield phrase, "premodifier"
    phrase = _before_comma(words, mention)
    if phrase:
        yield phrase, "apposition"
    phrase = _head_noun(words, mention)
    if phrase:
        yield phrase, "headnoun"
    after = _behind(words, mention)
    for phrase in _apposition(words, mention, after):
        yield phrase, "apposition"
    phrase = _copula(words, mention, after) or _inverted(words, mention)
    if phrase:
        yield phrase, "copula"
    phrase = _relative(words, mention, after)
    if phrase:
        yield phrase, "relative"
    phrase = _called(words, mention, after) or _as_behind(words, mention) or _as_before(words, mention)
    if phrase:
        yield phrase, "as"


# --- before the name -----------------------------------------------------------------------------------------------


def _title(words: Words, mention: Mention) -> Phrase | None:
    """“Syrian strongman Bashar Assad”, “the terrorist group Hezbollah”, “Secretary of State Hillary Clinton”."""
    head = mention.lead - 1
    if head < 0 or words.gap(head) not in ("", ".", '"', "'") or (not words.joins(head) and words.gap(head) == "."):
        return None
    if words.is_possessive(head):
        return None
    if words.lows[head] in _OFFICES and head >= 2 and words.lows[head - 1] == "of":
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


def _listed_title(words: Words, mention: Mention) -> Phrase | None:
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


def _before_comma(words: Words, mention: Mention) -> Phrase | None:
    """“the F.B.I. director, Christopher Wray, …”, “her own party, the Union of the Centre”."""
    head = mention.lead - 1
    while head > 0 and words.is_capital(head) and is_head(words, head) and words.joins(head):
        head -= 1
    if head < 1 or words.gap(head) != "," or words.is_possessive(head):
        return None
    if words.lows[head] in _OFFICES and words.lows[head - 1] == "of" and head >= 2:
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


def _head_noun(words: Words, mention: Mention) -> Phrase | None:
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


# --- behind the name -----------------------------------------------------------------------------------------------


def _behind(words: Words, mention: Mention) -> int:
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


def _apposition(words: Words, mention: Mention, after: int) -> Iterator[Phrase]:
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
        and words.lows[place + 2] in _OFFICES
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


def _copula(words: Words, mention: Mention, after: int) -> Phrase | None:
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
    elif words.lows[place] not in _COPULAS:
        return None
    return _predicate(words, place + 1, mention.kind)


def _predicate(words: Words, place: int, kind: str) -> Phrase | None:
    """What stands behind a copula, when it is a noun phrase."""
    while (
        place < len(words)
        and (words.lows[place] in _BETWEEN or words.lows[place].endswith("ly"))
        and not words.gap(place - 1)
    ):
        place += 1
    if place >= len(words) or words.gap(place - 1) not in ("", '"', "'"):
        return None
    is_noun = words.lows[place] in _ARTICLES or words.is_possessive(place)
    place = _past_one_of(words, place)
    phrase = forwards(words, place, kind=kind, open_heads=is_noun)
    if phrase is None or not is_closed(words, phrase[1]):
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


def _inverted(words: Words, mention: Mention) -> Phrase | None:
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


def _relative(words: Words, mention: Mention, after: int) -> Phrase | None:
    """“Sanders, who was the runner-up”, “X, which calls itself …”, “Labrador, who worked as an attorney”."""
    place = after + 1
    if place + 1 >= len(words) or words.lows[place] not in ("who", "which") or "," not in words.gap(after):
        return None
    place += 1
    while place + 1 < len(words) and (
        words.lows[place] in ("has", "had", "once", "also") or words.lows[place].endswith("ly")
    ):
        place += 1
    if words.lows[place] in _COPULAS or words.lows[place] in ("been", "become"):
        return _predicate(words, place + 1, mention.kind)
    for spot in range(place, min(place + 6, len(words) - 1)):
        if spot > place and words.gap(spot - 1):
            return None
        if words.lows[spot] == "as" and words.lows[place] in _SERVING:
            phrase = forwards(words, spot + 1, kind=mention.kind, open_heads=True)
            return phrase if phrase and is_closed(words, phrase[1]) else None
        if words.lows[spot] in _CALLING and spot > place:
            return _name_given(words, spot + 1, mention.kind)
    return None


def _called(words: Words, mention: Mention, behind: int) -> Phrase | None:
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


def _as_behind(words: Words, mention: Mention) -> Phrase | None:
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
            has_article = words.lows[spot + 1] in _ARTICLES or words.is_possessive(spot + 1)
            return phrase if phrase and (has_article or words.lows[spot - 1] in _SERVING) else None
    return None


def _as_before(words: Words, mention: Mention) -> Phrase | None:
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


# --- two names, one label -------------------------------------------------------------------------------------------


def _coordinated(
    words: Words, mentions: Sequence[Mention], found: dict[tuple[int, str], Found]
) -> list[tuple[Found, Mention]]:
    """“Russia and Iran are allies of …”: a plural predicate belongs to both names."""
    shared = []
    by_referent = {(label.referent, label.pattern): label for label in found.values()}
    for left, right in pairwise(mentions):
        label = by_referent.get((right.referent, "copula"))
        if label is None or label.first <= right.last or not is_plural(words.lows[label.last]):
            continue
        if left.last + 2 == right.lead and words.lows[left.last + 1] == "and" and left.kind == right.kind:
            shared.append((label, left))
    return shared


__all__ = ["PATTERNS", "Found", "find_labels", "is_agent"]
