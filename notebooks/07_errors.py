# %% [markdown]
# # Where are the measures wrong?
#
# **In one sentence:** against the hand-coding of the same 24 articles the engine finds most attributions and most of the
# planted terms, and this chapter shows the ones it does not.
#
# *Input:* `data/raw` and the codes in `data/gold` (made before the engine saw the articles). *Output:* a chart in
# `notebooks/exports`. The figures on real news stand in `docs/validation.md`: these articles were written by us and are
# easier.

# %%
from pathlib import Path

import pandas as pd

from analysis import charts, measure, read_corpus
from analysis.agreement import attribution_counts, f1_table, span_counts

pd.set_option("display.max_colwidth", 80)
EXPORTS = Path("exports")
EXPORTS.mkdir(exist_ok=True)
GOLD = Path("../data/gold")

study = measure(read_corpus("../data/raw"))
gold_spans = pd.read_csv(GOLD / "spans.csv")
gold_terms = pd.read_csv(GOLD / "loaded_terms.csv")
text = dict(zip(study.articles["article_id"], study.articles["text"], strict=True))
print(f"{len(gold_spans)} coded fragments, {len(gold_terms)} coded terms")

# %% [markdown]
# ## Attributions
#
# Found when half of the words of the content agree (Jaccard ≥ .5); strictly when four fifths do; with its source; and
# those with quotation marks.

# %%
counts = attribution_counts(study.articles, study.spans, gold_spans)
figures = f1_table(counts)
figures.round(3)

# %% [markdown]
# Which ones were missed? Contents that no found content touches:

# %%
found = study.spans.query("role == 'content'")
covered = {(r.article_id, place) for r in found.itertuples() for place in range(r.start, r.end)}
contents = gold_spans.query("role == 'content'")
missed = [
    r for r in contents.itertuples() if not any((r.article_id, place) in covered for place in range(r.start, r.end))
]
print(f"{len(missed)} of {len(contents)} coded fragments are not touched")
pd.DataFrame([(r.article_id, r.surface[:90]) for r in missed[:10]], columns=["article", "content"])

# %% [markdown]
# ## Voices
#
# Each coded term has a voice, coded by hand. Where does the engine put it?

# %%
hits = study.hits[["article_id", "start", "end", "voice"]]
both = gold_terms.merge(hits, on=["article_id", "start", "end"], suffixes=("_hand", "_machine"))
print(f"{len(both)} of {len(gold_terms)} coded terms are hits at the same place")
pd.crosstab(both["voice_hand"], both["voice_machine"].astype(str), margins=True)

# %% [markdown]
# ## Loaded terms
#
# Found against planted, in the layer that counts.

# %%
loaded = study.hits.query("layer == 'loaded'")
places = {name: list(zip(part["start"], part["end"])) for name, part in loaded.groupby("article_id")}
planted = {name: list(zip(part["start"], part["end"])) for name, part in gold_terms.groupby("article_id")}
terms = span_counts(places, planted, "loaded terms")
f1_table(terms).round(3)

# %%
known = {(name, span) for name, spans in planted.items() for span in spans}
extra = [
    (r.article_id, r.surface, r.category) for r in loaded.itertuples() if (r.article_id, (r.start, r.end)) not in known
]
print(f"{len(extra)} hits that nobody planted")
pd.DataFrame(extra, columns=["article", "term", "category"])["term"].str.lower().value_counts().head(12).to_frame(
    "hits"
)

# %% [markdown]
# ## The picture
#
# F1 of each figure with its interval (whole articles resampled).

# %%
rows = pd.concat([figures, f1_table(terms)]).rename(columns={"f1": "value"}).assign(outlet=lambda t: t["figure"])
figure = charts.interval_dots(
    rows[["outlet", "value", "low", "high"]],
    measure="Agreement with the hand-coding (F1)",
    title="The machine against the hand-coding of the 24 articles",
    source="calibration set; 1 is full agreement",
)
charts.save(figure, EXPORTS / "07-errors", recipe={"notebook": "07_errors"})
figure
