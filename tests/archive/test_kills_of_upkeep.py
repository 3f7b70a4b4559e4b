"""kill -9 while search is indexed and while an old layout is brought up to date: nothing is lost, nothing is half."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import sqlalchemy as sa
from archive_cases import SOURCE, Place, make_article, make_capture, take_in, url_of
from old_layouts import BACK_TO_0012, BACK_TO_0020

from archive.store import Archive
from archive.store.engine import database_url

PAGES = 120

OPENS = """
import sys
from pathlib import Path
from archive.store import Archive
from archive.store import migrations  # imported now, so that the kill meets the work
print("ready", flush=True)
with Archive.open(Path(sys.argv[1]), write=True) as archive:
    archive.index(anew=sys.argv[2] == "anew")
"""


def killed(place: Place, how: str, seconds: float) -> bool:
    """Open the archive for writing in a process and kill it after a while; whether it was killed."""
    command = [sys.executable, "-c", OPENS, str(place.data), how]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        process.stdout.readline()
        time.sleep(seconds)
        if process.poll() is not None:
            return False
        os.kill(process.pid, signal.SIGKILL)
        return True


def filled(place: Place) -> None:
    """An archive of some pages."""
    with place.open(write=True) as archive:
        for number in range(1, PAGES + 1):
            take_in(archive, make_capture(number), make_article(number, "牧场" + "设备" * 200 + str(number)))
        archive.index()


def is_whole(place: Place) -> bool:
    """Whether all is there, agrees, and is found."""
    with place.open(write=True) as archive:
        archive.index()
        assert [str(one) for one in archive.verify()] == []
        assert set(archive.pages(SOURCE)) == {url_of(number) for number in range(1, PAGES + 1)}
        assert archive.capture(make_capture(7).id) == make_capture(7)
        return archive.search("牧场").total == PAGES == archive.search("设备").total


def test_indexing_that_is_killed_is_finished(tmp_path: Path) -> None:
    """At random instants of an index that is made anew; a reader in between gets every article still."""
    place, source, kills = Place(tmp_path), random.Random(31), 0
    filled(place)
    for _ in range(12):
        kills += killed(place, "anew", source.random() * 0.4)
        with Archive.open(place.data) as reader:
            assert reader.search("设备").total == PAGES
    print(f"{kills} indexings of 12 were killed")
    assert kills >= 4
    assert is_whole(place)


def test_a_migration_that_is_killed_is_done_again(tmp_path: Path) -> None:
    """At random instants: the layout is the old one or the new one, and all is there."""
    source, kills = random.Random(37), 0
    for number in range(5):
        place = Place(tmp_path / str(number))
        filled(place)
        engine = sa.create_engine(database_url(place.data, None))
        with engine.begin() as connection:
            for statement in (
                *BACK_TO_0020["sqlite"],
                *BACK_TO_0012,
                "UPDATE alembic_version SET version_num = '0012'",
            ):
                connection.execute(sa.text(statement))
        engine.dispose()
        for _ in range(2):
            kills += killed(place, "", source.random() * 0.25)
        assert is_whole(place)
    print(f"{kills} openings of 10 were killed")
    assert kills >= 3
