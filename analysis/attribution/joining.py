"""Two finders' attributions made one list: the tagger's, mended and completed by the rules where rules win.

Floor: two lists of `Found` over the same text come in, one list goes out. Where rules win was counted on PolNeAR train,
with taggers that had not seen the half of it that they were counted on.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import replace

from analysis.attribution.tokens import Found, Span

#: A rule that meets nothing of the tagger's is believed from this share of its frame on (about half of those at the
#: threshold are right).
BELIEVED_ALONE = 0.52
#: Frames whose bounds of the content beat the tagger's more often than not.
_BETTER_BOUNDS = frozenset(
    f"rule: {frame}"
    for frame in ("that", "told that", "told wh", "told clause", "according to", "parenthetical", "quote, inverted",
                  "quote, then tag", "quote", "adjective that", "speaker, capitals")
)  # fmt: skip
#: Frames whose source is not taken where the tagger sees none.
_WEAK_SOURCES = frozenset(["rule: tag at the end", "rule: inverted"])
_EVIDENTIAL = "rule: adverb"


def join(tagged: Sequence[Found], ruled: Sequence[Found]) -> list[Found]:
    """The attributions of both finders.

    A rule's attribution that touches nothing of the tagger's is added when its frame is believed by itself; where the
    two meet, the rule's bounds are taken for some frames, and its source where the tagger found none.
    """
    if not tagged or not ruled:
        return [*tagged, *ruled]
    out = list(tagged)
    contents = _Index([(span, number) for number, one in enumerate(tagged) for span in one.content])
    others = _Index([(span, number) for number, one in enumerate(tagged) for span in (*one.source, *one.cue)])
    for rule in ruled:
        met = contents.touching(rule.content)
        if not met:
            if _believed(rule) and not contents.touching(rule.cue) and not others.touching(rule.cue):
                out.append(rule)
            continue
        number = max(met, key=lambda place: (_shared(tagged[place].content, rule.content), -place))
        out[number] = _mended(out[number], rule, is_alone=len(met) == 1)
    return out


def _believed(rule: Found) -> bool:
    return rule.score >= BELIEVED_ALONE or rule.found_by == _EVIDENTIAL


def _mended(found: Found, rule: Found, *, is_alone: bool) -> Found:
    """The tagger's attribution with what the rule knows better."""
    content, source, by = found.content, found.source, found.found_by
    union = _length(content) + _length(rule.content) - _shared(content, rule.content)
    better = is_alone and rule.found_by in _BETTER_BOUNDS and content != rule.content
    if better and _shared(content, rule.content) * 3 >= union and not _shared(source, rule.content):
        content, by = rule.content, f"{found.found_by}, {rule.found_by}"
    if not source and rule.source and rule.found_by not in _WEAK_SOURCES and not _shared(rule.source, content):
        source, by = rule.source, f"{found.found_by}, {rule.found_by}"
    return replace(found, content=content, source=source, found_by=by)


def _length(spans: Sequence[Span]) -> int:
    return sum(end - start for start, end in spans)


def _shared(left: Sequence[Span], right: Sequence[Span]) -> int:
    """Characters that two lists of spans have in common."""
    return sum(max(0, min(b, d) - max(a, c)) for a, b in left for c, d in right)


class _Index:
    """Which attributions have a span that touches another; spans of one role hardly overlap, so a look is short."""

    def __init__(self, spans: list[tuple[Span, int]]) -> None:
        self._spans = sorted(spans)
        self._starts = [span[0] for span, _ in self._spans]
        self._longest = max((end - start for (start, end), _ in self._spans), default=0)

    def touching(self, spans: Sequence[Span]) -> list[int]:
        found: set[int] = set()
        for start, end in spans:
            place = bisect_left(self._starts, end) - 1
            while place >= 0 and self._starts[place] > start - self._longest:
                (_, other_end), number = self._spans[place]
                if other_end > start:
                    found.add(number)
                place -= 1
        return sorted(found)
