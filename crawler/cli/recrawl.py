"""`jianbao recrawl`."""

from __future__ import annotations

import sys
from datetime import date, datetime
from typing import TYPE_CHECKING

import click

from crawler.cli.options import Common, chosen, common, example
from crawler.shanghai import SHANGHAI

if TYPE_CHECKING:
    from archive.model import Article, Standing
    from archive.store import Archive
    from crawler.source import Source


@click.command(
    epilog=example(
        "jianbao recrawl tibet-cn --from 2023-05-01 --to 2023-05-31",
        "jianbao recrawl tibet-cn --offline",
        "jianbao recrawl tibet-cn --url http://tibet.cn/cn/edu/202305/t20230523_7421774.html",
    )
)
@click.argument("source")
@click.option("--from", "since", type=click.DateTime(["%Y-%m-%d"]), help="Articles published on that day or later.")
@click.option("--to", "until", type=click.DateTime(["%Y-%m-%d"]), help="Articles published on that day or earlier.")
@click.option("--url", "urls", multiple=True, help="This page (may be given several times), known or not.")
@click.option("--offline", is_flag=True, help="Fetch nothing: read the copies in the archive again, as `reread` does.")
@click.option("--apply", "record", is_flag=True, help="With --offline: record what differs, as revisions.")
@click.option("--even-if-worse", is_flag=True, help="With --apply: also where a measure sinks below the floor.")
@common
def command(
    common: Common,
    source: str,
    since: datetime | None,
    until: datetime | None,
    urls: tuple[str, ...],
    offline: bool,
    record: bool,
    even_if_worse: bool,
) -> None:
    """Fetch known articles of SOURCE again and read them with today's rules: all, by date, or by address.

    No validator is sent, and what comes is kept and read even if it is the same. With --offline nothing is fetched: a
    report says what today's rules would read otherwise, and --apply records it (docs/reread.md).

    An article that the page gives no date for counts by the day on which it was first seen.
    """
    from crawler.cli.crawling import crawl_and_report
    from crawler.order import Order

    (watched,) = chosen(common.sources(), (source,))
    if urls and (since or until):
        raise click.UsageError("Name pages with --url, or a span of days with --from and --to, not both.")
    if since and until and since > until:
        raise click.UsageError("--from is later than --to.")
    if foreign := [url for url in urls if not watched.owns(url)]:
        raise click.UsageError(f"{foreign[0]} is on none of the hosts of {source}: {', '.join(watched.all_hosts)}.")
    if offline:
        from crawler.cli.reread import offline as read_again
        from crawler.reread.report import FLOOR

        sys.exit(read_again(common, [watched], since, until, urls, record, even_if_worse, FLOOR, None))
    if record or even_if_worse:
        raise click.UsageError("--apply and --even-if-worse are for --offline: what is fetched is recorded at once.")
    if urls:
        wanted = urls
    else:
        with common.archive() as archive:
            wanted = tuple(known(archive, watched, since and since.date(), until and until.date()))
        if not wanted:
            raise click.UsageError(f"The archive holds no article of {source} in that span; crawl it first.")
    sys.exit(crawl_and_report(common, [watched], Order(only=wanted), "recrawl"))


def known(archive: Archive, source: Source, since: date | None, until: date | None) -> list[str]:
    """The addresses of a source's articles of a span of days, both ends included."""
    pages = archive.pages(source.id)
    return list(
        dict.fromkeys(
            pages[standing.canonical_url].url if standing.canonical_url in pages else article.url
            for article, standing in archive.articles(source=source.id, evidence=False)
            if (since is None or day(article, standing) >= since) and (until is None or day(article, standing) <= until)
        )
    )


def day(article: Article, standing: Standing) -> date:
    """The day by which an article is chosen, in Shanghai."""
    return (article.published or standing.first_seen).astimezone(SHANGHAI).date()
