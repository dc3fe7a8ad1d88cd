"""Zones tile every text, and the body is what a reader would call the article."""

import csv
from itertools import pairwise

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis import config, schema
from analysis.readers import read_corpus
from analysis.zones import find_zones, paragraph_spans, zone_rows

SEED = config.PROJECT.parent / "shared" / "seed"
GOLD = config.gold_folder()
PROSE = "The old bridge over the river fell on Tuesday after three days of rain, and nobody was hurt."


def zones_of(text: str, headline: str = "") -> list[tuple[str, str]]:
    return [(zone, text[start:end].strip()) for zone, start, end in zone_rows(text, headline)]


def zone_of(line: str, place: str = "end") -> str:
    """The zone of one line among prose: at its end, in its middle or under its headline."""
    lines = {
        "end": ["Bridge falls in storm", PROSE, PROSE, line],
        "middle": ["Bridge falls in storm", PROSE, line, PROSE],
        "top": ["Bridge falls in storm", line, PROSE, PROSE],
    }[place]
    text = "\n\n".join(lines)
    at = text.index("\n\n".join(["", line]) if place != "none" else line) + 2
    return next(zone for zone, start, end in zone_rows(text) if start <= at < end)


@pytest.mark.parametrize(
    "line",
    [
        "Follow Ann Lee on Twitter", "Follow us on Facebook and Instagram", "Share on Facebook | Tweet | Email",
        "Share this article", "Read more: Ten bridges that fell", "RELATED: Ten bridges", "Advertisement",
        "© 2016 The Daily. All rights reserved.", "Copyright 2016 The Daily", "Sign up for our newsletter",
        "Send tips to ann@daily.example", "Got a tip? Write to us.", "Click here to subscribe", "Story continues below",
        "Tags: bridges, rain", "###", "* * *", "Most read: the storm",
    ],
)  # fmt: skip
@pytest.mark.parametrize("place", ["end", "middle"])
def test_furniture_is_furniture_wherever_it_stands(line, place):
    assert zone_of(line, place) == "footer"


@pytest.mark.parametrize(
    "line",
    [
        "Our stories are available without charge: tell us where you print them.",
        "Stories may be republished free with our byline and logo.", "The Associated Press contributed to this report.", "(Reporting by Ann Lee; Editing by Bo Ray)",
        "Ann Lee is a staff writer for the Daily.", "This article was originally published by the Daily.",
        "Editor's note: the name of the river was misspelt.", "Correction: the bridge fell on Monday.",
        "This story has been updated with the mayor's answer.",
    ],
)  # fmt: skip
def test_closing_lines_are_furniture_only_at_the_end(line):
    assert zone_of(line, "end") == "footer"
    assert zone_of(line, "middle") == "body"


@pytest.mark.parametrize(
    ("line", "zone"),
    [
        ("By Ann Lee", "byline"), ("By ANN LEE and BO RAY", "byline"), ("Ann Lee White House Correspondent", "byline"),
        ("Ann Lee", "byline"), ("Foreign Correspondent", "byline"), ("Written by Ann Lee, The Daily", "byline"),
        ("Published: Aug. 16, 2016, 3:12 PM", "dateline"), ("August 16, 2016", "dateline"), ("16 August 2016", "dateline"),
        ("Updated 3 hours ago", "dateline"), ("PORT HAVEN, Esselmark", "dateline"), ("2016-08-16", "dateline"),
        ("REUTERS/Ann Lee", "credit"), ("AP Photo/Ann Lee", "credit"), ("Photo: Ann Lee", "credit"),
        ("Ann Lee/Getty Images", "credit"), ("Daily News logo", "credit"), ("(Photo by Ann Lee)", "credit"),
        ("The gate, GETTY IMAGES", "credit"), ("The gate (AP Photo/Ann Lee)", "credit"), ("The gate via AP", "credit"),
        ("The gate (File photo).", "credit"), ("The gate via Getty \u0131mages", "credit"),
        ("Font Size:", "footer"), ("Share", "footer"), ("Politics", "section"), ("Home > World > Europe", "section"),
    ],
)  # fmt: skip
def test_lines_above_the_body(line, zone):
    assert zone_of(line, "top") == zone


@pytest.mark.parametrize(
    "line",
    [
        "Follow the money, the mayor said on Twitter, and you will find the contractor.",
        "By Tuesday the river had fallen.", "Share prices fell after the bridge did.",
        "“Read more and talk less,” the mayor said.", "UPDATE: The mayor has now answered and denies everything.",
        "Copyright law was not at issue, the judge wrote.", "From the Daily:", "No.", "6'3\"",
        "Washington contributed to this by staying silent, the minister said on Monday in the capital.",
    ],
)  # fmt: skip
def test_prose_that_looks_like_furniture_stays(line):
    assert zone_of(line, "middle") == "body"


@pytest.mark.parametrize(
    ("dateline", "start"),
    [
        ("MOSCOW, Aug. 16 (Reuters) - ", "Jets"), ("WASHINGTON (AP) — ", "Jets"), ("FLINT, Mich., Oct. 4 (UPI) — ", "Jets"),
        ("NEW YORK — ", "Jets"), ("(CNN) -- ", "Jets"), ("ST. LOUIS — ", "Jets"), ("", "NATO — the alliance — said so: jets"),
        ("", "The jets — all of them — left, and jets"),
    ],
)  # fmt: skip
def test_a_dateline_is_cut_off_the_first_paragraph(dateline, start):
    text = f"Jets leave base\n\n{dateline}{start} flew on Tuesday from the base in the north of the country.\n\n{PROSE}"
    found = dict(zones_of(text))
    assert found["body"].startswith(start)
    assert ("dateline" in found) == bool(dateline)


def test_agency_credits_at_the_end_of_the_last_paragraph_are_cut_off():
    text = f"{PROSE}\n\n{PROSE} (Reporting by Ann Lee in Haven; Editing by Bo Ray.)"
    assert zones_of(text)[-1] == ("footer", "(Reporting by Ann Lee in Haven; Editing by Bo Ray.)")


def test_a_headline_that_is_given_is_found_whatever_its_marks():
    text = f"World\n\nMayor’s “plan” fails\n\n{PROSE}"
    assert zones_of(text, 'MAYOR\'S "PLAN" FAILS')[:2] == [("section", "World"), ("headline", "Mayor’s “plan” fails")]


def test_a_headline_over_two_lines_is_one_zone():
    text = f"Bridge falls;\nTown is cut off by the river.\n\n{PROSE}"
    assert zones_of(text, "Bridge falls; Town is cut off by the river")[0] == (
        "headline",
        "Bridge falls;\nTown is cut off by the river.",
    )


def test_a_page_title_with_the_outlet_behind_it_is_the_headline():
    text = f"Bridge falls over the river\n\n{PROSE}"
    assert zones_of(text, "Bridge falls over the river | The Daily")[0][0] == "headline"


def test_a_headline_that_is_not_in_the_text_makes_nothing_a_headline():
    text = f"What the mayor knew\n\n{PROSE}"
    assert [zone for zone, _ in zones_of(text, "Bridge falls in storm")] == ["body"]


def test_a_first_sentence_is_no_headline():
    assert [zone for zone, _ in zones_of(f"The bridge fell on Tuesday.\n\n{PROSE}")] == ["body"]


@pytest.mark.parametrize("text", ["Word", "Share", "By Ann Lee", "ALL OF THIS IS WRITTEN IN CAPITALS", " \n ", "###"])
def test_where_nothing_else_is_left_the_text_is_body(text):
    assert zone_rows(text) == [("body", 0, len(text))]


def test_an_empty_text_has_no_zone():
    assert zone_rows("") == []


def test_unzoned_texts_are_one_body():
    text = f"World\n\nBridge falls\n\n{PROSE}\n\nShare"
    articles = pd.DataFrame({"article_id": ["a"], "headline": [""], "text": [text]})
    assert find_zones(articles, zoned=False)[["zone", "start", "end"]].values.tolist() == [["body", 0, len(text)]]


def test_lines_are_paragraphs_unless_a_text_was_wrapped_by_hand():
    lines = "One came.\nTwo left.\nThree stayed.\nFour slept."
    wrapped = "The old bridge over the river\nfell on Tuesday after three days\nof rain, and nobody was hurt in\nthe event.\n\nIt was old\nand tired."
    assert len(paragraph_spans(lines)) == 4
    assert len(paragraph_spans(wrapped)) == 2


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r", "\u2028", "\x85"])
def test_every_line_end_ends_a_paragraph(end):
    text = f"One came.{end}{end}Two left."
    assert [text[a:b] for a, b in paragraph_spans(text)] == ["One came.", "Two left."]


PIECES = ["World", "Bridge falls", "By Ann Lee", "REUTERS/A", PROSE, "MOSCOW (AP) — " + PROSE, "Share", "Read more: x",
          "© 2016", "", " ", "“", "\u00a0", "Tweet this", "X. (Reporting by A; Editing by B)"]  # fmt: skip
DOCUMENTS = st.builds(
    lambda lines, end: end.join(lines),
    st.lists(st.sampled_from(PIECES) | st.text(max_size=30), max_size=14),
    st.sampled_from(["\n", "\n\n", "\r\n", "\r\n\r\n"]),
)


@given(DOCUMENTS, st.sampled_from(["", "Bridge falls", "\n", "x"]))
@settings(max_examples=300)
def test_zones_tile_and_body_is_never_empty(text, headline):
    rows = zone_rows(text, headline)
    assert [start for _, start, _ in rows] == [0, *(end for _, _, end in rows[:-1])][: len(rows)]
    assert not rows or rows[-1][2] == len(text)
    assert all(start < end and zone in schema.ZONES for zone, start, end in rows)
    assert all(a != b for (a, _, _), (b, _, _) in pairwise(rows))
    assert not text or any(zone == "body" for zone, _, _ in rows)
    for zone, start, end in rows[:-1]:
        if zone == "body" and text[start:end].strip():
            assert not text[end - 1].isspace(), "white space between zones never belongs to a body"


def test_bundled_articles_have_the_headline_and_body_that_were_coded_by_hand():
    articles = read_corpus(config.PROJECT / "data" / "raw").articles
    found = find_zones(articles)
    got = {
        tuple(row)
        for row in found.loc[found["zone"].isin(["headline", "body"]), ["article_id", "zone", "start", "end"]]
        .astype({"zone": str})
        .itertuples(index=False)
    }
    with (config.PROJECT / "data" / "gold" / "zones.csv").open(encoding="utf-8", newline="") as stream:
        coded = {(row["article_id"], row["zone"], int(row["start"]), int(row["end"])) for row in csv.DictReader(stream)}
    assert {row for row in got if row[1] == "body"} == {row for row in coded if row[1] == "body"}
    texts = dict(zip(articles["article_id"], articles["text"], strict=True))
    assert {(a, texts[a][s:e].strip()) for a, z, s, e in got if z == "headline"} == {
        (a, texts[a][s:e]) for a, z, s, e in coded if z == "headline"
    }


@pytest.mark.gold
@pytest.mark.skipif(not SEED.is_dir(), reason="the seed story is not at hand (../shared/seed)")
def test_the_body_of_the_seed_story_is_its_lead_and_five_paragraphs():
    article = read_corpus(SEED).articles.iloc[0]
    rows = zone_rows(article["text"])
    bodies = [article["text"][start:end] for zone, start, end in rows if zone == "body"]
    blocks = [block for block in article["text"].split("\n\n") if len(block) > 110 and "content created" not in block]
    assert len(blocks) == 6, "a lead of one sentence and five paragraphs"
    assert bodies == ["\n\n".join(blocks)]
    assert [zone for zone, _, _ in rows] == ["section", "headline", "credit", "byline", "footer", "body", "footer"]


@pytest.mark.gold
@pytest.mark.skipif(GOLD is None or not (GOLD / "polnear").is_dir(), reason="PolNeAR is not at hand (ANALYSIS_GOLD)")
def test_the_first_line_of_every_polnear_article_is_its_headline():
    articles = read_corpus(GOLD / "polnear" / "data" / "dev").articles
    found = find_zones(articles)
    assert set(found.loc[found["zone"] == "headline", "article_id"]) == set(articles["article_id"])
