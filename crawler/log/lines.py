"""Log records as lines. Whatever a page or server says, one record is one line, and nothing steers a terminal."""

from __future__ import annotations

import json
import logging
from datetime import UTC, datetime
from typing import Any

MOST = 4000
"""Characters of one value; an address may be longer, and a log is no archive."""


class JsonLines(logging.Formatter):
    """One JSON object a line: time (UTC), level, logger, message, and the facts of an event."""

    def format(self, record: logging.LogRecord) -> str:
        """The line, in ASCII: a line separator or a bidi control inside a value is an escape."""
        values: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": cut(record.getMessage()),
        }
        facts = getattr(record, "jianbao", None)
        if isinstance(facts, dict):
            values |= {name: _plain(value) for name, value in facts.items() if name not in values}
        if record.exc_info:
            values["exception"] = cut(self.formatException(record.exc_info))
        return json.dumps(values, ensure_ascii=True)


class TextLines(logging.Formatter):
    """A line for people: time, level, message, and the facts of an event as name=value."""

    def format(self, record: logging.LogRecord) -> str:
        """The line; control characters are escapes."""
        time = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="seconds")
        words = [time, record.levelname.lower(), cut(record.getMessage())]
        facts = getattr(record, "jianbao", None)
        if isinstance(facts, dict):
            words += [f"{name}={_plain(value)}" for name, value in facts.items() if name not in ("event", "url")]
        if record.exc_info:
            words.append(cut(self.formatException(record.exc_info)))
        return one_line(" ".join(map(str, words)))


def one_line(text: str) -> str:
    r"""The text without line breaks and other controls: they are escapes.

    >>> print(one_line("a\nb\x1b[2J\u2028\u202e"))
    a\nb\x1b[2J\u2028\u202e
    """
    return "".join(char if char.isprintable() else char.encode("unicode_escape").decode("ascii") for char in text)


def cut(text: str) -> str:
    """The text, cut with … where it is longer than a line may be."""
    return text if len(text) <= MOST else text[: MOST - 1] + "…"


def _plain(value: object) -> object:
    if isinstance(value, bool | int | float) or value is None:
        return value
    return cut(str(value))
