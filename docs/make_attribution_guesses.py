"""Makes the labels that the fields of attribution learn from beside people's codes: `python docs/make_attribution_guesses.py …`.

A larger model (all-MiniLM-L6-v2, fine-tuned) and the project's own fields are taught source, cue and content on two thirds
of PolNeAR's train articles; together they label the units of news that nobody coded: BASIL's articles and NewsMTSC's
sentences, which stand beside PolNeAR (15 CPU-minutes). The third that they do not see is there to measure what their labels
are worth. Needs `torch`, `transformers` and `tokenizers`, which the project does not.
"""

from __future__ import annotations

import argparse
import random
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import chain
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from analysis.attribution.coded import Corpus, lay_out, read_split, read_tag_counts
from analysis.attribution.crf import N_LABELS, SCALE
from analysis.attribution.features import context
from analysis.attribution.guesses import paragraphs_of, text_key, uncoded_texts, write_guesses
from analysis.attribution.quotes import find_quotes
from analysis.attribution.tokens import Vocabulary, tokenise
from analysis.attribution.train import Settings, train_stack
from analysis.errors import MissingExtra

N_ROUNDS, SEED = 2.5, 0
#: The articles at each third place of the sorted names are not seen.
THIRDS = 3
#: Word pieces of a window, of one word, of a batch when it learns and when it labels.
LONGEST, OF_WORD, LEARNING, LABELLING = 160, 6, 1_400, 3_000
RATE, HEAD_RATE, WARM_UP = 1.5e-4, 1e-3, 0.06
#: Weight of the fields' log-probabilities beside the larger model's; lower ones count as `LEAST`; seed of the fields.
FIELDS, LEAST, FIELD_SEED = 0.5, -12.0, 2
NEVER = -1e4
_UNASKED = -100  # the label of a piece that is no word's first


class Window(NamedTuple):
    """A stretch of a paragraph that is read at once: its pieces, the place of each unit's first one, the units' labels."""

    pieces: list[int]
    places: list[int]
    labels: list[int]


class Teacher:
    """The larger model with seven logits over each piece."""

    def __init__(self, folder: Path) -> None:
        try:
            import torch
            from tokenizers import Tokenizer
            from transformers import AutoModel
        except ImportError as missing:
            raise MissingExtra("guessing needs a larger model: pip install torch transformers tokenizers") from missing

        torch.manual_seed(SEED)
        torch.set_num_threads(1)
        self.torch, self.rng = torch, random.Random(SEED)
        self.tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self.tokenizer.no_padding()
        self.tokenizer.no_truncation()
        self.model = AutoModel.from_pretrained(folder, local_files_only=True, add_pooling_layer=False)
        self.model.embeddings.requires_grad_(False)
        self.head = torch.nn.Linear(self.model.config.hidden_size, N_LABELS)
        self.pieces_of = lru_cache(maxsize=1 << 16)(self._pieces)

    def _pieces(self, form: str) -> tuple[int, ...]:
        pieces = self.tokenizer.encode(form, add_special_tokens=False).ids[:OF_WORD]
        return tuple(pieces) or (self.tokenizer.token_to_id("[UNK]"),)

    def windows(self, forms: Sequence[str], labels: Sequence[int]) -> list[Window]:
        """A paragraph's units in stretches of at most `LONGEST` pieces."""
        first, last = (self.tokenizer.token_to_id(mark) for mark in ("[CLS]", "[SEP]"))
        found = [Window([first], [], [])]
        for form, label in zip(forms, labels, strict=True):
            pieces = self.pieces_of(form)
            if len(found[-1].pieces) + len(pieces) > LONGEST:
                found.append(Window([first], [], []))
            found[-1].places.append(len(found[-1].pieces))
            found[-1].pieces.extend(pieces)
            found[-1].labels.append(label)
        for window in found:
            window.pieces.append(last)
        return found

    def learn(self, windows: Sequence[Window]) -> None:
        """Teach on coded windows."""
        torch = self.torch
        parameters = [one for one in self.model.parameters() if one.requires_grad]
        optimiser = torch.optim.AdamW(
            [{"params": parameters, "lr": RATE}, {"params": self.head.parameters(), "lr": HEAD_RATE}], weight_decay=0.01
        )
        n = int(N_ROUNDS * len(list(self._batches(windows, LEARNING, mixed=True))))
        pace = torch.optim.lr_scheduler.LambdaLR(
            optimiser, lambda step: min(1.0, (step + 1) / (WARM_UP * n)) * max(0.02, 1 - step / n)
        )
        self.model.train()
        step = 0
        while step < n:
            for rows in self._batches(windows, LEARNING, mixed=True):
                logits = self._logits(windows, rows, dropout=0.1)
                wanted = torch.full(logits.shape[:2], _UNASKED)
                for row, one in enumerate(rows):
                    wanted[row, windows[one].places] = torch.tensor(windows[one].labels)
                torch.nn.functional.cross_entropy(logits.flatten(0, 1), wanted.flatten()).backward()
                torch.nn.utils.clip_grad_norm_(self.model.parameters(), 1.0)
                optimiser.step()
                optimiser.zero_grad()
                pace.step()
                step += 1
                if step == n:
                    break

    def label(self, windows: Sequence[Window]) -> list[np.ndarray]:
        """Log-probabilities (units, labels) of each window."""
        found: dict[int, np.ndarray] = {}
        self.model.eval()
        with self.torch.inference_mode():
            for rows in self._batches(windows, LABELLING, mixed=False):
                logits = self.torch.log_softmax(self._logits(windows, rows, dropout=0.0), -1).numpy()
                found.update((one, logits[row, windows[one].places]) for row, one in enumerate(rows))
        return [found[number] for number in range(len(windows))]

    def _logits(self, windows: Sequence[Window], rows: list[int], *, dropout: float) -> Any:
        torch = self.torch
        longest = max(len(windows[row].pieces) for row in rows)
        pieces, read = torch.zeros(len(rows), longest, dtype=torch.long), torch.zeros(len(rows), longest)
        for at, row in enumerate(rows):
            n = len(windows[row].pieces)
            pieces[at, :n], read[at, :n] = torch.tensor(windows[row].pieces), 1
        with torch.autocast("cpu", dtype=torch.bfloat16):
            vectors = self.model(input_ids=pieces, attention_mask=read.long()).last_hidden_state
            return self.head(torch.nn.functional.dropout(vectors, dropout, training=dropout > 0)).float()

    def _batches(self, windows: Sequence[Window], size: int, *, mixed: bool) -> Iterator[list[int]]:
        """Numbers of windows in batches of about `size` pieces, windows of like length together."""
        order = list(range(len(windows)))
        if mixed:
            self.rng.shuffle(order)
        step = 1_024 if mixed else len(order)
        batches: list[list[int]] = []
        for begin in range(0, len(order), step):
            batch: list[int] = []
            for row in sorted(order[begin : begin + step], key=lambda one: len(windows[one].pieces)):
                if batch and (len(batch) + 1) * len(windows[row].pieces) > size:
                    batches.append(batch)
                    batch = []
                batch.append(row)
            batches.append(batch)
        if mixed:
            self.rng.shuffle(batches)
        yield from batches


def best_labels(logs: np.ndarray) -> np.ndarray:
    """The best labels (units,) in which nothing goes on that did not begin."""
    label = np.arange(N_LABELS)
    goes_on = (label % 2 == 0) & (label > 0)
    allowed = ~goes_on[None] | (label[:, None] == label[None]) | (label[:, None] == label[None] - 1)
    steps = np.where(allowed, 0.0, NEVER)
    best = logs[0] + np.where(goes_on, NEVER, 0.0)
    back = np.zeros(logs.shape, dtype=np.int64)
    for place in range(1, len(logs)):
        paths = best[:, None] + steps
        back[place] = paths.argmax(axis=0)
        best = paths.max(axis=0) + logs[place]
    found = [int(best.argmax())]
    for place in range(len(logs) - 1, 0, -1):
        found.append(int(back[place, found[-1]]))
    return np.array(found[::-1], dtype=np.int8)


def log_marginals(scores: np.ndarray, transitions: np.ndarray) -> np.ndarray:
    """Log-probability (units, labels) of each label in a field whose scores and transitions are log-weights."""
    forward, backward = scores.copy(), np.zeros_like(scores)
    for place in range(1, len(scores)):
        forward[place] += np.logaddexp.reduce(forward[place - 1][:, None] + transitions, axis=0)
    for place in range(len(scores) - 2, -1, -1):
        backward[place] = np.logaddexp.reduce(transitions + (scores[place + 1] + backward[place + 1]), axis=1)
    both = forward + backward
    logs: np.ndarray = both - np.logaddexp.reduce(both, axis=1)[:, None]
    return logs


def seen(polnear: Path) -> Corpus:
    """What there is to learn from: two thirds of PolNeAR's train articles."""
    rows = read_split(polnear, "train")
    unseen = sorted(name for name, _, _ in rows)[::THIRDS]
    return lay_out([row for row in rows if row[0] not in unseen], read_tag_counts())


def coded_windows(teacher: Teacher, corpus: Corpus) -> list[Window]:
    """The windows of coded articles."""
    windows = []
    for document in corpus.documents:
        labels = document.labels[document.around.unit >= 0].tolist()
        for first, stop in document.tokens.paragraphs():
            windows += teacher.windows(document.tokens.forms[first:stop], labels[first:stop])
    return windows


def main() -> None:
    """Teach, label and write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--polnear", type=Path, required=True, help="its folder; BASIL and NewsMTSC beside it")
    parser.add_argument(
        "--model", type=Path, required=True, help="folder of the model (model.safetensors, config.json)"
    )
    parser.add_argument("--out", type=Path, required=True, help="the file to write")
    arguments = parser.parse_args()
    corpus = seen(arguments.polnear)
    stack, _ = train_stack(corpus, seed=FIELD_SEED, settings=Settings(draws=1))
    transitions = stack.second.transitions / SCALE
    teacher = Teacher(arguments.model)
    teacher.learn(coded_windows(teacher, corpus))
    vocabulary = Vocabulary()
    windows: dict[int, list[Window]] = {}
    own: dict[int, np.ndarray] = {}
    for text in chain(*uncoded_texts(arguments.polnear)):
        tokens = tokenise(text, vocabulary=vocabulary)
        around = context(tokens, find_quotes(tokens), stack.forms(vocabulary))
        scores = stack.scores(around, vocabulary, compiled=True)[around.unit >= 0, :N_LABELS] / SCALE
        for paragraph, (first, stop) in zip(paragraphs_of(tokens), tokens.paragraphs(), strict=True):
            key = text_key(paragraph)
            windows[key] = teacher.windows(tokens.forms[first:stop], [0] * (stop - first))
            own[key] = np.maximum(log_marginals(scores[first:stop], transitions), LEAST)
    logs = iter(teacher.label([window for some in windows.values() for window in some]))
    guesses = {
        key: best_labels(np.concatenate([next(logs) for _ in some]) + FIELDS * own[key])
        for key, some in windows.items()
    }
    write_guesses(arguments.out, guesses)


if __name__ == "__main__":
    main()
