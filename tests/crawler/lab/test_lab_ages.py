"""Old articles that are brought in one night are asked for again as old ones, over the lab's web."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from lab_webs import site

from crawler.lab import OPENS, Clock, LabWeb, Month
from crawler.lab.direct import direct
from crawler.lab.drive import lab_options, prepared, watch
from crawler.lab.pieces import Habits
from crawler.lab.rhythm import Rhythm

DAY = timedelta(days=1)
OLD = 60


def test_old_articles_cost_few_requests_in_their_first_week_and_a_deletion_is_seen(tmp_path: Path) -> None:
    """None older than a month is asked for in a week, each is in thirty days; one of them is gone by then."""
    days = Month(OPENS, 32, 700 * DAY)
    silent = ((OPENS - 35 * DAY, days.ends),)
    paper = site(month=days, rhythm=Rhythm("clock", 0.1, silent=silent), habits=Habits(0, 0), per_page=30, pages=2)
    oldest = replace(paper.listed(OPENS)[-1], gone=OPENS + 10 * DAY)
    vars(paper)["pieces"] = tuple(oldest if each.number == oldest.number else each for each in paper.pieces)
    web = LabWeb([paper], Clock(OPENS))
    with web.virtual(), direct(web):
        archive, sources = prepared(web, tmp_path, "1d")
        with archive:
            record = watch(web, archive, sources, days.ends, options=lab_options(web))
            held = list(archive.articles(paper.id))
    asked = Counter(each.path for each in web.seen if each.path in paper.by_path)
    week = Counter(each.path for each in web.seen if each.path in paper.by_path and each.at < 7 * 86400)
    assert (len(held), len(week), max(week.values())) == (OLD, OLD, 1)
    assert set(asked.values()) == {2}
    assert [(change.kind, change.canonical_url) for _, change in record.changes if change.kind == "gone"] == [
        ("gone", f"{web.base(paper)}{paper.path(oldest)}")
    ]
