"""What stands around the text of an article: switches of layers, the legend, the strip of voices down the margin.

Floor: the tables of one article come in, HTML goes out.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar

import pandas as pd

from analysis import safety
from analysis.article_view.look import CITED_VOICES, LAYERS, line_of, plain, rows_of, shown
from analysis.schema import VOICES

_MAX_STRIP = 700
_Row = TypeVar("_Row")


def switches(categories: Mapping[str, int], loaded: set[str]) -> str:
    """One box for each layer; terms that do not count as loaded are off until they are asked for."""
    names = [(key, title) for key, title in LAYERS] + [(f"v-{voice}", f"{voice} words") for voice in CITED_VOICES]
    names += [(f"t{number}", f"listed terms: {plain(name)}") for name, number in shown(categories)]
    off = {f"t{number}" for name, number in categories.items() if name not in loaded}
    return "".join(
        f'<input class="switch" type="checkbox"{"" if key in off else " checked"} id="s-{key}" aria-label="Show {safety.html_text(title)}">'
        for key, title in names
    )


def legend(parts: Mapping[str, pd.DataFrame], categories: Mapping[str, int]) -> str:
    """What each mark means, how much of it there is, and the labels of the switches."""
    counts = parts["voices"].groupby("voice", observed=True)["n_words"].sum()
    total = int(counts.sum())
    shares = {voice: f"{100 * counts.get(voice, 0) / total:.0f} %" if total else "–" for voice in VOICES}
    items = [f"<span>narrator {shares['narrator']} of {total:,} words</span>"]
    items += [
        f'<label for="s-v-{voice}"><span class="v-{voice}">{voice}</span> {shares[voice]}</label>'
        for voice in CITED_VOICES
    ]
    titles = {"cited": '<span class="src">source</span> <span class="cue">cue</span>', "furniture": "furniture greyed"}
    items += [f'<label for="s-{key}">{titles[key]}</label>' for key, _ in LAYERS]
    n_hits = parts["hits"]["category"].value_counts()
    items += [
        f'<label for="s-t{number}"><span class="{line_of(number)}">{safety.html_text(plain(name))}</span> '
        f"{int(n_hits.get(name, 0))}</label>"
        for name, number in shown(categories)
    ]
    hint = '<p class="hint">Point at a mark, or step through them with the Tab key, to read what it means.</p>'
    return f'<div class="legend" role="group" aria-label="Layers">{"".join(items)}</div>{hint}'


def strip(length: int, parts: Mapping[str, pd.DataFrame]) -> str:
    """The voices down the margin, each a link to its place; decoration for the ear."""
    rows = [(r.start, r.end, f"v-{r.voice}") for r in rows_of(parts["voices"]) if r.voice in CITED_VOICES]
    rows += [(r.start, r.end, "z") for r in rows_of(parts["zones"]) if r.zone not in ("body", "headline")]
    drawn = "".join(
        f'<a href="#c{start}" tabindex="-1"><rect class="{name}" x="0" y="{start}" width="100" height="{end - start}"/></a>'
        for start, end, name in _thinned(sorted(rows))
    )
    hits = parts["hits"].loc[parts["hits"]["layer"] == "loaded", "start"]
    thick = max(1, length // 300)
    drawn += "".join(
        f'<rect class="hit" x="60" y="{start}" width="40" height="{thick}"/>' for start in _thinned(list(hits))
    )
    return f'<svg class="strip" viewBox="0 0 100 {max(1, length)}" preserveAspectRatio="none" aria-hidden="true">{drawn}</svg>'


def _thinned(rows: list[_Row]) -> list[_Row]:
    """At most `_MAX_STRIP` of the rows, evenly from first to last."""
    return rows[:: max(1, -(-len(rows) // _MAX_STRIP))]
