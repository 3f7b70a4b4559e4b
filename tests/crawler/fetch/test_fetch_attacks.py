"""Every attack on the fetcher, all side by side, while a sound site is crawled."""

from __future__ import annotations

import socket
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any
from urllib.parse import urlsplit

import pytest
from fetch_crawls import Tour, told
from fetch_site import Site

from crawler.demo.attacker import Attacker
from crawler.demo.attacks import ARTICLE, Attack, Place, attacks
from crawler.fetch import FetchOptions, Job, fetch
from crawler.source import Politeness, Source
from crawler.visit import Visit

CASES = [case for case in attacks() if not case.whole]
SECRET = "127.0.0.3"


@pytest.fixture(scope="module")
def verdicts() -> Iterator[dict[str, str]]:
    """What came of each attack, by name; each has an address of its own. Beside them a sound site is crawled."""
    with pytest.MonkeyPatch.context() as patch, ExitStack() as stack:
        secret = stack.enter_context(Attacker(SECRET))
        patch.setattr(socket, "getaddrinfo", names_of(CASES))
        jobs: dict[str, Job] = {}
        for number, case in enumerate(CASES):
            attacker = stack.enter_context(Attacker(f"127.0.2.{number + 1}"))
            attacker.answers = case.answers(Place(attacker.base, secret.port))
            jobs[case.name] = job_of(case.name, attacker.address, [attacker.base + ARTICLE])
        sound = stack.enter_context(Site(address="127.0.3.1"))
        jobs["a sound site"] = job_of("a sound site", sound.address, [sound.url(f"/{n}") for n in range(20)])
        fetch(list(jobs.values()), FetchOptions(at_once=8))
        came = {name: words(job) for name, job in jobs.items()}
        came["the private server was asked"] = str(len(secret.asked))
        yield came


def job_of(name: str, address: str, urls: list[str]) -> Job:
    """A source that may ask its own address and no other private one."""
    politeness = Politeness(delay=0.02, timeout=15.0, max_bytes=1024 * 1024, allow_addresses=(address,))
    source = Source(id=name, name=name, home=f"http://{address}/", politeness=politeness)
    return Job(source, Tour([Visit(url, "article") for url in urls]))


def words(job: Job) -> str:
    """What came of a job's visits, each in a word."""
    assert isinstance(job.crawl, Tour)
    return " ".join("read" if (word := told(outcome)) == "200" else word for _, outcome in job.crawl.came)


def names_of(cases: list[Attack]) -> Any:
    """A name server for the names of the cases: one answer after the other, the last again and again."""
    found, times = socket.getaddrinfo, Counter[str]()
    names = {name: answers for case in cases for name, answers in case.names.items()}

    def look_up(host: str, port: int, *args: Any) -> Any:
        if host not in names:
            return found(host, port, *args)
        answer = names[host][min(times[host], len(names[host]) - 1)]
        times[host] += 1
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port)) for address in answer]

    return look_up


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_an_attack_gets_its_verdict(case: Attack, verdicts: dict[str, str]) -> None:
    """One that stands in the table, and the page's alone."""
    assert verdicts[case.name] in case.verdicts


def test_a_sound_site_beside_them_is_none_the_worse(verdicts: dict[str, str]) -> None:
    """Every page of it came."""
    assert verdicts["a sound site"] == " ".join(["read"] * 20)


def test_what_must_not_be_asked_was_not_asked(verdicts: dict[str, str]) -> None:
    """Neither by a literal nor by a name nor by a redirect."""
    assert verdicts["the private server was asked"] == "0"


def test_every_case_has_a_name_of_its_own() -> None:
    """They stand in a table."""
    names = [case.name for case in attacks()]
    assert len(set(names)) == len(names) >= 40
    assert all(urlsplit(name).scheme == "" for name in names)
