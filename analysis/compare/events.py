"""What each event adds to a contrast: both sides' raw counts and values, one row an event.

Floor: a study comes in; rows of `contrasts` with `event` filled go out. One event shows no interval, so none is given: these
rows are what a pooled contrast opens onto.
"""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd

from analysis import schema
from analysis.compare.pairs import REST, Question, labelled_units, pairs_of, questions_of
from analysis.config import Settings
from analysis.rates import find_measure
from analysis.schema import Study

DEFAULT = Settings()
ONE_EVENT = "One event: raw counts and values, no interval."


def event_contrasts(
    study: Study,
    measure: str | Iterable[Question],
    *,
    by: str = "outlet",
    within: str = "event",
    voice: str | Iterable[str | None] | None = None,
    against: str | None = None,
    per: int = 1_000,
    min_words: int = DEFAULT.min_words,
) -> pd.DataFrame:
    """The contrast of two sides in each event that both report on, as evidence under `compare`'s pooled row.

    Arguments are those of `compare`.

    Returns
    -------
    DataFrame (schema `contrasts`), a row for each measure, voice, pair of sides and shared event
        `estimate` is value_a minus value_b of that event. Limits, p and ratio are missing, whatever the gate says of
        the pooled row. Mean of the estimates, weighted with base_a base_b / (base_a + base_b): `compare`'s estimate.

    Raises
    ------
    SchemaError
        If a measure, voice, column or side is unknown.
    """
    questions = questions_of(measure, voice)
    rows: list[dict[str, object]] = []
    for name, asked_voice in questions:
        table = labelled_units(study, name, asked_voice, by, within, per, min_words)
        sums = _by_side_and_event(table[table["excluded"] == ""])
        spec = find_measure(name, per=per)
        for pair in pairs_of(
            study, [(name, asked_voice)], by=by, within=within, against=against, per=per, min_words=min_words
        ):
            sides = sums.index.get_level_values("side")
            one = _by_event(sums[sides == pair.side_a])
            two = _by_event(sums[sides != pair.side_a if pair.side_b == REST else sides == pair.side_b])
            for event in sorted(set(one.index[one["base"] > 0]) & set(two.index[two["base"] > 0])):
                rows.append(_row(pair.side_a, pair.side_b, event, one.loc[event], two.loc[event], spec.scale) | {
                    "measure": spec.name, "unit": spec.unit, "voice": pair.voice,
                })  # fmt: skip
    blank = {column.name: "" if column.type == "str" else float("nan") for column in schema.TABLES["contrasts"].columns}
    names = schema.TABLES["contrasts"].names
    return schema.table("contrasts", [tuple((blank | row)[column] for column in names) for row in rows])


def _by_side_and_event(units: pd.DataFrame) -> pd.DataFrame:
    """Sums over each side's articles of an event, indexed by side and block."""
    return units.groupby(["side", "block"]).agg(
        top=("numerator", "sum"), base=("denominator", "sum"), words=("n_words", "sum"), articles=("n_words", "size")
    )


def _by_event(sums: pd.DataFrame) -> pd.DataFrame:
    return sums.groupby(level="block").sum()


def _row(a: str, b: str, event: str, one: pd.Series, two: pd.Series, scale: float) -> dict[str, object]:
    values = [float(scale * side["top"] / side["base"]) for side in (one, two)]
    return {
        "event": event, "outlet_a": a, "outlet_b": b, "value_a": values[0], "value_b": values[1],
        "estimate": values[0] - values[1], "n_events": 1,
        "n_articles_a": int(one["articles"]), "n_articles_b": int(two["articles"]),
        "n_hits_a": float(one["top"]), "n_hits_b": float(two["top"]),
        "base_a": float(one["base"]), "base_b": float(two["base"]),
        "n_words_a": int(one["words"]), "n_words_b": int(two["words"]),
        "method": "counted", "verdict": "warn", "reason": ONE_EVENT,
    }  # fmt: skip
