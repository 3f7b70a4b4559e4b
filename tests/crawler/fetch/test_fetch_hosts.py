"""What is known of a host, step by step, and the file in which processes share it."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.fetch import hosts
from crawler.fetch.hostfile import MOST_HOSTS, HostFile, alive, hosts_in, steady_in, this_process
from crawler.fetch.hosts import Host, Terms, UnderWay

TERMS = Terms(2.0, 1)
NOW = 1_790_000_000.0


def ask(host: Host, now: float, terms: Terms = TERMS, process: str = "a:1", takes: float = 30.0) -> tuple[Host, float]:
    """Ask for a turn; every process but "dead:1" is alive."""
    mine = UnderWay(process, now, now + takes)
    return hosts.asked(host, terms, now, 60.0, mine, lambda process: process != "dead:1")


def test_a_host_is_asked_once_in_its_delay() -> None:
    """The second asker is told how long to wait, and changes nothing."""
    host, wait = ask(Host(), NOW)
    assert wait == 0.0
    host = hosts.over(host, host.under_way[0], NOW)
    assert ask(host, NOW + 0.5) == (host, 1.5)
    assert ask(host, NOW + 2.0)[1] == 0.0


def test_the_strictest_terms_of_late_hold_for_everyone() -> None:
    """An asker with a short delay keeps to the long one of another, until that one has not asked for ten minutes."""
    host, _ = ask(Host(), NOW, Terms(10.0, 1))
    quick = Terms(1.0, 4)
    assert ask(host, NOW + 2.0, quick)[1] == 8.0
    assert ask(host, NOW + 700.0, quick)[1] == 0.0
    assert ask(ask(host, NOW + 700.0, quick)[0], NOW + 701.0, quick)[1] == 0.0


@pytest.mark.parametrize(("process", "free"), [("b:2", False), ("dead:1", True)])
def test_a_request_of_another_process_takes_a_place_while_that_process_lives(process: str, free: bool) -> None:
    """One that was killed holds nobody up."""
    host, _ = ask(Host(), NOW, process=process)
    assert (ask(host, NOW + 10.0)[1] == 0.0) is free
    assert ask(host, NOW + 31.0)[1] == 0.0  # its time is over


def test_a_busy_host_is_asked_at_half_the_pace_and_gets_it_back_with_good_answers() -> None:
    """Halved once for all that was under way; sixteen good answers for each halving."""
    host = hosts.slowed(Host(), began=NOW, now=NOW + 1)
    assert host.pace(TERMS, NOW + 2, 60.0).delay == 4.0
    assert hosts.slowed(host, began=NOW + 0.5, now=NOW + 2).rate == 0.5
    for _ in range(16):
        assert host.rate < 1.0
        host = hosts.good(host)
    assert host.pace(TERMS, NOW + 2, 60.0).delay == 2.0
    for number in range(40):
        host = hosts.slowed(host, began=NOW + number, now=NOW + number)
    assert host.pace(TERMS, NOW + 50, 60.0).delay == 60.0
    assert host.pace(Terms(90.0, 1), NOW + 50, 60.0).delay == 90.0  # never quicker than it would be


def test_a_pause_is_not_cut_short_by_a_shorter_one() -> None:
    """The later end counts."""
    host = hosts.paused(Host(), NOW, 100.0)
    assert hosts.paused(host, NOW + 10, 5.0).pause(NOW + 10) == 90.0
    assert hosts.paused(host, NOW + 10, 500.0).pause(NOW + 10) == 500.0


@pytest.mark.parametrize("jump", [-365 * 86400.0, -3600.0])
def test_a_clock_that_is_put_back_makes_nobody_wait_longer_than_the_pause_itself(jump: float) -> None:
    """Nor does a request under way that is said to begin in the future."""
    host = hosts.paused(ask(Host(), NOW)[0], NOW, 100.0)
    host, wait = ask(host, NOW + jump)
    assert wait == 100.0
    assert ask(host, NOW + jump + 60.0) == (host, 40.0)
    assert ask(host, NOW + jump + 100.0)[1] == 0.0
    last = Host(last=NOW, slowed=NOW, rate=0.5)
    assert ask(last, NOW + jump)[1] == 4.0
    assert ask(ask(last, NOW + jump)[0], NOW + jump + 4.0)[1] == 0.0
    assert ask(Host(under_way=host.under_way), NOW + jump)[1] == 0.0


Step = tuple[str, float, float, int]  # process, seconds later, delay, concurrency
STEPS = st.lists(
    st.tuples(st.sampled_from("abc"), st.floats(0.0, 3.0), st.sampled_from([0.5, 2.0]), st.integers(1, 3)), max_size=60
)


@given(STEPS)
def test_whoever_asks_and_however_the_host_keeps_its_delay_and_its_limit(steps: list[Step]) -> None:
    """Between two requests lies the longer delay of both; no more are under way than the one that asks allows."""
    host, now, granted = Host(), NOW, list[tuple[float, float]]()
    for process, later, delay, most in steps:
        now += later
        under_way = [each for each in host.under_way if now < each.until]
        host, wait = ask(host, now, Terms(delay, most), f"{process}:1", takes=4.0)
        assert 0 <= wait <= 2.0
        if wait == 0:
            assert len(under_way) < most
            assert all(now - at >= max(delay, longer) - 1e-6 for at, longer in granted[-1:])
            granted.append((now, delay))


# The file


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Where the file is to be."""
    return tmp_path / "hosts.db"


def note(file: HostFile, name: str, last: float = NOW) -> None:
    """Make a host known."""
    file.change(name, lambda known: (Host(last=last), None))


def last(file: HostFile, name: str) -> float:
    """When a host was last asked, as far as it is known."""
    return file.change(name, lambda known: (known, known.last))


def test_what_one_process_knows_the_next_one_knows(path: Path) -> None:
    """The hosts, and the robots.txt files: rules, none, and those that are too large to be kept."""
    first, second = HostFile(path), HostFile(path)
    note(first, "a.cn")
    first.keep_rules("http://a.cn", NOW, b"User-agent: *\nDisallow: /")
    first.keep_rules("http://b.cn", NOW, None)
    first.keep_rules("http://c.cn", NOW, os.urandom(40_000))
    assert last(second, "a.cn") == NOW
    assert second.rules("http://a.cn") == (NOW, b"User-agent: *\nDisallow: /")
    assert second.rules("http://b.cn") == (NOW, None)
    assert second.rules("http://c.cn") is None


def test_what_is_known_can_be_read_without_being_touched(path: Path) -> None:
    """For a report; a file that is missing or broken holds nothing and stays so."""
    assert hosts_in(path) == {}
    assert not path.exists()
    file = HostFile(path)
    note(file, "a.cn")
    assert hosts_in(path) == {"a.cn": Host(last=NOW)}
    path.with_name("broken.db").write_bytes(b"x" * 5000)
    assert hosts_in(path.with_name("broken.db")) == {}


def test_a_report_reads_the_moments_by_the_clock_of_the_file(path: Path) -> None:
    """Also after the time of day was put forward; without a file by the time of day."""
    assert steady_in(path, 7.0) == 7.0
    file = HostFile(path, clock=lambda: NOW)
    note(file, "a.cn")
    assert abs(steady_in(path, NOW + 7200) - file.now()) < 60 < 7200


def test_without_a_path_a_process_keeps_to_itself() -> None:
    """And knows what it knows."""
    one, other = HostFile(None), HostFile(None)
    note(one, "a.cn")
    assert (last(one, "a.cn"), last(other, "a.cn")) == (NOW, 0.0)
    assert one.rules("http://a.cn") is None


@pytest.mark.parametrize("damage", [b"this is no database" * 100, b"SQLite format 3\x00" + b"\xff" * 5000, b"x" * 200])
def test_a_broken_file_is_put_aside_and_said(path: Path, damage: bytes) -> None:
    """Never fatal; what was in it is kept under another name."""
    told: list[str] = []
    path.write_bytes(damage)
    file = HostFile(path, told.append)
    note(file, "a.cn")
    assert last(HostFile(path), "a.cn") == NOW
    assert path.with_name("hosts.db.broken").read_bytes() == damage
    assert len(told) == 1
    assert "hosts.db.broken" in told[0]


def test_of_two_processes_that_find_a_file_broken_one_puts_it_aside(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The other one has begun a new file meanwhile: that is not put aside, nor are its companions taken away."""
    path.write_bytes(b"this is no database" * 100)
    told: list[str] = []
    slow, quick = HostFile(path, told.append), HostFile(path, told.append)
    put_aside = slow._put_aside

    def late(error: Exception) -> None:
        note(quick, "b.cn")
        put_aside(error)

    monkeypatch.setattr(slow, "_put_aside", late)
    note(slow, "a.cn")
    note(quick, "c.cn")
    assert [last(HostFile(path), name) for name in ("a.cn", "b.cn", "c.cn")] == [NOW] * 3
    assert len(told) == 1


@pytest.mark.parametrize("jump", [30 * 86400.0, 7200.0, -7200.0, -30 * 86400.0])
def test_a_time_of_day_that_jumps_neither_cuts_a_pause_short_nor_makes_it_longer(path: Path, jump: float) -> None:
    """For a process that runs and for the next one: what has passed is told by a clock that nobody sets."""
    day = [NOW]
    up = [1_000.0]

    def pass_by(seconds: float) -> None:
        day[0] += seconds
        up[0] += seconds

    def pause(file: HostFile) -> float:
        return file.change("a.cn", lambda known: (known, known.pause(file.now())))

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("crawler.fetch.hostfile.uptime", lambda: ("this start", up[0]))
        running = HostFile(path, clock=lambda: day[0])
        running.change("a.cn", lambda known: (hosts.paused(known, running.now(), 3600.0), None))
        pass_by(600)
        day[0] += jump
        assert [pause(each) for each in (running, HostFile(path, clock=lambda: day[0]))] == [3000.0] * 2
        pass_by(3000)
        assert [pause(each) for each in (running, HostFile(path, clock=lambda: day[0]))] == [0.0] * 2


@pytest.mark.parametrize(("later", "left"), [(600.0, 3000.0), (-90_000.0, 3600.0)])
def test_over_a_restart_of_the_machine_the_time_of_day_counts(path: Path, later: float, left: float) -> None:
    """The pause goes on; never longer than it was to be, though the clock is behind now."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("crawler.fetch.hostfile.uptime", lambda: ("one start", 1_000.0))
        before = HostFile(path, clock=lambda: NOW)
        before.change("a.cn", lambda known: (hosts.paused(known, before.now(), 3600.0), None))
        before.close()
        patch.setattr("crawler.fetch.hostfile.uptime", lambda: ("the next start", 5.0))
        file = HostFile(path, clock=lambda: NOW + later)
        assert file.change("a.cn", lambda known: (known, known.pause(file.now()))) == left


def test_a_file_that_breaks_while_it_is_used_is_put_aside_too(path: Path) -> None:
    """Somebody writes into it."""
    told: list[str] = []
    file = HostFile(path, told.append)
    for number in range(500):
        note(file, f"h{number}.cn")
    file.close()
    body = bytearray(path.read_bytes())
    body[4096:] = os.urandom(len(body) - 4096)
    path.write_bytes(body)
    again = HostFile(path, told.append)
    note(again, "a.cn")
    for number in range(500):
        note(again, f"h{number}.cn")
    assert last(HostFile(path), "h499.cn") == NOW
    assert len(told) == 1


def test_a_state_that_nobody_understands_is_a_host_that_is_not_known(path: Path) -> None:
    """One row is not worth the file."""
    file = HostFile(path)
    note(file, "a.cn")
    with sqlite3.connect(path) as other:
        other.execute("UPDATE host SET state = ?", (b'{"last": "yesterday"}',))
    assert last(HostFile(path), "a.cn") == 0.0


def test_a_file_that_is_removed_is_made_anew(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Both processes go on with the new one."""
    monkeypatch.setattr("crawler.fetch.hostfile.STILL_THERE", -1.0)
    one, other = HostFile(path), HostFile(path)
    note(one, "a.cn")
    assert last(other, "a.cn") == NOW
    for each in path.parent.iterdir():
        each.unlink()
    note(one, "b.cn")
    assert last(other, "b.cn") == NOW


def test_a_file_of_another_version_is_begun_anew(path: Path) -> None:
    """It holds nothing that is worth being turned over."""
    note(HostFile(path), "a.cn")
    with sqlite3.connect(path) as other:
        other.execute("PRAGMA user_version = 77")
    assert last(HostFile(path), "a.cn") == 0.0


def test_a_file_that_cannot_be_used_is_done_without_and_said_once(tmp_path: Path) -> None:
    """The folder is gone; the process goes on with what it knows itself."""
    told: list[str] = []
    file = HostFile(tmp_path / "gone" / "hosts.db", told.append)
    for number in range(3):
        note(file, "a.cn", NOW + number)
    assert last(file, "a.cn") == NOW + 2
    assert len(told) == 1


def test_a_lock_that_is_not_given_back_holds_nobody_up_for_long(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A process that was held in the middle of a write: the others go on without the file for a while."""
    monkeypatch.setattr("crawler.fetch.hostfile.PATIENCE", 0.05)
    told: list[str] = []
    file = HostFile(path, told.append)
    note(file, "a.cn")
    holder = sqlite3.connect(path, isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    note(file, "a.cn", NOW + 5)
    assert last(file, "a.cn") == NOW + 5
    holder.execute("ROLLBACK")
    assert len(told) == 1
    assert "cannot be used" in told[0]


def test_the_file_does_not_grow_for_ever(path: Path) -> None:
    """The hosts that were not asked for longest are forgotten."""
    file = HostFile(path)
    note(file, "oldest.cn")
    with sqlite3.connect(path) as other:
        rows = ((f"h{number}.cn", NOW + number, b"{}") for number in range(MOST_HOSTS + 50))
        other.execute("UPDATE host SET seen = 1")
        other.executemany("INSERT INTO host VALUES (?, ?, ?)", rows)
        other.executemany(
            "INSERT INTO robots VALUES (?, ?, NULL)", ((f"http://h{number}.cn", number) for number in range(2_050))
        )
    note(HostFile(path), "newest.cn")
    with sqlite3.connect(path) as other:
        (count,) = other.execute("SELECT count(*) FROM host").fetchone()
        names = {name for (name,) in other.execute("SELECT name FROM host")}
        (rules,) = other.execute("SELECT count(*) FROM robots").fetchone()
    assert count <= MOST_HOSTS
    assert {"newest.cn", f"h{MOST_HOSTS + 49}.cn"} <= names
    assert "oldest.cn" not in names
    assert rules <= 2_000


WRITER = """
import sys
from pathlib import Path
from crawler.fetch.hostfile import HostFile
from crawler.fetch.hosts import Host
file = HostFile(Path(sys.argv[1]))
number = 0
while True:
    number += 1
    file.change("a.cn", lambda known: (Host(last=known.last + 1), None))
    if number == 1:
        print("begun", flush=True)
"""


def test_a_process_may_be_killed_at_any_instant(path: Path) -> None:
    """While two write: the third finds a sound file, and nobody told it of trouble."""
    told: list[str] = []
    for _ in range(3):
        writers = [
            subprocess.Popen([sys.executable, "-c", WRITER, str(path)], stdout=subprocess.PIPE) for _ in range(2)
        ]
        for writer in writers:
            assert writer.stdout is not None
            writer.stdout.readline()
        time.sleep(0.05)
        for writer in writers:
            writer.send_signal(signal.SIGKILL)
            writer.communicate()
        assert last(HostFile(path, told.append), "a.cn") > 0
    assert told == []
    with sqlite3.connect(path) as other:
        assert other.execute("PRAGMA integrity_check").fetchone() == ("ok",)


def test_a_process_s_life_can_be_told_by_its_name() -> None:
    """Of another machine's nothing is known: it may live."""
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    machine = this_process().rpartition(":")[0]
    assert alive(this_process())
    assert not alive(f"{machine}:{ended.pid}")
    assert alive("another-machine:1")
    assert alive(f"{machine}:no-number")
