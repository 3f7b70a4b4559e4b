"""What is due, crawled side by side while the archive is open: claimed, looked at, learnt from, given back.

Each source is given back as soon as it is finished, whatever the others do, and others are admitted in its place. A
source that fails, stalls or breaks our own code costs nobody else anything, whatever it raises. What ends everything
(a full disk, a lost database, no process to read pages in: `crawler.blame`) is raised; leases that could not be
given back are void for the next worker.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from time import monotonic

from archive.model import Change, Run, Watch
from archive.store import Archive, ArchiveProblem
from archive.store.runs import REVISIT
from crawler.blame import is_the_machine_s
from crawler.crawl import SourceCrawl
from crawler.fetch import FetchOptions, Job, fetch
from crawler.health.examine import Examined, examine
from crawler.health.steady import went_on
from crawler.keeping_up import kept_up
from crawler.learning import Informed, Lessons, after_crawl, known
from crawler.order import Order
from crawler.reader import Reader
from crawler.revisit import ALONG, soonest
from crawler.run import State, closed, told_stalled
from crawler.schedule import Seen, recall, terms_of, to_json
from crawler.source import Source
from crawler.watch import owner as owners
from crawler.watch.look import Look
from crawler.watch.outage import excused, in_vain, is_dark, is_light, lit, network_gone, sooner
from crawler.watch.policy import (
    PAUSED,
    Policy,
    after,
    asks_for,
    cut_short,
    failed,
    is_of_lists,
    put_off,
    revisited,
    with_ladder,
)
from crawler.watch.resting import after_look, asked_next, is_of_resting, resting
from crawler.watch.settle import settled
from crawler.watch.told import Report, Told, told_of

WATCHING = Order(revisit="due", along=ALONG)
"""What a look asks for: what the lists show anew, what was left undone, and known articles as their age has it. One
before the lists are due: the last alone."""

FAULT, STALLED = "fault", "stalled"

KEEPING_UP = 20.0
"""Seconds at the end of a look for the index of search and for stories. After an upgrade all articles may wait for
them: other sources wait meanwhile, and the worker gives no sign of life."""


def run_due_once(
    archive: Archive,
    sources: Mapping[str, Source],
    reader: Reader,
    options: FetchOptions,
    clock: Callable[[], datetime],
    policy: Policy = Policy(),  # noqa: B008 - frozen
    *,
    only: Sequence[str] | None = None,
    limit: int | None = None,
    done: set[str] | None = None,
    hold: Callable[[], bool] = lambda: False,
    told: Told = Told(),  # noqa: B008 - frozen
) -> Report:
    """Crawl every source that is due, each at most once, and end when none is left.

    `sources` are all of the configuration, by id; those that are not enabled are left alone, unless `only` names them.
    `limit` bounds how many are crawled. The archive is open for writing. SIGINT and SIGTERM end it in an orderly way:
    what is under way stays due. So does `hold`, where it begins to be true, and then `Report.held_up` is; whoever goes
    on after that gives the same set as `done`, which collects the sources that were crawled.

    Raises ArchiveProblem, ReaderBroken, OSError.
    """
    done = set() if done is None else done
    terms = (archive, sources, reader, options, clock, policy)
    return Round(*terms, only=only, limit=limit, done=done, hold=hold, told=told).run()


class Round:
    """One opening of the archive by a worker.

    `done`, where it is given, are the sources that are not crawled any more; those that have been are added. `hold`
    tells whether to admit no more sources, and to cut short after a while what is under way.
    """

    def __init__(
        self,
        archive: Archive,
        sources: Mapping[str, Source],
        reader: Reader,
        options: FetchOptions,
        clock: Callable[[], datetime],
        policy: Policy,
        *,
        only: Sequence[str] | None = None,
        limit: int | None = None,
        done: set[str] | None = None,
        spread: timedelta = timedelta(0),
        hold: Callable[[], bool] = lambda: False,
        told: Told = Told(),  # noqa: B008 - frozen
        command: str = "run-due",
    ) -> None:
        self.archive, self.reader, self.options, self.clock = archive, reader, options, clock
        self.policy, self.command, self.hold, self.told = policy, command, hold, told
        self.configured = sources
        wanted = sources if only is None else {name: sources[name] for name in only if name in sources}
        self.sources = {name: each for name, each in wanted.items() if only is not None or each.enabled}
        self.limit, self.done = limit, done
        self.owner = owners.me()
        self.under_way: dict[str, tuple[Look, Job]] = {}
        self.ended = 0
        self.over_time = False  # it has gone on for long enough, and something is still due
        self.held_since: float | None = None  # when it was first seen that the round is to end
        self._began = self._renewed = monotonic()
        self.watches = settled(archive, self.sources, self.owner, clock(), policy, spread, told.say)
        self.dark = network_gone(self.watches.values(), sources)  # our own network: it was said by whoever found it so

    # --- the round

    def run(self) -> Report:
        """Crawl what is due until nothing is, or until it is to be held up."""
        self.archive.begin_work()
        try:
            report = fetch((), self.options, more=self.more, ended=self._came_to_end, failed=self._broke)
        except BaseException:
            self._let_go("failed")
            raise
        else:
            self._let_go("interrupted")
        finally:
            self.archive.end_work()
        held_up = self.over_time or self.held_since is not None
        return Report(self.ended, report.interrupted, held_up, self._next_due())

    def more(self) -> Sequence[Job]:
        """The next job, if any is due and may begin; also the round's pulse."""
        self.told.beat(tuple(self.under_way))
        self._renew()
        self._see_who_waits()
        if self.held_since is not None or not self._room():
            return ()
        now = self.clock()
        wanted = self._choice(now)
        if not wanted:
            return ()
        if monotonic() - self._began > self.policy.round:
            self.over_time = True
            return ()
        for watch in self.archive.claim(self.owner, now, self.policy.lease, 1, only=wanted):
            return (self._job(watch, now),)
        return ()

    def _room(self) -> bool:
        if self.limit is not None and self.ended + len(self.under_way) >= self.limit:
            return False
        since = monotonic() - self.options.slow  # the fetcher lets others begin beside sources that get nowhere
        lively = sum(not look.begun or look.moved > since for look, _ in self.under_way.values())
        return lively < max(1, self.options.at_once)

    def _choice(self, now: datetime) -> list[str]:
        """The sources that may be claimed now. One at which workers died is looked at alone, when its turn has come."""
        if any(self._suspect(look.watch) for look, _ in self.under_way.values()):
            return []
        due = [
            watch
            for name, watch in self.watches.items()
            if name in self.sources
            and watch.due <= now
            and name not in self.under_way
            and not (self.done and name in self.done)
        ]
        sound = [watch for watch in due if not self._suspect(watch)]
        suspects = sorted((watch for watch in due if self._suspect(watch)), key=lambda watch: watch.due)
        if suspects and (not sound or suspects[0].due < now - self.policy.late):
            return [] if self.under_way else [suspects[0].source_id]
        return [watch.source_id for watch in sound]

    def _suspect(self, watch: Watch) -> bool:
        return watch.deaths >= self.policy.alone_after

    def _job(self, watch: Watch, now: datetime) -> Job:
        source = self.sources[watch.source_id]
        look = Look(source, watch, now, self._last_came)
        look.of_lists = is_of_lists(watch, now) or not source.ladder
        rest = frozenset(resting(recall(watch.memory), now))
        informed = Informed(self.reader, partial(known, self.archive))
        look.crawl = SourceCrawl(
            source,
            self.archive,
            informed,
            replace(WATCHING, lists=look.of_lists, share=asks_for(watch, now, self.policy), resting=rest),
            self.clock,
            watch=partial(self.told.counts, source.id),
            note=partial(self._noted, look),
            command=self.command if look.of_lists else REVISIT,
        )
        job = Job(source, look)
        self.under_way[source.id] = (look, job)
        self.watches[source.id] = watch
        return job

    def _noted(self, look: Look, change: Change) -> None:
        look.note(change)
        self.told.note(change)

    def _renew(self) -> None:
        if monotonic() - self._renewed > self.policy.lease.total_seconds() / 3:
            self._renewed = monotonic()
            self.archive.renew(self.owner, self.clock() + self.policy.lease)

    def _see_who_waits(self) -> None:
        """Admit nobody while the round is to end; after a while cut short what is under way. It stays due."""
        if not self.hold():
            self.held_since = None
            return
        if self.held_since is None:
            self.held_since = monotonic()
        patient = monotonic() - self.held_since <= self.policy.let_in_after
        for look, job in self.under_way.values():
            if not (patient and look.begun):
                look.cut = True
                job.stop()

    # --- the end of a look

    async def _last_came(self, look: Look) -> None:
        """The last visit has come back: learn from what came, then give the source back."""
        lessons = await after_crawl(self.archive, self.reader, [look.source], self.clock(), look.crawl.notes)
        self._give_back(look, "finished", lessons)

    def _came_to_end(self, job: Job) -> None:
        """The fetcher has done with a job: it was stopped, or there was nothing to visit."""
        look, _ = self.under_way.get(job.source.id, (None, None))
        if look is not None:
            if job.stalled.is_set() and not look.cut:
                look.failure = STALLED
                look.crawl.tell(told_stalled(self.options))
            self._give_back(look, "interrupted" if look.cut else "failed" if look.failure else "finished")

    def _broke(self, job: Job, error: Exception) -> None:
        """A crawl has raised: the end of that source's look, or of everything where not even that can be recorded."""
        look, _ = self.under_way.get(job.source.id, (None, None))
        if look is None or is_the_machine_s(error):
            raise error
        look.failure = FAULT
        look.crawl.tell(f"Crawling it failed, which is our fault: {error!r}")
        try:
            self._give_back(look, "failed")
        except (ArchiveProblem, OSError):
            raise error from None  # the first error is the one to be told

    def _give_back(self, look: Look, state: State, lessons: Lessons | None = None) -> None:
        """Record the run and when the source is due next, both or neither."""
        name, crawl, now = look.source.id, look.crawl, self.clock()
        del self.under_way[name]
        look.over = True
        if state == "interrupted" or (crawl.run is None and look.failure is None):
            how, ended = None, cut_short(look.watch)
        else:
            how = look.failure or failed(crawl.counts, look.lists, look.bad_lists, crawl.failures)
            ended = self._after(look, how, now)
        # A look that a host put off was cut short by it, whatever else came: it proves nothing of the source.
        run = closed(crawl.run, crawl, now, "interrupted" if how == PAUSED else state) if crawl.run else None
        if run is None:
            held = self.archive.release(self.owner, ended)
        else:
            held = self.archive.end_watched(run, self.owner, ended, crawl.seen)
        if not held:
            crawl.tell("Its lease had run out and was taken by another worker.")
        self.watches[name] = ended
        if self.done is not None and state != "interrupted":
            self.done.add(name)
        self.ended += run is not None and state != "interrupted"
        told = told_of(look, ended, run, how, lessons)
        if run is not None:
            told = replace(told, examined=self._examined(run, now, look))
        if run is not None and state != "interrupted" and (fault := kept_up(self.archive, KEEPING_UP)):
            self.told.say(f"{name}: {fault}")
        self.told.ended(told)

    def _examined(self, run: Run, now: datetime, look: Look) -> Examined:
        """What became of the source's alarms. A fault of ours in judging is told, and stops nobody's crawl."""
        try:
            if not look.of_lists and went_on(self.archive, run, look.crawl.seen, now):
                return Examined()
            return examine(self.archive, run, now, self.told.repeat, judged=look.of_lists and not self.dark)
        except Exception as error:
            if isinstance(error, ArchiveProblem) or is_the_machine_s(error):
                raise
            self.told.say(f"{run.source_id}: looking at its health failed, which is our fault: {error!r}")
            return Examined()

    def _after(self, look: Look, how: str | None, now: datetime) -> Watch:
        """How the source stands after a look that came to its end, and what that means for the others."""
        answered = look.crawl.counts.answered
        if is_light(how, answered) and (look.of_lists or answered):
            self._lit(look, now)
        if how == PAUSED:
            return put_off(look.watch, look.not_before, look.started, now, self.policy)
        if not look.of_lists:
            hosts = look.crawl.hosts
            of_source = look.failure is None and not answered and not hosts.by_themselves
            if of_source and is_of_resting(recall(look.watch.memory), hosts.in_trouble):
                how = None
            ended = revisited(look.watch, how, look.started, now)
            return self._with_ladder(ended, look) if how is None else ended
        dark = how is not None and is_dark(how, answered)
        seen = Seen(now, self.archive.dated(look.new), how, look.started)
        ended = after(look.watch, seen, terms_of(look.source), look.started, now, self.policy)
        if not dark or how is None:
            return self._with_ladder(ended, look)
        ended = in_vain(ended)
        if not (self.dark or network_gone((self.watches | {ended.source_id: ended}).values(), self.configured)):
            return ended
        soon = now + self.policy.dark_pause
        if not self.dark:
            self.dark = True
            self.told.say("Nothing can be reached: the network seems to be gone. Sources are tried again soon.")
            self._amend(sooner(self.watches.values(), soon))
        return excused(look.watch, how, look.started, now, soon)

    def _with_ladder(self, ended: Watch, look: Look) -> Watch:
        """The same, due sooner where the ladder asks for one of its articles before its lists are due."""
        source, hosts, now = look.source, look.crawl.hosts, self.clock()
        if not source.ladder:
            return with_ladder(ended, None, terms_of(source), self.policy)
        before = recall(ended.memory)
        memory = after_look(before, hosts.in_trouble, hosts.answered, now)
        ended = ended if memory == before else replace(ended, memory=to_json(memory))
        asked = soonest(self.archive.askings(source.id, source.ladder), source.ladder)
        if rest := resting(memory, now):
            others = soonest(self.archive.askings(source.id, source.ladder, tuple(rest)), source.ladder)
            asked = asked_next(asked, others, rest)
        return with_ladder(ended, asked, terms_of(source), self.policy, waiting=look.crawl.again.unfitted)

    def _lit(self, look: Look, now: datetime) -> None:
        """Somebody was reached: those that could not be while nobody was are judged."""
        changed = lit(self.watches.values(), self.configured, now)
        if self.dark:
            self.told.say("The network is there again; what could not be reached meanwhile is looked at now.")
        self.dark = False
        self._amend(changed)
        look.watch = self.watches.get(look.source.id, look.watch)

    def _amend(self, changed: Sequence[Watch]) -> None:
        """Write rows anew; of a source that is under way when it is given back."""
        for each in changed:
            self.watches[each.source_id] = each
            if each.source_id in self.under_way:
                self.under_way[each.source_id][0].watch = each
            else:
                self.archive.amend(each)

    def _let_go(self, state: State) -> None:
        """Give back what is left under way, as far as that can be done; it stays due."""
        for look, _ in list(self.under_way.values()):
            try:
                self._give_back(look, "interrupted" if state == "failed" else state)
            except (ArchiveProblem, OSError):  # it broke before: the first error is the one to be told
                return

    def _next_due(self) -> datetime | None:
        return min((self.watches[name].due for name in self.sources), default=None)
