"""`jianbao compact`."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import click

from crawler.cli.options import Common, common, example
from crawler.cli.progress import Bar
from crawler.cli.stopping import stoppable


@click.command(epilog=example("jianbao compact --dry-run", "jianbao compact"))
@click.option("--dry-run", is_flag=True, help="Say what would be done, and do nothing.")
@click.option("--recompress", is_flag=True, help="Pack the records of all files anew, where that makes them smaller.")
@click.option(
    "--drop-lists-after",
    type=click.IntRange(1, 36_500),
    metavar="DAYS",
    help="Leave out captures of list pages that are older, but the newest of each page. Not done by default.",
)
@common
def command(common: Common, dry_run: bool, recompress: bool, drop_lists_after: int | None) -> None:
    """Merge small capture files into large ones, and keep equal bodies once. No article's capture is ever left out.

    Files of today are left. It may be stopped or killed at any instant and goes on the next time; a daemon that waits
    is let in after each file. What is left out by --drop-lists-after stays in the database, marked with the day.
    """
    from archive.store.compact import Policy

    before = datetime.now(UTC) - timedelta(days=drop_lists_after) if drop_lists_after else None
    policy = Policy(drop_lists_before=before, recompress=recompress)
    if dry_run:
        with common.archive() as archive:
            groups = archive.compaction(policy)
        told = {
            "files_before": sum(len(group.files) for group in groups),
            "files_after": len(groups),
            "bytes_before": sum(group.bytes for group in groups),
            "captures": sum(group.captures for group in groups),
            "referred": sum(len(group.same) for group in groups),
            "dropped": sum(len(group.dropped) for group in groups),
            "bytes_spared": sum(group.spared for group in groups),
        }
        if common.as_json:
            click.echo(json.dumps(told, indent=2))
            return
        common.say(
            f"Of {told['files_before']} files with {told['bytes_before'] / 1e6:.1f} MB would become "
            f"{told['files_after']}; {told['referred']} captures would refer to an equal body and {told['dropped']} "
            f"would be left out, which spares about {told['bytes_spared'] / 1e6:.1f} MB. Nothing was done."
        )
        return
    common.archive().close()  # what is not there is not made for this
    said = "Interrupted. What was done is kept; the same command goes on."
    with stoppable(common, said), common.archive(write=True) as archive, Bar(common) as bar:
        done = archive.compact(policy, lambda far, total: bar.show("compacting", far, total))
    if common.as_json:
        names = ("files_before", "files_after", "bytes_before", "bytes_after", "referred", "dropped", "left")
        click.echo(json.dumps({name: getattr(done, name) for name in names}, ensure_ascii=False, indent=2))
        return
    for sentence in done.left:
        common.say(f"Left as it is: {sentence}")
    common.say(
        f"{done.files_before} files with {done.bytes_before / 1e6:.1f} MB became {done.files_after} with "
        f"{done.bytes_after / 1e6:.1f} MB; {done.referred} captures refer to an equal body, {done.dropped} left out."
        if done.files_before
        else "There is nothing to merge."
    )
