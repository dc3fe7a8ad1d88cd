"""The lines that are no article: what bylines, credits, dates, share buttons and licence paragraphs look like.

Floor: regular expressions only. Each is matched against one line. They were written while looking at the
seed story, BASIL and PolNeAR (all parts at hand), so what they find there is not an estimate for other outlets.
"""

from __future__ import annotations

import re

_MONTH = r"(?:Jan|Feb|Mar|Apr|May|June?|July?|Aug|Sept?|Oct|Nov|Dec)[a-z]{0,7}\.?"
_DAY = r"(?:(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day|(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)\.?)"
_DATE = rf"(?:{_MONTH}\s\d{{1,2}}(?:st|nd|rd|th)?(?:,?\s\d{{4}})?|\d{{1,2}}\s{_MONTH}(?:,?\s\d{{4}})?|\d{{4}}-\d\d-\d\d|\d{{1,2}}[/.]\d{{1,2}}[/.]\d{{2,4}})"
_AGENCY = r"\((?:AP|Reuters|REUTERS|UPI|AFP|CNN|CNN Business|Bloomberg|BBC|PTI|ANI|Xinhua|TASS|[A-Z][\w.'’ -]{1,30})\)"

# What a line is when it stands among the first lines of a text.
SECTION = re.compile(
    r"(?:(?:home|news|world|u\.?s\.?|uk|us news|world news|politics|business|opinion|opinions|national|nation|local|"
    r"international|middle east|europe|asia|africa|americas|economy|markets|technology|tech|science|health|sports?|"
    r"culture|arts|entertainment|lifestyle|travel|education|environment|climate|defen[cs]e|security|analysis|"
    r"editorials?|letters|commentary|breaking news|exclusive|top stories|latest news|"
    r"(?:section|category|filed under)\s?:[^\n]{1,40})\s*(?:[/>|»›·•]\s*)?){1,4}",
    re.I,
)
BYLINE = re.compile(
    r"(?:(?:[Bb]y|BY|[Ww]ritten by|[Aa]uthor:|[Ww]ords by|[Ss]tory by|[Rr]eported by)\s+[A-Z][^\n]{1,110}"
    r"|[A-Z][\w.'’-]*(?:\s[A-Z][\w.'’-]*){0,3}(?:,?\s|\s*[|/·•–—-]\s*)(?:(?:[A-Z][\w.'’&-]*|and|of|at|for|the|in)[,\s]+){0,6}?"
    r"(?:Correspondent|Reporter|Editor|Writer|Columnist|Contributor|Staff|Producer|Bureau Chief|Analyst|Journalist)s?"
    r"(?:[,\s][^\n]{0,40})?)",
)
# Only under a headline that was found: a name alone, a place alone. Elsewhere such lines are subheads.
NAME = re.compile(r"[A-Z][\w'’-]*(?:\s(?:[A-Z][\w'’-]*|[A-Z]\.|de|van|von|bin|al|del|da)){1,4}")
PLACE = re.compile(
    r"[A-Z]{2}[A-Z.'’-]*(?:\s[A-Z][A-Z.'’-]*){0,2}(?:,\s?[A-Z][\w.'’-]{1,20}(?:\s[A-Z][\w.'’-]{1,20}){0,2}){1,2}"
)
CREDIT = re.compile(
    r"(?:(?:photo(?:graph)?s?|image|picture|illustration|graphic|video|credit)(?:\s(?:by|credit|courtesy))?\s?[:/][^\n]{0,200}"
    r"|\(?(?:photo(?:graph)?|image|picture|file photo|photo illustration)\s(?:by|courtesy|credit|provided by)\s[^\n]{0,200}"
    r"|(?:reuters|afp|ap|epa|getty images|ap photo|associated press|shutterstock|istock|screenshot|handout|pool)\s?/[^\n]{0,200}"
    r"|file\s(?:photo|picture|image)\b[^\n]{0,200}|credit\.{3}[^\n]{0,100})",
    re.I,
)
# A credit behind what it credits takes long to look for: first it is asked whether one of the words stands in the small
# line (none has an `i` or `s`, of which capitals are not the only other form).
CREDIT_BEHIND = re.compile(
    r"[^\n.]{1,80}\blogo|[^\n]{0,200}(?:/\s?(?:getty images|reuters|afp|ap photo|epa|shutterstock|handout)"
    r"|\(ap photo[^\n)]{0,60}\)|\(?getty images\)?|via getty images|via ap|\(file photo\))\)?\.?",
    re.I,
)
CREDIT_WORDS = ("/", "logo", "(ap photo", "getty", "a ap", "photo)")
WHEN = re.compile(
    rf"(?:(?:published|updated|posted|last updated|last modified|first published|created|date)\b[^\n]{{0,80}}"
    rf"|(?:{_DAY},?\s)?{_DATE}(?:[,\s|–—·•-]+[^\n]{{0,40}})?"
    r"|\d{1,2}(?::\d\d)?\s?[ap]\.?m\.?(?:\s[A-Z]{2,4})?|\d{1,2}\s(?:minutes?|hours?|days?)\sago)",
    re.I,
)
DATELINE = re.compile(
    rf"(?:(?P<city>[A-Z][A-Z.'’ /-]{{2,40}}+)(?P<more>(?:,\s?(?:[A-Z][\w.'’-]{{1,20}}(?:\s[A-Z][\w.'’-]{{1,20}}){{0,2}}|{_DATE})){{0,3}})"
    rf"(?P<agency>\s?{_AGENCY})?\s?(?:—|–|--|-|―)\s*(?=\S)|{_AGENCY}\s?(?:—|–|--|-|―)\s*(?=\S))"
)
ACRONYMS = frozenset("NATO GOP FBI CIA ISIS ISIL NSA NASA EPA IRS UN EU US USA UK DNC RNC NRA DEA DOJ CNN BBC".split())

# Furniture wherever it stands: the whole line is matched from its start.
_BUTTONS = (
    r"(?=[^\n]*[a-z]{3})(?:(?:share|tweet|retweet|like|pin|e-?mail|print|save|comments?|facebook|twitter|whatsapp|linkedin|pinterest|"
    r"reddit|flipboard|telegram|copy link|bookmark|listen|font size|text size|a[-+]|reprints?|permissions|"
    r"subscribe|follow us|sign up|log in|sign in|advertisement|sponsored|toggle caption|enlarge|close|menu|"
    r"(?:share|tweet|e-?mail|print|save)\sthis(?:\s(?:article|story|page|post))?|(?:share\s)?on|via|this|\d{1,6}|shares?)"
    r"[\s:|/·•,&+-]*){1,14}"
)
FURNITURE = re.compile(
    rf"(?:{_BUTTONS}"
    r"|(?:follow|like|find|connect with|join)\s[^\n,;]{1,70}\son\s(?:twitter|facebook|instagram|x|youtube|linkedin|telegram|google\+|threads|whatsapp)\b[^\n]{0,80}"
    r"|(?:read|see|watch|view|listen|find out|learn)\s(?:more|also|next|the full (?:story|article)|the rest|the original)\b\s?(?:[:>»|]|here|at|on|about|from|of)[^\n]{0,200}"
    r"|(?:read|see)\sthe\srest\shere\.?|read more[.…]*|(?:also read|related|see also|recommended|more from|read next|"
    r"don[’']t miss|most (?:read|popular|viewed)|trending|up next|you may also like|more (?:on|coverage|stories))\s?[:>»|][^\n]{0,200}"
    r"|(?:RELATED|WATCH|MORE|READ|SEE ALSO|ALSO READ|READ MORE|LISTEN|VIDEO)\b\s?:[^\n]{0,200}"
    r"|(?:story|article)\scontinues\s(?:below|after)[^\n]{0,60}|continue reading[^\n]{0,80}|advertisement[^\n]{0,60}"
    r"|(?:sign up|subscribe|register)\s(?:for|to|here|now|today|at)\b[^\n]{0,300}|get\s(?:the|our|more)\s[^\n]{0,80}(?:newsletter|inbox|delivered|app)\b[^\n]{0,200}"
    r"|(?:click|tap)\shere\b[^\n]{0,200}|download\s(?:the|our)\s[^\n]{0,60}\bapp\b[^\n]{0,100}"
    r"|send\s(?:us\s)?(?:your\s)?(?:news\s)?tips?\b[^\n]{0,160}|(?:got|have)\sa\s(?:news\s)?tip\b[^\n]{0,200}|tips?\s?:[^\n]{0,160}"
    r"|(?:©|\(c\)|copyright\s(?:©|\(c\)|\d{4}|by\b))[^\n]{0,300}|all rights reserved\b[^\n]{0,200}"
    r"|this material may not be published[^\n]{0,200}"
    r"|(?:tags?|topics?|filed under|keywords|categories)\s?:[^\n]{0,200}"
    r"|(?:contact|e-?mail|write to|reach)\s[^\n]{1,100}(?:\bat|:)\s\S{1,60}@\S{1,60}"
    r"|(?:#{2,}|-\s?30\s?-|\*(?:\s?\*){2,}|_{3,}|-{3,}|={3,}|end(?:s|it)?))",
    re.I,
)
# Furniture only at the end of a text, where a sentence like it in the body would be news.
CLOSING = re.compile(
    r"\W{0,3}(?:additional )?(?:reporting|editing|writing|compiled) (?:by|from)\b|"
    r"[^\n]{0,400}(?:all rights reserved|may not be (?:published|reproduced|republished|redistributed)|"
    r"(?:available|free) without charge|republish(?:ed)?\b[^\n]{0,80}(?:licen[cs]e|byline|logo|free|credit)|"
    r"creative commons|licensing@|©|for licensing|terms of (?:use|service)|privacy policy|"
    r"contributed (?:to this|reporting|to the|additional)|(?:contributed|assisted)\.?$|"
    r"newsletter|in your inbox|subscribe (?:to|now)|sign up (?:for|to)|support our journalism|"
    r"(?:tips?|story ideas?|corrections?|questions)\b[^\n]{0,120}\S@\S|follow (?:him|her|them|us|the author)\b|"
    r"(?:this|the) (?:article|story|post|piece|report) (?:has been|was|is|originally|first|appeared)\b[^\n]{0,30}"
    r"(?:updated|corrected|originally|first|published|appeared|produced|part of|republished|syndicated|edited)|"
    r"is an? [^\n]{0,60}\b(?:reporter|correspondent|columnist|staff writer|contributor|editor|fellow|freelance\w*)\b"
    r"[^\n]{0,20}\b(?:for|at|with|of|based|who|covering)\b)",
    re.I,
)
NOTE = re.compile(r"\W{0,3}(?:editor[’']?s[’']? note|correction|clarification|note to readers|disclaimer)\s?:", re.I)
# An agency's credits at the end of the last paragraph: `… the region. (Reporting by A; Editing by B)`.
CREDITS = re.compile(r"\s\((?:additional )?(?:reporting|writing|editing|compiled) by [^()]{1,400}\)\W{0,3}\Z", re.I)
