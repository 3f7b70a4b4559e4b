"""`jianbao show`."""

from __future__ import annotations

import json
import re
import sys

import click

from crawler.cli.options import Common, common, example
from crawler.cli.times import ZONE, moment

PART_OF_AN_ID = re.compile("[0-9a-f]{1,15}")


@click.command(epilog=example("jianbao show 1f0c2b3a4d5e6f70 --why"))
@click.argument("wanted", metavar="ID|URL")
@click.option("--why", is_flag=True, help="Say why the text is as it is; with -v, change by change.")
@click.option("--raw", is_flag=True, help="Write the captured page to stdout, its Content-Encoding undone.")
@click.option("--md", "as_md", is_flag=True, help="As Markdown.")
@common
def command(common: Common, wanted: str, why: bool, raw: bool, as_md: bool) -> None:
    """Show the article with this ID or URL as it stands today."""
    from archive.model import article_json
    from crawler.cli.paper import as_markdown, as_text
    from crawler.cli.why import reasons

    with common.archive() as archive:
        found = archive.article(wanted)
        if found is None:
            part = PART_OF_AN_ID.fullmatch(wanted)
            hint = "An id has 16 characters, all of them needed: " if part else ""
            common.say(f"The archive holds no article {wanted}. {hint}`jianbao search WORDS` lists ids.")
            sys.exit(1)
        article, standing = found
        if raw:
            capture = archive.capture(archive.revisions(standing.id)[-1].capture_id)
            if capture is None:
                common.say(f"The capture of {wanted} is not in the archive.")
                sys.exit(1)
            sys.stdout.buffer.write(capture.content)
        elif common.as_json:
            click.echo(json.dumps(article_json(article, standing), ensure_ascii=False, indent=2))
        else:
            click.echo(as_markdown(article) if as_md else as_text(article))
            click.echo(
                f"{standing.id}, {standing.status}, {revisions(standing.revision)}, first seen "
                f"{moment(standing.first_seen)}, last seen {moment(standing.last_seen)}, {ZONE}"
            )
            if standing.story_id:
                others = f"`jianbao story {standing.id}` shows the others"
                click.echo(f"{standing.role} in the story {standing.story_id}: {others}")
            if why:
                click.echo(reasons(article.evidence, everything=common.verbosity > 0))


def revisions(count: int) -> str:
    """How many texts there are of an article, and how to see what changed."""
    return "1 revision" if count == 1 else f"{count} revisions (`jianbao diff` shows what changed)"
