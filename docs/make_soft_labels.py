"""Makes the guesses that tone toward a target learns from beside people's labels: `python docs/make_soft_labels.py …`.

A larger model is taught on two thirds of NewsMTSC's train part and guesses the tone toward names and pronouns that nobody
labelled: all-MiniLM-L6-v2 toward 50,000 (11 CPU-minutes), then all-mpnet-base-v2, better and slower, with `--over` toward
12,500 of them that stand in NewsMTSC's sentences (30). They read what the small network reads: the target is one mark,
every other name the word "someone". Needs `torch`, `transformers` and `tokenizers`, which the project does not.
"""

from __future__ import annotations

import argparse
import random
from collections.abc import Collection, Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from analysis import words
from analysis.errors import MissingExtra
from analysis.sentiment import clauses, network
from analysis.sentiment.toward_training import (
    Mention,
    left_out_articles,
    mention_key,
    news_mentions,
    news_targets,
    read_guesses,
    write_guesses,
)

N_ROUNDS = 3
SEED = 0
N_MENTIONS, N_ANEW = 50_000, 12_500
#: Word pieces of a sentence that are read, and of a batch when it learns and when it guesses.
LONGEST, LEARNING, GUESSING = 90, 700, 2_000
HEAD_RATE, WARM_UP, SMOOTHING = 5e-4, 0.06, 0.05
WRITTEN = {clauses.TARGET: "[MASK]", clauses.NAME: "someone", clauses.NUMBER: "10"}
Coded = tuple[list[int], int]


class Habit(NamedTuple):
    """How one sort of model learns: its rate and how many of its lowest layers stay as they are; what its logits are
    multiplied by before they become guesses, as it is surer than it is right; its own special pieces."""

    rate: float
    n_frozen: int
    scale: float
    mark: str
    first: str
    last: str


HABITS = {
    "bert": Habit(7e-5, 1, 0.7, "[MASK]", "[CLS]", "[SEP]"),
    "mpnet": Habit(3e-5, 6, 0.85, "<mask>", "<s>", "</s>"),
}


def written(mention: Mention) -> str:
    """A mention's sentence as the larger model reads it."""
    tokens, _ = clauses.read_tokens(words.normalise(mention.text), mention.start, mention.end)
    return " ".join(WRITTEN.get(token.kind, token.form) for token in tokens)


class Teacher:
    """The larger model with three logits over the target's vector, the mean vector and the sentence's."""

    def __init__(self, folder: Path, seed: int) -> None:
        try:
            import torch
            from tokenizers import Tokenizer
            from transformers import AutoModel
        except ImportError as missing:
            raise MissingExtra("guessing needs a larger model: pip install torch transformers tokenizers") from missing

        torch.manual_seed(seed)
        torch.set_num_threads(1)
        self.torch, self.rng = torch, random.Random(seed)
        self.tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self.tokenizer.no_padding()
        self.tokenizer.no_truncation()
        self.model = AutoModel.from_pretrained(folder, local_files_only=True, add_pooling_layer=False)
        self.habit = HABITS[self.model.config.model_type]
        self.frozen = [self.model.embeddings, *self.model.encoder.layer[: self.habit.n_frozen]]
        for part in self.frozen:
            part.requires_grad_(False)
        self.head = torch.nn.Linear(3 * self.model.config.hidden_size, 3)

    def code(self, lines: Sequence[str]) -> list[Coded]:
        """Word pieces of each line, the target within `LONGEST` of them, and the target's place."""
        mark, first, last = (self.tokenizer.token_to_id(one) for one in self.habit[3:])
        marked = [line.replace(WRITTEN[clauses.TARGET], self.habit.mark) for line in lines]
        found = []
        for coded in self.tokenizer.encode_batch(marked, add_special_tokens=False):
            at = coded.ids.index(mark)
            begin = max(0, min(at - LONGEST // 2, len(coded.ids) - LONGEST))
            found.append(([first, *coded.ids[begin : begin + LONGEST], last], at - begin + 1))
        return found

    def learn(self, coded: Sequence[Coded], classes: np.ndarray) -> None:
        """Teach on labelled sentences."""
        torch = self.torch
        parameters = [one for one in self.model.parameters() if one.requires_grad]
        optimiser = torch.optim.AdamW(
            [{"params": parameters, "lr": self.habit.rate}, {"params": self.head.parameters(), "lr": HEAD_RATE}],
            weight_decay=0.01,
        )
        n = N_ROUNDS * len(list(self._batches(coded, LEARNING, mixed=True)))
        pace = torch.optim.lr_scheduler.LambdaLR(
            optimiser, lambda step: min(1.0, (step + 1) / (WARM_UP * n)) * max(0.02, 1 - step / n)
        )
        true = torch.tensor(classes)
        self.model.train()
        for part in self.frozen:
            part.eval()
        for _ in range(N_ROUNDS):
            for rows in self._batches(coded, LEARNING, mixed=True):
                loss = torch.nn.functional.cross_entropy(
                    self._logits(coded, rows, dropout=0.1), true[rows], label_smoothing=SMOOTHING
                )
                loss.backward()
                torch.nn.utils.clip_grad_norm_([*parameters, *self.head.parameters()], 1.0)
                optimiser.step()
                optimiser.zero_grad()
                pace.step()

    def guess(self, coded: Sequence[Coded]) -> np.ndarray:
        """Probabilities, shape (T, 3)."""
        found = np.zeros((len(coded), 3))
        self.model.eval()
        with self.torch.inference_mode():
            for rows in self._batches(coded, GUESSING, mixed=False):
                found[rows] = self._logits(coded, rows, dropout=0.0).numpy()
        return network.softmax(self.habit.scale * found)

    def _logits(self, coded: Sequence[Coded], rows: list[int], *, dropout: float) -> Any:
        torch = self.torch
        longest, filler = max(len(coded[row][0]) for row in rows), self.model.config.pad_token_id
        pieces = torch.tensor([coded[row][0] + [filler] * (longest - len(coded[row][0])) for row in rows])
        is_piece = torch.tensor([[1] * len(coded[row][0]) + [0] * (longest - len(coded[row][0])) for row in rows])
        with torch.autocast("cpu", dtype=torch.bfloat16):
            states = self.model(input_ids=pieces, attention_mask=is_piece).last_hidden_state
            shown = is_piece.unsqueeze(-1).to(states.dtype)
            mean = (states * shown).sum(1) / shown.sum(1)
            target = states[torch.arange(len(rows)), torch.tensor([coded[row][1] for row in rows])]
            view = torch.cat([target, mean, states[:, 0]], dim=-1)
            return self.head(torch.nn.functional.dropout(view, dropout)).float()

    def _batches(self, coded: Sequence[Coded], n_pieces: int, *, mixed: bool) -> Iterator[list[int]]:
        """Rows of about the same length, at most `n_pieces` together."""
        order = list(range(len(coded)))
        if mixed:
            self.rng.shuffle(order)
        stretch = 512 if mixed else len(order)
        found: list[list[int]] = []
        for begin in range(0, len(order), stretch):
            found.append([])
            for row in sorted(order[begin : begin + stretch], key=lambda one: len(coded[one][0])):
                if (len(found[-1]) + 1) * len(coded[row][0]) > n_pieces and found[-1]:
                    found.append([])
                found[-1].append(row)
        if mixed:
            self.rng.shuffle(found)
        return iter(found)


def choose(newsmtsc: Path, labelled: set[str]) -> list[Mention]:
    """As many mentions as are wanted, at random, of those that read differently from each other and from labelled ones."""
    distinct = {written(one): one for one in news_mentions(newsmtsc)}
    kept = sorted(set(distinct) - labelled)
    return [distinct[line] for line in random.Random(SEED).sample(kept, min(N_MENTIONS, len(kept)))]


def choose_again(newsmtsc: Path, guessed: Collection[int], texts: set[str]) -> tuple[list[Mention], list[Mention]]:
    """The mentions of a file of guesses, and those of them to guess anew: `N_ANEW` at random that stand in these texts."""
    known = {mention_key(one): one for one in news_mentions(newsmtsc) if mention_key(one) in guessed}
    inside = [one for one in known.values() if one.text in texts]
    return list(known.values()), random.Random(SEED).sample(inside, min(N_ANEW, len(inside)))


def main() -> None:
    """Teach, guess and write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--newsmtsc", type=Path, required=True, help="its folder, PolNeAR and BASIL beside it")
    parser.add_argument(
        "--model", type=Path, required=True, help="folder of the model (model.safetensors, config.json)"
    )
    parser.add_argument("--over", type=Path, help="a smaller model's guesses, some of which are made anew")
    parser.add_argument("--out", type=Path, required=True, help="the file to write")
    arguments = parser.parse_args()
    targets = news_targets(arguments.newsmtsc)
    labelled = [written(Mention(*row)) for row in targets[list(Mention._fields)].itertuples(index=False, name=None)]
    guesses = read_guesses(arguments.over) if arguments.over else {}
    if guesses:
        known, anew = choose_again(arguments.newsmtsc, guesses, set(targets["text"]))
    else:
        known = anew = choose(arguments.newsmtsc, set(labelled))
    rows = np.flatnonzero(~targets["article"].isin(left_out_articles(targets)))
    teacher = Teacher(arguments.model, SEED)
    coded = teacher.code(labelled)
    teacher.learn([coded[row] for row in rows], targets["class_no"].to_numpy()[rows])
    made = teacher.guess(teacher.code([written(one) for one in anew]))
    guesses |= dict(zip(map(mention_key, anew), made, strict=True))
    write_guesses(arguments.out, known, np.array([guesses[mention_key(one)] for one in known]))


if __name__ == "__main__":
    main()
