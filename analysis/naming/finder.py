"""Labels of actors in whole articles: patterns around names, then definite phrases without a name.

Floor: articles, sentences and actors come in; the table `names` without voices goes out.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

import pandas as pd

from analysis import schema
from analysis.naming.definite import Memory, find_definites
from analysis.naming.mentions import Index, Words, index_of
from analysis.naming.mentions import find_mentions as mentions_in
from analysis.naming.nouns import lemma, says_little
from analysis.naming.patterns import find_labels
from analysis.words import WORD, has_invisible, normalise, visible

#: One label: referent, pattern, start, end, sentence.
_Row = tuple[str, str, int, int, int]
_COLUMNS = [name for name in schema.TABLES["names"].names if name not in ("voice", "attribution_no")]


def find_names(articles: pd.DataFrame, sentences: pd.DataFrame, *, actors: pd.DataFrame) -> pd.DataFrame:
    """Every label that stands with a name of one of the actors, or that can mean only one of them.

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
    Time is linear in the length of the text. `definite` (“the group”, “the congressman”) is found only when one actor
    alone had that label in the article, or is the only one of its kind at hand; in doubt it abstains. `docs/naming.md`
    says how often labels are right and how many are missed.
    """
    index = index_of(actors)
    rows: list[tuple[object, ...]] = []
    for article, text, spans in _stretches(articles, sentences):
        rows += [(article, *row) for row in name_rows(text, spans, index)]
    frame = pd.DataFrame(rows, columns=_COLUMNS)
    empty = schema.table("names")[_COLUMNS]
    return frame if rows else empty


def name_rows(
    text: str, sentences: list[tuple[int, int, int]], index: Index
) -> list[tuple[int, str, str, str, int, int, str, int]]:
    """The labels of one article as rows of `find_names`, without `article_id`.

    Parameters
    ----------
    text : the article as received.
    sentences : (start, end, sentence_no) of each, in order.
    index : the actors made ready for looking up (`index_of`).
    """
    plain = normalise(text)
    return [
        (number, referent, _label(plain[start:end]), pattern, start, end, text[start:end], sentence)
        for number, (referent, pattern, start, end, sentence) in enumerate(_labels(plain, sentences, index))
    ]


def find_mentions(articles: pd.DataFrame, sentences: pd.DataFrame, *, actors: pd.DataFrame) -> pd.DataFrame:
    """Where actors are named, whether or not a label stands there.

    Parameters
    ----------
    articles, sentences : tables of a study. actors : what `read_actors` gives.

    Returns
    -------
    DataFrame, one row a name in order of the text: `article_id`, `sentence_no`, `referent`, `kind`, `start`, `end`
        (characters into `articles.text`).
    """
    index = index_of(actors)
    rows: list[tuple[str, int, str, str, int, int]] = []
    for article, text, spans in _stretches(articles, sentences):
        plain = normalise(text)
        for start, end, sentence in spans:
            words = Words(plain, start, end)
            for mention in mentions_in(words, index):
                first, last = words.starts[mention.first], words.end(mention.last)
                rows.append((article, sentence, mention.referent, mention.kind, first, last))
    return pd.DataFrame(rows, columns=["article_id", "sentence_no", "referent", "kind", "start", "end"])


def referents_in(text: str, actors: pd.DataFrame) -> list[str]:
    """The actors named in one short text (the name of a source), in order; an actor named twice stands there twice."""
    plain = normalise(text)
    return [mention.referent for mention in mentions_in(Words(plain, 0, len(plain)), index_of(actors))]


def words_of(text: str) -> list[str]:
    """The words of a short text, without possessive endings."""
    plain = normalise(text)
    return Words(plain, 0, len(plain)).bares


def _stretches(
    articles: pd.DataFrame, sentences: pd.DataFrame
) -> Iterator[tuple[str, str, list[tuple[int, int, int]]]]:
    """(article, text as received, [(start, end, sentence_no) …]) for each article."""
    spans: dict[str, list[tuple[int, int, int]]] = defaultdict(list)
    columns = [sentences[name].tolist() for name in ("article_id", "start", "end", "sentence_no")]
    for article, start, end, number in zip(*columns, strict=True):
        spans[article].append((start, end, number))
    for article, text in zip(articles["article_id"].tolist(), articles["text"].tolist(), strict=True):
        yield article, text, spans.get(article, [])


def _labels(text: str, spans: list[tuple[int, int, int]], index: Index) -> list[_Row]:
    """The labels of one article in order of the text."""
    if not index.by_first:
        return []
    is_hidden = has_invisible(text)
    memory = Memory()
    rows: list[_Row] = []
    for start, end, sentence in spans:
        taken: list[tuple[int, int]] = []
        if is_hidden or index.is_named(text, start, end):
            words = Words(text, start, end)
            mentions = mentions_in(words, index)
            memory.note_names([(words.starts[m.first], m.referent, m.kind) for m in mentions])
            found = find_labels(words, mentions)
            fresh: list[_Row] = []
            for label in found:
                first, last = words.starts[label.first], words.end(label.last)
                fresh.append((label.referent, label.pattern, first, last, sentence))
            memory.note_labels(
                [(" ".join(words.lows[label.first : label.last + 1]), label.referent) for label in found]
            )
            taken = [(words.starts[m.first], words.ends[m.last]) for m in mentions] + [row[2:4] for row in fresh]
            rows += fresh
        else:
            memory.note_names([])
        if memory.called or any(memory.recent):
            definite = find_definites(text, start, end, memory, taken=taken)
            rows += [(referent, "definite", first, last, sentence) for referent, first, last in definite]
    rows.sort(key=lambda row: (row[2], row[3], row[0]))
    return rows


def _label(phrase: str) -> str:
    """The lemma that a label is counted under: its head, with the word before it where the head says little."""
    words = [visible(match[0]).lower() for match in WORD.finditer(phrase)]
    head = lemma(words[-1])
    return f"{words[-2]} {head}" if says_little(head) and len(words) > 1 else head
