"""A user's name and password in an address: no file of ours holds them, and old rows do not show them."""

from __future__ import annotations

from pathlib import Path

import pytest
from archive_cases import SOURCE, START, Place, make_capture

from archive.identity import without_userinfo
from archive.model import FoundLink


@pytest.mark.parametrize(
    ("url", "without"),
    [
        ("http://me:secret@a.cn/x", "http://a.cn/x"),
        ("HTTPS://me@a.cn:8443", "HTTPS://a.cn:8443"),
        ("http://me:p@ss@a.cn/x", "http://a.cn/x"),
        ("//me:secret@a.cn/x@y", "//a.cn/x@y"),
        ("http://a.cn/me:secret@b.cn", "http://a.cn/me:secret@b.cn"),
        ("http://a.cn?me@b.cn", "http://a.cn?me@b.cn"),
        ("http://a.cn#//me@b.cn", "http://a.cn#//me@b.cn"),
        ("mailto:me@a.cn", "mailto:me@a.cn"),
        ("@", "@"),
        ("", ""),
    ],
)
def test_name_and_password_go_and_nothing_else(url: str, without: str) -> None:
    """They stand between // and the last @ of the authority; an @ elsewhere is the server's business."""
    assert without_userinfo(url) == without
    assert without_userinfo(without) == without


def test_a_link_is_remembered_without_them(tmp_path: Path) -> None:
    """And so is the page that it stood on."""
    with Place(tmp_path).open(write=True) as archive:
        link = FoundLink("http://me:secret@a.cn/1.html", "http://a.cn/1.html", "http://me:secret@a.cn/")
        archive.found(SOURCE, [link], START)
        (page,) = archive.pages(SOURCE).values()
        assert (page.url, page.found_on) == ("http://a.cn/1.html", "http://a.cn/")


def test_rows_from_before_do_not_show_them(tmp_path: Path) -> None:
    """What is handed on of a capture and of a page."""
    with Place(tmp_path).open(write=True) as archive:
        archive.keep(make_capture(1))
        archive.found(SOURCE, [FoundLink("http://a.cn/1.html", "http://a.cn/1.html")], START)
        for table in ("capture", "page"):
            archive._connection.exec_driver_sql(f"UPDATE {table} SET url = 'http://me:secret@a.cn/1.html'")
        assert [row.url for row in archive.captures()] == ["http://a.cn/1.html"]
        assert [page.url for page in archive.pages(SOURCE).values()] == ["http://a.cn/1.html"]
