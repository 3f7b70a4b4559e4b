"""What a crawl is handed: captures byte for byte, 304 answers, every visit once."""

import asyncio
import gzip
from asyncio import StreamWriter
from collections.abc import Iterable
from datetime import UTC, datetime
from urllib.parse import quote

import pytest
from fetch_crawls import Tour, fetch_tours, source, visit_all
from fetch_site import Seen, Site, answer, packed, page, redirect

from archive.model import Capture
from crawler.fetch import FetchOptions, fetch_one
from crawler.visit import Failure, NotModified, Outcome, Visit


def test_a_capture_keeps_the_body_as_sent_beside_the_content_that_is_read() -> None:
    """`body` is what came over the wire, `content` what it says; Scrapy would keep the second alone."""
    text = "<p>报道</p>".encode()
    wire = gzip.compress(text)
    with Site({"/a": packed(text, body=wire)}) as site:
        capture = visit_all(site.url("/a")).capture(site.url("/a"))
    assert capture.body == wire
    assert capture.content == text
    assert capture.header("content-encoding") == "gzip"


def test_a_capture_knows_how_it_was_asked_and_answered() -> None:
    """Headers in their order and spelling, the reason, the peer, the time of the injected clock."""
    moment = datetime(2023, 5, 23, 1, 37, tzinfo=UTC)
    sent = answer(b"x", 200, ("X-oNe", "1"), ("Server", "s"), ("X-oNe", "2"))
    with Site({"/a": sent}) as site:
        capture = visit_all(site.url("/a"), options=FetchOptions(now=lambda: moment)).capture(site.url("/a"))
        (seen,) = site.asked("/a")
    assert capture.response_headers == (("X-oNe", "1"), ("Server", "s"), ("X-oNe", "2"), ("Content-Length", "1"))
    assert capture.request_headers == seen.headers
    assert (capture.reason, capture.ip, capture.fetched_at, capture.requested_url) == (
        "Status",
        "127.0.0.1",
        moment,
        "",
    )


def test_only_codings_that_everyone_can_undo_are_asked_for() -> None:
    """Accept-Encoding names gzip and deflate; Scrapy would add br and zstd."""
    with Site() as site:
        visit_all(site.url("/a"))
        (seen,) = site.asked("/a")
    assert seen.header("accept-encoding") == "gzip, deflate"


@pytest.mark.parametrize("status", [201, 403, 404, 410, 451, 501])
def test_a_response_of_any_status_is_a_capture(status: int) -> None:
    """Scrapy would drop what is no success before a spider sees it."""
    with Site({"/a": answer(b"gone", status)}) as site:
        capture = visit_all(site.url("/a")).capture(site.url("/a"))
    assert (capture.status, capture.content) == (status, b"gone")


def test_validators_are_sent_and_a_304_is_not_modified() -> None:
    """A copy that is still good is neither sent nor parsed again."""
    with Site({"/a": answer(b"", 304)}) as site:
        visit = Visit(site.url("/a"), "article", etag='W/"1"', last_modified="Tue, 23 May 2023 01:37:00 GMT")
        tour = Tour([visit])
        report = fetch_tours((source(), tour))
        (seen,) = site.asked("/a")
    assert seen.header("if-none-match") == 'W/"1"'
    assert seen.header("if-modified-since") == "Tue, 23 May 2023 01:37:00 GMT"
    assert tour.came == [(visit, NotModified(site.url("/a")))]
    assert report.sources["test"].not_modified == 1


def test_a_304_that_nobody_asked_for_is_a_capture() -> None:
    """Without validators of ours a 304 says nothing about a copy."""
    with Site({"/a": answer(b"", 304)}) as site:
        assert visit_all(site.url("/a")).capture(site.url("/a")).status == 304


@pytest.mark.parametrize("etag", ['"a"\r\nX-Evil: 1', '"\u4e2d"', '"' + "x" * 5000 + '"'])
def test_a_stored_validator_that_is_no_header_value_is_not_sent(etag: str) -> None:
    """An ETag comes from a server and may be an attack on the next one."""
    with Site() as site:
        tour = Tour([Visit(site.url("/a"), "article", etag=etag)])
        fetch_tours((source(), tour))
        (seen,) = site.asked("/a")
    assert seen.header("if-none-match") is None
    assert seen.header("x-evil") is None
    assert tour.kinds() == ["200"]


def test_a_redirected_capture_names_both_addresses() -> None:
    """`url` is the address that answered, `requested_url` the one that was asked."""
    with Site({"/old": redirect("/new")}) as site:
        capture = visit_all(site.url("/old")).capture(site.url("/old"))
    assert (capture.url, capture.requested_url) == (site.url("/new"), site.url("/old"))


def test_an_address_is_asked_as_it_is_written() -> None:
    """Escapes are neither decoded nor re-encoded; what is not ASCII is escaped as UTF-8; a fragment is not sent."""
    with Site() as site:
        visit_all(site.url("/%7Ea/%e4%b8?b=%2F+c;d"), site.url("/新闻?k=疆#top"))
    assert set(site.targets()) == {"/%7Ea/%e4%b8?b=%2F+c;d", "/%E6%96%B0%E9%97%BB?k=%E7%96%86"}


def test_no_user_s_name_and_password_are_sent_or_kept() -> None:
    """Of a link, of a redirect's target, of the page where a link stood: a secret would lie in every file."""
    with Site() as site:
        host = site.url("/").removeprefix("http://").rstrip("/")
        site.rules["/old"] = redirect(f"http://me:secret@{host}/new")
        visit = Visit(f"http://me:secret@{host}/old", "article", found_on=f"http://me:secret@{host}/list")
        tour = Tour([visit])
        fetch_tours((source(), tour))
        (capture,) = [outcome for _, outcome in tour.came if isinstance(outcome, Capture)]
        assert all(seen.header("authorization") is None for seen in (*site.asked("/old"), *site.asked("/new")))
    assert (capture.url, capture.requested_url) == (f"http://{host}/new", f"http://{host}/old")
    assert capture.found_on == f"http://{host}/list"


def test_every_visit_gets_one_outcome() -> None:
    """Also those that the answers lead to. Which addresses are asked, and how often, is the crawl's decision."""
    with Site() as site:

        def more(visit: Visit, outcome: Outcome) -> Iterable[Visit]:
            return [Visit(site.url(f"/{number}"), "article") for number in range(12)] if visit.kind == "list" else ()

        tour = Tour([Visit(site.url("/list"), "list")], more)
        fetch_tours((source(), tour))
    assert [visit.url for visit, _ in tour.came] == [site.url("/list"), *(site.url(f"/{each}") for each in range(12))]
    assert len(site.asked()) == 13


UNWRITTEN = {
    "/2 b.html": "/2%20b.html",
    "/新闻?k=疆": "/%E6%96%B0%E9%97%BB?k=%E7%96%86",
    "/a\x7f\x85b": "/a%7F%C2%85b",
    '/"<a>{b}|^`': "/%22%3Ca%3E%7Bb%7D%7C%5E%60",
    "/a%20b#c d": "/a%20b",
}


@pytest.mark.parametrize("path", UNWRITTEN)
def test_the_addresses_of_a_capture_are_written_as_they_were_asked(path: str) -> None:
    """In the characters of RFC 3986, whatever the visit said: an archive takes no others."""
    with Site({"/old%20": redirect("/new")}) as site:
        visit = Visit(site.url(path), "article", found_on=site.url("/list " + path))
        tour = Tour([visit, Visit(site.url("/old #x"), "article")])
        fetch_tours((source(), tour))
        capture, redirected = tour.capture(visit.url), tour.capture(site.url("/old #x"))
        assert set(site.targets()) == {UNWRITTEN[path], "/old%20", "/new"}
    assert (capture.url, capture.requested_url) == (site.url(UNWRITTEN[path]), "")
    assert capture.found_on == site.url("/list%20" + UNWRITTEN[path])
    assert (redirected.url, redirected.requested_url) == (site.url("/new"), site.url("/old%20"))


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_a_location_in_raw_bytes_is_asked_byte_for_byte(encoding: str) -> None:
    """Servers write what their disk says; read as ISO-8859-1 and escaped again it would be another address."""
    name = "/新 闻.html".encode(encoding)
    head = b"HTTP/1.1 302 Found\r\nContent-Length: 0\r\nLocation: " + name + b"#top\r\n\r\n"
    with Site({"/a": head}) as site:
        capture = visit_all(site.url("/a")).capture(site.url("/a"))
        assert site.targets() == ["/a", quote(name)]
    assert capture.url == site.url(quote(name))


def test_outcomes_are_handed_over_as_they_arrive() -> None:
    """A slow page does not hold back those that were asked after it."""

    async def slow(seen: Seen, writer: StreamWriter) -> None:
        await asyncio.sleep(0.8)
        writer.write(page())

    with Site({"/slow": slow}) as site:
        tour = visit_all(site.url("/slow"), site.url("/1"), site.url("/2"), concurrency=2)
    assert [visit.url for visit, _ in tour.came] == [site.url("/1"), site.url("/2"), site.url("/slow")]


def test_a_crawl_may_name_visits_without_end() -> None:
    """`first` is taken as it comes and its visits wait as plain values; all of them are made."""
    with Site() as site:
        tour = Tour(Visit(site.url(f"/{number}"), "article") for number in range(60))
        fetch_tours((source(concurrency=4), tour))
    assert tour.kinds() == ["200"] * 60


def test_what_is_no_address_fails_at_once_and_alone() -> None:
    """The other visits go on."""
    with Site() as site:
        tour = visit_all("", "no address", "http://", site.url("/a"), "http://[::1", "http://a b/", site.url("/\ud800"))
        assert tour.capture(site.url("/a")).status == 200
    assert len(tour.came) == 7
    failures = [outcome for _, outcome in tour.came if isinstance(outcome, Failure)]
    assert len(failures) == 6
    assert all(failure.message.isascii() for failure in failures)


def test_an_exception_of_the_crawl_ends_the_fetch_and_is_raised() -> None:
    """Scrapy would log it and go on."""

    def burst(visit: Visit, outcome: Outcome) -> Iterable[Visit]:
        raise LookupError("the archive is full")

    with Site() as site:
        tour = Tour([Visit(site.url(f"/{number}"), "article") for number in range(30)], burst)
        with pytest.raises(LookupError, match="the archive is full"):
            fetch_tours((source(), tour))
    assert len(tour.came) == 1
    assert len(site.asked()) < 30


def test_an_exception_of_the_first_visits_is_raised_as_well() -> None:
    """A generator may fail in the middle."""

    def visits() -> Iterable[Visit]:
        yield Visit("http://127.0.0.1:1/", "list")
        raise LookupError("no lists")

    with pytest.raises(LookupError, match="no lists"):
        fetch_tours((source(), Tour(visits())))


def test_fetches_can_follow_one_another_in_one_process() -> None:
    """There is no reactor that could run only once."""
    with Site({"*": [page("one"), page("two")]}) as site:
        found = [visit_all(site.url("/a")).capture(site.url("/a")).content for _ in range(2)]
    assert found == [b"one", b"two"]


def test_nothing_to_do_is_no_error() -> None:
    """A call without jobs, or with a crawl that wants nothing, ends at once."""
    assert fetch_tours().sources == {}
    assert not fetch_tours((source(), Tour([]))).interrupted


def test_one_page_is_fetched_with_all_the_guards() -> None:
    """`fetch_one` without a source refuses this machine; with a source that allows it, it gives the capture."""
    with Site() as site:
        refused = fetch_one(site.url("/a"))
        capture = fetch_one(site.url("/a"), source=source())
        assert [seen.target for seen in site.seen] == ["/robots.txt", "/a"]
    assert isinstance(capture, Capture)
    assert getattr(refused, "kind", None) == "refused-address"


def test_a_page_that_refreshes_itself_is_a_capture_like_any_other() -> None:
    """Scrapy would follow the meta element and hand over the target in the page's place."""
    text = '<meta http-equiv="refresh" content="0; url=/b"><p>旧址</p>'
    with Site({"/a": page(text)}) as site:
        capture = visit_all(site.url("/a")).capture(site.url("/a"))
        assert site.targets() == ["/a"]
    assert capture.content == text.encode()
