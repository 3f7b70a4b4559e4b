"""`jianbao daemon`."""

from __future__ import annotations

import json
import os
import signal
import sys
from contextlib import AbstractContextManager, nullcontext
from datetime import UTC, datetime
from pathlib import Path
from time import monotonic
from types import FrameType
from typing import TYPE_CHECKING

import click

from crawler.cli.options import Common, common, example
from crawler.cli.table import counted
from crawler.cli.times import ZONE, moment

if TYPE_CHECKING:
    from archive.store import Archive
    from crawler.reader import Reader
    from crawler.watch import Ended
    from crawler.watch.supervisor import Setting, Supervisor

ONE_SIGNAL = 1.0  # seconds; `timeout` and others send theirs to the process and to its group
AT_ONCE = 130  # the exit code after a second signal, and after Ctrl-C


@click.command(epilog=example("jianbao daemon --until-idle"))
@click.option("--tick", type=click.FloatRange(0.1, 300), default=5.0, show_default=True, help="Seconds between looks.")
@click.option("--until-idle", is_flag=True, help="End when nothing is due any more.")
@click.option(
    "--listen",
    metavar="HOST:PORT",
    help="Answer /metrics, /healthz and /readyz there [off].",
)
@click.option("--worker", is_flag=True, hidden=True)
@common
def command(common: Common, tick: float, until_idle: bool, listen: str | None, worker: bool) -> None:
    """Watch all enabled sources until stopped: crawl each when it is due.

    SIGTERM or Ctrl-C ends it in order, a second one at once; nothing is lost either way. SIGHUP, or a changed file of
    the configuration, has the configuration read again. Other commands may be used meanwhile; one that writes is let
    in between two sources.

    Exit code 0 after SIGTERM, 130 after Ctrl-C, 2 if another daemon runs on the same data folder.
    """
    if worker:
        work(common)
    else:
        sys.exit(supervise(common, tick, until_idle, listen))


def supervise(common: Common, tick: float, until_idle: bool, listen: str | None = None) -> int:
    """Run the supervisor until it is stopped; gives the exit code."""
    signals: list[int] = []
    signal.signal(signal.SIGTERM, lambda number, frame: signals.append(number))  # until there is somebody to be stopped
    from crawler.watch.child import Child
    from crawler.watch.supervisor import DaemonRuns, Plan, Supervisor

    arguments = ["daemon", "--worker", *flags(common)]
    plan = Plan(
        load=lambda: setting(common),
        mark=lambda: mark(common),
        start=lambda: Child(arguments),
        say=common.say,
        tick=tick,
        until_idle=until_idle,
    )
    try:
        supervisor = Supervisor(plan)
    except DaemonRuns as error:
        raise click.UsageError(str(error)) from error
    first = monotonic() if signals else 0.0

    def signalled(number: int, frame: FrameType | None) -> None:
        nonlocal first
        if signals and monotonic() - first > ONE_SIGNAL:
            supervisor.kill()
            os._exit(AT_ONCE)
        first = first or monotonic()
        signals.append(number)
        supervisor.stop()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, signalled)
    if signals:
        supervisor.stop()
    signal.signal(signal.SIGHUP, lambda number, frame: supervisor.reload())
    with answering(common, listen, supervisor):  # or it is refused, before anything is said to be watched
        common.say(f"Watching {counted(len(supervisor.setting.watched), 'source')}; the process is {os.getpid()}.")
        supervisor.run()
    if common.as_json:
        due = supervisor.next_due
        click.echo(json.dumps({"next_due": due.isoformat() if due else None, "signal": next(iter(signals), None)}))
    common.say("The daemon has ended.")
    return AT_ONCE if signals[:1] == [signal.SIGINT] else 0


def answering(common: Common, listen: str | None, supervisor: Supervisor) -> AbstractContextManager[object]:
    """What answers whoever watches the daemon; nothing where it was not asked for."""
    if listen is None:
        return nullcontext()
    from crawler.health.metrics import exposition
    from crawler.health.overview import overview
    from crawler.health.server import ListenError, Server
    from crawler.paths import config_dir

    def metrics() -> str:
        setting = supervisor.setting
        return exposition(overview(setting.data, setting.database, config_dir(common.config), datetime.now(UTC)))

    try:
        server = Server(listen, metrics, supervisor.checks)
    except ListenError as error:
        raise click.UsageError(str(error)) from error
    common.say(f"Port {server.port} answers /metrics, /healthz and /readyz.")
    return server


def flags(common: Common) -> list[str]:
    """The flags that were given, for the worker; what the environment says it inherits."""
    given = [("--config", common.config), ("--data", common.data), ("--database", common.database)]
    words = [word for name, value in given if value is not None for word in (name, str(value))]
    words += ["--log-json"] if common.log_json else []
    return words + ["-v"] * max(0, common.verbosity) + ["-q"] * max(0, -common.verbosity)


def setting(common: Common) -> Setting:
    """What the supervisor needs to know of the installation; raises ConfigError."""
    from crawler.watch.supervisor import Setting

    seen = mark(common)
    settings = common.settings()
    watched = frozenset(name for name, each in common.sources().items() if each.enabled)
    return Setting(settings.data, settings.database, watched, seen, common.notifier().names)


def mark(common: Common) -> tuple[tuple[str, int, int], ...]:
    """What changes when a file of the configuration does: each with its time and size."""
    from crawler.paths import config_dir

    folder = config_dir(common.config)
    files = sorted(path for path in folder.rglob("*") if path.suffix in (".toml", ".py"))
    return tuple((str(path.relative_to(folder)), *_stamp(path)) for path in files)


def _stamp(path: Path) -> tuple[int, int]:
    try:
        there = path.stat()
    except FileNotFoundError:  # replaced at this moment
        return 0, 0
    return there.st_mtime_ns, there.st_size


def work(common: Common) -> None:
    """Be the worker: orders come on stdin, beats go to stdout, what a person should know to stderr."""
    from crawler.cli.crawling import put_in_order
    from crawler.health.messengers import repeat_after
    from crawler.health.notify import MOMENT
    from crawler.watch.beat import LOCK
    from crawler.watch.orders import Orders
    from crawler.watch.worker import Ground, Worker, sender

    beats = os.dup(sys.stdout.fileno())
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # whatever prints something: it is no beat
    orders = Orders()
    orders.heed_signals()
    orders.listen(sys.stdin.fileno())
    settings, sources = common.settings(), common.sources()
    common.begin_log()

    notify = common.notifier()
    at_work: list[Archive] = []  # the archive that is open

    def prepare(archive: Archive, reader: Reader) -> None:
        at_work[:] = [archive]
        put_in_order(common, archive, reader, sources)
        notify.post(archive)

    def came_to_end(ended: Ended) -> None:
        common.say(line(ended))
        notify(ended.examined.tell)
        notify.post(at_work[0])

    ground = Ground(
        data=settings.data,
        database=settings.database,
        sources=sources,
        options=common.fetch_options(),
        reader=common.reader,
        prepare=prepare,
        say=common.say,
        ended=came_to_end,
        leave=lambda archive: notify.finish(archive, MOMENT),
        repeat=repeat_after(settings),
        anchor=settings.data / LOCK,
    )
    Worker(ground, orders, sender(beats)).run()


def line(ended: Ended) -> str:
    """One finished look, for a log."""
    from crawler.watch.policy import PAUSED

    counts = ended.run.counts if ended.run else None
    what = ", ".join(
        f"{getattr(counts, name)} {name}"
        for name in ("requests", "new", "changed", "gone", "restored", "quarantined", "problems")
        if counts and getattr(counts, name)
    )
    if ended.run is None or ended.failed == PAUSED:
        how = "put off"
    else:
        how = f"failed ({ended.failed})" if ended.failed else ended.run.state
    words = [f"{ended.source_id}: {how}", what, f"next {moment(ended.watch.due)} {ZONE}, {ended.watch.why}"]
    alarms = (f"{'over: ' if alarm.cleared else ''}{alarm.sentence}" for alarm in ended.examined.tell)
    return "; ".join(word for word in (*words, ended.changed or "", *alarms) if word)
