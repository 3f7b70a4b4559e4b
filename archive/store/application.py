"""Recording what reading pages again gave, and undoing it.

Pages are recorded a batch at a time: what must be known of them is asked for all at once, and what follows from it is
written by few statements. A statement for each page and table cost three times as much.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from archive.decide import Answer, Decision
from archive.model import Article, Change
from archive.reread import Found, HeldArticle, ReadAgain
from archive.store import addresses, ages, articles, kept, pages, rows, summed, written
from archive.store.reread import HELD
from archive.store.tables import application, applied, article, capture, page, reading, revision

_KEYS: sa.BindParameter[Any] = sa.bindparam("keys", expanding=True)
STANDING = sa.select(*HELD).where(article.c.canonical_url.in_(_KEYS)).order_by(article.c.canonical_url)
COPIES: sa.Select[Any] = sa.select(
    *(capture.c.id, capture.c.source_id, capture.c.url, capture.c.fetched_at, capture.c.status),
    *(capture.c.content_digest, capture.c.page_id, capture.c.verdict, capture.c.evidence),
).where(capture.c.id.in_(_KEYS))
PAGES: sa.Select[Any] = sa.select(
    *(page.c.id, page.c.source_id, page.c.canonical_url, page.c.last_fetched, page.c.last_checked),
    *(page.c.last_full, page.c.leads_to),
).where(page.c.canonical_url.in_(_KEYS))
RECORDED = (
    reading.update()
    .where(reading.c.source_id == sa.bindparam("of_source"), reading.c.address == sa.bindparam("of_address"))
    .values(key=sa.bindparam("new_key"), found=None, applied=sa.bindparam("by"))
)


def begin(connection: Connection, at: datetime) -> int:
    """The application that goes on: the one that was cut off, else a new one."""
    open_one = sa.select(sa.func.max(application.c.id)).where(application.c.ended.is_(None))
    number = connection.execute(open_one).scalar()
    if number is None:
        number = connection.execute(application.insert().values(begun=at).returning(application.c.id)).scalar_one()
    return int(number)


def unfinished(connection: Connection) -> int | None:
    """The application that was cut off; None if none was."""
    return connection.execute(sa.select(sa.func.max(application.c.id)).where(application.c.ended.is_(None))).scalar()


def end(connection: Connection, number: int, at: datetime) -> None:
    """The application came to its end; one that changed nothing is forgotten."""
    used = sa.exists().where(applied.c.application_id == number)
    connection.execute(application.delete().where(application.c.id == number, ~used))
    connection.execute(application.update().where(application.c.id == number).values(ended=at))


def apply(
    connection: Connection, number: int, source_id: str, batch: Sequence[tuple[ReadAgain, Mapping[int, int]]]
) -> list[tuple[Change, ...] | None]:
    """Record what reading pages of a source again gave: revisions whose reason is `re-read`. Told is what changed.

    Beside each page stand the revisions of its articles that it was compared with, by ordinal. None, and nothing of
    that page is recorded, where others stand there by now, or its capture does not.
    """
    standing: dict[str, dict[int, HeldArticle]] = {}
    for row in connection.execute(STANDING, {"keys": [read.address for read, _ in batch]}):
        standing.setdefault(row.address, {})[row.ordinal] = HeldArticle(*row)
    wanted = [read.found.capture_id for read, _ in batch if read.found]
    copies = {row.id: row for row in connection.execute(COPIES, {"keys": wanted})}
    told: list[tuple[Change, ...] | None] = []
    writes = _Writes(number, source_id)
    for read, expected in batch:
        found, held = read.found, standing.get(read.address, {})
        assert found is not None
        copy = copies.get(found.capture_id)
        if copy is None or {ordinal: each.revision for ordinal, each in held.items()} != dict(expected):
            told.append(None)
        else:
            told.append(_carry_out(connection, writes, read, found, copy, held))
    writes.carry_out(connection)
    for read, _ in (each for each, changes in zip(batch, told, strict=True) if changes):
        if any(each["what"] == "gained" or "published" in each["fields"] for each in read.detail["articles"]):
            ages.follow(connection, read.address)
    return told


def _carry_out(
    connection: Connection,
    writes: _Writes,
    read: ReadAgain,
    found: Found,
    copy: sa.Row[Any],
    held: Mapping[int, HeldArticle],
) -> tuple[Change, ...]:
    """Change the articles of a page; what else follows is left to `writes`."""
    answer = Answer(copy.id, copy.fetched_at, copy.status, found.verdict, copy.content_digest, read_before=True)
    by_ordinal = {each.ordinal: each for each in found.articles}
    changes = []
    gained = False
    for told in read.detail["articles"]:
        ordinal, what = told["ordinal"], told["what"]
        if what not in ("gained", "changed", "restored"):
            continue
        decision = _decision(what, by_ordinal[ordinal], told)
        change = articles.carry_out(connection, decision, read.address, writes.source_id, answer)
        if what == "gained":
            gained = True
            if found.gone:
                gone = Decision("gone", ordinal, status="gone")
                articles.carry_out(connection, gone, read.address, writes.source_id, answer)
        writes.changed(change, held.get(ordinal), copy)
        changes.append(change)
    evidence = rows.evidence_to_bytes(found.evidence)
    # Search can be asked for what it holds of those that stay as they are.
    if held and not rows.same_evidence(copy.evidence, evidence):
        connection.execute(kept.INDEX_ANEW, {"key": copy.id})
    writes.read(read, found, copy, evidence, to_page=gained or copy.page_id is None)
    writes.sources.update(each.source_id for each in held.values())
    return tuple(changes)


def _decision(what: str, read: Article, told: Mapping[str, Any]) -> Decision:
    if what == "gained":
        return Decision("new", read.ordinal, read, "re-read", "live")
    if what == "restored":
        text = read if told["fields"] else None
        return Decision("restored", read.ordinal, text, "re-read" if text else None, "restored")
    return Decision("changed", read.ordinal, read, "re-read")


@dataclass(slots=True)
class _Writes:
    """What a batch leaves to be written beside articles and revisions, in the order of its pages."""

    number: int
    source_id: str
    sources: set[str] = field(default_factory=set)  # whose articles stand there
    applied: list[dict[str, Any]] = field(default_factory=list)
    captures: list[dict[str, Any]] = field(default_factory=list)
    readings: list[dict[str, Any]] = field(default_factory=list)
    paged: list[tuple[dict[str, Any], sa.Row[Any], Found, str]] = field(default_factory=list)
    """Captures, as in `captures`, that their page takes for its copy; what was found, and where its articles stand."""

    def changed(self, change: Change, was: HeldArticle | None, copy: sa.Row[Any]) -> None:
        """An article was changed; `was` is how it stood."""
        self.applied.append(
            {
                "application_id": self.number,
                "article_id": change.article_id,
                "revision": change.revision,
                "before": was.revision if was else 0,
                "status": was.status if was else "",
                "capture_id": copy.id,
                "verdict": copy.verdict,
                "evidence": copy.evidence,
            }
        )

    def read(self, read: ReadAgain, found: Found, copy: sa.Row[Any], evidence: bytes | None, *, to_page: bool) -> None:
        """What the capture is taken for now; with `to_page` its page holds an article for the first time."""
        this = {"key": copy.id, "page_id": copy.page_id, "verdict": found.verdict, "evidence": evidence}
        self.captures.append(this)
        if to_page:
            self.paged.append((this, copy, found, read.address))
        here = {"of_source": self.source_id, "of_address": read.address}
        self.readings.append({**here, "new_key": read.key, "by": self.number})

    def carry_out(self, connection: Connection) -> None:
        """Write it."""
        if not self.captures:
            return
        if self.paged:
            self._take_copies(connection)
        if self.applied:
            connection.execute(applied.insert(), self.applied)
        kept.READ.run_each(connection, self.captures)
        connection.execute(RECORDED, self.readings)
        summed.outdate(connection, {self.source_id, *self.sources})

    def _take_copies(self, connection: Connection) -> None:
        """A page takes a capture for its copy if that is the newest; no validators, for they were not looked at."""
        known = _known(connection, [found.asked for _, _, found, _ in self.paged])
        unknown: dict[tuple[str, str], dict[str, Any]] = {}
        for _, copy, found, _ in self.paged:
            address = rows.column_text(found.asked)
            if not any(each.source_id == copy.source_id for each in known.get(address, ())):
                unknown.setdefault((copy.source_id, address), _new_page(copy, address))
        if unknown:
            connection.execute(page.insert(), list(unknown.values()))
            known = _known(connection, [found.asked for _, _, found, _ in self.paged])
        newest: dict[int, datetime | None] = {each.id: each.last_fetched for some in known.values() for each in some}
        leads = {address: {each.leads_to for each in some} for address, some in known.items()}
        taken = []
        for this, copy, found, home in self.paged:
            address = rows.column_text(found.asked)
            there = next(each for each in known[address] if each.source_id == copy.source_id)
            this["page_id"] = there.id
            before = newest[there.id]
            if before is None or before <= copy.fetched_at:
                newest[there.id] = copy.fetched_at
                taken.append(_taken(there, copy, found))
            if leads[address] != {None if home == address else home}:
                addresses.lead(connection, (address,), home)
                leads[address] = {None if home == address else home}
        if taken:
            pages.CHANGE.run_each(connection, taken)


def _known(connection: Connection, asked: Iterable[str]) -> dict[str, list[sa.Row[Any]]]:
    """The pages of these addresses, whoever found them."""
    found: dict[str, list[sa.Row[Any]]] = {}
    for row in connection.execute(PAGES, {"keys": sorted({rows.column_text(each) for each in asked})}):
        found.setdefault(row.canonical_url, []).append(row)
    return found


def _new_page(copy: sa.Row[Any], address: str) -> dict[str, Any]:
    return {
        "source_id": copy.source_id,
        "canonical_url": address,
        "url": rows.column_text(copy.url),
        "kind": "article",
        "state": "pending",
        "first_seen": copy.fetched_at,
    }


def _taken(there: sa.Row[Any], copy: sa.Row[Any], found: Found) -> dict[str, Any]:
    return {
        "key": there.id,
        "state": "fetched",
        "verdict": found.verdict,
        "content_digest": copy.content_digest,
        "last_fetched": copy.fetched_at,
        "last_checked": pages.later(there.last_checked, copy.fetched_at),
        "last_full": pages.later(there.last_full, copy.fetched_at),
        **pages.FINE,
    }


# --- undoing it


def newest(connection: Connection) -> tuple[int, datetime] | None:
    """The newest application that stands, and when it was begun; None if there is none."""
    query = sa.select(application.c.id, application.c.begun).where(application.c.undone.is_(None))
    row = connection.execute(query.order_by(application.c.id.desc()).limit(1)).first()
    return (row.id, row.begun) if row else None


def to_undo(connection: Connection, number: int) -> Sequence[str]:
    """The articles that an application changed and that were not looked at yet."""
    query = sa.select(applied.c.article_id).where(applied.c.application_id == number, ~applied.c.undone)
    return connection.execute(query.order_by(applied.c.article_id)).scalars().all()


def undo(connection: Connection, number: int, article_id: str) -> str:
    """Give an article its former text as a new revision: "back", "gone" where it had none, "left" if it was changed
    since.
    """
    here = (applied.c.application_id == number, applied.c.article_id == article_id)
    row = connection.execute(sa.select(applied).where(*here)).one()
    connection.execute(applied.update().where(*here).values(undone=True))
    now = articles.ONE.first(connection, {"key": article_id})
    if now.revision != row.revision:
        return "left"
    source = (now.canonical_url, now.source_id)
    connection.execute(reading.delete().where(reading.c.source_id == now.source_id, reading.c.address == source[0]))
    text = row.before or row.revision
    former = connection.execute(
        sa.select(revision.c.capture_id, revision.c.read_at, *written.TEXT).where(
            revision.c.article_id == article_id, revision.c.number == text
        )
    ).one()
    capture_row = kept.row_of(connection, former.capture_id)
    digest = capture_row.content_digest if capture_row else ""
    answer = Answer(former.capture_id, former.read_at, 200, "article", digest, read_before=True)
    if row.before == 0:
        decision = Decision("gone", now.ordinal, status="gone")
    elif row.before == row.revision:  # it was only restored
        decision = Decision("gone", now.ordinal, status=row.status)
    else:
        decision = Decision("changed", now.ordinal, written.article_of(former), "re-read", row.status)
    articles.carry_out(connection, decision, *source, answer)
    ages.follow(connection, now.canonical_url)
    before = {"verdict": row.verdict, "evidence": row.evidence}
    connection.execute(capture.update().where(capture.c.id == row.capture_id).values(**before))
    summed.outdate(connection, (now.source_id,))
    return "gone" if row.before == 0 else "back"


def undone(connection: Connection, number: int, at: datetime) -> None:
    """The application is undone."""
    connection.execute(application.update().where(application.c.id == number).values(undone=at, ended=at))
