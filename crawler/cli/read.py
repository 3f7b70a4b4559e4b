"""`jianbao read`: one page or many, nothing stored."""

from __future__ import annotations

import asyncio
import errno
import json
import os
import sys
from collections import deque
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

import click

from crawler.cli.index import Unfit, fields_of
from crawler.cli.options import Common, common, example
from crawler.cli.words import file_name

if TYPE_CHECKING:
    from crawler.reader import Reader, ReaderPool, Task
    from crawler.reading import Reading
    from crawler.source import Source


@click.command(
    epilog=example(
        "jianbao read page.html --url http://tibet.cn/cn/edu/202305/t20230523_7421774.html --why",
        "jianbao read --batch index.jsonl",
    )
)
@click.argument("page", required=False, metavar="FILE|URL")
@click.option("--url", default="", help="The address of a page that is read from a file.")
@click.option("--content-type", default="", help="The Content-Type header it came with.")
@click.option("--source", "source_id", help="Read with the hints of this source, and what was learnt of it.")
@click.option("--why", is_flag=True, help="Say why the text is as it is; with -v, change by change.")
@click.option(
    "--batch",
    type=click.Path(path_type=Path, exists=True, dir_okay=False, allow_dash=True),
    help="Lines {id, url, content_type, path} in, lines {id, verdict, articles} out.",
)
@common
def command(
    common: Common,
    page: str | None,
    url: str,
    content_type: str,
    source_id: str | None,
    why: bool,
    batch: Path | None,
) -> None:
    """Read one page from a FILE (- for stdin) or a URL, or many by --batch. Nothing is stored.

    Of an article on several pages a URL brings all of them, a FILE only itself.

    Exit code 1 says that the page is no article. With --batch as many pages are read side by side as the machine has
    cores, and the lines out stand in the order of the lines in.
    """
    if (page is None) == (batch is None):
        raise click.UsageError("Give a file or a URL, or --batch INDEX.jsonl.")
    if url and not url.startswith(("http://", "https://")):
        raise click.UsageError(f"--url is the address that the page came from, http:// or https://, not {url!r}.")
    if batch:
        with common.reader(workers=os.cpu_count()) as readers:
            sys.exit(1 if asyncio.run(read_batch(batch, readers)) else 0)
    assert page is not None
    from archive.model import article_json
    from crawler.cli.knowing import informed
    from crawler.cli.options import chosen
    from crawler.reader import Task

    source: Source | None = chosen(common.sources(), (source_id,))[0] if source_id else None
    with common.reader(workers=1) as pool:
        reader: Reader = informed(common, pool, [source]) if source else pool
        if page.startswith(("http://", "https://")):
            reading = fetched(common, page, source, reader)
        else:
            body = bounded(sys.stdin.buffer) if page == "-" else bytes_of(existing(page))
            reading = asyncio.run(reader.read(Task(body, url, content_type, source))).reading
            if further := reading.series.wanted:
                common.say(f"The article goes on: {len(further)} further pages, the next one {further[0]}.")
    if first := reading.series.first:
        common.say(f"This is a further page of the article {first}.")
    for trouble in reading.evidence.troubles:
        common.say(trouble)
    if common.as_json:
        from crawler.evidence import evidence_json

        document = {
            "verdict": reading.verdict,
            "articles": [article_json(each) for each in reading.articles],
            "first_page": reading.series.first or None,
            "further_pages": list(reading.series.wanted),
            "evidence": evidence_json(reading.evidence),
        }
        click.echo(json.dumps(document, ensure_ascii=False, indent=2))
    else:
        from crawler.cli.paper import as_text
        from crawler.cli.why import reasons

        for article in reading.articles:
            click.echo(as_text(article))
        if not reading.articles:
            said = reading.evidence.verdict
            common.say(f"No article: {reading.verdict}. {said[:1].upper()}{said[1:]}")
        if why:
            click.echo(reasons(reading.evidence, everything=common.verbosity > 0))
    sys.exit(0 if reading.articles else 1)


def existing(page: str) -> Path:
    """The file, or a pipe that has a name; a usage error with a hint where there is none."""
    path = Path(file_name(page))
    if not path.exists():
        raise click.UsageError(f"There is no file {page}. A URL starts with http:// or https://.")
    if path.is_dir():
        raise click.UsageError(f"{page} is a directory. Give one page, or an index of many with --batch.")
    return path


def bytes_of(path: Path) -> bytes:
    """What a file holds. Raises OSError."""
    with path.open("rb") as stream:
        return bounded(stream)


def bounded(stream: BinaryIO) -> bytes:
    """What a stream holds; one that does not end, such as /dev/zero, is an OSError."""
    body = stream.read(LARGEST + 1)
    if len(body) > LARGEST:
        raise OSError(errno.EFBIG, f"More than {LARGEST >> 20} MiB are no page", stream.name)
    return body


LARGEST = 1 << 26
"""Bytes of a page; of a source's page 8 MiB are fetched where its file does not say otherwise."""


def fetched(common: Common, url: str, source: Source | None, reader: Reader) -> Reading:
    """The reading of a page that is fetched now, with the further pages of its article."""
    from archive.model import Capture
    from crawler.fetch import ONE_PAGE, Job, fetch
    from crawler.series.whole import WholeArticle
    from crawler.source import Source
    from crawler.visit import Failure

    asked = source or Source(id="", name="", home="", politeness=ONE_PAGE)
    article = WholeArticle(url, reader, asked)
    if fetch([Job(asked, article)], common.fetch_options()).interrupted:
        raise KeyboardInterrupt
    outcome = article.first_outcome
    if isinstance(outcome, Failure):
        common.say(outcome.message)
        sys.exit(3)
    assert isinstance(outcome, Capture)
    if outcome.status >= 400:
        common.say(f"{outcome.url} answered {outcome.status} {outcome.reason}".rstrip() + ", which is no article.")
        sys.exit(1)
    assert article.reading is not None
    return article.reading


async def read_batch(index: Path, reader: ReaderPool) -> bool:
    """Print a row for every page that an index names, in its order; whether something could not be read.

    Of stdin one line is answered before the next is asked for, so that a program may talk with us.
    """
    window = 1 if str(index) == "-" else 2 * reader.workers
    waiting: deque[asyncio.Task[dict[str, Any]]] = deque()
    failed = False
    with click.open_file(str(index), encoding="utf-8", errors="replace") as lines:
        for identifier, page in named(lines, index.parent):
            waiting.append(asyncio.ensure_future(row_of(reader, identifier, page)))
            while len(waiting) >= window:
                failed |= printed(await waiting.popleft())
        while waiting:
            failed |= printed(await waiting.popleft())
    return failed


def printed(row: dict[str, Any]) -> bool:
    """Print a row; whether it tells of an error."""
    click.echo(json.dumps(row, ensure_ascii=False))
    return "error" in row


def named(lines: Iterable[str], folder: Path) -> Iterator[tuple[object, Task | str]]:
    """The pages that an index names, by their ids, paths relative to the folder; a sentence for a line without one."""
    from crawler.reader import Task

    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        identifier = None
        try:
            fields = fields_of(line)
            identifier = fields.id
            page = Task(bytes_of(folder / file_name(fields.path)), fields.url, fields.content_type)
        except OSError as error:
            yield identifier, f"line {number}: {error.filename}: {error.strerror}"
        except Unfit as error:
            yield error.id, f"line {number} {error}"
        else:
            yield identifier, page


async def row_of(reader: ReaderPool, identifier: object, page: Task | str) -> dict[str, Any]:
    """The row of a page, or of a line that names none."""
    from archive.model import article_json
    from crawler.reader import ReadingFault

    if isinstance(page, str):
        return not_read(identifier, page)
    try:
        answer = await reader.read(page)
    except ReadingFault as fault:
        return not_read(identifier, f"reading it failed, which is our fault: {fault}")
    articles = [article_json(article) for article in answer.reading.articles]
    row = {"id": identifier, "verdict": answer.reading.verdict, "articles": articles}
    return row | {"error": answer.stopped} if answer.stopped else row


def not_read(identifier: object, error: str) -> dict[str, Any]:
    """The row of a line that could not be used."""
    return {"id": identifier, "verdict": None, "articles": [], "error": error}
