"""Which label each outlet gives to the same referent: “strongman”, “president”, “terrorist organization”.

Floor: sentences and a table of actors come in, one row a label goes out. A label is a noun phrase whose head is one of
the nouns in `resources/label_nouns.txt`, joined to a name by one of seven patterns; nothing else is called a label.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
import pandas as pd

from analysis import schema
from analysis.config import PROJECT, RESOURCES
from analysis.errors import ResourceError
from analysis.words import normalise, visible, word_offsets

ACTOR_COLUMNS = ("referent", "alias", "kind")
ACTOR_KINDS = ("person", "body", "state", "thing")
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


def read_actors(path: Path | None = None) -> pd.DataFrame:
    """The table of actors: which names mean the same referent.

    Parameters
    ----------
    path : a CSV with the columns `referent, alias, kind`; by default `data/actors.csv` of the project.

    Returns
    -------
    DataFrame, one row an alias: `referent, alias, kind` (person, body, state, thing). Without any file it is empty.

    Raises
    ------
    ResourceError
        If a column is missing, an alias is empty or stands for two referents; the message names the row.
    """
    place = path or PROJECT / "data" / "actors.csv"
    if path is None and not place.exists():
        return pd.DataFrame(columns=list(ACTOR_COLUMNS), dtype="str")
    try:
        actors = pd.read_csv(place, dtype=str, keep_default_na=False, encoding="utf-8-sig")
    except (OSError, ValueError) as error:
        raise ResourceError(f"{place}: cannot be read as CSV ({type(error).__name__})") from None
    missing = [name for name in ACTOR_COLUMNS if name not in actors]
    if missing:
        raise ResourceError(f"{place}: lacks the columns {missing}; it needs {', '.join(ACTOR_COLUMNS)}")
    return _checked(actors[list(ACTOR_COLUMNS)], str(place))


def _checked(actors: pd.DataFrame, place: str) -> pd.DataFrame:
    owner: dict[str, str] = {}
    for row, (referent, alias, kind) in enumerate(actors.itertuples(index=False), start=2):
        if not referent.strip() or not alias.strip():
            raise ResourceError(f"{place}, row {row}: referent and alias must not be empty")
        if kind not in ACTOR_KINDS:
            raise ResourceError(f"{place}, row {row}: kind {kind!r} is not known; allowed: {', '.join(ACTOR_KINDS)}")
        if owner.setdefault(alias, referent) != referent:
            raise ResourceError(f"{place}, row {row}: alias {alias!r} stands for {owner[alias]!r} and for {referent!r}")
    return actors.reset_index(drop=True)


def propose_actors(
    articles: pd.DataFrame, sentences: pd.DataFrame, *, most: int = 40, min_articles: int = 2
) -> pd.DataFrame:
    """Candidates for the table of actors: sequences of capitalised words that several articles share.

    Parameters
    ----------
    articles, sentences : tables of a study.
    most : how many referents at the most, the most frequent first.
    min_articles : a name must stand in that many articles (one is enough when there is only one article).

    Returns
    -------
    DataFrame : `referent, alias, kind, n_mentions, n_articles`. A last name is an alias of the one longer name that ends
        in it; where two longer names do, it is left out. `kind` is a guess: look it over before use.
    """
    mentions: Counter[str] = Counter()
    where: dict[str, set[str]] = defaultdict(set)
    for article, text, spans in _stretches(articles, sentences):
        for start, end, _ in spans:
            for name in _capitalised(text, start, end):
                mentions[name] += 1
                where[name].add(article)
    few = min(min_articles, len(articles))
    names = [
        name for name, _ in sorted(mentions.items(), key=lambda item: (-item[1], item[0])) if len(where[name]) >= few
    ]
    rows = []
    full = [name for name in names if " " in name]
    for name in [*full, *(name for name in names if " " not in name)]:
        longer = [other for other in full if other != name and other.endswith(" " + name)]
        if len(longer) <= 1:
            rows.append((longer[0] if longer else name, name, _kind(name), mentions[name], len(where[name])))
    table = pd.DataFrame(rows, columns=["referent", "alias", "kind", "n_mentions", "n_articles"])
    total = table.groupby("referent")["n_mentions"].sum().sort_values(ascending=False, kind="stable")
    kept = table[table["referent"].isin(total.index[:most])]
    return kept.sort_values(["referent", "n_mentions"], ascending=[True, False], kind="stable").reset_index(drop=True)


_GROUP_WORDS = re.compile(
    r"(?i)\b(party|ministry|department|council|committee|company|corp|group|union|army|agency|police|court|bank|university)\b"
)


def _kind(name: str) -> str:
    return "body" if _GROUP_WORDS.search(name) or name.isupper() else "person" if name.count(" ") == 1 else "body"


def _capitalised(text: str, start: int, end: int) -> Iterator[str]:
    """Runs of capitalised words inside a sentence; its first word counts only as part of a longer run."""
    run: list[_Word] = []
    words = _words(text, start, end)
    for place, word in enumerate(words):
        fits = (
            word.form[:1].isupper()
            and word.lower not in _STOP | _DETERMINERS
            and (not run or _SPACE.match(text[run[-1].end : word.start]))
        )
        if run and not fits:
            yield from _run_name(run, words)
            run = []
        if word.form[:1].isupper() and word.lower not in _STOP | _DETERMINERS:
            run.append(word)
        if place == len(words) - 1 and run:
            yield from _run_name(run, words)


def _run_name(run: list[_Word], words: list[_Word]) -> Iterator[str]:
    while run and run[0].lower in _label_nouns():
        run = run[1:]
    if run and (len(run) > 1 or run[0].start != words[0].start) and len(run[0].form) > 1:
        yield " ".join(word.bare for word in run)


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
    for referent, alias, kind in zip(*(actors[name].tolist() for name in ACTOR_COLUMNS), strict=True):
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
    return _lemma(word.bare.lower()) in _label_nouns() and word.lower not in _NOT_LABELS


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
    is_rule = _label_nouns().get(_lemma(words[place].bare.lower())) == "body"
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
        kind = _label_nouns()[_lemma(words[phrase[1]].bare.lower())]
        earlier = [*before, *(mention for mention in mentions if mention.last < place)]
        referents = {mention.referent for mention in earlier if mention.kind == kind}
        if len(referents) == 1 and kind in ("body", "person"):
            yield phrase, referents.pop()


def _label(phrase: Sequence[_Word]) -> str:
    head = _lemma(phrase[-1].bare.lower())
    if head in _generic_heads() and len(phrase) > 1:
        return f"{phrase[-2].bare.lower()} {head}"
    return head


@lru_cache(maxsize=4096)
def _lemma(form: str) -> str:
    """The singular of a label noun; any other form as it is."""
    nouns = _label_nouns()
    if form in nouns:
        return form
    for ending, instead in (("ies", "y"), ("men", "man"), ("es", ""), ("s", "")):
        if form.endswith(ending) and form[: -len(ending)] + instead in nouns:
            return form[: -len(ending)] + instead
    return form


@lru_cache(maxsize=1)
def _label_nouns() -> dict[str, str]:
    """Label noun → kind of referent."""
    return {noun: kind for noun, (kind, _) in _read_label_nouns().items()}


@lru_cache(maxsize=1)
def _generic_heads() -> frozenset[str]:
    return frozenset(noun for noun, (_, generic) in _read_label_nouns().items() if generic)


@lru_cache(maxsize=1)
def _read_label_nouns() -> dict[str, tuple[str, bool]]:
    nouns: dict[str, tuple[str, bool]] = {}
    kind = ""
    for line in (RESOURCES / "label_nouns.txt").read_text(encoding="utf-8").splitlines():
        if line.startswith("["):
            kind = line.strip("[]")
        elif not line.startswith("#"):
            for word in line.split():
                nouns.setdefault(word.rstrip("*"), (kind, word.endswith("*")))
    return nouns
