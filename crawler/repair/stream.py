"""Undo what the mirrors did to a page's bytes: rebuild the byte stream, leave out the readings, decode it again.

The mirrors put pinyin behind two bytes wherever these *bytes* form the character, even across the border of two
others: 日報 is C8D5 88F3, and D588 is 請, so it became `日?qǐng)?bào)`: a lead byte that met the bracket was shown
as `?` and swallowed it. They also cut the text in the middle of a full stop (A1 | A3), which shows as `?，F(xiàn)在`
for 。现在. All of it is undone at the level of bytes:

- `(reading)` behind two bytes that form a character with that reading is left out, whatever the alignment;
- `?reading)` gives back the trail byte that the last byte of the stream needs to be a character read so;
- `?` before a full-width form gives back the first byte of a full stop, if the text behind it then makes sense;
- `?` where a byte still waits for its other half has swallowed that half and an ASCII sign. The half is inferred where
  the text leaves no doubt; the sign only where it was the `<` of a tag; both are reported as lost.

What left no trace (pairs that vanished because cp936 has nothing there) cannot be put back; where it made a character
that makes no sense, that is reported.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from crawler.repair import gbk, plausible
from crawler.repair.annotations import TOKEN, Annotated, reading_of
from crawler.repair.budget import Allowance
from crawler.repair.edits import Edit
from crawler.repair.markup import BLANK, BLOCK_TAG, Span, ends_line
from crawler.repair.tables import mirror_order, readings
from crawler.repair.vanished import Watch

LOST = "\ufffd"  # stands where a character was and nothing says which
AHEAD = 14  # signs to look ahead when two readings of the bytes are weighed
CUT_GAIN = 3.0  # log10 by which the text behind a cut must win over the text as it stands
AGAIN_GAIN = 0.0  # the same, once the page is known to be cut
QUOTE_GAIN = -6.0  # the same, before ！, which is the second half of 。 and the first of a quotation mark
MOST_MARKS = 2000  # question marks of one page that are weighed (0.2 ms each); no article has as many full stops
MOST_JOINTS = 400  # characters put together anew that are weighed, twice (0.5 ms each time); a long article has 200
SURE = 0.8  # share of the probability that the likeliest character must have to be put for a swallowed one
VANISHED = -1  # stands for a first half that vanished together with the half before it
UNMATCHED = -4.0  # price of a loss, and of a reading that fits only across the border of two characters

_SPECIAL = re.compile(r"[(?]")
_TAG_REST = re.compile(r"/?[A-Za-z][A-Za-z0-9]{0,10}(?:\s[^<>]{0,400})?/?>")
_CLOSED = re.compile(  # what stands behind a bracket that was swallowed
    rf"(?:[^()\n?<]|<(?!{BLOCK_TAG})|{TOKEN.pattern}){{1,60}}\)", re.I
)
_FULL_WIDTH = re.compile(r"[\uff01-\uff5d\uffe3\uffe5]")  # A3A1 to A3FE
_ASKING = re.compile("[嗎呢吧麼]|什么|怎|如何|為何|誰|哪|幾|是否|[么哇](?:\\([^()]*\\))?$")
_ASCII_MARK = re.compile("[\u3400-\u9fff)][,;:!][\u3400-\u9fff“]")  # as a writer without full-width marks sets them
_STOPPED = frozenset(",%)] >\"'")  # ASCII signs behind which a full stop can stand
_BEFORE_END = frozenset("\r\n \t\u00a0\u3000<&\"'")  # what a line's end begins with
_STOPS = "。！？…"


@dataclass(slots=True)
class State:
    """Where the decoding stands: the half character that waits, the last two bytes, the last character."""

    pending: int | None = None
    tail: bytes = b""
    before: str = ""

    def feed(self, byte: int) -> str | None:
        """Take one byte; the character it completes, `LOST` for one that GBK does not have, or None."""
        self.tail = self.tail[-1:] + bytes((byte,))
        if self.pending is None and byte < 0x80:
            self.before = chr(byte)
            return self.before
        if self.pending is None:
            self.pending = byte
            return None
        lead, self.pending = self.pending, None
        self.before = (gbk.char(lead, byte) if lead != VANISHED else None) or LOST
        return self.before


@dataclass(frozen=True, slots=True)
class Step:
    """What one step through the damaged text gives: signs up to `end` stand for `text`.

    `loss` says what is gone; `reading` is the reading that named the character or stands behind it.
    """

    end: int
    text: str
    rule: str = ""
    copied: bool = False
    loss: str = ""
    reading: str = ""


@dataclass(slots=True)
class Rebuilt:
    """The edits that undo the damage of one span, and what cannot be undone: (offset in the damaged text, words)."""

    edits: list[Edit] = field(default_factory=list)
    losses: list[tuple[int, str]] = field(default_factory=list)


Choice = Callable[[int, State, tuple[str, ...]], str]


def rebuild(text: str, spans: Sequence[Span], page: Annotated) -> Rebuilt:
    """The edits for the spans of a mirror's page that are its text (what lies between scripts)."""
    walk = _Walk(text, page)
    rebuilt = walk.run(spans)
    if walk.cuts:  # what else may be a cut is decided by there being cuts at all
        walk = _Walk(text, page, is_cut=True)
        rebuilt = walk.run(spans)
    return rebuilt


class _Walk:
    """One walk over a page. The state is passed along, so that a step can be tried on a copy of it."""

    def __init__(self, text: str, page: Annotated, *, is_cut: bool = False) -> None:
        self.text = text
        self.end = 0  # of the span that is walked
        self.page = page
        self.annotated = frozenset(page.readings) if page.always else frozenset()
        self.cuts = 0  # full stops found cut in two so far
        self.is_cut = is_cut  # whether the page is known to have been cut
        self.in_ascii = _ASCII_MARK.search(text) is not None
        self.marks, self.joints = Allowance(MOST_MARKS), Allowance(MOST_JOINTS)

    def run(self, spans: Sequence[Span]) -> Rebuilt:
        """Walk every span from its start to its end."""
        done = Rebuilt()
        for start, self.end in spans:
            self._run(start, done)
        if self.joints.refused and spans:
            words = f"{self.joints.refused} characters put together anew were not weighed; others may be missing there"
            done.losses.append((spans[-1][1], words))
        return done

    def _run(self, start: int, done: Rebuilt) -> None:
        """Walk one span, gathering neighbouring changes into one edit."""
        state, watch = State(), Watch(self.annotated, self.joints)
        opened, changes = start, list[Step]()
        at = start
        while at < self.end or state.pending is not None:
            step = self._step(at, state, self._likeliest)
            if step.loss:
                done.losses.append((at, step.loss))
            if step.copied and changes:
                done.edits.append(_edit(opened, at, changes))
                changes = []
            if not step.copied:
                opened = opened if changes else at
                changes.append(step)
            _show(watch, at, step)
            at = step.end
        if changes:
            done.edits.append(_edit(opened, at, changes))
        watch.copied("")
        done.losses += watch.found

    def _step(self, at: int, state: State, choose: Choice) -> Step:
        """One step from `at`: a stretch that stands as it is, a reading, a `?`, or a character of a shifted stretch."""
        if at >= self.end:
            return self._unfinished(at, state, "the end of the text")
        sign = self.text[at]
        if sign in "(?" and (token := TOKEN.match(self.text, at, self.end)):
            step = self._reading(token, state, choose)
            if step:
                return step
        if sign == "?" and state.pending is not None:
            return self._swallowed(at, state)
        if sign == "?" and choose is not _first and (step := self._cut(at, state)):
            return step
        return self._shifted(at, state) if state.pending is not None else self._stretch(at, state)

    def _stretch(self, at: int, state: State) -> Step:
        """Everything up to the next bracket or `?`, as it stands."""
        special = _SPECIAL.search(self.text, at + 1, self.end)
        end = special.start() if special else self.end
        for char in self.text[max(at, end - 2) : end]:
            state.tail = (state.tail + (gbk.pair(char) or char.encode("ascii", "replace")))[-2:]
            state.before = char
        return Step(end, self.text[at:end], copied=True)

    def _reading(self, token: re.Match[str], state: State, choose: Choice) -> Step | None:
        """A token of the mirrors: left out, and its swallowed byte given back; None where it explains nothing."""
        reading = reading_of(token)
        if token[1] == "(":
            annotated = gbk.char(*state.tail) if len(state.tail) == 2 else None
            if annotated is None or reading not in readings().get(annotated, ()):
                return None
            if annotated == state.before:
                return Step(token.end(), "", "mirror-annotation", reading=reading)
            return Step(token.end(), "", "mirror-straddle")
        if not state.tail:
            return None
        found = gbk.straddled(state.tail[-1], reading)
        if state.pending is None:  # the byte given back begins a character
            found = tuple(char for char in found if (gbk.last_byte(char) or 0) > 0x80) or found
        if not found:
            return None
        char = found[0] if len(found) == 1 else choose(token.end(), state, found)
        trail = gbk.last_byte(char)
        if not trail:
            return None
        return Step(token.end(), state.feed(trail) or "", "mirror-straddle", reading=reading)

    def _likeliest(self, at: int, state: State, found: tuple[str, ...]) -> str:
        """Of several characters with one lead byte and one reading (計 and 記), the one that the text behind wants."""
        return max(
            found, key=lambda char: self._prior(char) + self._promise(at, state, gbk.last_byte(char), at + AHEAD)
        )

    def _prior(self, char: str) -> float:
        """What the page (and the mirrors' list) say for this character being annotated at all."""
        return 0.0 if char in self.page.readings else -1.0 if char in mirror_order() else -5.0

    def _promise(self, at: int, state: State, byte: int | None, stop: int) -> float:
        """The log10 probability of the signs up to `stop` if `byte` (if any) is the stream's next."""
        trial = State(state.pending, state.tail, state.before)
        before = state.before
        total = 0.0
        stop = min(self.end, stop)
        emitted = "" if byte is None else trial.feed(byte) or ""
        while True:
            for char in emitted:
                total += plausible.of_pair(before, char)
                before = char
            if at >= stop:
                return total
            step = self._step(at, trial, _first)
            if step.loss or (self.text[at] == "(" and step.rule == "mirror-straddle"):
                total += UNMATCHED
            emitted = step.text[: stop - at] if step.copied else step.text
            at = step.end

    def _cut(self, at: int, state: State) -> Step | None:
        """A `?` that is the first half of a full stop, if the text behind it makes more sense so, or None."""
        behind = self.text[at + 1] if at + 1 < self.end else "\n"
        if behind > "\x7f" and gbk.pair(behind) and not (behind == "\u3000" and self._ends(at + 1)):
            if not self.marks.spend():
                return self._doubtful(at, state)
            waiting = 0xA1 if _FULL_WIDTH.match(behind) else VANISHED
            cut = State(waiting, bytes((0xA1,)), "。" if waiting == VANISHED else state.before)
            gain = self._promise(at + 1, cut, None, at + AHEAD) - self._promise(at, state, None, at + AHEAD)
            if gain < self._wanted(behind):
                return self._doubtful(at, state)
            self.cuts += 1
            state.pending, state.tail, state.before = cut.pending, cut.tail, cut.before
            if waiting == VANISHED:
                return Step(at + 1, "。", "mirror-cut", loss="a full stop was cut in two, the next character is lost")
            return Step(at + 1, "", "mirror-cut", loss="a full stop was cut in two; inferred from its second half")
        return self._cut_before_ascii(at, state, behind)

    def _wanted(self, behind: str) -> float:
        """The gain that a cut must bring: less where the page is known to be cut, and for `?！` (。 and a quote)."""
        if behind == "！":
            return QUOTE_GAIN
        return AGAIN_GAIN if self.is_cut else CUT_GAIN

    def _doubtful(self, at: int, state: State) -> Step:
        """A `?` that stays as it is, but may be half a full stop; no doubt where the sentence asks in ASCII marks."""
        state.tail, state.before = b"?", "?"
        sound = not self.is_cut and self.in_ascii and self._asks(at)
        return Step(at + 1, "?", copied=True, loss="" if sound else "“?” may stand for half a full stop")

    def _asks(self, at: int) -> bool:
        """Whether a word of asking stands before this `?`."""
        return _ASKING.search(self.text, max(0, at - 24), at) is not None

    def _cut_before_ascii(self, at: int, state: State, behind: str) -> Step | None:
        """A `?` before an ASCII sign, before another `?` or at the end of a line: 。 and what it ate, or a doubt."""
        wide = state.before >= "\x80" or (state.before != "" and state.before in ",%)]")
        # Behind a plain sign the end of an attribute is an address's: href="/a?"
        ends = behind in _BEFORE_END and (wide or behind not in "\"'") and self._ends(at + 1)
        if not _may_stop(state.before):
            return self._doubtful(at, state) if ends else None
        if step := self._cut_before_annotated(at, state, behind):
            return step
        if behind == "?":
            return self._cut_before_swallowed(at, state)
        if ends:
            if not self.is_cut or self._asks(at):
                return self._doubtful(at, state)
            state.tail, state.before = b"?", "。"
            return Step(at + 1, "。", "mirror-cut", loss="a full stop at the line's end is inferred from half of it")
        blank = BLANK.match(self.text, at + 1, self.end) is not None
        return self._doubtful(at, state) if blank or (wide and "\x40" <= behind <= "\x7e") else None

    def _ends(self, at: int) -> bool:
        """Whether a line of the page ends here: in plain text, at a tag, at the end of an attribute."""
        return ends_line(self.text, at, self.end)

    def _cut_before_annotated(self, at: int, state: State, behind: str) -> Step | None:
        """`??jù)` and `?W(xué)`: 。 and a character whose first byte vanished; its reading names it."""
        token = TOKEN.match(self.text, at + (1 if behind == "?" else 2), self.end)
        if token is None or token[1] != ("?" if behind == "?" else "("):
            return None
        known = mirror_order() | self.page.readings
        named = [
            char
            for char, reading in known.items()
            if reading == reading_of(token) and _vanishes_behind_stop(char, None if behind == "?" else behind)
        ]
        if len(named) != 1:
            return self._doubtful(at, state)
        state.tail, state.before = gbk.pair(named[0]) or b"", named[0]
        loss = f"a full stop was cut in two, “{named[0]}” behind it is inferred from its reading"
        return Step(token.end(), "。" + named[0], "mirror-cut", loss=loss)

    def _cut_before_swallowed(self, at: int, state: State) -> Step:
        """`??`: 。 whose second half has swallowed an ASCII sign."""
        tag = _TAG_REST.match(self.text, at + 2, self.end)
        bracket = None if tag else _CLOSED.match(self.text, at + 2, self.end)
        if not (self.is_cut or tag or bracket):
            return self._doubtful(at, state)
        sign = "<" if tag else "(" if bracket else "?"
        state.tail, state.before = sign.encode(), sign
        return Step(at + 2, "。" + sign, "mirror-cut", loss="a full stop was cut in two, the next sign swallowed")

    def _shifted(self, at: int, state: State) -> Step:
        """One sign of a stretch whose bytes were paired wrongly, paired anew."""
        sign = self.text[at]
        if "\x40" <= sign <= "\x7e":
            code: bytes | None = sign.encode("ascii")
        else:
            code = gbk.pair(sign)
        if code is None:
            return self._unfinished(at, state, "the end of the line" if sign in "\r\n" else f"“{sign}”")
        words = "".join(filter(None, map(state.feed, code)))
        loss = "a pair of bytes that has no character vanished" if LOST in words else ""
        return Step(at + 1, words, "mirror-straddle", loss=loss)

    def _swallowed(self, at: int, state: State) -> Step:
        """A `?` that stands for half a character and an ASCII sign."""
        tag = _TAG_REST.match(self.text, at + 1, self.end)
        bracket = None if tag else _CLOSED.match(self.text, at + 1, self.end)
        char, words = self._inferred(state, ends=bool(tag or bracket))
        sign = "<" if tag else "(" if bracket else "?"
        state.tail, state.before = sign.encode(), sign
        return Step(at + 1, char + sign, "mirror-straddle", loss=f"{words} and the sign behind it were swallowed")

    def _unfinished(self, at: int, state: State, where: str) -> Step:
        """A half character that nothing completes; takes no sign of the text."""
        char, words = self._inferred(state, ends=True)
        state.tail, state.before = b"", char
        return Step(at, char, "mirror-straddle", loss=f"{words} was lost before {where}")

    def _inferred(self, state: State, *, ends: bool) -> tuple[str, str]:
        """The likeliest character that begins with the waiting byte, or U+FFFD, and the words for it."""
        lead, state.pending = state.pending or 0, None
        if ends and lead == 0xA1:
            char = "”" if state.before and state.before in _STOPS else "。"
            return char, f"the second half of “{char}” (inferred)"
        best = _likely(lead, state.before)
        return best, "the second half of a character" if best == LOST else f"the second half of “{best}” (inferred)"


def _may_stop(before: str) -> bool:
    """Whether a sentence can end behind this sign: a character, a letter, a digit, a mark; a tag may stand between."""
    return before >= "\x80" or before in _STOPPED or before.isalnum() if before else False


def _vanishes_behind_stop(char: str, trail: str | None) -> bool:
    """Whether A3, the second half of 。, and the character's first byte are a pair that cp936 does not have.

    `trail` is the ASCII sign that its second byte then shows as; None where that byte was swallowed by a bracket.
    """
    lead, second = gbk.pair(char) or (0, 0)
    return 0x81 <= lead <= 0xA0 and (second > 0x80 if trail is None else second == ord(trail))


def _first(at: int, state: State, found: tuple[str, ...]) -> str:
    """The choice of a walk that only looks ahead."""
    return found[0]


@lru_cache(maxsize=4096)
def _likely(lead: int, before: str) -> str:
    """The character with this first byte that nearly always stands behind `before`, else U+FFFD."""
    weights = {char: 10 ** plausible.of_pair(before, char) for char in gbk.with_lead(lead)}
    best = max(weights, key=weights.__getitem__, default=LOST)
    return best if weights and weights[best] >= SURE * sum(weights.values()) else LOST


def _show(watch: Watch, at: int, step: Step) -> None:
    """Let the watch see one step of the walk."""
    if step.copied:
        watch.copied(step.text)
    elif step.rule != "mirror-straddle" or step.loss or LOST in step.text:
        if step.text:
            watch.copied(step.text)
        elif step.reading:
            watch.read(step.reading)
    elif step.text:
        watch.joined(at, step.text, step.reading)


def _edit(start: int, end: int, changes: list[Step]) -> Edit:
    """The steps of one stretch as one edit, named by the worst of its damage."""
    rules = {step.rule for step in changes}
    rule = next(rule for rule in ("mirror-cut", "mirror-straddle", "mirror-annotation") if rule in rules)
    confidence = 0.8 if any(step.loss for step in changes) else 0.99
    return Edit(start, end, "".join(step.text for step in changes), rule, confidence)
