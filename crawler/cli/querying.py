"""Commands that take a query: a word with a dash in front is one of the query, not a heap of short options.

click would read `-source:farm` as `-s -o urce:farm`, write into that file, and take `-has:author` for `-h`. Here a word
with one dash is an option where it is one to the letter (`-o FILE`, `-q`), or says -q and -v together (`-qv`, `-vv`).
What somebody may have meant for options is refused: `-oFILE`, `-qo FILE`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import click

FIELD = re.compile(r"-[A-Za-z]+[:：](?!//)")
"""The beginning of a word that is meant for the query; whether there is such a field the query itself tells."""


class Querying(click.Command):
    """A command whose arguments are words of a query."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Part the words from the options, and hand the words on behind a `--`, where click reads no option."""
        options, words, whole = self._parted(ctx, args)
        return super().parse_args(ctx, [*options, "--", *words] if whole else options)

    def _parted(self, ctx: click.Context, args: Sequence[str]) -> tuple[list[str], list[str], bool]:
        """Options with their values, words, and whether the last option has its value: click tells what it lacks."""
        takers, flags, counted = self._known(ctx)
        options: list[str] = []
        words: list[str] = []
        rest = iter(args)
        for each in rest:
            if each == "--":
                words += rest
            elif each in takers:
                options.append(each)
                if (value := next(rest, None)) is None:
                    return options, words, False
                options.append(value)
            elif each.startswith("--") or each in flags or (len(each) > 1 and set(each[1:]) <= counted):
                options.append(each)
            else:
                _refuse_options_in_one(ctx, each, takers, flags)
                words.append(each)
        return options, words, True

    def _known(self, ctx: click.Context) -> tuple[set[str], set[str], set[str]]:
        """The options that take a value, those that take none, and the letters that may be given together."""
        takers, flags, counted = set[str](), set[str](), set[str]()
        for each in self.get_params(ctx):
            if isinstance(each, click.Option):
                (flags if each.is_flag or each.count else takers).update(each.opts, each.secondary_opts)
                counted |= {name[1:] for name in each.opts if each.count and len(name) == 2}
        return takers, flags, counted


def _refuse_options_in_one(ctx: click.Context, word: str, takers: set[str], flags: set[str]) -> None:
    """A word that may be an option with its value, or several options; a field's is none."""
    if not word.startswith("-") or len(word) < 3 or FIELD.match(word):
        return
    if word[:2] in takers:
        raise click.UsageError(f"Write {word[:2]} {word[2:].removeprefix('=').strip()}, or NOT {word[1:]}.", ctx)
    if all(f"-{letter}" in takers | flags for letter in word[1:]):
        raise click.UsageError(f"Write {' '.join(f'-{letter}' for letter in word[1:])}, or NOT {word[1:]}.", ctx)
