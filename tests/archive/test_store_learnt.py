"""What was learnt of a source is kept, and found by its newest and by its name."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from archive_cases import SOURCE, START, Place, both_databases, later, make_article, make_capture, take_in, url_of

from archive.store import NotWritable, Profile, TemplateChange

PROFILE = Profile(SOURCE, "aa11", START, 7, 9, b'{"templates":[]}')


@both_databases
def test_the_newest_profile_is_found_and_older_ones_stay(kind: str, tmp_path: Path) -> None:
    """A reading names its profile, so none is ever lost; one that is learnt again is the newest again."""
    place = Place(tmp_path, kind)
    newer = replace(PROFILE, digest="bb22", made=START + timedelta(days=1), profile=b"{}")
    with place.open(write=True) as archive:
        assert archive.learnt(SOURCE) is None
        archive.keep_learnt(PROFILE)
        archive.keep_learnt(newer)
        assert archive.learnt(SOURCE) == newer
    with place.open() as archive:
        assert archive.learnt(SOURCE) == newer
        assert archive.learnt(SOURCE, "aa11") == PROFILE
        assert archive.learnt(SOURCE, "cc33") is None
        assert archive.learnt("another") is None
        with pytest.raises(NotWritable):
            archive.keep_learnt(PROFILE)
    again = replace(PROFILE, made=START + timedelta(days=2))
    with place.open(write=True) as archive:
        archive.keep_learnt(again)
        assert archive.learnt(SOURCE) == again


@both_databases
def test_a_sample_has_each_page_once_and_only_articles(kind: str, tmp_path: Path) -> None:
    """Of a page that was captured again the newest counts; lists, errors and lost pages do not."""
    with Place(tmp_path, kind).open(write=True) as archive:
        for number in (1, 2, 3):
            take_in(archive, make_capture(number, hours=number), make_article(number))
        newest = make_capture(1, hours=9, text="新的正文")
        take_in(archive, newest, make_article(1, "新的正文"))
        take_in(archive, make_capture(4, hours=5), verdict="list")
        take_in(archive, make_capture(5, hours=6, status=404), verdict="other")
        archive.keep(make_capture(6, hours=7))
        found = archive.sample(SOURCE, 10)
        assert [row.canonical_url for row in found] == [url_of(1), url_of(3), url_of(2)]
        assert found[0].id == newest.id
        assert len(archive.sample(SOURCE, 2)) == 2
        assert archive.sample("another", 2) == ()
        assert (archive.held(SOURCE), archive.held("another")) == (3, 0)
        told = list(archive.newest_evidence(SOURCE, 2))
        assert [each["read"] for each in told] == [newest.id, later(make_capture(3), 3).id]


@both_databases
def test_a_change_of_template_is_told_by_the_status(kind: str, tmp_path: Path) -> None:
    """The newest change of each source stands in its numbers."""
    first = TemplateChange(SOURCE, START, "aa11", "5 of the 8 newest pages look like none of the 2 known templates.")
    second = replace(first, noticed=START + timedelta(days=30))
    with Place(tmp_path, kind).open(write=True) as archive:
        take_in(archive, make_capture(), make_article())
        assert archive.status()[0].template_change is None
        archive.template_changed(first)
        archive.template_changed(second)
        assert archive.template_changes() == archive.template_changes(SOURCE) == (second, first)
        assert archive.status()[0].template_change == second
        assert archive.template_changes("another") == ()
