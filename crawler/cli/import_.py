"""`jianbao import`."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from crawler.cli.options import Common, chosen, common, example
from crawler.cli.stopping import stoppable
from crawler.cli.table import counted, table

if TYPE_CHECKING:
    from crawler.imports.run import Watch
    from crawler.imports.tally import Tally, Terms
    from crawler.reader import Reader

LINES = ("jianbao import . --dry-run", "jianbao import . --source tibet-cn --all-pages")

TAKES = "What is: WARC and WACZ files, folders of HTML as browsers and wget -r save it, JSON lines of `export jsonl`."


@click.command(epilog=example(*LINES))
@click.argument("paths", nargs=-1, required=True, metavar="PATH...", type=click.Path(path_type=Path, exists=True))
@click.option("--source", "only", help="Take in pages of this source alone.")
@click.option("--any-host", is_flag=True, help="Also pages of hosts that no source has: into --source, else by host.")
@click.option("--all-pages", is_flag=True, help="Also addresses that the source's patterns call no article's.")
@click.option("--dry-run", is_flag=True, help="Say what would be taken in; nothing is stored.")
@common
def command(
    common: Common, paths: tuple[Path, ...], only: str | None, any_host: bool, all_pages: bool, dry_run: bool
) -> None:
    """Take in pages that others have gathered: WARC and WACZ files, folders of HTML, and our own JSON lines.

    A page belongs to the source that has its host. It becomes a capture with its own date and headers, and is read and
    recorded as if it had been fetched then. The same file taken in twice changes nothing.

    In a folder an index.csv (path, url, time) tells where each page came from, else the page itself, or its place as
    `wget -r` has it.

    Exit code 1 says that a file or record is not as it should be; the others are taken in all the same. After Ctrl-C or
    SIGTERM (130) the same command goes on.
    """
    from crawler.imports.tally import Terms

    sources = common.sources()
    if only:
        chosen(sources, (only,))
    terms = Terms(sources, only, any_host, all_pages, dry_run)
    said = "Interrupted. What was taken in is kept; the same command goes on."
    with stoppable(common, said), common.reader(workers=os.cpu_count()) as reader, _progress(common) as watch:
        tally = _taken(common, paths, reader, terms, watch)
    _report(common, tally, dry_run=dry_run)
    _hint(common, tally)
    sys.exit(1 if tally.faults else 0)


def _taken(common: Common, paths: tuple[Path, ...], reader: Reader, terms: Terms, watch: Watch) -> Tally:
    from archive.store import ArchiveMissing
    from crawler.cli.crawling import put_in_order
    from crawler.imports.run import Importer

    at_once, now = 2 * (os.cpu_count() or 1), datetime.now(UTC)
    if terms.dry_run:
        try:
            with common.archive() as archive:
                return Importer(archive, reader, terms, at_once, now, watch).take(paths)
        except ArchiveMissing:
            return Importer(None, reader, terms, at_once, now, watch).take(paths)
    with common.archive(write=True) as archive:
        put_in_order(common, archive, reader, common.sources())
        return Importer(archive, reader, terms, at_once, now, watch, common.settings().data).take(paths)


def _hint(common: Common, tally: Tally) -> None:
    """What to do where nothing was taken in, for want of a source or of anything that could be."""
    from crawler.imports.belong import NO_SOURCE
    from crawler.paths import config_dir

    if (hostless := tally.passed[NO_SOURCE]) and not tally.pages and not tally.articles:
        whose = f"{config_dir(common.config)} has no source for the hosts of {counted(hostless, 'page')}"
        common.say(f"{whose}; --any-host takes them in.")
    if not (tally.files or tally.passed or tally.faults or tally.pages or tally.articles):
        common.say(f"Nothing to take in was found. {TAKES}")


@contextmanager
def _progress(common: Common) -> Iterator[Watch]:
    """A line on a terminal; nothing where stderr is piped."""
    if not common.on_terminal:
        yield lambda tally: None
        return
    from rich.console import Console
    from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    words = TextColumn("{task.description}")
    with Progress(SpinnerColumn(), words, TimeElapsedColumn(), console=Console(stderr=True), transient=True) as bars:
        task = bars.add_task("0 pages")

        def watch(tally: Tally) -> None:
            done, passed = tally.pages.total() + tally.articles["known"], tally.passed.total()
            bars.update(task, description=f"{done:,} pages, {passed:,} passed over, {tally.faults:,} faults")

        yield watch


def _report(common: Common, tally: Tally, *, dry_run: bool) -> None:
    if common.as_json:
        document = {
            "dry_run": dry_run,
            "files": tally.files,
            "bad_files": tally.bad_files,
            "pages": dict(sorted(tally.pages.items())),
            "articles": dict(sorted(tally.articles.items())),
            "sources": dict(sorted(tally.sources.items())),
            "passed_over": dict(sorted(tally.passed.items())),
            "faults": tally.faults,
            "told": tally.told,
        }
        click.echo(json.dumps(document, ensure_ascii=False, indent=2))
        return
    if common.verbosity < 0:
        return
    click.echo(counted(tally.files, "file") + (f", {tally.bad_files} of them bad" if tally.bad_files else ""))
    for head, counts in (
        ("pages", tally.pages),
        ("articles", tally.articles),
        ("source", tally.sources),
        ("passed over", tally.passed),
    ):
        rows = [(name, count) for name, count in sorted(counts.items()) if count]
        if rows:
            click.echo("\n" + table((head, ""), rows))
    for sentence in tally.told:
        common.say(sentence)
    if tally.faults > len(tally.told):
        common.say(f"{tally.faults - len(tally.told):,} more.")
