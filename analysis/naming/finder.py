"""Which label each outlet gives to the same referent: “strongman”, “president”, “terrorist organization”.

Floor: sentences and a table of actors come in, one row a label goes out. A label is a noun phrase whose head is one of
the nouns in `resources/label_nouns.txt`, joined to a name by one of seven patterns; nothing else is called a label.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from analysis import schema
from analysis.naming.actors import COLUMNS
from analysis.naming.nouns import kind_of, lemma, says_little
from analysis.words import normalise, visible, word_offsets

#: How label and name are joined; the order in which they are tried.
PATTERNS = ("premodifier", "headnoun", "apposition", "copula", "relative", "as", "definite")

_DETERMINERS = frozenset("a an the its his her their our this that these those another".split())
_COPULAS = frozenset("is was are were remains remained became becomes".split())
_CALLING = frozenset(
    "call calls called calling label labels labelled labeled labelling labeling brand brands branded branding describe describes "
    "described describing define defines defined defining designate designates designated designating portray portrays portrayed "
    "portraying denounce denounces denounced denouncing regard regards regarded regarding consider considers considered considering "
    "dub dubs dubbed dubbing condemn condemned condemns cast casts hail hails hailed praise praised praises deem deems deemed "
    "view views viewed see sees seen".split()
)
#: Words that end a noun phrase: what follows is no part of the label.
_STOP = frozenset(
    "of in on at by for from to with without against under over after before during since until between among across into near "
    "that which who whom whose where when while as and or but nor than then if because so not no "
    "is was are were be been being has have had do does did will would can could may might shall should must "
    "he she it they we you i him them us me what there here said says say told tells according also just only even still ever never "
    "backed led accused known run based called described supplied founded funded killed armed appointed elected".split()
)
_MARKS = re.compile(r"""^['"]*$""")
_SPACE = re.compile(r"^\s*$")
_NOT_LABELS = frozenset("mr mrs ms dr".split())


@dataclass(frozen=True)
class _Word:
    start: int
    end: int
    form: str

    @property
    def lower(self) -> str:
        return self.form.lower()

    @property
    def bare(self) -> str:
        """The form without a possessive ending."""
        return self.form[:-2] if self.form.endswith("'s") else self.form

    @property
    def bare_end(self) -> int:
        return self.end - 2 if self.form.endswith("'s") else self.end


@dataclass(frozen=True)
class _Mention:
    first: int
    last: int
    referent: str
    kind: str


@dataclass(frozen=True)
class _Found:
    referent: str
    pattern: str
    first: int
    last: int


def find_names(articles: pd.DataFrame, sentences: pd.DataFrame, *, actors: pd.DataFrame) -> pd.DataFrame:
    """Every label that stands with a name of one of the actors.

    Parameters
    ----------
    articles, sentences : tables of a study; headline and body sentences are read.
    actors : what `read_actors` gives; an empty table finds nothing.

    Returns
    -------
    DataFrame with the columns of table `names` but `voice` and `attribution_no` (`voice.label_voice` adds them), in
        order of the text. `label` is the head noun's lemma, with the word before it where the head says little alone
        (“terrorist organization”, but “strongman”); `surface` is the phrase without its determiner.

    Notes
    -----
    `definite` (“the group”, “the regime”) is resolved to the last actor of the same kind named in this sentence or the
    one before, and only when no second actor of that kind was named there: where it is unsure it abstains.
    """
    index = _alias_index(actors)
    rows: list[tuple[object, ...]] = []
    for article, text, spans in _stretches(articles, sentences):
        number = 0
        recent: list[_Mention] = []
        for start, end, sentence in spans:
            words = _words(text, start, end)
            mentions = _mentions(words, index)
            for found in _labels(text, words, mentions, recent):
                first, last = words[found.first].start, words[found.last].bare_end
                label = _label(words[found.first : found.last + 1])
                rows.append(
                    (article, number, found.referent, label, found.pattern, first, last, text[first:last], sentence)
                )
                number += 1
            recent = mentions or recent[:0]
    columns = [name for name in schema.TABLES["names"].names if name not in ("voice", "attribution_no")]
    return _with_surface(articles, pd.DataFrame(rows, columns=columns))


def _with_surface(articles: pd.DataFrame, rows: pd.DataFrame) -> pd.DataFrame:
    """Surfaces from the text as received (labels were looked for in the normalised one, at the same offsets)."""
    text = dict(zip(articles["article_id"], articles["text"], strict=True))
    rows["surface"] = [
        text[article][start:end]
        for article, start, end in zip(rows["article_id"], rows["start"], rows["end"], strict=True)
    ]
    return rows


def _stretches(
    articles: pd.DataFrame, sentences: pd.DataFrame
) -> Iterator[tuple[str, str, list[tuple[int, int, int]]]]:
    """(article, normalised text, [(start, end, sentence_no) …]) for each article."""
    spans: dict[str, list[tuple[int, int, int]]] = defaultdict(list)
    columns = [sentences[name].tolist() for name in ("article_id", "start", "end", "sentence_no")]
    for article, start, end, number in zip(*columns, strict=True):
        spans[article].append((start, end, number))
    for article, text in zip(articles["article_id"], articles["text"], strict=True):
        yield article, normalise(text), spans.get(article, [])


def _words(text: str, start: int, end: int) -> list[_Word]:
    starts, ends = word_offsets(text)
    low, high = np.searchsorted(starts, [start, end])
    return [_Word(int(a), int(b), visible(text[a:b])) for a, b in zip(starts[low:high], ends[low:high], strict=True)]


def _alias_index(actors: pd.DataFrame) -> dict[str, list[tuple[tuple[str, ...], str, str]]]:
    """First word → aliases that begin with it, the longest first."""
    index: dict[str, list[tuple[tuple[str, ...], str, str]]] = defaultdict(list)
    for referent, alias, kind in zip(*(actors[name].tolist() for name in COLUMNS), strict=True):
        parts = tuple(word.bare for word in _words(normalise(alias), 0, len(alias)))
        if parts:
            index[parts[0]].append((parts, referent, kind))
    for aliases in index.values():
        aliases.sort(key=lambda item: (-len(item[0]), item))
    return index


def _mentions(words: Sequence[_Word], index: dict[str, list[tuple[tuple[str, ...], str, str]]]) -> list[_Mention]:
    found = []
    place = 0
    while place < len(words):
        for parts, referent, kind in index.get(words[place].bare, ()):
            run = words[place : place + len(parts)]
            if (
                tuple(word.form for word in run[:-1]) == parts[:-1]
                and len(run) == len(parts)
                and run[-1].bare == parts[-1]
            ):
                found.append(_Mention(place, place + len(parts) - 1, referent, kind))
                place += len(parts) - 1
                break
        place += 1
    return found


def _labels(
    text: str, words: Sequence[_Word], mentions: Sequence[_Mention], before: Sequence[_Mention]
) -> list[_Found]:
    """The labels of one sentence, each phrase once, in order of the text."""
    named = {place for mention in mentions for place in range(mention.first, mention.last + 1)}
    found: dict[int, _Found] = {}

    def keep(phrase: tuple[int, int] | None, referent: str, pattern: str) -> None:
        if phrase and phrase[1] not in found and not named & set(range(phrase[0], phrase[1] + 1)):
            found[phrase[1]] = _Found(referent, pattern, *phrase)

    for mention in mentions:
        keep(_before_name(text, words, mention), mention.referent, "premodifier")
        keep(_head_noun(text, words, mention), mention.referent, "headnoun")
        keep(_apposition(text, words, mention), mention.referent, "apposition")
        phrase, pattern = _after_verb(text, words, mention)
        keep(phrase, mention.referent, pattern)
    for phrase, referent in _definite(text, words, mentions, before):
        keep(phrase, referent, "definite")
    return [found[place] for place in sorted(found)]


def _gap(text: str, left: _Word, right: _Word) -> str:
    return text[left.end : right.start].strip()


def _is_head(word: _Word) -> bool:
    return bool(kind_of(word.bare.lower())) and word.lower not in _NOT_LABELS


def _before_name(text: str, words: Sequence[_Word], mention: _Mention) -> tuple[int, int] | None:
    """“Syrian strongman Bashar Assad”, “the terrorist group Hezbollah”: the noun right before the name."""
    last = mention.first - 1
    if last < 0 or _gap(text, words[last], words[mention.first]) not in ("", ",") or not _is_head(words[last]):
        return None
    comma = _gap(text, words[last], words[mention.first]) == ","
    first = last
    while first > 0 and last - first < 4 and _may_modify(text, words, first - 1):
        first -= 1
    begins_definite = first > 0 and words[first - 1].lower in _DETERMINERS
    if comma and not (begins_definite and _ends_aside(text, words, mention.last)):
        return None
    return first, last


def _ends_aside(text: str, words: Sequence[_Word], last: int) -> bool:
    following = text[words[last].end : words[last].end + 1]
    return following in (",", ".", "") or last + 1 == len(words)


def _may_modify(text: str, words: Sequence[_Word], place: int) -> bool:
    """Can the word at `place` stand in front of the next one inside a noun phrase?"""
    word, following = words[place], words[place + 1]
    if (
        text[word.end : following.start].strip()
        or word.lower in _STOP | _DETERMINERS | _CALLING
        or word.form.endswith("'s")
    ):
        return False
    is_verb = word.lower.endswith(("ed", "ing")) and "-" not in word.form
    return word.form[:1].isalpha() and not is_verb


def _head_noun(text: str, words: Sequence[_Word], mention: _Mention) -> tuple[int, int] | None:
    """“the Assad regime”, “Assad's regime”: a noun of rule or force right after the name."""
    place = mention.last + 1
    if place >= len(words) or _gap(text, words[mention.last], words[place]) or mention.kind == "thing":
        return None
    is_rule = kind_of(words[place].bare.lower()) == "body"
    goes_on = (
        place + 1 < len(words)
        and not _gap(text, words[place], words[place + 1])
        and words[place + 1].form[:1].isupper()
    )
    return (place, place) if is_rule and words[place].form[:1].islower() and not goes_on else None


def _apposition(text: str, words: Sequence[_Word], mention: _Mention) -> tuple[int, int] | None:
    """“Assad, the Syrian president, …”, “Karim Voss, mayor of Ardenne, …”."""
    place = mention.last + 1
    if place >= len(words) or _gap(text, words[mention.last], words[place]) not in (",", "(", "-", "–", "—"):
        return None
    if words[place].lower in _DETERMINERS:
        return _phrase(text, words, place + 1)
    phrase = _phrase(text, words, place)
    return phrase if phrase and words[place].form[:1].islower() else None


def _phrase(text: str, words: Sequence[_Word], place: int) -> tuple[int, int] | None:
    """The noun phrase that begins at `place` and whose last noun is a label; None when it has no such head."""
    last = None
    first = place
    while place < len(words) and place - first < 7:
        word = words[place]
        if word.lower in _STOP or (place > first and not _MARKS.match(_gap(text, words[place - 1], word))):
            break
        if _is_head(word):
            last = place
        elif last is not None and (word.form[:1].isupper() or word.lower.endswith(("ed", "ing"))):
            break
        place += 1
    return (first, last) if last is not None else None


def _after_verb(text: str, words: Sequence[_Word], mention: _Mention) -> tuple[tuple[int, int] | None, str]:
    """Copula, relative clause and as-constructions after the name, or calling verbs before it."""
    place = mention.last + 1
    pattern = "copula"
    if (
        place < len(words)
        and words[place].lower in ("which", "who")
        and _gap(text, words[mention.last], words[place]) == ","
    ):
        place, pattern = place + 1, "relative"
    if place < len(words) and words[place].lower in _COPULAS and _gap(text, words[place - 1], words[place]) == "":
        after = place + 1
        if after < len(words) and words[after].lower in _CALLING:
            return _called(text, words, after + 1), "as"
        if (
            after < len(words)
            and words[after].lower in ("a", "an", "the")
            and not _gap(text, words[place], words[after])
        ):
            return _phrase(text, words, after + 1), pattern
        return None, pattern
    if pattern == "relative":
        calling = next(
            (spot for spot in range(place, min(place + 7, len(words))) if words[spot].lower in _CALLING), None
        )
        return (_called(text, words, calling + 1), "relative") if calling is not None else (None, pattern)
    if (
        mention.first > 0
        and words[mention.first - 1].lower in _CALLING
        and not _gap(text, words[mention.first - 1], words[mention.first])
    ):
        return _called(text, words, place), "as"
    return None, pattern


def _called(text: str, words: Sequence[_Word], place: int) -> tuple[int, int] | None:
    """What somebody is called: “(as) a terrorist organization”, “both a religious and strategic enemy”, “‘terrorist’”."""
    while place < len(words) and words[place].lower in _DETERMINERS | {"as", "both", "to", "be"}:
        place += 1
    if place >= len(words) or not _MARKS.match(_gap(text, words[place - 1], words[place])):
        return None
    phrase = _phrase(text, words, place)
    if phrase is None and place + 3 < len(words) and words[place + 1].lower == "and":
        phrase = _phrase(text, words, place + 2)
        return (place, phrase[1]) if phrase else None
    return phrase


def _definite(
    text: str, words: Sequence[_Word], mentions: Sequence[_Mention], before: Sequence[_Mention]
) -> Iterator[tuple[tuple[int, int], str]]:
    """“the group”, “the regime”: the one actor of that kind named shortly before."""
    for place, word in enumerate(words[:-1]):
        if word.lower not in ("the", "this"):
            continue
        phrase = _phrase(text, words, place + 1)
        if phrase is None or any(words[spot].form[:1].isupper() for spot in range(phrase[0], phrase[1] + 1)):
            continue
        after = words[phrase[1] + 1].lower if phrase[1] + 1 < len(words) else ""
        if after in ("of", "that", "which", "who") and not _gap(text, words[phrase[1]], words[phrase[1] + 1]):
            continue
        kind = kind_of(words[phrase[1]].bare.lower())
        earlier = [*before, *(mention for mention in mentions if mention.last < place)]
        referents = {mention.referent for mention in earlier if mention.kind == kind}
        if len(referents) == 1 and kind in ("body", "person"):
            yield phrase, referents.pop()


def _label(phrase: Sequence[_Word]) -> str:
    head = lemma(phrase[-1].bare.lower())
    if says_little(head) and len(phrase) > 1:
        return f"{phrase[-2].bare.lower()} {head}"
    return head
