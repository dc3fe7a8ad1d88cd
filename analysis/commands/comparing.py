"""One measure between outlets, through the gate, pooled or event by event."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pandas as pd

from analysis import schema
from analysis.commands.printing import print_table
from analysis.commands.verbs import Arguments, add_study, verb
from analysis.errors import InputError
from analysis.safety import terminal_text


def declare_compare(verbs: Any) -> None:
    """The options of `compare`."""
    made = verb(
        verbs, "compare", _compare,
        "one measure between outlets, within events (or --unblocked, where they share none), through the gate",
        "compare loaded_terms --voice own --study study",
        "compare attributed_share --unblocked",
        "compare loaded_terms --voice own --events",
    )  # fmt: skip
    made.add_argument("measure", nargs="+", help="loaded_terms, tone:vader, attributed_share, source_share:official …")
    add_study(made)
    made.add_argument("--voice", help="narrator, reported, quoted, scare, own, attributed, all, headline")
    made.add_argument(
        "--unblocked",
        action="store_true",
        help="compare whole articles of outlets that do not report the same events (wider intervals)",
    )
    made.add_argument(
        "--events", action="store_true", help="raw counts of both sides in each event, under the contrast"
    )
    made.add_argument("--corrections", type=Path, help="readers' corrections to lay over the study (CSV or XLSX)")
    made.add_argument("--reranker", type=Path, help="folder of a trained re-ranker: its words as the loaded terms")


def _compare(arguments: Arguments) -> int:
    from analysis import compare, read_study
    from analysis.compare import event_contrasts

    study = read_study(arguments.study)
    if arguments.corrections:
        study = _corrected(study, arguments.corrections)
    if arguments.reranker:
        study = _reranked(study, arguments.reranker)
    if arguments.events and arguments.unblocked:
        raise InputError("--events opens what is compared within events; leave --unblocked out")
    within = None if arguments.unblocked else "event"
    table = compare(study, arguments.measure, within=within, voice=arguments.voice)
    if within and not table["n_events"].any():
        raise InputError(
            "no two outlets share an event. Compare whole articles with --unblocked, or say in MANIFEST.csv which "
            "articles report on the same event (docs/reading.md)."
        )
    events = event_contrasts(study, arguments.measure, voice=arguments.voice) if arguments.events else None
    if arguments.json:
        print_table(table if events is None else pd.concat([table, events]), as_json=True)
        return 0
    for (measure, voice), rows in table.groupby(["measure", "voice"], sort=False):
        print_table(
            _contrast_rows(rows), as_json=False, title=f"{measure}, {voice or 'every word'} ({rows['unit'].iloc[0]})"
        )
        for reason in rows["reason"].unique():
            print(f"  {terminal_text(reason)}")
        if events is not None:
            is_here = (events["measure"] == measure) & (events["voice"] == voice)
            print_table(_event_rows(events[is_here]), as_json=False, title="event by event, counted")
    if within and (table["verdict"] == "refuse").any():
        print("Where outlets share too few events, --unblocked compares whole articles.")
    return 0


def _event_rows(rows: pd.DataFrame) -> pd.DataFrame:
    """Raw counts of both sides in each event."""
    counts = [
        f"{hits_a:.0f} of {base_a:,.0f} − {hits_b:.0f} of {base_b:,.0f}"
        for hits_a, base_a, hits_b, base_b in zip(
            *(rows[name] for name in ("n_hits_a", "base_a", "n_hits_b", "base_b")), strict=True
        )
    ]
    outlets = rows["outlet_a"] + " − " + rows["outlet_b"]
    return pd.DataFrame({"event": rows["event"], "outlets": outlets, "counted": counts, "difference": rows["estimate"]})


def _contrast_rows(rows: pd.DataFrame) -> pd.DataFrame:
    """Contrasts in the width of a terminal."""
    limits = zip(rows["low"], rows["high"], strict=True)
    return pd.DataFrame(
        {
            "outlets": rows["outlet_a"] + " − " + rows["outlet_b"],
            "values": [f"{a:.2f} − {b:.2f}" for a, b in zip(rows["value_a"], rows["value_b"], strict=True)],
            "difference": rows["estimate"],
            "95 % interval": ["–" if low != low else f"{low:.2f} to {high:.2f}" for low, high in limits],
            "p, all rows": rows["p_adjusted"],
            "gate": rows["verdict"],
        }
    )


def _reranked(study: schema.Study, folder: Path) -> schema.Study:
    """The study with the words of a trained re-ranker as its loaded terms; its hash is named on standard error."""
    from analysis.loaded_terms.reranker import load_reranker
    from analysis.reranking import rerank

    reranker = load_reranker(folder)
    print(f"loaded terms by the re-ranker {reranker.sha256[:16]}", file=sys.stderr)
    return rerank(study, reranker)


def _corrected(study: schema.Study, file: Path) -> schema.Study:
    """The study under the corrections of a file; those that no longer hold are named on standard error."""
    from analysis.correction import apply_corrections
    from analysis.store import read_corrections

    corrections = read_corrections(file)
    view, left = apply_corrections(study, corrections)
    print(f"{len(corrections) - len(left)} of {len(corrections)} corrections applied", file=sys.stderr)
    for article, start, end, reason in zip(
        *(left[name] for name in ("article_id", "start", "end", "reason")), strict=True
    ):
        print(f"  not applied: {terminal_text(article)} {start}-{end}: {terminal_text(reason)}", file=sys.stderr)
    return view
