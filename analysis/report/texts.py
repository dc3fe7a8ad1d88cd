"""Fixed sentences of the report: limits, methods with their citations, how to cite.

Floor: a study and its contrasts come in; sentences that fit what was done go out.
"""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from analysis import recipe as recipes
from analysis.schema import Study

LIMITS = (
    "A difference in words is not a motive. The numbers say how texts differ, not why, nor which text is right.",
    "A listed term can be the accurate word. The lexicon says why a term is listed and what stands in its place elsewhere; "
    "whether it fits is for the reader of the sentence.",
    "Instruments err, and may err more for one outlet than for another. Where their accuracy is low, a gap between outlets "
    "can be a gap in what is found; only hand-coded articles of the same outlets can rule that out.",
    "A single article cannot be ranked. Rates of short texts carry wide intervals, and the gate refuses what they cannot show.",
    "Tone instruments score words, not stances: grave news reads as negative whoever tells it. Compare within events only.",
    "What was left out of an article is not seen, unless another outlet's article on the same event says it.",
    "The result holds for these articles. Whether they stand for an outlet depends on how they were chosen.",
)

#: Works that the methods text may cite, by key.
CITATIONS: dict[str, str] = {
    "bell2002": "Bell, R. M. and McCaffrey, D. F. (2002). Bias reduction in standard errors for linear regression with "
    "multi-stage samples. Survey Methodology 28(2), 169–181.",
    "benjamini1995": "Benjamini, Y. and Hochberg, Y. (1995). Controlling the false discovery rate. Journal of the Royal "
    "Statistical Society B 57(1), 289–300.",
    "garwood1936": "Garwood, F. (1936). Fiducial limits for the Poisson distribution. Biometrika 28(3/4), 437–442.",
    "hutto2014": "Hutto, C. J. and Gilbert, E. (2014). VADER: a parsimonious rule-based model for sentiment analysis of "
    "social media text. ICWSM.",
    "loria": "Loria, S. TextBlob: simplified text processing (software).",
    "newell2018": "Newell, E., Margolin, D. and Ruths, D. (2018). An attribution relations corpus for political news. LREC.",
    "pareti2016": "Pareti, S. (2016). PARC 3.0: a corpus of attribution relations. LREC.",
    "recasens2013": "Recasens, M., Danescu-Niculescu-Mizil, C. and Jurafsky, D. (2013). Linguistic models for analyzing and "
    "detecting biased language. ACL.",
    "westfall1993": "Westfall, P. H. and Young, S. S. (1993). Resampling-based multiple testing. Wiley.",
}


def methods_text(study: Study, contrasts: pd.DataFrame, *, level: float) -> tuple[str, list[str]]:
    """A paragraph for a paper's methods section, and the keys of what it cites, in alphabetical order."""
    articles = study.articles
    events = articles["event"].replace("", pd.NA).nunique()
    said = [
        f"We measured {len(articles):,} articles of {articles['outlet'].nunique()} outlets on {events} events with Whose "
        f"Words {recipes.version()}. Headline, credit, byline, dateline and furniture were set apart, and only the body "
        "was measured.",
        "Attributions (source, cue, content) were found after the scheme of Pareti (2016) and Newell et al. (2018), and each "
        "body was divided into the outlet's own words, reported words, quoted words and scare quotes. Every measure is "
        "given by voice: words inside an attribution were never counted as the outlet's own.",
    ]
    cited = {"pareti2016", "newell2018"}
    measures = {str(name).partition(":")[0] for name in contrasts["measure"]} if len(contrasts) else set()
    if measures & {"loaded_terms", "layer"} or len(study.hits):
        said.append(
            "Loaded terms are those that a published lexicon lists, each with its reason and reference, in categories that "
            "follow the literature on biased language (Recasens et al., 2013); rates are per thousand words in the voice."
        )
        cited.add("recasens2013")
    instruments = sorted(set(study.scores["instrument"].astype(str)))
    if instruments:
        sources = {"textblob": ("TextBlob (Loria)", "loria"), "vader": ("VADER (Hutto and Gilbert, 2014)", "hutto2014")}
        names = [sources[name][0] if name in sources else name for name in instruments]
        said.append(
            f"Tone was scored sentence by sentence with {', '.join(names)}, each on its own scale from −1 to 1."
        )
        cited |= {sources[name][1] for name in instruments if name in sources}
    if len(contrasts):
        compared = contrasts[contrasts["verdict"] != "refuse"]
        methods = [method for method in dict.fromkeys(compared["method"].astype(str)) if method]
        said.append(
            f"Outlets were compared with whole articles as the unit ({'; '.join(methods) or 'no comparison passed the gate'}); "
            f"limits are {100 * level:g} % intervals (Bell and McCaffrey, 2002; rates: Garwood, 1936). P-values over all rows "
            "asked were adjusted by the maximum statistic (Westfall and Young, 1993); false discovery rates (Benjamini and "
            f"Hochberg, 1995) serve for screening. Of {len(contrasts)} comparisons {len(contrasts) - len(compared)} were "
            "refused as too small to show anything."
        )
        cited |= {"bell2002", "garwood1936", "westfall1993", "benjamini1995"}
    return " ".join(said), sorted(cited)


def how_to_cite(recipe: Mapping[str, object]) -> str:
    """One line that names the version, the commit and the data."""
    commit = f", commit {str(recipe['commit'])[:12]}" if recipe.get("commit") else ""
    data = f"; input {str(recipe['inputs_sha256'])[:12]}" if recipe.get("inputs_sha256") else ""
    return (
        f"Cite as: Whose Words, version {recipes.version()}{commit}{data}. The recipe below is also kept inside this page and "
        "inside every exported figure; python -m analysis verify FILE makes the file again and compares."
    )
