"""The lab's sites and what they answer."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from lab_webs import NOON, site

from crawler.lab import OPENS, Month, Site, Trouble, sites
from crawler.lab.answers import Answered, Asked, answer
from crawler.lab.pieces import Piece
from crawler.lab.rhythm import Kind, Rhythm
from crawler.lab.sites import Gone, Validators, Woe
from crawler.lab.truth import events, lines
from crawler.shanghai import SHANGHAI

BASE = "http://www.lab-001.example"
MONTH = Month(OPENS, 30.0)

DIGEST = (
    "import hashlib\n"
    "from datetime import timedelta\n"
    "from crawler.lab import OPENS, Month, sites\n"
    "from crawler.lab.answers import Asked, answer\n"
    "from crawler.lab.truth import events, lines\n"
    "digest = hashlib.sha256()\n"
    "for site in sites(7, 6, Month(OPENS, 2.0)):\n"
    "    for line in lines(events(site, 'http://' + site.host)):\n"
    "        digest.update(line.encode())\n"
    "    for hours in (0, 5, 30):\n"
    "        asked = Asked(site.addresses.list_page(1))\n"
    "        digest.update(repr(answer(site, 'http://x', OPENS + timedelta(hours=hours), asked)).encode())\n"
    "print(digest.hexdigest())\n"
)


def listed(found: Answered) -> str:
    """A list page's text."""
    return found.body.decode()


def ask(found: Site, at: datetime, path: str, etag: str | None = None, since: str | None = None) -> Answered:
    """What it answers."""
    return answer(found, BASE, at, Asked(path, etag, since))


def test_the_same_seed_gives_the_same_web_in_every_process() -> None:
    """Truth and answers do not depend on the process, nor on the order of its sets."""
    digests = set()
    for hashes in ("0", "1"):
        environment = os.environ | {"PYTHONHASHSEED": hashes}
        done = subprocess.run(
            [sys.executable, "-c", DIGEST], capture_output=True, text=True, env=environment, check=True
        )
        digests.add(done.stdout)
    assert len(digests) == 1


def test_a_site_does_not_depend_on_how_many_others_there_are() -> None:
    """The third of ten is the third of three."""
    assert sites(1, 10, MONTH)[2] == sites(1, 3, MONTH)[2]
    assert sites(2, 3, MONTH)[2] != sites(1, 3, MONTH)[2]


def test_fifty_sites_are_of_every_kind() -> None:
    """Whatever the lab can do occurs among the sites of a bench."""
    drawn = sites(1, 50, MONTH)
    assert {each.rhythm.kind for each in drawn} == {"dawn", "office", "clock", "evening", "weekly", "bursts"}
    assert {each.look for each in drawn} == {"trs", "phpcms", "government", "farm"}
    assert {each.validators for each in drawn} == {"right", "dated", "none", "changing", "stuck", "lying"}
    assert {"mislabelled", "flipping"} <= {each.charset for each in drawn}
    assert {trouble.kind for each in drawn for trouble in each.troubles} >= {"busy", "error", "refused", "hanging"}
    assert any(each.redesigned for each in drawn)
    assert any(each.traps for each in drawn)
    assert any(each.rhythm.silent for each in drawn)
    assert any(piece.restored for each in drawn for piece in each.pieces)


@pytest.mark.parametrize("kind", ["dawn", "office", "clock", "evening", "weekly", "bursts"])
def test_a_rhythm_keeps_to_its_days(kind: Kind) -> None:
    """One that rests publishes nothing on the national holiday; a weekly one on Fridays alone."""
    moments = Rhythm(kind, 8.0, rests=True).moments(OPENS, OPENS + timedelta(days=35), "x")
    assert moments == tuple(sorted(set(moments)))
    days = {moment.astimezone(SHANGHAI).date() for moment in moments}
    assert days
    assert not any(day.month == 10 and day.day <= 7 for day in days)
    if kind == "weekly":
        assert {day.weekday() for day in days} == {4}


def test_a_silence_is_cut_out_of_a_rhythm() -> None:
    """Nothing appears in the span, and everything else stays as it was."""
    span = (OPENS + timedelta(days=3), OPENS + timedelta(days=6))
    full = Rhythm("clock", 5.0).moments(OPENS, OPENS + timedelta(days=10), "x")
    cut = Rhythm("clock", 5.0, silent=(span,)).moments(OPENS, OPENS + timedelta(days=10), "x")
    assert cut == tuple(moment for moment in full if not span[0] <= moment < span[1])
    assert len(cut) < len(full)


def test_a_list_shows_the_newest_first_and_pages_on() -> None:
    """Two pages of three: the fourth newest leads the second page; what is gone is not listed."""
    found = site(per_page=3, pages=2)
    shown = found.listed(NOON)
    first, second = (listed(ask(found, NOON, found.addresses.list_page(number))) for number in (1, 2))
    numbers = [piece.number for piece in shown]
    assert numbers == sorted(numbers, reverse=True)
    assert len(numbers) == 6
    for number, piece in enumerate(shown):
        title = piece.text(piece.version(NOON)).title
        assert (title in first, title in second) == (number < 3, number >= 3)


def test_a_cached_list_lags_behind() -> None:
    """An article that came within the ten minutes is not shown yet; its own page is there."""
    found = site(cached=600)
    piece = next(each for each in found.pieces if each.published > OPENS)
    assert piece not in found.listed(piece.published)
    assert piece in found.listed(found.seen_from(piece))
    assert ask(found, piece.published, found.path(piece)).status == 200


def edited(found: Site) -> Piece:
    """An article that is edited once or more, and never taken away."""
    return next(each for each in found.pieces if each.edited and not each.gone)


def test_an_edit_stands_from_its_moment_on() -> None:
    """One second before, the old text; from then on the new one."""
    found = site(month=MONTH)
    piece = edited(found)
    old, new = (
        ask(found, piece.edited[0] + timedelta(seconds=seconds), found.path(piece)).body.decode() for seconds in (-1, 0)
    )
    assert old != new
    assert all(line in new for line in piece.text(1).paragraphs)
    assert not all(line in old for line in (piece.text(1).title, *piece.text(1).paragraphs))


@pytest.mark.parametrize(("gone", "status"), [("404", 404), ("410", 410), ("soft-404", 200), ("home", 302)])
def test_what_is_taken_away_is_gone_in_the_sites_own_way_and_comes_back(gone: Gone, status: int) -> None:
    """Gone from its moment on, and there again when it is restored."""
    found = site(gone=gone, month=MONTH)
    piece = replace(found.pieces[20], gone=NOON, restored=NOON + timedelta(hours=3))
    found.__dict__["pieces"] = (*found.pieces[:20], piece, *found.pieces[21:])
    path = found.path(piece)
    there = ask(found, NOON - timedelta(seconds=1), path)
    away = ask(found, NOON, path)
    assert there.status in (200, 404)
    assert away.status == (status if piece.published <= NOON else 404)
    assert ask(found, max(NOON, piece.published) + timedelta(hours=4), path).status == 200


@pytest.mark.parametrize(
    ("validators", "unchanged", "changed"),
    [("right", 304, 200), ("dated", 304, 200), ("none", 200, 200), ("changing", 200, 200), ("stuck", 304, 304),
     ("lying", 304, 304)],
)  # fmt: skip
def test_validators_are_worth_what_the_site_says(validators: Validators, unchanged: int, changed: int) -> None:
    """Asked again with them: a moment later, and after the list has changed on the same day."""
    found = site(validators=validators)
    newer = next(each for each in found.pieces if each.published > OPENS + timedelta(hours=2))
    before, later = newer.published - timedelta(seconds=2), newer.published
    headers = dict(ask(found, before, found.addresses.list_page(1)).headers)
    again = [
        ask(found, at, found.addresses.list_page(1), headers.get("ETag"), headers.get("Last-Modified")).status
        for at in (before + timedelta(seconds=1), later)
    ]
    assert again == [unchanged, changed]


def test_counters_and_adverts_change_with_every_answer_and_nothing_else_does() -> None:
    """The words stay, the bytes do not."""
    found = site(counters=True, adverts=True)
    piece = found.pieces[0]
    one, other = (ask(found, NOON + timedelta(seconds=10 * n), found.path(piece)).body.decode() for n in (0, 1))
    assert one != other
    assert all(line in one and line in other for line in piece.text(0).paragraphs)


def test_a_flipping_site_declares_one_charset_and_sends_another_every_other_day() -> None:
    """The declaration stays gb2312; the bytes are GB 18030 on one day and UTF-8 on the next."""
    found = replace(site(look="phpcms", style="phpcms", charset="flipping", month=MONTH))
    bodies = [ask(found, NOON + timedelta(days=day), found.addresses.list_page(1)).body for day in (0, 1)]
    assert all(b"charset=gb2312" in body for body in bodies)
    read = []
    for body in bodies:
        try:
            read.append("utf-8" if "要闻" in body.decode("utf-8") else "")
        except UnicodeDecodeError:
            read.append("gb18030" if "要闻" in body.decode("gb18030") else "")
    assert sorted(read) == ["gb18030", "utf-8"]


@pytest.mark.parametrize(
    ("kind", "status", "fate"),
    [("busy", 429, "whole"), ("error", 503, "whole"), ("hanging", 200, "hanging"), ("broken", 200, "broken"),
     ("challenge", 200, "whole")],
)  # fmt: skip
def test_a_trouble_lasts_from_its_beginning_to_its_end(kind: Woe, status: int, fate: str) -> None:
    """Before and after, the list is as ever."""
    found = site(troubles=(Trouble(kind, NOON, NOON + timedelta(minutes=5)),))
    path = found.addresses.list_page(1)
    ill = ask(found, NOON, path)
    assert (ill.status, ill.fate) == (status, fate)
    assert ill.retry_after == (LONGEST if kind == "busy" else 0)
    for minutes in (-1, 5):
        sound = ask(found, NOON + timedelta(minutes=minutes), path)
        assert (sound.status, sound.fate) == (200, "whole")
        assert sound.body != ill.body


LONGEST = 240


def test_the_truth_log_tells_every_turn_with_the_words_that_stand_then() -> None:
    """Each line is JSON; the events of one article are in order and name its address."""
    found = site(month=MONTH)
    told = list(events(found, BASE))
    assert [event.at for event in told] == sorted(event.at for event in told)
    piece = edited(found)
    mine = [event for event in told if event.number == piece.number]
    assert [event.kind for event in mine] == ["published", *["edited"] * len(piece.edited)]
    assert mine[-1].paragraphs == piece.text(len(piece.edited)).paragraphs
    assert all(json.loads(line)["url"].startswith(BASE) for line in lines(told))


def test_a_site_that_publishes_nothing_still_answers() -> None:
    """Its list is empty, with all its traps."""
    mute = site(rhythm=Rhythm("clock", 0.0), traps=True)
    assert mute.pieces == ()
    assert ask(mute, NOON, mute.addresses.list_page(1)).status == 200


def test_the_promotion_looks_like_an_article_of_the_site() -> None:
    """Its address is one that the source takes for an article, so that only robots.txt keeps a crawler away."""
    found = site(traps=True)
    page = listed(ask(found, NOON, found.addresses.list_page(1)))
    assert re.search(r'href="/tuiguang/[^"]*' + found.addresses.pattern.removesuffix("$"), page)
