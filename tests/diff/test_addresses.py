"""Which addresses mean the same: sizes, hosts of delivery networks and tracking fields make no change."""

from __future__ import annotations

from dataclasses import replace

import pytest

from newsarchive.diff import compare, render_fragment, render_terminal, render_unified
from newsarchive.diff.addresses import embed_key, link_key, picture_key
from newsarchive.model import Article, Block

SAME_PICTURE = [
    ("https://cdn1.example/a/quay.jpg?w=300", "https://cdn7.example/a/quay-1200x675.jpg?w=1200&v=2"),
    ("https://i0.wp.com/site.example/a/quay.jpg?resize=300", "https://site.example/a/quay.jpg"),
    ("https://site.example/_next/image?url=%2Fi%2Fquay.jpg&w=640&q=75", "https://site.example/i/quay.jpg"),
    (
        "https://img.example/cdn-cgi/image/width=300/https://site.example/i/quay.webp",
        "https://site.example/i/quay.jpg",
    ),
    ("https://img.example/3f9a77b2c1/300x200/image.jpg", "https://img.example/3f9a77b2c1/900x600/image.jpg"),
]
OTHER_PICTURE = [
    ("https://site.example/i/quay.jpg", "https://site.example/i/pier.jpg"),
    ("https://img.example/3f9a77b2c1/300x200/image.jpg", "https://img.example/8e1b90d4aa/300x200/image.jpg"),
    ("https://site.example/i/quay-1.jpg", "https://site.example/i/quay-2.jpg"),
]
SAME_EMBED = [
    ("https://www.youtube.com/embed/abc123xyz?rel=0", "https://youtu.be/abc123xyz"),
    ("https://www.youtube-nocookie.com/embed/abc123xyz", "https://www.youtube.com/watch?v=abc123xyz"),
    ("https://twitter.com/port/status/99?ref_src=twsrc", "https://x.com/port/status/99"),
    ("https://charts.example/7/?theme=dark", "https://charts.example/7/"),
]
OTHER_EMBED = [
    ("https://www.youtube.com/embed/abc123xyz", "https://www.youtube.com/embed/zyx321cba"),
    ("https://twitter.com/port/status/99", "https://twitter.com/port/status/98"),
    ("https://play.example/p?id=1", "https://play.example/p?id=2"),
    ("https://charts.example/7/", "https://charts.example/8/"),
]


@pytest.mark.parametrize(
    ("key", "pairs", "same"),
    [
        (picture_key, SAME_PICTURE, True),
        (picture_key, OTHER_PICTURE, False),
        (embed_key, SAME_EMBED, True),
        (embed_key, OTHER_EMBED, False),
    ],
)
def test_variants_of_an_address_have_one_key_and_others_another(key, pairs, same):
    assert [pair for pair in pairs if (key(pair[0]) == key(pair[1])) is not same] == []


def test_a_link_is_its_words_and_its_page():
    link = ("the toll", "https://a.example/toll")
    assert link_key(link) == link_key(("the toll", "http://www.a.example/toll/?utm_source=x#top"))
    assert link_key(link) != link_key(("the toll", "https://a.example/told"))


LINE = "The port company set out its plans on Tuesday, and the council heard of them in the spring."
A = Article(
    url="",
    blocks=(Block(kind="paragraph", text=LINE, kept=True, links=(("its plans", "https://a.example/1"),)),),
    embeds=("https://x.com/port/status/1",),
    pictures=("https://i.example/quay.jpg",),
)
CASES = [
    ("link", "links", replace(A, blocks=(replace(A.blocks[0], links=(("its plans", "https://b.example/2"),)),)), "its plans: https://b.example/2"),
    ("link", "links", replace(A, blocks=(replace(A.blocks[0], links=()),)), ""),
    ("embed", "embeds", replace(A, embeds=("https://x.com/port/status/2",)), "https://x.com/port/status/2"),
    ("embed", "embeds", replace(A, embeds=()), ""),
    ("image", "pictures", replace(A, pictures=("https://i.example/pier.jpg",)), "https://i.example/pier.jpg"),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "name", "after", "shown"), CASES)
def test_another_target_is_a_field_change_and_no_version(kind, name, after, shown):
    change = compare(A, after)
    assert (change.kinds, change.is_version, change.significant, change.silent) == (
        (kind,),
        False,
        False,
        False,
    )
    (field,) = change.fields
    assert (field.name, field.after) == (name, shown)
    gone = field.before.split(": ", 1)[-1]
    for view in (
        render_terminal(change, color=False, width=200),
        render_unified(change),
        render_fragment(change, for_feed=True),
    ):
        assert gone in view
        assert shown in view


def test_beside_an_edit_of_the_text_a_target_is_shown_and_the_text_weighs():
    block = replace(
        A.blocks[0], text=LINE.replace("Tuesday", "Friday"), links=(("its plans", "https://b.example/2"),)
    )
    change = compare(A, replace(A, blocks=(block,)))
    assert change.kinds == ("date in text", "link")
    assert change.significant
    assert [f.name for f in change.fields] == ["links"]


def test_sizes_and_tracking_make_no_change():
    block = replace(A.blocks[0], links=(("its plans", "https://www.a.example/1?utm_medium=y"),))
    after = replace(
        A,
        blocks=(block,),
        embeds=("https://twitter.com/port/status/1?s=20",),
        pictures=("https://i9.example/quay-300x200.jpg?v=7",),
    )
    assert compare(A, after).is_empty
