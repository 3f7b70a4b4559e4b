"""`jianbao demo`: the main job on a bundled news web, so that a newcomer sees all of it without a network."""

from __future__ import annotations

import json
import re
import shutil
import sys
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from archive.model import Change, Counts
from crawler.cli.options import Common, common, example
from crawler.cli.table import shortened

if TYPE_CHECKING:
    from archive.store import Archive
    from crawler.demo import DemoWeb
    from crawler.reader import Reader
    from crawler.run import Outcome

MARK = ".jianbao-demo"  # a folder that holds this file was made by the demo, and the demo may make it anew


@dataclass(frozen=True, slots=True)
class Told:
    """What one crawl of the demo web came to."""

    outcome: Outcome
    counts: Counts
    news: list[Change]


@click.command(epilog=example("jianbao demo", "jianbao demo --json"))
@click.option("--seed", type=int, default=1, show_default=True, help="Another seed damages other characters.")
@common
def command(common: Common, seed: int) -> None:
    """Serve a bundled news web on 127.0.0.1, crawl it, let a day pass, crawl it again.

    Prints what is new, changed, gone and repaired, and holds every article against the truth. The archive is made
    anew each time in ./data/demo (or --data) and can be searched afterwards. Exit code 4 if an article is not true.
    """
    from archive.store import Archive
    from crawler.demo import DemoWeb
    from crawler.reader import ReaderPool

    data = prepared(common.data or Path("data/demo"))
    with ReaderPool() as reader, DemoWeb(seed=seed) as web:
        web.write_config(data / "config")
        common.say(f"A news web of {len(web.urls)} sites is served on 127.0.0.1.")
        told, untrue = [], {}
        for day in (1, 2):
            if day == 2:
                web.advance()
            with Archive.open(data, write=True) as archive:
                common.say(f"\nDay {day}: crawling.")
                told.append(crawled(common, data, archive, reader))
                untrue = untruths(archive, web)
                if not common.as_json:
                    print_day(common, told[-1], archive)
            if told[-1].outcome.interrupted:
                sys.exit(told[-1].outcome.exit_code)
        with Archive.open(data) as archive:
            sample, grouped = repaired_line(archive), stories(archive)
    if common.as_json:
        crawls = [asdict(each.counts) for each in told]
        told_at_last = {"crawls": crawls, "stories": asdict(grouped), "untrue": untrue, "data": str(data)}
        click.echo(json.dumps(told_at_last, ensure_ascii=False, indent=2))
    else:
        print_end(data, sample, untrue, len(web.truth()), grouped)
    sys.exit(4 if untrue else 0)


def prepared(data: Path) -> Path:
    """An empty folder for the demo; one that holds anything but an earlier demo is refused."""
    if data.exists() and any(data.iterdir()):
        if not (data / MARK).exists():
            raise click.UsageError(f"{data} holds something that is not the demo's; name another folder with --data.")
        shutil.rmtree(data)
    data.mkdir(parents=True, exist_ok=True)
    (data / MARK).write_text("Made by `jianbao demo`, which deletes this folder when it runs again.\n", "utf-8")
    return data


def crawled(common: Common, data: Path, archive: Archive, reader: Reader) -> Told:
    """One crawl of all demo sites."""
    from crawler.cli.crawling import progress
    from crawler.fetch import FetchOptions
    from crawler.order import Order
    from crawler.run import crawl
    from crawler.source import load_sources

    sources = list(load_sources(data / "config").values())
    news: list[Change] = []
    with progress(common, sources) as watch:
        outcome = crawl(
            sources,
            archive,
            reader,
            lambda source: Order(revisit="all"),
            FetchOptions(at_once=len(sources)),
            clock=lambda: datetime.now(UTC),
            watch=watch,
            note=news.append,
        )
    return Told(outcome, sum_of(outcome), news)


def sum_of(outcome: Outcome) -> Counts:
    """The counts of all runs, added up."""
    each = [asdict(run.counts) for run in outcome.runs]
    return Counts(**{name: sum(counts[name] for counts in each) for name in each[0]})


def untruths(archive: Archive, web: DemoWeb) -> dict[str, list[str]]:
    """What differs between the archive and the truth of the day, by address; {} where all is true."""
    from crawler.demo import differences

    wrong = {}
    for url, expected in web.truth().items():
        found = archive.article(url)
        wrong[url] = list(differences(expected, found[0])) if found else ["It is not in the archive."]
    for url, trap in web.traps().items():
        if archive.article(url):
            wrong[url] = [f"It is no article but a trap ({trap})."]
    return {url: sentences for url, sentences in wrong.items() if sentences}


def repaired_line(archive: Archive) -> tuple[str, str] | None:
    """A damaged line of a captured page as it was seen, and what it became; None if no page was damaged."""
    from crawler.decode import decode
    from crawler.repair import repair

    for article, standing in archive.articles():
        if article.evidence.get("repairs"):
            capture = archive.capture(archive.revisions(standing.id)[-1].capture_id)
            assert capture is not None
            seen = decode(capture.content, capture.content_type).text
            lines = zip(seen.splitlines(), repair(seen).text.splitlines(), strict=False)
            for before, after in ((TAG.sub("", one).strip(), TAG.sub("", other).strip()) for one, other in lines):
                if "?" in before and after.endswith("。") and LEAST < len(before) < MOST:
                    return before, after
    return None


@dataclass(frozen=True, slots=True)
class Stories:
    """How many stories the articles make, and one that several sites print."""

    articles: int
    stories: int
    printed_most: str  # the id of the article from which most others come


def stories(archive: Archive) -> Stories:
    """What became of the articles of all sites."""
    standing = [each for _, each in archive.articles(evidence=False)]
    of_each = Counter(each.story_id or each.id for each in standing)
    return Stories(len(standing), len(of_each), min(of_each, key=lambda id: (-of_each[id], id)))


TAG = re.compile(r"<[^>]{0,400}>")
LEAST, MOST = 40, 160  # characters of a line that is worth showing

LABELS: Mapping[str, str] = {
    "new": "new",
    "changed": "changed",
    "gone": "gone",
    "restored": "restored",
    "quarantined": "not an article",
}
FEW = 12
"""So many new articles are named one by one."""


def print_day(common: Common, told: Told, archive: Archive) -> None:
    """The summary of one crawl, and what is worth a line."""
    from crawler.cli.crawling import print_outcome

    print_outcome(replace(common, verbosity=min(common.verbosity, -1)), told.outcome)
    for line in day_lines(told, archive):
        click.echo(line)


def day_lines(told: Told, archive: Archive) -> Iterator[str]:
    """Counts, then a line for each change that is not one of many new articles."""
    counts = told.counts
    yield f"\n{counts.new} new, {counts.changed} changed, {counts.gone} gone, {counts.repaired} repaired"
    for change in told.news:
        if change.kind == "known" or (change.kind == "new" and counts.new > FEW):
            continue
        found = archive.article(change.article_id) if change.article_id else None
        what = f"{change.article_id}  {found[0].title}" if found else f"{change.canonical_url}  {change.reason}"
        yield f"  {LABELS[change.kind]:14}  {what}"


def print_end(
    data: Path, sample: tuple[str, str] | None, untrue: Mapping[str, Any], total: int, grouped: Stories
) -> None:
    """Whether all is true, a repair to look at, and where to go on."""
    click.echo(
        f"\n{grouped.articles} articles are {grouped.stories} stories: the others are reprints, mirrors and excerpts."
    )
    click.echo(f"{total - len(untrue)} of {total} articles equal the truth of the demo web in every field.")
    for url, sentences in untrue.items():
        click.echo(f"  {url}\n    " + "\n    ".join(sentences))
    if sample:
        click.echo(f"\nA mirror's line  {shortened(sample[0], 110)}\n     is read as  {shortened(sample[1], 110)}")
    click.echo(
        f"\nLook around:\n  jianbao search 工业 --data {data}\n  jianbao show ID --why --data {data}\n"
        f"  jianbao story {grouped.printed_most} --data {data}\n"
        f"  jianbao status --data {data} --config {data}/config\n  jianbao export jsonl --data {data}"
    )
