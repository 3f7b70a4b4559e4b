"""`jianbao story`."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import click

from crawler.cli.options import Common, common, example
from crawler.cli.table import counted, harmless, shortened, table
from crawler.cli.times import ZONE, moment

if TYPE_CHECKING:
    from archive.store.telling import StoryMember, ToldStory

TITLE = 36  # columns


@click.command(epilog=example("jianbao story 1f0c2b3a4d5e6f70", "jianbao story 1f0c2b3a4d5e6f70 --json"))
@click.argument("wanted", metavar="ID|URL")
@common
def command(common: Common, wanted: str) -> None:
    """Show the articles of one story, where they come from, and by what that is known.

    ID or URL is of any article of the story; a story's own id is the id of one of them. Shares are of the characters
    that an article shares with the origin, or with the best copy where the origin is not in the archive.
    """
    with common.archive() as archive:
        told = archive.story(wanted)
    if told is None:
        common.say(f"The archive holds no article {wanted}. `jianbao search WORDS` lists ids.")
        sys.exit(1)
    if common.as_json:
        click.echo(json.dumps(as_json(told), ensure_ascii=False, indent=2))
    else:
        click.echo("\n".join(lines(told)))


def as_json(told: ToldStory) -> dict[str, Any]:
    """The story with moments as texts, each article in it under `articles`."""
    plain = asdict(told)
    members = plain.pop("members")
    for member in members:
        for name in ("published", "first_seen"):
            member[name] = member[name].isoformat() if member[name] else None
    return plain | {"articles": members}


def lines(told: ToldStory) -> Iterator[str]:
    """The story for a person."""
    if told.id is None:
        alone = told.members[0]
        yield f"{alone.id} stands alone: {harmless(alone.title)}"
        return
    yield f"Story {told.id}: {counted(len(told.members), 'article')}"
    held = "" if told.origin_id else ", of which no article is held; the first below is the best copy"
    yield f"Origin: {harmless(told.outlet) or 'of an unknown name'}{held} (confidence {told.confidence:.2f})"
    yield from (f"  {harmless(sentence)}" for sentence in told.evidence)
    yield ""
    head = ("id", "role", "in origin", "of origin", "source", "来源", "published", "title")
    yield table(head, [_row(member) for member in told.members])
    yield f"\n{ZONE}. `jianbao show ID` shows an article."


def _row(member: StoryMember) -> tuple[str, ...]:
    shares = ("", "") if member.held is None or member.holds is None else (f"{member.held:.0%}", f"{member.holds:.0%}")
    origin, title = shortened(member.origin or "", TITLE // 2), shortened(member.title, TITLE)
    return (member.id, member.role, *shares, member.source_id or "", origin, moment(member.published), title)
