"""Which addresses are refused, in whatever spelling they come."""

from __future__ import annotations

import ipaddress

import pytest

from newsarchive.config import NetworkConfig
from newsarchive.crawl.address_guard import AddressGuard, address_in_host, refuses_address, special_blocks
from newsarchive.errors import ConfigError

REFUSED = [
    "127.0.0.1", "127.0.0.2", "127.255.255.254", "0.0.0.0", "10.0.0.1", "172.16.3.4", "192.168.1.1",
    "169.254.169.254", "100.64.0.1", "192.0.2.1", "198.18.0.1", "224.0.0.1", "240.0.0.1", "255.255.255.255",
    "::1", "::", "fe80::1", "fe80::1%eth0", "fc00::1", "fd12:3456::1", "ff02::1", "2001:db8::1",
    "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::127.0.0.1", "::7f00:1", "2002:7f00:1::", "2002:0a00:0001::1",
    "64:ff9b::7f00:1", "64:ff9b::10.0.0.1", "64:ff9b:1::7f00:1", "2001:0:4136:e378:8000:63bf:80ff:fffe",
    "192.0.0.8", "::ffff:0:7f00:1", "fec0::1", "feff::1", "3fff::1", "3fff:fff::1", "64:ff9b:1:1::7f00:1",
    "64:ff9b:1:ffff::a9fe:a9fe", "64:ff9b:1:7f00:0:100::", "100:0:0:1::1", "5f00::1", "4000::1", "2002:808:808::1",
    "nonsense", "",
]  # fmt: skip
PUBLIC = [
    "93.184.216.34",
    "8.8.8.8",
    "1.1.1.1",
    "2606:2800:220:1:248:1893:25c8:1946",
    "::ffff:8.8.8.8",
    "64:ff9b::808:808",
]


@pytest.mark.parametrize("address", REFUSED)
def test_an_address_that_is_not_public_is_refused(address: str) -> None:
    assert refuses_address(address)


@pytest.mark.parametrize("address", PUBLIC)
def test_a_public_address_is_let_through(address: str) -> None:
    assert refuses_address(address) is None


@pytest.mark.parametrize("block", special_blocks(), ids=str)
def test_the_first_the_last_and_a_middle_address_of_each_special_block_are_refused(block) -> None:
    carries_a_public_one = block in map(ipaddress.ip_network, ("::ffff:0:0/96", "64:ff9b::/96"))
    for address in {block[0], block[-1], block[block.num_addresses // 2]}:
        is_public = carries_a_public_one and int(address) & 0xFFFFFFFF == 0x80000000  # 128.0.0.0
        assert (refuses_address(str(address)) is None) is is_public


def test_the_table_has_every_block_of_both_registries() -> None:
    versions = [block.version for block in special_blocks()]
    assert (versions.count(4), versions.count(6)) == (26 + 1, 25 + 4)
    assert len(set(special_blocks())) == len(special_blocks())


# What Python's module lets through, or did in 3.11: anycast, identifiers, tunnels and services that the registries call
# reachable (no newspaper is there), blocks newer than the module, multicast, what was taken back.
BY_THE_TABLE_ALONE = {
    "192.0.0.8/32", "192.0.0.9/32", "192.0.0.10/32", "192.31.196.0/24", "192.52.193.0/24", "192.88.99.0/24", "192.88.99.2/32", "192.175.48.0/24",
    "64:ff9b::/96", "64:ff9b:1::/48", "100:0:0:1::/64", "2001:1::1/128", "2001:1::2/128", "2001:1::3/128", "2001:3::/32", "2001:4:112::/48", "2001:20::/28",
    "2001:30::/28", "2002::/16", "2620:4f:8000::/48", "3fff::/20", "5f00::/16", "::ffff:0:0:0/96", "fec0::/10", "224.0.0.0/4", "ff00::/8",
}  # fmt: skip


@pytest.mark.parametrize("version", [4, 6])
def test_the_table_has_what_pythons_own_has(version) -> None:
    """Python's lists of what isn't public are IANA's, as they were when it was released: 3.11 has 24 blocks of them, 3.13 has 32."""
    constants = getattr(ipaddress, f"_IPv{version}Constants")
    theirs = [
        *constants._private_networks,
        *getattr(constants, "_private_networks_exceptions", []),
        *([constants._public_network] if version == 4 else [constants._sitelocal_network]),
        constants._linklocal_network,
        constants._multicast_network,
    ]
    table = special_blocks()
    wider = [block for block in theirs if not any(is_inside(block, one) for one in table)]
    assert wider == []
    private = [block for block in table if block.version == version and block[0].is_global]
    assert {str(block) for block in private} <= BY_THE_TABLE_ALONE


def is_inside(block, other) -> bool:
    return block.version == other.version and block.subnet_of(other)


@pytest.mark.parametrize(
    ("host", "address"),
    [
        ("127.0.0.1", "127.0.0.1"),
        ("127.1", "127.0.0.1"),
        ("127.0.1", "127.0.0.1"),
        ("2130706433", "127.0.0.1"),
        ("0x7f.1", "127.0.0.1"),
        ("0x7f000001", "127.0.0.1"),
        ("0177.0.0.1", "127.0.0.1"),
        ("017700000001", "127.0.0.1"),
        ("0", "0.0.0.0"),
        ("[::1]", "::1"),
        ("[::ffff:127.0.0.1]", "::ffff:127.0.0.1"),
        ("[fe80::1%25eth0]", "fe80::1"),
        ("127.0.0.1.", "127.0.0.1"),
        ("example.org", None),
        ("1and1.example", None),
        ("123.example", None),
        ("", None),
        ("[nonsense:x]", None),
    ],
)
def test_a_host_that_spells_an_address_is_seen_through(host: str, address: str | None) -> None:
    found = address_in_host(host)
    assert (found if found is None else found.replace("::ffff:7f00:1", "::ffff:127.0.0.1")) == address


def guard(*allow: str, connect_to: tuple[str, ...] = ()) -> AddressGuard:
    return AddressGuard.from_config(NetworkConfig(allow=allow, connect_to=connect_to))


@pytest.mark.parametrize(
    ("allow", "is_let"),
    [
        ("news.test:8080", True),
        ("NEWS.test.:8080", True),
        ("127.0.0.1:9000", True),
        ("news.test:80", False),
        ("127.0.0.1:8080", False),
        ("127.0.0.2:9000", False),
        ("other.test:8080", False),
    ],
)
def test_the_allow_list_names_host_and_port_as_asked_or_address_and_port_as_dialled(
    allow: str, is_let: bool
) -> None:
    assert (guard(allow).refuses("news.test", 8080, "127.0.0.1", 9000) is None) is is_let


def test_connect_to_dials_another_place() -> None:
    made = guard(connect_to=("news.test:443:127.0.0.1:8443", "[2001:db8::1]:80:[::1]:8080"))
    assert made.dial("News.test", 443) == ("127.0.0.1", 8443)
    assert made.dial("2001:db8::1", 80) == ("::1", 8080)
    assert made.dial("news.test", 80) == ("news.test", 80)


def test_connect_to_doesnt_allow_by_itself() -> None:
    made = guard(connect_to=("news.test:443:127.0.0.1:8443",))
    assert made.refuses("news.test", 443, "127.0.0.1", 8443)


@pytest.mark.parametrize(
    "network",
    [
        NetworkConfig(allow=("news.test",)),
        NetworkConfig(allow=(":80",)),
        NetworkConfig(connect_to=("a:80:b",)),
        NetworkConfig(connect_to=("a:x:b:80",)),
        NetworkConfig(connect_to=("a:80::81",)),
    ],
)
def test_an_entry_that_cant_be_read_is_an_error_with_an_example(network: NetworkConfig) -> None:
    with pytest.raises(ConfigError, match="Write it as"):
        AddressGuard.from_config(network)
