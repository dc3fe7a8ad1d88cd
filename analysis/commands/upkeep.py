"""What keeps the instruments honest: hand-coded corpora, validation, training, the data dictionary."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from analysis import schema
from analysis.commands.printing import print_table, say
from analysis.commands.verbs import Arguments, pairs, verb
from analysis.errors import InputError
from analysis.safety import terminal_text


def declare_fetch(verbs: Any) -> None:
    """The options of `fetch`."""
    made = verb(verbs, "fetch", _fetch, "bring a public hand-coded corpus to this machine, checked", "fetch basil")
    made.add_argument("corpus", help="basil, polnear, babe, newsmtsc or vader")
    made.add_argument("--yes", action="store_true", help="the licence and the citation have been read")


def _fetch(arguments: Arguments) -> int:
    from analysis import gold
    from analysis.progress import Steps

    with Steps() as steps:
        steps.begin(arguments.corpus)
        place = gold.fetch(arguments.corpus, agree=lambda corpus: arguments.yes or _ask(corpus), progress=steps)
    facts = {"corpus": arguments.corpus, "folder": str(place)}
    say(f"{arguments.corpus}: {place}", facts, as_json=arguments.json)
    return 0


def _ask(corpus: Any) -> bool:
    print(f"{corpus.name}: {corpus.licence}\nCite: {corpus.citation}", file=sys.stderr)
    if not sys.stdin.isatty():
        raise InputError(f"{corpus.name}: say that you agree with --yes")
    return input("Fetch it? [y/N] ").strip().lower() in ("y", "yes")


def declare_validate(verbs: Any) -> None:
    """The options of `validate`."""
    made = verb(
        verbs, "validate", _validate,
        "every instrument against hand-coded news, into docs/validation.md and every later report",
        "validate --gold ../shared/gold",
    )  # fmt: skip
    made.add_argument(
        "--gold", type=Path, help="the folder of hand-coded corpora (default: ANALYSIS_GOLD, else ../shared/gold)"
    )
    made.add_argument(
        "--split", choices=("dev", "test"), default="dev", help="which part of PolNeAR and NewsMTSC (default: dev)"
    )
    made.add_argument("--part", action="append", default=[], help="only this part (may be repeated)")
    made.add_argument(
        "--peer",
        action="append",
        default=[],
        metavar="NAME=FILE",
        help="what another program found on PolNeAR, compared article by article (CSV; docs/attribution.md)",
    )
    made.add_argument(
        "--simulations",
        action="store_true",
        help="prove the intervals by simulation too, into docs/simulations.md (minutes)",
    )
    made.add_argument("--dry", action="store_true", help="print the figures and write nothing")


def _progress(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


def _validate(arguments: Arguments) -> int:
    from analysis import validation
    from analysis.config import gold_folder

    unknown = [part for part in arguments.part if part not in validation.PARTS]
    if unknown:
        raise InputError(f"--part {unknown[0]!r} is not known; there are: {', '.join(validation.PARTS)}")
    peers = tuple((name, Path(file)) for name, file in pairs("--peer", "NAME=FILE", arguments.peer).items())
    context = validation.Context(arguments.gold or gold_folder(), arguments.split, peers)
    figures, skipped = validation.validate(context, parts=arguments.part, say=_progress)
    print_table(figures, as_json=arguments.json, decimals=3)
    for part, reason in skipped.items():
        print(f"skipped: {part}: {terminal_text(reason)}", file=sys.stderr)
    if not arguments.dry and not arguments.part and arguments.split == "dev":
        validation.write(context, figures, skipped)
    if arguments.simulations:
        validation.write_simulations()
    return 0


def declare_train(verbs: Any) -> None:
    """The options of `train`."""
    made = verb(
        verbs, "train", _train,
        "learn an instrument anew from a corpus on this machine",
        "train attribution --polnear ../shared/gold/polnear --out model.npz",
    )  # fmt: skip
    made.add_argument("what", choices=("attribution", "loaded_terms", "news_tone", "toward"), help="which instrument")
    made.add_argument("--polnear", type=Path, help="folder of PolNeAR (attribution)")
    made.add_argument("--babe", type=Path, help="folder of BABE (loaded_terms)")
    made.add_argument("--vader", type=Path, help="folder of the New York Times ratings (news_tone)")
    made.add_argument("--newsmtsc", type=Path, help="folder of NewsMTSC (toward)")
    made.add_argument("--soft", type=Path, help="a larger model's guesses (attribution, toward; docs/models)")
    made.add_argument("--out", type=Path, required=True, help="the file to write")
    made.add_argument("--seed", type=int, default=0, help="seed (default: 0)")


def _train(arguments: Arguments) -> int:
    from analysis.attribution.train import train_attribution
    from analysis.sentiment.toward_training import train_toward
    from analysis.sentiment.training import train_news_tone

    trainers: dict[str, tuple[str, Callable[[Path, Path], Any]]] = {
        "attribution": (
            "polnear",
            lambda folder, out: train_attribution(folder, out, seed=arguments.seed, soft=arguments.soft),
        ),
        "loaded_terms": ("babe", _train_terms),
        "news_tone": ("vader", train_news_tone),
        "toward": ("newsmtsc", lambda folder, out: train_toward(folder, out, soft=arguments.soft)),
    }
    corpus, train = trainers[arguments.what]
    folder = getattr(arguments, corpus)
    if folder is None:
        raise InputError(
            f"train {arguments.what}: say where the corpus is with --{corpus} FOLDER (python -m analysis fetch {corpus})"
        )
    train(folder, arguments.out)
    say(f"{arguments.what}: {arguments.out}", {"written": str(arguments.out)}, as_json=arguments.json)
    return 0


def _train_terms(folder: Path, out: Path) -> None:
    from analysis.loaded_terms.training import train_reranker

    figures = train_reranker(folder, out)._asdict()
    said = ", ".join(f"{name} {figure.value:.3f}" for name, figure in figures.items())
    print(f"marked words of outlets that were left out: {said}", file=sys.stderr)


def declare_dictionary(verbs: Any) -> None:
    """The options of `dictionary`."""
    verb(
        verbs,
        "dictionary",
        _dictionary,
        "the data dictionary: every table and column",
        "dictionary > docs/data_dictionary.md",
    )


def _dictionary(arguments: Arguments) -> int:
    if arguments.json:
        print(
            json.dumps(
                {name: [vars(column) for column in spec.columns] for name, spec in schema.TABLES.items()}, indent=1
            )
        )
    else:
        print(schema.data_dictionary(), end="")
    return 0
