"""Looks at a site with nothing stored see what a crawl of the same site sees."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from unittest.mock import patch

import msgspec
import pytest

from archive.model import Counts
from archive.tally import Tally
from crawler.lab import OPENS, Clock, LabWeb, Month
from crawler.lab.breaks import cases
from crawler.lab.direct import direct
from crawler.lab.drive import prepared, watch
from crawler.lab.glances import Glances
from crawler.order import Order

DAYS = 1.5


def comparable(tally: Tally) -> Tally:
    """What alarms are judged by: requests and bytes are the fetcher's."""
    return replace(tally, counts=Counts(new=tally.counts.new), bytes=0, failures=dict(tally.failures))


@pytest.mark.parametrize("number", [0, 1])
def test_a_glance_sees_what_a_crawl_sees(number: int, tmp_path: Path) -> None:
    """Look by look: lists, links, verdicts, fields, lengths, templates; and it comes to the same alarms."""
    case = cases(4, 1, Month(OPENS, DAYS))[number]
    web = LabWeb([case.site], Clock(OPENS))
    with web.virtual(), direct(web), patch("crawler.watch.round.WATCHING", Order(revisit="none")):
        archive, every = prepared(web, tmp_path, every="2h")
        sources = {name: msgspec.structs.replace(each, revisit=()) for name, each in every.items()}  # lists alone
        with archive:
            record = watch(web, archive, sources, case.site.ends)
            crawled = archive.records(case.site.id, OPENS - timedelta(days=9)).runs
    glances = Glances(case.site, sources[case.site.id], web.base(case.site))
    seen = [glances.look(each.run.started) for each in record.ended if each.run]
    assert [comparable(each.tally) for each in glances.runs] == [comparable(each.tally) for each in crawled]
    assert [[alarm.kind for alarm in each.examined.alarms.standing] for each in seen] == [
        [alarm.kind for alarm in each.examined.alarms.standing] for each in record.ended
    ]
    assert len(crawled) > 10
