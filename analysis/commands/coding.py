"""Sheets for people to code, and what they say when they come back."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from analysis.commands.printing import print_parts, say
from analysis.commands.verbs import Arguments, add_study, verb


def declare_sample(verbs: Any) -> None:
    """The options of `sample`."""
    from analysis.config import Settings

    made = verb(
        verbs, "sample", _sample,
        "draw units at random into a sheet for people to code, blind to outlet and instrument",
        "sample study --n 40 --out sheet.xlsx",
        "sample study --n 100 --what source --out sources.csv",
    )  # fmt: skip
    made.add_argument("study", type=Path, help="the study folder")
    made.add_argument("--n", type=int, default=40, help="units in all, equally many from each outlet (default: 40)")
    made.add_argument(
        "--what", choices=("article", "source", "voice", "term"), default="article",
        help="count in whole articles, or code sources of claims, voices of terms, terms (default: article)",
    )  # fmt: skip
    made.add_argument("--measure", default="loaded_terms", help="what is counted in articles (default: loaded_terms)")
    made.add_argument("--voice", default="own", help="the voice it is counted in (default: own)")
    made.add_argument("--stratum", action="append", default=[], help="a column of the articles (default: outlet)")
    made.add_argument("--seed", type=int, default=Settings().seed, help="seed of the draw")
    made.add_argument("--out", type=Path, default=Path("sheet.xlsx"), help="the sheet to write (.xlsx or .csv)")


def _sample(arguments: Arguments) -> int:
    from analysis import correction, read_study, store, study_files

    study = read_study(arguments.study)
    what, measure, voice = arguments.what, arguments.measure, arguments.voice
    strata = arguments.stratum or ["outlet"]
    sheet = correction.draw_sample(
        study, arguments.n, what=what, strata=strata, measure=measure, voice=voice, seed=arguments.seed
    )
    meanings = correction.codebook(what, measure=measure, voice=voice)
    made_by = {
        **study_files.run_facts(study),
        "call": f"sample --n {arguments.n} --what {what} --measure {measure} --voice {voice} --seed {arguments.seed} "
        + " ".join(f"--stratum {column}" for column in strata),
        "n": len(sheet),
    }
    store.write_coding_sheet(sheet, meanings, arguments.out, made_by=made_by)
    line = f"{len(sheet)} units to code: {arguments.out}. Give each coder a copy; take them back with `agree`."
    few = correction.too_few(study, arguments.n, sheet, what=what, strata=strata, measure=measure, voice=voice)
    facts = {"written": arguments.out.name, "n_units": len(sheet), "what": what, "n_asked": arguments.n, "reason": few}
    say(" ".join(filter(None, [line, few])), facts, as_json=arguments.json)
    return 0


def declare_agree(verbs: Any) -> None:
    """The options of `agree`."""
    made = verb(
        verbs, "agree", _agree,
        "take coded sheets back: agreement of coders and instrument, disagreements, corrected gaps",
        "agree sheet-ann.xlsx sheet-ben.xlsx --study study",
    )  # fmt: skip
    made.add_argument("sheets", type=Path, nargs="+", help="the coders' sheets (XLSX or CSV)")
    add_study(made)
    made.add_argument("--corrections", type=Path, help="write what coders hold against the instrument to this CSV")
    made.add_argument("--dated", default="", metavar="YYYY-MM-DD", help="date of corrections whose sheet has none")


def _agree(arguments: Arguments) -> int:
    from analysis import correction, read_study, store

    study = read_study(arguments.study)
    codings = store.read_codings(arguments.sheets, study)
    parts = {
        "refused rows": codings.issues[["path", "article_id", "message"]],
        "agreement": correction.coder_agreement(codings),
        "disagreements": correction.disagreements(codings),
    }
    if codings.what == "article":
        parts["corrected gaps"] = correction.corrected_gaps(study, codings)
    if arguments.corrections:
        found = correction.corrections_from(codings, study, dated=arguments.dated)
        store.write_corrections(found, arguments.corrections)
        print(f"{len(found)} corrections: {arguments.corrections}", file=sys.stderr)
    print_parts(parts, as_json=arguments.json)
    return 0
