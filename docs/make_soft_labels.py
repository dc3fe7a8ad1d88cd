"""Makes what tone toward a target learns from beside people's labels: `python docs/make_soft_labels.py …`.

A larger model, all-mpnet-base-v2, is taught on two thirds of NewsMTSC's train part (25 CPU-minutes). It guesses the tone
toward 67,000 names and pronouns that nobody labelled (40), and is asked what it makes of each word of the word table beside a
target (8). It reads what the small network reads: the target is one mark, every other name the word "someone". Needs
`torch`, `transformers` and `tokenizers`, which the project does not. With `--limit 200` all of it takes two minutes.
"""

from __future__ import annotations

import argparse
import random
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from analysis import words
from analysis.errors import MissingExtra
from analysis.sentiment import clauses, network, wordforms
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
N_MENTIONS = 67_000
#: Layers of the larger model that stay as they are.
N_FROZEN = 6
#: Word pieces of a sentence and of a word that are read, and of a batch when it learns and when it guesses.
LONGEST, LONGEST_WORD, LEARNING, GUESSING = 90, 8, 800, 2_500
RATE, HEAD_RATE, WARM_UP, SMOOTHING, DROPOUT = 3e-5, 5e-4, 0.06, 0.05, 0.1
#: What its logits are multiplied by before they become guesses, as it is surer than it is right.
SCALE = 0.85
#: Dimensions that are kept of how it reads a word, and the spread of each.
N_DIMENSIONS, SPREAD = 48, 0.5
WRITTEN = {clauses.TARGET: "<mask>", clauses.NAME: "someone", clauses.NUMBER: "10"}


def written(mention: Mention) -> str:
    """A mention's sentence as the larger model reads it."""
    tokens, _ = clauses.read_tokens(words.normalise(mention.text), mention.start, mention.end)
    return " ".join(WRITTEN.get(token.kind, token.form) for token in tokens)


class Coded(NamedTuple):
    """Word pieces of one text, where the target stands among them, and where the words asked about do."""

    pieces: list[int]
    at: int
    inside: slice


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
        self.frozen = [self.model.embeddings, *self.model.encoder.layer[:N_FROZEN]]
        for part in self.frozen:
            part.requires_grad_(False)
        self.head = torch.nn.Linear(3 * self.model.config.hidden_size, 3)
        self.mark, self.first, self.last = (self.tokenizer.token_to_id(one) for one in ("<mask>", "<s>", "</s>"))

    def code(self, lines: Sequence[str]) -> list[Coded]:
        """Word pieces of each line, the target within `LONGEST` of them."""
        found = []
        for coded in self.tokenizer.encode_batch(list(lines), add_special_tokens=False):
            at = coded.ids.index(self.mark)
            begin = max(0, min(at - LONGEST // 2, len(coded.ids) - LONGEST))
            pieces = coded.ids[begin : begin + LONGEST]
            found.append(Coded([self.first, *pieces, self.last], at - begin + 1, slice(1, len(pieces) + 1)))
        return found

    def learn(self, coded: Sequence[Coded], classes: np.ndarray) -> None:
        """Teach on labelled sentences."""
        torch = self.torch
        parameters = [one for one in self.model.parameters() if one.requires_grad]
        optimiser = torch.optim.AdamW(
            [{"params": parameters, "lr": RATE}, {"params": self.head.parameters(), "lr": HEAD_RATE}], weight_decay=0.01
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
                logits = self._logits(self._view(self._states(coded, rows), coded, rows), DROPOUT)
                loss = torch.nn.functional.cross_entropy(logits, true[rows], label_smoothing=SMOOTHING)
                loss.backward()
                torch.nn.utils.clip_grad_norm_([*parameters, *self.head.parameters()], 1.0)
                optimiser.step()
                optimiser.zero_grad()
                pace.step()

    def guess(self, coded: Sequence[Coded]) -> np.ndarray:
        """Probabilities, shape (T, 3)."""
        return network.softmax(SCALE * self._read(coded)[0])

    def describe(self, forms: Sequence[str]) -> np.ndarray:
        """Vectors of words, shape (W, V): how each reads before and after a target, its main directions and its logits."""
        pieces = [one.ids[:LONGEST_WORD] for one in self.tokenizer.encode_batch(list(forms), add_special_tokens=False)]
        before = [
            Coded([self.first, *one, self.mark, self.last], len(one) + 1, slice(1, len(one) + 1)) for one in pieces
        ]
        after = [Coded([self.first, self.mark, *one, self.last], 1, slice(2, len(one) + 2)) for one in pieces]
        logits, insides, targets = zip(*(self._read(coded) for coded in (before, after)), strict=True)
        seen = np.hstack([(part - part.mean(axis=0)) / part.std() for part in (*insides, *targets)])
        directions = np.linalg.eigh(seen.T @ seen)[1][:, ::-1][:, :N_DIMENSIONS]
        columns = np.hstack((seen @ directions, *logits))
        columns -= columns.mean(axis=0)
        return SPREAD * columns / columns.std(axis=0)

    def _read(self, coded: Sequence[Coded]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Logits (T, 3), mean vectors of the words inside (T, D) and the target's vectors (T, D)."""
        size = self.model.config.hidden_size
        logits = np.zeros((len(coded), 3))
        insides, targets = (np.zeros((len(coded), size), dtype=np.float32) for _ in range(2))
        self.model.eval()
        with self.torch.inference_mode():
            for rows in self._batches(coded, GUESSING, mixed=False):
                states = self._states(coded, rows)
                view = self._view(states, coded, rows)
                logits[rows] = self._logits(view, 0.0).numpy()
                targets[rows] = view[:, :size].float().numpy()
                insides[rows] = [
                    state[coded[row].inside].float().mean(0).numpy() for state, row in zip(states, rows, strict=True)
                ]
        return logits, insides, targets

    def _states(self, coded: Sequence[Coded], rows: list[int]) -> Any:
        pieces, is_piece = self._filled(coded, rows)
        with self.torch.autocast("cpu", dtype=self.torch.bfloat16):
            return self.model(input_ids=pieces, attention_mask=is_piece).last_hidden_state

    def _view(self, states: Any, coded: Sequence[Coded], rows: list[int]) -> Any:
        shown = self._filled(coded, rows)[1].unsqueeze(-1).to(states.dtype)
        mean = (states * shown).sum(1) / shown.sum(1)
        target = states[self.torch.arange(len(rows)), self.torch.tensor([coded[row].at for row in rows])]
        return self.torch.cat([target, mean, states[:, 0]], dim=-1)

    def _logits(self, view: Any, dropout: float) -> Any:
        with self.torch.autocast("cpu", dtype=self.torch.bfloat16):
            return self.head(self.torch.nn.functional.dropout(view, dropout)).float()

    def _filled(self, coded: Sequence[Coded], rows: list[int]) -> tuple[Any, Any]:
        """Word pieces of some texts, filled up to the longest, and which of them are pieces."""
        lengths = [len(coded[row].pieces) for row in rows]
        filler, longest = self.model.config.pad_token_id, max(lengths)
        pieces = [coded[row].pieces + [filler] * (longest - n) for row, n in zip(rows, lengths, strict=True)]
        is_piece = [[1] * n + [0] * (longest - n) for n in lengths]
        return self.torch.tensor(pieces), self.torch.tensor(is_piece)

    def _batches(self, coded: Sequence[Coded], n_pieces: int, *, mixed: bool) -> Iterator[list[int]]:
        """Rows of about the same length, at most `n_pieces` together."""
        order = list(range(len(coded)))
        if mixed:
            self.rng.shuffle(order)
        stretch = 512 if mixed else len(order)
        found: list[list[int]] = []
        for begin in range(0, len(order), stretch):
            found.append([])
            for row in sorted(order[begin : begin + stretch], key=lambda one: len(coded[one].pieces)):
                if (len(found[-1]) + 1) * len(coded[row].pieces) > n_pieces and found[-1]:
                    found.append([])
                found[-1].append(row)
        if mixed:
            self.rng.shuffle(found)
        return iter(found)


def choose(newsmtsc: Path, labelled: set[str], n: int) -> list[Mention]:
    """As many mentions as are wanted, at random, of those that read differently from each other and from labelled ones."""
    distinct = {written(one): one for one in news_mentions(newsmtsc)}
    kept = sorted(set(distinct) - labelled)
    return [distinct[line] for line in random.Random(SEED).sample(kept, min(n, len(kept)))]


def choose_again(newsmtsc: Path, earlier: Path, n: int) -> list[Mention]:
    """The mentions of a file of guesses, the first `n`."""
    guessed = read_guesses(earlier).by_key
    return list({mention_key(one): one for one in news_mentions(newsmtsc) if mention_key(one) in guessed}.values())[:n]


def main() -> None:
    """Teach, guess, describe and write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--newsmtsc", type=Path, required=True, help="its folder, PolNeAR and BASIL beside it")
    parser.add_argument("--model", type=Path, required=True, help="folder of all-mpnet-base-v2 (model.safetensors, …)")
    parser.add_argument("--mentions-of", type=Path, help="guess about the mentions of this file, not about others")
    parser.add_argument("--limit", type=int, help="teach and guess on so few sentences, to see that it works")
    parser.add_argument("--out", type=Path, required=True, help="the file to write")
    arguments = parser.parse_args()
    targets = news_targets(arguments.newsmtsc)
    labelled = [written(Mention(*row)) for row in targets[list(Mention._fields)].itertuples(index=False, name=None)]
    n = arguments.limit or N_MENTIONS
    if arguments.mentions_of:
        mentions = choose_again(arguments.newsmtsc, arguments.mentions_of, n)
    else:
        mentions = choose(arguments.newsmtsc, set(labelled), n)
    rows = np.flatnonzero(~targets["article"].isin(left_out_articles(targets)))[: arguments.limit]
    teacher = Teacher(arguments.model, SEED)
    teacher.learn(teacher.code([labelled[row] for row in rows]), targets["class_no"].to_numpy()[rows])
    guesses = teacher.guess(teacher.code([written(one) for one in mentions]))
    forms = list(wordforms.word_table().row)
    described = teacher.describe(forms[: arguments.limit])
    unseen = np.zeros((len(forms) - len(described), described.shape[1]))
    write_guesses(arguments.out, mentions, guesses, np.vstack((described, unseen)))


if __name__ == "__main__":
    main()
