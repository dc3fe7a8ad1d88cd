# %% [markdown]
# # Which loaded words do outlets use in their own voice?
#
# **In one sentence:** counted over whole texts the outlets look more alike than they are, because quotations are counted
# as if the outlet had said them; counted in own voice the design of the articles comes back.
#
# *Input:* `data/raw`, our lexicon. *Output:* two charts in `notebooks/exports`.
#
# A *loaded term* is a word that our lexicon lists, with a reason and a source. It is not a *biased word*: that would be a
# conclusion. The instrument's accuracy on hand-coded news stands in `docs/validation.md` and in chapter 07.

# %%
from pathlib import Path

import pandas as pd

from analysis import charts, concordance, loaded_terms, measure, rates, read_corpus
from analysis.widgets import explore

pd.set_option("display.max_colwidth", 90)
EXPORTS = Path("exports")
EXPORTS.mkdir(exist_ok=True)
SOURCE = "calibration set, 24 articles"

study = measure(read_corpus("../data/raw"))
lexicon = loaded_terms.read_lexicon()
print(f"{len(study.articles)} articles; lexicon of {len(lexicon)} entries")

# %% [markdown]
# ## The lexicon and its balance
#
# Lists are accused of being biased themselves. So every pejorative label for one political side has its mirror on the
# other, and the counts are shown.

# %%
lexicon.groupby(["layer", "category"]).size().to_frame("entries").T

# %%
mirrored = lexicon[lexicon["mirror"] != ""]
entries = set(lexicon["entry"])
print(
    f"{len(mirrored)} entries name a mirror; {mirrored['mirror'].isin(entries).sum()} of the mirrors are entries themselves"
)
assert mirrored["mirror"].isin(entries).all()
mirrored[["entry", "mirror", "category", "direction", "neutral_alternative"]].head(8)

# %% [markdown]
# ## Hits by voice
#
# How many went in, how many came out: every hit has one voice, and the voices add up.

# %%
hits = study.hits.query("layer == 'loaded'").merge(study.articles[["article_id", "outlet"]])
assert len(hits) == (study.hits["layer"] == "loaded").sum()
pd.crosstab(hits["outlet"], hits["voice"].astype(str), margins=True)

# %% [markdown]
# ## Rates
#
# Per 1,000 words *in that voice*; the line is a 95 % interval that takes whole articles as the unit.

# %%
levels = rates.outlet_rates(study, "loaded_terms", voices=("own", "attributed"))
figure = charts.interval_dots(levels, source=SOURCE)
charts.save(figure, EXPORTS / "02-loaded-terms", recipe={"notebook": "02_loaded_terms"})
figure

# %% [markdown]
# Three lines behind the highest rate, so that we meet the words themselves.

# %%
top = levels.query("voice == 'own'").sort_values("value", ascending=False)["outlet"].iloc[0]
print(top)
own = hits[(hits["outlet"] == top) & hits["voice"].isin(["narrator", "scare"])]
concordance(study.articles, own.head(3), width=50)[["pre", "keyword", "post"]]

# %% [markdown]
# ## Which kinds of words?

# %%
kinds = pd.crosstab(hits["category"], hits["outlet"])
kinds.loc[kinds.sum(axis=1).sort_values(ascending=False).index].head(12)

# %% [markdown]
# ## The same within each event
#
# Outlets write about the same six events. If the order of the outlets held in only one of them, it would be the event.

# %%
units = rates.units(study, "loaded_terms", voice="own")
by_event = units.groupby(["event", "outlet"], as_index=False)[["numerator", "denominator"]].sum()
by_event["value"] = 1000 * by_event["numerator"] / by_event["denominator"]
figure = charts.small_multiples(by_event, measure="Loaded terms in own voice", unit="per 1,000 words", source=SOURCE)
charts.save(figure, EXPORTS / "02-loaded-terms-by-event", recipe={"notebook": "02_loaded_terms"})
figure

# %% [markdown]
# ## Look for yourself
#
# In a live notebook (`make lab`) choose a category, a voice and an outlet: the figure is drawn again and the words behind
# it stand below. What is shown before anything is chosen are the own-voice rates of the figure above.

# %%
explore(study, source=SOURCE)

# %% [markdown]
# **When not to trust this:** the lexicon finds about two fifths of what people mark and every second hit is one that people
# would mark (chapter 07). A difference between outlets in *hits* is a difference in the words our lexicon lists.
