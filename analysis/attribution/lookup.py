"""Weights laid out for reading: from a feature's value to its row, and rows added up several labels at a time.

Floor: values of templates come in, scores of labels go out. A row holds a label's weight, made positive, in each 16 bits
of a word, so that one addition adds four; weights too large for that take 32 bits. All sums are sums of whole numbers: the
compiled path and the NumPy path give the same on every machine.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from analysis.attribution.compiled import kernels

_MIX_1, _MIX_2, _MIX_3 = np.uint64(0x9E3779B97F4A7C15), np.uint64(0xC2B2AE3D27D4EB4F), np.uint64(0xD6E8FEB86659FD93)
_SHIFT_1, _SHIFT_2 = np.uint64(29), np.uint64(32)
_BLOCK = 16_384  # so many places at a time, so that what they share stays near the processor
_MOST_BITS = 18


def keys_of(values: np.ndarray, template: int | np.ndarray) -> np.ndarray:
    """The key of a template's value, uint32 of the shape of `values`: a fixed mixing of both."""
    salt = (np.atleast_1d(np.asarray(template, dtype=np.uint64)) + np.uint64(1)) * _MIX_2
    mixed = values.astype(np.uint64) * _MIX_1 + salt
    mixed ^= mixed >> _SHIFT_1
    mixed *= _MIX_3
    mixed ^= mixed >> _SHIFT_2
    return (mixed & np.uint64(0xFFFFFFFF)).astype(np.uint32)


class Lookup:
    """The rows of one field, or of several side by side, found by key.

    Attributes
    ----------
    keys : uint32 (R + 1,), sorted; the last one only ends a search.
    starts : int32, the first key of each bucket of leading bits; `shift` makes a key its bucket.
    rows : uint64 (R + 1, words), the labels of one field after the other, each field from a word of its own; the last
        row is that of features without a weight.
    bias : what was added to every weight.
    """

    def __init__(self, fields: Sequence[tuple[np.ndarray, np.ndarray]], n_most: int) -> None:
        """Lay out the (keys, rows) of each field, of which at most `n_most` are added up for a place."""
        keys = fields[0][0] if len(fields) == 1 else np.union1d(*[keys for keys, _ in fields])
        low = min(int(rows.min(initial=0)) for _, rows in fields)
        high = max(int(rows.max(initial=0)) for _, rows in fields)
        self.bias = -low
        self._lane = "<u2" if n_most * (high - low) < 1 << 16 else "<u4"
        self._lanes = 8 // int(self._lane[-1])
        n_labels = fields[0][1].shape[1]
        self._width = -(-n_labels // self._lanes) * self._lanes  # lanes of one field
        lanes = np.full((len(keys) + 1, len(fields) * self._width), self.bias, dtype=self._lane)
        for number, (mine, rows) in enumerate(fields):
            place = np.searchsorted(keys, mine)[:, None], number * self._width + np.arange(n_labels)
            lanes[place] = rows[:-1].astype(np.int64) + self.bias
        self.rows = lanes.view("<u8").astype(np.uint64)
        bits = min(_MOST_BITS, max(1, len(keys).bit_length()))
        self.shift = np.uint32(32 - bits)
        counts = np.bincount(keys >> self.shift, minlength=1 << bits)
        self.starts = np.concatenate([[0], np.cumsum(counts)]).astype(np.int32)
        self.keys = np.append(keys, np.uint32(0xFFFFFFFF))

    def find(self, keys: np.ndarray) -> np.ndarray:
        """The row of each key, int32 of the same shape; the last row where a key has no weight."""
        flat = keys.ravel()
        row = self.starts[flat >> self.shift]
        live = np.flatnonzero(self.keys[row] < flat)
        while len(live):
            row[live] += 1
            live = live[self.keys[row[live]] < flat[live]]
        row[self.keys[row] != flat] = len(self.keys) - 1
        return row.reshape(keys.shape)

    def zeros(self, n: int) -> np.ndarray:
        """Sums for `n` places, nothing added yet."""
        return np.zeros((n, self.rows.shape[1]), dtype=np.uint64)

    def add(self, sums: np.ndarray, values: np.ndarray, first_template: int = 0, *, compiled: bool) -> None:
        """Add to `sums`, uint64 (N, words), the row of each template's value; `values` is int64 (templates, N).

        `first_template` is the salt of the first of them; compiled code gives the same.
        """
        if compiled:
            kernels().add_rows(sums, values, first_template, self.starts, self.keys, self.shift, self.rows)
            return
        salts = first_template + np.arange(len(values))[:, None]
        for first in range(0, len(sums), _BLOCK):
            block = slice(first, first + _BLOCK)
            for rows in self.find(keys_of(values[:, block], salts)):
                sums[block] += self.rows[rows]

    def scores(self, sums: np.ndarray, n_rows: int, field: int = 0) -> np.ndarray:
        """The scores of one field's labels after `n_rows` additions, int32 (N, lanes): 0 right of the last label."""
        lanes = sums.astype("<u8", copy=False).view(self._lane)[:, field * self._width : (field + 1) * self._width]
        return lanes.astype(np.int32) - np.int32(n_rows * self.bias)
