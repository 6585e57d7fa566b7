"""Pages that the tests of this room make: invented stories in several shapes."""

from __future__ import annotations

import html as escaping

STORY = (
    "The harbour council of Lower Veldt voted on Tuesday to close the old ferry quay for two years while divers "
    "strengthen its foundations, a decision that shopkeepers along the front had fought since spring.",
    "Mayor Ottilie Brandt said the quay, built in 1911, had been sinking by four millimetres a year and could not "
    "carry the new electric ferries, each of which weighs 310 tonnes when loaded.",
    '"We can mend it now for nine million, or we can mend it later for thirty," she told a crowded meeting in the '
    "fish hall, where voices were raised more than once before the count.",
    "Shop owners fear that passengers will land at the northern pier instead, a walk of twenty minutes from the "
    "market, and that few of them will bother to come into town.",
    "The council promised a free bus every ten minutes, paid for by the ferry company, and a fund of 400,000 for "
    "businesses that can show a loss of more than a tenth of their takings.",
    "Work is due to begin in October, after the regatta, and the first of the new ferries is expected in the spring "
    "of the year after next.",
)
TITLE = "Lower Veldt closes its old ferry quay for two years"
STANDFIRST = "Divers will strengthen foundations that sink by four millimetres a year"
NEWSLETTER = "Sign up to get the latest alerts, insights and analysis, starting with Harbour Letter"
NOTICE = (
    "Veldt Observer delivers independent and unrivalled coverage of the coast. To learn more about republishing this "
    'content and the associated fees, please fill out this <a href="/republish">form</a>.'
)
RELATED = ("Regatta draws record crowds", "Ice plant to be sold", "School roof mended at last")


def page(
    *,
    title: str = TITLE,
    paragraphs: tuple[str, ...] = STORY,
    body: str | None = None,
    head: str = "",
    standfirst: str = STANDFIRST,
    lang: str = "en",
    extra: str = "",
    classes: tuple[str, str, str] = ("node node--type-article", "field field--name-body", "views-row"),
    direction: str = "ltr",
) -> bytes:
    """A news page with menu, byline, body, related list and footer; `body` replaces the paragraphs' markup."""
    article, field, teaser = classes
    inner = body if body is not None else "\n".join(f"<p>{escaping.escape(p)}</p>" for p in paragraphs)
    related = "".join(
        f'<div class="{teaser}"><a href="/{n}"><h3>{t}</h3></a></div>' for n, t in enumerate(RELATED)
    )
    return f"""<!DOCTYPE html><html lang="{lang}" dir="{direction}"><head><meta charset="utf-8">
<title>{escaping.escape(title)} | Veldt Observer</title>{head}</head><body>
<header><a href="/">Veldt Observer</a><nav><ul><li><a href="/news">News</a></li><li><a href="/sport">Sport</a></li></ul></nav></header>
<main><article class="{article}"><h1>{escaping.escape(title)}</h1>
<div class="field-standfirst">{escaping.escape(standfirst)}</div>
<div class="author-date"><span class="author">By <a href="/u/1">Mira Solberg</a></span> <span class="date">4 March 2024</span></div>
<div class="{field}">{inner}</div>
{extra}</article>
<section class="related"><h2>Related content</h2>{related}</section></main>
<footer><p>© Veldt Observer 2024 - all rights reserved.</p></footer></body></html>""".encode()
