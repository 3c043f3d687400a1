"""Where the service may call: an address that somebody else chose must not lead into the network it stands in."""

from __future__ import annotations

import asyncio
import ipaddress
import socket
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlsplit

from state.errors import BadInput

_PORTS: Final = {"http": 80, "https": 443}
_PRIVATE: Final = "lies in a private network; DAYLOOM_PRIVATE_ADDRESSES=true lets the service call there"


@dataclass(frozen=True)
class Target:
    """An address that may be called: the machine is fixed, so that its name cannot mean another one afterwards."""

    url: str
    headers: dict[str, str]
    extensions: dict[str, Any]


def check_address(url: str, *, private: bool) -> None:
    """Raise BadInput for what is no web address, or says by itself that it is one of a private network."""
    _, host, _ = _split(url)
    if not private and (host == "localhost" or host.endswith(".localhost") or _is_private(host)):
        raise BadInput(f"{host} {_PRIVATE}")


async def find_target(url: str, *, private: bool) -> Target:
    """Return where an address leads; raises BadInput for one that may not be called, OSError when it has no machine."""
    scheme, host, port = _split(url)
    found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    machines = [str(each[4][0]) for each in found]
    if not private and any(map(_is_private, machines)):
        raise BadInput(f"{host} {_PRIVATE}")
    parts = urlsplit(url)
    machine = f"[{machines[0]}]" if ":" in machines[0] else machines[0]
    place = parts._replace(scheme=scheme, netloc=f"{machine}:{port}", fragment="").geturl()
    named = f"[{host}]" if ":" in host else host
    return Target(place, {"Host": named if port == _PORTS[scheme] else f"{named}:{port}"}, {"sni_hostname": host})


def _split(url: str) -> tuple[str, str, int]:
    """Return scheme, host and port."""
    try:
        parts = urlsplit(url)
        host, port = (parts.hostname or "").rstrip("."), parts.port
    except ValueError as error:
        raise BadInput(f"this is no web address: {error}") from error
    if parts.scheme not in _PORTS or not host or parts.username is not None:
        raise BadInput("an address to be called begins with https:// or http://, and names a host and no user")
    return parts.scheme, host, port or _PORTS[parts.scheme]


def _is_private(machine: str) -> bool:
    """Tell whether an IP address is not one of the internet; False for a name."""
    try:
        address = ipaddress.ip_address(machine.partition("%")[0])
    except ValueError:
        return False
    mapped = getattr(address, "ipv4_mapped", None) or getattr(address, "sixtofour", None)
    return not (mapped or address).is_global or address.is_multicast
