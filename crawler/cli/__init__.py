"""The command line: `jianbao COMMAND`. One file per command, imported only when it is called.

Data goes to stdout, messages to stderr. Exit codes: 0 fine, 1 ran and something needs attention, 2 wrong usage or
configuration, 3 nothing could be reached, 4 a check found differences, 130 interrupted with the state saved.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable
from difflib import get_close_matches
from importlib import import_module
from keyword import iskeyword
from typing import Any

import click

from crawler import __version__
from crawler.cli.signals import sigterm_as_ctrl_c
from crawler.cli.words import heard, speak_any_language

COMMANDS = {  # command → what it does; the module crawler.cli.<command> (run_due for run-due) has it
    "crawl": "Crawl sources: fetch what is new, look again at what is known.",
    "run-due": "Crawl every source that is due, once; for cron and timers.",
    "daemon": "Watch all sources until stopped: crawl each when it is due.",
    "recrawl": "Fetch known articles of a source again, by address or by date.",
    "reread": "Read the pages in the archive again with today's rules; no site is asked.",
    "read": "Read one page, or many, without storing anything.",
    "search": "Find articles by words; exact for any Chinese string.",
    "show": "Show one article, its reasons, or its bytes.",
    "diff": "Show word by word what changed in an article.",
    "story": "Show who printed one story, and where it comes from.",
    "status": "How each source is doing.",
    "alarms": "What is wrong with sources, and since when.",
    "source": "List sources, or test what one would fetch.",
    "learn": "Learn from many pages what is a source's furniture, and say why.",
    "export": "Write articles to a file or to stdout.",
    "report": "Show what the archive holds, in one HTML page or in the terminal.",
    "import": "Take in WARC or WACZ files, folders of HTML, or our own JSON lines.",
    "config": "Show the settings in force, and where each comes from.",
    "demo": "Crawl a bundled news web on 127.0.0.1, twice.",
    "verify": "Check captures, database and index, and say what differs.",
    "backup": "Save the archive into another folder, also while it is written to.",
    "compact": "Merge small capture files, and keep equal bodies once.",
    "migrate": "Bring an older version's archive up to date; no site is asked.",
    "doctor": "Check the installation, the configuration and the archive.",
}


class Lazy(click.Group):
    """A group whose commands are imported when they are called, so that `--help` costs no Scrapy and no database."""

    words: tuple[str, ...] = ()

    def main(self, *args: Any, **kwargs: Any) -> Any:
        """Run the command line; the one place where it is seen to that every character can be printed."""
        speak_any_language()
        words = list(args[0] if args and args[0] is not None else kwargs.get("args") or sys.argv[1:])
        self.words = tuple(words[: words.index("--") if "--" in words else None])
        with sigterm_as_ctrl_c():
            if LOG_JSON not in self.words:
                return super().main(*args, **kwargs)
            from crawler.cli.logged import main_in_json

            return main_in_json(lambda **terms: super(Lazy, self).main(*args, **kwargs | terms))

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """The command that is called; a wrong name is answered with the nearest right one."""
        name = heard(args[0])
        if name not in COMMANDS and not name.startswith("-") and not ctx.resilient_parsing:
            near = get_close_matches(name, COMMANDS, n=1)
            hint = f' Did you mean "{near[0]}"?' if near else ""
            raise click.UsageError(f'There is no command "{name}".{hint}', ctx)
        return super().resolve_command(ctx, args)

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The commands, in the order in which a newcomer meets them."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        """The command of that name, imported now; None where there is none."""
        if name not in COMMANDS:
            return None
        module = name.replace("-", "_") + "_" * iskeyword(name)
        command = import_module(f"crawler.cli.{module}").command
        if not isinstance(command, click.Command):
            raise TypeError(f"crawler.cli.{name}.command is no click command")
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The list of commands, without importing one."""
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))

    def invoke(self, ctx: click.Context) -> object:
        """Run the command; an error that a person can act on becomes its sentence and exit code 2."""
        try:
            return super().invoke(ctx)
        except (click.ClickException, click.exceptions.Exit, click.Abort, BrokenPipeError):
            raise
        except KeyboardInterrupt:  # of one that has nothing to say of what it leaves, or had not begun
            if LOG_JSON not in self.words and not _is_quiet(self.words):
                click.echo("Interrupted.", err=True)
            raise click.exceptions.Exit(INTERRUPTED) from None
        except Exception as error:
            from crawler.cli.errors import explained

            if (refused := explained(error)) is None:
                raise
            raise refused from error


def _is_quiet(words: Iterable[str]) -> bool:
    """Whether there is more of -q than of -v, as `crawler.cli.options` counts them."""
    letters = "".join(word for word in words if re.fullmatch("-[qv]+", word))
    return letters.count("q") > letters.count("v")


INTERRUPTED = 130
LOG_JSON = "--log-json"


@click.group(cls=Lazy, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="jianbao")
def main() -> None:
    """jianbao (剪报): crawl Chinese regional industry news into an archive of true texts."""
