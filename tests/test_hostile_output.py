"""Nothing that an article or a table says becomes active: 210 hostile strings through every field into every output."""

import base64
import csv
import dataclasses
import hashlib
import itertools
import re
from html.parser import HTMLParser

import pandas as pd
import pytest
from lxml import etree
from markdown_it import MarkdownIt

from analysis import charts, report, safety, schema
from analysis.article_view import ArticleView, article_html
from analysis.charts import theme
from tests.hostile import STRINGS
from tests.presented import study
from tests.test_charts import contrast, contrasts, keyness, labels, rates, speakers

TAGS = set(
    "html head meta title style body header h1 h2 h3 p a input div span label svg rect main table thead tbody tr th td footer "
    "details summary nav ol ul li section figure img script blockquote strong".split()
)
ATTRIBUTES = set(
    "lang charset http-equiv content name class id type checked aria-label for href rel tabindex role viewbox preserveaspectratio "
    "aria-hidden x y width height data-no data-tip data-n scope src alt".split()
)


class Page(HTMLParser):
    """Every tag and attribute of a page, and its text."""

    def __init__(self, page):
        super().__init__()
        self.tags, self.text, self.scripts, self.last = [], "", [], ""
        self.feed(page)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, attrs))
        self.last = tag

    def handle_endtag(self, tag):
        self.last = ""

    def handle_data(self, data):
        if self.last == "script":
            self.scripts.append(data)
        self.text += data

    def handle_comment(self, data):
        raise AssertionError(f"a comment: {data[:60]!r}")

    def handle_pi(self, data):
        raise AssertionError(f"an instruction: {data[:60]!r}")

    def unknown_decl(self, data):
        raise AssertionError(f"a declaration: {data[:60]!r}")


def assert_inert(page, *, scripts=0):
    """The page has only tags and attributes of ours, links that lead nowhere dangerous, and no script but ours."""
    parsed = Page(page)
    assert {tag for tag, _ in parsed.tags} <= TAGS
    policies = []
    for tag, attrs in parsed.tags:
        names = [name for name, _ in attrs]
        assert len(names) == len(set(names)) and set(names) <= ATTRIBUTES, (tag, names)
        given = dict(attrs)
        if tag == "meta" and given.get("http-equiv"):
            assert given["http-equiv"] == "Content-Security-Policy"
            policies.append(given["content"])
        if "href" in given:
            assert re.match(r"#|articles/|https?://[\w.\[-]", given["href"]), given["href"]
        if "src" in given:
            assert re.match(r"data:image/(png|svg\+xml);base64,[A-Za-z0-9+/=]+\Z", given["src"])
    assert len(policies) == 1 and policies[0].startswith("default-src 'none'; ") and "unsafe" not in policies[0]
    assert len(parsed.scripts) == scripts
    for script in parsed.scripts:
        assert "sha256-" + base64.b64encode(hashlib.sha256(script.encode()).digest()).decode() in policies[0]
    assert not re.search("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2066-\u2069]", page)
    return parsed


def one(number, hostile):
    """An article in which every field of every table that can hold text holds `hostile`."""
    inside = hostile.replace("*", "").replace("[", "(").replace("]", ")").replace("\n\n", " ") or "x"
    marked = (
        f"Head {inside}\n\nBefore *{inside}* [s1 {inside}] [c1 {inside}] [q1 a {inside} b]. [x {inside}] after {inside}"
    )
    made = study(marked, article_id=f"a{number}", outlet=hostile, event=hostile, headline=hostile, byline=hostile,
                 published=hostile, url=hostile, section=hostile, genre=hostile, licence=hostile, path=hostile)  # fmt: skip
    cited = made.attributions.assign(cue_lemma=hostile, source_name=hostile, source_text=hostile, found_by=hostile)
    hits = made.hits.assign(term_id=hostile, category=hostile)
    # text of other people reaches the tables `issues` and `runs` as well
    issues = schema.table("issues", [(hostile, hostile, hostile, "refused", number, hostile)])
    return dataclasses.replace(
        made, attributions=schema.table("attributions", cited), hits=schema.table("hits", hits), issues=issues
    )


def lexicon(hostile):
    return pd.DataFrame([{"entry": hostile, "why": hostile, "source": hostile, "neutral_alternative": hostile}])


@pytest.fixture(scope="module")
def studies():
    return [one(number, hostile) for number, hostile in enumerate(STRINGS)]


@pytest.fixture(scope="module")
def given(studies):
    whole = type(studies[0])(**{
        name: schema.table(name, pd.concat([s.tables()[name] for s in studies], ignore_index=True))
        for name in studies[0].tables()
    })  # fmt: skip
    rows = [
        contrast(
            a=hostile, b=f"B{n}", verdict="warn" if n % 3 else "refuse", reason=hostile, measure=hostile, event=hostile
        )
        for n, hostile in enumerate(STRINGS)
    ]
    frame = pd.DataFrame({"instrument": STRINGS, "figure": STRINGS, "sentence": STRINGS})
    figure = charts.interval_dots(rates([STRINGS[0], STRINGS[4], "B"]), title=STRINGS[5])
    return report.ReportInput(
        study=whole, contrasts=contrasts(*rows), gate=frame, accuracy=frame, title=STRINGS[0], question=STRINGS[4],
        figures=[report.Exhibit(STRINGS[0], figure, report.evidence(whole, "loaded_terms", "narrator"), STRINGS[2])],
        recipe={hostile or "empty": hostile for hostile in STRINGS}, most_evidence=len(STRINGS),
        article_pages={name: f"articles/{name}.html" for name in whole.articles["article_id"]},
    )  # fmt: skip


def test_there_are_enough_of_them():
    assert len(STRINGS) == len(set(STRINGS)) >= 150


def test_the_marked_up_article_stays_inert(studies):
    for made, hostile in zip(studies, STRINGS, strict=True):
        page = article_html(
            made, made.articles["article_id"].iloc[0], lexicon=lexicon(hostile), made_by={hostile: hostile}
        )
        parsed = assert_inert(page)
        assert " ".join(safety.visible_text(hostile).split())[:40] in " ".join(parsed.text.split()), hostile


def test_the_article_in_a_notebook_is_one_frame(studies):
    for made in studies:
        shown = ArticleView(made, made.articles["article_id"].iloc[0])._repr_html_()
        frame = Page(shown).tags
        assert [tag for tag, _ in frame] == ["iframe"]
        names = dict(frame[0][1])
        assert names["sandbox"] == "" and set(names) == {"sandbox", "title", "style", "srcdoc"}
        assert_inert(names["srcdoc"])


def test_the_report_stays_inert(given):
    assert_inert(report.report_html(given), scripts=1)


def test_the_report_in_markdown_stays_inert_even_where_html_is_read(given):
    shown = MarkdownIt("commonmark", {"html": True}).enable("table").render(report.report_markdown(given))
    tags = [(tag, dict(attrs)) for tag, attrs in Page(shown).tags]
    assert {tag for tag, _ in tags} <= {
        "h1", "h2", "h3", "p", "strong", "ul", "li", "table", "thead", "tbody", "tr", "th", "td", "blockquote", "img", "pre", "code",
    }  # fmt: skip
    assert [tag for tag, _ in tags][-2:] == ["pre", "code"]  # the recipe, and no other block that is taken as it is
    assert [tag for tag, _ in tags].count("pre") == [tag for tag, _ in tags].count("code") == 1
    assert {attrs["src"].split("/")[0] for tag, attrs in tags if tag == "img"} == {"figures"}


def test_the_report_in_word_is_well_formed(given):
    assert report.report_docx(given).startswith(b"PK")


def test_figures_stay_inert_in_every_format(tmp_path):
    some = [*STRINGS[::14], "<script>x</script>", "=1+1", "\x1b[31m", "$\\frac{1}{0}$", "a\u202eb"]
    for number, (first, second) in enumerate(itertools.pairwise(some)):
        outlets = [f"{first} 1", f"{second} 2", "B"]
        draw = (
            lambda: charts.interval_dots(rates(outlets), title=first),  # noqa: B023
            lambda: charts.who_speaks(speakers(outlets)),  # noqa: B023
            lambda: charts.naming_heatmap(labels(outlets)),  # noqa: B023
            lambda: charts.keyness_sides(keyness(6).assign(feature=first), target=second),  # noqa: B023
            lambda: charts.voice_strip(one(0, first), "a0"),  # noqa: B023
        )[number % 5]
        figure = draw()
        assert [tag for tag, _ in Page(f'<img alt="{safety.html_text(figure.alt)}">').tags] == ["img"]
        with theme.style():
            figure.savefig(
                tmp_path / "x.svg", metadata={"Date": None, "Title": figure.heading, "Description": figure.alt}
            )
        for element in etree.parse(str(tmp_path / "x.svg")).iter(etree.Element):
            assert etree.QName(element).localname not in {"script", "foreignObject", "animate", "set", "iframe", "a"}
            for name, value in element.attrib.items():
                local = etree.QName(name).localname
                assert not local.startswith("on")
                assert local != "href" or value.startswith(("#", "data:image/png;base64,"))


def test_no_cell_of_a_csv_is_a_formula(tmp_path):
    figure = charts.interval_dots(rates([f"{hostile}" or "x" for hostile in STRINGS][:60]))
    figure.study_table = pd.DataFrame({"outlet": STRINGS, STRINGS[150]: STRINGS, "n": range(len(STRINGS))})
    path = charts.save(figure, tmp_path / "x")[3]
    with path.open(encoding="utf-8", newline="") as lines:
        cells = [cell for row in csv.reader(lines) for cell in row]
    assert len(cells) == 3 * (len(STRINGS) + 1)
    for cell in cells:
        assert not re.match("[ \u00a0]*[=+@＝＋－＠\t\r]|[ \u00a0]*-(?!\\d+$)", cell), cell
    assert "\x1b" not in path.read_text(encoding="utf-8") and "\x00" not in path.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    "address", ["https://example.org/a?b=c#d", "http://example.org:8080/x", "https://[2001:db8::1]/x"]
)
def test_addresses_of_the_web_are_linked(address):
    assert safety.web_address(address) == address


def test_no_other_address_is_linked():
    linked = [hostile for hostile in STRINGS if safety.web_address(hostile)]
    assert linked == []


def test_the_check_itself_sees_an_active_page():
    for bad in ("<img src=x onerror=y>", "<script>x</script>", "<a href='javascript:x'>", "<!-- x -->"):
        with pytest.raises(AssertionError):
            assert_inert(article_html(study(), "a1").replace("<main", bad + "<main", 1))
