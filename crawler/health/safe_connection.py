"""A connection to an address that is public, or allowed by name: checked at the moment of the connection."""

from __future__ import annotations

import socket
from ipaddress import ip_address

from crawler.fetch.addresses import Network, may_ask


def connect(host: str, port: int, timeout: float, allowed: tuple[Network, ...] = ()) -> socket.socket:
    """A socket connected to the host, `timeout` seconds for each of its addresses.

    Raises PermissionError if all of them are private, OSError if none answers.
    """
    trouble: OSError | None = None
    for family, kind, protocol, _, address in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM):
        where = str(address[0]).partition("%")[0]
        if not may_ask(ip_address(where), allowed):
            trouble = trouble or PermissionError(f"{host} resolves to {where}, which is not a public address")
            continue
        found = socket.socket(family, kind, protocol)
        try:
            found.settimeout(timeout)
            found.connect(address)
        except OSError as error:
            found.close()
            trouble = error
            continue
        return found
    raise trouble or OSError(f"{host} has no address")
