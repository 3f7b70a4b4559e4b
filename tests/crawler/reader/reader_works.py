"""What workers do in the tests of the reader: the page's body names it, as `crawler.reader.work` would read it."""

from __future__ import annotations

import ctypes
import os
import re
import time
from pathlib import Path

from crawler.evidence import Evidence
from crawler.reader.task import Answer, Task
from crawler.reader.work import work as read
from crawler.reader.worker import FIRST, SECOND
from crawler.reading import Reading

HELD: list[bytearray] = []
OWN: list[str] = []


def told(words: str) -> Answer:
    """An answer that says something."""
    return Answer(Reading("other", (), Evidence(verdict=words)))


def work(task: Task) -> Answer:
    """Do what the body says: `verb argument`."""
    verb, _, argument = task.body.decode("utf-8", "replace").partition(" ")
    match verb:
        case "pid":
            return told(f"{os.getpid()} {os.getppid()}")
        case "sleep":
            time.sleep(float(argument))
        case "spin":  # C code that holds the interpreter: no handler of Python's own would run
            re.match(r"(a|aa)+$", "a" * 60 + "b")
        case "crash":
            ctypes.string_at(0)
        case "crash-once":  # the file tells the second worker that there was a first
            if not Path(argument).exists():
                Path(argument).touch()
                ctypes.string_at(0)
        case "spin-once":
            if not Path(argument).exists():
                Path(argument).touch()
                re.match(r"(a|aa)+$", "a" * 60 + "b")
        case "leave":
            os._exit(0)
        case "fill":
            HELD.append(bytearray(int(argument)))
        case "fault":
            return told(str(1 // int(argument)))
        case "print":
            print(argument, flush=True)
        case "large":
            return told("字" * int(argument))
        case _:
            return told("")
    return told(verb)


def counted(task: Task) -> Answer:
    """Tell how many pages of the reader's own this process has read, or its parent, after so many seconds."""
    if task in (FIRST, SECOND):
        OWN.append(task.url)
    else:
        time.sleep(float(task.body or b"0"))
    return told(str(len(OWN)))


def trapped(task: Task) -> Answer:
    """Read the page, but hang on one that says so: what a shape that nobody knows yet would do."""
    if "从未见过的形状".encode() in task.body:
        re.match(r"(a|aa)+$", "a" * 60 + "b")
    return read(task)
