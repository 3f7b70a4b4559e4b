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
    pairs = [(host_of(url), host_of(canonical), url, canonical) for url, canonical in copies]
    hosts = Counter(host for _, host, _, _ in pairs if host)
    main = min(hosts, key=lambda host: (-hosts[host], host)) if hosts else ""
    if not main:
        main = source_id if is_named_by_host(source_id) else f"{source_id}.invalid"
    others = {
        host: None
        for host, known, url, canonical in pairs
        if known == main != host and host and canonical_url(url, (main, host)) == canonical
    }
    called = names or (source_id,)
    return Source(
        id=source_id, name=called[0], outlets=called[1:], home=f"http://{main}/", hosts=(main, *sorted(others))
    )
