"""Blind codes of real news: well formed, and the engine says of them what people said as often as is claimed."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from analysis import config, schema
from analysis.validation import fresh
from analysis.validation.context import Context

CONTEXT = Context(None)
LEVELS = {"source_type": schema.SOURCE_TYPES, "kind": schema.KINDS, "cue_stance": schema.STANCES}


@pytest.mark.parametrize("table", fresh.TABLES.values())
def test_codes_are_levels_of_the_schema_and_hold_no_text(table: str) -> None:
    codes = CONTEXT.codes(table).astype("str").fillna("")
    for column, levels in LEVELS.items():
        if column in codes:
            assert set(codes[column]) <= {*levels, ""}
    assert (codes[codes["source"] == ""]["source_type"] == "other").all()
    for role in ("source", "cue", "content"):
        for cell in codes[role]:
            spans = fresh._spans(cell)
            assert all(start < end for start, end in spans) and list(spans) == sorted(spans)
    assert not codes.duplicated(["document", "source", "cue", "content"]).any()


def test_first_sight_counts_the_codes_of_its_lot() -> None:
    tables = {split: CONTEXT.codes(table).astype("str").fillna("") for split, table in fresh.TABLES.items()}
    for row in CONTEXT.codes("first_sight.csv").itertuples():
        codes = tables[row.split]
        lot = codes[(codes["lot"] == row.lot) & (codes[row.figure] != "")]
        if row.figure in ("source_type", "is_named"):
            lot = lot[lot["source"] != ""]
        assert len(lot) == row.n and 0 < row.n_right <= row.n


def test_an_answer_is_read_among_all_attributions_of_its_article(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A pronoun that was coded alone is who the article's other attributions say it is."""
    text = 'Mayor Ada Lund said the bridge was safe. "We tested it," she added.'
    base = tmp_path / "polnear" / "data" / "dev"
    (base / "text").mkdir(parents=True)
    (base / "attributions").mkdir()
    (base / "text" / "daily_1.txt").write_bytes(text.encode())
    she = text.index("she")
    lines = [
        "T1\tSource 0 14\tx", "T2\tCue 15 19\tx", "T3\tContent 20 39\tx", "E1\tSource:T1 Cue:T2 Content:T3",
        f"T4\tSource {she} {she + 3}\tx", f"T5\tCue {she + 4} {she + 9}\tx", "T6\tContent 41 56\tx",
        "E2\tSource:T4 Cue:T5 Content:T6",
    ]  # fmt: skip
    (base / "attributions" / "daily_1_x.ann").write_bytes("\n".join(lines).encode())
    row = {
        "document": "daily_1", "source": f"{she} {she + 3}", "cue": f"{she + 4} {she + 9}", "content": "41 56",
        "cue_stance": "neutral", "source_type": "politician", "is_named": "True", "lot": "made",
    }  # fmt: skip
    monkeypatch.setattr(Context, "codes", lambda self, name: pd.DataFrame([row]))
    answer = fresh.answered(Context(tmp_path), "dev").iloc[0]
    assert (answer["source_type"], answer["is_named"], answer["kind"]) == ("politician", "True", "direct")
    assert (answer["source_type_hand"], answer["kind_hand"]) == ("politician", "")


@pytest.mark.gold
def test_accuracy_on_blind_codes() -> None:
    """Issue 3 asks .80 for the type of a source; at first sight it was .70 to .77, then .78, .79, .85; the errors were looked at."""
    folder = config.gold_folder()
    if folder is None or not (folder / "polnear").is_dir():
        pytest.skip("PolNeAR is not at hand (ANALYSIS_GOLD)")
    figures = pd.DataFrame(fresh.described(Context(folder)))
    now = figures[(figures["figure"] == "accuracy now") & figures["data"].str.contains("train")]
    value = now.set_index("instrument")["value"]
    assert value["attribution: source_type"] >= 0.83
    assert value["attribution: is_named"] >= 0.90
    assert value["attribution: kind"] >= 0.97
    assert value["attribution: cue_stance"] >= 0.95
    first = figures[figures["figure"] == "accuracy at first sight"]
    assert len(first) == 21 and (first["low"] < first["value"]).all()
