"""A page that may load nothing and run nothing but one script of ours: the frame of every page that is written.

Floor: HTML that has been made safe and a style sheet come in, one document goes out.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping

from analysis import recipe, safety


def page(
    title: str,
    content: str,
    style: str,
    *,
    script: str = "",
    frame_style: str = "",
    made_by: Mapping[str, object] | None = None,
) -> str:
    """A self-contained document that may load nothing and run nothing but `script`.

    Parameters
    ----------
    title, content : HTML, made safe.
    style : the style sheet; script : the only script that may run, allowed like the sheet by its hash.
    frame_style : the style sheet of pages in frames; a frame is held by the policy of the page that it stands in.
    made_by : the recipe, kept in the page.
    """
    run = f"; script-src '{_sha(script)}'" if script else ""
    styles = " ".join(f"'{_sha(sheet)}'" for sheet in (style, frame_style) if sheet)
    policy = f"default-src 'none'; style-src {styles}; img-src data:{run}; base-uri 'none'; form-action 'none'"
    kept = f'<meta name="recipe" content="{safety.html_text(recipe.as_json(made_by))}">\n' if made_by else ""
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f'<meta name="referrer" content="no-referrer">\n{kept}<title>{title}</title>\n<style>{style}</style>\n</head>\n'
        f"<body>\n{content}\n" + (f"<script>{script}</script>\n" if script else "") + "</body>\n</html>\n"
    )


def _sha(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode("ascii")
