"""Whose Words: how do outlets frame the same event?

The face of the study. Names are loaded when they are first used, so that `import analysis` costs nothing.

>>> from analysis import measure_text
>>> study = measure_text("“We saw it,” a witness said.", zoned=False)
>>> study.attributions["source_text"].tolist()
['a witness']
"""

from __future__ import annotations

import sys
from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from analysis import charts, loaded_terms, naming, rates, sentiment, speakers
    from analysis.article_view import ArticleView
    from analysis.compare import can_compare, compare
    from analysis.concordance import concordance
    from analysis.config import Settings
    from analysis.keyness import keyness
    from analysis.measuring import measure, measure_text
    from analysis.multiverse import Question, multiverse
    from analysis.plan import Plan
    from analysis.readers import read_corpus
    from analysis.schema import Corpus, Study
    from analysis.store import read_study

#: Public name → the module that holds it (None: the name is a module).
_WHERE: dict[str, str | None] = {
    "ArticleView": "article_view",
    "Corpus": "schema",
    "Plan": "plan",
    "Question": "multiverse",
    "Settings": "config",
    "Study": "schema",
    "can_compare": "compare",
    "charts": None,
    "compare": "compare",
    "concordance": "concordance",
    "keyness": "keyness",
    "loaded_terms": None,
    "measure": "measuring",
    "measure_text": "measuring",
    "multiverse": "multiverse",
    "naming": None,
    "rates": None,
    "read_corpus": "readers",
    "read_study": "store",
    "sentiment": None,
    "speakers": None,
}

__all__ = [
    "ArticleView",
    "Corpus",
    "Plan",
    "Question",
    "Settings",
    "Study",
    "can_compare",
    "charts",
    "compare",
    "concordance",
    "keyness",
    "loaded_terms",
    "measure",
    "measure_text",
    "multiverse",
    "naming",
    "rates",
    "read_corpus",
    "read_study",
    "sentiment",
    "speakers",
]


def __getattr__(name: str) -> Any:
    if name not in _WHERE:
        raise AttributeError(f"module 'analysis' has no attribute {name!r}")
    home = _WHERE[name]
    if home is None:
        return import_module(f"analysis.{name}")
    value = getattr(import_module(f"analysis.{home}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(__all__)


class _Face(ModuleType):
    """`from analysis import compare` is the function, whether or not the module of that name was imported before."""

    def __setattr__(self, name: str, value: object) -> None:
        is_submodule = isinstance(value, ModuleType)  # the import system binds each submodule to its name here
        if not (is_submodule and _WHERE.get(name)):
            super().__setattr__(name, value)


sys.modules[__name__].__class__ = _Face
