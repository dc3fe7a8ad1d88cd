"""How the marks of an article look and what they are called: style sheet, layers, underlines of categories.

Floor: `resources/article.css` is read once; tables of one article come in, class names and labels go out.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any

import pandas as pd

from analysis import config

#: Attributions are lit up within their paragraph; this many are told apart there.
LIT = 48
#: Styles of line times hues: categories beyond them share a line.
_LINES, _HUES = 5, 5
MAX_CATEGORIES = 40
CITED_VOICES = ("reported", "quoted", "scare")
LAYERS = (("cited", "who is cited"), ("furniture", "furniture greyed"))


@lru_cache(maxsize=1)
def article_style() -> str:
    """The style sheet, with the rules that are the same for every number written out."""
    lit = "".join(
        f".par:has(.a{n}:hover) .a{n}, .par:has(.a{n}:focus) .a{n} {{ box-shadow: inset 0 -.16em var(--mark); }}\n"
        for n in range(LIT)
    )
    off = ["#s-cited:not(:checked) ~ .page .text :is(.src, .cue) { font: inherit; border: 0; letter-spacing: 0; }"]
    off += ["#s-cited:not(:checked) ~ .page .text .no::before { content: none; }"]
    off += ["#s-furniture:not(:checked) ~ .page .text .z { color: inherit; opacity: 1; }"]
    off += [f"#s-v-{v}:not(:checked) ~ .page .text .v-{v} {{ background: none; }}" for v in CITED_VOICES]
    off += [f"#s-t{n}:not(:checked) ~ .page .text .t{n} {{ text-decoration: none; }}" for n in range(MAX_CATEGORIES)]
    names = [key for key, _ in LAYERS] + [f"v-{v}" for v in CITED_VOICES] + [f"t{n}" for n in range(MAX_CATEGORIES)]
    for name in names:
        label = f'~ .page .legend label[for="s-{name}"]'
        off.append(f'#s-{name}:not(:checked) {label}::before {{ content: "☐ "; }}')
        off.append(f"#s-{name}:focus-visible {label} {{ outline: 2px solid var(--mark); }}")
    unseen = ", ".join(f'#s-{name}:not(:checked) ~ .page .legend label[for="s-{name}"]' for name in names)
    off.append(f"@media print {{ {unseen} {{ display: none; }} }}")  # on paper a layer that is off is not there
    return (config.RESOURCES / "article.css").read_text(encoding="utf-8") + lit + "\n".join(off) + "\n"


def categories_of(hits: pd.DataFrame) -> dict[str, int]:
    """Each category's number: loaded ones first, the frequent before the rare; those beyond the limit share the last."""
    counts = hits["category"].value_counts()
    counted = loaded(hits)
    ordered = sorted(counts.index, key=lambda name: (name not in counted, -counts[name], name))
    return {name: min(number, MAX_CATEGORIES - 1) for number, name in enumerate(ordered)}


def loaded(hits: pd.DataFrame) -> set[str]:
    """The categories that count as loaded."""
    return set(hits.loc[hits["layer"] == "loaded", "category"])


def line_of(number: int) -> str:
    """The classes of a category's underline: number, style of line, hue."""
    return f"t t{number} d{number % _LINES} h{(number + number // _LINES) % _HUES}"


def shown(categories: Mapping[str, int]) -> list[tuple[str, int]]:
    """Categories with a switch of their own; the last switch stands for all that share it."""
    first: dict[int, str] = {}
    for name, number in categories.items():
        first.setdefault(number, name)
    more = len(categories) - len(first)
    return [(f"{name} and {more} more" if more and n == MAX_CATEGORIES - 1 else name, n) for n, name in first.items()]


def entries_of(hits: pd.DataFrame, lexicon: pd.DataFrame | None) -> dict[str, dict[str, str]]:
    """Term that hit → what the lexicon says of it: why it is listed, the reference, a neutral alternative."""
    if lexicon is None or lexicon.empty:
        return {}
    key = "term_id" if "term_id" in lexicon.columns else "entry"
    wanted = [name for name in ("why", "source", "neutral_alternative") if name in lexicon.columns]
    met = lexicon.loc[lexicon[key].isin(hits["term_id"]), [key, *wanted]].fillna("")
    return {str(row[key]): {name: str(row[name]) for name in wanted} for row in met.to_dict("records")}


def names_of(attributions: pd.DataFrame) -> dict[int, str]:
    """What to call the source of each attribution."""
    rows = zip(attributions["attribution_no"], attributions["source_name"], attributions["source_text"], strict=True)
    return {int(number): str(name or text or "no source named") for number, name, text in rows}


def plain(name: object) -> str:
    """A name of ours as words."""
    return str(name).replace("_", " ")


def rows_of(table: pd.DataFrame) -> Iterator[Any]:
    """The rows of a table as named tuples."""
    return table.itertuples(index=False)
