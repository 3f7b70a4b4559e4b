"""`jianbao reread`."""

from __future__ import annotations

import math
import sys
from collections.abc import Collection, Mapping
from datetime import datetime
from typing import TYPE_CHECKING

import click

from crawler.cli.options import Common, chosen, common, example
from crawler.reread.report import FLOOR

if TYPE_CHECKING:
    from crawler.source import Source

LINES = ("jianbao reread --all", "jianbao reread tibet-cn --from 2023-05-01 --apply", "jianbao reread --undo --json")


def a_number(value: float) -> float:
    """The same; what is called `nan` is no bound, and would let everything pass."""
    if math.isnan(value):
        raise click.BadParameter("nan is no number of percent.")
    return value


@click.command(epilog=example(*LINES))
@click.argument("source_ids", nargs=-1, metavar="[SOURCE]...")
@click.option("--all", "everything", is_flag=True, help="Every source of the configuration or archive, disabled too.")
@click.option("--from", "since", type=click.DateTime(["%Y-%m-%d"]), help="Articles published on that day or later.")
@click.option("--to", "until", type=click.DateTime(["%Y-%m-%d"]), help="Articles published on that day or earlier.")
@click.option("--apply", "record", is_flag=True, help="Record what differs, as revisions; without it nothing changes.")
@click.option("--even-if-worse", is_flag=True, help="Record it although a measure sinks below the floor.")
@click.option(
    "--floor",
    type=click.FloatRange(0, 100),
    callback=lambda context, option, value: a_number(value),
    default=FLOOR,
    show_default=True,
    help="Percent by which one may sink.",
)
@click.option("--undo", is_flag=True, help="Give every article that the last --apply changed its former text again.")
@click.option("--workers", type=click.IntRange(1, 64), help="Pages that are read at a time [as many as cores].")
@common
def command(
    common: Common,
    source_ids: tuple[str, ...],
    everything: bool,
    since: datetime | None,
    until: datetime | None,
    record: bool,
    even_if_worse: bool,
    floor: float,
    undo: bool,
    workers: int | None,
) -> None:
    """Read the pages in the archive again with today's rules, without a request, and say what would be otherwise.

    Articles gained, lost and changed, field by field. With --apply what differs is recorded as revisions marked
    `re-read`, unless a measure sinks below the floor. What is stopped, by Ctrl-C, SIGTERM or kill -9, goes on
    where it was.

    Sources that no file describes are read by general rules. `--all --apply` leaves them alone: name them.

    Exit code 1 says that a measure lies below the floor, or that pages could not be read.
    """
    from crawler.cli.rereading import undo_and_report

    if undo:
        if source_ids or everything or since or until or record:
            raise click.UsageError("--undo goes alone: it takes back all of the last --apply.")
        sys.exit(undo_and_report(common))
    if bool(source_ids) == everything:
        raise click.UsageError("Name sources, or give --all.")
    known = common.sources()
    if everything or not known.keys() >= set(source_ids):
        wanted = None if everything else source_ids
        known |= left_alone(common, known) if everything and record else held_without_file(common, known, wanted)
    sources = list(known.values()) if everything else chosen(known, source_ids)
    sys.exit(offline(common, sources, since, until, (), record, even_if_worse, floor, workers))


def left_alone(common: Common, known: Mapping[str, Source]) -> dict[str, Source]:
    """No source: those that no file describes are named, for nothing is recorded of them unless somebody names them.

    Another configuration than the archive's own describes none of its sources, and each article would lose what its
    source's patterns and selectors found. Raises ArchiveMissing.
    """
    with common.archive() as archive:
        others = sorted({each.source_id for each in archive.status()} - known.keys())
    if others:
        common.say(f"No file describes {_some(others)}: left alone. Name them to record what general rules read there.")
    return {}


def _some(source_ids: Collection[str]) -> str:
    return ", ".join([*source_ids][:5]) + (" …" if len(source_ids) > 5 else "")


def held_without_file(common: Common, known: Mapping[str, Source], wanted: Collection[str] | None) -> dict[str, Source]:
    """The sources that the archive holds and no file describes, by id: all, or those of these ids.

    Who is asked for by name where there is no archive is answered like any wrong name. Raises ArchiveMissing for all.
    """
    from archive.store import ArchiveMissing
    from crawler.source.unfiled import without_file

    try:
        with common.archive() as archive:
            held = {each.source_id for each in archive.status()} - known.keys()
            named = archive.outlets()
            found = {
                source_id: without_file(
                    source_id,
                    named.get(source_id, ()),
                    ((copy.url, copy.page or copy.url) for copy in archive.copies(source_id)),
                )
                for source_id in sorted(held if wanted is None else held & set(wanted))
            }
    except ArchiveMissing:
        if wanted is None:
            raise
        return {}
    if found:
        common.say(f"No file describes {_some(found)}: their pages are read without patterns and selectors.")
    return found


def offline(
    common: Common,
    sources: list[Source],
    since: datetime | None,
    until: datetime | None,
    urls: tuple[str, ...],
    record: bool,
    even_if_worse: bool,
    floor: float,
    workers: int | None,
) -> int:
    """What `recrawl --offline` shares with `reread`; the exit code."""
    from crawler.cli.rereading import reread_and_report
    from crawler.reread.run import Scope, addresses

    if since and until and since > until:
        raise click.UsageError("--from is later than --to.")
    if even_if_worse and not record:
        raise click.UsageError("--even-if-worse is for --apply.")
    only = addresses(urls, sources[0]) if urls else None
    scope = Scope(sources, since and since.date(), until and until.date(), only)
    return reread_and_report(common, scope, record=record, floor=floor, force=even_if_worse, workers=workers)
