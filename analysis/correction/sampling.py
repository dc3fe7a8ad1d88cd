"""Coding sheets: units drawn at random, with their context, their codebook and empty columns to fill in.

Floor: a study comes in, a sheet goes out. A sheet shows neither the outlet nor what the instrument found, so that
nobody codes what they expect.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from analysis.config import Settings
from analysis.errors import CannotCompare, SchemaError
from analysis.rates import find_measure, units
from analysis.schema import SOURCE_TYPES, VOICES, Study

DEFAULT = Settings()
#: Columns of the sheet that a coder fills in.
TO_FILL = ("code", "coder", "coded_on", "note")
#: Columns that say what is asked; the same in every row of a sheet.
ASKED = ("what", "measure", "voice")
#: Characters of context on either side of a unit that is not a whole article.
CONTEXT = 400
#: Characters in one cell of text: a spreadsheet holds 32,767, and a longer body runs on in `text_2`, `text_3` …
PIECE = 30_000

#: Voices as a coder is told of them.
_HEARD = {
    "all": "the whole text",
    "own": "the outlet's own words and its scare quotes, not in what it reports or quotes",
    "attributed": "what the outlet reports or quotes from others, not in its own words",
}


@dataclass(frozen=True)
class Kind:
    """One kind of unit: what a row is, what is asked of it, and the codes allowed (none: a number of 0 or more)."""

    row: str
    asked: str
    codes: tuple[str, ...] = ()


KINDS: dict[str, Kind] = {
    "article": Kind("the body of one article", "count"),
    "source": Kind("the claim of one attribution, in its context", "what kind of source holds it", SOURCE_TYPES),
    "voice": Kind("one loaded term, in its context", "whose words it is", tuple(v for v in VOICES if v != "headline")),
    "term": Kind("one hit of the lexicon, in its context", "does the word judge here?", ("loaded", "not loaded")),
}


def coding_units(
    study: Study,
    what: str = "article",
    *,
    measure: str = "loaded_terms",
    voice: str | None = "own",
    min_words: int = DEFAULT.min_words,
) -> pd.DataFrame:
    """Everything that can be coded, with what the instrument says of it.

    Parameters
    ----------
    what : a key of `KINDS`.
    measure, voice : what is counted in whole articles (`rates.units`); not used for other kinds.

    Returns
    -------
    DataFrame, one row a unit: `unit_id` (made of the article's id, its text and the offsets, so that a code can never
    land on another text), `article_id`, `start`, `end` (characters), `machine` (the instrument's code, as text).

    Raises
    ------
    SchemaError
        If `what`, the measure or the voice is unknown.
    """
    if what not in KINDS:
        raise SchemaError(f"nothing is coded as {what!r}; there are: {', '.join(KINDS)}")
    if what == "article":
        rows = _articles(study, measure, voice, min_words)
    elif what == "source":
        rows = _claims(study)
    else:
        rows = study.hits[(study.hits["layer"] == "loaded") & (study.hits["voice"] != "headline")]
        rows = rows.assign(machine=rows["voice"].astype("str") if what == "voice" else "loaded")
    rows = rows[["article_id", "start", "end", "machine"]].reset_index(drop=True)
    rows.insert(0, "unit_id", pd.Series(_ids(study, rows), dtype="str"))
    return rows


def _articles(study: Study, measure: str, voice: str | None, min_words: int) -> pd.DataFrame:
    if find_measure(measure).family == "tone":
        raise SchemaError(
            f"{measure} is an average of scores, which nobody counts by reading; draw a measure that counts"
        )
    counted = units(study, measure, voice=voice, min_words=min_words)
    rows = study.articles[["article_id"]].assign(start=0, end=study.articles["n_chars"])
    rows["machine"] = [f"{value:g}" for value in counted["numerator"]]
    return rows[(counted["excluded"] == "").to_numpy()]


def _claims(study: Study) -> pd.DataFrame:
    """Every attribution from the first to the last character of its content."""
    content = study.spans[study.spans["role"] == "content"]
    hull = content.groupby(["article_id", "attribution_no"], sort=False).agg(start=("start", "min"), end=("end", "max"))
    rows = study.attributions.merge(hull.reset_index(), on=["article_id", "attribution_no"])
    return rows.assign(machine=rows["source_type"].astype("str"))


def _ids(study: Study, rows: pd.DataFrame) -> list[str]:
    head = {
        article: f"{short_hash(article)}-{sha256[:12]}"
        for article, sha256 in zip(study.articles["article_id"], study.articles["sha256"], strict=True)
    }
    places = zip(rows["article_id"], rows["start"], rows["end"], strict=True)
    return [f"{head[article]}-{start}-{end}" for article, start, end in places]


def short_hash(text: str) -> str:
    """The first 12 digits of a SHA-256: enough to tell the articles of a study apart without naming them."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:12]


def draw_sample(
    study: Study,
    n: int,
    *,
    what: str = "article",
    strata: Sequence[str] = ("outlet",),
    measure: str = "loaded_terms",
    voice: str | None = "own",
    min_words: int = DEFAULT.min_words,
    seed: int = DEFAULT.seed,
) -> pd.DataFrame:
    """A coding sheet: `n` units drawn at random, equally many from each stratum, with empty columns to fill in.

    Parameters
    ----------
    n : units in all; a stratum with fewer units gives all it has.
    what : a key of `KINDS`: whole articles (to be counted in), claims, terms.
    strata : columns of the articles.
    measure, voice : what is counted in whole articles; decides which articles can be drawn.

    Returns
    -------
    DataFrame, one row a unit, in random order
        `unit_id`, `what`, `measure`, `voice`, `probability` (chance of having been drawn), `before`, `text`, `after`
        (what is to be read; a long body runs on in `text_2` …), and empty `code`, `coder`, `coded_on`, `note`. The
        outlet and the instrument's own answer are left out on purpose.

    Raises
    ------
    SchemaError
        If a stratum is not a column of the articles. CannotCompare when nothing can be drawn.
    """
    missing = [column for column in strata if column not in study.articles.columns]
    if missing:
        raise SchemaError(f"draw_sample: articles have no column {missing}; there are: {list(study.articles.columns)}")
    if n < 1:
        raise CannotCompare(f"draw_sample: {n} units were asked for; ask for 1 or more")
    frame = coding_units(study, what, measure=measure, voice=voice, min_words=min_words)
    if frame.empty:
        raise CannotCompare(f"draw_sample: the study has no {KINDS[what].row} that can be coded")
    frame = frame.merge(study.articles[["article_id", *strata]], on="article_id")
    rng = np.random.default_rng(seed)
    groups = [part for _, part in frame.groupby(list(strata), sort=True)] if strata else [frame]
    drawn = []
    for number, part in enumerate(groups):
        share = min(n // len(groups) + (number < n % len(groups)), len(part))
        taken = part.iloc[np.sort(rng.choice(len(part), share, replace=False))]
        drawn.append(taken.assign(probability=share / len(part)))
    rows = pd.concat(drawn, ignore_index=True)
    rows = rows.iloc[rng.permutation(len(rows))].reset_index(drop=True)
    asked = (what, measure, voice or "all") if what == "article" else (what, "", "")
    sheet = rows[["unit_id"]].assign(**dict(zip(ASKED, asked, strict=True)), probability=rows["probability"])
    return pd.concat([sheet, _to_read(study, rows, what)], axis=1).assign(**dict.fromkeys(TO_FILL, ""))


def too_few(
    study: Study,
    n: int,
    sheet: pd.DataFrame,
    *,
    what: str = "article",
    strata: Sequence[str] = ("outlet",),
    measure: str = "loaded_terms",
    voice: str | None = "own",
    min_words: int = DEFAULT.min_words,
) -> str:
    """Why a sheet that `draw_sample` drew with these arguments holds fewer than `n` units; empty when it does not."""
    if len(sheet) >= n:
        return ""
    found = coding_units(study, what, measure=measure, voice=voice, min_words=min_words)
    row = KINDS[what].row
    if len(found) == len(sheet):
        return f"{n} were asked for; the study has no more than {len(sheet)} ({row}) that can be coded."
    return (
        f"{n} were asked for; equally many come from each {' and '.join(strata)}, and some have fewer than their part: "
        f"{len(found)} ({row}) could be coded in all."
    )


def _to_read(study: Study, rows: pd.DataFrame, what: str) -> pd.DataFrame:
    """`before`, `text`, `text_2` …, `after` of each unit."""
    passages = read_units(study, rows, what)
    width = max((len(pieces) for _, pieces, _ in passages), default=1)
    columns = {"before": [before for before, _, _ in passages]}
    for number in range(width):
        name = "text" if number == 0 else f"text_{number + 1}"
        columns[name] = [pieces[number] if number < len(pieces) else "" for _, pieces, _ in passages]
    columns["after"] = [after for _, _, after in passages]
    return pd.DataFrame({name: pd.array(values, dtype="str") for name, values in columns.items()})


def read_units(study: Study, rows: pd.DataFrame, what: str) -> list[tuple[str, list[str], str]]:
    """What a coder reads of each unit: the context before, the text in pieces that fit a cell, the context after."""
    wanted = study.articles[study.articles["article_id"].isin(rows["article_id"])]
    text = dict(zip(wanted["article_id"], wanted["text"], strict=True))
    if what == "article":
        body = _bodies(study, text)
        return [("", list(_pieces(body.get(article, ""))), "") for article in rows["article_id"]]
    places = zip(rows["article_id"], rows["start"], rows["end"], strict=True)
    return [_with_context(text[article], start, end) for article, start, end in places]


def _bodies(study: Study, text: dict[str, str]) -> dict[str, str]:
    zones = study.zones[(study.zones["zone"] == "body") & study.zones["article_id"].isin(text)]
    parts: dict[str, list[str]] = {}
    for article, start, end in zip(zones["article_id"], zones["start"], zones["end"], strict=True):
        parts.setdefault(article, []).append(text[article][start:end])
    return {article: "\n".join(found) for article, found in parts.items()}


def _pieces(body: str) -> Iterable[str]:
    """`body` in pieces of at most `PIECE` characters, cut after white space where there is any."""
    while len(body) > PIECE:
        cut = max(body.rfind(mark, PIECE // 2, PIECE) for mark in "\n ") + 1 or PIECE
        yield body[:cut]
        body = body[cut:]
    yield body


def _with_context(text: str, start: int, end: int) -> tuple[str, list[str], str]:
    """The unit between its neighbours, which begin and end at a word where there is one."""
    left, right = max(start - CONTEXT, 0), min(end + CONTEXT, len(text))
    if left:
        left = max(text.find(" ", left, start) + 1, left)
    if right < len(text):
        right = max(text.rfind(" ", end, right), end)
    return text[left:start], list(_pieces(text[start:end])), text[end:right]


def codebook(what: str = "article", *, measure: str = "loaded_terms", voice: str | None = "own") -> pd.DataFrame:
    """The second sheet: what each column means and what may stand in it (`column`, `meaning`, `allowed`)."""
    kind = KINDS[what]
    if what == "article":
        heard = _HEARD.get(voice or "all", f"the voice {voice!r}")
        asked = f"how many: {find_measure(measure).title}, in {heard}; what counts stands in docs/codebook.md"
        allowed = "a number, 0 or more; empty when the row was not coded"
    else:
        asked = kind.asked
        allowed = f"one of: {', '.join(kind.codes)}; empty when the row was not coded"
    rows = [
        ("unit_id", "which unit this is; leave it as it is", "as it stands"),
        ("what, measure, voice, probability", "what is asked and with which chance the row was drawn", "as it stands"),
        ("before, text, after", f"{kind.row}; read it all before coding, and do not edit it", "as it stands"),
        ("code", asked, allowed),
        ("coder", "who coded the row; empty stands for the name of the file",
         "a name or initials, the same in every row of one coder"),
        ("coded_on", "date of coding", "YYYY-MM-DD"),
        ("note", "anything a second coder should know", "text"),
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=["column", "meaning", "allowed"])
