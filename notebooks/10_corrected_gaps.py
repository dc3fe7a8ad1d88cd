# %% [markdown]
# # Is the gap the outlets' or the instrument's?
#
# **In one sentence:** here it is mostly the outlets': the instrument misses terms on both sides alike, so that its gap is
# near the hand-coded one; but its interval is too sure of itself, and a few articles coded by hand mend that.
#
# *Input:* `data/raw`, and the hand-coding of the same articles in `data/gold`, which stands in for a coder's sheet.
# *Output:* a chart in `notebooks/exports`. The method and what it costs on real news stand in `docs/correction.md`.

# %%
from dataclasses import replace
from pathlib import Path

import pandas as pd

from analysis import charts, measure, rates, read_corpus
from analysis.correction import (
    apply_corrections,
    check_codings,
    codebook,
    coder_agreement,
    coding_units,
    correct,
    corrected_gap,
    corrected_gaps,
    disagreements,
    draw_sample,
    prove,
)

pd.set_option("display.max_colwidth", 90)
EXPORTS = Path("exports")
EXPORTS.mkdir(exist_ok=True)
VOICE = "narrator"

study = measure(read_corpus("../data/raw"))
gold = pd.read_csv("../data/gold/loaded_terms.csv")
by_hand = gold[gold["voice"] == VOICE].groupby("article_id").size().reindex(study.articles["article_id"], fill_value=0)
print(f"{len(study.articles)} articles, {by_hand.sum()} loaded terms in the narrator's voice by hand")

# %% [markdown]
# ## The sheet
#
# A gap needs ten coded articles a side. Each outlet has six, so the two louder outlets (by design) stand here against the
# two quieter ones. Twenty articles are drawn at random; the sheet shows neither the outlet nor what the instrument found.
# From the command line: `python -m analysis sample study --n 40 --out sheet.xlsx`.

# %%
LOUD = ("Brassbell Daily", "Foxglove Courier")
side = ["louder" if outlet in LOUD else "quieter" for outlet in study.articles["outlet"]]
sides = replace(study, articles=study.articles.assign(outlet=side))
sheet = draw_sample(sides, 20, voice=VOICE)
print(f"{len(sheet)} of {len(study.articles)} articles drawn")
sheet.drop(columns=["measure", "before", "after"]).assign(text=sheet["text"].str[:40]).head(3)

# %%
codebook(voice=VOICE)

# %% [markdown]
# ## The codes
#
# A coder fills in `code`. Here the calibration set's hand-coding does: it was made before the instrument read the texts,
# by the person who wrote them.

# %%
article = coding_units(sides, voice=VOICE).set_index("unit_id")["article_id"]
filled = sheet.assign(code=[by_hand[article[unit]] for unit in sheet["unit_id"]], coder="hand")
codings = check_codings({"hand.xlsx": filled}, sides)
assert len(codings.rows) + len(codings.issues) == len(sheet), "every row is taken or refused"
coder_agreement(codings).round(2)

# %% [markdown]
# `difference` is what the instrument counts more (or, below 0, less) than the coder, per article. Where do they differ
# most?

# %%
apart = disagreements(codings)
gaps = (apart["instrument"].astype(float) - apart["hand"].astype(float)).abs()
print(f"{len(apart)} of {len(sheet)} articles differ")
apart.loc[gaps.sort_values(ascending=False, kind="stable").index].drop(columns=["start", "end"]).head(5)

# %% [markdown]
# ## The gap, four ways
#
# *Naive* believes the instrument. *Hand codes alone* use only the twenty articles. The corrected ones take the
# instrument's value on the rest and the error that the coded articles show. With twenty of 24 coded hardly anything is left
# for the instrument, so its weight is near 0; below, where 200 stand against a few, it counts.

# %%
gap = corrected_gap(sides, codings.units, "loaded_terms", "louder", "quieter", voice=VOICE)
gap[["method", "estimate", "low", "high", "weight", "n_coded_a", "n_coded_b", "reason"]].round(2)

# %%
words = rates.units(sides, "loaded_terms", voice=VOICE).set_index("article_id")
truth = {name: 1_000 * by_hand[part.index].sum() / part["denominator"].sum() for name, part in words.groupby("outlet")}
print(f"all 24 articles by hand: {truth['louder'] - truth['quieter']:.2f} per 1,000 words")

# %% [markdown]
# Between single outlets nothing is corrected: six articles are too few, and the table says so.

# %%
corrected_gaps(study, codings)[["outlet_a", "outlet_b", "method", "reason"]].head(2)

# %% [markdown]
# ## What a coded article buys
#
# The 24 articles drawn anew, 200 a side, 10 to 100 of them coded. `held`: how often the 95 % interval holds the gap that
# hand-coding of everything gives. `width`: of the interval, per 1,000 words.

# %%
coded = pd.DataFrame(
    {
        "outlet": words["outlet"],
        "machine": 1_000 * words["numerator"],
        "hand": 1_000 * by_hand[words.index],
        "base": words["denominator"],
    }
)
proof = prove(coded, "louder", "quieter", n_coded=(10, 25, 50, 100), sims=400)
proof.pivot_table(index="method", columns="n_coded", values=["held", "width"], sort=False).round(2)

# %% [markdown]
# ## One correction, laid over
#
# A hit that the hand-coding does not have is taken away. The correction names the text by its hash and the value it met;
# the measured tables stay as they are.

# %%
places = set(zip(gold["article_id"], gold["start"], gold["end"]))
hits = study.hits[(study.hits["layer"] == "loaded") & (study.hits["voice"] == VOICE)]
extra = hits[[place not in places for place in zip(hits["article_id"], hits["start"], hits["end"])]]
print(f"{len(extra)} of {len(hits)} hits in the narrator's voice have no code at the same place")
first = extra.iloc[0]
place = (first["article_id"], int(first["start"]), int(first["end"]))
change = correct(study, "term", place, "hit", "", coder="hand", dated="2026-03-01", note="not coded by hand")
view, left = apply_corrections(study, change)
assert len(view.hits) == len(study.hits) - 1 and left.empty
change.drop(columns=["sha256"])

# %% [markdown]
# ## The picture

# %%
figure = charts.interval_dots(
    gap.rename(columns={"method": "outlet", "estimate": "value"})[["outlet", "value", "low", "high"]],
    measure="Loaded terms in the narrator's voice, louder less quieter outlets",
    unit="per 1,000 words",
    title="One gap, four ways: the instrument alone, hand codes alone, and both",
    source=f"calibration set, 24 articles, 20 of them coded; by hand in all 24: {truth['louder'] - truth['quieter']:.1f}",
)
charts.save(figure, EXPORTS / "10-corrected-gaps", recipe={"notebook": "10_corrected_gaps"})
figure

# %% [markdown]
# **When not to trust this:** the correction is as good as its coders, and one coder is not two: have some articles coded
# twice and look at alpha. It does not pair articles by event. Twelve articles a side, written by one hand, show the way,
# not a result.
