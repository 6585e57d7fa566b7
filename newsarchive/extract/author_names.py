"""Who wrote it, as names: bylines without "By", roles, dates, addresses and the outlet's own name.

Pure text in, names out. Tested in tests/extract/test_author_names.py.
"""

from __future__ import annotations

import re

from newsarchive.text import normalized
from newsarchive.web.html_tree import tokens

_BY = re.compile(
    r"^(?:(?:written|reported|posted|published|reviewed|edited|story|words|text|interview|photos?|report|analysis|opinion|"
    r"article|contributed|created|submitted|news|commentary|column|guest post)\s+)?(?:by|von|par|por|di|av|af|door|autor(?:in|es|a)?|"
    r"auteure?s?|author|authors|author\(s\)|author's name|yazan|oleh|przez|text|texte|texto|testo|interview|redaktion|reporter|journalist|от|автор|του|της|"
    r"بقلم|كتب|كتبت|הכותב|מאת|記者|记者|作者|責任編輯|责任编辑|编辑|文|撰文|글|기자명|기자|による|取材|ผู้เขียน|बाय|द्वारा)\s*+(?:[:：\-–|/]\s++|(?<=\s))(?=\S)|"
    r"^(?:by|von|autor|author|text|foto|作者|记者|記者|责任编辑|責任編輯|文|撰文|编辑|автор)\s*[:：/]\s*",
    re.I,
)
_VIEW = re.compile(
    r"^(?:view all (?:posts|articles|stories) by|view profile|more (?:by|from)|articles? by|posts? by|follow|see all (?:posts|articles) by|by)\s+",
    re.I,
)
_SPLIT = re.compile(
    r"(?<!\s)\s*(?:;|\||•|·|、|،|\n|\s/\s|/(?=[A-Z])|\s&\s|\s\+\s|,?\s(?:and|und|et|y|e|og|och|en|ja|i|oraz|ve|dan|и|و)\s|"
    r",\s?(?!(?:jr|sr|ph\.?d|m\.?d|md|phd|esq|mba|ii|iii|iv|rn|rd|dds|do|cpa|jd|msc|ma|ba|bsc)\b))\s*",
    re.I,
)
# Who else had a hand in a story: what follows isn't an author.
OTHER_HANDS = re.compile(
    r"\b(?:medically |scientifically |legally |fact[- ]?|peer[- ]|last |expert )?(?:review|check|edit|updat|photograph|translat|verif|"
    r"illustrat)\w*(?: and \w+)?(?: by\b|\s?:)",
    re.I,
)
_TITLES = re.compile(
    r"(?:,|(?<!\s))\s++(?:ph\.?\s?d\.?|m\.?d\.?|esq\.?|mba|rn|rdn?|dds|cpa|j\.?d\.?|m\.?sc\.?|b\.?sc\.?|cfa|cfp®?|mph|pharm\.?d\.?|lcsw)(?=[,\s]|$)",
    re.I,
)
_ROLE = re.compile(
    r"\b(?:editor|reporter|correspondent|writer|staff writer|columnist|contributor|producer|journalist|author|"
    r"photographer|analyst|director|manager|chief|ceo|cto|cfo|founder|president|professor|fellow|intern|specialist|expert|"
    r"senior|associate|contributing|deputy|managing|executive|freelance|head of|redakteur(?:in)?|korrespondent(?:in)?|autor(?:in)?|reporterin|"
    r"volont[äa]r(?:in)?|chefredakteur(?:in)?|journaliste?|r[ée]dact(?:eur|rice)|redactor(?:a)?|periodista|corresponsal|"
    r"giornalista|redazione|redaktør|journalistin|expert(?:e|in)|kolumnist(?:in)?)\b",
    re.I,
)
_ENDS_IN_ROLE = re.compile(rf"\s{_ROLE.pattern}$", re.I)
# Behind a person's name: whom they wrote for, an agency, degrees that _TITLES doesn't know.
_WROTE_FOR = re.compile(
    r"^(\S++\s++\S.*?)(?<!\s)\s++(?:for\s++(?:the\s++)?\S.*|(?:the\s++)?(?:associated press|reuters|bloomberg news|afp|dpa))$",
    re.I | re.S,
)
_DEGREES = re.compile(r"^(\S++\s++(?=\S*[^\W\d_A-Z])\S++)(?:\s++(?!(?:II|III|IV|JR|SR)\b)[A-Z]{2,4})+$")
_DEGREE = re.compile(r"[A-Z]{2,5}(?:-[A-Z]{1,4})?|(?:[A-Z]\.){2,4}")
_DATE = re.compile(
    r"\b(?:\d{4}|\d{1,2}:\d{2}|\d{1,2}[./-]\d{1,2}|jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|june?|july?|aug(?:ust)?|"
    r"sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?|updated|last updated|published|posted|on)\b.*",
    re.I,
)
_HAS_DATE = re.compile(r"\d{4}|\d{1,2}:\d{2}|\d{1,2}[./]\d{1,2}|\b(?:updated|published|posted)\b", re.I)
_JUNK = re.compile(r"https?://|www\.|@|\.(?:com|org|net)/|[<>{}=\[\]]|#")
_NOBODY = tokens(
    "admin administrator editor staff author authors unknown anonymous none null undefined guest user webmaster by "
    "root default system redacao redaktion redacción redaccion online website facebook twitter instagram linkedin "
    "email mail share the-author wordpress test n/a na"
) | {
    "the author",
    "super user",
    "about the author",
    "site admin",
    "web desk",
    "staff reporter",
    "read more",
    "see more",
    "show more",
    "view profile",
    "contact",
    "published",
    "news",
    "follow",
}
_PAREN = re.compile(r"(?<!\s)\s*+[(（][^)）]{0,200}+[)）]")
_MAIL = re.compile(r"(?<!\S)\S+@\S+|https?://\S+|www\.\S+")


def fold_name(name: str) -> str:
    """A name for comparing: case, punctuation and spaces gone."""
    text = normalized("NFKC", name).casefold()
    return " ".join(re.sub(r"[^\w\s]", " ", text).split())


def names_in(text: str) -> list[str]:
    """The names in a byline, in order; empty if it holds none."""
    text = " ".join(normalized("NFC", text).split())
    if not text or len(text) > 300:
        return []
    text = _MAIL.sub(" ", _PAREN.sub("", text))
    text = _VIEW.sub("", text.strip())
    for _ in range(2):
        text = _BY.sub("", text.strip())
    if _HAS_DATE.search(text):
        text = _DATE.sub("", text)
    text = _TITLES.sub("", text)
    names: list[str] = []
    for part in _SPLIT.split(text):
        name = _one(part)
        if names and (_DEGREE.fullmatch(name) or _is_role(name) or _ENDS_IN_ROLE.search(part.rstrip())):
            continue  # "Ada Example, MS, LD", "Ada Example, Gazette Staff Writer"
        if names and " " not in name and " " in names[0] and name.isascii():
            continue  # "Ada Example, Home and Marine Security Expert"
        if name and fold_name(name) not in {fold_name(n) for n in names}:
            names.append(name)
    return names


def _is_role(part: str) -> bool:
    """Whether it ends in what somebody does, and has no room for a name before."""
    role = _ROLE.search(part)
    return role is not None and len(part[: role.start()].split()) < 2 and not part[role.end() :].split()[1:]


# Between a name and what it is of: "Ada Example - Gazette Team", "Ada Example @ Gazette", "Ada Example on behalf of".
_APART = re.compile(r"(?<=\w\s)[-–—@](?=\s)|(?<!\s)\s++on behalf of\b", re.I)


def _apart(part: str) -> str:
    """The first piece of `part` that has the shape of a person's name, or the whole."""
    pieces = [piece.strip() for piece in _APART.split(part)]
    return next((p for p in pieces if looks_like_name(p)), pieces[0]) if len(pieces) > 1 else part


def _one(part: str) -> str:
    part = _BY.sub("", part.strip(" \t,;:|-–—•·*\"“”'"))
    part = part.strip(' \t,;:|-–—•·*"“”')
    part = _apart(part)
    if not part or _JUNK.search(part) or len(part) > 60:
        return ""
    if fold_name(part) in _NOBODY or part.casefold() in _NOBODY:
        return ""
    role = _ROLE.search(part)
    if role and (role.start() == 0 or part[role.start() - 1] in " ,-"):
        head = part[: role.start()].strip(" ,-–|")
        if len(head.split()) >= 2:
            part = head
        elif head or len(part.split()) < 2 or role.start() == 0:
            tail = part[role.end() :].strip(" ,-–|:")
            if role.start() == 0 and len(tail.split()) >= 2 and not _ROLE.search(tail) and tail[0].isupper():
                part = tail
            elif role.start() == 0:
                return ""
            elif part[role.start() - 1] == "-" and looks_like_name(tail):
                part = tail  # "Gazette-Experte Ada Example"
    for behind in (_WROTE_FOR, _DEGREES):
        if found := behind.match(part):
            part = found[1]
    part = _BEHIND.sub("", part)
    if sum(map(str.isdigit, part)) > 2 or not any(map(str.isalpha, part)):
        return ""
    return part if len(part.split()) <= 7 else ""


_NAME_WORD = re.compile(
    r"^(?:[^\W\d_a-z](?:[^\W\d_]|['’\-.])*+|de|da|do|dos|del|della|di|van|von|der|den|la|le|el|al|bin|ben|ter|ten|zu|af|av|y|e|st\.?)$"
)
_CASELESS = re.compile(r"^[\u0590-\u07ff\u0900-\u0dff\u0e00-\u0eff\u3040-\u9fff\uac00-\ud7af·・\s.]+$")
_NOT_NAMES = tokens(
    "read more about news privacy policy terms conditions share comments category written updated posted published by the all view our "
    "editorial process guidelines standards type size event company strategy facts contact subscribe newsletter latest home menu search follow this how what why your you posts articles "
    "alle artikel zur übersicht more reviewed team edited minutes min reading time photo photos image getty reuters"
)


_DESK = re.compile(
    r"^(?:the )?\S+(?: \S+){0,3} (?:team|staff|editors|desk|newsroom)$|^(?:team|newsdesk)\b", re.I
)
_BEHIND = re.compile(r"(?<!\s)\s++(?:at|on|in|le|el|il|den|am|기자)$", re.I)


def looks_like_name(name: str, is_spoken: bool = False) -> bool:
    """Whether `name` has the shape of a person's or a desk's name: two to five words with capitals, or one after "by"."""
    words = name.split()
    if is_spoken and _DESK.match(name):
        return True
    if _CASELESS.match(name):
        return 2 <= len(name.replace(" ", "")) <= 24 and len(words) <= 5
    if not (1 if is_spoken else 2) <= len(words) <= 5:
        return False
    if any(fold_name(w) in _NOT_NAMES for w in words):
        return False
    return words[0][:1].isupper() and all(_NAME_WORD.match(w) for w in words)
