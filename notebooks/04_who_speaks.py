# %% [markdown]
# # Who gets to speak, and who is doubted?
#
# **In one sentence:** the outlets give their attributed words to different kinds of sources, and one of them casts doubt
# on claims far more often than the others.
#
# *Input:* `data/raw`. *Output:* two charts in `notebooks/exports`.

# %%
from pathlib import Path

import pandas as pd

from analysis import charts, concordance, measure, rates, read_corpus, speakers
from analysis.questions import labels
from analysis.widgets import correct

pd.set_option("display.max_colwidth", 80)
EXPORTS = Path("exports")
EXPORTS.mkdir(exist_ok=True)
SOURCE = "calibration set, 24 articles"

study = measure(read_corpus("../data/raw"))
print(f"{len(study.attributions)} attributions in {len(study.articles)} articles")

# %% [markdown]
# ## Words by kind of source
#
# Not the number of quotes but the number of words: a minister's paragraph and a witness's half sentence are not the same.

# %%
table = speakers.who_speaks(study)
assert (table.groupby("outlet")["share"].sum().round(6) == 1).all(), "shares of an outlet add up"
table.pivot_table(index="source_type", columns="outlet", values="share", fill_value=0).round(2)

# %%
figure = charts.who_speaks(table, source=SOURCE)
charts.save(figure, EXPORTS / "04-who-speaks", recipe={"notebook": "04_who_speaks"})
figure

# %% [markdown]
# ## Doubt
#
# “said” leaves a claim open, “confirmed” backs it, “claimed” doubts it. Doubt on one side's claims only is a frame.

# %%
stance = speakers.who_speaks(study, by="cue_stance")
stance.pivot_table(index="cue_stance", columns="outlet", values="n_attributions", aggfunc="sum", fill_value=0)

# %%
levels = rates.outlet_rates(study, "distancing_share")
levels[["outlet", "value", "low", "high", "numerator", "denominator"]].round(1)

# %% [markdown]
# The claims behind the highest share:

# %%
top = levels.sort_values("value", ascending=False)["outlet"].iloc[0]
ids = set(study.articles.loc[study.articles["outlet"] == top, "article_id"])
doubted = study.attributions[
    (study.attributions["cue_stance"] == "distancing") & study.attributions["article_id"].isin(ids)
]
cues = study.spans[study.spans["role"] == "cue"].merge(doubted[["article_id", "attribution_no"]])
print(top)
concordance(study.articles, cues.head(6), width=55)[["pre", "keyword", "post"]]

# %% [markdown]
# ## What are people called?
#
# The same referent under different labels. The number is how often, the shade its share at that outlet.

# %%
figure = charts.naming_heatmap(labels(study), source=SOURCE)
charts.save(figure, EXPORTS / "04-labels", recipe={"notebook": "04_who_speaks"})
figure

# %% [markdown]
# ## What is wrong here, you can put right
#
# Corrections never change the measured tables: they are written to a file of their own, with who and when, and laid over
# the study (`python -m analysis compare MEASURE --corrections FILE`). In a live notebook (`make lab`) the form is open.

# %%
correct(study, EXPORTS / "corrections.csv")

# %% [markdown]
# **When not to trust this:** sources that the engine cannot name stay unnamed, and a source's kind is read from its words
# in the article, not from the world. Chapter 07 counts the errors.
