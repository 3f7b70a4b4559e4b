"""The real watch over the lab's web, from due times to what is stored."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from lab_webs import opened, site, watched

from archive.store import Archive
from crawler.lab import OPENS, Clock, LabWeb, Month, Trouble
from crawler.lab.direct import direct
from crawler.lab.drive import Record, lab_options, prepared, watch
from crawler.lab.manners import violations
from crawler.lab.pieces import Habits
from crawler.lab.rhythm import Rhythm
from crawler.lab.score import score
from crawler.revisit import LADDER, due, next_check

SHORT = Month(OPENS, 0.3, timedelta(hours=8))  # until 7:12 in the morning
ILL = OPENS + timedelta(hours=3)
OFTEN = Rhythm("clock", 24.0)


def log_of(web: LabWeb) -> bytes:
    """Every request as the servers saw it."""
    return "\n".join(map(repr, web.seen)).encode()


def test_a_watched_site_is_captured_truly_and_politely_and_twice_the_same(tmp_path: Path) -> None:
    """Every article, its title and text; no impolite request; two runs give the same requests to the microsecond."""
    trapped = site(month=SHORT, rhythm=OFTEN, traps=True, adverts=True)
    web, record, came = watched(tmp_path / "one", trapped)
    assert came.captured.of > 1
    assert came.captured.missing == []
    assert came.true.missing == []
    assert (came.double, came.foreign) == (0, 0)
    assert violations(web.seen, web.sites, "jianbao") == ()
    assert not any(each.path.startswith(("/rili/", "/user/", "/list.php")) for each in web.seen)
    again, record_again, _ = watched(tmp_path / "two", trapped)
    assert log_of(web) == log_of(again)
    assert [(at, change) for at, change in record.changes] == list(record_again.changes)


def test_an_archive_that_is_opened_for_each_pass_holds_what_one_that_stays_open_does(tmp_path: Path) -> None:
    """As a daemon's worker does: every pass finds the archive closed; the requests are the same, to the microsecond."""
    calm = site(month=SHORT, rhythm=OFTEN)
    kept_open, _, _ = watched(tmp_path / "one", calm)
    web = LabWeb((calm,), Clock(calm.opens))
    openings: list[Archive] = []

    def opening() -> Archive:
        assert not openings or openings[-1]._connection.closed
        openings.append(Archive.open(tmp_path / "two", write=True, clock=web.clock.now))
        return openings[-1]

    with web.virtual():
        archive, sources = prepared(web, tmp_path / "two", "1h")
        archive.close()
        record = watch(web, opening, sources, calm.ends, options=lab_options(web, tmp_path / "two" / "hosts"))
    assert len(openings) == record.passes > 3
    assert log_of(web) == log_of(kept_open)


def test_a_busy_site_is_left_alone_for_as_long_as_it_asks(tmp_path: Path) -> None:
    """429 with Retry-After for half an hour: no request comes during the pause, and nothing is lost."""
    busy = site(month=SHORT, rhythm=OFTEN, troubles=(Trouble("busy", ILL, ILL + timedelta(minutes=30)),))
    web, _, came = watched(tmp_path, busy)
    assert any(each.status == 429 for each in web.seen)
    assert violations(web.seen, web.sites, "jianbao") == ()
    assert came.captured.missing == []


@pytest.mark.parametrize("kind", ["dns", "refused", "hanging"])
def test_an_outage_is_met_and_what_it_hid_is_found_afterwards(kind: str, tmp_path: Path) -> None:
    """No answer for an hour and a half: looks fail with their kind, and every article is captured in the end."""
    trouble = Trouble(kind, ILL, ILL + timedelta(hours=1.5))  # type: ignore[arg-type]
    _, record, came = watched(tmp_path, site(month=SHORT, rhythm=OFTEN, troubles=(trouble,)))
    kinds = {each.failed for each in record.ended if each.failed}
    assert kinds == {{"dns": "dns", "hanging": "timeout"}.get(kind, "connection")}
    assert came.captured.missing == []


def test_the_fetcher_without_a_wire_brings_the_same_articles(tmp_path: Path) -> None:
    """The same ids and texts as over HTTP."""
    plain = site(month=SHORT, rhythm=OFTEN)
    watched(tmp_path / "true", plain)
    web = LabWeb([plain], Clock(OPENS))
    with web.virtual(), direct(web):
        archive, sources = prepared(web, tmp_path / "direct", "1h")
        with archive:
            watch(web, archive, sources, plain.ends)
    texts = []
    for name in ("true", "direct"):
        with opened(tmp_path / name) as archive:
            texts.append({standing.id: article.text for article, standing in archive.articles()})
    assert texts[0] == texts[1]
    assert texts[0]


def test_what_was_not_captured_is_missing_from_the_score(tmp_path: Path) -> None:
    """An archive that looked once and took nothing in lacks it all; another web.s texts are untrue."""
    plain = site(month=SHORT, rhythm=OFTEN)
    web, record, _ = watched(tmp_path / "full", plain)
    other = LabWeb([site(month=SHORT, rhythm=OFTEN, seed="another")], Clock(OPENS))
    empty, _ = prepared(web, tmp_path / "empty")
    with empty:
        came = score(web, empty, record)
    assert came.captured.good == 0
    assert len(came.captured.missing) == came.captured.of > 1
    with opened(tmp_path / "full") as archive:
        strange = score(other, archive, record)
    assert strange.true.share < 0.5 or strange.foreign


def test_a_record_without_looks_blames_nobody() -> None:
    """What came after the last look could not be seen."""
    assert Record().ended == []
    assert lab_options(LabWeb([site()], Clock(OPENS))).at_once >= 4


@pytest.mark.parametrize("minutes", [1, 100, 179, 200, 1000, 1439, 3000, 9000, 20_000])
def test_the_ladder_asks_at_the_moment_that_is_reckoned(minutes: int) -> None:
    """Whatever the age: checked at that age, the ladder asks again once the pause is over, and not before."""
    checked = OPENS + timedelta(minutes=minutes)
    moment = next_check(OPENS, checked)
    assert moment is not None
    assert due(OPENS, checked, moment)
    assert not due(OPENS, checked, moment - timedelta(seconds=1))


def test_an_article_that_was_due_stays_so_though_it_grows_older_than_the_rung() -> None:
    """Due every two hours until it is a day old, it is asked for at the next look, when the next rung has begun."""
    checked = OPENS + timedelta(hours=21, minutes=30)
    assert due(OPENS, checked, OPENS + timedelta(hours=24, minutes=15))
    assert not due(OPENS, checked + timedelta(hours=1), OPENS + timedelta(hours=24, minutes=15))


@pytest.mark.parametrize("minutes", [1, 100, 179, 200, 1000, 1439, 3000, 9000, 20_000])
def test_what_is_taken_along_is_due_a_part_of_its_pause_sooner(minutes: int) -> None:
    """And no sooner; nothing is ever asked for later for it."""
    checked = OPENS + timedelta(minutes=minutes)
    moment = next_check(OPENS, checked)
    assert moment is not None
    since = timedelta(0)
    pause = timedelta(0)
    for until, pause in LADDER:
        if max(checked + pause, OPENS + since) <= OPENS + until:
            break
        since = until
    assert due(OPENS, checked, moment - 0.25 * pause, along=0.25)
    assert not due(OPENS, checked, moment - 0.25 * pause - timedelta(seconds=1), along=0.25)


def test_whoever_could_not_see_it_gone_need_not_see_it_come_back(tmp_path: Path) -> None:
    """Lists are looked at once a day, articles are gone for hours: what the ladder need not see is fleeting."""
    month = Month(OPENS, 8.0, timedelta(hours=1))
    capricious = site(month=month, habits=Habits(edited=0.0, gone=1.0, restored=1.0), gone="home")
    web = LabWeb([capricious], Clock(OPENS))
    with web.virtual(), direct(web):
        archive, sources = prepared(web, tmp_path, "1d")
        with archive:
            came = score(web, archive, watch(web, archive, sources, capricious.ends))
    assert came.deletions.of > 5
    assert came.restorations.of > 2
    assert came.fleeting > 2
    assert (came.deletions.missing, came.restorations.missing) == ([], [])
    assert came.looks > 2 * came.list_looks > 0  # the ladder asks by its own clock
