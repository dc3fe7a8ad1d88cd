"""The layouts of the hand-coded corpora, as their authors published them.

What comes in is a folder; what goes out are tables whose offsets point into the texts in them. Every reader refuses a
folder that is not its corpus with one line that says how to get it.
"""

from __future__ import annotations

import ast
import csv
import gzip
import io
import json
import re
import tarfile
import zlib
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

import pandas as pd

from analysis.errors import InputError

_ROLES = {"Source": "source", "Cue": "cue", "Content": "content"}
_SPAN_LINE = re.compile(r"(T\d+)\t(\w+) ([\d ;]+)\t")
_RATINGS = "nytEditorialSnippets_GroundTruth.txt"
#: The archive of ratings unpacks to no more than this (bytes).
_MAX_UNPACKED = 100_000_000


@dataclass(frozen=True)
class PolNeAR:
    """PolNeAR: campaign news with attributions (Newell, Margolin & Ruths 2018).

    Attributes
    ----------
    articles : one row an article: `article_id, outlet, published, text` (text with its line ends as published).
    spans : one row a fragment: `article_id, coder, attribution_no, role, fragment_no, start, end`.
    """

    articles: pd.DataFrame
    spans: pd.DataFrame

    def first_coder(self) -> pd.DataFrame:
        """The spans of one coder an article: the first in the alphabet (the rule of every figure that we report)."""
        first = self.spans.groupby("article_id")["coder"].transform("min")
        return self.spans[self.spans["coder"] == first].reset_index(drop=True)


@dataclass(frozen=True)
class Basil:
    """BASIL: the same events in three outlets, with spans of lexical and informational bias (Fan et al. 2019).

    Attributes
    ----------
    articles : `article_id, event, outlet, headline, published, url, relative_stance, text`; paragraphs of the text are
        joined by an empty line.
    sentences : `article_id, sentence_no, paragraph_no, start, end`.
    spans : `article_id, start, end, bias (lexical, informational), polarity, target, is_quote, speaker`.
    feelings : `article_id, entity, feeling (-1, 0, 1)`: the author's feeling toward an entity, as coders saw it.
    n_unplaced : bias spans that point past the end of their article or are not in the body, left out.
    """

    articles: pd.DataFrame
    sentences: pd.DataFrame
    spans: pd.DataFrame
    feelings: pd.DataFrame
    n_unplaced: int


@dataclass(frozen=True)
class Babe:
    """BABE: news sentences with the words that experts called biased (Spinde et al. 2021).

    Attributes
    ----------
    sentences : `sentence_id, text, outlet, topic, is_biased`; sentences on which the experts did not agree are left out.
    words : `sentence_id, word`: each word or phrase that experts marked.
    """

    sentences: pd.DataFrame
    words: pd.DataFrame


def read_polnear(folder: Path, split: str) -> PolNeAR:
    """PolNeAR's `train`, `dev` or `test` from its repository's layout.

    Raises
    ------
    InputError
        If `folder/data/SPLIT/text` does not exist.
    """
    base = folder / "data" / split
    _must_be_there(base / "text", "polnear")
    outlets = _polnear_metadata(folder / "data" / "metadata.tsv")
    articles = [
        (path.stem, *outlets.get(path.stem, (path.stem.split("_")[0], "")), _text(path))
        for path in sorted((base / "text").glob("*.txt"))
    ]
    spans = [row for path in sorted((base / "attributions").glob("*.ann")) for row in _polnear_spans(path)]
    return PolNeAR(
        articles=pd.DataFrame(articles, columns=["article_id", "outlet", "published", "text"]),
        spans=pd.DataFrame(
            spans, columns=["article_id", "coder", "attribution_no", "role", "fragment_no", "start", "end"]
        ),
    )


def _polnear_metadata(path: Path) -> dict[str, tuple[str, str]]:
    if not path.exists():
        return {}
    with path.open(encoding="utf-8", newline="") as file:
        rows = csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
        return {row["filename"]: (row["publisher"], row["publication_date"]) for row in rows}


def _polnear_spans(path: Path) -> Iterator[tuple[str, str, int, str, int, int, int]]:
    """The attributions of one coder: brat's T lines hold spans (discontinuous ones too), E lines join them."""
    article, coder = path.stem.rsplit("_", 1)
    spans: dict[str, tuple[str, list[tuple[int, int]]]] = {}
    events: list[list[str]] = []
    for line in _text(path).split("\n"):
        found = _SPAN_LINE.match(line)
        if found:
            offsets = [tuple(map(int, part.split())) for part in found[3].split(";")]
            spans[found[1]] = (found[2], [(start, end) for start, end in offsets])
        elif line.startswith("E"):
            events.append(line.split("\t")[1].split())
    number = 0
    for event in events:
        fragments: dict[str, list[tuple[int, int]]] = defaultdict(list)
        for part in event:
            role, _, span = part.partition(":")
            name = _ROLES.get(role.rstrip("0123456789"))
            if name and span in spans:
                fragments[name] += spans[span][1]
        if not fragments["content"]:
            continue
        for name, places in fragments.items():
            for fragment, (start, end) in enumerate(sorted(places)):
                yield article, coder, number, name, fragment, start, end
        number += 1


def read_basil(folder: Path) -> Basil:
    """BASIL from its repository's layout (`articles/`, `annotations/`); years that are not there are left out.

    Raises
    ------
    InputError
        If `folder/articles` does not exist.
    """
    _must_be_there(folder / "articles", "basil")
    articles, sentences, spans, feelings = [], [], [], []
    unplaced = 0
    for path in sorted((folder / "articles").rglob("*.json")):
        raw = _json(path)
        outlet = str(raw["source"]).lower()
        article = f"{raw['triplet-uuid']}-{outlet}"
        text, places = _basil_text(raw["body-paragraphs"])
        notes = _json(folder / "annotations" / path.parent.name / f"{path.stem}_ann.json")
        stance = notes["article-level-annotations"]
        known = [raw["triplet-uuid"], outlet, raw["title"], raw["date"], raw["url"], stance.get("relative_stance", "")]
        articles.append((article, *known, text))
        sentences += [(article, number, *place) for number, place in enumerate(places)]
        for row in notes["phrase-level-annotations"]:
            placed = _basil_span(row, places)
            if placed is None:
                unplaced += 1
            else:
                spans.append((article, *placed))
        feelings += [(article, *feeling) for feeling in _basil_feelings(stance)]
    return Basil(
        articles=pd.DataFrame(
            articles,
            columns=["article_id", "event", "outlet", "headline", "published", "url", "relative_stance", "text"],
        ),
        sentences=pd.DataFrame(sentences, columns=["article_id", "sentence_no", "paragraph_no", "start", "end"]),
        spans=pd.DataFrame(
            spans, columns=["article_id", "start", "end", "bias", "polarity", "target", "is_quote", "speaker"]
        ),
        feelings=pd.DataFrame(feelings, columns=["article_id", "entity", "feeling"]),
        n_unplaced=unplaced,
    )


def _basil_text(paragraphs: list[list[str]]) -> tuple[str, list[tuple[int, int, int]]]:
    """The body with an empty line between paragraphs; (paragraph, start, end) of each sentence in it."""
    places: list[tuple[int, int, int]] = []
    parts: list[str] = []
    at = 0
    for number, paragraph in enumerate(paragraphs):
        for place, sentence in enumerate(paragraph):
            gap = "" if not parts else " " if place else "\n\n"
            at += len(gap)
            parts += [gap, sentence]
            places.append((number, at, at + len(sentence)))
            at += len(sentence)
    return "".join(parts), places


def _basil_span(
    row: dict[str, Any], places: list[tuple[int, int, int]]
) -> tuple[int, int, str, str, str, bool, str] | None:
    number = row["id"][1:]
    if not (row["id"].startswith("p") and number.isdigit() and int(number) < len(places)):
        return None
    _, start, end = places[int(number)]
    first, last = start + int(row["start"]), start + int(row["end"])
    if not start <= first < last <= end:
        return None
    bias = "lexical" if row["bias"] == "lex" else "informational"
    return first, last, bias, row["polarity"], row["target"], row["quote"] == "yes", row["speaker"]


def _basil_feelings(stance: dict[str, str]) -> Iterator[tuple[str, int]]:
    for key, value in stance.items():
        if key.startswith("author_feeling_") and value:
            yield key.removeprefix("author_feeling_"), {"neg": -1, "pos": 1}.get(value.removeprefix("str-"), 0)


def read_babe(folder: Path, *, part: str = "final_labels_SG2.csv") -> Babe:
    """BABE from its repository's layout (`data/final_labels_SG2.csv`).

    Raises
    ------
    InputError
        If the file does not exist.
    """
    path = folder / "data" / part
    _must_be_there(path, "babe")
    sentences: list[tuple[object, ...]] = []
    words: list[tuple[int, str]] = []
    with path.open(encoding="utf-8-sig", newline="") as file:
        for row in csv.DictReader(file, delimiter=";"):
            if row["label_bias"] not in ("Biased", "Non-biased"):
                continue
            number = len(sentences)
            sentences.append((number, row["text"], row["outlet"], row["topic"], row["label_bias"] == "Biased"))
            words += [(number, word) for word in _word_list(row["biased_words"])]
    return Babe(
        sentences=pd.DataFrame(sentences, columns=["sentence_id", "text", "outlet", "topic", "is_biased"]),
        words=pd.DataFrame(words, columns=["sentence_id", "word"]),
    )


def _word_list(cell: str) -> list[str]:
    """A Python list of strings, read as a literal and as nothing else."""
    try:
        value = ast.literal_eval(cell) if cell.startswith("[") else []
    except (ValueError, SyntaxError, RecursionError, MemoryError):
        raise InputError(f"babe: biased_words holds {cell[:60]!r}, which is no list of words") from None
    return [word for word in value if isinstance(word, str) and word.strip()]


def read_nyt_ratings(folder: Path) -> pd.DataFrame:
    """Tone of New York Times editorial sentences, mean of 20 raters (Hutto & Gilbert 2014).

    Returns
    -------
    DataFrame : `editorial` (to leave whole editorials out), `sentence_id`, `rating` (-4 … 4, up is positive), `text`.

    Raises
    ------
    InputError
        If `folder` holds neither the ratings nor the archive in which their authors published them.
    """
    found = sorted(folder.rglob(_RATINGS))
    packed = sorted(folder.rglob("hutto_ICWSM_2014.tar.gz"))
    _must_be_there(next(iter([*found, *packed]), folder / "hutto_ICWSM_2014"), "vader")
    text = _text(found[0]) if found else _member(packed[0], _RATINGS).decode("utf-8")
    rows = [line.split("\t", 2) for line in text.splitlines() if line.count("\t") >= 2]
    return pd.DataFrame(
        [(number.split("_")[0], number, float(rating), text) for number, rating, text in rows],
        columns=["editorial", "sentence_id", "rating", "text"],
    )


def _member(path: Path, name: str) -> bytes:
    """One file of a tar.gz by its own name, wherever it lies in there; nothing is written, and no more than a bound unpacked."""
    try:
        with gzip.open(path) as packed:
            data = packed.read(_MAX_UNPACKED + 1)
        if len(data) > _MAX_UNPACKED:
            raise InputError(f"{path}: unpacks to more than {_MAX_UNPACKED} bytes")
        with tarfile.open(fileobj=io.BytesIO(data)) as archive:
            for member in archive:
                if member.isfile() and PurePosixPath(member.name).name == name and member.size <= len(data):
                    file = archive.extractfile(member)
                    return file.read() if file else b""
    except (OSError, EOFError, zlib.error, tarfile.TarError) as error:
        raise InputError(f"{path}: is no archive that can be read ({type(error).__name__})") from None
    raise InputError(f"{path}: holds no {name}")


def read_newsmtsc(folder: Path, part: str, split: str) -> pd.DataFrame:
    """Sentiment toward a target in a sentence (Hamborg & Donnay 2021).

    Parameters
    ----------
    part : `"rw"` or `"mt"`. split : `"train"`, `"dev"` or `"test"`.

    Returns
    -------
    DataFrame, one row a target: `sentence_id, text, start, end, mention, polarity (-1, 0, 1)`.
    """
    found = sorted(folder.rglob(f"newsmtsc-{part}/{split}.jsonl"))
    _must_be_there(found[0] if found else folder / f"newsmtsc-{part}", "newsmtsc")
    rows = []
    for line in _text(found[0]).splitlines():
        item = json.loads(line)
        for target in item["targets"]:
            sign = {2.0: -1, 4.0: 0, 6.0: 1}[float(target["polarity"])]
            rows.append(
                (
                    item["primary_gid"],
                    item["sentence_normalized"],
                    target["from"],
                    target["to"],
                    target["mention"],
                    sign,
                )
            )
    return pd.DataFrame(rows, columns=["sentence_id", "text", "start", "end", "mention", "polarity"])


def _text(path: Path) -> str:
    with path.open(encoding="utf-8", newline="") as file:
        return file.read()


def _json(path: Path) -> dict[str, Any]:
    value = json.loads(_text(path))
    if not isinstance(value, dict):
        raise InputError(f"{path}: expected one JSON object")
    return value


def _must_be_there(path: Path, corpus: str) -> None:
    if not path.exists():
        raise InputError(f"{path} is not there. Get the corpus with: python -m analysis fetch {corpus}")
