"""`jianbao doctor`: one line per check, exit code 1 if one fails."""

from __future__ import annotations

import json
import os
import shutil
import sys
from collections.abc import Callable

import click

from crawler.cli.options import Common, common, example

Check = Callable[[Common], str]
"""Says what is right; raises `IllError` with a sentence that says what is wrong and what to do."""

LEAST_FREE_BYTES = 1 << 30


class IllError(Exception):
    """A check failed."""


def python(common: Common) -> str:
    """Which interpreter runs; an older one than 3.11 cannot even install jianbao."""
    return sys.version.split()[0]


def packages(common: Common) -> str:
    """The libraries that a crawl needs are there."""
    from importlib.metadata import PackageNotFoundError, version

    found = []
    for name in ("scrapy", "sqlalchemy", "alembic", "fastwarc", "selectolax", "charset-normalizer"):
        try:
            found.append(f"{name} {version(name)}")
        except PackageNotFoundError as error:
            raise IllError(f"{name} is not installed; `make run` installs everything.") from error
    return ", ".join(found)


def settings(common: Common) -> str:
    """The settings can be read."""
    read = common.settings()
    if read.remarks:
        raise IllError(" ".join(read.remarks))
    return f"data in {read.data}, database {'given by URL' if read.database else 'SQLite'}, agent {read.user_agent}"


def sources(common: Common) -> str:
    """Every source file is valid."""
    every = common.sources()
    return f"{len(every)} sources, {sum(each.enabled for each in every.values())} enabled"


def hooks(common: Common) -> str:
    """Every source's own hook can be loaded."""
    from crawler.hook import load_hook

    paths = [each.hook for each in common.sources().values() if each.hook]
    for path in paths:
        load_hook(path)
    return f"{len(paths)} sources have one" if paths else "no source has one"


def data(common: Common) -> str:
    """The data folder can be written and has room."""
    folder = common.settings().data
    existing = next(each for each in [folder, *folder.resolve().parents] if each.exists())
    if not os.access(existing, os.W_OK):
        raise IllError(f"{existing} cannot be written.")
    free = shutil.disk_usage(existing).free
    if free < LEAST_FREE_BYTES:
        raise IllError(f"Only {free >> 20} MiB are free at {existing}.")
    return f"{folder}: {free >> 30} GiB free"


def archive(common: Common) -> str:
    """The archive opens, is of this version, and nothing in it waits for a repair."""
    if not (common.settings().data / "archive.db").exists() and not common.settings().database:
        return "none yet; the first crawl makes it"
    with common.archive() as opened:
        wrong = opened.check()
        states = opened.status()
    if wrong:
        raise IllError(" ".join(wrong))
    lost = sum(each.lost for each in states)
    return f"{len(states)} sources crawled" + (f"; {lost} captures were lost once and fetched anew" if lost else "")


def proxies(common: Common) -> str:
    """Which proxies the environment names."""
    named = [name for name in ("http_proxy", "https_proxy", "no_proxy") if os.environ.get(name)]
    return ", ".join(named) + " set" if named else "none set"


CHECKS: tuple[Check, ...] = (python, packages, settings, sources, hooks, data, archive, proxies)


@click.command(epilog=example("jianbao doctor"))
@common
def command(common: Common) -> None:
    """Check the installation, the configuration, the data folder and the archive."""
    from crawler.cli.errors import explained

    told = []
    for check in CHECKS:
        try:
            told.append({"check": check.__name__, "well": True, "says": check(common)})
        except Exception as error:  # noqa: BLE001 - each check stands alone; what it raises is its finding
            known = explained(error)
            sentence = str(error) if isinstance(error, IllError) else known.message if known else repr(error)
            told.append({"check": check.__name__, "well": False, "says": sentence})
    if common.as_json:
        click.echo(json.dumps(told, ensure_ascii=False, indent=2))
    else:
        for row in told:
            click.echo(f"{'ok ' if row['well'] else 'ILL'}  {row['check']:9} {row['says']}")
    sys.exit(0 if all(row["well"] for row in told) else 1)
