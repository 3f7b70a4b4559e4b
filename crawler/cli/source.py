"""`jianbao source list`, `jianbao source test` and `jianbao source add`."""

from __future__ import annotations

import json
import sys
from collections import Counter
from typing import TYPE_CHECKING

import click
import msgspec

from crawler.cli.options import Common, chosen, common, example
from crawler.cli.table import shortened, table

if TYPE_CHECKING:
    from crawler.source import Source


@click.group()
def command() -> None:
    """List the configured sources, test what one would fetch, or find out how a new one is to be watched."""


@command.command("list", epilog=example("jianbao source list", "jianbao source list --json"))
@common
def list_sources(common: Common) -> None:
    """List the configured sources: the kinds of their lists, and when each is looked at."""
    sources = common.sources()
    if common.as_json:
        click.echo(json.dumps([msgspec.to_builtins(each) for each in sources.values()], ensure_ascii=False, indent=2))
        return
    rows = [
        [
            each.id,
            each.name,
            each.family or "–",
            lists_in_words(each),
            each.schedule.words,
            "yes" if each.enabled else "no",
            "yes" if each.hook else "–",
            shortened("; ".join(each.unknown), 60),
        ]
        for each in sources.values()
    ]
    click.echo(table(["id", "name", "family", "lists", "schedule", "enabled", "hook", "not known"], rows))


def lists_in_words(source: Source) -> str:
    """How many lists of which kinds are watched, and how many are known beside them: "14 html, 1 feed (17 off)"."""
    kinds = Counter(each.kind for each in source.lists)
    words = ", ".join(f"{count} {kind}" for kind, count in kinds.most_common())
    return f"{words or 'none'} ({len(source.idle_lists)} off)" if source.idle_lists else words or "none"


@command.command("test", epilog=example("jianbao source test tibet-cn --samples 2"))
@click.argument("source")
@click.option("--samples", type=click.IntRange(0), default=2, show_default=True, help="Articles to read as samples.")
@click.option("--limit", type=click.IntRange(0), help="Say at most so many articles that would be fetched.")
@common
def test_source(common: Common, source: str, samples: int, limit: int | None) -> None:
    """Fetch SOURCE's list pages and a few articles, say what was found, store nothing.

    The newest page of every list is asked for, and three further ones of an index of sitemaps or a newspaper's day.
    Nothing is written but when its hosts were asked (hosts.db in the data folder, if there is one).

    What the source's own hook (config/sources/SOURCE.py) takes away from the articles is shown.
    """
    from crawler.cli.crawling import preview_and_report
    from crawler.order import Order

    sys.exit(preview_and_report(common, chosen(common.sources(), (source,)), Order(limit=limit), samples))


@command.command("add", epilog=example("jianbao source add http://www.tibet.cn/cn/edu/ --dry-run"))
@click.argument("url")
@click.option("--id", "identifier", help="What the source is to be called [from the host's name].")
@click.option("--dry-run", is_flag=True, help="Print the file instead of writing it.")
@click.option("--allow-address", "addresses", multiple=True, help="A private address that may be asked: 127.0.0.1.")
@common
def add_source(common: Common, url: str, identifier: str | None, dry_run: bool, addresses: tuple[str, ...]) -> None:
    """Look at the site of URL and write config/sources/ID.toml for it, commented, to be looked over.

    URL is a list page or the front page. About ten requests are made, 24 at most, one after the other, each is said;
    robots.txt is obeyed. Looked for: a feed, sitemaps, sections, the endpoint behind a list that a script fills, a
    newspaper's edition, how lists go on, the form of the articles' addresses, the family, the encoding. Each list
    that is written was tried and showed articles. Nothing that is there is overwritten. Exit code 1 says that no
    list with articles was found: then nothing is written.
    """
    from crawler.cli.adding import add

    sys.exit(add(common, url, identifier, addresses, dry_run=dry_run))
