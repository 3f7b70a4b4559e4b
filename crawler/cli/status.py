"""`jianbao status`."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict
from typing import TYPE_CHECKING

import click

from crawler.cli.options import Common, chosen, common, example
from crawler.cli.table import counted, harmless, table
from crawler.cli.times import ZONE, moment

if TYPE_CHECKING:
    from archive.model import Page
    from archive.store import SourceStatus


@click.command(epilog=example("jianbao status", "jianbao status tibet-cn --json"))
@click.argument("sources", nargs=-1, metavar="[SOURCE]...")
@common
def command(common: Common, sources: tuple[str, ...]) -> None:
    """How each source is doing; of named ones also the pages that are in trouble.

    Exit code 1 says that one needs attention: its last run failed or had problems.
    """
    wanted = [each.id for each in chosen(common.sources(), sources)] if sources else None
    with common.archive() as archive:
        states = [each for each in archive.status() if wanted is None or each.source_id in wanted]
        trouble = [line for name in wanted or () for line in in_trouble(archive.pages(name).values())]
    if common.as_json:
        rows = [asdict(each) | {"ill": ill(each)} for each in states]
        click.echo(json.dumps(rows, ensure_ascii=False, indent=2, default=str))
    else:
        click.echo(table([name for name, _ in COLUMNS], [[cell(each) for _, cell in COLUMNS] for each in states]))
        click.echo(f"Times are {ZONE}.")
        for each in states:
            if reason := ill(each):
                common.say(f"{each.source_id}: {reason}")
            elif each.template_change:
                common.say(f"{each.source_id}: A template changed on {moment(each.template_change.noticed)}, {ZONE}.")
        for line in trouble:
            click.echo(harmless(line))
    sys.exit(1 if any(ill(each) for each in states) else 0)


def in_trouble(pages: Iterable[Page]) -> Iterator[str]:
    """The pages of a source that named no article when they were asked last, and why."""
    for page in pages:
        if page.kind == "list" and page.state == "gone":  # behind the end of its list
            continue
        if page.error or page.verdict in ("challenge", "unreadable", "empty", "soft-404"):
            yield f"  {page.state:8} {page.verdict or '–':10} {page.url}  {page.error or ''}".rstrip()


COLUMNS: tuple[tuple[str, Callable[[SourceStatus], object]], ...] = (
    ("source", lambda each: each.source_id),
    ("last run", lambda each: moment(each.last_run.started if each.last_run else None)),
    ("state", lambda each: each.last_run.state if each.last_run else "–"),
    ("last success", lambda each: moment(each.last_success)),
    ("newest article", lambda each: moment(each.newest_article)),
    ("articles", lambda each: sum(each.articles.values())),
    ("gone", lambda each: each.articles.get("gone", 0)),
    ("pending", lambda each: each.pages.get("pending", 0)),
    ("failed", lambda each: each.pages.get("failed", 0)),
    ("captures", lambda each: each.captures),
    ("MiB", lambda each: round(each.capture_bytes / (1 << 20), 1)),
)


def ill(state: SourceStatus) -> str:
    """What needs attention, as a sentence; "" if nothing does."""
    run = state.last_run
    if run is None:
        return "It was never crawled."
    if run.state in ("failed", "interrupted"):
        return f"Its last run was {run.state}."
    if run.counts.problems:
        return "Its last run had problems: " + ", ".join(f"{count} × {kind}" for kind, count in run.failures.items())
    if (change := state.template_change) and change.noticed >= run.started:
        return f"A template changed. {change.sentence}"
    if run.counts.quarantined:
        pages = counted(run.counts.quarantined, "unpublishable page")
        return f"Its last run met {pages} (challenge, error, unreadable)."
    return ""
