"""Which family a page is of, by the strings that betray a system in its markup."""

from __future__ import annotations

import pytest

from crawler.extract.template import owners_of_markers, recognise, selectors
from crawler.source import Family, Source, Template, load_families

PLAIN = "http://www.example.cn/a/1.html"


def made(*markers: str) -> Family:
    """A family that is known by these strings alone."""
    return Family(id="-".join(markers), name="made", markers=markers)


@pytest.mark.parametrize(
    ("families", "markup", "owners"),
    [
        ((made("zw_left"), made("leftovers")), "<p>text</p>", set()),
        ((made("zw_left"), made("leftovers")), "<p class=zw_left>", {0}),
        ((made("zw_left"), made("leftovers")), "<p class=zw_leftovers>", {0, 1}),
        ((made("content"), made("zw_content_left")), "<p class=zw_content_left>", {0, 1}),
        ((made("zw_left"), made("（资料图）")), "<p class=leftovers>（资料图）<p class=zw_left>", {0, 1}),
        ((made("zw_left"),), "<p>\ud800</p><p class=zw_left>", {0}),
    ],
    ids=["none", "one", "end in begin", "one within another", "the second first", "half of a surrogate pair"],
)
def test_every_family_that_has_a_marker_in_the_page_is_found(
    families: tuple[Family, ...], markup: str, owners: set[int]
) -> None:
    """Markers are found wherever they stand, also where they overlap, and none is found that is not there."""
    assert owners_of_markers(families, markup) == owners


@pytest.mark.parametrize("family", [family for family in load_families().values() if family.markers])
def test_a_page_with_a_family_s_marker_is_read_by_a_family_that_has_it(family: Family) -> None:
    """Of several families with the same marker the first one is taken; words that are no marker betray none."""
    found = recognise(PLAIN, f"<div {family.markers[0]}>")
    assert found is not None
    assert any(marker in f"<div {family.markers[0]}>" for marker in found.markers)
    assert recognise(PLAIN, "<div class=text>") is None


def test_what_a_source_orders_goes_before_its_family_s_hint() -> None:
    """The source's selectors are taken; the family fills the fields that are left open, its body as a hint."""
    family = next(family for family in load_families().values() if family.markers and family.template.body)
    own = Source(id="made", name="made", home=PLAIN, templates=(Template(title=("h2.own",)),))
    found = selectors(PLAIN, f"<div {family.markers[0]}>", own)
    assert found["title"] == ("h2.own",)
    assert "body" not in found
    assert "family-body" in found
