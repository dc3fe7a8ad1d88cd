"""`stack.second_columns` compiled: what the first field said around each unit.

Floor: labels, margins and the arrays of a `Context` come in; the values of the second field's own templates go out. The
NumPy code says what each value means; a test holds the two equal.
"""

from __future__ import annotations

import numba
import numpy as np

from analysis.attribution import wordforms as wf

_CLASS, _WORD = wf.CLASS, wf.WORD
_K = 4096
_SOURCE, _CUE, _CONTENT = 1, 2, 3


@numba.njit(cache=True)
def _certainties(margins, steps, scale, sure, begin):  # type: ignore[no-untyped-def]
    """The bucket of how sure each role is at each place, and the beginning of a content (in place)."""
    for i in range(len(margins)):
        best = np.int64(margins[i, 0])
        for role in range(1, 4):
            sure[role, i] = max(margins[i, 2 * role - 1], margins[i, 2 * role])
        for role in range(1, 4):
            other = max(best, sure[role % 3 + 1, i], sure[(role + 1) % 3 + 1, i])
            sure[0, i] = sure[role, i] - other
            bucket = 0
            for step in steps:
                bucket += sure[0, i] >= step
            sure[role + 3, i] = bucket
        bucket = 0
        for step in steps:
            bucket += margins[i, 5] + scale >= step
        begin[i] = bucket


@numba.njit(cache=True)
def second_columns(  # type: ignore[no-untyped-def]
    labels, margins, facts, edge, sentence, sentence_first, sentence_last, buckets, steps, scale, values
):
    """Write the values of every template at every unit into `values`, int64 (templates, N); edges get 0."""
    n = len(labels)
    n_sentences = sentence[n - 1] + 1
    role, y = np.empty(n, np.int64), np.empty(n, np.int64)
    sure, begin = np.empty((7, n), np.int64), np.empty(n, np.int64)
    _certainties(margins, steps, scale, sure, begin)
    source, cue, content = sure[4], sure[5], sure[6]
    counts = np.zeros((n_sentences, 3), np.int64)
    contents, sources = np.empty(n, np.int64), np.empty(n, np.int64)
    n_contents = n_sources = 0
    for i in range(n):
        y[i] = labels[i]
        role[i] = (y[i] + 1) // 2
        n_contents += role[i] == _CONTENT
        n_sources += role[i] == _SOURCE
        contents[i], sources[i] = n_contents, n_sources
        if y[i] % 2 == 1:
            counts[sentence[i], y[i] // 2] += 1
    summary = np.empty(n_sentences, np.int64)
    for s in range(n_sentences):
        summary[s] = (min(counts[s, 0], 2) * 3 + min(counts[s, 1], 2)) * 3 + min(counts[s, 2], 2)
    # From the right: the next cue in the sentence, and where the run of one role ends.
    right_cue, run_next = np.full(n, -1, np.int64), np.empty(n, np.int64)
    nearest, change = -1, n
    for i in range(n - 1, -1, -1):
        if nearest >= 0 and nearest <= sentence_last[i]:
            right_cue[i] = nearest
        if role[i] == _CUE:
            nearest = i
        run_next[i] = change
        if i == 0 or role[i] != role[i - 1] or (y[i] % 2 == 1 and role[i] > 0):
            change = i
    nearest = -1
    run_first = 0
    for i in range(n):
        if i == 0 or role[i] != role[i - 1] or (y[i] % 2 == 1 and role[i] > 0):
            run_first = i
        if i > 0 and role[i - 1] == _CUE:
            nearest = i - 1
        if edge[i]:
            for template in range(len(values)):
                values[template, i] = 0
            continue
        me, said, s, group = role[i], y[i], sentence[i], facts[i, _CLASS]
        left_found = right_found = 0
        left_far = right_far = 15
        left_word = right_word = left_has = right_has = left_next = 0
        if nearest >= sentence_first[i]:
            left_found = 1
            left_far = buckets[min(i - nearest, 63)]
            left_word, left_next = facts[nearest, _WORD] + 1, facts[nearest + 1, _CLASS] + 1
            left_has = min(contents[i] - contents[nearest], 1) * 2 + min(max(sources[i] - sources[nearest], 0), 1)
        right = right_cue[i]
        if right >= 0:
            right_found = 1
            right_far = buckets[min(right - i, 63)]
            right_word = facts[right, _WORD] + 1
            right_has = (2 if contents[right] > contents[i] else 0) + (1 if sources[right] > sources[i] else 0)
        following = min(run_next[i], n - 1)
        before, after = role[max(run_first - 1, 0)], role[following]
        values[0, i] = (y[i - 1] * 7 + said) * 7 + y[i + 1]
        values[1, i] = ((y[i - 2] * 7 + y[i - 1]) * 7 + said) * 7 + y[i + 1]
        values[2, i] = ((y[i - 1] * 7 + said) * 7 + y[i + 1]) * 7 + y[i + 2]
        values[3, i] = (source[i] * 8 + cue[i]) * 8 + content[i]
        values[4, i] = (content[i - 1] * 8 + content[i]) * 8 + content[i + 1]
        values[5, i] = (source[i - 1] * 8 + source[i]) * 8 + source[i + 1]
        values[6, i] = (cue[i - 1] * 8 + cue[i]) * 8 + cue[i + 1]
        values[7, i] = begin[i] * 8 + content[i]
        values[8, i] = said * _K + group
        values[9, i] = summary[s] * 7 + said
        values[10, i] = summary[max(s - 1, 0)] * 4 + me
        values[11, i] = summary[min(s + 1, n_sentences - 1)] * 4 + me
        values[12, i] = (left_word * 8 + left_far // 2) * 4 + me
        values[13, i] = (right_word * 8 + right_far // 2) * 4 + me
        values[14, i] = (((left_found * 2 + right_found) * 4 + left_has) * 4 + right_has) * 4 + me
        values[15, i] = (left_next * 4 + left_has) * 16 + min(left_far, 3) * 4 + me
        in_run, to_end = buckets[min(i - run_first, 63)], buckets[min(run_next[i] - 1 - i, 63)]
        values[16, i] = (in_run * 9 + to_end) * 4 + me
        values[17, i] = facts[run_first, _WORD] * 4 + me
        values[18, i] = facts[following, _WORD] * 4 + me
        values[19, i] = (after * 4 + me) * _K + group
        values[20, i] = (before * 4 + me) * 4 + after
