"""A changed template, damage, challenges and failures are told from a source's own runs."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import pytest
from histories import at, history, runs, saw
from hypothesis import given
from hypothesis import strategies as st

from archive.model import Counts
from archive.tally import Tally
from crawler.health.damage import find_failing
from crawler.health.exact import Share, surprise, tail
from crawler.health.history import Judgement
from crawler.health.judge import judge

PAST = [saw(3, "poaes-", 700 + 40 * (number % 9), again=2) for number in range(60)]


def judged(*newest: Tally, past: list[Tally] = PAST, **more: object) -> Judgement:
    """What is made of runs after that past."""
    return judge(history(at(40), (), runs([*past, *newest]), **more))


def kinds(judgement: Judgement) -> list[str]:
    """The kinds of alarm."""
    return [each.kind for each in judgement.findings]


@pytest.mark.parametrize(
    ("newest", "told"),
    [
        (saw(5, "p-----"), "lack two or more"),
        (saw(4, "poaes-", 60), "shorter"),
        (saw(4, "poaes-", 9000), "longest"),
        (saw(0, other=4), "no article"),
        (saw(4, strange=4), "none of the known templates"),
        (saw(1, again=12, poorer=10), "known articles"),
        (replace(saw(0), lists=2, links=0, failures={"no-links": 2}), "no article any more"),
    ],
)
def test_a_redesign_is_an_alarm_at_the_next_run(newest: Tally, told: str) -> None:
    """Whatever it breaks: fields, lengths, articles, structure, known pages, lists; and the sentence names it."""
    judgement = judged(newest)
    assert kinds(judgement) == ["template"]
    assert told in judgement.findings[0].sentence


@pytest.mark.parametrize(
    "newest",
    [saw(3), saw(1, "p-----"), saw(2, "poaes-", 2500), saw(0), saw(1, other=1), saw(3, strange=1)],
    ids=["as ever", "one bare page", "two long ones", "nothing", "one without article", "one special"],
)
def test_a_page_out_of_the_ordinary_is_no_redesign(newest: Tally) -> None:
    """One page proves nothing."""
    assert kinds(judged(newest)) == []


def test_small_runs_speak_together() -> None:
    """A source that brings one article a run is alarmed after a few of them."""
    singles = [saw(1, "p-----", 60) for _ in range(6)]
    assert any(kinds(judged(*singles[: number + 1])) == ["template"] for number in range(6))


def test_a_column_that_always_comes_without_an_author_is_no_redesign() -> None:
    """What a run was like before surprises nobody."""
    past = [saw(3) if number % 10 else saw(5, "po-es-") for number in range(60)]
    assert kinds(judged(saw(5, "po-es-"), past=past)) == []


def test_too_little_is_known_of_a_new_source() -> None:
    """Nothing is a surprise after a handful of pages."""
    assert kinds(judged(saw(5, "p-----"), past=PAST[:3])) == []


@pytest.mark.parametrize(
    "newest",
    [
        saw(0, other=3),
        saw(3, strange=3),
        saw(0, again=8, poorer=5),
        replace(saw(0), links=0, failures={"no-links": 1}),
    ],
    ids=["no article", "another structure", "poorer", "no link"],
)
def test_a_redesign_in_a_source_s_third_run_is_an_alarm(newest: Tally) -> None:
    """By what needs no long acquaintance: pages as a whole, and lists; a missing field may be another column's."""
    past = [saw(8, again=1), saw(1, again=8)]
    assert kinds(judged(newest, past=past)) == ["template"]
    assert kinds(judged(saw(3, "p-----", again=8), past=past)) == []


def test_what_learning_tells_is_the_same_alarm() -> None:
    """Structure and fields are one alarm."""
    judgement = judged(saw(5, "p-----"), template_change="Five of eight look like none.")
    assert [each.sentence for each in judgement.findings] == ["Five of eight look like none."]


def test_an_alarm_stands_until_articles_are_as_ever() -> None:
    """The pages that broke are not the measure; three good articles end it."""
    broken = [saw(5, "p-----") for _ in range(4)]
    raised = {"template": runs([*PAST, saw()])[-1].started}
    still = judged(*broken, raised=raised)
    assert kinds(still) == ["template"]
    over = judged(*broken, *[saw(4) for _ in range(6)], raised=raised)
    assert kinds(over) == []
    assert "template" in over.well


def test_an_accepted_template_is_the_new_measure() -> None:
    """After it only what comes later counts."""
    new = [saw(3, "p-----") for _ in range(12)]
    accepted = {"template": runs([*PAST, saw()])[-1].started}
    assert kinds(judged(*new, accepted=accepted)) == []


def test_characters_that_come_damaged_are_an_alarm() -> None:
    """Where no page was damaged, four of four are."""
    damaged = replace(saw(4), lossy=4)
    assert kinds(judged(damaged)) == ["encoding"]
    assert kinds(judged(replace(saw(4), repairs={"mojibake": 4}))) == ["encoding"]


def test_a_mirror_that_is_always_repaired_is_no_alarm() -> None:
    """Damage is measured by the source's own past."""
    past = [replace(each, repairs={"mirror": 3}) for each in PAST]
    assert kinds(judged(replace(saw(3), repairs={"mirror": 3}), past=past)) == []


def test_challenges_in_the_place_of_lists_are_an_alarm_at_once_and_end() -> None:
    """They are no silence and no redesign."""
    met = Tally(counts=Counts(requests=1, answered=1), lists=1, failures={"challenge": 1})
    assert kinds(judged(met)) == ["challenge"]
    assert "challenge" in judged(met, saw(2), raised={"challenge": at(15)}).well


def test_two_failed_runs_are_an_alarm_and_one_is_not() -> None:
    """A restart of a server is no news."""
    dead = Tally(counts=Counts(requests=1, problems=1), failures={"dns": 1})
    assert kinds(judged(dead)) == []
    judgement = judged(dead, dead)
    assert kinds(judgement) == ["failing"]
    assert "2 × dns" in judgement.findings[0].sentence
    assert "failing" in judged(dead, dead, saw(2)).well


def test_nothing_is_made_of_nothing() -> None:
    """A source without runs has no alarm."""
    assert judge(history(at(1))) == Judgement()


@given(
    st.lists(st.tuples(st.integers(0, 9), st.integers(1, 9)), max_size=40),
    st.integers(0, 30),
    st.integers(1, 30),
)
def test_a_chance_is_a_chance(past: list[tuple[int, int]], some: int, of: int) -> None:
    """From 0 to 1, and the more pages have the trait the smaller."""
    shares = [Share(min(one, other), other) for one, other in past]
    chances = [surprise(shares, Share(each, of)) for each in range(min(some, of), of + 1)]
    assert all(0.0 <= each <= 1.0 for each in chances)
    assert all(later <= earlier + 1e-9 for earlier, later in pairwise(chances))


@given(st.integers(1, 40), st.floats(0.05, 20), st.floats(0.05, 20))
def test_the_tails_of_a_distribution_add_up(of: int, one: float, other: float) -> None:
    """All of it is 1, and the chances of its values are what its tails differ by."""
    tails = [tail(some, of, one, other) for some in range(of + 2)]
    assert abs(tails[0] - 1.0) < 1e-6
    assert tails[-1] == 0
    assert tails == sorted(tails, reverse=True)


def test_a_pause_that_a_host_asks_for_is_no_failure() -> None:
    """Neither runs in which nothing else came, nor single pages; what fails beside it is told by its own kind."""
    quiet = [saw() for _ in range(50)]
    put_off = Tally(counts=Counts(requests=3, problems=3), failures={"paused": 3})
    assert find_failing(history(at(30), seen=runs([*quiet, put_off, put_off])))[0] is None
    some = replace(saw(), counts=Counts(requests=10, answered=4, new=3), failures={"paused": 6})
    assert find_failing(history(at(30), seen=runs([*quiet, some])))[0] is None
    both = Tally(counts=Counts(requests=3, problems=3), failures={"paused": 2, "timeout": 1})
    finding, _ = find_failing(history(at(30), seen=runs([*quiet, both, both])))
    assert finding is not None
    assert finding.sentence == "Nothing could be had in the last 2 runs: 2 × timeout."
