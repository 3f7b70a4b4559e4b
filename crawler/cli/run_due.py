"""`jianbao run-due`."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click

from crawler.cli.options import Common, chosen, common, example
from crawler.cli.stopping import stoppable
from crawler.cli.table import counted, harmless, table
from crawler.cli.times import ZONE, moment, plain

if TYPE_CHECKING:
    from archive.model import Watch
    from archive.store import Archive, ArchiveBusy
    from crawler.source import Source


@click.command(epilog=example("jianbao run-due", "jianbao run-due --dry-run", "jianbao run-due tibet-cn --wait 0"))
@click.argument("sources", nargs=-1, metavar="[SOURCE]...")
@click.option(
    "--wait",
    type=click.FloatRange(0, 86_400),
    default=60.0,
    show_default=True,
    help="Seconds to wait where another process writes to the archive.",
)
@click.option("--limit", type=click.IntRange(1), help="Crawl at most so many sources.")
@click.option("--dry-run", is_flag=True, help="Say what is due, and do nothing.")
@common
def command(common: Common, sources: tuple[str, ...], wait: float, limit: int | None, dry_run: bool) -> None:
    """Crawl every source that is due, once; for cron, a systemd timer or a CronJob.

    A source is due by its schedule, or by its back-off if it failed. What was missed while nothing ran is done once. Of
    several that are started together one works; the others wait and find nothing left to do.

    Exit code 1 says that something needs attention, 3 that nothing could be reached.
    """
    named = chosen(common.sources(), sources) if sources else None
    if dry_run:
        show_due(common, named)
    elif (soonest := soonest_due(common, named)) is not None:
        common.say(nothing_due(soonest))
        if common.as_json:
            click.echo(json.dumps({"runs": [], "exit_code": 0}))
    else:
        sys.exit(run(common, [each.id for each in named] if named else None, wait, limit))


def run(common: Common, only: list[str] | None, wait: float, limit: int | None) -> int:
    """Do what is due; gives the exit code."""
    from archive.store import Archive, ArchiveBusy
    from crawler.cli.crawling import STOPPED, print_outcome, put_in_order, tell
    from crawler.health.messengers import repeat_after
    from crawler.health.notify import LEAVE, MOMENT
    from crawler.run import Outcome
    from crawler.watch import Ended, Told, run_due_once

    settings, everything = common.settings(), common.sources()
    common.begin_log()
    looks: list[Ended] = []
    done: set[str] = set()
    interrupted, next_due = False, None
    notify = common.notifier()

    def opened() -> Archive:
        return Archive.open(
            settings.data, settings.database, write=True, wait=wait, urgent=False, waiting=common.waiting
        )

    with stoppable(common, STOPPED), common.reader() as reader:
        while True:
            try:
                archive = opened()
            except ArchiveBusy as busy:
                if not looks:
                    return at_work(common, only, busy)
                common.say(f"{busy} What is due and was not looked at yet is left to the next call.")
                break

            def ended(look: Ended, archive: Archive = archive) -> None:
                looks.append(look)
                notify(look.examined.tell)
                notify.post(archive)

            told = Told(common.say, ended, note=lambda change: tell(common, change), repeat=repeat_after(settings))
            with archive:
                put_in_order(common, archive, reader, everything)
                notify.post(archive)
                report = run_due_once(
                    archive,
                    everything,
                    reader,
                    common.fetch_options(),
                    lambda: datetime.now(UTC),
                    only=only,
                    limit=None if limit is None else limit - len(done),
                    done=done,
                    hold=lambda: archive.is_wanted,  # noqa: B023 - asked while this archive is open
                    told=told,
                )
                notify.finish(archive, MOMENT if report.interrupted else LEAVE)
            interrupted, next_due = report.interrupted, report.next_due
            if interrupted or not report.held_up:
                break
    runs = tuple(each.run for each in looks if each.run is not None)
    outcome = Outcome(
        runs,
        interrupted,
        {each.source_id: each.told for each in looks if each.told},
        {each.source_id: each.changed for each in looks if each.changed},
        {each.source_id: each.read_again for each in looks if each.read_again},
        sum(each.faults for each in looks),
        {each.source_id: each.examined for each in looks},
    )
    if not looks:
        common.say(nothing_due(next_due))
    if looks or common.as_json:
        print_outcome(common, outcome)
    return outcome.exit_code


def soonest_due(common: Common, named: list[Source] | None) -> datetime | None:
    """When the next source is due; None where there is work now: one is due, an opening of the archive may find so, or
    people are to be told of something."""
    from archive.store import ArchiveMissing, ArchiveOutdated
    from crawler.health.letters import due as to_send
    from crawler.schedule import terms_of
    from crawler.watch import Policy
    from crawler.watch.policy import put_right

    now, policy = datetime.now(UTC), Policy()
    wanted = named if named is not None else [each for each in common.sources().values() if each.enabled]
    try:
        with common.archive() as archive:
            watches, letters = archive.watches(), archive.letters()
    except (ArchiveMissing, ArchiveOutdated):
        return None
    if to_send(letters, now, common.notifier().names):
        return None
    for source in wanted:
        watch = watches.get(source.id)
        if watch is None or watch.due <= now or put_right(watch, terms_of(source), now, policy):
            return None
    return min((watches[source.id].due for source in wanted), default=None)


def nothing_due(next_due: datetime | None) -> str:
    """Said where there was nothing to do."""
    return "Nothing is due." + (f" The next source is on {moment(next_due)}, {ZONE}." if next_due else "")


def at_work(common: Common, only: list[str] | None, busy: ArchiveBusy) -> int:
    """Another process kept the archive for longer than we wait: well if it does what is due, else not."""
    from archive.store import ArchiveProblem
    from crawler.watch.beat import FILE, read
    from crawler.watch.owner import is_held_by

    try:
        with common.archive() as archive:
            watches = archive.watches()
    except ArchiveProblem:
        raise busy from None
    now = datetime.now(UTC)
    doing = sorted(name for name, each in watches.items() if is_held_by(each, busy.pid, now))
    daemon = read(common.settings().data / FILE)
    worker = daemon.worker if daemon is not None else None
    by_daemon = worker is not None and worker.pid == busy.pid
    left = [name for name in only or () if name not in doing and (name not in watches or watches[name].due <= now)]
    if not by_daemon and (left or not doing):
        raise busy
    at = f"It is at {', '.join(doing)} and does what is due." if doing else "It is the daemon's, and does what is due."
    common.say(f"{busy} {at}")
    if common.as_json:
        click.echo(json.dumps({"runs": [], "exit_code": 0}))
    return 0


def show_due(common: Common, named: list[Source] | None) -> None:
    """When each source is due, the longest due first, put right as `run-due` would; nothing is changed."""
    from archive.model import Watch
    from archive.store import ArchiveMissing, ArchiveOutdated
    from crawler.schedule import terms_of
    from crawler.watch import Policy
    from crawler.watch.policy import put_right
    from crawler.watch.settle import newcomer

    now, policy = datetime.now(UTC), Policy()
    wanted = named if named is not None else [each for each in common.sources().values() if each.enabled]
    fresh = [Watch(source.id, now, "it was never looked at") for source in wanted]
    try:
        with common.archive() as archive:
            watches = archive.watches()
            fresh = [newcomer(source.id, archive, now) for source in wanted]
    except (ArchiveMissing, ArchiveOutdated):
        watches = {}
    there = [(watches.get(source.id), terms_of(source)) for source in wanted]
    right = [watch and (put_right(watch, terms, now, policy) or watch) for watch, terms in there]
    each = [watch or new for watch, new in zip(right, fresh, strict=True)]
    each.sort(key=lambda watch: (watch.due, watch.source_id))
    due = sum(watch.due <= now for watch in each)
    if common.as_json:
        rows = [{**asdict(watch), "is_due": watch.due <= now} for watch in each]
        for row in rows:
            del row["memory"]
        click.echo(json.dumps(rows, ensure_ascii=False, indent=2, default=plain))
        return
    click.echo(table(["source", "due", "state", "why"], [_row(watch, now) for watch in each]))
    click.echo(harmless(f"{counted(due, 'source')} due. Times are {ZONE}."))


def _row(watch: Watch, now: datetime) -> list[object]:
    at = "now" if watch.due <= now else moment(watch.due)
    return [watch.source_id, at, "being crawled" if watch.lease_owner else watch.state, watch.why]
