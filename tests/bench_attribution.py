"""How many words a CPU-second the attribution engine reads, raw text to linked attributions; `make bench` prints it.

Texts: PolNeAR dev below ANALYSIS_GOLD, else the bundled articles. The joined engine (rules, tagger and choice, names and
types of sources) and the tagger alone, with compiled code and with NumPy: the first pass of an empty cache of word forms,
then warm; one article of 400 words; and hostile repetition beside news of the same length. Imports are not counted.
"""

from __future__ import annotations

import re
import statistics
import time
from collections.abc import Callable

from analysis import config
from analysis.attribution import model, tokens
from analysis.attribution.compiled import reading
from analysis.attribution.engine import attribute_text
from analysis.attribution.tokens import Vocabulary, tokenise

#: Characters of each hostile text.
HOSTILE_SIZE = 250_000
#: What is repeated in them.
HOSTILE = ('"', '" ', "said ", "He said that ", "“He said ", "Smith who said ")


def seconds(act: Callable[[], object]) -> float:
    begin = time.process_time()
    act()
    return time.process_time() - begin


def texts_at_hand() -> list[str]:
    gold = config.gold_folder()
    folder = gold / "polnear" / "data" / "dev" / "text" if gold else None
    if folder is None or not folder.is_dir():
        folder = config.PROJECT / "data" / "raw"
    return [path.read_text(encoding="utf-8") for path in sorted(folder.glob("*.txt"))]


def joined(text: str) -> None:
    attribute_text(text, [match.span() for match in re.finditer(r"[^\n]+", text)])


def tagger_alone(text: str) -> None:
    model.load().find(tokenise(text), compiled=None)


def speeds(name: str, act: Callable[[str], None], texts: list[str]) -> None:
    """Words a CPU-second of one engine on both paths."""
    n_words = sum(len(text.split()) for text in texts)
    for path, compiled in (("compiled", True), ("NumPy", False)):
        with reading(compiled=compiled):
            tokens._shared = Vocabulary()
            passes = [seconds(lambda: [act(text) for text in texts]) for _ in range(5)]
        print(
            f"attribution, {name}, {path}: first pass {n_words / passes[0]:,.0f} words/CPU-s, "
            f"warm {n_words / statistics.median(passes[1:]):,.0f}"
        )


def one_article(article: str) -> None:
    """Milliseconds for 400 words on both paths."""
    spent = []
    for compiled in (True, False):
        with reading(compiled=compiled):
            joined(article)
            spent.append(1000 * statistics.median([seconds(lambda: joined(article)) for _ in range(50)]))
    print(f"attribution, joined: 400 words {spent[0]:.1f} ms warm, {spent[1]:.1f} ms with NumPy")


def hostile(news: str) -> None:
    """Hostile repetition beside news of the same length, compiled code, warm."""
    while len(news) < HOSTILE_SIZE:
        news = f"{news}\n{news}"
    news = news[:HOSTILE_SIZE]
    with reading(compiled=True):
        joined(news)
        plain = min(seconds(lambda: joined(news)) for _ in range(2))
        ratios = []
        for piece in HOSTILE:
            text = (piece * (HOSTILE_SIZE // len(piece) + 1))[:HOSTILE_SIZE]
            ratios.append(f"{piece!r} {min(seconds(lambda text=text: joined(text)) for _ in range(2)) / plain:.2f}")
    print(f"attribution, {HOSTILE_SIZE // 1000} kB of …, times as long as news: {', '.join(ratios)}")


def main() -> None:
    texts = texts_at_hand()
    loading = seconds(model.load)
    first = seconds(lambda: joined(texts[0]))
    model.load().rehearse()
    print(
        f"attribution: {len(texts)} texts, {sum(len(text.split()) for text in texts):,} words; "
        f"load {loading:.2f} s, first article {first:.2f} s"
    )
    for name, act in (("joined", joined), ("tagger alone", tagger_alone)):
        speeds(name, act, texts)
    one_article(" ".join(texts[0].split(" ")[:400]))
    hostile("\n".join(texts))


if __name__ == "__main__":
    main()
