"""What a look at a source means for the next one. Pure: values in, values out.

A source that fails is left alone for longer each time, by the kind of its failure (crawler.schedule.backoff). After
`quarantine_after` failures in a row it is quarantined: looked at once a day, then ever more seldom, until a look
succeeds or a person crawls it.

A source at which workers die is looked at alone from the second death on, and from the fifth it is quarantined as well:
the deaths of its neighbours are not its own, those that it dies alone are. Deaths after which pages had come are no
source's doing: they are counted anew (`archive.store.watch.void`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import msgspec

from archive.model import Counts, Watch
from crawler.schedule import Due, Seen, Terms, learn, next_due, pause, recall, to_json
from crawler.source.hours import opens
from crawler.watch.back import given_back
from crawler.watch.outage import DARK

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Policy:
    """The figures by which sources are watched."""

    lease: timedelta = 10 * MINUTE  # how long a claim holds unless it is renewed, which it is three times meanwhile
    let_in_after: float = 15.0  # seconds for which somebody may wait until what is under way is cut short for them
    round: float = 3600.0  # seconds after which a worker closes the archive once, whatever is due
    quarantine_after: int = 10  # failures in a row
    longest_quarantine: timedelta = 7 * DAY
    alone_after: int = 2  # deaths of workers
    poisoned_after: int = 5
    first_poisoned: timedelta = 10 * MINUTE
    dark_pause: timedelta = 2 * MINUTE  # while our own network is gone (crawler.watch.outage)
    paused: timedelta = MINUTE  # the least that a source is left alone for whose host asks for a pause
    longest_pause: timedelta = DAY  # that a host's Retry-After is kept to (`FetchOptions.longest_pause`)
    slack: timedelta = 5 * MINUTE  # by which a due time may lie later than it would be reckoned now
    late: timedelta = HOUR  # a source that has been due for longer was missed
    apart: timedelta = 5 * MINUTE  # the least between a look and one that the ladder of revisits asks for
    left_over: timedelta = 30 * MINUTE  # the same where the look before left something that was due
    share: timedelta = 10 * MINUTE  # for which a look may ask for known articles, once it can; the rest is due still


PAUSED = "paused"
"""The kind of what was not asked as its host wants to be left alone (`crawler.visit`): no failure of a source."""

LEFT_ALONE = "its host is left alone until then"
"""Why a source is due that was put off; so long its schedule does not hold (`put_right`)."""

POISONED = "poisoned"
_MOST_DOUBLINGS = 12


def kind_of(failure: str) -> str:
    """The kind of a source's failure, as the schedule names it, from a page's.

    >>> [kind_of(each) for each in ("http-503", "http-429", "http-404", "no-links", "dns")]
    ['http-5xx', 'http-429', 'http-4xx', 'template', 'dns']
    """
    if failure == "no-links":
        return "template"
    if failure.startswith("http-") and failure != "http-429":
        return f"{failure[:6]}xx"
    return failure


def failed(counts: Counts, lists: int, bad_lists: Mapping[str, int], failures: Mapping[str, int]) -> str | None:
    """How a crawl failed as a whole; None if it brought what can be had.

    It failed if none of its list pages could be read, if nobody answered, or if all articles that came were unfit.
    `lists` are the list pages that were asked, `bad_lists` those of them that failed, by kind.
    """
    if lists and sum(bad_lists.values()) >= lists:
        return kind_of(most(bad_lists))
    if counts.requests and not counts.answered:
        return kind_of(most(failures)) if failures else "connection"
    good = counts.new + counts.changed + counts.known + counts.restored + counts.gone
    return "template" if counts.quarantined >= FEW_UNFIT and not good else None


FEW_UNFIT = 3
"""So many unfit articles and no good one are no accident."""


def most(kinds: Mapping[str, int]) -> str:
    """The most frequent; of equal ones the first by name."""
    return min(kinds, key=lambda kind: (-kinds[kind], kind))


def is_of_lists(watch: Watch, now: datetime) -> bool:
    """Whether a look that begins now is one at the source's lists. Of one in trouble it always is: that look judges."""
    return watch.lists_due is None or now >= watch.lists_due or watch.state != "ok"


def asks_for(watch: Watch, started: datetime, policy: Policy) -> timedelta:
    """How long a look may ask for known articles: for its share, and one before the lists are due until they are."""
    if is_of_lists(watch, started) or watch.lists_due is None:
        return policy.share
    return min(policy.share, watch.lists_due - started)


def with_ladder(watch: Watch, asked: datetime | None, terms: Terms, policy: Policy, *, waiting: int = 0) -> Watch:
    """A source after a look: due when its lists are, or sooner, when the ladder asks for one of its articles.

    `asked` is that moment. What was due when the look began and still is was left over, and can wait for a while;
    unless it did not fit into the look's share: of those so many are `waiting`.
    """
    lists = watch.due if watch.lists_due is None else watch.lists_due
    if asked is None or watch.state != "ok" or watch.last_started is None or watch.last_ended is None:
        return replace(watch, due=lists)
    pause = policy.apart if waiting or asked > watch.last_started else policy.left_over
    at = max(asked, watch.last_ended + pause)
    opening = None if terms.hours is None else opens(terms.hours, at)
    return replace(watch, due=min(lists, (at if opening is None else opening).astimezone(UTC)))


def revisited(watch: Watch, failed: str | None, started: datetime, ended: datetime) -> Watch:
    """How a source stands after a look that only the ladder asked for, its lease given back.

    It tells nothing of the rhythm and judges nobody. Where it failed the lists are looked at after the pause of a first
    failure, and that look judges.
    """
    lists = watch.lists_due or watch.due
    if failed is not None and ended + pause(failed, 1) < lists:
        lists, reason = ended + pause(failed, 1), f"asking for known articles failed: {failed}"
    else:
        reason = "as its schedule has it" if watch.reason == LEFT_ALONE else watch.reason
    return given_back(watch, started, ended, lists, reason, lists_due=lists)


def after(watch: Watch, seen: Seen, terms: Terms, started: datetime, ended: datetime, policy: Policy) -> Watch:
    """How a source stands after a look at its lists, its lease given back."""
    memory = learn(recall(watch.memory), seen)
    if seen.failed not in DARK:
        memory = msgspec.structs.replace(memory, dark=None)
    due = next_due(memory, terms, ended)
    strikes = watch.strikes + 1 if seen.failed else 0
    quarantined = strikes >= policy.quarantine_after
    if quarantined:
        due = Due(
            max(due.at, ended + quarantine(strikes - policy.quarantine_after, policy)), f"quarantined: {due.reason}"
        )
    return given_back(
        watch,
        started,
        ended,
        due.at,
        due.reason,
        lists_due=due.at,
        state="quarantined" if quarantined else "backing-off" if seen.failed else "ok",
        strikes=strikes,
        failure_kind=seen.failed,
        memory=to_json(memory),
    )


def quarantine(times: int, policy: Policy) -> timedelta:
    """How long a source is left alone that was quarantined so many times before: a day, then ever longer."""
    return min(policy.longest_quarantine, DAY * (1 << min(times, _MOST_DOUBLINGS)))


def put_off(watch: Watch, until: datetime | None, started: datetime, ended: datetime, policy: Policy) -> Watch:
    """A source whose host asks to be left alone, or is closed: that is no failure of it, and it is kept to.

    It is due when it may be asked again, as far as that is known; one that is in trouble as late as it was to be.
    """
    before = watch.due - watch.last_ended if watch.state != "ok" and watch.last_ended else policy.paused
    due = max(until or ended, ended + max(before, policy.paused))
    return given_back(watch, started, ended, due, LEFT_ALONE)


def cut_short(watch: Watch) -> Watch:
    """A source of which the crawl was interrupted: it is still due."""
    return replace(watch, lease_owner=None, lease_until=None)


def poisoned(watch: Watch, now: datetime, policy: Policy) -> Watch | None:
    """A source at which so many workers died that it is left alone for a while; None for any other."""
    if watch.deaths < policy.poisoned_after:
        return None
    doublings = min(watch.deaths - policy.poisoned_after, _MOST_DOUBLINGS)
    due = now + min(policy.longest_quarantine, policy.first_poisoned * (1 << doublings))
    reason = f"{watch.deaths} workers in a row ended while they were at it"
    return replace(watch, due=due, reason=reason, state="quarantined", failure_kind=POISONED)


def put_right(watch: Watch, terms: Terms, now: datetime, policy: Policy) -> Watch | None:
    """A source that is due later than it can have been meant; None if its due time can stand.

    A clock that was ahead wrote it, or its file has another schedule since.
    """
    memory = recall(watch.memory)
    if watch.state == "quarantined":
        latest = Due(now + policy.longest_quarantine, "quarantined")
    elif watch.reason == LEFT_ALONE:
        latest = Due(now + policy.longest_pause, LEFT_ALONE)
    elif memory.asked is None or not (terms.cron or terms.every or memory.strikes):
        latest = Due(now + terms.at_most, "put right")
    else:
        latest = next_due(memory, terms, now)
    if max(watch.due, watch.lists_due or watch.due) <= latest.at + policy.slack:
        return None
    due = next_due(memory, terms, now) if watch.state != "quarantined" else Due(now, "put right: quarantined")
    at = min(due.at, latest.at)
    return replace(watch, due=min(at, watch.due), lists_due=at, reason=due.reason)


def lifted(watch: Watch, now: datetime) -> Watch:
    """A source that a person has crawled: whatever was held against it is forgotten, and it is due."""
    memory = msgspec.structs.replace(recall(watch.memory), strikes=0, failure=None, dark=None, resting=())
    due = min(watch.due, now)
    memory_now = to_json(memory)
    return replace(
        watch,
        due=due,
        lists_due=due,
        reason="crawled by hand",
        state="ok",
        strikes=0,
        deaths=0,
        failure_kind=None,
        memory=memory_now,
    )
