"""What became of an article: its revisions, and the answers that said it is gone or showed it again."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from archive.model import Standing
    from archive.store import Archive


def events(archive: Archive, standing: Standing) -> list[dict[str, Any]]:
    """What became of an article, oldest first: `at`, `what`, `revision`, `letters` of its text, and `why`.

    Revisions come by their numbers; `at` is the time of the capture that one rests on, also where it was read again.
    That a page was gone between two revisions is told from its captures: 404, 410, or a page that said so.
    """
    found: list[tuple[tuple[datetime, int], dict[str, Any]]] = []
    revisions = sorted(archive.revisions(standing.id), key=lambda each: each.number)
    reached = datetime.min.replace(tzinfo=UTC)
    for each in revisions:
        reached = max(reached, each.read_at)  # one that was read again rests on a capture that may be older
        why = f"capture {each.capture_id}"
        event = {"at": each.read_at, "what": each.reason, "revision": each.number, "letters": len(each.article.text)}
        found.append(((reached, each.number), event | {"why": why}))
    told = {each.capture_id for each in revisions}
    gone = False
    for row in archive.captures(url=standing.canonical_url):
        if row.kind != "article":
            continue
        state = {"at": row.fetched_at, "revision": None, "letters": None}
        place = (row.fetched_at, 0)
        if row.status in (404, 410) or row.verdict == "soft-404":
            if not gone and row.fetched_at >= standing.first_seen:
                why = (
                    f"the server answered {row.status}" if row.status != 200 else "the page says that it does not exist"
                )
                found.append((place, state | {"what": "gone", "why": why}))
                gone = True
        elif gone and row.verdict == "article":
            gone = False
            if row.id not in told:
                found.append((place, state | {"what": "restored", "why": "the same text stands there again"}))
    return [event for _, event in sorted(found, key=lambda each: each[0])]
