"""Ours beside other programs in one process, on the same texts: words a CPU-second and how many times as fast; never a test.

Texts: PolNeAR dev below ANALYSIS_GOLD, else the bundled articles. Peers: spaCy's parse and textacy's `direct_quotations`
(the extra `compare`), and GenderGapTracker's rules from the user's own copy (ANALYSIS_GGT, the folder of its repository).
All of them need an English model of spaCy, which is no package of PyPI under its own name:
`python -m spacy download en_core_web_sm`, or name another in ANALYSIS_SPACY_MODEL. Who is absent is said, with the reason.
With ANALYSIS_PEERS_OUT what each peer found is written there, as `python -m analysis validate --peer NAME=FILE` reads it.
"""

from __future__ import annotations

import csv
import importlib
import os
import statistics
import sys
import tempfile
import time
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

from analysis import config
from analysis.attribution import attribute_text
from analysis.readers import read_corpus
from analysis.validation.peers import COLUMNS

#: Models that are tried when none is named; the larger ones are what GenderGapTracker's authors use.
MODELS = ("en_core_web_sm", "en_core_web_md", "en_core_web_lg")
_MARKS = frozenset('"“”«»')
_PASSES = 2
Place = tuple[int, int]


class Claim(NamedTuple):
    """What a peer found: places in the text as it is, None where it names none."""

    source: Place | None
    cue: Place | None
    content: Place


def texts() -> dict[str, str]:
    """Article → text."""
    gold = config.gold_folder()
    folder = gold / "polnear" / "data" / "dev" / "text" if gold else None
    if folder and folder.is_dir():
        return {path.stem: path.read_bytes().decode("utf-8") for path in sorted(folder.glob("*.txt"))}
    articles = read_corpus(config.PROJECT / "data" / "raw").articles
    return dict(zip(articles["article_id"], articles["text"], strict=True))


def seconds(act: Callable[[str], object], those: Iterable[str]) -> float:
    """CPU-seconds for all of the texts, the best of two passes (the first one fills caches)."""
    spent = []
    for _ in range(_PASSES):
        began = time.process_time()
        for text in those:
            act(text)
        spent.append(time.process_time() - began)
    return min(spent)


def ours(text: str) -> object:
    """The attributions of a text, raw text to linked and named sources."""
    return attribute_text(text, [(start, start + len(line)) for start, line in _paragraphs(text)])


# --- what stands beside ours ---------------------------------------------------------------------------------------------


def spacy_model() -> Any:
    """An English pipeline with a parser.

    Raises
    ------
    LookupError
        If spaCy or every model is missing; the message says how to get it.
    """
    try:
        spacy = importlib.import_module("spacy")
    except ImportError:
        raise LookupError("spaCy is not installed (pip install -e '.[compare]')") from None
    named = os.environ.get("ANALYSIS_SPACY_MODEL")
    for name in (named,) if named else MODELS:
        if spacy.util.is_package(name) or Path(name).is_dir():
            return spacy.load(name, exclude=["ner"])
    raise LookupError(
        f"spaCy {spacy.__version__} has no English model here ({named or ', '.join(MODELS)}), and an empty pipeline parses "
        "nothing: python -m spacy download en_core_web_sm, or ANALYSIS_SPACY_MODEL=another"
    )


def textacy_claims(pipeline: Any) -> Callable[[str], list[Claim]]:
    """textacy's `direct_quotations`, paragraph by paragraph: over a whole text one stray mark stops it."""
    try:
        triples = importlib.import_module("textacy.extract.triples")
    except ImportError:
        raise LookupError("textacy is not installed (pip install -e '.[compare]')") from None

    def found(text: str) -> list[Claim]:
        out: list[Claim] = []
        for start, paragraph in _paragraphs(text):
            try:
                rows = list(triples.direct_quotations(pipeline(paragraph)))
            except ValueError:  # it refuses a paragraph with an odd number of marks
                continue
            for speaker, cue, content in rows:
                who, how = (
                    (start + part[0].idx, start + part[-1].idx + len(part[-1])) if part else None
                    for part in (speaker, cue)
                )
                out.append(Claim(who, how, (start + content.start_char, start + content.end_char)))
        return out

    return found


def _paragraphs(text: str) -> Iterator[tuple[int, str]]:
    start = 0
    for line in text.split("\n"):
        if line.strip():
            yield start, line
        start += len(line) + 1


def tracker_claims(pipeline: Any) -> Callable[[str], list[Claim]]:
    """GenderGapTracker's rules from the copy in ANALYSIS_GGT, its own cleaning of the text included."""
    named = os.environ.get("ANALYSIS_GGT")
    if not named:
        raise LookupError("no copy of its repository is named (ANALYSIS_GGT=FOLDER)")
    scripts = sorted(Path(named).resolve().rglob("english/quote_extractor.py"))
    verbs = scripts[0].parent / "rules" / "quote_verb_list.txt" if scripts else None
    if verbs is None or not verbs.is_file():
        raise LookupError(f"{named} holds no nlp/english/quote_extractor.py with its rules beside it")
    try:
        rules, helpers = _its_modules(scripts[0].parent)
    except ImportError as error:
        raise LookupError(f"its modules cannot be loaded: {error} (it needs pymongo)") from None
    extractor = rules.QuoteExtractor({"spacy_lang": pipeline, "NLP": {"QUOTE_VERBS": str(verbs)}})

    def found(text: str) -> list[Claim]:
        clean = helpers.preprocess_text(text)
        rows = extractor.extract_quotes(pipeline(clean))
        back = _Back(text, clean)
        claims = [
            Claim(*(back.place(row[key]) for key in ("speaker_index", "verb_index", "quote_index"))) for row in rows
        ]
        return [claim for claim in claims if claim.content]

    return found


def _its_modules(folder: Path) -> tuple[Any, Any]:
    """Its two modules; it opens a log where it is loaded, so that is done in a folder that goes away."""
    here = Path.cwd()
    sys.path.insert(0, str(folder))
    with tempfile.TemporaryDirectory() as elsewhere:
        os.chdir(elsewhere)
        try:
            return importlib.import_module("quote_extractor"), importlib.import_module("utils")
        finally:
            os.chdir(here)
            sys.path.remove(str(folder))


class _Back:
    """From places in the text as GenderGapTracker cleans it to places in the text: its cleaning keeps letters and digits."""

    def __init__(self, text: str, clean: str) -> None:
        self.text, self.clean = text, clean
        self.here, self.there = ([at for at, sign in enumerate(side) if sign.isalnum()] for side in (text, clean))
        self.fits = len(self.here) == len(self.there)

    def place(self, index: str) -> Place | None:
        """`(12,40)` as it writes it, or nothing."""
        numbers = index.strip("()").split(",")
        if not self.fits or len(numbers) != 2:
            return None
        first, stop = (bisect_left(self.there, int(number)) for number in numbers)
        if first >= stop:
            return None
        start, end = self.here[first], self.here[stop - 1] + 1
        start -= start > 0 and self.text[start - 1] in _MARKS and self.clean[int(numbers[0])] == '"'
        rest = self.text[end : end + 2]
        closing = next((at for at, sign in enumerate(rest) if sign in _MARKS), -1)
        if closing >= 0 and '"' in self.clean[self.there[stop - 1] : int(numbers[1])]:
            end += closing + 1
        return start, end


# --- the run -------------------------------------------------------------------------------------------------------------


def main() -> None:
    """Time everyone, print words a CPU-second and the ratio to ours, and say who is absent."""
    articles = texts()
    n_words = sum(len(text.split()) for text in articles.values())
    print(f"peers: {n_words:,} words in {len(articles)} texts; warm, best of {_PASSES} passes")
    spent = statistics.median(seconds(ours, articles.values()) for _ in range(3))
    print(f"ours, raw text to attributions with their sources named: {n_words / spent:,.0f} words/CPU-s")
    try:
        pipeline = spacy_model()
    except LookupError as reason:
        print(f"absent: spaCy's parse, textacy, GenderGapTracker: {reason}")
        return
    _show(f"spaCy's parse ({pipeline.meta['name']} {pipeline.meta['version']})", pipeline, articles, n_words, spent)
    for name, made in (("textacy", textacy_claims), ("GenderGapTracker", tracker_claims)):
        try:
            peer = made(pipeline)
        except LookupError as reason:
            print(f"absent: {name}: {reason}")
            continue
        _show(f"{name}, parse included", peer, articles, n_words, spent)
        _write(name, peer, articles)


def _show(name: str, act: Callable[[str], object], articles: dict[str, str], n_words: int, base: float) -> None:
    spent = seconds(act, articles.values())
    print(f"{name}: {n_words / spent:,.0f} words/CPU-s; ours is {spent / base:,.0f} times as fast")


def _write(name: str, peer: Callable[[str], list[Claim]], articles: dict[str, str]) -> None:
    """What a peer found, into ANALYSIS_PEERS_OUT."""
    folder = os.environ.get("ANALYSIS_PEERS_OUT")
    if not folder:
        return
    Path(folder).mkdir(parents=True, exist_ok=True)
    path = Path(folder) / f"{name}.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file, lineterminator="\n")
        rows.writerow(COLUMNS)
        for article, text in articles.items():
            for claim in peer(text):
                rows.writerow([article, *(f"{place[0]} {place[1]}" if place else "" for place in claim)])
    print(f"{name}: what it found is in {path}")


if __name__ == "__main__":
    main()
