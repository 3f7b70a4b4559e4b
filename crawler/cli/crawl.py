"""`jianbao crawl`."""

from __future__ import annotations

import sys
from datetime import datetime

import click

from crawler.cli.options import Common, chosen, common, example
from crawler.shanghai import SHANGHAI


@click.command(
    epilog=example(
        "jianbao crawl tibet-cn --limit 20",
        "jianbao crawl --revisit due",
        "jianbao crawl tibet-cn --from 2023-05-01 --to 2023-05-31",
    )
)
@click.argument("sources", nargs=-1, metavar="[SOURCE]...")
@click.option("--since", type=click.DateTime(["%Y-%m-%d"]), help="Leave out addresses of an earlier day.")
@click.option("--from", "first", type=click.DateTime(["%Y-%m-%d"]), help="Back-fill: walk the lists back to that day.")
@click.option("--to", "last", type=click.DateTime(["%Y-%m-%d"]), help="Back-fill: up to that day [today].")
@click.option("--limit", type=click.IntRange(1), help="Ask for at most so many articles of each source.")
@click.option(
    "--revisit",
    type=click.Choice(["listed", "due", "all", "none"]),
    default="listed",
    show_default=True,
    help="Which known articles are asked for again: those still listed and those due, only those due, all, none.",
)
@click.option("--dry-run", is_flag=True, help="Fetch the list pages, say what would be fetched, store nothing.")
@common
def command(
    common: Common,
    sources: tuple[str, ...],
    since: datetime | None,
    first: datetime | None,
    last: datetime | None,
    limit: int | None,
    revisit: str,
    dry_run: bool,
) -> None:
    """Crawl the named sources, or all that are enabled, into the archive.

    Exit code 1 says that something needs attention (a page failed, a challenge instead of a page), 3 that nothing
    could be reached. Stop it at any time: what is done is kept, the rest is done by the next crawl.

    With --from it fills in the past: lists are walked until all that they show is older, and articles of those days
    that were never answered are asked for. Days come from addresses, feeds, sitemaps and the dates beside links; an
    article of which no day is known is taken. Give the same command again to go on after a stop.
    """
    from crawler.cli.crawling import crawl_and_report, preview_and_report
    from crawler.order import Order, Span

    if last and not first:
        raise click.UsageError("--to needs --from.")
    if first and (since or revisit != "listed"):
        raise click.UsageError("--from excludes --since and --revisit: a back-fill asks for what was never answered.")
    try:
        span = Span(first.date(), (last or datetime.now(SHANGHAI)).date()) if first else None
    except ValueError:
        raise click.UsageError("--from is later than --to.") from None
    order = Order(revisit=revisit, since=since.date() if since else None, limit=limit, span=span)  # type: ignore[arg-type]
    watched = chosen(common.sources(), sources)
    report = preview_and_report if dry_run else crawl_and_report
    sys.exit(report(common, watched, order))
