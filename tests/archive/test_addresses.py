"""One article under several addresses: redirects, sites that moved, pages that end at a notice."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from archive_cases import SOURCE, Place, both_databases, kinds, make_article, make_capture, url_of

from archive.model import Article, Block, Capture, Change, Verdict
from archive.store import Archive

OLD, NEW = url_of(1), url_of(2)
TEXT = replace(make_article(), url=NEW, blocks=tuple(Block("paragraph", f"第{number}段正文。") for number in range(4)))


def at(asked: str, hours: float, *, to: str = "", status: int = 200, text: str = "正文") -> Capture:
    """A response to the question for one address, from another one where `to` is given."""
    capture = make_capture(1, hours=hours, status=status, text=text)
    return replace(capture, url=to or asked, requested_url=asked if to else "")


def take(archive: Archive, capture: Capture, *read: Article, verdict: Verdict = "article") -> tuple[Change, ...]:
    """Keep and record, as a crawl does that follows redirects."""
    archive.keep(capture)
    asked = capture.requested_url or None
    return archive.record(capture, capture.url, verdict, read, {}, asked=asked)


def addresses(archive: Archive) -> list[str]:
    """The canonical addresses of all articles."""
    return [standing.canonical_url for _, standing in archive.articles()]


@both_databases
def test_two_addresses_of_one_article_give_one_article(kind: str, tmp_path: Path) -> None:
    """The page that was asked for takes state and validators; the one it leads to stands, and holds no copy."""
    with Place(tmp_path, kind).open(write=True) as archive:
        assert kinds(take(archive, at(OLD, 0, to=NEW), TEXT)) == ["new"]
        pages = archive.pages(SOURCE)
        assert (pages[OLD].state, pages[OLD].content_digest) == ("fetched", at(OLD, 0).content_digest)
        assert pages[OLD].etag == at(OLD, 0).header("etag")
        assert (pages[NEW].state, pages[NEW].content_digest, pages[NEW].etag) == ("fetched", None, None)
        assert kinds(take(archive, at(NEW, 1), TEXT)) == ["known"]
        assert kinds(take(archive, at(OLD, 2, to=NEW), TEXT)) == ["known"]
        assert addresses(archive) == [NEW]
        moment = at(OLD, 3).fetched_at
        (known,) = archive.not_modified(SOURCE, OLD, moment)
        by_old, by_new = archive.article(OLD), archive.article(NEW)
        assert by_old is not None
        assert by_old == by_new
        assert (by_old[1].id, by_old[1].last_seen) == (known.article_id, moment)


@both_databases
def test_an_article_keeps_its_id_when_its_site_moves(kind: str, tmp_path: Path) -> None:
    """Held under the old address before the redirect came: the new address leads to it, also when asked by itself."""
    with Place(tmp_path, kind).open(write=True) as archive:
        assert kinds(take(archive, at(OLD, 0), TEXT)) == ["new"]
        assert kinds(take(archive, at(OLD, 1, to=NEW, text="新版"), TEXT)) == ["known"]
        edited = replace(TEXT, title="改了标题")
        assert kinds(take(archive, at(NEW, 2, text="改"), edited)) == ["changed"]
        assert addresses(archive) == [OLD]
        assert archive.article(NEW) == archive.article(OLD)
        assert kinds(take(archive, at(OLD, 3, text="旧版"), edited)) == ["known"]
        assert addresses(archive) == [OLD]


@both_databases
def test_another_article_at_the_end_of_a_redirect_is_another_article(kind: str, tmp_path: Path) -> None:
    """Dead pages that lead to a notice do not become it."""
    notice = replace(make_article(2), title="网站公告", blocks=(Block("paragraph", "本站已改版。"),))
    with Place(tmp_path, kind).open(write=True) as archive:
        take(archive, at(OLD, 0), TEXT)
        assert kinds(take(archive, at(OLD, 1, to=NEW, text="公告"), notice)) == ["new"]
        old, new = archive.article(OLD), archive.article(NEW)
        assert old is not None
        assert new is not None
        assert (old[0].title, new[0].title) == (TEXT.title, notice.title)


@both_databases
def test_an_article_is_gone_when_none_of_its_addresses_stands(kind: str, tmp_path: Path) -> None:
    """A 404 of one of two addresses says nothing as long as the other stands; both restore it."""
    with Place(tmp_path, kind).open(write=True) as archive:
        take(archive, at(OLD, 0, to=NEW), TEXT)
        assert take(archive, at(OLD, 1, status=404), verdict="other") == ()
        assert archive.pages(SOURCE)[OLD].state == "gone"
        assert kinds(take(archive, at(NEW, 2, status=404), verdict="other")) == ["gone"]
        assert kinds(take(archive, at(OLD, 3, to=NEW), TEXT)) == ["restored"]
        assert kinds(take(archive, at(OLD, 4, to=NEW, status=404), verdict="other")) == ["gone"]
        assert archive.pages(SOURCE)[OLD].state == "gone"


@both_databases
def test_an_article_known_through_one_address_is_gone_with_it(kind: str, tmp_path: Path) -> None:
    """Also where the 404 stands at the end of a redirect to an error page that was never an article."""
    for number, verdict in enumerate(("other", "soft-404")):
        with Place(tmp_path / str(number), kind).open(write=True) as archive:
            take(archive, at(OLD, 0), TEXT)
            status = 404 if verdict == "other" else 200
            error = at(OLD, 1, to="http://www.gaoyuan.example/404.html", status=status)
            assert kinds(take(archive, error, verdict=verdict)) == ["gone"]  # type: ignore[arg-type]
            assert [page.canonical_url for page in archive.pages(SOURCE).values()] == [OLD]


@both_databases
def test_a_bad_answer_at_the_end_of_a_redirect_touches_no_article(kind: str, tmp_path: Path) -> None:
    """An article's page that leads to the home page is quarantined, and its failure counted once, with the old page."""
    with Place(tmp_path, kind).open(write=True) as archive:
        take(archive, at(OLD, 0), TEXT)
        home = at(OLD, 1, to="http://www.gaoyuan.example/", text="首页")
        assert kinds(take(archive, home, verdict="list")) == ["quarantined"]
        (page,) = archive.pages(SOURCE).values()
        assert (page.canonical_url, page.state, page.failures) == (OLD, "fetched", 1)
        assert addresses(archive) == [OLD]


@both_databases
def test_an_older_capture_does_not_say_where_a_page_leads(kind: str, tmp_path: Path) -> None:
    """Captures may be read in any order: only the newest answer of a page tells its redirect."""
    with Place(tmp_path, kind).open(write=True) as archive:
        take(archive, at(OLD, 5), TEXT)
        other = replace(make_article(2), url=NEW)
        assert kinds(take(archive, at(OLD, 1, to=NEW, text="别的"), other)) == ["new"]
        found = archive.article(OLD)
        assert found is not None
        assert found[0].title == TEXT.title
        seen = at(OLD, 6).fetched_at + timedelta(hours=1)
        assert [change.canonical_url for change in archive.not_modified(SOURCE, OLD, seen)] == [OLD]
