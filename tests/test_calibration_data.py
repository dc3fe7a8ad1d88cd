"""The bundled articles are whole, their hand-coding points where it says, and it holds what the design asked for."""

from __future__ import annotations

import csv
import hashlib
import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from functools import cache
from itertools import pairwise
from statistics import mean

import pytest

from analysis import schema
from analysis.config import PROJECT
from analysis.words import WORD

RAW, GOLD = PROJECT / "data" / "raw", PROJECT / "data" / "gold"
OUTLETS = ("Brassbell Daily", "Foxglove Courier", "Quillmark Gazette", "Tessarine Wire")
EVENTS = ("airbase", "harbour", "dam", "works", "island", "vote")
#: Share of the body's words that stand in a content, by the names the design gives to it.
SHARES = {"low": (0.20, 0.35), "mid": (0.40, 0.55), "high": (0.60, 0.78)}
#: A word that betrays the fact, where the sheet's number alone is not enough to find it in a text.
FACTS = {
    ("airbase", "F7"): "Saudi", ("airbase", "F8"): "Hezbollah", ("airbase", "F9"): "Obama",
    ("harbour", "F7"): "customs", ("harbour", "F8"): "shell", ("harbour", "F9"): "grain",
    ("dam", "F7"): "bottles|stones", ("dam", "F8"): "cannon", ("dam", "F9"): r"1\.4",
    ("works", "F7"): "rail gate", ("works", "F8"): "dividend", ("works", "F9"): "water",
    ("island", "F7"): "guard was hurt", ("island", "F8"): "bread|food", ("island", "F9"): "2,900",
    ("vote", "F7"): "named by|one woman", ("vote", "F8"): r"2\.1", ("vote", "F9"): "fourteen months",
}  # fmt: skip


def rows(name: str) -> list[dict[str, str]]:
    with (PROJECT / "data" / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@cache
def text(article: str) -> str:
    return (RAW / f"{article}.txt").read_bytes().decode("utf-8")


@cache
def body(article: str) -> tuple[int, int]:
    (row,) = [row for row in rows("gold/zones.csv") if row["article_id"] == article and row["zone"] == "body"]
    return int(row["start"]), int(row["end"])


@cache
def marked(article: str) -> frozenset[int]:
    """Characters inside quotation marks, marks included: one mark opens, the next closes, a paragraph's end closes all."""
    inside, is_open = set(), False
    start, end = body(article)
    for place, sign in enumerate(text(article)[start:end], start):
        if sign == "\n":
            is_open = False
        elif sign in '"“”':
            inside.add(place)
            is_open = not is_open
        elif is_open:
            inside.add(place)
    return frozenset(inside)


@cache
def spans(article: str) -> dict[int, dict[str, list[tuple[int, int]]]]:
    found: dict[int, dict[str, list[tuple[int, int]]]] = defaultdict(lambda: defaultdict(list))
    for row in rows("gold/spans.csv"):
        if row["article_id"] == article:
            found[int(row["attribution_no"])][row["role"]].append((int(row["start"]), int(row["end"])))
    return found


@cache
def claimed(article: str) -> frozenset[int]:
    """Characters inside a content."""
    return frozenset(
        place for roles in spans(article).values() for start, end in roles["content"] for place in range(start, end)
    )


def voice(article: str, place: int) -> str:
    start, end = body(article)
    if not start <= place < end:
        return "headline"
    if place in claimed(article):
        return "quoted" if place in marked(article) else "reported"
    return "scare" if place in marked(article) else "narrator"


@cache
def words(article: str) -> Counter[str]:
    """Words of the body in each voice."""
    return Counter(voice(article, match.start()) for match in WORD.finditer(text(article), *body(article)))


def attributions(article: str) -> list[dict[str, str]]:
    return [row for row in rows("gold/attributions.csv") if row["article_id"] == article]


def terms(article: str) -> Counter[str]:
    return Counter(row["voice"] for row in rows("gold/loaded_terms.csv") if row["article_id"] == article)


DESIGN = {row["article_id"]: row for row in rows("gold/design.csv")}
every_article = pytest.mark.parametrize("article", DESIGN)


def test_manifest_names_every_text_and_its_bytes() -> None:
    manifest = rows("raw/MANIFEST.csv")
    assert {row["file"] for row in manifest} == {path.name for path in RAW.glob("*.txt")}
    assert {(row["event"], row["outlet"]) for row in manifest} == {(e, o) for e in EVENTS for o in OUTLETS}
    assert len(manifest) == 24
    for row in manifest:
        data = (RAW / row["file"]).read_bytes()
        assert hashlib.sha256(data).hexdigest() == row["sha256"], row["file"]
        assert row["headline"] in data.decode("utf-8")
        assert row["licence"] == "CC-BY-4.0"
        assert ".example/" in row["url"]


@pytest.mark.parametrize("table", ["gold/spans.csv", "gold/loaded_terms.csv", "gold/labels.csv"])
def test_every_offset_points_at_its_surface(table: str) -> None:
    for row in rows(table):
        assert text(row["article_id"])[int(row["start"]) : int(row["end"])] == row["surface"], row


@pytest.mark.parametrize(
    ("table", "column", "levels"),
    [
        ("attributions", "kind", schema.KINDS),
        ("attributions", "cue_stance", schema.STANCES),
        ("attributions", "source_type", schema.SOURCE_TYPES),
        ("attributions", "is_named", ("True", "False")),
        ("attributions", "is_hedged", ("True", "False")),
        ("spans", "role", schema.ROLES),
        ("loaded_terms", "voice", schema.VOICES),
        ("labels", "voice", schema.VOICES),
        ("zones", "zone", schema.ZONES),
    ],
)
def test_codes_are_levels_of_the_schema(table: str, column: str, levels: tuple[str, ...]) -> None:
    assert {row[column] for row in rows(f"gold/{table}.csv")} <= set(levels)


@every_article
def test_body_has_250_to_450_words(article: str) -> None:
    assert 250 <= words(article).total() <= 450


@every_article
def test_attributions_are_well_formed(article: str) -> None:
    """One cue, some content, inside the body, no overlap, numbered by the content; the outer one holds the inner one."""
    start, end = body(article)
    coded = spans(article)
    assert [int(row["attribution_no"]) for row in attributions(article)] == sorted(coded) == list(range(len(coded)))
    firsts = [min(coded[number]["content"])[0] for number in sorted(coded)]
    assert firsts == sorted(firsts)
    for row in attributions(article):
        roles = coded[int(row["attribution_no"])]
        assert len(roles["cue"]) == 1
        assert roles["content"]
        assert bool(roles["source"]) == bool(row["source_name"])
        places = sorted(span for role in roles.values() for span in role)
        assert all(before[1] <= after[0] for before, after in pairwise(places))
        assert all(start <= first < last <= end for first, last in places)
        if row["outer_no"]:
            outer = coded[int(row["outer_no"])]["content"]
            assert all(any(a <= first and last <= b for a, b in outer) for first, last in places)


@every_article
def test_kind_follows_from_the_marks(article: str) -> None:
    for row in attributions(article):
        content = spans(article)[int(row["attribution_no"])]["content"]
        inside = {
            match.start() in marked(article)
            for start, end in content
            for match in WORD.finditer(text(article), start, end)
        }
        assert row["kind"] == {(True,): "direct", (False,): "indirect", (False, True): "mixed"}[tuple(sorted(inside))]


@every_article
def test_coded_voice_follows_from_attributions_and_marks(article: str) -> None:
    for table in ("gold/loaded_terms.csv", "gold/labels.csv"):
        for row in rows(table):
            if row["article_id"] == article:
                assert row["voice"] == voice(article, int(row["start"])), row


@every_article
def test_article_holds_what_its_design_asks_for(article: str) -> None:
    wanted = DESIGN[article]
    counts, types = terms(article), Counter(row["source_type"] for row in attributions(article))
    found = {
        "loaded_narrator": counts["narrator"],
        "loaded_reported": counts["reported"],
        "loaded_quoted": counts["quoted"],
        "loaded_scare": counts["scare"],
        "distancing_cues": sum(row["cue_stance"] == "distancing" for row in attributions(article)),
        "expert_attributions": types["expert"],
        "witness_attributions": types["witness"] + types["victim"],
        "anonymous_attributions": types["anonymous"],
    }
    assert found == {name: int(wanted[name]) for name in found}
    low, high = SHARES[wanted["attributed_share"]]
    share = (words(article)["reported"] + words(article)["quoted"]) / words(article).total()
    assert low <= share <= high


@every_article
def test_designed_label_stands_in_the_outlets_own_voice(article: str) -> None:
    wanted = DESIGN[article]
    labels = [
        row["label"]
        for row in rows("gold/labels.csv")
        if (row["article_id"], row["referent"], row["voice"]) == (article, wanted["referent"], "narrator")
    ]
    assert any(f" {label}".endswith(f" {wanted['label']}") for label in labels), labels


@every_article
def test_the_fact_to_be_left_out_is_left_out_and_the_others_are_told(article: str) -> None:
    wanted = DESIGN[article]
    start, end = body(article)
    for (event, fact), sign in FACTS.items():
        if event == wanted["event"]:
            is_told = re.search(sign, text(article)[start:end]) is not None
            assert is_told == (fact != wanted["fact_left_out"]), (fact, sign)


@every_article
def test_nobody_is_quoted_in_the_event_that_happened(article: str) -> None:
    """The one real event quotes the three single words that were printed at the time, and nothing else."""
    if DESIGN[article]["event"] == "airbase":
        quoted = re.findall(r'["“]([^"”]*)["”]', text(article))
        assert {phrase.strip(".,") for phrase in quoted} <= {"strategic", "counter-terrorism", "terrorist"}


def test_two_articles_of_one_event_share_their_design() -> None:
    twins = [row for row in DESIGN.values() if row["same_design_as"]]
    assert [row["article_id"] for row in twins] == ["works-quillmark", "works-tessarine"]
    first, second = (
        {k: v for k, v in row.items() if k not in ("article_id", "outlet", "same_design_as")} for row in twins
    )
    assert first == second


def measured() -> Iterator[tuple[str, str, str, str, float]]:
    """(measure, voice, event, outlet, value) from the hand-coding alone."""
    for article, row in DESIGN.items():
        counts, said, spoken = terms(article), attributions(article), words(article)
        key = row["event"], row["outlet"]
        for name in ("narrator", "quoted"):
            yield "loaded_terms", name, *key, counts[name] / max(spoken[name], 1)
        yield "loaded_terms", "all", *key, (counts.total() - counts["headline"]) / spoken.total()
        yield "scare_quotes", "all", *key, counts["scare"] / spoken.total()
        yield "attributed_share", "all", *key, (spoken["reported"] + spoken["quoted"]) / spoken.total()
        yield "tone", "narrator", *key, {"negative": -1.0, "neutral": 0.0, "positive": 1.0}[row["tone_own"]]
        doubted = sum(code["cue_stance"] == "distancing" for code in said)
        yield "distancing_share", "all", *key, doubted / len(said)
        for name, types in (("expert", ["expert"]), ("witness", ["witness", "victim"]), ("anonymous", ["anonymous"])):
            yield f"source_share:{name}", "all", *key, sum(code["source_type"] in types for code in said) / len(said)


def test_expected_contrasts_stand_in_the_hand_coding() -> None:
    """A sign holds in four events or more (one is given no difference); `none` is a mean over events near nothing."""
    value = {(measure, name, outlet, event): x for measure, name, event, outlet, x in measured()}
    near_nothing = {"loaded_terms": 0.001, "attributed_share": 0.05}
    for row in rows("gold/contrasts_expected.csv"):
        gaps = [
            value[row["measure"], row["voice"], row["outlet_a"], event]
            - value[row["measure"], row["voice"], row["outlet_b"], event]
            for event in EVENTS
        ]
        if row["sign"] == "none":
            assert abs(mean(gaps)) <= near_nothing.get(row["measure"], 0.0), (row, gaps)
        else:
            signed = [gap if row["sign"] == "+" else -gap for gap in gaps]
            assert mean(signed) > 0, (row, gaps)
            assert sum(gap > 0 for gap in signed) >= 4, (row, gaps)
            assert sum(gap < 0 for gap in signed) <= 1, (row, gaps)


def test_labels_belong_to_actors_and_aliases_to_one_actor() -> None:
    actors = rows("actors.csv")
    assert max(Counter(row["alias"] for row in actors).values()) == 1
    aliases = defaultdict(list)
    for row in actors:
        aliases[row["referent"]].append(row["alias"])
    for row in rows("gold/labels.csv"):
        straight = text(row["article_id"]).replace("’", "'")
        assert any(alias in straight for alias in aliases[row["referent"]]), row


def test_texts_look_like_received_articles() -> None:
    """The shapes that readers, zones and quotation marks must cope with are there, each where the datasheet says."""
    assert "\r\n" in text("harbour-foxglove")
    assert "\u00a0" in text("dam-brassbell")
    assert sum("\r" in text(article) for article in DESIGN) == 1
    assert '"' in text("works-tessarine")
    start, end = body("dam-quillmark")
    paragraphs = text("dam-quillmark")[start:end].split("\n\n")
    assert [p for p in paragraphs if p.count("“") == p.count("”") + 1]
    assert "‘strongman’.”" in text("vote-quillmark")
    for mark in ("Photo:", "Read more:", "Share this story", "©", "newsletter", "Follow @", "(Reporting by"):
        assert any(mark in text(article) for article in DESIGN), mark


def test_examples_of_the_codebook_stand_in_the_articles() -> None:
    book = (PROJECT / "docs" / "codebook.md").read_text(encoding="utf-8")
    examples = re.findall(r"^\| `([a-z]+-[a-z]+)` \| (.+?) \|", book, flags=re.M)
    examples += re.findall(r"^\| [a-z]+ \| `([a-z]+-[a-z]+)` \| (.+?) \|", book, flags=re.M)
    assert len(examples) > 25
    straight = str.maketrans("“”’", '""\'')
    for article, example in examples:
        plain = " ".join(text(article).translate(straight).split())
        assert example.translate(straight) in plain, (article, example)
