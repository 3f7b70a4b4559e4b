"""A query as it is typed → what it asks for. Pure.

    西藏 工业                    both, each as it stands, anywhere in title or text
    "GDP 增长"                   a phrase; “…” is one too
    西藏 OR 新疆, NOT 旅游, -旅游  NOT binds closest, then AND (or a blank), then OR; parentheses as usual
    title:工业 origin:西藏日报    in a field; title:(工业 OR 农业) in one field
    source:ts language:zh        as a whole
    after:2023-01 before:7d      days of China: `after` with the day that is named, `before` without it, `on` alone
    has:repairs status:gone

Operators are written in capitals. There are no Chinese ones: 或 and 非 are words that somebody looks for. Parentheses,
full-width ones too, and quotation marks within a word are part of it, and so is a colon whose left side is no English
word.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from difflib import get_close_matches

from archive.fold import spaced
from archive.query.days import period
from archive.query.hints import DATES, NAMES, meant
from archive.query.tree import FIELDS, HAS, STATUSES, All, Any, Days, Not, Phrase, Query, Tag

LONGEST = 1000
"""Characters of a query."""

DEEPEST = 30
"""Parentheses and NOTs within one another."""

MOST = 100
"""Words of a query."""

_OPERATORS = ("AND", "OR", "NOT")
_NAME = re.compile(r"([A-Za-z]+)([:：])(?!//)")
_QUOTES = {'"': '"', "“": "”"}
_HALF_WIDTH = str.maketrans("（）", "()")  # what is looked for is folded so as well


class QueryError(ValueError):
    """What is wrong with a query, as a sentence, and where: the first character has the place 1."""

    def __init__(self, wrong: str, query: str, place: int) -> None:
        super().__init__(wrong)
        self.query, self.place = query, place

    def __str__(self) -> str:
        return f"{self.args[0]} (at character {self.place} of the query)"


def parse(query: str, today: date) -> Query | None:
    """What the query asks for; None if it is empty. `today` is the day in China that `7d` is counted from.

    >>> parse("西藏 -title:工業", date(2026, 1, 1))
    All(parts=(Phrase(string='西藏', field=None), Not(part=Phrase(string='工业', field='title'))))
    """
    return parse_and_hint(query, today)[0]


def parse_and_hint(query: str, today: date) -> tuple[Query | None, tuple[tuple[str, str], ...]]:
    """The same, with each word that seems to begin with the name of a field, and what is then meant.

    >>> parse_and_hint("标题：工业 西藏", date(2026, 1, 1))[1]
    (('标题：工业', 'title:工业'),)
    """
    parser = _Parser(query, query.translate(_HALF_WIDTH), today)
    if len(query) > LONGEST:
        raise parser.error(f"A query has at most {LONGEST:,} characters", LONGEST)
    if parser.at_end():
        return None, ()
    return parser.whole(), tuple(parser.hints.items())


@dataclass(slots=True)
class _Parser:
    typed: str
    query: str
    today: date
    at: int = 0
    depth: int = 0
    words: int = 0
    hints: dict[str, str] = field(default_factory=dict)  # words, and what may be meant by them
    open: list[int] = field(default_factory=list)  # where the parentheses stand that are not closed yet

    def error(self, wrong: str, place: int) -> QueryError:
        return QueryError(wrong, self.typed, place + 1)

    def whole(self) -> Query:
        found = self.any(None)
        if not self.at_end():  # only a parenthesis ends a part before the end
            raise self.error(
                'Here a ")" closes what no "(" has opened; put it in quotation marks to look for it', self.at
            )
        return found

    def any(self, name: str | None) -> Query:
        parts = [self.all(name)]
        while self.operator("OR"):
            parts.append(self.all(name))
        return _joined(Any, parts)

    def all(self, name: str | None) -> Query:
        parts = [self.term(name)]
        while self.operator("AND") or not (self.at_end() or self.query[self.at] == ")" or self.peek() == "OR"):
            parts.append(self.term(name))
        return _joined(All, parts)

    def term(self, name: str | None) -> Query:
        if self.at_end() or self.query[self.at] == ")" or self.peek() in ("AND", "OR"):
            raise self.error("Here a word is missing", min(self.at, max(len(self.query) - 1, 0)))
        begun = self.at
        if self.operator("NOT"):
            return Not(self.deeper(begun, lambda: self.term(name)))
        char, behind = self.query[self.at], self.query[self.at + 1 : self.at + 2]
        if char == "-" and behind and not behind.isspace():
            self.at += 1
            return Not(self.deeper(begun, lambda: self.term(name)))
        if char == "(":
            self.at += 1
            self.open.append(begun)
            found = self.deeper(begun, lambda: self.any(name))
            if self.at_end():
                raise self.error('This "(" is not closed', begun)
            self.open.pop()
            self.at += 1
            return found
        if found_name := _NAME.match(self.query, self.at):
            named = self.named(found_name, name)
            if named is not None:
                return named
        return self.phrase(begun, name)

    def named(self, found: re.Match[str], within: str | None) -> Query | None:
        """What stands behind the name of a field; None if it is no name but the beginning of a word."""
        known = found[1].lower()
        if known not in NAMES:
            if found[2] == "：":
                return None
            near = get_close_matches(known, NAMES, n=1)
            hint = f" Did you mean {near[0]}: ?" if near else f" There are {', '.join(NAMES)}."
            wrong = f"There is no field {found[1]}:.{hint} Put it in quotation marks to look for it as it stands"
            raise self.error(wrong, found.start())
        if within is not None:
            raise self.error(f"{found[0]} stands within {within}:( ), which is one field already", found.start())
        self.at = found.end()
        behind = self.query[self.at : self.at + 1]
        if not behind or behind.isspace() or behind == ")":
            raise self.error(
                f"{found[0]} is followed by nothing; what is looked for stands right behind it", found.start()
            )
        if known in FIELDS:
            return self.term(known) if behind == "(" else self.phrase(self.at, known)
        begun = self.at
        return self.compared(known, self.word(), begun)

    def compared(self, name: str, value: str, at: int) -> Query:
        if name in DATES:
            try:
                first, behind = period(value, self.today)
            except (ValueError, OverflowError):
                wrong = f"{value!r} is no date: they read 2023, 2023-01, 2023-01-05, or 7d, 4w, 6m, 1y ago"
                raise self.error(wrong, at) from None
            return Days(first if name != "before" else None, {"after": None, "before": first, "on": behind}[name])
        value = spaced(value)
        known = {"status": STATUSES, "has": HAS}.get(name)
        if not value or (known and value not in known):
            raise self.error(f"{name}: takes {', '.join(known or ('a value',))}; {value!r} is none of them", at)
        return Tag(name, value)

    def phrase(self, begun: int, name: str | None) -> Query:
        self.words += 1
        if self.words > MOST:
            raise self.error(f"A query has at most {MOST} words", begun)
        typed = self.word()
        if name is None and self.query[begun] not in _QUOTES and (other := meant(typed)):
            self.hints[typed] = other
        if string := spaced(typed):
            return Phrase(string, name)
        raise self.error("Between these quotation marks stands nothing to look for", begun)

    def word(self) -> str:
        """The word or the quoted phrase here."""
        begun = self.at
        if closing := _QUOTES.get(self.query[begun]):
            return self.quoted(begun, closing)
        depth = 0  # of parentheses that belong to the word
        while self.at < len(self.query) and not (char := self.query[self.at]).isspace():
            if char == ")" and depth == 0 and (self.open or self.at == begun):
                break
            depth += {"(": 1, ")": -1 if depth else 0}.get(char, 0)
            self.at += 1
        return self.query[begun : self.at]

    def quoted(self, begun: int, closing: str) -> str:
        """What stands between the marks; a backslash takes a mark or a backslash as it is."""
        match = re.compile(rf"((?:\\[\\{closing}]|[^\\{closing}]|\\(?![\\{closing}]))*){closing}").match(
            self.query, begun + 1
        )
        if match is None:
            raise self.error("This quotation mark is not closed", begun)
        self.at = match.end()
        return re.sub(rf"\\([\\{closing}])", r"\1", match[1])

    def deeper(self, begun: int, inner: Callable[[], Query]) -> Query:
        self.depth += 1
        if self.depth > DEEPEST:
            raise self.error(f"More than {DEEPEST} parentheses and NOTs stand within one another", begun)
        found = inner()
        self.depth -= 1
        return found

    def peek(self) -> str | None:
        """The operator that stands here."""
        for each in _OPERATORS:
            if self.query.startswith(each, self.at):
                behind = self.query[self.at + len(each) : self.at + len(each) + 1]
                if not behind or behind.isspace() or behind in "()":
                    return each
        return None

    def operator(self, wanted: str) -> bool:
        """Whether this operator stands here; it is then passed."""
        if not self.at_end() and self.peek() == wanted:
            self.at += len(wanted)
            return True
        return False

    def at_end(self) -> bool:
        """Whether nothing but white space is left; that is passed."""
        while self.at < len(self.query) and self.query[self.at].isspace():
            self.at += 1
        return self.at == len(self.query)


def _joined(kind: type[All] | type[Any], parts: list[Query]) -> Query:
    return parts[0] if len(parts) == 1 else kind(tuple(dict.fromkeys(parts)))
