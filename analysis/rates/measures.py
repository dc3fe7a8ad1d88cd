"""What can be counted in an article, by name: measures and voices as data.

Floor: a name comes in; the measure, with its unit and meaning, or the voices behind the name go out.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from analysis.errors import SchemaError
from analysis.schema import ATTRIBUTED_VOICES, OWN_VOICES, VOICES

#: Voices that can be asked for by one name. `all` is every word of the body, `whole` adds the headline, `unquoted`
#: cuts only what stands between quotation marks (the simple method that the voice split is held against).
VOICE_SETS: dict[str, tuple[str, ...]] = {
    "all": ("narrator", "reported", "quoted", "scare"),
    "own": OWN_VOICES,
    "attributed": ATTRIBUTED_VOICES,
    "unquoted": ("narrator", "reported", "scare"),
    "whole": VOICES,
    **{voice: (voice,) for voice in VOICES},
}


@dataclass(frozen=True)
class Measure:
    """One thing that can be counted in an article.

    Attributes
    ----------
    name : what is asked for, argument included (`loaded_terms:migration`).
    title : as a chart says it.
    unit : of `value` (numerator / denominator x `scale`).
    meaning : numerator and denominator in one sentence.
    is_count : hits that may be clustered but are never negative; only these have a ratio.
    follows_voice : False where voice is what is measured, so that asking for one makes no sense.
    """

    name: str
    title: str
    unit: str
    meaning: str
    scale: float = 1.0
    is_count: bool = False
    follows_voice: bool = True

    @property
    def family(self) -> str:
        """The name before its argument."""
        return self.name.partition(":")[0]

    @property
    def argument(self) -> str:
        """What follows the colon; empty when nothing does."""
        return self.name.partition(":")[2]


_PER = "per 1,000 words"
#: Families of measures; those with `:` need an argument in place of the capitals.
MEASURES: dict[str, Measure] = {
    measure.name: measure
    for measure in (
        Measure("loaded_terms", "Loaded terms", _PER, "hits of the layer `loaded` / words in the voice", 1_000, True),
        Measure(
            "loaded_terms:CATEGORY", "Loaded terms", _PER, "hits of one category / words in the voice", 1_000, True
        ),
        Measure("layer:NAME", "Terms of a layer", _PER, "hits of one layer / words in the voice", 1_000, True),
        Measure("tone:INSTRUMENT", "Tone", "tone (-1 to 1)", "mean of sentence scores, weighted by words scored"),
        Measure(
            "attributed_share", "Attributed words", "% of words",
            "words in reported or quoted voice / words of the body", 100, False, False,
        ),
        Measure(
            "source_share:TYPE", "Words given to a type of source", "% of attributed words",
            "words attributed to sources of one type / attributed words", 100, False, False,
        ),
        Measure(
            "source_words:NAME", "Words given to one source", "% of words",
            "words attributed to one source / words of the body", 100, False, False,
        ),
        Measure(
            "distancing_share", "Attributions put in doubt", "% of attributions",
            "attributions whose cue distances / attributions with a cue", 100, False, False,
        ),
        Measure(
            "scare_quotes", "Scare quotes", "per 1,000 words",
            "stretches in scare voice / words in own voice", 1_000, True, False,
        ),
        Measure(
            "naming:REFERENT:LABEL", "Labels of one referent", "% of labelled mentions",
            "mentions under one label / labelled mentions of the referent", 100,
        ),
    )
}  # fmt: skip


def find_measure(name: str, *, per: int = 1_000) -> Measure:
    """The measure of this name, with the argument filled in and rates per `per` words.

    Raises
    ------
    SchemaError
        If no family has this name, or its argument is missing; the message lists what can be asked.
    """
    family, _, argument = name.partition(":")
    known = [key for key in MEASURES if key.partition(":")[0] == family and (":" in key) == bool(argument)]
    if not known or (family == "naming" and ":" not in argument):
        raise SchemaError(f"no measure is called {name!r}; there are: {', '.join(MEASURES)}")
    spec = MEASURES[known[0]]
    title = f"{spec.title}: {argument.replace(':', ', ')}" if argument else spec.title
    spec = replace(spec, name=name, title=title)
    return replace(spec, scale=float(per), unit=f"per {per:,} words") if spec.unit == _PER else spec


def voices_of(voice: str | None) -> tuple[str, ...]:
    """The voices behind one name (`None` is `all`, the whole body); SchemaError lists the names."""
    try:
        return VOICE_SETS[voice or "all"]
    except KeyError:
        raise SchemaError(f"no voice is called {voice!r}; there are: {', '.join(VOICE_SETS)}") from None
