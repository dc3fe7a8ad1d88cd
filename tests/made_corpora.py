"""Small made corpora in the layout of public ones, whose answers are known since they were put in."""

import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np

SOURCES, CLAIMS = (
    ("Pell", "Orr", "Vance", "Dunn", "Lisle", "Roe"),
    ("the bridge would close", "taxes must fall", "the vote was fair", "rain is coming", "talks had failed"),
)
GOOD, BAD, PLAIN = ["brave", "honest", "praised"], ["corrupt", "cruel", "accused"], ["met", "spoken", "walking"]


def newsmtsc(folder: Path, n: int, *, ending: str = ".") -> Path:
    """A corpus of `n` sentences in NewsMTSC's layout in which the word beside the target decides."""
    rng = np.random.default_rng(5)
    lines = []
    for number in range(n):
        polarity, choice = ((2.0, BAD), (4.0, PLAIN), (6.0, GOOD))[number % 3]
        sentence = f"Then the {rng.choice(choice)} Miller left the room{ending}"
        start = sentence.index("Miller")
        target = {"from": start, "to": start + 6, "mention": "Miller", "polarity": polarity}
        row = {"primary_gid": f"made_{number}_0_Miller", "sentence_normalized": sentence, "targets": [target]}
        lines.append(json.dumps(row))
    (folder / "newsmtsc-rw").mkdir(parents=True)
    (folder / "newsmtsc-rw" / "train.jsonl").write_text("\n".join(lines), encoding="utf-8")
    return folder


def attributions(folder: Path, n: int = 12) -> None:
    """Articles of six sentences, `NAME said CLAIM.`, each with its codes."""
    texts, codes = folder / "data" / "train" / "text", folder / "data" / "train" / "attributions"
    texts.mkdir(parents=True)
    codes.mkdir(parents=True)
    for number in range(n):
        text, lines, event = "", [], 0
        for place, name in enumerate(SOURCES):
            claim = CLAIMS[(number + place) % len(CLAIMS)]
            start = len(text)
            text += f"{name} said {claim}. The day was long.\n"
            middle = start + len(name) + 6
            spans = [
                ("Source", start, start + len(name)),
                ("Cue", middle - 5, middle - 1),
                ("Content", middle, middle + len(claim)),
            ]
            marks = []
            for role, first, last in spans:
                event += 1
                lines.append(f"T{event}\t{role} {first} {last}\t{text[first:last]}")
                marks.append(f"{role}:T{event}")
            lines.append(f"E{place + 1}\tAttribution:T{event} {' '.join(marks)}")
        (texts / f"a{number:02}.txt").write_text(text, encoding="utf-8")
        (codes / f"a{number:02}_one.ann").write_text("\n".join(lines) + "\n", encoding="utf-8")


def uncoded(folder: Path, sentences: Sequence[str]) -> None:
    """NewsMTSC with these sentences in its train part, and BASIL without an article."""
    (folder / "basil" / "articles").mkdir(parents=True)
    (folder / "newsmtsc" / "newsmtsc-rw").mkdir(parents=True)
    target = {"from": 0, "to": 1, "mention": "", "polarity": 4.0}
    rows = [
        {"primary_gid": f"made {number}", "sentence_normalized": sentence, "targets": [target]}
        for number, sentence in enumerate(sentences)
    ]
    lines = [json.dumps(row) for row in rows]
    (folder / "newsmtsc" / "newsmtsc-rw" / "train.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")
