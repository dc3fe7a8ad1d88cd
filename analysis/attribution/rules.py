"""Attributions by rule: what stands around a cue says whether a claim begins, where it ends and whose it is.

Floor: a `Reading` comes in, candidates go out, each with its *frame* (`said that …`, `“…,” she said`, `criticised X`).
How often a frame of a lemma introduced a claim in training news (`cues.Frames`) decides which candidates stand.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from analysis.attribution.cues import Cue, Frames
from analysis.attribution.phrases import (
    Phrase,
    bare_phrase_end,
    clause_end,
    is_empty_subject,
    noun_phrase_after,
    noun_phrase_before,
    phrase_end,
    starts_clause,
    verb_group,
)
from analysis.attribution.reading import AUXILIARY, DAYS, WH, Reading
from analysis.attribution.tokens import Found

#: A candidate stands when its frame introduced a claim in at least this share of its uses in training news.
#: Chosen on PolNeAR train (attr F1 is flat between .35 and .50).
THRESHOLD = 0.4
#: How many units a rule looks ahead for a complement or an agent.
_AHEAD = 22
#: How many units a rule looks back for the subject of a verb that shares it.
_BACK = 45
#: Over how many candidates without a source a subject is shared.
_SHARED_OVER = 8
_LISTENERS = frozenset(
    [
        "tell",
        "ask",
        "inform",
        "assure",
        "remind",
        "warn",
        "urge",
        "advise",
        "persuade",
        "convince",
        "notify",
        "promise",
        "show",
        "teach",
        "encourage",
        "press",
        "pressure",
        "beg",
        "invite",
        "order",
        "instruct",
        "thank",
    ]
)
_FINAL_WITHOUT_MARKS = frozenset(
    [
        "say",
        "report",
        "note",
        "add",
        "write",
        "tell",
        "argue",
        "explain",
        "suggest",
        "believe",
        "think",
        "warn",
        "show",
        "predict",
        "insist",
        "claim",
        "acknowledge",
        "recall",
        "tweet",
        "seem",
        "concede",
        "joke",
        "estimate",
        "continue",
        "conclude",
    ]
)
_POSSESSIVES = frozenset("his her their its my our your".split())
_VIEWS = frozenset("view views opinion eyes estimation telling judgment judgement".split())
_PREDICATIVE = frozenset(["object, as", "object, noun", "object, quote", "object, of"])
_INDICATING = frozenset("signal mean suggest indicate imply show prove reveal reflect explain make demonstrate".split())
_NAMING = frozenset("call dub label brand term deem describe declare pronounce name".split())
_EXPLETIVE = frozenset("seem appear look sound mean make".split())
_EVIDENTIALS = frozenset("reportedly allegedly supposedly purportedly".split())
_NOT_SPOKEN = frozenset(["make", "pass", "sign", "file", "name", "call"])
_PREPOSITIONS = frozenset(
    [
        "of",
        "about",
        "for",
        "against",
        "on",
        "at",
        "with",
        "from",
        "to",
        "in",
        "over",
        "by",
        "into",
        "as",
        "like",
        "toward",
    ]
)
_AFTER_TAG = frozenset(["in", "on", "at", "during", "after", "to", "of", "about", "when", "while", "as", "before"])
_MEDIA = frozenset(("tweet", "post", "email", "text"))


@dataclass(frozen=True, slots=True)
class Candidate:
    """One possible attribution, in units of the reading.

    Attributes
    ----------
    cue : the entry of `cues.csv`, or None (a colon, a dash).
    lemma, frame : what the training counts are kept under.
    words : first and last unit of the cue.
    source : first and last unit of the source; None when none is named.
    content : fragments of the claim, in order.
    """

    cue: Cue | None
    lemma: str
    frame: str
    words: Phrase
    source: Phrase | None
    content: tuple[Phrase, ...]


def find_candidates(reading: Reading) -> list[Candidate]:
    """Every place where a rule sees a claim, sure or not, in order of the text."""
    out: list[Candidate] = []
    for floor, ceiling in reading.sentences:
        for unit in range(floor, ceiling + 1):
            verb, other = reading.verb[unit], reading.other[unit]
            word = reading.low[unit]
            if reading.inside[unit] >= 0:
                continue
            if verb is None and other is None and word != "according" and word not in _VIEWS:
                unlisted = _unlisted(reading, unit, floor, ceiling) if reading.tag[unit] == "V" else None
                if unlisted is not None:
                    out.append(unlisted)
                continue
            found = None
            if reading.low[unit] == "according":
                found = _according(reading, unit, floor, ceiling)
            elif other is not None and other.pos == "adverb":
                found = _evidential(reading, unit, other, floor, ceiling)
            if found is None and verb is not None:
                found = _verb(reading, unit, verb, floor, ceiling, out)
            if found is None and reading.low[unit] in _VIEWS:
                found = _in_view(reading, unit, floor, ceiling)
            if found is None and other is not None and other.pos in ("noun", "adjective"):
                found = _noun(reading, unit, other, floor, ceiling)
            if found is not None:
                out.append(found)
        speaker = _speaker(reading, floor, ceiling)
        if speaker is not None:
            out.append(speaker)
        block = _block(reading, floor, ceiling, out)
        if block is not None:
            out.append(block)
    return out


def choose(
    candidates: Sequence[Candidate], frames: Frames, threshold: float = THRESHOLD
) -> list[tuple[Candidate, float]]:
    """The candidates that stand, surest first, none overlapping a surer one; with the share that speaks for them."""
    scored = [(_share(frames, candidate, threshold), candidate) for candidate in candidates]
    scored = [pair for pair in scored if pair[0] >= threshold]
    scored.sort(key=lambda pair: (-pair[0], pair[1].words))
    taken: set[int] = set()
    out = []
    for share, candidate in scored:
        units = {unit for first, last in candidate.content for unit in range(first, last + 1)}
        cue_units = range(candidate.words[0], candidate.words[1] + 1)
        if taken.isdisjoint(units) and taken.isdisjoint(cue_units):
            taken |= units
            out.append((candidate, share))
    return out


def _share(frames: Frames, candidate: Candidate, threshold: float) -> float:
    """The share of the frame; an evidential adverb always marks a claim, although coders often let it pass."""
    share = frames.share(candidate.lemma, candidate.frame)
    return max(share, threshold) if candidate.lemma in _EVIDENTIALS else share


def as_found(reading: Reading, candidate: Candidate, share: float) -> Found:
    """A candidate in characters of the text."""
    return Found(
        source=(reading.span(*candidate.source),) if candidate.source else (),
        cue=(reading.span(*candidate.words),),
        content=tuple([reading.span(*part) for part in candidate.content]),
        score=share,
        found_by=f"rule: {candidate.frame}",
    )


# ----- according to, reportedly -------------------------------------------------------------------------------------


def _according(reading: Reading, unit: int, floor: int, ceiling: int) -> Candidate | None:
    """`According to X, …` and `…, according to X`."""
    if unit + 2 > ceiling or reading.low[unit + 1] != "to":
        return None
    leads = unit == floor or (reading.tag[unit - 1] in ",QC" and reading.words(floor, unit - 1) < 3)
    source = noun_phrase_after(reading, unit + 2, ceiling, appositions=not leads)
    if source is None:
        return None
    words = (unit, unit + 1)
    if leads:
        first = source[1] + 1
        if first <= ceiling and reading.tag[first] == ",":
            first += 1
        if first >= ceiling:
            return None
        content = (first, clause_end(reading, first, ceiling))
    else:
        last = unit - 1
        if reading.tag[last] == ",":
            last -= 1
        first = _quotation_start(reading, floor)
        if last < first:
            return None
        content = (first, last)
    return Candidate(None, "according to", "according to", words, source, (content,))


def _quotation_start(reading: Reading, floor: int) -> int:
    """`floor`, or the first unit of the quotation in whose middle the sentence begins."""
    number = reading.inside[floor]
    return min(floor, reading.quotes[number].first) if number >= 0 else floor


def _in_view(reading: Reading, unit: int, floor: int, ceiling: int) -> Candidate | None:
    """`…, in her view, …` and `in the view of X, …`: the rest of the sentence is the claim."""
    tag, low = reading.tag, reading.low
    before = unit - 1
    if (
        low[unit - 1 : unit] == ["the"]
        and low[unit + 1 : unit + 2] == ["of"]
        and unit - 2 >= floor
        and low[unit - 2] == "in"
    ):
        start, source = unit - 2, noun_phrase_after(reading, unit + 2, ceiling, appositions=False)
        end = source[1] if source else unit
        words = (start, unit + 1)
    elif before > floor and (tag[before] == "S" or low[before] in _POSSESSIVES):
        last = before - 1 if tag[before] == "S" else before
        source = noun_phrase_before(reading, last, floor) if last != before else (before, before)
        if source is None or source[0] <= floor - 1 or source[0] == floor or low[source[0] - 1] != "in":
            return None
        start, end = source[0] - 1, unit
        words = (unit, unit)
    else:
        return None
    if source is None:
        return None
    left = start - 1
    while left >= floor and tag[left] == ",":
        left -= 1
    right = end + 1
    while right <= ceiling and tag[right] == ",":
        right += 1
    last = clause_end(reading, right, ceiling) if right <= ceiling else ceiling
    parts = [part for part in ((floor, left), (right, last)) if part[0] <= part[1] and reading.words(*part)]
    return Candidate(None, "in the view of", "view", words, source, tuple(parts)) if parts else None


def _evidential(reading: Reading, unit: int, cue: Cue, floor: int, ceiling: int) -> Candidate | None:
    """`is reportedly close to …`: the clause around the adverb is the claim, and nobody is named."""
    tag, low = reading.tag, reading.low
    first = unit
    while first > floor and not (
        tag[first - 1] in ";:" or (tag[first - 1] == "," and low[first] in ("but", "and", "who", "which"))
    ):
        first -= 1
    if low[first] in ("but", "and") and first < unit:
        first += 1
    last = clause_end(reading, unit + 1, ceiling) if unit < ceiling else ceiling
    parts = [part for part in ((first, unit - 1), (unit + 1, last)) if part[0] <= part[1] and reading.words(*part)]
    return Candidate(cue, cue.lemma, "adverb", (unit, unit), None, tuple(parts)) if parts else None


# ----- NAME: … ------------------------------------------------------------------------------------------------------


def _speaker(reading: Reading, floor: int, ceiling: int) -> Candidate | None:
    """`NAME: …` at the head of a paragraph (headlines, transcripts): the rest of the paragraph is the claim."""
    tag = reading.tag
    if floor not in reading.starts or tag[floor] not in "PND":
        return None
    for unit in range(floor + 1, min(ceiling, floor + 12)):
        if tag[unit] == ":":
            break
        if tag[unit] not in "NPJDSI,()":
            return None
    else:
        return None
    if unit >= ceiling or reading.inside[unit] >= 0 or tag[unit - 1] not in "NP)":
        return None
    name = reading.tokens.forms[floor]
    frame = "speaker, capitals" if name.isupper() and len(name) > 1 else "speaker"
    if frame == "speaker" and tag[floor] != "P":
        return None
    content = (unit + 1, reading.paragraph_end(unit))
    return Candidate(None, ":", frame, (unit, unit), (floor, unit - 1), (content,))


# ----- a paragraph of its own after a colon -------------------------------------------------------------------------


def _block(reading: Reading, floor: int, ceiling: int, before: Sequence[Candidate]) -> Candidate | None:
    """`The statement read:` and then a paragraph of its own: a block quotation, with marks or without."""
    tag = reading.tag
    following = ceiling + 1
    if tag[ceiling] != ":" or following not in reading.starts or following >= len(reading):
        return None
    quote = reading.quote_at(following)
    content = (quote.first, quote.last) if quote else (following, reading.paragraph_end(following))
    for unit in range(ceiling - 1, max(floor, ceiling - 30) - 1, -1):
        cue = reading.verb[unit]
        is_cue = cue is not None and tag[unit] in "VEGB"
        if reading.inside[unit] >= 0 or not (is_cue or (quote is not None and tag[unit] == "V")):
            continue
        group, left, auxiliaries = verb_group(reading, unit, floor)
        if tag[unit] == "G":
            source = _shared(reading, unit, floor, before)
        else:
            source = _subject(reading, unit, cue, left, auxiliaries, floor, ceiling, False, False, before)
        lemma = cue.lemma if cue is not None else reading.low[unit]
        return Candidate(cue, lemma, "block, quoted" if quote else "block", (group, unit), source, (content,))
    return None


# ----- verbs --------------------------------------------------------------------------------------------------------


def _verb(
    reading: Reading, unit: int, cue: Cue, floor: int, ceiling: int, before: Sequence[Candidate]
) -> Candidate | None:
    low = reading.low
    form = low[unit]
    is_ing = form.endswith("ing") and form != cue.lemma
    is_base = form == cue.lemma
    is_past = not is_ing and not is_base and not (form.endswith("s") and not form.endswith("ss"))
    group, left, auxiliaries = verb_group(reading, unit, floor)
    if _reads_as_noun(reading, unit, cue, left, floor, is_ing, is_past, bool(auxiliaries)):
        return None
    if "modal" in auxiliaries and is_conjecture(reading, unit):
        return None
    is_passive = "be" in auxiliaries and is_past
    if cue.lemma not in _NOT_SPOKEN and not is_passive and not is_ing and "to" not in auxiliaries:
        tagged = _inverted(reading, unit, cue, group, auxiliaries, floor, ceiling) or _final(
            reading, unit, cue, group, left, floor, ceiling
        )
        if tagged is not None:
            return tagged
    complement = _complement(reading, unit, cue, ceiling, is_passive)
    if complement is None:
        return None
    frame, content = complement
    if content[1] < content[0]:
        return None
    source = _subject(reading, unit, cue, left, auxiliaries, floor, ceiling, is_ing, is_passive, before)
    frame = ("passive " if is_passive else "") + frame
    if source is None and not is_passive:
        frame += ", no source"
    return Candidate(cue, cue.lemma, frame, (group, unit), source, (content,))


def _reads_as_noun(
    reading: Reading, unit: int, cue: Cue, left: int, floor: int, is_ing: bool, is_past: bool, has_auxiliary: bool
) -> bool:
    """Whether the form is a noun or an adjective here: `the claim`, `his plans`, `a called meeting`."""
    tag, low = reading.tag, reading.low
    if has_auxiliary:
        return False
    lefttag = tag[left] if left >= floor else "^"
    if is_ing:
        return lefttag in "DJ"
    if is_past:
        return lefttag == "D" and low[left] not in ("all", "both", "some", "many", "this", "that", "those", "these")
    if tag[unit] == "J":
        return True
    if tag[unit] == "N":
        if lefttag in "DJSI,^V":
            return True
        if lefttag == "N":
            plural = low[left].endswith("s")
            return low[unit].endswith("s") == plural and cue.lemma != "say"
    return lefttag == "D" and low[left] not in ("all", "both", "some", "many", "this", "that", "those", "these")


def _closes(reading: Reading, unit: int, floor: int) -> bool:
    return unit >= floor and unit in reading.closes and reading.tag[unit] == "Q"


def _unlisted(reading: Reading, unit: int, floor: int, ceiling: int) -> Candidate | None:
    """A verb that no lexicon lists, where only a reporting verb can stand: `“…,” he |chuckled|.`, `“…,” |beamed| X.`"""
    tag = reading.tag
    if reading.low[unit] in AUXILIARY or unit == floor:
        return None
    before = [place for place in range(max(floor, unit - 9), unit) if place in reading.closes]
    if not before or tag[before[-1]] != "Q" or tag[before[-1] - 1] not in ",?!.":
        return None
    mark = before[-1]
    content = _content_before(reading, mark, floor)
    following = unit + 1
    if mark == unit - 1:
        source = noun_phrase_after(reading, following, ceiling)
        tail = source[1] if source else unit
    else:
        source, tail = noun_phrase_before(reading, unit - 1, mark + 1), unit
        if source is None or source[0] != mark + 1:
            return None
    ends = tail >= ceiling or tag[tail + 1] in ".,?!:" or reading.low[tail + 1] in _AFTER_TAG
    if source is None or content is None or not ends:
        return None
    found = Candidate(None, reading.low[unit], "quote, unlisted verb", (unit, unit), source, (content,))
    return _resumed(reading, found, ceiling, tail)


def _inverted(
    reading: Reading, unit: int, cue: Cue, group: int, auxiliaries: set[str], floor: int, ceiling: int
) -> Candidate | None:
    """`“…,” said X` and `…, said X`."""
    tag, low = reading.tag, reading.low
    left = group - 1
    if left < floor or unit >= ceiling or auxiliaries & {"modal", "do"}:
        return None
    after_mark = _closes(reading, left, floor) or _closes(reading, left - 1, floor)
    if not (tag[left] == "," or _closes(reading, left, floor)) or tag[unit + 1] not in "NPDJO":
        return None
    source = noun_phrase_after(reading, unit + 1, ceiling)
    content = _content_before(reading, left, floor)
    if source is None or content is None:
        return None
    following = source[1] + 1
    ends = following > ceiling or tag[following] in ".,:?!Q" or low[following] in _AFTER_TAG
    if not (ends or after_mark):
        return None
    frame = "quote, inverted" if after_mark else "inverted"
    return _resumed(reading, Candidate(cue, cue.lemma, frame, (group, unit), source, (content,)), ceiling, source[1])


def _final(reading: Reading, unit: int, cue: Cue, group: int, left: int, floor: int, ceiling: int) -> Candidate | None:
    """`“…,” X said` and `…, Reuters reports.`"""
    tag, low = reading.tag, reading.low
    source = noun_phrase_before(reading, left, floor)
    if source is None:
        return None
    left = source[0] - 1
    if left < floor or not (tag[left] == "," or _closes(reading, left, floor)):
        return None
    following = unit + 1
    ends = (
        following > ceiling
        or tag[following] in ".,?!:RG"
        or low[following] in _AFTER_TAG
        or low[following] in DAYS
        or cue.lemma == "tell"
    )
    content = _content_before(reading, left, floor)
    if content is None or not ends:
        return None
    if following < ceiling and tag[following] == "," and content[1] < unit and cue.takes_clause:
        inserted = _parenthetical(reading, unit, cue, group, source, content, ceiling)
        if inserted is not None:
            return inserted
    after_mark = _closes(reading, left, floor) or _closes(reading, left - 1, floor)
    if not after_mark:
        later = _scan(reading, following, ceiling)
        if later >= 0 and low[later] == "that":
            return None
        is_clause = reading.words(*content) >= 4 and "V" in tag[content[0] : content[1] + 1]
        if cue.lemma not in _FINAL_WITHOUT_MARKS or not is_clause:
            return None
    frame = "quote, then tag" if after_mark else "tag at the end"
    return _resumed(reading, Candidate(cue, cue.lemma, frame, (group, unit), source, (content,)), ceiling, unit)


def _parenthetical(
    reading: Reading, unit: int, cue: Cue, group: int, source: Phrase, content: Phrase, ceiling: int
) -> Candidate | None:
    """`Two wards, the clinic warns, will close`: the claim goes on after the comma, without marks."""
    first = unit + 2
    if first > ceiling or first in reading.opens or reading.closes.get(content[1]) is not None:
        return None
    is_split = "V" not in reading.tag[content[0] : content[1] + 1] and reading.tag[first] in "VREB"
    if not is_split:
        return None
    parts = (content, (first, clause_end(reading, first, ceiling)))
    return Candidate(cue, cue.lemma, "parenthetical", (group, unit), source, parts)


def _content_before(reading: Reading, last: int, floor: int) -> Phrase | None:
    """The claim that ends at a comma or a closing mark: the quotation, with the words before it in its sentence."""
    if reading.tag[last] == ",":
        last -= 1
    if last < floor:
        return None
    quote = reading.quote_ending(last)
    if quote is not None:
        start = quote.first
        head = reading.first[start]
        mixed = start > head and reading.words(head, start - 1) >= 1
        if mixed and not any(cue and cue.is_core for cue in reading.verb[head:start]):
            start = head
        return (start, last)
    first = _quotation_start(reading, floor)
    if reading.low[first] in ("but", "and") and first < last:
        first += 1
    return (first, last)


def _resumed(reading: Reading, candidate: Candidate, ceiling: int, tail: int) -> Candidate:
    """A quotation that goes on after its tag, in the same sentence or in the next ones of the paragraph."""
    if not candidate.frame.startswith("quote"):
        return candidate
    content = list(candidate.content)
    for unit in range(tail + 1, min(ceiling, tail + 25) + 1):
        quote = reading.quote_at(unit)
        if quote is not None:
            if reading.tag[unit - 1] in ",:":
                content.append((quote.first, quote.last))
            break
    unit = max(ceiling, content[-1][1]) + 1
    tag = reading.tag
    while unit < len(reading) and unit not in reading.starts:
        quote = reading.quote_at(unit)
        if quote is None or tag[unit] != "Q" or reading.words(quote.first, quote.last) < 3:
            break
        after = quote.last + 1
        in_paragraph = after < len(reading) and after not in reading.starts
        if in_paragraph and tag[after] != "Q" and not {tag[after - 1], tag[after - 2]} & {".", "?", "!"}:
            break
        if in_paragraph and reading.first[after] < after <= reading.last[quote.last]:
            break
        content.append((quote.first, quote.last))
        unit = after
    return Candidate(candidate.cue, candidate.lemma, candidate.frame, candidate.words, candidate.source, tuple(content))


def _scan(reading: Reading, first: int, ceiling: int) -> int:
    """Over adverbials after a cue (`on Tuesday`, `in an interview with X`): where `that`, a mark or a colon stands; -1."""
    tag, low = reading.tag, reading.low
    for unit in range(first, min(ceiling, first + _AHEAD) + 1):
        if (low[unit] == "that" and unit < ceiling) or tag[unit] == ":" or (tag[unit] == "Q" and unit in reading.opens):
            return unit
        if tag[unit] not in "NPJDSRIO,TG" and low[unit] != "and":
            return -1
    return -1


def _complement(reading: Reading, unit: int, cue: Cue, ceiling: int, is_passive: bool) -> tuple[str, Phrase] | None:
    """What the cue introduces on its right: the frame, and the claim."""
    tag, low = reading.tag, reading.low
    first = _over_adverbs(reading, unit + 1, ceiling)
    prefix = ""
    if cue.lemma in _LISTENERS and not is_passive and first <= ceiling and tag[first] != "Q" and low[first] != "that":
        after = _after_listener(reading, first, ceiling)
        if after > 0:
            first, prefix = after, "told "
    if first > ceiling:
        return None
    found = (
        _said(reading, first, ceiling)
        or _preposition(reading, first, cue, ceiling)
        or _bare_clause(reading, first, cue, ceiling)
        or _object(reading, first, cue, ceiling)
    )
    return (prefix + found[0], found[1]) if found else None


def _over_adverbs(reading: Reading, first: int, ceiling: int) -> int:
    """Past adverbs, also between commas: `confirmed|, however,| that`."""
    tag = reading.tag
    while (
        first <= ceiling
        and tag[first] == "R"
        and (reading.low[first] != "only" or first == ceiling or tag[first + 1] == "W")
    ):
        first += 1
    if first + 2 <= ceiling and tag[first] == tag[first + 2] == "," and tag[first + 1] == "R":
        return first + 3 if first + 3 <= ceiling else first
    return first


def _after_listener(reading: Reading, first: int, ceiling: int) -> int:
    """`told reporters |that …`: where the claim begins after a listener; 0 when there is no listener."""
    tag, low = reading.tag, reading.low
    end = bare_phrase_end(reading, first, ceiling)
    if end < 0:
        return 0
    unit = end + 1
    while unit <= ceiling and tag[unit] == "R":
        unit += 1
    if unit > ceiling:
        return 0
    opens = unit in reading.opens or (tag[unit] in ",:" and unit + 1 in reading.opens)
    if opens or low[unit] in ("that", "to", "about", "of") or low[unit] in WH or starts_clause(reading, unit, ceiling):
        return unit
    return 0


def _said(reading: Reading, first: int, ceiling: int) -> tuple[str, Phrase] | None:
    """`that …`, `“…”`, `: …`, `whether …`, `to …`, `as …`."""
    tag, low = reading.tag, reading.low
    if low[first] == "that" and first < ceiling:
        return "that", (first, clause_end(reading, first + 1, ceiling))
    opening = (
        first if first in reading.opens else first + 1 if tag[first] in ",:" and first + 1 in reading.opens else -1
    )
    if opening >= 0 and tag[opening] == "Q":
        quote = reading.quotes[reading.opens[opening]]
        if opening > first:
            whole = quote.last >= ceiling or tag[quote.last - 1] in ",.?!"
            return "quote", (opening, quote.last if whole else clause_end(reading, opening, ceiling))
        if quote.last >= ceiling:
            return "quote, joined", (opening, quote.last)
        return "quote, joined", (opening, max(quote.last, clause_end(reading, opening, ceiling)))
    if tag[first] == ":" and first < ceiling:
        return "colon", (first + 1, clause_end(reading, first + 1, ceiling))
    if low[first] in WH and first < ceiling:
        return "wh", (first, clause_end(reading, first + 1, ceiling))
    if tag[first] == "T" and first < ceiling:
        return "infinitive", (first, clause_end(reading, first + 1, ceiling))
    return None


def _preposition(reading: Reading, first: int, cue: Cue, ceiling: int) -> tuple[str, Phrase] | None:
    """`called for …`, `said on Tuesday that …`, `said in a statement: “…”`."""
    low = reading.low
    word = low[first]
    if word not in _PREPOSITIONS or first >= ceiling:
        return None
    if word not in ("of", "about", "for", "as") and cue.lemma not in _NOT_SPOKEN:
        later = _scan(reading, first, ceiling)
        if later >= 0:
            return _later(reading, later, ceiling)
    if word in ("in", "on", "at", "during", "to", "with", "from") and cue.takes_clause:
        end = bare_phrase_end(reading, first + 1, ceiling)
        if 0 <= end < ceiling and starts_clause(reading, end + 1, ceiling):
            return "later clause", (end + 1, clause_end(reading, end + 1, ceiling))
    end = clause_end(reading, first + 1, ceiling) if word == "as" else phrase_end(reading, first + 1, ceiling)
    return f"with {word}", (first + 1, end)


def _later(reading: Reading, unit: int, ceiling: int) -> tuple[str, Phrase]:
    if reading.low[unit] == "that":
        return "later that", (unit, clause_end(reading, unit + 1, ceiling))
    if reading.tag[unit] == ":":
        first = min(unit + 1, ceiling)
        return "later colon", (first, clause_end(reading, first, ceiling))
    quote = reading.quotes[reading.opens[unit]]
    if reading.tag[unit - 1] in ",:" or quote.last >= ceiling:
        return "later quote", (unit, quote.last)
    return "later quote", (unit, clause_end(reading, unit, ceiling))


def _bare_clause(reading: Reading, first: int, cue: Cue, ceiling: int) -> tuple[str, Phrase] | None:
    """`said the talks had failed`."""
    if not cue.takes_clause or not starts_clause(reading, first, ceiling):
        return None
    if reading.low[first] in DAYS and starts_clause(reading, first + 1, ceiling):
        first += 1
    return "clause", (first, clause_end(reading, first + 1, ceiling))


def _object(reading: Reading, first: int, cue: Cue, ceiling: int) -> tuple[str, Phrase] | None:
    """`criticised X`, `urged X to …`, `described X as …`, `accused X of …`, `called X “…”`."""
    tag, low = reading.tag, reading.low
    if tag[first] not in "NPDJOGSQ":
        return None
    if low[first] in DAYS:
        later = _scan(reading, first, ceiling)
        if later >= 0 and tag[later] != ":":
            return _later(reading, later, ceiling)
    end = bare_phrase_end(reading, first, ceiling)
    frame = "object"
    if cue.word_class == "evaluative" and end >= 0 and _as_follows(reading, end + 1, ceiling):
        frame = "object, as"
    elif cue.lemma in _NAMING and end >= 0 and _mark_follows(reading, end + 1, ceiling):
        frame = "object, quote"
    elif 0 <= end < ceiling:
        following = end + 1
        if tag[following] == "T":
            frame = "object, infinitive"
        elif low[following] in ("as", "of", "for"):
            frame = f"object, {low[following]}"
        elif following in reading.opens:
            frame = "object, quote"
        elif tag[following] == "D":
            frame = "object, noun"
    if frame != "object":
        return frame, (first, clause_end(reading, first, ceiling, is_object=frame in _PREDICATIVE))
    last = phrase_end(reading, first, ceiling)
    if "that" in low[first : last + 1]:
        frame = "object, that"
    return frame, (first, last)


def _mark_follows(reading: Reading, first: int, ceiling: int) -> bool:
    """Whether a quotation opens later in the object: `called the plan to move the plant |“a disgrace”|`."""
    for unit in range(first, min(ceiling, first + _AHEAD) + 1):
        if reading.tag[unit] in ",;:.W":
            return False
        if unit in reading.opens:
            return True
    return False


def _as_follows(reading: Reading, first: int, ceiling: int) -> bool:
    """Whether the object is followed by `as …`: `portray their operations inside Syria |as| …`."""
    for unit in range(first, min(ceiling, first + 14)):
        if reading.tag[unit] in ",;:.Q":
            return False
        if reading.low[unit] == "as" and reading.low[unit + 1] not in ("soon", "long", "well", "much"):
            return True
    return False


def _subject(
    reading: Reading, unit: int, cue: Cue | None, left: int, auxiliaries: set[str], floor: int, ceiling: int, is_ing: bool,
    is_passive: bool, before: Sequence[Candidate],
) -> Phrase | None:  # fmt: skip
    """Whose claim it is: the subject, the agent after `by`, or the subject that coordinated verbs share."""
    tag, low = reading.tag, reading.low
    if is_passive:
        for by in range(unit + 1, min(ceiling, unit + 12)):
            if low[by] == "by":
                return noun_phrase_after(reading, by + 1, ceiling)
        return None
    if "to" in auxiliaries:
        if left > floor and tag[left] in "IR" and tag[left - 1] in "VE":
            left -= 1  # went on to say
        if left < floor or tag[left] not in "VBEGJ":
            return None
        _, outer, _ = verb_group(reading, left, floor)
        return noun_phrase_before(reading, outer, floor)
    if is_ing and not auxiliaries:
        return _shared(reading, unit, floor, before)
    source = noun_phrase_before(reading, left, floor)
    if source is None and left >= floor and tag[left] in "C,EGQ)L":
        source = _shared(reading, unit, floor, before)
    if source is not None and source[0] == source[1]:
        nobody = is_empty_subject(reading, source) or (
            low[source[0]] == "it" and cue is not None and cue.lemma in _EXPLETIVE
        )
        return None if nobody else source
    return source


def _shared(reading: Reading, unit: int, floor: int, before: Sequence[Candidate]) -> Phrase | None:
    """The subject that this verb shares: the last source of the sentence, else the subject of the verb before it."""
    for candidate in before[: -1 - _SHARED_OVER : -1]:
        if candidate.words[1] < floor:
            break
        if candidate.source and candidate.words[1] < unit and candidate.source[1] < unit:
            return candidate.source
    return _main_subject(reading, unit, floor)


def _main_subject(reading: Reading, unit: int, floor: int) -> Phrase | None:
    """The subject of the nearest finite verb on the left that has one of its own, relative clauses apart."""
    tag, low = reading.tag, reading.low
    for place in range(unit - 1, max(floor, unit - _BACK) - 1, -1):
        if tag[place] not in "VE" or reading.inside[place] >= 0:
            continue
        _, left, kinds = verb_group(reading, place, floor)
        if "to" in kinds or left < floor or tag[left] in "CG":
            continue
        subject = noun_phrase_before(reading, left, floor)
        if subject and low[subject[0]] not in ("which", "that", "there", "what"):
            return subject
    return None


# ----- nouns and adjectives -----------------------------------------------------------------------------------------


def _noun(reading: Reading, unit: int, cue: Cue, floor: int, ceiling: int) -> Candidate | None:
    """`his claim that …`, `expressed concern that …`, `support for …`, `is confident that …`."""
    tag, low = reading.tag, reading.low
    first = unit + 1
    if first >= ceiling or (cue.pos == "noun" and tag[unit] in "VE" and low[unit] != "support"):
        return None
    word = low[first]
    if word == "that" and first + 1 <= ceiling:
        frame, content = "that", (first, clause_end(reading, first + 1, ceiling))
    elif tag[first] == "T":
        frame, content = "infinitive", (first, clause_end(reading, first + 1, ceiling))
    elif word in ("of", "for", "about", "over", "to", "against", "on") and first < ceiling:
        frame, content = f"with {word}", (first + 1, phrase_end(reading, first + 1, ceiling))
    elif word in ("is", "was") and first + 2 <= ceiling and (low[first + 1] == "that" or tag[first + 1] in "TQ"):
        frame, content = "is that", (first + 1, clause_end(reading, first + 2, ceiling))
    elif tag[first] == ":" and first < ceiling:
        frame, content = "colon", (first + 1, clause_end(reading, first + 1, ceiling))
    else:
        return None
    if content[1] < content[0] or is_conjecture(reading, unit):
        return None
    words, source = _holder(reading, unit, cue, floor)
    kind = "noun " if cue.pos == "noun" else "adjective "
    return Candidate(cue, cue.lemma, kind + frame, words, source, (content,))


def is_conjecture(reading: Reading, unit: int) -> bool:
    """Whether the outlet itself guesses: `may signal its willingness to …` is nobody's claim but the outlet's.

    So read are nouns a few units after `may`, `might`, `could`, and verbs of indicating right after them.
    """
    verb, other = reading.verb[unit], reading.other[unit]
    cue = other if other is not None and (verb is None or reading.tag[unit] not in "VEBG") else verb
    if cue is None or (cue.pos == "verb" and cue.lemma not in _INDICATING) or cue.pos == "adverb":
        return False
    floor = max(reading.first[unit], unit - (3 if cue.pos == "verb" else 6))
    for place in range(unit - 1, floor - 1, -1):
        if reading.tag[place] in ",;:":
            return False
        if reading.low[place] in ("may", "might", "could"):
            return True
    return False


def _holder(reading: Reading, unit: int, cue: Cue, floor: int) -> tuple[Phrase, Phrase | None]:
    """Who holds what the noun names: its possessor, or the subject of the verb before it; with the cue's extent."""
    tag, low = reading.tag, reading.low
    left = unit - 1
    while left >= floor and unit - left < 6 and tag[left] in "JN" and cue.pos == "noun":
        left -= 1
    if left >= floor and tag[left] == "S":
        return (left + 1, unit), noun_phrase_before(reading, left - 1, floor)
    if left >= floor and low[left] in _POSSESSIVES:
        return (left + 1, unit), (left, left)
    while left >= floor and unit - left < 8 and tag[left] in "DR":
        left -= 1
    if left >= floor and tag[left] in "VEB":
        group, outer, kinds = verb_group(reading, left, floor)
        if "be" not in kinds or cue.pos == "adjective":
            subject = noun_phrase_before(reading, outer, floor)
            if subject is None and outer >= floor and tag[outer] in "C,":
                subject = _main_subject(reading, group, floor)
            if subject is not None and is_empty_subject(reading, subject):
                subject = None
            return (group, unit), subject
    return (unit, unit), None
