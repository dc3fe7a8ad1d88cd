# %% [markdown]
# # How do outlets frame the same event?
#
# **In one sentence:** half of a news text is somebody else's claim, so we first find out *whose words* each stretch is,
# and only then count loaded words, tone and sources.
#
# *Input:* the 24 articles in `data/raw`, written for this project by four invented outlets about six events.
# *Output:* one marked-up article, one table and one chart in `notebooks/exports`.
#
# This chapter shows the method in pictures and how to put in your own articles. It takes about ten seconds to run.

# %% [markdown]
# ## 1. Read
#
# `read_corpus` takes a folder, a zip or a table of articles. Nothing is dropped in silence: what is refused is listed in
# `corpus.issues` with the reason.

# %%
from pathlib import Path

from analysis import ArticleView, charts, loaded_terms, measure, rates, read_corpus

EXPORTS = Path("exports")
EXPORTS.mkdir(exist_ok=True)

corpus = read_corpus("../data/raw")
print(f"{len(corpus.articles)} articles read, {len(corpus.issues)} refused")
corpus.articles[["article_id", "outlet", "event", "n_chars"]].head()

# %% [markdown]
# ## 2. Measure
#
# One call makes every table. All of them point into the articles by character, so every number can be opened.

# %%
study = measure(corpus)
for name, table in study.tables().items():
    print(f"{name:<13}{len(table):>6} rows")

# %% [markdown]
# The law of every table: the text at its offsets is the surface it claims.

# %%
text = dict(zip(study.articles["article_id"], study.articles["text"], strict=True))
for row in study.spans.itertuples():
    assert text[row.article_id][row.start : row.end] == row.surface
assert len(corpus.articles) == len(study.articles)

# %% [markdown]
# ## 3. Whose words?
#
# One article with its voices as background: plain is the outlet's own voice, the shades are words that it reports,
# quotes, or sets off with scare quotes. Loaded terms are underlined. Hover over a term to see why our lexicon lists it.

# %%
ArticleView(study, "airbase-brassbell", lexicon=loaded_terms.read_lexicon(), height=520)

# %% [markdown]
# The same article as a strip, from its first word to its last.

# %%
charts.voice_strip(study, "airbase-brassbell", source="calibration set")

# %% [markdown]
# ## 4. Count by voice
#
# The outlets use loaded terms in their own voice at different rates. What they quote is another matter: a source's
# “terrorist” is not the outlet's.

# %%
levels = rates.outlet_rates(study, "loaded_terms", voices=("own", "attributed"))
levels[["outlet", "voice", "value", "low", "high", "numerator", "denominator"]].round(1)

# %%
figure = charts.dumbbells(levels, source="calibration set, 24 articles")
charts.save(figure, EXPORTS / "00-loaded-terms-by-voice", recipe={"notebook": "00_read_me_first"})
figure

# %% [markdown]
# ## 5. Your own articles
#
# Put text files, saved web pages or one table into a folder, then run `make run RAW=that/folder STUDY=my-study`, or here:
#
# ```python
# study = measure(read_corpus("that/folder"))
# ```
#
# Outlet, event and date come from a `MANIFEST.csv` beside the files (`file,outlet,event,headline,published,url`) or from
# the columns of your table (`docs/reading.md`). Outlets are compared *within* events, so give the same `event` to
# articles on the same story.
#
# ## What the numbers cannot say
#
# There is no bias score here and no verdict. One article cannot be ranked; six events are few. Chapter 05 compares with
# intervals and refuses what this many articles cannot show; chapter 06 asks the same question in other ways; chapter 07
# shows where the instruments are wrong.
