"""Words, places and doubts are given to the sources they belong to, and limits take whole articles as the unit."""

from __future__ import annotations

import dataclasses

import numpy as np
import pandas as pd
import pytest

from analysis import schema, speakers
from analysis.errors import SchemaError
from analysis.schema import Study

SIDES = {"Ostrel": "company", "Ruritania": "east", "Freedonia": "west"}
#: Outlet, headline, then claims: source, type, cue, stance, kind, words; and scare quotes that stand in narrator sentences.
TEXT = "Ruritania spoke. Freedonia spoke. Ruritania and Freedonia met. Ruritania sent “aid” there."


def study(articles: list[tuple[str, str, list[tuple[str, str, str, str]]]]) -> Study:
    """A study by hand: (outlet, headline, [(source, type, stance, voice)]), each claim ten characters and two words long."""
    tables: dict[str, list[tuple[object, ...]]] = {
        name: [] for name in ("articles", "attributions", "voices", "sentences")
    }
    for number, (outlet, headline, claims) in enumerate(articles):
        name = f"a{number}"
        row = dict.fromkeys(schema.TABLES["articles"].names, "")
        row |= {
            "article_id": name,
            "outlet": outlet,
            "event": "e",
            "headline": headline,
            "n_chars": len(TEXT),
            "text": TEXT,
        }
        tables["articles"].append(tuple(row.values()))
        for place, (source, kind, stance, voice) in enumerate(claims):
            tables["attributions"].append(
                (name, place, "indirect", "say", stance, source, source, kind, True, False, None, "hand")
            )
            tables["voices"].append((name, place, voice, place, 10 * place, 10 * place + 10, 2))
        end = 10 * len(claims)
        scare = TEXT.index("aid")
        tables["voices"].append((name, len(claims), "narrator", None, end, 1_000, 50))
        tables["voices"].append((name, len(claims) + 1, "scare", None, scare, scare + 3, 1))
        start = 0
        for place, sentence in enumerate(TEXT.split(". ")):
            tables["sentences"].append((name, place, 0, "body", start, start + len(sentence), 3))
            start += len(sentence) + 2
    made = {field.name: schema.table(field.name) for field in dataclasses.fields(Study)}
    return Study(**made | {name: schema.table(name, rows) for name, rows in tables.items()})


EAST = ("Ruritania", "official", "distancing", "reported")
WEST = ("Freedonia", "official", "neutral", "quoted")
BOTH = ("Ruritania and Freedonia", "official", "distancing", "reported")


def test_words_go_to_the_source_that_said_them() -> None:
    made = study(
        [("A", "Ruritania wins", [EAST, WEST, ("Ostrel", "company", "neutral", "reported")]), ("A", "", [EAST])]
    )
    table = speakers.who_speaks(made, by="source_name").set_index("source_name")
    east = table.loc["Ruritania"]
    assert (east["n_words"], east["n_attributions"], east["n_articles"], east["n_headlines"]) == (4, 2, 2, 1)
    assert east["share"] == 4 / 8
    assert east["position"] == pytest.approx(5 / 1_000)  # both at the middle of the first ten of a thousand characters
    assert east["first_third"] == 1 and east["quoted_share"] == 0
    assert table.loc["Freedonia", "quoted_share"] == 1
    by_type = speakers.who_speaks(made).set_index("source_type")
    assert by_type["n_words"].to_dict() == {"company": 2, "official": 6}
    # Jackknife by hand: the share of officials is 4/6 and 2/2, together 6/8; without each: 1 and 2/3.
    spread = np.sqrt(1 / 2 * ((1 - 0.75) ** 2 + (2 / 3 - 0.75) ** 2)) * 12.706
    assert by_type.loc["official", "low"] == pytest.approx(max(0, 0.75 - spread), abs=1e-3)
    assert by_type.loc["official", "high"] == 1


def test_sides_stances_and_kinds_are_groups_too() -> None:
    made = study([("A", "", [EAST, WEST, BOTH]), ("B", "", [WEST])])
    side = speakers.who_speaks(made, by="side", sides=SIDES)
    assert list(zip(side["outlet"], side["side"], side["n_words"], strict=True)) == [
        ("A", "east", 2),
        ("A", "west", 2),
        ("B", "west", 2),
    ]
    assert side.loc[0, "share"] == 1 / 3  # a source of both sides is of none, but its words count
    assert speakers.who_speaks(made, by="cue_stance")["cue_stance"].tolist() == ["distancing", "neutral", "neutral"]
    assert set(speakers.who_speaks(made, by="kind")["kind"]) == {"indirect"}


def test_doubt_counts_by_hand() -> None:
    made = study([("A", "", [EAST, EAST, WEST, BOTH]), ("A", "", [WEST, EAST]), ("B", "", [WEST])])
    table = speakers.doubt(made, sides=SIDES).set_index(["outlet", "side"])
    assert table.loc[("A", "east"), ["n_claims", "n_distancing", "n_sentences", "n_scare"]].tolist() == [3, 3, 4, 2]
    assert table.loc[("A", "west"), ["n_claims", "n_distancing", "n_sentences", "n_scare"]].tolist() == [2, 0, 2, 0]
    assert table.loc[("A", "west"), "share"] == 0
    assert table.loc[("A", "west"), "high"] == pytest.approx(0.8419, abs=1e-4)  # Clopper & Pearson, 0 of 2
    assert table.loc[("A", "east"), "low"] == pytest.approx(0.2924, abs=1e-4)  # 3 of 3
    assert np.isnan(table.loc[("B", "west"), "low"])  # one article
    assert table.loc[(speakers.ALL, "east"), "n_sentences"] == 6
    assert ("A", "company") not in table.index


def test_the_gap_of_doubt_has_limits_over_articles() -> None:
    doubted = ("Freedonia", "official", "distancing", "reported")
    made = study([("A", "", [EAST, EAST, WEST]), ("A", "", [EAST, WEST, doubted]), ("A", "", [WEST, EAST])])
    gaps = speakers.doubt_gap(made, sides=SIDES, between=("east", "west")).set_index("measure")
    cues = gaps.loc["distancing cues"]
    assert cues[["n_hits_a", "base_a", "n_hits_b", "base_b"]].tolist() == [4, 4, 1, 4]
    assert cues["estimate"] == 0.75
    assert -1 <= cues["low"] < 0.75 < cues["high"] <= 1
    # The wider of two: Newcombe from exact limits (4 of 4: .3976–1; 1 of 4: .0063–.8059).
    assert cues["low"] <= 0.75 - np.hypot(1 - 0.3976, 0.8059 - 0.25) + 1e-3
    same = speakers.doubt_gap(made, sides=SIDES, between=("west", "east")).set_index("measure").loc["distancing cues"]
    assert same["estimate"] == -0.75 and same["low"] == pytest.approx(-cues["high"])
    one = speakers.doubt_gap(study([("A", "", [EAST, WEST])]), sides=SIDES, between=("east", "west"))
    assert one["low"].isna().all()


def test_sides_may_be_a_table_of_actors() -> None:
    actors = pd.DataFrame(
        [("Ruritania", "Ruritania", "state", "east"), ("Ruritania", "Strelsau", "state", "east"),
         ("Freedonia", "Freedonia", "state", "west"), ("Ostrel", "Ostrel", "body", "")],
        columns=["referent", "alias", "kind", "side"],
    )  # fmt: skip
    palace = ("Strelsau's ministry", "official", "distancing", "reported")
    made = study([("A", "", [palace, ("Ostrel", "company", "neutral", "reported")])])
    table = speakers.doubt(made, sides=actors, within="e").set_index("side")
    assert table.loc["east", "n_distancing"] == 1


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (lambda made: speakers.who_speaks(made, by="mood"), "source_type"),
        (lambda made: speakers.who_speaks(made, by="side"), "column `side`"),
        (lambda made: speakers.doubt(made, sides={"Ruritania": ""}), "no actor has a side"),
        (lambda made: speakers.doubt(made, sides=SIDES, within="nothing"), "there are: e"),
        (lambda made: speakers.doubt_gap(made, sides=SIDES, between=("east", "north")), "company, east, west"),
    ],
)
def test_mistakes_name_the_way_out(call: object, says: str) -> None:
    with pytest.raises(SchemaError) as error:
        call(study([("A", "", [EAST])]))  # type: ignore[operator]
    assert says in str(error.value)


def test_nothing_said_is_no_row_but_the_columns() -> None:
    made = study([("A", "", [])])
    assert speakers.who_speaks(made).empty and "n_headlines" in speakers.who_speaks(made)
    assert speakers.doubt(made, sides={"Nobody": "x"}).empty
