"""Changes to a text as records that replay backwards, and the result that repair hands out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from crawler.evidence import Repair


@dataclass(frozen=True, slots=True)
class Edit:
    """Characters `start` to `end` of a text give way to `after`; the edits of one rule never overlap."""

    start: int
    end: int
    after: str
    rule: str
    confidence: float = 1.0


@dataclass(frozen=True, slots=True)
class Repaired:
    """A text whose damage is undone as far as it can be.

    `applied` holds every change in the order it was made (`undo` walks it backwards); `lossy` says in sentences
    what is gone for good, and is empty when nothing is.
    """

    text: str
    applied: tuple[Repair, ...] = ()
    lossy: tuple[str, ...] = ()


def apply(text: str, edits: Sequence[Edit]) -> tuple[str, list[Repair]]:
    """`text` with all `edits` made (sorted, not overlapping), and the records of them, left to right."""
    pieces: list[str] = []
    records: list[Repair] = []
    cursor = shift = 0
    for edit in edits:
        before = text[edit.start : edit.end]
        if before == edit.after:
            continue
        pieces += (text[cursor : edit.start], edit.after)
        records.append(Repair(edit.rule, edit.start + shift, before, edit.after, edit.confidence))
        cursor = edit.end
        shift += len(edit.after) - len(before)
    pieces.append(text[cursor:])
    return "".join(pieces), records


def undo(repaired: Repaired) -> str:
    """The text that was given to repair, character for character.

    Each rule made its changes from left to right, so the records are walked back in runs that lie one before the other:
    the time is linear in the text and the records for each rule, however many changes there are.
    """
    text = repaired.text
    for run in _runs_backwards(repaired.applied):
        pieces: list[str] = []
        end = len(text)
        for record in run:
            stop = record.start + len(record.after)
            pieces += (text[stop:end], record.before)
            end = record.start
        pieces.append(text[:end])
        text = "".join(reversed(pieces))
    return text


def _runs_backwards(records: Sequence[Repair]) -> Iterable[list[Repair]]:
    """The records from the last to the first, in runs of which each one lies wholly left of the one before."""
    run: list[Repair] = []
    for record in reversed(records):
        if run and record.start + len(record.after) > run[-1].start:
            yield run
            run = []
        run.append(record)
    if run:
        yield run
