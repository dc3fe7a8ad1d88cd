"""The whole engine: rows that keep the tables' laws on any text, made styles and the seed story found as people coded them."""

from __future__ import annotations

import csv
import re
from collections import defaultdict
from functools import partial
from itertools import pairwise
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis import agreement, config, gold, schema, sentences, zones
from analysis.attribution import as_quotation_table, find_attributions
from analysis.attribution.continuing import continue_quotations
from analysis.attribution.engine import ENGINES, attribute_text
from analysis.attribution.mending import mend
from analysis.attribution.quotes import find_quotes
from analysis.attribution.reading import read
from analysis.attribution.tokens import Found, tokenise
from analysis.errors import StudyError
from tests.growth import LIMIT, growth

STYLES = config.PROJECT / "data" / "gold" / "styles"


def paragraphs(text: str) -> list[tuple[int, int]]:
    return [match.span() for match in re.finditer(r"[^\n]+", text)]


def rows_of(text: str, engine: str = "rules"):
    return attribute_text(text, paragraphs(text), engine=engine)


def keeps_the_laws(text: str, engine: str) -> None:
    """Offsets inside the text, surfaces equal, spans of one attribution apart, numbers in order of the content."""
    rows = rows_of(text, engine)
    spans = defaultdict(list)
    for number, role, _, start, end, surface in rows.spans:
        assert 0 <= start < end <= len(text)
        assert text[start:end] == surface
        spans[number].append((start, end, role))
    assert [row[0] for row in rows.attributions] == list(range(len(rows.attributions)))
    firsts = []
    for number in range(len(rows.attributions)):
        mine = sorted(spans[number])
        assert all(left[1] <= right[0] for left, right in pairwise(mine))
        contents = [start for start, _, role in mine if role == "content"]
        assert contents
        firsts.append(contents[0])
    assert firsts == sorted(firsts)
    schema.table("attributions", [("a", *row) for row in rows.attributions])


PIECES = [
    "He said", "“", "”", '"', "'", "’", "said", "that", "according to", "the mayor", ", ", ". ", ": ", "\n", "\n\n",
    "reportedly", "SMITH:", "who", "and", "but", "as", "in her view", "6'3\"", "«", "»", "„", "\u200b", "\u00a0", "😀", "\0",
    "Ada Brome", "claimed", "it is so", "to leave", "may reflect its desire to", "‮", "(", ")", "—", "-", "U.S.",
]  # fmt: skip
MADE = st.lists(st.sampled_from(PIECES), max_size=40).map(" ".join)


@pytest.mark.parametrize("engine", ["rules", "joined"])
@given(text=MADE)
@settings(max_examples=120)
def test_laws_hold_for_any_order_of_newspaper_words(engine: str, text: str) -> None:
    keeps_the_laws(text, engine)


@given(text=st.text(max_size=120))
@settings(max_examples=120)
def test_laws_hold_for_any_characters(text: str) -> None:
    keeps_the_laws(text, "rules")


@given(before=MADE, text=MADE)
@settings(max_examples=40)
def test_a_text_gives_the_same_whatever_stood_before_it(before: str, text: str) -> None:
    first = rows_of(text)
    rows_of(before)
    assert rows_of(text) == first


@given(text=MADE, added=MADE)
@settings(max_examples=80)
def test_an_added_paragraph_changes_no_span_further_back_than_its_reach(text: str, added: str) -> None:
    """Reach: a quotation left open, or a colon at a paragraph's end, may take the next paragraph in; a closing mark that
    nothing opened may end what was left open up to five paragraphs before; nothing more."""
    whole = f"{text}\n{added}"
    kept = paragraphs(text)
    ends = any(quote.kind == "ended" for quote in find_quotes(tokenise(whole, paragraphs(whole))))
    reach = 5 if ends else 1
    if len(kept) < reach + 1:
        return
    edge = kept[-reach][0]
    left = {row[1:2] + row[3:] for row in rows_of(text).spans if row[4] <= edge}
    right = {row[1:2] + row[3:] for row in rows_of(whole).spans if row[4] <= edge}
    assert left == right


@pytest.mark.parametrize(
    "text",
    [
        "“He said" + " word" * 3000, "said " * 3000, "A" * 5000, '"' * 5000, "WE SAID NO. " * 200, "“He said”\n" * 500,
        "he said that " * 2000, "no stop and no mark he said the deal was good " * 300, "\0" * 3000,
    ],
    ids=["open mark", "said", "one word", "marks", "capitals", "paragraphs", "nested", "no stops", "nul"],
)  # fmt: skip
def test_hostile_texts_keep_the_laws(text: str) -> None:
    keeps_the_laws(text, "rules")


def test_time_grows_with_length_and_not_faster() -> None:
    for piece in ("he said that ", '" ', "Smith who said "):
        assert growth(lambda n, piece=piece: partial(rows_of, piece * n), 1_000, 8_000) < LIMIT, piece


def test_a_wrong_mark_is_right_again_in_the_next_paragraph() -> None:
    text = 'He left" the room.\n“We will go,” Marrant said.'
    contents = [surface for _, role, _, _, _, surface in rows_of(text).spans if role == "content"]
    assert contents == ["“We will go,”"]


def test_an_unknown_engine_is_refused() -> None:
    with pytest.raises(StudyError, match="joined, rules, tagger"):
        attribute_text("He left.", [(0, 8)], engine="oracle")
    assert ENGINES == ("joined", "rules", "tagger")


def test_nothing_to_read() -> None:
    assert attribute_text("", []) == ([], [])


# ----- mending ----------------------------------------------------------------------------------------------------


def found(text: str, source: str, cue: str, *content: str) -> Found:
    def span(piece: str) -> tuple[int, int]:
        return text.index(piece), text.index(piece) + len(piece)

    return Found(
        (span(source),) if source else (), (span(cue),) if cue else (), tuple(span(c) for c in content), 0.5, "test"
    )


def surfaces(text: str, one: Found) -> tuple[list[str], list[str], list[str]]:
    return tuple([text[a:b] for a, b in part] for part in (one.source, one.cue, one.content))  # type: ignore[return-value]


@pytest.mark.parametrize(
    ("text", "given", "mended"),
    [
        ("Sanders is reportedly ready to quit.", ("Sanders", "is reportedly", "ready to quit"),
         ([], ["reportedly"], ["Sanders is", "ready to quit"])),
        ("Sanders is reportedly about to quit.", ("Sanders", "is reportedly about", "to quit"),
         ([], ["reportedly"], ["Sanders is", "about to quit"])),
        ("He called it “late.” Rain fell.", ("He", "called", "it “late.” Rain fell"),
         (["He"], ["called"], ["it “late.”"])),
        ("Sanders on Tuesday said it rained.", ("Sanders on Tuesday", "said", "it rained"),
         (["Sanders"], ["said"], ["it rained"])),
        ("Obama, who said it rained, left.", ("Obama, who", "said", "it rained"), (["who"], ["said"], ["it rained"])),
        ("It was, he said, raining.", ("he", "said", "It was, he said, raining"),
         (["he"], ["said"], ["It was,", "raining"])),
    ],
)  # fmt: skip
def test_mending(text: str, given: tuple[str, str, str], mended: tuple[list[str], list[str], list[str]]) -> None:
    (one,) = mend(read(tokenise(text)), [found(text, *given)])
    assert tuple([part.strip(" ") for part in parts] for parts in surfaces(text, one)) == tuple(
        [part.strip(" ") for part in parts] for parts in mended
    )


def test_the_outlets_guess_is_left_out() -> None:
    text = "The sales may reflect its desire to leave."
    assert mend(read(tokenise(text)), [found(text, "its", "desire", "to leave")]) == []


def test_a_quotation_without_tag_joins_the_speaker_before_it_in_the_paragraph() -> None:
    text = "“We go,” she said. “We go at once and alone.”"
    start = text.rindex("“")
    spoken = found(text, "she", "said", "“We go,”")
    bare = Found((), (), ((start, len(text)),), 0.5, "tagger")
    (one,) = continue_quotations(read(tokenise(text)), [spoken, bare])
    assert surfaces(text, one)[2] == ["“We go,”", "“We go at once and alone.”"]


# ----- tables -----------------------------------------------------------------------------------------------------


def made_tables():
    text = "Title\n“We go,” said Ada Brome.\nIt rained all of Monday, the mayor said."
    articles = pd.DataFrame({"article_id": ["a", "b"], "text": [text, "Nothing."]})
    rows = [
        ("a", 0, 0, "headline", 0, 5, 1), ("a", 1, 1, "body", 6, 30, 5), ("a", 2, 2, "body", 31, len(text), 5),
        ("b", 0, 0, "body", 0, 8, 1),
    ]  # fmt: skip
    return articles, find_attributions(articles, schema.table("sentences", rows), engine="rules")


def test_tables_have_the_schemas_keys_and_surfaces() -> None:
    articles, tables = made_tables()
    schema.check("attributions", tables.attributions)
    schema.check("spans", tables.spans)
    assert schema.surfaces_hold(articles, tables.spans)
    assert tables.attributions["source_name"].tolist() == ["Ada Brome", "the mayor"]
    assert tables.attributions["article_id"].tolist() == ["a", "a"]


def test_the_view_for_people_from_atap() -> None:
    articles, tables = made_tables()
    view = as_quotation_table(articles, tables.attributions, tables.spans)
    assert view[["speaker", "quote", "verb", "quote_type", "is_floating_quote"]].values.tolist() == [
        ["Ada Brome", "“We go,”", "said", "QCQVS", False],
        ["the mayor", "It rained all of Monday", "said", "CSV", False],
    ]
    start, end = view["quote_index"][0]
    assert articles["text"][0][start:end] == "“We go,”"


# ----- hand-coded text --------------------------------------------------------------------------------------------


def f1(counts: pd.DataFrame) -> dict[str, float]:
    sums = counts.groupby("figure")[["n_match_found", "n_match_gold", "n_found", "n_gold"]].sum()
    precision, recall = sums["n_match_found"] / sums["n_found"], sums["n_match_gold"] / sums["n_gold"]
    return (2 * precision * recall / (precision + recall)).to_dict()


@pytest.mark.parametrize(
    ("style", "least"), [("wire", 0.85), ("broadcast", 0.80), ("opinion", 0.80), ("feature", 0.80)]
)
def test_styles_of_news(style: str, least: float) -> None:
    """Attributions in four made styles; measured .95, .97, .94, .93 (joined)."""
    text = (STYLES / f"{style}.txt").read_text(encoding="utf-8")
    with (STYLES / "styles.csv").open(encoding="utf-8", newline="") as file:
        coded = pd.DataFrame([row for row in csv.DictReader(file) if row["style"] == style])
    assert all(text[int(a) : int(b)] == s for a, b, s in coded[["start", "end", "surface"]].values)
    coded = coded.rename(columns={"style": "article_id"}).astype({"start": int, "end": int})
    rows = attribute_text(text, paragraphs(text))
    ours = schema.table("spans", [(style, *row) for row in rows.spans])
    articles = pd.DataFrame({"article_id": [style], "text": [text]})
    assert f1(agreement.attribution_counts(articles, ours, coded))["attr"] >= least


#: The seed story's attributions: the cue, how the source begins as people read it (None: nobody is named), and the
#: content's first word.
SEED = [
    ("confirmed", "Russia’s Ministry", "the"), ("reports", "Reuters", "Russian"), ("told", "Iran’s National", "the"),
    ("called", "Iran’s National", "the"), ("portray", "Both", "their"), ("reportedly", None, "U.S."),
    ("insists", "The U.S.", "the"), ("defines", "Russia", "any"), ("considers", "Saudi Arabia", "Iran"),
    ("expressed", "Saudi Arabia", "that"),
]  # fmt: skip


@pytest.mark.gold
@pytest.mark.parametrize("engine", ["rules", "joined"])
def test_the_seed_story(engine: str) -> None:
    """At least 9 of 10 found, 8 with the right source, and none of the outlet's own statements."""
    path = config.PROJECT.parent / "shared" / "seed" / "dcnf-2016-08-16-russia-iran.txt"
    if not path.exists():
        pytest.skip("the seed story is not at hand (../shared/seed)")
    text = path.read_bytes().decode("utf-8")
    articles = pd.DataFrame({"article_id": ["seed"], "text": [text], "headline": [""]})
    zone = zones.find_zones(
        schema.table(
            "articles",
            {
                **{c: [""] for c in schema.TABLES["articles"].names},
                "article_id": ["seed"],
                "text": [text],
                "n_chars": [len(text)],
            },
        )
    )
    tables = find_attributions(articles, sentences.find_sentences(articles, zone), engine=engine)
    spans = tables.spans
    part = {
        role: spans[(spans["role"] == role) & (spans["fragment_no"] == 0)]
        .set_index("attribution_no")["surface"]
        .to_dict()
        for role in schema.ROLES
    }
    n_found = n_sources = 0
    for cue, source, first in SEED:
        hits = [
            n for n, words in part["cue"].items() if cue in words and part["content"][n].startswith((first, "Iranian"))
        ]
        n_found += bool(hits)
        n_sources += any(
            part["source"].get(n, "").startswith(source) if source else n not in part["source"] for n in hits
        )
    assert n_found >= 9
    assert n_sources >= 8
    contents = " ".join(spans.loc[spans["role"] == "content", "surface"])
    for own in ("Hezbollah is", "willingness", "Handout", "licensing", "Follow"):
        assert own not in contents


@pytest.mark.gold
def test_joined_on_polnear_dev() -> None:
    """A little under what was measured: 75.4, 65.6, 67.0, 92.4."""
    folder = config.gold_folder()
    if folder is None or not (folder / "polnear").is_dir():
        pytest.skip("PolNeAR is not at hand: set ANALYSIS_GOLD to the folder that holds polnear/")
    corpus = gold.read_polnear(Path(folder) / "polnear", "dev")
    pairs = zip(corpus.articles["article_id"], corpus.articles["text"], strict=True)
    zone = schema.table("zones", [(article, 0, "body", 0, len(text)) for article, text in pairs])
    tables = find_attributions(corpus.articles, sentences.find_sentences(corpus.articles, zone))
    figures = f1(agreement.attribution_counts(corpus.articles, tables.spans, corpus.first_coder()))
    assert figures["attr"] >= 0.74
    assert figures["attr_at_80"] >= 0.64
    assert figures["with_source"] >= 0.65
    assert figures["marks"] >= 0.91
