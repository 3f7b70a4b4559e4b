"""How far a server's validators are believed. Pure.

Some servers repeat an ETag although the list changed, or say 304 for hours. So a validator is believed only as far as
those of its host have proved true:

- A 304 to a list is asked again in full when that was not done for a while; the more proofs, the longer the while.
- An article is asked for in full once on each rung of the ladder of revisits, whatever was said in between.
- An answer that repeats a validator over another text is a lie, as is a 304 that the full answer contradicts. After
  one no validators are sent to that host, until it has changed them together with its texts often enough.

What counts is what a page says, the links of a list and the text of an article: a counter of views is no change.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime

from archive.model import Capture, Page, Trust
from crawler.revisit import LADDER, Ladder

PAUSES: tuple[tuple[int, timedelta], ...] = (  # (from so many proofs on, so long a list may be taken for unchanged)
    (0, timedelta(hours=1)),
    (3, timedelta(hours=6)),
    (10, timedelta(days=1)),
)
PROOFS_AFTER_A_LIE = 5  # changes of validator and text together, for each lie, before validators are sent again
MOST_LIES_COUNTED = 4
PROOFS_THAT_COUNT = 50  # more proofs change nothing and are not written down
JUST_NOW = timedelta(seconds=90)  # a page that was changed between a 304 and the full answer proves nothing


def are_believed(trust: Trust) -> bool:
    """Whether validators are sent to the host."""
    return trust.proofs >= PROOFS_AFTER_A_LIE * min(trust.lies, MOST_LIES_COUNTED)


def longest_unproved(trust: Trust) -> timedelta:
    """How long a list may be called unchanged before it is asked for in full. One lie keeps it short for good."""
    if trust.lies:
        return PAUSES[0][1]
    return next(pause for proofs, pause in reversed(PAUSES) if trust.proofs >= proofs)


def list_is_to_be_proved(trust: Trust, page: Page, now: datetime) -> bool:
    """Whether a 304 to a list is not to be believed this time."""
    full = page.last_full or page.last_fetched
    return full is None or not full <= now < full + longest_unproved(trust)


def article_is_to_be_full(page: Page, now: datetime, ladder: Ladder = LADDER) -> bool:
    """Whether an article is asked for without validators: it did not come in full on this rung of the ladder."""
    full = page.last_full or page.last_fetched
    return full is None or _rung(full - page.counts_from, ladder) != _rung(now - page.counts_from, ladder)


def _rung(age: timedelta, ladder: Ladder) -> int:
    return next((number for number, (until, _) in enumerate(ladder) if age <= until), len(ladder))


def proved(trust: Trust) -> Trust:
    """After a proof."""
    return replace(trust, proofs=min(PROOFS_THAT_COUNT, trust.proofs + 1))


def lied(trust: Trust, at: datetime) -> Trust:
    """After a lie: what was proved before counts no more."""
    return replace(trust, proofs=0, lies=trust.lies + 1, lied=at)


def repeats(held: Page, capture: Capture) -> bool:
    """Whether an answer carries the validator of the copy that we hold: its ETag, or where neither has one its date."""
    etag = capture.header("etag")
    if held.etag or etag:
        return held.etag == etag
    modified = capture.header("last-modified")
    return bool(modified) and held.last_modified == modified


def has_validator(held: Page, capture: Capture) -> bool:
    """Whether both the copy and the answer carry one of a kind, so that they can be compared."""
    both_tagged = bool(held.etag) and bool(capture.header("etag"))
    both_dated = bool(held.last_modified) and bool(capture.header("last-modified"))
    return both_tagged or (both_dated and not held.etag and not capture.header("etag"))


def changed_just_now(capture: Capture) -> bool:
    """Whether the server says, by its own clock, that the page was changed right before it was sent."""
    try:
        sent = parsedate_to_datetime(capture.header("date"))
        modified = parsedate_to_datetime(capture.header("last-modified"))
        return abs(sent - modified) <= JUST_NOW
    except (ValueError, TypeError, IndexError, OverflowError):
        return False  # a header is missing or is no date: nothing is said
