"""Where the log goes: stderr, and a rotated file if one is named."""

from __future__ import annotations

import logging
import sys
from logging.handlers import RotatingFileHandler
from pathlib import Path

from crawler.log.lines import JsonLines, TextLines
from crawler.settings import Settings

LARGEST = 10 << 20  # bytes of a file
KEPT = 5  # older files

_ours: list[logging.Handler] = []


def begin(settings: Settings, *, stderr: bool) -> None:
    """Have jianbao's own log written from now on: to stderr if asked, and to the settings' file. Called again, anew.

    Nothing is written anywhere unless asked for: without a handler, events are not even made. A file that cannot be
    opened is said on stderr and done without.
    """
    logger = logging.getLogger("jianbao")
    while _ours:
        old = _ours.pop()
        logger.removeHandler(old)
        old.close()
    logger.propagate = False
    lines = JsonLines() if settings.log_format == "json" else TextLines()
    handlers: list[logging.Handler] = [logging.StreamHandler(sys.stderr)] if stderr else []
    if settings.log_file:
        path = settings.data / Path(settings.log_file)
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            handlers.append(RotatingFileHandler(path, maxBytes=LARGEST, backupCount=KEPT, encoding="utf-8", delay=True))
        except OSError as error:
            print(f"The log file {path} cannot be written to: {error}.", file=sys.stderr)  # noqa: T201 - no log yet
    for handler in handlers:
        handler.setFormatter(lines)
        logger.addHandler(handler)
        _ours.append(handler)
    if not handlers:
        logger.addHandler(quiet := logging.NullHandler())
        _ours.append(quiet)

    logger.setLevel(settings.log_level.upper() if handlers else logging.CRITICAL)
