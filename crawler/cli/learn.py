"""`jianbao learn`."""

from __future__ import annotations

import asyncio
import json
import sys
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING

import click

from crawler.cli.options import Common, chosen, common, example
from crawler.cli.stopping import stoppable
from crawler.cli.table import counted, harmless
from crawler.cli.times import ZONE, moment

if TYPE_CHECKING:
    from crawler.learn.learnt import Learnt, Template


@click.command(epilog=example("jianbao learn tibet-cn --dry-run", "jianbao learn tibet-cn --json"))
@click.argument("source_id", metavar="SOURCE")
@click.option("--dry-run", is_flag=True, help="Say what would be learnt, and store nothing.")
@common
def command(common: Common, source_id: str, dry_run: bool) -> None:
    """Learn from the pages of SOURCE in the archive what is its furniture, and say why.

    A crawl does so by itself when enough is new. The pages that were learnt from are read again with it, and so is what
    the next crawl fetches. Exit code 1 says that there are too few pages to learn from, or that some could not be read.
    """
    from crawler.learning import Forgiving, Informed, keep, known, lesson, read_again

    source = chosen(common.sources(), (source_id,))[0]
    said = "Interrupted. What was done is kept; give the command again."
    with stoppable(common, said), common.reader() as reader, common.archive(write=not dry_run) as archive:
        forgiving = Forgiving(reader)
        learnt = asyncio.run(lesson(archive, forgiving, source))
        if learnt is not None and not dry_run:
            keep(archive, source.id, learnt, datetime.now(UTC))
            count = asyncio.run(read_again(archive, Informed(forgiving, partial(known, archive)), source))
            common.say(f"Read otherwise now: {counted(count, 'article')}.")
        changes = archive.template_changes(source.id)
    for fault in forgiving.faults[:FEW]:
        common.say(fault)
    for change in changes[:FEW]:
        common.say(f"A template changed on {moment(change.noticed)}, {ZONE}: {change.sentence}")
    if learnt is None:
        common.say(f"{source.id}: there are too few pages with articles to learn from.")
        sys.exit(1)
    if common.as_json:
        import msgspec

        told = {"source_id": source.id, "profile": learnt.digest, **msgspec.to_builtins(learnt)}
        click.echo(json.dumps(told, ensure_ascii=False, indent=2))
    else:
        click.echo(harmless("\n".join(told_of(learnt))))
    sys.exit(1 if forgiving.faults else 0)


FEW = 3
"""So many faults, and changes of templates, are told."""

WHERE = {"apart": "in the text's element", "end": "at the end of the text", "outside": "outside the text"}


def told_of(learnt: Learnt) -> list[str]:
    """What was learnt, for a person: what stands among the text first."""
    lines = [f"profile {learnt.digest}, from {counted(learnt.pages, 'page')}"]
    for template in learnt.templates:
        lines += ["", *told_of_template(template)]
    return lines


def told_of_template(template: Template) -> list[str]:
    """One template and its furniture."""
    lines = [f"template {template.name}: {counted(template.pages, 'page')}, {counted(template.articles, 'article')}"]
    if not template.lines:
        return [*lines, "  too few articles, or nothing recurs"]
    lines += [f"  text in {place}" for place in template.bodies]
    for where, words in WHERE.items():
        known = sorted((each for each in template.lines if each.where == where), key=lambda each: -each.articles)
        if known:
            lines.append(f"  {words}: {counted(len(known), 'line')}")
        if where != "outside":
            lines += [f"    {each.text}  ({each.reason})" for each in known]
    lines += [f"  a box: {spot.place}  ({spot.reason})" for spot in template.spots]
    return lines
