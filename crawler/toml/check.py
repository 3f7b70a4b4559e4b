"""A TOML file against the struct that it describes: every mistake at once, each a sentence with its line.

`msgspec.convert` stops at the first mistake; the walk here goes field by field and leaves the values to msgspec.
"""

from __future__ import annotations

import difflib
import math
import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from functools import cache
from pathlib import Path as FilePath
from typing import Any, Literal, TypeVar, get_args, get_origin, get_type_hints

import msgspec

from crawler.errors import ConfigError
from crawler.toml.locate import Path, lines_of

Struct = TypeVar("Struct", bound=msgspec.Struct)

_DATES = (date, datetime, time)  # TOML has them itself; text that looks like a date is no date

# What msgspec calls the types, and what a person calls them.
_WORDS = {
    "str": "text in quotes",
    "int": "a whole number",
    "float": "a number",
    "bool": "true or false",
    "array": "a list in [ ]",
    "object": "a table",
    "date": "a date such as 2022-06-13",
    "datetime": "a date with a time",
    "time": "a time of day",
    "null": "nothing",
}


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One mistake in a file. `line` counts from 1; 0 where the whole file is meant."""

    file: str
    line: int
    message: str

    def __str__(self) -> str:
        return f"{self.file}, line {self.line}: {self.message}" if self.line else f"{self.file}: {self.message}"


class TomlError(ConfigError):
    """What is wrong with one or several files, one sentence a line; `problems` holds them singly."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        super().__init__("\n".join(str(problem) for problem in problems))
        self.problems = problems


@dataclass(frozen=True)
class TomlFile:
    """A file that was read: what it holds and where."""

    name: str
    data: Mapping[str, Any]
    lines: Mapping[Path, int]

    def problem(self, path: Path, message: str) -> Problem:
        """The message at the line of `path`, or of the nearest table around it that stands in the file."""
        while path and path not in self.lines:
            path = path[:-1]
        return Problem(self.name, self.lines.get(path, 1), message)


def read_toml(file: FilePath) -> TomlFile:
    """Read a TOML file. Raises TomlError where it cannot be read, is no UTF-8 or no TOML."""
    name = str(file)
    try:
        text = file.read_bytes().decode("utf-8-sig").replace("\r\n", "\n")
    except OSError as error:
        raise TomlError((Problem(name, 0, f"cannot be read: {error.strerror or error}"),)) from error
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        raise TomlError((Problem(name, line, "not UTF-8; save the file in UTF-8"),)) from error
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise TomlError((_syntax_problem(name, text, str(error)),)) from error
    except RecursionError as error:
        raise TomlError((Problem(name, 0, "arrays or tables are nested too deeply"),)) from error
    return TomlFile(name, data, lines_of(text))


def _syntax_problem(name: str, text: str, said: str) -> Problem:
    place = re.search(r"\s*\(at (?:line (\d+), column (\d+)|end of document)\)$", said)
    line = int(place[1]) if place and place[1] else text.count("\n") + 1
    return Problem(name, line, f"not valid TOML: {said[: place.start()] if place else said}")


def check(file: TomlFile, struct: type[msgspec.Struct]) -> list[Problem]:
    """Where the file does not fit the struct: unknown and missing keys, wrong types, values out of range."""
    return list(_check_struct(file, (), file.data, struct))


def convert(file: TomlFile, struct: type[Struct]) -> Struct:
    """The file as the struct. Raises TomlError with everything that does not fit."""
    if problems := check(file, struct):
        raise TomlError(tuple(problems))
    return msgspec.convert(file.data, struct, builtin_types=_DATES)


def suggest(word: str, known: Iterator[str] | tuple[str, ...]) -> str:
    """`; did you mean "…"?` where something known is near, else all that is known."""
    names = sorted(known)
    if near := difflib.get_close_matches(word, names, n=1, cutoff=0.6):
        return f'; did you mean "{near[0]}"?'
    return f"; known are {', '.join(names)}" if names else ""


def _check_struct(file: TomlFile, path: Path, value: Any, struct: type[msgspec.Struct]) -> Iterator[Problem]:
    where = f" in {_table_name(path)}" if path else ""
    if not isinstance(value, dict):
        yield file.problem(path, f"{_table_name(path)} has to be a table")
        return
    fields = _fields(struct)
    for key in value:
        if key not in fields:
            yield file.problem((*path, key), f'unknown key "{key}"{where}{suggest(key, tuple(fields))}')
    for key, (kind, required) in fields.items():
        if key in value:
            yield from _check_value(file, (*path, key), value[key], kind)
        elif required:
            yield file.problem(path, f'the key "{key}" is missing{where}')


def _check_value(file: TomlFile, path: Path, value: Any, kind: Any) -> Iterator[Problem]:
    if isinstance(kind, type) and issubclass(kind, msgspec.Struct):
        yield from _check_struct(file, path, value, kind)
    elif get_origin(kind) is tuple and isinstance(value, list):
        for index, item in enumerate(value):
            yield from _check_value(file, (*path, index), item, get_args(kind)[0])
    elif isinstance(value, float) and not math.isfinite(value):
        yield file.problem(path, f"{_key_name(path)} has to be a finite number")
    else:
        try:
            msgspec.convert(value, kind, builtin_types=_DATES)
        except msgspec.ValidationError as error:
            said = _one_of(kind, value) if isinstance(value, str) else None
            yield file.problem(path, f"{_key_name(path)}: {said or _plain(str(error))}")


def _one_of(kind: Any, value: str) -> str | None:
    """What may stand in the place of a word that is none of the words allowed; None where any text may stand."""
    choices = [kind, *get_args(kind)]
    words = [word for choice in choices if get_origin(choice) is Literal for word in get_args(choice)]
    return f'expected one of {", ".join(words)}, got "{value}"' if words else None


def _plain(said: str) -> str:
    """msgspec's sentence in the words of the file: "Expected `int`, got `str`" → "expected a whole number, …"."""

    def words(match: re.Match[str]) -> str:
        return " or ".join(_WORDS.get(name.strip(), name.strip()) for name in match[1].split("|") if "null" not in name)

    return re.sub(r"`([^`]+)`", words, said[:1].lower() + said[1:])


def _key_name(path: Path) -> str:
    keys = [key for key in path if isinstance(key, str)]
    element = f", element {path[-1] + 1}" if isinstance(path[-1], int) else ""
    inside = f" in {_table_name(path[: path.index(keys[-1])])}" if len(keys) > 1 else ""
    return f'"{keys[-1]}"{element}{inside}'


def _table_name(path: Path) -> str:
    name = ".".join(key for key in path if isinstance(key, str))
    return f"[[{name}]]" if path and isinstance(path[-1], int) else f"[{name}]"


@cache
def _fields(struct: type[msgspec.Struct]) -> Mapping[str, tuple[Any, bool]]:
    """The keys of a struct as they stand in a file, each with its type and whether it must be given."""
    types = get_type_hints(struct, include_extras=True)
    return {field.encode_name: (types[field.name], field.required) for field in msgspec.structs.fields(struct)}
