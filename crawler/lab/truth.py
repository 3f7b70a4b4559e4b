"""The truth log: what was published, edited, taken away and put back when, at which address, with which words."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Literal

from crawler.lab.sites import Site

Kind = Literal["published", "edited", "gone", "restored"]


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened to an article. `title` and `paragraphs` are what its address shows from then on."""

    at: datetime
    kind: Kind
    site: str
    number: int
    url: str
    version: int
    title: str = ""
    paragraphs: tuple[str, ...] = ()


def events(site: Site, base: str) -> Iterator[Event]:
    """Everything that happens at a site that stands at `base`, in order of time."""
    found: list[Event] = []
    for piece in site.pieces:
        url = base + site.path(piece)
        moments: list[tuple[datetime, Kind]] = [(piece.published, "published")]
        moments += [(moment, "edited") for moment in piece.edited]
        moments += [(piece.gone, "gone")] if piece.gone else []
        moments += [(piece.restored, "restored")] if piece.restored else []
        for at, kind in moments:
            version = piece.version(at)
            text = piece.text(version)
            words = (text.title, text.paragraphs) if kind != "gone" else ("", ())
            found.append(Event(at, kind, site.id, piece.number, url, version, *words))
    return iter(sorted(found, key=lambda event: (event.at, event.number, event.kind)))


def lines(told: Iterable[Event]) -> Iterator[str]:
    """The log as JSON lines, times in UTC."""
    for event in told:
        row = asdict(event) | {"at": event.at.astimezone(UTC).isoformat(), "paragraphs": list(event.paragraphs)}
        yield json.dumps(row, ensure_ascii=False) + "\n"
