"""Charts say what their table says, cut and overlap nothing, and come out as the same bytes on every run."""

import html
import itertools
import json
import math
import os
import re
import subprocess
import sys

import numpy as np
import pandas as pd
import pypdf
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from matplotlib.image import AxesImage
from matplotlib.text import Text
from PIL import Image

from analysis import charts
from analysis.charts import findings, periods, theme
from analysis.charts.layout import first_that_fit, spread, that_stand_free
from analysis.config import PROJECT
from analysis.errors import InputError, SchemaError
from analysis.schema import TABLES, table
from tests.presented import MARKED, study

OUTLETS = ["Harbour Ledger", "Morning Meridian", "Northfield Courier", "Plain Observer"]
LONG = [f"{name} of the Greater Northern Counties and Associated Islands, Sunday Edition" for name in OUTLETS] * 2
MANY = [f"{name} {number}" for number, name in enumerate(LONG)]
RECIPE = {"version": "0.1.0", "seed": 3, "question": "“quoted” (and) \\ slashed", "n": 24}


def rates(outlets=OUTLETS, voices=("narrator", "reported"), values=(9.0, 2.0, 3.0, 4.0), half=1.5):
    rows = [
        (
            "loaded_terms",
            "per 1,000 words",
            voice,
            outlet,
            v := values[n % len(values)],
            v - half,
            v + half,
            6,
            v,
            1000.0,
        )
        for voice in voices
        for n, outlet in enumerate(outlets)
    ]
    columns = ["measure", "unit", "voice", "outlet", "value", "low", "high", "n_articles", "numerator", "denominator"]
    return pd.DataFrame(rows, columns=columns)


def contrast(a="Harbour Ledger", b="Morning Meridian", estimate=3.0, half=1.0, verdict="go", reason="", **more):
    row = dict.fromkeys(TABLES["contrasts"].names, 1.0)
    row |= {"measure": "loaded_terms", "unit": "per 1,000 words", "event": "", "voice": "narrator", "outlet_a": a,
            "outlet_b": b, "value_a": 5.0 + estimate, "value_b": 5.0, "estimate": estimate, "low": estimate - half,
            "high": estimate + half, "method": "jackknife", "n_events": 6, "n_articles_a": 6, "n_articles_b": 6,
            "n_hits_a": 20, "n_hits_b": 11, "base_a": 2100, "base_b": 1980, "n_words_a": 2100, "n_words_b": 1980,
            "smallest_seen": 2.5, "low_simultaneous": estimate - 1.5 * half, "high_simultaneous": estimate + 1.5 * half, "verdict": verdict, "reason": reason}  # fmt: skip
    if verdict == "refuse":
        row |= dict.fromkeys(
            ["value_a", "value_b", "estimate", "low", "high", "low_simultaneous", "high_simultaneous"], math.nan
        )
    return row | more


def contrasts(*rows):
    return table("contrasts", pd.DataFrame(list(rows) or [contrast()]))


def speakers(outlets=OUTLETS):
    kinds = ["official", "military", "witness", "expert", "anonymous"]
    rows = [(o, k, 50 + 40 * ((i + j) % 5), 0.1 + 0.2 * j) for i, o in enumerate(outlets) for j, k in enumerate(kinds)]
    return pd.DataFrame(rows, columns=["outlet", "source_type", "n_words", "position"])


def labels(outlets=OUTLETS):
    rows = [(o, "the Front", label, 1 + (7 * i + 3 * j) % 6) for i, o in enumerate(outlets) for j, label in
            enumerate(["fighter", "militant", "rebel", "terrorist"])]  # fmt: skip
    return pd.DataFrame(rows, columns=["outlet", "referent", "label", "n"])


def few_labels(outlets=OUTLETS):
    """The first outlet says hardliner, the others minister; a union has two names with the same noun."""
    rows = [(o, "Orla Venn", "hardliner" if n == 0 else "minister", 1) for n, o in enumerate(outlets)]
    rows += [(o, "The League", "main union" if n % 2 else "union", 1) for n, o in enumerate(outlets)]
    return pd.DataFrame(rows, columns=["outlet", "referent", "label", "n"])


def keyness(n=40):
    odds = np.linspace(3, -3, n)
    return pd.DataFrame({"feature": [f"word{i}" for i in range(n)], "n_target": range(1, n + 1),
                         "n_reference": range(n, 0, -1), "log_odds": odds, "z": odds / 0.4, "ci_low": odds - 0.8,
                         "ci_high": odds + 0.8})  # fmt: skip


def specifications():
    rows = [
        (i, v, d, e := 0.3 * n - 1, e - 0.7, e + 0.7)
        for n, (i, v, d) in enumerate(itertools.product(["textblob", "vader"], ["own", "all"], ["blocked", "free"]))
    ]
    return pd.DataFrame(rows, columns=["instrument", "voice", "design", "estimate", "low", "high"])


def months(outlets=OUTLETS, rise=0.0):
    rows = [
        (f"2016-{m:02}", o, v := 3 + 0.02 * n + rise * m * (n == 0), v - 0.5, v + 0.5)
        for n, o in enumerate(outlets)
        for m in range(1, 13)
    ]
    return pd.DataFrame(rows, columns=["period", "outlet", "value", "low", "high"])


def bins():
    p = np.linspace(0.05, 0.95, 10)
    return pd.DataFrame({"label": "negative", "predicted": p, "observed": p + 0.04, "n": 50, "low": p, "high": p + 0.1})


def events(outlets=OUTLETS):
    rows = [
        (f"event {e}", o, "loaded_terms", "per 1,000 words", 2.0 + n + e % 2)
        for e in range(6)
        for n, o in enumerate(outlets)
    ]
    return pd.DataFrame(rows, columns=["event", "outlet", "measure", "unit", "value"])


def long_article():
    body = MARKED.partition("\n\n")[2]
    turned = (re.sub(r"\[([sciq])(\d)", lambda m, k=k: f"[{m[1]}{int(m[2]) + 4 * k}", body) for k in range(16))
    return study("Headline\n\n" + "\n\n".join(turned))


def every_chart(outlets=OUTLETS):
    pairs = [contrast(a, b, estimate=i - 2.0) for i, (a, b) in enumerate(itertools.combinations(outlets[:4], 2))]
    pairs += [contrast(outlets[0], outlets[1], verdict="refuse", reason="too few events", voice="quoted")]
    wide = rates(outlets, values=(9.0, 2.0, 3.0, 4.0)).assign(high=lambda t: t["high"].where(t.index != 2, 900.0))
    return {
        "interval_dots": charts.interval_dots(rates(outlets)),
        "interval_dots, wide": charts.interval_dots(wide),
        "interval_dots, contrasts": charts.interval_dots(contrasts(*pairs)),
        "dumbbells": charts.dumbbells(rates(outlets, voices=("own", "attributed"))),
        "small_multiples": charts.small_multiples(events(outlets)),
        "voice_strip": charts.voice_strip(study(outlet=outlets[0]), "a1"),
        "voice_strip, long": charts.voice_strip(long_article(), "a1"),
        "who_speaks": charts.who_speaks(speakers(outlets)),
        "naming_heatmap": charts.naming_heatmap(labels(outlets)),
        "naming_heatmap, few": charts.naming_heatmap(few_labels(outlets)),
        "keyness_sides": charts.keyness_sides(keyness(), target=outlets[0]),
        "word_shift": charts.word_shift(
            pd.DataFrame({"feature": list("abcdef") * 6, "contribution": np.arange(36) - 17.0})
        ),
        "specification_curve": charts.specification_curve(specifications()),
        "time_series": charts.time_series(months(outlets), measure="loaded terms"),
        "time_series, with a gap": charts.time_series(
            months(outlets)[lambda t: ~t["period"].between("2016-04", "2016-09")]
        ),
        "reliability_curve": charts.reliability_curve(bins()),
    }


def boxes(figure):
    figure.canvas.draw()
    renderer = figure.canvas.get_renderer()
    unseen = {  # ticks beyond the ends of their axis exist but are not drawn
        tick.label1
        for axes in figure.axes
        for axis in (axes.xaxis, axes.yaxis)
        for tick in axis.get_major_ticks()
        if not min(axis.get_view_interval()) - 1e-9 <= tick.get_loc() <= max(axis.get_view_interval()) + 1e-9
    }
    for artist in figure.findobj(Text):
        if artist.get_text().strip() and artist.get_visible() and artist not in unseen:
            yield artist.get_text(), artist.get_window_extent(renderer)


@pytest.mark.parametrize("outlets", [OUTLETS, MANY], ids=["short names", "eight long names"])
def test_no_text_is_cut_or_lies_on_another(outlets):
    for kind, figure in every_chart(outlets).items():
        width, height = figure.get_size_inches() * figure.dpi
        drawn = list(boxes(figure))
        for text, box in drawn:
            assert box.x0 > -1 and box.y0 > -1 and box.x1 < width + 1 and box.y1 < height + 1, (kind, text)
        for (one, a), (two, b) in itertools.combinations(drawn, 2):
            overlap = min(a.x1, b.x1) - max(a.x0, b.x0), min(a.y1, b.y1) - max(a.y0, b.y0)
            assert min(overlap) < 1.5, (kind, one, two)


def test_every_chart_has_words_for_those_who_cannot_see_it():
    figures = every_chart()
    for kind, figure in figures.items():
        alt = charts.alt_text(figure)
        assert alt.startswith(figure.heading), kind
        assert re.search(r"\d", alt), kind
    figure = figures["interval_dots"]
    assert figure._repr_html_().startswith(f'<img alt="{html.escape(figure.alt)}" src="data:image/png;base64,')


def test_saving_twice_gives_the_same_bytes_and_the_recipe_back(tmp_path):
    (tmp_path / "one").mkdir()
    (tmp_path / "two").mkdir()
    first_run, second_run = every_chart(), every_chart()
    for kind in (
        "interval_dots, contrasts",
        "voice_strip",
        "who_speaks",
        "naming_heatmap",
    ):  # lines, boxes, hatches, image
        first = charts.save(first_run[kind], tmp_path / "one" / "01-chart.png", recipe=RECIPE)
        again = charts.save(second_run[kind], tmp_path / "two" / "01-chart", recipe=RECIPE)
        assert [p.name for p in first] == [f"01-chart.{end}" for end in ("png", "svg", "pdf", "csv", "csv.recipe.json")]
        assert [p.read_bytes() for p in first] == [p.read_bytes() for p in again], kind
        assert all(charts.read_recipe(p) == RECIPE for p in first[:4]), kind


def test_the_bytes_do_not_hang_on_the_process(tmp_path):
    script = (
        "import sys, hashlib\nfrom pathlib import Path\nfrom analysis import charts\n"
        "from tests.test_charts import speakers\n"
        "files = charts.save(charts.who_speaks(speakers()), Path(sys.argv[1]) / 'who')\n"
        "print(hashlib.sha256(b''.join(f.read_bytes() for f in files)).hexdigest())"
    )
    seen = {
        subprocess.run(
            [sys.executable, "-c", script, tmp_path], cwd=PROJECT, env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True, text=True, check=True,
        ).stdout
        for seed in ("1", "2")
    }  # fmt: skip
    assert len(seen) == 1


def test_files_hold_what_they_promise(tmp_path):
    figure = charts.interval_dots(rates())
    png, svg, pdf, csv, _ = charts.save(figure, tmp_path / "dots", recipe=RECIPE)
    with Image.open(png) as image:
        assert image.size[0] == round(200 * theme.WIDTH)
        assert image.text["Description"] == figure.alt
    assert ">Harbour Ledger</text>" in svg.read_text(encoding="utf-8")
    reader = pypdf.PdfReader(pdf)
    assert json.loads(reader.metadata["/Keywords"]) == RECIPE  # read by someone else's reader
    assert b"/FontFile2" in pdf.read_bytes()
    assert "CreationDate" not in "".join(reader.metadata)
    pd.testing.assert_frame_equal(pd.read_csv(csv), figure.study_table, check_dtype=False)


def test_recipes_are_not_invented(tmp_path):
    empty, foreign, odd = tmp_path / "a.csv", tmp_path / "b.png", tmp_path / "c.txt"
    empty.write_text("x\n1\n")
    foreign.write_bytes(b"no picture")
    for path, words in ((empty, "holds no recipe"), (foreign, "holds no recipe"), (odd, "allowed: .png")):
        with pytest.raises(InputError, match=words):
            charts.read_recipe(path)


def test_an_outlet_keeps_its_hue_and_mark_when_others_leave():
    whole = theme.looks(OUTLETS)
    for outlet in OUTLETS:
        figure = charts.interval_dots(rates([outlet]), outlets=OUTLETS)
        line = figure.axes[0].lines[-1]
        assert (line.get_color(), line.get_marker()) == (whole[outlet].hue, whole[outlet].marker)


def test_nine_outlets_can_be_told_apart_in_grey_and_by_hue_and_mark():
    look = theme.looks(map(str, range(63)))
    assert len({(one.hue, one.marker) for one in look.values()}) == 63
    assert len({one.marker for one in list(look.values())[:9]}) == 9


def test_titles_claim_only_what_intervals_show():
    assert "Harbour Ledger stands above Morning Meridian" in charts.interval_dots(rates()).heading
    assert findings.NO_DIFFERENCE in charts.interval_dots(rates(half=9)).heading
    assert "is above" in charts.interval_dots(contrasts(contrast(estimate=3, half=1))).heading
    assert findings.NO_DIFFERENCE in charts.interval_dots(contrasts(contrast(estimate=3, half=4))).heading
    assert "not compared" in charts.interval_dots(contrasts(contrast(verdict="refuse", reason="4 events"))).heading
    assert "Nothing was compared" in charts.interval_dots(table("contrasts")).heading
    assert findings.NO_DIFFERENCE in charts.dumbbells(rates(voices=("own", "attributed"))).heading
    both = pd.concat([rates(voices=("own",)), rates(voices=("attributed",), values=(20.0, 2.0, 3.0, 4.0))])
    assert "higher than in its own voice at Harbour Ledger" in charts.dumbbells(both).heading
    assert "Plain Observer is highest in 6 of 6 events" in charts.small_multiples(events()).heading
    assert "rose" in charts.time_series(months(rise=1.0), measure="tone").heading
    assert "no change that this many articles could show" in charts.time_series(months(), measure="tone").heading
    assert charts.specification_curve(specifications()).heading.startswith("It depends on the definition")
    assert "off by 4.0 points" in charts.reliability_curve(bins()).heading
    assert charts.word_shift(
        pd.DataFrame({"feature": ["a", "b"], "contribution": [3.0, -1.0]}), target="X"
    ).heading == ("In these texts X scores 2.0 above the others; a moves it most")


def test_a_title_can_come_from_the_contrasts_of_the_rates():
    figure = charts.interval_dots(rates(half=9), contrasts=contrasts(contrast(estimate=3, half=1)))
    assert "Harbour Ledger is above Morning Meridian" in figure.heading


def test_bars_of_a_word_shift_add_up_with_the_rest_in_one():
    figure = charts.word_shift(
        pd.DataFrame({"feature": [f"w{i}" for i in range(50)], "contribution": np.arange(50.0)}), most=5
    )
    assert figure.study_table["contribution"].sum() == 49 * 50 / 2
    assert figure.study_table["feature"].iloc[-1] == "all 45 other words"


def test_of_several_targets_the_one_asked_for_is_drawn():
    two = pd.concat([keyness(8).assign(target="A"), keyness(6).assign(target="B", feature=list("uvwxyz"))])
    assert set(charts.keyness_sides(two, target="B").study_table["feature"]) == set("uvwxyz")
    assert len(charts.keyness_sides(two).study_table) == 8


def test_who_speaks_shares_are_of_the_outlets_own_attributed_words():
    figure = charts.who_speaks(pd.DataFrame({"outlet": ["A", "A", "B"], "source_type": ["official", "witness", "official"],
                                             "n_words": [30, 10, 5]}))  # fmt: skip
    assert figure.study_table["share"].tolist() == [0.75, 0.25, 1.0]
    assert "most go to sources of type official in every outlet (75 % to 100 %)" in figure.heading


def test_the_strip_counts_the_words_of_each_voice_by_hand():
    figure = charts.voice_strip(study(), "a1")
    # counted by hand in MARKED: 22 narrator, 14 reported, 8 quoted, 1 scare
    counted = figure.study_table.groupby("voice", observed=True)["n_words"].sum().to_dict()
    assert counted == {"narrator": 22, "reported": 14, "quoted": 8, "scare": 1}
    assert "speaks 51 % of this article itself" in figure.heading
    assert "regime (narrator)" in figure.alt and "terrorist" not in figure.alt  # the headline is not the body


@pytest.mark.parametrize("chart", [charts.interval_dots, charts.dumbbells, charts.small_multiples, charts.who_speaks,
                                   charts.naming_heatmap, charts.keyness_sides, charts.word_shift,
                                   charts.specification_curve, charts.time_series, charts.reliability_curve])  # fmt: skip
def test_a_table_without_the_columns_is_refused_by_name(chart):
    with pytest.raises(SchemaError, match=r"lacks .*; it has \['x'\]"):
        chart(pd.DataFrame({"x": [1]}))


def test_an_article_that_is_not_there_is_named():
    with pytest.raises(SchemaError, match="no article 'b7' in the study; it has a1"):
        charts.voice_strip(study(), "b7")


def test_sentences_carry_interval_counts_and_refusals():
    said = findings.contrast_sentence(contrast())
    assert said == (
        "Loaded terms, narrator's words: Harbour Ledger is above Morning Meridian by 3.0 per 1,000 words. 8.0 against 5.0 "
        "per 1,000 words; difference 3.0, 95 % interval 2.0 to 4.0, with all comparisons taken together 1.5 to 4.5; 6 events, 6 and 6 "
        "articles; counted 20 of 2,100 and 11 of 1,980."
    )
    unseen = findings.contrast_sentence(
        contrast(estimate=-1.0, half=4.0, verdict="warn", reason="fewer than 10 events")
    )
    assert findings.NO_DIFFERENCE in unseen and "a difference of 2.5 would have been seen" in unseen
    assert unseen.endswith("Caution: fewer than 10 events.")
    refused = findings.contrast_sentence(contrast(verdict="refuse", reason="only 4 shared events"))
    assert refused.endswith("are not compared. Only 4 shared events.") and "nan" not in refused
    shares = contrast(
        measure="attributed_share",
        unit="% of words",
        value_a=54.0,
        value_b=24.0,
        estimate=30.0,
        half=4,
        low=26.0,
        high=34.0,
    )
    assert "by 30 points." in findings.contrast_sentence(
        shares
    ) and "54 % against 24 % of words" in findings.contrast_sentence(shares)


def test_a_difference_that_does_not_hold_with_all_comparisons_is_said_to_be_taken_alone():
    alone = contrast(estimate=3.0, half=2.5)  # 0.5 to 5.5 by itself, −0.75 to 6.75 with all taken together
    assert findings.is_shown(alone) and not findings.is_sure(alone)
    assert findings.contrast_claim(alone).endswith("by 3.0 per 1,000 words, taken alone.")
    assert "taken alone" not in findings.contrast_claim(contrast())
    unknown = contrast(low_simultaneous=math.nan, high_simultaneous=math.nan)
    assert not findings.is_sure(unknown) and "together" not in findings.contrast_numbers(unknown)
    heading = charts.interval_dots(contrasts(contrast(), contrast(b="Northfield Courier", half=2.5))).heading
    assert heading.endswith("2 of 2 comparisons show a difference, 1 of them with all comparisons taken together")


def test_words_and_labels_are_called_different_only_with_enough_of_them():
    unsure = keyness(8).assign(p_adj=0.4)
    assert findings.NO_DIFFERENCE in charts.keyness_sides(unsure, target="A").heading
    fewer = unsure.assign(p_adj=[0.4] * 7 + [0.01])
    assert charts.keyness_sides(fewer, target="A").heading == "Words that set A apart: less word7"
    few = pd.DataFrame(
        [("A", "Front", "rebel", 1), ("B", "Front", "thug", 1)], columns=["outlet", "referent", "label", "n"]
    )
    assert "too few mentions" in charts.naming_heatmap(few).heading
    assert charts.naming_heatmap(few.assign(n=3)).heading == "Front is most often rebel at A, thug at B"


@pytest.mark.parametrize(
    ("value", "unit", "read"),
    [(0.123, "share of words", "12 %"), (-0.5, "tone (-1 to 1)", "−0.50"), (12.34, "", "12.3"), (-0.001, "", "0"),
     (float("nan"), "", "–"), (31.0, "% of words", "31 %"), (4.25, "% of words", "4.2 %"), (1234.5, "", "1,234")],
)  # fmt: skip
def test_numbers_are_read_with_the_digits_that_matter(value, unit, read):
    assert findings.number(value, unit) == read


@settings(max_examples=150)
@given(st.lists(st.tuples(st.floats(0, 10), st.floats(0.05, 0.6)), min_size=1, max_size=12))
def test_spread_labels_keep_their_order_and_never_overlap(labels):
    wanted, sizes = zip(*labels, strict=True)
    placed = spread(wanted, sizes, 0, 10)
    order = np.argsort(wanted, kind="stable")
    gaps = np.diff(placed[order]) - (np.array(sizes)[order][1:] + np.array(sizes)[order][:-1]) / 2
    assert (gaps > -1e-9).all()
    ends = placed - np.array(sizes) / 2, placed + np.array(sizes) / 2
    assert ends[0].min() > -1e-9 and ends[1].max() < 10 + 1e-9


def test_labels_that_have_room_stay_where_they_are():
    assert spread([1.0, 5.0], [0.5, 0.5], 0, 10).tolist() == [1.0, 5.0]
    assert first_that_fit([0, 1, 2, 9], [3, 3, 3, 1], rows=2, gap=0.1) == [0, 1, -1, 0]
    assert that_stand_free([0, 1, 9], [2, 2, 1], [1, 5, 1], gap=0.1) == [1, 2]


def test_dollars_and_odd_letters_are_only_letters(tmp_path):
    odd = r"$\frac{1}{0}$ 世界 🔥 <b>&amp;"
    figure = charts.interval_dots(rates([odd, "B"]))
    assert any(text.startswith(r"$\frac{1}{0}$ □□ □") for text, _ in boxes(figure))
    charts.save(figure, tmp_path / "odd")
    assert pd.read_csv(tmp_path / "odd.csv")["outlet"].iloc[0] == odd


def test_few_mentions_are_shown_as_counts_and_the_title_says_who_is_called_what():
    figure = charts.naming_heatmap(few_labels())
    assert figure.heading == (
        f"Orla Venn is hardliner at {OUTLETS[0]}, minister at {len(OUTLETS) - 1} outlets; too few mentions to tell a usual label"
    )
    assert "too few for shares" in figure.note and not figure.findobj(AxesImage)
    assert charts.naming_heatmap(labels()).findobj(AxesImage)
    alike = few_labels().assign(label="minister")
    assert charts.naming_heatmap(alike).heading == "Labels by outlet: no difference in the label used most"


def test_periods_stand_where_they_are_in_time_and_a_long_gap_breaks_the_line():
    days = ["2016-08-16", "2021-01-23", "2021-02-22", "2021-03-24", "2021-05-23"]
    places, breaks = periods._places(days)
    assert breaks == [0]  # 1,621 days against a usual gap of 45
    assert np.diff(places).tolist() == [90.0, 30.0, 30.0, 60.0]
    assert periods._places(["spring", "summer", "autumn"]) == ([0.0, 1.0, 2.0], [])
    assert periods._places(["2021-02-30", "2021-03-01"]) == ([0.0, 1.0], [])
    assert periods._places(["2021"]) == ([0.0], [])
    table = pd.DataFrame({"period": days, "outlet": "A", "value": 2.0, "low": 1.0, "high": 3.0})
    figure = charts.time_series(table)
    drawn = [line for line in figure.axes[0].lines if len(line.get_xdata()) > 1 and line.get_marker() == "o"]
    assert [len(line.get_xdata()) for line in drawn] == [4]  # the first period is a dot by itself
    assert "broken" in figure.note and "broken" not in charts.time_series(table.iloc[1:]).note
    shares = charts.time_series(table.rename(columns={"value": "share"}))
    assert shares.axes[0].lines[0].get_ydata().tolist() == figure.axes[0].lines[0].get_ydata().tolist()


def test_the_lines_of_a_title_are_about_as_long_as_each_other():
    words = "Brassbell Daily speaks 76 % of this article itself and gives 24 % to those it cites"
    greedy, even = theme.wrapped(words, 11.5, 7.08, bold=True), theme.evenly(words, 11.5, 7.08, bold=True)
    assert len(greedy) == len(even) == 2 and " ".join(even) == words
    assert len(even[1]) > 20 > len(greedy[1])
    assert theme.evenly("short", 11.5, 7.0) == ["short"]
