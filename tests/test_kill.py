"""kill -9 at any instant: no page lost, none doubled."""

from __future__ import annotations

import json
import random
import subprocess
import sys
import time
from collections import Counter
from contextlib import suppress
from pathlib import Path

import pytest

from archive.store import Archive
from crawler.demo import DemoWeb, many_pages_site

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "bench"))

from kills import response_ids

PAGES = 200
KILLS = 50


def crawl(folder: Path) -> subprocess.Popen[bytes]:
    """A crawl of the generated site in a process of its own."""
    command = [sys.executable, "-m", "crawler.cli", "crawl", "--json", "--revisit", "none"]
    command += ["--config", str(folder / "config"), "--data", str(folder / "data")]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE)


@pytest.mark.timeout(900)  # it starts some sixty crawls, each with a process that reads
def test_fifty_kills_lose_nothing_and_double_nothing(tmp_path: Path) -> None:
    """200 pages are crawled by processes that are killed at random instants; at the end each is there exactly once."""
    chance = random.Random(20261103)
    kills, rounds = 0, 0
    with DemoWeb(seed=7, sites=[many_pages_site(PAGES)]) as web:
        while kills < KILLS:
            rounds += 1
            folder = tmp_path / str(rounds)
            web.write_config(folder / "config")
            config = folder / "config" / "sources" / "many.toml"
            config.write_text(config.read_text("utf-8").replace("delay = 0.05", "delay = 0.01"), "utf-8")
            kills += killed_until_done(folder, chance, most=KILLS - kills)
            check_complete(folder, {expected.url for expected in web.truth().values()})
    assert kills == KILLS


def killed_until_done(folder: Path, chance: random.Random, most: int) -> int:
    """Start and kill crawls of one archive until one comes to its end by itself; how many were killed."""
    kills = 0
    while True:
        process = crawl(folder)
        try:
            # The start-up is most of a crawl's life: wait for the first capture, then let it run for a while.
            alive = waits_for_capture(process, folder / "data" / "captures")
            if alive and kills < min(most, 12):
                time.sleep(chance.uniform(0, 0.6))
                process.kill()
            out, err = process.communicate(timeout=120)
        finally:
            process.kill()
        if process.returncode == -9:
            kills += 1
            continue
        assert process.returncode == 0, err.decode()
        assert json.loads(out)["runs"][0]["state"] == "finished"
        return kills


def waits_for_capture(process: subprocess.Popen[bytes], captures: Path) -> bool:
    """Wait until the crawl writes captures; False if it ended before."""
    before = written(captures)
    for _ in range(4000):
        if process.poll() is not None:
            return False
        if written(captures) != before:
            return True
        time.sleep(0.01)
    raise AssertionError("the crawl captured nothing within 40 seconds")


def written(captures: Path) -> int:
    """How many bytes the capture files have; one may get its final name at any moment."""
    total = 0
    for path in captures.glob("*.warc.gz*"):
        with suppress(FileNotFoundError):
            total += path.stat().st_size
    return total


def check_complete(folder: Path, urls: set[str]) -> None:
    """Every article once, every capture once in the files and once in the database, nothing unread."""
    with Archive.open(folder / "data") as archive:
        articles = list(archive.articles(evidence=False))
        assert Counter(article.url for article, _ in articles) == Counter(urls)
        assert {standing.revision for _, standing in articles} == {1}
        assert {page.state for page in archive.pages("many").values()} == {"fetched"}
        rows = list(archive.captures())
        assert not [row for row in rows if row.lost or row.verdict is None]
        per_page = Counter(row.canonical_url for row in rows if row.kind == "article")
        ids = response_ids(folder / "data" / "captures")
        assert set(ids) == {f"<urn:uuid:{row.id}>" for row in rows}
        assert set(ids.values()) == {1}
    assert set(per_page.values()) == {1}, "a page was fetched and kept twice"
