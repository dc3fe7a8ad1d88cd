"""Learn the weights of a linear-chain conditional random field.

Floor: rows of feature numbers and labels come in, weights go out. AdaGrad over whole paragraphs, features dropped at
random (without that the field trusts single words too much), weights averaged over the later passes.
"""

from __future__ import annotations

import numba
import numpy as np

from analysis.attribution.crf import N_LABELS


@numba.njit(cache=True, fastmath=True)
def _pass(features, labels, starts, ends, order, weights, squares, trans, trans_squares, rate, decay, drop, seed):  # type: ignore[no-untyped-def]
    """One pass over the paragraphs in `order`; changes the weights in place and gives the loss."""
    n_labels = trans.shape[0]
    n_columns = features.shape[1]
    longest = 0
    for i in range(len(starts)):
        longest = max(longest, ends[i] - starts[i])
    kept = np.zeros((longest, n_columns), np.int32)
    n_kept = np.zeros(longest, np.int32)
    scores = np.zeros((longest, n_labels), np.float32)
    forward = np.zeros((longest, n_labels), np.float32)
    backward = np.zeros((longest, n_labels), np.float32)
    scale = np.zeros(longest, np.float32)
    exp_trans = np.zeros((n_labels, n_labels), np.float32)
    expected = np.zeros((n_labels, n_labels), np.float32)
    loss = 0.0
    state = np.uint64(seed * 2 + 1)
    for q in range(len(order)):
        s = starts[order[q]]
        n = ends[order[q]] - s
        for a in range(n_labels):
            for b in range(n_labels):
                exp_trans[a, b] = np.exp(trans[a, b])
                expected[a, b] = 0.0
        for t in range(n):
            k = 0
            for f in range(n_columns):
                row = features[s + t, f]
                if row > 0:
                    state ^= state << np.uint64(13)
                    state ^= state >> np.uint64(7)
                    state ^= state << np.uint64(17)
                    if (state >> np.uint64(20)) % np.uint64(1000) >= drop:
                        kept[t, k] = row
                        k += 1
            n_kept[t] = k
            for a in range(n_labels):
                scores[t, a] = 0.0
            for j in range(k):
                row = kept[t, j]
                for a in range(n_labels):
                    scores[t, a] += weights[row, a]
            top = scores[t, 0]
            for a in range(1, n_labels):
                top = max(top, scores[t, a])
            loss -= scores[t, labels[s + t]] - top
            for a in range(n_labels):
                scores[t, a] = np.exp(scores[t, a] - top)
        for t in range(n):
            total = np.float32(0.0)
            for a in range(n_labels):
                value = np.float32(1.0)
                if t > 0:
                    value = np.float32(0.0)
                    for b in range(n_labels):
                        value += forward[t - 1, b] * exp_trans[b, a]
                forward[t, a] = value * scores[t, a]
                total += forward[t, a]
            for a in range(n_labels):
                forward[t, a] /= total
            scale[t] = total
            loss += np.log(total)
            if t > 0:
                loss -= trans[labels[s + t - 1], labels[s + t]]
        for a in range(n_labels):
            backward[n - 1, a] = 1.0
        for t in range(n - 2, -1, -1):
            for a in range(n_labels):
                value = np.float32(0.0)
                for b in range(n_labels):
                    value += exp_trans[a, b] * scores[t + 1, b] * backward[t + 1, b]
                backward[t, a] = value / scale[t + 1]
        for t in range(1, n):
            for a in range(n_labels):
                for b in range(n_labels):
                    expected[a, b] += forward[t - 1, a] * exp_trans[a, b] * scores[t, b] * backward[t, b] / scale[t]
            expected[labels[s + t - 1], labels[s + t]] -= 1.0
        for a in range(n_labels):
            for b in range(n_labels):
                g = expected[a, b]
                if g != 0.0:
                    trans_squares[a, b] += g * g
                    trans[a, b] -= rate * g / np.sqrt(trans_squares[a, b] + 1e-2)
        for t in range(n):
            for a in range(n_labels):
                g = forward[t, a] * backward[t, a]
                if a == labels[s + t]:
                    g -= np.float32(1.0)
                if abs(g) < 1e-3:
                    continue
                for j in range(n_kept[t]):
                    row = kept[t, j]
                    step = g + decay * weights[row, a]
                    squares[row, a] += step * step
                    weights[row, a] -= rate * step / np.sqrt(squares[row, a])
    return loss


def runs_of(edge: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """First place and one past the last place of each run between edges, int64."""
    change = np.flatnonzero(np.diff(np.concatenate([[1], edge.astype(np.int8), [1]])))
    return change[::2].astype(np.int64), change[1::2].astype(np.int64)


def fit(
    features: np.ndarray,
    labels: np.ndarray,
    edge: np.ndarray,
    n_rows: int,
    *,
    passes: int = 8,
    rate: float = 0.05,
    decay: float = 1e-4,
    dropout: float = 0.3,
    seed: int = 0,
) -> tuple[np.ndarray, np.ndarray]:
    """Weights of a field.

    Parameters
    ----------
    features : int32 (N, columns), rows of the weight table; 0 for features that are too rare.
    labels : int8 (N,).
    edge : bool (N,), places between paragraphs.
    n_rows : rows of the weight table.
    dropout : share of features that each place loses in each pass.

    Returns
    -------
    weights (n_rows, labels), transitions (labels, labels); averaged over the second half of the passes.
    """
    starts, ends = runs_of(edge)
    random = np.random.default_rng(seed)
    weights, squares = np.zeros((n_rows, N_LABELS), np.float32), np.ones((n_rows, N_LABELS), np.float32)
    trans, trans_squares = np.zeros((N_LABELS, N_LABELS), np.float32), np.ones((N_LABELS, N_LABELS), np.float32)
    sum_weights, sum_trans, n_summed = np.zeros_like(weights), np.zeros_like(trans), 0
    for number in range(passes):
        order = random.permutation(len(starts))
        _pass(
            features, labels, starts, ends, order, weights, squares, trans, trans_squares,
            np.float32(rate), np.float32(decay), np.uint64(round(dropout * 1000)), seed * 1000 + number,
        )  # fmt: skip
        if number >= passes // 2:
            sum_weights += weights
            sum_trans += trans
            n_summed += 1
    return sum_weights / n_summed * np.float32(1 - dropout), sum_trans / n_summed
