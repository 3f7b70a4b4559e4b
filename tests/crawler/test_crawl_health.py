"""A crawl is counted, judged and told: from its pages to a run's tally, an alarm, the status and the log."""

from __future__ import annotations

import json
import logging
from collections import defaultdict
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner
from fake_web import NOON, SITE, FakeWeb, KilledError, driven
from test_crawl import article_page, article_url, list_page, source

from archive.model import Alarm, Counts, Run
from archive.store import Archive, TemplateChange
from archive.tally import Tally
from crawler.cli import main
from crawler.health.examine import examine
from crawler.log.events import trace_of


def web_of(count: int) -> FakeWeb:
    """A web of one list page and so many articles."""
    pages = {f"{SITE}/gy/": list_page(range(1, count + 1))}
    pages |= {article_url(number): article_page(number) for number in range(1, count + 1)}
    return FakeWeb(pages)


def test_what_a_crawl_saw_is_kept_with_its_run(tmp_path: Path) -> None:
    """Lists, links, fields, lengths, encodings, verdicts and bytes; what was seen before is counted apart."""
    web = web_of(4)
    with Archive.open(tmp_path, write=True) as archive:
        driven(archive, web, source(1))
        web.pages[article_url(1)] = article_page(1, extra="<p>　　更正：投产日期为十一月二日。</p>")
        web.pages[article_url(2)] = "<html><body><p>改版</p></body></html>"
        driven(archive, web, source(1))
        first, second = (each.tally for each in archive.records("news", NOON - timedelta(days=1)).runs)
    assert (first.lists, first.links, first.articles, first.again) == (1, 4, 4, 0)
    assert first.filled["published"] == first.filled["origin"] == 4
    assert first.filled["author"] == 0
    assert first.verdicts == {"article": 4}
    assert first.encodings == {"utf-8": 4}
    assert first.bytes == sum(len(page.encode()) for page in web_of(4).pages.values())
    assert first.mean_length is not None
    assert first.mean_length > 100
    assert (second.articles, second.again, second.poorer) == (0, 2, 1)
    assert second.lists == 1  # the server said that it is unchanged: it was looked at all the same


def test_a_killed_crawl_leaves_no_tally_and_status_says_so(tmp_path: Path) -> None:
    """What it stored is counted on the spot."""
    with pytest.raises(KilledError), Archive.open(tmp_path, write=True) as archive:
        driven(archive, web_of(4), source(1), stop_after=3)
    (tmp_path / "writer.pid").write_text("999999999")  # what a kill leaves behind
    done = CliRunner().invoke(main, ["status", "--data", str(tmp_path), "--json"])
    (told,) = json.loads(done.stdout)["sources"]
    assert done.exit_code == 1
    assert told["state"] == "killed"
    assert told["is_behind"] is True
    assert sum(told["articles"].values()) == 2
    assert "killed" in told["ill"][0]


def test_a_source_that_falls_silent_is_ill_until_it_speaks(tmp_path: Path) -> None:
    """From the archive's articles to an alarm that is told once, shown by `status`, and over."""
    web = FakeWeb()
    day = timedelta(days=1)
    with Archive.open(tmp_path, write=True) as archive:
        for number in range(1, 29):
            web.now = NOON + number * day
            web.pages[f"{SITE}/gy/"] = list_page(range(1, number + 1))
            web.pages[article_url(number)] = article_page(number)
            driven(archive, web, source(1))
        told = []
        for number in range(29, 40):
            web.now = NOON + number * day + timedelta(hours=6)
            driven(archive, web, source(1))
            (run,) = archive.runs("news", 1)
            told.append(examine(archive, run, web.now))
        raised = [each.alarms.raised for each in told]
        assert [len(each) for each in raised].count(1) == 1
        assert raised.index(next(each for each in raised if each)) <= 7
        standing = archive.alarms("news")
        assert [each.kind for each in standing] == ["silence"]
        assert standing[0].told is not None
    done = CliRunner().invoke(main, ["status", "--data", str(tmp_path), "--json"])
    assert done.exit_code == 1
    assert json.loads(done.stdout)["sources"][0]["alarms"][0]["kind"] == "silence"
    assert CliRunner().invoke(main, ["alarms", "--data", str(tmp_path)]).exit_code == 1
    with Archive.open(tmp_path, write=True) as archive:
        web.now += day
        web.pages[f"{SITE}/gy/"] = list_page(range(1, 42))
        web.pages[article_url(41)] = article_page(41)
        driven(archive, web, source(1))
        (run,) = archive.runs("news", 1)
        over = examine(archive, run, web.now)
        assert [each.kind for each in over.tell] == ["silence"]
        assert over.tell[0].cleared == web.now
        assert archive.alarms() == ()


def test_an_alarm_is_accepted_by_a_person(tmp_path: Path) -> None:
    """And its kind has to stand."""
    with Archive.open(tmp_path, write=True) as archive:
        run = archive.begin_run("news", NOON, "crawl")
        archive.end_run(replace(run, finished=NOON, state="finished", counts=Counts(requests=1, answered=1)), Tally())
        archive.alarmed([Alarm("news", "template", NOON, NOON, "The template seems to have changed.")])
    call = ["alarms", "news", "--data", str(tmp_path), "--accept"]
    assert CliRunner().invoke(main, [*call, "silence"]).exit_code == 2
    assert CliRunner().invoke(main, [*call, "template"]).exit_code == 0
    with Archive.open(tmp_path) as archive:
        assert archive.alarms() == ()
        assert archive.past_alarms()[0].accepted


def a_run(archive: Archive, at: datetime) -> Run:
    """One that has ended well."""
    run = replace(archive.begin_run("news", at, "daemon"), finished=at, state="finished", counts=Counts(1, 1))
    archive.end_run(run, Tally())
    return run


def test_a_changed_template_is_told_by_the_next_look_if_its_own_did_not_come(tmp_path: Path) -> None:
    """Learning has committed it and tells it once; the process was killed before the run's end. It is told once."""
    with Archive.open(tmp_path, write=True) as archive:
        archive.begin_run("news", NOON, "daemon")
        archive.template_changed(TemplateChange("news", NOON, "digest", "Five of eight look like none."))
        archive.commit()
    hour = timedelta(hours=1)
    with Archive.open(tmp_path, write=True) as archive:
        dark = examine(archive, a_run(archive, NOON + hour), NOON + hour, judged=False)
        assert dark.alarms.all == ()
        (alarm,) = examine(archive, a_run(archive, NOON + 2 * hour), NOON + 2 * hour).alarms.raised
        assert (alarm.kind, alarm.sentence) == ("template", "Five of eight look like none.")
        assert [each.alarm.id for each in archive.letters()] == [alarm.id]
        archive.alarmed([replace(alarm, cleared=NOON + 3 * hour)])
        assert examine(archive, a_run(archive, NOON + 4 * hour), NOON + 4 * hour).alarms.all == ()


@pytest.mark.parametrize(
    ("kind", "accepted", "days", "told"),
    [
        ("challenge", False, 1, False),  # what came in the place of its pages
        ("silence", False, 1, True),
        ("template", True, 1, False),  # a person has said so
        ("silence", True, 30, True),
        ("silence", False, 31, False),  # the archive is older than this look
    ],
)
def test_a_changed_template_is_told_late_unless_it_is_settled(
    tmp_path: Path, kind: str, accepted: bool, days: int, told: bool
) -> None:
    """By a cause that hides it, by a person, or by time."""
    at = NOON + timedelta(days=days)
    with Archive.open(tmp_path, write=True) as archive:
        seen = NOON - timedelta(hours=1) if accepted else NOON
        over = NOON + timedelta(minutes=1)
        archive.alarmed([Alarm("news", kind, seen, seen, "x")])
        archive.alarmed([replace(archive.alarms("news")[0], cleared=over, accepted=accepted)])
        archive.template_changed(TemplateChange("news", NOON, "digest", "Five of eight look like none."))
        archive.commit()
        raised = examine(archive, a_run(archive, at), at).alarms.raised
    assert [each.kind for each in raised] == (["template"] if told else [])


def test_every_step_of_a_page_carries_one_trace(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """From the link on the list to the stored article; a page that fails says so."""
    logger = logging.getLogger("jianbao")
    logger.propagate = True
    web = web_of(3)
    web.down = {article_url(3)}
    with caplog.at_level(logging.INFO, "jianbao"), Archive.open(tmp_path, write=True) as archive:
        driven(archive, web, source(1))
        (run,) = archive.runs("news", 1)
        article = archive.article(article_url(1))
    steps: dict[str, list[str]] = defaultdict(list)
    for record in caplog.records:
        facts = record.__dict__["jianbao"]
        steps[facts["trace"]].append(facts["event"])
    assert article is not None
    assert steps[trace_of("news", article[1].canonical_url, run.id)] == ["found", "asked", "captured", "read", "new"]
    assert ["found", "asked", "failed"] in steps.values()


def test_the_status_shows_all_that_is_known(tmp_path: Path) -> None:
    """A table, the details of one source, JSON with the same numbers, and metrics."""
    with Archive.open(tmp_path, write=True) as archive:
        driven(archive, web_of(4), source(1))
        (run,) = archive.runs("news", 1)
        examine(archive, run, NOON + timedelta(hours=1))
    data = ["--data", str(tmp_path)]
    table = CliRunner().invoke(main, ["status", *data])
    assert table.exit_code == 0
    assert "█" in table.stdout
    details = CliRunner().invoke(main, ["status", "news", *data])
    assert "published 100%, origin 100%, author 0%" in details.stdout
    (told,) = json.loads(CliRunner().invoke(main, ["status", *data, "--json"]).stdout)["sources"]
    assert (told["articles"], told["filled"]["origin"], told["days"][-1]) == ({"live": 4}, 1.0, 4)
    assert (told["is_behind"], told["ill"], told["encodings"]) == (False, [], {"utf-8": 4})
    metrics = CliRunner().invoke(main, ["status", *data, "--metrics", "-"])
    assert 'jianbao_articles{source="news",status="live"} 4.0' in metrics.stdout
