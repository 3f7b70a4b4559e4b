"""How each source stands right now: what the archive tells at a glance, judged for a person."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import msgspec

from archive.store.glance import Glance, SourceGlance
from crawler.health.summary import Summary, from_text
from crawler.shanghai import SHANGHAI

BARS = "▁▂▃▄▅▆▇█"
DISABLED, NOT_CONFIGURED = "disabled", "not configured"


class Standing(msgspec.Struct, frozen=True):
    """One source: what the archive tells of it, its numbers, and what is wrong with it (`ill`, sentences).

    `noted` is what a person may want to see and need not act on: of a hundred sources one always has a page that fails,
    and whether it is more than usual is for the alarms to say.
    """

    seen: SourceGlance
    summary: Summary
    state: str  # running, killed, finished, failed, interrupted, never run; what its schedule or its file makes of it
    ill: tuple[str, ...] = ()
    noted: tuple[str, ...] = ()
    watched: bool = True  # False where its file says otherwise, or is gone: then it is not ill, whatever it was before

    @property
    def source_id(self) -> str:
        """Which source it is."""
        return self.seen.source_id

    @property
    def articles(self) -> Mapping[str, int]:
        """Its articles by status, counted now where a run has come to an end since."""
        return self.seen.articles if self.seen.articles is not None else self.summary.articles

    @property
    def pages(self) -> Mapping[str, int]:
        """Its pages by state, likewise."""
        return self.seen.pages if self.seen.pages is not None else self.summary.pages


def standings(glance: Glance, configured: Mapping[str, bool] | None = None) -> tuple[Standing, ...]:
    """Every source, by id. `configured` tells which have a file and are enabled; None: that is not known, all are."""
    return tuple(
        _standing(each, _left_out(each.source_id, configured), alive=glance.writer is not None)
        for each in glance.sources.values()
    )


def _left_out(source_id: str, configured: Mapping[str, bool] | None) -> str:
    """Why a source is not watched; "" if it is."""
    if configured is None or configured.get(source_id):
        return ""
    return DISABLED if source_id in configured else NOT_CONFIGURED


def _standing(seen: SourceGlance, left_out: str, *, alive: bool) -> Standing:
    try:
        summary = from_text(seen.summary) if seen.summary else Summary()
    except msgspec.MsgspecError:  # of another version: the numbers come back with the next run
        summary = Summary()
    state = _state(seen, alive=alive)
    if left_out:
        return Standing(seen, summary, state if state == "running" else left_out, watched=False)
    return Standing(seen, summary, state, tuple(_ill(seen, summary, state)), tuple(_noted(seen)))


def _state(seen: SourceGlance, *, alive: bool) -> str:
    if seen.last_run is not None and seen.last_run.state == "running":
        return "running" if alive else "killed"
    if seen.watch is not None and seen.watch.state != "ok":
        return seen.watch.state
    return seen.last_run.state if seen.last_run is not None else "never run"


def _ill(seen: SourceGlance, summary: Summary, state: str) -> list[str]:
    """What is wrong with a source. One that is only just scheduled, or was cut short in order, is well: it is due."""
    run, found = seen.last_run, [alarm.sentence for alarm in seen.alarms]
    if state == "killed":
        found.append("Its last run was killed. Nothing that it kept is lost; the next one does the rest.")
    elif run is not None and run.state == "failed":
        found.append("Its last run failed.")
    if seen.watch is not None and seen.watch.state == "quarantined":
        found.append(f"It is quarantined: {seen.watch.reason}.")
    changed = summary.template_change
    if run is not None and changed is not None and changed >= run.started and not _told(seen, "template"):
        found.append("A template changed.")
    return found


def _noted(seen: SourceGlance) -> list[str]:
    """What single pages of the last run came to."""
    run, found = seen.last_run, []
    if run is None:
        return []
    if run.counts.problems:
        kinds = ", ".join(f"{count} × {kind}" for kind, count in run.failures.items())
        found.append(f"Its last run had problems: {kinds}." if kinds else "Its last run had problems.")
    if run.counts.quarantined and not _told(seen, "challenge"):
        pages = "page" if run.counts.quarantined == 1 else "pages"
        found.append(
            f"Its last run met {run.counts.quarantined} {pages} unfit to publish (challenge, error, unreadable)."
        )
    return found


def _told(seen: SourceGlance, kind: str) -> bool:
    return any(alarm.kind == kind for alarm in seen.alarms)


def sparkline(summary: Summary, now: datetime) -> str:
    """The articles of the last 30 days as bars, the newest last; days after the newest run are blank.

    >>> from datetime import UTC, date
    >>> sparkline(Summary(until=date(2026, 3, 3), days=(0, 1, 7)), datetime(2026, 3, 4, tzinfo=UTC))
    '▁▂█ '
    """
    if summary.until is None:
        return ""
    most = max(summary.days, default=0)
    bars = [BARS[max(1, round(count * 7 / most))] if count else BARS[0] for count in summary.days]
    since = min(30, max(0, (now.astimezone(SHANGHAI).date() - summary.until).days))
    return "".join((*bars, *" " * since))[-30:]


def as_plain(value: object) -> Any:
    """What JSON has a form for, but moments: whoever writes it gives all of them one."""
    return msgspec.to_builtins(value, builtin_types=(datetime,))


def as_json(standing: Standing) -> dict[str, Any]:
    """All of it, as `jianbao status --json` prints it. Moments stay moments."""
    seen = standing.seen
    found: dict[str, Any] = as_plain(standing.summary)
    found = {name: found.get(name, getattr(standing.summary, name)) for name in Summary.__struct_fields__}
    return {
        "source_id": standing.source_id,
        "state": standing.state,
        "watched": standing.watched,
        "ill": list(standing.ill),
        "noted": list(standing.noted),
        "as_of": seen.made,
        "is_behind": seen.is_behind,
        "last_run": as_plain(seen.last_run),
        "next_run": seen.watch.due if seen.watch else None,
        "watch": as_plain(seen.watch),
        "alarms": as_plain(seen.alarms),
        **found,
        "articles": dict(standing.articles),
        "pages": dict(standing.pages),
    }
