"""What a reader can take hold of in a live notebook: choose what is counted and read it, or correct it.

Floor: a study comes in, a widget goes out; corrections are written by `store`, beside the study and never into it. Every
text of an article is escaped before it is shown.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pandas as pd

from analysis import charts, correction, rates, safety, schema, store
from analysis.concordance import concordance, sample
from analysis.config import Settings
from analysis.correction import overlay
from analysis.errors import InputError, MissingExtra, SchemaError
from analysis.schema import Study

try:
    import ipywidgets
except ImportError:  # the notebooks are an extra
    raise MissingExtra("widgets need the extra `notebooks`: pip install 'whose-words[notebooks]'") from None

EVERY = ""
#: Voices that can be chosen, as a reader meets them.
VOICES = (
    ("the outlet's own voice", "own"),
    ("attributed voice", "attributed"),
    ("every word of the body", "all"),
    ("narrator", "narrator"),
    ("reported", "reported"),
    ("quoted", "quoted"),
    ("scare quotes", "scare"),
)
_LINES = 15
_WIDTH = 45  # characters of context on each side of a hit
_SNIPPET = 70
_CELL = "padding: 1px 6px; text-align: {}; vertical-align: top; white-space: normal"
_KINDS = {"a voice": "voice", "a source": "source", "a label": "label", "a loaded term": "term"}


class Panel(ipywidgets.VBox):
    """A widget that shows the same without a live kernel: `static` is what a saved notebook and a printed page hold."""

    def __init__(self, children: Iterable[Any], static: Callable[[], str]) -> None:
        super().__init__(list(children))
        self._static = static

    def _repr_mimebundle_(self, **kwargs: Any) -> dict[str, Any]:
        bundle = dict(super()._repr_mimebundle_(**kwargs) or {})
        return {**bundle, "text/html": self._static(), "text/plain": "a widget; it is alive in JupyterLab (make lab)"}


def explored(study: Study, *, voice: str = "own", category: str = EVERY, source: str = "") -> charts.StudyFigure:
    """The figure of `explore`: loaded terms of every outlet in one voice, of one category or of all.

    Parameters
    ----------
    voice : a name of `rates.VOICE_SETS`. category : of the lexicon; empty for every category. source : for the note.
    """
    measure = f"loaded_terms:{category}" if category else "loaded_terms"
    levels = rates.outlet_rates(study, measure, voices=(voice,))
    outlets = sorted(set(study.articles["outlet"]))
    return charts.interval_dots(levels, outlets=outlets, source=source)


def explored_lines(study: Study, *, outlet: str = EVERY, voice: str = "own", category: str = EVERY) -> pd.DataFrame:
    """The hits that `explored` counts for one outlet or all, as concordance lines in the order of the articles."""
    hits = study.hits[(study.hits["layer"] == "loaded") & study.hits["voice"].isin(rates.voices_of(voice))]
    if category:
        hits = hits[hits["category"] == category]
    if outlet:
        hits = hits[hits["article_id"].isin(study.articles.loc[study.articles["outlet"] == outlet, "article_id"])]
    return concordance(study.articles, hits, width=_WIDTH)


def explore(study: Study, *, outlet: str = EVERY, voice: str = "own", category: str = EVERY, source: str = "") -> Panel:
    """Choose an outlet, a voice and a category: the figure of `explored`, and the words behind it.

    Raises
    ------
    SchemaError
        If the outlet or the category is not in the study.
    """
    outlets = sorted(set(study.articles["outlet"]))
    categories = sorted(set(study.hits.loc[study.hits["layer"] == "loaded", "category"]))
    for name, value, known in (("outlet", outlet, outlets), ("category", category, categories)):
        if value and value not in known:
            raise SchemaError(f"explore: no {name} is called {value!r}; there are: {', '.join(known)}")
    choose = {
        "outlet": _dropdown("Read", [("every outlet", EVERY), *_named(outlets)], outlet),
        "voice": _dropdown("in", VOICES, voice),
        "category": _dropdown("Count", [("every category", EVERY), *_named(categories)], category),
    }
    page = ipywidgets.HTML()

    def shown() -> str:
        now = {name: box.value for name, box in choose.items()}
        lines = explored_lines(study, **now)
        figure = explored(study, voice=now["voice"], category=now["category"], source=source)
        return figure._repr_html_() + _lines_html(lines)

    def renew(_: object = None) -> None:
        page.value = shown()

    for box in choose.values():
        box.observe(renew, names="value")
    renew()
    bar = ipywidgets.HBox([choose[name] for name in ("category", "voice", "outlet")])
    bar.layout.flex_flow = "row wrap"
    return Panel([bar, page], shown)


def correct(study: Study, path: Path | str, *, article: str = "", coder: str = "") -> Panel:
    """A form in which a person corrects a voice, a source, a label or a loaded term; it writes to the overlay at `path`.

    The measured tables stay as they are: `correction.apply_corrections(study, store.read_corrections(path))` gives the
    corrected view, and `python -m analysis compare MEASURE --corrections FILE` compares it.

    Parameters
    ----------
    path : CSV of the table `corrections`; made when the first correction is written, added to afterwards.
    article : the article that is shown first. coder : who corrects.
    """
    return _Form(study, Path(path), article, coder).panel


class _Form:
    """The boxes of `correct` and what they do to each other."""

    def __init__(self, study: Study, path: Path, article: str, coder: str) -> None:
        self.study, self.path = study, path
        ids = study.articles["article_id"].tolist()
        self.article = _dropdown("Article", _named(ids), article or (ids[0] if ids else None))
        self.kind = _dropdown("What", list(_KINDS.items()), "voice")
        self.place = _dropdown("Where", [], None)
        self.column = _dropdown("Column", [], None)
        self.new = ipywidgets.Combobox(description="Should be", placeholder="the value that holds", ensure_option=False)
        self.coder = ipywidgets.Text(description="Coder", value=coder)
        self.day = ipywidgets.DatePicker(description="Day")
        self.note = ipywidgets.Text(description="Why")
        self.button = ipywidgets.Button(description="Write it down", button_style="primary")
        self.said = ipywidgets.HTML()
        self.table = ipywidgets.HTML(self.written())
        for box in (self.article, self.kind):
            box.observe(self.renew_places, names="value")
        for box in (self.place, self.column):
            box.observe(self.renew_value, names="value")
        self.button.on_click(self.write)
        self.place.layout.width = "95%"
        self.renew_places()
        self.panel = Panel(
            [
                ipywidgets.HBox([self.article, self.kind]),
                self.place,
                ipywidgets.HBox([self.column, self.new]),
                ipywidgets.HBox([self.coder, self.day, self.note, self.button]),
                self.said,
                self.table,
            ],
            self.written,
        )
        for row in self.panel.children[:4]:
            row.layout.flex_flow = "row wrap"

    @property
    def what(self) -> str:
        return str(self.kind.value)

    def renew_places(self, _: object = None) -> None:
        """The stretches of the chosen article that can be corrected."""
        rows = overlay.places(self.study, self.what)
        rows = rows[rows["article_id"] == self.article.value]
        text = dict(zip(self.study.articles["article_id"], self.study.articles["text"], strict=True))
        options = [
            (f"{n}. {_snippet(text[a][s:e])}", (a, s, e))
            for n, (a, s, e) in enumerate(
                zip(rows["article_id"], rows["start"].tolist(), rows["end"].tolist(), strict=True), start=1
            )
        ]
        columns = overlay.COLUMNS[self.what]
        self.place.options, self.column.options = options, columns
        self.place.value = options[0][1] if options else None
        self.column.value = columns[0]
        self.renew_value()

    def renew_value(self, _: object = None) -> None:
        """What stands there now, and what may stand there."""
        allowed = _allowed(self.what, str(self.column.value))
        self.new.options = allowed
        self.new.value = ""
        if self.place.value is None:
            self.said.value = "Nothing of this kind was found in this article."
            return
        now = overlay.value_at(self.study, self.what, self.place.value, str(self.column.value))
        self.said.value = f"Measured: <b>{safety.html_text(now) or 'nothing'}</b>" + (
            f"; may be: {', '.join(allowed)}" if allowed else ""
        )

    def write(self, _: object = None) -> None:
        """Check the correction against the study and add it to the file."""
        if not self.coder.value.strip() or self.day.value is None or self.place.value is None:
            self.said.value = "A correction needs a place, a coder and a day."
            return
        try:
            row = correction.correct(
                self.study, self.what, self.place.value, str(self.column.value), self.new.value.strip(),
                coder=self.coder.value.strip(), dated=self.day.value.isoformat(), note=self.note.value,
            )  # fmt: skip
            store.write_corrections(pd.concat([self._before(row), row], ignore_index=True), self.path)
        except (InputError, OSError) as error:
            self.said.value = safety.html_text(error)
            return
        self.said.value = f"Written to {safety.html_text(self.path.name)}."
        self.table.value = self.written()

    def _before(self, row: pd.DataFrame) -> pd.DataFrame:
        """The corrections in the file without an earlier one of the same value."""
        before = store.read_corrections(self.path) if self.path.exists() else schema.table("corrections")
        key = list(schema.TABLES["corrections"].key)
        same = (before[key].astype(str) == row[key].astype(str).iloc[0]).all(axis=1)
        return before[~same]

    def written(self) -> str:
        """The corrections so far, as a table."""
        rows = store.read_corrections(self.path) if self.path.exists() else schema.table("corrections")
        if rows.empty:
            return (
                f"<p>No corrections yet. They will be written to <code>{safety.html_text(self.path.name)}</code>.</p>"
            )
        return _table_html(
            rows[["article_id", "what", "start", "end", "column", "old", "new", "coder", "dated", "note"]]
        )


def _allowed(what: str, column: str) -> list[str]:
    """The levels of a column; empty when any text may stand there."""
    spec = schema.TABLES[overlay.table_of(what)]
    found = next((part for part in spec.columns if part.name == column), None)
    if found is None:
        return []
    return ["True", "False"] if found.type == "bool" else list(found.levels)


def _dropdown(label: str, options: Iterable[Any], value: object) -> Any:
    return ipywidgets.Dropdown(description=label, options=list(options), value=value)


def _named(values: Iterable[str]) -> list[tuple[str, str]]:
    """Values of a study as options: shown inert and on one line."""
    return [(safety.terminal_text(value) or "(no name)", value) for value in values]


def _snippet(text: str) -> str:
    line = safety.terminal_text(text)
    return line if len(line) <= _SNIPPET else line[: _SNIPPET - 1] + "…"


def _lines_html(lines: pd.DataFrame) -> str:
    """Concordance lines as a table, at most `_LINES`, and how many there are."""
    drawn = sample(lines, _LINES, Settings().seed)
    rest = f"{len(drawn)} of {len(lines)} hits, drawn at random" if len(drawn) < len(lines) else f"{len(lines)} hits"
    if lines.empty:
        return "<p>No hit of this kind.</p>"
    return f"<p>{rest}:</p>" + _table_html(drawn[["outlet", "docname", "pre", "keyword", "post", "voice", "category"]])


def _table_html(rows: pd.DataFrame) -> str:
    """A table of texts, every cell escaped."""
    heads = "".join(f'<th scope="col" style="{_CELL.format("left")}">{safety.html_text(c)}</th>' for c in rows.columns)
    body = "".join(
        "<tr>"
        + "".join(
            f'<td style="{_CELL.format("right" if name == "pre" else "left")}">{_cell(name, value)}</td>'
            for name, value in zip(rows.columns, cells, strict=True)
        )
        + "</tr>"
        for cells in rows.itertuples(index=False)
    )
    table = (
        f'<table style="border-collapse: collapse; font-size: 90%; line-height: 1.35"><tr>{heads}</tr>{body}</table>'
    )
    return f'<div style="overflow-x: auto; overflow-wrap: break-word">{table}</div>'


def _cell(name: str, value: object) -> str:
    text = safety.html_text(value)
    return f"<b>{text}</b>" if name == "keyword" else text
