"""`jianbao export`."""

from __future__ import annotations

import json
import sys
from datetime import UTC, datetime, timedelta
from io import TextIOWrapper
from pathlib import Path

import click

from crawler.cli.options import Common, check_source, common, example
from crawler.cli.table import counted
from crawler.shanghai import SHANGHAI
from crawler.whole_file import whole

FORMATS = ("jsonl",)  # a module archive.export.<format> each


@click.command(epilog=example("jianbao export jsonl --source tibet-cn -o tibet.jsonl"))
@click.argument("form", metavar="FORMAT", type=click.Choice(FORMATS))
@click.option("--source", help="Only articles of this source.")
@click.option("--since", type=click.DateTime(["%Y-%m-%d"]), help="Published on that day or later.")
@click.option("--until", type=click.DateTime(["%Y-%m-%d"]), help="Published on that day or earlier.")
@click.option("-o", "--output", type=click.Path(path_type=Path, dir_okay=False), help="The file [stdout].")
@common
def command(
    common: Common,
    form: str,
    source: str | None,
    since: datetime | None,
    until: datetime | None,
    output: Path | None,
) -> None:
    """Write articles as FORMAT (jsonl), in a stable order, streaming.

    A file appears under its name only when it is complete; devices and pipes are written into. With --json the report
    on stdout says how many articles were written (it needs -o).
    """
    from importlib import import_module

    if common.as_json and output is None:
        raise click.UsageError("--json reports on stdout, so the articles need a file: -o FILE.")
    write = import_module(f"archive.export.{form}").write
    since = since and since.replace(tzinfo=SHANGHAI)
    until = until and until.replace(tzinfo=SHANGHAI) + timedelta(days=1)  # the archive leaves the end out
    if since and until and since >= until:
        raise click.UsageError("--since is later than --until.")
    with common.archive() as archive:
        check_source(common, archive, source)
        if output is None:
            count = write(archive, sys.stdout, source=source, since=since, until=until)
        else:
            with whole(output) as file, TextIOWrapper(file, encoding="utf-8") as stream:
                count = write(archive, stream, source=source, since=since, until=until)
    if common.as_json:
        report = {"articles": count, "file": str(output), "at": datetime.now(UTC).isoformat()}
        click.echo(json.dumps(report, ensure_ascii=False))
    else:
        common.say(counted(count, "article"))
