"""A lexicon is a table a scholar can read, check and bring: ours keeps its shape, theirs is read or refused by row."""

from __future__ import annotations

import re
from pathlib import Path

import pandas as pd
import pytest

from analysis import loaded_terms
from analysis.errors import ResourceError
from analysis.loaded_terms import balance, find_hits, join_lexica, lexicon_sha256, matcher, read_lexicon, with_reasons
from analysis.loaded_terms.lexicon import DIRECTIONS, LAYERS


@pytest.fixture(scope="module")
def ours() -> pd.DataFrame:
    return read_lexicon()


def surfaces(text: str, lexicon: pd.DataFrame) -> list[str]:
    return [text[hit.start : hit.end] for hit in find_hits(text, [(0, len(text))], matcher(lexicon))]


def test_ours_has_entries_with_reason_source_and_alternative(ours: pd.DataFrame) -> None:
    assert list(ours.columns) == list(loaded_terms.COLUMNS)
    assert len(ours) >= 900
    assert ours["entry"].is_unique
    for column in ("why", "source", "neutral_alternative", "category"):
        assert ours[column].str.len().min() > 1, column
    assert set(ours["layer"]) == set(LAYERS)
    assert set(ours["direction"]) <= set(DIRECTIONS)


def test_reasons_are_short_sentences_and_most_are_an_entrys_own(ours: pd.DataFrame) -> None:
    assert ours["why"].str.endswith(".").all()
    assert ours["why"].str.len().max() <= 200
    assert (ours["neutral_alternative"].str.lower() != ours["entry"].str.lower()).all()
    evaluative = ours[ours["layer"].isin(["loaded", "watch"])]
    assert evaluative["why"].nunique() >= 0.75 * len(evaluative)
    assert evaluative["neutral_alternative"].nunique() >= 0.7 * len(evaluative)


def test_an_alternative_is_seldom_a_loaded_term_itself(ours: pd.DataFrame) -> None:
    """Where a euphemism hides something grave, the plain word for it may be listed (`internment camp`)."""
    ready = matcher()
    loaded = ours[ours["layer"] == "loaded"]
    listed = [
        entry
        for entry, text in zip(loaded["entry"], loaded["neutral_alternative"])
        if any(ready.layers[hit.entry] == "loaded" for hit in find_hits(text, [(0, len(text))], ready))
    ]
    assert len(listed) <= 0.005 * len(loaded), listed


def test_ours_covers_the_categories_of_the_plan(ours: pd.DataFrame) -> None:
    loaded = set(ours.loc[ours["layer"] == "loaded", "category"])
    assert loaded == {
        "violence_labels", "regime_legitimacy", "geopolitical", "ideology", "media", "migration", "abortion_gender",
        "delegitimising_speech", "power_verbs", "evaluative_negative", "evaluative_positive", "intensifier",
        "emotive_noun", "euphemism",
    }  # fmt: skip
    cues = set(ours.loc[ours["layer"] == "cue", "category"])
    assert cues == {"cue_neutral", "cue_assertive", "cue_factive", "cue_distancing", "cue_implicative"}


def test_mirrors_are_mutual_and_weigh_the_same(ours: pd.DataFrame) -> None:
    table = ours.set_index("entry")
    paired = table[table["mirror"] != ""]
    assert len(paired) >= 100
    for entry, row in paired.iterrows():
        other = table.loc[row["mirror"]]
        assert other["mirror"] == entry
        assert (other["layer"], other["strength"]) == (row["layer"], row["strength"])


def test_labels_of_wings_and_parties_come_in_pairs(ours: pd.DataFrame) -> None:
    labels = ours[(ours["category"] == "ideology") & ours["layer"].isin(["loaded", "watch"])]
    wing = re.compile(
        r"\b(?:left|right|leftist|rightist|democrat|republican|conservative|trump|biden|obama)", re.IGNORECASE
    )
    lonely = labels[labels["entry"].str.contains(wing) & (labels["mirror"] == "")]
    assert lonely["entry"].tolist() == []


def test_nicknames_come_in_pairs(ours: pd.DataFrame) -> None:
    """`antifa` is what a movement calls itself; the other names were given by opponents."""
    names = ours[(ours["category"] == "ideology") & (ours["pos"] == "name") & (ours["mirror"] == "")]
    assert names["entry"].tolist() == ["antifa"]


def test_words_of_evidence_are_no_loaded_terms(ours: pd.DataFrame) -> None:
    layers = ours.set_index("entry")["layer"]
    assert set(layers[["allegedly", "reportedly", "apparently", "accused"]]) == {"hedge"}


def test_the_balance_counts_every_entry_once(ours: pd.DataFrame) -> None:
    table = balance()
    assert table["n_entries"].sum() == len(ours)
    assert table["n_mirrored"].sum() == (ours["mirror"] != "").sum()
    assert table[list(set(DIRECTIONS) & set(table.columns))].to_numpy().sum() == len(ours)


def test_the_hash_follows_the_content(ours: pd.DataFrame) -> None:
    changed = ours.copy()
    changed.loc[0, "layer"] = "watch"
    assert lexicon_sha256(ours) == lexicon_sha256(ours.copy())
    assert lexicon_sha256(ours) != lexicon_sha256(changed)
    assert len(lexicon_sha256()) == 64


def test_what_is_read_is_ours_to_change(ours: pd.DataFrame) -> None:
    changed = read_lexicon()
    changed["layer"] = "watch"
    assert (read_lexicon()["layer"] == ours["layer"]).all()


def test_a_hit_is_given_its_reason_source_and_alternative() -> None:
    hits = pd.DataFrame({"term_id": ["regime", "added by hand"], "surface": ["regimes", "thing"]}, index=[7, 9])
    found = with_reasons(hits)
    assert found.index.tolist() == [7, 9]
    assert found.loc[7, ["neutral_alternative", "direction"]].tolist() == ["government", "pejorative"]
    assert "Reuters" in found.loc[7, "source"]
    assert found.loc[7, "why"]
    assert found.loc[9, ["why", "source", "mirror"]].tolist() == ["", "", ""]
    assert pd.isna(found.loc[9, "strength"])
    assert with_reasons(hits.iloc[:0]).empty


def test_ones_own_csv(tmp_path: Path) -> None:
    file = tmp_path / "mine.csv"
    file.write_text("\ufeffCategory,Entry\nzoo,gnu\nzoo,zebra crossing\n", encoding="utf-8")
    lexicon = read_lexicon(file)
    assert lexicon[["entry", "category", "layer", "strength", "pos"]].values.tolist() == [
        ["gnu", "zoo", "loaded", 2, "any"],
        ["zebra crossing", "zoo", "loaded", 2, "any"],
    ]
    assert surfaces("Two gnus at the zebra-crossings.", lexicon) == ["gnus", "zebra-crossings"]


def test_ones_own_beside_ours_wins(ours: pd.DataFrame, tmp_path: Path) -> None:
    file = tmp_path / "mine.csv"
    file.write_text("entry,category,layer\nregime,mine,watch\ngnu,mine,loaded\n", encoding="utf-8")
    both = join_lexica(ours, read_lexicon(file))
    assert len(both) == len(ours) + 1
    assert both.set_index("entry").loc["regime", "category"] == "mine"


def test_liwc(tmp_path: Path) -> None:
    file = tmp_path / "small.dic"
    file.write_text("%\n1\tanger\n2\tfear\n%\nrage*\t1\nterror\t2\t1\nfed up\t1\n", encoding="utf-8")
    lexicon = read_lexicon(file)
    assert lexicon[["entry", "category"]].values.tolist() == [
        ["rage*", "anger"],
        ["terror", "fear"],
        ["fed up", "anger"],
    ]
    assert surfaces("Raging, rages, terror, terrors, fed up.", lexicon) == ["rages", "terror", "fed up"]


def test_quanteda_and_lexicoder(tmp_path: Path) -> None:
    file = tmp_path / "small.yml"
    file.write_text("tone:\n  negative: [awful*, 'bad faith', 'unh?ppy']\n  positive:\n    - good\n", encoding="utf-8")
    lexicon = read_lexicon(file)
    assert lexicon["category"].tolist() == ["tone.negative"] * 3 + ["tone.positive"]
    assert surfaces("Awfully unhappy, in bad spirit, good.", lexicon) == ["Awfully", "unhappy", "good"]


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("a.csv", "word,category\nx,y\n", "lacks the column 'entry'"),
        ("a.csv", "entry,category\n", "no entries"),
        ("a.csv", "entry,category\nx\n", "line 2: the entry 'x' has no category"),
        ("a.csv", "entry,category\nx,y\nx,y\n", "line 3: the entry 'x' stands twice"),
        ("a.csv", "entry,category,strength\nx,y,5\n", "line 2: 'x' has the strength '5'; allowed: 1, 2, 3"),
        ("a.csv", "entry,category,layer\nx,y,loud\n", "has the layer 'loud'; allowed: loaded"),
        ("a.csv", "entry,category,pos\nx,y,verbs\n", "part of speech 'verbs'"),
        ("a.csv", "entry,category,exceptions\nflood,y,insurance\n", "exception 'insurance'"),
        ("a.csv", "entry,category\n123,y\n", "needs letters"),
        ("a.csv", "entry,category\na,b,c\n", "line 2: more cells than columns"),
        ("a.csv", f"entry,category\n{'x' * 500},y\n", "longer than 200 characters"),
        ("a.dic", "anger\nrage 1\n", "between two lines of '%'"),
        ("a.dic", "%\n1\tanger\n%\nrage\t7\n", "line 4: 'rage': category '7' is not in the header"),
        ("a.dic", "%\n1\tanger\n%\nrage\n", "no category is given"),
        ("a.yaml", "- a\n- b\n", "a mapping of categories"),
        ("a.yaml", "a: {b: [null]}\n", "category 'a.b': None is neither"),
        ("a.yaml", "a: [b\n", "not valid YAML"),
        ("a.yaml", "a: !!python/object/apply:os.system ['true']\n", "not valid YAML"),
        ("a.txt", "x", "a lexicon is a .csv"),
    ],
)
def test_a_wrong_lexicon_is_refused_with_its_row(tmp_path: Path, name: str, content: str, message: str) -> None:
    file = tmp_path / name
    file.write_text(content, encoding="utf-8")
    with pytest.raises(ResourceError, match=re.escape(message)) as caught:
        read_lexicon(file)
    assert str(caught.value).startswith(name)


def test_a_missing_or_unreadable_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ResourceError, match="cannot be read"):
        read_lexicon(tmp_path / "nowhere.csv")
    (tmp_path / "bad.csv").write_bytes(b"entry,category\n\xff\xfe,x\n")
    with pytest.raises(ResourceError, match="not UTF-8"):
        read_lexicon(tmp_path / "bad.csv")


def test_a_pattern_must_begin_and_end_with_a_word(tmp_path: Path) -> None:
    file = tmp_path / "a.csv"
    file.write_text("entry,category,pattern\nx,y,* through\n", encoding="utf-8")
    with pytest.raises(ResourceError, match="must begin and end with a word"):
        matcher(read_lexicon(file))


def test_a_dictionary_that_expands_without_end_is_refused(tmp_path: Path) -> None:
    lines = ["a: &a [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"{new}: &{new} [{', '.join(['*' + old] * 10)}]" for old, new in zip("abcdefg", "bcdefgh", strict=True)]
    file = tmp_path / "bomb.yaml"
    file.write_text("\n".join(lines), encoding="utf-8")
    with pytest.raises(ResourceError, match="too many"):
        read_lexicon(file)
