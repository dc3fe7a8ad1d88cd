"""`features.columns` compiled: what stands around each unit, in a few passes over the text instead of a hundred.

Floor: the arrays of a `Context` come in; the values of its templates, and where its sentences are, go out. The NumPy
code says what each value means; a test holds the two equal.
"""

from __future__ import annotations

import numba
import numpy as np

from analysis.attribution import wordforms as wf

_CLASS, _CUE, _WORD, _FINITE = wf.CLASS, wf.CUE, wf.WORD, wf.FINITE
_ENDER, _CAPITAL, _COMMA, _STRONG = wf.ENDER, wf.CAPITAL, wf.COMMA, wf.STRONG
_K = 4096
_FAR = 15


@numba.njit(cache=True)
def sentences(edge, facts, state, is_mark):  # type: ignore[no-untyped-def]
    """The number, first and last place of the sentence of every place, int64 (N,) each, as `Context` has them."""
    n = len(edge)
    begins = np.zeros(n, np.bool_)
    for i in range(n):
        if edge[i]:
            begins[i] = True
            if i + 1 < n:
                begins[i + 1] = True
        elif facts[i, _ENDER] > 0:
            closing = i + 1 < n and is_mark[i + 1] and state[i + 1] > 0  # it belongs to the sentence that it closes
            after = i + 2 if closing else i + 1
            if after < n and (edge[after] or facts[after, _CAPITAL] > 0 or is_mark[after]):
                begins[after] = True
    if n:
        begins[0] = True
    number, first, last = np.empty(n, np.int64), np.empty(n, np.int64), np.empty(n, np.int64)
    count, start = -1, 0
    for i in range(n):
        if begins[i]:
            for j in range(start, i):
                last[j] = i - 1
            count, start = count + 1, i
        number[i], first[i] = count, start
    for j in range(start, n):
        last[j] = n - 1
    return number, first, last


@numba.njit(cache=True)
def _quotations(edge, facts, quotes, about, around, ends):  # type: ignore[no-untyped-def]
    """Facts of each quotation and of what surrounds it, at every place of it; 1 and 2 at its ends (in place)."""
    final_place = len(edge) - 1
    for row in range(len(quotes)):
        first, last, kind = quotes[row, 0], quotes[row, 1], quotes[row, 2]
        n_units = last - first
        size = (n_units > 3) + (n_units > 6) + (n_units > 12)
        capital = facts[min(first + 1, final_place), _CAPITAL]
        final = last - 1 if kind <= 2 else last
        stop = 1 if facts[final, _COMMA] == 1 else 2 if facts[final, _ENDER] > 0 else 0
        after = before = 0
        for d in range(1, 4):
            after = max(after, facts[min(last + d, final_place), _CUE])
        for d in range(1, 5):
            before = max(before, facts[max(first - d, 0), _CUE])
        comma = facts[first - 1, _COMMA]
        lead = 1 if edge[first - 1] else 2 if comma == 1 or comma == 2 else 0
        trail = 1 if edge[min(last + 1, final_place)] else 0
        inner = ((size * 2 + capital) * 3 + stop) * 6 + kind + 1
        outer = (((after * 6 + before) * 3 + lead) * 2 + trail) * 3 + stop + 1
        for i in range(first, last + 1):
            about[i], around[i] = inner, outer
        ends[first] = 1
        ends[last] = 2


@numba.njit(cache=True)
def columns(edge, facts, state, is_mark, quotes, sentence, sentence_first, sentence_last, buckets, values):  # type: ignore[no-untyped-def]
    """Write the values of every template at every unit into `values`, int64 (templates, N); edges get 0."""
    n = len(edge)
    about, around, ends = np.zeros(n, np.int64), np.zeros(n, np.int64), np.zeros(n, np.int64)
    _quotations(edge, facts, quotes, about, around, ends)
    # Per sentence: strong cues, anything quoted, units outside quotations. Per paragraph: the last two.
    n_sentences = sentence[n - 1] + 1
    in_sentence = np.zeros(n_sentences, np.int64)
    n_cues, is_quoted = np.zeros(n_sentences, np.int64), np.zeros(n_sentences, np.int64)
    is_told = np.zeros(n_sentences, np.int64)
    commas, verbs = np.zeros(n, np.int64), np.zeros(n, np.int64)
    n_commas = n_verbs = 0
    for i in range(n):
        here = sentence[i]
        if state[i] > 0:
            is_quoted[here] = 1
        else:
            n_cues[here] += facts[i, _CUE] >= _STRONG
            n_verbs += facts[i, _FINITE] > 0
            if not edge[i] and not is_mark[i]:
                is_told[here] = 1
        n_commas += facts[i, _COMMA] == 1
        commas[i], verbs[i] = n_commas, n_verbs
    for s in range(n_sentences):
        in_sentence[s] = min(n_cues[s], 2) * 4 + is_quoted[s] * 2 + (1 - is_told[s])
    # The next strong cue on the right of every place, -1 for none in the sentence.
    following = np.full(n, -1, np.int64)
    nearest = -1
    for i in range(n - 1, -1, -1):
        if nearest >= 0 and nearest <= sentence_last[i]:
            following[i] = nearest
        if facts[i, _CUE] >= _STRONG and state[i] == 0:
            nearest = i

    paragraph = 0
    start = 0
    while start < n:
        if edge[start]:
            for template in range(len(values)):
                values[template, start] = 0
            start += 1
            continue
        stop = start
        quoted = told = 0
        while stop < n and not edge[stop]:
            if state[stop] > 0:
                quoted = 1
            elif not is_mark[stop]:
                told = 1
            stop += 1
        paragraph += 1
        in_paragraph = quoted + 2 * (1 - told) + 4 * min(paragraph, 3)
        nearest = -1
        for i in range(start, stop):
            s = sentence[i]
            group, word, quote = facts[i, _CLASS], facts[i, _WORD], state[i]
            g1, g2 = facts[i - 1, _CLASS], facts[i - 2, _CLASS]
            h1, h2 = facts[i + 1, _CLASS], facts[i + 2, _CLASS]
            mark = 1 if is_mark[i] else 0
            if i - 1 >= start and facts[i - 1, _CUE] >= _STRONG and state[i - 1] == 0:
                nearest = i - 1
            left_far = right_far = _FAR
            left_cue = left_form = left_class = left_word = left_commas = left_verbs = 0
            right_cue = right_form = right_class = right_commas = right_verbs = 0
            near_left = near_right = 8
            if nearest >= sentence_first[i]:
                left_far = buckets[min(i - nearest, 63)]
                left_cue, left_form = facts[nearest, _CUE], facts[nearest, _WORD] + 1
                left_class, left_word = facts[nearest + 1, _CLASS] + 1, facts[nearest + 1, _WORD] + 1
                left_commas = min(commas[i] - commas[nearest], 3)
                left_verbs = min(verbs[i] - verbs[nearest], 3)
                near_left = min(i - nearest, 7)
            right = following[i]
            if right >= 0:
                right_far = buckets[min(right - i, 63)]
                right_cue, right_form = facts[right, _CUE], facts[right, _WORD] + 1
                right_class = facts[right - 1, _CLASS] + 1
                right_commas = min(commas[right - 1] - commas[i], 3)
                right_verbs = min(verbs[right - 1] - verbs[i], 3)
                near_right = min(right - i, 7)
            nth = min(s - sentence[start], 3)
            previous = in_sentence[s - 1] if nth > 0 else -1
            after = in_sentence[s + 1] if s + 1 < n_sentences else 0
            from_start = buckets[min(i - sentence_first[i], 63)]
            to_end = buckets[min(sentence_last[i] - i, 63)]
            beside = 0
            if quote == 0:
                if about[i - 1] > 0:
                    beside = about[i - 1] + 1000
                elif about[i + 1] > 0:
                    beside = about[i + 1] + 2000
                elif about[i - 2] > 0:
                    beside = about[i - 2] + 3000
            values[0, i] = g1 * _K + group
            values[1, i] = group * _K + h1
            values[2, i] = g1 * _K + h1
            values[3, i] = (g2 * _K + g1) * _K + group
            values[4, i] = (group * _K + h1) * _K + h2
            values[5, i] = (g1 * _K + group) * _K + h1
            values[6, i] = facts[i - 1, _WORD] * _K + word
            values[7, i] = word * _K + facts[i + 1, _WORD]
            values[8, i] = ((state[i - 1] * 6 + quote) * 6 + state[i + 1]) * 9 + ends[i - 1] * 3 + ends[i]
            values[9, i] = (state[i - 2] * 6 + quote) * 6 + state[i + 2]
            values[10, i] = about[i] * 3 + ends[i]
            values[11, i] = around[i]
            values[12, i] = quote * _K + group
            values[13, i] = beside
            values[14, i] = left_cue * 16 + left_far
            values[15, i] = right_cue * 16 + right_far
            values[16, i] = (left_cue * 6 + right_cue) * 6 + quote
            values[17, i] = (left_far * 16 + right_far) * 6 + quote
            values[18, i] = left_form * 4 + min(left_far // 2, 3)
            values[19, i] = right_form * 4 + min(right_far // 2, 3)
            values[20, i] = ((left_class * 4 + left_commas) * 4 + left_verbs) * 4 + min(left_far // 3, 3)
            values[21, i] = left_form * _K + left_word
            values[22, i] = (left_class * 16 + left_far) * 6 + quote
            values[23, i] = ((right_class * 4 + right_commas) * 4 + right_verbs) * 4 + min(right_far // 3, 3)
            values[24, i] = (group * 16 + near_right) * 6 + right_cue
            values[25, i] = (group * 16 + near_left) * 6 + left_cue
            values[26, i] = ((g1 * _K + group) * 4 + left_commas) * 4 + left_verbs
            values[27, i] = ((group * 4 + left_commas) * 4 + left_verbs) * 16 + left_far
            values[28, i] = in_sentence[s] * 10 + from_start
            values[29, i] = in_sentence[s] * 10 + to_end
            values[30, i] = (in_sentence[s] + 1) * 1000 + (previous + 1) * 20 + nth
            values[31, i] = in_sentence[s] * 20 + after
            values[32, i] = in_paragraph * 6 + quote
            values[33, i] = 0
            values[34, i] = (1 if from_start == 0 else 0) * _K + group
            values[35, i] = ((left_cue * 16 + left_far) * 6 + quote) * 8 + right_cue
            values[36, i] = mark * 8 + ends[i] * 2 + (1 if quote > 0 else 0)
        start = stop
