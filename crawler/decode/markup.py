"""The parts of a page that are no language: scripts and styles, masked before anything is guessed or counted."""

from __future__ import annotations

from typing import TypeVar

_Text = TypeVar("_Text", str, bytes)

SAMPLE = 8 * 1024  # bytes of text that a guess is made from


def without_scripts(page: _Text) -> _Text:
    """The page without the contents of <script> and <style>. One that never ends is kept: it may be the whole page."""
    if isinstance(page, str):
        return _mask(
            page,
            page.lower() if len(page.lower()) == len(page) else page,
            ("<script", "<style"),
            ("</script", "</style"),
            "",
        )
    return _mask(page, page.lower(), (b"<script", b"<style"), (b"</script", b"</style"), b"")


def _mask(page: _Text, lower: _Text, starts: tuple[_Text, ...], ends: tuple[_Text, ...], nothing: _Text) -> _Text:
    kept: list[_Text] = []
    done = 0
    places = [lower.find(start) for start in starts]
    while any(place >= 0 for place in places):
        first = min((place, kind) for kind, place in enumerate(places) if place >= 0)
        place, kind = first
        end = lower.find(ends[kind], place)
        if end < 0:
            places[kind] = -1
            continue
        kept.append(page[done:place])
        done = end
        places = [
            known if known < 0 or known >= end else lower.find(start, end)
            for known, start in zip(places, starts, strict=True)
        ]
    kept.append(page[done:])
    return nothing.join(kept)


def sample(body: bytes) -> bytes:
    """The pieces between `<` that hold more than ASCII, from all over the page: at most SAMPLE bytes and a piece."""
    pieces = [piece[:SAMPLE] for piece in without_scripts(body).split(b"<") if not piece.isascii()]
    total = sum(map(len, pieces))
    if total > SAMPLE:
        step = -(-total // SAMPLE)
        pieces = pieces[::step] or pieces[:1]
    taken: list[bytes] = []
    size = 0
    for piece in pieces:
        taken.append(piece)
        size += len(piece)
        if size > SAMPLE:
            break
    return b"<".join(taken)
