"""What others have gathered, taken in."""

from __future__ import annotations

import gzip
import json
import zipfile
from collections.abc import Iterable
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from archive.store import Archive
from crawler.cli import main
from crawler.demo.many import many_pages_site
from crawler.imports import wacz
from crawler.imports.folder import address_in
from crawler.imports.page import BadFile, Incoming, Passed
from crawler.imports.warc import pages

BASE = "http://127.0.0.1:9"
DATE = "2026-11-04T08:00:00Z"
SITE = many_pages_site(6).build(BASE, 1, 7)
PAGES = [(BASE + path, SITE.answers[path].body) for path in SITE.truth]
HTML = [("Content-Type", "text/html")]


def record(
    url: str,
    body: bytes,
    kind: str = "response",
    *,
    date: str = DATE,
    status: str = "200 OK",
    http: Iterable[tuple[str, str]] = HTML,
    more: dict[str, str] | None = None,
) -> bytes:
    """A WARC record as warcio writes it, packed."""
    out = BytesIO()
    writer = WARCWriter(out, gzip=True)
    headers = StatusAndHeaders(status, list(http), protocol="HTTP/1.1") if kind in ("response", "revisit") else None
    given = {"WARC-Date": date, **(more or {})}
    payload, typed = BytesIO(body), "text/html" if kind == "resource" else ""
    writer.write_record(
        writer.create_warc_record(
            url, kind, payload, http_headers=headers, warc_headers_dict=given, warc_content_type=typed
        )
    )
    return out.getvalue()


class Place:
    """A folder with a configuration and an archive."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.data = folder, folder / "data"
        self.config = folder / "config"
        (self.config / "sources").mkdir(parents=True)
        (self.config / "sources" / "many.toml").write_text(many_pages_site(6).source(BASE), "utf-8")

    def file(self, name: str, data: bytes) -> Path:
        """A file to be taken in."""
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
        return path

    def run(self, command: str, *words: object, data: str = "data") -> Result:
        """A command."""
        options = ["--config", str(self.config), "--data", str(self.folder / data)]
        return CliRunner().invoke(main, [command, *map(str, words), *options])

    def take(self, *words: object, data: str = "data") -> dict[str, object]:
        """The report of `import --json`."""
        found: dict[str, object] = json.loads(self.run("import", *words, "--json", data=data).stdout)
        return found


@pytest.fixture
def place(tmp_path: Path) -> Place:
    """An empty one."""
    return Place(tmp_path)


def chunked(body: bytes) -> bytes:
    """The body in chunks, as wget stores it."""
    pieces = [body[at : at + 700] for at in range(0, len(body), 700)]
    return b"".join(b"%x\r\n%s\r\n" % (len(each), each) for each in pieces) + b"0\r\n\r\n"


def test_a_warc_file_becomes_captures_and_articles_once(place: Place) -> None:
    """With their own dates, headers and bytes; taken in again, nothing changes."""
    (first, body), (second, other), (third, last), *_ = PAGES
    packed = [("Content-Type", "text/html"), ("Content-Encoding", "gzip"), ("X-Kept", "yes")]
    file = place.file(
        "a.warc.gz",
        record(first, gzip.compress(body, mtime=0), http=packed)
        + record(second, chunked(other), http=[*HTML, ("Transfer-Encoding", "chunked")])
        + record(third, last, "resource")
        + record(first, b"", "revisit")
        + record("http://elsewhere.example/1.html", body)
        + record(BASE + "/picture.png", b"\x89PNG", http=[("Content-Type", "image/png")])
        + record(BASE + "/news/", SITE.answers["/news/"].body)
        + record(PAGES[3][0], PAGES[3][1], status="503 Busy")
        + record(PAGES[4][0], PAGES[4][1], date="2199-01-01T00:00:00Z")
        + record(PAGES[5][0], PAGES[5][1], more={"WARC-Truncated": "length"}),
    )
    report = place.take(file)
    assert (report["articles"], report["pages"], report["faults"]) == ({"new": 3}, {"article": 3}, 0)
    assert report["passed_over"] == {
        "a revisit record": 1,
        "a record that was truncated": 1,
        "a time that is to come": 1,
        "answered 503": 1,
        "no HTML": 1,
        "not the address of an article": 1,
        "on the host of no source": 1,
    }
    with Archive.open(place.data) as archive:
        held = {row.url: archive.capture(row.id) for row in archive.captures()}
        assert set(held) == {first, second, third}
        one, two = held[first], held[second]
        assert one is not None
        assert two is not None
        assert (one.header("X-Kept"), one.content, one.fetched_at) == (
            "yes",
            body,
            datetime(2026, 11, 4, 8, tzinfo=UTC),
        )
        assert gzip.decompress(one.body) == body
        assert (two.body, two.header("Transfer-Encoding")) == (other, "chunked")
        before = list(archive.articles())
    assert place.take(file)["pages"] == {"known": 3}
    with Archive.open(place.data) as archive:
        assert list(archive.articles()) == before


def test_a_dry_run_makes_no_archive(place: Place) -> None:
    """It says what would be taken in."""
    report = place.take(place.file("a.warc.gz", record(*PAGES[0])), "--dry-run")
    assert report["pages"] == {"to be taken in": 1}
    assert not place.data.exists()


def test_a_bad_file_costs_that_file_alone(place: Place) -> None:
    """Exit code 1, and what it holds before the damage is taken in like the other file."""
    whole = record(*PAGES[0]) + record(*PAGES[1])
    cut, good = place.file("cut.warc.gz", whole[:-40]), place.file("good.warc.gz", record(*PAGES[2]))
    done = place.run("import", place.file("no.warc", b"<html>"), cut, good)
    assert done.exit_code == 1
    assert "cut.warc.gz: It breaks off" in done.output
    assert "2 of them bad" in done.output
    with Archive.open(place.data) as archive:
        assert {article.url for article, _ in archive.articles()} == {PAGES[0][0], PAGES[2][0]}


HOSTILE = {
    "no record": gzip.compress(b""),
    "a header of a megabyte": gzip.compress(b"WARC/1.0\r\nX: " + b"a" * 1_000_000),
    "a negative length": gzip.compress(b"WARC/1.0\r\nWARC-Type: response\r\nContent-Length: -5\r\n\r\nHTTP/1.1 200"),
    "text": b"hello" * 100,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_files_are_refused_with_a_reason(name: str, tmp_path: Path) -> None:
    """Never a crash, never an endless read."""
    path = tmp_path / "a.warc.gz"
    path.write_bytes(HOSTILE[name])
    with pytest.raises(BadFile, match="It "):
        list(pages(path))


def test_what_a_file_is_its_first_bytes_say(tmp_path: Path) -> None:
    """`export warc -o all.warc` writes gzip, and others name plain files `.warc.gz`."""
    packed = record(*PAGES[0])
    for name, data in (("all.warc", packed), ("a.warc.gz", gzip.decompress(packed)), ("b", packed)):
        (tmp_path / name).write_bytes(data)
        (found,) = pages(tmp_path / name)
        assert isinstance(found, Incoming)
        assert found.url == PAGES[0][0]


def zipped(path: Path, files: dict[str, bytes], method: int = zipfile.ZIP_STORED) -> Path:
    """A ZIP of these files."""
    with zipfile.ZipFile(path, "w", method) as package:
        for name, data in files.items():
            package.writestr(name, data)
    return path


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_the_warc_files_of_a_wacz_are_read_where_they_lie(method: int, place: Place) -> None:
    """Only those in its folder archive/, and nothing is written beside it; a folder may hold one."""
    files = {
        "archive/b.warc": gzip.decompress(record(*PAGES[1])),
        "archive/a.warc.gz": record(*PAGES[0]),
        "archive/../../c.warc.gz": record(*PAGES[2]),
        "/archive/d.warc.gz": record(*PAGES[3]),
        "pages/pages.jsonl": b"{}",
    }
    (place.folder / "in").mkdir()
    package = zipped(place.folder / "in" / "a.wacz", files, method)
    assert [found.url for found in pages(package) if isinstance(found, Incoming)] == [PAGES[0][0], PAGES[1][0]]
    assert place.take(package.parent)["articles"] == {"new": 2}
    assert [each.name for each in package.parent.iterdir()] == ["a.wacz"]
    place.run("export", "wacz", "-o", place.folder / "ours.wacz")
    assert place.take(place.folder / "ours.wacz", data="other")["articles"] == {"new": 2}


def test_a_bad_package_is_told_in_a_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No WARC in it, one that breaks off or was changed, no ZIP behind its beginning, a list that is too long."""
    whole = record(*PAGES[0])
    cut = zipped(tmp_path / "cut.wacz", {"archive/a.warc.gz": whole[:-40]})
    rotten = zipped(tmp_path / "rotten.wacz", {"archive/a.warc": gzip.decompress(whole)})
    rotten.write_bytes(rotten.read_bytes().replace("责任编辑".encode(), "责任编緝".encode()))
    broken = tmp_path / "broken.wacz"
    broken.write_bytes(cut.read_bytes()[:200])
    locked = zipped(tmp_path / "locked.wacz", {"archive/a.warc.gz": whole})
    with zipfile.ZipFile(locked) as package:
        start = package.start_dir
    bytes_of = bytearray(locked.read_bytes())
    bytes_of[6] |= 1
    bytes_of[start + 8] |= 1
    locked.write_bytes(bytes_of)
    for path, said in (
        (zipped(tmp_path / "none.wacz", {"readme.txt": b""}), "unpack it"),
        (cut, r"archive/a\.warc\.gz: It breaks off"),
        (rotten, "CRC"),
        (broken, "not a zip file"),
        (locked, "encrypted"),
    ):
        with pytest.raises(BadFile, match=said):
            list(pages(path))
    monkeypatch.setattr(wacz, "MOST_DIRECTORY", 60)
    with pytest.raises(BadFile, match="longer than"):
        list(pages(zipped(tmp_path / "long.wacz", {"archive/a.warc.gz": whole, "b": b""})))


def test_a_record_that_does_not_fit_its_digest_is_a_fault(tmp_path: Path) -> None:
    """Its bytes are not the page's."""
    path = tmp_path / "a.warc.gz"
    path.write_bytes(
        gzip.compress(gzip.decompress(record(*PAGES[0])).replace("责任编辑".encode(), "责任编緝".encode()))
    )
    (found,) = pages(path)
    assert isinstance(found, Passed)
    assert found.fault


def test_a_length_that_lies_is_passed_over_without_reading(tmp_path: Path) -> None:
    """Nothing is allocated for what is only claimed."""
    head = f"WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: {PAGES[0][0]}\r\nWARC-Date: {DATE}\r\n"
    path = tmp_path / "a.warc"
    path.write_bytes(head.encode() + b"Content-Length: 99999999999\r\n\r\nHTTP/1.1 200 OK\r\n\r\nx")
    (found,) = pages(path)
    assert isinstance(found, Passed)
    assert "larger" in found.why


def test_wget_s_angle_brackets_and_bare_line_feeds_are_read(tmp_path: Path) -> None:
    """As WARC 1.0 and sloppy servers write them."""
    body = b"HTTP/1.0 200 OK\nContent-Type: text/html\n\n<p>text"
    head = f"WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: <{PAGES[0][0]}>\r\nWARC-Date: {DATE}\r\n"
    path = tmp_path / "a.warc"
    path.write_bytes(head.encode() + b"Content-Length: %d\r\n\r\n" % len(body) + body + b"\r\n\r\n")
    (found,) = pages(path)
    assert isinstance(found, Incoming)
    assert (found.url, found.body, found.headers) == (PAGES[0][0], b"<p>text", (("Content-Type", "text/html"),))


def test_a_line_of_ours_that_cannot_be_is_passed_over(place: Place) -> None:
    """It was seen last before it was seen first, or its source has a name that none can have."""
    place.take(place.file("a.warc.gz", b"".join(record(*each) for each in PAGES)))
    backwards, climbing, *_ = (json.loads(line) for line in place.run("export", "jsonl").stdout.splitlines())
    backwards["first_seen"] = "2026-11-09T00:00:00+00:00"
    climbing["source_id"] = "../../etc"
    file = place.file("b.jsonl", "\n".join(map(json.dumps, (backwards, climbing))).encode())
    report = place.take(file, data="other")
    assert (report["articles"], report["faults"]) == ({}, 2)
    assert report["passed_over"] == {"last seen before it was seen first": 1, "a source_id that no source can have": 1}


def test_a_folder_of_pages_says_where_each_came_from(place: Place) -> None:
    """By its index, else by the page itself; what says nothing is refused with the reason."""
    saved = b"<!-- saved from url=(0050)" + PAGES[1][0].encode() + b" -->" + PAGES[1][1]
    linked = PAGES[2][1].replace(b"<head>", b'<head><link href="' + PAGES[2][0].encode() + b'" rel="canonical">')
    place.file("html/one.html", PAGES[0][1])
    place.file("html/deep/two.HTM", saved)
    place.file("html/three.html", linked)
    place.file("html/four.html", PAGES[3][1])
    place.file("html/notes.txt", b"no page")
    (place.folder / "html" / "five.html").symlink_to("/etc/hostname")
    place.file("html/index.csv", f"path,url,time\none.html,{PAGES[0][0]},2026-11-05T10:00:00\n".encode())
    report = place.take(place.folder / "html")
    assert report["articles"] == {"new": 3}
    assert report["faults"] == 1
    assert "no plain file" in str(report["passed_over"])
    assert (report["files"], report["bad_files"]) == (5, 0)  # the pages, one of which is a link; not the folder itself
    with Archive.open(place.data) as archive:
        (first,) = archive.captures(url=PAGES[0][0])
        assert first.fetched_at == datetime(2026, 11, 5, 2, tzinfo=UTC)


@pytest.mark.parametrize(
    ("markup", "url"),
    [
        (b'<meta content="http://a.example/og" property="og:url">', "http://a.example/og"),
        (
            b"<LINK REL=canonical HREF=http://a.example/c><meta property=og:url content=http://a.example/o>",
            "http://a.example/c",
        ),
        (b'<link rel="canonical" href="/relative.html">', ""),
        (b"<link" * 50_000, ""),
    ],
)
def test_the_address_in_a_page(markup: bytes, url: str) -> None:
    """Absolute ones alone; a page of tags that never end takes no time."""
    assert address_in(markup) == url


def test_a_bad_row_of_an_index_costs_its_file_alone(place: Place) -> None:
    """It is told with its line and with what is expected; the others are taken in."""
    table = f"path,url,time\na.html,{PAGES[0][0]},gestern\nb.html,{PAGES[1][0]},2026-11-01\n,{PAGES[2][0]},\n"
    place.file("in/index.csv", table.encode())
    for name, (_, body) in zip("ab", PAGES, strict=False):
        place.file(f"in/{name}.html", body)
    report = place.take(place.folder / "in")
    assert (report["articles"], report["faults"], report["bad_files"]) == ({"new": 1}, 2, 0)
    assert report["told"] == [
        f"{place.folder}/in/index.csv, line 2: a time that is none; it is written 2026-11-04T08:00:00+08:00.",
        f"{place.folder}/in/index.csv, line 4: a row that names no path.",
    ]


def test_a_broken_line_of_an_index_costs_that_line_alone(place: Place) -> None:
    """A process that wrote it was killed, or it is of another form: told with its number; the pages are taken in."""
    lines = [
        json.dumps({"path": "a.html", "url": PAGES[0][0]}),
        '{"path": "c.html", "url": ',
        '{"path": "c.html", "status": 200}',
        '{"path": "\xff"}',
        "[" * 100_000,
        json.dumps({"path": "b.html", "url": PAGES[1][0]}),
    ]
    place.file("in/index.jsonl", "\n".join(lines).encode("latin-1"))
    for name, (_, body) in zip("ab", PAGES, strict=False):
        place.file(f"in/{name}.html", body)
    report = place.take(place.folder / "in")
    assert (report["articles"], report["faults"], report["bad_files"]) == ({"new": 2}, 4, 0)
    assert report["passed_over"] == {"a line that is no JSON object of words": 4}
    assert "index.jsonl, line 2: a line that is no JSON object of words." in str(report["told"])


def test_our_own_lines_come_back_as_they_were(place: Place) -> None:
    """Exported again they are the same bytes; a second import changes nothing; what is no article is told."""
    place.take(place.file("a.warc.gz", b"".join(record(*each) for each in PAGES)))
    lines = place.run("export", "jsonl").stdout_bytes
    file = place.file("a.jsonl", lines + b'{"id": 1}\nno json\n')
    report = place.take(file, data="other")
    assert (report["articles"], report["faults"]) == ({"new": 6}, 2)
    assert place.run("export", "jsonl", data="other").stdout_bytes == lines
    assert place.take(file, data="other")["articles"] == {"known": 6}
    reread = json.loads(place.run("reread", "--all", "--json", data="other").stdout)
    assert reread["articles"] == {}, "there is no page of them to read"


def test_the_line_of_an_imported_article_is_never_read_as_its_page(place: Place) -> None:
    """Nor does an older page bring back what is gone, nor is a number taken that no database holds."""
    place.take(place.file("a.warc.gz", b"".join(record(*each) for each in PAGES)))
    lines = [json.loads(line) for line in place.run("export", "jsonl").stdout.splitlines()]
    edited, gone, mad, *_ = lines
    edited["evidence"]["learnt"] = {"profile": "of another archive"}
    edited["blocks"][0]["text"] = "这一段后来换成了别的文字。"
    gone["status"] = "gone"
    mad["revision"] = 10**30
    file = place.file("b.jsonl", "\n".join(map(json.dumps, (edited, gone, mad))).encode())
    report = place.take(file, data="other")
    assert (report["articles"], report["faults"]) == ({"new": 2}, 1)
    later = [record(url, body, date="2026-11-05T08:00:00Z") for url, body in PAGES]
    place.take(place.file("c.warc.gz", b"".join(later)), data="other")
    with Archive.open(place.folder / "other") as archive:
        texts = [each.article.text for each in archive.revisions(edited["id"])]
        assert len(texts) == 2
        assert [text.partition("\n")[0] == "这一段后来换成了别的文字。" for text in texts] == [True, False]
        assert "canonical_url" not in texts[1]
        found = archive.article(gone["id"])
        assert found is not None
        assert found[1].status == "gone"


def test_an_article_on_another_host_of_its_source_is_one_of_its_own(place: Place) -> None:
    """The same path on a subdomain is another article; on a second name of the site it is the same."""
    file = place.config / "sources" / "many.toml"
    port = BASE.rpartition(":")[2]
    hosts = f'hosts = ["127.0.0.1:{port}", "127.0.0.2:{port}"]\nother_hosts = ["127.0.0.3:{port}"]\n'
    file.write_text(hosts + file.read_text("utf-8"), "utf-8")
    (url, body), (_, other), (_, third), *_ = PAGES
    addresses = [url.replace("127.0.0.1", host) for host in ("127.0.0.1", "127.0.0.2", "127.0.0.3")]
    days = [f"2026-11-0{day}T08:00:00Z" for day in (1, 2, 3)]
    records = [record(to, page, date=day) for to, page, day in zip(addresses, (body, other, third), days, strict=True)]
    report = place.take(place.file("a.warc.gz", b"".join(records)), "--all-pages")
    assert report["articles"] == {"new": 2, "changed": 1}
    with Archive.open(place.data) as archive:
        assert [archive.article(address) is not None for address in (addresses[0], addresses[2])] == [True, True]


def test_hosts_without_a_source_are_taken_in_if_asked_for(place: Place) -> None:
    """Into a source named by the host, and only what is an article."""
    url = PAGES[0][0].replace("127.0.0.1:9", "other.example")
    file = place.file(
        "a.warc.gz", record(url, PAGES[0][1]) + record("http://other.example/", SITE.answers["/news/"].body)
    )
    report = place.take(file, "--any-host")
    assert (report["sources"], report["articles"]) == ({"other.example": 1}, {"new": 1})


def test_a_wrong_call_is_refused(place: Place) -> None:
    """A file that is not there, a source that nobody knows; and no archive is made for what needs one."""
    assert (place.run("compact", data="typo").exit_code, (place.folder / "typo").exists()) == (2, False)
    assert place.run("reread", "--all", "--floor", "nan").exit_code == 2
    assert place.run("import", "nowhere.warc").exit_code == 2
    assert 'Did you mean "many"' in place.run("import", place.file("a.warc", b""), "--source", "mny").output


def test_quiet_says_nothing_unless_json_is_asked_for(place: Place) -> None:
    """The summary is for a person; with --json it is what was asked for."""
    file = place.file("a.warc.gz", record(PAGES[0][0], PAGES[0][1]))
    quiet = place.run("import", file, "-q")
    assert (quiet.exit_code, quiet.stdout, quiet.stderr) == (0, "", "")
    assert json.loads(place.run("import", file, "-q", "--json").stdout)["files"] == 1
    assert place.run("import", file, "-qv").stdout.startswith("1 file\n")
