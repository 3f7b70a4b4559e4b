"""A connection to an address that is public, or allowed by name: checked at the moment of the connection."""

from __future__ import annotations

import socket
from ipaddress import ip_address
from time import monotonic

from crawler.fetch.addresses import Network, may_ask


def connect(host: str, port: int, timeout: float, allowed: tuple[Network, ...] = ()) -> socket.socket:
    """A socket connected to the host, in `timeout` seconds for all of its addresses together, and for each step after.

    Raises PermissionError if all of them are private, OSError if none answers.
    """
    trouble: OSError | None = None
    ends = monotonic() + timeout
    for family, kind, protocol, _, address in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM):
        where = str(address[0]).partition("%")[0]
        if not may_ask(ip_address(where), allowed):
            trouble = trouble or PermissionError(f"{host} resolves to {where}, which is not a public address")
            continue
        if (left := ends - monotonic()) <= 0:
            break
        found = socket.socket(family, kind, protocol)
        try:
            found.settimeout(left)
            found.connect(address)
        except OSError as error:
            found.close()
            trouble = error
            continue
        found.settimeout(timeout)
        return found
    raise trouble or OSError(f"{host} has no address")
