"""One text or one article in the terminal: what made its numbers, whose words it holds, who is quoted."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pandas as pd
from rich.console import Console
from rich.text import Text

from analysis import schema
from analysis.commands.printing import print_parts, print_table
from analysis.commands.verbs import Arguments, add_study, verb
from analysis.errors import InputError
from analysis.safety import terminal_text

_STYLES = {"narrator": "", "reported": "cyan", "quoted": "green", "scare": "magenta"}
_HIT = "bold underline"
#: Of the columns of quotations those that a terminal is wide enough for; `--json` has all.
_QUOTES_IN_SIGHT = ["quote_id", "speaker", "verb", "kind", "quote"]


def declare_explain(verbs: Any) -> None:
    """The options of `explain`."""
    made = verb(
        verbs, "explain", _explain,
        "what made a score and which terms hit, for a sentence or paragraph",
        'explain "The regime slammed the deal, a witness said."',
    )  # fmt: skip
    made.add_argument("text", help="a sentence or paragraph, or - for standard input")
    made.add_argument("--reranker", type=Path, help="folder of a trained re-ranker: which words experts would mark")
    made.add_argument("--toward", metavar="NAME", help="also what moves the tone toward a name that stands in it")


def _explain(arguments: Arguments) -> int:
    from analysis import loaded_terms, measure_text, sentiment

    text = sys.stdin.read() if arguments.text == "-" else arguments.text
    study = measure_text(text, zoned=False)
    parts = {
        "attributions": study.attributions[
            ["source_text", "cue_lemma", "cue_stance", "kind", "source_type", "is_hedged"]
        ],
        "loaded terms": loaded_terms.with_reasons(study.hits)[
            ["surface", "category", "layer", "voice", "is_negated", "why", "neutral_alternative"]
        ],
        "words that made a score": sentiment.explain(text),
        "tone": study.scores[["sentence_no", "voice", "instrument", "score", "weight"]],
    }
    if arguments.toward:
        parts[f"tone toward {arguments.toward}"] = sentiment.explain_mentions(text, arguments.toward)
    if arguments.reranker:
        parts["words that experts would mark"] = _marked_words(study, arguments.reranker)
    print_parts(parts, as_json=arguments.json)
    return 0


def _marked_words(study: schema.Study, folder: Path) -> pd.DataFrame:
    """The words that a trained re-ranker marks, each with its voice and its probability."""
    from analysis.loaded_terms.reranker import find_marked_words, load_reranker
    from analysis.voice import label_voice

    found = label_voice(find_marked_words(study.articles, study.sentences, load_reranker(folder)), study.voices)
    return found[["surface", "term_id", "category", "voice", "is_negated", "probability"]]


def declare_show(verbs: Any) -> None:
    """The options of `show`."""
    made = verb(
        verbs,
        "show",
        _show,
        "one article in the terminal: whose words, which loaded terms",
        "show harbour-brassbell --study study",
    )
    made.add_argument("article", help="the article's id (see tables/articles.csv), or a text file")
    add_study(made)


def _show(arguments: Arguments) -> int:
    study, article = _study_of(arguments.article, arguments.study)
    if arguments.json:
        rows = study.voices[study.voices["article_id"] == article]
        print_table(rows, as_json=True)
        return 0
    console = Console(highlight=False)
    row = study.articles.set_index("article_id").loc[article]
    console.print(Text(terminal_text(row["headline"] or article), style="bold"))
    legend = Text("  ".join(["narrator", "reported", "quoted", "scare", "loaded term"]))
    for word, style in (*_STYLES.items(), ("loaded term", _HIT)):
        legend.highlight_words([word], style)
    console.print(legend, end="\n\n")
    console.print(_styled(str(row["text"]), study, article))
    return 0


def _study_of(article: str, folder: Path) -> tuple[schema.Study, str]:
    from analysis import measure, read_corpus, read_study

    if Path(article).is_file():
        study = measure(read_corpus(Path(article)))
        return study, str(study.articles["article_id"].iloc[0])
    study = read_study(folder)
    if article not in set(study.articles["article_id"]):
        some = ", ".join(study.articles["article_id"].head(5))
        raise InputError(f"{article!r} is not in {folder}; there are for example: {some}")
    return study, article


def _styled(text: str, study: schema.Study, article: str) -> Text:
    """The body with voices as colours and loaded terms underlined; every character is made safe one for one."""
    safe = "".join(
        letter if letter == "\n" or (terminal_text(letter) == letter and letter != "\ufffd") else " " for letter in text
    )
    out = Text(safe)
    for voice, start, end in _rows(study.voices, article, "voice"):
        out.stylize(_STYLES.get(voice, ""), start, end)
    hits = study.hits[study.hits["layer"] == "loaded"]
    for _, start, end in _rows(hits, article, "term_id"):
        out.stylize(_HIT, start, end)
    for zone, start, end in _rows(study.zones, article, "zone"):
        if zone not in ("body", "headline"):
            out.stylize("dim", start, end)
    return out


def _rows(frame: pd.DataFrame, article: str, name: str) -> list[tuple[str, int, int]]:
    part = frame[frame["article_id"] == article]
    return list(zip(part[name].astype(str), part["start"], part["end"], strict=True))


def declare_quotes(verbs: Any) -> None:
    """The options of `quotes`."""
    made = verb(
        verbs,
        "quotes",
        _quotes,
        "who said what, with the column names of ATAP and GenderGapTracker (all of them with --json)",
        "quotes --study study",
    )
    add_study(made)


def _quotes(arguments: Arguments) -> int:
    from analysis import attribution, read_study

    study = read_study(arguments.study)
    table = attribution.as_quotation_table(study.articles, study.attributions, study.spans)
    print_table(table if arguments.json else table[_QUOTES_IN_SIGHT], as_json=arguments.json)
    return 0
