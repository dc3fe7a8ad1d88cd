"""What a report says, before it has a form: sections of paragraphs, tables, pictures and evidence.

Floor: a `ReportInput` comes in, a list of `Section` goes out; HTML, Markdown and Word are written from the same list.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from analysis import safety
from analysis.charts import StudyFigure
from analysis.charts.findings import (
    contrast_claim,
    contrast_numbers,
    contrasts_title,
    counted,
    gap,
    is_shown,
    is_sure,
    measure_title,
    sentence,
    unit_words,
    voice_title,
)
from analysis.config import Settings
from analysis.rates import MEASURES
from analysis.report.evidence import evidence, lines
from analysis.report.texts import CITATIONS, LIMITS, how_to_cite, methods_text
from analysis.schema import Study

_MOST_ANSWERS = 5
_MOST_FINDINGS = 60
_MOST_OPEN = 24
_MOST_ROWS = 400
_MOST_ISSUES = 60


@dataclass(frozen=True)
class Exhibit:
    """One figure of the report with the stretches of text that it counts.

    Attributes
    ----------
    name : short name; its file is `figures/NN-name.png`, numbered from 01.
    figure : a figure of `charts` (its title and note say what it shows).
    evidence : rows with `article_id`, `start`, `end` (and `voice`, `pattern` …), e.g. from `report.evidence`.
    says : a sentence or two under the figure.
    """

    name: str
    figure: StudyFigure
    evidence: pd.DataFrame | None = None
    says: str = ""


@dataclass(frozen=True)
class ReportInput:
    """All that a report is made from; the pipeline hands it over, and nothing else is read.

    Attributes
    ----------
    study : the measured study; the articles' texts are quoted as evidence, in lines of about 130 characters.
    contrasts : the comparisons (table `contrasts`); they become the findings.
    figures : the exhibits, in order.
    gate : one row an outlet pair (what `can_compare` gives); shown as it is.
    accuracy : one row an instrument and hand-coded corpus; shown as it is (`instrument`, `figure`, `value`, `low`,
        `high`, `n`, `data` are the columns we use).
    recipe : what made the study (`analysis.recipe`); kept in the page and printed at its end.
    title, question : the heading and what was asked.
    article_pages : article → address of its marked-up page relative to the report; evidence links there.
    level, seed, most_evidence : confidence level of the intervals; seed and size of the samples of evidence.
    """

    study: Study
    contrasts: pd.DataFrame
    figures: Sequence[Exhibit] = ()
    gate: pd.DataFrame = field(default_factory=pd.DataFrame)
    accuracy: pd.DataFrame = field(default_factory=pd.DataFrame)
    recipe: Mapping[str, object] = field(default_factory=dict)
    title: str = "Whose words"
    question: str = "How do the outlets frame the same events: in which words, with which tone, in whose voice?"
    article_pages: Mapping[str, str] = field(default_factory=dict)
    level: float = Settings().level
    seed: int = Settings().seed
    most_evidence: int = 12


@dataclass(frozen=True)
class Link:
    """A cell or word that leads somewhere; `address` is relative to the report, an anchor, or a checked web address."""

    text: str
    address: str


@dataclass(frozen=True)
class Block:
    """One piece of a section; which fields are set says what it is.

    `heading` a heading inside the section; `text` a paragraph that `lead` opens in bold; `items` a list; `columns` and `rows` a table (cells are values or `Link`); `figure` a picture;
    `kwic` lines of evidence under the fold `text`; `code` text to be copied.
    """

    heading: str = ""
    lead: str = ""
    text: str = ""
    items: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()
    rows: tuple[tuple[Any, ...], ...] = ()
    figure: StudyFigure | None = None
    kwic: tuple[tuple[Any, ...], ...] = ()
    code: str = ""


@dataclass(frozen=True)
class Section:
    """One chapter of the report."""

    anchor: str
    title: str
    blocks: tuple[Block, ...]


def build(given: ReportInput) -> list[Section]:
    """The report's sections in order: answer, input, gate, findings, figures, tables, definitions, accuracy, limits, recipe."""
    sections = [
        Section("answer", "The question and the answer", _answer(given)),
        Section("read", "What was read", _read(given)),
        Section("gate", "What can be compared", _gate(given)),
        Section("findings", "Findings", _findings(given)),
        Section("figures", "Figures", _exhibits(given)),
        Section("contrasts", "All comparisons", _contrast_table(given)),
        Section("articles", "Articles", _article_table(given)),
        Section("definitions", "What the measures mean", _definitions(given)),
        Section("accuracy", "How accurate the instruments are", _accuracy(given)),
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
    shown = sorted((row for row in _records(given.contrasts) if is_shown(row)), key=lambda row: not is_sure(row))
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
        shares = (_percent(words.get((outlet, voice), 0), total) for voice in _BODY_VOICES)
        rows.append((str(outlet), int(n_articles[outlet]), int(total), *shares))
    blocks = [Block(text=text)]
    if rows:
        blocks.append(Block(columns=("outlet", "articles", "words", *_BODY_VOICES), rows=tuple(rows)))
    if len(issues):
        said = tuple(
            (str(r["path"] or r["article_id"]), str(r["step"]), str(r["severity"]), str(r["message"]))
            for r in _records(issues.head(_MOST_ISSUES))
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


def _gate(given: ReportInput) -> tuple[Block, ...]:
    verdicts = given.contrasts["verdict"].value_counts() if len(given.contrasts) else pd.Series(dtype=int)
    said = "; ".join(
        f"{int(verdicts.get(name, 0))} {meaning}"
        for name, meaning in (("go", "go"), ("warn", "go with a caution"), ("refuse", "refused"))
    )
    text = (
        "Before two outlets are compared, a gate asks whether this many articles can show anything. "
        f"Of {counted(len(given.contrasts), 'comparison')}: {said}."
    )
    blocks = [Block(text=text)]
    if set(_GATE) <= set(given.gate.columns):
        rows = given.gate.groupby(["measure", "voice"], sort=False)
        blocks.append(Block(columns=_GATE_SAYS, rows=tuple(_gate_row(str(m), str(v), part) for (m, v), part in rows)))
        blocks.append(Block(text="What the gate says of each pair of outlets stands in tables/gate.csv."))
    elif len(given.gate):
        blocks.append(_as_table(given.gate))
    return tuple(blocks)


_GATE = ("measure", "voice", "n_events", "smallest_seen", "unit", "verdict", "reason")
_GATE_SAYS = (
    "measure", "voice", "pairs", "events", "go", "caution", "refused", "smallest difference that would be seen", "why",
)  # fmt: skip


def _gate_row(measure: str, voice: str, rows: pd.DataFrame) -> tuple[Any, ...]:
    """What the gate says of all pairs of outlets for one question."""
    unit = str(rows["unit"].iloc[0])
    seen = rows["smallest_seen"].dropna()
    ends = list(dict.fromkeys(gap(value, unit) for value in (seen.min(), seen.max()))) if len(seen) else []
    verdicts = [int((rows["verdict"] == verdict).sum()) for verdict in ("go", "warn", "refuse")]
    reasons = [sentence(reason) for reason in dict.fromkeys(rows["reason"].astype(str)) if reason]
    return (
        measure_title(measure), voice_title(voice), len(rows), int(rows["n_events"].max()), *verdicts,
        f"{' to '.join(ends)} {unit_words(unit)}".strip() if ends else "–", " ".join(dict.fromkeys(reasons)),
    )  # fmt: skip


def _findings(given: ReportInput) -> tuple[Block, ...]:
    """Each contrast as a sentence, those that show a difference first, with the words behind it."""
    rows = _records(given.contrasts)
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
            _article_link(given, row["docname"], row["from"]), row.get("outlet", ""), str(row.get("voice", "")),
            str(row["pre"]), _cut(str(row["keyword"]), 220), str(row["post"]), str(row["pattern"]),
        )
        for row in _records(found)
    )  # fmt: skip
    return [Block(text=f"The words behind it ({drawn})", kwic=shown)]


def _article_link(given: ReportInput, article: str, start: int | None = None) -> object:
    page = given.article_pages.get(article, "")
    if not page:
        return article
    return Link(article, page if start is None else f"{page}#c{start}")


def _contrast_table(given: ReportInput) -> tuple[Block, ...]:
    if given.contrasts.empty:
        return ()
    names = (
        "measure", "unit", "event", "voice", "outlet_a", "outlet_b", "value_a", "value_b", "estimate", "low", "high",
        "low_simultaneous", "high_simultaneous", "p", "p_adjusted", "q", "n_events", "n_articles_a", "n_articles_b", "n_hits_a", "n_hits_b", "verdict", "reason",
    )  # fmt: skip
    return (_as_table(given.contrasts[[name for name in names if name in given.contrasts]]),)


def _article_table(given: ReportInput) -> tuple[Block, ...]:
    study = given.study
    n_words = study.voices.groupby("article_id")["n_words"].sum()
    own = study.voices[study.voices["voice"].isin(["narrator", "scare"])].groupby("article_id")["n_words"].sum()
    loaded = study.hits[study.hits["layer"] == "loaded"].groupby("article_id").size()
    cited = study.attributions.groupby("article_id").size()
    rows = tuple(
        (
            _article_link(given, row["article_id"]), row["outlet"], row["event"], row["published"],
            _address(row["url"]), _cut(str(row["headline"]), 110), int(n_words.get(row["article_id"], 0)),
            _percent(own.get(row["article_id"], 0), n_words.get(row["article_id"], 0)),
            int(loaded.get(row["article_id"], 0)), int(cited.get(row["article_id"], 0)),
        )
        for row in _records(study.articles.head(_MOST_ROWS))
    )  # fmt: skip
    columns = (
        "article", "outlet", "event", "published", "address", "headline", "words", "own voice", "loaded terms",
        "attributions",
    )  # fmt: skip
    rest = len(study.articles) - len(rows)
    more = (Block(text=f"{rest:,} more articles are in tables/articles.csv."),) if rest > 0 else ()
    return (Block(columns=columns, rows=rows), *more) if rows else ()


def _address(url: object) -> object:
    address = safety.web_address(url)
    return Link("address", address) if address else _cut(str(url), 60)


def _definitions(given: ReportInput) -> tuple[Block, ...]:
    asked = {str(m).partition(":")[0] for m in given.contrasts["measure"]} if len(given.contrasts) else set()
    rows = tuple(
        (name, spec.title, spec.unit, spec.meaning.replace("`", ""))
        for name, spec in MEASURES.items()
        if not asked or spec.family in asked
    )
    return (Block(columns=("measure", "title", "unit", "numerator / denominator"), rows=rows),)


def _accuracy(given: ReportInput) -> tuple[Block, ...]:
    if given.accuracy.empty:
        return (
            Block(
                text="No hand-coded corpus was at hand in this run; python -m analysis validate measures the instruments."
            ),
        )
    text = "Each instrument against hand-coded news. A difference between outlets is a difference in what it finds."
    return Block(text=text), _as_table(given.accuracy)


def _methods(given: ReportInput) -> tuple[Block, ...]:
    text, cited = methods_text(given.study, given.contrasts, level=given.level)
    return Block(code=text), Block(items=tuple(CITATIONS[key] for key in cited))


def _recipe(given: ReportInput) -> tuple[Block, ...]:
    rows = tuple((str(key), _cut(str(value), 600)) for key, value in sorted(given.recipe.items()))
    blocks = [Block(text=how_to_cite(given.recipe))]
    if rows:
        blocks.append(Block(columns=("recipe", "value"), rows=rows))
    return tuple(blocks)


def _as_table(frame: pd.DataFrame) -> Block:
    kept = frame.head(_MOST_ROWS)
    kept = kept[[name for name in kept.columns if not kept[name].isin([""]).all()]]
    rows = tuple(tuple(kept[name].iloc[n] for name in kept.columns) for n in range(len(kept)))
    return Block(columns=tuple(str(name) for name in kept.columns), rows=rows)


def _percent(part: float, total: float) -> str:
    return f"{100 * part / total:.0f} %" if total else "–"


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"


def _records(table: pd.DataFrame) -> list[dict[str, Any]]:
    return table.to_dict("records")  # type: ignore[return-value]
