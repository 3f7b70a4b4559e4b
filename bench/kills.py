"""kill -9 and SIGTERM at random instants while the daemon works: nothing lost, nothing doubled, nothing overlapped.

A daemon watches sites on 127.0.0.1 that go on publishing. Supervisor, worker and reading processes are killed at random
instants; whatever is left has to carry on, and a daemon that was killed is started again as a service manager would.
Before every third kill or so the ladder asks for all known articles, so that looks that ask for no list are killed too.
Then nothing runs for two days, as far as the due times know, and two `run-due` are started together.

    python bench/kills.py --kills 200 --terms 20
"""

from __future__ import annotations

import argparse
import itertools
import json
import os
import random
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import sqlalchemy as sa
from fastwarc.warc import ArchiveIterator, WarcRecordType
from growing import GrowingWeb

from archive.model import Run
from archive.store import Archive, ArchiveMissing
from archive.store.runs import REVISIT
from archive.store.tables import page, run
from crawler.watch.beat import DaemonNow, read

PATIENCE = 120.0  # seconds for anything that has to happen
LISTS_REST = timedelta(seconds=20)  # for which lists are not due once the ladder is made to ask
LADDER_SHARE = 1 / 3  # of the kills before which it is
VICTIMS = ("worker", "supervisor", "reader", "both")
WEIGHTS = (40, 30, 20, 10)


@dataclass
class Figures:
    """What was done, and what went wrong."""

    killed: Counter[str] = field(default_factory=Counter)
    terms: int = 0
    slow_terms: int = 0  # that took longer than 30 s
    bad_terms: list[str] = field(default_factory=list)
    recovery: list[float] = field(default_factory=list)  # seconds from a kill to the next request at any site
    lost: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)
    overlapped: list[str] = field(default_factory=list)
    quarantined: list[str] = field(default_factory=list)
    articles: int = 0
    runs: Counter[str] = field(default_factory=Counter)
    ladder_runs: Counter[str] = field(default_factory=Counter)  # of those, the looks at known articles alone
    catch_up: list[str] = field(default_factory=list)  # what was wrong after two days of nobody at work

    @property
    def well(self) -> bool:
        """Whether everything is as promised."""
        return not (self.bad_terms or self.lost or self.doubled or self.overlapped or self.catch_up)


class Kills:
    """One daemon and what is done to it."""

    def __init__(self, folder: Path, web: GrowingWeb, seed: int) -> None:
        self.folder, self.web = folder, web
        self.chance = random.Random(seed)
        self.figures = Figures()
        self._log = (folder / "daemon.log").open("ab")
        self._daemon: subprocess.Popen[bytes] | None = None

    def command(self, *words: str) -> list[str]:
        """A command on the data folder."""
        places = ["--config", str(self.folder / "config"), "--data", str(self.folder / "data")]
        return [sys.executable, "-m", "crawler.cli", *words, *places]

    # --- the daemon

    def start(self) -> None:
        """Start the daemon."""
        self._daemon = subprocess.Popen(self.command("daemon", "--tick", "0.3"), stdout=self._log, stderr=self._log)

    def now(self) -> DaemonNow | None:
        """How the running daemon stands, in its own words."""
        told = read(self.folder / "data" / "daemon.json")
        return told if told is not None and self._daemon is not None and told.pid == self._daemon.pid else None

    def alive(self) -> None:
        """Start the daemon anew if it has ended, as a service manager would."""
        if self._daemon is None or self._daemon.poll() is not None:
            self.start()

    def crawling(self) -> DaemonNow:
        """Wait until a worker is at work."""
        for _ in range(int(PATIENCE / 0.05)):
            self.alive()
            told = self.now()
            if told is not None and told.worker is not None and told.worker.state == "crawling":
                return told
            time.sleep(0.05)
        raise AssertionError(f"no worker was at work within {PATIENCE:g} s; see {self._log.name}")

    # --- what is done to it

    def ask_again(self) -> None:
        """Have the ladder ask for every known article while the lists are not due: what follows are its looks."""
        now = datetime.now(UTC)
        with Archive.open(self.folder / "data", write=True, wait=PATIENCE) as archive:
            known = (page.c.kind == "article", page.c.state == "fetched")
            archive._connection.execute(page.update().where(*known).values(last_checked=now - timedelta(hours=1)))
            for each in archive.watches().values():
                archive.amend(replace(each, due=now, lists_due=now + LISTS_REST))

    def kill_one(self) -> None:
        """Kill something at a random instant, and see that work goes on."""
        told = self.crawling()
        time.sleep(self.chance.uniform(0, 2.5))
        victim = self.chance.choices(VICTIMS, WEIGHTS)[0]
        assert told.worker is not None
        pids = {
            "worker": [told.worker.pid],
            "supervisor": [told.pid],
            "both": [told.pid, told.worker.pid],
            "reader": self._readers(told.worker.pid),
        }[victim]
        when = time.monotonic()
        hit = [pid for pid in pids if self._ours(pid, told) and _kill(pid)]
        if not hit:
            return
        self.figures.killed[victim] += 1
        if victim != "reader":
            self.alive()
            self._recovered(when)

    def _recovered(self, when: float) -> None:
        for _ in range(int(PATIENCE / 0.05)):
            self.alive()
            later = [at for site in self.web.sites for at, _ in site.requests[-50:] if at > when + 0.3]
            if later:
                self.figures.recovery.append(min(later) - when)
                return
            time.sleep(0.05)
        raise AssertionError(f"nothing was asked for within {PATIENCE:g} s of a kill; see {self._log.name}")

    def _readers(self, worker: int) -> list[int]:
        below = descendants(worker)
        return [self.chance.choice(below)] if below else []

    def _ours(self, pid: int, told: DaemonNow) -> bool:
        """Whether the process is still the one that was meant: ours, and not another that has its number since."""
        try:
            words = Path(f"/proc/{pid}/cmdline").read_bytes()
        except OSError:
            return False
        return str(self.folder).encode() in words or b"crawler.reader" in words

    def term(self) -> None:
        """End the daemon by SIGTERM at a random instant: in order, with no lease left and no run open."""
        self.crawling()
        time.sleep(self.chance.uniform(0, 1.0))
        daemon, began = self._daemon, time.monotonic()
        assert daemon is not None
        daemon.send_signal(signal.SIGTERM)
        try:
            code = daemon.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            daemon.kill()
            code = None
        self.figures.terms += 1
        self.figures.slow_terms += time.monotonic() - began > 30
        with Archive.open(self.folder / "data") as archive:
            leases = [each.source_id for each in archive.watches().values() if each.lease_owner]
            open_runs = [run.source_id for run in archive.runs(limit=200) if run.state == "running"]
        if code != 0 or leases or open_runs:
            self.figures.bad_terms.append(f"exit code {code}, leases {leases}, open runs {open_runs}")

    def end(self) -> None:
        """Let the daemon finish everything that was published, then end it in order."""
        self.web.stop()
        since = datetime.now(UTC)

        def finished() -> bool:
            self.alive()
            with Archive.open(self.folder / "data") as archive:
                return all(
                    any(run.state == "finished" and run.started > since for run in archive.runs(site.id, 5))
                    for site in self.web.sites
                )

        wait_for(finished, "the last crawl of every source", PATIENCE * 3)
        assert self._daemon is not None
        self._daemon.send_signal(signal.SIGTERM)
        self._daemon.wait(PATIENCE)

    def close(self) -> None:
        """End whatever is left."""
        if self._daemon is not None and self._daemon.poll() is None:
            self._daemon.terminate()
            with suppress(subprocess.TimeoutExpired):
                self._daemon.wait(30)
            self._daemon.kill()
        self._log.close()

    # --- what came of it

    def check(self) -> None:
        """Look for what was lost, doubled or overlapped."""
        figures, published = self.figures, [url for site in self.web.sites for url in site.published]
        with Archive.open(self.folder / "data") as archive:
            articles = Counter(article.url for article, _ in archive.articles(evidence=False))
            revised = [each.canonical_url for _, each in archive.articles(evidence=False) if each.revision != 1]
            rows = list(archive.captures())
            runs = archive.runs(limit=1_000_000)
            watches = archive.watches()
            of_ladder = sa.select(run.c.state).where(run.c.command == REVISIT)
            figures.ladder_runs.update(archive._connection.execute(of_ladder).scalars())
        figures.articles = len(published)
        figures.lost += [url for url in published if not articles[url]]
        figures.lost += [f"capture {row.id}" for row in rows if row.lost or row.verdict is None]
        figures.doubled += [url for url, count in articles.items() if count > 1] + revised
        figures.doubled += [url for url, count in Counter(_pages(rows)).items() if count > 1]
        ids = response_ids(self.folder / "data" / "captures")
        figures.doubled += [name for name, count in ids.items() if count > 1]
        if set(ids) != {f"<urn:uuid:{row.id}>" for row in rows}:
            figures.lost.append("the capture files and the database do not agree")
        figures.runs.update(run.state for run in runs)
        figures.overlapped += overlaps(runs)
        figures.overlapped += [f"{site.id}: two requests at once" for site in self.web.sites if site.most_at_once > 1]
        figures.quarantined += [each.source_id for each in watches.values() if each.state == "quarantined"]

    def downtime(self) -> None:
        """Two days with nobody at work, in which each site published an article; then two runners start together: each
        source is crawled once, and the article is there once."""
        self.web.write_config(self.folder / "config", "1h")
        for site in self.web.sites:
            site.publish()
        with Archive.open(self.folder / "data", write=True, wait=30) as archive:
            for each in archive.watches().values():
                archive.amend(replace(each, due=datetime.now(UTC) - timedelta(days=2), state="ok"))
            before = Counter(run.source_id for run in archive.runs(limit=1_000_000))
        command = self.command("run-due", "--json", "--wait", "300")
        pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
        runners = [subprocess.Popen(command, **pipes) for _ in range(2)]  # type: ignore[call-overload]
        outs = [each.communicate(timeout=600) for each in runners]
        with Archive.open(self.folder / "data") as archive:
            after = Counter(run.source_id for run in archive.runs(limit=1_000_000))
            there = Counter(article.url for article, _ in archive.articles(evidence=False))
            alarms = [f"{each.source_id}: {each.kind}, {each.sentence}" for each in archive.alarms()]
        figures = self.figures
        for site in self.web.sites:
            if (copies := there[site.published[-1]]) != 1:
                figures.catch_up.append(f"what {site.id} published meanwhile is there {copies} times")
        for site in self.web.sites:
            if (times := after[site.id] - before[site.id]) != 1:
                figures.catch_up.append(f"{site.id} was crawled {times} times")
        for each, (out, err) in zip(runners, outs, strict=True):
            if each.returncode != 0:
                told = err.decode()[-2000:] + out.decode()[-2000:]
                figures.catch_up.append(f"exit code {each.returncode}, alarms {alarms}: {told}")
        did = sorted(len(json.loads(out)["runs"]) for out, _ in outs)
        if did != [0, len(self.web.sites)]:
            figures.catch_up.append(f"the runners crawled {did} sources")
        if not any(b"Nothing is due" in err for _, err in outs):
            figures.catch_up.append("no runner said that nothing was due")
        if not any(b"Missed while nobody was at work" in err for _, err in outs):
            figures.catch_up.append("no runner said what was missed")


def _pages(rows: Sequence[object]) -> list[str]:
    return [getattr(row, "canonical_url") or "" for row in rows if getattr(row, "kind") == "article"]  # noqa: B009


def _kill(pid: int) -> bool:
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        return False
    return True


def descendants(pid: int) -> list[int]:
    """The processes that a process has started, and those that they have."""
    below: dict[int, list[int]] = defaultdict(list)
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            with suppress(OSError, ValueError, IndexError):
                parent = (folder / "stat").read_text().rpartition(")")[2].split()[1]
                below[int(parent)].append(int(folder.name))
    found, look = [], [pid]
    while look:
        here = below[look.pop()]
        found += here
        look += here
    return found


def response_ids(captures: Path) -> Counter[str]:
    """How often each response stands in the WARC files, whole or as a revisit; a torn record is an error."""
    found: Counter[str] = Counter()
    kinds = WarcRecordType.response | WarcRecordType.revisit
    for path in captures.glob("*.warc.gz*"):
        with path.open("rb") as stream:
            for record in ArchiveIterator(stream, record_types=kinds, parse_http=False):
                assert record.verify_block_digest()
                found[record.headers["WARC-Record-ID"]] += 1
    return found


def overlaps(runs: Sequence[Run]) -> list[str]:
    """Runs of one source that began before the one before had ended, or that never ended."""
    wrong = []
    by_source: dict[str, list[Run]] = defaultdict(list)
    for each in sorted(runs, key=lambda each: (each.started, each.id)):
        by_source[each.source_id].append(each)
    for source_id, mine in by_source.items():
        for first, second in itertools.pairwise(mine):
            if first.finished is None or first.finished > second.started:
                wrong.append(f"{source_id}: run {second.id} began while run {first.id} went on")
    return wrong


def wait_for(question: Callable[[], bool], what: str, seconds: float) -> None:
    """Ask until it is true. Raises AssertionError."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        with suppress(ArchiveMissing):
            if question():
                return
        time.sleep(0.3)
    raise AssertionError(f"{what} did not come within {seconds:g} s")


def trial(folder: Path, kills: int, terms: int, *, sites: int, seed: int, pace: float = 3.0) -> Figures:
    """Do all of it; what came of it."""
    web = GrowingWeb(sites, first=8, pace=pace)
    here = Kills(folder, web, seed)
    try:
        web.write_config(folder / "config", "2s")
        here.start()
        steps = ["kill"] * kills + ["term"] * terms
        here.chance.shuffle(steps)
        for number, step in enumerate(steps, 1):
            if step == "term":
                here.term()
            else:
                if here.chance.random() < LADDER_SHARE:
                    here.ask_again()
                before = here.figures.killed.total()
                while here.figures.killed.total() == before:
                    here.kill_one()
            if number % 20 == 0:
                print(f"{number} of {len(steps)}: {dict(here.figures.killed)}", file=sys.stderr, flush=True)
        here.end()
        here.check()
        here.downtime()
    finally:
        here.close()
        web.close()
    return here.figures


def went_on(seconds: Sequence[float]) -> str:
    """How soon work went on after a kill."""
    return f"{statistics.median(seconds):.1f} s, at most {max(seconds):.1f} s" if seconds else "–"


def main() -> int:
    """Print the figures; 1 if anything is not as promised."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--terms", type=int, default=20)
    parser.add_argument("--sites", type=int, default=6)
    parser.add_argument("--seed", type=int, default=20261122)
    parser.add_argument("--folder", type=Path, help="a folder that is kept; else a temporary one")
    asked = parser.parse_args()
    for name in ("http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        os.environ.pop(name, None)
    with tempfile.TemporaryDirectory() as temporary:
        folder = asked.folder or Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        began = time.monotonic()
        figures = trial(folder, asked.kills, asked.terms, sites=asked.sites, seed=asked.seed)
        seconds = time.monotonic() - began
    rows = (
        ("kill -9", f"{figures.killed.total()}: " + ", ".join(f"{n} {who}" for who, n in figures.killed.items())),
        ("SIGTERM", f"{figures.terms}, {len(figures.bad_terms)} of them not in order, {figures.slow_terms} above 30 s"),
        ("articles published", figures.articles),
        ("lost", len(figures.lost)),
        ("doubled", len(figures.doubled)),
        ("sources overlapped", len(figures.overlapped)),
        ("runs", ", ".join(f"{count} {state}" for state, count in figures.runs.items())),
        ("of those, of known articles alone", ", ".join(f"{n} {state}" for state, n in figures.ladder_runs.items())),
        ("work went on after", went_on(figures.recovery)),
        ("quarantined at the end", len(figures.quarantined)),
        (
            "two days of downtime, two runners",
            "each source once" if not figures.catch_up else "; ".join(figures.catch_up),
        ),
        ("took", f"{seconds:.0f} s"),
    )
    for name, value in rows:
        print(f"{name:36} {value}")
    for wrong in (*figures.bad_terms, *figures.lost[:10], *figures.doubled[:10], *figures.overlapped[:10]):
        print(f"  {wrong}")
    return 0 if figures.well else 1


if __name__ == "__main__":
    sys.exit(main())
