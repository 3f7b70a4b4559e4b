"""One budget per host, robots.txt, Retry-After: what the server sees of our manners."""

import gzip
from asyncio import StreamWriter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from fetch_crawls import Tour, fetch_tours, source, visit_all
from fetch_site import Seen, Site, answer, page, redirect

from crawler.fetch import FetchOptions
from crawler.fetch.budget import retry_after
from crawler.fetch.robots import MOST_BYTES, parse
from crawler.visit import Failure, Visit


def articles(site: Site, count: int, name: str = "a") -> Tour:
    """A crawl of that many pages."""
    return Tour([Visit(site.url(f"/{name}{number}"), "article") for number in range(count)])


@pytest.mark.parametrize("concurrency", [1, 3])
def test_no_more_requests_are_under_way_at_a_host_than_its_source_allows(concurrency: int) -> None:
    """Even where a source asks for no delay: Scrapy with DOWNLOAD_DELAY=0 lets 16 through a limit of 2."""
    with Site(slow=0.15) as site:
        tour = articles(site, 12)
        fetch_tours((source(delay=0.0, concurrency=concurrency), tour))
    assert tour.kinds() == ["200"] * 12
    assert site.peak == concurrency


def test_two_sources_on_one_host_share_the_smaller_concurrency() -> None:
    """From the first request on; each with a slot of its own would double the rate."""
    with Site(slow=0.2) as site:
        one, two = articles(site, 3, "a"), articles(site, 3, "b")
        fetch_tours((source("one", concurrency=4), one), (source("two", concurrency=1), two))
    assert one.kinds() == two.kinds() == ["200"] * 3
    assert site.peak == 1


def test_two_sources_on_one_host_share_the_longer_delay() -> None:
    """Between any two requests, whichever source they are for."""
    with Site() as site:
        one, two = articles(site, 4, "a"), articles(site, 4, "b")
        fetch_tours((source("one", delay=0.25), one), (source("two", delay=0.02), two))
    assert one.kinds() == two.kinds() == ["200"] * 4
    assert len(site.seen) == 9
    assert site.seen[-1].at - site.seen[0].at >= 8 * 0.25 * 0.9


def test_sources_on_other_hosts_do_not_wait_for_each_other() -> None:
    """At most `at_once` sources are under way; each host has its own budget."""
    with Site(slow=0.2) as one, Site(slow=0.2, address="127.0.0.2") as two:
        fetch_tours((source("one"), articles(one, 4)), (source("two"), articles(two, 4)))
    assert one.seen[0].at < two.seen[-1].at
    assert two.seen[0].at < one.seen[-1].at


def test_sources_beyond_at_once_wait_for_their_turn() -> None:
    """With at_once=1 the second begins when the first has ended."""
    with Site() as one, Site(address="127.0.0.2") as two:
        fetch_tours(
            (source("one"), articles(one, 5)), (source("two"), articles(two, 5)), options=FetchOptions(at_once=1)
        )
    assert len(one.asked()) == len(two.asked()) == 5
    assert one.seen[-1].at < two.seen[0].at


def test_a_crawl_is_asked_for_its_first_visits_only_when_its_turn_comes() -> None:
    """What it decides by, the state of its archive, is read then; visits of a hundred sources are not held at once."""
    begun: list[str] = []
    most: list[int] = []
    with Site() as site:
        tours = {f"s{number}": Tour(()) for number in range(6)}

        def visits(name: str) -> Iterator[Visit]:
            begun.append(name)
            most.append(sum(len(tours[each].came) < 3 for each in begun))
            for number in range(3):
                yield Visit(site.url(f"/{name}/{number}"), "article")

        for name, tour in tours.items():
            tour.visits = visits(name)
        fetch_tours(*((source(name), tour) for name, tour in tours.items()), options=FetchOptions(at_once=2))
    assert begun == list(tours)
    assert max(most) == 2
    assert [tour.kinds() for tour in tours.values()] == [["200"] * 3] * 6


def test_robots_txt_is_asked_first_and_once() -> None:
    """By the name of our product, before any page."""
    rules = b"User-agent: jianbao\nDisallow: /private\n\nUser-agent: *\nDisallow: /\n"
    with Site({"/robots.txt": answer(rules)}) as site:
        tour = visit_all(site.url("/private/1"), site.url("/a"), site.url("/b"), concurrency=3)
        assert [seen.target for seen in site.seen].count("/robots.txt") == 1
        assert site.seen[0].target == "/robots.txt"
        assert "/private/1" not in site.targets()
    assert tour.failure(site.url("/private/1")).kind == "robots"
    assert not tour.failure(site.url("/private/1")).of_host
    assert tour.capture(site.url("/a")).status == tour.capture(site.url("/b")).status == 200


@pytest.mark.parametrize("status", [500, 503, 429])
def test_a_robots_txt_that_cannot_be_had_forbids_the_host(status: int) -> None:
    """RFC 9309, 2.3.1.4. Scrapy would fetch."""
    with Site({"/robots.txt": answer(b"", status)}) as site:
        tour = visit_all(site.url("/a"), site.url("/b"))
        assert site.targets() == []
    assert tour.kinds() == ["robots-unavailable"] * 2
    assert tour.failure(site.url("/a")).of_host


def test_a_robots_txt_whose_connection_breaks_forbids_the_host() -> None:
    """The failure tells that it is the connection that is broken. Scrapy would fetch."""

    async def hang_up(seen: Seen, writer: StreamWriter) -> None:
        writer.transport.abort()

    with Site({"/robots.txt": hang_up}) as site:
        tour = visit_all(site.url("/a"))
        assert site.targets() == []
    assert tour.failure(site.url("/a")).kind == "connection"
    assert "robots.txt" in tour.failure(site.url("/a")).message
    assert tour.failure(site.url("/a")).of_host


def test_a_robots_txt_that_is_missing_allows_everything_whatever_its_page_says() -> None:
    """RFC 9309, 2.3.1.3. Scrapy would obey the body of the 404."""
    with Site({"/robots.txt": answer(b"User-agent: *\nDisallow: /", 404)}) as site:
        assert visit_all(site.url("/a")).kinds() == ["200"]


def test_a_robots_txt_may_be_packed_and_redirected() -> None:
    """Five hops are followed (RFC 9309, 2.3.1.2)."""
    body = gzip.compress(b"User-agent: *\nDisallow: /no")
    hops = {f"/{number}": redirect(f"/{number + 1}") for number in range(1, 5)}
    last = answer(body, 200, ("Content-Encoding", "gzip"))
    with Site({"/robots.txt": redirect("/1"), "/5": last, **hops}) as site:
        tour = visit_all(site.url("/no"), site.url("/yes"))
    assert sorted(tour.kinds()) == ["200", "robots"]


def test_a_robots_txt_without_end_is_read_up_to_its_bound() -> None:
    """What stands in the first 500 KiB holds; a bomb is neither unpacked further nor an excuse."""
    long = b"User-agent: *\nDisallow: /no\n" + b"#" + b"x" * (5 * MOST_BYTES) + b"\nDisallow: /yes\n"
    for response in (answer(long), answer(gzip.compress(long), 200, ("Content-Encoding", "gzip"))):
        with Site({"/robots.txt": response}) as site:
            assert sorted(visit_all(site.url("/no"), site.url("/yes")).kinds()) == ["200", "robots"]


def test_a_robots_txt_that_never_ends_is_left_at_its_bound() -> None:
    """Its first rules hold, and the crawl goes on."""

    async def endless(seen: Seen, writer: StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\n\r\nUser-agent: *\nDisallow: /no\n")
        while True:
            writer.write(b"# nothing more to say\n" * 1000)
            await writer.drain()

    with Site({"/robots.txt": endless}) as site:
        assert sorted(visit_all(site.url("/no"), site.url("/yes"), timeout=5.0).kinds()) == ["200", "robots"]


def test_a_rule_that_the_bound_cuts_in_two_is_no_rule() -> None:
    """Half of "Disallow: /a" would forbid everything."""
    head = b"User-agent: *\n"
    body = head + b"#" * (MOST_BYTES - len(head) - len(b"\nDisallow: /")) + b"\nDisallow: /abc\n"
    assert parse(body, "jianbao/1").allows("http://example.org/x")


def test_a_source_may_be_exempt_from_robots_txt() -> None:
    """`robots = false` in its file: the file is not even asked for."""
    with Site({"/robots.txt": answer(b"User-agent: *\nDisallow: /")}) as site:
        assert visit_all(site.url("/a"), robots=False).kinds() == ["200"]
        assert [seen.target for seen in site.seen] == ["/a"]


def test_a_crawl_delay_is_kept() -> None:
    """Scrapy would not slow down for it."""
    with Site({"/robots.txt": answer(b"User-agent: *\nCrawl-delay: 0.4")}) as site:
        visit_all(*(site.url(f"/{number}") for number in range(4)), concurrency=2)
        times = [seen.at for seen in site.asked()]
    assert times[-1] - times[0] >= 3 * 0.4 * 0.9


def test_a_crawl_delay_is_kept_up_to_a_cap() -> None:
    """A day between two pages is no delay but a refusal badly put."""
    with Site({"/robots.txt": answer(b"User-agent: *\nCrawl-delay: 86400")}) as site:
        tour = visit_all(site.url("/a"), site.url("/b"), options=FetchOptions(longest_crawl_delay=0.1))
    assert tour.kinds() == ["200", "200"]


@pytest.mark.parametrize("status", [429, 503])
@pytest.mark.parametrize("as_date", [False, True], ids=["seconds", "date"])
def test_retry_after_pauses_the_host_and_then_it_is_asked_again(status: int, as_date: bool) -> None:
    """Scrapy would ask three times within 0.01 s."""
    now = datetime(2023, 5, 23, 1, 0, tzinfo=UTC)
    value = format_datetime(now + timedelta(seconds=1), usegmt=True) if as_date else "1"
    # Answered later than the delay, so that the next request is only waiting for this answer.
    with Site({"/a": [answer(b"", status, ("Retry-After", value)), page()]}, slow=0.1) as site:
        tour = visit_all(site.url("/a"), site.url("/b"), options=FetchOptions(now=lambda: now))
        first, second = site.asked("/a")
        between = [seen for seen in site.seen if first.at < seen.at < first.at + 1.0]
    assert sorted(tour.kinds()) == ["200", "200"]
    assert second.at - first.at >= 0.9
    assert between == []  # the pause is the host's, not only the page's


def test_a_pause_is_the_hosts_alone_and_has_a_bound() -> None:
    """Another host goes on; a Retry-After of a day is cut to the longest pause."""
    with (
        Site({"/a0": [answer(b"", 503, ("Retry-After", "86400")), page()]}) as one,
        Site(address="127.0.0.2") as two,
    ):
        tours = articles(one, 1), articles(two, 10)
        fetch_tours((source("one"), tours[0]), (source("two"), tours[1]), options=FetchOptions(longest_pause=1.5))
        first, second = one.asked("/a0")
        assert second.at - first.at >= 1.3
        assert two.seen[-1].at < second.at


def test_a_host_in_trouble_is_asked_ever_more_slowly() -> None:
    """Without a Retry-After the pauses double."""
    with Site({"/a": answer(b"", 503)}) as site:
        tour = visit_all(site.url("/a"), delay=0.1)
        first, second, third = (seen.at for seen in site.asked("/a"))
    assert tour.kinds() == ["503"]  # the last response stands
    assert second - first >= 0.2 * 0.9
    assert third - second >= 0.4 * 0.9


def test_retries_are_bounded() -> None:
    """Three requests, then the last response, whatever it is."""
    with Site({"/a": answer(b"e", 500), "/b": [answer(b"", 502), answer(b"", 502), page()]}) as site:
        tour = visit_all(site.url("/a"), site.url("/b"))
        assert len(site.asked("/a")) == len(site.asked("/b")) == 3
    assert tour.capture(site.url("/a")).status == 500
    assert tour.capture(site.url("/b")).status == 200


@pytest.mark.parametrize("trouble", [b"", answer(b"", 503), answer(b"", 500)], ids=["silent", "503", "500"])
def test_a_host_that_is_in_trouble_all_the_time_is_left_alone(trouble: bytes) -> None:
    """Every visit gets its outcome, most of them without a request; another host is none the worse."""

    async def hang_up(seen: Seen, writer: StreamWriter) -> None:
        writer.write(trouble)
        await writer.drain()
        if not trouble:
            writer.transport.abort()

    with Site({"*": hang_up}) as one, Site(address="127.0.0.2") as two:
        tours = articles(one, 60), articles(two, 3)
        options = FetchOptions(patience=6, longest_back_off=0.05)
        fetch_tours((source("one"), tours[0]), (source("two"), tours[1]), options=options)
        assert 6 <= len(one.asked()) <= 25
    assert len(tours[0].came) == 60
    left_alone = [each for _, each in tours[0].came if isinstance(each, Failure) and "left alone" in each.message]
    assert len(left_alone) >= 30
    assert all(each.of_host for each in left_alone)
    assert tours[1].kinds() == ["200"] * 3


def test_a_page_that_is_broken_does_not_count_against_its_host() -> None:
    """Any good answer in between clears the host."""
    with Site({f"/a{number}": answer(b"", 500) for number in range(0, 12, 2)}) as site:
        tour = articles(site, 12)
        fetch_tours((source(), tour), options=FetchOptions(patience=7, longest_back_off=0.02, retries=1))
    assert sorted(tour.kinds()) == ["200"] * 6 + ["500"] * 6


def test_no_cookie_is_kept_and_no_referer_told() -> None:
    """A session would make a page depend on the one before; Scrapy keeps both by default."""
    with Site({"/a": answer(b"", 200, ("Set-Cookie", "sid=1; Path=/")), "/r": redirect("/b")}) as site:
        base = f"http://localhost:{site.port}"  # a cookie jar would take nothing from a bare address
        tour = Tour(
            [Visit(f"{base}/a", "list")],
            lambda visit, outcome: [Visit(base + path, "article") for path in ("/c", "/r") if visit.kind == "list"],
        )
        fetch_tours((source(allow_addresses=("127.0.0.1",)), tour))
        assert len(site.asked()) == 4
        assert all(seen.header("cookie") is None and seen.header("referer") is None for seen in site.seen)


@pytest.mark.parametrize(
    ("value", "seconds"),
    [("120", 120.0), (" 7 ", 7.0), ("Tue, 23 May 2023 01:01:00 GMT", 60.0), ("soon", None), ("", None), ("-5", None),
     ("Tue, 99 May 2023 01:01:00 GMT", None), ("９", None), ("9" * 5000, 9999999999.0)],
)  # fmt: skip
def test_retry_after_is_a_number_or_a_date(value: str, seconds: float | None) -> None:
    """Anything else says nothing."""
    assert retry_after(value, datetime(2023, 5, 23, 1, 0, tzinfo=UTC)) == seconds
