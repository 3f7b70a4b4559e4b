"""How a source stands as of its newest run, in the words of `jianbao status`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

import msgspec

from crawler.shanghai import SHANGHAI

if TYPE_CHECKING:  # who only reads a summary does without what it is made from
    from archive.store import SourceStatus
    from archive.store.days import Records
    from crawler.health.history import Judgement

DAYS = 30
"""That are shown, and summed up."""


class Summary(msgspec.Struct, frozen=True, omit_defaults=True):
    """The numbers of one source. Mappings leave out what is zero; shares are from 0 to 1."""

    articles: dict[str, int] = {}  # by status
    pages: dict[str, int] = {}  # by state
    failing: dict[str, int] = {}  # pages whose last answer was a failure, by kind
    captures: int = 0
    capture_bytes: int = 0
    unread: int = 0
    lost: int = 0
    last_success: datetime | None = None
    newest_article: datetime | None = None
    template_change: datetime | None = None
    until: date | None = None  # the last of `days`
    days: tuple[int, ...] = ()  # articles that came on each of the last 30 days, in Shanghai, the newest last
    came: int = 0  # articles in the last 24 hours
    expected: float | None = None  # of the last 24 hours, from all that came before; None where too little is known
    missed: float | None = None  # articles that were to be expected since the last one
    runs: int = 0  # of here on: in the last 30 days
    cut_off: int = 0  # runs that were killed: what they saw is not told
    requests: int = 0
    bytes: int = 0
    read: int = 0  # pages of articles
    filled: dict[str, float] = {}  # of the new articles, the share that has each field
    filled_of: int = 0  # those articles
    mean_length: float | None = None  # characters of a body
    encodings: dict[str, int] = {}
    repairs: dict[str, int] = {}
    lossy: int = 0
    failures: dict[str, int] = {}
    verdicts: dict[str, int] = {}
    revisits: dict[str, int] = {}  # what became of known articles that were asked for again


def summarise(
    state: SourceStatus,
    records: Records,
    arrivals: Sequence[datetime],
    judgement: Judgement,
    usual_day: float | None,
    now: datetime,
) -> Summary:
    """The summary of a source at the end of a run."""
    from archive.tally import Tally, added

    today = now.astimezone(SHANGHAI).date()
    first = today - timedelta(days=DAYS - 1)
    by_day = Counter(moment.astimezone(SHANGHAI).date() for moment in arrivals)
    whole = Tally()
    runs = 0
    for each in records.days:
        if each.day >= first:
            whole, runs = added(whole, each.tally), runs + each.runs
    counts = whole.counts
    articles = whole.articles
    return Summary(
        articles=dict(state.articles),
        pages=dict(state.pages),
        failing=dict(state.failures),
        captures=state.captures,
        capture_bytes=state.capture_bytes,
        unread=state.unread,
        lost=state.lost,
        last_success=state.last_success,
        newest_article=state.newest_article,
        template_change=state.template_change.noticed if state.template_change else None,
        until=today,
        days=tuple(by_day[first + timedelta(days=number)] for number in range(DAYS)),
        came=sum(now - timedelta(days=1) < moment <= now for moment in arrivals),
        expected=usual_day,
        missed=judgement.expected,
        runs=runs,
        cut_off=records.cut_off,
        requests=counts.requests,
        bytes=whole.bytes,
        read=whole.read,
        filled={name: round(count / articles, 4) for name, count in whole.filled.items()} if articles else {},
        filled_of=articles,
        mean_length=round(whole.mean_length, 1) if whole.mean_length is not None else None,
        encodings=dict(whole.encodings),
        repairs=dict(whole.repairs),
        lossy=whole.lossy,
        failures=dict(whole.failures),
        verdicts=dict(whole.verdicts),
        revisits=_nonzero({name: getattr(counts, name) for name in ("known", "changed", "gone", "restored")}),
    )


def _nonzero(counted: Mapping[str, int]) -> dict[str, int]:
    return {name: count for name, count in counted.items() if count}


def to_text(summary: Summary) -> str:
    """As it is stored."""
    return msgspec.json.encode(summary).decode()


_decoder = msgspec.json.Decoder(Summary)


def from_text(text: str) -> Summary:
    """The summary as it was stored; a newer version's words are passed over. Raises msgspec.MsgspecError."""
    return _decoder.decode(text)
