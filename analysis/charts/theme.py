"""The look of every chart: the sheet with its title and note, the mark of an outlet, the shade of a voice.

Floor: `resources/study.mplstyle` is read once; texts and sizes in inches come in, a figure with empty axes goes out.
"""

from __future__ import annotations

import base64
import io
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import matplotlib as mpl
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties, findfont, get_font
from matplotlib.textpath import TextToPath

from analysis import config, safety
from analysis.errors import SchemaError

WIDTH = 7.4  # inches: the width of a column of text at this size of type
MARGIN = 0.16
TITLE_SIZE, NOTE_SIZE, SMALL = 11.5, 7.4, 7.8
GREY, PALE, INK = "#6b6b6b", "#c9c9c9", "#1a1a1a"
#: One shape for each outlet, in the outlets' order, so that grey print and colour-blind eyes tell them apart.
MARKERS = ("o", "s", "^", "D", "v", "P", "X", "<", ">")
HATCHES = ("", "////", "....", "\\\\\\\\", "xxxx", "----", "++++", "oo", "||||")
#: Hue says which outlet, so a voice has a shade of grey and a hatch.
VOICE_SHADES: dict[str, tuple[str, str]] = {
    "narrator": ("#4d4d4d", ""),
    "scare": ("#8c8c8c", "xxxx"),
    "reported": ("#b5b5b5", ""),
    "quoted": ("#ededed", "////"),
    "headline": ("#ffffff", "...."),
}
#: A chart with more rows than this is not a chart: the rest stays in the table behind it.
MAX_ROWS = 60


@dataclass(frozen=True)
class Look:
    """How one outlet is drawn everywhere: `hue` from the style, `marker`, and `hatch` for areas."""

    hue: str
    marker: str
    hatch: str


class StudyFigure(Figure):
    """A figure that keeps the table it was drawn from and says in words what it shows.

    Attributes
    ----------
    study_table : the table that was drawn; `save` writes it beside the picture.
    heading, note, alt : the title, the small print and the words for those who cannot see it.
    """

    study_table: pd.DataFrame
    heading: str = ""
    note: str = ""
    alt: str = ""

    def _repr_html_(self) -> str:
        """The picture for a notebook, with its alt text (the notebook's own display of figures has none)."""
        buffer = io.BytesIO()
        with style():
            self.savefig(buffer, format="png", dpi=150, metadata={"Software": None})
        data = base64.b64encode(buffer.getvalue()).decode("ascii")
        return f'<img alt="{safety.html_text(self.alt)}" src="data:image/png;base64,{data}" style="max-width: 100%">'


@lru_cache(maxsize=1)
def _settings() -> dict[str, Any]:
    found: Any = mpl.rc_params_from_file(config.RESOURCES / "study.mplstyle", use_default_template=True)
    return dict(found)


def style() -> Any:
    """Context in which everything is drawn and written: the study's style and nothing of the user's own."""
    return mpl.rc_context(_settings())  # type: ignore[arg-type]


def looks(outlets: Iterable[str]) -> dict[str, Look]:
    """The look of each outlet, by its place in `outlets`; hand in the whole study's outlets to keep hues across charts."""
    hues = [entry["color"] for entry in _settings()["axes.prop_cycle"]]
    hues = [hue if str(hue).startswith("#") else f"#{hue}" for hue in hues]
    return {
        outlet: Look(hues[n % len(hues)], MARKERS[n % len(MARKERS)], HATCHES[n % len(HATCHES)])
        for n, outlet in enumerate(dict.fromkeys(outlets))
    }


def order(table: pd.DataFrame, outlets: Sequence[str] | None, *columns: str) -> list[str]:
    """The outlets in the order of the house: as given, else by name; those of the table that were not given come last."""
    found = sorted({str(value) for column in columns for value in table[column]})
    return list(dict.fromkeys([*(outlets or ()), *found]))


@lru_cache(maxsize=1)
def _glyphs() -> frozenset[int]:
    """The characters that the typeface can draw."""
    return frozenset(get_font(findfont(FontProperties(family="DejaVu Sans"))).get_charmap())


def drawable(text: object) -> str:
    """`text` on one line, nothing unseen, with a box for every character that the typeface cannot draw."""
    line = safety.terminal_text(text)
    return line if line.isascii() else "".join(c if ord(c) in _glyphs() else "\u25a1" for c in line)


def each(table: pd.DataFrame) -> Iterator[Any]:
    """The rows of a table as named tuples."""
    return table.itertuples(index=False)


def records(table: pd.DataFrame) -> list[dict[str, Any]]:
    """The rows of a table as mappings from column to value."""
    return table.to_dict("records")  # type: ignore[return-value]


def require(table: pd.DataFrame, chart: str, *columns: str) -> None:
    """Raise `SchemaError` unless `table` has the columns that the chart draws."""
    missing = [name for name in columns if name not in table.columns]
    if missing:
        raise SchemaError(f"{chart}: the table lacks the columns {missing}; it has {list(table.columns)}")


def short(text: object, most: int = 34) -> str:
    """`text` as it may stand on a chart: drawable, cut with an ellipsis after `most` characters."""
    line = drawable(text if not isinstance(text, str) else text[: 8 * most])
    return line if len(line) <= most else line[: most - 1].rstrip() + "…"


def fit(text: object, width: float, size: float = 9) -> str:
    """`text` as it may stand on a chart, cut with an ellipsis where it is wider than `width` inches."""
    line = short(text, 60)
    while len(line) > 2 and text_width(line, size) > width:
        line = line[:-2].rstrip() + "…"
    return line


@lru_cache(maxsize=4096)
def text_width(text: str, size: float, bold: bool = False) -> float:
    """Width of one line of text in inches, in the study's typeface."""
    font = FontProperties(family="DejaVu Sans", size=size, weight="bold" if bold else "normal")
    width, _, _ = TextToPath().get_text_width_height_descent(text, font, ismath=False)
    return float(width) / 72


def widest(texts: Iterable[str], size: float = 9, bold: bool = False) -> float:
    """Width in inches of the widest line."""
    return max((text_width(text, size, bold) for text in texts), default=0.0)


def wrapped(text: str, size: float, width: float, bold: bool = False) -> list[str]:
    """`text` in lines no wider than `width` inches; a word that is wider by itself is cut."""
    lines: list[str] = []
    for word in text.split():
        while text_width(word, size, bold) > width and len(word) > 1:
            word = word[: max(1, int(len(word) * width / text_width(word, size, bold)) - 1)] + "…"
        joined = f"{lines[-1]} {word}" if lines else word
        if lines and text_width(joined, size, bold) <= width:
            lines[-1] = joined
        else:
            lines.append(word)
    return lines or [""]


def evenly(text: str, size: float, width: float, bold: bool = False) -> list[str]:
    """`text` in as few lines as `wrapped` needs, but about as long as each other: no word alone on the last one."""
    lines = wrapped(text, size, width, bold)
    for part in (0.6, 0.7, 0.8, 0.9):
        narrower = wrapped(text, size, part * width, bold)
        if len(narrower) == len(lines) > 1 and not any("…" in line for line in set(narrower) - set(lines)):
            return narrower
    return lines


@dataclass(frozen=True)
class Sheet:
    """A figure whose title and note are set; `width` and `height` (inches) are what is left for the drawing."""

    figure: StudyFigure
    left: float
    bottom: float
    width: float
    height: float

    def axes(self, x: float, y: float, width: float, height: float, **kwargs: Any) -> Axes:
        """Axes at `x`, `y` inches from the lower left corner of what is left for the drawing."""
        total_width, total_height = self.figure.get_size_inches()
        box = (
            (self.left + x) / total_width,
            (self.bottom + y) / total_height,
            width / total_width,
            height / total_height,
        )
        return self.figure.add_axes(box, **kwargs)

    def text(self, x: float, y: float, words: str, **kwargs: Any) -> None:
        """Words at `x`, `y` inches from the lower left corner of what is left for the drawing."""
        total_width, total_height = self.figure.get_size_inches()
        self.figure.text((self.left + x) / total_width, (self.bottom + y) / total_height, words, **kwargs)


def sheet(table: pd.DataFrame, title: str, note: str, alt: str, *, height: float, width: float = WIDTH) -> Sheet:
    """A figure `width` inches wide with title above and note below `height` inches of drawing.

    Everything is placed in inches and measured, so nothing is cut and nothing depends on a solver.
    """
    inner = width - 2 * MARGIN
    title, note = drawable(title), drawable(note)
    title_lines = evenly(title, TITLE_SIZE, inner, bold=True)
    note_lines = wrapped(note, NOTE_SIZE, inner) if note else []
    title_height = len(title_lines) * TITLE_SIZE * 1.28 / 72
    note_height = len(note_lines) * NOTE_SIZE * 1.4 / 72 + (0.08 if note_lines else 0)
    total = MARGIN + title_height + 0.12 + height + note_height + MARGIN
    figure = StudyFigure(figsize=(width, total))
    FigureCanvasAgg(figure)
    figure.study_table = table.reset_index(drop=True)
    figure.heading, figure.note, figure.alt = title, note, safety.terminal_text(alt)
    for number, line in enumerate(title_lines):
        y = total - MARGIN - number * TITLE_SIZE * 1.28 / 72
        figure.text(MARGIN / width, y / total, line, size=TITLE_SIZE, weight="bold", va="top")
    for number, line in enumerate(note_lines):
        y = MARGIN + note_height - 0.08 - number * NOTE_SIZE * 1.4 / 72
        figure.text(MARGIN / width, y / total, line, size=NOTE_SIZE, color=GREY, va="top")
    return Sheet(figure, MARGIN, MARGIN + note_height, inner, height)


def alt_text(figure: Figure) -> str:
    """The words that stand for the figure where it cannot be seen; made from its table, empty for a foreign figure."""
    return getattr(figure, "alt", "")
