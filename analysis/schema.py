"""Every table of a study as data: its columns, their types, units and allowed levels.

Floor: `recipe`, `safety`, `config`, `errors` lie beneath. `docs/data_dictionary.md` is written from here, and every
table that leaves a module passes through `table`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from functools import lru_cache
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from analysis import safety
from analysis.errors import SchemaError

ZONES = ("headline", "section", "credit", "byline", "dateline", "body", "footer")
#: Whose words they are. `headline` is a zone kept apart: nobody's claim is looked for in it when voices are counted.
VOICES = ("narrator", "reported", "quoted", "scare", "headline")
OWN_VOICES = ("narrator", "scare")
ATTRIBUTED_VOICES = ("reported", "quoted")
KINDS = ("direct", "indirect", "mixed")
STANCES = ("neutral", "endorsing", "distancing")
ROLES = ("source", "cue", "content")
CORRECTED = ("source", "voice", "label", "term")
SOURCE_TYPES = (
    "official", "politician", "military", "organisation", "expert", "witness", "victim",
    "media", "document", "company", "anonymous", "other",
)  # fmt: skip


@dataclass(frozen=True)
class Column:
    """One column: its type, what it means (with unit) and, for levels, the values allowed in their order.

    `type` is one of `str`, `int`, `float`, `bool`, `level` (ordered categorical) and `int?` (integer or missing).
    """

    name: str
    type: str
    meaning: str
    levels: tuple[str, ...] = ()


@dataclass(frozen=True)
class Table:
    """One table: what a row is, its key, its columns in order."""

    name: str
    row: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]

    @property
    def names(self) -> list[str]:
        """Column names in order."""
        return [column.name for column in self.columns]


def _c(name: str, type: str, meaning: str, levels: Sequence[str] = ()) -> Column:
    return Column(name, type, meaning, tuple(levels))


_ID = _c("article_id", "str", "the article; unique in a study; letters, digits, `-`, `_`, `.`")
_START = _c("start", "int", "first character, 0-based, into `articles.text`")
_END = _c("end", "int", "one past the last character, into `articles.text`")
_SURFACE = _c("surface", "str", "the text itself: `text[start:end]`")
_VOICE = _c("voice", "level", "whose words these are", VOICES)
_ATTRIBUTION = _c("attribution_no", "int?", "the attribution it stands in, within the article; missing in own voice")
_SENTENCE = _c("sentence_no", "int", "the sentence it stands in, from 0 within the article")

TABLES: dict[str, Table] = {
    table.name: table
    for table in (
        Table("articles", "one document as received", ("article_id",), (
            _ID,
            _c("outlet", "str", "who publishes; empty when unknown"),
            _c("event", "str", "what it reports on; outlets are compared within events; empty when unknown"),
            _c("headline", "str", "headline as a manifest or table gives it; empty when it is only in the text"),
            _c("byline", "str", "author line as received"),
            _c("published", "str", "date of publication, ISO 8601, as precise as received; empty when unknown"),
            _c("url", "str", "address as received"),
            _c("section", "str", "section of the outlet as received"),
            _c("genre", "str", "news, opinion, wire …; empty when unknown"),
            _c("language", "str", "ISO 639-1 code, identified from the text"),
            _c("licence", "str", "licence as received"),
            _c("path", "str", "where it was found, relative to what was read; members of archives as `a.zip!b.txt`"),
            _c("extraction", "str", "how the text was taken from the file (reader and version)"),
            _c("n_chars", "int", "length of the text in characters"),
            _c("sha256", "str", "SHA-256 of the text in UTF-8"),
            _c("text", "str", "the text as received; everything else points into it"),
        )),
        Table("zones", "one stretch of an article; zones tile the text", ("article_id", "zone_no"), (
            _ID, _c("zone_no", "int", "from 0, in order of the text"),
            _c("zone", "level", "what the stretch is", ZONES), _START, _END,
        )),
        Table("sentences", "one sentence, whole inside one zone", ("article_id", "sentence_no"), (
            _ID, _c("sentence_no", "int", "from 0, in order of the text"),
            _c("paragraph_no", "int", "the paragraph of the text, from 0"),
            _c("zone", "level", "the zone it stands in (headline or body)", ZONES), _START, _END,
            _c("n_words", "int", "words in it; punctuation is not counted"),
        )),
        Table("attributions", "one claim that someone holds", ("article_id", "attribution_no"), (
            _ID, _c("attribution_no", "int", "from 0, in order of the content's first character"),
            _c("kind", "level", "content inside marks, outside marks, or both", KINDS),
            _c("cue_lemma", "str", "the cue's lemma (`say`, `according to`); empty when there is no cue"),
            _c("cue_stance", "level", "does the cue leave the claim open, back it, or cast doubt on it", STANCES),
            _c("source_text", "str", "the source as it stands in the text; empty when none is named"),
            _c("source_name", "str", "one name for the same source throughout the article; empty when unresolved"),
            _c("source_type", "level", "what kind of source", SOURCE_TYPES),
            _c("is_named", "bool", "the source is given by name (not only by role or pronoun)"),
            _c("is_hedged", "bool", "the claim is marked as uncertain (reportedly, is said to, may)"),
            _c("outer_no", "int?", "the attribution that this one is nested in; missing when it is not nested"),
            _c("found_by", "str", "which part of the engine found it"),
        )),
        Table("spans", "one fragment of an attribution", ("article_id", "attribution_no", "role", "fragment_no"), (
            _ID, _c("attribution_no", "int", "the attribution, within the article"),
            _c("role", "level", "source, cue or content", ROLES),
            _c("fragment_no", "int", "from 0 within the role"), _START, _END, _SURFACE,
        )),
        Table("voices", "one segment; segments tile the body", ("article_id", "segment_no"), (
            _ID, _c("segment_no", "int", "from 0, in order of the text"), _VOICE, _ATTRIBUTION, _START, _END,
            _c("n_words", "int", "words that start in the segment"),
        )),
        Table("hits", "one loaded term", ("article_id", "hit_no"), (
            _ID, _c("hit_no", "int", "from 0, in order of the text"),
            _c("term_id", "str", "the lexicon's entry"), _c("category", "str", "the entry's category"),
            _c("layer", "str", "`loaded` counts in the headline rate; apart from it: `watch` (evaluative words that coders rarely mark), `severity`, `cue`, `hedge`"),
            _START, _END, _SURFACE, _SENTENCE, _VOICE, _ATTRIBUTION,
            _c("is_negated", "bool", "a negation governs it; the hit is kept"),
            _c("is_scare_quoted", "bool", "it stands in marks of one to three words that are no title, name or whole sentence, whoever is credited"),
        )),
        Table("scores", "the words of one voice in one sentence under one instrument",
              ("article_id", "sentence_no", "voice", "instrument"), (
            _ID, _SENTENCE, _VOICE, _c("instrument", "str", "the tone instrument"),
            _c("score", "float", "tone in [-1, 1]; up is positive"),
            _c("weight", "int", "words that were scored"),
        )),
        Table("names", "one label for one referent", ("article_id", "mention_no"), (
            _ID, _c("mention_no", "int", "from 0, in order of the text"),
            _c("referent", "str", "who or what is meant"), _c("label", "str", "the label, as lemma"),
            _c("pattern", "str", "how label and name are joined (premodifier, headnoun, apposition, copula, relative, as, definite)"),
            _START, _END, _SURFACE, _SENTENCE, _VOICE, _ATTRIBUTION,
        )),
        Table("contrasts", "one difference that a chart can show",
              ("measure", "event", "voice", "outlet_a", "outlet_b"), (
            _c("measure", "str", "what is compared"), _c("unit", "str", "the unit of estimate, low and high"),
            _c("event", "str", "the event; empty when pooled over events"),
            _c("voice", "str", "the voice measured; `all` for every word of the body"),
            _c("outlet_a", "str", "first outlet"), _c("outlet_b", "str", "second outlet"),
            _c("value_a", "float", "value of the first"), _c("value_b", "float", "value of the second"),
            _c("estimate", "float", "a minus b"), _c("low", "float", "lower limit"), _c("high", "float", "upper limit"),
            _c("low_simultaneous", "float", "lower limit that holds for all rows asked at once"),
            _c("high_simultaneous", "float", "upper limit that holds for all rows asked at once"),
            _c("ratio", "float", "a over b; missing where too few hits were to be expected"),
            _c("ratio_low", "float", "lower limit of the ratio"), _c("ratio_high", "float", "upper limit of the ratio"),
            _c("effect_size", "float", "difference over its standard deviation between events or articles"),
            _c("effect_low", "float", "lower limit of the effect size"),
            _c("effect_high", "float", "upper limit of the effect size"),
            _c("smallest_seen", "float", "smallest difference seen with 80 % chance, in the unit of estimate"),
            _c("p", "float", "sign-flip or permutation p-value"),
            _c("p_adjusted", "float", "p over all rows asked at once (max-t)"),
            _c("q", "float", "false discovery rate (Benjamini-Hochberg), for screening"),
            _c("method", "str", "how interval and p were made"),
            _c("n_events", "int", "events that both outlets reported"),
            _c("n_articles_a", "int", "articles of the first"), _c("n_articles_b", "int", "articles of the second"),
            _c("n_hits_a", "float", "raw count (numerator) of the first"), _c("n_hits_b", "float", "raw count of the second"),
            _c("base_a", "float", "what the first's numerator is counted in (words, attributions, mentions)"),
            _c("base_b", "float", "what the second's numerator is counted in"),
            _c("n_words_a", "int", "words of the first, in this voice"),
            _c("n_words_b", "int", "words of the second, in this voice"),
            _c("verdict", "str", "the gate: go, warn or refuse"), _c("reason", "str", "the sentence under the chart"),
        )),
        Table("issues", "one thing the program refused or could not decide", ("path", "article_id", "step", "start"), (
            _c("path", "str", "the file, relative to what was read"), _c("article_id", "str", "the article, when it has one"),
            _c("step", "str", "where it happened (read, zones, sentences, attribution …)"),
            _c("severity", "level", "`refused`: not in the study; `note`: in the study, but look", ("refused", "note")),
            _c("start", "int?", "character, when there is one"),
            _c("message", "str", "what was met, and the way out"),
        )),
        Table("corrections", "one value that a reader corrects; laid over the measured tables, never written into them",
              ("what", "article_id", "start", "end", "column"), (
            _c("what", "level", "what is corrected: an attribution, a stretch of voice, a label, a loaded term", CORRECTED),
            _ID, _c("sha256", "str", "SHA-256 of the text that was read; another text leaves the correction unapplied"),
            _c("start", "int", "first character of what is corrected (of an attribution: of its content)"),
            _c("end", "int", "one past the last character"),
            _c("column", "str", "the column that is wrong; `hit` adds or takes away a loaded term"),
            _c("old", "str", "the value met; another value there leaves the correction unapplied"),
            _c("new", "str", "the value that holds"), _c("coder", "str", "who says so"),
            _c("dated", "str", "when, as the coder gives it (YYYY-MM-DD)"), _c("note", "str", "why"),
        )),
        Table("runs", "one build", ("run_id",), (
            _c("run_id", "str", "hash of everything below"),
            _c("version", "str", "version of the package"), _c("commit", "str", "commit of the code, when known"),
            _c("inputs_sha256", "str", "hash over the articles' hashes and metadata"),
            _c("lexicon_sha256", "str", "hash of the lexicon"), _c("model_sha256", "str", "hash of the trained weights"),
            _c("packages", "str", "versions of the libraries that results depend on, as JSON"),
            _c("settings", "str", "the settings, as JSON"), _c("seed", "int", "the seed"),
            _c("n_articles", "int", "articles measured"), _c("n_refused", "int", "files or rows refused"),
        )),
    )
}  # fmt: skip


_NUMPY = {"int": "int64", "float": "float64", "bool": "bool"}
_TEXT = pd.StringDtype(na_value=np.nan)


@lru_cache(maxsize=64)
def _level_type(levels: tuple[str, ...]) -> pd.CategoricalDtype:
    return pd.CategoricalDtype(list(levels), ordered=True)


@lru_cache(maxsize=64)
def _level_codes(levels: tuple[str, ...]) -> dict[object, int]:
    return {level: number for number, level in enumerate(levels)}


def _levels(values: Sequence[object], column: Column) -> pd.Categorical:
    code = _level_codes(column.levels)
    try:
        codes = [code[value] if isinstance(value, str) else -1 for value in values]
    except KeyError as unknown:
        allowed = ", ".join(column.levels)
        raise SchemaError(f"{column.name}: unknown level {unknown.args[0]!r}; allowed: {allowed}") from None
    return pd.Categorical.from_codes(np.array(codes, dtype=np.int8), dtype=_level_type(column.levels))


def _numbers_or_missing(values: Any) -> Any:
    """Whole numbers, some missing; rows write a missing one as None."""
    if isinstance(values, pd.Series) or not set(map(type, values)) <= {int, type(None)}:
        return pd.Series(values, dtype="Int64").array
    is_missing = np.array([value is None for value in values], dtype=bool)
    known = [0 if value is None else value for value in values]
    return pd.arrays.IntegerArray(np.array(known, dtype=np.int64), is_missing)


def _texts(values: Any) -> Any:
    """Texts; a missing one becomes the empty text, and what is no text its text."""
    known = values.tolist() if isinstance(values, pd.Series) else list(values)
    if not set(map(type, known)) <= {str}:
        known = ["" if value is None or value is pd.NA or value != value else str(value) for value in known]
    array = pa.array(known, type=pa.large_string())
    return _TEXT.__from_arrow__(array)  # type: ignore[attr-defined]  # `pd.array` takes four times as long


def _typed(values: Any, column: Column) -> Any:
    """`values` as an array of the column's type."""
    if column.type in _NUMPY:
        return np.asarray(values, dtype=_NUMPY[column.type])
    if column.type == "int?":
        return _numbers_or_missing(values)
    if column.type == "level":
        if isinstance(values, pd.Series) and values.dtype == _level_type(column.levels):
            return values.array
        return _levels(values, column)
    return _texts(values)


@lru_cache(maxsize=64)
def _empty(name: str) -> pd.DataFrame:
    return pd.DataFrame({column.name: _typed((), column) for column in TABLES[name].columns})


def table(name: str, data: pd.DataFrame | Mapping[str, object] | Iterable[Sequence[object]] = ()) -> pd.DataFrame:
    """A table of this name with its columns in order and of their types.

    Parameters
    ----------
    name : a key of `TABLES`.
    data : a DataFrame or mapping with at least the columns of the table, or an iterable of row tuples in column order.

    Returns
    -------
    DataFrame, shape (N, columns of the table), fresh index from 0. No data gives an empty table of the right types.

    Raises
    ------
    SchemaError
        If a column is missing or a level is unknown; the message names both.
    """
    spec = TABLES[name]
    if isinstance(data, (pd.DataFrame, Mapping)):
        missing = [column for column in spec.names if column not in data]
        if missing:
            raise SchemaError(f"table {name!r} lacks the columns {missing}; it has {list(data)}")
        given: dict[str, object] = {column: data[column] for column in spec.names}
        is_ours = False
    else:
        rows = list(data)
        if not rows:
            return _empty(name).copy()
        given = dict(zip(spec.names, zip(*rows, strict=True), strict=True))
        is_ours = True  # arrays that are made of rows here belong to nobody else
    typed = {column.name: _typed(given[column.name], column) for column in spec.columns}
    return pd.DataFrame(typed, copy=not is_ours)


def column(name: str, column: str, values: Sequence[object]) -> Any:
    """`values` as an array of the type that this column of table `name` has."""
    return _typed(values, next(one for one in TABLES[name].columns if one.name == column))


def check(name: str, frame: pd.DataFrame) -> None:
    """Raise `SchemaError` unless `frame` has the columns of table `name` and its key is unique."""
    spec = TABLES[name]
    missing = [column for column in spec.names if column not in frame.columns]
    if missing:
        raise SchemaError(f"table {name!r} lacks the columns {missing}; it has {list(frame.columns)}")
    repeated = frame.duplicated(list(spec.key))
    if repeated.any():
        raise SchemaError(
            f"table {name!r}: key {spec.key} occurs twice: {frame.loc[repeated, list(spec.key)].iloc[0].tolist()}"
        )


def article_row(articles: pd.DataFrame, article_id: str) -> dict[str, Any]:
    """The row of one article, column → value.

    Raises
    ------
    SchemaError
        If there is no such article; the message names some that are there.
    """
    found = articles[articles["article_id"] == article_id]
    if found.empty:
        some = ", ".join(safety.terminal_text(name) for name in articles["article_id"].head(3))
        raise SchemaError(f"no article {safety.terminal_text(article_id)[:80]!r} in the study; it has {some} …")
    return {str(name): value for name, value in found.iloc[0].items()}


def surfaces_hold(articles: pd.DataFrame, frame: pd.DataFrame) -> bool:
    """The law of every stand-off table: `text[start:end] == surface` in each row."""
    text = dict(zip(articles["article_id"], articles["text"], strict=True))
    rows = zip(frame["article_id"], frame["start"], frame["end"], frame["surface"], strict=True)
    return all(text[article][start:end] == surface for article, start, end, surface in rows)


@dataclass(frozen=True)
class Corpus:
    """What was read: `articles`, and `issues` with everything that was refused (tables of those names)."""

    articles: pd.DataFrame
    issues: pd.DataFrame = field(default_factory=lambda: table("issues"))


class Looked:
    """A field that is given a table, or what makes the table when somebody looks at it for the first time."""

    def __set_name__(self, owner: type, name: str) -> None:
        self.name = name

    def __get__(self, holder: object | None, owner: type | None = None) -> pd.DataFrame:
        if holder is None:
            raise AttributeError(self.name)  # a dataclass asks here for a default; there is none
        held = vars(holder)[self.name]
        if not isinstance(held, pd.DataFrame):
            held = vars(holder)[self.name] = held()
        return held

    def __set__(self, holder: object, value: pd.DataFrame | Callable[[], pd.DataFrame]) -> None:
        vars(holder)[self.name] = value


@dataclass(frozen=True, repr=False)
class Study:
    """Everything that was measured, as tables of these names; nothing else is hidden in it.

    Each field takes its table or a function without arguments that makes it. Such a table is made when it is first
    looked at and kept; `tables()`, `repr` and pickling look at all of them. Somebody who measures one string and asks
    for its voices does not wait for ten other tables.
    """

    articles: Looked = Looked()
    zones: Looked = Looked()
    sentences: Looked = Looked()
    attributions: Looked = Looked()
    spans: Looked = Looked()
    voices: Looked = Looked()
    hits: Looked = Looked()
    scores: Looked = Looked()
    names: Looked = Looked()
    issues: Looked = Looked()
    runs: Looked = Looked()

    def __repr__(self) -> str:
        """How many rows each table has: a study is looked at table by table."""
        return f"Study({', '.join(f'{len(table)} {name}' for name, table in self.tables().items())})"

    def tables(self) -> dict[str, pd.DataFrame]:
        """The tables by name, in the order of the house."""
        return {part.name: getattr(self, part.name) for part in fields(self)}

    def __getstate__(self) -> dict[str, pd.DataFrame]:
        """What is copied to another process: the tables, made."""
        return self.tables()


def data_dictionary() -> str:
    """`docs/data_dictionary.md`: every table, column, type, unit and level."""
    lines = [
        "# Data dictionary", "",
        "Written from `analysis/schema.py` (`python -m analysis dictionary`); a test holds the two together.", "",
        "Offsets are characters, 0-based and half-open, into `articles.text` as received. In every table with a",
        "`surface`, `text[start:end] == surface`.", "",
    ]  # fmt: skip
    for spec in TABLES.values():
        lines += [f"## {spec.name}", "", f"One row is {spec.row}. Key: {', '.join(f'`{k}`' for k in spec.key)}.", ""]
        lines += ["| column | type | meaning |", "|---|---|---|"]
        for column in spec.columns:
            levels = f" ({', '.join(f'`{level}`' for level in column.levels)})" if column.levels else ""
            lines.append(f"| `{column.name}` | {column.type} | {column.meaning}{levels} |")
        lines.append("")
    return "\n".join(lines)
