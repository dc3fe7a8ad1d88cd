# %% [markdown]
# # Does the finding survive other definitions?
#
# **In one sentence:** the difference in loaded terms between the first two outlets keeps its sign under most definitions,
# and the choice that matters most is whose words are counted.
#
# *Input:* `data/raw`. *Output:* the specification curve in `notebooks/exports`.
#
# This chapter exists to attack the result of chapter 05. One question, asked in every reasonable way: other voices, with
# and without copies, other minimum lengths, parts of the lexicon.

# %%
from dataclasses import replace
from pathlib import Path

import pandas as pd

from analysis import Plan, Question, charts, loaded_terms, measure, multiverse, read_corpus
from analysis.multiverse import CHOICES, summarise

pd.set_option("display.max_colwidth", 110)
EXPORTS = Path("exports")
EXPORTS.mkdir(exist_ok=True)
SOURCE = "calibration set, 24 articles"

corpus = read_corpus("../data/raw")
study = measure(corpus)
outlets = sorted(study.articles["outlet"].unique())
pd.Series(CHOICES).to_frame("what can be chosen")

# %% [markdown]
# ## Other lexica
#
# Ours, only its strongest entries, and without its largest category. A list of one's own goes in the same way
# (`loaded_terms.read_lexicon("mine.csv")`).

# %%
lexicon = loaded_terms.read_lexicon()
in_layer = lexicon["layer"] == "loaded"
largest = lexicon.loc[in_layer, "category"].value_counts().index[0]
lexica = {
    "only strength 3": lexicon[~in_layer | (lexicon["strength"].astype(int) >= 3)],
    f"without {largest}": lexicon[lexicon["category"] != largest],
}
studies = {
    name: measure(corpus, plan=replace(Plan(), lexicon=part.reset_index(drop=True))) for name, part in lexica.items()
}
for name, other in {"ours": study, **studies}.items():
    print(f"{name:<40}{(other.hits['layer'] == 'loaded').sum():>4} hits")

# %% [markdown]
# ## One question, many definitions

# %%
question = Question(("loaded_terms",), outlets[0], outlets[1])
specifications = multiverse(
    study, question, {"study": ["as measured", *studies], "min_words": [0, 100]}, studies=studies
)
print(f"{len(specifications)} definitions, {specifications['estimate'].isna().sum()} refused by the gate")
specifications.groupby("voice")[["estimate"]].agg(["min", "median", "max"]).round(1)

# %%
summary = summarise(specifications)
facts = {name: value for name, value in vars(summary).items() if name != "choices"}
pd.Series(facts).round(2).to_frame("all specifications").T

# %%
summary.choices.round(2)

# %%
figure = charts.specification_curve(specifications, source=SOURCE)
charts.save(figure, EXPORTS / "06-specifications", recipe={"notebook": "06_other_definitions"})
figure

# %% [markdown]
# ## A pair that was designed alike in whole texts
#
# Foxglove and Quillmark use loaded terms equally often if nobody asks whose words they are. The voices tell them apart.

# %%
pair = multiverse(
    study,
    Question(("loaded_terms",), outlets[1], outlets[2]),
    {"voice": ["whole", "all", "own", "narrator"], "min_words": [0]},
)
pair[["voice", "copies", "estimate", "low", "high", "n_events"]].round(1)

# %% [markdown]
# **What this chapter does not say:** agreement among definitions that share an instrument is not independent evidence. A
# different instrument, or a hand-coded sample, is.
