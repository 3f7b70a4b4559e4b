"""A command under --log-json: what ends it is told as a JSON line too, from its first word on."""

from __future__ import annotations

import errno
import logging
import os
import sys
from collections.abc import Callable
from typing import Any, NoReturn

import click

from crawler.log import said

INTERRUPTED = 130


def main_in_json(command: Callable[..., Any]) -> NoReturn:
    """Run the command as click would, and exit; usage errors, refusals, Ctrl-C and faults are events."""
    with said.nothing_but_json():
        sys.exit(_ended(command))


def _ended(command: Callable[..., Any]) -> int:
    """The exit code."""
    try:
        code = command(standalone_mode=False)
    except click.ClickException as error:
        said.say(error.format_message(), logging.ERROR, "refused", exit_code=error.exit_code)
        return error.exit_code
    except (click.Abort, KeyboardInterrupt):
        code = INTERRUPTED
    except SystemExit as error:
        code = error.code
    except OSError as error:
        if error.errno != errno.EPIPE:
            said.fault(error)
        else:  # whoever read our output has gone; nothing is flushed into the void at the end
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except Exception as error:  # noqa: BLE001 - the end of the program, which tells it
        said.fault(error)
        return 1
    if code == INTERRUPTED:
        said.say("Interrupted.", logging.WARNING, "interrupted", exit_code=code)
    return code if isinstance(code, int) else 0
