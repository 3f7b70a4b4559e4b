"""What `crawl`, `recrawl` and `source test` share: progress while a crawl runs, and the report after it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from datetime import UTC, datetime

import click

from archive.model import Change, Counts, Page, Run
from archive.store import Archive, ArchiveMissing, Recovery
from crawler.cli.knowing import informed
from crawler.cli.options import Common
from crawler.cli.stopping import stoppable
from crawler.cli.table import counted, harmless, table
from crawler.cli.times import ZONE, moment, plain
from crawler.health.messengers import repeat_after
from crawler.health.notify import LEAVE, MOMENT
from crawler.order import Order
from crawler.preview import Preview
from crawler.reader import Reader
from crawler.run import Outcome, Watch, crawl, take_in_orphans
from crawler.source import Source
from crawler.watch.outage import DARK, lit
from crawler.watch.policy import lifted


def crawl_and_report(common: Common, sources: Sequence[Source], order: Order, name: str = "crawl") -> int:
    """Crawl, showing progress; print what was done; give back the exit code."""
    everything = common.sources()
    common.begin_log()
    notify = common.notifier()
    with stoppable(common, STOPPED), common.reader() as reader, common.archive(write=True) as archive:
        put_in_order(common, archive, reader, everything)
        notify.post(archive)
        with progress(common, sources) as watch:
            outcome = crawl(
                sources,
                archive,
                reader,
                lambda source: order,
                common.fetch_options(),
                clock=lambda: datetime.now(UTC),
                watch=watch,
                note=lambda change: tell(common, change),
                command=name,
                repeat=repeat_after(common.settings()),
            )
            lift(archive, outcome.runs, everything)
        notify([alarm for each in outcome.examined.values() for alarm in each.tell])
        print_outcome(common, outcome)
        notify.finish(archive, MOMENT if outcome.interrupted else LEAVE)
    return outcome.exit_code


def lift(archive: Archive, runs: Sequence[Run], sources: Mapping[str, Source]) -> None:
    """What a person crawled and what answered is neither quarantined any more nor left alone for a while.

    Nor is what could not be reached while our own network was gone: it is there.
    """
    if any(run.counts.answered for run in runs):
        for each in lit(archive.watches().values(), sources, datetime.now(UTC)):
            archive.amend(each)
    watches = archive.watches()
    for run in runs:
        watch = watches.get(run.source_id)
        if run.counts.answered and watch is not None and (watch.state != "ok" or watch.deaths):
            archive.amend(lifted(watch, datetime.now(UTC)))


def put_in_order(common: Common, archive: Archive, reader: Reader, sources: Mapping[str, Source]) -> None:
    """After an archive was opened for writing: say what was repaired, and read what a killed process had kept."""
    for sentence in recovered(archive.recovery):
        common.say(sentence)
    if ahead := archive.ahead_of(datetime.now(UTC)):
        common.say(f"The archive holds answers of {moment(ahead)}, {ZONE}, which is to come: a clock was wrong.")
    if count := take_in_orphans(archive, reader, sources, common.say):
        common.say(f"{counted(count, 'page')} kept by an interrupted crawl: read now.")


def tell(common: Common, change: Change) -> None:
    """With -v, a line for every article that is not as it was."""
    if common.verbosity > 0 and change.kind != "known":
        common.say(f"{change.kind:11} {change.article_id or '–':16} {change.canonical_url}")


def preview_and_report(common: Common, sources: Sequence[Source], order: Order, samples: int = 0) -> int:
    """Fetch the list pages only and print what a crawl would fetch; nothing is stored."""
    from crawler.fetch import Job, fetch

    now = datetime.now(UTC)
    with common.reader() as reader:
        knowing = informed(common, reader, sources)
        previews = [Preview(each, knowing, order, known_pages(common, each), now, samples) for each in sources]
        report = fetch([Job(each.source, each) for each in previews], common.fetch_options())
    if common.as_json:
        click.echo(json.dumps([each.report() for each in previews], ensure_ascii=False, indent=2))
    else:
        for each in previews:
            click.echo(harmless("\n".join(each.lines())))
    if report.interrupted:
        return 130
    if all(each.failures and not each.answered for each in previews):
        return 3
    return 1 if any(each.failures or not each.found for each in previews) else 0


def recovered(recovery: Recovery) -> Iterator[str]:
    """What had to be put in order after a process was killed or a disk lost something, as sentences."""
    if recovery.interrupted_runs:
        yield f"{counted(recovery.interrupted_runs, 'crawl')} cut off before; what was left undone is done now."
    if recovery.torn_bytes:
        yield f"{counted(recovery.torn_bytes, 'byte')} of torn records moved to captures/torn."
    if recovery.lost:
        pages = counted(recovery.pages_to_fetch, "page")
        yield f"{counted(len(recovery.lost), 'capture')} lost; to be fetched again: {pages}."
    yield from recovery.reasons


def known_pages(common: Common, source: Source) -> Mapping[str, Page]:
    """The pages of a source that the archive knows; none where there is no archive yet."""
    try:
        with common.archive() as archive:
            return archive.pages(source.id)
    except ArchiveMissing:
        return {}


@contextmanager
def progress(common: Common, sources: Sequence[Source]) -> Iterator[Watch]:
    """A line per source on a terminal; nothing where stderr is piped."""
    if not common.on_terminal:
        yield lambda source_id, counts: None
        return
    from rich.console import Console
    from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    words = [TextColumn(form) for form in ("{task.description}", "{task.fields[counts]}")]
    with Progress(SpinnerColumn(), *words, TimeElapsedColumn(), console=Console(stderr=True)) as bars:
        tasks = {source.id: bars.add_task(source.id, total=None, counts="waiting") for source in sources}

        def watch(source_id: str, counts: Counts) -> None:
            bars.update(tasks[source_id], counts=line(counts))

        yield watch


def line(counts: Counts) -> str:
    """The counts of a progress line."""
    return (
        f"{counts.pages} pages, {counts.new} new, {counts.changed} changed, {counts.known} known, "
        f"{counts.problems} problems"
    )


SUMMARY: tuple[tuple[str, Callable[[Run], object]], ...] = (
    ("source", lambda run: run.source_id),
    ("requests", lambda run: run.counts.requests),
    ("pages", lambda run: run.counts.pages),
    ("new", lambda run: run.counts.new),
    ("changed", lambda run: run.counts.changed),
    ("known", lambda run: run.counts.known),
    ("gone", lambda run: run.counts.gone),
    ("restored", lambda run: run.counts.restored),
    ("repaired", lambda run: run.counts.repaired),
    ("quarantined", lambda run: run.counts.quarantined),
    ("problems", lambda run: run.counts.problems),
    ("state", lambda run: run.state),
)


def print_outcome(common: Common, outcome: Outcome) -> None:
    """The summary: a table, or the runs as JSON; failures by kind are named."""
    if common.as_json:
        runs = [
            asdict(run)
            | {"problems": list(outcome.told.get(run.source_id, ()))}
            | {"template_change": outcome.changed.get(run.source_id)}
            for run in outcome.runs
        ]
        click.echo(
            json.dumps({"runs": runs, "exit_code": outcome.exit_code}, ensure_ascii=False, default=plain, indent=2)
        )
        return
    click.echo(table([name for name, _ in SUMMARY], [[cell(run) for _, cell in SUMMARY] for run in outcome.runs]))
    for source_id, count in outcome.read_again.items():
        common.say(
            f"{source_id}: Read otherwise with what was learnt of the source's pages: {counted(count, 'article')}."
        )
    for source_id, sentence in outcome.changed.items():
        common.say(f"{source_id}: A template changed. {sentence}")
    for source_id, each in outcome.examined.items():
        for alarm in each.alarms.standing:
            if alarm.sentence != outcome.changed.get(source_id):
                common.say(f"{source_id}: {alarm.sentence}")
        for alarm in each.alarms.cleared:
            common.say(f"{source_id}: Over: {alarm.sentence}")
    unreached = len(outcome.runs) > 1 and all(reached_nobody(run) for run in outcome.runs)
    if unreached:
        common.say(f"None of {len(outcome.runs)} sources could be reached: is the network there? With -v each is told.")
    for source_id, sentences in outcome.told.items():
        if unreached and common.verbosity <= 0:
            break
        shown = sentences if common.verbosity > 0 else sentences[:FEW]
        for sentence in shown:
            common.say(f"{source_id}: {sentence}")
        if len(sentences) > len(shown):
            common.say(f"{source_id}: {len(sentences) - len(shown)} more; `jianbao status {source_id}` lists them.")
    if outcome.interrupted:
        common.say(STOPPED)


def reached_nobody(run: Run) -> bool:
    """Whether all of a run failed as it does without a network."""
    return bool(run.failures) and not run.counts.answered and run.failures.keys() <= set(DARK)


STOPPED = "Interrupted. What was done is kept; the next crawl does the rest."

FEW = 5
"""So many problems of a source are told without -v."""
