"""Agreement counts what a person would count: pairs by hand, published alphas, slower routes, limits that can fail."""

from __future__ import annotations

from itertools import permutations

import numpy as np
import pandas as pd
import pytest

from analysis import agreement
from analysis.errors import CannotCompare, SchemaError

TEXT = 'The mayor said the old bridge was safe. "We tested it," she told reporters. Nobody else agreed.'


def articles(*texts: str) -> pd.DataFrame:
    return pd.DataFrame({"article_id": [f"a{number}" for number in range(len(texts))], "text": texts})


def spans(*rows: tuple[int, str, str], text: str = TEXT, article: str = "a0") -> pd.DataFrame:
    """(attribution, role, words) → a row where the words stand."""
    places = [
        (article, number, role, text.index(words), text.index(words) + len(words)) for number, role, words in rows
    ]
    return pd.DataFrame(places, columns=["article_id", "attribution_no", "role", "start", "end"])


def counts_of(found: pd.DataFrame, gold: pd.DataFrame) -> dict[str, tuple[int, ...]]:
    table = agreement.attribution_counts(articles(TEXT), found, gold)
    return {row.figure: (row.n_match_found, row.n_match_gold, row.n_found, row.n_gold) for row in table.itertuples()}


GOLD = spans(
    (0, "source", "The mayor"),
    (0, "content", "the old bridge was safe"),
    (1, "source", "she"),
    (1, "content", '"We tested it,"'),
)


def test_the_same_coding_matches_in_every_figure() -> None:
    assert counts_of(GOLD, GOLD) == {
        "attr": (2, 2, 2, 2),
        "attr_at_80": (2, 2, 2, 2),
        "with_source": (2, 2, 2, 2),
        "marks": (1, 1, 1, 1),
    }


def test_three_of_five_words_are_found_at_half_and_not_at_four_fifths() -> None:
    found = spans((0, "source", "mayor"), (0, "content", "old bridge was"))
    counts = counts_of(found, GOLD)
    assert counts["attr"] == (1, 1, 1, 2)
    assert counts["attr_at_80"] == (0, 0, 1, 2)
    assert counts["with_source"] == (1, 1, 1, 2)  # `mayor` of `The mayor`: one word of two


def test_a_source_that_is_wrong_or_missing_does_not_count_with_source() -> None:
    wrong = spans((0, "source", "reporters"), (0, "content", "the old bridge was safe"))
    missing = spans((0, "content", "the old bridge was safe"))
    assert counts_of(wrong, GOLD)["with_source"][0] == counts_of(missing, GOLD)["with_source"][0] == 0
    assert counts_of(missing, missing)["with_source"][0] == 1


def test_one_gold_content_is_matched_once_and_by_the_best() -> None:
    found = spans((0, "content", "the old bridge was"), (1, "content", "the old bridge was safe"))
    gold = spans((0, "content", "the old bridge was safe"))
    assert counts_of(found, gold)["attr"] == (1, 1, 2, 1)
    pairs = agreement.matched_attributions(articles(TEXT), found, gold)
    assert pairs.to_numpy().tolist() == [["a0", 1, 0]]


def test_punctuation_and_marks_do_not_move_a_match() -> None:
    found = spans((0, "content", "We tested it"))
    assert counts_of(found, GOLD)["attr_at_80"] == (1, 1, 1, 2)
    assert counts_of(found, GOLD)["marks"] == (1, 1, 1, 1)


def test_f1_is_over_all_articles_together() -> None:
    counts = agreement.span_counts({"a": [1, 2], "b": []}, {"a": [2], "b": [7, 8]}, "ends")
    row = agreement.f1_table(counts).iloc[0]
    assert (row["precision"], row["recall"]) == (1 / 2, 1 / 3)
    assert row["f1"] == pytest.approx(2 / 5)
    assert row["low"] == 0 and row["high"] == pytest.approx(2 / 3)  # only `b` drawn; only `a` drawn


def test_f1_of_nothing_is_nought_and_no_warning() -> None:
    assert agreement.f1_table(agreement.span_counts({}, {"a": []}, "ends")).iloc[0]["f1"] == 0


def test_a_paired_difference_knows_that_the_articles_are_the_same() -> None:
    gold = {str(number): range(10) for number in range(40)}
    rng = np.random.default_rng(3)
    hard = {name: int(rng.integers(1, 10)) for name in gold}
    left = agreement.span_counts({name: range(n) for name, n in hard.items()}, gold, "x")
    right = agreement.span_counts({name: range(n - 1) for name, n in hard.items()}, gold, "x")
    value, low, high = agreement.paired_difference(left, right.sample(frac=1, random_state=1), "x")
    assert 0 < low <= value <= high
    assert high - low < agreement.f1_table(left).eval("high - low").iloc[0] / 2


def test_resampled_draws_whole_units() -> None:
    frame = pd.DataFrame({"unit": ["a"] * 99 + ["b"], "x": [0.0] * 99 + [1.0]})
    value, low, high = agreement.resampled(frame, lambda rows: float(rows["x"].mean()), unit="unit")
    assert (value, low, high) == (0.01, 0.0, 1.0)


def balanced(rows: pd.DataFrame) -> float:
    """Mean over kinds of the share found right."""
    return float(np.mean([(part["found"] == kind).mean() for kind, part in rows.groupby("truth")]))


def test_accuracies_are_those_of_the_slow_route() -> None:
    rng = np.random.default_rng(4)
    rows = pd.DataFrame({"article_id": rng.integers(0, 9, 80), "truth": rng.choice(list("aab"), 80)})
    rows["found"] = np.where(rng.random(80) < 0.8, rows["truth"], "b")
    both = agreement.accuracies(rows, unit="article_id")
    assert both["accuracy"][0] == pytest.approx((rows["truth"] == rows["found"]).mean())
    assert both["balanced accuracy"][0] == pytest.approx(balanced(rows))
    slow = agreement.resampled(rows, balanced, unit="article_id")
    assert both["balanced accuracy"] == pytest.approx(slow, abs=0.03)
    lazy = pd.DataFrame({"article_id": range(10), "truth": ["a"] * 9 + ["b"], "found": ["a"] * 10})
    assert agreement.accuracies(lazy, unit="article_id")["balanced accuracy"][0] == 0.5
    assert both["accuracy"][1] < both["accuracy"][0] < both["accuracy"][2]


# --- B³ -----------------------------------------------------------------------------------------------------------------------


def b_cubed(found: list[str], gold: list[str]) -> tuple[float, float]:
    rows = pd.DataFrame({"article_id": "a", "found": found, "gold": gold})
    row = agreement.f1_table(agreement.b_cubed_counts(rows), n_resamples=5).iloc[0]
    return row["precision"], row["recall"]


def b_cubed_slowly(found: list[str], gold: list[str]) -> tuple[float, float]:
    n = range(len(found))
    with_it = [{j for j in n if found[i] == found[j]} for i in n]
    belong = [{j for j in n if gold[i] == gold[j]} for i in n]
    precision = [len(with_it[i] & belong[i]) / len(with_it[i]) for i in n]
    recall = [len(with_it[i] & belong[i]) / len(belong[i]) for i in n]
    return float(np.mean(precision)), float(np.mean(recall))


def test_b_cubed_as_its_authors_count_it() -> None:
    """Bagga & Baldwin 1998, first figure: 12 mentions, two groups run together; precision 16/21 ≈ .76, recall 1."""
    gold = list("11111223333 3".replace(" ", ""))
    found = list("AAAAABBBBBBB")
    assert b_cubed(found, gold) == pytest.approx((16 / 21, 1.0))


def test_b_cubed_by_the_slow_route() -> None:
    rng = np.random.default_rng(1)
    for _ in range(20):
        found, gold = rng.integers(0, 4, 15).astype(str).tolist(), rng.integers(0, 3, 15).astype(str).tolist()
        assert b_cubed(found, gold) == pytest.approx(b_cubed_slowly(found, gold))


def test_a_mention_without_a_name_stands_alone() -> None:
    assert b_cubed(["", "", "A"], ["1", "1", "1"]) == (1.0, pytest.approx(1 / 3))


def test_the_same_name_in_two_articles_is_not_one_group() -> None:
    rows = pd.DataFrame({"article_id": ["a", "b"], "found": ["X", "X"], "gold": ["1", "2"]})
    assert agreement.f1_table(agreement.b_cubed_counts(rows), n_resamples=5).iloc[0]["f1"] == 1.0


# --- alpha --------------------------------------------------------------------------------------------------------------------

#: Krippendorff (2011), Computing Krippendorff's alpha-reliability, part C: four coders, twelve units, codes left out.
PUBLISHED = {
    "A": "1 2 3 3 2 1 4 1 2 . . .",
    "B": "1 2 3 3 2 2 4 1 2 5 . 3",
    "C": ". 3 3 3 2 3 4 2 2 5 1 .",
    "D": "1 2 3 3 2 4 4 1 2 5 1 .",
}


def codes_of(table: dict[str, str]) -> pd.DataFrame:
    rows = [
        (f"u{place:02}", coder, None if code == "." else code)
        for coder, line in table.items()
        for place, code in enumerate(line.split())
    ]
    return pd.DataFrame(rows, columns=["unit_id", "coder", "code"])


@pytest.mark.parametrize(("level", "published"), [("nominal", 0.743), ("ordinal", 0.815), ("interval", 0.849)])
def test_alpha_is_the_published_one(level: str, published: float) -> None:
    alpha = agreement.krippendorff_alpha(codes_of(PUBLISHED), level=level)
    assert round(alpha.value, 3) == published
    assert (alpha.n_units, alpha.n_codes, alpha.n_coders) == (11, 40, 4)
    assert alpha.low < alpha.value < alpha.high


def test_alpha_of_two_coders_on_two_values_is_the_published_one() -> None:
    """Krippendorff (2011), part A: two coders, ten units, binary: .095."""
    codes = codes_of({"A": "0 1 0 0 0 0 0 0 1 0", "B": "1 1 1 0 0 1 0 0 0 0"})
    assert round(agreement.krippendorff_alpha(codes).value, 3) == 0.095


def slow_alpha(codes: pd.DataFrame, level: str) -> float:
    """Straight from the definition: every ordered pair of codes within units over every ordered pair of all."""
    groups = [list(map(float, part)) for _, part in codes.dropna().groupby("unit_id")["code"] if len(part) > 1]
    everything = [code for group in groups for code in group]

    def apart(a: float, b: float) -> float:
        if level == "nominal":
            return float(a != b)
        if level == "interval":
            return (a - b) ** 2
        low, high = min(a, b), max(a, b)
        between = sum(low <= code <= high for code in everything)
        return (between - (everything.count(low) + everything.count(high)) / 2) ** 2 if a != b else 0.0

    observed = sum(apart(a, b) / (len(group) - 1) for group in groups for a, b in permutations(group, 2))
    expected = sum(apart(a, b) for a, b in permutations(everything, 2)) / (len(everything) - 1)
    return 1 - observed / expected


@pytest.mark.parametrize("level", ["nominal", "ordinal", "interval"])
def test_alpha_by_the_slow_route(level: str) -> None:
    rng = np.random.default_rng(5)
    for _ in range(5):
        lines = {coder: " ".join(rng.choice(list("12359."), 14)) for coder in "ABC"}
        alpha = agreement.krippendorff_alpha(codes_of(lines), level=level, n_resamples=2)
        assert alpha.value == pytest.approx(slow_alpha(codes_of(lines), level))


def test_coders_who_throw_dice_have_an_alpha_about_nought() -> None:
    rng = np.random.default_rng(0)
    codes = codes_of({coder: " ".join(rng.choice(list("abc"), 400)) for coder in "AB"})
    alpha = agreement.krippendorff_alpha(codes, n_resamples=300)
    assert alpha.low < 0 < alpha.high and alpha.high - alpha.low < 0.25


def test_alpha_is_not_defined_where_nothing_varies() -> None:
    alpha = agreement.krippendorff_alpha(codes_of({"A": "1 1 1", "B": "1 1 1"}))
    assert np.isnan([alpha.value, alpha.low, alpha.high]).all()


def test_limits_are_wider_when_whole_articles_are_drawn() -> None:
    rng = np.random.default_rng(2)
    rows = []
    for article in range(12):
        is_hard = article % 2
        for place in range(20):
            code = rng.choice(["x", "y"])
            other = rng.choice(["x", "y"]) if is_hard else code
            rows += [(f"{article}-{place}", str(article), "A", code), (f"{article}-{place}", str(article), "B", other)]
    codes = pd.DataFrame(rows, columns=["unit_id", "article_id", "coder", "code"])
    narrow, wide = (agreement.krippendorff_alpha(codes, group=group, n_resamples=400) for group in (None, "article_id"))
    assert narrow.value == wide.value
    assert wide.high - wide.low > 1.5 * (narrow.high - narrow.low)


def test_ordered_levels_are_ranks() -> None:
    codes = codes_of(PUBLISHED)
    names = pd.CategoricalDtype(["one", "two", "three", "four", "five"], ordered=True)
    words = codes["code"].map(dict(zip("12345", names.categories, strict=True))).astype(names)
    alpha = agreement.krippendorff_alpha(codes.assign(code=words), level="ordinal", n_resamples=2)
    assert round(alpha.value, 3) == 0.815


def test_codes_that_do_not_suit_are_told() -> None:
    codes = codes_of(PUBLISHED)
    with pytest.raises(SchemaError, match="lack the columns"):
        agreement.krippendorff_alpha(codes.drop(columns="coder"))
    with pytest.raises(SchemaError, match="'ratio' is not known"):
        agreement.krippendorff_alpha(codes, level="ratio")
    with pytest.raises(SchemaError, match="met 'x'"):
        agreement.krippendorff_alpha(codes.assign(code="x"), level="interval")
    with pytest.raises(SchemaError, match="coded unit 'u00' twice"):
        agreement.krippendorff_alpha(pd.concat([codes, codes.head(1)]))
    with pytest.raises(CannotCompare, match="coded twice"):
        agreement.krippendorff_alpha(codes[codes["coder"] == "A"])


def test_disagreements_are_listed_worst_first() -> None:
    table = agreement.disagreements(codes_of(PUBLISHED))
    assert list(table.columns) == ["unit_id", "n_codes", "n_against", "A", "B", "C", "D"]
    assert table["unit_id"].tolist() == ["u05", "u01", "u07"]
    assert table.iloc[0][["n_codes", "n_against", "A", "B", "C", "D"]].tolist() == [4, 3, "1", "2", "3", "4"]
    assert agreement.disagreements(codes_of({"A": "1 2", "B": "1 2"})).empty
    assert agreement.disagreements(codes_of({"A": "1 2"})).empty


# --- spans --------------------------------------------------------------------------------------------------------------------


def marked(*rows: tuple[str, str, str]) -> pd.DataFrame:
    """(coder, label, words) → a row where the words stand."""
    places = [("a0", coder, label, TEXT.index(words), TEXT.index(words) + len(words)) for coder, label, words in rows]
    return pd.DataFrame(places, columns=["article_id", "coder", "label", "start", "end"])


def figures_of(table: pd.DataFrame) -> dict[str, float]:
    return dict(zip(table["figure"], table["value"], strict=True))


def test_spans_agree_exactly_by_overlap_and_by_words() -> None:
    rows = marked(("A", "x", "old bridge"), ("B", "x", "the old bridge"), ("A", "x", "agreed"), ("B", "x", "agreed"))
    table = agreement.span_agreement(articles(TEXT, "Nothing here."), rows)
    figures = figures_of(table)
    assert (figures["exact"], figures["overlapping"]) == (0.5, 1.0)
    # 19 words, 2 of them in the second article; A marks 3, B marks 4, they differ on one: alpha by the definition.
    n, ones = 38, 7
    assert figures["words"] == pytest.approx(1 - 2 * (n - 1) / (2 * ones * (n - ones)))
    assert set(zip(table["coder_a"], table["coder_b"], strict=True)) == {("A", "B")}
    assert (table["n_a"] == 2).all() and (table["n_b"] == 2).all()


def test_a_label_must_be_the_same_when_it_is_asked_for() -> None:
    rows = marked(("A", "x", "old bridge"), ("B", "y", "old bridge"))
    assert figures_of(agreement.span_agreement(articles(TEXT), rows))["exact"] == 1.0
    labelled = figures_of(agreement.span_agreement(articles(TEXT), rows, label="label"))
    assert labelled["exact"] == labelled["overlapping"] == 0.0
    assert labelled["words"] < 1


def test_one_span_is_matched_once() -> None:
    rows = marked(("A", "", "old bridge was safe"), ("B", "", "old bridge"), ("B", "", "was safe"))
    assert figures_of(agreement.span_agreement(articles(TEXT), rows))["overlapping"] == pytest.approx(2 / 3)
