"""`jianbao alarms`."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click

from crawler.cli.options import Common, check_source, common, example
from crawler.cli.table import counted, harmless, table
from crawler.cli.times import ZONE, moment, plain

if TYPE_CHECKING:
    from archive.model import Alarm
    from archive.store.outbox import Letter


@click.command(epilog=example("jianbao alarms", "jianbao alarms --past 20"))
@click.argument("source", required=False, metavar="[SOURCE]")
@click.option("--past", type=click.IntRange(1, 1000), help="The newest so many, those that are over too.")
@click.option(
    "--accept", metavar="KIND", help="Clear the source's alarm of that kind, or all: as things are now is normal."
)
@common
def command(common: Common, source: str | None, past: int | None, accept: str | None) -> None:
    """The alarms that stand: silence, template, encoding, challenge, failing.

    An alarm ends by itself when its cause does. One that will not, because the site is simply another one now, is
    accepted: from then on the source is judged by what comes after. Exit code 1 says that one stands.
    """
    untold: tuple[Letter, ...] = ()
    if accept is not None:
        if source is None:
            raise click.UsageError("Name the source whose alarm is accepted: jianbao alarms SOURCE --accept KIND.")
        shown = _accepted(common, source, accept)
    else:
        with common.archive() as archive:
            check_source(common, archive, source)
            shown = archive.past_alarms(source, past) if past else archive.alarms(source)
            untold = tuple(each for each in archive.letters() if source in (None, each.alarm.source_id))
    if common.as_json:
        found = [
            {**asdict(each), "untold": [_untold(one) for one in untold if one.alarm.id == each.id]} for each in shown
        ]
        click.echo(json.dumps(found, ensure_ascii=False, indent=2, default=plain))
    elif shown:
        click.echo(table(["source", "kind", "since", "seen last", "over", "what"], [_row(each) for each in shown]))
        common.say(f"Times are {ZONE}.")
    else:
        common.say("No alarm stands.")
    for letter in untold:
        if letter.why:
            then = "given up" if letter.given_up else f"tried again from {moment(letter.due)} on"
            told = f"not told by {letter.messenger} ({letter.why}), tried {counted(letter.tries, 'time')}, {then}"
            common.say(f"{letter.alarm.source_id}, {letter.alarm.kind}: {told}.")
    sys.exit(1 if any(each.cleared is None for each in shown) else 0)


def _accepted(common: Common, source: str, kind: str) -> tuple[Alarm, ...]:
    now = datetime.now(UTC)
    with common.archive(write=True) as archive:
        check_source(common, archive, source)
        standing = archive.alarms(source)
        chosen = [each for each in standing if kind in ("all", each.kind)]
        if not chosen:
            kinds = ", ".join(each.kind for each in standing) or "none"
            raise click.UsageError(f'No alarm "{kind}" stands of {source}; there is {kinds}.')
        done = archive.alarmed([replace(each, cleared=now, accepted=True) for each in chosen])
    common.say(f"{counted(len(done), 'alarm')} accepted.")
    return done


def _untold(letter: Letter) -> dict[str, object]:
    kept = asdict(replace(letter, alarm=None))  # type: ignore[arg-type]  # it is the one that this stands in
    del kept["alarm"]
    return kept


def _row(each: Alarm) -> list[object]:
    over = "accepted" if each.accepted else moment(each.cleared)
    return [each.source_id, each.kind, moment(each.raised), moment(each.confirmed), over, harmless(each.sentence)]
