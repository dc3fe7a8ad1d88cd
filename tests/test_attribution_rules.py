"""Each rule finds the source, cue and content that a person marks in a made sentence, and nothing where nobody speaks."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from analysis import agreement, config, gold, schema, sentences
from analysis.attribution import find_attributions
from analysis.attribution.engine import attribute_text
from analysis.attribution.frames import add_counts, count_frames
from analysis.attribution.phrases import noun_phrase_after, noun_phrase_before, starts_clause, verb_group
from analysis.attribution.reading import LONGEST_SENTENCE, read, word_class
from analysis.attribution.rules import find_candidates
from analysis.attribution.tokens import tokenise
from analysis.errors import InputError


def claims(text: str) -> list[tuple[str, str, str]]:
    """(source, cue, content) of every attribution that the rules find, fragments joined by ` … `."""
    rows = attribute_text(text, [(0, len(text))], engine="rules")
    parts: dict[int, dict[str, list[str]]] = {}
    for number, role, _, _, _, surface in rows.spans:
        parts.setdefault(number, {}).setdefault(role, []).append(surface)
    return [
        tuple(" … ".join(roles.get(role, [])) for role in ("source", "cue", "content"))  # type: ignore[misc]
        for _, roles in sorted(parts.items())
    ]


MADE = [
    # after the cue
    ("The mayor said that the bridge was safe.", "The mayor", "said", "that the bridge was safe"),
    ("The mayor said the bridge was safe.", "The mayor", "said", "the bridge was safe"),
    ("The mayor said on Monday that the bridge was safe.", "The mayor", "said", "that the bridge was safe"),
    ("Ada Brome told reporters the bridge was safe.", "Ada Brome", "told", "the bridge was safe"),
    ("The mayor asked whether the bridge was safe.", "The mayor", "asked", "whether the bridge was safe"),
    ("The council promised to repair the bridge.", "The council", "promised", "to repair the bridge"),
    ("Critics called the plan “a disgrace.”", "Critics", "called", "the plan “a disgrace.”"),
    ("Dov Kestrel described the plan as reckless.", "Dov Kestrel", "described", "the plan as reckless"),
    ("The union accused the owners of stalling.", "The union", "accused", "the owners of stalling"),
    ("The governor criticized the plan.", "The governor", "criticized", "the plan"),
    ("The minister confirmed, however, that the mine would close.", "The minister", "confirmed",
     "that the mine would close"),
    # before the tag
    ("“We will not be hurried,” Marrant said.", "Marrant", "said", "“We will not be hurried,”"),
    ("“We will not be hurried,” said Ilse Marrant, the governor.", "Ilse Marrant, the governor", "said",
     "“We will not be hurried,”"),
    ("The raid was the first since 1979, Reuters reports.", "Reuters", "reports", "The raid was the first since 1979"),
    ("Two wards, the clinic warns, will close by winter.", "the clinic", "warns",
     "Two wards … will close by winter"),
    ("“It crackles,” chuckled Tilly Holloway.", "Tilly Holloway", "chuckled", "“It crackles,”"),
    # without a verb
    ("According to the port office, the ferry had been inspected.", "the port office", "According to",
     "the ferry had been inspected"),
    ("The ferry had been inspected, according to the port office.", "the port office", "according to",
     "The ferry had been inspected"),
    ("A senior official is reportedly ready to mediate.", "", "reportedly",
     "A senior official is … ready to mediate"),
    ("VANCE: We will be right back. Stay with us.", "VANCE", ":", "We will be right back. Stay with us."),
    ("The ruling, in her view, left little room.", "her", "view", "The ruling … left little room"),
    # nouns
    ("Oakes expressed concern that the truce was fraying.", "Oakes", "expressed concern",
     "that the truce was fraying"),
    # whose
    ("Two people briefed on the inquiry said the men had fled.", "Two people briefed on the inquiry", "said",
     "the men had fled"),
    ("Perrin Oakes, who wrote the bill, said it would pass.", "Perrin Oakes", "said", "it would pass"),
    ("Perrin Oakes, 41, of Lower Wexmoor, said it would pass.", "Perrin Oakes", "said", "it would pass"),
    ("The star then said he would return.", "The star", "said", "he would return"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "source", "cue", "content"), MADE, ids=[made[0][:40] for made in MADE])
def test_made_sentences(text: str, source: str, cue: str, content: str) -> None:
    found = [(who, how.removeprefix("then ").strip(), what) for who, how, what in claims(text)]
    assert (source, cue, content) in found


def test_a_quotation_that_resumes_after_its_tag_is_one_content() -> None:
    text = "“We will not be hurried,” Marrant said. “The board has looked at every number twice.”"
    assert claims(text) == [
        ("Marrant", "said", "“We will not be hurried,” … “The board has looked at every number twice.”")
    ]


def test_coordinated_verbs_share_their_subject() -> None:
    text = "The envoy told parliament the truce had held and called the pact “historic.”"
    assert [source for source, _, _ in claims(text)] == ["The envoy", "The envoy"]


def test_a_claim_ends_where_the_next_one_begins() -> None:
    text = "The company insists the mine is safe, but the union claims it was never inspected."
    assert [content for _, _, content in claims(text)] == ["the mine is safe", "it was never inspected"]


NOBODY = [
    "The front is an outlawed terrorist organization.",
    "The purchases may reflect its desire to be first among the carmakers of the north.",
    "The council met for nine hours on Sunday.",
    "No one was hurt.",
    "The claim office on the corner was closed.",
    "Salvage crews worked through the night.",
]


@pytest.mark.parametrize("text", NOBODY)
def test_the_outlets_own_statements_are_nobodys_claim(text: str) -> None:
    assert claims(text) == []


def test_a_quotation_goes_on_into_the_next_paragraph() -> None:
    first, second = "“We talked for weeks,” she said. “We talked at the gate.", "“Nobody came.”"
    text = f"{first}\n{second}"
    rows = attribute_text(text, [(0, len(first)), (len(first) + 1, len(text))], engine="rules")
    contents = [surface for _, role, _, _, _, surface in rows.spans if role == "content"]
    assert contents == ["“We talked for weeks,”", "“We talked at the gate.", "“Nobody came.”"]
    assert len(rows.attributions) == 1


def test_a_block_quotation_after_a_colon() -> None:
    first, second = "The ministry issued a statement that read:", "“The talks go on.”"
    text = f"{first}\n{second}"
    rows = attribute_text(text, [(0, len(first)), (len(first) + 1, len(text))], engine="rules")
    assert "“The talks go on.”" in [row[-1] for row in rows.spans if row[1] == "content"]


@pytest.mark.parametrize(
    ("form", "letter"),
    [
        ("said", "V"),
        ("Hezbollah", "P"),
        ("The", "D"),
        ("quickly", "R"),
        ("3", "N"),
        ("—", "L"),
        ("☃", "U"),
        ("to", "T"),
    ],
)
def test_word_classes(form: str, letter: str) -> None:
    assert word_class(form) == letter


def test_noun_phrases_beside_a_verb() -> None:
    reading = read(tokenise("Officials in Ohio, a swing state, said Iran's council (the SNSC) had agreed."))
    words = reading.tokens.forms
    verb = words.index("said")
    before = noun_phrase_before(reading, verb - 1, 0)
    after = noun_phrase_after(reading, verb + 1, len(reading) - 1)
    assert before is not None and words[before[0]] == "Officials"
    assert after is not None and words[after[1]] == ")"
    assert starts_clause(reading, verb + 1, len(reading) - 1)


def test_verb_group_reads_over_adverbs_and_auxiliaries() -> None:
    reading = read(tokenise("The envoy has repeatedly been accused of fraud."))
    verb = reading.low.index("accused")
    first, left, kinds = verb_group(reading, verb, 0)
    assert (reading.low[first], reading.low[left], kinds) == ("has", "envoy", {"have", "be"})


def test_a_very_long_sentence_is_read_in_pieces() -> None:
    reading = read(tokenise("word " * (3 * LONGEST_SENTENCE)))
    assert [last + 1 - first for first, last in reading.sentences] == [LONGEST_SENTENCE] * 3


def test_counting_frames_by_hand() -> None:
    text = "The mayor said the bridge was safe. The mayor said the road was closed."
    counts: dict[tuple[str, str], list[int]] = {}
    start = text.index("the bridge")
    add_counts(counts, read(tokenise(text)), [[(start, start + len("the bridge was safe"))]])
    assert counts == {("clause", "say"): [2, 1]}


def test_candidates_carry_their_frame() -> None:
    reading = read(tokenise("The mayor said that the bridge was safe."))
    assert [(one.lemma, one.frame) for one in find_candidates(reading)] == [("say", "that")]


@pytest.mark.gold
def test_rules_alone_on_polnear_dev() -> None:
    """Floors of issue 2 (49 / 40 / 68), held well above: measured 67.9 / 56.6 / 83.9."""
    folder = config.gold_folder()
    if folder is None or not (folder / "polnear").is_dir():
        pytest.skip("PolNeAR is not at hand: set ANALYSIS_GOLD to the folder that holds polnear/")
    corpus = gold.read_polnear(Path(folder) / "polnear", "dev")
    zone = schema.table(
        "zones",
        [
            (article, 0, "body", 0, len(text))
            for article, text in zip(corpus.articles["article_id"], corpus.articles["text"], strict=True)
        ],
    )
    found = find_attributions(corpus.articles, sentences.find_sentences(corpus.articles, zone), engine="rules")
    counts = agreement.attribution_counts(corpus.articles, found.spans, corpus.first_coder())
    figures = _f1(counts)
    assert figures["attr"] > 0.66
    assert figures["attr_at_80"] > 0.57
    assert figures["with_source"] > 0.55
    assert figures["marks"] > 0.82


def _f1(counts: pd.DataFrame) -> dict[str, float]:
    sums = counts.groupby("figure")[["n_match_found", "n_match_gold", "n_found", "n_gold"]].sum()
    precision, recall = sums["n_match_found"] / sums["n_found"], sums["n_match_gold"] / sums["n_gold"]
    return (2 * precision * recall / (precision + recall)).to_dict()


def test_frames_are_counted_from_a_corpus_in_polnears_layout(tmp_path) -> None:
    text = "The mayor said the bridge was safe."
    for name in ("text", "attributions"):
        (tmp_path / "data" / "train" / name).mkdir(parents=True)
    (tmp_path / "data" / "train" / "text" / "one.txt").write_text(text, encoding="utf-8")
    codes = (
        "T1\tSource 0 9\tx\nT2\tCue 10 14\tx\nT3\tContent 15 34\tx\nE1\tAttribution:T2 Source:T1 Cue:T2 Content:T3\n"
    )
    (tmp_path / "data" / "train" / "attributions" / "one_ab12.ann").write_text(codes, encoding="utf-8")
    out = tmp_path / "frames.csv"
    assert count_frames(tmp_path, out) == 1
    assert out.read_text(encoding="utf-8").splitlines() == ["frame,lemma,n_uses,n_claims", "clause,say,1,1"]


def test_no_corpus_no_counts(tmp_path) -> None:
    with pytest.raises(InputError, match=r"(?i)polnear"):
        count_frames(tmp_path, tmp_path / "frames.csv")
