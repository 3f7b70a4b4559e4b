"""Small webs for the tests of the lab."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

from archive.store import Archive
from crawler.lab import OPENS, Clock, LabWeb, Month, Site, sites
from crawler.lab.drive import Record, lab_options, prepared, watch
from crawler.lab.rhythm import Rhythm
from crawler.lab.score import Score, score

DAY = Month(OPENS, 1.0)
NOON = OPENS + timedelta(hours=12)


def site(**changed: Any) -> Site:
    """A site without whims: TRS, round the clock, right validators, no trouble."""
    (drawn,) = sites(1, 1, changed.pop("month", DAY))
    calm = replace(
        drawn, rhythm=Rhythm("clock", 6.0), look="trs", style="trs", name="岚川新闻网", redesigned=(), charset="utf-8",
        validators="right", per_page=20, pages=1, cached=0, counters=False, adverts=False, traps=False, tracked=False,
        feed=False, sitemap=False, gone="404", delay=2.0, crawl_delay=None, selectors=False, troubles=(),
    )  # fmt: skip
    return replace(calm, **changed)


def watched(folder: Path, *found: Site, every: str = "1h") -> tuple[LabWeb, Record, Score]:
    """Watch sites over the true fetcher until their month is over."""
    web = LabWeb(found, Clock(found[0].opens))
    with web.virtual():
        archive, sources = prepared(web, folder, every)
        with archive:
            record = watch(web, archive, sources, found[0].ends, options=lab_options(web, folder / "hosts"))
            return web, record, score(web, archive, record)


def opened(folder: Path) -> Archive:
    """The archive that was filled."""
    return Archive.open(folder)
