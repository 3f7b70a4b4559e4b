"""`jianbao diff`."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import click

from crawler.cli.options import Common, common, example
from crawler.cli.table import counted, harmless, table
from crawler.cli.times import ZONE, moment

if TYPE_CHECKING:
    from archive.diff import BlockChange, Difference, FieldChange, Piece
    from archive.model import Revision, Standing
    from archive.store import Archive


@click.command(epilog=example("jianbao diff 1f0c2b3a4d5e6f70 --history", "jianbao diff 1f0c2b3a4d5e6f70 1 1 --json"))
@click.argument("wanted", metavar="ID|URL")
@click.argument("old", type=click.IntRange(1), required=False, metavar="[A]")
@click.argument("new", type=click.IntRange(1), required=False, metavar="[B]")
@click.option("--history", is_flag=True, help="List what became of the article: its revisions, and when it was gone.")
@click.option("--all", "everything", is_flag=True, help="Print unchanged paragraphs in full.")
@common
def command(common: Common, wanted: str, old: int | None, new: int | None, history: bool, everything: bool) -> None:
    """Show word by word what differs between two revisions of an article: facts first, then paragraph by paragraph.

    Without A and B the newest revision and the one before it are compared, with A alone that one and the newest.

    On a terminal what was removed is red and what was added is green; elsewhere they stand as [-old-] and {+new+}.
    """
    from crawler.cli.history import events

    with common.archive() as archive:
        found = archive.article(wanted)
        if found is None:
            common.say(f"The archive holds no article {wanted}. `jianbao search WORDS` lists ids.")
            sys.exit(1)
        _, standing = found
        if history:
            _print_history(common, standing, events(archive, standing))
            return
        one, other = _chosen(archive, standing, old, new)
        alone = len(archive.revisions(standing.id)) == 1
    _print(common, standing, one, other, alone=alone, everything=everything)


def _chosen(archive: Archive, standing: Standing, old: int | None, new: int | None) -> tuple[Revision, Revision]:
    """The two revisions. Raises UsageError for one that there is not."""
    revisions = {each.number: each for each in archive.revisions(standing.id)}
    second = new or max(revisions)
    first = old or max((each for each in revisions if each < second), default=second)
    for number in (first, second):
        if number not in revisions:
            raise click.UsageError(f"There is no revision {number}: {_held(standing, list(revisions))}.")
    return revisions[first], revisions[second]


def _held(standing: Standing, numbers: Sequence[int]) -> str:
    """Which revisions there are: of an article that was imported from our own lines the earlier ones are elsewhere."""
    if len(numbers) == standing.revision:
        return f"the article has {counted(standing.revision, 'revision')}"
    return f"of the article this archive holds only revision {', '.join(map(str, numbers))}"


def _print(
    common: Common, standing: Standing, one: Revision, other: Revision, *, alone: bool, everything: bool
) -> None:
    from archive.diff import difference

    found = difference(one.article, other.article)
    if common.as_json:
        click.echo(json.dumps(as_json(standing, one, other, found), ensure_ascii=False, indent=2))
        return
    if alone:
        held = "The article has one revision" if standing.revision == 1 else _held(standing, [one.number]).capitalize()
        common.say(f"{held}: there is nothing to compare it with.")
        return
    click.echo(f"{standing.id}: revision {_named(one)}")
    click.echo(f"{'with':>{len(standing.id) + 1}} revision {_named(other)}, {ZONE}")
    if found.is_empty:
        click.echo("\nNo difference in facts or text; pictures' captions, addresses and measures are not compared.")
        return
    paint = Painted() if sys.stdout.isatty() else Plain()
    for line in [
        *_fact_lines(found.fields, paint),
        *_picture_lines(found),
        *_block_lines(found.blocks, paint, everything),
    ]:
        click.echo(line, color=True if paint.colours else None)


def _named(revision: Revision) -> str:
    return f"{revision.number} ({revision.reason}, {moment(revision.read_at)})"


class Plain:
    """Marks that any program and any printer shows, as `wdiff` writes them."""

    colours = False

    def removed(self, text: str) -> str:
        """What stands in the old text alone."""
        return f"[-{text}-]"

    def added(self, text: str) -> str:
        """What stands in the new text alone."""
        return f"{{+{text}+}}"

    def note(self, text: str) -> str:
        """Our own words."""
        return text

    def pieces(self, pieces: Sequence[Piece]) -> str:
        """A text with its marks; nothing of it can steer a terminal."""
        mark: dict[str, Callable[[str], str]] = {"same": str, "removed": self.removed, "added": self.added}
        return "".join(mark[piece.op](harmless(piece.text)) for piece in pieces)


class Painted(Plain):
    """Colours, and a line through what was removed for those who cannot tell them."""

    colours = True

    def removed(self, text: str) -> str:
        """Red, struck through."""
        return click.style(text, fg="red", strikethrough=True)

    def added(self, text: str) -> str:
        """Green, underlined."""
        return click.style(text, fg="green", underline=True)

    def note(self, text: str) -> str:
        """Dim."""
        return click.style(text, dim=True)


def _fact_lines(fields: Sequence[FieldChange], paint: Plain) -> list[str]:
    lines = []
    for each in fields:
        shown = paint.pieces(each.pieces) or f"{_value(each.old)} → {_value(each.new)}"
        lines.append(f"{paint.note(each.name + ':')} {shown}")
    return ["", *lines] if lines else []


def _value(value: Any) -> str:
    if value in (None, ()):
        return "–"
    return harmless("、".join(value) if isinstance(value, tuple) else str(value))


def _picture_lines(found: Difference) -> list[str]:
    gone, came = found.images_removed, found.images_added
    if not (gone or came):
        return []
    return [
        "",
        *(f"picture removed: {harmless(url)}" for url in gone),
        *(f"picture added: {harmless(url)}" for url in came),
    ]


def _block_lines(blocks: Sequence[BlockChange], paint: Plain, everything: bool) -> list[str]:
    """Changed blocks in full; of a row of unchanged ones, how many they are."""
    lines: list[str] = []
    unchanged = 0
    for each in blocks:
        if each.op == "same" and not each.moved and not everything:
            unchanged += 1
            continue
        lines += _passed(unchanged, paint)
        unchanged = 0
        where = f"moved from {each.old_at + 1} to {each.new_at + 1}: " if each.moved else ""  # type: ignore[operator]
        kind = "" if each.kind == "paragraph" else f"{each.kind}: "
        lines += ["", f"{paint.note(where + kind)}{paint.pieces(each.pieces)}"]
    return lines + _passed(unchanged, paint) if lines else []


def _passed(count: int, paint: Plain) -> list[str]:
    return ["", paint.note(f"… {counted(count, 'unchanged block')} …")] if count else []


def as_json(standing: Standing, one: Revision, other: Revision, found: Difference) -> dict[str, Any]:
    """The difference for programs (docs/reread.md)."""
    return {
        "id": standing.id,
        "canonical_url": standing.canonical_url,
        "status": standing.status,
        "revisions": standing.revision,
        "old": _revision_json(one),
        "new": _revision_json(other),
        "fields": [
            {"field": each.name, "old": _plain(each.old), "new": _plain(each.new), "words": _words(each.pieces)}
            for each in found.fields
        ],
        "blocks": [
            {
                "op": each.op,
                "kind": each.kind,
                "moved": each.moved,
                "old": each.old_at,
                "new": each.new_at,
                "words": _words(each.pieces),
            }
            for each in found.blocks
        ],
        "images": {"removed": list(found.images_removed), "added": list(found.images_added)},
    }


def _revision_json(revision: Revision) -> dict[str, Any]:
    return {
        "number": revision.number,
        "reason": revision.reason,
        "read_at": revision.read_at.isoformat(),
        "capture_id": revision.capture_id,
    }


def _words(pieces: Sequence[Piece]) -> list[list[str]]:
    marks = {"same": "=", "removed": "-", "added": "+"}
    return [[marks[piece.op], piece.text] for piece in pieces]


def _plain(value: Any) -> Any:
    if isinstance(value, tuple):
        return list(value)
    return value.isoformat() if hasattr(value, "isoformat") else value


def _print_history(common: Common, standing: Standing, found: Sequence[dict[str, Any]]) -> None:
    if common.as_json:
        document = {"id": standing.id, "status": standing.status, "revisions": standing.revision, "history": found}
        click.echo(json.dumps(document, ensure_ascii=False, default=lambda value: value.isoformat(), indent=2))
        return
    rows = [
        (moment(each["at"]), each["what"], each["revision"] or "", each["letters"] or "", each["why"]) for each in found
    ]
    click.echo(table((ZONE, "what", "revision", "letters", "why"), rows))
    click.echo(f"{standing.id}, {standing.status}, last seen {moment(standing.last_seen)}")
    numbers = [each["revision"] for each in found if each["revision"]]
    if len(numbers) < standing.revision:
        common.say(f"{_held(standing, numbers).capitalize()}.")
