# %% [markdown]
# # Which differences between outlets can this many articles show?
#
# **In one sentence:** with six shared events the large differences that were put into the articles are found with the
# right sign, the one pair that was designed alike shows none, and the gate says what could not have been seen.
#
# *Input:* `data/raw`. *Output:* three charts in `notebooks/exports`.
#
# A chart that ranks outlets is the most dangerous thing that we can draw. So: whole articles in whole events are the
# unit, what is asked at once is corrected at once, and every comparison passes a gate first.

# %%
from pathlib import Path

import pandas as pd

from analysis import can_compare, charts, compare, keyness, measure, rates, read_corpus

pd.set_option("display.max_colwidth", 110)
EXPORTS = Path("exports")
EXPORTS.mkdir(exist_ok=True)
SOURCE = "calibration set, 24 articles"

study = measure(read_corpus("../data/raw"))
pd.crosstab(study.articles["event"], study.articles["outlet"])

# %% [markdown]
# ## The gate, before anything is compared
#
# What does each side have, and how large would a difference have to be to be seen with 80 % chance?

# %%
gate = can_compare(study, "loaded_terms", voice="own")
gate[["outlet_a", "outlet_b", "n_events", "n_words_a", "n_words_b", "smallest_seen", "unit", "verdict"]].round(1)

# %%
for reason in gate["reason"].unique():
    print("–", reason)

# %% [markdown]
# ## The questions, asked together
#
# The list is fixed before looking. `low` and `high` are the 95 % interval of one row; `p_adjusted` holds for all rows.

# %%
ASKED = [
    ("loaded_terms", "own"),
    ("loaded_terms", "attributed"),
    ("attributed_share", None),
    ("scare_quotes", None),
    ("distancing_share", None),
]
table = compare(study, ASKED)
assert len(table) == len(ASKED) * 6, "six pairs of four outlets for every question"
shown = [
    "measure",
    "voice",
    "outlet_a",
    "outlet_b",
    "value_a",
    "value_b",
    "estimate",
    "low",
    "high",
    "p_adjusted",
    "verdict",
]
table.loc[(table["low"] > 0) | (table["high"] < 0), shown].round(2)

# %% [markdown]
# ## Loaded terms in own voice

# %%
own = table[(table["measure"] == "loaded_terms") & (table["voice"] == "own")]
figure = charts.interval_dots(own, source=SOURCE)
charts.save(figure, EXPORTS / "05-differences", recipe={"notebook": "05_compare_outlets"})
figure

# %% [markdown]
# ## The same articles in the order of their dates
#
# Six events in six months: a line over time shows what happened as much as what an outlet does. So we expect no trend,
# and read the picture for the order of the outlets within each month. Strokes are exact Poisson limits of one article an
# outlet and month.

# %%
rows = rates.units(study, "loaded_terms", voice="own").merge(study.articles[["article_id", "published"]])
assert len(rows) == len(study.articles)
months = rows.assign(period=rows["published"].str[:7]).groupby(["outlet", "period"], as_index=False)
by_month = months[["numerator", "denominator"]].sum()
low, high = rates.poisson_limits(by_month["numerator"].to_numpy())
per_1000 = 1_000 / by_month["denominator"]
by_month = by_month.assign(value=by_month["numerator"] * per_1000, low=low * per_1000, high=high * per_1000)
by_month.pivot_table(index="period", columns="outlet", values="value").round(1)

# %%
figure = charts.time_series(by_month, measure="loaded terms in own voice", unit="per 1,000 words", source=SOURCE)
charts.save(figure, EXPORTS / "05-over-time", recipe={"notebook": "05_compare_outlets"})
figure

# %% [markdown]
# ## Was the design recovered?
#
# The design of the articles was committed before they were written. Every difference that was put in should be found
# with the right sign, and none claimed where none was put. What is not found is listed as well.

# %%
expected = pd.read_csv("../data/gold/contrasts_expected.csv").rename(columns={"sign": "put_in"})
expected["voice"] = expected["voice"].replace({"narrator": "own"})
expected = expected[expected["measure"].isin(table["measure"])]
found = table.assign(voice=table["voice"].replace({"": "all"}))
found["found"] = [
    ("+" if e > 0 else "-") if lo > 0 or hi < 0 else "none"
    for e, lo, hi in zip(found["estimate"], found["low"], found["high"], strict=True)
]
both = expected.merge(found[["measure", "voice", "outlet_a", "outlet_b", "found", "estimate", "low", "high"]])
print(f"{len(both)} of {len(expected)} designed contrasts are among the questions asked here")
pd.crosstab(both["put_in"], both["found"], rownames=["put in"], colnames=["found"])

# %%
both[both["put_in"] != both["found"]].round(1)

# %% [markdown]
# ## Which words set the outlets apart?
#
# Log-odds with an informative prior, own voice only. `z` counts uses; the interval counts articles. With six articles a
# side most intervals are wide: read the words, not the ranking.

# %%
words = keyness(study, voice="own")
words.groupby("target").head(4)[
    ["target", "feature", "n_target", "n_reference", "docs_target", "log_odds", "ci_low", "ci_high", "z"]
].round(2)

# %%
figure = charts.keyness_sides(words[words["target"] == words["target"].iloc[0]], source=SOURCE)
charts.save(figure, EXPORTS / "05-keyness", recipe={"notebook": "05_compare_outlets"})
figure

# %% [markdown]
# **When not to trust this:** the interval says what these events can show about *hits of the instrument*. If the
# instrument errs more on one outlet than on the other, the gap is wrong however many articles there are
# (`docs/correction.md`).
