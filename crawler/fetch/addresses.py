"""Which network addresses may be asked: public ones, and those a source names.

A page, a redirect or a name server may point a crawler at the machine it runs on, at a router or at a cloud's
metadata service. The check is made twice: on addresses written in a URL, and on the addresses a name resolves to at
the moment of the connection (`resolver.py`), so that an answer that changes in between cannot slip through.
"""

from __future__ import annotations

import re
import socket
from collections.abc import Iterable
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

from w3lib.url import safe_url_string

from archive.identity import without_userinfo

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

# IPv6 ranges that carry an IPv4 address in their last 32 bits: RFC 6052 (NAT64), RFC 4291 (IPv4-compatible).
CARRIERS = (IPv6Network("64:ff9b::/96"), IPv6Network("::/96"))

WRITTEN = re.compile(r"[A-Za-z0-9\-._~:/?\[\]@!$&'()*+,;=%]+")  # RFC 3986, 2; without a fragment's #


def networks(allowed: Iterable[str]) -> tuple[Network, ...]:
    """The `allow_addresses` of a source ("127.0.0.1", "10.0.0.0/8"). ValueError names one that is no address."""
    return tuple(ip_network(entry, strict=False) for entry in allowed)


def may_ask(address: Address, allowed: tuple[Network, ...] = ()) -> bool:
    """Whether the address is public, or allowed by name.

    >>> may_ask(ip_address("::ffff:127.0.0.1"))
    False
    >>> may_ask(ip_address("127.0.0.1"), networks(["127.0.0.0/8"]))
    True
    """
    inner = _carried(address)
    if any(inner.version == network.version and inner in network for network in allowed):
        return True
    return inner.is_global and not inner.is_multicast and not inner.is_reserved


def _carried(address: Address) -> Address:
    """The IPv4 address inside an IPv6 one (mapped, compatible, 6to4, NAT64), or the address itself."""
    if isinstance(address, IPv4Address) or address in (IPv6Address("::"), IPv6Address("::1")):
        return address
    if any(address in carrier for carrier in CARRIERS):
        return IPv4Address(int(address) & 0xFFFFFFFF)
    return address.ipv4_mapped or address.sixtofour or address


def literal(host: str) -> Address | None:
    """The address a host name spells out, in any notation that the system's resolver takes (dotted, decimal, octal,
    hexadecimal, shortened, IPv6), or None for a name.

    >>> literal("0x7f.1"), literal("2130706433"), literal("www.tibet.cn")
    (IPv4Address('127.0.0.1'), IPv4Address('127.0.0.1'), None)
    """
    bare = host.strip("[]").rstrip(".")
    try:
        return ip_address(bare.partition("%")[0])
    except ValueError:
        pass
    try:
        return IPv4Address(socket.inet_aton(bare))
    except (OSError, UnicodeEncodeError):
        return None


def written(url: str | bytes) -> str:
    """The address in the characters of RFC 3986, without its fragment and its user's name and password: other
    characters are escaped as UTF-8, other bytes as they are; escapes stay. ValueError if it cannot be written so.

    >>> written("http://127.0.0.1/2 b.html#top"), written("/新闻".encode("gb18030"))
    ('http://127.0.0.1/2%20b.html', '/%D0%C2%CE%C5')
    """
    address = without_userinfo(safe_url_string(url).partition("#")[0])
    if address and not WRITTEN.fullmatch(address):
        raise ValueError("the address holds what no address can hold")
    return address
