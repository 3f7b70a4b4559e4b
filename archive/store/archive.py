"""The archive as one handle: open, record, read, search."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import TracebackType
from typing import Any, Self, TypeVar

from sqlalchemy.engine import Connection
from sqlalchemy.exc import SQLAlchemyError

from archive.captures import CaptureFolder, CaptureWriter, DamagedCapture, Place
from archive.decide import Answer, Decision, absorbed, is_good_article
from archive.fold import spaced
from archive.model import (
    Alarm,
    Article,
    Capture,
    Change,
    FoundLink,
    Page,
    PageKind,
    Revision,
    Run,
    Standing,
    Trust,
    Verdict,
    Watch,
)
from archive.query import SHANGHAI, Tag, both, parse
from archive.store import (
    addresses,
    alarms,
    articles,
    check,
    days,
    indexing,
    kept,
    learnt,
    outbox,
    pages,
    rows,
    runs,
    search,
    status,
    trust,
    verify,
    watch,
    work,
)
from archive.store.days import Records
from archive.store.engine import connect_to_read, connect_to_write, is_trouble, tell_of_troubles
from archive.store.errors import ArchiveBroken, ArchiveUnreachable, NotWritable, reason_of
from archive.store.learnt import Profile, TemplateChange
from archive.store.lock import Waiting, WriterLock
from archive.store.outbox import Letter
from archive.store.recovery import Recovery, record_size, recover
from archive.store.rows import CaptureRow
from archive.store.search import Hits
from archive.store.status import SourceStatus
from archive.store.work import Ladder
from archive.tally import Tally

Written = TypeVar("Written")

BATCH = 50
"""Records in a transaction (measured: 7,153 rows/s against 3,030 one by one)."""

MINUTE = timedelta(minutes=1)
"""By how much two clocks may differ and both be right."""

BATCH_SECONDS = 2.0
"""A transaction is not held open for longer."""


class Archive:
    """An open archive: many may read, one writes. A handle is used by one thread at a time.

    Whatever was kept or recorded lasts from the next `commit` on, which comes by itself after 50 records or 2 seconds
    and when the archive is closed. A process that is killed in between loses nothing that it had kept: the next one
    that opens the archive for writing finds it (`recovery`, `orphans`).
    """

    def __init__(
        self,
        connection: Connection,
        folder: CaptureFolder,
        writer: CaptureWriter | None,
        lock: WriterLock | None,
        clock: Callable[[], datetime],
    ) -> None:
        """Not to be called by others: see `open`."""
        self._connection, self._folder, self._writer, self._lock = connection, folder, writer, lock
        self._clock = clock
        self._uncommitted = 0
        self._since = 0.0
        self._broken: ArchiveBroken | None = None
        self._writing = 0  # how many changes are under way: what fails in them is told there
        self.recovery = Recovery() if writer is None else recover(connection, folder)
        if writer is not None:
            tell_of_troubles(connection.engine, lambda error: None if self._writing else self._give_up(error))

    @classmethod
    def open(
        cls,
        data: Path,
        database: str | None = None,
        *,
        write: bool = False,
        wait: float = 0.0,
        urgent: bool = True,
        waiting: Waiting = lambda pid: None,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> Self:
        """Open the archive in a data directory; opening it for writing makes it if need be.

        `database` is a URL (postgresql://…); without it the database is `archive.db` in the directory. The clock
        names new capture files after the day.

        Where another process writes, its end is waited for, `wait` seconds at most, once `waiting` has been told of it;
        with `urgent` a worker that writes notices (`is_wanted`) and lets this one in before it goes on.

        Raises ArchiveBusy, ArchiveMissing, ArchiveUnreachable, ArchiveForeign, ArchiveOutdated or ArchiveNewer.
        """
        folder = CaptureFolder(data / "captures")
        if not write:
            return cls(connect_to_read(data, database), folder, None, None, clock)
        with ExitStack() as undo:
            try:
                folder.folder.mkdir(parents=True, exist_ok=True)
                lock = WriterLock(data, wait, urgent=urgent, waiting=waiting)
                undo.callback(lock.release)
                connection = connect_to_write(data, database, lock, wait)
                undo.callback(connection.close)
                opened = cls(connection, folder, CaptureWriter(folder.folder), lock, clock)
            except OSError as error:
                raise ArchiveUnreachable(f"The data folder {data} cannot be written to: {error}.") from error
            except SQLAlchemyError as error:
                if not is_trouble(error):
                    raise
                raise ArchiveUnreachable(
                    f"The archive in {data} could not be put in order: {reason_of(error)}."
                ) from error
            undo.pop_all()
            return opened

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            self.close()
        except ArchiveBroken as second:
            if error is None:
                raise
            error.add_note(f"The archive could not be closed in order either: {second}")

    def close(self) -> None:
        """Commit what was recorded and close the capture file; once writing has failed, only let go of everything."""
        try:
            if self._writer is not None and self._broken is None:
                self.commit()
                self._writer.close()
        except OSError as error:
            raise self._give_up(error) from error
        finally:
            if self._writer is not None and self._broken is not None:
                self._writer.let_go()
                self._connection.invalidate()
            self._connection.close()
            self._connection.engine.dispose()
            if self._lock is not None:
                self._lock.release()

    @property
    def is_wanted(self) -> bool:
        """Whether another process waits to write to this data directory, and this one does."""
        return self._lock is not None and self._lock.is_wanted()

    # --- writing

    def begin_run(self, source_id: str, started: datetime, command: str) -> Run:
        """A new run of a source."""
        self._writable()
        with self._change():
            run = runs.begin(self._connection, source_id, started, command)
        self.commit()
        return run

    def end_run(self, run: Run, tally: Tally | None = None) -> None:
        """Record how a run ended and what it saw, and let search know what it brought."""
        self._writable()
        with self._change():
            runs.end(self._connection, run)
            if tally is not None:
                days.keep(self._connection, run, tally)
        self.commit()
        self.index()

    def found(self, source_id: str, links: Sequence[FoundLink], at: datetime) -> None:
        """Remember links as pending pages; what is known stays as it is."""
        self._writable()
        with self._change():
            pages.remember(self._connection, source_id, links, at)
        self._recorded()

    def expect(self, source_id: str, links: Sequence[FoundLink], at: datetime, *, part_of: str) -> None:
        """Remember links as pending further pages of an article, whatever they were before; what we hold stays.

        `part_of` is the article's canonical address. As long as one of them is pending the article is not whole.
        """
        self._writable()
        with self._change():
            home = addresses.home(self._connection, rows.column_text(part_of))
            pages.expect(self._connection, source_id, links, at, leads_to=home)
        self._recorded()

    def parts(self, source_id: str, canonical_url: str) -> tuple[Page, ...]:
        """The further pages of an article that have been seen, in the order in which they were found."""
        home = addresses.home(self._connection, rows.column_text(canonical_url))
        return pages.parts(self._connection, source_id, home)

    def keep(self, capture: Capture) -> bool:
        """Write a capture to its WARC file; False if it is there already.

        Raises UnwritableCapture for an address that no server can have answered to, OSError if the disk is full.
        """
        writer = self._writable()
        there = kept.row_of(self._connection, capture.id)
        if there is not None and not there.lost:
            return False
        now = self._clock()
        if writer.is_full(now):
            self.commit()
            writer.close()
        place = writer.append(capture, now)
        try:
            with self._change():
                if there is None or not kept.moved(self._connection, capture.id, place):
                    kept.add(self._connection, capture, place)
        except BaseException:
            writer.take_back(place)
            raise
        self._recorded()
        return True

    def record(
        self,
        capture: Capture,
        canonical_url: str,
        verdict: Verdict,
        read: Sequence[Article],
        evidence: Mapping[str, Any],
        run_id: int | None = None,
        *,
        asked: str | None = None,
        at: datetime | None = None,
        part_of: str | None = None,
    ) -> tuple[Change, ...]:
        """Record what the reading of a capture gave. Recording the same again changes nothing.

        `asked` is the canonical address of the page that was asked for, where a redirect led from it to
        `canonical_url`: its row takes the state, and both addresses lead to one article. An answer that is no good copy
        counts as a failure of the page; `failed` need not be told of it.

        `at` is the moment of the newest answer that the reading rests on, where other pages were joined to this one.
        `part_of` is the canonical address of the article that a capture of the kind part is a further page of.
        """
        self._writable()
        row = kept.row_of(self._connection, capture.id)
        if row is None or row.lost:
            self.keep(capture)
        answer = Answer(
            capture.id,
            at or capture.fetched_at,
            capture.status,
            verdict,
            capture.content_digest,
            read_before=row is not None and row.verdict is not None,
        )
        address, reached = rows.column_text(asked or canonical_url), rows.column_text(canonical_url)
        with self._change():  # all of a page or nothing: what fails stays unread
            found: list[tuple[str, Decision]] = []
            if capture.kind == "article":
                stored = [rows.as_stored(article) for article in read]
                found += addresses.decided(self._connection, address, reached, stored, answer)
            elif part_of is not None and is_good_article(answer):
                gone = absorbed(articles.held_on(self._connection, address), answer)
                found += [(address, each) for each in gone]
            decisions = [decision for _, decision in found]
            page_id, newest = pages.answered(self._connection, capture, address, answer, decisions=decisions)
            kept.read(self._connection, answer, page_id, run_id, rows.evidence_to_bytes(evidence))
            changes = tuple(
                articles.carry_out(self._connection, decision, home, capture.source_id, answer)
                for home, decision in found
            )
            if part_of is not None:
                home = addresses.home(self._connection, rows.column_text(part_of))
                addresses.lead(self._connection, (address,), home)
            elif found and newest and is_good_article(answer):
                if reached != address:
                    link = FoundLink(capture.url, reached, capture.found_on, kind=capture.kind)
                    pages.reached(self._connection, capture.source_id, link, capture.fetched_at)
                addresses.lead(self._connection, (address, reached), found[0][0])
        self._recorded()
        return changes

    def set_aside(self, capture: Capture, reason: str, run_id: int | None = None) -> None:
        """Mark a kept capture as read and unreadable, with the reason as its evidence; no page or article is touched.

        The last resort where `record` raised: the capture is not handed out as an orphan again.
        """
        self._writable()
        if kept.row_of(self._connection, capture.id) is None:
            self.keep(capture)
        with self._change():
            kept.set_aside(self._connection, capture.id, run_id, rows.evidence_to_bytes({"set_aside": reason}))
        self._recorded()

    def not_modified(
        self, source_id: str, canonical_url: str, at: datetime, run_id: int | None = None, *, full: bool = False
    ) -> tuple[Change, ...]:
        """The page was asked for and is as we hold it: a 304 said so, or with `full` the same content came again."""
        self._writable()
        with self._change():
            address = rows.column_text(canonical_url)
            pages.unchanged(self._connection, source_id, address, at, full=full)
            changes = articles.still_there(self._connection, addresses.home(self._connection, address), at)
        self._recorded()
        return changes

    def failed(
        self,
        source_id: str,
        canonical_url: str,
        at: datetime,
        kind: str,
        message: str,
        run_id: int | None = None,
        *,
        url: str | None = None,
        page_kind: PageKind = "article",
        of_host: bool = False,
    ) -> None:
        """No answer worth reading could be had; no article changes.

        `url` is the address as it was asked for and `page_kind` what was expected there, for a page that was never
        seen before. With `of_host` nothing was learnt about the page: the error is noted and counts for nothing. One
        moment counts one failure: about a capture that was recorded, say `at=capture.fetched_at`.
        """
        self._writable()
        link = FoundLink(url or canonical_url, canonical_url, kind=page_kind)
        with self._change():
            pages.failed(self._connection, source_id, link, at, kind, message, of_host=of_host)
        self._recorded()

    def keep_trust(self, kept: Trust) -> None:
        """Remember how far a host's validators have proved true."""
        self._writable()
        with self._change():
            trust.keep(self._connection, kept)
        self._recorded()

    def keep_learnt(self, profile: Profile) -> None:
        """Remember what was learnt of a source; older profiles stay."""
        self._writable()
        with self._change():
            learnt.keep(self._connection, profile)
        self._recorded()

    def template_changed(self, change: TemplateChange) -> None:
        """Remember that a template of a source is not what it was."""
        self._writable()
        with self._change():
            learnt.notice(self._connection, change)
        self._recorded()

    # --- watching: each of these lasts at once, for it is what other processes go by

    def enrol(self, watches: Sequence[Watch]) -> int:
        """Watch sources that were not watched yet; what is known of the others stays. How many were new."""
        return self._at_once(lambda: watch.enrol(self._connection, watches))

    def claim(
        self, owner: str, now: datetime, lease: timedelta, limit: int, only: Sequence[str] | None = None
    ) -> tuple[Watch, ...]:
        """Take up to `limit` sources that are due and that nobody is at, longest due first.

        They are the owner's until `now + lease` or until they are released. `only` leaves out all other sources.
        """
        return self._at_once(lambda: watch.claim(self._connection, owner, now, lease, limit, only))

    def renew(self, owner: str, until: datetime) -> frozenset[str]:
        """Keep all leases of the owner alive until then; the sources that are still the owner's."""
        return self._at_once(lambda: watch.renew(self._connection, owner, until))

    def release(self, owner: str, ended: Watch) -> bool:
        """Give a source back, with when it is due next and how it fared.

        False, and nothing is written, if the source is not the owner's any more.
        """
        return self._at_once(lambda: watch.release(self._connection, owner, ended))

    def void(self, owner: str) -> tuple[Watch, ...]:
        """End all leases but the owner's and count a death for each, anew where pages had come; the sources.

        Whoever holds the archive for writing knows that no other worker is alive.
        """
        return self._at_once(lambda: watch.void(self._connection, owner))

    def amend(self, amended: Watch) -> bool:
        """Change when a source is due or how it stands; False, and nothing is written, if somebody is at it."""
        return self._at_once(lambda: watch.amend(self._connection, amended))

    def end_watched(self, run: Run, owner: str, ended: Watch, tally: Tally | None = None) -> bool:
        """Record how a run ended, what it saw, and give its source back: all or nothing.

        False if the source was not the owner's.

        Search knows what the run brought.
        """

        def write() -> bool:
            runs.end(self._connection, run)
            if tally is not None:
                days.keep(self._connection, run, tally)
            return watch.release(self._connection, owner, ended)

        released = self._at_once(write)
        self.index()
        return released

    # --- health

    def records(self, source_id: str, since: datetime) -> Records:
        """What a source's health is judged by: how its articles came and what its runs saw since then."""
        return days.records(self._connection, source_id, since)

    def examined(
        self, source_id: str, run_id: int, at: datetime, alarms_now: Sequence[Alarm], summary: str
    ) -> tuple[Alarm, ...]:
        """Remember what the look at a source's health after a run came to: alarms that are new or have changed, and
        how the source stands, as JSON. Those that are `told` now are put into the outbox. Gives the alarms as written.
        """

        def write() -> tuple[Alarm, ...]:
            days.summarise(self._connection, source_id, run_id, at, summary)
            written = alarms.write(self._connection, alarms_now)
            outbox.post(self._connection, [each for each in written if each.told == at], at)
            return written

        return self._at_once(write)

    def alarmed(self, changed: Sequence[Alarm]) -> tuple[Alarm, ...]:
        """Raise alarms, or bring them up to date; gives them as written."""
        return self._at_once(lambda: alarms.write(self._connection, changed))

    def letters(self, messengers: Sequence[str] | None = None) -> tuple[Letter, ...]:
        """What people were not told of yet; to everybody, or once it is for writing, to each of those messengers."""
        if messengers is not None:
            self._at_once(lambda: outbox.address(self._connection, messengers))
        return outbox.letters(self._connection)

    def sent(self, taken: Sequence[Letter], kept: Sequence[Letter]) -> None:
        """Remember which letters messengers have taken, and which were tried in vain."""

        def write() -> None:
            outbox.taken(self._connection, taken)
            outbox.keep(self._connection, kept)

        self._at_once(write)

    def _at_once(self, write: Callable[[], Written]) -> Written:
        self._writable()
        with self._change():
            result = write()
        self.commit()
        return result

    def commit(self) -> None:
        """Make everything so far last: first the captures, then the rows that point to them.

        Raises ArchiveBroken, from the disk's or the database's own error; nothing can be written after that.
        """
        writer = self._writable()
        self._writing += 1
        try:
            writer.sync()
            if writer.name is not None:
                record_size(self._connection, writer.name, writer.size)
            self._connection.commit()
        except (OSError, SQLAlchemyError) as error:
            raise self._give_up(error) from error
        finally:
            self._writing -= 1
        self._uncommitted = 0

    def index(self) -> int:
        """Let search know every article that it does not know yet; how many there were."""
        self._writable()
        self._writing += 1
        try:
            indexed = indexing.catch_up(self._connection, self.commit)
        except SQLAlchemyError as error:
            raise self._give_up(error) from error
        finally:
            self._writing -= 1
        self.commit()
        return indexed

    def orphans(self) -> Iterator[Capture]:
        """The captures that were kept and that nobody has read: to be read and recorded. Oldest first."""
        self._writable()
        for row in kept.unread(self._connection):
            try:
                yield self._folder.read(row.id, Place(row.file, row.offset, row.length))
            except DamagedCapture:
                self._lost(row.id)

    def _lost(self, capture_id: str) -> None:
        """The record of a capture is gone: its page is asked for again, without validators."""
        with self._change():
            pages.ask_again(self._connection, kept.mark_lost(self._connection, [capture_id]))
        self._recorded()

    @contextmanager
    def _change(self) -> Iterator[None]:
        """All of a change or nothing of it.

        Raises ArchiveBroken where the whole transaction is lost with it, or the database cannot write now: it is locked
        by somebody who is no jianbao, its disk is full.
        """
        self._writing += 1
        try:
            with self._savepoint():
                yield
        finally:
            self._writing -= 1

    @contextmanager
    def _savepoint(self) -> Iterator[None]:
        try:
            savepoint = self._connection.begin_nested()
        except SQLAlchemyError as error:
            raise self._give_up(error) from error
        try:
            yield
            savepoint.commit()
        except BaseException as error:
            try:
                savepoint.rollback()
            except SQLAlchemyError:  # SQLite gives up the transaction by itself when the disk is full
                raise self._give_up(error) from error
            if self._connection.invalidated or is_trouble(error):  # the server is gone; a lock
                raise self._give_up(error) from error
            raise

    def _give_up(self, error: BaseException) -> ArchiveBroken:
        """What was not committed is lost in the database; the capture files still hold what was kept."""
        self._broken = ArchiveBroken(error)
        return self._broken

    def _writable(self) -> CaptureWriter:
        if self._writer is None:
            raise NotWritable("The archive was opened for reading; open it with write=True.")
        if self._broken is not None:
            raise self._broken
        return self._writer

    def _recorded(self) -> None:
        if self._uncommitted == 0:
            self._since = time.monotonic()
        self._uncommitted += 1
        if self._uncommitted >= BATCH or time.monotonic() - self._since >= BATCH_SECONDS:
            self.commit()

    # --- reading

    @contextmanager
    def _snapshot(self) -> Iterator[None]:
        """Let several questions see one state, whatever the writer does meanwhile. The writer itself sees only that."""
        if self._writer is not None:
            yield
            return
        on_sqlite = self._connection.dialect.name == "sqlite"
        self._connection.exec_driver_sql("BEGIN" if on_sqlite else "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
        try:
            yield
        finally:
            self._connection.exec_driver_sql("ROLLBACK")

    def pages(self, source_id: str) -> Mapping[str, Page]:
        """The pages of a source by canonical address, in the order in which they were found."""
        return pages.of_source(self._connection, source_id)

    def work(
        self, source_id: str, now: datetime, ladder: Ladder, attempts: int, also: Sequence[str] = ()
    ) -> Mapping[str, Page]:
        """What a crawl of a source has to know before it begins, by canonical address, in the order of finding.

        These are the pages that are no articles, those that were never answered and failed fewer than `attempts` times,
        every article that the ladder of revisits may ask for at `now` (of a few it does not), and what stands at the
        canonical addresses `also`.
        """
        return work.to_do(self._connection, source_id, now, ladder, attempts, also)

    def askings(self, source_id: str, ladder: Ladder) -> tuple[tuple[datetime, datetime], ...]:
        """When a few of a source's articles were first seen and last checked: the one that the ladder of revisits asks
        for first is among them.
        """
        return work.askings(self._connection, source_id, ladder)

    def known(self, source_id: str, addresses: Sequence[str], newest: int) -> Mapping[str, Page]:
        """The pages of a source at these canonical addresses, of those that were found up to the page `newest`."""
        return work.of_addresses(self._connection, source_id, addresses, newest)

    def newest_page(self) -> int:
        """The number of the page that was found last; 0 if there is none."""
        return work.newest(self._connection)

    def pending(self, source_id: str) -> tuple[Page, ...]:
        """The pages of a source that were found and of which no copy could be had so far."""
        return tuple(pages.of_source(self._connection, source_id, ("pending", "failed")).values())

    def article(self, id_or_url: str) -> tuple[Article, Standing] | None:
        """An article by its id or any address that it is known under, with the evidence of its reading."""
        return articles.find(self._connection, id_or_url)

    def revisions(self, article_id: str) -> tuple[Revision, ...]:
        """All revisions of an article, oldest first."""
        return articles.revisions(self._connection, article_id)

    def articles(
        self,
        source: str | None = None,
        since: datetime | None = None,
        until: datetime | None = None,
        *,
        evidence: bool = True,
    ) -> Iterator[tuple[Article, Standing]]:
        """Articles by date (published, else first seen), then id; `since` is included, `until` is not."""
        return articles.select(self._connection, source, since, until, evidence=evidence)

    def captures(
        self,
        source: str | None = None,
        url: str | None = None,
        since: datetime | None = None,
        until: datetime | None = None,
    ) -> Iterator[CaptureRow]:
        """What is known of captures, oldest first; `url` is the address that answered or the canonical one."""
        return kept.select(self._connection, source, url, since, until)

    def capture(self, capture_id: str) -> Capture | None:
        """A capture, read back from its file; None if there is no such id.

        Raises DamagedCapture if its record is gone.
        """
        row = kept.row_of(self._connection, capture_id)
        return self._folder.read(row.id, Place(row.file, row.offset, row.length)) if row else None

    def latest_capture(self, source_id: str, canonical_url: str, verdict: Verdict | None = None) -> Capture | None:
        """The newest capture of a page that answered 200, of those that were read as `verdict`; None if there is none.

        One whose record is damaged is marked as lost, and its page asked for again; that is None as well. A handle
        that was opened for reading raises DamagedCapture.
        """
        row = kept.newest_of_page(self._connection, source_id, canonical_url, verdict)
        if row is None:
            return None
        try:
            return self._folder.read(row.id, Place(row.file, row.offset, row.length))
        except DamagedCapture:
            if self._writer is None:
                raise
            self._lost(row.id)
        return None

    def trust(self, hosts: Iterable[str]) -> Mapping[str, Trust]:
        """How far these hosts' validators have proved true; a host that never proved anything is left out."""
        return trust.of_hosts(self._connection, hosts)

    def learnt(self, source_id: str, digest: str | None = None) -> Profile | None:
        """What was learnt of a source last, or the profile that a reading names; None if there is none."""
        return learnt.find(self._connection, source_id, digest)

    def sample(self, source_id: str, limit: int) -> tuple[CaptureRow, ...]:
        """The newest captures of a source that hold articles, one for each page, the newest first."""
        return learnt.sample(self._connection, source_id, limit)

    def held(self, source_id: str) -> int:
        """How many pages with articles are held of a source."""
        return learnt.held(self._connection, source_id)

    def newest_evidence(self, source_id: str, limit: int) -> Iterator[Mapping[str, Any]]:
        """The evidence of the newest captures of a source that hold articles, the newest first."""
        return learnt.newest_evidence(self._connection, source_id, limit)

    def template_changes(self, source_id: str | None = None) -> tuple[TemplateChange, ...]:
        """The changes of templates that were noticed, newest first."""
        return learnt.changes(self._connection, source_id)

    def ahead_of(self, now: datetime) -> datetime | None:
        """The newest answer that is said to have come more than a minute after `now`; None if all is well.

        A clock that was ahead once: until that moment passes, no answer changes what it decided.
        """
        return pages.newest_check(self._connection, now + MINUTE)

    def watches(self) -> Mapping[str, Watch]:
        """When each source is due and who is at it, by source, the longest due first."""
        return watch.all_of(self._connection)

    def dated(self, article_ids: Sequence[str]) -> tuple[datetime, ...]:
        """When the articles were published, or first seen where that is not known; oldest first."""
        return watch.dated(self._connection, article_ids)

    def alarms(self, source: str | None = None) -> tuple[Alarm, ...]:
        """The alarms that stand, oldest first."""
        return alarms.standing(self._connection, source)

    def past_alarms(self, source: str | None = None, limit: int = 100) -> tuple[Alarm, ...]:
        """The newest alarms, those that were cleared too, newest first."""
        return alarms.newest(self._connection, source, limit)

    def status_of(self, source_id: str) -> SourceStatus:
        """How one source stands, in numbers."""
        return status.of_source(self._connection, source_id)

    def check(self) -> tuple[str, ...]:
        """A sentence for each capture file that is not as long as it should be, and for what is lost or unread.

        Reads no file: see `verify` for a look at every byte.
        """
        return check.differences(self._connection, self._folder)

    def search(
        self,
        query: str | Sequence[str],
        source: str | None = None,
        limit: int = 20,
        offset: int = 0,
        *,
        order: search.Order = "newest",
        count: bool = True,
    ) -> Hits:
        """The articles that a query asks for (docs/search.md), and with `count` how many there are in all.

        Several queries are put as one, with blanks between them. Raises QueryError, which names the place.
        """
        asked = parse(query if isinstance(query, str) else " ".join(query), self._clock().astimezone(SHANGHAI).date())
        if asked is None:
            return Hits(0 if count else None, ())
        if source is not None:
            asked = both(asked, Tag("source", spaced(source)))
        if self._writer is not None:
            self.index()
        with self._snapshot():
            return search.search(self._connection, asked, limit, offset, order, count=count)

    def verify(self) -> Iterator[str]:
        """A sentence for each thing in files or database that is not as it should be. Reads all, changes nothing."""
        return verify.differences(self._connection, self._folder)

    def status(self) -> tuple[SourceStatus, ...]:
        """How each source stands, in numbers."""
        return status.of_all(self._connection)

    def last_walked(self, source_id: str) -> datetime | None:
        """When the newest crawl of a source ended that was not cut short; None if none was."""
        return runs.last_walked(self._connection, source_id)

    def runs(self, source: str | None = None, limit: int = 20) -> tuple[Run, ...]:
        """The newest runs, newest first."""
        return tuple(runs.newest(self._connection, source, limit))
