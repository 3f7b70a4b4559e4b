"""Pages: every address that a source has shown, and how it stands."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from archive.decide import Answer, Decision, is_gone, is_success, is_unfit
from archive.identity import without_userinfo
from archive.model import Capture, FoundLink, Page, PageState
from archive.store import rows
from archive.store.prepared import Prepared
from archive.store.tables import page


def remember(connection: Connection, source_id: str, links: Iterable[FoundLink], at: datetime) -> None:
    """Remember addresses as pending pages; those that are known stay as they are."""
    values = [
        {
            "source_id": source_id,
            "canonical_url": rows.column_text(link.canonical_url),
            "url": rows.column_text(without_userinfo(link.url)),
            "kind": link.kind,
            "state": "pending",
            "found_on": rows.column_text(without_userinfo(link.found_on)) if link.found_on else None,
            "title": rows.column_text(link.title),
            "first_seen": at,
        }
        for link in links
    ]
    if values:
        connection.execute(rows.insert(connection, page).on_conflict_do_nothing(), values)


def expect(connection: Connection, source_id: str, links: Iterable[FoundLink], at: datetime, *, leads_to: str) -> None:
    """Remember addresses as pending pages of this kind, found there, whatever they were; the copies we hold stay."""
    links = list(links)
    remember(connection, source_id, links, at)
    for link in links:
        here = (page.c.source_id == source_id, page.c.canonical_url == rows.column_text(link.canonical_url))
        found_on = rows.column_text(link.found_on) if link.found_on else None
        values = {"state": "pending", "kind": link.kind, "found_on": found_on, "leads_to": leads_to}
        connection.execute(page.update().where(*here).values(values))


def parts(connection: Connection, source_id: str, leads_to: str) -> tuple[Page, ...]:
    """The further pages of an article."""
    theirs = (page.c.leads_to == leads_to, page.c.source_id == source_id, page.c.kind == "part")
    return tuple(rows.page(row) for row in connection.execute(sa.select(page).where(*theirs).order_by(page.c.id)))


def of_source(connection: Connection, source_id: str, states: tuple[PageState, ...] = ()) -> dict[str, Page]:
    """The pages of a source by canonical address, in the order in which they were found."""
    query = sa.select(page).where(page.c.source_id == source_id).order_by(page.c.id)
    if states:
        query = query.where(page.c.state.in_(states))
    return {row.canonical_url: rows.page(row) for row in connection.execute(query)}


HERE = (page.c.source_id == sa.bindparam("source"), page.c.canonical_url == sa.bindparam("address"))
ONE = Prepared(sa.select(page).where(*HERE))
CHANGE = Prepared(page.update().where(page.c.id == sa.bindparam("key")))


def _row(connection: Connection, source_id: str, link: FoundLink, at: datetime) -> sa.Row[Any]:
    """The page's row, which is made if the page was never seen."""
    key = {"source": source_id, "address": rows.column_text(link.canonical_url)}
    found: sa.Row[Any] | None = ONE.first(connection, key)
    if found is None:
        remember(connection, source_id, [link], at)
        found = ONE.first(connection, key)
        assert found is not None
    return found


def answered(
    connection: Connection, capture: Capture, canonical_url: str, answer: Answer, *, decisions: Sequence[Decision] = ()
) -> tuple[sa.Row[Any], bool]:
    """Take a capture into the state of the page that was asked for; gives its row as it was, and whether this is the
    newest answer.

    An older capture than the page's newest says nothing of how it stands today. Of an unfit one, and of one that says
    the page is gone, no validators are kept: a 304 to them would confirm what is not worth having. An unfit one counts
    as a failure, whatever its status.
    """
    asked = FoundLink(capture.requested_url or capture.url, canonical_url, capture.found_on, kind=capture.kind)
    found = _row(connection, capture.source_id, asked, capture.fetched_at)
    if found.last_fetched is not None and capture.fetched_at < _newest(found):
        return found, False
    values: dict[str, Any] = {"last_checked": later(found.last_checked, capture.fetched_at), "verdict": answer.verdict}
    values["last_fetched"] = capture.fetched_at
    again = found.asked_again or _is_another(found, capture.fetched_at)
    if "list" not in (found.kind, capture.kind):  # an address may turn out to be a further page of an article
        values["kind"] = capture.kind
    if capture.kind == "part":
        values["found_on"] = asked.found_on and rows.column_text(asked.found_on)
    if is_gone(answer):
        values |= {"state": "gone", "asked_again": again, **NO_COPY, **FINE}
    elif is_unfit(answer, decisions):
        values["state"] = found.state if found.state in ANSWERED else "failed"
        if not answer.read_before:
            values |= {"failures": found.failures + 1, **_what_failed(answer)}
    else:
        values |= {"state": "fetched", "asked_again": again, "content_digest": capture.content_digest, **FINE}
        values["last_full"] = capture.fetched_at
        values["etag"] = _validator(capture, "etag")
        values["last_modified"] = _validator(capture, "last-modified")
    CHANGE.run(connection, {"key": found.id, **values})
    return found, True


def _newest(found: sa.Row[Any]) -> datetime:
    """When a page that holds a copy was answered last: the copy, or what said later that it is as it was."""
    confirmed = found.state == "fetched" and not found.failures and found.error_kind is None
    newest: datetime = found.last_checked if confirmed else found.last_fetched
    return newest


ANSWERED = ("fetched", "gone")


def _is_another(found: sa.Row[Any], at: datetime) -> bool:
    """Whether an answer of that moment is not the first one of its page."""
    return found.state in ANSWERED and found.last_checked is not None and at > found.last_checked


FINE: dict[str, Any] = {"failures": 0, "error_kind": None, "error": None}
NO_COPY: dict[str, Any] = {"etag": None, "last_modified": None, "content_digest": None}


def _what_failed(answer: Answer) -> dict[str, Any]:
    if is_success(answer):
        return {"error_kind": f"verdict-{answer.verdict}", "error": None}
    return {"error_kind": f"http-{answer.status}", "error": f"The server answered {answer.status}."}


def reached(connection: Connection, source_id: str, link: FoundLink, at: datetime) -> None:
    """A redirect led to this page: it stands. The copy is held by the page that was asked for, so this one has none."""
    found = _row(connection, source_id, link, at)
    if found.last_checked is None or at >= found.last_checked:
        again = found.asked_again or _is_another(found, at)
        values = {"last_checked": at, "state": "fetched", "asked_again": again}
        CHANGE.run(connection, {"key": found.id, **values, **FINE})


def unchanged(connection: Connection, source_id: str, canonical_url: str, at: datetime, *, full: bool = False) -> None:
    """The server says that the page is as we hold it, or with `full` has shown it; one that is gone stays so."""
    here = (page.c.source_id == source_id, page.c.canonical_url == canonical_url)
    there = sa.and_(page.c.last_fetched.is_not(None), page.c.state != "gone")
    values = {"last_checked": at, "state": sa.case((there, "fetched"), else_=page.c.state), "asked_again": True}
    if full:
        values["last_full"] = at
    connection.execute(page.update().where(*here).values(**values, **FINE))


def failed(
    connection: Connection,
    source_id: str,
    link: FoundLink,
    at: datetime,
    kind: str,
    message: str,
    *,
    of_host: bool,
) -> None:
    """No answer worth reading. A page that was fetched or is gone stays so; the failure stands beside it.

    One moment counts one failure: where the answer of the same moment was counted (see `answered`), or the same
    failure was told before, only the words change. What is the host's fault is noted, and says nothing of the page.
    """
    found = _row(connection, source_id, link, at)
    values: dict[str, Any] = {"error_kind": kind, "error": rows.column_text(message)}
    if not of_host:
        counted = found.last_checked == at and found.failures > 0
        values["last_checked"] = later(found.last_checked, at)
        values["failures"] = found.failures + (not counted)
        values["state"] = "failed" if found.state == "pending" else found.state
    CHANGE.run(connection, {"key": found.id, **values})


def newest_check(connection: Connection, after: datetime) -> datetime | None:
    """The newest answer or failure later than a moment; None if there is none."""
    newest: datetime | None = connection.execute(
        sa.select(sa.func.max(page.c.last_checked)).where(page.c.last_checked > after)
    ).scalar()
    return newest


def ask_again(connection: Connection, ids: Iterable[int]) -> None:
    """Have these pages fetched anew without validators, because the copy that we held is gone."""
    connection.execute(page.update().where(page.c.id.in_(list(ids))).values(state="pending", **NO_COPY))


def later(one: datetime | None, other: datetime) -> datetime:
    """The later of two moments, the first of which may not exist."""
    return other if one is None or other > one else one


def _validator(capture: Capture, name: str) -> str | None:
    return rows.column_text(capture.header(name)) or None if capture.status == 200 else None
