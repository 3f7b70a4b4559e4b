"""Sites on 127.0.0.1 that go on publishing, and see whether two crawls of one of them ever overlap."""

from __future__ import annotations

import random
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

PER_PAGE = 20
TOWNS = ("岚川", "赤岭", "云塘", "北溪", "石桥", "青坪", "南屏", "柳湾", "长坡", "望河")
TRADES = (
    "乳制品",
    "光伏组件",
    "绿色建材",
    "铁路物流",
    "中药材",
    "纺织服装",
    "储能电池",
    "装备制造",
    "数据标注",
    "冷链",
)


class GrowingSite:
    """One source: a list page with further ones, and articles that are added one by one."""

    def __init__(self, number: int, first: int) -> None:
        self.id = f"site{number}"
        self._number = number
        self.published: list[str] = []  # addresses, oldest first
        self.requests: list[tuple[float, str]] = []
        self.most_at_once = 0
        self._at_once = 0
        self._lock = threading.Lock()
        self._http = _Server(self)
        self.base = f"http://127.0.0.1:{self._http.server_address[1]}"
        for _ in range(first):
            self.publish()
        self._thread = threading.Thread(target=self._http.serve_forever, args=(0.05,), name=self.id, daemon=True)
        self._thread.start()

    def publish(self) -> None:
        """Add an article."""
        self.published.append(f"{self.base}/news/t{10_000 + len(self.published)}.html")

    def close(self) -> None:
        """Stop answering."""
        self._http.shutdown()
        self._http.server_close()

    def source_file(self, every: str) -> str:
        """The source's TOML."""
        return f"""id = "{self.id}"
name = "{TOWNS[self._number % 10]}工业网"
home = "{self.base}/"

[schedule]
every = "{every}"

[politeness]
delay = 0.02
allow_addresses = ["127.0.0.1"]

[[lists]]
url = "{self.base}/news/"
links = "ul.news a"
next_pages = "index_{{n}}.html"
max_pages = 50

[articles]
patterns = ["/t\\\\d+\\\\.html$"]
"""

    def answer(self, path: str, known: bool = False) -> tuple[int, str]:
        """The status and page of an address; noted, with how many are asked at this moment.

        An article never changes: to whoever knows it, it is not modified.
        """
        with self._lock:
            self._at_once += 1
            self.most_at_once = max(self.most_at_once, self._at_once)
            self.requests.append((time.monotonic(), path))
        try:
            time.sleep(0.015)
            if path == "/robots.txt":
                return 404, ""
            if known and path.startswith("/news/t"):
                return 304, ""
            return self._page(path)
        finally:
            with self._lock:
                self._at_once -= 1

    def _page(self, path: str) -> tuple[int, str]:
        newest_first = [url.removeprefix(self.base) for url in reversed(self.published)]
        if path in newest_first:
            return 200, self._article(int(path.removeprefix("/news/t").removesuffix(".html")))
        pages = {f"/news/index_{number}.html": number for number in range(1, 60)} | {"/news/": 0}
        here = newest_first[(number := pages.get(path, 60)) * PER_PAGE :][:PER_PAGE]
        if number >= 60 or not here:
            return 404, "<h1>404</h1>"
        items = "".join(f"<li><a href='{each}'>{self._title(int(each[7:-5]))}</a></li>" for each in here)
        return 200, f"<html><head><title>新闻</title></head><body><ul class='news'>{items}</ul></body></html>"

    def _drawn(self, number: int) -> tuple[str, str, random.Random]:
        """An article's town and trade, by lot: were they counted through, articles would be shorter for some time and
        then longer, and rightly be told of as a template that changed."""
        chance = random.Random(f"{self.id} {number}")
        return chance.choice(TOWNS), chance.choice(TRADES), chance

    def _title(self, number: int) -> str:
        town, trade, _ = self._drawn(number)
        return f"{town}{trade}企业第{number}批设备投产"

    def _article(self, number: int) -> str:
        town, trade, chance = self._drawn(number)
        more, jobs, cost, orders = (chance.randrange(*span) for span in ((3, 40), (20, 111), (40, 653), (1, 54)))
        lines = (
            f"{town}{trade}产业园第{number}批设备投产，年产能提高{more}%，新增就业{jobs}人。",
            f"园区负责人介绍，{self.id}号项目总投资{cost}万元，下一步将接入工业互联网，缩短交货周期。",
            f"今年前三季度，{town}规模以上{trade}企业实现营业收入{number}万元，订单较上年同期增加{orders}个。",
        )
        text = "".join(f"<p>{line}</p>" for line in lines)
        title = self._title(number)
        return (
            f"<html><head><title>{title}</title></head><body><h1>{title}</h1><div class='info'>2026-11-03 10:00:00 "
            f"来源：{town}日报</div><div class='content'>{text}</div></body></html>"
        )


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False

    def __init__(self, site: GrowingSite) -> None:
        self.site = site
        super().__init__(("127.0.0.1", 0), _Handler)

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that was killed is nothing to tell of."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    timeout = 20.0
    server: _Server

    def do_GET(self) -> None:
        status, page = self.server.site.answer(self.path, known="If-Modified-Since" in self.headers)
        body = page.encode()
        self.send_response(status)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        if self.path.startswith("/news/t"):
            self.send_header("Last-Modified", "Tue, 03 Nov 2026 02:00:00 GMT")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Nothing is printed."""


class GrowingWeb:
    """Several sites, each of which publishes an article every `pace` seconds until `stop`."""

    def __init__(self, sites: int, first: int, pace: float) -> None:
        self.sites = [GrowingSite(number, first) for number in range(sites)]
        self._pace = pace
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._grow, daemon=True)
        self._thread.start()

    def _grow(self) -> None:
        while not self._stopped.wait(self._pace):
            for site in self.sites:
                site.publish()

    def stop(self) -> None:
        """Publish nothing more."""
        self._stopped.set()
        self._thread.join()

    def close(self) -> None:
        """Stop answering as well."""
        self.stop()
        for site in self.sites:
            site.close()

    def write_config(self, folder: Path, every: str) -> None:
        """Write `sources/*.toml`."""
        (folder / "sources").mkdir(parents=True, exist_ok=True)
        for site in self.sites:
            (folder / "sources" / f"{site.id}.toml").write_text(site.source_file(every), "utf-8")
