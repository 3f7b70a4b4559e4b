"""What `source add` does: probe, write, report."""

from __future__ import annotations

import json
import re
import tempfile
from collections import Counter
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

import click

from crawler.cli.options import Common
from crawler.cli.table import counted
from crawler.discover.address import written
from crawler.fetch import Job, fetch
from crawler.paths import config_dir, packaged_config
from crawler.probe.findings import Findings
from crawler.probe.probe import Probe
from crawler.probe.write import source_id, source_toml
from crawler.shanghai import SHANGHAI
from crawler.source import Source, host_of, load_families, load_source
from crawler.source.check import is_source_id

UNREACHED = ("dns", "connection", "tls", "timeout")
"""How it is that no server was reached; else somebody answered."""


def add(common: Common, url: str, identifier: str | None, addresses: tuple[str, ...], *, dry_run: bool) -> int:
    """Probe the site, write its file or print it, and give back the exit code."""
    url = address(url)
    identifier = identifier or source_id(host_of(url))
    if not is_source_id(identifier):
        raise click.UsageError(f'The id "{identifier}" may hold only a-z, 0-9 and single hyphens.')
    file = _place(common, identifier, dry_run=dry_run)
    now = datetime.now(UTC)
    with common.reader(1) as reader:
        probe = Probe(url, reader, now, allow_addresses=addresses, say=common.say)
        report = fetch([Job(probe.source, probe)], common.fetch_options())
    found = probe.found
    found.requests = sum(each.requests for each in report.sources.values())  # as they went out
    if report.interrupted:
        common.say(f"Interrupted after {counted(found.requests, 'request')}; nothing is written.")
        return 130
    if found.unreachable and not found.usable:
        common.say(found.unreachable.replace("allow_addresses", "--allow-address"))  # no file holds a key yet
        return 2 if found.why == "refused-address" else 3 if found.why in UNREACHED else 1
    if not found.usable:
        asked = counted(found.requests, "request")
        common.say(f"No list with articles was found at {url} with {asked}; name one of the site's list pages.")
        return 1
    text = source_toml(found, identifier, now.astimezone(SHANGHAI).date(), addresses)
    source = _loaded(common, text, identifier)
    if not dry_run:
        file.parent.mkdir(parents=True, exist_ok=True)
        with file.open("x", encoding="utf-8") as out:  # never over one that is there
            out.write(text)
    _report(common, found, source, text, None if dry_run else file)
    return 0


def address(word: str) -> str:
    """The address that is meant, http where it names no scheme. Raises UsageError where there is none to be asked.

    >>> address("www.tibet.cn"), address("localhost:8000/a")
    ('http://www.tibet.cn/', 'http://localhost:8000/a')
    """
    scheme = re.match(r"([A-Za-z][A-Za-z0-9+.-]*):(?://|(?!\d))", word)
    if scheme and scheme[1].lower() not in ("http", "https"):
        raise click.UsageError(
            f"What begins with {scheme[1]}: is not asked; an address begins with http:// or https://."
        )
    word = word if scheme else f"http://{word}"
    if re.match(r"[^/]*//[^/?#]*@", word):  # not repeated: it may hold a password
        raise click.UsageError(
            "The address names a user, and none is ever sent; give it without what stands before the @."
        )
    url = written(word)
    if url is None or not host_of(url):
        raise click.UsageError(
            f"{word} is no address that can be asked: http:// or https://, a host and perhaps a port (65535 at most)."
        )
    parts = urlsplit(url)
    return parts._replace(path=parts.path or "/").geturl()


def _place(common: Common, identifier: str, *, dry_run: bool) -> Path:
    """Where the file is to lie. Raises UsageError where it must not be written."""
    folder = config_dir(common.config)
    file = folder / "sources" / f"{identifier}.toml"
    if dry_run:
        return file
    if file.exists():
        raise click.UsageError(f"{file} is there already; name another --id, or remove it first.")
    if folder.resolve() == packaged_config().resolve() and not (Path("config").resolve() == folder.resolve()):
        raise click.UsageError("There is no configuration folder of your own: make ./config/sources, or use --config.")
    return file


def _loaded(common: Common, text: str, identifier: str) -> Source:
    """The source as the file gives it, checked like any other before it is written."""
    families = load_families(config_dir(common.config))
    with tempfile.TemporaryDirectory(prefix="jianbao-") as folder:
        file = Path(folder) / f"{identifier}.toml"
        file.write_text(text, "utf-8")
        return load_source(file, families)


def _report(common: Common, found: Findings, source: Source, text: str, file: Path | None) -> None:
    if common.as_json:
        shown = asdict(found) | {"id": source.id, "file": str(file) if file else None, "toml": text}
        click.echo(json.dumps(shown, ensure_ascii=False, indent=2, default=str))
        return
    if file is None:
        click.echo(text, nl=False)
        return
    kinds = Counter(each.kind for each in found.lists if each.articles)
    lists = ", ".join(f"{counted(count, 'list')} of kind {kind}" for kind, count in sorted(kinds.items()))
    common.say(f"{counted(found.requests, 'request')}; with articles: {lists}.")
    click.echo(str(file))
    common.say(f"Look it over, then try it: jianbao source test {source.id}")
