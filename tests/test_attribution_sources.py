"""Sources keep one name throughout an article and are typed as people typed them; what is unsure stays without a name."""

from __future__ import annotations

import csv
from collections import defaultdict

import pytest

from analysis import config
from analysis.attribution.cast import find_cast
from analysis.attribution.describe import is_hedged, kind_of, outer_numbers, read_cue
from analysis.attribution.engine import attribute_text
from analysis.attribution.gazetteer import countries, given_names, known_by_one_word, known_sources
from analysis.attribution.reading import read
from analysis.attribution.source_types import type_in
from analysis.attribution.sources import name_sources
from analysis.attribution.tokens import Found, tokenise
from analysis.schema import SOURCE_TYPES

GOLD = config.PROJECT / "data" / "gold"
STYLES = ("wire", "broadcast", "opinion", "feature")


def sources(text: str) -> list[tuple[str, str, bool]]:
    """(name, type, is_named) of every attribution that the rules find."""
    rows = attribute_text(text, [(0, len(text))], engine="rules")
    return [(str(row[5]), str(row[6]), bool(row[7])) for row in rows.attributions]


def test_a_short_name_is_the_full_one() -> None:
    text = (
        "President Ilsa Marrant said the pact was dead. Marrant said she would resign. Mrs. Marrant said it was late."
    )
    assert {name for name, _, _ in sources(text)} == {"Ilsa Marrant"}


def test_a_short_name_before_the_full_one() -> None:
    text = "Oakes said the bill would pass. Perrin Oakes wrote it."
    assert sources(text)[0][0] == "Perrin Oakes"


def test_a_state_speaks_under_many_names() -> None:
    text = (
        "The U.S. said the talks had failed. Washington said they would go on. The United States said nothing was lost."
    )
    assert sources(text) == [("United States", "official", True)] * 3


@pytest.mark.parametrize(
    ("second", "name"),
    [
        ("He said the bill would pass.", "Perrin Oakes"),
        ("The senator said the bill would pass.", "Perrin Oakes"),
        ("The admiral said the bill would pass.", "the admiral"),
    ],
)
def test_pronouns_and_roles(second: str, name: str) -> None:
    text = f"Senator Perrin Oakes said the vote was close. {second}"
    assert sources(text)[1][0] == name


def test_a_pronoun_without_a_person_stays_unresolved() -> None:
    assert sources("He said the bill would pass.") == [("", "other", False)]


def test_no_source_is_nobody() -> None:
    assert sources("A senior official is reportedly ready to mediate.") == [("", "other", False)]


@pytest.mark.parametrize(
    ("words", "kind", "is_firm"),
    [
        ("the union president", "organisation", True),
        ("a spokesman", "official", False),
        ("the interior secretary", "politician", True),
        ("the ministry of defence", "military", True),
        ("the harbour news agency", "media", True),
        ("a tall man", "witness", True),
        ("the colour", "", False),
    ],
)
def test_types_of_descriptions(words: str, kind: str, is_firm: bool) -> None:
    assert type_in(words.split()) == (kind, is_firm)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Though Grassley said the vote was close, it rained. Chuck Grassley left.", ("Chuck Grassley", "politician")),
        ("CLEVELAND Donald Trump said the vote was close.", ("Donald Trump", "politician")),
        ("Tim Kaine Fully Embraced It. Kaine said the vote was close.", ("Tim Kaine", "politician")),
        ("Trump University closed. Trump said the vote was close.", ("Trump", "politician")),
        ("Clinton spokesman Ivo Marl said the vote was close.", ("Ivo Marl", "politician")),
        ("Politico's Ivo Marl said the vote was close.", ("Ivo Marl", "media")),
        ("Ivo Marl of Cheyenne said the vote was close.", ("Ivo Marl", "witness")),
        (
            "Ivo Marl, the director of debate at the University of Lisk, said the vote was close.",
            ("Ivo Marl", "expert"),
        ),
        ("Republican front-runner Ivo Marl said the vote was close.", ("Ivo Marl", "politician")),
        ("Attorney General Ivo Marl said the vote was close.", ("Ivo Marl", "official")),
        ("Ivo Marl, the chairman of the county GOP, said the vote was close.", ("Ivo Marl", "politician")),
        ("85% of Democrats said the vote was close.", ("85% of Democrats", "witness")),
        ("About four in 10 said the vote was close.", ("four in 10", "witness")),
        ("Chuck Grassley and others said the vote was close.", ("Chuck Grassley", "politician")),
        ("Ada Marl Lund came. Ms. Marl said the vote was close.", ("Ada Marl Lund", "witness")),
        ("Lisk County Supervisor of Elections Ada Marl said the vote was close.", ("Ada Marl", "official")),
        ("The firm's founder, Ivo Marl, said the vote was close.", ("Ivo Marl", "company")),
        (
            "Ivo Marl, director of a project at the American Enterprise Institute, said the vote was close.",
            ("Ivo Marl", "expert"),
        ),
        ("Ivo Marl, a spokesman for Uber, said the vote was close.", ("Ivo Marl", "company")),
        ("Ivo Marl, an activist and lawyer, said the vote was close.", ("Ivo Marl", "organisation")),
        ("On Monday, Facebook officials said the vote was close.", ("Facebook officials", "company")),
        ("Ada Lund met Ivo Marl. They said the vote was close.", ("Ada Lund and Ivo Marl", "other")),
        ("The victims' families said the vote was close.", ("the victims' families", "victim")),
        ("Chuck Grassley himself said the vote was close.", ("Chuck Grassley", "politician")),
        ("Jill Stein left. Stein spokeswoman Ada Marl said the vote was close.", ("Ada Marl", "politician")),
        ("Ada Marl, a financial adviser, said the vote was close.", ("Ada Marl", "expert")),
        ("Many party members said the vote was close.", ("many party members", "politician")),
        ("Majorities in many countries said the vote was close.", ("majorities in many countries", "witness")),
        ("Chuck Grassley came. When asked, they said the vote was close.", ("", "politician")),
    ],
)
def test_who_is_known_by_a_name_a_body_or_a_share(text: str, expected: tuple[str, str]) -> None:
    """Each sentence stands for errors on blind codes of real news (`data/gold/polnear_train_codes.csv`)."""
    assert expected in [(name, kind) for name, kind, _ in sources(text)]


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Many voters complained that the vote was close.", "witness"),
        ("Many voters hoped that the vote was close.", "other"),
        ("Most senators hoped that the vote was close.", "politician"),
        ("38% of voters hoped that the vote was close.", "witness"),
    ],
)
def test_people_at_large_are_witnesses_where_they_say_something(text: str, kind: str) -> None:
    """The codebook: citizens who are heard are witnesses, a group that is only spoken of is other."""
    assert [found for _, found, _ in sources(text)] == [kind]


def test_the_candidate_is_the_one_named_last() -> None:
    text = "Senator Perrin Oakes said the vote was close. The candidate said the bill would pass."
    assert sources(text) == [("Perrin Oakes", "politician", True)] * 2


def test_a_surname_that_is_another_word_is_whose_full_name_the_text_gives() -> None:
    cast = find_cast(read(tokenise("Mark Cuban came. Ada Lund and Ole Lund left.")))
    assert cast.named[cast.surnames["cuban"]].name == "Mark Cuban" and cast.surnames["lund"] == -1


def test_a_cause_is_a_body_and_no_title_of_its_name() -> None:
    cast = find_cast(read(tokenise("Kristan Hawkins of Students for Life said the vote was close.")))
    assert ("Students for Life", "organisation", False) in [(one.name, one.type, one.is_person) for one in cast.named]


def test_people_close_to_somebody_are_anonymous_whatever_they_feel() -> None:
    reading = read(tokenise("People close to Grassley hoped that the vote was close."))
    found = Found(((0, 24),), ((25, 30),), ((31, 54),), 1.0, "hand")
    assert name_sources(reading, [found]) == [("people close to Grassley", "anonymous", False)]


def test_an_i_outside_quotations_is_who_writes() -> None:
    assert sources("I believe that the bridge is safe.") == [("", "media", False)]


def test_a_surname_stands_alone_only_where_the_list_says_so() -> None:
    """`Warren` alone is the senator, though the list holds a pastor of that surname as well."""
    assert known_by_one_word()["warren"] == "politician" and known_sources()["rick warren"] == "organisation"


def test_i_inside_a_quotation_is_who_is_quoted() -> None:
    text = '"I believe the bridge is safe," Mayor Ada Lund said.'
    reading = read(tokenise(text))
    inner = Found(((1, 2),), ((3, 10),), ((11, 29),), 1.0, "hand")
    outer = Found(((32, 46),), ((47, 51),), ((0, 31),), 1.0, "hand")
    assert [who.name for who in name_sources(reading, [inner, outer])] == ["Ada Lund", "Ada Lund"]


@pytest.mark.parametrize(
    ("pronoun", "name"), [("he", "Bill Clinton"), ("she", "Hillary Clinton")]
)  # fmt: skip
def test_a_surname_of_two_is_whose_pronoun_follows(pronoun: str, name: str) -> None:
    text = f"Bill Clinton and Hillary Clinton came. Clinton said that {pronoun} would win."
    assert sources(text)[-1][0] == name or sources(text)[0][0] == name


@pytest.mark.parametrize("file", ["source_roles.csv", "known_sources.csv"])
def test_lists_hold_types_of_the_schema_once_each(file: str) -> None:
    with (config.RESOURCES / file).open(encoding="utf-8", newline="") as rows:
        table = [tuple(row.values()) for row in csv.DictReader(rows)]
    assert {row[1] for row in table} <= set(SOURCE_TYPES)
    assert len({row[0] for row in table}) == len(table) and table == sorted(table)


def test_given_names_have_a_gender_or_none() -> None:
    assert set(given_names().values()) == {"m", "f", ""} and given_names()["hillary"] == "f"


def test_who_asks_not_to_be_named_is_anonymous() -> None:
    assert sources("An officer who asked not to be named said the men had fled.")[0][1] == "anonymous"


def test_the_cast_keeps_titles_and_appositions() -> None:
    reading = read(tokenise("Senator Perrin Oakes met Dov Kestrel, chief economist at Pellworth. Oakes left."))
    cast = find_cast(reading)
    assert [(one.name, one.type) for one in cast.named[:2]] == [
        ("Perrin Oakes", "politician"),
        ("Dov Kestrel", "expert"),
    ]
    assert len(cast.named[0].places) == 2


def test_countries_are_known_by_capital() -> None:
    assert countries()["tehran"] == "Iran"


# ----- kind, stance, hedge ----------------------------------------------------------------------------------------


def _read(text: str, cue: str, content: str):
    reading = read(tokenise(text))
    spans = [(text.index(part), text.index(part) + len(part)) for part in (cue, content)]
    return reading, [spans[0]], [spans[1]]


@pytest.mark.parametrize(
    ("content", "kind"),
    [("“All of it.”", "direct"), ("it was “late.”", "mixed"), ("it was late", "indirect")],
)
def test_kinds(content: str, kind: str) -> None:
    reading, _, spans = _read(f"She said {content}", "said", content)
    assert kind_of(reading, spans) == kind


@pytest.mark.parametrize(
    ("text", "cue", "lemma", "stance", "hedged"),
    [
        ("She pointed out that it was late.", "pointed out", "point out", "endorsing", False),
        ("He is said to be ill.", "is said", "say", "neutral", True),
        ("She claimed it was late.", "claimed", "claim", "distancing", False),
        ("According to her, it was late.", "According to", "according to", "neutral", False),
        ("It was reportedly late.", "reportedly", "reportedly", "neutral", True),
        ("He asked not to be named and said it was late.", "said", "say", "neutral", False),
        ("VANCE: It was late.", ":", ":", "neutral", False),
    ],
)
def test_cues(text: str, cue: str, lemma: str, stance: str, hedged: bool) -> None:
    reading, spans, _ = _read(text, cue, text[-5:])
    found = read_cue(reading, spans)
    assert (found.lemma, found.stance, found.is_hedged) == (lemma, stance, hedged)


def test_no_cue_is_neutral() -> None:
    assert read_cue(read(tokenise("It was late.")), []).stance == "neutral"


@pytest.mark.parametrize(
    ("content", "hedged"), [("it may rain", True), ("it will rain", False), ("it is in May", False)]
)
def test_hedged_contents(content: str, hedged: bool) -> None:
    reading, _, spans = _read(f"She said {content}", "said", content)
    assert is_hedged(reading, spans) is hedged


def test_nesting_by_hand() -> None:
    assert outer_numbers([[(0, 40)], [(10, 30)], [(12, 20)], [(50, 60)]]) == [None, 0, 1, None]


# ----- hand-coded cases -------------------------------------------------------------------------------------------


def coded() -> dict[str, tuple[str, dict[int, dict]]]:
    """Our hand-coded attributions: document → (text, number → spans per role and code)."""
    out: dict[str, tuple[str, dict[int, dict]]] = {}
    for style in STYLES:
        out[style] = (
            (GOLD / "styles" / f"{style}.txt").read_text(encoding="utf-8"),
            defaultdict(lambda: defaultdict(list)),
        )
    with (GOLD / "styles" / "styles.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            entry = out[row["style"]][1][int(row["attribution_no"])]
            entry[row["role"]].append((int(row["start"]), int(row["end"])))
            entry["code"] = row
    with (GOLD / "attributions.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            article = row["article_id"]
            if article not in out:
                path = config.PROJECT / "data" / "raw" / f"{article}.txt"
                out[article] = (path.read_bytes().decode("utf-8"), defaultdict(lambda: defaultdict(list)))
            out[article][1][int(row["attribution_no"])]["code"] = row
    with (GOLD / "spans.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            entry = out[row["article_id"]][1][int(row["attribution_no"])]
            entry[row["role"]].append((int(row["start"]), int(row["end"])))
    return out


@pytest.fixture(scope="module")
def judged() -> tuple[dict[str, list[bool]], list[tuple[str, str, str]]]:
    """Right and wrong per field, and (document, name as coded, name as found), over gold spans."""
    right: dict[str, list[bool]] = defaultdict(list)
    names = []
    for document, (text, cases) in coded().items():
        reading = read(tokenise(text))
        numbers = sorted(cases)
        found = [
            Found(*(tuple(sorted(cases[n][role])) for role in ("source", "cue", "content")), 1.0, "gold")  # type: ignore[arg-type]
            for n in numbers
        ]
        outer = outer_numbers([one.content for one in found])
        for number, one, who, nested in zip(numbers, found, name_sources(reading, found), outer, strict=True):
            code = cases[number]["code"]
            cue = read_cue(reading, one.cue)
            right["kind"].append(kind_of(reading, one.content) == code["kind"])
            right["cue_stance"].append(cue.stance == code["cue_stance"])
            right["is_hedged"].append(str(cue.is_hedged or is_hedged(reading, one.content)) == code["is_hedged"])
            right["outer_no"].append(str("" if nested is None else nested) == code["outer_no"].removesuffix(".0"))
            if one.source:
                right["source_type"].append(who.type == code["source_type"])
                right["is_named"].append(str(who.is_named) == code["is_named"])
                names.append((document, code["source_name"], who.name))
    return right, names


@pytest.mark.parametrize(
    ("field", "floor"),
    [
        ("kind", 0.98),
        ("cue_stance", 0.97),
        ("is_hedged", 0.96),
        ("outer_no", 0.98),
        ("source_type", 0.82),
        ("is_named", 0.92),
    ],
)
def test_codes_over_gold_spans(judged, field: str, floor: float) -> None:
    right = judged[0][field]
    assert len(right) >= 300
    assert sum(right) / len(right) >= floor


def test_names_over_gold_spans(judged) -> None:
    """B³ F1 (Bagga and Baldwin 1998): each mention's cluster against the coded one, averaged over mentions."""
    coded_as, found_as = defaultdict(set), defaultdict(set)
    for number, (document, gold, name) in enumerate(judged[1]):
        coded_as[document, gold].add(number)
        found_as[document, name or number].add(number)
    precision = recall = 0.0
    for number, (document, gold, name) in enumerate(judged[1]):
        left, right = coded_as[document, gold], found_as[document, name or number]
        precision += len(left & right) / len(right)
        recall += len(left & right) / len(left)
    n = len(judged[1])
    assert 2 * precision * recall / (precision + recall) / n >= 0.93


def test_every_type_is_one_of_the_schema(judged) -> None:
    types = {who.type for _, (text, _) in zip(range(4), coded().values(), strict=False)
             for who in name_sources(read(tokenise(text)), [Found(((0, 5),), (), ((0, 5),), 1.0, "")])}  # fmt: skip
    assert types <= set(SOURCE_TYPES)
