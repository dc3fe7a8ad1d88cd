# %% [markdown]
# # What does one article do with the words of others?
#
# **In one sentence:** in this story of about 350 words a large part is somebody else's claim, and its loaded words split
# over four voices: four different facts.
#
# *Input:* `data/raw/airbase-brassbell.txt`. *Output:* the strip in `notebooks/exports`.
#
# Close reading with the machine beside us: zones, sentences, attributions, voices, hits.

# %%
from pathlib import Path

import pandas as pd

from analysis import ArticleView, charts, concordance, loaded_terms, measure, read_corpus

pd.set_option("display.max_colwidth", 70)
ARTICLE = "airbase-brassbell"
EXPORTS = Path("exports")
EXPORTS.mkdir(exist_ok=True)

corpus = read_corpus("../data/raw")
study = measure(corpus)
article = study.articles.set_index("article_id").loc[ARTICLE]
print(article["headline"], "|", article["outlet"], "|", article["published"])


def only(table: pd.DataFrame) -> pd.DataFrame:
    return table[table["article_id"] == ARTICLE].drop(columns="article_id")


# %% [markdown]
# ## Zones: what is the article, what is furniture?
#
# Share buttons and licence lines have a tone too. On short texts they can turn the sign of a score, so only the body is
# measured (and the headline, by name).

# %%
zones = only(study.zones).assign(
    text=lambda t: [article["text"][s:e].strip()[:60] for s, e in zip(t["start"], t["end"])]
)
assert zones["end"].iloc[-1] == len(article["text"]), "zones tile the text"
zones

# %% [markdown]
# ## Attributions: who says what?
#
# A source, a cue, a content. The cue's stance says whether the outlet leaves the claim open, backs it or doubts it.

# %%
found = only(study.attributions)
print(f"{len(found)} attributions")
found[["attribution_no", "kind", "source_text", "source_name", "source_type", "cue_lemma", "cue_stance", "is_hedged"]]

# %%
contents = only(study.spans).query("role == 'content'")
contents[["attribution_no", "fragment_no", "surface"]]

# %% [markdown]
# ## Voices: whose words?
#
# Every word of the body has exactly one voice. The segments tile it.

# %%
voices = only(study.voices)
words = voices.groupby("voice", observed=True)["n_words"].sum()
assert words.sum() == only(study.sentences).query("zone == 'body'")["n_words"].sum()
(words / words.sum()).round(3).to_frame("share of words")

# %% [markdown]
# ## Loaded terms: which, and in whose voice?
#
# We expect the outlet's own voice to carry most of them: that is how this article was designed (`data/gold/design.csv`).

# %%
hits = only(study.hits).query("layer == 'loaded'")
pd.crosstab(hits["category"], hits["voice"].astype(str))

# %%
concordance(study.articles, study.hits.query("article_id == @ARTICLE and layer == 'loaded'"), width=40)[
    ["pre", "keyword", "post"]
]

# %% [markdown]
# ## The article itself
#
# Switch layers on and off in the legend; every underlined term says why it is listed and which neutral word exists.

# %%
ArticleView(study, ARTICLE, lexicon=loaded_terms.read_lexicon(), height=560)

# %%
figure = charts.voice_strip(study, ARTICLE, source="calibration set")
charts.save(figure, EXPORTS / "01-voices-of-one-article", recipe={"notebook": "01_one_article", "article": ARTICLE})
figure

# %% [markdown]
# **What this chapter does not say:** that this article is worse than another. A rate from 350 words is known to about a
# third of itself; one article is read, not ranked.
