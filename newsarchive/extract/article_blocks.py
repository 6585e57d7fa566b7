"""The judged blocks of a page as the blocks of its Article: tables and notices as one, menus as one line, places as paths.

Decides nothing. Pure. Tested in tests/extract/test_classify.py.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from newsarchive.extract.article_fields import BlockVerdict
from newsarchive.extract.blocks import BlockNode, RawBlock
from newsarchive.extract.classify import is_link
from newsarchive.extract.data_tables import JoinedBlocks
from newsarchive.extract.page_media import links_of
from newsarchive.model import Block


def to_blocks(
    blocks: Sequence[RawBlock],
    verdicts: Sequence[BlockVerdict],
    joined: Sequence[JoinedBlocks] = (),
    base: str = "",
) -> tuple[Block, ...]:
    """The article's blocks; a table is one, runs of removed links in one container are one, joined by ` · `.

    Args:
        joined: Tables, and notices that are set as several blocks.
        base: Address from which relative links are meant.
    """
    whole_of = {i: whole for whole in joined for i in whole.blocks}
    result: list[Block] = []
    run: list[str] = []
    run_key: tuple[int, str] | None = None
    run_place = ""
    paths: dict[int, tuple[str, ...]] = {}

    def end_run() -> None:
        if run and run_key is not None:
            text = " · ".join(run)
            result.append(Block(kind="other", text=text, kept=False, reason=run_key[1], place=run_place))
            run.clear()

    for block, verdict in zip(blocks, verdicts, strict=True):
        whole = whole_of.get(block.index)
        if whole is not None and block.index != whole.blocks[0]:
            continue
        if not verdict.kept and verdict.kind in ("list_item", "paragraph", "heading") and is_link(block):
            key = (_holder(block.node), verdict.reason)
            if key != run_key:
                end_run()
                run_key, run_place = key, place_of(whole.node if whole else block.node, paths)
            run.append(block.text)
            continue
        end_run()
        run_key = None
        result.append(
            Block(
                kind=verdict.kind,
                text=whole.text if whole else block.text,
                kept=verdict.kept,
                reason=verdict.reason,
                place=place_of(whole.node if whole else block.node, paths),
                at=verdict.at,
                words=() if whole else block.words,
                notice=verdict.notice,
                links=links_of([blocks[i] for i in whole.blocks] if whole else [block], base)
                if verdict.kept
                else (),
            )
        )
    end_run()
    return tuple(result)


def _holder(node: BlockNode) -> int:
    """The container that a run of links shares: the list or the great-grandparent."""
    at: BlockNode = node
    for _ in range(2):
        if at.parent is None:
            break
        at = at.parent
    return at.order


def place_of(node: BlockNode, known: dict[int, tuple[str, ...]] | None = None) -> str:
    """The block's place as a short path of tags with one class each: `main>article.node>div.body>p`.

    Args:
        known: Paths already made for the nodes of one page, by their order; grows.
    """
    return ">".join(_path(node, known if known is not None else {}))


def _path(node: BlockNode | None, known: dict[int, tuple[str, ...]]) -> tuple[str, ...]:
    if node is None or node.tag == "body":
        return ()
    path = known.get(node.order)
    if path is None:
        path = known[node.order] = (*_path(node.parent, known), node.tag + _class_of(node))[-6:]
    return path


_HASHED = re.compile(r"\d{3,}|\d[a-z]+\d|[0-9a-f]{8,}|__?[A-Za-z0-9]{5,}$|\A(?=.*\d)(?=.*[A-Z])(?=.*[a-z])")


def _class_of(node: BlockNode) -> str:
    return _telling_class(node.attributes.get("class", ""))


@lru_cache(maxsize=20000)
def _telling_class(classes: str) -> str:
    """The first class name that isn't made by a machine, with a point before it."""
    for name in classes.split():
        if not _HASHED.search(name) and len(name) < 40:
            return "." + name
    return ""
