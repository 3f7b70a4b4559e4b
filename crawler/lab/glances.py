"""What looks at a site come to, with nothing stored: for alarms, which are judged by what runs saw and nothing else.

Pages are read, learnt from, counted and judged by the same functions as in a crawl; the archive, the fetcher and the
schedule are left out, which costs four fifths of a look's time. tests/crawler/lab/test_lab_glances.py holds it against
a crawl of the same site.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from archive.identity import canonical_url
from archive.model import Alarm, Capture, Counts, Run, Watch
from archive.tally import RunTally
from crawler.evidence import evidence_json
from crawler.health.alarms import Alarms, weigh
from crawler.health.arrivals import arrivals_of
from crawler.health.examine import Examined
from crawler.health.history import KINDS, MOST_RUNS, History
from crawler.health.judge import judge
from crawler.health.tallying import Tallying, seen_of
from crawler.intake import judged
from crawler.lab.answers import Asked, answer
from crawler.lab.sites import Site
from crawler.learn.change import NEWEST, Sight, changed, sight_of
from crawler.learn.learn import learn
from crawler.learn.learnt import FEWEST, SAMPLED, Learnt
from crawler.learn.observe import Observation
from crawler.listing import Shown
from crawler.pipeline import observed
from crawler.reader.task import Task
from crawler.reader.work import work
from crawler.schedule.days import works
from crawler.source import Source
from crawler.watch import Ended


class Glances:
    """Looks at one site, one after the other; `runs` are what they saw."""

    def __init__(self, site: Site, source: Source, base: str) -> None:
        self.site, self.source, self.base = site, source, base
        self._known: set[str] = set()
        self._found: list[tuple[datetime, datetime]] = []
        self._looks: list[datetime] = []
        self.runs: list[RunTally] = []
        self._standing: tuple[Alarm, ...] = ()
        self._learnt: Learnt | None = None
        self._learnt_at = 0
        self._told = ""  # the profile of which a change was told
        self._notes: list[Observation] = []
        self._sights: list[Sight] = []
        self._validators: tuple[str | None, str | None] = (None, None)
        self._links = 0

    def look(self, at: datetime) -> Ended:
        """Look at the site's list, and at what is new on it."""
        tallying, failures = Tallying(), Counter[str]()
        fresh = self._list(at, tallying, failures)
        for url in fresh:
            self._article(url, at, tallying)
        change = self._lesson()
        tally = tallying.tally(Counts(requests=1 + len(fresh), answered=1 + len(fresh), new=len(fresh)), failures)
        self.runs.append(RunTally(len(self.runs) + 1, at, at, "finished", tally))
        self._looks.append(at)
        alarms = self._judged(at, change)
        self._standing = alarms.standing
        run = Run(len(self.runs), self.site.id, at, at, "finished")
        return Ended(self.site.id, Watch(self.site.id, at, ""), run, examined=Examined(alarms))

    def _list(self, at: datetime, tallying: Tallying, failures: Counter[str]) -> list[str]:
        url = self.source.lists[0].url
        found = answer(self.site, self.base, at, Asked(urlsplit(url).path, *self._validators))
        if found.status == 304:
            tallying.list_page(self._links)
            return []
        self._validators = tuple(dict(found.headers).get(name) for name in ("ETag", "Last-Modified"))  # type: ignore[assignment]
        capture = self._capture(url, at, found.body, found.headers)
        task = Task.of(capture, self.source)
        answered = work(
            Task(task.body, task.url, task.content_type, self.source, task.captured, self._learnt, self.source.lists[0])
        )
        self._links = len(answered.links)
        tallying.list_page(self._links)
        if not answered.links:
            failures["no-links"] += 1
        keys = {canonical_url(link.url, self.source.names): link.url for link in answered.links}
        fresh = [url for key, url in keys.items() if key not in self._known]
        self._known |= keys.keys()
        return fresh

    def _article(self, url: str, at: datetime, tallying: Tallying) -> None:
        found = answer(self.site, self.base, at, Asked(urlsplit(url).path))
        capture = self._capture(url, at, found.body, found.headers)
        task = Task.of(capture, self.source)
        parts = (task.body, task.url, task.content_type, self.source, task.captured)
        answered = work(Task(*parts, learnt=self._learnt))
        verdict, articles = judged(capture, answered, Shown())
        if seen := seen_of(capture, answered.reading, verdict, articles, first=True, held=None):
            tallying.page(seen)
        if verdict != "article":
            return
        self._found += [(article.published or at, at) for article in articles]
        if (sight := sight_of(evidence_json(answered.reading.evidence))) is not None:
            self._sights.append(sight)
        seen_here = observed(*parts[:4], identity=f"{len(self._notes):06} {at.isoformat()}", captured=task.captured)
        if seen_here is not None:
            self._notes.append(seen_here)

    def _capture(self, url: str, at: datetime, body: bytes, headers: tuple[tuple[str, str], ...]) -> Capture:
        return Capture(url, self.site.id, at, 200, body, response_headers=headers, content=body)

    def _lesson(self) -> str:
        """Learn when it is due, as crawler.learning does; a changed template, a sentence."""
        held, told = len(self._notes), ""
        if self._learnt is not None and (change := changed(self._sights[: -NEWEST - 1 : -1], self._learnt)):
            told = change.sentence if self._told != self._learnt.digest else ""
            self._told = self._learnt.digest
        due = FEWEST if self._learnt is None else self._learnt_at + max(FEWEST, self._learnt.pages // 2)
        if told or held >= due:
            self._learnt, self._learnt_at = learn(self._notes[-SAMPLED:]), held
        return told

    def _judged(self, at: datetime, change: str) -> Alarms:
        history = History(
            self.site.id,
            at,
            self._looks[0],
            arrivals_of(self._found, self._looks),
            self._looks,
            self.runs[-MOST_RUNS:],
            {alarm.kind: alarm.raised for alarm in self._standing if alarm.kind in KINDS},
            template_change=change,
            is_free=lambda day: not works(day),
        )
        return weigh(self.site.id, judge(history), self._standing, at)


def glances(site: Site, source: Source, base: str, every: timedelta = timedelta(hours=2)) -> Iterator[Ended]:
    """Look at the site at that interval, from its opening to its end."""
    watching, at = Glances(site, source, base), site.opens
    while at < site.ends:
        yield watching.look(at)
        at += every
