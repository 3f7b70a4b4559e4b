"""What can only be seen from outside: signals, streams, memory, imports."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from fetch_crawls import visit_all
from fetch_site import Site, answer, packed
from test_fetch_guards import BOMBS

from crawler.fetch import FetchOptions

HERE = Path(__file__).parent

PROGRAM = """
import json, resource, sys
from fetch_crawls import *
urls, terms = json.loads(sys.argv[1]), json.loads(sys.argv[2])
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
tour = Tour([Visit(url, "article") for url in urls])
report = fetch_tours((source(**terms), tour))
after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
print(json.dumps({"kinds": tour.kinds(), "interrupted": report.interrupted, "left": report.sources["test"].left,
                  "grown": (after - before) // 1024}))
"""


def start(*urls: str, **terms: object) -> subprocess.Popen[str]:
    """A process that fetches the addresses and prints what came."""
    environment = {key: value for key, value in os.environ.items() if "proxy" not in key.lower()}
    return subprocess.Popen(
        [sys.executable, "-c", PROGRAM, json.dumps(urls), json.dumps(terms)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=environment | {"PYTHONPATH": str(HERE)},
    )


def until(site: Site, target: str) -> None:
    """Wait until the site has been asked for it."""
    for _ in range(600):
        if site.asked(target):
            return
        time.sleep(0.05)
    raise AssertionError(f"{target} was never asked for")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_the_crawl_and_what_is_under_way_is_handed_over(number: signal.Signals) -> None:
    """No new request is sent; the one on the wire arrives; the process ends of itself."""
    with Site(slow=1.0) as site:
        process = start(*(site.url(f"/{each}") for each in range(30)), delay=0.05)
        until(site, "/0")
        process.send_signal(number)
        out, err = process.communicate(timeout=30)
        asked = len(site.asked())
    told = json.loads(out)
    assert (process.returncode, err) == (0, "")
    assert told["interrupted"]
    assert told["kinds"] == ["200"] * asked
    assert told["left"] == 30 - asked
    assert asked <= 2


def test_a_signal_while_robots_txt_is_on_its_way_leaves_the_pages_alone() -> None:
    """What waited for the rules is not asked when they arrive."""
    with Site(slow=1.5) as site:
        process = start(*(site.url(f"/{each}") for each in range(5)))
        until(site, "/robots.txt")
        process.send_signal(signal.SIGTERM)
        out, err = process.communicate(timeout=30)
        assert site.targets() == []
    told = json.loads(out)
    assert (err, told["kinds"], told["left"], told["interrupted"]) == ("", [], 5, True)


def test_a_signal_does_not_wait_for_a_paused_host() -> None:
    """A Retry-After of minutes does not hold the end up."""
    busy = answer(b"", 503, ("Retry-After", "250"))
    with Site({"/0": busy}) as site:
        process = start(site.url("/0"), site.url("/1"))
        until(site, "/0")
        time.sleep(0.3)
        process.send_signal(signal.SIGTERM)
        out, _ = process.communicate(timeout=30)
    assert json.loads(out)["interrupted"]
    assert site.asked("/1") == []


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_second_signal_ends_at_once(number: signal.Signals) -> None:
    """Also while a server keeps us waiting."""
    with Site(slow=20.0, rules={"/robots.txt": answer(b"", 404)}) as site:
        process = start(site.url("/0"), robots=False)
        until(site, "/0")
        process.send_signal(number)
        time.sleep(0.5)
        assert process.poll() is None
        process.send_signal(number)
        process.communicate(timeout=10)
    assert process.returncode != 0


BUSY = """
import socket, sys, time
from fetch_crawls import *

def long(*args, **kwargs):
    print("begun", flush=True)
    for _ in range(400):
        time.sleep(0.05)
    return ()

if sys.argv[1] == "resolving":
    socket.getaddrinfo = long
    tour = Tour([Visit("http://news.example.org/", "article")])
else:
    tour = Tour([Visit("http://10.0.0.1/", "article")], long)
fetch_tours((source(), tour))
"""


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize("work", ["resolving", "reading"])
def test_a_second_signal_waits_neither_for_a_name_server_nor_for_a_page(work: str, number: signal.Signals) -> None:
    """A name that resolves to nothing for twenty seconds, a page that takes as long to read."""
    environment = os.environ | {"PYTHONPATH": str(HERE)}
    with subprocess.Popen(
        [sys.executable, "-c", BUSY, work], stdout=subprocess.PIPE, text=True, env=environment
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "begun\n"
        process.send_signal(number)
        time.sleep(0.5)
        assert process.poll() is None
        process.send_signal(number)
        assert process.wait(timeout=10) == -number


ENDLESS = """
import asyncio, sys
from crawler.fetch import FetchOptions
from fetch_crawls import *

class Endless(Tour):
    async def received(self, visit, outcome):
        super().received(visit, outcome)
        if len(self.came) > 1:
            print("begun", flush=True)
            await asyncio.sleep(1000)
        return ()

tour = Endless([Visit(url, "article") for url in sys.argv[1:]])
report = fetch_tours((source(concurrency=4), tour), options=FetchOptions(farewell=0.5))
print(report.interrupted, report.sources["test"].left, len(tour.came), flush=True)
"""


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_does_not_wait_for_ever_for_what_a_crawl_makes_of_its_pages(number: signal.Signals) -> None:
    """What was being taken in, and what had arrived behind it, is handed over and then left to the next start."""
    environment = os.environ | {"PYTHONPATH": str(HERE)}
    with Site() as site:
        program = [sys.executable, "-c", ENDLESS, *(site.url(f"/{each}") for each in range(4))]
        with subprocess.Popen(program, stdout=subprocess.PIPE, text=True, env=environment) as process:
            assert process.stdout is not None
            assert process.stdout.readline() == "begun\n"
            until(site, "/3")
            time.sleep(0.5)
            process.send_signal(number)
            out, _ = process.communicate(timeout=30)
    assert process.returncode == 0
    assert out.splitlines()[-1] == "True 3 4"


def test_a_fetch_that_goes_wrong_in_every_way_writes_nothing_to_the_terminal() -> None:
    """Failures are outcomes; Scrapy would log each of them on standard error."""
    with Site(
        {"/500": answer(b"", 500), "/bomb": packed(b"", "gzip", BOMBS["gzip"]), "/cut": b"HTTP/1.1 nonsense"}
    ) as site:
        process = start(
            site.url("/500"), site.url("/bomb"), "http://no-such-host.invalid/", "http://10.0.0.1/", timeout=1.0
        )
        out, err = process.communicate(timeout=60)
    assert err == ""
    assert sorted(json.loads(out)["kinds"]) == ["500", "dns", "refused-address", "too-large"]


def test_bombs_of_every_kind_leave_memory_bounded() -> None:
    """Bodies of 40 MiB, six of them, against a cap of 8: Scrapy's own cap of 1 GiB let a bomb take 2,176 MB."""
    rules = {f"/{index}": packed(b"", coding, body) for index, (coding, body) in enumerate(BOMBS.items())}
    plain = b"HTTP/1.1 200 OK\r\n\r\n" + bytes(40 * 1024 * 1024)
    with Site({**rules, "/plain": plain}) as site:
        process = start(*(site.url(path) for path in [*rules, "/plain"]), concurrency=6)
        out, err = process.communicate(timeout=60)
    told = json.loads(out)
    assert err == ""
    assert told["kinds"] == ["too-large"] * 6
    assert told["grown"] < 150


def test_importing_the_package_does_not_import_scrapy() -> None:
    """A command that fetches nothing does not pay for it."""
    code = (
        "import sys, crawler.fetch; print([name for name in ('scrapy', 'twisted', 'aiohttp') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_the_log_speaks_when_it_is_asked_to(caplog: pytest.LogCaptureFixture) -> None:
    """At the level that the options name, and not in the next call."""
    with Site() as site:
        visit_all(site.url("/a"), options=FetchOptions(log_level="INFO"))
        spoken = [record.name for record in caplog.records]
        caplog.clear()
        visit_all(site.url("/a"))
    assert any(name.startswith("scrapy") for name in spoken)
    assert [record for record in caplog.records if record.name.startswith("scrapy")] == []
