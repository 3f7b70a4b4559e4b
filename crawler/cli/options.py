"""The options that every command has, and what they come to."""

from __future__ import annotations

import functools
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from crawler.cli.table import harmless
from crawler.cli.words import heard

if TYPE_CHECKING:
    from archive.store import Archive
    from crawler.fetch import FetchOptions
    from crawler.health.notify import Notifier
    from crawler.reader import ReaderPool
    from crawler.settings import Settings
    from crawler.source import Source


MOST_READERS = 16
"""Processes that read at a time; each takes some 10 MB of its own."""

WAIT = 60.0
"""Seconds that a command which writes waits for another one that does."""


@dataclass(frozen=True, slots=True)
class Common:
    """What was asked by --json, -q/-v, --config, --data and --database."""

    as_json: bool
    verbosity: int
    config: Path | None
    data: Path | None
    database: str | None
    log_json: bool = False

    def settings(self) -> Settings:
        """Flags over environment over config/jianbao.toml over what is built in; raises ConfigError."""
        from crawler.paths import config_dir
        from crawler.settings import load_settings

        form = "json" if self.log_json else None
        return load_settings(config_dir(self.config), data=self.data, database=self.database, log_format=form)

    def begin_log(self) -> None:
        """Have the steps of each page logged, where that was asked for: by --log-json or the settings."""
        from crawler.log import begin

        settings = self.settings()
        asked = self.log_json or (self.verbosity >= 0 and settings.origins["log_format"] != "built in")
        begin(settings, stderr=asked)

    def sources(self) -> dict[str, Source]:
        """Every source of the configuration, by id; raises ConfigError."""
        from crawler.paths import config_dir
        from crawler.source import load_sources

        return dict(load_sources(config_dir(self.config)))

    def archive(self, *, write: bool = False) -> Archive:
        """The archive; reading one that does not exist yet is refused with a hint.

        Where another process writes, its end is waited for, a minute at most; the daemon lets us in before that.
        """
        from archive.store import Archive

        settings = self.settings()
        return Archive.open(settings.data, settings.database, write=write, wait=WAIT, waiting=self.waiting)

    def waiting(self, pid: int | None) -> None:
        """Say that the archive is in use, and by whom."""
        self.say(f"{f'The process {pid}' if pid else 'Another process'} is writing to the archive: waiting for it.")

    def fetch_options(self) -> FetchOptions:
        """How the fetcher is to behave."""
        from crawler.fetch import FetchOptions

        settings = self.settings()
        asked = ("info", "debug")[min(self.verbosity, 2) - 1] if self.verbosity > 0 else None
        if asked is None and settings.origins["log_level"] != "built in":
            asked = settings.log_level
        log_level = asked.upper() if asked else None  # the fetcher's own log is silent unless it was asked for
        return FetchOptions(
            user_agent=settings.user_agent,
            at_once=settings.at_once,
            hosts=settings.data / "hosts.db" if settings.data.is_dir() else None,
            tell=self.say,
            log_level=log_level,
        )

    def reader(self, workers: int | None = None, *, early: bool = True) -> ReaderPool:
        """The processes that read pages, being started if `early`, else with the first page; to be closed.

        By default there may be one for each source that is crawled at a time, so that none waits for another's page.
        """
        from crawler.reader import ReaderPool

        settings = self.settings()
        return ReaderPool(settings.parse_seconds, workers or min(MOST_READERS, settings.at_once), early=early)

    def notifier(self) -> Notifier:
        """Who is told of alarms."""
        from crawler.health.messengers import notifier

        return notifier(self.settings())

    def say(self, message: str) -> None:
        """A message for a person, on stderr, unless -q was given; a JSON line where the log is one of those."""
        if self.verbosity < 0:
            return
        if "crawler.log" in sys.modules:  # who asked for JSON has imported it; `status` does without, to be quick
            from crawler.log import said

            if said.in_json():
                said.say(message)
                return
        click.echo(harmless(message), err=True)

    @property
    def on_terminal(self) -> bool:
        """Whether progress may be drawn."""
        from crawler.log import said

        return sys.stderr.isatty() and self.verbosity >= 0 and not said.in_json()


def common(function: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command the options that all have; it gets them as its first argument, a `Common`."""

    @click.option("--json", "as_json", is_flag=True, help="Print JSON on stdout.")
    @click.option("-q", "quiet", count=True, help="No messages and no progress, only data.")
    @click.option("-v", "verbose", count=True, help="A line for each change, and the fetcher's log; -vv: all of it.")
    @click.option("--config", type=click.Path(path_type=Path, file_okay=False, exists=True), help="The config folder.")
    @click.option("--data", type=click.Path(path_type=Path, file_okay=False), help="The data folder [./data].")
    @click.option(
        "--log-json", is_flag=True, help="On stderr JSON lines alone: each step of each page, with a trace id."
    )
    @click.option("--database", help="A database URL [sqlite in the data folder].")
    @functools.wraps(function)
    def wrapped(
        *args: Any,
        as_json: bool,
        quiet: int,
        verbose: int,
        config: Path | None,
        data: Path | None,
        database: str | None,
        log_json: bool,
        **kwargs: Any,
    ) -> Any:
        words = {name: as_typed(value) for name, value in kwargs.items()}
        return function(Common(as_json, verbose - quiet, config, data, database, log_json), *args, **words)

    return wrapped


def as_typed(value: object) -> object:
    """What an option or argument came to, its words as they were typed; a path stays as the system names it."""
    if isinstance(value, tuple):
        return tuple(as_typed(each) for each in value)
    return heard(value) if isinstance(value, str) else value


def example(*lines: str) -> str:
    """The epilog that shows a command in use; tests/test_cli.py runs every such line."""
    return "\b\nExample:\n" + "\n".join(f"  {line}" for line in lines)


def chosen(sources: dict[str, Source], ids: tuple[str, ...]) -> list[Source]:
    """The named sources, or every enabled one; a wrong name is answered with the nearest right one."""
    from difflib import get_close_matches

    ids = tuple(dict.fromkeys(ids))
    for wanted in ids:
        if wanted not in sources:
            near = get_close_matches(wanted, sources, n=1)
            hint = f' Did you mean "{near[0]}"?' if near else " See `jianbao source list`."
            raise click.UsageError(f'There is no source "{wanted}".{hint}')
    if not sources:
        raise click.UsageError("The configuration holds no source: config/sources/*.toml.")
    watched = [sources[wanted] for wanted in ids] if ids else [each for each in sources.values() if each.enabled]
    if not watched:
        raise click.UsageError("No source is enabled; name one, or set enabled = true in its file.")
    return watched


def check_source(common: Common, archive: Archive, source: str | None) -> None:
    """A source that neither the configuration nor the archive knows is a slip of the pen, not an empty answer."""
    if source and source not in {each.source_id for each in archive.status()}:
        chosen(common.sources(), (source,))
