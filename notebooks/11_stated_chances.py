# %% [markdown] tags=["needs-newsmtsc"]
# # Can the tone toward a target be believed when it is sure of itself?
#
# **In one sentence:** mostly: its chances come true within a few points, and the labels that it gives are right more often
# than all its guesses would be; where a sentence names several targets, its highest chances promise too much.
#
# *Input:* the development part of NewsMTSC (Hamborg & Donnay 2021), which is not ours to hand on:
# `python -m analysis fetch newsmtsc`. Without it this chapter skips itself. *Output:* a chart in `notebooks/exports`. It
# shows figures only, never a sentence of an article.
#
# A caution before any figure: the weights were trained on NewsMTSC's train part and the chances were set on folds of it,
# but the development part was looked at while features were chosen. A test needs sentences that nobody has looked at.

# %%
from pathlib import Path

import pandas as pd

from analysis import charts, gold, sentiment
from analysis.notebooks import needs
from analysis.sentiment.accuracy import reliability, target_accuracy

EXPORTS = Path("exports")
EXPORTS.mkdir(exist_ok=True)
NEWSMTSC = needs("newsmtsc")

# %% [markdown]
# ## Two kinds of sentences
#
# `rw` is news as it comes; in `mt` every sentence has several targets, often with opposite classes. A target stands in a
# sentence, and the instrument says how likely it is that the sentence is negative, neutral or positive toward it.

# %%
PARTS = {"rw": "news as it comes", "mt": "several targets in a sentence"}
rows = {label: gold.read_newsmtsc(NEWSMTSC, part, "dev") for part, label in PARTS.items()}
scores = {
    label: sentiment.score_toward(part["text"].tolist(), list(zip(part["start"], part["end"], strict=True)))
    for label, part in rows.items()
}
assert all(len(scores[label]) == len(part) for label, part in rows.items())
pd.DataFrame({label: part["polarity"].value_counts() for label, part in rows.items()}).rename(
    index={-1: "negative", 0: "neutral", 1: "positive"}
)

# %% [markdown]
# ## How often is it right?
#
# `all` takes the likeliest class of every target; `sure` only those for which the instrument gives a label at all
# (`share` of them). We expect the second to be better: that is what the label `unsure` is for.

# %%
found = {
    label: target_accuracy(scores[label], (part["polarity"] + 1).tolist(), part["sentence_id"].tolist())
    for label, part in rows.items()
}
pd.concat(found, names=["sentences"]).reset_index(level=0).round(3)

# %% [markdown]
# ## Do the stated chances come true?
#
# Every target has three chances, one a class. They are put into eight bins; in each we ask what share came true. On the
# diagonal a chance means what it says; below it, it promises too much.

# %%
curves = pd.concat(
    [reliability(scores[label], (part["polarity"] + 1).tolist()).assign(label=label) for label, part in rows.items()],
    ignore_index=True,
)
curves.round(3)

# %%
curves.assign(promises_too_much=curves["predicted"] > curves["high"], too_little=curves["predicted"] < curves["low"])[
    ["label", "predicted", "observed", "n", "promises_too_much", "too_little"]
].query("promises_too_much or too_little").round(3)

# %%
figure = charts.reliability_curve(curves, source="NewsMTSC, development part")
charts.save(figure, EXPORTS / "11-stated-chances", recipe={"notebook": "11_stated_chances"})
figure

# %% [markdown]
# **When not to trust this:** a chance that comes true on average may still be wrong for one outlet and right for another.
# The sentences are American political news; nothing here says how the instrument does elsewhere. Between outlets, code a
# sample by hand (chapter 10).
