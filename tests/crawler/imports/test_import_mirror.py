"""Folders as `wget -r` lays them out, taken in without an index."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from test_import import PAGES, Place

from archive.store import Archive
from crawler.imports.belong import NO_HOST
from crawler.imports.folder import NOWHERE, pages
from crawler.imports.mirror import address_of, host_and_path, is_host_s
from crawler.imports.page import Incoming, Passed


@pytest.fixture
def place(tmp_path: Path) -> Place:
    """An empty one."""
    return Place(tmp_path)


HTML = b"<!DOCTYPE html>\n<html><body><p>text"
NAMES = {  # as GNU Wget 1.21.3 names them: by the file's name the address
    "index.html": "/",
    "news/index.html": "/news/",
    "news/t20261104_1.html": "/news/t20261104_1.html",
    "a.html?id=3": "/a.html?id=3",
    "b.shtml": "/b.shtml",
    "c#d%.html": "/c%23d%25.html",
    "d.php": "/d.php",
    "plain": "/plain",
    "long;v=1.html": "/long;v=1.html",
    "p/index.html?k=2": "/p/?k=2",
    "show.php?id=1&x=%2Fy%2Fz": "/show.php?id=1&x=%2Fy%2Fz",
    "show.php?f=q.html": "/show.php?f=q.html",
    "中文.html?q=文": "/%E4%B8%AD%E6%96%87.html?q=%E6%96%87",
    "\udce4\udcb8\udcad\udce6%96%87.html": "/%E4%B8%AD%E6%96%87.html",  # where its locale is not UTF-8
}
ADJUSTED = {  # --adjust-extension
    "index.html": "/",
    "news/t20261104_1.html": "/news/t20261104_1.html",
    "a.html?id=3.html": "/a.html?id=3",
    "b.shtml.html": "/b.shtml",
    "d.php.html": "/d.php",
    "p/index.html?k=2.html": "/p/?k=2",
    "show.php?id=1&x=%2Fy%2Fz.html": "/show.php?id=1&x=%2Fy%2Fz",
}
BESIDE = {"i.png": b"\x89PNG", "robots.txt": b"<html>", "s.js": b"write('<html>')", "download": b"PK\3\4"}


def laid_out(folder: Path, names: dict[str, str], below: str) -> Path:
    """A folder of these files, and of some that are no pages."""
    for name, body in {**dict.fromkeys(names, HTML), **BESIDE}.items():
        path = folder / below / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(body)
    return folder


@pytest.mark.parametrize("names", [NAMES, ADJUSTED], ids=["as it is", "--adjust-extension"])
@pytest.mark.parametrize(
    ("below", "base"),
    [
        ("www.a.cn", "http://www.a.cn"),
        ("127.0.0.1:8931", "http://127.0.0.1:8931"),
        ("https/www.a.cn", "https://www.a.cn"),
        ("WWW.A.cn+8080", "http://www.a.cn:8080"),
    ],
)
def test_the_place_of_a_file_tells_its_address(names: dict[str, str], below: str, base: str, tmp_path: Path) -> None:
    """The host's folder, the path, the query; pictures and the like are no pages."""
    found = list(pages(laid_out(tmp_path / "mirror", names, below)))
    assert {each.url for each in found if isinstance(each, Incoming)} == {base + path for path in names.values()}
    assert len(found) == len(names)


def test_the_folder_of_one_host_is_one_as_well(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Called by its name, or from within."""
    laid_out(tmp_path, {"index.html": "/"}, "www.a.cn")
    monkeypatch.chdir(tmp_path / "www.a.cn")
    for folder in (tmp_path / "www.a.cn", Path()):
        (found,) = pages(folder)
        assert isinstance(found, Incoming)
        assert found.url == "http://www.a.cn/"


def test_the_page_as_it_was_fetched_is_read_where_it_is_kept(tmp_path: Path) -> None:
    """--convert-links --backup-converted: what was fetched is NAME.orig, which tells the address without a doubt."""
    laid_out(tmp_path, {"plain.html": "", "a.html?id=3.html": "", "b.html": ""}, "www.a.cn")
    for name in ("plain", "a.html?id=3", "b.html"):
        (tmp_path / "www.a.cn" / f"{name}.orig").write_bytes(HTML + b" as it was")
    found = {each.url: each.body for each in pages(tmp_path) if isinstance(each, Incoming)}
    names = ("plain", "a.html?id=3", "b.html")
    assert found == {f"http://www.a.cn/{name}": HTML + b" as it was" for name in names}


@pytest.mark.parametrize("name", ["index.html", "a.html?id=3", "a.html@id=3", "sub/b.html?x=1.html"])
def test_without_a_host_s_folder_the_address_is_not_known(name: str, place: Place) -> None:
    """--no-host-directories: nothing is made up. What can be done is said once, and the exit code says it as well."""
    place.file(f"pages/{name}", HTML)
    place.file("pages/z.html", HTML)
    done = place.run("import", place.folder / "pages")
    assert (done.exit_code, done.stderr.count(NOWHERE)) == (1, 2)
    assert done.stderr.count("An index.csv with the columns path and url tells") == 1
    assert place.take(place.folder / "pages")["faults"] == 2


def test_an_at_sign_in_the_place_of_a_question_mark_is_not_guessed_at(tmp_path: Path) -> None:
    """--restrict-file-names=windows: it may be one of the address."""
    (told, mail) = pages(laid_out(tmp_path, {"a.html@id=3": "", "me@a.html": ""}, "www.a.cn"))
    assert (isinstance(told, Passed), getattr(mail, "url", "")) == (True, "http://www.a.cn/me@a.html")


def test_a_page_s_own_word_goes_before_its_place_but_for_the_front_page_s(tmp_path: Path) -> None:
    """Some sites name the front page on every page; and an index goes before both."""
    for name, said in (("a", "http://www.a.cn/true/1.html"), ("b", "http://www.a.cn/"), ("c", "http://www.a.cn/x")):
        laid_out(tmp_path, {f"{name}.html": ""}, "www.a.cn")
        (tmp_path / "www.a.cn" / f"{name}.html").write_bytes(b'<html><link rel="canonical" href="%s">' % said.encode())
    (tmp_path / "index.csv").write_text("path,url\nwww.a.cn/c.html,http://told.cn/\n", "utf-8")
    found = [each.url for each in pages(tmp_path) if isinstance(each, Incoming)]
    assert found == ["http://www.a.cn/true/1.html", "http://www.a.cn/b.html", "http://told.cn/"]


@pytest.mark.parametrize(
    "front",
    ["", "/", "//", "/index.html", "/index.htm", "/index.shtml", "/Index.HTML", "/index.php", "/default.aspx", "/?a=1"],
)
def test_the_front_page_is_known_by_all_its_names(front: str, tmp_path: Path) -> None:
    """Pages that all call it their address are as many as they are."""
    folder = laid_out(tmp_path, {"index.html": ""}, "www.a.cn") / "www.a.cn"
    for name in ("index", "a", "b"):
        (folder / f"{name}.html").write_bytes(b'<html><link rel="canonical" href="http://www.a.cn%s">' % front.encode())
    found = [each.url for each in pages(tmp_path) if isinstance(each, Incoming)]
    assert found == ["http://www.a.cn/a.html", "http://www.a.cn/b.html", "http://www.a.cn/"]


def test_a_link_to_a_folder_may_have_the_host_s_name(tmp_path: Path) -> None:
    """The name that is given goes before that of what it leads to."""
    laid_out(tmp_path, {"index.html": "/"}, "pages")
    (tmp_path / "www.z.cn").symlink_to(tmp_path / "pages")
    (found,) = pages(tmp_path / "www.z.cn")
    assert getattr(found, "url", found) == "http://www.z.cn/"


@pytest.mark.parametrize(
    "folder",
    ["pages.bak", "saved-pages", "2026.11", "a_files", "工业新闻.备份", "2026年.新闻", "1.2.3.400", "x" * 64 + ".cn"],
)
def test_what_is_no_host_is_not_taken_for_one(folder: str) -> None:
    """A folder's name proves nothing by a full stop."""
    assert not is_host_s(folder)
    assert host_and_path(f"{folder}/a.html") is None
    assert address_of(f"{folder}/a.html", adjusted=False) == ""


def test_a_mirror_becomes_articles(place: Place) -> None:
    """Of the sources whose hosts its folders are; taken in twice it changes nothing."""
    for url, body in PAGES:
        place.file(f"mirror/{url.removeprefix('http://')}", body)
    report = place.take(place.folder / "mirror")
    assert (report["articles"], report["faults"]) == ({"new": len(PAGES)}, 0)
    with Archive.open(place.data) as archive:
        assert {article.url for article, _ in archive.articles()} == {url for url, _ in PAGES}
    assert place.take(place.folder / "mirror")["pages"] == {"known": len(PAGES)}


@pytest.mark.parametrize("folder", ["pages.new", "site.saved", "README.md"])
def test_a_folder_that_only_looks_like_a_host_s_is_told(folder: str, place: Place) -> None:
    """Its name alone told the address, and no source has it: a fault, with what can be done."""
    place.file(f"in/{folder}/a.html", PAGES[0][1])
    place.file(f"in/{folder}/b.html", b'<link rel=canonical href="http://elsewhere.example/1.html">' + PAGES[1][1])
    done = place.run("import", place.folder / "in")
    assert (done.exit_code, done.stderr.count(NO_HOST)) == (1, 1)
    report = place.take(place.folder / "in")
    assert (report["passed_over"], report["faults"]) == ({"on the host of no source": 2}, 1)


def test_a_name_that_is_no_text_is_told(place: Place) -> None:
    """Some tools write names in other encodings than the system's."""
    path = place.folder / "pages" / "\udcd6\udcd0.html"
    path.parent.mkdir()
    path.write_bytes(HTML)
    os.utime(path)
    assert place.take(path.parent)["faults"] == 1
    assert NOWHERE in place.run("import", path.parent).output
