"""A lexicon of loaded terms as a table: ours, or one that the user brings in CSV, LIWC or quanteda form.

Floor: a file comes in, a checked table of one row per entry goes out. Nothing here looks at an article.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from pathlib import Path

import pandas as pd
import yaml

from analysis.config import RESOURCES
from analysis.errors import ResourceError
from analysis.loaded_terms.inflection import PARTS_OF_SPEECH
from analysis.recipe import sha256_of, sha256_of_file

OURS = RESOURCES / "loaded_terms.csv"
COLUMNS = (
    "entry", "pattern", "pos", "category", "layer", "strength", "direction", "why", "source", "neutral_alternative",
    "mirror", "exceptions",
)  # fmt: skip
#: `loaded` counts in the headline rate; the others are reported apart. `watch` holds words that carry an evaluation
#: but that coders of real news rarely mark: moved there with their figures (docs/loaded_terms.md).
LAYERS = ("loaded", "watch", "cue", "hedge", "severity")
DIRECTIONS = ("pejorative", "laudatory", "mitigating", "endorsing", "distancing", "none")
STRENGTHS = (1, 2, 3)
_DEFAULTS = {"pos": "any", "layer": "loaded", "strength": "2", "direction": "none"}
#: A lexicon with more entries or longer ones than this is not a lexicon (or is meant to make us slow).
MAX_ENTRIES = 200_000
MAX_ENTRY_CHARS = 200


def read_lexicon(path: str | Path | None = None) -> pd.DataFrame:
    """The lexicon at `path`, one row per entry; ours when no path is given.

    Parameters
    ----------
    path : a `.csv` (columns `entry` and `category`, others of `COLUMNS` as wished), a LIWC `.dic`, or a quanteda or
        Lexicoder dictionary as `.yml`/`.yaml`. In the last two, `*` at the end of a word stands for any ending and
        words are not inflected.

    Returns
    -------
    DataFrame, shape (E, 12)
        The columns `COLUMNS`; `entry` is unique, `strength` an integer of 1 to 3.

    Raises
    ------
    ResourceError
        If the file cannot be read as its kind, or a row breaks a rule; the message names file and row.
    """
    file = OURS if path is None else Path(path)
    if path is None:
        return _ours().copy()
    readers = {".csv": _read_csv, ".dic": _read_dic, ".yml": _read_yaml, ".yaml": _read_yaml}
    reader = readers.get(file.suffix.lower())
    if reader is None:
        raise ResourceError(f"{file.name}: a lexicon is a {', '.join(readers)} file")
    try:
        text = file.read_text(encoding="utf-8-sig")
    except OSError as problem:
        raise ResourceError(f"{file.name}: the lexicon cannot be read ({problem.strerror})") from None
    except UnicodeDecodeError:
        raise ResourceError(f"{file.name}: the lexicon is not UTF-8; save it as UTF-8 and try again") from None
    return _checked(reader(text, file.name), file.name)


@lru_cache(maxsize=1)
def _ours() -> pd.DataFrame:
    return _checked(_read_csv(OURS.read_text(encoding="utf-8"), OURS.name), OURS.name)


def join_lexica(*lexica: pd.DataFrame) -> pd.DataFrame:
    """Several lexica as one; where an entry is in more than one, the last given wins (one's own list beside ours)."""
    joined = pd.concat(lexica, ignore_index=True)
    return joined.drop_duplicates("entry", keep="last", ignore_index=True)


def lexicon_sha256(lexicon: pd.DataFrame | None = None) -> str:
    """Hash of a lexicon: of our file's bytes (with its fixed phrases and inflections), or of a table's cells."""
    tables = [sha256_of_file(RESOURCES / name) for name in ("fixed_phrases.csv", "inflections.csv")]
    if lexicon is None:
        return sha256_of(sha256_of_file(OURS), *tables)
    cells = lexicon.reindex(columns=list(COLUMNS)).astype(str)
    return sha256_of(*("\x1f".join(row) for row in cells.itertuples(index=False)), *tables)


def balance(lexicon: pd.DataFrame | None = None) -> pd.DataFrame:
    """How many entries each layer and category has, how many per direction, and how many stand in mirrored pairs.

    Returns
    -------
    DataFrame, one row per layer and category: `layer`, `category`, `n_entries`, one column per direction met,
    `n_mirrored`, `n_phrases` (entries of several words).
    """
    table = read_lexicon() if lexicon is None else lexicon
    by = [table["layer"], table["category"]]
    counts = pd.crosstab(by, table["direction"])
    counts.insert(0, "n_entries", counts.sum(axis=1))
    counts["n_mirrored"] = table["mirror"].ne("").groupby(by).sum()
    counts["n_phrases"] = table["entry"].str.contains("[ -]", regex=True).groupby(by).sum()
    counts.columns.name = None
    return counts.reset_index()


def with_reasons(hits: pd.DataFrame, lexicon: pd.DataFrame | None = None) -> pd.DataFrame:
    """`hits` with what the lexicon says of each: the evidence behind a hit.

    Parameters
    ----------
    hits : uses `term_id`.
    lexicon : the lexicon that found them; ours by default.

    Returns
    -------
    DataFrame: a copy with `strength`, `direction`, `why`, `source`, `neutral_alternative` and `mirror`; empty where the
    lexicon has no such entry (a term added by hand, a word of the re-ranker).
    """
    table = (read_lexicon() if lexicon is None else lexicon).set_index("entry")[list(_REASONS)]
    found = table.reindex(hits["term_id"].tolist()).set_axis(hits.index)
    texts = [name for name in _REASONS if name != "strength"]
    return hits.assign(strength=found["strength"].astype("Int64"), **found[texts].fillna(""))


_REASONS = ("strength", "direction", "why", "source", "neutral_alternative", "mirror")


def _read_csv(text: str, name: str) -> Iterator[tuple[str, dict[str, str]]]:
    """Rows of a CSV as (where, cells); the first line names the columns."""
    reader = csv.DictReader(text.splitlines(keepends=True), strict=True)
    try:
        header = [str(column).strip().lower() for column in reader.fieldnames or ()]
        missing = [column for column in ("entry", "category") if column not in header]
        if missing:
            raise ResourceError(f"{name}: the lexicon lacks the column {missing[0]!r}; it has {header[:20]}")
        reader.fieldnames = header
        for row in reader:
            if None in row:
                raise ResourceError(f"{name}, line {reader.line_num}: more cells than columns; quote cells with commas")
            yield f"line {reader.line_num}", {key: (value or "").strip() for key, value in row.items()}
    except csv.Error as problem:
        raise ResourceError(f"{name}, line {reader.line_num}: {problem}") from None


def _read_dic(text: str, name: str) -> Iterator[tuple[str, dict[str, str]]]:
    """LIWC: categories between two lines `%`, then a word and the numbers of its categories on each line."""
    lines = text.splitlines()
    marks = [number for number, line in enumerate(lines) if line.strip() == "%"]
    if len(marks) < 2:
        raise ResourceError(f"{name}: a LIWC dictionary opens with its categories between two lines of '%'")
    titles: dict[str, str] = {}
    for number in range(marks[0] + 1, marks[1]):
        key, _, title = lines[number].strip().partition("\t" if "\t" in lines[number].strip() else " ")
        if key:
            titles[key] = title.strip() or key
    for number in range(marks[1] + 1, len(lines)):
        cells = lines[number].replace("\t", " \t").split("\t" if "\t" in lines[number] else None)
        cells = [cell.strip() for cell in cells if cell.strip()]
        if not cells:
            continue
        unknown = [key for key in cells[1:] if key not in titles]
        if unknown or len(cells) < 2:
            problem = f"category {unknown[0]!r} is not in the header" if unknown else "no category is given"
            raise ResourceError(f"{name}, line {number + 1}: {cells[0][:60]!r}: {problem}")
        # An entry is listed once here; a word of several LIWC categories counts in the first.
        yield f"line {number + 1}", {"entry": cells[0], "category": titles[cells[1]], "pos": "exact"}


def _read_yaml(text: str, name: str) -> Iterator[tuple[str, dict[str, str]]]:
    """quanteda and Lexicoder: keys are categories (nested ones joined by `.`), their values lists of patterns."""
    try:
        tree = yaml.safe_load(text)
    except (yaml.YAMLError, RecursionError, ValueError) as problem:
        raise ResourceError(f"{name}: not valid YAML ({' '.join(str(problem).split())[:200]})") from None
    if not isinstance(tree, Mapping):
        raise ResourceError(f"{name}: a dictionary is a mapping of categories to lists of words")
    count = 0
    pending: list[tuple[tuple[str, ...], object]] = [((), tree)]
    while pending:
        path, node = pending.pop()
        count += 1
        if count > MAX_ENTRIES or len(path) > 20:
            raise ResourceError(f"{name}: too many or too deeply nested categories")
        where = ".".join(path)
        if isinstance(node, Mapping):
            pending += [((*path, str(key)), value) for key, value in reversed(list(node.items()))]
        elif isinstance(node, (list, tuple)):
            pending += [(path, value) for value in reversed(node)]
        elif isinstance(node, (str, int, float)) and path:
            yield f"category {where!r}", {"entry": str(node), "category": where, "pos": "exact"}
        else:
            raise ResourceError(f"{name}, category {where!r}: {node!r} is neither a word nor a list of words")


def _checked(rows: Iterable[tuple[str, dict[str, str]]], name: str) -> pd.DataFrame:
    """The rows as a table of `COLUMNS`, each held against the rules; repeated entries of a dictionary are one."""
    table: dict[str, tuple[object, ...]] = {}
    for where, cells in rows:
        row = {column: cells.get(column, "") or _DEFAULTS.get(column, "") for column in COLUMNS}
        problem = _problem(row)
        if problem is None and row["entry"] in table and cells.get("pos") != "exact":
            problem = f"the entry {row['entry']!r} stands twice; give the second a name of its own and a pattern"
        if problem is not None:
            raise ResourceError(f"{name}, {where}: {problem}")
        if len(table) >= MAX_ENTRIES:
            raise ResourceError(f"{name}: more than {MAX_ENTRIES} entries")
        table.setdefault(row["entry"], tuple(int(row[c]) if c == "strength" else row[c] for c in COLUMNS))
    if not table:
        raise ResourceError(f"{name}: the lexicon has no entries")
    frame = pd.DataFrame(list(table.values()), columns=list(COLUMNS))
    return frame.astype({column: "int64" if column == "strength" else "str" for column in COLUMNS})


def _problem(row: Mapping[str, str]) -> str | None:
    """What is wrong with one row, in words; None when nothing is."""
    if not any(character.isalpha() for character in row["pattern"] or row["entry"]):
        return f"an entry needs letters, not {row['entry']!r}"
    if max(len(row["entry"]), len(row["pattern"]) // 4) > MAX_ENTRY_CHARS:
        return f"the entry {row['entry'][:40]!r}… is longer than {MAX_ENTRY_CHARS} characters"
    if not row["category"]:
        return f"the entry {row['entry']!r} has no category"
    allowed = {
        "layer": LAYERS,
        "direction": DIRECTIONS,
        "strength": tuple(str(number) for number in STRENGTHS),
    }
    for column, levels in allowed.items():
        if row[column] not in levels:
            return f"{row['entry']!r} has the {column} {row[column]!r}; allowed: {', '.join(levels)}"
    alone = [part.strip() for part in row["exceptions"].split("|") if len(part.split()) == 1]
    if alone:
        return f"{row['entry']!r} has the exception {alone[0]!r}; an exception is a phrase that holds the entry"
    unknown = [part for part in row["pos"].split(",") if part not in PARTS_OF_SPEECH]
    if unknown:
        return f"{row['entry']!r} has the part of speech {unknown[0]!r}; allowed: {', '.join(PARTS_OF_SPEECH)}"
    return None
