"""`jianbao search`."""

from __future__ import annotations

import json
import sys

import click

from crawler.cli.options import Common, check_source, common, example
from crawler.cli.table import counted, harmless


@click.command(epilog=example("jianbao search 西藏", "jianbao search 工业 --limit 5 --json"))
@click.argument("words", nargs=-1, required=True)
@click.option("--source", help="Only articles of this source.")
@click.option("--limit", type=click.IntRange(1), default=20, show_default=True, help="Show at most so many.")
@common
def command(common: Common, words: tuple[str, ...], source: str | None, limit: int) -> None:
    """Find the articles whose title or text contains all WORDS, newest first.

    Exact for any string, of one or two characters too; Traditional and Simplified characters are not yet folded.

    Exit code 1 says that nothing was found.
    """
    if not "".join(words).strip():
        raise click.UsageError("Give a word to search for.")
    from archive.model import article_json

    with common.archive() as archive:
        check_source(common, archive, source)
        found = archive.search(words, source=source, limit=limit)
        if common.as_json:
            articles = [article_json(hit.article, hit.standing) | {"snippet": hit.snippet} for hit in found.hits]
            click.echo(json.dumps({"total": found.total, "articles": articles}, ensure_ascii=False, indent=2))
        else:
            for hit in found.hits:
                when = hit.article.published.strftime("%Y-%m-%d") if hit.article.published else "no date   "
                click.echo(harmless(f"{hit.standing.id}  {when}  {hit.article.title}  ({hit.article.origin or '–'})"))
                click.echo(harmless(f"    {hit.snippet}"))
            common.say(counted(found.total, "article") + (f", the newest {limit} shown" if found.total > limit else ""))
    sys.exit(0 if found.total else 1)
