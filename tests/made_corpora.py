"""Small made corpora in the layout of public ones, whose answers are known since they were put in."""

import json
from pathlib import Path

import numpy as np

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
