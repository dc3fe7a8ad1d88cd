# %% [markdown] tags=["needs-basil"]
# # Do the measures see what people saw in real news?
#
# **In one sentence:** on BASIL, where three outlets report the same events and people marked what is biased, loaded terms
# put outlets in people's order more often than a coin does and tone hardly ever; the outlet's own voice does not beat the
# whole body, except perhaps where people are asked about the outlet's own words, and 50 events are too few to tell.
#
# *Input:* BASIL (Fan et al. 2019), which is not ours to hand on: `python -m analysis fetch basil`. Without it this chapter
# skips itself. *Output:* three charts in `notebooks/exports`. It shows figures only, never a sentence of an article.
#
# A caution before any figure: the outputs that come with the project are of BASIL's even years, which lay beside us while
# the instruments were built (labels were tuned on part of them, the lexicon was held against them). These figures
# describe; a test needs events that nobody has looked at, such as the odd years that `fetch` brings.

# %%
from pathlib import Path

import pandas as pd

from analysis import (
    Plan,
    Question,
    Settings,
    can_compare,
    charts,
    compare,
    gold,
    measure,
    multiverse,
    rates,
    schema,
    sentiment,
)
from analysis.multiverse import summarise
from analysis.notebooks import needs
from analysis.validation.events import Agreement, article_gold, order_gain, order_within_events

pd.set_option("display.max_colwidth", 110)
EXPORTS = Path("exports")
EXPORTS.mkdir(exist_ok=True)
BASIL = needs("basil")

# %%
basil = gold.read_basil(BASIL)
given = basil.articles.assign(language="en", n_chars=basil.articles["text"].str.len())
columns = {name: given.get(name, "") for name in schema.TABLES["articles"].names}
articles = schema.table("articles", pd.DataFrame(columns))
plan = Plan(settings=Settings(instruments=tuple(sentiment.INSTRUMENTS)), zoned=False)
study = measure(schema.Corpus(articles), plan=plan)
assert len(study.articles) == len(basil.articles)

n_words = study.voices.groupby("article_id")["n_words"].sum()
people = article_gold(basil, n_words)
SOURCE = f"BASIL, {len(people)} articles on {people['event'].nunique()} events"
print(f"{SOURCE}; {len(basil.spans)} marked spans; {basil.n_unplaced} could not be placed and are left out")
people.groupby("outlet")[["lexical", "lexical_unquoted", "informational"]].mean().round(2)

# %% [markdown]
# Spans are counted per 1,000 words of the body, on both sides: a longer article has more of everything, and length would
# pass for agreement. How many of the marked spans stand inside quotations?

# %%
pd.crosstab(basil.spans["bias"], basil.spans["is_quote"], margins=True)

# %% [markdown]
# ## Every measure, with and without voices
#
# For each event: are the three outlets in the order in which people put them? `rank` is the mean of Spearman's correlation
# within events, `pairs` the share of pairs in people's order (.50 is a coin). Limits take whole events as the unit. Tone
# is turned: a lower tone should go with more marked bias. Asked before looking, all of it shown.

# %%
VOICES = ("all", "own", "attributed", "unquoted")
ASKED = [
    *(("loaded_terms", voice) for voice in VOICES),
    *((f"layer:{name}", voice) for name in ("watch", "severity") for voice in ("all", "own")),
    *((f"-tone:{name}", voice) for name in sentiment.INSTRUMENTS for voice in ("all", "own")),
    ("scare_quotes", None),
    ("attributed_share", None),
    ("distancing_share", None),
    ("source_share:official", None),
]
values = people.copy()
for name, voice in ASKED:
    unit = rates.units(study, name.removeprefix("-"), voice=voice).set_index("article_id").reindex(values.index)
    share = unit["numerator"] / unit["denominator"].where(unit["denominator"] > 0)
    values[f"{name}, {voice or 'all'}"] = -share if name.startswith("-") else share
loaded_own = rates.units(study, "loaded_terms", voice="own").set_index("article_id").reindex(values.index)
scare = rates.units(study, "scare_quotes").set_index("article_id").reindex(values.index)
values["loaded_terms and scare_quotes, own"] = (loaded_own["numerator"] + scare["numerator"]) / loaded_own[
    "denominator"
]
measured = [name for name in values.columns if name not in people.columns]
print(f"{len(measured)} measures; articles without a value: {values[measured].isna().sum().max()} at most")

# %%
TRUTHS = ["lexical", "lexical_unquoted", "informational", "slant"]
rows = [(truth, name, *order_within_events(values, value=name, truth=truth)) for truth in TRUTHS for name in measured]
agreement = pd.DataFrame(rows, columns=["people", "measure", *Agreement._fields])
wide = agreement.pivot_table(index="measure", columns="people", values=["rank", "pairs"], sort=False)
wide[[(figure, truth) for figure in ("rank", "pairs") for truth in TRUTHS]].round(2)

# %% [markdown]
# Where do the limits leave out chance? These are the places where the measures saw what people saw. The others are the
# places where they did not, or where 50 events are too few to tell.

# %%
seen = agreement[(agreement["pairs_low"] > 0.5) | (agreement["pairs_high"] < 0.5)]
print(f"{len(seen)} of {len(agreement)} combinations; by chance alone about {0.05 * len(agreement):.0f} would")
seen.sort_values("pairs", ascending=False).round(2)

# %%
loaded = agreement[agreement["measure"].str.match("loaded_terms, ") & (agreement["people"] != "slant")]
ASPECTS = {
    "lexical": "all marked words",
    "lexical_unquoted": "marked words outside quotations",
    "informational": "marked information",
}
figure = charts.interval_dots(
    pd.DataFrame(
        {
            "outlet": loaded["people"].map(ASPECTS),
            "voice": loaded["measure"]
            .str.removeprefix("loaded_terms, ")
            .replace("unquoted", "Outside quotation marks"),
            "value": 100 * loaded["pairs"],
            "low": 100 * loaded["pairs_low"],
            "high": 100 * loaded["pairs_high"],
        }
    ),
    measure="Pairs of outlets in people's order",
    unit="% of pairs (50 is chance)",
    title=f"Loaded terms order outlets better than a coin in {(loaded['pairs_low'] > 0.5).sum()} of {len(loaded)} ways of asking",
    source=SOURCE,
)
charts.save(figure, EXPORTS / "09-order-loaded-terms", recipe={"notebook": "09_basil"})
figure

# %% [markdown]
# ## Does the voice split help?
#
# Own voice less whole body, on the same articles. When people are asked about *all* marked words, quotations included,
# the whole body should do at least as well as own voice: what an outlet chooses to quote is part of what coders marked.
# When they are asked only about words outside quotations, own voice should do better.

# %%
BODY = "loaded_terms, all"
gains = pd.DataFrame(
    [
        (truth, name, *order_gain(values, value=name, other=BODY, truth=truth))
        for truth in ("lexical", "lexical_unquoted")
        for name in ("loaded_terms, own", "loaded_terms and scare_quotes, own", "loaded_terms, unquoted")
    ],
    columns=["people", "measure", *Agreement._fields],
)
gains.round(3)

# %%
for row in gains.itertuples():
    verdict = (
        "more" if row.rank_low > 0 else "less" if row.rank_high < 0 else "neither more nor less, that 50 events show,"
    )
    print(
        f"{row.people}: {row.measure} agrees {verdict} than the whole body ({row.rank:+.2f}; {row.rank_low:+.2f} to {row.rank_high:+.2f})"
    )

# %% [markdown]
# ## Tone and the author's feeling toward people
#
# Coders said what the author feels toward each entity. Two articles on one event that differ in it: does the kinder one
# have the higher tone?

# %%
named = basil.feelings[~basil.feelings["entity"].str.contains("main_event")]
felt = named.merge(values.reset_index()[["article_id", "event", *[m for m in measured if m.startswith("-tone")]]])
assert len(felt) == len(named)
rows = []
for name in [m for m in measured if m.startswith("-tone")]:
    felt[name] = -felt[name]  # back to tone: up is kinder
    rows.append((name.removeprefix("-"), *order_within_events(felt, value=name, truth="feeling")))
feelings = pd.DataFrame(rows, columns=["measure", *Agreement._fields])
feelings.round(2)

# %%
parts = feelings["measure"].str.removeprefix("tone:").str.split(", ", expand=True)
figure = charts.interval_dots(
    pd.DataFrame({"outlet": parts[0], "voice": parts[1]}).assign(
        value=100 * feelings["pairs"], low=100 * feelings["pairs_low"], high=100 * feelings["pairs_high"]
    ),
    measure="Pairs in the order of the authors' feelings",
    unit="% of pairs (50 is chance)",
    title=f"{(feelings['pairs_low'] > 0.5).sum()} of {len(feelings)} ways to score tone order outlets better than a coin",
    source=SOURCE,
)
charts.save(figure, EXPORTS / "09-order-tone", recipe={"notebook": "09_basil"})
figure

# %% [markdown]
# ## The gate, and what the study itself would say of these outlets

# %%
gate = can_compare(study, "loaded_terms", voice="own")
gate[["outlet_a", "outlet_b", "n_events", "n_words_a", "n_words_b", "smallest_seen", "unit", "verdict"]].round(2)

# %%
contrasts = compare(study, [("loaded_terms", "own"), ("loaded_terms", "attributed"), ("attributed_share", None)])
contrasts[
    [
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
].round(2)

# %% [markdown]
# People's own counts, compared in the same way: do the outlets that our measures tell apart differ for people?

# %%
marked = people.pivot_table(index="event", columns="outlet", values="lexical")
pairs = [
    (a, b)
    for a, b, _ in contrasts[["outlet_a", "outlet_b", "measure"]].drop_duplicates(["outlet_a", "outlet_b"]).to_numpy()
]
gaps = pd.DataFrame({f"{a} - {b}": marked[a] - marked[b] for a, b in pairs})
gaps.agg(["mean", "sem", "count"]).T.assign(
    low=lambda t: t["mean"] - 2.01 * t["sem"], high=lambda t: t["mean"] + 2.01 * t["sem"]
).round(2)

# %% [markdown]
# ## The same question under other definitions

# %%
widest = contrasts.query("measure == 'loaded_terms' and voice == 'own'").dropna(subset=["effect_size"])
widest = widest.loc[widest["effect_size"].abs().idxmax()]
question = Question(("loaded_terms",), widest["outlet_a"], widest["outlet_b"])
specifications = multiverse(study, question, {"min_words": [0, 100, 200]})
summary = summarise(specifications)
print(f"{summary.n} definitions; {summary.share_agreeing:.0%} agree in sign, {summary.share_clear:.0%} leave out zero")
summary.choices.round(2)

# %%
figure = charts.specification_curve(specifications, choices=["voice", "copies", "min_words"], source=SOURCE)
charts.save(figure, EXPORTS / "09-specifications", recipe={"notebook": "09_basil"})
figure

# %% [markdown]
# **What this chapter says:** counted terms carry something of what coders marked, over many events and never in one; they
# also go with how far from the centre coders placed an article (`slant`), not with which side. Lexicon tone carries hardly
# anything that orders outlets. The plain count over the whole body is not beaten by any voice on all marked words: what
# an outlet chooses to quote is part of what coders marked. Voices say *whose* words they are; that is their use.
#
# **What it does not say:** that a measure which agrees with these coders is right, or that one which does not is wrong
# about its words. Two coders marked each article, about American politics, 2010 to 2018.
