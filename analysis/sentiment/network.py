"""A small network that reads the words around one place of a sentence in their order, and can be taught to do so.

Floor: tokens come in as packed arrays (`Batch`), three logits a text go out; numpy only, for teaching as well. Three
convolutions over the tokens (5 wide, 1, 2 and 4 apart), then one view of the sentence: the token asked about, two weighted
means and the largest value of each channel.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np
from scipy import sparse

#: Arrays by name: `forms` (V, D), `side` (S, D), `places` (P, D), `conv` (3, 5, D, D), `look` (D, 2), `hidden`, `out` and
#: the constants `conv_0`, `hidden_0`, `out_0`. Without `side` the table of words is in the network's own channels (`settle`).
Arrays = dict[str, np.ndarray]
SETTLED_NAMES = ("forms", "places", "conv", "conv_0", "look", "hidden", "hidden_0", "out", "out_0")
WIDTH, SPACING = 5, (1, 2, 4)
#: Empty rows between texts, so that no convolution reaches into the next one.
GAP = WIDTH // 2 * SPACING[-1]
#: Rows that are multiplied at once: too few for a library to share them out among threads, which here costs more than it
#: saves.
_BLOCK = 32
_STEEPEST = 10.0
WARM_UP = 200
_MOMENTUM, _SPREAD, _DECAY = 0.9, 0.999, 0.02


class Reading(NamedTuple):
    """One text of n tokens: rows in `forms` and in the table of words (-1: not in it), rows in `places` (n, 3), target."""

    forms: np.ndarray
    words: np.ndarray
    places: np.ndarray
    at: int


class Batch(NamedTuple):
    """Texts one after the other with gaps between, N rows: what is known of each word (N, S), is it a token (N, 1), text."""

    forms: np.ndarray
    side: np.ndarray
    places: np.ndarray
    is_token: np.ndarray
    text: np.ndarray
    starts: np.ndarray
    targets: np.ndarray


class Trace(NamedTuple):
    """What a pass left behind for the way back: layers, masks of dropout, and the parts of the view."""

    layers: list[np.ndarray]
    fired: list[np.ndarray]
    masks: list[np.ndarray | float]
    looks: np.ndarray
    weights: np.ndarray
    sums: np.ndarray
    means: list[np.ndarray]
    most: np.ndarray
    view: np.ndarray
    hidden: np.ndarray


def pack(readings: Sequence[Reading], table: np.ndarray) -> Batch:
    """Readings as one batch; `table` (W, S) says what is known of each word, its last row (of zeros) of all others."""
    lengths = np.array([len(one.forms) for one in readings])
    starts = GAP + np.concatenate(([0], np.cumsum(lengths + GAP)[:-1]))
    n_rows = int(GAP + (lengths + GAP).sum())
    rows = np.concatenate([np.arange(start, start + n) for start, n in zip(starts, lengths, strict=True)])
    forms, text = np.zeros(n_rows, dtype=np.int64), np.zeros(n_rows, dtype=np.int64)
    places = np.zeros((n_rows, readings[0].places.shape[1]), dtype=np.int64)
    is_token, known = np.zeros((n_rows, 1), dtype=table.dtype), np.full(n_rows, -1)
    forms[rows] = np.concatenate([one.forms for one in readings])
    known[rows] = np.concatenate([one.words for one in readings])
    places[rows] = np.concatenate([one.places for one in readings])
    is_token[rows] = 1
    text[starts[1:]] = 1
    targets = starts + np.array([one.at for one in readings])
    return Batch(forms, np.take(table, known, axis=0, mode="wrap"), places, is_token, np.cumsum(text), starts, targets)


def logits(arrays: Arrays, batch: Batch) -> np.ndarray:
    """Three logits a text, shape (T, 3)."""
    return _forward(arrays, batch, lambda _: 1.0)[0]


def settle(arrays: Arrays, table: np.ndarray) -> tuple[Arrays, np.ndarray]:
    """The arrays without `side`, and the table of words (W, D) as the network hears it: the same logits, fewer sums a token."""
    return {name: arrays[name] for name in SETTLED_NAMES}, table @ arrays["side"]


def new_arrays(n_forms: int, n_side: int, n_places: int, n_channels: int, rng: np.random.Generator) -> Arrays:
    """Arrays before anything was learned."""

    def drawn(*shape: int, spread: float) -> np.ndarray:
        return rng.normal(0, spread, shape).astype(np.float32)

    d = n_channels
    return {
        "forms": drawn(n_forms, d, spread=0.02),
        "side": drawn(n_side, d, spread=0.15),
        "places": drawn(n_places, d, spread=0.1),
        "conv": drawn(len(SPACING), WIDTH, d, d, spread=(WIDTH * d) ** -0.5),
        "conv_0": np.zeros((len(SPACING), d), dtype=np.float32),
        "look": drawn(d, 2, spread=0.1),
        "hidden": drawn(4 * d, d, spread=(4 * d) ** -0.5),
        "hidden_0": np.zeros(d, dtype=np.float32),
        "out": drawn(d, 3, spread=d**-0.5),
        "out_0": np.zeros(3, dtype=np.float32),
    }


def teach(
    arrays: Arrays,
    draw: Callable[[np.ndarray], Batch],
    wanted: np.ndarray,
    *,
    n_rounds: int,
    rng: np.random.Generator,
    batch_size: int = 64,
    rate: float = 2e-3,
    dropout: float = 0.2,
) -> None:
    """Move `arrays` (in place) toward the wanted probabilities: Adam with decay of weights, rate falling by a cosine.

    Parameters
    ----------
    draw : rows of `wanted` → their batch (it may leave out words at random).
    wanted : (T, 3) probabilities; a certain class is a row of one 1 and two 0.
    n_rounds : how many times each text is seen.
    """
    first = {name: np.zeros_like(array) for name, array in arrays.items()}
    second = {name: np.zeros_like(array) for name, array in arrays.items()}
    n_steps = n_rounds * math.ceil(len(wanted) / batch_size)
    step = 0

    def mask(shape: tuple[int, ...]) -> np.ndarray:
        return (rng.random(shape, dtype=np.float32) >= dropout).astype(np.float32) / np.float32(1 - dropout)

    for _ in range(n_rounds):
        order = rng.permutation(len(wanted))
        for begin in range(0, len(order), batch_size):
            rows = order[begin : begin + batch_size]
            batch = draw(rows)
            found, trace = _forward(arrays, batch, mask)
            slopes = _backward(arrays, batch, trace, ((softmax(found) - wanted[rows]) / len(rows)).astype(np.float32))
            step += 1
            pace = rate * min(1.0, step / WARM_UP) * (0.5 + 0.5 * math.cos(math.pi * step / (n_steps + 1)))
            _move(arrays, slopes, first, second, step, pace)


def softmax(found: np.ndarray) -> np.ndarray:
    """Rows of logits as rows of probabilities."""
    powers = np.exp(found - found.max(axis=1, keepdims=True, initial=-np.inf))
    return powers / powers.sum(axis=1, keepdims=True)


def _forward(
    arrays: Arrays, batch: Batch, mask: Callable[[tuple[int, ...]], np.ndarray | float]
) -> tuple[np.ndarray, Trace]:
    x = np.take(arrays["forms"], batch.forms, axis=0)
    x += _times(batch.side, arrays["side"]) if "side" in arrays else batch.side
    for column in batch.places.T:
        x += arrays["places"][column]
    masks = [mask(x.shape)]
    layers, fired = [x * masks[0] * batch.is_token], []
    for number, spacing in enumerate(SPACING):
        made = np.zeros_like(x)
        for shift in range(WIDTH):
            made[GAP:-GAP] += _times(_shifted(layers[-1], shift, spacing), arrays["conv"][number, shift])
        fired.append(np.maximum(made + arrays["conv_0"][number], 0))
        masks.append(mask(x.shape))
        layers.append((layers[-1] + fired[-1] * masks[-1]) * batch.is_token)
    x = layers[-1]
    looks = _times(x, arrays["look"])
    weights = np.exp(np.clip(looks, -_STEEPEST, _STEEPEST)) * batch.is_token
    sums = np.add.reduceat(weights, batch.starts)
    means = [np.add.reduceat(x * weights[:, [one]], batch.starts) / sums[:, [one]] for one in (0, 1)]
    most = np.maximum.reduceat(np.where(batch.is_token > 0, x, -np.inf), batch.starts)
    view = np.concatenate((x[batch.targets], *means, most), axis=1)
    masks.append(mask(view.shape))
    view = view * masks[-1]
    hidden = np.maximum(_times(view, arrays["hidden"]) + arrays["hidden_0"], 0)
    masks.append(mask(hidden.shape))
    trace = Trace(layers, fired, masks, looks, weights, sums, means, most, view, hidden)
    return hidden * masks[-1] @ arrays["out"] + arrays["out_0"], trace


def _backward(arrays: Arrays, batch: Batch, trace: Trace, slope: np.ndarray) -> Arrays:
    """How the loss changes with each array, from how it changes with the logits."""
    found = {"out": (trace.hidden * trace.masks[-1]).T @ slope, "out_0": slope.sum(axis=0)}
    at_hidden = (slope @ arrays["out"].T) * trace.masks[-1] * (trace.hidden > 0)
    found |= {"hidden": trace.view.T @ at_hidden, "hidden_0": at_hidden.sum(axis=0)}
    x = trace.layers[-1]
    at_target, *at_means, at_most = np.split((at_hidden @ arrays["hidden"].T) * trace.masks[-2], 4, axis=1)
    at_x = np.where(x == trace.most[batch.text], at_most[batch.text], 0)
    at_looks = np.zeros_like(trace.looks)
    for one, at_mean in enumerate(at_means):
        spread = (at_mean / trace.sums[:, [one]])[batch.text]
        at_x += trace.weights[:, [one]] * spread
        at_looks[:, one] = ((x - trace.means[one][batch.text]) * spread).sum(axis=1) * trace.weights[:, one]
    at_looks *= np.abs(trace.looks) < _STEEPEST
    at_x += at_looks @ arrays["look"].T
    found["look"] = x.T @ at_looks
    np.add.at(at_x, batch.targets, at_target)
    at_x *= batch.is_token
    found |= {name: np.zeros_like(arrays[name]) for name in ("conv", "conv_0")}
    for number in reversed(range(len(SPACING))):
        made = at_x * trace.masks[number + 1] * (trace.fired[number] > 0)
        found["conv_0"][number] = made.sum(axis=0)
        for shift in range(WIDTH):
            below = _shifted(trace.layers[number], shift, SPACING[number])
            found["conv"][number, shift] = below.T @ made[GAP:-GAP]
        for shift in range(WIDTH):
            _shifted(at_x, shift, SPACING[number])[...] += made[GAP:-GAP] @ arrays["conv"][number, shift].T
        at_x *= batch.is_token
    at_x = at_x * trace.masks[0]
    found["side"] = batch.side.T @ at_x
    found["forms"] = _gathered(at_x, batch.forms, len(arrays["forms"]))
    found["places"] = sum(_gathered(at_x, column, len(arrays["places"])) for column in batch.places.T)
    return found


def _times(x: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """`x @ weights`, block by block."""
    whole = len(x) - len(x) % _BLOCK
    made = np.empty((len(x), weights.shape[1]), dtype=x.dtype)
    blocks = x[:whole].reshape(whole // _BLOCK, _BLOCK, x.shape[1])
    np.matmul(blocks, weights, out=made[:whole].reshape(len(blocks), _BLOCK, weights.shape[1]))
    made[whole:] = x[whole:] @ weights
    return made


def _shifted(x: np.ndarray, shift: int, spacing: int) -> np.ndarray:
    """The rows that the middle rows see at one place of the window."""
    begin = GAP + (shift - WIDTH // 2) * spacing
    return x[begin : begin + len(x) - 2 * GAP]


def _gathered(x: np.ndarray, rows: np.ndarray, n: int) -> np.ndarray:
    """Sums of the rows of x that belong to each of n rows."""
    ones = np.ones(len(x), dtype=x.dtype)
    return np.asarray(sparse.csr_array((ones, rows, np.arange(len(x) + 1)), shape=(len(x), n)).T @ x)


def _move(arrays: Arrays, slopes: Arrays, first: Arrays, second: Arrays, step: int, pace: float) -> None:
    """One step of Adam (Kingma & Ba 2015) with decoupled decay (Loshchilov & Hutter 2019); slopes are cut at length 1."""
    length = math.sqrt(sum(float((slope * slope).sum()) for slope in slopes.values()))
    for name, slope in slopes.items():
        cut = slope / np.float32(max(length, 1.0))
        first[name] += np.float32(1 - _MOMENTUM) * (cut - first[name])
        second[name] += np.float32(1 - _SPREAD) * (cut * cut - second[name])
        ahead = first[name] / np.float32(1 - _MOMENTUM**step)
        spread = np.sqrt(second[name] / np.float32(1 - _SPREAD**step)) + np.float32(1e-8)
        arrays[name] -= np.float32(pace) * (ahead / spread + np.float32(_DECAY) * arrays[name])
