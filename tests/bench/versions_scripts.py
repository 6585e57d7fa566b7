"""Edits and noise made by script on real texts, with what they are; and the rules of the peers.

Used by tests/bench/versions.py. Everything is drawn from a seed, so that two runs see the same.
"""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, replace
from random import Random

from newsarchive.model import Article, Block

# ---------------------------------------------------------------- the peers' rules, written anew


def newsdiffs_differs(a: str, b: str) -> bool:
    """NewsDiffs' is_boring: white space doesn't count, nor text that was encoded twice."""

    def plain(s: str) -> str:
        for _ in range(2):
            try:
                s = s.encode("cp1252").decode("utf-8")
            except (UnicodeEncodeError, UnicodeDecodeError):
                break
        return "".join(s.split())

    return "".join(a.split()) != "".join(b.split()) and plain(a) != plain(b)


def diffengine_differs(a: str, b: str) -> bool:
    """diffengine's fingerprint: quotes and spaces made plain, then tags, spaces and all punctuation dropped."""

    def print_of(s: str) -> str:
        s = s.translate(str.maketrans({"\xa0": " ", "“": '"', "”": '"', "‘": "'", "’": "'", "\xad": None}))
        s = re.sub(r"<[^>]+>", "", s)
        return "".join(c for c in s if not c.isspace() and not unicodedata.category(c).startswith("P"))

    return print_of(a) != print_of(b)


def difflib_differs(a: str, b: str) -> bool:
    """Plain difflib on words: white space at the ends apart, everything counts."""
    return a.split() != b.split()


def difflib_ops(before, after):
    """Deletions and additions, as difflib sees sentences."""
    found = set()
    for tag, i1, i2, j1, j2 in difflib.SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if tag != "equal":
            found |= {("delete", (i,), ()) for i in range(i1, i2)} | {
                ("add", (), (j,)) for j in range(j1, j2)
            }
    return found


def difflib_zip_ops(before, after):
    """As `difflib_ops`, with replaced stretches taken as edits one by one."""
    found = set()
    for tag, i1, i2, j1, j2 in difflib.SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if tag == "equal":
            continue
        both = min(i2 - i1, j2 - j1)
        found |= {("edit", (i1 + k,), (j1 + k,)) for k in range(both)}
        found |= {("delete", (i,), ()) for i in range(i1 + both, i2)}
        found |= {("add", (), (j,)) for j in range(j1 + both, j2)}
    return found


# ---------------------------------------------------------------- sentence operations by script


@dataclass
class Scripted:
    """Two lists of sentences and what was done between them."""

    before: list[str]
    after: list[str]
    ops: set[tuple[str, tuple[int, ...], tuple[int, ...]]]


def scripted_ops(sentences: list[str], strange: list[str], dice: Random) -> Scripted | None:
    """Two to five operations on a text of at least twelve different sentences.

    An edit exchanges up to three words in ten. Of splits, merges and moves every second one comes with a word
    changed, so that no part of them is found by equality alone.
    """
    if len(sentences) < 12 or len(set(sentences)) < len(sentences):
        return None
    places = list(range(1, len(sentences) - 2, 3))
    chosen = sorted(dice.sample(places, min(len(places), dice.choice([2, 3, 4, 5]))))
    items: list[tuple[str, tuple[int, ...], str]] = [(s, (i,), "keep") for i, s in enumerate(sentences)]
    moved: list[tuple[int, tuple[str, tuple[int, ...], str]]] = []
    for at in reversed(chosen):
        op = dice.choice(["edit", "add", "delete", "move", "split", "merge"])
        made = _made(op, items[at][0], items[at + 1][0], strange, dice)
        if made is None:
            continue
        if op == "move":
            text = touched(items[at][0], strange, dice, 0.05) if dice.random() < 0.5 else items[at][0]
            moved.append((at, (text, items[at][1], "move")))
            del items[at]
        elif op == "add":
            items.insert(at, (made[0], (), "add"))
        elif op == "delete":
            items[at] = ("", items[at][1], "delete")
        elif op == "merge":
            items[at : at + 2] = [(made[0], (*items[at][1], *items[at + 1][1]), "merge")]
        else:
            items[at : at + 1] = [(m, items[at][1], op) for m in made]
    for at, item in moved:
        free = [
            k
            for k in range(len(items))
            if abs(k - at) > 4 and items[k][2] == "keep" and (k == 0 or items[k - 1][2] == "keep")
        ]
        if not free:
            items.insert(at, (item[0], item[1], "keep"))
            continue
        items.insert(dice.choice(free), item)
    return _numbered(sentences, items)


def _numbered(sentences, items) -> Scripted:
    after = [text for text, _, op in items if op != "delete"]
    ops = set()
    place = 0
    splits: dict[tuple[int, ...], list[int]] = {}
    for _, source, op in items:
        if op == "delete":
            ops.add(("delete", source, ()))
            continue
        if op == "split":
            splits.setdefault(source, []).append(place)
        elif op != "keep":
            ops.add((op, source, (place,)))
        place += 1
    ops |= {("split", source, tuple(where)) for source, where in splits.items()}
    return Scripted(list(sentences), after, ops)


def _made(op: str, sentence: str, following: str, strange: list[str], dice: Random) -> list[str] | None:
    words = sentence.split()
    if op in ("delete", "move"):
        return [] if len(words) > 4 else None
    if op == "add":
        return [dice.choice(strange)]
    if op == "edit":
        made = touched(sentence, strange, dice, dice.choice([0.05, 0.15, 0.3]))
        return [made] if len(words) > 5 and made != sentence else None
    if op == "merge":
        if len(words) < 5 or len(following.split()) < 5:
            return None
        return [
            sentence.rstrip(".!? ")
            + dice.choice([", and ", "; ", " and "])
            + following[:1].lower()
            + following[1:]
        ]
    middle = list(range(4, len(words) - 3))
    if not middle:
        return None
    at = dice.choice(middle)
    if dice.random() < 0.5:
        words = touched(sentence, strange, dice, 0.05).split()
    left, right = " ".join(words[:at]).rstrip(",;:"), " ".join(words[at:])
    return [left + ".", right[:1].upper() + right[1:]]


def touched(sentence: str, strange: list[str], dice: Random, share: float) -> str:
    """`sentence` with that share of its words (at least one) exchanged for words of other texts."""
    words = sentence.split()
    for at in dice.sample(range(len(words)), max(1, round(share * len(words)))):
        words[at] = dice.choice(dice.choice(strange).split())
    return " ".join(words)


# ---------------------------------------------------------------- edits and noise on whole articles

Pair = tuple[Article, Article]


def article_of(title: str, paragraphs, **fields) -> Article:
    """An article of plain paragraphs."""
    blocks = tuple(Block(kind="paragraph", text=p, kept=True) for p in paragraphs)
    return Article(url="https://news.example/a", title=title, blocks=blocks, **fields)


def _with(article: Article, paragraphs) -> Article:
    return replace(article, blocks=tuple(Block(kind="paragraph", text=p, kept=True) for p in paragraphs))


def _one(paragraphs, dice: Random, pattern: str, make):
    """The paragraphs with one match of `pattern` exchanged; None if there is none."""
    places = [(k, m) for k, p in enumerate(paragraphs) for m in re.finditer(pattern, p)]
    if not places:
        return None
    k, match = dice.choice(places)
    new = make(match)
    if new == match[0]:
        return None
    made = list(paragraphs)
    made[k] = made[k][: match.start()] + new + made[k][match.end() :]
    return made


def edits(article: Article, strange: list[str], dice: Random) -> dict[str, Pair]:
    """One true edit of each category that the text has a place for."""
    text = list(article.paragraphs)
    k = dice.randrange(len(text))
    candidates = {
        "number": _one(text, dice, r"(?<!#)\b\d{1,4}\b", lambda m: str(int(m[0]) + dice.choice([1, 3, 10]))),
        "one word": _one(
            text, dice, r"\b[a-z]{4,}\b", lambda m: dice.choice(["nonetheless", "hardly", "river", "seldom"])
        ),
        "case": _one(text, dice, r"\b[a-z]{4,}\b", lambda m: m[0].capitalize()),
        "comma": _one(text, dice, r"(?<=[a-z]) (?=[a-z])", lambda _: ", "),
        "question mark": _one(text, dice, r"(?<=[a-z])\.(?= |$)", lambda _: "?"),
        "scare quotes": _one(text, dice, r"\b[a-z]{5,}\b", lambda m: f"“{m[0]}”"),
        "letter": _one(text, dice, r"\b[a-z]{6,}\b", lambda m: m[0][:2] + m[0][3] + m[0][2] + m[0][4:]),
        "paragraph added": [*text[:k], dice.choice(strange), *text[k:]],
        "paragraph removed": text[:k] + text[k + 1 :] if len(text) > 2 and len(text[k].split()) > 3 else None,
        "correction": [*text, "Correction: An earlier version of this article misstated a figure."],
    }
    found = {name: (article, _with(article, made)) for name, made in candidates.items() if made}
    found["headline"] = (article, replace(article, title=article.title + ", officials say"))
    found["standfirst"] = (article, replace(article, description="A new line that sums it all up."))
    found["byline"] = (article, replace(article, authors=(*article.authors, "Ann Example")))
    return found


def noise_pairs(article: Article, dice: Random) -> dict[str, Pair]:
    """Pairs in which nothing was edited."""
    text = list(article.paragraphs)
    n = dice.randrange(3, 900)

    def lines(one: str, two: str) -> Pair:
        at = dice.choice([0, len(text)])
        return _with(article, [*text[:at], one, *text[at:]]), _with(article, [*text[:at], two, *text[at:]])

    curly = [re.sub(r"\"([^\"]*)\"", r"“\1”", p).replace("'", "’").replace(" - ", " – ") for p in text]
    spaced = [p.replace(" ", "\u00a0", 3).replace("fi", "ﬁ", 1) for p in text]
    soft = [re.sub(r"\b(\w{5})(\w{5,})", "\\1\u00ad\\2", p) for p in text]
    longest = max(range(len(text)), key=lambda k: len(text[k]))
    cut = text[longest].find(". ", len(text[longest]) // 3)
    found = {
        "typography": (article, _with(article, curly)),
        "spaces": (article, _with(article, spaced)),
        "soft hyphens": (article, _with(article, soft)),
        "decomposed letters": (article, _with(article, [unicodedata.normalize("NFD", p) for p in text])),
        "entities": (article, _with(article, [p.replace("&", "&amp;").replace("'", "&#39;") for p in text])),
        "comments": lines(f"{n} Comments", f"{n + 7} Comments"),
        "views": lines(f"{n * 31:,} views", f"{n * 33:,} views"),
        "relative time": lines("5 minutes ago", "3 hours ago"),
        "last updated": lines("Last updated: 3 May 2024, 10:22", "Last updated: 4 May 2024, 09:10"),
        "share line": (article, _with(article, [*text, "Share on Facebook, Twitter, WhatsApp"])),
        "related link": lines("Read more: Bridge closed for repairs", "Read more: Choir wins the prize"),
        "reading time": lines("4 min read", "5 min read"),
        "advertisement": (article, _with(article, [*text[:1], "Advertisement", *text[1:]])),
        "picture size": (replace(article, image_url="https://news.example/i/a-300x200.jpg"), replace(article, image_url="https://news.example/i/a-1200x800.webp?w=1200")),
        "tags and section": (article, replace(article, tags=("one", "two"), section="News")),
        "drop cap": (article, _with(article, [text[0][:1] + " " + text[0][1:], *text[1:]]) if text[0][:2].isalpha() else article),
    }  # fmt: skip
    if cut > 0:
        parts = [text[longest][: cut + 1], text[longest][cut + 2 :]]
        found["paragraph split"] = (article, _with(article, [*text[:longest], *parts, *text[longest + 1 :]]))
    return found


@dataclass(frozen=True)
class RewrittenCase:
    """One sentence that was split, moved or cut, with what must be reported of it."""

    name: str
    after: list[str]
    ops: set


def rewritten_cases(text: list[str], strange: list[str], dice: Random) -> Iterator[RewrittenCase]:
    """Cases in one text; `strange` are sentences of other texts, whose words are put in."""
    places = [i for i, s in enumerate(text) if 14 <= len(s.split()) <= 40]
    if len(text) < 6 or not places:
        return
    i = dice.choice(places)
    words = text[i].split()
    half = len(words) // 2
    for share in (0.3, 0.5):
        parts = [words[:half], words[half:]]
        which = dice.randrange(2)
        parts[which] = _exchanged(parts[which], strange[0], share, dice)
        after = [*text[:i], " ".join(parts[0]) + ".", " ".join(parts[1]).capitalize(), *text[i + 1 :]]
        ops = {("split", (i,), (i, i + 1))}
        yield RewrittenCase(f"split, {share:.0%} of one half exchanged", after, ops)
    rest = text[:i] + text[i + 1 :]
    j = (i + len(text) // 2) % len(rest)
    for share in (0.1, 0.2):
        after = [*rest[:j], " ".join(_exchanged(words, strange[0], share, dice)), *rest[j:]]
        yield RewrittenCase(f"moved, {share:.0%} exchanged", after, {("move", (i,), (j,))})
    after = [*text[:i], " ".join(words[:half]) + ".", strange[1], *text[i + 1 :]]
    yield RewrittenCase(
        "cut, another sentence after it", after, {("edit", (i,), (i,)), ("add", (), (i + 1,))}
    )


def _exchanged(words: list[str], strange: str, share: float, dice: Random) -> list[str]:
    others = strange.split()
    return [dice.choice(others) if dice.random() < share else word for word in words]
