"""Where the log goes: stderr, and a rotated file if one is named."""

from __future__ import annotations

import logging
import sys
from logging.handlers import RotatingFileHandler
from pathlib import Path

from crawler.log.lines import JsonLines, TextLines
from crawler.log.said import begin_saying, in_json, say
from crawler.settings import Settings

LARGEST = 10 << 20  # bytes of a file
KEPT = 5  # older files

_ours: list[logging.Handler] = []


def begin(settings: Settings, *, stderr: bool) -> None:
    """Have jianbao's own log written from now on: to stderr if asked, and to the settings' file. Called again, anew.

    Where JSON goes to stderr, sentences do so as JSON as well.

    Nothing is written anywhere unless asked for: without a handler, events are not even made. A file that cannot be
    opened is said on stderr and done without.
    """
    logger = logging.getLogger("jianbao")
    while _ours:
        old = _ours.pop()
        logger.removeHandler(old)
        old.close()
    logger.propagate = False
    trouble = ""
    lines = JsonLines() if settings.log_format == "json" else TextLines()
    handlers: list[logging.Handler] = [logging.StreamHandler(sys.stderr)] if stderr else []
    if settings.log_file:
        path = settings.data / Path(settings.log_file)
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            handlers.append(RotatingFileHandler(path, maxBytes=LARGEST, backupCount=KEPT, encoding="utf-8", delay=True))
        except OSError as error:
            trouble = f"The log file {path} cannot be written to: {error}."
    for handler in handlers:
        handler.setFormatter(lines)
        logger.addHandler(handler)
        _ours.append(handler)
    if not handlers:
        logger.addHandler(quiet := logging.NullHandler())
        _ours.append(quiet)

    if stderr and settings.log_format == "json":
        begin_saying()  # sentences between JSON lines would break whatever reads them
    if trouble and in_json():
        say(trouble, logging.WARNING)
    elif trouble:
        print(trouble, file=sys.stderr)  # noqa: T201 - for a person
    logger.setLevel(settings.log_level.upper() if handlers else logging.CRITICAL)
