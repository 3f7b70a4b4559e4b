"""`jianbao export`."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Set
from datetime import UTC, datetime, timedelta
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from archive.export import FORMATS, Format, Options, UnavailableError, Written
from crawler.cli.errors import Refused
from crawler.cli.options import Common, check_source, common, example
from crawler.cli.progress import Bar
from crawler.cli.querying import Querying
from crawler.cli.search import refuse
from crawler.cli.stopping import stoppable
from crawler.cli.table import counted
from crawler.shanghai import SHANGHAI
from crawler.whole_file import named, whole
from crawler.whole_folder import refuse_full, whole_folder

if TYPE_CHECKING:
    from archive.store.chosen import Chosen

MANY_FAULTS = 5
FLAGS = {"bom": "--bom", "every": "--all", "title": "--title", "self_url": "--self-url", "limit": "--limit"}
LINES = (
    "jianbao export jsonl --source tibet-cn -o tibet.jsonl",
    "jianbao export csv 'title:工业 after:2023' --bom -o industry.csv",
)


@click.command(
    cls=Querying,
    epilog=example(*LINES),
    help=f"""Write articles as FORMAT, in a stable order, streaming.

    \b
    {"".join(f"{name:9}{form.what}" + chr(10) + "    " for name, form in FORMATS.items())}
    WORDS choose the articles, in the language of `search`: docs/search.md. All of them without. A file or folder
    appears under its name only when it is complete; devices and pipes are written into. With --json the report on
    stdout says how much was written (it needs -o). Exit code 1 says that an article or capture could not be had:
    docs/export.md.
    """,
)
@click.argument("form", metavar="FORMAT", type=click.Choice(list(FORMATS)))
@click.argument("words", nargs=-1)
@click.option("--source", help="Only articles of this source.")
@click.option("--since", type=click.DateTime(["%Y-%m-%d"]), help="Published on that day or later.")
@click.option("--until", type=click.DateTime(["%Y-%m-%d"]), help="Published on that day or earlier.")
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    help="The file (wacz: NAME.wacz), for md the folder [-, stdout].",
)
@click.option("--bom", is_flag=True, default=None, help="csv: begin with a mark by which Excel knows UTF-8.")
@click.option("--all", "every", is_flag=True, default=None, help="warc, wacz: the captures of all revisions.")
@click.option("--limit", type=click.IntRange(1), help="atom, jsonfeed: at most so many articles [100].")
@click.option("--title", help="atom, jsonfeed, wacz: its title.")
@click.option("--self-url", help="atom, jsonfeed: the address at which the feed will stand.")
@common
def command(
    common: Common,
    form: str,
    words: tuple[str, ...],
    source: str | None,
    since: datetime | None,
    until: datetime | None,
    output: Path | None,
    limit: int | None,
    **own: Any,
) -> None:
    """Written above, beside the list of formats."""
    known = FORMATS[form]
    given = {name: value for name, value in own.items() if value is not None}
    query = " ".join(words)
    output = None if output == Path("-") else output
    _check_options(form, {*given, *({"limit"} if limit else ())})
    _check_address(own["self_url"])
    _check_target(form, known, output, as_json=common.as_json)
    since = since and since.replace(tzinfo=SHANGHAI)
    until = until and until.replace(tzinfo=SHANGHAI) + timedelta(days=1)  # the archive leaves the end out
    if since and until and since >= until:
        raise click.UsageError("--since is later than --until.")
    asked = f"{query}\n{source or ''}\n{since or ''}\n{until or ''}"
    newest = (limit or LIMIT) if known.newest_first else None
    from archive.query import QueryError, parse

    try:
        parse(query, datetime.now(SHANGHAI).date())  # what is wrong with it is told before an archive is looked for
    except QueryError as error:
        refuse(error)
    with stoppable(common, _stopped(output)), common.archive() as archive:
        check_source(common, archive, source)
        chosen = archive.choose(query, source, since, until, newest=newest)
        total = len(chosen)
        with Bar(common) as bar:
            if output is not None or not sys.stdout.isatty():  # else the articles come to the same terminal
                chosen = chosen.watched(lambda done: bar.show(form, min(done, total), total))
            try:
                written = _write(form, chosen, output, Options(asked=asked, name=_name(output), **given))
            except UnavailableError as error:
                raise Refused(str(error)) from None
    _report(common, written, output)
    sys.exit(1 if written.faults else 0)


LIMIT = 100
"""Articles of a feed, if nobody says how many."""


def _check_options(form: str, given: Set[str]) -> None:
    """An option that belongs to other formats is a slip of the pen."""
    for name, flag in FLAGS.items():
        takers = [each for each, known in FORMATS.items() if name in known.takes]
        if name in given and form not in takers:
            raise click.UsageError(f"{flag} is for {' and '.join(takers)}, not for {form}.")


def _check_address(self_url: str | None) -> None:
    """What is no address of the web would be left out of the feed without a word."""
    from archive.export.markup import web_address

    if self_url is not None and web_address(self_url) is None:
        raise click.UsageError(f"--self-url {self_url!r} is no address of the web: http://… or https://….")


def _check_target(form: str, known: Format, output: Path | None, *, as_json: bool) -> None:
    """Whether the format can be written there; said before anything is read."""
    if as_json and output is None:
        raise click.UsageError("--json reports on stdout, so the articles need a file: -o FILE.")
    if output is not None and not output.absolute().parent.is_dir():
        raise click.UsageError(f"There is no folder {output.parent} for {output.name}.")
    if known.shape == "folder":
        if output is None:
            raise click.UsageError(f"{form} writes many files: name a folder for them, -o DIR.")
        try:
            refuse_full(output)
        except FileExistsError as error:
            raise click.UsageError(f"{output}: {error.strerror}.") from None
    elif output is not None and output.is_dir():
        raise click.UsageError(f"{output} is a folder; {form} writes one file.")
    elif known.shape == "file" and (output is None or (output.exists() and not output.is_file())):
        raise click.UsageError(f"{form} can be written neither to stdout nor into a pipe: name a file, -o FILE.")
    elif form == "wacz" and output is not None and output.suffix != ".wacz":
        raise click.UsageError("By its own rules the name of a WACZ file ends in .wacz.")
    elif known.shape == "bytes" and output is None and sys.stdout.isatty():
        raise click.UsageError(f"{form} is no text for a terminal: name a file, -o FILE, or send it into a pipe.")


def _stopped(output: Path | None) -> str:
    """What to say if it is stopped."""
    if output is None or (output.exists() and not output.is_file() and not output.is_dir()):
        return "Interrupted. What was written is not all."
    return f"Interrupted. {output} is as it was."


def _name(output: Path | None) -> str:
    return output.name if output is not None and output.name.endswith(".warc.gz") else Options().name


def _write(form: str, chosen: Chosen, output: Path | None, options: Options) -> Written:
    write: Callable[[Chosen, object, Options], Written] = import_module(f"archive.export.{form}").write
    if output is None:
        with named("stdout"):
            written = write(chosen, sys.stdout.buffer, options)
            sys.stdout.buffer.flush()
        return written
    if FORMATS[form].shape == "folder":
        with whole_folder(output) as folder:
            return write(chosen, folder, options)
    with whole(output) as file:
        return write(chosen, file, options)


def _report(common: Common, written: Written, output: Path | None) -> None:
    if common.as_json:
        report: dict[str, object] = {"articles": written.articles, "file": str(output)}
        if written.captures is not None:
            report["captures"] = written.captures
        report["faults"] = list(written.faults)
        click.echo(json.dumps(report | {"at": datetime.now(UTC).isoformat()}, ensure_ascii=False))
        return
    captures = f", {counted(written.captures, 'capture')}" if written.captures is not None else ""
    common.say(counted(written.articles, "article") + captures)
    for fault in written.faults[:MANY_FAULTS]:
        common.say(fault)
    if len(written.faults) > MANY_FAULTS:
        common.say(f"{len(written.faults)} articles or captures could not be had in all; `jianbao verify` names them.")
