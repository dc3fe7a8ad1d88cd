"""The files of a study folder: written from what was measured and answered, and read back.

Floor: the plan, the questions, the charts, the report and the store lie beneath.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from urllib.parse import quote

import pandas as pd

from analysis import attribution, charts, questions, recipe, report, store
from analysis.article_view import article_html
from analysis.config import RESOURCES
from analysis.plan import ACCURACY, Plan, frame_sha256, look_sha256, settings_of
from analysis.progress import Steps
from analysis.schema import Study


def write_study(
    study: Study,
    answers: questions.Answers,
    folder: Path,
    *,
    plan: Plan,
    made_by: Mapping[str, object],
    steps: Steps | None = None,
) -> None:
    """Every file of a study but `run.json`, into a folder that is there; each carries `made_by` and its own name."""
    steps = steps or Steps()
    tables = {**study.tables(), **answers.tables(), "lexicon": plan.lexicon, "actors": plan.actors}
    store.write_tables(tables, folder / "tables", made_by=made_by)
    store.write_csv(study.issues, folder / "issues.csv")
    store.write_text(folder / "issues.csv.recipe.json", recipe.as_json({**made_by, "file": "issues.csv"}) + "\n")
    exhibits = _exhibits(study, answers, plan)
    steps.begin("draw", len(exhibits))
    (folder / "figures").mkdir()
    for number, exhibit in enumerate(exhibits, start=1):
        name = f"figures/{number:02d}-{exhibit.name}"
        charts.save(exhibit.figure, folder / name, recipe={**made_by, "figure": exhibit.name, "file": name})
        steps(number, len(exhibits))
    ids = study.articles["article_id"].tolist()
    steps.begin("mark up", len(ids))
    pages = store.write_each(
        folder / "articles",
        ids,
        lambda name: article_html(study, name, lexicon=plan.lexicon, made_by={**made_by, "article": name}),
    )
    steps.begin("report")
    given = report_input(
        study,
        answers,
        exhibits,
        plan=plan,
        made_by={**made_by, "file": "report.html"},
        pages={name: f"articles/{file}" for name, file in pages.items()},
    )
    store.write_text(folder / "report.html", report.report_html(given))
    quotes = attribution.as_quotation_table(study.articles, study.attributions, study.spans)
    store.write_workbook(
        {**study.tables(), **answers.tables()},
        folder / "study.xlsx",
        made_by={**made_by, "file": "study.xlsx"},
        extra={"quotes (ATAP names)": quotes},
    )


def _exhibits(study: Study, answers: questions.Answers, plan: Plan) -> list[report.Exhibit]:
    """The pictures of a study; the note under each names the build it comes from."""
    source = f"study {study.runs['run_id'].iloc[0][:8]}"
    return questions.exhibits(study, answers, source=source, settings=plan.settings)


def report_input(
    study: Study,
    answers: questions.Answers,
    exhibits: Sequence[report.Exhibit],
    *,
    plan: Plan,
    made_by: Mapping[str, object],
    pages: Mapping[str, str],
) -> report.ReportInput:
    """What the report is made from; `pages` are the addresses of the marked-up articles."""
    return report.ReportInput(
        study=study,
        contrasts=answers.contrasts,
        figures=exhibits,
        gate=answers.gate,
        accuracy=_of_instruments(read_accuracy()),
        recipe=made_by,
        article_pages=pages,
        level=plan.settings.level,
        seed=plan.settings.seed,
    )


def write_report(folder: Path, out: Path, *, form: str = "html", seen: str | None = None) -> None:
    """The report of the study in `folder` again, from its tables, as `out`.

    Parameters
    ----------
    folder : the study. out : the file to write; its links lead into the study from where it lies.
    form : `"html"` (one page), `"md"` (pictures are links into the study) or `"docx"`.
    seen : where its links shall find the study, when not from where it lies; the recipe says it as `study`.

    Raises
    ------
    InputError
        If the folder is not a study. OutputError if the file cannot be written.
    """
    study, plan, answers = store.read_study(folder), read_plan(folder), read_answers(folder)
    made_by = {key: value for key, value in store.read_run(folder).items() if key not in ("what", "articles")}
    exhibits = _exhibits(study, answers, plan)
    # No path of the machine: where the study lies as seen from the report.
    there = seen or Path(os.path.relpath(folder.resolve(), out.resolve().parent)).as_posix()
    beside = "" if there == "." else quote(there) + "/"
    pages = store.page_names(study.articles["article_id"].tolist())
    given = report_input(
        study,
        answers,
        exhibits,
        plan=plan,
        made_by={**made_by, "file": f"report.{form}", **({} if there == "." else {"study": there})},
        pages={name: f"{beside}articles/{file}" for name, file in pages.items()},
    )
    if form == "docx":
        data = report.report_docx(given)
    elif form == "md":
        data = report.report_markdown(given, figures=f"{beside}figures").encode("utf-8")
    else:
        data = report.report_html(given).encode("utf-8")
    store.write_whole(out, data)


def read_plan(folder: Path) -> Plan:
    """The plan of the study in a folder: its settings, its lexicon, its actors.

    Raises
    ------
    InputError
        If the folder is not a study, or its settings are of another version.
    """
    run = store.read_run(folder)
    return Plan(
        settings=settings_of(run),
        lexicon=store.read_table(folder, "lexicon"),
        actors=store.read_table(folder, "actors"),
        zoned=bool(run.get("zoned", True)),
    )


def read_answers(folder: Path) -> questions.Answers:
    """The answers to the standard questions, as they lie in a study folder."""
    return questions.Answers(
        contrasts=store.read_table(folder, "contrasts"),
        levels=store.read_table(folder, "levels"),
        gate=store.read_table(folder, "gate"),
        speakers=store.read_table(folder, "speakers"),
        named=store.read_table(folder, "labels"),
    )


def read_accuracy() -> pd.DataFrame:
    """How accurate each instrument is on hand-coded news, as `validate` last measured it."""
    path = RESOURCES / ACCURACY
    return pd.read_csv(path) if path.exists() else pd.DataFrame()


def _of_instruments(accuracy: pd.DataFrame) -> pd.DataFrame:
    """What a report shows: without other programs, and without articles read in another way."""
    return accuracy if accuracy.empty else accuracy[~accuracy["part"].str.contains("other programs|another way")]


def article_hashes(articles: pd.DataFrame) -> dict[str, str]:
    """Article → SHA-256 of its text: what `run.json` says a study is made of."""
    return dict(zip(articles["article_id"], articles["sha256"], strict=True))


def run_facts(study: Study) -> dict[str, object]:
    """What `run.json` says of the build: the one row of `runs`."""
    row = study.runs.iloc[0].to_dict()
    facts = {name: value.item() if hasattr(value, "item") else value for name, value in row.items()}
    return {
        str(name): json.loads(value) if name in ("packages", "settings") else value for name, value in facts.items()
    }


def made_by_run(study: Study, plan: Plan, *, call: str) -> dict[str, object]:
    """The recipe of a study: everything that decided it, as `run.json` and every exported file say it."""
    return {
        **run_facts(study),
        "code_sha256": recipe.code_sha256(),
        "look_sha256": look_sha256(),
        "actors_sha256": frame_sha256(plan.actors),
        "zoned": plan.zoned,
        "call": call,
        "n": len(study.articles),
    }
