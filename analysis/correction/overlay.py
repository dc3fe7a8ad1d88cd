"""Corrections as an overlay: stand-off, dated, laid over a study without editing what was measured.

Floor: a study and the table `corrections` come in; a corrected view and the corrections that found no place go out. A
correction names the text by its hash and the value it met, so that it survives a new run exactly where it still holds.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from analysis import schema, sentiment
from analysis.correction.codings import Codings
from analysis.errors import InputError
from analysis.loaded_terms import mark_scare
from analysis.recipe import sha256_of
from analysis.schema import ATTRIBUTED_VOICES, TABLES, Study
from analysis.voice import cut_pieces, label_voice
from analysis.words import count_words

#: What can be corrected, and in which columns. `hit` adds a loaded term (`new` is its category) or takes one away.
COLUMNS = {
    "source": ("source_name", "source_type", "is_named", "is_hedged", "cue_stance"),
    "voice": ("voice",),
    "label": ("label", "referent"),
    "term": ("hit", "category", "layer", "voice", "is_negated"),
}
#: The entry that a term added by hand stands under.
BY_HAND = "by hand"
_TABLE_OF = {"source": "attributions", "voice": "voices", "label": "names", "term": "hits"}


class _Correction(NamedTuple):
    """One row of `corrections` as plain values."""

    what: str
    article_id: str
    sha256: str
    start: int
    end: int
    column: str
    old: str
    new: str
    coder: str
    dated: str
    note: str

    @property
    def place(self) -> tuple[str, int, int]:
        return self.article_id, self.start, self.end


def apply_corrections(study: Study, corrections: pd.DataFrame) -> tuple[Study, pd.DataFrame]:
    """A corrected view of a study; the study itself stays as it was measured.

    Corrections apply in the order of the table, voices first: a stretch of voice that changes takes its hits, names,
    words and tone along. Later corrections of one value must name the earlier one's `new` as their `old`.

    Parameters
    ----------
    corrections : table `corrections`.

    Returns
    -------
    (Study, DataFrame) : the view, whose `runs` name the corrections applied by their hash; and the corrections that
    were not applied, each with its `reason` (another text, another value there, nothing there, a value not allowed).

    Raises
    ------
    SchemaError
        If a column of `corrections` is missing or `what` is unknown.
    """
    rows = _rows(corrections)
    sha256 = dict(zip(study.articles["article_id"], study.articles["sha256"], strict=True))
    reasons = [_refusal(row, sha256) for row in rows]
    sound = [number for number, reason in enumerate(reasons) if not reason]
    voices = [number for number in sound if rows[number].what == "voice"]
    others = [number for number in sound if rows[number].what != "voice"]
    view, found = _with_voices(study, [rows[number] for number in voices])
    for number, reason in zip(voices, found, strict=True):
        reasons[number] = reason
    layer = _Layer(view)
    for number in others:
        reasons[number] = layer.apply(rows[number])
    view = layer.study()
    applied = [row for row, reason in zip(rows, reasons, strict=True) if not reason]
    if applied:
        view = replace(view, runs=_runs(study.runs, applied))
    left = [(*row, reason) for row, reason in zip(rows, reasons, strict=True) if reason]
    return view, pd.DataFrame(left, columns=[*TABLES["corrections"].names, "reason"])


def _rows(corrections: pd.DataFrame) -> list[_Correction]:
    table = schema.table("corrections", corrections)
    columns = [table[name].astype("str") if name == "what" else table[name] for name in _Correction._fields]
    return [_Correction(*values) for values in zip(*(column.tolist() for column in columns), strict=True)]


def _refusal(row: _Correction, sha256: Mapping[str, str]) -> str:
    if row.column not in COLUMNS[row.what]:
        return f"{row.what} has no column {row.column!r} to correct; there are: {', '.join(COLUMNS[row.what])}"
    if row.article_id not in sha256:
        return "the article is not in this study"
    if sha256[row.article_id] != row.sha256:
        return "the article's text is not the one that was corrected"
    column = _column(row)
    if column is not None and column.type == "level" and row.new not in column.levels:
        return f"{row.new!r} is not allowed; allowed: {', '.join(column.levels)}"
    if column is not None and column.type == "bool" and row.new.capitalize() not in ("True", "False"):
        return f"{row.new!r} is not allowed; allowed: True, False"
    return ""


def _column(row: _Correction) -> schema.Column | None:
    return next((column for column in TABLES[_TABLE_OF[row.what]].columns if column.name == row.column), None)


def _runs(runs: pd.DataFrame, applied: Iterable[_Correction]) -> pd.DataFrame:
    """The build with the hash of its corrections among the settings, so that no export passes for the measured one."""
    digest = sha256_of(*(str(value) for row in applied for value in row))
    settings = [
        json.dumps({**json.loads(text or "{}"), "corrections_sha256": digest}, sort_keys=True)
        for text in runs["settings"]
    ]
    return runs.assign(
        settings=pd.array(settings, dtype="str"),
        run_id=pd.array([sha256_of(run, digest) for run in runs["run_id"]], dtype="str"),
    )


# --- voices ---------------------------------------------------------------------------------------------------------------

_Tile = tuple[int, int, str, Any]


def _with_voices(study: Study, rows: list[_Correction]) -> tuple[Study, list[str]]:
    """The study with stretches of other voices, and for each correction why it was not applied."""
    touched = {row.article_id for row in rows}
    is_here = study.voices["article_id"].isin(touched)
    tiles: dict[str, list[_Tile]] = {}
    names = ("article_id", "start", "end", "voice", "attribution_no")
    for article, *tile in zip(*(study.voices.loc[is_here, name].tolist() for name in names), strict=True):
        tiles.setdefault(article, []).append(tuple(tile))
    reasons = [_retile(tiles.get(row.article_id, []), row) for row in rows]
    changed = {row.article_id for row, reason in zip(rows, reasons, strict=True) if not reason}
    if not changed:
        return study, reasons
    order = {article: number for number, article in enumerate(study.articles["article_id"])}
    made = _voices(study, {article: tiles[article] for article in changed})
    voices = _in_order(pd.concat([study.voices[~study.voices["article_id"].isin(changed)], made]), order, "segment_no")
    view = replace(study, voices=schema.table("voices", voices))
    return replace(
        view,
        hits=_relabelled(view, "hits", changed),
        names=_relabelled(view, "names", changed),
        scores=_rescored(view, changed, order),
    ), reasons


def _retile(tiles: list[_Tile], row: _Correction) -> str:
    """Cut the tile in which the stretch stands (in place); why not, when it cannot be."""
    for number, (start, end, voice, attribution) in enumerate(tiles):
        if not start <= row.start < end:
            continue
        if row.end > end or row.end <= row.start:
            return "the stretch runs over more than one voice; correct each part"
        if voice != row.old:
            return f"the voice there is {voice!r}, not {row.old!r}"
        holder = attribution if row.new in ATTRIBUTED_VOICES else pd.NA
        parts = [(start, row.start, voice, attribution), (row.start, row.end, row.new, holder),
                 (row.end, end, voice, attribution)]  # fmt: skip
        tiles[number : number + 1] = [part for part in parts if part[0] < part[1]]
        return ""
    return "no voice is measured there (it is outside the body)"


def _voices(study: Study, tiles: Mapping[str, list[_Tile]]) -> pd.DataFrame:
    here = study.articles[study.articles["article_id"].isin(list(tiles))]
    rows: list[tuple[object, ...]] = []
    for article, text in zip(here["article_id"], here["text"], strict=True):
        edges = np.array([tile[:2] for tile in tiles[article]], dtype=np.int64)
        n_words = count_words(text, edges[:, 0], edges[:, 1]).tolist()
        rows += [
            (article, number, voice, attribution, start, end, n)
            for number, ((start, end, voice, attribution), n) in enumerate(zip(tiles[article], n_words, strict=True))
        ]
    return schema.table("voices", rows)


def _relabelled(study: Study, name: str, changed: set[str]) -> pd.DataFrame:
    """The hits or names of the changed articles with the voice they stand in now."""
    frame: pd.DataFrame = getattr(study, name)
    is_changed = frame["article_id"].isin(changed).to_numpy()
    again = label_voice(frame[is_changed].drop(columns=["voice", "attribution_no"]), study.voices)
    out = pd.concat([frame[~is_changed], again]).sort_index(kind="stable")
    return schema.table(name, out)


def _rescored(study: Study, changed: set[str], order: Mapping[str, int]) -> pd.DataFrame:
    """Tone of the changed articles, read anew in the pieces that the voices cut now."""
    instruments = list(dict.fromkeys(study.scores["instrument"]))
    if not instruments:
        return study.scores
    parts = [frame[frame["article_id"].isin(changed)] for frame in (study.articles, study.sentences, study.voices)]
    again = sentiment.score_pieces(cut_pieces(*parts), instruments=instruments)
    kept = study.scores[~study.scores["article_id"].isin(changed)]
    out = pd.concat([kept, again], ignore_index=True)
    place = out["article_id"].map(order).to_numpy()
    return schema.table("scores", out.iloc[np.argsort(place, kind="stable")])


def _in_order(frame: pd.DataFrame, order: Mapping[str, int], number: str) -> pd.DataFrame:
    """Rows by article and place in the text, numbered anew within each article."""
    place = frame["article_id"].map(order).to_numpy()
    out = frame.iloc[np.lexsort((np.arange(len(frame)), frame["start"].to_numpy(), place))].reset_index(drop=True)
    return out.assign(**{number: out.groupby("article_id", sort=False).cumcount()})


# --- everything that is one cell ---------------------------------------------------------------------------------------------


class _Layer:
    """The cells that corrections change, kept beside the tables until all are known."""

    def __init__(self, study: Study) -> None:
        self._study = study
        self._cells: dict[tuple[str, str], list[Any]] = {}
        self._places: dict[str, dict[tuple[str, int, int], list[int]]] = {}
        self._gone: set[int] = set()
        self._added: dict[tuple[str, int, int], str] = {}
        self._sentences = study.sentences.groupby("article_id", sort=False).indices

    def rows_at(self, what: str, place: tuple[str, int, int]) -> list[int]:
        """Rows of the corrected table that stand exactly there."""
        if what not in self._places:
            frame = _placed(self._study, what)
            found: dict[tuple[str, int, int], list[int]] = {}
            places = zip(frame["article_id"], frame["start"].tolist(), frame["end"].tolist(), strict=True)
            for number, key in zip(frame.index.tolist(), places, strict=True):
                found.setdefault(key, []).append(number)
            self._places[what] = found
        rows = self._places[what].get(place, [])
        return [row for row in rows if row not in self._gone] if what == "term" else rows

    def cells(self, what: str, column: str) -> list[Any]:
        """The values of a column, to be changed."""
        key = _TABLE_OF[what], column
        if key not in self._cells:
            frame: pd.DataFrame = getattr(self._study, key[0])
            self._cells[key] = frame["surface" if column == "hit" else column].tolist()
        return self._cells[key]

    def apply(self, row: _Correction) -> str:
        """Change one value; why not, when it cannot be."""
        if row.column == "hit" and not row.old:
            return self._add(row)
        rows = self.rows_at(row.what, row.place)
        cells = self.cells(row.what, row.column)
        if not rows:
            return "nothing is measured at this place any more"
        is_flag = isinstance(cells[rows[0]], bool)
        old = row.old.capitalize() if is_flag else row.old
        matching = [number for number in rows if str(cells[number]) == old]
        if not matching:
            return f"the value there is {str(cells[rows[0]])!r}, not {row.old!r}"
        if len(matching) > 1:
            return f"{len(matching)} rows stand there with this value; the correction does not say which"
        if row.column == "hit":
            if row.new:
                return "a hit can be taken away (new is empty) or added (old is empty), not renamed"
            self._gone.add(matching[0])
        else:
            cells[matching[0]] = row.new.capitalize() == "True" if is_flag else row.new
            if row.column == "voice" and row.new not in ATTRIBUTED_VOICES:
                self.cells(row.what, "attribution_no")[matching[0]] = pd.NA
        return ""

    def _add(self, row: _Correction) -> str:
        if not row.new:
            return "a hit to be added needs its category as the new value"
        if self.rows_at("term", row.place) or row.place in self._added:
            return "a term is measured there already"
        here = self._study.sentences.iloc[self._sentences.get(row.article_id, np.array([], dtype=np.int64))]
        inside = (here["start"] <= row.start) & (here["end"] >= row.end)
        if row.end <= row.start or not inside.any():
            return "the place is not inside one sentence of headline or body"
        self._added[row.place] = row.new
        return ""

    def study(self) -> Study:
        """The study with everything laid over it."""
        frames: dict[str, pd.DataFrame] = {}
        for (name, column), values in self._cells.items():
            if column == "hit":
                continue
            frame = frames.get(name, getattr(self._study, name))
            frames[name] = frame.assign(**{column: values})
        if self._gone or self._added:
            frames["hits"] = self._hits(frames.get("hits", self._study.hits))
        return replace(self._study, **{name: schema.table(name, frame) for name, frame in frames.items()})

    def _hits(self, hits: pd.DataFrame) -> pd.DataFrame:
        order = {article: number for number, article in enumerate(self._study.articles["article_id"])}
        kept = hits.drop(index=sorted(self._gone))
        parts = [kept, self._made()] if self._added else [kept]
        return _in_order(pd.concat(parts, ignore_index=True), order, "hit_no")

    def _made(self) -> pd.DataFrame:
        """The terms added by hand, as hits."""
        study = self._study
        text = dict(zip(study.articles["article_id"], study.articles["text"], strict=True))
        rows = pd.DataFrame([(*place, category) for place, category in self._added.items()],
                            columns=["article_id", "start", "end", "category"])  # fmt: skip
        rows["surface"] = [text[article][start:end] for article, start, end in self._added]
        sentences = study.sentences[["article_id", "sentence_no", "start", "end"]]
        joined = rows.reset_index().merge(sentences, on="article_id", suffixes=("", "_sentence"))
        joined = joined[(joined["start_sentence"] <= joined["start"]) & (joined["end_sentence"] >= joined["end"])]
        rows["sentence_no"] = joined.groupby("index")["sentence_no"].first()
        rows = label_voice(rows, study.voices)
        fixed: dict[str, Any] = {"hit_no": 0, "term_id": BY_HAND, "layer": "loaded", "is_negated": False}
        return mark_scare(rows.assign(**fixed), study.articles, study.voices)


def _placed(study: Study, what: str) -> pd.DataFrame:
    """The table that is corrected, with `start` and `end`; an attribution stands where its content does."""
    frame: pd.DataFrame = getattr(study, _TABLE_OF[what])
    if what != "source":
        return frame
    content = study.spans[study.spans["role"] == "content"]
    hull = content.groupby(["article_id", "attribution_no"], sort=False).agg(start=("start", "min"), end=("end", "max"))
    joined = frame.reset_index().merge(hull.reset_index(), on=["article_id", "attribution_no"])
    return joined.set_index("index")


# --- writing corrections down ------------------------------------------------------------------------------------------------


def table_of(what: str) -> str:
    """The table of a study in which a correction of this kind changes a value."""
    return _TABLE_OF[what]


def places(study: Study, what: str) -> pd.DataFrame:
    """Where something of this kind was measured: `article_id`, `start`, `end`, each place once, in order of the text."""
    keys = ["article_id", "start", "end"]
    return _placed(study, what)[keys].drop_duplicates(ignore_index=True)


def value_at(study: Study, what: str, place: tuple[str, int, int], column: str) -> str:
    """The value measured at a place; empty when there is none. `hit` gives the words that were counted."""
    return _value_at(study, _Correction(what, place[0], "", *place[1:], column, "", "", "", "", ""))


def correct(
    study: Study,
    what: str,
    place: tuple[str, int, int],
    column: str,
    new: str,
    *,
    coder: str,
    dated: str,
    note: str = "",
) -> pd.DataFrame:
    """One correction, with the hash of the text and the value met filled in.

    Parameters
    ----------
    what, column : a key of `COLUMNS` and one of its columns.
    place : article, first character, one past the last (of an attribution: of its content).
    new : the value that holds; for `hit`, the category of a term to add, or empty to take the term away.
    dated : the day as YYYY-MM-DD; the program knows no clock.

    Returns
    -------
    DataFrame, table `corrections`, one row; join several with `pd.concat`.

    Raises
    ------
    InputError
        If the correction could not be applied to this study; the message says why.
    """
    sha256 = dict(zip(study.articles["article_id"], study.articles["sha256"], strict=True))
    row = _Correction(what, place[0], sha256.get(place[0], ""), *place[1:], column, "", new, coder, dated, note)
    row = row._replace(old=_value_at(study, row) if what in COLUMNS else "")
    table = schema.table("corrections", [row])
    _, left = apply_corrections(study, table)
    if len(left):
        raise InputError(f"{what} at {place}: {left['reason'].iloc[0]}")
    return table


def _value_at(study: Study, row: _Correction) -> str:
    """The value that stands there now; empty when there is none (a term to be added)."""
    if row.column not in COLUMNS[row.what] or (row.column == "hit" and row.new):
        return ""
    if row.what == "voice":
        here = study.voices[(study.voices["article_id"] == row.article_id) & (study.voices["start"] <= row.start)]
        return str(here["voice"].iloc[-1]) if len(here) else ""
    layer = _Layer(study)
    rows = layer.rows_at(row.what, row.place)
    return str(layer.cells(row.what, row.column)[rows[0]]) if rows else ""


def corrections_from(codings: Codings, study: Study, *, dated: str) -> pd.DataFrame:
    """What people agree on against the instrument, as corrections (table `corrections`).

    A unit counts when every coder who coded it gave the same code and the instrument another one. `dated` stands where
    the sheet has no date. Whole articles have counts, which correct a gap (`corrected_gap`), not a place: none come out.
    """
    column = {"source": ("source", "source_type"), "voice": ("term", "voice"), "term": ("term", "hit")}.get(
        codings.what
    )
    if column is None:
        return schema.table("corrections")
    articles = study.articles.set_index("article_id")
    rows = []
    for _, part in codings.rows.groupby("unit_id", sort=False):
        first = part.iloc[0]
        if len(set(part["code"])) > 1 or first["code"] == first["machine"]:
            continue
        old, new = first["machine"], first["code"]
        if codings.what == "term":
            old, new = articles.loc[first["article_id"], "text"][first["start"] : first["end"]], ""
        coders = ", ".join(sorted(part["coder"]))
        days = [day for day in part["coded_on"] if day]
        rows.append((
            column[0], first["article_id"], articles.loc[first["article_id"], "sha256"], first["start"], first["end"],
            column[1], old, new, coders, max(days, default=dated), "; ".join(note for note in part["note"] if note),
        ))  # fmt: skip
    return schema.table("corrections", rows)
