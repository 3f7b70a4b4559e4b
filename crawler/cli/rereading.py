"""What `reread` and `recrawl --offline` share: progress, the report, recording, undoing."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any, TypeVar

import click

from archive.store import Archive
from crawler.cli.crawling import put_in_order
from crawler.cli.options import WAIT, Common
from crawler.cli.stopping import stoppable
from crawler.cli.table import counted, harmless, table
from crawler.reader import ReaderPool
from crawler.reread.compare import FILLED
from crawler.reread.report import Report
from crawler.reread.run import Rereader, Scope, Wanted, Watch

T = TypeVar("T")
STOPPED = "Interrupted. What was done is kept; the same command goes on."


def reread_and_report(
    common: Common, scope: Scope, *, record: bool, floor: float, force: bool, workers: int | None
) -> int:
    """Read a scope again, print what it came to, record it if asked to; the exit code."""
    at_once = workers or os.cpu_count() or 1
    with stoppable(common, STOPPED), common.reader(workers=at_once, early=False) as reader, _progress(common) as watch:
        _put_in_order(common, reader)

        def read(archive: Archive) -> tuple[Report, int, int]:
            again = Rereader(archive, reader, scope, 2 * at_once, watch)
            count = again.read()
            return again.report(), count, again.pages

        found, count, pages = _with_archive(common, read)
        below = found.below(floor)
        recorded, overtaken = 0, 0
        refused = record and bool(below) and not force
        if record and not refused:

            def apply(archive: Archive) -> tuple[int, int]:
                return Rereader(archive, reader, scope, 2 * at_once).apply(datetime.now(UTC))

            recorded, overtaken = _with_archive(common, apply)
    if common.as_json:
        document = {"pages_read": count, "in_scope": pages, **found.as_json(), "below_the_floor": list(below)}
        document |= {"recorded": recorded, "overtaken": overtaken, "refused": refused}
        click.echo(json.dumps(document, ensure_ascii=False, indent=2))
    else:
        _print(common, found, pages, count)
        for sentence in below:
            common.say(f"Worse: {sentence}")
        if refused:
            common.say(f"Nothing is recorded: a measure sinks by more than {floor:g} %. --even-if-worse records it.")
        elif record and recorded:
            common.say(f"Recorded as revisions: {counted(recorded, 'article')}. `jianbao reread --undo` takes it back.")
        elif record:
            common.say("There was nothing to be recorded.")
        elif found.to_record:
            wanted = "--apply --even-if-worse" if below else "--apply"
            common.say(f"Nothing is recorded. With {wanted} it is; nothing is read another time for that.")
        if not pages:
            common.say(
                "The archive holds no page of these sources. Is the configuration (--config) the one of its crawls?"
            )
        if overtaken:
            common.say(f"{counted(overtaken, 'page')} changed meanwhile and stayed as they are; read again, they come.")
    return 1 if (below and not force) or found.failed or overtaken else 0


def undo_and_report(common: Common) -> int:
    """Take the last application back; the exit code."""
    common.archive().close()  # what is not there is not made for this
    with stoppable(common, STOPPED), common.archive(write=True) as archive:
        undone = archive.undo_application(datetime.now(UTC))
    if common.as_json:
        counts = {name: getattr(undone, name) for name in ("back", "gone", "left")} if undone else None
        click.echo(json.dumps({"undone": counts}))
    elif undone is None:
        common.say("There is no --apply that could be undone.")
    else:
        said = f"Former texts stand again: {counted(undone.back, 'article')}."
        if undone.gone:
            said += f" Marked as gone, because it had brought them: {counted(undone.gone, 'article')}."
        if undone.left:
            said += f" Changed since, and left: {counted(undone.left, 'article')}."
        common.say(said)
    return 0 if undone else 1


def _put_in_order(common: Common, reader: ReaderPool) -> None:
    """What a killed crawl had kept is read first. Raises ArchiveMissing: an archive is not made for this."""
    common.archive().close()
    with common.archive(write=True) as archive:
        put_in_order(common, archive, reader, common.sources())


def _with_archive(common: Common, job: Callable[[Archive], T]) -> T:
    """The job's result; where another process waits to write, it is let in, and the job goes on where it was."""
    while True:
        settings = common.settings()
        with Archive.open(
            settings.data, settings.database, write=True, wait=WAIT * 60, urgent=False, waiting=common.waiting
        ) as archive:
            try:
                return job(archive)
            except Wanted:
                continue


@contextmanager
def _progress(common: Common) -> Iterator[Watch]:
    """A bar for each source on a terminal; nothing where stderr is piped."""
    if not common.on_terminal:
        yield lambda source_id, done, total: None
        return
    from rich.console import Console
    from rich.progress import MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description}"), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True)) as bars:
        tasks: dict[str, Any] = {}

        def watch(source_id: str, done: int, total: int) -> None:
            if source_id not in tasks:
                tasks[source_id] = bars.add_task(source_id, total=total)
            bars.update(tasks[source_id], completed=done, total=total)

        yield watch


def _print(common: Common, found: Report, pages: int, count: int) -> None:
    click.echo(f"{counted(pages, 'page')}, {count:,} read now.")
    kinds = ("same", "changed", "gained", "restored", "lost")
    click.echo(table(("articles", ""), [(kind, found.articles[kind]) for kind in kinds]))
    names = [name for name in (*FILLED, *sorted(found.fields)) if found.fields[name]]
    if names:
        rows = [
            (name, found.fields[name], found.filled_before[name], found.filled_after[name])
            if name in FILLED
            else (name, found.fields[name], "", "")
            for name in dict.fromkeys(names)
        ]
        click.echo("\n" + table(("field", "differs", "had it", "have it"), rows))
    if found.both:
        click.echo(f"\nLetters of text: {found.letters_before:,} before, {found.letters_after:,} after.")
    for kind, samples in found.samples.items():
        click.echo(f"\n{kind}:")
        for each in samples:
            click.echo(harmless(f"  {each['address']}  {_what(each)}"))
    if found.failed:
        common.say(f"Could not be read, and stay as they are: {counted(found.failed, 'page')}.")
    if found.incomplete:
        common.say(
            f"{counted(found.incomplete, 'article')} with further pages that were never fetched: "
            "`jianbao recrawl SOURCE --url` fetches them."
        )


def _what(sample: dict[str, Any]) -> str:
    if "why" in sample:
        return str(sample["why"])
    before, after = sample["letters"]
    letters = f"{before or 0} → {after or 0} letters"
    return f"{sample['title']}  {', '.join(sample['fields']) or '–'}; {letters}"
