"""Crawls of a site on which pages that are made to keep a reader busy stand among others."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path

import pytest

from archive.model import Counts
from archive.store import Archive
from crawler.demo import DemoWeb
from crawler.demo.hostile import SHAPES, hostile_page, hostile_site
from crawler.fetch import FetchOptions
from crawler.order import Order
from crawler.reader import ReaderPool
from crawler.run import Outcome, crawl
from crawler.source import load_sources

NORMAL = 12
UNKNOWN = "<html><body><h1>园区通报</h1><p>从未见过的形状</p></body></html>".encode()
TRAPPED = "reader_works:trapped"
KINDS = (
    "200,000 attributes",
    "100,000 nested <div>",
    "100,000 nested <template>",
    "100,000 comments that do not end",
    "100,000 comments that end wrongly",
    "1 million <",
    "CDATA in svg without end",
    "100,000 open quotes",
    "8 MiB of ideographic blanks",
    "a line of 100,000 colons",
)


@contextmanager
def served(pages: Mapping[str, bytes], tmp_path: Path) -> Iterator[DemoWeb]:
    """The site with these pages, and its configuration in the folder `config`."""
    with DemoWeb(seed=3, sites=[hostile_site(pages, NORMAL)]) as web:
        web.write_config(tmp_path / "config")
        yield web


def crawled(tmp_path: Path, reader: ReaderPool, archive: Archive, seen: list[Counts] | None = None) -> Outcome:
    """One crawl of the site; `seen` gets the counts after every response."""
    sources = list(load_sources(tmp_path / "config").values())
    noted = seen if seen is not None else []
    return crawl(
        sources,
        archive,
        reader,
        lambda source: Order(),
        FetchOptions(),
        clock=lambda: datetime.now(UTC),
        watch=lambda source_id, counts: noted.append(counts),
    )


def test_every_kind_of_bad_page_gets_its_verdict_and_the_others_are_read(tmp_path: Path) -> None:
    """The pages of each kind are kept and judged; all articles that stand among them are in the archive, and true."""
    assert set(KINDS) <= set(SHAPES)
    pages = {name: hostile_page(name) for name in KINDS}
    with served(pages, tmp_path) as web, ReaderPool() as reader, Archive.open(tmp_path, write=True) as archive:
        (run,) = crawled(tmp_path, reader, archive).runs
        truth = web.truth()
        articles = {article.url for article, _ in archive.articles() if "_9" not in article.url}
        hostile = [row for row in archive.captures() if "_9" in row.url]
    assert run.state == "finished"
    assert articles == {expected.url for expected in truth.values()}
    assert len(hostile) == len(KINDS)
    assert {row.verdict for row in hostile} <= {"article", "list", "other", "empty", "unreadable"}


def test_a_page_that_hangs_is_set_aside_and_downloads_go_on_meanwhile(tmp_path: Path) -> None:
    """A shape that nobody knows: the capture is kept, the verdict says why, all others are fetched and read."""
    seen: list[Counts] = []
    with (
        served({"unknown": UNKNOWN}, tmp_path) as web,
        ReaderPool(seconds=1.0, work=TRAPPED) as reader,
        Archive.open(tmp_path, write=True) as archive,
    ):
        asked_meanwhile: list[int] = []
        sources = list(load_sources(tmp_path / "config").values())

        def watch(source_id: str, counts: Counts) -> None:
            seen.append(counts)
            if counts.quarantined and not asked_meanwhile:
                asked_meanwhile.append(len(web.requests))

        outcome = crawl(
            sources,
            archive,
            reader,
            lambda source: Order(),
            FetchOptions(),
            clock=lambda: datetime.now(UTC),
            watch=watch,
        )
        (run,) = outcome.runs
        (row,) = [row for row in archive.captures() if "_9" in row.url]
        capture = archive.capture(row.id)
        page = archive.pages("many")[row.canonical_url or ""]
        found = len(list(archive.articles()))
    assert (run.state, run.counts.new, found) == ("finished", NORMAL, NORMAL)
    assert (run.counts.quarantined, run.counts.problems, outcome.exit_code) == (1, 1, 1)
    assert dict(run.failures) == {"unreadable": 1}
    assert any("took more than 1 s and was stopped" in sentence for sentence in outcome.told["many"])
    assert row.verdict == "unreadable"
    assert capture is not None
    assert capture.content == UNKNOWN
    assert (page.state, page.failures) == ("failed", 1)
    # robots.txt, the list, the page itself; when it was stopped, others had been asked for as well
    assert asked_meanwhile[0] >= 6


def test_a_list_page_that_hangs_is_named(tmp_path: Path) -> None:
    """It is no list without links; the next crawl asks for it again."""
    with (
        served({}, tmp_path) as web,
        ReaderPool(seconds=0.5, work=TRAPPED) as reader,
        Archive.open(tmp_path, write=True) as archive,
    ):
        server = web._servers[0]
        built = server.built
        answers = dict(built.answers)
        answers["/news/"] = type(answers["/news/"])(UNKNOWN)
        server.show(type(built)(answers, built.truth), 1)
        first = crawled(tmp_path, reader, archive)
        server.show(built, 2)
        second = crawled(tmp_path, reader, archive)
    assert dict(first.runs[0].failures) == {"unreadable": 1}
    assert first.exit_code == 1
    assert (second.runs[0].counts.new, second.exit_code) == (NORMAL, 0)


def start(tmp_path: Path, mark: str) -> subprocess.Popen[bytes]:
    """A crawl in a process of its own, whose processes carry a mark in their environment."""
    command = [sys.executable, "-m", "crawler.cli", "crawl", "-q", "--config", str(tmp_path / "config")]
    environment = os.environ | {"JIANBAO_PARSE_SECONDS": "60", "MARK_OF_THE_TEST": mark}
    return subprocess.Popen([*command, "--data", str(tmp_path / "data")], env=environment, stderr=subprocess.PIPE)


def carrying(mark: str) -> list[int]:
    """The processes that carry the mark."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            ended = folder.joinpath("stat").read_text().rpartition(") ")[2][0] == "Z"
            if not ended and f"MARK_OF_THE_TEST={mark}".encode() in folder.joinpath("environ").read_bytes():
                found.append(int(folder.name))
    return found


def until(what: str, happened: object) -> None:
    """Wait until it happens."""
    assert callable(happened)
    for _ in range(1_000):
        if happened():
            return
        time.sleep(0.03)
    raise AssertionError(f"{what} did not happen")


@pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="processes are found by their environment")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_a_crawl_that_ends_in_any_way_leaves_no_process(number: signal.Signals, tmp_path: Path) -> None:
    """Interrupted, it saves its state and exits 130; killed, the next one finishes it; nothing stays behind."""
    mark = f"{number.name} {tmp_path}"
    with served({}, tmp_path) as web:
        config = tmp_path / "config" / "sources" / "many.toml"
        config.write_text(config.read_text("utf-8").replace("delay = 0.05", "delay = 0.4"), "utf-8")
        with start(tmp_path, mark) as process:
            until("a few requests", lambda: len(web.requests) > 4)
            assert len(carrying(mark)) >= 3  # the crawl, the process that forks, a worker
            process.send_signal(number)
            process.communicate(timeout=60)
            assert process.returncode == (-9 if number == signal.SIGKILL else 130)
        until("the end of all processes", lambda: not carrying(mark))
        config.write_text(config.read_text("utf-8").replace("delay = 0.4", "delay = 0.05"), "utf-8")
        with start(tmp_path, mark) as process:
            _, err = process.communicate(timeout=120)
            assert process.returncode == 0, err.decode()
        until("the end of all processes", lambda: not carrying(mark))
        with Archive.open(tmp_path / "data") as archive:
            assert {article.url for article, _ in archive.articles()} == {each.url for each in web.truth().values()}
            assert not [row for row in archive.captures() if row.verdict is None]
