"""The marked-up article shows the text as received, every mark where its table says, and loads nothing."""

import dataclasses
import re
from functools import partial
from html.parser import HTMLParser

import pandas as pd
import pytest

from analysis import charts, schema
from analysis.article_view import ArticleView, article_html
from analysis.errors import SchemaError
from tests.growth import LIMIT, growth
from tests.presented import MARKED, joined, study

LEXICON = pd.DataFrame([{
    "entry": "regime", "why": "Denies a government its legitimacy.", "source": "A style guide",
    "neutral_alternative": "government",
}])  # fmt: skip


class Page(HTMLParser):
    """The text of `main` without the words for the ear, and every piece with its attributes."""

    def __init__(self, page):
        super().__init__()
        self.text, self.pieces, self.ids, self.stack, self.links = "", [], [], [], []
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        self.ids += [attrs["id"]] if "id" in attrs else []
        self.links += [attrs["href"]] if "href" in attrs else []
        if tag not in ("meta", "input", "rect", "br", "img"):
            self.stack.append((tag, attrs))

    def handle_endtag(self, tag):
        while self.stack and self.stack.pop()[0] != tag:
            pass

    def handle_data(self, data):
        inside = any(tag == "main" for tag, _ in self.stack)
        if inside and not any(attrs.get("class") == "sr" for _, attrs in self.stack):
            self.pieces.append((len(self.text), data, self.stack[-1][1]))
            self.text += data

    def under(self, name):
        """Pieces with a class, as text."""
        return [words for _, words, attrs in self.pieces if name in attrs.get("class", "").split()]


def shown(marked=MARKED, lexicon=LEXICON, **given):
    return Page(article_html(study(marked, **given), "a1", lexicon=lexicon))


def test_the_text_is_as_received():
    for text in (MARKED, "One\r\nTwo\u00a0three\n\n\n  four", "Kopf\n\nΑβγ 世界 é"):
        one = study(text)
        page = Page(article_html(one, "a1"))
        assert page.text == one.articles["text"].iloc[0].replace("\r\n", " \n")


def test_voices_sources_cues_and_terms_stand_where_the_tables_say():
    page = shown()
    assert "".join(page.under("v-quoted")) == '"They came at night and slaughtered our goats,"'
    assert "".join(page.under("v-scare")) == '"holiday"'
    assert page.under("src") == ["The ministry", "Mara Odim", "a spokesman"]
    assert page.under("cue") == ["said", "told"]
    assert page.under("t") == ["terrorist", "regime", "militants", "slaughtered"]
    assert "".join(page.under("z-headline")).startswith("Forces strike")


def test_every_stretch_of_every_table_can_be_linked_to():
    one = study()
    page = Page(article_html(one, "a1"))
    starts = {f"c{start}" for name in ("spans", "hits", "voices") for start in one.tables()[name]["start"]}
    assert starts <= set(page.ids)
    assert len(page.ids) == len(set(page.ids))
    assert {link[1:] for link in page.links if link.startswith("#")} <= set(page.ids)


def test_a_term_says_why_it_is_listed_and_in_whose_voice():
    tips = [attrs.get("data-tip", "") for _, words, attrs in shown().pieces if words == "regime"]
    assert tips == [
        "regime: labels, in narrator voice\nWhy listed: Denies a government its legitimacy.\nReference: A style guide\n"
        "Neutral alternative: government"
    ]
    assert "Why listed" not in article_html(study(), "a1")  # without a lexicon nothing is made up


def test_an_attribution_lights_up_as_one_and_says_what_it_is():
    page = shown()
    lit = [words for _, words, attrs in page.pieces if "a2" in attrs.get("class", "").split()]
    assert "".join(lit) == '"They came at night and slaughtered our goats,"Mara Odimtold'
    tip = next(attrs["data-tip"] for _, words, attrs in page.pieces if words == "Mara Odim")
    assert tip == "Attribution 3: Mara Odim (official) · told (neutral) · direct"
    nested = next(attrs["data-tip"] for _, words, attrs in page.pieces if words == "nobody was hurt")
    assert "inside attribution 4" in nested


def test_marks_may_overlap_in_any_way():
    one = study("Head\n\nabcdefghij")
    begin = one.zones["start"].max() + 2
    spans = [("a1", n, role, 0, begin + s, begin + e, "abcdefghij"[s:e]) for n, role, s, e in
             [(0, "content", 0, 6), (1, "content", 3, 9), (1, "source", 2, 4), (0, "cue", 5, 10)]]  # fmt: skip
    one = dataclasses.replace(one, spans=schema.table("spans", spans))
    page = Page(article_html(one, "a1"))
    assert page.text.endswith("abcdefghij")
    classes = {words: attrs.get("class", "").split() for _, words, attrs in page.pieces}
    assert {"a0", "a1", "src"} <= set(classes["d"])
    assert "".join(words for _, words, attrs in page.pieces if "a0" in attrs.get("class", "").split()) == "abcdefghij"


def test_layers_can_be_switched_without_script():
    page = article_html(study(), "a1")
    assert "<script" not in page
    switches = set(re.findall(r'<input class="switch" type="checkbox"(?: checked)? id="([^"]+)"', page))
    assert switches == {"s-cited", "s-furniture", "s-v-reported", "s-v-quoted", "s-v-scare", "s-t0"}
    assert set(re.findall(r'<label for="([^"]+)"', page)) == switches
    for name in switches:
        assert f"#{name}:not(:checked)" in page


def test_terms_that_do_not_count_are_off_until_asked_for():
    one = study()
    hits = one.hits.copy()
    hits.loc[hits["surface"] == "militants", ["layer", "category"]] = ["severity", "severity words"]
    page = article_html(dataclasses.replace(one, hits=schema.table("hits", hits)), "a1")
    assert 'type="checkbox" checked id="s-t0"' in page and 'type="checkbox" id="s-t1"' in page
    assert "Other layers of the lexicon: 1 terms that are not counted as loaded" in page


def test_the_ear_is_told_whose_words_begin():
    page = article_html(study(), "a1")
    assert '<span class="sr">(quoted, Mara Odim:) </span>' in page
    assert '<span class="sr">(loaded term) </span>' in page
    assert '<html lang="en">' in page and 'aria-hidden="true"' in page


def test_the_page_may_load_nothing():
    page = article_html(study(url="https://example.org/a?b=1&c=2"), "a1", made_by={"seed": 3})
    policy = re.search(r'Content-Security-Policy" content="([^"]+)"', page)[1]
    assert policy.startswith("default-src 'none'; style-src 'sha256-") and "script-src" not in policy
    assert Page(page).links[0] == "https://example.org/a?b=1&c=2"
    assert not re.search(r'(src|href)="(?!#|https://example\.org)', page)
    assert " style=" not in page  # the policy would refuse them


def test_the_page_keeps_its_recipe(tmp_path):
    path = tmp_path / "a1.html"
    path.write_text(article_html(study(), "a1", made_by={"seed": 3, "q": '"<&'}), encoding="utf-8")
    assert charts.read_recipe(path) == {"seed": 3, "q": '"<&'}


def test_a_notebook_shows_it_in_a_frame_where_nothing_runs():
    shown = ArticleView(study(), "a1", height=300)._repr_html_()
    assert shown.startswith('<iframe sandbox="" title="Marked-up article a1" style="width: 100%; height: 300px;')
    assert shown.count("<") == 2  # the frame and its end: the page is inside the attribute, escaped


def test_an_article_that_is_not_there_is_named():
    with pytest.raises(SchemaError, match="no article 'b7' in the study; it has a1"):
        article_html(study(), "b7")


def test_only_the_article_asked_for_is_shown():
    two = joined(study(), study("Other\n\nThe *junta* slept.", article_id="a2", outlet="B"))
    page = Page(article_html(two, "a2"))
    assert page.text == "Other\n\nThe junta slept." and page.under("t") == ["junta"]


def test_the_page_of_a_long_article_takes_time_in_line_with_its_length():
    body = MARKED.partition("\n\n")[2]

    def made(n):
        parts = (re.sub(r"\[([sciq])(\d)", lambda m, k=k: f"[{m[1]}{int(m[2]) + 4 * k}", body) for k in range(n))
        return study("Head\n\n" + "\n\n".join(parts))

    studies = {n: made(n) for n in (112, 1120)}
    assert studies[1120].voices["n_words"].sum() > 50_000
    assert growth(lambda n: partial(article_html, studies[n], "a1"), 112, 1120) < LIMIT
    page = article_html(studies[1120], "a1")
    assert len(page) < 5_000_000
    assert "the first 1,000 of 4,480; all are in the tables of the study" in page
