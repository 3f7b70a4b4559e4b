"""What does an answer of the server mean for what we hold? Pure: values in, decisions out.

Order of evidence, and what is spared:
1. 404, 410 or a soft-404 page: what is live is gone. Its text stays.
2. Any other error, a challenge, an unreadable or empty page, a page that is no longer an article: nothing that is
   stored changes. What was read is quarantined, to be looked at; an error page is the run's problem, not a reading.
3. An older capture than the one that decided last (captures may be read in any order) changes no text, unless it is
   the newest copy of what is gone. Whether the article was gone and came back is told from all answers (`came_back`).
4. An article that was read is new, known (equal text and facts), changed, or restored if it was gone.
5. An article that its page no longer holds, while the page holds others, is gone.

Where only what cannot be seen differs, an article is known: a blank beside a Chinese character or a full-width mark,
characters of no width. The text stays as it was read first until a copy that was recorded already is read again: then
today's rules decide, of whatever bytes the newest copy is, or a rule that drops such a blank would never be seen to.

An article on several pages names in its evidence the further pages that it was joined from (`parts`). It was edited
where its first page or one of those is another than the one we hold; it was completed where only pages were added.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import sha256
from typing import Literal, NamedTuple

from archive.model import Article, Block, ChangeKind, Status, Verdict

Reason = Literal["new", "edited", "completed", "re-read", "restored"]

GONE = (404, 410)
"""RFC 9110 15.5.5 and 15.5.11."""


@dataclass(frozen=True, slots=True)
class Held:
    """An article as the archive holds it: its newest revision and the answers that this rests on."""

    article: Article
    text_digest: str
    status: Status
    capture_id: str  # of the newest revision
    content_digest: str  # of that capture
    checked: datetime  # the newest answer that was taken into account
    seen: datetime  # the newest that showed it


@dataclass(frozen=True, slots=True)
class Answer:
    """What the server sent, as far as it matters here."""

    capture_id: str
    fetched_at: datetime
    status: int
    verdict: Verdict
    content_digest: str
    read_before: bool = False  # the same capture was recorded already; it is read again, with today's rules


@dataclass(frozen=True, slots=True)
class Decision:
    """What becomes of one article. `article` and `reason` are given where a revision is to be written."""

    kind: ChangeKind
    ordinal: int | None  # None: the whole page
    article: Article | None = None
    revise: Reason | None = None
    status: Status | None = None  # the new status; None: as it is
    why: str = ""


def decide(held: Sequence[Held], read: Sequence[Article], answer: Answer) -> tuple[Decision, ...]:
    """What the answer means for the articles of its page."""
    if answer.status in GONE or answer.verdict == "soft-404":
        return tuple(_all_gone(held, answer))
    if problem := _unfit(held, answer):
        return (Decision("quarantined", None, why=problem),)
    if not is_good_article(answer):
        return ()
    return tuple(_one_by_one(held, read, answer))


def is_gone(answer: Answer) -> bool:
    """Whether the page is no longer there."""
    return answer.status in GONE or answer.verdict == "soft-404"


def is_good_article(answer: Answer) -> bool:
    """Whether the page was answered and read as an article."""
    return answer.verdict == "article" and is_success(answer)


def is_unfit(answer: Answer, decisions: Sequence[Decision]) -> bool:
    """Whether the answer is no good copy of its page: an error, or one that was quarantined."""
    quarantined = any(decision.kind == "quarantined" for decision in decisions)
    return quarantined or not is_success(answer) or answer.verdict in UNFIT


def is_success(answer: Answer) -> bool:
    """Whether the status is one of success (RFC 9110 15.3)."""
    return 200 <= answer.status < 300


UNFIT: dict[Verdict, str] = {
    "challenge": "The server asks for a browser's proof instead of showing the page.",
    "unreadable": "The page's bytes give no readable text.",
    "empty": "The page is empty.",
}


def _unfit(held: Sequence[Held], answer: Answer) -> str:
    if answer.verdict in UNFIT:
        return UNFIT[answer.verdict]
    live = any(one.status != "gone" and not _superseded(one, answer) for one in held)
    if answer.verdict != "article" and is_success(answer) and live:
        return "The page held an article and holds none now."
    return ""


def _all_gone(held: Sequence[Held], answer: Answer) -> Iterator[Decision]:
    why = f"The server answered {answer.status}." if answer.status in GONE else "The page says that it does not exist."
    live = [one for one in held if one.status != "gone" and answer.fetched_at >= one.checked]
    yield from (Decision("gone", one.article.ordinal, status="gone", why=why) for one in live)
    if not held and answer.verdict == "soft-404":
        yield Decision("quarantined", None, why=why)


def _one_by_one(held: Sequence[Held], read: Sequence[Article], answer: Answer) -> Iterator[Decision]:
    by_ordinal = {one.article.ordinal: one for one in held}
    for article in read:
        one = by_ordinal.pop(article.ordinal, None)
        yield _compare(one, article, answer) if one else Decision("new", article.ordinal, article, "new", "live")
    for one in by_ordinal.values():
        if read and one.status != "gone" and not _superseded(one, answer):
            yield Decision("gone", one.article.ordinal, status="gone", why="Its page no longer holds it.")


def _compare(held: Held, read: Article, answer: Answer) -> Decision:
    known = Decision("known", read.ordinal)
    newest_copy = held.status == "gone" and answer.fetched_at > held.seen  # what supersedes it shows no text
    if _superseded(held, answer) and not newest_copy:
        return known if _same(held, read, answer) else replace(known, why="An answer with a later time stands already.")
    came_back = held.status == "gone" and answer.fetched_at >= held.checked
    if _same(held, read, answer):
        return Decision("restored", read.ordinal, status="restored") if came_back else known
    if came_back:
        return Decision("restored", read.ordinal, read, "restored", "restored")
    if not _same_source(held, read, answer):
        return Decision("changed", read.ordinal, read, "edited", "gone" if held.status == "gone" else "changed")
    reason: Reason = "completed" if parts(read) > parts(held.article) else "re-read"
    return Decision("changed", read.ordinal, read, reason, held.status)


def _superseded(held: Held, answer: Answer) -> bool:
    """Whether a newer answer than this one stands already. The newest revision's own capture may be read again."""
    return answer.fetched_at < held.checked and answer.capture_id != held.capture_id


def _same_source(held: Held, read: Article, answer: Answer) -> bool:
    """Whether a difference comes from us alone, because the server sent the same page, or the same pages and more."""
    joined = parts(held.article) or parts(read)
    return _same_content(held, read, answer) or (answer.read_before and not joined)


def _same_content(held: Held, read: Article, answer: Answer) -> bool:
    return answer.content_digest == held.content_digest and parts(held.article) <= parts(read)


def parts(article: Article) -> frozenset[str]:
    """The digests of the further pages that an article was joined from; empty for one page."""
    return frozenset(each["content_digest"] for each in article.evidence.get("parts", ()))


def _same(held: Held, read: Article, answer: Answer) -> bool:
    if text_digest(read) != held.text_digest:
        return not _same_source(held, read, answer) and text_digest(seen(read)) == text_digest(seen(held.article))
    if not _same_source(held, read, answer):
        return True
    one_address = read.url == held.article.url
    return _of_our_rules(read, addresses=one_address) == _of_our_rules(held.article, addresses=one_address)


def _of_our_rules(article: Article, *, addresses: bool) -> Article:
    """What can differ between two readings of one page through our rules alone.

    The page's evidence and the source that asked for it are no part of that; nor are addresses where the page was
    read under two of them (https and http, say), because the pictures' follow from it.
    """
    bare = replace(article, evidence={}, source_id=None)
    return bare if addresses else replace(bare, url="", images=tuple(replace(one, url="") for one in bare.images))


def absorbed(held: Sequence[Held], answer: Answer) -> tuple[Decision, ...]:
    """What becomes of articles of a page that has turned out to be a further page of another article."""
    why = "Its page is a further page of another article, which holds its text."
    live = [one for one in held if one.status != "gone" and answer.fetched_at >= one.checked]
    return tuple(Decision("gone", one.article.ordinal, status="gone", why=why) for one in live)


class Told(NamedTuple):
    """What a page that leads to an article answered; of one moment that it is gone comes first."""

    at: datetime
    there: bool  # the article, or that the page is gone
    page: str
    capture_id: str


def came_back(answers: Iterable[Told], first_seen: datetime, last_seen: datetime) -> Iterator[Told]:
    """The answers that an article came back with each time that it had been gone, oldest first.

    The answers are those of its pages, in their order. It is gone when all of its pages are, and was never gone before
    it was first seen. Where no copy of ours shows it again, the server has said that it is as it was (304): that has no
    capture, and `last_seen` is its time.
    """
    there: dict[str, bool] = {}
    gone: datetime | None = None
    for each in answers:
        there[each.page] = each.there
        if each.there and gone is not None:
            gone = None
            yield each
        elif not any(there.values()) and each.at >= first_seen:
            gone = each.at
    if gone is not None and last_seen > gone:
        yield Told(last_seen, True, "", "")


def is_same_article(held: Sequence[Article], read: Sequence[Article]) -> bool:
    """Whether a page that another one leads to shows the article which that one held, under any ordinal.

    A paragraph must be the same, and with it the title or half of the shorter text: an editor may change either, and a
    notice in the place of a page shares neither.
    """
    return any(_shares_text(one, other) for one in held for other in read)


def _shares_text(one: Article, other: Article) -> bool:
    texts = [{unicodedata.normalize("NFC", text) for text in article.paragraphs} for article in (one, other)]
    shared = len(texts[0] & texts[1])
    return shared > 0 and (one.title == other.title or 2 * shared >= min(map(len, texts)))


def text_digest(article: Article) -> str:
    """What two readings of an article are compared by: SHA-256 over its title, facts and blocks, in NFC.

    Left out: the addresses of pictures (they change with every delivery network), quality and evidence (they speak of
    our reading), and everything of the page that is not the article's (view counters, navigation).
    """
    published = article.published.isoformat() if article.published else ""
    facts = (article.title, published, article.origin or "", article.language or "", str(article.pages))
    lists = (article.subtitle, article.author, article.editor, article.photographer, article.section, article.keywords)
    parts = [*facts, *("\x1e".join(one) for one in lists), *(f"{b.kind}\x1e{b.text}" for b in article.blocks)]
    text = unicodedata.normalize("NFC", "\x1f".join(parts))
    return sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


_NO_WIDTH = re.compile(
    r"[\xad\u200b\u200e\u200f\u2060-\u2064\ufeff]"
    r"|(?<![\u0600-\u18af\u2190-\u2bff\ufe0f\U0001f000-\U0001faff])[\u200c\u200d]"
)
"""What shows nothing. U+200C and U+200D are part of how Arabic, Indian, Tibetan and Mongolian letters are joined, and
U+200D of how several emoji are shown as one."""

_WIDE = r"[\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef\U00020000-\U0003ffff]"  # Han and full-width
_MARK = "[·—‘-”…]"  # of both scripts: wide where what stands on its other side is (—— and …… are two)
_BLANK_BESIDE_WIDE = re.compile(
    rf"(?:(?<={_WIDE})|(?<={_WIDE}{_MARK})|(?<={_WIDE}{_MARK}{{2}})) | (?={_MARK}{{0,2}}{_WIDE})"
)


def seen(article: Article) -> Article:
    """The article with its title, facts and blocks as a reader sees them; a break between two lines stays."""
    return replace(
        article,
        title=_seen(article.title),
        origin=_seen(article.origin or ""),
        blocks=tuple(Block(block.kind, _seen(block.text)) for block in article.blocks),
        subtitle=_all_seen(article.subtitle),
        author=_all_seen(article.author),
        editor=_all_seen(article.editor),
        photographer=_all_seen(article.photographer),
        section=_all_seen(article.section),
        keywords=_all_seen(article.keywords),
    )


def _all_seen(texts: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(map(_seen, texts))


def _seen(text: str) -> str:
    r"""Without blanks beside wide characters and without characters of no width.

    >>> _seen("产值，\xa0 增长 5G\u200b 网  络 a  b")
    '产值，增长5G网络a b'
    >>> _seen("报道—— b boys’ books")
    '报道——b boys’ books'
    """
    lines = (" ".join(line.split()) for line in _NO_WIDTH.sub("", text).split("\n"))
    return "\n".join(_BLANK_BESIDE_WIDE.sub("", line) for line in lines)
