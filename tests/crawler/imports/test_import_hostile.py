"""Addresses that are none, hosts without a source, and files that are packed in an unusual way."""

from __future__ import annotations

import gzip
import json
import tracemalloc
from pathlib import Path

import pytest
from test_import import PAGES, Place, record

from archive.captures import UnwritableCapture
from archive.captures.records import capture_records
from archive.model import Capture
from archive.store import Archive
from crawler.imports.page import BadFile, Incoming, is_address
from crawler.imports.warc import CHUNK, pages
from crawler.shanghai import SHANGHAI
from crawler.source.unfiled import is_named_by_host, named_by_host, without_file

NONE = (
    *("http://[::1/bad", "http://]/x", "http://www.tibet.cn[/a", "http://℀.com/", "http:///nohost", "http://?x"),
    *("http://w:99999/", "http://w:abc/", "http://../x", "http://a.example\\@b.example/", "ftp://a.example/"),
    *(
        "http://a.example/" + "a" * 2_000,
        f"http://{'a' * 64}.cn/",
        f"http://{'a.' * 127}cn/",
        f"http://{'字' * 60}.cn/",
    ),
)


@pytest.mark.parametrize("url", NONE)
def test_an_address_that_is_none_is_known(url: str) -> None:
    """No page can have come from there."""
    assert not is_address(url)


@pytest.mark.parametrize(
    "url",
    ["HTTP://u:p@Www.Tibet.cn:80/中文?x#y", "https://[::1]:8443/", "http://中国.cn", f"http://{'a' * 63}.cn:8080/"],
)
def test_an_address_of_the_web_is_one(url: str) -> None:
    """However it is written."""
    assert is_address(url)


def renamed(url: str) -> bytes:
    """A record of which the address was overwritten with another one: warcio writes none that is broken."""
    plain = gzip.decompress(record(*PAGES[0]))
    return plain.replace(f"WARC-Target-URI: {PAGES[0][0]}".encode(), f"WARC-Target-URI: {url}".encode())


def test_a_bad_address_costs_its_record_alone(tmp_path: Path) -> None:
    """Counted and passed over; the records behind it and the files behind that are taken in."""
    place = Place(tmp_path)
    first = place.file("a.warc", b"".join(map(renamed, NONE)) + gzip.decompress(record(*PAGES[1])))
    place.file("html/bad.html", b'<link rel=canonical href="http://[::1/x">' + PAGES[2][1])
    place.file("html/index.csv", f"path,url\ntold.html,http://]/x\ngood.html,{PAGES[2][0]}\n".encode())
    for name in ("told", "good"):
        place.file(f"html/{name}.html", PAGES[2][1])
    report = place.take(first, place.folder / "html", place.file("b.warc.gz", record(*PAGES[3])), "--any-host")
    assert report["articles"] == {"new": 3}
    assert report["sources"] == {"many": 3}
    assert report["passed_over"] == {
        "an address that is none of the web": 1,
        "an address of more than 2,008 characters": 1,
        "an address that is broken": 2,
        "an address whose host cannot be": len(NONE) - 3,
        "it says nowhere which address it came from, and no index does": 1,
    }
    assert (report["faults"], report["bad_files"]) == (len(NONE), 0)


def test_an_index_may_name_what_the_folder_does_not_hold(tmp_path: Path) -> None:
    """A name that no disk takes, another folder's file, the system's: told, counted, and never asked for."""
    place = Place(tmp_path)
    place.file("other/x.html", PAGES[1][1])
    place.file("in/a.html", PAGES[0][1])
    names = ("a" * 5_000 + ".html", "../other/x.html", "/etc/passwd", "in\0side.html")
    rows = [json.dumps({"path": name, "url": PAGES[0][0]}) for name in ("a.html", *names)]
    place.file("in/index.jsonl", "\n".join(rows).encode())
    report = place.take(place.folder / "in")
    assert (report["articles"], report["files"], report["faults"]) == ({"new": 1}, 1, len(names))
    assert report["passed_over"] == {"in the index, and not there": len(names)}


def test_files_that_are_links_are_not_followed_out_of_a_folder(tmp_path: Path) -> None:
    """Neither to a WARC file nor to a page; a file named itself may be a link."""
    place = Place(tmp_path)
    outside = place.file("outside.warc.gz", record(*PAGES[0]))
    place.file("in/x.html", b"")
    (place.folder / "in" / "x.html").unlink()
    for name, target in (("x.html", place.file("page.html", PAGES[1][1])), ("x.warc.gz", outside)):
        (place.folder / "in" / name).symlink_to(target)
    report = place.take(place.folder / "in")
    assert (report["articles"], report["passed_over"]) == ({}, {"no plain file": 1})
    assert place.take(place.folder / "in" / "x.warc.gz")["articles"] == {"new": 1}


def test_addresses_that_are_none_are_named_the_first_of_them(tmp_path: Path) -> None:
    """With file, record and reason, and the exit code says so; of what is no page's in any archive nothing is said."""
    place = Place(tmp_path)
    beside = b"".join(map(renamed, ("dns:www.tibet.cn", "metadata://gnu.org/software/wget/warc/wget.log", "urn:x:y")))
    bad = "http://[::1/bad\x1b]0;"
    file = place.file("a.warc", beside + b"".join([renamed(bad)] * 30) + gzip.decompress(record(*PAGES[1])))
    report = place.take(file, "--all-pages")
    assert (report["pages"], report["faults"]) == ({"article": 1}, 30)
    assert report["told"] == [f"{file}: record {at}, {bad}: an address that is broken." for at in range(4, 9)]
    done = place.run("import", file, "--dry-run")
    assert (done.exit_code, done.stderr.count("is broken"), "25 more." in done.stderr) == (1, 5, True)
    assert "\x1b" not in done.output
    assert place.run("import", place.file("b.warc", beside), "--dry-run").exit_code == 0


def test_a_capture_of_a_broken_address_is_refused_in_a_sentence() -> None:
    """Whoever keeps it."""
    from datetime import datetime

    page = Capture("http://[::1/bad", "a", datetime(2026, 11, 4, tzinfo=SHANGHAI), 200, b"x")
    with pytest.raises(UnwritableCapture, match="taken apart"):
        capture_records(page)


@pytest.mark.parametrize("count", [3, 60])
def test_a_whole_file_packed_as_one_member_is_not_broken(count: int, tmp_path: Path) -> None:
    """As `gzip file.warc` packs it; where it breaks off that is told."""
    plain = b"".join(
        gzip.decompress(record(*PAGES[number % 6], date=f"2026-11-04T08:{number:02}:00Z")) for number in range(count)
    )
    (tmp_path / "a.warc.gz").write_bytes(gzip.compress(plain))
    (tmp_path / "two.warc.gz").write_bytes(gzip.compress(plain) + gzip.compress(plain))
    (tmp_path / "cut.warc.gz").write_bytes(gzip.compress(plain)[:-5])
    assert len([each for each in pages(tmp_path / "a.warc.gz") if isinstance(each, Incoming)]) == count
    assert len(list(pages(tmp_path / "two.warc.gz"))) == 2 * count
    assert count < 60 or len(plain) > 2 * CHUNK
    with pytest.raises(BadFile, match="breaks off"):
        list(pages(tmp_path / "cut.warc.gz"))


# --- hosts without a source


def test_where_no_source_has_the_hosts_it_is_said_what_takes_them(tmp_path: Path) -> None:
    """With the configuration in use; where one page was taken in, or nothing was asked, nothing is said."""
    place = Place(tmp_path)
    alone = place.file("a.warc.gz", record(*elsewhere(0)))
    for words in ((), ("--dry-run",)):
        done = place.run("import", alone, *words)
        assert (done.exit_code, "--any-host" in done.stderr, str(place.config) in done.stderr) == (0, True, True)
    assert place.run("import", alone, "-q").stderr == ""
    assert "--any-host" not in place.run("import", alone, place.file("b.warc.gz", record(*PAGES[1]))).stderr


def test_where_there_is_nothing_to_take_in_it_is_said_what_is(tmp_path: Path) -> None:
    """An empty folder, and one of nothing that import knows; not where a page is passed over."""
    place = Place(tmp_path)
    (tmp_path / "empty").mkdir()
    place.file("notes/readme.txt", b"nothing")
    for name in ("empty", "notes"):
        done = place.run("import", tmp_path / name)
        assert (done.exit_code, done.stderr.count("WARC and WACZ files")) == (0, 1)
    place.file("pages/a.warc.gz", record(*PAGES[0]))
    assert "WARC and WACZ files" not in place.run("import", tmp_path / "pages").stderr


@pytest.mark.parametrize(
    "url", ["http://www.163.com/a", "https://A.example:8443/", "http://[::1]:81/", "http://中国.cn/"]
)
def test_the_name_of_a_host_s_source_is_known_for_one(url: str) -> None:
    """And what none can be called is not."""
    assert is_named_by_host(named_by_host(url).id)
    assert not any(
        map(is_named_by_host, ("", "../../etc", "a.example/x", "u@a.example", "A.example", "a.example:99999"))
    )


def elsewhere(at: int = 0) -> tuple[str, bytes]:
    """A page on a host that no source has."""
    return PAGES[at][0].replace("127.0.0.1:9", "news.example:8080"), PAGES[at][1]


def test_articles_of_hosts_without_a_source_come_back_as_they_were(tmp_path: Path) -> None:
    """Exported, taken in elsewhere and exported again they are the same bytes."""
    place = Place(tmp_path)
    place.take(place.file("a.warc.gz", record(*elsewhere(0)) + record(*elsewhere(1)) + record(*PAGES[0])), "--any-host")
    lines = place.run("export", "jsonl").stdout_bytes
    report = place.take(place.file("b.jsonl", lines), data="other")
    assert (report["articles"], report["faults"]) == ({"new": 3}, 0)
    assert place.run("export", "jsonl", data="other").stdout_bytes == lines


def test_pages_of_sources_without_a_file_are_read_again(tmp_path: Path) -> None:
    """Of hosts that never had one, and of one whose file was removed; it is said. A wrong name still is one."""
    place = Place(tmp_path)
    place.take(place.file("a.warc.gz", record(*elsewhere()) + record(*PAGES[0]) + record(*PAGES[1])), "--any-host")
    (place.config / "sources" / "many.toml").unlink()
    every = place.run("reread", "--all", "--json")
    told = json.loads(every.stdout)
    assert (told["in_scope"], told["articles"]["same"], every.exit_code) == (3, 3, 0)
    assert "No file describes many, news.example:8080" in every.stderr
    recorded = place.run("reread", "--all", "--apply", "--json")
    assert (json.loads(recorded.stdout)["in_scope"], recorded.exit_code) == (0, 0)
    assert "many, news.example:8080: left alone" in recorded.stderr
    assert json.loads(place.run("reread", "news.example:8080", "--json").stdout)["in_scope"] == 1
    assert json.loads(place.run("reread", "many", "--json").stdout)["in_scope"] == 2
    wrong = place.run("reread", "manny")
    assert (wrong.exit_code, "There is no source" in wrong.stderr) == (2, True)
    assert place.run("reread", "manny", data="none").exit_code == 2
    with Archive.open(place.data) as archive:
        assert set(archive.outlets()) == {"many", "news.example:8080"}


def test_what_is_known_of_a_source_without_a_file_follows_from_its_pages() -> None:
    """The host of its addresses, and those whose addresses became its own; not where a page was redirected to."""
    copies = [
        ("https://www.a.example/1.html", "http://www.a.example/1.html"),
        ("http://m.a.example/2.html", "http://www.a.example/2.html"),
        ("http://elsewhere.example/login", "http://www.a.example/3.html"),
    ]
    found = without_file("a-example", ("甲报", "甲日报"), copies)
    assert (found.id, found.name, found.outlets) == ("a-example", "甲报", ("甲日报",))
    assert found.all_hosts == ("www.a.example", "m.a.example")
    assert without_file("www.b.example", (), ()).all_hosts == ("www.b.example",)


def test_a_source_without_a_file_is_known_in_little_memory() -> None:
    """Whatever the archive holds of it."""
    copies = ((f"https://m.a.example/{each}.html", f"http://www.a.example/{each}.html") for each in range(20_000))
    tracemalloc.start()
    try:
        found = without_file("a-example", (), copies)
        most = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert (found.all_hosts, most < 2_000_000) == (("www.a.example", "m.a.example"), True)
