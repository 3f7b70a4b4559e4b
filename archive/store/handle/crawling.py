"""What a crawl asks and records: what it found, kept, read and could not have."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from archive.captures import DamagedCapture
from archive.decide import Answer, Decision, absorbed, is_gone, is_good_article
from archive.model import Article, Capture, Change, FoundLink, Page, PageKind, Run, Trust, Verdict
from archive.store import addresses, ages, articles, days, kept, late, pages, rows, runs, trust, work
from archive.store.handle.base import Handle
from archive.store.rows import CaptureRow
from archive.store.work import Asking, Ladder
from archive.tally import Tally

MINUTE = timedelta(minutes=1)
"""By how much two clocks may differ and both be right."""


class Crawling(Handle):
    """What a crawl asks and records: what it found, kept, read and could not have."""

    def begin_run(self, source_id: str, started: datetime, command: str) -> Run:
        """A new run of a source."""
        self._writable()
        with self._change():
            run = runs.begin(self._connection, source_id, started, command)
        self.commit()
        return run

    def end_run(self, run: Run, tally: Tally | None = None) -> None:
        """Record how a run ended and what it saw. `keep_up` puts what it brought into the index and stories."""
        self._writable()
        with self._change():
            runs.end(self._connection, run)
            if tally is not None:
                days.keep(self._connection, run, tally)
        self.commit()

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

        A body that another capture holds is not written again: what refers to that one is (a revisit).

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
        original = kept.original_of(self._connection, self._folder, capture)
        place, original_id = writer.append(capture, now, original), original.id if original else None
        try:
            with self._change():
                if there is None or not kept.moved(self._connection, capture.id, place, original_id):
                    kept.add(self._connection, capture, place, original_id)
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
            was, newest = pages.answered(self._connection, capture, address, answer, decisions=decisions)
            kept.read(self._connection, answer, int(was.id), run_id, rows.evidence_to_bytes(evidence))
            changes = tuple(
                articles.carry_out(self._connection, decision, home, capture.source_id, answer)
                for home, decision in found
            )
            if was.state == "gone" and not newest:
                here = [decision for home, decision in found if home == address]
                changes += self._gone_since(was.last_checked, address, here, capture.source_id, answer)
            if capture.kind == "article" and (is_gone(answer) or not newest):
                homes = addresses.homes(self._connection, address, reached)
                changes += tuple(late.taken_in(self._connection, homes, answer, newest=newest))
            if part_of is not None:
                home = addresses.home(self._connection, rows.column_text(part_of))
                addresses.lead(self._connection, (address,), home)
            elif found and is_good_article(answer):
                home = found[0][0]
                if newest and reached != address:
                    link = FoundLink(capture.url, reached, capture.found_on, kind=capture.kind)
                    pages.reached(self._connection, capture.source_id, link, capture.fetched_at)
                if newest:
                    addresses.lead(self._connection, (address, reached), home)
                ages.recorded(self._connection, home, was, decisions, moved=reached != address)
        self._recorded()
        return changes

    def _gone_since(
        self, at: datetime, address: str, found: Sequence[Decision], source_id: str, answer: Answer
    ) -> tuple[Change, ...]:
        """Articles that an older copy of a page has brought, which has said since that it is gone: so are they."""
        later = replace(answer, fetched_at=at)
        gone = [Decision("gone", each.ordinal, status="gone") for each in found if each.kind == "new"]
        return tuple(articles.carry_out(self._connection, each, address, source_id, later) for each in gone)

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

    def orphans(self) -> Iterator[Capture]:
        """The captures that were kept and that nobody has read: to be read and recorded. Oldest first."""
        self._writable()
        for row in kept.unread(self._connection):
            try:
                yield kept.read_whole(self._connection, self._folder, row)
            except DamagedCapture:
                self._lost(row)

    def _lost(self, row: CaptureRow) -> None:
        """The record of a capture, or of the one that holds its body, is gone: its page is asked for anew."""
        ids = [row.id]
        if row.original_id is not None and row.place.original is not None:
            try:
                self._folder.body(row.place.original)
            except DamagedCapture:
                ids.append(row.original_id)
        with self._change():
            pages.ask_again(self._connection, kept.mark_lost(self._connection, ids))
        self._recorded()

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

    def askings(self, source_id: str, ladder: Ladder, without: Sequence[str] = ()) -> tuple[Asking, ...]:
        """A few of a source's articles, among them the one that the ladder of revisits asks for first.

        Those at these hosts are left out.
        """
        return work.askings(self._connection, source_id, ladder, without)

    def known(self, source_id: str, addresses: Sequence[str], newest: int) -> Mapping[str, Page]:
        """The pages of a source at these canonical addresses, of those that were found up to the page `newest`."""
        return work.of_addresses(self._connection, source_id, addresses, newest)

    def newest_page(self) -> int:
        """The number of the page that was found last; 0 if there is none."""
        return work.newest(self._connection)

    def pending(self, source_id: str) -> tuple[Page, ...]:
        """The pages of a source that were found and of which no copy could be had so far."""
        return tuple(pages.of_source(self._connection, source_id, ("pending", "failed")).values())

    def latest_capture(self, source_id: str, canonical_url: str, verdict: Verdict | None = None) -> Capture | None:
        """The newest capture of a page that answered 200, of those that were read as `verdict`; None if there is none.

        One whose record is damaged is marked as lost, and its page asked for again; that is None as well. A handle
        that was opened for reading raises DamagedCapture.
        """
        row = kept.newest_of_page(self._connection, source_id, canonical_url, verdict)
        if row is None:
            return None
        try:
            return kept.read_whole(self._connection, self._folder, row)
        except DamagedCapture:
            if self._writer is None:
                raise
            self._lost(row)
        return None

    def last_walked(self, source_id: str) -> datetime | None:
        """When the newest crawl of a source ended that was not cut short; None if none was."""
        return runs.last_walked(self._connection, source_id)

    def ahead_of(self, now: datetime) -> datetime | None:
        """The newest answer that is said to have come more than a minute after `now`; None if all is well.

        A clock that was ahead once: until that moment passes, no answer changes what it decided.
        """
        return pages.newest_check(self._connection, now + MINUTE)

    def trust(self, hosts: Iterable[str]) -> Mapping[str, Trust]:
        """How far these hosts' validators have proved true; a host that never proved anything is left out."""
        return trust.of_hosts(self._connection, hosts)

    def keep_trust(self, kept: Trust) -> None:
        """Remember how far a host's validators have proved true."""
        self._writable()
        with self._change():
            trust.keep(self._connection, kept)
        self._recorded()
