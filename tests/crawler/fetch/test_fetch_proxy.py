"""Proxies from the environment."""

import pytest
from fetch_crawls import visit_all
from fetch_site import Site, answer, page


def test_a_proxy_of_the_environment_is_asked_for_names_that_only_it_can_resolve(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The proxy's own address may be private; its password is sent and kept out of the capture."""
    url = "http://www.example.invalid/cn/a.html"
    with Site({url: page("<p>via</p>")}) as proxy:
        monkeypatch.setenv("http_proxy", f"http://user:secret@127.0.0.1:{proxy.port}")
        capture = visit_all(url, allow_addresses=()).capture(url)
        assert [seen.target for seen in proxy.seen] == ["http://www.example.invalid/robots.txt", url]
        assert all(seen.header("proxy-authorization") == "Basic dXNlcjpzZWNyZXQ=" for seen in proxy.seen)
    assert capture.content == b"<p>via</p>"
    assert capture.ip is None
    assert "proxy-authorization" not in {name.lower() for name, _ in capture.request_headers}


def test_a_private_address_is_refused_behind_a_proxy_as_well(monkeypatch: pytest.MonkeyPatch) -> None:
    """It would be the proxy's own network that is asked."""
    with Site() as proxy:
        monkeypatch.setenv("http_proxy", f"http://127.0.0.1:{proxy.port}")
        url = "http://192.168.1.1/admin"
        assert visit_all(url, allow_addresses=()).failure(url).kind == "refused-address"
        assert proxy.seen == []


def test_no_proxy_names_hosts_that_are_asked_directly(monkeypatch: pytest.MonkeyPatch) -> None:
    """As everywhere."""
    with Site() as proxy, Site(address="127.0.0.2") as site:
        monkeypatch.setenv("http_proxy", f"http://127.0.0.1:{proxy.port}")
        monkeypatch.setenv("no_proxy", "127.0.0.2")
        assert visit_all(site.url("/a")).capture(site.url("/a")).ip == "127.0.0.2"
        assert proxy.seen == []


def test_a_proxy_that_refuses_to_connect_is_a_failure(monkeypatch: pytest.MonkeyPatch) -> None:
    """For https the proxy is asked for a tunnel."""
    with Site({"*": answer(b"", 403)}) as proxy:
        monkeypatch.setenv("https_proxy", f"http://127.0.0.1:{proxy.port}")
        url = "https://www.example.invalid/"
        failure = visit_all(url).failure(url)
        assert proxy.seen[0].target == "www.example.invalid:443"
    assert failure.kind == "connection"


def test_a_redirect_to_the_other_scheme_chooses_its_proxy_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    """http goes through the proxy; https has none here and is asked directly, which a name without address shows."""
    url = "http://www.example.invalid/"
    with Site({url: answer(b"", 301, ("Location", "https://www.example.invalid/"))}) as proxy:
        monkeypatch.setenv("http_proxy", f"http://127.0.0.1:{proxy.port}")
        assert visit_all(url, robots=False).failure(url).kind == "dns"
        assert [seen.target for seen in proxy.seen] == [url]
