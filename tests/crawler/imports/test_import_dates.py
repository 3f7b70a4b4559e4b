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


@pytest.mark.parametrize("date", ["0001-01-01T00:00:00Z", "1970-01-01T00:00:00Z", "1990-12-19T23:59:59Z"])
def test_a_record_of_a_time_before_there_was_a_web_costs_itself_alone(date: str, tmp_path: Path) -> None:
    """Nobody has captured a page then; it is told where it stands, and the first page's own day is one."""
    place = Place(tmp_path)
    kept = record(*PAGES[1], date="1990-12-20T00:00:00Z")
    report = place.take(place.file("a.warc.gz", record(*PAGES[0], date=date) + kept), "--all-pages")
    assert (report["pages"], report["passed_over"]) == ({"article": 1}, {"a time before there was a web": 1})
    assert report["told"] == [f"{tmp_path}/a.warc.gz: record 1, {PAGES[0][0]}: a time before there was a web."]


def test_a_file_s_time_before_there_was_a_web_is_not_believed(tmp_path: Path) -> None:
    """As archives unpack what was packed without one. An index may tell the time, if it tells one that can be."""
    place = Place(tmp_path)
    for name, (url, body) in zip("abc", PAGES, strict=False):
        os.utime(place.file(f"pages/{name}.html", b'<link rel="canonical" href="%s">' % url.encode() + body), (0, 0))
    place.file("pages/index.csv", b"path,time\nb.html,2026-01-01T00:00:00\nc.html,1980-01-01T00:00:00\n")
    report = place.take(tmp_path / "pages", "--all-pages")
    assert (report["pages"], report["faults"]) == ({"article": 1}, 2)
    assert report["told"] == [
        f"{tmp_path}/pages/index.csv, line 3: a time before there was a web.",
        f"{tmp_path}/pages/a.html: the file's own time is before there was a web. An index.csv with the columns path "
        "and time (and url) tells when it was fetched.",
    ]


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
