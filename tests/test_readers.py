"""Every format gives the same articles, text untouched, with what the file says about them."""

import hashlib
import io
import json
import zipfile
from datetime import date, datetime

import openpyxl
import pandas as pd
import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis import config, schema
from analysis.errors import InputError
from analysis.readers import read_corpus
from analysis.readers.columns import NAMES, as_published
from analysis.readers.encodings import decode
from analysis.readers.language import identify
from analysis.readers.sheets import read_sheets

GOLD = config.gold_folder()
ONE = (
    "The old bridge over the river fell on Tuesday after three days of rain, and nobody was hurt in the event.\r\n\r\n"
    "“We heard a crack,” said the ferryman — who has worked the crossing for thirty years.\n"
)
TWO = (
    "Workers at the harbour went on strike on Monday, and the ships that had come in over the week-end could not "
    "be\u00a0unloaded.\n\nThe company said that it would talk to them in the morning; the union asked for six percent.\n"
)
GERMAN = (
    "Die alte Brücke über den Fluss ist am Dienstag nach drei Tagen Regen eingestürzt, und niemand wurde verletzt. "
    "Der Fährmann sagte, er habe einen Knall gehört und danach sei alles still gewesen."
)


def read(folder, **settings):
    """The corpus, with the laws that hold for every corpus checked."""
    corpus = read_corpus(folder, **settings)
    schema.check("articles", corpus.articles)
    schema.check("issues", corpus.issues)
    for row in corpus.articles.itertuples():
        assert row.n_chars == len(row.text)
        assert row.sha256 == hashlib.sha256(row.text.encode()).hexdigest()
    return corpus


def texts(corpus) -> list[str]:
    return corpus.articles["text"].tolist()


def frame() -> pd.DataFrame:
    return pd.DataFrame(
        {"id": ["a", "b"], "text": [ONE, TWO], "title": ["Bridge falls", "Strike"], "author": ["Ann", "Bo"]}
    )


def test_text_files_are_taken_as_they_are(tmp_path):
    (tmp_path / "b.txt").write_bytes(TWO.encode())
    (tmp_path / "a.txt").write_bytes(ONE.encode())
    corpus = read(tmp_path)
    assert texts(corpus) == [ONE, TWO]
    assert corpus.articles["article_id"].tolist() == ["a", "b"]
    assert corpus.articles["language"].tolist() == ["en", "en"]
    assert corpus.articles["extraction"].tolist() == ["text (utf-8)"] * 2
    assert corpus.issues.empty


@pytest.mark.parametrize(
    ("encoding", "mark", "name"),
    [
        ("utf-8", b"", "utf-8"), ("utf-8", b"\xef\xbb\xbf", "utf-8"), ("utf-16-le", b"\xff\xfe", "utf-16-le"),
        ("utf-16-be", b"\xfe\xff", "utf-16-be"), ("utf-16-le", b"", "utf-16-le"), ("utf-16-be", b"", "utf-16-be"),
        ("utf-32-le", b"\xff\xfe\x00\x00", "utf-32-le"), ("windows-1252", b"", "windows-1252"),
    ],
)  # fmt: skip
def test_encodings_are_told_apart_and_line_ends_kept(encoding, mark, name):
    assert decode(mark + ONE.encode(encoding)) == (ONE, name, [])


@given(st.text(alphabet=st.characters(blacklist_categories=("Cs", "Cc")), max_size=100))
@settings(max_examples=200)
def test_whatever_was_saved_as_utf8_comes_back(text):
    assert decode(b"\xef\xbb\xbf" + text.encode()).text == text


@pytest.mark.parametrize(
    "name", ["t.csv", "t.tsv", "semicolon.csv", "t.xlsx", "t.jsonl", "t.json", "t.parquet", "wrong.dat"]
)
def test_every_kind_of_table_gives_the_same_articles(tmp_path, name):
    path, table = tmp_path / name, frame()
    if name == "t.tsv":
        table.to_csv(path, sep="\t", index=False)
    elif name == "semicolon.csv":
        table.to_csv(path, sep=";", index=False, encoding="utf-8-sig")
    elif name == "t.xlsx":
        table.to_excel(path, index=False, engine="xlsxwriter")
    elif name == "t.jsonl":
        table.to_json(path, orient="records", lines=True)
    elif name == "t.json":
        table.to_json(path, orient="records")
    elif name == "t.parquet":
        table.to_parquet(path)
    else:  # a CSV without a name that says so: the content decides
        table.to_csv(path, index=False)
    corpus = read(path)
    assert texts(corpus) == [ONE, TWO]
    assert corpus.articles[["article_id", "headline", "byline"]].values.tolist() == [
        ["a", "Bridge falls", "Ann"],
        ["b", "Strike", "Bo"],
    ]
    assert corpus.articles["path"].tolist() == [f"{name}#1", f"{name}#2"]


@pytest.mark.parametrize(
    ("tool", "record", "expected"),
    [
        (
            "news-please",
            {"maintext": ONE, "title": "Bridge falls", "authors": ["Ann", "Bo"], "date_publish": "2016-08-16 10:00:00",
             "source_domain": "daily.example", "url": "https://daily.example/1", "language": "en"},
            ["Bridge falls", "Ann, Bo", "2016-08-16T10:00:00", "daily.example", "https://daily.example/1"],
        ),
        (
            "trafilatura",
            {"text": ONE, "raw_text": "x", "title": "Bridge falls", "author": "Ann", "date": "2016-08-16",
             "sitename": "Daily", "hostname": "daily.example", "url": "https://daily.example/1"},
            ["Bridge falls", "Ann", "2016-08-16", "Daily", "https://daily.example/1"],
        ),
        (
            "Media Cloud with texts",
            {"id": "7", "publish_date": "2016-08-16", "title": "Bridge falls", "url": "https://daily.example/1",
             "media_name": "Daily", "media_url": "daily.example", "text": ONE},
            ["Bridge falls", "", "2016-08-16", "Daily", "https://daily.example/1"],
        ),
        ("ATAP", {"text_id": "one", "text": ONE}, ["", "", "", "", ""]),
    ],
)  # fmt: skip
def test_columns_of_other_tools_are_known(tmp_path, tool, record, expected):
    (tmp_path / "one.jsonl").write_text(json.dumps(record), encoding="utf-8")
    corpus = read(tmp_path)
    assert texts(corpus) == [ONE]
    assert corpus.articles[["headline", "byline", "published", "outlet", "url"]].values.tolist() == [expected]


def test_a_column_can_be_named(tmp_path):
    frame().rename(columns={"text": "Story Words"}).to_csv(tmp_path / "t.csv", index=False)
    assert texts(read(tmp_path, columns={"text": "story words"})) == [ONE, TWO]
    with pytest.raises(InputError, match=r"no column with the text.*'Story Words'.*--column text=NAME"):
        read_corpus(tmp_path)
    with pytest.raises(InputError, match="'wrds' for text"):
        read_corpus(tmp_path, columns={"text": "wrds"})
    with pytest.raises(InputError, match="'words' is not a field"):
        read_corpus(tmp_path, columns={"words": "x"})


def test_json_of_one_article_takes_the_name_of_its_file(tmp_path):
    (tmp_path / "bridge.json").write_text(json.dumps({"id": 5, "text": ONE}), encoding="utf-8")
    (tmp_path / "news.json").write_text(
        json.dumps({"status": "ok", "articles": [{"content": TWO, "source": {"name": "Daily"}}, {"content": ONE}]}),
        encoding="utf-8",
    )
    corpus = read(tmp_path)
    assert corpus.articles["article_id"].tolist() == ["bridge", "news-1", "news-2"]
    assert corpus.articles["outlet"].tolist() == ["", "Daily", ""]


def test_a_text_that_begins_with_a_bracket_or_a_tag_is_a_text(tmp_path):
    for name, text in {
        "a.txt": "[Update] " + ONE,
        "b.txt": "<script>alert(1)</script> " + ONE,
        "c.txt": "{Note} " + ONE,
    }.items():
        (tmp_path / name).write_bytes(text.encode())
    assert [text[-len(ONE) :] for text in texts(read(tmp_path))] == [ONE] * 3


PAGE = f"""<!doctype html><html><head><title>Bridge falls</title><meta property="og:site_name" content="The Daily">
<meta name="author" content="Ann Lee"><meta property="article:published_time" content="2016-08-16"><script>alert(1)</script></head>
<body><nav><a href="/">Home</a></nav><article><h1>Bridge falls</h1><p>{ONE}</p><blockquote><p>“It was gone in a moment,”
the ferryman said when he was asked about it.</p></blockquote><p>{TWO}</p></article><footer>© 2016 The Daily</footer></body></html>"""


@pytest.mark.parametrize("name", ["page.html", "page.txt"])
def test_the_article_is_taken_out_of_a_page_with_its_quotations(tmp_path, name):
    (tmp_path / name).write_text(PAGE, encoding="utf-8")
    row = read(tmp_path).articles.iloc[0]
    assert "The old bridge over the river" in row["text"]
    assert "“It was gone in a moment,”" in row["text"]
    assert "alert" not in row["text"] and "Home" not in row["text"]
    assert row[["headline", "byline", "published", "outlet"]].tolist() == [
        "Bridge falls",
        "Ann Lee",
        "2016-08-16",
        "The Daily",
    ]
    assert row["extraction"].startswith("html (trafilatura ")


def test_a_workbook_is_read_from_the_sheet_that_has_the_texts(tmp_path):
    book = openpyxl.Workbook()
    book.active.title = "About"
    book.active.append(["who", "Ann"])
    sheet = book.create_sheet("Articles")
    sheet.append(["text", "date", "doc_id"])
    sheet.append([ONE.replace("\r", ""), datetime(2016, 8, 16), 17])
    sheet.append([None, None, None])
    sheet.append([("word " * 6_554)[:32_767], None, 18])
    book.save(tmp_path / "t.xlsx")
    corpus = read(tmp_path)
    assert corpus.articles["article_id"].tolist() == ["17", "18"]
    assert corpus.articles["published"].tolist() == ["2016-08-16T00:00:00", ""]
    assert corpus.articles["path"].tolist() == ["t.xlsx#1", "t.xlsx#3"]
    messages = dict(zip(corpus.issues["path"], corpus.issues["message"], strict=True))
    assert "only the sheet 'Articles' is read" in messages["t.xlsx!About"]
    assert "cut" in messages["t.xlsx#3"]


@pytest.mark.parametrize("engine", ["xlsxwriter", "openpyxl"])
def test_escapes_of_a_workbook_are_undone_once(tmp_path, engine):
    """A text that spells an escape (`_x000D_`) stays as it is spelt; a control character comes back as that character."""
    texts = ["one\rtwo", "say _x000D_ twice", "say _x005F_ once more", "x\x0by", "plain_x", "end\r\n"]
    if engine == "xlsxwriter":
        path = tmp_path / "t.xlsx"
        with xlsxwriter.Workbook(str(path)) as book:
            sheet = book.add_worksheet()
            for row, text in enumerate(texts):
                sheet.write_string(row, 0, text)
    else:  # writes cells in place and escapes nothing, so what is read is what an escape stands for
        book = openpyxl.Workbook()
        for text in texts[1:3]:
            book.active.append([text])
        book.save(tmp_path / "t.xlsx")
        texts = ["say \r twice", "say _ once more"]
    found = next(iter(read_sheets((tmp_path / "t.xlsx").read_bytes()).values()))
    assert [cells[0] for _, cells in found] == texts


def test_a_zip_gives_what_its_folder_gives(tmp_path):
    folder = tmp_path / "raw"
    (folder / "sub").mkdir(parents=True)
    (folder / "a.txt").write_bytes(ONE.encode())
    (folder / "sub" / "b.txt").write_bytes(TWO.encode())
    frame().to_excel(folder / "t.xlsx", index=False)
    (folder / "MANIFEST.csv").write_text("file,outlet,event\nsub/b.txt,Daily,strike\n", encoding="utf-8")
    with zipfile.ZipFile(tmp_path / "raw.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(folder.rglob("*")):
            archive.write(path, path.relative_to(folder).as_posix())
    plain, packed = read(folder), read(tmp_path / "raw.zip")
    assert packed.articles["path"].tolist() == [f"raw.zip!{path}" for path in plain.articles["path"]]
    assert packed.articles["outlet"].tolist() == plain.articles["outlet"].tolist() == ["", "Daily", "", ""]
    assert texts(packed) == texts(plain)
    assert sorted(texts(read(tmp_path))) == sorted(texts(packed) + texts(plain))


def test_a_manifest_is_laid_over_its_files_and_held_to_its_hashes(tmp_path):
    (tmp_path / "a.txt").write_bytes(ONE.encode())
    (tmp_path / "b.txt").write_bytes(TWO.encode())
    good = hashlib.sha256(ONE.encode()).hexdigest()
    (tmp_path / "MANIFEST.csv").write_text(
        "file,outlet,event,headline,byline,published,url,section,genre,licence,sha256\n"
        f'a.txt,Daily,bridge,"Bridge, falls",Ann,2016-08-16,http://d.example,World,news,CC BY 4.0,{good}\n'
        f"b.txt,Herald,strike,Strike,,2016,,,,,{good}\nc.txt,Herald,,,,,,,,,\n",
        encoding="utf-8",
    )
    corpus = read(tmp_path)
    given = ["outlet", "event", "headline", "byline", "published", "url", "section", "genre", "licence"]
    assert corpus.articles[given].values.tolist() == [
        ["Daily", "bridge", "Bridge, falls", "Ann", "2016-08-16", "http://d.example", "World", "news", "CC BY 4.0"],
        ["Herald", "strike", "Strike", "", "2016", "", "", "", ""],
    ]
    assert corpus.issues[["path", "article_id"]].values.tolist() == [["MANIFEST.csv#c.txt", ""], ["b.txt", "b"]]
    assert "SHA-256" in corpus.issues["message"].iloc[1]


def test_a_manifest_that_cannot_be_read_costs_no_article(tmp_path):
    (tmp_path / "a.txt").write_bytes(ONE.encode())
    (tmp_path / "MANIFEST.csv").write_bytes(b"name,outlet\na.txt,Daily\n")
    corpus = read(tmp_path)
    assert texts(corpus) == [ONE]
    assert "has no column 'file'" in corpus.issues["message"].iloc[0]


def test_identifiers_are_safe_unique_and_do_not_hang_on_order(tmp_path):
    for outlet, name in [("fox", "001"), ("nyt", "001"), ("nyt", "über uns"), (".", "=x=")]:
        (tmp_path / outlet).mkdir(exist_ok=True)
        (tmp_path / outlet / f"{name}.txt").write_bytes(ONE.encode())
    assert read(tmp_path).articles["article_id"].tolist() == ["x", "fox-001", "nyt-001", "ber-uns"]


def test_an_identifier_that_differs_in_case_only_is_another_file_name(tmp_path):
    pd.DataFrame({"id": ["A", "a", "a-2"], "text": [ONE, TWO, ONE + TWO]}).to_csv(tmp_path / "t.csv", index=False)
    names = read(tmp_path).articles["article_id"].str.lower()
    assert names.is_unique


def test_repeated_rows_are_read_once_and_other_texts_numbered(tmp_path):
    """The rule for an id that stands twice: same text, refused; another text, kept as `a-2` with a note."""
    pd.DataFrame({"id": ["a", "a", "a"], "text": [ONE, ONE, TWO]}).to_csv(tmp_path / "t.csv", index=False)
    corpus = read(tmp_path)
    assert corpus.articles["article_id"].tolist() == ["a", "a-2"]
    assert corpus.issues[["path", "severity"]].astype(str).values.tolist() == [
        ["t.csv#2", "refused"],
        ["t.csv#3", "note"],
    ]


@pytest.mark.parametrize(
    ("given_as", "read_as"),
    [
        ("2016", "2016"), ("2016-08", "2016-08"), ("2016-08-16", "2016-08-16"), ("2016-08-16 10:00", "2016-08-16T10:00"),
        ("2016-08-16T10:00:00Z", "2016-08-16T10:00:00Z"), ("August 16, 2016", "2016-08-16"), ("16 Aug 2016", "2016-08-16"),
        ("Tuesday, August 16, 2016", "2016-08-16"), ("Tue, 16 Aug 2016 10:00:00 +0200", "2016-08-16T10:00:00+02:00"),
        ("", ""), ("None", ""), ("03/04/2016", ""), ("2016-02-31", ""), ("last week", ""),
    ],
)  # fmt: skip
def test_dates_are_iso_as_precise_as_received(given_as, read_as):
    found, note = as_published(given_as)
    assert found == read_as
    assert bool(note) == (given_as not in ("", "None") and not read_as)


def test_dates_in_tables_may_be_dates(tmp_path):
    pd.DataFrame({"text": [ONE], "date": [date(2016, 8, 16)]}).to_parquet(tmp_path / "t.parquet")
    assert read(tmp_path).articles["published"].tolist() == ["2016-08-16"]


def test_languages_are_told_apart_and_can_be_asked_for(tmp_path):
    (tmp_path / "de.txt").write_text(GERMAN, encoding="utf-8")
    (tmp_path / "en.txt").write_text(ONE.upper(), encoding="utf-8")
    corpus = read(tmp_path)
    assert corpus.articles["article_id"].tolist() == ["en"]
    assert corpus.issues[["path", "severity"]].astype(str).values.tolist() == [["de.txt", "refused"]]
    assert "'de'" in corpus.issues["message"].iloc[0]
    assert read(tmp_path, languages=("de", "en")).articles["language"].tolist() == ["de", "en"]
    assert len(read(tmp_path, languages=()).articles) == 2
    with pytest.raises(InputError, match="languages: 'klingon'"):
        read_corpus(tmp_path, languages=("klingon",))


def test_a_page_of_figures_does_not_hide_the_language():
    assert identify("1,234 5,678\n" * 400 + ONE + TWO)[0] == "en"


BASIL = {
    "source": "FOX", "title": "Bridge falls", "triplet-uuid": "t-1", "date": "2016-08-16", "url": "http://f.example",
    "body-paragraphs": [["The old bridge over the river fell on Tuesday after three days of rain. ", "Nobody was hurt in it."], [""],
                        ["The ferryman heard a crack, and then it was gone."]],
}  # fmt: skip


def test_basil_and_its_annotations(tmp_path):
    (tmp_path / "articles").mkdir()
    (tmp_path / "annotations").mkdir()
    (tmp_path / "articles" / "t-1_1.json").write_text(json.dumps(BASIL), encoding="utf-8")
    (tmp_path / "annotations" / "t-1_1_ann.json").write_text('{"phrase-level-annotations": []}', encoding="utf-8")
    corpus = read(tmp_path)
    row = corpus.articles.iloc[0]
    assert row["text"] == (
        "The old bridge over the river fell on Tuesday after three days of rain. Nobody was hurt in it.\n\n"
        "The ferryman heard a crack, and then it was gone."
    )
    assert row[["article_id", "outlet", "event", "headline", "published"]].tolist() == [
        "t-1_1",
        "fox",
        "t-1",
        "Bridge falls",
        "2016-08-16",
    ]
    assert corpus.issues[["path", "severity"]].astype(str).values.tolist() == [["annotations", "note"]]


def test_a_basil_annotation_or_a_broken_article_alone_is_no_article(tmp_path):
    (tmp_path / "a.json").write_text('{"phrase-level-annotations": []}', encoding="utf-8")
    (tmp_path / "b.json").write_text('{"body-paragraphs": [3]}', encoding="utf-8")
    (tmp_path / "c.txt").write_bytes(ONE.encode())
    issues = read(tmp_path).issues
    assert issues["path"].tolist() == ["a.json", "b.json"]
    assert issues["severity"].astype(str).tolist() == ["note", "refused"]


@pytest.mark.parametrize("where", ["", "dev", "dev/text"])
def test_polnear_metadata_are_found_from_any_of_its_folders(tmp_path, where):
    (tmp_path / "dev" / "text").mkdir(parents=True)
    (tmp_path / "dev" / "attributions").mkdir()
    (tmp_path / "dev" / "text" / "nyt_1.txt").write_bytes(("Bridge falls.\n\n" + ONE).encode())
    (tmp_path / "dev" / "attributions" / "nyt_1_ef2d.ann").write_text("E1\tx")
    (tmp_path / "metadata.tsv").write_text(
        "compartment\tfilename\tlevel\tannotators\tpublisher\tpublication_date\tauthor\ttitle\n"
        "dev\tnyt_1\t4\tef2d\tnyt\t2016-08-16\tNone\tBridge falls\n"
    )
    articles = read(tmp_path / where).articles
    assert articles[["article_id", "outlet", "headline", "byline", "published"]].values.tolist() == [
        ["nyt_1", "nyt", "Bridge falls", "", "2016-08-16"]
    ]


@pytest.mark.gold
@pytest.mark.skipif(GOLD is None or not (GOLD / "basil").is_dir(), reason="BASIL is not at hand (ANALYSIS_GOLD)")
def test_basil_is_read_whole():
    corpus = read(GOLD / "basil")
    assert len(corpus.articles) == len(list((GOLD / "basil" / "articles").rglob("*.json")))
    assert set(corpus.articles["outlet"]) == {"fox", "nyt", "hpo"}
    assert (corpus.articles.groupby("event").size() == 3).all()
    assert not (corpus.issues["severity"] == "refused").any()


@pytest.mark.gold
@pytest.mark.skipif(GOLD is None or not (GOLD / "polnear").is_dir(), reason="PolNeAR is not at hand (ANALYSIS_GOLD)")
def test_polnear_is_read_whole_and_in_english():
    corpus = read(GOLD / "polnear" / "data" / "dev")
    assert len(corpus.articles) == len(list((GOLD / "polnear" / "data" / "dev" / "text").iterdir()))
    assert (corpus.articles["language"] == "en").all() and (corpus.articles["outlet"] != "").all()


def test_the_documentation_lists_the_columns_that_are_known():
    page = (config.PROJECT / "docs" / "reading.md").read_text(encoding="utf-8")
    for field, names in NAMES.items():
        assert f"| {field} | {', '.join(names)} |" in page


def test_a_buffer_is_not_a_path():
    with pytest.raises(TypeError):
        read_corpus(io.BytesIO(b"x"))  # type: ignore[arg-type]
