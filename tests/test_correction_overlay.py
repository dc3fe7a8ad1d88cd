"""Corrections lie over a study: they apply exactly where text and value still hold, and never touch what was measured."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from analysis import measure, read_corpus, schema, store, study_files
from analysis.__main__ import main
from analysis.config import PROJECT
from analysis.correction import apply_corrections, check_codings, correct, corrections_from, draw_sample
from analysis.errors import InputError
from analysis.measuring import article_table
from analysis.rates import units
from analysis.schema import Corpus, Study

TEXT = "The brutal regime fell on Monday. “This is a shameful betrayal of us,” the minister said. A thug ran."
OTHER = "A brutal storm came. The mayor claimed it was over."
SAY = {"coder": "ann", "dated": "2026-03-01"}


def made(text: str = TEXT) -> Study:
    rows = [article_table("a", text, outlet="North"), article_table("b", OTHER, outlet="South")]
    return measure(Corpus(pd.concat(rows, ignore_index=True)))


@pytest.fixture(scope="module")
def study() -> Study:
    return made()


def at(words: str, article: str = "a") -> tuple[str, int, int]:
    start = (TEXT if article == "a" else OTHER).index(words)
    return article, start, start + len(words)


def claim(study: Study) -> tuple[str, int, int]:
    row = study.spans[(study.spans["article_id"] == "a") & (study.spans["role"] == "content")].iloc[0]
    return "a", int(row["start"]), int(row["end"])


def bytes_of(study: Study) -> dict[str, str]:
    return {name: frame.to_json(orient="table") for name, frame in study.tables().items()}


def sound(study: Study) -> None:
    """The laws of the tables hold in a corrected view too."""
    for name in ("hits", "voices", "names", "attributions", "scores"):
        schema.check(name, getattr(study, name))
        assert {c: str(t) for c, t in getattr(study, name).dtypes.items()} == {
            c: str(t) for c, t in schema.table(name).dtypes.items()
        }
    assert schema.surfaces_hold(study.articles, study.hits)
    for article, tiles in study.voices.groupby("article_id"):
        assert (tiles["start"].to_numpy()[1:] == tiles["end"].to_numpy()[:-1]).all(), article
        assert tiles["segment_no"].tolist() == list(range(len(tiles)))


def test_a_source_is_corrected_and_the_measured_tables_stay(study: Study) -> None:
    before = bytes_of(study)
    change = correct(study, "source", claim(study), "source_type", "expert", **SAY)
    view, left = apply_corrections(study, change)
    assert left.empty
    assert view.attributions.loc[view.attributions["article_id"] == "a", "source_type"].tolist()[0] == "expert"
    assert bytes_of(study) == before
    sound(view)
    assert change.iloc[0][["old", "coder", "dated"]].tolist() == ["politician", "ann", "2026-03-01"]


def test_a_view_does_not_pass_for_what_was_measured(study: Study) -> None:
    change = correct(study, "source", claim(study), "source_type", "expert", **SAY)
    view, _ = apply_corrections(study, change)
    assert view.runs["run_id"].iloc[0] != study.runs["run_id"].iloc[0]
    assert "corrections_sha256" in view.runs["settings"].iloc[0]
    untouched, _ = apply_corrections(study, change.head(0))
    assert bytes_of(untouched) == bytes_of(study)


def test_a_voice_takes_words_hits_and_tone_along(study: Study) -> None:
    place = at("brutal regime")
    view, left = apply_corrections(study, correct(study, "voice", place, "voice", "reported", **SAY))
    assert left.empty
    sound(view)
    hit = view.hits[(view.hits["start"] == at("brutal")[1]) & (view.hits["article_id"] == "a")].iloc[0]
    assert hit["voice"] == "reported"
    own = [units(s, "loaded_terms", voice="own", min_words=0)["denominator"].iloc[0] for s in (study, view)]
    assert own[0] - own[1] == 2
    assert view.voices["n_words"].sum() == study.voices["n_words"].sum()
    scores = view.scores[(view.scores["article_id"] == "a") & (view.scores["sentence_no"] == 0)]
    assert set(scores["voice"]) == {"narrator", "reported"}
    assert scores.loc[scores["voice"] == "reported", "weight"].unique().tolist() == [2]
    other = [s.scores[s.scores["article_id"] == "b"].reset_index(drop=True) for s in (study, view)]
    assert other[0].equals(other[1])


def test_a_term_is_taken_away_added_and_given_another_voice(study: Study) -> None:
    changes = pd.concat([
        correct(study, "term", at("brutal", "b"), "hit", "", **SAY),
        correct(study, "term", at("fell"), "hit", "violence_labels", **SAY),
        correct(study, "term", at("shameful"), "voice", "narrator", **SAY),
    ])  # fmt: skip
    view, left = apply_corrections(study, changes)
    assert left.empty
    sound(view)
    assert at("brutal", "b")[1:] not in set(
        zip(*(view.hits.loc[view.hits["article_id"] == "b", c] for c in ("start", "end")))
    )
    added = view.hits[view.hits["term_id"] == "by hand"].iloc[0]
    assert added[["surface", "category", "layer", "voice", "sentence_no"]].tolist() == [
        "fell", "violence_labels", "loaded", "narrator", 0]  # fmt: skip
    assert view.hits["hit_no"].tolist() == view.hits.groupby("article_id").cumcount().tolist()
    moved = view.hits[view.hits["surface"] == "shameful"].iloc[0]
    assert moved["voice"] == "narrator" and pd.isna(moved["attribution_no"])


def test_a_label_is_corrected_in_the_calibration_set() -> None:
    raw = PROJECT / "data" / "raw" / "airbase-brassbell.txt"
    study = measure(read_corpus(raw))
    row = study.names.iloc[0]
    place = (row["article_id"], int(row["start"]), int(row["end"]))
    view, left = apply_corrections(study, correct(study, "label", place, "label", "president", **SAY))
    assert left.empty and view.names["label"].iloc[0] == "president"
    sound(view)


def test_corrections_survive_a_new_run_exactly_where_they_hold(study: Study) -> None:
    changes = pd.concat([
        correct(study, "source", claim(study), "source_type", "expert", **SAY),
        correct(study, "term", at("brutal", "b"), "hit", "", **SAY),
    ])  # fmt: skip
    again, left = apply_corrections(made(), changes)
    assert left.empty and bytes_of(again) == bytes_of(apply_corrections(study, changes)[0])
    view, left = apply_corrections(made(TEXT + " More came."), changes)
    assert left["reason"].tolist() == ["the article's text is not the one that was corrected"]
    assert len(view.hits[view.hits["article_id"] == "b"]) == len(study.hits[study.hits["article_id"] == "b"]) - 1
    assert left[list(changes.columns)].astype("str").values.tolist() == changes.head(1).astype("str").values.tolist()


def test_what_no_longer_holds_is_listed_with_its_reason(study: Study) -> None:
    good = correct(study, "source", claim(study), "source_type", "expert", **SAY)
    term = correct(study, "term", at("brutal"), "category", "emotive", **SAY)
    voice = correct(study, "voice", at("regime"), "voice", "quoted", **SAY)
    changes = {
        "not 'military'": good.assign(old="military"),
        "is not allowed": good.assign(new="king"),
        "allowed: True, False": good.assign(column="is_named", new="perhaps"),
        "no column 'mood'": good.assign(column="mood"),
        "not in this study": good.assign(article_id="zz"),
        "not the one": good.assign(sha256="0"),
        "nothing is measured": term.assign(start=1),
        "not renamed": term.assign(column="hit", old="brutal", new="savage"),
        "needs its category": term.assign(column="hit", old="", new=""),
        "measured there already": term.assign(column="hit", old="", new="emotive"),
        "inside one sentence": term.assign(column="hit", old="", new="emotive", start=2, end=60),
        "more than one voice": voice.assign(end=60),
        "not 'scare'": voice.assign(old="scare"),
        "outside the body": voice.assign(start=9_000, end=9_001),
    }
    view, left = apply_corrections(study, pd.concat(changes.values()))
    assert len(left) == len(changes)
    reasons = left["reason"].tolist()  # in the order of the table
    assert [part in reason for part, reason in zip(changes, reasons, strict=True)] == [True] * len(changes), reasons
    assert bytes_of(view) == bytes_of(study)


def test_a_later_correction_must_know_the_earlier_one(study: Study) -> None:
    first = correct(study, "source", claim(study), "is_named", "TRUE", **SAY)
    second = first.assign(old="True", new="false")
    stale = first.assign(new="False")
    view, left = apply_corrections(study, pd.concat([first, second, stale]))
    assert left.empty and not view.attributions.loc[view.attributions["article_id"] == "a", "is_named"].iloc[0]
    _, left = apply_corrections(study, pd.concat([first, first]))
    assert len(left) == 1


def test_writing_one_down_says_at_once_when_it_cannot_hold(study: Study) -> None:
    with pytest.raises(InputError, match="king"):
        correct(study, "source", claim(study), "source_type", "king", **SAY)
    with pytest.raises(InputError, match="nothing is measured"):
        correct(study, "term", at("Monday"), "layer", "watch", **SAY)


def test_what_coders_agree_on_against_the_instrument_becomes_corrections(study: Study) -> None:
    sheet = draw_sample(study, 100, what="term")
    is_brutal = sheet["text"] == "brutal"
    ann = sheet.assign(code=["not loaded" if b else "loaded" for b in is_brutal], coder="ann", coded_on="2026-02-02")
    ben = ann.assign(coder="ben", code=[
        "loaded" if b and before.endswith("A ") else code
        for b, before, code in zip(is_brutal, ann["before"], ann["code"], strict=True)])  # fmt: skip
    codings = check_codings({"a.csv": ann, "b.csv": ben}, study)
    found = corrections_from(codings, study, dated="2026-03-01")
    assert found[["article_id", "old", "new", "coder", "dated"]].values.tolist() == [
        ["a", "brutal", "", "ann, ben", "2026-02-02"]]  # fmt: skip
    view, left = apply_corrections(study, found)
    assert left.empty and len(view.hits) == len(study.hits) - 1
    counted = draw_sample(study, 2, min_words=0)
    counts = check_codings({"a.csv": counted.assign(code=1)}, study)
    assert corrections_from(counts, study, dated="2026-03-01").empty


def test_the_file_of_corrections_comes_back_as_it_was_written(study: Study, tmp_path: Path) -> None:
    changes = pd.concat([
        correct(study, "term", at("brutal"), "category", "emotive", **SAY, note="=2+2"),
        correct(study, "source", claim(study), "source_name", "+1", **SAY),
    ])  # fmt: skip
    file = tmp_path / "corrections.csv"
    store.write_corrections(changes, file)
    assert "'=2+2" in file.read_text()
    assert store.read_corrections(file).equals(schema.table("corrections", changes))
    plain = changes.assign(note="seen twice")
    plain.to_excel(tmp_path / "corrections.xlsx", index=False)
    assert store.read_corrections(tmp_path / "corrections.xlsx").equals(schema.table("corrections", plain))
    store.write_corrections(changes.head(0), file)
    assert store.read_corrections(file).empty
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".")] == []


@pytest.mark.parametrize(
    ("column", "value", "says"),
    [
        ("start", "three", "row 2: start"),
        ("what", "mood", "unknown level 'mood'"),
        ("old", None, "lacks the column 'old'"),
    ],
)
def test_a_file_that_was_spoilt_is_met_with_the_place(
    study: Study, tmp_path: Path, column: str, value: str | None, says: str
) -> None:
    change = correct(study, "source", claim(study), "source_type", "expert", **SAY)
    spoilt = change.astype("str")
    spoilt = spoilt.drop(columns=[column]) if value is None else spoilt.assign(**{column: value})
    spoilt.to_csv(tmp_path / "c.csv", index=False)
    with pytest.raises(InputError, match=says):
        store.read_corrections(tmp_path / "c.csv")


def test_the_command_line_draws_takes_back_and_lays_over(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    names = ["dam-quillmark", "dam-brassbell"]
    texts = [(PROJECT / "data" / "raw" / f"{name}.txt").read_text() for name in names]
    rows = [article_table(name, text, outlet=name[4:]) for name, text in zip(names, texts, strict=True)]
    study = measure(Corpus(pd.concat(rows, ignore_index=True)))
    folder, sheet = str(tmp_path / "study"), tmp_path / "ann.csv"
    with store.new_folder(
        tmp_path / "study", run={**study_files.run_facts(study), "articles": study_files.article_hashes(study.articles)}
    ) as place:
        store.write_tables(study.tables(), place / "tables")
    assert main(["sample", folder, "--n", "2", "--out", str(sheet)]) == 0
    assert "2 units to code" in capsys.readouterr().out
    rows = pd.read_csv(sheet, keep_default_na=False)
    rows.assign(code=["3", "x"]).to_csv(sheet, index=False)
    assert main(["agree", str(sheet), "--study", folder]) == 0
    shown = capsys.readouterr().out
    assert all(part in shown for part in ("row 3", "ann, instrument", "refused"))
    terms, fixed = tmp_path / "terms.xlsx", tmp_path / "corrections.csv"
    assert main(["sample", folder, "--n", "4", "--what", "term", "--out", str(terms), "--json"]) == 0
    pd.read_excel(terms, keep_default_na=False).assign(code="not loaded").to_excel(terms, index=False)
    assert main(["agree", str(terms), "--study", folder, "--corrections", str(fixed), "--dated", "2026-03-01"]) == 0
    capsys.readouterr()
    assert main(["compare", "loaded_terms", "--study", folder, "--unblocked", "--corrections", str(fixed)]) == 0
    n = len(store.read_corrections(fixed))
    assert n >= 2 and f"{n} of {n} corrections applied" in capsys.readouterr().err
    assert main(["agree", str(tmp_path / "none.csv"), "--study", folder]) == 1
