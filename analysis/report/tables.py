"""The tables of a report: what the gate says, all comparisons, the articles, the measures, their accuracy.

Floor: a `ReportInput` comes in, blocks go out.
"""

from __future__ import annotations

from typing import Any

import pandas as pd

from analysis import safety
from analysis.charts.findings import counted, gap, measure_title, sentence, unit_words, voice_title
from analysis.rates import MEASURES
from analysis.report.parts import Block, Link, ReportInput

_MOST_ROWS = 400
_GATE = ("measure", "voice", "n_events", "smallest_seen", "unit", "verdict", "reason")
_GATE_SAYS = (
    "measure", "voice", "pairs", "events", "go", "caution", "refused", "smallest difference that would be seen", "why",
)  # fmt: skip


def gate(given: ReportInput) -> tuple[Block, ...]:
    """What the gate says, question by question."""
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
        blocks.append(as_table(given.gate))
    return tuple(blocks)


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


def all_contrasts(given: ReportInput) -> tuple[Block, ...]:
    """Every comparison with all its numbers."""
    if given.contrasts.empty:
        return ()
    names = (
        "measure", "unit", "event", "voice", "outlet_a", "outlet_b", "value_a", "value_b", "estimate", "low", "high",
        "low_simultaneous", "high_simultaneous", "p", "p_adjusted", "q", "n_events", "n_articles_a", "n_articles_b", "n_hits_a", "n_hits_b", "verdict", "reason",
    )  # fmt: skip
    return (as_table(given.contrasts[[name for name in names if name in given.contrasts]]),)


def all_articles(given: ReportInput) -> tuple[Block, ...]:
    """One row an article, with what was counted in it; the first ones where there are many."""
    study = given.study
    n_words = study.voices.groupby("article_id")["n_words"].sum()
    own = study.voices[study.voices["voice"].isin(["narrator", "scare"])].groupby("article_id")["n_words"].sum()
    loaded = study.hits[study.hits["layer"] == "loaded"].groupby("article_id").size()
    cited = study.attributions.groupby("article_id").size()
    rows = tuple(
        (
            article_link(given, row["article_id"]), row["outlet"], row["event"], row["published"],
            _address(row["url"]), cut(str(row["headline"]), 110), int(n_words.get(row["article_id"], 0)),
            percent(own.get(row["article_id"], 0), n_words.get(row["article_id"], 0)),
            int(loaded.get(row["article_id"], 0)), int(cited.get(row["article_id"], 0)),
        )
        for row in records_of(study.articles.head(_MOST_ROWS))
    )  # fmt: skip
    columns = (
        "article", "outlet", "event", "published", "address", "headline", "words", "own voice", "loaded terms",
        "attributions",
    )  # fmt: skip
    rest = len(study.articles) - len(rows)
    more = (Block(text=f"{rest:,} more articles are in tables/articles.csv."),) if rest > 0 else ()
    return (Block(columns=columns, rows=rows), *more) if rows else ()


def article_link(given: ReportInput, article: str, start: int | None = None) -> object:
    """The id of an article as a link into its page, at character `start`; the id alone where it has no page."""
    page = given.article_pages.get(article, "")
    if not page:
        return article
    return Link(article, page if start is None else f"{page}#c{start}")


def _address(url: object) -> object:
    address = safety.web_address(url)
    return Link("address", address) if address else cut(str(url), 60)


def definitions(given: ReportInput) -> tuple[Block, ...]:
    """What each measure that was asked for counts, and in what."""
    asked = {str(m).partition(":")[0] for m in given.contrasts["measure"]} if len(given.contrasts) else set()
    rows = tuple(
        (name, spec.title, spec.unit, spec.meaning.replace("`", ""))
        for name, spec in MEASURES.items()
        if not asked or spec.family in asked
    )
    return (Block(columns=("measure", "title", "unit", "numerator / denominator"), rows=rows),)


def accuracy(given: ReportInput) -> tuple[Block, ...]:
    """How far each instrument agrees with hand-coded news."""
    if given.accuracy.empty:
        return (
            Block(
                text="No hand-coded corpus was at hand in this run; python -m analysis validate measures the instruments."
            ),
        )
    text = (
        "Each instrument against hand-coded news (every figure: docs/validation.md). A difference between outlets is a "
        "difference in what it finds."
    )
    return Block(text=text), as_table(given.accuracy)


def as_table(frame: pd.DataFrame) -> Block:
    """A table as it is, but for columns that are empty."""
    kept = frame.head(_MOST_ROWS)
    kept = kept[[name for name in kept.columns if not kept[name].isin([""]).all()]]
    rows = tuple(tuple(kept[name].iloc[n] for name in kept.columns) for n in range(len(kept)))
    return Block(columns=tuple(str(name) for name in kept.columns), rows=rows)


def percent(part: float, total: float) -> str:
    """A share as it is read."""
    return f"{100 * part / total:.0f} %" if total else "–"


def cut(text: str, most: int) -> str:
    """`text`, cut with an ellipsis after `most` characters."""
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"


def records_of(table: pd.DataFrame) -> list[dict[str, Any]]:
    """The rows of a table as mappings from column to value."""
    return table.to_dict("records")  # type: ignore[return-value]
