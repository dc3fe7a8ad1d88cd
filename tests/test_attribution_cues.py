"""Cue words know their forms and classes, and a frame's share is what its counts say by hand."""

from __future__ import annotations

import csv

import pytest

from analysis.attribution import cues
from analysis.config import RESOURCES
from analysis.errors import ResourceError
from analysis.schema import STANCES


@pytest.mark.parametrize(
    ("lemma", "forms"),
    [
        ("claim", ["claim", "claims", "claimed", "claiming"]),
        ("deny", ["deny", "denies", "denied", "denying"]),
        ("announce", ["announce", "announces", "announced", "announcing"]),
        ("agree", ["agree", "agrees", "agreed", "agreeing"]),
        ("push", ["push", "pushes", "pushed", "pushing"]),
        ("say", ["say", "says", "sayed", "saying"]),  # irregular verbs are listed in the file instead
    ],
)
def test_regular_verb_forms(lemma: str, forms: list[str]) -> None:
    assert cues.verb_forms(lemma) == forms


def test_irregular_forms_come_from_the_file() -> None:
    lexicon = cues.cue_lexicon()
    found = {
        form: lexicon.verbs[form].lemma
        for form in ("said", "told", "knew", "admitted", "withdrew")
        if form in lexicon.verbs
    }
    assert found == {"said": "say", "told": "tell", "knew": "know", "admitted": "admit"}


@pytest.mark.parametrize(
    ("lemma", "stance"),
    [
        ("say", "neutral"), ("tell", "neutral"), ("deny", "neutral"), ("according to", "neutral"),
        ("confirm", "endorsing"), ("reveal", "endorsing"), ("admit", "endorsing"), ("point out", "endorsing"),
        ("claim", "distancing"), ("allege", "distancing"), ("insist", "distancing"), ("allegedly", "distancing"),
    ],
)  # fmt: skip
def test_stances_that_the_codebook_names(lemma: str, stance: str) -> None:
    assert cues.cue_lexicon().by_lemma[lemma].stance == stance


def test_every_row_has_a_known_stance_and_a_source() -> None:
    with (RESOURCES / "cues.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) > 500
    assert {row["stance"] for row in rows} == set(STANCES)
    assert all(row["source"] and row["class"] for row in rows)
    keys = [(row["lemma"], row["pos"]) for row in rows]
    assert len(keys) == len(set(keys))


def test_share_by_hand() -> None:
    frames = cues.make_frames([("that", "say", 10, 9), ("that", "see", 5, 1), ("object", "say", 5, 0)])
    average = (9 + 1 + 1) / (10 + 5 + 3)
    own = (9 + 0 + 8 * average) / (10 + 5 + 8)
    prior = average + 0.5 * (own - average)
    assert frames.share("say", "that") == pytest.approx((9 + 8 * prior) / (10 + 8))


def test_a_lemma_never_seen_borrows_the_frame() -> None:
    frames = cues.make_frames([("that", "say", 97, 80)])
    assert frames.share("mumble", "that") == pytest.approx(81 / 100)


def test_a_file_without_a_column_is_refused(tmp_path) -> None:
    path = tmp_path / "cues.csv"
    path.write_text("lemma,stance\nsay,neutral\n", encoding="utf-8")
    with pytest.raises(ResourceError, match="needed are"):
        cues.read_cues(path)


def test_an_unknown_stance_is_refused_with_its_line(tmp_path) -> None:
    path = tmp_path / "cues.csv"
    header = "lemma,pos,forms,stance,class,is_hedged,takes_clause,is_core,source"
    path.write_text(f"{header}\nsay,verb,,angry,assertive,0,1,1,Hooper 1975\n", encoding="utf-8")
    with pytest.raises(ResourceError, match="line 2: stance 'angry'"):
        cues.read_cues(path)
