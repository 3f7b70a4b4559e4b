"""`jianbao report`."""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import click

from crawler.cli.options import Common, check_source, common, example
from crawler.cli.progress import Bar
from crawler.cli.querying import Querying
from crawler.cli.search import refuse
from crawler.shanghai import SHANGHAI
from crawler.whole_file import whole

TITLE = "jianbao: what the archive holds"


@click.command(
    cls=Querying,
    epilog=example("jianbao report -o report.html", "jianbao report 工业 --text"),
)
@click.argument("words", nargs=-1)
@click.option("-o", "--output", type=click.Path(path_type=Path, dir_okay=False), help="The page: one HTML file.")
@click.option("--text", "as_text", is_flag=True, help="Print the figures, beside the file too. Default without -o.")
@click.option("--source", help="Only articles of this source.")
@click.option("--since", type=click.DateTime(["%Y-%m-%d"]), help="Published on that day or later.")
@click.option("--until", type=click.DateTime(["%Y-%m-%d"]), help="Published on that day or earlier.")
@common
def command(
    common: Common,
    words: tuple[str, ...],
    output: Path | None,
    as_text: bool,
    source: str | None,
    since: datetime | None,
    until: datetime | None,
) -> None:
    """Show what the archive holds: one HTML page with plots, and small in the terminal.

    Articles over time, from publication to the first look, who reprints whom, repairs, completeness. The page needs no
    network and runs no script. WORDS choose articles, in the language of `search`; all of them without. What the
    figures mean: docs/report.md.
    """
    from archive.query import QueryError, parse

    query = " ".join(words)
    since = since and since.replace(tzinfo=SHANGHAI)
    until = until and until.replace(tzinfo=SHANGHAI) + timedelta(days=1)  # the archive leaves the end out
    if since and until and since >= until:
        raise click.UsageError("--since is later than --until.")
    if output is not None and not output.absolute().parent.is_dir():
        raise click.UsageError(f"There is no folder {output.parent} for {output.name}.")
    try:
        parse(query, datetime.now(SHANGHAI).date())  # what is wrong with it is told before an archive is looked for
    except QueryError as error:
        refuse(error)
    told, faults = _told(common, query, source, since, until)
    if output is not None:
        from archive.report.page import page

        with whole(output) as file:
            file.write(page(told, TITLE, _asked(query, source, since, until)))
        common.say(f"Written: {output}")
    if common.as_json:
        click.echo(json.dumps(told, ensure_ascii=False, indent=2))
    elif as_text or output is None or sys.stdout.isatty():
        from crawler.cli.report_text import in_words

        click.echo("\n".join(in_words(told, shutil.get_terminal_size((100, 24)).columns)))
    for fault in faults:
        common.say(fault)
    sys.exit(1 if faults else 0)


def _told(
    common: Common, query: str, source: str | None, since: datetime | None, until: datetime | None
) -> tuple[Mapping[str, Any], Sequence[str]]:
    """The figures, and a sentence for each article that could not be read back."""
    from archive.report.numbers import Numbers
    from crawler.errors import ConfigError

    try:
        sources = common.sources()
    except ConfigError as error:
        sources = {}
        common.say(f"Sources stand under their ids, for the configuration cannot be read: {error}")
    names = {each.id: each.name for each in sources.values()}
    outlets = {each.id: each.outlets for each in sources.values()}
    with common.archive() as archive:
        check_source(common, archive, source)
        chosen = archive.choose(query, source, since, until)
        numbers = Numbers(names, archive.looked(), {**archive.outlets(), **outlets})
        with Bar(common) as bar:
            numbers.add_all(chosen.watched(lambda done: bar.show("articles", done, len(chosen))).facts())
    return numbers.told(datetime.now(UTC)), chosen.faults


def _asked(query: str, source: str | None, since: datetime | None, until: datetime | None) -> str:
    """Which articles they are, in words."""
    parts = [query] * bool(query) + [f"source {source}"] * bool(source)
    parts += [f"since {since.date()}"] if since else []
    parts += [f"until {(until - timedelta(days=1)).date()}"] if until else []
    return ", ".join(parts)
