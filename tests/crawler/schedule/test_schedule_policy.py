"""When a source is due: by its terms, by its failures, by its rhythm."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.schedule import Memory, Seen, Terms, first, learn, next_due, pause, recall, terms_of, to_json
from crawler.shanghai import SHANGHAI
from crawler.source import Schedule, Source

MONDAY = datetime(2026, 3, 2, tzinfo=SHANGHAI)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
KINDS = (
    "dns",
    "connection",
    "tls",
    "timeout",
    "http-4xx",
    "http-5xx",
    "challenge",
    "template",
    "robots",
    "never heard of",
)

moments = st.one_of(
    st.datetimes(datetime(2026, 1, 1), datetime(2026, 12, 31), timezones=st.just(UTC)),
    st.datetimes(datetime(1, 1, 3), datetime(9999, 12, 29), timezones=st.just(UTC)),  # hostile: any time at all
)
looks = st.lists(
    st.tuples(
        st.integers(-7200, 5 * 86_400),  # seconds since the look before: the clock may have been set back
        st.lists(moments, max_size=6),
        st.integers(0, 3),  # articles of which only the look is known
        st.one_of(st.none(), st.none(), st.sampled_from(KINDS)),
    ),
    max_size=10,
)
terms = st.builds(
    Terms,
    budget=st.one_of(st.none(), st.floats(0.1, 500.0)),
    at_least=st.sampled_from((timedelta(minutes=5), timedelta(minutes=30), 2 * HOUR)),
    at_most=st.sampled_from((3 * HOUR, DAY, 7 * DAY)),
    price=st.floats(0.5, 5000.0),
)
Looks = list[tuple[int, list[datetime], int, str | None]]


def watched(story: Looks) -> tuple[Memory, datetime]:
    """The memory after those looks, and the moment of the last."""
    memory, now = first(), MONDAY.astimezone(UTC)
    for pause_before, told, untold, failed in story:
        now += timedelta(seconds=pause_before)
        memory = learn(memory, Seen(now, (*told, *(now,) * untold), failed))
    return memory, now


@settings(deadline=None, max_examples=40)
@given(looks, terms)
def test_whatever_was_seen_the_bounds_are_kept(story: Looks, of: Terms) -> None:
    """Never before now, never later than `at_most`, or a week where a budget is spent, or the longest back-off."""
    memory, now = watched(story)
    due = next_due(memory, of, now)
    longest = max(of.at_most, of.at_least)
    if memory.strikes:
        longest = pause(memory.failure or "", memory.strikes)
    elif of.budget is not None:
        longest = max(longest, 8 * DAY)
    late = timedelta(seconds=max(0, (memory.asked or 0) - now.timestamp()))  # a clock that was set back
    assert now <= due.at <= now + longest + late
    assert due.at.tzinfo is UTC
    assert due.reason


@settings(deadline=None, max_examples=40)
@given(looks, terms)
def test_two_looks_are_no_closer_than_the_terms_say(story: Looks, of: Terms) -> None:
    """After a look that succeeded, the next one by the rhythm keeps `at_least`."""
    memory, now = watched([*story, (60, [], 0, None)])
    assert next_due(memory, of, now).at >= min(now, datetime.fromtimestamp(memory.seen or 0, UTC)) + of.at_least


@settings(deadline=None, max_examples=40)
@given(looks)
def test_a_memory_survives_json_and_stays_small(story: Looks) -> None:
    """What is read back is what was written, in at most 4 KB, and means the same."""
    memory, now = watched(story)
    text = to_json(memory)
    assert len(text) <= 4096
    assert recall(text) == memory
    assert next_due(recall(text), Terms(), now) == next_due(memory, Terms(), now)


@settings(deadline=None, max_examples=40)
@given(looks, terms)
def test_the_same_looks_give_the_same_answer(story: Looks, of: Terms) -> None:
    """Nothing is random and nothing is kept outside the memory."""
    (one, now), (two, _) = watched(story), watched(story)
    assert one == two
    assert next_due(one, of, now) == next_due(two, of, now)


@settings(deadline=None, max_examples=40)
@given(looks, st.floats(0.5, 400.0), st.floats(1.0, 20.0))
def test_a_higher_price_never_brings_a_look_forward_by_much(story: Looks, price: float, times: float) -> None:
    """Dearer looks are further apart: the next comes no earlier, but for the grain of the plan."""
    memory, now = watched([*story, (60, [], 0, None)])
    cheap, dear = (next_due(memory, Terms(price=each), now).at for each in (price, price * times))
    assert dear >= cheap - timedelta(minutes=10)


def spent(budget: float, days: int, arriving: Iterable[datetime]) -> list[datetime]:
    """When a source with those articles is looked at under a budget."""
    coming, memory, now, at = sorted(arriving), first(), MONDAY.astimezone(UTC), []
    while now < MONDAY + days * DAY:
        new = tuple(each for each in coming if each <= now)
        coming = coming[len(new) :]
        memory = learn(memory, Seen(now, new))
        at.append(now)
        now = next_due(memory, Terms(budget=budget), now).at
    return at


@pytest.mark.parametrize("budget", [2.0, 24.0])
def test_in_any_seven_days_no_more_than_their_budget_is_spent(budget: float) -> None:
    """Neither a busy source nor an unknown one makes the looks of seven days of Shanghai more than seven budgets."""
    busy = [MONDAY + n * timedelta(minutes=7) for n in range(10 * 24 * 60 // 7)]
    for arriving in (busy, []):
        days = [each.astimezone(SHANGHAI).date() for each in spent(budget, 10, arriving)]
        for start in {*days}:
            assert sum(start <= day < start + 7 * DAY for day in days) <= 7 * budget


def test_more_budget_means_more_looks() -> None:
    """Looks grow with the budget, and most of it is used on a busy source."""
    busy = [MONDAY + n * timedelta(minutes=11) for n in range(9 * 24 * 60 // 11)]
    counts = [len(spent(budget, 9, busy)) for budget in (3, 8, 24)]
    assert all(one < two for one, two in pairwise(counts))
    assert counts[2] > 0.8 * 24 * 9


def daily(hour: float, days: int, articles: int = 20) -> list[datetime]:
    """So many articles a day, all within ten minutes."""
    return [MONDAY + timedelta(days=day, hours=hour, seconds=30 * n) for day in range(days) for n in range(articles)]


def test_a_source_that_publishes_at_dawn_is_looked_at_at_dawn() -> None:
    """After two weeks most looks lie in the two hours around the moment, and the wait is short."""
    at = [each.astimezone(SHANGHAI) for each in spent(12, 21, daily(6.9, 21))]
    late = [each for each in at if each >= MONDAY + 14 * DAY]
    near = [each for each in late if 6 <= each.hour < 8]
    assert len(near) > len(late) / 2
    for day in range(14, 21):
        ready = MONDAY + timedelta(days=day, hours=6.9, minutes=10)
        assert min(each for each in at if each >= ready) - ready <= timedelta(minutes=20)


def test_a_rhythm_that_changes_is_learnt_anew() -> None:
    """Two weeks after the moment moved from dawn to the evening the evening is found within half an hour."""
    moved = [*daily(6.9, 14), *(each + 14 * DAY for each in daily(19.5, 21))]
    at = spent(12, 35, moved)
    for day in range(28, 35):
        ready = MONDAY + timedelta(days=day, hours=19.5, minutes=10)
        assert min(each for each in at if each >= ready) - ready <= timedelta(minutes=30)


def test_a_source_that_fell_silent_is_left_alone_and_its_return_is_seen() -> None:
    """After two silent weeks few looks are spent, but one a day at least, and it is found when it comes back."""
    back = [each + 35 * DAY for each in daily(10.0, 7)]
    at = spent(24, 42, [*daily(10.0, 14), *back])
    quiet = [each for each in at if MONDAY + 28 * DAY <= each < MONDAY + 35 * DAY]
    assert 7 <= len(quiet) <= 7 * 24 / 3
    returned = MONDAY + timedelta(days=35, hours=10)
    assert min(each for each in at if each >= returned) - returned <= DAY
    lively = [each for each in at if each >= MONDAY + 37 * DAY]
    assert len(lively) / 5 > 2 * len(quiet) / 7


def test_thousands_of_articles_in_one_second_do_not_spoil_the_rhythm() -> None:
    """A site that dates its whole archive to one moment is forgotten in time, and its memory stays small."""
    flood = Seen(MONDAY + timedelta(hours=1), (MONDAY + timedelta(minutes=30),) * 5000)
    memory = learn(learn(first(), Seen(MONDAY)), flood)
    assert len(to_json(memory)) <= 4096
    due = next_due(memory, Terms(), flood.at)
    assert flood.at + timedelta(minutes=5) <= due.at <= flood.at + DAY


def test_dates_of_the_first_list_page_are_a_rhythm_already() -> None:
    """A source whose list shows a week of mornings is looked at in the morning from the first day on."""
    told = tuple(each for each in daily(7.0, 8, 3) if each < MONDAY + timedelta(days=7, hours=20))
    now = MONDAY + timedelta(days=7, hours=20)
    memory = learn(first(), Seen(now, told))
    at: list[datetime] = []
    for _ in range(6):
        at.append(next_due(memory, Terms(price=120), at[-1] if at else now).at)
        memory = learn(memory, Seen(at[-1]))
    assert any(timedelta(hours=7) <= each - (MONDAY + 8 * DAY) <= timedelta(hours=8) for each in at)


def test_a_clock_that_was_years_ahead_is_forgotten() -> None:
    """What was learnt before stays, and learning goes on from the first look with the right clock."""
    memory = learn(learn(first(), Seen(MONDAY)), Seen(MONDAY + HOUR, (MONDAY + HOUR / 2,)))
    ahead = learn(memory, Seen(MONDAY + 2000 * DAY))
    right = learn(learn(ahead, Seen(MONDAY + 2 * HOUR)), Seen(MONDAY + 3 * HOUR, (MONDAY + 2.5 * HOUR,)))
    assert right.seen == right.asked == int((MONDAY + 3 * HOUR).timestamp())
    assert right.newest == int((MONDAY + 2.5 * HOUR).timestamp())
    assert next_due(right, Terms(), MONDAY + 3 * HOUR).at <= MONDAY + 3 * HOUR + DAY


NO_TIMES = [
    (MONDAY + 6 * HOUR, None, "the look's own"),
    (MONDAY + 5.9 * HOUR, MONDAY + 5.5 * HOUR, "within the look"),
    (MONDAY + 400 * DAY, None, "in the future"),
    (datetime(1970, 1, 1, tzinfo=UTC), None, "1970"),
    (MONDAY, None, "a midnight: a day without a time"),
]


@pytest.mark.parametrize(("told", "began", "what"), NO_TIMES, ids=[case[2] for case in NO_TIMES])
def test_a_time_that_tells_nothing_is_spread_over_the_time_between(
    told: datetime, began: datetime | None, what: str
) -> None:
    """Whatever cannot be when an article was published means some time since the last look."""
    memory = learn(learn(first(), Seen(MONDAY - HOUR)), Seen(MONDAY + 6 * HOUR, (told,) * 12, began=began))
    assert sum(1 for each in memory.today if each) > 50


FIXED = [
    (Schedule(every="6h"), timedelta(minutes=1), 6 * HOUR),
    (Schedule(cron="30 7 * * *"), timedelta(hours=1), 7.5 * HOUR),
    (Schedule(cron="30 7 * * *"), timedelta(hours=8), 31.5 * HOUR),
]


@pytest.mark.parametrize(("schedule", "now", "due"), FIXED)
def test_a_fixed_schedule_is_kept_whatever_was_seen(schedule: Schedule, now: timedelta, due: timedelta) -> None:
    """An interval counts from the last look, cron from the clock of Shanghai."""
    memory = learn(first(), Seen(MONDAY, (MONDAY,) * 5))
    source = Source("x", "例", "http://www.example.cn/", schedule=schedule)
    assert next_due(memory, terms_of(source), MONDAY + now).at == MONDAY + due


def test_a_missed_run_is_due_at_once_and_only_once() -> None:
    """After days of downtime an interval is overdue: now, not the past, and one interval from then on."""
    memory = learn(first(), Seen(MONDAY))
    now, hourly = MONDAY + 3 * DAY, Terms(every=HOUR)
    assert next_due(memory, hourly, now).at == now
    assert next_due(learn(memory, Seen(now)), hourly, now).at == now + HOUR


@pytest.mark.parametrize("of", [Terms(), Terms(every=HOUR), Terms(cron="0 3 * * *")])
def test_opening_hours_are_kept(of: Terms) -> None:
    """A look that would fall into the closed hours is put off to the opening, and says so."""
    memory = learn(first(), Seen(MONDAY, failed="dns"))
    due = next_due(memory, replace(of, hours="08:00-20:00"), MONDAY)
    assert due.at == MONDAY + 8 * HOUR
    assert "opens" in due.reason


@pytest.mark.parametrize("kind", KINDS)
def test_failures_back_off_and_never_for_ever(kind: str) -> None:
    """Each pause is as long as the one before or longer, the first is minutes or hours, the longest two days."""
    pauses = [pause(kind, strikes) for strikes in range(1, 40)]
    assert all(one <= two for one, two in pairwise(pauses))
    assert timedelta(minutes=5) <= pauses[0] <= 6 * HOUR
    assert pauses[-1] <= 2 * DAY


def test_a_success_ends_the_back_off() -> None:
    """The memory counts failures in a row, and a look that succeeds clears them."""
    memory = first()
    for hour in range(4):
        memory = learn(memory, Seen(MONDAY + hour * HOUR, failed="connection"))
    assert (memory.strikes, memory.failure) == (4, "connection")
    assert "4 times in a row" in next_due(memory, Terms(), MONDAY + 3 * HOUR).reason
    healed = learn(memory, Seen(MONDAY + 5 * HOUR))
    assert (healed.strikes, healed.failure) == (0, None)


@pytest.mark.parametrize(
    "text", [None, "", "{", "[]", '{"version": 1}', '{"today": "AAAA"}', '{"weekdays": []}', '{"x": 1}']
)
def test_a_memory_that_cannot_be_read_is_a_fresh_one(text: str | None) -> None:
    """What another version wrote, or nobody, costs the rhythm and not the crawl."""
    assert recall(text) == first()


def test_a_memory_is_a_value() -> None:
    """It is frozen; learning gives a new one."""
    memory = first()
    with pytest.raises(AttributeError):
        memory.strikes = 1  # type: ignore[misc]
    assert learn(memory, Seen(MONDAY)) != memory == msgspec.structs.replace(memory)
