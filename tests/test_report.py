"""The report says what the tables say, opens every number onto its words, and is one file that loads nothing."""

import io
import re
import zipfile
from html.parser import HTMLParser

import docx
import pandas as pd
import pytest

from analysis import charts, report, schema
from analysis.report.evidence import evidence, lines
from tests.presented import MARKED, joined, study
from tests.test_charts import contrast, contrasts

OUTLETS = ["Harbour Ledger", "Morning Meridian"]
RECIPE = {"version": "0.1.0", "commit": "abcdef0123456789", "seed": 7, "inputs_sha256": "00ff"}


def whole(events=6, **given):
    return joined(*(
        study(MARKED, article_id=f"a{e}{i}", outlet=outlet, event=f"event {e}", **given)
        for e in range(events)
        for i, outlet in enumerate(OUTLETS)
    ))  # fmt: skip


def rows():
    return contrasts(
        contrast(estimate=0.2, half=1, voice="quoted"),
        contrast(estimate=3),
        contrast(verdict="refuse", reason="only 4 shared events", voice="scare"),
        contrast(measure="attributed_share", unit="% of words", voice="all", estimate=2, half=5),
    )


def made(**given):
    one = whole()
    figure = charts.voice_strip(one, "a00")
    given = {
        "study": one, "contrasts": rows(), "recipe": RECIPE, "title": "Six <events>",
        "figures": [report.Exhibit("strip", figure, evidence(one, "loaded_terms", "narrator"), "One article.")],
        "accuracy": pd.DataFrame({"instrument": ["vader"], "figure": ["r"], "value": [0.57], "low": [0.5], "high": [0.63]}),
        "article_pages": {name: f"articles/{name}.html" for name in one.articles["article_id"]},
    } | given  # fmt: skip
    return report.ReportInput(**given)


class Words(HTMLParser):
    def __init__(self, page):
        super().__init__()
        self.text, self.tags, self.heads, self.images = "", [], [], []
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data):
        self.text += data


def test_findings_come_first_then_what_does_not_show_then_what_was_refused():
    text = Words(report.report_html(made())).text
    shown, unseen, refused = (text.index(part) for part in (
        "Differences that show, with all comparisons taken together (1)", "No difference that this many articles could show (2)", "Not compared (1)"))  # fmt: skip
    assert (
        shown
        < text.index("8.0 against 5.0 per 1,000 words; difference 3.0, 95 % interval 2.0 to 4.0")
        < unseen
        < refused
    )
    assert "Only 4 shared events." in text[refused:]
    assert "nan" not in text.lower().replace("finance", "")


def test_what_shows_only_alone_stands_apart():
    text = Words(report.report_html(made(contrasts=contrasts(contrast(half=2.5), contrast(b="Other"))))).text
    together, alone = (text.index(f"{part} (1)") for part in (
        "Differences that show, with all comparisons taken together", "Differences that show only when taken alone"))  # fmt: skip
    assert together < text.index("is above Other by 3.0", together) < alone
    assert "is above Morning Meridian by 3.0 per 1,000 words, taken alone." in text[alone:]


def test_the_answer_is_said_first_and_claims_nothing_that_does_not_show():
    answer = report.build(made())[0]
    assert answer.blocks[1].items == (
        "Loaded terms, narrator's words: Harbour Ledger is above Morning Meridian by 3.0 per 1,000 words.",
    )
    nothing = report.build(made(contrasts=contrasts(contrast(estimate=0.2))))[0]
    assert "no difference that this many articles could show" in nothing.blocks[1].text
    many = contrasts(*(contrast(b=f"B{n}", half=1 if n < 2 else 2.5) for n in range(8)))
    said = report.build(made(contrasts=many))[0].blocks[1].items
    assert said[-1] == "3 more comparisons with a difference below, 3 of them only when taken alone."
    none = report.build(made(contrasts=schema.table("contrasts")))[0]
    assert "No comparison was asked for" in none.blocks[1].text


def test_every_number_opens_onto_its_words_with_a_link_into_the_article():
    page = report.report_html(made())
    found = re.findall(r'<a href="(articles/a\d\d\.html#c\d+)">', page)
    one = whole()
    starts = {f"articles/{a}.html#c{s}" for a, s in zip(one.hits["article_id"], one.hits["start"], strict=True)}
    starts |= {f"articles/{a}.html#c{s}" for a, s in zip(one.spans["article_id"], one.spans["start"], strict=True)}
    assert len(found) > 20 and set(found) <= starts
    assert "The words behind it (all 12)" in page  # the narrator's "regime" in 12 articles


def test_evidence_is_sampled_with_the_seed_and_says_so():
    one = whole(events=20)
    few, total = lines(one, evidence(one, "loaded_terms", "narrator"), outlets=tuple(OUTLETS), most=12, seed=7)
    again, _ = lines(one, evidence(one, "loaded_terms", "narrator"), outlets=tuple(OUTLETS), most=12, seed=7)
    other, _ = lines(one, evidence(one, "loaded_terms", "narrator"), outlets=tuple(OUTLETS), most=12, seed=8)
    assert (len(few), total) == (12, 40) and few["outlet"].value_counts().tolist() == [6, 6]
    pd.testing.assert_frame_equal(few, again)
    assert few["docname"].tolist() != other["docname"].tolist()
    assert "12 of 40, drawn with seed 7" in report.report_html(made(study=one, seed=7))


@pytest.mark.parametrize(
    ("measure", "voice", "words"),
    [
        ("loaded_terms", "narrator", ["regime"]), ("loaded_terms", "headline", ["terrorist"]),
        ("loaded_terms:labels", "own", ["regime"]), ("loaded_terms:other", None, []), ("layer:severity", None, []),
        ("scare_quotes", None, ['"holiday"']), ("source_words:Mara Odim", None, ['"They came at night and slaughtered our goats,"']),
        ("distancing_share", None, []), ("naming:the Front:fighter", None, []), ("no such measure", None, []),
    ],
)  # fmt: skip
def test_evidence_is_what_the_measure_counts(measure, voice, words):
    one = study()
    text = one.articles["text"].iloc[0]
    found = evidence(one, measure, voice)
    assert [text[s:e] for s, e in zip(found["start"], found["end"], strict=True)] == words


def test_evidence_of_tone_names_and_kinds_of_source():
    one = study()
    scores = schema.table("scores", [("a1", 0, "headline", "vader", -0.5, 4)])
    names = schema.table(
        "names", [("a1", 0, "the Front", "fighter", "premodifier", 0, 6, "Forces", 0, "headline", None)]
    )
    one = type(one)(**{**one.tables(), "scores": scores, "names": names})
    assert evidence(one, "tone:vader", "headline")["pattern"].tolist() == ["−0.50"]
    assert evidence(one, "naming:the Front:fighter", "headline")["pattern"].tolist() == ["fighter"]
    assert len(evidence(one, "source_share:official")) == len(evidence(one, "attributed_share")) == 4


def test_read_and_refused_are_both_told():
    issues = schema.table("issues", [("b.txt", "", "read", "refused", None, "not English; give --language")])
    one = whole()
    one = type(one)(**{**one.tables(), "issues": issues})
    text = Words(report.report_html(made(study=one))).text
    assert "12 articles of 2 outlets on 6 events were measured, 540 words of body text; 1 file or row refused." in text
    assert "not English; give --language" in text


def test_the_page_loads_nothing_and_runs_only_our_script():
    page = report.report_html(made())
    words = Words(page)
    policy = next(a["content"] for t, a in words.tags if a.get("http-equiv") == "Content-Security-Policy")
    assert policy.startswith("default-src 'none'") and "unsafe" not in policy and "script-src 'sha256-" in policy
    assert [t for t, _ in words.tags].count("script") == 1
    assert all(a["src"].startswith("data:image/") and a["alt"] for t, a in words.tags if t == "img")
    assert all(a.get("href", "#").startswith(("#", "articles/")) for _, a in words.tags)
    assert "Six &lt;events&gt;" in page


def test_methods_cite_what_was_done_and_the_recipe_comes_back(tmp_path):
    sections = {section.anchor: section for section in report.build(made())}
    text = sections["methods"].blocks[0].code
    assert "12 articles of 2 outlets on 6 events" in text and "Of 4 comparisons 1 were refused" in text
    cited = sections["methods"].blocks[1].items
    assert any(line.startswith("Garwood") for line in cited) and not any(line.startswith("Hutto") for line in cited)
    assert "commit abcdef012345; input 00ff" in sections["recipe"].blocks[0].text
    (tmp_path / "report.html").write_text(report.report_html(made()), encoding="utf-8")
    assert charts.read_recipe(tmp_path / "report.html") == RECIPE


def test_three_hundred_articles_stay_under_five_megabytes():
    one = whole(events=150)
    many = contrasts(*(contrast(measure=f"loaded_terms:{n}" if n else "loaded_terms", estimate=3) for n in range(120)))
    page = report.report_html(made(study=one, contrasts=many))
    assert len(one.articles) == 300 and len(page.encode()) < 5_000_000
    assert "60 more comparisons stand in the table" in page


def test_the_same_report_has_the_same_bytes():
    assert report.report_html(made()) == report.report_html(made())
    assert report.report_docx(made()) == report.report_docx(made())
    assert report.report_markdown(made()) == report.report_markdown(made())


def test_markdown_and_word_say_the_same_findings():
    markdown = report.report_markdown(made())
    assert (
        "**Loaded terms, narrator's words: Harbour Ledger is above Morning Meridian by 3.0 per 1,000 words.**"
        in markdown
    )
    assert "](figures/01-strip.png)" in markdown and "### Not compared" in markdown
    data = report.report_docx(made())
    document = docx.Document(io.BytesIO(data))
    said = "\n".join(paragraph.text for paragraph in document.paragraphs)
    assert "Harbour Ledger is above Morning Meridian by 3.0 per 1,000 words." in said
    assert len(document.inline_shapes) == 1
    assert {member.date_time[0] for member in zipfile.ZipFile(io.BytesIO(data)).infolist()} == {1980}


def test_large_drawings_are_embedded_as_pixels():
    many = pd.DataFrame(
        {"instrument": [f"i{n % 7}" for n in range(400)], "estimate": range(400), "low": -1.0, "high": 900.0}
    )
    page = report.report_html(made(figures=[report.Exhibit("many", charts.specification_curve(many))]))
    assert "data:image/png;base64," in page


def test_the_gate_is_told_question_by_question():
    """One row a measure and voice: how many pairs, how many of them refused, from what difference on they would be seen."""
    common = {"outlet_a": "A", "n_events": 6, "n_articles_a": 6, "n_articles_b": 6, "unit": "per 1,000 words"}
    gate = pd.DataFrame([
        {**common, "outlet_b": "B", "measure": "loaded_terms", "voice": "own", "smallest_seen": 4.9, "verdict": "warn", "reason": "only 6 events"},
        {**common, "outlet_b": "C", "measure": "loaded_terms", "voice": "own", "smallest_seen": 12.0, "verdict": "warn", "reason": "only 6 events"},
        {**common, "outlet_b": "B", "measure": "scare_quotes", "voice": "all", "smallest_seen": float("nan"), "verdict": "refuse", "reason": "nothing found"},
    ])  # fmt: skip
    section = next(part for part in report.build(made(gate=gate)) if part.anchor == "gate")
    table = next(block for block in section.blocks if block.columns)
    assert table.rows == (
        ("Loaded terms", "own voice", 2, 6, 0, 2, 0, "4.9 to 12 per 1,000 words", "Only 6 events."),
        ("Scare quotes", "all words of the body", 1, 6, 0, 0, 1, "–", "Nothing found."),
    )
