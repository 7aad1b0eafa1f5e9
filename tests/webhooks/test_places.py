"""Webhooks go to the open internet and nowhere inside."""

from __future__ import annotations

import pytest

from handlers.webhooks.places import NotAllowed, Places, is_public

INSIDE = [
    "127.0.0.1", "127.8.9.1", "0.0.0.0", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1",
    "224.0.0.1", "240.0.0.1", "255.255.255.255", "192.0.2.1", "::1", "::", "fe80::1%eth0", "fc00::1", "fd12::1",
    "ff02::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::ffff:169.254.169.254", "64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe",
    "2002:7f00:1::", "2002:a00:1::1", "2001:db8::1", "2001:0:53aa:64c:0:0:80ff:fffe", "168.63.129.16", "192.0.0.192",
    "::ffff:168.63.129.16", "64:ff9b::a83f:8110", "2002:a83f:8110::1", "fec0::1", "feff::1", "192.88.99.1", "::7f00:1",
    "::ffff:192.88.99.1", "2002:c058:6301::", "64:ff9b:1::a00:1", "::ffff:0:7f00:1", "::ffff:0:a9fe:a9fe", "3fff::1",
    "::ffff:192.0.0.192", "100.100.100.200", "fd00:ec2::254", "5f00::1",
]  # fmt: skip
OUTSIDE = [
    "8.8.8.8", "1.1.1.1", "93.184.215.14", "2606:4700::1111", "::ffff:8.8.8.8", "64:ff9b::808:808", "2002:808:808::1",
    "168.63.129.17",
]  # fmt: skip


@pytest.mark.parametrize("address", INSIDE)
async def test_no_address_of_the_inside_is_public_and_no_name_leads_there(address: str) -> None:
    async def leads(_host: str, _port: int) -> list[str]:
        return ["8.8.8.8", address]

    assert not is_public(address)
    with pytest.raises(NotAllowed):
        await Places(look_up=leads).find("harmless.example", 443)


@pytest.mark.parametrize("address", OUTSIDE)
def test_the_open_internet_is_public(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize(
    "url",
    [
        "http://example.com/", "ftp://example.com/", "https://", "https:///x", "example.com", "https://127.0.0.1/",
        "https://[::1]/x", "https://[::ffff:10.0.0.1]/", "https://user:pw@example.com/", "https://example.com/#x",
        "https://exa mple.com/", "https://example.com:x/", "https://exämple.com/", "https://example.com/\n",
        "https://169.254.169.254/latest/meta-data", "file:///etc/passwd", "https://[::1",
    ],
)  # fmt: skip
def test_an_address_that_may_not_be_is_refused_when_it_is_added(url: str) -> None:
    with pytest.raises(NotAllowed):
        Places().check(url)


def test_ones_own_network_may_be_allowed() -> None:
    Places(private=True).check("http://10.0.0.7:8080/hook")
    Places().check("https://example.com:8443/hook?token=1")


@pytest.mark.parametrize("host", ["2130706433", "0x7f000001", "0177.0.0.1", "127.1", "localhost"])
async def test_another_way_to_write_this_machine_is_found_out_when_it_is_looked_up(host: str) -> None:
    with pytest.raises((NotAllowed, OSError)):
        await Places().find(host, 443)
