"""Facts are read from both databases as they were stored."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from archive_cases import SOURCE, Place, both_databases, make_article, make_capture, take_in


@both_databases
def test_facts_are_those_of_the_newest_text(kind: str, tmp_path: Path) -> None:
    """Fields of the revision, repairs of its capture; a mere day is no time, and what is its own names nobody."""
    place = Place(tmp_path, kind)
    with place.open(write=True) as archive:
        take_in(archive, make_capture(1), replace(make_article(1), author=()))
        take_in(archive, make_capture(1, hours=1, text="新"), make_article(1, text="改过的正文。"))
        capture = make_capture(2)
        archive.keep(capture)
        repairs = {"repairs": [{"rule": "mirror-comma"}, {"rule": "mirror-comma"}], "lossy": ["？"]}
        read = replace(make_article(2), origin_original=True, published_precision="day")
        archive.record(capture, capture.url, "article", [read], repairs)
    with place.open() as archive:
        first, second = sorted(archive.choose().facts(), key=lambda each: each.dated)
        assert archive.looked() == {SOURCE: make_capture(1).fetched_at}
    assert (first.source_id, first.origin, first.published) == (SOURCE, "高原日报", make_article(1).published)
    assert first.filled == {"published", "time", "origin", "author"}
    assert not first.repairs
    assert (second.origin, second.published, second.lossy) == (None, None, True)
    assert second.filled == {"published", "origin", "author"}
    assert dict(second.repairs) == {"mirror-comma": 2}


@both_databases
def test_captures_are_found_in_both_databases(kind: str, tmp_path: Path) -> None:
    """By their places, each once."""
    place = Place(tmp_path, kind)
    with place.open(write=True) as archive:
        for number in (2, 1):
            take_in(archive, make_capture(number), make_article(number))
    with place.open() as archive:
        found = [each.capture_id for each in archive.choose().captures()[1]]
    assert found == [make_capture(2).id, make_capture(1).id]
