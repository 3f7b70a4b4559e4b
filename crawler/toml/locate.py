"""Where in a TOML file each key stands, so that an error can name its line.

`tomllib` says what a file holds but not where. This reads the same text a second time, keeps nothing but positions,
and relies on `tomllib` having found the text valid. All forms of TOML 1.0 are understood: [tables], [[arrays of
tables]], dotted and quoted keys, inline tables, strings and arrays over several lines.
"""

from __future__ import annotations

import re
import tomllib
from bisect import bisect_right

Path = tuple[str | int, ...]  # ("lists", 2, "url"): the key `url` of the third [[lists]]

_SPACE = " \t"
_BARE_KEY = re.compile(r"[A-Za-z0-9_-]+")
_BARE_VALUE = re.compile(r"[^,\]}#\n]+")
_STRING = re.compile(
    r'"""(?:[^"\\]|\\.|"{1,2}(?!"))*"{3,5}'  # up to two quotes may stand before the closing three
    r"|'''(?:[^']|'{1,2}(?!'))*'{3,5}"
    r'|"(?:[^"\\\n]|\\.)*"'
    r"|'[^'\n]*'",
    re.DOTALL,
)


def lines_of(text: str) -> dict[Path, int]:
    """The line, counted from 1, on which each key, table and array element of a valid TOML text begins.

    >>> lines_of('id = "x"\\n[[lists]]\\nurl = [\\n  "a",\\n]\\n')[("lists", 0, "url", 0)]
    4
    """
    return _Reader(text).read()


class _Reader:
    """One pass over the text; `at` is the offset of the next character."""

    def __init__(self, text: str) -> None:
        self.text = text + "\n"
        self.at = 0
        self.starts = [0] + [match.end() for match in re.finditer("\n", self.text)]
        self.found: dict[Path, int] = {}
        self.tables: dict[Path, int] = {}  # how many [[tables]] of one name there are so far

    def read(self) -> dict[Path, int]:
        table: Path = ()
        while self._skip(newlines=True):
            if self.text.startswith("[[", self.at):
                table = self._header(2)
            elif self.text[self.at] == "[":
                table = self._header(1)
            else:
                self._pair(table)
        return self.found

    def _skip(self, newlines: bool) -> bool:
        """Pass over blanks, and with `newlines` over comments and line ends; False at the end of the text."""
        while self.at < len(self.text):
            character = self.text[self.at]
            if character in _SPACE or (newlines and character in "\r\n"):
                self.at += 1
            elif newlines and character == "#":
                self.at = self.text.index("\n", self.at)
            else:
                return True
        return False

    def _header(self, brackets: int) -> Path:
        start = self.at
        self.at += brackets
        keys = self._keys()
        self.at += brackets
        path: Path = ()
        for number, key in enumerate(keys, 1):
            path += (key,)
            if brackets == 2 and number == len(keys):
                self.tables[path] = self.tables.get(path, 0) + 1
                self._note(path, start)
            if path in self.tables:
                path += (self.tables[path] - 1,)
            self._note(path, start)
        return path

    def _pair(self, table: Path) -> None:
        start = self.at
        path = table
        for key in self._keys():
            path += (key,)
            self._note(path, start)
        self.at += 1  # =
        self._skip(newlines=False)
        self._value(path)

    def _keys(self) -> list[str]:
        """A key and the keys joined to it by dots, up to the character after them."""
        keys = []
        while True:
            self._skip(newlines=False)
            if string := _STRING.match(self.text, self.at):
                keys.append(tomllib.loads(f"key = {string.group()}")["key"])
                self.at = string.end()
            elif bare := _BARE_KEY.match(self.text, self.at):
                keys.append(bare.group())
                self.at = bare.end()
            else:
                raise ValueError(f"line {self._line(self.at)}: not a key; is this text valid TOML?")
            self._skip(newlines=False)
            if self.text[self.at] != ".":
                return keys
            self.at += 1

    def _value(self, path: Path) -> None:
        character = self.text[self.at]
        if character == "[":
            self._array(path)
        elif character == "{":
            self._inline_table(path)
        elif match := (_STRING if character in "\"'" else _BARE_VALUE).match(self.text, self.at):
            self.at = match.end()
        else:
            raise ValueError(f"line {self._line(self.at)}: not a value; is this text valid TOML?")

    def _array(self, path: Path) -> None:
        self.at += 1
        index = 0
        while self._skip(newlines=True) and self.text[self.at] != "]":
            if self.text[self.at] == ",":
                self.at += 1
                continue
            self._note((*path, index), self.at)
            self._value((*path, index))
            index += 1
        self.at += 1

    def _inline_table(self, path: Path) -> None:
        self.at += 1
        while self._skip(newlines=True) and self.text[self.at] != "}":
            if self.text[self.at] == ",":
                self.at += 1
                continue
            self._pair(path)
        self.at += 1

    def _note(self, path: Path, offset: int) -> None:
        self.found.setdefault(path, self._line(offset))

    def _line(self, offset: int) -> int:
        return bisect_right(self.starts, offset)
