"""`jianbao migrate`: an archive of an older version, without a crawl."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path

from click.testing import CliRunner, Result
from old_layouts import BACK_TO_0012, BACK_TO_0020

from archive.store import Archive
from archive.store.layout import HEAD
from crawler.cli import main


def migrate(data: Path, *words: str) -> Result:
    """What the command answers."""
    return CliRunner().invoke(main, ["migrate", "--data", str(data), *words])


def test_an_older_archive_can_be_read_again(tmp_path: Path) -> None:
    """Reading says what to do, the command does it, and does nothing the second time."""
    Archive.open(tmp_path, write=True).close()
    with closing(sqlite3.connect(tmp_path / "archive.db")) as database, database:
        for statement in (*BACK_TO_0020["sqlite"], *BACK_TO_0012, "ALTER TABLE watch DROP COLUMN lists_due"):
            database.execute(statement)
        database.execute("UPDATE alembic_version SET version_num = '0011'")
    refused = CliRunner().invoke(main, ["search", "西藏", "--data", str(tmp_path)])
    assert (refused.exit_code, f"`jianbao migrate` brings it to {HEAD}" in refused.stderr) == (2, True)
    assert [json.loads(migrate(tmp_path, "--json").stdout)["migrated"] for _ in range(2)] == [True, False]
    assert CliRunner().invoke(main, ["export", "jsonl", "--data", str(tmp_path)]).exit_code == 0


def test_no_archive_is_made(tmp_path: Path) -> None:
    """There is nothing to bring up to date."""
    done = migrate(tmp_path / "none")
    assert done.exit_code == 2
    assert not (tmp_path / "none").exists()
