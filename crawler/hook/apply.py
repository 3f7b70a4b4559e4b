"""Markup → markup, as a source's hook leaves it, with a record of every text that it took away."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING

from crawler.evidence import Dropped
from crawler.extract.guard import guard
from crawler.hook.load import HookError, load_hook

if TYPE_CHECKING:
    from bs4 import BeautifulSoup
    from bs4.element import NavigableString

_LONGEST = 2_000  # characters of one removed run that are kept as evidence; the capture holds the rest


@dataclass(frozen=True, slots=True)
class Hooked:
    """A page as its source's hook left it."""

    markup: str
    dropped: tuple[Dropped, ...]  # rule "hook": each run of texts that was taken away, in page order


def apply(path: str, markup: str) -> Hooked:
    """Let a hook work on a page. Raises HookError where it cannot be loaded, raises, or adds words to the page.

    A hook that never ends is ended with its page by the process that reads pages.
    """
    clean = load_hook(path)
    from bs4 import BeautifulSoup  # takes 0.1 s to import; few sources have a hook

    soup = BeautifulSoup(guard(markup).markup, "lxml")
    before = _texts(soup)
    words = [str(each) for each in before]
    there = list(soup.descendants)  # held, so that no id is given anew
    untouched = _shape(soup)
    try:
        clean(soup)
        after = _texts(soup)
        if _shape(soup) == untouched:
            return Hooked(markup, ())  # the page as it came, not as another parser wrote it
        left = soup.decode(formatter="minimal")
        del there
    except (Exception, SystemExit) as error:
        raise HookError(f"{path}: clean raised {type(error).__name__}: {error}") from error
    if added := _added(words, before, after):
        raise HookError(f"{path}: clean put words on the page that were not there: {added[:80]!r}")
    return Hooked(left, tuple(_removed(Path(path).name, before, words, after)))


def _texts(soup: BeautifulSoup) -> list[NavigableString]:
    """The texts of the page in its order; comments, scripts and styles are none."""
    from bs4.element import NavigableString

    return [each for each in soup.descendants if type(each) is NavigableString]


def _shape(soup: BeautifulSoup) -> list[tuple[int, str]]:
    """Every node in page order, elements with their names and attributes: equal exactly if nothing was touched."""
    from bs4 import Tag

    return [(id(node), f"{node.name} {node.attrs}" if isinstance(node, Tag) else "") for node in soup.descendants]


def _added(words: Sequence[str], before: Sequence[NavigableString], after: Sequence[NavigableString]) -> str:
    """The first text that is neither one of the page's own nor a piece of one; "" if there is none."""
    own = {id(each) for each in before}
    new = [bare for each in after if id(each) not in own and (bare := str(each).strip())]
    if not new:
        return ""
    everything = "\n".join(words)
    return next((each for each in new if each not in everything), "")


def _removed(
    name: str, before: Sequence[NavigableString], words: Sequence[str], after: Sequence[NavigableString]
) -> Iterator[Dropped]:
    """The runs of texts that are no longer there."""
    left = {id(each) for each in after}
    pairs = [(id(each) in left, text) for each, text in zip(before, words, strict=True) if text.strip()]
    for stays, run in groupby(pairs, key=lambda pair: pair[0]):
        if not stays:
            text = "\n".join(text.strip() for _, text in run)
            yield Dropped("hook", f"removed by the source's own {name}", text[:_LONGEST])
