"""What the marks say as tables under the text, for print and for screen readers: who is cited, which terms stand where.

Floor: the tables of one article come in, HTML goes out.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping

import pandas as pd

from analysis import safety
from analysis.article_view.look import names_of, plain, rows_of

_MAX_TABLE = 1_000


def cited_table(parts: Mapping[str, pd.DataFrame]) -> str:
    """Who is cited: one row an attribution, its number a link to its place."""
    rows = parts["attributions"]
    if rows.empty:
        return '<h2>Who is cited</h2><p class="meta">No attribution was found.</p>'
    names = names_of(rows)
    spans = parts["spans"]
    contents = spans[(spans["role"] == "content") & (spans["fragment_no"] == 0)]
    first = dict(zip(contents["attribution_no"], zip(contents["start"], contents["surface"], strict=True), strict=True))
    lines = []
    for row in rows_of(rows):
        start, words = first.get(row.attribution_no, (None, ""))
        number = row.attribution_no + 1
        link = f'<a href="#c{start}">{number}</a>' if start is not None else str(number)
        cells = [names[int(row.attribution_no)], row.source_type, row.cue_lemma, row.cue_stance, row.kind]
        cells += ["yes" if row.is_hedged else "", words if len(words) <= 140 else words[:139] + "…"]
        lines.append(f"<td>{link}</td>" + _cells(cells))
    heads = ["no.", "source", "type", "cue", "stance of the cue", "kind", "hedged", "content"]
    return _table("Who is cited", heads, lines)


def terms_table(parts: Mapping[str, pd.DataFrame], entries: Mapping[str, dict[str, str]]) -> str:
    """One row a listed term with all its places: the loaded ones in sight, the other layers under a fold."""
    if parts["hits"].empty:
        return '<h2>Loaded terms</h2><p class="meta">No term of the lexicon stands in this article.</p>'
    places: dict[tuple[str, str, str], list[str]] = defaultdict(list)
    for row in rows_of(parts["hits"]):
        negated = ", negated" if row.is_negated else ""
        place = f'<a href="#c{row.start}">{safety.html_text(row.surface)}</a> ({safety.html_text(row.voice)}{negated})'
        places[str(row.term_id), str(row.category), str(row.layer)].append(place)
    lines: dict[bool, list[str]] = {True: [], False: []}
    for (term, category, layer), found in places.items():
        entry = entries.get(term, {})
        kind = plain(category) if layer == "loaded" else f"{plain(category)} ({layer})"
        said = [entry.get(name, "") for name in ("why", "source", "neutral_alternative")]
        lines[layer == "loaded"].append(_cells([term, kind]) + f"<td>{', '.join(found)}</td>" + _cells(said))
    heads = ["term", "category", "where, in which voice", "why it is listed", "reference", "neutral alternative"]
    loaded = (
        _table("Loaded terms", heads, lines[True]) if lines[True] else '<h2>Loaded terms</h2><p class="meta">None.</p>'
    )
    if not lines[False]:
        return loaded
    others = _table("Other layers of the lexicon", heads, lines[False])
    fold = f"<summary>Other layers of the lexicon: {len(lines[False])} terms that are not counted as loaded</summary>"
    return f'{loaded}<details class="meta">{fold}{others}</details>'


def _cells(values: Iterable[object]) -> str:
    return "".join(f"<td>{safety.html_text(value)}</td>" for value in values)


def _table(title: str, heads: Iterable[str], lines: Iterable[str]) -> str:
    head = "".join(f'<th scope="col">{name}</th>' for name in heads)
    given = list(lines)
    rows = "".join(f"<tr>{line}</tr>" for line in given[:_MAX_TABLE])
    if len(given) > _MAX_TABLE:
        title += f" (the first {_MAX_TABLE:,} of {len(given):,}; all are in the tables of the study)"
    return f'<h2>{title}</h2><div class="wide"><table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div>'
