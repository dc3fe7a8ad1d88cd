"""Which terms of a lexicon stand where in a text.

Floor: a text and the stretches to look at come in, hits with offsets into that text go out. Names and fixed phrases
are masked first, the longest entry wins, and a hit that a negation governs is kept and marked.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cached_property
from itertools import accumulate
from typing import NamedTuple

import pandas as pd

from analysis.loaded_terms.context import NEGATIONS, fits, is_negated
from analysis.loaded_terms.matcher import MASK, MAX_GAP, NO_FORM, Matcher, Sequence, matcher
from analysis.words import INVISIBLE, has_invisible, normalise

#: A word to look up: letters with inner apostrophes. A hyphen parts words, so `far-right` and `far right` are one entry.
_LETTERS = r"[^\W\d_]"
_TOKEN = re.compile(rf"({_LETTERS}+(?:'{_LETTERS}+)*)")
_TOKEN_UNSEEN = re.compile(rf"((?:{_LETTERS}[{INVISIBLE}]*)+(?:'(?:{_LETTERS}[{INVISIBLE}]*)+)*)")
#: What may stand between two words of one entry.
_BETWEEN = re.compile(rf"[\s\-–/\"'{INVISIBLE}]*")
_MAX_BETWEEN = 6
#: What follows a month: `March 2`.
_DAY = re.compile(r"\s\d")
#: A sentence with more than this share of capitalised words is a headline: capitals say nothing about names there.
_TITLE_CASE = 0.6

HIT_COLUMNS = (
    "article_id", "hit_no", "term_id", "category", "layer", "start", "end", "surface", "sentence_no", "is_negated",
)  # fmt: skip


class Hit(NamedTuple):
    """One hit: where, which entry (its number in the matcher's lexicon), in which stretch, and whether it is denied."""

    start: int
    end: int
    entry: int
    stretch: int
    is_negated: bool


def find_hits(text: str, stretches: Iterable[tuple[int, int]], ready: Matcher) -> list[Hit]:
    """The hits inside `stretches` of `text`, in order; the hot path without tables.

    Parameters
    ----------
    text : as received; offsets point into it.
    stretches : (start, end) of the sentences, in order and without overlap; a hit is whole inside one.
    ready : a compiled lexicon (`matcher()`).

    Returns
    -------
    list of `Hit`, sorted by start; no two overlap.
    """
    plain = normalise(text)
    token = _TOKEN_UNSEEN if has_invisible(plain) else _TOKEN
    hits: list[Hit] = []
    names: set[str] = set()
    for number, (start, end) in enumerate(stretches):
        stretch = _Stretch(plain, token.split(plain[start:end]), start, number, ready)
        hits += stretch.hits()
        names |= stretch.names
    if names:
        names -= {word.capitalize() for word in token.split(plain)[1::2] if word[0].islower()}
    return [hit for hit in hits if plain[hit.start : hit.end] not in names] if names else hits


class _Stretch:
    """One sentence while its candidates are weighed.

    `parts` are its gaps and words in turn, a gap at both ends; `start` is where it begins in `text`.
    """

    def __init__(self, text: str, parts: list[str], start: int, number: int, ready: Matcher) -> None:
        self.text, self.parts, self.start, self.number, self.ready = text, parts, start, number, ready
        #: What stands before each word, and behind the last.
        self.gaps, self.words = parts[::2], parts[1::2]
        self.forms = list(map(ready.known.__getitem__, self.words))
        #: Words that stand here as names; at the head of another sentence they are names too.
        self.names: set[str] = set()

    @cached_property
    def lower(self) -> list[str]:
        """The words as they are looked up."""
        return [form.bare for form in self.forms]

    @cached_property
    def edges(self) -> list[int]:
        """Where the parts begin in the text: word `place` at `2 * place + 1`, and it ends where the next part begins."""
        return list(accumulate(map(len, self.parts), initial=self.start))

    @cached_property
    def denies(self) -> bool:
        """Does any word deny what follows?"""
        return not NEGATIONS.isdisjoint(self.lower)

    @cached_property
    def is_title(self) -> bool:
        """Do capitals open most words, so that they tell nothing about names?"""
        return sum(word[0].isupper() for word in self.words) > _TITLE_CASE * len(self.words)

    def hits(self) -> list[Hit]:
        """The hits in this sentence, in order."""
        found: list[Hit] = []
        free = 0
        for place, sequences in self._candidates():
            if place < free:
                continue
            best = self._best(place, sequences)
            if best is None:
                continue
            last, entry = best
            free = last + 1
            if entry == MASK:
                continue
            start, end = self.edges[2 * place + 1], self.edges[2 * last + 2]
            if last == place:
                end -= 2 * self.words[place].lower().endswith("'s")
            found.append(Hit(start, end, entry, self.number, self.denies and self._is_negated(place)))
        return found

    def _candidates(self) -> list[tuple[int, Iterable[Sequence]]]:
        """The places where an entry may begin, each with the sequences that the word there and the next one leave."""
        following = [*self.forms[1:], NO_FORM]
        return [
            (place, (*form.by_next.get(after.bare, ()), *form.others))
            for place, (form, after) in enumerate(zip(self.forms, following))
            if form.others or (after.is_second and after.bare in form.by_next)
        ]

    def _best(self, place: int, sequences: Iterable[Sequence]) -> tuple[int, int] | None:
        """The longest sequence that holds here, as (last word, entry); of equal ones a mask, then the first listed."""
        best: tuple[int, int] | None = None
        for sequence in sequences:
            last = self._end(place, sequence.rest) if sequence.rest else place
            if last is None or (best is not None and (last, sequence.entry == MASK) <= (best[0], best[1] == MASK)):
                continue
            if self._holds(place, last, sequence):
                best = (last, sequence.entry)
        return best

    def _end(self, place: int, rest: tuple[object, ...]) -> int | None:
        """The last word of the sequence when it stands here, else None. A gap takes as few words as it can."""
        gap = 0
        for step in rest:
            if step is None:
                gap = MAX_GAP
                continue
            for candidate in range(place + 1, min(place + gap + 2, len(self.words))):
                if not self._joined(candidate):
                    return None
                if self.lower[candidate] in step:  # type: ignore[operator]
                    place, gap = candidate, 0
                    break
            else:
                return None
        return place

    def _joined(self, place: int) -> bool:
        """Does only space, a hyphen or a quotation mark part this word from the one before?"""
        gap = self.gaps[place]
        return gap == " " or (len(gap) <= _MAX_BETWEEN and _BETWEEN.fullmatch(gap) is not None)

    def _holds(self, place: int, last: int, sequence: Sequence) -> bool:
        """Capitals, neighbours and part of speech: is this the entry, or a name or word that looks like it?"""
        if sequence.cased:
            shown = self.words[place : last + 1]
            return all(have.removesuffix("'s") == want for have, want in zip(shown, sequence.cased))
        if sequence.entry == MASK:
            return True
        if last == place and self._is_name(place, sequence.entry):
            return False
        before = self.words[place - 1].lower() if place else ""
        after = self.lower[last + 1] if last + 1 < len(self.lower) else ""
        return fits(self.ready.pos[sequence.entry], self.lower[place], before, after)

    def _is_name(self, place: int, entry: int) -> bool:
        """Is the word written as a name, no headline around it?"""
        if not self.words[place][0].isupper() or self.is_title or self._is_shouted(place):
            return False
        return self._in_name(place) or self._is_proper(place, entry)

    def _in_name(self, place: int) -> bool:
        """Is the capitalised word one of a run of such (`Extremist Research Institute`)?"""
        if place == 0:
            return False
        earlier = place > 1 and self.words[place - 1][0].isupper() and self._joined(place)
        later = place + 1 < len(self.words) and self.words[place + 1][0].isupper() and self._joined(place + 1)
        if earlier and not later:
            self.names.add(self.words[place])  # the last of a run: a family name
        return earlier or later

    def _is_proper(self, place: int, entry: int) -> bool:
        """Is a common word written as a name (`said Savage`, `in March`): a capital where no sentence begins?"""
        word = self.words[place]
        if not self.ready.is_common[entry]:
            return False
        if place and self.words[place - 1] in ("a", "an"):
            return False  # `a Radical`: no name takes the article
        if place and self.gaps[place].isspace():
            self.names.add(word)
            return True
        return _DAY.match(self.text, self.edges[2 * place + 2]) is not None

    def _is_shouted(self, place: int) -> bool:
        """Is the word written in capitals for stress, not as a name?"""
        return self.words[place].isupper() and len(self.words[place]) > 3

    def _is_negated(self, place: int) -> bool:
        low = place
        while low > 0 and place - low < 4 and self._joined(low):
            low -= 1
        return is_negated(self.lower[low:place], place - low)


def find_loaded_terms(
    articles: pd.DataFrame, sentences: pd.DataFrame, *, lexicon: pd.DataFrame | None = None
) -> pd.DataFrame:
    """Every term of the lexicon in the sentences of the articles, in all layers.

    Parameters
    ----------
    articles : DataFrame, shape (A, ...): `article_id`, `text`.
    sentences : DataFrame, shape (S, ...): `article_id`, `sentence_no`, `start`, `end` (headline and body).
    lexicon : a table of `read_lexicon`; ours by default.

    Returns
    -------
    DataFrame, shape (H, 10)
        The columns of the schema's `hits` but `voice`, `attribution_no` and `is_scare_quoted`, which
        `voice.label_voice` and `scare.mark_scare` add. `text[start:end] == surface`.
    """
    ready = matcher(lexicon)
    stretches: dict[str, list[tuple[int, int, int]]] = {}
    columns = (sentences[name].tolist() for name in ("article_id", "start", "end", "sentence_no"))
    for article, start, end, sentence in zip(*columns, strict=True):
        stretches.setdefault(article, []).append((start, end, sentence))
    rows: list[tuple[object, ...]] = []
    for article, text in zip(articles["article_id"].tolist(), articles["text"].tolist(), strict=True):
        parts = sorted(stretches.get(article, ()))
        rows += [(article, *row) for row in hit_rows(text, parts, ready)]
    return _hit_table(rows)


def hit_rows(
    text: str, parts: list[tuple[int, int, int]], ready: Matcher
) -> list[tuple[int, str, str, str, int, int, str, int, bool]]:
    """Rows of `HIT_COLUMNS` for one article, without `article_id`.

    Parameters
    ----------
    text : the article as received.
    parts : its sentences as (start, end, sentence_no), in order.
    ready : a compiled lexicon (`matcher()`).
    """
    hits = find_hits(text, [part[:2] for part in parts], ready)
    entries, categories, layers = ready.entries, ready.categories, ready.layers
    return [
        (
            number, entries[hit.entry], categories[hit.entry], layers[hit.entry], hit.start, hit.end,
            text[hit.start : hit.end], parts[hit.stretch][2], hit.is_negated,
        )
        for number, hit in enumerate(hits)
    ]  # fmt: skip


_TYPES = {"hit_no": "int64", "start": "int64", "end": "int64", "sentence_no": "int64", "is_negated": "bool"}


def _hit_table(rows: list[tuple[object, ...]]) -> pd.DataFrame:
    columns = dict(zip(HIT_COLUMNS, zip(*rows))) if rows else dict.fromkeys(HIT_COLUMNS, ())
    return pd.DataFrame({name: pd.Series(columns[name], dtype=_TYPES.get(name, "str")) for name in HIT_COLUMNS})
