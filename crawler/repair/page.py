"""The whole repair of one page or article, in order."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from itertools import chain

from crawler.evidence import Repair
from crawler.repair import budget, controls, edits, narrow, repeats
from crawler.repair.annotations import HINT, TONES, Annotated, annotated
from crawler.repair.commas import commas
from crawler.repair.edits import Edit, Repaired
from crawler.repair.glance import Glance, glance
from crawler.repair.lost import lost, may_be_lost
from crawler.repair.markup import code_spans, outside
from crawler.repair.mojibake import holes, looks_misread, mojibake, nbsp, suspects, unread
from crawler.repair.simplify import simplify
from crawler.repair.sparse import leans_to_one_to_one
from crawler.repair.stream import rebuild

MOST_ROUNDS = 4  # the last of which finds nothing more; real pages need two
MOST_TOLD = 100  # losses of one page that are told one by one
Rule = Callable[[str], list[Edit]]
Phase = tuple[Rule, ...]
# Phases follow one another: a control can part two readings that are one repeat. The rules of one phase commute: in
# whatever order they are applied, the same text comes out.
CLUTTER: tuple[Phase, ...] = ((controls.controls,), (repeats.repeats,))  # before the byte stream is rebuilt
FINISH: tuple[Phase, ...] = ((commas, simplify),)  # behind it
FEWEST_REPEATS = 3  # readings said twice or more, and
FEWEST_CONTROLS = 12  # runs of controls, from which on a page without a single toned reading is a mirror's too


def repair(text: str) -> Repaired:
    """The text without the damage that can be undone, with a record of every change.

    `text` is one whole page or article, lines by \\n: plain text, or the decoded source of an HTML page. Pure, total
    and idempotent; a clean text comes back as it is. Damage may lie under damage: the rounds go on until one finds
    nothing more, and a page on which they do not end is left as it is.
    """
    applied: list[Repair] = []
    lossy: list[str] = []
    looked_at: set[str] = set()
    given = text
    for _ in range(MOST_ROUNDS):
        seen = glance(text)
        before, text = text, _round(text, seen, applied, lossy, looked_at)
        if text == before:
            if narrow.may_hold(seen) and looks_misread(seen) and (places := unread(text, seen)):
                lossy.append(f"{_place(text, places[0])}: {len(places)} lines of misread text that nothing turns back")
            if may_be_lost(seen.wide):
                lossy += lost(text)
            return Repaired(text, tuple(applied), tuple(dict.fromkeys(lossy)))
    return Repaired(given, (), ("damage lies under damage without end; the page is left as it is", *lost(given)))


def _round(text: str, seen: Glance, applied: list[Repair], lossy: list[str], looked_at: set[str]) -> str:
    """All rules once, in order, as far as what was seen of the text asks for them."""
    before = text
    if looks_misread(seen):
        text = _misread(text, seen, applied, lossy, looked_at)
    if text is not before or (seen.wide and _looks_mirrored(text, seen)):
        text = _mirror(text, applied, lossy)
    return text


def _looks_mirrored(text: str, seen: Glance) -> bool:
    """The quick screen for what mirrors put in: toned readings, controls, a reading said twice."""
    if seen.telling and TONES.search(seen.wide) and HINT.search(text):
        return True
    return (bool(seen.telling) and controls.PRESENT.search(seen.wide) is not None) or repeats.says_twice(seen.utf8)


def _misread(text: str, seen: Glance, applied: list[Repair], lossy: list[str], looked_at: set[str]) -> str:
    """Turn mojibake back, and say where it has holes. Lines that were looked at in an earlier round are not again."""
    if "聽聽聽" in seen.wide:
        if (units := budget.for_runs(text.count("聽聽聽"))) > budget.UNITS:
            lossy.append(budget.too_long(units, "misread text"))
            return text
        text = _apply(text, nbsp(text), applied)
        seen = glance(text)
    lines = [(start, end) for start, end in suspects(text, seen) if text[start:end] not in looked_at]
    looked_at.update(text[start:end] for start, end in lines)
    if (units := budget.for_lines(lines)) > budget.UNITS:
        lossy.append(budget.too_long(units, "misread text"))
        return text
    found = mojibake(text, lines)
    if found is None:
        lossy.append("misread text of too many kinds: the page is left as it is")
        return text
    if damaged := holes(text, found):
        lossy.append(f"{_place(text, damaged[0])}: misread text with {len(damaged)} holes where bytes were replaced")
    return _apply(text, found, applied)


def _mirror(text: str, applied: list[Repair], lossy: list[str]) -> str:
    """Undo what a spam mirror did, if the page is one; clutter between the brackets is taken away first."""
    if (units := budget.for_mirror(text)) > budget.UNITS:
        lossy.append(budget.too_long(units, "a mirror's damage"))
        return text
    seen, clutter = text, list[Repair]()
    for rule in chain(*CLUTTER):
        text = _apply(text, rule(text), clutter)
    spoken = _without_code(text)
    page = annotated(spoken)
    if page is None and not _is_cluttered(clutter):
        return seen
    applied += clutter
    if page:
        text = _restream(text, page, applied, lossy)
    if page or leans_to_one_to_one(spoken):
        for rule in chain(*FINISH):
            text = _apply(text, rule(text), applied)
    return text


def _is_cluttered(clutter: list[Repair]) -> bool:
    """Whether what was strewn in says alone that the page is a mirror's; no writer repeats a reading or a control."""
    rules = Counter(record.rule for record in clutter)
    return rules["mirror-repeat"] >= FEWEST_REPEATS or rules["mirror-control"] >= FEWEST_CONTROLS


def _restream(text: str, page: Annotated, applied: list[Repair], lossy: list[str]) -> str:
    """Rebuild the byte stream of every span between scripts."""
    rebuilt = rebuild(text, list(outside(code_spans(text), len(text))), page)
    lossy += _told(text, rebuilt.losses)
    return _apply(text, rebuilt.edits, applied)


def _told(text: str, losses: list[tuple[int, str]]) -> list[str]:
    """Sentences for the first losses, and the number of the others."""
    told = [f"{_place(text, at)}: {words}" for at, words in sorted(losses)[:MOST_TOLD]]
    return told if len(losses) <= MOST_TOLD else [*told, f"{len(losses) - MOST_TOLD} more losses of these kinds"]


def _place(text: str, at: int) -> str:
    """Where a loss is, for a person: the line of the damaged text and the characters before."""
    return f"line {text.count(chr(10), 0, at) + 1}, behind “{text[max(0, at - 8) : at]}”"


def _apply(text: str, found: list[Edit], applied: list[Repair]) -> str:
    after, records = edits.apply(text, found)
    applied += records
    return after


def _without_code(text: str) -> str:
    return "".join(text[start:end] for start, end in outside(code_spans(text), len(text)))
