"""`jianbao source list` and `jianbao source test`."""

from __future__ import annotations

import json
import sys

import click
import msgspec

from crawler.cli.options import Common, chosen, common, example
from crawler.cli.table import shortened, table


@click.group()
def command() -> None:
    """List the configured sources, or test what one would fetch."""


@command.command("list", epilog=example("jianbao source list", "jianbao source list --json"))
@common
def list_sources(common: Common) -> None:
    """List the configured sources."""
    sources = common.sources()
    if common.as_json:
        click.echo(json.dumps([msgspec.to_builtins(each) for each in sources.values()], ensure_ascii=False, indent=2))
        return
    rows = [
        [
            each.id,
            each.name,
            each.family or "–",
            len(each.lists),
            each.schedule.words,
            "yes" if each.enabled else "no",
            "yes" if each.hook else "–",
            shortened("; ".join(each.unknown), 60),
        ]
        for each in sources.values()
    ]
    click.echo(table(["id", "name", "family", "lists", "schedule", "enabled", "hook", "not known"], rows))


@command.command("test", epilog=example("jianbao source test tibet-cn --samples 2"))
@click.argument("source")
@click.option("--samples", type=click.IntRange(0), default=2, show_default=True, help="Articles to read as samples.")
@common
def test_source(common: Common, source: str, samples: int) -> None:
    """Fetch SOURCE's list pages and a few articles, say what was found, store nothing.

    What the source's own hook (config/sources/SOURCE.py) takes away from the articles is shown.
    """
    from crawler.cli.crawling import preview_and_report
    from crawler.order import Order

    sys.exit(preview_and_report(common, chosen(common.sources(), (source,)), Order(), samples))
