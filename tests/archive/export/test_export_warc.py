"""WARC and WACZ: records as they are kept, read by others; packages by their specification."""

from __future__ import annotations

import hashlib
import io
import json
import re
import zipfile
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from archive_cases import make_article, make_capture, take_in
from export_cases import HOSTILE_TITLES, fill, written
from fastwarc.warc import ArchiveIterator as FastIterator
from warcio.archiveiterator import ArchiveIterator

from archive.export import cdxj
from archive.export.cdxj import Lines, surt
from archive.store import Archive

NEWEST = "2026-03-01T13:30:00Z"
"""When the newest of the captures was fetched."""

PAGES = 5 + len(HOSTILE_TITLES)


@pytest.fixture
def archive(tmp_path: Path) -> Any:
    """Plain and hostile articles, one of them edited."""
    fill(tmp_path)
    with Archive.open(tmp_path) as opened:
        yield opened


def responses(content: bytes) -> list[tuple[str, bytes]]:
    """Address and body of every response, as warcio gives them."""
    return [
        (each.rec_headers.get_header("WARC-Target-URI"), each.content_stream().read())
        for each in ArchiveIterator(io.BytesIO(content), check_digests="raise")
        if each.rec_type == "response"
    ]


def test_both_libraries_read_it_and_the_digests_fit(archive: Archive) -> None:
    """A warcinfo, then metadata, request and response of each capture."""
    told, content = written("warc", archive.choose(), name="some.warc.gz")
    assert (told.articles, told.captures, told.faults) == (PAGES, PAGES, ())
    kinds = [each.rec_type for each in ArchiveIterator(io.BytesIO(content), check_digests="raise")]
    assert kinds == ["warcinfo", *["metadata", "request", "response"] * PAGES]
    fast = [each for each in FastIterator(io.BytesIO(content), parse_http=False) if each.verify_block_digest()]
    assert len(fast) == 1 + PAGES * 3
    assert content[:400].startswith(b"\x1f\x8b")
    first = next(iter(ArchiveIterator(io.BytesIO(content))))
    assert first.rec_headers.get_header("WARC-Filename") == "some.warc.gz"
    assert first.rec_headers.get_header("WARC-Date") == NEWEST


def test_records_are_copied_byte_for_byte(archive: Archive, tmp_path: Path) -> None:
    """As they lie in the capture files."""
    content = written("warc", archive.choose("第3批"))[1]
    (row,) = archive.captures(url=make_capture(3).url)
    (file,) = (tmp_path / "captures").glob("*.warc.gz")
    assert content.endswith(file.read_bytes()[row.offset : row.offset + row.length])
    assert responses(content) == [(make_capture(3).url, make_capture(3).content)]


def test_the_captures_of_all_revisions_if_asked(archive: Archive) -> None:
    """Else that of the newest text alone."""
    url = make_capture(1).url
    newest, every = (responses(written("warc", archive.choose(), every=flag)[1]) for flag in (False, True))
    assert [body for address, body in newest if address == url] == [make_capture(1, text="新").content]
    assert [body for address, body in every if address == url] == [
        make_capture(1).content,
        make_capture(1, text="新").content,
    ]


def test_a_body_that_came_again_is_written_out(tmp_path: Path) -> None:
    """A capture whose body lies with another one stands alone in the export."""
    again = make_capture(2, hours=9)
    with Archive.open(tmp_path, write=True) as archive:
        take_in(archive, make_capture(2), make_article(2))
        take_in(archive, make_capture(2, hours=4, text="新"), make_article(2, text="改过。"))
        take_in(archive, again, make_article(2))
    with Archive.open(tmp_path) as archive:
        content = written("warc", archive.choose())[1]
    assert responses(content) == [(again.url, again.content)]


def test_what_cannot_be_had_is_told(archive: Archive, tmp_path: Path) -> None:
    """A sentence for each; the others are there."""
    row = next(row for row in archive.captures() if row.url == make_capture(3).url)
    (file,) = (tmp_path / "captures").glob("*.warc.gz")
    damaged = bytearray(file.read_bytes())
    damaged[row.offset + row.length - 30] ^= 0xFF
    file.write_bytes(damaged)
    for form in ("warc", "wacz"):
        told, content = written(form, archive.choose())
        assert (told.captures, len(told.faults)) == (PAGES - 1, 1)
        if form == "warc":
            assert make_capture(3).url not in dict(responses(content))


@pytest.mark.parametrize("every", [False, True])
def test_the_same_archive_gives_the_same_bytes(every: bool, archive: Archive) -> None:
    """Whatever the clock says: the file is as old as the newest capture in it."""
    asked = ("", "第3批", "火星")
    forms = [(form, query) for form in ("warc", "wacz") for query in asked]
    now = [written(form, archive.choose(query), every=every)[1] for form, query in forms]
    assert now == [written(form, archive.choose(query), every=every)[1] for form, query in forms]
    dates = [next(iter(ArchiveIterator(io.BytesIO(each)))).rec_headers.get_header("WARC-Date") for each in now[:3]]
    assert dates == [NEWEST, "2026-03-01T08:30:00Z", "1970-01-01T00:00:00Z"]


def test_a_capture_whose_moment_cannot_be_read_is_written(archive: Archive, tmp_path: Path) -> None:
    """Its record has it; the file is dated by the others."""
    engine = sa.create_engine(f"sqlite:///{tmp_path / 'archive.db'}")
    with engine.begin() as connection:
        connection.execute(sa.text("UPDATE capture SET fetched_at = 'x' WHERE fetched_at > '2026-03-01 12'"))
    engine.dispose()
    told, content = written("warc", archive.choose())
    assert (told.captures, told.faults) == (PAGES, ())
    assert (
        next(iter(ArchiveIterator(io.BytesIO(content)))).rec_headers.get_header("WARC-Date") == "2026-03-01T08:30:00Z"
    )


def test_a_package_is_what_its_specification_says(archive: Archive) -> None:
    """WACZ 1.1.1, rule by rule."""
    _, content = written("wacz", archive.choose(), title="工业")
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        assert package.testzip() is None
        names = package.namelist()
        assert sorted(names) == [
            "archive/data.warc.gz",
            "datapackage-digest.json",
            "datapackage.json",
            "indexes/index.cdx",
            "pages/pages.jsonl",
        ]
        assert package.getinfo("archive/data.warc.gz").compress_type == zipfile.ZIP_STORED
        told = json.loads(package.read("datapackage.json"))
        assert (told["profile"], told["wacz_version"]) == ("data-package", "1.1.1")
        assert (told["title"], told["created"], told["software"]) == ("工业", NEWEST, "jianbao")
        assert [each["path"] for each in told["resources"]] == names[:3]
        for each in told["resources"]:
            data = package.read(each["path"])
            assert each["name"] == each["path"].rpartition("/")[2]
            assert each["bytes"] == len(data)
            assert each["hash"] == f"sha256:{hashlib.sha256(data).hexdigest()}"
        digest = json.loads(package.read("datapackage-digest.json"))
        manifest = hashlib.sha256(package.read("datapackage.json")).hexdigest()
        assert digest == {"path": "datapackage.json", "hash": f"sha256:{manifest}"}
        head, *pages = [json.loads(line) for line in package.read("pages/pages.jsonl").splitlines()]
        assert head["format"] == "json-pages-1.0"
        assert len(pages) == PAGES
        assert all(re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", page["ts"]) for page in pages)
        assert pages[0]["url"] == make_capture(1).url
        assert pages[0]["text"] == make_article(1, text="改过的正文。").text


def test_every_page_of_a_package_is_found_by_its_index(archive: Archive) -> None:
    """As a player does: look the address up, take so many bytes of the ZIP, and it is the response of that moment."""
    content = written("wacz", archive.choose())[1]
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        warc = package.read("archive/data.warc.gz")
        lines = package.read("indexes/index.cdx").decode().splitlines()
        pages = [json.loads(line) for line in package.read("pages/pages.jsonl").splitlines()][1:]
    assert lines == sorted(lines)
    found = {}
    for line in lines:
        key, moment, fields = line.split(" ", 2)
        told = json.loads(fields)
        assert key == surt(told["url"])
        piece = warc[int(told["offset"]) : int(told["offset"]) + int(told["length"])]
        (record,) = ArchiveIterator(io.BytesIO(piece), check_digests="raise")
        assert record.rec_type == "response"
        assert record.rec_headers.get_header("WARC-Target-URI") == told["url"]
        assert record.rec_headers.get_header("WARC-Payload-Digest") == told["digest"]
        assert record.http_headers.get_statuscode() == told["status"] == "200"
        assert (told["mime"], told["filename"]) == ("text/html", "data.warc.gz")
        found[told["url"], moment] = piece
    assert len(found) == PAGES
    assert {(page["url"], re.sub("[^0-9]", "", page["ts"])) for page in pages} == set(found)


# What the Internet Archive's own canonicaliser (surt 0.3.1) gives.
KEYS = {
    "http://www.tibet.cn/cn/edu/202305/t20230523_7421774.html": "cn,tibet)/cn/edu/202305/t20230523_7421774.html",
    "https://WWW.Example.CN:443/A/b.html?B=2&a=1&a=0": "cn,example)/a/b.html?a=0&a=1&b=2",
    "http://a.example:8080/": "example,a:8080)/",
    "http://example.com": "com,example)/",
    "http://www2.x.cn/p": "cn,x)/p",
    "http://127.0.0.1:3000/a": "1,0,0,127:3000)/a",
    "http://x.cn/%e8%a5%bf?q=%20+1": "cn,x)/%e8%a5%bf?q=%20+1",
    "http://x.cn/a//b/../c/": "cn,x)/a/c",
    "http://x.cn/a?": "cn,x)/a",
    "http://x.cn/a#frag": "cn,x)/a",
    "http://中国.cn/西": "cn,xn--fiqs8s)/%e8%a5%bf",
    "http://u:p@x.cn/": "cn,x)/",
    "http://x.cn./a": "cn,x)/a",
    "http://x.cn/A%2fB?A=b%2F": "cn,x)/a/b?a=b/",
}


@pytest.mark.parametrize(("url", "key"), KEYS.items())
def test_addresses_are_sorted_as_everywhere(url: str, key: str) -> None:
    """A player that looks an address up by its key finds it."""
    assert surt(url) == key


@pytest.mark.parametrize(
    "url", ["http://[", "http://x:99999/", f"http://{'西' * 80}.cn/", "http://a..cn/", "http:///x", "西"]
)
def test_an_address_that_cannot_be_one_has_a_key_all_the_same(url: str) -> None:
    """One word without a blank, which is what a line of an index needs."""
    assert surt(url)
    assert re.fullmatch("[!-~]+", surt(url))


def test_more_lines_than_memory_should_hold_come_sorted(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each once, from temporary files."""
    monkeypatch.setattr(cdxj, "IN_MEMORY", 3)
    lines = Lines()
    for number in (5, 3, 9, 1, 3, 7, 2, 8, 5, 4):
        lines.add(f"行{number}")
    assert list(lines.sorted()) == [f"行{number}\n" for number in (1, 2, 3, 4, 5, 7, 8, 9)]
    lines.close()
