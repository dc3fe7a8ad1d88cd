"""A small study for the tests of what is shown: an article in brackets becomes the tables of `schema`.

`[s1 …]` is the source of attribution 1, `[c1 …]` its cue, `[i1 …]` its content outside and `[q1 …]` inside quotation
marks, `[x …]` a scare quote; `*…*` is a loaded term. Headline first, then an empty line, then the body.
"""

from __future__ import annotations

import re
from typing import Any

import pandas as pd

from analysis import schema, words
from analysis.schema import Study

_PART = re.compile(r"\[([scqix])(\d*) |(\])|(\*)")
VOICE = {"i": "reported", "q": "quoted", "x": "scare"}
ROLE = {"s": "source", "c": "cue", "i": "content", "q": "content"}
MARKED = """Forces strike *terrorist* camp

The *regime* moved troops north on Monday. [s1 The ministry] [c1 said] [i1 the raid on the *militants* had ended].

[q2 "They came at night and *slaughtered* our goats,"] [s2 Mara Odim] [c2 told] reporters. She called it a [x "holiday"].

According to [s3 a spokesman], [i3 the governor claimed that [i4 nobody was hurt]]."""


def unmark(marked: str) -> tuple[str, list[tuple[str, int | None, int, int]]]:
    """The text, and (kind, number, start, end) of every bracket and star."""
    text, open_, found, position = "", [], [], 0
    for match in _PART.finditer(marked):
        text += marked[position : match.start()]
        position = match.end()
        if match[1]:
            open_.append((match[1], int(match[2]) if match[2] else None, len(text)))
        elif match[3]:
            kind, number, start = open_.pop()
            found.append((kind, number, start, len(text)))
        elif open_ and open_[-1][0] == "*":
            found.append(("*", None, open_.pop()[2], len(text)))
        else:
            open_.append(("*", None, len(text)))
    return text + marked[position:], sorted(found, key=lambda part: (part[2], -part[3]))


def study(marked: str = MARKED, *, article_id: str = "a1", **given: Any) -> Study:
    """The study of one article; `given` overrides the article's columns (`outlet=…`, `url=…`)."""
    text, parts = unmark(marked)
    head = text.index("\n\n") if "\n\n" in text else 0
    body = head + 2 if head else 0
    row = dict.fromkeys(schema.TABLES["articles"].names, "")
    row |= {"article_id": article_id, "outlet": "The Harbour Ledger", "event": "raid", "headline": text[:head],
            "published": "2016-08-16", "language": "en", "n_chars": len(text), "text": text, "licence": "CC BY 4.0",
            "path": "a1.txt"} | given  # fmt: skip
    articles = schema.table("articles", pd.DataFrame([row]))
    zones = [(article_id, 0, "headline", 0, head)] * bool(head) + [
        (article_id, int(bool(head)), "body", head, len(text))
    ]
    voice_of: list[tuple[str, int | None]] = [("narrator", None)] * len(text)
    for kind, number, start, end in parts:
        if kind in VOICE:
            voice_of[start:end] = [(VOICE[kind], number)] * (end - start)
    voices, first = [], body
    for at in range(body + 1, len(text) + 1):
        if at == len(text) or voice_of[at] != voice_of[first]:
            voice, number = voice_of[first]
            n_words = len(words.WORD.findall(text[first:at]))
            voices.append((article_id, len(voices), voice, number, first, at, n_words))
            first = at
    by_number: dict[int, list[tuple[str, int, int]]] = {}
    outer: dict[int, int] = {}
    around: list[tuple[int, int]] = []  # contents that are open at this place of the text, as (number, end)
    for kind, number, start, end in parts:
        around = [held for held in around if held[1] > start]
        if number is not None:
            by_number.setdefault(number, []).append((kind, start, end))
            if kind in "iq":
                if around:
                    outer[number] = around[-1][0]
                around.append((number, end))
    spans, attributions = [], []
    for number, mine in sorted(by_number.items()):
        source = next((text[start:end] for kind, start, end in mine if kind == "s"), "")
        cue = next((text[start:end] for kind, start, end in mine if kind == "c"), "")
        kind = "direct" if any(k == "q" for k, *_ in mine) else "indirect"
        attributions.append((article_id, number, kind, cue, "neutral", source, source, "official", source.istitle(), False,
                             outer.get(number), "made"))  # fmt: skip
        for role in ("source", "cue", "content"):
            held = [(start, end) for k, start, end in mine if ROLE[k] == role]
            spans += [(article_id, number, role, f, start, end, text[start:end]) for f, (start, end) in enumerate(held)]
    hits = []
    for kind, _, start, end in parts:
        if kind == "*":
            voice, number = ("headline", None) if start < head else voice_of[start]
            surface = text[start:end]
            hits.append((article_id, len(hits), surface.lower(), "labels", "loaded", start, end, surface, 0, voice,
                         number, False, False))  # fmt: skip
    sentences = [(article_id, 0, 0, "headline", 0, head, 4)] * bool(head)
    return Study(
        articles=articles, zones=schema.table("zones", zones), sentences=schema.table("sentences", sentences),
        attributions=schema.table("attributions", attributions), spans=schema.table("spans", spans),
        voices=schema.table("voices", voices), hits=schema.table("hits", hits), scores=schema.table("scores"),
        names=schema.table("names"), issues=schema.table("issues"), runs=schema.table("runs"),
    )  # fmt: skip


def joined(*studies: Study) -> Study:
    """Several studies of one article as one."""
    return Study(**{
        name: schema.table(name, pd.concat([s.tables()[name] for s in studies], ignore_index=True))
        for name in studies[0].tables()
    })  # fmt: skip
