"""Turns of a transcript and paragraphs set off after `she wrote:` are somebody's words, and lists and furniture are not."""

from __future__ import annotations

import re

import pytest

from analysis.attribution.engine import attribute_text
from analysis.attribution.layout import find_laid_out
from analysis.attribution.reading import read
from analysis.attribution.tokens import tokenise


def laid_out(text: str) -> list[tuple[list[str], list[str], list[str]]]:
    tokens = tokenise(text, [match.span() for match in re.finditer(r"[^\n]+", text)])
    return [
        tuple([text[a:b] for a, b in spans] for spans in (one.source, one.cue, one.content))
        for one in find_laid_out(read(tokens))
    ]  # type: ignore[return-value]


TRANSCRIPT = (
    "Partial transcript as follows:\n"
    "ANN PELL: Do you think the bridge is safe?\n"
    "SEN. ORR (R-IN): It is. I know that it is.\n"
    "We looked at it twice.\n"
    "(CROSSTALK.)\n"
    "PELL: And the tunnel?\n"
    "ORR: Ask me tomorrow.\n"
    "Follow us for more."
)


def test_turns_of_a_transcript_are_their_speakers_words() -> None:
    found = laid_out(TRANSCRIPT)
    assert [source for source, _, _ in found] == [["ANN PELL"], ["SEN. ORR (R-IN)"], ["PELL"], ["ORR"]]
    assert found[1][2] == ["It is. I know that it is.", "We looked at it twice."]
    assert found[3][2] == ["Ask me tomorrow."]
    assert {cue[0] for _, cue, _ in found} == {":"}


@pytest.mark.parametrize("mark", ["", '"', "“"])
@pytest.mark.parametrize("names", [("Q", "A"), ("Lopez", "Matthews")])
def test_turns_are_told_by_what_stands_before_their_colons(names: tuple[str, str], mark: str) -> None:
    one, other = names
    text = f"{mark}{one}: Who pays?\n{mark}{other}: The city pays.\n{mark}{one}: All of it?\n{mark}{other}: All of it."
    assert [source[0] for source, _, _ in laid_out(text)] == [one, other, one, other]


@pytest.mark.parametrize(
    "text",
    [
        "Iowa: Tim Bell, Brad Orr.\nNevada: Ann Pell, Sam Dunn.",
        "Clinton: 547.\nSanders: 46.\nClinton: 2,316.\nSanders: 1,547.",
        "RELATED: The bridge.\nREAD MORE: The tunnel.\nRELATED: The road.\nREAD MORE: The dam.",
        "Pell: The bridge is safe\nThe senator spoke on Monday.",
        "At 10:57 it rained.\nAt 11:05 it rained.\nAt 10:57 it rained.\nAt 11:05 it rained.",
        "Here are three reasons:\nThe first one is that the bridge is old and nobody cares.",
        "The stories that will be talked about today:\nThe bridge was closed on Monday after the storm.",
    ],
)
def test_lists_numbers_and_furniture_are_nobodys_turn(text: str) -> None:
    assert laid_out(text) == []


@pytest.mark.parametrize(
    ("before", "source", "cue"),
    [
        ("In a letter, Ann Pell wrote:", "Ann Pell", "wrote"),
        ("Pell argued that:", "Pell", "argued"),
        ("He wrote about it, observing of the dam:", "He", "observing"),
        ("According to Jack Orr, writing for the paper:", "Jack Orr", "According to"),
    ],
)
def test_a_paragraph_after_a_telling_colon_is_told(before: str, source: str, cue: str) -> None:
    block = "The bridge is old. It was never repaired."
    assert laid_out(f"{before}\n{block}\nThe mayor left.") == [([source], [cue], [block])]
    assert laid_out(f"{before}\nMonday.\nThe mayor left.") == []


def test_what_rules_find_inside_a_turn_gives_way_to_it() -> None:
    paragraphs = [match.span() for match in re.finditer(r"[^\n]+", TRANSCRIPT)]
    for engine in ("rules", "joined"):
        rows = attribute_text(TRANSCRIPT, paragraphs, engine=engine)
        contents = [surface for _, role, _, _, _, surface in rows.spans if role == "content"]
        assert "It is. I know that it is." in contents
        assert len(rows.attributions) == 4
