"""The validation measures what it says: on a made corpus whose figures are known by hand, and against corpora at hand."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pandas as pd
import pytest

from analysis import agreement, config, gold, validation
from analysis.errors import InputError
from analysis.schema import Study
from analysis.validation import codes, peers, record
from analysis.validation.context import FIGURE_NAMES, Context, articles_of
from analysis.validation.parts import PARTS, designed_contrasts

CLAIM = 'The mayor said the old bridge was safe. "We tested it twice," she told reporters on Monday.'


@pytest.fixture(scope="module")
def bundled(study: Study) -> Context:
    """Without corpora; the bundled articles as the session measured them."""
    context = Context(None)
    context.__dict__["calibration"] = study
    return context


@pytest.fixture
def no_cache(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("analysis.gold.fetching.cache_folder", lambda: tmp_path / "nothing")


def made_polnear(folder: Path, *texts: str) -> Path:
    """Articles in PolNeAR's layout, in which the claim's two attributions are coded wherever it stands."""
    base = folder / "polnear" / "data" / "dev"
    (base / "text").mkdir(parents=True)
    (base / "attributions").mkdir()
    parts = (
        (("Source", "The mayor"), ("Cue", "said"), ("Content", "the old bridge was safe")),
        (("Source", "she"), ("Cue", "told"), ("Content", '"We tested it twice,"')),
    )
    for number, text in enumerate(texts):
        (base / "text" / f"daily_{number}.txt").write_bytes(text.encode())
        lines = []
        for event, roles in enumerate(parts if CLAIM in text else ()):
            names = []
            for role, words in roles:
                mark = f"T{len(lines) + 1}"
                start = text.index(words)
                lines.append(f"{mark}\t{role} {start} {start + len(words)}\t{words}")
                names.append(f"{role}:{mark}")
            lines.append(f"E{event}\t" + " ".join(names))
        (base / "attributions" / f"daily_{number}_x.ann").write_bytes("\n".join(lines).encode())
    return folder


def test_a_made_corpus_gives_the_figures_counted_by_hand(tmp_path: Path, no_cache: None) -> None:
    """Both attributions are found, nothing where nothing is claimed: every F1 is 1, and no engine gains."""
    folder = made_polnear(tmp_path, CLAIM, f"{CLAIM} It rained.", "It rained all day. The river rose.")
    figures, skipped = validation.validate(Context(folder), parts=["Attribution"])
    assert skipped == {}
    whole = figures[figures["instrument"] == "attribution (joined)"]
    assert (whole["value"] == 1.0).all() and (whole["n"] == [4, 4, 4, 2]).all()
    kinds = figures.set_index("instrument")["value"]
    assert kinds["attribution (joined), direct"] == kinds["attribution (joined), indirect"] == 1.0
    assert (figures.loc[figures["instrument"].str.contains(" − "), "value"] <= 1).all()
    assert "attribution (joined), daily" in set(figures["instrument"])


def test_another_program_is_scored_as_ours_is_and_compared_article_by_article(tmp_path: Path, no_cache: None) -> None:
    """It finds the first claim of each article with its source, the second without, and one where nothing is claimed."""
    folder = made_polnear(tmp_path, CLAIM, f"{CLAIM} It rained.", "It rained all day. The river rose.")
    spoken = CLAIM.index('"We tested')
    rows = [
        ("daily_0", "0 9", "10 14", "15 38"),
        ("daily_0", "", "", f"{spoken} {spoken + 9};{spoken + 9} {spoken + 21}"),
    ]
    rows += [("daily_1", *rows[0][1:]), ("daily_2", "", "3 9", "10 17")]
    file = tmp_path / "theirs.csv"
    pd.DataFrame(rows, columns=list(peers.COLUMNS)).to_csv(file, index=False)
    context = Context(folder, peers=(("theirs", file),))
    figures, skipped = validation.validate(context, parts=["Attribution beside other programs"])
    assert skipped == {}
    value = {(row.instrument, row.figure): row.value for row in figures.itertuples()}
    plain, sourced = FIGURE_NAMES["attr"], FIGURE_NAMES["with_source"]
    assert value["attribution (theirs)", plain] == pytest.approx(
        3 / 4
    )  # 3 of 4 found are right, 3 of 4 there were found
    assert value["attribution (theirs)", sourced] == pytest.approx(2 / 4)
    assert value["attribution: joined − theirs", plain] == pytest.approx(1 / 4)
    assert value["attribution: joined − theirs", sourced] == pytest.approx(1 / 2)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("document,source,cue\nx,1 2,\n", "no column 'content'"),
        ("document,source,cue,content\ndaily_9,,,0 4\n", "'daily_9' is none of the 1 articles"),
        ("document,source,cue,content\ndaily_0,,,0 4000\n", "row 2: content '0 4000' is no span of a text"),
        ("document,source,cue,content\ndaily_0,,,4 4\n", "is no span"),
        ("document,source,cue,content\ndaily_0,,,four\n", "is no span"),
        ("document,source,cue,content\ndaily_0\ndaily_0,-1 3,,0 4\n", "row 3: source '-1 3' is no span"),
        ("document,source,cue,content\n\ud800", "is no CSV in UTF-8"),
    ],
)
def test_a_file_of_another_program_is_refused_with_its_row(
    text: str, said: str, tmp_path: Path, no_cache: None
) -> None:
    file = tmp_path / "theirs.csv"
    file.write_bytes(text.encode("utf-8", "surrogatepass"))
    articles = pd.DataFrame({"article_id": ["daily_0"], "text": [CLAIM]})
    with pytest.raises(InputError, match=re.escape(said)):
        peers.read_peer(file, articles)


def test_without_another_program_the_part_is_skipped_and_the_way_is_named(tmp_path: Path, no_cache: None) -> None:
    part = "Attribution beside other programs"
    for context, said in (
        (Context(tmp_path), "--peer NAME=FILE"),
        (Context(made_polnear(tmp_path, CLAIM), peers=(("x", tmp_path / "none.csv"),)), "is not there"),
    ):
        figures, skipped = validation.validate(context, parts=[part])
        assert figures.empty and said in skipped[part]


def test_a_corpus_that_is_not_at_hand_is_skipped_with_the_way_out(tmp_path: Path, no_cache: None) -> None:
    said: list[str] = []
    parts = ["Attribution", "Voice", "Sentences", "Loaded terms", "Tone", "Tone toward a target"]
    figures, skipped = validation.validate(Context(tmp_path), parts=parts, say=said.append)
    assert figures.empty and list(figures.columns) == list(record.COLUMNS)
    assert list(skipped) == said == parts
    assert all("python -m analysis fetch" in reason for reason in skipped.values())


def test_every_designed_difference_has_the_right_sign_and_none_is_claimed_of_none(bundled: Context) -> None:
    table = designed_contrasts(bundled)
    there = table[table["put_in"] != "none"]
    assert len(there) == 38 and len(table) == 54
    assert (there["estimate"].gt(0) == there["put_in"].eq("+")).all()
    assert (table.loc[table["put_in"] == "none", "found"] == "none").all()
    assert (there["found"] == there["put_in"]).mean() > 0.6


def test_own_codes_are_met(bundled: Context) -> None:
    """Floors on texts that were seen while rules were written; they hold the state, and promise nothing."""
    figures, skipped = validation.validate(bundled, parts=["What is said of an attribution", "Styles of news"])
    assert skipped == {}
    value = {(row.instrument, row.figure): row.value for row in figures.itertuples()}
    assert value["attribution: kind", "accuracy, coders' spans"] >= 0.98
    assert value["attribution: source_type", "accuracy, coders' spans"] >= 0.82
    assert value["attribution: source_name", "B³ F1, coders' spans"] >= 0.93
    assert value["attribution: source_name", "B³ F1, found and matched"] >= 0.9
    for style in codes.STYLES:
        assert value[f"attribution (joined), {style}", "attribution F1 (content Jaccard ≥ .5)"] >= 0.8
    assert figures["value"].between(figures["low"] - 1e-9, figures["high"] + 1e-9).all()
    assert (figures.loc[figures["part"] == PARTS_OF_CODES, "n"] >= 300).all()


PARTS_OF_CODES = "What is said of an attribution"


def test_the_bundled_articles_against_their_codes(bundled: Context) -> None:
    """Issue 3 asks attribution F1 .85 on the calibration set; the design: all signs right, none claimed of none."""
    parts = ["The bundled articles against our own codes", "Recovery of the design"]
    figures, _ = validation.validate(bundled, parts=parts)
    value = {(row.instrument, row.figure): row.value for row in figures.itertuples()}
    assert value["attribution (joined)", "attribution F1 (content Jaccard ≥ .5)"] >= 0.85
    assert value["loaded terms", "planted terms F1"] >= 0.7
    assert value["voice", "accuracy for planted terms"] >= 0.9
    assert value["labels", "recall"] >= 0.9
    assert value["comparison", "differences put in whose estimate has the right sign"] == 1.0
    assert value["comparison", "differences put in that are claimed with the wrong sign"] == 0.0
    assert value["comparison", "differences claimed where none was put in"] == 0.0


def test_the_verb_prints_and_writes_nothing_for_a_part(capsys: pytest.CaptureFixture[str], no_cache: None) -> None:
    from analysis.__main__ import main

    before = [path.stat().st_mtime_ns for path in (config.RESOURCES, config.PROJECT / "docs")]
    assert main(["validate", "--part", "Styles of news", "--json"]) == 0
    rows = json.loads(capsys.readouterr().out)
    assert {row["part"] for row in rows} == {"Styles of news"}
    assert [path.stat().st_mtime_ns for path in (config.RESOURCES, config.PROJECT / "docs")] == before
    assert main(["validate", "--part", "Horoscope"]) != 0
    assert "there are: Attribution" in capsys.readouterr().err


def test_kinds_add_up_to_all() -> None:
    """Counts of direct, indirect and mixed together are those of all attributions."""
    coded = codes.styles_coded()
    counts = codes.kind_counts(coded.articles, coded.spans, coded.spans)
    sums = counts[["n_match_found", "n_match_gold", "n_found", "n_gold"]].sum()
    assert set(sums) == {len(coded.attributions)}
    hand = coded.attributions["kind"].value_counts()
    assert counts.groupby("figure")["n_gold"].sum().to_dict() == hand.to_dict()


def test_style_counts_are_those_of_whole_texts() -> None:
    """Sentences in the place of articles lose no match: the sums are those of `attribution_counts`."""
    coded = codes.styles_coded()
    study = validation.context.measured(coded.articles)
    by_sentence = codes.style_counts(coded, study)
    whole = agreement.attribution_counts(coded.articles, study.spans, coded.spans)
    columns = ["n_match_found", "n_match_gold", "n_found", "n_gold"]
    for figure in ("attr", "attr_at_80"):
        left, right = (table.loc[table["figure"] == figure, columns].sum() for table in (by_sentence, whole))
        assert left.tolist() == right.tolist()


# --- the page and the file ----------------------------------------------------------------------------------------------------

FIGURES = pd.DataFrame(
    [
        ("Voice", "voice", "Pearson r", 0.951234, 0.9, 0.98, 84, "PolNeAR dev, 84 articles"),
        ("Attribution", "attribution (joined)", "attribution F1", 0.75, 0.72, 0.78, 2192, "PolNeAR dev, 84 articles"),
    ],
    columns=list(record.COLUMNS),
)


def test_figures_of_skipped_parts_are_kept(bundled: Context, tmp_path: Path) -> None:
    page, resource = tmp_path / "page.md", tmp_path / "accuracy.csv"
    validation.write(bundled, FIGURES, {}, page=page, resource=resource)
    later = FIGURES[FIGURES["part"] == "Voice"].assign(value=0.5)
    validation.write(bundled, later, {"Attribution": "not at hand"}, page=page, resource=resource)
    kept = pd.read_csv(resource)
    assert kept[["part", "value"]].to_numpy().tolist() == [["Attribution", 0.75], ["Voice", 0.5]]
    assert b"\r" not in resource.read_bytes()


def test_the_page_is_the_same_twice_and_says_what_was_put_in(bundled: Context, tmp_path: Path) -> None:
    pages = []
    for name in ("one", "two"):
        page = tmp_path / f"{name}.md"
        validation.write(bundled, FIGURES, {}, page=page, resource=tmp_path / f"{name}.csv")
        pages.append(page.read_bytes())
    assert pages[0] == pages[1]
    text = pages[0].decode()
    assert "| voice | Pearson r | 0.951 | 0.900 to 0.980 | 84 | PolNeAR dev, 84 articles |" in text
    assert text.index("## Attribution") < text.index("## Voice")
    assert text.count("| refused |") == 8 and "nan" not in text and "**wrong**" not in text


def test_simulations_are_written_to_their_page(tmp_path: Path) -> None:
    page = tmp_path / "simulations.md"
    validation.write_simulations(page=page, sims=20, family_sims=4, sizes=(5,))
    text = page.read_text(encoding="utf-8")
    assert text.startswith("# Simulations") and "### Coverage of 95 % intervals of a difference" in text
    assert text.endswith("|\n")


def test_parts_have_their_names_in_order() -> None:
    assert list(PARTS)[:3] == ["Attribution", "Attribution beside other programs", PARTS_OF_CODES]


# --- corpora at hand ----------------------------------------------------------------------------------------------------------


def real(name: str) -> Context:
    folder = config.gold_folder()
    if folder is None or not (folder / name).is_dir():
        pytest.skip(f"{name} is not at hand: set ANALYSIS_GOLD to the folder that holds {name}/")
    return Context(folder)


@pytest.fixture(scope="module")
def measured() -> dict[tuple[str, str], float]:
    """Figures of the parts that need BASIL, BABE, the ratings or NewsMTSC, by (instrument, figure)."""
    for name in ("basil", "polnear", "babe", "vader", "newsmtsc"):
        real(name)
    parts = ["Voice", "Sentences", "Loaded terms", "Labels", "Tone", "Tone toward a target"]
    figures, skipped = validation.validate(real("basil"), parts=parts)
    assert skipped == {}
    assert set(figures["part"]) == set(parts)
    assert (figures["low"] <= figures["value"]).all() and (figures["value"] <= figures["high"]).all()
    return {(row.instrument, row.figure): row.value for row in figures[::-1].itertuples()}


@pytest.mark.gold
@pytest.mark.parametrize(
    ("instrument", "figure", "least"),
    [
        ("sentences", "sentence boundaries F1", 0.965),  # issue 2
        ("voice", "Pearson r of attributed share per article", 0.91),  # issue 3 asks for .95: not reached
        (
            "voice",
            "balanced accuracy of inside/outside quotation, by a span's first character",
            0.96,
        ),  # asked: .98, where 18 flags contradict the marks
        ("loaded terms", "sentences: AUC", 0.75),
        ("labels", "precision", 0.85),  # issue 5, on windows coded after the finder was frozen
        ("labels", "recall", 0.6),
        ("tone: vader", "Pearson r with 20 raters", 0.45),
        ("tone: news_tone", "Pearson r with 20 raters", 0.55),
        ("tone toward a target", "macro-F1, all labels", 0.65),
    ],
)
def test_figures_on_corpora_at_hand(measured: dict, instrument: str, figure: str, least: float) -> None:
    assert measured[instrument, figure] >= least


@pytest.mark.gold
def test_attribution_tells_more_of_voice_than_marks_do(measured: dict) -> None:
    figure = "balanced accuracy of inside/outside quotation, by a span's first character"
    assert measured["voice", figure] > measured["bare quotation marks", figure]
    assert measured["voice", "mean absolute error of attributed share"] <= 0.06


@pytest.mark.gold
def test_what_two_people_reach_on_polnear() -> None:
    """The scorer gives for two coders of PolNeAR train what was published of them: attribution F1 between .7 and .85."""
    corpus = gold.read_polnear(real("polnear").at("polnear"), "train")
    coders = corpus.spans.groupby("article_id")["coder"].unique()
    several = coders[coders.map(len) > 1]
    if several.empty:
        pytest.skip("no article at hand was coded by two people")
    articles = articles_of(corpus.articles[corpus.articles["article_id"].isin(several.index)])
    mine = corpus.spans[corpus.spans["article_id"].isin(several.index)]
    first = mine[mine["coder"] == mine["article_id"].map(several.map(min))]
    second = mine[mine["coder"] == mine["article_id"].map(several.map(lambda names: sorted(names)[1]))]
    table = agreement.f1_table(agreement.attribution_counts(articles, second, first), n_resamples=100)
    figures = dict(zip(table["figure"], table["f1"], strict=True))
    assert 0.70 <= figures["attr"] <= 0.85
    assert figures["attr_at_80"] < figures["attr"] < figures["marks"]
