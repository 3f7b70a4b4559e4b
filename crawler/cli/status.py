"""`jianbao status`."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import click

from archive.store.errors import ArchiveProblem
from crawler.cli.options import Common, chosen, common, example
from crawler.cli.source_status import details, hosts, in_trouble, most_of, next_run
from crawler.cli.table import counted, harmless, table
from crawler.cli.times import ZONE, moment, plain
from crawler.health.attendance import Attendance, Daemon
from crawler.health.budgets import HostNow
from crawler.health.overview import Overview, ill_without_archive, overview, to_json
from crawler.health.standing import Standing, sparkline
from crawler.paths import config_dir

MOST_HOSTS = 10
"""Hosts in trouble that are listed; --json has all."""


@click.command(epilog=example("jianbao status", "jianbao status tibet-cn --json", "jianbao status --metrics -"))
@click.argument("sources", nargs=-1, metavar="[SOURCE]...")
@click.option(
    "--metrics",
    type=click.Path(path_type=Path, dir_okay=False, allow_dash=True),
    help="Write Prometheus metrics to a file, all at once, for node_exporter; - is stdout.",
)
@common
def command(common: Common, sources: tuple[str, ...], metrics: Path | None) -> None:
    """How each source is doing, and whether anybody watches; of named ones all that is known.

    Exit code 1 says that something needs attention: an alarm stands, a source's last run failed or was killed, sources
    are overdue and nobody is at work, or the daemon is in trouble. Single pages that failed are shown and are no
    illness. With names, only they are looked at.
    """
    settings, now = common.settings(), datetime.now(UTC)
    try:
        found = overview(settings.data, settings.database, config_dir(common.config), now)
    except ArchiveProblem:
        for sentence in ill_without_archive(settings.data, now):
            common.say(sentence)
        raise
    named = named_of(common, found, sources)
    if metrics is not None and not (common.as_json and str(metrics) == "-"):  # one thing on stdout: JSON if asked for
        _write_metrics(metrics, found)
    if common.as_json:
        shown = to_json(found, named if sources else found.sources)
        click.echo(json.dumps(shown, ensure_ascii=False, indent=2, default=plain))
    elif metrics is not None:
        pass
    elif sources:
        _print_details(common, found, named)
    else:
        _print_table(common, found)
    ill = any(each.ill or found.late(each) for each in named) if sources else found.ill
    sys.exit(1 if ill else 0)


def named_of(common: Common, found: Overview, names: tuple[str, ...]) -> tuple[Standing, ...]:
    """The sources that were named; one that nobody knows is a slip of the pen."""
    known = {each.source_id: each for each in found.sources}
    strange = tuple(name for name in names if name not in known)
    if strange:
        chosen(common.sources(), strange)
        common.say(f"Never crawled: {', '.join(strange)}.")
    return tuple(known[name] for name in dict.fromkeys(names) if name in known)


def _write_metrics(target: Path, found: Overview) -> None:
    from crawler.health.metrics import exposition
    from crawler.whole_file import write_whole

    text = exposition(found)
    if str(target) == "-":
        click.echo(text, nl=False)
    else:
        write_whole(target, text.encode())


def _print_details(common: Common, found: Overview, named: tuple[Standing, ...]) -> None:
    for each in named:
        lines = [*details(each, found), *hosts(common, each.source_id, found.now), *in_trouble(common, each.source_id)]
        click.echo(harmless("\n".join(lines)))


def _print_table(common: Common, found: Overview) -> None:
    for sentence in found.attendance.ill:
        click.echo(harmless(sentence))
    click.echo(harmless(watching(found.attendance)))
    rows = [[cell(each, found) for _, cell in COLUMNS] for each in found.sources]
    click.echo(table([name for name, _ in COLUMNS], rows))
    for each in found.sources:
        for sentence in (*each.ill, *each.noted):
            click.echo(harmless(f"{each.source_id}: {sentence}"))
    for line in hosts_in_trouble(found.hosts):
        click.echo(harmless(line))
    for message in remarks(found):
        common.say(message)


def watching(there: Attendance) -> str:
    """Who is at work and what comes next, in a line."""
    daemon, next_due = there.daemon, f"the next source is due {moment(there.next_due)}" if there.next_due else ""
    at = f"at {', '.join(there.at)}" if there.at else ""
    if daemon is not None and daemon.state != "gone":
        words = [_doing(daemon), next_due]
        told = f"{moment(daemon.told.started)}, last tick {moment(daemon.told.last_tick)}"
        return f"The daemon runs (process {daemon.told.pid}, since {told}): {'; '.join(filter(None, words))}."
    if at:
        return f"run-due is at work, {at}; {next_due}."
    if not there.scheduled:
        return "No daemon runs, and no source is scheduled: they are crawled by hand."
    return f"No daemon runs; {next_due}."


def _doing(daemon: Daemon) -> str:
    worker = daemon.told.worker
    if worker is None:
        return "it has no worker"
    if worker.state == "crawling":
        return f"at {', '.join(worker.under_way)}" if worker.under_way else "crawling"
    return DOING[worker.state]


DOING = {
    "starting": "its worker starts",
    "idle": "nothing is due",
    "waiting": "waiting for another process that writes",
    "opening": "opening the archive",
    "trouble": "waiting for its trouble to end",
    "ended": "its worker has ended",
}


def hosts_in_trouble(hosts: tuple[HostNow, ...]) -> Iterator[str]:
    """Hosts that are left alone or asked more slowly, a line each, and how many more there are."""
    for each in hosts[:MOST_HOSTS]:
        yield f"{each.host}: {each.told(moment)}"
    if len(hosts) > MOST_HOSTS:
        yield f"{counted(len(hosts) - MOST_HOSTS, 'more host')} in trouble; --json has them."


def remarks(found: Overview) -> Iterator[str]:
    """What a person should know of the numbers."""
    newest = max((each.seen.made for each in found.sources if each.seen.made), default=None)
    yield f"Times are {ZONE}. Numbers are as of each source's last run, the newest {moment(newest)}."
    if behind := [each.source_id for each in found.sources if each.seen.is_behind]:
        yield f"A run has begun since, or was cut off, or what is held was changed otherwise, of: {', '.join(behind)}."
    if found.attendance.overdue and found.attendance.is_there:
        yield f"{counted(len(found.attendance.overdue), 'source')} overdue; somebody is at work."
    if found.never_crawled:
        yield f"Never crawled: {counted(len(found.never_crawled), 'enabled source')}."
    if found.strangers:
        yield "The configuration knows none of these sources: name theirs with --config to tell which are watched."


def _day(each: Standing) -> str:
    expected = each.summary.expected
    return f"{each.summary.came}/{expected:.0f}" if expected is not None else f"{each.summary.came}/–"


def _filled(each: Standing) -> str:
    shares = each.summary.filled
    return f"{sum(shares.values()) / len(shares):.0%}" if shares else "–"


COLUMNS: tuple[tuple[str, Callable[[Standing, Overview], object]], ...] = (
    ("source", lambda each, found: each.source_id),
    ("state", lambda each, found: each.state),
    ("last success", lambda each, found: moment(each.summary.last_success)),
    ("next run", lambda each, found: next_run(each, found.now)),
    ("30 days", lambda each, found: sparkline(each.summary, found.now)),
    ("24 h", lambda each, found: _day(each)),
    ("articles", lambda each, found: sum(each.articles.values())),
    ("filled", lambda each, found: _filled(each)),
    ("encoding", lambda each, found: max(each.summary.encodings, key=each.summary.encodings.__getitem__, default="–")),
    ("repaired", lambda each, found: sum(each.summary.repairs.values())),
    ("failures", lambda each, found: most_of(each.summary.failures) or "–"),
    ("alarms", lambda each, found: ", ".join(alarm.kind for alarm in each.seen.alarms) or "–"),
)
