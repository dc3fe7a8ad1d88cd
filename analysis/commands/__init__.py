"""The verbs of the command line, each with its options, its help and what it prints.

Floor: words of a command come in; tables, files and an exit code go out. `analysis.__main__` catches what goes wrong.
"""

from __future__ import annotations

import argparse

from analysis import recipe
from analysis.commands.coding import declare_agree, declare_sample
from analysis.commands.comparing import declare_compare
from analysis.commands.exporting import declare_attach, declare_package, declare_report, declare_verify
from analysis.commands.measuring import declare_actors, declare_run
from analysis.commands.texts import declare_explain, declare_quotes, declare_show
from analysis.commands.upkeep import declare_dictionary, declare_fetch, declare_train, declare_validate

#: In the order in which the help lists them.
VERBS = (
    declare_run,
    declare_explain,
    declare_show,
    declare_quotes,
    declare_compare,
    declare_actors,
    declare_sample,
    declare_agree,
    declare_report,
    declare_verify,
    declare_package,
    declare_attach,
    declare_fetch,
    declare_validate,
    declare_train,
    declare_dictionary,
)
_EPILOG = """each verb has its own help with an example: python -m analysis run --help

exit codes: 0 done; 1 the input or the study was refused; 2 the words of the command are off;
3 verify found a difference; 130 interrupted (the same command goes on where it stopped)"""


def parser() -> argparse.ArgumentParser:
    """The verbs with their options, each with an example in its help."""
    top = argparse.ArgumentParser(
        prog="python -m analysis",
        description="Whose Words: how do outlets frame the same event?",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    top.add_argument("--version", action="version", version=f"whose-words {recipe.version()}")
    verbs = top.add_subparsers(title="verbs", metavar="VERB", required=True)
    for declare in VERBS:
        declare(verbs)
    return top
