"""One article as a marked-up page: whose words, who is cited through which cue, which loaded terms and why they count.

Floor: the tables of a study come in, one self-contained HTML page goes out; it needs no network and no script. Tables
point into the text and may overlap in any way, so the text is cut at every edge and each piece is given all that holds
there; the text itself is never changed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from analysis import recipe, safety, schema
from analysis.article_view.document import page
from analysis.article_view.look import article_style, categories_of, entries_of, loaded
from analysis.article_view.margins import legend, strip, switches
from analysis.article_view.marks import marked_text
from analysis.article_view.tables import cited_table, terms_table
from analysis.schema import Study


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
    article = schema.article_row(study.articles, article_id)
    parts = {
        name: rows[rows["article_id"] == article_id]
        for name, rows in study.tables().items()
        if "article_id" in rows.columns
    }
    text = str(article["text"])
    categories = categories_of(parts["hits"])
    entries = entries_of(parts["hits"], lexicon)
    body = marked_text(text, parts, categories, entries)
    title = safety.html_text(article["headline"] or article_id)
    meta = _meta(article)
    content = (
        f'<header><h1>{title}</h1><p class="meta">{meta}</p></header>\n'
        f"{switches(categories, loaded(parts['hits']))}\n"
        f'<div class="page">{legend(parts, categories)}\n{strip(len(text), parts)}\n'
        f'<main class="text" id="text" lang="en">{body}</main>\n'
        f"{cited_table(parts)}\n{terms_table(parts, entries)}\n"
        f'<footer class="meta">Marked up by Whose Words {safety.html_text(recipe.version())}. The text is as received; '
        "the marks say what was measured, not what is true.</footer></div>"
    )
    return page(title, content, article_style(), made_by=made_by)


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
