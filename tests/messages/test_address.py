"""An address that somebody else chose does not lead into the network the service stands in."""

from __future__ import annotations

import asyncio
import socket
from typing import Any

import pytest

from dayloom.messages.address import check_address, find_target
from state.errors import BadInput

PRIVATE = [
    "http://127.0.0.1/",
    "http://localhost:8080/x",
    "http://a.localhost/",
    "http://10.1.2.3/",
    "http://192.168.1.1/",
    "http://169.254.169.254/latest/meta-data",
    "http://[::1]/",
    "http://[fe80::1]/",
    "http://[::ffff:127.0.0.1]/",
    "http://[2002:7f00:1::]/",
    "http://0.0.0.0/",
    "http://224.0.0.1/",
]


@pytest.mark.parametrize("url", PRIVATE)
def test_what_says_that_it_is_private_is_refused_unless_the_operator_allows_it(url: str) -> None:
    with pytest.raises(BadInput, match="DAYLOOM_PRIVATE_ADDRESSES"):
        check_address(url, private=False)
    check_address(url, private=True)


@pytest.mark.parametrize(
    "url", ["ftp://example.org", "/runs", "https://", "http://ann:secret@example.org", "http://[x"]
)
def test_what_is_no_web_address_is_refused(url: str) -> None:
    with pytest.raises(BadInput):
        check_address(url, private=True)


@pytest.mark.parametrize("machine", ["2130706433", "0x7f000001", "0177.0.0.1", "127.1", "localhost"])
async def test_a_name_of_a_private_machine_is_refused_however_it_is_written(machine: str) -> None:
    with pytest.raises((BadInput, OSError)):
        await find_target(f"http://{machine}/", private=False)


async def test_the_machine_is_the_one_that_was_looked_at_and_is_told_whom_it_is_taken_for(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async def found(*_: Any, **__: Any) -> Any:
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("93.184.216.34", 443))]

    monkeypatch.setattr(asyncio.get_running_loop(), "getaddrinfo", found)
    target = await find_target("https://hooks.example.org/a?b=1#c", private=False)

    assert target.url == "https://93.184.216.34:443/a?b=1"
    assert target.headers == {"Host": "hooks.example.org"}
    assert target.extensions == {"sni_hostname": "hooks.example.org"}


async def test_a_name_that_leads_to_one_private_machine_among_others_is_refused(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async def found(*_: Any, **__: Any) -> Any:
        return [(0, 0, 0, "", (machine, 80)) for machine in ("93.184.216.34", "10.0.0.1")]

    monkeypatch.setattr(asyncio.get_running_loop(), "getaddrinfo", found)
    with pytest.raises(BadInput, match="private"):
        await find_target("http://hooks.example.org/", private=False)
