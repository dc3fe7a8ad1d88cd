"""A run makes the study folder; one that was killed goes on and ends with the same bytes."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from analysis import measuring, pipeline, store
from analysis.config import Settings
from analysis.measuring import article_table
from analysis.plan import Plan
from analysis.schema import Corpus


def test_a_run_that_was_killed_goes_on_and_ends_with_the_same_bytes(
    tmp_path: Path, corpus: Corpus, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing is drawn here: test_bad_input kills a run with all its figures."""
    monkeypatch.setattr("analysis.questions.exhibits", lambda *_, **__: [])
    raw = tmp_path / "raw"
    raw.mkdir()
    for article, text in zip(corpus.articles["article_id"].head(4), corpus.articles["text"].head(4), strict=True):
        (raw / f"{article}.txt").write_text(text, newline="")
    plan = Plan(settings=Settings(batch_size=1))
    pipeline.run(raw, tmp_path / "whole", plan=plan)
    part = measuring._measure_part
    calls = []

    def killed_at_the_third(articles: pd.DataFrame, given: Plan) -> dict[str, pd.DataFrame]:
        calls.append(articles["article_id"].iloc[0])
        if len(calls) == 3:
            raise KeyboardInterrupt
        return part(articles, given)

    monkeypatch.setattr(measuring, "_measure_part", killed_at_the_third)
    with pytest.raises(KeyboardInterrupt):
        pipeline.run(raw, tmp_path / "killed", plan=plan)
    assert not (tmp_path / "killed").exists(), "nothing half-written is left in its place"
    calls.clear()
    monkeypatch.setattr(measuring, "_measure_part", lambda articles, given: calls.append(1) or part(articles, given))
    pipeline.run(raw, tmp_path / "killed", plan=plan)
    assert len(calls) == 2, "two batches were kept"
    whole, again = (sorted(p for p in (tmp_path / name).rglob("*") if p.is_file()) for name in ("whole", "killed"))
    assert [p.relative_to(tmp_path / "whole") for p in whole] == [p.relative_to(tmp_path / "killed") for p in again]
    assert [p.name for p, q in zip(whole, again, strict=True) if p.read_bytes() != q.read_bytes()] == []
    assert not list(tmp_path.glob(".*")), "batches are forgotten when the study is whole"


def test_a_run_says_what_it_wrote(study_folder: Path) -> None:
    names = {path.name for path in study_folder.iterdir()}
    assert names == {"articles", "figures", "tables", "report.html", "study.xlsx", "issues.csv", "run.json"} | {
        "files.sha256",
        "issues.csv.recipe.json",
    }
    assert len(list((study_folder / "articles").iterdir())) == 24
    for form in ("png", "svg", "pdf", "csv"):
        assert len(list((study_folder / "figures").glob(f"*.{form}"))) >= 7
    assert len(store.read_study(study_folder).articles) == 24


def test_actors_are_proposed_where_none_of_the_table_is_named() -> None:
    text = "Zed Quill spoke in town. " + "The mayor met Zed Quill again. " * 3
    found = pipeline._with_actors(Plan(), Corpus(article_table("a", text)))
    assert "Zed Quill" in set(found.actors["referent"])
    same = pipeline._with_actors(Plan(), Corpus(article_table("a", text + " Bashar Assad spoke.")))
    assert "Zed Quill" not in set(same.actors["referent"])
