"""Each hand-coded corpus is read as its authors laid it out: made ones by hand count, those at hand by their known sizes."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest

from analysis import config, gold
from analysis.errors import InputError


def at(name: str) -> Path:
    folder = config.gold_folder()
    if folder is None or not (folder / name).is_dir():
        pytest.skip(f"{name} is not at hand: set ANALYSIS_GOLD to the folder that holds {name}/")
    return folder / name


def write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text.encode("utf-8"))


# --- PolNeAR ------------------------------------------------------------------------------------------------------------------

TEXT = "Headline\r\n\r\nThe mayor said it rained. It will rain, he thinks.\r\n"


def line(number: int, role: str, *words: str) -> str:
    places = ";".join(f"{TEXT.index(part)} {TEXT.index(part) + len(part)}" for part in words)
    return f"T{number}\t{role} {places}\t{' '.join(words)}"


@pytest.fixture
def polnear(tmp_path: Path) -> Path:
    base = tmp_path / "data" / "dev"
    write(base / "text" / "daily_2016_rain.txt", TEXT)
    write(base / "text" / "other_2016_dry.txt", "Nobody said a word.")
    first = [
        line(1, "Source", "The mayor"),
        line(2, "Cue", "said"),
        line(3, "Content", "it rained"),
        line(4, "Content2", "It will", "rain,"),
        line(5, "Source", "he") + "\nbroken over a line",
        line(6, "Cue", "thinks"),
        "E1\tAttribution:T2 Source:T1 Content:T3 Cue:T2",
        "E2\tAttribution:T6 Content2:T4 Cue:T6 Source:T5",
        "E3\tAttribution:T6 Cue:T6",
        "A1\tKind E1 direct",
    ]
    write(base / "attributions" / "daily_2016_rain_b1.ann", "\n".join(first))
    second = [line(1, "Content", "it rained"), "E1\tContent:T1"]
    write(base / "attributions" / "daily_2016_rain_c2.ann", "\n".join(second))
    write(
        tmp_path / "data" / "metadata.tsv",
        'filename\tpublisher\tpublication_date\ttitle\ndaily_2016_rain\tThe Daily\t2016-09-01\tA "quote\n',
    )
    return tmp_path


def test_polnear_keeps_line_ends_and_finds_its_metadata(polnear: Path) -> None:
    articles = gold.read_polnear(polnear, "dev").articles
    assert articles["text"].tolist()[0] == TEXT
    assert articles["outlet"].tolist() == ["The Daily", "other"]
    assert articles["published"].tolist() == ["2016-09-01", ""]


def test_polnear_attributions_join_fragments_and_need_a_content(polnear: Path) -> None:
    spans = gold.read_polnear(polnear, "dev").first_coder()
    rows = [(row.attribution_no, row.role, row.fragment_no, TEXT[row.start : row.end]) for row in spans.itertuples()]
    assert sorted(rows) == [
        (0, "content", 0, "it rained"),
        (0, "cue", 0, "said"),
        (0, "source", 0, "The mayor"),
        (1, "content", 0, "It will"),
        (1, "content", 1, "rain,"),
        (1, "cue", 0, "thinks"),
        (1, "source", 0, "he"),
    ]


def test_the_first_coder_is_the_first_in_the_alphabet(polnear: Path) -> None:
    corpus = gold.read_polnear(polnear, "dev")
    assert set(corpus.spans["coder"]) == {"b1", "c2"}
    assert set(corpus.first_coder()["coder"]) == {"b1"}


@pytest.mark.gold
def test_polnear_dev_has_its_known_size() -> None:
    """84 articles; every span is inside its text and none is empty."""
    corpus = gold.read_polnear(at("polnear"), "dev")
    assert len(corpus.articles) == 84
    coded = corpus.first_coder()
    assert coded[coded["role"] == "content"].groupby("article_id")["attribution_no"].nunique().sum() > 2_000
    length = corpus.articles.set_index("article_id")["text"].str.len()
    assert (coded["start"] < coded["end"]).all()
    assert (coded["end"] <= coded["article_id"].map(length)).all()
    assert corpus.articles["outlet"].nunique() == 7


# --- BASIL --------------------------------------------------------------------------------------------------------------------


@pytest.fixture
def basil(tmp_path: Path) -> Path:
    article = {
        "triplet-uuid": "e1", "source": "FOX", "title": "A title", "date": "2016-01-01", "url": "http://x.invalid",
        "body-paragraphs": [["One two.", "Three."], ["Four five."]],
    }  # fmt: skip
    common = {"txt": "", "polarity": "neg", "aim": "", "speaker": "", "target": "T"}
    notes = {
        "article-level-annotations": {
            "relative_stance": "right", "author_feeling_T": "neg", "author_feeling_U": "str-pos", "author_feeling_V": "",
            "author_feeling_W": "neu",
        },
        "phrase-level-annotations": [
            {"id": "p2", "start": 5, "end": 9, "bias": "lex", "quote": "yes", **common},
            {"id": "p0", "start": 0, "end": 3, "bias": "inf", "quote": "no", **common},
            {"id": "p9", "start": 0, "end": 3, "bias": "inf", "quote": "no", **common},
            {"id": "p1", "start": 0, "end": 30, "bias": "inf", "quote": "no", **common},
            {"id": "title", "start": 0, "end": 3, "bias": "lex", "quote": "no", **common},
        ],
    }  # fmt: skip
    write(tmp_path / "articles" / "2016" / "0_fox.json", json.dumps(article))
    write(tmp_path / "annotations" / "2016" / "0_fox_ann.json", json.dumps(notes))
    return tmp_path


def test_basil_spans_point_into_the_joined_body(basil: Path) -> None:
    corpus = gold.read_basil(basil)
    (text,) = corpus.articles["text"]
    assert text == "One two. Three.\n\nFour five."
    places = zip(corpus.sentences["start"], corpus.sentences["end"], strict=True)
    assert [text[start:end] for start, end in places] == ["One two.", "Three.", "Four five."]
    assert corpus.sentences["paragraph_no"].tolist() == [0, 0, 1]
    rows = [(text[row.start : row.end], row.bias, row.is_quote) for row in corpus.spans.itertuples()]
    assert rows == [("five", "lexical", True), ("One", "informational", False)]
    assert corpus.n_unplaced == 3


def test_basil_feelings_are_signs_and_outlets_lower_case(basil: Path) -> None:
    corpus = gold.read_basil(basil)
    assert dict(zip(corpus.feelings["entity"], corpus.feelings["feeling"], strict=True)) == {"T": -1, "U": 1, "W": 0}
    assert corpus.articles["article_id"].tolist() == ["e1-fox"]
    assert corpus.articles["relative_stance"].tolist() == ["right"]


def test_a_basil_file_that_is_no_object_is_refused(basil: Path) -> None:
    write(basil / "articles" / "2016" / "0_fox.json", "[]")
    with pytest.raises(InputError, match="expected one JSON object"):
        gold.read_basil(basil)


@pytest.mark.gold
def test_basil_has_three_outlets_an_event() -> None:
    """Half of BASIL: 50 events in three outlets each; 3 phrase spans point past the end, some are titles."""
    corpus = gold.read_basil(at("basil"))
    assert corpus.articles.groupby("event")["outlet"].nunique().eq(3).all()
    assert len(corpus.articles) == 3 * corpus.articles["event"].nunique()
    assert set(corpus.articles["outlet"]) == {"fox", "nyt", "hpo"}
    assert corpus.n_unplaced < 0.05 * len(corpus.spans)
    assert set(corpus.feelings["feeling"]) == {-1, 0, 1}


# --- BABE, NewsMTSC, ratings --------------------------------------------------------------------------------------------------


def test_babe_words_are_read_as_a_literal_and_as_nothing_else(tmp_path: Path) -> None:
    rows = [
        "text;news_link;outlet;topic;type;label_bias;label_opinion;biased_words",
        "A brutal act;l;o;t;x;Biased;y;['brutal']",
        "A plain act;l;o;t;x;Non-biased;y;[]",
        "A split act;l;o;t;x;No agreement;y;['split']",
    ]
    write(tmp_path / "data" / "final_labels_SG2.csv", "\ufeff" + "\r\n".join(rows))
    babe = gold.read_babe(tmp_path)
    assert babe.sentences["is_biased"].tolist() == [True, False]
    assert babe.words.to_numpy().tolist() == [[0, "brutal"]]
    evil = [*rows, "A trick;l;o;t;x;Biased;y;[__import__('os').getcwd()]"]
    write(tmp_path / "data" / "final_labels_SG2.csv", "\r\n".join(evil))
    with pytest.raises(InputError, match="which is no list of words"):
        gold.read_babe(tmp_path)


def test_newsmtsc_polarity_is_a_sign_and_offsets_hold(tmp_path: Path) -> None:
    item = {
        "primary_gid": "g", "sentence_normalized": "Ada beat Bea.",
        "targets": [
            {"from": 0, "to": 3, "mention": "Ada", "polarity": 6.0},
            {"from": 9, "to": 12, "mention": "Bea", "polarity": 2.0},
        ],
    }  # fmt: skip
    write(tmp_path / "deep" / "newsmtsc-rw" / "dev.jsonl", json.dumps(item) + "\n")
    rows = gold.read_newsmtsc(tmp_path, "rw", "dev")
    assert rows["polarity"].tolist() == [1, -1]
    assert [row.text[row.start : row.end] for row in rows.itertuples()] == rows["mention"].tolist()


@pytest.mark.gold
@pytest.mark.parametrize("part", ["rw", "mt"])
def test_newsmtsc_mentions_stand_where_they_are_said_to(part: str) -> None:
    rows = gold.read_newsmtsc(at("newsmtsc"), part, "dev")
    assert len(rows) > 100
    assert [row.text[row.start : row.end] for row in rows.itertuples()] == rows["mention"].tolist()


@pytest.mark.gold
def test_ratings_are_between_minus_four_and_four() -> None:
    ratings = gold.read_nyt_ratings(at("vader"))
    assert ratings["rating"].between(-4, 4).all()
    assert not ratings["sentence_id"].duplicated().any()
    assert ratings["editorial"].nunique() > 100


@pytest.mark.parametrize(
    ("read", "corpus"),
    [
        (lambda folder: gold.read_polnear(folder, "test"), "polnear"),
        (gold.read_basil, "basil"),
        (gold.read_babe, "babe"),
        (gold.read_nyt_ratings, "vader"),
        (lambda folder: gold.read_newsmtsc(folder, "rw", "dev"), "newsmtsc"),
    ],
)
def test_a_folder_that_is_not_the_corpus_says_how_to_get_it(tmp_path: Path, read, corpus: str) -> None:
    with pytest.raises(InputError, match=f"python -m analysis fetch {corpus}"):
        read(tmp_path)


def test_tables_have_their_columns_even_when_empty(tmp_path: Path) -> None:
    (tmp_path / "articles").mkdir()
    corpus = gold.read_basil(tmp_path)
    assert isinstance(corpus.spans, pd.DataFrame) and corpus.spans.empty and "is_quote" in corpus.spans
