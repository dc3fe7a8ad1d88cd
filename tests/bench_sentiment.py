"""Words per CPU-second of each tone instrument, beside TextBlob's and VADER's own loops in the same run."""

import time
from collections.abc import Callable
from pathlib import Path

from textblob import TextBlob
from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

from analysis import sentences, sentiment

ARTICLES = Path(__file__).resolve().parent.parent / "data" / "raw"
N_WORDS = 60_000


def bench_texts() -> list[str]:
    """Sentences of the bundled articles, again and again with a number of their own, about `N_WORDS` words."""
    once = []
    for path in sorted(ARTICLES.rglob("*.txt")):
        text = path.read_text(encoding="utf-8")
        once += [text[start:end] for start, end in sentences.split_text(text)]
    if not once:
        once = ["The minister, who had failed to answer, called the reckless plan a disaster for the region."]
    texts: list[str] = []
    n = 0
    while n < N_WORDS:
        for text in once:
            texts.append(f"{text} {len(texts)}")
            n += len(text.split()) + 1
    return texts


def words_per_second(call: Callable[[list[str]], object], texts: list[str]) -> float:
    """Words per CPU-second of one call on all texts, after a first call on a few of them (loading is not counted)."""
    call(texts[:20])
    start = time.process_time()
    call(texts)
    return sum(len(text.split()) for text in texts) / (time.process_time() - start)


def main() -> None:
    """Print one line an instrument."""
    texts = bench_texts()
    library = SentimentIntensityAnalyzer()
    loops: dict[str, Callable[[list[str]], object]] = {
        "TextBlob's own loop": lambda batch: [TextBlob(text).sentiment for text in batch],
        "VADER's own loop": lambda batch: [library.polarity_scores(text) for text in batch],
    }
    for name in sentiment.INSTRUMENTS:
        loops[name] = lambda batch, name=name: sentiment.score_texts(batch, instruments=[name])
    loops["all instruments together"] = sentiment.score_texts
    loops["toward a target"] = lambda batch: sentiment.score_toward(batch, [(0, 1)] * len(batch))
    for name, call in loops.items():
        print(f"{name:<26} {words_per_second(call, texts):>10,.0f} words per CPU-second")


if __name__ == "__main__":
    main()
