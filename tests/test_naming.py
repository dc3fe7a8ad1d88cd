"""Labels stand where a reader would fasten them to a name, nowhere else, and the share found is what hand-coding says."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis import naming, read_corpus, schema, sentences, zones
from analysis.config import PROJECT, gold_folder
from analysis.errors import ResourceError
from analysis.measuring import article_table
from tests.growth import LIMIT, growth

ACTORS = pd.DataFrame(
    [
        ("Bashar Assad", "Bashar Assad", "person"),
        ("Bashar Assad", "Assad", "person"),
        ("Ted Cruz", "Ted Cruz", "person"),
        ("Ted Cruz", "Cruz", "person"),
        ("Jan Brewer", "Brewer", "person"),
        ("Jan Brewer", "Jan Brewer", "person"),
        ("Hezbollah", "Hezbollah", "body"),
        ("River League", "the League", "body"),
        ("Iran", "Iran", "state"),
        ("Russia", "Russia", "state"),
    ],
    columns=["referent", "alias", "kind"],
)


def table(text: str) -> tuple[pd.DataFrame, pd.DataFrame]:
    """One article that is all body, and its sentences."""
    articles = article_table("a", text)
    return articles, sentences.find_sentences(articles, zones.find_zones(articles, zoned=False))


def labels(text: str, actors: pd.DataFrame = ACTORS) -> list[tuple[str, str, str]]:
    found = naming.find_names(*table(text), actors=actors)
    return list(zip(found["referent"], found["surface"], found["pattern"], strict=True))


@pytest.mark.parametrize(
    ("text", "surface", "pattern"),
    [
        ("They met Syrian strongman Bashar Assad on Monday.", "Syrian strongman", "premodifier"),
        ("They met former Secretary of State Ted Cruz.", "former Secretary", "premodifier"),
        ("Sen. Ted Cruz spoke.", "Sen", "premodifier"),
        ("Texas Senator R. Ted Cruz spoke.", "Texas Senator", "premodifier"),
        ("Presidents Brewer and Assad met.", "Presidents", "premodifier"),
        ("The state's two senators, Jan Brewer and Ted Cruz, met.", "senators", "premodifier"),
        ("The state's two senators, Jan Brewer and Ted Cruz, met.", "senators", "apposition"),
        ("It is the terrorist group Hezbollah.", "terrorist group", "premodifier"),
        ("The Syrian president, Bashar Assad, spoke.", "Syrian president", "apposition"),
        ("They fear the Assad regime most.", "regime", "headnoun"),
        ("They fear Assad's regime most.", "regime", "headnoun"),
        ("Several Hezbollah fighters fell.", "fighters", "headnoun"),
        ("Hezbollah, the militant group that it arms, spoke.", "militant group", "apposition"),
        ("Brewer (R-Ariz.), a former pilot who sued, left.", "former pilot", "apposition"),
        ("Brewer, 69, a beekeeper, left.", "beekeeper", "apposition"),
        ("Brewer of Arizona, governor of the state, left.", "governor", "apposition"),
        ("Cruz, one of the bill's leading proponents, left.", "leading proponents", "apposition"),
        ("Hezbollah is not a terrorist organisation.", "terrorist organisation", "copula"),
        ("Assad has been a close ally for years.", "close ally", "copula"),
        ("Assad was president when it began.", "president", "copula"),
        ("The man at the helm was Bashar Assad, they say.", "man", "copula"),
        ("Cruz, who was the runner-up, left.", "runner-up", "relative"),
        ("Cruz, who worked as an attorney, left.", "attorney", "relative"),
        ("They called Cruz a “windbag”.", "windbag", "as"),
        ("The state defines Hezbollah as a terrorist group.", "terrorist group", "as"),
        ("Hezbollah was labelled a terrorist group.", "terrorist group", "as"),
        ("Cruz on Monday was elected chairman of the panel.", "chairman", "as"),
        ("The choice of Cruz as his nominee was late.", "nominee", "as"),
        ("Cruz, running as the Republican nominee, left.", "Republican nominee", "as"),
        ("As the ranking member on the panel, Mr. Cruz could speak.", "ranking member", "as"),
    ],
)
def test_each_pattern_fastens_its_label(text: str, surface: str, pattern: str) -> None:
    found = labels(text)
    assert (surface, pattern) in {(label, kind) for _, label, kind in found}, found


def test_one_label_may_belong_to_two() -> None:
    assert labels("Iran and Russia are allies of Oman.") == [
        ("Iran", "allies", "copula"),
        ("Russia", "allies", "copula"),
    ]
    assert [label for _, label, _ in labels("Brewer, a former agent and marine who won, left.")] == [
        "former agent",
        "marine",
    ]


@pytest.mark.parametrize(
    "text",
    [
        "In Iran, the president spoke.",  # a place, then a subject
        "Assad, the minister said, had left.",  # a parenthesis of speech
        "Mr. Assad spoke.",
        "Assad was elected.",
        "Assad, senators and governors met.",  # a list
        "They met Assad, former Secretary of State John Kerry and others.",  # another's title
        "Assad's lawyer spoke.",
        "They say Heidi Cruz, a banker, spoke.",  # another first name
        "They called Cruz a day later.",
        "Cruz is a bigger problem.",
        "Critics of the company met Assad.",
        "Hezbollah officials met.",  # who work for a body are no label of it
        "the first round was Iran.",
    ],
)
def test_what_is_no_label_is_not_found(text: str) -> None:
    assert labels(text) == []


def test_definite_labels_are_found_only_without_doubt() -> None:
    one = labels("Governor Jan Brewer spoke. Then the governor left. The next governor is unknown.")
    assert one == [("Jan Brewer", "Governor", "premodifier"), ("Jan Brewer", "governor", "definite")]
    two = "Senator Cruz met Senator Brewer. Nobody stayed. The senator left."
    assert [kind for _, _, kind in labels(two)] == ["premodifier", "premodifier"]
    near = "Senator Cruz met Senator Brewer. Nobody stayed. Brewer waved. The senator left."
    assert labels(near)[-1] == ("Jan Brewer", "senator", "definite")
    vice = "President Assad met Vice President Cruz. The vice president smiled. The president did not."
    assert labels(vice)[2:] == [("Ted Cruz", "vice president", "definite"), ("Bashar Assad", "president", "definite")]
    assert labels("Hezbollah spoke. The group left.")[-1] == ("Hezbollah", "group", "definite")
    assert labels("The group confirmed it to Hezbollah.") == []
    assert (
        labels("Governor Jan Brewer spoke. The governor of Ohio, the governors and the governor, Ann Lee, left.")[1:]
        == []
    )
    assert labels("Secretary of State Cruz spoke. The secretary of state left.")[-1][2] == "definite"


def test_labels_are_counted_by_lemma() -> None:
    found = naming.find_names(
        *table("Sens. Ted Cruz and Jan Brewer left. Hezbollah, an armed group, stayed."), actors=ACTORS
    )
    assert found["label"].tolist() == ["senator", "senator", "armed group"]


def test_names_are_matched_by_words() -> None:
    assert labels("The tyrant Assadov spoke.") == []
    assert labels("The league, a mob, met.") == [] and labels("The League, a mob, met.")[0][0] == "River League"
    small = pd.DataFrame([("River League", "the league", "body")], columns=ACTORS.columns)
    assert labels("The league, a mob, met.", small) == [("River League", "mob", "apposition")]
    hidden = labels("Strongman As\u00adsad spoke.")
    assert hidden == [("Bashar Assad", "Strongman", "premodifier")]


def test_no_actors_no_labels_but_the_columns() -> None:
    found = naming.find_names(*table("Senator Ted Cruz spoke."), actors=ACTORS[:0])
    assert found.empty
    assert list(found) == [name for name in schema.TABLES["names"].names if name not in ("voice", "attribution_no")]


WORDS = (
    "Assad Bashar Cruz Ted Hezbollah Iran Russia and , . ; ( ) “ ” ' the The a an president senator group terrorist ally is was "
    "who which as called of in State Mr. Sen. said not former one leader 44 ’s regime \u00ad \n\n"
).split(" ")


@settings(max_examples=100)
@given(st.lists(st.sampled_from(WORDS), max_size=60).map(" ".join))
def test_offsets_hold_and_labels_never_touch_a_name(text: str) -> None:
    articles, found_sentences = table(text)
    found = naming.find_names(articles, found_sentences, actors=ACTORS)
    assert schema.surfaces_hold(articles, found)
    mentions = naming.find_mentions(articles, found_sentences, actors=ACTORS)
    names = list(zip(mentions["start"], mentions["end"], strict=True))
    for start, end in zip(found["start"], found["end"], strict=True):
        assert start < end
        assert not any(start < high and low < end for low, high in names)
    assert found["mention_no"].tolist() == list(range(len(found)))


@pytest.mark.parametrize(
    "unit",
    ["Assad ", "the president Assad ", "Assad, the president of ", "Assad (", "called Assad a ", "A. Assad of Assad "],
)
def test_time_is_linear_on_hostile_text(unit: str) -> None:
    def prepare(n: int) -> Callable[[], object]:
        text = unit * n
        rows = pd.DataFrame(
            {"article_id": ["a"], "start": [0], "end": [len(text)], "sentence_no": [0], "zone": ["body"]}
        )
        return partial(naming.find_names, article_table("a", text), rows, actors=ACTORS)

    assert growth(prepare, 500, 4_000) < LIMIT


# --- actors -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rows", "says"),
    [
        ("referent,alias\nA,A\n", "lacks the columns ['kind']"),
        ("referent,alias,kind\nA,,person\n", "row 2"),
        ("referent,alias,kind\nA,A,group\n", "'group' is not known"),
        ("referent,alias,kind\nA,x,person\nB,x,person\n", "stands for 'A' and for 'B'"),
        ("referent,alias,kind,side\nA,x,person,us\nA,y,person,them\n", "the side 'us' and 'them'"),
    ],
)
def test_a_table_of_actors_with_a_fault_is_refused(tmp_path: Path, rows: str, says: str) -> None:
    path = tmp_path / "actors.csv"
    path.write_text(rows)
    with pytest.raises(ResourceError) as error:
        naming.read_actors(path)
    assert says in str(error.value)


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(ResourceError, match=r"nowhere\.csv"):
        naming.read_actors(tmp_path / "nowhere.csv")


def test_proposals_merge_names_and_leave_out_what_is_no_actor() -> None:
    text = (
        "On Monday, President Karla M. Osgood met Boris Tarn in Fennick. Osgood said that the French would help. "
        "But Tarn refused. Karla Osgood and Mr. Tarn left in May. But France said no. And Paris said yes. "
        "The National Guard Council said that Osgood was late. Many people in Fennick waited near Fennick. "
        "Tarn said so. Council members laughed. Ann Lee and Bob Lee said no. Lee said yes."
    )
    found = naming.propose_actors(*table(text))
    pairs = set(zip(found["referent"], found["alias"], strict=True))
    assert ("Karla Osgood", "Osgood") in pairs or ("Karla M. Osgood", "Osgood") in pairs
    assert ("Boris Tarn", "Tarn") in pairs and ("France", "Paris") in pairs
    aliases = set(found["alias"])
    assert not aliases & {"Monday", "May", "French", "Fennick", "Lee", "Many", "Mr", "President Karla M. Osgood"}
    kinds = dict(zip(found["referent"], found["kind"], strict=True))
    assert kinds["France"] == "state" and kinds["Boris Tarn"] == "person" and kinds["National Guard Council"] == "body"


def test_a_proposal_can_be_read_back(tmp_path: Path) -> None:
    corpus = read_corpus(PROJECT / "data" / "raw")
    found = sentences.find_sentences(corpus.articles, zones.find_zones(corpus.articles))
    table_ = naming.propose_actors(corpus.articles, found, most=20)
    path = tmp_path / "actors.csv"
    table_.to_csv(path, index=False)
    back = naming.read_actors(path)
    assert back["alias"].tolist() == table_["alias"].tolist()
    ours = naming.read_actors()
    assert len(set(back["alias"]) & set(ours["alias"])) >= 15  # of 20 referents, most are in the table made by hand


# --- how good it is ---------------------------------------------------------------------------------------------------


def judged(rows: list[tuple[str, str, int, int, str]]) -> pd.DataFrame:
    columns = ["article_id", "referent", "start", "end", "surface"]
    return pd.DataFrame(rows, columns=columns).assign(pattern="premodifier")


def test_accuracy_counts_by_hand() -> None:
    pairs = judged([("a", "A", 0, 18, "president of Syria"), ("a", "A", 30, 36, "tyrant"), ("b", "B", 5, 9, "ally")])
    names = judged(
        [
            ("a", "A", 0, 9, "president"),  # the head is the same
            ("a", "A", 13, 18, "Syria"),  # no head
            ("a", "B", 30, 36, "tyrant"),  # another referent
            ("b", "B", 0, 9, "old, ally"),  # more modifiers, same head
            ("b", "B", 90, 94, "king"),  # outside of what was read
        ]
    )
    windows = pd.DataFrame({"article_id": ["a", "b"], "start": [0, 0], "end": [50, 50]})
    row = naming.accuracy(names, pairs, windows=windows).iloc[0]
    assert (row["n_pairs"], row["n_found"], row["n_matched"]) == (3, 4, 2)
    assert (row["precision"], row["recall"]) == (2 / 4, 2 / 3)
    assert row["precision_low"] <= row["precision"] <= row["precision_high"]
    nothing = naming.accuracy(names[:0], pairs, patterns=["premodifier"]).iloc[0]
    assert nothing["recall"] == 0 and pd.isna(nothing["precision"])


def test_calibration_set() -> None:
    """The patterns were shaped on this set, so these figures are an upper bound."""
    corpus = read_corpus(PROJECT / "data" / "raw")
    found = sentences.find_sentences(corpus.articles, zones.find_zones(corpus.articles))
    names = naming.find_names(corpus.articles, found[found["zone"] == "body"], actors=naming.read_actors())
    pairs = pd.read_csv(PROJECT / "data" / "gold" / "labels.csv")
    joined = [pattern for pattern in naming.PATTERNS if pattern != "definite"]  # nobody coded those here
    row = naming.accuracy(names, pairs, patterns=joined).iloc[0]
    assert row["n_pairs"] == 102
    assert row["precision"] >= 0.94 and row["recall"] >= 0.97


@pytest.mark.gold
def test_basil_windows_that_nobody_had_read() -> None:
    """Coded after the finder was frozen: precision .96, recall .68 (63 pairs); the two earlier halves are higher."""
    folder = gold_folder()
    if folder is None or not (folder / "basil").is_dir():
        pytest.skip("BASIL is not on this machine: python -m analysis fetch basil")
    place = PROJECT / "data" / "gold"
    pairs, windows = pd.read_csv(place / "label_pairs_basil.csv"), pd.read_csv(place / "label_pairs_basil_windows.csv")
    articles = read_corpus(folder / "basil" / "articles").articles
    articles = articles[articles["article_id"].isin(windows["article_id"])].reset_index(drop=True)
    assert schema.surfaces_hold(articles, pairs)
    found = sentences.find_sentences(articles, zones.find_zones(articles))
    names = naming.find_names(articles, found, actors=naming.read_actors(place / "label_pairs_basil_actors.csv"))
    for half, precision, recall in (("fresh", 0.90, 0.65), ("test", 0.94, 0.80), ("tune", 0.94, 0.80)):
        row = naming.accuracy(names, pairs[pairs["half"] == half], windows=windows[windows["half"] == half]).iloc[0]
        assert row["precision"] >= precision and row["recall"] >= recall, half
