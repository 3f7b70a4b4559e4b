"""What a round tells, and whom: each look as it ends, sentences for a person, and what it came to in the end."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from archive.model import Change, Counts, Run, Watch
from crawler.crawl import MOST_TOLD
from crawler.health.alarms import REPEAT
from crawler.health.examine import Examined
from crawler.learning import Lessons
from crawler.watch.look import Look


@dataclass(frozen=True, slots=True)
class Ended:
    """How one look came to its end. `failed` is the kind of failure of the source as a whole."""

    source_id: str
    watch: Watch  # as it was given back
    run: Run | None  # None for one that was claimed and did not begin
    failed: str | None = None
    told: tuple[str, ...] = ()  # the first problems, as sentences
    changed: str | None = None  # a template changed, a sentence
    read_again: int = 0  # articles that learning made to be read otherwise
    faults: int = 0  # pages on which learning failed; they are told
    examined: Examined = field(default_factory=Examined)  # what became of its alarms
    of_lists: bool = True  # it was one at the source's lists, not at known articles alone


@dataclass(frozen=True, slots=True)
class Told:
    """Whom a round tells what. All are called in the thread that runs it and have to be quick."""

    say: Callable[[str], None] = lambda sentence: None
    ended: Callable[[Ended], None] = lambda ended: None
    counts: Callable[[str, Counts], None] = lambda source_id, counts: None  # after every response
    note: Callable[[Change], None] = lambda change: None
    beat: Callable[[Sequence[str]], None] = lambda under_way: None  # at least once a `FetchOptions.tick`
    repeat: timedelta | None = REPEAT  # after what time an alarm that still stands is told again; None: never


@dataclass(frozen=True, slots=True)
class Report:
    """What a round came to. `held_up` says that it was asked to end while something was still due."""

    ended: int = 0
    interrupted: bool = False
    held_up: bool = False
    next_due: datetime | None = None  # of the sources that are watched


def told_of(look: Look, ended: Watch, run: Run | None, how: str | None, lessons: Lessons | None) -> Ended:
    """What is told of a look that has ended."""
    name = look.source.id
    if lessons is None:
        return Ended(name, ended, run, how, tuple(look.crawl.told), of_lists=look.of_lists)
    faults = lessons.faults.get(name, ())
    change = lessons.changes.get(name)
    return Ended(
        name,
        ended,
        run,
        how,
        (*look.crawl.told, *faults)[:MOST_TOLD],
        change.sentence if change else None,
        lessons.read_again.get(name, 0),
        len(faults),
        of_lists=look.of_lists,
    )
