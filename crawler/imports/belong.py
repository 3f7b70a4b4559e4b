"""Which source a page that somebody brings belongs to. Pure."""

from __future__ import annotations

from collections.abc import Mapping

from crawler.source import Source, host_of


def source_of(url: str, sources: Mapping[str, Source], only: str | None, any_host: bool) -> Source | None:
    """The source of an address: one that takes it for an article's before one that has its host, by id; else None.

    `only` names the one source that is asked. With `any_host` an address that lies on no source's host belongs to the
    source `only`, else to one that is named by its host.
    """
    asked = [sources[only]] if only else [sources[name] for name in sorted(sources)]
    owning = [each for each in asked if each.owns(url)]
    found = next((each for each in owning if each.is_article(url)), owning[0] if owning else None)
    if found is None and any_host:
        return sources[only] if only else named_by_host(url)
    return found


def named_by_host(url: str) -> Source:
    """A source for a host that no file names."""
    host = host_of(url)
    return Source(id=host, name=host, home=f"{url.partition('://')[0].lower()}://{host}/", hosts=(host,))


def has_patterns(source: Source) -> bool:
    """Whether the source says which addresses are articles."""
    return bool(source.articles.patterns or (source.profile and source.profile.articles))
