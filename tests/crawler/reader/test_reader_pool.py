"""The pool of reading processes: every page gets its answer, whatever becomes of the process that reads it."""

from __future__ import annotations

import asyncio
import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from datetime import date
from pathlib import Path

import pytest

from crawler.demo import many_pages_site
from crawler.paths import packaged_config
from crawler.pipeline import read
from crawler.reader import Answer, ReaderBroken, ReaderPool, ReadingFault, Task
from crawler.reader.here import Here
from crawler.reader.limits import MOST_MEMORY, PATIENCE
from crawler.reader.work import work
from crawler.source import load_sources
from crawler.source.model import ListPage, Source

PAGES = sorted((Path(__file__).parents[1] / "pages").glob("*.html"))
URL = "http://news.example/202611/t20261103_1.html"
LIMIT = 0.5


@pytest.fixture(scope="module")
def pool() -> Iterator[ReaderPool]:
    """A pool that does what the page says."""
    with ReaderPool(seconds=LIMIT, workers=2, work="reader_works:work") as opened:
        yield opened


def do(pool: ReaderPool, *words: str) -> list[Answer]:
    """What comes of pages that say this, read side by side."""

    async def together() -> list[Answer]:
        return await asyncio.gather(*(pool.read(Task(each.encode(), URL)) for each in words))

    return asyncio.run(together())


def say(pool: ReaderPool, words: str) -> str:
    """What one page is answered with."""
    (answer,) = do(pool, words)
    return answer.stopped or answer.reading.evidence.verdict


def processes(pool: ReaderPool) -> tuple[int, int]:
    """The ids of a worker and of the process that forked it."""
    worker, forker = say(pool, "pid").split()
    return int(worker), int(forker)


def gone(process: int) -> bool:
    """Whether a process has ended, at once or soon."""
    for _ in range(400):
        with suppress(FileNotFoundError, ProcessLookupError):
            if Path(f"/proc/{process}/stat").read_text().rpartition(") ")[2][0] == "Z":
                return True
        try:
            os.kill(process, 0)
        except ProcessLookupError:
            return True
        time.sleep(0.02)
    return False


def test_a_worker_reads_as_this_process_does() -> None:
    """Every value comes back equal, evidence and time zones included; with a source, its day and its lists' links."""
    source = dict(load_sources(packaged_config()))["tibet-cn"]
    day = date(2026, 11, 3)
    listed = many_pages_site(60).build("http://www.tibet.cn", 1, 1).answers["/news/"].body
    tasks = [Task(page.read_bytes(), URL) for page in PAGES]
    tasks += [Task(page.read_bytes(), URL, "text/html; charset=utf-8", source, day) for page in PAGES]
    tasks.append(Task(listed, "http://www.tibet.cn/news/", source=source, list_page=ListPage("x", links="ul.news a")))

    async def both(pool: ReaderPool) -> tuple[list[Answer], list[Answer]]:
        there = await asyncio.gather(*map(pool.read, tasks))
        return there, [await Here().read(task) for task in tasks]

    with ReaderPool() as pool:
        there, here = asyncio.run(both(pool))
    assert there == here
    assert there[0].reading == read(tasks[0].body, URL)
    assert len(there[-1].links) == 25
    assert any(answer.reading.articles for answer in there)


def test_a_list_page_is_asked_for_its_links_alone_with_a_source() -> None:
    """Without a source nobody can tell an article's address."""
    assert work(Task(b"<a href=/a/20261103.html>x</a>", URL, list_page=ListPage(URL))).links == ()
    source = Source("news", "新闻", "http://news.example/")
    page = Task("<a href=/a/20261103.html>园区通报全文</a>".encode(), URL, source=source)
    assert work(page).links == ()


@pytest.mark.parametrize("words", ["spin", "sleep 60"])
def test_a_page_that_never_ends_is_stopped(pool: ReaderPool, words: str) -> None:
    """In C code that holds the interpreter, and where no work is done at all; the verdict tells why."""
    (answer, other) = do(pool, words, "large 3")
    assert answer.stopped == "Reading it took more than 0.5 s and was stopped."
    assert (answer.reading.verdict, answer.reading.articles) == ("unreadable", ())
    assert answer.reading.evidence.verdict == answer.stopped
    assert other.reading.evidence.verdict == "字字字"
    assert say(pool, "large 2") == "字字"


def test_a_worker_that_is_held_is_not_waited_for_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    """A stopped process takes no page and no signal but one; its page is read by another."""
    monkeypatch.setattr("crawler.reader.pool.LATE", 0.5)
    with ReaderPool(seconds=LIMIT, workers=1, work="reader_works:work") as own:
        worker, _ = processes(own)
        os.kill(worker, signal.SIGSTOP)
        assert say(own, "large 1") == "字"
        assert gone(worker)


def test_a_page_that_only_waits_has_more_time_than_one_that_works() -> None:
    """The processor's time counts: on a machine that is busy with others a sound page is none the worse for it."""
    with ReaderPool(seconds=LIMIT, workers=1, work="reader_works:work") as own:
        assert say(own, f"sleep {LIMIT * 1.5}") == "sleep"


def test_time_is_counted_for_each_page_alone() -> None:
    """A worker that reads many pages does not use up its time."""
    with ReaderPool(seconds=LIMIT, workers=1, work="reader_works:work") as own:
        before = processes(own)
        assert [say(own, "sleep 0.2") for _ in range(4)] == ["sleep"] * 4
        assert processes(own) == before


def test_a_page_that_crashes_the_process_twice_is_unreadable(pool: ReaderPool) -> None:
    """A fault in a C library takes nothing with it but the page."""
    assert say(pool, "crash") == "Reading it ended the reading process, twice."
    assert say(pool, "leave") == "Reading it ended the reading process, twice."
    assert say(pool, "large 1") == "字"


def test_a_page_whose_process_ended_once_is_read(pool: ReaderPool, tmp_path: Path) -> None:
    """It may have been the system's choice when memory ran out, and not the page's doing."""
    assert say(pool, f"crash-once {tmp_path / 'seen'}") == "crash-once"


@pytest.mark.skipif(sys.platform != "linux", reason="macOS keeps no limit on address space")
def test_a_page_that_takes_all_memory_is_unreadable(pool: ReaderPool) -> None:
    """The allocation fails, the worker ends, the next page is read by another."""
    before = processes(pool)[0]
    assert say(pool, f"fill {2 * MOST_MEMORY}") == "Reading it took more memory than a page may take."
    do(pool, "large 1", "large 1", "large 1")
    assert gone(before) or processes(pool)[0] != before


def test_a_worker_that_has_grown_makes_room(pool: ReaderPool) -> None:
    """Memory that a large page took is not held for the rest of the crawl."""
    with ReaderPool(workers=1, work="reader_works:work") as one:
        before = processes(one)[0]
        assert say(one, f"fill {400 << 20}") == "fill"
        assert gone(before)
        assert processes(one)[0] != before


def test_a_fault_of_ours_is_told_with_its_place(pool: ReaderPool) -> None:
    """It is raised here, and is no verdict on the page."""
    with pytest.raises(ReadingFault, match=r"ZeroDivisionError: .* \(reader_works.py, line \d+\)"):
        say(pool, "fault 0")
    assert say(pool, "fault 1") == "1"


def test_what_is_printed_does_not_reach_our_output(pool: ReaderPool, capfd: pytest.CaptureFixture[str]) -> None:
    """Data stands on standard output, and nothing else."""
    assert say(pool, "print 中") == "print"
    assert capfd.readouterr().out == ""


def test_an_answer_may_be_large(pool: ReaderPool) -> None:
    """More than any buffer holds, there and back."""
    assert len(say(pool, "large 3000000")) == 3_000_000
    assert say(pool, "other " + "字" * 2_000_000) == ""


def test_an_answer_beyond_all_bounds_is_not_taken_in(pool: ReaderPool, monkeypatch: pytest.MonkeyPatch) -> None:
    """What a process says that has read a hostile page fills nobody's memory; the next page is read."""
    with monkeypatch.context() as patch:
        patch.setattr("crawler.reader.pool.LONGEST_REPLY", 1_000)
        with pytest.raises(ReadingFault, match="bytes"):
            say(pool, "large 5000")
    assert say(pool, "large 5") == "字" * 5


def test_an_idle_worker_that_is_killed_is_replaced(pool: ReaderPool) -> None:
    """No page is blamed for it."""
    for _ in range(3):
        worker, _ = processes(pool)
        os.kill(worker, signal.SIGKILL)
        assert gone(worker)
        assert say(pool, "large 1") == "字"


def test_the_process_that_forks_is_started_again_when_it_is_killed() -> None:
    """Its workers go with it, however many they are, and the next page is read."""
    with ReaderPool(workers=8, work="reader_works:work") as own:
        worker, forker = processes(own)
        do(own, *["sleep 0.3"] * 8)
        os.kill(forker, signal.SIGKILL)
        assert gone(worker)
        assert say(own, "large 1") == "字"
        assert processes(own)[1] != forker


def test_pages_that_wait_for_a_process_together_start_it_again_once() -> None:
    """The forking process is killed while eight pages wait for workers: they are read, by one new process."""

    async def killed_while_waited_for() -> list[str]:
        asked = [asyncio.ensure_future(own.read(Task(b"pid", URL))) for _ in range(8)]
        await asyncio.sleep(0)  # all have asked for a worker
        assert own._process is not None
        os.kill(own._process.pid, signal.SIGKILL)
        return [(await each).reading.evidence.verdict.split()[1] for each in asked]

    with ReaderPool(workers=8, work="reader_works:work") as own:
        assert len(set(asyncio.run(killed_while_waited_for()))) == 1


def test_a_crawl_that_was_stopped_itself_does_not_blame_the_page(tmp_path: Path) -> None:
    """After Ctrl-Z and fg more time has gone by than any page may take; what was being read is read again."""
    with ReaderPool(work="reader_works:work", seconds=0.2) as own:

        async def held() -> str:
            reading = asyncio.ensure_future(own.read(Task(f"spin-once {tmp_path / 'spun'}".encode(), URL)))
            while not own._busy:
                await asyncio.sleep(0.01)
            await asyncio.sleep(0.1)
            time.sleep(0.2 * PATIENCE + 1)  # the loop stands still, as a stopped process does
            return (await reading).reading.evidence.verdict

        processes(own)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("crawler.reader.pool.LATE", 0.2)
            assert asyncio.run(held()) == "spin-once"


def test_a_pool_that_is_not_early_starts_with_its_first_page() -> None:
    """Who may have no page to read need not pay for the process; closing what was never started is fine."""
    with ReaderPool(work="reader_works:work", early=False) as own:
        assert [own._process, say(own, "large 1")] == [None, "字"]
        assert len(processes(own)) == 2
    ReaderPool(work="reader_works:work", early=False).close()


def test_what_rarer_pages_need_is_got_ready_once_for_all_workers_but_the_first() -> None:
    """The first is not made to wait; the others are forked from a process that has read both of our own pages."""
    with ReaderPool(workers=3, work="reader_works:counted") as own:
        assert say(own, "") == "1"
        assert sorted(each.reading.evidence.verdict for each in do(own, "0.3", "0.3", "0.3")) == ["1", "2", "2"]


def test_a_closed_pool_reads_nothing_and_starts_nothing() -> None:
    """It may be closed twice; who asks it for a page is told."""
    own = ReaderPool(work="reader_works:work")
    _, forker = processes(own)
    own.close()
    own.close()
    with pytest.raises(ReaderBroken):
        say(own, "pid")
    assert own._process is not None
    assert own._process.pid == forker
    assert gone(forker)


def test_processes_that_read_are_in_no_group_of_the_terminal(pool: ReaderPool) -> None:
    """Ctrl-Z is for the crawl; a page's time would go by while its process is stopped."""
    worker, forker = processes(pool)
    assert os.getpgid(worker) == os.getpgid(forker) == forker


def test_kills_at_any_instant_lose_no_page_and_mix_up_no_answers() -> None:
    """Forty times a worker is killed, idle or at any point of a page; every answer is the one to its question."""
    chance = random.Random(20261122)
    kills = 40

    def kill(own: ReaderPool) -> None:
        nonlocal kills
        while kills:
            time.sleep(chance.uniform(0.02, 0.06))
            if workers := [*own._idle, *own._busy]:
                with suppress(ProcessLookupError):
                    os.kill(chance.choice(workers).pid, signal.SIGKILL)
                kills -= 1

    async def asked(own: ReaderPool) -> list[str]:
        answers: list[str] = []
        while kills:
            some = await asyncio.gather(*(own.read(Task(f"large {n}".encode(), URL)) for n in range(10)))
            answers += [answer.stopped or answer.reading.evidence.verdict for answer in some]
        return answers

    with ReaderPool(workers=3, work="reader_works:work") as own:
        processes(own)
        killer = threading.Thread(target=kill, args=(own,))
        killer.start()
        answers = asyncio.run(asked(own))
        killer.join()
    unlucky = {at for at, words in enumerate(answers) if words == "Reading it ended the reading process, twice."}
    assert len(unlucky) < 5
    assert all(words == "字" * (at % 10) for at, words in enumerate(answers) if at not in unlucky)


def test_no_process_stays_behind(pool: ReaderPool) -> None:
    """Neither an idle one nor one that is busy for ever, when the pool is closed."""

    async def begin(own: ReaderPool) -> None:
        hanging = asyncio.ensure_future(own.read(Task(b"sleep 60", URL)))
        await asyncio.sleep(0.3)
        hanging.cancel()
        with suppress(asyncio.CancelledError):
            await hanging

    with ReaderPool(work="reader_works:work") as own:
        worker, forker = processes(own)
        asyncio.run(begin(own))
    assert gone(worker)
    assert gone(forker)


PROGRAM = """
import asyncio, sys
from crawler.reader import ReaderPool, Task

async def main():
    pool = ReaderPool(work="reader_works:work", seconds=120)
    first = await pool.read(Task(b"pid", "x"))
    busy = [asyncio.ensure_future(pool.read(Task(each, "x"))) for each in (b"sleep 100", b"spin")]
    await asyncio.sleep(0.5)
    print(first.reading.evidence.verdict, *(worker.pid for worker in pool._busy), flush=True)
    await asyncio.sleep(100)

asyncio.run(main())
"""


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere a busy worker goes on until its time is over")
@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
def test_no_process_outlives_the_crawl(number: signal.Signals) -> None:
    """Killed without warning, it takes workers with it that are idle, that sleep, and that are busy in C."""
    environment = os.environ | {"PYTHONPATH": str(Path(__file__).parent)}
    with subprocess.Popen([sys.executable, "-c", PROGRAM], stdout=subprocess.PIPE, env=environment) as process:
        assert process.stdout is not None
        ids = [int(each) for each in process.stdout.readline().split()]
        assert len(set(ids)) >= 3
        process.send_signal(number)
        process.wait(timeout=10)
    assert all(gone(each) for each in ids)


def test_signals_of_the_terminal_are_the_crawls_business(pool: ReaderPool) -> None:
    """Ctrl-C reaches every process of the terminal's group; a page that is being read is finished."""

    async def interrupted() -> str:
        reading = asyncio.ensure_future(pool.read(Task(b"sleep 0.4", URL)))
        await asyncio.sleep(0.15)
        for process in (worker, forker, *(busy.pid for busy in pool._busy)):
            for number in (signal.SIGINT, signal.SIGTERM):
                os.kill(process, number)
        return (await reading).reading.evidence.verdict

    worker, forker = processes(pool)
    assert asyncio.run(interrupted()) == "sleep"
    assert processes(pool)[1] == forker


def test_no_more_workers_than_asked_for_and_none_without_work() -> None:
    """They are forked when pages wait, and kept."""

    with ReaderPool(workers=2, work="reader_works:work") as own:
        assert len({answer.reading.evidence.verdict for answer in do(own, "pid")}) == 1
        assert len({answer.reading.evidence.verdict for answer in do(own, *["pid"] * 50)}) <= 2


def test_the_event_loop_goes_on_while_a_page_is_read(pool: ReaderPool) -> None:
    """Downloads are not held up."""

    async def ticking() -> int:
        ticks = 0
        reading = asyncio.ensure_future(pool.read(Task(b"spin", URL)))
        while not reading.done():
            await asyncio.sleep(0.01)
            ticks += 1
        return ticks

    assert asyncio.run(ticking()) > 5


def test_a_read_that_is_given_up_leaves_no_answer_for_the_next(pool: ReaderPool) -> None:
    """Its worker is ended: what it would have said belongs to nobody."""

    async def given_up() -> list[str]:
        for wait in (0.0, 0.01, 0.05, 0.2):
            reading = asyncio.ensure_future(pool.read(Task(b"large 5", URL)))
            await asyncio.sleep(wait)
            reading.cancel()
            with suppress(asyncio.CancelledError):
                await reading
        answers = [await pool.read(Task(f"large {n}".encode(), URL)) for n in range(4)]
        return [answer.reading.evidence.verdict for answer in answers]

    assert asyncio.run(given_up()) == ["字" * n for n in range(4)]


def test_a_pool_whose_process_cannot_start_says_so(capfd: pytest.CaptureFixture[str]) -> None:
    """It does not call every page unreadable, and the error tells what the process said."""
    said = "can be started. ModuleNotFoundError: No module named 'no_such_module'$"
    with ReaderPool(work="no_such_module:work") as broken, pytest.raises(ReaderBroken, match=said):
        say(broken, "pid")
    assert "No module named 'no_such_module'" in capfd.readouterr().err


def test_a_pool_serves_a_thread_beside_other_threads() -> None:
    """Nothing is forked from a process with threads."""
    told: list[str] = []
    waiting = threading.Event()
    other = threading.Thread(target=waiting.wait)
    other.start()
    with ReaderPool(work="reader_works:work") as own:
        thread = threading.Thread(target=lambda: told.append(say(own, "large 2")))
        thread.start()
        thread.join()
        told.append(say(own, "large 3"))
    waiting.set()
    other.join()
    assert told == ["字字", "字字字"]


def test_modules_are_not_taken_from_the_folder_that_we_happen_to_be_in(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A folder may hold a `crawler` or a `re` of somebody else's."""
    for name in ("crawler", "re", "json"):
        (tmp_path / f"{name}.py").write_text("raise SystemExit('taken from the working directory')")
    monkeypatch.chdir(tmp_path)
    with ReaderPool(work="reader_works:work") as own:
        assert say(own, "large 1") == "字"
