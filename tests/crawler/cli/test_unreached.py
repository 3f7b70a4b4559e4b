"""Without a network: what all lists and all sources would say each for itself is said once."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from fake_web import FakeWeb, received

from archive.model import Counts, Run
from archive.store import Archive
from crawler.cli.crawling import print_outcome
from crawler.cli.options import Common
from crawler.crawl import SourceCrawl
from crawler.order import Order
from crawler.reader.here import Here
from crawler.run import Outcome
from crawler.source import ListPage, Source
from crawler.visit import Failure

NOW = datetime(2026, 11, 3, 4, 0, tzinfo=UTC)
GONE = "the name a.example cannot be resolved"


def test_the_lists_of_a_host_that_has_no_name_say_so_once(tmp_path: Path) -> None:
    """Each counts as a problem; what is told of them is one sentence."""
    lists = tuple(ListPage(url=f"http://a.example/{number}/") for number in range(3))
    source = Source(id="a", name="a", home="http://a.example/", lists=lists)
    with Archive.open(tmp_path, write=True) as archive:
        web = FakeWeb()
        crawl = SourceCrawl(source, archive, Here(), Order(), lambda: web.now)
        for visit in list(crawl.first()):
            assert not list(received(crawl, visit, Failure(visit.url, "dns", GONE, of_host=True)))
        assert (crawl.counts.problems, crawl.told) == (3, [GONE])


def run_of(name: str, kind: str, answered: int = 0) -> Run:
    """A run in which three requests failed so."""
    run = Run(id=1, source_id=name, started=NOW, finished=NOW, state="failed")
    return replace(run, counts=Counts(requests=3, answered=answered, problems=3), failures={kind: 3})


@pytest.mark.parametrize(
    ("runs", "verbosity", "once"),
    [
        ([run_of("a", "dns"), run_of("b", "connection")], 0, True),
        ([run_of("a", "dns"), run_of("b", "connection")], 1, True),
        ([run_of("a", "dns"), run_of("b", "http-404")], 0, False),
        ([run_of("a", "dns"), run_of("b", "dns", answered=1)], 0, False),
        ([run_of("a", "dns")], 0, False),
    ],
    ids=["nobody", "nobody, -v", "one answers", "one answered once", "one source"],
)
def test_sources_of_which_none_can_be_reached_are_told_of_in_one_sentence(
    runs: list[Run], verbosity: int, once: bool, capsys: pytest.CaptureFixture[str]
) -> None:
    """With -v each says what it met; and so it does where it may be its own trouble."""
    told = {run.source_id: (f"{run.source_id} was not reached",) for run in runs}
    print_outcome(Common(False, verbosity, None, None, None), Outcome(tuple(runs), told=told))
    said = capsys.readouterr().err
    assert ("None of 2 sources could be reached" in said) is once
    assert ("a was not reached" in said) is (verbosity > 0 or not once)
