"""What is asked of every study: the standard comparisons, levels and pictures, in a fixed order.

Floor: a study comes in; contrasts, levels, the gate and the exhibits of its report go out. The list is fixed before any
outlet is compared, so nobody can look for the comparison that shows something.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import pandas as pd

from analysis import charts, rates, speakers
from analysis.compare import can_compare, compare
from analysis.config import Settings
from analysis.report import Exhibit, evidence
from analysis.schema import Study

#: (measure, voice) of each comparison; `tone` is asked once for each instrument of the study.
ASKED = (
    ("loaded_terms", "own"),
    ("loaded_terms", "attributed"),
    ("tone", "own"),
    ("tone", "attributed"),
    ("attributed_share", None),
    ("scare_quotes", None),
    ("distancing_share", None),
    ("source_share:official", None),
)


#: The name under which articles of no known outlet are shown.
UNKNOWN = "outlet unknown"
#: What the report shows of the gate.
GATE = (
    "outlet_a", "outlet_b", "measure", "voice", "n_events", "n_articles_a", "n_articles_b", "smallest_seen", "unit", "verdict", "reason",
)  # fmt: skip


@dataclass(frozen=True)
class Answers:
    """The tables that answer the standard questions.

    Attributes
    ----------
    contrasts : every pair of outlets for every question (table `contrasts`).
    levels : each outlet's own value (`rates.outlet_rates`).
    gate : what `can_compare` says of each pair.
    speakers : who speaks, by type of source.
    named : mentions by referent, label and outlet.
    """

    contrasts: pd.DataFrame
    levels: pd.DataFrame
    gate: pd.DataFrame
    speakers: pd.DataFrame
    named: pd.DataFrame

    def tables(self) -> dict[str, pd.DataFrame]:
        """The answers by the name of their file."""
        return {
            "contrasts": self.contrasts,
            "levels": self.levels,
            "gate": self.gate,
            "speakers": self.speakers,
            "labels": self.named,
        }


def asked(instruments: tuple[str, ...]) -> list[tuple[str, str | None]]:
    """The questions with each tone instrument named."""
    return [
        (f"tone:{instrument}" if measure == "tone" else measure, voice)
        for measure, voice in ASKED
        for instrument in (instruments if measure == "tone" else ("",))
    ]


def answer(study: Study, *, settings: Settings) -> Answers:
    """Ask a study the standard questions.

    With fewer than two outlets there is nothing to compare: `contrasts` and `gate` are empty and everything else stands.
    """
    questions = asked(settings.instruments)
    named = with_outlets(study)
    common: dict[str, Any] = {"level": settings.level, "min_words": settings.min_words}
    levels = [rates.outlet_rates(named, measure, voices=(voice,), **common) for measure, voice in questions]
    return Answers(
        contrasts=_contrasts(study, questions, settings),
        levels=pd.concat(levels, ignore_index=True),
        gate=_gate(study, questions, settings),
        speakers=speakers.who_speaks(named, level=settings.level),
        named=labels(named),
    )


def with_outlets(study: Study) -> Study:
    """The study, with an outlet's name where none is known, so that its articles are shown (they are never compared)."""
    outlet = study.articles["outlet"].where(study.articles["outlet"] != "", UNKNOWN)
    return replace(study, articles=study.articles.assign(outlet=outlet))


def _within(study: Study) -> str | None:
    """Outlets are compared within events where any article names one; else whole articles are."""
    return "event" if (study.articles["event"] != "").any() else None


def _gate(study: Study, questions: list[tuple[str, str | None]], settings: Settings) -> pd.DataFrame:
    """The gate for exactly what is asked, before any difference is looked at."""
    table = can_compare(study, questions, within=_within(study), level=settings.level, min_words=settings.min_words)
    return table[list(GATE)]


def _contrasts(study: Study, questions: list[tuple[str, str | None]], settings: Settings) -> pd.DataFrame:
    return compare(
        study, questions, within=_within(study), level=settings.level, min_words=settings.min_words, seed=settings.seed
    )


def labels(study: Study) -> pd.DataFrame:
    """How often each outlet gives each referent each label: `referent, label, outlet, n`."""
    rows = study.names.merge(study.articles[["article_id", "outlet"]], on="article_id")
    counts = rows.groupby(["referent", "label", "outlet"], sort=True).size()
    return counts.rename("n").reset_index()


def exhibits(study: Study, answers: Answers, *, source: str, settings: Settings) -> list[Exhibit]:
    """The pictures of the report, each with the stretches of text that it counts; pictures without data are left out."""
    study = with_outlets(study)
    outlets = sorted(study.articles["outlet"].unique())
    common: dict[str, Any] = {"outlets": outlets, "source": source}
    made = [
        _dots(study, answers, "loaded_terms", "own", "loaded-terms-own-voice", common),
        _both_voices(answers, "loaded_terms", "loaded-terms-by-voice", common, evidence(study, "loaded_terms")),
        *(
            _both_voices(answers, f"tone:{name}", f"tone-{name}", common, evidence(study, f"tone:{name}"))
            for name in settings.instruments
        ),
        _speakers(study, answers, common),
        _contrast_picture(study, answers, common),
        _names(study, answers, common),
        _strip(study, source),
    ]
    return [exhibit for exhibit in made if exhibit is not None]


def _levels(answers: Answers, measure: str, voices: tuple[str, ...]) -> pd.DataFrame:
    rows = answers.levels
    return rows[(rows["measure"] == measure) & rows["voice"].isin(voices)].reset_index(drop=True)


def _dots(
    study: Study, answers: Answers, measure: str, voice: str, name: str, common: dict[str, Any]
) -> Exhibit | None:
    rows = _levels(answers, measure, (voice,))
    if rows.empty:
        return None
    about = answers.contrasts
    about = about[(about["measure"] == measure) & (about["voice"] == voice)]
    figure = charts.interval_dots(rows, contrasts=about if len(about) else None, **common)
    return Exhibit(name, figure, evidence(study, measure, voice))


def _both_voices(
    answers: Answers, measure: str, name: str, common: dict[str, Any], rows: pd.DataFrame
) -> Exhibit | None:
    levels = _levels(answers, measure, ("own", "attributed"))
    return None if levels.empty else Exhibit(name, charts.dumbbells(levels, **common), rows)


def _speakers(study: Study, answers: Answers, common: dict[str, Any]) -> Exhibit | None:
    if answers.speakers.empty:
        return None
    return Exhibit("who-speaks", charts.who_speaks(answers.speakers, **common), evidence(study, "attributed_share"))


def _contrast_picture(study: Study, answers: Answers, common: dict[str, Any]) -> Exhibit | None:
    rows = answers.contrasts
    rows = rows[(rows["measure"] == "loaded_terms") & (rows["voice"] == "own") & (rows["event"] == "")]
    if rows.empty:
        return None
    return Exhibit(
        "differences-loaded-terms", charts.interval_dots(rows, **common), evidence(study, "loaded_terms", "own")
    )


def _names(study: Study, answers: Answers, common: dict[str, Any]) -> Exhibit | None:
    if answers.named.empty:
        return None
    rows = study.names.rename(columns={"pattern": "how", "label": "pattern"})
    return Exhibit("labels", charts.naming_heatmap(answers.named, **common), rows)


def _strip(study: Study, source: str) -> Exhibit | None:
    """The voices along the article in which most voices speak (the first of them, so that it is always the same)."""
    words = study.voices[study.voices["n_words"] > 0]
    if words.empty:
        return None
    variety = words.groupby("article_id", sort=False)["voice"].nunique()
    article = str(variety.index[int(variety.to_numpy().argmax())])
    return Exhibit("voices-of-one-article", charts.voice_strip(study, article, source=source))
