"""Which CSS selectors apply to a page: its source's template of the day, and its family's."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import lru_cache

from ahocorasick_rs import BytesAhoCorasick, MatchKind

from crawler.source import Family, Source, Template, family_of, load_families
from crawler.source.model import SELECTOR_FIELDS


def selectors(
    url: str, markup: str, source: Source | None = None, captured: date | None = None
) -> Mapping[str, tuple[str, ...]]:
    """The selectors by field: the source's go first, the family's fill the fields that it leaves open.

    A family's selectors for the body stand under `family-body`: they are only a hint, the source's are an order.
    Without a source the family is told by the address, else by a marker in the markup.
    """
    own = source.own_template(captured) if source else Template()
    family = (source.profile if source else None) or recognise(url, markup)
    found: dict[str, tuple[str, ...]] = {}
    for template in (own, family.template if family else Template()):
        for field in SELECTOR_FIELDS:
            values = getattr(template, field)
            name = "family-body" if field == "body" and template is not own else field
            if values and name not in found:
                found[name] = tuple(values)
    return found


def recognise(url: str, markup: str) -> Family | None:
    """The family of a page by its address, else by the strings that betray a system in its markup.

    A family that is recognised by a mere date or number in the address has no selectors; then the markup is asked too.
    """
    by_address = family_of(url)
    if by_address is not None and by_address.template != Template():
        return by_address
    families = tuple(load_families().values())
    seen = owners_of_markers(families, markup)
    return families[min(seen)] if seen else by_address


def owners_of_markers(families: tuple[Family, ...], markup: str) -> set[int]:
    """The indexes of the families that have a marker in the markup.

    Four pages of five have none, which a search that does not care for overlapping markers tells in a quarter of the
    time; what stands before the first marker that it finds holds none.
    """
    any_marker, each_marker, owners = _automata(tuple(family.markers for family in families))
    text = markup.encode("utf-8", "replace")
    first = next((start for _, start, _ in any_marker.find_matches_as_indexes(text)), None)
    if first is None:
        return set()
    found = each_marker.find_matches_as_indexes(text[first:], overlapping=True)
    return {owners[marker] for marker, _, _ in found}


@lru_cache(maxsize=8)
def _automata(markers: tuple[tuple[str, ...], ...]) -> tuple[BytesAhoCorasick, BytesAhoCorasick, tuple[int, ...]]:
    """What finds any marker, what finds each, and the index of each one's family."""
    pairs = [(marker.encode(), index) for index, each in enumerate(markers) for marker in each]
    patterns = [marker for marker, _ in pairs]
    any_marker = BytesAhoCorasick(patterns, matchkind=MatchKind.LeftmostFirst)
    return any_marker, BytesAhoCorasick(patterns), tuple(index for _, index in pairs)
