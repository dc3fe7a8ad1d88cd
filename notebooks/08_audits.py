# %% [markdown]
# # What moves a tone score that should not move it?
#
# **In one sentence:** another name, another quotation mark or a line of page furniture can change what some instruments
# say of the same sentence, so each instrument is audited here before its numbers are believed.
#
# *Input:* 13 fixed news sentences with a place for a name (`analysis/audit.py`), and `data/raw`. *Output:* two charts in
# `notebooks/exports`.
#
# An audit is not a validation: an instrument that never moves can still be wrong (chapter 07 and `docs/validation.md`
# say how often). But one that moves here measures something else than tone.

# %%
from pathlib import Path

import pandas as pd

from analysis import audit, charts, measure, read_corpus, sentiment
from analysis.sentiment.accuracy import share_limits
from analysis.study_files import read_accuracy

pd.set_option("display.max_colwidth", 90)
EXPORTS = Path("exports")
EXPORTS.mkdir(exist_ok=True)

study = measure(read_corpus("../data/raw"))
print(f"{len(audit.SENTENCES)} sentences x {len(audit.PAIRS)} pairs of names; {len(study.articles)} articles")

# %% [markdown]
# ## One name for another
#
# “Critics accused *Democrats* of misleading the public” and “Critics accused *Republicans* of misleading the public”
# differ in nothing that is tone. We expect no change at all from an instrument that does not look at names.

# %%
swaps = audit.name_swap()
assert len(swaps) == len(audit.PAIRS) * swaps["instrument"].nunique()
by_instrument = swaps.groupby("instrument", sort=False).agg(
    share_changed=("share_changed", "mean"), mean_change=("mean_change", "mean"), largest=("largest_change", "max")
)
by_instrument.round(3)

# %% [markdown]
# Which pairs of names move a score? `mean_change` is the second name less the first: up means that the second name is
# read as more positive.

# %%
moved = swaps[swaps["share_changed"] > 0]
print(f"{len(moved)} of {len(swaps)} combinations of pair and instrument move")
moved[["kind", "name", "other", "instrument", "n", "share_changed", "mean_change", "largest_change"]].round(3)

# %% [markdown]
# A score that moved is opened: which words made it? The name itself stands in the instrument's list of words.

# %%
worst = moved.loc[moved["largest_change"].idxmax()]
pd.concat(
    [
        sentiment.explain(sentence).query("instrument == @worst.instrument").assign(sentence=sentence)
        for sentence in (audit.SENTENCES[0].format(worst["name"]), audit.SENTENCES[0].format(worst["other"]))
    ]
)

# %%
pairs = swaps.assign(moves=swaps["share_changed"] > 0).groupby("instrument", sort=False)["moves"].agg(["sum", "size"])
limits = [share_limits(count, n) for count, n in zip(pairs["sum"], pairs["size"], strict=True)]
rows = pd.DataFrame(
    {
        "outlet": pairs.index,
        "value": pairs["sum"] / pairs["size"],
        "numerator": pairs["sum"],
        "denominator": pairs["size"],
    }
).assign(low=[low for low, _ in limits], high=[high for _, high in limits])
moves = sorted(pairs.index[pairs["sum"] > 0])
figure = charts.interval_dots(
    rows.reset_index(drop=True),
    measure="Pairs of names that change a score",
    unit="share of pairs",
    title=f"{len(moves)} of {len(pairs)} instruments read some names as tone: {', '.join(moves)}"
    if moves
    else "No instrument reads a name as tone",
    source=f"{len(audit.PAIRS)} pairs of names, each in {len(audit.SENTENCES)} fixed sentences",
)
charts.save(figure, EXPORTS / "08-name-swap", recipe={"notebook": "08_audits"})
figure

# %% [markdown]
# ## The same articles, read in another way
#
# Quotations left out, curly marks for straight ones, sentences split at every stop, the whole text as one sentence, four
# lines of page furniture left in. None of these but the first touches what the outlet says. How many pairs of outlets
# on one event change places? Half would be a coin.

# %%
text = dict(zip(study.articles["article_id"], study.articles["text"], strict=True))
bodies = study.zones[study.zones["zone"] == "body"]
body = {
    name: "\n\n".join(text[name][start:end] for start, end in zip(part["start"], part["end"], strict=True))
    for name, part in bodies.groupby("article_id")
}
articles = study.articles[["article_id", "outlet", "event"]].assign(text=study.articles["article_id"].map(body))
assert articles["text"].notna().all()

read_again = audit.robustness(articles)
n_pairs = int(read_again["n_pairs"].iloc[0])
print(f"{n_pairs} pairs of outlets on one event")
read_again.pivot_table(index="instrument", columns="variant", values="share", sort=False).round(2)

# %%
worst_way = read_again.loc[read_again["share"].idxmax()]
shown = read_again[read_again["variant"].isin(["quotes taken out", "curly marks", "furniture left in", "whole text"])]
figure = charts.interval_dots(
    shown.rename(columns={"share": "value", "instrument": "outlet", "variant": "voice"}),
    measure="Pairs of outlets that change places",
    unit="share of pairs",
    title=f"Read as “{worst_way['variant']}”, {worst_way['instrument']} turns round {worst_way['n_reversed']} "
    f"of {n_pairs} pairs of outlets",
    source=f"calibration set, {len(articles)} articles",
)
charts.save(figure, EXPORTS / "08-read-in-another-way", recipe={"notebook": "08_audits"})
figure

# %% [markdown]
# ### On real news
#
# The articles above were written by us. `python -m analysis validate --gold FOLDER` asks the same of BASIL, real news of
# three outlets on the same events, and keeps what it finds in `analysis/resources/accuracy.csv`. `loaded terms` is the
# rate of hits in every voice; it is read in all these ways too. Half would be a coin.

# %%
AUDIT = "outlets on one event that change places: "
recorded = read_accuracy()
on_basil = recorded[recorded["figure"].str.startswith(AUDIT)].assign(
    instrument=lambda rows: rows["instrument"].str.removeprefix("tone: "),
    variant=lambda rows: rows["figure"].str.removeprefix(AUDIT),
)
for data, rows in on_basil.groupby("data"):
    print(f"{data}: {int(rows['n'].iloc[0])} pairs of outlets on one event")
on_basil.pivot_table(index="instrument", columns="variant", values="value", sort=False).round(2)

# %% [markdown]
# The same figures with their limits, for the three ways that move most.

# %%
moving = on_basil.groupby("variant")["value"].mean().nlargest(3).index
on_basil[on_basil["variant"].isin(moving)][["instrument", "variant", "value", "low", "high", "n"]].round(2)

# %% [markdown]
# So the study splits sentences before it scores, leaves furniture out as a zone of its own, and normalises marks; and it
# keeps quotations, with the voice that they belong to.
#
# ## What an instrument does not see
#
# The share of sentences that score exactly 0. A zero is not neutral: mostly no word of the sentence is on the list.

# %%
in_body = study.sentences[study.sentences["zone"] == "body"]
sentences = [text[r.article_id][r.start : r.end] for r in in_body.itertuples()]
seen = audit.coverage(sentences)
assert (seen["n"] == len(sentences)).all()
seen.round(3)

# %% [markdown]
# **What this chapter does not say:** that an instrument which passes is right. The pairs of names are twelve and the
# sentences thirteen. The first chart of the second audit rests on articles that we wrote; the table under it on BASIL's,
# and chapter 09 goes on with those.
