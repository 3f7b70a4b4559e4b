"""Sources that no file describes: named by their host, or known from what an archive holds of them. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from archive.identity import canonical_url
from crawler.source.check import is_host
from crawler.source.model import Source, host_of


def named_by_host(url: str) -> Source:
    """A source for a host that no file names.

    >>> named_by_host("https://News.Example:8443/a/1.html").id
    'news.example:8443'
    """
    host = host_of(url)
    return Source(id=host, name=host, home=f"{url.partition('://')[0].lower()}://{host}/", hosts=(host,))


def is_named_by_host(text: str) -> bool:
    """Whether that is what `named_by_host` calls a source."""
    return is_host(text) and any(host_of(f"{scheme}://{text}/") == text for scheme in ("http", "https"))


def without_file(source_id: str, names: tuple[str, ...], copies: Iterable[tuple[str, str]]) -> Source:
    """A source as far as an archive knows it, for reading its pages again.

    `names` are those that it went by, the first one its own. `copies` are pages of it, each the address that answered
    and the canonical one that it is known under: the host of most of these is the source's, and with it go the hosts
    whose addresses became its own. Patterns, selectors and the family are not known.
    """
    hosts: Counter[str] = Counter()
    became: dict[str, set[str]] = {}  # by host: the hosts of which an address became its own
    for url, canonical in copies:  # there may be millions: none is held
        host, known = host_of(url), host_of(canonical)
        if known:
            hosts[known] += 1
        is_new = host and known and host != known and host not in became.get(known, ())
        if is_new and canonical_url(url, (known, host)) == canonical:
            became.setdefault(known, set()).add(host)
    main = min(hosts, key=lambda host: (-hosts[host], host)) if hosts else ""
    if not main:
        main = source_id if is_named_by_host(source_id) else f"{source_id}.invalid"
    called = names or (source_id,)
    hosts_of_it = (main, *sorted(became.get(main, ())))
    return Source(id=source_id, name=called[0], outlets=called[1:], home=f"http://{main}/", hosts=hosts_of_it)
