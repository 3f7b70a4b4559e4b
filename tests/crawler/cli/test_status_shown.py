"""What `jianbao status` shows and how it ends: nobody at work, a daemon's trouble, paused hosts, one source."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from archive.model import Counts, Watch
from archive.store import Archive
from archive.tally import Tally
from crawler.cli import main
from crawler.fetch.hostfile import HostFile
from crawler.fetch.hosts import Host, paused
from crawler.health.examine import examine
from crawler.run import State
from crawler.watch.beat import DaemonNow, WorkerNow, read, write

HOUR = timedelta(hours=1)
SOURCE = 'id = "{id}"\nname = "报"\nhome = "http://{id}.example/"\n{more}\n[[lists]]\nurl = "http://{id}.example/"\n'


class Place:
    """A data folder and a configuration."""

    def __init__(self, folder: Path) -> None:
        self.data, self.config = folder / "data", folder / "config"
        (self.config / "sources").mkdir(parents=True)
        Archive.open(self.data, write=True).close()

    def source(self, name: str, more: str = "") -> None:
        """A source's file."""
        (self.config / "sources" / f"{name}.toml").write_text(SOURCE.format(id=name, more=more), "utf-8")

    def looked(
        self, name: str, when: datetime, *, due: datetime | None = None, problems: int = 0, state: State = "finished"
    ) -> None:
        """A run of it that ended then, and when it is due next."""
        with Archive.open(self.data, write=True) as archive:
            begun = archive.begin_run(name, when, "run-due")
            counts = Counts(requests=3, answered=3, problems=problems)
            ended = replace(begun, finished=when, state=state, counts=counts)
            archive.end_run(ended, Tally(counts=counts))
            examine(archive, ended, when)
            if due is not None:
                archive.enrol([Watch(name, due, "every hour", last_started=when, last_ended=when)])

    def status(self, *words: str) -> Result:
        """What the command answers."""
        return CliRunner().invoke(main, ["status", *words, "--data", str(self.data), "--config", str(self.config)])


@pytest.fixture
def place(tmp_path: Path) -> Place:
    """One with nothing in it."""
    return Place(tmp_path)


def test_that_nobody_has_looked_for_a_week_stands_at_the_top_and_ends_with_1(place: Place) -> None:
    """With what to do; in JSON and of the one source as well."""
    week_ago = datetime.now(UTC) - timedelta(days=7)
    for name in ("one", "two"):
        place.source(name)
        place.looked(name, week_ago, due=week_ago + HOUR)
    done = place.status()
    assert done.exit_code == 1
    assert done.stdout.startswith("Nobody has looked since ")
    assert "`jianbao daemon`" in done.stdout.splitlines()[0]
    assert "overdue" in done.stdout.splitlines()[3]
    told = json.loads(place.status("--json").stdout)
    assert (len(told["ill"]), told["overdue"]) == (1, ["one", "two"])
    one = place.status("one")
    assert (one.exit_code, "It is overdue, and nobody is at work." in one.stdout) == (1, True)
    metrics = place.status("--metrics", "-").stdout
    assert "jianbao_sources_overdue 2.0" in metrics
    assert "jianbao_needs_attention 1.0" in metrics


def test_who_never_scheduled_is_told_so_and_is_well(place: Place) -> None:
    """A crawl by hand a year ago."""
    place.source("one")
    place.looked("one", datetime.now(UTC) - timedelta(days=365))
    done = place.status()
    assert done.exit_code == 0
    assert done.stdout.startswith("No daemon runs, and no source is scheduled")


@pytest.mark.parametrize(("more", "state"), [("enabled = false", "disabled"), (None, "not configured")])
def test_an_ill_source_that_is_left_out_is_shown_as_that_and_is_not_ill(
    place: Place, more: str | None, state: str
) -> None:
    """Its file says so, or is gone; another configuration's file makes it ill again."""
    place.source("one")
    place.looked("one", datetime.now(UTC), problems=2, state="failed")
    assert place.status().exit_code == 1
    if more is None:
        (place.config / "sources" / "one.toml").unlink()
    else:
        place.source("one", more)
    done = place.status()
    assert (done.exit_code, state in done.stdout) == (0, True)
    assert "Its last run" not in done.stdout
    assert json.loads(place.status("--json").stdout)["sources"][0]["watched"] is False


def test_a_page_that_failed_is_shown_and_is_no_illness(place: Place) -> None:
    """One of a hundred sources always has such a page."""
    place.source("one")
    place.looked("one", datetime.now(UTC), problems=1)
    done = place.status()
    assert (done.exit_code, "one: Its last run had problems." in done.stdout) == (0, True)
    assert "noted          Its last run had problems." in place.status("one").stdout


def test_a_daemon_is_shown_with_its_state_and_its_trouble(place: Place) -> None:
    """What it is at, since when it runs, what comes next; trouble ends with 1."""
    now = datetime.now(UTC)
    place.source("one")
    place.looked("one", now - HOUR, due=now + HOUR)
    worker = WorkerNow(8, now, "crawling", ("one",), now, 0, "")
    daemon = DaemonNow(os.getpid(), socket.gethostname(), now - HOUR, now, 5.0, 0, now + HOUR, "", worker)
    write(place.data / "daemon.json", daemon)
    done = place.status()
    assert done.exit_code == 0
    assert done.stdout.startswith(f"The daemon runs (process {os.getpid()}, since ")
    assert "): at one; the next source is due" in done.stdout.splitlines()[0]
    assert "jianbao_daemon_up 1.0" in place.status("--metrics", "-").stdout
    full = WorkerNow(8, now, "trouble", (), now, 0, "database or disk is full")
    write(place.data / "daemon.json", DaemonNow(os.getpid(), daemon.host, now, now, 5.0, 3, None, "", full))
    done = place.status()
    assert done.exit_code == 1
    assert done.stdout.startswith("The daemon is in trouble: database or disk is full\n")
    assert "jianbao_daemon_worker_restarts_total 3.0" in place.status("--metrics", "-").stdout
    assert json.loads(place.status("--json").stdout)["daemon"]["worker"]["trouble"] == "database or disk is full"


def test_a_copied_folder_s_daemon_is_none(place: Place, tmp_path: Path) -> None:
    """The file that tells of it was copied with all else; it runs in the folder that it was copied from."""
    now = datetime.now(UTC)
    place.source("one")
    place.looked("one", now - HOUR, due=now + HOUR)
    write(place.data / "daemon.json", DaemonNow(os.getpid(), socket.gethostname(), now, now, 5.0, 0, None, "", None))
    copied = tmp_path / "copied"
    shutil.copytree(place.data, copied)
    assert [read(folder / "daemon.json") is None for folder in (place.data, copied)] == [False, True]
    moved = place.data.rename(tmp_path / "moved")
    assert read(moved / "daemon.json") is not None


def test_a_daemon_that_cannot_open_its_archive_is_heard_although_nobody_can(place: Place) -> None:
    """What is wrong with the archive is one sentence, what the daemon says of it another."""
    now = datetime.now(UTC)
    daemon = DaemonNow(os.getpid(), socket.gethostname(), now, now, 5.0, 0, None, "The disk is full.", None)
    write(place.data / "daemon.json", daemon)
    (place.data / "archive.db").write_bytes(b"no database" * 1000)
    done = place.status()
    assert done.exit_code == 2
    assert "The daemon is in trouble: The disk is full." in done.stderr
    assert "Error: The database" in done.stderr


def test_a_host_that_is_left_alone_is_shown_until_when_and_why(place: Place) -> None:
    """In the table, in JSON, among the metrics, and with the source that stands on it."""
    place.source("one")
    place.looked("one", datetime.now(UTC))
    hosts = HostFile(place.data / "hosts.db")
    hosts.change("one.example", lambda host: (paused(Host(busy=3), hosts.now(), 600.0), None))
    hosts.close()
    assert "one.example: left alone until 2" in place.status().stdout
    (told,) = json.loads(place.status("--json").stdout)["hosts"]
    assert (told["host"], told["busy"], told["why"]) == ("one.example", 3, "it said 3 times in a row that it is busy")
    metrics = place.status("--metrics", "-").stdout
    assert "jianbao_hosts_paused 1.0" in metrics
    assert 'jianbao_host_busy_answers{host="one.example"} 3.0' in metrics
    assert "host           one.example: left alone until" in place.status("one").stdout


def test_another_configuration_is_not_taken_for_the_archives(place: Place) -> None:
    """Where the packaged one is fallen back to and knows none of the sources: what is ill stays ill, and it is said."""
    place.looked("news", datetime.now(UTC), state="failed")
    done = CliRunner().invoke(main, ["status", "--data", str(place.data)])
    assert done.exit_code == 1
    assert "The configuration knows none of these sources" in done.stderr


def test_status_imports_neither_the_database_nor_the_fetcher_nor_the_judges(place: Place) -> None:
    """That is what makes it quick."""
    place.source("one")
    place.looked("one", datetime.now(UTC), due=datetime.now(UTC) + HOUR)
    code = (
        "import sys\n"
        "from click.testing import CliRunner\n"
        "from crawler.cli import main\n"
        "assert CliRunner().invoke(main, ['status', *sys.argv[1:]]).exit_code == 0\n"
        "dear = {'sqlalchemy', 'scrapy', 'lxml', 'selectolax', 'numpy', 'prometheus_client', 'archive.model', "
        "'crawler.health.judge', 'crawler.watch.round', 'crawler.source', 'crawler.log'}\n"
        "assert not dear & set(sys.modules), dear & set(sys.modules)\n"
    )
    places = ["--data", str(place.data), "--config", str(place.config)]
    subprocess.run([sys.executable, "-c", code, *places], check=True)


def test_a_full_disk_is_said_in_a_sentence(place: Place) -> None:
    """Of whatever takes the output."""
    if not Path("/dev/full").exists():
        pytest.skip("there is no /dev/full")
    call = [sys.executable, "-m", "crawler.cli", "status", "--data", str(place.data), "--config", str(place.config)]
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(call, stdout=full, stderr=subprocess.PIPE, text=True, check=False)
    assert done.returncode == 1
    assert "No space left on device" in done.stderr
    assert "Traceback" not in done.stderr


def test_the_moments_of_json_have_the_form_of_all_commands(place: Place) -> None:
    """ISO 8601 with the offset, never Z: in the runs, the schedule, the daemon and the numbers."""
    now = datetime.now(UTC).replace(microsecond=0)
    place.source("a")
    place.looked("a", now, due=now + HOUR)
    worker = WorkerNow(8, now, "idle", (), now, 0, "")
    write(place.data / "daemon.json", DaemonNow(os.getpid(), socket.gethostname(), now, now, 5.0, 0, None, "", worker))
    shown = json.loads(place.status("--json").stdout)
    (one,) = shown["sources"]
    told = (one["watch"]["due"], one["next_run"], shown["next_due"])
    assert told == ((now + HOUR).isoformat(),) * 3
    assert one["last_run"]["finished"] == shown["daemon"]["started"] == now.isoformat()
    assert shown["daemon"]["worker"]["started"] == now.isoformat()
    assert "Z" not in str([value for value in one.values() if isinstance(value, str) and value[:2] == "20"])
