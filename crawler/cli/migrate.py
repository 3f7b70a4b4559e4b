"""`jianbao migrate`."""

from __future__ import annotations

import json

import click

from crawler.cli.options import Common, common, example


@click.command(epilog=example("jianbao migrate"))
@common
def command(common: Common) -> None:
    """Bring an archive that an older version made up to date. No site is asked.

    Whatever writes does so by itself; this is for those who only read. An archive that is up to date stays as it is.
    """
    from archive.store import ArchiveOutdated

    migrated = False
    try:
        common.archive().close()
    except ArchiveOutdated:
        migrated = True
        with common.archive(write=True) as archive:
            archive.keep_up()
    if common.as_json:
        click.echo(json.dumps({"migrated": migrated}))
    else:
        common.say("The archive is up to date now." if migrated else "The archive is up to date.")
