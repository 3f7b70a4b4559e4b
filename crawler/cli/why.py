"""Why a text is as it is, for a person: what was seen, what it became, why, how sure, and what is lost.

Like stands with like: a rule's changes are counted and the commonest shown, blocks are grouped by the reason for which
they were dropped. Everything, in the order of the page, is told where it is asked for (-v).
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from crawler.cli.table import counted, harmless, shortened, width
from crawler.evidence import Evidence, evidence_json

COLUMNS = 118
EXAMPLES = 3  # of a reason for which blocks were dropped
CHANGES = 6  # of a rule of repair, on one line or one line each where they are long
LONG = 24  # columns from which a change has a line of its own
LOSSES = 5
RULES = {  # what a rule of repair undoes, in words
    "mojibake": "read in a wrong encoding when the page was made, turned back",
    "mojibake-nbsp": "spaces that were read in a wrong encoding",
    "mirror-annotation": "a reading that a mirror put behind a character, taken out",
    "mirror-straddle": "a character that a mirror broke in the middle, put together from its bytes",
    "mirror-cut": "a sign that a mirror cut in two, given back",
    "mirror-comma": "a comma that a mirror put in front of a mark",
    "mirror-control": "control characters that a mirror strewed in",
    "mirror-repeat": "a reading that a mirror put twice",
    "mirror-script": "turned into Traditional script by a mirror, turned back",
}


def reasons(evidence: Evidence | Mapping[str, Any], *, everything: bool = False) -> str:
    """The evidence of a reading, or its JSON form, as text; with `everything`, no change or block is left out."""
    told = evidence_json(evidence) if isinstance(evidence, Evidence) else evidence
    parts: Iterable[Iterator[str]] = (
        iter([f"verdict: {told.get('verdict') or '–'}", *told.get("troubles", ())]),
        _encoding(told.get("encoding", {}), everything=everything),
        _repairs(told.get("repairs", ()), everything=everything),
        _lossy(told.get("lossy", ()), everything=everything),
        _dropped(told.get("dropped", ()), everything=everything),
        _facts(told.get("fields", {})),
        _pages(told.get("pages", ()), everything=everything),
    )
    return harmless("\n".join(line for part in parts for line in part))


def _pages(pages: Sequence[Mapping[str, Any]], *, everything: bool) -> Iterator[str]:
    """The same of an article's further pages."""
    for page in pages:
        yield f"page {page['number']}: {page['url']}"
        yield from (f"  {line}" for line in reasons(page["evidence"], everything=everything).splitlines())


def _encoding(told: Mapping[str, Any], *, everything: bool) -> Iterator[str]:
    """What the text was read as, beside what the page said, how the others fared, and what was mended."""
    if not told:
        return
    name = told["encoding"]
    yield f"encoding: {name}, {_against(name, told.get('declared', {}))}"
    candidates = told.get("candidates", ())
    if len(candidates) > 1:
        (_, best), *others = candidates
        rivals = ", ".join(
            f"{rival} by 10^{best - score:.0f}" for rival, score in (others if everything else others[:3])
        )
        yield f"  likelier than {rivals}"
    repairs = told.get("repairs", ())
    if everything:
        yield from (f"  {sentence}" for sentence in repairs)
    else:
        groups: dict[str, list[str]] = defaultdict(list)
        for sentence in repairs:
            groups[re.sub(r"\d+", "…", sentence)].append(sentence)
        for same in groups.values():
            more = f" and at {counted(len(same) - 1, 'more place')} (-v tells all)" if len(same) > 1 else ""
            yield f"  {same[0]}{more}"
    if lost := told.get("lost_ratio"):
        yield f"  damaged: {lost:.2%} of the characters that are not ASCII"


def _against(name: str, declared: Mapping[str, str]) -> str:
    """What the page says of its encoding, and whether that is so."""
    from crawler.decode.labels import encoding_of

    if not declared:
        return "which the page does not declare: told by its content"
    said = []
    for where, label in declared.items():
        meant = encoding_of(label)
        judged = "means nothing" if meant is None else "right" if meant.name == name else "wrong"
        said.append(f"{where} says {visible(label, 30)} ({judged})")
    return "; ".join(said)


def _repairs(repairs: Sequence[Mapping[str, Any]], *, everything: bool) -> Iterator[str]:
    """The changes by rule; or each with its place."""
    rules: dict[str, list[Mapping[str, Any]]] = defaultdict(list)
    for each in repairs:
        rules[each["rule"]].append(each)
    places = (
        "at so many characters of the page's source, before the change"
        if everything
        else "-v tells each with its place"
    )
    yield f"repairs: {len(repairs)}" + (f" ({places})" if repairs else "")
    for rule, changes in rules.items():
        sure = sorted({f"{each['confidence']:.2f}" for each in changes})
        span = sure[0] if len(sure) == 1 else f"{sure[0]} to {sure[-1]}"
        yield f"  {rule}, {len(changes)} ×, sure {span}: {RULES.get(rule, 'see docs/repair.md')}"
        if everything:
            for each in changes:
                yield f"    at {each['start']}: {visible(each['before'])} → {visible(each['after'])}"
        else:
            yield from _commonest(changes)


def _commonest(changes: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """The commonest changes of one rule, short ones on one line."""
    counts = Counter(_change(each["before"], each["after"]) for each in changes)
    shown = counts.most_common(CHANGES)
    rest = len(counts) - len(shown)
    more = f" … and {rest} other{'s' * (rest > 1)}" if rest else ""
    words = [change + (f" ({count} ×)" if count > 1 else "") for change, count in shown]
    if any(width(word) > LONG for word in words):
        yield from (f"    {word}" for word in words)
        if more:
            yield f"   {more}"
    else:
        yield f"    {'   '.join(words)}{more}"


def _change(before: str, after: str) -> str:
    """One change in few words; of a long one the beginning of what was seen and of what it became."""
    return f"{visible(before, 36)} → {visible(after, 36)}" if after else f"{visible(before, 36)} taken out"


def _lossy(lossy: Sequence[str], *, everything: bool) -> Iterator[str]:
    """What is gone for good."""
    shown = lossy if everything else lossy[:LOSSES]
    yield from (f"lost for good: {each}" for each in shown)
    if len(lossy) > len(shown):
        yield f"lost for good: at {counted(len(lossy) - len(shown), 'more place')} (-v tells all)"
    if any(each.startswith("line ") for each in shown):
        yield "  (lines are those of the page's source)"


def _dropped(dropped: Sequence[Mapping[str, str]], *, everything: bool) -> Iterator[str]:
    """What is not the article's, by reason."""
    groups: dict[tuple[str, str], list[str]] = defaultdict(list)
    for each in dropped:
        groups[each["rule"], each["reason"]].append(" ".join(each["text"].split("\n")))
    yield f"dropped blocks: {len(dropped)}"
    for (rule, reason), texts in groups.items():
        count = f", {len(texts)} ×" if len(texts) > 1 else ""
        shown = texts if everything else texts[:EXAMPLES]
        if len(texts) == 1:
            yield shortened(f"  {rule}: {reason}: {visible(texts[0])}", COLUMNS)
            continue
        yield f"  {rule}{count}: {reason}"
        yield from (shortened(f"    {visible(text)}", COLUMNS) for text in shown)
        if len(texts) > len(shown):
            yield f"    … and {len(texts) - len(shown)} more (-v tells all)"


def _facts(fields: Mapping[str, Mapping[str, str]]) -> Iterator[str]:
    """Where each fact was found."""
    yield "facts:"
    for name, each in fields.items():
        yield f"  {name}: {each['rule']}: {visible(each['seen'])}"


def visible(text: str, most: int = 80) -> str:
    """A short one-line form of a text in which control characters can be seen."""
    shown = text if len(text) <= most else text[:most] + "…"
    return "".join(char if char.isprintable() else ascii(char)[1:-1] for char in shown) or "(nothing)"
