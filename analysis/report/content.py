"""What a report says, before it has a form: sections of paragraphs, tables, pictures and evidence.

Floor: a `ReportInput` comes in, a list of `Section` goes out; HTML, Markdown and Word are written from the same list.
"""

from __future__ import annotations

import pandas as pd

from analysis.charts.findings import contrast_claim, contrast_numbers, contrasts_title, counted, is_shown, is_sure
from analysis.report.evidence import evidence, lines
from analysis.report.parts import Block, ReportInput, Section
from analysis.report.tables import (
    accuracy,
    all_articles,
    all_contrasts,
    article_link,
    cut,
    definitions,
    gate,
    percent,
    records_of,
)
from analysis.report.texts import CITATIONS, LIMITS, how_to_cite, methods_text

_MOST_ANSWERS = 5
_MOST_FINDINGS = 60
_MOST_OPEN = 24
_MOST_ISSUES = 60


def build(given: ReportInput) -> list[Section]:
    """The report's sections in order: answer, input, gate, findings, figures, tables, definitions, accuracy, limits, recipe."""
    sections = [
        Section("answer", "The question and the answer", _answer(given)),
        Section("read", "What was read", _read(given)),
        Section("gate", "What can be compared", gate(given)),
        Section("findings", "Findings", _findings(given)),
        Section("figures", "Figures", _exhibits(given)),
        Section("contrasts", "All comparisons", all_contrasts(given)),
        Section("articles", "Articles", all_articles(given)),
        Section("definitions", "What the measures mean", definitions(given)),
        Section("accuracy", "How accurate the instruments are", accuracy(given)),
        Section("limits", "What these numbers cannot say", (Block(items=LIMITS),)),
        Section("methods", "Methods, ready for a paper", _methods(given)),
        Section("recipe", "How to cite it and make it again", _recipe(given)),
    ]
    return [section for section in sections if section.blocks]


def _nothing_compared(given: ReportInput) -> str:
    """Why the report holds no comparison, and what would be needed."""
    outlets = set(given.study.articles["outlet"])
    if len(outlets) > 1:
        return "No comparison was asked for: the report describes what was read."
    whose = "of one outlet" if outlets - {""} else "of an outlet that is not known"
    return (
        f"Nothing could be compared, since every article is {whose}. To compare outlets, put a MANIFEST.csv beside the files "
        "(file,outlet,event: who published it, on which story) and run again; docs/reading.md says what else is read."
    )


def _answer(given: ReportInput) -> tuple[Block, ...]:
    shown = sorted((row for row in records_of(given.contrasts) if is_shown(row)), key=lambda row: not is_sure(row))
    if given.contrasts.empty:
        answer = [Block(text=_nothing_compared(given))]
    elif not shown:
        answer = [Block(text=contrasts_title(given.contrasts) + ".")]
    else:
        said = [contrast_claim(row) for row in shown[:_MOST_ANSWERS]]
        rest = shown[_MOST_ANSWERS:]
        if rest:
            alone = sum(not is_sure(row) for row in rest)
            note = f", {alone} of them only when taken alone" if alone else ""
            said.append(f"{counted(len(rest), 'more comparison')} with a difference below{note}.")
        answer = [Block(items=tuple(said))]
    reading = (
        f"Every interval is a {100 * given.level:g} % interval with whole articles as the unit. Where one holds zero, no "
        "difference is claimed; of many comparisons about one in twenty leaves out zero by chance, so a difference that does "
        "not show with all of them taken together is said to be taken alone. The study documents words and voices; it gives no score for bias and no verdict."
    )
    return Block(lead=given.question), *answer, Block(text=reading)


def _read(given: ReportInput) -> tuple[Block, ...]:
    articles, issues = given.study.articles, given.study.issues
    refused = issues[issues["severity"] == "refused"]
    n_words = int(given.study.voices["n_words"].sum())
    text = (
        f"{counted(len(articles), 'article')} of {counted(articles['outlet'].nunique(), 'outlet')} on "
        f"{counted(articles['event'].replace('', pd.NA).nunique(), 'event')} were measured, {counted(n_words, 'word')} of "
        f"body text; {counted(len(refused), 'file or row', 'files or rows')} refused."
    )
    spoken = given.study.voices.merge(articles[["article_id", "outlet"]])
    words = spoken.groupby(["outlet", "voice"], observed=True)["n_words"].sum().to_dict()
    n_articles = articles["outlet"].value_counts()
    rows = []
    for outlet in sorted(n_articles.index):
        total = sum(words.get((outlet, voice), 0) for voice in _BODY_VOICES)
        shares = (percent(words.get((outlet, voice), 0), total) for voice in _BODY_VOICES)
        rows.append((str(outlet), int(n_articles[outlet]), int(total), *shares))
    blocks = [Block(text=text)]
    if rows:
        blocks.append(Block(columns=("outlet", "articles", "words", *_BODY_VOICES), rows=tuple(rows)))
    if len(issues):
        said = tuple(
            (str(r["path"] or r["article_id"]), str(r["step"]), str(r["severity"]), str(r["message"]))
            for r in records_of(issues.head(_MOST_ISSUES))
        )
        rest = (
            f" The first {_MOST_ISSUES} of {len(issues)}; all are in issues.csv." if len(issues) > _MOST_ISSUES else ""
        )
        blocks.append(Block(text=f"Refused, or worth a look:{rest}"))
        blocks.append(Block(columns=("file or article", "step", "severity", "what was met"), rows=said))
    return tuple(blocks)


_KINDS = (
    "Differences that show, with all comparisons taken together",
    "Differences that show only when taken alone",
    "No difference that this many articles could show",
    "Not compared",
)
_BODY_VOICES = ("narrator", "scare", "reported", "quoted")


def _findings(given: ReportInput) -> tuple[Block, ...]:
    """Each contrast as a sentence, those that show a difference first, with the words behind it."""
    rows = records_of(given.contrasts)
    kinds = [3 if row["verdict"] == "refuse" else 0 if is_sure(row) else 1 if is_shown(row) else 2 for row in rows]
    ranked = sorted(range(len(rows)), key=lambda n: (kinds[n], n))
    blocks: list[Block] = []
    for place, number in enumerate(ranked[:_MOST_FINDINGS]):
        row = rows[number]
        if place == 0 or kinds[number] != kinds[ranked[place - 1]]:
            blocks.append(Block(heading=f"{_KINDS[kinds[number]]} ({kinds.count(kinds[number])})"))
        blocks.append(Block(lead=contrast_claim(row), text=contrast_numbers(row, level=given.level)))
        if place < _MOST_OPEN and row["verdict"] != "refuse":
            found = evidence(given.study, str(row["measure"]), str(row["voice"]) or None)
            blocks += _kwic(given, found, outlets=(str(row["outlet_a"]), str(row["outlet_b"])))
    if len(ranked) > _MOST_FINDINGS:
        blocks.append(
            Block(text=f"{len(ranked) - _MOST_FINDINGS} more comparisons stand in the table of all comparisons.")
        )
    return tuple(blocks)


def _exhibits(given: ReportInput) -> tuple[Block, ...]:
    """Each figure, what is said of it, and the words that it counts."""
    blocks: list[Block] = []
    for number, exhibit in enumerate(given.figures, start=1):
        blocks.append(Block(figure=exhibit.figure, text=f"{number:02d}-{exhibit.name}"))
        if exhibit.says:
            blocks.append(Block(text=exhibit.says))
        if exhibit.evidence is not None and len(exhibit.evidence):
            blocks += _kwic(given, exhibit.evidence)
    return tuple(blocks)


def _kwic(given: ReportInput, rows: pd.DataFrame, outlets: tuple[str, ...] = ()) -> list[Block]:
    found, total = lines(given.study, rows, outlets=outlets, most=given.most_evidence, seed=given.seed)
    if not total:
        return []
    drawn = f"{len(found)} of {total:,}, drawn with seed {given.seed}" if len(found) < total else f"all {total:,}"
    shown = tuple(
        (
            article_link(given, row["docname"], row["from"]), row.get("outlet", ""), str(row.get("voice", "")),
            str(row["pre"]), cut(str(row["keyword"]), 220), str(row["post"]), str(row["pattern"]),
        )
        for row in records_of(found)
    )  # fmt: skip
    return [Block(text=f"The words behind it ({drawn})", kwic=shown)]


def _methods(given: ReportInput) -> tuple[Block, ...]:
    text, cited = methods_text(given.study, given.contrasts, level=given.level)
    return Block(code=text), Block(items=tuple(CITATIONS[key] for key in cited))


def _recipe(given: ReportInput) -> tuple[Block, ...]:
    rows = tuple((str(key), cut(str(value), 600)) for key, value in sorted(given.recipe.items()))
    blocks = [Block(text=how_to_cite(given.recipe))]
    if rows:
        blocks.append(Block(columns=("recipe", "value"), rows=rows))
    return tuple(blocks)
