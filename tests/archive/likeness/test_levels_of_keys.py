"""Rows of keys are handed on from level to level in short steps; whoever asks or is killed in between loses nothing."""

from __future__ import annotations

import random
import signal
import subprocess
import sys
import time
from collections import defaultdict
from pathlib import Path

import numpy as np
import pytest
import sqlalchemy as sa
from archive_cases import Place, both_databases
from sqlalchemy.engine import Connection

from archive.store import levels
from archive.store.levels import Levels
from archive.store.tables import likeness_key

Rows = list[tuple[int, int]]


def given(dice: random.Random, texts: int) -> Rows:
    """Keys with the texts that hold them; two keys are held by all."""
    ranks = dice.sample(range(1, 2**63), texts)
    return [(key, rank) for rank in ranks for key in (7, 2**63 + 9, *(dice.randrange(2**64) for _ in range(4)))]


def take_in(place: Levels, some: Rows, texts: int) -> None:
    """Put rows into the first level."""
    keys, ranks = (np.array(column, np.uint64) for column in zip(*some, strict=True))
    place.take_in(keys, ranks, texts)


def held(connection: Connection) -> Rows:
    """All rows, whatever their level."""
    found = connection.execute(sa.select(likeness_key.c.key, likeness_key.c.text)).all()
    return sorted((key % 2**64, text) for key, text in found)


def sizes(connection: Connection) -> dict[int, int]:
    """How many rows each level has."""
    count = sa.select(likeness_key.c.level, sa.func.count().label("rows")).group_by(likeness_key.c.level)
    return {row.level: row.rows for row in connection.execute(count)}


@both_databases
def test_a_step_moves_few_rows_and_hides_none(kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also of a key that more texts hold than a step has rows, and for who opens the database between two steps."""
    monkeypatch.setattr(levels, "FIRST", 40)
    monkeypatch.setattr(levels, "AT_ONCE", 30)
    some = given(random.Random(5), 40)
    by_key = defaultdict(list)
    for key, text in some:
        by_key[key].append(text)
    with Place(tmp_path, kind).open(write=True) as archive:
        connection = archive._connection
        place = Levels(connection)
        take_in(place, some[: 39 * 6], 39)
        assert Levels(connection).full is None
        take_in(place, some[39 * 6 :], 1)
        steps = 0
        while place.full is not None:
            before = sizes(connection).get(1, 0)
            place.hand_on()
            steps += 1
            assert before - sizes(connection).get(1, 0) in (30, before)
            assert held(connection) == sorted(some)
            found: defaultdict[int, list[int]] = defaultdict(list)
            for key, texts in Levels(connection).lowest(list(by_key), 9):
                found[key] += texts
            assert {key: sorted(texts)[:9] for key, texts in found.items()} == {
                key: sorted(texts)[:9] for key, texts in by_key.items()
            }
        assert steps == 8
        assert sizes(connection) == {2: 240}
        assert Levels(connection)._texts == {1: 0, 2: 40}
        place.hand_on()  # of nothing
        assert sizes(connection) == {2: 240}


HAND_ON = """
import sys
from pathlib import Path
from archive.store import Archive, levels
levels.FIRST, levels.RATIO, levels.AT_ONCE = 2000, 1, 40
with Archive.open(Path(sys.argv[1]), write=True) as archive:
    place = levels.Levels(archive._connection)
    print("open", flush=True)
    while place.full is not None and place.full < 3:
        place.hand_on()
        archive.commit()
"""


@pytest.mark.timeout(180)
def test_a_kill_loses_no_row_and_doubles_none(tmp_path: Path) -> None:
    """At random instants; what is left is handed on by the next."""
    dice, place, kills, between = random.Random(11), Place(tmp_path), 0, 0
    some = given(dice, 2000)
    with place.open(write=True) as archive:
        take_in(Levels(archive._connection), some, 2000)
    expected = sorted(some)
    for _ in range(40):
        with subprocess.Popen([sys.executable, "-c", HAND_ON, str(place.data)], stdout=subprocess.PIPE) as process:
            assert process.stdout is not None
            process.stdout.readline()
            time.sleep(dice.uniform(0, 0.05))
            process.kill()
        with place.open() as archive:
            assert held(archive._connection) == expected
            between += len(sizes(archive._connection)) > 1
        if process.returncode != -signal.SIGKILL:
            break
        kills += 1
    print(f"killed {kills} times, {between} times with rows in two levels")
    assert between >= 3
    subprocess.run([sys.executable, "-c", HAND_ON, str(place.data)], check=True, stdout=subprocess.DEVNULL)
    with place.open() as archive:
        assert sizes(archive._connection) == {3: len(some)}
        assert held(archive._connection) == expected
