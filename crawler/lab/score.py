"""What a crawl came to beside the truth: what was captured, how late and how truly, what was seen of edits."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import datetime, timedelta
from statistics import median
from typing import Any
from urllib.parse import urlsplit

from archive.model import Article, Change, Revision, Standing
from archive.shanghai import end_of_day
from archive.store import Archive
from crawler.lab.drive import Record
from crawler.lab.pieces import Piece
from crawler.lab.sites import Site
from crawler.lab.web import LabWeb
from crawler.revisit import next_check
from crawler.schedule import Terms
from crawler.shanghai import SHANGHAI

SHORTEST = Terms().at_least
"""What stood on the list of a site in order for less could not be seen: no source is looked at more often."""


@dataclass(slots=True)
class Tally:
    """Of so many, so many; the first that are missing, as sentences."""

    of: int = 0
    good: int = 0
    missing: list[str] = field(default_factory=list)

    def count(self, good: bool, sentence: str) -> None:
        """One more."""
        self.of += 1
        self.good += good
        if not good and len(self.missing) < MOST_TOLD:
            self.missing.append(sentence)

    @property
    def share(self) -> float:
        """1.0 where there was nothing to find."""
        return self.good / self.of if self.of else 1.0


MOST_TOLD = 40


@dataclass(slots=True)
class Score:
    """The whole. `delays` in seconds, from the moment an article stood on the list to the moment it was captured."""

    captured: Tally = field(default_factory=Tally)
    true: Tally = field(default_factory=Tally)  # revisions whose title and text are those that stood there
    edits: Tally = field(default_factory=Tally)
    deletions: Tally = field(default_factory=Tally)
    restorations: Tally = field(default_factory=Tally)
    unseeable: int = 0  # articles that nobody could have seen
    too_late: int = 0  # articles that came after the last look at their source
    fleeting: int = 0  # edits, deletions and restorations that were over before the ladder asks
    troubled: int = 0  # the same, of which the site was in trouble before the ladder had asked
    double: int = 0
    foreign: int = 0  # articles that no site published
    delays: list[float] = field(default_factory=list)
    edit_delays: list[float] = field(default_factory=list)
    looks: int = 0
    list_looks: int = 0  # of them, those at lists
    requests: int = 0  # as the servers counted them

    def as_json(self) -> dict[str, Any]:
        """The figures; delays in seconds, as medians."""
        tallies = {
            name: {"of": each.of, "good": each.good, "missing": each.missing}
            for name, each in _fields(self)
            if isinstance(each, Tally)
        }
        counts = {name: each for name, each in _fields(self) if isinstance(each, int)}
        return tallies | counts | {"median_delay": self.median_delay if self.delays else None}

    @property
    def median_delay(self) -> float:
        """Seconds."""
        return median(self.delays) if self.delays else float("nan")


def _fields(score: Score) -> Iterator[tuple[str, object]]:
    return ((each.name, getattr(score, each.name)) for each in fields(score))


def score(web: LabWeb, archive: Archive, record: Record) -> Score:
    """Hold an archive against the truth of all sites."""
    looks = [each for each in record.ended if each.run is not None]
    found = Score(requests=len(web.seen), looks=len(looks), list_looks=sum(each.of_lists for each in looks))
    changes: dict[str, list[tuple[datetime, Change]]] = {}
    for at, change in record.changes:
        changes.setdefault(change.canonical_url, []).append((at, change))
    for site in web.sites.values():
        _score_site(found, site, archive, _last_look(site, record), changes)
    return found


def _last_look(site: Site, record: Record) -> datetime:
    """When the last look at the site's lists began that the site was well for."""
    runs = [each.run for each in record.ended if each.source_id == site.id and each.run is not None and each.of_lists]
    return max(
        (run.started for run in runs if run.finished and not site.ill(run.started, run.finished)), default=site.opens
    )


def _score_site(
    found: Score, site: Site, archive: Archive, last: datetime, changes: Mapping[str, Sequence[tuple[datetime, Change]]]
) -> None:
    held: dict[int, tuple[Article, Standing]] = {}
    for article, standing in archive.articles(site.id, evidence=False):
        piece = site.by_path.get(urlsplit(standing.canonical_url).path)
        if piece is None:
            found.foreign += 1
        elif piece.number in held:
            found.double += 1
        else:
            held[piece.number] = (article, standing)
    for piece in site.pieces:
        got = held.get(piece.number)
        if piece.published >= site.opens:
            _capture(found, site, piece, got, last)
        if got is not None:
            article, standing = got
            revisions = archive.revisions(standing.id)
            for revision in revisions:
                _truth(found, site, piece, revision)
            since = min(standing.first_seen, end_of_day(article.published or standing.first_seen))
            _fate(found, site, piece, (standing, revisions, since), changes.get(standing.canonical_url, ()))


def _capture(found: Score, site: Site, piece: Piece, got: tuple[Article, Standing] | None, last: datetime) -> None:
    listed = site.seen_from(piece)
    if got is not None:
        found.delays.append(max(0.0, (got[1].first_seen - listed).total_seconds()))
        found.captured.count(True, "")
    elif listed >= last:
        found.too_late += 1
    elif not _seeable(site, listed, min(site.shown_until(piece) or site.ends, site.ends)):
        found.unseeable += 1
    else:
        until = site.shown_until(piece)
        shown = f"until {_day(until)}" if until else "to the end"
        found.captured.count(False, f"{site.id} {site.path(piece)} was listed from {_day(listed)} {shown}")


def _seeable(site: Site, since: datetime, until: datetime) -> bool:
    """Whether a span holds a stretch of SHORTEST in which the site was well."""
    begin = since
    for trouble in sorted(site.troubles, key=lambda each: each.since):
        if trouble.until <= begin or trouble.since >= until:
            continue
        if trouble.since - begin >= SHORTEST:
            return True
        begin = max(begin, trouble.until)
    return until - begin >= SHORTEST


def _truth(found: Score, site: Site, piece: Piece, revision: Revision) -> None:
    """Whether a revision is the version that stood there when it was captured, or a moment before."""
    article = revision.article
    near = {piece.version(revision.read_at), piece.version(revision.read_at - timedelta(minutes=15))}
    texts = [piece.text(version) for version in sorted(near)]
    good = any(
        _plain([article.title]) == _plain([text.title]) and _words(article) == _plain(text.paragraphs) for text in texts
    )
    found.true.count(good, f"{site.id} {site.path(piece)} revision {revision.number} ({revision.reason})")


def _words(article: Article) -> str:
    return _plain(article.paragraphs)


def _plain(lines: Iterable[str]) -> str:
    return "".join("".join(line.split()) for line in lines)


def _fate(
    found: Score,
    site: Site,
    piece: Piece,
    held: tuple[Standing, Sequence[Revision], datetime],
    changes: Sequence[tuple[datetime, Change]],
) -> None:
    """What was seen of what became of an article after it was captured, by the ladder's own clock.

    `held` is how it stands, its revisions, and from when its age counts.

    Whoever did not see that it was gone cannot see that it came back: both were fleeting, or both are missing.
    """
    standing, revisions, since = held
    hidden = False  # it was gone, and the ladder did not have to ask meanwhile
    for kind, at, until in _turns(piece, site.ends):
        if at <= standing.first_seen:
            continue  # it was captured as it was afterwards
        asked = next_check(since, at)
        seen = _seen(kind, at, until, piece, revisions, changes)
        deadline = asked + SLACK if asked is not None else None
        came_back_unseen = kind == "restored" and hidden
        hidden = deadline is None or deadline > until
        if deadline is None or hidden or came_back_unseen:
            found.fleeting += 1
            continue
        if site.ill(at, deadline):
            hidden = True
            found.troubled += 1
            continue
        where = f"{site.id} {site.path(piece)} {kind} {_day(at)}, age {at - since}, by {_day(deadline)}"
        tally = {"edited": found.edits, "gone": found.deletions, "restored": found.restorations}[kind]
        tally.count(seen is not None and seen <= deadline, f"{where}, {f'seen {_day(seen)}' if seen else 'not seen'}")
        if seen and kind == "edited":
            found.edit_delays.append((seen - at).total_seconds())


SLACK = timedelta(minutes=10)
"""From the moment at which the ladder asks for an article: looks are some minutes apart (`Policy.apart`), and one takes
its time until it comes to a certain article."""


def _day(moment: datetime) -> str:
    return f"{moment.astimezone(SHANGHAI):%d %H:%M}"


def _turns(piece: Piece, ends: datetime) -> Iterator[tuple[str, datetime, datetime]]:
    """Each edit, deletion and restoration that can be seen at its address, and until when it stands so."""
    there = (piece.gone, piece.restored or ends) if piece.gone else None
    turns = [("edited", moment) for moment in piece.edited if not (there and there[0] <= moment < there[1])]
    turns += [("gone", piece.gone)] if piece.gone else []
    turns += [("restored", piece.restored)] if piece.restored else []
    turns.sort(key=lambda turn: turn[1])
    for number, (kind, at) in enumerate(turns):
        until = turns[number + 1][1] if number + 1 < len(turns) else ends
        if at < ends:
            yield kind, at, min(until, ends)


def _seen(
    kind: str,
    at: datetime,
    until: datetime,
    piece: Piece,
    revisions: Sequence[Revision],
    changes: Sequence[tuple[datetime, Change]],
) -> datetime | None:
    """When it was noticed."""
    if kind == "edited":
        wanted = _plain([piece.text(piece.version(at)).title, *piece.text(piece.version(at)).paragraphs])
        return next(
            (
                each.read_at
                for each in revisions
                if each.read_at >= at and _plain([each.article.title, *each.article.paragraphs]) == wanted
            ),
            None,
        )
    return next((moment for moment, change in changes if moment >= at and change.kind == kind), None)
