"""/metrics, /healthz and /readyz."""

from __future__ import annotations

import socket
import threading
from http.client import HTTPConnection
from pathlib import Path
from time import sleep

import pytest
from histories import at
from prometheus_client.parser import text_string_to_metric_families

from archive.model import Alarm, Counts, Run
from archive.store.glance import Glance, SourceGlance
from crawler.fetch.hosts import Host
from crawler.health.metrics import exposition
from crawler.health.overview import gathered
from crawler.health.server import MOST_AT_ONCE, ListenError, Server
from crawler.health.standing import as_json, standings
from crawler.whole_file import write_whole


def asked(server: Server, path: str, method: str = "GET") -> tuple[int, str]:
    """The answer's status and body."""
    connection = HTTPConnection("127.0.0.1", server.port, timeout=10)
    connection.request(method, path)
    answer = connection.getresponse()
    body = answer.read().decode()
    connection.close()
    return answer.status, body


def test_what_is_asked_for_is_answered_and_nothing_else() -> None:
    """Three addresses, by GET and HEAD."""
    with Server("127.0.0.1:0", lambda: "jianbao_sources 3\n", lambda: {"tick": True}) as server:
        assert asked(server, "/healthz") == (200, "ok\n")
        assert asked(server, "/metrics?x=1") == (200, "jianbao_sources 3\n")
        assert asked(server, "/readyz")[0] == 200
        assert asked(server, "/metrics", "HEAD") == (200, "")
        assert asked(server, "/../etc/passwd")[0] == 404
        assert asked(server, "/metrics", "POST")[0] == 501


def test_readiness_names_what_does_not_hold() -> None:
    """503 as long as one check fails."""
    with Server("127.0.0.1:0", lambda: "", lambda: {"archive": True, "worker": False}) as server:
        status, body = asked(server, "/readyz")
    assert status == 503
    assert '"worker": false' in body


def test_an_archive_that_cannot_be_read_is_no_end_of_the_server() -> None:
    """503, without a word of where it lies; the next question is answered."""

    def broken() -> str:
        raise OSError("/srv/secret")

    with Server("127.0.0.1:0", broken, dict) as server:
        status, body = asked(server, "/metrics")
        assert (status, "secret" in body) == (503, False)
        assert asked(server, "/healthz")[0] == 200


def test_clients_that_say_nothing_are_bounded() -> None:
    """Further connections are closed at once instead of waiting."""
    with Server("127.0.0.1:0", lambda: "", dict) as server:
        idle = [socket.create_connection(("127.0.0.1", server.port)) for _ in range(MOST_AT_ONCE)]
        refused = socket.create_connection(("127.0.0.1", server.port))
        refused.settimeout(10)
        assert refused.recv(1) == b""
        for each in (*idle, refused):
            each.close()


def test_a_client_that_drips_is_cut_off_and_others_are_answered(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each byte is in time, the whole is not."""
    monkeypatch.setattr("crawler.health.server.LONGEST", 0.3)
    with Server("127.0.0.1:0", lambda: "", dict) as server:
        before = threading.active_count()
        dripping = [socket.create_connection(("127.0.0.1", server.port), 10) for _ in range(MOST_AT_ONCE)]
        open_still = list(dripping)
        while open_still:
            for each in tuple(open_still):
                try:
                    each.sendall(b"G")
                except OSError:
                    open_still.remove(each)
            sleep(0.02)
        while threading.active_count() > before:  # their places are free when their threads have ended
            sleep(0.02)
        assert asked(server, "/healthz") == (200, "ok\n")
        for each in dripping:
            each.close()


@pytest.mark.parametrize("listen", ["", "nowhere:1", "127.0.0.1:99999", "127.0.0.1:x", "example.org:80"])
def test_an_address_that_is_none_is_refused(listen: str) -> None:
    """With how one reads."""
    with pytest.raises(ListenError):
        Server(listen, lambda: "", dict)


RUN = Run(1, "a", at(1), at(1), "finished", Counts(requests=3, answered=3, problems=1), {"dns": 1})


def test_metrics_are_in_the_format_of_prometheus_whatever_a_source_is_called() -> None:
    """They parse back, labels and all."""
    odd = 'a"\n\\西藏'
    summary = (
        '{"came":3,"expected":4.5,"filled":{"origin":0.5},"failures":{"http-503":2},"days":[1,2],"until":"2026-03-03"}'
    )
    alarm = Alarm(odd, "silence", at(1), at(1), "Silent.")
    seen = Glance({odd: SourceGlance(odd, RUN, None, (alarm,), summary, at(2), 1)})
    found = gathered(seen, None, {f"{odd}.example": Host(busy=2, rate=0.25)}, Path("config"), at(2), at(2).timestamp())
    families = {each.name: each for each in text_string_to_metric_families(exposition(found))}
    samples = {(each.name, *sorted(each.labels.values())): each.value for each in families["jianbao_alarm"].samples}
    assert samples["jianbao_alarm", odd, "silence"] == 1
    assert samples["jianbao_alarm", odd, "template"] == 0
    assert families["jianbao_filled_30d_ratio"].samples[0].value == 0.5
    assert families["jianbao_host_pace_ratio"].samples[0].labels == {"host": f"{odd}.example"}
    assert families["jianbao_source_ill"].samples[0].labels == {"source": odd}


@pytest.mark.parametrize(
    ("run_state", "writer", "state"),
    [
        ("running", 7, "running"),
        ("running", None, "killed"),
        ("finished", None, "finished"),
        ("failed", None, "failed"),
    ],
)
def test_a_run_that_goes_on_is_told_from_one_that_was_killed(run_state: str, writer: int | None, state: str) -> None:
    """By whether anybody writes."""
    from dataclasses import replace

    run = replace(RUN, state=run_state, counts=Counts())  # type: ignore[arg-type]
    (standing,) = standings(Glance({"a": SourceGlance("a", run, of_run=1, articles={"live": 3}, pages={})}, writer))
    assert standing.state == state
    assert bool(standing.ill) is (state in ("killed", "failed"))
    assert as_json(standing)["articles"] == {"live": 3}


def test_a_summary_of_another_version_hides_nothing() -> None:
    """What cannot be understood is left out until the next run."""
    (standing,) = standings(Glance({"a": SourceGlance("a", RUN, summary='{"days":"many"}', of_run=1)}))
    assert standing.summary.days == ()
    assert (standing.ill, "1 × dns" in standing.noted[0]) == ((), True)


def test_a_file_of_metrics_is_whole_or_as_it_was(tmp_path: Path) -> None:
    """Nothing is left beside it."""
    folder = tmp_path
    (folder / "jianbao.prom").write_text("old")
    write_whole(folder / "jianbao.prom", b"new")
    assert [each.name for each in folder.iterdir()] == ["jianbao.prom"]
    assert (folder / "jianbao.prom").read_text() == "new"
