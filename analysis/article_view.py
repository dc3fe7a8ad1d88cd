"""One article as a marked-up page: whose words, who is cited through which cue, which loaded terms and why they count.

Floor: the tables of a study come in, one self-contained HTML page goes out; it needs no network and no script. Tables
point into the text and may overlap in any way, so the text is cut at every edge and each piece is given all that holds
there; the text itself is never changed.
"""

from __future__ import annotations

import base64
import hashlib
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import pairwise
from typing import Any, TypeVar

import pandas as pd

from analysis import config, recipe, safety
from analysis.errors import SchemaError
from analysis.schema import VOICES, Study

#: Attributions are lit up within their paragraph; this many are told apart there.
_LIT = 48
#: Styles of line times hues: categories beyond them share a line.
_LINES, _HUES = 5, 5
_MAX_CATEGORIES = 40
_MAX_STRIP = 700
_CITED_VOICES = ("reported", "quoted", "scare")
_MAX_TABLE = 1_000
_Row = TypeVar("_Row")
_LAYERS = (("cited", "who is cited"), ("furniture", "furniture greyed"))


@dataclass(frozen=True)
class ArticleView:
    """One article of a study as a notebook shows it: `ArticleView(study, "a1")` as the last line of a cell."""

    study: Study
    article_id: str
    lexicon: pd.DataFrame | None = None
    height: int = 640

    def _repr_html_(self) -> str:
        """The page in a frame in which nothing can run and from which nothing can reach the notebook."""
        page = safety.html_text(article_html(self.study, self.article_id, lexicon=self.lexicon))
        return (
            f'<iframe sandbox="" title="Marked-up article {safety.html_text(self.article_id)}" '
            f'style="width: 100%; height: {int(self.height)}px; border: 1px solid #ccc" srcdoc="{page}"></iframe>'
        )


@dataclass
class _Piece:
    """What holds at one stretch of the text."""

    classes: list[str] = field(default_factory=list)
    tips: list[str] = field(default_factory=list)
    spoken: list[str] = field(default_factory=list)
    numbers: list[int] = field(default_factory=list)
    is_stop: bool = False


def article_html(
    study: Study,
    article_id: str,
    *,
    lexicon: pd.DataFrame | None = None,
    made_by: Mapping[str, object] | None = None,
) -> str:
    """The marked-up page of one article.

    Voices are the background; each attribution is a numbered source (small capitals), cue (italics) and content that
    light up together under the pointer or the keyboard's focus; loaded terms are underlined by category, with the
    reason, the reference and a neutral alternative; furniture is grey. A legend switches each layer off. Everything is
    in the tables under the text too, for print and for screen readers.

    Parameters
    ----------
    study : uses `articles`, `zones`, `sentences`, `voices`, `attributions`, `spans`, `hits`.
    article_id : the article.
    lexicon : the lexicon's table (`entry` or `term_id`, `why`, `source`, `neutral_alternative`); without it a term
        shows its category only.
    made_by : the recipe, kept in the page.

    Returns
    -------
    One HTML document. Every stretch that a table points to has the anchor `c{start}`.

    Raises
    ------
    SchemaError
        If the study has no such article.
    """
    found = study.articles[study.articles["article_id"] == article_id]
    if found.empty:
        some = ", ".join(study.articles["article_id"].head(3))
        raise SchemaError(
            f"article_html: no article {safety.terminal_text(article_id)!r} in the study; it has {some} …"
        )
    parts = {
        name: rows[rows["article_id"] == article_id]
        for name, rows in study.tables().items()
        if "article_id" in rows.columns
    }
    article = found.iloc[0].to_dict()
    text = str(article["text"])
    categories = _categories(parts["hits"])
    entries = _entries(lexicon)
    body = _marked_text(text, parts, categories, entries)
    title = safety.html_text(article["headline"] or article_id)
    meta = _meta(article)
    content = (
        f'<header><h1>{title}</h1><p class="meta">{meta}</p></header>\n'
        f"{_switches(categories, _loaded(parts['hits']))}\n"
        f'<div class="page">{_legend(parts, categories)}\n{_strip(len(text), parts)}\n'
        f'<main class="text" id="text" lang="en">{body}</main>\n'
        f"{_cited_table(parts)}\n{_terms_table(parts, entries)}\n"
        f'<footer class="meta">Marked up by Whose Words {safety.html_text(recipe.version())}. The text is as received; '
        "the marks say what was measured, not what is true.</footer></div>"
    )
    return page(title, content, _style(), made_by=made_by)


def page(title: str, content: str, style: str, *, script: str = "", made_by: Mapping[str, object] | None = None) -> str:
    """A self-contained document that may load nothing and run nothing but `script`; `title` and `content` are HTML."""
    run = f"; script-src '{_sha(script)}'" if script else ""
    policy = f"default-src 'none'; style-src '{_sha(style)}'; img-src data:{run}; base-uri 'none'; form-action 'none'"
    kept = f'<meta name="recipe" content="{safety.html_text(recipe.as_json(made_by))}">\n' if made_by else ""
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f'<meta name="referrer" content="no-referrer">\n{kept}<title>{title}</title>\n<style>{style}</style>\n</head>\n'
        f"<body>\n{content}\n" + (f"<script>{script}</script>\n" if script else "") + "</body>\n</html>\n"
    )


def _sha(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode("ascii")


@lru_cache(maxsize=1)
def _style() -> str:
    """The style sheet, with the rules that are the same for every number written out."""
    lit = "".join(
        f".par:has(.a{n}:hover) .a{n}, .par:has(.a{n}:focus) .a{n} {{ box-shadow: inset 0 -.16em var(--mark); }}\n"
        for n in range(_LIT)
    )
    off = ["#s-cited:not(:checked) ~ .page .text :is(.src, .cue) { font: inherit; border: 0; letter-spacing: 0; }"]
    off += ["#s-cited:not(:checked) ~ .page .text .no::before { content: none; }"]
    off += ["#s-furniture:not(:checked) ~ .page .text .z { color: inherit; opacity: 1; }"]
    off += [f"#s-v-{v}:not(:checked) ~ .page .text .v-{v} {{ background: none; }}" for v in _CITED_VOICES]
    off += [f"#s-t{n}:not(:checked) ~ .page .text .t{n} {{ text-decoration: none; }}" for n in range(_MAX_CATEGORIES)]
    names = [key for key, _ in _LAYERS] + [f"v-{v}" for v in _CITED_VOICES] + [f"t{n}" for n in range(_MAX_CATEGORIES)]
    for name in names:
        label = f'~ .page .legend label[for="s-{name}"]'
        off.append(f'#s-{name}:not(:checked) {label}::before {{ content: "☐ "; }}')
        off.append(f"#s-{name}:focus-visible {label} {{ outline: 2px solid var(--mark); }}")
    return (config.RESOURCES / "article.css").read_text(encoding="utf-8") + lit + "\n".join(off) + "\n"


def _categories(hits: pd.DataFrame) -> dict[str, int]:
    """Each category's number: loaded ones first, the frequent before the rare; those beyond the limit share the last."""
    counts = hits["category"].value_counts()
    loaded = _loaded(hits)
    ordered = sorted(counts.index, key=lambda name: (name not in loaded, -counts[name], name))
    return {name: min(number, _MAX_CATEGORIES - 1) for number, name in enumerate(ordered)}


def _loaded(hits: pd.DataFrame) -> set[str]:
    return set(hits.loc[hits["layer"] == "loaded", "category"])


def _line(number: int) -> str:
    """The classes of a category's underline: number, style of line, hue."""
    return f"t t{number} d{number % _LINES} h{(number + number // _LINES) % _HUES}"


def _entries(lexicon: pd.DataFrame | None) -> dict[str, dict[str, str]]:
    if lexicon is None or lexicon.empty:
        return {}
    key = "term_id" if "term_id" in lexicon.columns else "entry"
    wanted = [name for name in ("why", "source", "neutral_alternative") if name in lexicon.columns]
    return {str(row[key]): {name: str(row[name]) for name in wanted} for row in lexicon.fillna("").to_dict("records")}


def _names(attributions: pd.DataFrame) -> dict[int, str]:
    """What to call the source of each attribution."""
    rows = zip(attributions["attribution_no"], attributions["source_name"], attributions["source_text"], strict=True)
    return {int(number): str(name or text or "no source named") for number, name, text in rows}


def _marked_text(
    text: str, parts: Mapping[str, pd.DataFrame], categories: Mapping[str, int], entries: Mapping[str, dict[str, str]]
) -> str:
    """The whole text as HTML, paragraph by paragraph; its text content is the text (but for words for the ear)."""
    marks, anchors = _marks(parts, categories, entries, len(text))
    shown = text.replace("\r\n", " \n").replace("\r", "\n")  # as long as the text; a page knows one kind of line end
    edges = {0, len(text)} | anchors
    opens, closes = defaultdict(list), defaultdict(list)
    for start, end, give in marks:
        edges |= {start, end}
        opens[start].append(give)
        closes[end].append(give)
    lines = [0]
    for at, character in enumerate(shown):
        if character == "\n":
            lines.append(at + 1)
    edges |= set(lines)
    cuts = sorted(edge for edge in edges if 0 <= edge <= len(text))
    starts_line = set(lines)
    out: list[str] = []
    active: dict[int, tuple[int, _Piece]] = {}
    for first, last in pairwise(cuts):
        for give in closes[first]:
            active.pop(id(give), None)
        for give in opens[first]:
            active[id(give)] = (first, give)
        if first in starts_line:
            out.append(f'{"</div>" if out else ""}<div class="par" id="p{bisect_right(lines, first) - 1}">')
        out.append(_span(shown[first:last], first, active, first in anchors))
    return "".join(out) + ("</div>" if out else "")


def _span(words: str, first: int, active: Mapping[int, tuple[int, _Piece]], is_anchor: bool) -> str:
    """One piece of the text with everything that holds there."""
    content = safety.html_text(words)
    if not active and not is_anchor:
        return content
    classes: list[str] = []
    tips: list[str] = []
    before: list[str] = []
    stop = False
    number = ""
    for start, give in active.values():
        classes += give.classes
        tips += give.tips
        if start == first:
            before += give.spoken
            stop = stop or give.is_stop
            number = number or ",".join(str(n) for n in give.numbers)
    attributes = f' id="c{first}"' if is_anchor else ""
    names = " ".join(dict.fromkeys(classes + (["no"] if number else [])))
    attributes += f' class="{names}"' if names else ""
    attributes += f' data-no="{number}"' if number else ""
    attributes += f' data-tip="{safety.html_text(chr(10).join(dict.fromkeys(tips)))}"' if tips else ""
    attributes += ' tabindex="0"' if stop else ""
    spoken = f'<span class="sr">{safety.html_text(" ".join(before))} </span>' if before else ""
    return f"{spoken}<span{attributes}>{content}</span>" if attributes else spoken + content


def _marks(
    parts: Mapping[str, pd.DataFrame], categories: Mapping[str, int], entries: Mapping[str, dict[str, str]], length: int
) -> tuple[list[tuple[int, int, _Piece]], set[int]]:
    """Every stretch with what it gives to the text under it, and the characters that can be linked to."""
    marks: list[tuple[int, int, _Piece]] = []
    for row in _rows(parts["zones"]):
        if row.zone != "body":
            name = f"z z-{row.zone}" if row.zone != "headline" else "z-headline"
            marks.append((row.start, row.end, _Piece(classes=[name], spoken=[f"({row.zone})"])))
    names = _names(parts["attributions"])
    for row in _rows(parts["voices"]):
        if row.voice in _CITED_VOICES:
            owner = "" if pd.isna(row.attribution_no) else names.get(int(row.attribution_no), "")
            says = f"({row.voice}{', ' + owner if owner else ''}:)"
            marks.append((row.start, row.end, _Piece(classes=[f"v-{row.voice}"], spoken=[says])))
    details = {int(row.attribution_no): row for row in _rows(parts["attributions"])}
    for row in _rows(parts["spans"]):
        number = int(row.attribution_no)
        give = _Piece(classes=[f"a{number % _LIT}"], tips=[_attribution_tip(number, details.get(number), names)])
        if row.role != "content":
            give.classes.append("src" if row.role == "source" else "cue")
        if row.role == "source" or (row.role == "content" and row.fragment_no == 0):
            give.numbers, give.is_stop = [number + 1], True
        marks.append((row.start, row.end, give))
    for row in _rows(parts["hits"]):
        tip = _term_tip(row, entries.get(str(row.term_id), {}))
        give = _Piece(classes=[_line(categories[row.category])], tips=[tip])
        if row.layer == "loaded":
            give.is_stop, give.spoken = True, ["(loaded term)"]
        marks.append((row.start, row.end, give))
    anchors = {
        int(start)
        for name in ("sentences", "spans", "hits", "names", "voices")
        for start in parts[name]["start"]
        if 0 <= start < length
    }
    return [(int(start), int(end), give) for start, end, give in marks if 0 <= start < end <= length], anchors


def _attribution_tip(number: int, row: Any, names: Mapping[int, str]) -> str:
    if row is None:
        return f"Attribution {number + 1}"
    hedge = ", hedged" if row.is_hedged else ""
    outer = row.outer_no
    nested = "" if pd.isna(outer) else f", inside attribution {int(outer) + 1}"
    cue = row.cue_lemma or "no cue"
    return (
        f"Attribution {number + 1}: {names.get(number, '')} ({row.source_type}) · {cue} "
        f"({row.cue_stance}) · {row.kind}{hedge}{nested}"
    )


def _term_tip(row: Any, entry: Mapping[str, str]) -> str:
    voice = f"in {row.voice} voice" if row.voice != "headline" else "in the headline"
    negated = ", negated" if row.is_negated else ""
    layer = "" if row.layer == "loaded" else f"layer {row.layer}, "
    lines = [f"{row.term_id}: {layer}{_plain(row.category)}, {voice}{negated}"]
    for name, title in (("why", "Why listed"), ("source", "Reference"), ("neutral_alternative", "Neutral alternative")):
        if entry.get(name):
            lines.append(f"{title}: {entry[name]}")
    return "\n".join(lines)


def _plain(name: object) -> str:
    return str(name).replace("_", " ")


def _meta(article: Mapping[Any, object]) -> str:
    """Outlet, event, date, byline, address and licence, as far as they are known; only web addresses are links."""
    said = [safety.html_text(article[name]) for name in ("outlet", "event", "published", "byline") if article.get(name)]
    address = safety.web_address(article.get("url", ""))
    if address:
        shown = safety.html_text(address)
        said.append(f'<a href="{shown}" rel="noopener noreferrer nofollow">{shown}</a>')
    elif article.get("url"):
        said.append(safety.html_text(article["url"]))
    said += [f"licence: {safety.html_text(article['licence'])}"] if article.get("licence") else []
    return " · ".join([*said, f"article {safety.html_text(article['article_id'])}"])


def _switches(categories: Mapping[str, int], loaded: set[str]) -> str:
    """One box for each layer; terms that do not count as loaded are off until they are asked for."""
    names = [(key, title) for key, title in _LAYERS] + [(f"v-{voice}", f"{voice} words") for voice in _CITED_VOICES]
    names += [(f"t{number}", f"listed terms: {_plain(name)}") for name, number in _shown(categories)]
    off = {f"t{number}" for name, number in categories.items() if name not in loaded}
    return "".join(
        f'<input class="switch" type="checkbox"{"" if key in off else " checked"} id="s-{key}" aria-label="Show {safety.html_text(title)}">'
        for key, title in names
    )


def _shown(categories: Mapping[str, int]) -> list[tuple[str, int]]:
    """Categories with a switch of their own; the last switch stands for all that share it."""
    first: dict[int, str] = {}
    for name, number in categories.items():
        first.setdefault(number, name)
    more = len(categories) - len(first)
    return [(f"{name} and {more} more" if more and n == _MAX_CATEGORIES - 1 else name, n) for n, name in first.items()]


def _legend(parts: Mapping[str, pd.DataFrame], categories: Mapping[str, int]) -> str:
    counts = parts["voices"].groupby("voice", observed=True)["n_words"].sum()
    total = int(counts.sum())
    shares = {voice: f"{100 * counts.get(voice, 0) / total:.0f} %" if total else "–" for voice in VOICES}
    items = [f"<span>narrator {shares['narrator']} of {total:,} words</span>"]
    items += [
        f'<label for="s-v-{voice}"><span class="v-{voice}">{voice}</span> {shares[voice]}</label>'
        for voice in _CITED_VOICES
    ]
    titles = {"cited": '<span class="src">source</span> <span class="cue">cue</span>', "furniture": "furniture greyed"}
    items += [f'<label for="s-{key}">{titles[key]}</label>' for key, _ in _LAYERS]
    n_hits = parts["hits"]["category"].value_counts()
    items += [
        f'<label for="s-t{number}"><span class="{_line(number)}">{safety.html_text(_plain(name))}</span> '
        f"{int(n_hits.get(name, 0))}</label>"
        for name, number in _shown(categories)
    ]
    hint = '<p class="hint">Point at a mark, or step through them with the Tab key, to read what it means.</p>'
    return f'<div class="legend" role="group" aria-label="Layers">{"".join(items)}</div>{hint}'


def _strip(length: int, parts: Mapping[str, pd.DataFrame]) -> str:
    """The voices down the margin, each a link to its place; decoration for the ear."""
    rows = [(r.start, r.end, f"v-{r.voice}") for r in _rows(parts["voices"]) if r.voice in _CITED_VOICES]
    rows += [(r.start, r.end, "z") for r in _rows(parts["zones"]) if r.zone not in ("body", "headline")]
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


def _rows(table: pd.DataFrame) -> Iterator[Any]:
    """The rows of a table as named tuples."""
    return table.itertuples(index=False)


def _thinned(rows: list[_Row]) -> list[_Row]:
    """At most `_MAX_STRIP` of the rows, evenly from first to last."""
    return rows[:: max(1, -(-len(rows) // _MAX_STRIP))]


def _cited_table(parts: Mapping[str, pd.DataFrame]) -> str:
    rows = parts["attributions"]
    if rows.empty:
        return '<h2>Who is cited</h2><p class="meta">No attribution was found.</p>'
    names = _names(rows)
    spans = parts["spans"]
    contents = spans[(spans["role"] == "content") & (spans["fragment_no"] == 0)]
    first = dict(zip(contents["attribution_no"], zip(contents["start"], contents["surface"], strict=True), strict=True))
    lines = []
    for row in _rows(rows):
        start, words = first.get(row.attribution_no, (None, ""))
        number = row.attribution_no + 1
        link = f'<a href="#c{start}">{number}</a>' if start is not None else str(number)
        cells = [names[int(row.attribution_no)], row.source_type, row.cue_lemma, row.cue_stance, row.kind]
        cells += ["yes" if row.is_hedged else "", words if len(words) <= 140 else words[:139] + "…"]
        lines.append(f"<td>{link}</td>" + _cells(cells))
    heads = ["no.", "source", "type", "cue", "stance of the cue", "kind", "hedged", "content"]
    return _table("Who is cited", heads, lines)


def _terms_table(parts: Mapping[str, pd.DataFrame], entries: Mapping[str, dict[str, str]]) -> str:
    """One row a listed term with all its places: the loaded ones in sight, the other layers under a fold."""
    if parts["hits"].empty:
        return '<h2>Loaded terms</h2><p class="meta">No term of the lexicon stands in this article.</p>'
    places: dict[tuple[str, str, str], list[str]] = defaultdict(list)
    for row in _rows(parts["hits"]):
        negated = ", negated" if row.is_negated else ""
        place = f'<a href="#c{row.start}">{safety.html_text(row.surface)}</a> ({safety.html_text(row.voice)}{negated})'
        places[str(row.term_id), str(row.category), str(row.layer)].append(place)
    lines: dict[bool, list[str]] = {True: [], False: []}
    for (term, category, layer), found in places.items():
        entry = entries.get(term, {})
        kind = _plain(category) if layer == "loaded" else f"{_plain(category)} ({layer})"
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
