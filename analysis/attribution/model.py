"""The trained finder of attributions: tagger and linker as one, with their file.

Floor: a text's units come in, attributions found go out. The file holds arrays of whole numbers and lists of single
word forms; nothing in it is executed when it is read.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np

from analysis.attribution import wordforms as wf
from analysis.attribution.crf import N_LABELS, Weights
from analysis.attribution.features import Context
from analysis.attribution.linker import Link, Linker, Spans, find_spans, link
from analysis.attribution.quotes import Quote, find_quotes
from analysis.attribution.tagger import Tagged, Tagger
from analysis.attribution.tokens import Found, Span, Tokens
from analysis.config import RESOURCES
from analysis.errors import ResourceError

#: The model that comes with the package.
MODEL = RESOURCES / "attribution" / "model.npz"
_FORMAT = 1
_EVIDENTIAL = frozenset(["reportedly", "allegedly", "supposedly", "apparently", "purportedly"])
_SUBJECTS = frozenset(["he", "she", "they", "i", "we", "who", "you"])
_NOMINAL = frozenset({"NN", "JJ", "DT", "PR", "PO", "CD"})
_VERBAL = frozenset({"VB", "MD", "RB", "TO"})
_NEGATIONS = frozenset({"n't", "n’t", "not"})
#: The subject of a cue is looked for over at most this many auxiliaries and adverbs.
_SUBJECT_REACH = 6


@dataclass(frozen=True, eq=False)
class Finder:
    """Tagger and linker; `find` is what the engine calls."""

    tagger: Tagger
    linker: Linker

    def find(self, tokens: Tokens, quotes: list[Quote] | None = None, *, compiled: bool | None = None) -> list[Found]:
        """The attributions of a text, in order of their contents.

        Parameters
        ----------
        tokens : the text's units; a content never crosses a paragraph of them.
        quotes : its quotations; None finds them.
        compiled : see `Tagger.tag`.
        """
        if not len(tokens):
            return []
        tagged = self.tagger.tag(tokens, find_quotes(tokens) if quotes is None else quotes, compiled=compiled)
        forms = wf.FormTable.of(tokens.vocabulary, self.tagger.lexicon)
        spans = find_spans(tagged.labels, tagged.context)
        links = link(self.linker, tagged.context, forms, spans)
        return assemble(tokens, tagged, spans, links)


def assemble(tokens: Tokens, tagged: Tagged, spans: Spans, links: list[Link]) -> list[Found]:
    """Links as attributions over characters; a cue without a source takes its subject, if that is plain to see."""
    around = tagged.context
    found = []
    for one in links:
        contents = tuple(_characters(tokens, around, spans, index) for index in one.contents)
        if one.cue < 0:
            if _stands_alone(tokens, around, spans, one.contents[0]):
                found.append(Found((), (), contents, 0.5, "tagger"))
            continue
        source: tuple[Span, ...] = ()
        if one.source >= 0:
            source = (_characters(tokens, around, spans, one.source),)
        else:
            subject = subject_of(tokens, around, int(spans.first[one.cue]))
            if subject and not any(a < subject[1] and b > subject[0] for a, b in contents):
                source = (subject,)
        found.append(Found(source, (_characters(tokens, around, spans, one.cue),), contents, 0.5, "tagger"))
    return sorted(found, key=lambda one: one.content)


def _characters(tokens: Tokens, around: Context, spans: Spans, index: int) -> Span:
    return tokens.span(int(around.unit[spans.first[index]]), int(around.unit[spans.last[index]]))


def _stands_alone(tokens: Tokens, around: Context, spans: Spans, index: int) -> bool:
    """A content without a cue is kept when it is quoted, or says itself that it is somebody's claim (`reportedly`)."""
    first, last = int(spans.first[index]), int(spans.last[index])
    if around.state[first : last + 1].any():
        return True
    units = around.unit[first : last + 1]
    return any(tokens.lower[unit] in _EVIDENTIAL for unit in units.tolist())


def subject_of(tokens: Tokens, around: Context, cue: int) -> Span | None:
    """The noun phrase right before a cue, over auxiliaries and adverbs; None when something else stands there."""
    unit = int(around.unit[cue]) - 1
    lexicon: wf.Lexicon = tokens.vocabulary.notes["forms"].lexicon  # type: ignore[attr-defined]
    first = int(tokens.first[np.searchsorted(tokens.first, unit + 1, side="right") - 1])
    for _ in range(_SUBJECT_REACH):
        if unit < first:
            return None
        form, kind = tokens.lower[unit], lexicon.tag(tokens.forms[unit])[:2]
        if form in _SUBJECTS:
            return tokens.span(unit, unit)
        if kind == "NN":
            last = unit
            while unit >= first and lexicon.tag(tokens.forms[unit])[:2] in _NOMINAL:
                unit -= 1
            return tokens.span(unit + 1, last)
        if kind not in _VERBAL and form not in _NEGATIONS:
            return None
        unit -= 1
    return None


def save(finder: Finder, path: Path) -> None:
    """Write a finder; the same finder gives the same bytes."""
    tagger, linker = finder.tagger, finder.linker
    arrays: dict[str, np.ndarray] = {}
    parts = _parts(finder)
    for name, weights in parts.items():
        arrays[f"{name}.keys"] = np.diff(weights.keys, prepend=np.uint32(0))
        arrays[f"{name}.rows"] = weights.rows
        arrays[f"{name}.transitions"] = weights.transitions
    about = {
        "format": _FORMAT,
        "templates": {name: list(weights.templates) for name, weights in parts.items()},
        "bias": tagger.bias,
        "least": [linker.least_content, linker.least_source],
    }
    lexicon = tagger.lexicon
    arrays["about"] = _blob(json.dumps(about, sort_keys=True))
    arrays["tags"] = _blob("\n".join(f"{form}\t{tag}" for form, tag in sorted(lexicon.tags.items())))
    arrays["endings"] = _blob("\n".join(f"{end}\t{tag}" for end, tag in sorted(lexicon.endings.items())))
    arrays["cues"] = _blob("\n".join(f"{form}\t{bucket}" for form, bucket in sorted(lexicon.cues.items())))
    arrays["common"] = _blob("\n".join(lexicon.common))
    arrays["classes"] = _blob("\n".join(lexicon.classes))
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as handle:
        np.savez_compressed(handle, allow_pickle=False, **arrays)


def _parts(finder: Finder) -> dict[str, Weights]:
    return {
        "first": finder.tagger.first,
        "second": finder.tagger.second,
        "content": finder.linker.to_content,
        "source": finder.linker.to_source,
    }


def _blob(text: str) -> np.ndarray:
    return np.frombuffer(text.encode("utf-8"), dtype=np.uint8)


def _pairs(array: np.ndarray) -> dict[str, str]:
    return dict(line.split("\t") for line in array.tobytes().decode("utf-8").split("\n"))


def load(path: Path = MODEL) -> Finder:
    """Read a finder.

    Raises
    ------
    ResourceError
        If the file is not there or is not such a model.
    """
    return _load(path)


@lru_cache(maxsize=2)
def _load(path: Path) -> Finder:
    try:
        with np.load(path, allow_pickle=False) as stored:
            arrays = {name: stored[name] for name in stored.files}
        about = json.loads(arrays["about"].tobytes())
        if about["format"] != _FORMAT:
            raise ResourceError(
                f"{path.name} has format {about['format']}, this version reads {_FORMAT}: train it anew."
            )
        parts = {
            name: Weights(
                tuple(templates),
                np.cumsum(arrays[f"{name}.keys"], dtype=np.uint32),
                arrays[f"{name}.rows"],
                arrays[f"{name}.transitions"],
            )
            for name, templates in about["templates"].items()
        }
        lexicon = wf.Lexicon(
            _pairs(arrays["tags"]),
            _pairs(arrays["endings"]),
            {form: int(bucket) for form, bucket in _pairs(arrays["cues"]).items()},
            tuple(arrays["common"].tobytes().decode("utf-8").split("\n")),
            tuple(arrays["classes"].tobytes().decode("utf-8").split("\n")),
        )
        if parts["first"].rows.shape[1] != N_LABELS:
            raise ResourceError(f"{path.name} knows other labels than this version: train it anew.")
        tagger = Tagger(lexicon, parts["first"], parts["second"], int(about["bias"]))
        linker = Linker(parts["content"], parts["source"], *(int(value) for value in about["least"]))
    except FileNotFoundError:
        raise ResourceError(
            f"There is no attribution model at {path.name}; train one with `python -m analysis train attribution`."
        ) from None
    except (OSError, ValueError, KeyError) as wrong:
        if isinstance(wrong, ResourceError):
            raise
        raise ResourceError(f"{path.name} is not an attribution model ({wrong}); train one anew.") from None
    return Finder(tagger, linker)


def model_sha256(path: Path = MODEL) -> str:
    """SHA-256 of the model file, for the recipe of a run."""
    return hashlib.sha256(path.read_bytes()).hexdigest()
