"""A fleet in the browser: one search over all shards, each hit's page in its shard."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from pathlib import Path

import httpx
import pytest

from newsarchive.browse.fleet_pages import fleet_app
from newsarchive.errors import NothingFoundError
from tests.index.build import Told, build

NAMES = ("agency", "valley", "coast")


@pytest.fixture(scope="module")
def shards(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Path]:
    """Three shards with a story each, and one without an index."""
    found = {}
    for number, name in enumerate((*NAMES, "empty")):
        folder = tmp_path_factory.mktemp(name)
        if name != "empty":
            told = Told(
                url=f"https://{name}.example/1",
                source=name,
                versions=[(f"Ferry <{name}>", f"The {name} crane & harbour.")],
            )
            build(folder / "index.db", [told])
        found[f"{number:03}"] = folder
    return found


def get(
    shards: Mapping[str, Path], *paths: str, password: str = "", **options: object
) -> list[httpx.Response]:
    async def ask() -> list[httpx.Response]:
        transport = httpx.ASGITransport(fleet_app(shards, password=password))
        async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as client:
            return [await client.get(path, **options) for path in paths]  # type: ignore[arg-type]

    return asyncio.run(ask())


def test_a_search_finds_stories_of_every_shard_and_leads_to_their_pages(shards: Mapping[str, Path]) -> None:
    [found] = get(shards, "/search.json?q=ferry")
    hits = {hit["source"]: hit for hit in found.json()["hits"]}
    assert (found.json()["total"], set(hits)) == (3, set(NAMES))
    assert {name: hit["shard"] for name, hit in hits.items()} == dict(
        zip(NAMES, ("000", "001", "002"), strict=True)
    )
    for name, page in zip(NAMES, get(shards, *(hits[name]["page"] for name in NAMES)), strict=True):
        assert page.status_code == 200
        assert f"The {name}" in page.text
        assert f'href="/{hits[name]["shard"]}/-/news' in page.text


def test_the_page_shows_what_was_found_and_the_shards_as_text(shards: Mapping[str, Path]) -> None:
    [page] = get(shards, "/?q=valley&sort=newest")
    assert "Ferry &lt;<mark>valley</mark>&gt;" in page.text
    assert page.headers["content-security-policy"]
    assert 'href="/002/"' in page.text
    assert 'href="/003/"' not in page.text  # it has no index


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/", 200),
        ("/?since=x", 400),
        ("/search.json?since=x", 400),
        ("/003/", 404),
        ("/nothing", 404),
        ("/search.json?q=zzz", 200),
    ],
)
def test_each_address_has_an_answer(shards: Mapping[str, Path], path: str, status: int) -> None:
    assert [one.status_code for one in get(shards, path)] == [status]


def test_a_password_and_a_foreign_name_hold_for_all_pages(shards: Mapping[str, Path]) -> None:
    asked = ("/", "/search.json", "/000/-/news")
    assert {one.status_code for one in get(shards, *asked, password="secret")} == {401}
    assert {one.status_code for one in get(shards, *asked, headers={"host": "elsewhere.example"})} == {421}
    assert {one.status_code for one in get(shards, *asked, password="secret", auth=("any", "secret"))} == {
        200
    }


def test_a_damaged_shard_is_named(shards: Mapping[str, Path], tmp_path: Path) -> None:
    (tmp_path / "index.db").write_bytes(b"no database" * 100)
    [page] = get({**shards, "004": tmp_path}, "/?q=ferry")
    assert page.status_code == 503
    assert str(tmp_path) in page.text


def test_without_any_index_it_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(NothingFoundError, match="fleet run"):
        fleet_app({"000": tmp_path})
