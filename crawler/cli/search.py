"""`jianbao search`."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, Literal, NoReturn

import click

from crawler.cli.options import Common, check_source, common, example
from crawler.cli.querying import Querying
from crawler.cli.table import counted, harmless, width

if TYPE_CHECKING:
    from archive.query import Query, QueryError
    from archive.store import Archive
    from archive.store.search import Hit

LINES = (
    "jianbao search 西藏",
    "jianbao search 工业 --limit 5 --json",
    "jianbao search '工業 (园区 OR 企业) -旅游 after:2023'",
    "jianbao search title:工业 has:author --sort relevance",
)

KNOWN = 10
"""Sources that are named where none is like the one that was asked for."""

MANY = 1000
"""Articles that are read one by one, in a quarter of a second: from there on it is said why a search is slow."""


@click.command(cls=Querying, epilog=example(*LINES))
@click.argument("words", nargs=-1, required=True)
@click.option("--source", help="Only articles of this source.")
@click.option("--limit", type=click.IntRange(1), default=20, show_default=True, help="Show at most so many.")
@click.option(
    "--sort", type=click.Choice(["newest", "relevance"]), default="newest", show_default=True, help="What comes first."
)
@click.option("--explain", is_flag=True, help="Say how the query was understood, and search nothing.")
@common
def command(
    common: Common,
    words: tuple[str, ...],
    source: str | None,
    limit: int,
    sort: Literal["newest", "relevance"],
    explain: bool,
) -> None:
    """Find the articles that a query asks for, newest first.

    Exact for any string, in Traditional or Simplified characters. All WORDS must be in title or text; "a phrase", OR,
    NOT or -word, ( ), fields (title: text: origin: author: editor: section: url:), source: language: status:, has:
    (repairs, images, revisions, lossy …) and days (after: before: on:, 2023-01 or 7d) say more: docs/search.md.

    Exit code 1 says that nothing was found, or that an article cannot be read back.
    """
    from archive.query import QueryError

    query = " ".join(words)
    if not query.strip():
        raise click.UsageError("Give a word to search for.")
    try:
        if explain:
            _explain(common, query)
        else:
            _search(common, query, source, limit, sort)
    except QueryError as error:
        refuse(error)


def _explain(common: Common, query: str) -> None:
    understood = explanation(_parsed(common, query))
    click.echo(json.dumps({"understood": understood}, ensure_ascii=False) if common.as_json else "\n".join(understood))


def _parsed(common: Common, query: str) -> Query | None:
    """What the query asks for; what else may be meant by a word is told."""
    from archive.query import parse_and_hint
    from archive.shanghai import SHANGHAI

    asked, hints = parse_and_hint(query, datetime.now(SHANGHAI).date())
    for word, meant in hints:
        common.say(f"{word} is looked for as it stands. Did you mean {meant} ?")
    return asked


def _hint_at_sources(common: Common, archive: Archive, asked: Query | None) -> None:
    """A source that the archive does not hold may be a slip of the pen."""
    from difflib import get_close_matches

    from archive.fold import spaced
    from archive.query import tags

    wanted = dict.fromkeys(tags(asked, "source")) if asked else {}
    known = [each.source_id for each in archive.status()] if wanted else []
    for source in wanted:
        if source not in map(spaced, known):
            near = get_close_matches(source, known, n=1) or known[:KNOWN]
            hint = f"Did you mean source:{near[0]} ?" if len(near) == 1 else f"There are {', '.join(near)} …"
            common.say(f'The archive holds no source "{source}". {hint if near else ""}'.rstrip())


def explanation(query: Query | None) -> list[str]:
    """The lines that say how a query was understood."""
    from archive.query import explained

    return harmless(explained(query)).splitlines() if query else []


def _search(common: Common, query: str, source: str | None, limit: int, sort: Literal["newest", "relevance"]) -> None:
    asked = _parsed(common, query)  # what is wrong with it is told before an archive is looked for
    with common.archive() as archive:
        check_source(common, archive, source)
        _hint_at_sources(common, archive, asked)
        found = archive.search(query, source=source, limit=limit, order=sort)
        total = found.total or 0
        if common.as_json:
            articles = [_json(hit) for hit in found.hits]
            told = {"total": total, "unindexed": found.unindexed, "damaged": list(found.damaged), "articles": articles}
            click.echo(json.dumps(told, ensure_ascii=False, indent=2))
        else:
            for hit in found.hits:
                _print(hit)
            first = "best" if sort == "relevance" else "newest"
            common.say(counted(total, "article") + (f", the {first} {limit} shown" if total > limit else ""))
        if found.unindexed >= MANY:
            common.say(
                f"{counted(found.unindexed, 'article')} had to be read one by one: they are not indexed yet. "
                "The next `jianbao crawl` or `run-due` indexes them at its end."
            )
        for fault in found.damaged:
            common.say(fault)
    sys.exit(0 if total and not found.damaged else 1)


def _json(hit: Hit) -> dict[str, Any]:
    from archive.model import article_json

    matches = {"title": hit.in_title, "text": hit.in_text}
    return article_json(hit.article, hit.standing) | {"snippet": hit.snippet.marked(), "matches": matches}


def _print(hit: Hit) -> None:
    when = hit.article.published.strftime("%Y-%m-%d") if hit.article.published else "no date   "
    pieces, at = [], 0
    for start, end in hit.in_title:
        pieces += [hit.article.title[at:start], hit.article.title[start:end]]
        at = end
    title = _marked([*pieces, hit.article.title[at:]], "", "")
    click.echo(f"{hit.standing.id}  {when}  {title}  ({harmless(hit.article.origin or '–')})")
    click.echo(f"    {_marked(hit.snippet.pieces, '[', ']')}")


def _marked(pieces: Sequence[str], before: str, behind: str) -> str:
    """Every second piece marked: bold on a terminal, which click leaves out where it writes to none."""
    safe = [harmless(each) for each in pieces]
    return "".join(
        click.style(f"{before}{each}{behind}", bold=True) if at % 2 else each for at, each in enumerate(safe)
    )


def refuse(error: QueryError) -> NoReturn:
    """The sentence, and below it the query with a mark at the place."""
    shown = " ".join(error.query.split())
    if shown != error.query or len(shown) > 100 or harmless(shown) != shown:
        raise click.UsageError(harmless(str(error)))
    raise click.UsageError(f"{error}\n  {shown}\n  {' ' * width(shown[: error.place - 1])}^")
