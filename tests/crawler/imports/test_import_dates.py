"""Times at either end of the years, which are none in another zone: they cost the record that has them, alone."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from test_import import PAGES, Place, record

ENDS = ("0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-12:00")


@pytest.mark.parametrize("date", [*ENDS, "9999-12-31T23:59:59+00:00"])
def test_a_record_of_a_time_that_is_none_costs_itself_alone(date: str, tmp_path: Path) -> None:
    """The one behind it is taken in."""
    place = Place(tmp_path)
    report = place.take(place.file("a.warc.gz", record(*PAGES[0], date=date) + record(*PAGES[1])), "--all-pages")
    assert (report["pages"], report["passed_over"]) == ({"article": 1}, {"a record without a date": 1})


def test_the_first_moment_of_all_is_a_time(tmp_path: Path) -> None:
    """It is one in UTC and in Shanghai: the article is kept, and exported."""
    place = Place(tmp_path)
    name = place.file("a.warc.gz", record(*PAGES[0], date="0001-01-01T00:00:00Z"))
    assert place.take(name, "--all-pages")["pages"] == {"article": 1}
    line = json.loads(place.run("export", "jsonl").stdout)
    assert line["first_seen"] == "0001-01-01T00:00:00+00:00"


@pytest.mark.parametrize("time", [*ENDS, "0001-01-01T00:00:00"])
def test_a_row_of_an_index_with_a_time_that_is_none_costs_its_file_alone(time: str, tmp_path: Path) -> None:
    """It is told with its line; without an offset it is a time of Shanghai."""
    place = Place(tmp_path)
    place.file("pages/a.html", PAGES[0][1])
    place.file("pages/b.html", PAGES[1][1])
    rows = f"path,url,time\na.html,{PAGES[0][0]},{time}\nb.html,{PAGES[1][0]},2026-01-01T00:00:00\n"
    place.file("pages/index.csv", rows.encode())
    report = place.take(tmp_path / "pages", "--all-pages")
    assert (report["pages"], report["faults"]) == ({"article": 1}, 1)
    assert "index.csv, line 2: a time that is none" in str(report["told"])


def test_a_file_whose_own_time_is_none_costs_itself_alone(tmp_path: Path) -> None:
    """Some file systems keep times behind the year 9999; where this one does not, it is a time that is to come."""
    place = Place(tmp_path)
    far = place.file("pages/a.html", b'<link rel="canonical" href="%s">' % PAGES[0][0].encode() + PAGES[0][1])
    place.file("pages/b.html", b'<link rel="canonical" href="%s">' % PAGES[1][0].encode() + PAGES[1][1])
    os.utime(far, (1 << 40, 1 << 40))
    report = place.take(tmp_path / "pages", "--all-pages")
    assert report["pages"] == {"article": 1}
    assert set(report["passed_over"]) <= {"the file's own time is none", "a time that is to come"}  # type: ignore[call-overload]


@pytest.mark.parametrize("name", ["first_seen", "published"])
def test_a_line_with_a_time_that_is_none_costs_itself_alone(name: str, tmp_path: Path) -> None:
    """Either end; the line behind it comes back."""
    place = Place(tmp_path)
    place.take(place.file("a.warc.gz", record(*PAGES[0]) + record(*PAGES[1])), "--all-pages")
    first, second = place.run("export", "jsonl").stdout.splitlines()
    bad = [json.dumps(json.loads(first) | {name: ENDS[name == "published"]}), second]
    lines = place.file("lines.jsonl", "\n".join(bad).encode())
    report = place.take(lines, data="other")
    assert (report["articles"], report["passed_over"]) == ({"new": 1}, {"a time that is none": 1})
    assert place.run("export", "jsonl", data="other").stdout.splitlines() == [second]
