"""The file of the trained tagger: arrays of whole numbers and lists of single word forms, nothing that is executed.

Floor: a path comes in, a tagger goes out, and back. The same tagger gives the same bytes.
"""

from __future__ import annotations

import hashlib
import json
from functools import lru_cache
from pathlib import Path
from zipfile import BadZipFile

import numpy as np

from analysis.attribution import wordforms as wf
from analysis.attribution.chooser import Chooser
from analysis.attribution.crf import N_LABELS, Weights
from analysis.attribution.linker import Linker
from analysis.attribution.sourcing import SourceJudge
from analysis.attribution.stack import Stack
from analysis.attribution.tagger import Tagger
from analysis.attribution.trees import Trees
from analysis.config import RESOURCES
from analysis.errors import ResourceError

#: The model that comes with the package.
MODEL = RESOURCES / "attribution" / "model.npz"
_FORMAT = 5
#: The arrays of a chooser's trees.
_TREES = ("measures", "thresholds", "points")


def save(tagger: Tagger, path: Path) -> None:
    """Write a tagger."""
    arrays: dict[str, np.ndarray] = {}
    parts = _parts(tagger)
    for name, weights in parts.items():
        arrays[f"{name}.keys"] = np.diff(weights.keys, prepend=np.uint32(0))
        arrays[f"{name}.rows"] = weights.rows
        arrays[f"{name}.transitions"] = weights.transitions
    for name, chooser in (("alone", tagger.alone), ("joined", tagger.joined)):
        for part in _TREES:
            arrays[f"{name}.{part}"] = getattr(chooser.trees, part)
    about = {
        "format": _FORMAT,
        "templates": {name: list(weights.templates) for name, weights in parts.items()},
        "least": [tagger.linker.least_content, tagger.linker.least_source],
        "believed": [tagger.alone.least, tagger.joined.least, tagger.sources.least],
    }
    lexicon = tagger.stack.lexicon
    arrays["about"] = _blob(json.dumps(about, sort_keys=True))
    arrays["tags"] = _blob("\n".join(f"{form}\t{tag}" for form, tag in sorted(lexicon.tags.items())))
    arrays["endings"] = _blob("\n".join(f"{end}\t{tag}" for end, tag in sorted(lexicon.endings.items())))
    arrays["cues"] = _blob("\n".join(f"{form}\t{bucket}" for form, bucket in sorted(lexicon.cues.items())))
    arrays["common"] = _blob("\n".join(lexicon.common))
    arrays["classes"] = _blob("\n".join(lexicon.classes))
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as handle:
        np.savez_compressed(handle, allow_pickle=False, **arrays)


def _parts(tagger: Tagger) -> dict[str, Weights]:
    return {
        "first": tagger.stack.first,
        "second": tagger.stack.second,
        "content": tagger.linker.to_content,
        "source": tagger.linker.to_source,
        "alone": tagger.alone.weights,
        "joined": tagger.joined.weights,
        "sources": tagger.sources.weights,
    }


def _blob(text: str) -> np.ndarray:
    return np.frombuffer(text.encode("utf-8"), dtype=np.uint8)


def _pairs(array: np.ndarray) -> dict[str, str]:
    return dict(line.split("\t") for line in array.tobytes().decode("utf-8").split("\n"))


def load(path: Path = MODEL) -> Tagger:
    """Read a tagger.

    Raises
    ------
    ResourceError
        If the file is not there or is not such a model.
    """
    return _load(path)


@lru_cache(maxsize=2)
def _load(path: Path) -> Tagger:
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
        alone, joined = (
            Chooser(parts[name], Trees(*[arrays[f"{name}.{part}"] for part in _TREES]), int(least))
            for name, least in zip(("alone", "joined"), about["believed"], strict=False)
        )
        tagger = Tagger(
            Stack(lexicon, parts["first"], parts["second"]),
            Linker(parts["content"], parts["source"], *(int(value) for value in about["least"])),
            alone,
            joined,
            SourceJudge(parts["sources"], int(about["believed"][2])),
        )
    except FileNotFoundError:
        raise ResourceError(
            f"There is no attribution model at {path.name}; train one with `python -m analysis train attribution`."
        ) from None
    except (OSError, ValueError, KeyError, BadZipFile) as wrong:
        if isinstance(wrong, ResourceError):
            raise
        raise ResourceError(f"{path.name} is not an attribution model ({wrong}); train one anew.") from None
    return tagger


def model_sha256(path: Path = MODEL) -> str:
    """SHA-256 of the model file, for the recipe of a run."""
    return hashlib.sha256(path.read_bytes()).hexdigest()
