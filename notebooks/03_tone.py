# %% [markdown]
# # Is the tone the outlet's, or its sources'?
#
# **In one sentence:** tone scores of whole texts mix the outlet's words with the words of those it cites; apart, they
# often point in different directions, and no lexicon may order outlets on one event (they do so at chance).
#
# *Input:* `data/raw`. *Output:* a chart in `notebooks/exports`.

# %%
from pathlib import Path

import pandas as pd

from analysis import Plan, Settings, charts, measure, rates, read_corpus, sentiment

pd.set_option("display.max_colwidth", 90)
EXPORTS = Path("exports")
EXPORTS.mkdir(exist_ok=True)
SOURCE = "calibration set, 24 articles"

# %% [markdown]
# ## The instruments
#
# Each keeps its own name and scale in [−1, 1], up is positive. TextBlob is the one everybody knows, and the weakest.

# %%
pd.DataFrame(
    [(name, tool.measures, tool.licence) for name, tool in sentiment.INSTRUMENTS.items()],
    columns=["instrument", "what it is", "licence"],
)

# %%
study = measure(read_corpus("../data/raw"), plan=Plan(settings=Settings(instruments=tuple(sentiment.INSTRUMENTS))))
scores = study.scores.merge(study.articles[["article_id", "outlet"]])
assert len(scores) == len(study.scores)
print(f"{len(scores)} scores: one a sentence, voice and instrument")

# %% [markdown]
# ## What made a score?
#
# A score that cannot be opened cannot be defended. `explain` lists the words that made it.

# %%
SENTENCE = "Ministers hailed the deal as a triumph, but villagers fear a disaster."
sentiment.explain(SENTENCE)

# %% [markdown]
# ## Own voice against attributed voice

# %%
levels = rates.outlet_rates(study, [f"tone:{name}" for name in sentiment.INSTRUMENTS], voices=("own", "attributed"))
levels.pivot_table(index="outlet", columns=["measure", "voice"], values="value", observed=True).round(3).T

# %%
figure = charts.dumbbells(levels.query("measure == 'tone:news_tone'"), source=SOURCE)
charts.save(figure, EXPORTS / "03-tone-by-voice", recipe={"notebook": "03_tone", "instrument": "news_tone"})
figure

# %% [markdown]
# ## Do the instruments agree?
#
# Rank correlation of article means in own voice. Instruments that disagree on the order of 24 articles cannot all be right.

# %%
own = scores[scores["voice"].isin(["narrator", "scare"])].copy()
own["mass"] = own["score"] * own["weight"]
sums = own.groupby(["article_id", "instrument"])[["mass", "weight"]].sum()
means = (sums["mass"] / sums["weight"]).unstack()
means.corr(method="spearman").round(2)

# %% [markdown]
# ## How many sentences say nothing to an instrument?

# %%
zero = scores.assign(is_zero=scores["score"] == 0).groupby("instrument")["is_zero"].mean()
zero.round(2).to_frame("share of scores that are exactly 0")

# %% [markdown]
# **When not to trust this:** on real news, lexicon tone orders outlets on the same event no better than a coin
# (`docs/validation.md`). The study therefore shows tone with its voices and its accuracy, and never ranks outlets by it.
